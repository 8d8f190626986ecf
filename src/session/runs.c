/* runs: see runs.h. UI thread. */
#include "session/runs.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static size_t run_end(const struct run *run)
{
    return run->start + run->rows;
}

/* --- memory --- */

static void run_release(struct run *run)
{
    if (--run->shared->references == 0) {
        page_free(run->shared->page);
        free(run->shared);
    }
    free(run->next);
    free(run->previous);
}

static void remove_runs(struct runs *runs, size_t first, size_t count)
{
    if (count == 0) {
        return; /* there may be no items at all yet */
    }
    for (size_t i = first; i < first + count; i++) {
        run_release(&runs->items[i]);
    }
    memmove(&runs->items[first], &runs->items[first + count],
            (runs->count - first - count) * sizeof *runs->items);
    runs->count -= count;
}

void runs_clear(struct runs *runs)
{
    remove_runs(runs, 0, runs->count);
    free(runs->items);
    free(runs->head);
    memset(runs, 0, sizeof *runs);
}

static void insert_run(struct runs *runs, size_t at, struct run run)
{
    runs->items = memory_grow(runs->items, runs->count, &runs->capacity, sizeof *runs->items);
    memmove(&runs->items[at + 1], &runs->items[at], (runs->count - at) * sizeof *runs->items);
    runs->items[at] = run;
    runs->count++;
}

static struct shared_page *share(struct page *page)
{
    struct shared_page *shared = memory_zeroed(1, sizeof *shared);
    shared->page = page;
    shared->references = 1;
    return shared;
}

/* --- looking --- */

size_t runs_end(const struct runs *runs)
{
    return runs->count == 0 ? 0 : run_end(&runs->items[runs->count - 1]);
}

bool runs_at_end(const struct runs *runs)
{
    return runs->count > 0 && runs->items[runs->count - 1].at_end;
}

/* How many runs begin at or before the index. */
static size_t beginning_by(const struct runs *runs, size_t index)
{
    size_t low = 0, high = runs->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runs->items[middle].start <= index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

long runs_holding(const struct runs *runs, size_t index)
{
    size_t count = beginning_by(runs, index);
    return count > 0 && index < run_end(&runs->items[count - 1]) ? (long)count - 1 : NO_RUN;
}

long runs_before(const struct runs *runs, size_t index)
{
    size_t count = beginning_by(runs, index);
    while (count > 0 && run_end(&runs->items[count - 1]) > index) {
        count--;
    }
    return (long)count - 1;
}

size_t runs_unloaded_from(const struct runs *runs, size_t index)
{
    for (long at = runs_holding(runs, index); at != NO_RUN; at = runs_holding(runs, index)) {
        index = run_end(&runs->items[at]);
    }
    return index;
}

size_t runs_stretch_start(const struct runs *runs, size_t index)
{
    while (index > 0) {
        long at = runs_holding(runs, index - 1);
        if (at == NO_RUN) {
            break;
        }
        index = runs->items[at].start;
    }
    return index;
}

bool runs_row(const struct runs *runs, size_t index, const struct page **page, size_t *row)
{
    long at = runs_holding(runs, index);
    if (at == NO_RUN) {
        return false;
    }
    const struct run *run = &runs->items[at];
    *page = run->shared->page;
    *row = run->offset + (index - run->start);
    return true;
}

static bool id_equals(struct value id, const char *wanted, size_t length)
{
    return id.as.text.length == length && memcmp(id.as.text.bytes, wanted, length) == 0;
}

static long find_in_run(const struct run *run, const char *id, size_t length)
{
    for (size_t row = 0; row < run->rows; row++) {
        if (id_equals(page_id(run->shared->page, run->offset + row), id, length)) {
            return (long)(run->start + row);
        }
    }
    return -1;
}

long runs_find(const struct runs *runs, const char *id, size_t near)
{
    size_t length = strlen(id);
    size_t above = beginning_by(runs, near), below = above;
    while (above < runs->count || below > 0) {
        if (below > 0) {
            long index = find_in_run(&runs->items[--below], id, length);
            if (index >= 0) {
                return index;
            }
        }
        if (above < runs->count) {
            long index = find_in_run(&runs->items[above++], id, length);
            if (index >= 0) {
                return index;
            }
        }
    }
    return -1;
}

long runs_with_next(const struct runs *runs, const char *cursor)
{
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->items[i].next != NULL && strcmp(runs->items[i].next, cursor) == 0) {
            return (long)i;
        }
    }
    return NO_RUN;
}

long runs_with_previous(const struct runs *runs, const char *cursor)
{
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->items[i].previous != NULL && strcmp(runs->items[i].previous, cursor) == 0) {
            return (long)i;
        }
    }
    return NO_RUN;
}

size_t runs_memory(const struct runs *runs)
{
    size_t bytes = runs->capacity * sizeof *runs->items;
    for (size_t i = 0; i < runs->count; i++) {
        if (i == 0 || runs->items[i].shared != runs->items[i - 1].shared) {
            bytes += page_memory(runs->items[i].shared->page) + sizeof(struct shared_page);
        }
    }
    return bytes;
}

/* --- where pages meet --- */

/* The row of the page among [from, to) that is the given row of a run, or -1. */
static long meets(const struct page *page, size_t from, size_t to, const struct run *run,
                  size_t row)
{
    struct value id = page_id(run->shared->page, run->offset + row);
    for (size_t at = from; at < to; at++) {
        if (id_equals(page_id(page, at), id.as.text.bytes, id.as.text.length)) {
            return (long)at;
        }
    }
    return -1;
}

/* Rows of a run that its neighbour's page no longer has were deleted: a few are looked past. */
enum { MOST_STALE = 8 };

/* The row of the page where the run begins, its first *stale rows aside; or -1. */
static long meets_start(const struct page *page, size_t from, size_t to, const struct run *run,
                        size_t *stale)
{
    long met = -1;
    size_t row = 0;
    while (met < 0 && row < run->rows && row < MOST_STALE) {
        met = meets(page, from, to, run, row++);
    }
    *stale = met < 0 ? 0 : row - 1;
    return met;
}

/* The row of the page that is the run's last, its last *stale rows aside; or -1. */
static long meets_end(const struct page *page, size_t from, size_t to, const struct run *run,
                      size_t *stale)
{
    long met = -1;
    size_t row = 0;
    while (met < 0 && row < run->rows && row < MOST_STALE) {
        row++;
        met = meets(page, from, to, run, run->rows - row);
    }
    *stale = met < 0 ? 0 : row - 1;
    return met;
}

static void drop_first_rows(struct run *run, size_t count)
{
    run->start += count;
    run->offset += count;
    run->rows -= count;
}

static void move_runs(struct runs *runs, size_t first, size_t from, size_t to)
{
    for (size_t i = first; i < runs->count; i++) {
        runs->items[i].start = runs->items[i].start - from + to;
    }
}

static void set_cursor(char **place, char *cursor)
{
    free(*place);
    *place = cursor;
}

/* A page without rows only moves the cursor on. */
static void append_nothing(struct runs *runs, long at, char *next)
{
    bool at_end = next == NULL;
    if (at == NO_RUN) {
        set_cursor(&runs->head, next);
    } else {
        set_cursor(&runs->items[at].next, next);
        runs->items[at].at_end = at_end;
    }
    if (at_end) {
        size_t kept = (size_t)(at + 1);
        remove_runs(runs, kept, runs->count - kept);
    }
}

/* Leaves out what run `at` already has at its end, then what the run after it has. */
void runs_append(struct runs *runs, long at, struct page *page, char *next)
{
    size_t offset = 0, end = page_row_count(page);
    size_t start = at == NO_RUN ? 0 : run_end(&runs->items[at]);
    size_t following = (size_t)(at + 1);
    if (at != NO_RUN && end > 0) {
        const struct run *before = &runs->items[at];
        long last = meets(page, 0, end, before, before->rows - 1);
        offset = last < 0 ? 0 : (size_t)last + 1;
    }
    long met = -1;
    size_t stale = 0;
    if (following < runs->count) {
        met = meets_start(page, offset, end, &runs->items[following], &stale);
    }
    if (met >= 0) {
        end = (size_t)met;
        drop_first_rows(&runs->items[following], stale);
        move_runs(runs, following, runs->items[following].start, start + end - offset);
        free(next);
        next = NULL;
    } else if (next == NULL) {
        remove_runs(runs, following, runs->count - following);
    } else if (following < runs->count && start + end - offset > runs->items[following].start) {
        move_runs(runs, following, runs->items[following].start, start + end - offset);
    }
    if (offset == end && met < 0) {
        append_nothing(runs, at, next);
        page_free(page);
        return;
    }
    if (at != NO_RUN) {
        set_cursor(&runs->items[at].next, NULL);
    }
    if (offset == end) {
        page_free(page);
        return;
    }
    struct run run = {.start = start,
                      .shared = share(page),
                      .offset = offset,
                      .rows = end - offset,
                      .next = next,
                      .at_end = next == NULL && met < 0};
    insert_run(runs, following, run);
}

/* The start is reached: what was thought to come before is gone. */
static void begin_here(struct runs *runs, size_t at, size_t start)
{
    move_runs(runs, at, start, 0);
    remove_runs(runs, 0, at);
}

void runs_prepend(struct runs *runs, size_t at, struct page *page, char *previous)
{
    size_t offset = 0, end = page_row_count(page);
    long met = end == 0 ? -1 : meets(page, 0, end, &runs->items[at], 0);
    end = met < 0 ? end : (size_t)met;
    size_t floor = at == 0 ? 0 : run_end(&runs->items[at - 1]);
    long joined = -1;
    if (at > 0) {
        size_t stale = 0;
        struct run *before = &runs->items[at - 1];
        joined = meets_end(page, 0, end, before, &stale);
        before->rows -= stale;
        floor = run_end(before);
    }
    if (joined >= 0) {
        offset = (size_t)joined + 1;
        free(previous);
        previous = NULL;
        set_cursor(&runs->items[at - 1].next, NULL);
    }
    size_t rows = end - offset;
    if (joined >= 0 || runs->items[at].start < floor + rows) {
        move_runs(runs, at, runs->items[at].start, floor + rows);
    }
    size_t start = runs->items[at].start - rows;
    bool at_start = previous == NULL && joined < 0;
    set_cursor(&runs->items[at].previous, NULL);
    if (rows == 0) {
        runs->items[at].previous = previous;
        page_free(page);
    } else {
        struct run run = {.start = start,
                          .shared = share(page),
                          .offset = offset,
                          .rows = rows,
                          .previous = previous};
        insert_run(runs, at, run);
    }
    if (at_start) {
        begin_here(runs, at, start);
    }
}

void runs_insert(struct runs *runs, size_t start, struct page *page, char *previous, char *next)
{
    long before = runs_before(runs, start);
    size_t following = (size_t)(before + 1);
    size_t offset = 0, end = page_row_count(page);
    long met = -1;
    if (following < runs->count) {
        size_t stale = 0;
        met = meets_start(page, 0, end, &runs->items[following], &stale);
        drop_first_rows(&runs->items[following], stale);
        end = met < 0 ? end : (size_t)met;
    }
    if (before != NO_RUN && end > 0) {
        size_t stale = 0;
        struct run *run = &runs->items[before];
        long joined = meets_end(page, 0, end, run, &stale);
        run->rows -= stale;
        offset = joined < 0 ? 0 : (size_t)joined + 1;
        start = joined < 0 ? start : run_end(run);
    }
    if (met >= 0 ||
        (following < runs->count && start + end - offset > runs->items[following].start)) {
        move_runs(runs, following, runs->items[following].start, start + end - offset);
    }
    if (offset == end) {
        page_free(page);
        free(previous);
        free(next);
        return;
    }
    struct run run = {.start = start,
                      .shared = share(page),
                      .offset = offset,
                      .rows = end - offset,
                      .previous = previous,
                      .next = next,
                      .at_end = next == NULL && met < 0};
    if (run.at_end) {
        remove_runs(runs, following, runs->count - following);
    }
    insert_run(runs, following, run);
}

/* --- single rows --- */

/* Cuts run `at` before its row-th row; both halves keep sharing the page. */
static void split(struct runs *runs, size_t at, size_t row)
{
    struct run *run = &runs->items[at];
    if (row == 0 || row >= run->rows) {
        return;
    }
    struct run rest = *run;
    rest.start += row;
    rest.offset += row;
    rest.rows -= row;
    rest.previous = NULL;
    rest.shared->references++;
    run->rows = row;
    run->next = NULL;
    run->at_end = false;
    insert_run(runs, at + 1, rest);
}

/* The cursors at the ends of a run that goes pass to its neighbours. */
static void hand_on_cursors(struct runs *runs, size_t at)
{
    struct run *run = &runs->items[at];
    if (at > 0 && run_end(&runs->items[at - 1]) == run->start) {
        struct run *before = &runs->items[at - 1];
        set_cursor(&before->next, run->next);
        before->at_end = run->at_end;
        run->next = NULL;
    }
    if (at + 1 < runs->count && runs->items[at + 1].start == run_end(run)) {
        set_cursor(&runs->items[at + 1].previous, run->previous);
        run->previous = NULL;
    }
}

static void drop_single(struct runs *runs, size_t at)
{
    size_t start = runs->items[at].start;
    hand_on_cursors(runs, at);
    remove_runs(runs, at, 1);
    move_runs(runs, at, start + 1, start);
}

void runs_replace_row(struct runs *runs, size_t index, struct page *page)
{
    long holding = runs_holding(runs, index);
    if (holding == NO_RUN) {
        page_free(page);
        return;
    }
    size_t at = (size_t)holding;
    size_t row = index - runs->items[at].start;
    if (row > 0) {
        split(runs, at, row);
        at++;
    }
    split(runs, at, 1);
    if (page == NULL) {
        drop_single(runs, at);
        return;
    }
    struct run *run = &runs->items[at];
    if (--run->shared->references == 0) {
        page_free(run->shared->page);
        free(run->shared);
    }
    run->shared = share(page);
    run->offset = 0;
}

void runs_cut(struct runs *runs, size_t limit)
{
    while (runs->count > 0 && runs->items[runs->count - 1].start >= limit) {
        remove_runs(runs, runs->count - 1, 1);
    }
    if (runs_end(runs) >= limit && runs->count > 0) {
        struct run *last = &runs->items[runs->count - 1];
        last->rows = limit - last->start;
        last->at_end = true;
        set_cursor(&last->next, NULL);
    }
}

void runs_set_total(struct runs *runs, size_t total)
{
    size_t end = runs_end(runs);
    if (!runs_at_end(runs) || end == total) {
        return;
    }
    size_t first = runs->count;
    while (first > 0 &&
           (first == runs->count || runs->items[first].start == run_end(&runs->items[first - 1]))) {
        first--;
    }
    size_t floor = first == 0 ? 0 : run_end(&runs->items[first - 1]);
    size_t gap = runs->items[first].start - floor;
    if (gap > 0 && total + gap >= end) {
        move_runs(runs, first, end, total);
    }
}
