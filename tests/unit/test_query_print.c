/*
 * Printing a tree and parsing it again gives the same tree: thousands of random trees with every
 * operator, every kind of operand, and hostile names and texts. Also: trees that are half edited,
 * how deep and how long a text may be, and copies.
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

/* The same trees at every run. */
static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static size_t below(uint64_t *seed, size_t limit)
{
    return next_random(seed) % limit;
}

static const char *const strings[] = {
    "",
    "plain",
    "two words",
    "it's",
    "say \"hi\"",
    "back`tick",
    "``",
    "a.b",
    "and",
    "ORDER",
    "limit",
    "not",
    "null",
    "2nd",
    "a/b",
    "größe",
    "北京",
    "emoji 🙂",
    "\n\ttab",
    "%_\\",
    "');--",
    "\xFF\xFE",
    "e\xCC\x81",
    "\xE2\x80\xAE"
    "rtl",
    "x\xC2\xA0y",
    "today",
    "10",
    "true",
    "`",
    "'",
    "in",
    "contains",
    "2026-11-21",
    "last 3 weeks",
};

static const char *const numbers[] = {
    "0", "-1", "+7", "3.14", ".5", "1e6", "-.5", "1E-9", "9223372036854775808"};
static const char *const dates[] = {"2026-11-21", "0001-01-01", "9999-12-31"};
static const char *const datetimes[] = {"2026-11-21T14:30", "2026-11-21T14:30:00.5Z",
                                        "2026-11-21T14:30:00+01:00", "2026-11-21T14:30-0800"};
static const char *const times[] = {"00:00", "23:59:59", "14:30:00.123Z"};

#define PICK(seed, array) (array)[below(seed, sizeof(array) / sizeof(array)[0])]

static void add_operand(uint64_t *seed, struct filter *condition)
{
    struct operand *operand;
    switch (below(seed, 7)) {
    case 0:
        filter_add_operand(condition, OPERAND_NUMBER, PICK(seed, numbers));
        break;
    case 1:
        filter_add_operand(condition, OPERAND_BOOLEAN, NULL)->boolean = below(seed, 2) == 1;
        break;
    case 2:
        filter_add_operand(condition, OPERAND_DATE, PICK(seed, dates));
        break;
    case 3:
        filter_add_operand(condition, OPERAND_DATETIME, PICK(seed, datetimes));
        break;
    case 4:
        filter_add_operand(condition, OPERAND_TIME, PICK(seed, times));
        break;
    case 5:
        operand = filter_add_operand(condition, OPERAND_RELATIVE, NULL);
        operand->relative.kind = (enum relative_kind)below(seed, RELATIVE_IN + 1);
        if (operand->relative.kind >= RELATIVE_THIS) {
            operand->relative.unit = (enum relative_unit)below(seed, UNIT_YEAR + 1);
        }
        if (operand->relative.kind > RELATIVE_THIS) {
            operand->relative.count = (int)below(seed, 4);
        }
        break;
    default:
        filter_add_operand(condition, OPERAND_TEXT, PICK(seed, strings));
        break;
    }
}

static struct filter *random_condition(uint64_t *seed)
{
    struct text path = {0};
    size_t parts = 1 + below(seed, 3);
    for (size_t i = 0; i < parts; i++) {
        const char *part = PICK(seed, strings);
        text_append_string(&path, i > 0 ? "." : "");
        query_print_path(&part, 1, &path);
    }
    struct filter *condition =
        filter_condition("x", (enum filter_operator)below(seed, OPERATOR_COUNT));
    assert_true(filter_set_path(condition, text_string(&path)));
    assert_int_equal(condition->part_count, parts);
    text_free(&path);
    int operands = filter_operator_operands(condition->operator_);
    size_t count = operands < 0 ? 1 + below(seed, 4) : (size_t)operands;
    for (size_t i = 0; i < count; i++) {
        add_operand(seed, condition);
    }
    return condition;
}

static struct filter *random_filter(uint64_t *seed, int depth)
{
    static const enum filter_kind kinds[] = {FILTER_AND, FILTER_OR, FILTER_NOT};
    if (depth == 0 || below(seed, 3) == 0) {
        return random_condition(seed);
    }
    struct filter *filter = filter_new(PICK(seed, kinds));
    size_t count = filter->kind == FILTER_NOT ? 1 : 2 + below(seed, 3);
    for (size_t i = 0; i < count; i++) {
        filter_add(filter, random_filter(seed, depth - 1));
    }
    return filter;
}

static void random_order(uint64_t *seed, struct query *query)
{
    size_t count = below(seed, 3);
    for (size_t i = 0; i < count; i++) {
        struct text path = {0};
        const char *part = PICK(seed, strings);
        query_print_path(&part, 1, &path);
        query_add_order(query, text_string(&path), below(seed, 2) == 1, below(seed, 2) == 1);
        text_free(&path);
    }
    if (below(seed, 2) == 1) {
        query->limit = (int64_t)below(seed, 1000);
    }
}

static void assert_same_order(const struct query *a, const struct query *b)
{
    assert_int_equal(a->limit, b->limit);
    assert_int_equal(a->order_count, b->order_count);
    for (size_t i = 0; i < a->order_count; i++) {
        assert_int_equal(a->order[i].part_count, b->order[i].part_count);
        assert_string_equal(a->order[i].path, b->order[i].path);
        assert_int_equal(a->order[i].descending, b->order[i].descending);
        assert_int_equal(a->order[i].nulls_first, b->order[i].nulls_first);
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    uint64_t seed = 20261121;
    for (int i = 0; i < 5000; i++) {
        struct query *query = query_new("x");
        struct query *again = query_new("x");
        struct text first = {0};
        struct text second = {0};
        struct error error = {0};
        query->filter = random_filter(&seed, 4);
        random_order(&seed, query);
        query_print(query, &first);
        if (!query_parse(again, text_string(&first), NULL, &error)) {
            fail_msg("%s: %s", text_string(&first), error.message);
        }
        query_print(again, &second);
        assert_string_equal(text_string(&first), text_string(&second));
        assert_true(filter_equal(query->filter, again->filter));
        assert_same_order(query, again);
        struct query *copy = query_copy(query);
        assert_true(filter_equal(copy->filter, query->filter));
        assert_same_order(copy, query);
        query_free(copy);
        text_free(&first);
        text_free(&second);
        query_free(query);
        query_free(again);
    }
}

static void test_columns_round_trip(void **state)
{
    (void)state;
    struct query *query = query_new("x");
    struct error error = {0};
    assert_true(query_parse_columns(query, "a, `b c`, Account.`d``e`", &error));
    assert_int_equal(query->column_count, 3);
    assert_string_equal(query->columns[1].path, "b c");
    assert_string_equal(query->columns[2].parts[1], "d`e");
    query_add_column(query, "Unit Price");
    assert_int_equal(query->columns[3].part_count, 1);
    assert_false(query_parse_columns(query, "a b", &error));
    assert_non_null(strstr(error.message, "column 3: expected ',' or the end, found 'b'"));
    assert_int_equal(query->column_count, 4);
    error_clear(&error);
    query_free(query);
}

static void assert_prints(const struct filter *filter, const char *wanted)
{
    struct text text = {0};
    filter_print(filter, &text);
    assert_string_equal(text_string(&text), wanted);
    text_free(&text);
}

/* What the builder holds while a row is half edited. */
static void test_half_edited(void **state)
{
    (void)state;
    struct filter *group = filter_new(FILTER_AND);
    assert_prints(NULL, "");
    assert_prints(group, "");
    filter_add(group, filter_condition("a", OPERATOR_IS_NULL));
    assert_prints(group, "a is null");
    struct filter *inner = filter_new(FILTER_OR);
    filter_add(group, inner);
    assert_prints(group, "a is null");
    filter_add(inner, filter_condition("b", OPERATOR_IS_NULL));
    assert_prints(group, "a is null and b is null");
    filter_add(inner, filter_condition("c", OPERATOR_IS_NULL));
    assert_prints(group, "a is null and (b is null or c is null)");
    inner->children[1]->disabled = true;
    assert_prints(group, "a is null and b is null");
    struct filter *negation = filter_new(FILTER_NOT);
    filter_add(negation, group);
    assert_prints(negation, "not (a is null and b is null)");
    group->children[0]->disabled = true;
    assert_prints(negation, "not b is null");
    inner->disabled = true;
    assert_prints(negation, "");
    filter_free(negation);
}

/* A value that is not what its kind says cannot become syntax. */
static void test_no_injection(void **state)
{
    (void)state;
    struct filter *condition = filter_condition("a", OPERATOR_EQUAL);
    filter_add_operand(condition, OPERAND_NUMBER, "1 or b = 2");
    assert_prints(condition, "a = '1 or b = 2'");
    filter_free(condition);
}

static void test_equals(void **state)
{
    (void)state;
    struct schema *schema = schema_new("x");
    struct field *number = schema_add_field(schema, "n", FIELD_INT);
    struct value values[] = {value_null(), value_integer(5), value_string("5")};
    static const char *const wanted[] = {"n is null", "n = 5", "n = 5"};
    for (size_t i = 0; i < 3; i++) {
        struct filter *filter = filter_equals("n", number, &values[i]);
        assert_prints(filter, wanted[i]);
        filter_free(filter);
    }
    struct field *id = schema_add_field(schema, "an id", FIELD_ID);
    struct filter *filter = filter_equals("an id", id, &values[2]);
    assert_prints(filter, "`an id` = '5'");
    filter_free(filter);
    schema_release(schema);
}

/* --- bounds --- */

static bool parses(const char *text, const char *message)
{
    struct query *query = query_new("x");
    struct error error = {0};
    bool done = query_parse(query, text, NULL, &error);
    if (!done) {
        assert_non_null(strstr(error.message, message));
    }
    error_clear(&error);
    query_free(query);
    return done;
}

static void test_depth(void **state)
{
    (void)state;
    struct text text = {0};
    for (int i = 0; i < QUERY_MOST_LEVELS; i++) {
        text_append_string(&text, i % 2 == 0 ? "(" : "not ");
    }
    text_append_string(&text, "a = 1");
    for (int i = 0; i < QUERY_MOST_LEVELS / 2; i++) {
        text_append_string(&text, ")");
    }
    assert_true(parses(text_string(&text), ""));
    text_truncate(&text, 0);
    for (int i = 0; i < 100000; i++) {
        text_append_string(&text, i % 2 == 0 ? "(" : "not ");
    }
    assert_false(parses(text_string(&text), "nests too deeply"));
    text_free(&text);
}

/* Not a measurement: with a step that were not linear this would not end. */
static void test_length(void **state)
{
    (void)state;
    struct text text = {0};
    text_append_string(&text, "a = 1");
    for (int i = 0; i < 100000; i++) {
        text_append_string(&text, i % 2 == 0 ? " and a in (1, 'x')" : " or (b = 2)");
    }
    assert_true(parses(text_string(&text), ""));
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_columns_round_trip),
        cmocka_unit_test(test_half_edited), cmocka_unit_test(test_no_injection),
        cmocka_unit_test(test_equals),      cmocka_unit_test(test_depth),
        cmocka_unit_test(test_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
