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
    walked = rig_walk(rig, "Opportunity", "order by Account.OwnerId desc, Amount", 7, false);
    expected = rig_value(
        rig, "SELECT group_concat(Id, char(10)) || char(10) FROM (SELECT o.Id FROM Opportunity o"
             " LEFT JOIN Account a ON a.Id = o.AccountId ORDER BY a.OwnerId DESC NULLS LAST,"
             " o.Amount NULLS LAST, o.Id)");
    assert_string_equal(walked, expected);
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

/* Another program holds the file: a read waits, and then says so. */
static void test_locked_read(void **state)
{
    struct rig *rig = *state;
    sqlite3 *other = NULL;

    make_demo(rig);
    rig_open(rig, false, 1);
    assert_int_equal(sqlite3_open(rig->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(rig_do(rig, OPERATION_LIST_OBJECTS, NULL)->error.kind, ERROR_TIMEOUT);
    sqlite3_close(other);
    assert_int_equal(rig_do(rig, OPERATION_LIST_OBJECTS, NULL)->error.kind, ERROR_NONE);
    assert_true(rig->result.object_count > 5);
}

static void test_lookup(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_LOOKUP, "Opportunity");

    make_demo(rig);
    operation->field = strdup("Stage");
    rig_run(rig, operation);
    assert_int_equal(rig->result.value_count, 7);
    operation = operation_new(OPERATION_LOOKUP, "Opportunity");
    operation->field = strdup("Stge");
    assert_int_equal(rig_run(rig, operation)->error.kind, ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_demo_objects, rig_set_up, rig_tear_down),
        cmocka_unit_test_setup_teardown(test_demo_walk, rig_set_up, rig_tear_down),
        cmocka_unit_test_setup_teardown(test_demo_get, rig_set_up, rig_tear_down),
        cmocka_unit_test_setup_teardown(test_locked_read, rig_set_up, rig_tear_down),
        cmocka_unit_test_setup_teardown(test_lookup, rig_set_up, rig_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
