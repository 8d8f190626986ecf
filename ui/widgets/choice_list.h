/*
 * choice_list: the model and the drawing of a list to choose from, narrowed by what is typed.
 * Picker, picklists and sets are made of it. UI thread.
 */
#ifndef DOSSIER_UI_WIDGETS_CHOICE_LIST_H
#define DOSSIER_UI_WIDGETS_CHOICE_LIST_H

#include "ui/widgets/editor.h"

struct choice {
    char *text; /* owned */
    char *note; /* owned; NULL for none */
    bool marked;
};

enum { CHOICE_NONE = -1, CHOICE_TYPED = -2 };

struct choice_list {
    struct choice *items;
    size_t count, capacity;
    size_t *shown; /* items that match, best first */
    size_t shown_count;
    size_t cursor; /* among those shown */
    size_t top;
    struct line_editor find;
    bool fuzzy;          /* names of things: letters in order are enough; else a part of the text */
    bool boxes;          /* each item has a box to mark */
    bool offer_typed;    /* what is typed may be chosen although it is no item */
    const char *nothing; /* said when there is no item at all; NULL: "nothing matches" */
};

void choice_list_add(struct choice_list *list, const char *text, const char *note);
void choice_list_free(struct choice_list *list);
/* Works out what is shown after items were added or find has changed. */
void choice_list_refind(struct choice_list *list);
/* Puts the cursor on an item; ignored when it is not shown. */
void choice_list_select(struct choice_list *list, int item);
/* Movement, and typing into find. */
bool choice_list_key(struct choice_list *list, const struct key_press *key, int rows);
/* The wheel and clicks: true when an item was chosen by a click on the cursor's row. */
bool choice_list_mouse(struct choice_list *list, const struct mouse_event *event, int rows,
                       bool *used);
/* Index of the item under the cursor, CHOICE_NONE, or CHOICE_TYPED for what was typed. */
int choice_list_current(const struct choice_list *list);
void choice_list_draw(struct choice_list *list, struct canvas *canvas, int row, int rows);
/* What is typed, behind a title: it grows at its end, so a key changes one cell of the frame. */
void choice_list_title(const struct choice_list *list, struct text *out);
void choice_list_title_right(const struct choice_list *list, struct text *out);
/* Cells that the widest item takes, marks and notes included. */
int choice_list_width(const struct choice_list *list);
/* Rows it would fill: items, and the typed one. */
int choice_list_rows(const struct choice_list *list);

#endif
