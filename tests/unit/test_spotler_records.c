/* test_spotler_records: describing in every shape, records by id, forms of values, overlaps. */
#include "backend/spotler/internal.h"
#include "spotler_rig.h"

#include <stdlib.h>
#include <string.h>

static const struct field *field_of(const struct schema *schema, const char *name)
{
    const struct field *field = schema_field(schema, name);
    assert_non_null(field);
    return field;
}

static void test_dictionary(void **state)
{
    struct rig *rig = *state;
    const struct schema *accounts = rig->accounts;
    assert_string_equal(accounts->label, "Accounts");
    assert_string_equal(accounts->label_singular, "Account");
    assert_string_equal(accounts->name_field, "name");
    assert_string_equal(accounts->version_field, "modifieddate");
    assert_int_equal(field_of(accounts, "id")->type, FIELD_ID);
    assert_int_equal(field_of(accounts, "id")->key, 1);
    assert_true(field_of(accounts, "name")->required);
    assert_int_equal(field_of(accounts, "type")->type, FIELD_PICKLIST); /* known, though "text" */
    assert_int_equal(field_of(accounts, "mystery")->type, FIELD_ANY);
    assert_string_equal(field_of(accounts, "mystery")->declared, "blob");
    assert_false(field_of(accounts, "createddate")->update);
    assert_true(field_of(accounts, "2yearpolicy")->type == FIELD_BOOLEAN);
    assert_non_null(accounts->note);
    assert_non_null(schema_child(accounts, "contacts"));
    assert_string_equal(schema_child(accounts, "contacts")->fields[0], "accountid");
}

/* A bare array, a keyed object; numbers that are known to be references, dates and yes or no. */
static void test_other_shapes(void **state)
{
    struct rig *rig = *state;
    assert_int_equal(field_of(rig->contacts, "accountid")->type, FIELD_REFERENCE);
    assert_string_equal(field_of(rig->contacts, "accountid")->references, "accounts");
    assert_string_equal(field_of(rig->contacts, "accountid")->relation, "account");
    assert_int_equal(field_of(rig->contacts, "decisionmaker")->type, FIELD_BOOLEAN);
    assert_string_equal(rig->contacts->name_field, "last");
    assert_int_equal(field_of(rig->opportunities, "closedate")->type, FIELD_DATE);
    assert_true(field_of(rig->opportunities, "name")->required);
    assert_int_equal(field_of(rig->opportunities, "id")->type, FIELD_ID); /* was not in it */
    assert_string_equal(schema_child(rig->opportunities, "lines")->object, "opportunity_lines");
}

static void test_lookup_values(void **state)
{
    struct rig *rig = *state;
    rig_operation(rig, OPERATION_DESCRIBE, "cases");
    rig_assert_request(rig, 0, "GET", "/datadictionary/cases");
    int step = rig_answer(rig, 0, 200,
                          "{\"fields\":[{\"field\":\"type\",\"type\":\"lookup\"},"
                          "{\"field\":\"status\",\"type\":\"dropdown\"}]}");
    assert_true(step > 1);
    rig_assert_request(rig, step, "GET", "/lookup/cases/type");
    step = rig_answer(rig, step, 200, "{\"items\":[{\"value\":\"Bug\",\"id\":\"Bug\"}]}");
    rig_assert_request(rig, step, "GET", "/lookup/cases/status");
    assert_int_equal(rig_answer(rig, step, 404, "{\"message\":\"no list\"}"), 0);
    assert_false(error_is_set(&rig->result.error));
    const struct field *type = field_of(rig->result.schema, "type");
    assert_int_equal(type->picklist_count, 1);
    assert_string_equal(type->picklist[0].value, "Bug");
    assert_int_equal(field_of(rig->result.schema, "status")->picklist_count, 0);
}

/* No dictionary: a page of records tells. */
static void test_inferred(void **state)
{
    struct rig *rig = *state;
    rig_reopen(rig, "objects", "policies, accounts/claims");
    rig_operation(rig, OPERATION_DESCRIBE, "policies");
    assert_int_equal(rig_answer(rig, 0, 404, "{\"message\":\"nothing\"}"), 1);
    rig_assert_request(rig, 1, "GET", "/policies?limit=100&page=1");
    assert_int_equal(
        rig_answer(rig, 1, 200,
                   "{\"list\":[{\"record\":{\"id\":1,\"abn\":\"\",\"premium\":10,"
                   "\"inceptiondate\":\"2026-01-02\",\"accountid\":5}},{\"record\":{\"id\":2,"
                   "\"abn\":\"x\",\"premium\":10.5,\"inceptiondate\":null,\"accountid\":5}}]}"),
        0);
    const struct schema *schema = rig->result.schema;
    assert_string_equal(schema->label, "Policies");
    assert_int_equal(field_of(schema, "abn")->type, FIELD_STRING);
    assert_int_equal(field_of(schema, "premium")->type, FIELD_DOUBLE);
    assert_int_equal(field_of(schema, "inceptiondate")->type, FIELD_DATE);
    assert_int_equal(field_of(schema, "accountid")->type, FIELD_REFERENCE);
}

static void test_unknown_object(void **state)
{
    struct rig *rig = *state;
    static const char body[] = "{\"type\":\"Invalid Request error\",\"code\":500,\"message\":"
                               "\"Invalid record type (accountss)\"}";
    rig_operation(rig, OPERATION_DESCRIBE, "accountss");
    assert_int_equal(rig_answer(rig, 0, 500, body), 1);
    assert_int_equal(rig_answer(rig, 1, 500, body), 0);
    assert_int_equal(rig->result.error.kind, ERROR_NOT_FOUND);
    rig_operation(rig, OPERATION_DESCRIBE, "accounts");
    assert_int_equal(rig_answer(rig, 0, 403, "{\"message\":\"Unauthenticated\"}"), 0);
    assert_int_equal(rig->result.error.kind, ERROR_SIGN_IN);
}

static void test_objects(void **state)
{
    struct rig *rig = *state;
    struct http_request request = {0};
    rig_reopen(rig, "objects", "policies accounts/claims");
    rig_operation(rig, OPERATION_LIST_OBJECTS, NULL);
    assert_int_equal(spotler_backend.encode(rig->backend, rig->operation, 0, &request, &rig->error),
                     WIRE_NONE);
    assert_int_equal(spotler_backend.decode(rig->backend, rig->operation, 0, NULL, &rig->result),
                     0);
    assert_int_equal(rig->result.object_count, 13);
    assert_string_equal(rig->result.objects[0].name, "accounts");
    assert_string_equal(rig->result.objects[12].name, "claims");
    rig_operation(rig, OPERATION_LIST_OBJECTS, "contacts")->count_objects = true;
    rig_assert_request(rig, 0, "GET", "/contacts?limit=1&page=1");
    rig_answer(rig, 0, 200, "{\"metadata\":{\"total_count\":12},\"list\":[]}");
    assert_int_equal(rig->result.objects[0].count, 12);
}

static void test_get(void **state)
{
    struct rig *rig = *state;
    operation_add_id(rig_operation(rig, OPERATION_GET, "contacts"), "7");
    rig_assert_request(rig, 0, "GET", "/contacts/7");
    rig_answer(rig, 0, 200, "{\"record\":{\"id\":7,\"last\":\"Ray\",\"decisionmaker\":\"1\"}}");
    struct value decides = record_value(rig->result.records[0], "decisionmaker");
    assert_int_equal(decides.kind, VALUE_BOOLEAN);
    assert_true(decides.as.boolean);
    operation_add_id(rig_operation(rig, OPERATION_GET, "contacts"), "8");
    rig_answer(rig, 0, 404, "{\"message\":\"Record not found\"}");
    assert_int_equal(rig->result.record_count, 1);
    assert_null(rig->result.records[0]);
    assert_false(error_is_set(&rig->result.error));
    operation_add_id(rig_operation(rig, OPERATION_GET, "contacts"), "8");
    rig_answer(rig, 0, 200, "{}");
    assert_null(rig->result.records[0]);
}

static void test_get_several(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = rig_operation(rig, OPERATION_GET, "contacts");
    operation_add_id(operation, "9");
    operation_add_id(operation, "x");
    operation_add_id(operation, "7");
    rig_assert_request(rig, 0, "GET", "/contacts?limit=100&page=1&q={\"id\":{\"$in\":[9,7]}}");
    rig_answer(rig, 0, 200, "{\"list\":[{\"record\":{\"id\":7}},{\"record\":{\"id\":9}}]}");
    assert_int_equal(rig->result.record_count, 3);
    assert_string_equal(rig->result.records[0]->id, "9");
    assert_null(rig->result.records[1]);
    assert_string_equal(rig->result.records[2]->id, "7");
}

/* Yes and no, and dates, are written back as they came. */
static void test_forms(void **state)
{
    struct rig *rig = *state;
    struct value yes = value_boolean(true), date = value_string("2026-11-21");
    struct value stamp = value_string("2026-07-01T12:00:00Z"), number = value_string("12.50");
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, "`2yearpolicy`, inceptiondate");
    rig_answer(rig, 0, 200,
               "{\"list\":[{\"record\":{\"id\":1,\"2yearpolicy\":\"0\",\"inceptiondate\":"
               "\"2026-01-02 00:00:00\"}}]}");
    assert_int_equal(page_value(rig->result.page, 0, 1).kind, VALUE_BOOLEAN);
    struct record *values = record_new("accounts", "1");
    record_set(values, "2yearpolicy", &yes);
    record_set(values, "inceptiondate", &date);
    record_set(values, "createddate", &stamp);
    record_set(values, "turnover", &number);
    operation_add_write(rig_operation(rig, OPERATION_UPDATE, "accounts"), "1", values, NULL);
    rig_encode(rig, 0);
    rig_assert_body(rig, "{\"2yearpolicy\":\"1\",\"inceptiondate\":\"2026-11-21 00:00:00\","
                         "\"createddate\":\"2026-07-01 13:00:00\",\"turnover\":12.5}");
}

static void test_plain_forms(void **state)
{
    struct rig *rig = *state;
    struct value no = value_string("false"), date = value_string("2026-11-21"),
                 nothing = value_null(), empty = value_string("");
    struct record *values = record_new("accounts", "1");
    record_set(values, "2yearpolicy", &no);
    record_set(values, "inceptiondate", &date);
    record_set(values, "turnover", &nothing);
    record_set(values, "name", &empty);
    operation_add_write(rig_operation(rig, OPERATION_UPDATE, "accounts"), "1", values, NULL);
    rig_encode(rig, 0);
    rig_assert_body(rig, "{\"2yearpolicy\":0,\"inceptiondate\":\"2026-11-21\",\"turnover\":null,"
                         "\"name\":\"\"}");
}

/* What is expected of a record is read before it is written. */
static void test_check(void **state)
{
    struct rig *rig = *state;
    static const char now[] = "{\"record\":{\"id\":1,\"modifieddate\":\"2026-01-02 03:04:05\"}}";
    static const char *const stamps[] = {"2026-01-02 03:04:05", "2026-01-02 03:04:00"};
    for (size_t i = 0; i < 2; i++) {
        struct value name = value_string("x"), stamp = value_string(stamps[i]);
        struct record *values = record_new("accounts", "1");
        struct record *expected = record_new("accounts", "1");
        record_set(values, "name", &name);
        record_set(expected, "modifieddate", &stamp);
        operation_add_write(rig_operation(rig, OPERATION_UPDATE, "accounts"), "1", values,
                            expected);
        rig_assert_request(rig, 0, "GET", "/accounts/1");
        assert_int_equal(rig_answer(rig, 0, 200, now), i == 0 ? 1 : 0);
    }
    assert_int_equal(rig->result.writes[0].error.kind, ERROR_CONFLICT);
    assert_non_null(rig->result.writes[0].current);
    rig_assert_request(rig, 1, "PATCH", "/accounts/1");
    rig_assert_body(rig, "{\"name\":\"x\"}");
}

/* An account's contacts; where that way is closed, the list and a filter. */
static void test_nested(void **state)
{
    struct rig *rig = *state;
    rig_query(rig, OPERATION_PAGE, "contacts", "accountid = 5", "last");
    rig_assert_request(rig, 0, "GET", "/accounts/5/contacts?limit=100&page=1");
    assert_int_equal(rig_answer(rig, 0, 404, "{\"message\":\"no\"}"), 1);
    rig_assert_request(rig, 1, "GET",
                       "/contacts?limit=100&page=1&q={\"accountid\":5}&order={\"id\":\"asc\"}");
    assert_int_equal(rig_answer(rig, 1, 404, "{\"message\":\"no\"}"), 0);
    assert_int_equal(rig->result.error.kind, ERROR_NOT_FOUND);
}

static const char two_rows[] = "{\"metadata\":{\"has_more\":true},\"list\":[{\"record\":{\"id\":1}}"
                               ",{\"record\":{\"id\":2}}]}";

/* A server that counts from 1, asked for page 0 and page 1, gives the first page twice. */
static void test_overlap(void **state)
{
    struct rig *rig = *state;
    rig_reopen(rig, "page_base", "0");
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, "name");
    rig_answer(rig, 0, 200, two_rows);
    assert_false(error_is_set(&rig->result.error));
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, "name");
    rig->operation->position.kind = POSITION_CURSOR;
    rig->operation->position.cursor = strdup("1:100");
    rig_answer(rig, 0, 200, two_rows);
    assert_int_equal(rig->result.error.kind, ERROR_PROTOCOL);
    assert_non_null(strstr(rig->result.error.hint, "page_base = 1"));
    /* The same page read again is no overlap. */
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, "name");
    rig_answer(rig, 0, 200, two_rows);
    assert_false(error_is_set(&rig->result.error));
}

/* A server that counts from 0, asked from page 1, keeps its first page back. */
static void test_missing_page(void **state)
{
    struct rig *rig = *state;
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, "name");
    rig_answer(rig, 0, 200, "{\"metadata\":{\"total_count\":7,\"has_more\":false},\"list\":[]}");
    assert_int_equal(rig->result.error.kind, ERROR_PROTOCOL);
    assert_non_null(strstr(rig->result.error.hint, "page_base = 0"));
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, "name");
    rig_answer(rig, 0, 200,
               "{\"metadata\":{\"total_count\":102,\"has_more\":false},\"list\":[{\"record\":"
               "{\"id\":101}},{\"record\":{\"id\":102}}]}");
    assert_int_equal(rig->result.error.kind, ERROR_PROTOCOL);
}

static void test_count(void **state)
{
    struct rig *rig = *state;
    rig_query(rig, OPERATION_COUNT, "accounts", "turnover > 5", NULL);
    rig_assert_request(
        rig, 0, "GET",
        "/accounts?limit=1&page=1&q={\"turnover\":{\"$gt\":5}}&order={\"id\":\"asc\"}");
    assert_int_equal(rig_answer(rig, 0, 200, "{\"metadata\":{\"total_count\":3},\"list\":[]}"), 0);
    assert_int_equal(rig->result.total, 3);
    /* Without a total the pages are read, to the first that is empty. */
    rig_query(rig, OPERATION_COUNT, "accounts", NULL, NULL);
    assert_int_equal(rig_answer(rig, 0, 200, "{\"list\":[{\"record\":{\"id\":1}}]}"), 1);
    assert_int_equal(rig_answer(rig, 1, 200, "{\"list\":[{\"record\":{\"id\":1}}]}"), 2);
    assert_int_equal(rig_answer(rig, 2, 200, "{\"list\":[]}"), 0);
    assert_int_equal(rig->result.total, 1);
}

static void check_refused(const char *name, const char *value)
{
    struct config_entry settings[] = {{(char *)(uintptr_t) "token_env", (char *)(uintptr_t) "T", 1},
                                      {(char *)(uintptr_t)name, (char *)(uintptr_t)value, 2}};
    struct profile profile = {.name = (char *)(uintptr_t) "test",
                              .source = (char *)(uintptr_t) "config",
                              .settings = settings,
                              .setting_count = 2};
    struct error error = {0};
    assert_null(spotler_backend.create(&profile, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_non_null(strstr(error.message, "config:2: "));
    error_clear(&error);
}

static void test_settings(void **state)
{
    (void)state;
    check_refused("page_base", "2");
    check_refused("url", "ftp://crm.test");
    check_refused("objects", "../accounts");
    check_refused("objects", "a/b/c");
    check_refused("token_evn", "x");
}

static void check_label(const char *name, bool reference, const char *expected)
{
    char *label = spotler_label(name, reference);
    assert_string_equal(label, expected);
    free(label);
}

static void test_labels(void **state)
{
    (void)state;
    check_label("closedate", false, "Close date");
    check_label("createdby", false, "Created by");
    check_label("accountid", true, "Account");
    check_label("ownerid", false, "Owner ID");
    check_label("slaid", false, "SLA ID");
    check_label("id", false, "ID");
    check_label("last", false, "Last name");
    check_label("notes", false, "Notes");
    check_label("addresscounty/state", false, "Address county/state");
    check_label("2yearpolicy", false, "2 year policy");
    check_label("abn", false, "Abn");
    check_label("mysterydate", false, "Mysterydate"); /* not of known words alone */
    check_label("brokerid", true, "Broker");
    check_label("Own_Field", false, "Own field");
    check_label("", false, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_dictionary),
        TEST(test_other_shapes),
        TEST(test_lookup_values),
        TEST(test_inferred),
        TEST(test_unknown_object),
        TEST(test_objects),
        TEST(test_get),
        TEST(test_get_several),
        TEST(test_forms),
        TEST(test_plain_forms),
        TEST(test_nested),
        TEST(test_overlap),
        TEST(test_missing_page),
        TEST(test_count),
        TEST(test_check),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
