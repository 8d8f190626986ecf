/* list: see list.h. This file: what is in a row, staged values included, and marks. UI thread. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/memory.h"
#include "ui/panes/list_private.h"

void list_read_creates(struct list_pane *self)
{
    struct session *session = self->pane.app->session;
    size_t capacity = self->create_count;
    self->create_count = 0;
    for (size_t i = 0; self->schema != NULL && i < session_change_count(session); i++) {
        const struct change *change = session_change(session, i);
        if (change->kind == CHANGE_CREATE && strcmp(change->object, self->schema->name) == 0) {
            self->creates =
                memory_grow(self->creates, self->create_count, &capacity, sizeof *self->creates);
            self->creates[self->create_count++] = change->id;
        }
    }
}

bool list_row_read(const struct list_pane *self, size_t at, struct list_row *row)
{
    struct session *session = self->pane.app->session;
    memset(row, 0, sizeof *row);
    if (at < self->create_count) {
        row->create = self->creates[at];
        row->change = session_change_by_id(session, row->create);
        return row->change != NULL;
    }
    size_t index = at - self->create_count;
    if (self->records == NULL || !record_set_row(self->records, index, &row->page, &row->row)) {
        row->page = NULL;
        return self->records != NULL && index < record_set_count(self->records);
    }
    struct value id = page_id(row->page, row->row);
    row->id = memory_copy(id.as.text.bytes, id.as.text.length);
    row->change = session_find_change(session, self->schema->name, row->id);
    row->marked = list_is_marked(self, row->id);
    return true;
}

void list_row_free(struct list_row *row)
{
    free(row->id);
    memset(row, 0, sizeof *row);
}

static struct value create_value(const struct change *change, const char *field)
{
    for (size_t i = 0; i < change->field_count; i++) {
        if (strcmp(change->fields[i].name, field) == 0) {
            return change->fields[i].new_value;
        }
    }
    return value_absent();
}

struct value list_row_own(const struct list_pane *self, const struct list_row *row,
                          const struct list_column *column, bool *staged)
{
    *staged = false;
    if (column->own == NULL) {
        return value_absent();
    }
    if (row->create != 0) {
        return create_value(row->change, column->own->name);
    }
    if (row->page == NULL || column->own_column == 0) {
        return value_absent();
    }
    struct value value = page_value(row->page, row->row, column->own_column);
    return row->change == NULL ? value
                               : session_staged_value(self->pane.app->session, self->schema->name,
                                                      row->id, column->own->name, &value, staged);
}

/* What was not given for a new record is null. */
static struct value given_value(const struct change *change, const char *field)
{
    struct value value = create_value(change, field);
    return value.kind == VALUE_ABSENT ? value_null() : value;
}

struct value list_row_field(const struct list_pane *self, const struct list_row *row,
                            const struct field *field)
{
    size_t column = self->asked == NULL ? 0 : list_page_column(self->asked, field->name);
    bool staged = false;
    if (row->create != 0) {
        return given_value(row->change, field->name);
    }
    if (row->page == NULL || column == 0) {
        return value_absent();
    }
    struct value value = page_value(row->page, row->row, column);
    return session_staged_value(self->pane.app->session, self->schema->name, row->id, field->name,
                                &value, &staged);
}

struct value list_row_value(const struct list_pane *self, const struct list_row *row,
                            const struct list_column *column, bool *staged)
{
    struct value own = list_row_own(self, row, column, staged);
    bool shows_own = column->own != NULL && column->own == column->field;
    if (shows_own || *staged || row->create != 0) {
        return own;
    }
    return row->page == NULL ? value_absent()
                             : page_value(row->page, row->row, column->page_column);
}

/* A staged reference is an id; its name is known when it was chosen by name. */
static bool print_label(const struct list_pane *self, const struct list_column *column,
                        const struct value *value, struct text *out)
{
    if (column->own == NULL || column->own->references == NULL) {
        return false;
    }
    char *id = value_to_string(value);
    const char *label =
        id == NULL ? NULL : app_remembered_label(self->pane.app, column->own->references, id);
    text_append_string(out, label);
    free(id);
    return label != NULL;
}

void list_row_print(const struct list_pane *self, const struct list_row *row,
                    const struct list_column *column, struct text *out, bool *staged)
{
    struct value value = list_row_value(self, row, column, staged);
    bool own = *staged || row->create != 0 || column->own == column->field;
    bool names = column->own != NULL && column->own->name_field;
    if (row->create != 0 && names && value_is_nothing(&value)) {
        text_append_string(out, row->change->label); /* the name is made when it is created */
    } else if (value.kind == VALUE_NULL && column->own != NULL && column->own->references != NULL) {
        text_append_string(out, "(none)");
    } else if (!own || !print_label(self, column, &value, out)) {
        format_value(own ? column->own : column->field, &value, FORMAT_LIST, out);
    }
}

bool list_row_is_deleted(const struct list_pane *self, const struct list_row *row)
{
    if (row->page == NULL || !self->query->include_deleted) {
        return false;
    }
    size_t column = list_page_column(self->asked, self->schema->deleted_field);
    if (column == 0) {
        return false;
    }
    struct value value = page_value(row->page, row->row, column);
    return value.kind == VALUE_BOOLEAN && value.as.boolean;
}

char *list_row_label(const struct list_pane *self, const struct list_row *row)
{
    if (row->create != 0) {
        return memory_copy_string(row->change->label == NULL ? "new record" : row->change->label);
    }
    size_t column =
        self->asked == NULL ? 0 : list_page_column(self->asked, self->schema->name_field);
    if (row->page != NULL && column != 0) {
        struct value value = page_value(row->page, row->row, column);
        char *label = value_to_string(&value);
        if (label != NULL && label[0] != '\0') {
            return label;
        }
        free(label);
    }
    return memory_copy_string(row->id);
}

char *list_row_version(const struct list_pane *self, const struct list_row *row)
{
    size_t column = list_page_column(self->asked, self->schema->version_field);
    if (row->page == NULL || column == 0) {
        return NULL;
    }
    struct value value = page_value(row->page, row->row, column);
    return value_to_string(&value);
}

/* --- marks: a sorted array of ids --- */

static bool find_mark(const struct list_pane *self, const char *id, size_t *at)
{
    size_t low = 0;
    size_t high = self->mark_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(self->marks[middle], id);
        if (order == 0) {
            *at = middle;
            return true;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    *at = low;
    return false;
}

bool list_is_marked(const struct list_pane *self, const char *id)
{
    size_t at = 0;
    return self->mark_count > 0 && find_mark(self, id, &at);
}

void list_toggle_mark(struct list_pane *self, const char *id)
{
    size_t at = 0;
    if (find_mark(self, id, &at)) {
        free(self->marks[at]);
        self->mark_count--;
        memmove(&self->marks[at], &self->marks[at + 1],
                (self->mark_count - at) * sizeof *self->marks);
        return;
    }
    self->marks =
        memory_grow(self->marks, self->mark_count, &self->mark_capacity, sizeof *self->marks);
    memmove(&self->marks[at + 1], &self->marks[at], (self->mark_count - at) * sizeof *self->marks);
    self->marks[at] = memory_copy_string(id);
    self->mark_count++;
}

void list_clear_marks(struct list_pane *self)
{
    for (size_t i = 0; i < self->mark_count; i++) {
        free(self->marks[i]);
    }
    self->mark_count = 0;
}
