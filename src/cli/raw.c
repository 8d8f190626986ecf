/* raw: the verb that sends a query in the backend's own language. Main thread. */
#include "cli/verbs.h"
#include "core/memory.h"

static struct operation *raw_operation(const struct command *command)
{
    struct operation *operation = operation_new(OPERATION_RAW, NULL);
    operation->name = memory_copy_string(command->arguments->words[0]);
    return operation;
}

static bool check(const struct command *command, struct error *error)
{
    struct operation *operation = raw_operation(command);
    bool writes = backend_writes(session_backend(command->session), operation);
    operation_free(operation);
    return !writes || command_check_confirm(command, error);
}

int verb_raw(struct command *command)
{
    struct error error = {0};
    enum exchange_format format;
    struct result result;
    if (!command_format(command, &format, &error) || !command_open(command, &error) ||
        !check(command, &error) || !command_run(command, raw_operation(command), &result, &error)) {
        return command_fail(&error);
    }
    command_print_answer(command, &result, format);
    result_clear(&result);
    return 0;
}
