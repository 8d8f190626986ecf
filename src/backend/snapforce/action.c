/*
 * action: what can be done beyond reading and writing: records made inactive by their ids, as a
 * staged delete does it, one request each. The first exchange reads the active records.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/snapforce/internal.h"
#include "core/memory.h"

static const struct action_parameter deactivate_parameters[] = {
    {"module", FIELD_PICKLIST, true, "the module that the records are of", snap_module_names,
     FROM_OBJECT},
    {"ids", FIELD_TEXTAREA, true, "ids of the records, a line each or with commas between", NULL,
     FROM_MARKED},
};

const struct backend_action snap_actions[] = {
    {"deactivate", "Make records inactive: they are kept, and leave the lists of active records",
     deactivate_parameters, sizeof deactivate_parameters / sizeof *deactivate_parameters, true,
     snap_module_names, NULL},
};
const size_t snap_action_count = sizeof snap_actions / sizeof *snap_actions;

/* --- parameters --- */

static const char *parameter(const struct operation *operation, const char *name)
{
    for (size_t i = 0; i < operation->parameter_count; i++) {
        if (strcmp(operation->parameters[i].name, name) == 0) {
            return operation->parameters[i].value;
        }
    }
    return "";
}

/* The id at this place, owned by the caller; NULL behind the last. */
static char *id_at(const struct operation *operation, size_t place)
{
    static const char blanks[] = " ,\t\r\n";
    const char *at = parameter(operation, "ids");
    for (size_t i = 0;; i++) {
        at += strspn(at, blanks);
        size_t length = strcspn(at, blanks);
        if (length == 0) {
            return NULL;
        }
        if (i == place) {
            return memory_copy(at, length);
        }
        at += length;
    }
}

static size_t count_ids(const struct operation *operation)
{
    static const char blanks[] = " ,\t\r\n";
    const char *at = parameter(operation, "ids");
    size_t count = 0;
    for (at += strspn(at, blanks); *at != '\0'; at += strspn(at, blanks)) {
        at += strcspn(at, blanks);
        count++;
    }
    return count;
}

/* --- exchanges: 0 reads, n + 1 is about the id at n; nothing is read to explain them --- */

static size_t place_of(const struct operation *operation, int step)
{
    return (size_t)step - (operation->explain ? 0 : 1);
}

int snap_action_step_after(const struct operation *operation, int step)
{
    return operation->explain && (size_t)step + 1 < count_ids(operation) ? step + 1 : 0;
}

static bool is_active(const struct snapforce *instance, int module, const char *id)
{
    const struct snap_row *row = snap_set_find(&instance->states[module].sets[SNAP_ACTIVE], id);
    return row != NULL && row->status == SNAP_ACTIVE && id[0] != '#';
}

static void encode_one(const struct snapforce *instance, int module, const char *id,
                       struct http_request *request)
{
    snap_request(instance, module, SNAP_INACTIVE, "updateRecords", request);
    http_request_form(request, instance->states[module].id_field, id, strlen(id), false);
}

static bool check_parameters(const struct operation *operation, struct error *error)
{
    if (snap_module_index(parameter(operation, "module")) < 0) {
        return error_set(error, ERROR_USAGE, "module: Snapforce has no module %s",
                         parameter(operation, "module"));
    }
    return count_ids(operation) > 0 ||
           error_set(error, ERROR_USAGE, "ids: there is no id to make inactive");
}

enum wire_step snap_encode_action(struct snapforce *instance, const struct operation *operation,
                                  int step, struct http_request *request, struct error *error)
{
    if (!check_parameters(operation, error)) {
        return WIRE_REFUSED;
    }
    int module = snap_module_index(parameter(operation, "module"));
    if (step == 0 && !operation->explain) {
        snap_fetch(instance, module, SNAP_ACTIVE, request);
        return WIRE_SEND;
    }
    char *id = id_at(operation, place_of(operation, step));
    bool sent = id != NULL && (operation->explain || is_active(instance, module, id));
    if (sent) {
        encode_one(instance, module, id, request);
    }
    free(id);
    return sent ? WIRE_SEND : WIRE_NONE;
}

static void take_one(struct snapforce *instance, int module, const char *id,
                     const struct http_response *response, struct write_result *write)
{
    const struct snap_module *of = &snap_modules[module];
    char *said = NULL;
    if (response == NULL) {
        error_set(&write->error, ERROR_NOT_FOUND, "there is no active %s %s", of->singular, id);
        return;
    }
    write->success =
        snap_take_reply(of, instance->states[module].id_field, response, &said, &write->error);
    if (!write->success) {
        error_context(&write->error, "%s %s: ", of->singular, id);
    }
    snap_mark_written(instance, module, id);
    free(said);
}

static size_t count_done(const struct result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->write_count; i++) {
        count += result->writes[i].success;
    }
    return count;
}

static void tell(int module, struct result *result)
{
    struct text words = {0};
    size_t count = count_done(result);
    text_format(&words, "%zu %s made inactive", count,
                count == 1 ? snap_modules[module].singular : snap_modules[module].name);
    free(result->text);
    result->text = text_take(&words);
}

/* What fails for one record so fails for all. */
static bool ends_all(enum error_kind kind)
{
    return kind == ERROR_SIGN_IN || kind == ERROR_FORBIDDEN || kind == ERROR_RATE_LIMIT ||
           kind == ERROR_SERVER;
}

static void fail_rest(const struct operation *operation, const struct error *error,
                      struct result *result)
{
    while (result->write_count < count_ids(operation)) {
        char *id = id_at(operation, result->write_count);
        struct write_result *write = result_add_write(result, id);
        error_copy(&write->error, error);
        error_context(&write->error, "%s: not sent, because of the record before it: ", id);
        free(id);
    }
}

int snap_decode_action(struct snapforce *instance, const struct operation *operation, int step,
                       const struct http_response *response, struct result *result)
{
    int module = snap_module_index(parameter(operation, "module"));
    size_t count = count_ids(operation);
    if (step == 0) {
        bool read =
            response != NULL && snap_take(instance, module, SNAP_ACTIVE, response, &result->error);
        return read ? 1 : 0;
    }
    char *id = id_at(operation, (size_t)step - 1);
    if (id != NULL) {
        struct write_result *write = result_add_write(result, id);
        take_one(instance, module, id, response, write);
        struct error error = {0};
        error_copy(&error, &write->error);
        if (ends_all(error.kind)) {
            fail_rest(operation, &error, result);
        }
        error_clear(&error);
    }
    free(id);
    result->done = result->write_count;
    result->expected = count;
    if (result->write_count < count) {
        return step + 1;
    }
    tell(module, result);
    return 0;
}
