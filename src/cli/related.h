/*
 * related: the flags --of and --with, which go along the relations of a describe. Main thread.
 */
#ifndef DOSSIER_CLI_RELATED_H
#define DOSSIER_CLI_RELATED_H

#include "cli/command.h"
#include "core/query.h"
#include "core/record.h"

/* --of: narrows the query to the records that belong to the record `id` of the object `parent`. */
bool related_restrict(struct command *command, const struct schema *schema, struct query *query,
                      const char *parent, const char *id, struct error *error);

/* The relations asked for by --with. */
struct related;

/* Adds to the query the columns by which related records are found; those beyond the query's own
 * are not for printing. NULL with an error. */
struct related *related_open(struct command *command, const struct schema *schema,
                             struct query *query, struct error *error);
/* Prints the related records of a row inside the row just written. */
bool related_print(const struct related *related, struct exchange_writer *writer,
                   const struct page *page, size_t row, struct error *error);
void related_free(struct related *related); /* NULL is allowed */

#endif
