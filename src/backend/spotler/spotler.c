/*
 * spotler: the adapter for Spotler CRM, also sold as Really Simple Systems CRM: API version 4, JSON
 * over HTTP. Its declaration, its instance, and which operation goes where.
 *
 * create() may be called on any thread; everything else on the fetch thread. The token is fetched
 * once, sent in one header that is marked secret, and wiped.
 */
#include "backend/spotler/spotler.h"

#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/memory.h"
#include "net/json.h"

#define DEFAULT_URL "https://apiv4.reallysimplesystems.com"

enum { DEFAULT_TIMEOUT = 30 };

static const struct backend_setting settings[] = {
    {"url", "where the API is", DEFAULT_URL, 0},
    {"token", "the access token (Settings / Integrations / API V4)", NULL,
     SETTING_REQUIRED | SETTING_SECRET},
    {"page_base", "the number of the first page: 1 or 0", "1", 0},
    {"objects",
     "names of objects beyond the documented ones: policies, or accounts/policies for those of "
     "an account",
     NULL, 0},
};

/* --- requests --- */

void spotler_url(const struct spotler *spotler, const char *path, struct text *url)
{
    text_append_string(url, spotler->url);
    text_append_string(url, path);
}

void spotler_request(const struct spotler *spotler, const char *method, struct text *url,
                     struct http_request *request)
{
    struct text bearer = {0};
    request->method = memory_copy_string(method);
    request->url = text_take(url);
    request->read = strcmp(method, "GET") == 0;
    text_format(&bearer, "Bearer %s", text_string(&spotler->token));
    http_request_header(request, "Authorization", text_string(&bearer), true);
    http_request_header(request, "Accept", "application/json", false);
    config_wipe(&bearer);
}

void spotler_body(struct http_request *request, json_t *json)
{
    json_print(json, &request->body);
    json_decref(json);
    request->has_body = true;
    http_request_header(request, "Content-Type", "application/json", false);
}

/* --- signing in, and the list of objects --- */

static enum wire_step encode_sign_in(const struct spotler *spotler,
                                     const struct operation *operation, int step,
                                     struct http_request *request, struct error *error)
{
    struct text url = {0};
    (void)operation;
    (void)step;
    (void)error;
    spotler_list_request(spotler, "accounts", 1, 0, &url);
    spotler_request(spotler, "GET", &url, request);
    return WIRE_SEND;
}

static int decode_sign_in(struct spotler *spotler, const struct operation *operation, int step,
                          const struct http_response *response, struct result *result)
{
    struct text text = {0};
    (void)step;
    json_t *json = spotler_read(operation, response, &result->error);
    if (json == NULL) {
        return 0;
    }
    int64_t total = spotler_total(json);
    text_format(&text, "Spotler CRM at %s", spotler->url);
    if (total >= 0) {
        text_format(&text, ", %lld accounts", (long long)total);
    }
    result->text = text_take(&text);
    json_decref(json);
    return 0;
}

static struct object_info describe_object(const char *name)
{
    const struct spotler_object *known = spotler_known_object(name);
    return (struct object_info){.name = memory_copy_string(name),
                                .label = known != NULL ? memory_copy_string(known->label)
                                                       : text_label_from_name(name),
                                .kind = memory_copy_string("object"),
                                .create = true,
                                .update = true,
                                .delete_ = true,
                                .count = -1};
}

/* Names are known beforehand; only counts have to be asked for, one object a step. */
static enum wire_step encode_objects(const struct spotler *spotler,
                                     const struct operation *operation, int step,
                                     struct http_request *request, struct error *error)
{
    struct text url = {0};
    const char *name =
        operation->object != NULL ? operation->object : spotler_object_name(spotler, (size_t)step);
    (void)error;
    if (!operation->count_objects) {
        return WIRE_NONE;
    }
    spotler_list_request(spotler, name, 1, 0, &url);
    spotler_request(spotler, "GET", &url, request);
    return WIRE_SEND;
}

static void fill_objects(const struct spotler *spotler, const char *only, struct result *result)
{
    size_t count = spotler_object_count(spotler);
    result->objects = memory_zeroed(count, sizeof *result->objects);
    for (size_t i = 0; i < count; i++) {
        const char *name = spotler_object_name(spotler, i);
        if (only == NULL || strcmp(only, name) == 0) {
            result->objects[result->object_count++] = describe_object(name);
        }
    }
}

/* What cannot be counted (the plan may lack it) has no count; only a bad token ends it all. */
static int decode_objects(struct spotler *spotler, const struct operation *operation, int step,
                          const struct http_response *response, struct result *result)
{
    struct error error = {0};
    if (step == 0) {
        fill_objects(spotler, operation->object, result);
    }
    if (!operation->count_objects || (size_t)step >= result->object_count) {
        return 0;
    }
    json_t *json = spotler_read(operation, response, &error);
    result->objects[step].count = spotler_total(json);
    json_decref(json);
    bool stop = error.kind == ERROR_RATE_LIMIT || (error.kind == ERROR_SIGN_IN && step == 0);
    if (stop) {
        error_move(&result->error, &error);
    }
    error_clear(&error);
    return stop || (size_t)step + 1 >= result->object_count ? 0 : step + 1;
}

static enum wire_step encode_describe(const struct spotler *spotler,
                                      const struct operation *operation, int step,
                                      struct http_request *request, struct error *error)
{
    (void)error;
    spotler_encode_describe(spotler, operation, step, request);
    return WIRE_SEND;
}

/* --- dispatch --- */

typedef enum wire_step (*encode_function)(const struct spotler *spotler,
                                          const struct operation *operation, int step,
                                          struct http_request *request, struct error *error);
typedef int (*decode_function)(struct spotler *spotler, const struct operation *operation, int step,
                               const struct http_response *response, struct result *result);

static const struct {
    encode_function encode;
    decode_function decode;
} operations[OPERATION_KIND_COUNT] = {
    [OPERATION_SIGN_IN] = {encode_sign_in, decode_sign_in},
    [OPERATION_LIST_OBJECTS] = {encode_objects, decode_objects},
    [OPERATION_DESCRIBE] = {encode_describe, spotler_decode_describe},
    [OPERATION_LOOKUP] = {spotler_encode_lookup, spotler_decode_lookup},
    [OPERATION_LOOKUP_APPEND] = {spotler_encode_append, spotler_decode_append},
    [OPERATION_PAGE] = {spotler_encode_page, spotler_decode_page},
    [OPERATION_COUNT] = {spotler_encode_count, spotler_decode_count},
    [OPERATION_GET] = {spotler_encode_get, spotler_decode_get},
    [OPERATION_CREATE] = {spotler_encode_write, spotler_decode_write},
    [OPERATION_UPDATE] = {spotler_encode_write, spotler_decode_write},
    [OPERATION_DELETE] = {spotler_encode_write, spotler_decode_write},
    [OPERATION_ACTION] = {spotler_encode_append, spotler_decode_append},
};

static enum wire_step encode(struct backend *backend, const struct operation *operation, int step,
                             struct http_request *request, struct error *error)
{
    encode_function function = operations[operation->kind].encode;
    if (function == NULL) {
        error_set(error, ERROR_UNSUPPORTED, "Spotler CRM cannot do \"%s\".",
                  operation_name(operation->kind));
        return WIRE_REFUSED;
    }
    return function((const struct spotler *)backend, operation, step, request, error);
}

static int decode(struct backend *backend, const struct operation *operation, int step,
                  const struct http_response *response, struct result *result)
{
    return operations[operation->kind].decode((struct spotler *)backend, operation, step, response,
                                              result);
}

/* Lists of values, and the counts of the objects after the first, which tells whether the token is
 * taken. */
static int step_after(const struct backend *backend, const struct operation *operation, int step,
                      const struct result *result)
{
    if (operation->kind == OPERATION_DESCRIBE) {
        return spotler_step_after_describe((const struct spotler *)backend, step, result);
    }
    bool counts = operation->kind == OPERATION_LIST_OBJECTS && operation->count_objects && step > 0;
    return counts && (size_t)step + 1 < result->object_count ? step + 1 : 0;
}

/* --- the instance --- */

static bool refuse_setting(const struct profile *profile, const char *name, struct error *error,
                           const char *why)
{
    const char *value = profile_setting(profile, name);
    error_set(error, ERROR_USAGE, "profile \"%s\": %s = %s: %s", profile->name, name, value, why);
    for (size_t i = 0; profile->source != NULL && i < profile->setting_count; i++) {
        if (strcmp(profile->settings[i].name, name) == 0) {
            error_context(error, "%s:%d: ", profile->source, profile->settings[i].line);
        }
    }
    return false;
}

static bool read_url(struct spotler *spotler, struct error *error)
{
    const char *url = profile_setting(spotler->profile, "url");
    url = url == NULL || url[0] == '\0' ? DEFAULT_URL : url;
    if ((strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) ||
        strpbrk(url, "?# \t") != NULL) {
        return refuse_setting(spotler->profile, "url", error,
                              "expected the API's address, such as " DEFAULT_URL);
    }
    size_t length = strlen(url);
    while (length > 0 && url[length - 1] == '/') {
        length--;
    }
    spotler->url = memory_copy(url, length);
    return true;
}

static bool read_page_base(struct spotler *spotler, struct error *error)
{
    const char *base = profile_setting(spotler->profile, "page_base");
    if (base != NULL && strcmp(base, "0") != 0 && strcmp(base, "1") != 0) {
        return refuse_setting(spotler->profile, "page_base", error, "expected 0 or 1");
    }
    spotler->page_base = base != NULL && base[0] == '0' ? 0 : 1;
    return true;
}

/* A name, or two with a slash between. */
static bool is_object_name(const char *name, size_t length)
{
    size_t slashes = 0;
    for (size_t i = 0; i < length; i++) {
        bool inside = i > 0 && i + 1 < length;
        bool letter = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
                      (name[i] >= '0' && name[i] <= '9') || name[i] == '_' || name[i] == '-';
        slashes += name[i] == '/' ? 1 : 0;
        if (!letter && !(name[i] == '/' && inside)) {
            return false;
        }
    }
    return slashes <= 1;
}

static bool read_objects(struct spotler *spotler, struct error *error)
{
    const char *at = profile_setting(spotler->profile, "objects");
    while (at != NULL && *(at += strspn(at, ", \t")) != '\0') {
        size_t length = strcspn(at, ", \t");
        if (!is_object_name(at, length)) {
            return refuse_setting(spotler->profile, "objects", error,
                                  "expected names with commas between, such as policies, "
                                  "accounts/policies");
        }
        spotler->extra =
            memory_resize(spotler->extra, spotler->extra_count + 1, sizeof *spotler->extra);
        spotler->extra[spotler->extra_count++] = memory_copy(at, length);
        at += length;
    }
    return true;
}

static void destroy(struct backend *backend)
{
    struct spotler *spotler = (struct spotler *)backend;
    if (spotler == NULL) {
        return;
    }
    for (size_t i = 0; i < spotler->form_count; i++) {
        free(spotler->forms[i].object);
        free(spotler->forms[i].field);
        free(spotler->forms[i].list);
    }
    for (size_t i = 0; i < spotler->extra_count; i++) {
        free(spotler->extra[i]);
    }
    free(spotler->forms);
    free(spotler->extra);
    free(spotler->names);
    free(spotler->url);
    config_wipe(&spotler->token);
    profile_free(spotler->profile);
    free(spotler);
}

static struct backend *create(const struct profile *profile, struct error *error)
{
    if (!backend_check_profile(&spotler_backend, profile, error)) {
        return NULL;
    }
    struct spotler *spotler = memory_zeroed(1, sizeof *spotler);
    spotler->backend.ops = &spotler_backend;
    spotler->profile = profile_copy(profile);
    if (!read_url(spotler, error) || !read_page_base(spotler, error) ||
        !read_objects(spotler, error)) {
        destroy(&spotler->backend);
        return NULL;
    }
    spotler_name_objects(spotler);
    return &spotler->backend;
}

static bool prepare(struct backend *backend, struct error *error)
{
    struct spotler *spotler = (struct spotler *)backend;
    config_wipe(&spotler->token);
    if (!backend_secret(backend, spotler->profile, "token", &spotler->token, error)) {
        return false;
    }
    for (size_t i = 0; i < spotler->token.length; i++) {
        if (spotler->token.bytes[i] <= ' ' || spotler->token.bytes[i] > '~') {
            config_wipe(&spotler->token);
            error_set(error, ERROR_USAGE,
                      "The token of profile \"%s\" holds a space, a line end or another character "
                      "that no token has.",
                      spotler->profile->name);
            return false;
        }
    }
    return true;
}

static char *describe_instance(const struct backend *backend)
{
    const struct spotler *spotler = (const struct spotler *)backend;
    const char *host = strstr(spotler->url, "://");
    return memory_copy_string(host == NULL ? spotler->url : host + 3);
}

const struct backend_ops spotler_backend = {
    .name = "spotler",
    .label = "Spotler CRM",
    .settings = settings,
    .setting_count = sizeof settings / sizeof settings[0],
    .abilities = CAN_COUNT | CAN_ORDER | CAN_CHECK | CAN_PARALLEL | CAN_CREATE | CAN_UPDATE |
                 CAN_DELETE | CAN_LOOKUP | CAN_EXPLAIN,
    .paging = PAGING_NUMBER,
    .largest_page = SPOTLER_LARGEST_PAGE,
    .batch = {[OPERATION_GET] = SPOTLER_LARGEST_PAGE},
    .default_timeout = DEFAULT_TIMEOUT,
    .actions = spotler_actions,
    .action_count = 1,
    .can_filter = spotler_can_filter,
    .create = create,
    .destroy = destroy,
    .prepare = prepare,
    .encode = encode,
    .decode = decode,
    .step_after = step_after,
    .cursor_at = spotler_cursor_at,
    .describe_instance = describe_instance,
};
