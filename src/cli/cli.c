/* cli: see cli.h. */
#include <config.h>

#include "cli/cli.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/command.h"

/* From here on SIGINT arrives at a descriptor, so that a verb ends what it is doing in good order.
 * Threads started later inherit the mask. */
static int catch_interrupt(void)
{
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, NULL);
    return signalfd(-1, &interrupt, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Making a demonstration takes a while and has nothing to put in order: SIGINT may just end it. */
static bool ends_at_once(const struct verb *verb)
{
    return strcmp(verb->name, "demo") == 0;
}

int cli_run(const struct arguments *arguments, struct config *config)
{
    struct command command = {.arguments = arguments, .config = config, .stop = -1};
    struct error error = {0};
    signal(SIGPIPE, SIG_IGN);
    if (!ends_at_once(arguments->verb)) {
        command.stop = catch_interrupt();
    }
    output_open(&command.output, command.stop);
    int status = arguments->verb->run(&command);
    if (!output_close(&command.output, &error)) {
        int own = error_exit_status(error.kind);
        if (status == own) {
            error_clear(&error);
        } else {
            status = command_fail(&error);
        }
    }
    session_close(command.session);
    profile_free(command.profile);
    if (command.stop >= 0) {
        close(command.stop);
    }
    return status;
}

int cli_print_help(const struct arguments *arguments)
{
    struct text words = {0};
    struct error error = {0};
    struct output output;
    signal(SIGPIPE, SIG_IGN);
    if (argument_given(arguments, FLAG_HELP)) {
        arguments_help(arguments->verb, &words);
    } else {
        text_append_string(&words, PACKAGE_NAME " " PACKAGE_VERSION "\n");
    }
    output_open(&output, -1);
    fputs(text_string(&words), output.file);
    text_free(&words);
    return output_close(&output, &error) ? 0 : command_fail(&error);
}
