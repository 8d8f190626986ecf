/* records: see records.h. */
#include "cli/records.h"

#include <stdlib.h>

#include "core/memory.h"
#include "session/columns.h"

/* --- pages --- */

struct paging {
    struct command *command;
    const struct schema *schema;
    const struct query *query;
    char *cursor; /* NULL at the start */
    int64_t left; /* rows still wanted, -1: all */
};

static struct operation *page_operation(const struct paging *paging)
{
    struct operation *operation = operation_new(OPERATION_PAGE, paging->schema->name);
    operation->schema = schema_hold(paging->schema);
    operation->query = query_copy(paging->query);
    operation->page_size = (size_t)paging->command->profile->page_size;
    if (paging->cursor != NULL) {
        operation->position.kind = POSITION_CURSOR;
        operation->position.cursor = memory_copy_string(paging->cursor);
    }
    size_t most = operation->page_size > 0 ? operation->page_size : 1000;
    if (paging->left >= 0 && (uint64_t)paging->left < most) {
        operation->page_size = (size_t)paging->left;
    }
    return operation;
}

static bool hand_on(struct paging *paging, const struct page *page, row_handler handler,
                    void *context, struct error *error)
{
    size_t count = page_row_count(page);
    for (size_t row = 0; row < count && paging->left != 0; row++) {
        if (!handler(context, page, row, error)) {
            return false;
        }
        paging->left -= paging->left > 0;
    }
    return true;
}

bool records_read(struct command *command, const struct schema *schema, const struct query *query,
                  row_handler handler, void *context, struct error *error)
{
    struct paging paging = {command, schema, query, NULL, query->limit};
    bool ok = true;
    while (ok && paging.left != 0 && !output_is_dead(&command->output)) {
        struct result result;
        ok = command_run(command, page_operation(&paging), &result, error);
        if (!ok) {
            break;
        }
        ok = hand_on(&paging, result.page, handler, context, error);
        free(paging.cursor);
        paging.cursor = result.next;
        result.next = NULL;
        result_clear(&result);
        if (paging.cursor == NULL) {
            break;
        }
    }
    free(paging.cursor);
    return ok;
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
