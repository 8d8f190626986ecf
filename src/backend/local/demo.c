/*
 * demo: see demo.h. Writes the file; what is in it is in demo_schema.c and demo_rows.c.
 */
#include "backend/local/demo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/local/demo_tables.h"
#include "core/text.h"

static const int64_t default_rows = 1204;
static const int64_t most_rows = 100000000;

/* Nobody reads the file before it is renamed, so it needs no journal and no syncing on the way. */
static const char start_sql[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                                "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; BEGIN;";

static bool fail(sqlite3 *database, const char *what, struct error *error)
{
    const char *said = sqlite3_errmsg(database);
    error_set(error, ERROR_SERVER, "The demonstration CRM could not be written: %s failed.", what);
    error_set_server(error, said, strlen(said));
    error_set_hint(error, "Is there room on the disk? A million opportunities take about 1 GB.");
    return false;
}

static bool run(sqlite3 *database, const char *sql, const char *what, struct error *error)
{
    return sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK ||
           fail(database, what, error);
}

static bool fill_table(sqlite3 *database, const struct demo *demo, size_t table,
                       struct error *error)
{
    const struct demo_table *row_maker = &demo_tables[table];
    struct demo_row row = {.demo = demo};
    if (sqlite3_prepare_v2(database, row_maker->insert, -1, &row.statement, NULL) != SQLITE_OK) {
        return fail(database, row_maker->name, error);
    }
    int64_t count;
    memcpy(&count, (const char *)demo + row_maker->count_offset, sizeof count);
    for (int64_t number = 1; number <= count && row.status == SQLITE_OK; number++) {
        demo_make_row(&row, table, number);
    }
    bool done = row.status == SQLITE_OK || fail(database, row_maker->name, error);
    sqlite3_finalize(row.statement);
    return done;
}

static bool fill(sqlite3 *database, const struct demo *demo, struct error *error)
{
    if (!run(database, start_sql, "starting", error) ||
        !run(database, demo_schema_sql, "making the tables", error)) {
        return false;
    }
    for (size_t table = 0; table < demo_table_count; table++) {
        if (!fill_table(database, demo, table, error)) {
            return false;
        }
    }
    for (const char *const *sql = demo_finish_sql; *sql != NULL; sql++) {
        if (!run(database, *sql, *sql, error)) {
            return false;
        }
    }
    return run(database, "COMMIT", "the last step", error);
}

static bool write_database(const char *path, const struct demo *demo, struct error *error)
{
    sqlite3 *database = NULL;
    int status = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL);
    bool done = status == SQLITE_OK ? fill(database, demo, error)
                                    : fail(database, "opening the file", error);
    if (sqlite3_close(database) != SQLITE_OK && done) {
        done = fail(database, "closing the file", error);
    }
    return done;
}

static bool fail_system(const char *path, const char *what, struct error *error)
{
    const char *said = strerror(errno);
    error_set(error, ERROR_SERVER, "The demonstration CRM %s could not be %s.", path, what);
    error_set_server(error, said, strlen(said));
    return false;
}

/* Puts the finished file in its place, on the disk before the name points at it. */
static bool publish(int file, const char *temporary, const char *path, struct error *error)
{
    if (fsync(file) != 0) {
        return fail_system(path, "written", error);
    }
    return rename(temporary, path) == 0 || fail_system(path, "put in its place", error);
}

bool demo_create(const char *path, int64_t rows, const struct date_clock *clock,
                 struct error *error)
{
    if (rows < 0 || rows > most_rows) {
        return error_set(error, ERROR_USAGE,
                         "The demonstration CRM can have 1 to %lld opportunities, not %lld.",
                         (long long)most_rows, (long long)rows);
    }
    struct demo demo = demo_plan(rows == 0 ? default_rows : rows, date_to_days(date_today(clock)));
    struct text temporary = {0};
    text_format(&temporary, "%s.XXXXXX", path);
    int file = mkstemp(temporary.bytes);
    if (file < 0) {
        bool failed = fail_system(path, "created", error);
        text_free(&temporary);
        return failed;
    }
    bool done = write_database(temporary.bytes, &demo, error) &&
                publish(file, temporary.bytes, path, error);
    if (!done) {
        unlink(temporary.bytes);
    }
    close(file);
    text_free(&temporary);
    return done;
}
