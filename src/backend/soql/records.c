/*
 * records: records by their ids, whatever the wire. Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/soql/paging.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

bool soql_has_parent_columns(const struct query *query)
{
    for (size_t i = 0; query && i < query->column_count; i++) {
        if (query->columns[i].part_count > 1)
            return true;
    }
    return false;
}

char **soql_ids(const struct operation *operation, size_t *count)
{
    char **ids = memory_zeroed(operation->id_count + 1, sizeof *ids);
    char widened[SALESFORCE_ID_LENGTH + 1];

    *count = 0;
    for (size_t i = 0; i < operation->id_count; i++) {
        if (salesforce_widen_id(operation->ids[i], widened))
            ids[(*count)++] = memory_copy_string(widened);
    }
    return ids;
}

bool soql_select_ids(const struct operation *operation, char *const *ids, size_t count,
                     struct text *out, struct error *error)
{
    struct query *query =
        operation->query ? query_copy(operation->query) : query_new(operation->object);
    struct filter *filter = filter_condition("Id", OPERATOR_IN);
    struct soql_source source = {operation->schema, query};
    struct soql_window window = {.limit = -1};
    bool possible;

    for (size_t i = 0; i < count; i++)
        filter_add_operand(filter, OPERAND_TEXT, ids[i]);
    filter->field = schema_field(source.schema, "Id");
    filter_free(query->filter);
    query->filter = filter;
    query_clear_order(query);
    possible = soql_select(&source, &window, out, error);
    query_free(query);
    return possible;
}

static void set_member(struct record *record, const char *name, const struct field *field,
                       const struct soql_row_reader *reader, const void *row, const char *path)
{
    struct text spelling = {0};
    struct value value = reader->cell(row, path, field ? field->type : FIELD_ANY, &spelling);

    if (value.kind != VALUE_ABSENT)
        record_set(record, name, &value);
    text_free(&spelling);
}

struct record *soql_record(const struct operation *operation, const struct soql_row_reader *reader,
                           const void *row, const char *id)
{
    struct soql_source source = {operation->schema, operation->query};
    struct record *record = record_new(operation->object, id);
    bool named = source.query && source.query->column_count > 0;

    for (size_t i = 0; named && i < source.query->column_count; i++) {
        const struct query_column *column = &source.query->columns[i];
        struct text path = {0};

        soql_path(&source, column->parts, column->part_count, &path);
        set_member(record, column->path, column->field, reader, row, text_string(&path));
        text_free(&path);
    }
    for (size_t i = 0; !named && source.schema && i < source.schema->field_count; i++) {
        const struct field *field = &source.schema->fields[i];

        set_member(record, field->name, field, reader, row, field->name);
    }
    return record;
}
