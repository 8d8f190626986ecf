/*
 * action_private: the form of an action, as its two files share it. UI thread.
 */
#ifndef DOSSIER_UI_PANES_ACTION_PRIVATE_H
#define DOSSIER_UI_PANES_ACTION_PRIVATE_H

#include "backend/backend.h"
#include "ui/panes/form_private.h"

struct action_pane {
    struct form_pane form;
    const struct backend_action *action;
    char **marked; /* owned: the ids that were marked when it was opened */
    size_t marked_count;
};

/* The object whose list is open, borrowed; NULL: none is. */
const char *action_shown_object(const struct app *app);
/* Gives the parameters what the screen has for them: the records under the cursor and marked, the
 * object. */
void action_prefill(struct action_pane *self);
/* Asks for the names of the records that the parameters hold. */
void action_want_names(const struct action_pane *self);
/* "Acme Ltd (001…), Acme (001…)" for a parameter that holds ids of records; else NULL. Owned by the
 * caller. */
char *action_named_records(const struct form_pane *form, const struct field *field,
                           const struct value *value);
/* Ids that stand on one line, as the backend takes them: a line each. NULL where the parameter is
 * no list of ids. Owned by the caller. */
char *action_ids_in_lines(const struct action_parameter *parameter, const char *ids);
/* Of several marked records one is chosen, and the rest are the others: opens the choice for the
 * parameter under the cursor. False where there is none to make. */
bool action_choose_record(struct action_pane *self, const struct field *field);
/* What is about to be run on which records, and what cannot be taken back. */
void action_print_question(const struct action_pane *self, struct text *out);
void action_free_marked(struct action_pane *self);

#endif
