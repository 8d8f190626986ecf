/*
 * fuzz_salesdirector: any answer gives records or an error and never both; any file gives parts
 * that are CSV of their own, or an error.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/salesdirector/internal.h"
#include "backend/salesdirector/salesdirector.h"
#include "core/memory.h"
#include "core/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "salesdirector: %s\n", what);
        abort();
    }
}

static struct backend *open_backend(void)
{
    struct error error = {0};
    struct profile *profile = memory_zeroed(1, sizeof *profile);
    profile->name = memory_copy_string("sd");
    profile->backend = memory_copy_string("salesdirector");
    require(profile_set(profile, "url", "https://acme.salesdirector.ai", &error) &&
                profile_set(profile, "api_key_env", "HOME", &error),
            "takes no settings");
    struct backend *backend = salesdirector_backend.create(profile, &error);
    require(backend != NULL, "makes no instance");
    profile_free(profile);
    return backend;
}

static void check_reading(struct backend *backend, const struct http_response *response)
{
    static const enum operation_kind kinds[] = {OPERATION_PAGE, OPERATION_DESCRIBE, OPERATION_GET,
                                                OPERATION_LOOKUP};
    struct schema *schema = director_schema(director_object("Opportunity"), NULL);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct operation *operation = operation_new(kinds[i], "Opportunity");
        struct result result = {0};
        operation->schema = schema_hold(schema);
        operation->field = memory_copy_string("stage");
        operation_add_id(operation, "334j0HHBF");
        require(salesdirector_backend.decode(backend, operation, 0, response, &result) == 0,
                "asks for more");
        bool any = result.page != NULL || result.schema != NULL || result.records != NULL;
        require(!any || !error_is_set(&result.error), "gives records and an error");
        result_clear(&result);
        operation_free(operation);
    }
    schema_release(schema);
}

static void check_counts(const struct http_response *response)
{
    struct upload_counts counts;
    struct error error = {0};
    bool read = upload_counts_read(response, &counts, &error);
    require(read != error_is_set(&error), "counts and fails, or neither");
    free(counts.error_file);
    error_clear(&error);
}

/* What was written is read again to the same. */
static void check_file(const char *text, const struct object *object)
{
    struct upload parts = {0}, again = {0};
    struct error error = {0};
    bool read = upload_read(object, text, false, 200, &parts, &error);
    require(read == (parts.part_count > 0) && read != error_is_set(&error),
            "reads a file and fails, or neither");
    for (size_t i = 0; i < parts.part_count; i++) {
        const struct text *csv = &parts.parts[i].csv;
        require(csv->length <= 200, "makes a part too large");
        require(upload_read(object, text_string(csv), false, 200, &again, &error) &&
                    again.part_count == 1 && again.parts[0].rows == parts.parts[i].rows &&
                    strcmp(text_string(&again.parts[0].csv), text_string(csv)) == 0,
                "does not read what it wrote");
    }
    upload_parts_clear(&parts);
    upload_parts_clear(&again);
    error_clear(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const long statuses[] = {200, 200, 200, 400, 401, 500};
    size_t count;
    const struct object *objects = director_objects(&count);
    char *text = memory_copy((const char *)data, size);
    struct http_response response = {.status =
                                         statuses[size % (sizeof statuses / sizeof *statuses)],
                                     .body = text,
                                     .length = size,
                                     .url = ""};
    struct backend *backend = open_backend();
    check_reading(backend, &response);
    check_counts(&response);
    check_file(text, &objects[size % count]);
    salesdirector_backend.destroy(backend);
    free(text);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_salesdirector";
static const char *const fuzz_pieces[] = {"{\"status\":\"success\",\"data\":",
                                          "[{",
                                          "}]}",
                                          "\"id\":\"u1\"",
                                          "\"active\":\"1\"",
                                          ",",
                                          "\"external_opp_id\":\"334j0HHBF\"",
                                          "\"amount\":80000",
                                          "\"amount\":\"1e9\"",
                                          "\"close_date\":",
                                          "{\"date\":\"2017-02-15 00:00:00.000000\"}",
                                          "null",
                                          "\"x\":[1]",
                                          "{\"status\":\"fail\",\"data\":{\"f\":\"r\"}}",
                                          "{\"status\":\"error\",\"code\":401}",
                                          "\"total_imported_rows\":12",
                                          "\"total_error_rows\":2",
                                          "{",
                                          "}",
                                          "Opportunity ID,",
                                          "Opportunity Name",
                                          "Email",
                                          "Month",
                                          "Amount",
                                          "\r\n",
                                          "\n",
                                          "\"",
                                          "\"\"",
                                          "a",
                                          ",b",
                                          ";"};
#include "standalone.h"
#endif
