/* columns: see columns.h. Pure. */
#include "backend/soql/columns.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

void soql_columns_add(struct soql_columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->names[i], name) == 0)
            return;
    }
    columns->names = memory_resize(columns->names, columns->count + 1, sizeof *columns->names);
    columns->names[columns->count++] = memory_copy_string(name);
}

static bool is_prefix(const struct soql_columns *columns, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < columns->count; i++) {
        if (strncmp(columns->names[i], name, length) == 0 && columns->names[i][length] == '.')
            return true;
    }
    return false;
}

/* What is dropped goes behind what is kept, and is freed when no name is looked at any more. */
void soql_columns_drop_parents(struct soql_columns *columns)
{
    size_t kept = 0;

    for (size_t i = 0; i < columns->count; i++) {
        char *name = columns->names[i];
        bool parent = is_prefix(columns, name);

        columns->names[i] = columns->names[kept];
        columns->names[kept] = name;
        kept += !parent;
    }
    while (columns->count > kept)
        free(columns->names[--columns->count]);
}
