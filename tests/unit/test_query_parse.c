/*
 * The filter language read and printed: what parses to what, what is refused and where, and that
 * printing a tree and parsing it again gives the same tree, for thousands of random trees.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/query.h"

/* --- what prints as what --- */

static const struct {
    const char *typed;
    const char *printed;
} spellings[] = {
    {"", ""},
    {"  \n\t ", ""},
    {"a=1", "a = 1"},
    {"a <> 1", "a != 1"},
    {"A IN (1,2)", "A in (1, 2)"},
    {"a NOT  In ('x')", "a not in ('x')"},
    {"a starts\nWITH 'x'", "a starts with 'x'"},
    {"a ends with \"it's\"", "a ends with 'it''s'"},
    {"a = \"say \"\"hi\"\"\"", "a = 'say \"hi\"'"},
    {"a like 'x\\%%'", "a like 'x\\%%'"},
    {"a is null and b is not null", "a is null and b is not null"},
    {"a is empty or a is not empty", "a is empty or a is not empty"},
    {"a is blank or a is not blank", "a is blank or a is not blank"},
    {"a not contains 'x'", "not a contains 'x'"},
    {"a not between 1 and 2", "not a between 1 and 2"},
    {"a not like 'x'", "not a like 'x'"},
    {"a between 1 and 2 and b = 3", "a between 1 and 2 and b = 3"},
    {"not not a = 1", "not not a = 1"},
    {"((a = 1))", "a = 1"},
    {"(a = 1 or b = 2) and c = 3", "(a = 1 or b = 2) and c = 3"},
    {"a = 1 or b = 2 and c = 3", "a = 1 or b = 2 and c = 3"},
    {"a = 1 or (b = 2 and c = 3)", "a = 1 or b = 2 and c = 3"},
    {"(a = 1 and b = 2) and c = 3", "(a = 1 and b = 2) and c = 3"},
    {"not (a = 1 or b = 2)", "not (a = 1 or b = 2)"},
    {"`addresscounty/state` = 'x'", "`addresscounty/state` = 'x'"},
    {"`plain` = 1", "plain = 1"},
    {"`2nd` = 1", "`2nd` = 1"},
    {"`a``b`.`c d` = 1", "`a``b`.`c d` = 1"},
    {"`and` = 1 and `order` = 2", "`and` = 1 and `order` = 2"},
    {"Account . Name = 'x'", "Account.Name = 'x'"},
    {"größe = 1", "größe = 1"},
    {"a = -5 and b = .5 and c = 1e6", "a = -5 and b = .5 and c = 1e6"},
    {"a = true and b = FALSE", "a = true and b = false"},
    {"a = 2026-11-21", "a = 2026-11-21"},
    {"a = 2026-11-21T14:30:00Z", "a = 2026-11-21T14:30:00Z"},
    {"a = 2026-11-21T14:30+01:00", "a = 2026-11-21T14:30+01:00"},
    {"a = 14:30", "a = 14:30"},
    {"a = TODAY", "a = today"},
    {"a between today and next quarter", "a between today and next quarter"},
    {"a = last 3 week", "a = last 3 weeks"},
    {"a = next 1 months", "a = next 1 month"},
    {"a < 3 days ago and b > in 1 year", "a < 3 days ago and b > in 1 year"},
    {"a in (in 3 days, last week)", "a in (in 3 days, last week)"},
    {"a includes ('A;B', 'C')", "a includes ('A;B', 'C')"},
    {"a excludes('A')", "a excludes ('A')"},
    {"a = 1 order by b desc, c asc nulls first limit 10",
     "a = 1 order by b desc, c nulls first limit 10"},
    {"order by `a b` nulls last", "order by `a b`"},
    {"LIMIT 0", "limit 0"},
    {"limit = 3 and `limit` = 4 limit 5", "`limit` = 3 and `limit` = 4 limit 5"},
    {"a\xC2\xA0=\xC2\xA0"
     "1",
     "a = 1"},
};

static char *printed(const struct query *query)
{
    struct text text = {0};
    query_print(query, &text);
    return text_take(&text);
}

static void test_spellings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        struct query *query = query_new("x");
        struct error error = {0};
        size_t column = 99;
        if (!query_parse(query, spellings[i].typed, &column, &error)) {
            fail_msg("%s: %s", spellings[i].typed, error.message);
        }
        assert_int_equal(column, 0);
        char *text = printed(query);
        assert_string_equal(text, spellings[i].printed);
        free(text);
        query_free(query);
    }
}

/* --- what is refused, and where --- */

static const struct {
    const char *typed;
    size_t column;
    const char *message;
    const char *hint; /* part of it; NULL: none is looked for */
} mistakes[] = {
    {"a", 2, "column 2: expected a comparison", NULL},
    {"a =", 4, "column 4: expected a value, found the end", NULL},
    {"a = null", 5, "use is null", NULL},
    {"a != null", 6, "use is not null", NULL},
    {"a in (1, null)", 10, "use is null", NULL},
    {"a == 1", 3, "column 3: expected a comparison", "write a single ="},
    {"a = ten", 5, "column 5: expected a value, found 'ten'", "text stands in quotes: 'ten'"},
    {"a => 1", 3, "column 3", "write >="},
    {"a = 1 && b = 2", 7, "column 7", "write and"},
    {"a = 'x", 5, "column 5: expected a value", "quote is not closed"},
    {"`a = 1", 1, "column 1: expected a field name", "quote is not closed"},
    {"größe = zehn", 9, "column 9: expected a value, found 'zehn'", NULL},
    {"a = 2026-02-30", 5, "column 5", "no such date"},
    {"a = 25:00", 5, "column 5", "no such time"},
    {"a > 10,000", 7, "column 7: expected 'and', 'or'", "thousands separators"},
    {"a > 10k", 5, "column 5", NULL},
    {"2nd = 1", 1, "column 1: expected a field name", NULL},
    {"a starts 'x'", 10, "column 10: expected 'with'", NULL},
    {"a is 5", 6, "column 6: expected null, empty or blank", "write ="},
    {"a is not 5", 10, "column 10: expected null, empty or blank", NULL},
    {"a in 1", 6, "column 6: expected ( and a list", NULL},
    {"a in ()", 7, "column 7: expected a value", NULL},
    {"a in (1", 8, "column 8: expected ',' or ')'", NULL},
    {"a in (1,)", 9, "column 9: expected a value", NULL},
    {"a between 1", 12, "column 12: expected 'and'", NULL},
    {"(a = 1", 7, "column 7: expected 'and', 'or' or ')'", NULL},
    {"a = 1)", 6, "column 6: expected 'and', 'or', 'order by', 'limit' or the end", NULL},
    {"a = 1 and", 10, "column 10: expected a field name", NULL},
    {"a. = 1", 4, "column 4: expected a field name", NULL},
    {"a = last fortnight", 5, "column 5: expected a relative date", NULL},
    {"a = last 0 days", 5, "column 5: expected a relative date", NULL},
    {"a = this 3 weeks", 5, "column 5: expected a relative date", NULL},
    {"order by", 9, "column 9: expected a field name", NULL},
    {"order name", 7, "column 7: expected a comparison", NULL},
    {"a = 1 order name", 13, "column 13: expected 'by'", NULL},
    {"order by a nulls", 17, "column 17: expected 'first' or 'last'", NULL},
    {"a = 1 limit ten", 13, "column 13: expected a whole number", NULL},
    {"a = 1 limit -1", 13, "column 13: expected a whole number", NULL},
    {"limit 5 order by a", 9, "column 9: expected the end", NULL},
    {"a = \xE2\x80\x98x\xE2\x80\x99", 5, "column 5", "straight quotes"},
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct query *query = query_new("x");
        struct error error = {0};
        size_t column = 0;
        assert_true(query_parse(query, "keep = 1 order by kept limit 7", NULL, &error));
        if (query_parse(query, mistakes[i].typed, &column, &error)) {
            fail_msg("%s was accepted", mistakes[i].typed);
        }
        assert_int_equal(error.kind, ERROR_USAGE);
        if (column != mistakes[i].column || strstr(error.message, mistakes[i].message) == NULL ||
            (mistakes[i].hint != NULL &&
             (error.hint == NULL || strstr(error.hint, mistakes[i].hint) == NULL))) {
            fail_msg("%s: at %zu: %s (%s)", mistakes[i].typed, column, error.message,
                     error.hint == NULL ? "" : error.hint);
        }
        char *text = printed(query);
        assert_string_equal(text, "keep = 1 order by kept limit 7");
        free(text);
        error_clear(&error);
        query_free(query);
    }
}

/* With a schema a mistake says what the field takes; without, or for a parent's, "a value". */
static void a_mistake_says_what_the_field_takes(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        const char *message;
        bool hint;
    } rows[] = {
        {"Amount > ten", "column 10: expected a number, found 'ten'", false},
        {"amount in (1, ten)", "column 15: expected a number, found 'ten'", false},
        {"amount between 1 and", "column 21: expected a number, found the end", false},
        {"open = maybe", "column 8: expected true or false, found 'maybe'", false},
        {"closedate > soon", "column 13: expected a date, such as", true},
        {"stage = won", "column 9: expected text in quotes, found 'won'", true},
        {"account.amount = ten", "column 18: expected a value, found 'ten'", true},
        {"nosuch = ten", "column 10: expected a value, found 'ten'", true},
    };
    struct schema *schema = schema_new("Opportunity");
    schema_add_field(schema, "Amount", FIELD_CURRENCY);
    schema_add_field(schema, "Open", FIELD_BOOLEAN);
    schema_add_field(schema, "CloseDate", FIELD_DATE);
    schema_add_field(schema, "Stage", FIELD_STRING);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct query *query = query_new("Opportunity");
        struct error error = {0};
        assert_false(query_parse_for(query, rows[i].typed, schema, NULL, &error));
        assert_memory_equal(error.message, rows[i].message, strlen(rows[i].message));
        assert_int_equal(error.hint != NULL, rows[i].hint);
        error_clear(&error);
        query_free(query);
    }
    schema_release(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mistake_says_what_the_field_takes),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
