/*
 * fuzz_spotler: no answer of a server makes the Spotler adapter do anything but give a result or an
 * error, whatever was asked; see wire.h.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>

#include "backend/spotler/spotler.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argument_count, char ***arguments);

enum { MOST_OPERATIONS = 24 };

static struct profile profile;
static struct operation *operations[MOST_OPERATIONS];
static size_t operation_count;

static struct schema *schema_of(const char *object)
{
    struct schema *schema = schema_new(object);
    schema_add_field(schema, "id", FIELD_ID);
    schema_add_field(schema, "product", FIELD_STRING)->name_field = true;
    schema_add_field(schema, "open", FIELD_BOOLEAN);
    schema_add_field(schema, "day", FIELD_DATE);
    schema_add_field(schema, "moment", FIELD_DATETIME);
    schema_add_field(schema, "amount", FIELD_CURRENCY);
    schema_add_field(schema, "choice", FIELD_PICKLIST);
    struct field *above = schema_add_field(schema, "opportunityid", FIELD_REFERENCE);
    above->references = memory_copy_string("opportunities");
    for (size_t i = 0; i < schema->field_count; i++) {
        schema->fields[i].filter = schema->fields[i].sort = true;
        schema->fields[i].create = schema->fields[i].update = true;
    }
    return schema;
}

static struct operation *add(enum operation_kind kind, struct schema *schema, const char *query)
{
    struct operation *operation = wire_operation(kind, schema, query);
    operations[operation_count++] = operation;
    return operation;
}

static void add_reading(struct schema *accounts, struct schema *lines)
{
    add(OPERATION_SIGN_IN, accounts, NULL);
    add(OPERATION_LIST_OBJECTS, accounts, NULL)->count_objects = true;
    struct operation *objects = add(OPERATION_LIST_OBJECTS, accounts, NULL);
    free(objects->object);
    objects->object = NULL;
    objects->count_objects = true;
    add(OPERATION_DESCRIBE, accounts, NULL);
    add(OPERATION_DESCRIBE, lines, NULL);
    add(OPERATION_PAGE, accounts, "amount > 5 order by day limit 300");
    add(OPERATION_PAGE, accounts, "not (product contains '%')")->page_size = 2;
    add(OPERATION_PAGE, lines, "opportunityid = 5");
    add(OPERATION_PAGE, lines, "opportunityid in (5, 6) and amount > 1");
    add(OPERATION_PAGE, lines, "product is not blank");
    add(OPERATION_COUNT, accounts, "open = true");
    add(OPERATION_COUNT, lines, "opportunityid = 5");
    struct operation *one = add(OPERATION_GET, accounts, NULL);
    operation_add_id(one, "1");
    struct operation *several = add(OPERATION_GET, accounts, NULL);
    operation_add_id(several, "1");
    operation_add_id(several, "2");
    operation_add_id(several, "two");
    struct operation *line = add(OPERATION_GET, lines, NULL);
    operation_add_id(line, "2");
    add(OPERATION_LOOKUP, accounts, NULL)->field = memory_copy_string("choice");
}

static void add_writing(struct schema *accounts, struct schema *lines)
{
    wire_add_write(add(OPERATION_CREATE, accounts, NULL), NULL, "product", "a", NULL);
    struct operation *two = add(OPERATION_CREATE, lines, NULL);
    wire_add_write(two, NULL, "opportunityid", "5", NULL);
    wire_add_write(two, NULL, "product", "b", NULL);
    wire_add_write(add(OPERATION_UPDATE, accounts, NULL), "1", "open", "true", "false");
    wire_add_write(add(OPERATION_UPDATE, lines, NULL), "1", "day", "2026-01-02", NULL);
    struct operation *gone = add(OPERATION_DELETE, accounts, NULL);
    wire_add_write(gone, "1", "product", "a", "a");
    wire_add_write(gone, "2", "product", "a", NULL);
    struct operation *values = add(OPERATION_LOOKUP_APPEND, accounts, NULL);
    values->field = memory_copy_string("choice");
    operation_add_parameter(values, "value", "v");
}

int LLVMFuzzerInitialize(int *argument_count, char ***arguments)
{
    (void)argument_count;
    (void)arguments;
    struct schema *accounts = schema_of("accounts"), *lines = schema_of("opportunity_lines");
    setenv("TZ", "Europe/London", 1);
    profile.name = memory_copy_string("fuzz");
    wire_setting(&profile, "token_env", "HOME");
    wire_setting(&profile, "objects", "policies,accounts/claims");
    add_reading(accounts, lines);
    add_writing(accounts, lines);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    if (size < 2) {
        return 0;
    }
    if (operation_count == 0) {
        LLVMFuzzerInitialize(NULL, NULL);
    }
    struct backend *backend = spotler_backend.create(&profile, &error);
    require(backend != NULL, "no instance");
    wire_run(backend, operations[data[0] % operation_count], data, size);
    spotler_backend.destroy(backend);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_spotler";
static const char *const fuzz_pieces[] = {
    "\x01\x01{\"metadata\":{",
    "\"total_count\":3,",
    "\"has_more\":true},\"list\":[",
    "{\"record\":{\"id\":1,",
    "\"product\":\"a\",\"open\":\"1\"}}",
    "{\"id\":2,\"day\":\"2026-01-02\"}",
    "\"lines\":[",
    "\"fields\":[",
    "{\"name\":\"x\",\"type\":\"lookup\"}",
    "\"items\":[",
    "{\"value\":\"v\",\"id\":1}",
    "\"validation\":{\"f\":[",
    "{\"Required\":[]}",
    "\"record\":",
    "\"message\":\"Invalid record\"",
    "\f",
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
