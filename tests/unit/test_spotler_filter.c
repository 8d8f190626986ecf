/* test_spotler_filter: filters and orders as the API's JSON, and what stays here. */
#include "spotler_rig.h"

#include <string.h>

static const char head[] = "/accounts?limit=100&page=1";

static void check(void **state, const char *filter, const char *q)
{
    struct text path = {0};
    rig_query(*state, OPERATION_PAGE, "accounts", filter, NULL);
    text_format(&path, "%s%s%s&order={\"id\":\"asc\"}", head, q[0] == '\0' ? "" : "&q=", q);
    rig_assert_request(*state, 0, "GET", text_string(&path));
    text_free(&path);
}

static bool can(void **state, const char *filter)
{
    struct operation *operation = rig_query(*state, OPERATION_PAGE, "accounts", filter, NULL);
    return spotler_backend.can_filter(NULL, operation->query->filter);
}

/* The examples of the vendor's page. */
static void test_page_examples(void **state)
{
    check(state, "name = 'Test'", "{\"name\":\"Test\"}");
    check(state, "name = 'Test' and sector = 'Design'",
          "{\"name\":\"Test\",\"sector\":\"Design\"}");
    check(state, "name in ('a', 'b')", "{\"name\":{\"$in\":[\"a\",\"b\"]}}");
    check(state, "name = 'a' or sector = 'b'", "{\"$or\":[{\"name\":\"a\"},{\"sector\":\"b\"}]}");
    check(state, "turnover > 1000", "{\"turnover\":{\"$gt\":1000}}");
    check(state, "turnover >= 1000", "{\"turnover\":{\"$gte\":1000}}");
    check(state, "turnover < 1000", "{\"turnover\":{\"$lt\":1000}}");
    check(state, "turnover <= 1000", "{\"turnover\":{\"$lte\":1000}}");
    check(state, "turnover between 1000 and 2000", "{\"turnover\":{\"$bt\":[1000,2000]}}");
    check(state, "name starts with 'tes'", "{\"name\":{\"$sw\":\"tes\"}}");
    check(state, "name ends with 'tes'", "{\"name\":{\"$ew\":\"tes\"}}");
    check(state, "name contains 'tes'", "{\"name\":{\"$con\":\"tes\"}}");
    check(state, "", "");
}

/* A denial holds where there is no value. */
static void test_denials(void **state)
{
    check(state, "name != 'x'", "{\"$or\":[{\"name\":{\"$not\":\"x\"}},{\"name\":null}]}");
    check(state, "name not in ('x', 'y')",
          "{\"$or\":[{\"name\":{\"$nin\":[\"x\",\"y\"]}},{\"name\":null}]}");
    check(state, "not (turnover < 5)",
          "{\"$or\":[{\"turnover\":{\"$gte\":5}},{\"turnover\":null}]}");
    check(state, "not (turnover between 5 and 6)",
          "{\"$or\":[{\"turnover\":{\"$lt\":5}},{\"turnover\":{\"$gt\":6}},{\"turnover\":null}]}");
    check(state, "not (name = 'a' or name = 'b')",
          "{\"$or\":["
          "{\"name\":{\"$not\":\"a\"},\"$or\":[{\"name\":{\"$not\":\"b\"}},{\"name\":null}]},"
          "{\"name\":null,\"$or\":[{\"name\":{\"$not\":\"b\"}},{\"name\":null}]}]}");
}

static void test_nothing(void **state)
{
    check(state, "turnover is null", "{\"turnover\":null}");
    check(state, "name is not null", "{\"name\":{\"$not\":null}}");
    check(state, "name is empty", "{\"name\":\"\"}");
    check(state, "name is not empty", "{\"$or\":[{\"name\":{\"$not\":\"\"}},{\"name\":null}]}");
    check(state, "name is blank", "{\"$or\":[{\"name\":\"\"},{\"name\":null}]}");
    check(state, "name is not blank",
          "{\"name\":{\"$not\":\"\"},\"$or\":[{\"name\":{\"$not\":null}}]}");
    assert_false(can(state, "turnover is blank"));
}

/* Keys of one object are the API's only AND. */
static void test_and(void **state)
{
    check(state, "turnover > 1 and turnover < 5",
          "{\"turnover\":{\"$gt\":1},\"$or\":[{\"turnover\":{\"$lt\":5}}]}");
    check(state, "(name = 'a' or name = 'b') and (type = 'c' or type = 'd')",
          "{\"$or\":[{\"name\":\"a\",\"$or\":[{\"type\":\"c\"},{\"type\":\"d\"}]},"
          "{\"name\":\"b\",\"$or\":[{\"type\":\"c\"},{\"type\":\"d\"}]}]}");
    check(state, "name = 'a' and (type = 'c' or sector = 'd' and turnover = 2.5)",
          "{\"name\":\"a\",\"$or\":[{\"type\":\"c\"},{\"sector\":\"d\",\"turnover\":2.5}]}");
}

static void test_types(void **state)
{
    check(state, "id = 95920978", "{\"id\":95920978}");
    check(state, "id in ('1', '2')", "{\"id\":{\"$in\":[1,2]}}");
    check(state, "`2yearpolicy` = true", "{\"2yearpolicy\":1}");
    check(state, "`addresscounty/state` = 'Kent'", "{\"addresscounty/state\":\"Kent\"}");
    check(state, "name = 'a\"b\\c'", "{\"name\":\"a\\\"b\\\\c\"}");
    check(state, "turnover = 9007199254740993", "{\"turnover\":9007199254740993}");
}

static void test_dates(void **state)
{
    check(state, "inceptiondate = 2026-11-21",
          "{\"inceptiondate\":{\"$bt\":[\"2026-11-21\",\"2026-11-21 23:59:59\"]}}");
    check(state, "inceptiondate > 2026-11-21", "{\"inceptiondate\":{\"$gte\":\"2026-11-22\"}}");
    check(state, "inceptiondate <= 2026-11-21", "{\"inceptiondate\":{\"$lt\":\"2026-11-22\"}}");
    check(state, "inceptiondate between 2026-01-01 and 2026-01-31",
          "{\"inceptiondate\":{\"$bt\":[\"2026-01-01\",\"2026-01-31 23:59:59\"]}}");
    check(state, "inceptiondate = this month",
          "{\"inceptiondate\":{\"$bt\":[\"2026-11-01\",\"2026-11-30 23:59:59\"]}}");
    /* Summer time: the API's stamps are the user's. */
    check(state, "createddate >= 2026-07-01T12:00:00Z",
          "{\"createddate\":{\"$gte\":\"2026-07-01 13:00:00\"}}");
    check(state, "createddate = 2026-07-01",
          "{\"createddate\":{\"$bt\":[\"2026-07-01 00:00:00\",\"2026-07-01 23:59:59\"]}}");
    /* The hour that comes twice is no place to compare at. */
    assert_false(can(state, "createddate < 2026-10-25T00:30:00Z") &&
                 can(state, "createddate < 2026-10-25T01:30:00Z"));
}

/* What the API might answer otherwise. */
static void test_kept(void **state)
{
    assert_false(can(state, "name = 'Müller'"));
    assert_false(can(state, "name = ' x'"));
    assert_false(can(state, "name < 'm'"));
    assert_false(can(state, "name between 'a' and 'm'"));
    assert_false(can(state, "name contains '%'"));
    assert_false(can(state, "name contains 'a_b'"));
    assert_false(can(state, "name contains ''"));
    assert_false(can(state, "name like 'a%'"));
    assert_false(can(state, "id < '5'"));
    assert_false(can(state, "id = '007'"));
    assert_false(can(state, "mystery = 'x'"));
    assert_true(can(state, "id < 5"));
    assert_true(can(state, "name = 'Muller'"));
}

/* What cannot be sent as a whole is looked at here, and nothing is left out. */
static void test_left_over(void **state)
{
    struct rig *rig = *state;
    rig_query(rig, OPERATION_PAGE, "accounts", "turnover > 1 and not (name contains 'es')", "name");
    rig_encode(rig, 0);
    assert_string_equal(rig->url, "https://crm.test/accounts?limit=100&page=1&q={\"turnover\":"
                                  "{\"$gt\":1}}&order={\"id\":\"asc\"}");
    assert_int_equal(rig_answer(rig, 0, 200,
                                "{\"metadata\":{\"total_count\":3,\"has_more\":false},\"list\":["
                                "{\"record\":{\"id\":1,\"name\":\"Test\",\"turnover\":2}},"
                                "{\"record\":{\"id\":2,\"name\":\"Other\",\"turnover\":2}},"
                                "{\"record\":{\"id\":3,\"name\":null,\"turnover\":2}}]}"),
                     0);
    assert_int_equal(page_row_count(rig->result.page), 2);
    rig_assert_cell(rig, 0, 0, "2");
    rig_assert_cell(rig, 1, 0, "3");
    assert_int_equal(rig->result.total, -1);
}

static void test_count_left_over(void **state)
{
    struct rig *rig = *state;
    static const char page[] = "{\"metadata\":{\"total_count\":4,\"has_more\":%s},\"list\":["
                               "{\"record\":{\"id\":%d,\"name\":\"Test\"}},"
                               "{\"record\":{\"id\":%d,\"name\":\"Other\"}}]}";
    struct text body = {0};
    rig_query(rig, OPERATION_COUNT, "accounts", "not (name contains 'es')", NULL);
    rig_assert_request(rig, 0, "GET", "/accounts?limit=100&page=1&order={\"id\":\"asc\"}");
    text_format(&body, page, "true", 1, 2);
    assert_int_equal(rig_answer(rig, 0, 200, text_string(&body)), 2);
    rig_assert_request(rig, 2, "GET", "/accounts?limit=100&page=2&order={\"id\":\"asc\"}");
    text_truncate(&body, 0);
    text_format(&body, page, "false", 3, 4);
    assert_int_equal(rig_answer(rig, 2, 200, text_string(&body)), 0);
    assert_int_equal(rig->result.total, 2);
    text_free(&body);
}

/* Too many alternatives to multiply out: some are sent, the rest is looked at here. */
static void test_large(void **state)
{
    struct rig *rig = *state;
    struct text filter = {0};
    for (int i = 0; i < 30; i++) {
        text_format(&filter, "%sname != 'company number %d'", i == 0 ? "" : " and ", i);
    }
    rig_query(rig, OPERATION_PAGE, "accounts", text_string(&filter), "name");
    rig_encode(rig, 0);
    assert_true(strlen(rig->request.url) < 12000);
    rig_answer(rig, 0, 200,
               "{\"metadata\":{\"has_more\":false},\"list\":["
               "{\"record\":{\"id\":1,\"name\":\"company number 29\"}},"
               "{\"record\":{\"id\":2,\"name\":\"x\"}}]}");
    assert_int_equal(page_row_count(rig->result.page), 1);
    rig_assert_cell(rig, 0, 0, "2");
    text_free(&filter);
}

static void test_order(void **state)
{
    struct rig *rig = *state;
    rig_query(rig, OPERATION_PAGE, "accounts", "order by turnover desc, name", NULL);
    rig_assert_request(
        rig, 0, "GET",
        "/accounts?limit=100&page=1&order={\"turnover\":\"desc\",\"name\":\"asc\",\"id\":\"asc\"}");
    rig_query(rig, OPERATION_PAGE, "accounts", "order by id desc", NULL);
    rig_assert_request(rig, 0, "GET", "/accounts?limit=100&page=1&order={\"id\":\"desc\"}");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_page_examples),   TEST(test_denials), TEST(test_nothing), TEST(test_and),
        TEST(test_types),           TEST(test_dates),   TEST(test_kept),    TEST(test_left_over),
        TEST(test_count_left_over), TEST(test_large),   TEST(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
