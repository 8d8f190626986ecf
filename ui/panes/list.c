/*
 * list: the records of one query. UI thread.
 *
 * The list is keyed by record: whatever is refreshed, sorted or paged, the cursor stays on its
 * record. This file: the pane, and what the rest of the screen asks of it.
 */
#include "ui/panes/list.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/panes/list_private.h"
#include "ui/panes/panes.h"

struct list_pane *list_of(struct pane *pane)
{
    return (struct list_pane *)pane;
}

static void want_rows(struct list_pane *self)
{
    size_t first =
        self->scroller.top > self->create_count ? self->scroller.top - self->create_count : 0;
    if (self->records != NULL && self->scroller.rows > 0) {
        record_set_want(self->records, first, self->scroller.rows);
    }
}

void list_note_cursor(struct list_pane *self)
{
    struct list_row row;
    bool there = list_row_read(self, self->scroller.cursor, &row);
    free(self->cursor_id);
    self->cursor_id = there ? memory_copy_string(row.id) : NULL;
    list_row_free(&row);
}

/* After a refresh the record may stand elsewhere: the cursor goes with it. */
static void follow_record(struct list_pane *self)
{
    struct list_row row;
    bool there = list_row_read(self, self->scroller.cursor, &row);
    bool same =
        there && row.id != NULL && self->cursor_id != NULL && strcmp(row.id, self->cursor_id) == 0;
    bool loaded = there && (row.id != NULL || row.create != 0);
    list_row_free(&row);
    if (same || !loaded) {
        return;
    }
    long index = self->cursor_id == NULL || self->records == NULL
                     ? -1
                     : record_set_find(self->records, self->cursor_id);
    if (index >= 0) {
        size_t offset = self->scroller.cursor - self->scroller.top;
        size_t cursor = (size_t)index + self->create_count;
        self->scroller.top = cursor > offset ? cursor - offset : 0;
        scroller_go(&self->scroller, cursor);
    } else {
        list_note_cursor(self);
        app_rest_later(self->pane.app);
    }
}

/* G while it was not known how many records there are: the end moves on, and the cursor with it. */
static void follow_end(struct list_pane *self)
{
    bool more = self->records != NULL && record_set_has_more(self->records);
    if (self->scroller.to_end && self->scroller.cursor + 1 < self->scroller.count) {
        scroller_move(&self->scroller, SCROLLER_LAST);
        list_note_cursor(self);
        app_rest_later(self->pane.app);
    }
    self->scroller.to_end = self->scroller.to_end && more;
}

static void recalculate(struct pane *pane)
{
    struct list_pane *self = list_of(pane);
    size_t rows = pane->rows > 1 ? (size_t)pane->rows - 1 : 1;
    size_t creates = self->create_count;
    list_read_creates(self);
    size_t records = self->records == NULL ? 0 : record_set_count(self->records);
    scroller_set(&self->scroller, self->create_count + records, rows);
    if (self->create_count > creates) {
        scroller_go(&self->scroller, self->create_count - 1); /* to what was just added */
        list_note_cursor(self);
        app_rest_later(pane->app);
        list_columns_use_room(self);
    }
    if (self->schema == NULL) {
        return;
    }
    follow_record(self);
    follow_end(self);
    want_rows(self);
    list_want_names(self);
    list_columns_measure(self);
    if (self->changed && !record_set_is_loading(self->records)) {
        self->changed = false;
        list_columns_use_room(self);
    }
    list_columns_widen(self, false);
    list_columns_show_cursor(self);
}

static unsigned event(struct pane *pane, unsigned events)
{
    struct list_pane *self = list_of(pane);
    unsigned reaction = 0;
    if ((events & SESSION_EVENT_RECORDS) != 0) {
        list_take_coming(self);
        reaction |= REACTION_RECALCULATE;
    }
    self->changed = self->changed || (events & SESSION_EVENT_CHANGES) != 0;
    if ((events & (SESSION_EVENT_CHANGES | SESSION_EVENT_OBJECTS)) != 0) {
        reaction |= REACTION_RECALCULATE;
    }
    return reaction;
}

static struct scroller *scroller(struct pane *pane)
{
    return &list_of(pane)->scroller;
}

static unsigned moved(struct pane *pane)
{
    struct list_pane *self = list_of(pane);
    want_rows(self);
    list_want_names(self);
    list_note_cursor(self);
    app_rest_later(pane->app);
    list_columns_widen(self, true);
    return REACTION_REDRAW;
}

static void close_pane(struct pane *pane)
{
    struct list_pane *self = list_of(pane);
    list_cancel_coming(self);
    record_set_close(self->records);
    schema_release(self->schema);
    query_free(self->query);
    query_free(self->asked);
    list_columns_free(&self->columns);
    list_clear_marks(self);
    list_edit_free(&self->edit);
    for (size_t i = 0; i < self->step_count; i++) {
        list_step_free(&self->steps[i]);
    }
    text_free(&self->find);
    free(self->steps);
    free(self->marks);
    free(self->creates);
    free(self->view);
    free(self->of);
    free(self->cursor_id);
    free(self);
}

const struct pane_ops list_pane_ops = {
    .name = "list",
    .about = "The records of an object, a filter or a saved view.",
    .commands = list_commands,
    .close = close_pane,
    .recalculate = recalculate,
    .draw = list_draw,
    .mouse = list_mouse,
    .title = list_title,
    .title_right = list_title_right,
    .scroller = scroller,
    .moved = moved,
    .event = event,
};

struct pane *list_pane_new(struct app *app)
{
    struct list_pane *self = memory_zeroed(1, sizeof *self);
    self->pane.ops = &list_pane_ops;
    self->pane.app = app;
    return &self->pane;
}

/* --- what the rest of the screen asks --- */

static const struct list_pane *list_pane(const struct app *app)
{
    return (const struct list_pane *)app->list;
}

const struct schema *app_list_schema(const struct app *app)
{
    return list_pane(app)->schema;
}

const struct query *app_list_query(const struct app *app)
{
    return list_pane(app)->query;
}

struct record_set *app_list_records(const struct app *app)
{
    return list_pane(app)->records;
}

int64_t list_pane_loading_since(const struct pane *pane)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    const struct record_set *records = self->coming != NULL ? self->coming : self->records;
    if (self->ticket != 0) {
        return self->coming_since; /* its fields are asked for first */
    }
    return records == NULL ? 0 : record_set_loading_since(records);
}

int64_t list_pane_coming_since(const struct pane *pane)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    return self->coming != NULL || self->ticket != 0 ? self->coming_since : 0;
}

bool list_pane_forget_new(struct pane *pane)
{
    if (list_pane_coming_since(pane) == 0 || !list_of(pane)->coming_is_new) {
        return false;
    }
    list_cancel_coming(list_of(pane));
    pane_mark(pane);
    return true;
}

const char *app_cursor_id(const struct app *app)
{
    return list_pane(app)->schema == NULL ? NULL : list_pane(app)->cursor_id;
}

int64_t list_pane_staged_create(const struct pane *pane)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    return self->scroller.cursor < self->create_count ? self->creates[self->scroller.cursor] : 0;
}

char *const *list_pane_marks(const struct pane *pane, size_t *count)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    *count = self->mark_count;
    return self->marks;
}

bool list_pane_is_deleted(const struct pane *pane)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    struct list_row row;
    bool deleted = self->schema != NULL && list_row_read(self, self->scroller.cursor, &row) &&
                   list_row_is_deleted(self, &row);
    if (self->schema != NULL) {
        list_row_free(&row);
    }
    return deleted;
}

void list_pane_clear_marks(struct pane *pane)
{
    list_clear_marks(list_of(pane));
}

const struct error *list_pane_error(const struct pane *pane)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    const struct error *error = self->records == NULL ? NULL : record_set_error(self->records);
    return error != NULL && error_is_set(error) ? error : NULL;
}
