/*
 * ddl: reads the text of a CREATE TABLE as far as SQLite's own pragmas do not tell: the CHECK
 * constraints, and the lists of values in them. Pure; any thread. Any text may be handed in: what
 * is not understood gives no constraints, never an error.
 */
#ifndef DOSSIER_BACKEND_LOCAL_DDL_H
#define DOSSIER_BACKEND_LOCAL_DDL_H

#include <stdbool.h>
#include <stddef.h>

struct ddl_check {
    char *name;   /* of the constraint; NULL when it has none */
    char *source; /* the expression as written, without its parentheses */
    char **words; /* every name in the expression, unquoted: columns are among them */
    size_t word_count;
};

/* A list a column's values must be from: CHECK (column IN ('a', 'b')), null aside. */
struct ddl_list {
    char *column;
    char **values;
    size_t value_count;
    bool numbers; /* every value was written as a number */
};

/* CHECK (length(column) <= most) */
struct ddl_length {
    char *column;
    int most;
};

struct ddl {
    struct ddl_check *checks;
    size_t check_count;
    struct ddl_list *lists;
    size_t list_count;
    struct ddl_length *lengths;
    size_t length_count;
};

struct ddl *ddl_parse(const char *sql); /* NULL gives one without constraints */
void ddl_free(struct ddl *ddl);         /* NULL is allowed */
const struct ddl_list *ddl_list(const struct ddl *ddl, const char *column);
int ddl_length(const struct ddl *ddl, const char *column); /* 0 when there is no limit */

#endif
