/*
 * filter_count: how many records a query matches, asked anew whenever it changes, and which part of
 * it the backend is sent. No key waits for it. UI thread.
 */
#ifndef DOSSIER_UI_PANES_FILTER_COUNT_H
#define DOSSIER_UI_PANES_FILTER_COUNT_H

#include "session/session.h"
#include "ui/pane.h"

struct filter_count {
    struct pane *pane; /* marked when an answer comes */
    struct session *session;
    struct schema *schema; /* borrowed: of the object counted */
    bool include_deleted;  /* as the list does */
    uint64_t job;
    int64_t total;          /* -1: not known */
    bool partial;           /* only the part that could be sent was counted */
    struct text sent, here; /* the fields of either part; empty: nothing of it */
    struct error error;
};

/* Cancels the question before and asks for this query (borrowed; unresolved). */
void filter_count_ask(struct filter_count *count, const struct query *query);
/* Cancels what is under way. */
void filter_count_free(struct filter_count *count);
/* "128 records match · sent to the server: all of it". */
void filter_count_words(const struct filter_count *count, const char *bullet, struct text *out);

#endif
