/*
 * read: count, group, get and lookup. Fetch thread.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

enum { MOST_LOOKUP = 1000 };

void explain_statement(sqlite3_stmt *statement, struct result *result)
{
    char *sql = sqlite3_expanded_sql(statement);
    struct text text = {0};

    if (result->text) {
        text_append_string(&text, result->text);
        text_append_string(&text, "\n");
        free(result->text);
    }
    text_append_string(&text, sql ? sql : sqlite3_sql(statement));
    text_append_string(&text, ";");
    result->text = text_take(&text);
    sqlite3_free(sql);
}

void read_id(const struct local_table *table, sqlite3_stmt *statement, int at, struct text *out)
{
    size_t count = table->key_count ? table->key_count : 1;
    struct value *values = memory_zeroed(count, sizeof *values);

    for (size_t i = 0; i < count; i++)
        values[i] = value_of_column(statement, at + (int)i);
    record_join_id(out, values, count);
    free(values);
}

/* --- count --- */

/* The condition that a record comes before the one of the operation's position. */
static bool compile_before(struct compiler *compiler, const struct operation *operation,
                           struct text *out, struct error *error)
{
    struct sort sort;
    struct value *values = NULL;

    if (sort_build(compiler, operation->query, &sort, error))
        values = read_term_values(compiler, &sort, operation->position.cursor, error);
    if (values) {
        sort_reverse(&sort);
        text_append_string(out, out->length ? " AND " : "");
        sort_after(compiler, &sort, values, out);
        for (size_t i = 0; i < sort.count; i++)
            value_free(&values[i]);
        free(values);
    }
    sort_free(&sort);
    return !error_is_set(error);
}

static bool count_where(struct compiler *compiler, const struct text *where,
                        const struct operation *operation, struct result *result)
{
    struct text sql = {0};
    sqlite3_stmt *statement;
    bool done = true;

    text_append_string(&sql, "SELECT count(*)");
    compile_from(compiler, &sql);
    if (where->length)
        text_format(&sql, " WHERE %s", text_string(where));
    statement = compiler_prepare(compiler, text_string(&sql), &result->error);
    text_free(&sql);
    if (!statement)
        return false;
    if (operation->explain)
        explain_statement(statement, result);
    else if ((done = local_step(compiler->local, statement, &result->error) == 1))
        result->total = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return done;
}

void read_count(struct local *local, const struct operation *operation, struct result *result)
{
    const struct local_table *table = catalog_table(local, operation->object, &result->error);
    const struct query *query = operation->query;
    struct compiler compiler;
    struct text where = {0};

    result->total = -1;
    if (!table)
        return;
    compiler_start(&compiler, local, table);
    if (compile_filter(&compiler, query ? query->filter : NULL, &where, &result->error) &&
        (operation->position.kind != POSITION_ID ||
         compile_before(&compiler, operation, &where, &result->error)))
        count_where(&compiler, &where, operation, result);
    text_free(&where);
    compiler_free(&compiler);
}

/* --- get --- */

struct get_job {
    struct local *local;
    const struct local_table *table;
    struct compiler compiler;
    struct text columns;
    char *const *names; /* borrowed, of each column */
    const struct local_column **fields;
    size_t count;
};

static bool get_columns(struct get_job *job, const struct query *query, struct error *error)
{
    bool named = query && query->column_count > 0;
    size_t count = named ? query->column_count : job->table->column_count;
    const char **names = memory_zeroed(count + 1, sizeof *names);

    job->fields = memory_zeroed(count + 1, sizeof *job->fields);
    job->names = (char *const *)names;
    for (size_t i = 0; i < count; i++) {
        char *const *parts = named ? query->columns[i].parts : &job->table->columns[i].name;
        struct path_target target;

        if (!compile_path(&job->compiler, parts, named ? query->columns[i].part_count : 1, &target,
                          error))
            return false;
        text_append_string(&job->columns, ", ");
        compile_target(&target, &job->columns);
        names[i] = named ? query->columns[i].path : job->table->columns[i].name;
        job->fields[job->count++] = target.column;
    }
    return true;
}

static struct record *record_of_row(const struct get_job *job, sqlite3_stmt *statement,
                                    size_t key_count)
{
    struct text id = {0};
    struct record *record;

    read_id(job->table, statement, 0, &id);
    record = record_new(job->table->name, text_string(&id));
    text_free(&id);
    for (size_t i = 0; i < job->count; i++) {
        struct value value = value_of_field(job->fields[i], statement, (int)(key_count + i));

        record_set(record, job->names[i], &value);
    }
    return record;
}

/* *record is NULL when there is none. False with an error. */
static bool get_one(struct get_job *job, const char *id, struct record **record,
                    struct result *explained, struct error *error)
{
    struct text sql = {0};
    sqlite3_stmt *statement = NULL;
    size_t key_count;
    int state = -1;

    *record = NULL;
    text_append_string(&sql, "SELECT ");
    key_count = compile_key(job->table, &sql);
    text_append_string(&sql, text_string(&job->columns));
    compile_from(&job->compiler, &sql);
    text_append_string(&sql, " WHERE ");
    if (compile_id(&job->compiler, id, &sql, error))
        statement = compiler_prepare(&job->compiler, text_string(&sql), error);
    text_free(&sql);
    if (statement && explained) {
        explain_statement(statement, explained);
        state = 0;
    } else if (statement && (state = local_step(job->local, statement, error)) == 1) {
        *record = record_of_row(job, statement, key_count);
    }
    sqlite3_finalize(statement);
    return state >= 0;
}

static bool start_get(struct get_job *job, struct local *local, const struct local_table *table,
                      const struct query *query, struct error *error)
{
    memset(job, 0, sizeof *job);
    job->local = local;
    job->table = table;
    compiler_start(&job->compiler, local, table);
    return get_columns(job, query, error);
}

static void free_get(struct get_job *job)
{
    compiler_free(&job->compiler);
    text_free(&job->columns);
    free((void *)job->names);
    free(job->fields);
}

struct record *read_record(struct local *local, const struct local_table *table, const char *id,
                           struct error *error)
{
    struct get_job job;
    struct record *record = NULL;

    if (start_get(&job, local, table, NULL, error))
        get_one(&job, id, &record, NULL, error);
    free_get(&job);
    return record;
}

void read_get(struct local *local, const struct operation *operation, struct result *result)
{
    const struct local_table *table = catalog_table(local, operation->object, &result->error);
    bool going = table != NULL;

    if (!table)
        return;
    result->records = memory_zeroed(operation->id_count + 1, sizeof *result->records);
    for (size_t i = 0; going && i < operation->id_count; i++) {
        struct get_job job;

        going = start_get(&job, local, table, operation->query, &result->error) &&
                get_one(&job, operation->ids[i], &result->records[i],
                        operation->explain ? result : NULL, &result->error);
        free_get(&job);
        result->record_count++;
    }
}

/* --- lookup --- */

static void add_lookup_value(struct result *result, const char *value, const char *label)
{
    struct picklist_value *entry;

    result->values = memory_resize(result->values, result->value_count + 1, sizeof *result->values);
    entry = &result->values[result->value_count++];
    *entry = (struct picklist_value){
        .value = memory_copy_string(value), .label = memory_copy_string(label), .active = true};
}

static void read_used_values(struct local *local, const struct local_table *table,
                             const struct local_column *column, struct result *result)
{
    struct text sql = {0};
    sqlite3_stmt *statement;

    text_append_string(&sql, "SELECT DISTINCT ");
    local_quote(&sql, column->name);
    text_append_string(&sql, " FROM ");
    local_quote(&sql, table->name);
    text_append_string(&sql, " WHERE ");
    local_quote(&sql, column->name);
    text_format(&sql, " IS NOT NULL ORDER BY 1 COLLATE " FOLD_COLLATION " LIMIT %d", MOST_LOOKUP);
    statement = local_prepare(local, text_string(&sql), &result->error);
    text_free(&sql);
    while (statement && local_step(local, statement, &result->error) == 1) {
        struct value value = value_of_field(column, statement, 0);
        char *string = value_to_string(&value);

        add_lookup_value(result, string, string);
        free(string);
    }
    sqlite3_finalize(statement);
}

void read_lookup(struct local *local, const struct operation *operation, struct result *result)
{
    const struct local_table *table = catalog_table(local, operation->object, &result->error);
    const struct field *field;

    if (!table)
        return;
    field = schema_field(table->schema, operation->field ? operation->field : "");
    if (!field) {
        error_set(&result->error, ERROR_USAGE, "%s has no field \"%s\"", table->name,
                  operation->field ? operation->field : "");
        return;
    }
    for (size_t i = 0; i < field->picklist_count; i++)
        add_lookup_value(result, field->picklist[i].value, field->picklist[i].label);
    if (field->picklist_count == 0)
        read_used_values(local, table, &table->columns[field - table->schema->fields], result);
}
