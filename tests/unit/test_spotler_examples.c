/* test_spotler_examples: each example of the vendor's page, sent and answered literally. */
#include "spotler_rig.h"

#include <stdlib.h>
#include <string.h>

#define CREATED_FIELDS                                                                             \
    "\"addressline\": null, \"addresscity\": \"\", \"addresscounty/state\": \"\", "                \
    "\"addresspostcode/zip\": \"\", \"addresscountry\": \"United Kingdom\", \"ownerid\": 90505, "  \
    "\"campaignid\": 0, \"source\": \"\", \"notes\": null, \"slaid\": 125357, \"phone\": null, "   \
    "\"website\": null, \"type\": null, \"sector\": null, "
#define RECORD_HEAD                                                                                \
    "{ \"metadata\": { \"url\": \"/accounts/95950731\", \"list_url\": \"/accounts\", \"parent\": " \
    "null, \"object_type\": \"record\", \"record_type\": \"account\" }, \"record\": { \"id\": "    \
    "95950731, "

static const char list_example[] =
    "{ \"metadata\": { \"url\": \"\\/account\", \"object_type\": \"list\", \"total_count\": 100, "
    "\"has_more\": true }, \"list\": [ { \"metadata\": { \"url\": \"\\/accounts\\/95920978\", "
    "\"list_url\": \"\\/accounts\", \"parent\": \"\\/\", \"object_type\": \"record\", "
    "\"record_type\": \"account\" }, \"record\": { \"id\": 95920978, \"name\": \"test\", "
    "\"addressline\": null, \"addresscity\": \"\", \"addresscounty\\/state\": \"\", "
    "\"addresspostcode\\/zip\": \"\", \"addresscountry\": \"\", \"ownerid\": 90505, \"source\": "
    "\"\", \"notes\": null, \"phone\": null, \"website\": null, \"type\": null, \"sector\": null, "
    "\"createddate\": \"2018-09-17 11:29:59\", \"modifieddate\": \"2018-09-17 11:29:59\" } } ] }";

static void test_list(void **state)
{
    struct rig *rig = *state;
    rig_query(rig, OPERATION_PAGE, "accounts", NULL,
              "name, ownerid, `addresscounty/state`, type, createddate");
    rig_assert_request(rig, 0, "GET", "/accounts?limit=100&page=1&order={\"id\":\"asc\"}");
    assert_true(rig->request.read);
    assert_false(rig->request.has_body);
    assert_int_equal(rig_answer(rig, 0, 200, list_example), 0);
    assert_int_equal(page_row_count(rig->result.page), 1);
    rig_assert_cell(rig, 0, 0, "95920978");
    rig_assert_cell(rig, 0, 1, "test");
    rig_assert_cell(rig, 0, 2, "90505");
    rig_assert_cell(rig, 0, 3, "");
    assert_int_equal(page_value(rig->result.page, 0, 4).kind, VALUE_NULL);
    rig_assert_cell(rig, 0, 5, "2018-09-17 11:29:59");
    assert_int_equal(rig->result.total, 100);
    assert_string_equal(rig->result.next, "1:100");
}

/* The token goes into one header that is marked secret. */
static void test_authorization(void **state)
{
    struct rig *rig = *state;
    struct text words = {0};
    size_t found = 0;
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, NULL);
    rig_encode(rig, 0);
    for (size_t i = 0; i < rig->request.header_count; i++) {
        if (strcmp(rig->request.headers[i].name, "Authorization") == 0) {
            assert_string_equal(rig->request.headers[i].value, "Bearer s3cret.token");
            assert_true(rig->request.headers[i].secret);
            found++;
        }
    }
    assert_int_equal(found, 1);
    http_print_request(&rig->request, &words);
    assert_null(strstr(text_string(&words), "s3cret"));
    text_free(&words);
}

/* GET /accounts?limit=50, ?page=2, ?limit=100&page=4 */
static void test_paging(void **state)
{
    struct rig *rig = *state;
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, NULL);
    rig->operation->page_size = 50;
    rig_assert_request(rig, 0, "GET", "/accounts?limit=50&page=1&order={\"id\":\"asc\"}");
    rig->operation->position.kind = POSITION_CURSOR;
    rig->operation->position.cursor = spotler_backend.cursor_at(rig->backend, 3, 100);
    rig_assert_request(rig, 0, "GET", "/accounts?limit=100&page=4&order={\"id\":\"asc\"}");
    rig_reopen(rig, "page_base", "0");
    rig_assert_request(rig, 0, "GET", "/accounts?limit=100&page=3&order={\"id\":\"asc\"}");
}

/* A page past the end has no records. */
static void test_past_the_end(void **state)
{
    struct rig *rig = *state;
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, "name");
    assert_int_equal(rig_answer(rig, 0, 200, "{\"metadata\":{\"has_more\":true},\"list\":[]}"), 0);
    assert_int_equal(page_row_count(rig->result.page), 0);
    assert_null(rig->result.next);
}

static void test_create(void **state)
{
    struct rig *rig = *state;
    struct value name = value_string("testing API"), owner = value_string("1");
    struct record *values = record_new("accounts", NULL);
    record_set(values, "name", &name);
    record_set(values, "ownerid", &owner);
    operation_add_write(rig_operation(rig, OPERATION_CREATE, "accounts"), NULL, values, NULL);
    rig_assert_request(rig, 0, "POST", "/accounts");
    rig_assert_body(rig, "{\"name\":\"testing API\",\"ownerid\":1}");
    assert_false(rig->request.read);
    assert_int_equal(rig_answer(rig, 0, 201,
                                RECORD_HEAD
                                "\"name\": \"testing API\", " CREATED_FIELDS
                                "\"createddate\": \"2018-09-27 08:48:22\", \"modifieddate\": "
                                "\"2018-09-27 08:48:22\" } }"),
                     0);
    assert_int_equal(rig->result.write_count, 1);
    assert_true(rig->result.writes[0].success);
    assert_true(rig->result.writes[0].created);
    assert_string_equal(rig->result.writes[0].id, "95950731");
}

/* Changed fields and nothing else. */
static void test_update(void **state)
{
    struct rig *rig = *state;
    struct value name = value_string("testing API Updated");
    struct record *values = record_new("accounts", "95950731");
    record_set(values, "name", &name);
    operation_add_write(rig_operation(rig, OPERATION_UPDATE, "accounts"), "95950731", values, NULL);
    rig_assert_request(rig, 0, "PATCH", "/accounts/95950731");
    rig_assert_body(rig, "{\"name\":\"testing API Updated\"}");
    assert_int_equal(rig_answer(rig, 0, 200,
                                RECORD_HEAD
                                "\"name\": \"testing API Updated\", " CREATED_FIELDS
                                "\"createddate\": \"2018-09-27 08:48:22\", \"modifieddate\": "
                                "\"2018-09-27 08:55:38\" } }"),
                     0);
    assert_true(rig->result.writes[0].success);
    assert_false(rig->result.writes[0].created);
}

static void test_delete(void **state)
{
    struct rig *rig = *state;
    static const char *const bodies[] = {"{}", ""};
    for (size_t i = 0; i < 2; i++) {
        operation_add_write(rig_operation(rig, OPERATION_DELETE, "accounts"), "95950731", NULL,
                            NULL);
        rig_assert_request(rig, 0, "DELETE", "/accounts/95950731");
        assert_false(rig->request.has_body);
        assert_int_equal(rig_answer(rig, 0, 200, bodies[i]), 0);
        assert_true(rig->result.writes[0].success);
    }
}

/* Without an id a write would go to the collection. */
static void test_no_id(void **state)
{
    struct rig *rig = *state;
    static const char *const ids[] = {"", ".", ".."};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct http_request request = {0};
        operation_add_write(rig_operation(rig, OPERATION_DELETE, "accounts"), ids[i], NULL, NULL);
        assert_int_equal(
            spotler_backend.encode(rig->backend, rig->operation, 0, &request, &rig->error),
            WIRE_REFUSED);
        assert_int_equal(rig->error.kind, ERROR_USAGE);
        http_request_clear(&request);
    }
}

/* GET /lookup/accounts/type */
static void test_lookup(void **state)
{
    struct rig *rig = *state;
    static const char *const bodies[] = {
        "{\"items\":[{\"value\":\"Client\",\"id\":\"Client\"},{\"value\":\"Prospect\",\"id\":7}]}",
        "[\"Client\",\"Prospect\"]", "[{\"value\":\"Client\",\"id\":1},{\"value\":\"Prospect\"}]"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        rig_operation(rig, OPERATION_LOOKUP, "accounts")->field = strdup("type");
        rig_assert_request(rig, 0, "GET", "/lookup/accounts/type");
        assert_int_equal(rig_answer(rig, 0, 200, bodies[i]), 0);
        assert_int_equal(rig->result.value_count, 2);
        assert_string_equal(rig->result.values[0].value, "Client");
        assert_string_equal(rig->result.values[1].label, "Prospect");
    }
}

static void test_append(void **state)
{
    struct rig *rig = *state;
    static const char *const items[] = {"Item 1\nItem 2", "[\"Item 1\", \"Item 2\"]"};
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        struct operation *operation = rig_operation(rig, OPERATION_ACTION, NULL);
        operation->name = strdup("append_lookup");
        operation_add_parameter(operation, "list_name", "account type");
        operation_add_parameter(operation, "items", items[i]);
        rig_assert_request(rig, 0, "PATCH", "/lookup/account type");
        assert_non_null(strstr(rig->request.url, "/lookup/account%20type"));
        rig_assert_body(rig, "{\"items\":[\"Item 1\",\"Item 2\"]}");
        assert_int_equal(rig_answer(rig, 0, 200,
                                    "{ \"message\": \"Lookup values added\", \"items\": [ { "
                                    "\"value\": \"new one\", \"id\": \"new one\" }, { \"value\": "
                                    "\"another new one\", \"id\": \"another new one\" } ] }"),
                         0);
        assert_string_equal(rig->result.text, "Lookup values added: new one, another new one");
    }
}

/* "lines": [ … ] */
static void test_lines(void **state)
{
    struct rig *rig = *state;
    static const char line[] =
        "{\"record\":{\"id\":1,\"lines\": [ { \"id\": 1, \"opportunityid\": 1, \"product\": \"User "
        "Subscription\", \"quantity\": 30, \"unitprice\": 420 } ]}}";
    rig_query(rig, OPERATION_PAGE, "opportunity_lines", "opportunityid = 1",
              "product, quantity, unitprice");
    rig_assert_request(rig, 0, "GET", "/opportunities/1?lines=true");
    assert_int_equal(rig_answer(rig, 0, 200, line), 0);
    assert_int_equal(page_row_count(rig->result.page), 1);
    rig_assert_cell(rig, 0, 0, "1");
    rig_assert_cell(rig, 0, 1, "User Subscription");
    rig_assert_cell(rig, 0, 2, "30");
    rig_assert_cell(rig, 0, 3, "420");
    assert_null(rig->result.next);
    /* Columns that lines do not carry are had from the list, and asked there at once from then. */
    rig_query(rig, OPERATION_PAGE, "opportunity_lines", "opportunityid = 1", "product, createdby");
    assert_int_equal(rig_answer(rig, 0, 200, line), 1);
    assert_null(rig->result.page);
    rig_assert_request(rig, 1, "GET",
                       "/opportunity_lines?limit=100&page=1&q={\"opportunityid\":1}"
                       "&order={\"id\":\"asc\"}");
}

static void check_error(struct rig *rig, long status, const char *body, enum error_kind kind)
{
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, "name");
    assert_int_equal(rig_answer(rig, 0, status, body), 0);
    assert_int_equal(rig->result.error.kind, kind);
}

static void test_errors(void **state)
{
    struct rig *rig = *state;
    check_error(rig, 500,
                "{ \"type\": \"Invalid Request error\", \"code\": 500, \"message\": \"Invalid "
                "record type (accountss)\" }",
                ERROR_NOT_FOUND);
    assert_non_null(strstr(rig->result.error.message, "Invalid record type (accountss)"));
    check_error(rig, 500, "{\"message\":\"boom\"}", ERROR_SERVER);
    check_error(rig, 503, "", ERROR_SERVER);
    check_error(rig, 400, "{\"message\":\"bad q\"}", ERROR_USAGE);
    check_error(rig, 405, "{\"message\":\"no\"}", ERROR_UNSUPPORTED);
    check_error(rig, 404, "{\"message\":\"gone\"}", ERROR_NOT_FOUND);
    check_error(rig, 402, "{\"message\":\"Forbidden\"}", ERROR_SIGN_IN);
    check_error(rig, 403, "{\"message\":\"Unauthenticated\"}", ERROR_SIGN_IN);
    check_error(rig, 401, "", ERROR_SIGN_IN);
    check_error(rig, 429, "{\"message\":\"slow down\"}", ERROR_RATE_LIMIT);
    check_error(rig, 301, "", ERROR_SIGN_IN);
    check_error(rig, 200, "not json", ERROR_PROTOCOL);
    check_error(rig, 200, "{\"metadata\":{}}", ERROR_PROTOCOL);
    check_error(rig, 200, "[]", ERROR_PROTOCOL);
    rig_query(rig, OPERATION_PAGE, "accounts", NULL, "name");
    rig_answer_typed(rig, 0, 200, "text/html", "<html>Log in</html>");
    assert_int_equal(rig->result.error.kind, ERROR_SIGN_IN);
}

/* { "validation": { "accountid": [ { "Required": [] } ] } } */
static void test_validation(void **state)
{
    struct rig *rig = *state;
    operation_add_write(rig_operation(rig, OPERATION_CREATE, "contacts"), NULL,
                        record_new("contacts", NULL), NULL);
    rig_assert_request(rig, 0, "POST", "/contacts");
    rig_assert_body(rig, "{}");
    rig_answer(rig, 0, 422,
               "{ \"type\": \"Validation error\", \"code\": 422, \"message\": \"The given data was "
               "invalid.\", \"validation\": { \"accountid\": [ { \"Required\": [] } ] } }");
    assert_false(error_is_set(&rig->result.error));
    assert_int_equal(rig->result.write_count, 1);
    const struct error *error = &rig->result.writes[0].error;
    assert_int_equal(error->kind, ERROR_VALIDATION);
    assert_int_equal(error->field_count, 1);
    assert_string_equal(error->fields[0].field, "accountid");
    assert_string_equal(error->fields[0].code, "Required");
    assert_string_equal(error->fields[0].message, "is required");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_list),       TEST(test_authorization), TEST(test_paging), TEST(test_past_the_end),
        TEST(test_create),     TEST(test_update),        TEST(test_delete), TEST(test_no_id),
        TEST(test_lookup),     TEST(test_append),        TEST(test_lines),  TEST(test_errors),
        TEST(test_validation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
