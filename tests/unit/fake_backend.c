/* fake_backend: see fake_backend.h. The current store is the one writable global of the tests. */
#include "fake_backend.h"

#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fake_actions.h"

enum { OBJECT_COUNT = 3, WAIT_MILLISECONDS = 10000 };

struct table {
    const char *name;
    struct record **records;
    size_t count, capacity;
    int64_t last_id;
};

struct failure {
    enum error_kind kind;
    bool lost;
    bool done; /* all the same */
    int times;
};

struct fake {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct table tables[OBJECT_COUNT - 1];
    size_t big;
    bool keeps_deleted; /* a delete sets `deleted`, and undelete takes it out again */
    bool blocked[OPERATION_KIND_COUNT];
    size_t waiting[OPERATION_KIND_COUNT];
    struct failure failures[OPERATION_KIND_COUNT];
    size_t executed[OPERATION_KIND_COUNT];
    size_t largest_batch;
    struct text history;
};

struct fake_instance {
    struct backend backend;
    struct fake *fake;
};

static struct fake *current;

/* --- schemas --- */

static struct field *add_field(struct schema *schema, const char *name, enum field_type type)
{
    struct field *field = schema_add_field(schema, name, type);
    field->create = true;
    field->update = true;
    field->filter = true;
    field->sort = true;
    field->nullable = true;
    return field;
}

static void add_id(struct schema *schema)
{
    struct field *id = add_field(schema, "id", FIELD_INT);
    id->key = 1;
    id->update = false;
}

static void set_up_schema(struct schema *schema)
{
    schema->create = true;
    schema->update = true;
    schema->delete_ = true;
    schema->fetch_by_id = true;
    schema->name_field = memory_copy_string("name");
    add_id(schema);
    add_field(schema, "name", FIELD_STRING)->name_field = true;
}

static struct schema *schema_of(const struct fake *fake, const char *object)
{
    struct schema *schema = schema_new(object);
    set_up_schema(schema);
    if (fake->keeps_deleted) {
        struct field *deleted = add_field(schema, "deleted", FIELD_BOOLEAN);
        deleted->create = deleted->update = false;
        schema->deleted_field = memory_copy_string("deleted");
    }
    if (strcmp(object, "Opportunity") == 0) {
        add_field(schema, "amount", FIELD_CURRENCY);
        add_field(schema, "stage", FIELD_STRING);
        add_field(schema, "closedate", FIELD_DATE);
        struct field *account = add_field(schema, "account_id", FIELD_REFERENCE);
        account->references = memory_copy_string("Account");
        account->relation = memory_copy_string("account");
        add_field(schema, "stamp", FIELD_INT)->update = false;
        schema->version_field = memory_copy_string("stamp");
    } else if (strcmp(object, "Big") == 0) {
        add_field(schema, "amount", FIELD_INT);
    }
    return schema;
}

/* --- the store --- */

static struct table *table_of(struct fake *fake, const char *object)
{
    for (size_t i = 0; i < OBJECT_COUNT - 1; i++) {
        if (strcmp(fake->tables[i].name, object) == 0) {
            return &fake->tables[i];
        }
    }
    return NULL;
}

static long find_record(const struct table *table, const char *id)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->records[i]->id, id) == 0) {
            return (long)i;
        }
    }
    return -1;
}

static struct record *add_record(struct table *table, int64_t id)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)id);
    struct record *record = record_new(table->name, text);
    struct value number = value_integer(id);
    record_set(record, "id", &number);
    table->records =
        memory_grow(table->records, table->count, &table->capacity, sizeof *table->records);
    table->records[table->count++] = record;
    table->last_id = id > table->last_id ? id : table->last_id;
    return record;
}

static void add_opportunity(struct table *table, size_t number)
{
    static const char *const stages[] = {"New", "Proposal", "Won", "Lost"};
    char name[32];
    struct record *record = add_record(table, (int64_t)number);
    (void)snprintf(name, sizeof name, "Opportunity %04zu", number);
    struct value value = value_string(name);
    record_set(record, "name", &value);
    value = value_integer((int64_t)((number * 37) % 1000));
    record_set(record, "amount", &value);
    value = value_string(stages[number % 4]);
    record_set(record, "stage", &value);
    value = value_string("2026-11-21");
    record_set(record, "closedate", &value);
    value = value_integer(1);
    record_set(record, "account_id", &value);
    record_set(record, "stamp", &value);
}

struct fake *fake_new(size_t opportunities)
{
    struct fake *fake = memory_zeroed(1, sizeof *fake);
    pthread_mutex_init(&fake->lock, NULL);
    pthread_cond_init(&fake->changed, NULL);
    fake->tables[0].name = "Account";
    fake->tables[1].name = "Opportunity";
    struct value name = value_string("Acme");
    record_set(add_record(&fake->tables[0], 1), "name", &name);
    for (size_t i = 1; i <= opportunities; i++) {
        add_opportunity(&fake->tables[1], i);
    }
    current = fake;
    return fake;
}

void fake_free(struct fake *fake)
{
    for (size_t i = 0; i < OBJECT_COUNT - 1; i++) {
        for (size_t at = 0; at < fake->tables[i].count; at++) {
            record_free(fake->tables[i].records[at]);
        }
        free(fake->tables[i].records);
    }
    text_free(&fake->history);
    pthread_cond_destroy(&fake->changed);
    pthread_mutex_destroy(&fake->lock);
    free(fake);
    current = NULL;
}

void fake_set_big(struct fake *fake, size_t rows)
{
    pthread_mutex_lock(&fake->lock);
    fake->big = rows;
    pthread_mutex_unlock(&fake->lock);
}

static bool is_deleted(const struct record *record)
{
    struct value deleted = record_value(record, "deleted");
    return deleted.kind == VALUE_BOOLEAN && deleted.as.boolean;
}

static void set_deleted(struct record *record, bool deleted)
{
    struct value value = value_boolean(deleted);
    record_set(record, "deleted", &value);
}

void fake_keep_deleted(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    fake->keeps_deleted = true;
    for (size_t i = 0; i < OBJECT_COUNT - 1; i++) {
        for (size_t at = 0; at < fake->tables[i].count; at++) {
            set_deleted(fake->tables[i].records[at], false);
        }
    }
    pthread_mutex_unlock(&fake->lock);
}

void fake_put(struct fake *fake, const char *object, const char *id, const char *field,
              const struct value *value)
{
    pthread_mutex_lock(&fake->lock);
    struct table *table = table_of(fake, object);
    long at = find_record(table, id);
    record_set(at >= 0 ? table->records[at] : add_record(table, strtoll(id, NULL, 10)), field,
               value);
    pthread_mutex_unlock(&fake->lock);
}

static void remove_record(struct table *table, size_t at)
{
    record_free(table->records[at]);
    table->count--;
    memmove(&table->records[at], &table->records[at + 1],
            (table->count - at) * sizeof *table->records);
}

void fake_remove(struct fake *fake, const char *object, const char *id)
{
    pthread_mutex_lock(&fake->lock);
    struct table *table = table_of(fake, object);
    remove_record(table, (size_t)find_record(table, id));
    pthread_mutex_unlock(&fake->lock);
}

char *fake_text(struct fake *fake, const char *object, const char *id, const char *field)
{
    pthread_mutex_lock(&fake->lock);
    struct table *table = table_of(fake, object);
    long at = find_record(table, id);
    struct value value = at < 0 ? value_null() : record_value(table->records[at], field);
    char *text = value_to_string(&value);
    pthread_mutex_unlock(&fake->lock);
    return text;
}

size_t fake_count(struct fake *fake, const char *object)
{
    pthread_mutex_lock(&fake->lock);
    size_t count = table_of(fake, object)->count;
    pthread_mutex_unlock(&fake->lock);
    return count;
}

/* --- switches --- */

void fake_block(struct fake *fake, enum operation_kind kind)
{
    pthread_mutex_lock(&fake->lock);
    fake->blocked[kind] = true;
    pthread_mutex_unlock(&fake->lock);
}

void fake_unblock(struct fake *fake, enum operation_kind kind)
{
    pthread_mutex_lock(&fake->lock);
    fake->blocked[kind] = false;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
}

void fake_wait_blocked(struct fake *fake, enum operation_kind kind)
{
    pthread_mutex_lock(&fake->lock);
    while (fake->waiting[kind] == 0) {
        pthread_cond_wait(&fake->changed, &fake->lock);
    }
    pthread_mutex_unlock(&fake->lock);
}

void fake_fail(struct fake *fake, enum operation_kind kind, enum error_kind error, bool lost,
               int times)
{
    pthread_mutex_lock(&fake->lock);
    fake->failures[kind] = (struct failure){error, lost, false, times};
    pthread_mutex_unlock(&fake->lock);
}

void fake_lose(struct fake *fake, enum operation_kind kind, bool done, int times)
{
    pthread_mutex_lock(&fake->lock);
    fake->failures[kind] = (struct failure){ERROR_NETWORK, true, done, times};
    pthread_mutex_unlock(&fake->lock);
}

size_t fake_executed(struct fake *fake, enum operation_kind kind)
{
    pthread_mutex_lock(&fake->lock);
    size_t count = fake->executed[kind];
    pthread_mutex_unlock(&fake->lock);
    return count;
}

char *fake_history(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    char *copy = memory_copy_string(text_string(&fake->history));
    pthread_mutex_unlock(&fake->lock);
    return copy;
}

size_t fake_largest_batch(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    size_t most = fake->largest_batch;
    pthread_mutex_unlock(&fake->lock);
    return most;
}

/* --- pages --- */

/* The rows of a query in its order: indexes into a table. */
struct listing {
    const struct query *query;
    const struct table *table;
    size_t *rows;
    size_t count;
};

struct row_context {
    const struct record *record;
};

static struct value value_of(void *context, const char *path)
{
    return record_value(((struct row_context *)context)->record, path);
}

static int compare_listed(const struct listing *listing, size_t a, size_t b)
{
    for (size_t i = 0; i < listing->query->order_count; i++) {
        const struct order_term *term = &listing->query->order[i];
        struct value left = record_value(listing->table->records[a], term->path);
        struct value right = record_value(listing->table->records[b], term->path);
        int order = query_compare_values(term, &left, &right);
        if (order != 0) {
            return order;
        }
    }
    return a < b ? -1 : 1;
}

static void list_rows(struct listing *listing)
{
    const struct table *table = listing->table;
    listing->rows = memory_zeroed(table->count, sizeof *listing->rows);
    for (size_t i = 0; i < table->count; i++) {
        struct row_context context = {table->records[i]};
        if (!filter_matches(listing->query->filter, value_of, &context) ||
            (is_deleted(table->records[i]) && !listing->query->include_deleted)) {
            continue;
        }
        size_t at = listing->count++;
        while (at > 0 && compare_listed(listing, i, listing->rows[at - 1]) < 0) {
            listing->rows[at] = listing->rows[at - 1];
            at--;
        }
        listing->rows[at] = i;
    }
}

static long position_in(const struct listing *listing, const char *id)
{
    for (size_t i = 0; i < listing->count; i++) {
        if (strcmp(listing->table->records[listing->rows[i]]->id, id) == 0) {
            return (long)i;
        }
    }
    return -1;
}

/* Where a page begins and ends; false for an id that is not there. */
static bool page_bounds(const struct position *position, long found, size_t count, size_t size,
                        size_t *start, size_t *end)
{
    size_t at = found < 0 ? 0 : (size_t)found;
    switch (position->kind) {
    case POSITION_START:
        *start = 0;
        break;
    case POSITION_CURSOR:
        *start = found < 0 ? 0 : at + 1;
        break;
    case POSITION_ID:
        *start = at;
        break;
    case POSITION_END:
        *start = count > size ? count - size : 0;
        break;
    default:
        *start = at > size ? at - size : 0;
        *end = at;
        return found >= 0;
    }
    *end = *start + size < count ? *start + size : count;
    return position->kind != POSITION_ID || found >= 0;
}

static void add_cells(struct page_builder *builder, const struct query *query,
                      const struct record *record)
{
    struct value id = value_string(record->id);
    page_builder_add(builder, &id);
    for (size_t i = 0; i < query->column_count; i++) {
        struct value value = record_value(record, query->columns[i].path);
        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
}

static char *copy_id(const struct listing *listing, size_t row)
{
    return memory_copy_string(listing->table->records[listing->rows[row]]->id);
}

static void page_rows(const struct listing *listing, const struct operation *operation,
                      struct result *result)
{
    size_t start = 0, end = 0, size = operation->page_size == 0 ? 100 : operation->page_size;
    long found =
        operation->position.cursor == NULL ? -1 : position_in(listing, operation->position.cursor);
    struct page_builder *builder = page_builder_new(operation->query->column_count + 1);
    if (page_bounds(&operation->position, found, listing->count, size, &start, &end)) {
        for (size_t row = start; row < end; row++) {
            add_cells(builder, operation->query, listing->table->records[listing->rows[row]]);
        }
        result->next = end < listing->count && end > start ? copy_id(listing, end - 1) : NULL;
        result->previous = start > 0 && end > start ? copy_id(listing, start) : NULL;
    }
    result->page = page_builder_finish(builder);
}

static void big_row(struct page_builder *builder, const struct query *query, size_t row)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%zu", row + 1);
    struct value value = value_string(text);
    page_builder_add(builder, &value);
    for (size_t i = 0; i < query->column_count; i++) {
        bool name = strcmp(query->columns[i].path, "name") == 0;
        struct value cell = name ? value : value_integer((int64_t)row + 1);
        page_builder_add(builder, &cell);
    }
    page_builder_end_row(builder);
}

static char *big_cursor(size_t row)
{
    struct text text = {0};
    text_format(&text, "%zu", row + 1);
    return text_take(&text);
}

static void page_big(struct fake *fake, const struct operation *operation, struct result *result)
{
    size_t start = 0, end = 0;
    const char *cursor = operation->position.cursor;
    long found = cursor == NULL ? -1 : strtol(cursor, NULL, 10) - 1;
    struct page_builder *builder = page_builder_new(operation->query->column_count + 1);
    if (page_bounds(&operation->position, found, fake->big, operation->page_size, &start, &end)) {
        for (size_t row = start; row < end; row++) {
            big_row(builder, operation->query, row);
        }
        result->next = end < fake->big ? big_cursor(end - 1) : NULL;
        result->previous = start > 0 ? big_cursor(start) : NULL;
    }
    result->page = page_builder_finish(builder);
}

static void do_page(struct fake *fake, const struct operation *operation, struct result *result)
{
    if (strcmp(operation->object, "Big") == 0) {
        page_big(fake, operation, result);
        return;
    }
    struct listing listing = {.query = operation->query,
                              .table = table_of(fake, operation->object)};
    list_rows(&listing);
    page_rows(&listing, operation, result);
    free(listing.rows);
}

static void do_count(struct fake *fake, const struct operation *operation, struct result *result)
{
    const char *id = operation->position.kind == POSITION_ID ? operation->position.cursor : NULL;
    if (strcmp(operation->object, "Big") == 0) {
        result->total = id == NULL ? (int64_t)fake->big : strtoll(id, NULL, 10) - 1;
        return;
    }
    struct listing listing = {.query = operation->query,
                              .table = table_of(fake, operation->object)};
    list_rows(&listing);
    result->total = id == NULL ? (int64_t)listing.count : (int64_t)position_in(&listing, id);
    if (result->total < 0) {
        error_set(&result->error, ERROR_NOT_FOUND, "There is no record %s.", id);
    }
    free(listing.rows);
}

/* --- describing, getting --- */

static void do_objects(struct fake *fake, const struct operation *operation, struct result *result)
{
    static const char *const names[OBJECT_COUNT] = {"Account", "Opportunity", "Big"};
    result->objects = memory_zeroed(OBJECT_COUNT, sizeof *result->objects);
    result->object_count = OBJECT_COUNT;
    for (size_t i = 0; i < OBJECT_COUNT; i++) {
        struct object_info *info = &result->objects[i];
        info->name = memory_copy_string(names[i]);
        info->label = memory_copy_string(names[i]);
        info->kind = memory_copy_string("object");
        info->count = -1;
        if (operation->count_objects) {
            info->count = i < 2 ? (int64_t)fake->tables[i].count : (int64_t)fake->big;
        }
    }
}

static void do_describe(struct fake *fake, const struct operation *operation, struct result *result)
{
    result->schema = schema_of(fake, operation->object);
}

static void do_get(struct fake *fake, const struct operation *operation, struct result *result)
{
    const struct table *table = table_of(fake, operation->object);
    result->records = memory_zeroed(operation->id_count, sizeof *result->records);
    result->record_count = operation->id_count;
    for (size_t i = 0; i < operation->id_count; i++) {
        long at = find_record(table, operation->ids[i]);
        bool shown = at >= 0 && (operation->include_deleted || !is_deleted(table->records[at]));
        result->records[i] = shown ? record_copy(table->records[at]) : NULL;
    }
}

/* --- writing --- */

static bool still_holds(const struct record *expected, const struct record *record,
                        struct write_result *write)
{
    for (size_t i = 0; expected != NULL && i < expected->field_count; i++) {
        struct value now = record_value(record, expected->fields[i].name);
        if (!value_same(&now, &expected->fields[i].value)) {
            error_set(&write->error, ERROR_CONFLICT, "Record %s was changed by someone else.",
                      record->id);
            write->current = record_copy(record);
            return false;
        }
    }
    return true;
}

/* A name "bad" is refused with an error at its field. */
static bool check_values(const struct record *values, struct write_result *write)
{
    struct value name = values == NULL ? value_absent() : record_value(values, "name");
    struct value bad = value_string("bad");
    if (!value_same(&name, &bad)) {
        return true;
    }
    error_set(&write->error, ERROR_VALIDATION, "The name is refused.");
    error_add_field(&write->error, "name", "BAD", "bad is no name");
    return false;
}

static void set_values(struct record *record, const struct record *values)
{
    for (size_t i = 0; i < values->field_count; i++) {
        record_set(record, values->fields[i].name, &values->fields[i].value);
    }
    struct value stamp = record_value(record, "stamp");
    stamp = value_integer(stamp.kind == VALUE_INTEGER ? stamp.as.integer + 1 : 1);
    record_set(record, "stamp", &stamp);
}

static void write_existing(const struct fake *fake, struct table *table, enum operation_kind kind,
                           const struct write_request *request, bool checks,
                           struct write_result *write)
{
    long at = find_record(table, request->id);
    if (at < 0) {
        error_set(&write->error, ERROR_CONFLICT, "Record %s is not there any more.", request->id);
        return;
    }
    if ((checks && !still_holds(request->expected, table->records[at], write)) ||
        !check_values(request->values, write)) {
        return;
    }
    write->success = true;
    if (kind == OPERATION_DELETE && fake->keeps_deleted) {
        set_deleted(table->records[at], true);
    } else if (kind == OPERATION_DELETE) {
        remove_record(table, (size_t)at);
    } else {
        set_values(table->records[at], request->values);
    }
}

static void write_new(struct table *table, const struct write_request *request,
                      struct write_result *write)
{
    if (!check_values(request->values, write)) {
        return;
    }
    struct value id = record_value(request->values, "id");
    bool given = id.kind == VALUE_INTEGER;
    struct record *record = add_record(table, given ? id.as.integer : table->last_id + 1);
    set_values(record, request->values);
    write->success = true;
    write->created = true;
    write->id = memory_copy_string(record->id);
}

static void do_writes(struct fake *fake, const struct operation *operation, bool checks,
                      struct result *result)
{
    struct table *table = table_of(fake, operation->object);
    for (size_t i = 0; i < operation->write_count; i++) {
        const struct write_request *request = &operation->writes[i];
        struct write_result *write = result_add_write(result, request->id);
        if (operation->kind == OPERATION_CREATE) {
            write_new(table, request, write);
        } else {
            write_existing(fake, table, operation->kind, request, checks, write);
        }
    }
}

static void undelete_one(const struct table *table, const char *id, struct write_result *write)
{
    long at = find_record(table, id);
    if (at < 0 || !is_deleted(table->records[at])) {
        error_set(&write->error, ERROR_VALIDATION, "Record %s is not deleted.", id);
        error_set_server(&write->error, "UNDELETE_FAILED", 15);
        return;
    }
    set_deleted(table->records[at], false);
    write->success = true;
}

static void do_undelete(struct fake *fake, const struct operation *operation, struct result *result)
{
    const struct table *table = table_of(fake, operation->object);
    for (size_t i = 0; i < operation->id_count; i++) {
        undelete_one(table, operation->ids[i], result_add_write(result, operation->ids[i]));
    }
}

static void do_raw(struct fake *fake, const struct operation *operation, struct result *result)
{
    (void)fake;
    fake_run_raw(operation, result);
}

static void do_action(struct fake *fake, const struct operation *operation, struct result *result)
{
    (void)fake;
    fake_run_action(operation, result);
}

/* --- executing --- */

typedef void (*fake_operation)(struct fake *fake, const struct operation *operation,
                               struct result *result);

static const fake_operation operations[OPERATION_KIND_COUNT] = {
    [OPERATION_LIST_OBJECTS] = do_objects,
    [OPERATION_DESCRIBE] = do_describe,
    [OPERATION_PAGE] = do_page,
    [OPERATION_COUNT] = do_count,
    [OPERATION_GET] = do_get,
    [OPERATION_UNDELETE] = do_undelete,
    [OPERATION_RAW] = do_raw,
    [OPERATION_ACTION] = do_action,
};

/* Waits while the kind is blocked; looks at the token each millisecond. */
static void wait_unblocked(struct fake *fake, enum operation_kind kind, struct cancel_token *token)
{
    fake->waiting[kind]++;
    pthread_cond_broadcast(&fake->changed);
    while (fake->blocked[kind] && !atomic_load(&token->cancelled)) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 1000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&fake->changed, &fake->lock, &until);
    }
    fake->waiting[kind]--;
}

static void do_it(struct fake *fake, const struct operation *operation, bool checks,
                  struct result *result)
{
    if (operations[operation->kind] != NULL) {
        operations[operation->kind](fake, operation, result);
    } else {
        do_writes(fake, operation, checks, result);
    }
}

static bool fails(struct fake *fake, const struct operation *operation, struct result *result)
{
    struct failure *failure = &fake->failures[operation->kind];
    if (failure->times == 0) {
        return false;
    }
    failure->times--;
    if (failure->done) {
        struct result unheard = {0};
        do_it(fake, operation, false, &unheard);
        result_clear(&unheard);
    }
    result->lost = failure->lost;
    error_set(&result->error, failure->kind, "The server said no.");
    return true;
}

static void note(struct fake *fake, const struct operation *operation)
{
    size_t batch = operation->write_count + operation->id_count;
    text_format(&fake->history, "%s%s", fake->history.length > 0 ? " " : "",
                operation_name(operation->kind));
    fake->executed[operation->kind]++;
    fake->largest_batch = batch > fake->largest_batch ? batch : fake->largest_batch;
}

static void execute(struct backend *backend, const struct operation *operation,
                    struct cancel_token *token, struct result *result)
{
    struct fake *fake = ((struct fake_instance *)backend)->fake;
    pthread_mutex_lock(&fake->lock);
    note(fake, operation);
    wait_unblocked(fake, operation->kind, token);
    if (atomic_load(&token->cancelled)) {
        error_set(&result->error, ERROR_CANCELLED, "Cancelled.");
    } else if (!fails(fake, operation, result)) {
        do_it(fake, operation, (backend->ops->abilities & CAN_CHECK) != 0, result);
    }
    pthread_mutex_unlock(&fake->lock);
}

static struct backend *create(const struct profile *profile, struct error *error)
{
    (void)profile;
    (void)error;
    struct fake_instance *instance = memory_zeroed(1, sizeof *instance);
    instance->backend.ops = strcmp(profile->backend, "full") == 0   ? &fake_full
                            : strcmp(profile->backend, "rich") == 0 ? &fake_rich
                                                                    : &fake_plain;
    instance->fake = current;
    return &instance->backend;
}

static void destroy(struct backend *backend)
{
    free(backend);
}

static bool no_filter(const void *unused, const struct filter *condition)
{
    (void)unused;
    (void)condition;
    return false;
}

const struct backend_ops fake_plain = {
    .name = "plain",
    .label = "Plain fake",
    .abilities = CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_GROUP,
    .paging = PAGING_WHOLE,
    .can_filter = no_filter,
    .create = create,
    .destroy = destroy,
    .execute = execute,
};

const struct backend_ops fake_full = {
    .name = "full",
    .label = "Full fake",
    .abilities = CAN_COUNT | CAN_PAGE_BACK | CAN_SEEK | CAN_ORDER | CAN_CHECK | CAN_CREATE |
                 CAN_UPDATE | CAN_DELETE,
    .paging = PAGING_KEY,
    .largest_page = 1000,
    .batch = {[OPERATION_GET] = 10,
              [OPERATION_CREATE] = 10,
              [OPERATION_UPDATE] = 10,
              [OPERATION_DELETE] = 10},
    .create = create,
    .destroy = destroy,
    .execute = execute,
};

const struct backend_ops fake_rich = {
    .name = "rich",
    .label = "Rich fake",
    .abilities = CAN_COUNT | CAN_PAGE_BACK | CAN_SEEK | CAN_ORDER | CAN_CREATE | CAN_UPDATE |
                 CAN_DELETE | CAN_UNDELETE | CAN_INCLUDE_DELETED | CAN_RAW | CAN_EXPLAIN |
                 CAN_ALL_OR_NONE,
    .paging = PAGING_KEY,
    .largest_page = 1000,
    .batch = {[OPERATION_GET] = 10,
              [OPERATION_CREATE] = 10,
              [OPERATION_UPDATE] = 10,
              [OPERATION_DELETE] = 10,
              [OPERATION_UNDELETE] = 10},
    .actions = fake_actions,
    .action_count = FAKE_ACTION_COUNT,
    .raw_writes = fake_raw_writes,
    .create = create,
    .destroy = destroy,
    .execute = execute,
};

/* --- a session on it --- */

char *fake_home_make(void)
{
    char *home = memory_copy_string("/tmp/dossier-test-XXXXXX");
    assert_non_null(mkdtemp(home));
    setenv("XDG_CONFIG_HOME", home, 1);
    setenv("XDG_STATE_HOME", home, 1);
    setenv("XDG_DATA_HOME", home, 1);
    return home;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void fake_home_remove(char *home)
{
    (void)nftw(home, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(home);
}

struct session *fake_session(const struct backend_ops *ops, unsigned flags, bool read_only)
{
    struct error error = {0};
    char name[] = "test", backend[16];
    (void)snprintf(backend, sizeof backend, "%s", ops->name);
    struct profile profile = {.name = name, .backend = backend, .read_only = read_only};
    struct session *session = session_open_on(ops, NULL, &profile, flags, &error);
    assert_non_null(session);
    return session;
}

static int64_t now_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool fake_wait(struct session *session, bool (*done)(void *context), void *context)
{
    int64_t until = now_milliseconds() + WAIT_MILLISECONDS;
    session_dispatch(session);
    while (!done(context)) {
        struct pollfd descriptor = {.fd = session_descriptor(session), .events = POLLIN};
        int64_t left = until - now_milliseconds();
        if (left <= 0) {
            return false;
        }
        (void)poll(&descriptor, 1, (int)left);
        session_dispatch(session);
    }
    return true;
}

/* A job is done a moment before its answer is in the queue, so what is pending is asked too. */
static bool nothing_runs(void *context)
{
    struct session *session = context;
    return session_busy(session) == 0 && session_dispatch(session) == 0;
}

void fake_settle(struct session *session)
{
    assert_true(fake_wait(session, nothing_runs, session));
}

struct query *fake_query(struct session *session, const char *object, const char *text,
                         const char *columns)
{
    struct error error = {0};
    struct query *query = query_new(object);
    assert_true(query_parse(query, text, NULL, &error));
    if (columns != NULL) {
        assert_true(query_parse_columns(query, columns, &error));
    }
    if (!session_resolve(session, query, -1, &error)) {
        fail_msg("%s", error.message);
    }
    return query;
}
