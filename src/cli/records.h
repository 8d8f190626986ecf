/*
 * records: reading records page by page, and the columns they are printed with. Main thread.
 */
#ifndef DOSSIER_CLI_RECORDS_H
#define DOSSIER_CLI_RECORDS_H

#include "cli/command.h"
#include "core/query.h"
#include "core/record.h"

/* Called for each row; false stops, with or without an error. */
typedef bool (*row_handler)(void *context, const struct page *page, size_t row,
                            struct error *error);

/* Runs a resolved query to its end or its limit, a page at a time, never holding more than one. */
bool records_read(struct command *command, const struct schema *schema, const struct query *query,
                  row_handler handler, void *context, struct error *error);

/* The columns of --columns, else the list's own in a table, else every field. */
bool records_choose_columns(struct command *command, const struct schema *schema,
                            enum exchange_format format, struct query *query, struct error *error);
void records_add_all_columns(const struct schema *schema, struct query *query);
/* Adds `field = value` to the query's filter. */
void records_add_equals(struct query *query, const struct field *field, const struct value *value);

/* The columns of a resolved query for a writer: the first `count`. Borrows from the query; the
 * caller frees the array. */
struct exchange_column *records_columns(const struct query *query, size_t count);
/* Ends the writer; says how many bytes had to be replaced. Write errors are output_close's. */
void records_close(struct exchange_writer *writer);

#endif
