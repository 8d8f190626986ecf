/*
 * reply: JSend: what a server answers, told apart into success, fail and error. Where the page says
 * nothing of a body, its status decides and its words are kept.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/salesdirector/internal.h"
#include "net/json.h"

static const struct status_meaning {
    long status;
    enum error_kind kind;
    const char *message;
    const char *hint;
} meanings[] = {
    {400, ERROR_VALIDATION, "SalesDirector.ai refused the request as bad (400)", NULL},
    {401, ERROR_SIGN_IN, "SalesDirector.ai does not know the API key (401)",
     "make one under Setup, API Keys, and set api_key_command or api_key_env of the profile"},
    {403, ERROR_FORBIDDEN, "the API key may not do this at SalesDirector.ai (403)",
     "uploads need the key of an administrator"},
    {404, ERROR_NOT_FOUND, "SalesDirector.ai has nothing at this address (404)",
     "check url and targets_path of the profile"},
    {413, ERROR_VALIDATION, "SalesDirector.ai says the upload is too large (413)", NULL},
    {422, ERROR_VALIDATION, "SalesDirector.ai refused what was sent (422)", NULL},
    {429, ERROR_RATE_LIMIT, "SalesDirector.ai asks to come back later (429)", NULL},
    {500, ERROR_SERVER, "SalesDirector.ai had a problem of its own (500)", "try again later"},
    {503, ERROR_SERVER, "SalesDirector.ai is offline for maintenance (503)", "try again later"},
};

static bool fail_status(long status, struct error *error)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (meanings[i].status == status) {
            error_set(error, meanings[i].kind, "%s", meanings[i].message);
            if (meanings[i].hint != NULL) {
                error_set_hint(error, "%s", meanings[i].hint);
            }
            return true;
        }
    }
    return false;
}

static void fail_by_status(const struct http_response *response, struct error *error)
{
    if (!fail_status(response->status, error)) {
        error_set(error,
                  response->status >= 400 && response->status < 500 ? ERROR_USAGE : ERROR_SERVER,
                  "SalesDirector.ai answered with status %ld", response->status);
    }
    error->retry_after = http_retry_seconds(response);
}

/* `fail`: data says of each field why. */
static void take_reasons(const json_t *data, struct error *error)
{
    const char *field;
    json_t *reason;
    json_object_foreach((json_t *)data, field, reason)
    {
        struct text words = {0};
        if (json_is_string(reason)) {
            text_append(&words, json_string_value(reason), json_string_length(reason));
        } else {
            json_print(reason, &words);
        }
        error_add_field(error, field, NULL, text_string(&words));
        text_free(&words);
    }
    if (json_is_string(data)) {
        error_set_server(error, json_string_value(data), json_string_length(data));
    }
}

static void fail_body(const struct http_response *response, const json_t *body, struct error *error)
{
    const char *status = json_member_string(body, "status");
    const json_t *message = json_member(body, "message");
    const json_t *code = json_member(body, "code");
    if (response->status >= 400) {
        fail_by_status(response, error);
    } else if (status != NULL && strcmp(status, "fail") == 0) {
        error_set(error, ERROR_VALIDATION, "SalesDirector.ai refused what was sent");
    } else if (!json_is_integer(code) || !fail_status((long)json_integer_value(code), error)) {
        error_set(error, ERROR_SERVER, "SalesDirector.ai answered with an error");
    }
    if (status != NULL && strcmp(status, "fail") == 0) {
        take_reasons(json_member(body, "data"), error);
    }
    if (json_is_string(message)) {
        error_set_server(error, json_string_value(message), json_string_length(message));
    }
}

/* An error status whose body is not JSON: its words are kept, a page of HTML is not. */
static void fail_words(const struct http_response *response, struct error *error)
{
    enum { MOST_WORDS = 500 };
    fail_by_status(response, error);
    if (response->length > 0 && response->body[0] != '<') {
        error_set_server(error, response->body,
                         response->length < MOST_WORDS ? response->length : MOST_WORDS);
    }
}

json_t *director_reply(const struct http_response *response, struct error *error)
{
    struct error unreadable = {0};
    json_t *body = json_read(response->body, response->length, &unreadable);
    const char *status = json_member_string(body, "status");
    bool good = response->status >= 200 && response->status < 300;
    json_t *data = NULL;
    if (body == NULL && good) {
        error_move(error, &unreadable);
        error_context(error, "the answer of SalesDirector.ai cannot be read: ");
    } else if (body == NULL) {
        fail_words(response, error);
    } else if (!good || (status != NULL && strcmp(status, "success") != 0)) {
        fail_body(response, body, error);
    } else {
        data = status == NULL ? json_incref(body) : json_incref(json_member(body, "data"));
        data = data == NULL ? json_null() : data;
    }
    error_clear(&unreadable);
    json_decref(body);
    return data;
}
