/*
 * columns: which columns a list has before the user chose any. Pure but for the schemas a session
 * knows; UI thread.
 */
#ifndef DOSSIER_SESSION_COLUMNS_H
#define DOSSIER_SESSION_COLUMNS_H

#include "core/query.h"
#include "core/schema.h"

struct session;

/* Adds a sensible choice of columns: what names the record, then references, picklists, amounts,
 * dates and the rest; at most eight. The query is not resolved afterwards. */
void session_default_columns(const struct schema *schema, struct query *query);

/* Puts in place of each column that is a reference the name of what it points at (Account.Name for
 * AccountId), where that object's schema is known and has a name. */
void session_name_columns(const struct session *session, const struct schema *schema,
                          struct query *query);

#endif
