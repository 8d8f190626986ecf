/*
 * paging: see paging.h. Pure.
 */
#include "backend/soql/paging.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "net/json.h"

enum { DEFAULT_PAGE = 500 };

/* --- what to ask for --- */

void soql_paging_free(struct soql_paging *paging)
{
    soql_free_paths(paging->after, paging->after_count);
    paging->after = NULL;
    paging->after_count = 0;
}

static bool read_after(struct soql_paging *paging, const char *text, struct error *error)
{
    json_t *list = json_read(text, strlen(text), error);

    paging->after_count = json_array_size(list);
    paging->after = memory_zeroed(paging->after_count + 1, sizeof *paging->after);
    for (size_t i = 0; i < paging->after_count; i++)
        paging->after[i] = memory_copy_string(json_string_value(json_array_get(list, i)));
    json_decref(list);
    return paging->after_count > 0;
}

static bool read_cursor(struct soql_paging *paging, const char *cursor, struct error *error)
{
    char *end = NULL;
    bool read = true;

    paging->left = strtoll(cursor, &end, 10);
    if (*end != ' ' || !end[1] || end[2] != ' ')
        return error_set(error, ERROR_USAGE, "\"%s\" is no place in a list", cursor);
    paging->way = (enum soql_way)end[1];
    paging->cursor = end + 3;
    if (paging->way == SOQL_BY_KEY)
        read = read_after(paging, end + 3, error);
    else if (paging->way == SOQL_BY_OFFSET)
        paging->offset = strtoul(end + 3, NULL, 10);
    return read || error_set(error, ERROR_USAGE, "\"%s\" is no place in a list", cursor);
}

static void choose_size(struct soql_paging *paging, const struct operation *operation)
{
    size_t size = operation->page_size ? operation->page_size : DEFAULT_PAGE;

    if (paging->way == SOQL_BY_CURSOR)
        return;
    if (size > SOQL_MOST_ROWS)
        size = SOQL_MOST_ROWS;
    if (paging->left >= 0 && (size_t)paging->left < size)
        size = (size_t)paging->left;
    paging->page_size = size;
}

bool soql_paging_make(const struct operation *operation, bool can_follow,
                      struct soql_paging *paging, struct error *error)
{
    bool read = true;

    *paging = (struct soql_paging){.source = {operation->schema, operation->query}, .left = -1};
    if (operation->query)
        paging->left = operation->query->limit;
    paging->way = can_follow ? SOQL_BY_CURSOR : SOQL_BY_OFFSET;
    if (soql_can_key(&paging->source))
        paging->way = SOQL_BY_KEY;
    if (operation->position.kind == POSITION_CURSOR && operation->position.cursor)
        read = read_cursor(paging, operation->position.cursor, error);
    choose_size(paging, operation);
    return read;
}

static bool check_offset(const struct soql_paging *paging, struct error *error)
{
    if (paging->offset <= SOQL_MOST_OFFSET)
        return true;
    error_set(error, ERROR_UNSUPPORTED,
              "Salesforce gives no more than %d records of %s in this order, unless the address of "
              "the instance is known.",
              SOQL_MOST_OFFSET, paging->source.schema->name);
    error_set_hint(error, "set instance_url in the profile, order by a number, a date or Id, or "
                          "filter for fewer records");
    return false;
}

bool soql_paging_statement(const struct soql_paging *paging, struct text *out, struct error *error)
{
    struct soql_window window = {paging->after, paging->after_count, paging->offset,
                                 paging->way == SOQL_BY_CURSOR ? paging->left
                                                               : (int64_t)paging->page_size};

    return check_offset(paging, error) && soql_select(&paging->source, &window, out, error);
}

/* --- the answer --- */

char **soql_column_paths(const struct soql_source *source, size_t *count)
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

void soql_free_paths(char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
}

/* The literals of the last row: those of the order's terms, and its id. */
static void print_key(const struct soql_paging *paging, const struct soql_row_reader *reader,
                      const void *row, struct text *out)
{
    const struct query *query = paging->source.query;
    const char *id = reader->id(row);
    json_t *list = json_array();
    struct text literal = {0};

    for (size_t i = 0; query && i < query->order_count; i++) {
        const struct order_term *term = &query->order[i];
        struct text path = {0}, spelling = {0};
        struct value value;
        char *text;

        if (term->part_count == 1 && strcmp(term->parts[0], "Id") == 0)
            break;
        soql_path(&paging->source, term->parts, term->part_count, &path);
        value = reader->cell(row, text_string(&path), term->field ? term->field->type : FIELD_ANY,
                             &spelling);
        text = soql_literal(term->field, &value);
        json_array_append_new(list, text ? json_string(text) : json_null());
        free(text);
        text_free(&path);
        text_free(&spelling);
    }
    soql_string(id, strlen(id), &literal);
    json_array_append_new(list, json_string(text_string(&literal)));
    json_print(list, out);
    json_decref(list);
    text_free(&literal);
}

static void set_next(const struct soql_paging *paging, const struct soql_row_reader *reader,
                     const struct soql_page_end *end, struct result *result)
{
    int64_t left = paging->left < 0 ? -1 : paging->left - (int64_t)end->count;
    bool more = paging->way == SOQL_BY_CURSOR ? end->cut && end->cursor
                                              : end->cut || end->count >= paging->page_size;
    struct text cursor = {0};

    if (end->count == 0 || !more || (paging->left >= 0 && left <= 0))
        return;
    text_format(&cursor, "%lld %c ", (long long)left, (char)paging->way);
    if (paging->way == SOQL_BY_KEY)
        print_key(paging, reader, end->last, &cursor);
    else if (paging->way == SOQL_BY_OFFSET)
        text_format(&cursor, "%zu", paging->offset + end->count);
    else
        text_append_string(&cursor, end->cursor);
    result->next = text_take(&cursor);
}

/* The total is known when the answer is of the whole query: the server's word, or all the rows
 * there are. */
void soql_paging_end(const struct soql_paging *paging, const struct operation *operation,
                     const struct soql_row_reader *reader, const struct soql_page_end *end,
                     struct result *result)
{
    set_next(paging, reader, end, result);
    result->total = -1;
    if (paging->way == SOQL_BY_CURSOR && end->total >= 0)
        result->total = end->total;
    else if (operation->position.kind == POSITION_START && !result->next)
        result->total = (int64_t)end->count;
}
