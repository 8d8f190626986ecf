/* secret: see secret.h. The terminal is as it was when this returns, whatever happened. */
#include "cli/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "core/memory.h"

enum { SECRET_BYTES_MOST = 1024 };

/* A terminal that shows nothing of what is typed, until it is put back. */
struct unseen {
    int descriptor;
    struct termios before;
    bool changed;
};

static bool hide(struct unseen *terminal)
{
    if (tcgetattr(terminal->descriptor, &terminal->before) != 0) {
        return false;
    }
    struct termios silent = terminal->before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    silent.c_lflag |= ICANON | ECHONL;
    /* Stopped now, the program would leave the user's shell without an echo. */
    silent.c_cc[VSUSP] = _POSIX_VDISABLE;
    terminal->changed = tcsetattr(terminal->descriptor, TCSAFLUSH, &silent) == 0;
    return terminal->changed;
}

static void show_again(struct unseen *terminal)
{
    if (terminal->changed) {
        tcsetattr(terminal->descriptor, TCSAFLUSH, &terminal->before);
    }
    if (terminal->descriptor > STDERR_FILENO) {
        close(terminal->descriptor);
    }
}

/* One byte: 1, or 0 at the end; -1 when the user interrupted or it cannot be read. */
static int read_byte(const struct command *command, int descriptor, char *byte)
{
    struct pollfd waits[2] = {{.fd = descriptor, .events = POLLIN},
                              {.fd = command->stop, .events = POLLIN}};
    ssize_t got = -1;
    do {
        if (poll(waits, 2, -1) < 0 && errno != EINTR) {
            return -1;
        }
        if (waits[1].revents != 0) {
            return -1;
        }
        got = read(descriptor, byte, 1);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    return (int)got;
}

/* Byte by byte, so that what follows the line is left for whoever reads on. */
static bool read_line(const struct command *command, int descriptor, struct text *out,
                      struct error *error)
{
    char byte = '\0';
    int got = 0;
    while ((got = read_byte(command, descriptor, &byte)) > 0 && byte != '\n') {
        if (out->length == SECRET_BYTES_MOST) {
            return error_set(error, ERROR_USAGE, "it is longer than %d bytes", SECRET_BYTES_MOST);
        }
        text_append_character(out, byte);
    }
    if (got < 0) {
        return error_set(error, ERROR_CANCELLED, "interrupted");
    }
    if (out->length > 0 && out->bytes[out->length - 1] == '\r') {
        text_truncate(out, out->length - 1);
    }
    return true;
}

static bool ask_terminal(const struct command *command, const char *action, const char *name,
                         struct text *out, struct error *error)
{
    struct unseen terminal = {.descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)};
    if (terminal.descriptor < 0) {
        terminal.descriptor = STDIN_FILENO;
    }
    int words = terminal.descriptor == STDIN_FILENO ? STDERR_FILENO : terminal.descriptor;
    bool ok = hide(&terminal);
    if (!ok) {
        error_set(error, ERROR_USAGE, "the terminal cannot be told to hide what is typed");
    } else {
        dprintf(words, "%s: %s (not shown): ", action, name);
        ok = read_line(command, terminal.descriptor, out, error);
    }
    if (!ok && terminal.changed) {
        dprintf(words, "\n");
    }
    show_again(&terminal);
    return ok;
}

bool secret_read(const struct command *command, const char *action, const char *name,
                 struct text *out, struct error *error)
{
    /* Room for all of it at once: text that grows would leave copies of its beginning behind. */
    *out = (struct text){.bytes = memory_zeroed(1, SECRET_BYTES_MOST + 2),
                         .capacity = SECRET_BYTES_MOST + 2};
    bool terminal = isatty(STDIN_FILENO) != 0;
    bool ok = terminal ? ask_terminal(command, action, name, out, error)
                       : read_line(command, STDIN_FILENO, out, error);
    if (!ok) {
        error_context(error, "%s of %s: ", name, action);
        return false;
    }
    if (out->length == 0) {
        error_set(error, ERROR_USAGE, "%s needs %s, and nothing was given", action, name);
        error_set_hint(error, terminal ? "type it where it is asked for"
                                       : "it is the first line of standard input");
        return false;
    }
    return true;
}
