/*
 * parents: see parents.h. A path is a chain of hops, each from a record to the one that a reference
 * of it points at. The hops of one object and key share a table of records, found by the
 * reference's value. A page is joined hop by hop: what the rows point at and is not in the table
 * is read in batches, the way that the backend's declaration makes cheap.
 */
#include "fetch/parents.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "fetch/residual.h"

enum {
    MOST_IN = 50,      /* values of one `in` */
    MOST_IDLE = 2000,  /* milliseconds between two jobs that share them */
    OLDEST = 30 * 1000 /* milliseconds */
};

struct parent {
    char *id;              /* owned; NULL: the slot is free */
    struct record *record; /* owned; NULL: it is not there */
};

/* Records of one object, by the field that references hold. */
struct parent_table {
    const struct schema *schema; /* borrowed from the query */
    const struct field *key;     /* the field that references hold; NULL: there is none of it */
    bool by_id;                  /* it is the id */
    struct query *columns;       /* owned: the fields that are needed of each record */
    bool whole;                  /* every record there is has been read */
    struct parent *slots;        /* open addressing; capacity is a power of two */
    size_t capacity, count;
};

struct hop {
    const char *reference; /* the field of the record before */
    size_t table;
};

struct parent_path {
    struct hop hops[QUERY_MOST_HOPS];
    size_t hop_count;
    const char *field;
};

struct parents {
    struct query *query;       /* owned */
    int64_t made, used;        /* milliseconds, monotonic */
    struct parent_path *paths; /* one for each column; hop_count 0 for its own */
    struct parent_table *tables;
    size_t table_count;
};

/* --- what is asked for --- */

static bool cannot(const struct backend_ops *ops)
{
    return (ops->abilities & CAN_PARENT_PATHS) == 0;
}

bool parents_in_columns(const struct backend_ops *ops, const struct query *query)
{
    for (size_t i = 0; cannot(ops) && i < query->column_count; i++) {
        if (query->columns[i].part_count > 1) {
            return true;
        }
    }
    return false;
}

bool parents_in_order(const struct backend_ops *ops, const struct query *query)
{
    for (size_t i = 0; cannot(ops) && i < query->order_count; i++) {
        if (query->order[i].part_count > 1) {
            return true;
        }
    }
    return false;
}

static void add_own_column(struct query *query, const struct field *field)
{
    const char *name = field->name;
    for (size_t i = 0; i < query->column_count; i++) {
        if (strcmp(query->columns[i].path, name) == 0) {
            return;
        }
    }
    struct text path = {0};
    query_print_path(&name, 1, &path);
    query_add_column(query, text_string(&path));
    query->columns[query->column_count - 1].field = field;
    text_free(&path);
}

struct query *parents_own_query(const struct query *query)
{
    struct query *own = query_copy(query);
    bool resolved = query->resolved;
    query_clear_columns(own);
    for (size_t i = 0; i < query->column_count; i++) {
        const struct query_column *column = &query->columns[i];
        const struct field *field = column->part_count == 1
                                        ? column->field
                                        : schema_reference(query->schemas[0], column->parts[0]);
        if (field != NULL) {
            add_own_column(own, field);
        }
    }
    own->resolved = resolved; /* what was added is resolved too */
    return own;
}

/* --- tables --- */

static const struct schema *find_schema(const struct query *query, const char *object)
{
    const struct schema *found = NULL;
    for (size_t i = 0; i < query->schema_count; i++) {
        if (strcmp(query->schemas[i]->name, object) == 0) {
            return query->schemas[i];
        }
        found = text_equal_folded(query->schemas[i]->name, object) ? query->schemas[i] : found;
    }
    return found;
}

static const struct field *key_of(const struct schema *schema)
{
    const struct field *key = NULL;
    for (size_t i = 0; i < schema->field_count; i++) {
        if (schema->fields[i].key > 1) {
            return NULL;
        }
        key = schema->fields[i].key == 1 ? &schema->fields[i] : key;
    }
    return key;
}

/* The table that a reference leads to, made when it is new; false where its object is not known. */
static bool find_table(struct parents *parents, const struct field *reference, size_t *index)
{
    const struct schema *schema = find_schema(parents->query, reference->references);
    if (schema == NULL) {
        return false;
    }
    const struct field *id = key_of(schema);
    const struct field *key = reference->references_field == NULL
                                  ? id
                                  : schema_field(schema, reference->references_field);
    for (*index = 0; *index < parents->table_count; ++*index) {
        const struct parent_table *table = &parents->tables[*index];
        if (table->schema == schema && table->key == key) {
            return true;
        }
    }
    parents->tables =
        memory_resize(parents->tables, parents->table_count + 1, sizeof *parents->tables);
    parents->tables[parents->table_count++] =
        (struct parent_table){.schema = schema,
                              .key = key,
                              .by_id = schema->fetch_by_id && (key == id || key == NULL),
                              .columns = query_new(schema->name)};
    return true;
}

static void need_field(struct parent_table *table, const struct field *field)
{
    if (table->key != NULL) {
        add_own_column(table->columns, table->key);
    }
    add_own_column(table->columns, field);
    table->columns->resolved = true;
}

static bool add_path(struct parents *parents, const struct query_column *column,
                     struct parent_path *path)
{
    const struct schema *schema = parents->query->schemas[0];
    for (size_t i = 0; i + 1 < column->part_count && i < QUERY_MOST_HOPS; i++) {
        const struct field *reference = schema_reference(schema, column->parts[i]);
        struct hop *hop = &path->hops[path->hop_count];
        if (reference == NULL || !find_table(parents, reference, &hop->table)) {
            return false;
        }
        hop->reference = reference->name;
        if (i > 0) {
            need_field(&parents->tables[path->hops[i - 1].table], reference);
        }
        path->hop_count++;
        schema = parents->tables[hop->table].schema;
    }
    path->field = column->field->name;
    need_field(&parents->tables[path->hops[path->hop_count - 1].table], column->field);
    return true;
}

static void parents_free(struct parents *parents)
{
    if (parents == NULL) {
        return;
    }
    for (size_t i = 0; i < parents->table_count; i++) {
        struct parent_table *table = &parents->tables[i];
        for (size_t slot = 0; slot < table->capacity; slot++) {
            free(table->slots[slot].id);
            record_free(table->slots[slot].record);
        }
        free(table->slots);
        query_free(table->columns);
    }
    query_free(parents->query);
    free(parents->tables);
    free(parents->paths);
    free(parents);
}

static struct parents *parents_new(const struct query *asked, struct error *error)
{
    struct parents *parents = memory_zeroed(1, sizeof *parents);
    const struct query *query = parents->query = query_copy(asked);
    parents->paths = memory_zeroed(query->column_count, sizeof *parents->paths);
    for (size_t i = 0; i < query->column_count; i++) {
        const struct query_column *column = &query->columns[i];
        if (column->part_count > 1 && (query->schema_count == 0 || column->field == NULL ||
                                       !add_path(parents, column, &parents->paths[i]))) {
            error_set(error, ERROR_UNSUPPORTED,
                      "%s cannot be had: the object that it leads to is not known.", column->path);
            parents_free(parents);
            return NULL;
        }
    }
    return parents;
}

static bool same_columns(const struct query *a, const struct query *b)
{
    bool same = strcmp(a->object, b->object) == 0 && a->column_count == b->column_count &&
                a->schema_count == b->schema_count;
    for (size_t i = 0; same && i < a->column_count; i++) {
        same = strcmp(a->columns[i].path, b->columns[i].path) == 0;
    }
    for (size_t i = 0; same && i < a->schema_count; i++) {
        same = a->schemas[i] == b->schemas[i];
    }
    return same;
}

struct parents *parents_take(struct engine *engine, const struct query *query, bool fresh,
                             struct error *error)
{
    struct parents *kept = engine->parents;
    int64_t now = now_milliseconds();
    engine->parents = NULL;
    if (kept != NULL && !fresh && now - kept->used <= MOST_IDLE && now - kept->made <= OLDEST &&
        same_columns(kept->query, query)) {
        return kept;
    }
    parents_free(kept);
    struct parents *parents = parents_new(query, error);
    if (parents != NULL) {
        parents->made = now;
    }
    return parents;
}

void parents_give(struct engine *engine, struct parents *parents)
{
    if (parents != NULL) {
        parents_free(engine->parents);
        parents->used = now_milliseconds();
        engine->parents = parents;
    }
}

void parents_forget(struct engine *engine)
{
    parents_free(engine->parents);
    engine->parents = NULL;
}

/* --- records by what refers to them --- */

static size_t hash_of(const char *id)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *id != '\0'; id++) {
        hash = (hash ^ (unsigned char)*id) * UINT64_C(1099511628211);
    }
    return (size_t)(hash ^ hash >> 32);
}

/* The slot of an id: its own, or the free one where it would go. */
static struct parent *slot_of(const struct parent_table *table, const char *id)
{
    size_t at = hash_of(id) & (table->capacity - 1);
    while (table->slots[at].id != NULL && strcmp(table->slots[at].id, id) != 0) {
        at = (at + 1) & (table->capacity - 1);
    }
    return &table->slots[at];
}

static const struct parent *find_parent(const struct parent_table *table, const char *id)
{
    const struct parent *slot = table->capacity == 0 ? NULL : slot_of(table, id);
    return slot == NULL || slot->id == NULL ? NULL : slot;
}

static void grow(struct parent_table *table)
{
    struct parent *old = table->slots;
    size_t capacity = table->capacity;
    table->capacity = capacity == 0 ? 64 : 2 * capacity;
    table->slots = memory_zeroed(table->capacity, sizeof *table->slots);
    for (size_t i = 0; i < capacity; i++) {
        if (old[i].id != NULL) {
            *slot_of(table, old[i].id) = old[i];
        }
    }
    free(old);
}

/* Takes the record, which may be NULL: there is none. The first one of an id stays. */
static void keep(struct parent_table *table, const char *id, struct record *record)
{
    if (2 * table->count >= table->capacity) {
        grow(table);
    }
    struct parent *slot = slot_of(table, id);
    if (slot->id == NULL) {
        *slot = (struct parent){memory_copy_string(id), record};
        table->count++;
    } else if (slot->record == NULL) {
        slot->record = record;
    } else {
        record_free(record);
    }
}

/* --- reading them --- */

/* What is looked for in one go. */
struct search {
    struct parent_table *table;
    struct engine *engine;
    struct cancel_token *token;
    const struct progress *progress;
    struct error *error;
};

static bool read_by_id(struct search *search, char **ids, size_t count)
{
    struct parent_table *table = search->table;
    struct operation get = {.kind = OPERATION_GET,
                            .object = table->schema->name,
                            .schema = (struct schema *)(uintptr_t)table->schema,
                            .query = table->columns,
                            .ids = ids,
                            .id_count = count};
    struct result result = {0};
    execute_operation(search->engine, &get, search->token, search->progress, &result);
    error_move(search->error, &result.error);
    bool ok = !error_is_set(search->error);
    for (size_t i = 0; i < result.record_count && i < count; i++) {
        if (ok ||
            result.records[i] != NULL) { /* after a failure, one that did not come may exist */
            keep(table, ids[i], result.records[i]);
            result.records[i] = NULL;
        }
    }
    result_clear(&result);
    return ok;
}

static void keep_rows(struct parent_table *table, const struct query *query,
                      const struct page *page)
{
    for (size_t row = 0; row < page_row_count(page); row++) {
        struct record *record = record_new(query->object, NULL);
        for (size_t i = 0; i < query->column_count; i++) {
            struct value value = page_value(page, row, i + 1);
            record_set(record, query->columns[i].path, &value);
        }
        struct value key =
            table->key == NULL ? page_id(page, row) : record_value(record, table->key->name);
        char *id = value_to_string(&key);
        keep(table, id == NULL ? "" : id, record);
        free(id);
    }
}

static bool read_query(struct search *search, struct query *query)
{
    struct operation page = {.kind = OPERATION_PAGE,
                             .object = search->table->schema->name,
                             .schema = (struct schema *)(uintptr_t)search->table->schema,
                             .query = query};
    bool more = true;
    while (more) {
        struct result result = {0};
        execute_operation(search->engine, &page, search->token, search->progress, &result);
        error_move(search->error, &result.error);
        if (!error_is_set(search->error) && result.page != NULL) {
            keep_rows(search->table, query, result.page);
        }
        free(page.position.cursor);
        page.position = (struct position){POSITION_CURSOR, result.next};
        result.next = NULL;
        more = !error_is_set(search->error) && page.position.cursor != NULL;
        result_clear(&result);
    }
    free(page.position.cursor);
    return !error_is_set(search->error);
}

/* `key in (…)`, with operands of the key's kind. */
static struct query *query_in(const struct parent_table *table, char *const *ids, size_t count,
                              struct error *error)
{
    struct query *query = query_copy(table->columns);
    struct date_clock clock = date_clock_now(1);
    const char *name = table->key->name;
    struct text path = {0};
    query_print_path(&name, 1, &path);
    query->filter = filter_condition(text_string(&path), OPERATOR_IN);
    for (size_t i = 0; i < count; i++) {
        struct value value = value_string(ids[i]);
        struct filter *equals = filter_equals(text_string(&path), table->key, &value);
        filter_add_operand(query->filter, equals->operands[0].kind, equals->operands[0].text);
        filter_free(equals);
    }
    text_free(&path);
    if (!query_resolve(query, table->schema, NULL, NULL, &clock, error)) {
        query_free(query);
        return NULL;
    }
    return query;
}

static bool read_by_key(struct search *search, char **ids, size_t count)
{
    bool ok = true;
    for (size_t start = 0; ok && start < count; start += MOST_IN) {
        size_t left = count - start;
        struct query *query =
            query_in(search->table, ids + start, left < MOST_IN ? left : MOST_IN, search->error);
        ok = query != NULL && read_query(search, query);
        query_free(query);
    }
    return ok;
}

/* Can `key in (…)` be sent? */
static bool can_ask_in(const struct parent_table *table, const struct backend_ops *ops, char *id)
{
    struct error ignored = {0};
    struct query *query = table->key == NULL ? NULL : query_in(table, &id, 1, &ignored);
    bool can = query != NULL && !residual_filters(ops, query);
    query_free(query);
    error_clear(&ignored);
    return can;
}

static bool read_whole(struct search *search)
{
    struct query *query = query_copy(search->table->columns);
    search->table->whole = read_query(search, query);
    query_free(query);
    return search->table->whole;
}

/* Several ids in one request where that can be, else several keys in one, else all where all come
 * at once anyway, else one after the other. */
static bool read_parents(struct search *search, char **ids, size_t count)
{
    const struct backend_ops *ops = search->engine->backend->ops;
    struct parent_table *table = search->table;
    if (table->whole) {
        return true;
    }
    if (table->by_id && (ops->batch[OPERATION_GET] > 1 || count == 1)) {
        return read_by_id(search, ids, count);
    }
    if (can_ask_in(table, ops, ids[0])) {
        return read_by_key(search, ids, count);
    }
    if (ops->paging == PAGING_WHOLE) {
        return read_whole(search);
    }
    return table->by_id ? read_by_id(search, ids, count)
                        : table->key == NULL || read_by_key(search, ids, count);
}

/* --- joining --- */

struct joining {
    const struct parents *parents;
    const struct page *page;
    const size_t *columns; /* of each whole column: the page's column that its path begins at */
};

/* The value of the reference of a path's hop, for a row: what the row itself holds, or what the
 * record at the hop before does. Null where the chain ends early. */
static struct value reference_of(const struct joining *joining, size_t column, size_t row,
                                 size_t hop)
{
    const struct parent_path *path = &joining->parents->paths[column];
    struct value value = page_value(joining->page, row, joining->columns[column]);
    for (size_t i = 0; i < hop && !value_is_nothing(&value); i++) {
        char *id = value_to_string(&value);
        const struct parent *parent =
            find_parent(&joining->parents->tables[path->hops[i].table], id);
        bool last = i + 1 == path->hop_count;
        const char *name = last ? path->field : path->hops[i + 1].reference;
        value = parent == NULL || parent->record == NULL ? value_null()
                                                         : record_value(parent->record, name);
        free(id);
    }
    return value.kind == VALUE_ABSENT ? value_null() : value;
}

struct id_list {
    char **items; /* owned */
    size_t count, capacity;
};

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds what the rows of the page point at by this hop of a path and the table does not have. */
static void add_missing(const struct joining *joining, size_t column, size_t hop,
                        struct id_list *ids)
{
    const struct parent_path *path = &joining->parents->paths[column];
    const struct parent_table *table = &joining->parents->tables[path->hops[hop].table];
    for (size_t row = 0; row < page_row_count(joining->page); row++) {
        struct value value = reference_of(joining, column, row, hop);
        char *id = value_to_string(&value);
        if (id == NULL || id[0] == '\0' || find_parent(table, id) != NULL) {
            free(id);
            continue;
        }
        ids->items = memory_grow(ids->items, ids->count, &ids->capacity, sizeof *ids->items);
        ids->items[ids->count++] = id;
    }
}

static void drop_doubles(struct id_list *ids)
{
    size_t kept = 0;
    qsort(ids->items, ids->count, sizeof *ids->items, compare_ids);
    for (size_t i = 0; i < ids->count; i++) {
        if (kept > 0 && strcmp(ids->items[kept - 1], ids->items[i]) == 0) {
            free(ids->items[i]);
        } else {
            ids->items[kept++] = ids->items[i];
        }
    }
    ids->count = kept;
}

/* What a read left out is not there: it is not asked for again. Of one that failed, or was
 * cancelled, that is not known, and the table may be the next job's. */
static void settle_missing(struct parent_table *table, struct id_list *ids, bool was_read)
{
    for (size_t i = 0; i < ids->count; i++) {
        if (was_read) {
            keep(table, ids->items[i], NULL);
        }
        free(ids->items[i]);
    }
    free(ids->items);
}

static bool read_missing(const struct joining *joining, struct search *search, size_t column,
                         size_t hop)
{
    struct id_list ids = {0};
    add_missing(joining, column, hop, &ids);
    bool ok = true;
    if (ids.count > 0) {
        drop_doubles(&ids);
        ok = read_parents(search, ids.items, ids.count);
    }
    if (!ok) {
        error_context(search->error, "While reading %s for %s: ", search->table->schema->name,
                      joining->parents->query->columns[column].path);
    }
    settle_missing(search->table, &ids, ok);
    return ok;
}

static struct page *build(const struct joining *joining)
{
    const struct query *query = joining->parents->query;
    struct page_builder *builder = page_builder_new(query->column_count + 1);
    for (size_t row = 0; row < page_row_count(joining->page); row++) {
        struct value id = page_id(joining->page, row);
        page_builder_add(builder, &id);
        for (size_t i = 0; i < query->column_count; i++) {
            struct value value =
                reference_of(joining, i, row, joining->parents->paths[i].hop_count);
            page_builder_add(builder, &value);
        }
        page_builder_end_row(builder);
    }
    return page_builder_finish(builder);
}

static size_t *page_columns(const struct parents *parents, const struct query *own)
{
    const struct query *query = parents->query;
    size_t *columns = memory_zeroed(query->column_count, sizeof *columns);
    for (size_t i = 0; i < query->column_count; i++) {
        const char *name = parents->paths[i].hop_count > 0 ? parents->paths[i].hops[0].reference
                                                           : query->columns[i].path;
        while (columns[i] < own->column_count && strcmp(own->columns[columns[i]].path, name) != 0) {
            columns[i]++;
        }
        columns[i]++; /* after the id */
    }
    return columns;
}

struct page *parents_join(struct parents *parents, const struct query *own, struct page *page,
                          struct engine *engine, struct cancel_token *token,
                          const struct progress *progress, struct result *result)
{
    size_t *columns = page_columns(parents, own);
    struct joining joining = {parents, page, columns};
    struct page *joined = NULL;
    bool ok = true;
    for (size_t i = 0; i < parents->query->column_count; i++) {
        const struct parent_path *path = &parents->paths[i];
        for (size_t hop = 0; ok && hop < path->hop_count; hop++) {
            struct search search = {&parents->tables[path->hops[hop].table], engine, token,
                                    progress, &result->error};
            ok = read_missing(&joining, &search, i, hop);
        }
    }
    if (ok) {
        joined = build(&joining);
    }
    free(columns);
    page_free(page);
    return joined;
}
