/*
 * filter: the filter and order builder (f, o). Rows on top, the same as text below; either edits
 * the other. Nothing reaches the list before it is applied. UI thread.
 */
#include "ui/panes/filter.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/command.h"
#include "ui/panes/filter_pane.h"
#include "ui/panes/panes.h"
#include "ui/panes/views.h"
#include "ui/widgets/keys.h"

static struct filter_pane *of(struct pane *pane)
{
    return (struct filter_pane *)pane;
}

const struct filter_row *filter_pane_row(const struct filter_pane *filter)
{
    return &filter->rows.rows[filter->scroller.cursor];
}

const struct field *filter_pane_field(const struct filter_pane *filter,
                                      const struct filter *condition)
{
    return field_by_parts(filter->pane.app->session, filter->schema, condition->parts,
                          condition->part_count, NULL);
}

/* --- the query as it stands --- */

static void add_columns(const struct filter_pane *filter, struct query *query)
{
    struct error error = {0};
    if (*filter->columns) {
        query_parse_columns(query, filter->columns, &error);
    }
    error_clear(&error);
}

/* The whole query, with the list's columns; the caller frees. */
static struct query *whole_query(const struct filter_pane *filter)
{
    struct query *query = filter_rows_query(&filter->rows);
    add_columns(filter, query);
    query->include_deleted = filter->count.include_deleted;
    return query;
}

static void set_scroller(struct filter_pane *filter)
{
    int rows = filter_list_rows(filter);
    scroller_set(&filter->scroller, filter->rows.count, (size_t)rows);
}

unsigned filter_pane_changed(struct filter_pane *filter, long row)
{
    struct query *query = filter_rows_query(&filter->rows);
    filter_rows_refresh(&filter->rows);
    filter_text_set(&filter->text, query);
    filter_count_ask(&filter->count, query);
    query_free(query);
    set_scroller(filter);
    if (row != NO_ROW) {
        scroller_go(&filter->scroller, (size_t)row);
    }
    pane_mark(&filter->pane);
    return REACTION_HANDLED | REACTION_REDRAW;
}

/* The text was typed in: the rows follow it when it can be read. */
static void text_changed(struct filter_pane *filter)
{
    struct query *query =
        filter_text_read(&filter->text, filter->pane.app->session, filter->schema->name);
    if (!query) {
        return;
    }
    filter_rows_load(&filter->rows, query);
    filter_count_ask(&filter->count, query);
    query_free(query);
    set_scroller(filter);
}

/* --- applying --- */

/* A text with a mistake is never applied, nor lost. */
static bool refuse_mistake(struct filter_pane *filter)
{
    if (!error_is_set(&filter->text.error)) {
        return false;
    }
    app_message(filter->pane.app, ROLE_ERROR,
                "Not done: the text has a mistake. Mend it, or Ctrl-Z takes typing back.");
    filter->in_text = true;
    return true;
}

static unsigned apply(struct filter_pane *filter)
{
    struct app *app = filter->pane.app;
    struct error error = {0};
    if (refuse_mistake(filter)) {
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    struct query *query = whole_query(filter);
    if (!session_resolve(app->session, query, -2, &error)) {
        app_error(app, &error);
        error_clear(&error);
        query_free(query);
        return REACTION_HANDLED;
    }
    app_pop(app, &filter->pane);
    app_apply_query(app, query);
    return REACTION_HANDLED | REACTION_REDRAW_ALL;
}

static unsigned run_apply(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return apply(of(pane));
}

static unsigned run_save(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    if (refuse_mistake(of(pane))) {
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    struct query *query = whole_query(of(pane));
    view_save_as(app, query);
    query_free(query);
    return REACTION_HANDLED;
}

/* --- commands on rows --- */

static unsigned moved_to(struct filter_pane *filter, long row, const char *refusal)
{
    if (row != NO_ROW) {
        return filter_pane_changed(filter, row);
    }
    app_message(filter->pane.app, ROLE_DIM, "%s", refusal);
    return REACTION_HANDLED;
}

static unsigned run_add(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    if (filter_pane_row(of(pane))->kind == FILTER_ROW_ORDER) {
        filter_pick_order(of(pane), true);
    } else {
        filter_add_row(of(pane));
    }
    return REACTION_HANDLED;
}

static unsigned run_group(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct filter_pane *filter = of(pane);
    return moved_to(filter, filter_rows_group(&filter->rows, filter->scroller.cursor), "");
}

static unsigned run_remove(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct filter_pane *filter = of(pane);
    return moved_to(filter, filter_rows_remove(&filter->rows, filter->scroller.cursor),
                    "There is nothing to remove here.");
}

static unsigned run_move_up(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct filter_pane *filter = of(pane);
    return moved_to(filter, filter_rows_move(&filter->rows, filter->scroller.cursor, false),
                    "It is the first already.");
}

static unsigned run_move_down(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct filter_pane *filter = of(pane);
    return moved_to(filter, filter_rows_move(&filter->rows, filter->scroller.cursor, true),
                    "It is the last already.");
}

/* Space: all of, any of, none of; ascending, descending. */
static unsigned run_toggle(struct app *app, struct pane *pane, const char *argument);

static unsigned edit_condition(struct filter_pane *filter, struct filter *condition)
{
    if (filter->cell == CELL_FIELD) {
        filter_edit_field(filter, condition);
    } else if (filter->cell == CELL_OPERATOR) {
        filter_edit_operator(filter, condition);
    } else {
        filter_edit_value(filter, condition, filter->cell == CELL_SECOND_VALUE);
    }
    return REACTION_HANDLED;
}

static unsigned run_edit(struct app *app, struct pane *pane, const char *argument)
{
    struct filter_pane *filter = of(pane);
    const struct filter_row *row = filter_pane_row(filter);
    if (row->kind == FILTER_ROW_CONDITION) {
        return edit_condition(filter, row->node);
    }
    if (row->kind == FILTER_ROW_LIMIT) {
        filter_edit_limit(filter);
    } else if (row->kind == FILTER_ROW_GROUP) {
        return run_toggle(app, pane, argument);
    } else if (!filter->rows.query->order_count) {
        filter_pick_order(filter, true);
    } else if (filter->cell == CELL_FIELD) {
        filter_pick_order(filter, false);
    } else {
        return run_toggle(app, pane, argument);
    }
    return REACTION_HANDLED;
}

static unsigned run_toggle(struct app *app, struct pane *pane, const char *argument)
{
    struct filter_pane *filter = of(pane);
    (void)argument;
    size_t cursor = filter->scroller.cursor;
    enum filter_row_kind kind = filter_pane_row(filter)->kind;
    if (kind == FILTER_ROW_GROUP) {
        return moved_to(filter, filter_rows_cycle(&filter->rows, cursor), "");
    }
    if (kind == FILTER_ROW_ORDER && filter->rows.query->order_count) {
        return moved_to(filter, filter_rows_flip_order(&filter->rows, cursor), "");
    }
    app_message(app, ROLE_DIM, "Space turns a group or an order round; Enter edits.");
    return REACTION_HANDLED;
}

static unsigned run_order(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct filter_pane *filter = of(pane);
    scroller_go(&filter->scroller, filter_rows_first_order(&filter->rows));
    filter->cell = CELL_FIELD;
    return REACTION_HANDLED | REACTION_REDRAW;
}

/* The last cell that the cursor's row has. */
static enum filter_cell last_cell(const struct filter_pane *filter)
{
    const struct filter_row *row = filter_pane_row(filter);
    if (row->kind == FILTER_ROW_ORDER) {
        return filter->rows.query->order_count ? CELL_OPERATOR : CELL_FIELD;
    }
    if (row->kind != FILTER_ROW_CONDITION) {
        return CELL_FIELD;
    }
    int needed = filter_operator_operands(row->node->operator_);
    return needed == 0 ? CELL_OPERATOR : needed == 2 ? CELL_SECOND_VALUE : CELL_VALUE;
}

static unsigned run_left(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct filter_pane *filter = of(pane);
    enum filter_cell last = last_cell(filter);
    enum filter_cell cell = filter->cell < last ? filter->cell : last;
    filter->cell = cell == CELL_FIELD ? CELL_FIELD : (enum filter_cell)(cell - 1);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned run_right(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct filter_pane *filter = of(pane);
    enum filter_cell last = last_cell(filter);
    filter->cell = filter->cell < last ? (enum filter_cell)(filter->cell + 1) : last;
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned run_text(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    of(pane)->in_text = true;
    return REACTION_HANDLED | REACTION_REDRAW;
}

static const struct command filter_commands[] = {
    {"filter-add", "a", "add a condition, or an order term", "add", ARGUMENT_NONE, COMMAND_HINT,
     NULL, run_add},
    {"filter-edit", "Enter e", "edit the cell under the cursor", "edit", ARGUMENT_NONE,
     COMMAND_HINT, NULL, run_edit},
    {"filter-apply", "F2 Ctrl-S", "apply the filter and order to the list", "apply", ARGUMENT_NONE,
     COMMAND_HINT, NULL, run_apply},
    {"filter-save", "s", "save filter, order and columns as a view", "save", ARGUMENT_NONE,
     COMMAND_HINT, NULL, run_save},
    {"filter-text", "Tab", "type the filter as text", "text", ARGUMENT_NONE, COMMAND_HINT, NULL,
     run_text},
    {"filter-group", "g", "put a group round the condition", "group", ARGUMENT_NONE, COMMAND_HINT,
     NULL, run_group},
    {"filter-remove", "x Del", "remove the row", "remove", ARGUMENT_NONE, COMMAND_HINT, NULL,
     run_remove},
    {"filter-toggle", "Space", "turn all of, any of, none of; ascending, descending", NULL,
     ARGUMENT_NONE, 0, NULL, run_toggle},
    {"filter-order", "o", "go to the order", NULL, ARGUMENT_NONE, 0, NULL, run_order},
    {"filter-move-up", "K Shift-Up", "move the row up, into a group or out of it", NULL,
     ARGUMENT_NONE, 0, NULL, run_move_up},
    {"filter-move-down", "J Shift-Down", "move the row down, into a group or out of it", NULL,
     ARGUMENT_NONE, 0, NULL, run_move_down},
    {"filter-left", "Left h", "go to the cell on the left", NULL, ARGUMENT_NONE, COMMAND_HIDDEN,
     NULL, run_left},
    {"filter-right", "Right l", "go to the cell on the right", NULL, ARGUMENT_NONE, COMMAND_HIDDEN,
     NULL, run_right},
    {.name = NULL},
};

/* --- typing the text --- */

static void add_completion(void *context, const char *candidate, const char *note)
{
    struct filter_pane *filter = context;
    (void)note;
    text_append(&filter->completions, candidate, strlen(candidate) + 1);
}

static void insert_completion(struct filter_pane *filter, const char *candidate)
{
    line_editor_replace(&filter->text.line, filter->completion_start, filter->text.line.cursor,
                        candidate, strlen(candidate));
    text_changed(filter);
    pane_mark(&filter->pane);
}

static void completion_chosen(void *context, int item)
{
    struct filter_pane *filter = context;
    const char *candidate = filter->completions.bytes;
    while (item-- > 0) {
        candidate += strlen(candidate) + 1;
    }
    insert_completion(filter, candidate);
}

static size_t completion_items(const struct filter_pane *filter, const char ***items)
{
    const struct text *all = &filter->completions;
    size_t count = 0, capacity = 0;
    *items = NULL;
    for (size_t at = 0; at < all->length; at += strlen(all->bytes + at) + 1) {
        *items = memory_grow(*items, count, &capacity, sizeof **items);
        (*items)[count++] = all->bytes + at;
    }
    return count;
}

static bool is_of_path(char character)
{
    return (character >= '0' && character <= '9') || character == '_' || character == '.' ||
           ((character | 0x20) >= 'a' && (character | 0x20) <= 'z');
}

/* "account.na": a parent's fields, which the language does not know by itself. */
static bool complete_parent(struct filter_pane *filter)
{
    const struct line_editor *line = &filter->text.line;
    const char *text = text_string(&line->text);
    size_t start = line->cursor;
    while (start && is_of_path(text[start - 1])) {
        start--;
    }
    const char *dot = memchr(text + start, '.', line->cursor - start);
    if (!dot) {
        return false;
    }
    char *parent = memory_copy(text + start, (size_t)(dot - text) - start);
    char *typed = memory_copy(dot + 1, line->cursor - (size_t)(dot + 1 - text));
    const struct field *reference = schema_reference(filter->schema, parent);
    field_choices_free(&filter->choices);
    field_choices_make(&filter->choices, filter->pane.app->session, filter->schema,
                       FIELDS_TO_FILTER);
    size_t length = reference && reference->relation ? strlen(reference->relation) : 0;
    for (size_t i = 0; length && i < filter->choices.count; i++) {
        const char *path = filter->choices.paths[i];
        if (strncmp(path, reference->relation, length) == 0 && path[length] == '.' &&
            text_starts_folded(path + length + 1, strlen(path + length + 1), typed,
                               strlen(typed))) {
            add_completion(filter, path, NULL);
        }
    }
    filter->completion_start = start;
    free(parent);
    free(typed);
    return filter->completions.length > 0;
}

static unsigned complete(struct filter_pane *filter)
{
    const struct line_editor *line = &filter->text.line;
    const char **items;
    text_truncate(&filter->completions, 0);
    if (!complete_parent(filter)) {
        filter->completion_start = query_complete(text_string(&line->text), line->cursor,
                                                  filter->schema, add_completion, filter);
    }
    size_t count = completion_items(filter, &items);
    if (count == 1) {
        insert_completion(filter, items[0]);
    } else if (count) {
        picker_open(filter->pane.app, "What may stand here", items, NULL, count, -1,
                    filter->pane.origin_row,
                    filter->pane.origin_column + filter->pane.cursor_column, completion_chosen,
                    filter);
    } else {
        app_message(filter->pane.app, ROLE_DIM, "Nothing known can be completed here.");
    }
    free(items);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned leave_text(struct filter_pane *filter)
{
    filter->in_text = false;
    if (error_is_set(&filter->text.error)) {
        app_message(filter->pane.app, ROLE_WARNING,
                    "The text has a mistake; the rows are what it last said. A change to them "
                    "replaces it.");
    }
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned type_text(struct filter_pane *filter, const struct key_press *key)
{
    char *before = memory_copy_string(text_string(&filter->text.line.text));
    bool used = line_editor_key(&filter->text.line, key);
    if (strcmp(before, text_string(&filter->text.line.text)) != 0) {
        text_changed(filter);
    }
    free(before);
    return used ? REACTION_HANDLED | REACTION_REDRAW : REACTION_IGNORED;
}

static unsigned filter_key(struct pane *pane, const struct key_press *key)
{
    struct filter_pane *filter = of(pane);
    if (!filter->in_text) {
        return REACTION_IGNORED;
    }
    if (key_is(key, PRESS_ENTER)) {
        return apply(filter);
    }
    if (key_is(key, PRESS_ESCAPE) || key_is(key, PRESS_BACK_TAB)) {
        return leave_text(filter);
    }
    if (key_is(key, PRESS_TAB) || key_is(key, PRESS_CONTROL('N'))) {
        return complete(filter);
    }
    if (key_is(key, PRESS_UP) || key_is(key, PRESS_DOWN)) {
        filter_text_move(&filter->text, key->code == PRESS_DOWN);
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    unsigned reaction = type_text(filter, key);
    return key->kind == KEY_PRESS_CHARACTER ? reaction | REACTION_HANDLED : reaction;
}

/* --- the pane --- */

static void filter_close(struct pane *pane)
{
    struct filter_pane *filter = of(pane);
    filter_count_free(&filter->count);
    filter_rows_free(&filter->rows);
    filter_text_free(&filter->text);
    field_choices_free(&filter->choices);
    filter_free_labels(filter);
    text_free(&filter->completions);
    schema_release(filter->edited_schema);
    schema_release(filter->schema);
    free(filter->columns);
    free(filter);
}

static void filter_recalculate(struct pane *pane)
{
    set_scroller(of(pane));
}

static struct scroller *filter_scroller(struct pane *pane)
{
    return &of(pane)->scroller;
}

static void filter_title(const struct pane *pane, struct text *out)
{
    text_format(out, "Filter: %s", ((const struct filter_pane *)pane)->schema->label);
}

static void filter_hints(const struct pane *pane, struct text *out)
{
    if (((const struct filter_pane *)pane)->in_text) {
        text_append_string(out, "Enter apply  Tab complete  Esc back to the rows");
    }
}

const struct pane_ops filter_pane_ops = {
    .name = "filter",
    .about = "filter and order, as rows and as text",
    .flags = PANE_FULL,
    .commands = filter_commands,
    .close = filter_close,
    .recalculate = filter_recalculate,
    .draw = filter_draw,
    .key = filter_key,
    .title = filter_title,
    .hints = filter_hints,
    .scroller = filter_scroller,
};

static struct filter_pane *open_pane(struct app *app)
{
    const struct schema *schema = app_list_schema(app);
    const struct query *query = app_list_query(app);
    if (!schema || !query) {
        app_message(app, ROLE_WARNING, "Open an object first: there is no list to filter.");
        return NULL;
    }
    struct filter_pane *filter = memory_zeroed(1, sizeof *filter);
    filter->pane.ops = &filter_pane_ops;
    filter->pane.app = app;
    filter->schema = schema_hold(schema);
    filter->columns = view_columns_text(query);
    filter->count.pane = &filter->pane;
    filter->count.session = app->session;
    filter->count.schema = filter->schema;
    filter->count.include_deleted = query->include_deleted;
    filter_rows_load(&filter->rows, query);
    app_push(app, &filter->pane);
    filter_pane_changed(filter, filter->rows.rows[0].node->child_count ? 1 : 0);
    return filter;
}

unsigned filter_pane_open(struct app *app)
{
    open_pane(app);
    return REACTION_HANDLED;
}

unsigned filter_pane_open_order(struct app *app)
{
    struct filter_pane *filter = open_pane(app);
    return filter ? run_order(app, &filter->pane, NULL) : REACTION_HANDLED;
}

unsigned filter_pane_open_field(struct app *app, const char *path)
{
    struct filter_pane *filter = open_pane(app);
    if (filter) {
        filter_rows_narrow(&filter->rows);
        filter_add_field(filter, path);
    }
    return REACTION_HANDLED;
}
