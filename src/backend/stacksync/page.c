/*
 * page: pages of a query (backend/soql/paging.h) as the proxy answers them. Salesforce's own cursor
 * is the address of a page on the instance, which must be known to follow it. Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/soql/paging.h"
#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

static bool make_paging(const struct stacksync *stacksync, const struct operation *operation,
                        struct soql_paging *paging, struct error *error)
{
    return soql_paging_make(operation, stacksync->instance_url != NULL, paging, error);
}

enum wire_step encode_page(const struct call *call)
{
    struct soql_paging paging;
    struct text statement = {0};
    enum wire_step step = WIRE_REFUSED;

    if (make_paging(call->stacksync, call->operation, &paging, call->error)) {
        if (paging.way == SOQL_BY_CURSOR && paging.cursor)
            step = send_through(call, "GET", paging.cursor, NULL);
        else if (soql_paging_statement(&paging, &statement, call->error))
            step = send_soql(call, &statement);
    }
    text_free(&statement);
    soql_paging_free(&paging);
    return step;
}

/* --- the answer --- */

static struct value read_cell(const void *row, const char *path, enum field_type type,
                              struct text *spelling)
{
    (void)type;
    return cell_value(row_member(row, path), spelling);
}

static const char *read_id(const void *row)
{
    return row_id(row);
}

const struct soql_row_reader stacksync_rows = {.cell = read_cell, .id = read_id};

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
    char **paths = soql_column_paths(source, &count);
    struct page_builder *builder = page_builder_new(count + 1);
    bool whole = true;

    for (size_t i = 0; i < json_array_size(rows) && whole; i++) {
        const json_t *row = json_array_get(rows, i);

        whole = row_id(row) != NULL;
        if (whole)
            add_row(builder, row, paths, count);
    }
    answer->result->page = page_builder_finish(builder);
    soql_free_paths(paths, count);
    return whole || answer_nonsense(answer, "an Id in every record");
}

/* The whole address of the next page; NULL when there is none. The caller frees. */
static char *next_address(const struct stacksync *stacksync, const json_t *envelope)
{
    const char *next = json_member_string(envelope, "nextRecordsUrl");
    struct text address = {0};

    if (!next)
        return NULL;
    if (*next == '/')
        text_append_string(&address, stacksync->instance_url);
    text_append_string(&address, next);
    return text_take(&address);
}

static void end_page(const struct answer *answer, const struct soql_paging *paging,
                     const json_t *rows, const json_t *envelope)
{
    const json_t *total = json_member(envelope, "totalSize");
    size_t count = json_array_size(rows);
    char *next = next_address(answer->stacksync, envelope);
    struct soql_page_end end = {
        .count = count,
        .last = count ? json_array_get(rows, count - 1) : NULL,
        .cut = json_is_false(json_member(envelope, "done")),
        .cursor = next,
        .total = json_is_integer(total) ? json_integer_value(total) : -1,
    };

    soql_paging_end(paging, answer->operation, &stacksync_rows, &end, answer->result);
    free(next);
}

int decode_page(const struct answer *answer)
{
    struct soql_paging paging;
    const json_t *envelope;
    json_t *document = NULL, *rows = NULL;

    if (make_paging(answer->stacksync, answer->operation, &paging, &answer->result->error))
        rows = answer_rows(answer, &document, &envelope);
    if (rows && take_rows(answer, &paging.source, rows))
        end_page(answer, &paging, rows, envelope);
    json_decref(document);
    soql_paging_free(&paging);
    return 0;
}
