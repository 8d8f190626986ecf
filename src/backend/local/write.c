/*
 * write: create, update, upsert, delete. Fetch thread.
 *
 * One job is one transaction with a savepoint for each record: what succeeds stays, what fails is
 * taken back alone. Where the transaction cannot be kept (a deferred foreign key fails at the
 * commit, a trigger rolls all back), the job is done again with a transaction for each record.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

struct write_job {
    struct local *local;
    const struct local_table *table;
    const struct operation *operation;
    struct result *result;
};

/* A statement in the making. */
struct write_statement {
    struct compiler compiler;
    struct text sql;
};

static void start_statement(const struct write_job *job, struct write_statement *statement)
{
    memset(statement, 0, sizeof *statement);
    compiler_start(&statement->compiler, job->local, job->table);
}

static void free_statement(struct write_statement *statement)
{
    compiler_free(&statement->compiler);
    text_free(&statement->sql);
}

/* --- the values of a record --- */

static const struct local_column *writable_column(const struct write_job *job, const char *name,
                                                  struct error *error)
{
    const struct local_column *column = table_column(job->table, name);

    if (!column) {
        const char *nearest = schema_nearest_field(job->table->schema, name);

        error_set(error, ERROR_USAGE, "%s has no field \"%s\"", job->table->name, name);
        if (nearest)
            error_set_hint(error, "Did you mean \"%s\"?", nearest);
        return NULL;
    }
    if (column->generated) {
        error_set(error, ERROR_VALIDATION, "%s of %s is computed and cannot be written",
                  column->name, job->table->name);
        error_add_field(error, column->name, "read_only", "is computed by the database");
        return NULL;
    }
    return column;
}

/* Appends ?N for the value as the column keeps it. */
static bool print_stored(struct write_statement *statement, const struct local_column *column,
                         const struct value *value, struct text *out, struct error *error)
{
    struct value stored;
    bool good = value_to_column(column, value, &stored, error);

    if (good)
        compile_value(&statement->compiler, &stored, out);
    value_free(&stored);
    return good;
}

/* --- running one --- */

/* Runs the statement; *id gets the key it returns, where it returns one. */
static bool run_statement(struct write_job *job, struct write_statement *text, const char *id,
                          const struct record *values, char **returned, struct error *error)
{
    sqlite3_stmt *statement = compiler_prepare(&text->compiler, text_string(&text->sql), error);
    struct text key = {0};
    int code = SQLITE_DONE;

    if (!statement)
        return false;
    if (job->operation->explain) {
        explain_statement(statement, job->result);
        sqlite3_finalize(statement);
        return true;
    }
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        text_truncate(&key, 0);
        if (sqlite3_column_count(statement) > 0)
            read_id(job->table, statement, 0, &key);
    }
    if (code != SQLITE_DONE)
        constraint_explain(job->local, job->table, id, values, error);
    sqlite3_finalize(statement);
    if (code == SQLITE_DONE && returned && key.length > 0)
        *returned = text_take(&key);
    text_free(&key);
    return code == SQLITE_DONE;
}

/* RETURNING the key, which a rowid's last insert tells without; virtual tables cannot. */
static void print_returning(const struct local_table *table, struct text *sql)
{
    for (size_t i = 0; !table->is_virtual && i < table->key_count; i++) {
        text_append_string(sql, i ? ", " : " RETURNING ");
        local_quote(sql, table->columns[table->key[i]].name);
    }
}

static bool goes_by_rowid(const struct local_table *table)
{
    return table->key_count == 0 || table->columns[table->key[0]].rowid_alias || table->is_virtual;
}

static bool print_insert(struct write_job *job, const struct record *values,
                         struct write_statement *statement, struct error *error)
{
    struct text marks = {0};
    bool good = true;

    text_append_string(&statement->sql, "INSERT INTO ");
    local_quote(&statement->sql, job->table->name);
    for (size_t i = 0; good && values && i < values->field_count; i++) {
        const struct record_field *field = &values->fields[i];
        const struct local_column *column = writable_column(job, field->name, error);

        good = column != NULL;
        if (!good || field->value.kind == VALUE_ABSENT)
            continue;
        text_append_string(&statement->sql, marks.length ? ", " : " (");
        local_quote(&statement->sql, column->name);
        text_append_string(&marks, marks.length ? ", " : "");
        good = print_stored(statement, column, &field->value, &marks, error);
    }
    if (marks.length)
        text_format(&statement->sql, ") VALUES (%s)", text_string(&marks));
    else
        text_append_string(&statement->sql, " DEFAULT VALUES");
    text_free(&marks);
    return good;
}

static bool create_one(struct write_job *job, const struct record *values,
                       struct write_result *write)
{
    struct write_statement statement;
    struct text id = {0};
    char *returned = NULL;
    bool done;

    start_statement(job, &statement);
    done = print_insert(job, values, &statement, &write->error);
    if (!goes_by_rowid(job->table))
        print_returning(job->table, &statement.sql);
    done = done && run_statement(job, &statement, NULL, values, &returned, &write->error);
    free_statement(&statement);
    if (done && !job->operation->explain && sqlite3_changes(job->local->database) == 0)
        done = error_set(&write->error, ERROR_VALIDATION,
                         "The new record of %s was not kept: a trigger took it away",
                         job->table->name);
    if (done && goes_by_rowid(job->table)) {
        text_format(&id, "%lld", (long long)sqlite3_last_insert_rowid(job->local->database));
        returned = text_take(&id);
    }
    free(write->id);
    write->id = returned;
    write->created = done;
    return done;
}

/* --- update and delete --- */

/* AND "a" IS ?: the record still holds what it is expected to. */
static bool print_expected(struct write_job *job, const struct record *expected,
                           struct write_statement *statement, struct error *error)
{
    for (size_t i = 0; expected && i < expected->field_count; i++) {
        const struct record_field *field = &expected->fields[i];
        const struct local_column *column = table_column(job->table, field->name);
        struct text *sql = &statement->sql;

        if (field->value.kind == VALUE_ABSENT)
            continue;
        if (!column)
            return error_set(error, ERROR_USAGE, "%s has no field \"%s\"", job->table->name,
                             field->name);
        text_append_string(sql, " AND t0.");
        local_quote(sql, column->name);
        text_append_string(sql, " COLLATE BINARY IS ");
        if (column->type == FIELD_BOOLEAN || column->type == FIELD_BASE64) {
            if (!print_stored(statement, column, &field->value, sql, error))
                return false;
        } else {
            compile_value(&statement->compiler, &field->value, sql);
        }
    }
    return true;
}

static bool print_assignments(struct write_job *job, const struct record *values,
                              struct write_statement *statement, size_t *count, bool *key,
                              struct error *error)
{
    *count = 0;
    *key = false;
    for (size_t i = 0; values && i < values->field_count; i++) {
        const struct record_field *field = &values->fields[i];
        const struct local_column *column = writable_column(job, field->name, error);

        if (!column)
            return false;
        if (field->value.kind == VALUE_ABSENT)
            continue;
        text_append_string(&statement->sql, (*count)++ ? ", " : "");
        local_quote(&statement->sql, column->name);
        text_append_string(&statement->sql, " = ");
        *key = *key || column->key > 0;
        if (!print_stored(statement, column, &field->value, &statement->sql, error))
            return false;
    }
    return true;
}

/* Nothing was changed: the record is gone, or it is not what was expected. */
static bool explain_untouched(struct write_job *job, const struct write_request *request,
                              const char *id, struct write_result *write)
{
    struct error *error = &write->error;
    struct record *current = read_record(job->local, job->table, id, error);
    const char *name = job->table->name;
    bool checked = request->expected && request->expected->field_count > 0;

    if (error_is_set(error))
        return false;
    if (!current && !checked)
        return error_set(error, ERROR_NOT_FOUND, "%s has no record \"%s\"", name, id);
    write->current = current;
    if (!current) {
        error_set(error, ERROR_CONFLICT, "The record \"%s\" of %s has been deleted by someone else",
                  id, name);
    } else if (checked) {
        error_set(error, ERROR_CONFLICT,
                  "The record \"%s\" of %s has been changed by someone else since it was read", id,
                  name);
        error_set_hint(error, "Look at what it holds now, and decide again.");
    } else {
        error_set(error, ERROR_VALIDATION,
                  "The record \"%s\" of %s was left as it was by a trigger", id, name);
    }
    return false;
}

static bool check_touched(struct write_job *job, const struct write_request *request,
                          const char *id, struct write_result *write)
{
    int changes = sqlite3_changes(job->local->database);

    if (job->operation->explain || changes == 1)
        return true;
    if (changes == 0)
        return explain_untouched(job, request, id, write);
    return error_set(&write->error, ERROR_CONFLICT,
                     "%d records of %s have the id \"%s\"; none was changed", changes,
                     job->table->name, id);
}

/* Nothing to set: the record only has to be there, as it is expected. */
static bool touch_nothing(struct write_job *job, const struct write_request *request,
                          const char *id, struct write_result *write)
{
    struct record *current = read_record(job->local, job->table, id, &write->error);
    bool there = current != NULL;

    record_free(current);
    return there || explain_untouched(job, request, id, write);
}

static bool print_update(struct write_job *job, const struct write_request *request, const char *id,
                         struct write_statement *statement, size_t *count, struct error *error)
{
    bool key;

    text_append_string(&statement->sql, "UPDATE ");
    local_quote(&statement->sql, job->table->name);
    text_append_string(&statement->sql, " AS t0 SET ");
    if (!print_assignments(job, request->values, statement, count, &key, error))
        return false;
    text_append_string(&statement->sql, " WHERE ");
    if (!compile_id(&statement->compiler, id, &statement->sql, error) ||
        !print_expected(job, request->expected, statement, error))
        return false;
    if (key && job->table->key_count > 0)
        print_returning(job->table, &statement->sql);
    return true;
}

static bool update_one(struct write_job *job, const struct write_request *request, const char *id,
                       struct write_result *write)
{
    struct write_statement statement;
    char *returned = NULL;
    size_t count = 0;
    bool done;

    start_statement(job, &statement);
    done = print_update(job, request, id, &statement, &count, &write->error);
    if (done && count == 0)
        done = touch_nothing(job, request, id, write);
    else
        done = done &&
               run_statement(job, &statement, id, request->values, &returned, &write->error) &&
               check_touched(job, request, id, write);
    free_statement(&statement);
    if (returned && done) {
        free(write->id);
        write->id = returned;
    } else {
        free(returned);
    }
    return done;
}

static bool delete_one(struct write_job *job, const struct write_request *request,
                       struct write_result *write)
{
    struct write_statement statement;
    bool done;

    start_statement(job, &statement);
    text_append_string(&statement.sql, "DELETE FROM ");
    local_quote(&statement.sql, job->table->name);
    text_append_string(&statement.sql, " AS t0 WHERE ");
    done = compile_id(&statement.compiler, request->id, &statement.sql, &write->error) &&
           print_expected(job, request->expected, &statement, &write->error) &&
           run_statement(job, &statement, request->id, NULL, NULL, &write->error) &&
           check_touched(job, request, request->id, write);
    free_statement(&statement);
    return done;
}

/* --- upsert --- */

static bool print_match(struct write_job *job, const struct write_request *request,
                        struct write_statement *statement, struct error *error)
{
    const char *field = job->operation->field ? job->operation->field : "";
    const struct local_column *column = table_column(job->table, field);
    struct value value = request->values ? record_value(request->values, field) : value_absent();

    if (!column)
        return error_set(error, ERROR_USAGE, "%s has no field \"%s\" to match by", job->table->name,
                         field);
    if (value_is_nothing(&value)) {
        error_set(error, ERROR_VALIDATION, "%s is what records are matched by, and has no value",
                  column->name);
        error_add_field(error, column->name, "required", "needs a value to match by");
        return false;
    }
    text_append_string(&statement->sql, "SELECT ");
    compile_key(job->table, &statement->sql);
    compile_from(&statement->compiler, &statement->sql);
    text_append_string(&statement->sql, " WHERE t0.");
    local_quote(&statement->sql, column->name);
    text_append_string(&statement->sql, " = ");
    return print_stored(statement, column, &value, &statement->sql, error);
}

/* How many records match, and the id of the first. */
static bool find_match(struct write_job *job, const struct write_request *request, size_t *count,
                       struct text *id, struct error *error)
{
    struct write_statement text;
    sqlite3_stmt *statement = NULL;
    int state = -1;

    *count = 0;
    start_statement(job, &text);
    if (print_match(job, request, &text, error))
        statement = compiler_prepare(&text.compiler, text_string(&text.sql), error);
    while (statement && (state = local_step(job->local, statement, error)) == 1) {
        if ((*count)++ == 0)
            read_id(job->table, statement, 0, id);
    }
    if (statement && job->operation->explain)
        explain_statement(statement, job->result);
    sqlite3_finalize(statement);
    free_statement(&text);
    return state == 0;
}

static bool upsert_one(struct write_job *job, const struct write_request *request,
                       struct write_result *write)
{
    struct text id = {0};
    size_t count;
    bool done = find_match(job, request, &count, &id, &write->error);

    if (done && count > 1) {
        done = error_set(&write->error, ERROR_CONFLICT, "%zu records of %s have this %s", count,
                         job->table->name, job->operation->field);
        error_set_hint(&write->error, "Match by a field whose values are unique.");
    } else if (done && count == 0) {
        done = create_one(job, request->values, write);
    } else if (done) {
        free(write->id);
        write->id = memory_copy_string(text_string(&id));
        done = update_one(job, request, text_string(&id), write);
    }
    text_free(&id);
    return done;
}

/* --- the job --- */

static bool write_one(struct write_job *job, const struct write_request *request,
                      struct write_result *write)
{
    enum operation_kind kind = job->operation->kind;

    if (kind == OPERATION_CREATE)
        return create_one(job, request->values, write);
    if (kind == OPERATION_UPSERT)
        return upsert_one(job, request, write);
    if (!request->id)
        return error_set(&write->error, ERROR_USAGE,
                         "A record is %sd by its id, and none was given", operation_name(kind));
    if (kind == OPERATION_DELETE)
        return delete_one(job, request, write);
    return update_one(job, request, request->id, write);
}

/* Failures of the file and not of the record: the whole job ends with them. */
static bool ends_job(enum error_kind kind)
{
    return kind == ERROR_CANCELLED || kind == ERROR_TIMEOUT || kind == ERROR_FORBIDDEN ||
           kind == ERROR_PROTOCOL;
}

static void run_quietly(struct local *local, const char *sql)
{
    struct error ignored = {0};

    local_run(local, sql, &ignored);
    error_clear(&ignored);
}

/* Ends the job: everything is taken back, and no record has a result of its own. */
static void abandon(struct write_job *job)
{
    struct error error = {0};

    if (!sqlite3_get_autocommit(job->local->database))
        run_quietly(job->local, "ROLLBACK");
    error_move(&error, &job->result->error);
    result_clear(job->result);
    job->result->kind = job->operation->kind;
    error_move(&job->result->error, &error);
}

/* One record within the job's transaction. False when the job cannot go on: with an error, or, when
 * the transaction itself is lost, without. */
static bool write_within(struct write_job *job, const struct write_request *request)
{
    struct write_result *write = result_add_write(job->result, request->id);

    if (!local_run(job->local, "SAVEPOINT dossier_record", &job->result->error))
        return false;
    write->success = write_one(job, request, write);
    if (!write->success && ends_job(write->error.kind)) {
        error_move(&job->result->error, &write->error);
        return false;
    }
    if (sqlite3_get_autocommit(job->local->database))
        return false;
    if (!write->success)
        run_quietly(job->local, "ROLLBACK TO dossier_record");
    return local_run(job->local, "RELEASE dossier_record", &job->result->error);
}

/* All records in one transaction. False without an error: it could not be kept. */
static bool write_together(struct write_job *job)
{
    const struct operation *operation = job->operation;
    struct error commit = {0};
    bool done = local_run(job->local, "BEGIN IMMEDIATE", &job->result->error);

    for (size_t i = 0; done && i < operation->write_count; i++)
        done = write_within(job, &operation->writes[i]);
    if (done && !local_run(job->local, "COMMIT", &commit)) {
        done = false;
        if ((sqlite3_errcode(job->local->database) & 0xff) != SQLITE_CONSTRAINT)
            error_move(&job->result->error, &commit);
    }
    error_clear(&commit);
    if (!done)
        abandon(job);
    return done;
}

/* Takes back the one record; results of those before it stay. */
static bool fail_alone(struct write_job *job, struct write_result *write)
{
    write->success = false;
    write->created = false;
    if (!sqlite3_get_autocommit(job->local->database))
        run_quietly(job->local, "ROLLBACK");
    return !ends_job(write->error.kind);
}

/* A deferred foreign key is looked at here. */
static bool commit_alone(struct write_job *job, const struct write_request *request,
                         struct write_result *write)
{
    sqlite3_stmt *statement = local_prepare(job->local, "COMMIT", &write->error);
    bool done = statement && sqlite3_step(statement) == SQLITE_DONE;

    if (statement && !done)
        constraint_explain(job->local, job->table, write->id, request->values, &write->error);
    sqlite3_finalize(statement);
    return done;
}

static bool write_alone(struct write_job *job, const struct write_request *request)
{
    struct write_result *write = result_add_write(job->result, request->id);

    if (!local_run(job->local, "BEGIN IMMEDIATE", &write->error) || !write_one(job, request, write))
        return fail_alone(job, write);
    write->success = commit_alone(job, request, write);
    return write->success || fail_alone(job, write);
}

static void explain_all(struct write_job *job)
{
    const struct operation *operation = job->operation;

    for (size_t i = 0; i < operation->write_count; i++) {
        struct write_result *write = result_add_write(job->result, operation->writes[i].id);

        write->success = write_one(job, &operation->writes[i], write);
    }
}

void write_records(struct local *local, const struct operation *operation, struct result *result)
{
    struct write_job job = {local, catalog_table(local, operation->object, &result->error),
                            operation, result};
    bool going = true;

    if (!job.table)
        return;
    if (job.table->view) {
        error_set(&result->error, ERROR_UNSUPPORTED, "%s is a view, and cannot be changed",
                  job.table->name);
    } else if (operation->explain) {
        explain_all(&job);
    } else if (local->read_only) {
        error_set(&result->error, ERROR_FORBIDDEN, "%s is open for reading only", local->path);
    } else if (!write_together(&job) && !error_is_set(&result->error)) {
        for (size_t i = 0; going && i < operation->write_count; i++)
            going = write_alone(&job, &operation->writes[i]);
    }
}
