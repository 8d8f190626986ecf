/*
 * write: create, update and delete, one record an exchange. Fetch thread.
 *
 * Step 2n is the first exchange of write n: the write, or where something is expected of the
 * record, reading it; the write is then step 2n + 1. What is sent are the fields that were given
 * and nothing else. A refusal of the record is its own
 * result; one that the next record would meet as well (sign-in, rate limit) fails the operation.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/memory.h"
#include "net/json.h"

static const char *const methods[OPERATION_KIND_COUNT] = {
    [OPERATION_CREATE] = "POST",
    [OPERATION_UPDATE] = "PATCH",
    [OPERATION_DELETE] = "DELETE",
};

static json_t *body_of(const struct spotler *spotler, const struct operation *operation,
                       const struct record *values)
{
    json_t *body = json_object();
    for (size_t i = 0; values != NULL && i < values->field_count; i++) {
        const struct record_field *given = &values->fields[i];
        const struct field *field =
            operation->schema == NULL ? NULL : schema_field(operation->schema, given->name);
        json_object_set_new(body, given->name,
                            spotler_json(spotler, operation->object, field, &given->value));
    }
    return body;
}

/* A write without an id would go to the whole collection, and dots climb out of it. */
static bool has_id(const struct operation *operation, const struct write_request *write,
                   struct error *error)
{
    const char *id = write->id == NULL ? "" : write->id;
    if (operation->kind == OPERATION_CREATE || id[strspn(id, ".")] != '\0') {
        return true;
    }
    return error_set(error, ERROR_USAGE, "A record of %s goes by its id, and none was given.",
                     operation->object);
}

static bool is_checked(const struct operation *operation, const struct write_request *write)
{
    return write->expected != NULL && write->expected->field_count > 0 && !operation->explain &&
           operation->kind != OPERATION_CREATE;
}

static void write_request(const struct spotler *spotler, const struct operation *operation,
                          const struct write_request *write, const char *method,
                          struct http_request *request)
{
    struct text path = {0}, url = {0};
    text_append_character(&path, '/');
    http_encode(&path, operation->object, strlen(operation->object));
    if (operation->kind != OPERATION_CREATE) {
        text_append_character(&path, '/');
        http_encode(&path, write->id, strlen(write->id));
    }
    spotler_url(spotler, text_string(&path), &url);
    spotler_request(spotler, method, &url, request);
    if (strcmp(method, "POST") == 0 || strcmp(method, "PATCH") == 0) {
        spotler_body(request, body_of(spotler, operation, write->values));
    }
    text_free(&path);
}

enum wire_step spotler_encode_write(const struct spotler *spotler,
                                    const struct operation *operation, int step,
                                    struct http_request *request, struct error *error)
{
    const struct write_request *write = &operation->writes[step / 2];
    bool checks = step % 2 == 0 && is_checked(operation, write);
    for (size_t i = 0; i < operation->write_count; i++) {
        if (!has_id(operation, &operation->writes[i], error)) {
            return WIRE_REFUSED;
        }
    }
    if (operation->explain && operation->write_count > 1) {
        return WIRE_NONE;
    }
    write_request(spotler, operation, write, checks ? "GET" : methods[operation->kind], request);
    return WIRE_SEND;
}

static void explain(const struct spotler *spotler, const struct operation *operation,
                    struct result *result)
{
    struct text words = {0};
    for (size_t i = 0; i < operation->write_count; i++) {
        struct http_request request = {0};
        write_request(spotler, operation, &operation->writes[i], methods[operation->kind],
                      &request);
        text_append_string(&words, i > 0 ? "\n" : "");
        http_print_request(&request, &words);
        http_request_clear(&request);
    }
    result->text = text_take(&words);
}

static char *id_of(const json_t *json)
{
    struct value id = json_to_value(json_member(spotler_record(json), "id"));
    return value_to_string(&id);
}

static bool is_everyones(enum error_kind kind)
{
    return kind == ERROR_SIGN_IN || kind == ERROR_RATE_LIMIT;
}

static void take_refusal(struct error *error, const char *id, struct result *result)
{
    if (is_everyones(error->kind)) {
        error_move(&result->error, error);
    } else {
        error_move(&result_add_write(result, id)->error, error);
    }
}

/* Does the record hold what is expected? */
static bool holds(const struct record *expected, const struct record *current)
{
    for (size_t i = 0; i < expected->field_count; i++) {
        struct value now = record_value(current, expected->fields[i].name);
        if (!value_same(&expected->fields[i].value, &now)) {
            return false;
        }
    }
    return true;
}

/* The record as it is now, before it is written; true when the write may follow. */
static bool check_record(struct spotler *spotler, const struct operation *operation,
                         const struct write_request *write, json_t *json, struct result *result)
{
    json_t *found = spotler_record(json);
    if (found == NULL) {
        error_set(&result_add_write(result, write->id)->error, ERROR_NOT_FOUND,
                  "%s has no record %s.", operation->object, write->id);
        return false;
    }
    struct record *current = spotler_take_record(spotler, operation, write->id, found);
    if (holds(write->expected, current)) {
        record_free(current);
        return true;
    }
    struct write_result *refused = result_add_write(result, write->id);
    refused->current = current;
    error_set(&refused->error, ERROR_CONFLICT,
              "Record %s of %s was changed by someone else since it was read.", write->id,
              operation->object);
    return false;
}

static void take_write(const struct operation *operation, const struct write_request *write,
                       json_t *json, struct result *result)
{
    struct error error = {0};
    char *id = id_of(json);
    bool create = operation->kind == OPERATION_CREATE;
    if (create && id == NULL) {
        error_set(&error, ERROR_PROTOCOL,
                  "Spotler CRM took the new record of %s but did not say its id.",
                  operation->object);
        error_set_hint(&error, "look for the record before sending it again");
        take_refusal(&error, write->id, result);
    } else {
        struct write_result *done = result_add_write(result, create ? id : write->id);
        done->success = true;
        done->created = create;
    }
    free(id);
    error_clear(&error);
}

int spotler_decode_write(struct spotler *spotler, const struct operation *operation, int step,
                         const struct http_response *response, struct result *result)
{
    struct error error = {0};
    const struct write_request *write = &operation->writes[step / 2];
    bool follows = false;
    if (response == NULL) {
        explain(spotler, operation, result);
        return 0;
    }
    json_t *json = spotler_read(operation, response, &error);
    if (json == NULL) {
        take_refusal(&error, write->id, result);
    } else if (step % 2 == 0 && is_checked(operation, write)) {
        follows = check_record(spotler, operation, write, json, result);
    } else {
        take_write(operation, write, json, result);
    }
    json_decref(json);
    error_clear(&error);
    if (follows) {
        return step + 1;
    }
    bool more = (size_t)step / 2 + 1 < operation->write_count && !error_is_set(&result->error);
    return more ? step - step % 2 + 2 : 0;
}
