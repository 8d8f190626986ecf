/*
 * columns: the columns of rows of which nothing is known before: the paths of all that is in them,
 * in the order in which they come. Pure; fetch thread.
 */
#ifndef DOSSIER_BACKEND_SOQL_COLUMNS_H
#define DOSSIER_BACKEND_SOQL_COLUMNS_H

#include <stddef.h>

/* Zero-initialise it; the names are the owner's to free. */
struct soql_columns {
    char **names;
    size_t count;
};

/* One that is there already is not added again. */
void soql_columns_add(struct soql_columns *columns, const char *name);
/* A parent that is null in one row and not in another is no column: its fields are. */
void soql_columns_drop_parents(struct soql_columns *columns);

#endif
