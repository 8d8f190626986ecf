/*
 * pane: what stands on the screen and takes keys.
 *
 * A pane is const ops plus an instance. Handlers never touch the screen: they change the model and
 * return reaction bits; the loop (ui/app.c) recalculates, repaints only what is marked, and calls
 * one doupdate. The three panes of the main layout (objects, list, detail) live as long as the app;
 * all others are pushed on a stack above it: `PANE_FULL` ones cover the main area, `PANE_POPUP`
 * ones are boxes, sized by their own `size` and placed at their anchor or in the middle. UI thread
 * only.
 */
#ifndef DOSSIER_UI_PANE_H
#define DOSSIER_UI_PANE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"
#include "ui/canvas.h"

struct app;
struct command;
struct scroller;

enum reaction {
    REACTION_IGNORED = 0,
    REACTION_HANDLED = 1,
    REACTION_REDRAW = 2,      /* this pane */
    REACTION_REDRAW_ALL = 4,  /* everything, frames too */
    REACTION_RECALCULATE = 8, /* call recalculate, then redraw */
    REACTION_RESIZE = 16,     /* lay out again */
    REACTION_CLOSE = 32,      /* pop this pane */
    REACTION_QUIT = 64        /* leave the program (the loop asks about staged changes first) */
};

enum key_kind { KEY_PRESS_CHARACTER, KEY_PRESS_FUNCTION, KEY_PRESS_PASTE };

/* Function keys: control characters come as these too, where they have a name of their own. */
enum key_code {
    PRESS_NONE,
    PRESS_UP,
    PRESS_DOWN,
    PRESS_LEFT,
    PRESS_RIGHT,
    PRESS_HOME,
    PRESS_END,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_ENTER,
    PRESS_ESCAPE,
    PRESS_TAB,
    PRESS_BACK_TAB,
    PRESS_BACKSPACE,
    PRESS_DELETE,
    PRESS_INSERT,
    PRESS_CONTROL_LEFT,
    PRESS_CONTROL_RIGHT,
    PRESS_SHIFT_LEFT,
    PRESS_SHIFT_RIGHT,
    PRESS_SHIFT_UP,
    PRESS_SHIFT_DOWN,
    PRESS_F1 /* … F12 follow in order */,
    PRESS_F12 = PRESS_F1 + 11,
    PRESS_CONTROL_A /* … Z follow in order; I, M, H come as Tab, Enter, Backspace */,
    PRESS_CONTROL_Z = PRESS_CONTROL_A + 25,
    PRESS_COUNT
};

struct key_press {
    enum key_kind kind;
    uint32_t character; /* KEY_PRESS_CHARACTER: a code point */
    enum key_code code; /* KEY_PRESS_FUNCTION */
    bool alt;
    const char *paste; /* KEY_PRESS_PASTE: cleaned of controls but newline and tab; borrowed */
    size_t paste_length;
};

struct mouse_event {
    int row, column; /* within the pane's canvas */
    int button;      /* 1 to 3; 4 and 5 are the wheel up and down */
    bool pressed, double_click;
};

enum pane_flags {
    PANE_FULL = 1,
    PANE_POPUP = 2,
    PANE_BORDERLESS = 4, /* a popup without frame: the editor in a cell */
    PANE_TYPING = 8,     /* characters go to `key` before the key map sees them: text entry */
    PANE_FORM = 16       /* something is being filled in: no other pane opens over it unasked */
};

struct pane;

struct pane_ops {
    const char *name;  /* as in the key map's sections and the help: "list" */
    const char *about; /* one line for the help */
    unsigned flags;
    const struct command *commands;   /* the pane's own; NULL-named row ends them */
    void (*close)(struct pane *pane); /* frees the instance, cancels its jobs */
    void (*recalculate)(
        struct pane *pane); /* the model changed, or the size: work out what is shown */
    void (*draw)(struct pane *pane, struct canvas *canvas);
    /* First refusal on each key: unused keys go to the key map. May be NULL. */
    unsigned (*key)(struct pane *pane, const struct key_press *key);
    unsigned (*mouse)(struct pane *pane, const struct mouse_event *event);
    void (*title)(const struct pane *pane, struct text *out); /* in the frame, left */
    void (*title_right)(const struct pane *pane,
                        struct text *out); /* in the frame, right; may be NULL */
    void (*hints)(const struct pane *pane,
                  struct text *out); /* "e edit  f filter"; NULL, or nothing
                                       written: made from commands */
    /* Popups: how large it would like to be (without its frame), given what there is. */
    void (*size)(const struct pane *pane, int rows_most, int columns_most, int *rows, int *columns);
    /* The pane's list, for the global movement commands (down, page-up, last …): they move it, mark
     * the pane and call `moved`. NULL: the pane is no list, or moves in its own way. */
    struct scroller *(*scroller)(struct pane *pane);
    unsigned (*moved)(struct pane *pane); /* the cursor is on another row; may be NULL */
    /* SESSION_EVENT_* bits; returns reaction bits. May be NULL. */
    unsigned (*event)(struct pane *pane, unsigned events);
};

struct pane {
    const struct pane_ops *ops;
    struct app *app;
    /* Set by the layout. */
    int rows, columns;               /* of the canvas */
    int origin_row, origin_column;   /* screen cell of the canvas's first cell */
    int cursor_row, cursor_column;   /* where the hardware cursor is parked, within the canvas */
    int placed_rows, placed_columns; /* popups: the frame included */
    int anchor_row, anchor_column,
        anchor_columns; /* popups: screen cell to stand at; -1: centred */
    bool dirty;
    bool stale; /* to be recalculated before it is drawn */
    bool focused;
};

/* Pushes a pane (allocated by its maker, which embeds struct pane first) on the stack; it gets the
 * keys. app_pop closes the top one (or the given one and everything above it). */
void app_push(struct app *app, struct pane *pane);
void app_pop(struct app *app, struct pane *pane);
struct pane *app_top(const struct app *app); /* what has the keys */
/* A pane on the stack by its ops, or NULL. */
struct pane *app_find_pane(const struct app *app, const struct pane_ops *ops);
void pane_mark(struct pane *pane); /* to be redrawn */
void pane_mark_recalculate(struct pane *pane);

#endif
