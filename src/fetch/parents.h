/*
 * parents: fields of referenced records (Account.Name), joined to pages here where the backend
 * cannot give them itself. Each record is asked for once while the struct lives. Fetch thread.
 */
#ifndef DOSSIER_FETCH_PARENTS_H
#define DOSSIER_FETCH_PARENTS_H

#include "fetch/execute.h"

struct parents;

/* Does the query name fields of referenced records that the backend cannot give? Any thread. */
bool parents_in_columns(const struct backend_ops *ops, const struct query *query);
bool parents_in_order(const struct backend_ops *ops, const struct query *query);

/* For the columns of a resolved query, which is borrowed and must outlive this. NULL with an error
 * where an object on the way is not known. */
struct parents *parents_new(const struct query *query, struct error *error);
void parents_free(struct parents *parents); /* NULL is allowed */

/* The query as it is sent: its own columns, with the references that lead to the others. The
 * caller frees. */
struct query *parents_own_query(const struct query *query);

/* Takes a page of the own query; gives one of all columns. NULL with result->error. */
struct page *parents_join(struct parents *parents, const struct query *own, struct page *page,
                          struct engine *engine, struct cancel_token *token,
                          const struct progress *progress, struct result *result);

#endif
