/*
 * backend: the contract between the engine and an adapter (design section 3).
 *
 * An adapter turns operations into exchanges and exchanges into results, and knows nothing of
 * threads, retries or screens. A direct adapter gives execute(); a wire adapter gives encode() and
 * decode() (net/ adds their types). What it can do it declares in struct backend_ops, and
 * everything above asks the declaration and never the adapter's name. Everything but the const
 * tables is used on the fetch thread only.
 */
#ifndef DOSSIER_BACKEND_BACKEND_H
#define DOSSIER_BACKEND_BACKEND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/query.h"
#include "core/record.h"
#include "core/schema.h"
#include "store/config.h"

enum operation_kind {
    OPERATION_SIGN_IN,
    OPERATION_LIST_OBJECTS,
    OPERATION_DESCRIBE,
    OPERATION_LOOKUP, /* values of a lookup list */
    OPERATION_LOOKUP_APPEND,
    OPERATION_PAGE,
    OPERATION_COUNT,
    OPERATION_GROUP,
    OPERATION_GET,
    OPERATION_CREATE,
    OPERATION_UPDATE,
    OPERATION_UPSERT,
    OPERATION_DELETE,
    OPERATION_UNDELETE,
    OPERATION_UPLOAD,
    OPERATION_RAW,
    OPERATION_ACTION,
    OPERATION_SIGN_OUT, /* the engine's alone, when it ends */
    OPERATION_KIND_COUNT
};

/* Where a page begins. */
enum position_kind {
    POSITION_START,
    POSITION_END,    /* the last page: needs CAN_PAGE_BACK */
    POSITION_CURSOR, /* after an earlier page's `next` cursor */
    POSITION_BEFORE, /* ends just before an earlier page's `previous` cursor: needs CAN_PAGE_BACK */
    POSITION_ID      /* begins with the record of this id, in the query's order: needs CAN_SEEK */
};

struct position {
    enum position_kind kind;
    char *cursor; /* owned: a cursor, or an id for POSITION_ID; NULL for START and END */
};

enum group_function { GROUP_COUNT, GROUP_SUM, GROUP_AVERAGE, GROUP_MIN, GROUP_MAX, GROUP_FILLED };

/* Group by a field: rows of (group value, count, measure). GROUP_FILLED instead gives one row for
 * each column of the query: (field name, records, not null, smallest, largest). */
struct group_request {
    char *by;      /* path; NULL for GROUP_FILLED */
    char *measure; /* path; NULL for GROUP_COUNT */
    enum group_function function;
};

/* One record to write. values: what is sent. expected: for update and delete, fields that must
 * still hold these values (the conflict check), usually none. */
struct write_request {
    char *id;                /* NULL for a create */
    struct record *values;   /* owned; NULL for a delete */
    struct record *expected; /* owned; NULL when nothing is checked */
};

struct parameter {
    char *name;
    char *value;
};

/* Owned by whoever holds it; freed with operation_free, which overwrites the parameters' values.
 * Only the members its kind needs are set. */
struct operation {
    enum operation_kind kind;
    char *object;
    struct schema *schema;     /* held; set for everything on an object but describe */
    struct query *query;       /* page, count, group: resolved; what is pushed down */
    const struct filter *rest; /* page: what of the filter the engine looks at itself, borrowed; an
                                  adapter may give fewer of the records that fail it, or none */
    struct position position;  /* page; count: with POSITION_ID, how many records come before it */
    size_t page_size;          /* page: most rows wanted; 0: the adapter's choice */
    struct group_request group;
    char **ids; /* get, undelete; describe: further objects, where batch says that it can */
    size_t id_count;
    struct write_request *writes; /* create, update, upsert, delete */
    size_t write_count;
    const struct result *so_far;  /* of a further exchange of a wire adapter, what the earlier ones
                                     gave: borrowed; NULL elsewhere */
    char *field;                  /* lookup: the field; upsert: the match key */
    char *name;                   /* action: its name; raw: the query text */
    struct parameter *parameters; /* action; lookup append: each value, under the name "value" */
    size_t parameter_count;
    bool count_objects;   /* list objects: with counts, of `object` alone where that is set */
    bool fresh;           /* read: nothing that was kept from before will do */
    bool explain;         /* say in result.text what would be done, and do nothing */
    bool include_deleted; /* get: deleted records too; needs CAN_INCLUDE_DELETED */
    bool all_or_none;     /* writes, undelete: none is done where one fails; CAN_ALL_OR_NONE */
};

struct write_result {
    char *id; /* of the record; new for a create */
    bool success;
    bool created;
    bool lost;          /* not success, and nobody knows: the answer to the write never came */
    bool read_back;     /* success, though the answer was lost: the record holds what was sent */
    struct error error; /* when not success */
    struct record
        *current; /* with ERROR_CONFLICT: what the record holds now; NULL when it is gone */
};

struct result {
    enum operation_kind kind;
    struct error error; /* set when the operation failed as a whole */
    bool lost;          /* with error: a write may have been done, its answer never came */
    struct object_info *objects;
    size_t object_count;
    struct schema *schema;   /* held: describe */
    struct schema **further; /* held: describe, of the operation's ids; NULL: not had */
    size_t further_count;
    struct picklist_value *values; /* lookup */
    size_t value_count;
    struct page *page; /* page, group, raw */
    char **columns;    /* names of the page's columns 1 …, for group and raw */
    size_t column_count;
    char *next;              /* page: cursor after it, NULL at the end */
    char *previous;          /* page: cursor before it, NULL at the start or when it cannot */
    int64_t total;           /* count; page: when the answer said so, else -1 */
    struct record **records; /* get: one for each id, in order; NULL for one not found */
    size_t record_count;
    struct write_result *writes;
    size_t write_count;
    char *text;            /* explain, raw, action: what to show */
    size_t done, expected; /* records so far and in all, of an operation of several exchanges */
};

enum backend_abilities {
    CAN_COUNT = 1u << 0,
    CAN_GROUP = 1u << 1,
    CAN_PAGE_BACK = 1u << 2,
    CAN_SEEK = 1u << 3,     /* POSITION_ID, and counting the records before an id */
    CAN_ORDER = 1u << 4,    /* by any sortable field */
    CAN_CHECK = 1u << 5,    /* `expected` is compared and written in one step */
    CAN_PARALLEL = 1u << 6, /* several pages at once */
    CAN_CREATE = 1u << 7,
    CAN_UPDATE = 1u << 8,
    CAN_UPSERT = 1u << 9,
    CAN_DELETE = 1u << 10,
    CAN_UNDELETE = 1u << 11,
    CAN_UPLOAD = 1u << 12,
    CAN_RAW = 1u << 13,
    CAN_LOOKUP = 1u << 14,
    CAN_EXPLAIN = 1u << 15,
    CAN_PARENT_PATHS = 1u << 16,    /* Reference.Field in filters, orders and columns */
    CAN_INCLUDE_DELETED = 1u << 17, /* query.include_deleted, and operation.include_deleted */
    CAN_ALL_OR_NONE = 1u << 18      /* operation.all_or_none */
};

enum paging_kind { PAGING_KEY, PAGING_CURSOR, PAGING_NUMBER, PAGING_OFFSET, PAGING_WHOLE };

enum setting_flags { SETTING_REQUIRED = 1, SETTING_SECRET = 2 };

struct backend_setting {
    const char *name;
    const char *help;
    const char *default_value; /* NULL when there is none */
    unsigned flags;
};

/* What a parameter begins with where the action is opened from a list or a record. */
enum parameter_source {
    FROM_NOTHING,
    FROM_CURRENT, /* the id of the record the cursor is on */
    FROM_MARKED,  /* the ids of the marked records, or else of the current one, a line each */
    FROM_OTHERS,  /* the ids of the marked records but the current one, a line each */
    FROM_OBJECT   /* the name of the object that is shown */
};

/* A parameter of type FIELD_ENCRYPTED is a secret: asked for without being shown, never taken from
 * an argument, wiped after use. */
struct action_parameter {
    const char *name;
    enum field_type type;
    bool required;
    const char *help;
    const char *const *choices; /* NULL-terminated; NULL when free */
    enum parameter_source source;
};

struct backend_action {
    const char *name; /* words with _ */
    const char *help;
    const struct action_parameter *parameters;
    size_t parameter_count;
    bool writes;
    const char *const *objects; /* NULL-terminated: whose records it is for; NULL: not of records */
    const char *warning; /* what of it cannot be taken back: asked on the screen; NULL: nothing */
};

enum wire_step { WIRE_SEND, WIRE_NONE, WIRE_REFUSED };

struct http_request;
struct http_response;

/* A cancel token: set by the engine from another thread, looked at by the adapter. */
struct cancel_token {
    atomic_bool cancelled;
};

struct backend;

struct backend_ops {
    const char *name;  /* as in `backend = ` */
    const char *label; /* "SQLite file" */
    const struct backend_setting *settings;
    size_t setting_count;
    uint32_t abilities;
    enum paging_kind paging;
    size_t largest_page;
    size_t batch[OPERATION_KIND_COUNT]; /* most records in one write or get, objects in one
                                            describe; 0: one at a time */
    int default_timeout;                /* seconds */
    const struct backend_action *actions;
    size_t action_count;

    /* For a delete that keeps the record and sets a field of it: what becomes of the record ("made
     * inactive, not deleted"), said wherever a delete is staged, reviewed or explained; the field
     * and the value that it gets, so that undo can put back what was there. NULL: a delete
     * deletes. */
    const char *delete_words;
    const char *delete_field;
    const char *delete_value;

    /* Can this condition be sent? Pure, any thread. NULL: every condition can. */
    bool (*can_filter)(const void *unused, const struct filter *condition);

    /* Makes an instance for the profile. Cheap: nothing is opened or looked up yet. Any thread, but
     * before the first execute. NULL with an error. */
    struct backend *(*create)(const struct profile *profile, struct error *error);
    void (*destroy)(struct backend *backend);

    /* Does the operation; the result is zeroed by the caller and holds its own error. The operation
     * stays the caller's. Looks at the token now and then, and gives ERROR_CANCELLED. Fetch thread.
     */
    void (*execute)(struct backend *backend, const struct operation *operation,
                    struct cancel_token *token, struct result *result);

    /* --- wire adapters: these three instead of execute (which is then NULL) --- */

    /* Before the first encode, and once more when the server no longer takes what was fetched
     * (decode gave ERROR_SIGN_IN): secrets are fetched here, by backend_secret. May be NULL. */
    bool (*prepare)(struct backend *backend, struct error *error);
    /* The request of one exchange. step is 0 for the first exchange of an operation, then what
     * decode returned. WIRE_NONE: no exchange is needed, decode is called at once with response
     * NULL. Pure; fetch thread. */
    enum wire_step (*encode)(struct backend *backend, const struct operation *operation, int step,
                             struct http_request *request, struct error *error);
    /* Takes the answer into the result. Returns 0 when the operation is done, or the step of a
     * further exchange. Error statuses (401, 422 …) come here too and become result->error. Pure.
     */
    int (*decode)(struct backend *backend, const struct operation *operation, int step,
                  const struct http_response *response, struct result *result);
    /* The step that follows this one whatever its answer says, 0 when that is not known yet: its
     * request is then under way together with this one's. result is as it was when the step began.
     * Only reads are begun so; to explain an operation, all steps that follow one another are
     * shown. Pure; fetch thread. NULL: none is known. */
    int (*step_after)(const struct backend *backend, const struct operation *operation, int step,
                      const struct result *result);
    /* Cursor of the page with this number (from 0), for PAGING_NUMBER and PAGING_OFFSET: lets pages
     * be asked for before the ones in front of them are here. It is what decode gives as `next` of
     * the page before, byte for byte, and it holds the page size. Pure: any thread. The caller
     * frees. NULL elsewhere. */
    char *(*cursor_at)(const struct backend *backend, size_t page, size_t page_size);

    /* Does the instance hold a session that the server gave it? With this set, the engine runs
     * OPERATION_SIGN_IN (whose decode keeps the session in the instance) before the first operation
     * for which it says no, again after ERROR_SIGN_IN, and OPERATION_SIGN_OUT before destroy where
     * it says yes. `prepare` forgets the session. NULL: every request carries its own secret.
     * Fetch thread. */
    bool (*is_signed_in)(const struct backend *backend);

    /* Would this raw query change anything? Pure, any thread. NULL: none does. */
    bool (*raw_writes)(const char *query);

    /* Does this call of an action whose row says that it writes? Pure, any thread. NULL: yes. */
    bool (*action_writes)(const struct operation *operation);

    /* A short line for the status: "/home/u/crm.db, 12 MB". The caller frees. Any thread; may be
     * NULL. */
    char *(*describe_instance)(const struct backend *backend);
};

/* The first member of every adapter's instance. */
struct backend {
    const struct backend_ops *ops;
    struct cancel_token *token; /* the engine's, while `prepare` runs; NULL at other times */
};

/* The registry: every adapter there is. */
const struct backend_ops *const *backend_all(size_t *count);
const struct backend_ops *backend_find(const char *name); /* NULL when there is none */
/* Checks a profile's settings against the adapter's table: unknown (with the nearest name),
 * missing. ERROR_USAGE with file and line. */
bool backend_check_profile(const struct backend_ops *ops, const struct profile *profile,
                           struct error *error);

/* A secret of the profile, as profile_secret gives it, for `prepare`: a command that prints it is
 * ended when the job is cancelled (ERROR_CANCELLED), and after the profile's `timeout`
 * (ERROR_TIMEOUT). */
bool backend_secret(const struct backend *backend, const struct profile *profile, const char *name,
                    struct text *out, struct error *error);

/* The row of an action; NULL when there is none of this name. */
const struct backend_action *backend_action_find(const struct backend_ops *ops, const char *name);
/* Does the operation change anything there, actions and raw queries included? */
bool backend_writes(const struct backend_ops *ops, const struct operation *operation);

struct operation *operation_new(enum operation_kind kind, const char *object);
void operation_free(struct operation *operation);
void operation_add_id(struct operation *operation, const char *id);
/* Adds a write; takes values and expected, copies id. */
void operation_add_write(struct operation *operation, const char *id, struct record *values,
                         struct record *expected);
void operation_add_parameter(struct operation *operation, const char *name, const char *value);
/* Does it change anything there? An action's answer is in its row: where a backend is at hand, ask
 * backend_writes. */
bool operation_writes(const struct operation *operation);
const char *operation_name(enum operation_kind kind); /* "page", "update" … */

void result_clear(struct result *result); /* frees what it holds, zeroes it */
struct write_result *result_add_write(struct result *result, const char *id);

#endif
