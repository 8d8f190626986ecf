/*
 * query_resolve: a parsed query against the schema: names, types, and dates worked out.
 *
 * Any thread; the look-up it is handed does what it does. A query that does not resolve may have
 * some of its names respelt, and is not marked resolved.
 */
#include "core/query.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/query_class.h"
#include "core/query_path.h"

enum { LAST_YEAR = 9999 };

struct resolver {
    struct query *query;
    schema_lookup lookup;
    void *context;
    const struct date_clock *clock;
    struct error *error;
};

enum query_class query_class_of(enum field_type type)
{
    if (field_type_is_number(type)) {
        return CLASS_NUMBER;
    }
    switch (type) {
    case FIELD_BOOLEAN:
        return CLASS_BOOLEAN;
    case FIELD_DATE:
        return CLASS_DATE;
    case FIELD_DATETIME:
        return CLASS_DATETIME;
    case FIELD_TIME:
        return CLASS_TIME;
    case FIELD_ID:
    case FIELD_REFERENCE:
        return CLASS_ID;
    case FIELD_PICKLIST:
    case FIELD_COMBOBOX:
        return CLASS_CHOICE;
    case FIELD_CALCULATED:
    case FIELD_ANY:
        return CLASS_ANY;
    default:
        return CLASS_TEXT;
    }
}

/* --- errors --- */

/* Puts "column 31: " in front, where the place is known. Returns false. */
static bool place(struct resolver *resolver, size_t column)
{
    if (column > 0) {
        error_context(resolver->error, "column %zu: ", column);
    }
    return false;
}

static bool unknown_field(struct resolver *resolver, const struct schema *schema, const char *name,
                          size_t column)
{
    const char *nearest = schema_nearest_field(schema, name);
    if (nearest != NULL) {
        error_set(resolver->error, ERROR_USAGE, "%s has no field '%s'; did you mean '%s'?",
                  schema->name, name, nearest);
    } else {
        error_set(resolver->error, ERROR_USAGE, "%s has no field '%s'", schema->name, name);
    }
    return place(resolver, column);
}

/* --- names --- */

/* The schema a reference leads to, kept by the query; each is looked up once. */
static const struct schema *parent_schema(struct resolver *resolver, const char *object)
{
    struct query *query = resolver->query;
    for (size_t i = 0; i < query->schema_count; i++) {
        if (strcmp(query->schemas[i]->name, object) == 0) {
            return query->schemas[i];
        }
    }
    struct schema *schema = resolver->lookup == NULL
                                ? NULL
                                : resolver->lookup(resolver->context, object, resolver->error);
    if (schema == NULL) {
        return NULL;
    }
    query->schemas =
        memory_resize(query->schemas, query->schema_count + 1, sizeof(struct schema *));
    query->schemas[query->schema_count++] = schema;
    return schema;
}

static void respell(char **part, const char *spelling)
{
    if (strcmp(*part, spelling) != 0) {
        char *copy = memory_copy_string(spelling);
        free(*part);
        *part = copy;
    }
}

/* One step of a path, from an object to the one its reference points at. */
static const struct schema *follow(struct resolver *resolver, const struct schema *schema,
                                   char **part, size_t column)
{
    const struct field *field = schema_reference(schema, *part);
    if (field == NULL) {
        const struct field *plain = schema_field(schema, *part);
        if (plain == NULL) {
            unknown_field(resolver, schema, *part, column);
        } else {
            error_set(resolver->error, ERROR_USAGE,
                      "'%s' of %s is no reference to another record, so nothing can follow its "
                      "point; a name that holds a point stands in back-quotes",
                      plain->name, schema->name);
            place(resolver, column);
        }
        return NULL;
    }
    bool by_relation = field->relation != NULL && !text_equal_folded(*part, field->name);
    respell(part, by_relation ? field->relation : field->name);
    const struct schema *parent = parent_schema(resolver, field->references);
    if (parent == NULL) {
        if (!error_is_set(resolver->error)) {
            error_set(resolver->error, ERROR_USAGE, "nothing is known of %s, which '%s' points at",
                      field->references, *part);
        }
        place(resolver, column);
    }
    return parent;
}

/* The column of what follows a part and its point, as paths are usually written; 0 stays 0: the
 * place is not known. */
static size_t column_after(size_t column, const char *part)
{
    struct text written = {0};
    query_print_path(&part, 1, &written);
    size_t width = text_width(text_string(&written), written.length);
    text_free(&written);
    return column == 0 ? 0 : column + width + 1;
}

/* Finds the field a path leads to, and gives its parts the schema's spelling. */
static const struct field *resolve_parts(struct resolver *resolver, char **parts, size_t count,
                                         size_t column)
{
    const struct schema *schema = resolver->query->schemas[0];
    if (count == 0 || count > QUERY_MOST_HOPS + 1) {
        error_set(resolver->error, ERROR_USAGE,
                  count == 0 ? "expected a field name"
                             : "expected a field name with at most %d references before it",
                  QUERY_MOST_HOPS);
        place(resolver, column);
        return NULL;
    }
    size_t at = column;
    for (size_t i = 0; i + 1 < count; i++) {
        size_t next = column_after(at, parts[i]);
        schema = follow(resolver, schema, &parts[i], at);
        if (schema == NULL) {
            return NULL;
        }
        at = next;
    }
    const struct field *field = schema_field(schema, parts[count - 1]);
    if (field == NULL) {
        unknown_field(resolver, schema, parts[count - 1], at);
        return NULL;
    }
    respell(&parts[count - 1], field->name);
    return field;
}

static const struct field *resolve_path(struct resolver *resolver, char **path, char **parts,
                                        size_t count, size_t column)
{
    struct query_path whole = {*path, parts, count};
    const struct field *field = resolve_parts(resolver, parts, count, column);
    if (field != NULL) {
        path_join(&whole);
        *path = whole.path;
    }
    return field;
}

/* --- operands --- */

#define KIND(kind) (1u << (kind))

static const struct {
    unsigned kinds; /* the operands that are taken */
    const char *expected;
} classes[] = {
    [CLASS_NUMBER] = {KIND(OPERAND_NUMBER), "a number"},
    [CLASS_BOOLEAN] = {KIND(OPERAND_BOOLEAN), "true or false"},
    [CLASS_DATE] = {KIND(OPERAND_DATE) | KIND(OPERAND_DATETIME) | KIND(OPERAND_RELATIVE) |
                        KIND(OPERAND_TEXT),
                    "a date, such as 2026-11-21 or last 3 weeks"},
    [CLASS_DATETIME] = {KIND(OPERAND_DATE) | KIND(OPERAND_DATETIME) | KIND(OPERAND_RELATIVE) |
                            KIND(OPERAND_TEXT),
                        "a date or a time on one, such as 2026-11-21, 2026-11-21T14:30 or today"},
    [CLASS_TIME] = {KIND(OPERAND_TIME) | KIND(OPERAND_TEXT), "a time, such as 14:30"},
    [CLASS_TEXT] = {KIND(OPERAND_TEXT), "text in quotes"},
    [CLASS_CHOICE] = {KIND(OPERAND_TEXT) | KIND(OPERAND_NUMBER), "text in quotes"},
    [CLASS_ID] = {KIND(OPERAND_TEXT) | KIND(OPERAND_NUMBER), "an id, in quotes where it is text"},
    [CLASS_ANY] = {~0u, "a value"},
};

const char *query_class_expected(enum query_class class_)
{
    return classes[class_].expected;
}

static bool wrong_operand(struct resolver *resolver, const struct filter *condition,
                          const struct operand *operand, const char *expected)
{
    struct text found = {0};
    query_print_operand(operand, &found);
    error_set(resolver->error, ERROR_USAGE, "expected %s, found %s (%s is a %s field)", expected,
              text_string(&found), condition->path, field_type_name(condition->field->type));
    if (operand->kind == OPERAND_NUMBER) {
        error_set_hint(resolver->error, "text stands in quotes: '%s'", operand->text);
    }
    text_free(&found);
    return place(resolver, operand->column > 0 ? operand->column : condition->column);
}

static char *spell_date(struct date date)
{
    struct text text = {0};
    date_print(date, &text);
    return text_take(&text);
}

static char *spell_moment(int64_t moment)
{
    struct text text = {0};
    date_print_moment_utc(moment, &text);
    return text_take(&text);
}

/* The days first to last, as dates. Past the last year that four digits can write there is no end
 * to print: such a range is its first day alone. */
static void set_dates(struct operand *operand, struct date first, struct date last)
{
    struct date next = date_add(last, UNIT_DAY, 1);
    operand->start = spell_date(first);
    operand->first.date = first;
    if (next.year <= LAST_YEAR) {
        operand->end = spell_date(next);
        operand->next.date = next;
    }
}

static struct date_time in_utc(int64_t moment)
{
    struct date_time date_time = {.has_zone = true};
    int64_t rest = moment % 86400;
    rest = rest < 0 ? rest + 86400 : rest;
    date_time.date = date_from_days((moment - rest) / 86400);
    date_time.hour = (int)(rest / 3600);
    date_time.minute = (int)(rest / 60 % 60);
    date_time.second = (int)(rest % 60);
    return date_time;
}

/* The days first to last, as moments in the user's zone. */
static void set_days(struct operand *operand, struct date first, struct date last)
{
    struct date next = date_add(last, UNIT_DAY, 1);
    int64_t start = date_start(first);
    int64_t end = date_start(next);
    struct date_time latest = {
        .date = {LAST_YEAR, 12, 31}, .hour = 23, .minute = 59, .second = 59, .has_zone = true};
    if (end > date_time_to_moment(&latest)) {
        end = date_time_to_moment(&latest);
    }
    operand->start = spell_moment(start);
    operand->first = in_utc(start);
    operand->end = spell_moment(end);
    operand->next = in_utc(end);
}

static void set_moment(struct operand *operand, const struct date_time *date_time, bool by_date)
{
    int64_t moment = date_time_to_moment(date_time);
    if (by_date) {
        struct date date = date_time_from_moment(moment).date;
        set_dates(operand, date, date);
        return;
    }
    operand->start = spell_moment(moment);
    operand->first = in_utc(moment);
}

/* Dates, datetimes and relative words; by_date for a field that holds dates. False when a quoted
 * text is no date. */
static bool set_calendar(struct resolver *resolver, struct operand *operand, bool by_date)
{
    struct date_time date_time;
    struct date first;
    struct date last;
    if (operand->kind == OPERAND_RELATIVE) {
        relative_date_range(&operand->relative, resolver->clock, &first, &last);
    } else if (operand->text == NULL) {
        return false;
    } else if (date_parse(operand->text, strlen(operand->text), &first)) {
        last = first;
    } else if (date_time_parse(operand->text, strlen(operand->text), &date_time)) {
        set_moment(operand, &date_time, by_date);
        return true;
    } else {
        return false;
    }
    if (by_date) {
        set_dates(operand, first, last);
    } else {
        set_days(operand, first, last);
    }
    return true;
}

static bool set_time(struct operand *operand)
{
    struct text text = {0};
    if (operand->text == NULL ||
        !date_parse_time(operand->text, strlen(operand->text), &operand->first)) {
        return false;
    }
    text_format(&text, "%02d:%02d:%02d", operand->first.hour, operand->first.minute,
                operand->first.second);
    operand->start = text_take(&text);
    return true;
}

/* A value of a field of no known type is worked out by what it is itself. */
static enum query_class operand_class(const struct operand *operand, enum query_class class_)
{
    static const int classes_of[] = {
        [OPERAND_TEXT] = CLASS_TEXT,         [OPERAND_NUMBER] = CLASS_NUMBER,
        [OPERAND_BOOLEAN] = CLASS_BOOLEAN,   [OPERAND_DATE] = CLASS_DATE,
        [OPERAND_DATETIME] = CLASS_DATETIME, [OPERAND_TIME] = CLASS_TIME,
        [OPERAND_RELATIVE] = CLASS_DATE,
    };
    bool by_kind = class_ == CLASS_ANY || operand->kind == OPERAND_NUMBER;
    return by_kind ? (enum query_class)classes_of[operand->kind] : class_;
}

static bool set_operand(struct resolver *resolver, struct operand *operand, enum query_class class_)
{
    switch (operand_class(operand, class_)) {
    case CLASS_NUMBER:
        return operand->text != NULL &&
               value_parse_number(operand->text, strlen(operand->text), &operand->number);
    case CLASS_DATE:
        return set_calendar(resolver, operand, true);
    case CLASS_DATETIME:
        return set_calendar(resolver, operand, false);
    case CLASS_TIME:
        return set_time(operand);
    case CLASS_BOOLEAN:
        return true;
    default:
        return operand->text != NULL;
    }
}

static void forget_operand(struct operand *operand)
{
    free(operand->start);
    free(operand->end);
    operand->start = NULL;
    operand->end = NULL;
    operand->first = (struct date_time){0};
    operand->next = (struct date_time){0};
    operand->number = value_absent();
}

static bool takes_text_only(enum filter_operator operator_)
{
    return (operator_ >= OPERATOR_CONTAINS && operator_ <= OPERATOR_LIKE) ||
           operator_ == OPERATOR_INCLUDES || operator_ == OPERATOR_EXCLUDES;
}

static bool resolve_operand(struct resolver *resolver, const struct filter *condition,
                            struct operand *operand)
{
    enum query_class class_ = query_class_of(condition->field->type);
    unsigned kinds = classes[class_].kinds;
    const char *expected = classes[class_].expected;
    if (takes_text_only(condition->operator_)) {
        kinds = KIND(OPERAND_TEXT);
        expected = "text in quotes";
    }
    forget_operand(operand);
    if ((kinds & KIND(operand->kind)) == 0 || !set_operand(resolver, operand, class_)) {
        return wrong_operand(resolver, condition, operand, expected);
    }
    return true;
}

/* --- conditions --- */

static bool wrong_operator(struct resolver *resolver, const struct filter *condition)
{
    uint32_t allowed = filter_operators_for(condition->field->type);
    struct text list = {0};
    for (unsigned i = 0; i < OPERATOR_COUNT; i++) {
        if ((allowed & (1u << i)) != 0) {
            text_append_string(&list, list.length > 0 ? ", " : "");
            text_append_string(&list, filter_operator_text((enum filter_operator)i));
        }
    }
    error_set(resolver->error, ERROR_USAGE, "'%s' cannot be asked of %s, a %s field; expected %s",
              filter_operator_text(condition->operator_), condition->path,
              field_type_name(condition->field->type), text_string(&list));
    text_free(&list);
    return place(resolver, condition->column);
}

static bool right_count(const struct filter *condition)
{
    int wanted = filter_operator_operands(condition->operator_);
    return wanted < 0 ? condition->operand_count > 0 : condition->operand_count == (size_t)wanted;
}

static bool resolve_condition(struct resolver *resolver, struct filter *condition)
{
    condition->field = resolve_path(resolver, &condition->path, condition->parts,
                                    condition->part_count, condition->column);
    if (condition->field == NULL) {
        return false;
    }
    if (!filter_operator_applies(condition->operator_, condition->field->type)) {
        return wrong_operator(resolver, condition);
    }
    if (!right_count(condition)) {
        error_set(resolver->error, ERROR_USAGE, "expected a value after '%s %s'", condition->path,
                  filter_operator_text(condition->operator_));
        return place(resolver, condition->column);
    }
    for (size_t i = 0; i < condition->operand_count; i++) {
        if (!resolve_operand(resolver, condition, &condition->operands[i])) {
            return false;
        }
    }
    return true;
}

static bool resolve_filter(struct resolver *resolver, struct filter *filter)
{
    if (!filter_is_active(filter)) {
        return true;
    }
    if (filter->kind == FILTER_CONDITION) {
        return resolve_condition(resolver, filter);
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        if (!resolve_filter(resolver, filter->children[i])) {
            return false;
        }
    }
    return true;
}

static bool resolve_lists(struct resolver *resolver)
{
    struct query *query = resolver->query;
    for (size_t i = 0; i < query->order_count; i++) {
        struct order_term *term = &query->order[i];
        term->field =
            resolve_path(resolver, &term->path, term->parts, term->part_count, term->column);
        if (term->field == NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < query->column_count; i++) {
        struct query_column *column = &query->columns[i];
        column->field = resolve_path(resolver, &column->path, column->parts, column->part_count, 0);
        if (column->field == NULL) {
            return false;
        }
    }
    return true;
}

static void hold_schema(struct query *query, const struct schema *schema)
{
    struct schema *held = schema_hold(schema);
    for (size_t i = 0; i < query->schema_count; i++) {
        schema_release(query->schemas[i]);
    }
    query->schemas = memory_resize(query->schemas, 1, sizeof(struct schema *));
    query->schemas[0] = held;
    query->schema_count = 1;
}

bool query_resolve(struct query *query, const struct schema *schema, schema_lookup lookup,
                   void *context, const struct date_clock *clock, struct error *error)
{
    struct resolver resolver = {query, lookup, context, clock, error};
    query->resolved = false;
    hold_schema(query, schema);
    query->resolved = resolve_filter(&resolver, query->filter) && resolve_lists(&resolver);
    return query->resolved;
}
