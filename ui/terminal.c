/* terminal: see terminal.h. This file: taking over, frames out, giving back. */
#include "ui/terminal_private.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <time.h>
#include <unistd.h>

#include "core/memory.h"
#include "core/value.h"
#include "store/config.h"

static const char synchronized_begin[] = "\033[?2026h";
static const char synchronized_end[] = "\033[?2026l";
static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";
static const char mouse_off[] = "\033[?1000l\033[?1006l";
static const char synchronized_query[] = "\033[?2026$p";

int64_t terminal_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- frames --- */

/* A frame's bytes are kept in a memory file while curses makes them. */
static int open_frame(void)
{
    int frame = -1;
#ifdef HAVE_MEMFD_CREATE
    frame = memfd_create("frame", MFD_CLOEXEC);
#endif
    if (frame < 0) {
        FILE *file = tmpfile();
        if (file != NULL) {
            frame = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
            fclose(file);
        }
    }
    return frame;
}

static bool wait_writable(int descriptor)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLOUT};
    return poll(&wait, 1, -1) >= 0 || errno == EINTR;
}

/* One write(), unless the tty takes only a part of it. */
static void write_tty(struct terminal *terminal, const char *bytes, size_t length)
{
    terminal->byte_count += length;
    while (length > 0 && !terminal->gone) {
        ssize_t written = write(terminal->tty, bytes, length);
        if (written >= 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            terminal->gone = !wait_writable(terminal->tty);
        } else if (errno != EINTR) {
            terminal->gone = true;
        }
    }
}

static void begin_frame(struct terminal *terminal)
{
    dup2(terminal->frame, terminal->output);
}

/* What curses said so far is kept for the next frame. */
static void keep_frame(struct terminal *terminal)
{
    fflush(terminal->output_stream);
    dup2(terminal->tty, terminal->output);
}

static void end_frame(struct terminal *terminal)
{
    fflush(terminal->output_stream);
    dup2(terminal->tty, terminal->output);
    off_t length = lseek(terminal->frame, 0, SEEK_CUR);
    if (length <= 0 && terminal->pending.length == 0) {
        return;
    }
    struct text *out = &terminal->write;
    text_truncate(out, 0);
    if (terminal->synchronized) {
        text_append_string(out, synchronized_begin);
    }
    text_append(out, text_string(&terminal->pending), terminal->pending.length);
    text_truncate(&terminal->pending, 0);
    if (length > 0) {
        char *bytes = memory_allocate((size_t)length);
        ssize_t got = pread(terminal->frame, bytes, (size_t)length, 0);
        text_append(out, bytes, got > 0 ? (size_t)got : 0);
        free(bytes);
        lseek(terminal->frame, 0, SEEK_SET);
    }
    if (terminal->synchronized) {
        text_append_string(out, synchronized_end);
    }
    terminal->frame_count++;
    write_tty(terminal, out->bytes, out->length);
}

void terminal_update(struct terminal *terminal, int cursor_row, int cursor_column)
{
    if (terminal->away) {
        return;
    }
    begin_frame(terminal);
    move(cursor_row, cursor_column);
    wnoutrefresh(stdscr);
    doupdate();
    end_frame(terminal);
}

void terminal_scroll(struct terminal *terminal, int first, int last, int by)
{
    if (terminal->away) {
        return;
    }
    begin_frame(terminal);
    scrollok(stdscr, TRUE);
    wsetscrreg(stdscr, first, last);
    wscrl(stdscr, by);
    wsetscrreg(stdscr, 0, LINES - 1);
    scrollok(stdscr, FALSE);
    wnoutrefresh(stdscr);
    doupdate();
    keep_frame(terminal);
}

void terminal_repaint(struct terminal *terminal)
{
    (void)terminal;
    clearok(curscr, TRUE);
}

/* --- modes --- */

static bool knows_modern_modes(const char *name)
{
    static const char *const families[] = {"xterm", "tmux",      "screen", "rxvt",
                                           "foot",  "alacritty", "kitty",  "wezterm",
                                           "vte",   "konsole",   "st-",    "contour"};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (strncmp(name, families[i], strlen(families[i])) == 0) {
            return true;
        }
    }
    return false;
}

static void ask_mouse(struct terminal *terminal)
{
    mmask_t wanted = BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON3_PRESSED | BUTTON4_PRESSED;
#if NCURSES_MOUSE_VERSION > 1
    wanted |= BUTTON5_PRESSED;
#endif
    mousemask(terminal->mouse ? wanted : 0, NULL);
    mouseinterval(0);
}

/* Inside a frame: what every start and every return needs. */
static void modes_on(struct terminal *terminal)
{
    keypad(terminal->keys, TRUE);
    ask_mouse(terminal);
    if (knows_modern_modes(terminal->name)) {
        text_append_string(&terminal->pending, paste_on);
    }
}

static void modes_off(struct terminal *terminal)
{
    struct text out = {0};
    if (terminal->synchronized) {
        text_append_string(&out, synchronized_end);
    }
    if (knows_modern_modes(terminal->name)) {
        text_append_string(&out, paste_off);
    }
    if (terminal->mouse) {
        begin_frame(terminal);
        mousemask(0, NULL);
        end_frame(terminal);
    }
    write_tty(terminal, text_string(&out), out.length);
    text_free(&out);
}

static void append_capability(struct text *out, const char *name)
{
    const char *sequence = tigetstr(name);
    if (sequence != NULL && (intptr_t)sequence != -1) {
        text_append_string(out, sequence);
    }
}

/* The bytes a crash writes: prepared, because a crash may not call curses. */
static void prepare_restore(const struct terminal *terminal, struct text *out)
{
    if (knows_modern_modes(terminal->name)) {
        text_append_string(out, synchronized_end);
        text_append_string(out, paste_off);
        text_append_string(out, mouse_off);
    }
    append_capability(out, "sgr0");
    append_capability(out, "op");
    append_capability(out, "rmkx");
    append_capability(out, "cnorm");
    append_capability(out, "rmcup");
}

/* --- taking over --- */

static bool pick_descriptors(struct terminal *terminal, struct error *error)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        return error_set(error, ERROR_USAGE,
                         "The screen needs a terminal for standard input and output; in a script "
                         "use a verb such as 'dossier query' (dossier --help lists them).");
    }
    terminal->tty = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    terminal->output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    terminal->input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    terminal->frame = open_frame();
    if (terminal->tty < 0 || terminal->output < 0 || terminal->input < 0 || terminal->frame < 0) {
        return error_set(error, ERROR_USAGE, "The terminal could not be opened: %s.",
                         strerror(errno));
    }
    tcgetattr(terminal->input, &terminal->saved);
    terminal->output_stream = fdopen(terminal->output, "w");
    terminal->input_stream = fdopen(terminal->input, "r");
    return terminal->output_stream != NULL && terminal->input_stream != NULL;
}

static bool try_name(struct terminal *terminal, const char *name)
{
    terminal->screen = newterm(name, terminal->output_stream, terminal->input_stream);
    if (terminal->screen == NULL) {
        return false;
    }
    terminal->name = memory_copy_string(name);
    return true;
}

static bool fall_back(struct terminal *terminal, const char *name, struct error *error)
{
    static const char *const others[] = {"xterm-256color", "xterm", "vt100", "ansi"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (try_name(terminal, others[i])) {
            text_format(&terminal->notice,
                        "%s%s%s; drawn as %s. If it looks wrong, set TERM to what your terminal "
                        "is.",
                        name == NULL ? "TERM is not set" : "TERM is '", name == NULL ? "" : name,
                        name == NULL ? "" : "', which is not known on this machine", others[i]);
            return true;
        }
    }
    return error_set(error, ERROR_USAGE,
                     "The terminal type TERM='%s' is not known on this machine. Try "
                     "TERM=xterm-256color dossier, or install its terminfo entry.",
                     name == NULL ? "" : name);
}

static bool open_screen(struct terminal *terminal, struct error *error)
{
    const char *name = getenv("TERM");
    if (name != NULL && name[0] == '\0') {
        name = NULL;
    }
    if (name != NULL && strcmp(name, "dumb") == 0) {
        return error_set(error, ERROR_USAGE,
                         "TERM=dumb cannot be drawn on. Use the verbs (dossier query, get, update "
                         "…; dossier --help lists them), or set TERM to what your terminal is.");
    }
    return (name != NULL && try_name(terminal, name)) || fall_back(terminal, name, error);
}

static void set_curses_modes(struct terminal *terminal)
{
    if (getenv("ESCDELAY") == NULL) {
        set_escdelay(terminal->settings.escape_delay);
    }
    raw();
    noecho();
    nonl();
    typeahead(-1); /* the loop drains every key itself, and a frame is all or nothing */
    idlok(stdscr, TRUE);
    terminal->keys = newpad(1, 1);
    nodelay(terminal->keys, TRUE);
    const char *no_color = getenv("NO_COLOR");
    if ((no_color == NULL || no_color[0] == '\0') && has_colors()) {
        start_color();
        use_default_colors();
    }
    keys_define();
}

/* Standard error goes to a pipe, so that no library's words land on the screen. */
static void redirect_stderr(struct terminal *terminal)
{
    int ends[2];
    terminal->stderr_saved = -1;
    terminal->stderr_read = -1;
    if (!isatty(STDERR_FILENO) || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        return;
    }
    fflush(stderr);
    terminal->stderr_saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    terminal->stderr_read = ends[0];
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    signals_set_stderr(terminal->stderr_read, terminal->stderr_saved);
}

static void restore_stderr(struct terminal *terminal)
{
    if (terminal->stderr_saved < 0) {
        return;
    }
    fflush(stderr);
    dup2(terminal->stderr_saved, STDERR_FILENO);
    char bytes[512];
    ssize_t length = 0;
    while ((length = read(terminal->stderr_read, bytes, sizeof bytes)) > 0) {
        text_append(&terminal->stderr_lines, bytes, (size_t)length);
    }
    if (terminal->stderr_lines.length > 0) {
        struct text clean = {0};
        text_clean(&clean, terminal->stderr_lines.bytes, terminal->stderr_lines.length,
                   TEXT_CLEAN_KEEP_NEWLINE);
        fputs(text_string(&clean), stderr);
        text_free(&clean);
    }
    close(terminal->stderr_saved);
    close(terminal->stderr_read);
}

static void start_modes(struct terminal *terminal)
{
    begin_frame(terminal);
    modes_on(terminal);
    if (strncmp(terminal->name, "linux", 5) != 0 && knows_modern_modes(terminal->name)) {
        text_append_string(&terminal->pending, synchronized_query);
    }
    keep_frame(terminal); /* a start is one write too */
}

struct terminal *terminal_open(const struct terminal_settings *settings, struct error *error)
{
    struct terminal *terminal = memory_zeroed(1, sizeof *terminal);
    terminal->settings = *settings;
    terminal->mouse = settings->mouse;
    terminal->tty = terminal->output = terminal->input = terminal->frame = -1;
    terminal->stderr_saved = -1;
    setlocale(LC_CTYPE, "");
    terminal->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (!pick_descriptors(terminal, error)) {
        terminal_close(terminal);
        return NULL;
    }
    struct text restore = {0};
    signals_open(terminal->tty, "", 0, &terminal->saved); /* before curses installs its own */
    if (!open_screen(terminal, error)) {
        signals_close();
        terminal_close(terminal);
        return NULL;
    }
    signals_close();
    prepare_restore(terminal, &restore);
    signals_open(terminal->tty, text_string(&restore), restore.length, &terminal->saved);
    text_free(&restore);
    set_curses_modes(terminal);
    redirect_stderr(terminal);
    start_modes(terminal);
    return terminal;
}

static void close_descriptor(int descriptor)
{
    if (descriptor >= 0) {
        close(descriptor);
    }
}

static void close_screen(struct terminal *terminal)
{
    if (!terminal->away) {
        modes_off(terminal);
        endwin();
    }
    fflush(terminal->output_stream);
    delwin(terminal->keys);
    delscreen(terminal->screen);
    tcsetattr(terminal->input, TCSADRAIN, &terminal->saved);
    restore_stderr(terminal);
    signals_close();
}

void terminal_close(struct terminal *terminal)
{
    if (terminal == NULL) {
        return;
    }
    if (terminal->screen != NULL) {
        close_screen(terminal);
    }
    if (terminal->output_stream != NULL) {
        fclose(terminal->output_stream);
    } else {
        close_descriptor(terminal->output);
    }
    if (terminal->input_stream != NULL) {
        fclose(terminal->input_stream);
    } else {
        close_descriptor(terminal->input);
    }
    close_descriptor(terminal->tty);
    close_descriptor(terminal->frame);
    text_free(&terminal->pending);
    text_free(&terminal->write);
    text_free(&terminal->notice);
    config_wipe(&terminal->paste);
    text_free(&terminal->stderr_lines);
    free(terminal->name);
    free(terminal);
}

/* --- away and back --- */

void terminal_leave(struct terminal *terminal)
{
    modes_off(terminal);
    endwin();
    tcsetattr(terminal->input, TCSADRAIN, &terminal->saved);
    terminal->away = true;
}

static int environment_number(const char *name)
{
    const char *text = getenv(name);
    long number = text == NULL ? 0 : strtol(text, NULL, 10);
    return number > 0 && number < 10000 ? (int)number : 0;
}

/* LINES and COLUMNS, where they are set, say the size; curses honours them at the start too. */
static void take_size(struct terminal *terminal)
{
    struct winsize size = {0};
    if (ioctl(terminal->tty, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) {
        return;
    }
    int height = environment_number("LINES");
    int width = environment_number("COLUMNS");
    height = height > 0 ? height : size.ws_row;
    width = width > 0 ? width : size.ws_col;
    if (height != LINES || width != COLS) {
        resizeterm(height, width);
    }
}

void terminal_return(struct terminal *terminal)
{
    terminal->away = false;
    reset_prog_mode();
    take_size(terminal);
    begin_frame(terminal);
    modes_on(terminal);
    clearok(curscr, TRUE);
    wnoutrefresh(stdscr);
    doupdate();
    end_frame(terminal);
}

void terminal_suspend(struct terminal *terminal)
{
    terminal_leave(terminal);
    signals_stop();
    terminal_return(terminal);
}

void terminal_set_mouse(struct terminal *terminal, bool on)
{
    begin_frame(terminal);
    terminal->mouse = on;
    ask_mouse(terminal);
    end_frame(terminal);
}

/* --- waiting --- */

static unsigned wake_by_input(struct terminal *terminal, short events)
{
    int waiting = 0;
    if ((events & POLLIN) != 0 && ioctl(terminal->input, FIONREAD, &waiting) == 0 && waiting > 0) {
        return WAKE_KEYS;
    }
    if ((events & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) != 0) {
        terminal->gone = true; /* readable with nothing to read: the other side is gone */
        return WAKE_LEAVE;
    }
    return 0;
}

static unsigned wake_by_signals(struct terminal *terminal)
{
    unsigned wake = signals_take(&terminal->signal);
    if ((wake & WAKE_RESIZE) != 0) {
        take_size(terminal);
    }
    return wake;
}

static int shorter(int a, int b)
{
    return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

unsigned terminal_wait(struct terminal *terminal, int descriptor, int timeout)
{
    struct pollfd waits[4] = {
        {.fd = terminal->input, .events = POLLIN},
        {.fd = signals_descriptor(), .events = POLLIN},
        {.fd = descriptor, .events = POLLIN},
        {.fd = terminal->stderr_saved < 0 ? -1 : terminal->stderr_read, .events = POLLIN}};
    if (terminal->gone) {
        return WAKE_LEAVE;
    }
    int ready = poll(waits, 4, shorter(timeout, keys_timeout(terminal)));
    if (ready == 0) {
        return WAKE_TIMEOUT | (terminal->pasting ? WAKE_KEYS : 0);
    }
    unsigned wake = wake_by_signals(terminal);
    if (ready < 0) {
        return wake;
    }
    wake |= wake_by_input(terminal, waits[0].revents);
    wake |= waits[2].revents != 0 ? WAKE_OTHER : 0;
    wake |= waits[3].revents != 0 ? WAKE_STDERR : 0;
    return wake;
}

bool terminal_key_waiting(const struct terminal *terminal)
{
    struct pollfd wait = {.fd = terminal->input, .events = POLLIN};
    return terminal->has_pushed || poll(&wait, 1, 0) > 0;
}

void terminal_copy(struct terminal *terminal, const char *bytes, size_t length)
{
    enum { CLIPBOARD_MOST = 56000 };
    size_t taken = length;
    if (taken > CLIPBOARD_MOST) {
        taken = text_previous_grapheme(bytes, length, CLIPBOARD_MOST);
    }
    text_append_string(&terminal->pending, "\033]52;c;");
    value_encode_base64(bytes, taken, &terminal->pending);
    text_append_string(&terminal->pending, "\a");
}

bool terminal_read_stderr(struct terminal *terminal, struct text *line)
{
    char bytes[512];
    ssize_t length = 0;
    while (terminal->stderr_saved >= 0 &&
           (length = read(terminal->stderr_read, bytes, sizeof bytes)) > 0) {
        text_append(&terminal->stderr_lines, bytes, (size_t)length);
    }
    struct text *said = &terminal->stderr_lines;
    char *end = said->length == 0 ? NULL : memchr(said->bytes, '\n', said->length);
    if (end == NULL) {
        return false;
    }
    size_t taken = (size_t)(end - said->bytes);
    text_append(line, said->bytes, taken);
    memmove(said->bytes, end + 1, said->length - taken - 1);
    text_truncate(said, said->length - taken - 1);
    return true;
}

/* --- what it is --- */

const char *terminal_notice(const struct terminal *terminal)
{
    return terminal->notice.length > 0 ? terminal->notice.bytes : NULL;
}

int terminal_rows(const struct terminal *terminal)
{
    (void)terminal;
    return LINES;
}

int terminal_columns(const struct terminal *terminal)
{
    (void)terminal;
    return COLS;
}

bool terminal_is_ascii(const struct terminal *terminal)
{
    return terminal->settings.ascii || !terminal->utf8;
}

int terminal_colours(const struct terminal *terminal)
{
    const char *no_color = getenv("NO_COLOR");
    (void)terminal;
    return (no_color != NULL && no_color[0] != '\0') || !has_colors() ? 0 : COLORS;
}

int terminal_signal(const struct terminal *terminal)
{
    return terminal->signal;
}

bool terminal_mouse(const struct terminal *terminal)
{
    return terminal->mouse;
}

void terminal_counters(const struct terminal *terminal, uint64_t *keys, uint64_t *frames,
                       uint64_t *bytes)
{
    *keys = terminal->key_count;
    *frames = terminal->frame_count;
    *bytes = terminal->byte_count;
}
