/*
 * fuzz_stacksync: no answer of the proxy, or of Salesforce behind it, makes the Stacksync adapter
 * do anything but give a result or an error, whatever was asked; see wire.h.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>

#include "backend/stacksync/stacksync.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argument_count, char ***arguments);

enum { MOST_OPERATIONS = 32 };

static struct profile profile;
static struct operation *operations[MOST_OPERATIONS];
static size_t operation_count;

static struct schema *schema_of_accounts(void)
{
    struct schema *schema = schema_new("Account");
    schema_add_field(schema, "Id", FIELD_ID)->nullable = false;
    schema_add_field(schema, "Name", FIELD_STRING)->nullable = false;
    schema_add_field(schema, "AnnualRevenue", FIELD_CURRENCY);
    schema_add_field(schema, "IsDeleted", FIELD_BOOLEAN);
    schema_add_field(schema, "LastModifiedDate", FIELD_DATETIME);
    schema_add_field(schema, "BillingAddress", FIELD_ADDRESS);
    schema_add_field(schema, "OwnerId", FIELD_REFERENCE)->references = memory_copy_string("User");
    for (size_t i = 0; i < schema->field_count; i++) {
        schema->fields[i].filter = schema->fields[i].sort = true;
    }
    return schema;
}

static struct operation *add(enum operation_kind kind, struct schema *schema, const char *query)
{
    struct operation *operation = wire_operation(kind, schema, query);
    operations[operation_count++] = operation;
    return operation;
}

static void continue_at(struct operation *operation, const char *cursor)
{
    operation->position.kind = POSITION_CURSOR;
    operation->position.cursor = memory_copy_string(cursor);
}

static void add_pages(struct schema *schema)
{
    add(OPERATION_PAGE, schema, NULL)->page_size = 2;
    add(OPERATION_PAGE, schema, "AnnualRevenue > 1 order by LastModifiedDate desc limit 3")
        ->page_size = 1;
    add(OPERATION_PAGE, schema, "Name contains 'a' order by Name")->page_size = 1;
    continue_at(add(OPERATION_PAGE, schema, "order by AnnualRevenue"),
                "9 k [null,\"'0010600002BpLWtAAN'\"]");
    continue_at(add(OPERATION_PAGE, schema, "order by Name"), "-1 u https://x.test/query/01g-2000");
    struct operation *columns = add(OPERATION_PAGE, schema, NULL);
    columns->query = wire_query(schema, "", "Name, BillingAddress");
}

static void add_group(struct schema *schema, enum group_function function, const char *by,
                      const char *measure)
{
    struct operation *operation = add(OPERATION_GROUP, schema, "");
    operation->group =
        (struct group_request){.by = by == NULL ? NULL : memory_copy_string(by),
                               .measure = measure == NULL ? NULL : memory_copy_string(measure),
                               .function = function};
    if (function == GROUP_FILLED) {
        query_free(operation->query);
        operation->query = wire_query(schema, "", "Name, AnnualRevenue, IsDeleted");
    }
}

static void add_reading(struct schema *schema)
{
    add(OPERATION_LIST_OBJECTS, schema, NULL);
    struct operation *objects = add(OPERATION_LIST_OBJECTS, schema, NULL);
    free(objects->object);
    objects->object = NULL;
    objects->count_objects = true;
    add(OPERATION_LIST_OBJECTS, schema, NULL)->count_objects = true;
    add(OPERATION_DESCRIBE, schema, NULL);
    add_pages(schema);
    add(OPERATION_COUNT, schema, "IsDeleted = false limit 5");
    add_group(schema, GROUP_COUNT, "Name", NULL);
    add_group(schema, GROUP_SUM, "Name", "AnnualRevenue");
    add_group(schema, GROUP_FILLED, NULL, NULL);
    struct operation *get = add(OPERATION_GET, schema, NULL);
    operation_add_id(get, "0010600002BpLWtAAN");
    operation_add_id(get, "0010600002BpRZG");
    operation_add_id(get, "none");
    add(OPERATION_RAW, schema, NULL)->name = memory_copy_string("SELECT Id FROM Account");
    add(OPERATION_RAW, schema, NULL)->name = memory_copy_string("GET https://x.test/services");
}

static void add_writing(struct schema *schema)
{
    struct operation *create = add(OPERATION_CREATE, schema, NULL);
    wire_add_write(create, NULL, "Name", "a", NULL);
    wire_add_write(create, NULL, "Name", "b", NULL);
    wire_add_write(add(OPERATION_UPDATE, schema, NULL), "0010600002BpLWtAAN", "Name", "a", NULL);
    wire_add_write(add(OPERATION_DELETE, schema, NULL), "0010600002BpLWtAAN", "Name", "a", NULL);
    struct operation *upsert = add(OPERATION_UPSERT, schema, NULL);
    upsert->field = memory_copy_string("Name");
    wire_add_write(upsert, NULL, "Name", "a", NULL);
    struct operation *field = add(OPERATION_ACTION, schema, NULL);
    field->name = memory_copy_string("add_custom_field");
    operation_add_parameter(field, "name", "Size");
    operation_add_parameter(field, "type", "Number");
    operation_add_parameter(field, "label", "Size");
    struct operation *through = add(OPERATION_ACTION, schema, NULL);
    through->name = memory_copy_string("pass_through");
    operation_add_parameter(through, "method", "GET");
    operation_add_parameter(through, "url", "https://x.test/");
}

int LLVMFuzzerInitialize(int *argument_count, char ***arguments)
{
    (void)argument_count;
    (void)arguments;
    struct schema *schema = schema_of_accounts();
    profile.name = memory_copy_string("fuzz");
    wire_setting(&profile, "token_env", "HOME");
    wire_setting(&profile, "instance_url", "https://x.my.salesforce.com");
    add_reading(schema);
    add_writing(schema);
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
    struct backend *backend = stacksync_backend.create(&profile, &error);
    require(backend != NULL, "no instance");
    wire_run(backend, operations[data[0] % operation_count], data, size);
    stacksync_backend.destroy(backend);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_stacksync";
static const char *const fuzz_pieces[] = {
    "\x04\x01{\"data\":[",
    "{\"attributes\":{\"type\":\"Account\"},",
    "\"url\":\"/services/x/1\"",
    "\"Id\":\"0010600002BpLWtAAN\",",
    "\"Name\":\"a\"",
    "\"totalSize\":3,\"done\":false,",
    "\"nextRecordsUrl\":\"/next\",",
    "\"records\":[",
    "\"AnnualRevenue\":1.5e3,",
    "\"success\":true,\"id\":\"1\"",
    "\"errors\":[{",
    "\"statusCode\":\"REQUIRED\",",
    "\"message\":\"x\",\"fields\":[\"Name\"]",
    "\"msg\":\"no\"",
    "\"latitude\":1,\"longitude\":2",
    "\"fields\":[{\"name\":\"Id\",",
    "\"type\":\"reference\",",
    "\"picklistValues\":[{",
    "\f",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "-1",
    "\"\"",
};
#include "standalone.h"
#endif
