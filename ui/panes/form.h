/*
 * form: a new record, field by field, before it is staged; and a staged one, changed again. UI
 * thread.
 */
#ifndef DOSSIER_UI_PANES_FORM_H
#define DOSSIER_UI_PANES_FORM_H

#include <stdint.h>

#include "ui/app.h"

/* Opens a staged create, by the journal's number, to be changed. */
unsigned form_pane_edit(struct app *app, int64_t change);

#endif
