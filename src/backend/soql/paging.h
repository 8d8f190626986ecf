/*
 * paging: pages of a SOQL query, whatever the wire: what to ask for, and where the next page
 * begins.
 *
 * Where the order can be followed by key, a page is the rows after the last one of the page before
 * it. Otherwise the server's own cursor is followed where the adapter can do that; where it cannot,
 * rows are skipped by number, as far as Salesforce does that.
 * A cursor is "LEFT WAY REST": how many rows the query's limit leaves (-1: no limit), and what the
 * way needs: k a JSON array of literals, o a number of rows, u the server's own cursor. Pure.
 */
#ifndef DOSSIER_BACKEND_SOQL_PAGING_H
#define DOSSIER_BACKEND_SOQL_PAGING_H

#include "backend/soql/soql.h"

enum soql_way { SOQL_BY_KEY = 'k', SOQL_BY_OFFSET = 'o', SOQL_BY_CURSOR = 'u' };

/* What a page is to be; the same for encode and decode. */
struct soql_paging {
    struct soql_source source; /* borrowed from the operation */
    enum soql_way way;
    int64_t left;     /* rows the query's limit leaves; -1: no limit */
    size_t page_size; /* rows asked for; 0: as many as Salesforce gives */
    size_t offset;
    const char *cursor; /* the server's own, borrowed; NULL for the first page */
    char **after;       /* owned; entries may be NULL */
    size_t after_count;
};

/* Reads the operation of a page. can_follow: the adapter can follow the server's cursors. False
 * with ERROR_USAGE for a position that is none. To be freed with soql_paging_free in either case.
 */
bool soql_paging_make(const struct operation *operation, bool can_follow,
                      struct soql_paging *paging, struct error *error);
void soql_paging_free(struct soql_paging *paging);
/* The statement of a page that is not had by following a cursor. ERROR_UNSUPPORTED beyond the rows
 * that Salesforce skips. */
bool soql_paging_statement(const struct soql_paging *paging, struct text *out, struct error *error);

/* How a row of an answer is read. */
struct soql_row_reader {
    /* The cell at a path of relation names and a field, read as this type where the wire does not
     * say (FIELD_ANY: as it stands); spelling holds what had to be put together, and must outlive
     * the value. Absent when it is not there. */
    struct value (*cell)(const void *row, const char *path, enum field_type type,
                         struct text *spelling);
    const char *(*id)(const void *row); /* borrowed; NULL when it has none */
};

/* What came of a page. */
struct soql_page_end {
    size_t count;
    const void *last;   /* the last row; unused when there is none */
    bool cut;           /* the server says that there is more */
    const char *cursor; /* the server's own for what is more; NULL when it gave none */
    int64_t total;      /* the server's word for all rows of the statement; -1 for none */
};

/* Sets the result's next and total. */
void soql_paging_end(const struct soql_paging *paging, const struct operation *operation,
                     const struct soql_row_reader *reader, const struct soql_page_end *end,
                     struct result *result);
/* The paths of a page's columns (all fields when the query names none), as rows spell them; the
 * caller frees with soql_free_paths. */
char **soql_column_paths(const struct soql_source *source, size_t *count);
void soql_free_paths(char **paths, size_t count);

/* The record of a row: the query's columns under their own paths, or all fields of the schema. */
struct record *soql_record(const struct operation *operation, const struct soql_row_reader *reader,
                           const void *row, const char *id);
/* Have columns of the query their place in parents? */
bool soql_has_parent_columns(const struct query *query);
/* The operation's ids that can be one, widened, an array the caller frees with soql_free_paths: the
 * others have no record, and one of them would fail all the rest. */
char **soql_ids(const struct operation *operation, size_t *count);
/* SELECT … WHERE Id IN (…) for records whose fields of parents are wanted too. */
bool soql_select_ids(const struct operation *operation, char *const *ids, size_t count,
                     struct text *out, struct error *error);

/* --- aggregates: rows that soql_count, soql_group and soql_filled asked for --- */

struct soql_rows {
    const void *const *rows; /* borrowed */
    size_t count;
    const struct soql_row_reader *reader;
};

/* The number of records that a count's one row holds, or -1. */
int64_t soql_take_count(const struct soql_rows *rows);
/* The result's page and columns of a group operation. */
void soql_take_groups(const struct soql_rows *rows, const struct operation *operation,
                      struct result *result);

#endif
