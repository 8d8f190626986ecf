/*
 * soql: statements: pages, counts and groups. Pure; any thread.
 */
#include "backend/soql/soql.h"

#include <stdlib.h>
#include <string.h>

#include "backend/soql/internal.h"
#include "core/memory.h"

/* --- paths --- */

static const struct schema *find_schema(const struct query *query, const char *object)
{
    for (size_t i = 0; query && object && i < query->schema_count; i++) {
        if (strcmp(query->schemas[i]->name, object) == 0)
            return query->schemas[i];
    }
    return NULL;
}

static const struct schema *own_schema(const struct soql_source *source)
{
    if (source->query && source->query->schema_count > 0)
        return source->query->schemas[0];
    return source->schema;
}

void soql_path(const struct soql_source *source, char *const *parts, size_t count, struct text *out)
{
    const struct schema *schema = own_schema(source);

    for (size_t i = 0; i + 1 < count; i++) {
        const struct field *field = schema ? schema_reference(schema, parts[i]) : NULL;

        text_append_string(out, field && field->relation ? field->relation : parts[i]);
        text_append_character(out, '.');
        schema = field ? find_schema(source->query, field->references) : NULL;
    }
    text_append_string(out, count ? parts[count - 1] : "Id");
}

/* A path of text, such as a group's: split as the language splits it. field is where it leads, NULL
 * where that is not known. */
static void print_path_text(const struct soql_source *source, const char *path, struct text *out,
                            const struct field **field)
{
    struct query *query = query_new("");
    const struct schema *schema = own_schema(source);

    query_add_column(query, path);
    *field = NULL;
    if (query->column_count == 1) {
        const struct query_column *column = &query->columns[0];

        soql_path(source, column->parts, column->part_count, out);
        for (size_t i = 0; schema && i + 1 < column->part_count; i++) {
            const struct field *step = schema_reference(schema, column->parts[i]);
            schema = step ? find_schema(source->query, step->references) : NULL;
        }
        if (schema && column->part_count)
            *field = schema_field(schema, column->parts[column->part_count - 1]);
    }
    query_free(query);
}

/* --- select --- */

/* A field named twice is an error to Salesforce. */
static bool is_selected(const struct text *list, const char *path)
{
    const char *at = text_string(list);
    size_t length = strlen(path);

    while (*at) {
        size_t item = strcspn(at, ",");

        if (item == length && text_compare_folded(at, item, path, length) == 0)
            return true;
        at += item;
        at += strspn(at, ", ");
    }
    return false;
}

static void select_path(const struct soql_source *source, char *const *parts, size_t count,
                        struct text *list)
{
    struct text path = {0};

    soql_path(source, parts, count, &path);
    if (!is_selected(list, text_string(&path)))
        text_format(list, ", %s", text_string(&path));
    text_free(&path);
}

static void select_columns(const struct soql_source *source, struct text *list)
{
    const struct query *query = source->query;

    if (query && query->column_count > 0) {
        for (size_t i = 0; i < query->column_count; i++)
            select_path(source, query->columns[i].parts, query->columns[i].part_count, list);
        return;
    }
    for (size_t i = 0; i < source->schema->field_count; i++) {
        if (strcmp(source->schema->fields[i].name, "Id") != 0)
            text_format(list, ", %s", source->schema->fields[i].name);
    }
}

static void select_order(const struct soql_source *source, struct text *list)
{
    for (size_t i = 0; source->query && i < source->query->order_count; i++)
        select_path(source, source->query->order[i].parts, source->query->order[i].part_count,
                    list);
}

static bool is_id_term(const struct order_term *term)
{
    return term->part_count == 1 && strcmp(term->parts[0], "Id") == 0;
}

/* Terms that say something: up to the id, which settles the order. */
static size_t order_terms(const struct soql_source *source, bool *by_id, bool *descending)
{
    size_t count = source->query ? source->query->order_count : 0;

    *by_id = false;
    *descending = false;
    for (size_t i = 0; i < count; i++) {
        if (is_id_term(&source->query->order[i])) {
            *by_id = true;
            *descending = source->query->order[i].descending;
            return i;
        }
    }
    return count;
}

static void print_order(const struct soql_source *source, struct text *out)
{
    bool by_id, descending;
    size_t count = order_terms(source, &by_id, &descending);

    text_append_string(out, " ORDER BY ");
    for (size_t i = 0; i < count; i++) {
        const struct order_term *term = &source->query->order[i];

        soql_path(source, term->parts, term->part_count, out);
        text_append_string(out, term->descending ? " DESC" : " ASC");
        text_append_string(out, term->nulls_first ? " NULLS FIRST, " : " NULLS LAST, ");
    }
    text_append_string(out, descending ? "Id DESC" : "Id");
}

bool soql_can_key(const struct soql_source *source)
{
    bool by_id, descending;
    size_t count = order_terms(source, &by_id, &descending);

    for (size_t i = 0; i < count; i++) {
        const struct field *field = source->query->order[i].field;
        enum soql_class class_ = field ? soql_class_of(field->type) : SOQL_NONE;
        bool exact = class_ == SOQL_NUMBER || class_ == SOQL_DATE;

        if (!exact || !field->filter || !field->sort)
            return false;
    }
    return true;
}

/* --- the rows after a row --- */

/* Appends "the term is beyond the literal"; false when nothing is. */
static bool print_beyond(const char *path, const struct order_term *term, const char *literal,
                         struct text *out)
{
    const char *symbol = term->descending ? "<" : ">";

    if (!literal && !term->nulls_first)
        return false;
    if (!literal)
        text_format(out, "%s != null", path);
    else if (term->nulls_first)
        text_format(out, "%s %s %s", path, symbol, literal);
    else
        text_format(out, "(%s %s %s OR %s = null)", path, symbol, literal, path);
    return true;
}

/* (a > 1) OR (a = 1 AND b > 2) OR (a = 1 AND b = 2 AND Id > '…'). */
static void print_after(const struct soql_source *source, const struct soql_window *window,
                        struct text *out)
{
    bool by_id, descending;
    size_t count = order_terms(source, &by_id, &descending);
    struct text same = {0};

    for (size_t i = 0; i < count && i + 1 < window->after_count; i++) {
        const struct order_term *term = &source->query->order[i];
        struct text path = {0}, beyond = {0};

        soql_path(source, term->parts, term->part_count, &path);
        if (print_beyond(text_string(&path), term, window->after[i], &beyond))
            text_format(out, "(%s%s) OR ", text_string(&same), text_string(&beyond));
        text_format(&same, "%s = %s AND ", text_string(&path),
                    window->after[i] ? window->after[i] : "null");
        text_free(&path);
        text_free(&beyond);
    }
    text_format(out, same.length ? "(%sId %s %s)" : "%sId %s %s", text_string(&same),
                descending ? "<" : ">", window->after[window->after_count - 1]);
    text_free(&same);
}

/* --- statements --- */

static void print_where(const struct soql_source *source, const struct soql_window *window,
                        struct text *out)
{
    struct text where = {0};
    bool after = window && window->after && window->after_count > 0;

    soql_where(source, source->query ? source->query->filter : NULL, &where);
    if (where.length && after)
        text_format(out, " WHERE (%s) AND (", text_string(&where));
    else if (where.length)
        text_format(out, " WHERE %s", text_string(&where));
    else if (after)
        text_append_string(out, " WHERE ");
    if (after)
        print_after(source, window, out);
    text_append_string(out, where.length && after ? ")" : "");
    text_free(&where);
}

static bool check_length(const struct text *statement, struct error *error)
{
    if (statement->length <= SOQL_MOST_BYTES)
        return true;
    error_set(error, ERROR_USAGE,
              "The query is %zu bytes long as SOQL, and Salesforce takes %d at most.",
              statement->length, SOQL_MOST_BYTES);
    error_set_hint(error, "shorten the lists of the filter, or ask for fewer columns");
    return false;
}

bool soql_select(const struct soql_source *source, const struct soql_window *window,
                 struct text *out, struct error *error)
{
    struct text list = {0};

    text_append_string(&list, "Id");
    select_columns(source, &list);
    if (soql_can_key(source))
        select_order(source, &list);
    text_format(out, "SELECT %s FROM %s", text_string(&list), source->schema->name);
    print_where(source, window, out);
    print_order(source, out);
    if (window->limit >= 0)
        text_format(out, " LIMIT %lld", (long long)window->limit);
    if (window->offset > 0)
        text_format(out, " OFFSET %zu", window->offset);
    text_free(&list);
    return check_length(out, error);
}

bool soql_count(const struct soql_source *source, struct text *out, struct error *error)
{
    text_format(out, "SELECT COUNT(Id) records FROM %s", source->schema->name);
    print_where(source, NULL, out);
    return check_length(out, error);
}

/* --- aggregates --- */

enum aggregate_traits { COUNTS = 1, MEASURES = 2, ADDS = 4, GROUPS = 8 };

static const unsigned char traits[FIELD_TYPE_COUNT] = {
    [FIELD_ID] = COUNTS,
    [FIELD_STRING] = COUNTS | MEASURES | GROUPS,
    [FIELD_BOOLEAN] = GROUPS,
    [FIELD_INT] = COUNTS | MEASURES | ADDS | GROUPS,
    [FIELD_DOUBLE] = COUNTS | MEASURES | ADDS,
    [FIELD_CURRENCY] = COUNTS | MEASURES | ADDS,
    [FIELD_PERCENT] = COUNTS | MEASURES | ADDS,
    [FIELD_DATE] = COUNTS | MEASURES | GROUPS,
    [FIELD_DATETIME] = COUNTS | MEASURES,
    [FIELD_EMAIL] = COUNTS | MEASURES | GROUPS,
    [FIELD_PHONE] = COUNTS | MEASURES | GROUPS,
    [FIELD_URL] = COUNTS | MEASURES | GROUPS,
    [FIELD_PICKLIST] = COUNTS | GROUPS,
    [FIELD_COMBOBOX] = COUNTS | MEASURES | GROUPS,
    [FIELD_REFERENCE] = COUNTS | GROUPS,
};

bool soql_counts(enum field_type type)
{
    return (traits[type] & COUNTS) != 0;
}

bool soql_measures(enum field_type type)
{
    return (traits[type] & MEASURES) != 0;
}

static const struct aggregate {
    const char *name;
    unsigned char needs;
} aggregates[] = {
    [GROUP_COUNT] = {"COUNT", COUNTS}, [GROUP_SUM] = {"SUM", ADDS},
    [GROUP_AVERAGE] = {"AVG", ADDS},   [GROUP_MIN] = {"MIN", MEASURES},
    [GROUP_MAX] = {"MAX", MEASURES},   [GROUP_FILLED] = {"COUNT", COUNTS},
};

static bool check_trait(const struct soql_source *source, const char *path,
                        const struct field *field, unsigned char needs, struct error *error)
{
    if (!field || (traits[field->type] & needs))
        return true;
    return error_set(error, ERROR_UNSUPPORTED, "Salesforce cannot %s %s of %s, a %s field.",
                     needs == GROUPS ? "group by" : "measure", path, source->schema->name,
                     field_type_name(field->type));
}

bool soql_group(const struct soql_source *source, const struct group_request *group, size_t limit,
                struct text *out, struct error *error)
{
    bool has_measure = group->function != GROUP_COUNT && group->measure;
    const struct aggregate *aggregate = &aggregates[group->function];
    const struct field *field = NULL, *measured = NULL;
    struct text by = {0}, measure = {0};
    bool possible;

    print_path_text(source, group->by, &by, &field);
    if (has_measure)
        print_path_text(source, group->measure, &measure, &measured);
    possible =
        check_trait(source, group->by, field, GROUPS, error) &&
        (!has_measure || check_trait(source, group->measure, measured, aggregate->needs, error));
    if (possible) {
        text_format(out, "SELECT %s value, COUNT(Id) records", text_string(&by));
        if (has_measure)
            text_format(out, ", %s(%s) measure", aggregate->name, text_string(&measure));
        text_format(out, " FROM %s", source->schema->name);
        print_where(source, NULL, out);
        text_format(out, " GROUP BY %s ORDER BY %s NULLS LAST LIMIT %zu", text_string(&by),
                    text_string(&by), limit > 0 && limit < SOQL_MOST_ROWS ? limit : SOQL_MOST_ROWS);
        possible = check_length(out, error);
    }
    text_free(&by);
    text_free(&measure);
    return possible;
}

static void print_filled(const struct soql_source *source, char *const *parts, size_t count,
                         enum field_type type, size_t number, struct text *out)
{
    struct text path = {0};

    soql_path(source, parts, count, &path);
    if (soql_counts(type))
        text_format(out, ", COUNT(%s) filled%zu", text_string(&path), number);
    if (soql_measures(type))
        text_format(out, ", MIN(%s) least%zu, MAX(%s) most%zu", text_string(&path), number,
                    text_string(&path), number);
    text_free(&path);
}

bool soql_filled(const struct soql_source *source, struct text *out, struct error *error)
{
    const struct query *query = source->query;
    const struct schema *schema = source->schema;
    bool named = query && query->column_count > 0;
    size_t count = named ? query->column_count : schema->field_count;

    text_append_string(out, "SELECT COUNT(Id) records");
    for (size_t i = 0; i < count; i++) {
        const struct field *field = named ? query->columns[i].field : &schema->fields[i];
        char *const *parts = named ? query->columns[i].parts : &schema->fields[i].name;

        if (named && !field && query->columns[i].part_count == 1)
            field = schema_field(schema, parts[0]);
        if (field)
            print_filled(source, parts, named ? query->columns[i].part_count : 1, field->type, i,
                         out);
    }
    text_format(out, " FROM %s", schema->name);
    print_where(source, NULL, out);
    return check_length(out, error);
}
