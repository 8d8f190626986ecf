/*
 * describe: what is known of an object's fields and relations. UI thread.
 */
#ifndef DOSSIER_UI_PANES_DESCRIBE_H
#define DOSSIER_UI_PANES_DESCRIBE_H

#include "ui/app.h"

/* Describes any object; field, which may be NULL, is where the cursor goes. */
unsigned describe_pane_open_object(struct app *app, const char *object, const char *field);

#endif
