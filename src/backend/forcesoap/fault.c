/*
 * fault: SOAP faults, error statuses and errors of single records as the house's errors
 * (forcecom-soap.txt, API Fault Element). Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/action.h"
#include "backend/soql/problem.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

enum {
    MOST_SHOWN = 300,  /* bytes of a body that is no SOAP */
    FAULT_STATUS = 500 /* what a fault comes with; another status is of whoever stands before it */
};

/* Every fault of the page: what it means where its code says nothing, and what to do next. */
static const struct fault_row {
    const char *name;
    enum error_kind kind;
    const char *hint;
} faults[] = {
    {"LoginFault", ERROR_SIGN_IN,
     "check username, password and security token of the profile; login() may also be switched off "
     "for the organisation: then give session_id and server_url"},
    {"InvalidSObjectFault", ERROR_NOT_FOUND, "`dossier objects` lists what there is"},
    {"InvalidFieldFault", ERROR_USAGE, "`dossier describe` lists the object's fields"},
    {"MalformedQueryFault", ERROR_USAGE, NULL},
    {"MalformedSearchFault", ERROR_USAGE,
     "a search is FIND {words} IN ALL FIELDS RETURNING Object(Field, …)"},
    {"InvalidQueryLocatorFault", ERROR_USAGE,
     "the service keeps the place in a long list for a short while only: read the list again"},
    {"InvalidIdFault", ERROR_VALIDATION, "an id has 15 or 18 letters and digits"},
    {"InvalidNewPasswordFault", ERROR_VALIDATION, NULL},
    {"InvalidOldPasswordFault", ERROR_VALIDATION, NULL},
    {"UnexpectedErrorFault", ERROR_SERVER, NULL},
    {"ApiQueryFault", ERROR_USAGE, NULL},
};

static const struct fault_row *find_fault(const char *name)
{
    for (size_t i = 0; name && i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(faults[i].name, name) == 0)
            return &faults[i];
    }
    return NULL;
}

static const char *hint_for(enum error_kind kind)
{
    switch (kind) {
    case ERROR_SIGN_IN:
        return "sign in again: check the profile's password, security token or session id";
    case ERROR_FORBIDDEN:
        return "ask who looks after Salesforce for the permission";
    case ERROR_RATE_LIMIT:
        return "wait, and try again";
    default:
        return NULL;
    }
}

void soap_say_what(const struct answer *answer, struct error *error)
{
    const struct operation *operation = answer->operation;
    const char *hint = hint_for(error->kind);
    bool named = operation->kind == OPERATION_ACTION && operation->name;

    error_context(error, "%s%s%s: ", named ? operation->name : operation_name(operation->kind),
                  operation->object ? " of " : "", operation->object ? operation->object : "");
    if (hint && !error->hint)
        error_set_hint(error, "%s", hint);
}

/* A session's id or a new password may stand in the answer: then nothing of it may be shown. */
static bool is_secret(const struct operation *operation)
{
    return operation->kind == OPERATION_SIGN_IN ||
           (operation->kind == OPERATION_ACTION &&
            soap_is_action(operation, ACTION_RESET_PASSWORD));
}

bool soap_nonsense(const struct answer *answer, const char *expected)
{
    const struct http_response *response = answer->response;

    error_set(&answer->result->error, ERROR_PROTOCOL, "expected %s in the answer", expected);
    if (!is_secret(answer->operation))
        error_set_server(&answer->result->error, response->body,
                         response->length < MOST_SHOWN ? response->length : MOST_SHOWN);
    soap_say_what(answer, &answer->result->error);
    return false;
}

/* --- statuses --- */

static enum error_kind status_kind(const struct answer *answer)
{
    long status = answer->response->status;
    static const struct {
        long status;
        enum error_kind kind;
    } kinds[] = {
        {401, ERROR_SIGN_IN}, {403, ERROR_FORBIDDEN},  {404, ERROR_NOT_FOUND},
        {408, ERROR_TIMEOUT}, {429, ERROR_RATE_LIMIT}, {504, ERROR_TIMEOUT},
    };

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

/* --- faults --- */

/* What stands in a fault, borrowed from its document. */
struct fault {
    const char *code;    /* INVALID_FIELD, without a prefix */
    const char *message; /* without the code in front of it */
    const char *name;    /* of the element in detail; NULL when there is none */
    int64_t row, column; /* from 1; -1 where there is no place */
};

static const char *without_prefix(const char *code)
{
    const char *colon = code ? strrchr(code, ':') : NULL;

    return colon ? colon + 1 : code;
}

static const char *text_in(const xmlNode *node, const char *name)
{
    return xml_child_text(node, NULL, name);
}

static int64_t place_in(const xmlNode *node, const char *name)
{
    const char *text = text_in(node, name);
    struct value value = {0};
    bool number = text && value_parse_number(text, strlen(text), &value);

    return number && value.kind == VALUE_INTEGER ? value.as.integer : -1;
}

/* Recorded replies put `sf:INVALID_FIELD` or a bare INVALID_LOGIN into faultcode, and may leave the
 * detail out; prefixes in it are of no meaning. */
static struct fault read_fault(const xmlNode *node)
{
    const xmlNode *detail = xml_child(xml_child(node, NULL, "detail"), NULL, NULL);
    struct fault fault = {.code = without_prefix(text_in(node, "faultcode")),
                          .message = text_in(node, "faultstring"),
                          .name = detail ? (const char *)detail->name : NULL,
                          .row = place_in(detail, "row"),
                          .column = place_in(detail, "column")};
    const char *code = text_in(detail, "exceptionCode");
    const char *type = xml_node_type(detail);
    size_t length;

    if (code)
        fault.code = without_prefix(code);
    if (!find_fault(fault.name) && type)
        fault.name = type;
    if (!fault.message)
        fault.message = text_in(detail, "exceptionMessage");
    length = fault.code ? strlen(fault.code) : 0;
    if (fault.message && fault.code && strncmp(fault.message, fault.code, length) == 0 &&
        fault.message[length] == ':')
        fault.message += length + 1 + strspn(fault.message + length + 1, " ");
    return fault;
}

/* The message has its place in words only where there was a query text; row and column say it
 * always. */
static void say_place(const struct fault *fault, struct error *error)
{
    if (fault->row > 0 && fault->column > 0 &&
        !(fault->message && strstr(fault->message, "ERROR at Row:")))
        error_context(error, "line %lld, column %lld: ", (long long)fault->row,
                      (long long)fault->column);
}

/* A field that no upsert can match by is not a field that is not there. */
static void settle_upsert(const struct answer *answer, struct error *error)
{
    if (answer->operation->kind != OPERATION_UPSERT || error->kind != ERROR_USAGE)
        return;
    error->kind = ERROR_UNSUPPORTED;
    error_set_hint(error, "match by Id, or by a field that is an external id");
}

static void set_fault(const struct answer *answer, const struct fault *fault)
{
    const struct fault_row *row = find_fault(fault->name);
    struct error *error = &answer->result->error;
    struct salesforce_problem problem = {.code = fault->code, .message = fault->message};

    salesforce_problem_set(&problem, row ? row->kind : ERROR_SERVER, error);
    say_place(fault, error);
    if (row && row->hint)
        error_set_hint(error, "%s", row->hint);
    if (answer->response->status != FAULT_STATUS && error->kind == ERROR_SERVER)
        error->kind = status_kind(answer);
    settle_upsert(answer, error);
}

static const xmlNode *find_fault_node(const xmlDoc *document)
{
    const xmlNode *root = document ? xml_root(document) : NULL;
    const xmlNode *body = xml_child(root, SOAP_ENVELOPE, "Body");

    return xml_child(body, SOAP_ENVELOPE, "Fault");
}

static void set_status(const struct answer *answer)
{
    const struct http_response *response = answer->response;
    struct error *error = &answer->result->error;

    error_set(error, status_kind(answer), "the service answered %ld without a SOAP fault",
              response->status);
    if (response->length)
        error_set_server(error, response->body,
                         response->length < MOST_SHOWN ? response->length : MOST_SHOWN);
}

void soap_fail(const struct answer *answer)
{
    const struct http_response *response = answer->response;
    struct error ignored = {0};
    xmlDoc *document = xml_read_tree(response->body, response->length, &ignored);
    const xmlNode *node = find_fault_node(document);

    if (node) {
        struct fault fault = read_fault(node);

        set_fault(answer, &fault);
    } else {
        set_status(answer);
    }
    soap_say_what(answer, &answer->result->error);
    error_clear(&ignored);
    xmlFreeDoc(document);
}

/* --- errors of single records --- */

void soap_take_error(const xmlNode *errors, struct error *error)
{
    struct salesforce_problem problem = {.code = soap_text(errors, "statusCode"),
                                         .message = soap_text(errors, "message")};
    const char **fields = NULL;

    for (const xmlNode *field = xml_child(errors, SOAP_PARTNER, "fields"); field;
         field = xml_next(field, SOAP_PARTNER, "fields")) {
        const char *name = xml_text(field);

        if (!name)
            continue;
        fields = memory_resize(fields, problem.field_count + 1, sizeof *fields);
        fields[problem.field_count++] = name;
    }
    problem.fields = fields;
    if (error_is_set(error))
        salesforce_problem_add(&problem, error);
    else
        salesforce_problem_set(&problem, ERROR_VALIDATION, error);
    free(fields);
}
