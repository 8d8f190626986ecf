/*
 * action_table: the actions as people meet them: names, words, parameters. Parameters have the
 * vendor's names; what is done with them is in action.c and action_*.c. Const.
 */
#include "backend/forcesoap/action.h"

/* Ids and lists of them are text: the service says what is no id. */
#define OPTIONAL_TEXT(name, help)                                                                  \
    {                                                                                              \
        name, FIELD_STRING, false, help, NULL, FROM_NOTHING                                        \
    }
#define OPTIONAL_FLAG(name, help)                                                                  \
    {                                                                                              \
        name, FIELD_BOOLEAN, false, help, NULL, FROM_NOTHING                                       \
    }
#define OPTIONAL_LINES(name, help)                                                                 \
    {                                                                                              \
        name, FIELD_TEXTAREA, false, help, NULL, FROM_NOTHING                                      \
    }

static const struct action_parameter convert_parameters[] = {
    {"leadId", FIELD_TEXTAREA, true, "the lead, or several, a line each", NULL, FROM_MARKED},
    OPTIONAL_TEXT("convertedStatus",
                  "the lead's status after it; without one the organisation's first for this"),
    OPTIONAL_TEXT("accountId", "an account to use, instead of a new one"),
    OPTIONAL_TEXT("contactId", "a contact of that account to use, instead of a new one"),
    OPTIONAL_FLAG("doNotCreateOpportunity", "yes: no opportunity is made"),
    OPTIONAL_TEXT("opportunityName", "the new opportunity's name; without one the company's"),
    OPTIONAL_TEXT("opportunityId", "an opportunity to use, instead of a new one"),
    OPTIONAL_TEXT("ownerId", "the user who is to own what is made"),
    OPTIONAL_FLAG("overwriteLeadSource", "yes: the contact takes the lead's source"),
    OPTIONAL_FLAG("sendNotificationEmail", "yes: the owner is told by e-mail"),
    OPTIONAL_FLAG("bypassAccountDedupeCheck", "yes: no look for accounts that are the same"),
    OPTIONAL_FLAG("bypassContactDedupeCheck", "yes: no look for contacts that are the same"),
    OPTIONAL_TEXT("relatedPersonAccountId", "a person account to use"),
    OPTIONAL_LINES("accountRecord", "fields of the new account: Name=value, a line each"),
    OPTIONAL_LINES("contactRecord", "fields of the new contact: Name=value, a line each"),
    OPTIONAL_LINES("opportunityRecord", "fields of the new opportunity: Name=value, a line each"),
    OPTIONAL_LINES("relatedPersonAccountRecord",
                   "fields of the new person account: Name=value, a line each"),
};

static const struct action_parameter merge_parameters[] = {
    {"object", FIELD_STRING, true, "what is merged: Account, Contact or Lead", NULL, FROM_OBJECT},
    {"masterRecord", FIELD_STRING, true, "the record that stays", NULL, FROM_CURRENT},
    {"recordToMergeIds", FIELD_TEXTAREA, true,
     "one record or two that go into it and are deleted, a line each", NULL, FROM_OTHERS},
    OPTIONAL_LINES("fields", "what the record that stays is to hold: Name=value, a line each"),
    OPTIONAL_LINES("additionalInformationMap", "the service's own extras: name=value, a line each"),
};

static const struct action_parameter upsert_parameters[] = {
    {"object", FIELD_STRING, true, "the object: Account", NULL, FROM_OBJECT},
    {"externalIDFieldName", FIELD_STRING, true, "the field to match by: an external id, or Id",
     NULL, FROM_NOTHING},
    {"fields", FIELD_TEXTAREA, true, "the record, with that field: Name=value, a line each", NULL,
     FROM_NOTHING},
};

static const struct action_parameter submit_parameters[] = {
    {"objectId", FIELD_TEXTAREA, true, "the record, or several, a line each", NULL, FROM_MARKED},
    OPTIONAL_LINES("comments", "for who approves"),
    OPTIONAL_LINES("nextApproverIds", "who is to approve, where the process asks for it"),
    OPTIONAL_TEXT("submitterId", "the user in whose name it is submitted"),
    OPTIONAL_TEXT("processDefinitionNameOrId", "the approval process; without one the first fit"),
    OPTIONAL_FLAG("skipEntryCriteria", "yes: the process's entry criteria are not looked at"),
};

static const struct action_parameter workitem_parameters[] = {
    {"objectId", FIELD_TEXTAREA, false, "the record that waits, or several, a line each", NULL,
     FROM_MARKED},
    OPTIONAL_LINES("workitemId", "the request itself, instead of its record (see approvals)"),
    OPTIONAL_LINES("comments", "for who reads the history"),
    OPTIONAL_LINES("nextApproverIds", "who is next, where the process asks for it"),
};

static const struct action_parameter approvals_parameters[] = {
    OPTIONAL_TEXT("actorId", "the user who is to approve; without one everybody"),
};

static const struct action_parameter ids_parameters[] = {
    {"ids", FIELD_TEXTAREA, true, "the record, or several, a line each", NULL, FROM_MARKED},
};

static const struct action_parameter span_parameters[] = {
    {"object", FIELD_STRING, true, "the object: Account", NULL, FROM_OBJECT},
    {"startDate", FIELD_DATETIME, true, "since when", NULL, FROM_NOTHING},
    {"endDate", FIELD_DATETIME, false, "until when; without it until now", NULL, FROM_NOTHING},
};

static const char *const scopes[] = {"ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR", NULL};

static const struct action_parameter search_parameters[] = {
    OPTIONAL_TEXT("words", "what to look for; * and ? stand for any characters, any character"),
    {"in", FIELD_PICKLIST, false, "which fields are looked at", scopes, FROM_NOTHING},
    OPTIONAL_LINES("objects", "in which objects; Account, or Account(Name, Phone), a line each"),
    {"limit", FIELD_INT, false, "most records", NULL, FROM_NOTHING},
    OPTIONAL_LINES("searchString", "a whole search, FIND {…} …, instead of the above"),
};

static const char *const message_types[] = {"SingleEmailMessage", "MassEmailMessage", NULL};
static const char *const priorities[] = {"Highest", "High", "Normal", "Low", "Lowest", NULL};
static const char *const opt_outs[] = {"SEND", "FILTER", "REJECT", NULL};

static const struct action_parameter email_parameters[] = {
    {"type", FIELD_PICKLIST, false, "one message (as without it), or a template's to many",
     message_types, FROM_NOTHING},
    OPTIONAL_LINES("toAddresses", "e-mail addresses, a line each"),
    OPTIONAL_LINES("ccAddresses", "who has a copy"),
    OPTIONAL_LINES("bccAddresses", "who has a copy unseen by the others"),
    OPTIONAL_TEXT("subject", "the subject"),
    OPTIONAL_LINES("plainTextBody", "the text"),
    OPTIONAL_LINES("htmlBody", "the text as HTML"),
    OPTIONAL_TEXT("targetObjectId", "a contact, lead or user who has it too"),
    OPTIONAL_TEXT("whatId", "the record that a template speaks of"),
    OPTIONAL_TEXT("templateId", "the template"),
    OPTIONAL_TEXT("templateName", "the template by its name"),
    OPTIONAL_LINES("targetObjectIds", "of a mass mail: contacts, leads or users, a line each"),
    OPTIONAL_LINES("whatIds", "of a mass mail: what each is about, a line each"),
    OPTIONAL_TEXT("description", "of a mass mail: what the queue calls it"),
    OPTIONAL_TEXT("replyTo", "the address for answers"),
    OPTIONAL_TEXT("senderDisplayName", "the name it comes from"),
    OPTIONAL_TEXT("orgWideEmailAddressId", "the organisation's address it comes from"),
    OPTIONAL_FLAG("saveAsActivity", "no: not kept as an activity"),
    OPTIONAL_FLAG("useSignature", "no: without the sender's signature"),
    OPTIONAL_FLAG("bccSender", "yes: the sender has a copy"),
    {"emailPriority", FIELD_PICKLIST, false, "the priority", priorities, FROM_NOTHING},
    {"optOutPolicy", FIELD_PICKLIST, false, "for those who want no e-mail", opt_outs, FROM_NOTHING},
    OPTIONAL_FLAG("treatBodiesAsTemplate", "yes: merge fields in the text are filled in"),
    OPTIONAL_FLAG("treatTargetObjectAsRecipient", "no: targetObjectId is not written to"),
    {"attachment", FIELD_BASE64, false, "a file that goes along: its path", NULL, FROM_NOTHING},
    OPTIONAL_TEXT("attachmentName", "how that file is called"),
    OPTIONAL_TEXT("attachmentType", "its media type: application/pdf"),
    OPTIONAL_LINES("documentAttachments", "ids of documents that go along"),
    OPTIONAL_LINES("entityAttachments", "ids of files and attachments that go along"),
    OPTIONAL_TEXT("charset", "the text's character set; without it the user's"),
    OPTIONAL_TEXT("inReplyTo", "the Message-ID of what it answers"),
    OPTIONAL_TEXT("references", "the Message-IDs of the thread"),
};

static const struct action_parameter layout_parameters[] = {
    {"object", FIELD_STRING, true, "the object: Account", NULL, FROM_OBJECT},
    OPTIONAL_TEXT("layoutName", "a named layout; without it the object's own"),
    OPTIONAL_LINES("recordTypeIds", "record types, a line each; without them all"),
};

static const struct action_parameter sobjects_parameters[] = {
    {"sObjectType", FIELD_TEXTAREA, true, "objects, a line each", NULL, FROM_OBJECT},
};

static const struct action_parameter password_parameters[] = {
    {"userId", FIELD_STRING, false, "whose password; your own if that has expired", NULL,
     FROM_CURRENT},
    {"password", FIELD_ENCRYPTED, true, "the new password", NULL, FROM_NOTHING},
};

static const struct action_parameter user_parameters[] = {
    {"userId", FIELD_STRING, true, "whose password", NULL, FROM_CURRENT},
};

static const struct action_parameter invalidate_parameters[] = {
    OPTIONAL_TEXT("file", "a file of session ids, a line each; without it your own session"),
};

static const char *const of_leads[] = {"Lead", NULL};
static const char *const of_merged[] = {"Account", "Contact", "Lead", NULL};
static const char *const of_users[] = {"User", NULL};

#define PARAMETERS(rows) rows, sizeof(rows) / sizeof(rows)[0]
#define NO_PARAMETERS    NULL, 0

const struct backend_action forcesoap_actions[FORCESOAP_ACTION_COUNT] = {
    [ACTION_CONVERT_LEAD] = {"convert_lead", "Make account, contact and opportunity of a lead",
                             PARAMETERS(convert_parameters), true, of_leads,
                             "A lead that was converted cannot be made a lead again."},
    [ACTION_MERGE] = {"merge", "Merge up to two records into another", PARAMETERS(merge_parameters),
                      true, of_merged,
                      "What goes into the other is deleted. A merge cannot be undone."},
    [ACTION_UPSERT] = {"upsert", "Change the record that a field matches, or make it",
                       PARAMETERS(upsert_parameters), true, NULL, NULL},
    [ACTION_SUBMIT] = {"submit_for_approval", "Submit records for approval",
                       PARAMETERS(submit_parameters), true, NULL, NULL},
    [ACTION_APPROVE] = {"approve", "Approve what waits for approval",
                        PARAMETERS(workitem_parameters), true, NULL, NULL},
    [ACTION_REJECT] = {"reject", "Reject what waits for approval", PARAMETERS(workitem_parameters),
                       true, NULL, NULL},
    [ACTION_REMOVE_APPROVAL] = {"remove_approval", "Take back what waits for approval",
                                PARAMETERS(workitem_parameters), true, NULL, NULL},
    [ACTION_APPROVALS] = {"approvals", "What waits for approval", PARAMETERS(approvals_parameters),
                          false, NULL, NULL},
    [ACTION_UNDELETE] = {"undelete", "Take records out of the recycle bin",
                         PARAMETERS(ids_parameters), true, NULL, NULL},
    [ACTION_EMPTY_RECYCLE_BIN] = {"empty_recycle_bin",
                                  "Delete records that are in the recycle bin for good",
                                  PARAMETERS(ids_parameters), true, NULL,
                                  "They are gone for good then."},
    [ACTION_GET_DELETED] = {"get_deleted", "Records that were deleted in a span of time",
                            PARAMETERS(span_parameters), false, NULL, NULL},
    [ACTION_GET_UPDATED] = {"get_updated", "Records that were made or changed in a span of time",
                            PARAMETERS(span_parameters), false, NULL, NULL},
    [ACTION_SEARCH] = {"search", "Look for words in all objects", PARAMETERS(search_parameters),
                       false, NULL, NULL},
    [ACTION_SEND_EMAIL] = {"send_email", "Send an e-mail", PARAMETERS(email_parameters), true, NULL,
                           NULL},
    [ACTION_DESCRIBE_LAYOUT] = {"describe_layout", "An object's page layouts",
                                PARAMETERS(layout_parameters), false, NULL, NULL},
    [ACTION_DESCRIBE_SOFTPHONE] = {"describe_softphone_layout", "The layout of the softphone",
                                   NO_PARAMETERS, false, NULL, NULL},
    [ACTION_DESCRIBE_SOBJECTS] = {"describe_sobjects", "What may be done with several objects",
                                  PARAMETERS(sobjects_parameters), false, NULL, NULL},
    [ACTION_DESCRIBE_TABS] = {"describe_tabs", "The user's apps and their tabs", NO_PARAMETERS,
                              false, NULL, NULL},
    [ACTION_USER_INFO] = {"user_info", "Who is signed in", NO_PARAMETERS, false, NULL, NULL},
    [ACTION_SERVER_TIMESTAMP] = {"server_timestamp", "The service's present time", NO_PARAMETERS,
                                 false, NULL, NULL},
    [ACTION_SET_PASSWORD] = {"set_password", "Give a user a new password",
                             PARAMETERS(password_parameters), true, of_users, NULL},
    [ACTION_RESET_PASSWORD] = {"reset_password", "Have a new password made for a user",
                               PARAMETERS(user_parameters), true, of_users,
                               "The present password ends at once."},
    [ACTION_INVALIDATE_SESSIONS] = {"invalidate_sessions", "End sessions, your own if no others",
                                    PARAMETERS(invalidate_parameters), true, NULL, NULL},
    [ACTION_LOGOUT] = {"logout", "End your session", NO_PARAMETERS, false, NULL, NULL},
};
