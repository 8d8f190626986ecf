/*
 * query_match: filters evaluated and values compared here, for what a backend cannot do itself.
 *
 * Pure; any thread. Runs over millions of rows: nothing is allocated for numbers, dates, and text
 * in ASCII, and no operand is read again that query_resolve has read.
 */
#include "core/query.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/query_class.h"

/* --- the spelling of a value --- */

/* The text of a value: its own bytes, or digits written here. */
struct spelling {
    const char *bytes;
    size_t length;
    char digits[24];
    struct text owned;
};

static void spell(struct spelling *spelling, const struct value *value)
{
    spelling->owned = (struct text){0};
    if (value->kind == VALUE_TEXT || value->kind == VALUE_BYTES) {
        spelling->bytes = value->as.text.bytes;
        spelling->length = value->as.text.length;
    } else if (value->kind == VALUE_INTEGER) {
        int length = snprintf(spelling->digits, sizeof spelling->digits, "%lld",
                              (long long)value->as.integer);
        spelling->bytes = spelling->digits;
        spelling->length = length > 0 ? (size_t)length : 0;
    } else {
        value_print(value, &spelling->owned);
        spelling->bytes = text_string(&spelling->owned);
        spelling->length = spelling->owned.length;
    }
}

/* --- comparing two values of a class --- */

static int order_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    int order = shorter == 0 ? 0 : memcmp(a, b, shorter);
    return order != 0 ? order : order_of((int64_t)a_length, (int64_t)b_length);
}

/* Exact: no 64-bit integer is rounded on the way. */
static int compare_integer_real(int64_t integer, double real)
{
    static const int64_t most_exact = (int64_t)1 << 53; /* of a real */
    if (integer < most_exact && integer > -most_exact) {
        return ((double)integer > real) - ((double)integer < real);
    }
    if (real >= 9223372036854775808.0) {
        return -1;
    }
    if (real < -9223372036854775808.0) {
        return 1;
    }
    double whole = floor(real);
    int order = order_of(integer, (int64_t)whole);
    return order != 0 ? order : (real > whole ? -1 : 0);
}

static int compare_numbers(const struct value *a, const struct value *b)
{
    if (a->kind == VALUE_INTEGER) {
        return b->kind == VALUE_INTEGER ? order_of(a->as.integer, b->as.integer)
                                        : compare_integer_real(a->as.integer, b->as.real);
    }
    return b->kind == VALUE_INTEGER ? -compare_integer_real(b->as.integer, a->as.real)
                                    : (a->as.real > b->as.real) - (a->as.real < b->as.real);
}

/* The number a value stands for: itself, or one read into *room; NULL when it is none. */
static const struct value *number_of(const struct value *value, struct value *room)
{
    if (value->kind == VALUE_INTEGER || (value->kind == VALUE_REAL && !isnan(value->as.real))) {
        return value;
    }
    if (value->kind == VALUE_BOOLEAN) {
        *room = value_integer(value->as.boolean ? 1 : 0);
        return room;
    }
    return value->kind == VALUE_TEXT &&
                   value_parse_number(value->as.text.bytes, value->as.text.length, room)
               ? room
               : NULL;
}

static bool truth_of(const struct value *value, bool *out)
{
    static const struct {
        const char *word;
        bool truth;
    } words[] = {{"true", true}, {"false", false}, {"1", true},  {"0", false}, {"yes", true},
                 {"no", false},  {"t", true},      {"f", false}, {"y", true},  {"n", false}};
    if (value->kind == VALUE_TEXT) {
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (value->as.text.length == strlen(words[i].word) &&
                strncasecmp(value->as.text.bytes, words[i].word, value->as.text.length) == 0) {
                *out = words[i].truth;
                return true;
            }
        }
        return false;
    }
    struct value room;
    const struct value *number = number_of(value, &room);
    if (number == NULL) {
        return false;
    }
    *out = number->kind == VALUE_INTEGER ? number->as.integer != 0 : number->as.real != 0;
    return true;
}

static bool date_time_of(const struct value *value, struct date_time *out)
{
    return value->kind == VALUE_TEXT &&
           date_time_parse(value->as.text.bytes, value->as.text.length, out);
}

static int compare_dates(const struct date_time *a, const struct date_time *b)
{
    return order_of(date_to_days(a->date), date_to_days(b->date));
}

static int compare_times(const struct date_time *a, const struct date_time *b)
{
    int order = order_of(a->hour * 3600 + a->minute * 60 + a->second,
                         b->hour * 3600 + b->minute * 60 + b->second);
    return order != 0 ? order : order_of(a->fraction, b->fraction);
}

/* --- where a value stands to an operand --- */

/* Sets *position to -1 before, 0 at or within, 1 after; false when the two cannot be compared, and
 * then every comparison is false. */
typedef bool (*position_function)(const struct value *value, const struct operand *operand,
                                  int *position);

static bool number_position(const struct value *value, const struct operand *operand, int *position)
{
    struct value room;
    const struct value *number = number_of(value, &room);
    if (number == NULL) {
        return false;
    }
    *position = compare_numbers(number, &operand->number);
    return true;
}

static bool boolean_position(const struct value *value, const struct operand *operand,
                             int *position)
{
    bool truth;
    if (!truth_of(value, &truth)) {
        return false;
    }
    *position = order_of(truth, operand->boolean);
    return true;
}

typedef int (*moment_compare)(const struct date_time *a, const struct date_time *b);

static int range_position(const struct date_time *value, const struct operand *operand,
                          moment_compare compare)
{
    int from_start = compare(value, &operand->first);
    if (from_start <= 0 || operand->end == NULL) {
        return from_start;
    }
    return compare(value, &operand->next) < 0 ? 0 : 1;
}

static bool date_position(const struct value *value, const struct operand *operand, int *position)
{
    struct date_time date_time;
    if (!date_time_of(value, &date_time)) {
        return false;
    }
    *position = range_position(&date_time, operand, compare_dates);
    return true;
}

static bool datetime_position(const struct value *value, const struct operand *operand,
                              int *position)
{
    struct date_time date_time;
    if (!date_time_of(value, &date_time)) {
        return false;
    }
    *position = range_position(&date_time, operand, date_time_compare);
    return true;
}

static bool time_position(const struct value *value, const struct operand *operand, int *position)
{
    struct date_time time;
    if (value->kind != VALUE_TEXT ||
        !date_parse_time(value->as.text.bytes, value->as.text.length, &time)) {
        return false;
    }
    *position = range_position(&time, operand, compare_times);
    return true;
}

static bool text_position(const struct value *value, const struct operand *operand, int *position)
{
    struct spelling spelling;
    if (value->kind == VALUE_BYTES) {
        return false;
    }
    spell(&spelling, value);
    *position =
        text_compare_folded(spelling.bytes, spelling.length, operand->text, strlen(operand->text));
    text_free(&spelling.owned);
    return true;
}

static bool choice_position(const struct value *value, const struct operand *operand, int *position)
{
    return operand->kind == OPERAND_NUMBER && number_position(value, operand, position)
               ? true
               : text_position(value, operand, position);
}

/* Numbers by their size, everything else byte for byte. */
static bool id_position(const struct value *value, const struct operand *operand, int *position)
{
    struct spelling spelling;
    bool number = value->kind == VALUE_INTEGER || value->kind == VALUE_REAL;
    if (number && operand->kind == OPERAND_NUMBER) {
        return number_position(value, operand, position);
    }
    spell(&spelling, value);
    *position =
        compare_bytes(spelling.bytes, spelling.length, operand->text, strlen(operand->text));
    text_free(&spelling.owned);
    return true;
}

/* A field of no known type: as the operand is, so is the comparison. */
static bool any_position(const struct value *value, const struct operand *operand, int *position)
{
    static const position_function functions[] = {
        [OPERAND_TEXT] = text_position,         [OPERAND_NUMBER] = number_position,
        [OPERAND_BOOLEAN] = boolean_position,   [OPERAND_DATE] = date_position,
        [OPERAND_DATETIME] = datetime_position, [OPERAND_TIME] = time_position,
        [OPERAND_RELATIVE] = date_position,
    };
    return functions[operand->kind](value, operand, position);
}

static bool find_position(const struct filter *condition, const struct value *value, size_t operand,
                          int *position)
{
    static const position_function functions[] = {
        [CLASS_NUMBER] = number_position, [CLASS_BOOLEAN] = boolean_position,
        [CLASS_DATE] = date_position,     [CLASS_DATETIME] = datetime_position,
        [CLASS_TIME] = time_position,     [CLASS_TEXT] = text_position,
        [CLASS_CHOICE] = choice_position, [CLASS_ID] = id_position,
        [CLASS_ANY] = any_position,
    };
    return functions[query_class_of(condition->field->type)](value, &condition->operands[operand],
                                                             position);
}

/* --- conditions --- */

typedef bool (*condition_test)(const struct filter *condition, const struct value *value);

static bool test_equal(const struct filter *condition, const struct value *value)
{
    int position;
    return find_position(condition, value, 0, &position) && position == 0;
}

static bool test_less(const struct filter *condition, const struct value *value)
{
    int position;
    return find_position(condition, value, 0, &position) && position < 0;
}

static bool test_less_equal(const struct filter *condition, const struct value *value)
{
    int position;
    return find_position(condition, value, 0, &position) && position <= 0;
}

static bool test_greater(const struct filter *condition, const struct value *value)
{
    int position;
    return find_position(condition, value, 0, &position) && position > 0;
}

static bool test_greater_equal(const struct filter *condition, const struct value *value)
{
    int position;
    return find_position(condition, value, 0, &position) && position >= 0;
}

static bool test_in(const struct filter *condition, const struct value *value)
{
    int position;
    for (size_t i = 0; i < condition->operand_count; i++) {
        if (find_position(condition, value, i, &position) && position == 0) {
            return true;
        }
    }
    return false;
}

static bool test_between(const struct filter *condition, const struct value *value)
{
    int from;
    int to;
    return find_position(condition, value, 0, &from) && from >= 0 &&
           find_position(condition, value, 1, &to) && to <= 0;
}

typedef bool (*text_test)(const char *text, size_t length, const char *part, size_t part_length);

static bool test_text(const struct filter *condition, const struct value *value, text_test test)
{
    const char *part = condition->operands[0].text;
    if (value->kind == VALUE_TEXT) {
        return test(value->as.text.bytes, value->as.text.length, part, strlen(part));
    }
    struct spelling spelling;
    spell(&spelling, value);
    bool matches = test(spelling.bytes, spelling.length, part, strlen(part));
    text_free(&spelling.owned);
    return matches;
}

static bool test_contains(const struct filter *condition, const struct value *value)
{
    return test_text(condition, value, text_contains_folded);
}

static bool test_starts_with(const struct filter *condition, const struct value *value)
{
    return test_text(condition, value, text_starts_folded);
}

static bool test_ends_with(const struct filter *condition, const struct value *value)
{
    return test_text(condition, value, text_ends_folded);
}

static bool test_like(const struct filter *condition, const struct value *value)
{
    return test_text(condition, value, text_like_folded);
}

/* --- sets: A;B;C --- */

struct member {
    const char *bytes;
    size_t length;
};

/* The next member, spaces around it aside; false after the last. Empty members are none. */
static bool next_member(const char **at, const char *end, struct member *member)
{
    while (*at < end) {
        const char *stop = memchr(*at, ';', (size_t)(end - *at));
        const char *last = stop != NULL ? stop : end;
        const char *first = *at;
        *at = stop != NULL ? stop + 1 : end;
        while (first < last && *first == ' ') {
            first++;
        }
        while (last > first && last[-1] == ' ') {
            last--;
        }
        if (last > first) {
            member->bytes = first;
            member->length = (size_t)(last - first);
            return true;
        }
    }
    return false;
}

static bool set_has(const struct spelling *set, const struct member *wanted)
{
    const char *at = set->bytes;
    struct member member;
    while (next_member(&at, set->bytes + set->length, &member)) {
        if (text_compare_folded(member.bytes, member.length, wanted->bytes, wanted->length) == 0) {
            return true;
        }
    }
    return false;
}

static bool set_has_all(const struct spelling *set, const char *wanted)
{
    const char *at = wanted;
    const char *end = wanted + strlen(wanted);
    struct member member;
    bool any = false;
    while (next_member(&at, end, &member)) {
        any = true;
        if (!set_has(set, &member)) {
            return false;
        }
    }
    return any;
}

static bool test_includes(const struct filter *condition, const struct value *value)
{
    struct spelling set;
    bool found = false;
    spell(&set, value);
    for (size_t i = 0; i < condition->operand_count && !found; i++) {
        found = set_has_all(&set, condition->operands[i].text);
    }
    text_free(&set.owned);
    return found;
}

/* --- nothing --- */

static bool is_empty(const struct value *value)
{
    return (value->kind == VALUE_TEXT || value->kind == VALUE_BYTES) && value->as.text.length == 0;
}

static bool test_null(const struct filter *condition, const struct value *value)
{
    (void)condition;
    return value_is_nothing(value);
}

static bool test_empty(const struct filter *condition, const struct value *value)
{
    (void)condition;
    return is_empty(value);
}

static bool test_blank(const struct filter *condition, const struct value *value)
{
    (void)condition;
    return value_is_nothing(value) || is_empty(value);
}

static const struct {
    condition_test test;
    bool negated;
    bool takes_null; /* the test looks at null itself; every other is false for it */
} tests[OPERATOR_COUNT] = {
    [OPERATOR_EQUAL] = {test_equal, false, false},
    [OPERATOR_NOT_EQUAL] = {test_equal, true, false},
    [OPERATOR_LESS] = {test_less, false, false},
    [OPERATOR_LESS_EQUAL] = {test_less_equal, false, false},
    [OPERATOR_GREATER] = {test_greater, false, false},
    [OPERATOR_GREATER_EQUAL] = {test_greater_equal, false, false},
    [OPERATOR_IN] = {test_in, false, false},
    [OPERATOR_NOT_IN] = {test_in, true, false},
    [OPERATOR_BETWEEN] = {test_between, false, false},
    [OPERATOR_CONTAINS] = {test_contains, false, false},
    [OPERATOR_STARTS_WITH] = {test_starts_with, false, false},
    [OPERATOR_ENDS_WITH] = {test_ends_with, false, false},
    [OPERATOR_LIKE] = {test_like, false, false},
    [OPERATOR_IS_NULL] = {test_null, false, true},
    [OPERATOR_IS_NOT_NULL] = {test_null, true, true},
    [OPERATOR_IS_EMPTY] = {test_empty, false, true},
    [OPERATOR_IS_NOT_EMPTY] = {test_empty, true, true},
    [OPERATOR_IS_BLANK] = {test_blank, false, true},
    [OPERATOR_IS_NOT_BLANK] = {test_blank, true, true},
    [OPERATOR_INCLUDES] = {test_includes, false, false},
    [OPERATOR_EXCLUDES] = {test_includes, true, false},
};

static bool condition_matches(const struct filter *condition, query_value value, void *context)
{
    struct value found = value(context, condition->path);
    bool matches = (tests[condition->operator_].takes_null || !value_is_nothing(&found)) &&
                   tests[condition->operator_].test(condition, &found);
    return matches != tests[condition->operator_].negated;
}

/* The filter is active: a group has something in it that counts. */
static bool matches(const struct filter *filter, query_value value, void *context)
{
    if (filter->kind == FILTER_CONDITION) {
        return condition_matches(filter, value, context);
    }
    if (filter->kind == FILTER_NOT) {
        return !matches(filter->children[0], value, context);
    }
    bool settles = filter->kind == FILTER_OR;
    for (size_t i = 0; i < filter->child_count; i++) {
        const struct filter *child = filter->children[i];
        if (filter_is_active(child) && matches(child, value, context) == settles) {
            return settles;
        }
    }
    return !settles;
}

bool filter_matches(const struct filter *filter, query_value value, void *context)
{
    return !filter_is_active(filter) || matches(filter, value, context);
}

/* --- sorting --- */

static int compare_text(const struct value *a, const struct value *b, bool exact)
{
    struct spelling left;
    struct spelling right;
    spell(&left, a);
    spell(&right, b);
    int order = exact ? compare_bytes(left.bytes, left.length, right.bytes, right.length)
                      : text_compare_folded(left.bytes, left.length, right.bytes, right.length);
    text_free(&left.owned);
    text_free(&right.owned);
    return order;
}

/* Two values of which `known` says how many can be read as the class wants: those that can stand
 * before those that cannot. */
static int compare_kinds(bool a_known, bool b_known, const struct value *a, const struct value *b)
{
    return a_known != b_known ? (a_known ? -1 : 1) : compare_text(a, b, false);
}

static int compare_as_numbers(const struct value *a, const struct value *b)
{
    struct value left_room;
    struct value right_room;
    const struct value *left = number_of(a, &left_room);
    const struct value *right = number_of(b, &right_room);
    return left != NULL && right != NULL ? compare_numbers(left, right)
                                         : compare_kinds(left != NULL, right != NULL, a, b);
}

static int compare_as_booleans(const struct value *a, const struct value *b)
{
    bool left;
    bool right;
    bool a_known = truth_of(a, &left);
    bool b_known = truth_of(b, &right);
    return a_known && b_known ? order_of(left, right) : compare_kinds(a_known, b_known, a, b);
}

static int compare_as_dates(const struct value *a, const struct value *b, moment_compare compare)
{
    struct date_time left;
    struct date_time right;
    bool a_known = date_time_of(a, &left);
    bool b_known = date_time_of(b, &right);
    return a_known && b_known ? compare(&left, &right) : compare_kinds(a_known, b_known, a, b);
}

enum { RANK_NUMBER, RANK_TEXT, RANK_BYTES };

static int rank_of(const struct value *value)
{
    return value->kind == VALUE_BYTES  ? RANK_BYTES
           : value->kind == VALUE_TEXT ? RANK_TEXT
                                       : RANK_NUMBER;
}

/* Numbers, then text, then bytes: as SQLite orders a column that holds all of them. */
static int compare_by_kind(const struct value *a, const struct value *b, bool exact)
{
    int rank = rank_of(a);
    if (rank != rank_of(b)) {
        return rank < rank_of(b) ? -1 : 1;
    }
    return rank == RANK_NUMBER ? compare_as_numbers(a, b)
                               : compare_text(a, b, exact || rank == RANK_BYTES);
}

int query_compare(const struct field *field, const struct value *a, const struct value *b)
{
    switch (field == NULL ? CLASS_ANY : query_class_of(field->type)) {
    case CLASS_NUMBER:
        return compare_as_numbers(a, b);
    case CLASS_BOOLEAN:
        return compare_as_booleans(a, b);
    case CLASS_DATE:
        return compare_as_dates(a, b, compare_dates);
    case CLASS_DATETIME:
        return compare_as_dates(a, b, date_time_compare);
    case CLASS_ID:
        return compare_by_kind(a, b, true);
    default:
        return compare_by_kind(a, b, false);
    }
}

int query_compare_values(const struct order_term *term, const struct value *a,
                         const struct value *b)
{
    /* Spelt out, because a sort comes here many times for each record. */
    bool a_null = a->kind == VALUE_NULL || a->kind == VALUE_ABSENT;
    bool b_null = b->kind == VALUE_NULL || b->kind == VALUE_ABSENT;
    if (a_null || b_null) {
        int order = (int)a_null - (int)b_null;
        return term->nulls_first ? -order : order;
    }
    int order = query_compare(term->field, a, b);
    return term->descending ? -order : order;
}

/* --- splitting --- */

static bool can_all(const struct filter *filter, filter_can can, const void *context)
{
    if (filter->kind == FILTER_CONDITION) {
        return can(context, filter);
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        if (filter_is_active(filter->children[i]) && !can_all(filter->children[i], can, context)) {
            return false;
        }
    }
    return true;
}

static void split_into(const struct filter *filter, filter_can can, const void *context,
                       struct filter *pushed, struct filter *rest)
{
    if (!filter_is_active(filter)) {
        return;
    }
    if (filter->kind != FILTER_AND) {
        filter_add(can == NULL || can_all(filter, can, context) ? pushed : rest,
                   filter_copy(filter));
        return;
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        split_into(filter->children[i], can, context, pushed, rest);
    }
}

/* A group of none is no filter, a group of one is its child. */
static struct filter *simplest(struct filter *group)
{
    struct filter *simple = group;
    if (group->child_count <= 1) {
        simple = group->child_count == 0 ? NULL : filter_remove(group, 0);
        filter_free(group);
    }
    return simple;
}

void filter_split(const struct filter *filter, filter_can can, const void *context,
                  struct filter **pushed, struct filter **rest)
{
    struct filter *sent = filter_new(FILTER_AND);
    struct filter *kept = filter_new(FILTER_AND);
    split_into(filter, can, context, sent, kept);
    *pushed = simplest(sent);
    *rest = simplest(kept);
}
