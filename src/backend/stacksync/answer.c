/*
 * answer: what comes back, in every shape the proxy or Salesforce behind it may give it: wrapped in
 * `data` or not, errors as Salesforce's array, as msg, message or error, or as a page of HTML.
 * Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/soql/problem.h"
#include "backend/soql/salesforce.h"
#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

enum { MOST_SHOWN = 300 }; /* bytes of a body that is no JSON */

/* --- errors --- */

static const char *first_string(const json_t *object, const char *const *names)
{
    for (; *names; names++) {
        const char *string = json_member_string(object, *names);

        if (string && *string)
            return string;
    }
    return NULL;
}

static const char *problem_message(const json_t *problem)
{
    static const char *const names[] = {"message", "msg",   "error_description",
                                        "detail",  "error", NULL};

    if (json_is_string(problem))
        return json_string_value(problem);
    return first_string(problem, names);
}

static const char *problem_code(const json_t *problem)
{
    static const char *const names[] = {"errorCode", "statusCode", "code", NULL};

    return json_is_object(problem) ? first_string(problem, names) : NULL;
}

const json_t *find_problem(const json_t *document)
{
    static const char *const inside[] = {"errors", "error", "data"};

    if (json_is_array(document))
        return json_array_size(document) ? find_problem(json_array_get(document, 0)) : NULL;
    if (!json_is_object(document))
        return NULL;
    if (problem_code(document) && problem_message(document))
        return document;
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        const json_t *member = json_member(document, inside[i]);
        const json_t *first = json_is_array(member) ? json_array_get(member, 0) : NULL;
        const json_t *found = find_problem(member);

        if (found)
            return found;
        if (i == 0 && json_is_string(first))
            return first;
    }
    return problem_message(document) ? document : NULL;
}

/* The names of a problem's fields, to be freed by the caller. */
static const char **problem_fields(const json_t *problem, size_t *count)
{
    const json_t *fields = json_member(problem, "fields");
    const char **names = memory_zeroed(json_array_size(fields) + 1, sizeof *names);

    *count = 0;
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const char *name = json_string_value(json_array_get(fields, i));

        if (name)
            names[(*count)++] = name;
    }
    return names;
}

void salesforce_error(const json_t *problem, enum error_kind otherwise, struct error *error)
{
    size_t count;
    const char **fields = problem_fields(problem, &count);
    struct salesforce_problem read = {problem_code(problem), problem_message(problem), fields,
                                      count};

    if (error_is_set(error))
        salesforce_problem_add(&read, error);
    else
        salesforce_problem_set(&read, otherwise, error);
    free(fields);
}

static enum error_kind status_kind(const struct answer *answer)
{
    static const struct {
        long status;
        enum error_kind kind;
    } kinds[] = {
        {300, ERROR_CONFLICT},  {401, ERROR_SIGN_IN},    {402, ERROR_FORBIDDEN},
        {403, ERROR_FORBIDDEN}, {404, ERROR_NOT_FOUND},  {408, ERROR_TIMEOUT},
        {409, ERROR_CONFLICT},  {429, ERROR_RATE_LIMIT}, {504, ERROR_TIMEOUT},
    };
    long status = answer->response->status;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].status == status)
            return kinds[i].kind;
    }
    if (status >= 500)
        return ERROR_SERVER;
    if (status < 400)
        return ERROR_PROTOCOL;
    return operation_writes(answer->operation) ? ERROR_VALIDATION : ERROR_USAGE;
}

static const char *hint_for(enum error_kind kind)
{
    switch (kind) {
    case ERROR_SIGN_IN:
        return "make a new API proxy service token in Stacksync and put it into the profile";
    case ERROR_FORBIDDEN:
        return "ask who looks after Stacksync or Salesforce for the permission";
    case ERROR_RATE_LIMIT:
        return "wait, and try again";
    default:
        return NULL;
    }
}

static void say_what(const struct answer *answer, struct error *error)
{
    const struct operation *operation = answer->operation;
    const char *hint = hint_for(error->kind);

    error_context(error, "%s%s%s: Stacksync answered %ld: ", operation_name(operation->kind),
                  operation->object ? " of " : "", operation->object ? operation->object : "",
                  answer->response->status);
    if (hint && !error->hint)
        error_set_hint(error, "%s", hint);
}

/* The token and the limit are the proxy's own words; its status says more than a code beneath. */
static bool status_settles(long status)
{
    return status == 401 || status == 429;
}

void answer_fail(const struct answer *answer)
{
    const struct http_response *response = answer->response;
    struct error *error = &answer->result->error;
    enum error_kind kind = status_kind(answer);
    struct error ignored = {0};
    json_t *document = json_read(response->body, response->length, &ignored);
    const json_t *problem = document ? find_problem(document) : NULL;

    error_clear(&ignored);
    if (problem)
        salesforce_error(problem, kind, error);
    else
        error_set(error, kind, "%s", document ? "no reason given" : "the answer is no JSON");
    if (status_settles(response->status))
        error->kind = kind;
    if (!problem && response->length)
        error_set_server(error, response->body,
                         response->length < MOST_SHOWN ? response->length : MOST_SHOWN);
    error->retry_after = http_retry_seconds(response);
    say_what(answer, error);
    json_decref(document);
}

bool answer_nonsense(const struct answer *answer, const char *expected)
{
    error_set(&answer->result->error, ERROR_PROTOCOL, "expected %s in the answer", expected);
    error_set_server(&answer->result->error, answer->response->body,
                     answer->response->length < MOST_SHOWN ? answer->response->length : MOST_SHOWN);
    say_what(answer, &answer->result->error);
    return false;
}

/* --- data --- */

json_t *answer_data(const struct answer *answer, json_t **document)
{
    const struct http_response *response = answer->response;
    json_t *data;

    *document = NULL;
    if (response->status < 200 || response->status > 299) {
        answer_fail(answer);
        return NULL;
    }
    *document = json_read(response->body, response->length, &answer->result->error);
    if (!*document) {
        say_what(answer, &answer->result->error);
        return NULL;
    }
    data = json_is_object(*document) ? json_member(*document, "data") : NULL;
    return data && !json_is_null(data) ? data : *document;
}

json_t *answer_rows(const struct answer *answer, json_t **document, const json_t **envelope)
{
    json_t *data = answer_data(answer, document);
    json_t *rows = json_is_array(data) ? data : NULL;

    *envelope = NULL;
    if (!data)
        return NULL;
    if (json_is_object(data)) {
        rows = json_member(data, "records");
        *envelope = data;
    }
    if (!json_is_array(rows)) {
        if (find_problem(data))
            answer_fail(answer);
        else
            answer_nonsense(answer, "records");
        return NULL;
    }
    if (json_array_size(rows) && problem_code(json_array_get(rows, 0)) &&
        !json_member(json_array_get(rows, 0), "attributes")) {
        answer_fail(answer);
        return NULL;
    }
    return rows;
}

/* --- rows --- */

static const json_t *member_folded(const json_t *object, const char *name, size_t length)
{
    const char *key;
    json_t *member;

    json_object_foreach((json_t *)object, key, member)
    {
        if (text_compare_folded(key, strlen(key), name, length) == 0)
            return member;
    }
    return NULL;
}

const json_t *row_member(const json_t *row, const char *path)
{
    while (row && json_is_object(row)) {
        size_t length = strcspn(path, ".");
        char *name = memory_copy(path, length);
        const json_t *member = json_member(row, name);

        row = member ? member : member_folded(row, name, length);
        free(name);
        if (!path[length])
            return row;
        path += length + 1;
    }
    return row; /* null on the way: there is no parent */
}

const char *row_id(const json_t *row)
{
    const json_t *id = row_member(row, "Id");
    const char *url = json_member_string(json_member(row, "attributes"), "url");
    const char *slash = url ? strrchr(url, '/') : NULL;

    if (json_is_string(id))
        return json_string_value(id);
    return slash && slash[1] ? slash + 1 : NULL;
}

/* An address or a location on one line; anything else as JSON. */
static void flatten(const json_t *object, struct text *out)
{
    const char *parts[SALESFORCE_PLACE_PARTS];
    struct text numbers[SALESFORCE_PLACE_PARTS] = {{0}};
    bool place = false;

    for (size_t i = 0; i < SALESFORCE_PLACE_PARTS; i++) {
        const json_t *member = json_member(object, salesforce_place_parts[i]);

        place = place || member;
        if (json_is_number(member))
            json_print(member, &numbers[i]);
        parts[i] = json_is_number(member) ? text_string(&numbers[i]) : json_string_value(member);
    }
    if (place)
        salesforce_join_place(parts, out);
    else
        json_print(object, out);
    for (size_t i = 0; i < SALESFORCE_PLACE_PARTS; i++)
        text_free(&numbers[i]);
}

struct value cell_value(const json_t *member, struct text *spelling)
{
    if (!member)
        return value_absent();
    if (!json_is_object(member) && !json_is_array(member))
        return json_to_value(member);
    text_truncate(spelling, 0);
    flatten(member, spelling);
    if (spelling->length == 0)
        return value_null();
    return value_text(text_string(spelling), spelling->length);
}
