/*
 * terminal_signals: signals become bytes in a pipe; a crash gives the terminal back.
 *
 * Handlers do only what is async-signal-safe. They need a place they can reach without arguments:
 * `state` below is the only writable static data of the screen, set before the handlers are
 * installed and not touched while they are.
 */
#include "ui/terminal_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { RESTORE_MOST = 512 };

static struct {
    int pipe[2];
    int tty;
    int stderr_pipe;
    int stderr_real;
    struct termios saved;
    char restore[RESTORE_MOST];
    size_t restore_length;
} state = {.pipe = {-1, -1}, .tty = -1, .stderr_pipe = -1, .stderr_real = -1};

static const int noted_signals[] = {SIGHUP, SIGTERM, SIGINT, SIGWINCH, SIGTSTP, SIGCONT};
static const int crash_signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

static void note_signal(int number)
{
    int saved_errno = errno;
    unsigned char byte = (unsigned char)number;
    if (write(state.pipe[1], &byte, 1) < 0) {
        /* The pipe is full of signals that say the same: nothing is lost. */
    }
    errno = saved_errno;
}

static void write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written <= 0) {
            return;
        }
        bytes += written;
        length -= (size_t)written;
    }
}

/* What was said on standard error last would otherwise die with the pipe. */
static void pass_on_stderr(void)
{
    char bytes[512];
    ssize_t length = 0;
    if (state.stderr_pipe < 0) {
        return;
    }
    while ((length = read(state.stderr_pipe, bytes, sizeof bytes)) > 0) {
        write_all(state.stderr_real, bytes, (size_t)length);
    }
}

static void crash(int number)
{
    write_all(state.tty, state.restore, state.restore_length);
    tcsetattr(state.tty, TCSANOW, &state.saved);
    pass_on_stderr();
    raise(number); /* SA_RESETHAND: the default action now */
}

static void install(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void install_all(void)
{
    for (size_t i = 0; i < sizeof noted_signals / sizeof noted_signals[0]; i++) {
        install(noted_signals[i], note_signal, SA_RESTART);
    }
    for (size_t i = 0; i < sizeof crash_signals / sizeof crash_signals[0]; i++) {
        install(crash_signals[i], crash, (int)(SA_RESETHAND | SA_NODEFER));
    }
    install(SIGPIPE, SIG_IGN, 0);
}

int signals_open(int tty, const char *restore, size_t length, const struct termios *saved)
{
    if (pipe2(state.pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return -1;
    }
    state.tty = tty;
    state.saved = *saved;
    state.restore_length = length < RESTORE_MOST ? length : RESTORE_MOST;
    memcpy(state.restore, restore, state.restore_length);
    install_all();
    return state.pipe[0];
}

void signals_set_stderr(int pipe, int real)
{
    state.stderr_pipe = pipe;
    state.stderr_real = real;
}

void signals_close(void)
{
    for (size_t i = 0; i < sizeof noted_signals / sizeof noted_signals[0]; i++) {
        install(noted_signals[i], SIG_DFL, 0);
    }
    for (size_t i = 0; i < sizeof crash_signals / sizeof crash_signals[0]; i++) {
        install(crash_signals[i], SIG_DFL, 0);
    }
    if (state.pipe[0] >= 0) {
        close(state.pipe[0]);
        close(state.pipe[1]);
    }
    state.pipe[0] = state.pipe[1] = -1;
    state.stderr_pipe = -1;
}

int signals_descriptor(void)
{
    return state.pipe[0];
}

static unsigned wake_of(int number)
{
    switch (number) {
    case SIGWINCH:
        return WAKE_RESIZE;
    case SIGTSTP:
        return WAKE_SUSPEND;
    case SIGCONT:
        return WAKE_RESUME;
    default:
        return WAKE_LEAVE;
    }
}

unsigned signals_take(int *signal)
{
    unsigned wake = 0;
    unsigned char byte = 0;
    while (read(state.pipe[0], &byte, 1) == 1) {
        unsigned one = wake_of(byte);
        wake |= one;
        if (one == WAKE_LEAVE) {
            *signal = byte;
        }
    }
    return wake;
}

void signals_stop(void)
{
    /* First the rest of the group (a script around the program), then this thread itself: raise()
     * stops before it returns, kill() of one's own group need not. */
    install(SIGTSTP, SIG_IGN, 0);
    kill(0, SIGTSTP);
    install(SIGTSTP, SIG_DFL, 0);
    raise(SIGTSTP);
    install_all();
}
