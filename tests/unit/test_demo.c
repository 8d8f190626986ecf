/*
 * The demonstration CRM: whole, deterministic, with dates around today and values of every kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/local/demo.h"
#include "core/text.h"

/* 2026-11-21 12:00 UTC; the year's last day at 23:00; a leap day. */
static const int64_t november = 1795262400;
static const int64_t last_of_year = 1798758000;
static const int64_t leap_day = 1835438400;

struct fixture {
    char directory[32];
    struct text path;
    sqlite3 *database;
};

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof *fixture);
    snprintf(fixture->directory, sizeof fixture->directory, "/tmp/demo-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    text_format(&fixture->path, "%s/demo.db", fixture->directory);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    sqlite3_close(fixture->database);
    unlink(text_string(&fixture->path));
    assert_int_equal(rmdir(fixture->directory), 0);
    text_free(&fixture->path);
    test_free(fixture);
    return 0;
}

static void create(struct fixture *fixture, int64_t rows, int64_t now)
{
    struct error error = {0};
    struct date_clock clock = {.now = now, .week_start = 1};
    sqlite3_close(fixture->database);
    fixture->database = NULL;
    assert_true(demo_create(text_string(&fixture->path), rows, &clock, &error));
    assert_false(error_is_set(&error));
    assert_int_equal(sqlite3_open(text_string(&fixture->path), &fixture->database), SQLITE_OK);
}

/* The first column of the first row, as text. */
static char *first_text(struct fixture *fixture, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(fixture->database, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(fixture->database));
    }
    struct text out = {0};
    if (sqlite3_step(statement) == SQLITE_ROW) {
        text_append_string(&out, (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    text_append_string(&out, "");
    return text_take(&out);
}

static void assert_first(struct fixture *fixture, const char *sql, const char *expected)
{
    char *text = first_text(fixture, sql);
    assert_string_equal(text == NULL ? "" : text, expected);
    free(text);
}

static long long count(struct fixture *fixture, const char *sql)
{
    char *text = first_text(fixture, sql);
    long long number = text == NULL ? 0 : strtoll(text, NULL, 10);
    free(text);
    return number;
}

static void test_is_whole(void **state)
{
    struct fixture *fixture = *state;
    create(fixture, 0, november);
    assert_first(fixture, "PRAGMA integrity_check", "ok");
    assert_first(fixture, "PRAGMA foreign_key_check", "");
    assert_first(fixture, "SELECT count(*) FROM Opportunity", "1204");
    static const char *const tables[] = {
        "Industry",     "User",     "Account",  "Contact",        "Campaign",     "OpportunityLine",
        "StageHistory", "Activity", "\"Case\"", "CampaignMember", "OpenPipeline", "Team"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", tables[i]);
        assert_true(count(fixture, sql) > 10);
    }
}

/* Every table's rows, as one checksum-like text. */
static char *contents(struct fixture *fixture)
{
    return first_text(fixture, "SELECT group_concat(quote(Name) || quote(Amount) || CloseDate ||"
                               " quote(Description) || CreatedDate || ModifiedDate)"
                               " FROM Opportunity");
}

static void test_same_day_and_rows_give_the_same_records(void **state)
{
    struct fixture *fixture = *state;
    create(fixture, 50, november);
    char *first = contents(fixture);
    create(fixture, 50, november + 3600);
    char *second = contents(fixture);
    create(fixture, 50, november + 86400);
    char *next_day = contents(fixture);
    assert_string_equal(first, second);
    assert_string_not_equal(first, next_day);
    free(first);
    free(second);
    free(next_day);
}

/* Whatever the day, something open closes in what is left of the quarter, and what is closed lies
 * behind. */
static void test_dates_lie_around_today(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        int64_t now;
        const char *today, *quarter_end;
    } days[] = {{november, "2026-11-21", "2026-12-31"},
                {last_of_year, "2026-12-31", "2026-12-31"},
                {leap_day, "2028-02-29", "2028-03-31"}};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        create(fixture, 200, days[i].now);
        char sql[200];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM Opportunity WHERE NOT IsClosed AND CloseDate BETWEEN '%s'"
                 " AND '%s'",
                 days[i].today, days[i].quarter_end);
        assert_true(count(fixture, sql) >= 5);
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM Opportunity WHERE IsClosed AND CloseDate >= '%s'",
                 days[i].today);
        assert_int_equal(count(fixture, sql), 0);
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM Opportunity WHERE ModifiedDate >= '%s' OR ModifiedDate <"
                 " substr(CreatedDate, 1, 10)",
                 days[i].today);
        assert_int_equal(count(fixture, sql), 0);
    }
}

static void test_has_awkward_values(void **state)
{
    struct fixture *fixture = *state;
    create(fixture, 0, november);
    static const char *const conditions[] = {
        "Account WHERE Name LIKE '%北京%'",
        "Account WHERE instr(Name, char(0x200d)) > 0",
        "Account WHERE instr(Name, char(0x0308)) > 0",
        "Contact WHERE LastName = 'כהן'",
        "Contact WHERE FirstName IS NULL",
        "Contact WHERE Photo IS NOT NULL AND typeof(Photo) = 'blob'",
        "Opportunity WHERE Amount IS NULL",
        "Opportunity WHERE AccountId IS NULL",
        "Opportunity WHERE typeof(Amount) = 'integer'",
        "Opportunity WHERE typeof(Amount) = 'real'",
        "Opportunity WHERE Description = ''",
        "Opportunity WHERE instr(Description, char(27)) > 0",
        "Opportunity WHERE instr(Description, char(0x202e)) > 0",
        "Opportunity WHERE length(Description) > 1000 AND instr(Description, char(10)) > 0",
        "Account WHERE Segments LIKE '%;%'",
    };
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        struct text sql = {0};
        text_format(&sql, "SELECT count(*) FROM %s", conditions[i]);
        if (count(fixture, text_string(&sql)) == 0) {
            fail_msg("no %s", conditions[i]);
        }
        text_free(&sql);
    }
}

static void test_constraints_and_triggers_hold(void **state)
{
    struct fixture *fixture = *state;
    create(fixture, 20, november);
    sqlite3 *database = fixture->database;
    assert_int_equal(sqlite3_exec(database, "PRAGMA foreign_keys = ON", NULL, NULL, NULL), 0);
    static const char *const refused[] = {
        "UPDATE Opportunity SET Stage = 'Nonsense' WHERE Id = 2",
        "UPDATE Opportunity SET Amount = -1 WHERE Id = 2",
        "UPDATE Opportunity SET AccountId = 999999 WHERE Id = 2",
        "UPDATE Opportunity SET IsClosed = 1 WHERE Id = 2",
        "INSERT INTO Contact (FirstName, OwnerId) VALUES ('No family name', 1)",
        "DELETE FROM Account WHERE Id = 1"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_int_not_equal(sqlite3_exec(database, refused[i], NULL, NULL, NULL), SQLITE_OK);
    }
    long long before = count(fixture, "SELECT count(*) FROM StageHistory WHERE OpportunityId = 2");
    char *stamp = first_text(fixture, "SELECT ModifiedDate FROM Opportunity WHERE Id = 2");
    assert_int_equal(sqlite3_exec(database,
                                  "UPDATE Opportunity SET Stage = CASE Stage WHEN 'Proposal' THEN"
                                  " 'Develop' ELSE 'Proposal' END WHERE Id = 2",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(count(fixture, "SELECT count(*) FROM StageHistory WHERE OpportunityId = 2"),
                     before + 1);
    char *new_stamp = first_text(fixture, "SELECT ModifiedDate FROM Opportunity WHERE Id = 2");
    assert_string_not_equal(stamp, new_stamp);
    free(stamp);
    free(new_stamp);
}

static void test_refuses_what_it_cannot_do(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct date_clock clock = {.now = november, .week_start = 1};
    assert_false(demo_create(text_string(&fixture->path), -1, &clock, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_false(demo_create("/nowhere/at/all/demo.db", 5, &clock, &error));
    assert_int_equal(error.kind, ERROR_SERVER);
    assert_non_null(strstr(error.message, "/nowhere/at/all/demo.db"));
    assert_non_null(error.server);
    error_clear(&error);
}

static void test_one_row_is_enough(void **state)
{
    struct fixture *fixture = *state;
    create(fixture, 1, november);
    assert_first(fixture, "SELECT count(*) FROM Opportunity", "1");
    assert_first(fixture, "PRAGMA foreign_key_check", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_is_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_same_day_and_rows_give_the_same_records, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_dates_lie_around_today, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_has_awkward_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_constraints_and_triggers_hold, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refuses_what_it_cannot_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_row_is_enough, set_up, tear_down),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
