/*
 * record_seek: where a record stands, and reading a record set anew around one. UI thread.
 *
 * A seek asks how many records come before an id and for the page that begins with it, then for the
 * page before that. With the answers it either adds a run to the set (locate) or replaces all runs
 * at once (refresh), so that what is shown stays until the new rows are there. Where the backend
 * cannot seek, a refresh reads on from the start until it has what is looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/record_set_internal.h"

struct seek {
    struct seek *next;
    struct record_set *set;
    bool refreshes;
    char *id; /* owned; NULL: from the start */
    void (*handler)(void *context, long index);
    void *context;
    uint64_t count_job, page_job;
    int64_t index; /* -1 until the count came */
    struct page *page;
    char *next_cursor, *previous_cursor;
    struct runs fresh; /* of a refresh */
    size_t through;    /* a refresh from the start reads this far */
};

static void read_around(struct seek *seek);
static void page_of_start_arrived(void *context, const struct operation *operation,
                                  struct result *result);

/* --- life --- */

static struct seek *seek_new(struct record_set *set, const char *id)
{
    struct seek *seek = memory_zeroed(1, sizeof *seek);
    seek->set = set;
    seek->id = memory_copy_string(id);
    seek->index = -1;
    seek->next = set->seeks;
    set->seeks = seek;
    return seek;
}

static void seek_free(struct seek *seek)
{
    struct seek **place = &seek->set->seeks;
    while (*place != seek) {
        place = &(*place)->next;
    }
    *place = seek->next;
    session_withdraw(seek->set->session, seek->count_job);
    session_withdraw(seek->set->session, seek->page_job);
    page_free(seek->page);
    free(seek->next_cursor);
    free(seek->previous_cursor);
    runs_clear(&seek->fresh);
    free(seek->id);
    free(seek);
}

void record_set_free_seeks(struct record_set *set)
{
    while (set->seeks != NULL) {
        seek_free(set->seeks);
    }
}

static struct seek *refreshing(const struct record_set *set)
{
    for (struct seek *seek = set->seeks; seek != NULL; seek = seek->next) {
        if (seek->refreshes) {
            return seek;
        }
    }
    return NULL;
}

bool record_set_is_refreshing(const struct record_set *set)
{
    return refreshing(set) != NULL;
}

static uint64_t submit(struct seek *seek, struct operation *operation, session_handler handler)
{
    struct error error = {0};
    uint64_t job =
        session_submit_own(seek->set->session, operation, JOB_NOW, handler, seek, &error);
    error_clear(&error);
    return job;
}

/* --- the end of a seek --- */

/* The handler may close the set or ask anew: the seek is gone before it is called. */
static void finish_locate(struct seek *seek, long index)
{
    struct record_set *set = seek->set;
    void (*handler)(void *context, long index) = seek->handler;
    void *context = seek->context;
    if (index >= 0) {
        runs_insert(&set->runs, (size_t)index, seek->page, seek->previous_cursor,
                    seek->next_cursor);
        seek->page = NULL;
        seek->next_cursor = NULL;
        seek->previous_cursor = NULL;
        index = runs_find(&set->runs, seek->id, (size_t)index);
    }
    seek_free(seek);
    if (index >= 0) {
        record_set_settle(set);
    }
    handler(context, index);
}

/* The new rows take the place of the old ones, all in one step. */
static void finish_refresh(struct seek *seek)
{
    struct record_set *set = seek->set;
    session_withdraw(set->session, set->page_job);
    record_set_stop_ahead(set);
    set->page_job = 0;
    set->loading_since = 0;
    runs_clear(&set->runs);
    set->runs = seek->fresh;
    memset(&seek->fresh, 0, sizeof seek->fresh);
    error_clear(&set->error);
    set->failed = false;
    seek_free(seek);
    record_set_stop_count(set);
    if (!set->can_count) {
        set->total = -1;
    }
    if (runs_at_end(&set->runs)) {
        set->total = (int64_t)runs_end(&set->runs);
    } else {
        record_set_start_count(set);
    }
    record_set_settle(set);
}

static void fail_seek(struct seek *seek, struct error *error)
{
    struct record_set *set = seek->set;
    if (!seek->refreshes) {
        finish_locate(seek, -1);
        return;
    }
    set->loading_since = 0;
    seek_free(seek);
    record_set_fail(set, error);
}

/* A page that came without rows or error is a mistake of the adapter's; say so. */
static bool page_failed(const struct seek *seek, struct result *result)
{
    if (!error_is_set(&result->error) && result->page == NULL) {
        error_set(&result->error, ERROR_PROTOCOL, "A page of %s came back without its records.",
                  seek->set->query->object);
    }
    return error_is_set(&result->error);
}

/* --- from the start --- */

static void read_from_start(struct seek *seek, const char *cursor)
{
    struct record_set *set = seek->set;
    size_t left =
        seek->through > runs_end(&seek->fresh) ? seek->through - runs_end(&seek->fresh) : FULL_PAGE;
    size_t size = cursor == NULL && left < FULL_PAGE ? left : left > FAR_PAGE ? FAR_PAGE : left;
    enum position_kind kind = cursor == NULL ? POSITION_START : POSITION_CURSOR;
    seek->page_job =
        submit(seek, record_set_page_operation(set, kind, cursor, size), page_of_start_arrived);
}

static const char *fresh_cursor(const struct seek *seek)
{
    const struct runs *fresh = &seek->fresh;
    return fresh->count == 0 ? fresh->head : fresh->items[fresh->count - 1].next;
}

static void page_of_start_arrived(void *context, const struct operation *operation,
                                  struct result *result)
{
    (void)operation;
    struct seek *seek = context;
    seek->page_job = 0;
    if (page_failed(seek, result)) {
        fail_seek(seek, &result->error);
        return;
    }
    bool ended = result->next == NULL;
    runs_append(&seek->fresh, (long)seek->fresh.count - 1, result->page, result->next);
    result->page = NULL;
    result->next = NULL;
    if (ended || runs_end(&seek->fresh) >= seek->through) {
        if (ended && seek->fresh.count == 0) {
            seek->set->total = 0;
        }
        finish_refresh(seek);
        return;
    }
    read_from_start(seek, fresh_cursor(seek));
}

/* --- around a record --- */

/* Not among them any more: a refresh tries the record shown after it, and then the start. */
static void not_found(struct seek *seek)
{
    struct record_set *set = seek->set;
    if (!seek->refreshes) {
        finish_locate(seek, -1);
        return;
    }
    const struct page *page = NULL;
    size_t row = 0;
    long old = record_set_find(set, seek->id);
    bool neighbour = old >= 0 && runs_row(&set->runs, (size_t)old + 1, &page, &row);
    session_withdraw(set->session, seek->count_job);
    session_withdraw(set->session, seek->page_job);
    seek->count_job = 0;
    seek->page_job = 0;
    page_free(seek->page);
    seek->page = NULL;
    free(seek->id);
    seek->id = NULL;
    if (neighbour) {
        struct value id = page_id(page, row);
        seek->id = memory_copy(id.as.text.bytes, id.as.text.length);
        read_around(seek);
    } else {
        read_from_start(seek, NULL);
    }
}

static void add_seek_page(struct seek *seek)
{
    runs_insert(&seek->fresh, (size_t)seek->index, seek->page, seek->previous_cursor,
                seek->next_cursor);
    seek->page = NULL;
    seek->next_cursor = NULL;
    seek->previous_cursor = NULL;
}

static void page_before_arrived(void *context, const struct operation *operation,
                                struct result *result)
{
    (void)operation;
    struct seek *seek = context;
    seek->page_job = 0;
    if (page_failed(seek, result)) {
        fail_seek(seek, &result->error);
        return;
    }
    runs_prepend(&seek->fresh, 0, result->page, result->previous);
    result->page = NULL;
    result->previous = NULL;
    finish_refresh(seek);
}

/* Count and page are both there: a locate ends, a refresh fetches what is shown above the row. */
static void settle_seek(struct seek *seek)
{
    struct record_set *set = seek->set;
    if (seek->index < 0 || seek->page == NULL) {
        return;
    }
    if (set->query->limit >= 0 && seek->index >= set->query->limit) {
        not_found(seek);
        return;
    }
    if (!seek->refreshes) {
        finish_locate(seek, (long)seek->index);
        return;
    }
    bool more_above = seek->previous_cursor != NULL && set->can_back && seek->index > 0;
    add_seek_page(seek);
    if (!more_above) {
        finish_refresh(seek);
        return;
    }
    size_t size = set->rows > FULL_PAGE ? set->rows : FULL_PAGE;
    seek->page_job = submit(
        seek, record_set_page_operation(set, POSITION_BEFORE, seek->fresh.items[0].previous, size),
        page_before_arrived);
}

static void count_before_arrived(void *context, const struct operation *operation,
                                 struct result *result)
{
    (void)operation;
    struct seek *seek = context;
    seek->count_job = 0;
    if (result->error.kind == ERROR_NOT_FOUND) {
        not_found(seek);
    } else if (error_is_set(&result->error)) {
        fail_seek(seek, &result->error);
    } else {
        seek->index = result->total;
        settle_seek(seek);
    }
}

static bool begins_with(const struct page *page, const char *id)
{
    if (page == NULL || page_row_count(page) == 0) {
        return false;
    }
    struct value first = page_id(page, 0);
    return first.as.text.length == strlen(id) &&
           memcmp(first.as.text.bytes, id, first.as.text.length) == 0;
}

static void page_at_arrived(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct seek *seek = context;
    seek->page_job = 0;
    bool missing = !error_is_set(&result->error) && !begins_with(result->page, seek->id);
    if (missing || result->error.kind == ERROR_NOT_FOUND) {
        not_found(seek);
    } else if (error_is_set(&result->error)) {
        fail_seek(seek, &result->error);
    } else {
        seek->page = result->page;
        seek->next_cursor = result->next;
        seek->previous_cursor = result->previous;
        result->page = NULL;
        result->next = NULL;
        result->previous = NULL;
        settle_seek(seek);
    }
}

/* The page first: where the record is not there, nothing is counted. */
static void read_around(struct seek *seek)
{
    struct record_set *set = seek->set;
    size_t size = set->rows > FULL_PAGE ? set->rows : FULL_PAGE;
    seek->index = -1;
    seek->page_job =
        submit(seek, record_set_page_operation(set, POSITION_ID, seek->id, size), page_at_arrived);
    struct operation *count = operation_new(OPERATION_COUNT, set->query->object);
    count->query = query_copy(set->query);
    count->position.kind = POSITION_ID;
    count->position.cursor = memory_copy_string(seek->id);
    seek->count_job = submit(seek, count, count_before_arrived);
}

/* --- public --- */

void record_set_refresh(struct record_set *set, const char *id)
{
    struct seek *running = refreshing(set);
    if (running != NULL) {
        seek_free(running);
    }
    struct seek *seek = seek_new(set, id);
    seek->refreshes = true;
    set->first = id == NULL ? 0 : set->first;
    seek->through = set->first + (set->rows == 0 ? FULL_PAGE : set->rows);
    set->wanted = true;
    set->loading_since = record_set_now();
    if (id != NULL && set->can_seek && set->runs.count > 0) {
        read_around(seek);
    } else {
        read_from_start(seek, NULL);
    }
    session_notify(set->session, SESSION_EVENT_RECORDS);
}

bool record_set_can_locate(const struct record_set *set)
{
    return set->can_seek;
}

bool record_set_locate(struct record_set *set, const char *id,
                       void (*handler)(void *context, long index), void *context)
{
    long index = record_set_find(set, id);
    if (index >= 0 || !set->can_seek) {
        handler(context, index);
        return false;
    }
    struct seek *seek = seek_new(set, id);
    seek->handler = handler;
    seek->context = context;
    read_around(seek);
    return true;
}
