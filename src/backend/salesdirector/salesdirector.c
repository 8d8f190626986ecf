/*
 * salesdirector: the declaration of the adapter, its instance, and which exchange an operation
 * begins with. The set of opportunities is kept: pages ask for it anew unless it is a moment old,
 * the rest takes what is kept for as long as the profile says.
 */
#include "backend/salesdirector/salesdirector.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/salesdirector/internal.h"
#include "core/memory.h"

enum { DEFAULT_REFRESH = 60, MOMENT_MILLISECONDS = 2000, WRITE_BATCH = 500 };

/* --- requests --- */

static int64_t now_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void director_request(const struct salesdirector *instance, const char *method, const char *path,
                      bool read, struct http_request *request)
{
    struct text url = {0};
    text_format(&url, "%s%s", instance->url, path);
    request->method = memory_copy_string(method);
    request->url = text_take(&url);
    request->read = read;
    http_request_header(request, "Authorization", text_string(&instance->api_key), true);
    http_request_header(request, "Accept", "application/json", false);
}

void director_upload(const struct salesdirector *instance, const struct object *object,
                     const struct upload_part *part, const char *send_error_email,
                     struct http_request *request)
{
    struct text path = {0}, name = {0};
    if (send_error_email == NULL) {
        send_error_email = instance->send_error_email ? "true" : "false";
    }
    text_append_string(&path, object->path == NULL ? instance->targets_path : object->path);
    http_query(&path, "send_error_email", send_error_email);
    director_request(instance, "POST", text_string(&path), false, request);
    text_format(&name, "%s.csv", object->action);
    http_request_part(request, "file", text_string(&name), "text/csv", text_string(&part->csv),
                      part->csv.length);
    text_free(&path);
    text_free(&name);
}

bool director_take_records(struct salesdirector *instance, const struct http_response *response,
                           struct error *error)
{
    json_t *data = director_reply(response, error);
    if (data != NULL && json_is_null(data)) {
        json_decref(data);
        data = json_array();
    }
    if (data != NULL && !json_is_array(data)) {
        error_set(error, ERROR_PROTOCOL,
                  "SalesDirector.ai answered with something other than a list of opportunities");
        json_decref(data);
        return false;
    }
    if (data == NULL) {
        return false;
    }
    json_decref(instance->records);
    instance->records = data;
    instance->read_at = now_milliseconds();
    return true;
}

/* --- operations on the set --- */

typedef void (*set_reader)(const struct salesdirector *instance, const struct operation *operation,
                           struct result *result);

static void read_sign_in(const struct salesdirector *instance, const struct operation *operation,
                         struct result *result)
{
    (void)instance;
    (void)operation;
    result->text = memory_copy_string("API v1");
}

static void read_objects(const struct salesdirector *instance, const struct operation *operation,
                         struct result *result)
{
    size_t count;
    const struct object *rows = director_objects(&count);
    result->objects = memory_zeroed(count, sizeof *result->objects);
    for (size_t i = 0; i < count; i++) {
        struct object_info *info = &result->objects[result->object_count];
        if (operation->object != NULL && strcmp(operation->object, rows[i].name) != 0) {
            continue;
        }
        info->name = memory_copy_string(rows[i].name);
        info->label = memory_copy_string(rows[i].label);
        info->kind = memory_copy_string(rows[i].readable ? "object" : "upload");
        info->create = true;
        info->update = rows[i].update;
        info->count = rows[i].readable && operation->count_objects
                          ? (int64_t)json_array_size(instance->records)
                          : -1;
        result->object_count++;
    }
}

static void read_schema(const struct salesdirector *instance, const struct operation *operation,
                        struct result *result)
{
    result->schema = director_schema(director_object(operation->object), instance->records);
}

static const set_reader readers[OPERATION_KIND_COUNT] = {
    [OPERATION_SIGN_IN] = read_sign_in,  [OPERATION_LIST_OBJECTS] = read_objects,
    [OPERATION_DESCRIBE] = read_schema,  [OPERATION_PAGE] = director_read_page,
    [OPERATION_GET] = director_read_get, [OPERATION_LOOKUP] = director_read_lookup,
};

/* How old the set may be, in milliseconds; -1: the operation does without it. */
static int64_t set_may_be_old(const struct salesdirector *instance,
                              const struct operation *operation)
{
    const struct object *object = director_object(operation->object);
    if (operation->kind == OPERATION_SIGN_IN) {
        return 0;
    }
    if (operation->kind == OPERATION_PAGE) {
        return operation->fresh ? 0 : MOMENT_MILLISECONDS;
    }
    bool needed = operation->kind == OPERATION_LIST_OBJECTS
                      ? operation->count_objects && (object == NULL || object->readable)
                      : object->readable;
    int64_t most = operation->fresh ? 0 : (int64_t)instance->refresh * 1000;
    return needed ? most : -1;
}

static bool is_set_needed(const struct salesdirector *instance, const struct operation *operation)
{
    int64_t most = set_may_be_old(instance, operation);
    return most >= 0 && (instance->records == NULL || instance->read_at == 0 ||
                         now_milliseconds() - instance->read_at >= most);
}

/* Only opportunities can be read. */
static bool check_readable(const struct operation *operation, struct error *error)
{
    const struct object *object = director_object(operation->object);
    if (operation->object == NULL || operation->kind == OPERATION_LIST_OBJECTS) {
        return true;
    }
    if (object == NULL) {
        return error_set(error, ERROR_NOT_FOUND, "SalesDirector.ai has no object %s",
                         operation->object);
    }
    if (object->readable || operation->kind == OPERATION_DESCRIBE) {
        return true;
    }
    error_set(error, ERROR_UNSUPPORTED,
              "%s of SalesDirector.ai can be uploaded, but its API does not give them back",
              object->label);
    error_set_hint(error, "upload them: create %s, or do %s file=…", object->name, object->action);
    return false;
}

/* --- the contract --- */

static bool is_write(const struct operation *operation)
{
    return operation->kind == OPERATION_CREATE || operation->kind == OPERATION_UPDATE ||
           operation->kind == OPERATION_UPSERT;
}

static enum wire_step encode(struct backend *backend, const struct operation *operation, int step,
                             struct http_request *request, struct error *error)
{
    struct salesdirector *instance = (struct salesdirector *)backend;
    if (operation->kind == OPERATION_ACTION) {
        return director_encode_file(instance, operation, step, request, error);
    }
    if (is_write(operation)) {
        return director_encode_write(instance, operation, step, request, error);
    }
    if (readers[operation->kind] == NULL) {
        error_set(error, ERROR_UNSUPPORTED, "SalesDirector.ai cannot do \"%s\"",
                  operation_name(operation->kind));
        return WIRE_REFUSED;
    }
    if (!check_readable(operation, error)) {
        return WIRE_REFUSED;
    }
    if (!is_set_needed(instance, operation)) {
        return WIRE_NONE;
    }
    director_request(instance, "GET", "/api/v1/opportunities/my", true, request);
    return WIRE_SEND;
}

static int decode(struct backend *backend, const struct operation *operation, int step,
                  const struct http_response *response, struct result *result)
{
    struct salesdirector *instance = (struct salesdirector *)backend;
    result->kind = operation->kind;
    if (operation->kind == OPERATION_ACTION) {
        return director_decode_file(instance, operation, step, response, result);
    }
    if (is_write(operation)) {
        return director_decode_write(instance, operation, step, response, result);
    }
    if (response == NULL || director_take_records(instance, response, &result->error)) {
        readers[operation->kind](instance, operation, result);
    }
    return 0;
}

static bool never_sent(const void *unused, const struct filter *condition)
{
    (void)unused;
    (void)condition;
    return false;
}

static bool prepare(struct backend *backend, struct error *error)
{
    struct salesdirector *instance = (struct salesdirector *)backend;
    config_wipe(&instance->api_key);
    return backend_secret(backend, instance->profile, "api_key", &instance->api_key, error);
}

static char *base_url(const char *url)
{
    size_t length = strlen(url);
    while (length > 0 && url[length - 1] == '/') {
        length--;
    }
    return memory_copy(url, length);
}

static bool read_switch(const struct profile *profile, const char *name, bool *out,
                        struct error *error)
{
    const char *text = profile_setting(profile, name);
    return text == NULL || config_parse_boolean(text, out) ||
           error_set(error, ERROR_USAGE, "profile \"%s\": %s = %s: expected yes or no",
                     profile->name, name, text);
}

static bool read_settings(struct salesdirector *instance, struct error *error)
{
    const struct profile *profile = instance->profile;
    const char *path = profile_setting(profile, "targets_path");
    const char *refresh = profile_setting(profile, "refresh");
    struct value seconds = value_integer(DEFAULT_REFRESH);
    instance->url = base_url(profile_setting(profile, "url"));
    instance->targets_path =
        memory_copy_string(path == NULL ? "/api/v1/admin/salestargets/upload" : path);
    if (instance->targets_path[0] != '/') {
        return error_set(error, ERROR_USAGE,
                         "profile \"%s\": targets_path = %s: expected a path "
                         "that begins with /",
                         profile->name, path);
    }
    if (refresh != NULL &&
        (!value_parse_number(refresh, strlen(refresh), &seconds) || seconds.kind != VALUE_INTEGER ||
         seconds.as.integer < 0 || seconds.as.integer > 86400)) {
        return error_set(error, ERROR_USAGE, "profile \"%s\": refresh = %s: expected seconds",
                         profile->name, refresh);
    }
    instance->refresh = (int)seconds.as.integer;
    return read_switch(profile, "send_error_email", &instance->send_error_email, error) &&
           read_switch(profile, "strip_commas", &instance->strip_commas, error);
}

static void destroy(struct backend *backend)
{
    struct salesdirector *instance = (struct salesdirector *)backend;
    if (instance == NULL) {
        return;
    }
    config_wipe(&instance->api_key);
    json_decref(instance->records);
    upload_parts_clear(&instance->upload);
    profile_free(instance->profile);
    free(instance->url);
    free(instance->targets_path);
    free(instance);
}

static struct backend *create(const struct profile *profile, struct error *error)
{
    if (!backend_check_profile(&salesdirector_backend, profile, error)) {
        return NULL;
    }
    struct salesdirector *instance = memory_zeroed(1, sizeof *instance);
    instance->backend.ops = &salesdirector_backend;
    instance->profile = profile_copy(profile);
    if (!read_settings(instance, error)) {
        destroy(&instance->backend);
        return NULL;
    }
    return &instance->backend;
}

static char *describe_instance(const struct backend *backend)
{
    return memory_copy_string(((const struct salesdirector *)backend)->url);
}

static const struct backend_setting settings[] = {
    {"url", "where the API is: https://COMPANY.salesdirector.ai", NULL, SETTING_REQUIRED},
    {"api_key", "the key from Setup, API Keys", NULL, SETTING_REQUIRED | SETTING_SECRET},
    {"targets_path", "where sales targets are uploaded", "/api/v1/admin/salestargets/upload", 0},
    {"send_error_email", "have the rows that are refused sent by e-mail: yes or no", "no", 0},
    {"strip_commas", "take the commas out of values that are uploaded: yes or no", "no", 0},
    {"refresh", "seconds for which the list of opportunities is kept", "60", 0},
};

static const struct action_parameter upload_parameters[] = {
    {"file", FIELD_STRING, true, "a CSV file, its first row the names of the columns", NULL,
     FROM_NOTHING},
    {"send_error_email", FIELD_BOOLEAN, false, "have the rows that are refused sent by e-mail",
     NULL, FROM_NOTHING},
};

#define PARAMETERS upload_parameters, sizeof upload_parameters / sizeof *upload_parameters, true

static const struct backend_action actions[] = {
    {"upload_opportunities", "Create and change opportunities out of a CSV file", PARAMETERS, NULL,
     NULL},
    {"upload_contacts", "Create and change contacts of opportunities out of a CSV file", PARAMETERS,
     NULL, NULL},
    {"upload_targets", "Create and change sales targets out of a CSV file", PARAMETERS, NULL, NULL},
};

const struct backend_ops salesdirector_backend = {
    .name = "salesdirector",
    .label = "SalesDirector.ai",
    .settings = settings,
    .setting_count = sizeof settings / sizeof *settings,
    .abilities = CAN_GROUP | CAN_CHECK | CAN_CREATE | CAN_UPDATE | CAN_UPSERT | CAN_UPLOAD |
                 CAN_LOOKUP | CAN_EXPLAIN,
    .paging = PAGING_WHOLE,
    .batch = {[OPERATION_GET] = WRITE_BATCH,
              [OPERATION_CREATE] = WRITE_BATCH,
              [OPERATION_UPDATE] = WRITE_BATCH,
              [OPERATION_UPSERT] = WRITE_BATCH},
    .default_timeout = 30,
    .actions = actions,
    .action_count = sizeof actions / sizeof *actions,
    .can_filter = never_sent,
    .create = create,
    .destroy = destroy,
    .prepare = prepare,
    .encode = encode,
    .decode = decode,
    .describe_instance = describe_instance,
};
