/*
 * forcesoap: the adapter's table, its instance, and its session. Fetch thread, but for create,
 * which is cheap.
 *
 * A session is either login's (user name, password and security token; ended by logout) or one that
 * the profile gives (session_id and server_url; left as it is). What is secret is wiped when the
 * instance goes.
 */
#include "backend/forcesoap/forcesoap.h"

#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/action.h"
#include "backend/forcesoap/internal.h"
#include "core/memory.h"

enum { DEFAULT_TIMEOUT = 60 };

#define DEFAULT_URL     "https://login.salesforce.com"
#define DEFAULT_VERSION "60.0"

static const struct backend_setting settings[] = {
    {"url", "where to sign in; https://test.salesforce.com for a sandbox", DEFAULT_URL, 0},
    {"version", "of the API; login() does not exist from 65.0 on", DEFAULT_VERSION, 0},
    {"username", "who signs in", NULL, 0},
    {"password", "the user's password", NULL, SETTING_SECRET},
    {"security_token",
     "what Salesforce wants behind the password from outside the company's "
     "network",
     NULL, SETTING_SECRET},
    {"session_id",
     "a session that is there already, such as an OAuth token, instead of username "
     "and password",
     NULL, SETTING_SECRET},
    {"server_url", "where that session's calls go: https://MyDomain.my.salesforce.com", NULL, 0},
    {"all_or_none", "yes: of the records written in one call all are taken, or none", "no", 0},
    {"batch_size", "rows of a reply to ask for, 200 to 2000", NULL, 0},
};

/* --- the instance --- */

void soap_forget_session(struct forcesoap *forcesoap)
{
    config_wipe(&forcesoap->session);
    free(forcesoap->server_url);
    forcesoap->server_url = NULL;
    free(forcesoap->user_id);
    forcesoap->user_id = NULL;
    forcesoap->own_session = false;
    forcesoap->expired = false;
}

static void destroy(struct backend *backend)
{
    struct forcesoap *forcesoap = (struct forcesoap *)backend;

    if (!forcesoap)
        return;
    soap_forget_session(forcesoap);
    config_wipe(&forcesoap->password);
    profile_free(forcesoap->profile);
    free(forcesoap->login_url);
    free(forcesoap);
}

/* https://host → https://host/services/Soap/u/60.0; a URL that names the path already is whole. */
static char *endpoint_of(const char *url, const char *version)
{
    static const char path[] = "/services/Soap/u/";
    struct text whole = {0};
    size_t length = strlen(url);

    while (length > 0 && url[length - 1] == '/')
        length--;
    text_append(&whole, url, length);
    if (!strstr(url, path))
        text_format(&whole, "%s%s", path, version);
    return text_take(&whole);
}

static bool refuse(const struct profile *profile, struct error *error, const char *words,
                   const char *hint)
{
    error_set(error, ERROR_USAGE, "profile \"%s\": %s", profile->name, words);
    error_set_hint(error, "%s", hint);
    return false;
}

static bool check_way_in(const struct profile *profile, struct error *error)
{
    bool session = profile_has_secret(profile, "session_id");
    bool password = profile_has_secret(profile, "password");

    if (!session && !password)
        return refuse(profile, error, "nothing says how to sign in",
                      "set username and password (password_command, password_env), or session_id "
                      "and server_url");
    if (session && !profile_setting(profile, "server_url"))
        return refuse(profile, error, "a session_id needs its server_url",
                      "it is the address of the instance: https://MyDomain.my.salesforce.com");
    if (!session && !profile_setting(profile, "username"))
        return refuse(profile, error, "a password needs its username",
                      "set username to the name one signs in with");
    return true;
}

static bool read_settings(struct forcesoap *forcesoap, const struct profile *profile,
                          struct error *error)
{
    const char *all_or_none = profile_setting(profile, "all_or_none");
    const char *size = profile_setting(profile, "batch_size");
    struct value number = value_null();

    if (all_or_none && !config_parse_boolean(all_or_none, &forcesoap->all_or_none))
        return refuse(profile, error, "all_or_none is neither yes nor no", "write yes or no");
    if (!size)
        return true;
    if (!value_parse_number(size, strlen(size), &number) || number.kind != VALUE_INTEGER ||
        number.as.integer < SOAP_LEAST_BATCH || number.as.integer > SOAP_MOST_BATCH)
        return refuse(profile, error, "batch_size is no number from 200 to 2000",
                      "leave it out to have what the service likes");
    forcesoap->batch_size = (int)number.as.integer;
    return true;
}

static struct backend *create(const struct profile *profile, struct error *error)
{
    struct forcesoap *forcesoap = memory_zeroed(1, sizeof *forcesoap);
    const char *url = profile_setting(profile, "url");
    const char *version = profile_setting(profile, "version");

    forcesoap->base.ops = &forcesoap_backend;
    forcesoap->profile = profile_copy(profile);
    version = version ? profile_setting(forcesoap->profile, "version") : DEFAULT_VERSION;
    forcesoap->version = version;
    forcesoap->login_url = endpoint_of(url ? url : DEFAULT_URL, version);
    if (!check_way_in(profile, error) || !read_settings(forcesoap, profile, error)) {
        destroy(&forcesoap->base);
        return NULL;
    }
    return &forcesoap->base;
}

static bool take_session(struct forcesoap *forcesoap, struct error *error)
{
    const char *server_url = profile_setting(forcesoap->profile, "server_url");

    forcesoap->server_url = endpoint_of(server_url, forcesoap->version);
    return backend_secret(&forcesoap->base, forcesoap->profile, "session_id", &forcesoap->session,
                          error);
}

/* Salesforce takes the security token as the end of the password. */
static bool take_password(struct forcesoap *forcesoap, struct error *error)
{
    struct text token = {0};
    bool fetched = backend_secret(&forcesoap->base, forcesoap->profile, "password",
                                  &forcesoap->password, error);

    if (fetched && profile_has_secret(forcesoap->profile, "security_token"))
        fetched =
            backend_secret(&forcesoap->base, forcesoap->profile, "security_token", &token, error);
    if (fetched) {
        text_reserve_wiping(&forcesoap->password, token.length);
        text_append(&forcesoap->password, text_string(&token), token.length);
    }
    config_wipe(&token);
    return fetched;
}

static bool prepare(struct backend *backend, struct error *error)
{
    struct forcesoap *forcesoap = (struct forcesoap *)backend;

    soap_forget_session(forcesoap);
    if (profile_has_secret(forcesoap->profile, "session_id"))
        return take_session(forcesoap, error);
    return take_password(forcesoap, error);
}

static bool is_signed_in(const struct backend *backend)
{
    return ((const struct forcesoap *)backend)->session.length > 0;
}

static char *describe_instance(const struct backend *backend)
{
    const struct forcesoap *forcesoap = (const struct forcesoap *)backend;
    const char *url = profile_setting(forcesoap->profile, "server_url");
    const char *host;
    struct text text = {0};

    if (!url)
        url = forcesoap->login_url;
    host = strstr(url, "://");
    host = host ? host + 3 : url;
    text_format(&text, "Salesforce (SOAP) at %.*s", (int)strcspn(host, "/"), host);
    return text_take(&text);
}

/* --- the session --- */

/* With a session of the profile's the sign-in only looks whether the service takes it. */
enum wire_step soap_encode_sign_in(const struct call *call)
{
    const struct forcesoap *forcesoap = call->forcesoap;
    struct soap_message message;

    if (forcesoap->session.length > 0) {
        message = soap_begin(call, "getServerTimestamp", SOAP_READ);
        return soap_send(&message);
    }
    message = soap_begin(call, "login", SOAP_NO_SESSION | SOAP_READ);
    xml_put(message.writer, "username", profile_setting(forcesoap->profile, "username"));
    soap_put_secret(&message, "password", text_string(&forcesoap->password));
    call->request->secret_body = true;
    return soap_send(&message);
}

static bool is_http(const char *url)
{
    return url && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
}

/* The password must not follow the session to a place where it could be read on the way. */
static bool is_as_safe(const char *from, const char *to)
{
    return strncmp(from, "https://", 8) != 0 || strncmp(to, "https://", 8) == 0;
}

int soap_decode_sign_in(const struct answer *answer)
{
    struct forcesoap *forcesoap = answer->forcesoap;
    struct error *error = &answer->result->error;
    xmlDoc *document;
    const xmlNode *result = soap_result(answer, &document);
    const char *session = soap_text(result, "sessionId");
    const char *server_url = soap_text(result, "serverUrl");

    if (!result || forcesoap->session.length > 0) {
        xmlFreeDoc(document);
        return 0;
    }
    if (!session || !*session || !is_http(server_url)) {
        soap_nonsense(answer, "sessionId and serverUrl");
    } else if (!is_as_safe(forcesoap->login_url, server_url)) {
        error_set(error, ERROR_SIGN_IN, "the service wants its calls sent without encryption");
    } else {
        text_append_string(&forcesoap->session, session);
        forcesoap->server_url = memory_copy_string(server_url);
        forcesoap->user_id = memory_copy_string(soap_text(result, "userId"));
        forcesoap->own_session = true;
        forcesoap->expired = soap_flag(result, "passwordExpired", false);
    }
    xmlFreeDoc(document);
    return 0;
}

enum wire_step soap_encode_sign_out(const struct call *call)
{
    struct soap_message message;

    if (!call->forcesoap->own_session)
        return WIRE_NONE;
    message = soap_begin(call, "logout", 0);
    return soap_send(&message);
}

int soap_decode_sign_out(const struct answer *answer)
{
    xmlDoc *document = NULL;

    if (answer->response)
        (void)soap_response(answer, &document);
    xmlFreeDoc(document);
    return 0;
}

/* --- operations --- */

static const struct operation_row {
    forcesoap_encoder encode;
    forcesoap_decoder decode;
} operations[OPERATION_KIND_COUNT] = {
    [OPERATION_SIGN_IN] = {soap_encode_sign_in, soap_decode_sign_in},
    [OPERATION_SIGN_OUT] = {soap_encode_sign_out, soap_decode_sign_out},
    [OPERATION_LIST_OBJECTS] = {soap_encode_objects, soap_decode_objects},
    [OPERATION_DESCRIBE] = {soap_encode_describe, soap_decode_describe},
    [OPERATION_LOOKUP] = {soap_encode_lookup, soap_decode_lookup},
    [OPERATION_PAGE] = {soap_encode_page, soap_decode_page},
    [OPERATION_COUNT] = {soap_encode_count, soap_decode_count},
    [OPERATION_GROUP] = {soap_encode_group, soap_decode_group},
    [OPERATION_GET] = {soap_encode_get, soap_decode_get},
    [OPERATION_CREATE] = {soap_encode_create, soap_decode_writes},
    [OPERATION_UPDATE] = {soap_encode_update, soap_decode_writes},
    [OPERATION_UPSERT] = {soap_encode_upsert, soap_decode_writes},
    [OPERATION_DELETE] = {soap_encode_delete, soap_decode_writes},
    [OPERATION_UNDELETE] = {soap_encode_undelete, soap_decode_writes},
    [OPERATION_RAW] = {soap_encode_raw, soap_decode_raw},
    [OPERATION_ACTION] = {soap_encode_action, soap_decode_action},
};

/* With a password that has expired a session is good for giving it a new one, and nothing else. */
static bool refuse_expired(const struct call *call)
{
    const struct forcesoap *forcesoap = call->forcesoap;
    enum operation_kind kind = call->operation->kind;

    if (!forcesoap->expired || kind == OPERATION_SIGN_IN || kind == OPERATION_SIGN_OUT ||
        (kind == OPERATION_ACTION && (soap_is_action(call->operation, ACTION_SET_PASSWORD) ||
                                      soap_is_action(call->operation, ACTION_LOGOUT))))
        return false;
    error_set(call->error, ERROR_SIGN_IN, "the password of %s has expired",
              profile_setting(forcesoap->profile, "username"));
    error_set_hint(call->error, "give it a new one by the action set_password, or in a browser");
    return true;
}

static enum wire_step encode(struct backend *backend, const struct operation *operation, int step,
                             struct http_request *request, struct error *error)
{
    struct call call = {(struct forcesoap *)backend, operation, step, request, error};

    if (refuse_expired(&call))
        return WIRE_REFUSED;
    if (operations[operation->kind].encode)
        return operations[operation->kind].encode(&call);
    error_set(error, ERROR_UNSUPPORTED, "the Force.com SOAP API has no call for \"%s\"",
              operation_name(operation->kind));
    return WIRE_REFUSED;
}

static int decode(struct backend *backend, const struct operation *operation, int step,
                  const struct http_response *response, struct result *result)
{
    struct answer answer = {(struct forcesoap *)backend, operation, step, response, result};

    result->kind = operation->kind;
    return operations[operation->kind].decode ? operations[operation->kind].decode(&answer) : 0;
}

const struct backend_ops forcesoap_backend = {
    .name = "forcesoap",
    .label = "Salesforce (SOAP)",
    .settings = settings,
    .setting_count = sizeof settings / sizeof settings[0],
    .abilities = CAN_COUNT | CAN_GROUP | CAN_ORDER | CAN_CREATE | CAN_UPDATE | CAN_UPSERT |
                 CAN_DELETE | CAN_UNDELETE | CAN_RAW | CAN_LOOKUP | CAN_EXPLAIN | CAN_PARENT_PATHS |
                 CAN_INCLUDE_DELETED | CAN_ALL_OR_NONE,
    .paging = PAGING_CURSOR,
    .largest_page = SOQL_MOST_ROWS,
    .batch = {[OPERATION_DESCRIBE] = SOAP_MOST_DESCRIBES,
              [OPERATION_GET] = SOAP_MOST_GETS,
              [OPERATION_CREATE] = SOAP_MOST_WRITES,
              [OPERATION_UPDATE] = SOAP_MOST_WRITES,
              [OPERATION_UPSERT] = SOAP_MOST_WRITES,
              [OPERATION_DELETE] = SOAP_MOST_WRITES,
              [OPERATION_UNDELETE] = SOAP_MOST_WRITES},
    .default_timeout = DEFAULT_TIMEOUT,
    .actions = forcesoap_actions,
    .action_count = FORCESOAP_ACTION_COUNT,
    .can_filter = soql_can_filter,
    .create = create,
    .destroy = destroy,
    .prepare = prepare,
    .is_signed_in = is_signed_in,
    .encode = encode,
    .decode = decode,
    .step_after = soap_step_after,
    .describe_instance = describe_instance,
};
