/* related: see related.h. */
#include "cli/related.h"

#include <stdlib.h>
#include <string.h>

#include "cli/records.h"
#include "core/memory.h"

/* --- --of --- */

/* The one relation by which records of the object belong to the parent. */
static const struct relation *relation_between(const struct schema *parent, const char *object,
                                               struct error *error)
{
    const struct relation *found = NULL;
    struct text ways = {0};
    size_t count = 0;
    for (size_t i = 0; i < parent->child_count; i++) {
        if (strcmp(parent->children[i].object, object) == 0) {
            found = &parent->children[i];
            text_format(&ways, "%s%s = …", count++ > 0 ? " or " : "", found->fields[0]);
        }
    }
    if (count == 0) {
        error_set(error, ERROR_USAGE, "records of %s do not belong to records of %s", object,
                  parent->name);
    } else if (count > 1) {
        error_set(error, ERROR_USAGE, "records of %s belong to %s in %zu ways", object,
                  parent->name, count);
        error_set_hint(error, "say which with the filter: %s", text_string(&ways));
    }
    text_free(&ways);
    return count == 1 ? found : NULL;
}

/* The record itself; ERROR_NOT_FOUND when it is not there. Its owner is the caller. */
static struct record *fetch_record(struct command *command, const struct schema *schema,
                                   const char *id, struct error *error)
{
    struct operation *operation = operation_new(OPERATION_GET, schema->name);
    operation->schema = schema_hold(schema);
    operation_add_id(operation, id);
    struct result result;
    if (!command_run(command, operation, &result, error)) {
        return NULL;
    }
    struct record *record = NULL;
    if (result.record_count == 1) {
        record = result.records[0];
        result.records[0] = NULL;
    }
    result_clear(&result);
    if (record == NULL) {
        error_set(error, ERROR_NOT_FOUND, "%s has no record %s", schema->name, id);
    }
    return record;
}

static bool restrict_by(const struct relation *relation, const struct record *record,
                        const struct schema *schema, struct query *query, struct error *error)
{
    for (size_t i = 0; i < relation->field_count; i++) {
        struct value value = record_value(record, relation->parent_fields[i]);
        const struct field *field = command_field(schema, relation->fields[i], error);
        if (field == NULL) {
            return false;
        }
        if (value_is_nothing(&value)) {
            return error_set(error, ERROR_NOT_FOUND, "the record has no %s to go by",
                             relation->parent_fields[i]);
        }
        records_add_equals(query, field, &value);
    }
    return true;
}

bool related_restrict(struct command *command, const struct schema *schema, struct query *query,
                      const char *parent, const char *id, struct error *error)
{
    struct schema *above = command_schema(command, parent, error);
    if (above == NULL) {
        return false;
    }
    const struct relation *relation = relation_between(above, schema->name, error);
    struct record *record = relation == NULL ? NULL : fetch_record(command, above, id, error);
    bool ok = record != NULL && restrict_by(relation, record, schema, query, error);
    record_free(record);
    schema_release(above);
    return ok;
}

/* --- --with --- */

struct nested {
    const struct relation *relation;
    struct schema *schema; /* of the related object; held */
    struct query *query;   /* its columns; resolved */
    size_t *columns;       /* page columns of the relation's parent fields */
};

struct related {
    struct command *command;
    struct nested *nested;
    size_t count;
};

static const struct relation *find_relation(const struct schema *schema, const char *name,
                                            struct error *error)
{
    const struct relation *relation = schema_child(schema, name);
    if (relation != NULL) {
        return relation;
    }
    struct text names = {0};
    for (size_t i = 0; i < schema->child_count; i++) {
        text_format(&names, "%s%s", i > 0 ? ", " : "", schema->children[i].name);
    }
    error_set(error, ERROR_USAGE, "--with: %s has no relation %s", schema->name, name);
    if (schema->child_count == 0) {
        error_set_hint(error, "no object refers to it");
    } else {
        error_set_hint(error, "it has %s", text_string(&names));
    }
    text_free(&names);
    return NULL;
}

/* The page column that holds a field, which is added to the query where it is not among them. */
static size_t column_of(struct query *query, const char *field)
{
    for (size_t i = 0; i < query->column_count; i++) {
        if (query->columns[i].part_count == 1 &&
            text_equal_folded(query->columns[i].parts[0], field)) {
            return i + 1;
        }
    }
    struct text path = {0};
    query_print_path(&field, 1, &path);
    query_add_column(query, text_string(&path));
    text_free(&path);
    query->resolved = false;
    return query->column_count;
}

static bool open_nested(struct command *command, struct nested *nested, struct query *query,
                        struct error *error)
{
    const struct relation *relation = nested->relation;
    nested->schema = command_schema(command, relation->object, error);
    if (nested->schema == NULL) {
        return false;
    }
    nested->query = query_new(nested->schema->name);
    records_add_all_columns(nested->schema, nested->query);
    nested->columns = memory_zeroed(relation->field_count, sizeof *nested->columns);
    for (size_t i = 0; i < relation->field_count; i++) {
        nested->columns[i] = column_of(query, relation->parent_fields[i]);
    }
    return session_resolve(command->session, nested->query, command->stop, error);
}

struct related *related_open(struct command *command, const struct schema *schema,
                             struct query *query, struct error *error)
{
    struct related *related = memory_zeroed(1, sizeof *related);
    const struct arguments *arguments = command->arguments;
    related->command = command;
    related->nested = memory_zeroed(arguments->given_count, sizeof *related->nested);
    for (size_t i = 0; i < arguments->given_count; i++) {
        if (arguments->given[i].id != FLAG_WITH) {
            continue;
        }
        struct nested *nested = &related->nested[related->count++];
        nested->relation = find_relation(schema, arguments->given[i].values[0], error);
        if (nested->relation == NULL || !open_nested(command, nested, query, error)) {
            related_free(related);
            return NULL;
        }
    }
    return related;
}

struct nested_rows {
    struct exchange_writer *writer;
    struct value *values;
    size_t count;
};

static bool write_nested(void *context, const struct page *page, size_t row, struct error *error)
{
    struct nested_rows *rows = context;
    (void)error;
    for (size_t i = 0; i < rows->count; i++) {
        rows->values[i] = page_value(page, row, i + 1);
    }
    exchange_nested_row(rows->writer, rows->values);
    return true;
}

/* The query for one parent row; NULL where a value to go by is null, so that nothing belongs. */
static struct query *query_for_row(const struct nested *nested, const struct page *page, size_t row)
{
    struct query *query = query_copy(nested->query);
    for (size_t i = 0; i < nested->relation->field_count; i++) {
        struct value value = page_value(page, row, nested->columns[i]);
        const struct field *field = schema_field(nested->schema, nested->relation->fields[i]);
        if (value_is_nothing(&value) || field == NULL) {
            query_free(query);
            return NULL;
        }
        records_add_equals(query, field, &value);
    }
    return query;
}

static bool print_nested(struct command *command, const struct nested *nested,
                         struct exchange_writer *writer, const struct page *page, size_t row,
                         struct error *error)
{
    struct query *query = query_for_row(nested, page, row);
    if (query == NULL) {
        return true;
    }
    struct nested_rows rows = {writer, memory_zeroed(query->column_count, sizeof(struct value)),
                               query->column_count};
    bool ok = session_resolve(command->session, query, command->stop, error) &&
              records_read(command, nested->schema, query, write_nested, &rows, error);
    free(rows.values);
    query_free(query);
    return ok;
}

bool related_print(const struct related *related, struct exchange_writer *writer,
                   const struct page *page, size_t row, struct error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < related->count; i++) {
        const struct nested *nested = &related->nested[i];
        size_t count = nested->query->column_count;
        struct exchange_column *columns = records_columns(nested->query, count);
        exchange_begin_nested(writer, nested->relation->name, columns, count);
        ok = print_nested(related->command, nested, writer, page, row, error);
        exchange_end_nested(writer);
        free(columns);
    }
    return ok;
}

void related_free(struct related *related)
{
    if (related == NULL) {
        return;
    }
    for (size_t i = 0; i < related->count; i++) {
        schema_release(related->nested[i].schema);
        query_free(related->nested[i].query);
        free(related->nested[i].columns);
    }
    free(related->nested);
    free(related);
}
