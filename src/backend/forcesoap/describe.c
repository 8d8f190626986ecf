/*
 * describe: the objects (describeGlobal), the schema of one (describeSObjects) with its page
 * layouts (describeLayout). Pure.
 *
 * A layout is asked for after the description, where there can be one; an object whose layout
 * cannot be had is described without.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/internal.h"
#include "backend/soql/description.h"
#include "core/memory.h"

enum describe_step { DESCRIBE_OBJECT = 0, DESCRIBE_LAYOUT = 1 };

/* --- how a member is read --- */

static const char *read_string(description element, const char *name)
{
    return soap_text(element, name);
}

static bool read_flag(description element, const char *name, bool missing)
{
    return soap_flag(element, name, missing);
}

static int read_number(description element, const char *name)
{
    int64_t number = soap_number(element, name);

    return number > 0 && number <= INT32_MAX ? (int)number : 0;
}

static char *read_spelling(description element, const char *name)
{
    const char *text = soap_text(element, name);

    return text && *text ? memory_copy_string(text) : NULL;
}

static void read_each(description element, const char *name,
                      void (*visit)(void *context, description entry), void *context)
{
    for (const xmlNode *node = xml_child(element, SOAP_PARTNER, name); node;
         node = xml_next(node, SOAP_PARTNER, name))
        visit(context, node);
}

static const char *read_text(description entry)
{
    return xml_text(entry);
}

static const struct description_reader reader = {
    .string = read_string,
    .flag = read_flag,
    .number = read_number,
    .spelling = read_spelling,
    .each = read_each,
    .text = read_text,
};

/* --- the objects --- */

static bool counts_one(const struct operation *operation)
{
    return operation->count_objects && operation->object;
}

/* The service counts nothing with its list: an object is soap_counted when it alone is asked for.
 */
enum wire_step soap_encode_objects(const struct call *call)
{
    struct text statement = {0};
    struct soap_message message;

    if (counts_one(call->operation)) {
        text_format(&statement, "SELECT COUNT(Id) records FROM %s", call->operation->object);
        return soap_send_query(call, &statement);
    }
    message = soap_begin(call, "describeGlobal", SOAP_READ);
    return soap_send(&message);
}

/* Objects that Salesforce lists but does not count are of no known number. */
static void take_count(const struct answer *answer)
{
    struct result *result = answer->result;
    int64_t count = soap_counted(answer);
    enum error_kind kind = result->error.kind;

    if (kind != ERROR_NONE && kind != ERROR_USAGE && kind != ERROR_VALIDATION &&
        kind != ERROR_UNSUPPORTED && kind != ERROR_NOT_FOUND)
        return;
    error_clear(&result->error);
    result->objects = memory_zeroed(1, sizeof *result->objects);
    result->object_count = 1;
    result->objects[0].name = memory_copy_string(answer->operation->object);
    result->objects[0].label = memory_copy_string(answer->operation->object);
    result->objects[0].kind = memory_copy_string("object");
    result->objects[0].count = count;
}

static void add_object(void *context, description entry)
{
    description_add_object(&reader, entry, context);
}

int soap_decode_objects(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result;

    if (counts_one(answer->operation)) {
        take_count(answer);
        return 0;
    }
    result = soap_result(answer, &document);
    if (result && !xml_child(result, SOAP_PARTNER, "sobjects"))
        soap_nonsense(answer, "sobjects");
    else if (result)
        read_each(result, "sobjects", add_object, answer->result);
    xmlFreeDoc(document);
    return 0;
}

/* --- an object --- */

enum wire_step soap_encode_describe(const struct call *call)
{
    bool layout = call->step == DESCRIBE_LAYOUT;
    struct soap_message message =
        soap_begin(call, layout ? "describeLayout" : "describeSObjects", SOAP_READ);

    xml_put(message.writer, "sObjectType", call->operation->object);
    if (layout)
        xml_put(message.writer, "layoutName", NULL);
    return soap_send(&message);
}

static int take_schema(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);
    bool layoutable = soap_flag(result, "layoutable", false);

    if (result && xml_child(result, SOAP_PARTNER, "fields"))
        answer->result->schema = description_schema(&reader, result, answer->operation->object);
    else if (result)
        soap_nonsense(answer, "fields");
    xmlFreeDoc(document);
    return answer->result->schema && layoutable ? DESCRIBE_LAYOUT : 0;
}

static void take_layouts(const struct answer *answer)
{
    struct result *result = answer->result;
    xmlDoc *document;
    const xmlNode *found = soap_result(answer, &document);

    if (found)
        soap_take_layouts(found, result->schema);
    else if (result->error.kind != ERROR_SIGN_IN)
        error_clear(&result->error);
    xmlFreeDoc(document);
}

int soap_decode_describe(const struct answer *answer)
{
    if (answer->step == DESCRIBE_OBJECT)
        return take_schema(answer);
    take_layouts(answer);
    return 0;
}

/* --- a picklist --- */

enum wire_step soap_encode_lookup(const struct call *call)
{
    return soap_encode_describe(call);
}

int soap_decode_lookup(const struct answer *answer)
{
    struct result *result = answer->result;

    (void)take_schema(answer);
    if (!result->schema)
        return 0;
    description_take_values(result->schema, answer->operation, result);
    schema_release(result->schema);
    result->schema = NULL;
    return 0;
}
