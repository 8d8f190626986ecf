/*
 * action: the calls beyond reading and writing, as actions with typed parameters. Pure.
 */
#include "backend/forcesoap/internal.h"

const struct backend_action forcesoap_actions[] = {
    {"server_timestamp", "The service's present time", NULL, 0, false, NULL},
};
const size_t forcesoap_action_count = sizeof forcesoap_actions / sizeof forcesoap_actions[0];

enum wire_step soap_encode_action(const struct call *call)
{
    struct soap_message message = soap_begin(call, "getServerTimestamp", SOAP_READ);

    return soap_send(&message);
}

int soap_decode_action(const struct answer *answer)
{
    xmlDoc *document;

    (void)soap_result(answer, &document);
    xmlFreeDoc(document);
    return 0;
}
