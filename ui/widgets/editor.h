/*
 * editor: typed editing of one field, wherever it stands (list cell, detail row, form, filter
 * value).
 *
 * editor_open picks the widget for the field's type: line (with graphemes), picklist,
 * multipicklist, boolean, number, date and time with calendar and relative words, reference with
 * search as you type, long text in $VISUAL/$EDITOR, bytes out of a file. The text is checked
 * (core/check.h) before `done` is called; a mistake stays in the editor with the message under it.
 * Esc leaves all as it was. UI thread.
 */
#ifndef DOSSIER_UI_WIDGETS_EDITOR_H
#define DOSSIER_UI_WIDGETS_EDITOR_H

#include "core/schema.h"
#include "core/value.h"
#include "ui/pane.h"

/* value is borrowed: null for null. label is the reference's name where one was chosen, else NULL.
 */
typedef void (*editor_done)(void *context, const struct value *value, const char *label);
typedef void (*editor_cancelled)(void *context);

struct editor_request {
    const struct field *field;   /* borrowed until the editor closes: hold the schema */
    const struct schema *schema; /* of the record; for references and dependent picklists */
    struct value value;          /* the present value, borrowed for the call */
    struct value controlling;    /* the record's present value of the field's controller, borrowed
                                    for the call; absent: not known, then all is offered */
    int row, column,
        columns;  /* screen cells of the cell being edited; row -1: a box in the middle */
    bool refused; /* the value was typed before and could not be staged: it is taken as it is */
    bool secret;  /* typed unseen, and the present value is not shown */
    bool begins_on_line; /* a text of several lines is typed on one, until more are asked for */
    bool filter_value;   /* for a filter: relative dates stay words, null is not offered */
    editor_done done;
    editor_cancelled cancelled; /* also when the editor is closed from outside; may be NULL */
    void *context;
};

void editor_open(struct app *app, const struct editor_request *request);

/* --- other small widgets --- */

/* A list to choose from, with type-to-find. items borrowed for the call (copied). chosen: index of
 * the present one or -1. done gets the index, or is not called on Esc. */
void picker_open(struct app *app, const char *title, const char *const *items,
                 const char *const *notes, size_t count, int chosen, int row, int column,
                 void (*done)(void *context, int index), void *context);

/* One line of text with a prompt. done gets the text; returning false keeps it open (say why with
 * app_message). */
void prompt_open(struct app *app, const char *title, const char *text,
                 bool (*done)(void *context, const char *text), void *context);

/* The same for a context that must be freed: release gets it when the prompt ends without an answer
 * that done took. */
void prompt_open_owned(struct app *app, const char *title, const char *text,
                       bool (*done)(void *context, const char *text),
                       void (*release)(void *context), void *context);

/* A question with named answers: "Leave with 3 staged changes?" keys "keep|drop|stay"; each
 * answer's first letter chooses it. done gets the index, -1 on Esc or when it is closed. */
void dialog_open(struct app *app, const char *title, const char *body, const char *answers,
                 void (*done)(void *context, int answer), void *context);

/* Text to read, over several lines, scrollable: an error's details, a payload. */
void reader_open(struct app *app, const char *title, const char *text);

/* The line editor underneath: text, cursor at grapheme boundaries, undo. Zero-initialise it. */
struct line_snapshot {
    char *text; /* owned */
    size_t cursor;
};
enum line_edit { LINE_EDIT_NONE, LINE_EDIT_TYPED, LINE_EDIT_RUBBED, LINE_EDIT_OTHER };
struct line_editor {
    struct text text;
    size_t cursor;              /* byte offset */
    size_t scroll;              /* byte offset of the first shown */
    size_t most;                /* most bytes; 0: no bound */
    bool touched;               /* something was typed, pasted or deleted since line_editor_set */
    struct line_snapshot *undo; /* owned; oldest first */
    size_t undo_count, undo_capacity;
    enum line_edit last_edit; /* typing in a row is undone in one step */
    struct text killed;       /* what Ctrl-K, Ctrl-U and Ctrl-W took, for Ctrl-Y */
};
void line_editor_set(struct line_editor *editor, const char *text);
void line_editor_free(struct line_editor *editor);
/* Replaces bytes [from, to) by the text and puts the cursor behind it, as one step of undo. */
void line_editor_replace(struct line_editor *editor, size_t from, size_t to, const char *bytes,
                         size_t length);
/* True when the key was used (movement, insertion, deletion; Ctrl-A/E/U/K/W, words, paste). */
bool line_editor_key(struct line_editor *editor, const struct key_press *key);
void line_editor_draw(struct line_editor *editor, struct canvas *canvas, int row, int column,
                      int columns, enum role role, bool cursor);

#endif
