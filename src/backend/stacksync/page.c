/*
 * page: pages of a query. Pure.
 *
 * Where the order can be followed by key, a page is the rows after the last one of the page before
 * it. Otherwise Salesforce's own cursor is followed, for which the address of the instance must be
 * known; where it is not, rows are skipped by number, as far as Salesforce does that.
 * A cursor is "LEFT KIND REST": how many rows the query's limit leaves (-1: no limit), and what
 * the kind needs: k a JSON array of literals, o a number of rows, u a URL.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

enum { DEFAULT_PAGE = 500 };

enum page_kind { PAGE_KEY = 'k', PAGE_OFFSET = 'o', PAGE_URL = 'u' };

struct page_plan {
    struct soql_source source;
    enum page_kind kind;
    int64_t left;     /* rows the query's limit leaves; -1: no limit */
    size_t page_size; /* rows asked for; 0: as many as Salesforce gives */
    size_t offset;
    const char *url; /* borrowed */
    char **after;    /* owned; entries may be NULL */
    size_t after_count;
};

static void free_plan(struct page_plan *plan)
{
    for (size_t i = 0; i < plan->after_count; i++)
        free(plan->after[i]);
    free(plan->after);
}

static bool read_after(struct page_plan *plan, const char *text, struct error *error)
{
    json_t *list = json_read(text, strlen(text), error);

    plan->after_count = json_array_size(list);
    plan->after = memory_zeroed(plan->after_count + 1, sizeof *plan->after);
    for (size_t i = 0; i < plan->after_count; i++)
        plan->after[i] = memory_copy_string(json_string_value(json_array_get(list, i)));
    json_decref(list);
    return plan->after_count > 0;
}

static bool read_cursor(struct page_plan *plan, const char *cursor, struct error *error)
{
    char *end = NULL;
    bool read = true;

    plan->left = strtoll(cursor, &end, 10);
    if (*end != ' ' || !end[1] || end[2] != ' ')
        return error_set(error, ERROR_USAGE, "\"%s\" is no place in a list", cursor);
    plan->kind = (enum page_kind)end[1];
    if (plan->kind == PAGE_KEY)
        read = read_after(plan, end + 3, error);
    else if (plan->kind == PAGE_OFFSET)
        plan->offset = strtoul(end + 3, NULL, 10);
    plan->url = end + 3;
    return read || error_set(error, ERROR_USAGE, "\"%s\" is no place in a list", cursor);
}

static void choose_size(struct page_plan *plan, const struct operation *operation)
{
    size_t size = operation->page_size ? operation->page_size : DEFAULT_PAGE;

    if (plan->kind == PAGE_URL)
        return;
    if (size > SOQL_MOST_ROWS)
        size = SOQL_MOST_ROWS;
    if (plan->left >= 0 && (size_t)plan->left < size)
        size = (size_t)plan->left;
    plan->page_size = size;
}

/* What the page is to be; the same for encode and decode. */
static bool make_plan(const struct stacksync *stacksync, const struct operation *operation,
                      struct page_plan *plan, struct error *error)
{
    bool read = true;

    *plan = (struct page_plan){.source = {operation->schema, operation->query}, .left = -1};
    if (operation->query)
        plan->left = operation->query->limit;
    plan->kind = PAGE_OFFSET;
    if (soql_can_key(&plan->source))
        plan->kind = PAGE_KEY;
    else if (stacksync->instance_url)
        plan->kind = PAGE_URL;
    if (operation->position.kind == POSITION_CURSOR && operation->position.cursor)
        read = read_cursor(plan, operation->position.cursor, error);
    choose_size(plan, operation);
    return read;
}

static bool check_offset(const struct page_plan *plan, struct error *error)
{
    if (plan->offset <= SOQL_MOST_OFFSET)
        return true;
    error_set(error, ERROR_UNSUPPORTED,
              "Salesforce gives no more than %d records of %s in this order, unless the address of "
              "the instance is known.",
              SOQL_MOST_OFFSET, plan->source.schema->name);
    error_set_hint(error, "set instance_url in the profile, order by a number, a date or Id, or "
                          "filter for fewer records");
    return false;
}

enum wire_step encode_page(const struct call *call)
{
    struct page_plan plan;
    struct text statement = {0};
    enum wire_step step = WIRE_REFUSED;

    if (!make_plan(call->stacksync, call->operation, &plan, call->error) ||
        !check_offset(&plan, call->error)) {
        free_plan(&plan);
        return WIRE_REFUSED;
    }
    if (plan.kind == PAGE_URL && call->operation->position.kind == POSITION_CURSOR) {
        step = send_through(call, "GET", plan.url, NULL);
    } else {
        struct soql_window window = {plan.after, plan.after_count, plan.offset,
                                     plan.kind == PAGE_URL ? plan.left : (int64_t)plan.page_size};

        if (soql_select(&plan.source, &window, &statement, call->error))
            step = send_soql(call, &statement);
    }
    text_free(&statement);
    free_plan(&plan);
    return step;
}

/* --- the answer --- */

/* The paths of the page's columns, as the rows spell them. */
static char **column_paths(const struct soql_source *source, size_t *count)
{
    const struct query *query = source->query;
    bool named = query && query->column_count > 0;
    char **paths;

    *count = named ? query->column_count : source->schema->field_count;
    paths = memory_zeroed(*count + 1, sizeof *paths);
    for (size_t i = 0; i < *count; i++) {
        struct text path = {0};

        if (named)
            soql_path(source, query->columns[i].parts, query->columns[i].part_count, &path);
        else
            text_append_string(&path, source->schema->fields[i].name);
        paths[i] = text_take(&path);
    }
    return paths;
}

static void add_row(struct page_builder *builder, const json_t *row, char *const *paths,
                    size_t count)
{
    struct value id = value_string(row_id(row));
    struct text spelling = {0};

    page_builder_add(builder, &id);
    for (size_t i = 0; i < count; i++) {
        const json_t *member = row_member(row, paths[i]);
        struct value value = cell_value(member, &spelling);

        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
    text_free(&spelling);
}

static bool take_rows(const struct answer *answer, const struct soql_source *source,
                      const json_t *rows)
{
    size_t count;
    char **paths = column_paths(source, &count);
    struct page_builder *builder = page_builder_new(count + 1);
    bool whole = true;

    for (size_t i = 0; i < json_array_size(rows) && whole; i++) {
        const json_t *row = json_array_get(rows, i);

        whole = row_id(row) != NULL;
        if (whole)
            add_row(builder, row, paths, count);
    }
    answer->result->page = page_builder_finish(builder);
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
    return whole || answer_nonsense(answer, "an Id in every record");
}

/* The literals of the last row: those of the order's terms, and its id. */
static void print_key(const struct page_plan *plan, const json_t *row, struct text *out)
{
    const struct query *query = plan->source.query;
    json_t *list = json_array();
    struct text literal = {0};

    for (size_t i = 0; query && i < query->order_count; i++) {
        const struct order_term *term = &query->order[i];
        struct text path = {0}, spelling = {0};
        struct value value;
        char *text;

        if (term->part_count == 1 && strcmp(term->parts[0], "Id") == 0)
            break;
        soql_path(&plan->source, term->parts, term->part_count, &path);
        value = cell_value(row_member(row, text_string(&path)), &spelling);
        text = soql_literal(term->field, &value);
        json_array_append_new(list, text ? json_string(text) : json_null());
        free(text);
        text_free(&path);
        text_free(&spelling);
    }
    soql_string(row_id(row), strlen(row_id(row)), &literal);
    json_array_append_new(list, json_string(text_string(&literal)));
    json_print(list, out);
    json_decref(list);
    text_free(&literal);
}

static void print_next_url(const struct stacksync *stacksync, const char *next, struct text *out)
{
    if (*next == '/')
        text_append_string(out, stacksync->instance_url);
    text_append_string(out, next);
}

static void set_next(const struct answer *answer, const struct page_plan *plan, const json_t *rows,
                     const json_t *envelope)
{
    size_t count = json_array_size(rows);
    const char *next = json_member_string(envelope, "nextRecordsUrl");
    bool cut = json_is_false(json_member(envelope, "done"));
    int64_t left = plan->left < 0 ? -1 : plan->left - (int64_t)count;
    bool more = plan->kind == PAGE_URL ? cut && next : cut || count >= plan->page_size;
    struct text cursor = {0};

    if (count == 0 || !more || (plan->left >= 0 && left <= 0))
        return;
    text_format(&cursor, "%lld %c ", (long long)left, (char)plan->kind);
    if (plan->kind == PAGE_KEY)
        print_key(plan, json_array_get(rows, count - 1), &cursor);
    else if (plan->kind == PAGE_OFFSET)
        text_format(&cursor, "%zu", plan->offset + count);
    else
        print_next_url(answer->stacksync, next, &cursor);
    answer->result->next = text_take(&cursor);
}

/* Known when the answer is of the whole query: its own word, or all the rows there are. */
static void set_total(const struct answer *answer, const struct page_plan *plan, const json_t *rows,
                      const json_t *envelope)
{
    const json_t *total = json_member(envelope, "totalSize");

    answer->result->total = -1;
    if (plan->kind == PAGE_URL && json_is_integer(total))
        answer->result->total = json_integer_value(total);
    else if (answer->operation->position.kind == POSITION_START && !answer->result->next)
        answer->result->total = (int64_t)json_array_size(rows);
}

int decode_page(const struct answer *answer)
{
    struct page_plan plan;
    const json_t *envelope;
    json_t *document = NULL, *rows = NULL;

    if (make_plan(answer->stacksync, answer->operation, &plan, &answer->result->error))
        rows = answer_rows(answer, &document, &envelope);
    if (rows && take_rows(answer, &plan.source, rows)) {
        set_next(answer, &plan, rows, envelope);
        set_total(answer, &plan, rows, envelope);
    }
    json_decref(document);
    free_plan(&plan);
    return 0;
}
