/*
 * record: records in two shapes.
 *
 * A page is many records of the same columns, packed into one block: a list holds millions of cells
 * this way and frees a page in one step. A record is one, with named owned values: the detail pane,
 * get, create and update use it. A page is not changed once finished; it may be read from any
 * thread, but it has one owner. Column 0 of every page is the record's id as text (key values
 * joined as commands.md says), so that ids need no schema to be compared.
 */
#ifndef DOSSIER_CORE_RECORD_H
#define DOSSIER_CORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/value.h"

struct page;
struct page_builder;

/* column_count includes column 0, the id. */
struct page_builder *page_builder_new(size_t column_count);
/* Appends the next cell of the current row; exactly column_count cells make a row. */
void page_builder_add(struct page_builder *builder, const struct value *value);
/* Ends the row: missing cells become absent. */
void page_builder_end_row(struct page_builder *builder);
/* The finished page, owned by the caller; the builder is freed. */
struct page *page_builder_finish(struct page_builder *builder);
void page_builder_free(struct page_builder *builder); /* without finishing; NULL is allowed */

void page_free(struct page *page); /* NULL is allowed */
size_t page_row_count(const struct page *page);
size_t page_column_count(const struct page *page);
size_t page_memory(const struct page *page); /* bytes it takes in all */

/* A cell, borrowed from the page. row and column must exist. */
struct value page_value(const struct page *page, size_t row, size_t column);
/* The id of a row: bytes and length, borrowed. */
struct value page_id(const struct page *page, size_t row);
/* The row with an id, or -1. */
long page_find(const struct page *page, const char *id);

struct record_field {
    char *name;         /* owned */
    struct value value; /* owned */
};

struct record {
    char *object; /* owned; may be NULL */
    char *id;     /* owned; NULL for one not created yet */
    struct record_field *fields;
    size_t field_count;
};

struct record *record_new(const char *object, const char *id); /* copies both; either may be NULL */
void record_free(struct record *record);                       /* NULL is allowed */
struct record *record_copy(const struct record *record);
/* Sets or adds a field; the value is copied. */
void record_set(struct record *record, const char *field, const struct value *value);
void record_unset(struct record *record, const char *field);
/* The same for a secret: what it held is overwritten first. */
void record_wipe(struct record *record, const char *field);
/* The value of a field, borrowed; absent when the record does not have it. */
struct value record_value(const struct record *record, const char *field);

/* An id of several columns: values joined by ',', with ',' and '%' inside a value as %2C and %25;
 * of one column: the value as it is, which is never split.
 * Splitting gives an array of *count owned strings (free each and the array), or NULL with an
 * error. */
void record_join_id(struct text *out, const struct value *values, size_t count);
char **record_split_id(const char *id, size_t *count, struct error *error);

#endif
