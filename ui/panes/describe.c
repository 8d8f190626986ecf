/*
 * describe: the pane of an object's fields (d): find one by name or label, filter by it, show it as
 * a column, ask how often it is filled; behind them the relations in both directions. The schema is
 * fetched when it is not known yet. UI thread.
 */
#include "ui/panes/describe.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/command.h"
#include "ui/panes/describe_words.h"
#include "ui/panes/filter.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/keys.h"
#include "ui/widgets/scroller.h"
#include "ui/widgets/wrap.h"

enum {
    INFO_ROWS = 2,
    RULE_FROM_ROWS = 9,
    NOTE_FROM_ROWS = 14,
    NOTE_ROWS_MOST = 3,
    HEADING_ROWS = 1
};

/* A row is one of these, by its number: fields first, then parents, then children. */
struct describe_pane {
    struct pane pane;
    char *object;
    char *wanted_field;    /* where the cursor goes when the schema comes; NULL once it is there */
    struct schema *schema; /* held; NULL while it is fetched */
    uint64_t ticket;
    size_t *shown; /* rows that find lets through */
    size_t shown_count;
    struct scroller scroller;
    struct line_editor find;
    bool finding;
    struct text usage;               /* how often a field is filled, in words */
    const struct field *usage_field; /* which one; of schema */
    uint64_t usage_job;
};

static struct describe_pane *of(struct pane *pane)
{
    return (struct describe_pane *)pane;
}

/* --- rows --- */

static size_t row_count(const struct schema *schema)
{
    return schema->field_count + schema->parent_count + schema->child_count;
}

static const struct field *field_of_row(const struct describe_pane *describe, size_t row)
{
    return row < describe->schema->field_count ? &describe->schema->fields[row] : NULL;
}

static const struct relation *relation_of_row(const struct describe_pane *describe, size_t row)
{
    const struct schema *schema = describe->schema;
    size_t at = row - schema->field_count;
    return at < schema->parent_count ? &schema->parents[at]
                                     : &schema->children[at - schema->parent_count];
}

static bool is_parent_row(const struct describe_pane *describe, size_t row)
{
    return row < describe->schema->field_count + describe->schema->parent_count;
}

/* The row under the cursor; false when there is none. */
static bool cursor_row(const struct describe_pane *describe, size_t *row)
{
    if (!describe->schema || !describe->shown_count) {
        return false;
    }
    *row = describe->shown[describe->scroller.cursor];
    return true;
}

static const struct field *cursor_field(const struct describe_pane *describe)
{
    size_t row;
    return cursor_row(describe, &row) ? field_of_row(describe, row) : NULL;
}

static bool contains(const char *text, const struct text *part)
{
    return text && text_contains_folded(text, strlen(text), text_string(part), part->length);
}

static bool matches(const struct describe_pane *describe, size_t row)
{
    const struct text *part = &describe->find.text;
    const struct field *field = field_of_row(describe, row);
    if (field) {
        return contains(field->name, part) || contains(field->label, part);
    }
    const struct relation *relation = relation_of_row(describe, row);
    return contains(relation->label, part) || contains(relation->object, part);
}

/* What is known of the object as a whole stands below all, where there is room; else in the place
 * of a field's help. */
static int note_rows(const struct describe_pane *describe)
{
    struct wrap wrap = {0};
    const char *note = describe->schema ? describe->schema->note : NULL;
    if (!note || describe->pane.rows < NOTE_FROM_ROWS || describe->pane.columns < 1) {
        return 0;
    }
    wrap_text(&wrap, note, strlen(note), (size_t)describe->pane.columns);
    int rows = wrap.count < NOTE_ROWS_MOST ? (int)wrap.count : NOTE_ROWS_MOST;
    wrap_free(&wrap);
    return rows;
}

static int list_rows(const struct describe_pane *describe)
{
    int rows = describe->pane.rows - HEADING_ROWS - INFO_ROWS - note_rows(describe);
    rows -= describe->pane.rows >= RULE_FROM_ROWS;
    return rows < 1 ? 1 : rows;
}

static void refind(struct describe_pane *describe)
{
    const struct schema *schema = describe->schema;
    if (!schema) {
        return;
    }
    describe->shown =
        memory_resize(describe->shown, row_count(schema) + 1, sizeof *describe->shown);
    describe->shown_count = 0;
    for (size_t row = 0; row < row_count(schema); row++) {
        if (matches(describe, row)) {
            describe->shown[describe->shown_count++] = row;
        }
    }
    scroller_set(&describe->scroller, describe->shown_count, (size_t)list_rows(describe));
}

static void go_to_wanted(struct describe_pane *describe)
{
    int wanted =
        describe->wanted_field ? schema_field_index(describe->schema, describe->wanted_field) : -1;
    if (wanted >= 0) {
        scroller_go(&describe->scroller, (size_t)wanted);
    }
    free(describe->wanted_field);
    describe->wanted_field = NULL;
}

static void schema_arrived(void *context, const struct schema *schema, const struct error *error)
{
    struct describe_pane *describe = context;
    describe->ticket = 0;
    if (!schema) {
        app_error(describe->pane.app, error);
        return;
    }
    describe->schema = schema_hold(schema);
    refind(describe);
    go_to_wanted(describe);
    pane_mark(&describe->pane);
}

/* --- how often it is filled --- */

static void forget_usage(struct describe_pane *describe)
{
    if (describe->usage_job) {
        session_cancel(describe->pane.app->session, describe->usage_job);
    }
    describe->usage_job = 0;
    describe->usage_field = NULL;
    text_truncate(&describe->usage, 0);
}

static void usage_arrived(void *context, const struct operation *operation, struct result *result)
{
    struct describe_pane *describe = context;
    (void)operation;
    describe->usage_job = 0;
    text_truncate(&describe->usage, 0);
    if (error_is_set(&result->error)) {
        app_error(describe->pane.app, &result->error);
    } else {
        describe_usage(describe->usage_field, result->page, "-", &describe->usage);
    }
    pane_mark(&describe->pane);
}

static struct operation *usage_operation(struct describe_pane *describe, const struct field *field,
                                         struct error *error)
{
    struct query *query = query_new(describe->schema->name);
    struct text path = {0};
    query_print_path((const char *const[]){field->name}, 1, &path);
    query_add_column(query, path.bytes);
    text_free(&path);
    if (!session_resolve(describe->pane.app->session, query, -2, error)) {
        query_free(query);
        return NULL;
    }
    struct operation *operation = operation_new(OPERATION_GROUP, describe->schema->name);
    operation->schema = schema_hold(describe->schema);
    operation->query = query;
    operation->group.function = GROUP_FILLED;
    return operation;
}

static unsigned run_usage(struct app *app, struct pane *pane, const char *argument)
{
    struct describe_pane *describe = of(pane);
    const struct field *field = cursor_field(describe);
    struct error error = {0};
    (void)argument;
    if (!field) {
        return REACTION_HANDLED;
    }
    forget_usage(describe);
    struct operation *operation = usage_operation(describe, field, &error);
    describe->usage_field = field;
    if (operation) {
        describe->usage_job =
            session_submit(app->session, operation, JOB_NOW, usage_arrived, describe, &error);
    }
    if (describe->usage_job) {
        text_append_string(&describe->usage, "counting...");
    }
    if (error_is_set(&error)) {
        app_error(app, &error);
    }
    error_clear(&error);
    return REACTION_HANDLED | REACTION_REDRAW;
}

/* --- commands --- */

static unsigned show_field(struct describe_pane *describe, const struct field *field)
{
    struct text whole = {0};
    describe_whole(describe->schema, field, &whole);
    if (describe->usage_field == field && !describe->usage_job) {
        text_format(&whole, "\n%s\n", text_string(&describe->usage));
    }
    reader_open(describe->pane.app, field->label, text_string(&whole));
    text_free(&whole);
    return REACTION_HANDLED;
}

static unsigned run_open(struct app *app, struct pane *pane, const char *argument)
{
    struct describe_pane *describe = of(pane);
    size_t row;
    (void)argument;
    if (!cursor_row(describe, &row)) {
        return REACTION_HANDLED;
    }
    const struct field *field = field_of_row(describe, row);
    if (field && field->references) {
        return describe_pane_open_object(app, field->references, field->references_field);
    }
    if (field) {
        return show_field(describe, field);
    }
    return describe_pane_open_object(app, relation_of_row(describe, row)->object, NULL);
}

static unsigned run_values(struct app *app, struct pane *pane, const char *argument)
{
    const struct field *field = cursor_field(of(pane));
    (void)app;
    (void)argument;
    return field ? show_field(of(pane), field) : REACTION_HANDLED;
}

/* Filtering and columns are for the list that is open: another object's fields are not in it. */
static const char *not_the_list(struct app *app, struct pane *pane)
{
    const struct schema *schema = app_list_schema(app);
    const struct describe_pane *describe = of(pane);
    if (!describe->schema || !cursor_field(describe)) {
        return "no field is under the cursor";
    }
    if (!schema || strcmp(schema->name, describe->schema->name) != 0) {
        return "this is not the object of the list";
    }
    return NULL;
}

static char *cursor_path(const struct describe_pane *describe)
{
    const char *part = cursor_field(describe)->name;
    struct text path = {0};
    query_print_path(&part, 1, &path);
    return text_take(&path);
}

static unsigned run_filter(struct app *app, struct pane *pane, const char *argument)
{
    char *path = cursor_path(of(pane));
    (void)argument;
    app_pop(app, pane);
    filter_pane_open_field(app, path);
    free(path);
    return REACTION_HANDLED;
}

static bool is_shown_in_list(const struct query *query, const struct field *field)
{
    for (size_t i = 0; i < query->column_count; i++) {
        if (query->columns[i].part_count == 1 &&
            strcmp(query->columns[i].parts[0], field->name) == 0) {
            return true;
        }
    }
    return false;
}

/* Applying closes every pane over the list, this one too: it is opened again where it was. */
static void apply_and_return(struct app *app, struct query *query, const struct field *field)
{
    char *object = memory_copy_string(query->object), *name = memory_copy_string(field->name);
    char *label = memory_copy_string(field->label);
    app_apply_query(app, query);
    describe_pane_open_object(app, object, name);
    app_message(app, ROLE_SUCCESS, "%s is a column of the list now.", label);
    free(object);
    free(name);
    free(label);
}

static unsigned run_column(struct app *app, struct pane *pane, const char *argument)
{
    const struct field *field = cursor_field(of(pane));
    struct error error = {0};
    (void)argument;
    if (is_shown_in_list(app_list_query(app), field)) {
        app_message(app, ROLE_DIM, "%s is a column of the list already.", field->label);
        return REACTION_HANDLED;
    }
    struct query *query = query_copy(app_list_query(app));
    char *path = cursor_path(of(pane));
    query_add_column(query, path);
    free(path);
    if (session_resolve(app->session, query, -2, &error)) {
        apply_and_return(app, query, field);
    } else {
        query_free(query);
        app_error(app, &error);
    }
    error_clear(&error);
    return REACTION_HANDLED;
}

static unsigned run_find(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    of(pane)->finding = true;
    return REACTION_HANDLED | REACTION_REDRAW;
}

static const struct command describe_commands[] = {
    {"describe-open", "Enter", "show values and use, or describe what a reference points at",
     "values and use", ARGUMENT_NONE, COMMAND_HINT, NULL, run_open},
    {"describe-filter", "f", "filter the list by the field", "filter by it", ARGUMENT_NONE,
     COMMAND_HINT, not_the_list, run_filter},
    {"describe-column", "c", "show the field as a column of the list", "add as column",
     ARGUMENT_NONE, COMMAND_HINT, not_the_list, run_column},
    {"describe-usage", "%", "count how often the field is filled, and from what to what",
     "how filled", ARGUMENT_NONE, COMMAND_HINT, NULL, run_usage},
    {"describe-find", "/", "find a field by its name or label", "find", ARGUMENT_NONE, COMMAND_HINT,
     NULL, run_find},
    {"describe-values", "Space v", "show all of the field, its values too", NULL, ARGUMENT_NONE, 0,
     NULL, run_values},
    {.name = NULL},
};

/* --- finding --- */

static unsigned stop_finding(struct describe_pane *describe, bool clear)
{
    describe->finding = false;
    if (clear) {
        line_editor_set(&describe->find, "");
    }
    refind(describe);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned describe_key(struct pane *pane, const struct key_press *key)
{
    struct describe_pane *describe = of(pane);
    bool escape = key_is(key, PRESS_ESCAPE);
    if (!describe->finding) {
        return escape && describe->find.text.length ? stop_finding(describe, true)
                                                    : REACTION_IGNORED;
    }
    if (escape || key_is(key, PRESS_ENTER)) {
        return stop_finding(describe, escape);
    }
    if (!line_editor_key(&describe->find, key)) {
        return REACTION_IGNORED;
    }
    describe->scroller.cursor = 0;
    refind(describe);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned describe_mouse(struct pane *pane, const struct mouse_event *event)
{
    struct describe_pane *describe = of(pane);
    long row = scroller_row_at(&describe->scroller, event->row - HEADING_ROWS);
    if (event->button != 1 || event->row < HEADING_ROWS || row < 0 ||
        event->row - HEADING_ROWS >= list_rows(describe)) {
        return event->button >= 4 ? REACTION_IGNORED : REACTION_HANDLED;
    }
    scroller_go(&describe->scroller, (size_t)row);
    return event->double_click ? run_open(pane->app, pane, NULL)
                               : REACTION_HANDLED | REACTION_REDRAW;
}

/* --- drawing --- */

struct columns {
    int name, label, type, required, can, more; /* widths; 0: not shown */
};

static struct columns share_out(int columns)
{
    struct columns widths = {.name = 16, .type = 10, .required = 2, .can = 8};
    int left = columns - 2 - widths.name - widths.type - widths.required - widths.can;
    widths.label = left >= 34 ? 17 : 0;
    left -= widths.label;
    int wider = left > 40 ? 10 : left > 20 ? 4 : 0;
    widths.name += wider;
    widths.type += wider / 2;
    left -= wider + wider / 2;
    widths.more = left > 3 ? left : 0;
    return widths;
}

/* One column's words; those after it begin at *column. */
static void draw_part(struct canvas *canvas, int row, int *column, int columns, enum role role,
                      const char *words)
{
    if (columns > 1) {
        canvas_string(canvas, row, *column, columns - 1, role, words);
    }
    *column += columns;
}

static void draw_heading(struct canvas *canvas, const struct columns *widths)
{
    int column = 2;
    canvas_fill(canvas, 0, 0, canvas_columns(canvas), ROLE_HEADING);
    draw_part(canvas, 0, &column, widths->name, ROLE_HEADING, "Field");
    draw_part(canvas, 0, &column, widths->label, ROLE_HEADING, "Label");
    draw_part(canvas, 0, &column, widths->type, ROLE_HEADING, "Type");
    draw_part(canvas, 0, &column, widths->required, ROLE_HEADING, "R");
    draw_part(canvas, 0, &column, widths->can, ROLE_HEADING, "Can");
    draw_part(canvas, 0, &column, widths->more, ROLE_HEADING, "More");
}

static void draw_field(struct canvas *canvas, int row, const struct field *field, enum role role,
                       const struct columns *widths)
{
    int column = 2;
    struct text can = {0}, more = {0};
    describe_can(field, &can);
    describe_more(field, canvas_mark(canvas, MARK_ARROW), &more);
    draw_part(canvas, row, &column, widths->name, role, field->name);
    draw_part(canvas, row, &column, widths->label, role, field->label);
    draw_part(canvas, row, &column, widths->type, role, field_type_name(field->type));
    draw_part(canvas, row, &column, widths->required, role, field->required ? "*" : " ");
    draw_part(canvas, row, &column, widths->can, role, text_string(&can));
    draw_part(canvas, row, &column, widths->more, role, text_string(&more));
    text_free(&can);
    text_free(&more);
}

static void draw_row(const struct describe_pane *describe, struct canvas *canvas, int canvas_row,
                     size_t at, const struct columns *widths)
{
    size_t row = describe->shown[at];
    bool here = at == describe->scroller.cursor;
    enum role role = here ? ROLE_CURSOR : ROLE_TEXT;
    const struct field *field = field_of_row(describe, row);
    canvas_fill(canvas, canvas_row, 0, canvas_columns(canvas), role);
    if (here) {
        canvas_string(canvas, canvas_row, 0, 1, role, canvas_mark(canvas, MARK_CURSOR));
        canvas_set_cursor(canvas, canvas_row, 0);
    }
    if (field) {
        draw_field(canvas, canvas_row, field, role, widths);
        return;
    }
    struct text words = {0};
    text_append_string(&words, is_parent_row(describe, row) ? "to   " : "from ");
    describe_relation(relation_of_row(describe, row), &words);
    canvas_string(canvas, canvas_row, 2, canvas_columns(canvas) - 2, here ? role : ROLE_REFERENCE,
                  words.bytes);
    text_free(&words);
}

static void draw_note(const struct describe_pane *describe, struct canvas *canvas, int row)
{
    struct wrap wrap = {0};
    const char *note = describe->schema->note;
    int columns = canvas_columns(canvas), rows = note_rows(describe);
    if (!rows) {
        return;
    }
    wrap_text(&wrap, note, strlen(note), (size_t)columns);
    for (int i = 0; i < rows; i++) {
        const struct wrap_line *line = &wrap.lines[i];
        size_t length = i + 1 == rows ? strlen(note) - line->start : line->length;
        canvas_text(canvas, row + i, 0, columns, ROLE_DIM, ALIGN_LEFT, note + line->start, length);
    }
    wrap_free(&wrap);
}

static void draw_info(const struct describe_pane *describe, struct canvas *canvas, int row)
{
    size_t at;
    struct text words = {0};
    if (!cursor_row(describe, &at)) {
        return;
    }
    const struct field *field = field_of_row(describe, at);
    if (field) {
        describe_sentence(field, canvas_mark(canvas, MARK_BULLET), &words);
    } else {
        text_append_string(&words, "Enter describes the other object");
    }
    canvas_string(canvas, row, 0, canvas_columns(canvas), ROLE_TEXT, words.bytes);
    const char *second = field && field == describe->usage_field ? text_string(&describe->usage)
                         : field && field->help                  ? field->help
                         : describe->schema->note && !note_rows(describe) ? describe->schema->note
                                                                          : "";
    canvas_string(canvas, row + 1, 0, canvas_columns(canvas), ROLE_DIM, second);
    draw_note(describe, canvas, row + INFO_ROWS);
    text_free(&words);
}

static void draw_list(const struct describe_pane *describe, struct canvas *canvas)
{
    struct columns widths = share_out(canvas_columns(canvas));
    draw_heading(canvas, &widths);
    for (int i = 0; i < list_rows(describe); i++) {
        size_t at = describe->scroller.top + (size_t)i;
        if (at < describe->shown_count) {
            draw_row(describe, canvas, HEADING_ROWS + i, at, &widths);
        }
    }
    if (!describe->shown_count) {
        canvas_string(canvas, HEADING_ROWS, 2, canvas_columns(canvas) - 2, ROLE_DIM,
                      "no field has this in its name or label; Esc shows all");
    }
}

static void describe_draw(struct pane *pane, struct canvas *canvas)
{
    struct describe_pane *describe = of(pane);
    canvas_erase(canvas);
    if (!describe->schema) {
        canvas_string(canvas, 0, 0, canvas_columns(canvas), ROLE_DIM,
                      describe->ticket ? "asking..." : "not described");
        return;
    }
    draw_list(describe, canvas);
    int row = HEADING_ROWS + list_rows(describe);
    const struct field *field = cursor_field(describe);
    if (pane->rows >= RULE_FROM_ROWS) {
        canvas_rule(canvas, row++, field ? field->name : NULL);
    }
    draw_info(describe, canvas, row);
}

/* --- the pane --- */

static void describe_close(struct pane *pane)
{
    struct describe_pane *describe = of(pane);
    forget_usage(describe);
    if (describe->ticket) {
        session_forget(pane->app->session, describe->ticket);
    }
    schema_release(describe->schema);
    line_editor_free(&describe->find);
    text_free(&describe->usage);
    free(describe->wanted_field);
    free(describe->object);
    free(describe->shown);
    free(describe);
}

static void describe_recalculate(struct pane *pane)
{
    struct describe_pane *describe = of(pane);
    scroller_set(&describe->scroller, describe->shown_count, (size_t)list_rows(describe));
}

static struct scroller *describe_scroller(struct pane *pane)
{
    return &of(pane)->scroller;
}

static void describe_title(const struct pane *pane, struct text *out)
{
    text_format(out, "Describe: %s", ((const struct describe_pane *)pane)->object);
}

static void describe_title_right(const struct pane *pane, struct text *out)
{
    const struct describe_pane *describe = (const struct describe_pane *)pane;
    if (describe->finding || describe->find.text.length) {
        text_format(out, "find: %s%s", text_string(&describe->find.text),
                    describe->finding ? "_" : "");
    } else if (describe->schema) {
        text_format(out, "%zu fields", describe->schema->field_count);
    }
}

static void describe_hints(const struct pane *pane, struct text *out)
{
    if (((const struct describe_pane *)pane)->finding) {
        text_append_string(out, "type a part of a name or label  Enter keep  Esc show all");
    }
}

const struct pane_ops describe_pane_ops = {
    .name = "describe",
    .about = "fields and relations of an object",
    .flags = PANE_FULL,
    .commands = describe_commands,
    .close = describe_close,
    .recalculate = describe_recalculate,
    .draw = describe_draw,
    .key = describe_key,
    .mouse = describe_mouse,
    .title = describe_title,
    .title_right = describe_title_right,
    .hints = describe_hints,
    .scroller = describe_scroller,
};

unsigned describe_pane_open_object(struct app *app, const char *object, const char *field)
{
    struct describe_pane *describe = memory_zeroed(1, sizeof *describe);
    describe->pane.ops = &describe_pane_ops;
    describe->pane.app = app;
    describe->object = memory_copy_string(object);
    describe->wanted_field = memory_copy_string(field);
    describe->ticket = session_want_schema(app->session, object, schema_arrived, describe);
    app_push(app, &describe->pane);
    return REACTION_HANDLED;
}

unsigned describe_pane_open(struct app *app, const char *field)
{
    const struct schema *schema = app_list_schema(app);
    if (!schema) {
        app_message(app, ROLE_WARNING, "Open an object first: there is nothing to describe.");
        return REACTION_HANDLED;
    }
    return describe_pane_open_object(app, schema->name, field);
}
