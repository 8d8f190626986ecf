/*
 * query: filter + order + columns, one language for the builder, saved views, the command line and
 * every adapter (commands.md, "The filter language").
 *
 * A filter is a tree. Parsing gives names as typed; query_resolve checks them against a schema,
 * fixes their spelling and their types, and works out relative dates once. Printing a tree and
 * parsing it again gives the same tree. Pure but for the schema look-up it is handed; any thread.
 */
#ifndef DOSSIER_CORE_QUERY_H
#define DOSSIER_CORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/date.h"
#include "core/error.h"
#include "core/schema.h"
#include "core/text.h"
#include "core/value.h"

enum { QUERY_MOST_LEVELS = 200, QUERY_MOST_HOPS = 8 };

enum filter_kind { FILTER_AND, FILTER_OR, FILTER_NOT, FILTER_CONDITION };

enum filter_operator {
    OPERATOR_EQUAL,
    OPERATOR_NOT_EQUAL,
    OPERATOR_LESS,
    OPERATOR_LESS_EQUAL,
    OPERATOR_GREATER,
    OPERATOR_GREATER_EQUAL,
    OPERATOR_IN,
    OPERATOR_NOT_IN,
    OPERATOR_BETWEEN,
    OPERATOR_CONTAINS,
    OPERATOR_STARTS_WITH,
    OPERATOR_ENDS_WITH,
    OPERATOR_LIKE,
    OPERATOR_IS_NULL,
    OPERATOR_IS_NOT_NULL,
    OPERATOR_IS_EMPTY,
    OPERATOR_IS_NOT_EMPTY,
    OPERATOR_IS_BLANK,
    OPERATOR_IS_NOT_BLANK,
    OPERATOR_INCLUDES, /* multipicklist: each operand is a set A;B, any of the sets */
    OPERATOR_EXCLUDES,
    OPERATOR_COUNT
};

enum operand_kind {
    OPERAND_TEXT,   /* quoted */
    OPERAND_NUMBER, /* as typed, in text */
    OPERAND_BOOLEAN,
    OPERAND_DATE,     /* bare 2026-11-21, as typed */
    OPERAND_DATETIME, /* bare 2026-11-21T14:30:00[Z|+01:00], as typed */
    OPERAND_TIME,     /* bare 14:30[:00], as typed */
    OPERAND_RELATIVE  /* today, this month, last 3 weeks … */
};

struct operand {
    enum operand_kind kind;
    char *text; /* owned: as typed, quotes undone; NULL for RELATIVE and BOOLEAN */
    bool boolean;
    struct relative_date relative;
    /* Filled by query_resolve for date, datetime, time and relative operands: a half-open range
     * [start, end) in the spelling date_print gives for the field's type; a plain moment has end
     * NULL. For a date field: YYYY-MM-DD. For a datetime field: YYYY-MM-DDTHH:MM:SSZ, in UTC. */
    char *start;
    char *end;
    /* Filled by query_resolve too, for filter_matches: start and end taken apart, or the number. */
    struct date_time first;
    struct date_time next;
    struct value number;
    size_t column; /* 1-based, counts characters of the text it was parsed from; 0 when built */
};

struct filter {
    enum filter_kind kind;
    struct filter **children; /* owned; FILTER_NOT has one */
    size_t child_count;
    char *path; /* condition: field name, or Reference.Field; owned, unquoted parts joined by '.' */
    char **parts; /* the parts of path, unquoted, owned */
    size_t part_count;
    const struct field *field; /* after resolve: the last part's field, borrowed from the schema
                                  that query->schemas holds; NULL before */
    enum filter_operator operator_;
    struct operand *operands; /* owned */
    size_t operand_count;
    size_t column; /* 1-based, counts characters of the text it was parsed from; 0 when built */
    bool disabled; /* set by the builder while a row is half edited; such a row is not printed */
};

struct order_term {
    char *path;
    char **parts;
    size_t part_count;
    const struct field *field; /* after resolve */
    bool descending;
    bool nulls_first;
    size_t column;
};

/* A column of a list: a field, or a field of a referenced record. */
struct query_column {
    char *path;
    char **parts;
    size_t part_count;
    const struct field *field; /* after resolve */
};

struct query {
    char *object;
    struct filter *filter; /* NULL is every record */
    struct order_term *order;
    size_t order_count;
    struct query_column *columns; /* none: the adapter gives every field */
    size_t column_count;
    int64_t limit;           /* -1: none */
    bool include_deleted;    /* deleted records too: needs CAN_INCLUDE_DELETED */
    struct schema **schemas; /* held by resolve: the object's own first, then parents' */
    size_t schema_count;
    bool resolved;
};

struct query *query_new(const char *object);
void query_free(struct query *query);                /* NULL is allowed */
struct query *query_copy(const struct query *query); /* resolved state too */

/* --- building --- */
struct filter *filter_new(enum filter_kind kind);
/* path as it is typed, with back-quotes where they are needed (query_print_path); a text that
 * cannot be read so is taken as one name as it stands: "Unit Price". */
struct filter *filter_condition(const char *path, enum filter_operator operator_);
void filter_free(struct filter *filter);
struct filter *filter_copy(const struct filter *filter);
bool filter_equal(const struct filter *a,
                  const struct filter *b); /* the same tree, columns aside */
/* False for a disabled condition and for a group in which nothing is active: it stands for nothing,
 * and is neither printed nor evaluated. */
bool filter_is_active(const struct filter *filter);
void filter_add(struct filter *parent, struct filter *child);               /* takes child */
void filter_insert(struct filter *parent, size_t at, struct filter *child); /* takes child */
struct filter *filter_remove(struct filter *parent, size_t at);             /* gives it back */
/* a and b under one AND; takes both; either may be NULL. */
struct filter *filter_and(struct filter *a, struct filter *b);
struct operand *filter_add_operand(struct filter *condition, enum operand_kind kind,
                                   const char *text);
void filter_clear_operands(struct filter *condition);
/* Sets a condition's path from parts or "A.b" text with back-quotes; false on a bad quote. */
bool filter_set_path(struct filter *condition, const char *path_text);
/* A condition field = value of the field's kind of operand, exactly typed (ids as text, numbers …).
 */
struct filter *filter_equals(const char *path, const struct field *field,
                             const struct value *value);
/* path as filter_condition takes it. */
void query_add_order(struct query *query, const char *path, bool descending, bool nulls_first);
void query_clear_order(struct query *query);
void query_add_column(struct query *query, const char *path);
void query_clear_columns(struct query *query);

/* --- text --- */

/* Parses a filter with an optional `order by` and `limit` into query (replacing its filter, and its
 * order and limit where the text has them). Error: ERROR_USAGE, with "column N: expected …, found
 * …"; columns count characters from 1. The column also goes to *error_column (may be NULL; 0 when
 * there is no error). On error the query is as it was. Groups and `not` nest at most
 * QUERY_MOST_LEVELS deep. */
bool query_parse(struct query *query, const char *text, size_t *error_column, struct error *error);
/* The same; where a value is missing or is none, the schema (may be NULL) says what the field
 * takes: "column 10: expected a number, found 'ten'". */
bool query_parse_for(struct query *query, const char *text, const struct schema *schema,
                     size_t *error_column, struct error *error);
bool query_parse_order(struct query *query, const char *text,
                       struct error *error); /* "x desc, y" */
bool query_parse_columns(struct query *query, const char *text,
                         struct error *error);                    /* "a, `b c`" */
void filter_print(const struct filter *filter, struct text *out); /* NULL prints nothing */
void query_print(const struct query *query, struct text *out);    /* filter, order by, limit */
void query_print_order(const struct query *query, struct text *out);
void query_print_path(const char *const *parts, size_t count,
                      struct text *out); /* back-quoted as needed */
/* A text in quotes, a quote inside doubled; an operand as the language writes it. */
void query_print_text(const char *string, struct text *out);
void query_print_operand(const struct operand *operand, struct text *out);
const char *filter_operator_text(enum filter_operator operator_); /* "starts with" */
const char *filter_operator_label(enum filter_operator operator_,
                                  enum field_type type); /* "at least", "is one of" */
/* Which operators make sense for a type (bit 1u << operator). */
uint32_t filter_operators_for(enum field_type type);
/* May the operator be asked of the type? All of those, and `is empty` of every type: a source may
 * hold the empty text in a column of numbers. */
bool filter_operator_applies(enum filter_operator operator_, enum field_type type);
/* 0, 1, 2 operands, or -1 for a list. */
int filter_operator_operands(enum filter_operator operator_);

/* Gives the schema of an object, held for the caller, or NULL with an error. */
typedef struct schema *(*schema_lookup)(void *context, const char *object, struct error *error);

/* Completion for a half-typed filter text: what may stand at byte offset `at`. Calls add for each
 * candidate (text to insert); returns the start offset of the word it replaces. schema may be NULL.
 */
size_t query_complete(const char *text, size_t at, const struct schema *schema,
                      void (*add)(void *context, const char *candidate, const char *note),
                      void *context);

/* The same with a look-up for parents' schemas, so that Account. is followed by its fields. */
size_t query_complete_in(const char *text, size_t at, const struct schema *schema,
                         schema_lookup lookup, void *lookup_context,
                         void (*add)(void *context, const char *candidate, const char *note),
                         void *context);

/* --- resolving --- */

/* Checks every path, operator and operand against the schema, fixes spelling to the schema's, turns
 * relative dates and spans into ranges (clock says when and where now is). ERROR_USAGE names the
 * column, the field, what was expected and the nearest name. The lookup is called for parents. */
bool query_resolve(struct query *query, const struct schema *schema, schema_lookup lookup,
                   void *context, const struct date_clock *clock, struct error *error);

/* --- doing it here --- */

/* How conditions find their values: the value of a path of the record at hand, borrowed. */
typedef struct value (*query_value)(void *context, const char *path);

/* Two truth values, as commands.md says. The filter must be resolved. NULL filter: true. */
bool filter_matches(const struct filter *filter, query_value value, void *context);

/* Compares by the query's order terms, then by nothing: <0, 0, >0. */
int query_compare_values(const struct order_term *term, const struct value *a,
                         const struct value *b);

/* Compares two values of a field's type in the language's order (text folded, ids exact, numbers by
 * number, dates by moment); neither is null. */
int query_compare(const struct field *field, const struct value *a, const struct value *b);

/* Splits the filter at its top-level ANDs into what `can` accepts and the rest. Both are new trees;
 * either may be NULL. */
typedef bool (*filter_can)(const void *context, const struct filter *condition);
void filter_split(const struct filter *filter, filter_can can, const void *context,
                  struct filter **pushed, struct filter **rest);

#endif
