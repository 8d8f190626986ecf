/*
 * describe: Salesforce's describe, in JSON, as objects and schemas. Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/soql/description.h"
#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

/* --- how a member is read --- */

static const char *read_string(description element, const char *name)
{
    return json_member_string(element, name);
}

static bool read_flag(description element, const char *name, bool missing)
{
    const json_t *member = json_member(element, name);

    return json_is_boolean(member) ? json_is_true(member) : missing;
}

static int read_number(description element, const char *name)
{
    const json_t *member = json_member(element, name);
    json_int_t value = json_is_integer(member) ? json_integer_value(member) : 0;

    return value > 0 && value <= INT32_MAX ? (int)value : 0;
}

static char *read_spelling(description element, const char *name)
{
    const json_t *member = json_member(element, name);
    struct value value = json_to_value(member);

    return member && !value_is_nothing(&value) ? value_to_string(&value) : NULL;
}

static void read_each(description element, const char *name,
                      void (*visit)(void *context, description entry), void *context)
{
    const json_t *list = json_member(element, name);

    for (size_t i = 0; i < json_array_size(list); i++)
        visit(context, json_array_get(list, i));
}

static const char *read_text(description entry)
{
    return json_string_value(entry);
}

static const struct description_reader reader = {
    .string = read_string,
    .flag = read_flag,
    .number = read_number,
    .spelling = read_spelling,
    .each = read_each,
    .text = read_text,
};

/* --- the instance --- */

static void take_objects(const struct answer *answer)
{
    json_t *document, *data = answer_data(answer, &document);
    const json_t *list = json_is_array(data) ? data : json_member(data, "sobjects");

    if (data && !json_is_array(list)) {
        if (find_problem(data))
            answer_fail(answer);
        else
            answer_nonsense(answer, "sobjects");
    }
    for (size_t i = 0; i < json_array_size(list); i++)
        description_add_object(&reader, json_array_get(list, i), answer->result);
    json_decref(document);
}

static enum wire_step count_object(const struct call *call, const char *object)
{
    struct text statement = {0};

    text_format(&statement, "SELECT COUNT(Id) records FROM %s", object);
    return send_soql(call, &statement);
}

/* The proxy counts nothing with its list: an object is counted when it alone is asked for. */
enum wire_step encode_objects(const struct call *call)
{
    const struct operation *operation = call->operation;

    if (operation->count_objects && operation->object)
        return count_object(call, operation->object);
    return send_post(call, "describe", NULL, true);
}

/* Objects that Salesforce lists but does not count are of no known number. */
static void take_count(const struct answer *answer)
{
    struct result *result = answer->result;
    int64_t count = counted(answer);
    enum error_kind kind = result->error.kind;

    if (kind != ERROR_NONE && kind != ERROR_USAGE && kind != ERROR_VALIDATION &&
        kind != ERROR_UNSUPPORTED && kind != ERROR_NOT_FOUND)
        return;
    error_clear(&result->error);
    result->objects = memory_zeroed(1, sizeof *result->objects);
    result->object_count = 1;
    result->objects[0].name = memory_copy_string(answer->operation->object);
    result->objects[0].label = memory_copy_string(answer->operation->object);
    result->objects[0].kind = memory_copy_string("object");
    result->objects[0].count = count;
}

int decode_objects(const struct answer *answer)
{
    if (answer->operation->count_objects && answer->operation->object)
        take_count(answer);
    else
        take_objects(answer);
    return 0;
}

/* --- an object --- */

enum wire_step encode_describe(const struct call *call)
{
    struct text path = {0};
    enum wire_step step;

    text_append_string(&path, "describe/");
    http_encode(&path, call->operation->object, strlen(call->operation->object));
    step = send_post(call, text_string(&path), NULL, true);
    text_free(&path);
    return step;
}

int decode_describe(const struct answer *answer)
{
    json_t *document, *data = answer_data(answer, &document);

    if (data && json_is_array(json_member(data, "fields")))
        answer->result->schema = description_schema(&reader, data, answer->operation->object);
    else if (data && find_problem(data))
        answer_fail(answer);
    else if (data)
        answer_nonsense(answer, "fields");
    json_decref(document);
    return 0;
}

/* --- a picklist --- */

enum wire_step encode_lookup(const struct call *call)
{
    return encode_describe(call);
}

int decode_lookup(const struct answer *answer)
{
    struct result *result = answer->result;

    decode_describe(answer);
    if (!result->schema)
        return 0;
    description_take_values(result->schema, answer->operation, result);
    schema_release(result->schema);
    result->schema = NULL;
    return 0;
}
