/*
 * columns: which fields the list shows, and in which order. UI thread.
 *
 * The chosen columns stand first, in their order; below them the object's other fields and the
 * names of its references. Nothing changes in the list before Enter; q leaves all as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/panes/panes.h"
#include "ui/widgets/scroller.h"

struct column_choice {
    char *path; /* back-quoted as the language wants it */
    char *label;
    const char *type;
    bool chosen;
};

struct columns_pane {
    struct pane pane;
    struct scroller scroller;
    struct schema *schema; /* held */
    struct column_choice *choices;
    size_t count, capacity;
};

static struct column_choice *column_at_cursor(struct columns_pane *columns)
{
    return &columns->choices[columns->scroller.cursor];
}

static long find_choice(const struct columns_pane *columns, const char *path)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->choices[i].path, path) == 0) {
            return (long)i;
        }
    }
    return -1;
}

/* Adds a choice unless it stands there already. */
static void add_choice(struct columns_pane *columns, const char *const *parts, size_t part_count,
                       const char *label, const char *type, bool chosen)
{
    struct text path = {0};
    query_print_path(parts, part_count, &path);
    if (find_choice(columns, text_string(&path)) >= 0) {
        text_free(&path);
        return;
    }
    columns->choices = memory_grow(columns->choices, columns->count, &columns->capacity,
                                   sizeof(*columns->choices));
    columns->choices[columns->count++] = (struct column_choice){
        .path = text_take(&path),
        .label = memory_copy_string(label),
        .type = type,
        .chosen = chosen,
    };
}

static void add_query_columns(struct columns_pane *columns, const struct query *query)
{
    for (size_t i = 0; i < query->column_count; i++) {
        const struct query_column *column = &query->columns[i];
        struct text label = {0};
        app_column_label(columns->schema, column, &label);
        add_choice(columns, (const char *const *)column->parts, column->part_count,
                   label.length > 0 ? text_string(&label) : column->path,
                   column->field != NULL ? field_type_name(column->field->type) : "", true);
        text_free(&label);
    }
}

/* A reference also offers the name of the record it points at: Account.Name. */
static void add_reference_name(struct columns_pane *columns, const struct field *field)
{
    const struct schema *target = session_schema(columns->pane.app->session, field->references);
    if (target == NULL || target->name_field == NULL || field->relation == NULL) {
        return;
    }
    const char *parts[2] = {field->relation, target->name_field};
    struct text label = {0};
    app_field_label(field, &label);
    add_choice(columns, parts, 2, text_string(&label), "name of the reference", false);
    text_free(&label);
}

static void add_schema_fields(struct columns_pane *columns)
{
    for (size_t i = 0; i < columns->schema->field_count; i++) {
        const struct field *field = &columns->schema->fields[i];
        const char *parts[1] = {field->name};
        add_choice(columns, parts, 1, field->label, field_type_name(field->type), false);
        if (field->references != NULL) {
            add_reference_name(columns, field);
        }
    }
}

static void columns_close(struct pane *pane)
{
    struct columns_pane *columns = (struct columns_pane *)pane;
    for (size_t i = 0; i < columns->count; i++) {
        free(columns->choices[i].path);
        free(columns->choices[i].label);
    }
    free(columns->choices);
    schema_release(columns->schema);
    free(columns);
}

static void columns_recalculate(struct pane *pane)
{
    struct columns_pane *columns = (struct columns_pane *)pane;
    scroller_set(&columns->scroller, columns->count, pane->rows > 0 ? (size_t)pane->rows : 0);
}

static void columns_draw(struct pane *pane, struct canvas *canvas)
{
    struct columns_pane *columns = (struct columns_pane *)pane;
    const struct scroller *scroller = &columns->scroller;
    int width = canvas_columns(canvas);
    int each = (width - 6) / 3;
    canvas_erase(canvas);
    for (size_t i = 0; i < scroller->rows && scroller->top + i < scroller->count; i++) {
        size_t index = scroller->top + i;
        const struct column_choice *choice = &columns->choices[index];
        enum role role = choice->chosen ? ROLE_TEXT : ROLE_DIM;
        int row = (int)i;
        canvas_string(canvas, row, 0, 1, ROLE_CURSOR,
                      index == scroller->cursor ? canvas_mark(canvas, MARK_CURSOR) : " ");
        canvas_string(canvas, row, 2, 3, ROLE_MARKED, choice->chosen ? "[x]" : "[ ]");
        canvas_string(canvas, row, 6, each - 1, role, choice->label);
        canvas_string(canvas, row, 6 + each, each - 1, role, choice->path);
        canvas_string(canvas, row, 6 + 2 * each, width - 6 - 2 * each, ROLE_DIM, choice->type);
    }
    canvas_set_cursor(canvas, (int)(scroller->cursor - scroller->top), 3);
}

static size_t chosen_count(const struct columns_pane *columns)
{
    size_t count = 0;
    for (size_t i = 0; i < columns->count; i++) {
        count += columns->choices[i].chosen;
    }
    return count;
}

static void columns_title(const struct pane *pane, struct text *out)
{
    const struct columns_pane *columns = (const struct columns_pane *)pane;
    text_format(out, "Columns of %s: %zu of %zu shown", columns->schema->label,
                chosen_count(columns), columns->count);
}

static struct scroller *columns_scroller(struct pane *pane)
{
    return &((struct columns_pane *)pane)->scroller;
}

/* Moves the choice under the cursor to another place, and the cursor with it. */
static void move_choice(struct columns_pane *columns, size_t to)
{
    size_t from = columns->scroller.cursor;
    struct column_choice moved = columns->choices[from];
    if (to < from) {
        memmove(&columns->choices[to + 1], &columns->choices[to], (from - to) * sizeof(moved));
    } else {
        memmove(&columns->choices[from], &columns->choices[from + 1], (to - from) * sizeof(moved));
    }
    columns->choices[to] = moved;
    scroller_go(&columns->scroller, to);
}

static unsigned toggle(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct columns_pane *columns = (struct columns_pane *)pane;
    struct column_choice *choice = column_at_cursor(columns);
    choice->chosen = !choice->chosen;
    return REACTION_REDRAW;
}

static unsigned move_up(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct columns_pane *columns = (struct columns_pane *)pane;
    if (columns->scroller.cursor > 0) {
        move_choice(columns, columns->scroller.cursor - 1);
    }
    return REACTION_REDRAW;
}

static unsigned move_down(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct columns_pane *columns = (struct columns_pane *)pane;
    if (columns->scroller.cursor + 1 < columns->count) {
        move_choice(columns, columns->scroller.cursor + 1);
    }
    return REACTION_REDRAW;
}

static const char *none_chosen(struct app *app, struct pane *pane)
{
    (void)app;
    return chosen_count((const struct columns_pane *)pane) > 0
               ? NULL
               : "a list needs one column: choose it with Space";
}

static unsigned use_columns(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct columns_pane *columns = (struct columns_pane *)pane;
    struct text list = {0};
    for (size_t i = 0; i < columns->count; i++) {
        if (columns->choices[i].chosen) {
            text_format(&list, "%s%s", list.length > 0 ? ", " : "", columns->choices[i].path);
        }
    }
    struct query *query = query_copy(app_list_query(app));
    struct error error = {0};
    query_clear_columns(query);
    query->resolved = false;
    if (query_parse_columns(query, text_string(&list), &error)) {
        app_apply_query(app, query);
    } else {
        app_error(app, &error);
        query_free(query);
    }
    error_clear(&error);
    text_free(&list);
    return REACTION_CLOSE;
}

static const struct command columns_commands[] = {
    {.name = "toggle-column",
     .keys = "Space",
     .help = "show the field as a column, or no longer",
     .hint = "show or hide",
     .flags = COMMAND_HINT,
     .run = toggle},
    {.name = "column-earlier",
     .keys = "K Shift-Up",
     .help = "move the column one place to the left",
     .hint = "move up",
     .flags = COMMAND_HINT,
     .run = move_up},
    {.name = "column-later",
     .keys = "J Shift-Down",
     .help = "move the column one place to the right",
     .hint = "move down",
     .flags = COMMAND_HINT,
     .run = move_down},
    {.name = "use-columns",
     .keys = "Enter",
     .help = "use these columns in the list",
     .hint = "use",
     .flags = COMMAND_HINT,
     .why_not = none_chosen,
     .run = use_columns},
    {.name = NULL},
};

const struct pane_ops columns_pane_ops = {
    .name = "columns",
    .about = "Which fields the list shows, and in which order",
    .flags = PANE_FULL | PANE_FORM,
    .commands = columns_commands,
    .close = columns_close,
    .recalculate = columns_recalculate,
    .draw = columns_draw,
    .title = columns_title,
    .scroller = columns_scroller,
};

unsigned columns_pane_open(struct app *app)
{
    const struct schema *schema = app_list_schema(app);
    const struct query *query = app_list_query(app);
    if (schema == NULL || query == NULL) {
        app_message(app, ROLE_WARNING, "Open a list first: it has the columns.");
        return REACTION_HANDLED;
    }
    struct columns_pane *columns = memory_zeroed(1, sizeof(*columns));
    columns->pane.ops = &columns_pane_ops;
    columns->pane.app = app;
    columns->schema = schema_hold(schema);
    add_query_columns(columns, query);
    add_schema_fields(columns);
    app_push(app, &columns->pane);
    return REACTION_REDRAW_ALL;
}
