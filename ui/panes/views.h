/*
 * views: saving the list's query under a name, renaming and deleting saved views. UI thread.
 */
#ifndef DOSSIER_UI_PANES_VIEWS_H
#define DOSSIER_UI_PANES_VIEWS_H

#include "ui/app.h"

/* The rows of ui/commands.c: view-save, view-rename NAME, view-delete NAME. Without an argument,
 * renaming and deleting ask which. */
unsigned view_save_run(struct app *app, struct pane *pane, const char *argument);
unsigned view_rename_run(struct app *app, struct pane *pane, const char *argument);
unsigned view_delete_run(struct app *app, struct pane *pane, const char *argument);

/* Asks for a name and saves a query (borrowed for the call) as a view; overwriting asks. */
void view_save_as(struct app *app, const struct query *query);
void view_rename(struct app *app, const char *name);
void view_delete(struct app *app, const char *name); /* asks first */

/* A query's columns as text, "a, `b c`"; "" for none. The caller frees. */
char *view_columns_text(const struct query *query);

#endif
