/*
 * raw: a SELECT as the user wrote it. Fetch thread.
 *
 * An authorizer lets through reading alone, so that neither ATTACH nor PRAGMA nor a write does
 * anything; what is wrong with the statement is the user's mistake, in SQLite's own words.
 */
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

enum { MOST_ROWS = 1000000 };

static int allow_reading(void *unused, int code, const char *a, const char *b, const char *c,
                         const char *d)
{
    (void)unused;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return code == SQLITE_SELECT || code == SQLITE_READ || code == SQLITE_FUNCTION ||
                   code == SQLITE_RECURSIVE
               ? SQLITE_OK
               : SQLITE_DENY;
}

static bool refuse_writing(struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED, "raw does nothing but read an SQLite file: SELECT");
    error_set_hint(error, "create, update and delete write");
    return false;
}

static bool fail_prepare(struct local *local, struct error *error)
{
    int code = sqlite3_errcode(local->database) & 0xff;
    const char *words = sqlite3_errmsg(local->database);

    if (code == SQLITE_AUTH)
        return refuse_writing(error);
    if (code != SQLITE_ERROR)
        return local_fail(local, "read the query", error);
    error_set(error, ERROR_USAGE, "the query cannot be read: %s", words);
    return false;
}

static bool is_rest_empty(const char *rest)
{
    return rest[strspn(rest, " \t\r\n;")] == '\0';
}

static sqlite3_stmt *prepare(struct local *local, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    const char *rest = "";
    int code;

    sqlite3_set_authorizer(local->database, allow_reading, NULL);
    code = sqlite3_prepare_v2(local->database, sql, -1, &statement, &rest);
    sqlite3_set_authorizer(local->database, NULL, NULL);
    if (code != SQLITE_OK)
        fail_prepare(local, error);
    else if (!statement)
        error_set(error, ERROR_USAGE, "the query is empty");
    else if (!is_rest_empty(rest))
        error_set(error, ERROR_USAGE, "expected one statement, found more after it: %.40s", rest);
    else if (!sqlite3_stmt_readonly(statement))
        refuse_writing(error);
    else
        return statement;
    sqlite3_finalize(statement);
    return NULL;
}

static void add_row(struct page_builder *builder, sqlite3_stmt *statement, int columns)
{
    struct value id = value_null();

    page_builder_add(builder, &id);
    for (int i = 0; i < columns; i++) {
        struct value value = value_of_column(statement, i);

        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
}

static void read_rows(struct local *local, sqlite3_stmt *statement, struct result *result)
{
    int columns = sqlite3_column_count(statement);
    struct page_builder *builder = page_builder_new((size_t)columns + 1);
    size_t rows = 0;

    while (local_step(local, statement, &result->error) == 1) {
        if (++rows > MOST_ROWS) {
            error_set(&result->error, ERROR_USAGE, "the query gives more than %d rows", MOST_ROWS);
            error_set_hint(&result->error, "end it in a LIMIT");
            break;
        }
        add_row(builder, statement, columns);
    }
    result->columns = memory_zeroed((size_t)columns, sizeof *result->columns);
    for (int i = 0; i < columns; i++)
        result->columns[result->column_count++] =
            memory_copy_string(sqlite3_column_name(statement, i));
    result->page = page_builder_finish(builder);
}

void read_raw(struct local *local, const struct operation *operation, struct result *result)
{
    sqlite3_stmt *statement = prepare(local, operation->name, &result->error);

    if (!statement)
        return;
    read_rows(local, statement, result);
    sqlite3_finalize(statement);
}
