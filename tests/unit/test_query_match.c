/*
 * Queries resolved against a schema and evaluated: names, types, spans of dates, null, text without
 * regard to case, exact ids and numbers, order, and splitting.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/memory.h"
#include "core/query.h"

/* Saturday, 2026-11-21, 12:00 in UTC. */
static const struct date_clock noon = {1795262400, 1};

static void use_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void set_string(char **to, const char *string)
{
    free(*to);
    *to = memory_copy_string(string);
}

static struct schema *account_schema(void)
{
    struct schema *schema = schema_new("Account");
    schema_add_field(schema, "Id", FIELD_ID);
    schema_add_field(schema, "Name", FIELD_STRING);
    struct field *parent = schema_add_field(schema, "ParentId", FIELD_REFERENCE);
    set_string(&parent->references, "Account");
    set_string(&parent->relation, "Parent");
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
        {"Stage", FIELD_PICKLIST},
        {"Amount", FIELD_CURRENCY},
        {"Count", FIELD_INT},
        {"CloseDate", FIELD_DATE},
        {"Created", FIELD_DATETIME},
        {"At", FIELD_TIME},
        {"Won", FIELD_BOOLEAN},
        {"Tags", FIELD_MULTIPICKLIST},
        {"Any", FIELD_ANY},
        {"Blob", FIELD_BASE64},
        {"case", FIELD_STRING},
        {"CASE", FIELD_INT},
        {"a/b", FIELD_STRING},
    };
    struct schema *schema = schema_new("Opportunity");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        schema_add_field(schema, fields[i].name, fields[i].type);
    }
    struct field *account = schema_add_field(schema, "AccountId", FIELD_REFERENCE);
    set_string(&account->references, "Account");
    set_string(&account->relation, "Account");
    return schema;
}

static struct schema *look_up(void *context, const char *object, struct error *error)
{
    int *calls = context;
    (*calls)++;
    if (strcmp(object, "Account") == 0) {
        return account_schema();
    }
    error_set(error, ERROR_NOT_FOUND, "no object %s", object);
    return NULL;
}

static struct query *parse(const char *text)
{
    struct query *query = query_new("Opportunity");
    struct error error = {0};
    if (!query_parse(query, text, NULL, &error)) {
        fail_msg("%s: %s", text, error.message);
    }
    return query;
}

static bool resolve(struct query *query, struct error *error)
{
    struct schema *schema = opportunity_schema();
    int calls = 0;
    bool done = query_resolve(query, schema, look_up, &calls, &noon, error);
    schema_release(schema);
    assert_true(calls <= 1);
    assert_int_equal(query->resolved, done);
    return done;
}

/* --- names and types --- */

static void test_spelling_fixed(void **state)
{
    (void)state;
    struct query *query = parse("STAGE = 'x' and account.NAME = 'y' and accountid.name = 'z' and "
                                "Account.parent.NAME = 'w' and case = 'a' and CASE = 1 "
                                "order by closedate, account.name");
    struct error error = {0};
    struct text text = {0};
    if (!resolve(query, &error)) {
        fail_msg("%s", error.message);
    }
    query_print(query, &text);
    assert_string_equal(text_string(&text),
                        "Stage = 'x' and Account.Name = 'y' and AccountId.Name = 'z' and "
                        "Account.Parent.Name = 'w' and case = 'a' and CASE = 1 "
                        "order by CloseDate, Account.Name");
    assert_string_equal(query->filter->children[1]->path, "Account.Name");
    assert_string_equal(query->filter->children[1]->field->name, "Name");
    struct query *copy = query_copy(query);
    query_free(query);
    assert_string_equal(copy->filter->children[3]->field->name, "Name");
    assert_int_equal(copy->schema_count, 2);
    query_free(copy);
    text_free(&text);
}

static const struct {
    const char *typed;
    const char *message;
} refused[] = {
    {"name='x' and stge = 'x'",
     "column 14: Opportunity has no field 'stge'; did you mean 'Stage'?"},
    {"name = 'ü' and amount >= 'ten'", "column 26: expected a number, found 'ten'"},
    {"amount = '10'", "column 10: expected a number, found '10'"},
    {"amount = true", "column 10: expected a number, found true"},
    {"won = 'yes'", "column 7: expected true or false, found 'yes'"},
    {"won = 1", "column 7: expected true or false, found 1"},
    {"name = 5", "column 8: expected text in quotes, found 5"},
    {"closedate = 'soon'", "column 13: expected a date"},
    {"closedate = 5", "column 13: expected a date"},
    {"closedate = 14:30", "column 13: expected a date"},
    {"at = today", "column 6: expected a time"},
    {"amount contains 'x'", "column 1: 'contains' cannot be asked of Amount, a currency field"},
    {"blob = 'x'", "column 1: '=' cannot be asked of Blob"},
    {"name includes ('x')", "column 1: 'includes' cannot be asked of Name"},
    {"account.nme = 'x'", "column 9: Account has no field 'nme'; did you mean 'Name'?"},
    {"stage.name = 'x'", "column 1: 'Stage' of Opportunity is no reference"},
    {"name = 'x' order by nme", "column 21: Opportunity has no field 'nme'"},
    {"CaSe = 'x'", "column 1: Opportunity has no field 'CaSe'"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct query *query = parse(refused[i].typed);
        struct error error = {0};
        if (resolve(query, &error)) {
            fail_msg("%s was accepted", refused[i].typed);
        }
        assert_int_equal(error.kind, ERROR_USAGE);
        if (strstr(error.message, refused[i].message) == NULL) {
            fail_msg("%s: %s", refused[i].typed, error.message);
        }
        error_clear(&error);
        query_free(query);
    }
}

/* --- ranges --- */

static const struct {
    const char *zone;
    const char *typed;
    const char *start;
    const char *end; /* NULL: a plain moment */
} ranges[] = {
    {"UTC", "closedate = today", "2026-11-21", "2026-11-22"},
    {"UTC", "closedate = this week", "2026-11-16", "2026-11-23"},
    {"UTC", "closedate = last 2 weeks", "2026-11-02", "2026-11-16"},
    {"UTC", "closedate = next month", "2026-12-01", "2027-01-01"},
    {"UTC", "closedate = this quarter", "2026-10-01", "2027-01-01"},
    {"UTC", "closedate = last 5 quarters", "2025-07-01", "2026-10-01"},
    {"UTC", "closedate = next 2 years", "2027-01-01", "2029-01-01"},
    {"UTC", "closedate = last 7 days", "2026-11-14", "2026-11-22"},
    {"UTC", "closedate = next 7 days", "2026-11-22", "2026-11-29"},
    {"UTC", "closedate = last day", "2026-11-20", "2026-11-21"},
    {"UTC", "closedate = 9 months ago", "2026-02-21", "2026-02-22"},
    {"UTC", "closedate = in 3 quarters", "2027-08-21", "2027-08-22"},
    {"UTC", "closedate = '2026-01-31'", "2026-01-31", "2026-02-01"},
    {"UTC", "closedate = 9999-12-31", "9999-12-31", NULL},
    {"UTC", "closedate < in 999999 years", "9999-12-31", NULL},
    {"UTC", "closedate > 999999 weeks ago", "0001-01-01", "0001-01-02"},
    {"JST-9", "closedate = 2026-11-21T20:00:00Z", "2026-11-22", "2026-11-23"},
    {"JST-9", "closedate = today", "2026-11-21", "2026-11-22"},
    {"JST-9", "created = 2026-11-21", "2026-11-20T15:00:00Z", "2026-11-21T15:00:00Z"},
    {"JST-9", "created = 2026-11-21T14:30", "2026-11-21T05:30:00Z", NULL},
    {"JST-9", "created = 2026-11-21T14:30+01:00", "2026-11-21T13:30:00Z", NULL},
    {"CET-1CEST,M3.5.0,M10.5.0/3", "created = 2026-03-29", "2026-03-28T23:00:00Z",
     "2026-03-29T22:00:00Z"},
    {"CET-1CEST,M3.5.0,M10.5.0/3", "created = 2026-10-25", "2026-10-24T22:00:00Z",
     "2026-10-25T23:00:00Z"},
    {"PYT4PYST,M10.1.0/0,M3.4.0/0", "created = 2023-10-01", "2023-10-01T04:00:00Z",
     "2023-10-02T03:00:00Z"},
    {"UTC", "at = 14:30", "14:30:00", NULL},
    {"UTC", "any = this year", "2026-01-01", "2027-01-01"},
};

static void test_ranges(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        use_zone(ranges[i].zone);
        struct query *query = parse(ranges[i].typed);
        struct error error = {0};
        if (!resolve(query, &error)) {
            fail_msg("%s: %s", ranges[i].typed, error.message);
        }
        const struct operand *operand = &query->filter->operands[0];
        if (strcmp(operand->start, ranges[i].start) != 0 ||
            (operand->end == NULL) != (ranges[i].end == NULL) ||
            (operand->end != NULL && strcmp(operand->end, ranges[i].end) != 0)) {
            fail_msg("%s: %s to %s", ranges[i].typed, operand->start,
                     operand->end == NULL ? "-" : operand->end);
        }
        query_free(query);
    }
    use_zone("UTC");
}

/* --- matching: one value for every field --- */

static struct value give(void *context, const char *path)
{
    (void)path;
    return *(const struct value *)context;
}

static bool matches(const char *text, struct value value)
{
    struct query *query = parse(text);
    struct error error = {0};
    if (!resolve(query, &error)) {
        fail_msg("%s: %s", text, error.message);
    }
    bool result = filter_matches(query->filter, give, &value);
    query_free(query);
    return result;
}

#define YES(text, value)                                                                           \
    if (!matches(text, value)) {                                                                   \
        fail_msg("%s should match", text);                                                         \
    }
#define NO(text, value)                                                                            \
    if (matches(text, value)) {                                                                    \
        fail_msg("%s should not match", text);                                                     \
    }

static void test_null(void **state)
{
    (void)state;
    struct value null = value_null();
    struct value empty = value_string("");
    NO("name = 'x'", null);
    YES("name != 'x'", null);
    YES("not name = 'x'", null);
    YES("name not in ('x')", null);
    YES("name not contains 'x'", null);
    NO("name contains ''", null);
    YES("name contains ''", empty);
    NO("amount < 5", null);
    YES("not amount < 5", null);
    YES("not amount >= 5", null);
    YES("tags excludes ('x')", null);
    YES("name is null", null);
    NO("name is null", empty);
    YES("name is empty", empty);
    NO("name is empty", null);
    YES("name is not empty", null);
    YES("name is blank", null);
    YES("name is blank", empty);
    NO("name is not blank", empty);
    YES("name is not blank", value_string(" "));
    YES("name is null", value_absent());
}

static void test_text(void **state)
{
    (void)state;
    struct value name = value_string("Straße 50%_x");
    YES("name = 'STRASSE 50%_X'", name);
    YES("name contains '50%'", name);
    NO("name contains '5%'", name);
    YES("name starts with 'strasse'", name);
    YES("name ends with '_X'", name);
    NO("name ends with '__'", name);
    YES("name like '%\\%\\_x'", name);
    YES("name like 's%e 50___'", name);
    NO("name like 's%'", value_string("xs"));
    YES("name < 'b'", value_string("A"));
    YES("name between 'A' and 'c'", value_string("b"));
    YES("name = '42'", value_integer(42));
    YES("id = 'Ab'", value_string("Ab"));
    NO("id = 'Ab'", value_string("aB"));
    YES("id = 42", value_integer(42));
    YES("id = '42'", value_integer(42));
    YES("id = 42", value_string("42"));
    NO("id = 42", value_string("042"));
    YES("stage = 'won'", value_string("Won"));
    YES("stage = 3", value_integer(3));
    YES("stage = 3", value_string("3"));
}

static void test_numbers(void **state)
{
    (void)state;
    YES("amount = 10", value_real(10.0));
    YES("amount = 10.0", value_integer(10));
    YES("amount = 10", value_string("10.00"));
    NO("amount = 10", value_string("ten"));
    YES("amount != 10", value_string("ten"));
    NO("count = 9007199254740993", value_integer(9007199254740992));
    YES("count = 9223372036854775807", value_integer(INT64_MAX));
    YES("count < 9223372036854775808", value_integer(INT64_MAX));
    YES("count > 9007199254740992.0", value_integer(9007199254740993));
    YES("count > 2.5", value_integer(3));
    YES("count < 2.5", value_integer(2));
    YES("count > -2.5", value_integer(-2));
    YES("amount between 1 and 2", value_integer(2));
    NO("amount between 2 and 1", value_integer(2));
    YES("amount in (1, 2.5)", value_real(2.5));
    YES("amount is empty", value_string(""));
    NO("amount is empty", value_integer(0));
    YES("won = true", value_boolean(true));
    YES("won = true", value_integer(1));
    YES("won = false", value_string("No"));
    NO("won = false", value_string("maybe"));
}

static void test_dates(void **state)
{
    (void)state;
    use_zone("EST5EDT,M3.2.0,M11.1.0");
    YES("closedate = this month", value_string("2026-11-30"));
    NO("closedate < this month", value_string("2026-11-01"));
    YES("closedate <= this month", value_string("2026-11-30"));
    NO("closedate > this month", value_string("2026-11-30"));
    YES("closedate > this month", value_string("2026-12-01"));
    YES("closedate >= this month", value_string("2026-11-01"));
    YES("closedate between today and next quarter", value_string("2027-03-31"));
    NO("closedate between today and next quarter", value_string("2027-04-01"));
    YES("closedate in (last week, in 3 days)", value_string("2026-11-24"));
    NO("closedate = today", value_string("soon"));
    YES("closedate = today", value_string("2026-11-21 23:59:59"));
    YES("created = 2026-11-20", value_string("2026-11-21T04:59:59Z"));
    NO("created = 2026-11-20", value_string("2026-11-21T05:00:00Z"));
    YES("created = 2026-11-20", value_string("2026-11-20 23:59:59"));
    YES("created = 2026-11-20T12:00", value_string("2026-11-20T17:00:00.000+0000"));
    YES("created = 2026-11-20T12:00", value_string("2026-11-20 12:00:00"));
    NO("created < 2026-11-20T12:00", value_string("2026-11-20 12:00:00"));
    YES("created < 2026-11-20T12:00", value_string("2026-11-20 11:59:59"));
    YES("at < 14:30", value_string("14:29:59"));
    YES("at = 14:30", value_string("14:30:00"));
    YES("any = today", value_string("2026-11-21"));
    YES("any > 5", value_integer(6));
    YES("any > 5", value_string("6"));
    NO("any > 5", value_string("six"));
    use_zone("UTC");
}

static void test_sets(void **state)
{
    (void)state;
    struct value tags = value_string("Red; green;BLUE");
    YES("tags includes ('red')", tags);
    YES("tags includes ('Blue;Red')", tags);
    NO("tags includes ('red;black')", tags);
    YES("tags includes ('red;black', 'green')", tags);
    NO("tags includes ('re')", tags);
    NO("tags excludes ('red')", tags);
    YES("tags excludes ('black', 'white')", tags);
    YES("tags contains 'green'", tags);
}

static void test_logic(void **state)
{
    (void)state;
    struct value five = value_integer(5);
    YES("", five);
    YES("count = 1 or count = 5", five);
    NO("count = 1 and count = 5", five);
    YES("count = 1 and count = 2 or count = 5", five);
    NO("count = 1 and (count = 2 or count = 5)", five);
    YES("not (count = 1 or count = 2)", five);
    YES("not not count = 5", five);
}

static void test_disabled(void **state)
{
    (void)state;
    struct value five = value_integer(5);
    struct query *query = parse("count = 1 or count = 2");
    struct error error = {0};
    query->filter->children[0]->disabled = true;
    query->filter->children[1]->disabled = true;
    free(query->filter->children[0]->parts[0]);
    query->filter->children[0]->parts[0] = memory_copy_string("half typed");
    assert_true(resolve(query, &error));
    assert_true(filter_matches(query->filter, give, &five));
    query->filter->children[1]->disabled = false;
    assert_true(resolve(query, &error));
    assert_false(filter_matches(query->filter, give, &five));
    query_free(query);
}

/* --- order --- */

static int ordered(const char *order, struct value a, struct value b)
{
    struct query *query = query_new("Opportunity");
    struct error error = {0};
    assert_true(query_parse_order(query, order, &error));
    assert_true(resolve(query, &error));
    int result = query_compare_values(&query->order[0], &a, &b);
    assert_int_equal((result > 0) - (result < 0),
                     -((query_compare_values(&query->order[0], &b, &a) > 0) -
                       (query_compare_values(&query->order[0], &b, &a) < 0)));
    query_free(query);
    return (result > 0) - (result < 0);
}

static void test_order(void **state)
{
    (void)state;
    assert_int_equal(ordered("amount", value_integer(9), value_string("10")), -1);
    assert_int_equal(ordered("amount desc", value_integer(9), value_integer(10)), 1);
    assert_int_equal(ordered("amount", value_null(), value_integer(10)), 1);
    assert_int_equal(ordered("amount desc", value_null(), value_integer(10)), 1);
    assert_int_equal(ordered("amount nulls first", value_null(), value_integer(10)), -1);
    assert_int_equal(ordered("amount desc nulls first", value_null(), value_integer(10)), -1);
    assert_int_equal(ordered("amount", value_null(), value_absent()), 0);
    assert_int_equal(ordered("name", value_string("b"), value_string("A")), 1);
    assert_int_equal(ordered("name", value_string("B"), value_string("b")), 0);
    assert_int_equal(ordered("id", value_string("B"), value_string("a")), -1);
    assert_int_equal(ordered("id", value_integer(10), value_integer(9)), 1);
    assert_int_equal(ordered("created", value_string("2026-11-21T10:00:00Z"),
                             value_string("2026-11-21T10:30:00+01:00")),
                     1);
    assert_int_equal(ordered("closedate", value_string("2026-11-21"), value_string("junk")), -1);
    assert_int_equal(ordered("any", value_integer(10), value_string("a")), -1);
}

/* --- splitting --- */

static bool can_amount(const void *context, const struct filter *condition)
{
    (void)context;
    return strcmp(condition->path, "amount") == 0;
}

static void assert_split(const char *text, const char *wanted_pushed, const char *wanted_rest)
{
    struct query *query = parse(text);
    struct filter *pushed;
    struct filter *rest;
    struct text printed = {0};
    filter_split(query->filter, can_amount, NULL, &pushed, &rest);
    filter_print(pushed, &printed);
    assert_string_equal(text_string(&printed), wanted_pushed);
    text_truncate(&printed, 0);
    filter_print(rest, &printed);
    assert_string_equal(text_string(&printed), wanted_rest);
    text_free(&printed);
    filter_free(pushed);
    filter_free(rest);
    query_free(query);
}

static void test_split(void **state)
{
    (void)state;
    assert_split("", "", "");
    assert_split("amount = 1", "amount = 1", "");
    assert_split("x = 1", "", "x = 1");
    assert_split("amount = 1 and x = 1 and (amount = 2 and y = 1)", "amount = 1 and amount = 2",
                 "x = 1 and y = 1");
    assert_split("amount = 1 or x = 1", "", "amount = 1 or x = 1");
    assert_split("(amount = 1 or amount = 2) and not x = 1", "amount = 1 or amount = 2",
                 "not x = 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spelling_fixed), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_ranges),         cmocka_unit_test(test_null),
        cmocka_unit_test(test_text),           cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_dates),          cmocka_unit_test(test_sets),
        cmocka_unit_test(test_logic),          cmocka_unit_test(test_disabled),
        cmocka_unit_test(test_order),          cmocka_unit_test(test_split),
    };
    use_zone("UTC");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
