/* external_editor: see external_editor.h. The file and its directory are gone on every way out. */
#include "ui/widgets/external_editor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/memory.h"
#include "store/config.h"

/* --- the file --- */

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    while (length) {
        ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool write_file(const char *path, const char *bytes, size_t length, struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool written = descriptor >= 0 && write_all(descriptor, bytes, length);
    if (descriptor >= 0 && close(descriptor) != 0) {
        written = false;
    }
    return written || error_set(error, ERROR_USAGE, "cannot write %s for the editor: %s", path,
                                strerror(errno));
}

static bool read_file(const char *path, struct text *out, struct error *error)
{
    char block[8192];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = descriptor < 0 ? -1 : 0;
    while (descriptor >= 0 && ((length = read(descriptor, block, sizeof block)) > 0 ||
                               (length < 0 && errno == EINTR))) {
        if (length > 0) {
            text_append(out, block, (size_t)length);
        }
    }
    int reason = errno;
    if (descriptor >= 0) {
        close(descriptor);
    }
    return length == 0 || error_set(error, ERROR_USAGE, "cannot read %s after the editor: %s", path,
                                    strerror(reason));
}

/* A directory that only the user may enter: what the editor leaves beside the file (swap files,
 * backups) is as private as the file. */
static char *make_directory(struct error *error)
{
    const char *temporary = getenv("TMPDIR");
    struct text path = {0};
    text_format(&path, "%s/dossier-XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (mkdtemp(path.bytes)) {
        return text_take(&path);
    }
    error_set(error, ERROR_USAGE, "cannot make a private directory %s: %s", path.bytes,
              strerror(errno));
    text_free(&path);
    return NULL;
}

/* A file name for people: letters and digits of the field's name. */
static char *file_path(const char *directory, const char *name)
{
    struct text path = {0};
    text_format(&path, "%s/", directory);
    for (const char *at = name; *at && path.length < 200; at++) {
        bool plain = (*at >= '0' && *at <= '9') || ((*at | 0x20) >= 'a' && (*at | 0x20) <= 'z');
        text_append_character(&path, plain ? *at : '_');
    }
    text_append_string(&path, ".txt");
    return text_take(&path);
}

static void remove_directory(const char *path, const char *directory)
{
    struct text backup = {0};
    text_format(&backup, "%s~", path);
    unlink(backup.bytes);
    unlink(path);
    rmdir(directory);
    text_free(&backup);
}

/* --- the child --- */

static const char *const fallback_editors[] = {"editor", "nano", "vi"};

/* The command with the file behind it; its first word is NULL when neither variable is set, for a
 * fallback to take its place. NULL with an error for a command that cannot be split. */
static char **command_line(const char *path, struct error *error)
{
    const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");
    const char *command = visual && *visual ? visual : editor;
    char **words = command && *command ? config_split_words(command, error) : NULL;
    if (command && *command && !words) {
        error_context(error, "VISUAL or EDITOR: ");
        return NULL;
    }
    size_t count = 0;
    while (words && words[count]) {
        count++;
    }
    char **line = memory_zeroed(count + 3, sizeof *line);
    for (size_t i = 0; i < count; i++) {
        line[i] = memory_copy_string(words[i]);
    }
    line[count ? count : 1] = memory_copy_string(path);
    config_free_words(words);
    return line;
}

static void free_command_line(char **line)
{
    for (size_t i = 0; line && (line[i] || i == 0); i++) {
        free(line[i]);
    }
    free(line);
}

/* After fork nothing may be allocated: another thread may have held the lock. */
static _Noreturn void run_child(char **line)
{
    static const int restored[] = {SIGINT, SIGQUIT, SIGPIPE, SIGTSTP};
    for (size_t i = 0; i < sizeof restored / sizeof *restored; i++) {
        signal(restored[i], SIG_DFL);
    }
    if (line[0]) {
        execvp(line[0], line);
    }
    for (size_t i = 0; !line[0] && i < sizeof fallback_editors / sizeof *fallback_editors; i++) {
        char *arguments[] = {(char *)fallback_editors[i], line[1], NULL};
        execvp(arguments[0], arguments);
    }
    _exit(127);
}

/* While the editor has the terminal, its keys are its own business. */
static const struct {
    int number;
    void (*handler)(int);
} editor_signals[] = {
    {SIGINT, SIG_IGN},
    {SIGQUIT, SIG_IGN},
    {SIGTSTP, SIG_IGN},
    {SIGCONT, SIG_DFL},
};

enum { EDITOR_SIGNALS = sizeof editor_signals / sizeof *editor_signals };

/* An editor that stops itself (Ctrl-Z) takes this program with it, or the shell would never know;
 * fg wakes both. */
static int wait_until_ended(pid_t child)
{
    int status = 0;
    for (;;) {
        pid_t waited = waitpid(child, &status, WUNTRACED);
        if (waited == child && WIFSTOPPED(status)) {
            raise(SIGSTOP);
            kill(child, SIGCONT);
        } else if (waited == child || errno != EINTR) {
            return status;
        }
    }
}

static int wait_for(pid_t child)
{
    struct sigaction before[EDITOR_SIGNALS];
    for (size_t i = 0; i < EDITOR_SIGNALS; i++) {
        struct sigaction during = {.sa_handler = editor_signals[i].handler};
        sigaction(editor_signals[i].number, &during, &before[i]);
    }
    int status = wait_until_ended(child);
    for (size_t i = 0; i < EDITOR_SIGNALS; i++) {
        sigaction(editor_signals[i].number, &before[i], NULL);
    }
    return status;
}

static bool check_status(int status, const char *editor, struct error *error)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        error_set(error, ERROR_USAGE, "the editor %s could not be started; nothing was changed",
                  editor);
    } else if (WIFEXITED(status)) {
        error_set(error, ERROR_USAGE, "the editor %s ended with status %d; nothing was changed",
                  editor, WEXITSTATUS(status));
    } else {
        error_set(error, ERROR_USAGE, "the editor %s was ended by signal %d; nothing was changed",
                  editor, WTERMSIG(status));
    }
    error_set_hint(error, "set VISUAL or EDITOR to an editor");
    return false;
}

static bool run_editor(const char *path, struct error *error)
{
    char **line = command_line(path, error);
    if (!line) {
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        run_child(line);
    }
    bool done = child < 0
                    ? error_set(error, ERROR_USAGE, "cannot start the editor: %s", strerror(errno))
                    : check_status(wait_for(child), line[0] ? line[0] : "vi", error);
    free_command_line(line);
    return done;
}

/* Editors end the last line; a text that had no such end gets none by being looked at. */
static void take_off_line_end(struct text *text, const char *bytes, size_t length)
{
    bool had = length && bytes[length - 1] == '\n';
    if (!had && text->length && text->bytes[text->length - 1] == '\n') {
        text_truncate(text, text->length - 1);
    }
}

bool external_editor_run(const char *name, const char *bytes, size_t length, struct text *out,
                         struct error *error)
{
    char *directory = make_directory(error);
    char *path = directory ? file_path(directory, name) : NULL;
    bool done = path && write_file(path, bytes, length, error) && run_editor(path, error) &&
                read_file(path, out, error);
    if (path) {
        remove_directory(path, directory);
    }
    if (done) {
        take_off_line_end(out, bytes, length);
    }
    free(path);
    free(directory);
    return done;
}
