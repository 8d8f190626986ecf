/*
 * main: chooses between the screen and a verb. The only file that knows both cli/ and ui/.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "core/memory.h"
#include "session/session.h"
#include "ui/app.h"

/* Secrets pass through this process's memory: no core file may hold them, and no other process of
 * the user may look. */
static void keep_memory_private(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* whose leak check looks into the process */
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

static void note_nothing(int number)
{
    (void)number;
}

/* A file that may not grow any more is an error of the write, as a full disk is, and no reason to
 * be killed. A handler, and not SIG_IGN, which the programs started from here would inherit. */
static void outlive_file_limits(void)
{
    struct sigaction action = {.sa_handler = note_nothing, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGXFSZ, &action, NULL);
}

/* A standard stream that is closed would have its number taken by the next file that is opened, and
 * be written to. In its place comes one that fails when it is used. */
static void keep_standard_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) < 0 && errno == EBADF) {
            open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

/* The user's language for characters and their width; numbers stay as the formats have them. */
static void set_language(void)
{
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
}

/* --- which profile the screen opens on --- */

static char *last_profile_path(struct error *error)
{
    char *directory = config_directory("state", true, error);
    if (directory == NULL) {
        return NULL;
    }
    struct text path = {0};
    text_format(&path, "%s/last-profile", directory);
    free(directory);
    return text_take(&path);
}

/* The name the screen was last opened with; the caller frees. NULL where there was none. */
static char *read_last_profile(void)
{
    struct error error = {0};
    char *path = last_profile_path(&error);
    FILE *file = path == NULL ? NULL : fopen(path, "re");
    char name[4096];
    char *last = NULL;
    if (file != NULL && fgets(name, sizeof name, file) != NULL) {
        name[strcspn(name, "\n")] = '\0';
        last = name[0] == '\0' ? NULL : memory_copy_string(name);
    }
    if (file != NULL) {
        fclose(file);
    }
    error_clear(&error);
    free(path);
    return last;
}

/* Not being able to remember the profile is no reason not to open it. */
static void write_last_profile(const char *name)
{
    struct error error = {0};
    char *path = last_profile_path(&error);
    FILE *file = path == NULL ? NULL : fopen(path, "we");
    if (file != NULL) {
        fprintf(file, "%s\n", name);
        fclose(file);
    }
    error_clear(&error);
    free(path);
}

/* What to remember of a profile: its name, or for a file its whole path. The caller frees. */
static char *lasting_name(const struct profile *profile)
{
    const char *file = profile_setting(profile, "file");
    bool is_file = profile->source == NULL && !profile_is_demo(profile) && file != NULL;
    char *path = is_file ? realpath(file, NULL) : NULL;
    return path != NULL ? path : memory_copy_string(profile->name);
}

/* A file that is not there is told on the command line, not on a screen with nothing on it. */
static bool check_file(const struct profile *profile, struct error *error)
{
    const char *file = profile_setting(profile, "file");
    return file == NULL || access(file, F_OK) == 0 ||
           error_set(error, ERROR_NOT_FOUND, "cannot open %s: %s", file, strerror(errno));
}

/* Where nothing is named or set: the last profile, if it is still there, or the demonstration. */
static struct profile *usual_profile(struct config *config, const struct arguments *arguments,
                                     struct error *error)
{
    char *last = read_last_profile();
    struct profile *profile = last == NULL ? NULL : command_profile(config, arguments, last, error);
    if (profile != NULL && !check_file(profile, error)) {
        profile_free(profile);
        profile = NULL;
    }
    error_clear(error);
    free(last);
    return profile != NULL ? profile : command_profile(config, arguments, "demo", error);
}

static bool is_demo_verb(const struct arguments *arguments)
{
    return strcmp(arguments->verb->name, "demo") == 0;
}

static struct profile *screen_profile(struct config *config, const struct arguments *arguments,
                                      struct error *error)
{
    const char *name = argument_value(arguments, FLAG_PROFILE);
    const char *implied = getenv("DOSSIER_PROFILE");
    if (is_demo_verb(arguments)) {
        name = "demo";
    } else if (arguments->word_count > 0) {
        if (name != NULL) {
            error_set(error, ERROR_USAGE, "%s and -p %s: only one profile can be opened",
                      arguments->words[0], name);
            return NULL;
        }
        name = arguments->words[0];
    }
    if (name == NULL && (implied == NULL || implied[0] == '\0') &&
        config->default_profile == NULL) {
        return usual_profile(config, arguments, error);
    }
    struct profile *profile = command_profile(config, arguments, name, error);
    if (profile == NULL && arguments->word_count > 0) {
        arguments_hint_verb(arguments->words[0], error);
    }
    return profile;
}

/* --- the screen --- */

static bool make_demo(struct config *config, const struct arguments *arguments, struct error *error)
{
    int64_t rows = 0;
    return !is_demo_verb(arguments) ||
           (command_number(arguments, FLAG_ROWS, 1, &rows, error) &&
            command_make_demo(config, argument_given(arguments, FLAG_RESET), rows, error));
}

static bool has_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* No terminal, no screen. A word that names nothing is told first: it may have been a verb. */
static int refuse_screen(const struct config *config, const struct arguments *arguments)
{
    struct error error = {0};
    struct profile *profile =
        arguments->word_count > 0 ? config_choose(config, arguments->words[0], &error) : NULL;
    if (error_is_set(&error)) {
        arguments_hint_verb(arguments->words[0], &error);
    } else {
        error_set(&error, ERROR_USAGE, "the screen needs a terminal, and this is none");
        error_set_hint(&error, "for scripts there are verbs: dossier --help lists them");
    }
    profile_free(profile);
    return command_fail(&error);
}

/* The first frame before the session: the journal waits for the disk, and a user should not. */
static int show(const struct config *config, const struct profile *profile)
{
    struct error error = {0};
    struct app *app = app_open(config, profile, &error);
    struct session *session =
        app == NULL ? NULL : session_open(config, profile, SESSION_JOURNAL, &error);
    if (session == NULL) {
        app_close(app);
        return command_fail(&error);
    }
    char *name = lasting_name(profile);
    write_last_profile(name);
    free(name);
    int status = app_run(app, session, NULL);
    app_close(app);
    session_close(session);
    return status;
}

static int run_screen(struct config *config, const struct arguments *arguments)
{
    struct error error = {0};
    if (!has_terminal()) {
        return refuse_screen(config, arguments);
    }
    struct profile *profile =
        make_demo(config, arguments, &error) ? screen_profile(config, arguments, &error) : NULL;
    int status = profile == NULL || !check_file(profile, &error) ? command_fail(&error)
                                                                 : show(config, profile);
    profile_free(profile);
    return status;
}

/* --- choosing --- */

static int run(const struct arguments *arguments)
{
    struct error error = {0};
    if (argument_given(arguments, FLAG_HELP) || argument_given(arguments, FLAG_VERSION)) {
        return cli_print_help(arguments);
    }
    char *path = config_default_path();
    struct config *config = config_read(path, &error);
    free(path);
    if (config == NULL) {
        return command_fail(&error);
    }
    bool screen = arguments->verb->run == NULL || (is_demo_verb(arguments) && has_terminal());
    int status = screen ? run_screen(config, arguments) : cli_run(arguments, config);
    config_free(config);
    return status;
}

int main(int argc, char **argv)
{
    struct arguments arguments;
    struct error error = {0};
    keep_standard_streams();
    keep_memory_private();
    outlive_file_limits();
    set_language();
    int status =
        arguments_parse(&arguments, argc, argv, &error) ? run(&arguments) : command_fail(&error);
    arguments_free(&arguments);
    return status;
}
