/*
 * list: what the rest of the screen asks of the record list. UI thread.
 */
#ifndef DOSSIER_UI_PANES_LIST_H
#define DOSSIER_UI_PANES_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"
#include "ui/pane.h"

/* "Opportunities: open this quarter", for the status line. */
void list_pane_heading(const struct pane *pane, struct text *out);
/* "3 of 1,204 · loading 2 s", for the line of hints. */
void list_pane_position(const struct pane *pane, struct text *out);
/* Since when it waits for records (monotonic ms); 0 when it does not. */
int64_t list_pane_loading_since(const struct pane *pane);
/* Since when another list is on its way, the one shown still being the one before; else 0. */
int64_t list_pane_coming_since(const struct pane *pane);
/* A list that was opened and is still on its way is not wanted any more; false when none is. */
bool list_pane_forget_new(struct pane *pane);
/* Why records could not be read; NULL when they could. */
const struct error *list_pane_error(const struct pane *pane);
/* One step back or forward in the history; false when there is none. */
bool list_pane_back(struct pane *pane);
bool list_pane_forward(struct pane *pane);
/* The journal's number of the staged create under the cursor; 0 when it is a record. */
int64_t list_pane_staged_create(const struct pane *pane);
/* The ids of the marked records, borrowed until the next key. */
char *const *list_pane_marks(const struct pane *pane, size_t *count);
void list_pane_clear_marks(struct pane *pane);
/* Is the record under the cursor a deleted one, which the list shows on demand? */
bool list_pane_is_deleted(const struct pane *pane);

#endif
