/*
 * list: see list.h. This file: opening objects, views and records, and the history. UI thread.
 *
 * What is opened comes in three steps: the schema, the record set, the place of the cursor's
 * record. Until the first rows are there the old list stays on the screen, so that nothing
 * flickers.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/layout.h"
#include "ui/panes/list_private.h"
#include "ui/panes/panes.h"
#include "ui/terminal.h"

void list_step_free(struct list_step *step)
{
    free(step->object);
    query_free(step->query);
    free(step->view);
    free(step->of);
    free(step->columns);
    free(step->cursor_id);
    list_columns_free(&step->shown);
    memset(step, 0, sizeof *step);
}

/* --- the history --- */

static struct list_step *present(struct list_pane *self)
{
    return self->step_count == 0 ? NULL : &self->steps[self->step];
}

/* What the present step must know to be shown again as it is. */
static void keep_present(struct list_pane *self)
{
    struct list_step *step = present(self);
    if (step == NULL || self->schema == NULL) {
        return;
    }
    struct list_row row;
    bool there = list_row_read(self, self->scroller.cursor, &row);
    query_free(step->query);
    step->query = query_copy(self->query);
    free(step->cursor_id);
    step->cursor_id = there ? memory_copy_string(row.id) : NULL;
    step->cursor = self->scroller.cursor;
    step->top = self->scroller.top;
    step->cursor_column = self->cursor_column;
    step->first_column = self->first_column;
    step->detail = detail_pane_place(self->pane.app->detail);
    list_columns_free(&step->shown);
    list_columns_copy(&self->columns, &step->shown);
    list_row_free(&row);
}

/* Before the keys go elsewhere: which pane had them. */
static void keep_focus(struct list_pane *self)
{
    struct list_step *step = present(self);
    if (step != NULL) {
        step->to_detail = self->pane.app->focus == self->pane.app->detail;
    }
}

static struct list_step copy_step(const struct list_step *step)
{
    struct list_step copy = *step;
    copy.object = memory_copy_string(step->object);
    copy.query = step->query == NULL ? NULL : query_copy(step->query);
    copy.view = memory_copy_string(step->view);
    copy.of = memory_copy_string(step->of);
    copy.columns = memory_copy_string(step->columns);
    copy.cursor_id = memory_copy_string(step->cursor_id);
    memset(&copy.shown, 0, sizeof copy.shown);
    list_columns_copy(&step->shown, &copy.shown);
    return copy;
}

/* A new step forgets what was forward of the present one. */
static void push_step(struct list_pane *self, struct list_step *step)
{
    size_t keep = self->step_count == 0 ? 0 : self->step + 1;
    while (self->step_count > keep) {
        list_step_free(&self->steps[--self->step_count]);
    }
    self->steps =
        memory_grow(self->steps, self->step_count, &self->step_capacity, sizeof *self->steps);
    self->steps[self->step_count++] = copy_step(step);
    self->step = self->step_count - 1;
}

/* Where one has gone to: a step that is on its way is the present one when it is there. */
static size_t place_in_history(const struct list_pane *self)
{
    return self->coming_step.returns ? self->coming_place : self->step;
}

static bool go_to_step(struct list_pane *self, size_t at)
{
    if (!self->coming_step.returns) { /* else what is shown was kept already */
        keep_focus(self);
        keep_present(self);
    }
    self->coming_place = at;
    struct list_step step = copy_step(&self->steps[at]);
    step.returns = true;
    step.alone = false;
    list_show(self, &step, false);
    return true;
}

bool list_pane_back(struct pane *pane)
{
    struct list_pane *self = list_of(pane);
    size_t place = place_in_history(self);
    return self->step_count > 0 && place > 0 && go_to_step(self, place - 1);
}

bool list_pane_forward(struct pane *pane)
{
    struct list_pane *self = list_of(pane);
    size_t place = place_in_history(self);
    return place + 1 < self->step_count && go_to_step(self, place + 1);
}

/* --- what is coming --- */

void list_cancel_coming(struct list_pane *self)
{
    if (self->ticket != 0) {
        session_forget(self->pane.app->session, self->ticket);
        self->ticket = 0;
    }
    record_set_close(self->coming);
    self->coming = NULL;
    schema_release(self->coming_schema);
    self->coming_schema = NULL;
    query_free(self->coming_query);
    self->coming_query = NULL;
    list_columns_free(&self->coming_columns);
    list_step_free(&self->coming_step);
}

static void fail(struct list_pane *self, struct error *error)
{
    app_error(self->pane.app, error);
    error_clear(error);
    list_cancel_coming(self);
    pane_mark(&self->pane);
}

static size_t page_rows(const struct list_pane *self)
{
    int rows = self->pane.rows > 1 ? self->pane.rows - 1 : self->pane.app->placed->main.rows - 3;
    return rows < 1 ? 1 : (size_t)rows;
}

static void want_at(struct list_pane *self, size_t cursor)
{
    size_t offset = self->coming_step.cursor > self->coming_step.top
                        ? self->coming_step.cursor - self->coming_step.top
                        : 0;
    size_t rows = page_rows(self);
    offset = offset >= rows ? rows - 1 : offset;
    self->coming_step.cursor = cursor;
    self->coming_step.top = cursor > offset ? cursor - offset : 0;
    self->coming_located = true;
    record_set_want(self->coming, self->coming_step.top, rows);
}

static void located(void *context, long index)
{
    struct list_pane *self = context;
    if (self->coming == NULL) {
        return;
    }
    const struct list_step *step = &self->coming_step;
    bool lost = index < 0, certainly = record_set_can_locate(self->coming);
    if (lost && certainly && step->to_detail) {
        app_message(self->pane.app, ROLE_WARNING, "The record %s is not there any more.",
                    step->cursor_id);
    }
    size_t place = step->returns && !certainly ? step->cursor : 0;
    want_at(self, lost ? place : (size_t)index);
    pane_mark_recalculate(&self->pane);
}

static void open_coming(struct list_pane *self)
{
    struct error error = {0};
    struct session *session = self->pane.app->session;
    struct query *query = self->coming_query;
    query->resolved = false;
    if (!list_columns_ask(&self->coming_columns, self->coming_schema, query, &error) ||
        !session_resolve(session, query, -2, &error)) {
        fail(self, &error);
        return;
    }
    list_columns_bind(&self->coming_columns, self->coming_schema, query);
    self->coming = record_set_open(session, query_copy(query));
    bool alone = self->coming_step.alone;
    self->coming_located = alone || self->coming_step.cursor_id == NULL;
    if (self->coming_located) {
        want_at(self, alone ? 0 : self->coming_step.cursor);
    } else {
        record_set_locate(self->coming, self->coming_step.cursor_id, located, self);
    }
    pane_mark_recalculate(&self->pane);
}

/* Only the record: for a backend that cannot say where among all it stands. A record without an id
 * of one field (none of those backends has any) is left among the others. */
static void ask_for_record_alone(struct list_pane *self)
{
    const struct field *key = NULL;
    const struct schema *schema = self->coming_schema;
    for (size_t i = 0; i < schema->field_count; i++) {
        key = schema->fields[i].key == 1 ? &schema->fields[i] : key;
    }
    if (key == NULL || !key->filter) {
        self->coming_step.alone = false;
        return;
    }
    struct text path = {0};
    struct value id = value_string(self->coming_step.cursor_id);
    query_print_path((const char *const *)&key->name, 1, &path);
    self->coming_query->filter = filter_equals(text_string(&path), key, &id);
    text_free(&path);
}

static void have_schema(void *context, const struct schema *schema, const struct error *error)
{
    struct list_pane *self = context;
    struct error mistake = {0};
    self->ticket = 0;
    if (schema == NULL) {
        error_copy(&mistake, error);
        fail(self, &mistake);
        return;
    }
    self->coming_schema = schema_hold(schema);
    struct list_columns *columns = &self->coming_columns;
    const char *of_view = self->coming_step.columns;
    if (of_view != NULL && of_view[0] != '\0') {
        columns->of_view = list_columns_parse(columns, of_view, &mistake);
    }
    if (!columns->of_view) {
        list_columns_free(columns);
        list_columns_load(columns, self->pane.app->session, schema);
    }
    error_clear(&mistake);
    if (self->coming_step.query == NULL) {
        list_order_load(self->pane.app->session, schema, self->coming_query);
        list_deleted_load(self->pane.app->session, schema, self->coming_query);
    }
    if (self->coming_step.alone && self->coming_query->filter == NULL) {
        ask_for_record_alone(self);
    }
    open_coming(self);
}

void list_show(struct list_pane *self, struct list_step *step, bool is_new)
{
    list_cancel_coming(self);
    self->coming_step = *step;
    self->coming_is_new = is_new;
    self->coming_since = terminal_now();
    self->coming_query = step->query == NULL ? query_new(step->object) : query_copy(step->query);
    uint64_t ticket = session_want_schema(self->pane.app->session, step->object, have_schema, self);
    if (ticket != 0) {
        self->ticket = ticket;
    }
    list_take_coming(self);
}

void list_reopen(struct list_pane *self, struct query *query)
{
    keep_focus(self);
    keep_present(self);
    list_cancel_coming(self);
    const struct list_step *now = present(self);
    if (now != NULL) {
        self->coming_step = copy_step(now);
        self->coming_step.alone = false;
    }
    self->coming_is_new = false;
    self->coming_since = terminal_now();
    self->coming_schema = schema_hold(self->schema);
    self->coming_query = query;
    list_columns_copy(&self->columns, &self->coming_columns);
    open_coming(self);
    list_take_coming(self);
}

static bool is_ready(const struct list_pane *self)
{
    const struct page *page = NULL;
    size_t row = 0;
    if (self->coming == NULL || !self->coming_located) {
        return false;
    }
    const struct error *error = record_set_error(self->coming);
    return record_set_row(self->coming, self->coming_step.cursor, &page, &row) ||
           (error != NULL && error->kind != ERROR_NONE) || !record_set_is_loading(self->coming);
}

/* The query without the columns that only the list itself needs. */
static struct query *shown_part(const struct query *asked, size_t columns)
{
    struct query *query = query_copy(asked);
    while (query->column_count > columns) {
        struct query_column *last = &query->columns[--query->column_count];
        for (size_t i = 0; i < last->part_count; i++) {
            free(last->parts[i]);
        }
        free(last->parts);
        free(last->path);
    }
    return query;
}

static void replace(struct list_pane *self)
{
    bool other = self->schema == NULL || strcmp(self->schema->name, self->coming_schema->name) != 0;
    record_set_close(self->records);
    schema_release(self->schema);
    query_free(self->query);
    query_free(self->asked);
    list_columns_free(&self->columns);
    free(self->view);
    free(self->of);
    self->records = self->coming;
    self->schema = self->coming_schema;
    self->asked = self->coming_query;
    self->query = shown_part(self->asked, self->coming_columns.count);
    self->columns = self->coming_columns;
    self->view = memory_copy_string(self->coming_step.view);
    self->of = memory_copy_string(self->coming_step.of);
    self->coming = NULL;
    self->coming_schema = NULL;
    self->coming_query = NULL;
    memset(&self->coming_columns, 0, sizeof self->coming_columns);
    app_remember_object(self->pane.app, self->schema->name);
    objects_pane_point(self->pane.app->objects, self->schema->name);
    if (other) {
        list_clear_marks(self);
        text_truncate(&self->find, 0);
    }
}

/* It may be one of the deleted: then it is shown as that. */
static bool looks_among_deleted(struct list_pane *self)
{
    if (self->coming_query->include_deleted ||
        !session_can(self->pane.app->session, CAN_INCLUDE_DELETED)) {
        return false;
    }
    record_set_close(self->coming);
    self->coming_query->include_deleted = true;
    open_coming(self);
    return true;
}

/* The record that was to be shown alone is not there: then nothing is opened. */
static bool has_come_to_nothing(struct list_pane *self)
{
    const struct error *error = record_set_error(self->coming);
    if (!self->coming_step.alone || record_set_count(self->coming) > 0 ||
        (error != NULL && error->kind != ERROR_NONE)) {
        return false;
    }
    if (!looks_among_deleted(self)) {
        app_message(self->pane.app, ROLE_WARNING,
                    "%s: the record %s is not there any more, or not for this user to see.",
                    self->coming_schema->label, self->coming_step.cursor_id);
        list_cancel_coming(self);
    }
    return true;
}

/* A backend that cannot say where a record stands: it may be among the rows that came first. */
static void look_among_loaded(struct list_pane *self)
{
    struct list_step *step = &self->coming_step;
    if (step->alone || step->cursor != 0 || step->cursor_id == NULL ||
        record_set_can_locate(self->coming)) {
        return;
    }
    long index = record_set_find(self->coming, step->cursor_id);
    if (index >= 0) {
        size_t at = (size_t)index;
        step->cursor = at;
        step->top = at < page_rows(self) ? 0 : at - page_rows(self) / 2;
    }
}

bool list_take_coming(struct list_pane *self)
{
    if (!is_ready(self) || has_come_to_nothing(self)) {
        return false;
    }
    look_among_loaded(self);
    if (self->coming_is_new) {
        keep_present(self);
    }
    replace(self);
    struct list_step *step = &self->coming_step;
    list_columns_take_widths(&self->columns, &step->shown);
    list_read_creates(self);
    self->cursor_column = step->cursor_column < self->columns.count ? step->cursor_column : 0;
    self->first_column = step->first_column;
    scroller_set(&self->scroller, self->create_count + record_set_count(self->records),
                 page_rows(self));
    size_t offset = step->cursor_id == NULL ? 0 : self->create_count;
    self->scroller.top = step->top == 0 ? 0 : step->top + offset;
    scroller_go(&self->scroller, step->cursor + offset);
    list_columns_use_room(self);
    list_note_cursor(self);
    if (self->coming_is_new) {
        push_step(self, step);
    } else {
        self->step = place_in_history(self);
    }
    struct app *app = self->pane.app;
    if (app->stack_count == 0 && (step->to_detail || app->focus == app->detail)) {
        app_focus(app, step->to_detail ? app->detail : app->list);
    }
    if (!self->coming_is_new) {
        detail_pane_return_to(app->detail, &step->detail);
    }
    list_step_free(step);
    pane_mark_recalculate(&self->pane);
    pane_mark_recalculate(app->detail);
    app->redraw_all = true;
    return true;
}

/* --- what the rest of the screen asks for --- */

static struct list_pane *list_pane(struct app *app)
{
    return list_of(app->list);
}

static void show(struct app *app, struct list_step *step, bool is_new)
{
    while (app->stack_count > 0) {
        app_pop(app, app->stack[0]);
    }
    app_focus(app, app->list);
    list_show(list_pane(app), step, is_new);
}

static void show_new(struct app *app, struct list_step *step)
{
    keep_focus(list_pane(app));
    show(app, step, true);
}

void app_open_object(struct app *app, const char *object, const char *query_text)
{
    app_open_related(app, object, query_text, NULL);
}

void app_open_related(struct app *app, const char *object, const char *query_text, const char *of)
{
    struct list_step step = {.object = memory_copy_string(object), .of = memory_copy_string(of)};
    struct error error = {0};
    step.query = query_text == NULL ? NULL : query_new(object);
    if (query_text != NULL && !query_parse(step.query, query_text, NULL, &error)) {
        app_error(app, &error);
        error_clear(&error);
        list_step_free(&step);
        return;
    }
    show_new(app, &step);
}

void app_open_view(struct app *app, const struct view *view)
{
    struct list_step step = {.object = memory_copy_string(view->object),
                             .view = memory_copy_string(view->name),
                             .columns = memory_copy_string(view->columns)};
    struct error error = {0};
    step.query = query_new(view->object);
    bool fine = query_parse(step.query, view->filter == NULL ? "" : view->filter, NULL, &error);
    step.query->include_deleted =
        strcmp(view->deleted, "yes") == 0 && session_can(app->session, CAN_INCLUDE_DELETED);
    if (fine && view->order != NULL && view->order[0] != '\0') {
        fine = query_parse_order(step.query, view->order, &error);
    }
    if (!fine) {
        error_context(&error, "The saved view '%s' cannot be read: ", view->name);
        app_error(app, &error);
        error_clear(&error);
        list_step_free(&step);
        return;
    }
    show_new(app, &step);
}

void app_open_record(struct app *app, const char *object, const char *record_id)
{
    struct list_step step = {.object = memory_copy_string(object),
                             .cursor_id = memory_copy_string(record_id),
                             .to_detail = true,
                             .alone = !session_can(app->session, CAN_SEEK)};
    const struct query *present = app_list_query(app);
    step.query = query_new(object);
    step.query->include_deleted =
        present != NULL && present->include_deleted && strcmp(present->object, object) == 0;
    show_new(app, &step);
}

/* The same records in the same order: only the columns differ, and that is no step. */
static bool asks_the_same(const struct query *a, const struct query *b)
{
    struct text left = {0};
    struct text right = {0};
    query_print(a, &left);
    query_print(b, &right);
    bool same = a->include_deleted == b->include_deleted &&
                strcmp(text_string(&left), text_string(&right)) == 0;
    text_free(&left);
    text_free(&right);
    return same;
}

/* Columns that came with the query become the object's; those of a saved view stay with the step.
 */
static void take_columns(struct list_pane *self, const struct query *query, struct list_step *step)
{
    struct list_columns chosen = {0};
    bool changed = query->column_count > 0 && list_columns_choose(&self->columns, query, &chosen);
    if (changed) {
        list_columns_remember(self->pane.app->session, self->schema, &chosen);
    }
    if (self->columns.of_view) {
        struct text text = {0};
        list_columns_print(changed ? &chosen : &self->columns, &text);
        step->columns = text_take(&text);
    }
    list_columns_free(&chosen);
}

void app_apply_query(struct app *app, struct query *query)
{
    struct list_pane *self = list_pane(app);
    struct list_step step = {.object = memory_copy_string(query->object), .query = query};
    struct list_row row = {0};
    bool same_object = self->schema != NULL && strcmp(self->schema->name, query->object) == 0;
    bool is_new = !same_object || !asks_the_same(query, self->query);
    if (same_object && list_row_read(self, self->scroller.cursor, &row)) {
        step.cursor_id = memory_copy_string(row.id);
        step.cursor = self->scroller.cursor;
        step.top = self->scroller.top;
        step.cursor_column = self->cursor_column;
        step.first_column = self->first_column;
        step.view = is_new ? NULL : memory_copy_string(self->view);
        step.of = is_new ? NULL : memory_copy_string(self->of);
        take_columns(self, query, &step);
    }
    list_row_free(&row);
    show(app, &step, is_new);
}

void app_records_written(struct app *app)
{
    struct list_pane *self = list_pane(app);
    if (self->records != NULL) {
        record_set_refresh(self->records, self->cursor_id);
        self->changed = true;
    }
    session_refresh_objects(app->session);
    pane_mark_recalculate(app->list);
    pane_mark_recalculate(app->detail);
}

void app_fields_written(struct app *app)
{
    struct list_pane *self = list_pane(app);
    session_doubt_schemas(app->session);
    if (self->records == NULL || self->coming != NULL || self->ticket != 0) {
        app_records_written(app);
        return;
    }
    go_to_step(self, self->step);
    session_refresh_objects(app->session);
    pane_mark_recalculate(app->list);
}
