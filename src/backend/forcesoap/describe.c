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

/* --- objects, as they are described --- */

/* The objects of a describe: the operation's own, and then those of its ids. */
static const char *object_at(const struct operation *operation, size_t at)
{
    return at == 0 ? operation->object : operation->ids[at - 1];
}

static struct schema **schema_at(struct result *result, size_t at)
{
    return at == 0 ? &result->schema : &result->further[at - 1];
}

static enum wire_step encode_objects_asked(const struct call *call)
{
    struct soap_message message = soap_begin(call, "describeSObjects", SOAP_READ);

    for (size_t i = 0; i <= call->operation->id_count; i++)
        xml_put(message.writer, "sObjectType", object_at(call->operation, i));
    return soap_send(&message);
}

/* Step n asks for the layouts of the object before the nth. */
enum wire_step soap_encode_describe(const struct call *call)
{
    struct soap_message message;

    if (call->step == 0)
        return encode_objects_asked(call);
    message = soap_begin(call, "describeLayout", SOAP_READ);
    xml_put(message.writer, "sObjectType", object_at(call->operation, (size_t)call->step - 1));
    xml_put(message.writer, "layoutName", NULL);
    return soap_send(&message);
}

static struct schema *schema_of(const xmlNode *node, const char *asked)
{
    struct schema *schema = description_schema(&reader, node, asked);

    schema->has_layout = soap_flag(node, "layoutable", false);
    return schema;
}

/* A result for each object, in their order. */
static bool take_schemas(const struct answer *answer)
{
    struct result *result = answer->result;
    size_t count = answer->operation->id_count;
    xmlDoc *document;
    const xmlNode *node = soap_result(answer, &document);
    bool whole = node && xml_child(node, SOAP_PARTNER, "fields");

    if (node && !whole)
        soap_nonsense(answer, "fields");
    result->further = memory_zeroed(count + 1, sizeof *result->further);
    result->further_count = count;
    for (size_t i = 0; whole && node && i <= count; i++) {
        *schema_at(result, i) = schema_of(node, object_at(answer->operation, i));
        node = xml_next(node, SOAP_PARTNER, "result");
    }
    xmlFreeDoc(document);
    return whole;
}

int soap_step_after(const struct backend *backend, const struct operation *operation, int step,
                    const struct result *result)
{
    (void)backend;
    if (operation->kind != OPERATION_DESCRIBE || !result->schema)
        return 0;
    for (size_t at = (size_t)step; at <= result->further_count; at++) {
        const struct schema *schema = at == 0 ? result->schema : result->further[at - 1];

        if (schema && schema->has_layout)
            return (int)at + 1;
    }
    return 0;
}

static void take_layouts(const struct answer *answer)
{
    struct result *result = answer->result;
    xmlDoc *document;
    const xmlNode *found = soap_result(answer, &document);

    if (found)
        soap_take_layouts(found, *schema_at(result, (size_t)answer->step - 1));
    else if (result->error.kind != ERROR_SIGN_IN)
        error_clear(&result->error);
    xmlFreeDoc(document);
}

int soap_decode_describe(const struct answer *answer)
{
    if (answer->step > 0)
        take_layouts(answer);
    else if (!take_schemas(answer))
        return 0;
    return soap_step_after(&answer->forcesoap->base, answer->operation, answer->step,
                           answer->result);
}

/* --- a picklist --- */

enum wire_step soap_encode_lookup(const struct call *call)
{
    return soap_encode_describe(call);
}

int soap_decode_lookup(const struct answer *answer)
{
    struct result *result = answer->result;

    if (!take_schemas(answer))
        return 0;
    description_take_values(result->schema, answer->operation, result);
    schema_release(result->schema);
    result->schema = NULL;
    return 0;
}
