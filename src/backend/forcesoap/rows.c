/*
 * rows: sObjects in a tree: counts, groups, single records, and rows of which nothing is known
 * before. Pages of records are not read this way (page.c). Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/internal.h"
#include "backend/soql/columns.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

/* --- values --- */

static struct value number_of(const char *text, size_t length)
{
    struct value value;

    return value_parse_number(text, length, &value) ? value : value_text(text, length);
}

struct value soap_value(enum field_type type, const char *text, size_t length, struct text *bytes)
{
    switch (type) {
    case FIELD_BOOLEAN:
        return value_boolean((length == 4 && memcmp(text, "true", 4) == 0) ||
                             (length == 1 && *text == '1'));
    case FIELD_INT:
    case FIELD_DOUBLE:
    case FIELD_CURRENCY:
    case FIELD_PERCENT:
        return number_of(text, length);
    case FIELD_BASE64:
        text_truncate(bytes, 0);
        if (value_decode_base64(text, length, bytes))
            return value_bytes(text_string(bytes), bytes->length);
        return value_text(text, length);
    default:
        return value_text(text, length);
    }
}

/* --- a row --- */

/* Of an element that comes twice (the type's own Id, and the field) the one that says something. */
static const xmlNode *step_into(const xmlNode *node, const char *name)
{
    const xmlNode *found = xml_child(node, NULL, name);

    for (const xmlNode *next = found; next; next = xml_next(next, NULL, name)) {
        if (!xml_node_is_nil(next))
            return next;
    }
    return found;
}

static const xmlNode *find_node(const xmlNode *row, const char *path)
{
    while (row) {
        size_t length = strcspn(path, ".");
        char *name = memory_copy(path, length);

        row = step_into(row, name);
        free(name);
        if (!path[length])
            return row;
        path += length + 1;
    }
    return NULL;
}

const char *soap_row_text(const xmlNode *row, const char *path)
{
    return xml_text(find_node(row, path));
}

/* An address or a location: its parts, as they are written on an envelope. */
static void join_place(const xmlNode *node, struct text *out)
{
    const char *parts[SALESFORCE_PLACE_PARTS];

    for (size_t i = 0; i < SALESFORCE_PLACE_PARTS; i++)
        parts[i] = xml_child_text(node, NULL, salesforce_place_parts[i]);
    salesforce_join_place(parts, out);
}

/* xsi:type of a value of anyType, as aggregates have it, says how it is to be read. */
static enum field_type type_of(const xmlNode *node)
{
    static const struct {
        const char *name;
        enum field_type type;
    } types[] = {
        {"boolean", FIELD_BOOLEAN}, {"int", FIELD_INT},        {"long", FIELD_INT},
        {"double", FIELD_DOUBLE},   {"decimal", FIELD_DOUBLE}, {"base64Binary", FIELD_BASE64},
    };
    const char *name = xml_node_type(node);

    for (size_t i = 0; name && i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, name) == 0)
            return types[i].type;
    }
    return FIELD_ANY;
}

static struct value read_cell(const void *row, const char *path, enum field_type type,
                              struct text *spelling)
{
    const xmlNode *node = find_node(row, path);
    const char *text = xml_text(node);

    text_truncate(spelling, 0);
    if (!node)
        return strchr(path, '.') ? value_null() : value_absent();
    if (text)
        return soap_value(type == FIELD_ANY ? type_of(node) : type, text, strlen(text), spelling);
    if (!xml_node_is_nil(node))
        join_place(node, spelling);
    return spelling->length ? value_text(text_string(spelling), spelling->length) : value_null();
}

static const char *read_id(const void *row)
{
    return soap_row_text(row, "Id");
}

const struct soql_row_reader soap_rows = {.cell = read_cell, .id = read_id};

const void **soap_rows_of(const xmlNode *result, const char *name, size_t *count)
{
    const void **rows = memory_zeroed(1, sizeof *rows);
    size_t capacity = 1;

    *count = 0;
    for (const xmlNode *node = xml_child(result, SOAP_PARTNER, name); node;
         node = xml_next(node, SOAP_PARTNER, name)) {
        rows = memory_grow(rows, *count, &capacity, sizeof *rows);
        rows[(*count)++] = node;
    }
    return rows;
}

/* --- rows of which nothing is known before --- */

static bool is_sobject(const xmlNode *node)
{
    const char *type = xml_node_type(node);

    return type && strcmp(type, "sObject") == 0;
}

static bool is_list(const xmlNode *node)
{
    const char *type = xml_node_type(node);

    return type && strcmp(type, "QueryResult") == 0;
}

static bool is_own_member(const xmlNode *node)
{
    const char *name = (const char *)node->name;

    return strcmp(name, "type") == 0 || (strcmp(name, "Id") == 0 && xml_node_is_nil(node));
}

/* A parent's fields are columns of their own; a list of children is one cell. */
static void collect(const xmlNode *row, const char *prefix, struct soql_columns *columns)
{
    for (const xmlNode *node = xml_child(row, NULL, NULL); node;
         node = xml_next(node, NULL, NULL)) {
        struct text name = {0};

        if (is_own_member(node))
            continue;
        text_format(&name, "%s%s", prefix, (const char *)node->name);
        if (is_sobject(node)) {
            text_append_character(&name, '.');
            collect(node, text_string(&name), columns);
        } else {
            soql_columns_add(columns, text_string(&name));
        }
        text_free(&name);
    }
}

static bool are_mixed(const void *const *rows, size_t count)
{
    const char *first = count ? soap_row_text(rows[0], "type") : NULL;

    for (size_t i = 1; i < count; i++) {
        const char *type = soap_row_text(rows[i], "type");

        if (!first || !type || strcmp(first, type) != 0)
            return true;
    }
    return false;
}

/* How many there are is said; what they hold is had by asking for them. */
static struct value child_count(const xmlNode *node, struct text *spelling)
{
    const char *size = soap_text(node, "size");

    text_truncate(spelling, 0);
    text_format(spelling, "%s records", size ? size : "?");
    return value_text(text_string(spelling), spelling->length);
}

static void add_any_row(struct page_builder *builder, const xmlNode *row, size_t number,
                        const struct soql_columns *columns)
{
    struct text spelling = {0};
    const char *id = soap_row_text(row, "Id");
    struct value value;

    text_format(&spelling, "%zu", number);
    value = id ? value_string(id) : value_text(text_string(&spelling), spelling.length);
    page_builder_add(builder, &value);
    for (size_t i = 0; i < columns->count; i++) {
        const xmlNode *node = find_node(row, columns->names[i]);

        value = node && is_list(node) ? child_count(node, &spelling)
                                      : read_cell(row, columns->names[i], FIELD_ANY, &spelling);
        if (value.kind == VALUE_ABSENT)
            value = value_null();
        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
    text_free(&spelling);
}

void soap_take_any_rows(const void *const *rows, size_t count, bool mixed, struct result *result)
{
    struct soql_columns columns = {0};
    struct page_builder *builder;

    if (mixed || are_mixed(rows, count))
        soql_columns_add(&columns, "type");
    for (size_t i = 0; i < count; i++)
        collect(rows[i], "", &columns);
    soql_columns_drop_parents(&columns);
    builder = page_builder_new(columns.count + 1);
    for (size_t i = 0; i < count; i++)
        add_any_row(builder, rows[i], i + 1, &columns);
    result->page = page_builder_finish(builder);
    result->columns = columns.names;
    result->column_count = columns.count;
}
