/*
 * fuzz_spotler: no answer of a server makes the Spotler adapter's decoder do anything but give a
 * result or an error, whatever was asked. The first byte chooses the operation, the second the
 * status; the rest is the body, given again for each further step.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/spotler.h"
#include "core/memory.h"
#include "net/http.h"

enum { MOST_STEPS = 24 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const enum operation_kind kinds[] = {
    OPERATION_DESCRIBE, OPERATION_PAGE,   OPERATION_GET,    OPERATION_COUNT,
    OPERATION_LOOKUP,   OPERATION_ACTION, OPERATION_CREATE, OPERATION_UPDATE,
    OPERATION_SIGN_IN,  OPERATION_DELETE, OPERATION_PAGE,   OPERATION_LIST_OBJECTS,
};
static const long statuses[] = {200, 201, 422, 429, 500, 301, 404, 403};

static struct backend *open_adapter(void)
{
    struct config_entry settings[] = {
        {memory_copy_string("token_env"), memory_copy_string("HOME"), 1},
        {memory_copy_string("objects"), memory_copy_string("policies,accounts/claims"), 2}};
    struct profile profile = {.name = memory_copy_string("fuzz"),
                              .settings = settings,
                              .setting_count = sizeof settings / sizeof settings[0]};
    struct error error = {0};
    struct backend *backend = spotler_backend.create(&profile, &error);
    for (size_t i = 0; i < profile.setting_count; i++) {
        free(settings[i].name);
        free(settings[i].value);
    }
    free(profile.name);
    error_clear(&error);
    return backend;
}

static struct schema *schema_of_lines(void)
{
    struct schema *schema = schema_new("opportunity_lines");
    schema_add_field(schema, "id", FIELD_ID);
    schema_add_field(schema, "product", FIELD_STRING);
    schema_add_field(schema, "open", FIELD_BOOLEAN);
    schema_add_field(schema, "day", FIELD_DATE);
    struct field *above = schema_add_field(schema, "opportunityid", FIELD_REFERENCE);
    above->references = memory_copy_string("opportunities");
    return schema;
}

/* Of an even choice the lines of one opportunity, else what can only be filtered here. */
static struct query *make_query(const struct schema *schema, unsigned choice)
{
    struct error error = {0};
    struct date_clock clock = {.now = 1795262400, .week_start = 1};
    struct query *query = query_new(schema->name);
    bool ok =
        query_parse(query, choice % 2 == 0 ? "opportunityid = 5" : "not (product contains 'a')",
                    NULL, &error) &&
        query_resolve(query, schema, NULL, NULL, &clock, &error);
    if (!ok) {
        fprintf(stderr, "spotler: %s\n", error.message);
        abort();
    }
    return query;
}

static struct operation *make_operation(unsigned choice)
{
    enum operation_kind kind = kinds[choice % (sizeof kinds / sizeof kinds[0])];
    struct operation *operation = operation_new(kind, "opportunity_lines");
    operation->schema = schema_of_lines();
    operation->query = make_query(operation->schema, choice / 2);
    operation->field = memory_copy_string("product");
    operation->count_objects = true;
    operation_add_id(operation, "1");
    operation_add_id(operation, "2");
    struct record *expected = record_new(operation->object, "1");
    struct value name = value_string("x");
    record_set(expected, "product", &name);
    operation_add_write(operation, "1", record_new(operation->object, "1"), expected);
    operation_add_write(operation, "2", record_new(operation->object, "2"), NULL);
    return operation;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct result result = {.total = -1};
    if (size < 2) {
        return 0;
    }
    struct backend *backend = open_adapter();
    struct operation *operation = make_operation(data[0]);
    char *body = memory_copy((const char *)data + 2, size - 2);
    struct http_response response = {.status = statuses[data[1] % 8],
                                     .body = body,
                                     .length = size - 2,
                                     .url = "https://crm.test/"};
    int step = 0;
    for (int i = 0; i < MOST_STEPS && (i == 0 || step > 0); i++) {
        step = spotler_backend.decode(backend, operation, step, &response, &result);
        if (error_is_set(&result.error)) {
            break;
        }
    }
    free(body);
    result_clear(&result);
    operation_free(operation);
    spotler_backend.destroy(backend);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_spotler";
static const char *const fuzz_pieces[] = {
    "\x01\x01{\"metadata\":{\"total_count\":3,\"has_more\":true},\"list\":[",
    "{\"record\":{\"id\":1,\"product\":\"a\",\"open\":\"1\"}}",
    "{\"id\":2,\"day\":\"2026-01-02\"}",
    "\"lines\":[",
    "\"fields\":[",
    "{\"name\":\"x\",\"type\":\"lookup\"}",
    "\"items\":[",
    "{\"value\":\"v\",\"id\":1}",
    "\"validation\":{\"f\":[",
    "{\"Required\":[]}",
    "\"record\":",
    "\"message\":\"Invalid record type\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "-1",
    "1.5",
    "\"\"",
};
#include "standalone.h"
#endif
