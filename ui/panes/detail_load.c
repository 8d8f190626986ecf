/* detail: see detail.c. This file: asking for the record and for counts of what is related. */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/panes/detail_private.h"
#include "ui/panes/list.h"
#include "ui/panes/panes.h"
#include "ui/terminal.h"

/* --- letting go --- */

void detail_free_counts(struct detail_pane *self)
{
    struct session *session = self->pane.app->session;
    for (size_t i = 0; self->counts != NULL && i < self->schema->child_count; i++) {
        if (self->counts[i].ticket != 0) {
            session_forget(session, self->counts[i].ticket);
        }
        if (self->counts[i].job != 0) {
            session_cancel(session, self->counts[i].job);
        }
    }
    free(self->counts);
    self->counts = NULL;
}

static void clear_shown(struct detail_pane *self)
{
    detail_free_counts(self);
    for (size_t i = 0; self->reference_names != NULL && i < self->schema->field_count; i++) {
        free(self->reference_names[i]);
    }
    free(self->reference_names);
    self->reference_names = NULL;
    record_free(self->record);
    self->record = NULL;
    schema_release(self->schema);
    self->schema = NULL;
    self->create = 0;
    error_clear(&self->error);
}

static void clear_wanted(struct detail_pane *self)
{
    if (self->job != 0) {
        session_cancel(self->pane.app->session, self->job);
        self->job = 0;
    }
    schema_release(self->wanted_schema);
    self->wanted_schema = NULL;
    free(self->wanted_object);
    free(self->wanted_id);
    self->wanted_object = NULL;
    self->wanted_id = NULL;
}

void detail_clear(struct detail_pane *self)
{
    clear_wanted(self);
    clear_shown(self);
}

static void show_schema(struct detail_pane *self, const struct schema *schema)
{
    bool other = self->schema == NULL || strcmp(self->schema->name, schema->name) != 0;
    struct schema *held = schema_hold(schema);
    clear_shown(self);
    self->schema = held;
    self->counts = memory_zeroed(schema->child_count, sizeof *self->counts);
    for (size_t i = 0; i < schema->child_count; i++) {
        self->counts[i] = (struct detail_count){.owner = self, .relation = i, .count = -1};
    }
    self->reference_names = memory_zeroed(schema->field_count, sizeof *self->reference_names);
    if (other) {
        self->row_count = 0;
        self->scroller.cursor = 0;
        self->scroller.top = 0;
        self->side = 0;
    }
}

/* --- asking for the record --- */

/* With the names of what it refers to, where the backend can give them in one answer. */
static void add_columns(struct query *query, struct session *session, const struct schema *schema)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const char *name = schema->fields[i].name;
        struct text path = {0};
        query_print_path(&name, 1, &path);
        query_add_column(query, text_string(&path));
        text_free(&path);
    }
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        const struct schema *parent =
            field->references == NULL ? NULL : session_schema(session, field->references);
        if (parent != NULL && parent->name_field != NULL) {
            const char *parts[] = {field->name, parent->name_field};
            struct text path = {0};
            query_print_path(parts, 2, &path);
            query_add_column(query, text_string(&path));
            text_free(&path);
        }
    }
}

static bool add_key_filter(struct query *query, const struct schema *schema, const char *id)
{
    struct error ignored = {0};
    size_t count = 0;
    char **values = record_split_id(id, &count, &ignored);
    bool fine = values != NULL;
    size_t found = 0;
    for (size_t i = 0; fine && i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        if (field->key < 1 || (size_t)field->key > count) {
            continue;
        }
        const char *name = field->name;
        struct text path = {0};
        struct value value = value_string(values[field->key - 1]);
        query_print_path(&name, 1, &path);
        query->filter = filter_and(query->filter, filter_equals(text_string(&path), field, &value));
        text_free(&path);
        found++;
    }
    fine = fine && found > 0 && found == count;
    for (size_t i = 0; values != NULL && i < count; i++) {
        free(values[i]);
    }
    free(values);
    error_clear(&ignored);
    return fine;
}

static struct operation *page_operation(struct detail_pane *self)
{
    struct session *session = self->pane.app->session;
    const struct schema *schema = self->wanted_schema;
    struct error ignored = {0};
    struct query *query = query_new(schema->name);
    add_columns(query, session, schema);
    if (!session_can(session, CAN_PARENT_PATHS) ||
        !add_key_filter(query, schema, self->wanted_id) ||
        !session_resolve(session, query, -2, &ignored)) {
        query_free(query);
        error_clear(&ignored);
        return NULL;
    }
    struct operation *operation = operation_new(OPERATION_PAGE, schema->name);
    operation->query = query;
    query->include_deleted =
        app_list_query(self->pane.app) != NULL && app_list_query(self->pane.app)->include_deleted;
    operation->page_size = 1;
    return operation;
}

static void take_page(struct detail_pane *self, const struct query *query, const struct page *page)
{
    self->record = record_new(self->schema->name, self->wanted_id);
    for (size_t i = 0; i < query->column_count; i++) {
        const struct query_column *column = &query->columns[i];
        struct value value = page_value(page, 0, i + 1);
        int index = schema_field_index(self->schema, column->parts[0]);
        if (column->part_count == 1) {
            record_set(self->record, column->parts[0], &value);
        } else if (index >= 0) {
            self->reference_names[index] = value_to_string(&value);
        }
    }
}

static void take_answer(struct detail_pane *self, const struct operation *operation,
                        struct result *result)
{
    if (error_is_set(&result->error)) {
        error_move(&self->error, &result->error);
    } else if (result->page != NULL && page_row_count(result->page) > 0) {
        take_page(self, operation->query, result->page);
    } else if (result->record_count > 0 && result->records[0] != NULL) {
        self->record = result->records[0];
        result->records[0] = NULL;
    } else {
        error_set(&self->error, ERROR_NOT_FOUND, "The record %s is not there any more.",
                  self->wanted_id);
    }
}

static void want_names(struct detail_pane *self)
{
    for (size_t i = 0; self->record != NULL && i < self->schema->field_count; i++) {
        const struct field *field = &self->schema->fields[i];
        struct value value = record_value(self->record, field->name);
        app_want_label(self->pane.app, field, &value);
    }
    app_ask_labels(self->pane.app);
}

static void have_record(void *context, const struct operation *operation, struct result *result)
{
    struct detail_pane *self = context;
    self->job = 0;
    if (self->wanted_schema == NULL) {
        return;
    }
    show_schema(self, self->wanted_schema);
    take_answer(self, operation, result);
    want_names(self);
    pane_mark_recalculate(&self->pane);
}

/* A row that no key tells from the others: what the list has of it is shown. */
static void take_row(struct detail_pane *self, const struct schema *schema, const char *id)
{
    const struct record_set *records = app_list_records(self->pane.app);
    const struct query *query = record_set_query(records);
    const struct page *page = NULL;
    size_t row = 0;
    long index = record_set_find(records, id);
    show_schema(self, schema);
    if (index < 0 || !record_set_row(records, (size_t)index, &page, &row)) {
        return;
    }
    self->record = record_new(schema->name, id);
    for (size_t i = 0; i < query->column_count; i++) {
        if (query->columns[i].part_count == 1) {
            struct value value = page_value(page, row, i + 1);
            record_set(self->record, query->columns[i].parts[0], &value);
        }
    }
}

static void ask_record(struct detail_pane *self, const struct schema *schema, const char *id)
{
    struct error error = {0};
    clear_wanted(self);
    self->wanted_object = memory_copy_string(schema->name);
    self->wanted_id = memory_copy_string(id);
    self->wanted_schema = schema_hold(schema);
    self->generation = record_set_generation(app_list_records(self->pane.app));
    self->asked_at = terminal_now();
    if (!schema->fetch_by_id) {
        take_row(self, schema, id);
        pane_mark_recalculate(&self->pane);
        return;
    }
    struct operation *operation = page_operation(self);
    if (operation == NULL) {
        operation = operation_new(OPERATION_GET, schema->name);
        operation_add_id(operation, id);
        operation->include_deleted = app_list_query(self->pane.app)->include_deleted;
    }
    operation->schema = schema_hold(schema);
    self->job =
        session_submit(self->pane.app->session, operation, JOB_NOW, have_record, self, &error);
    if (self->job == 0) {
        show_schema(self, schema);
        error_move(&self->error, &error);
    }
}

static bool is_wanted(const struct detail_pane *self, const struct schema *schema, const char *id)
{
    return self->wanted_id != NULL && self->wanted_schema == schema &&
           strcmp(self->wanted_id, id) == 0 &&
           self->generation == record_set_generation(app_list_records(self->pane.app));
}

void detail_pane_remember_references(struct pane *detail, const struct record *record)
{
    const struct detail_pane *self = detail_of(detail);
    bool known = self->reference_names != NULL && self->record != NULL;
    for (size_t i = 0; known && i < self->schema->field_count; i++) {
        const struct field *field = &self->schema->fields[i];
        struct value value = record_value(record, field->name);
        struct value shown = record_value(self->record, field->name);
        if (self->reference_names[i] != NULL && field->references != NULL &&
            value_same(&value, &shown)) {
            char *id = value_to_string(&value);
            app_remember_label(detail->app, field->references, id, self->reference_names[i]);
            free(id);
        }
    }
}

void detail_follow(struct detail_pane *self)
{
    struct app *app = self->pane.app;
    const struct schema *schema = app_list_schema(app);
    int64_t create = list_pane_staged_create(app->list);
    const char *id = app_cursor_id(app);
    if (schema == NULL || self->pane.rows == 0) {
        return;
    }
    if (create != 0) {
        clear_wanted(self);
        show_schema(self, schema);
        self->create = create;
    } else if (id == NULL && self->scroller.count > 0 &&
               record_set_count(app_list_records(app)) == 0) {
        detail_clear(self);
    } else if (id != NULL && !is_wanted(self, schema, id)) {
        ask_record(self, schema, id);
    }
}

/* --- what is related --- */

static struct value own_value(const struct detail_pane *self, const char *field)
{
    return self->record == NULL ? value_absent() : record_value(self->record, field);
}

static bool add_relation_filter(const struct detail_pane *self, const struct relation *relation,
                                struct query *query)
{
    for (size_t i = 0; i < relation->field_count; i++) {
        const struct field *field = schema_field(self->schema, relation->parent_fields[i]);
        struct value value = own_value(self, relation->parent_fields[i]);
        if (field == NULL || value_is_nothing(&value)) {
            return false;
        }
        const char *name = relation->fields[i];
        struct text path = {0};
        query_print_path(&name, 1, &path);
        query->filter = filter_and(query->filter, filter_equals(text_string(&path), field, &value));
        text_free(&path);
    }
    return relation->field_count > 0;
}

char *detail_relation_filter(const struct detail_pane *self, const struct relation *relation)
{
    struct query *query = query_new(relation->object);
    struct text text = {0};
    bool fine = add_relation_filter(self, relation, query);
    if (fine) {
        filter_print(query->filter, &text);
    }
    query_free(query);
    return fine ? text_take(&text) : NULL;
}

static void have_count(void *context, const struct operation *operation, struct result *result)
{
    struct detail_count *count = context;
    (void)operation;
    count->job = 0;
    if (!error_is_set(&result->error)) {
        count->count = result->total;
        pane_mark(&count->owner->pane);
    }
}

static void have_child_schema(void *context, const struct schema *schema, const struct error *error)
{
    struct detail_count *count = context;
    struct detail_pane *self = count->owner;
    struct error ignored = {0};
    (void)error;
    count->ticket = 0;
    if (schema == NULL) {
        return;
    }
    struct query *query = query_new(schema->name);
    if (!add_relation_filter(self, &self->schema->children[count->relation], query) ||
        !session_resolve(self->pane.app->session, query, -2, &ignored)) {
        query_free(query);
        error_clear(&ignored);
        return;
    }
    struct operation *operation = operation_new(OPERATION_COUNT, schema->name);
    operation->schema = schema_hold(schema);
    operation->query = query;
    count->job =
        session_submit(self->pane.app->session, operation, JOB_IDLE, have_count, count, &ignored);
    error_clear(&ignored);
}

static void want_count(struct detail_pane *self, size_t relation)
{
    struct detail_count *count = &self->counts[relation];
    if (count->asked || !session_can(self->pane.app->session, CAN_COUNT)) {
        return;
    }
    count->asked = true;
    uint64_t ticket = session_want_schema(
        self->pane.app->session, self->schema->children[relation].object, have_child_schema, count);
    if (ticket != 0) {
        count->ticket = ticket;
    }
}

void detail_want_counts(struct detail_pane *self)
{
    if (self->record == NULL || self->schema == NULL) {
        return;
    }
    for (size_t i = 0; i < self->scroller.rows; i++) {
        size_t at = self->scroller.top + i;
        for (int side = 0; side < 2 && at < self->row_count; side++) {
            int item = self->rows[at].items[side];
            if (item >= 0 && self->items[item].kind == DETAIL_RELATION) {
                want_count(self, self->items[item].index);
            }
        }
    }
}
