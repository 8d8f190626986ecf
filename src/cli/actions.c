/*
 * actions: the verbs about what a backend can do beyond reading and writing: actions, do. Main
 * thread.
 */
#include "session/actions.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/results.h"
#include "cli/secret.h"
#include "cli/verbs.h"
#include "core/memory.h"

/* --- actions --- */

static json_t *json_parameter(const struct action_parameter *parameter)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", json_words(parameter->name));
    json_object_set_new(object, "type", json_words(field_type_name(parameter->type)));
    json_object_set_new(object, "required", json_boolean(parameter->required));
    json_object_set_new(object, "secret", json_boolean(action_is_secret(parameter)));
    json_object_set_new(object, "help", json_words(parameter->help));
    if (parameter->choices != NULL) {
        json_t *choices = json_array();
        for (size_t i = 0; parameter->choices[i] != NULL; i++) {
            json_array_append_new(choices, json_words(parameter->choices[i]));
        }
        json_object_set_new(object, "choices", choices);
    }
    return object;
}

/* Whose records it is for: an array of names; null where it is for no object's in particular. */
static json_t *json_objects(const struct backend_action *action)
{
    json_t *list = action->objects == NULL ? json_null() : json_array();
    for (size_t i = 0; action->objects != NULL && action->objects[i] != NULL; i++) {
        json_array_append_new(list, json_words(action->objects[i]));
    }
    return list;
}

static json_t *json_action(const struct backend_action *action)
{
    json_t *object = json_object();
    json_t *parameters = json_array();
    for (size_t i = 0; i < action->parameter_count; i++) {
        json_array_append_new(parameters, json_parameter(&action->parameters[i]));
    }
    json_object_set_new(object, "name", json_words(action->name));
    json_object_set_new(object, "help", json_words(action->help));
    json_object_set_new(object, "writes", json_boolean(action->writes));
    json_object_set_new(object, "objects", json_objects(action));
    json_object_set_new(object, "parameters", parameters);
    return object;
}

static void print_json(const struct backend_ops *ops, struct output *output, bool lines)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ops->action_count; i++) {
        json_t *action = json_action(&ops->actions[i]);
        if (lines) {
            json_show(action, output, JSON_COMPACT);
        }
        json_array_append_new(list, action);
    }
    if (!lines) {
        json_show(list, output, JSON_INDENT(2));
    }
    json_decref(list);
}

/* "file: string, required; send_error_email: boolean" */
static void parameter_words(const struct backend_action *action, struct text *out)
{
    for (size_t i = 0; i < action->parameter_count; i++) {
        const struct action_parameter *parameter = &action->parameters[i];
        text_format(out, "%s%s: %s%s%s", i > 0 ? "; " : "", parameter->name,
                    field_type_name(parameter->type), parameter->required ? ", required" : "",
                    action_is_secret(parameter) ? ", secret: asked for" : "");
    }
}

static void object_words(const struct backend_action *action, struct text *out)
{
    for (size_t i = 0; action->objects != NULL && action->objects[i] != NULL; i++) {
        text_format(out, "%s%s", i > 0 ? ", " : "", action->objects[i]);
    }
}

static void print_sheet(const struct backend_ops *ops, struct output *output,
                        enum exchange_format format)
{
    static const char *const names[] = {"name", "help", "writes", "objects", "parameters"};
    struct sheet sheet = {names, 5, NULL, 0};
    for (size_t i = 0; i < ops->action_count; i++) {
        const struct backend_action *action = &ops->actions[i];
        struct text words = {0}, objects = {0};
        parameter_words(action, &words);
        object_words(action, &objects);
        struct value values[] = {
            value_string(action->name), value_string(action->help), value_boolean(action->writes),
            action->objects == NULL ? value_null() : value_string(text_string(&objects)),
            value_string(text_string(&words))};
        sheet_add(&sheet, values);
        text_free(&objects);
        text_free(&words);
    }
    sheet_print(&sheet, output, format);
    sheet_free(&sheet);
}

int verb_actions(struct command *command)
{
    struct error error = {0};
    enum exchange_format format;
    if (!command_format(command, &format, &error) || !command_open(command, &error)) {
        return command_fail(&error);
    }
    const struct backend_ops *ops = session_backend(command->session);
    if (format == EXCHANGE_JSON || format == EXCHANGE_NDJSON) {
        print_json(ops, &command->output, format == EXCHANGE_NDJSON);
    } else {
        print_sheet(ops, &command->output, format);
    }
    return 0;
}

/* --- do --- */

static bool has_secrets(const struct backend_action *action)
{
    for (size_t i = 0; i < action->parameter_count; i++) {
        if (action_is_secret(&action->parameters[i])) {
            return true;
        }
    }
    return false;
}

/* A word that is none may be a password that was meant to be typed: then it is not repeated. */
static bool split(const struct backend_action *action, const char *word, struct parameter *out,
                  struct error *error)
{
    const char *equals = strchr(word, '=');
    if (equals == NULL || equals == word) {
        return error_set(error, ERROR_USAGE, "expected NAME=VALUE, found %s",
                         has_secrets(action) ? "something else" : word);
    }
    out->name = memory_copy(word, (size_t)(equals - word));
    out->value = memory_copy_string(equals + 1);
    return true;
}

static bool refuse_secret(const struct backend_action *action, const char *name,
                          struct error *error)
{
    for (size_t i = 0; i < action->parameter_count; i++) {
        if (action_is_secret(&action->parameters[i]) &&
            text_equal_folded(action->parameters[i].name, name)) {
            error_set(error, ERROR_USAGE,
                      "%s is a secret, and arguments can be read by others; nothing was sent",
                      action->parameters[i].name);
            error_set_hint(error, "leave it out: it is asked for on the terminal, or read from the "
                                  "first line of standard input");
            return false;
        }
    }
    return true;
}

static struct operation *read_operation(const struct command *command,
                                        const struct backend_action *action, struct error *error)
{
    const struct arguments *arguments = command->arguments;
    size_t count = arguments->word_count - 1;
    struct parameter *given = memory_zeroed(count, sizeof *given);
    struct operation *operation = NULL;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        ok = split(action, arguments->words[i + 1], &given[i], error) &&
             refuse_secret(action, given[i].name, error);
    }
    if (ok) {
        operation = action_operation(command->session, action, given, count, true, error);
    }
    for (size_t i = 0; i < count; i++) {
        free(given[i].name);
        memory_wipe_string(given[i].value);
    }
    free(given);
    return operation;
}

/* Asks for the secrets. Where nothing is to be sent there is nothing to ask for, and what would be
 * sent is shown without them, whatever the adapter shows. */
static bool add_secrets(const struct command *command, const struct backend_action *action,
                        struct operation *operation, struct error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < action->parameter_count; i++) {
        const struct action_parameter *parameter = &action->parameters[i];
        struct text secret = {0};
        if (!action_is_secret(parameter)) {
            continue;
        }
        if (argument_given(command->arguments, FLAG_DRY_RUN)) {
            operation_add_parameter(operation, parameter->name, "***");
            continue;
        }
        ok = secret_read(command, action->name, parameter->name, &secret, error);
        if (ok) {
            operation_add_parameter(operation, parameter->name, text_string(&secret));
        }
        config_wipe(&secret);
    }
    return ok;
}

/* What comes back: rows or words, and a result for each part that could fail alone. */
static int print_result(struct command *command, struct result *result, enum exchange_format format)
{
    if (result->page != NULL || result->text != NULL) {
        command_print_answer(command, result, format);
    } else if (result->write_count > 0) {
        results_print(result, format, &command->output);
    }
    return results_report(result, NULL);
}

/* May it be sent at all? What will be refused need not ask for a password first. */
static bool may_run(const struct command *command, const struct operation *operation,
                    struct error *error)
{
    if (!backend_writes(session_backend(command->session), operation)) {
        return true;
    }
    if (command->profile->read_only && !argument_given(command->arguments, FLAG_DRY_RUN)) {
        return error_set(error, ERROR_FORBIDDEN, "%s was refused: the profile %s is read-only",
                         operation->name, command->profile->name);
    }
    return command_check_confirm(command, error);
}

static bool prepare(struct command *command, struct operation **operation,
                    enum exchange_format *format, struct error *error)
{
    if (!command_format(command, format, error) || !command_open(command, error)) {
        return false;
    }
    const struct backend_action *action =
        action_find(command->session, command->arguments->words[0], error);
    *operation = action == NULL ? NULL : read_operation(command, action, error);
    if (*operation == NULL) {
        return false;
    }
    if (!may_run(command, *operation, error) || !add_secrets(command, action, *operation, error)) {
        operation_free(*operation);
        *operation = NULL;
    }
    return *operation != NULL;
}

int verb_do(struct command *command)
{
    struct error error = {0};
    enum exchange_format format;
    struct operation *operation = NULL;
    struct result result = {0};
    if (!prepare(command, &operation, &format, &error)) {
        return command_fail(&error);
    }
    if (argument_given(command->arguments, FLAG_DRY_RUN)) {
        return command_explain(command, operation, &error) ? 0 : command_fail(&error);
    }
    bool ran = session_run(command->session, operation, command->stop, &result);
    int status = 0;
    if (ran || result.write_count > 0) { /* what was done before it failed is told too */
        status = print_result(command, &result, format);
    }
    if (!ran) {
        status = results_fail(&result.error, result.lost);
    }
    result_clear(&result);
    return status;
}
