/*
 * record_set: the pages of one query, fetched as they are looked at. UI thread.
 *
 * One page of a set is waited for at a time; where pages have numbers, the ones behind it may be on
 * their way too (record_ahead.c). Whenever something changes, plan() looks at what is
 * shown: a row of it that is not loaded is asked for at once; else what lies ahead in the direction
 * of travel, with less urgency. A missing row is reached from the nearest loaded run, or from the
 * end where the backend can page backwards. What was asked is found again by its cursor when the
 * answer comes, since the runs may have moved.
 */
#include "session/record_set_internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "fetch/residual.h"

static void plan(struct record_set *set);

int64_t record_set_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- opening --- */

struct record_set *record_set_open(struct session *session, struct query *query)
{
    struct record_set *set = memory_zeroed(1, sizeof *set);
    uint32_t abilities = session->ops->abilities;
    bool ordered_here = residual_orders(session->ops, query);
    bool filtered_here = residual_filters(session->ops, query);
    set->session = session;
    set->query = query;
    set->residual = residual_words(session->ops, query);
    set->can_seek = (abilities & CAN_SEEK) != 0 && !ordered_here && !filtered_here;
    set->can_back = (abilities & CAN_PAGE_BACK) != 0 && !ordered_here;
    set->can_end = set->can_back && query->limit < 0;
    set->can_count = (abilities & CAN_COUNT) != 0 && !ordered_here && !filtered_here;
    set->total = -1;
    record_set_number_pages(set);
    session->sets = memory_grow(session->sets, session->set_count, &session->set_capacity,
                                sizeof(struct record_set *));
    session->sets[session->set_count++] = set;
    return set;
}

static void forget_set(struct session *session, const struct record_set *set)
{
    for (size_t i = 0; i < session->set_count; i++) {
        if (session->sets[i] == set) {
            session->sets[i] = session->sets[--session->set_count];
            return;
        }
    }
}

static void free_row_jobs(struct record_set *set)
{
    while (set->row_jobs != NULL) {
        struct row_job *row = set->row_jobs;
        set->row_jobs = row->next;
        session_withdraw(set->session, row->job);
        free(row->id);
        free(row);
    }
}

void record_set_close(struct record_set *set)
{
    if (set == NULL) {
        return;
    }
    session_withdraw(set->session, set->page_job);
    record_set_stop_ahead(set);
    session_withdraw(set->session, set->count_job);
    record_set_free_seeks(set);
    free_row_jobs(set);
    forget_set(set->session, set);
    runs_clear(&set->runs);
    query_free(set->query);
    error_clear(&set->error);
    free(set->residual);
    free(set);
}

/* --- what is known --- */

const struct query *record_set_query(const struct record_set *set)
{
    return set->query;
}

size_t record_set_count(const struct record_set *set)
{
    return set->total >= 0 ? (size_t)set->total : runs_end(&set->runs);
}

bool record_set_total_known(const struct record_set *set)
{
    return set->total >= 0;
}

bool record_set_has_more(const struct record_set *set)
{
    return set->total < 0;
}

bool record_set_is_loading(const struct record_set *set)
{
    return set->loading_since != 0;
}

int64_t record_set_loading_since(const struct record_set *set)
{
    return set->loading_since;
}

const struct error *record_set_error(const struct record_set *set)
{
    return &set->error;
}

bool record_set_row(const struct record_set *set, size_t index, const struct page **page,
                    size_t *row)
{
    return runs_row(&set->runs, index, page, row);
}

long record_set_find(const struct record_set *set, const char *id)
{
    return runs_find(&set->runs, id, set->first);
}

const char *record_set_residual(const struct record_set *set)
{
    return set->residual;
}

size_t record_set_memory(const struct record_set *set)
{
    return sizeof *set + runs_memory(&set->runs);
}

uint64_t record_set_generation(const struct record_set *set)
{
    return set->generation;
}

/* --- the count --- */

static void count_arrived(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct record_set *set = context;
    set->count_job = 0;
    if (error_is_set(&result->error) || result->total < 0 || runs_at_end(&set->runs)) {
        if (!error_is_set(&result->error) && result->total >= 0) {
            runs_set_total(&set->runs, (size_t)result->total);
            record_set_settle(set);
        }
        return;
    }
    set->total = result->total;
    record_set_settle(set);
}

void record_set_start_count(struct record_set *set)
{
    if (!set->can_count || set->count_job != 0) {
        return;
    }
    struct error error = {0};
    struct operation *count = operation_new(OPERATION_COUNT, set->query->object);
    count->query = query_copy(set->query);
    set->count_job = session_submit_own(set->session, count, JOB_AHEAD, count_arrived, set, &error);
    error_clear(&error);
}

void record_set_stop_count(struct record_set *set)
{
    session_withdraw(set->session, set->count_job);
    set->count_job = 0;
}

/* --- pages --- */

struct operation *record_set_page_operation(const struct record_set *set, enum position_kind kind,
                                            const char *cursor, size_t page_size)
{
    struct operation *page = operation_new(OPERATION_PAGE, set->query->object);
    size_t largest = set->session->ops->largest_page;
    page->query = query_copy(set->query);
    page->position.kind = kind;
    page->position.cursor = memory_copy_string(cursor);
    page_size = set->page_size > 0 ? set->page_size : page_size;
    page->page_size = largest > 0 && page_size > largest ? largest : page_size;
    return page;
}

static size_t limit_of(const struct record_set *set)
{
    return set->query->limit < 0 ? SIZE_MAX : (size_t)set->query->limit;
}

void record_set_settle(struct record_set *set)
{
    size_t limit = limit_of(set);
    if (runs_end(&set->runs) >= limit) {
        runs_cut(&set->runs, limit);
    }
    if (runs_at_end(&set->runs)) {
        set->total = (int64_t)runs_end(&set->runs);
    } else if (set->total >= 0) {
        size_t total = (size_t)set->total > limit ? limit : (size_t)set->total;
        size_t end = runs_end(&set->runs);
        set->total = (int64_t)(total < end ? end : total);
    }
    set->generation++;
    session_notify(set->session, SESSION_EVENT_RECORDS);
    plan(set);
}

void record_set_fail(struct record_set *set, struct error *error)
{
    error_move(&set->error, error);
    set->failed = true;
    set->generation++;
    session_notify(set->session, SESSION_EVENT_RECORDS);
}

/* An empty page at the very start: there are no records. */
static void note_empty(struct record_set *set, const struct operation *operation, bool ended)
{
    if (ended && set->runs.count == 0 && operation->position.kind != POSITION_ID) {
        set->total = 0;
    }
}

static bool continues_head(const struct runs *runs, const char *cursor)
{
    return runs->head != NULL && strcmp(runs->head, cursor) == 0;
}

/* A page whose neighbour is gone by now is dropped: plan() asks again from where it is. */
static void take_page(struct record_set *set, const struct operation *operation,
                      struct result *result)
{
    struct runs *runs = &set->runs;
    struct page *page = result->page;
    char *next = result->next, *previous = result->previous;
    result->page = NULL;
    result->next = NULL;
    result->previous = NULL;
    size_t rows = page_row_count(page);
    long at = NO_RUN;
    bool ended = next == NULL;
    switch (operation->position.kind) {
    case POSITION_END:
        runs_insert(runs, set->total > (int64_t)rows ? (size_t)set->total - rows : 0, page,
                    previous, NULL);
        free(next);
        break;
    case POSITION_BEFORE:
        at = runs_with_previous(runs, operation->position.cursor);
        free(next);
        if (at != NO_RUN) {
            runs_prepend(runs, (size_t)at, page, previous);
        } else {
            page_free(page);
            free(previous);
        }
        break;
    case POSITION_CURSOR:
        at = runs_with_next(runs, operation->position.cursor);
        free(previous);
        if (at != NO_RUN || continues_head(runs, operation->position.cursor)) {
            runs_append(runs, at, page, next);
        } else {
            page_free(page);
            free(next);
        }
        break;
    default:
        runs_append(runs, NO_RUN, page, next);
        free(previous);
    }
    note_empty(set, operation, ended);
}

void record_set_take_answer(struct record_set *set, uint64_t job, const struct operation *operation,
                            struct result *result)
{
    if (set->page_job == job) {
        set->page_job = 0;
        set->loading_since = 0;
    }
    if (!error_is_set(&result->error) && result->page == NULL) {
        error_set(&result->error, ERROR_PROTOCOL, "A page of %s came back without its records.",
                  set->query->object);
    }
    if (error_is_set(&result->error)) {
        record_set_fail(set, &result->error);
        return;
    }
    error_clear(&set->error);
    if (result->total >= 0) {
        set->total = result->total;
    }
    take_page(set, operation, result);
    if (set->total < 0 && !runs_at_end(&set->runs)) {
        record_set_start_count(set);
    }
    record_set_settle(set);
}

static void page_arrived(void *context, const struct operation *operation, struct result *result)
{
    struct record_set *set = context;
    record_set_take_answer(set, set->page_job, operation, result);
}

/* --- what to fetch next --- */

struct target {
    size_t index; /* a row that is not loaded */
    bool urgent;  /* somebody looks at it */
};

static size_t known_end(const struct record_set *set)
{
    return set->total >= 0 ? (size_t)set->total : limit_of(set);
}

static size_t ahead_of(const struct record_set *set)
{
    return 2 * set->rows > FULL_PAGE ? 2 * set->rows : FULL_PAGE;
}

static bool find_target(const struct record_set *set, struct target *target)
{
    size_t end = known_end(set);
    size_t last = set->first + set->rows < end ? set->first + set->rows : end;
    size_t forward = runs_unloaded_from(&set->runs, set->first);
    if (forward < last) {
        *target = (struct target){forward, true};
        return true;
    }
    if (set->failed) {
        return false;
    }
    size_t back = set->first > 0 ? runs_stretch_start(&set->runs, set->first) : 0;
    if (set->backwards && back > 0 && set->first - back < ahead_of(set)) {
        *target = (struct target){back - 1, false};
        return true;
    }
    if (forward < end && forward < last + ahead_of(set)) {
        *target = (struct target){forward, false};
        return true;
    }
    return false;
}

static size_t page_size_for(const struct record_set *set, size_t distance)
{
    if (set->runs.count == 0 && set->runs.head == NULL && distance == 0) {
        return set->rows + 1;
    }
    if (distance > FULL_PAGE) {
        return distance + set->rows < FAR_PAGE ? distance + set->rows : FAR_PAGE;
    }
    return set->rows > FULL_PAGE ? set->rows : FULL_PAGE;
}

/* From the start, or after the run before the target; NULL when there is no way on. */
static struct operation *reach_forward(const struct record_set *set, long before, size_t distance)
{
    size_t size = page_size_for(set, distance);
    if (before == NO_RUN) {
        bool on = set->runs.head != NULL;
        return record_set_page_operation(set, on ? POSITION_CURSOR : POSITION_START, set->runs.head,
                                         size);
    }
    const char *cursor = set->runs.items[before].next;
    return cursor == NULL ? NULL : record_set_page_operation(set, POSITION_CURSOR, cursor, size);
}

static struct operation *reach_backward(const struct record_set *set, size_t after, size_t distance)
{
    size_t size = page_size_for(set, distance);
    if (after == set->runs.count) {
        return record_set_page_operation(set, POSITION_END, NULL,
                                         size > FULL_PAGE ? FULL_PAGE : size);
    }
    const char *cursor = set->runs.items[after].previous;
    return record_set_page_operation(set, POSITION_BEFORE, cursor, size);
}

static bool can_reach_backward(const struct record_set *set, size_t after)
{
    if (after == set->runs.count) {
        return set->can_end && set->total >= 0 && set->runs.count > 0;
    }
    return set->can_back && set->runs.items[after].previous != NULL;
}

/* The way to a row with the fewest rows in between. */
static struct operation *reach(const struct record_set *set, size_t index)
{
    long before = runs_before(&set->runs, index);
    size_t after = (size_t)(before + 1);
    const struct run *items = set->runs.items;
    size_t forward = index - (before == NO_RUN ? 0 : items[before].start + items[before].rows);
    if (can_reach_backward(set, after)) {
        size_t edge = after < set->runs.count ? items[after].start : (size_t)set->total;
        size_t backward = edge - 1 - index;
        bool stuck = before != NO_RUN && items[before].next == NULL;
        if (backward < forward || stuck) {
            return reach_backward(set, after, backward);
        }
    }
    return reach_forward(set, before, forward);
}

/* The page is on its way already: it is waited for from now on. */
static bool adopt_page(struct record_set *set, const struct operation *operation, bool urgent)
{
    bool after = operation->position.kind == POSITION_CURSOR;
    uint64_t job = after ? record_set_ahead_job(set, operation->position.cursor) : 0;
    if (job != 0 && urgent) {
        fetch_urge(set->session->fetch, job, JOB_NOW);
    }
    set->page_job = job;
    return job != 0;
}

static void submit_page(struct record_set *set, struct operation *operation, bool urgent)
{
    struct error error = {0};
    set->page_urgent = urgent;
    set->loading_since = urgent ? record_set_now() : 0;
    if (adopt_page(set, operation, urgent)) {
        operation_free(operation);
        return;
    }
    set->page_job = session_submit_own(set->session, operation, urgent ? JOB_NOW : JOB_AHEAD,
                                       page_arrived, set, &error);
    if (set->page_job == 0) {
        set->loading_since = 0;
        record_set_fail(set, &error);
    }
    error_clear(&error);
}

/* Fetches what reaches the target, and what lies behind it as far as it will be wanted. */
static void fetch_page(struct record_set *set, const struct target *target)
{
    struct operation *operation = reach(set, target->index);
    if (operation == NULL) {
        return;
    }
    long before = runs_before(&set->runs, target->index);
    const struct run *run = before == NO_RUN ? NULL : &set->runs.items[before];
    bool onward = run != NULL && operation->position.kind == POSITION_CURSOR;
    char *cursor = onward ? memory_copy_string(operation->position.cursor) : NULL;
    size_t start = onward ? run->start + run->rows : 0;
    submit_page(set, operation, target->urgent);
    if (onward && set->page_job != 0) {
        size_t looked_at = target->index > set->first ? target->index : set->first;
        size_t wanted = looked_at + set->rows + ahead_of(set), end = known_end(set);
        record_set_ask_ahead(set, cursor, start, wanted < end ? wanted : end);
    }
    free(cursor);
}

static void plan(struct record_set *set)
{
    struct target target;
    if (!set->wanted || record_set_is_refreshing(set) || !find_target(set, &target)) {
        return;
    }
    if (set->page_job != 0) {
        if (target.urgent && !set->page_urgent) {
            fetch_urge(set->session->fetch, set->page_job, JOB_NOW);
            set->page_urgent = true;
            set->loading_since = record_set_now();
        }
        return;
    }
    fetch_page(set, &target);
}

void record_set_want(struct record_set *set, size_t first, size_t rows)
{
    bool moved = first != set->first || rows != set->rows || !set->wanted;
    if (!moved) {
        return;
    }
    if (set->wanted && first != set->first) {
        set->backwards = first < set->first;
    }
    set->first = first;
    set->rows = rows;
    set->wanted = true;
    set->failed = false;
    plan(set);
}

/* --- single rows --- */

/* The query without what would leave the record out: its row, wherever it stands. */
static struct operation *row_operation(const struct record_set *set, const char *id)
{
    struct operation *operation;
    if ((set->session->ops->abilities & CAN_SEEK) != 0) {
        operation = record_set_page_operation(set, POSITION_ID, id, 1);
        filter_free(operation->query->filter);
        operation->query->filter = NULL;
        operation->query->limit = -1;
        query_clear_order(operation->query);
    } else {
        operation = operation_new(OPERATION_GET, set->query->object);
        operation_add_id(operation, id);
    }
    return operation;
}

static bool row_is(const struct page *page, size_t row, const char *id)
{
    if (page == NULL || row >= page_row_count(page)) {
        return false;
    }
    struct value value = page_id(page, row);
    return value.as.text.length == strlen(id) &&
           memcmp(value.as.text.bytes, id, value.as.text.length) == 0;
}

/* A page of one row: the record's fields, and the old cells of what is not a field of its own. */
static struct page *row_of_record(const struct record_set *set, size_t index,
                                  const struct record *record)
{
    const struct page *old = NULL;
    size_t row = 0;
    if (!runs_row(&set->runs, index, &old, &row)) {
        return NULL;
    }
    struct page_builder *builder = page_builder_new(page_column_count(old));
    struct value id = page_value(old, row, 0);
    page_builder_add(builder, &id);
    for (size_t column = 1; column < page_column_count(old); column++) {
        struct value value = page_value(old, row, column);
        if (column <= set->query->column_count && set->query->columns[column - 1].part_count == 1) {
            value = record_value(record, set->query->columns[column - 1].parts[0]);
        }
        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
    return page_builder_finish(builder);
}

/* The row that came, as a page of one; NULL when the record is gone. */
static struct page *row_from_result(const struct record_set *set, size_t index, const char *id,
                                    struct result *result)
{
    if (result->kind == OPERATION_GET) {
        return result->record_count > 0 && result->records[0] != NULL
                   ? row_of_record(set, index, result->records[0])
                   : NULL;
    }
    if (!row_is(result->page, 0, id)) {
        return NULL;
    }
    struct page *page = result->page;
    result->page = NULL;
    return page;
}

static void take_row_job(struct row_job *row)
{
    struct row_job **place = &row->set->row_jobs;
    while (*place != row) {
        place = &(*place)->next;
    }
    *place = row->next;
}

static void replace_row(struct record_set *set, long index, struct page *page)
{
    bool goes = page == NULL;
    runs_replace_row(&set->runs, (size_t)index, page);
    if (goes && set->total > 0) {
        set->total--;
    }
    record_set_settle(set);
}

static void row_arrived(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct row_job *row = context;
    struct record_set *set = row->set;
    long index = record_set_find(set, row->id);
    bool gone = result->error.kind == ERROR_NOT_FOUND;
    take_row_job(row);
    if (index >= 0 && (gone || !error_is_set(&result->error))) {
        struct page *page = gone ? NULL : row_from_result(set, (size_t)index, row->id, result);
        replace_row(set, index, page);
    }
    free(row->id);
    free(row);
}

void record_set_refresh_record(struct record_set *set, const char *id)
{
    if (record_set_find(set, id) < 0) {
        return;
    }
    struct error error = {0};
    struct row_job *row = memory_zeroed(1, sizeof *row);
    row->set = set;
    row->id = memory_copy_string(id);
    row->next = set->row_jobs;
    set->row_jobs = row;
    row->job = session_submit_own(set->session, row_operation(set, id), JOB_SOON, row_arrived, row,
                                  &error);
    if (row->job == 0) {
        take_row_job(row);
        free(row->id);
        free(row);
    }
    error_clear(&error);
}

void record_sets_refresh_record(struct session *session, const char *object, const char *id)
{
    for (size_t i = 0; i < session->set_count; i++) {
        if (strcmp(session->sets[i]->query->object, object) == 0) {
            record_set_refresh_record(session->sets[i], id);
        }
    }
}

void record_sets_remove_record(struct session *session, const char *object, const char *id)
{
    for (size_t i = 0; i < session->set_count; i++) {
        struct record_set *set = session->sets[i];
        long index = strcmp(set->query->object, object) == 0 ? record_set_find(set, id) : -1;
        if (index >= 0) {
            replace_row(set, index, NULL);
        }
    }
}
