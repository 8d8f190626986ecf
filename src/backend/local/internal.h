/*
 * internal: what the files of the local adapter share. Nothing outside this directory includes it.
 *
 * Everything here runs on the fetch thread, which owns the connection. Names from the file are kept
 * in the spelling of its own schema and always quoted; values are always bound.
 */
#ifndef DOSSIER_BACKEND_LOCAL_INTERNAL_H
#define DOSSIER_BACKEND_LOCAL_INTERNAL_H

#include <sqlite3.h>

#include "backend/backend.h"
#include "backend/local/ddl.h"
#include "core/text.h"

/* How the moments of a column are spelled, as far as its samples agree. */
struct date_form {
    bool uniform;   /* every sample has this form, so text can be compared as text */
    char separator; /* 'T' or ' '; 0 for dates without a time */
    bool seconds;
    bool zone; /* ends in Z */
};

/* SQLite's column affinities. */
enum affinity { AFFINITY_NONE, AFFINITY_TEXT, AFFINITY_NUMERIC, AFFINITY_INTEGER, AFFINITY_REAL };

struct local_column {
    char *name;
    char *declared; /* "" when there is no type */
    char *collation;
    char *default_value; /* as SQL; NULL when there is none */
    enum field_type type;
    enum affinity affinity;
    struct date_form form;
    const char *true_word; /* booleans kept as text: the words; NULL when kept as 0 and 1 */
    const char *false_word;
    bool not_null;
    bool generated;
    bool rowid_alias; /* INTEGER PRIMARY KEY */
    bool unique;      /* a unique index on this column alone, or the key alone */
    bool indexed;     /* leads an index of its own collation */
    bool closed;      /* a CHECK holds it to the values of its picklist, compared byte by byte */
    int key;
};

struct foreign_key {
    char *child; /* table */
    char *parent;
    char **columns;
    char **parent_columns;
    size_t count;
    char *relation;     /* name for paths, unique in the child */
    bool parent_unique; /* at most one parent record for a child */
};

struct local_table {
    char *name;
    bool view, is_virtual, without_rowid, strict;
    struct local_column *columns; /* those that can be seen, in order; as schema->fields */
    size_t column_count;
    size_t *key; /* positions in columns; none when the rowid is the key or there is no key */
    size_t key_count;
    const char *rowid; /* "rowid", "_rowid_" or "oid"; NULL when the table has none to use */
    const struct foreign_key **references; /* borrowed from the catalog */
    size_t reference_count;
    struct ddl *ddl;
    struct schema *schema;
};

struct table_entry {
    char *name;
    bool view, is_virtual, without_rowid, strict;
    struct local_table *table; /* NULL until it is needed */
};

/* What is known of the file, good as long as its schema version is the same. */
struct catalog {
    bool loaded;
    int64_t version;
    struct table_entry *entries;
    size_t count;
    struct foreign_key *foreign_keys; /* of every table */
    size_t foreign_key_count;
};

struct local {
    struct backend backend;
    char *path;
    bool read_only;
    int timeout; /* milliseconds */
    sqlite3 *database;
    struct cancel_token *token;
    int64_t busy_since; /* monotonic milliseconds; 0 when not waiting */
    int64_t deadline;   /* of the statement that runs, likewise; 0: none */
    struct catalog catalog;
};

/* --- connection.c --- */

/* Opens the file unless it is open; anew when another stands at its path now. */
bool local_open(struct local *local, struct error *error);
void local_close(struct local *local);
/* Describes the last error of the connection in words; returns false. */
bool local_fail(struct local *local, const char *doing, struct error *error);
/* Prepares; NULL with an error. */
sqlite3_stmt *local_prepare(struct local *local, const char *sql, struct error *error);
/* The same with the text of its first parameter bound (copied). */
sqlite3_stmt *local_ask(struct local *local, const char *sql, const char *argument,
                        struct error *error);
/* The text of a column of the row a statement stands on; the caller frees. NULL for null. */
char *local_column_string(sqlite3_stmt *statement, int column);
bool local_run(struct local *local, const char *sql, struct error *error);
/* Steps: 1 a row, 0 done, -1 failed with the error set. */
int local_step(struct local *local, sqlite3_stmt *statement, struct error *error);
void local_quote(struct text *out, const char *name); /* "name", quotes doubled */
bool local_cancelled(const struct local *local);
/* Statements that take longer than this from now on are interrupted; 0 takes the limit away. */
void local_limit(struct local *local, int milliseconds);

/* --- functions.c --- */

#define FOLD_COLLATION "DOSSIER_FOLD"
bool functions_register(sqlite3 *database);

/* --- catalog.c --- */

/* Makes sure the catalog is that of the file as it is now. */
bool catalog_refresh(struct local *local, struct error *error);
void catalog_clear(struct catalog *catalog);
/* The table or view of a name (as SQLite matches names), loaded; NULL with ERROR_NOT_FOUND. */
struct local_table *catalog_table(struct local *local, const char *name, struct error *error);
const struct local_column *table_column(const struct local_table *table, const char *name);
/* The foreign key of one column or of a relation name; NULL when there is none. */
const struct foreign_key *table_reference(const struct local_table *table, const char *name);

/* --- table.c, describe.c --- */

struct local_table *table_load(struct local *local, const struct table_entry *entry,
                               struct error *error);
void table_free(struct local_table *table);
void foreign_key_clear(struct foreign_key *key);
/* Builds table->schema out of what has been read. */
bool describe_table(struct local *local, struct local_table *table, struct error *error);

/* --- labels.c: owned by the caller --- */

char *label_of_many(const char *name); /* "Opportunities" */
char *label_of_one(const char *name);  /* "Opportunity" */

/* --- sample.c --- */

/* Settles the type and the forms of every column by its declared type and some of its values. */
bool sample_columns(struct local *local, struct local_table *table, struct error *error);

/* --- types.c --- */

struct declared_type {
    enum field_type type;
    int length, precision, scale;
};
struct declared_type type_of_declaration(const char *declared);
enum affinity type_affinity(const char *declared);

/* --- values.c --- */

/* The value of a result column, borrowed from the statement until its next step. */
struct value value_of_column(sqlite3_stmt *statement, int column);
/* The same as the field sees it: booleans out of 0 and 1 or words. column may be NULL. */
struct value value_of_field(const struct local_column *column, sqlite3_stmt *statement, int at);
bool value_bind(sqlite3_stmt *statement, int at, const struct value *value);
/* The value as the column keeps it, owned by the caller: booleans, numbers out of text, dates in
 * the column's own form. False with ERROR_VALIDATION naming the field. */
bool value_to_column(const struct local_column *column, const struct value *value,
                     struct value *out, struct error *error);
/* Spells a moment (seconds since 1970 UTC) as the column does. */
void value_print_moment(const struct date_form *form, int64_t moment, struct text *out);

/* --- compile.c: SQL out of queries --- */

struct join {
    char *prefix; /* path up to here, parts joined by '\n' */
    const struct foreign_key *key;
    const struct local_table *table;
    size_t from; /* alias number of the table joined to; 0 is the query's own */
};

struct compiler {
    struct local *local;
    const struct local_table *table;
    struct join *joins; /* alias number is position + 1 */
    size_t join_count;
    struct value *values; /* owned; parameter number is position + 1 */
    size_t value_count;
};

/* A path worked out: t0."Name", and what it names. */
struct path_target {
    size_t alias;
    const struct local_table *table;
    const struct local_column *column;
    const struct field *field;
};

void compiler_start(struct compiler *compiler, struct local *local,
                    const struct local_table *table);
void compiler_free(struct compiler *compiler);
/* Appends ?N and keeps a copy of the value for it. */
void compile_value(struct compiler *compiler, const struct value *value, struct text *out);
bool compile_path(struct compiler *compiler, char *const *parts, size_t count,
                  struct path_target *target, struct error *error);
void compile_target(const struct path_target *target, struct text *out);
/* FROM … LEFT JOIN …; call it last, when every path has been seen. */
void compile_from(const struct compiler *compiler, struct text *out);
/* t0."a" = ?1 AND …: the record of an id. False with an error when the id cannot be one. */
bool compile_id(struct compiler *compiler, const char *id, struct text *out, struct error *error);
/* The key's columns, separated by commas: t0."a", t0."b". Returns how many. */
size_t compile_key(const struct local_table *table, struct text *out);
/* Prepares and binds; NULL with an error. */
sqlite3_stmt *compiler_prepare(struct compiler *compiler, const char *sql, struct error *error);

/* --- filter.c --- */

/* Appends the filter as one SQL expression in parentheses; nothing for NULL. */
bool compile_filter(struct compiler *compiler, const struct filter *filter, struct text *out,
                    struct error *error);

/* --- order.c: order terms, cursors and the conditions of key paging --- */

struct sort_term {
    char *expression;      /* owned */
    const char *collation; /* " COLLATE x" or "" */
    bool descending;
    bool nulls_first;
    bool nullable;
    bool indexed;
};

struct sort {
    struct sort_term *terms; /* the query's, then the key's */
    size_t count;
    size_t order_count; /* how many are the query's */
    bool inclusive;     /* "after" takes in the record of the values itself */
};

bool sort_build(struct compiler *compiler, const struct query *query, struct sort *sort,
                struct error *error);
void sort_free(struct sort *sort);
void sort_reverse(struct sort *sort);
/* ORDER BY … for the terms from `from` on. no_nulls: the first of them is never null here. */
void sort_print(const struct sort *sort, size_t from, bool no_nulls, struct text *out);
/* The condition that a record comes after the values (one for each term). */
void sort_after(struct compiler *compiler, const struct sort *sort, const struct value *values,
                struct text *out);

/* A part of what comes after the values, such that all its records come before the next part's. */
struct segment {
    struct text condition; /* empty: every record */
    bool nothing;          /* no record can be in it */
    size_t from;           /* the terms before this one are constant in it */
    bool no_nulls;         /* and this one is never null */
};

/* How many segments there are for values (NULL: from the start). */
size_t sort_segment_count(const struct sort *sort, const struct value *values);
/* Makes one of them; the caller frees the condition. */
void sort_segment(struct compiler *compiler, const struct sort *sort, const struct value *values,
                  size_t number, struct segment *segment);

void cursor_print(const struct value *values, size_t count, struct text *out);
/* Reads a cursor into count owned values; false with an error when it is not one of these. */
bool cursor_parse(const char *cursor, struct value *values, size_t count, struct error *error);

/* --- reading and writing, by operation kind --- */

void read_page(struct local *local, const struct operation *operation, struct result *result);
void read_count(struct local *local, const struct operation *operation, struct result *result);
void read_group(struct local *local, const struct operation *operation, struct result *result);
void read_get(struct local *local, const struct operation *operation, struct result *result);
/* raw.c */
void read_raw(struct local *local, const struct operation *operation, struct result *result);
void read_lookup(struct local *local, const struct operation *operation, struct result *result);
void write_records(struct local *local, const struct operation *operation, struct result *result);

/* The values of the order terms of a record, owned, sort->count of them. NULL with an error. */
struct value *read_term_values(struct compiler *compiler, const struct sort *sort, const char *id,
                               struct error *error);
/* The record of an id with every field, or NULL (with an error, or none when it is not there). */
struct record *read_record(struct local *local, const struct local_table *table, const char *id,
                           struct error *error);
/* The id out of the key columns of a row, which begin at column `at`. */
void read_id(const struct local_table *table, sqlite3_stmt *statement, int at, struct text *out);
/* Appends the statement with its values. */
void explain_statement(sqlite3_stmt *statement, struct result *result);

/* --- constraint.c --- */

/* Explains why a write failed, naming its fields. values: what was sent, NULL for a delete. */
void constraint_explain(struct local *local, const struct local_table *table, const char *id,
                        const struct record *values, struct error *error);

#endif
