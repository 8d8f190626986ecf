/*
 * fuzz_snapforce: no answer of a server makes the Snapforce adapter do anything but give a result
 * or an error, whatever was asked; see wire.h.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>

#include "backend/snapforce/internal.h"
#include "backend/snapforce/snapforce.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argument_count, char ***arguments);

enum { MOST_OPERATIONS = 24 };

static struct profile profile;
static struct operation *operations[MOST_OPERATIONS];
static size_t operation_count;
static struct query *narrow; /* its filter is what one operation leaves to the engine */

static struct operation *add(enum operation_kind kind, struct schema *schema, const char *query)
{
    struct operation *operation = wire_operation(kind, schema, query);
    operations[operation_count++] = operation;
    return operation;
}

static void add_reading(struct schema *leads, struct schema *accounts)
{
    add(OPERATION_SIGN_IN, leads, NULL);
    add(OPERATION_LIST_OBJECTS, leads, NULL)->count_objects = true;
    add(OPERATION_DESCRIBE, leads, NULL);
    add(OPERATION_DESCRIBE, accounts, NULL);
    add(OPERATION_PAGE, leads, NULL);
    add(OPERATION_PAGE, leads, "status is not null");
    struct operation *page = add(OPERATION_PAGE, leads, "status = 'Inactive' limit 3");
    page->query = (query_free(page->query),
                   wire_query(leads, "status != 'x'", "contact_last, lead_id, status, type"));
    narrow = wire_query(leads, "contact_last = 'a' and type > 'b'", NULL);
    add(OPERATION_PAGE, leads, "")->rest = narrow->filter;
    struct operation *get = add(OPERATION_GET, leads, NULL);
    operation_add_id(get, "1");
    operation_add_id(get, "#A2");
    add(OPERATION_LOOKUP, leads, NULL)->field = memory_copy_string("type");
}

static void add_writing(struct schema *leads, struct schema *accounts)
{
    wire_add_write(add(OPERATION_CREATE, leads, NULL), NULL, "contact_last", "a", NULL);
    wire_add_write(add(OPERATION_CREATE, accounts, NULL), NULL, "status", "Inactive", NULL);
    wire_add_write(add(OPERATION_UPDATE, leads, NULL), "1", "contact_last", "b", "a");
    wire_add_write(add(OPERATION_UPDATE, leads, NULL), "#A1", "status", "Active", NULL);
    operation_add_write(add(OPERATION_DELETE, leads, NULL), "1", NULL, NULL);
    struct operation *action = add(OPERATION_ACTION, leads, NULL);
    action->name = memory_copy_string("deactivate");
    operation_add_parameter(action, "module", "Leads");
    operation_add_parameter(action, "ids", "1, 2\n3");
}

int LLVMFuzzerInitialize(int *argument_count, char ***arguments)
{
    struct error error = {0};
    (void)argument_count;
    (void)arguments;
    profile.name = memory_copy_string("fuzz");
    wire_setting(&profile, "url", "https://crm.example/api");
    wire_setting(&profile, "api_user", "u");
    wire_setting(&profile, "api_key_env", "HOME");
    wire_setting(&profile, "push_equality", "yes");
    struct backend *backend = snapforce_backend.create(&profile, &error);
    require(backend != NULL, "no instance");
    struct schema *leads = snap_schema((struct snapforce *)backend, 0);
    struct schema *accounts = snap_schema((struct snapforce *)backend, SNAP_ACCOUNTS);
    snapforce_backend.destroy(backend);
    add_reading(leads, accounts);
    add_writing(leads, accounts);
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
    struct backend *backend = snapforce_backend.create(&profile, &error);
    require(backend != NULL, "no instance");
    /* Twice: the second time there is something that was read before. */
    wire_run(backend, operations[4], data, size);
    wire_run(backend, operations[data[0] % operation_count], data, size);
    snapforce_backend.destroy(backend);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_snapforce";
static const char *const fuzz_pieces[] = {
    "\x04\x01<leads>",
    "\x0c\x01<leads>",
    "</leads>",
    "<lead id=\"1\">",
    "<lead>",
    "</lead>",
    "<lead_id>1</lead_id>",
    "<contact_last>a</contact_last>",
    "<status>Inactive</status>",
    "<status>error</status>",
    "<account_id/>",
    "<amount>12.50</amount>",
    "<date>2026-11-30</date>",
    "<a><b>c</b></a>",
    "<error>no</error>",
    "<message>No records</message>",
    "<response>",
    "</response>",
    "<data>",
    "</data>",
    "\f",
    "&amp;",
    "<![CDATA[",
    "]]>",
    " ",
};
#include "standalone.h"
#endif
