/*
 * fuzz_forcesoap: no answer of the Force.com SOAP API makes the forcesoap adapter do anything but
 * give a result or an error, whatever was asked; see wire.h. Half of the inputs are put into the
 * body of an envelope, so that the parts behind it are reached too.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>

#include "backend/forcesoap/forcesoap.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argument_count, char ***arguments);

enum { MOST_OPERATIONS = 127, WRAPPED = 0x80 };

static const char envelope[] =
    "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' "
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns='urn:partner.soap.sforce.com' "
    "xmlns:sf='urn:sobject.partner.soap.sforce.com'><e:Body>";
static const char envelope_end[] = "</e:Body></e:Envelope>";

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
    schema_add_field(schema, "Body", FIELD_BASE64);
    schema_add_field(schema, "OwnerId", FIELD_REFERENCE)->references = memory_copy_string("User");
    for (size_t i = 0; i < schema->field_count; i++) {
        schema->fields[i].filter = schema->fields[i].sort = true;
    }
    return schema;
}

static struct operation *add(enum operation_kind kind, struct schema *schema, const char *query)
{
    struct operation *operation = wire_operation(kind, schema, query);
    require(operation_count < MOST_OPERATIONS, "more operations than there is room for");
    operations[operation_count++] = operation;
    return operation;
}

static void add_pages(struct schema *schema)
{
    add(OPERATION_PAGE, schema, NULL)->page_size = 2;
    add(OPERATION_PAGE, schema, "AnnualRevenue > 1 order by LastModifiedDate desc limit 3")
        ->page_size = 1;
    add(OPERATION_PAGE, schema, "Name contains 'a' order by Name")->page_size = 1;
    struct operation *more = add(OPERATION_PAGE, schema, "order by Name");
    more->position.kind = POSITION_CURSOR;
    more->position.cursor = memory_copy_string("-1 u 01g1E00009HWXuZQAX-2000");
    struct operation *columns = add(OPERATION_PAGE, schema, NULL);
    columns->query = wire_query(schema, "", "Name, BillingAddress, Body");
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
    add(OPERATION_SIGN_IN, schema, NULL);
    add(OPERATION_SIGN_OUT, schema, NULL);
    add(OPERATION_LIST_OBJECTS, schema, NULL);
    add(OPERATION_LIST_OBJECTS, schema, NULL)->count_objects = true;
    add(OPERATION_DESCRIBE, schema, NULL);
    add(OPERATION_LOOKUP, schema, NULL)->field = memory_copy_string("Name");
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
    add(OPERATION_RAW, schema, NULL)->name = memory_copy_string("FIND {a} RETURNING Account(Id)");
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
    operation_add_id(add(OPERATION_UNDELETE, schema, NULL), "0010600002BpLWtAAN");
}

/* An id in the place of everything: lists of one, names that nothing has. */
static const char *id_for(const struct action_parameter *parameter)
{
    (void)parameter;
    return "0010600002BpLWtAAN";
}

/* What a person would give: words, numbers, dates, lists, fields of records. */
static const char *fit_for(const struct action_parameter *parameter)
{
    static const struct {
        const char *name, *value;
    } fits[] = {
        {"externalIDFieldName", "Id"},
        {"fields", "Id=0010600002BpRZG\nName = a < b\nAnnualRevenue=\nPhone=+1 (2)"},
        {"accountRecord", "Name=a\nIndustry="},
        {"contactRecord", "LastName=b & c"},
        {"opportunityRecord", "no field\n"},
        {"additionalInformationMap", "one=1\ntwo\n=three"},
        {"object", "Account"},
        {"objects", "Account(Id, Name), Case\nContact"},
        {"sObjectType", "Account, Contact\nLead"},
        {"words", "AND (a) not* - \"b"},
        {"startDate", "2026-11-01"},
        {"endDate", "2026-11-30T12:00:00+02:00"},
        {"attachment", "AAAA"},
        {"attachmentName", "a.pdf"},
        {"toAddresses", "a@example.com\nb@example.com, c@example.com"},
        {"recordToMergeIds", "0010600002BpRZD\n0010600002BpRZE"},
    };
    for (size_t i = 0; i < sizeof fits / sizeof fits[0]; i++) {
        if (strcmp(fits[i].name, parameter->name) == 0) {
            return fits[i].value;
        }
    }
    return parameter->choices != NULL         ? parameter->choices[0]
           : parameter->type == FIELD_BOOLEAN ? "yes"
           : parameter->type == FIELD_INT     ? "200"
           : strstr(parameter->name, "Id") != NULL || parameter->type == FIELD_TEXTAREA
               ? "0010600002BpLWt, 04i0600002BpLWtAAN\nno id"
               : "a word, <another> & a third";
}

/* Only what is required: what is looked up before comes into play. */
static const char *least_for(const struct action_parameter *parameter)
{
    bool asked = parameter->required || strcmp(parameter->name, "objectId") == 0;
    return !asked                                      ? NULL
           : strcmp(parameter->name, "startDate") == 0 ? "2026-11-01"
                                                       : "0010600002BpLWtAAN";
}

static void add_actions(struct schema *schema,
                        const char *(*value_for)(const struct action_parameter *parameter))
{
    for (size_t i = 0; i < forcesoap_backend.action_count; i++) {
        const struct backend_action *action = &forcesoap_backend.actions[i];
        struct operation *operation = add(OPERATION_ACTION, schema, NULL);
        operation->name = memory_copy_string(action->name);
        for (size_t j = 0; j < action->parameter_count; j++) {
            const char *value = value_for(&action->parameters[j]);
            if (value != NULL) {
                operation_add_parameter(operation, action->parameters[j].name, value);
            }
        }
    }
}

int LLVMFuzzerInitialize(int *argument_count, char ***arguments)
{
    (void)argument_count;
    (void)arguments;
    struct schema *schema = schema_of_accounts();
    profile.name = memory_copy_string("fuzz");
    wire_setting(&profile, "username", "u@example.com");
    wire_setting(&profile, "password_env", "HOME");
    add_reading(schema);
    add_writing(schema);
    add_actions(schema, id_for);
    add_actions(schema, fit_for);
    add_actions(schema, least_for);
    return 0;
}

/* The input with its bodies in an envelope; freed by the caller. */
static uint8_t *wrap(const uint8_t *data, size_t size, size_t *wrapped)
{
    size_t head = sizeof envelope - 1, tail = sizeof envelope_end - 1;
    *wrapped = size + head + tail;
    uint8_t *whole = memory_allocate(*wrapped);
    memcpy(whole, data, 2);
    memcpy(whole + 2, envelope, head);
    memcpy(whole + 2 + head, data + 2, size - 2);
    memcpy(whole + size + head, envelope_end, tail);
    return whole;
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
    struct backend *backend = forcesoap_backend.create(&profile, &error);
    require(backend != NULL, "no instance");
    const struct operation *operation = operations[(data[0] & ~WRAPPED) % operation_count];
    size_t wrapped = size;
    uint8_t *whole = (data[0] & WRAPPED) != 0 ? wrap(data, size, &wrapped) : NULL;
    wire_run(backend, operation, whole != NULL ? whole : data, wrapped);
    free(whole);
    forcesoap_backend.destroy(backend);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_forcesoap";
static const char *const fuzz_pieces[] = {
    "\x86\x01<queryResponse><result>",
    "<done>true</done>",
    "<done>false</done>",
    "<queryLocator>01g-200</queryLocator>",
    "<records>",
    "</records>",
    "<sf:type>Account</sf:type>",
    "<sf:Id>0010600002BpLWtAAN</sf:Id>",
    "<sf:Name>a</sf:Name>",
    "<sf:Name xsi:nil='true'/>",
    "<sf:AnnualRevenue>1.5E3</sf:AnnualRevenue>",
    "<sf:BillingAddress xsi:type='address'><city>x</city></sf:BillingAddress>",
    "<sf:Body>AAAA</sf:Body>",
    "<size>1</size>",
    "</result></queryResponse>",
    "<e:Fault><faultcode>sf:INVALID_FIELD</faultcode><faultstring>x</faultstring><detail>",
    "<sf:InvalidFieldFault><sf:row>1</sf:row><sf:column>8</sf:column></sf:InvalidFieldFault>",
    "</detail></e:Fault>",
    "<createResponse><result><success>true</success><id>0010600002BpLWtAAN</id></result>",
    "<errors><fields>Name</fields><message>x</message><statusCode>Y</statusCode></errors>",
    "</createResponse>",
    "\f",
    "<",
    ">",
    "/",
    "<![CDATA[",
    "]]>",
    "&amp;",
};
#include "standalone.h"
#endif
