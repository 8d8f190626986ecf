/*
 * filter_pane: what the files of the builder pane share: the pane itself. Private to
 * ui/panes/filter*.c. UI thread.
 *
 * Rows and text say the same at all times but while the text has a mistake: then the rows are what
 * the text last said.
 */
#ifndef DOSSIER_UI_PANES_FILTER_PANE_H
#define DOSSIER_UI_PANES_FILTER_PANE_H

#include "ui/panes/filter.h"
#include "ui/panes/filter_count.h"
#include "ui/panes/filter_fields.h"
#include "ui/panes/filter_rows.h"
#include "ui/panes/filter_text.h"
#include "ui/widgets/scroller.h"

enum filter_cell { CELL_FIELD, CELL_OPERATOR, CELL_VALUE, CELL_SECOND_VALUE };

/* What a chosen id is called, so that a row can show the name. */
struct filter_label {
    char *value, *label; /* owned */
};

struct filter_pane {
    struct pane pane;
    struct schema *schema; /* held */
    struct filter_rows rows;
    struct filter_text text;
    struct filter_count count;
    struct scroller scroller;
    enum filter_cell cell;
    bool in_text;
    char *columns; /* owned: the list's columns as text, kept with what is applied or saved */

    /* What the open picker or editor is for. */
    struct field_choices choices;
    struct filter *edited;        /* the condition; NULL for an order term */
    size_t edited_operand;        /* which of its values */
    struct field edited_field;    /* the field as its editor should see it; strings borrowed */
    struct schema *edited_schema; /* held while edited_field is in use */
    uint32_t operators[OPERATOR_COUNT]; /* those the operator picker shows, in its order */
    bool chain;                         /* a new row: operator and value are asked for in turn */
    struct text completions;            /* candidates, NUL-separated, while completing */
    size_t completion_start;

    struct filter_label *labels;
    size_t label_count, label_capacity;
};

/* The rows were changed: text and count follow. row is where the cursor goes (NO_ROW: stays). */
unsigned filter_pane_changed(struct filter_pane *filter, long row);
/* The row under the cursor. */
const struct filter_row *filter_pane_row(const struct filter_pane *filter);
const struct field *filter_pane_field(const struct filter_pane *filter,
                                      const struct filter *condition);

/* --- filter_value.c: editing the cells of a row --- */
void filter_edit_field(struct filter_pane *filter, struct filter *condition);
void filter_edit_operator(struct filter_pane *filter, struct filter *condition);
void filter_edit_value(struct filter_pane *filter, struct filter *condition, size_t operand);
/* A new condition: field, operator and value are asked for one after the other. */
void filter_add_row(struct filter_pane *filter);
/* The same when the field is known. */
void filter_add_field(struct filter_pane *filter, const char *path);
/* A new order term, or another field for the one under the cursor. */
void filter_pick_order(struct filter_pane *filter, bool new_term);
void filter_edit_limit(struct filter_pane *filter);

/* --- filter_draw.c --- */
void filter_draw(struct pane *pane, struct canvas *canvas);
/* How the height is shared out. */
int filter_list_rows(struct filter_pane *filter);
/* Appends a condition's value as the row shows it. */
void filter_operand_words(const struct filter_pane *filter, const struct filter *condition,
                          const struct operand *operand, struct text *out);
void filter_free_labels(struct filter_pane *filter);

#endif
