/*
 * action_approval: process: records are submitted for approval, and what waits for it is approved,
 * rejected or removed (forcecom-soap.txt, Core Calls). Pure.
 *
 * The service wants the id of the request that waits. Where the record is given instead, its
 * request is looked up first; the ids found go on to the next exchange in result.next.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/action.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

enum { MOST_ACTIONS = 200 };

#define WORKITEM_PREFIX "04i" /* ids of ProcessInstanceWorkitem begin with it */

static const struct soap_element shared[] = {
    {"comments", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"nextApproverIds", ELEMENT_IDS, true, NULL, 0, NULL},
};
static const struct soap_element of_submit[] = {
    {"submitterId", ELEMENT_ID, false, NULL, 0, NULL},
    {"processDefinitionNameOrId", ELEMENT_TEXT, false, NULL, 0, NULL},
    {"skipEntryCriteria", ELEMENT_FLAG, false, NULL, 0, NULL},
};

static const char *const submit_names[] = {
    "objectId", "instanceId", "instanceStatus", "newWorkitemIds", "actorIds", "success", "message"};
static const struct soap_columns submit_columns = {submit_names,
                                                   sizeof submit_names / sizeof submit_names[0]};
static const char *const workitem_names[] = {"workitemId",     "entityId",       "instanceId",
                                             "instanceStatus", "newWorkitemIds", "actorIds",
                                             "success",        "message"};
static const struct soap_columns workitem_columns = {workitem_names, sizeof workitem_names /
                                                                         sizeof workitem_names[0]};

/* --- submit --- */

static void put_submission(struct soap_message *message, const char *object)
{
    xml_open(message->writer, "actions");
    soap_put_type(message, "ProcessSubmitRequest");
    soap_put_elements(message, shared, sizeof shared / sizeof shared[0]);
    soap_put_id(message, "objectId", object);
    soap_put_elements(message, of_submit, sizeof of_submit / sizeof of_submit[0]);
    xml_close(message->writer);
}

enum wire_step soap_encode_submit(const struct call *call)
{
    struct soap_list objects = soap_list(call->operation, "objectId");
    struct soap_range part = soap_part(objects.count, call->step, MOST_ACTIONS);
    struct soap_message message;

    if (objects.count == 0)
        return soap_refuse(call, "objectId", "the id of a record is needed");
    message = soap_begin(call, "process", 0);
    for (size_t i = part.first; i < part.end; i++)
        put_submission(&message, objects.items[i]);
    soap_list_free(&objects);
    return soap_send_elements(&message);
}

int soap_decode_submit(const struct answer *answer)
{
    struct soap_list objects = soap_list(answer->operation, "objectId");
    struct soap_range part = soap_part(objects.count, answer->step, MOST_ACTIONS);
    xmlDoc *document;
    const xmlNode *response = soap_response(answer, &document);
    int next;

    soap_take_results(answer, response, &submit_columns, &objects, part);
    next = soap_next_part(answer, objects.count, part);
    soap_list_free(&objects);
    xmlFreeDoc(document);
    return next;
}

/* --- which requests wait for approval --- */

static bool is_workitem(const char *id)
{
    return strncmp(id, WORKITEM_PREFIX, sizeof WORKITEM_PREFIX - 1) == 0;
}

static bool looks_up(const struct operation *operation)
{
    return !soap_parameter(operation, "workitemId") && !operation->explain;
}

/* The ids to ask for, quoted; what is a request's own id needs no asking. False for no id. */
static bool quote_ids(const struct soap_list *objects, struct text *out)
{
    for (size_t i = 0; i < objects->count; i++) {
        char widened[SALESFORCE_ID_LENGTH + 1];

        if (!salesforce_widen_id(objects->items[i], widened))
            return false;
        if (!is_workitem(widened))
            text_format(out, "%s'%s'", out->length > 0 ? ", " : "", widened);
    }
    return true;
}

static enum wire_step ask_workitems(const struct call *call)
{
    struct soap_list objects = soap_list(call->operation, "objectId");
    struct text ids = {0}, statement = {0};
    size_t count = objects.count;
    bool valid = quote_ids(&objects, &ids);
    enum wire_step step = WIRE_NONE;

    soap_list_free(&objects);
    if (count == 0)
        step = soap_refuse(call, "objectId", "give it, or workitemId");
    else if (!valid)
        step = soap_refuse(call, "objectId", "an id has 15 or 18 letters and digits");
    if (step == WIRE_NONE && ids.length > 0) {
        text_format(&statement,
                    "SELECT Id, ProcessInstance.TargetObjectId FROM ProcessInstanceWorkitem WHERE "
                    "ProcessInstance.Status = 'Pending' AND ProcessInstance.TargetObjectId IN (%s)",
                    text_string(&ids));
        step = soap_send_query(call, &statement);
    }
    text_free(&ids);
    return step;
}

/* The requests of a record among the rows, with commas between them; how many. */
static size_t requests_of(const void *const *rows, size_t count, const char *object,
                          struct text *out)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        const char *target = soap_row_text(rows[i], "ProcessInstance.TargetObjectId");
        const char *id = soap_row_text(rows[i], "Id");

        if (id && target && strncmp(target, object, SALESFORCE_SHORT_ID_LENGTH) == 0)
            text_format(out, "%s%s", found++ > 0 ? ", " : "", id);
    }
    return found;
}

static void refuse_object(const struct answer *answer, const char *object, size_t found,
                          const char *requests)
{
    struct error error = {0};

    if (found == 0) {
        error_set(&error, ERROR_NOT_FOUND, "nothing of %s waits for approval", object);
    } else {
        error_set(&error, ERROR_VALIDATION, "%zu requests of %s wait for approval", found, object);
        error_set_hint(&error, "give one as workitemId: %s", requests);
    }
    soap_add_failure(answer, &workitem_columns, "entityId", object, &error);
}

static void take_objects(const struct answer *answer, const void *const *rows, size_t count,
                         struct text *out)
{
    struct soap_list objects = soap_list(answer->operation, "objectId");

    for (size_t i = 0; i < objects.count; i++) {
        struct text requests = {0};
        size_t found = 1;

        if (is_workitem(objects.items[i]))
            text_append_string(&requests, objects.items[i]);
        else
            found = requests_of(rows, count, objects.items[i], &requests);
        if (found == 1)
            text_format(out, "%s%s", out->length > 0 ? "," : "", text_string(&requests));
        else
            refuse_object(answer, objects.items[i], found, text_string(&requests));
        text_free(&requests);
    }
    soap_list_free(&objects);
}

static int take_workitems(const struct answer *answer)
{
    xmlDoc *document = NULL;
    const xmlNode *found = answer->response ? soap_result(answer, &document) : NULL;
    struct text ids = {0};
    size_t count = 0;
    const void **rows = soap_rows_of(found, "records", &count);
    int next;

    if (!error_is_set(&answer->result->error))
        take_objects(answer, rows, count, &ids);
    next = ids.length > 0 ? 1 : 0;
    soap_keep(answer, next ? text_take(&ids) : NULL);
    free(rows);
    xmlFreeDoc(document);
    return next;
}

/* --- approve, reject, remove --- */

static const char *word_of(const struct operation *operation)
{
    if (soap_is_action(operation, ACTION_APPROVE))
        return "Approve";
    return soap_is_action(operation, ACTION_REJECT) ? "Reject" : "Removed";
}

static struct soap_range part_of(const struct operation *operation, size_t count, int step)
{
    return soap_part(count, step - (looks_up(operation) ? 1 : 0), MOST_ACTIONS);
}

static void put_workitem(struct soap_message *message, const char *workitem)
{
    xml_open(message->writer, "actions");
    soap_put_type(message, "ProcessWorkitemRequest");
    soap_put_elements(message, shared, sizeof shared / sizeof shared[0]);
    xml_put(message->writer, "action", word_of(message->call->operation));
    soap_put_id(message, "workitemId", workitem);
    xml_close(message->writer);
}

enum wire_step soap_encode_workitem(const struct call *call)
{
    const char *given = soap_parameter(call->operation, "workitemId");
    struct soap_list items;
    struct soap_range part;
    struct soap_message message;

    if (call->step == 0 && looks_up(call->operation))
        return ask_workitems(call);
    items = soap_list_of(given ? given : soap_found(call, "(what waits for approval of objectId)"));
    part = part_of(call->operation, items.count, call->step);
    message = soap_begin(call, "process", 0);
    for (size_t i = part.first; i < part.end; i++)
        put_workitem(&message, items.items[i]);
    soap_list_free(&items);
    return soap_send_elements(&message);
}

int soap_decode_workitem(const struct answer *answer)
{
    const char *given = soap_parameter(answer->operation, "workitemId");
    struct soap_list items;
    struct soap_range part;
    xmlDoc *document;
    const xmlNode *response;
    int next;

    if (answer->step == 0 && looks_up(answer->operation))
        return take_workitems(answer);
    items = soap_list_of(given ? given : answer->result->next);
    part = part_of(answer->operation, items.count, answer->step);
    response = soap_response(answer, &document);
    soap_take_results(answer, response, &workitem_columns, &items, part);
    next = soap_next_part(answer, items.count, part);
    if (next == 0)
        soap_keep(answer, NULL);
    soap_list_free(&items);
    xmlFreeDoc(document);
    return next;
}

/* --- the list of what waits --- */

#define TARGET_TYPE "ProcessInstance.TargetObject.Type"

static const struct {
    const char *name;
    const char *path;
} waiting[] = {
    {"workitemId", "Id"},
    {"object", TARGET_TYPE},
    {"id", "ProcessInstance.TargetObjectId"},
    {"name", "ProcessInstance.TargetObject.Name"},
    {"actor", "Actor.Name"},
    {"since", "CreatedDate"},
};
enum { WAITING_COLUMNS = sizeof waiting / sizeof waiting[0] };

enum wire_step soap_encode_approvals(const struct call *call)
{
    const struct result *so_far = call->operation->so_far;
    const char *actor = soap_parameter(call->operation, "actorId");
    char widened[SALESFORCE_ID_LENGTH + 1];
    struct text statement = {0};

    if (call->step > 0 && so_far && so_far->next)
        return soap_send_query_more(call, so_far->next);
    if (actor && !salesforce_widen_id(actor, widened))
        return soap_refuse(call, "actorId", "an id has 15 or 18 letters and digits");
    for (size_t i = 0; i < WAITING_COLUMNS; i++)
        text_format(&statement, "%s%s", i > 0 ? ", " : "SELECT ", waiting[i].path);
    text_append_string(&statement, " FROM ProcessInstanceWorkitem WHERE ProcessInstance.Status = "
                                   "'Pending'");
    if (actor)
        text_format(&statement, " AND ActorId = '%s'", widened);
    text_append_string(&statement, " ORDER BY CreatedDate, Id");
    return soap_send_query(call, &statement);
}

/* Of what type a record is, its relation says by its field Type; where the reply has the record
 * itself in that place, its own type does. */
static const char *waiting_cell(const xmlNode *row, const char *path)
{
    const char *text = soap_row_text(row, path);
    const char *type = soap_row_text(row, "ProcessInstance.TargetObject.type");

    if (strcmp(path, TARGET_TYPE) == 0 && type && strcmp(type, "Name") != 0)
        return type;
    return text;
}

static void add_waiting(struct result *result, const void *const *rows, size_t count)
{
    const char *names[WAITING_COLUMNS];
    struct soap_table table;

    for (size_t i = 0; i < WAITING_COLUMNS; i++)
        names[i] = waiting[i].name;
    table = soap_table_begin(result, names, WAITING_COLUMNS);
    for (size_t row = 0; row < count; row++) {
        soap_table_row(&table, soap_row_text(rows[row], "Id"));
        for (size_t i = 0; i < WAITING_COLUMNS; i++)
            soap_table_text(&table, waiting_cell(rows[row], waiting[i].path));
        soap_table_end_row(&table);
    }
    soap_table_finish(&table);
}

int soap_decode_approvals(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *found = soap_result(answer, &document);
    const char *locator = soap_flag(found, "done", true) ? NULL : soap_text(found, "queryLocator");
    size_t count = 0;
    const void **rows = soap_rows_of(found, "records", &count);
    int next = locator ? answer->step + 1 : 0;

    if (found)
        add_waiting(answer->result, rows, count);
    soap_keep(answer, memory_copy_string(locator));
    free(rows);
    xmlFreeDoc(document);
    return next;
}
