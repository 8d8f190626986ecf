/*
 * action: adding a custom field, and requests passed through to Salesforce itself. Pure.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backend/soql/salesforce.h"
#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", NULL};
static const char *const constraints[] = {"Cascade", "Restrict", "SetNull", NULL};

static const struct action_parameter field_parameters[] = {
    {"object", FIELD_STRING, true, "the object that gets the field: Account", NULL, FROM_OBJECT},
    {"name", FIELD_STRING, true, "the field's name, without __c", NULL, FROM_NOTHING},
    {"type", FIELD_PICKLIST, true, "the field's type", salesforce_custom_types, FROM_NOTHING},
    {"label", FIELD_STRING, true, "what people see", NULL, FROM_NOTHING},
    {"length", FIELD_INT, false, "most characters; Text needs it", NULL, FROM_NOTHING},
    {"precision", FIELD_INT, false, "digits in all, of a number", NULL, FROM_NOTHING},
    {"scale", FIELD_INT, false, "digits after the point", NULL, FROM_NOTHING},
    {"visibleLines", FIELD_INT, false, "lines shown, of long text and of picklists", NULL,
     FROM_NOTHING},
    {"values", FIELD_TEXTAREA, false, "a picklist's values, with ; between them", NULL,
     FROM_NOTHING},
    {"sorted", FIELD_BOOLEAN, false, "are the values shown in alphabetical order?", NULL,
     FROM_NOTHING},
    {"restricted", FIELD_BOOLEAN, false, "are no values taken but these?", NULL, FROM_NOTHING},
    {"valueSet", FIELD_TEXTAREA, false, "the values as JSON, instead of `values`", NULL,
     FROM_NOTHING},
    {"referenceTo", FIELD_STRING, false, "the object a lookup points at", NULL, FROM_NOTHING},
    {"relationshipName", FIELD_STRING, false, "the name of the way back", NULL, FROM_NOTHING},
    {"relationshipLabel", FIELD_STRING, false, "its label", NULL, FROM_NOTHING},
    {"deleteConstraint", FIELD_PICKLIST, false, "when the other record is deleted", constraints,
     FROM_NOTHING},
    {"required", FIELD_BOOLEAN, false, "must every record have a value?", NULL, FROM_NOTHING},
    {"unique", FIELD_BOOLEAN, false, "may no two records have the same?", NULL, FROM_NOTHING},
    {"externalId", FIELD_BOOLEAN, false, "is it another system's id?", NULL, FROM_NOTHING},
    {"defaultValue", FIELD_STRING, false, "a formula for new records; true or false", NULL,
     FROM_NOTHING},
    {"formula", FIELD_TEXTAREA, false, "what calculates the field", NULL, FROM_NOTHING},
    {"inlineHelpText", FIELD_STRING, false, "help shown beside the field", NULL, FROM_NOTHING},
    {"startingNumber", FIELD_INT, false, "of an AutoNumber", NULL, FROM_NOTHING},
    {"displayFormat", FIELD_STRING, false, "of an AutoNumber: A-{0000}", NULL, FROM_NOTHING},
    {"maskChar", FIELD_STRING, false, "of EncryptedText: asterisk or X", NULL, FROM_NOTHING},
    {"maskType", FIELD_STRING, false, "of EncryptedText: all, lastFour, ssn …", NULL, FROM_NOTHING},
};

static const struct action_parameter through_parameters[] = {
    {"method", FIELD_PICKLIST, true, "GET reads; the others may write", methods, FROM_NOTHING},
    {"url", FIELD_URL, true, "the whole URL of the Salesforce API", NULL, FROM_NOTHING},
    {"body", FIELD_TEXTAREA, false, "what is sent, as JSON", NULL, FROM_NOTHING},
};

const struct backend_action stacksync_actions[] = {
    {"add_custom_field", "Add a custom field to an object", field_parameters,
     sizeof field_parameters / sizeof field_parameters[0], true, NULL, NULL},
    {"pass_through", "Send a request to any Salesforce API", through_parameters,
     sizeof through_parameters / sizeof through_parameters[0], true, NULL, NULL},
};
const size_t stacksync_action_count = sizeof stacksync_actions / sizeof stacksync_actions[0];

static const char *parameter(const struct operation *operation, const char *name)
{
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const char *value = operation->parameters[i].value;

        if (strcmp(operation->parameters[i].name, name) == 0)
            return value && *value ? value : NULL;
    }
    return NULL;
}

static bool is_field_action(const struct operation *operation)
{
    return strcmp(operation->name, stacksync_actions[0].name) == 0;
}

static const char *through_method(const struct operation *operation)
{
    const char *given = parameter(operation, "method");

    for (const char *const *method = methods; given && *method; method++) {
        if (strcasecmp(*method, given) == 0)
            return *method;
    }
    return NULL;
}

bool stacksync_action_writes(const struct operation *operation)
{
    const char *method = through_method(operation);

    return is_field_action(operation) || !method || strcmp(method, "GET") != 0;
}

/* --- a custom field --- */

static json_t *picklist_value(const char *name, size_t length)
{
    json_t *value = json_object();

    json_object_set_new(value, "fullName", json_stringn(name, length));
    json_object_set_new(value, "default", json_false());
    return value;
}

static json_t *value_list(const char *values)
{
    json_t *list = json_array();

    while (*values) {
        size_t length = strcspn(values, ";\n");
        const char *first = values + strspn(values, " \t\r");
        size_t lead = (size_t)(first - values), size = lead < length ? length - lead : 0;

        while (size > 0 && strchr(" \t\r", first[size - 1]))
            size--;
        if (size > 0)
            json_array_append_new(list, picklist_value(first, size));
        values += length + (values[length] != '\0');
    }
    return list;
}

static json_t *boolean_parameter(const struct operation *operation, const char *name)
{
    const char *text = parameter(operation, name);
    bool truth = false;

    return json_boolean(text && config_parse_boolean(text, &truth) && truth);
}

static json_t *value_set(const struct operation *operation, const char *values)
{
    json_t *set = json_object(), *definition = json_object();

    json_object_set_new(set, "restricted", boolean_parameter(operation, "restricted"));
    json_object_set_new(definition, "sorted", boolean_parameter(operation, "sorted"));
    json_object_set_new(definition, "value", value_list(values));
    json_object_set_new(set, "valueSetDefinition", definition);
    return set;
}

static bool refuse_parameter(struct error *error, const char *name, const char *why)
{
    error_set(error, ERROR_VALIDATION, "add_custom_field: %s: %s", name, why);
    error_add_field(error, name, NULL, why);
    return false;
}

static bool is_picklist(const char *type)
{
    return strcmp(type, "Picklist") == 0 || strcmp(type, "MultiselectPicklist") == 0;
}

static bool is_developer_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static const char others[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    return strspn(name, letters) > 0 && name[strspn(name, others)] == '\0';
}

/* What Salesforce would refuse anyway, said before anything is sent. */
static bool check_field(const struct operation *operation, struct error *error)
{
    static const char *const needed[] = {"object", "name", "type", "label"};
    const char *type = parameter(operation, "type");
    bool known = false;

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!parameter(operation, needed[i]) && (i > 0 || !operation->object))
            return refuse_parameter(error, needed[i], "it must be given");
    }
    if (!is_developer_name(parameter(operation, "name")))
        return refuse_parameter(error, "name",
                                "only letters, digits and _ may be in it, a letter first");
    for (const char *const *custom = salesforce_custom_types; *custom; custom++)
        known = known || strcmp(*custom, type) == 0;
    if (!known)
        return refuse_parameter(error, "type", "Salesforce has no custom field of this type");
    if (strcmp(type, "Text") == 0 && !parameter(operation, "length"))
        return refuse_parameter(error, "length", "a Text field needs one");
    if (is_picklist(type) && !parameter(operation, "values") && !parameter(operation, "valueSet"))
        return refuse_parameter(error, "values", "a picklist needs some");
    return true;
}

static bool set_typed(json_t *data, const struct action_parameter *row, const char *text,
                      struct error *error)
{
    struct field field = {.type = row->type};
    struct value value = value_string(text);
    struct value number;
    bool truth;

    if (row->type == FIELD_BOOLEAN) {
        if (!config_parse_boolean(text, &truth))
            return refuse_parameter(error, row->name, "it must be true or false");
        value = value_boolean(truth);
    }
    if (row->type == FIELD_INT && (!value_parse_number(text, strlen(text), &number) ||
                                   number.kind != VALUE_INTEGER || number.as.integer < 0))
        return refuse_parameter(error, row->name, "it must be a whole number");
    json_object_set_new(data, row->name, json_from_value(&field, &value));
    return true;
}

static bool set_value_set(const struct operation *operation, json_t *data, struct error *error)
{
    const char *values = parameter(operation, "values");
    const char *given = parameter(operation, "valueSet");
    json_t *set = given ? json_read(given, strlen(given), error) : NULL;

    if (given && !set) {
        error_context(error, "add_custom_field: valueSet: ");
        error->kind = ERROR_VALIDATION;
        error_add_field(error, "valueSet", NULL, "it is not JSON");
        return false;
    }
    if (values && !set)
        set = value_set(operation, values);
    if (set)
        json_object_set_new(data, "valueSet", set);
    return true;
}

/* Goes into the path, or into the value set. */
static bool is_apart(const char *name)
{
    static const char *const apart[] = {"object", "values", "sorted", "restricted", "valueSet"};

    for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++) {
        if (strcmp(apart[i], name) == 0)
            return true;
    }
    return false;
}

static enum wire_step encode_field(const struct call *call)
{
    const struct operation *operation = call->operation;
    const char *object = parameter(operation, "object");
    json_t *data = json_object(), *body = json_object();
    struct text path = {0};
    bool made = check_field(operation, call->error);
    enum wire_step step = WIRE_REFUSED;

    for (size_t i = 0; made && i < stacksync_actions[0].parameter_count; i++) {
        const char *text = parameter(operation, field_parameters[i].name);

        if (text && !is_apart(field_parameters[i].name))
            made = set_typed(data, &field_parameters[i], text, call->error);
    }
    made = made && set_value_set(operation, data, call->error);
    json_object_set_new(body, "data", data);
    if (made) {
        object = object ? object : operation->object;
        text_append_string(&path, "object/add_custom_field/");
        http_encode(&path, object, strlen(object));
        step = send_post(call, text_string(&path), json_incref(body), false);
    }
    json_decref(body);
    text_free(&path);
    return step;
}

static int decode_field(const struct answer *answer)
{
    json_t *document, *data = answer_data(answer, &document);
    const char *message = json_member_string(document, "msg");
    const json_t *success = json_member(data, "success");
    const json_t *errors = json_member(data, "errors");
    struct text text = {0};

    if (data && (json_is_false(success) || json_array_size(errors))) {
        salesforce_error(json_array_size(errors) ? json_array_get(errors, 0) : document,
                         ERROR_VALIDATION, &answer->result->error);
        error_context(&answer->result->error, "add_custom_field: ");
    } else if (data) {
        const char *id = json_member_string(data, "id");

        text_format(&text, "%s%s%s", message ? message : "custom field added", id ? ": " : "",
                    id ? id : "");
        answer->result->text = text_take(&text);
    }
    json_decref(document);
    return 0;
}

/* --- pass through --- */

static enum wire_step encode_through(const struct call *call)
{
    const struct operation *operation = call->operation;
    const char *method = through_method(operation);
    const char *url = parameter(operation, "url");
    struct text whole = {0};
    enum wire_step step;

    if (!method || !url) {
        error_set(call->error, ERROR_VALIDATION, "pass_through: %s",
                  method ? "url: it must be given"
                         : "method: it must be GET, POST, "
                           "PUT, PATCH or DELETE");
        error_add_field(call->error, method ? "url" : "method", NULL, "it must be given");
        return WIRE_REFUSED;
    }
    if (*url == '/' && call->stacksync->instance_url)
        text_append_string(&whole, call->stacksync->instance_url);
    text_append_string(&whole, url);
    step = send_through(call, method, text_string(&whole), parameter(operation, "body"));
    text_free(&whole);
    return step;
}

int decode_through(const struct answer *answer)
{
    const struct http_response *response = answer->response;
    struct text text = {0};

    if (response->status < 200 || response->status > 299) {
        answer_fail(answer);
        return 0;
    }
    text_repair(&text, response->body ? response->body : "", response->length);
    if (text.length == 0)
        text_format(&text, "done: %ld", response->status);
    answer->result->text = text_take(&text);
    return 0;
}

/* --- both --- */

enum wire_step encode_action(const struct call *call)
{
    if (is_field_action(call->operation))
        return encode_field(call);
    return encode_through(call);
}

int decode_action(const struct answer *answer)
{
    if (is_field_action(answer->operation))
        return decode_field(answer);
    return decode_through(answer);
}
