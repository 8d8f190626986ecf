/*
 * runs: the loaded rows of a record set, a sparse list.
 *
 * A run is a stretch of rows that came in one page, with the index of its first row and the cursors
 * at its ends. Runs are in order and do not overlap; between two there may be a gap of rows that
 * are not loaded, whose size is as good as the counts were. Rows that are found where pages meet
 * are merged by id; when a gap proves larger or smaller, what follows it moves. Pure; UI thread.
 */
#ifndef DOSSIER_SESSION_RUNS_H
#define DOSSIER_SESSION_RUNS_H

#include "core/record.h"

/* A page shared by the runs that were cut out of it. */
struct shared_page {
    struct page *page; /* owned */
    size_t references;
};

struct run {
    size_t start; /* index of the first row */
    struct shared_page *shared;
    size_t offset; /* of the first row in the page */
    size_t rows;
    char *next;     /* owned: cursor after it; NULL at the end, or where the next run follows */
    char *previous; /* owned: cursor before it; NULL at the start, or where a run precedes */
    bool at_end;    /* no record comes after it */
};

struct runs {
    struct run *items;
    size_t count, capacity;
    char *head; /* owned: where reading on from the start begins, when pages without rows came;
                   NULL: at the start */
};

enum { NO_RUN = -1 };

void runs_clear(struct runs *runs);
size_t runs_end(const struct runs *runs); /* index after the last loaded row */
bool runs_at_end(const struct runs *runs);
/* The run that holds the index, or NO_RUN. */
long runs_holding(const struct runs *runs, size_t index);
/* The last run that ends at or before the index, or NO_RUN. */
long runs_before(const struct runs *runs, size_t index);
/* The first index from `index` on that is not loaded; and the first of the loaded stretch that ends
 * before it. */
size_t runs_unloaded_from(const struct runs *runs, size_t index);
size_t runs_stretch_start(const struct runs *runs, size_t index);
bool runs_row(const struct runs *runs, size_t index, const struct page **page, size_t *row);
/* Index of a loaded record, or -1; looks from the index `near` outwards. */
long runs_find(const struct runs *runs, const char *id, size_t near);
/* Runs by their cursors, or NO_RUN. */
long runs_with_next(const struct runs *runs, const char *cursor);
long runs_with_previous(const struct runs *runs, const char *cursor);

/* Puts a page after run `at` (NO_RUN: at the start). Takes page and next (NULL: the end). */
void runs_append(struct runs *runs, long at, struct page *page, char *next);
/* Puts a page before run `at`. Takes page and previous (NULL: the start). */
void runs_prepend(struct runs *runs, size_t at, struct page *page, char *previous);
/* Puts a page where its first row has this index. Takes all three. */
void runs_insert(struct runs *runs, size_t start, struct page *page, char *previous, char *next);
/* The rows of run `at` in place of another row: page has one row, or NULL: the row goes. */
void runs_replace_row(struct runs *runs, size_t index, struct page *page);
void runs_cut(struct runs *runs, size_t limit); /* rows from limit on go; the end is there */
/* The count came: moves what follows the last gap when the end is loaded. */
void runs_set_total(struct runs *runs, size_t total);
size_t runs_memory(const struct runs *runs);

#endif
