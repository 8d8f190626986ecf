/*
 * write: create, update and delete, one record an exchange. Fetch thread.
 *
 * What is sent are the fields that were given and nothing else. A refusal of the record is its own
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

enum wire_step spotler_encode_write(const struct spotler *spotler,
                                    const struct operation *operation, int step,
                                    struct http_request *request, struct error *error)
{
    const struct write_request *write = &operation->writes[step];
    struct text path = {0}, url = {0};
    if (!has_id(operation, write, error)) {
        return WIRE_REFUSED;
    }
    text_append_character(&path, '/');
    http_encode(&path, operation->object, strlen(operation->object));
    if (operation->kind != OPERATION_CREATE) {
        text_append_character(&path, '/');
        http_encode(&path, write->id, strlen(write->id));
    }
    spotler_url(spotler, text_string(&path), &url);
    spotler_request(spotler, methods[operation->kind], &url, request);
    if (operation->kind != OPERATION_DELETE) {
        spotler_body(request, body_of(spotler, operation, write->values));
    }
    text_free(&path);
    return WIRE_SEND;
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

int spotler_decode_write(struct spotler *spotler, const struct operation *operation, int step,
                         const struct http_response *response, struct result *result)
{
    struct error error = {0};
    const struct write_request *write = &operation->writes[step];
    (void)spotler;
    json_t *json = spotler_read(operation, response, &error);
    char *id = json == NULL ? NULL : id_of(json);
    bool create = operation->kind == OPERATION_CREATE;
    if (json != NULL && create && id == NULL) {
        error_set(&error, ERROR_PROTOCOL,
                  "Spotler CRM took the new record of %s but did not say its id.",
                  operation->object);
        error_set_hint(&error, "look for the record before sending it again");
    }
    if (error_is_set(&error)) {
        take_refusal(&error, write->id, result);
    } else {
        struct write_result *done = result_add_write(result, create ? id : write->id);
        done->success = true;
        done->created = create;
    }
    json_decref(json);
    free(id);
    error_clear(&error);
    bool more = (size_t)step + 1 < operation->write_count && !error_is_set(&result->error);
    return more ? step + 1 : 0;
}
