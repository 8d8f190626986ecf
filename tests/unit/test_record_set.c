/*
 * Record sets: what is fetched when, from which side; refresh, locate, single rows, residual work,
 * memory.
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

/* --- looking --- */

static char *row_id(const struct record_set *set, size_t index)
{
    const struct page *page;
    size_t row;
    if (!record_set_row(set, index, &page, &row)) {
        return memory_copy_string("(not loaded)");
    }
    struct value id = page_id(page, row);
    return memory_copy(id.as.text.bytes, id.as.text.length);
}

static void assert_id(const struct record_set *set, size_t index, const char *expected)
{
    char *id = row_id(set, index);
    assert_string_equal(id, expected);
    free(id);
}

/* Every loaded row of a set in id order is where its number says, and none is there twice. */
static void assert_numbered(const struct record_set *set, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        char expected[32];
        (void)snprintf(expected, sizeof expected, "%zu", i + 1);
        assert_id(set, i, expected);
    }
}

struct window {
    struct record_set *set;
    size_t first, end;
};

static bool window_is_loaded(void *context)
{
    const struct window *window = context;
    const struct page *page;
    size_t row;
    for (size_t i = window->first; i < window->end; i++) {
        if (!record_set_row(window->set, i, &page, &row)) {
            return false;
        }
    }
    return true;
}

static void want(struct session *session, struct record_set *set, size_t first, size_t rows)
{
    struct window window = {set, first, first + rows};
    record_set_want(set, first, rows);
    assert_true(fake_wait(session, window_is_loaded, &window));
}

static struct record_set *open_set(struct session *session, const char *object, const char *text)
{
    return record_set_open(session, fake_query(session, object, text, "name, amount"));
}

/* --- paging --- */

static void the_first_page_is_small_and_more_comes_ahead(void **state)
{
    (void)state;
    struct fake *fake = fake_new(0);
    fake_set_big(fake, 5000);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Big", "");
    assert_int_equal(record_set_count(set), 0);
    fake_block(fake, OPERATION_PAGE);
    record_set_want(set, 0, 20);
    assert_true(record_set_is_loading(set));
    assert_true(record_set_loading_since(set) > 0);
    fake_unblock(fake, OPERATION_PAGE);
    want(session, set, 0, 20);
    fake_settle(session);
    assert_true(record_set_total_known(set));
    assert_int_equal(record_set_count(set), 5000);
    assert_numbered(set, 0, 221); /* a screen and one, then a page of 200 */
    assert_id(set, 221, "(not loaded)");
    size_t pages = fake_executed(fake, OPERATION_PAGE);
    want(session, set, 1, 20); /* moving a line with plenty ahead fetches nothing */
    fake_settle(session);
    assert_int_equal(fake_executed(fake, OPERATION_PAGE), pages);
    want(session, set, 150, 20);
    fake_settle(session);
    assert_numbered(set, 0, 421); /* fetched before row 221 was looked at */
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

static void the_end_is_fetched_from_the_end(void **state)
{
    (void)state;
    struct fake *fake = fake_new(0);
    fake_set_big(fake, 100000);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Big", "");
    want(session, set, 0, 20);
    fake_settle(session);
    size_t pages = fake_executed(fake, OPERATION_PAGE);
    want(session, set, 99980, 20);
    assert_int_equal(fake_executed(fake, OPERATION_PAGE), pages + 1);
    assert_numbered(set, 99980, 100000);
    want(session, set, 99700, 20); /* and on backwards */
    fake_settle(session);
    assert_numbered(set, 99600, 100000);
    assert_id(set, 50000, "(not loaded)");
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

static void pages_from_both_ends_meet(void **state)
{
    (void)state;
    struct fake *fake = fake_new(700);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "");
    want(session, set, 0, 10);
    fake_settle(session);
    want(session, set, 690, 10);
    fake_settle(session);
    want(session, set, 300, 10);
    fake_settle(session);
    want(session, set, 420, 10);
    fake_settle(session);
    assert_int_equal(record_set_count(set), 700);
    assert_numbered(set, 0, 700);
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

/* Records that come or go while the list is open: nothing twice, nothing lost, the total follows.
 */
static void a_gap_that_changes_size_is_closed(void **state)
{
    (void)state;
    struct fake *fake = fake_new(700);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "order by name");
    want(session, set, 0, 10);
    fake_settle(session);
    want(session, set, 690, 10);
    fake_settle(session);
    struct value name = value_string("Opportunity 0300 b");
    fake_put(fake, "Opportunity", "5000", "name", &name);
    fake_remove(fake, "Opportunity", "310");
    fake_remove(fake, "Opportunity", "311");
    want(session, set, 300, 10);
    fake_settle(session);
    want(session, set, 430, 10);
    fake_settle(session);
    assert_int_equal(record_set_count(set), 699);
    assert_numbered(set, 0, 300);
    assert_id(set, 300, "5000");
    assert_id(set, 309, "309");
    assert_id(set, 310, "312");
    assert_id(set, 698, "700");
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

static void a_limit_is_the_end(void **state)
{
    (void)state;
    struct fake *fake = fake_new(700);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "order by id limit 30");
    want(session, set, 0, 30);
    fake_settle(session);
    assert_int_equal(record_set_count(set), 30);
    assert_true(record_set_total_known(set));
    assert_false(record_set_has_more(set));
    assert_id(set, 30, "(not loaded)");
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

static void nothing_is_a_set_of_none(void **state)
{
    (void)state;
    struct fake *fake = fake_new(5);
    const struct backend_ops *const both[] = {&fake_full, &fake_plain};
    for (size_t i = 0; i < 2; i++) {
        struct session *session = fake_session(both[i], 0, false);
        struct record_set *set = open_set(session, "Opportunity", "name = 'no such'");
        record_set_want(set, 0, 10);
        fake_settle(session);
        assert_int_equal(record_set_count(set), 0);
        assert_true(record_set_total_known(set));
        assert_false(record_set_is_loading(set));
        record_set_close(set);
        session_close(session);
    }
    fake_free(fake);
}

static void a_failed_page_is_told_and_tried_again(void **state)
{
    (void)state;
    struct fake *fake = fake_new(50);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "");
    fake_fail(fake, OPERATION_PAGE, ERROR_NETWORK, false, 1);
    record_set_want(set, 0, 10);
    fake_settle(session);
    assert_int_equal(record_set_error(set)->kind, ERROR_NETWORK);
    assert_int_equal(fake_executed(fake, OPERATION_PAGE), 1); /* not again and again */
    want(session, set, 0, 11);
    assert_int_equal(record_set_error(set)->kind, ERROR_NONE);
    assert_numbered(set, 0, 11);
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

static void closing_forgets_what_is_on_its_way(void **state)
{
    (void)state;
    struct fake *fake = fake_new(50);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "");
    fake_block(fake, OPERATION_PAGE);
    record_set_want(set, 0, 10);
    fake_wait_blocked(fake, OPERATION_PAGE);
    record_set_close(set);
    fake_settle(session);
    session_close(session);
    fake_free(fake);
}

/* The user's cancel of everything does not leave the list waiting for ever. */
static void a_cancelled_page_is_not_waited_for(void **state)
{
    (void)state;
    struct fake *fake = fake_new(50);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "");
    fake_block(fake, OPERATION_PAGE);
    record_set_want(set, 0, 10);
    fake_wait_blocked(fake, OPERATION_PAGE);
    session_cancel_all(session);
    assert_false(record_set_is_loading(set));
    assert_int_equal(record_set_error(set)->kind, ERROR_CANCELLED);
    fake_unblock(fake, OPERATION_PAGE);
    want(session, set, 0, 12);
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

/* --- refresh and locate --- */

static bool is_refreshed(void *context)
{
    const struct window *window = context;
    return record_set_generation(window->set) > window->first &&
           !record_set_is_loading(window->set);
}

static void refresh(struct session *session, struct record_set *set, const char *id)
{
    struct window window = {set, (size_t)record_set_generation(set), 0};
    record_set_refresh(set, id);
    assert_true(fake_wait(session, is_refreshed, &window));
    fake_settle(session);
}

static void a_refresh_keeps_rows_until_new_ones_are_there(void **state)
{
    (void)state;
    struct fake *fake = fake_new(100);
    const struct backend_ops *const both[] = {&fake_full, &fake_plain};
    for (size_t i = 0; i < 2; i++) {
        struct session *session = fake_session(both[i], 0, false);
        struct record_set *set = open_set(session, "Opportunity", "");
        want(session, set, 0, 20);
        fake_settle(session);
        fake_block(fake, OPERATION_PAGE);
        record_set_refresh(set, "10");
        fake_wait_blocked(fake, OPERATION_PAGE);
        assert_id(set, 9, "10");
        fake_unblock(fake, OPERATION_PAGE);
        fake_settle(session);
        assert_int_equal(record_set_find(set, "10"), 9);
        assert_int_equal(record_set_count(set), 100);
        record_set_close(set);
        session_close(session);
    }
    fake_free(fake);
}

static void a_refresh_follows_the_record(void **state)
{
    (void)state;
    struct fake *fake = fake_new(2000);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "order by name");
    want(session, set, 0, 20);
    fake_settle(session);
    want(session, set, 1500, 20);
    fake_settle(session);
    for (int i = 1; i <= 5; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", i);
        fake_remove(fake, "Opportunity", id);
    }
    refresh(session, set, "1505");
    assert_int_equal(record_set_find(set, "1505"), 1499);
    assert_int_equal(record_set_count(set), 1995);
    assert_id(set, 1498, "1504"); /* the page before is there as well */
    refresh(session, set, "no such");
    assert_int_equal(record_set_count(set), 1995);
    assert_id(set, 0, "6");
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

/* The record is gone: the one that was after it is stayed with. */
static void a_refresh_without_its_record_takes_the_next(void **state)
{
    (void)state;
    struct fake *fake = fake_new(2000);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "");
    want(session, set, 0, 20);
    fake_settle(session);
    want(session, set, 1990, 10);
    fake_settle(session);
    fake_remove(fake, "Opportunity", "1995");
    refresh(session, set, "1995");
    assert_int_equal(record_set_find(set, "1995"), -1);
    assert_int_equal(record_set_find(set, "1996"), 1994);
    assert_id(set, 0, "(not loaded)"); /* it did not read on from the start */
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

static void note_index(void *context, long index)
{
    *(long *)context = index;
}

static bool index_is_known(void *context)
{
    return *(long *)context != -7;
}

static void locate_finds_what_is_not_loaded(void **state)
{
    (void)state;
    struct fake *fake = fake_new(0);
    fake_set_big(fake, 100000);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Big", "");
    long index = -7;
    want(session, set, 0, 20);
    fake_settle(session);
    assert_false(record_set_locate(set, "5", note_index, &index));
    assert_int_equal(index, 4);
    index = -7;
    assert_true(record_set_locate(set, "40001", note_index, &index));
    assert_true(fake_wait(session, index_is_known, &index));
    assert_int_equal(index, 40000);
    want(session, set, 40000, 20);
    assert_numbered(set, 40000, 40020);
    index = -7;
    (void)record_set_locate(set, "999999", note_index, &index);
    assert_true(fake_wait(session, index_is_known, &index));
    assert_int_equal(index, -1);
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

static void a_single_row_is_read_again(void **state)
{
    (void)state;
    struct fake *fake = fake_new(100);
    const struct backend_ops *const both[] = {&fake_full, &fake_plain};
    for (size_t i = 0; i < 2; i++) {
        struct session *session = fake_session(both[i], 0, false);
        struct record_set *set = open_set(session, "Opportunity", "");
        want(session, set, 0, 100);
        fake_settle(session);
        struct value name = value_string("renamed");
        fake_put(fake, "Opportunity", "50", "name", &name);
        record_set_refresh_record(set, "50");
        fake_settle(session);
        const struct page *page;
        size_t row;
        assert_true(record_set_row(set, 49, &page, &row));
        struct value cell = page_value(page, row, 1);
        assert_true(value_same(&cell, &name));
        assert_numbered(set, 0, 100);
        fake_remove(fake, "Opportunity", "50");
        record_set_refresh_record(set, "50");
        fake_settle(session);
        assert_int_equal(record_set_count(set), 99);
        assert_id(set, 48, "49");
        assert_id(set, 49, "51");
        record_set_close(set);
        session_close(session);
        name = value_string("Opportunity 0050");
        fake_free(fake);
        fake = fake_new(100);
    }
    fake_free(fake);
}

static void assert_no_row_twice(const struct record_set *set)
{
    enum { MOST = 6000 };
    bool *seen = memory_zeroed(MOST, sizeof *seen);
    const struct page *page;
    size_t row;
    for (size_t i = 0; i < record_set_count(set); i++) {
        if (record_set_row(set, i, &page, &row)) {
            struct value id = page_id(page, row);
            char text[32] = "";
            memcpy(text, id.as.text.bytes, id.as.text.length);
            long number = strtol(text, NULL, 10);
            assert_in_range(number, 1, MOST - 1);
            assert_false(seen[number]);
            seen[number] = true;
        }
    }
    free(seen);
}

/* The very row where two loaded stretches would meet is deleted, from either side. */
static void a_deleted_row_does_not_hide_where_pages_meet(void **state)
{
    (void)state;
    struct fake *fake = fake_new(700);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "");
    want(session, set, 0, 10);
    fake_settle(session);
    want(session, set, 690, 10);
    fake_settle(session);
    assert_id(set, 500, "501");
    assert_id(set, 499, "(not loaded)");
    fake_remove(fake, "Opportunity", "501");
    want(session, set, 300, 10);
    fake_settle(session);
    want(session, set, 420, 10);
    fake_settle(session);
    assert_no_row_twice(set);
    assert_int_equal(record_set_count(set), 699);
    assert_id(set, 500, "502");
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

/* Someone else adds a record between others, or deletes one. */
static void disturb(struct fake *fake, unsigned *seed, int step)
{
    char id[16], name[40];
    if (rand_r(seed) % 2 == 0) {
        (void)snprintf(id, sizeof id, "%d", 3001 + step);
        (void)snprintf(name, sizeof name, "Opportunity %04d b%d", 1 + rand_r(seed) % 3000, step);
        struct value value = value_string(name);
        fake_put(fake, "Opportunity", id, "name", &value);
        return;
    }
    (void)snprintf(id, sizeof id, "%d", 1 + rand_r(seed) % 3000);
    char *there = fake_text(fake, "Opportunity", id, "name");
    if (there != NULL) {
        fake_remove(fake, "Opportunity", id);
    }
    free(there);
}

/* Jumps, locates and refreshes at random while records come and go: no row is shown twice; and
 * once all is read anew, the list is the store. */
static void jumps_among_changes_show_no_row_twice(void **state)
{
    (void)state;
    unsigned seed = 7;
    struct fake *fake = fake_new(3000);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "order by name");
    want(session, set, 0, 20);
    fake_settle(session);
    for (int step = 0; step < 150; step++) {
        long index = -7;
        char id[16];
        disturb(fake, &seed, step);
        (void)snprintf(id, sizeof id, "%d", 1 + rand_r(&seed) % 3000);
        if (step % 10 == 9) {
            record_set_refresh(set, rand_r(&seed) % 2 == 0 ? id : NULL);
        } else if (step % 3 == 0) {
            (void)record_set_locate(set, id, note_index, &index);
        } else {
            record_set_want(set, (size_t)rand_r(&seed) % record_set_count(set), 20);
        }
        fake_settle(session);
        assert_no_row_twice(set);
    }
    refresh(session, set, NULL);
    for (size_t first = 0; first < record_set_count(set); first += 20) {
        record_set_want(set, first, 20);
        fake_settle(session);
    }
    assert_no_row_twice(set);
    assert_int_equal(record_set_count(set), fake_count(fake, "Opportunity"));
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

/* --- what is done here, memory --- */

static void residual_work_is_said_and_done(void **state)
{
    (void)state;
    struct fake *fake = fake_new(3000);
    struct session *session = fake_session(&fake_plain, 0, false);
    struct record_set *set = open_set(session, "Opportunity", "stage = 'Won' order by amount desc");
    assert_non_null(strstr(record_set_residual(set), "filtered here: stage = 'Won'"));
    assert_non_null(strstr(record_set_residual(set), "sorted here: amount desc"));
    want(session, set, 0, 20);
    fake_settle(session);
    assert_int_equal(record_set_count(set), 750);
    assert_true(record_set_total_known(set));
    record_set_close(set);
    set = open_set(session, "Opportunity", "id = 2999");
    want(session, set, 0, 1);
    fake_settle(session);
    assert_int_equal(record_set_count(set), 1);
    assert_id(set, 0, "2999");
    record_set_close(set);
    session_close(session);
    session = fake_session(&fake_full, 0, false);
    set = open_set(session, "Opportunity", "stage = 'Won' order by amount desc");
    assert_null(record_set_residual(set));
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

static void memory_stays_near_the_records(void **state)
{
    (void)state;
    enum { ROWS = 200000 };
    struct fake *fake = fake_new(0);
    fake_set_big(fake, ROWS);
    struct session *session = fake_session(&fake_full, 0, false);
    struct record_set *set = open_set(session, "Big", "");
    for (size_t first = 0; first < ROWS; first += 100) {
        want(session, set, first, 100);
    }
    fake_settle(session);
    assert_int_equal(record_set_find(set, "200000"), ROWS - 1);
    size_t own = 0;
    for (size_t i = 1; i <= ROWS; i++) {
        char text[32];
        own += 2 * (size_t)snprintf(text, sizeof text, "%zu", i) + sizeof(int64_t);
    }
    print_message("%zu rows: %zu bytes, records' own %zu\n", (size_t)ROWS, record_set_memory(set),
                  own);
    assert_true(record_set_memory(set) < own * 13 / 10 + 15 * 1024 * 1024);
    record_set_close(set);
    session_close(session);
    fake_free(fake);
}

int main(void)
{
    char *home = fake_home_make();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_page_is_small_and_more_comes_ahead),
        cmocka_unit_test(the_end_is_fetched_from_the_end),
        cmocka_unit_test(pages_from_both_ends_meet),
        cmocka_unit_test(a_gap_that_changes_size_is_closed),
        cmocka_unit_test(a_limit_is_the_end),
        cmocka_unit_test(nothing_is_a_set_of_none),
        cmocka_unit_test(a_failed_page_is_told_and_tried_again),
        cmocka_unit_test(closing_forgets_what_is_on_its_way),
        cmocka_unit_test(a_cancelled_page_is_not_waited_for),
        cmocka_unit_test(a_refresh_keeps_rows_until_new_ones_are_there),
        cmocka_unit_test(a_refresh_follows_the_record),
        cmocka_unit_test(a_refresh_without_its_record_takes_the_next),
        cmocka_unit_test(locate_finds_what_is_not_loaded),
        cmocka_unit_test(a_single_row_is_read_again),
        cmocka_unit_test(a_deleted_row_does_not_hide_where_pages_meet),
        cmocka_unit_test(jumps_among_changes_show_no_row_twice),
        cmocka_unit_test(residual_work_is_said_and_done),
        cmocka_unit_test(memory_stays_near_the_records),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fake_home_remove(home);
    return failed;
}
