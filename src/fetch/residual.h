/*
 * residual: what a backend cannot filter or order, done here (design section 4).
 *
 * The filter is split at its top-level ANDs: what the backend can is sent, the rest is evaluated
 * page by page. An order the backend cannot give needs every record: they are all read, sorted, and
 * come as one page. Fields of referenced records that the backend cannot give are joined
 * (parents.h). Columns that only the residual needs are fetched and cut away again. Pure but
 * for the pages it asks the backend for; fetch thread, except where said.
 */
#ifndef DOSSIER_FETCH_RESIDUAL_H
#define DOSSIER_FETCH_RESIDUAL_H

#include "core/query.h"
#include "fetch/execute.h"

/* Is a part of the filter, or the order, to be done here, or are fields of referenced records to be
 * joined? Any thread. */
bool residual_is_needed(const struct backend_ops *ops, const struct query *query);
bool residual_filters(const struct backend_ops *ops, const struct query *query);
bool residual_orders(const struct backend_ops *ops, const struct query *query);
bool residual_joins(const struct backend_ops *ops, const struct query *query);
/* What is done here, in words: "filtered here: …". The caller frees; NULL when nothing is. Any
 * thread. */
char *residual_words(const struct backend_ops *ops, const struct query *query);

/* A page operation: reads on until it has a page's worth of rows, or has worked a moment; a page
 * with fewer rows, even none, and a next cursor means there may be more. */
void residual_page(struct engine *engine, const struct operation *operation,
                   struct cancel_token *token, const struct progress *progress,
                   struct result *result);
/* A count operation: reads every record that the backend's part of the filter leaves. */
void residual_count(struct engine *engine, const struct operation *operation,
                    struct cancel_token *token, const struct progress *progress,
                    struct result *result);
/* A group operation on a backend that gives whole sets. */
void residual_group(struct engine *engine, const struct operation *operation,
                    struct cancel_token *token, const struct progress *progress,
                    struct result *result);

#endif
