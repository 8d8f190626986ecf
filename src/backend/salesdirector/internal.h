/*
 * internal: what the files of the SalesDirector.ai adapter share. Nothing outside this directory
 * includes it, but its tests.
 *
 * Everything here runs on the fetch thread. The instance keeps the set of opportunities that was
 * last read, and the parts of the upload that is under way; one operation runs at a time.
 */
#ifndef DOSSIER_BACKEND_SALESDIRECTOR_INTERNAL_H
#define DOSSIER_BACKEND_SALESDIRECTOR_INTERNAL_H

#include <jansson.h>

#include "backend/backend.h"
#include "core/text.h"
#include "net/http.h"

enum { UPLOAD_MOST_BYTES = 20 * 1000 * 1000, MOST_ALIASES = 3 };

/* --- objects.c: what there is --- */

enum member_flags {
    MEMBER_READ = 1, /* comes with the list; the name is the key in its JSON */
    MEMBER_CREATE = 2,
    MEMBER_UPDATE = 4,
    MEMBER_REQUIRED = 8, /* an upload must have the column */
    MEMBER_NAME = 16
};

struct member {
    const char *name;
    const char *label;
    enum field_type type;
    unsigned flags;
    int key;            /* 1-based position in the key */
    const char *header; /* of its column in an upload, as the page spells it; NULL: not uploaded */
    /* Other headings that are understood, in lower case, without spaces and underscores. */
    const char *aliases[MOST_ALIASES + 1];
};

struct object {
    const char *name;
    const char *label;
    const char *singular;
    bool readable;
    bool update;
    const char *path;   /* of its upload; NULL: the profile's targets_path */
    const char *action; /* that uploads a file of them */
    const struct member *members;
    size_t member_count;
};

const struct object *director_objects(size_t *count);
const struct object *director_object(const char *name);             /* NULL when there is none */
const struct object *director_object_of_action(const char *action); /* NULL when there is none */
const struct member *director_member(const struct object *object, const char *name);
/* The member that a heading of a CSV file means; NULL when none. */
const struct member *director_heading(const struct object *object, const char *bytes,
                                      size_t length);
/* records: the set, whose members beyond the documented ones become fields too; may be NULL. */
struct schema *director_schema(const struct object *object, const json_t *records);

/* --- reply.c: JSend --- */

/* The data of an answer: a new reference, JSON null where there is none. NULL with an error for
 * what failed, in the server's words. */
json_t *director_reply(const struct http_response *response, struct error *error);

/* --- upload.c: CSV, and its parts --- */

struct upload_part {
    struct text csv;
    size_t rows;
    size_t *writes; /* owned: which of the operation's writes; NULL for a file */
};

struct upload {
    struct upload_part *parts; /* owned */
    size_t part_count;
};

struct upload_counts {
    int64_t imported, errors, original;
    char *error_file; /* owned; NULL when none was named */
};

void upload_parts_clear(struct upload *upload);
/* Reads a CSV file for an object: its first row is checked against the page's names and aliases,
 * and written in the page's spelling. Parts are at most `most` bytes, each with the header, and end
 * where a record ends. ERROR_USAGE names the unknown and the missing columns, or the row. */
bool upload_read(const struct object *object, const char *csv, bool strip_commas, size_t most,
                 struct upload *upload, struct error *error);
/* Appends a cell (after a comma unless it is the first) and ends a row, as RFC 4180 says. */
void upload_cell(struct text *csv, bool first, const char *bytes, size_t length, bool strip_commas);
void upload_end_row(struct text *csv);
struct upload_part *upload_add_part(struct upload *upload);
/* The counts of an upload's answer, at the top or under data. */
bool upload_counts_read(const struct http_response *response, struct upload_counts *counts,
                        struct error *error);
/* What was refused, as an error; kind NONE when nothing was. */
void upload_counts_fail(const struct upload_counts *counts, struct error *error);

/* --- the instance --- */

struct salesdirector {
    struct backend backend;
    char *url; /* without a slash at its end */
    char *targets_path;
    bool send_error_email, strip_commas;
    int refresh; /* seconds */
    struct profile *profile;
    struct text api_key;
    json_t *records; /* the set of opportunities; NULL: not read, or changed since */
    int64_t read_at; /* monotonic milliseconds */
    struct upload upload;
};

/* Fills a request for a path of the API; read: it changes nothing. */
void director_request(const struct salesdirector *instance, const char *method, const char *path,
                      bool read, struct http_request *request);
void director_upload(const struct salesdirector *instance, const struct object *object,
                     const struct upload_part *part, const char *send_error_email,
                     struct http_request *request);
/* Takes the answer with the set of opportunities. */
bool director_take_records(struct salesdirector *instance, const struct http_response *response,
                           struct error *error);

/* --- read.c --- */

/* A value of a record of the set, borrowed from it; null where it is missing. */
struct value director_cell(const json_t *record, const char *name, enum field_type type);
/* The id of a record: its Opportunity ID, else the one SalesDirector.ai gave it. */
struct value director_id(const json_t *record);
/* The record with an id, borrowed; NULL when there is none. */
const json_t *director_find(const json_t *records, const char *id);
struct record *director_record(const json_t *record);

void director_read_page(const struct salesdirector *instance, const struct operation *operation,
                        struct result *result);
void director_read_get(const struct salesdirector *instance, const struct operation *operation,
                       struct result *result);
void director_read_lookup(const struct salesdirector *instance, const struct operation *operation,
                          struct result *result);

/* --- write.c: records and files, uploaded --- */

enum wire_step director_encode_write(struct salesdirector *instance,
                                     const struct operation *operation, int step,
                                     struct http_request *request, struct error *error);
int director_decode_write(struct salesdirector *instance, const struct operation *operation,
                          int step, const struct http_response *response, struct result *result);
enum wire_step director_encode_file(struct salesdirector *instance,
                                    const struct operation *operation, int step,
                                    struct http_request *request, struct error *error);
int director_decode_file(struct salesdirector *instance, const struct operation *operation,
                         int step, const struct http_response *response, struct result *result);

#endif
