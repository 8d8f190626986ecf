/*
 * terminal: the tty under curses. Modes, keys in, frames out, signals.
 *
 * Every update leaves as exactly one write(): curses draws into a memory file, and what it put
 * there is handed to the tty whole. Nothing changed means nothing written. UI thread only; signal
 * handlers do no more than write one byte to a pipe.
 */
#ifndef DOSSIER_UI_TERMINAL_H
#define DOSSIER_UI_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "ui/pane.h"

struct terminal;

struct terminal_settings {
    bool ascii;       /* no characters beyond ASCII, whatever the locale says */
    bool mouse;       /* ask for mouse events */
    int escape_delay; /* milliseconds to wait after Esc for the rest of a key's bytes */
};

enum terminal_input_kind { INPUT_NONE, INPUT_KEY, INPUT_MOUSE };

struct terminal_input {
    enum terminal_input_kind kind;
    struct key_press key;     /* a paste's bytes are the terminal's until the next terminal_read */
    struct mouse_event mouse; /* row and column on the screen */
};

/* What terminal_wait woke up for. */
enum terminal_wake {
    WAKE_KEYS = 1,
    WAKE_OTHER = 2,   /* the descriptor that was handed in */
    WAKE_RESIZE = 4,  /* the size has been taken over already */
    WAKE_SUSPEND = 8, /* SIGTSTP from outside */
    WAKE_RESUME = 16, /* SIGCONT: all must be drawn again */
    WAKE_LEAVE = 32,  /* SIGHUP, SIGTERM, SIGINT, or the terminal is gone */
    WAKE_STDERR = 64, /* a library said something: terminal_read_stderr */
    WAKE_TIMEOUT = 128
};

/* Takes the terminal over. NULL with an ERROR_USAGE when standard input or output is no terminal,
 * or TERM cannot be drawn on. */
struct terminal *terminal_open(const struct terminal_settings *settings, struct error *error);
/* Gives it back as it was. NULL is allowed. */
void terminal_close(struct terminal *terminal);

/* What the user should know about how it started (an unknown TERM); NULL when nothing. Borrowed. */
const char *terminal_notice(const struct terminal *terminal);
int terminal_rows(const struct terminal *terminal);
int terminal_columns(const struct terminal *terminal);
bool terminal_is_ascii(const struct terminal *terminal);
int terminal_colours(const struct terminal *terminal); /* 0 with NO_COLOR or none */

/* Puts what was drawn on stdscr on the tty, the cursor parked at the screen cell given. */
void terminal_update(struct terminal *terminal, int cursor_row, int cursor_column);
/* Moves screen rows first … last up by so many rows (down when negative), over the whole width, as
 * part of the next frame. Curses cannot scroll a pane that stands beside another one; scrolling all
 * of both and drawing the small one again costs a fraction of drawing the large one. */
void terminal_scroll(struct terminal *terminal, int first, int last, int by);
/* The next update repaints every cell. */
void terminal_repaint(struct terminal *terminal);

/* The next key or mouse event that is already here; false when there is none. */
bool terminal_read(struct terminal *terminal, struct terminal_input *input);
/* Sleeps until something happens, at most timeout milliseconds (-1: for ever). descriptor may be
 * -1. Returns WAKE_ bits. */
unsigned terminal_wait(struct terminal *terminal, int descriptor, int timeout);
bool terminal_key_waiting(const struct terminal *terminal);
/* The signal that ended it, or 0. */
int terminal_signal(const struct terminal *terminal);

/* Stops the program as Ctrl-Z should, and takes the terminal again when it goes on. */
void terminal_suspend(struct terminal *terminal);
/* Lends the terminal to a child ($EDITOR) and takes it back: every mode off in between. */
void terminal_leave(struct terminal *terminal);
void terminal_return(struct terminal *terminal);

void terminal_set_mouse(struct terminal *terminal, bool on);
bool terminal_mouse(const struct terminal *terminal);

/* Puts text on the terminal's clipboard with the next frame (OSC 52); what is too long for
 * terminals (about 56 kB) is cut at a character. */
void terminal_copy(struct terminal *terminal, const char *bytes, size_t length);

/* A line that a library wrote to standard error, without its newline; false when there is none. */
bool terminal_read_stderr(struct terminal *terminal, struct text *line);

/* Logical key presses (a paste is one) and mouse events read, frames and bytes written so far. */
void terminal_counters(const struct terminal *terminal, uint64_t *keys, uint64_t *frames,
                       uint64_t *bytes);

/* Milliseconds of the monotonic clock. */
int64_t terminal_now(void);

#endif
