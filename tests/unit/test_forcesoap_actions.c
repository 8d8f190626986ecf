/*
 * The actions of the forcesoap adapter by their bytes: the request of each call, and its reply in
 * both spellings that services use (a default namespace, and prefixes of their own). The replies
 * are written by hand from the facts of the partner WSDL.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/forcesoap/forcesoap.h"
#include "core/memory.h"
#include "core/text.h"
#include "net/http.h"

#define LEAD    "00Q0600003AAAABEA5"
#define LEAD_2  "00Q0600003AAAACEA5"
#define ACCOUNT "0010600002BpLWtAAN"
#define OTHER   "0010600002BpLWuAAN"
#define CONTACT "0030600003AAAABAA5"
#define DEAL    "0060600003AAAABAA5"
#define USER    "0050600003AAAACAA5"
#define ITEM    "04i0600003AAAABAA5"
#define PROCESS "04g0600003AAAABAA5"

#define NIL(name) "<" name " xsi:nil=\"true\"/>"

/* --- a rig: an instance, and one exchange at a time --- */

struct rig {
    struct backend *backend;
    struct operation *operation;
    struct http_request request;
    struct result result;
    struct error error;
};

static void add_setting(struct profile *profile, const char *name, const char *value)
{
    profile->settings =
        memory_resize(profile->settings, profile->setting_count + 1, sizeof *profile->settings);
    profile->settings[profile->setting_count++] =
        (struct config_entry){memory_copy_string(name), memory_copy_string(value), 1};
}

static struct backend *open_backend(const char *version)
{
    struct profile profile = {.name = memory_copy_string("work"),
                              .backend = memory_copy_string("forcesoap")};
    struct error error = {0};
    struct backend *backend;

    setenv("FORCESOAP_SESSION", "00D!session", 1);
    add_setting(&profile, "session_id_env", "FORCESOAP_SESSION");
    add_setting(&profile, "server_url", "https://na1.example");
    if (version)
        add_setting(&profile, "version", version);
    backend = forcesoap_backend.create(&profile, &error);
    if (!backend || !forcesoap_backend.prepare(backend, &error))
        fail_msg("%s", error.message);
    profile_clear(&profile);
    return backend;
}

static void start_with(struct rig *rig, const char *version, const char *action)
{
    memset(rig, 0, sizeof *rig);
    rig->backend = open_backend(version);
    rig->operation = operation_new(OPERATION_ACTION, NULL);
    rig->operation->name = memory_copy_string(action);
    rig->result.total = -1;
}

static void start(struct rig *rig, const char *action)
{
    start_with(rig, NULL, action);
}

static void stop(struct rig *rig)
{
    http_request_clear(&rig->request);
    result_clear(&rig->result);
    error_clear(&rig->error);
    operation_free(rig->operation);
    forcesoap_backend.destroy(rig->backend);
}

static void give(struct rig *rig, const char *name, const char *value)
{
    operation_add_parameter(rig->operation, name, value);
}

static enum wire_step encode(struct rig *rig, int step)
{
    http_request_clear(&rig->request);
    error_clear(&rig->error);
    rig->operation->so_far = &rig->result;
    return forcesoap_backend.encode(rig->backend, rig->operation, step, &rig->request, &rig->error);
}

/* What stands in the body of the envelope is all that differs between the calls. */
static void check_request(struct rig *rig, int step, const char *body)
{
    static const char head[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope "
        "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
        "xmlns:sf=\"urn:sobject.partner.soap.sforce.com\" xmlns=\"urn:partner.soap.sforce.com\">"
        "<soapenv:Header><SessionHeader><sessionId>00D!session</sessionId></SessionHeader>"
        "<CallOptions><client>dossier</client><defaultNamespace xsi:nil=\"true\"/></CallOptions>"
        "</soapenv:Header><soapenv:Body>";
    struct text whole = {0};

    if (encode(rig, step) != WIRE_SEND)
        fail_msg("%s", rig->error.message);
    text_format(&whole, "%s%s</soapenv:Body></soapenv:Envelope>", head, body);
    while (rig->request.body.length > 0 &&
           rig->request.body.bytes[rig->request.body.length - 1] == '\n')
        text_truncate(&rig->request.body, rig->request.body.length - 1);
    assert_string_equal(text_string(&rig->request.body), text_string(&whole));
    assert_string_equal(rig->request.method, "POST");
    text_free(&whole);
}

static void check_refused(struct rig *rig, enum error_kind kind, const char *words)
{
    assert_int_equal(encode(rig, 0), WIRE_REFUSED);
    assert_int_equal(rig->error.kind, kind);
    assert_non_null(strstr(rig->error.message, words));
}

enum spelling { PREFIXED, DEFAULTED, SPELLINGS };

/* A reply is written with the prefix p: for the partner namespace; without it, that is the default
 * one. */
static void spell(enum spelling spelling, const char *body, struct text *out)
{
    text_format(out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><e:Envelope "
                "xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns%s="
                "\"urn:partner.soap.sforce.com\" xmlns:s=\"urn:sobject.partner.soap.sforce.com\" "
                "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><e:Header/><e:Body>",
                spelling == PREFIXED ? ":p" : "");
    for (const char *at = body; *at; at++) {
        bool prefix = spelling == DEFAULTED && strncmp(at, "p:", 2) == 0 && at > body &&
                      (at[-1] == '<' || at[-1] == '/' || at[-1] == '"');

        if (prefix)
            at++;
        else
            text_append_character(out, *at);
    }
    text_append_string(out, "</e:Body></e:Envelope>");
}

static int decode_as(struct rig *rig, enum spelling spelling, int step, const char *body)
{
    struct text whole = {0};
    struct http_response response = {.status = 200};
    int next;

    spell(spelling, body, &whole);
    response.body = text_string(&whole);
    response.length = whole.length;
    next = forcesoap_backend.decode(rig->backend, rig->operation, step, &response, &rig->result);
    text_free(&whole);
    return next;
}

static int decode(struct rig *rig, int step, const char *body)
{
    int next = decode_as(rig, DEFAULTED, step, body);

    if (error_is_set(&rig->result.error))
        fail_msg("%s", rig->result.error.message);
    return next;
}

/* "a|b\nc|d\n": the page under its headings; a null is nothing. */
static void print_page(const struct result *result, struct text *out)
{
    for (size_t i = 0; i < result->column_count; i++)
        text_format(out, "%s%s", i > 0 ? "|" : "", result->columns[i]);
    text_append_character(out, '\n');
    for (size_t row = 0; row < page_row_count(result->page); row++) {
        for (size_t i = 0; i < result->column_count; i++) {
            struct value value = page_value(result->page, row, i + 1);

            text_append_string(out, i > 0 ? "|" : "");
            value_print(&value, out);
        }
        text_append_character(out, '\n');
    }
}

static void check_page(const struct rig *rig, const char *expected)
{
    struct text page = {0};

    assert_non_null(rig->result.page);
    print_page(&rig->result, &page);
    assert_string_equal(text_string(&page), expected);
    text_free(&page);
}

/* The reply in both spellings: the same page, no next step. */
static void check_reply(struct rig *rig, int step, const char *body, const char *page)
{
    for (int spelling = 0; spelling < SPELLINGS; spelling++) {
        int next = decode_as(rig, (enum spelling)spelling, step, body);

        if (error_is_set(&rig->result.error))
            fail_msg("%s", rig->result.error.message);
        assert_int_equal(next, 0);
        check_page(rig, page);
        if (spelling + 1 < SPELLINGS)
            result_clear(&rig->result);
    }
}

/* --- convertLead --- */

#define CONVERT(leads) "<convertLead>" leads "</convertLead>"
#define LEAD_CONVERT(status, id)                                                                   \
    "<leadConverts>" NIL("accountId") NIL("accountRecord") NIL("bypassAccountDedupeCheck")         \
        NIL("bypassContactDedupeCheck") NIL("contactId")                                           \
            NIL("contactRecord") "<convertedStatus>" status                                        \
                                 "</convertedStatus><doNotCreateOpportunity>false</"               \
                                 "doNotCreateOpportunity><leadId>" id                              \
                                 "</leadId>" NIL("opportunityId") NIL("opportunityName") NIL(      \
                                     "opportunityRecord") "<overwriteLeadSource>false</"           \
                                                          "overwriteLeadSource>" NIL("ownerId")    \
                                                              NIL("relatedPersonAccountId")        \
                                                                  NIL("relatedPersonAccountRecor"  \
                                                                      "d") "<sendNotificationEmai" \
                                                                           "l>false</"             \
                                                                           "sendNotificationEmail" \
                                                                           "></leadConverts>"

static void a_lead_is_converted(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "convert_lead");
    give(&rig, "leadId", LEAD ", 00Q0600003AAAAC\n");
    give(&rig, "convertedStatus", "Closed & Won");
    check_request(
        &rig, 0,
        CONVERT(LEAD_CONVERT("Closed &amp; Won", LEAD) LEAD_CONVERT("Closed &amp; Won", LEAD_2)));
    assert_false(rig.request.read);
    check_reply(&rig, 0,
                "<p:convertLeadResponse><p:result><p:success>true</p:success><p:leadId>" LEAD
                "</p:leadId><p:accountId>" ACCOUNT "</p:accountId><p:contactId>" CONTACT
                "</p:contactId><p:opportunityId xsi:nil=\"true\"/></p:result><p:result>"
                "<p:accountId xsi:nil=\"true\"/><p:errors><p:message>already converted</p:message>"
                "<p:statusCode>CANNOT_UPDATE_CONVERTED_LEAD</p:statusCode></p:errors>"
                "<p:success>false</p:success></p:result></p:convertLeadResponse>",
                "leadId|accountId|contactId|opportunityId|success|message\n" LEAD "|" ACCOUNT
                "|" CONTACT "||true|\n"
                "00Q0600003AAAAC||||false|already converted\n");
    assert_int_equal(rig.result.write_count, 2);
    assert_true(rig.result.writes[0].success);
    assert_string_equal(rig.result.writes[0].id, LEAD);
    assert_int_equal(rig.result.writes[1].error.kind, ERROR_VALIDATION);
    assert_non_null(strstr(rig.result.writes[1].error.message, "already converted"));
    stop(&rig);
}

static void every_element_of_a_conversion(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "convert_lead");
    give(&rig, "leadId", LEAD);
    give(&rig, "convertedStatus", "Won");
    give(&rig, "accountId", "0010600002BpLWt");
    give(&rig, "contactId", CONTACT);
    give(&rig, "opportunityId", DEAL);
    give(&rig, "opportunityName", "Big");
    give(&rig, "opportunityRecord", "StageName = Open\nAmount=1,000\nNextStep=");
    give(&rig, "doNotCreateOpportunity", "yes");
    give(&rig, "overwriteLeadSource", "true");
    give(&rig, "sendNotificationEmail", "true");
    give(&rig, "ownerId", USER);
    give(&rig, "bypassAccountDedupeCheck", "true");
    give(&rig, "bypassContactDedupeCheck", "false");
    give(&rig, "relatedPersonAccountId", OTHER);
    check_request(
        &rig, 0,
        CONVERT("<leadConverts><accountId>" ACCOUNT "</accountId>" NIL(
            "accountRecord") "<bypassAccountDedupeCheck>true</bypassAccountDedupeCheck>"
                             "<bypassContactDedupeCheck>false</"
                             "bypassContactDedupeCheck><contactId>" CONTACT "</contactId>" NIL(
                                 "contactRecord") "<convertedStatus>Won</convertedStatus>"
                                                  "<doNotCreateOpportunity>true</"
                                                  "doNotCreateOpportunity><leadId>" LEAD
                                                  "</leadId><opportunityId>" DEAL
                                                  "</opportunityId><opportunityName>Big</"
                                                  "opportunityName><opportunityRecord>"
                                                  "<sf:type>Opportunity</"
                                                  "sf:type><sf:fieldsToNull>NextStep</"
                                                  "sf:fieldsToNull>" NIL(
                                                      "sf:Id") "<sf:StageName>Open</"
                                                               "sf:StageName><sf:Amount>1,"
                                                               "000</sf:Amount>"
                                                               "</"
                                                               "opportunityRecord><"
                                                               "overwriteLeadSource>true</"
                                                               "overwriteLeadSource>"
                                                               "<ownerId>" USER "</"
                                                               "ownerId><"
                                                               "relatedPersonAccountId"
                                                               ">" OTHER "</"
                                                               "relatedPersonAccountId"
                                                               ">" NIL("relatedPersonAccountRec"
                                                                       "ord") "<sendNotificatio"
                                                                              "nEmail>true"
                                                                              "</"
                                                                              "sendNotification"
                                                                              "Email>"
                                                                              "</"
                                                                              "leadConverts>"));
    stop(&rig);
}

/* What a version does not have is left out, unless it is asked for. */
static void versions_have_their_elements(void **state)
{
    struct rig rig;

    (void)state;
    start_with(&rig, "38.0", "convert_lead");
    give(&rig, "leadId", LEAD);
    give(&rig, "convertedStatus", "Won");
    check_request(
        &rig, 0,
        CONVERT("<leadConverts>" NIL("accountId") NIL(
            "contactId") "<convertedStatus>Won</convertedStatus>"
                         "<doNotCreateOpportunity>false</doNotCreateOpportunity><leadId>" LEAD
                         "</leadId>" NIL(
                             "opportunityName") "<overwriteLeadSource>false"
                                                "</overwriteLeadSource>" NIL(
                                                    "ownerId") "<sendNotificationEmail>false</"
                                                               "sendNotificationEmail></"
                                                               "leadConverts>"));
    give(&rig, "opportunityId", DEAL);
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    assert_non_null(strstr(text_string(&rig.request.body), "</leadId><opportunityId>" DEAL));
    stop(&rig);
}

static void a_status_is_looked_up(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "convert_lead");
    give(&rig, "leadId", LEAD);
    check_request(&rig, 0,
                  "<query><queryString>SELECT MasterLabel FROM LeadStatus WHERE IsConverted = true "
                  "ORDER BY SortOrder</queryString></query>");
    assert_int_equal(decode(&rig, 0,
                            "<p:queryResponse><p:result><p:done>true</p:done><p:records>"
                            "<s:type>LeadStatus</s:type><s:Id xsi:nil=\"true\"/><s:MasterLabel>Won"
                            "</s:MasterLabel></p:records><p:records><s:MasterLabel>Lost"
                            "</s:MasterLabel></p:records><p:size>2</p:size></p:result>"
                            "</p:queryResponse>"),
                     1);
    check_request(&rig, 1, CONVERT(LEAD_CONVERT("Won", LEAD)));
    assert_int_equal(decode(&rig, 1,
                            "<p:convertLeadResponse><p:result><p:success>1</p:success></p:result>"
                            "</p:convertLeadResponse>"),
                     0);
    assert_null(rig.result.next);
    assert_true(rig.result.writes[0].success);
    stop(&rig);
}

static void without_a_status_there_is_no_conversion(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "convert_lead");
    give(&rig, "leadId", LEAD);
    assert_int_equal(decode_as(&rig, DEFAULTED, 0,
                               "<p:queryResponse><p:result><p:done>true</p:done><p:size>0</p:size>"
                               "</p:result></p:queryResponse>"),
                     0);
    assert_int_equal(rig.result.error.kind, ERROR_NOT_FOUND);
    assert_string_equal(rig.result.error.hint, "give convertedStatus");
    stop(&rig);
}

static void a_wrong_status_is_told_the_right_ones(void **state)
{
    struct rig rig;
    int next;

    (void)state;
    start(&rig, "convert_lead");
    give(&rig, "leadId", LEAD);
    give(&rig, "convertedStatus", "Foo");
    next = decode(&rig, 0,
                  "<p:convertLeadResponse><p:result><p:errors><p:message>invalid convertedStatus"
                  "</p:message><p:statusCode>INVALID_STATUS</p:statusCode></p:errors><p:success>"
                  "false</p:success></p:result></p:convertLeadResponse>");
    assert_int_not_equal(next, 0);
    assert_int_equal(encode(&rig, next), WIRE_SEND);
    assert_non_null(strstr(text_string(&rig.request.body), "FROM LeadStatus"));
    assert_int_equal(decode(&rig, next,
                            "<p:queryResponse><p:result><p:done>true</p:done><p:records>"
                            "<s:MasterLabel>Won</s:MasterLabel></p:records><p:records>"
                            "<s:MasterLabel>Lost</s:MasterLabel></p:records></p:result>"
                            "</p:queryResponse>"),
                     0);
    assert_int_equal(rig.result.write_count, 1);
    assert_string_equal(rig.result.writes[0].error.hint, "statuses of a converted lead: Won, Lost");
    stop(&rig);
}

/* --- merge --- */

static void records_are_merged(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "merge");
    give(&rig, "object", "Account");
    give(&rig, "masterRecord", "0010600002BpLWt");
    give(&rig, "recordToMergeIds", OTHER);
    give(&rig, "fields", "Name = A = B \r\nPhone=");
    give(&rig, "additionalInformationMap", "how=well");
    check_request(&rig, 0,
                  "<merge><request><additionalInformationMap><name>how</name><value>well</value>"
                  "</additionalInformationMap><masterRecord><sf:type>Account</sf:type>"
                  "<sf:fieldsToNull>Phone</sf:fieldsToNull><sf:Id>" ACCOUNT
                  "</sf:Id><sf:Name>A = B</sf:Name></masterRecord><recordToMergeIds>" OTHER
                  "</recordToMergeIds></request></merge>");
    check_reply(&rig, 0,
                "<p:mergeResponse><p:result><p:id>" ACCOUNT "</p:id><p:mergedRecordIds>" OTHER
                "</p:mergedRecordIds><p:success>true</p:success><p:updatedRelatedIds>" DEAL
                "</p:updatedRelatedIds><p:updatedRelatedIds>" CONTACT
                "</p:updatedRelatedIds></p:result></p:mergeResponse>",
                "id|object|mergedRecordIds|success|updatedRelatedIds|message\n0010600002BpLWt|"
                "Account|" OTHER "|true|" DEAL ", " CONTACT "|\n");
    assert_true(rig.result.writes[0].success);
    stop(&rig);
}

static void merges_that_cannot_be(void **state)
{
    static const char *const wrong[] = {"=x", "Na me=x", "a><b=x", "1=x", "sf:Name=x", "Näme=x"};
    struct rig rig;

    (void)state;
    start(&rig, "merge");
    check_refused(&rig, ERROR_VALIDATION, "object");
    give(&rig, "object", "Account");
    check_refused(&rig, ERROR_VALIDATION, "masterRecord");
    give(&rig, "masterRecord", ACCOUNT);
    check_refused(&rig, ERROR_VALIDATION, "recordToMergeIds");
    give(&rig, "recordToMergeIds", OTHER "," ACCOUNT "," CONTACT);
    check_refused(&rig, ERROR_VALIDATION, "recordToMergeIds");
    stop(&rig);
    start(&rig, "merge");
    give(&rig, "object", "Account");
    give(&rig, "masterRecord", ACCOUNT);
    give(&rig, "recordToMergeIds", OTHER);
    give(&rig, "fields", "no field at all");
    check_refused(&rig, ERROR_VALIDATION, "fields");
    stop(&rig);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        start(&rig, "upsert");
        give(&rig, "object", "Account");
        give(&rig, "externalIDFieldName", "Id");
        give(&rig, "fields", wrong[i]);
        check_refused(&rig, ERROR_VALIDATION, "fields");
        stop(&rig);
    }
}

/* --- upsert --- */

static void a_record_is_matched(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "upsert");
    give(&rig, "object", "Kind__c");
    give(&rig, "externalIDFieldName", "External__c");
    check_refused(&rig, ERROR_VALIDATION, "fields");
    give(&rig, "fields", "External__c=7\nName=A");
    check_request(&rig, 0,
                  "<upsert><externalIDFieldName>External__c</externalIDFieldName><sObjects>"
                  "<sf:type>Kind__c</sf:type>" NIL("sf:Id") "<sf:External__c>7</sf:External__c>"
                                                            "<sf:Name>A</sf:Name></sObjects>"
                                                            "</upsert>");
    check_reply(&rig, 0,
                "<p:upsertResponse><p:result><p:created>true</p:created><p:id>" ACCOUNT
                "</p:id><p:success>true</p:success></p:result></p:upsertResponse>",
                "id|object|created|success|message\n" ACCOUNT "|Kind__c|true|true|\n");
    assert_string_equal(rig.result.writes[0].id, ACCOUNT);
    result_clear(&rig.result);
    assert_int_equal(decode(&rig, 0,
                            "<p:upsertResponse><p:result><p:errors><p:message>two of them"
                            "</p:message><p:statusCode>DUPLICATE_EXTERNAL_ID</p:statusCode>"
                            "</p:errors><p:success>false</p:success></p:result>"
                            "</p:upsertResponse>"),
                     0);
    assert_int_equal(rig.result.writes[0].error.kind, ERROR_CONFLICT);
    stop(&rig);
    start(&rig, "upsert");
    give(&rig, "object", "Account");
    give(&rig, "externalIDFieldName", "Id");
    give(&rig, "fields", "Id=0010600002BpLWt\nName=A");
    check_request(&rig, 0,
                  "<upsert><externalIDFieldName>Id</externalIDFieldName><sObjects><sf:type>Account"
                  "</sf:type><sf:Id>" ACCOUNT "</sf:Id><sf:Name>A</sf:Name></sObjects></upsert>");
    stop(&rig);
}

/* --- process --- */

static void records_are_submitted(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "submit_for_approval");
    give(&rig, "objectId", DEAL);
    give(&rig, "comments", "a < b");
    give(&rig, "nextApproverIds", USER);
    give(&rig, "skipEntryCriteria", "true");
    give(&rig, "processDefinitionNameOrId", "Deals");
    check_request(
        &rig, 0,
        "<process><actions xsi:type=\"ProcessSubmitRequest\"><comments>a &lt; b"
        "</comments><nextApproverIds>" USER "</nextApproverIds><objectId>" DEAL "</objectId>" NIL(
            "submitterId") "<processDefinitionNameOrId>Deals"
                           "</processDefinitionNameOrId><skipEntryCriteria>true</skipEntryCriteria>"
                           "</actions></process>");
    check_reply(&rig, 0,
                "<p:processResponse><p:result><p:actorIds>" USER "</p:actorIds><p:entityId>" DEAL
                "</p:entityId><p:instanceId>" PROCESS
                "</p:instanceId><p:instanceStatus>Pending</p:instanceStatus><p:newWorkitemIds>" ITEM
                "</p:newWorkitemIds><p:success>true</p:success></p:result></p:processResponse>",
                "objectId|instanceId|instanceStatus|newWorkitemIds|actorIds|success|message\n" DEAL
                "|" PROCESS "|Pending|" ITEM "|" USER "|true|\n");
    stop(&rig);
}

#define WORKITEM(action)                                                                           \
    "<process><actions "                                                                           \
    "xsi:type=\"ProcessWorkitemRequest\"><comments>fine</comments><action>" action                 \
    "</action><workitemId>" ITEM "</workitemId></actions></process>"

static void requests_are_decided(void **state)
{
    static const char *const cases[][2] = {{"approve", WORKITEM("Approve")},
                                           {"reject", WORKITEM("Reject")},
                                           {"remove_approval", WORKITEM("Removed")}};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct rig rig;

        start(&rig, cases[i][0]);
        give(&rig, "workitemId", ITEM);
        give(&rig, "comments", "fine");
        check_request(&rig, 0, cases[i][1]);
        check_reply(&rig, 0,
                    "<p:processResponse><p:result><p:entityId>" DEAL
                    "</p:entityId><p:instanceId>" PROCESS
                    "</p:instanceId><p:instanceStatus>Done</p:instanceStatus>"
                    "<p:success>true</p:success></p:result></p:processResponse>",
                    "workitemId|entityId|instanceId|instanceStatus|newWorkitemIds|actorIds|success|"
                    "message\n" ITEM "|" DEAL "|" PROCESS "|Done|||true|\n");
        stop(&rig);
    }
}

#define PENDING(id, target)                                                                        \
    "<p:records><s:type>ProcessInstanceWorkitem</s:type><s:Id>" id "</s:Id><s:ProcessInstance "    \
    "xsi:type=\"s:sObject\"><s:type>ProcessInstance</s:type><s:Id xsi:nil=\"true\"/>"              \
    "<s:TargetObjectId>" target "</s:TargetObjectId></s:ProcessInstance></p:records>"
#define FOUND(rows)                                                                                \
    "<p:queryResponse><p:result><p:done>true</p:done>" rows "</p:result></p:queryResponse>"

/* The session ends in the middle: the engine signs in and repeats the one exchange. */
static void lose_session(struct rig *rig, int step)
{
    static const char fault[] =
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><e:Fault>"
        "<faultcode>INVALID_SESSION_ID</faultcode><faultstring>INVALID_SESSION_ID: gone"
        "</faultstring></e:Fault></e:Body></e:Envelope>";
    struct http_response response = {.status = 500, .body = fault, .length = sizeof fault - 1};

    (void)forcesoap_backend.decode(rig->backend, rig->operation, step, &response, &rig->result);
    assert_int_equal(rig->result.error.kind, ERROR_SIGN_IN);
    error_clear(&rig->result.error);
}

static void what_waits_for_a_record_is_looked_up(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "approve");
    give(&rig, "objectId", "0060600003AAAAB\n" ACCOUNT "\n" OTHER);
    give(&rig, "comments", "fine");
    check_request(&rig, 0,
                  "<query><queryString>SELECT Id, ProcessInstance.TargetObjectId FROM "
                  "ProcessInstanceWorkitem WHERE ProcessInstance.Status = 'Pending' AND "
                  "ProcessInstance.TargetObjectId IN ('" DEAL "', '" ACCOUNT "', '" OTHER
                  "')</queryString></query>");
    assert_int_equal(decode(&rig, 0,
                            FOUND(PENDING("04i0600003AAAACAA5", ACCOUNT) PENDING(ITEM, DEAL)
                                      PENDING("04i0600003AAAADAA5", ACCOUNT))),
                     1);
    check_request(&rig, 1, WORKITEM("Approve"));
    lose_session(&rig, 1);
    check_request(&rig, 1, WORKITEM("Approve"));
    assert_int_equal(decode(&rig, 1,
                            "<p:processResponse><p:result><p:success>true</p:success></p:result>"
                            "</p:processResponse>"),
                     0);
    assert_null(rig.result.next);
    assert_int_equal(rig.result.write_count, 3);
    assert_int_equal(rig.result.writes[0].error.kind, ERROR_VALIDATION);
    assert_non_null(
        strstr(rig.result.writes[0].error.hint, "04i0600003AAAACAA5, 04i0600003AAAADAA5"));
    assert_int_equal(rig.result.writes[1].error.kind, ERROR_NOT_FOUND);
    assert_true(rig.result.writes[2].success);
    assert_int_equal(page_row_count(rig.result.page), 3);
    stop(&rig);
}

static void a_request_given_as_a_record_is_itself(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "reject");
    give(&rig, "objectId", ITEM);
    assert_int_equal(encode(&rig, 0), WIRE_NONE);
    assert_int_equal(forcesoap_backend.decode(rig.backend, rig.operation, 0, NULL, &rig.result), 1);
    assert_int_equal(encode(&rig, 1), WIRE_SEND);
    assert_non_null(strstr(text_string(&rig.request.body), "<workitemId>" ITEM "</workitemId>"));
    stop(&rig);
    start(&rig, "reject");
    check_refused(&rig, ERROR_VALIDATION, "objectId");
    give(&rig, "objectId", "x' OR Name != '");
    check_refused(&rig, ERROR_VALIDATION, "objectId");
    stop(&rig);
}

/* Nothing is looked up for a call that is only explained, and it is the call that is shown. */
static void an_explained_approval_is_the_approval(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "approve");
    give(&rig, "objectId", DEAL);
    rig.operation->explain = true;
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    assert_non_null(strstr(text_string(&rig.request.body), "<action>Approve</action>"));
    assert_non_null(strstr(text_string(&rig.request.body), "<sessionId>***</sessionId>"));
    stop(&rig);
}

static void what_waits_is_listed(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "approvals");
    give(&rig, "actorId", USER);
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    assert_non_null(strstr(text_string(&rig.request.body),
                           "SELECT Id, ProcessInstance.TargetObject.Type, "
                           "ProcessInstance.TargetObjectId, ProcessInstance.TargetObject.Name, "
                           "Actor.Name, CreatedDate FROM ProcessInstanceWorkitem WHERE "
                           "ProcessInstance.Status = 'Pending' AND ActorId = '" USER
                           "' ORDER BY CreatedDate, Id"));
    assert_true(rig.request.read);
    assert_int_equal(
        decode(&rig, 0,
               "<p:queryResponse><p:result><p:done>false</p:done><p:queryLocator>01g-1"
               "</p:queryLocator><p:records><s:type>ProcessInstanceWorkitem</s:type><s:Id>" ITEM
               "</s:Id><s:ProcessInstance xsi:type=\"s:sObject\"><s:type>ProcessInstance</s:type>"
               "<s:Id xsi:nil=\"true\"/><s:TargetObject xsi:type=\"s:sObject\"><s:type>Name"
               "</s:type><s:Id xsi:nil=\"true\"/><s:Type>Opportunity</s:Type><s:Name>Deal"
               "</s:Name></s:TargetObject><s:TargetObjectId>" DEAL "</s:TargetObjectId>"
               "</s:ProcessInstance><s:Actor xsi:nil=\"true\"/><s:CreatedDate>2026-11-21T11:00:00"
               ".000Z</s:CreatedDate></p:records></p:result></p:queryResponse>"),
        1);
    assert_int_equal(encode(&rig, 1), WIRE_SEND);
    assert_non_null(
        strstr(text_string(&rig.request.body), "<queryLocator>01g-1</queryLocator></queryMore>"));
    assert_int_equal(decode(&rig, 1, FOUND(PENDING("04i0600003AAAACAA5", ACCOUNT))), 0);
    assert_null(rig.result.next);
    check_page(&rig, "workitemId|object|id|name|actor|since\n" ITEM "|Opportunity|" DEAL
                     "|Deal||2026-11-21T11:00:00.000Z\n04i0600003AAAACAA5||" ACCOUNT "|||\n");
    stop(&rig);
}

/* --- the recycle bin --- */

static void records_leave_the_bin(void **state)
{
    static const char *const names[][2] = {{"undelete", "undelete"},
                                           {"empty_recycle_bin", "emptyRecycleBin"}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct rig rig;
        struct text body = {0}, reply = {0};

        start(&rig, names[i][0]);
        give(&rig, "ids", "0010600002BpLWt," OTHER);
        text_format(&body, "<%s><ids>" ACCOUNT "</ids><ids>" OTHER "</ids></%s>", names[i][1],
                    names[i][1]);
        check_request(&rig, 0, text_string(&body));
        assert_false(rig.request.read);
        text_format(&reply,
                    "<p:%sResponse><p:result><p:id>" ACCOUNT "</p:id><p:success>true</p:success>"
                    "</p:result><p:result><p:errors><p:fields>Id</p:fields><p:message>not there"
                    "</p:message><p:statusCode>DELETE_FAILED</p:statusCode></p:errors>"
                    "<p:id xsi:nil=\"true\"/><p:success>false</p:success></p:result>"
                    "</p:%sResponse>",
                    names[i][1], names[i][1]);
        assert_int_equal(decode(&rig, 0, text_string(&reply)), 0);
        assert_null(rig.result.page);
        assert_int_equal(rig.result.write_count, 2);
        assert_true(rig.result.writes[0].success);
        assert_false(rig.result.writes[1].success);
        assert_string_equal(rig.result.writes[1].id, OTHER);
        assert_non_null(strstr(rig.result.writes[1].error.message, names[i][0]));
        text_free(&body);
        text_free(&reply);
        stop(&rig);
    }
}

static void ids_go_two_hundred_at_a_time(void **state)
{
    struct rig rig;
    struct text ids = {0}, reply = {0};
    size_t sent = 0;

    (void)state;
    start(&rig, "empty_recycle_bin");
    check_refused(&rig, ERROR_VALIDATION, "ids");
    for (int i = 0; i < 201; i++)
        text_format(&ids, "0010600002Bp%03dAAN\n", i);
    give(&rig, "ids", text_string(&ids));
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    for (const char *at = text_string(&rig.request.body); (at = strstr(at, "<ids>")); at++)
        sent++;
    assert_int_equal(sent, 200);
    text_append_string(&reply, "<p:emptyRecycleBinResponse>");
    for (int i = 0; i < 200; i++)
        text_append_string(&reply, "<p:result><p:success>true</p:success></p:result>");
    text_append_string(&reply, "</p:emptyRecycleBinResponse>");
    assert_int_equal(decode(&rig, 0, text_string(&reply)), 1);
    assert_int_equal(rig.result.done, 200);
    assert_int_equal(rig.result.expected, 201);
    check_request(&rig, 1, "<emptyRecycleBin><ids>0010600002Bp200AAN</ids></emptyRecycleBin>");
    assert_int_equal(decode(&rig, 1,
                            "<p:emptyRecycleBinResponse><p:result><p:success>true</p:success>"
                            "</p:result></p:emptyRecycleBinResponse>"),
                     0);
    assert_int_equal(rig.result.write_count, 201);
    text_free(&ids);
    text_free(&reply);
    stop(&rig);
}

/* A record that the answer does not speak of is not known to be done, and not to have failed. */
static void a_result_too_few_is_unknown(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "undelete");
    give(&rig, "ids", ACCOUNT "," OTHER);
    assert_int_equal(decode(&rig, 0,
                            "<p:undeleteResponse><p:result><p:success>true</p:success></p:result>"
                            "</p:undeleteResponse>"),
                     0);
    assert_int_equal(rig.result.write_count, 2);
    assert_true(rig.result.writes[1].lost);
    result_clear(&rig.result);
    (void)decode_as(&rig, DEFAULTED, 0, "<p:undeleteResponse/>");
    assert_int_equal(rig.result.error.kind, ERROR_PROTOCOL);
    stop(&rig);
}

/* --- getDeleted, getUpdated --- */

static void what_was_deleted(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "get_deleted");
    check_refused(&rig, ERROR_VALIDATION, "object");
    give(&rig, "object", "Account");
    check_refused(&rig, ERROR_VALIDATION, "startDate");
    give(&rig, "startDate", "2026-11-20T10:00:00+02:00");
    give(&rig, "endDate", "2026-11-21T00:00:00Z");
    check_request(&rig, 0,
                  "<getDeleted><sObjectType>Account</sObjectType><startDate>2026-11-20T08:00:00Z"
                  "</startDate><endDate>2026-11-21T00:00:00Z</endDate></getDeleted>");
    assert_true(rig.request.read);
    check_reply(&rig, 0,
                "<p:getDeletedResponse><p:result><p:latestDateCovered>2026-11-21T00:00:00.000Z"
                "</p:latestDateCovered><p:deletedRecords><p:id>" ACCOUNT
                "</p:id><p:deletedDate>2026-11-20T09:00:00.000Z</p:deletedDate></p:deletedRecords>"
                "<p:earliestDateAvailable>2026-11-06T11:00:00.000Z</p:earliestDateAvailable>"
                "</p:result></p:getDeletedResponse>",
                "id|object|deletedDate\n" ACCOUNT "|Account|2026-11-20T09:00:00.000Z\n");
    assert_string_equal(rig.result.text, "Covered until 2026-11-21T00:00:00.000Z. Known from "
                                         "2026-11-06T11:00:00.000Z on.");
    stop(&rig);
}

/* Where no end is given, the service's present time is it. */
static void what_was_updated(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "get_updated");
    give(&rig, "object", "Account");
    give(&rig, "startDate", "2026-11-20T10:00:00Z");
    check_request(&rig, 0, "<getServerTimestamp/>");
    assert_int_equal(decode(&rig, 0,
                            "<p:getServerTimestampResponse><p:result><p:timestamp>"
                            "2026-11-21T11:00:00.000Z</p:timestamp></p:result>"
                            "</p:getServerTimestampResponse>"),
                     1);
    check_request(&rig, 1,
                  "<getUpdated><sObjectType>Account</sObjectType><startDate>2026-11-20T10:00:00Z"
                  "</startDate><endDate>2026-11-21T11:00:00Z</endDate></getUpdated>");
    assert_int_equal(decode(&rig, 1,
                            "<p:getUpdatedResponse><p:result><p:ids>" ACCOUNT
                            "</p:ids><p:ids>" OTHER "</p:ids></p:result></p:getUpdatedResponse>"),
                     0);
    check_page(&rig, "id|object\n" ACCOUNT "|Account\n" OTHER "|Account\n");
    assert_null(rig.result.next);
    stop(&rig);
}

/* --- search --- */

static void words_become_a_search(void **state)
{
    static const struct {
        const char *words, *in, *objects, *limit, *search;
    } cases[] = {
        {"acme", NULL, NULL, NULL, "FIND {acme}"},
        {"- this + that (", NULL, NULL, NULL, "FIND {this that}"},
        {" big  acme* ", "NAME", "Account, Case", "5",
         "FIND {big acme*} IN NAME FIELDS RETURNING Account(Id, Name), Case(Id, CaseNumber) LIMIT "
         "5"},
        {"salt and pepper or NOT", NULL, "Contact(Id, Email)\nLead", NULL,
         "FIND {salt &quot;and&quot; pepper &quot;or&quot; &quot;NOT&quot;} RETURNING Contact(Id, "
         "Email), Lead(Id, Name)"},
        {"a{b}(c)[d]^\"e\"~f:g\\h'i+j-k|l!m&n", NULL, NULL, NULL,
         "FIND "
         "{a\\{b\\}\\(c\\)\\[d\\]\\^\\&quot;e\\&quot;\\~f\\:g\\\\h\\'i\\+j\\-k\\|l\\!m\\&amp;n}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        struct text body = {0};

        start(&rig, "search");
        give(&rig, "words", cases[i].words);
        give(&rig, "in", cases[i].in ? cases[i].in : "");
        give(&rig, "objects", cases[i].objects ? cases[i].objects : "");
        give(&rig, "limit", cases[i].limit ? cases[i].limit : "");
        text_format(&body, "<search><searchString>%s</searchString></search>", cases[i].search);
        check_request(&rig, 0, text_string(&body));
        text_free(&body);
        stop(&rig);
    }
}

static void what_is_found(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "search");
    check_refused(&rig, ERROR_VALIDATION, "words");
    give(&rig, "searchString", "FIND {a} RETURNING Account(Name), Contact(Email)");
    check_request(&rig, 0,
                  "<search><searchString>FIND {a} RETURNING Account(Name), Contact(Email)"
                  "</searchString></search>");
    check_reply(&rig, 0,
                "<p:searchResponse><p:result><p:queryId>1</p:queryId><p:searchRecords>"
                "<p:record xsi:type=\"s:sObject\"><s:type>Account</s:type><s:Id>" ACCOUNT
                "</s:Id><s:Name>A</s:Name></p:record></p:searchRecords></p:result>"
                "</p:searchResponse>",
                "type|Id|Name\nAccount|" ACCOUNT "|A\n");
    stop(&rig);
}

/* --- sendEmail --- */

#define MESSAGE(type, rest)                                                                        \
    "<sendEmail><messages xsi:type=\"" type "\">" rest "</messages></sendEmail>"

static void a_message_is_sent(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "send_email");
    give(&rig, "toAddresses", "a@x.example, b@x.example");
    give(&rig, "ccAddresses", "c@x.example");
    give(&rig, "subject", "Hi");
    give(&rig, "plainTextBody", "one,\ntwo");
    give(&rig, "saveAsActivity", "false");
    give(&rig, "attachment", "aGVsbG8=");
    give(&rig, "attachmentName", "hello.txt");
    give(&rig, "whatId", DEAL);
    check_request(
        &rig, 0,
        MESSAGE("SingleEmailMessage",
                NIL("bccSender") NIL("emailPriority")
                    NIL("replyTo") "<saveAsActivity>false</saveAsActivity>" NIL("senderDisplayName") "<subject>Hi</subject>" NIL("useSignature") "<ccAddresses>c@x.example</ccAddresses>" NIL(
                        "charset") "<fileAttachments><body>aGVsbG8=</body><fileName>hello.txt</"
                                   "fileName>"
                                   "</fileAttachments>" NIL("htmlBody") NIL(
                                       "optOutPolicy") "<plainTextBody>one,\ntwo</"
                                                       "plainTextBody>" NIL("targetObjectId") NIL(
                                                           "templateId") "<toAddresses>a@x."
                                                                         "example</"
                                                                         "toAddresses><"
                                                                         "toAddresses>b@x."
                                                                         "example</"
                                                                         "toAddresses>" NIL(
                                                                             "treatBodiesAsTemp"
                                                                             "late")
                                                                             NIL("treatTargetOb"
                                                                                 "jectAsRecipie"
                                                                                 "nt") "<whatId"
                                                                                       ">" DEAL "</"
                                                                                       "whatId"
                                                                                       ">"));
    assert_int_equal(decode(&rig, 0,
                            "<p:sendEmailResponse><p:result><p:success>true</p:success></p:result>"
                            "</p:sendEmailResponse>"),
                     0);
    assert_string_equal(rig.result.text, "The message was sent.");
    result_clear(&rig.result);
    assert_int_equal(
        decode(&rig, 0,
               "<p:sendEmailResponse><p:result><p:errors><p:fields>toAddresses</p:fields>"
               "<p:message>is invalid</p:message><p:statusCode>INVALID_EMAIL_ADDRESS</p:statusCode>"
               "<p:targetObjectId xsi:nil=\"true\"/></p:errors><p:success>false</p:success>"
               "</p:result></p:sendEmailResponse>"),
        0);
    assert_null(rig.result.text);
    assert_int_equal(rig.result.writes[0].error.kind, ERROR_VALIDATION);
    assert_string_equal(rig.result.writes[0].error.fields[0].field, "toAddresses");
    stop(&rig);
}

static void a_template_is_sent_to_many(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "send_email");
    give(&rig, "targetObjectIds", CONTACT "\n" LEAD);
    check_refused(&rig, ERROR_VALIDATION, "targetObjectIds");
    give(&rig, "type", "MassEmailMessage");
    check_refused(&rig, ERROR_VALIDATION, "templateId");
    give(&rig, "templateId", "00X0600003AAAABAA5");
    give(&rig, "description", "To all");
    check_request(
        &rig, 0,
        MESSAGE("MassEmailMessage",
                NIL("bccSender") NIL("emailPriority") NIL("replyTo") NIL("saveAsActivity")
                    NIL("senderDisplayName") NIL("subject") NIL(
                        "useSignature") "<description>To all</description><targetObjectIds>" CONTACT
                                        "</targetObjectIds><targetObjectIds>" LEAD
                                        "</targetObjectIds>"
                                        "<templateId>00X0600003AAAABAA5</templateId>"));
    give(&rig, "htmlBody", "<b>");
    check_refused(&rig, ERROR_VALIDATION, "htmlBody");
    stop(&rig);
    start(&rig, "send_email");
    give(&rig, "attachment", "aGVsbG8=");
    check_refused(&rig, ERROR_VALIDATION, "attachmentName");
    stop(&rig);
}

/* --- describe --- */

static void a_layout(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "describe_layout");
    give(&rig, "object", "Account");
    give(&rig, "recordTypeIds", "0127S0000000001");
    check_request(
        &rig, 0,
        "<describeLayout><sObjectType>Account</sObjectType>" NIL(
            "layoutName") "<recordTypeIds>0127S0000000001QAA</recordTypeIds></describeLayout>");
    check_reply(
        &rig, 0,
        "<p:describeLayoutResponse><p:result><p:layouts><p:detailLayoutSections><p:heading>Main"
        "</p:heading><p:layoutRows><p:layoutItems><p:editableForUpdate>false</p:editableForUpdate>"
        "<p:label>Name</p:label><p:layoutComponents><p:type>Field</p:type><p:value>FirstName"
        "</p:value></p:layoutComponents><p:layoutComponents><p:value>LastName</p:value>"
        "</p:layoutComponents><p:required>true</p:required></p:layoutItems><p:layoutItems>"
        "<p:placeholder>true</p:placeholder></p:layoutItems></p:layoutRows>"
        "</p:detailLayoutSections><p:id>00h1</p:id><p:relatedLists><p:field>AccountId</p:field>"
        "<p:label>Contacts</p:label><p:sobject>Contact</p:sobject></p:relatedLists></p:layouts>"
        "</p:result></p:describeLayoutResponse>",
        "layout|section|label|field|required|editable\n"
        "00h1|Main|Name|FirstName, LastName|true|false\n"
        "00h1|(related list)|Contacts|Contact.AccountId||\n");
    stop(&rig);
    start(&rig, "describe_layout");
    give(&rig, "object", "Account");
    give(&rig, "layoutName", "UserAlt");
    check_request(&rig, 0,
                  "<describeLayout><sObjectType>Account</sObjectType><layoutName>UserAlt"
                  "</layoutName></describeLayout>");
    stop(&rig);
}

static void softphone_and_tabs(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "describe_softphone_layout");
    check_request(&rig, 0, "<describeSoftphoneLayout/>");
    check_reply(
        &rig, 0,
        "<p:describeSoftphoneLayoutResponse><p:result><p:name>Standard</p:name><p:callTypes>"
        "<p:name>Inbound</p:name><p:infoFields><p:name>CALL_ANI</p:name></p:infoFields>"
        "<p:screenPopOptions><p:matchType>NoMatch</p:matchType><p:screenPopType>PopToEntity"
        "</p:screenPopType></p:screenPopOptions><p:sections><p:entityApiName>Account"
        "</p:entityApiName><p:items><p:itemApiName>Name</p:itemApiName></p:items></p:sections>"
        "</p:callTypes></p:result></p:describeSoftphoneLayoutResponse>",
        "callType|part|name|value\nInbound|field|CALL_ANI|\nInbound|section|Account|Name\n"
        "Inbound|screen pop|NoMatch|PopToEntity\n");
    assert_string_equal(rig.result.text, "Standard");
    stop(&rig);
    start(&rig, "describe_tabs");
    check_request(&rig, 0, "<describeTabs/>");
    check_reply(&rig, 0,
                "<p:describeTabsResponse><p:result><p:label>Sales</p:label><p:selected>true"
                "</p:selected><p:tabs><p:label>Accounts</p:label><p:name>standard-Account</p:name>"
                "<p:sobjectName>Account</p:sobjectName><p:url>https://x/001/o</p:url></p:tabs>"
                "</p:result></p:describeTabsResponse>",
                "app|selected|tab|object|name|url\n"
                "Sales|true|Accounts|Account|standard-Account|https://x/001/o\n");
    stop(&rig);
}

static void several_objects(void **state)
{
    struct rig rig;
    struct text names = {0};

    (void)state;
    start(&rig, "describe_sobjects");
    for (int i = 0; i < 101; i++)
        text_format(&names, "O%d__c\n", i);
    give(&rig, "sObjectType", text_string(&names));
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    assert_non_null(strstr(text_string(&rig.request.body), "<sObjectType>O99__c</sObjectType></d"));
    assert_int_equal(
        decode(&rig, 0,
               "<p:describeSObjectsResponse><p:result><p:createable>true</p:createable><p:fields>"
               "<p:name>Id</p:name></p:fields><p:fields><p:name>Name</p:name></p:fields>"
               "<p:keyPrefix>a00</p:keyPrefix><p:label>Thing</p:label><p:name>O0__c</p:name>"
               "<p:custom>true</p:custom></p:result></p:describeSObjectsResponse>"),
        1);
    check_request(&rig, 1,
                  "<describeSObjects><sObjectType>O100__c</sObjectType></describeSObjects>");
    assert_int_equal(decode(&rig, 1,
                            "<p:describeSObjectsResponse><p:result><p:name>O100__c</p:name>"
                            "</p:result></p:describeSObjectsResponse>"),
                     0);
    check_page(&rig, "name|label|labelPlural|keyPrefix|fields|createable|updateable|deletable|"
                     "undeletable|mergeable|queryable|searchable|layoutable|triggerable|"
                     "replicateable|custom\nO0__c|Thing||a00|2|true|false|false|false|false|false|"
                     "false|false|false|false|true\nO100__c||||0|false|false|false|false|false|"
                     "false|false|false|false|false|false\n");
    text_free(&names);
    stop(&rig);
}

/* --- user, time, passwords, sessions --- */

static void who_and_when(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "user_info");
    check_request(&rig, 0, "<getUserInfo/>");
    check_reply(&rig, 0,
                "<p:getUserInfoResponse><p:result><p:userName>u@x.example</p:userName><p:roleId "
                "xsi:nil=\"true\"/></p:result></p:getUserInfoResponse>",
                "name|value\nuserName|u@x.example\nroleId|\n");
    stop(&rig);
    start(&rig, "server_timestamp");
    check_request(&rig, 0, "<getServerTimestamp/>");
    assert_int_equal(decode(&rig, 0,
                            "<p:getServerTimestampResponse><p:result><p:timestamp>2026-11-21T11:00:"
                            "00.000Z</p:timestamp></p:result></p:getServerTimestampResponse>"),
                     0);
    assert_string_equal(rig.result.text, "2026-11-21T11:00:00.000Z");
    stop(&rig);
}

static void passwords(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "set_password");
    give(&rig, "userId", USER);
    check_refused(&rig, ERROR_VALIDATION, "password");
    give(&rig, "password", "s3cret & more");
    check_request(&rig, 0,
                  "<setPassword><userId>" USER
                  "</userId><password>s3cret &amp; more</password></setPassword>");
    assert_true(rig.request.secret_body);
    assert_int_equal(decode(&rig, 0, "<p:setPasswordResponse><p:result/></p:setPasswordResponse>"),
                     0);
    assert_string_equal(rig.result.text, "The password of " USER " was set.");
    rig.operation->explain = true;
    assert_int_equal(encode(&rig, 0), WIRE_SEND);
    assert_null(strstr(text_string(&rig.request.body), "s3cret"));
    stop(&rig);
    start(&rig, "reset_password");
    give(&rig, "userId", USER);
    check_request(&rig, 0, "<resetPassword><userId>" USER "</userId></resetPassword>");
    assert_int_equal(decode(&rig, 0,
                            "<p:resetPasswordResponse><p:result><p:password>Fresh1</p:password>"
                            "</p:result></p:resetPasswordResponse>"),
                     0);
    assert_string_equal(rig.result.text, "The new password of " USER ", shown this once: Fresh1");
    stop(&rig);
}

static void sessions_end(void **state)
{
    struct rig rig;

    (void)state;
    start(&rig, "invalidate_sessions");
    check_request(&rig, 0,
                  "<invalidateSessions><sessionIds>00D!session</sessionIds></invalidateSessions>");
    assert_true(rig.request.secret_body);
    give(&rig, "file", "00D!one\n\n00D!two\n");
    check_request(&rig, 0,
                  "<invalidateSessions><sessionIds>00D!one</sessionIds><sessionIds>00D!two"
                  "</sessionIds></invalidateSessions>");
    assert_int_equal(
        decode(&rig, 0,
               "<p:invalidateSessionsResponse><p:result><p:success>true</p:success></p:result>"
               "<p:result><p:errors><p:message>no such session</p:message><p:statusCode>"
               "INVALID_SESSION_ID</p:statusCode></p:errors><p:success>false</p:success></p:result>"
               "</p:invalidateSessionsResponse>"),
        0);
    assert_string_equal(rig.result.text, "1 of 2 sessions ended.");
    assert_non_null(strstr(rig.result.writes[1].error.message, "session 2"));
    assert_null(strstr(rig.result.writes[1].error.message, "00D!two"));
    assert_true(forcesoap_backend.is_signed_in(rig.backend));
    stop(&rig);
    start(&rig, "logout");
    check_request(&rig, 0, "<logout/>");
    assert_int_equal(decode(&rig, 0, "<p:logoutResponse/>"), 0);
    assert_true(
        forcesoap_backend.is_signed_in(rig.backend)); /* the profile's: see action_session */
    stop(&rig);
}

static void sign_in_by_password(struct rig *rig, const char *action)
{
    struct profile profile = {.name = memory_copy_string("work"),
                              .backend = memory_copy_string("forcesoap")};
    struct operation *operation = operation_new(OPERATION_SIGN_IN, NULL);
    struct text reply = {0};
    struct http_response response = {.status = 200};

    start(rig, action);
    forcesoap_backend.destroy(rig->backend);
    setenv("FORCESOAP_PASSWORD", "word", 1);
    add_setting(&profile, "username", "u@x.example");
    add_setting(&profile, "password_env", "FORCESOAP_PASSWORD");
    rig->backend = forcesoap_backend.create(&profile, &rig->error);
    assert_true(forcesoap_backend.prepare(rig->backend, &rig->error));
    spell(DEFAULTED,
          "<p:loginResponse><p:result><p:serverUrl>https://na1.example/services/Soap/u/60.0/00D"
          "</p:serverUrl><p:sessionId>00D!own</p:sessionId></p:result></p:loginResponse>",
          &reply);
    response.body = text_string(&reply);
    response.length = reply.length;
    (void)forcesoap_backend.decode(rig->backend, operation, 0, &response, &rig->result);
    assert_true(forcesoap_backend.is_signed_in(rig->backend));
    result_clear(&rig->result);
    text_free(&reply);
    operation_free(operation);
    profile_clear(&profile);
}

/* A session that login gave is forgotten when it has ended, and not when it has not. */
static void the_own_session_is_forgotten(void **state)
{
    struct rig rig;

    (void)state;
    sign_in_by_password(&rig, "logout");
    assert_int_equal(decode(&rig, 0, "<p:logoutResponse/>"), 0);
    assert_false(forcesoap_backend.is_signed_in(rig.backend));
    stop(&rig);
    sign_in_by_password(&rig, "invalidate_sessions");
    assert_int_equal(decode(&rig, 0,
                            "<p:invalidateSessionsResponse><p:result><p:success>false</p:success>"
                            "</p:result></p:invalidateSessionsResponse>"),
                     0);
    assert_true(forcesoap_backend.is_signed_in(rig.backend));
    result_clear(&rig.result);
    assert_int_equal(decode(&rig, 0,
                            "<p:invalidateSessionsResponse><p:result><p:success>true</p:success>"
                            "</p:result></p:invalidateSessionsResponse>"),
                     0);
    assert_false(forcesoap_backend.is_signed_in(rig.backend));
    stop(&rig);
}

/* --- all --- */

/* Each action fails as a whole in words that name it; no answer, whatever it is, is taken for a
 * success. */
static void faults_and_nonsense(void **state)
{
    static const char fault[] =
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><e:Fault>"
        "<faultcode>sf:INSUFFICIENT_ACCESS</faultcode><faultstring>INSUFFICIENT_ACCESS: not for "
        "you</faultstring></e:Fault></e:Body></e:Envelope>";

    (void)state;
    for (size_t i = 0; i < forcesoap_backend.action_count; i++) {
        struct rig rig;
        struct http_response response = {.status = 500, .body = fault, .length = sizeof fault - 1};

        start(&rig, forcesoap_backend.actions[i].name);
        give(&rig, "userId", USER);
        give(&rig, "objectId", DEAL);
        assert_int_equal(
            forcesoap_backend.decode(rig.backend, rig.operation, 0, &response, &rig.result), 0);
        assert_int_equal(rig.result.error.kind, ERROR_FORBIDDEN);
        assert_non_null(strstr(rig.result.error.message, forcesoap_backend.actions[i].name));
        result_clear(&rig.result);
        response = (struct http_response){.status = 200, .body = "<html/>", .length = 7};
        (void)forcesoap_backend.decode(rig.backend, rig.operation, 0, &response, &rig.result);
        assert_int_equal(rig.result.error.kind, ERROR_PROTOCOL);
        stop(&rig);
    }
}

static void actions_have_what_they_need(void **state)
{
    (void)state;
    assert_int_equal(forcesoap_backend.action_count, 24);
    for (size_t i = 0; i < forcesoap_backend.action_count; i++) {
        const struct backend_action *action = &forcesoap_backend.actions[i];

        assert_non_null(action->name);
        assert_ptr_equal(backend_action_find(&forcesoap_backend, action->name), action);
        for (size_t j = 0; j < action->parameter_count; j++) {
            bool secret = strcmp(action->parameters[j].name, "password") == 0;

            assert_int_equal(action->parameters[j].type == FIELD_ENCRYPTED, secret);
            assert_non_null(action->parameters[j].help);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lead_is_converted),
        cmocka_unit_test(every_element_of_a_conversion),
        cmocka_unit_test(versions_have_their_elements),
        cmocka_unit_test(a_status_is_looked_up),
        cmocka_unit_test(without_a_status_there_is_no_conversion),
        cmocka_unit_test(a_wrong_status_is_told_the_right_ones),
        cmocka_unit_test(records_are_merged),
        cmocka_unit_test(merges_that_cannot_be),
        cmocka_unit_test(a_record_is_matched),
        cmocka_unit_test(records_are_submitted),
        cmocka_unit_test(requests_are_decided),
        cmocka_unit_test(what_waits_for_a_record_is_looked_up),
        cmocka_unit_test(a_request_given_as_a_record_is_itself),
        cmocka_unit_test(an_explained_approval_is_the_approval),
        cmocka_unit_test(what_waits_is_listed),
        cmocka_unit_test(records_leave_the_bin),
        cmocka_unit_test(ids_go_two_hundred_at_a_time),
        cmocka_unit_test(a_result_too_few_is_unknown),
        cmocka_unit_test(what_was_deleted),
        cmocka_unit_test(what_was_updated),
        cmocka_unit_test(words_become_a_search),
        cmocka_unit_test(what_is_found),
        cmocka_unit_test(a_message_is_sent),
        cmocka_unit_test(a_template_is_sent_to_many),
        cmocka_unit_test(a_layout),
        cmocka_unit_test(softphone_and_tabs),
        cmocka_unit_test(several_objects),
        cmocka_unit_test(who_and_when),
        cmocka_unit_test(passwords),
        cmocka_unit_test(sessions_end),
        cmocka_unit_test(the_own_session_is_forgotten),
        cmocka_unit_test(faults_and_nonsense),
        cmocka_unit_test(actions_have_what_they_need),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
