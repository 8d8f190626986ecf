/*
 * soap: the envelope around every call, and the way to the result in every answer (SOAP 1.1,
 * document/literal). Pure.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backend/forcesoap/internal.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

/* --- requests --- */

void soap_put_secret(struct soap_message *message, const char *name, const char *secret)
{
    xml_put(message->writer, name, message->call->operation->explain ? "***" : secret);
}

void soap_put_id(struct soap_message *message, const char *name, const char *id)
{
    char widened[SALESFORCE_ID_LENGTH + 1];

    xml_put(message->writer, name, salesforce_widen_id(id, widened) ? widened : id);
}

/* The rows that are wanted, as far as the service can be asked for them; a hint to it. */
static int batch_size(const struct call *call)
{
    size_t wanted = call->operation->page_size;

    if (call->forcesoap->batch_size > 0 || wanted == 0)
        return call->forcesoap->batch_size;
    if (wanted > SOAP_MOST_BATCH)
        return SOAP_MOST_BATCH;
    return wanted < SOAP_LEAST_BATCH ? SOAP_LEAST_BATCH : (int)wanted;
}

static void put_batch_size(struct soap_message *message)
{
    int size = batch_size(message->call);
    struct text text = {0};

    if (size == 0)
        return;
    text_format(&text, "%d", size);
    xml_open(message->writer, "QueryOptions");
    xml_put(message->writer, "batchSize", text_string(&text));
    xml_close(message->writer);
    text_free(&text);
}

static void put_headers(struct soap_message *message)
{
    const struct forcesoap *forcesoap = message->call->forcesoap;
    struct xml_writer *writer = message->writer;

    xml_open(writer, "soapenv:Header");
    if (!(message->headers & SOAP_NO_SESSION)) {
        xml_open(writer, "SessionHeader");
        soap_put_secret(message, "sessionId", text_string(&forcesoap->session));
        xml_close(writer);
    }
    xml_open(writer, "CallOptions");
    xml_put(writer, "client", "dossier");
    xml_put(writer, "defaultNamespace", NULL);
    xml_close(writer);
    if (message->headers & SOAP_BATCH_SIZE)
        put_batch_size(message);
    if ((message->headers & SOAP_ALL_OR_NONE) &&
        (forcesoap->all_or_none || message->call->operation->all_or_none)) {
        xml_open(writer, "AllOrNoneHeader");
        xml_put(writer, "allOrNone", "true");
        xml_close(writer);
    }
    xml_close(writer);
}

struct soap_message soap_begin(const struct call *call, const char *name, unsigned headers)
{
    struct soap_message message = {call, xml_writer_new(), name, headers};

    xml_open(message.writer, "soapenv:Envelope");
    xml_put_attribute(message.writer, "xmlns:soapenv", SOAP_ENVELOPE);
    xml_put_attribute(message.writer, "xmlns:xsi", XML_INSTANCE);
    xml_put_attribute(message.writer, "xmlns:sf", SOAP_SOBJECT);
    xml_put_attribute(message.writer, "xmlns", SOAP_PARTNER);
    put_headers(&message);
    xml_open(message.writer, "soapenv:Body");
    xml_open(message.writer, name);
    return message;
}

/* Where a call that is only explained would go is not known before the sign-in. */
static const char *endpoint(const struct soap_message *message)
{
    const struct forcesoap *forcesoap = message->call->forcesoap;

    if (message->headers & SOAP_NO_SESSION || !forcesoap->server_url)
        return forcesoap->login_url;
    return forcesoap->server_url;
}

enum wire_step soap_send(struct soap_message *message)
{
    struct http_request *request = message->call->request;
    bool written;

    for (int open = 0; open < 3; open++)
        xml_close(message->writer);
    request->method = memory_copy_string("POST");
    request->url = memory_copy_string(endpoint(message));
    request->read = (message->headers & SOAP_READ) != 0;
    request->label = message->name;
    request->has_body = true;
    request->most_bytes = XML_MOST_BYTES;
    http_request_header(request, "Content-Type", "text/xml; charset=UTF-8", false);
    http_request_header(request, "Accept", "text/xml", false);
    http_request_header(request, "SOAPAction", "\"\"", false);
    written = xml_writer_finish(message->writer, &request->body, message->call->error);
    xml_writer_free(message->writer);
    message->writer = NULL;
    return written ? WIRE_SEND : WIRE_REFUSED;
}

const char *soap_parameter(const struct operation *operation, const char *name)
{
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const struct parameter *parameter = &operation->parameters[i];

        if (strcmp(parameter->name, name) == 0 && parameter->value && *parameter->value)
            return parameter->value;
    }
    return NULL;
}

/* --- answers --- */

static bool is_response(const xmlNode *node)
{
    static const char ending[] = "Response";
    const char *name = (const char *)node->name;
    size_t length = strlen(name), tail = sizeof ending - 1;

    return xml_is(node, SOAP_PARTNER, NULL) && length > tail &&
           strcmp(name + length - tail, ending) == 0;
}

const xmlNode *soap_response(const struct answer *answer, xmlDoc **document)
{
    const struct http_response *response = answer->response;
    const xmlNode *root, *body, *node;

    *document = NULL;
    if (response->status < 200 || response->status > 299) {
        soap_fail(answer);
        return NULL;
    }
    *document = xml_read_tree(response->body, response->length, &answer->result->error);
    if (!*document) {
        soap_say_what(answer, &answer->result->error);
        return NULL;
    }
    root = xml_root(*document);
    body = xml_is(root, SOAP_ENVELOPE, "Envelope") ? xml_child(root, SOAP_ENVELOPE, "Body") : NULL;
    node = xml_child(body, NULL, NULL);
    if (node && is_response(node))
        return node;
    if (xml_is(node, SOAP_ENVELOPE, "Fault"))
        soap_fail(answer);
    else
        soap_nonsense(answer, "a response in a SOAP envelope");
    return NULL;
}

const xmlNode *soap_result(const struct answer *answer, xmlDoc **document)
{
    const xmlNode *response = soap_response(answer, document);
    const xmlNode *result = xml_child(response, SOAP_PARTNER, "result");

    return result ? result : response;
}

const char *soap_text(const xmlNode *node, const char *name)
{
    return xml_child_text(node, SOAP_PARTNER, name);
}

bool soap_flag(const xmlNode *node, const char *name, bool missing)
{
    const char *text = soap_text(node, name);

    if (!text)
        return missing;
    return strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
}

int64_t soap_number(const xmlNode *node, const char *name)
{
    const char *text = soap_text(node, name);
    struct value value = {0};

    if (!text || !value_parse_number(text, strlen(text), &value) || value.kind != VALUE_INTEGER)
        return -1;
    return value.as.integer;
}
