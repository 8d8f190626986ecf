/*
 * soql_filter: a filter tree as the condition of a WHERE. Pure; any thread.
 *
 * NOT is pushed down to the conditions, so that no truth value of SOQL's own is relied on: a
 * denied condition is printed as its opposite, or null where the field may be null. A condition is
 * printed as one comparison or stands in parentheses, and AND and OR are never mixed without.
 */
#include <string.h>

#include "backend/soql/internal.h"
#include "backend/soql/salesforce.h"
#include "core/date.h"

enum {
    MOST_CONDITION = 20000, /* bytes; a longer one is filtered here */
    MOST_STRING = 4000,     /* Salesforce's limit for a string in a condition */
    MOST_PARENTS = 5,
    LONG_TEXT = 255, /* longer text areas cannot be filtered by */
    FIRST_YEAR = 1700,
    LAST_YEAR = 4000
};

enum soql_class soql_class_of(enum field_type type)
{
    static const enum soql_class classes[FIELD_TYPE_COUNT] = {
        [FIELD_ID] = SOQL_ID,           [FIELD_STRING] = SOQL_TEXT,
        [FIELD_TEXTAREA] = SOQL_TEXT,   [FIELD_BOOLEAN] = SOQL_BOOLEAN,
        [FIELD_INT] = SOQL_NUMBER,      [FIELD_DOUBLE] = SOQL_NUMBER,
        [FIELD_CURRENCY] = SOQL_NUMBER, [FIELD_PERCENT] = SOQL_NUMBER,
        [FIELD_DATE] = SOQL_DATE,       [FIELD_DATETIME] = SOQL_DATE,
        [FIELD_TIME] = SOQL_TIME,       [FIELD_EMAIL] = SOQL_TEXT,
        [FIELD_PHONE] = SOQL_TEXT,      [FIELD_URL] = SOQL_TEXT,
        [FIELD_PICKLIST] = SOQL_TEXT,   [FIELD_MULTIPICKLIST] = SOQL_SET,
        [FIELD_COMBOBOX] = SOQL_TEXT,   [FIELD_REFERENCE] = SOQL_ID,
    };
    return classes[type];
}

/* Each negative operator is the denial of a positive one. */
static enum filter_operator positive_operator(enum filter_operator operator_, bool *denied)
{
    static const struct denial {
        enum filter_operator operator_, positive;
    } denials[] = {
        {OPERATOR_NOT_EQUAL, OPERATOR_EQUAL},       {OPERATOR_NOT_IN, OPERATOR_IN},
        {OPERATOR_IS_NOT_NULL, OPERATOR_IS_NULL},   {OPERATOR_IS_NOT_EMPTY, OPERATOR_IS_EMPTY},
        {OPERATOR_IS_NOT_BLANK, OPERATOR_IS_BLANK}, {OPERATOR_EXCLUDES, OPERATOR_INCLUDES},
    };

    for (size_t i = 0; i < sizeof denials / sizeof denials[0]; i++) {
        if (denials[i].operator_ == operator_) {
            *denied = !*denied;
            return denials[i].positive;
        }
    }
    return operator_;
}

/* --- one condition --- */

struct condition {
    const struct filter *filter;
    enum soql_class class_;
    enum filter_operator operator_; /* positive */
    bool denied;
    const char *path;
    struct text *out;
};

/* A point or a half-open range, as literals. */
struct span {
    struct text start, end;
};

static void print_constant(struct condition *condition, bool truth)
{
    text_append_string(condition->out, truth ? "Id != null" : "Id = null");
}

/* False for a value that no field of Salesforce can hold. */
static bool print_id(const char *id, struct text *out)
{
    char widened[SALESFORCE_ID_LENGTH + 1];

    if (!salesforce_widen_id(id, widened))
        return false;
    soql_string(widened, strlen(widened), out);
    return true;
}

/* False where nothing can be equal to the operand: Salesforce keeps no empty text. */
static bool make_span(const struct condition *condition, const struct operand *operand,
                      struct span *span)
{
    const char *text = operand->text ? operand->text : "";

    switch (condition->class_) {
    case SOQL_NUMBER:
        return soql_number(operand, &span->start);
    case SOQL_BOOLEAN:
        text_append_string(&span->start, operand->boolean ? "true" : "false");
        return true;
    case SOQL_DATE:
        text_append_string(&span->start, operand->start);
        text_append_string(&span->end, operand->end);
        return true;
    case SOQL_TIME:
        soql_time(&operand->first, &span->start);
        return true;
    case SOQL_ID:
        return print_id(text, &span->start);
    default:
        soql_string(text, strlen(text), &span->start);
        return *text != '\0';
    }
}

static void free_span(struct span *span)
{
    text_free(&span->start);
    text_free(&span->end);
}

/* One day of a date field is a point. */
static bool is_one_day(const struct condition *condition, const struct operand *operand)
{
    struct date start, end;

    return condition->filter->field->type == FIELD_DATE && operand->start && operand->end &&
           date_parse(operand->start, strlen(operand->start), &start) &&
           date_parse(operand->end, strlen(operand->end), &end) &&
           date_to_days(end) == date_to_days(start) + 1;
}

static void print_bound(struct condition *condition, const char *symbol, const struct text *value)
{
    text_format(condition->out, "%s %s %s", condition->path, symbol, text_string(value));
}

/* From the start of one span to the end of another. */
static void print_between(struct condition *condition, const struct span *from,
                          const struct span *to)
{
    const struct text *last = to->end.length ? &to->end : &to->start;
    const char *within = to->end.length ? "<" : "<=";
    const char *beyond = to->end.length ? ">=" : ">";

    text_append_character(condition->out, '(');
    print_bound(condition, condition->denied ? "<" : ">=", &from->start);
    text_append_string(condition->out, condition->denied ? " OR " : " AND ");
    print_bound(condition, condition->denied ? beyond : within, last);
    text_append_character(condition->out, ')');
}

static void print_equal(struct condition *condition, const struct operand *operand)
{
    struct span span = {{0}, {0}};

    if (!make_span(condition, operand, &span))
        print_constant(condition, condition->denied);
    else if (span.end.length && !is_one_day(condition, operand))
        print_between(condition, &span, &span);
    else
        print_bound(condition, condition->denied ? "!=" : "=", &span.start);
    free_span(&span);
}

/* <, <=, >, >= and their denials: which end of a span each looks at. */
static const struct bound {
    enum filter_operator operator_;
    bool of_end; /* of a span; a point has only its start */
    const char *span_symbol, *span_denied;
    const char *point_symbol, *point_denied;
} bounds[] = {
    {OPERATOR_LESS, false, "<", ">=", "<", ">="},
    {OPERATOR_LESS_EQUAL, true, "<", ">=", "<=", ">"},
    {OPERATOR_GREATER, true, ">=", "<", ">", "<="},
    {OPERATOR_GREATER_EQUAL, false, ">=", "<", ">=", "<"},
};

static void print_ordered(struct condition *condition)
{
    struct span span = {{0}, {0}};

    make_span(condition, &condition->filter->operands[0], &span);
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        const struct bound *bound = &bounds[i];
        bool is_span = span.end.length > 0;

        if (bound->operator_ != condition->operator_)
            continue;
        if (condition->denied)
            print_bound(condition, is_span ? bound->span_denied : bound->point_denied,
                        is_span && bound->of_end ? &span.end : &span.start);
        else
            print_bound(condition, is_span ? bound->span_symbol : bound->point_symbol,
                        is_span && bound->of_end ? &span.end : &span.start);
    }
    free_span(&span);
}

static void print_between_operands(struct condition *condition)
{
    struct span from = {{0}, {0}}, to = {{0}, {0}};

    make_span(condition, &condition->filter->operands[0], &from);
    make_span(condition, &condition->filter->operands[1], &to);
    print_between(condition, &from, &to);
    free_span(&from);
    free_span(&to);
}

static void print_list(struct condition *condition, const struct text *list, const char *positive,
                       const char *negative)
{
    if (list->length == 0)
        print_constant(condition, condition->denied);
    else
        text_format(condition->out, "%s %s (%s)", condition->path,
                    condition->denied ? negative : positive, text_string(list));
}

/* Texts, ids and numbers: x IN (…). */
static void print_in(struct condition *condition)
{
    struct text list = {0};

    for (size_t i = 0; i < condition->filter->operand_count; i++) {
        struct span span = {{0}, {0}};

        if (make_span(condition, &condition->filter->operands[i], &span)) {
            text_append_string(&list, list.length ? ", " : "");
            text_append_string(&list, text_string(&span.start));
        }
        free_span(&span);
    }
    print_list(condition, &list, "IN", "NOT IN");
    text_free(&list);
}

/* Dates and booleans in a list: one comparison for each, since a date may be a range. */
static void print_each(struct condition *condition)
{
    const struct filter *filter = condition->filter;

    text_append_string(condition->out, filter->operand_count > 1 ? "(" : "");
    for (size_t i = 0; i < filter->operand_count; i++) {
        if (i)
            text_append_string(condition->out, condition->denied ? " AND " : " OR ");
        print_equal(condition, &filter->operands[i]);
    }
    text_append_string(condition->out, filter->operand_count > 1 ? ")" : "");
}

static void print_equals(struct condition *condition)
{
    bool listed = condition->class_ == SOQL_TEXT || condition->class_ == SOQL_ID ||
                  condition->class_ == SOQL_NUMBER;

    if (condition->filter->operand_count > 1 && listed)
        print_in(condition);
    else
        print_each(condition);
}

/* --- LIKE --- */

/* The language's own pattern: % and _ as they are, a backslash before either or itself takes it as
 * it is, any other backslash is one. */
static void print_pattern(const char *pattern, struct text *out)
{
    for (const char *at = pattern; *at; at++) {
        if (*at == '\\' && at[1] && strchr("%_\\", at[1]))
            soql_escape_like(*++at, out);
        else if (*at == '%' || *at == '_')
            text_append_character(out, *at);
        else
            soql_escape_like(*at, out);
    }
}

static void print_like(struct condition *condition)
{
    enum filter_operator operator_ = condition->operator_;
    const char *part = condition->filter->operands[0].text;
    struct text pattern = {0};

    if (operator_ == OPERATOR_CONTAINS || operator_ == OPERATOR_ENDS_WITH)
        text_append_character(&pattern, '%');
    for (const char *at = part; operator_ != OPERATOR_LIKE && *at; at++)
        soql_escape_like(*at, &pattern);
    if (operator_ == OPERATOR_LIKE)
        print_pattern(part, &pattern);
    if (operator_ == OPERATOR_CONTAINS || operator_ == OPERATOR_STARTS_WITH)
        text_append_character(&pattern, '%');
    if (operator_ == OPERATOR_LIKE && !*part)
        print_constant(condition, condition->denied);
    else if (!*part)
        text_format(condition->out, "%s %s null", condition->path, condition->denied ? "=" : "!=");
    else
        text_format(condition->out, condition->denied ? "(NOT %s LIKE '%s')" : "%s LIKE '%s'",
                    condition->path, text_string(&pattern));
    text_free(&pattern);
}

/* --- INCLUDES --- */

/* The members of A; B without the spaces around them and without empty ones. */
static void print_members(const char *set, struct text *out)
{
    size_t start = out->length;

    while (*set) {
        size_t length = strcspn(set, ";");
        const char *first = set, *last = set + length;

        while (first < last && *first == ' ')
            first++;
        while (last > first && last[-1] == ' ')
            last--;
        if (last > first && out->length > start)
            text_append_character(out, ';');
        text_append(out, first, (size_t)(last - first));
        set += length + (set[length] == ';');
    }
}

static void print_includes(struct condition *condition)
{
    struct text list = {0};

    for (size_t i = 0; i < condition->filter->operand_count; i++) {
        struct text members = {0};

        print_members(condition->filter->operands[i].text, &members);
        if (members.length) {
            text_append_string(&list, list.length ? ", " : "");
            soql_string(text_string(&members), members.length, &list);
        }
        text_free(&members);
    }
    print_list(condition, &list, "INCLUDES", "EXCLUDES");
    text_free(&list);
}

/* --- null --- */

static void print_null(struct condition *condition)
{
    bool may_be_null = condition->class_ != SOQL_BOOLEAN; /* to SOQL a null box is false */

    if (condition->operator_ == OPERATOR_IS_EMPTY || !may_be_null)
        print_constant(condition, condition->denied);
    else
        text_format(condition->out, "%s %s null", condition->path, condition->denied ? "!=" : "=");
}

static const struct printer {
    void (*print)(struct condition *condition);
    bool about_null; /* says itself what holds for null */
} printers[OPERATOR_COUNT] = {
    [OPERATOR_EQUAL] = {print_equals, false},
    [OPERATOR_LESS] = {print_ordered, false},
    [OPERATOR_LESS_EQUAL] = {print_ordered, false},
    [OPERATOR_GREATER] = {print_ordered, false},
    [OPERATOR_GREATER_EQUAL] = {print_ordered, false},
    [OPERATOR_IN] = {print_equals, false},
    [OPERATOR_BETWEEN] = {print_between_operands, false},
    [OPERATOR_CONTAINS] = {print_like, false},
    [OPERATOR_STARTS_WITH] = {print_like, false},
    [OPERATOR_ENDS_WITH] = {print_like, false},
    [OPERATOR_LIKE] = {print_like, false},
    [OPERATOR_IS_NULL] = {print_null, true},
    [OPERATOR_IS_EMPTY] = {print_null, true},
    [OPERATOR_IS_BLANK] = {print_null, true},
    [OPERATOR_INCLUDES] = {print_includes, false},
};

static bool may_be_null(const struct filter *filter, enum soql_class class_)
{
    return filter->part_count > 1 || (class_ != SOQL_BOOLEAN && filter->field->nullable);
}

static void print_condition(const struct soql_source *source, const struct filter *filter,
                            bool denied, struct text *out)
{
    struct condition condition = {.filter = filter, .denied = denied, .out = out};
    struct text path = {0};
    bool or_null;

    condition.operator_ = positive_operator(filter->operator_, &condition.denied);
    condition.class_ = soql_class_of(filter->field->type);
    soql_path(source, filter->parts, filter->part_count, &path);
    condition.path = text_string(&path);
    or_null = condition.denied && !printers[condition.operator_].about_null &&
              may_be_null(filter, condition.class_);
    text_append_string(out, or_null ? "(" : "");
    printers[condition.operator_].print(&condition);
    if (or_null)
        text_format(out, " OR %s = null)", condition.path);
    text_free(&path);
}

/* --- the tree --- */

static void print_node(const struct soql_source *source, const struct filter *filter, bool denied,
                       bool whole, struct text *out);

static size_t active_children(const struct filter *filter)
{
    size_t count = 0;

    for (size_t i = 0; i < filter->child_count; i++)
        count += filter_is_active(filter->children[i]);
    return count;
}

/* The denial of a AND b is the denial of a OR the denial of b. */
static void print_group(const struct soql_source *source, const struct filter *filter, bool denied,
                        bool whole, struct text *out)
{
    bool parentheses = !whole && active_children(filter) > 1;
    bool any = (filter->kind == FILTER_OR) != denied;
    size_t printed = 0;

    text_append_string(out, parentheses ? "(" : "");
    for (size_t i = 0; i < filter->child_count; i++) {
        if (!filter_is_active(filter->children[i]))
            continue;
        if (printed++)
            text_append_string(out, any ? " OR " : " AND ");
        print_node(source, filter->children[i], denied, whole && active_children(filter) == 1, out);
    }
    text_append_string(out, parentheses ? ")" : "");
}

static void print_node(const struct soql_source *source, const struct filter *filter, bool denied,
                       bool whole, struct text *out)
{
    if (filter->kind == FILTER_CONDITION)
        print_condition(source, filter, denied, out);
    else if (filter->kind == FILTER_NOT)
        print_node(source, filter->children[0], !denied, whole, out);
    else
        print_group(source, filter, denied, whole, out);
}

void soql_where(const struct soql_source *source, const struct filter *filter, struct text *out)
{
    if (filter_is_active(filter))
        print_node(source, filter, false, true, out);
}

/* --- what can be sent --- */

#define BIT(operator_) (1u << (operator_))
#define NOTHING        (BIT(OPERATOR_IS_NULL) | BIT(OPERATOR_IS_EMPTY) | BIT(OPERATOR_IS_BLANK))
#define SAME           (BIT(OPERATOR_EQUAL) | BIT(OPERATOR_IN))
#define ORDERED                                                                                    \
    (BIT(OPERATOR_LESS) | BIT(OPERATOR_LESS_EQUAL) | BIT(OPERATOR_GREATER) |                       \
     BIT(OPERATOR_GREATER_EQUAL) | BIT(OPERATOR_BETWEEN))
#define TEXTS                                                                                      \
    (BIT(OPERATOR_CONTAINS) | BIT(OPERATOR_STARTS_WITH) | BIT(OPERATOR_ENDS_WITH) |                \
     BIT(OPERATOR_LIKE))

/* Texts are put in order by Salesforce's language, not by their letters' numbers: < stays here. A
 * multipicklist is equal to another in any order of its values, which is not what = asks. */
static const unsigned sendable[] = {
    [SOQL_NONE] = 0,
    [SOQL_NUMBER] = NOTHING | SAME | ORDERED,
    [SOQL_BOOLEAN] = NOTHING | SAME,
    [SOQL_DATE] = NOTHING | SAME | ORDERED,
    [SOQL_TIME] = NOTHING | SAME | ORDERED,
    [SOQL_TEXT] = NOTHING | SAME | TEXTS,
    [SOQL_SET] = NOTHING | BIT(OPERATOR_INCLUDES),
    [SOQL_ID] = NOTHING | SAME,
};

static bool is_dated(const char *text)
{
    struct date_time parts;
    struct date date;

    if (!text)
        return true;
    if (date_parse(text, strlen(text), &date))
        return date.year >= FIRST_YEAR && date.year <= LAST_YEAR;
    return date_time_parse(text, strlen(text), &parts) && parts.date.year >= FIRST_YEAR &&
           parts.date.year <= LAST_YEAR;
}

static bool is_sendable_number(const struct field *field, const struct operand *operand)
{
    struct text out = {0};
    bool sendable_ = soql_number(operand, &out);

    text_free(&out);
    return sendable_ && (field->type != FIELD_INT || operand->number.kind == VALUE_INTEGER);
}

static bool is_sendable(const struct field *field, const struct operand *operand)
{
    switch (soql_class_of(field->type)) {
    case SOQL_NUMBER:
        return is_sendable_number(field, operand);
    case SOQL_DATE:
        return operand->start && is_dated(operand->start) && is_dated(operand->end);
    case SOQL_TIME:
        return operand->first.fraction % 1000000 == 0;
    case SOQL_BOOLEAN:
        return operand->kind == OPERAND_BOOLEAN;
    default: /* a number asked of a picklist is compared by number, here */
        return operand->text && operand->kind == OPERAND_TEXT &&
               strlen(operand->text) <= MOST_STRING;
    }
}

static bool is_sendable_field(const struct filter *condition)
{
    const struct field *field = condition->field;

    if (!field || !field->filter || condition->part_count > MOST_PARENTS + 1)
        return false;
    if (field->type == FIELD_TEXTAREA && field->length > LONG_TEXT)
        return false;
    /* What a box of a missing parent counts as is not said anywhere. */
    return field->type != FIELD_BOOLEAN || condition->part_count == 1;
}

bool soql_can_filter(const void *unused, const struct filter *condition)
{
    bool denied = false;
    enum filter_operator operator_ = positive_operator(condition->operator_, &denied);
    size_t bytes = 0;

    (void)unused;
    if (!is_sendable_field(condition) ||
        !(sendable[soql_class_of(condition->field->type)] & BIT(operator_)))
        return false;
    if (condition->field->case_sensitive && !printers[operator_].about_null)
        return false;
    for (size_t i = 0; i < condition->operand_count; i++) {
        const struct operand *operand = &condition->operands[i];

        if (!is_sendable(condition->field, operand))
            return false;
        bytes += operand->text ? strlen(operand->text) : 0;
    }
    return bytes <= MOST_CONDITION;
}
