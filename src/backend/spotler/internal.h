/*
 * internal: what the files of the Spotler adapter share. Nobody else includes it.
 *
 * Fetch thread, except create and can_filter. JSON handed in is borrowed unless a comment says
 * otherwise.
 */
#ifndef DOSSIER_BACKEND_SPOTLER_INTERNAL_H
#define DOSSIER_BACKEND_SPOTLER_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/backend.h"
#include "backend/spotler/spotler.h"
#include "core/text.h"
#include "net/http.h"

enum {
    SPOTLER_LARGEST_PAGE = 100, /* of the vendor's page */
    SPOTLER_MOST_QUERY = 4000,  /* bytes of q before it is encoded */
    SPOTLER_MOST_MARKS = 16
};

/* What is known of an object before anything is asked. */
struct spotler_field {
    const char *name;
    enum field_type type;
};

struct spotler_object {
    const char *name;
    const char *label;      /* plural */
    const char *name_field; /* NULL: the first that looks like one */
    const struct spotler_field *fields;
    size_t field_count;
};

/* How a field of an object is written there, as last seen. */
struct spotler_form {
    char *object;
    char *field;
    char *list;          /* the lookup list's name, where the dictionary gave one */
    bool quoted_boolean; /* "0" and "1" instead of 0 and 1 */
    bool word_boolean;   /* true and false */
    bool dated_time;     /* a date field that carries a time */
    bool lookup;         /* has a lookup list */
};

/* A page that was read, by its ids: the same ones again mean that pages overlap. */
struct spotler_mark {
    uint64_t list; /* hash of the list's URL but for the page */
    uint64_t ids;
    size_t page;
    size_t rows; /* 0: unused */
};

struct spotler {
    struct backend backend;
    struct profile *profile;
    char *url; /* without a slash at its end */
    struct text token;
    int page_base;
    char **extra; /* objects of the profile: policies, or accounts/policies for a nested one */
    size_t extra_count;
    const char **names; /* of those, each once, and none that is documented; borrowed from extra */
    size_t name_count;
    struct spotler_form *forms;
    size_t form_count;
    struct spotler_mark marks[SPOTLER_MOST_MARKS];
    size_t next_mark;
    bool lines_are_short; /* the lines of an opportunity lack columns that were asked for */
};

/* --- objects.c --- */
size_t spotler_object_count(const struct spotler *spotler);
/* Fills names, once extra is. */
void spotler_name_objects(struct spotler *spotler);
/* Name of an object by index: the documented ones, then the profile's. */
const char *spotler_object_name(const struct spotler *spotler, size_t index);
const struct spotler_object *spotler_known_object(const char *name); /* NULL for others */
const struct spotler_field *spotler_known_field(const struct spotler_object *object,
                                                const char *name);
/* The object a field of this name points at, NULL when none. */
const char *spotler_reference(const char *object, const char *field);
/* Calls add for each object whose records belong to one of the named object. */
typedef void (*spotler_child)(void *context, const char *relation, const char *object,
                              const char *field);
void spotler_children(const struct spotler *spotler, const char *object, spotler_child add,
                      void *context);
/* The parent of a nested collection of the profile (accounts/policies), NULL when none; its
 * reference field goes to *field, owned by the caller. */
char *spotler_nested_parent(const struct spotler *spotler, const char *object, char **field);

/* --- describe.c --- */
void spotler_encode_describe(const struct spotler *spotler, const struct operation *operation,
                             int step, struct http_request *request);
int spotler_decode_describe(struct spotler *spotler, const struct operation *operation, int step,
                            const struct http_response *response, struct result *result);

/* As backend_ops.step_after. */
int spotler_step_after_describe(const struct spotler *spotler, int step,
                                const struct result *result);

/* --- filter.c --- */

/* What of a filter can be sent, and what has to be looked at here. */
struct spotler_filter {
    json_t *sent;        /* owned; NULL for every record */
    struct filter *left; /* owned; NULL when all is sent */
};
bool spotler_can_filter(const void *unused, const struct filter *condition);
struct spotler_filter spotler_compile(const struct filter *filter);
void spotler_filter_clear(struct spotler_filter *filter);
/* The order as JSON, ties by id. New reference. */
json_t *spotler_order(const struct query *query);

/* --- values.c --- */

/* A cell of a field (may be NULL), borrowed from the JSON; an object or array is printed into
 * *scratch. */
struct value spotler_value(const struct field *field, const json_t *json, struct text *scratch);
/* How the field is written in this answer is kept for writing it back. */
void spotler_observe(struct spotler *spotler, const char *object, const struct field *field,
                     const json_t *json);
const struct spotler_form *spotler_find_form(const struct spotler *spotler, const char *object,
                                             const char *field); /* NULL when there is none */
struct spotler_form *spotler_make_form(struct spotler *spotler, const char *object,
                                       const char *field); /* found or made */
/* The JSON for a value that is written. New reference. */
json_t *spotler_json(const struct spotler *spotler, const char *object, const struct field *field,
                     const struct value *value);
bool spotler_is_integer(const char *text, int64_t *out); /* 0, -12, but not 007 */
bool spotler_truth(const json_t *json, bool *out); /* true, 1, "1", "yes" and their opposites */

/* --- read.c --- */
enum wire_step spotler_encode_page(const struct spotler *spotler, const struct operation *operation,
                                   int step, struct http_request *request, struct error *error);
int spotler_decode_page(struct spotler *spotler, const struct operation *operation, int step,
                        const struct http_response *response, struct result *result);
enum wire_step spotler_encode_count(const struct spotler *spotler,
                                    const struct operation *operation, int step,
                                    struct http_request *request, struct error *error);
int spotler_decode_count(struct spotler *spotler, const struct operation *operation, int step,
                         const struct http_response *response, struct result *result);
enum wire_step spotler_encode_get(const struct spotler *spotler, const struct operation *operation,
                                  int step, struct http_request *request, struct error *error);
int spotler_decode_get(struct spotler *spotler, const struct operation *operation, int step,
                       const struct http_response *response, struct result *result);
char *spotler_cursor_at(const struct backend *backend, size_t page, size_t page_size);
/* GET {object}?limit=…&page=… with the number of the page counted from 0. */
void spotler_list_request(const struct spotler *spotler, const char *path, size_t limit,
                          size_t page, struct text *url);
/* The record of {"metadata", "record"}, NULL when there is none. */
json_t *spotler_record(const json_t *item);
/* That JSON as a record, owned by the caller. */
struct record *spotler_take_record(struct spotler *spotler, const struct operation *operation,
                                   const char *id, json_t *json);
int64_t spotler_total(const json_t *list); /* metadata.total_count, or -1 */

/* --- write.c --- */
enum wire_step spotler_encode_write(const struct spotler *spotler,
                                    const struct operation *operation, int step,
                                    struct http_request *request, struct error *error);
int spotler_decode_write(struct spotler *spotler, const struct operation *operation, int step,
                         const struct http_response *response, struct result *result);

/* --- lookup.c --- */
enum wire_step spotler_encode_lookup(const struct spotler *spotler,
                                     const struct operation *operation, int step,
                                     struct http_request *request, struct error *error);
int spotler_decode_lookup(struct spotler *spotler, const struct operation *operation, int step,
                          const struct http_response *response, struct result *result);
enum wire_step spotler_encode_append(const struct spotler *spotler,
                                     const struct operation *operation, int step,
                                     struct http_request *request, struct error *error);
int spotler_decode_append(struct spotler *spotler, const struct operation *operation, int step,
                          const struct http_response *response, struct result *result);
extern const struct backend_action spotler_actions[];
extern const size_t spotler_action_count;
/* Calls add for each item of a list in any of its shapes; false when it is none of them. */
typedef void (*spotler_item)(void *context, const char *value, const char *label);
bool spotler_items(const json_t *json, spotler_item add, void *context);

/* --- label.c --- */

/* "closedate" as "Close date", and "accountid" of a reference as "Account". The caller frees. */
char *spotler_label(const char *name, bool reference);

/* --- answer.c --- */

/* "reading accounts": what was tried, for errors. The caller frees. */
char *spotler_attempt(const struct operation *operation);
/* The JSON of a good answer, one reference for the caller; NULL with an error for a bad one. An
 * empty body is {}. */
json_t *spotler_read(const struct operation *operation, const struct http_response *response,
                     struct error *error);

/* --- requests, in spotler.c --- */

/* URL of a path of the API: names in it must be encoded. */
void spotler_url(const struct spotler *spotler, const char *path, struct text *url);
/* Takes the URL; adds the token. */
void spotler_request(const struct spotler *spotler, const char *method, struct text *url,
                     struct http_request *request);
/* Takes the JSON as the body. */
void spotler_body(struct http_request *request, json_t *json);

#endif
