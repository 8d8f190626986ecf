/*
 * group: aggregates: counts and measures by a field's values, and how often fields are filled.
 * Fetch thread.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

enum { FIELDS_AT_ONCE = 100 };

static const char *const function_names[] = {
    [GROUP_COUNT] = "count", [GROUP_SUM] = "sum", [GROUP_AVERAGE] = "average",
    [GROUP_MIN] = "min",     [GROUP_MAX] = "max", [GROUP_FILLED] = "filled",
};
static const char *const sql_names[] = {
    [GROUP_COUNT] = "count", [GROUP_SUM] = "sum", [GROUP_AVERAGE] = "avg",
    [GROUP_MIN] = "min",     [GROUP_MAX] = "max", [GROUP_FILLED] = "count",
};

static void add_name(struct result *result, const char *name)
{
    result->columns =
        memory_resize(result->columns, result->column_count + 1, sizeof *result->columns);
    result->columns[result->column_count++] = memory_copy_string(name);
}

/* A path of the request, split at its dots; the parts' names are found by the resolver's rule. */
static bool find_path(struct compiler *compiler, const char *path, struct path_target *target,
                      struct error *error)
{
    struct query *query = query_new(compiler->table->name);
    bool found;

    query_add_column(query, path);
    found = query->column_count == 1 && compile_path(compiler, query->columns[0].parts,
                                                     query->columns[0].part_count, target, error);
    query_free(query);
    return found;
}

static bool is_text_column(const struct local_column *column)
{
    return !field_type_is_number(column->type) && !field_type_is_date(column->type) &&
           !field_type_is_exact(column->type) && column->type != FIELD_BOOLEAN;
}

/* min(t0."Name" COLLATE …): texts are compared as everywhere. */
static void print_aggregate(const char *function, const struct path_target *target,
                            struct text *out)
{
    text_format(out, ", %s(", function);
    compile_target(target, out);
    text_append_string(out, is_text_column(target->column) ? " COLLATE " FOLD_COLLATION ")" : ")");
}

struct group_job {
    struct local *local;
    struct compiler compiler;
    struct path_target by, measure;
    bool has_measure;
    struct text filter;
};

static bool prepare_group(struct group_job *job, const struct operation *operation,
                          struct error *error)
{
    const struct group_request *group = &operation->group;
    const struct query *query = operation->query;

    job->has_measure = group->function != GROUP_COUNT && group->measure;
    if (!group->by)
        return error_set(error, ERROR_USAGE, "A group needs a field to group by");
    return find_path(&job->compiler, group->by, &job->by, error) &&
           (!job->has_measure || find_path(&job->compiler, group->measure, &job->measure, error)) &&
           compile_filter(&job->compiler, query ? query->filter : NULL, &job->filter, error);
}

static sqlite3_stmt *group_statement(struct group_job *job, const struct operation *operation,
                                     struct error *error)
{
    struct text sql = {0}, by = {0};
    sqlite3_stmt *statement;

    compile_target(&job->by, &by);
    text_format(&sql, "SELECT %s, count(*)", text_string(&by));
    if (job->has_measure)
        print_aggregate(sql_names[operation->group.function], &job->measure, &sql);
    compile_from(&job->compiler, &sql);
    if (job->filter.length)
        text_format(&sql, " WHERE %s", text_string(&job->filter));
    text_format(&sql, " GROUP BY %s ORDER BY %s%s NULLS LAST", text_string(&by), text_string(&by),
                is_text_column(job->by.column) ? " COLLATE " FOLD_COLLATION : "");
    if (operation->page_size > 0)
        text_format(&sql, " LIMIT %zu", operation->page_size);
    statement = compiler_prepare(&job->compiler, text_string(&sql), error);
    text_free(&sql);
    text_free(&by);
    return statement;
}

static void add_number_id(struct page_builder *builder, size_t number)
{
    struct text text = {0};
    struct value value;

    text_format(&text, "%zu", number);
    value = value_text(text_string(&text), text.length);
    page_builder_add(builder, &value);
    text_free(&text);
}

static void read_group_rows(struct group_job *job, sqlite3_stmt *statement, struct result *result)
{
    size_t columns = job->has_measure ? 4 : 3, row = 0;
    struct page_builder *builder = page_builder_new(columns);
    int state;

    while ((state = local_step(job->local, statement, &result->error)) == 1) {
        struct value by = value_of_field(job->by.column, statement, 0);
        struct value count = value_of_column(statement, 1);

        add_number_id(builder, ++row);
        page_builder_add(builder, &by);
        page_builder_add(builder, &count);
        if (job->has_measure) {
            struct value measure = value_of_column(statement, 2);

            page_builder_add(builder, &measure);
        }
        page_builder_end_row(builder);
    }
    if (state == 0)
        result->page = page_builder_finish(builder);
    else
        page_builder_free(builder);
}

static void name_group_columns(const struct group_job *job, const struct operation *operation,
                               struct result *result)
{
    struct text name = {0};

    add_name(result, operation->group.by);
    add_name(result, "count");
    if (!job->has_measure)
        return;
    text_format(&name, "%s(%s)", function_names[operation->group.function],
                operation->group.measure);
    add_name(result, text_string(&name));
    text_free(&name);
}

static void group_by(struct local *local, const struct local_table *table,
                     const struct operation *operation, struct result *result)
{
    struct group_job job = {.local = local};
    sqlite3_stmt *statement = NULL;

    compiler_start(&job.compiler, local, table);
    if (prepare_group(&job, operation, &result->error))
        statement = group_statement(&job, operation, &result->error);
    if (statement && operation->explain)
        explain_statement(statement, result);
    else if (statement)
        read_group_rows(&job, statement, result);
    if (statement)
        name_group_columns(&job, operation, result);
    sqlite3_finalize(statement);
    text_free(&job.filter);
    compiler_free(&job.compiler);
}

/* --- how often fields are filled --- */

struct filled_column {
    char *const *parts;
    size_t part_count;
    const char *path;
};

static struct filled_column filled_column(const struct local_table *table,
                                          const struct query *query, size_t number)
{
    if (query && query->column_count > 0)
        return (struct filled_column){query->columns[number].parts,
                                      query->columns[number].part_count,
                                      query->columns[number].path};
    return (struct filled_column){&table->columns[number].name, 1, table->columns[number].name};
}

static bool print_filled(struct compiler *compiler, const struct query *query, size_t first,
                         size_t last, const struct local_column **fields, struct text *sql,
                         struct error *error)
{
    struct text filter = {0};

    text_append_string(sql, "SELECT count(*)");
    for (size_t i = first; i < last; i++) {
        struct filled_column column = filled_column(compiler->table, query, i);
        struct path_target target;

        if (!compile_path(compiler, column.parts, column.part_count, &target, error))
            return false;
        fields[i - first] = target.column;
        text_append_string(sql, ", count(");
        compile_target(&target, sql);
        text_append_string(sql, ")");
        print_aggregate("min", &target, sql);
        print_aggregate("max", &target, sql);
    }
    if (!compile_filter(compiler, query ? query->filter : NULL, &filter, error))
        return false;
    compile_from(compiler, sql);
    if (filter.length)
        text_format(sql, " WHERE %s", text_string(&filter));
    text_free(&filter);
    return true;
}

static void add_filled_rows(const struct local_table *table, const struct query *query,
                            size_t first, size_t last, const struct local_column **fields,
                            sqlite3_stmt *statement, struct page_builder *builder)
{
    for (size_t i = first; i < last; i++) {
        struct value cells[5];
        int at = (int)(1 + 3 * (i - first));

        cells[0] = value_string(filled_column(table, query, i).path);
        cells[1] = value_of_column(statement, 0);
        cells[2] = value_of_column(statement, at);
        cells[3] = value_of_field(fields[i - first], statement, at + 1);
        cells[4] = value_of_field(fields[i - first], statement, at + 2);
        add_number_id(builder, i + 1);
        for (size_t j = 0; j < 5; j++)
            page_builder_add(builder, &cells[j]);
        page_builder_end_row(builder);
    }
}

static bool read_filled(struct local *local, const struct local_table *table,
                        const struct operation *operation, size_t first, size_t last,
                        struct page_builder *builder, struct result *result)
{
    const struct local_column *fields[FIELDS_AT_ONCE];
    struct compiler compiler;
    struct text sql = {0};
    sqlite3_stmt *statement = NULL;
    bool done;

    compiler_start(&compiler, local, table);
    if (print_filled(&compiler, operation->query, first, last, fields, &sql, &result->error))
        statement = compiler_prepare(&compiler, text_string(&sql), &result->error);
    if (statement && operation->explain) {
        explain_statement(statement, result);
        done = true;
    } else {
        done = statement && local_step(local, statement, &result->error) == 1;
        if (done)
            add_filled_rows(table, operation->query, first, last, fields, statement, builder);
    }
    sqlite3_finalize(statement);
    text_free(&sql);
    compiler_free(&compiler);
    return done;
}

static void group_filled(struct local *local, const struct local_table *table,
                         const struct operation *operation, struct result *result)
{
    static const char *const names[] = {"field", "records", "filled", "smallest", "largest"};
    const struct query *query = operation->query;
    size_t count = query && query->column_count ? query->column_count : table->column_count;
    struct page_builder *builder = page_builder_new(6);
    bool done = true;

    for (size_t first = 0; done && first < count; first += FIELDS_AT_ONCE) {
        size_t last = first + FIELDS_AT_ONCE < count ? first + FIELDS_AT_ONCE : count;

        done = read_filled(local, table, operation, first, last, builder, result);
    }
    if (!done || operation->explain) {
        page_builder_free(builder);
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        add_name(result, names[i]);
    result->page = page_builder_finish(builder);
}

void read_group(struct local *local, const struct operation *operation, struct result *result)
{
    const struct local_table *table = catalog_table(local, operation->object, &result->error);

    result->total = -1;
    if (!table)
        return;
    if (operation->group.function == GROUP_FILLED)
        group_filled(local, table, operation, result);
    else
        group_by(local, table, operation, result);
}
