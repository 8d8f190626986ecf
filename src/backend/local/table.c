/*
 * table: reads one table or view: its columns, key, indexes and constraints. Fetch thread.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

static const char columns_sql[] =
    "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?)"
    " WHERE hidden <> 1 ORDER BY cid";

/* The leading column of each whole index: name, its collation there, alone in a unique one? */
static const char indexes_sql[] =
    "SELECT x.name, x.coll, i.\"unique\" AND"
    " (SELECT count(*) FROM pragma_index_xinfo(i.name) WHERE key) = 1, i.origin"
    " FROM pragma_index_list(?) i, pragma_index_xinfo(i.name) x"
    " WHERE x.seqno = 0 AND x.key AND NOT i.partial AND x.name IS NOT NULL";

static const char sql_sql[] = "SELECT sql FROM sqlite_schema WHERE name = ? AND type = 'table'";

static void read_column(struct local_column *column, sqlite3_stmt *statement)
{
    memset(column, 0, sizeof *column);
    column->name = local_column_string(statement, 0);
    column->declared = local_column_string(statement, 1);
    if (!column->declared)
        column->declared = memory_copy_string("");
    column->not_null = sqlite3_column_int(statement, 2);
    column->default_value = local_column_string(statement, 3);
    column->key = sqlite3_column_int(statement, 4);
    column->generated = sqlite3_column_int(statement, 5) != 0;
    column->affinity = type_affinity(column->declared);
    column->type = type_of_declaration(column->declared).type;
}

static bool read_columns(struct local *local, struct local_table *table, struct error *error)
{
    sqlite3_stmt *statement = local_ask(local, columns_sql, table->name, error);
    size_t capacity = 0;
    int state = -1;

    while (statement && (state = local_step(local, statement, error)) == 1) {
        table->columns =
            memory_grow(table->columns, table->column_count, &capacity, sizeof *table->columns);
        read_column(&table->columns[table->column_count++], statement);
    }
    sqlite3_finalize(statement);
    if (state == 0 && table->column_count == 0)
        return error_set(error, ERROR_PROTOCOL, "%s: \"%s\" cannot be read: it has no columns",
                         local->path, table->name);
    return state == 0;
}

static void read_collations(struct local *local, struct local_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        struct local_column *column = &table->columns[i];
        const char *type, *collation = NULL;
        int not_null, primary_key, autoincrement;

        if (!table->view)
            sqlite3_table_column_metadata(local->database, "main", table->name, column->name, &type,
                                          &collation, &not_null, &primary_key, &autoincrement);
        column->collation = memory_copy_string(collation ? collation : "BINARY");
    }
}

static struct local_column *own_column(struct local_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (sqlite3_stricmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    }
    return NULL;
}

/* Reads the indexes; *key_index says that the primary key has one of its own. */
static bool read_indexes(struct local *local, struct local_table *table, bool *key_index,
                         struct error *error)
{
    sqlite3_stmt *statement = local_ask(local, indexes_sql, table->name, error);
    int state = -1;

    *key_index = false;
    while (statement && (state = local_step(local, statement, error)) == 1) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        const char *collation = (const char *)sqlite3_column_text(statement, 1);
        const char *origin = (const char *)sqlite3_column_text(statement, 3);
        struct local_column *column = own_column(table, name ? name : "");

        *key_index = *key_index || (origin && strcmp(origin, "pk") == 0);
        if (!column)
            continue;
        if (collation && sqlite3_stricmp(collation, column->collation) == 0)
            column->indexed = true;
        column->unique = column->unique || sqlite3_column_int(statement, 2);
    }
    sqlite3_finalize(statement);
    return state == 0;
}

static const char *free_rowid_name(const struct local_table *table)
{
    static const char *const names[] = {"rowid", "_rowid_", "oid"};

    if (table->view || table->without_rowid)
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!table_column(table, names[i]))
            return names[i];
    }
    return NULL;
}

static void collect_key(struct local_table *table)
{
    size_t highest = 0;

    for (size_t i = 0; i < table->column_count; i++) {
        if ((size_t)table->columns[i].key > highest)
            highest = (size_t)table->columns[i].key;
    }
    table->key = memory_zeroed(highest + 1, sizeof *table->key);
    table->key_count = highest;
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].key > 0)
            table->key[table->columns[i].key - 1] = i;
    }
}

/* SQLite lets null into the keys of rowid tables. A key that holds one does not tell records
 * apart, so such a table goes by its rowid. */
static bool drop_null_key(struct local *local, struct local_table *table, struct error *error)
{
    struct text sql = {0};
    const char *joint = "";
    sqlite3_stmt *statement;
    int state = 0;

    text_append_string(&sql, "SELECT 1 FROM ");
    local_quote(&sql, table->name);
    text_append_string(&sql, " WHERE ");
    for (size_t i = 0; i < table->key_count; i++) {
        if (table->columns[table->key[i]].not_null)
            continue;
        text_append_string(&sql, joint);
        local_quote(&sql, table->columns[table->key[i]].name);
        text_append_string(&sql, " IS NULL");
        joint = " OR ";
    }
    text_append_string(&sql, " LIMIT 1");
    if (*joint) {
        statement = local_prepare(local, text_string(&sql), error);
        state = statement ? local_step(local, statement, error) : -1;
        sqlite3_finalize(statement);
    }
    text_free(&sql);
    if (state == 1)
        table->key_count = 0;
    return state >= 0;
}

static bool settle_key(struct local *local, struct local_table *table, bool key_index,
                       struct error *error)
{
    struct local_column *only;

    table->rowid = free_rowid_name(table);
    if (table->view)
        return true;
    collect_key(table);
    if (table->key_count == 0)
        return true;
    only = &table->columns[table->key[0]];
    if (table->key_count == 1) {
        only->unique = true;
        if (!table->without_rowid && !key_index &&
            sqlite3_stricmp(only->declared, "INTEGER") == 0) {
            only->rowid_alias = only->indexed = only->not_null = true;
            return true;
        }
    }
    if (table->without_rowid || !table->rowid) {
        for (size_t i = 0; i < table->key_count; i++)
            table->columns[table->key[i]].not_null = true;
        return true;
    }
    return drop_null_key(local, table, error);
}

static bool read_ddl(struct local *local, struct local_table *table, struct error *error)
{
    sqlite3_stmt *statement = local_ask(local, sql_sql, table->name, error);
    int state = statement ? local_step(local, statement, error) : -1;

    table->ddl = ddl_parse(state == 1 ? (const char *)sqlite3_column_text(statement, 0) : NULL);
    sqlite3_finalize(statement);
    return state >= 0;
}

static void collect_references(struct local *local, struct local_table *table)
{
    const struct catalog *catalog = &local->catalog;

    table->references = memory_zeroed(catalog->foreign_key_count + 1, sizeof *table->references);
    for (size_t i = 0; i < catalog->foreign_key_count; i++) {
        if (strcmp(catalog->foreign_keys[i].child, table->name) == 0)
            table->references[table->reference_count++] = &catalog->foreign_keys[i];
    }
}

static bool read_table(struct local *local, struct local_table *table, struct error *error)
{
    bool key_index = false;

    if (!read_columns(local, table, error))
        return false;
    read_collations(local, table);
    if (!read_indexes(local, table, &key_index, error) ||
        !settle_key(local, table, key_index, error) || !read_ddl(local, table, error))
        return false;
    collect_references(local, table);
    return sample_columns(local, table, error) && describe_table(local, table, error);
}

struct local_table *table_load(struct local *local, const struct table_entry *entry,
                               struct error *error)
{
    struct local_table *table = memory_zeroed(1, sizeof *table);

    table->name = memory_copy_string(entry->name);
    table->view = entry->view;
    table->is_virtual = entry->is_virtual;
    table->without_rowid = entry->without_rowid;
    table->strict = entry->strict;
    if (read_table(local, table, error))
        return table;
    table_free(table);
    return NULL;
}

void table_free(struct local_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->column_count; i++) {
        free(table->columns[i].name);
        free(table->columns[i].declared);
        free(table->columns[i].collation);
        free(table->columns[i].default_value);
    }
    free(table->columns);
    free(table->key);
    free(table->references);
    free(table->name);
    ddl_free(table->ddl);
    schema_release(table->schema);
    free(table);
}
