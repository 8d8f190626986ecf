/*
 * fuzz_salesdirector_wire: no answer of a server makes the SalesDirector.ai adapter do anything but
 * give a result or an error, whatever was asked; see wire.h.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>

#include "backend/salesdirector/internal.h"
#include "backend/salesdirector/salesdirector.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argument_count, char ***arguments);

enum { MOST_OPERATIONS = 24 };

static struct profile profile;
static struct operation *operations[MOST_OPERATIONS];
static size_t operation_count;

static struct operation *add(enum operation_kind kind, struct schema *schema, const char *query)
{
    struct operation *operation = wire_operation(kind, schema, query);
    operations[operation_count++] = operation;
    return operation;
}

static void add_reading(struct schema *deals, struct schema *contacts)
{
    add(OPERATION_SIGN_IN, deals, NULL);
    add(OPERATION_LIST_OBJECTS, deals, NULL)->count_objects = true;
    add(OPERATION_DESCRIBE, deals, NULL);
    add(OPERATION_DESCRIBE, contacts, NULL);
    add(OPERATION_PAGE, deals, NULL);
    struct operation *page = add(OPERATION_PAGE, deals, "");
    page->query = (query_free(page->query), wire_query(deals, "", "name, amount, close_date"));
    struct operation *get = add(OPERATION_GET, deals, NULL);
    operation_add_id(get, "1");
    operation_add_id(get, "two");
    add(OPERATION_LOOKUP, deals, NULL)->field = memory_copy_string("stage");
}

static void add_writing(struct schema *deals, struct schema *contacts)
{
    struct operation *create = add(OPERATION_CREATE, deals, NULL);
    wire_add_write(create, NULL, "name", "a", NULL);
    wire_add_write(create, NULL, "external_opp_id", "1", NULL);
    struct operation *update = add(OPERATION_UPDATE, deals, NULL);
    wire_add_write(update, "1", "name", "b", "a");
    wire_add_write(update, "two", "amount", "5", NULL);
    struct operation *upsert = add(OPERATION_UPSERT, deals, NULL);
    upsert->field = memory_copy_string("external_opp_id");
    wire_add_write(upsert, NULL, "external_opp_id", "1", NULL);
    wire_add_write(add(OPERATION_CREATE, contacts, NULL), NULL, "email", "a@b.test", NULL);
    struct operation *file = add(OPERATION_ACTION, deals, NULL);
    file->name = memory_copy_string("upload_contacts");
    operation_add_parameter(file, "file", "Email,Opportunity ID\na@b.test,1\n");
}

int LLVMFuzzerInitialize(int *argument_count, char ***arguments)
{
    (void)argument_count;
    (void)arguments;
    struct schema *deals = director_schema(director_object("Opportunity"), NULL);
    struct schema *contacts = director_schema(director_object("Contact"), NULL);
    profile.name = memory_copy_string("fuzz");
    wire_setting(&profile, "url", "https://acme.salesdirector.ai");
    wire_setting(&profile, "api_key_env", "HOME");
    add_reading(deals, contacts);
    add_writing(deals, contacts);
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
    struct backend *backend = salesdirector_backend.create(&profile, &error);
    require(backend != NULL, "no instance");
    wire_run(backend, operations[data[0] % operation_count], data, size);
    salesdirector_backend.destroy(backend);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_salesdirector_wire";
static const char *const fuzz_pieces[] = {
    "\x04\x01{\"status\":\"success\",",
    "\"status\":\"fail\",",
    "\"data\":[{",
    "\"external_opp_id\":\"1\",",
    "\"name\":\"a\"",
    "\"amount\":80000,",
    "\"close_date\":{\"date\":",
    "\"2017-02-15 00:00:00\"",
    "\"timezone\":\"PST\"",
    "\"total_imported_rows\":1,",
    "\"total_error_rows\":1,",
    "\"error_file\":\"x\",",
    "\"total_original_rows\":2",
    "\"message\":\"no\"",
    "\"code\":403",
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
