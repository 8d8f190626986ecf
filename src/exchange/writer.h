/*
 * writer: what the formats of exchange/ share; not for other rooms.
 *
 * A writer gathers its output in `buffer` and hands it on in large parts. After a failure it drops
 * what it is given, and exchange_close says so.
 */
#ifndef DOSSIER_EXCHANGE_WRITER_H
#define DOSSIER_EXCHANGE_WRITER_H

#include <stdio.h>

#include "core/text.h"
#include "exchange/exchange.h"

struct exchange_table;

/* One format. end and the nested ones may be NULL. */
struct exchange_ops {
    const char *name;
    void (*begin)(struct exchange_writer *writer);
    void (*row)(struct exchange_writer *writer, const struct value *values);
    void (*begin_nested)(struct exchange_writer *writer, const char *name);
    void (*nested_row)(struct exchange_writer *writer, const struct value *values);
    void (*end_nested)(struct exchange_writer *writer);
    void (*end)(struct exchange_writer *writer);
};

struct exchange_writer {
    FILE *out; /* the caller's */
    const struct exchange_ops *ops;
    const struct exchange_column *columns; /* owned copy of the array; names borrowed */
    size_t column_count;
    unsigned flags;
    size_t width;
    struct text buffer;
    size_t row_count;
    size_t repaired;
    int failure; /* errno of the first write that failed, 0 while all is well */

    /* JSON: the object that is being written, and the array in it. */
    bool row_open;
    size_t member_count;
    const struct exchange_column *nested_columns;
    size_t nested_column_count;
    size_t nested_row_count;

    struct exchange_table *table; /* the aligned table's rows, until its widths are fixed */
};

extern const struct exchange_ops exchange_table_ops;
extern const struct exchange_ops exchange_json_ops;
extern const struct exchange_ops exchange_ndjson_ops;

/* Appends the plain spelling of a value as UTF-8, counting the bytes that had to be repaired. */
void writer_spell(struct exchange_writer *writer, const struct value *value, struct text *out);
/* Appends text fit for one line of a terminal. */
void writer_clean(const struct exchange_writer *writer, const struct text *text, struct text *out);
/* Hands the buffer on when it has grown large. */
void writer_flush_some(struct exchange_writer *writer);

#endif
