/*
 * snapforce: the declaration of the adapter, its instance, and which exchange an operation begins
 * with. Every request is a form that is posted to the one address of the profile.
 *
 * create() may be called on any thread; everything else on the fetch thread. The key is fetched
 * once, sent in the body of each request, where it is marked as a secret, and wiped.
 */
#include "backend/snapforce/snapforce.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/snapforce/internal.h"
#include "core/memory.h"
#include "net/xml.h"

enum { DEFAULT_REFRESH = 60, GET_BATCH = 500 };

/* --- requests --- */

int64_t snap_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool snap_is_fresh(const struct snap_set *set, int64_t most)
{
    return set->known && !set->changed && snap_now() - set->read_at < most;
}

static void put(struct http_request *request, const char *name, const char *value, bool secret)
{
    http_request_form(request, name, value, strlen(value), secret);
}

void snap_request(const struct snapforce *instance, int module, enum snap_status status,
                  const char *method, struct http_request *request)
{
    request->method = memory_copy_string("POST");
    request->url = memory_copy_string(instance->url);
    request->label = method;
    request->most_bytes = XML_MOST_BYTES;
    put(request, "format", "xml", false);
    http_request_header(request, "Accept", "text/xml, application/xml", false);
    put(request, "api_user", instance->user, true);
    put(request, "api_key", text_string(&instance->key), true);
    put(request, "module", snap_modules[module].name, false);
    put(request, "status", snap_status_names[status], false);
    put(request, "method", method, false);
}

void snap_fetch(const struct snapforce *instance, int module, enum snap_status status,
                struct http_request *request)
{
    snap_request(instance, module, status, "fetchRecords", request);
    request->read = true;
}

static void forget_written(struct snap_state *state)
{
    for (size_t i = 0; i < state->written_count; i++) {
        free(state->written[i]);
    }
    free(state->written);
    state->written = NULL;
    state->written_count = 0;
}

/* Both sets may lack what was written before either was read again. */
bool snap_take(struct snapforce *instance, int module, enum snap_status status,
               const struct http_response *response, struct error *error)
{
    struct snap_state *state = &instance->states[module];
    bool taken = snap_set_read(&state->sets[status], &state->fields, &snap_modules[module],
                               state->id_field, status, response, error);
    bool waits = false;
    for (int i = 0; i < SNAP_STATUSES; i++) {
        waits = waits || state->sets[i].changed;
    }
    if (!waits) {
        forget_written(state);
    }
    return taken;
}

/* --- the contract --- */

static bool is_write(const struct operation *operation)
{
    return operation->kind == OPERATION_CREATE || operation->kind == OPERATION_UPDATE ||
           operation->kind == OPERATION_DELETE;
}

static enum wire_step encode(struct backend *backend, const struct operation *operation, int step,
                             struct http_request *request, struct error *error)
{
    struct snapforce *instance = (struct snapforce *)backend;
    return operation->kind == OPERATION_ACTION
               ? snap_encode_action(instance, operation, step, request, error)
           : is_write(operation) ? snap_encode_write(instance, operation, step, request, error)
                                 : snap_encode_read(instance, operation, step, request, error);
}

/* A server that repeats the key in what it complains of must not bring it onto the screen. */
static void hide_key(const struct snapforce *instance, struct error *error)
{
    const char *key = text_string(&instance->key);
    char *at =
        error->server == NULL || instance->key.length == 0 ? NULL : strstr(error->server, key);
    while (at != NULL) {
        memset(at, '*', instance->key.length);
        at = strstr(at, key);
    }
}

static int decode(struct backend *backend, const struct operation *operation, int step,
                  const struct http_response *response, struct result *result)
{
    struct snapforce *instance = (struct snapforce *)backend;
    result->kind = operation->kind;
    int next = operation->kind == OPERATION_ACTION
                   ? snap_decode_action(instance, operation, step, response, result)
               : is_write(operation)
                   ? snap_decode_write(instance, operation, step, response, result)
                   : snap_decode_read(instance, operation, step, response, result);
    hide_key(instance, &result->error);
    for (size_t i = 0; i < result->write_count; i++) {
        hide_key(instance, &result->writes[i].error);
    }
    return next;
}

/* Which of the two lists is asked for; see read.c. */
static bool can_filter(const void *unused, const struct filter *condition)
{
    (void)unused;
    return strcmp(condition->path, SNAP_STATUS) == 0;
}

static bool prepare(struct backend *backend, struct error *error)
{
    struct snapforce *instance = (struct snapforce *)backend;
    config_wipe(&instance->key);
    return backend_secret(backend, instance->profile, "api_key", &instance->key, error);
}

static int step_after(const struct backend *backend, const struct operation *operation, int step,
                      const struct result *result)
{
    (void)backend;
    (void)result;
    return operation->kind == OPERATION_ACTION ? snap_action_step_after(operation, step) : 0;
}

/* --- settings --- */

static bool read_switch(const struct profile *profile, const char *name, bool *out,
                        struct error *error)
{
    const char *text = profile_setting(profile, name);
    return text == NULL || config_parse_boolean(text, out) ||
           error_set(error, ERROR_USAGE, "profile \"%s\": %s = %s: expected yes or no",
                     profile->name, name, text);
}

static bool read_refresh(struct snapforce *instance, struct error *error)
{
    const char *text = profile_setting(instance->profile, "refresh");
    struct value seconds = value_integer(DEFAULT_REFRESH);
    if (text != NULL &&
        (!value_parse_number(text, strlen(text), &seconds) || seconds.kind != VALUE_INTEGER ||
         seconds.as.integer < 0 || seconds.as.integer > 86400)) {
        return error_set(error, ERROR_USAGE, "profile \"%s\": refresh = %s: expected seconds",
                         instance->profile->name, text);
    }
    instance->refresh = (int)seconds.as.integer;
    return true;
}

static bool read_status(struct snapforce *instance, struct error *error)
{
    const char *text = profile_setting(instance->profile, SNAP_STATUS);
    enum snap_status status = SNAP_ACTIVE;
    bool both = text != NULL && text_equal_folded(text, "both");
    if (text != NULL && !both && !snap_status_read(text, strlen(text), &status)) {
        return error_set(error, ERROR_USAGE,
                         "profile \"%s\": status = %s: expected Active, Inactive or both",
                         instance->profile->name, text);
    }
    for (int i = 0; i < SNAP_STATUSES; i++) {
        instance->shown[i] = both || i == (int)status;
    }
    return true;
}

/* One "Leads:lead_id". */
static bool read_id_field(struct snapforce *instance, const char *word, size_t length,
                          struct error *error)
{
    const char *colon = memchr(word, ':', length);
    char *name = memory_copy(word, colon == NULL ? length : (size_t)(colon - word));
    int module = snap_module_index(name);
    free(name);
    if (colon == NULL || module < 0 || colon + 1 == word + length) {
        return error_set(error, ERROR_USAGE,
                         "profile \"%s\": id_fields: expected MODULE:FIELD, found %.*s",
                         instance->profile->name, (int)length, word);
    }
    free(instance->states[module].id_field);
    instance->states[module].id_field = memory_copy(colon + 1, (size_t)(word + length - colon - 1));
    return true;
}

static bool read_id_fields(struct snapforce *instance, struct error *error)
{
    static const char blanks[] = " ,\t";
    const char *at = profile_setting(instance->profile, "id_fields");
    bool good = true;
    for (int i = 0; i < SNAP_MODULES; i++) {
        struct text name = {0};
        text_format(&name, "%s_id", snap_modules[i].singular);
        instance->states[i].id_field = text_take(&name);
    }
    while (at != NULL && good) {
        at += strspn(at, blanks);
        size_t length = strcspn(at, blanks);
        good = length == 0 || read_id_field(instance, at, length, error);
        at = length == 0 ? NULL : at + length;
    }
    return good;
}

static bool read_settings(struct snapforce *instance, struct error *error)
{
    instance->url = memory_copy_string(profile_setting(instance->profile, "url"));
    instance->user = memory_copy_string(profile_setting(instance->profile, "api_user"));
    return read_refresh(instance, error) && read_status(instance, error) &&
           read_id_fields(instance, error) &&
           read_switch(instance->profile, "insert_xml", &instance->insert_xml, error) &&
           read_switch(instance->profile, "push_equality", &instance->push_equality, error);
}

static void destroy(struct backend *backend)
{
    struct snapforce *instance = (struct snapforce *)backend;
    if (instance == NULL) {
        return;
    }
    for (int i = 0; i < SNAP_MODULES; i++) {
        struct snap_state *state = &instance->states[i];
        forget_written(state);
        snap_fields_clear(&state->fields);
        for (int status = 0; status < SNAP_STATUSES; status++) {
            snap_set_clear(&state->sets[status]);
        }
        free(state->id_field);
    }
    for (int i = 0; i < SNAP_STATUSES; i++) {
        snap_set_clear(&instance->narrow[i]);
    }
    config_wipe(&instance->key);
    profile_free(instance->profile);
    free(instance->url);
    free(instance->user);
    free(instance);
}

static struct backend *create(const struct profile *profile, struct error *error)
{
    if (!backend_check_profile(&snapforce_backend, profile, error)) {
        return NULL;
    }
    struct snapforce *instance = memory_zeroed(1, sizeof *instance);
    instance->backend.ops = &snapforce_backend;
    instance->profile = profile_copy(profile);
    if (!read_settings(instance, error)) {
        destroy(&instance->backend);
        return NULL;
    }
    return &instance->backend;
}

static char *describe_instance(const struct backend *backend)
{
    struct text shown = {0};
    http_print_url(((const struct snapforce *)backend)->url, &shown);
    return text_take(&shown);
}

static const struct backend_setting settings[] = {
    {"url",
     "the whole address of the API: https://crm.snapforce.com/vintage/sf_receive_request.inc.php",
     NULL, SETTING_REQUIRED},
    {"api_user", "the API user (Setup / Developers / API)", NULL, SETTING_REQUIRED},
    {"api_key", "the API key (Setup / Developers / API)", NULL, SETTING_REQUIRED | SETTING_SECRET},
    {"status", "of which records a query is that says nothing of status: Active, Inactive or both",
     "Active", 0},
    {"id_fields", "names of the fields that hold an id, where they are others: Leads:lead_no, …",
     NULL, 0},
    {"insert_xml", "send new records as an XML document in the parameter xml: yes or no", "no", 0},
    {"push_equality",
     "send what a field must equal along, so that less is read: yes or no. Only for a server that "
     "compares text without regard to case",
     "no", 0},
    {"refresh", "seconds for which the records that were read are kept", "60", 0},
};

const struct backend_ops snapforce_backend = {
    .name = "snapforce",
    .label = "Snapforce CRM",
    .settings = settings,
    .setting_count = sizeof settings / sizeof *settings,
    .abilities =
        CAN_GROUP | CAN_CHECK | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_LOOKUP | CAN_EXPLAIN,
    .paging = PAGING_WHOLE,
    .batch = {[OPERATION_GET] = GET_BATCH},
    .default_timeout = 30,
    .actions = snap_actions,
    .action_count = 1,
    .delete_words = "made inactive, not deleted",
    .delete_field = SNAP_STATUS,
    .delete_value = "Inactive",
    .can_filter = can_filter,
    .create = create,
    .destroy = destroy,
    .prepare = prepare,
    .encode = encode,
    .decode = decode,
    .step_after = step_after,
    .describe_instance = describe_instance,
};
