/*
 * pages: the pages of one query in their order, several on their way at once where the backend
 * numbers them. Main thread.
 */
#ifndef DOSSIER_CLI_PAGES_H
#define DOSSIER_CLI_PAGES_H

#include "cli/command.h"
#include "core/query.h"
#include "core/record.h"

struct pages;

/* Borrows all three. */
struct pages *pages_open(struct command *command, const struct schema *schema,
                         const struct query *query);
void pages_close(struct pages *pages); /* cancels what is on its way */
/* May a page repeat rows of the page before it? */
bool pages_are_numbered(const struct pages *pages);
/* The next page, the caller's to free; NULL at the end, or with an error. */
struct page *pages_next(struct pages *pages, struct error *error);

#endif
