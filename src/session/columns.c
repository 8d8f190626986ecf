/* columns: see columns.h. */
#include "session/columns.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/session.h"

enum { COLUMNS_MOST = 8, OF_A_RANK_MOST = 2, RANK_FIRST = 1, RANK_LAST = 10 };

/* How early a type comes into a list; 0 for what no list should open with: bytes, and what the
 * machine keeps for itself. */
static const int type_ranks[FIELD_TYPE_COUNT] = {
    [FIELD_REFERENCE] = 2,     [FIELD_PICKLIST] = 3, [FIELD_COMBOBOX] = 3,   [FIELD_CURRENCY] = 4,
    [FIELD_DATE] = 5,          [FIELD_EMAIL] = 6,    [FIELD_PHONE] = 6,      [FIELD_STRING] = 7,
    [FIELD_PERCENT] = 8,       [FIELD_INT] = 8,      [FIELD_DOUBLE] = 4,     [FIELD_BOOLEAN] = 9,
    [FIELD_MULTIPICKLIST] = 9, [FIELD_URL] = 9,      [FIELD_CALCULATED] = 9, [FIELD_DATETIME] = 10,
    [FIELD_TIME] = 10,         [FIELD_ANY] = 10,     [FIELD_TEXTAREA] = 10,
};

/* The name comes first; where nothing names a record, its key does. */
static int rank_of(const struct schema *schema, const struct field *field)
{
    bool named = schema->name_field != NULL;
    if (named ? strcmp(field->name, schema->name_field) == 0 : field->key > 0) {
        return RANK_FIRST;
    }
    return field->key > 0 && field->references == NULL ? 0 : type_ranks[field->type];
}

static void add_column(struct query *query, const char *name)
{
    struct text path = {0};
    query_print_path(&name, 1, &path);
    query_add_column(query, text_string(&path));
    text_free(&path);
}

/* Adds the fields of a rank from the skipped ones on, at most so many. */
static void add_rank(const struct schema *schema, struct query *query, int rank, size_t skip,
                     size_t most)
{
    size_t seen = 0;
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        if (rank_of(schema, field) != rank || query->column_count == COLUMNS_MOST) {
            continue;
        }
        if (seen >= skip && seen - skip < most) {
            add_column(query, field->name);
        }
        seen++;
    }
}

/* One of each rank before a second of any, so that a narrow screen too shows what kind of thing a
 * record is: its name, whose it is, its state, its amount, its date. */
void session_default_columns(const struct schema *schema, struct query *query)
{
    add_rank(schema, query, RANK_FIRST, 0, COLUMNS_MOST);
    for (size_t round = 0; round < OF_A_RANK_MOST; round++) {
        for (int rank = RANK_FIRST + 1; rank <= RANK_LAST; rank++) {
            add_rank(schema, query, rank, round, 1);
        }
    }
    for (size_t i = 0; query->column_count == 0 && i < schema->field_count; i++) {
        add_column(query, schema->fields[i].name);
    }
}

/* The path that names what a column's reference points at; NULL where there is none. */
static char *name_path(const struct session *session, const struct schema *schema,
                       const struct query_column *column)
{
    const struct field *field =
        column->part_count == 1 ? schema_field(schema, column->parts[0]) : NULL;
    if (field == NULL || field->references == NULL) {
        return NULL;
    }
    const struct schema *target = session_schema(session, field->references);
    if (target == NULL || target->name_field == NULL) {
        return NULL;
    }
    const char *parts[] = {field->relation != NULL ? field->relation : field->name,
                           target->name_field};
    struct text path = {0};
    query_print_path(parts, 2, &path);
    return text_take(&path);
}

void session_name_columns(const struct session *session, const struct schema *schema,
                          struct query *query)
{
    struct query *named = query_new(query->object);
    for (size_t i = 0; i < query->column_count; i++) {
        const struct query_column *column = &query->columns[i];
        char *path = name_path(session, schema, column);
        struct text own = {0};
        query_print_path((const char *const *)column->parts, column->part_count, &own);
        query_add_column(named, path != NULL ? path : text_string(&own));
        text_free(&own);
        free(path);
    }
    struct query_column *columns = query->columns;
    size_t count = query->column_count;
    query->columns = named->columns;
    query->column_count = named->column_count;
    query->resolved = false;
    named->columns = columns;
    named->column_count = count;
    query_free(named);
}
