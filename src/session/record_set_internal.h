/*
 * record_set_internal: what record_set.c and record_seek.c share. UI thread.
 */
#ifndef DOSSIER_SESSION_RECORD_SET_INTERNAL_H
#define DOSSIER_SESSION_RECORD_SET_INTERNAL_H

#include "session/runs.h"
#include "session/session_internal.h"

enum { FULL_PAGE = 200, FAR_PAGE = 5000 };

/* A record looked for where the backend can seek, or the whole read anew (record_seek.c). */
struct seek;

/* One record's row on its way. */
struct row_job {
    struct row_job *next;
    struct record_set *set;
    uint64_t job;
    char *id; /* owned */
};

struct record_set {
    struct session *session;
    struct query *query; /* owned */
    char *residual;      /* owned; NULL when nothing is done here */
    bool can_seek, can_back, can_end, can_count;
    struct runs runs;
    int64_t total;      /* -1: not known */
    size_t first, rows; /* what is looked at */
    bool backwards;     /* the direction of travel */
    bool wanted;
    uint64_t page_job;
    bool page_urgent;
    int64_t loading_since;
    uint64_t count_job;
    struct seek *seeks; /* a list; at most one of them refreshes */
    struct row_job *row_jobs;
    struct error error;
    bool failed; /* the last page could not be had: nothing is fetched ahead until asked */
    uint64_t generation;
};

/* A page operation of the set's query. */
struct operation *record_set_page_operation(const struct record_set *set, enum position_kind kind,
                                            const char *cursor, size_t page_size);
/* After rows changed: bounds, the count, what to fetch next, observers. */
void record_set_settle(struct record_set *set);
void record_set_fail(struct record_set *set, struct error *error);
void record_set_start_count(struct record_set *set);
void record_set_stop_count(struct record_set *set);
bool record_set_is_refreshing(const struct record_set *set);
void record_set_free_seeks(struct record_set *set);
int64_t record_set_now(void); /* milliseconds, monotonic */

#endif
