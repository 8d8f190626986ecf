/*
 * residual_group: groups of a set that comes whole, worked out here. The rows are read in the order
 * of what they are grouped by, so that a group is a run of rows; texts that differ in case alone
 * are one group, as they are one value to a filter.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "fetch/residual.h"

static const char *const function_names[] = {
    [GROUP_COUNT] = "count", [GROUP_SUM] = "sum", [GROUP_AVERAGE] = "average",
    [GROUP_MIN] = "min",     [GROUP_MAX] = "max", [GROUP_FILLED] = "filled",
};

static void add_name(struct result *result, const char *name)
{
    result->columns =
        memory_resize(result->columns, result->column_count + 1, sizeof *result->columns);
    result->columns[result->column_count++] = memory_copy_string(name);
}

static void add_number_id(struct page_builder *builder, size_t number)
{
    struct text text = {0};
    text_format(&text, "%zu", number);
    struct value value = value_text(text_string(&text), text.length);
    page_builder_add(builder, &value);
    text_free(&text);
}

/* --- reading --- */

static void add_column(struct query *query, const struct schema *schema, const char *path)
{
    query_add_column(query, path);
    struct query_column *column = &query->columns[query->column_count - 1];
    if (column->part_count == 1) {
        column->field = schema_field(schema, column->parts[0]);
    }
}

static void add_order(struct query *query, const struct schema *schema, const char *path)
{
    query_add_order(query, path, false, false);
    struct order_term *term = &query->order[query->order_count - 1];
    if (term->part_count == 1) {
        term->field = schema_field(schema, term->parts[0]);
    }
}

/* The rows that match, with the columns of the query; NULL with result->error. */
static struct page *read_rows(struct engine *engine, const struct operation *asked,
                              struct query *query, struct cancel_token *token,
                              const struct progress *progress, struct result *result)
{
    struct operation operation = *asked;
    struct result part = {0};
    query->limit = -1;
    operation.kind = OPERATION_PAGE;
    operation.query = query;
    operation.page_size = 0;
    operation.position = (struct position){POSITION_START, NULL};
    residual_page(engine, &operation, token, progress, &part);
    error_move(&result->error, &part.error);
    struct page *page = part.page;
    part.page = NULL;
    result_clear(&part);
    return page;
}

/* --- measures --- */

struct measure {
    const struct field *field;
    size_t count; /* of values that are there */
    int64_t sum;  /* while it is exact */
    bool inexact;
    double real_sum;
    struct value smallest, largest; /* borrowed from the page */
};

static void measure_add(struct measure *measure, const struct value *value)
{
    double real;
    if (value_is_nothing(value)) {
        return;
    }
    if (measure->count == 0 || query_compare(measure->field, value, &measure->smallest) < 0) {
        measure->smallest = *value;
    }
    if (measure->count == 0 || query_compare(measure->field, value, &measure->largest) > 0) {
        measure->largest = *value;
    }
    measure->count++;
    if (value->kind != VALUE_INTEGER ||
        __builtin_add_overflow(measure->sum, value->as.integer, &measure->sum)) {
        measure->inexact = true;
    }
    measure->real_sum += value_to_real(value, &real) ? real : 0;
}

static struct value measure_value(const struct measure *measure, enum group_function function)
{
    if (measure->count == 0) {
        return value_null();
    }
    switch (function) {
    case GROUP_SUM:
        return measure->inexact ? value_real(measure->real_sum) : value_integer(measure->sum);
    case GROUP_AVERAGE:
        return value_real(measure->real_sum / (double)measure->count);
    case GROUP_MIN:
        return measure->smallest;
    default:
        return measure->largest;
    }
}

/* --- groups --- */

struct grouping {
    const struct group_request *request;
    const struct page *rows; /* column 1: what is grouped by; 2: the measure */
    const struct field *by, *measured;
    struct page_builder *builder;
    size_t groups;
};

static bool same_group(const struct grouping *grouping, size_t a, size_t b)
{
    struct value left = page_value(grouping->rows, a, 1), right = page_value(grouping->rows, b, 1);
    if (value_is_nothing(&left) || value_is_nothing(&right)) {
        return value_is_nothing(&left) && value_is_nothing(&right);
    }
    return query_compare(grouping->by, &left, &right) == 0;
}

/* Adds the group that begins at a row; returns where the next one does. */
static size_t add_group(struct grouping *grouping, size_t first)
{
    struct measure measure = {.field = grouping->measured};
    size_t row = first;
    for (; row < page_row_count(grouping->rows) && same_group(grouping, first, row); row++) {
        if (grouping->measured != NULL) {
            struct value value = page_value(grouping->rows, row, 2);
            measure_add(&measure, &value);
        }
    }
    struct value by = page_value(grouping->rows, first, 1);
    struct value count = value_integer((int64_t)(row - first));
    struct value measured = measure_value(&measure, grouping->request->function);
    add_number_id(grouping->builder, ++grouping->groups);
    page_builder_add(grouping->builder, &by);
    page_builder_add(grouping->builder, &count);
    if (grouping->measured != NULL) {
        page_builder_add(grouping->builder, &measured);
    }
    page_builder_end_row(grouping->builder);
    return row;
}

static void name_columns(const struct group_request *request, bool measured, struct result *result)
{
    struct text name = {0};
    add_name(result, request->by);
    add_name(result, "count");
    if (measured) {
        text_format(&name, "%s(%s)", function_names[request->function], request->measure);
        add_name(result, text_string(&name));
    }
    text_free(&name);
}

static void group_rows(const struct operation *operation, const struct query *query,
                       const struct page *rows, struct result *result)
{
    bool measured = query->column_count > 1;
    struct grouping grouping = {.request = &operation->group,
                                .rows = rows,
                                .by = query->columns[0].field,
                                .measured = measured ? query->columns[1].field : NULL,
                                .builder = page_builder_new(measured ? 4 : 3)};
    size_t most = operation->page_size == 0 ? SIZE_MAX : operation->page_size;
    for (size_t row = 0; row < page_row_count(rows) && grouping.groups < most;) {
        row = add_group(&grouping, row);
    }
    result->page = page_builder_finish(grouping.builder);
    name_columns(&operation->group, measured, result);
}

/* --- how often fields are filled --- */

static void add_filled(const struct page *rows, const struct query *query, size_t column,
                       struct page_builder *builder)
{
    struct measure measure = {.field = query->columns[column].field};
    for (size_t row = 0; row < page_row_count(rows); row++) {
        struct value value = page_value(rows, row, column + 1);
        measure_add(&measure, &value);
    }
    struct value values[] = {
        value_string(query->columns[column].path), value_integer((int64_t)page_row_count(rows)),
        value_integer((int64_t)measure.count), measure_value(&measure, GROUP_MIN),
        measure_value(&measure, GROUP_MAX)};
    add_number_id(builder, column + 1);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        page_builder_add(builder, &values[i]);
    }
    page_builder_end_row(builder);
}

static void fill_rows(const struct query *query, const struct page *rows, struct result *result)
{
    static const char *const names[] = {"field", "records", "filled", "smallest", "largest"};
    struct page_builder *builder = page_builder_new(6);
    for (size_t i = 0; i < query->column_count; i++) {
        add_filled(rows, query, i, builder);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        add_name(result, names[i]);
    }
    result->page = page_builder_finish(builder);
}

/* --- the operation --- */

/* Columns and order for what is asked; false with an error for a field there is not. */
static bool plan_columns(const struct operation *operation, struct query *query,
                         struct error *error)
{
    const struct group_request *group = &operation->group;
    query_clear_order(query);
    if (group->function == GROUP_FILLED) {
        for (size_t i = 0; query->column_count < operation->schema->field_count &&
                           operation->query->column_count == 0;
             i++) {
            struct text path = {0};
            const char *name = operation->schema->fields[i].name;
            query_print_path(&name, 1, &path);
            add_column(query, operation->schema, text_string(&path));
            text_free(&path);
        }
    } else {
        query_clear_columns(query);
        add_column(query, operation->schema, group->by);
        add_order(query, operation->schema, group->by);
        if (group->function != GROUP_COUNT && group->measure != NULL) {
            add_column(query, operation->schema, group->measure);
        }
    }
    for (size_t i = 0; i < query->column_count; i++) {
        if (query->columns[i].field == NULL) {
            return error_set(error, ERROR_USAGE, "%s cannot be grouped by %s", operation->object,
                             query->columns[i].path);
        }
    }
    return true;
}

void residual_group(struct engine *engine, const struct operation *operation,
                    struct cancel_token *token, const struct progress *progress,
                    struct result *result)
{
    struct query *query = query_copy(operation->query);
    struct page *rows = NULL;
    result->kind = OPERATION_GROUP;
    result->total = -1;
    if (plan_columns(operation, query, &result->error)) {
        rows = read_rows(engine, operation, query, token, progress, result);
    }
    if (rows != NULL && operation->group.function == GROUP_FILLED) {
        fill_rows(query, rows, result);
    } else if (rows != NULL) {
        group_rows(operation, query, rows, result);
    }
    page_free(rows);
    query_free(query);
}
