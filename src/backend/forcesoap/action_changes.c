/*
 * action_changes: getDeleted and getUpdated: which records of an object were deleted or changed in
 * a span of time (forcecom-soap.txt, Core Calls). Pure.
 *
 * A span without an end is one up to the service's present time, which is asked for first.
 */
#include <stdlib.h>

#include "backend/forcesoap/action.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

static const char *const deleted_columns[] = {"id", "object", "deletedDate"};
static const char *const updated_columns[] = {"id", "object"};

static bool asks_time(const struct operation *operation, int step)
{
    return step == 0 && !soap_parameter(operation, "endDate") && !operation->explain;
}

/* A moment as a person gives it may have no zone: it is theirs. */
static void put_moment(struct soap_message *message, const char *name, const char *given)
{
    static const struct field moment = {.type = FIELD_DATETIME};
    struct value value = value_string(given);
    struct text text = {0};

    if (!salesforce_moment(&moment, &value, &text))
        text_append_string(&text, given);
    xml_put(message->writer, name, text_string(&text));
    text_free(&text);
}

enum wire_step soap_encode_changes(const struct call *call)
{
    const struct operation *operation = call->operation;
    const char *object = soap_parameter(operation, "object");
    const char *start = soap_parameter(operation, "startDate");
    const char *end = soap_parameter(operation, "endDate");
    bool deleted = soap_is_action(operation, ACTION_GET_DELETED);
    struct soap_message message;

    if (!object || !start)
        return soap_refuse(call, object ? "startDate" : "object", "it must be given");
    if (asks_time(operation, call->step))
        return soap_encode_timestamp(call);
    if (!end)
        end = soap_found(call, "(the present time of the service)");
    message = soap_begin(call, deleted ? "getDeleted" : "getUpdated", SOAP_READ);
    xml_put(message.writer, "sObjectType", object);
    put_moment(&message, "startDate", start);
    put_moment(&message, "endDate", end ? end : "");
    return soap_send(&message);
}

static int take_time(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);
    const char *timestamp = soap_text(result, "timestamp");

    if (result && !timestamp)
        soap_nonsense(answer, "a timestamp");
    soap_keep(answer, memory_copy_string(timestamp));
    xmlFreeDoc(document);
    return timestamp ? 1 : 0;
}

static void take_deleted(const struct answer *answer, const xmlNode *result)
{
    const char *object = soap_parameter(answer->operation, "object");
    struct soap_table table = soap_table_begin(answer->result, deleted_columns, 3);

    for (const xmlNode *entry = xml_child(result, SOAP_PARTNER, "deletedRecords"); entry;
         entry = xml_next(entry, SOAP_PARTNER, "deletedRecords")) {
        soap_table_row(&table, soap_text(entry, "id"));
        soap_table_text(&table, soap_text(entry, "id"));
        soap_table_text(&table, object);
        soap_table_text(&table, soap_text(entry, "deletedDate"));
        soap_table_end_row(&table);
    }
    soap_table_finish(&table);
}

static void take_updated(const struct answer *answer, const xmlNode *result)
{
    const char *object = soap_parameter(answer->operation, "object");
    struct soap_table table = soap_table_begin(answer->result, updated_columns, 2);

    for (const xmlNode *entry = xml_child(result, SOAP_PARTNER, "ids"); entry;
         entry = xml_next(entry, SOAP_PARTNER, "ids")) {
        soap_table_row(&table, xml_text(entry));
        soap_table_text(&table, xml_text(entry));
        soap_table_text(&table, object);
        soap_table_end_row(&table);
    }
    soap_table_finish(&table);
}

/* Up to when the answer is whole matters to whoever asks again later. */
static void tell_span(const struct answer *answer, const xmlNode *result)
{
    const char *earliest = soap_text(result, "earliestDateAvailable");
    const char *latest = soap_text(result, "latestDateCovered");
    struct text words = {0};

    if (latest)
        text_format(&words, "Covered until %s.", latest);
    if (earliest)
        text_format(&words, "%sKnown from %s on.", words.length > 0 ? " " : "", earliest);
    if (words.length > 0)
        answer->result->text = text_take(&words);
}

int soap_decode_changes(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result;

    if (asks_time(answer->operation, answer->step))
        return take_time(answer);
    result = soap_result(answer, &document);
    if (result && soap_is_action(answer->operation, ACTION_GET_DELETED))
        take_deleted(answer, result);
    else if (result)
        take_updated(answer, result);
    tell_span(answer, result);
    soap_keep(answer, NULL);
    xmlFreeDoc(document);
    return 0;
}
