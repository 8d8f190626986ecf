/*
 * layout: where the three panes of the main screen and their frames stand. Pure.
 */
#ifndef DOSSIER_UI_LAYOUT_H
#define DOSSIER_UI_LAYOUT_H

#include <stdbool.h>

#include "ui/app.h"

/* Cells on the screen; rows 0 means not shown. */
struct rectangle {
    int row, column, rows, columns;
};

enum layout_focus { LAYOUT_FOCUS_OBJECTS, LAYOUT_FOCUS_LIST, LAYOUT_FOCUS_DETAIL };

struct layout_request {
    int rows, columns;
    enum layout_kind kind;
    enum layout_focus focus;
    bool zoomed;
    int side_columns; /* what the objects would like; 0: no wish */
};

struct layout {
    bool too_small;
    struct rectangle main; /* what a full pane covers: its frame */
    /* The insides of the frames. */
    struct rectangle objects, list, detail;
    struct rectangle side;    /* the frame round the objects; rows 0: none */
    struct rectangle content; /* the frame round list and detail */
    int rule_row;             /* between list and detail; 0: none */
};

enum { LAYOUT_ROWS_LEAST = 10, LAYOUT_COLUMNS_LEAST = 40, LAYOUT_WIDE_COLUMNS = 120 };

void layout_compute(const struct layout_request *request, struct layout *layout);
/* Places a popup (frame included) at an anchor cell, or in the middle for row -1; inside the
 * screen's main area always. */
struct rectangle layout_popup(int screen_rows, int screen_columns, int rows, int columns,
                              int anchor_row, int anchor_column);

#endif
