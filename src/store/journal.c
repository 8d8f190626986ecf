/*
 * journal: see journal.h. UI thread.
 *
 * A run is a row of `run` and a lock file of the same name beside the database, held with flock()
 * as long as the process lives; the name is random and never used again. A row of `change` belongs
 * to the run that staged or recovered it. Whoever opens the journal takes over, in one transaction,
 * the changes of runs whose lock can be had. Every write is one transaction, committed with
 * synchronous=FULL, unless journal_begin has opened a larger one.
 */
#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"

enum { BUSY_MILLISECONDS = 5000 };

struct journal {
    sqlite3 *database;
    char *directory;
    char *path;
    char *key;
    char *lock_name; /* of this run, in directory */
    int lock;        /* descriptor */
    int64_t run;
    bool in_step;
};

static const char schema_text[] =
    "CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY, lock TEXT NOT NULL UNIQUE);"
    "CREATE TABLE IF NOT EXISTS change (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " run INTEGER NOT NULL, profile TEXT NOT NULL, kind INTEGER NOT NULL, state INTEGER NOT NULL,"
    " object TEXT NOT NULL, record_id TEXT, label TEXT, version TEXT, staged_at INTEGER NOT NULL,"
    " error_kind INTEGER NOT NULL, message TEXT, server TEXT, hint TEXT);"
    "CREATE TABLE IF NOT EXISTS change_field (change INTEGER NOT NULL, position INTEGER NOT NULL,"
    " name TEXT NOT NULL, old_kind INTEGER NOT NULL, old_value, new_kind INTEGER NOT NULL,"
    " new_value, theirs_kind INTEGER NOT NULL, theirs_value,"
    " PRIMARY KEY (change, position)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS change_error (change INTEGER NOT NULL, position INTEGER NOT NULL,"
    " field TEXT NOT NULL, code TEXT, message TEXT NOT NULL,"
    " PRIMARY KEY (change, position)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS remembered (profile TEXT NOT NULL, name TEXT NOT NULL,"
    " text TEXT NOT NULL, PRIMARY KEY (profile, name)) WITHOUT ROWID;";

/* --- SQLite, with errors in words --- */

static const char move_hint[] = "move the file and its -wal and -shm away to start with a new "
                                "journal; what was staged is in it";

/* What SQLite's codes mean to a person. */
static const struct failure {
    int code;
    enum error_kind kind;
    const char *words; /* NULL: SQLite's own */
    const char *hint;
} failures[] = {
    {SQLITE_BUSY, ERROR_TIMEOUT, "locked by another program", "try again"},
    {SQLITE_LOCKED, ERROR_TIMEOUT, "locked by another program", "try again"},
    {SQLITE_NOTADB, ERROR_PROTOCOL, "it is not an SQLite database", move_hint},
    {SQLITE_CORRUPT, ERROR_PROTOCOL, "it is damaged", move_hint},
    {SQLITE_READONLY, ERROR_FORBIDDEN, "it is read-only", "look at the file's permissions"},
    {SQLITE_PERM, ERROR_FORBIDDEN, NULL, "look at the file's permissions"},
    {SQLITE_CANTOPEN, ERROR_FORBIDDEN, NULL, "look at the file's place and its permissions"},
    {SQLITE_FULL, ERROR_SERVER, "the disk is full", "free some space on the disk and try again"},
    {SQLITE_IOERR, ERROR_SERVER, "the disk is full, or broken",
     "free some space on the disk and try again"},
};

/* The reason comes before the path, which may be long: a line on a screen has room for one. */
static bool fail(const struct journal *journal, const char *doing, struct error *error)
{
    static const struct failure other = {SQLITE_ERROR, ERROR_SERVER, NULL, move_hint};
    const struct failure *failure = &other;
    int code = sqlite3_errcode(journal->database) & 0xff;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        failure = failures[i].code == code ? &failures[i] : failure;
    }
    const char *words = sqlite3_errmsg(journal->database);
    error_set(error, failure->kind, "The journal could not be %s: %s (%s).", doing,
              failure->words != NULL ? failure->words : words, journal->path);
    error_set_server(error, words, strlen(words));
    error_set_hint(error, "%s", failure->hint);
    return false;
}

static void refuse_change(const struct journal *journal, int64_t id, struct error *error)
{
    error_set(error, ERROR_PROTOCOL,
              "The journal could not be read: change %lld is of no known kind (%s).", (long long)id,
              journal->path);
    error_set_hint(error, "a newer version of the program may have written it: use that one");
}

static bool run_sql(struct journal *journal, const char *sql, const char *doing,
                    struct error *error)
{
    if (sqlite3_exec(journal->database, sql, NULL, NULL, NULL) != SQLITE_OK) {
        return fail(journal, doing, error);
    }
    return true;
}

static sqlite3_stmt *prepare(struct journal *journal, const char *sql, const char *doing,
                             struct error *error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(journal->database, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail(journal, doing, error);
        return NULL;
    }
    return statement;
}

/* Runs a statement that gives no rows, and lets it go. */
static bool finish(struct journal *journal, sqlite3_stmt *statement, const char *doing,
                   struct error *error)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE || fail(journal, doing, error);
    sqlite3_finalize(statement);
    return done;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static char *column_text(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_text(statement, column);
    return bytes == NULL ? NULL
                         : memory_copy(bytes, (size_t)sqlite3_column_bytes(statement, column));
}

/* A value's kind and then the value itself, so that text that is not UTF-8 and booleans come back
 * as they were: text is kept as a blob. */
static void bind_value(sqlite3_stmt *statement, int at, const struct value *value)
{
    sqlite3_bind_int(statement, at, (int)value->kind);
    switch (value->kind) {
    case VALUE_BOOLEAN:
        sqlite3_bind_int(statement, at + 1, value->as.boolean);
        break;
    case VALUE_INTEGER:
        sqlite3_bind_int64(statement, at + 1, value->as.integer);
        break;
    case VALUE_REAL:
        sqlite3_bind_double(statement, at + 1, value->as.real);
        break;
    case VALUE_TEXT:
    case VALUE_BYTES:
        sqlite3_bind_blob64(statement, at + 1,
                            value->as.text.length == 0 ? "" : value->as.text.bytes,
                            value->as.text.length, SQLITE_TRANSIENT);
        break;
    default:
        sqlite3_bind_null(statement, at + 1);
    }
}

/* Owned by the caller. */
static struct value column_value(sqlite3_stmt *statement, int column)
{
    struct value value = value_absent();
    switch (sqlite3_column_int(statement, column)) {
    case VALUE_NULL:
        return value_null();
    case VALUE_BOOLEAN:
        return value_boolean(sqlite3_column_int(statement, column + 1) != 0);
    case VALUE_INTEGER:
        return value_integer(sqlite3_column_int64(statement, column + 1));
    case VALUE_REAL:
        return value_real(sqlite3_column_double(statement, column + 1));
    case VALUE_TEXT:
        value = value_text(sqlite3_column_blob(statement, column + 1),
                           (size_t)sqlite3_column_bytes(statement, column + 1));
        break;
    case VALUE_BYTES:
        value = value_bytes(sqlite3_column_blob(statement, column + 1),
                            (size_t)sqlite3_column_bytes(statement, column + 1));
        break;
    default:
        break;
    }
    return value_copy(&value);
}

/* --- opening --- */

/* The file is made here, so that nobody else can read it, not even for a moment. */
static bool make_private_file(const char *path, struct error *error)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return error_set(error, errno == EACCES ? ERROR_FORBIDDEN : ERROR_SERVER,
                         "The journal could not be made: %s (%s).", strerror(errno), path);
    }
    (void)fchmod(descriptor, 0600);
    close(descriptor);
    return true;
}

static bool take_lock(struct journal *journal, struct error *error)
{
    unsigned char random[12];
    struct text name = {0}, path = {0};
    sqlite3_randomness(sizeof random, random);
    text_append_string(&name, "run-");
    for (size_t i = 0; i < sizeof random; i++) {
        text_format(&name, "%02x", random[i]);
    }
    text_append_string(&name, ".lock");
    text_format(&path, "%s/%s", journal->directory, text_string(&name));
    journal->lock = open(text_string(&path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool taken = journal->lock >= 0 && flock(journal->lock, LOCK_EX | LOCK_NB) == 0;
    if (!taken) {
        error_set(error, ERROR_SERVER, "The lock file %s could not be made: %s.",
                  text_string(&path), strerror(errno));
    }
    journal->lock_name = text_take(&name);
    text_free(&path);
    return taken;
}

static bool add_run(struct journal *journal, struct error *error)
{
    sqlite3_stmt *statement =
        prepare(journal, "INSERT INTO run (lock) VALUES (?)", "opened", error);
    if (statement == NULL) {
        return false;
    }
    bind_text(statement, 1, journal->lock_name);
    if (!finish(journal, statement, "opened", error)) {
        return false;
    }
    journal->run = sqlite3_last_insert_rowid(journal->database);
    return true;
}

static bool open_database(struct journal *journal, struct error *error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    if (!make_private_file(journal->path, error)) {
        return false;
    }
    if (sqlite3_open_v2(journal->path, &journal->database, flags, NULL) != SQLITE_OK) {
        return fail(journal, "opened", error);
    }
    sqlite3_busy_timeout(journal->database, BUSY_MILLISECONDS);
    return run_sql(journal, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", "opened", error) &&
           run_sql(journal, schema_text, "opened", error);
}

struct journal *journal_open(const char *directory, const char *key, struct error *error)
{
    struct journal *journal = memory_zeroed(1, sizeof *journal);
    struct text path = {0};
    text_format(&path, "%s/journal.db", directory);
    journal->path = text_take(&path);
    journal->directory = memory_copy_string(directory);
    journal->key = memory_copy_string(key);
    journal->lock = -1;
    if (!open_database(journal, error) || !take_lock(journal, error) || !add_run(journal, error)) {
        journal_close(journal);
        return NULL;
    }
    return journal;
}

static void remove_lock_file(const struct journal *journal, const char *name)
{
    struct text path = {0};
    text_format(&path, "%s/%s", journal->directory, name);
    (void)unlink(text_string(&path));
    text_free(&path);
}

/* A run with no changes left goes, row and lock file; one with changes stays to be recovered. */
static void forget_run(struct journal *journal, int64_t run, const char *lock_name)
{
    struct error ignored = {0};
    sqlite3_stmt *statement = prepare(
        journal,
        "DELETE FROM run WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM change WHERE run = ?1)",
        "tidied", &ignored);
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, run);
        if (finish(journal, statement, "tidied", &ignored) &&
            sqlite3_changes(journal->database) > 0) {
            remove_lock_file(journal, lock_name);
        }
    }
    error_clear(&ignored);
}

void journal_close(struct journal *journal)
{
    if (journal == NULL) {
        return;
    }
    journal_rollback(journal);
    if (journal->run != 0) {
        forget_run(journal, journal->run, journal->lock_name);
    } else if (journal->lock >= 0) {
        remove_lock_file(journal, journal->lock_name);
    }
    if (journal->lock >= 0) {
        close(journal->lock);
    }
    sqlite3_close(journal->database);
    free(journal->lock_name);
    free(journal->directory);
    free(journal->path);
    free(journal->key);
    free(journal);
}

/* --- steps --- */

bool journal_begin(struct journal *journal, struct error *error)
{
    journal->in_step = run_sql(journal, "BEGIN IMMEDIATE", "written", error);
    return journal->in_step;
}

bool journal_commit(struct journal *journal, struct error *error)
{
    if (run_sql(journal, "COMMIT", "written", error)) {
        journal->in_step = false;
        return true;
    }
    journal_rollback(journal);
    return false;
}

void journal_rollback(struct journal *journal)
{
    if (journal->in_step && sqlite3_get_autocommit(journal->database) == 0) {
        (void)sqlite3_exec(journal->database, "ROLLBACK", NULL, NULL, NULL);
    }
    journal->in_step = false;
}

/* --- writing --- */

static bool write_head(struct journal *journal, const struct change *change, int64_t *id,
                       struct error *error)
{
    sqlite3_stmt *statement = prepare(
        journal,
        "INSERT OR REPLACE INTO change (id, run, profile, kind, state, object, record_id, label,"
        " version, staged_at, error_kind, message, server, hint)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        "written", error);
    if (statement == NULL) {
        return false;
    }
    if (change->id != 0) {
        sqlite3_bind_int64(statement, 1, change->id);
    }
    sqlite3_bind_int64(statement, 2, journal->run);
    bind_text(statement, 3, journal->key);
    sqlite3_bind_int(statement, 4, (int)change->kind);
    sqlite3_bind_int(statement, 5, (int)change->state);
    bind_text(statement, 6, change->object);
    bind_text(statement, 7, change->record_id);
    bind_text(statement, 8, change->label);
    bind_text(statement, 9, change->version);
    sqlite3_bind_int64(statement, 10, change->staged_at);
    sqlite3_bind_int(statement, 11, (int)change->error.kind);
    bind_text(statement, 12, change->error.message);
    bind_text(statement, 13, change->error.server);
    bind_text(statement, 14, change->error.hint);
    if (!finish(journal, statement, "written", error)) {
        return false;
    }
    *id = change->id != 0 ? change->id : sqlite3_last_insert_rowid(journal->database);
    return true;
}

static bool delete_of(struct journal *journal, const char *sql, int64_t id, struct error *error)
{
    sqlite3_stmt *statement = prepare(journal, sql, "written", error);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, id);
    return finish(journal, statement, "written", error);
}

static bool delete_parts(struct journal *journal, int64_t id, struct error *error)
{
    return delete_of(journal, "DELETE FROM change_field WHERE change = ?", id, error) &&
           delete_of(journal, "DELETE FROM change_error WHERE change = ?", id, error);
}

static bool write_field(struct journal *journal, int64_t id, size_t position,
                        const struct change_field *field, struct error *error)
{
    sqlite3_stmt *statement = prepare(
        journal, "INSERT INTO change_field VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", "written", error);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)position);
    bind_text(statement, 3, field->name);
    bind_value(statement, 4, &field->old_value);
    bind_value(statement, 6, &field->new_value);
    bind_value(statement, 8, &field->theirs);
    return finish(journal, statement, "written", error);
}

static bool write_field_error(struct journal *journal, int64_t id, size_t position,
                              const struct field_error *field, struct error *error)
{
    sqlite3_stmt *statement =
        prepare(journal, "INSERT INTO change_error VALUES (?, ?, ?, ?, ?)", "written", error);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)position);
    bind_text(statement, 3, field->field == NULL ? "" : field->field);
    bind_text(statement, 4, field->code);
    bind_text(statement, 5, field->message == NULL ? "" : field->message);
    return finish(journal, statement, "written", error);
}

static bool write_parts(struct journal *journal, int64_t id, const struct change *change,
                        struct error *error)
{
    if (!delete_parts(journal, id, error)) {
        return false;
    }
    for (size_t i = 0; i < change->field_count; i++) {
        if (!write_field(journal, id, i, &change->fields[i], error)) {
            return false;
        }
    }
    for (size_t i = 0; i < change->error.field_count; i++) {
        if (!write_field_error(journal, id, i, &change->error.fields[i], error)) {
            return false;
        }
    }
    return true;
}

bool journal_write(struct journal *journal, struct change *change, struct error *error)
{
    bool own_step = !journal->in_step;
    int64_t id = 0;
    if (own_step && !journal_begin(journal, error)) {
        return false;
    }
    if (!write_head(journal, change, &id, error) || !write_parts(journal, id, change, error)) {
        if (own_step) {
            journal_rollback(journal);
        }
        return false;
    }
    if (own_step && !journal_commit(journal, error)) {
        return false;
    }
    change->id = id;
    return true;
}

bool journal_remove(struct journal *journal, int64_t id, struct error *error)
{
    bool own_step = !journal->in_step;
    if (own_step && !journal_begin(journal, error)) {
        return false;
    }
    if (!delete_parts(journal, id, error) ||
        !delete_of(journal, "DELETE FROM change WHERE id = ?", id, error)) {
        if (own_step) {
            journal_rollback(journal);
        }
        return false;
    }
    return !own_step || journal_commit(journal, error);
}

/* --- recovering --- */

/* Can the lock of a run be had, or is its file gone? Then nobody lives who holds it. */
static bool run_is_dead(const struct journal *journal, const char *lock_name)
{
    struct text path = {0};
    text_format(&path, "%s/%s", journal->directory, lock_name);
    int lock = open(text_string(&path), O_RDWR | O_CLOEXEC);
    bool dead = lock < 0 ? errno == ENOENT : flock(lock, LOCK_EX | LOCK_NB) == 0;
    if (lock >= 0) {
        close(lock);
    }
    text_free(&path);
    return dead;
}

static bool claim_run(struct journal *journal, int64_t run, struct error *error)
{
    sqlite3_stmt *statement = prepare(
        journal, "UPDATE change SET run = ?1 WHERE run = ?2 AND profile = ?3", "read", error);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, journal->run);
    sqlite3_bind_int64(statement, 2, run);
    bind_text(statement, 3, journal->key);
    return finish(journal, statement, "read", error);
}

static bool claim_dead_runs(struct journal *journal, struct error *error)
{
    sqlite3_stmt *runs = prepare(journal, "SELECT id, lock FROM run WHERE id <> ?", "read", error);
    if (runs == NULL) {
        return false;
    }
    bool claimed = true;
    sqlite3_bind_int64(runs, 1, journal->run);
    while (claimed && sqlite3_step(runs) == SQLITE_ROW) {
        char *lock_name = column_text(runs, 1);
        int64_t run = sqlite3_column_int64(runs, 0);
        if (run_is_dead(journal, lock_name)) {
            claimed = claim_run(journal, run, error);
            forget_run(journal, run, lock_name);
        }
        free(lock_name);
    }
    sqlite3_finalize(runs);
    return claimed;
}

static bool is_within(sqlite3_stmt *row, int column, int last)
{
    int64_t number = sqlite3_column_int64(row, column);
    return number >= 0 && number <= last;
}

/* A journal of another version, or a damaged one: what is not understood is neither shown nor sent,
 * and stays where it is. */
static bool head_is_known(sqlite3_stmt *row)
{
    return is_within(row, 1, CHANGE_DELETE) && is_within(row, 2, CHANGE_UNKNOWN) &&
           is_within(row, 8, ERROR_KIND_COUNT - 1) && sqlite3_column_type(row, 3) != SQLITE_NULL;
}

static struct change *read_head(sqlite3_stmt *row)
{
    char *object = column_text(row, 3), *record_id = column_text(row, 4);
    struct change *change =
        change_new((enum change_kind)sqlite3_column_int(row, 1), object, record_id);
    free(object);
    free(record_id);
    change->id = sqlite3_column_int64(row, 0);
    change->state = (enum change_state)sqlite3_column_int(row, 2);
    if (change->state == CHANGE_SENDING) {
        change->state = CHANGE_UNKNOWN;
    }
    change->label = column_text(row, 5);
    change->version = column_text(row, 6);
    change->staged_at = sqlite3_column_int64(row, 7);
    change->error.kind = (enum error_kind)sqlite3_column_int(row, 8);
    change->error.message = column_text(row, 9);
    change->error.server = column_text(row, 10);
    change->error.hint = column_text(row, 11);
    return change;
}

static bool read_fields(struct journal *journal, struct change *change, struct error *error)
{
    size_t capacity = change->field_count;
    sqlite3_stmt *rows =
        prepare(journal,
                "SELECT name, old_kind, old_value, new_kind, new_value, theirs_kind, theirs_value"
                " FROM change_field WHERE change = ? ORDER BY position",
                "read", error);
    if (rows == NULL) {
        return false;
    }
    sqlite3_bind_int64(rows, 1, change->id);
    int status;
    while ((status = sqlite3_step(rows)) == SQLITE_ROW) {
        change->fields =
            memory_grow(change->fields, change->field_count, &capacity, sizeof *change->fields);
        change->fields[change->field_count++] =
            (struct change_field){.name = column_text(rows, 0),
                                  .old_value = column_value(rows, 1),
                                  .new_value = column_value(rows, 3),
                                  .theirs = column_value(rows, 5)};
    }
    bool read = status == SQLITE_DONE || fail(journal, "read", error);
    sqlite3_finalize(rows);
    return read;
}

static bool read_field_errors(struct journal *journal, struct change *change, struct error *error)
{
    sqlite3_stmt *rows = prepare(
        journal, "SELECT field, code, message FROM change_error WHERE change = ? ORDER BY position",
        "read", error);
    if (rows == NULL) {
        return false;
    }
    sqlite3_bind_int64(rows, 1, change->id);
    int status;
    while ((status = sqlite3_step(rows)) == SQLITE_ROW) {
        error_add_field(&change->error, (const char *)sqlite3_column_text(rows, 0),
                        (const char *)sqlite3_column_text(rows, 1),
                        (const char *)sqlite3_column_text(rows, 2));
    }
    bool read = status == SQLITE_DONE || fail(journal, "read", error);
    sqlite3_finalize(rows);
    return read;
}

static struct change **read_heads(struct journal *journal, size_t *count, struct error *error)
{
    struct change **changes = NULL;
    size_t capacity = 0;
    sqlite3_stmt *rows =
        prepare(journal,
                "SELECT id, kind, state, object, record_id, label, version, staged_at, error_kind,"
                " message, server, hint FROM change WHERE run = ? AND profile = ? ORDER BY id",
                "read", error);
    if (rows == NULL) {
        return NULL;
    }
    sqlite3_bind_int64(rows, 1, journal->run);
    bind_text(rows, 2, journal->key);
    int status;
    while ((status = sqlite3_step(rows)) == SQLITE_ROW) {
        if (!head_is_known(rows)) {
            refuse_change(journal, sqlite3_column_int64(rows, 0), error);
            continue;
        }
        changes = memory_grow(changes, *count, &capacity, sizeof *changes);
        changes[(*count)++] = read_head(rows);
    }
    if (status != SQLITE_DONE) {
        fail(journal, "read", error); /* what was read is whole, what follows stays on disk */
    }
    sqlite3_finalize(rows);
    return changes;
}

/* All or none: a change of which a part cannot be read must not be offered, lest it be sent. */
static struct change **read_changes(struct journal *journal, size_t *count, struct error *error)
{
    struct change **changes = read_heads(journal, count, error);
    bool whole = true;
    for (size_t i = 0; whole && i < *count; i++) {
        whole = read_fields(journal, changes[i], error) &&
                read_field_errors(journal, changes[i], error);
    }
    for (size_t i = 0; !whole && i < *count; i++) {
        change_free(changes[i]);
    }
    if (!whole) {
        free(changes);
        changes = NULL;
        *count = 0;
    }
    return changes;
}

struct change **journal_recover(struct journal *journal, size_t *count, struct error *error)
{
    *count = 0;
    if (!journal_begin(journal, error)) {
        return NULL;
    }
    if (!claim_dead_runs(journal, error)) {
        journal_rollback(journal);
        return NULL;
    }
    if (!journal_commit(journal, error)) {
        return NULL;
    }
    return read_changes(journal, count, error);
}

/* --- remembered settings --- */

char *journal_remembered(struct journal *journal, const char *name)
{
    struct error ignored = {0};
    char *text = NULL;
    sqlite3_stmt *row = prepare(
        journal, "SELECT text FROM remembered WHERE profile = ? AND name = ?", "read", &ignored);
    if (row != NULL) {
        bind_text(row, 1, journal->key);
        bind_text(row, 2, name);
        text = sqlite3_step(row) == SQLITE_ROW ? column_text(row, 0) : NULL;
        sqlite3_finalize(row);
    }
    error_clear(&ignored);
    return text;
}

bool journal_remember(struct journal *journal, const char *name, const char *text)
{
    struct error ignored = {0};
    sqlite3_stmt *statement =
        prepare(journal, "INSERT OR REPLACE INTO remembered VALUES (?, ?, ?)", "written", &ignored);
    bool kept = false;
    if (statement != NULL) {
        bind_text(statement, 1, journal->key);
        bind_text(statement, 2, name);
        bind_text(statement, 3, text);
        kept = finish(journal, statement, "written", &ignored);
    }
    error_clear(&ignored);
    return kept;
}
