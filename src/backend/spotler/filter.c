/*
 * filter: the filter tree as the JSON of `q`, and the order as that of `order`. Pure; any thread.
 *
 * A condition is sent only where the API's answer is the filter language's: numbers, ids, dates,
 * booleans, and text in plain ASCII by equality and by its parts (the API compares text without
 * regard to case). Every denial takes nulls along, because here `x != v` holds for them. The API
 * has no AND but the keys of one object: a second condition on a field goes into an "$or" of one,
 * and of several ORs all but one are multiplied out. What grows too large stays here.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/memory.h"
#include "net/json.h"

enum { MOST_TERMS = 64 };

enum clause_kind { CLAUSE_AND, CLAUSE_OR, CLAUSE_TEST };

struct clause {
    enum clause_kind kind;
    const char *field; /* of a test; borrowed from the filter */
    json_t *test;      /* of a test: a value, or {"$op": value}; owned */
    struct clause **children;
    size_t count;
};

static struct clause *clause_new(enum clause_kind kind)
{
    struct clause *clause = memory_zeroed(1, sizeof *clause);
    clause->kind = kind;
    return clause;
}

static void clause_free(struct clause *clause)
{
    if (clause == NULL) {
        return;
    }
    for (size_t i = 0; i < clause->count; i++) {
        clause_free(clause->children[i]);
    }
    free(clause->children);
    json_decref(clause->test);
    free(clause);
}

static void clause_add(struct clause *group, struct clause *child)
{
    group->children = memory_resize(group->children, group->count + 1, sizeof(struct clause *));
    group->children[group->count++] = child;
}

/* Takes the value. operator_ NULL: the field is the value. */
static struct clause *test_new(const char *field, const char *operator_, json_t *value)
{
    struct clause *test = clause_new(CLAUSE_TEST);
    test->field = field;
    test->test = operator_ == NULL ? value : json_pack("{s:o}", operator_, value);
    return test;
}

static struct clause *either(struct clause *a, struct clause *b)
{
    struct clause *group = clause_new(CLAUSE_OR);
    clause_add(group, a);
    clause_add(group, b);
    return group;
}

static struct clause *or_null(const char *field, struct clause *clause)
{
    return either(clause, test_new(field, NULL, json_null()));
}

/* --- operands --- */

/* What an operand covers: a point has last NULL; a span goes from low to last, both included, and
 * ends before end. */
struct bounds {
    json_t *low, *last, *end;
};

static void bounds_clear(struct bounds *bounds)
{
    json_decref(bounds->low);
    json_decref(bounds->last);
    json_decref(bounds->end);
    *bounds = (struct bounds){0};
}

typedef bool (*operand_bounds)(const struct operand *operand, struct bounds *bounds);

static bool number_bounds(const struct operand *operand, struct bounds *bounds)
{
    if (operand->number.kind != VALUE_INTEGER && operand->number.kind != VALUE_REAL) {
        return false;
    }
    bounds->low = operand->number.kind == VALUE_INTEGER
                      ? json_integer((json_int_t)operand->number.as.integer)
                      : json_real(operand->number.as.real);
    return bounds->low != NULL;
}

static bool boolean_bounds(const struct operand *operand, struct bounds *bounds)
{
    bounds->low = json_integer(operand->boolean ? 1 : 0);
    return operand->kind == OPERAND_BOOLEAN;
}

/* Ids are whole numbers there. */
static bool id_bounds(const struct operand *operand, struct bounds *bounds)
{
    int64_t id;
    if (operand->text == NULL || !spotler_is_integer(operand->text, &id)) {
        return false;
    }
    bounds->low = json_integer((json_int_t)id);
    return true;
}

/* Other scripts may be folded otherwise there, and spaces at the ends be left out of account. */
static bool is_plain(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return false;
        }
    }
    return length > 0 && text[0] != ' ' && text[length - 1] != ' ';
}

static bool text_bounds(const struct operand *operand, struct bounds *bounds)
{
    if (operand->kind != OPERAND_TEXT || operand->text == NULL || !is_plain(operand->text)) {
        return false;
    }
    bounds->low = json_string(operand->text);
    return bounds->low != NULL;
}

static void print_stamp(const struct date_time *moment, struct text *out)
{
    date_print(moment->date, out);
    text_format(out, " %02d:%02d:%02d", moment->hour, moment->minute, moment->second);
}

static json_t *stamp_of(const struct date_time *moment)
{
    struct text text = {0};
    print_stamp(moment, &text);
    json_t *json = json_string(text_string(&text));
    text_free(&text);
    return json;
}

/* A moment as the API writes it, in the user's zone; NULL in the hour that comes twice. */
static json_t *local_stamp(int64_t moment)
{
    struct date_time local = date_time_from_moment(moment);
    local.has_zone = false;
    return date_time_to_moment(&local) == moment ? stamp_of(&local) : NULL;
}

static bool datetime_bounds(const struct operand *operand, struct bounds *bounds)
{
    if (operand->start == NULL) {
        return false;
    }
    bounds->low = local_stamp(date_time_to_moment(&operand->first));
    if (operand->end == NULL) {
        return bounds->low != NULL && operand->first.fraction == 0;
    }
    int64_t end = date_time_to_moment(&operand->next);
    bounds->end = local_stamp(end);
    bounds->last = local_stamp(end - 1);
    return bounds->low != NULL && bounds->end != NULL && bounds->last != NULL;
}

/* A date may come with a time there: the last moment of the last day is the end. */
static bool date_bounds(const struct operand *operand, struct bounds *bounds)
{
    if (operand->start == NULL || operand->end == NULL) {
        return false;
    }
    struct date_time last = {.hour = 23, .minute = 59, .second = 59};
    last.date = date_from_days(date_to_days(operand->next.date) - 1);
    bounds->low = json_string(operand->start);
    bounds->end = json_string(operand->end);
    bounds->last = stamp_of(&last);
    return true;
}

static operand_bounds bounds_for(enum field_type type)
{
    static const operand_bounds functions[FIELD_TYPE_COUNT] = {
        [FIELD_ID] = id_bounds,           [FIELD_REFERENCE] = id_bounds,
        [FIELD_STRING] = text_bounds,     [FIELD_TEXTAREA] = text_bounds,
        [FIELD_EMAIL] = text_bounds,      [FIELD_PHONE] = text_bounds,
        [FIELD_URL] = text_bounds,        [FIELD_PICKLIST] = text_bounds,
        [FIELD_COMBOBOX] = text_bounds,   [FIELD_BOOLEAN] = boolean_bounds,
        [FIELD_INT] = number_bounds,      [FIELD_DOUBLE] = number_bounds,
        [FIELD_CURRENCY] = number_bounds, [FIELD_PERCENT] = number_bounds,
        [FIELD_DATE] = date_bounds,       [FIELD_DATETIME] = datetime_bounds,
    };
    return functions[type];
}

/* Is more and less the same there and here? Not for text, nor for ids given as text. */
static bool is_ordered_alike(const struct filter *condition)
{
    enum field_type type = condition->field->type;
    if (field_type_is_number(type) || type == FIELD_DATE || type == FIELD_DATETIME) {
        return true;
    }
    for (size_t i = 0; field_type_is_exact(type) && i < condition->operand_count; i++) {
        if (condition->operands[i].kind != OPERAND_NUMBER) {
            return false;
        }
    }
    return field_type_is_exact(type);
}

/* --- operators --- */

/* A condition being compiled, as what is true of its field. */
struct condition {
    const struct filter *filter;
    const char *field;
    struct bounds *bounds; /* of each operand */
    bool denied;
};

typedef struct clause *(*condition_compile)(const struct condition *condition);

static struct clause *test(const struct condition *condition, const char *operator_, json_t *value)
{
    return test_new(condition->field, operator_, json_incref(value));
}

static json_t *pair(json_t *low, json_t *high)
{
    return json_pack("[O,O]", low, high);
}

static struct clause *equals(const struct condition *condition, const struct bounds *bounds)
{
    if (bounds->last == NULL) {
        return test(condition, condition->denied ? "$not" : NULL, bounds->low);
    }
    if (!condition->denied) {
        return test_new(condition->field, "$bt", pair(bounds->low, bounds->last));
    }
    return either(test(condition, "$lt", bounds->low), test(condition, "$gte", bounds->end));
}

static struct clause *compile_equal(const struct condition *condition)
{
    return equals(condition, &condition->bounds[0]);
}

static struct clause *compile_less(const struct condition *condition)
{
    return test(condition, condition->denied ? "$gte" : "$lt", condition->bounds[0].low);
}

static struct clause *compile_less_equal(const struct condition *condition)
{
    const struct bounds *bounds = &condition->bounds[0];
    if (bounds->end != NULL) {
        return test(condition, condition->denied ? "$gte" : "$lt", bounds->end);
    }
    return test(condition, condition->denied ? "$gt" : "$lte", bounds->low);
}

static struct clause *deny(const struct condition *condition, condition_compile compile)
{
    struct condition opposite = *condition;
    opposite.denied = !condition->denied;
    return compile(&opposite);
}

static struct clause *compile_greater(const struct condition *condition)
{
    return deny(condition, compile_less_equal);
}

static struct clause *compile_greater_equal(const struct condition *condition)
{
    return deny(condition, compile_less);
}

static struct clause *compile_in_spans(const struct condition *condition)
{
    struct clause *group = clause_new(condition->denied ? CLAUSE_AND : CLAUSE_OR);
    for (size_t i = 0; i < condition->filter->operand_count; i++) {
        clause_add(group, equals(condition, &condition->bounds[i]));
    }
    return group;
}

static struct clause *compile_in(const struct condition *condition)
{
    json_t *values = json_array();
    for (size_t i = 0; i < condition->filter->operand_count; i++) {
        if (condition->bounds[i].last != NULL) {
            json_decref(values);
            return compile_in_spans(condition);
        }
        json_array_append(values, condition->bounds[i].low);
    }
    return test_new(condition->field, condition->denied ? "$nin" : "$in", values);
}

static struct clause *compile_between(const struct condition *condition)
{
    const struct bounds *from = &condition->bounds[0], *to = &condition->bounds[1];
    if (!condition->denied) {
        return test_new(condition->field, "$bt",
                        pair(from->low, to->last != NULL ? to->last : to->low));
    }
    return either(test(condition, "$lt", from->low), to->end != NULL
                                                         ? test(condition, "$gte", to->end)
                                                         : test(condition, "$gt", to->low));
}

/* A part of a text may mean more there when it holds what LIKE has a meaning for. */
static struct clause *compile_part(const struct condition *condition)
{
    static const char *const operators[OPERATOR_COUNT] = {
        [OPERATOR_CONTAINS] = "$con", [OPERATOR_STARTS_WITH] = "$sw", [OPERATOR_ENDS_WITH] = "$ew"};
    const char *part = condition->filter->operands[0].text;
    if (condition->denied || field_type_is_exact(condition->filter->field->type) ||
        strpbrk(part, "%_\\") != NULL) {
        return NULL;
    }
    return test(condition, operators[condition->filter->operator_], condition->bounds[0].low);
}

static const struct {
    condition_compile compile;
    bool ordered;
} comparisons[OPERATOR_COUNT] = {
    [OPERATOR_EQUAL] = {compile_equal, false},
    [OPERATOR_LESS] = {compile_less, true},
    [OPERATOR_LESS_EQUAL] = {compile_less_equal, true},
    [OPERATOR_GREATER] = {compile_greater, true},
    [OPERATOR_GREATER_EQUAL] = {compile_greater_equal, true},
    [OPERATOR_IN] = {compile_in, false},
    [OPERATOR_BETWEEN] = {compile_between, true},
    [OPERATOR_CONTAINS] = {compile_part, false},
    [OPERATOR_STARTS_WITH] = {compile_part, false},
    [OPERATOR_ENDS_WITH] = {compile_part, false},
};

/* --- null and empty --- */

static struct clause *compile_null(const char *field, bool denied)
{
    return test_new(field, denied ? "$not" : NULL, json_null());
}

static struct clause *compile_empty(const char *field, bool denied)
{
    struct clause *clause = test_new(field, denied ? "$not" : NULL, json_string(""));
    return denied ? or_null(field, clause) : clause;
}

static struct clause *compile_blank(const char *field, bool denied)
{
    struct clause *group = clause_new(denied ? CLAUSE_AND : CLAUSE_OR);
    clause_add(group, test_new(field, denied ? "$not" : NULL, json_string("")));
    clause_add(group, compile_null(field, denied));
    return group;
}

static const struct {
    struct clause *(*compile)(const char *field, bool denied);
    bool of_text;
} absences[OPERATOR_COUNT] = {
    [OPERATOR_IS_NULL] = {compile_null, false},
    [OPERATOR_IS_EMPTY] = {compile_empty, true},
    [OPERATOR_IS_BLANK] = {compile_blank, true},
};

/* --- conditions --- */

static const struct {
    enum filter_operator operator_, denied;
} denials[] = {
    {OPERATOR_NOT_EQUAL, OPERATOR_EQUAL},       {OPERATOR_NOT_IN, OPERATOR_IN},
    {OPERATOR_IS_NOT_NULL, OPERATOR_IS_NULL},   {OPERATOR_IS_NOT_EMPTY, OPERATOR_IS_EMPTY},
    {OPERATOR_IS_NOT_BLANK, OPERATOR_IS_BLANK},
};

static enum filter_operator positive(enum filter_operator operator_, bool *denied)
{
    for (size_t i = 0; i < sizeof denials / sizeof denials[0]; i++) {
        if (denials[i].operator_ == operator_) {
            *denied = !*denied;
            return denials[i].denied;
        }
    }
    return operator_;
}

static bool find_bounds(const struct filter *condition, struct bounds *bounds)
{
    operand_bounds function = bounds_for(condition->field->type);
    for (size_t i = 0; i < condition->operand_count; i++) {
        if (function == NULL || !function(&condition->operands[i], &bounds[i])) {
            return false;
        }
    }
    return condition->operand_count > 0;
}

static struct clause *compile_comparison(const struct filter *filter,
                                         enum filter_operator operator_, bool denied)
{
    struct clause *clause = NULL;
    if (comparisons[operator_].compile == NULL ||
        (comparisons[operator_].ordered && !is_ordered_alike(filter))) {
        return NULL;
    }
    struct condition condition = {filter, filter->field->name, NULL, denied};
    condition.bounds = memory_zeroed(filter->operand_count + 1, sizeof *condition.bounds);
    if (find_bounds(filter, condition.bounds)) {
        clause = comparisons[operator_].compile(&condition);
    }
    for (size_t i = 0; i < filter->operand_count; i++) {
        bounds_clear(&condition.bounds[i]);
    }
    free(condition.bounds);
    return clause != NULL && denied ? or_null(filter->field->name, clause) : clause;
}

static bool is_sent_as_text(enum field_type type)
{
    return bounds_for(type) == text_bounds;
}

static struct clause *compile_condition(const struct filter *filter, bool denied)
{
    enum filter_operator operator_ = positive(filter->operator_, &denied);
    if (filter->field == NULL || filter->part_count != 1) {
        return NULL;
    }
    if (absences[operator_].compile == NULL) {
        return compile_comparison(filter, operator_, denied);
    }
    if (absences[operator_].of_text && !is_sent_as_text(filter->field->type)) {
        return NULL;
    }
    return absences[operator_].compile(filter->field->name, denied);
}

static struct clause *compile(const struct filter *filter, bool denied);

static struct clause *compile_group(const struct filter *filter, bool denied)
{
    bool both = (filter->kind == FILTER_AND) != denied;
    struct clause *group = clause_new(both ? CLAUSE_AND : CLAUSE_OR);
    for (size_t i = 0; i < filter->child_count; i++) {
        if (!filter_is_active(filter->children[i])) {
            continue;
        }
        struct clause *child = compile(filter->children[i], denied);
        if (child == NULL) {
            clause_free(group);
            return NULL;
        }
        clause_add(group, child);
    }
    return group;
}

/* NULL when it cannot be said. The filter is active. */
static struct clause *compile(const struct filter *filter, bool denied)
{
    if (filter->kind == FILTER_CONDITION) {
        return compile_condition(filter, denied);
    }
    if (filter->kind == FILTER_NOT) {
        return compile(filter->children[0], !denied);
    }
    return compile_group(filter, denied);
}

bool spotler_can_filter(const void *unused, const struct filter *condition)
{
    (void)unused;
    struct clause *clause = compile_condition(condition, false);
    clause_free(clause);
    return clause != NULL;
}

/* --- as JSON --- */

/* The parts of an AND, nested ones among them: tests and ORs. */
struct parts {
    const struct clause **items;
    size_t count;
};

static void parts_add(struct parts *parts, const struct clause *clause)
{
    for (size_t i = 0; clause->kind == CLAUSE_AND && i < clause->count; i++) {
        parts_add(parts, clause->children[i]);
    }
    if (clause->kind == CLAUSE_AND) {
        return;
    }
    if (clause->kind == CLAUSE_OR && clause->count == 1) {
        parts_add(parts, clause->children[0]);
        return;
    }
    parts->items = memory_resize(parts->items, parts->count + 1, sizeof(struct clause *));
    parts->items[parts->count++] = clause;
}

/* How many tests an AND of these becomes once it is multiplied out, up to a limit. */
static size_t term_count(const struct clause *clause)
{
    size_t count = clause->kind == CLAUSE_OR ? 0 : 1;
    for (size_t i = 0; i < clause->count; i++) {
        size_t child = term_count(clause->children[i]);
        count = clause->kind == CLAUSE_OR ? count + child : count * child;
        if (count > MOST_TERMS) {
            return MOST_TERMS + 1;
        }
    }
    return count;
}

static json_t *print_parts(const struct parts *parts);

static void or_into(const struct clause *clause, const struct parts *rest, json_t *out)
{
    for (size_t i = 0; i < clause->count; i++) {
        if (clause->children[i]->kind == CLAUSE_OR) {
            or_into(clause->children[i], rest, out);
            continue;
        }
        struct parts parts = {0};
        parts_add(&parts, clause->children[i]);
        for (size_t j = 0; j < rest->count; j++) {
            parts_add(&parts, rest->items[j]);
        }
        json_array_append_new(out, print_parts(&parts));
        free(parts.items);
    }
}

/* One object: the tests whose field is free, and an "$or" of what is left. */
static json_t *print_parts(const struct parts *parts)
{
    json_t *object = json_object(), *or_list = json_array();
    const struct clause *group = NULL;
    struct parts rest = {0};
    for (size_t i = 0; i < parts->count; i++) {
        const struct clause *part = parts->items[i];
        if (part->kind == CLAUSE_TEST && json_object_get(object, part->field) == NULL) {
            json_object_set(object, part->field, part->test);
        } else if (part->kind == CLAUSE_OR && group == NULL) {
            group = part;
        } else {
            parts_add(&rest, part);
        }
    }
    if (group != NULL) {
        or_into(group, &rest, or_list);
    } else if (rest.count > 0) {
        json_array_append_new(or_list, print_parts(&rest));
    }
    if (json_array_size(or_list) > 0) {
        json_object_set(object, "$or", or_list);
    }
    json_decref(or_list);
    free(rest.items);
    return object;
}

static bool fits(const struct clause *clause)
{
    struct parts parts = {0};
    struct text text = {0};
    if (term_count(clause) > MOST_TERMS) {
        return false;
    }
    parts_add(&parts, clause);
    json_t *json = print_parts(&parts);
    json_print(json, &text);
    bool ok = text.length <= SPOTLER_MOST_QUERY;
    json_decref(json);
    text_free(&text);
    free(parts.items);
    return ok;
}

/* --- the whole --- */

static void send_or_keep(const struct filter *filter, struct clause *sent, struct filter *left)
{
    if (!filter_is_active(filter)) {
        return;
    }
    for (size_t i = 0; filter->kind == FILTER_AND && i < filter->child_count; i++) {
        send_or_keep(filter->children[i], sent, left);
    }
    if (filter->kind == FILTER_AND) {
        return;
    }
    struct clause *clause = compile(filter, false);
    if (clause != NULL) {
        clause_add(sent, clause);
        if (fits(sent)) {
            return;
        }
        sent->count--;
        clause_free(clause);
    }
    filter_add(left, filter_copy(filter));
}

struct spotler_filter spotler_compile(const struct filter *filter)
{
    struct spotler_filter compiled = {0};
    struct clause *sent = clause_new(CLAUSE_AND);
    struct parts parts = {0};
    compiled.left = filter_new(FILTER_AND);
    if (filter != NULL) {
        send_or_keep(filter, sent, compiled.left);
    }
    parts_add(&parts, sent);
    if (parts.count > 0) {
        compiled.sent = print_parts(&parts);
    }
    if (compiled.left->child_count == 0) {
        filter_free(compiled.left);
        compiled.left = NULL;
    }
    free(parts.items);
    clause_free(sent);
    return compiled;
}

void spotler_filter_clear(struct spotler_filter *filter)
{
    json_decref(filter->sent);
    filter_free(filter->left);
    *filter = (struct spotler_filter){0};
}

json_t *spotler_order(const struct query *query)
{
    json_t *order = json_object();
    for (size_t i = 0; query != NULL && i < query->order_count; i++) {
        const struct order_term *term = &query->order[i];
        const char *name = term->field != NULL ? term->field->name : term->path;
        if (json_object_get(order, name) == NULL) {
            json_object_set_new(order, name, json_string(term->descending ? "desc" : "asc"));
        }
    }
    if (json_object_get(order, "id") == NULL) {
        json_object_set_new(order, "id", json_string("asc"));
    }
    return order;
}
