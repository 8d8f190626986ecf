/*
 * action_lead: convertLead: leads become accounts, contacts and opportunities (forcecom-soap.txt,
 * Core Calls). Pure.
 *
 * A status that stands for "converted" is needed. Where none is given, the organisation's first is
 * looked up before; where the one given is none, those that there are are looked up after, for the
 * error to name them.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/action.h"
#include "core/memory.h"

enum { MOST_LEADS = 100, NAME_STATUSES = 1 << 20 };

/* The versions are the ones whose schema was read: 38.0, 47.0 and 51.0. */
static const struct soap_element elements[] = {
    {"accountId", ELEMENT_ID, false, NULL, 0, NULL},
    {"accountRecord", ELEMENT_FIELDS, false, NULL, 47, "Account"},
    {"bypassAccountDedupeCheck", ELEMENT_FLAG, false, NULL, 47, NULL},
    {"bypassContactDedupeCheck", ELEMENT_FLAG, false, NULL, 47, NULL},
    {"contactId", ELEMENT_ID, false, NULL, 0, NULL},
    {"contactRecord", ELEMENT_FIELDS, false, NULL, 47, "Contact"},
    {"convertedStatus", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"doNotCreateOpportunity", ELEMENT_FLAG, false, "false", 0, NULL},
    {"leadId", ELEMENT_ID, false, NULL, 0, NULL},
    {"opportunityId", ELEMENT_ID, false, NULL, 47, NULL},
    {"opportunityName", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"opportunityRecord", ELEMENT_FIELDS, false, NULL, 47, "Opportunity"},
    {"overwriteLeadSource", ELEMENT_FLAG, false, "false", 0, NULL},
    {"ownerId", ELEMENT_ID, false, NULL, 0, NULL},
    {"relatedPersonAccountId", ELEMENT_ID, false, NULL, 51, NULL},
    {"relatedPersonAccountRecord", ELEMENT_FIELDS, false, NULL, 51, "Account"},
    {"sendNotificationEmail", ELEMENT_FLAG, false, "false", 0, NULL},
};

static const char *const column_names[] = {"leadId",        "accountId", "contactId",
                                           "opportunityId", "success",   "message"};
static const struct soap_columns columns = {column_names,
                                            sizeof column_names / sizeof column_names[0]};

static bool looks_up(const struct operation *operation)
{
    return !soap_parameter(operation, "convertedStatus") && !operation->explain;
}

static struct soap_range part_of(const struct operation *operation, size_t count, int step)
{
    return soap_part(count, step - (looks_up(operation) ? 1 : 0), MOST_LEADS);
}

static enum wire_step ask_statuses(const struct call *call)
{
    struct text statement = {0};

    text_append_string(&statement, "SELECT MasterLabel FROM LeadStatus WHERE IsConverted = true "
                                   "ORDER BY SortOrder");
    return soap_send_query(call, &statement);
}

static void put_lead(struct soap_message *message, const char *lead, const char *status)
{
    xml_open(message->writer, "leadConverts");
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
        if (strcmp(elements[i].name, "leadId") == 0)
            soap_put_id(message, "leadId", lead);
        else if (strcmp(elements[i].name, "convertedStatus") == 0)
            xml_put(message->writer, "convertedStatus", status ? status : "");
        else
            soap_put_element(message, &elements[i]);
    }
    xml_close(message->writer);
}

enum wire_step soap_encode_convert_lead(const struct call *call)
{
    const struct operation *operation = call->operation;
    const char *status = soap_parameter(operation, "convertedStatus");
    struct soap_list leads;
    struct soap_range part;
    struct soap_message message;

    if ((call->step == 0 && looks_up(operation)) || call->step == NAME_STATUSES)
        return ask_statuses(call);
    if (!status)
        status = soap_found(call, "(the first status that stands for converted)");
    leads = soap_list(operation, "leadId");
    if (leads.count == 0)
        return soap_refuse(call, "leadId", "the id of a lead is needed");
    part = part_of(operation, leads.count, call->step);
    message = soap_begin(call, "convertLead", 0);
    for (size_t i = part.first; i < part.end; i++)
        put_lead(&message, leads.items[i], status);
    soap_list_free(&leads);
    return soap_send_elements(&message);
}

/* "Closed - Converted, Won"; NULL with the result's error when there is none. */
static char *read_statuses(const struct answer *answer, bool first)
{
    xmlDoc *document;
    const xmlNode *found = soap_result(answer, &document);
    struct text labels = {0};
    size_t count = 0;
    const void **rows = soap_rows_of(found, "records", &count);

    for (size_t i = 0; i < count && !(first && labels.length > 0); i++) {
        const char *label = soap_row_text(rows[i], "MasterLabel");

        if (label)
            text_format(&labels, "%s%s", labels.length > 0 ? ", " : "", label);
    }
    free(rows);
    xmlFreeDoc(document);
    return labels.length > 0 ? text_take(&labels) : NULL;
}

static int take_status(const struct answer *answer)
{
    char *status = read_statuses(answer, true);
    struct error *error = &answer->result->error;

    soap_keep(answer, status);
    if (!status && !error_is_set(error)) {
        error_set(error, ERROR_NOT_FOUND, "no lead status stands for converted");
        error_set_hint(error, "give convertedStatus");
        soap_say_what(answer, error);
    }
    return status ? 1 : 0;
}

/* The leads have their errors already; what the statuses are is only more of it. */
static int name_statuses(const struct answer *answer)
{
    struct result *result = answer->result;
    char *statuses = read_statuses(answer, false);

    error_clear(&result->error);
    for (size_t i = 0; statuses && i < result->write_count; i++) {
        if (!result->writes[i].success)
            error_set_hint(&result->writes[i].error, "statuses of a converted lead: %s", statuses);
    }
    free(statuses);
    return 0;
}

static bool is_status_wrong(const xmlNode *response)
{
    for (const xmlNode *entry = xml_child(response, SOAP_PARTNER, "result"); entry;
         entry = xml_next(entry, SOAP_PARTNER, "result")) {
        const char *code = soap_text(xml_child(entry, SOAP_PARTNER, "errors"), "statusCode");

        if (code && strcmp(code, "INVALID_STATUS") == 0)
            return true;
    }
    return false;
}

static int take_leads(const struct answer *answer)
{
    struct soap_list leads = soap_list(answer->operation, "leadId");
    struct soap_range part = part_of(answer->operation, leads.count, answer->step);
    xmlDoc *document;
    const xmlNode *response = soap_response(answer, &document);
    int next;

    soap_take_results(answer, response, &columns, &leads, part);
    next = soap_next_part(answer, leads.count, part);
    if (next == 0) {
        soap_keep(answer, NULL);
        next = is_status_wrong(response) ? NAME_STATUSES : 0;
    }
    soap_list_free(&leads);
    xmlFreeDoc(document);
    return next;
}

int soap_decode_convert_lead(const struct answer *answer)
{
    if (answer->step == NAME_STATUSES)
        return name_statuses(answer);
    if (answer->step == 0 && looks_up(answer->operation))
        return take_status(answer);
    return take_leads(answer);
}
