/*
 * editor_base: what every typed editor has: the request it serves, the mistake it shows, and how it
 * ends. Private to ui/widgets. UI thread.
 *
 * An editor ends by one of editor_accept…, editor_cancel: the pane is popped and freed before the
 * caller's function runs, so that it may open the next pane; nothing of the editor may be touched
 * afterwards.
 */
#ifndef DOSSIER_UI_WIDGETS_EDITOR_BASE_H
#define DOSSIER_UI_WIDGETS_EDITOR_BASE_H

#include "core/date.h"
#include "ui/widgets/editor.h"

struct editor_base {
    struct pane pane;               /* first: the stack frees it through ops->close */
    struct editor_request request;  /* its value is owned here, its schema held */
    struct field field;             /* what is checked against: eased for a filter's value */
    struct text mistake;            /* shown under the editor; empty when there is none */
    const struct field *controller; /* whose value says what is offered; NULL: all is */
    int place;                      /* of its value, for dependent_allows */
    struct text note;               /* stands where a mistake would; empty when there is none */
};

/* An editor of `size` zeroed bytes that begins with a struct editor_base, ready to be pushed. */
void *editor_base_new(size_t size, struct app *app, const struct pane_ops *ops,
                      const struct editor_request *request);
/* Frees what the base holds and the editor itself: the last thing ops->close does. */
void editor_base_free(struct editor_base *base);

unsigned editor_accept(struct editor_base *base, const struct value *value, const char *label);
/* Checks what was typed; a mistake stays in the editor. */
unsigned editor_accept_text(struct editor_base *base, const char *bytes, size_t length);
unsigned editor_accept_null(struct editor_base *base);
unsigned editor_cancel(struct editor_base *base);
/* Shows a sentence under the editor. */
unsigned editor_mistake(struct editor_base *base, const char *message);

/* Esc, Ctrl-C and Ctrl-D, the same in every editor. REACTION_IGNORED for every other key. */
unsigned editor_common_key(struct editor_base *base, const struct key_press *key);

/* Is a value of the picklist among those to choose from? */
bool editor_offers(const struct editor_base *base, const struct picklist_value *choice);

/* Rows the mistake, or else the note, takes at a width: none to three. */
int editor_mistake_rows(const struct editor_base *base, int columns);
/* Draws it from a row down to the last one. */
void editor_draw_mistake(const struct editor_base *base, struct canvas *canvas, int row);
/* Appends "Enter accept  Ctrl-D null  Esc cancel" with the extra words before them. */
void editor_hints(const struct editor_base *base, const char *extra, struct text *out);
struct date_clock editor_clock(const struct editor_base *base);

/* What pane_ops of every editor share. */
void editor_title(const struct pane *pane, struct text *out);

/* The editors, one for each way of choosing a value. */
void text_editor_open(struct app *app, const struct editor_request *request);
void choice_editor_open(struct app *app, const struct editor_request *request);
void boolean_editor_open(struct app *app, const struct editor_request *request);
void set_editor_open(struct app *app, const struct editor_request *request);
void date_editor_open(struct app *app, const struct editor_request *request);
void reference_editor_open(struct app *app, const struct editor_request *request);
void file_editor_open(struct app *app, const struct editor_request *request);
void long_text_open(struct app *app, const struct editor_request *request);
/* The same with a text that was begun in another editor. */
void long_text_go_on(struct app *app, const struct editor_request *request, const char *begun);
void secret_editor_open(struct app *app, const struct editor_request *request);

#endif
