/*
 * catalog: which tables and views the file has, and the foreign keys between them. Fetch thread.
 *
 * Read once and kept as long as the file's schema version stays the same; each table's own details
 * are read when they are first needed (table.c).
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

static const char entries_sql[] =
    "SELECT name, type = 'view', type = 'virtual', wr, strict FROM pragma_table_list"
    " WHERE schema = 'main' AND type IN ('table', 'view', 'virtual')"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name COLLATE NOCASE";

/* SQLite numbers a table's foreign keys from the last to the first. */
static const char foreign_keys_sql[] =
    "SELECT t.name, f.seq, f.\"table\", f.\"from\", f.\"to\""
    " FROM pragma_table_list t, pragma_foreign_key_list(t.name) f"
    " WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, f.id DESC, f.seq";

static const char primary_key_sql[] =
    "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk";

static const char unique_sql[] =
    "SELECT group_concat(c.name, char(10)), count(*) FROM pragma_index_list(?) i,"
    " pragma_index_info(i.name) c WHERE i.\"unique\" AND NOT i.partial GROUP BY i.name";

static const char has_column_sql[] =
    "SELECT 1 FROM pragma_table_xinfo(?) WHERE name = ? COLLATE NOCASE";

static bool read_version(struct local *local, int64_t *version, struct error *error)
{
    sqlite3_stmt *statement = local_prepare(local, "PRAGMA schema_version", error);
    int state = statement ? local_step(local, statement, error) : -1;

    if (state == 1)
        *version = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return state == 1;
}

static bool read_entries(struct local *local, struct error *error)
{
    struct catalog *catalog = &local->catalog;
    sqlite3_stmt *statement = local_prepare(local, entries_sql, error);
    size_t capacity = 0;
    int state = -1;

    while (statement && (state = local_step(local, statement, error)) == 1) {
        struct table_entry *entry;

        catalog->entries =
            memory_grow(catalog->entries, catalog->count, &capacity, sizeof *catalog->entries);
        entry = &catalog->entries[catalog->count++];
        *entry = (struct table_entry){.name = local_column_string(statement, 0)};
        entry->view = sqlite3_column_int(statement, 1);
        entry->is_virtual = sqlite3_column_int(statement, 2);
        entry->without_rowid = sqlite3_column_int(statement, 3);
        entry->strict = sqlite3_column_int(statement, 4);
    }
    sqlite3_finalize(statement);
    return state == 0;
}

static struct table_entry *find_entry(struct catalog *catalog, const char *name)
{
    for (size_t i = 0; name && i < catalog->count; i++) {
        if (sqlite3_stricmp(catalog->entries[i].name, name) == 0)
            return &catalog->entries[i];
    }
    return NULL;
}

void foreign_key_clear(struct foreign_key *key)
{
    for (size_t i = 0; i < key->count; i++) {
        free(key->columns[i]);
        free(key->parent_columns[i]);
    }
    free(key->columns);
    free(key->parent_columns);
    free(key->child);
    free(key->parent);
    free(key->relation);
}

static void add_pair(struct foreign_key *key, char *column, char *parent_column)
{
    key->columns = memory_resize(key->columns, key->count + 1, sizeof *key->columns);
    key->parent_columns =
        memory_resize(key->parent_columns, key->count + 1, sizeof *key->parent_columns);
    key->columns[key->count] = column;
    key->parent_columns[key->count++] = parent_column;
}

static bool read_foreign_keys(struct local *local, struct error *error)
{
    struct catalog *catalog = &local->catalog;
    sqlite3_stmt *statement = local_prepare(local, foreign_keys_sql, error);
    size_t capacity = 0;
    int state = -1;

    while (statement && (state = local_step(local, statement, error)) == 1) {
        if (sqlite3_column_int(statement, 1) == 0) {
            catalog->foreign_keys = memory_grow(catalog->foreign_keys, catalog->foreign_key_count,
                                                &capacity, sizeof *catalog->foreign_keys);
            catalog->foreign_keys[catalog->foreign_key_count++] =
                (struct foreign_key){.child = local_column_string(statement, 0),
                                     .parent = local_column_string(statement, 2)};
        }
        if (catalog->foreign_key_count > 0)
            add_pair(&catalog->foreign_keys[catalog->foreign_key_count - 1],
                     local_column_string(statement, 3), local_column_string(statement, 4));
    }
    sqlite3_finalize(statement);
    return state == 0;
}

/* REFERENCES parent, without columns, means the parent's primary key. False when it has none of
 * that many columns, or on an error. */
static bool fill_parent_columns(struct local *local, struct foreign_key *key)
{
    struct error ignored = {0};
    sqlite3_stmt *statement;
    size_t found = 0;

    if (key->parent_columns[0])
        return true;
    statement = local_ask(local, primary_key_sql, key->parent, &ignored);
    while (statement && local_step(local, statement, &ignored) == 1) {
        if (found < key->count)
            key->parent_columns[found] = local_column_string(statement, 0);
        found++;
    }
    sqlite3_finalize(statement);
    error_clear(&ignored);
    return found == key->count;
}

static bool is_parent_column(const struct foreign_key *key, const char *name, size_t length)
{
    for (size_t i = 0; i < key->count; i++) {
        if (strlen(key->parent_columns[i]) == length &&
            sqlite3_strnicmp(key->parent_columns[i], name, (int)length) == 0)
            return true;
    }
    return false;
}

/* Are all the names, separated by newlines, columns the key points at? */
static bool names_parent_columns(const struct foreign_key *key, const char *names)
{
    while (*names) {
        size_t length = strcspn(names, "\n");

        if (!is_parent_column(key, names, length))
            return false;
        names += length + (names[length] == '\n');
    }
    return true;
}

static bool is_primary_key(struct local *local, const struct foreign_key *key)
{
    struct error ignored = {0};
    sqlite3_stmt *statement = local_ask(local, primary_key_sql, key->parent, &ignored);
    bool all = statement != NULL;
    size_t count = 0;

    while (all && local_step(local, statement, &ignored) == 1) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);

        all = name && is_parent_column(key, name, strlen(name));
        count++;
    }
    sqlite3_finalize(statement);
    error_clear(&ignored);
    return all && count == key->count;
}

static bool points_at_one(struct local *local, const struct foreign_key *key)
{
    struct error ignored = {0};
    sqlite3_stmt *statement;
    bool unique = is_primary_key(local, key);

    statement = unique ? NULL : local_ask(local, unique_sql, key->parent, &ignored);
    while (!unique && statement && local_step(local, statement, &ignored) == 1) {
        const char *names = (const char *)sqlite3_column_text(statement, 0);

        unique = names && (size_t)sqlite3_column_int(statement, 1) == key->count &&
                 names_parent_columns(key, names);
    }
    sqlite3_finalize(statement);
    error_clear(&ignored);
    return unique;
}

/* AccountId, account_id: "Account", "account"; anything else as it is. */
static char *name_of_column(const char *column)
{
    static const char *const endings[] = {"_id", "_Id", "_ID", "Id", "ID", "_fk", "_FK"};
    size_t length = strlen(column);

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t ending = strlen(endings[i]);

        if (length > ending && strcmp(column + length - ending, endings[i]) == 0)
            return memory_copy(column, length - ending);
    }
    return memory_copy_string(column);
}

static bool has_column(struct local *local, const char *table, const char *name)
{
    struct error ignored = {0};
    sqlite3_stmt *statement = local_ask(local, has_column_sql, table, &ignored);
    bool found = false;

    if (statement) {
        sqlite3_bind_text(statement, 2, name, -1, SQLITE_TRANSIENT);
        found = local_step(local, statement, &ignored) == 1;
    }
    sqlite3_finalize(statement);
    error_clear(&ignored);
    return found;
}

/* Is the relation name free for the key: no other relation's, and no other column's? */
static bool is_free(struct local *local, const struct foreign_key *key, const char *name)
{
    const struct catalog *catalog = &local->catalog;

    for (size_t i = 0; i < catalog->foreign_key_count; i++) {
        const struct foreign_key *other = &catalog->foreign_keys[i];

        if (other != key && other->relation && strcmp(other->child, key->child) == 0 &&
            sqlite3_stricmp(other->relation, name) == 0)
            return false;
    }
    if (key->count == 1 && sqlite3_stricmp(name, key->columns[0]) == 0)
        return true;
    return !has_column(local, key->child, name);
}

static void name_relation(struct local *local, struct foreign_key *key)
{
    char *name =
        key->count == 1 ? name_of_column(key->columns[0]) : memory_copy_string(key->parent);

    if (!is_free(local, key, name)) {
        free(name);
        name = memory_copy_string(key->parent);
    }
    for (int number = 2; !is_free(local, key, name); number++) {
        struct text numbered = {0};

        text_format(&numbered, "%s_%d", key->parent, number);
        free(name);
        name = text_take(&numbered);
    }
    key->relation = name;
}

/* Foreign keys to tables that are not there, or that do not fit, lead nowhere and are left out. */
static void settle_foreign_keys(struct local *local)
{
    struct catalog *catalog = &local->catalog;
    size_t kept = 0;

    for (size_t i = 0; i < catalog->foreign_key_count; i++) {
        struct foreign_key *key = &catalog->foreign_keys[i];
        const struct table_entry *parent = find_entry(catalog, key->parent);

        if (!parent || !fill_parent_columns(local, key)) {
            foreign_key_clear(key);
            continue;
        }
        free(key->parent);
        key->parent = memory_copy_string(parent->name);
        key->parent_unique = points_at_one(local, key);
        catalog->foreign_keys[kept++] = *key;
    }
    catalog->foreign_key_count = kept;
    for (size_t i = 0; i < kept; i++)
        name_relation(local, &catalog->foreign_keys[i]);
}

bool catalog_refresh(struct local *local, struct error *error)
{
    struct catalog *catalog = &local->catalog;
    int64_t version = 0;

    if (!read_version(local, &version, error))
        return false;
    if (catalog->loaded && catalog->version == version)
        return true;
    catalog_clear(catalog);
    if (!read_entries(local, error) || !read_foreign_keys(local, error)) {
        catalog_clear(catalog);
        return false;
    }
    settle_foreign_keys(local);
    if (local_cancelled(local)) {
        /* A look-up that was cut short says nothing: it must not be kept. */
        catalog_clear(catalog);
        return error_set(error, ERROR_CANCELLED, "Cancelled");
    }
    catalog->loaded = true;
    catalog->version = version;
    return true;
}

void catalog_clear(struct catalog *catalog)
{
    for (size_t i = 0; i < catalog->count; i++) {
        table_free(catalog->entries[i].table);
        free(catalog->entries[i].name);
    }
    for (size_t i = 0; i < catalog->foreign_key_count; i++)
        foreign_key_clear(&catalog->foreign_keys[i]);
    free(catalog->entries);
    free(catalog->foreign_keys);
    memset(catalog, 0, sizeof *catalog);
}

static bool fail_unknown(const struct local *local, const char *name, struct error *error)
{
    const struct catalog *catalog = &local->catalog;
    const char **names = memory_zeroed(catalog->count + 1, sizeof *names);
    const char *nearest;

    for (size_t i = 0; i < catalog->count; i++)
        names[i] = catalog->entries[i].name;
    nearest = name ? text_nearest(name, names, catalog->count) : NULL;
    error_set(error, ERROR_NOT_FOUND, "%s has no table or view \"%s\"", local->path,
              name ? name : "");
    if (nearest)
        error_set_hint(error, "Did you mean \"%s\"?", nearest);
    free(names);
    return false;
}

struct local_table *catalog_table(struct local *local, const char *name, struct error *error)
{
    struct table_entry *entry = find_entry(&local->catalog, name);

    if (!entry) {
        fail_unknown(local, name, error);
        return NULL;
    }
    if (!entry->table)
        entry->table = table_load(local, entry, error);
    return entry->table;
}

const struct local_column *table_column(const struct local_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (sqlite3_stricmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    }
    return NULL;
}

const struct foreign_key *table_reference(const struct local_table *table, const char *name)
{
    for (size_t i = 0; i < table->reference_count; i++) {
        const struct foreign_key *key = table->references[i];

        if (key->count == 1 && sqlite3_stricmp(key->columns[0], name) == 0)
            return key;
    }
    for (size_t i = 0; i < table->reference_count; i++) {
        if (sqlite3_stricmp(table->references[i]->relation, name) == 0)
            return table->references[i];
    }
    return NULL;
}
