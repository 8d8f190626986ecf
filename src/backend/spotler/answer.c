/*
 * answer: an HTTP answer as JSON, or as an error with the server's words. Pure; fetch thread.
 *
 * Which status means what is one table: the vendor's page has 402 for a bad token, live servers
 * send 403, and a session without one may be sent on to a page to log in.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/memory.h"
#include "net/json.h"

static const char *const attempts[OPERATION_KIND_COUNT] = {
    [OPERATION_SIGN_IN] = "signing in",
    [OPERATION_LIST_OBJECTS] = "counting",
    [OPERATION_DESCRIBE] = "describing",
    [OPERATION_LOOKUP] = "reading a lookup list of",
    [OPERATION_LOOKUP_APPEND] = "appending to a lookup list",
    [OPERATION_PAGE] = "reading",
    [OPERATION_COUNT] = "counting",
    [OPERATION_GET] = "reading",
    [OPERATION_CREATE] = "creating in",
    [OPERATION_UPDATE] = "updating",
    [OPERATION_DELETE] = "deleting from",
    [OPERATION_ACTION] = "appending to a lookup list",
};

static const struct {
    long status;
    enum error_kind kind;
    const char *words, *hint;
} statuses[] = {
    {400, ERROR_USAGE, "bad request", NULL},
    {401, ERROR_SIGN_IN, "the token was not accepted", "check the profile's token"},
    {402, ERROR_SIGN_IN, "forbidden", "check the profile's token, and that the plan has this"},
    {403, ERROR_SIGN_IN, "forbidden", "check the profile's token, and that the plan has this"},
    {404, ERROR_NOT_FOUND, "record or page not found", NULL},
    {405, ERROR_UNSUPPORTED, "not allowed here", NULL},
    {422, ERROR_VALIDATION, "the record was refused", NULL},
    {429, ERROR_RATE_LIMIT, "too many requests", "wait, then try again"},
    {500, ERROR_SERVER, "internal server error", NULL},
};

char *spotler_attempt(const struct operation *operation)
{
    struct text text = {0};
    const char *attempt = attempts[operation->kind];
    text_append_string(&text, attempt == NULL ? operation_name(operation->kind) : attempt);
    if (operation->object != NULL && operation->kind != OPERATION_SIGN_IN &&
        operation->kind != OPERATION_ACTION) {
        text_format(&text, " %s", operation->object);
    }
    return text_take(&text);
}

/* --- validation --- */

static const struct {
    const char *rule, *message;
} rules[] = {
    {"Required", "is required"},
    {"Email", "is no e-mail address"},
    {"Integer", "must be a whole number"},
    {"Numeric", "must be a number"},
    {"Date", "must be a date"},
    {"Unique", "is taken already"},
    {"Exists", "is not there"},
    {"In", "is none of the values of its list"},
    {"Url", "is no web address"},
    {"String", "must be text"},
    {"Boolean", "must be 0 or 1"},
};

static void print_parameters(const json_t *parameters, struct text *out)
{
    for (size_t i = 0; i < json_array_size(parameters); i++) {
        struct value value = json_to_value(json_array_get(parameters, i));
        text_append_string(out, i == 0 ? " (" : ", ");
        value_print(&value, out);
    }
    text_append_string(out, json_array_size(parameters) > 0 ? ")" : "");
}

static void add_rule(struct error *error, const char *field, const char *rule,
                     const json_t *parameters)
{
    struct text message = {0};
    const char *words = NULL;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        words = strcmp(rules[i].rule, rule) == 0 ? rules[i].message : words;
    }
    if (words != NULL) {
        text_append_string(&message, words);
    } else {
        text_format(&message, "does not keep to the rule %s", rule);
    }
    print_parameters(parameters, &message);
    error_add_field(error, field, rule, text_string(&message));
    text_free(&message);
}

/* {"Required": []}, or the message itself. */
static void add_failure(struct error *error, const char *field, json_t *failure)
{
    const char *rule;
    json_t *parameters;
    if (json_is_string(failure)) {
        error_add_field(error, field, NULL, json_string_value(failure));
    }
    json_object_foreach(failure, rule, parameters)
    {
        add_rule(error, field, rule, parameters);
    }
}

static void add_validation(struct error *error, json_t *validation)
{
    const char *field;
    json_t *failures;
    json_object_foreach(validation, field, failures)
    {
        if (!json_is_array(failures)) {
            add_failure(error, field, failures);
        }
        for (size_t i = 0; i < json_array_size(failures); i++) {
            add_failure(error, field, json_array_get(failures, i));
        }
    }
}

/* --- errors --- */

static size_t status_row(long status)
{
    size_t count = sizeof statuses / sizeof statuses[0];
    for (size_t i = 0; i < count; i++) {
        if (statuses[i].status == status) {
            return i;
        }
    }
    return status >= 500 ? count - 1 : 0;
}

static bool refuse_redirect(const char *attempt, struct error *error)
{
    error_set(error, ERROR_SIGN_IN,
              "While %s, Spotler CRM sent the request on to another page, as it does to have one "
              "log in.",
              attempt);
    error_set_hint(error, "check the profile's token and url");
    return false;
}

static void fill_refusal(const struct http_response *response, const char *attempt, json_t *json,
                         struct error *error)
{
    size_t row = status_row(response->status);
    const char *message = json_member_string(json, "message");
    enum error_kind kind = statuses[row].kind;
    if (message != NULL && strncmp(message, "Invalid record type", 19) == 0) {
        kind = ERROR_NOT_FOUND;
    }
    message = message != NULL ? message : statuses[row].words;
    size_t length = strlen(message);
    length -= length > 0 && message[length - 1] == '.' ? 1 : 0;
    error_set(error, kind, "While %s, Spotler CRM answered %ld: %.*s.", attempt, response->status,
              (int)(length < 1000 ? length : 1000), message);
    if (statuses[row].hint != NULL) {
        error_set_hint(error, "%s", statuses[row].hint);
    }
    if (kind == ERROR_NOT_FOUND && response->status >= 500) {
        error_set_hint(error, "the profile's plan may not have it; `dossier objects` lists names");
    }
    error->retry_after = http_retry_seconds(response);
    error_set_server(error, response->body, response->length);
    add_validation(error, json_member(json, "validation"));
}

static bool refuse_status(const struct http_response *response, const char *attempt,
                          struct error *error)
{
    struct error ignored = {0};
    if (response->status >= 300 && response->status < 400) {
        return refuse_redirect(attempt, error);
    }
    json_t *json = json_read(response->body, response->length, &ignored);
    fill_refusal(response, attempt, json, error);
    json_decref(json);
    error_clear(&ignored);
    return false;
}

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' && bytes[i] != '\n') {
            return false;
        }
    }
    return true;
}

/* A web page where JSON was asked for: what a log-in page is to a program. */
static bool is_page(const struct http_response *response)
{
    const char *type = http_response_header(response, "Content-Type");
    size_t at = 0;
    while (at < response->length && is_blank(response->body + at, 1)) {
        at++;
    }
    return (type != NULL && text_starts_folded(type, strlen(type), "text/html", 9)) ||
           (at < response->length && response->body[at] == '<');
}

json_t *spotler_read(const struct operation *operation, const struct http_response *response,
                     struct error *error)
{
    char *attempt = spotler_attempt(operation);
    json_t *json = NULL;
    if (response->status < 200 || response->status > 299) {
        refuse_status(response, attempt, error);
    } else if (is_blank(response->body, response->length)) {
        json = json_object();
    } else if (is_page(response)) {
        refuse_redirect(attempt, error);
    } else {
        json = json_read(response->body, response->length, error);
        if (json == NULL) {
            error_context(error, "While %s: ", attempt);
        }
    }
    free(attempt);
    return json;
}
