/*
 * read: queries as they are sent; counts, groups, records by id, and queries as they are typed
 * (query, queryAll, queryMore, retrieve, search). Pure.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backend/forcesoap/internal.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

/* --- queries --- */

static bool with_deleted(const struct operation *operation)
{
    return operation->include_deleted || (operation->query && operation->query->include_deleted);
}

enum wire_step soap_send_query(const struct call *call, struct text *statement)
{
    struct soap_message message = soap_begin(
        call, with_deleted(call->operation) ? "queryAll" : "query", SOAP_BATCH_SIZE | SOAP_READ);

    xml_put(message.writer, "queryString", text_string(statement));
    text_free(statement);
    return soap_send(&message);
}

enum wire_step soap_send_query_more(const struct call *call, const char *locator)
{
    struct soap_message message = soap_begin(call, "queryMore", SOAP_BATCH_SIZE | SOAP_READ);

    xml_put(message.writer, "queryLocator", locator);
    return soap_send(&message);
}

static enum wire_step send_or_refuse(const struct call *call, bool possible, struct text *statement)
{
    if (possible)
        return soap_send_query(call, statement);
    text_free(statement);
    return WIRE_REFUSED;
}

/* --- count, group --- */

enum wire_step soap_encode_count(const struct call *call)
{
    struct soql_source source = {call->operation->schema, call->operation->query};
    struct text statement = {0};
    bool possible = soql_count(&source, &statement, call->error);

    return send_or_refuse(call, possible, &statement);
}

int64_t soap_counted(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);
    int64_t total = -1;

    if (result) {
        size_t count;
        const void **rows = soap_rows_of(result, "records", &count);
        struct soql_rows read = {rows, count, &soap_rows};

        total = count ? soql_take_count(&read) : soap_number(result, "size");
        free(rows);
        if (total < 0)
            soap_nonsense(answer, "a count");
    }
    xmlFreeDoc(document);
    return total;
}

int soap_decode_count(const struct answer *answer)
{
    const struct query *query = answer->operation->query;
    int64_t total = soap_counted(answer);

    if (query && query->limit >= 0 && total > query->limit)
        total = query->limit;
    answer->result->total = total;
    return 0;
}

enum wire_step soap_encode_group(const struct call *call)
{
    const struct operation *operation = call->operation;
    struct soql_source source = {operation->schema, operation->query};
    struct text statement = {0};
    bool possible =
        operation->group.function == GROUP_FILLED
            ? soql_filled(&source, &statement, call->error)
            : soql_group(&source, &operation->group, operation->page_size, &statement, call->error);

    return send_or_refuse(call, possible, &statement);
}

int soap_decode_group(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);

    if (result) {
        size_t count;
        const void **rows = soap_rows_of(result, "records", &count);
        struct soql_rows read = {rows, count, &soap_rows};

        soql_take_groups(&read, answer->operation, answer->result);
        free(rows);
    }
    xmlFreeDoc(document);
    return 0;
}

/* --- get --- */

/* Fields of parents, and deleted records, can only be had by a query. */
static bool needs_query(const struct operation *operation)
{
    return soql_has_parent_columns(operation->query) || with_deleted(operation);
}

static void print_fields(const struct operation *operation, struct text *out)
{
    const struct query *query = operation->query;
    bool named = query && query->column_count > 0;
    size_t count = named ? query->column_count : operation->schema->field_count;

    text_append_string(out, "Id");
    for (size_t i = 0; i < count; i++) {
        const char *name = named ? query->columns[i].parts[0] : operation->schema->fields[i].name;

        if (strcmp(name, "Id") != 0)
            text_format(out, ", %s", name);
    }
}

static enum wire_step send_retrieve(const struct call *call, char *const *ids, size_t count)
{
    struct soap_message message = soap_begin(call, "retrieve", SOAP_READ);
    struct text fields = {0};

    print_fields(call->operation, &fields);
    xml_put(message.writer, "fieldList", text_string(&fields));
    xml_put(message.writer, "sObjectType", call->operation->object);
    for (size_t i = 0; i < count; i++)
        xml_put(message.writer, "ids", ids[i]);
    text_free(&fields);
    return soap_send(&message);
}

enum wire_step soap_encode_get(const struct call *call)
{
    size_t count;
    char **ids = soql_ids(call->operation, &count);
    enum wire_step step = WIRE_NONE;

    if (count > 0 && needs_query(call->operation)) {
        struct text statement = {0};
        bool possible = soql_select_ids(call->operation, ids, count, &statement, call->error);

        step = send_or_refuse(call, possible, &statement);
    } else if (count > 0) {
        step = send_retrieve(call, ids, count);
    }
    soql_free_paths(ids, count);
    return step;
}

static const xmlNode *find_row(const void *const *rows, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        const char *found = soap_rows.id(rows[i]);

        if (found && strncmp(found, id, SALESFORCE_SHORT_ID_LENGTH) == 0)
            return rows[i];
    }
    return NULL;
}

/* retrieve gives a row for each id, in their order; where places do not agree, and of a query, a
 * row is known by its id. */
static const xmlNode *row_at(const void *const *rows, size_t count, size_t place, const char *id)
{
    const xmlNode *row = place < count ? rows[place] : NULL;
    const char *found = row ? soap_rows.id(row) : NULL;

    if (found && strncmp(found, id, SALESFORCE_SHORT_ID_LENGTH) == 0)
        return row;
    return find_row(rows, count, id);
}

static void take_records(const struct answer *answer, const void *const *rows, size_t count)
{
    const struct operation *operation = answer->operation;
    size_t place = 0;

    for (size_t i = 0; i < operation->id_count; i++) {
        char widened[SALESFORCE_ID_LENGTH + 1];
        const xmlNode *row;

        if (!salesforce_widen_id(operation->ids[i], widened))
            continue;
        row = row_at(rows, count, place++, widened);
        if (row)
            answer->result->records[i] = soql_record(operation, &soap_rows, row, widened);
    }
}

int soap_decode_get(const struct answer *answer)
{
    struct result *result = answer->result;
    xmlDoc *document = NULL;
    const xmlNode *found;
    size_t count;
    const void **rows;

    result->records = memory_zeroed(answer->operation->id_count + 1, sizeof *result->records);
    result->record_count = answer->operation->id_count;
    if (!answer->response)
        return 0;
    found = needs_query(answer->operation) ? soap_result(answer, &document)
                                           : soap_response(answer, &document);
    if (found) {
        rows = soap_rows_of(found, needs_query(answer->operation) ? "records" : "result", &count);
        take_records(answer, rows, count);
        free(rows);
    }
    xmlFreeDoc(document);
    return 0;
}

/* --- raw --- */

static const char *first_word(const char *query)
{
    return query + strspn(query, " \t\r\n(");
}

static bool is_search(const char *query)
{
    const char *word = first_word(query);

    return strncasecmp(word, "FIND", 4) == 0 && strchr(" \t\r\n{", word[4]);
}

enum wire_step soap_send_search(const struct call *call, const char *search)
{
    struct soap_message message = soap_begin(call, "search", SOAP_READ);

    xml_put(message.writer, "searchString", search);
    return soap_send(&message);
}

enum wire_step soap_encode_raw(const struct call *call)
{
    const struct operation *operation = call->operation;
    struct text statement = {0};

    if (operation->position.kind == POSITION_CURSOR && operation->position.cursor)
        return soap_send_query_more(call, operation->position.cursor);
    if (is_search(operation->name))
        return soap_send_search(call, operation->name);
    text_append_string(&statement, operation->name);
    return soap_send_query(call, &statement);
}

/* SELECT COUNT() gives a number of rows and none of them. */
static void take_size(struct result *result, int64_t size)
{
    struct page_builder *builder = page_builder_new(2);
    struct value id = value_string("1"), value = value_integer(size);

    page_builder_add(builder, &id);
    page_builder_add(builder, &value);
    page_builder_end_row(builder);
    result->page = page_builder_finish(builder);
    result->columns = memory_zeroed(1, sizeof *result->columns);
    result->columns[0] = memory_copy_string("count");
    result->column_count = 1;
}

/* What is not in the answer must be said: the next rows are behind a locator. */
static void tell_rest(const xmlNode *found, size_t count, struct result *result)
{
    const char *locator = soap_text(found, "queryLocator");
    struct text words = {0};

    if (soap_flag(found, "done", true) || !locator)
        return;
    result->next = memory_copy_string(locator);
    text_format(&words,
                "These are the first %zu of %lld rows. A LIMIT, or the list and its filter, "
                "shows the others.",
                count, (long long)result->total);
    result->text = text_take(&words);
}

static void take_rows(const xmlNode *found, struct result *result)
{
    size_t count;
    const void **rows = soap_rows_of(found, "records", &count);

    result->total = soap_number(found, "size");
    if (count == 0 && result->total > 0)
        take_size(result, result->total);
    else
        soap_take_any_rows(rows, count, false, result);
    tell_rest(found, count, result);
    free(rows);
}

void soap_take_search(const xmlNode *found, struct result *result)
{
    size_t count;
    const void **rows = soap_rows_of(found, "searchRecords", &count);

    for (size_t i = 0; i < count; i++) {
        const xmlNode *record = xml_child(rows[i], SOAP_PARTNER, "record");

        if (record)
            rows[i] = record;
    }
    soap_take_any_rows(rows, count, true, result);
    result->total = (int64_t)count;
    free(rows);
}

int soap_decode_raw(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *found = soap_result(answer, &document);

    if (found && is_search(answer->operation->name))
        soap_take_search(found, answer->result);
    else if (found)
        take_rows(found, answer->result);
    xmlFreeDoc(document);
    return 0;
}
