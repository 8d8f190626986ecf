/*
 * action_describe: describe calls as tables: page layouts, softphone layouts, tabs, several objects
 * at once (forcecom-soap.txt, Describe Calls). Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/action.h"

enum { MOST_OBJECTS = 100 };

static const xmlNode *first(const xmlNode *node, const char *name)
{
    return xml_child(node, SOAP_PARTNER, name);
}

static const xmlNode *next(const xmlNode *node, const char *name)
{
    return xml_next(node, SOAP_PARTNER, name);
}

/* --- layouts --- */

static const struct soap_element layout_elements[] = {
    {"layoutName", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"recordTypeIds", ELEMENT_IDS, true, NULL, 0, NULL},
};
static const char *const layout_columns[] = {"layout", "section",  "label",
                                             "field",  "required", "editable"};
enum { LAYOUT_COLUMNS = sizeof layout_columns / sizeof layout_columns[0] };

enum wire_step soap_encode_describe_layout(const struct call *call)
{
    const char *object = soap_parameter(call->operation, "object");
    struct soap_message message;

    if (!object)
        return soap_refuse(call, "object", "it must be given");
    message = soap_begin(call, "describeLayout", SOAP_READ);
    xml_put(message.writer, "sObjectType", object);
    soap_put_elements(&message, layout_elements,
                      sizeof layout_elements / sizeof layout_elements[0]);
    return soap_send(&message);
}

static void start_layout_row(struct soap_table *table, const char *layout, const char *section,
                             const char *label, const char *field)
{
    soap_table_row(table, NULL);
    soap_table_text(table, layout);
    soap_table_text(table, section);
    soap_table_text(table, label);
    soap_table_text(table, field);
}

/* An item may show several fields, or none: a blank space is left out. */
static void add_item(struct soap_table *table, const char *layout, const char *section,
                     const xmlNode *item)
{
    struct text fields = {0};

    for (const xmlNode *part = first(item, "layoutComponents"); part;
         part = next(part, "layoutComponents")) {
        const char *value = soap_text(part, "value");

        if (value && *value)
            text_format(&fields, "%s%s", fields.length > 0 ? ", " : "", value);
    }
    if (fields.length > 0) {
        start_layout_row(table, layout, section, soap_text(item, "label"), text_string(&fields));
        soap_table_flag(table, soap_flag(item, "required", false));
        soap_table_flag(table,
                        soap_flag(item, "editableForUpdate", soap_flag(item, "editable", true)));
        soap_table_end_row(table);
    }
    text_free(&fields);
}

static void add_section(struct soap_table *table, const char *layout, const xmlNode *section)
{
    for (const xmlNode *row = first(section, "layoutRows"); row; row = next(row, "layoutRows")) {
        for (const xmlNode *item = first(row, "layoutItems"); item;
             item = next(item, "layoutItems"))
            add_item(table, layout, soap_text(section, "heading"), item);
    }
}

static void add_layout(struct soap_table *table, const xmlNode *node)
{
    const char *id = soap_text(node, "id");

    for (const xmlNode *section = first(node, "detailLayoutSections"); section;
         section = next(section, "detailLayoutSections"))
        add_section(table, id, section);
    for (const xmlNode *list = first(node, "relatedLists"); list;
         list = next(list, "relatedLists")) {
        struct text field = {0};

        text_format(&field, "%s.%s", soap_text(list, "sobject") ? soap_text(list, "sobject") : "?",
                    soap_text(list, "field") ? soap_text(list, "field") : "?");
        start_layout_row(table, id, "(related list)", soap_text(list, "label"),
                         text_string(&field));
        soap_table_end_row(table);
        text_free(&field);
    }
}

/* With a name there is one layout, and the service may give it bare. */
int soap_decode_describe_layout(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);
    struct soap_table table;

    if (!result) {
        xmlFreeDoc(document);
        return 0;
    }
    table = soap_table_begin(answer->result, layout_columns, LAYOUT_COLUMNS);
    for (const xmlNode *node = first(result, "layouts"); node; node = next(node, "layouts"))
        add_layout(&table, node);
    add_layout(&table, result);
    soap_table_finish(&table);
    xmlFreeDoc(document);
    return 0;
}

/* --- softphone --- */

static const char *const softphone_columns[] = {"callType", "part", "name", "value"};

enum wire_step soap_encode_softphone(const struct call *call)
{
    struct soap_message message = soap_begin(call, "describeSoftphoneLayout", SOAP_READ);

    return soap_send(&message);
}

static void add_part(struct soap_table *table, const char *call_type, const char *part,
                     const char *name, const char *value)
{
    soap_table_row(table, NULL);
    soap_table_text(table, call_type);
    soap_table_text(table, part);
    soap_table_text(table, name);
    soap_table_text(table, value);
    soap_table_end_row(table);
}

static void add_items(struct soap_table *table, const char *call_type, const xmlNode *section)
{
    struct text items = {0};

    for (const xmlNode *item = first(section, "items"); item; item = next(item, "items")) {
        const char *name = soap_text(item, "itemApiName");

        text_format(&items, "%s%s", items.length > 0 ? ", " : "", name ? name : "");
    }
    add_part(table, call_type, "section", soap_text(section, "entityApiName"), text_string(&items));
    text_free(&items);
}

static void add_call_type(struct soap_table *table, const xmlNode *node)
{
    const char *name = soap_text(node, "name");

    for (const xmlNode *each = first(node, "infoFields"); each; each = next(each, "infoFields"))
        add_part(table, name, "field", soap_text(each, "name"), NULL);
    for (const xmlNode *each = first(node, "sections"); each; each = next(each, "sections"))
        add_items(table, name, each);
    for (const xmlNode *each = first(node, "screenPopOptions"); each;
         each = next(each, "screenPopOptions"))
        add_part(table, name, "screen pop", soap_text(each, "matchType"),
                 soap_text(each, "screenPopType"));
    if (soap_text(node, "screenPopsOpenWithin"))
        add_part(table, name, "screen pops open", soap_text(node, "screenPopsOpenWithin"), NULL);
}

int soap_decode_softphone(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);
    struct soap_table table;
    struct text words = {0};

    if (result) {
        table = soap_table_begin(answer->result, softphone_columns, 4);
        for (const xmlNode *node = first(result, "callTypes"); node; node = next(node, "callTypes"))
            add_call_type(&table, node);
        soap_table_finish(&table);
        text_append_string(&words, soap_text(result, "name"));
        answer->result->text = text_take(&words);
    }
    xmlFreeDoc(document);
    return 0;
}

/* --- tabs --- */

static const char *const tab_columns[] = {"app", "selected", "tab", "object", "name", "url"};
enum { TAB_COLUMNS = sizeof tab_columns / sizeof tab_columns[0] };

enum wire_step soap_encode_tabs(const struct call *call)
{
    struct soap_message message = soap_begin(call, "describeTabs", SOAP_READ);

    return soap_send(&message);
}

static void add_tab(struct soap_table *table, const xmlNode *app, const xmlNode *tab)
{
    soap_table_row(table, NULL);
    soap_table_text(table, soap_text(app, "label"));
    soap_table_flag(table, soap_flag(app, "selected", false));
    soap_table_text(table, soap_text(tab, "label"));
    soap_table_text(table, soap_text(tab, "sobjectName"));
    soap_table_text(table, soap_text(tab, "name"));
    soap_table_text(table, soap_text(tab, "url"));
    soap_table_end_row(table);
}

int soap_decode_tabs(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *response = soap_response(answer, &document);
    struct soap_table table;

    if (!response) {
        xmlFreeDoc(document);
        return 0;
    }
    table = soap_table_begin(answer->result, tab_columns, TAB_COLUMNS);
    for (const xmlNode *app = first(response, "result"); app; app = next(app, "result")) {
        for (const xmlNode *tab = first(app, "tabs"); tab; tab = next(tab, "tabs"))
            add_tab(&table, app, tab);
    }
    soap_table_finish(&table);
    xmlFreeDoc(document);
    return 0;
}

/* --- several objects --- */

static const char *const object_texts[] = {"name", "label", "labelPlural", "keyPrefix"};
static const char *const object_flags[] = {
    "createable", "updateable", "deletable",   "undeletable",   "mergeable", "queryable",
    "searchable", "layoutable", "triggerable", "replicateable", "custom"};
enum {
    OBJECT_TEXTS = sizeof object_texts / sizeof object_texts[0],
    OBJECT_FLAGS = sizeof object_flags / sizeof object_flags[0],
    OBJECT_COLUMNS = OBJECT_TEXTS + 1 + OBJECT_FLAGS
};

enum wire_step soap_encode_sobjects(const struct call *call)
{
    struct soap_list names = soap_list(call->operation, "sObjectType");
    struct soap_range part = soap_part(names.count, call->step, MOST_OBJECTS);
    struct soap_message message;

    if (names.count == 0)
        return soap_refuse(call, "sObjectType", "the name of an object is needed");
    message = soap_begin(call, "describeSObjects", SOAP_READ);
    for (size_t i = part.first; i < part.end; i++)
        xml_put(message.writer, "sObjectType", names.items[i]);
    soap_list_free(&names);
    return soap_send(&message);
}

static void add_object(struct soap_table *table, const xmlNode *node)
{
    struct text count = {0};
    size_t fields = 0;

    for (const xmlNode *field = first(node, "fields"); field; field = next(field, "fields"))
        fields++;
    text_format(&count, "%zu", fields);
    soap_table_row(table, soap_text(node, "name"));
    for (size_t i = 0; i < OBJECT_TEXTS; i++)
        soap_table_text(table, soap_text(node, object_texts[i]));
    soap_table_text(table, text_string(&count));
    for (size_t i = 0; i < OBJECT_FLAGS; i++)
        soap_table_flag(table, soap_flag(node, object_flags[i], false));
    soap_table_end_row(table);
    text_free(&count);
}

static void add_objects(const struct answer *answer, const xmlNode *response)
{
    const char *names[OBJECT_COLUMNS];
    struct soap_table table;

    memcpy(names, object_texts, sizeof object_texts);
    names[OBJECT_TEXTS] = "fields";
    memcpy(names + OBJECT_TEXTS + 1, object_flags, sizeof object_flags);
    table = soap_table_begin(answer->result, names, OBJECT_COLUMNS);
    for (const xmlNode *node = first(response, "result"); node; node = next(node, "result"))
        add_object(&table, node);
    soap_table_finish(&table);
}

int soap_decode_sobjects(const struct answer *answer)
{
    struct soap_list names = soap_list(answer->operation, "sObjectType");
    struct soap_range part = soap_part(names.count, answer->step, MOST_OBJECTS);
    xmlDoc *document;
    const xmlNode *response = soap_response(answer, &document);
    int next_step;

    if (response)
        add_objects(answer, response);
    next_step = soap_next_part(answer, names.count, part);
    soap_list_free(&names);
    xmlFreeDoc(document);
    return next_step;
}
