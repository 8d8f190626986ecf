/*
 * wire: operations of an adapter that speaks HTTP: encoded, sent, decoded, with the manners of the
 * network (design section 3).
 *
 * Reads are tried again when the connection failed or the server is busy; a write only when the
 * server said that it did not do it. While one job waits, the exchanges of pages that wait behind
 * it are under way too. Fetch thread, but for wire_wake.
 */
#ifndef DOSSIER_FETCH_WIRE_H
#define DOSSIER_FETCH_WIRE_H

#include "fetch/execute.h"
#include "net/http.h"

/* What the queue in front of it tells it, and hears. */
struct wire_host {
    /* The request of a page that waits, not given before; false when there is none. */
    bool (*next_ahead)(void *context, struct http_request *request, uint64_t *job);
    /* Does the job still wait or run? */
    bool (*is_wanted)(void *context, uint64_t job);
    struct http_listener listener;
    void *context;
};

struct wire;

struct wire *wire_new(struct backend *backend, const struct profile *profile,
                      struct wire_host host);
void wire_free(struct wire *wire);
/* Any thread: makes the fetch thread look at its cancel flag, and at the queue. */
void wire_wake(struct wire *wire);
/* The next operations belong to this job. What nobody waits for any more is broken off. */
void wire_begin(struct wire *wire, uint64_t job, const struct progress *progress);
/* Breaks off what nobody waits for; whether there was anything. */
bool wire_tidy(struct wire *wire);
/* Begins the first exchange of a read that is to be executed next, unless it is under way already.
 * It is kept for a moment after the job has ended, for the one that goes on from there. False where
 * there is no room for more. */
bool wire_expect(struct wire *wire, const struct operation *operation);
/* Milliseconds until there may be something to tidy; -1: there is nothing. */
int wire_keeps_for(const struct wire *wire);
void wire_execute(struct wire *wire, const struct operation *operation, struct cancel_token *token,
                  struct result *result);
/* Ends the session that the server gave, if there is one; waits no longer than two seconds. */
void wire_sign_out(struct wire *wire);

#endif
