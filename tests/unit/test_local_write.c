/*
 * The local adapter writes: one result per record, constraints in words that name the field,
 * conflicts, and what succeeds stays.
 */
#include "local_rig.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static const char shop[] =
    "CREATE TABLE Account (Id INTEGER PRIMARY KEY, Name TEXT NOT NULL, Code TEXT UNIQUE,"
    " Rating TEXT CHECK (Rating IN ('Hot', 'Cold') OR Rating IS NULL), Active BOOLEAN,"
    " Amount DECIMAL(10,2), Seen DATETIME);"
    "CREATE TABLE Contact (Id INTEGER PRIMARY KEY, Name TEXT,"
    " AccountId INTEGER REFERENCES Account (Id));"
    "CREATE TABLE \"Order Details\" (OrderID INTEGER, ProductID TEXT, Quantity INTEGER,"
    " PRIMARY KEY (OrderID, ProductID)) WITHOUT ROWID;"
    "CREATE TABLE Tag (Name TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE Later (Id INTEGER PRIMARY KEY, AccountId INTEGER REFERENCES Account (Id)"
    "  DEFERRABLE INITIALLY DEFERRED);"
    "CREATE TABLE Plain (a TEXT, b TEXT);"
    "CREATE VIEW Names AS SELECT Name FROM Account;"
    "CREATE TRIGGER guard BEFORE UPDATE ON Account WHEN NEW.Amount < 0"
    " BEGIN SELECT RAISE(ABORT, 'Amount must not be negative'); END;"
    "INSERT INTO Account VALUES (1, 'Acme', 'A1', 'Hot', 1, 10.5, '2026-01-02 03:04:05'),"
    " (2, 'Beta', 'B2', NULL, 0, 20, '2026-01-03 03:04:05');"
    "INSERT INTO Contact VALUES (1, 'Ann', 1);"
    "INSERT INTO \"Order Details\" VALUES (1, 'a,b', 5);"
    "INSERT INTO Plain VALUES ('x', 'y'), ('x', 'z');";

static int set_up(void **state)
{
    rig_set_up(state);
    rig_sql(*state, shop);
    return 0;
}

static void assert_value(struct rig *rig, const char *sql, const char *expected)
{
    char *value = rig_value(rig, sql);

    if (!expected)
        assert_null(value);
    else
        assert_string_equal(value ? value : "(null)", expected);
    free(value);
}

/* The one write failed in this way, and names this field. */
static void assert_refused(const struct result *result, enum error_kind kind, const char *field)
{
    assert_false(error_is_set(&result->error));
    assert_int_equal(result->write_count, 1);
    assert_false(result->writes[0].success);
    assert_int_equal(result->writes[0].error.kind, kind);
    if (!field)
        return;
    assert_int_equal(result->writes[0].error.field_count, 1);
    assert_string_equal(result->writes[0].error.fields[0].field, field);
}

static void assert_done(const struct result *result, const char *id)
{
    if (error_is_set(&result->error))
        fail_msg("%s", result->error.message);
    if (!result->writes[0].success)
        fail_msg("%s", result->writes[0].error.message);
    assert_string_equal(result->writes[0].id, id);
}

static void test_create(void **state)
{
    struct rig *rig = *state;
    struct result *result = rig_write(rig, OPERATION_CREATE, "Account", NULL,
                                      rig_record("Name", "Gamma", "Active", "true", "Amount",
                                                 "12.50", "Seen", "2026-02-03T04:05", NULL),
                                      NULL);

    assert_done(result, "3");
    assert_true(result->writes[0].created);
    assert_value(rig, "SELECT typeof(Active) || Active FROM Account WHERE Id = 3", "integer1");
    assert_value(rig, "SELECT typeof(Amount) || Amount FROM Account WHERE Id = 3", "real12.5");
    assert_value(rig, "SELECT Seen FROM Account WHERE Id = 3", "2026-02-03 04:05:00");
}

/* A moment is spelled as its column spells them; one that is already is kept to the last digit. */
static void test_moments(void **state)
{
    struct rig *rig = *state;

    assert_done(rig_write(rig, OPERATION_UPDATE, "Account", "1",
                          rig_record("Seen", "2026-05-06T07:08:09Z", NULL), NULL),
                "1");
    assert_value(rig, "SELECT Seen FROM Account WHERE Id = 1", "2026-05-06 07:08:09");
    assert_done(rig_write(rig, OPERATION_UPDATE, "Account", "1",
                          rig_record("Seen", "2026-05-06 07:08:09.125", NULL), NULL),
                "1");
    assert_value(rig, "SELECT Seen FROM Account WHERE Id = 1", "2026-05-06 07:08:09.125");
    assert_refused(rig_write(rig, OPERATION_UPDATE, "Account", "1",
                             rig_record("Seen", "tomorrow-ish", NULL), NULL),
                   ERROR_VALIDATION, "Seen");
}

static void test_create_keys(void **state)
{
    struct rig *rig = *state;

    assert_done(rig_write(rig, OPERATION_CREATE, "Order Details", NULL,
                          rig_record("OrderID", "2", "ProductID", "50%", NULL), NULL),
                "2,50%25");
    assert_done(
        rig_write(rig, OPERATION_CREATE, "Tag", NULL, rig_record("Name", "red", NULL), NULL),
        "red");
    assert_done(rig_write(rig, OPERATION_CREATE, "Plain", NULL, rig_record(NULL, NULL), NULL), "3");
    assert_done(rig_write(rig, OPERATION_UPDATE, "Order Details", "1,a%2Cb",
                          rig_record("Quantity", "6", NULL), NULL),
                "1,a%2Cb");
    assert_done(rig_write(rig, OPERATION_UPDATE, "Order Details", "1,a%2Cb",
                          rig_record("ProductID", "c", NULL), NULL),
                "1,c");
    assert_value(rig, "SELECT Quantity FROM \"Order Details\" WHERE ProductID = 'c'", "6");
}

static void test_constraints(void **state)
{
    struct rig *rig = *state;

    assert_refused(
        rig_write(rig, OPERATION_CREATE, "Account", NULL, rig_record("Code", "x", NULL), NULL),
        ERROR_VALIDATION, "Name");
    assert_refused(rig_write(rig, OPERATION_CREATE, "Account", NULL,
                             rig_record("Name", "x", "Code", "A1", NULL), NULL),
                   ERROR_VALIDATION, "Code");
    assert_refused(
        rig_write(rig, OPERATION_UPDATE, "Account", "1", rig_record("Rating", "Warm", NULL), NULL),
        ERROR_VALIDATION, "Rating");
    assert_refused(
        rig_write(rig, OPERATION_UPDATE, "Contact", "1", rig_record("AccountId", "99", NULL), NULL),
        ERROR_VALIDATION, "AccountId");
    assert_refused(
        rig_write(rig, OPERATION_UPDATE, "Account", "1", rig_record("Amount", "-1", NULL), NULL),
        ERROR_VALIDATION, "Amount");
    assert_refused(
        rig_write(rig, OPERATION_UPDATE, "Account", "1", rig_record("Amount", "ten", NULL), NULL),
        ERROR_VALIDATION, "Amount");
    assert_refused(rig_write(rig, OPERATION_DELETE, "Account", "1", NULL, NULL), ERROR_VALIDATION,
                   "Id");
    assert_value(rig, "SELECT count(*) || '/' || sum(Amount) FROM Account", "2/30.5");
}

static void test_missing_record(void **state)
{
    struct rig *rig = *state;

    assert_refused(
        rig_write(rig, OPERATION_UPDATE, "Account", "9", rig_record("Name", "x", NULL), NULL),
        ERROR_NOT_FOUND, NULL);
    assert_refused(rig_write(rig, OPERATION_DELETE, "Account", "nobody", NULL, NULL),
                   ERROR_NOT_FOUND, NULL);
    assert_refused(
        rig_write(rig, OPERATION_UPDATE, "Account", "1", rig_record("Nmae", "x", NULL), NULL),
        ERROR_USAGE, NULL);
}

static void test_conflict(void **state)
{
    struct rig *rig = *state;
    struct result *result =
        rig_write(rig, OPERATION_UPDATE, "Account", "1", rig_record("Name", "Mine", NULL),
                  rig_record("Name", "Acme", "Active", "true", NULL));
    struct value theirs;

    assert_done(result, "1");
    result = rig_write(rig, OPERATION_UPDATE, "Account", "1", rig_record("Name", "Other", NULL),
                       rig_record("Name", "Acme", NULL));
    assert_refused(result, ERROR_CONFLICT, NULL);
    assert_non_null(result->writes[0].current);
    theirs = record_value(result->writes[0].current, "Name");
    assert_memory_equal(theirs.as.text.bytes, "Mine", 4);
    result = rig_write(rig, OPERATION_DELETE, "Account", "9", NULL, rig_record("Name", "x", NULL));
    assert_refused(result, ERROR_CONFLICT, NULL);
    assert_null(result->writes[0].current);
    assert_value(rig, "SELECT Name FROM Account WHERE Id = 1", "Mine");
}

/* Null is expected as null, and text by its very bytes. */
static void test_conflict_null(void **state)
{
    struct rig *rig = *state;

    assert_done(rig_write(rig, OPERATION_UPDATE, "Account", "2", rig_record("Rating", "Hot", NULL),
                          rig_record("Rating", NULL, NULL)),
                "2");
    assert_refused(rig_write(rig, OPERATION_UPDATE, "Account", "2", rig_record("Name", "x", NULL),
                             rig_record("Name", "BETA", NULL)),
                   ERROR_CONFLICT, NULL);
}

static void test_upsert(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_UPSERT, "Account");
    struct result *result;

    rig_sql(rig, "INSERT INTO Account (Name) VALUES ('Beta')");
    operation->field = memory_copy_string("Name");
    operation_add_write(operation, NULL, rig_record("Name", "Acme", "Code", "Z", NULL), NULL);
    operation_add_write(operation, NULL, rig_record("Name", "New", NULL), NULL);
    operation_add_write(operation, NULL, rig_record("Name", "Beta", "Code", "Q", NULL), NULL);
    operation_add_write(operation, NULL, rig_record("Code", "Q", NULL), NULL);
    result = rig_run(rig, operation);
    assert_int_equal(result->write_count, 4);
    assert_true(result->writes[0].success);
    assert_false(result->writes[0].created);
    assert_string_equal(result->writes[0].id, "1");
    assert_true(result->writes[1].success && result->writes[1].created);
    assert_int_equal(result->writes[2].error.kind, ERROR_CONFLICT);
    assert_int_equal(result->writes[3].error.kind, ERROR_VALIDATION);
    assert_value(rig, "SELECT count(*) FROM Account WHERE Code = 'Q'", "0");
    assert_value(rig, "SELECT Code FROM Account WHERE Id = 1", "Z");
}

static void test_what_succeeds_stays(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_UPDATE, "Account");
    struct result *result;

    operation_add_write(operation, "1", rig_record("Name", "One", NULL), NULL);
    operation_add_write(operation, "2", rig_record("Name", NULL, NULL), NULL);
    operation_add_write(operation, "2", rig_record("Code", "two", NULL), NULL);
    result = rig_run(rig, operation);
    assert_true(result->writes[0].success);
    assert_false(result->writes[1].success);
    assert_true(result->writes[2].success);
    assert_value(rig, "SELECT group_concat(Name || Code, ' ') FROM Account", "OneA1 Betatwo");
}

/* The foreign key is only looked at when the transaction ends, and takes only its own record. */
static void test_deferred(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_CREATE, "Later");
    struct result *result;

    operation_add_write(operation, NULL, rig_record("AccountId", "1", NULL), NULL);
    operation_add_write(operation, NULL, rig_record("AccountId", "77", NULL), NULL);
    operation_add_write(operation, NULL, rig_record("AccountId", "2", NULL), NULL);
    result = rig_run(rig, operation);
    assert_false(error_is_set(&result->error));
    assert_int_equal(result->write_count, 3);
    assert_true(result->writes[0].success);
    assert_false(result->writes[1].success);
    assert_int_equal(result->writes[1].error.field_count, 1);
    assert_string_equal(result->writes[1].error.fields[0].field, "AccountId");
    assert_true(result->writes[2].success);
    assert_value(rig, "SELECT count(*) FROM Later", "2");
}

static void test_view_and_read_only(void **state)
{
    struct rig *rig = *state;
    struct result *result =
        rig_write(rig, OPERATION_CREATE, "Names", NULL, rig_record("Name", "x", NULL), NULL);

    assert_int_equal(result->error.kind, ERROR_UNSUPPORTED);
    rig_open(rig, true, 0);
    result = rig_write(rig, OPERATION_CREATE, "Tag", NULL, rig_record("Name", "x", NULL), NULL);
    assert_int_equal(result->error.kind, ERROR_FORBIDDEN);
}

static void test_explain(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_UPDATE, "Account");
    struct result *result;

    operation->explain = true;
    operation_add_write(operation, "1", rig_record("Name", "O'Neil", NULL), NULL);
    result = rig_run(rig, operation);
    assert_non_null(result->text);
    assert_non_null(strstr(result->text, "'O''Neil'"));
    assert_value(rig, "SELECT Name FROM Account WHERE Id = 1", "Acme");
}

static void test_locked(void **state)
{
    struct rig *rig = *state;
    sqlite3 *other = NULL;
    struct result *result;

    rig_open(rig, false, 1);
    assert_int_equal(sqlite3_open(rig->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    result = rig_write(rig, OPERATION_CREATE, "Tag", NULL, rig_record("Name", "x", NULL), NULL);
    assert_int_equal(result->error.kind, ERROR_TIMEOUT);
    assert_non_null(strstr(result->error.message, "locked"));
    sqlite3_close(other);
    assert_done(rig_write(rig, OPERATION_CREATE, "Tag", NULL, rig_record("Name", "x", NULL), NULL),
                "x");
}

static void test_cancelled(void **state)
{
    struct rig *rig = *state;
    sqlite3 *other = NULL;
    struct result *result;

    assert_int_equal(sqlite3_open(rig->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    atomic_store(&rig->token.cancelled, true);
    result = rig_write(rig, OPERATION_CREATE, "Tag", NULL, rig_record("Name", "x", NULL), NULL);
    assert_int_equal(result->error.kind, ERROR_CANCELLED);
    sqlite3_close(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_create),
        TEST(test_create_keys),
        TEST(test_moments),
        TEST(test_constraints),
        TEST(test_missing_record),
        TEST(test_conflict),
        TEST(test_conflict_null),
        TEST(test_upsert),
        TEST(test_what_succeeds_stays),
        TEST(test_deferred),
        TEST(test_view_and_read_only),
        TEST(test_explain),
        TEST(test_locked),
        TEST(test_cancelled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
