/*
 * action_upsert: upsert as an action, for who has a key of another system and no id: a form can do
 * what a list cannot (forcecom-soap.txt, Core Calls). Many at a time go by the operation (write.c).
 * Pure.
 */
#include <stdlib.h>
#include <strings.h>

#include "backend/forcesoap/action.h"
#include "core/memory.h"

static const char *const column_names[] = {"id", "object", "created", "success", "message"};
static const struct soap_columns columns = {column_names,
                                            sizeof column_names / sizeof column_names[0]};

/* Matched by Id, a record has its id in the place of one. The caller frees. */
static char *take_id(struct record *record, const char *key)
{
    struct value value = record_value(record, "Id");
    char *id = strcasecmp(key, "Id") == 0 ? value_to_string(&value) : NULL;

    if (id)
        record_unset(record, "Id");
    return id;
}

enum wire_step soap_encode_upsert_action(const struct call *call)
{
    static const char *const needed[] = {"object", "externalIDFieldName", "fields"};
    const char *object = soap_parameter(call->operation, "object");
    const char *key = soap_parameter(call->operation, "externalIDFieldName");
    struct soap_message message;
    struct record *record;
    char *id;

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!soap_parameter(call->operation, needed[i]))
            return soap_refuse(call, needed[i], "it must be given");
    }
    record = soap_read_fields(call, object, "fields");
    if (!record)
        return WIRE_REFUSED;
    id = take_id(record, key);
    message = soap_begin(call, "upsert", SOAP_ALL_OR_NONE);
    xml_put(message.writer, "externalIDFieldName", key);
    soap_put_sobject(&message, "sObjects", object, NULL, id, record);
    record_free(record);
    free(id);
    return soap_send(&message);
}

int soap_decode_upsert_action(const struct answer *answer)
{
    char *none[] = {NULL};
    struct soap_list asked = {none, 1}; /* its id is not known before */
    xmlDoc *document;
    const xmlNode *response = soap_response(answer, &document);
    const xmlNode *entry = xml_child(response, SOAP_PARTNER, "result");
    const char *id = soap_text(entry, "id");

    none[0] = memory_copy_string(id);
    soap_take_results(answer, response, &columns, &asked, soap_part(1, 0, 1));
    free(none[0]);
    xmlFreeDoc(document);
    return 0;
}
