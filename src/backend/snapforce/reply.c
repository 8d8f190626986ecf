/*
 * reply: what the server said, where it was not records: an HTTP status, words of an error, or the
 * answer to a write. The vendor says nothing of these bodies; what is assumed is in
 * doc/adapters.md.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/snapforce/internal.h"
#include "core/memory.h"
#include "net/xml.h"

/* --- statuses --- */

static const struct status_meaning {
    long status;
    enum error_kind kind;
    const char *message;
    const char *hint;
} meanings[] = {
    {400, ERROR_VALIDATION, "Snapforce refused the request as bad (400)", NULL},
    {401, ERROR_SIGN_IN, "Snapforce does not take the API user and key (401)",
     "see Setup, Developers, API in Snapforce, and api_user and api_key of the profile"},
    {403, ERROR_FORBIDDEN, "the API user may not do this at Snapforce (403)", NULL},
    {404, ERROR_NOT_FOUND, "Snapforce has nothing at this address (404)",
     "check url of the profile: it is the address of the whole API"},
    {413, ERROR_VALIDATION, "Snapforce says that the request is too large (413)", NULL},
    {422, ERROR_VALIDATION, "Snapforce refused what was sent (422)", NULL},
    {429, ERROR_RATE_LIMIT, "Snapforce asks to come back later (429)", NULL},
    {500, ERROR_SERVER, "Snapforce had a problem of its own (500)", "try again later"},
    {503, ERROR_SERVER, "Snapforce is not there for the moment (503)", "try again later"},
};

static void fail_by_status(long status, struct error *error)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (meanings[i].status == status) {
            error_set(error, meanings[i].kind, "%s", meanings[i].message);
            if (meanings[i].hint != NULL) {
                error_set_hint(error, "%s", meanings[i].hint);
            }
            return;
        }
    }
    error_set(error, status >= 400 && status < 500 ? ERROR_USAGE : ERROR_SERVER,
              "Snapforce answered with status %ld", status);
}

/* A request with a key in it is sent to no other address than the profile's. */
static void fail_redirect(const struct http_response *response, struct error *error)
{
    const char *place = http_response_header(response, "Location");
    struct text shown = {0};
    http_print_url(place == NULL ? "nowhere" : place, &shown);
    error_set(error, ERROR_PROTOCOL, "Snapforce sends the request on to another address (%ld)",
              response->status);
    error_set_server(error, text_string(&shown), shown.length);
    error_set_hint(error, "if you trust it, set url of the profile to that address");
    text_free(&shown);
}

bool snap_check_status(const struct http_response *response, struct error *error)
{
    enum { MOST_WORDS = 500 };
    long status = response->status;
    if (status >= 200 && status < 300) {
        return true;
    }
    if (status >= 300 && status < 400) {
        fail_redirect(response, error);
        return false;
    }
    fail_by_status(status, error);
    struct error unread = {0};
    xmlDoc *document = xml_read_tree(response->body, response->length, &unread);
    const xmlNode *root = xml_root(document);
    const char *words =
        xml_text(root) != NULL ? xml_text(root) : xml_text(xml_child(root, NULL, NULL));
    if (words != NULL) {
        error_set_server(error, words, strlen(words));
    } else if (document == NULL && response->length > 0 && response->body[0] != '<') {
        error_set_server(error, response->body,
                         response->length < MOST_WORDS ? response->length : MOST_WORDS);
    }
    xmlFreeDoc(document);
    error_clear(&unread);
    return false;
}

void snap_explain_page(const struct http_response *response, struct error *error)
{
    static const char *const starts[] = {"<!doctype html", "<html"};
    size_t at = 0;
    error_context(error, "what Snapforce answered cannot be read: ");
    while (at < response->length && strchr(" \t\r\n", response->body[at]) != NULL) {
        at++;
    }
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (text_starts_folded(response->body + at, response->length - at, starts[i],
                               strlen(starts[i]))) {
            error_set_hint(error, "it is a web page: check url of the profile, which is the "
                                  "address of the API and not of the web site");
        }
    }
}

/* --- words --- */

bool snap_is_error_name(const char *name)
{
    return text_equal_folded(name, "error") || text_equal_folded(name, "errors") ||
           text_equal_folded(name, "message");
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (text_equal_folded(text, words[i])) {
            return true;
        }
    }
    return false;
}

bool snap_is_failure(const char *text)
{
    static const char *const words[] = {"error", "failure", "failed", "fail", "false", NULL};
    return is_one_of(text, words);
}

static bool is_success(const char *text)
{
    static const char *const words[] = {"success", "successful", "ok", "true", "1", NULL};
    return is_one_of(text, words);
}

static const struct word_meaning {
    const char *part;
    enum error_kind kind;
} word_meanings[] = {
    {"api_key", ERROR_SIGN_IN},       {"api key", ERROR_SIGN_IN},
    {"api_user", ERROR_SIGN_IN},      {"api user", ERROR_SIGN_IN},
    {"authenticat", ERROR_SIGN_IN},   {"credential", ERROR_SIGN_IN},
    {"unauthori", ERROR_SIGN_IN},     {"permission", ERROR_FORBIDDEN},
    {"access denied", ERROR_SIGN_IN}, {"not found", ERROR_NOT_FOUND},
    {"no such", ERROR_NOT_FOUND},     {"does not exist", ERROR_NOT_FOUND},
};

void snap_fail_words(const char *words, size_t length, bool writing, struct error *error)
{
    enum error_kind kind = writing ? ERROR_VALIDATION : ERROR_SERVER;
    for (size_t i = 0; i < sizeof word_meanings / sizeof *word_meanings; i++) {
        const char *part = word_meanings[i].part;
        if (text_contains_folded(words, length, part, strlen(part))) {
            kind = word_meanings[i].kind;
            break;
        }
    }
    error_set(error, kind, "%s",
              kind == ERROR_SIGN_IN ? "Snapforce does not take the API user and key"
              : writing             ? "Snapforce refused what was sent"
                                    : "Snapforce answered with an error");
    error_set_server(error, words, length);
    if (kind == ERROR_SIGN_IN) {
        error_set_hint(error, "see Setup, Developers, API in Snapforce, and api_user and api_key "
                              "of the profile");
    }
}

/* --- the answer to a write --- */

struct reply {
    const struct snap_module *module;
    const char *id_field;
    struct text words; /* of errors */
    char *id;
    bool success, failure;
};

static void append_words(struct text *words, const char *text)
{
    text_append_string(words, words->length > 0 && text[0] != '\0' ? " " : "");
    text_append_string(words, text);
}

static void collect_words(const xmlNode *node, struct text *words)
{
    const char *text = xml_text(node);
    if (text != NULL) {
        append_words(words, text);
    }
    for (const xmlNode *at = xml_child(node, NULL, NULL); at != NULL;
         at = xml_next(at, NULL, NULL)) {
        collect_words(at, words);
    }
}

static void take_id(struct reply *reply, const xmlNode *node)
{
    const char *name = (const char *)node->name, *text = xml_text(node);
    const xmlAttr *first = node->properties;
    const char *value = NULL;
    if (text_equal_folded(name, reply->id_field) || text_equal_folded(name, "id")) {
        value = text;
    } else if (text_equal_folded(name, reply->module->singular) && first != NULL &&
               first->children != NULL) {
        value = (const char *)first->children->content;
    }
    if (reply->id == NULL && value != NULL && value[0] != '\0') {
        reply->id = memory_copy_string(value);
    }
}

static void look_at(struct reply *reply, const xmlNode *node, int depth)
{
    const char *name = (const char *)node->name, *text = xml_text(node);
    take_id(reply, node);
    if (depth < 2 && snap_is_error_name(name)) {
        collect_words(node, &reply->words);
        return;
    }
    if (depth == 1 && text != NULL &&
        (text_equal_folded(name, "status") || text_equal_folded(name, "result"))) {
        reply->success = reply->success || is_success(text);
        reply->failure = reply->failure || snap_is_failure(text);
    }
    for (const xmlNode *at = xml_child(node, NULL, NULL); at != NULL;
         at = xml_next(at, NULL, NULL)) {
        look_at(reply, at, depth + 1);
    }
}

static bool is_blank(const struct http_response *response)
{
    for (size_t i = 0; i < response->length; i++) {
        if (response->body[i] == '\0' || strchr(" \t\r\n", response->body[i]) == NULL) {
            return false;
        }
    }
    return true;
}

/* "Record updated successfully" is no error, whatever its element is called. */
static bool says_success(const struct reply *reply)
{
    return reply->success || reply->id != NULL ||
           text_contains_folded(text_string(&reply->words), reply->words.length, "success", 7);
}

bool snap_take_reply(const struct snap_module *module, const char *id_field,
                     const struct http_response *response, char **id, struct error *error)
{
    *id = NULL;
    if (!snap_check_status(response, error)) {
        return false;
    }
    if (is_blank(response)) {
        return true;
    }
    xmlDoc *document = xml_read_tree(response->body, response->length, error);
    if (document == NULL) {
        snap_explain_page(response, error);
        return false;
    }
    struct reply reply = {.module = module, .id_field = id_field};
    look_at(&reply, xml_root(document), 0);
    xmlFreeDoc(document);
    bool failed = reply.failure || (reply.words.length > 0 && !says_success(&reply));
    if (failed) {
        snap_fail_words(text_string(&reply.words), reply.words.length, true, error);
        free(reply.id);
        reply.id = NULL;
    }
    *id = reply.id;
    text_free(&reply.words);
    return !failed;
}
