/*
 * filter: a filter tree as an SQL condition, every operator, two truth values. Fetch thread.
 *
 * SQL has a third truth value, null. Where a condition only has to hold (under AND and OR) null
 * does for false; under NOT it is made false first, so that `x != v` is `not (x = v)`.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/date.h"
#include "core/memory.h"

struct condition {
    struct compiler *compiler;
    const struct filter *filter;
    struct path_target target;
    enum field_type type;  /* what the comparison is by */
    struct date_form form; /* of the column's moments */
    char *expression;      /* t0."Name" */
    struct text *out;
};

/* Appends a condition for the positive operators; false when the type knows no such operator. */
typedef void (*comparison)(struct condition *condition, enum filter_operator operator_);

/* Each negative operator is the denial of a positive one. */
static const struct denial {
    enum filter_operator operator_, denied;
} denials[] = {
    {OPERATOR_NOT_EQUAL, OPERATOR_EQUAL},       {OPERATOR_NOT_IN, OPERATOR_IN},
    {OPERATOR_IS_NOT_NULL, OPERATOR_IS_NULL},   {OPERATOR_IS_NOT_EMPTY, OPERATOR_IS_EMPTY},
    {OPERATOR_IS_NOT_BLANK, OPERATOR_IS_BLANK}, {OPERATOR_EXCLUDES, OPERATOR_INCLUDES},
};

static const char *const symbols[OPERATOR_COUNT] = {
    [OPERATOR_EQUAL] = " = ",   [OPERATOR_LESS] = " < ",           [OPERATOR_LESS_EQUAL] = " <= ",
    [OPERATOR_GREATER] = " > ", [OPERATOR_GREATER_EQUAL] = " >= ", [OPERATOR_IN] = " = ",
};

static const char *const text_functions[OPERATOR_COUNT] = {
    [OPERATOR_CONTAINS] = "dossier_contains", [OPERATOR_STARTS_WITH] = "dossier_starts",
    [OPERATOR_ENDS_WITH] = "dossier_ends",    [OPERATOR_LIKE] = "dossier_like",
    [OPERATOR_INCLUDES] = "dossier_includes",
};

static const char *operand_text(const struct operand *operand)
{
    if (operand->kind == OPERAND_BOOLEAN)
        return operand->boolean ? "true" : "false";
    return operand->text ? operand->text : operand->start ? operand->start : "";
}

static void print_value(struct condition *condition, const struct value *value)
{
    compile_value(condition->compiler, value, condition->out);
}

/* e op v, or e >= v AND e <= w, or e IN (v, …): the shape is the same for most types. */
static void print_plain(struct condition *condition, enum filter_operator operator_,
                        const char *expression, const struct value *values, size_t count)
{
    struct text *out = condition->out;

    text_append_string(out, expression);
    if (operator_ == OPERATOR_BETWEEN && count == 2) {
        text_append_string(out, " >= ");
        print_value(condition, &values[0]);
        text_format(out, " AND %s <= ", expression);
        print_value(condition, &values[1]);
    } else if (operator_ == OPERATOR_IN) {
        text_append_string(out, " IN (");
        for (size_t i = 0; i < count; i++) {
            text_append_string(out, i ? ", " : "");
            print_value(condition, &values[i]);
        }
        text_append_string(out, ")");
    } else {
        text_append_string(out, symbols[operator_] ? symbols[operator_] : " = ");
        print_value(condition, &values[0]);
    }
}

/* A column that a CHECK holds to a list has no other spellings than the list's: the operands become
 * those values they match without regard to case, and an index on the column can be used. */
static void compare_listed(struct condition *condition)
{
    const struct filter *filter = condition->filter;
    const struct field *field = condition->target.field;
    struct value *values = memory_zeroed(field->picklist_count + 1, sizeof *values);
    size_t count = 0;

    for (size_t i = 0; i < field->picklist_count; i++) {
        bool wanted = false;
        for (size_t operand = 0; operand < filter->operand_count && !wanted; operand++)
            wanted = text_equal_folded(field->picklist[i].value,
                                       operand_text(&filter->operands[operand]));
        if (wanted)
            values[count++] = value_string(field->picklist[i].value);
    }
    if (count == 0)
        text_append_string(condition->out, "0");
    else
        print_plain(condition, OPERATOR_IN, condition->expression, values, count);
    free(values);
}

static void compare_text(struct condition *condition, enum filter_operator operator_)
{
    if (condition->target.column->closed &&
        (operator_ == OPERATOR_EQUAL || operator_ == OPERATOR_IN)) {
        compare_listed(condition);
        return;
    }
    const struct filter *filter = condition->filter;
    struct value *values = memory_zeroed(filter->operand_count + 1, sizeof *values);
    bool is_text = condition->target.column->affinity == AFFINITY_TEXT;
    struct text expression = {0};

    for (size_t i = 0; i < filter->operand_count; i++)
        values[i] = value_string(operand_text(&filter->operands[i]));
    /* Numbers go by their spelling here, and bytes are no text. */
    if (is_text)
        text_format(&expression, "%s COLLATE " FOLD_COLLATION, condition->expression);
    else
        text_format(&expression,
                    "CASE WHEN typeof(%s) <> 'blob' THEN CAST(%s AS TEXT) END"
                    " COLLATE " FOLD_COLLATION,
                    condition->expression, condition->expression);
    print_plain(condition, operator_, text_string(&expression), values, filter->operand_count);
    /* SQLite counts bytes as greater than every text. */
    if (is_text && (operator_ == OPERATOR_GREATER || operator_ == OPERATOR_GREATER_EQUAL))
        text_format(condition->out, " AND %s < x''", condition->expression);
    text_free(&expression);
    free(values);
}

/* Ids: exactly. The column's affinity turns the text of a number into one; a column without one
 * may hold either, and so both are looked for. */
static size_t exact_values(const struct condition *condition, struct value *values)
{
    const struct filter *filter = condition->filter;
    bool loose = condition->target.column->affinity == AFFINITY_NONE;
    size_t count = 0;

    for (size_t i = 0; i < filter->operand_count; i++) {
        const char *text = operand_text(&filter->operands[i]);

        values[count++] = value_string(text);
        if (loose && value_parse_number(text, strlen(text), &values[count]))
            count++;
    }
    return count;
}

static void compare_exact(struct condition *condition, enum filter_operator operator_)
{
    const struct local_column *column = condition->target.column;
    const struct filter *filter = condition->filter;
    struct value *values = memory_zeroed(2 * filter->operand_count + 1, sizeof *values);
    bool is_list = operator_ == OPERATOR_EQUAL || operator_ == OPERATOR_IN;
    size_t count = filter->operand_count;

    if (is_list)
        count = exact_values(condition, values);
    for (size_t i = 0; !is_list && i < count; i++)
        values[i] = value_string(operand_text(&filter->operands[i]));
    if (is_list && count > 1)
        operator_ = OPERATOR_IN;
    print_plain(condition, operator_, condition->expression, values, count);
    if (sqlite3_stricmp(column->collation, "BINARY") != 0) {
        struct text expression = {0};

        text_format(&expression, "%s COLLATE BINARY", condition->expression);
        text_append_string(condition->out, " AND ");
        print_plain(condition, operator_, text_string(&expression), values, count);
        text_free(&expression);
    }
    free(values);
}

static struct value operand_number(const struct operand *operand)
{
    struct value number = {0};
    const char *text = operand->text ? operand->text : "";

    if (operand->kind == OPERAND_BOOLEAN)
        return value_integer(operand->boolean);
    if (!value_parse_number(text, strlen(text), &number))
        return value_null();
    return number;
}

static void compare_number(struct condition *condition, enum filter_operator operator_)
{
    const struct filter *filter = condition->filter;
    struct value *values = memory_zeroed(filter->operand_count + 1, sizeof *values);

    for (size_t i = 0; i < filter->operand_count; i++)
        values[i] = operand_number(&filter->operands[i]);
    print_plain(condition, operator_, condition->expression, values, filter->operand_count);
    /* SQLite counts every text as greater than every number; such a text is no number. */
    if (operator_ == OPERATOR_GREATER || operator_ == OPERATOR_GREATER_EQUAL)
        text_format(condition->out, " AND %s < ''", condition->expression);
    free(values);
}

static void compare_boolean(struct condition *condition, enum filter_operator operator_)
{
    const struct local_column *column = condition->target.column;
    const struct filter *filter = condition->filter;
    struct value *values;
    struct text expression = {0};

    if (!column->true_word) {
        compare_number(condition, operator_);
        return;
    }
    values = memory_zeroed(filter->operand_count + 1, sizeof *values);
    for (size_t i = 0; i < filter->operand_count; i++)
        values[i] =
            value_string(filter->operands[i].boolean ? column->true_word : column->false_word);
    text_format(&expression, "%s COLLATE " FOLD_COLLATION, condition->expression);
    print_plain(condition, operator_, text_string(&expression), values, filter->operand_count);
    text_free(&expression);
    free(values);
}

/* --- dates: every operand is a range [start, end) --- */

struct range {
    struct value start, end; /* owned */
};

static struct value moment_value(const struct date_form *form, int64_t moment)
{
    struct text text = {0};
    struct value value;

    if (!form->uniform)
        return value_integer(moment);
    /* Only as much of it as says something: a text that goes on is greater, whatever separator,
     * fraction or zone follows. */
    value_print_moment(form, moment, &text);
    if (form->zone && text.length > 0)
        text_truncate(&text, text.length - 1);
    while (text.length > 13 && strcmp(text_string(&text) + text.length - 3, ":00") == 0)
        text_truncate(&text, text.length - 3);
    if (text.length == 13 && strcmp(text_string(&text) + 11, "00") == 0)
        text_truncate(&text, 10);
    value = value_text(text_string(&text), text.length);
    value = value_copy(&value);
    text_free(&text);
    return value;
}

static int64_t moment_of(const char *text)
{
    struct date_time parts = {0};

    if (!text || !date_time_parse(text, strlen(text), &parts))
        return 0;
    return date_time_to_moment(&parts);
}

static struct range datetime_range(const struct date_form *form, const struct operand *operand)
{
    const char *start = operand->start ? operand->start : operand->text;
    int64_t end = operand->end ? moment_of(operand->end) : moment_of(start) + 1;

    return (struct range){moment_value(form, moment_of(start)), moment_value(form, end)};
}

static struct value owned_text(const struct text *text)
{
    struct value value = value_text(text_string(text), text->length);

    return value_copy(&value);
}

static struct range date_range(const struct operand *operand)
{
    const char *start = operand->start ? operand->start : operand_text(operand);
    struct text next = {0};
    struct date date;
    struct range range;

    if (operand->end)
        text_append_string(&next, operand->end);
    else if (date_parse(start, strlen(start), &date))
        date_print(date_from_days(date_to_days(date) + 1), &next);
    range.end = owned_text(&next);
    text_truncate(&next, 0);
    text_append_string(&next, start);
    range.start = owned_text(&next);
    text_free(&next);
    return range;
}

/* 14:30 is 14:30:00 and whatever fraction of that second. */
static struct range time_range(const struct operand *operand)
{
    const char *start = operand->start ? operand->start : operand_text(operand);
    struct date_time parts = {0};
    struct text text = {0};
    struct range range;

    if (!date_parse_time(start, strlen(start), &parts))
        text_append_string(&text, start);
    else if (parts.second == 0)
        text_format(&text, "%02d:%02d", parts.hour, parts.minute);
    else
        text_format(&text, "%02d:%02d:%02d", parts.hour, parts.minute, parts.second);
    range.start = owned_text(&text);
    text_truncate(&text, 0);
    if (operand->end)
        text_append_string(&text, operand->end);
    else
        text_format(&text, "%02d:%02d:%02d", parts.hour, parts.minute, parts.second + 1);
    range.end = owned_text(&text);
    text_free(&text);
    return range;
}

static struct range operand_range(const struct condition *condition, const struct operand *operand)
{
    if (condition->type == FIELD_DATETIME)
        return datetime_range(&condition->form, operand);
    return condition->type == FIELD_TIME ? time_range(operand) : date_range(operand);
}

static void print_range(struct condition *condition, const char *expression,
                        enum filter_operator operator_, const struct range *first,
                        const struct range *last)
{
    struct text *out = condition->out;
    bool from_start = operator_ != OPERATOR_GREATER;
    bool has_lower = operator_ != OPERATOR_LESS && operator_ != OPERATOR_LESS_EQUAL;
    bool has_upper = operator_ != OPERATOR_GREATER && operator_ != OPERATOR_GREATER_EQUAL;

    if (has_lower) {
        text_format(out, "%s >= ", expression);
        print_value(condition, from_start ? &first->start : &first->end);
    }
    text_append_string(out, has_lower && has_upper ? " AND " : "");
    if (has_upper) {
        text_format(out, "%s < ", expression);
        print_value(condition, operator_ == OPERATOR_LESS ? &last->start : &last->end);
    }
}

static void compare_date(struct condition *condition, enum filter_operator operator_)
{
    const struct filter *filter = condition->filter;
    bool by_moment = condition->type == FIELD_DATETIME && !condition->form.uniform;
    struct range *ranges = memory_zeroed(filter->operand_count + 1, sizeof *ranges);
    struct text expression = {0};

    text_format(&expression, by_moment ? "dossier_moment(%s)" : "%s", condition->expression);
    for (size_t i = 0; i < filter->operand_count; i++)
        ranges[i] = operand_range(condition, &filter->operands[i]);
    if (operator_ == OPERATOR_BETWEEN && filter->operand_count == 2) {
        print_range(condition, text_string(&expression), operator_, &ranges[0], &ranges[1]);
    } else {
        for (size_t i = 0; i < filter->operand_count; i++) {
            text_append_string(condition->out, i ? " OR " : "");
            print_range(condition, text_string(&expression), operator_, &ranges[i], &ranges[i]);
        }
    }
    for (size_t i = 0; i < filter->operand_count; i++) {
        value_free(&ranges[i].start);
        value_free(&ranges[i].end);
    }
    free(ranges);
    text_free(&expression);
}

/* --- any type --- */

static void compare_any(struct condition *condition, enum filter_operator operator_);

static comparison comparison_for(enum field_type type)
{
    if (type == FIELD_BOOLEAN)
        return compare_boolean;
    if (field_type_is_number(type))
        return compare_number;
    if (field_type_is_date(type))
        return compare_date;
    if (field_type_is_exact(type))
        return compare_exact;
    return type == FIELD_ANY || type == FIELD_CALCULATED ? compare_any : compare_text;
}

/* How a value of no known type is read for each kind of operand. */
static const struct reading {
    enum field_type type;
    const char *function; /* NULL: none */
} readings[] = {
    [OPERAND_TEXT] = {FIELD_STRING, NULL},
    [OPERAND_NUMBER] = {FIELD_DOUBLE, "dossier_number"},
    [OPERAND_BOOLEAN] = {FIELD_INT, "dossier_truth"},
    [OPERAND_DATE] = {FIELD_DATE, "dossier_day"},
    [OPERAND_DATETIME] = {FIELD_DATETIME, NULL},
    [OPERAND_TIME] = {FIELD_TIME, NULL},
    [OPERAND_RELATIVE] = {FIELD_DATE, "dossier_day"},
};

static void print_reading(struct condition *condition, enum filter_operator operator_,
                          struct operand *operand)
{
    const struct reading *reading = &readings[operand->kind];
    struct filter filter = *condition->filter;
    struct condition one = *condition;
    struct text expression = {0};

    filter.operands = operand;
    filter.operand_count = 1;
    one.filter = &filter;
    one.type = reading->type;
    one.form = (struct date_form){0};
    text_format(&expression, reading->function ? "%s(%s)" : "%s%s",
                reading->function ? reading->function : "", condition->expression);
    one.expression = text_take(&expression);
    comparison_for(reading->type)(&one, operator_);
    free(one.expression);
}

/* A field of no known type: as the operand is, so is the comparison. */
static void compare_any(struct condition *condition, enum filter_operator operator_)
{
    const struct filter *filter = condition->filter;

    if (operator_ == OPERATOR_BETWEEN && filter->operand_count == 2) {
        print_reading(condition, OPERATOR_GREATER_EQUAL, &filter->operands[0]);
        text_append_string(condition->out, " AND ");
        print_reading(condition, OPERATOR_LESS_EQUAL, &filter->operands[1]);
        return;
    }
    for (size_t i = 0; i < filter->operand_count; i++) {
        text_append_string(condition->out, i ? " OR " : "");
        print_reading(condition, operator_, &filter->operands[i]);
    }
}

/* contains, starts with, ends with, like, includes: any of the operands. */
static void print_functions(struct condition *condition, enum filter_operator operator_)
{
    const struct filter *filter = condition->filter;

    for (size_t i = 0; i < filter->operand_count; i++) {
        struct value part = value_string(operand_text(&filter->operands[i]));

        text_format(condition->out, "%s%s(%s, ", i ? " OR " : "", text_functions[operator_],
                    condition->expression);
        print_value(condition, &part);
        text_append_string(condition->out, ")");
    }
}

/* A picklist whose values are numbers in the file is compared with a number by number. */
static enum field_type comparison_type(const struct condition *condition)
{
    bool choice = condition->type == FIELD_PICKLIST || condition->type == FIELD_COMBOBOX;

    if (choice && condition->filter->operands[0].kind == OPERAND_NUMBER)
        return FIELD_ANY;
    return condition->type;
}

static void print_positive(struct condition *condition, enum filter_operator operator_)
{
    const char *expression = condition->expression;

    if (operator_ == OPERATOR_IS_NULL)
        text_format(condition->out, "%s IS NULL", expression);
    else if (operator_ == OPERATOR_IS_EMPTY)
        text_format(condition->out, "%s = ''", expression);
    else if (operator_ == OPERATOR_IS_BLANK)
        text_format(condition->out, "%s IS NULL OR %s = ''", expression, expression);
    else if (condition->filter->operand_count == 0)
        text_append_string(condition->out, "0");
    else if (text_functions[operator_])
        print_functions(condition, operator_);
    else
        comparison_for(comparison_type(condition))(condition, operator_);
}

static enum filter_operator denied_operator(enum filter_operator operator_, bool *denied)
{
    *denied = false;
    for (size_t i = 0; i < sizeof denials / sizeof denials[0]; i++) {
        if (denials[i].operator_ != operator_)
            continue;
        *denied = true;
        return denials[i].denied;
    }
    return operator_;
}

static bool compile_condition(struct compiler *compiler, const struct filter *filter,
                              bool two_valued, struct text *out, struct error *error)
{
    struct condition condition = {.compiler = compiler, .filter = filter, .out = out};
    struct text expression = {0};
    enum filter_operator operator_;
    bool denied;

    if (!compile_path(compiler, filter->parts, filter->part_count, &condition.target, error))
        return false;
    compile_target(&condition.target, &expression);
    condition.expression = text_take(&expression);
    condition.type = condition.target.column->type;
    condition.form = condition.target.column->form;
    operator_ = denied_operator(filter->operator_, &denied);
    text_append_string(out, denied ? "NOT IFNULL(" : two_valued ? "IFNULL(" : "(");
    print_positive(&condition, operator_);
    text_append_string(out, denied || two_valued ? ", 0)" : ")");
    free(condition.expression);
    return true;
}

static bool compile_node(struct compiler *compiler, const struct filter *filter, bool two_valued,
                         struct text *out, struct error *error)
{
    const char *joint = filter->kind == FILTER_OR ? " OR " : " AND ";
    bool negative = filter->kind == FILTER_NOT;
    size_t printed = 0;

    if (filter->kind == FILTER_CONDITION)
        return compile_condition(compiler, filter, two_valued, out, error);
    text_append_string(out, negative ? "NOT (" : "(");
    for (size_t i = 0; i < filter->child_count; i++) {
        if (filter->children[i]->disabled)
            continue;
        text_append_string(out, printed++ ? joint : "");
        if (!compile_node(compiler, filter->children[i], two_valued || negative, out, error))
            return false;
    }
    /* A group whose rows are all being edited asks for nothing. */
    text_append_string(out, printed ? ")" : negative ? "0)" : "1)");
    return true;
}

bool compile_filter(struct compiler *compiler, const struct filter *filter, struct text *out,
                    struct error *error)
{
    if (!filter || filter->disabled)
        return true;
    return compile_node(compiler, filter, false, out, error);
}
