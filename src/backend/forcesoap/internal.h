/*
 * internal: what the parts of the forcesoap adapter share. Nobody outside the directory includes
 * it. Fetch thread. encode and decode touch nothing but what they are handed; only what begins or
 * ends a session changes the instance.
 */
#ifndef DOSSIER_BACKEND_FORCESOAP_INTERNAL_H
#define DOSSIER_BACKEND_FORCESOAP_INTERNAL_H

#include "backend/backend.h"
#include "backend/soql/paging.h"
#include "backend/soql/soql.h"
#include "core/text.h"
#include "net/http.h"
#include "net/xml.h"

/* Namespaces of the partner WSDL. */
#define SOAP_ENVELOPE "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP_PARTNER  "urn:partner.soap.sforce.com"
#define SOAP_SOBJECT  "urn:sobject.partner.soap.sforce.com"

/* Limits of the API, in records of one call. */
enum { SOAP_MOST_WRITES = 200, SOAP_MOST_GETS = 2000, SOAP_MOST_DESCRIBES = 100 };
/* Rows of a reply that may be asked for. */
enum { SOAP_LEAST_BATCH = 200, SOAP_MOST_BATCH = 2000 };

struct forcesoap {
    struct backend base;
    struct profile *profile; /* owned */
    char *login_url;         /* the whole endpoint of login */
    const char *version;     /* borrowed from the profile: "60.0" */
    bool all_or_none;        /* of a call's records all are written, or none */
    int batch_size;          /* rows of a reply asked for; 0: as many as the service likes */

    /* The session. All wiped when the instance is destroyed. */
    struct text password; /* with the security token behind it */
    struct text session;  /* empty: not signed in */
    char *server_url;     /* where a session's calls go */
    bool own_session;     /* login gave it, so logout ends it */
    char *user_id;        /* whose session it is, where login said so */
    bool expired;         /* the password has: the session only takes a new one */
};

/* One exchange being encoded. */
struct call {
    const struct forcesoap *forcesoap;
    const struct operation *operation;
    int step;
    struct http_request *request;
    struct error *error;
};

/* One answer being decoded. */
struct answer {
    struct forcesoap *forcesoap;
    const struct operation *operation;
    int step;
    const struct http_response *response; /* NULL when no exchange was needed */
    struct result *result;
};

typedef enum wire_step (*forcesoap_encoder)(const struct call *call);
typedef int (*forcesoap_decoder)(const struct answer *answer);

/* --- requests: soap.c --- */

enum soap_headers {
    SOAP_NO_SESSION = 1,  /* login has none */
    SOAP_BATCH_SIZE = 2,  /* QueryOptions */
    SOAP_ALL_OR_NONE = 4, /* AllOrNoneHeader, where the profile or the operation asks for it */
    SOAP_READ = 8         /* changes nothing there: may be sent again */
};

/* A call being written. The writer stands inside the element of the call; names without a prefix
 * are of the partner namespace, those with "sf:" of the sobject namespace. */
struct soap_message {
    const struct call *call;
    struct xml_writer *writer;
    const char *name; /* "query" */
    unsigned headers;
};

struct soap_message soap_begin(const struct call *call, const char *name, unsigned headers);
/* Ends the message and makes the request of it. Refused when a text cannot be carried by XML. */
enum wire_step soap_send(struct soap_message *message);
/* A secret: *** where the call is only explained. */
void soap_put_secret(struct soap_message *message, const char *name, const char *secret);
/* An id, of 15 characters widened to 18; what is no id goes as it is, for the service to refuse. */
void soap_put_id(struct soap_message *message, const char *name, const char *id);
/* An operation's parameter of this name; NULL when it was not given, or is empty. Borrowed. */
const char *soap_parameter(const struct operation *operation, const char *name);

/* --- answers: soap.c, fault.c --- */

/* The first `result` of the answer (use xml_next for more), or the call's own response element
 * where it has no result; the document is to be freed with xmlFreeDoc in either case. NULL with the
 * result's error: a fault, an error status, no SOAP. */
const xmlNode *soap_result(const struct answer *answer, xmlDoc **document);
/* The same without the need of a result: for calls that answer nothing. */
const xmlNode *soap_response(const struct answer *answer, xmlDoc **document);
/* Makes the result's error out of a fault or an error status. */
void soap_fail(const struct answer *answer);
bool soap_nonsense(const struct answer *answer, const char *expected);
/* An error out of one `errors` element: {fields*, message, statusCode}. Where *error is set
 * already, its fields are added. */
void soap_take_error(const xmlNode *errors, struct error *error);
/* "create of Account: " in front of an error, and what to do next. */
void soap_say_what(const struct answer *answer, struct error *error);

/* Members of the partner namespace, NULL-safe. */
const char *soap_text(const xmlNode *node, const char *name);
bool soap_flag(const xmlNode *node, const char *name, bool missing);
int64_t soap_number(const xmlNode *node, const char *name); /* -1: not there */

/* --- rows: rows.c --- */

/* How a row (an sObject in a tree) is read. */
extern const struct soql_row_reader soap_rows;
/* The field's text by its path ("Account.Name"); NULL when it is null or not there. Borrowed. */
const char *soap_row_text(const xmlNode *row, const char *path);
/* The value of text for a field of this type; bytes of base64 are decoded into *bytes, which must
 * outlive the value. */
struct value soap_value(enum field_type type, const char *text, size_t length, struct text *bytes);
/* The rows of a reply under `name` in an element, an array the caller frees. */
const void **soap_rows_of(const xmlNode *result, const char *name, size_t *count);
/* Rows whose columns are not known: the paths of all that is in them become the result's columns.
 * The first column is "type" where the rows are of several objects, or may be (mixed). */
void soap_take_any_rows(const void *const *rows, size_t count, bool mixed, struct result *result);

/* --- operations --- */

/* Wipes the session: the next operation signs in. */
void soap_forget_session(struct forcesoap *forcesoap);
enum wire_step soap_encode_sign_in(const struct call *call);
int soap_decode_sign_in(const struct answer *answer);
enum wire_step soap_encode_sign_out(const struct call *call);
int soap_decode_sign_out(const struct answer *answer);

enum wire_step soap_encode_objects(const struct call *call);
int soap_decode_objects(const struct answer *answer);
/* For step_after: the layouts of all objects that have some are asked for together. */
int soap_step_after(const struct backend *backend, const struct operation *operation, int step,
                    const struct result *result);
enum wire_step soap_encode_describe(const struct call *call);
int soap_decode_describe(const struct answer *answer);
/* A picklist's values are in its describe: asked for anew, for they may have changed. */
enum wire_step soap_encode_lookup(const struct call *call);
int soap_decode_lookup(const struct answer *answer);
/* The schema's layouts out of a describeLayout result. */
void soap_take_layouts(const xmlNode *result, struct schema *schema);

/* query, or queryAll where deleted records are asked for; the statement is freed. */
enum wire_step soap_send_query(const struct call *call, struct text *statement);
enum wire_step soap_send_query_more(const struct call *call, const char *locator);
enum wire_step soap_send_search(const struct call *call, const char *search);
/* The rows of a search's result. */
void soap_take_search(const xmlNode *found, struct result *result);
enum wire_step soap_encode_page(const struct call *call);
int soap_decode_page(const struct answer *answer);
enum wire_step soap_encode_count(const struct call *call);
int soap_decode_count(const struct answer *answer);
/* The number a count's answer holds, or -1. */
int64_t soap_counted(const struct answer *answer);
enum wire_step soap_encode_group(const struct call *call);
int soap_decode_group(const struct answer *answer);
enum wire_step soap_encode_get(const struct call *call);
int soap_decode_get(const struct answer *answer);
enum wire_step soap_encode_raw(const struct call *call);
int soap_decode_raw(const struct answer *answer);

enum wire_step soap_encode_create(const struct call *call);
enum wire_step soap_encode_update(const struct call *call);
enum wire_step soap_encode_upsert(const struct call *call);
enum wire_step soap_encode_delete(const struct call *call);
enum wire_step soap_encode_undelete(const struct call *call);
/* A result for each record, in order: SaveResult, UpsertResult, DeleteResult and their like. */
int soap_decode_writes(const struct answer *answer);
/* One of them into a write_result; id: what was asked for. */
struct write_result *soap_take_write_result(const struct answer *answer, const xmlNode *entry,
                                            const char *id);
/* <sObjects> of a record to write: type, fieldsToNull, Id, fields. name: of the element; id NULL:
 * a new one. */
void soap_put_sobject(struct soap_message *message, const char *name, const char *object,
                      const struct schema *schema, const char *id, const struct record *values);

/* --- actions --- */

enum { FORCESOAP_ACTION_COUNT = 24 };
extern const struct backend_action forcesoap_actions[FORCESOAP_ACTION_COUNT];
enum wire_step soap_encode_action(const struct call *call);
int soap_decode_action(const struct answer *answer);

#endif
