/*
 * internal: what the files of the Snapforce adapter share. Nothing outside this directory includes
 * it, but its tests.
 *
 * Everything here runs on the fetch thread. The instance keeps, for each module, the records that
 * were last read, the active and the inactive ones apart, and what was ever learnt of their fields;
 * one operation runs at a time.
 */
#ifndef DOSSIER_BACKEND_SNAPFORCE_INTERNAL_H
#define DOSSIER_BACKEND_SNAPFORCE_INTERNAL_H

#include <stdint.h>

#include "backend/backend.h"
#include "core/text.h"
#include "net/http.h"

enum { SNAP_MODULES = 5, SNAP_ACCOUNTS = 1, SNAP_MOST_FIELDS = 1000, SNAP_LONGEST_NAME = 200 };

enum snap_status { SNAP_ACTIVE, SNAP_INACTIVE, SNAP_STATUSES };

#define SNAP_STATUS "status" /* the field that says which of them a record is */

/* --- modules.c: what there is before anything was read --- */

struct snap_module {
    const char *name;     /* as the request has it: Leads */
    const char *singular; /* lead: of its record's element and of its id */
    const char *label_singular;
    const char *const *known;        /* fields that are there while nothing was read; NULL-ended */
    const char *required;            /* of a new record; NULL: nothing */
    const char *const *name_choices; /* the first of these that there is names a record */
};

extern const struct snap_module snap_modules[SNAP_MODULES];
extern const char *const snap_module_names[SNAP_MODULES + 1];
extern const char *const snap_status_names[SNAP_STATUSES + 1];
int snap_module_index(const char *name); /* without regard to case; -1 when there is none */
/* Active or Inactive, without regard to case. */
bool snap_status_read(const char *bytes, size_t length, enum snap_status *status);

/* --- set.c: records out of an answer --- */

/* What every value of a field so far was: bits of snap_field.fits. */
enum snap_fit {
    SNAP_FITS_INTEGER = 1,
    SNAP_FITS_NUMBER = 2,
    SNAP_FITS_DATE = 4,
    SNAP_FITS_DATETIME = 8,
    SNAP_FITS_EMAIL = 16,
    SNAP_FITS_PHONE = 32,
    SNAP_FITS_LINE = 64,
    SNAP_FITS_ALL = 127
};

struct snap_field {
    char *name;
    unsigned fits;
    bool filled; /* a value that says something of its type came */
    bool nested; /* an element within a field: cannot be sent */
    bool repeats;
    bool taken;  /* it has another name there, which the requests use for something else */
    size_t row;  /* the row that it last came in, counted from 1 */
    size_t cell; /* and its cell there */
};

struct snap_fields {
    struct snap_field *items;
    size_t count, capacity;
    size_t next; /* where the one after the last that was found is: they come in order */
};

/* Bytes of the set's. */
struct snap_cell {
    uint32_t field;
    uint32_t start, length;
};

struct snap_row {
    size_t first, count; /* cells */
    uint32_t id, id_length;
    enum snap_status status;
};

struct snap_set {
    struct text bytes;
    struct snap_cell *cells;
    size_t cell_count, cell_capacity;
    struct snap_row *rows;
    size_t row_count, row_capacity;
    bool known;
    bool changed;    /* something was written since */
    int64_t read_at; /* monotonic milliseconds */
};

void snap_fields_clear(struct snap_fields *fields);
void snap_set_clear(struct snap_set *set);
/* Index of a field; -1 when none of this name was seen. */
int snap_field_index(const struct snap_fields *fields, const char *name);
/* Reads an answer to fetchRecords into the set (cleared before) and learns its fields. id_field:
 * the element that holds an id. */
bool snap_set_read(struct snap_set *set, struct snap_fields *fields,
                   const struct snap_module *module, const char *id_field, enum snap_status status,
                   const struct http_response *response, struct error *error);
/* A cell of a row, borrowed; NULL when the row does not have the field. */
const struct snap_cell *snap_row_cell(const struct snap_set *set, const struct snap_row *row,
                                      int field);
const struct snap_row *snap_set_find(const struct snap_set *set, const char *id);

/* --- reply.c: what failed --- */

/* Is this the name of an element that tells of an error? */
bool snap_is_error_name(const char *name);
/* Does an element's text say that something failed? For <status>. */
bool snap_is_failure(const char *text);
/* An error out of the server's words. writing: what is refused can be mended. */
void snap_fail_words(const char *words, size_t length, bool writing, struct error *error);
/* False with an error for a status that is none of success. */
bool snap_check_status(const struct http_response *response, struct error *error);
/* An answer that should be XML and is not: says what it may be instead. */
void snap_explain_page(const struct http_response *response, struct error *error);
/* Takes the answer to a write. The id that it names goes to *id, owned; NULL when it names none. */
bool snap_take_reply(const struct snap_module *module, const char *id_field,
                     const struct http_response *response, char **id, struct error *error);

/* --- the instance --- */

struct snap_state {
    struct snap_fields fields;
    struct snap_set sets[SNAP_STATUSES];
    char **written; /* ids since the sets were read */
    size_t written_count;
    char *id_field;
};

struct snapforce {
    struct backend backend;
    struct profile *profile;
    char *url;
    char *user;
    struct text key;
    int refresh; /* seconds */
    bool insert_xml, push_equality;
    bool shown[SNAP_STATUSES]; /* of which records a query is that says nothing of status */
    struct snap_state states[SNAP_MODULES];
    struct snap_set narrow[SNAP_STATUSES]; /* an answer narrowed by equality: of one operation */
};

int64_t snap_now(void); /* monotonic milliseconds */
/* Is the set that was read younger than so many milliseconds, and as it is there? */
bool snap_is_fresh(const struct snap_set *set, int64_t most);
/* A request with what every one has. */
void snap_request(const struct snapforce *instance, int module, enum snap_status status,
                  const char *method, struct http_request *request);
/* The same as fetchRecords. */
void snap_fetch(const struct snapforce *instance, int module, enum snap_status status,
                struct http_request *request);
bool snap_take(struct snapforce *instance, int module, enum snap_status status,
               const struct http_response *response, struct error *error);

/* --- schema.c --- */

enum field_type snap_type(const struct snapforce *instance, int module, const char *name);
struct schema *snap_schema(const struct snapforce *instance, int module);

/* --- read.c --- */

/* A row with the set it is in. */
struct snap_found {
    const struct snap_set *set;
    const struct snap_row *row; /* NULL: none */
};

struct snap_found snap_find(const struct snapforce *instance, int module, const char *id);
struct record *snap_record(const struct snapforce *instance, int module, struct snap_found found);
/* The value of a field of a row, borrowed. */
struct value snap_value(const struct snapforce *instance, int module, struct snap_found found,
                        const char *name);

enum wire_step snap_encode_read(struct snapforce *instance, const struct operation *operation,
                                int step, struct http_request *request, struct error *error);
int snap_decode_read(struct snapforce *instance, const struct operation *operation, int step,
                     const struct http_response *response, struct result *result);

/* --- write.c --- */

enum wire_step snap_encode_write(struct snapforce *instance, const struct operation *operation,
                                 int step, struct http_request *request, struct error *error);
int snap_decode_write(struct snapforce *instance, const struct operation *operation, int step,
                      const struct http_response *response, struct result *result);

/* --- action.c --- */

extern const struct backend_action snap_actions[];
extern const size_t snap_action_count;
enum wire_step snap_encode_action(struct snapforce *instance, const struct operation *operation,
                                  int step, struct http_request *request, struct error *error);
int snap_decode_action(struct snapforce *instance, const struct operation *operation, int step,
                       const struct http_response *response, struct result *result);
/* As backend_ops.step_after: each id is a request of its own, whatever became of the others. */
int snap_action_step_after(const struct operation *operation, int step);
/* What was written is not as the sets have it. */
void snap_mark_written(struct snapforce *instance, int module, const char *id);

#endif
