/*
 * failure: what went wrong, in the place of what could not be read. UI thread; draws only.
 */
#ifndef DOSSIER_UI_WIDGETS_FAILURE_H
#define DOSSIER_UI_WIDGETS_FAILURE_H

#include "core/error.h"
#include "ui/canvas.h"

/* From this row on: the message and what can be done, over as many rows as that takes, and how to
 * try again. Where there is not room for all, one row with the beginning. */
void failure_draw(struct canvas *canvas, int row, const struct error *error);

#endif
