/*
 * aggregates: the rows of counts and groups, as the engine wants them. Pure.
 */
#include <stdlib.h>

#include "backend/soql/paging.h"
#include "core/memory.h"

/* --- count --- */

/* Salesforce may spell a whole number as 12.0; what no list can hold is no count. */
static bool is_count(const struct value *value, int64_t *count)
{
    static const double most = 1e15; /* exact as a double */
    double number;

    if (value_is_nothing(value) || !value_to_real(value, &number) || !(number >= 0) ||
        number > most)
        return false;
    *count = (int64_t)number;
    return true;
}

/* By its name, or as Salesforce would name it. */
int64_t soql_take_count(const struct soql_rows *rows)
{
    static const char *const names[] = {"records", "expr0"};
    int64_t count = -1;

    for (size_t i = 0; rows->count > 0 && i < sizeof names / sizeof names[0]; i++) {
        struct text spelling = {0};
        struct value value = rows->reader->cell(rows->rows[0], names[i], FIELD_ANY, &spelling);
        bool found = is_count(&value, &count);

        text_free(&spelling);
        if (found)
            break;
    }
    return count;
}

/* --- groups --- */

static void add_number(struct page_builder *builder, size_t number)
{
    struct text text = {0};
    struct value value;

    text_format(&text, "%zu", number);
    value = value_text(text_string(&text), text.length);
    page_builder_add(builder, &value);
    text_free(&text);
}

static void add_member(struct page_builder *builder, const struct soql_rows *rows, size_t row,
                       const char *name)
{
    struct text spelling = {0};
    struct value value = rows->reader->cell(rows->rows[row], name, FIELD_ANY, &spelling);

    page_builder_add(builder, &value);
    text_free(&spelling);
}

static void add_name(struct result *result, const char *name)
{
    result->columns =
        memory_resize(result->columns, result->column_count + 1, sizeof *result->columns);
    result->columns[result->column_count++] = memory_copy_string(name);
}

static void name_columns(const struct group_request *group, bool has_measure, struct result *result)
{
    static const char *const functions[] = {
        [GROUP_COUNT] = "count", [GROUP_SUM] = "sum", [GROUP_AVERAGE] = "average",
        [GROUP_MIN] = "min",     [GROUP_MAX] = "max", [GROUP_FILLED] = "filled",
    };
    struct text name = {0};

    add_name(result, group->by);
    add_name(result, "count");
    if (!has_measure)
        return;
    text_format(&name, "%s(%s)", functions[group->function], group->measure);
    add_name(result, text_string(&name));
    text_free(&name);
}

static void take_groups(const struct soql_rows *rows, const struct group_request *group,
                        struct result *result)
{
    bool has_measure = group->function != GROUP_COUNT && group->measure;
    struct page_builder *builder = page_builder_new(has_measure ? 4 : 3);

    for (size_t i = 0; i < rows->count; i++) {
        add_number(builder, i + 1);
        add_member(builder, rows, i, "value");
        add_member(builder, rows, i, "records");
        if (has_measure)
            add_member(builder, rows, i, "measure");
        page_builder_end_row(builder);
    }
    result->page = page_builder_finish(builder);
    name_columns(group, has_measure, result);
}

static void add_numbered(struct page_builder *builder, const struct soql_rows *rows,
                         const char *name, size_t number)
{
    struct text alias = {0};

    text_format(&alias, "%s%zu", name, number);
    if (rows->count > 0)
        add_member(builder, rows, 0, text_string(&alias));
    text_free(&alias);
}

/* A column for which Salesforce counts nothing has no cells but its name and the records. */
static void take_filled(const struct soql_rows *rows, const struct operation *operation,
                        struct result *result)
{
    static const char *const names[] = {"field", "records", "filled", "smallest", "largest"};
    const struct query *query = operation->query;
    const struct schema *schema = operation->schema;
    bool named = query && query->column_count > 0;
    size_t count = named ? query->column_count : schema->field_count;
    struct page_builder *builder = page_builder_new(6);

    for (size_t i = 0; i < count; i++) {
        struct value name = value_string(named ? query->columns[i].path : schema->fields[i].name);

        add_number(builder, i + 1);
        page_builder_add(builder, &name);
        if (rows->count > 0)
            add_member(builder, rows, 0, "records");
        add_numbered(builder, rows, "filled", i);
        add_numbered(builder, rows, "least", i);
        add_numbered(builder, rows, "most", i);
        page_builder_end_row(builder);
    }
    result->page = page_builder_finish(builder);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        add_name(result, names[i]);
}

void soql_take_groups(const struct soql_rows *rows, const struct operation *operation,
                      struct result *result)
{
    if (operation->group.function == GROUP_FILLED)
        take_filled(rows, operation, result);
    else
        take_groups(rows, &operation->group, result);
}
