/*
 * record_set_internal: what record_set.c and record_seek.c share. UI thread.
 */
#ifndef DOSSIER_SESSION_RECORD_SET_INTERNAL_H
#define DOSSIER_SESSION_RECORD_SET_INTERNAL_H

#include "session/runs.h"
#include "session/session_internal.h"

enum { FULL_PAGE = 200, FAR_PAGE = 5000, MOST_PAGES_AHEAD = 16 };

/* A record looked for where the backend can seek, or the whole read anew (record_seek.c). */
struct seek;

/* One record's row on its way. */
struct row_job {
    struct row_job *next;
    struct record_set *set;
    uint64_t job;
    char *id; /* owned */
};

/* A page behind the one that is waited for (record_ahead.c). */
struct page_ahead {
    struct record_set *set;
    uint64_t job; /* 0: not in use */
    char *cursor; /* owned */
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
    uint64_t page_job; /* may be one of those ahead */
    bool page_urgent;
    size_t page_size; /* of every page, where pages have numbers; else 0 */
    struct page_ahead ahead[MOST_PAGES_AHEAD];
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
/* The answer to a page job: its rows go where its cursor says. */
void record_set_take_answer(struct record_set *set, uint64_t job, const struct operation *operation,
                            struct result *result);
/* Finds out whether pages have numbers, and how large they are then. */
void record_set_number_pages(struct record_set *set);
/* The job that brings the page of this cursor already, or 0. */
uint64_t record_set_ahead_job(struct record_set *set, const char *cursor);
/* Asks for the pages after the one with this cursor, which begins at row `start`, up to row `end`.
 */
void record_set_ask_ahead(struct record_set *set, const char *cursor, size_t start, size_t end);
void record_set_stop_ahead(struct record_set *set);
void record_set_fail(struct record_set *set, struct error *error);
void record_set_start_count(struct record_set *set);
void record_set_stop_count(struct record_set *set);
bool record_set_is_refreshing(const struct record_set *set);
void record_set_free_seeks(struct record_set *set);
int64_t record_set_now(void); /* milliseconds, monotonic */

#endif
