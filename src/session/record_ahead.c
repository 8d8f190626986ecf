/*
 * record_ahead: pages of a record set that are on their way behind the one it waits for, where the
 * backend numbers its pages. UI thread.
 *
 * Answers come in the order in which they were asked for, so that each continues the run that the
 * one before it made; one that does not is dropped, and asked for again when its turn comes.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/record_set_internal.h"

void record_set_number_pages(struct record_set *set)
{
    size_t size = (size_t)set->session->profile->page_size;
    if (set->residual != NULL || session_parallel(set->session) < 2) {
        return;
    }
    char *first = session_page_cursor(set->session, 0, &size);
    set->page_size = first == NULL ? 0 : size;
    free(first);
}

static struct page_ahead *find_ahead(struct record_set *set, const char *cursor)
{
    for (size_t i = 0; i < MOST_PAGES_AHEAD && cursor != NULL; i++) {
        struct page_ahead *ahead = &set->ahead[i];
        if (ahead->job != 0 && strcmp(ahead->cursor, cursor) == 0) {
            return ahead;
        }
    }
    return NULL;
}

uint64_t record_set_ahead_job(struct record_set *set, const char *cursor)
{
    const struct page_ahead *ahead = find_ahead(set, cursor);
    return ahead == NULL ? 0 : ahead->job;
}

static void forget(struct page_ahead *ahead)
{
    free(ahead->cursor);
    *ahead = (struct page_ahead){0};
}

void record_set_stop_ahead(struct record_set *set)
{
    for (size_t i = 0; i < MOST_PAGES_AHEAD; i++) {
        if (set->ahead[i].job != 0) {
            session_withdraw(set->session, set->ahead[i].job);
            forget(&set->ahead[i]);
        }
    }
}

static void ahead_arrived(void *context, const struct operation *operation, struct result *result)
{
    struct page_ahead *ahead = context;
    struct record_set *set = ahead->set;
    uint64_t job = ahead->job;
    forget(ahead);
    record_set_take_answer(set, job, operation, result);
}

static void ask(struct record_set *set, char *cursor, bool urgent)
{
    struct error error = {0};
    struct page_ahead *ahead = NULL;
    for (size_t i = 0; i < MOST_PAGES_AHEAD && ahead == NULL; i++) {
        ahead = set->ahead[i].job == 0 ? &set->ahead[i] : NULL;
    }
    if (ahead == NULL) {
        free(cursor);
        return;
    }
    struct operation *operation =
        record_set_page_operation(set, POSITION_CURSOR, cursor, set->page_size);
    *ahead = (struct page_ahead){.set = set, .cursor = cursor};
    ahead->job = session_submit_own(set->session, operation, urgent ? JOB_SOON : JOB_AHEAD,
                                    ahead_arrived, ahead, &error);
    if (ahead->job == 0) {
        forget(ahead);
    }
    error_clear(&error);
}

/* The number of the page with this cursor, which begins at this row; 0 when numbers do not hold. */
static size_t number_of(const struct record_set *set, const char *cursor, size_t start)
{
    size_t size = set->page_size, number = start / size;
    char *expected = session_page_cursor(set->session, number, &size);
    bool holds = cursor != NULL && expected != NULL && strcmp(expected, cursor) == 0;
    free(expected);
    return holds ? number : 0;
}

void record_set_ask_ahead(struct record_set *set, const char *cursor, size_t start, size_t end)
{
    size_t number = set->page_size == 0 ? 0 : number_of(set, cursor, start);
    size_t most = session_parallel(set->session);
    if (number == 0) {
        return;
    }
    most = most > MOST_PAGES_AHEAD ? MOST_PAGES_AHEAD : most;
    for (size_t i = 1; i < most && (number + i) * set->page_size < end; i++) {
        size_t size = set->page_size;
        char *next = session_page_cursor(set->session, number + i, &size);
        if (find_ahead(set, next) == NULL) {
            ask(set, next, set->page_urgent);
        } else {
            free(next);
        }
    }
}
