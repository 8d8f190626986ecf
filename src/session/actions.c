/* actions: see actions.h. */
#include "session/actions.h"

#include <stdlib.h>
#include <string.h>

#include "core/check.h"
#include "core/memory.h"
#include "store/file.h"

const struct backend_action *action_find(const struct session *session, const char *name,
                                         struct error *error)
{
    const struct backend_ops *ops = session_backend(session);
    if (ops->action_count == 0) {
        error_set(error, ERROR_UNSUPPORTED, "%s has no actions", ops->label);
        return NULL;
    }
    const char **names = memory_zeroed(ops->action_count, sizeof *names);
    const struct backend_action *found = NULL;
    for (size_t i = 0; i < ops->action_count; i++) {
        names[i] = ops->actions[i].name;
        if (text_equal_folded(names[i], name)) {
            found = &ops->actions[i];
        }
    }
    if (found == NULL) {
        const char *nearest = text_nearest(name, names, ops->action_count);
        error_set(error, ERROR_USAGE, "%s has no action %s", ops->label, name);
        if (nearest != NULL) {
            error_set_hint(error, "did you mean %s?", nearest);
        }
    }
    free(names);
    return found;
}

bool action_takes_path(const struct action_parameter *parameter)
{
    return parameter->type == FIELD_BASE64 || strcmp(parameter->name, "file") == 0;
}

bool action_is_secret(const struct action_parameter *parameter)
{
    return parameter->type == FIELD_ENCRYPTED;
}

bool action_is_for(const struct backend_action *action, const char *object)
{
    for (size_t i = 0; object != NULL && action->objects != NULL && action->objects[i] != NULL;
         i++) {
        if (strcmp(action->objects[i], object) == 0) {
            return true;
        }
    }
    return false;
}

size_t *actions_in_order(const struct backend_ops *ops, const char *object)
{
    size_t *order = memory_zeroed(ops->action_count, sizeof *order);
    size_t count = 0;
    for (int fits = 1; fits >= 0; fits--) {
        for (size_t i = 0; i < ops->action_count; i++) {
            if (action_is_for(&ops->actions[i], object) == (fits == 1)) {
                order[count++] = i;
            }
        }
    }
    return order;
}

static void add_field(struct schema *schema, const struct action_parameter *parameter)
{
    bool path = action_takes_path(parameter);
    struct field *field =
        schema_add_field(schema, parameter->name, path ? FIELD_STRING : parameter->type);
    free(field->label);
    field->label = text_label_from_name(parameter->name);
    free(field->help);
    field->help = memory_copy_string(parameter->help);
    field->required = parameter->required;
    field->nullable = !parameter->required;
    field->create = field->update = true;
    for (size_t i = 0; parameter->choices != NULL && parameter->choices[i] != NULL; i++) {
        field_add_picklist(field, parameter->choices[i], parameter->choices[i], true);
    }
}

struct schema *action_schema(const struct backend_action *action)
{
    struct schema *schema = schema_new(action->name);
    schema->create = true;
    free(schema->label_singular);
    schema->label_singular = text_label_from_name(action->name);
    for (size_t i = 0; i < action->parameter_count; i++) {
        add_field(schema, &action->parameters[i]);
    }
    return schema;
}

/* --- checking --- */

static bool refuse_unknown(const struct backend_action *action, const char *name,
                           struct error *error)
{
    const char **names = memory_zeroed(action->parameter_count, sizeof *names);
    for (size_t i = 0; i < action->parameter_count; i++) {
        names[i] = action->parameters[i].name;
    }
    const char *nearest = text_nearest(name, names, action->parameter_count);
    free(names);
    error_set(error, ERROR_USAGE, "%s has no parameter %s", action->name, name);
    if (nearest != NULL) {
        error_set_hint(error, "did you mean %s?", nearest);
    } else {
        error_set_hint(error, "dossier actions lists them");
    }
    return false;
}

/* Every name that was given is a parameter's, and was given once. */
static bool check_names(const struct backend_action *action, const struct schema *schema,
                        const struct parameter *given, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        const struct field *field = schema_field(schema, given[i].name);
        if (field == NULL) {
            return refuse_unknown(action, given[i].name, error);
        }
        for (size_t j = 0; j < i; j++) {
            if (schema_field(schema, given[j].name) == field) {
                return error_set(error, ERROR_USAGE, "the parameter %s was given twice",
                                 field->name);
            }
        }
    }
    return true;
}

static const char *find_given(const struct schema *schema, const struct field *field,
                              const struct parameter *given, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (schema_field(schema, given[i].name) == field) {
            return given[i].value;
        }
    }
    return NULL;
}

/* Adds what a file holds. Text with a NUL in it is none: UTF-16, or no text at all. */
static bool add_file(struct operation *operation, const struct action_parameter *parameter,
                     const char *path, bool standard_input, struct error *error)
{
    struct text content = {0}, encoded = {0};
    bool ok = file_read(path, standard_input, &content, error);
    if (ok && parameter->type == FIELD_BASE64) {
        value_encode_base64(text_string(&content), content.length, &encoded);
        operation_add_parameter(operation, parameter->name, text_string(&encoded));
    } else if (ok && strlen(text_string(&content)) != content.length) {
        error_set(error, ERROR_USAGE, "%s is not text: it holds a NUL byte", path);
        error_set_hint(error, "save it as UTF-8");
        ok = false;
    } else if (ok) {
        operation_add_parameter(operation, parameter->name, text_string(&content));
    }
    text_free(&content);
    text_free(&encoded);
    return ok;
}

static bool is_choice(const struct action_parameter *parameter, const char *value)
{
    if (parameter->choices == NULL) {
        return true;
    }
    for (size_t i = 0; parameter->choices[i] != NULL; i++) {
        if (strcmp(parameter->choices[i], value) == 0) {
            return true;
        }
    }
    return false;
}

static bool refuse_choice(const struct action_parameter *parameter, const char *value,
                          struct error *error)
{
    struct text choices = {0};
    for (size_t i = 0; parameter->choices[i] != NULL; i++) {
        text_format(&choices, "%s%s", i > 0 ? ", " : "", parameter->choices[i]);
    }
    error_set(error, ERROR_USAGE, "%s: there is no choice %s; expected one of %s", parameter->name,
              value, text_string(&choices));
    text_free(&choices);
    return false;
}

static bool add_value(struct operation *operation, const struct action_parameter *parameter,
                      const struct field *field, const char *typed, const struct date_clock *clock,
                      struct error *error)
{
    struct value value;
    if (!is_choice(parameter, typed)) {
        return refuse_choice(parameter, typed, error);
    }
    if (!check_text(field, typed, strlen(typed), clock, &value, error)) {
        error->kind = ERROR_USAGE;
        return false;
    }
    char *spelling = value_to_string(&value);
    operation_add_parameter(operation, parameter->name, spelling);
    free(spelling);
    value_free(&value);
    return true;
}

static bool add_parameters(const struct session *session, struct operation *operation,
                           const struct backend_action *action, const struct schema *schema,
                           const struct parameter *given, size_t count, bool standard_input,
                           struct error *error)
{
    struct date_clock clock = session_clock(session);
    bool ok = true;
    for (size_t i = 0; ok && i < action->parameter_count; i++) {
        const struct action_parameter *parameter = &action->parameters[i];
        const struct field *field = &schema->fields[i];
        const char *typed = find_given(schema, field, given, count);
        if (action_is_secret(parameter)) {
            if (typed != NULL) {
                operation_add_parameter(operation, parameter->name, typed);
            }
        } else if (typed == NULL && parameter->required) {
            ok = error_set(error, ERROR_USAGE, "%s needs %s: %s", action->name, parameter->name,
                           parameter->help);
        } else if (typed != NULL && action_takes_path(parameter)) {
            ok = add_file(operation, parameter, typed, standard_input, error);
        } else if (typed != NULL) {
            ok = add_value(operation, parameter, field, typed, &clock, error);
        }
    }
    return ok;
}

struct operation *action_operation(const struct session *session,
                                   const struct backend_action *action,
                                   const struct parameter *given, size_t count, bool standard_input,
                                   struct error *error)
{
    struct schema *schema = action_schema(action);
    struct operation *operation = operation_new(OPERATION_ACTION, NULL);
    operation->name = memory_copy_string(action->name);
    bool ok =
        check_names(action, schema, given, count, error) &&
        add_parameters(session, operation, action, schema, given, count, standard_input, error);
    schema_release(schema);
    if (!ok) {
        operation_free(operation);
        return NULL;
    }
    return operation;
}
