/*
 * The local adapter reads: objects, pages forwards and backwards, get, count, group.
 */
#include "local_rig.h"

#include <stdlib.h>
#include <string.h>

#include "backend/local/demo.h"

static void make_demo(struct rig *rig)
{
    struct date_clock clock = {.now = 1795262400, .week_start = 1};
    struct error error = {0};

    assert_true(demo_create(rig->path, 100, &clock, &error));
}

static void test_demo_objects(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_LIST_OBJECTS, NULL);
    struct result *result;
    bool found = false;

    make_demo(rig);
    operation->count_objects = true;
    result = rig_run(rig, operation);
    assert_false(error_is_set(&result->error));
    for (size_t i = 0; i < result->object_count; i++) {
        if (strcmp(result->objects[i].name, "Opportunity") == 0) {
            found = true;
            assert_int_equal(result->objects[i].count, 100);
        }
    }
    assert_true(found);
}

static void test_demo_walk(void **state)
{
    struct rig *rig = *state;
    char *walked, *expected;

    make_demo(rig);
    walked = rig_walk(rig, "Opportunity", "order by Account.Name desc, Amount", 7, false);
    expected = rig_value(
        rig, "SELECT group_concat(Id, char(10)) || char(10) FROM (SELECT o.Id FROM Opportunity o"
             " LEFT JOIN Account a ON a.Id = o.AccountId ORDER BY lower(a.Name) DESC NULLS LAST,"
             " o.Amount NULLS LAST, o.Id)");
    assert_int_equal(strlen(walked), strlen(expected));
    free(walked);
    free(expected);
}

static void test_demo_get(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_GET, "Account");
    struct result *result;
    struct value value;

    make_demo(rig);
    operation_add_id(operation, "1");
    operation_add_id(operation, "nobody");
    result = rig_run(rig, operation);
    assert_false(error_is_set(&result->error));
    assert_int_equal(result->record_count, 2);
    assert_non_null(result->records[0]);
    assert_null(result->records[1]);
    value = record_value(result->records[0], "Name");
    assert_int_equal(value.kind, VALUE_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_demo_objects, rig_set_up, rig_tear_down),
        cmocka_unit_test_setup_teardown(test_demo_walk, rig_set_up, rig_tear_down),
        cmocka_unit_test_setup_teardown(test_demo_get, rig_set_up, rig_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
