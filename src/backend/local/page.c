/*
 * page: one page of a query, forwards or backwards, found by key. Fetch thread.
 *
 * A row of the statement is: key columns, order terms, the query's columns. One row more than asked
 * for tells whether the page is the last. A view without a key has nothing to go by but the number
 * of the row; only there is OFFSET used.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

enum { DEFAULT_PAGE = 200 };

struct page_job {
    struct local *local;
    const struct operation *operation;
    const struct local_table *table;
    struct compiler compiler;
    struct sort sort;
    struct text key, terms, columns; /* pieces of the select list */
    struct text filter;
    const struct local_column **fields; /* of each column; for booleans */
    size_t key_count, column_count;
    struct value *values; /* where the page begins, one for each term; NULL from the start */
    bool backward;
    size_t page_size, row_count;
    bool more;
    struct page_builder *builder;
    struct text first, last; /* cursors of the first and last row read */
};

static bool add_column(struct page_job *job, char *const *parts, size_t count, const char *name,
                       struct result *result)
{
    struct path_target target;

    if (!compile_path(&job->compiler, parts, count, &target, &result->error))
        return false;
    text_append_string(&job->columns, ", ");
    compile_target(&target, &job->columns);
    job->fields[job->column_count++] = target.column;
    result->columns[result->column_count++] = memory_copy_string(name);
    return true;
}

static bool add_columns(struct page_job *job, struct result *result)
{
    const struct query *query = job->operation->query;
    const struct local_table *table = job->table;
    bool named = query && query->column_count > 0;
    size_t count = named ? query->column_count : table->column_count;

    job->fields = memory_zeroed(count + 1, sizeof *job->fields);
    result->columns = memory_zeroed(count + 1, sizeof *result->columns);
    for (size_t i = 0; i < count; i++) {
        char *const *parts = named ? query->columns[i].parts : &table->columns[i].name;
        const char *name = named ? query->columns[i].path : table->columns[i].name;

        if (!add_column(job, parts, named ? query->columns[i].part_count : 1, name, result))
            return false;
    }
    return true;
}

static void add_terms(struct page_job *job)
{
    for (size_t i = 0; i < job->sort.count; i++) {
        text_append_string(&job->terms, i || job->key.length ? ", " : "");
        text_append_string(&job->terms, job->sort.terms[i].expression);
    }
}

static bool prepare_job(struct page_job *job, struct result *result)
{
    const struct query *query = job->operation->query;

    compiler_start(&job->compiler, job->local, job->table);
    job->key_count = compile_key(job->table, &job->key);
    job->page_size = job->operation->page_size ? job->operation->page_size : DEFAULT_PAGE;
    if (!sort_build(&job->compiler, query, &job->sort, &result->error) || !add_columns(job, result))
        return false;
    add_terms(job);
    return compile_filter(&job->compiler, query ? query->filter : NULL, &job->filter,
                          &result->error);
}

static void free_values(struct value *values, size_t count)
{
    for (size_t i = 0; values && i < count; i++)
        value_free(&values[i]);
    free(values);
}

static void free_job(struct page_job *job)
{
    free_values(job->values, job->sort.count);
    sort_free(&job->sort);
    compiler_free(&job->compiler);
    text_free(&job->key);
    text_free(&job->terms);
    text_free(&job->columns);
    text_free(&job->filter);
    text_free(&job->first);
    text_free(&job->last);
    free(job->fields);
    page_builder_free(job->builder);
}

/* --- where the page begins --- */

struct value *read_term_values(struct compiler *compiler, const struct sort *sort, const char *id,
                               struct error *error)
{
    struct text sql = {0}, where = {0};
    struct value *values = NULL;
    sqlite3_stmt *statement = NULL;

    text_append_string(&sql, "SELECT ");
    for (size_t i = 0; i < sort->count; i++) {
        text_append_string(&sql, i ? ", " : "");
        text_append_string(&sql, sort->terms[i].expression);
    }
    compile_from(compiler, &sql);
    if (compile_id(compiler, id, &where, error)) {
        text_format(&sql, " WHERE %s", text_string(&where));
        statement = compiler_prepare(compiler, text_string(&sql), error);
    }
    if (statement && local_step(compiler->local, statement, error) == 1) {
        values = memory_zeroed(sort->count + 1, sizeof *values);
        for (size_t i = 0; i < sort->count; i++) {
            struct value value = value_of_column(statement, (int)i);

            values[i] = value_copy(&value);
        }
    } else if (!error_is_set(error)) {
        error_set(error, ERROR_NOT_FOUND, "%s has no record \"%s\"", compiler->table->name, id);
    }
    sqlite3_finalize(statement);
    text_free(&sql);
    text_free(&where);
    return values;
}

static bool read_position(struct page_job *job, struct error *error)
{
    const struct position *position = &job->operation->position;

    job->backward = position->kind == POSITION_END || position->kind == POSITION_BEFORE;
    if (position->kind == POSITION_ID) {
        job->values = read_term_values(&job->compiler, &job->sort,
                                       position->cursor ? position->cursor : "", error);
        job->sort.inclusive = true;
        if (!job->values)
            return false;
    } else if (position->kind == POSITION_CURSOR || position->kind == POSITION_BEFORE) {
        job->values = memory_zeroed(job->sort.count + 1, sizeof *job->values);
        if (!cursor_parse(position->cursor, job->values, job->sort.count, error))
            return false;
    }
    if (job->backward)
        sort_reverse(&job->sort);
    return true;
}

/* --- reading --- */

static void print_edge(struct page_job *job, sqlite3_stmt *statement, struct text *out)
{
    struct value *values = memory_zeroed(job->sort.count + 1, sizeof *values);

    for (size_t i = 0; i < job->sort.count; i++)
        values[i] = value_of_column(statement, (int)(job->key_count + i));
    text_truncate(out, 0);
    cursor_print(values, job->sort.count, out);
    free(values);
}

static void add_row(struct page_job *job, sqlite3_stmt *statement, struct text *id)
{
    struct value value;

    text_truncate(id, 0);
    read_id(job->table, statement, 0, id);
    value = value_text(text_string(id), id->length);
    page_builder_add(job->builder, &value);
    for (size_t i = 0; i < job->column_count; i++) {
        value =
            value_of_field(job->fields[i], statement, (int)(job->key_count + job->sort.count + i));
        page_builder_add(job->builder, &value);
    }
    page_builder_end_row(job->builder);
    job->row_count++;
    if (job->row_count == 1)
        print_edge(job, statement, &job->first);
    if (job->row_count == job->page_size)
        print_edge(job, statement, &job->last);
}

static void print_statement(struct page_job *job, const struct segment *segment, struct text *sql)
{
    /* Where nothing comes before the columns, neither does the comma they begin with. */
    bool only_columns = job->key.length == 0 && job->terms.length == 0 && job->columns.length > 0;

    text_format(sql, "SELECT %s%s%s", text_string(&job->key), text_string(&job->terms),
                text_string(&job->columns) + (only_columns ? 2 : 0));
    compile_from(&job->compiler, sql);
    if (job->filter.length || segment->condition.length)
        text_append_string(sql, " WHERE ");
    text_append_string(sql, text_string(&job->filter));
    if (job->filter.length && segment->condition.length)
        text_append_string(sql, " AND ");
    text_append_string(sql, text_string(&segment->condition));
    sort_print(&job->sort, segment->from, segment->no_nulls, sql);
    text_format(sql, " LIMIT %zu", job->page_size + 1 - job->row_count);
}

static bool read_rows(struct page_job *job, sqlite3_stmt *statement, struct error *error)
{
    struct text id = {0};
    int state;

    while ((state = local_step(job->local, statement, error)) == 1) {
        if (job->row_count == job->page_size) {
            job->more = true;
            break;
        }
        add_row(job, statement, &id);
    }
    text_free(&id);
    return state >= 0;
}

static bool read_segment(struct page_job *job, const struct segment *segment, struct result *result)
{
    struct text sql = {0};
    sqlite3_stmt *statement;
    bool done = true;

    print_statement(job, segment, &sql);
    statement = compiler_prepare(&job->compiler, text_string(&sql), &result->error);
    text_free(&sql);
    if (!statement)
        return false;
    if (job->operation->explain)
        explain_statement(statement, result);
    else
        done = read_rows(job, statement, &result->error);
    sqlite3_finalize(statement);
    return done;
}

static bool read_segments(struct page_job *job, struct result *result)
{
    size_t count = sort_segment_count(&job->sort, job->values);
    bool done = true;

    job->builder = page_builder_new(job->column_count + 1);
    for (size_t i = 0; done && !job->more && i < count; i++) {
        struct segment segment;

        sort_segment(&job->compiler, &job->sort, job->values, i, &segment);
        if (!segment.nothing)
            done = read_segment(job, &segment, result);
        text_free(&segment.condition);
    }
    return done;
}

/* A page read backwards holds its rows the wrong way round. */
static struct page *turn_page(struct page *page)
{
    size_t columns = page_column_count(page);
    struct page_builder *builder = page_builder_new(columns);

    for (size_t row = page_row_count(page); row-- > 0;) {
        for (size_t column = 0; column < columns; column++) {
            struct value value = page_value(page, row, column);

            page_builder_add(builder, &value);
        }
        page_builder_end_row(builder);
    }
    page_free(page);
    return page_builder_finish(builder);
}

/* Cursors of both ends, as far as there may be something beyond them. */
static void finish_page(struct page_job *job, struct result *result)
{
    enum position_kind position = job->operation->position.kind;
    bool beyond = position != POSITION_START && position != POSITION_END;

    result->page = page_builder_finish(job->builder);
    job->builder = NULL;
    if (job->backward)
        result->page = turn_page(result->page);
    if (job->row_count == 0)
        return;
    if (job->backward) {
        result->next = beyond ? text_take(&job->first) : NULL;
        result->previous = job->more ? text_take(&job->last) : NULL;
    } else {
        result->next = job->more ? text_take(&job->last) : NULL;
        result->previous = beyond ? text_take(&job->first) : NULL;
    }
}

/* --- views without a key --- */

static void add_numbered_row(struct page_job *job, sqlite3_stmt *statement, int64_t number)
{
    struct value value;
    struct text id = {0};

    text_format(&id, "%lld", (long long)number);
    value = value_text(text_string(&id), id.length);
    page_builder_add(job->builder, &value);
    for (size_t i = 0; i < job->column_count; i++) {
        value = value_of_field(job->fields[i], statement, (int)(job->sort.count + i));
        page_builder_add(job->builder, &value);
    }
    page_builder_end_row(job->builder);
    job->row_count++;
    text_free(&id);
}

static bool count_rows(struct page_job *job, int64_t *count, struct error *error)
{
    struct text sql = {0};
    sqlite3_stmt *statement;
    bool done;

    text_append_string(&sql, "SELECT count(*)");
    compile_from(&job->compiler, &sql);
    if (job->filter.length)
        text_format(&sql, " WHERE %s", text_string(&job->filter));
    statement = compiler_prepare(&job->compiler, text_string(&sql), error);
    text_free(&sql);
    done = statement && local_step(job->local, statement, error) == 1;
    *count = done ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return done;
}

/* The number of rows before the page; shortens the page where it would reach past its cursor. */
static bool find_offset(struct page_job *job, int64_t *offset, struct error *error)
{
    const struct position *position = &job->operation->position;
    int64_t size = (int64_t)job->page_size, end = 0;
    struct value number = {0};

    *offset = 0;
    if (position->kind == POSITION_START)
        return true;
    if (position->kind == POSITION_ID)
        return error_set(error, ERROR_UNSUPPORTED,
                         "%s has no key, so no record of it can be gone to", job->table->name);
    if (position->kind == POSITION_END) {
        if (!count_rows(job, &end, error))
            return false;
    } else if (!position->cursor ||
               !value_parse_number(position->cursor, strlen(position->cursor), &number) ||
               number.kind != VALUE_INTEGER || number.as.integer < 0) {
        return error_set(error, ERROR_USAGE, "The cursor is not one of this query's");
    } else if (position->kind == POSITION_CURSOR) {
        *offset = number.as.integer;
        return true;
    } else {
        end = number.as.integer;
    }
    *offset = end > size ? end - size : 0;
    job->page_size = (size_t)(end - *offset);
    return true;
}

static bool read_numbered_rows(struct page_job *job, sqlite3_stmt *statement, int64_t offset,
                               struct error *error)
{
    int state;

    while ((state = local_step(job->local, statement, error)) == 1) {
        if (job->row_count == job->page_size) {
            job->more = true;
            break;
        }
        add_numbered_row(job, statement, offset + (int64_t)job->row_count + 1);
    }
    return state >= 0;
}

static char *number_cursor(int64_t number)
{
    struct text text = {0};

    text_format(&text, "%lld", (long long)number);
    return text_take(&text);
}

static bool read_numbered_page(struct page_job *job, struct result *result)
{
    struct segment all = {0};
    struct text sql = {0};
    sqlite3_stmt *statement;
    int64_t offset;
    bool done = true;

    if (!find_offset(job, &offset, &result->error))
        return false;
    print_statement(job, &all, &sql);
    text_format(&sql, " OFFSET %lld", (long long)offset);
    statement = compiler_prepare(&job->compiler, text_string(&sql), &result->error);
    text_free(&sql);
    if (!statement)
        return false;
    job->builder = page_builder_new(job->column_count + 1);
    if (job->operation->explain)
        explain_statement(statement, result);
    else
        done = read_numbered_rows(job, statement, offset, &result->error);
    sqlite3_finalize(statement);
    if (done && !job->operation->explain) {
        result->page = page_builder_finish(job->builder);
        job->builder = NULL;
        result->next = job->more ? number_cursor(offset + (int64_t)job->row_count) : NULL;
        result->previous = offset > 0 ? number_cursor(offset) : NULL;
    }
    return done;
}

void read_page(struct local *local, const struct operation *operation, struct result *result)
{
    struct page_job job = {.local = local, .operation = operation};

    result->total = -1;
    job.table = catalog_table(local, operation->object, &result->error);
    if (!job.table)
        return;
    if (prepare_job(&job, result)) {
        if (job.key_count == 0) {
            read_numbered_page(&job, result);
        } else if (read_position(&job, &result->error) && read_segments(&job, result) &&
                   !operation->explain) {
            finish_page(&job, result);
        }
    }
    free_job(&job);
}
