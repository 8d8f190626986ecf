/*
 * result: what came back from an action, a raw query or a write of several records: a table to
 * scroll through where there are rows, words to read where there are words alone. UI thread.
 */
#ifndef DOSSIER_UI_PANES_RESULT_H
#define DOSSIER_UI_PANES_RESULT_H

#include "ui/app.h"

struct result_table;

/* Where a result comes from. Both are borrowed for the call. */
struct result_origin {
    const char *title;  /* "search" */
    const char *object; /* whose records the rows are where they do not say so; NULL: not known */
};

/* Shows what the result holds, which is taken out of it: over the main panes, or where something
 * stands above those, as a message that says how to see it (:result). */
void result_show(struct app *app, const struct result_origin *origin, struct result *result);
/* The command `result`: shows again what came back last. */
unsigned result_pane_open(struct app *app);
const char *result_why_not(struct app *app, struct pane *pane);

/* --- result_table.c: the rows --- */

struct result_table {
    char *title;
    char *object;      /* of the rows that do not name theirs; NULL: not known */
    char *words;       /* what was said besides the rows; NULL: nothing */
    struct page *page; /* NULL: words alone */
    char **columns;    /* names of the page's columns 1 … */
    size_t column_count;
    size_t id_column, object_column; /* page columns; 0: there is none */
};

/* Takes page, columns and text out of the result; results of writes become rows of their own. */
struct result_table *result_table_new(const struct result_origin *origin, struct result *result);
void result_table_free(struct result_table *table); /* NULL is allowed */
size_t result_table_rows(const struct result_table *table);
/* The record a row is about; false where it names none. The caller frees both. */
bool result_table_record(const struct result_table *table, size_t row, char **object, char **id);
/* A value as people read it: yes and no. */
void result_print_value(const struct value *value, struct text *out);
/* A row as "name: value" lines. */
void result_table_print_row(const struct result_table *table, size_t row, struct text *out);
/* Is it better read than scrolled: words, or one row that leads to no record? */
bool result_table_is_words(const struct result_table *table);

#endif
