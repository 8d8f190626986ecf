/*
 * form_private: a form of typed fields, as the one for a new record and the one for an action share
 * it. UI thread.
 */
#ifndef DOSSIER_UI_PANES_FORM_PRIVATE_H
#define DOSSIER_UI_PANES_FORM_PRIVATE_H

#include "ui/panes/form.h"
#include "ui/widgets/scroller.h"

struct form_row {
    const struct field *field; /* of the form's schema */
    char *label;               /* owned: the name of a chosen reference; NULL */
    bool missing;              /* named when staging was tried */
    bool required;             /* by the field itself, or by the layout */
};

struct form_words {
    const char *refused; /* "Not staged" */
    const char *leave;   /* "Leave without staging?" */
};

/* The first member of a pane that is a form; form_close frees the whole of it. */
struct form_pane {
    struct pane pane;
    const struct form_words *words;
    struct schema *schema; /* held; NULL while it is fetched */
    uint64_t ticket;
    int64_t change; /* the staged create that is changed; 0 for a new record */
    struct record *values;
    struct form_row *rows;
    size_t row_count;
    struct scroller scroller;
    bool hides; /* encrypted fields are secrets: typed unseen and never drawn */
    bool lines; /* texts of several lines are begun on one */
    /* Words for a value that is more than it says, owned by the caller; NULL: it is shown as it is.
     * The function may be NULL. */
    char *(*named)(const struct form_pane *form, const struct field *field,
                   const struct value *value);
    bool touched;
};

/* The field under the cursor; NULL where there is none. */
const struct field *form_cursor_field(struct form_pane *form);
/* No row is marked as missing any more. */
void form_forget_missing(struct form_pane *form);
/* A row for each field that can be given: in the layout's order and then the others, required ones
 * first. Rows that were there before keep their names. */
void form_make_rows(struct form_pane *form);
/* Marks and names required fields without a value; false when there are any. */
bool form_has_required(struct form_pane *form);
/* Is the field's value never to be shown? */
bool form_is_secret(const struct form_pane *form, const struct field *field);
/* Puts the cursor on the field that an error is about. */
void form_go_to_mistake(struct form_pane *form, const struct error *error);

unsigned form_run_edit(struct app *app, struct pane *pane, const char *argument);
unsigned form_run_clear(struct app *app, struct pane *pane, const char *argument);
unsigned form_run_leave(struct app *app, struct pane *pane, const char *argument);

void form_draw(struct pane *pane, struct canvas *canvas);
void form_close(struct pane *pane);
void form_recalculate(struct pane *pane);
struct scroller *form_scroller(struct pane *pane);
void form_title_right(const struct pane *pane, struct text *out);

#endif
