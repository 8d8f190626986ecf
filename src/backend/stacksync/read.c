/*
 * read: counts, groups, and records by id. Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/soql/salesforce.h"
#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

static struct soql_source source_of(const struct operation *operation)
{
    return (struct soql_source){operation->schema, operation->query};
}

/* --- count --- */

enum wire_step encode_count(const struct call *call)
{
    struct soql_source source = source_of(call->operation);
    struct text statement = {0};

    if (soql_count(&source, &statement, call->error))
        return send_soql(call, &statement);
    text_free(&statement);
    return WIRE_REFUSED;
}

/* Salesforce may spell a whole number as 12.0; what no list can hold is no count. */
static bool is_count(const json_t *json)
{
    static const double most = 1e15; /* exact as a double */

    return json_is_number(json) && json_number_value(json) >= 0 && json_number_value(json) <= most;
}

/* In the row of an aggregate, by its name or as Salesforce would name it, or as the number of rows
 * there would be. */
int64_t counted(const struct answer *answer)
{
    const json_t *envelope, *count;
    json_t *document, *rows = answer_rows(answer, &document, &envelope);
    int64_t total = -1;

    if (rows) {
        const json_t *row = json_array_get(rows, 0);

        count = row_member(row, "records");
        if (!count)
            count = row_member(row, "expr0");
        if (!count && json_array_size(rows) == 0)
            count = json_member(envelope, "totalSize");
        if (is_count(count))
            total = (int64_t)json_number_value(count);
        else
            answer_nonsense(answer, "a count");
    }
    json_decref(document);
    return total;
}

int decode_count(const struct answer *answer)
{
    const struct query *query = answer->operation->query;
    int64_t total = counted(answer);

    if (query && query->limit >= 0 && total > query->limit)
        total = query->limit;
    answer->result->total = total;
    return 0;
}

/* --- group --- */

static bool is_filled(const struct operation *operation)
{
    return operation->group.function == GROUP_FILLED;
}

enum wire_step encode_group(const struct call *call)
{
    struct soql_source source = source_of(call->operation);
    struct text statement = {0};
    bool possible;

    if (is_filled(call->operation))
        possible = soql_filled(&source, &statement, call->error);
    else
        possible = soql_group(&source, &call->operation->group, call->operation->page_size,
                              &statement, call->error);
    if (possible)
        return send_soql(call, &statement);
    text_free(&statement);
    return WIRE_REFUSED;
}

static void add_number(struct page_builder *builder, size_t number)
{
    struct text text = {0};
    struct value value;

    text_format(&text, "%zu", number);
    value = value_text(text_string(&text), text.length);
    page_builder_add(builder, &value);
    text_free(&text);
}

static void add_member(struct page_builder *builder, const json_t *row, const char *name)
{
    struct text spelling = {0};
    struct value value = cell_value(row_member(row, name), &spelling);

    page_builder_add(builder, &value);
    text_free(&spelling);
}

static void add_name(struct result *result, const char *name)
{
    result->columns =
        memory_resize(result->columns, result->column_count + 1, sizeof *result->columns);
    result->columns[result->column_count++] = memory_copy_string(name);
}

static void name_columns(const struct group_request *group, bool has_measure, struct result *result)
{
    static const char *const functions[] = {
        [GROUP_COUNT] = "count", [GROUP_SUM] = "sum", [GROUP_AVERAGE] = "average",
        [GROUP_MIN] = "min",     [GROUP_MAX] = "max", [GROUP_FILLED] = "filled",
    };
    struct text name = {0};

    add_name(result, group->by);
    add_name(result, "count");
    if (!has_measure)
        return;
    text_format(&name, "%s(%s)", functions[group->function], group->measure);
    add_name(result, text_string(&name));
    text_free(&name);
}

static void take_groups(const struct answer *answer, const json_t *rows)
{
    const struct group_request *group = &answer->operation->group;
    bool has_measure = group->function != GROUP_COUNT && group->measure;
    struct page_builder *builder = page_builder_new(has_measure ? 4 : 3);

    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        add_number(builder, i + 1);
        add_member(builder, row, "value");
        add_member(builder, row, "records");
        if (has_measure)
            add_member(builder, row, "measure");
        page_builder_end_row(builder);
    }
    answer->result->page = page_builder_finish(builder);
    name_columns(group, has_measure, answer->result);
}

static void add_numbered(struct page_builder *builder, const json_t *row, const char *name,
                         size_t number)
{
    struct text alias = {0};

    text_format(&alias, "%s%zu", name, number);
    add_member(builder, row, text_string(&alias));
    text_free(&alias);
}

/* A column for which Salesforce counts nothing has no cells but its name and the records. */
static void take_filled(const struct answer *answer, const json_t *row)
{
    static const char *const names[] = {"field", "records", "filled", "smallest", "largest"};
    const struct query *query = answer->operation->query;
    const struct schema *schema = answer->operation->schema;
    bool named = query && query->column_count > 0;
    size_t count = named ? query->column_count : schema->field_count;
    struct page_builder *builder = page_builder_new(6);

    for (size_t i = 0; i < count; i++) {
        struct value name = value_string(named ? query->columns[i].path : schema->fields[i].name);

        add_number(builder, i + 1);
        page_builder_add(builder, &name);
        add_member(builder, row, "records");
        add_numbered(builder, row, "filled", i);
        add_numbered(builder, row, "least", i);
        add_numbered(builder, row, "most", i);
        page_builder_end_row(builder);
    }
    answer->result->page = page_builder_finish(builder);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        add_name(answer->result, names[i]);
}

int decode_group(const struct answer *answer)
{
    const json_t *envelope;
    json_t *document, *rows = answer_rows(answer, &document, &envelope);

    if (rows && is_filled(answer->operation))
        take_filled(answer, json_array_get(rows, 0));
    else if (rows)
        take_groups(answer, rows);
    json_decref(document);
    return 0;
}

/* --- get --- */

static bool has_parent_columns(const struct query *query)
{
    for (size_t i = 0; query && i < query->column_count; i++) {
        if (query->columns[i].part_count > 1)
            return true;
    }
    return false;
}

/* The ids that can be one; the others have no record, and one of them would fail all the rest. */
static json_t *ids_of(const struct operation *operation)
{
    json_t *ids = json_array();
    char widened[SALESFORCE_ID_LENGTH + 1];

    for (size_t i = 0; i < operation->id_count; i++) {
        if (salesforce_widen_id(operation->ids[i], widened))
            json_array_append_new(ids, json_string(widened));
    }
    return ids;
}

static json_t *fields_of(const struct query *query)
{
    json_t *fields = json_array();

    for (size_t i = 0; query && i < query->column_count; i++)
        json_array_append_new(fields, json_string(query->columns[i].path));
    return fields;
}

static enum wire_step send_get(const struct call *call, json_t *ids)
{
    json_t *body = json_object(), *data = json_object(),
           *fields = fields_of(call->operation->query);
    struct text path = {0};
    enum wire_step step;

    json_object_set_new(data, "ids", ids);
    if (json_array_size(fields))
        json_object_set(data, "fields", fields);
    json_decref(fields);
    json_object_set_new(body, "data", data);
    text_append_string(&path, "object/get/");
    http_encode(&path, call->operation->object, strlen(call->operation->object));
    step = send_post(call, text_string(&path), body, true);
    text_free(&path);
    return step;
}

/* Fields of parents can only be had by a query. */
static enum wire_step send_get_query(const struct call *call, json_t *ids)
{
    struct query *query = query_copy(call->operation->query);
    struct filter *filter = filter_condition("Id", OPERATOR_IN);
    struct soql_source source = {call->operation->schema, query};
    struct soql_window window = {.limit = -1};
    struct text statement = {0};
    bool possible;

    for (size_t i = 0; i < json_array_size(ids); i++)
        filter_add_operand(filter, OPERAND_TEXT, json_string_value(json_array_get(ids, i)));
    filter->field = schema_field(source.schema, "Id");
    filter_free(query->filter);
    query->filter = filter;
    query_clear_order(query);
    possible = soql_select(&source, &window, &statement, call->error);
    query_free(query);
    json_decref(ids);
    if (possible)
        return send_soql(call, &statement);
    text_free(&statement);
    return WIRE_REFUSED;
}

enum wire_step encode_get(const struct call *call)
{
    json_t *ids = ids_of(call->operation);

    if (json_array_size(ids) == 0) {
        json_decref(ids);
        return WIRE_NONE;
    }
    if (has_parent_columns(call->operation->query))
        return send_get_query(call, ids);
    return send_get(call, ids);
}

static void set_member(struct record *record, const char *name, const json_t *member)
{
    struct text spelling = {0};
    struct value value = cell_value(member, &spelling);

    if (value.kind != VALUE_ABSENT)
        record_set(record, name, &value);
    text_free(&spelling);
}

static void set_columns(struct record *record, const struct soql_source *source, const json_t *row)
{
    for (size_t i = 0; i < source->query->column_count; i++) {
        const struct query_column *column = &source->query->columns[i];
        struct text path = {0};

        soql_path(source, column->parts, column->part_count, &path);
        set_member(record, column->path, row_member(row, text_string(&path)));
        text_free(&path);
    }
}

static struct record *record_of(const struct operation *operation, const json_t *row,
                                const char *id)
{
    struct soql_source source = source_of(operation);
    struct record *record = record_new(operation->object, id);

    if (operation->query && operation->query->column_count > 0) {
        set_columns(record, &source, row);
        return record;
    }
    for (size_t i = 0; source.schema && i < source.schema->field_count; i++) {
        const char *name = source.schema->fields[i].name;

        set_member(record, name, row_member(row, name));
    }
    return record;
}

static const json_t *find_row(const json_t *rows, const char *id)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *found = row_id(row);

        if (found && strncmp(found, id, SALESFORCE_SHORT_ID_LENGTH) == 0)
            return row;
    }
    return NULL;
}

/* By its place among the ids that were sent; where places do not agree, by its id. */
static const json_t *row_at(const json_t *rows, size_t place, const char *id, bool by_place)
{
    const json_t *row = by_place ? json_array_get(rows, place) : NULL;
    const char *found = row ? row_id(row) : NULL;

    if (by_place && (!row || json_is_null(row)))
        return NULL;
    if (!by_place || (found && strncmp(found, id, SALESFORCE_SHORT_ID_LENGTH) != 0))
        return find_row(rows, id);
    return row;
}

static void take_records(const struct answer *answer, const json_t *rows)
{
    const struct operation *operation = answer->operation;
    json_t *sent = ids_of(operation);
    bool by_place =
        !has_parent_columns(operation->query) && json_array_size(rows) == json_array_size(sent);
    size_t place = 0;

    for (size_t i = 0; i < operation->id_count; i++) {
        char widened[SALESFORCE_ID_LENGTH + 1];
        const json_t *row;

        if (!salesforce_widen_id(operation->ids[i], widened))
            continue;
        row = row_at(rows, place++, widened, by_place);
        if (json_is_object(row))
            answer->result->records[i] = record_of(operation, row, widened);
    }
    json_decref(sent);
}

int decode_get(const struct answer *answer)
{
    const json_t *envelope;
    json_t *document = NULL, *rows = NULL;
    struct result *result = answer->result;

    result->records = memory_zeroed(answer->operation->id_count + 1, sizeof *result->records);
    result->record_count = answer->operation->id_count;
    if (answer->response)
        rows = answer_rows(answer, &document, &envelope);
    if (rows)
        take_records(answer, rows);
    json_decref(document);
    return 0;
}
