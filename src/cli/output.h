/*
 * output: standard output for a verb, and the formats of its rows.
 *
 * Writing waits for the reader and for SIGINT at once, so that a reader who does not read cannot
 * keep an interrupted verb alive; a closed pipe ends the verb quietly, a full disk is an error.
 * Main thread.
 */
#ifndef DOSSIER_CLI_OUTPUT_H
#define DOSSIER_CLI_OUTPUT_H

#include <stdio.h>

#include "core/error.h"
#include "core/schema.h"
#include "core/value.h"
#include "exchange/exchange.h"

struct output {
    FILE *file;
    int stop;      /* readable once the user interrupts; -1 for none */
    int failure;   /* errno of the first write that failed; 0 */
    bool terminal; /* standard output is one */
    size_t width;  /* of the terminal in columns; 0 where there is none */
    unsigned flags;
};

/* Fills *output, whose address must stay until output_close. */
void output_open(struct output *output, int stop);
/* Nothing more can or should be written: failed, closed or interrupted. */
bool output_is_dead(const struct output *output);
/* Flushes. False with an error when writing failed, ERROR_CANCELLED when it was interrupted; true
 * when the reader closed the pipe, who has had enough. */
bool output_close(struct output *output, struct error *error);

/* The format asked for by name, or the usual one (name NULL). */
bool output_format(const struct output *output, const char *name, enum exchange_format *format,
                   struct error *error);

/* A line of words, cleaned where a terminal shows it. */
void output_line(struct output *output, const char *line);

/* A table that is made here, not read from a backend: names of its columns, then rows. */
struct sheet {
    const char *const *names;
    size_t column_count;
    struct value *cells; /* owned, row by row */
    size_t row_count;
};
/* Adds a row of column_count values, which are copied. */
void sheet_add(struct sheet *sheet, const struct value *values);
void sheet_print(const struct sheet *sheet, struct output *output, enum exchange_format format);
void sheet_free(struct sheet *sheet);

#endif
