/*
 * action_session: the session and who has it: user, time, passwords, the session's end
 * (forcecom-soap.txt, Core and Utility Calls). Pure, but that an ended session is forgotten, and a
 * password that was renewed has not expired.
 */
#include <string.h>

#include "backend/forcesoap/action.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

/* --- user, time --- */

static const char *const info_columns[] = {"name", "value"};

enum wire_step soap_encode_user_info(const struct call *call)
{
    struct soap_message message = soap_begin(call, "getUserInfo", SOAP_READ);

    return soap_send(&message);
}

int soap_decode_user_info(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);
    struct soap_table table;

    if (result) {
        table = soap_table_begin(answer->result, info_columns, 2);
        for (const xmlNode *node = xml_child(result, SOAP_PARTNER, NULL); node;
             node = xml_next(node, SOAP_PARTNER, NULL)) {
            soap_table_row(&table, (const char *)node->name);
            soap_table_text(&table, (const char *)node->name);
            soap_table_text(&table, xml_text(node));
            soap_table_end_row(&table);
        }
        soap_table_finish(&table);
    }
    xmlFreeDoc(document);
    return 0;
}

enum wire_step soap_encode_timestamp(const struct call *call)
{
    struct soap_message message = soap_begin(call, "getServerTimestamp", SOAP_READ);

    return soap_send(&message);
}

int soap_decode_timestamp(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);
    const char *timestamp = soap_text(result, "timestamp");

    if (result && !timestamp)
        soap_nonsense(answer, "a timestamp");
    answer->result->text = memory_copy_string(timestamp);
    xmlFreeDoc(document);
    return 0;
}

/* --- passwords --- */

/* Whose password: the user's own where that has expired and nobody is named, for then nothing can
 * be read that would tell the id. NULL: nobody's. */
static const char *whose(const struct forcesoap *forcesoap, const struct operation *operation)
{
    const char *user = soap_parameter(operation, "userId");

    return user || !forcesoap->expired ? user : forcesoap->user_id;
}

static bool is_own(const struct forcesoap *forcesoap, const char *user)
{
    return forcesoap->user_id && strncmp(user, forcesoap->user_id, SALESFORCE_SHORT_ID_LENGTH) == 0;
}

enum wire_step soap_encode_set_password(const struct call *call)
{
    const char *user = whose(call->forcesoap, call->operation);
    const char *password = soap_parameter(call->operation, "password");
    struct soap_message message;

    if (!user || !password)
        return soap_refuse(call, user ? "password" : "userId", "it must be given");
    message = soap_begin(call, "setPassword", 0);
    soap_put_id(&message, "userId", user);
    soap_put_secret(&message, "password", password);
    call->request->secret_body = !call->operation->explain; /* explained, it holds *** */
    return soap_send(&message);
}

int soap_decode_set_password(const struct answer *answer)
{
    struct forcesoap *forcesoap = answer->forcesoap;
    const char *user = whose(forcesoap, answer->operation);
    xmlDoc *document;
    struct text words = {0};

    if (soap_response(answer, &document) && user) {
        text_format(&words, "The password of %s was set.", user);
        if (is_own(forcesoap, user)) {
            forcesoap->expired = false;
            text_append_string(&words, " The profile needs it for the next sign-in.");
        }
        answer->result->text = text_take(&words);
    }
    xmlFreeDoc(document);
    return 0;
}

enum wire_step soap_encode_reset_password(const struct call *call)
{
    const char *user = soap_parameter(call->operation, "userId");
    struct soap_message message;

    if (!user)
        return soap_refuse(call, "userId", "it must be given");
    message = soap_begin(call, "resetPassword", 0);
    soap_put_id(&message, "userId", user);
    return soap_send(&message);
}

/* The answer has been acted upon: that its password cannot be read must not look like a failure of
 * it, and nothing of the answer may be shown. */
int soap_decode_reset_password(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);
    const char *password = soap_text(result, "password");
    const char *user = soap_parameter(answer->operation, "userId");
    struct text words = {0};

    if (result && password) {
        text_format(&words, "The new password of %s, shown this once: %s", user, password);
        answer->result->text = text_take(&words);
    } else if (result) {
        error_set(&answer->result->error, ERROR_PROTOCOL,
                  "%s: the password was changed, and the answer does not say to what",
                  answer->operation->name);
    }
    xmlFreeDoc(document);
    return 0;
}

/* --- the end of sessions --- */

/* A session of login's is no more: the next operation signs in again. One of the profile's stays,
 * for only when the service refuses it is the profile asked for another. */
static void forget_own(const struct answer *answer)
{
    if (answer->forcesoap->own_session)
        soap_forget_session(answer->forcesoap);
}

/* Straight from the parameter, a line each: copies of a session would stay in memory. */
static size_t put_sessions(struct soap_message *message, const char *lines)
{
    size_t count = 0;

    while (lines && *(lines += strspn(lines, " \t\r\n"))) {
        size_t length = strcspn(lines, " \t\r\n");
        bool explain = message->call->operation->explain;

        xml_open(message->writer, "sessionIds");
        xml_put_text(message->writer, explain ? "***" : lines, explain ? 3 : length);
        xml_close(message->writer);
        lines += length;
        count++;
    }
    return count;
}

enum wire_step soap_encode_invalidate(const struct call *call)
{
    struct soap_message message = soap_begin(call, "invalidateSessions", 0);

    if (put_sessions(&message, soap_parameter(call->operation, "file")) == 0)
        soap_put_secret(&message, "sessionIds", text_string(&call->forcesoap->session));
    call->request->secret_body = !call->operation->explain; /* explained, it holds *** */
    return soap_send(&message);
}

/* Which session failed is said by its number, never by its id. */
static void take_ended(const struct answer *answer, const xmlNode *response)
{
    size_t ended = 0, number = 0;
    struct text words = {0};

    for (const xmlNode *entry = xml_child(response, SOAP_PARTNER, "result"); entry;
         entry = xml_next(entry, SOAP_PARTNER, "result")) {
        struct write_result *write = soap_take_write_result(answer, entry, NULL);

        number++;
        if (write->success)
            ended++;
        else
            error_context(&write->error, "session %zu: ", number);
    }
    text_format(&words, "%zu of %zu sessions ended.", ended, number);
    answer->result->text = text_take(&words);
}

int soap_decode_invalidate(const struct answer *answer)
{
    bool own = !soap_parameter(answer->operation, "file");
    xmlDoc *document;
    const xmlNode *response = soap_response(answer, &document);

    if (response && !xml_child(response, SOAP_PARTNER, "result"))
        soap_nonsense(answer, "a result for each session");
    else if (response)
        take_ended(answer, response);
    if (own && answer->result->write_count > 0 && answer->result->writes[0].success)
        forget_own(answer);
    xmlFreeDoc(document);
    return 0;
}

enum wire_step soap_encode_logout(const struct call *call)
{
    struct soap_message message = soap_begin(call, "logout", 0);

    return soap_send(&message);
}

int soap_decode_logout(const struct answer *answer)
{
    xmlDoc *document;

    if (soap_response(answer, &document)) {
        answer->result->text =
            memory_copy_string("The session ended; the next request signs in again.");
        forget_own(answer);
    }
    xmlFreeDoc(document);
    return 0;
}
