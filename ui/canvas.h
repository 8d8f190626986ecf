/*
 * canvas: the rectangle a pane draws into, and the only drawing calls panes make.
 *
 * A canvas wraps a curses window. All text given to it may be raw: it is cleaned, cut at whole
 * graphemes and padded here, in one place, so that no server text reaches the terminal unescaped.
 * UI thread only.
 */
#ifndef DOSSIER_UI_CANVAS_H
#define DOSSIER_UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/text.h"
#include "ui/theme.h"

struct canvas; /* knows its rows, columns and the theme */

enum align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE };

int canvas_rows(const struct canvas *canvas);
int canvas_columns(const struct canvas *canvas);
unsigned canvas_clean_flags(const struct canvas *canvas); /* for text_clean */

void canvas_erase(struct canvas *canvas);
/* Draws text into exactly `columns` cells from (row, column): cleaned, cut with … when too long,
 * padded with spaces in the role. Returns the cells the text itself took. Out-of-range is clipped.
 */
int canvas_text(struct canvas *canvas, int row, int column, int columns, enum role role,
                enum align align, const char *bytes, size_t length);
int canvas_string(struct canvas *canvas, int row, int column, int columns, enum role role,
                  const char *string);
int canvas_printf(struct canvas *canvas, int row, int column, int columns, enum role role,
                  const char *format, ...) __attribute__((format(printf, 6, 7)));
void canvas_fill(struct canvas *canvas, int row, int column, int columns, enum role role);
/* A horizontal line with an optional title in it: "├ as text ──────┤" when joined to the frame. */
void canvas_rule(struct canvas *canvas, int row, const char *title);
/* A bar of `eighths` eighths of a cell, in block characters, or # on an ASCII terminal. */
void canvas_bar(struct canvas *canvas, int row, int column, int columns, int eighths,
                enum role role);
/* Where the hardware cursor is parked when this pane has the focus. */
void canvas_set_cursor(struct canvas *canvas, int row, int column);

/* The marks of screens.md, in Unicode or ASCII: ▸ * + - ! ✓ ↗ ↑ ↓ → … · * · ─ × */
enum mark {
    MARK_CURSOR,
    MARK_CHANGED,
    MARK_NEW,
    MARK_DELETED,
    MARK_FAILED,
    MARK_MARKED,
    MARK_REFERENCE,
    MARK_UP,
    MARK_DOWN,
    MARK_ARROW,
    MARK_ELLIPSIS,
    MARK_BULLET,
    MARK_REQUIRED,
    MARK_READ_ONLY,
    MARK_LINE,
    MARK_GONE,
    MARK_COUNT
};
const char *canvas_mark(const struct canvas *canvas, enum mark mark);

#endif
