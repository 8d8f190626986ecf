/*
 * residual: see residual.h. A struct plan holds the query that is sent and what is left to do on
 * its pages; gather() reads pages, joins fields of referenced records to them, filters them and
 * keeps the rows that match in packed pages.
 */
#include "fetch/residual.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "fetch/parents.h"
#include "fetch/wire.h"

enum {
    ENOUGH_MILLISECONDS = 150,
    LEAST_PAGE = 200,
    MOST_AHEAD = 16,    /* pages that are asked for before the ones in front of them are here */
    MOST_NUMBER = 10000 /* up to which the number of a page is looked for */
};

struct plan {
    struct query *whole;     /* owned: with the columns the rest needs added at its end */
    struct query *sent;      /* owned: whole, but without the columns that are joined here */
    struct filter *rest;     /* owned; NULL when all is sent */
    struct parents *parents; /* owned; NULL when nothing is joined */
    bool order_here;
    size_t asked_columns; /* of the query as it was asked; 0: every field */
    size_t number;        /* of the page read last, where pages have numbers */
    int64_t total;        /* records of the query that is sent, where an answer said so; else -1 */
};

/* One row of the pages that were gathered. */
struct row_reference {
    const struct page *page;
    size_t row;
};

struct gathered {
    struct page **pages; /* owned */
    size_t page_count, page_capacity;
    size_t row_count;
};

/* --- what can be sent --- */

static bool can_send(const void *context, const struct filter *condition)
{
    const struct backend_ops *ops = context;
    if (condition->part_count > 1 && (ops->abilities & CAN_PARENT_PATHS) == 0) {
        return false;
    }
    return ops->can_filter == NULL || ops->can_filter(NULL, condition);
}

bool residual_filters(const struct backend_ops *ops, const struct query *query)
{
    struct filter *sent = NULL, *rest = NULL;
    if (query->filter == NULL) {
        return false;
    }
    filter_split(query->filter, can_send, ops, &sent, &rest);
    bool any = rest != NULL;
    filter_free(sent);
    filter_free(rest);
    return any;
}

bool residual_orders(const struct backend_ops *ops, const struct query *query)
{
    return query->order_count > 0 &&
           ((ops->abilities & CAN_ORDER) == 0 || parents_in_order(ops, query));
}

bool residual_joins(const struct backend_ops *ops, const struct query *query)
{
    return parents_in_columns(ops, query);
}

bool residual_is_needed(const struct backend_ops *ops, const struct query *query)
{
    return query != NULL && (residual_filters(ops, query) || residual_orders(ops, query) ||
                             residual_joins(ops, query));
}

char *residual_words(const struct backend_ops *ops, const struct query *query)
{
    struct text words = {0};
    if (residual_filters(ops, query)) {
        struct filter *sent = NULL, *rest = NULL;
        filter_split(query->filter, can_send, ops, &sent, &rest);
        text_append_string(&words, "filtered here: ");
        filter_print(rest, &words);
        filter_free(sent);
        filter_free(rest);
    }
    if (residual_orders(ops, query)) {
        text_append_string(&words, words.length > 0 ? "; sorted here: " : "sorted here: ");
        query_print_order(query, &words);
        text_append_string(&words, " (every record is read first)");
    }
    return words.length == 0 ? NULL : text_take(&words);
}

/* --- the plan --- */

static bool has_column(const struct query *query, const char *path)
{
    for (size_t i = 0; i < query->column_count; i++) {
        if (strcmp(query->columns[i].path, path) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds a resolved column, by its parts: a name may hold anything. */
static void add_column(struct query *query, char *const *parts, size_t part_count, const char *path,
                       const struct field *field)
{
    if (has_column(query, path)) {
        return;
    }
    struct text quoted = {0};
    query_print_path((const char *const *)parts, part_count, &quoted);
    query_add_column(query, text_string(&quoted));
    query->columns[query->column_count - 1].field = field;
    text_free(&quoted);
}

static void add_filter_columns(struct query *query, const struct filter *filter)
{
    if (filter == NULL) {
        return;
    }
    if (filter->kind == FILTER_CONDITION) {
        add_column(query, filter->parts, filter->part_count, filter->path, filter->field);
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        add_filter_columns(query, filter->children[i]);
    }
}

static void add_order_columns(struct query *query, const struct query *asked)
{
    for (size_t i = 0; i < asked->order_count; i++) {
        const struct order_term *term = &asked->order[i];
        add_column(query, term->parts, term->part_count, term->path, term->field);
    }
}

static bool names_parents(const struct filter *filter)
{
    bool any = filter != NULL && filter->kind == FILTER_CONDITION && filter->part_count > 1;
    for (size_t i = 0; filter != NULL && !any && i < filter->child_count; i++) {
        any = names_parents(filter->children[i]);
    }
    return any;
}

/* Every field, by name: something has to be added to them. */
static void add_all_columns(struct query *query, const struct schema *schema)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        add_column(query, &(char *){field->name}, 1, field->name, field);
    }
}

/* What of the whole query is sent, and what of it is joined here. */
static bool plan_parents(struct plan *plan, struct engine *engine, bool fresh, struct error *error)
{
    if (!parents_in_columns(engine->backend->ops, plan->whole)) {
        plan->sent = query_copy(plan->whole);
        return true;
    }
    plan->parents = parents_take(engine, plan->whole, fresh, error);
    plan->sent = plan->parents == NULL ? NULL : parents_own_query(plan->whole);
    return plan->parents != NULL;
}

/* Where the query names no columns every field comes, and nothing need be added, unless something
 * is of another record. */
static bool plan_make(struct plan *plan, struct engine *engine, const struct operation *operation,
                      const struct query *asked, struct error *error)
{
    const struct backend_ops *ops = engine->backend->ops;
    const struct schema *schema = operation->schema;
    *plan = (struct plan){.total = -1};
    plan->whole = query_copy(asked);
    plan->order_here = residual_orders(ops, asked);
    filter_free(plan->whole->filter);
    plan->whole->filter = NULL;
    filter_split(asked->filter, can_send, ops, &plan->whole->filter, &plan->rest);
    plan->whole->limit = -1;
    bool joins = parents_in_order(ops, asked) ||
                 ((ops->abilities & CAN_PARENT_PATHS) == 0 && names_parents(plan->rest));
    if (asked->column_count == 0 && joins && schema != NULL) {
        add_all_columns(plan->whole, schema);
    }
    plan->asked_columns = plan->whole->column_count;
    if (plan->order_here) {
        query_clear_order(plan->whole);
    }
    if (plan->asked_columns > 0) {
        add_filter_columns(plan->whole, plan->rest);
        if (plan->order_here) {
            add_order_columns(plan->whole, asked);
        }
    }
    plan->whole->resolved = asked->resolved; /* what was added is resolved too */
    return plan_parents(plan, engine, operation->fresh, error);
}

static void plan_clear(struct plan *plan, struct engine *engine)
{
    parents_give(engine, plan->parents);
    query_free(plan->sent);
    query_free(plan->whole);
    filter_free(plan->rest);
}

/* --- values of a row by path --- */

struct row_values {
    const struct query *query;
    const struct schema *schema;
    const struct page *page;
    size_t row;
};

/* The page column of a path: the query's columns, or where it names none the schema's fields. */
static size_t path_column(const struct query *query, const struct schema *schema, const char *path)
{
    for (size_t i = 0; i < query->column_count; i++) {
        if (strcmp(query->columns[i].path, path) == 0) {
            return i + 1;
        }
    }
    int index = schema == NULL ? -1 : schema_field_index(schema, path);
    return index < 0 ? 0 : (size_t)index + 1;
}

static struct value row_value(void *context, const char *path)
{
    struct row_values *values = context;
    size_t column = path_column(values->query, values->schema, path);
    if (column == 0 || column >= page_column_count(values->page)) {
        return value_null();
    }
    return page_value(values->page, values->row, column);
}

static void copy_row(struct page_builder *builder, const struct page *page, size_t row,
                     size_t columns)
{
    for (size_t column = 0; column < columns; column++) {
        struct value value = page_value(page, row, column);
        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
}

/* The rows of a page that match, with all its columns; takes the page. */
static struct page *keep_matching(const struct plan *plan, const struct schema *schema,
                                  struct page *page)
{
    if (plan->rest == NULL) {
        return page;
    }
    struct page_builder *builder = page_builder_new(page_column_count(page));
    struct row_values values = {plan->whole, schema, page, 0};
    for (size_t row = 0; row < page_row_count(page); row++) {
        values.row = row;
        if (filter_matches(plan->rest, row_value, &values)) {
            copy_row(builder, page, row, page_column_count(page));
        }
    }
    page_free(page);
    return page_builder_finish(builder);
}

static void gathered_add(struct gathered *gathered, struct page *page)
{
    if (page_row_count(page) == 0) {
        page_free(page);
        return;
    }
    gathered->pages = memory_grow(gathered->pages, gathered->page_count, &gathered->page_capacity,
                                  sizeof *gathered->pages);
    gathered->pages[gathered->page_count++] = page;
    gathered->row_count += page_row_count(page);
}

static void gathered_clear(struct gathered *gathered)
{
    for (size_t i = 0; i < gathered->page_count; i++) {
        page_free(gathered->pages[i]);
    }
    free(gathered->pages);
}

/* --- reading --- */

static size_t sent_page_size(const struct backend_ops *ops, size_t wanted)
{
    size_t size = wanted < LEAST_PAGE ? LEAST_PAGE : wanted;
    return ops->largest_page > 0 && size > ops->largest_page ? ops->largest_page : size;
}

static bool reads_backwards(const struct position *position)
{
    return position->kind == POSITION_END || position->kind == POSITION_BEFORE;
}

/* --- reading ahead, where pages have numbers --- */

static bool is_number(const struct engine *engine, size_t number, size_t size, const char *cursor)
{
    char *expected = engine->backend->ops->cursor_at(engine->backend, number, size);
    bool same = expected != NULL && strcmp(expected, cursor) == 0;
    free(expected);
    return same;
}

/* The number of the page with this cursor: mostly the one after the page read last. False where
 * numbers do not hold. */
static bool find_number(const struct engine *engine, struct plan *plan, size_t size,
                        const char *cursor)
{
    if (is_number(engine, plan->number + 1, size, cursor)) {
        plan->number++;
        return true;
    }
    for (size_t number = 1; number < MOST_NUMBER; number++) {
        if (is_number(engine, number, size, cursor)) {
            plan->number = number;
            return true;
        }
    }
    return false;
}

/* Has the page of this cursor and those after it asked for, as many as may be under way. */
static void expect_pages(struct engine *engine, const struct operation *asked, struct plan *plan,
                         const char *cursor)
{
    const struct backend_ops *ops = engine->backend->ops;
    size_t size = sent_page_size(ops, asked->page_size);
    if (engine->wire == NULL || (ops->abilities & CAN_PARALLEL) == 0 || ops->cursor_at == NULL ||
        cursor == NULL || !find_number(engine, plan, size, cursor)) {
        return;
    }
    struct operation page = *asked;
    page.kind = OPERATION_PAGE;
    page.query = plan->sent;
    page.page_size = size;
    bool room = true;
    for (size_t i = 0; room && i < MOST_AHEAD; i++) {
        size_t number = plan->number + i;
        if (i > 0 && plan->total >= 0 && number * size >= (uint64_t)plan->total) {
            return;
        }
        char *next = ops->cursor_at(engine->backend, number, size);
        page.position = (struct position){POSITION_CURSOR, next};
        room = wire_expect(engine->wire, &page);
        free(next);
    }
}

/* One page from the backend, filtered; its cursors go to result. NULL with result->error. */
static struct page *read_filtered(struct engine *engine, const struct operation *asked,
                                  struct plan *plan, const struct position *position,
                                  struct cancel_token *token, const struct progress *progress,
                                  struct result *result)
{
    struct operation operation = *asked;
    operation.kind = OPERATION_PAGE;
    operation.query = plan->sent;
    operation.rest = plan->rest;
    operation.position = *position;
    operation.page_size = sent_page_size(engine->backend->ops, asked->page_size);
    struct result part = {0};
    execute_directly(engine, &operation, token, &part);
    free(result->next);
    result->next = part.next;
    part.next = NULL;
    plan->total = part.total >= 0 ? part.total : plan->total;
    bool limited = asked->query->limit >= 0; /* then it is the caller who knows whether to go on */
    if (!error_is_set(&part.error) && !reads_backwards(position) && !limited) {
        expect_pages(engine, asked, plan, result->next);
    }
    if (result->previous == NULL && position->kind != POSITION_CURSOR) {
        result->previous = part.previous;
        part.previous = NULL;
    }
    error_move(&result->error, &part.error);
    struct page *page = part.page;
    part.page = NULL;
    result_clear(&part);
    if (error_is_set(&result->error)) {
        page_free(page);
        return NULL;
    }
    if (page == NULL) {
        page = page_builder_finish(page_builder_new(1));
    }
    if (plan->parents != NULL) {
        page = parents_join(plan->parents, plan->sent, page, engine, token, progress, result);
    }
    return page == NULL ? NULL : keep_matching(plan, asked->schema, page);
}

/* Reads on until most rows (0: all there are) are gathered or the time is over. */
static bool gather(struct engine *engine, const struct operation *operation, struct plan *plan,
                   struct cancel_token *token, const struct progress *progress, size_t most,
                   struct gathered *gathered, struct result *result)
{
    struct position position = operation->position;
    int64_t until = now_milliseconds() + ENOUGH_MILLISECONDS;
    if (plan->order_here) {
        position = (struct position){POSITION_START, NULL};
    }
    for (;;) {
        struct page *page =
            read_filtered(engine, operation, plan, &position, token, progress, result);
        if (page == NULL) {
            return false;
        }
        gathered_add(gathered, page);
        progress_report(progress, gathered->row_count, 0);
        bool enough = most > 0 && (gathered->row_count >= most || now_milliseconds() > until);
        if (result->next == NULL || enough || reads_backwards(&position)) {
            return true;
        }
        int64_t limit = operation->query->limit;
        if (limit >= 0 && gathered->row_count < (uint64_t)limit) {
            expect_pages(engine, operation, plan, result->next);
        }
        position = (struct position){POSITION_CURSOR, result->next};
    }
}

/* --- sorting: a merge sort of row references, stable and with no worst case --- */

struct sorter {
    const struct query *asked;
    const size_t *columns; /* page column of each order term */
};

static bool is_whole_number(const struct value *id)
{
    for (size_t i = 0; i < id->as.text.length; i++) {
        if (id->as.text.bytes[i] < '0' || id->as.text.bytes[i] > '9') {
            return false;
        }
    }
    return id->as.text.length > 0 && id->as.text.bytes[0] != '0';
}

/* Whole numbers first and by number, so that 9 comes before 10 as it does where the backend orders;
 * then the rest by bytes. */
static int compare_ids(const struct row_reference *a, const struct row_reference *b)
{
    struct value left = page_id(a->page, a->row), right = page_id(b->page, b->row);
    bool left_number = is_whole_number(&left), right_number = is_whole_number(&right);
    if (left_number != right_number) {
        return left_number ? -1 : 1;
    }
    if (left_number && left.as.text.length != right.as.text.length) {
        return left.as.text.length < right.as.text.length ? -1 : 1;
    }
    size_t shorter =
        left.as.text.length < right.as.text.length ? left.as.text.length : right.as.text.length;
    int order = memcmp(left.as.text.bytes, right.as.text.bytes, shorter);
    if (order != 0) {
        return order;
    }
    return (left.as.text.length > right.as.text.length) -
           (left.as.text.length < right.as.text.length);
}

static int compare_rows(const struct sorter *sorter, const struct row_reference *a,
                        const struct row_reference *b)
{
    for (size_t i = 0; i < sorter->asked->order_count; i++) {
        struct value left = page_value(a->page, a->row, sorter->columns[i]);
        struct value right = page_value(b->page, b->row, sorter->columns[i]);
        int order = query_compare_values(&sorter->asked->order[i], &left, &right);
        if (order != 0) {
            return order;
        }
    }
    return compare_ids(a, b);
}

static void merge(const struct sorter *sorter, const struct row_reference *from, size_t middle,
                  size_t end, size_t start, struct row_reference *to)
{
    size_t left = start, right = middle;
    for (size_t at = start; at < end; at++) {
        bool take_left =
            left < middle && (right >= end || compare_rows(sorter, &from[left], &from[right]) <= 0);
        to[at] = take_left ? from[left++] : from[right++];
    }
}

/* Sorts rows[0 … count); spare is as large. Bottom-up, so that it needs no deep stack. */
static struct row_reference *sort_rows(const struct sorter *sorter, struct row_reference *rows,
                                       struct row_reference *spare, size_t count)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            merge(sorter, rows, middle, end, start, spare);
        }
        struct row_reference *sorted = spare;
        spare = rows;
        rows = sorted;
    }
    return rows;
}

static struct row_reference *reference_rows(const struct gathered *gathered)
{
    struct row_reference *rows = memory_zeroed(gathered->row_count, sizeof *rows);
    size_t at = 0;
    for (size_t i = 0; i < gathered->page_count; i++) {
        for (size_t row = 0; row < page_row_count(gathered->pages[i]); row++) {
            rows[at++] = (struct row_reference){gathered->pages[i], row};
        }
    }
    return rows;
}

static size_t *order_columns(const struct plan *plan, const struct operation *operation)
{
    const struct query *asked = operation->query;
    size_t *columns = memory_zeroed(asked->order_count, sizeof *columns);
    for (size_t i = 0; i < asked->order_count; i++) {
        columns[i] = path_column(plan->whole, operation->schema, asked->order[i].path);
    }
    return columns;
}

/* The gathered rows as one page, sorted if need be, with only the columns that were asked for. */
static struct page *pack(const struct plan *plan, const struct operation *operation,
                         const struct gathered *gathered)
{
    size_t count = gathered->row_count;
    size_t columns = plan->asked_columns + 1;
    if (plan->asked_columns == 0 && gathered->page_count > 0) {
        columns = page_column_count(gathered->pages[0]);
    }
    struct row_reference *rows = reference_rows(gathered);
    struct row_reference *spare = NULL, *sorted = rows;
    if (plan->order_here) {
        size_t *terms = order_columns(plan, operation);
        struct sorter sorter = {operation->query, terms};
        spare = memory_zeroed(count, sizeof *spare);
        sorted = sort_rows(&sorter, rows, spare, count);
        free(terms);
    }
    int64_t limit = operation->query->limit;
    if (plan->order_here && limit >= 0 && (size_t)limit < count) {
        count = (size_t)limit;
    }
    struct page_builder *builder = page_builder_new(columns);
    for (size_t i = 0; i < count; i++) {
        copy_row(builder, sorted[i].page, sorted[i].row, columns);
    }
    free(rows);
    free(spare);
    return page_builder_finish(builder);
}

void residual_page(struct engine *engine, const struct operation *operation,
                   struct cancel_token *token, const struct progress *progress,
                   struct result *result)
{
    struct plan plan;
    struct gathered gathered = {0};
    result->kind = OPERATION_PAGE;
    result->total = -1;
    bool planned = plan_make(&plan, engine, operation, operation->query, &result->error);
    size_t most = plan.order_here             ? 0
                  : operation->page_size == 0 ? LEAST_PAGE
                                              : operation->page_size;
    if (planned && gather(engine, operation, &plan, token, progress, most, &gathered, result)) {
        result->page = pack(&plan, operation, &gathered);
        if (plan.order_here) {
            result->total = (int64_t)page_row_count(result->page);
        }
    }
    gathered_clear(&gathered);
    plan_clear(&plan, engine);
}

/* How many rows of a page come before the id; all of them when it is not there (*found not set). */
static size_t rows_before(const struct page *page, const char *id, bool *found)
{
    long row = id == NULL ? -1 : page_find(page, id);
    *found = row >= 0;
    return row >= 0 ? (size_t)row : page_row_count(page);
}

void residual_count(struct engine *engine, const struct operation *operation,
                    struct cancel_token *token, const struct progress *progress,
                    struct result *result)
{
    struct plan plan;
    struct query *narrow = query_copy(operation->query);
    query_clear_columns(narrow);
    add_filter_columns(narrow, narrow->filter);
    add_order_columns(narrow, operation->query);
    narrow->resolved = operation->query->resolved;
    bool more = plan_make(&plan, engine, operation, narrow, &result->error);
    const char *id = operation->position.kind == POSITION_ID ? operation->position.cursor : NULL;
    struct position position = {POSITION_START, NULL};
    bool found = false;
    int64_t total = 0;
    while (more && !found) {
        struct page *page =
            read_filtered(engine, operation, &plan, &position, token, progress, result);
        if (page == NULL) {
            break;
        }
        total += (int64_t)rows_before(page, id, &found);
        page_free(page);
        progress_report(progress, (size_t)total, 0);
        position = (struct position){POSITION_CURSOR, result->next};
        more = result->next != NULL;
    }
    free(result->next);
    result->next = NULL;
    free(result->previous);
    result->previous = NULL;
    result->kind = OPERATION_COUNT;
    int64_t limit = operation->query->limit;
    result->total = limit >= 0 && total > limit ? limit : total;
    plan_clear(&plan, engine);
    query_free(narrow);
}
