/*
 * Completion of a half-typed filter: which candidates, and what they replace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "core/query.h"

static struct schema *make_schema(void)
{
    struct schema *schema = schema_new("Opportunity");
    schema_add_field(schema, "Name", FIELD_STRING);
    struct field *stage = schema_add_field(schema, "Stage", FIELD_PICKLIST);
    field_add_picklist(stage, "Proposal", "Proposal", true);
    field_add_picklist(stage, "Won't", "Never", true);
    schema_add_field(schema, "Amount", FIELD_CURRENCY);
    schema_add_field(schema, "CloseDate", FIELD_DATE);
    schema_add_field(schema, "Won", FIELD_BOOLEAN);
    schema_add_field(schema, "Unit Price", FIELD_DOUBLE);
    struct field *account = schema_add_field(schema, "AccountId", FIELD_REFERENCE);
    account->references = memory_copy_string("Account");
    account->relation = memory_copy_string("Account");
    return schema;
}

static struct schema *look_up(void *context, const char *object, struct error *error)
{
    (void)context;
    (void)error;
    struct schema *schema = schema_new(object);
    schema_add_field(schema, "Industry", FIELD_STRING);
    return schema;
}

static void collect(void *context, const char *candidate, const char *note)
{
    assert_non_null(note);
    text_format(context, "%s|", candidate);
}

/* The cursor stands at ^ or at the end. */
static void assert_complete(const char *text, size_t wanted_start, const char *wanted)
{
    struct schema *schema = make_schema();
    struct text candidates = {0};
    const char *caret = strchr(text, '^');
    size_t at = caret == NULL ? strlen(text) : (size_t)(caret - text);
    size_t start = query_complete_in(text, at, schema, look_up, NULL, collect, &candidates);
    if (start != wanted_start || strcmp(text_string(&candidates), wanted) != 0) {
        fail_msg("'%s' at %zu: %s", text, start, text_string(&candidates));
    }
    text_free(&candidates);
    schema_release(schema);
}

static void test_names(void **state)
{
    (void)state;
    assert_complete("", 0,
                    "Name|Stage|Amount|CloseDate|Won|`Unit Price`|AccountId|Account.|not|(|"
                    "order by|limit|");
    assert_complete("am", 0, "Amount|Name|");
    assert_complete("am^xyz", 0, "Amount|Name|");
    assert_complete("amount = 1 and cl", 15, "CloseDate|");
    assert_complete("(not na", 5, "Name|");
    assert_complete("`uni", 0, "`Unit Price`|");
    assert_complete("price", 0, "`Unit Price`|");
    assert_complete("Account.", 8, "Industry|");
    assert_complete("account.in", 8, "Industry|");
    assert_complete("amount = 1 order by clo", 20, "CloseDate|");
    assert_complete("order by account.", 17, "Industry|");
}

static void test_operators(void **state)
{
    (void)state;
    assert_complete("name st", 5, "starts with|");
    assert_complete("name starts wi", 5, "starts with|");
    assert_complete("name not cont", 9, "contains|");
    assert_complete("won ", 4, "=|!=|in|not in|is null|is not null|is blank|is not blank|");
    assert_complete("amount is not n", 7, "is not null|");
}

static void test_values(void **state)
{
    (void)state;
    assert_complete("stage = ", 8, "'Proposal'|'Won''t'|");
    assert_complete("stage = 'pr", 8, "'Proposal'|");
    assert_complete("stage = pr", 8, "'Proposal'|");
    assert_complete("stage in ('Proposal', nev", 22, "'Won''t'|");
    assert_complete("won = t", 6, "true|");
    assert_complete("closedate = las", 12,
                    "last week|last month|last quarter|last year|last 7 days|last 7 weeks|"
                    "last 7 months|last 7 quarters|last 7 years|");
    assert_complete("closedate = last 3 mo", 12, "last 3 months|");
    assert_complete("closedate between today and yes", 28, "yesterday|");
    assert_complete("amount = ", 9, "");
}

static void test_what_follows(void **state)
{
    (void)state;
    assert_complete("amount = 1 ", 11, "and|or|order by|limit|");
    assert_complete("(amount = 1 ", 12, "and|or|)|");
    assert_complete("amount in (1", 11, "");
    assert_complete("amount in (1 ", 13, ",|)|");
    assert_complete("amount in ", 10, "(|");
    assert_complete("amount between 1 ", 17, "and|");
    assert_complete("amount = 1 order by name ", 25, "desc|nulls first|,|limit|");
    assert_complete("amount == ", 10, "");
    assert_complete("= = = ", 6, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_what_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
