/*
 * The filter language as SOQL: escapes, parentheses, null, dates, references, what stays here;
 * pages by key; counts and groups; Salesforce's ids and types.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backend/soql/salesforce.h"
#include "backend/soql/soql.h"
#include "core/memory.h"
#include "core/query.h"

/* Saturday, 2026-11-21, 12:00 in UTC. */
static const struct date_clock noon = {1795262400, 1};

static struct field *add_reference(struct schema *schema, const char *name, const char *object,
                                   const char *relation)
{
    struct field *field = schema_add_field(schema, name, FIELD_REFERENCE);

    field->references = memory_copy_string(object);
    field->relation = memory_copy_string(relation);
    return field;
}

static struct schema *account_schema(void)
{
    struct schema *schema = schema_new("Account");

    schema_add_field(schema, "Id", FIELD_ID)->nullable = false;
    schema_add_field(schema, "Name", FIELD_STRING)->nullable = false;
    schema_add_field(schema, "Active__c", FIELD_BOOLEAN);
    add_reference(schema, "ParentId", "Account", "Parent");
    return schema;
}

static struct schema *opportunity_schema(void)
{
    static const struct {
        const char *name;
        enum field_type type;
    } fields[] = {
        {"Id", FIELD_ID},
        {"Name", FIELD_STRING},
        {"StageName", FIELD_PICKLIST},
        {"Amount", FIELD_CURRENCY},
        {"Count__c", FIELD_INT},
        {"CloseDate", FIELD_DATE},
        {"CreatedDate", FIELD_DATETIME},
        {"At__c", FIELD_TIME},
        {"IsWon", FIELD_BOOLEAN},
        {"Tags__c", FIELD_MULTIPICKLIST},
        {"Description", FIELD_TEXTAREA},
        {"Code__c", FIELD_STRING},
        {"Secret__c", FIELD_ENCRYPTED},
    };
    struct schema *schema = schema_new("Opportunity");

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        schema_add_field(schema, fields[i].name, fields[i].type);
    schema->fields[0].nullable = false;
    schema->fields[8].nullable = false;
    schema->fields[10].length = 32000;
    schema->fields[11].case_sensitive = true;
    add_reference(schema, "AccountId", "Account", "Account");
    return schema;
}

static struct schema *look_up(void *context, const char *object, struct error *error)
{
    (void)context;
    (void)error;
    return strcmp(object, "Account") == 0 ? account_schema() : NULL;
}

static struct query *resolved(const struct schema *schema, const char *text)
{
    struct query *query = query_new(schema->name);
    struct error error = {0};

    if (!query_parse(query, text, NULL, &error) ||
        !query_resolve(query, schema, look_up, NULL, &noon, &error))
        fail_msg("%s: %s", text, error.message);
    return query;
}

/* The filter as SOQL, and what of it is filtered here after " here: ". */
static char *compile(const char *text)
{
    struct schema *schema = opportunity_schema();
    struct query *query = resolved(schema, text);
    struct soql_source source = {schema, query};
    struct filter *sent = NULL, *rest = NULL;
    struct text out = {0};

    filter_split(query->filter, soql_can_filter, NULL, &sent, &rest);
    soql_where(&source, sent, &out);
    if (rest) {
        text_append_string(&out, " here: ");
        filter_print(rest, &out);
    }
    filter_free(sent);
    filter_free(rest);
    query_free(query);
    schema_release(schema);
    return text_take(&out);
}

static void check(const char *text, const char *expected)
{
    char *found = compile(text);

    assert_string_equal(found ? found : "", expected);
    free(found);
}

static void test_escapes(void **state)
{
    (void)state;
    check("name = 'O''Brien \\ Sons'", "Name = 'O\\'Brien \\\\ Sons'");
    check("name = \"two\nlines\ttab\r\"", "Name = 'two\\nlines\\ttab\\r'");
    check("name contains '50%_\\'", "Name LIKE '%50\\%\\_\\\\%'");
    check("name starts with 'It''s'", "Name LIKE 'It\\'s%'");
    check("name ends with 'x'", "Name LIKE '%x'");
    check("name like 'a%b_\\%\\\\c\\d'", "Name LIKE 'a%b_\\%\\\\c\\\\d'");
    check("name contains ''", "Name != null");
}

static void test_injection(void **state)
{
    (void)state;
    check("name = '\\'' OR Id != null OR Name = ''x'",
          "Name = '\\\\\\' OR Id != null OR Name = \\'x'");
}

static void test_groups(void **state)
{
    (void)state;
    check("name = 'a' and amount > 1 and count__c = 3",
          "Name = 'a' AND Amount > 1 AND Count__c = 3");
    check("name = 'a' and (amount > 1 or count__c = 3)",
          "Name = 'a' AND (Amount > 1 OR Count__c = 3)");
    check("name = 'a' or amount > 1 and iswon = true",
          "Name = 'a' OR (Amount > 1 AND IsWon = true)");
    check("not (name = 'a' and iswon = true)", "(Name != 'a' OR Name = null) OR IsWon != true");
    check("iswon = false and not (name = 'a' or not (amount >= 5))",
          "IsWon = false AND ((Name != 'a' OR Name = null) AND Amount >= 5)");
}

static void test_null(void **state)
{
    (void)state;
    check("amount is null", "Amount = null");
    check("amount is not null", "Amount != null");
    check("name is empty", "Id = null");
    check("name is not empty", "Id != null");
    check("name is blank", "Name = null");
    check("name is not blank", "Name != null");
    check("name = ''", "Id = null");
    check("stagename != 'Won'", "(StageName != 'Won' OR StageName = null)");
    check("stagename not in ('a', 'b')", "(StageName NOT IN ('a', 'b') OR StageName = null)");
    check("not (amount < 5)", "(Amount >= 5 OR Amount = null)");
    check("not (name contains 'x')", "((NOT Name LIKE '%x%') OR Name = null)");
    check("iswon != true", "IsWon != true");
    check("account.name != 'x'", "(Account.Name != 'x' OR Account.Name = null)");
}

static void test_lists(void **state)
{
    (void)state;
    check("stagename in ('a', 'b''c')", "StageName IN ('a', 'b\\'c')");
    check("amount in (1, 2.50, -3)", "Amount IN (1, 2.50, -3)");
    check("amount between 1 and 2", "(Amount >= 1 AND Amount <= 2)");
    check("not (amount between 1 and 2)", "((Amount < 1 OR Amount > 2) OR Amount = null)");
    check("tags__c includes ('A; B', 'C')", "Tags__c INCLUDES ('A;B', 'C')");
    check("tags__c excludes ('A')", "(Tags__c EXCLUDES ('A') OR Tags__c = null)");
    check("tags__c includes (';')", "Id = null");
}

static void test_dates(void **state)
{
    (void)state;
    check("closedate = 2026-11-21", "CloseDate = 2026-11-21");
    check("closedate = this month", "(CloseDate >= 2026-11-01 AND CloseDate < 2026-12-01)");
    check("closedate <= this month", "CloseDate < 2026-12-01");
    check("closedate > this month", "CloseDate >= 2026-12-01");
    check("closedate between today and next quarter",
          "(CloseDate >= 2026-11-21 AND CloseDate < 2027-04-01)");
    check("closedate != today", "(CloseDate != 2026-11-21 OR CloseDate = null)");
    check("createddate = today", "(CreatedDate >= 2026-11-21T00:00:00Z AND CreatedDate < "
                                 "2026-11-22T00:00:00Z)");
    check("createddate >= 2026-11-21T14:30:00+01:00", "CreatedDate >= 2026-11-21T13:30:00Z");
    check("at__c < 14:30", "At__c < 14:30:00.000Z");
    check("closedate in (today, 2026-01-01)", "(CloseDate = 2026-11-21 OR CloseDate = 2026-01-01)");
}

static void test_dates_of_a_zone(void **state)
{
    (void)state;
    setenv("TZ", "America/New_York", 1);
    tzset();
    check("createddate = 2026-07-01",
          "(CreatedDate >= 2026-07-01T04:00:00Z AND CreatedDate < 2026-07-02T04:00:00Z)");
    setenv("TZ", "UTC", 1);
    tzset();
}

static void test_references(void **state)
{
    (void)state;
    check("account.name starts with 'Acme'", "Account.Name LIKE 'Acme%'");
    check("accountid.name = 'x'", "Account.Name = 'x'");
    check("account.parent.name = 'x'", "Account.Parent.Name = 'x'");
    check("accountid = '0010600002BpRZD'", "AccountId = '0010600002BpRZDAA3'");
    check("accountid = 'no id'", "Id = null");
    check("accountid in ('no id', '0010600002BpRZDAA3')", "AccountId IN ('0010600002BpRZDAA3')");
    check("id = '0010600002BpRZDAA3'", "Id = '0010600002BpRZDAA3'");
}

static void test_residual(void **state)
{
    (void)state;
    check("name > 'm' and amount > 1", "Amount > 1 here: Name > 'm'");
    check("description contains 'x'", " here: Description contains 'x'");
    check("secret__c = 'x'", " here: Secret__c = 'x'");
    check("code__c = 'x'", " here: Code__c = 'x'");
    check("code__c is null", "Code__c = null");
    check("tags__c = 'A;B'", " here: Tags__c = 'A;B'");
    check("count__c = 1.5", " here: Count__c = 1.5");
    check("amount > 1e300", " here: Amount > 1e300");
    check("stagename = 5", " here: StageName = 5");
    check("account.active__c = true", " here: Account.Active__c = true");
    check("closedate < 0900-01-01", " here: CloseDate < 0900-01-01");
    check("name = 'a' or name > 'm'", " here: Name = 'a' or Name > 'm'");
}

/* --- statements --- */

static void check_select(const char *text, const char *columns, struct soql_window window,
                         const char *expected)
{
    struct schema *schema = opportunity_schema();
    struct query *query = query_new("Opportunity");
    struct soql_source source = {schema, query};
    struct text out = {0};
    struct error error = {0};

    assert_true(query_parse(query, text, NULL, &error));
    assert_true(query_parse_columns(query, columns, &error));
    assert_true(query_resolve(query, schema, look_up, NULL, &noon, &error));
    assert_true(soql_select(&source, &window, &out, &error));
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
    query_free(query);
    schema_release(schema);
}

static void test_select(void **state)
{
    static char *after[] = {"'0060600002BpRZDAA3'"};

    (void)state;
    check_select("", "Name, Id, Account.Name, name", (struct soql_window){.limit = 20},
                 "SELECT Id, Name, Account.Name FROM Opportunity ORDER BY Id LIMIT 20");
    check_select("name = 'a' or name = 'b'", "Name",
                 (struct soql_window){.after = after, .after_count = 1, .limit = 5},
                 "SELECT Id, Name FROM Opportunity WHERE (Name = 'a' OR Name = 'b') AND "
                 "(Id > '0060600002BpRZDAA3') ORDER BY Id LIMIT 5");
    check_select("order by name desc nulls first, amount", "Name",
                 (struct soql_window){.limit = 5, .offset = 10},
                 "SELECT Id, Name FROM Opportunity ORDER BY Name DESC NULLS FIRST, Amount ASC "
                 "NULLS LAST, Id LIMIT 5 OFFSET 10");
    check_select("order by id desc, name", "Name",
                 (struct soql_window){.after = after, .after_count = 1, .limit = -1},
                 "SELECT Id, Name FROM Opportunity WHERE Id < '0060600002BpRZDAA3' "
                 "ORDER BY Id DESC");
}

static void test_after_a_row(void **state)
{
    static char *value[] = {"100.5", "'0060600002BpRZDAA3'"};
    static char *nothing[] = {NULL, "'0060600002BpRZDAA3'"};

    (void)state;
    check_select("order by amount desc", "Name",
                 (struct soql_window){.after = value, .after_count = 2, .limit = 5},
                 "SELECT Id, Name, Amount FROM Opportunity WHERE "
                 "((Amount < 100.5 OR Amount = null)) OR (Amount = 100.5 AND Id > "
                 "'0060600002BpRZDAA3') ORDER BY Amount DESC NULLS LAST, Id LIMIT 5");
    check_select("order by amount", "Amount",
                 (struct soql_window){.after = nothing, .after_count = 2, .limit = 5},
                 "SELECT Id, Amount FROM Opportunity WHERE (Amount = null AND Id > "
                 "'0060600002BpRZDAA3') ORDER BY Amount ASC NULLS LAST, Id LIMIT 5");
    check_select("order by amount nulls first", "Amount",
                 (struct soql_window){.after = nothing, .after_count = 2, .limit = 5},
                 "SELECT Id, Amount FROM Opportunity WHERE (Amount != null) OR (Amount = null AND "
                 "Id > '0060600002BpRZDAA3') ORDER BY Amount ASC NULLS FIRST, Id LIMIT 5");
}

static void test_literals(void **state)
{
    struct field field = {.type = FIELD_DATETIME};
    struct value value = value_string("2026-11-21T10:00:00.250+0000");
    char *literal = soql_literal(&field, &value);

    (void)state;
    assert_string_equal(literal, "2026-11-21T10:00:00.250Z");
    free(literal);
    field.type = FIELD_STRING;
    value = value_string("it's");
    literal = soql_literal(&field, &value);
    assert_string_equal(literal, "'it\\'s'");
    free(literal);
    value = value_null();
    assert_null(soql_literal(&field, &value));
}

static void test_aggregates(void **state)
{
    struct schema *schema = opportunity_schema();
    struct query *query = resolved(schema, "account.name = 'x' and amount > 5");
    struct soql_source source = {schema, query};
    struct group_request group = {.function = GROUP_SUM};
    struct text out = {0};
    struct error error = {0};

    (void)state;
    assert_true(soql_count(&source, &out, &error));
    assert_string_equal(text_string(&out), "SELECT COUNT(Id) records FROM Opportunity WHERE "
                                           "Account.Name = 'x' AND Amount > 5");
    text_truncate(&out, 0);
    group.by = "StageName";
    group.measure = "Amount";
    assert_true(soql_group(&source, &group, 10, &out, &error));
    assert_string_equal(text_string(&out),
                        "SELECT StageName value, COUNT(Id) records, SUM(Amount) measure FROM "
                        "Opportunity WHERE Account.Name = 'x' AND Amount > 5 GROUP BY StageName "
                        "ORDER BY StageName NULLS LAST LIMIT 10");
    group.by = "Amount";
    assert_false(soql_group(&source, &group, 10, &out, &error));
    assert_int_equal(error.kind, ERROR_UNSUPPORTED);
    error_clear(&error);
    text_free(&out);
    query_free(query);
    schema_release(schema);
}

static void test_too_long(void **state)
{
    struct schema *schema = opportunity_schema();
    struct query *query = query_new("Opportunity");
    struct soql_source source = {schema, query};
    struct soql_window window = {.limit = 1};
    struct filter *filter = filter_condition("Name", OPERATOR_IN);
    struct text out = {0};
    struct error error = {0};

    (void)state;
    for (size_t i = 0; i < 20000; i++)
        filter_add_operand(filter, OPERAND_TEXT, "0123456789");
    query->filter = filter;
    assert_true(query_resolve(query, schema, NULL, NULL, &noon, &error));
    assert_false(soql_can_filter(NULL, filter));
    assert_false(soql_select(&source, &window, &out, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    error_clear(&error);
    text_free(&out);
    query_free(query);
    schema_release(schema);
}

/* --- Salesforce --- */

static void test_ids(void **state)
{
    static const char *const ids[] = {
        "0010600002BpRZDAA3", "0010600002BpRZEAA3", "0010600002BpLWtAAN", "0010600002BpLWuAAN",
        "0017S00000GYoL3QAL", "01N7R00000FlUGDUA3", "0057S000000WzYEQA0",
    };
    char widened[SALESFORCE_ID_LENGTH + 1];

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char *id = memory_copy(ids[i], SALESFORCE_SHORT_ID_LENGTH);

        assert_true(salesforce_widen_id(id, widened));
        assert_string_equal(widened, ids[i]);
        assert_true(salesforce_widen_id(ids[i], widened));
        assert_string_equal(widened, ids[i]);
        free(id);
    }
    assert_false(salesforce_widen_id("", widened));
    assert_false(salesforce_widen_id("0010600002BpRZ'", widened));
    assert_false(salesforce_widen_id("0010600002BpRZDAA", widened));
}

static void test_types_and_codes(void **state)
{
    (void)state;
    assert_int_equal(salesforce_field_type("currency"), FIELD_CURRENCY);
    assert_int_equal(salesforce_field_type("anyType"), FIELD_ANY);
    assert_int_equal(salesforce_field_type("newfangled"), FIELD_ANY);
    assert_int_equal(salesforce_error_kind("INVALID_TYPE", ERROR_SERVER), ERROR_NOT_FOUND);
    assert_int_equal(salesforce_error_kind("NEW_CODE", ERROR_SERVER), ERROR_SERVER);
    assert_true(salesforce_is_required(true, false, false));
    assert_false(salesforce_is_required(true, false, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_injection),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_null),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_dates_of_a_zone),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_residual),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_after_a_row),
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_aggregates),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_types_and_codes),
    };

    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
