/*
 * write: the verbs that change records: create, update, upsert, delete, undelete. Main thread.
 *
 * What is given is checked against the describe first; then one operation is sent. Each record has
 * its own result: what succeeded stays, the rest is reported.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/results.h"
#include "cli/values.h"
#include "cli/verbs.h"
#include "core/memory.h"

struct writing {
    struct command *command;
    struct schema *schema;
    struct operation *operation; /* until it is sent */
    struct record *expected;     /* what --if asks for; NULL for nothing */
};

/* --- what was done --- */

/* What a write prints without --format. */
static void print_plainly(enum operation_kind kind, const struct write_result *write,
                          struct output *output)
{
    struct text line = {0};
    if (!write->success || (kind != OPERATION_CREATE && kind != OPERATION_UPSERT)) {
        return;
    }
    text_append_string(&line, write->id);
    if (kind == OPERATION_UPSERT) {
        text_append_string(&line, write->read_back ? "" : write->created ? " created" : " updated");
    }
    output_line(output, text_string(&line));
    text_free(&line);
}

static void print_results(struct command *command, const struct result *result,
                          enum exchange_format format)
{
    struct output *output = &command->output;
    if (!argument_given(command->arguments, FLAG_FORMAT)) {
        for (size_t i = 0; i < result->write_count; i++) {
            print_plainly(result->kind, &result->writes[i], output);
        }
    } else {
        results_print(result, format, output);
    }
}

/* Says in which fields a record is not as --if expects it. */
static void explain_conflict(const struct record *expected, struct write_result *write)
{
    if (expected == NULL || write->current == NULL || write->error.kind != ERROR_CONFLICT) {
        return;
    }
    for (size_t i = 0; i < expected->field_count; i++) {
        const struct record_field *field = &expected->fields[i];
        struct value now = record_value(write->current, field->name);
        if (value_same(&now, &field->value)) {
            continue;
        }
        struct text words = {0};
        text_append_string(&words, value_is_nothing(&now) ? "it is now null" : "it is now ");
        value_print(&now, &words);
        error_add_field(&write->error, field->name, "conflict", text_string(&words));
        text_free(&words);
    }
}

/* Tells of records whose answer was lost, and that hold what was sent all the same. */
static void report_read_back(const struct writing *writing, const struct result *result)
{
    const char *kept = session_backend(writing->command->session)->delete_words;
    for (size_t i = 0; i < result->write_count; i++) {
        const struct write_result *write = &result->writes[i];
        if (write->success && write->read_back && result->kind == OPERATION_DELETE) {
            command_say("the answer to the delete was lost, but %s %s %s%s", writing->schema->name,
                        write->id, kept == NULL ? "is not there any more" : "was read back: ",
                        kept == NULL ? "" : kept);
        } else if (write->success && write->read_back) {
            command_say("the answer to the %s was lost, but %s %s was read back and holds what was "
                        "sent%s",
                        operation_name(result->kind), writing->schema->name, write->id,
                        result->kind == OPERATION_UPSERT
                            ? " (whether it was created or updated is not known)"
                            : "");
        }
    }
}

/* --- sending --- */

static bool explain(struct writing *writing, struct error *error)
{
    struct operation *operation = writing->operation;
    writing->operation = NULL;
    return command_explain(writing->command, operation, error);
}

/* --- comparing before sending, where the backend does not --- */

static bool holds(const struct record *expected, const struct record *current)
{
    for (size_t i = 0; i < expected->field_count; i++) {
        struct value now = record_value(current, expected->fields[i].name);
        if (!value_same(&now, &expected->fields[i].value)) {
            return false;
        }
    }
    return true;
}

/* The records that are to be written, as they are now. */
static bool read_current(struct writing *writing, struct result *result, struct error *error)
{
    struct operation *get = operation_new(OPERATION_GET, writing->schema->name);
    get->schema = schema_hold(writing->schema);
    for (size_t i = 0; i < writing->operation->write_count; i++) {
        operation_add_id(get, writing->operation->writes[i].id);
    }
    return command_run(writing->command, get, result, error);
}

/* Refuses the whole job where a record is not as --if expects it. */
static bool compare_first(struct writing *writing, struct error *error)
{
    struct result result;
    if (writing->expected == NULL || session_can(writing->command->session, CAN_CHECK)) {
        return true;
    }
    if (!read_current(writing, &result, error)) {
        return false;
    }
    for (size_t i = 0; i < result.record_count && !error_is_set(error); i++) {
        const char *id = writing->operation->writes[i].id;
        struct write_result write = {.current = result.records[i]};
        if (write.current == NULL) {
            error_set(error, ERROR_NOT_FOUND, "%s has no record %s", writing->schema->name, id);
        } else if (!holds(writing->expected, write.current)) {
            error_set(&write.error, ERROR_CONFLICT,
                      "%s %s is not as it is expected to be, so nothing was written",
                      writing->schema->name, id);
            explain_conflict(writing->expected, &write);
            error_move(error, &write.error);
        }
    }
    result_clear(&result);
    return !error_is_set(error);
}

/* Where a delete keeps the record, the word for it says less than was done. */
static void report_kept(const struct writing *writing, const struct result *result)
{
    const char *kept = session_backend(writing->command->session)->delete_words;
    size_t done = 0;
    for (size_t i = 0; i < result->write_count; i++) {
        done += result->writes[i].success ? 1 : 0;
    }
    if (result->kind == OPERATION_DELETE && kept != NULL && done > 0 && command_is_read_along()) {
        command_say("%zu of %s: %s", done, writing->schema->label, kept);
    }
}

static int send_writes(struct writing *writing, enum exchange_format format)
{
    struct command *command = writing->command;
    struct operation *operation = writing->operation;
    struct error error = {0};
    struct result result;
    if (!compare_first(writing, &error)) {
        return command_fail(&error);
    }
    writing->operation = NULL;
    if (!session_run(command->session, operation, command->stop, &result)) {
        int failed = results_fail(&result.error, result.lost);
        result_clear(&result);
        return failed;
    }
    for (size_t i = 0; i < result.write_count; i++) {
        explain_conflict(writing->expected, &result.writes[i]);
    }
    print_results(command, &result, format);
    report_read_back(writing, &result);
    report_kept(writing, &result);
    int status = results_report(&result, writing->schema->name);
    result_clear(&result);
    return status;
}

/* Fills the operation with what is to be written. */
typedef bool (*write_filler)(struct writing *writing, struct error *error);

static bool prepare(struct writing *writing, enum operation_kind kind, write_filler fill,
                    enum exchange_format *format, struct error *error)
{
    struct command *command = writing->command;
    if (!command_format(command, format, error) || !command_open(command, error)) {
        return false;
    }
    writing->schema = command_schema(command, command->arguments->words[0], error);
    if (writing->schema == NULL) {
        return false;
    }
    writing->operation = operation_new(kind, writing->schema->name);
    writing->operation->schema = schema_hold(writing->schema);
    writing->operation->all_or_none = argument_given(command->arguments, FLAG_ALL_OR_NONE);
    if (writing->operation->all_or_none && !session_can(command->session, CAN_ALL_OR_NONE)) {
        return error_set(error, ERROR_UNSUPPORTED,
                         "--all-or-none: %s writes each record for itself",
                         session_backend(command->session)->label);
    }
    return fill(writing, error);
}

/* A record whose values will not do was not sent, but is a result like any other. */
static int refuse(struct command *command, enum operation_kind kind, enum exchange_format format,
                  struct error *error)
{
    struct result result = {.kind = kind};
    if (error->kind == ERROR_VALIDATION) {
        bool has_id = kind == OPERATION_UPDATE;
        struct write_result *write =
            result_add_write(&result, has_id ? command->arguments->words[1] : NULL);
        error_copy(&write->error, error);
        print_results(command, &result, format);
    }
    result_clear(&result);
    return command_fail(error);
}

static int write_records(struct command *command, enum operation_kind kind, write_filler fill)
{
    struct writing writing = {.command = command};
    struct error error = {0};
    enum exchange_format format = EXCHANGE_CSV;
    int status = 0;
    if (!prepare(&writing, kind, fill, &format, &error)) {
        status = refuse(command, kind, format, &error);
    } else if (!argument_given(command->arguments, FLAG_DRY_RUN)) {
        status = send_writes(&writing, format);
    } else if (!explain(&writing, &error)) {
        status = command_fail(&error);
    }
    operation_free(writing.operation);
    record_free(writing.expected);
    schema_release(writing.schema);
    return status;
}

/* --- the verbs --- */

static bool can(const struct writing *writing, bool ability, const char *what, struct error *error)
{
    return ability ||
           error_set(error, ERROR_UNSUPPORTED, "records of %s cannot be %s%s%s",
                     writing->schema->name, what, writing->schema->kind == NULL ? "" : ": it is a ",
                     writing->schema->kind == NULL ? "" : writing->schema->kind);
}

static bool fill_create(struct writing *writing, struct error *error)
{
    if (!can(writing, writing->schema->create, "created", error)) {
        return false;
    }
    struct record *record = values_read(writing->command, writing->schema, 1, true, error);
    if (record == NULL) {
        return false;
    }
    if (!values_check_required(writing->schema, record, error)) {
        record_free(record);
        return false;
    }
    operation_add_write(writing->operation, NULL, record, NULL);
    return true;
}

static struct record *copy_expected(const struct writing *writing)
{
    return writing->expected == NULL ? NULL : record_copy(writing->expected);
}

static bool fill_update(struct writing *writing, struct error *error)
{
    const struct arguments *arguments = writing->command->arguments;
    if (!can(writing, writing->schema->update, "updated", error)) {
        return false;
    }
    struct record *record = values_read(writing->command, writing->schema, 2, false, error);
    if (record == NULL) {
        return false;
    }
    if (record->field_count == 0) {
        error_set(error, ERROR_USAGE, "update needs a field to set: FIELD=VALUE, --null or --file");
    }
    if (error_is_set(error) ||
        !values_read_expected(writing->command, writing->schema, &writing->expected, error)) {
        record_free(record);
        return false;
    }
    operation_add_write(writing->operation, arguments->words[1], record, copy_expected(writing));
    return true;
}

static bool fill_upsert(struct writing *writing, struct error *error)
{
    const char *match = argument_value(writing->command->arguments, FLAG_MATCH);
    if (match == NULL) {
        return error_set(error, ERROR_USAGE,
                         "upsert needs --match FIELD: the field by which an "
                         "existing record is found");
    }
    if (!session_can(writing->command->session, CAN_UPSERT) &&
        !writing->command->profile->read_only) {
        return error_set(error, ERROR_UNSUPPORTED, "%s has no upsert",
                         session_backend(writing->command->session)->label);
    }
    const struct field *field = command_field(writing->schema, match, error);
    if (field == NULL || !can(writing, writing->schema->create, "created", error)) {
        return false;
    }
    struct record *record = values_read(writing->command, writing->schema, 1, true, error);
    if (record == NULL) {
        return false;
    }
    struct value value = record_value(record, field->name);
    if (value_is_nothing(&value)) {
        error_set(error, ERROR_USAGE, "upsert by %s needs a value for it: %s=VALUE", field->name,
                  field->name);
        record_free(record);
        return false;
    }
    writing->operation->field = memory_copy_string(field->name);
    operation_add_write(writing->operation, NULL, record, NULL);
    return true;
}

static bool fill_delete(struct writing *writing, struct error *error)
{
    const struct arguments *arguments = writing->command->arguments;
    if (!can(writing, writing->schema->delete_, "deleted", error) ||
        !values_read_expected(writing->command, writing->schema, &writing->expected, error)) {
        return false;
    }
    for (size_t i = 1; i < arguments->word_count; i++) {
        operation_add_write(writing->operation, arguments->words[i], NULL, copy_expected(writing));
    }
    return true;
}

static bool fill_undelete(struct writing *writing, struct error *error)
{
    const struct arguments *arguments = writing->command->arguments;
    const struct session *session = writing->command->session;
    if ((session_backend(session)->abilities & CAN_UNDELETE) == 0) {
        return error_set(error, ERROR_UNSUPPORTED, "%s cannot undelete records",
                         session_backend(session)->label);
    }
    for (size_t i = 1; i < arguments->word_count; i++) {
        operation_add_id(writing->operation, arguments->words[i]);
    }
    return true;
}

int verb_create(struct command *command)
{
    return write_records(command, OPERATION_CREATE, fill_create);
}

int verb_update(struct command *command)
{
    return write_records(command, OPERATION_UPDATE, fill_update);
}

int verb_upsert(struct command *command)
{
    return write_records(command, OPERATION_UPSERT, fill_upsert);
}

int verb_delete(struct command *command)
{
    return write_records(command, OPERATION_DELETE, fill_delete);
}

int verb_undelete(struct command *command)
{
    return write_records(command, OPERATION_UNDELETE, fill_undelete);
}
