/*
 * canvas_private: what the loop needs of a canvas to hand one to a pane. Only ui/ core includes it.
 */
#ifndef DOSSIER_UI_CANVAS_PRIVATE_H
#define DOSSIER_UI_CANVAS_PRIVATE_H

#include "ui/canvas.h"

struct canvas {
    const struct theme *theme;
    bool ascii;
    bool framed; /* a border stands around it: rules join it */
    bool focused;
    int origin_row, origin_column; /* on the screen */
    int rows, columns;
    int cursor_row, cursor_column;
};

/* Lines and corners. A frame is a rectangle on the screen, its border included. */
struct frame {
    int row, column, rows, columns;
    bool focused;
};
void canvas_frame(const struct canvas *screen, const struct frame *frame, const char *title,
                  const char *title_right);
/* A rule inside a frame, joined to both sides, at a screen row. */
void canvas_frame_rule(const struct canvas *screen, const struct frame *frame, int row,
                       const char *title, const char *title_right, bool focused);

#endif
