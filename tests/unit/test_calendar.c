/* What the calendar must do: the grid of a month, and the words that name a day. The clock stands
 * still on Saturday 2026-11-21, 12:00 UTC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ui/widgets/calendar.h"

static const struct date_clock still = {1795262400, 1};

static void assert_day(const char *words, const char *expected)
{
    struct date day = {0};
    struct text printed = {0};
    if (!calendar_read(words, strlen(words), &still, &day)) {
        fail_msg("%s is not read", words);
    }
    date_print(day, &printed);
    assert_string_equal(text_string(&printed), expected);
    text_free(&printed);
}

static void words_name_a_day(void **state)
{
    (void)state;
    assert_day("2027-02-15", "2027-02-15");
    assert_day(" today ", "2026-11-21");
    assert_day("Tomorrow", "2026-11-22");
    assert_day("+1w", "2026-11-28");
    assert_day("-3d", "2026-11-18");
    assert_day("+10", "2026-12-01");
    assert_day("+1M", "2026-12-21");
    assert_day("+1q", "2027-02-21");
    assert_day("-1y", "2025-11-21");
    assert_day("eom", "2026-11-30");
    assert_day("som", "2026-11-01");
    assert_day("EOQ", "2026-12-31");
    assert_day("soq", "2026-10-01");
    assert_day("eoy", "2026-12-31");
    assert_day("sow", "2026-11-16");
    assert_day("eow", "2026-11-22");
    assert_day("next month", "2026-12-01");
    assert_day("3 days ago", "2026-11-18");
}

static void other_words_are_refused_and_change_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",   "+",     "+w",         "+1x",        "+12345w",
                                        "1w", "eomx",  "2026-02-30", "2026-13-01", "soon",
                                        "-",  "+1 w2", "21.11.2026", "now"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct date day = {2000, 1, 2};
        if (calendar_read(wrong[i], strlen(wrong[i]), &still, &day)) {
            fail_msg("%s is read", wrong[i]);
        }
        assert_int_equal(day.year, 2000);
    }
}

static void moments_keep_the_separator(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"tomorrow 14:30", "2026-11-22 14:30:00"},
        {"+1w", "2026-11-28 00:00:00"},
        {"next month 9:05:01", NULL},
        {"next month 09:05:01", "2026-12-01 09:05:01"},
        {"now", "2026-11-21 12:00:00"},
        {"yes", NULL},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct text out = {0};
        bool read = calendar_read_moment(pairs[i][0], strlen(pairs[i][0]), &still, ' ', &out);
        assert_int_equal(read, pairs[i][1] != NULL);
        if (read) {
            assert_string_equal(out.bytes, pairs[i][1]);
        }
        text_free(&out);
    }
}

static void the_grid_begins_with_the_week_of_the_first(void **state)
{
    (void)state;
    struct calendar monday = {{2027, 2, 15}, 1};
    assert_int_equal(calendar_weeks(&monday), 4);
    assert_int_equal(calendar_week(&monday), 2);
    assert_int_equal(calendar_cell(&monday, 0, 0).day, 1);
    struct calendar sunday = {{2027, 2, 15}, 7};
    assert_int_equal(calendar_cell(&sunday, 0, 0).day, 31);
    assert_int_equal(calendar_cell(&sunday, 0, 0).month, 1);
    assert_int_equal(calendar_weeks(&sunday), 5);
    struct calendar long_month = {{2026, 8, 31}, 1};
    assert_int_equal(calendar_weeks(&long_month), 6);
    assert_int_equal(calendar_week(&long_month), 5);
}

static void the_title_names_the_month(void **state)
{
    (void)state;
    struct text title = {0};
    calendar_title(&(struct calendar){{2027, 2, 15}, 1}, &title);
    assert_string_equal(title.bytes, "February 2027");
    assert_string_equal(calendar_weekday_name(1), "Mon");
    assert_string_equal(calendar_weekday_name(8), "Mon");
    text_free(&title);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_name_a_day),
        cmocka_unit_test(other_words_are_refused_and_change_nothing),
        cmocka_unit_test(moments_keep_the_separator),
        cmocka_unit_test(the_grid_begins_with_the_week_of_the_first),
        cmocka_unit_test(the_title_names_the_month),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
