/* list: see list.h. This file: editing in the cell, adding, cloning, staging deletes. UI thread. */
#include <stdlib.h>
#include <string.h>

#include "core/arrangement.h"
#include "core/check.h"
#include "core/memory.h"
#include "ui/dependents.h"
#include "ui/panes/list_private.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"

enum { EDITOR_COLUMNS_LEAST = 12 };

void list_edit_free(struct list_edit *edit)
{
    free(edit->id);
    free(edit->field);
    free(edit->label);
    free(edit->version);
    value_free(&edit->old);
    memset(edit, 0, sizeof *edit);
}

static const struct list_column *cursor_column(const struct list_pane *self)
{
    return self->cursor_column < self->columns.count ? &self->columns.items[self->cursor_column]
                                                     : NULL;
}

/* --- the record under the cursor, for what depends on its other values --- */

struct looked_up {
    const struct list_pane *list;
    const struct list_row *row;
};

static struct value look_up(const void *context, const struct field *field)
{
    const struct looked_up *from = context;
    return list_row_field(from->list, from->row, field);
}

static const struct record_layout *row_layout(const struct list_pane *self,
                                              const struct list_row *row)
{
    const struct field *type = schema_field(self->schema, self->schema->record_type_field);
    struct value value = type == NULL ? value_absent() : list_row_field(self, row, type);
    return layout_of_record(self->schema, &value);
}

static const char *layout_refuses(const struct list_pane *self, const struct field *field,
                                  const struct value *value)
{
    struct list_row row = {0};
    const char *why = NULL;
    if (self->schema->layout_count > 0 && list_row_read(self, self->scroller.cursor, &row)) {
        const struct record_layout *layout = row_layout(self, &row);
        why = value == NULL ? layout_why_not_edit(layout, field)
                            : layout_why_not_value(layout, field, value);
    }
    list_row_free(&row);
    return why;
}

const char *list_why_not_edit(struct app *app, struct pane *pane)
{
    struct list_pane *self = list_of(pane);
    const struct list_column *column = cursor_column(self);
    (void)app;
    if (column == NULL) {
        return "no list is open";
    }
    if (!self->schema->update) {
        return "records of this object cannot be changed (a view, or no key)";
    }
    if (list_pane_is_deleted(pane)) {
        return "the record is deleted; undelete brings it back";
    }
    if (column->own == NULL) {
        return "the field belongs to another record; open that one with Enter";
    }
    bool create = list_pane_staged_create(pane) != 0;
    return (create ? column->own->create : column->own->update)
               ? layout_refuses(self, column->own, NULL)
               : "the field cannot be changed (a key, or calculated)";
}

const char *list_why_not_create(struct app *app, struct pane *pane)
{
    const struct list_pane *self = (const struct list_pane *)app->list;
    (void)pane;
    return self->schema == NULL    ? "no object is open"
           : !self->schema->create ? "records of this object cannot be added"
                                   : NULL;
}

const char *list_why_not_delete(struct app *app, struct pane *pane)
{
    const struct list_pane *self = (const struct list_pane *)app->list;
    (void)pane;
    return self->schema == NULL     ? "no object is open"
           : !self->schema->delete_ ? "records of this object cannot be deleted"
           : self->mark_count == 0 && list_pane_is_deleted(app->list)
               ? "the record is deleted already; undelete brings it back"
               : NULL;
}

/* --- editing --- */

static void warn_of_dependents(const struct list_pane *self, const struct field *field)
{
    struct list_row row = {0};
    struct looked_up from = {self, &row};
    if (list_row_read(self, self->scroller.cursor, &row)) {
        dependents_warn(self->pane.app, self->schema, field, look_up, &from);
    }
    list_row_free(&row);
}

static void stage(struct list_pane *self, const struct value *value, struct error *error)
{
    struct list_edit *edit = &self->edit;
    const struct field *field = schema_field(self->schema, edit->field);
    const char *refusal = field == NULL ? NULL : layout_refuses(self, field, value);
    if (refusal != NULL) {
        error_set(error, ERROR_VALIDATION, "%s: %s", field->label, refusal);
        return;
    }
    struct session *session = self->pane.app->session;
    if (edit->create != 0) {
        session_stage_create_field(session, edit->create, edit->field, value, error);
    } else {
        session_stage_update(session, self->schema, edit->id, edit->label, edit->version,
                             edit->field, &edit->old, value, error);
    }
}

static void open_editor(struct list_pane *self, const struct value *value, bool refused);

/* What cannot be staged is put back into an editor: nothing typed is lost. */
static void stage_or_ask_again(struct list_pane *self, const struct value *value)
{
    struct error error = {0};
    stage(self, value, &error);
    if (!error_is_set(&error)) {
        warn_of_dependents(self, schema_field(self->schema, self->edit.field));
        list_edit_free(&self->edit);
        return;
    }
    app_error(self->pane.app, &error);
    error_clear(&error);
    if (value->kind == VALUE_NULL) {
        list_edit_free(&self->edit);
    } else {
        open_editor(self, value, true);
    }
}

static void edited(void *context, const struct value *value, const char *label)
{
    struct list_pane *self = context;
    const struct field *field = schema_field(self->schema, self->edit.field);
    if (label != NULL && field != NULL && field->references != NULL) {
        char *id = value_to_string(value);
        if (id != NULL) {
            app_remember_label(self->pane.app, field->references, id, label);
        }
        free(id);
    }
    stage_or_ask_again(self, value);
    pane_mark_recalculate(&self->pane);
    pane_mark_recalculate(self->pane.app->detail);
}

/* The value before anything was staged: what the conflict check compares. */
static struct value stored_value(const struct list_row *row, const struct list_column *column)
{
    if (row->page == NULL || column->own_column == 0) {
        return value_absent();
    }
    return page_value(row->page, row->row, column->own_column);
}

static void place_editor(const struct list_pane *self, struct editor_request *request)
{
    struct list_cell cells[256];
    size_t count = list_columns_place(self, self->pane.columns, cells, 256);
    request->row = self->pane.origin_row + 1 + (int)(self->scroller.cursor - self->scroller.top);
    request->column = self->pane.origin_column + LIST_MARKER_COLUMNS;
    request->columns = EDITOR_COLUMNS_LEAST;
    for (size_t i = 0; i < count; i++) {
        if (cells[i].column == self->cursor_column) {
            request->column = self->pane.origin_column + cells[i].x;
            request->columns = cells[i].width;
        }
    }
    if (request->columns < EDITOR_COLUMNS_LEAST) {
        request->columns = EDITOR_COLUMNS_LEAST;
    }
    int right = self->pane.origin_column + self->pane.columns;
    if (request->column + request->columns > right) {
        request->column = right - request->columns;
    }
}

/* The name of what a reference pointed at is at hand here, and is wanted in the review. */
static void remember_old_name(struct list_pane *self, const struct list_row *row,
                              const struct list_column *column)
{
    if (row->page == NULL || column->own->references == NULL || column->own == column->field ||
        !column->field->name_field) {
        return;
    }
    struct value shown = page_value(row->page, row->row, column->page_column);
    char *id = value_to_string(&self->edit.old);
    char *name = value_to_string(&shown);
    if (id != NULL && name != NULL) {
        app_remember_label(self->pane.app, column->own->references, id, name);
    }
    free(id);
    free(name);
}

static bool begin_edit(struct list_pane *self, struct list_row *row,
                       const struct list_column *column)
{
    if (!list_row_read(self, self->scroller.cursor, row) ||
        (row->page == NULL && row->create == 0)) {
        return false;
    }
    struct value stored = stored_value(row, column);
    list_edit_free(&self->edit);
    self->edit.id = memory_copy_string(row->id);
    self->edit.create = row->create;
    self->edit.field = memory_copy_string(column->own->name);
    self->edit.old = value_copy(&stored);
    self->edit.label = list_row_label(self, row);
    self->edit.version = list_row_version(self, row);
    remember_old_name(self, row, column);
    return true;
}

/* The review names what the reference pointed at before. */
static void remember_present(struct list_pane *self, const struct list_row *row,
                             const struct list_column *column)
{
    if (column->own->references == NULL || column->own == column->field || row->page == NULL) {
        return;
    }
    struct value own = stored_value(row, column);
    struct value named = page_value(row->page, row->row, column->page_column);
    char *id = value_is_nothing(&own) ? NULL : value_to_string(&own);
    char *name = value_is_nothing(&named) ? NULL : value_to_string(&named);
    if (id != NULL && name != NULL) {
        app_remember_label(self->pane.app, column->own->references, id, name);
    }
    free(id);
    free(name);
}

static void open_editor(struct list_pane *self, const struct value *value, bool refused)
{
    const struct field *field = cursor_column(self)->own;
    struct list_row row = {0};
    struct looked_up from = {self, &row};
    bool read = list_row_read(self, self->scroller.cursor, &row);
    struct editor_request request = {
        .field = field,
        .schema = self->schema,
        .value = *value,
        .refused = refused,
        .controlling =
            read ? dependents_controlling(self->schema, field, look_up, &from) : value_absent(),
        .done = edited,
        .context = self,
    };
    place_editor(self, &request);
    editor_open(self->pane.app, &request);
    list_row_free(&row);
}

unsigned list_run_edit(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    const struct list_column *column = cursor_column(self);
    struct list_row row = {0};
    (void)app;
    (void)argument;
    if (begin_edit(self, &row, column)) {
        bool staged = false;
        remember_present(self, &row, column);
        struct value value = list_row_own(self, &row, column, &staged);
        open_editor(self, &value, false);
    }
    list_row_free(&row);
    return REACTION_HANDLED;
}

unsigned list_run_null(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(pane);
    const struct list_column *column = cursor_column(self);
    struct list_row row = {0};
    struct error error = {0};
    (void)argument;
    if (!check_null(column->own, &error)) {
        app_error(app, &error);
        error_clear(&error);
    } else if (begin_edit(self, &row, column)) {
        struct value null = value_null();
        edited(self, &null, NULL);
    }
    list_row_free(&row);
    return REACTION_HANDLED;
}

/* --- deleting --- */

/* D on a record that is to be deleted already, or on a new one, takes that back. */
static bool stage_delete(struct list_pane *self, const char *id, const char *label,
                         const char *version, struct error *error)
{
    struct session *session = self->pane.app->session;
    const struct change *change = session_find_change(session, self->schema->name, id);
    if (change != NULL && change->kind == CHANGE_DELETE) {
        return session_drop_change(session, change->id, error);
    }
    return session_stage_delete(session, self->schema, id, label, version, error);
}

/* What a delete does where it does not delete: appended to the message. */
static void print_kept(const struct list_pane *self, struct text *out)
{
    const char *kept = session_backend(self->pane.app->session)->delete_words;
    if (kept != NULL) {
        text_format(out, " (%s)", kept);
    }
}

static void delete_marked(struct list_pane *self, struct error *error)
{
    size_t done = 0;
    for (size_t i = 0; i < self->mark_count && !error_is_set(error); i++) {
        long index = self->records == NULL ? -1 : record_set_find(self->records, self->marks[i]);
        struct list_row row = {0};
        char *label = NULL;
        char *version = NULL;
        if (index >= 0 && list_row_read(self, (size_t)index + self->create_count, &row)) {
            label = list_row_label(self, &row);
            version = list_row_version(self, &row);
        }
        done += stage_delete(self, self->marks[i], label, version, error);
        free(label);
        free(version);
        list_row_free(&row);
    }
    if (done > 0 && !error_is_set(error)) {
        struct text kept = {0};
        print_kept(self, &kept);
        list_clear_marks(self);
        app_message(self->pane.app, ROLE_TEXT, "%zu record%s staged%s. u takes back, w reviews.",
                    done, done == 1 ? "" : "s", text_string(&kept));
        text_free(&kept);
    }
}

static void delete_one(struct list_pane *self, struct error *error)
{
    struct list_row row = {0};
    if (!list_row_read(self, self->scroller.cursor, &row)) {
        return;
    }
    if (row.create != 0) {
        session_drop_change(self->pane.app->session, row.create, error);
    } else if (row.page != NULL) {
        char *label = list_row_label(self, &row);
        char *version = list_row_version(self, &row);
        bool back = row.change != NULL && row.change->kind == CHANGE_DELETE;
        struct text kept = {0};
        if (!back) {
            print_kept(self, &kept);
        }
        if (stage_delete(self, row.id, label, version, error)) {
            app_message(self->pane.app, ROLE_TEXT,
                        back ? "%s is not to be deleted any more%s."
                             : "%s is to be deleted%s. D takes it back.",
                        label, text_string(&kept));
        }
        text_free(&kept);
        free(label);
        free(version);
    }
    list_row_free(&row);
}

unsigned list_run_delete(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(app->list);
    struct error error = {0};
    (void)pane;
    (void)argument;
    if (self->mark_count > 0) {
        delete_marked(self, &error);
    } else {
        delete_one(self, &error);
    }
    if (error_is_set(&error)) {
        app_error(app, &error);
        error_clear(&error);
    }
    pane_mark_recalculate(app->detail);
    return REACTION_RECALCULATE;
}

/* --- adding --- */

unsigned list_run_add(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return form_pane_open(app, app_list_schema(app), NULL);
}

static void have_original(void *context, const struct operation *operation, struct result *result)
{
    struct list_pane *self = context;
    (void)operation;
    if (error_is_set(&result->error)) {
        app_error(self->pane.app, &result->error);
    } else if (result->record_count > 0 && result->records[0] != NULL && self->schema != NULL) {
        detail_pane_remember_references(self->pane.app->detail, result->records[0]);
        form_pane_open(self->pane.app, self->schema, result->records[0]);
    }
}

unsigned list_run_clone(struct app *app, struct pane *pane, const char *argument)
{
    struct list_pane *self = list_of(app->list);
    const char *id = app_cursor_id(app);
    struct error error = {0};
    (void)pane;
    (void)argument;
    if (id == NULL) {
        app_message(app, ROLE_WARNING, "clone: the record is not saved yet.");
        return REACTION_HANDLED;
    }
    struct operation *operation = operation_new(OPERATION_GET, self->schema->name);
    operation->schema = schema_hold(self->schema);
    operation_add_id(operation, id);
    operation->include_deleted = self->query->include_deleted;
    if (session_submit(app->session, operation, JOB_NOW, have_original, self, &error) == 0) {
        app_error(app, &error);
        error_clear(&error);
    }
    return REACTION_HANDLED;
}
