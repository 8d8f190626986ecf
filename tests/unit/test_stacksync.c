/*
 * The stacksync adapter by recorded bytes: every literal example of the vendor's page, and every
 * shape of answer and error that is known or assumed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backend/stacksync/stacksync.h"
#include "core/memory.h"
#include "core/query.h"
#include "net/http.h"

static const struct date_clock noon = {1795262400, 1};

/* --- a rig: an instance, and one exchange at a time --- */

struct rig {
    struct backend *backend;
    struct schema *schema;
    struct operation *operation;
    struct http_request request;
    struct result result;
    struct error error;
};

static void add_setting(struct profile *profile, const char *name, const char *value)
{
    profile->settings =
        memory_resize(profile->settings, profile->setting_count + 1, sizeof *profile->settings);
    profile->settings[profile->setting_count++] =
        (struct config_entry){memory_copy_string(name), memory_copy_string(value), 1};
}

static struct backend *open_backend(const char *name, const char *value)
{
    struct profile profile = {.name = memory_copy_string("work"),
                              .backend = memory_copy_string("stacksync")};
    struct error error = {0};
    struct backend *backend;

    setenv("STACKSYNC_TOKEN", "your_api_proxy_service_token", 1);
    add_setting(&profile, "token_env", "STACKSYNC_TOKEN");
    if (name)
        add_setting(&profile, name, value);
    backend = stacksync_backend.create(&profile, &error);
    if (!backend || !stacksync_backend.prepare(backend, &error))
        fail_msg("%s", error.message);
    profile_clear(&profile);
    return backend;
}

static struct schema *account_schema(void)
{
    struct schema *schema = schema_new("Account");
    struct field *owner;

    schema_add_field(schema, "Id", FIELD_ID)->nullable = false;
    schema_add_field(schema, "Name", FIELD_STRING)->nullable = false;
    schema_add_field(schema, "AnnualRevenue", FIELD_CURRENCY);
    schema_add_field(schema, "IsDeleted", FIELD_BOOLEAN);
    schema_add_field(schema, "LastModifiedDate", FIELD_DATETIME);
    schema_add_field(schema, "BillingAddress", FIELD_ADDRESS);
    owner = schema_add_field(schema, "OwnerId", FIELD_REFERENCE);
    owner->references = memory_copy_string("User");
    owner->relation = memory_copy_string("Owner");
    schema_add_field(schema, "time_test__c", FIELD_TIME);
    return schema;
}

static void start(struct rig *rig, enum operation_kind kind, const char *object)
{
    memset(rig, 0, sizeof *rig);
    rig->backend = open_backend("region", "eu");
    rig->schema = account_schema();
    rig->operation = operation_new(kind, object);
    rig->operation->schema = schema_hold(rig->schema);
}

static void stop(struct rig *rig)
{
    http_request_clear(&rig->request);
    result_clear(&rig->result);
    error_clear(&rig->error);
    operation_free(rig->operation);
    schema_release(rig->schema);
    stacksync_backend.destroy(rig->backend);
}

static enum wire_step encode(struct rig *rig, int step)
{
    http_request_clear(&rig->request);
    return stacksync_backend.encode(rig->backend, rig->operation, step, &rig->request, &rig->error);
}

static int decode_step(struct rig *rig, int step, long status, const char *body)
{
    struct http_response response = {.status = status, .body = body, .length = strlen(body)};

    result_clear(&rig->result);
    rig->result.total = -1;
    return stacksync_backend.decode(rig->backend, rig->operation, step, &response, &rig->result);
}

static void decode(struct rig *rig, long status, const char *body)
{
    assert_int_equal(decode_step(rig, 0, status, body), 0);
}

static void check_request(struct rig *rig, const char *path, const char *body)
{
    struct text url = {0};

    text_format(&url, "https://eu.api-proxy.stacksync.com%s", path);
    if (encode(rig, 0) != WIRE_SEND)
        fail_msg("%s", rig->error.message);
    assert_string_equal(rig->request.method, "POST");
    assert_string_equal(rig->request.url, text_string(&url));
    assert_string_equal(text_string(&rig->request.body), body);
    assert_string_equal(rig->request.headers[0].name, "Authorization");
    assert_string_equal(rig->request.headers[0].value, "Bearer your_api_proxy_service_token");
    assert_true(rig->request.headers[0].secret);
    text_free(&url);
}

static void set_text(struct record *record, const char *field, const char *text)
{
    struct value value = value_string(text);

    record_set(record, field, &value);
}

static void add_write(struct rig *rig, const char *id, const char *field, const char *text)
{
    struct record *record = NULL;

    if (field) {
        record = record_new(rig->operation->object, id);
        set_text(record, field, text);
    }
    operation_add_write(rig->operation, id, record, NULL);
}

static void resolve(struct rig *rig, const char *text, const char *columns)
{
    struct query *query = query_new("Account");

    assert_true(query_parse(query, text, NULL, &rig->error));
    assert_true(query_parse_columns(query, columns, &rig->error));
    assert_true(query_resolve(query, rig->schema, NULL, NULL, &noon, &rig->error));
    rig->operation->query = query;
}

static void check_cell(const struct page *page, size_t row, size_t column, const char *expected)
{
    struct value value = page_value(page, row, column);
    char *text = value_to_string(&value);

    if (expected)
        assert_string_equal(text, expected);
    else
        assert_null(text);
    free(text);
}

/* --- the examples of the page --- */

static void test_insert(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_CREATE, "Account");
    add_write(&rig, NULL, "name", "John Doe");
    add_write(&rig, NULL, "name", "Jane Smith");
    check_request(&rig, "/v1/object/insert/Account",
                  "{\"data\":[{\"name\":\"John Doe\"},{\"name\":\"Jane Smith\"}]}");
    assert_false(rig.request.read);
    decode(&rig, 200,
           "{\"data\":[{\"errors\":[],\"id\":\"0010600002BpRZDAA3\",\"success\":true},"
           "{\"errors\":[],\"id\":\"0010600002BpRZEAA3\",\"success\":true}]}");
    assert_int_equal(rig.result.write_count, 2);
    assert_true(rig.result.writes[1].success && rig.result.writes[1].created);
    assert_string_equal(rig.result.writes[1].id, "0010600002BpRZEAA3");
    stop(&rig);
}

static void test_upsert_of_the_page(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_UPSERT, "Account");
    rig.operation->field = memory_copy_string("name");
    rig.operation->explain = true; /* the look-up before it is not of the page */
    add_write(&rig, NULL, "name", "Jon Doe");
    check_request(&rig, "/v1/object/upsert/Account",
                  "{\"data\":[{\"name\":\"Jon Doe\"}],\"match_key\":\"name\"}");
    decode_step(&rig, 3, 200,
                "{\"data\":[{\"errors\":[],\"id\":\"0010600002BpLWtAAN\",\"success\":true}]}");
    assert_true(rig.result.writes[0].success);
    stop(&rig);
}

static void test_update(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_UPDATE, "Account");
    add_write(&rig, "0010600002BpLWt", "name", "John Doe");
    add_write(&rig, "0010600002BpLWuAAN", "name", "Jane Smith");
    check_request(&rig, "/v1/object/update/Account",
                  "{\"data\":[{\"id\":\"0010600002BpLWtAAN\",\"name\":\"John Doe\"},"
                  "{\"id\":\"0010600002BpLWuAAN\",\"name\":\"Jane Smith\"}]}");
    decode(&rig, 200,
           "{\"data\":[{\"errors\":[],\"id\":\"0010600002BpLWtAAN\",\"success\":true},"
           "{\"errors\":[],\"id\":\"0010600002BpLWuAAN\",\"success\":true}]}");
    assert_true(rig.result.writes[0].success && !rig.result.writes[0].created);
    stop(&rig);
}

static void test_delete(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_DELETE, "Account");
    add_write(&rig, "0010600002BpLWtAAN", NULL, NULL);
    add_write(&rig, "0010600002BpLWuAAN", NULL, NULL);
    check_request(&rig, "/v1/object/delete",
                  "{\"data\":{\"ids\":[\"0010600002BpLWtAAN\",\"0010600002BpLWuAAN\"]}}");
    decode(&rig, 200,
           "{\"data\":[{\"id\":\"0010600002BpLWtAAN\",\"success\":true,\"errors\":[]},"
           "{\"id\":\"0010600002BpLWuAAN\",\"success\":true,\"errors\":[]}]}");
    assert_int_equal(rig.result.write_count, 2);
    assert_true(rig.result.writes[1].success);
    stop(&rig);
}

static const char got[] =
    "{\"data\":[{\"Id\":\"0010600002BpLWuAAN\",\"Name\":\"John Doe\",\"attributes\":{\"type\":"
    "\"Account\",\"url\":\"/services/data/v57.0/sobjects/Account/0010600002BpLWuAAN\"}},"
    "{\"Id\":\"0010600002BpLWtAAN\",\"Name\":\"Jane Smith\",\"attributes\":{\"type\":\"Account\","
    "\"url\":\"/services/data/v57.0/sobjects/Account/0010600002BpLWtAAN\"}}]}";

static void test_get(void **state)
{
    struct rig rig;
    struct value name;

    (void)state;
    start(&rig, OPERATION_GET, "Account");
    operation_add_id(rig.operation, "0010600002BpLWu");
    operation_add_id(rig.operation, "no id at all");
    operation_add_id(rig.operation, "0010600002BpLWtAAN");
    resolve(&rig, "", "name");
    check_request(&rig, "/v1/object/get/Account",
                  "{\"data\":{\"ids\":[\"0010600002BpLWuAAN\",\"0010600002BpLWtAAN\"],"
                  "\"fields\":[\"Name\"]}}");
    assert_true(rig.request.read);
    decode(&rig, 200, got);
    assert_int_equal(rig.result.record_count, 3);
    assert_null(rig.result.records[1]);
    name = record_value(rig.result.records[2], "Name");
    assert_memory_equal(name.as.text.bytes, "Jane Smith", 10);
    decode(&rig, 200, "{\"data\":[null,{\"Id\":\"0010600002BpLWtAAN\",\"Name\":null}]}");
    assert_null(rig.result.records[0]);
    name = record_value(rig.result.records[2], "Name");
    assert_int_equal(name.kind, VALUE_NULL);
    stop(&rig);
}

static void test_soql(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_RAW, NULL);
    rig.operation->name = memory_copy_string("SELECT Id, Name, Email FROM Contacts");
    check_request(&rig, "/v1/object/soql", "{\"data\":\"SELECT Id, Name, Email FROM Contacts\"}");
    decode(&rig, 400,
           "[{\"message\":\"sObject type 'Contacts' is not supported. If you are attempting to use "
           "a custom object, be sure to append the '__c' after the entity name.\","
           "\"errorCode\":\"INVALID_TYPE\"}]");
    assert_int_equal(rig.result.error.kind, ERROR_NOT_FOUND);
    assert_non_null(strstr(rig.result.error.message, "Contacts"));
    stop(&rig);
}

static void test_describe_requests(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_LIST_OBJECTS, NULL);
    check_request(&rig, "/v1/describe", "");
    stop(&rig);
    start(&rig, OPERATION_DESCRIBE, "Account");
    check_request(&rig, "/v1/describe/Account", "");
    stop(&rig);
}

static void test_custom_fields(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_ACTION, NULL);
    rig.operation->name = memory_copy_string("add_custom_field");
    operation_add_parameter(rig.operation, "object", "Account");
    operation_add_parameter(rig.operation, "name", "field_name");
    operation_add_parameter(rig.operation, "type", "Text");
    operation_add_parameter(rig.operation, "label", "list_field");
    assert_int_equal(encode(&rig, 0), WIRE_REFUSED);
    assert_string_equal(rig.error.fields[0].field, "length");
    error_clear(&rig.error);
    operation_add_parameter(rig.operation, "length", "100");
    check_request(&rig, "/v1/object/add_custom_field/Account",
                  "{\"data\":{\"name\":\"field_name\",\"type\":\"Text\",\"label\":\"list_field\","
                  "\"length\":100}}");
    decode(&rig, 200,
           "{\"data\":{\"errors\":[],\"id\":\"01N7R00000FlUGDUA3\",\"infos\":[],\"success\":true,"
           "\"warnings\":[]},\"msg\":\"custom field added successfully\"}");
    assert_string_equal(rig.result.text, "custom field added successfully: 01N7R00000FlUGDUA3");
    stop(&rig);
}

static void test_custom_picklist(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_ACTION, NULL);
    rig.operation->name = memory_copy_string("add_custom_field");
    operation_add_parameter(rig.operation, "object", "Account");
    operation_add_parameter(rig.operation, "name", "picklistField");
    operation_add_parameter(rig.operation, "type", "Picklist");
    operation_add_parameter(rig.operation, "label", "picklistField");
    operation_add_parameter(rig.operation, "values", "Option1; Option2;;Option3");
    check_request(&rig, "/v1/object/add_custom_field/Account",
                  "{\"data\":{\"name\":\"picklistField\",\"type\":\"Picklist\",\"label\":"
                  "\"picklistField\",\"valueSet\":{\"restricted\":false,\"valueSetDefinition\":{"
                  "\"sorted\":false,\"value\":[{\"fullName\":\"Option1\",\"default\":false},"
                  "{\"fullName\":\"Option2\",\"default\":false},{\"fullName\":\"Option3\","
                  "\"default\":false}]}}}}");
    stop(&rig);
}

static void test_pass_through(void **state)
{
    static const char url[] = "https://MyDomainName.my.salesforce.com/services/data/v60.0/sobjects/"
                              "Account/0017S00000GYoL3QAL";
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_ACTION, NULL);
    rig.operation->name = memory_copy_string("pass_through");
    operation_add_parameter(rig.operation, "method", "GET");
    operation_add_parameter(rig.operation, "url", url);
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    assert_string_equal(rig.request.method, "GET");
    assert_true(rig.request.read);
    assert_string_equal(rig.request.url,
                        "https://eu.api-proxy.stacksync.com/v1/proxy/"
                        "https://MyDomainName.my.salesforce.com/services/data/v60.0/sobjects/"
                        "Account/0017S00000GYoL3QAL");
    assert_false(backend_writes(&stacksync_backend, rig.operation));
    decode(&rig, 200, "{\"AccountNumber\" : \"CD355118\"}");
    assert_string_equal(rig.result.text, "{\"AccountNumber\" : \"CD355118\"}");
    stop(&rig);
    start(&rig, OPERATION_ACTION, NULL);
    rig.operation->name = memory_copy_string("pass_through");
    operation_add_parameter(rig.operation, "method", "DELETE");
    operation_add_parameter(rig.operation, "url", url);
    assert_true(backend_writes(&stacksync_backend, rig.operation));
    stop(&rig);
}

/* --- raw --- */

static void test_raw_requests(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_RAW, NULL);
    rig.operation->name = memory_copy_string("PATCH https://x.example/a b\r\n{\"a\":1}");
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    assert_string_equal(rig.request.method, "PATCH");
    assert_string_equal(rig.request.url,
                        "https://eu.api-proxy.stacksync.com/v1/proxy/https://x.example/a%20b");
    assert_string_equal(text_string(&rig.request.body), "{\"a\":1}");
    assert_true(backend_writes(&stacksync_backend, rig.operation));
    decode(&rig, 204, "");
    assert_string_equal(rig.result.text, "done: 204");
    stop(&rig);
    start(&rig, OPERATION_RAW, NULL);
    rig.operation->name = memory_copy_string("SELECT Id FROM Account");
    assert_false(backend_writes(&stacksync_backend, rig.operation));
    stop(&rig);
}

static void test_raw_rows(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_RAW, NULL);
    rig.operation->name =
        memory_copy_string("SELECT Name, Account.Name, Account.Owner.Name FROM x");
    decode(&rig, 200,
           "{\"data\":{\"totalSize\":2,\"done\":true,\"records\":["
           "{\"attributes\":{\"type\":\"C\"},\"Name\":\"a\",\"Account\":null},"
           "{\"attributes\":{\"type\":\"C\"},\"Name\":\"b\",\"Account\":{\"attributes\":{},"
           "\"Name\":\"Acme\",\"Owner\":{\"attributes\":{},\"Name\":\"Eve\"}}}]}}");
    assert_int_equal(rig.result.column_count, 3);
    assert_string_equal(rig.result.columns[0], "Name");
    assert_string_equal(rig.result.columns[1], "Account.Name");
    assert_string_equal(rig.result.columns[2], "Account.Owner.Name");
    check_cell(rig.result.page, 0, 2, NULL);
    check_cell(rig.result.page, 1, 3, "Eve");
    decode(&rig, 200, "{\"data\":{\"totalSize\":7,\"done\":true,\"records\":[]}}");
    assert_string_equal(rig.result.columns[0], "count");
    check_cell(rig.result.page, 0, 1, "7");
    decode(&rig, 200, "{\"data\":[]}");
    assert_int_equal(page_row_count(rig.result.page), 0);
    stop(&rig);
}

static void test_raw_error_place(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_RAW, NULL);
    rig.operation->name = memory_copy_string("SELECT Bogus__c FROM Account");
    decode(&rig, 400,
           "[{\"message\":\"\\nSELECT Bogus__c FROM Account\\n       ^\\nERROR at "
           "Row:1:Column:8\\nNo such column 'Bogus__c' on entity 'Account'.\","
           "\"errorCode\":\"INVALID_FIELD\"}]");
    assert_int_equal(rig.result.error.kind, ERROR_USAGE);
    assert_non_null(strstr(rig.result.error.message, "line 1, column 8: No such column"));
    stop(&rig);
}

/* --- pages --- */

static const char three_rows[] =
    "{\"data\":{\"totalSize\":3,\"done\":true,\"records\":["
    "{\"attributes\":{},\"Id\":\"0010600002BpRZDAA3\",\"Name\":\"a\",\"AnnualRevenue\":1.5},"
    "{\"attributes\":{},\"Id\":\"0010600002BpRZEAA3\",\"Name\":\"b\",\"AnnualRevenue\":null},"
    "{\"attributes\":{},\"Id\":\"0010600002BpRZFAA3\",\"Name\":\"c\",\"AnnualRevenue\":3}]}}";

static void continue_at(struct rig *rig)
{
    free(rig->operation->position.cursor);
    rig->operation->position.kind = POSITION_CURSOR;
    rig->operation->position.cursor = memory_copy_string(rig->result.next);
}

static void test_page_by_id(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_PAGE, "Account");
    resolve(&rig, "limit 5", "Name, AnnualRevenue");
    rig.operation->page_size = 3;
    check_request(&rig, "/v1/object/soql",
                  "{\"data\":\"SELECT Id, Name, AnnualRevenue FROM Account ORDER BY Id LIMIT 3\"}");
    decode(&rig, 200, three_rows);
    assert_int_equal(page_row_count(rig.result.page), 3);
    check_cell(rig.result.page, 0, 0, "0010600002BpRZDAA3");
    check_cell(rig.result.page, 0, 2, "1.5");
    check_cell(rig.result.page, 1, 2, NULL);
    continue_at(&rig);
    check_request(&rig, "/v1/object/soql",
                  "{\"data\":\"SELECT Id, Name, AnnualRevenue FROM Account WHERE Id > "
                  "'0010600002BpRZFAA3' ORDER BY Id LIMIT 2\"}");
    decode(&rig, 200, "{\"data\":[{\"Id\":\"0010600002BpRZGAA3\"}]}");
    assert_null(rig.result.next);
    assert_int_equal(page_value(rig.result.page, 0, 1).kind, VALUE_ABSENT);
    stop(&rig);
}

static void test_page_by_value(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_PAGE, "Account");
    resolve(&rig, "order by annualrevenue desc", "Name");
    rig.operation->page_size = 3;
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    decode(&rig, 200, three_rows);
    continue_at(&rig);
    check_request(&rig, "/v1/object/soql",
                  "{\"data\":\"SELECT Id, Name, AnnualRevenue FROM Account WHERE ((AnnualRevenue < "
                  "3 OR AnnualRevenue = null)) OR (AnnualRevenue = 3 AND Id > "
                  "'0010600002BpRZFAA3') ORDER BY AnnualRevenue DESC NULLS LAST, Id LIMIT 3\"}");
    stop(&rig);
}

static void test_page_by_offset(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_PAGE, "Account");
    resolve(&rig, "order by name", "Name");
    rig.operation->page_size = 3;
    decode(&rig, 200, three_rows);
    continue_at(&rig);
    check_request(&rig, "/v1/object/soql",
                  "{\"data\":\"SELECT Id, Name FROM Account ORDER BY Name ASC NULLS LAST, Id LIMIT "
                  "3 OFFSET 3\"}");
    free(rig.operation->position.cursor);
    rig.operation->position.cursor = memory_copy_string("-1 o 2001");
    assert_int_equal(encode(&rig, 0), WIRE_REFUSED);
    assert_int_equal(rig.error.kind, ERROR_UNSUPPORTED);
    error_clear(&rig.error);
    free(rig.operation->position.cursor);
    rig.operation->position.cursor = memory_copy_string("rubbish");
    assert_int_equal(encode(&rig, 0), WIRE_REFUSED);
    stop(&rig);
}

static void test_page_by_cursor(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_PAGE, "Account");
    stacksync_backend.destroy(rig.backend);
    rig.backend = open_backend("instance_url", "https://my.example/");
    resolve(&rig, "order by name", "Name");
    check_request(&rig, "/v1/object/soql",
                  "{\"data\":\"SELECT Id, Name FROM Account ORDER BY Name ASC NULLS LAST, Id\"}");
    decode(&rig, 200,
           "{\"data\":{\"totalSize\":3222,\"done\":false,\"nextRecordsUrl\":"
           "\"/services/data/v60.0/query/01gRO0000016PIAYA2-500\",\"records\":[{\"Id\":"
           "\"0010600002BpRZDAA3\",\"Name\":\"a\"}]}}");
    assert_int_equal(rig.result.total, 3222);
    continue_at(&rig);
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    assert_string_equal(rig.request.method, "GET");
    assert_string_equal(rig.request.url,
                        "https://eu.api-proxy.stacksync.com/v1/proxy/https://my.example/services/"
                        "data/v60.0/query/01gRO0000016PIAYA2-500");
    decode(&rig, 200,
           "{\"totalSize\":3222,\"done\":true,\"records\":[{\"Id\":\"0010600002BpRZEAA3\"}]}");
    assert_null(rig.result.next);
    stop(&rig);
}

static void test_cells(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_PAGE, "Account");
    resolve(&rig, "", "BillingAddress, IsDeleted, LastModifiedDate");
    decode(&rig, 200,
           "{\"records\":[{\"attributes\":{\"url\":\"/services/data/v60.0/sobjects/Account/"
           "0010600002BpRZDAA3\"},\"BillingAddress\":{\"city\":\"Paris\",\"country\":\"France\","
           "\"latitude\":null,\"street\":\"1 Rue\"},\"IsDeleted\":false,\"LastModifiedDate\":"
           "\"2024-01-25T11:28:30.000+0000\"}]}");
    check_cell(rig.result.page, 0, 0, "0010600002BpRZDAA3");
    check_cell(rig.result.page, 0, 1, "1 Rue, Paris, France");
    check_cell(rig.result.page, 0, 2, "false");
    check_cell(rig.result.page, 0, 3, "2024-01-25T11:28:30.000+0000");
    stop(&rig);
}

static void test_count_and_group(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_COUNT, "Account");
    check_request(&rig, "/v1/object/soql", "{\"data\":\"SELECT COUNT(Id) records FROM Account\"}");
    decode(&rig, 200, "{\"data\":[{\"attributes\":{},\"records\":12}]}");
    assert_int_equal(rig.result.total, 12);
    decode(&rig, 200, "{\"data\":{\"totalSize\":1,\"records\":[{\"expr0\":7}]}}");
    assert_int_equal(rig.result.total, 7);
    decode(&rig, 200, "{\"totalSize\":9,\"done\":true,\"records\":[]}");
    assert_int_equal(rig.result.total, 9);
    decode(&rig, 200, "{\"data\":[{\"attributes\":{},\"records\":3.7e109}]}");
    assert_int_equal(rig.result.error.kind, ERROR_PROTOCOL);
    decode(&rig, 200, "{\"data\":[{\"attributes\":{},\"records\":-4}]}");
    assert_int_equal(rig.result.error.kind, ERROR_PROTOCOL);
    stop(&rig);
    start(&rig, OPERATION_GROUP, "Account");
    rig.operation->group.by = memory_copy_string("Name");
    rig.operation->group.measure = memory_copy_string("AnnualRevenue");
    rig.operation->group.function = GROUP_SUM;
    decode(&rig, 200, "{\"data\":[{\"value\":\"a\",\"records\":2,\"measure\":3.5}]}");
    assert_string_equal(rig.result.columns[2], "sum(AnnualRevenue)");
    check_cell(rig.result.page, 0, 1, "a");
    check_cell(rig.result.page, 0, 3, "3.5");
    stop(&rig);
}

/* --- writes --- */

static void test_values_written(void **state)
{
    struct rig rig;
    struct record *record;
    struct value nothing = value_null();

    (void)state;
    start(&rig, OPERATION_UPDATE, "Account");
    record = record_new("Account", NULL);
    set_text(record, "AnnualRevenue", "84000.50");
    set_text(record, "IsDeleted", "true");
    set_text(record, "LastModifiedDate", "2026-11-21T14:30:00+01:00");
    set_text(record, "time_test__c", "14:30");
    set_text(record, "Name", "quote \" and \xc3\xa9");
    record_set(record, "OwnerId", &nothing);
    operation_add_write(rig.operation, "0010600002BpLWtAAN", record, NULL);
    check_request(&rig, "/v1/object/update/Account",
                  "{\"data\":[{\"id\":\"0010600002BpLWtAAN\",\"AnnualRevenue\":84000.5,"
                  "\"IsDeleted\":true,\"LastModifiedDate\":\"2026-11-21T13:30:00Z\","
                  "\"time_test__c\":\"14:30:00.000Z\",\"Name\":\"quote \\\" and \xc3\xa9\","
                  "\"OwnerId\":null}]}");
    stop(&rig);
}

static void test_failed_records(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_CREATE, "Account");
    for (int i = 0; i < 4; i++)
        add_write(&rig, NULL, "Name", "x");
    decode(&rig, 200,
           "{\"data\":[{\"success\":false,\"id\":null,\"errors\":[{\"statusCode\":"
           "\"REQUIRED_FIELD_MISSING\",\"message\":\"Required fields are missing: [Name]\","
           "\"fields\":[\"Name\"]}]},{\"success\":false,\"errors\":[\"it is full\"]},"
           "{\"success\":false,\"errors\":[{\"statusCode\":\"ENTITY_IS_DELETED\",\"message\":"
           "\"entity is deleted\"}]}]}");
    assert_int_equal(rig.result.error.kind, ERROR_NONE);
    assert_int_equal(rig.result.write_count, 4);
    assert_int_equal(rig.result.writes[0].error.kind, ERROR_VALIDATION);
    assert_string_equal(rig.result.writes[0].error.fields[0].field, "Name");
    assert_non_null(strstr(rig.result.writes[1].error.message, "it is full"));
    assert_int_equal(rig.result.writes[2].error.kind, ERROR_NOT_FOUND);
    assert_true(rig.result.writes[3].lost);
    stop(&rig);
}

static void start_upsert(struct rig *rig)
{
    start(rig, OPERATION_UPSERT, "Account");
    rig->operation->field = memory_copy_string("Name");
    add_write(rig, NULL, "Name", "O'Neil");
}

static void test_upsert_outcomes(void **state)
{
    static const char done[] = "{\"data\":[{\"errors\":[],\"id\":\"0010600002BpLWtAAN\","
                               "\"success\":true}]}";
    struct rig rig;

    (void)state;
    start_upsert(&rig);
    check_request(&rig, "/v1/object/soql",
                  "{\"data\":\"SELECT Id FROM Account WHERE Name = 'O\\\\'Neil' LIMIT 2\"}");
    assert_int_equal(decode_step(&rig, 0, 200, "{\"data\":[]}"), 1);
    assert_int_equal(encode(&rig, 1), WIRE_SEND);
    assert_string_equal(text_string(&rig.request.body),
                        "{\"data\":[{\"Name\":\"O'Neil\"}],\"match_key\":\"Name\"}");
    assert_int_equal(decode_step(&rig, 1, 200, done), 0);
    assert_true(rig.result.writes[0].created);
    assert_int_equal(decode_step(&rig, 0, 200, "{\"data\":[{\"Id\":\"0010600002BpLWtAAN\"}]}"), 2);
    assert_int_equal(decode_step(&rig, 2, 200, done), 0);
    assert_true(rig.result.writes[0].success && !rig.result.writes[0].created);
    assert_int_equal(decode_step(&rig, 0, 200,
                                 "{\"data\":[{\"Id\":\"0010600002BpLWtAAN\"},"
                                 "{\"Id\":\"0010600002BpLWuAAN\"}]}"),
                     0);
    assert_int_equal(rig.result.writes[0].error.kind, ERROR_CONFLICT);
    stop(&rig);
}

static void test_upsert_several(void **state)
{
    struct rig rig;

    (void)state;
    start_upsert(&rig);
    decode_step(&rig, 2, 200,
                "{\"data\":[{\"success\":false,\"id\":null,\"errors\":[{\"statusCode\":"
                "\"DUPLICATE_EXTERNAL_ID\",\"message\":\"several\",\"fields\":[\"Name\"]}]}]}");
    assert_int_equal(rig.result.writes[0].error.kind, ERROR_CONFLICT);
    decode_step(&rig, 2, 300, "[\"/services/data/v60.0/sobjects/Account/0010600002BpLWtAAN\"]");
    assert_int_equal(rig.result.writes[0].error.kind, ERROR_CONFLICT);
    assert_int_equal(
        decode_step(&rig, 0, 400, "[{\"errorCode\":\"INVALID_FIELD\",\"message\":\"no\"}]"), 3);
    stop(&rig);
}

/* --- errors of a whole request --- */

static void test_errors(void **state)
{
    static const struct {
        long status;
        const char *body;
        enum error_kind kind;
        const char *words;
    } cases[] = {
        {401, "{\"msg\":\"invalid token\"}", ERROR_SIGN_IN, "invalid token"},
        {401, "[{\"message\":\"Session expired or invalid\",\"errorCode\":\"INVALID_SESSION_ID\"}]",
         ERROR_SIGN_IN, "Session expired"},
        {403, "{\"message\":\"no\"}", ERROR_FORBIDDEN, "no"},
        {403,
         "[{\"message\":\"TotalRequests Limit exceeded.\",\"errorCode\":"
         "\"REQUEST_LIMIT_EXCEEDED\"}]",
         ERROR_RATE_LIMIT, "Limit exceeded"},
        {429, "", ERROR_RATE_LIMIT, "429"},
        {400, "{\"error\":\"invalid_grant\",\"error_description\":\"expired\"}", ERROR_USAGE,
         "expired"},
        {400, "{\"error\":{\"message\":\"inner\"}}", ERROR_USAGE, "inner"},
        {500, "<html><body>Oops</body></html>", ERROR_SERVER, "500"},
        {200, "<html><body>Oops</body></html>", ERROR_PROTOCOL, ""},
        {200, "{\"data\":{\"nonsense\":1}}", ERROR_PROTOCOL, "records"},
        {200, "{\"data\":[{\"errorCode\":\"INVALID_TYPE\",\"message\":\"no such\"}]}",
         ERROR_NOT_FOUND, "no such"},
        {302, "", ERROR_PROTOCOL, "302"},
    };
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_PAGE, "Account");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        decode(&rig, cases[i].status, cases[i].body);
        assert_int_equal(rig.result.error.kind, cases[i].kind);
        assert_non_null(strstr(rig.result.error.message, cases[i].words));
        assert_null(strstr(rig.result.error.message, "your_api_proxy_service_token"));
    }
    stop(&rig);
}

/* --- describe --- */

static const char description[] =
    "{\"data\":{\"name\":\"Account\",\"label\":\"Account\",\"labelPlural\":\"Accounts\","
    "\"createable\":true,\"updateable\":true,\"deletable\":false,\"retrieveable\":true,\"fields\":["
    "{\"name\":\"Id\",\"label\":\"Account ID\",\"type\":\"id\",\"length\":18,\"nillable\":false,"
    "\"createable\":false,\"defaultedOnCreate\":true},"
    "{\"name\":\"Name\",\"label\":\"Account Name\",\"type\":\"string\",\"length\":80,\"nillable\":"
    "false,\"createable\":true,\"defaultedOnCreate\":false,\"nameField\":true},"
    "{\"name\":\"Rating\",\"label\":\"Rating\",\"type\":\"picklist\",\"nillable\":true,"
    "\"controllerName\":\"Type\",\"picklistValues\":[{\"value\":\"Hot\",\"label\":null,\"active\":"
    "true,\"defaultValue\":true,\"validFor\":\"gAAA\"},{\"value\":\"Old\",\"label\":\"Older\","
    "\"active\":false,\"defaultValue\":false,\"validFor\":null}]},"
    "{\"name\":\"AnnualRevenue\",\"type\":\"currency\",\"precision\":18,\"scale\":2},"
    "{\"name\":\"OwnerId\",\"label\":\"Owner ID\",\"type\":\"reference\",\"referenceTo\":["
    "\"Group\",\"User\"],\"relationshipName\":\"Owner\",\"nillable\":false,\"createable\":true,"
    "\"defaultedOnCreate\":true},"
    "{\"name\":\"Future\",\"type\":\"hologram\"},"
    "{\"name\":\"SystemModstamp\",\"type\":\"datetime\",\"createable\":false,\"updateable\":false}]"
    ","
    "\"childRelationships\":[{\"childSObject\":\"Contact\",\"field\":\"AccountId\","
    "\"relationshipName\":\"Contacts\"},{\"childSObject\":\"AccountHistory\",\"field\":"
    "\"AccountId\",\"relationshipName\":null}]}}";

static void test_describe(void **state)
{
    struct rig rig;
    const struct schema *schema;
    const struct field *field;

    (void)state;
    start(&rig, OPERATION_DESCRIBE, "Account");
    decode(&rig, 200, description);
    schema = rig.result.schema;
    assert_string_equal(schema->label, "Accounts");
    assert_false(schema->delete_);
    assert_string_equal(schema->name_field, "Name");
    assert_string_equal(schema->version_field, "SystemModstamp");
    assert_int_equal(schema_field(schema, "Id")->key, 1);
    assert_false(schema_field(schema, "Id")->required);
    assert_true(schema_field(schema, "Name")->required);
    assert_int_equal(schema_field(schema, "Name")->length, 80);
    field = schema_field(schema, "Rating");
    assert_int_equal(field->picklist_count, 2);
    assert_string_equal(field->picklist[0].label, "Hot");
    assert_string_equal(field->picklist[0].valid_for, "gAAA");
    assert_false(field->picklist[1].active);
    assert_string_equal(field->controller, "Type");
    assert_string_equal(field->default_value, "Hot");
    assert_int_equal(schema_field(schema, "AnnualRevenue")->scale, 2);
    field = schema_reference(schema, "Owner");
    assert_string_equal(field->references, "Group");
    assert_false(field->required);
    assert_non_null(strstr(field->help, "User"));
    assert_int_equal(schema_field(schema, "Future")->type, FIELD_ANY);
    assert_int_equal(schema->child_count, 1);
    assert_string_equal(schema->children[0].fields[0], "AccountId");
    stop(&rig);
}

static void test_objects(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, OPERATION_LIST_OBJECTS, NULL);
    decode(&rig, 200,
           "{\"data\":{\"encoding\":\"UTF-8\",\"sobjects\":[{\"name\":\"Account\",\"labelPlural\":"
           "\"Accounts\",\"createable\":true,\"updateable\":true,\"deletable\":false,\"queryable\":"
           "true,\"keyPrefix\":null},{\"name\":\"AccountFeed\",\"queryable\":false}]}}");
    assert_int_equal(rig.result.object_count, 1);
    assert_string_equal(rig.result.objects[0].label, "Accounts");
    assert_false(rig.result.objects[0].delete_);
    assert_int_equal(rig.result.objects[0].count, -1);
    stop(&rig);
    start(&rig, OPERATION_LIST_OBJECTS, "Account");
    rig.operation->count_objects = true;
    check_request(&rig, "/v1/object/soql", "{\"data\":\"SELECT COUNT(Id) records FROM Account\"}");
    decode(&rig, 200, "{\"data\":[{\"records\":5}]}");
    assert_int_equal(rig.result.objects[0].count, 5);
    decode(&rig, 400, "[{\"errorCode\":\"MALFORMED_QUERY\",\"message\":\"no\"}]");
    assert_int_equal(rig.result.error.kind, ERROR_NONE);
    assert_int_equal(rig.result.objects[0].count, -1);
    stop(&rig);
}

/* --- the profile --- */

static void test_profile(void **state)
{
    struct profile profile = {.name = memory_copy_string("work")};
    struct error error = {0};
    struct backend *backend = open_backend("url", "http://127.0.0.1:8/");
    char *words = stacksync_backend.describe_instance(backend);

    (void)state;
    assert_string_equal(words, "Salesforce through 127.0.0.1:8");
    free(words);
    stacksync_backend.destroy(backend);
    add_setting(&profile, "region", "asia");
    assert_null(stacksync_backend.create(&profile, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    error_clear(&error);
    profile_clear(&profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_insert),
        cmocka_unit_test(test_upsert_of_the_page),
        cmocka_unit_test(test_update),
        cmocka_unit_test(test_delete),
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_soql),
        cmocka_unit_test(test_describe_requests),
        cmocka_unit_test(test_custom_fields),
        cmocka_unit_test(test_custom_picklist),
        cmocka_unit_test(test_pass_through),
        cmocka_unit_test(test_raw_requests),
        cmocka_unit_test(test_raw_rows),
        cmocka_unit_test(test_raw_error_place),
        cmocka_unit_test(test_page_by_id),
        cmocka_unit_test(test_page_by_value),
        cmocka_unit_test(test_page_by_offset),
        cmocka_unit_test(test_page_by_cursor),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_count_and_group),
        cmocka_unit_test(test_values_written),
        cmocka_unit_test(test_failed_records),
        cmocka_unit_test(test_upsert_outcomes),
        cmocka_unit_test(test_upsert_several),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_describe),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_profile),
    };

    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
