/*
 * action_mail: sendEmail: a message of its own, or one of a template to many (forcecom-soap.txt,
 * Utility Calls). Pure.
 */
#include <string.h>

#include "backend/forcesoap/action.h"

/* Both kinds begin so; what follows is each kind's own. In the schema's order. */
static const struct soap_element of_both[] = {
    {"bccSender", ELEMENT_FLAG, false, NULL, 0, NULL},
    {"emailPriority", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"replyTo", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"saveAsActivity", ELEMENT_FLAG, false, NULL, 0, NULL},
    {"senderDisplayName", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"subject", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"useSignature", ELEMENT_FLAG, false, NULL, 0, NULL},
};
static const struct soap_element before_file[] = {
    {"bccAddresses", ELEMENT_TEXTS, true, NULL, 0, NULL},
    {"ccAddresses", ELEMENT_TEXTS, true, NULL, 0, NULL},
    {"charset", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"documentAttachments", ELEMENT_IDS, true, NULL, 0, NULL},
    {"entityAttachments", ELEMENT_IDS, true, NULL, 0, NULL},
};
static const struct soap_element after_file[] = {
    {"htmlBody", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"inReplyTo", ELEMENT_TEXT, true, NULL, 0, NULL},
    {"optOutPolicy", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"orgWideEmailAddressId", ELEMENT_ID, true, NULL, 0, NULL},
    {"plainTextBody", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"references", ELEMENT_TEXT, true, NULL, 0, NULL},
    {"targetObjectId", ELEMENT_ID, false, NULL, 0, NULL},
    {"templateId", ELEMENT_ID, false, NULL, 0, NULL},
    {"templateName", ELEMENT_TEXT, true, NULL, 47, NULL},
    {"toAddresses", ELEMENT_TEXTS, true, NULL, 0, NULL},
    {"treatBodiesAsTemplate", ELEMENT_FLAG, false, NULL, 38, NULL},
    {"treatTargetObjectAsRecipient", ELEMENT_FLAG, false, NULL, 38, NULL},
    {"whatId", ELEMENT_ID, false, NULL, 0, NULL},
};
static const struct soap_element of_mass[] = {
    {"description", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"targetObjectIds", ELEMENT_IDS, true, NULL, 0, NULL},
    {"templateId", ELEMENT_ID, false, NULL, 0, NULL},
    {"whatIds", ELEMENT_IDS, true, NULL, 0, NULL},
};

#define COUNT_OF(rows) (sizeof(rows) / sizeof(rows)[0])

static bool is_mass(const struct operation *operation)
{
    const char *type = soap_parameter(operation, "type");

    return type && strcmp(type, "MassEmailMessage") == 0;
}

/* The content comes as base64 already. */
static void put_file(struct soap_message *message)
{
    const struct operation *operation = message->call->operation;
    const char *content = soap_parameter(operation, "attachment");
    const char *type = soap_parameter(operation, "attachmentType");

    if (!content)
        return;
    xml_open(message->writer, "fileAttachments");
    xml_put(message->writer, "body", content);
    if (type)
        xml_put(message->writer, "contentType", type);
    xml_put(message->writer, "fileName", soap_parameter(operation, "attachmentName"));
    xml_close(message->writer);
}

/* A parameter that the chosen kind of message has no element for would be lost without a word. */
static const char *find_misplaced(const struct operation *operation)
{
    static const char *const of_single_alone[] = {"attachment", "attachmentName", "attachmentType"};
    static const char *const of_mass_alone[] = {"description", "targetObjectIds", "whatIds"};
    const char *name = NULL;

    if (!is_mass(operation)) {
        for (size_t i = 0; !name && i < COUNT_OF(of_mass_alone); i++)
            name = soap_parameter(operation, of_mass_alone[i]) ? of_mass_alone[i] : NULL;
        return name;
    }
    for (size_t i = 0; !name && i < COUNT_OF(of_single_alone); i++)
        name = soap_parameter(operation, of_single_alone[i]) ? of_single_alone[i] : NULL;
    for (size_t i = 0; !name && i < COUNT_OF(before_file); i++)
        name = soap_parameter(operation, before_file[i].name) ? before_file[i].name : NULL;
    for (size_t i = 0; !name && i < COUNT_OF(after_file); i++) {
        if (strcmp(after_file[i].name, "templateId") != 0)
            name = soap_parameter(operation, after_file[i].name) ? after_file[i].name : NULL;
    }
    return name;
}

/* What is missing is said here where the schema wants it: the service's own words are worse. */
static const char *find_missing(const struct operation *operation)
{
    if (is_mass(operation) && !soap_parameter(operation, "templateId"))
        return "templateId";
    if (soap_parameter(operation, "attachment") && !soap_parameter(operation, "attachmentName"))
        return "attachmentName";
    return NULL;
}

enum wire_step soap_encode_send_email(const struct call *call)
{
    bool mass = is_mass(call->operation);
    const char *misplaced = find_misplaced(call->operation);
    const char *missing = find_missing(call->operation);
    struct soap_message message;

    if (misplaced)
        return soap_refuse(call, misplaced,
                           mass ? "a MassEmailMessage has no such part"
                                : "only a MassEmailMessage has it: set type");
    if (missing)
        return soap_refuse(call, missing, "it must be given");
    message = soap_begin(call, "sendEmail", 0);
    xml_open(message.writer, "messages");
    soap_put_type(&message, mass ? "MassEmailMessage" : "SingleEmailMessage");
    soap_put_elements(&message, of_both, COUNT_OF(of_both));
    if (mass) {
        soap_put_elements(&message, of_mass, COUNT_OF(of_mass));
    } else {
        soap_put_elements(&message, before_file, COUNT_OF(before_file));
        put_file(&message);
        soap_put_elements(&message, after_file, COUNT_OF(after_file));
    }
    xml_close(message.writer);
    return soap_send_elements(&message);
}

/* A message has no id of its own. */
int soap_decode_send_email(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *response = soap_response(answer, &document);
    const xmlNode *entry = xml_child(response, SOAP_PARTNER, "result");
    struct text words = {0};

    if (response && !entry)
        soap_nonsense(answer, "a result for the message");
    if (entry && soap_take_write_result(answer, entry, NULL)->success) {
        text_append_string(&words, "The message was sent.");
        answer->result->text = text_take(&words);
    }
    xmlFreeDoc(document);
    return 0;
}
