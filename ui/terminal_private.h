/*
 * terminal_private: what the three files of the terminal share. Nobody else includes it.
 */
#ifndef DOSSIER_UI_TERMINAL_PRIVATE_H
#define DOSSIER_UI_TERMINAL_PRIVATE_H

#include <config.h>

/* The wide-character half of curses is asked for here, for every file of the terminal. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <termios.h>

#include "ui/terminal.h"

struct terminal {
    struct terminal_settings settings;
    SCREEN *screen;
    WINDOW *keys; /* a pad: reading from it never refreshes anything */
    FILE *output_stream;
    FILE *input_stream;
    int tty;    /* where frames go */
    int output; /* curses' own descriptor: the tty, or the memory file while a frame is made */
    int input;
    int frame; /* the memory file */
    char *name;
    bool utf8;
    bool mouse;
    bool synchronized; /* the terminal said that it knows synchronized output */
    bool gone;         /* the tty answered EIO or end of file */
    bool away;         /* suspended, or lent to a child */
    int signal;
    struct text pending; /* modes to be written in front of the next frame */
    struct text write;   /* the frame being written, kept for its memory */
    struct text notice;
    struct termios saved;
    int stderr_saved; /* the real standard error */
    int stderr_read;
    struct text stderr_lines;
    /* Keys. */
    bool pasting;
    int64_t paste_at; /* when its last byte came */
    struct text paste;
    bool has_pushed; /* a key that was read after Esc and belongs to the next call */
    int pushed_kind;
    unsigned pushed;
    bool more_mouse; /* curses may hold further mouse events of the same read */
    int64_t clicked_at;
    int clicked_row, clicked_column;
    uint64_t key_count, frame_count, byte_count;
};

/* --- terminal_signals.c --- */
/* Installs the handlers; they write to a pipe whose reading end it returns, -1 on failure. restore
 * is what a crash writes to the tty to give it back. */
int signals_open(int tty, const char *restore, size_t length, const struct termios *saved);
void signals_close(void);
int signals_descriptor(void);
/* Reads what came: WAKE_ bits; a signal to leave by goes to *signal. */
unsigned signals_take(int *signal);
/* Stops the process group the default way; returns when it goes on. */
void signals_stop(void);
/* Where a crash finds what was said on standard error, and whom to tell. */
void signals_set_stderr(int pipe, int real);

/* --- terminal_keys.c --- */
/* Teaches curses the sequences that terminfo does not name. */
void keys_define(void);
/* A paste whose end never came is ended after this many milliseconds of silence; -1: no paste. */
int keys_timeout(const struct terminal *terminal);
void keys_sanitize_paste(struct text *paste, const char *bytes, size_t length);

#endif
