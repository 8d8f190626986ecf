/* command: see command.h. */
#include "cli/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/local/demo.h"
#include "core/memory.h"
#include "core/record.h"

void command_say(const char *format, ...)
{
    struct text message = {0};
    struct text clean = {0};
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&message, format, arguments);
    va_end(arguments);
    text_clean(&clean, text_string(&message), message.length, TEXT_CLEAN_KEEP_NEWLINE);
    fprintf(stderr, "dossier: %s\n", text_string(&clean));
    text_free(&message);
    text_free(&clean);
}

bool command_is_read_along(void)
{
    return isatty(STDERR_FILENO) != 0;
}

int command_fail(struct error *error)
{
    struct text words = {0};
    error_print(error, &words);
    while (words.length > 0 && words.bytes[words.length - 1] == '\n') {
        text_truncate(&words, words.length - 1);
    }
    command_say("%s", text_string(&words));
    text_free(&words);
    int status = error_exit_status(error->kind);
    error_clear(error);
    return status;
}

/* --- the profile --- */

static bool is_secret(const struct profile *profile, const char *name)
{
    const struct backend_ops *ops =
        profile->backend == NULL ? NULL : backend_find(profile->backend);
    for (size_t i = 0; ops != NULL && i < ops->setting_count; i++) {
        if ((ops->settings[i].flags & SETTING_SECRET) != 0 &&
            strcmp(ops->settings[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool set_profile(struct profile *profile, const char *name, const char *value,
                        struct error *error)
{
    if (is_secret(profile, name)) {
        error_set(error, ERROR_USAGE, "--set: %s is a secret, and arguments can be read by others",
                  name);
        error_set_hint(error, "set %s_command or %s_env", name, name);
        return false;
    }
    if (!profile_set(profile, name, value, error)) {
        error_context(error, "--set: ");
        return false;
    }
    return true;
}

/* One --set: `profile.NAME=VALUE`, the profile's own name for `profile`, or `ui.NAME=VALUE`. */
static bool apply_set(struct config *config, struct profile *profile, const char *argument,
                      struct error *error)
{
    size_t length = strcspn(argument, "=");
    char *name = memory_copy(argument, length);
    char *point = strrchr(name, '.');
    bool ok = false;
    if (argument[length] == '\0' || point == NULL) {
        error_set(error, ERROR_USAGE, "--set %s: expected profile.NAME=VALUE or ui.NAME=VALUE",
                  argument);
        free(name);
        return false;
    }
    *point = '\0';
    if (strcmp(name, "ui") == 0) {
        ok = config_set_option(config, point + 1, argument + length + 1);
    } else if (strcmp(name, "profile") == 0 || strcmp(name, profile->name) == 0) {
        ok = set_profile(profile, point + 1, argument + length + 1, error);
    } else {
        error_set(error, ERROR_USAGE, "--set: %s is neither ui, profile nor the profile's name, %s",
                  name, profile->name);
    }
    free(name);
    return ok;
}

bool command_make_demo(const struct config *config, bool reset, int64_t rows, struct error *error)
{
    char *directory = config_directory("data", true, error);
    if (directory == NULL) {
        return false;
    }
    free(directory);
    char *path = config_demo_path();
    bool there = access(path, F_OK) == 0;
    bool ok = true;
    if (there && !reset && rows > 0 && command_is_read_along()) {
        command_say("the demonstration is already there and stays as it is; --reset makes it anew");
    } else if (!there || reset) {
        struct date_clock clock = date_clock_now(config->week_start);
        ok = demo_create(path, rows, &clock, error);
    }
    free(path);
    return ok;
}

struct profile *command_profile(struct config *config, const struct arguments *arguments,
                                const char *name, struct error *error)
{
    struct profile *profile = config_choose(config, name, error);
    bool ok = profile != NULL;
    for (size_t i = 0; ok && i < arguments->given_count; i++) {
        if (arguments->given[i].id == FLAG_SET) {
            ok = apply_set(config, profile, arguments->given[i].values[0], error);
        }
    }
    if (ok && profile_is_demo(profile)) {
        ok = command_make_demo(config, false, 0, error);
    }
    if (!ok) {
        profile_free(profile);
        return NULL;
    }
    return profile;
}

/* --- the session --- */

bool command_check_confirm(const struct command *command, struct error *error)
{
    const struct profile *profile = command->profile;
    const char *given = argument_value(command->arguments, FLAG_CONFIRM);
    if (!profile->protected_ || argument_given(command->arguments, FLAG_DRY_RUN) ||
        (given != NULL && strcmp(given, profile->name) == 0)) {
        return true;
    }
    error_set(error, ERROR_USAGE, "the profile %s is protected", profile->name);
    error_set_hint(error, "to write to it, add --confirm %s", profile->name);
    return false;
}

/* -v: what the session has logged since the last time. The oldest entries of a long log are gone.
 */
static void tell_log(void *context, unsigned events)
{
    struct command *command = context;
    uint64_t added = session_log_added(command->session);
    size_t kept = session_log_count(command->session);
    if ((events & SESSION_EVENT_LOG) == 0) {
        return;
    }
    for (uint64_t i = command->logged + kept < added ? added - kept : command->logged; i < added;
         i++) {
        const struct log_entry *entry = session_log(command->session, (size_t)(i - (added - kept)));
        command_say("%s", entry->text);
    }
    command->logged = added;
}

bool command_open(struct command *command, struct error *error)
{
    command->profile = command_profile(command->config, command->arguments,
                                       argument_value(command->arguments, FLAG_PROFILE), error);
    if (command->profile == NULL ||
        (command->arguments->verb->writes && !command_check_confirm(command, error))) {
        return false;
    }
    command->session = session_open(command->config, command->profile, 0, error);
    if (command->session != NULL && argument_given(command->arguments, FLAG_VERBOSE)) {
        session_observe(command->session, tell_log, command);
    }
    return command->session != NULL;
}

bool command_explain(struct command *command, struct operation *operation, struct error *error)
{
    struct result result;
    if (!session_can(command->session, CAN_EXPLAIN)) {
        operation_free(operation);
        return error_set(error, ERROR_UNSUPPORTED, "%s cannot say what it would send",
                         session_backend(command->session)->label);
    }
    operation->explain = true;
    if (!command_run(command, operation, &result, error)) {
        return false;
    }
    if (result.text != NULL) {
        size_t length = strlen(result.text);
        while (length > 0 && result.text[length - 1] == '\n') {
            result.text[--length] = '\0';
        }
        output_line(&command->output, result.text);
    }
    result_clear(&result);
    return true;
}

static void print_page(struct command *command, const struct result *result,
                       enum exchange_format format)
{
    struct sheet sheet = {(const char *const *)result->columns, result->column_count, NULL, 0};
    struct value *values = memory_zeroed(result->column_count + 1, sizeof *values);
    for (size_t row = 0; row < page_row_count(result->page); row++) {
        for (size_t i = 0; i < result->column_count; i++) {
            values[i] = page_value(result->page, row, i + 1);
        }
        sheet_add(&sheet, values);
    }
    sheet_print(&sheet, &command->output, format);
    sheet_free(&sheet);
    free(values);
}

void command_print_answer(struct command *command, const struct result *result,
                          enum exchange_format format)
{
    if (result->page != NULL) {
        print_page(command, result, format);
    }
    if (result->page == NULL && result->text != NULL) {
        output_line(&command->output, result->text);
    } else if (result->text != NULL && command_is_read_along()) {
        command_say("%s", result->text);
    }
}

bool command_include_deleted(const struct command *command, bool *include, struct error *error)
{
    *include = argument_given(command->arguments, FLAG_INCLUDE_DELETED);
    return !*include || session_can(command->session, CAN_INCLUDE_DELETED) ||
           error_set(error, ERROR_UNSUPPORTED, "--include-deleted: %s shows no deleted records",
                     session_backend(command->session)->label);
}

struct schema *command_schema(struct command *command, const char *object, struct error *error)
{
    return session_run_schema(command->session, object, command->stop, error);
}

bool command_run(struct command *command, struct operation *operation, struct result *result,
                 struct error *error)
{
    *result = (struct result){0};
    if (session_run(command->session, operation, command->stop, result)) {
        return true;
    }
    error_move(error, &result->error);
    result_clear(result);
    return false;
}

bool command_format(struct command *command, enum exchange_format *format, struct error *error)
{
    return output_format(&command->output, argument_value(command->arguments, FLAG_FORMAT), format,
                         error);
}

bool command_number(const struct arguments *arguments, enum flag_id id, int64_t least,
                    int64_t *number, struct error *error)
{
    const char *text = argument_value(arguments, id);
    struct value value;
    if (text == NULL) {
        return true;
    }
    if (!value_parse_number(text, strlen(text), &value) || value.kind != VALUE_INTEGER ||
        value.as.integer < least) {
        return error_set(error, ERROR_USAGE, "--%s %s: expected a whole number of at least %lld",
                         flag_row(id)->name, text, (long long)least);
    }
    *number = value.as.integer;
    return true;
}

const struct field *command_field(const struct schema *schema, const char *name,
                                  struct error *error)
{
    const struct field *field = schema_field(schema, name);
    if (field != NULL) {
        return field;
    }
    error_set(error, ERROR_USAGE, "%s has no field %s", schema->name, name);
    const char *nearest = schema_nearest_field(schema, name);
    if (nearest != NULL) {
        error_set_hint(error, "did you mean %s?", nearest);
    } else {
        error_set_hint(error, "dossier describe %s lists them", schema->name);
    }
    return NULL;
}
