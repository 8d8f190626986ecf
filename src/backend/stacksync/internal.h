/*
 * internal: what the parts of the stacksync adapter share. Nobody outside the directory includes
 * it. Fetch thread; encode and decode touch nothing but what they are handed.
 */
#ifndef DOSSIER_BACKEND_STACKSYNC_INTERNAL_H
#define DOSSIER_BACKEND_STACKSYNC_INTERNAL_H

#include <jansson.h>

#include "backend/backend.h"
#include "backend/soql/paging.h"
#include "backend/soql/soql.h"
#include "core/text.h"
#include "net/http.h"

struct stacksync {
    struct backend base;
    struct profile *profile; /* owned */
    char *url;               /* of the proxy, without a slash at its end */
    char *instance_url;      /* of the Salesforce instance; NULL when the profile does not say */
    struct text token;       /* wiped when the instance is destroyed */
};

/* One exchange being encoded. */
struct call {
    const struct stacksync *stacksync;
    const struct operation *operation;
    int step;
    struct http_request *request;
    struct error *error;
};

/* One answer being decoded. */
struct answer {
    const struct stacksync *stacksync;
    const struct operation *operation;
    int step;
    const struct http_response *response; /* NULL when no exchange was needed */
    struct result *result;
};

typedef enum wire_step (*stacksync_encoder)(const struct call *call);
typedef int (*stacksync_decoder)(const struct answer *answer);

/* --- requests --- */

/* POST /v1/… with a body, which is taken over; NULL: none. */
enum wire_step send_post(const struct call *call, const char *path, json_t *body, bool read);
/* POST of a statement; the text is freed. */
enum wire_step send_soql(const struct call *call, struct text *statement);
/* A request to Salesforce itself, at a whole URL. */
enum wire_step send_through(const struct call *call, const char *method, const char *url,
                            const char *body);

/* --- answers --- */

/* What stands in `data`, or the whole where there is no such wrapper. The document's reference goes
 * to *document, to be dropped by the caller. NULL when the answer is an error, which is then the
 * result's. */
json_t *answer_data(const struct answer *answer, json_t **document);
/* The rows of a query's answer; envelope gives totalSize and the like, NULL when there is none. */
json_t *answer_rows(const struct answer *answer, json_t **document, const json_t **envelope);
/* Makes the result's error out of an answer that is one: status, headers, body. */
void answer_fail(const struct answer *answer);
/* An error out of one of Salesforce's: {statusCode or errorCode, message, fields} or a text. */
void salesforce_error(const json_t *problem, enum error_kind otherwise, struct error *error);
/* The first error of a document in any of the shapes known; NULL when it has none. */
const json_t *find_problem(const json_t *document);
bool answer_nonsense(const struct answer *answer, const char *expected);

/* A row's value by a path of relation names and a field; NULL when it is not there. Borrowed. */
const json_t *row_member(const json_t *row, const char *path);
/* The cell for a member: addresses and locations as one line of text, kept in *spelling, which must
 * outlive the value. */
struct value cell_value(const json_t *member, struct text *spelling);
/* The row's id: its Id, or the end of its URL. NULL when it has none. */
const char *row_id(const json_t *row);
extern const struct soql_row_reader stacksync_rows;

/* --- operations: reading --- */

enum wire_step encode_page(const struct call *call);
int decode_page(const struct answer *answer);
enum wire_step encode_count(const struct call *call);
int decode_count(const struct answer *answer);
enum wire_step encode_group(const struct call *call);
int decode_group(const struct answer *answer);
enum wire_step encode_get(const struct call *call);
int decode_get(const struct answer *answer);
enum wire_step encode_raw(const struct call *call);
int decode_raw(const struct answer *answer);
bool stacksync_raw_writes(const char *query);
/* The number a count's answer holds, or -1. */
int64_t counted(const struct answer *answer);

/* --- describe --- */

enum wire_step encode_objects(const struct call *call);
int decode_objects(const struct answer *answer);
enum wire_step encode_describe(const struct call *call);
int decode_describe(const struct answer *answer);
/* A picklist's values are in its describe: asked for anew, for they may have changed. */
enum wire_step encode_lookup(const struct call *call);
int decode_lookup(const struct answer *answer);

/* --- writing --- */

enum wire_step encode_create(const struct call *call);
enum wire_step encode_update(const struct call *call);
enum wire_step encode_delete(const struct call *call);
int decode_writes(const struct answer *answer);
enum wire_step encode_upsert(const struct call *call);
int decode_upsert(const struct answer *answer);

/* --- actions --- */

extern const struct backend_action stacksync_actions[];
extern const size_t stacksync_action_count;
enum wire_step encode_action(const struct call *call);
int decode_action(const struct answer *answer);
bool stacksync_action_writes(const struct operation *operation);
/* GET, POST … and a whole URL: what decode_raw and decode_action show as text. */
int decode_through(const struct answer *answer);

#endif
