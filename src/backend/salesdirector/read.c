/*
 * read: pages, records and lists of values out of the set of opportunities. It is read whole:
 * filtering, ordering and grouping are the engine's.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/salesdirector/internal.h"
#include "core/memory.h"
#include "net/json.h"

/* --- values --- */

static bool is_iso_date(const char *text)
{
    static const char shape[] = "0000-00-00";
    for (size_t i = 0; shape[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) {
            return false;
        }
    }
    return true;
}

/* The day of PHP's date and time, which is the day at its own place; other spellings as they are.
 */
static struct value date_cell(const json_t *json)
{
    const char *text = json_string_value(json);
    if (text == NULL || text[0] == '\0') {
        return value_null();
    }
    return is_iso_date(text) ? value_text(text, strlen("0000-00-00")) : value_string(text);
}

static struct value boolean_cell(const json_t *json)
{
    struct value value = json_to_value(json);
    double number;
    bool boolean;
    if (value.kind == VALUE_TEXT && config_parse_boolean(json_string_value(json), &boolean)) {
        return value_boolean(boolean);
    }
    if (value_to_real(&value, &number)) {
        return value_boolean(number != 0);
    }
    return value;
}

/* Numbers may come as text. What is no number is shown as it came. */
static struct value number_cell(const json_t *json)
{
    struct value value = json_to_value(json), number;
    if (value.kind == VALUE_TEXT &&
        value_parse_number(value.as.text.bytes, value.as.text.length, &number)) {
        return number;
    }
    return value.kind == VALUE_TEXT && value.as.text.length == 0 ? value_null() : value;
}

struct value director_cell(const json_t *record, const char *name, enum field_type type)
{
    const json_t *json = json_member(record, name);
    if (json_is_object(json)) {
        json = json_member(json, "date"); /* a DateTime of PHP */
        type = type == FIELD_ANY ? FIELD_DATETIME : type;
    }
    struct value value = type == FIELD_DATE           ? date_cell(json)
                         : type == FIELD_BOOLEAN      ? boolean_cell(json)
                         : field_type_is_number(type) ? number_cell(json)
                                                      : json_to_value(json);
    return value_is_nothing(&value) ? value_null() : value;
}

struct value director_id(const json_t *record)
{
    struct value id = director_cell(record, "external_opp_id", FIELD_ID);
    bool none = value_is_nothing(&id) || (id.kind == VALUE_TEXT && id.as.text.length == 0);
    return none ? director_cell(record, "id", FIELD_ID) : id;
}

static bool has_id(const json_t *record, const char *id)
{
    struct value value = director_id(record);
    char *spelling = value_to_string(&value);
    bool same = spelling != NULL && strcmp(spelling, id) == 0;
    free(spelling);
    return same;
}

const json_t *director_find(const json_t *records, const char *id)
{
    size_t i;
    const json_t *record;
    json_array_foreach(records, i, record)
    {
        if (has_id(record, id)) {
            return record;
        }
    }
    return NULL;
}

static enum field_type type_of(const struct object *object, const char *name)
{
    const struct member *member = director_member(object, name);
    return member == NULL ? FIELD_ANY : member->type;
}

struct record *director_record(const json_t *json)
{
    const struct object *object = director_object("Opportunity");
    struct value id = director_id(json);
    char *spelling = value_to_string(&id);
    struct record *record = record_new(object->name, spelling);
    const char *key;
    json_t *unused;
    for (size_t i = 0; i < object->member_count; i++) {
        const struct member *member = &object->members[i];
        struct value value = director_cell(json, member->name, member->type);
        record_set(record, member->name, &value);
    }
    json_object_foreach((json_t *)json, key, unused)
    {
        if (director_member(object, key) == NULL) {
            struct value value = director_cell(json, key, FIELD_ANY);
            record_set(record, key, &value);
        }
    }
    free(spelling);
    return record;
}

/* --- operations --- */

struct columns {
    const char **names;
    enum field_type *types;
    size_t count;
};

static void columns_make(struct columns *columns, const struct operation *operation)
{
    const struct object *object = director_object(operation->object);
    const struct query *query = operation->query;
    bool named = query != NULL && query->column_count > 0;
    size_t count = named ? query->column_count : operation->schema->field_count;
    columns->names = memory_zeroed(count + 1, sizeof *columns->names);
    columns->types = memory_zeroed(count + 1, sizeof *columns->types);
    columns->count = count;
    for (size_t i = 0; i < count; i++) {
        columns->names[i] = named ? query->columns[i].parts[0] : operation->schema->fields[i].name;
        columns->types[i] = type_of(object, columns->names[i]);
    }
}

static void add_row(struct page_builder *builder, const json_t *record,
                    const struct columns *columns)
{
    struct value id = director_id(record);
    char *spelling = value_to_string(&id);
    struct value text = value_string(spelling == NULL ? "" : spelling);
    page_builder_add(builder, &text);
    for (size_t i = 0; i < columns->count; i++) {
        struct value value = director_cell(record, columns->names[i], columns->types[i]);
        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
    free(spelling);
}

void director_read_page(const struct salesdirector *instance, const struct operation *operation,
                        struct result *result)
{
    struct columns columns;
    size_t count = json_array_size(instance->records);
    int64_t limit = operation->query == NULL ? -1 : operation->query->limit;
    columns_make(&columns, operation);
    if (limit >= 0 && (size_t)limit < count) {
        count = (size_t)limit;
    }
    struct page_builder *builder = page_builder_new(columns.count + 1);
    for (size_t i = 0; i < count; i++) {
        add_row(builder, json_array_get(instance->records, i), &columns);
    }
    result->page = page_builder_finish(builder);
    result->total = (int64_t)count;
    result->columns = memory_zeroed(columns.count + 1, sizeof *result->columns);
    for (size_t i = 0; i < columns.count; i++) {
        result->columns[result->column_count++] = memory_copy_string(columns.names[i]);
    }
    free((void *)columns.names);
    free(columns.types);
}

void director_read_get(const struct salesdirector *instance, const struct operation *operation,
                       struct result *result)
{
    result->records = memory_zeroed(operation->id_count + 1, sizeof *result->records);
    result->record_count = operation->id_count;
    for (size_t i = 0; i < operation->id_count; i++) {
        const json_t *found = director_find(instance->records, operation->ids[i]);
        result->records[i] = found == NULL ? NULL : director_record(found);
    }
}

static bool has_value(const struct result *result, const char *value)
{
    for (size_t i = 0; i < result->value_count; i++) {
        if (strcmp(result->values[i].value, value) == 0) {
            return true;
        }
    }
    return false;
}

static void add_value(struct result *result, const char *value)
{
    result->values = memory_resize(result->values, result->value_count + 1, sizeof *result->values);
    struct picklist_value *entry = &result->values[result->value_count++];
    *entry = (struct picklist_value){.active = true};
    entry->value = memory_copy_string(value);
    entry->label = memory_copy_string(value);
}

/* The API has no lists: the values in use stand in for them. */
void director_read_lookup(const struct salesdirector *instance, const struct operation *operation,
                          struct result *result)
{
    enum { MOST_VALUES = 1000 };
    enum field_type type = type_of(director_object(operation->object), operation->field);
    for (size_t i = 0; i < json_array_size(instance->records); i++) {
        struct value value =
            director_cell(json_array_get(instance->records, i), operation->field, type);
        char *spelling = value_to_string(&value);
        if (spelling != NULL && result->value_count < MOST_VALUES && !has_value(result, spelling)) {
            add_value(result, spelling);
        }
        free(spelling);
    }
}
