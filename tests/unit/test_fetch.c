/*
 * The fetch thread: order of urgency, cancel, interruption, batches, read-only, the end; and what a
 * backend cannot filter or order.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fake_backend.h"

static struct fetch *open_fetch(const struct backend_ops *ops, bool read_only)
{
    struct error error = {0};
    char name[16];
    (void)snprintf(name, sizeof name, "%s", ops->name);
    struct profile profile = {.name = name, .backend = name, .read_only = read_only};
    struct fetch *fetch = fetch_new(ops->create(&profile, &error), &profile, &error);
    assert_non_null(fetch);
    return fetch;
}

static struct answer *wait_answer(struct fetch *fetch)
{
    for (;;) {
        struct answer *answer = fetch_receive(fetch);
        if (answer != NULL) {
            return answer;
        }
        struct pollfd descriptor = {.fd = fetch_descriptor(fetch), .events = POLLIN};
        assert_int_equal(poll(&descriptor, 1, 10000), 1);
    }
}

static struct operation *list_objects(void)
{
    return operation_new(OPERATION_LIST_OBJECTS, NULL);
}

static struct operation *count_of_big(void)
{
    struct operation *operation = operation_new(OPERATION_COUNT, "Big");
    operation->query = query_new("Big");
    return operation;
}

static void answers_come_by_urgency(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct fetch *fetch = open_fetch(&fake_full, false);
    fake_block(fake, OPERATION_LIST_OBJECTS);
    uint64_t first = fetch_submit(fetch, list_objects(), JOB_NOW);
    fake_wait_blocked(fake, OPERATION_LIST_OBJECTS);
    uint64_t idle = fetch_submit(fetch, list_objects(), JOB_IDLE);
    uint64_t ahead = fetch_submit(fetch, list_objects(), JOB_AHEAD);
    uint64_t now = fetch_submit(fetch, list_objects(), JOB_NOW);
    fetch_urge(fetch, ahead, JOB_NOW);
    assert_int_equal(fetch_busy(fetch), 4);
    fake_unblock(fake, OPERATION_LIST_OBJECTS);
    const uint64_t order[] = {first, now, ahead, idle};
    for (size_t i = 0; i < 4; i++) {
        struct answer *answer = wait_answer(fetch);
        assert_int_equal(answer->job, order[i]);
        assert_int_equal(answer->result.object_count, 3);
        answer_free(answer);
    }
    fetch_free(fetch);
    fake_free(fake);
}

static void a_cancelled_job_gives_no_answer(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct fetch *fetch = open_fetch(&fake_full, false);
    fake_block(fake, OPERATION_COUNT);
    uint64_t running = fetch_submit(fetch, count_of_big(), JOB_NOW);
    fake_wait_blocked(fake, OPERATION_COUNT);
    uint64_t waiting = fetch_submit(fetch, count_of_big(), JOB_NOW);
    uint64_t last = fetch_submit(fetch, list_objects(), JOB_NOW);
    fetch_cancel(fetch, waiting);
    fetch_cancel(fetch, running);
    fetch_cancel(fetch, 12345);
    struct answer *answer = wait_answer(fetch);
    assert_int_equal(answer->job, last);
    answer_free(answer);
    assert_null(fetch_receive(fetch));
    assert_int_equal(fake_executed(fake, OPERATION_COUNT), 1);
    struct job_info jobs[3];
    assert_int_equal(fetch_jobs(fetch, jobs, 3), 3);
    assert_int_equal(jobs[0].id, last);
    assert_int_equal(jobs[0].state, JOB_DONE);
    assert_int_equal(jobs[1].state, JOB_CANCELLED);
    assert_int_equal(jobs[2].state, JOB_CANCELLED);
    fetch_free(fetch);
    fake_free(fake);
}

/* An answer that waits to be received is dropped too, and the descriptor is quiet again. */
static void a_late_answer_is_dropped(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct fetch *fetch = open_fetch(&fake_full, false);
    uint64_t job = fetch_submit(fetch, list_objects(), JOB_NOW);
    struct pollfd descriptor = {.fd = fetch_descriptor(fetch), .events = POLLIN};
    assert_int_equal(poll(&descriptor, 1, 10000), 1);
    fetch_cancel(fetch, job);
    assert_int_equal(poll(&descriptor, 1, 0), 0);
    assert_null(fetch_receive(fetch));
    fetch_free(fetch);
    fake_free(fake);
}

static void an_idle_count_does_not_hold_up_a_page(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct fetch *fetch = open_fetch(&fake_full, false);
    fake_block(fake, OPERATION_COUNT);
    uint64_t count = fetch_submit(fetch, count_of_big(), JOB_IDLE);
    fake_wait_blocked(fake, OPERATION_COUNT);
    uint64_t page = fetch_submit(fetch, list_objects(), JOB_NOW);
    struct answer *answer = wait_answer(fetch);
    assert_int_equal(answer->job, page);
    answer_free(answer);
    fake_unblock(fake, OPERATION_COUNT);
    answer = wait_answer(fetch);
    assert_int_equal(answer->job, count);
    assert_false(error_is_set(&answer->result.error));
    assert_true(fake_executed(fake, OPERATION_COUNT) >= 2);
    answer_free(answer);
    fetch_free(fetch);
    fake_free(fake);
}

/* What somebody waits for is not given up for another that somebody waits for. */
static void a_page_in_hand_is_not_interrupted(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct fetch *fetch = open_fetch(&fake_full, false);
    fake_block(fake, OPERATION_COUNT);
    uint64_t first = fetch_submit(fetch, count_of_big(), JOB_SOON);
    fake_wait_blocked(fake, OPERATION_COUNT);
    (void)fetch_submit(fetch, list_objects(), JOB_NOW);
    fake_unblock(fake, OPERATION_COUNT);
    struct answer *answer = wait_answer(fetch);
    assert_int_equal(answer->job, first);
    answer_free(answer);
    answer_free(wait_answer(fetch));
    assert_int_equal(fake_executed(fake, OPERATION_COUNT), 1);
    fetch_free(fetch);
    fake_free(fake);
}

/* A running write is never interrupted, however long it takes. */
static void a_write_is_not_interrupted(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct fetch *fetch = open_fetch(&fake_full, false);
    struct operation *write = operation_new(OPERATION_UPDATE, "Opportunity");
    struct record *values = record_new("Opportunity", "1");
    struct value name = value_string("changed");
    record_set(values, "name", &name);
    operation_add_write(write, "1", values, NULL);
    fake_block(fake, OPERATION_UPDATE);
    uint64_t job = fetch_submit(fetch, write, JOB_IDLE);
    fake_wait_blocked(fake, OPERATION_UPDATE);
    (void)fetch_submit(fetch, list_objects(), JOB_NOW);
    fake_unblock(fake, OPERATION_UPDATE);
    struct answer *answer = wait_answer(fetch);
    assert_int_equal(answer->job, job);
    assert_true(answer->result.writes[0].success);
    answer_free(answer);
    answer_free(wait_answer(fetch));
    assert_int_equal(fake_executed(fake, OPERATION_UPDATE), 1);
    fetch_free(fetch);
    fake_free(fake);
}

static void a_read_only_engine_refuses_writes(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3);
    struct fetch *fetch = open_fetch(&fake_full, true);
    struct operation *delete = operation_new(OPERATION_DELETE, "Opportunity");
    operation_add_write(delete, "1", NULL, NULL);
    (void)fetch_submit(fetch, delete, JOB_NOW);
    struct answer *answer = wait_answer(fetch);
    assert_int_equal(answer->result.error.kind, ERROR_FORBIDDEN);
    assert_non_null(strstr(answer->result.error.message, "read-only"));
    assert_int_equal(fake_executed(fake, OPERATION_DELETE), 0);
    assert_int_equal(fake_count(fake, "Opportunity"), 3);
    answer_free(answer);
    fetch_free(fetch);
    fake_free(fake);
}

static void gets_and_writes_go_in_batches(void **state)
{
    (void)state;
    struct fake *fake = fake_new(35);
    struct fetch *fetch = open_fetch(&fake_full, false);
    struct operation *get = operation_new(OPERATION_GET, "Opportunity");
    struct operation *delete = operation_new(OPERATION_DELETE, "Opportunity");
    for (int i = 1; i <= 33; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", i == 20 ? 999 : i);
        operation_add_id(get, id);
        operation_add_write(delete, id, NULL, NULL);
    }
    (void)fetch_submit(fetch, get, JOB_NOW);
    (void)fetch_submit(fetch, delete, JOB_NOW);
    struct answer *answer = wait_answer(fetch);
    assert_int_equal(answer->result.record_count, 33);
    assert_null(answer->result.records[19]);
    assert_string_equal(answer->result.records[32]->id, "33");
    answer_free(answer);
    answer = wait_answer(fetch);
    assert_int_equal(answer->result.write_count, 33);
    assert_false(answer->result.writes[19].success);
    assert_true(answer->result.writes[32].success);
    answer_free(answer);
    assert_int_equal(fake_executed(fake, OPERATION_GET), 4);
    assert_int_equal(fake_executed(fake, OPERATION_DELETE), 4);
    assert_int_equal(fake_largest_batch(fake), 10);
    assert_int_equal(fake_count(fake, "Opportunity"), 3);
    fetch_free(fetch);
    fake_free(fake);
}

/* What was sent before a batch was lost keeps its results; what came after was not sent. */
static void a_lost_batch_stops_those_after_it(void **state)
{
    (void)state;
    struct fake *fake = fake_new(25);
    struct fetch *fetch = open_fetch(&fake_full, false);
    struct operation *delete = operation_new(OPERATION_DELETE, "Opportunity");
    for (int i = 1; i <= 25; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", i);
        operation_add_write(delete, id, NULL, NULL);
    }
    fake_fail(fake, OPERATION_DELETE, ERROR_NETWORK, true, 1);
    (void)fetch_submit(fetch, delete, JOB_NOW);
    struct answer *answer = wait_answer(fetch);
    assert_int_equal(answer->result.write_count, 25);
    assert_true(answer->result.writes[0].lost);
    assert_false(answer->result.writes[10].lost);
    assert_false(answer->result.writes[10].success);
    assert_non_null(strstr(answer->result.writes[10].error.message, "not sent"));
    assert_int_equal(fake_executed(fake, OPERATION_DELETE), 1);
    answer_free(answer);
    fetch_free(fetch);
    fake_free(fake);
}

static void the_end_does_not_wait_for_a_stalled_job(void **state)
{
    (void)state;
    struct timespec before, after;
    struct fake *fake = fake_new(3);
    struct fetch *fetch = open_fetch(&fake_full, false);
    fake_block(fake, OPERATION_COUNT);
    (void)fetch_submit(fetch, count_of_big(), JOB_NOW);
    (void)fetch_submit(fetch, list_objects(), JOB_NOW);
    fake_wait_blocked(fake, OPERATION_COUNT);
    clock_gettime(CLOCK_MONOTONIC, &before);
    fetch_free(fetch);
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_true(after.tv_sec - before.tv_sec < 5);
    fake_free(fake);
}

/* --- what the backend cannot do --- */

static struct operation *page_operation(struct query *query, size_t size)
{
    struct operation *operation = operation_new(OPERATION_PAGE, query->object);
    operation->query = query;
    operation->page_size = size;
    return operation;
}

static void a_filter_is_evaluated_here(void **state)
{
    (void)state;
    struct fake *fake = fake_new(1000);
    struct session *session = fake_session(&fake_plain, 0, false);
    struct result result;
    struct query *query =
        fake_query(session, "Opportunity", "stage = 'won' and amount > 500", "name");
    size_t rows = 0, pages = 0;
    char *cursor = NULL;
    for (bool more = true; more; pages++) {
        struct operation *operation = page_operation(query_copy(query), 20);
        operation->position.kind = cursor == NULL ? POSITION_START : POSITION_CURSOR;
        operation->position.cursor = cursor;
        assert_true(session_run(session, operation, -1, &result));
        assert_int_equal(page_column_count(result.page), 2); /* the filter's columns are cut away */
        rows += page_row_count(result.page);
        cursor = memory_copy_string(result.next);
        more = cursor != NULL;
        result_clear(&result);
    }
    size_t expected = 0;
    for (size_t i = 1; i <= 1000; i++) {
        expected += i % 4 == 2 && (i * 37) % 1000 > 500;
    }
    assert_int_equal(rows, expected);
    assert_true(pages > 1);
    struct operation *count = operation_new(OPERATION_COUNT, "Opportunity");
    count->query = query;
    assert_true(session_run(session, count, -1, &result));
    assert_int_equal(result.total, expected);
    result_clear(&result);
    session_close(session);
    fake_free(fake);
}

static void an_order_is_made_here(void **state)
{
    (void)state;
    struct fake *fake = fake_new(1000);
    struct session *session = fake_session(&fake_plain, 0, false);
    struct result result;
    struct value null = value_null();
    fake_put(fake, "Opportunity", "500", "amount", &null);
    struct query *query =
        fake_query(session, "Opportunity", "order by amount desc, stage", "name, stage");
    assert_true(session_run(session, page_operation(query, 20), -1, &result));
    assert_int_equal(page_row_count(result.page), 1000);
    assert_int_equal(page_column_count(result.page), 3);
    assert_null(result.next);
    assert_int_equal(result.total, 1000);
    struct value first = page_value(result.page, 0, 1), last = page_id(result.page, 999);
    assert_memory_equal(first.as.text.bytes, "Opportunity 0027", 16); /* 27 × 37 = 999 */
    assert_memory_equal(last.as.text.bytes, "500", 3);                /* null comes last */
    result_clear(&result);
    session_close(session);
    fake_free(fake);
}

static void equals_are_ordered_by_id(void **state)
{
    (void)state;
    struct fake *fake = fake_new(9);
    struct session *session = fake_session(&fake_plain, 0, false);
    struct result result;
    struct query *query = fake_query(session, "Opportunity", "order by closedate", "name");
    assert_true(session_run(session, page_operation(query, 20), -1, &result));
    for (size_t row = 0; row < 9; row++) {
        struct value id = page_id(result.page, row);
        assert_int_equal(id.as.text.bytes[0], '1' + (char)row);
    }
    result_clear(&result);
    session_close(session);
    fake_free(fake);
}

int main(void)
{
    char *home = fake_home_make();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_come_by_urgency),
        cmocka_unit_test(a_cancelled_job_gives_no_answer),
        cmocka_unit_test(a_late_answer_is_dropped),
        cmocka_unit_test(an_idle_count_does_not_hold_up_a_page),
        cmocka_unit_test(a_page_in_hand_is_not_interrupted),
        cmocka_unit_test(a_write_is_not_interrupted),
        cmocka_unit_test(a_read_only_engine_refuses_writes),
        cmocka_unit_test(gets_and_writes_go_in_batches),
        cmocka_unit_test(a_lost_batch_stops_those_after_it),
        cmocka_unit_test(the_end_does_not_wait_for_a_stalled_job),
        cmocka_unit_test(a_filter_is_evaluated_here),
        cmocka_unit_test(an_order_is_made_here),
        cmocka_unit_test(equals_are_ordered_by_id),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fake_home_remove(home);
    return failed;
}
