/*
 * filter: the filter and order builder (f, o), and what other panes may ask of it. UI thread.
 */
#ifndef DOSSIER_UI_PANES_FILTER_H
#define DOSSIER_UI_PANES_FILTER_H

#include "ui/app.h"

/* The builder on the list's query, at its first order term. */
unsigned filter_pane_open_order(struct app *app);
/* The same with a new row on a field, whose path is in the spelling of the filter language. */
unsigned filter_pane_open_field(struct app *app, const char *path);

#endif
