/*
 * soql: queries of the filter language as Salesforce's SOQL, for every adapter that speaks to
 * Salesforce.
 *
 * What is compiled has the filter language's meaning, with two truth values: NOT is pushed down to
 * the conditions, and where a negative condition must hold for null as well, that is said. What
 * SOQL cannot say exactly, soql_can_filter refuses, and the engine filters it here. Pure; any
 * thread.
 */
#ifndef DOSSIER_BACKEND_SOQL_SOQL_H
#define DOSSIER_BACKEND_SOQL_SOQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/backend.h"
#include "core/error.h"
#include "core/query.h"
#include "core/text.h"

/* Salesforce's limits: rows skipped with OFFSET, rows of one answer, bytes of a statement. */
enum { SOQL_MOST_OFFSET = 2000, SOQL_MOST_ROWS = 2000, SOQL_MOST_BYTES = 100000 };

/* A query with the schema of its object; the parents' schemas are in query->schemas. query may be
 * NULL: every record, every field. */
struct soql_source {
    const struct schema *schema;
    const struct query *query;
};

/* Where a page of rows begins, and how many there may be. */
struct soql_window {
    char *const *after; /* literals of the order's terms and the id of the row before it; a NULL
                           literal is null. NULL: from the start */
    size_t after_count;
    size_t offset;
    int64_t limit; /* -1: none */
};

/* Can this condition be sent with its meaning kept? For backend_ops.can_filter. */
bool soql_can_filter(const void *unused, const struct filter *condition);

/* Appends a path as SOQL spells it: relation names for references. */
void soql_path(const struct soql_source *source, char *const *parts, size_t count,
               struct text *out);
/* Appends text in quotes, escaped. */
void soql_string(const char *bytes, size_t length, struct text *out);
/* A literal for a value that came from a field, for a comparison with that field; the caller frees.
 * NULL for null. */
char *soql_literal(const struct field *field, const struct value *value);

/* Appends the whole filter as a condition; nothing for one that is not active. */
void soql_where(const struct soql_source *source, const struct filter *filter, struct text *out);

/* May pages in the query's order be found by the values of the row before them? Then the terms of
 * the order are selected too, after the columns, and Id is the last. */
bool soql_can_key(const struct soql_source *source);
/* SELECT Id, columns FROM object WHERE … ORDER BY …, Id LIMIT n OFFSET m. False with ERROR_USAGE
 * when the statement is longer than Salesforce takes. */
bool soql_select(const struct soql_source *source, const struct soql_window *window,
                 struct text *out, struct error *error);
/* SELECT COUNT(Id) records FROM … WHERE …. */
bool soql_count(const struct soql_source *source, struct text *out, struct error *error);
/* SELECT by value, COUNT(Id) records, SUM(…) measure … GROUP BY …. ERROR_UNSUPPORTED for a field
 * that Salesforce does not group by or measure. */
bool soql_group(const struct soql_source *source, const struct group_request *group, size_t limit,
                struct text *out, struct error *error);
/* SELECT COUNT(Id) records, COUNT(a) filled0, MIN(a) least0, MAX(a) most0 … over the columns. */
bool soql_filled(const struct soql_source *source, struct text *out, struct error *error);
/* Does Salesforce count a field of this type, or give its smallest and largest value? */
bool soql_counts(enum field_type type);
bool soql_measures(enum field_type type);

#endif
