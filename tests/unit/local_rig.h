/*
 * local_rig: databases made of SQL in a directory of their own, and the adapter opened on them.
 */
#ifndef DOSSIER_TESTS_LOCAL_RIG_H
#define DOSSIER_TESTS_LOCAL_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "backend/backend.h"
#include "core/query.h"

struct rig {
    char directory[40];
    char *path;
    struct backend *backend;
    struct cancel_token token;
    struct result result; /* of the last operation */
};

int rig_set_up(void **state);
int rig_tear_down(void **state);

/* Runs SQL on the file by a connection of its own. */
void rig_sql(struct rig *rig, const char *sql);
/* One value read by a connection of its own; the caller frees; NULL for null. */
char *rig_value(struct rig *rig, const char *sql);
/* Opens the adapter (again) on the file. */
void rig_open(struct rig *rig, bool read_only, int timeout);

/* Executes and frees the operation; the result stays in the rig until the next. */
struct result *rig_run(struct rig *rig, struct operation *operation);
struct result *rig_do(struct rig *rig, enum operation_kind kind, const char *object);
/* The schema, held for the caller. */
struct schema *rig_schema(struct rig *rig, const char *object);
/* A query parsed and resolved; fails the test when it is not good. */
struct query *rig_query(struct rig *rig, const char *object, const char *text);
/* An operation with a query, from its text. */
struct operation *rig_operation(struct rig *rig, enum operation_kind kind, const char *object,
                                const char *text);
struct result *rig_page(struct rig *rig, const char *object, const char *text, size_t size);
int64_t rig_count(struct rig *rig, const char *object, const char *text);
/* A cell as text, "(null)" for null; good until the next call. */
const char *rig_cell(const struct result *result, size_t row, size_t column);
/* Every id of a query, page by page, forwards or backwards, each with a newline. */
char *rig_walk(struct rig *rig, const char *object, const char *text, size_t size, bool backwards);

/* A record of name, value pairs of text, ended by NULL; the value NULL is null. */
struct record *rig_record(const char *name, ...) __attribute__((sentinel));
struct result *rig_write(struct rig *rig, enum operation_kind kind, const char *object,
                         const char *id, struct record *values, struct record *expected);

#endif
