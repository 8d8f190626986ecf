/* records: see records.h. */
#include "cli/records.h"

#include <stdlib.h>

#include "cli/pages.h"
#include "core/memory.h"
#include "session/columns.h"

/* --- rows --- */

struct reading {
    row_handler handler;
    void *context;
    int64_t left; /* rows still wanted, -1: all */
};

/* Numbered pages shift when records come and go meanwhile: what the page before had is passed
 * over. */
static bool was_before(const struct page *before, const struct page *page, size_t row)
{
    struct value id = page_id(page, row);
    if (before == NULL || id.kind != VALUE_TEXT) {
        return false;
    }
    char *name = memory_copy(id.as.text.bytes, id.as.text.length);
    bool found = page_find(before, name) >= 0;
    free(name);
    return found;
}

static bool hand_on(struct reading *reading, const struct page *page, const struct page *before,
                    struct error *error)
{
    size_t count = page_row_count(page);
    for (size_t row = 0; row < count && reading->left != 0; row++) {
        if (was_before(before, page, row)) {
            continue;
        }
        if (!reading->handler(reading->context, page, row, error)) {
            return false;
        }
        reading->left -= reading->left > 0;
    }
    return true;
}

bool records_read(struct command *command, const struct schema *schema, const struct query *query,
                  row_handler handler, void *context, struct error *error)
{
    struct reading reading = {handler, context, query->limit};
    struct pages *pages = pages_open(command, schema, query);
    struct page *before = NULL, *page = NULL;
    bool numbered = pages_are_numbered(pages), ok = true;
    while (ok && reading.left != 0 && !output_is_dead(&command->output) &&
           (page = pages_next(pages, error)) != NULL) {
        ok = hand_on(&reading, page, before, error);
        page_free(before);
        before = numbered ? page : NULL;
        if (!numbered) {
            page_free(page);
        }
    }
    page_free(before);
    pages_close(pages);
    return ok && !error_is_set(error);
}

/* --- columns --- */

void records_add_all_columns(const struct schema *schema, struct query *query)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const char *name = schema->fields[i].name;
        struct text path = {0};
        query_print_path(&name, 1, &path);
        query_add_column(query, text_string(&path));
        text_free(&path);
    }
}

bool records_choose_columns(struct command *command, const struct schema *schema,
                            enum exchange_format format, struct query *query, struct error *error)
{
    const char *asked = argument_value(command->arguments, FLAG_COLUMNS);
    if (asked != NULL) {
        query_clear_columns(query);
        if (!query_parse_columns(query, asked, error)) {
            error_context(error, "--columns: ");
            return false;
        }
    } else if (format == EXCHANGE_TABLE) {
        session_default_columns(schema, query);
        session_name_columns(command->session, schema, query);
    } else {
        records_add_all_columns(schema, query);
    }
    return true;
}

void records_add_equals(struct query *query, const struct field *field, const struct value *value)
{
    const char *name = field->name;
    struct text path = {0};
    query_print_path(&name, 1, &path);
    query->filter = filter_and(query->filter, filter_equals(text_string(&path), field, value));
    query->resolved = false;
    text_free(&path);
}

struct exchange_column *records_columns(const struct query *query, size_t count)
{
    struct exchange_column *columns = memory_zeroed(count, sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        columns[i].name = query->columns[i].path;
        columns[i].field = query->columns[i].field;
    }
    return columns;
}

void records_close(struct exchange_writer *writer)
{
    struct error ignored = {0};
    size_t repaired = 0;
    exchange_close(writer, &repaired, &ignored);
    error_clear(&ignored);
    if (repaired > 0) {
        command_say("%zu byte%s not UTF-8 and became U+FFFD", repaired,
                    repaired == 1 ? " was" : "s were");
    }
}
