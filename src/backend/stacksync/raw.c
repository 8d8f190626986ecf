/*
 * raw: SOQL as it is typed, its rows flattened into columns; and requests to Salesforce itself,
 * "GET https://…", with a body on the lines after. Pure.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backend/soql/columns.h"
#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

/* The method a raw text begins with; NULL for SOQL. */
static const char *raw_method(const char *query)
{
    query += strspn(query, " \t\r\n");
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        size_t length = strlen(methods[i]);

        if (strncasecmp(query, methods[i], length) == 0 && query[length] == ' ')
            return methods[i];
    }
    return NULL;
}

bool stacksync_raw_writes(const char *query)
{
    const char *method = raw_method(query);

    return method && strcmp(method, "GET") != 0;
}

/* --- requests --- */

static enum wire_step encode_request(const struct call *call, const char *method)
{
    const char *at = call->operation->name;
    char *url;
    enum wire_step step;
    size_t length;

    at += strspn(at, " \t\r\n") + strlen(method);
    at += strspn(at, " \t");
    length = strcspn(at, "\r\n");
    url = memory_copy(at, length);
    at += length;
    step = send_through(call, method, url, at + strspn(at, "\r\n"));
    free(url);
    return step;
}

enum wire_step encode_raw(const struct call *call)
{
    const struct operation *operation = call->operation;
    const char *method = raw_method(operation->name);
    struct text statement = {0};

    if (operation->position.kind == POSITION_CURSOR && operation->position.cursor)
        return send_through(call, "GET", operation->position.cursor, NULL);
    if (method)
        return encode_request(call, method);
    text_append_string(&statement, operation->name);
    return send_soql(call, &statement);
}

/* --- rows --- */

/* A parent has attributes and is no list; its fields are columns of their own. */
static bool is_parent(const json_t *member)
{
    return json_is_object(member) && json_member(member, "attributes") &&
           !json_is_array(json_member(member, "records"));
}

static void collect(const json_t *row, const char *prefix, struct soql_columns *columns)
{
    const char *key;
    json_t *member;

    json_object_foreach((json_t *)row, key, member)
    {
        struct text name = {0};

        if (strcmp(key, "attributes") == 0)
            continue;
        text_format(&name, "%s%s", prefix, key);
        if (is_parent(member)) {
            text_append_character(&name, '.');
            collect(member, text_string(&name), columns);
        } else {
            soql_columns_add(columns, text_string(&name));
        }
        text_free(&name);
    }
}

static void add_raw_row(struct page_builder *builder, const json_t *row, size_t number,
                        const struct soql_columns *columns)
{
    struct text spelling = {0};
    struct value id;

    text_format(&spelling, "%zu", number);
    id = row_id(row) ? value_string(row_id(row))
                     : value_text(text_string(&spelling), spelling.length);
    page_builder_add(builder, &id);
    for (size_t i = 0; i < columns->count; i++) {
        struct value value = cell_value(row_member(row, columns->names[i]), &spelling);

        if (value.kind == VALUE_ABSENT)
            value = value_null();
        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
    text_free(&spelling);
}

/* SELECT COUNT() gives a number of rows and none of them. */
static void add_size(struct page_builder *builder, const json_t *total)
{
    struct value id = value_string("1"), value = json_to_value(total);

    page_builder_add(builder, &id);
    page_builder_add(builder, &value);
    page_builder_end_row(builder);
}

static void take_raw_rows(struct result *result, const json_t *rows, const json_t *envelope)
{
    const json_t *total = json_member(envelope, "totalSize");
    bool only_size =
        json_array_size(rows) == 0 && json_is_integer(total) && json_integer_value(total) > 0;
    struct soql_columns columns = {0};
    struct page_builder *builder;

    for (size_t i = 0; i < json_array_size(rows); i++)
        collect(json_array_get(rows, i), "", &columns);
    soql_columns_drop_parents(&columns);
    if (only_size)
        soql_columns_add(&columns, "count");
    builder = page_builder_new(columns.count + 1);
    for (size_t i = 0; i < json_array_size(rows); i++)
        add_raw_row(builder, json_array_get(rows, i), i + 1, &columns);
    if (only_size)
        add_size(builder, total);
    result->page = page_builder_finish(builder);
    result->columns = columns.names;
    result->column_count = columns.count;
    result->total = json_is_integer(total) ? json_integer_value(total) : -1;
}

/* What is not in the answer must be said: the next rows have an address of their own. */
static void tell_rest(const struct answer *answer, const json_t *envelope)
{
    const char *next = json_member_string(envelope, "nextRecordsUrl");
    const char *instance = answer->stacksync->instance_url;
    struct text text = {0}, url = {0};

    if (!next || !json_is_false(json_member(envelope, "done")))
        return;
    text_format(&text, "%zu of %lld rows; the rest: raw 'GET %s%s'",
                page_row_count(answer->result->page), (long long)answer->result->total,
                *next == '/' ? (instance ? instance : "https://INSTANCE") : "", next);
    answer->result->text = text_take(&text);
    if (*next != '/' || instance) {
        text_format(&url, "%s%s", *next == '/' ? instance : "", next);
        answer->result->next = text_take(&url);
    }
}

int decode_raw(const struct answer *answer)
{
    const json_t *envelope;
    json_t *document, *rows;

    if (raw_method(answer->operation->name) && answer->operation->position.kind != POSITION_CURSOR)
        return decode_through(answer);
    rows = answer_rows(answer, &document, &envelope);
    if (rows) {
        take_raw_rows(answer->result, rows, envelope);
        tell_rest(answer, envelope);
    }
    json_decref(document);
    return 0;
}
