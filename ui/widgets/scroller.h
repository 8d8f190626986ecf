/*
 * scroller: a cursor in a list longer than the pane: what is shown, and how movement changes it.
 *
 * A pane that is a list embeds one and gives it through pane_ops.scroller; the global movement
 * commands (down, page-up, last …) then work in it without a line of its own. Pure; UI thread.
 */
#ifndef DOSSIER_UI_WIDGETS_SCROLLER_H
#define DOSSIER_UI_WIDGETS_SCROLLER_H

#include <stdbool.h>
#include <stddef.h>

struct scroller {
    size_t count;  /* rows there are */
    size_t cursor; /* row under the cursor; 0 when there are none */
    size_t top;    /* first row shown */
    size_t rows;   /* rows that can be shown */
    bool to_end;   /* the last movement was to the end, wherever that will turn out to be */
};

enum scroller_move {
    SCROLLER_UP,
    SCROLLER_DOWN,
    SCROLLER_PAGE_UP,
    SCROLLER_PAGE_DOWN,
    SCROLLER_FIRST,
    SCROLLER_LAST
};

/* Sets how many rows there are and how many are shown, and keeps the cursor in both. */
void scroller_set(struct scroller *scroller, size_t count, size_t rows);
/* Returns whether the cursor or the first row shown changed. */
bool scroller_move(struct scroller *scroller, enum scroller_move move);
bool scroller_go(struct scroller *scroller, size_t row);
/* The list row shown at a canvas row, or -1. */
long scroller_row_at(const struct scroller *scroller, int canvas_row);

#endif
