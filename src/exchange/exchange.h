/*
 * exchange: rows of records out, in every format of commands.md, "Output".
 *
 * A writer is fed row by row and keeps no more than it must (the aligned table keeps its rows to
 * measure them, up to a bound, then fixes its widths). Used by the headless verbs and by export.
 * Nothing here knows of backends. UI thread, or any one thread per writer.
 */
#ifndef DOSSIER_EXCHANGE_EXCHANGE_H
#define DOSSIER_EXCHANGE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/error.h"
#include "core/schema.h"
#include "core/value.h"

enum exchange_format {
    EXCHANGE_TABLE,
    EXCHANGE_CSV,
    EXCHANGE_TSV,
    EXCHANGE_JSON,
    EXCHANGE_NDJSON,
    EXCHANGE_MARKDOWN,
    EXCHANGE_FORMAT_COUNT
};

const char *exchange_format_name(enum exchange_format format);
bool exchange_format_find(const char *name, enum exchange_format *out);

struct exchange_column {
    const char *name;          /* heading; borrowed until the writer is closed */
    const struct field *field; /* for alignment and format; may be NULL */
};

struct exchange_writer;

enum exchange_flags {
    EXCHANGE_TO_TERMINAL = 1, /* controls are made visible in every format */
    EXCHANGE_ASCII = 2,       /* no characters beyond ASCII in borders */
    EXCHANGE_GUARD = 4        /* csv, tsv: cells that begin with = + - @ get a ' in front */
};

/* Writes to `out`, which stays the caller's. width: columns of the terminal, 0 when there is none
 * (a table is then as wide as it needs to be). */
struct exchange_writer *exchange_open(FILE *out, enum exchange_format format,
                                      const struct exchange_column *columns, size_t count,
                                      unsigned flags, size_t width);
/* One row of count values, borrowed for the call. In JSON and NDJSON what is absent is left out. */
void exchange_row(struct exchange_writer *writer, const struct value *values);
/* Adds to the row just written a nested array of objects under `name` (JSON and NDJSON; the other
 * formats leave it out): begin, rows, end. columns are borrowed until the end. */
void exchange_begin_nested(struct exchange_writer *writer, const char *name,
                           const struct exchange_column *columns, size_t count);
void exchange_nested_row(struct exchange_writer *writer, const struct value *values);
void exchange_end_nested(struct exchange_writer *writer);
/* Ends the output (closing bracket, last rows). Returns false with ERROR_SERVER and the
 * system's reason when writing failed (disk full, closed pipe); the caller knows the file's name
 * and puts it in front with error_context. *repaired: bytes that were not UTF-8 (may be NULL).
 */
bool exchange_close(struct exchange_writer *writer, size_t *repaired, struct error *error);

/* A JSON document for `describe`, `objects` and write results is made with jansson by cli/. */

#endif
