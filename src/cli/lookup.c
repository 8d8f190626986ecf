/*
 * lookup: the verb that lists the values of a field's list, and adds to them. Main thread.
 */
#include "cli/verbs.h"
#include "core/memory.h"

static void print_values(struct command *command, const struct picklist_value *rows, size_t count,
                         enum exchange_format format)
{
    static const char *const names[] = {"value", "label", "active"};
    struct sheet sheet = {names, 3, NULL, 0};
    for (size_t i = 0; i < count; i++) {
        struct value values[] = {value_string(rows[i].value), value_string(rows[i].label),
                                 value_boolean(rows[i].active)};
        sheet_add(&sheet, values);
    }
    sheet_print(&sheet, &command->output, format);
    sheet_free(&sheet);
}

static struct operation *lookup_operation(enum operation_kind kind, const struct schema *schema,
                                          const struct field *field)
{
    struct operation *operation = operation_new(kind, schema->name);
    operation->schema = schema_hold(schema);
    operation->field = memory_copy_string(field->name);
    return operation;
}

static bool list_values(struct command *command, const struct schema *schema,
                        const struct field *field, enum exchange_format format, struct error *error)
{
    struct result result;
    if (!session_can(command->session, CAN_LOOKUP) && field->picklist_count > 0) {
        print_values(command, field->picklist, field->picklist_count, format);
        return true;
    }
    if (!command_run(command, lookup_operation(OPERATION_LOOKUP, schema, field), &result, error)) {
        return false;
    }
    print_values(command, result.values, result.value_count, format);
    result_clear(&result);
    return true;
}

static bool append_values(struct command *command, const struct schema *schema,
                          const struct field *field, struct error *error)
{
    const struct arguments *arguments = command->arguments;
    struct operation *operation = lookup_operation(OPERATION_LOOKUP_APPEND, schema, field);
    struct result result;
    for (size_t i = 0; i < arguments->given_count; i++) {
        if (arguments->given[i].id == FLAG_APPEND) {
            operation_add_parameter(operation, "value", arguments->given[i].values[0]);
        }
    }
    for (size_t i = 2; i < arguments->word_count; i++) {
        operation_add_parameter(operation, "value", arguments->words[i]);
    }
    if (argument_given(arguments, FLAG_DRY_RUN)) {
        return command_explain(command, operation, error);
    }
    if (!command_run(command, operation, &result, error)) {
        return false;
    }
    result_clear(&result);
    return true;
}

static bool check_words(const struct command *command, struct error *error)
{
    const struct arguments *arguments = command->arguments;
    if (arguments->word_count == 2 || argument_given(arguments, FLAG_APPEND)) {
        return true;
    }
    error_set(error, ERROR_USAGE, "lookup does not know what to do with %s", arguments->words[2]);
    error_set_hint(error, "to add it to the list: --append %s", arguments->words[2]);
    return false;
}

static bool run(struct command *command, struct schema **schema, struct error *error)
{
    bool append = argument_given(command->arguments, FLAG_APPEND);
    enum exchange_format format;
    if (!check_words(command, error) || !command_format(command, &format, error) ||
        !command_open(command, error) || (append && !command_check_confirm(command, error))) {
        return false;
    }
    *schema = command_schema(command, command->arguments->words[0], error);
    const struct field *field =
        *schema == NULL ? NULL : command_field(*schema, command->arguments->words[1], error);
    return field != NULL && (append ? append_values(command, *schema, field, error)
                                    : list_values(command, *schema, field, format, error));
}

int verb_lookup(struct command *command)
{
    struct error error = {0};
    struct schema *schema = NULL;
    bool ok = run(command, &schema, &error);
    schema_release(schema);
    return ok ? 0 : command_fail(&error);
}
