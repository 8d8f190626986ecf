/*
 * parents: fields of referenced records (Account.Name), joined to pages here where the backend
 * cannot give them itself. Each record is asked for once in a job, and once in several that follow
 * one another. Fetch thread.
 */
#ifndef DOSSIER_FETCH_PARENTS_H
#define DOSSIER_FETCH_PARENTS_H

#include "fetch/execute.h"

struct parents;

/* Does the query name fields of referenced records that the backend cannot give? Any thread. */
bool parents_in_columns(const struct backend_ops *ops, const struct query *query);
bool parents_in_order(const struct backend_ops *ops, const struct query *query);

/* For the columns of a resolved query. Those of the job before go on where it joined the same a
 * moment ago, unless fresh: a list comes in many jobs. NULL with an error where an object on the
 * way is not known. */
struct parents *parents_take(struct engine *engine, const struct query *query, bool fresh,
                             struct error *error);
/* Gives them back, for the job after this one. NULL is allowed. */
void parents_give(struct engine *engine, struct parents *parents);
/* Something was written, or the engine ends. */
void parents_forget(struct engine *engine);

/* The query as it is sent: its own columns, with the references that lead to the others. The
 * caller frees. */
struct query *parents_own_query(const struct query *query);

/* Takes a page of the own query; gives one of all columns. NULL with result->error. */
struct page *parents_join(struct parents *parents, const struct query *own, struct page *page,
                          struct engine *engine, struct cancel_token *token,
                          const struct progress *progress, struct result *result);

#endif
