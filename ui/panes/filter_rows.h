/*
 * filter_rows: the model of the filter builder: a filter and an order as rows that can be moved,
 * grouped and taken out. Pure; UI thread.
 *
 * While it is edited, every "not" holds a group, so that each row has one shape: "none of" is not
 * (any of), "not all of" is not (all of). filter_rows_query undoes that again: a query that was
 * loaded and not changed comes out the same, and a row that is only half filled in is left out.
 */
#ifndef DOSSIER_UI_PANES_FILTER_ROWS_H
#define DOSSIER_UI_PANES_FILTER_ROWS_H

#include "core/query.h"

enum filter_row_kind {
    FILTER_ROW_GROUP,
    FILTER_ROW_CONDITION,
    FILTER_ROW_ORDER, /* an order term; or where the first one would be */
    FILTER_ROW_LIMIT
};

enum { NO_ROW = -1 };

struct filter_row {
    enum filter_row_kind kind;
    int depth;
    struct filter *node;   /* group ("and", "or", "not") or condition; NULL for order and limit */
    struct filter *parent; /* the "and" or "or" it stands in; NULL for the root */
    size_t at;             /* its place in the parent, or the order term's number */
    long parent_row;       /* NO_ROW for the root, order and limit */
};

struct filter_rows {
    struct query *query; /* owned: object, order and limit; its filter is always NULL */
    struct filter *root; /* owned: a group */
    struct filter_row *rows;
    size_t count, capacity;
};

/* Takes over filter, order and limit of a query (copied), forgetting what was there. */
void filter_rows_load(struct filter_rows *rows, const struct query *query);
void filter_rows_free(struct filter_rows *rows);
/* The query as it now is, not resolved and without columns; the caller frees. */
struct query *filter_rows_query(const struct filter_rows *rows);
/* Works the rows out again after a condition was changed from outside. */
void filter_rows_refresh(struct filter_rows *rows);
long filter_rows_find(const struct filter_rows *rows, const struct filter *node);
/* The first order row: an order term, or the place for one. */
size_t filter_rows_first_order(const struct filter_rows *rows);

/* Each returns the row that the cursor should stand on, NO_ROW when it cannot be done. */

/* Puts a condition (taken) behind a condition, at the end of a group, or at the end of the root. */
long filter_rows_add(struct filter_rows *rows, size_t at, struct filter *condition);
/* Puts a group around a condition, or a new empty one into a group. */
long filter_rows_group(struct filter_rows *rows, size_t at);
/* Makes sure that a condition added to the root narrows the filter: "any of" and the like go into
 * an "all of". */
void filter_rows_narrow(struct filter_rows *rows);
long filter_rows_remove(struct filter_rows *rows, size_t at);
/* One place up or down; over a group's edge it goes into the group or out of it. */
long filter_rows_move(struct filter_rows *rows, size_t at, bool down);
/* all of → any of → none of → not all of. */
long filter_rows_cycle(struct filter_rows *rows, size_t at);
long filter_rows_add_order(struct filter_rows *rows, size_t at, const char *path, bool descending);
long filter_rows_flip_order(struct filter_rows *rows, size_t at);

/* "all of", "any of", "none of", "not all of". */
const char *filter_rows_group_name(const struct filter *node);
/* Takes a condition's operands away. */
void filter_rows_clear_operands(struct filter *condition, size_t keep);
/* Marks the condition as half filled in, or not, by what its operator needs. */
void filter_rows_check(struct filter *condition);

#endif
