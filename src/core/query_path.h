/*
 * query_path: the name of a field, or of a field of a referenced record: Account.Name. For the
 * files of query; nobody else includes it. Pure; any thread.
 */
#ifndef DOSSIER_CORE_QUERY_PATH_H
#define DOSSIER_CORE_QUERY_PATH_H

#include <stdbool.h>
#include <stddef.h>

struct query_path {
    char *path;   /* owned: the parts joined by '.' */
    char **parts; /* owned, unquoted */
    size_t count;
};

/* Takes the part. */
void path_add(struct query_path *path, char *part);
/* Works path out again from the parts: after adding them, or after one was respelt. */
void path_join(struct query_path *path);
struct query_path path_copy(char *const *parts, size_t count);
void path_free(struct query_path *path);
/* Reads typed text such as Account.`Head office`; false when it is not a path. */
bool path_parse(const char *text, struct query_path *out);
/* As path_parse, but what is not a path is one name as it stands. */
struct query_path path_from(const char *text);

/* As query_add_order and query_add_column, with the path read already; they take it. */
struct query;
void query_add_order_path(struct query *query, struct query_path path, bool descending,
                          bool nulls_first);
void query_add_column_path(struct query *query, struct query_path path);

#endif
