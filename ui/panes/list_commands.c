/* list: see list.h. This file: its commands and the mouse. UI thread. */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/options.h"
#include "ui/panes/list_private.h"
#include "ui/terminal.h"
#include "ui/widgets/editor.h"

/* --- columns under the cursor --- */

static unsigned to_column(struct list_pane *self, size_t column)
{
    if (column < self->columns.count) {
        self->cursor_column = column;
        list_columns_show_cursor(self);
    }
    return REACTION_REDRAW;
}

static unsigned run_left(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct list_pane *self = list_of(pane);
    return to_column(self, self->cursor_column == 0 ? 0 : self->cursor_column - 1);
}

static unsigned run_right(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return to_column(list_of(pane), list_of(pane)->cursor_column + 1);
}

static unsigned run_first_column(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return to_column(list_of(pane), 0);
}

static unsigned run_last_column(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return to_column(list_of(pane), list_of(pane)->columns.count - 1);
}

static unsigned resize_column(struct list_pane *self, int by)
{
    if (self->cursor_column < self->columns.count) {
        struct list_column *column = &self->columns.items[self->cursor_column];
        int width = list_column_width(self, self->cursor_column) + by;
        column->width = width < LIST_WIDTH_LEAST ? LIST_WIDTH_LEAST : width;
        list_columns_remember(self->pane.app->session, self->schema, &self->columns);
    }
    return REACTION_REDRAW;
}

static unsigned run_narrow(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return resize_column(list_of(pane), -2);
}

static unsigned run_widen(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return resize_column(list_of(pane), 2);
}

static unsigned run_freeze(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    (void)argument;
    size_t wanted = self->cursor_column + 1;
    self->columns.frozen = self->columns.frozen == wanted ? 0 : wanted;
    self->first_column = self->columns.frozen;
    list_columns_show_cursor(self);
    list_columns_remember(self->pane.app->session, self->schema, &self->columns);
    app_message(app, ROLE_DIM,
                self->columns.frozen == 0 ? "No column is frozen."
                                          : "Columns up to this one stay when scrolling sideways.");
    return REACTION_REDRAW;
}

/* The query asks for columns in their order, so a column that moves asks again. */
static unsigned move_column(struct list_pane *self, int by)
{
    size_t from = self->cursor_column;
    size_t to = from + (size_t)by; /* wraps below 0, and is refused then */
    if (from >= self->columns.count || to >= self->columns.count) {
        return REACTION_HANDLED;
    }
    struct list_column moved = self->columns.items[from];
    self->columns.items[from] = self->columns.items[to];
    self->columns.items[to] = moved;
    self->cursor_column = to;
    list_columns_remember(self->pane.app->session, self->schema, &self->columns);
    list_reopen(self, query_copy(self->query));
    return REACTION_RECALCULATE;
}

static unsigned run_move_left(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return move_column(list_of(pane), -1);
}

static unsigned run_move_right(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return move_column(list_of(pane), 1);
}

/* --- order --- */

static bool is_order_of(const struct query *query, const char *path)
{
    struct text text = {0};
    bool same = false;
    if (query->order_count == 1) {
        query_print_path((const char *const *)query->order[0].parts, query->order[0].part_count,
                         &text);
        same = text_equal_folded(text_string(&text), path);
    }
    text_free(&text);
    return same;
}

static unsigned sort_column(struct list_pane *self, bool descending)
{
    if (self->cursor_column >= self->columns.count) {
        return REACTION_HANDLED;
    }
    const struct list_column *column = &self->columns.items[self->cursor_column];
    struct query *query = query_copy(self->query);
    bool clear = is_order_of(query, column->path) && query->order[0].descending == descending;
    query_clear_order(query);
    if (clear) {
        app_message(self->pane.app, ROLE_DIM, "Not sorted any more.");
    } else {
        query_add_order(query, column->path, descending, false);
    }
    if (self->view == NULL && query->filter == NULL) {
        list_order_remember(self->pane.app->session, query);
    }
    list_reopen(self, query);
    return REACTION_RECALCULATE;
}

static unsigned run_sort(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return sort_column(list_of(pane), false);
}

static unsigned run_sort_descending(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return sort_column(list_of(pane), true);
}

static const char *why_not_sort(struct app *app, struct pane *pane)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    (void)app;
    if (self->schema == NULL || self->cursor_column >= self->columns.count) {
        return "no list is open";
    }
    const struct field *field = self->columns.items[self->cursor_column].field;
    return field != NULL && !field->sort ? "the list cannot be sorted by this field" : NULL;
}

/* --- deleted records --- */

static const char *why_not_deleted(struct app *app, struct pane *pane)
{
    if (list_of(pane)->schema == NULL) {
        return "no list is open";
    }
    return session_can(app->session, CAN_INCLUDE_DELETED) ? NULL
                                                          : "the backend keeps no deleted records";
}

static unsigned run_include_deleted(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    struct query *query = query_copy(self->query);
    (void)argument;
    query->include_deleted = !query->include_deleted;
    app_message(app, ROLE_DIM,
                query->include_deleted ? "Deleted records are shown too."
                                       : "Deleted records are not shown any more.");
    if (self->view == NULL && query->filter == NULL) {
        list_deleted_remember(app->session, query);
    }
    list_reopen(self, query);
    return REACTION_RECALCULATE;
}

/* --- finding in what is shown --- */

static bool row_has(const struct list_pane *self, size_t at)
{
    struct list_row row;
    bool found = false;
    bool there = list_row_read(self, at, &row) && (row.page != NULL || row.create != 0);
    for (size_t i = 0; there && !found && i < self->columns.count; i++) {
        struct text out = {0};
        bool staged = false;
        list_row_print(self, &row, &self->columns.items[i], &out, &staged);
        found = text_contains_folded(text_string(&out), out.length, self->find.bytes,
                                     self->find.length);
        text_free(&out);
    }
    list_row_free(&row);
    return found;
}

static unsigned find_from(struct list_pane *self, size_t from, bool forward)
{
    size_t count = self->scroller.count;
    for (size_t step = 0; step < count && self->find.length > 0; step++) {
        size_t at = forward ? (from + step) % count : (from + count - step) % count;
        if (row_has(self, at)) {
            scroller_go(&self->scroller, at);
            list_note_cursor(self);
            app_rest_later(self->pane.app);
            pane_mark_recalculate(&self->pane);
            return REACTION_REDRAW;
        }
    }
    app_message(self->pane.app, ROLE_WARNING, "'%s' is not in the %zu rows read so far.",
                text_string(&self->find), count);
    return REACTION_REDRAW;
}

static bool find_entered(void *context, const char *text)
{
    struct list_pane *self = context;
    text_truncate(&self->find, 0);
    text_append_string(&self->find, text);
    if (self->find.length > 0) {
        find_from(self, self->scroller.cursor, true);
    }
    pane_mark(&self->pane);
    return true;
}

static unsigned run_find(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    if (argument != NULL) {
        find_entered(self, argument);
        return REACTION_REDRAW;
    }
    prompt_open(app, "Find in what is shown", text_string(&self->find), find_entered, self);
    return REACTION_HANDLED;
}

static unsigned run_find_next(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    (void)app;
    (void)argument;
    return find_from(self, self->scroller.cursor + 1, true);
}

static unsigned run_find_previous(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    (void)app;
    (void)argument;
    return find_from(
        self, self->scroller.cursor == 0 ? self->scroller.count - 1 : self->scroller.cursor - 1,
        false);
}

static const char *why_not_find_next(struct app *app, struct pane *pane)
{
    (void)app;
    return list_of(pane)->find.length == 0 || list_of(pane)->scroller.count == 0
               ? "nothing has been searched for; / does"
               : NULL;
}

/* --- rows --- */

static unsigned run_mark(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    (void)argument;
    if (self->cursor_id == NULL) {
        app_message(app, ROLE_WARNING, "Only saved records can be marked.");
        return REACTION_HANDLED;
    }
    list_toggle_mark(self, self->cursor_id);
    if (scroller_move(&self->scroller, SCROLLER_DOWN)) {
        pane->ops->moved(pane);
    }
    return REACTION_REDRAW;
}

static unsigned run_unmark_all(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    list_clear_marks(list_of(pane));
    return REACTION_REDRAW;
}

static unsigned run_enter(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    struct list_row row = {0};
    bool staged = false;
    (void)argument;
    if (self->schema == NULL) {
        app_focus(app, app->objects);
        return REACTION_HANDLED;
    }
    const struct list_column *column = &self->columns.items[self->cursor_column];
    struct value own = value_absent();
    if (list_row_read(self, self->scroller.cursor, &row)) {
        own = list_row_own(self, &row, column, &staged);
    }
    char *id = value_to_string(&own);
    if (id != NULL && column->own->references != NULL && column->own->references_field == NULL) {
        app_open_record(app, session_reference_object(app->session, column->own, id), id);
    } else {
        app_focus(app, app->detail);
    }
    free(id);
    list_row_free(&row);
    return REACTION_HANDLED;
}

/* The record has the whole screen: it is seen at once that the keys go there now. */
static unsigned run_edit_record(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    app_focus(app, app->detail);
    app->zoomed = true;
    return REACTION_RESIZE;
}

static unsigned run_refresh(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    (void)argument;
    if (self->records != NULL) {
        app_doubt_labels(app);
        record_set_refresh(self->records, self->cursor_id);
        self->changed = true;
        session_refresh_objects(app->session);
        pane_mark_recalculate(app->detail);
    }
    return REACTION_RECALCULATE;
}

static unsigned run_copy(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    struct list_row row = {0};
    struct text out = {0};
    bool staged = false;
    (void)argument;
    if (list_row_read(self, self->scroller.cursor, &row)) {
        struct value value =
            list_row_value(self, &row, &self->columns.items[self->cursor_column], &staged);
        value_print(&value, &out);
        app_copy(app, &out);
    }
    text_free(&out);
    list_row_free(&row);
    return REACTION_HANDLED;
}

static unsigned run_back(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    if (!list_pane_back(app->list)) {
        app_message(app, ROLE_DIM, "There is nothing further back.");
    }
    return REACTION_HANDLED;
}

static unsigned run_forward(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    if (!list_pane_forward(app->list)) {
        app_message(app, ROLE_DIM, "There is nothing further forward.");
    }
    return REACTION_HANDLED;
}

static const char *why_not_closed(struct app *app, struct pane *pane)
{
    (void)pane;
    return app_list_schema(app) == NULL ? "no list is open" : NULL;
}

const struct command list_commands[] = {
    {"enter", "Enter", "open the reference under the cursor, or the record", NULL, ARGUMENT_NONE,
     COMMAND_HIDDEN, NULL, run_enter},
    {"edit", "e F2", "edit the cell", "edit", ARGUMENT_NONE,
     COMMAND_WRITES | COMMAND_NEEDS_ROW | COMMAND_HINT, list_why_not_edit, list_run_edit},
    {"left", "Left h", "go to the column at the left", NULL, ARGUMENT_NONE, COMMAND_HIDDEN,
     why_not_closed, run_left},
    {"right", "Right l", "go to the column at the right", NULL, ARGUMENT_NONE, COMMAND_HIDDEN,
     why_not_closed, run_right},
    {"first-column", "0 ^ Ctrl-A", "go to the first column", NULL, ARGUMENT_NONE, COMMAND_HIDDEN,
     why_not_closed, run_first_column},
    {"last-column", "$ Ctrl-E", "go to the last column", NULL, ARGUMENT_NONE, COMMAND_HIDDEN,
     why_not_closed, run_last_column},
    {"edit-record", "E", "the record alone on the screen, to edit its fields", NULL, ARGUMENT_NONE,
     COMMAND_NEEDS_ROW, why_not_closed, run_edit_record},
    {"set-null", "Ctrl-D", "stage null for the cell", NULL, ARGUMENT_NONE,
     COMMAND_WRITES | COMMAND_NEEDS_ROW, list_why_not_edit, list_run_null},
    {"add", "a", "add a record", "add", ARGUMENT_NONE, COMMAND_WRITES | COMMAND_HINT,
     list_why_not_create, list_run_add},
    {"clone", "C", "add a copy of the record", NULL, ARGUMENT_NONE,
     COMMAND_WRITES | COMMAND_NEEDS_ROW, list_why_not_create, list_run_clone},
    {"delete", "D", "stage the delete of the marked records, or take it back", NULL, ARGUMENT_NONE,
     COMMAND_WRITES | COMMAND_NEEDS_ROW, list_why_not_delete, list_run_delete},
    {"mark", "Space", "mark the record", NULL, ARGUMENT_NONE, COMMAND_NEEDS_ROW, NULL, run_mark},
    {"unmark-all", "Ctrl-U", "take all marks away", NULL, ARGUMENT_NONE, 0, NULL, run_unmark_all},
    {"sort", "s", "sort by the column, or no longer", NULL, ARGUMENT_NONE, 0, why_not_sort,
     run_sort},
    {"sort-descending", "S", "sort by the column, largest first", NULL, ARGUMENT_NONE, 0,
     why_not_sort, run_sort_descending},
    {"include-deleted", "T", "show deleted records too, or no longer", NULL, ARGUMENT_NONE, 0,
     why_not_deleted, run_include_deleted},
    {"narrow", "<", "make the column narrower", NULL, ARGUMENT_NONE, 0, why_not_closed, run_narrow},
    {"widen", ">", "make the column wider", NULL, ARGUMENT_NONE, 0, why_not_closed, run_widen},
    {"column-left", "{", "move the column to the left", NULL, ARGUMENT_NONE, 0, why_not_closed,
     run_move_left},
    {"column-right", "}", "move the column to the right", NULL, ARGUMENT_NONE, 0, why_not_closed,
     run_move_right},
    {"freeze", "F", "freeze the columns up to this one, or free them", NULL, ARGUMENT_NONE, 0,
     why_not_closed, run_freeze},
    {"find", "/", "find in what is shown", "find", ARGUMENT_TEXT, COMMAND_HINT, why_not_closed,
     run_find},
    {"find-next", "n", "find the next one", NULL, ARGUMENT_NONE, 0, why_not_find_next,
     run_find_next},
    {"find-previous", "N", "find the one before", NULL, ARGUMENT_NONE, 0, why_not_find_next,
     run_find_previous},
    {"refresh", "r", "read the records again", NULL, ARGUMENT_NONE, 0, why_not_closed, run_refresh},
    {"copy", "y", "copy the cell to the clipboard (OSC 52)", NULL, ARGUMENT_NONE, COMMAND_NEEDS_ROW,
     NULL, run_copy},
    {"history-back", "[ Alt-Left", "go back in the history", NULL, ARGUMENT_NONE, 0, NULL,
     run_back},
    {"history-forward", "] Alt-Right", "go forward in the history", NULL, ARGUMENT_NONE, 0, NULL,
     run_forward},
    {.name = NULL},
};

/* --- the mouse --- */

static bool column_at(const struct list_pane *self, int x, size_t *column)
{
    struct list_cell cells[256];
    size_t count = list_columns_place(self, self->pane.columns, cells, 256);
    for (size_t i = 0; i < count; i++) {
        if (x >= cells[i].x && x < cells[i].x + cells[i].width) {
            *column = cells[i].column;
            return true;
        }
    }
    return false;
}

static unsigned click_row(struct list_pane *self, const struct mouse_event *event)
{
    long row = scroller_row_at(&self->scroller, event->row - 1);
    size_t column = self->cursor_column;
    if (row < 0) {
        return REACTION_HANDLED;
    }
    column_at(self, event->column, &column);
    self->cursor_column = column;
    if (scroller_go(&self->scroller, (size_t)row)) {
        self->pane.ops->moved(&self->pane);
    }
    if (event->double_click) {
        return run_enter(self->pane.app, &self->pane, NULL) | REACTION_REDRAW;
    }
    if (event->column < LIST_MARKER_COLUMNS && self->cursor_id != NULL) {
        list_toggle_mark(self, self->cursor_id);
    }
    return REACTION_REDRAW;
}

unsigned list_mouse(struct pane *pane, const struct mouse_event *event)
{
    struct list_pane *self = list_of(pane);
    size_t column = 0;
    if (self->schema == NULL || event->button >= 4) {
        return REACTION_IGNORED; /* the wheel is the loop's */
    }
    if (event->row > 0) {
        return click_row(self, event);
    }
    if (!column_at(self, event->column, &column)) {
        return REACTION_HANDLED;
    }
    /* A heading: sorts, and the other way round at the second click. */
    bool again = self->cursor_column == column &&
                 is_order_of(self->query, self->columns.items[column].path) &&
                 !self->query->order[0].descending;
    self->cursor_column = column;
    return why_not_sort(pane->app, pane) == NULL ? sort_column(self, again) : REACTION_REDRAW;
}
