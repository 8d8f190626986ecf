/*
 * read_back: what became of a write whose answer was lost. Fetch thread.
 */
#ifndef DOSSIER_FETCH_READ_BACK_H
#define DOSSIER_FETCH_READ_BACK_H

#include "fetch/execute.h"

/* Looks at the records of the operation's lost writes, and says of each what it can: done
 * (success, read_back), not done (an error, not lost any more), or still unknown, with what was
 * found. Nothing is sent but reads. Without lost writes, or once the token is set, it does nothing.
 */
void read_back(struct engine *engine, const struct operation *operation, struct cancel_token *token,
               const struct progress *progress, struct result *result);

#endif
