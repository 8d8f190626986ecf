/*
 * connection: the one SQLite connection of an instance: opening, waiting, failing in words.
 *
 * Fetch thread only, but for the cancel token, which another thread sets. The file is never
 * created; a hostile one is opened with SQLite's defences on. A wait for a lock and a long query
 * both look at the token.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backend/local/internal.h"
#include "core/memory.h"

enum { PROGRESS_STEPS = 4000, BUSY_PAUSE = 15 /* milliseconds */ };

static int64_t monotonic_milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool local_cancelled(const struct local *local)
{
    return local->token && atomic_load(&local->token->cancelled);
}

void local_limit(struct local *local, int milliseconds)
{
    local->deadline = milliseconds ? monotonic_milliseconds() + milliseconds : 0;
}

static int on_progress(void *context)
{
    const struct local *local = context;

    return local_cancelled(local) ||
           (local->deadline && monotonic_milliseconds() > local->deadline);
}

/* Called while another connection holds a lock: waits a little and says whether to try again. */
static int on_busy(void *context, int attempts)
{
    struct local *local = context;
    struct timespec pause = {0, BUSY_PAUSE * 1000000L};
    int64_t now = monotonic_milliseconds();

    if (attempts == 0)
        local->busy_since = now;
    if (local_cancelled(local) || now - local->busy_since >= local->timeout)
        return 0;
    nanosleep(&pause, NULL);
    return 1;
}

/* What SQLite's codes mean to a person. %s is the file's path. */
static const struct failure {
    int code;
    enum error_kind kind;
    const char *message;
    const char *hint;
} failures[] = {
    {SQLITE_NOTADB, ERROR_PROTOCOL, "%s is not an SQLite database",
     "Check the path; an encrypted database cannot be opened."},
    {SQLITE_CORRUPT, ERROR_PROTOCOL, "%s is damaged",
     "Copy the file, and try \"sqlite3 FILE .recover\" on the copy."},
    {SQLITE_READONLY, ERROR_FORBIDDEN, "%s cannot be written: it, or its directory, is read-only",
     "Change the permissions of the file and of its directory."},
    {SQLITE_PERM, ERROR_FORBIDDEN, "%s may not be opened", "Check the permissions of the file."},
    {SQLITE_AUTH, ERROR_FORBIDDEN, "%s: that is not allowed", NULL},
    {SQLITE_CANTOPEN, ERROR_FORBIDDEN, "%s cannot be opened",
     "Check the permissions; a file in WAL mode needs a directory that can be written."},
    {SQLITE_FULL, ERROR_SERVER, "%s: the disk is full", "Make room and try again."},
    {SQLITE_IOERR, ERROR_SERVER, "%s: reading or writing the disk failed", NULL},
    {SQLITE_TOOBIG, ERROR_VALIDATION, "%s: a value is too long for SQLite", NULL},
    {SQLITE_MISMATCH, ERROR_VALIDATION, "%s: a value has the wrong type", NULL},
    {SQLITE_SCHEMA, ERROR_SERVER, "%s: its tables changed at the same time", "Try again."},
};

static bool fail_busy(struct local *local, struct error *error)
{
    if (local_cancelled(local))
        return error_set(error, ERROR_CANCELLED, "Cancelled");
    error_set(error, ERROR_TIMEOUT, "%s is locked by another program (waited %d seconds)",
              local->path, local->timeout / 1000);
    error_set_hint(error, "End the program that is writing to the file and try again, or set a "
                          "longer timeout in the profile.");
    return false;
}

/* A table may have as many columns as a request, and the request asks for the id too. */
static bool fail_columns(struct local *local, struct error *error)
{
    int most = sqlite3_limit(local->database, SQLITE_LIMIT_COLUMN, -1);
    error_set(error, ERROR_UNSUPPORTED,
              "%s: SQLite gives at most %d columns at once, the id among them", local->path, most);
    error_set_hint(error, "Ask for fewer columns, by their names (--columns).");
    return false;
}

bool local_fail(struct local *local, const char *doing, struct error *error)
{
    int code = sqlite3_errcode(local->database) & 0xff;
    const char *words = sqlite3_errmsg(local->database);

    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return fail_busy(local, error);
    if (code == SQLITE_INTERRUPT)
        return error_set(error, ERROR_CANCELLED, "Cancelled");
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        char *message;

        if (failures[i].code != code)
            continue;
        message = sqlite3_mprintf(failures[i].message, local->path);
        error_set(error, failures[i].kind, "%s", message);
        sqlite3_free(message);
        if (failures[i].hint)
            error_set_hint(error, "%s", failures[i].hint);
        error_set_server(error, words, strlen(words));
        return false;
    }
    if (code == SQLITE_ERROR && strcmp(words, "too many columns in result set") == 0) {
        return fail_columns(local, error);
    }
    error_set(error, ERROR_SERVER, "%s: SQLite could not %s", local->path, doing);
    error_set_server(error, words, strlen(words));
    return false;
}

/* Says no before SQLite is asked, where its own words would be dim. */
static bool check_file(const struct local *local, struct error *error)
{
    struct stat status;
    const char *path = local->path;

    if (stat(path, &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return error_set(error, ERROR_NOT_FOUND, "There is no file %s", path);
        return error_set(error, ERROR_FORBIDDEN, "%s cannot be reached: %s", path, strerror(errno));
    }
    if (S_ISDIR(status.st_mode))
        return error_set(error, ERROR_PROTOCOL, "%s is a directory, not an SQLite database", path);
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_PROTOCOL, "%s is not a file, so no SQLite database", path);
    if (access(path, R_OK) != 0)
        return error_set(error, ERROR_FORBIDDEN, "%s may not be read: permission denied", path);
    return true;
}

/* The file may be anybody's: its own SQL gets no dangerous functions and no way to the schema. */
static void defend(sqlite3 *database)
{
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_extended_result_codes(database, 1);
}

static bool set_up(struct local *local, struct error *error)
{
    defend(local->database);
    sqlite3_busy_handler(local->database, on_busy, local);
    sqlite3_progress_handler(local->database, PROGRESS_STEPS, on_progress, local);
    if (!functions_register(local->database))
        return local_fail(local, "register functions", error);
    /* Reading the schema's version is what first reads the file. */
    return local_run(local, "PRAGMA schema_version", error) &&
           local_run(local, "PRAGMA foreign_keys = ON", error) &&
           local_run(local, "PRAGMA cell_size_check = ON", error);
}

/* Is the file no longer the one at its path? Then nobody else would see what is read or written. */
static bool has_moved(struct local *local)
{
    int moved = 0;

    return sqlite3_file_control(local->database, "main", SQLITE_FCNTL_HAS_MOVED, &moved) ==
               SQLITE_OK &&
           moved != 0;
}

bool local_open(struct local *local, struct error *error)
{
    int flags = SQLITE_OPEN_NOMUTEX;
    struct text path = {0};
    int code;

    if (local->database && !has_moved(local))
        return true;
    local_close(local);
    if (!check_file(local, error))
        return false;
    /* ":memory:" as a file's name is a file's name. */
    text_append_string(&path, local->path[0] == ':' ? "./" : "");
    text_append_string(&path, local->path);
    flags |= local->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    code = sqlite3_open_v2(text_string(&path), &local->database, flags, NULL);
    text_free(&path);
    if ((code == SQLITE_OK && set_up(local, error)) ||
        (code != SQLITE_OK && local_fail(local, "open the file", error)))
        return true;
    local_close(local);
    return false;
}

void local_close(struct local *local)
{
    catalog_clear(&local->catalog);
    sqlite3_close_v2(local->database);
    local->database = NULL;
}

sqlite3_stmt *local_prepare(struct local *local, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(local->database, sql, -1, &statement, NULL) == SQLITE_OK)
        return statement;
    local_fail(local, "read the request", error);
    return NULL;
}

sqlite3_stmt *local_ask(struct local *local, const char *sql, const char *argument,
                        struct error *error)
{
    sqlite3_stmt *statement = local_prepare(local, sql, error);

    if (statement)
        sqlite3_bind_text(statement, 1, argument, -1, SQLITE_TRANSIENT);
    return statement;
}

char *local_column_string(sqlite3_stmt *statement, int column)
{
    return memory_copy_string((const char *)sqlite3_column_text(statement, column));
}

int local_step(struct local *local, sqlite3_stmt *statement, struct error *error)
{
    int code = sqlite3_step(statement);

    if (code == SQLITE_ROW)
        return 1;
    if (code == SQLITE_DONE)
        return 0;
    local_fail(local, "read the data", error);
    return -1;
}

bool local_run(struct local *local, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = local_prepare(local, sql, error);
    int state = statement ? 1 : -1;

    while (state == 1)
        state = local_step(local, statement, error);
    sqlite3_finalize(statement);
    return state == 0;
}

void local_quote(struct text *out, const char *name)
{
    text_append_character(out, '"');
    for (; *name; name++) {
        if (*name == '"')
            text_append_character(out, '"');
        text_append_character(out, *name);
    }
    text_append_character(out, '"');
}
