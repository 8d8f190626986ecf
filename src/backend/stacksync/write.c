/*
 * write: create, update, delete and upsert, with a result for each record. Pure.
 *
 * An upsert looks first whether the key is there: the proxy's answer does not say whether the
 * record is new. The look-up is step 0; step 1 sends the record knowing that there was none, step 2
 * that there was one, step 3 knowing nothing, because the key cannot be looked for.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/soql/salesforce.h"
#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

enum upsert_step { UPSERT_LOOK = 0, UPSERT_NEW = 1, UPSERT_KNOWN = 2, UPSERT_BLIND = 3 };

/* --- requests --- */

static json_t *json_of(const struct field *field, const struct value *value)
{
    struct text moment = {0};
    json_t *json = NULL;

    if (salesforce_moment(field, value, &moment))
        json = json_stringn(text_string(&moment), moment.length);
    text_free(&moment);
    return json ? json : json_from_value(field, value);
}

static json_t *object_of(const struct operation *operation, const struct write_request *write)
{
    json_t *object = json_object();
    char widened[SALESFORCE_ID_LENGTH + 1];

    if (write->id)
        json_object_set_new(
            object, "id",
            json_string(salesforce_widen_id(write->id, widened) ? widened : write->id));
    for (size_t i = 0; write->values && i < write->values->field_count; i++) {
        const struct record_field *given = &write->values->fields[i];
        const struct field *field =
            operation->schema ? schema_field(operation->schema, given->name) : NULL;

        if (given->value.kind != VALUE_ABSENT)
            json_object_set_new(object, given->name, json_of(field, &given->value));
    }
    return object;
}

static json_t *body_of(const struct operation *operation)
{
    json_t *body = json_object(), *data = json_array();

    for (size_t i = 0; i < operation->write_count; i++)
        json_array_append_new(data, object_of(operation, &operation->writes[i]));
    json_object_set_new(body, "data", data);
    return body;
}

static enum wire_step send_write(const struct call *call, const char *verb, json_t *body)
{
    struct text path = {0};
    enum wire_step step;

    text_format(&path, "object/%s/", verb);
    http_encode(&path, call->operation->object, strlen(call->operation->object));
    step = send_post(call, text_string(&path), body, false);
    text_free(&path);
    return step;
}

enum wire_step encode_create(const struct call *call)
{
    return send_write(call, "insert", body_of(call->operation));
}

enum wire_step encode_update(const struct call *call)
{
    return send_write(call, "update", body_of(call->operation));
}

enum wire_step encode_delete(const struct call *call)
{
    json_t *body = json_object(), *data = json_object(), *ids = json_array();

    for (size_t i = 0; i < call->operation->write_count; i++) {
        const char *id = call->operation->writes[i].id;
        char widened[SALESFORCE_ID_LENGTH + 1];

        json_array_append_new(ids, json_string(salesforce_widen_id(id, widened) ? widened : id));
    }
    json_object_set_new(data, "ids", ids);
    json_object_set_new(body, "data", data);
    return send_post(call, "object/delete", body, false);
}

/* --- results --- */

/* Salesforce says the same of a record that is not there and of a reference to one, which it names.
 */
static bool is_record_missing(const struct answer *answer, const json_t *entry)
{
    const char *code = json_member_string(entry, "statusCode");
    bool by_id =
        answer->operation->kind == OPERATION_UPDATE || answer->operation->kind == OPERATION_DELETE;

    return by_id && code && strcmp(code, "INVALID_CROSS_REFERENCE_KEY") == 0 &&
           json_array_size(json_member(entry, "fields")) == 0;
}

static void take_errors(const struct answer *answer, const json_t *entry, struct error *error)
{
    const json_t *errors = json_member(entry, "errors");
    const json_t *first = json_is_array(errors) ? json_array_get(errors, 0) : errors;

    salesforce_error(first && !json_is_null(first) ? first : entry, ERROR_VALIDATION, error);
    if (is_record_missing(answer, first))
        error->kind = ERROR_NOT_FOUND;
    for (size_t i = 1; i < json_array_size(errors); i++)
        salesforce_error(json_array_get(errors, i), ERROR_VALIDATION, error);
    error_context(error, "%s of %s: ", operation_name(answer->operation->kind),
                  answer->operation->object ? answer->operation->object : "records");
}

static struct write_result *take_result(const struct answer *answer, size_t number,
                                        const json_t *entry)
{
    const char *id = json_member_string(entry, "id");
    const char *asked = answer->operation->writes[number].id;
    struct write_result *write = result_add_write(answer->result, id ? id : asked);

    if (!json_is_object(entry)) {
        write->lost = true;
        error_set(&write->error, ERROR_PROTOCOL,
                  "It is unknown whether this record was written: the answer has no result for it");
        return write;
    }
    write->success = json_is_true(json_member(entry, "success"));
    write->created = write->success && (answer->operation->kind == OPERATION_CREATE ||
                                        json_is_true(json_member(entry, "created")));
    if (!write->success)
        take_errors(answer, entry, &write->error);
    return write;
}

static bool is_results(const json_t *data)
{
    if (json_is_array(data))
        return json_array_size(data) == 0 || !find_problem(json_array_get(data, 0)) ||
               json_member(json_array_get(data, 0), "success");
    return json_is_object(data) && json_member(data, "success");
}

int decode_writes(const struct answer *answer)
{
    json_t *document, *data = answer_data(answer, &document);

    if (data && !is_results(data)) {
        if (find_problem(data))
            answer_fail(answer);
        else
            answer_nonsense(answer, "a result for each record");
    } else if (data) {
        for (size_t i = 0; i < answer->operation->write_count; i++)
            take_result(answer, i, json_is_array(data) ? json_array_get(data, i) : data);
    }
    json_decref(document);
    return 0;
}

/* --- upsert --- */

static struct value key_value(const struct operation *operation)
{
    return record_value(operation->writes[0].values, operation->field);
}

/* SELECT Id FROM object WHERE key = value LIMIT 2; false when the key cannot be looked for. */
static bool print_look_up(const struct operation *operation, struct text *out)
{
    const struct field *field =
        operation->schema ? schema_field(operation->schema, operation->field) : NULL;
    struct value value = key_value(operation);
    char *literal;

    if (!field || !field->filter || value_is_nothing(&value))
        return false;
    literal = soql_literal(field, &value);
    text_format(out, "SELECT Id FROM %s WHERE %s = %s LIMIT 2", operation->object, field->name,
                literal);
    free(literal);
    return true;
}

static enum wire_step send_upsert(const struct call *call)
{
    json_t *body = body_of(call->operation);

    json_object_set_new(body, "match_key", json_string(call->operation->field));
    return send_write(call, "upsert", body);
}

enum wire_step encode_upsert(const struct call *call)
{
    struct text statement = {0};

    if (call->step == UPSERT_LOOK && !call->operation->explain &&
        print_look_up(call->operation, &statement))
        return send_soql(call, &statement);
    return send_upsert(call);
}

static void refuse_several(const struct answer *answer)
{
    struct write_result *write = result_add_write(answer->result, NULL);
    struct value value = key_value(answer->operation);
    char *text = value_to_string(&value);

    error_set(&write->error, ERROR_CONFLICT,
              "Several records of %s have \"%s\" in %s, so nothing was written.",
              answer->operation->object, text ? text : "nothing", answer->operation->field);
    error_set_hint(&write->error, "match by a field whose values are unique, or update by Id");
    error_add_field(&write->error, answer->operation->field, "DUPLICATE_EXTERNAL_ID",
                    "several records match");
    free(text);
}

static int decode_look_up(const struct answer *answer)
{
    const json_t *envelope;
    json_t *document, *rows = answer_rows(answer, &document, &envelope);
    size_t count = json_array_size(rows);
    enum error_kind kind = answer->result->error.kind;
    int step = count == 0 ? UPSERT_NEW : UPSERT_KNOWN;

    json_decref(document);
    if (count > 1) {
        refuse_several(answer);
        return 0;
    }
    if (rows)
        return step;
    if (kind != ERROR_USAGE && kind != ERROR_VALIDATION)
        return 0;
    error_clear(
        &answer->result->error); /* a key that cannot be looked for is the proxy's to match */
    return UPSERT_BLIND;
}

static bool was_look_up(const struct answer *answer)
{
    struct text statement = {0};
    bool look_up = answer->step == UPSERT_LOOK && print_look_up(answer->operation, &statement);

    text_free(&statement);
    return look_up;
}

int decode_upsert(const struct answer *answer)
{
    struct result *result = answer->result;

    if (was_look_up(answer))
        return decode_look_up(answer);
    if (answer->response->status == 300) {
        refuse_several(answer);
        return 0;
    }
    decode_writes(answer);
    if (result->write_count == 1 && result->writes[0].success && answer->step == UPSERT_NEW)
        result->writes[0].created = true;
    return 0;
}
