/*
 * Dates: the calendar, what is read and what is not, moments in zones that change their clocks, and
 * the relative words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/date.h"

static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";

static void use_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void test_calendar(void **state)
{
    (void)state;
    assert_int_equal(date_to_days((struct date){1970, 1, 1}), 0);
    assert_int_equal(date_to_days((struct date){2000, 3, 1}), 11017);
    assert_int_equal(date_to_days((struct date){1, 1, 1}), -719162);
    for (int64_t days = -719162; days < 2932896; days += 17) {
        struct date date = date_from_days(days);
        assert_true(date_is_valid(date));
        assert_int_equal(date_to_days(date), days);
    }
    assert_int_equal(date_weekday((struct date){2026, 11, 21}), 6);
    assert_int_equal(date_weekday((struct date){1969, 12, 28}), 7);
    assert_int_equal(date_days_in_month(2024, 2), 29);
    assert_int_equal(date_days_in_month(1900, 2), 28);
    assert_int_equal(date_days_in_month(2000, 2), 29);
    assert_int_equal(date_days_in_month(2026, 13), 0);
}

static void assert_added(struct date from, enum relative_unit unit, int count, const char *wanted)
{
    struct text text = {0};
    date_print(date_add(from, unit, count), &text);
    assert_string_equal(text_string(&text), wanted);
    text_free(&text);
}

static void test_add(void **state)
{
    (void)state;
    struct date end_of_january = {2024, 1, 31};
    assert_added(end_of_january, UNIT_DAY, 1, "2024-02-01");
    assert_added(end_of_january, UNIT_WEEK, -5, "2023-12-27");
    assert_added(end_of_january, UNIT_MONTH, 1, "2024-02-29");
    assert_added(end_of_january, UNIT_MONTH, -11, "2023-02-28");
    assert_added(end_of_january, UNIT_QUARTER, 1, "2024-04-30");
    assert_added((struct date){2024, 2, 29}, UNIT_YEAR, 1, "2025-02-28");
    assert_added((struct date){2024, 12, 15}, UNIT_MONTH, 1, "2025-01-15");
}

static void test_dates_read(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",         "2026-11-2",  "2026-13-01",  "2026-02-29",  "2026-00-10", "2026-11-00",
        "26-11-21", "2026/11/21", "2026-11-21 ", " 2026-11-21", "2026-11-21T"};
    struct date date;
    assert_true(date_parse("2024-02-29", 10, &date));
    assert_int_equal(date.day, 29);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(date_parse(wrong[i], strlen(wrong[i]), &date));
    }
    assert_true(date_parse("2026-11-21T14:30", 10, &date));
}

static const struct {
    const char *text;
    int64_t moment;
} moments[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1969-12-31T23:59:59Z", -1},
    {"2026-11-21T12:00:00Z", 1795262400},
    {"2026-11-21 12:00:00.999Z", 1795262400},
    {"2026-11-21t13:00+01:00", 1795262400},
    {"2026-11-21T06:30:00-0530", 1795262400},
    {"2026-11-21T13:00", 1795262400},       /* winter in Berlin */
    {"2026-07-01T14:00:00", 1782907200},    /* summer: 12:00 UTC */
    {"2026-07-01", 1782907200 - 14 * 3600}, /* midnight there */
    {"2026-10-25T04:00:00", 1792897200},    /* after the clocks went back: 03:00 UTC */
    {"2026-03-29T04:00:00", 1774749600},    /* after they went forward: 02:00 UTC */
    {"2026-10-25T02:30:00", 1792888200},    /* happens twice: the first */
    {"2026-03-29T02:30:00", 1774747800},    /* never happens: half an hour after the change */
};

static void test_moments(void **state)
{
    (void)state;
    use_zone(berlin);
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        struct date_time date_time;
        assert_true(date_time_parse(moments[i].text, strlen(moments[i].text), &date_time));
        if (date_time_to_moment(&date_time) != moments[i].moment) {
            fail_msg("%s: %lld", moments[i].text, (long long)date_time_to_moment(&date_time));
        }
    }
    struct date_time local = date_time_from_moment(1795262400);
    assert_int_equal(local.hour, 13);
    struct text text = {0};
    date_print_moment_utc(-1, &text);
    assert_string_equal(text_string(&text), "1969-12-31T23:59:59Z");
    text_free(&text);
    use_zone("UTC");
}

static void test_moments_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "2026-11-21T24:00",       "2026-11-21T12",      "2026-11-21T12:60",   "2026-11-21T12:00:61",
        "2026-11-21T12:00:00.",   "2026-11-21T12:00+1", "2026-11-21T12:00ZZ", "2026-11-21X12:00",
        "2026-11-21T12:00+01:99", "2026-11-21T"};
    struct date_time date_time;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (date_time_parse(wrong[i], strlen(wrong[i]), &date_time)) {
            fail_msg("%s was read", wrong[i]);
        }
    }
}

static void test_times(void **state)
{
    (void)state;
    struct date_time time;
    assert_true(date_parse_time("14:30", 5, &time));
    assert_int_equal(time.minute, 30);
    assert_true(date_parse_time("14:30:15.25Z", 12, &time));
    assert_int_equal(time.fraction, 250000000);
    assert_true(time.has_zone);
    assert_false(date_parse_time("24:00", 5, &time));
    assert_false(date_parse_time("1:30", 4, &time));
    assert_false(date_parse_time("14:30+01:00", 11, &time));
}

static void assert_compared(const char *a, const char *b, int wanted)
{
    struct date_time left;
    struct date_time right;
    assert_true(date_time_parse(a, strlen(a), &left));
    assert_true(date_time_parse(b, strlen(b), &right));
    assert_int_equal(date_time_compare(&left, &right), wanted);
    assert_int_equal(date_time_compare(&right, &left), -wanted);
}

static void test_compare(void **state)
{
    (void)state;
    use_zone(berlin);
    assert_compared("2026-11-21T12:00:00Z", "2026-11-21T13:00:00", 0);
    assert_compared("2026-11-21T12:00:00Z", "2026-11-21T13:00:01", -1);
    assert_compared("2026-11-21T12:00:00+02:00", "2026-11-21T10:00:00Z", 0);
    assert_compared("2026-11-21", "2026-11-20T23:00:00Z", 0);
    assert_compared("1999-01-01", "2026-11-20T23:00:00Z", -1);
    assert_compared("2026-11-21T12:00:00.1", "2026-11-21T12:00:00.9", 0);
    use_zone("UTC");
}

/* Days begin where they begin, also where the clocks change at midnight. */
static void test_day_start(void **state)
{
    (void)state;
    use_zone("PYT4PYST,M10.1.0/0,M3.4.0/0");
    assert_int_equal(date_start((struct date){2023, 10, 1}), 1696132800);
    assert_int_equal(date_start((struct date){2023, 10, 2}), 1696215600);
    use_zone(berlin);
    assert_int_equal(date_start((struct date){2026, 10, 26}) -
                         date_start((struct date){2026, 10, 25}),
                     25 * 3600);
    use_zone("UTC");
}

static void test_today_is_the_users(void **state)
{
    (void)state;
    struct date_clock clock = {1795305600, 1}; /* 2026-11-22T00:00:00Z */
    use_zone("EST5EDT,M3.2.0,M11.1.0");
    assert_int_equal(date_today(&clock).day, 21);
    use_zone("JST-9");
    assert_int_equal(date_today(&clock).day, 22);
    use_zone("UTC");
    setenv("DOSSIER_NOW", "2020-02-29T12:00:00Z", 1);
    clock = date_clock_now(7);
    assert_int_equal(date_today(&clock).year, 2020);
    assert_int_equal(clock.week_start, 7);
    setenv("DOSSIER_NOW", "yesterday", 1);
    clock = date_clock_now(1);
    assert_true(clock.now > 1700000000);
    unsetenv("DOSSIER_NOW");
}

static const struct {
    int week_start;
    const char *words;
    const char *printed;
    const char *first;
    const char *last;
} relatives[] = {
    {1, "today", "today", "2026-11-21", "2026-11-21"},
    {1, " YESTERDAY ", "yesterday", "2026-11-20", "2026-11-20"},
    {1, "tomorrow", "tomorrow", "2026-11-22", "2026-11-22"},
    {1, "this week", "this week", "2026-11-16", "2026-11-22"},
    {7, "this week", "this week", "2026-11-15", "2026-11-21"},
    {6, "this week", "this week", "2026-11-21", "2026-11-27"},
    {0, "last weeks", "last week", "2026-11-09", "2026-11-15"},
    {1, "next 2 weeks", "next 2 weeks", "2026-11-23", "2026-12-06"},
    {1, "last month", "last month", "2026-10-01", "2026-10-31"},
    {1, "next 3 months", "next 3 months", "2026-12-01", "2027-02-28"},
    {1, "this Quarter", "this quarter", "2026-10-01", "2026-12-31"},
    {1, "next quarter", "next quarter", "2027-01-01", "2027-03-31"},
    {1, "last 1 year", "last 1 year", "2025-01-01", "2025-12-31"},
    {1, "this day", "this day", "2026-11-21", "2026-11-21"},
    {1, "last day", "last day", "2026-11-20", "2026-11-20"},
    {1, "last 1 days", "last 1 day", "2026-11-20", "2026-11-21"},
    {1, "last 30 days", "last 30 days", "2026-10-22", "2026-11-21"},
    {1, "next 1 day", "next 1 day", "2026-11-22", "2026-11-22"},
    {1, "next 30 days", "next 30 days", "2026-11-22", "2026-12-21"},
    {1, "0 days ago", "0 days ago", "2026-11-21", "2026-11-21"},
    {1, "1 months ago", "1 month ago", "2026-10-21", "2026-10-21"},
    {1, "in  2\tquarters", "in 2 quarters", "2027-05-21", "2027-05-21"},
    {1, "last 999999 years", "last 999999 years", "0001-01-01", "2025-12-31"},
};

static void test_relative(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof relatives / sizeof relatives[0]; i++) {
        struct date_clock clock = {1795262400, relatives[i].week_start};
        struct relative_date relative;
        struct date first;
        struct date last;
        struct text text = {0};
        assert_true(relative_date_parse(relatives[i].words, strlen(relatives[i].words), &relative));
        relative_date_range(&relative, &clock, &first, &last);
        relative_date_print(&relative, &text);
        assert_string_equal(text_string(&text), relatives[i].printed);
        text_truncate(&text, 0);
        date_print(first, &text);
        text_append_string(&text, " ");
        date_print(last, &text);
        struct text wanted = {0};
        text_format(&wanted, "%s %s", relatives[i].first, relatives[i].last);
        assert_string_equal(text_string(&text), text_string(&wanted));
        text_free(&text);
        text_free(&wanted);
    }
}

static void test_relative_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "now",
                                        "this",
                                        "last 0 days",
                                        "last days 3",
                                        "this 2 weeks",
                                        "-1 days ago",
                                        "in days",
                                        "3 days",
                                        "todayy",
                                        "next 1 2 days",
                                        "last dayss",
                                        "1000000 days ago"};
    struct relative_date relative;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (relative_date_parse(wrong[i], strlen(wrong[i]), &relative)) {
            fail_msg("'%s' was read", wrong[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_dates_read),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_moments_refused),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_day_start),
        cmocka_unit_test(test_today_is_the_users),
        cmocka_unit_test(test_relative),
        cmocka_unit_test(test_relative_refused),
    };
    use_zone("UTC");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
