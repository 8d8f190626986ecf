/*
 * panes: every pane there is, by its ops; ui/commands.c lists them once more in a table, and with
 * that its commands are in the key map, the palette, the help and the manual.
 */
#ifndef DOSSIER_UI_PANES_PANES_H
#define DOSSIER_UI_PANES_PANES_H

#include <stddef.h>
#include <stdint.h>

#include "ui/pane.h"

extern const struct pane_ops objects_pane_ops;
extern const struct pane_ops list_pane_ops;
extern const struct pane_ops detail_pane_ops;
extern const struct pane_ops help_pane_ops;
extern const struct pane_ops palette_pane_ops;
extern const struct pane_ops filter_pane_ops;
extern const struct pane_ops describe_pane_ops;
extern const struct pane_ops form_pane_ops;
extern const struct pane_ops review_pane_ops;
extern const struct pane_ops conflict_pane_ops;
extern const struct pane_ops jobs_pane_ops;
extern const struct pane_ops log_pane_ops;
extern const struct pane_ops chart_pane_ops;
extern const struct pane_ops columns_pane_ops;
extern const struct pane_ops export_pane_ops;
extern const struct pane_ops action_pane_ops;
extern const struct pane_ops result_pane_ops;

struct record;

/* The three of the main layout. */
struct pane *objects_pane_new(struct app *app);
struct pane *list_pane_new(struct app *app);
struct pane *detail_pane_new(struct app *app);
/* Keeps the names that the record pane knows for a record's references, so that a form and the
 * review show them instead of ids. */
void detail_pane_remember_references(struct pane *detail, const struct record *record);

/* Where the cursor of the record pane stands: to be given back in the history. */
struct detail_place {
    size_t row, top;
    int side;
};

/* Since when the record under the list's cursor is being asked for (monotonic ms); 0: it is not. */
int64_t detail_pane_coming_since(const struct pane *pane);
/* Why the record could not be read; NULL when it could. */
const struct error *detail_pane_error(const struct pane *pane);
struct detail_place detail_pane_place(const struct pane *pane);
/* For the record that is shown next. */
void detail_pane_return_to(struct pane *pane, const struct detail_place *place);

/* Puts the cursor of the objects on one of them, now or when it is listed. */
void objects_pane_point(struct pane *pane, const char *object);
/* How many columns show every label whole; 0 before the objects are known. */
int objects_pane_columns(const struct pane *pane);

#endif
