/*
 * action_bin: the recycle bin: records are taken out of it, or leave it for good (undelete,
 * emptyRecycleBin; forcecom-soap.txt, Core Calls). 200 a call, with a result for each. Pure.
 */
#include "backend/forcesoap/action.h"

enum wire_step soap_encode_bin(const struct call *call)
{
    bool undelete = soap_is_action(call->operation, ACTION_UNDELETE);
    struct soap_list ids = soap_list(call->operation, "ids");
    struct soap_range part = soap_part(ids.count, call->step, SOAP_MOST_WRITES);
    struct soap_message message;

    if (ids.count == 0)
        return soap_refuse(call, "ids", "the id of a record is needed");
    message = undelete ? soap_begin(call, "undelete", SOAP_ALL_OR_NONE)
                       : soap_begin(call, "emptyRecycleBin", 0);
    for (size_t i = part.first; i < part.end; i++)
        soap_put_id(&message, "ids", ids.items[i]);
    soap_list_free(&ids);
    return soap_send(&message);
}

int soap_decode_bin(const struct answer *answer)
{
    static const struct soap_columns none = {NULL, 0};
    struct soap_list ids = soap_list(answer->operation, "ids");
    struct soap_range part = soap_part(ids.count, answer->step, SOAP_MOST_WRITES);
    xmlDoc *document;
    const xmlNode *response = soap_response(answer, &document);
    int next;

    soap_take_results(answer, response, &none, &ids, part);
    next = soap_next_part(answer, ids.count, part);
    soap_list_free(&ids);
    xmlFreeDoc(document);
    return next;
}
