/*
 * lookup: the values of a lookup list, and appending to one, as an operation and as the action
 * append_lookup. Fetch thread.
 *
 * A list is an object with "items" or the array itself; an item is {"value", "id"} or a text. What
 * is stored in a record is the value. Lists go by a name of their own when appended to; where the
 * dictionary does not give it, the field's name does for it.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/memory.h"
#include "net/json.h"

static const struct action_parameter append_parameters[] = {
    {"list_name", FIELD_STRING, true, "the lookup list's name", NULL, FROM_NOTHING},
    {"items", FIELD_TEXTAREA, true, "what to append: one item a line, or a JSON array", NULL,
     FROM_NOTHING},
};

const struct backend_action spotler_actions[] = {
    {"append_lookup", "Append items to a lookup list", append_parameters,
     sizeof append_parameters / sizeof append_parameters[0], true, NULL, NULL},
};
const size_t spotler_action_count = sizeof spotler_actions / sizeof spotler_actions[0];

/* --- reading --- */

static char *text_member(const json_t *item, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        struct value value = json_to_value(json_member(item, names[i]));
        if (!value_is_nothing(&value)) {
            return value_to_string(&value);
        }
    }
    return NULL;
}

static void read_item(const json_t *item, spotler_item add, void *context)
{
    static const char *const values[] = {"value", "id", "name", NULL};
    static const char *const labels[] = {"label", "text", "name", "value", NULL};
    struct value plain = json_to_value(item);
    char *value = json_is_object(item) ? text_member(item, values) : value_to_string(&plain);
    char *label = json_is_object(item) ? text_member(item, labels) : NULL;
    if (value != NULL) {
        add(context, value, label != NULL ? label : value);
    }
    free(value);
    free(label);
}

static void read_keyed(json_t *object, spotler_item add, void *context)
{
    const char *key;
    json_t *label;
    json_object_foreach(object, key, label)
    {
        if (json_is_string(label)) {
            add(context, json_string_value(label), json_string_value(label));
        }
    }
}

bool spotler_items(const json_t *json, spotler_item add, void *context)
{
    static const char *const members[] = {"items", "list", "data", "values"};
    for (size_t i = 0; json_is_object(json) && i < sizeof members / sizeof members[0]; i++) {
        json_t *member = json_member(json, members[i]);
        if (json_is_array(member)) {
            return spotler_items(member, add, context);
        }
        if (json_is_object(member)) {
            read_keyed(member, add, context);
            return true;
        }
    }
    for (size_t i = 0; i < json_array_size(json); i++) {
        read_item(json_array_get(json, i), add, context);
    }
    return json_is_array(json);
}

static void add_value(void *context, const char *value, const char *label)
{
    struct result *result = context;
    result->values = memory_resize(result->values, result->value_count + 1, sizeof *result->values);
    result->values[result->value_count++] = (struct picklist_value){
        .value = memory_copy_string(value), .label = memory_copy_string(label), .active = true};
}

enum wire_step spotler_encode_lookup(const struct spotler *spotler,
                                     const struct operation *operation, int step,
                                     struct http_request *request, struct error *error)
{
    struct text path = {0}, url = {0};
    (void)step;
    if (operation->field == NULL || operation->field[0] == '\0') {
        error_set(error, ERROR_USAGE, "A lookup list of %s goes by a field, and none was given.",
                  operation->object);
        return WIRE_REFUSED;
    }
    text_append_string(&path, "/lookup/");
    http_encode(&path, operation->object, strlen(operation->object));
    text_append_character(&path, '/');
    http_encode(&path, operation->field, strlen(operation->field));
    spotler_url(spotler, text_string(&path), &url);
    spotler_request(spotler, "GET", &url, request);
    text_free(&path);
    return WIRE_SEND;
}

int spotler_decode_lookup(struct spotler *spotler, const struct operation *operation, int step,
                          const struct http_response *response, struct result *result)
{
    (void)spotler;
    (void)step;
    json_t *json = spotler_read(operation, response, &result->error);
    if (json != NULL && !spotler_items(json, add_value, result)) {
        error_set(&result->error, ERROR_PROTOCOL,
                  "The lookup list of %s.%s came in a form that is not known.", operation->object,
                  operation->field);
        error_set_server(&result->error, response->body, response->length);
    }
    json_decref(json);
    return 0;
}

/* --- appending --- */

/* Lines, or a JSON array of texts. */
static void add_items(const char *text, json_t *items)
{
    struct error ignored = {0};
    json_t *array = text[0] == '[' ? json_read(text, strlen(text), &ignored) : NULL;
    error_clear(&ignored);
    if (json_is_array(array)) {
        json_array_extend(items, array);
        json_decref(array);
        return;
    }
    json_decref(array);
    while (*text != '\0') {
        size_t length = strcspn(text, "\r\n");
        if (length > 0) {
            json_array_append_new(items, json_stringn(text, length));
        }
        text += length;
        text += strspn(text, "\r\n");
    }
}

/* The action names its list; an append to a field's list goes by what the dictionary said. */
static const char *list_name(const struct spotler *spotler, const struct operation *operation)
{
    for (size_t i = 0; i < operation->parameter_count; i++) {
        if (strcmp(operation->parameters[i].name, "list_name") == 0) {
            return operation->parameters[i].value;
        }
    }
    const struct spotler_form *form = NULL;
    if (operation->object != NULL && operation->field != NULL) {
        form = spotler_find_form(spotler, operation->object, operation->field);
    }
    return form != NULL && form->list != NULL ? form->list : operation->field;
}

enum wire_step spotler_encode_append(const struct spotler *spotler,
                                     const struct operation *operation, int step,
                                     struct http_request *request, struct error *error)
{
    struct text path = {0}, url = {0};
    const char *list = list_name(spotler, operation);
    json_t *items = json_array();
    (void)step;
    for (size_t i = 0; i < operation->parameter_count; i++) {
        if (strcmp(operation->parameters[i].name, "list_name") != 0) {
            add_items(operation->parameters[i].value, items);
        }
    }
    if (list == NULL || list[0] == '\0' || json_array_size(items) == 0) {
        error_set(error, ERROR_USAGE,
                  "Appending to a lookup list takes the list's name and at "
                  "least one item.");
        json_decref(items);
        return WIRE_REFUSED;
    }
    text_append_string(&path, "/lookup/");
    http_encode(&path, list, strlen(list));
    spotler_url(spotler, text_string(&path), &url);
    spotler_request(spotler, "PATCH", &url, request);
    spotler_body(request, json_pack("{s:o}", "items", items));
    text_free(&path);
    return WIRE_SEND;
}

int spotler_decode_append(struct spotler *spotler, const struct operation *operation, int step,
                          const struct http_response *response, struct result *result)
{
    struct text text = {0};
    (void)spotler;
    (void)step;
    json_t *json = spotler_read(operation, response, &result->error);
    if (json == NULL) {
        return 0;
    }
    const char *message = json_member_string(json, "message");
    spotler_items(json, add_value, result);
    text_append_string(&text, message != NULL ? message : "Appended");
    for (size_t i = 0; i < result->value_count; i++) {
        text_format(&text, "%s%s", i == 0 ? ": " : ", ", result->values[i].label);
    }
    result->text = text_take(&text);
    json_decref(json);
    return 0;
}
