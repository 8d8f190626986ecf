/*
 * layout: page layouts out of a describeLayout result: layouts, each with its sections for the
 * record pane, and which record type has which. Pure.
 */
#include <string.h>

#include "backend/forcesoap/internal.h"
#include "core/memory.h"

static const xmlNode *first(const xmlNode *node, const char *name)
{
    return xml_child(node, SOAP_PARTNER, name);
}

static const xmlNode *next(const xmlNode *node, const char *name)
{
    return xml_next(node, SOAP_PARTNER, name);
}

static bool shows_field(const xmlNode *part)
{
    const char *type = soap_text(part, "type");
    const char *field = soap_text(part, "value");

    return field && *field && (!type || strcmp(type, "Field") == 0);
}

/* An item may show several fields (first and last name); blanks and buttons show none. Which of
 * several is required the item does not say: that is left to the fields. */
static void add_item(struct layout_section *section, const xmlNode *item)
{
    bool required = soap_flag(item, "required", false);
    bool read_only = !soap_flag(item, "editableForUpdate", soap_flag(item, "editable", true));
    size_t count = 0;

    for (const xmlNode *part = first(item, "layoutComponents"); part;
         part = next(part, "layoutComponents"))
        count += shows_field(part);
    for (const xmlNode *part = first(item, "layoutComponents"); part;
         part = next(part, "layoutComponents")) {
        if (shows_field(part))
            layout_add_item(section, soap_text(part, "value"), required && count == 1, read_only);
    }
}

static void add_section(struct record_layout *layout, const xmlNode *node)
{
    const char *heading = soap_flag(node, "useHeading", true) ? soap_text(node, "heading") : NULL;
    int64_t columns = soap_number(node, "columns");
    struct layout_section *section =
        layout_add_section(layout, heading, columns > 0 && columns <= 4 ? (int)columns : 1);

    for (const xmlNode *row = first(node, "layoutRows"); row; row = next(row, "layoutRows")) {
        for (const xmlNode *item = first(row, "layoutItems"); item;
             item = next(item, "layoutItems"))
            add_item(section, item);
    }
}

static void add_layout(struct schema *schema, const xmlNode *node, const char *record_type)
{
    struct record_layout *layout = schema_add_layout(schema, record_type);

    for (const xmlNode *section = first(node, "detailLayoutSections"); section;
         section = next(section, "detailLayoutSections"))
        add_section(layout, section);
}

static const xmlNode *find_layout(const xmlNode *result, const char *id)
{
    for (const xmlNode *node = first(result, "layouts"); node; node = next(node, "layouts")) {
        const char *own = soap_text(node, "id");

        if (own && strcmp(own, id) == 0)
            return node;
    }
    return NULL;
}

static void name_record_type_field(struct schema *schema)
{
    if (schema_field(schema, "RecordTypeId"))
        schema->record_type_field = memory_copy_string("RecordTypeId");
}

/* The mapping of the default record type is for all others too. */
static void add_mapping(struct schema *schema, const xmlNode *result, const xmlNode *mapping)
{
    const char *layout = soap_text(mapping, "layoutId");
    const char *type = soap_text(mapping, "recordTypeId");
    const xmlNode *node = layout ? find_layout(result, layout) : NULL;

    if (!node)
        return;
    if (soap_flag(mapping, "defaultRecordTypeMapping", false))
        add_layout(schema, node, NULL);
    if (type && *type)
        add_layout(schema, node, type);
}

void soap_take_layouts(const xmlNode *result, struct schema *schema)
{
    for (const xmlNode *mapping = first(result, "recordTypeMappings"); mapping;
         mapping = next(mapping, "recordTypeMappings"))
        add_mapping(schema, result, mapping);
    if (schema->layout_count == 0 && first(result, "layouts"))
        add_layout(schema, first(result, "layouts"), NULL);
    if (schema->layout_count > 0)
        name_record_type_field(schema);
}
