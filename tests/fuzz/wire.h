/*
 * wire: what the fuzz targets of wire adapters share: one operation from its first exchange to its
 * last, the fuzzer being the server. Operations are made once; the instance is made for every
 * input, because it keeps what it has seen.
 *
 * The first byte chooses the operation, the second the status and what Retry-After says; the rest
 * are the bodies of one exchange after another, with a form feed between, the last one again and
 * again.
 */
#ifndef DOSSIER_TESTS_FUZZ_WIRE_H
#define DOSSIER_TESTS_FUZZ_WIRE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/backend.h"
#include "core/memory.h"
#include "net/http.h"

enum { MOST_STEPS = 4 };

static const long wire_statuses[] = {200, 200, 201, 204, 200, 300, 400, 401,
                                     403, 404, 409, 422, 429, 500, 503, 200};
static const char *const wire_waits[] = {"0", "7", "-3", "99999999999999999999", "Sat, x", ""};

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "wire: %s\n", what);
        abort();
    }
}

static void wire_setting(struct profile *profile, const char *name, const char *value)
{
    profile->settings =
        memory_resize(profile->settings, profile->setting_count + 1, sizeof *profile->settings);
    profile->settings[profile->setting_count++] =
        (struct config_entry){memory_copy_string(name), memory_copy_string(value), 1};
}

static struct query *wire_query(const struct schema *schema, const char *text, const char *columns)
{
    struct error error = {0};
    struct date_clock clock = {.now = 1795262400, .week_start = 1};
    struct query *query = query_new(schema->name);
    require(query_parse(query, text, NULL, &error), "the query is none");
    require(columns == NULL || query_parse_columns(query, columns, &error), "columns are none");
    require(query_resolve(query, schema, NULL, NULL, &clock, &error), "the query has no meaning");
    return query;
}

/* Holds the schema. */
static struct operation *wire_operation(enum operation_kind kind, struct schema *schema,
                                        const char *query)
{
    struct operation *operation = operation_new(kind, schema->name);
    operation->schema = schema_hold(schema);
    operation->query = query == NULL ? NULL : wire_query(schema, query, NULL);
    return operation;
}

static void wire_add_write(struct operation *operation, const char *id, const char *field,
                           const char *text, const char *expected)
{
    struct record *values = record_new(operation->object, id);
    struct record *before = expected == NULL ? NULL : record_new(operation->object, id);
    struct value value = value_string(text);
    record_set(values, field, &value);
    if (before != NULL) {
        value = value_string(expected);
        record_set(before, field, &value);
    }
    operation_add_write(operation, id, values, before);
}

/* What everything above the adapter relies on. */
static void check_result(const struct operation *operation, const struct result *result)
{
    if (error_is_set(&result->error)) {
        require(result->error.message != NULL, "an error has no words");
        return;
    }
    if (operation->kind == OPERATION_PAGE) {
        require(result->page != NULL, "no page and no error");
    }
    if (operation->kind == OPERATION_GET) {
        require(result->record_count == operation->id_count, "records and ids differ in number");
    }
    if (operation->kind == OPERATION_DESCRIBE) {
        require(result->schema != NULL, "no schema and no error");
    }
    if (operation_writes(operation) && operation->write_count > 0) {
        require(result->write_count == operation->write_count, "a record has no result");
    }
    for (size_t i = 0; i < result->write_count; i++) {
        require(result->writes[i].success != error_is_set(&result->writes[i].error),
                "a write neither succeeded nor failed, or did both");
    }
}

/* The body of the next exchange: up to a form feed. An own copy, so that the sanitizer sees its
 * end. */
static char *next_body(const char **at, const char *end, size_t *length)
{
    const char *feed = memchr(*at, '\f', (size_t)(end - *at));
    *length = (size_t)((feed == NULL ? end : feed) - *at);
    char *body = malloc(*length + 1);
    require(body != NULL, "no memory");
    memcpy(body, *at, *length);
    body[*length] = '\0'; /* as the client's are */
    *at = feed == NULL ? *at : feed + 1;
    return body;
}

static void wire_run(struct backend *backend, const struct operation *asked, const uint8_t *data,
                     size_t size)
{
    struct result result = {.total = -1};
    struct operation lent = *asked; /* what the earlier exchanges gave, as the engine lends it */
    const struct operation *operation = &lent;
    lent.so_far = &result;
    const char *at = (const char *)data + 2, *end = (const char *)data + size;
    struct http_header retry = {(char *)(uintptr_t) "Retry-After",
                                (char *)(uintptr_t)wire_waits[data[1] / 16 % 6], false};
    for (int step = 0, turn = 0; turn == 0 || (step > 0 && turn < MOST_STEPS); turn++) {
        struct http_request request = {0};
        enum wire_step sent =
            backend->ops->encode(backend, operation, step, &request, &result.error);
        if (sent == WIRE_REFUSED) {
            require(error_is_set(&result.error), "refused without a word");
            http_request_clear(&request);
            break;
        }
        size_t length = 0;
        char *body = sent == WIRE_NONE ? NULL : next_body(&at, end, &length);
        struct http_response response = {.status = wire_statuses[data[1] % 16],
                                         .headers = &retry,
                                         .header_count = 1,
                                         .body = body,
                                         .length = length,
                                         .url = request.url};
        step = backend->ops->decode(backend, operation, step, body == NULL ? NULL : &response,
                                    &result);
        http_request_clear(&request);
        free(body);
        if (step <= 0) {
            check_result(operation, &result);
        }
    }
    result_clear(&result);
}

#endif
