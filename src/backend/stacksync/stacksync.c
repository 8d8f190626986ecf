/*
 * stacksync: the adapter's table, its instance, and the requests every operation is made of. Fetch
 * thread, but for create, which is cheap.
 *
 * The token is fetched once, before the first request, sent in one header that is marked secret,
 * and wiped when the instance goes.
 */
#include "backend/stacksync/stacksync.h"

#include <stdlib.h>
#include <string.h>

#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

enum { DEFAULT_TIMEOUT = 60, MOST_WRITES = 10000, MOST_GETS = 2000 };

/* --- requests --- */

static void start_request(const struct call *call, const char *method, bool read)
{
    struct text authorization = {0};

    call->request->method = memory_copy_string(method);
    call->request->read = read;
    text_format(&authorization, "Bearer %s", text_string(&call->stacksync->token));
    http_request_header(call->request, "Authorization", text_string(&authorization), true);
    http_request_header(call->request, "Accept", "application/json", false);
    config_wipe(&authorization);
}

enum wire_step send_post(const struct call *call, const char *path, json_t *body, bool read)
{
    struct text url = {0};

    start_request(call, "POST", read);
    text_format(&url, "%s/v1/%s", call->stacksync->url, path);
    call->request->url = text_take(&url);
    http_request_header(call->request, "Content-Type", "application/json", false);
    call->request->has_body = true;
    if (body)
        json_print(body, &call->request->body);
    json_decref(body);
    return WIRE_SEND;
}

enum wire_step send_soql(const struct call *call, struct text *statement)
{
    json_t *body = json_object();

    json_object_set_new(body, "data", json_stringn(text_string(statement), statement->length));
    text_free(statement);
    return send_post(call, "object/soql", body, true);
}

/* What no URL may hold as it is would end the request's first line, or be taken apart on the way.
 */
static void append_url(struct text *out, const char *url)
{
    for (const char *at = url; *at; at++) {
        unsigned char byte = (unsigned char)*at;

        if (byte <= 0x20 || byte >= 0x7f || strchr("\"<>\\^`{|}", byte))
            text_format(out, "%%%02X", byte);
        else
            text_append_character(out, *at);
    }
}

enum wire_step send_through(const struct call *call, const char *method, const char *url,
                            const char *body)
{
    struct text whole = {0};

    start_request(call, method, strcmp(method, "GET") == 0);
    text_format(&whole, "%s/v1/proxy/", call->stacksync->url);
    append_url(&whole, url);
    call->request->url = text_take(&whole);
    if (body && *body) {
        http_request_header(call->request, "Content-Type", "application/json", false);
        call->request->has_body = true;
        text_append_string(&call->request->body, body);
    }
    return WIRE_SEND;
}

/* --- the instance --- */

static const struct backend_setting settings[] = {
    {"region", "eu or us: which of Stacksync's proxies", "eu", 0},
    {"url", "the proxy's URL, where it is none of the regions'", NULL, 0},
    {"token", "the API proxy service token", NULL, SETTING_REQUIRED | SETTING_SECRET},
    {"instance_url",
     "https://MyDomain.my.salesforce.com: lets long lists in any order be read to their end", NULL,
     0},
};

static char *without_slash(const char *url)
{
    size_t length = strlen(url);

    while (length > 0 && url[length - 1] == '/')
        length--;
    return memory_copy(url, length);
}

static bool choose_url(struct stacksync *stacksync, const struct profile *profile,
                       struct error *error)
{
    const char *url = profile_setting(profile, "url");
    const char *region = profile_setting(profile, "region");
    struct text text = {0};

    if (url) {
        stacksync->url = without_slash(url);
        return true;
    }
    if (region && strcmp(region, "eu") != 0 && strcmp(region, "us") != 0)
        return error_set(error, ERROR_USAGE,
                         "profile \"%s\": the region is \"%s\", but it must be eu or us",
                         profile->name, region);
    text_format(&text, "https://%s.api-proxy.stacksync.com", region ? region : "eu");
    stacksync->url = text_take(&text);
    return true;
}

static void destroy(struct backend *backend)
{
    struct stacksync *stacksync = (struct stacksync *)backend;

    if (!stacksync)
        return;
    config_wipe(&stacksync->token);
    profile_free(stacksync->profile);
    free(stacksync->url);
    free(stacksync->instance_url);
    free(stacksync);
}

static struct backend *create(const struct profile *profile, struct error *error)
{
    struct stacksync *stacksync = memory_zeroed(1, sizeof *stacksync);
    const char *instance_url = profile_setting(profile, "instance_url");

    stacksync->base.ops = &stacksync_backend;
    stacksync->profile = profile_copy(profile);
    stacksync->instance_url = instance_url ? without_slash(instance_url) : NULL;
    if (!choose_url(stacksync, profile, error)) {
        destroy(&stacksync->base);
        return NULL;
    }
    return &stacksync->base;
}

static bool prepare(struct backend *backend, struct error *error)
{
    struct stacksync *stacksync = (struct stacksync *)backend;

    return backend_secret(backend, stacksync->profile, "token", &stacksync->token, error);
}

static char *describe_instance(const struct backend *backend)
{
    const struct stacksync *stacksync = (const struct stacksync *)backend;
    const char *host = strstr(stacksync->url, "://");
    struct text text = {0};

    text_format(&text, "Salesforce through %s", host ? host + 3 : stacksync->url);
    return text_take(&text);
}

/* --- operations --- */

/* The token is in every request: there is nothing to sign in to. */
static enum wire_step encode_sign_in(const struct call *call)
{
    (void)call;
    return WIRE_NONE;
}

static int decode_sign_in(const struct answer *answer)
{
    (void)answer;
    return 0;
}

static const struct operation_row {
    stacksync_encoder encode;
    stacksync_decoder decode;
} operations[OPERATION_KIND_COUNT] = {
    [OPERATION_SIGN_IN] = {encode_sign_in, decode_sign_in},
    [OPERATION_LIST_OBJECTS] = {encode_objects, decode_objects},
    [OPERATION_DESCRIBE] = {encode_describe, decode_describe},
    [OPERATION_LOOKUP] = {encode_lookup, decode_lookup},
    [OPERATION_PAGE] = {encode_page, decode_page},
    [OPERATION_COUNT] = {encode_count, decode_count},
    [OPERATION_GROUP] = {encode_group, decode_group},
    [OPERATION_GET] = {encode_get, decode_get},
    [OPERATION_CREATE] = {encode_create, decode_writes},
    [OPERATION_UPDATE] = {encode_update, decode_writes},
    [OPERATION_DELETE] = {encode_delete, decode_writes},
    [OPERATION_UPSERT] = {encode_upsert, decode_upsert},
    [OPERATION_RAW] = {encode_raw, decode_raw},
    [OPERATION_ACTION] = {encode_action, decode_action},
};

static enum wire_step encode(struct backend *backend, const struct operation *operation, int step,
                             struct http_request *request, struct error *error)
{
    struct call call = {(struct stacksync *)backend, operation, step, request, error};

    if (operations[operation->kind].encode)
        return operations[operation->kind].encode(&call);
    error_set(error, ERROR_UNSUPPORTED, "Stacksync's proxy has no operation for \"%s\".",
              operation_name(operation->kind));
    return WIRE_REFUSED;
}

static int decode(struct backend *backend, const struct operation *operation, int step,
                  const struct http_response *response, struct result *result)
{
    struct answer answer = {(struct stacksync *)backend, operation, step, response, result};

    result->kind = operation->kind;
    return operations[operation->kind].decode ? operations[operation->kind].decode(&answer) : 0;
}

const struct backend_ops stacksync_backend = {
    .name = "stacksync",
    .label = "Salesforce through Stacksync",
    .settings = settings,
    .setting_count = sizeof settings / sizeof settings[0],
    .abilities = CAN_COUNT | CAN_GROUP | CAN_ORDER | CAN_CREATE | CAN_UPDATE | CAN_UPSERT |
                 CAN_DELETE | CAN_RAW | CAN_LOOKUP | CAN_EXPLAIN | CAN_PARENT_PATHS,
    .paging = PAGING_CURSOR,
    .largest_page = SOQL_MOST_ROWS,
    .batch = {[OPERATION_GET] = MOST_GETS,
              [OPERATION_CREATE] = MOST_WRITES,
              [OPERATION_UPDATE] = MOST_WRITES,
              [OPERATION_DELETE] = MOST_WRITES,
              [OPERATION_UPSERT] = 1},
    .default_timeout = DEFAULT_TIMEOUT,
    .actions = stacksync_actions,
    .action_count = 2,
    .can_filter = soql_can_filter,
    .create = create,
    .destroy = destroy,
    .prepare = prepare,
    .encode = encode,
    .decode = decode,
    .raw_writes = stacksync_raw_writes,
    .action_writes = stacksync_action_writes,
    .describe_instance = describe_instance,
};
