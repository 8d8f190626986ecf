/*
 * pages: see pages.h. The first page goes alone. When the cursor after it is the one its number
 * says, the following ones are asked for by number, as many as are certain to be there or as the
 * profile's `parallel` allows; when a page's cursor is another than expected, what was asked for
 * after it is given up and reading goes on from there.
 */
#include "cli/pages.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "fetch/residual.h"

enum { DEFAULT_PAGE = 1000, MOST_SLOTS = 32 };

/* A page that was asked for. */
struct slot {
    uint64_t job; /* 0: answered */
    struct result result;
};

struct pages {
    struct command *command;
    const struct schema *schema;
    const struct query *query;
    size_t page_size; /* 0: the backend's choice */
    size_t depth;     /* most slots in use */
    bool numbered;
    bool chained;      /* numbers hold: pages after the next one may be asked for */
    char *cursor;      /* of the next page to take; NULL at the start */
    size_t number;     /* of that page */
    size_t page_count; /* SIZE_MAX: not known */
    bool ended;
    struct slot slots[MOST_SLOTS]; /* a ring of pages number, number + 1, … */
    size_t first, count;
};

struct pages *pages_open(struct command *command, const struct schema *schema,
                         const struct query *query)
{
    struct pages *pages = memory_zeroed(1, sizeof *pages);
    *pages = (struct pages){.command = command, .schema = schema, .query = query, .depth = 1};
    pages->page_count = SIZE_MAX;
    pages->page_size = (size_t)command->profile->page_size;
    size_t most = pages->page_size > 0 ? pages->page_size : DEFAULT_PAGE;
    size_t size = pages->page_size;
    char *first = session_page_cursor(command->session, 0, &size);
    if (first != NULL) {
        pages->numbered = true;
        pages->page_size = size;
        /* What is partly done here reads ahead itself, and its pages are not those of the server.
         */
        pages->depth = residual_is_needed(session_backend(command->session), query)
                           ? 1
                           : 2 * session_parallel(command->session);
        pages->depth = pages->depth > MOST_SLOTS ? MOST_SLOTS : pages->depth;
        most = size;
        free(first);
    }
    if (query->limit >= 0 && (uint64_t)query->limit < most) {
        pages->page_size = (size_t)query->limit;
    } else if (query->limit >= 0 && pages->numbered && pages->page_size > 0) {
        pages->page_count = ((size_t)query->limit + pages->page_size - 1) / pages->page_size;
    }
    return pages;
}

static struct slot *slot_at(struct pages *pages, size_t index)
{
    return &pages->slots[(pages->first + index) % MOST_SLOTS];
}

static void drop_slots(struct pages *pages)
{
    for (size_t i = 0; i < pages->count; i++) {
        struct slot *slot = slot_at(pages, i);
        if (slot->job != 0) {
            session_cancel(pages->command->session, slot->job);
            slot->job = 0;
        }
        result_clear(&slot->result);
    }
    pages->count = 0;
}

void pages_close(struct pages *pages)
{
    drop_slots(pages);
    free(pages->cursor);
    free(pages);
}

bool pages_are_numbered(const struct pages *pages)
{
    return pages->numbered;
}

/* --- asking --- */

static void take_answer(void *context, const struct operation *operation, struct result *result)
{
    struct slot *slot = context;
    (void)operation;
    slot->job = 0;
    slot->result = *result;
    memset(result, 0, sizeof *result);
}

static bool ask(struct pages *pages, char *cursor, struct error *error)
{
    struct operation *operation = operation_new(OPERATION_PAGE, pages->schema->name);
    struct slot *slot = slot_at(pages, pages->count);
    operation->schema = schema_hold(pages->schema);
    operation->query = query_copy(pages->query);
    operation->page_size = pages->page_size;
    operation->position.kind = cursor == NULL ? POSITION_START : POSITION_CURSOR;
    operation->position.cursor = cursor;
    *slot = (struct slot){0};
    slot->job =
        session_submit(pages->command->session, operation, JOB_NOW, take_answer, slot, error);
    pages->count += slot->job != 0 ? 1 : 0;
    return slot->job != 0;
}

static char *cursor_of(const struct pages *pages, size_t number)
{
    size_t size = pages->page_size;
    return session_page_cursor(pages->command->session, number, &size);
}

/* Asks for the next page, and for those after it whose cursors are known. */
static bool fill(struct pages *pages, struct error *error)
{
    if (pages->count == 0 && !ask(pages, memory_copy_string(pages->cursor), error)) {
        return false;
    }
    while (pages->chained && pages->count < pages->depth &&
           pages->number + pages->count < pages->page_count) {
        if (!ask(pages, cursor_of(pages, pages->number + pages->count), error)) {
            return false;
        }
    }
    return true;
}

static bool wait_for_first(struct pages *pages, struct error *error)
{
    struct command *command = pages->command;
    while (slot_at(pages, 0)->job != 0) {
        if (!session_wait(command->session, command->stop)) {
            return error_set(error, ERROR_CANCELLED, "Interrupted.");
        }
        session_dispatch(command->session);
    }
    return true;
}

/* --- taking --- */

static void note_total(struct pages *pages, int64_t total)
{
    if (pages->numbered && total >= 0 && pages->page_size > 0) {
        size_t count = ((size_t)total + pages->page_size - 1) / pages->page_size;
        pages->page_count = count < pages->page_count ? count : pages->page_count;
    }
}

/* The first slot was answered: what comes after it is what its cursor says. */
static void go_on(struct pages *pages, const char *next)
{
    pages->first = (pages->first + 1) % MOST_SLOTS;
    pages->count--;
    pages->number++;
    free(pages->cursor);
    pages->cursor = memory_copy_string(next);
    pages->ended = next == NULL;
    char *expected = pages->numbered && next != NULL ? cursor_of(pages, pages->number) : NULL;
    pages->chained = expected != NULL && strcmp(expected, next) == 0;
    free(expected);
    if (!pages->chained) {
        drop_slots(pages);
    }
}

struct page *pages_next(struct pages *pages, struct error *error)
{
    if (pages->ended || !fill(pages, error) || !wait_for_first(pages, error)) {
        return NULL;
    }
    struct result result = slot_at(pages, 0)->result;
    slot_at(pages, 0)->result = (struct result){0};
    struct page *page = result.page;
    result.page = NULL;
    if (error_is_set(&result.error)) {
        error_move(error, &result.error);
        page_free(page);
        page = NULL;
        pages->ended = true;
    } else if (page == NULL) {
        page = page_builder_finish(page_builder_new(1));
    }
    if (page != NULL) {
        note_total(pages, result.total);
        go_on(pages, result.next);
    }
    result_clear(&result);
    return page;
}
