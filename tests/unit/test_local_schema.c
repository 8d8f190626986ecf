/*
 * The local adapter describes any file: types by declaration and by sample, picklists, keys,
 * references both ways, names of every kind, files that are no databases.
 */
#include "local_rig.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/local/ddl.h"
#include "core/memory.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)

static void assert_type(const struct schema *schema, const char *field, enum field_type type)
{
    const struct field *found = schema_field(schema, field);

    assert_non_null(found);
    if (found->type != type)
        fail_msg("%s is %s, not %s", field, field_type_name(found->type), field_type_name(type));
}

/* --- ddl --- */

static void test_ddl_lists(void **state)
{
    struct ddl *ddl = ddl_parse(
        "CREATE TABLE t (\"my \"\"col\" TEXT CHECK (\"my \"\"col\" IN ('a', 'it''s', 'b)')),\n"
        " -- CHECK (no IN ('x'))\n"
        " [b c] TEXT /* CHECK (never IN ('y')) */ CHECK(([b c] in ('x')) or [b c] is null),\n"
        " `d` INT CONSTRAINT flag CHECK (`d` IN (0,1)),"
        " e TEXT CHECK (e = 'p' OR e = 'q'), f TEXT CHECK (f IN (SELECT 1)),"
        " g TEXT CHECK (length(g) <= 20 AND g IN ('m', NULL)), h TEXT CHECK (h IN ('z') OR d > 1),"
        " i INT CHECK (i BETWEEN 0 AND 5), CHECK ((e <> g) AND (d IN (-1, 2.5))))");
    const struct ddl_list *list = ddl_list(ddl, "MY \"COL");

    (void)state;
    assert_non_null(list);
    assert_int_equal(list->value_count, 3);
    assert_string_equal(list->values[1], "it's");
    assert_string_equal(list->values[2], "b)");
    assert_non_null(ddl_list(ddl, "b c"));
    assert_true(ddl_list(ddl, "d")->numbers);
    assert_int_equal(ddl_list(ddl, "e")->value_count, 2);
    assert_null(ddl_list(ddl, "f"));
    assert_int_equal(ddl_list(ddl, "g")->value_count, 1);
    assert_int_equal(ddl_length(ddl, "g"), 20);
    assert_null(ddl_list(ddl, "h"));
    assert_null(ddl_list(ddl, "i"));
    assert_null(ddl_list(ddl, "no"));
    assert_null(ddl_list(ddl, "never"));
    assert_int_equal(ddl->check_count, 9);
    assert_string_equal(ddl->checks[2].name, "flag");
    ddl_free(ddl);
}

static void test_ddl_broken(void **state)
{
    static const char *const texts[] = {
        "",      "CHECK",         "CHECK (",      "CHECK ((a IN ('x')",  "CHECK ()", "/*",
        "'open", "CHECK (a IN (", "CHECK (a IN)", "CHECK (a IN ('x',))", "[",        "CHECK (=)"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ddl_free(ddl_parse(texts[i]));
    ddl_free(ddl_parse(NULL));
}

/* --- types --- */

static void test_declared_types(void **state)
{
    struct rig *rig = *state;
    struct schema *schema;

    rig_sql(rig, "CREATE TABLE t (a INT, b BOOLEAN, c DATE, d DATETIME, e TIME, f DECIMAL(10,2),"
                 " g MONEY, h PERCENT, i REAL, j VARCHAR(40), k CLOB, l EMAIL, m PHONE, n URL,"
                 " o MULTIPICKLIST, p BLOB, q, r NVARCHAR(12) NOT NULL, s TIMESTAMP DEFAULT"
                 " CURRENT_TIMESTAMP, u TEXT DEFAULT 'it''s' UNIQUE, v AS (a + 1) STORED)");
    schema = rig_schema(rig, "T");
    assert_type(schema, "a", FIELD_INT);
    assert_type(schema, "b", FIELD_BOOLEAN);
    assert_type(schema, "c", FIELD_DATE);
    assert_type(schema, "d", FIELD_DATETIME);
    assert_type(schema, "e", FIELD_TIME);
    assert_type(schema, "f", FIELD_DOUBLE);
    assert_int_equal(schema_field(schema, "f")->precision, 10);
    assert_int_equal(schema_field(schema, "f")->scale, 2);
    assert_type(schema, "g", FIELD_CURRENCY);
    assert_type(schema, "h", FIELD_PERCENT);
    assert_type(schema, "i", FIELD_DOUBLE);
    assert_type(schema, "j", FIELD_STRING);
    assert_int_equal(schema_field(schema, "j")->length, 40);
    assert_type(schema, "k", FIELD_TEXTAREA);
    assert_type(schema, "l", FIELD_EMAIL);
    assert_type(schema, "m", FIELD_PHONE);
    assert_type(schema, "n", FIELD_URL);
    assert_type(schema, "o", FIELD_MULTIPICKLIST);
    assert_type(schema, "p", FIELD_BASE64);
    assert_type(schema, "q", FIELD_ANY);
    assert_true(schema_field(schema, "r")->required);
    assert_false(schema_field(schema, "a")->required);
    assert_string_equal(schema_field(schema, "u")->default_value, "it's");
    assert_true(schema_field(schema, "u")->unique);
    assert_false(schema_field(schema, "v")->create);
    assert_false(schema_field(schema, "v")->update);
    schema_release(schema);
}

static void test_sampled_types(void **state)
{
    struct rig *rig = *state;
    struct schema *schema;

    rig_sql(rig,
            "CREATE TABLE t (a TEXT, b TEXT, c TEXT, d DATE, e DATETIME, f BOOLEAN, email TEXT,"
            " h INT, i, j TEXT, k BOOLEAN, l DATE);"
            "INSERT INTO t VALUES ('2026-01-02', '2026-01-02 03:04', '2026-01-02', 1700000000,"
            " '1996-07-04', 'true', 'a@b.example', 'abc', 5, 'one' || char(10) || 'two', 0,"
            " '4/7/1996'),"
            " (NULL, '2026-01-02', 'soon', 1700000001, '1996-07-05', 'FALSE', 'c@d.example', 1,"
            " 6, 'x', 2, '5/7/1996');");
    schema = rig_schema(rig, "t");
    assert_type(schema, "a", FIELD_DATE);
    assert_type(schema, "b", FIELD_DATETIME);
    assert_type(schema, "c", FIELD_STRING);
    assert_type(schema, "d", FIELD_INT);
    assert_type(schema, "e", FIELD_DATE);
    assert_type(schema, "f", FIELD_BOOLEAN);
    assert_type(schema, "email", FIELD_EMAIL);
    assert_type(schema, "h", FIELD_ANY);
    assert_type(schema, "i", FIELD_INT);
    assert_type(schema, "j", FIELD_TEXTAREA);
    assert_type(schema, "k", FIELD_INT);
    assert_type(schema, "l", FIELD_STRING);
    schema_release(schema);
    rig_page(rig, "t", "f = true", 5);
    assert_int_equal(page_row_count(rig->result.page), 1);
    assert_int_equal(page_value(rig->result.page, 0, 6).kind, VALUE_BOOLEAN);
}

static void test_picklists(void **state)
{
    struct rig *rig = *state;
    struct schema *schema;

    rig_sql(rig, "CREATE TABLE Stage (Name TEXT PRIMARY KEY, Probability INT);"
                 "CREATE TABLE Kind (Id INTEGER PRIMARY KEY, Name TEXT);"
                 "INSERT INTO Stage VALUES ('Won', 100), ('Open', 10);"
                 "INSERT INTO Kind VALUES (1, 'a');"
                 "CREATE TABLE t (Id INTEGER PRIMARY KEY, Stage TEXT REFERENCES Stage,"
                 " KindId INT REFERENCES Kind (Id), Rating TEXT CHECK (Rating IN ('Hot', 'Cold')),"
                 " Flag INT CHECK (Flag IN (0, 1)), Source COMBOBOX, Tags MULTIPICKLIST);"
                 "INSERT INTO t VALUES (1, 'Won', 1, 'Hot', 1, 'Web', 'b; a');");
    schema = rig_schema(rig, "t");
    assert_type(schema, "Stage", FIELD_PICKLIST);
    assert_int_equal(schema_field(schema, "Stage")->picklist_count, 2);
    assert_string_equal(schema_field(schema, "Stage")->picklist[0].value, "Open");
    assert_type(schema, "KindId", FIELD_REFERENCE);
    assert_string_equal(schema_field(schema, "KindId")->relation, "Kind");
    assert_type(schema, "Rating", FIELD_PICKLIST);
    assert_int_equal(schema_field(schema, "Rating")->picklist_count, 2);
    assert_type(schema, "Flag", FIELD_BOOLEAN);
    assert_type(schema, "Source", FIELD_COMBOBOX);
    assert_int_equal(schema_field(schema, "Tags")->picklist_count, 2);
    schema_release(schema);
}

/* --- keys and references --- */

static void test_references(void **state)
{
    struct rig *rig = *state;
    struct schema *schema;
    const struct relation *child;

    rig_sql(rig,
            "CREATE TABLE Person (Id INTEGER PRIMARY KEY, LastName TEXT, FirstName TEXT,"
            " Manager INTEGER REFERENCES Person, modified_at TEXT);"
            "CREATE TABLE Deal (Code TEXT PRIMARY KEY, Title TEXT, owner_id INT REFERENCES"
            " Person (Id), SellerId INT REFERENCES person, Gone INT REFERENCES Nowhere (Id));"
            "CREATE TABLE Line (Deal TEXT, Number INT, Text TEXT, PRIMARY KEY (Deal, Number));"
            "CREATE TABLE Note (D TEXT, N INT, Body TEXT, FOREIGN KEY (D, N) REFERENCES Line);");
    schema = rig_schema(rig, "Deal");
    assert_type(schema, "Code", FIELD_ID);
    assert_type(schema, "owner_id", FIELD_REFERENCE);
    assert_string_equal(schema_field(schema, "owner_id")->relation, "owner");
    assert_string_equal(schema_field(schema, "SellerId")->relation, "Seller");
    assert_string_equal(schema_field(schema, "SellerId")->references, "Person");
    assert_null(schema_field(schema, "Gone")->references);
    assert_int_equal(schema->parent_count, 2);
    assert_string_equal(schema->name_field, "Title");
    schema_release(schema);
    schema = rig_schema(rig, "Person");
    assert_int_equal(schema->child_count, 3);
    assert_non_null(schema_child(schema, "Deal_owner"));
    assert_non_null(schema_child(schema, "Person"));
    assert_string_equal(schema->label, "People");
    assert_string_equal(schema->label_singular, "Person");
    assert_string_equal(schema->name_field, "LastName");
    assert_string_equal(schema->version_field, "modified_at");
    schema_release(schema);
    schema = rig_schema(rig, "Line");
    child = schema_child(schema, "Note");
    assert_int_equal(child->field_count, 2);
    assert_string_equal(child->fields[1], "N");
    assert_string_equal(child->parent_fields[1], "Number");
    schema_release(schema);
}

static void test_keys(void **state)
{
    struct rig *rig = *state;
    char *ids;

    rig_sql(rig,
            "CREATE TABLE plain (a TEXT); INSERT INTO plain VALUES ('x'), ('y'), ('x');"
            "CREATE TABLE nulls (k TEXT PRIMARY KEY, v); INSERT INTO nulls VALUES (NULL, 1),"
            " (NULL, 2), ('a', 3);"
            "CREATE TABLE loose (k PRIMARY KEY, v) WITHOUT ROWID;"
            "INSERT INTO loose VALUES (1, 'n'), ('1', 't'), ('b', 'b');"
            "CREATE TABLE fold (k TEXT PRIMARY KEY COLLATE NOCASE, v);"
            "INSERT INTO fold VALUES ('ABC', 1), ('abd', 2);"
            "CREATE TABLE taken (rowid TEXT, _rowid_ TEXT); INSERT INTO taken VALUES ('q', 'r');"
            "CREATE VIEW seen AS SELECT a FROM plain");
    ids = rig_walk(rig, "plain", "order by a desc", 2, false);
    assert_string_equal(ids, "2\n1\n3\n");
    free(ids);
    ids = rig_walk(rig, "nulls", "", 2, false);
    assert_string_equal(ids, "1\n2\n3\n");
    free(ids);
    ids = rig_walk(rig, "loose", "", 2, false);
    assert_string_equal(ids, "1\n1\nb\n");
    free(ids);
    ids = rig_walk(rig, "taken", "", 2, false);
    assert_string_equal(ids, "1\n");
    free(ids);
    ids = rig_walk(rig, "seen", "order by a", 2, false);
    assert_string_equal(ids, "1\n2\n3\n");
    free(ids);
    ids = rig_walk(rig, "seen", "", 2, true);
    assert_string_equal(ids, "3\n2\n1\n");
    free(ids);
    assert_int_equal(rig_count(rig, "fold", "k = 'abc'"), 0);
    assert_int_equal(rig_count(rig, "fold", "k = 'ABC'"), 1);
    assert_int_equal(rig_count(rig, "loose", "k = 'b'"), 1);
}

static void test_views(void **state)
{
    struct rig *rig = *state;
    struct schema *schema;
    struct operation *operation;

    rig_sql(rig, "CREATE TABLE t (Id INTEGER PRIMARY KEY, Name TEXT);"
                 "CREATE VIEW good AS SELECT Id, Name, Id * 2 AS Twice FROM t;"
                 "CREATE VIEW broken AS SELECT * FROM t; INSERT INTO t VALUES (1, 'x');");
    schema = rig_schema(rig, "good");
    assert_string_equal(schema->kind, "view");
    assert_false(schema->create || schema->update || schema->delete_ || schema->fetch_by_id);
    assert_type(schema, "Twice", FIELD_INT);
    schema_release(schema);
    operation = operation_new(OPERATION_GET, "good");
    operation_add_id(operation, "1");
    assert_int_equal(rig_run(rig, operation)->error.kind, ERROR_UNSUPPORTED);
    rig_sql(rig, "PRAGMA writable_schema = ON;"
                 "UPDATE sqlite_schema SET sql = replace(sql, 'FROM t', 'FROM gone') WHERE name ="
                 " 'broken'");
    rig_open(rig, false, 0);
    operation = operation_new(OPERATION_LIST_OBJECTS, NULL);
    operation->count_objects = true;
    assert_false(error_is_set(&rig_run(rig, operation)->error));
    assert_int_equal(rig->result.object_count, 3);
    assert_true(error_is_set(&rig_do(rig, OPERATION_DESCRIBE, "broken")->error));
}

/* Northwind's shape: spaces, no foreign keys; and names no sane person would choose. */
static void test_names(void **state)
{
    struct rig *rig = *state;
    struct schema *schema;

    rig_sql(rig, "CREATE TABLE \"Order Details\" (OrderID INT, ProductID INT, \"Unit \"\"Price\""
                 " REAL, PRIMARY KEY (OrderID, ProductID));"
                 "INSERT INTO \"Order Details\" VALUES (1, 2, 3.5);"
                 "CREATE TABLE \"select; --'\" (\"from\" TEXT, \"Größe.x\" TEXT);"
                 "INSERT INTO \"select; --'\" VALUES ('a', 'b');");
    rig_page(rig, "Order Details", "`Unit \"Price` = 3.5", 5);
    assert_string_equal(rig_cell(&rig->result, 0, 0), "1,2");
    rig_page(rig, "select; --'", "`größe.x` = 'B' order by `from`", 5);
    assert_int_equal(page_row_count(rig->result.page), 1);
    schema = rig_schema(rig, "ORDER DETAILS");
    assert_string_equal(schema->name, "Order Details");
    assert_string_equal(schema->label, "Order Details");
    schema_release(schema);
    assert_int_equal(rig_do(rig, OPERATION_DESCRIBE, "Order Detail")->error.kind, ERROR_NOT_FOUND);
    assert_non_null(strstr(rig->result.error.hint, "Order Details"));
}

static void test_exact_bytes(void **state)
{
    struct rig *rig = *state;
    struct value value;

    rig_sql(rig, "CREATE TABLE t (a TEXT, b TEXT, c INTEGER);"
                 "INSERT INTO t VALUES (CAST(x'61ff62' AS TEXT), CAST(x'610062' AS TEXT),"
                 " 9223372036854775807), (x'00ff', NULL, -9223372036854775808);");
    rig_page(rig, "t", "", 5);
    value = page_value(rig->result.page, 0, 1);
    assert_int_equal(value.kind, VALUE_TEXT);
    assert_memory_equal(value.as.text.bytes,
                        "a\xff"
                        "b",
                        3);
    value = page_value(rig->result.page, 0, 2);
    assert_int_equal(value.as.text.length, 3);
    assert_int_equal(page_value(rig->result.page, 1, 1).kind, VALUE_BYTES);
    assert_true(page_value(rig->result.page, 0, 3).as.integer == INT64_MAX);
    assert_true(page_value(rig->result.page, 1, 3).as.integer == INT64_MIN);
}

static void test_schema_changes(void **state)
{
    struct rig *rig = *state;
    struct schema *schema;

    rig_sql(rig, "CREATE TABLE t (a TEXT)");
    schema = rig_schema(rig, "t");
    assert_int_equal(schema->field_count, 1);
    schema_release(schema);
    rig_sql(rig, "ALTER TABLE t ADD COLUMN b TEXT; INSERT INTO t VALUES ('x', 'y')");
    schema = rig_schema(rig, "t");
    assert_int_equal(schema->field_count, 2);
    schema_release(schema);
    assert_int_equal(rig_count(rig, "t", "b = 'y'"), 1);
}

/* --- files --- */

static void write_file(struct rig *rig, const char *bytes, size_t length)
{
    FILE *file = fopen(rig->path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static enum error_kind open_kind(struct rig *rig)
{
    rig_open(rig, false, 1);
    return rig_do(rig, OPERATION_LIST_OBJECTS, NULL)->error.kind;
}

static void test_missing_file(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(open_kind(rig), ERROR_NOT_FOUND);
    assert_int_equal(access(rig->path, F_OK), -1);
}

static void test_empty_file(void **state)
{
    struct rig *rig = *state;

    write_file(rig, "", 0);
    assert_int_equal(open_kind(rig), ERROR_NONE);
    assert_int_equal(rig->result.object_count, 0);
}

static void test_garbage(void **state)
{
    struct rig *rig = *state;

    write_file(rig, "This is a letter, and not a database at all.", 44);
    assert_int_equal(open_kind(rig), ERROR_PROTOCOL);
    assert_non_null(strstr(rig->result.error.message, "is not an SQLite database"));
}

static void test_directory(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(mkdir(rig->path, 0700), 0);
    assert_int_equal(open_kind(rig), ERROR_PROTOCOL);
}

static void test_truncated(void **state)
{
    struct rig *rig = *state;
    bool failed;

    rig_sql(rig,
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); WITH RECURSIVE n (i) AS (SELECT 1"
            " UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i,"
            " hex(randomblob(40)) FROM n");
    assert_int_equal(truncate(rig->path, 20000), 0);
    failed = open_kind(rig) == ERROR_PROTOCOL;
    if (!failed)
        failed = rig_do(rig, OPERATION_DESCRIBE, "t")->error.kind == ERROR_PROTOCOL;
    if (!failed)
        failed = rig_do(rig, OPERATION_COUNT, "t")->error.kind == ERROR_PROTOCOL;
    assert_true(failed);
    assert_non_null(strstr(rig->result.error.message, "damaged"));
}

static void test_read_only_file(void **state)
{
    struct rig *rig = *state;
    struct result *result;

    if (geteuid() == 0)
        skip();
    rig_sql(rig, "CREATE TABLE t (a TEXT)");
    chmod(rig->path, 0400);
    result = rig_write(rig, OPERATION_CREATE, "t", NULL, rig_record("a", "x", NULL), NULL);
    assert_int_equal(result->error.kind, ERROR_FORBIDDEN);
    chmod(rig->path, 0);
    assert_int_equal(open_kind(rig), ERROR_FORBIDDEN);
}

static void test_hidden_tables(void **state)
{
    struct rig *rig = *state;

    rig_sql(rig, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);"
                 "CREATE VIRTUAL TABLE search USING fts5 (body);"
                 "INSERT INTO search VALUES ('hello world');");
    rig_do(rig, OPERATION_LIST_OBJECTS, NULL);
    assert_int_equal(rig->result.object_count, 2);
    rig_page(rig, "search", "body contains 'HELLO'", 5);
    assert_int_equal(page_row_count(rig->result.page), 1);
}

static void test_strict_and_profile(void **state)
{
    struct rig *rig = *state;
    struct config_entry entries[] = {{"file", "x.db", 3}, {"fiel", "y", 4}};
    struct profile profile = {.name = "p", .settings = entries, .setting_count = 2};
    struct error error = {0};

    assert_false(backend_check_profile(backend_find("local"), &profile, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_non_null(strstr(error.hint, "\"file\""));
    profile.setting_count = 0;
    assert_false(backend_check_profile(backend_find("local"), &profile, &error));
    error_clear(&error);
    rig_sql(rig, "CREATE TABLE s (id INTEGER PRIMARY KEY, n INTEGER, t TEXT, b BLOB) STRICT");
    rig_write(rig, OPERATION_CREATE, "s", NULL, rig_record("n", "7", "t", "x", NULL), NULL);
    assert_true(rig->result.writes[0].success);
    rig_write(rig, OPERATION_CREATE, "s", NULL, rig_record("b", "not base64!", NULL), NULL);
    assert_int_equal(rig->result.writes[0].error.kind, ERROR_VALIDATION);
    assert_string_equal(rig->result.writes[0].error.fields[0].field, "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ddl_lists),
        cmocka_unit_test(test_ddl_broken),
        TEST(test_declared_types),
        TEST(test_sampled_types),
        TEST(test_picklists),
        TEST(test_references),
        TEST(test_keys),
        TEST(test_views),
        TEST(test_names),
        TEST(test_exact_bytes),
        TEST(test_schema_changes),
        TEST(test_missing_file),
        TEST(test_empty_file),
        TEST(test_garbage),
        TEST(test_directory),
        TEST(test_truncated),
        TEST(test_read_only_file),
        TEST(test_hidden_tables),
        TEST(test_strict_and_profile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
