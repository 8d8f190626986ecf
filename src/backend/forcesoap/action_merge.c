/*
 * action_merge: merge: up to two records go into a third, which keeps its id (forcecom-soap.txt,
 * Core Calls). Pure.
 */
#include <stdlib.h>

#include "backend/forcesoap/action.h"

enum { MOST_OTHERS = 2 };

static const struct soap_element information = {
    "additionalInformationMap", ELEMENT_PAIRS, true, NULL, 47, NULL};
static const struct soap_element others = {"recordToMergeIds", ELEMENT_IDS, true, NULL, 0, NULL};

static const char *const column_names[] = {
    "id", "object", "mergedRecordIds", "success", "updatedRelatedIds", "message"};
static const struct soap_columns columns = {column_names,
                                            sizeof column_names / sizeof column_names[0]};

static enum wire_step send_merge(const struct call *call, const struct record *record)
{
    const struct operation *operation = call->operation;
    struct soap_message message = soap_begin(call, "merge", 0);

    xml_open(message.writer, "request");
    soap_put_element(&message, &information);
    soap_put_sobject(&message, "masterRecord", soap_parameter(operation, "object"), NULL,
                     soap_parameter(operation, "masterRecord"), record);
    soap_put_element(&message, &others);
    xml_close(message.writer);
    return soap_send_elements(&message);
}

enum wire_step soap_encode_merge(const struct call *call)
{
    struct soap_list list = soap_list(call->operation, "recordToMergeIds");
    size_t count = list.count;
    struct record *record;
    enum wire_step step;

    soap_list_free(&list);
    if (!soap_parameter(call->operation, "object"))
        return soap_refuse(call, "object", "it must be given");
    if (!soap_parameter(call->operation, "masterRecord"))
        return soap_refuse(call, "masterRecord", "the record that is kept must be given");
    if (count == 0 || count > MOST_OTHERS)
        return soap_refuse(call, "recordToMergeIds",
                           "one record or two can be merged into another at a time");
    record = soap_read_fields(call, soap_parameter(call->operation, "object"), "fields");
    if (!record)
        return WIRE_REFUSED;
    step = send_merge(call, record);
    record_free(record);
    return step;
}

int soap_decode_merge(const struct answer *answer)
{
    struct soap_list master = soap_list(answer->operation, "masterRecord");
    xmlDoc *document;
    const xmlNode *response = soap_response(answer, &document);

    soap_take_results(answer, response, &columns, &master, soap_part(master.count, 0, 1));
    soap_list_free(&master);
    xmlFreeDoc(document);
    return 0;
}
