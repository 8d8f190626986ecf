/*
 * secret: a profile's tokens and passwords, fetched when they are asked for. Declared in config.h.
 *
 * A secret's command runs without a shell; its words are split here as a shell would split them,
 * but nothing in them is expanded. What passes through this file's hands is overwritten after use.
 * Any thread; waits for the command, which is ended when it takes longer than it may.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/memory.h"
#include "store/config.h"

extern char **environ;

enum {
    SECRET_LONGEST = 64 * 1024,
    LOOK_AGAIN = 50, /* milliseconds between two looks at whether to go on */
    MOST_LOOKS = 20  /* at a command that was asked to end, before it is made to */
};

void config_overwrite(void *bytes, size_t length)
{
    memory_wipe(bytes, length);
}

void config_wipe(struct text *secret)
{
    if (secret->bytes != NULL) {
        config_overwrite(secret->bytes, secret->capacity);
    }
    text_free(secret);
}

/* --- words --- */

struct splitting {
    const char *at;
    struct text word;
    bool in_word;
};

/* Takes one quoted run, the opening quote being at `at`; false when it does not end. */
static bool take_quoted(struct splitting *splitting)
{
    char quote = *splitting->at++;
    for (; *splitting->at != '\0'; splitting->at++) {
        char next = splitting->at[1];
        if (*splitting->at == quote) {
            return true;
        }
        if (quote == '"' && *splitting->at == '\\' && next != '\0' && strchr("\"\\$`", next)) {
            splitting->at++;
        }
        text_append_character(&splitting->word, *splitting->at);
    }
    return false;
}

static bool take_character(struct splitting *splitting)
{
    splitting->in_word = true;
    if (*splitting->at == '\'' || *splitting->at == '"') {
        return take_quoted(splitting);
    }
    if (*splitting->at == '\\' && *++splitting->at == '\0') {
        return false;
    }
    text_append_character(&splitting->word, *splitting->at);
    return true;
}

static void end_word(struct splitting *splitting, char ***words, size_t *count)
{
    if (!splitting->in_word) {
        return;
    }
    text_append(&splitting->word, "", 0);
    char *word = splitting->word.bytes == NULL ? memory_copy("", 0) : text_take(&splitting->word);
    *words = memory_resize(*words, *count + 2, sizeof **words);
    (*words)[(*count)++] = word;
    (*words)[*count] = NULL;
    splitting->in_word = false;
}

void config_free_words(char **words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        free(words[i]);
    }
    free(words);
}

char **config_split_words(const char *line, struct error *error)
{
    struct splitting splitting = {.at = line};
    char **words = NULL;
    size_t count = 0;
    bool ok = true;
    for (; ok && *splitting.at != '\0'; splitting.at += ok) {
        if (strchr(" \t\n\r", *splitting.at) != NULL) {
            end_word(&splitting, &words, &count);
        } else {
            ok = take_character(&splitting);
        }
    }
    end_word(&splitting, &words, &count);
    text_free(&splitting.word);
    if (!ok || count == 0) {
        error_set(error, ERROR_USAGE,
                  ok ? "the command is empty"
                     : "the command has a quote or backslash without its end");
        config_free_words(words);
        return NULL;
    }
    return words;
}

/* --- running the command --- */

/* Starts the command with its standard output on a pipe; gives the reading end, or -1. */
static int start_command(char *const *words, pid_t *child)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return -1;
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    int failure = posix_spawnp(child, words[0], &actions, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    if (failure != 0) {
        close(ends[0]);
        errno = failure;
        return -1;
    }
    return ends[0];
}

static int64_t now_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A command under way, and when to end it. */
struct running {
    pid_t child;
    int descriptor; /* its standard output */
    int64_t until;  /* milliseconds, monotonic; 0: no end */
    struct secret_limits limits;
};

static enum error_kind why_to_stop(const struct running *running)
{
    if (running->limits.cancelled != NULL && atomic_load(running->limits.cancelled)) {
        return ERROR_CANCELLED;
    }
    return running->until > 0 && now_milliseconds() >= running->until ? ERROR_TIMEOUT : ERROR_NONE;
}

static enum error_kind wait_readable(const struct running *running)
{
    struct pollfd descriptor = {.fd = running->descriptor, .events = POLLIN};
    enum error_kind stop = why_to_stop(running);
    while (stop == ERROR_NONE && poll(&descriptor, 1, LOOK_AGAIN) <= 0) {
        stop = why_to_stop(running);
    }
    return stop;
}

/* Reads to the end, so that the command is not stopped by a full pipe; keeps what fits. */
static enum error_kind read_all(const struct running *running, char *bytes, size_t size,
                                size_t *length)
{
    char spill[512];
    enum error_kind stop;
    *length = 0;
    while ((stop = wait_readable(running)) == ERROR_NONE) {
        bool full = *length == size;
        ssize_t got = full ? read(running->descriptor, spill, sizeof spill)
                           : read(running->descriptor, bytes + *length, size - *length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        *length += full ? 0 : (size_t)got;
    }
    config_overwrite(spill, sizeof spill);
    return stop;
}

static void pause_before_looking(void)
{
    (void)poll(NULL, 0, LOOK_AGAIN);
}

/* Has it ended? Then with its status; -1 where that cannot be known. */
static bool has_ended(pid_t child, int *status)
{
    pid_t found = waitpid(child, status, WNOHANG);
    if (found < 0 && errno != EINTR) {
        *status = -1;
        return true;
    }
    return found == child;
}

/* Asks the command to end, and makes it when it does not. */
static void end_command(pid_t child)
{
    int status;
    (void)kill(child, SIGTERM);
    for (int look = 0; !has_ended(child, &status); look++) {
        if (look == MOST_LOOKS) {
            (void)kill(child, SIGKILL);
        }
        pause_before_looking();
    }
}

/* Waits for the end of a command that has closed its output, which most do by ending. */
static enum error_kind wait_for(const struct running *running, int *status)
{
    enum error_kind stop = ERROR_NONE;
    struct timespec moment = {0, 1000000};
    while (!has_ended(running->child, status)) {
        if ((stop = why_to_stop(running)) != ERROR_NONE) {
            return stop;
        }
        (void)nanosleep(&moment, NULL);
        moment.tv_nsec =
            moment.tv_nsec < LOOK_AGAIN * 1000000 ? moment.tv_nsec * 2 : moment.tv_nsec;
    }
    return stop;
}

/* The first line of what the command printed. */
static bool take_first_line(const char *bytes, size_t length, struct text *out)
{
    const char *end = memchr(bytes, '\n', length);
    size_t line = end == NULL ? length : (size_t)(end - bytes);
    if (line > 0 && bytes[line - 1] == '\r') {
        line--;
    }
    text_append(out, bytes, line);
    return line > 0;
}

static bool say_stopped(const struct running *running, const char *command, enum error_kind stop,
                        struct error *error)
{
    if (stop == ERROR_CANCELLED) {
        return error_set(error, stop, "Cancelled while the command %s was running.", command);
    }
    error_set(error, stop, "the command %s did not end within %d second%s and was stopped", command,
              running->limits.timeout, running->limits.timeout == 1 ? "" : "s");
    error_set_hint(error, "run it by hand to see what it waits for, or set a longer timeout");
    return false;
}

static bool run_words(char *const *words, struct secret_limits limits, struct text *out,
                      struct error *error)
{
    struct running running = {.limits = limits};
    running.until = limits.timeout > 0 ? now_milliseconds() + (int64_t)limits.timeout * 1000 : 0;
    running.descriptor = start_command(words, &running.child);
    if (running.descriptor < 0) {
        return error_set(error, ERROR_USAGE, "the command %s cannot be run: %s", words[0],
                         strerror(errno));
    }
    char *bytes = memory_allocate(SECRET_LONGEST);
    size_t length;
    int status = 0;
    enum error_kind stop = read_all(&running, bytes, SECRET_LONGEST, &length);
    close(running.descriptor);
    if (stop == ERROR_NONE) {
        stop = wait_for(&running, &status);
    }
    bool ok = stop == ERROR_NONE && status == 0 && take_first_line(bytes, length, out);
    config_overwrite(bytes, SECRET_LONGEST);
    free(bytes);
    if (stop != ERROR_NONE) {
        end_command(running.child);
        return say_stopped(&running, words[0], stop, error);
    }
    if (ok) {
        return true;
    }
    error_set(error, ERROR_USAGE,
              status == 0 ? "the command %s printed nothing" : "the command %s failed", words[0]);
    error_set_hint(error, "run it by hand to see what it says");
    return false;
}

static bool run_command(const char *line, struct secret_limits limits, struct text *out,
                        struct error *error)
{
    char **words = config_split_words(line, error);
    if (words == NULL) {
        return false;
    }
    bool ok = run_words(words, limits, out, error);
    config_free_words(words);
    return ok;
}

/* --- the three places a secret may come from --- */

static bool from_variable(const char *variable, struct text *out, struct error *error)
{
    const char *value = getenv(variable);
    if (value == NULL || value[0] == '\0') {
        return error_set(error, ERROR_USAGE, "the variable %s is not set", variable);
    }
    text_append_string(out, value);
    return true;
}

static bool from_file(const struct profile *profile, const char *value, struct text *out,
                      struct error *error)
{
    struct stat status;
    if (profile->source != NULL && stat(profile->source, &status) == 0 &&
        (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        error_set(error, ERROR_USAGE, "%s holds a secret and can be read by others",
                  profile->source);
        error_set_hint(error, "chmod 600 %s", profile->source);
        return false;
    }
    text_append_string(out, value);
    return true;
}

static const struct config_entry *secret_entry(const struct profile *profile, const char *name,
                                               const char *ending)
{
    struct text full = {0};
    text_format(&full, "%s%s", name, ending);
    const struct config_entry *found = NULL;
    for (size_t i = 0; i < profile->setting_count; i++) {
        if (strcmp(profile->settings[i].name, text_string(&full)) == 0) {
            found = &profile->settings[i];
        }
    }
    text_free(&full);
    return found;
}

static void say_where(const struct profile *profile, const struct config_entry *entry,
                      struct error *error)
{
    if (profile->source != NULL && entry->line > 0) {
        error_context(error, "%s:%d: %s: ", profile->source, entry->line, entry->name);
    } else {
        error_context(error, "%s of the profile %s: ", entry->name, profile->name);
    }
}

bool profile_has_secret(const struct profile *profile, const char *name)
{
    return secret_entry(profile, name, "_command") != NULL ||
           secret_entry(profile, name, "_env") != NULL || secret_entry(profile, name, "") != NULL;
}

bool profile_secret_within(const struct profile *profile, const char *name,
                           struct secret_limits limits, struct text *out, struct error *error)
{
    const struct config_entry *entry;
    bool ok;
    config_wipe(out);
    if ((entry = secret_entry(profile, name, "_command")) != NULL) {
        ok = run_command(entry->value, limits, out, error);
    } else if ((entry = secret_entry(profile, name, "_env")) != NULL) {
        ok = from_variable(entry->value, out, error);
    } else if ((entry = secret_entry(profile, name, "")) != NULL) {
        ok = from_file(profile, entry->value, out, error);
    } else {
        error_set(error, ERROR_USAGE, "the profile %s has no %s", profile->name, name);
        error_set_hint(error, "set %s_command, %s_env or %s in its section", name, name, name);
        return false;
    }
    if (!ok) {
        if (error->kind != ERROR_CANCELLED) {
            say_where(profile, entry, error);
        }
        config_wipe(out);
    }
    return ok;
}

bool profile_secret(const struct profile *profile, const char *name, struct text *out,
                    struct error *error)
{
    return profile_secret_within(profile, name, (struct secret_limits){0, NULL}, out, error);
}
