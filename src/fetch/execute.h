/*
 * execute: one operation, whole, on the backend: split into its batches, and with what the backend
 * cannot filter or order done here. Fetch thread.
 */
#ifndef DOSSIER_FETCH_EXECUTE_H
#define DOSSIER_FETCH_EXECUTE_H

#include "backend/backend.h"

struct wire;
struct parents;

/* What does the work: a backend, and for one that speaks HTTP the wire between. */
struct engine {
    struct backend *backend;
    struct wire *wire;       /* NULL for a direct backend */
    struct parents *parents; /* of the last job that joined some (parents.h); NULL: none */
};

/* Who hears how far a long operation is. report may be NULL. */
struct progress {
    void (*report)(void *context, size_t done, size_t total); /* total 0: not known */
    void (*note)(void *context, const char *words); /* what it waits for; NULL: nothing now */
    void *context;
};

/* How an error begins whose write may have been done; the operation's name goes in. */
#define LOST_WORDS "It is not known whether the %s was done. "

/* Fills result (zeroed by the caller). What failed as a whole is in result->error; of writes some
 * of which were sent, each has its own error. */
void execute_operation(struct engine *engine, const struct operation *operation,
                       struct cancel_token *token, const struct progress *progress,
                       struct result *result);

/* The backend does it, unless the token is already set. */
void execute_directly(struct engine *engine, const struct operation *operation,
                      struct cancel_token *token, struct result *result);

/* The monotonic clock of everything in this room. */
int64_t now_milliseconds(void);

void progress_report(const struct progress *progress, size_t done, size_t total);

#endif
