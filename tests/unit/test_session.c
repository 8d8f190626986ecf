/*
 * Sessions: running operations, stopping, objects and schemas by name, the log, the observer.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fake_backend.h"

static struct operation *count_of_big(void)
{
    struct operation *operation = operation_new(OPERATION_COUNT, "Big");
    operation->query = query_new("Big");
    return operation;
}

static void run_waits_for_its_result(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    struct result result;
    fake_set_big(fake, 77);
    assert_true(session_run(session, count_of_big(), -1, &result));
    assert_int_equal(result.total, 77);
    result_clear(&result);
    fake_fail(fake, OPERATION_COUNT, ERROR_SERVER, false, 1);
    assert_false(session_run(session, count_of_big(), -1, &result));
    assert_int_equal(result.error.kind, ERROR_SERVER);
    result_clear(&result);
    assert_false(session_run(session, operation_new(OPERATION_RAW, NULL), -1, &result));
    assert_int_equal(result.error.kind, ERROR_UNSUPPORTED);
    result_clear(&result);
    session_close(session);
    fake_free(fake);
}

static void run_ends_when_told_to_stop(void **state)
{
    (void)state;
    int ends[2];
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    struct result result;
    assert_int_equal(pipe(ends), 0);
    fake_block(fake, OPERATION_COUNT);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_false(session_run(session, count_of_big(), ends[0], &result));
    assert_int_equal(result.error.kind, ERROR_CANCELLED);
    result_clear(&result);
    fake_unblock(fake, OPERATION_COUNT);
    session_close(session);
    fake_free(fake);
    close(ends[0]);
    close(ends[1]);
}

static void objects_are_found_without_regard_to_case(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    struct error error = {0};
    assert_null(session_schema(session, "Opportunity"));
    struct schema *schema = session_run_schema(session, "oPPortunity", -1, &error);
    assert_non_null(schema);
    assert_string_equal(schema->name, "Opportunity");
    assert_ptr_equal(session_schema(session, "OPPORTUNITY"), schema);
    assert_non_null(session_schema(session, "Account")); /* a parent, one step away */
    assert_null(session_schema(session, "Big"));
    schema_release(schema);
    assert_null(session_run_schema(session, "Oportunity", -1, &error));
    assert_int_equal(error.kind, ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "Oportunity"));
    assert_non_null(strstr(error.hint, "Opportunity"));
    error_clear(&error);
    assert_int_equal(fake_executed(fake, OPERATION_DESCRIBE), 2);
    assert_int_equal(fake_executed(fake, OPERATION_LIST_OBJECTS), 1);
    session_close(session);
    fake_free(fake);
}

static struct result group(struct session *session, const char *filter, const char *by,
                           const char *measure, enum group_function function)
{
    struct result result;
    struct operation *operation = operation_new(OPERATION_GROUP, "Opportunity");
    operation->query = fake_query(session, "Opportunity", filter, NULL);
    operation->group.by = memory_copy_string(by);
    operation->group.measure = memory_copy_string(measure);
    operation->group.function = function;
    assert_true(session_run(session, operation, -1, &result));
    return result;
}

static void assert_row(const struct result *result, size_t row, const char *words)
{
    struct text found = {0};
    for (size_t column = 1; column < page_column_count(result->page); column++) {
        struct value value = page_value(result->page, row, column);
        text_append_string(&found, column > 1 ? " " : "");
        value_print(&value, &found);
    }
    assert_string_equal(text_string(&found), words);
    text_free(&found);
}

/* Ten records: stages New, Proposal, Won, Lost in turn, beginning with the second for number 1. */
static void whole_sets_are_grouped_here(void **state)
{
    (void)state;
    struct fake *fake = fake_new(10);
    struct session *session = fake_session(&fake_plain, 0, false);
    struct value lower = value_string("won"), null = value_null();
    fake_put(fake, "Opportunity", "2", "stage", &lower);
    fake_put(fake, "Opportunity", "3", "stage", &null);
    for (int i = 1; i <= 10; i++) {
        char id[12];
        struct value amount = value_integer(i);
        (void)snprintf(id, sizeof id, "%d", i);
        fake_put(fake, "Opportunity", id, "amount", &amount);
    }
    struct result result = group(session, "amount > 1", "stage", "amount", GROUP_SUM);
    assert_int_equal(page_row_count(result.page), 5);
    assert_string_equal(result.columns[2], "sum(amount)");
    assert_row(&result, 0, "Lost 1 7");
    assert_row(&result, 1, "New 2 12");
    assert_row(&result, 2, "Proposal 2 14");
    assert_row(&result, 3, "won 3 18");
    assert_row(&result, 4, " 1 3");
    result_clear(&result);
    session_close(session);
    fake_free(fake);
}

struct wanted {
    int calls;
    const struct schema *schema;
    enum error_kind kind;
};

static void note_schema(void *context, const struct schema *schema, const struct error *error)
{
    struct wanted *wanted = context;
    wanted->calls++;
    wanted->schema = schema;
    wanted->kind = schema == NULL ? error->kind : ERROR_NONE;
}

static void a_schema_is_asked_for_once(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    struct wanted first = {0}, second = {0}, forgotten = {0}, again = {0};
    assert_true(session_want_schema(session, "Opportunity", note_schema, &first) > 0);
    assert_true(session_want_schema(session, "opportunity", note_schema, &second) > 0);
    uint64_t ticket = session_want_schema(session, "Opportunity", note_schema, &forgotten);
    session_forget(session, ticket);
    fake_settle(session);
    assert_int_equal(first.calls, 1);
    assert_int_equal(second.calls, 1);
    assert_int_equal(forgotten.calls, 0);
    assert_ptr_equal(first.schema, second.schema);
    assert_int_equal(fake_executed(fake, OPERATION_DESCRIBE), 2);
    assert_int_equal(session_want_schema(session, "Opportunity", note_schema, &again), 0);
    assert_int_equal(again.calls, 1);
    session_close(session);
    fake_free(fake);
}

static void a_failed_describe_is_told_and_tried_again(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    struct wanted wanted = {0};
    fake_fail(fake, OPERATION_DESCRIBE, ERROR_NETWORK, false, 1);
    (void)session_want_schema(session, "Account", note_schema, &wanted);
    fake_settle(session);
    assert_int_equal(wanted.calls, 1);
    assert_int_equal(wanted.kind, ERROR_NETWORK);
    (void)session_want_schema(session, "Account", note_schema, &wanted);
    fake_settle(session);
    assert_int_equal(wanted.calls, 2);
    assert_non_null(wanted.schema);
    fake_fail(fake, OPERATION_LIST_OBJECTS, ERROR_NETWORK, false, 1);
    session_close(session);
    session = fake_session(&fake_full, 0, false);
    (void)session_want_schema(session, "Account", note_schema, &wanted);
    fake_settle(session);
    assert_int_equal(wanted.calls, 3);
    assert_int_equal(wanted.kind, ERROR_NETWORK);
    (void)session_want_schema(session, "Account", note_schema, &wanted);
    fake_settle(session);
    assert_non_null(wanted.schema);
    session_close(session);
    fake_free(fake);
}

static void a_cancelled_describe_ends_the_wait(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    struct wanted wanted = {0};
    fake_block(fake, OPERATION_DESCRIBE);
    (void)session_want_schema(session, "Account", note_schema, &wanted);
    fake_block(fake, OPERATION_COUNT);
    while (fake_executed(fake, OPERATION_DESCRIBE) == 0) {
        session_dispatch(session);
    }
    session_cancel_all(session);
    assert_int_equal(wanted.calls, 1);
    assert_int_equal(wanted.kind, ERROR_CANCELLED);
    fake_unblock(fake, OPERATION_DESCRIBE);
    session_close(session);
    fake_free(fake);
}

static void note_events(void *context, unsigned events)
{
    *(unsigned *)context |= events;
}

static void the_list_comes_first_and_its_counts_later(void **state)
{
    (void)state;
    unsigned events = 0;
    size_t count;
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    session_observe(session, note_events, &events);
    assert_null(session_objects(session, &count));
    session_refresh_objects(session);
    fake_settle(session);
    const struct object_info *objects = session_objects(session, &count);
    assert_int_equal(count, 3);
    assert_true((events & SESSION_EVENT_OBJECTS) != 0);
    assert_true((events & SESSION_EVENT_JOBS) != 0);
    assert_int_equal(fake_executed(fake, OPERATION_LIST_OBJECTS), 1); /* nobody looks at them */
    const char *const wanted[] = {objects[1].name, "no such object"};
    session_want_counts(session, wanted, 2);
    fake_settle(session);
    objects = session_objects(session, &count);
    assert_int_equal(objects[1].count, 3);
    session_want_counts(session, wanted, 2); /* known by now */
    fake_settle(session);
    assert_int_equal(fake_executed(fake, OPERATION_LIST_OBJECTS), 2);
    session_close(session);
    fake_free(fake);
}

/* Whoever waits in poll() hears that a cancelled job has ended, though there is no answer. */
static void the_end_of_a_cancelled_job_is_told(void **state)
{
    (void)state;
    unsigned events = 0;
    struct error error = {0};
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    fake_block(fake, OPERATION_COUNT);
    uint64_t job = session_submit(session, count_of_big(), JOB_NOW, NULL, NULL, &error);
    fake_wait_blocked(fake, OPERATION_COUNT);
    session_dispatch(session);
    assert_int_equal(session_busy(session), 1);
    session_cancel(session, job);
    session_observe(session, note_events, &events);
    struct pollfd descriptor = {.fd = session_descriptor(session), .events = POLLIN};
    assert_int_equal(poll(&descriptor, 1, 5000), 1);
    assert_int_equal(session_dispatch(session), 0);
    assert_true((events & SESSION_EVENT_JOBS) != 0);
    assert_int_equal(poll(&descriptor, 1, 0), 0);
    session_close(session);
    fake_free(fake);
}

static void every_operation_has_a_line_in_the_log(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    struct result result;
    size_t before = session_log_count(session);
    (void)session_run(session, count_of_big(), -1, &result);
    result_clear(&result);
    fake_fail(fake, OPERATION_COUNT, ERROR_SERVER, false, 1);
    (void)session_run(session, count_of_big(), -1, &result);
    result_clear(&result);
    assert_int_equal(session_log_count(session), before + 2);
    assert_non_null(strstr(session_log(session, before)->text, "count Big: ok, 0"));
    assert_false(session_log(session, before)->failed);
    assert_non_null(strstr(session_log(session, before + 1)->text, "server said no"));
    assert_true(session_log(session, before + 1)->failed);
    for (int i = 0; i < 1500; i++) {
        session_log_add(session, "line", false);
    }
    assert_int_equal(session_log_count(session), 1000); /* the oldest go */
    session_close(session);
    fake_free(fake);
}

static void resolving_knows_what_is_missing(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct session *session = fake_session(&fake_full, 0, false);
    struct error error = {0};
    struct query *query = query_new("opportunity");
    assert_true(query_parse(query, "amont > 5", NULL, &error));
    assert_false(session_resolve(session, query, -2, &error));
    assert_int_equal(error.kind, ERROR_NOT_FOUND);
    assert_false(session_resolve(session, query, -1, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_true(query_parse(query, "amount > 5", NULL, &error));
    error_clear(&error);
    assert_true(session_resolve(session, query, -2, &error));
    assert_string_equal(query->object, "Opportunity");
    query_free(query);
    session_close(session);
    fake_free(fake);
}

int main(void)
{
    char *home = fake_home_make();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_waits_for_its_result),
        cmocka_unit_test(run_ends_when_told_to_stop),
        cmocka_unit_test(objects_are_found_without_regard_to_case),
        cmocka_unit_test(a_schema_is_asked_for_once),
        cmocka_unit_test(a_failed_describe_is_told_and_tried_again),
        cmocka_unit_test(a_cancelled_describe_ends_the_wait),
        cmocka_unit_test(the_list_comes_first_and_its_counts_later),
        cmocka_unit_test(the_end_of_a_cancelled_job_is_told),
        cmocka_unit_test(every_operation_has_a_line_in_the_log),
        cmocka_unit_test(whole_sets_are_grouped_here),
        cmocka_unit_test(resolving_knows_what_is_missing),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fake_home_remove(home);
    return failed;
}
