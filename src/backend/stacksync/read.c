/*
 * read: counts, groups, and records by id. Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/soql/salesforce.h"
#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

static struct soql_source source_of(const struct operation *operation)
{
    return (struct soql_source){operation->schema, operation->query};
}

/* --- count --- */

enum wire_step encode_count(const struct call *call)
{
    struct soql_source source = source_of(call->operation);
    struct text statement = {0};

    if (soql_count(&source, &statement, call->error))
        return send_soql(call, &statement);
    text_free(&statement);
    return WIRE_REFUSED;
}

/* The array's entries, to be freed by the caller. */
static const void **entries_of(const json_t *list)
{
    const void **entries = memory_zeroed(json_array_size(list) + 1, sizeof *entries);

    for (size_t i = 0; i < json_array_size(list); i++)
        entries[i] = json_array_get(list, i);
    return entries;
}

/* In the row of an aggregate, or as the number of rows there would be. */
int64_t counted(const struct answer *answer)
{
    const json_t *envelope;
    json_t *document, *rows = answer_rows(answer, &document, &envelope);
    int64_t total = -1;

    if (rows) {
        const void **entries = entries_of(rows);
        struct soql_rows read = {entries, json_array_size(rows), &stacksync_rows};
        const json_t *size = json_member(envelope, "totalSize");

        total = soql_take_count(&read);
        if (total < 0 && json_array_size(rows) == 0 && json_is_integer(size))
            total = json_integer_value(size);
        free(entries);
        if (total < 0)
            answer_nonsense(answer, "a count");
    }
    json_decref(document);
    return total;
}

int decode_count(const struct answer *answer)
{
    const struct query *query = answer->operation->query;
    int64_t total = counted(answer);

    if (query && query->limit >= 0 && total > query->limit)
        total = query->limit;
    answer->result->total = total;
    return 0;
}

/* --- group --- */

static bool is_filled(const struct operation *operation)
{
    return operation->group.function == GROUP_FILLED;
}

enum wire_step encode_group(const struct call *call)
{
    struct soql_source source = source_of(call->operation);
    struct text statement = {0};
    bool possible;

    if (is_filled(call->operation))
        possible = soql_filled(&source, &statement, call->error);
    else
        possible = soql_group(&source, &call->operation->group, call->operation->page_size,
                              &statement, call->error);
    if (possible)
        return send_soql(call, &statement);
    text_free(&statement);
    return WIRE_REFUSED;
}

int decode_group(const struct answer *answer)
{
    const json_t *envelope;
    json_t *document, *rows = answer_rows(answer, &document, &envelope);

    if (rows) {
        const void **entries = entries_of(rows);
        struct soql_rows read = {entries, json_array_size(rows), &stacksync_rows};

        soql_take_groups(&read, answer->operation, answer->result);
        free(entries);
    }
    json_decref(document);
    return 0;
}

/* --- get --- */

static json_t *ids_of(const struct operation *operation)
{
    json_t *list = json_array();
    size_t count;
    char **ids = soql_ids(operation, &count);

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(ids[i]));
    soql_free_paths(ids, count);
    return list;
}

static json_t *fields_of(const struct query *query)
{
    json_t *fields = json_array();

    for (size_t i = 0; query && i < query->column_count; i++)
        json_array_append_new(fields, json_string(query->columns[i].path));
    return fields;
}

static enum wire_step send_get(const struct call *call, json_t *ids)
{
    json_t *body = json_object(), *data = json_object(),
           *fields = fields_of(call->operation->query);
    struct text path = {0};
    enum wire_step step;

    json_object_set_new(data, "ids", ids);
    if (json_array_size(fields))
        json_object_set(data, "fields", fields);
    json_decref(fields);
    json_object_set_new(body, "data", data);
    text_append_string(&path, "object/get/");
    http_encode(&path, call->operation->object, strlen(call->operation->object));
    step = send_post(call, text_string(&path), body, true);
    text_free(&path);
    return step;
}

/* Fields of parents can only be had by a query. */
static enum wire_step send_get_query(const struct call *call)
{
    struct text statement = {0};
    size_t count;
    char **ids = soql_ids(call->operation, &count);
    bool possible = soql_select_ids(call->operation, ids, count, &statement, call->error);

    soql_free_paths(ids, count);
    if (possible)
        return send_soql(call, &statement);
    text_free(&statement);
    return WIRE_REFUSED;
}

enum wire_step encode_get(const struct call *call)
{
    json_t *ids = ids_of(call->operation);
    bool none = json_array_size(ids) == 0;
    bool parents = soql_has_parent_columns(call->operation->query);

    if (!none && !parents)
        return send_get(call, ids);
    json_decref(ids);
    return none ? WIRE_NONE : send_get_query(call);
}

static const json_t *find_row(const json_t *rows, const char *id)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *found = row_id(row);

        if (found && strncmp(found, id, SALESFORCE_SHORT_ID_LENGTH) == 0)
            return row;
    }
    return NULL;
}

/* By its place among the ids that were sent; where places do not agree, by its id. */
static const json_t *row_at(const json_t *rows, size_t place, const char *id, bool by_place)
{
    const json_t *row = by_place ? json_array_get(rows, place) : NULL;
    const char *found = row ? row_id(row) : NULL;

    if (by_place && (!row || json_is_null(row)))
        return NULL;
    if (!by_place || (found && strncmp(found, id, SALESFORCE_SHORT_ID_LENGTH) != 0))
        return find_row(rows, id);
    return row;
}

static void take_records(const struct answer *answer, const json_t *rows)
{
    const struct operation *operation = answer->operation;
    json_t *sent = ids_of(operation);
    bool by_place = !soql_has_parent_columns(operation->query) &&
                    json_array_size(rows) == json_array_size(sent);
    size_t place = 0;

    for (size_t i = 0; i < operation->id_count; i++) {
        char widened[SALESFORCE_ID_LENGTH + 1];
        const json_t *row;

        if (!salesforce_widen_id(operation->ids[i], widened))
            continue;
        row = row_at(rows, place++, widened, by_place);
        if (json_is_object(row))
            answer->result->records[i] = soql_record(operation, &stacksync_rows, row, widened);
    }
    json_decref(sent);
}

int decode_get(const struct answer *answer)
{
    const json_t *envelope;
    json_t *document = NULL, *rows = NULL;
    struct result *result = answer->result;

    result->records = memory_zeroed(answer->operation->id_count + 1, sizeof *result->records);
    result->record_count = answer->operation->id_count;
    if (answer->response)
        rows = answer_rows(answer, &document, &envelope);
    if (rows)
        take_records(answer, rows);
    json_decref(document);
    return 0;
}
