/*
 * backend: the registry of adapters, and the owned messages (operation, result) of the contract.
 *
 * The tables are const and may be read from any thread; an operation or a result is used by one
 * thread at a time. Adding an adapter is one row in `adapters`.
 */
#include "backend/backend.h"

#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/forcesoap.h"
#include "backend/local/local.h"
#include "backend/salesdirector/salesdirector.h"
#include "backend/snapforce/snapforce.h"
#include "backend/spotler/spotler.h"
#include "backend/stacksync/stacksync.h"
#include "core/memory.h"
#include "core/text.h"

static const struct backend_ops *const adapters[] = {
    &forcesoap_backend, &local_backend,   &salesdirector_backend,
    &snapforce_backend, &spotler_backend, &stacksync_backend,
};

static const char *const operation_names[OPERATION_KIND_COUNT] = {
    [OPERATION_SIGN_IN] = "sign in",
    [OPERATION_LIST_OBJECTS] = "list objects",
    [OPERATION_DESCRIBE] = "describe",
    [OPERATION_LOOKUP] = "lookup",
    [OPERATION_LOOKUP_APPEND] = "append to lookup",
    [OPERATION_PAGE] = "page",
    [OPERATION_COUNT] = "count",
    [OPERATION_GROUP] = "group",
    [OPERATION_GET] = "get",
    [OPERATION_CREATE] = "create",
    [OPERATION_UPDATE] = "update",
    [OPERATION_UPSERT] = "upsert",
    [OPERATION_DELETE] = "delete",
    [OPERATION_UNDELETE] = "undelete",
    [OPERATION_UPLOAD] = "upload",
    [OPERATION_RAW] = "raw",
    [OPERATION_ACTION] = "action",
    [OPERATION_SIGN_OUT] = "sign out",
};

static const bool operation_changes[OPERATION_KIND_COUNT] = {
    [OPERATION_LOOKUP_APPEND] = true, [OPERATION_CREATE] = true, [OPERATION_UPDATE] = true,
    [OPERATION_UPSERT] = true,        [OPERATION_DELETE] = true, [OPERATION_UNDELETE] = true,
    [OPERATION_UPLOAD] = true,
};

/* The settings every profile may have besides its adapter's own. */
static const char *const common_settings[] = {"backend",  "read_only", "protected",
                                              "insecure", "timeout",   "page_size",
                                              "parallel", "ca_file",   "proxy"};

const struct backend_ops *const *backend_all(size_t *count)
{
    *count = sizeof adapters / sizeof adapters[0];
    return adapters;
}

const struct backend_ops *backend_find(const char *name)
{
    for (size_t i = 0; i < sizeof adapters / sizeof adapters[0]; i++) {
        if (name && strcmp(adapters[i]->name, name) == 0)
            return adapters[i];
    }
    return NULL;
}

/* "token", "token_command" and "token_env" all give the secret "token". */
static bool names_setting(const struct backend_setting *setting, const char *name)
{
    static const char *const endings[] = {"_command", "_env"};
    size_t length = strlen(setting->name);

    if (strcmp(setting->name, name) == 0)
        return true;
    if (!(setting->flags & SETTING_SECRET) || strncmp(setting->name, name, length) != 0)
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (strcmp(name + length, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool is_known_setting(const struct backend_ops *ops, const char *name)
{
    for (size_t i = 0; i < sizeof common_settings / sizeof common_settings[0]; i++) {
        if (strcmp(common_settings[i], name) == 0)
            return true;
    }
    for (size_t i = 0; i < ops->setting_count; i++) {
        if (names_setting(&ops->settings[i], name))
            return true;
    }
    return false;
}

static const char *nearest_setting(const struct backend_ops *ops, const char *name)
{
    size_t common = sizeof common_settings / sizeof common_settings[0];
    const char **names = memory_zeroed(common + ops->setting_count, sizeof *names);
    const char *nearest;

    for (size_t i = 0; i < ops->setting_count; i++)
        names[i] = ops->settings[i].name;
    memcpy(names + ops->setting_count, common_settings, sizeof common_settings);
    nearest = text_nearest(name, names, common + ops->setting_count);
    free(names);
    return nearest;
}

/* Puts "file:line: " in front; a profile made from an argument has no place. */
static bool place(const struct profile *profile, int line, struct error *error)
{
    if (profile->source)
        error_context(error, "%s:%d: ", profile->source, line);
    return false;
}

static bool refuse_unknown(const struct backend_ops *ops, const struct profile *profile,
                           const struct config_entry *entry, struct error *error)
{
    const char *nearest = nearest_setting(ops, entry->name);

    error_set(error, ERROR_USAGE, "profile \"%s\" (%s) has no setting \"%s\"", profile->name,
              ops->label, entry->name);
    if (nearest)
        error_set_hint(error, "Did you mean \"%s\"?", nearest);
    return place(profile, entry->line, error);
}

static bool has_setting(const struct backend_setting *setting, const struct profile *profile)
{
    for (size_t i = 0; i < profile->setting_count; i++) {
        if (names_setting(setting, profile->settings[i].name))
            return true;
    }
    return false;
}

bool backend_check_profile(const struct backend_ops *ops, const struct profile *profile,
                           struct error *error)
{
    for (size_t i = 0; i < profile->setting_count; i++) {
        if (!is_known_setting(ops, profile->settings[i].name))
            return refuse_unknown(ops, profile, &profile->settings[i], error);
    }
    for (size_t i = 0; i < ops->setting_count; i++) {
        const struct backend_setting *setting = &ops->settings[i];

        if (!(setting->flags & SETTING_REQUIRED) || has_setting(setting, profile))
            continue;
        error_set(error, ERROR_USAGE, "profile \"%s\" needs the setting \"%s\" (%s)", profile->name,
                  setting->name, setting->help);
        return place(profile, profile->line, error);
    }
    return true;
}

struct operation *operation_new(enum operation_kind kind, const char *object)
{
    struct operation *operation = memory_zeroed(1, sizeof *operation);

    operation->kind = kind;
    operation->object = memory_copy_string(object);
    return operation;
}

static void free_strings(char **strings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(strings[i]);
    free(strings);
}

static void free_write_requests(struct write_request *writes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(writes[i].id);
        record_free(writes[i].values);
        record_free(writes[i].expected);
    }
    free(writes);
}

static void free_parameters(struct parameter *parameters, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(parameters[i].name);
        memory_wipe_string(parameters[i].value); /* it may be a password */
    }
    free(parameters);
}

void operation_free(struct operation *operation)
{
    if (!operation)
        return;
    free(operation->object);
    schema_release(operation->schema);
    query_free(operation->query);
    free(operation->position.cursor);
    free(operation->group.by);
    free(operation->group.measure);
    free_strings(operation->ids, operation->id_count);
    free_write_requests(operation->writes, operation->write_count);
    free(operation->field);
    free(operation->name);
    free_parameters(operation->parameters, operation->parameter_count);
    free(operation);
}

void operation_add_id(struct operation *operation, const char *id)
{
    operation->ids = memory_resize(operation->ids, operation->id_count + 1, sizeof *operation->ids);
    operation->ids[operation->id_count++] = memory_copy_string(id);
}

void operation_add_write(struct operation *operation, const char *id, struct record *values,
                         struct record *expected)
{
    struct write_request *write;

    operation->writes =
        memory_resize(operation->writes, operation->write_count + 1, sizeof *operation->writes);
    write = &operation->writes[operation->write_count++];
    write->id = memory_copy_string(id);
    write->values = values;
    write->expected = expected;
}

void operation_add_parameter(struct operation *operation, const char *name, const char *value)
{
    struct parameter *parameter;

    operation->parameters = memory_resize(operation->parameters, operation->parameter_count + 1,
                                          sizeof *operation->parameters);
    parameter = &operation->parameters[operation->parameter_count++];
    parameter->name = memory_copy_string(name);
    parameter->value = memory_copy_string(value);
}

const struct backend_action *backend_action_find(const struct backend_ops *ops, const char *name)
{
    for (size_t i = 0; i < ops->action_count; i++) {
        if (strcmp(ops->actions[i].name, name) == 0)
            return &ops->actions[i];
    }
    return NULL;
}

bool backend_writes(const struct backend_ops *ops, const struct operation *operation)
{
    const struct backend_action *action;

    if (operation->explain)
        return false;
    if (operation->kind == OPERATION_RAW)
        return ops->raw_writes != NULL && ops->raw_writes(operation->name);
    if (operation->kind != OPERATION_ACTION)
        return operation_writes(operation);
    action = backend_action_find(ops, operation->name);
    if (action != NULL && action->writes && ops->action_writes != NULL)
        return ops->action_writes(operation);
    return action == NULL || action->writes;
}

bool operation_writes(const struct operation *operation)
{
    if (operation->explain)
        return false;
    return operation_changes[operation->kind];
}

const char *operation_name(enum operation_kind kind)
{
    return operation_names[kind];
}

static void free_picklist(struct picklist_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(values[i].value);
        free(values[i].label);
        free(values[i].valid_for);
    }
    free(values);
}

static void free_records(struct record **records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        record_free(records[i]);
    free(records);
}

static void free_write_results(struct write_result *writes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(writes[i].id);
        error_clear(&writes[i].error);
        record_free(writes[i].current);
    }
    free(writes);
}

void result_clear(struct result *result)
{
    error_clear(&result->error);
    object_info_free(result->objects, result->object_count);
    schema_release(result->schema);
    for (size_t i = 0; i < result->further_count; i++)
        schema_release(result->further[i]);
    free(result->further);
    free_picklist(result->values, result->value_count);
    page_free(result->page);
    free_strings(result->columns, result->column_count);
    free(result->next);
    free(result->previous);
    free_records(result->records, result->record_count);
    free_write_results(result->writes, result->write_count);
    free(result->text);
    memset(result, 0, sizeof *result);
}

struct write_result *result_add_write(struct result *result, const char *id)
{
    struct write_result *write;

    result->writes = memory_resize(result->writes, result->write_count + 1, sizeof *result->writes);
    write = &result->writes[result->write_count++];
    memset(write, 0, sizeof *write);
    write->id = memory_copy_string(id);
    return write;
}

bool backend_secret(const struct backend *backend, const struct profile *profile, const char *name,
                    struct text *out, struct error *error)
{
    struct secret_limits limits = {.timeout = profile->timeout > 0 ? profile->timeout
                                                                   : backend->ops->default_timeout};
    if (backend->token != NULL) {
        limits.cancelled = &backend->token->cancelled;
    }
    return profile_secret_within(profile, name, limits, out, error);
}
