/*
 * get: the verb that prints records by their ids, in the order asked for. Main thread.
 *
 * The ids are one job. Where a column lies on a referenced record, which a get does not give, each
 * record is queried by its key instead.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/records.h"
#include "cli/save.h"
#include "cli/verbs.h"
#include "core/memory.h"

struct getting {
    struct command *command;
    struct schema *schema;
    struct query *query; /* its columns */
    struct exchange_writer *writer;
    struct value *values;
    size_t found;
};

static bool has_paths(const struct query *query)
{
    for (size_t i = 0; i < query->column_count; i++) {
        if (query->columns[i].part_count > 1) {
            return true;
        }
    }
    return false;
}

static void say_missing(const struct getting *getting, const char *id)
{
    command_say("%s has no record %s", getting->schema->name, id);
}

/* --- by get --- */

static void print_record(struct getting *getting, const struct record *record)
{
    for (size_t i = 0; i < getting->query->column_count; i++) {
        getting->values[i] = record_value(record, getting->query->columns[i].parts[0]);
    }
    exchange_row(getting->writer, getting->values);
    getting->found++;
}

static bool get_by_ids(struct getting *getting, struct error *error)
{
    const struct arguments *arguments = getting->command->arguments;
    struct operation *operation = operation_new(OPERATION_GET, getting->schema->name);
    operation->schema = schema_hold(getting->schema);
    operation->query = query_copy(getting->query);
    operation->include_deleted = getting->query->include_deleted;
    for (size_t i = 1; i < arguments->word_count; i++) {
        operation_add_id(operation, arguments->words[i]);
    }
    struct result result;
    if (!command_run(getting->command, operation, &result, error)) {
        return false;
    }
    for (size_t i = 0; i < result.record_count; i++) {
        if (result.records[i] == NULL) {
            say_missing(getting, arguments->words[i + 1]);
        } else {
            print_record(getting, result.records[i]);
        }
    }
    result_clear(&result);
    return true;
}

/* --- by query --- */

static bool print_row(void *context, const struct page *page, size_t row, struct error *error)
{
    struct getting *getting = context;
    (void)error;
    for (size_t i = 0; i < getting->query->column_count; i++) {
        getting->values[i] = page_value(page, row, i + 1);
    }
    exchange_row(getting->writer, getting->values);
    getting->found++;
    return true;
}

static const struct field *key_field(const struct schema *schema, int position)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        if (schema->fields[i].key == position) {
            return &schema->fields[i];
        }
    }
    return NULL;
}

/* The values of an id in the order of the key; that of one column is never split. */
static char **split_id(const struct schema *schema, const char *id, size_t *count,
                       struct error *error)
{
    if (key_field(schema, 2) != NULL) {
        return record_split_id(id, count, error);
    }
    char **values = memory_zeroed(1, sizeof *values);
    values[0] = memory_copy_string(id);
    *count = 1;
    return values;
}

static bool add_key(struct query *query, const struct schema *schema, const char *id,
                    struct error *error)
{
    size_t count;
    char **values = split_id(schema, id, &count, error);
    bool ok = values != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        const struct field *field = key_field(schema, (int)i + 1);
        struct value value = value_string(values[i]);
        if (field == NULL) {
            ok = error_set(error, ERROR_UNSUPPORTED,
                           "fields of other records cannot be printed for %s by id: it has no key "
                           "of %zu fields",
                           schema->name, count);
        } else {
            records_add_equals(query, field, &value);
        }
    }
    for (size_t i = 0; values != NULL && i < count; i++) {
        free(values[i]);
    }
    free(values);
    return ok;
}

static bool get_by_key(struct getting *getting, const char *id, struct error *error)
{
    struct command *command = getting->command;
    struct query *query = query_copy(getting->query);
    size_t before = getting->found;
    bool ok = add_key(query, getting->schema, id, error) &&
              session_resolve(command->session, query, command->stop, error) &&
              records_read(command, getting->schema, query, print_row, getting, error);
    query_free(query);
    if (ok && getting->found == before) {
        say_missing(getting, id);
    }
    return ok;
}

static bool get_by_keys(struct getting *getting, struct error *error)
{
    const struct arguments *arguments = getting->command->arguments;
    bool ok = true;
    for (size_t i = 1; ok && i < arguments->word_count; i++) {
        ok = get_by_key(getting, arguments->words[i], error);
    }
    return ok;
}

/* --- the verb --- */

static bool print_all(struct getting *getting, enum exchange_format format, struct error *error)
{
    struct output *output = &getting->command->output;
    size_t count = getting->query->column_count;
    struct exchange_column *columns = records_columns(getting->query, count);
    getting->values = memory_zeroed(count, sizeof *getting->values);
    getting->writer =
        exchange_open(output->file, format, columns, count, output->flags, output->width);
    bool ok = has_paths(getting->query) ? get_by_keys(getting, error) : get_by_ids(getting, error);
    records_close(getting->writer);
    free(columns);
    return ok;
}

static bool run_getting(struct getting *getting, struct error *error)
{
    struct command *command = getting->command;
    const char *object = command->arguments->words[0];
    enum exchange_format format;
    if (!command_format(command, &format, error) || !command_open(command, error)) {
        return false;
    }
    getting->schema = command_schema(command, object, error);
    if (getting->schema == NULL) {
        return false;
    }
    if (!getting->schema->fetch_by_id) {
        error_set(error, ERROR_UNSUPPORTED, "records of %s have no id to be fetched by",
                  getting->schema->name);
        error_set_hint(error, "list them: dossier query %s", getting->schema->name);
        return false;
    }
    if (argument_given(command->arguments, FLAG_SAVE)) {
        return save_fields(command, getting->schema, &getting->found, error);
    }
    getting->query = query_new(getting->schema->name);
    if (!command_include_deleted(command, &getting->query->include_deleted, error)) {
        return false;
    }
    return records_choose_columns(command, getting->schema, format, getting->query, error) &&
           session_resolve(command->session, getting->query, command->stop, error) &&
           print_all(getting, format, error);
}

int verb_get(struct command *command)
{
    struct getting getting = {.command = command};
    struct error error = {0};
    bool ok = run_getting(&getting, &error);
    query_free(getting.query);
    schema_release(getting.schema);
    free(getting.values);
    if (!ok) {
        return command_fail(&error);
    }
    size_t asked = command->arguments->word_count - 1;
    if (getting.found == asked) {
        return error_exit_status(ERROR_NONE);
    }
    return getting.found == 0 ? error_exit_status(ERROR_NOT_FOUND) : 1;
}
