/*
 * Fields of referenced records on backends that cannot give them: joined, filtered and ordered
 * here, each record asked for once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fake_backend.h"

enum { OPPORTUNITIES = 30 };

struct rig {
    char *home;
    struct fake *fake;
    struct session *session;
};

/* Accounts 1 Acme, 2 Zebra, 3 without a name; opportunity n points at n % 5: 0 is null, 4 is none
 * that is there. */
static struct rig rig_open(const struct backend_ops *ops)
{
    struct rig rig = {.home = fake_home_make(), .fake = fake_new(OPPORTUNITIES)};
    struct value zebra = value_string("Zebra"), nothing = value_null();
    fake_put(rig.fake, "Account", "2", "name", &zebra);
    fake_put(rig.fake, "Account", "3", "name", &nothing);
    for (int i = 1; i <= OPPORTUNITIES; i++) {
        char id[12];
        struct value account = i % 5 == 0 ? value_null() : value_integer(i % 5);
        (void)snprintf(id, sizeof id, "%d", i);
        fake_put(rig.fake, "Opportunity", id, "account_id", &account);
    }
    rig.session = fake_session(ops, 0, false);
    return rig;
}

static void rig_close(struct rig *rig)
{
    session_close(rig->session);
    fake_free(rig->fake);
    fake_home_remove(rig->home);
}

static struct result run(struct rig *rig, enum operation_kind kind, const char *text,
                         const char *columns)
{
    struct operation *operation = operation_new(kind, "Opportunity");
    struct result result;
    operation->query = fake_query(rig->session, "Opportunity", text, columns);
    operation->page_size = 1000;
    (void)session_run(rig->session, operation, -1, &result);
    return result;
}

static void assert_cell(const struct result *result, size_t row, const char *expected)
{
    struct value value = page_value(result->page, row, 1);
    char *text = value_to_string(&value);
    if (expected == NULL) {
        assert_null(text);
    } else {
        assert_string_equal(text, expected);
    }
    free(text);
}

static const struct backend_ops *const backends[] = {&fake_plain, &fake_full};

static void columns_are_joined(void **state)
{
    (void)state;
    static const char *const names[] = {NULL, "Acme", "Zebra", NULL, NULL};
    for (size_t i = 0; i < 2; i++) {
        struct rig rig = rig_open(backends[i]);
        struct result result = run(&rig, OPERATION_PAGE, "order by id", "account.name, name");
        assert_int_equal(page_row_count(result.page), OPPORTUNITIES);
        assert_int_equal(page_column_count(result.page), 3);
        for (size_t row = 0; row < OPPORTUNITIES; row++) {
            assert_cell(&result, row, names[(row + 1) % 5]);
        }
        result_clear(&result);
        rig_close(&rig);
    }
}

static void filters_and_counts_are_worked_out_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct rig rig = rig_open(backends[i]);
        struct result result = run(&rig, OPERATION_PAGE, "account.name = 'zebra'", "id");
        assert_int_equal(page_row_count(result.page), 6);
        assert_int_equal(page_column_count(result.page), 2);
        assert_cell(&result, 0, "2");
        result_clear(&result);
        result = run(&rig, OPERATION_COUNT, "account.name is null", "account.name");
        assert_int_equal(result.total, 18);
        result_clear(&result);
        result = run(&rig, OPERATION_COUNT, "", "account.name");
        assert_int_equal(result.total, OPPORTUNITIES);
        result_clear(&result);
        rig_close(&rig);
    }
}

static void an_order_reads_the_whole_set(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct rig rig = rig_open(backends[i]);
        struct result result =
            run(&rig, OPERATION_PAGE, "order by account.name desc, id", "id, account.name");
        assert_int_equal(page_row_count(result.page), OPPORTUNITIES);
        assert_cell(&result, 0, "2");
        assert_cell(&result, 6, "1");
        assert_cell(&result, 12, "3");
        result_clear(&result);
        rig_close(&rig);
    }
}

/* Several pages, a few referenced records: one get, whatever names them. */
static void a_record_is_asked_for_once(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    size_t before = fake_executed(rig.fake, OPERATION_GET);
    struct result result = run(&rig, OPERATION_PAGE, "account.name != 'x' order by account.name",
                               "account.name, account_id.id");
    assert_int_equal(page_row_count(result.page), OPPORTUNITIES);
    assert_int_equal(fake_executed(rig.fake, OPERATION_GET) - before, 1);
    result_clear(&result);
    rig_close(&rig);
}

static void a_failure_is_no_empty_column(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    fake_fail(rig.fake, OPERATION_GET, ERROR_FORBIDDEN, false, 1);
    struct result result = run(&rig, OPERATION_PAGE, "", "account.name");
    assert_int_equal(result.error.kind, ERROR_FORBIDDEN);
    assert_non_null(strstr(result.error.message, "Account for account.name"));
    assert_null(result.page);
    result_clear(&result);
    /* Nor is it one for the job that asks for the same in the next moment. */
    result = run(&rig, OPERATION_PAGE, "order by id", "account.name");
    assert_cell(&result, 0, "Acme");
    assert_cell(&result, 1, "Zebra");
    result_clear(&result);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_joined),
        cmocka_unit_test(filters_and_counts_are_worked_out_here),
        cmocka_unit_test(an_order_reads_the_whole_set),
        cmocka_unit_test(a_record_is_asked_for_once),
        cmocka_unit_test(a_failure_is_no_empty_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
