/*
 * constraint: why SQLite refused a write, in words that name the fields. Fetch thread.
 *
 * SQLite says which constraint it was, and for some of them the columns in its message; for a
 * foreign key it says nothing more, and each one is looked up.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

struct refusal {
    struct local *local;
    const struct local_table *table;
    const char *id;
    const struct record *values;
    char *words; /* SQLite's own */
    struct error *error;
};

/* The columns named in a list such as `Order Details.OrderID, Order Details.ProductID`. */
static size_t add_listed_columns(struct refusal *refusal, const char *list, const char *code,
                                 const char *message)
{
    const struct local_table *table = refusal->table;
    size_t found = 0;

    for (size_t i = 0; i < table->column_count; i++) {
        struct text name = {0};
        const char *at;

        text_format(&name, "%s.%s", table->name, table->columns[i].name);
        at = strstr(list, text_string(&name));
        if (at && (at[name.length] == '\0' || at[name.length] == ',')) {
            error_add_field(refusal->error, table->columns[i].name, code, message);
            found++;
        }
        text_free(&name);
    }
    return found;
}

static const char *after_colon(const char *words)
{
    const char *colon = strstr(words, ": ");

    return colon ? colon + 2 : words;
}

static void explain_not_null(struct refusal *refusal)
{
    error_set(refusal->error, ERROR_VALIDATION, "%s: a required field has no value",
              refusal->table->name);
    add_listed_columns(refusal, after_colon(refusal->words), "required", "needs a value");
}

static void explain_unique(struct refusal *refusal)
{
    error_set(refusal->error, ERROR_VALIDATION, "%s: another record has this value already",
              refusal->table->name);
    add_listed_columns(refusal, after_colon(refusal->words), "unique",
                       "another record has this value already");
}

static void explain_type(struct refusal *refusal)
{
    error_set(refusal->error, ERROR_VALIDATION, "%s: a value is not of its field's type",
              refusal->table->name);
    add_listed_columns(refusal, refusal->words, "type", "the value is not of the field's type");
}

static void explain_mismatch(struct refusal *refusal)
{
    const struct local_table *table = refusal->table;

    error_set(refusal->error, ERROR_VALIDATION, "%s: the id must be a whole number", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].rowid_alias)
            error_add_field(refusal->error, table->columns[i].name, "type",
                            "must be a whole number");
    }
}

/* --- check --- */

static const struct ddl_check *find_check(const struct ddl *ddl, const char *said)
{
    for (size_t i = 0; i < ddl->check_count; i++) {
        const struct ddl_check *check = &ddl->checks[i];

        if ((check->name && strcmp(check->name, said) == 0) || strcmp(check->source, said) == 0)
            return check;
    }
    return NULL;
}

static char *spell_check(const struct ddl *ddl, const struct ddl_check *check, const char *column)
{
    const struct ddl_list *list = ddl_list(ddl, column);
    struct text text = {0};

    if (!list) {
        text_format(&text, "must satisfy: %s", check->source);
        return text_take(&text);
    }
    text_append_string(&text, "must be one of ");
    for (size_t i = 0; i < list->value_count; i++) {
        text_append_string(&text, i ? ", " : "");
        text_append_string(&text, list->values[i]);
    }
    return text_take(&text);
}

static bool was_added(const struct error *error, const char *field)
{
    for (size_t i = 0; i < error->field_count; i++) {
        if (strcmp(error->fields[i].field, field) == 0)
            return true;
    }
    return false;
}

/* Of a check's columns those that were written, or all of them when none was. */
static void add_checked_columns(struct refusal *refusal, const struct ddl_check *check,
                                bool only_written)
{
    for (size_t i = 0; i < check->word_count; i++) {
        const struct local_column *column = table_column(refusal->table, check->words[i]);
        struct value value;
        char *message;

        if (!column || was_added(refusal->error, column->name))
            continue;
        value = refusal->values ? record_value(refusal->values, column->name) : value_absent();
        if (only_written && value.kind == VALUE_ABSENT)
            continue;
        message = spell_check(refusal->table->ddl, check, column->name);
        error_add_field(refusal->error, column->name, "check", message);
        free(message);
    }
}

static void explain_check(struct refusal *refusal)
{
    const char *said = after_colon(refusal->words);
    const struct ddl_check *check = find_check(refusal->table->ddl, said);

    error_set(refusal->error, ERROR_VALIDATION, "%s: a value is not allowed (%s)",
              refusal->table->name, said);
    if (!check)
        return;
    add_checked_columns(refusal, check, true);
    if (refusal->error->field_count == 0)
        add_checked_columns(refusal, check, false);
}

/* --- foreign keys --- */

/* The record's value of a column: the one being written, else the one it has. */
static struct value written_value(const struct refusal *refusal, const struct record *current,
                                  const char *column)
{
    struct value value = refusal->values ? record_value(refusal->values, column) : value_absent();

    if (value.kind == VALUE_ABSENT && current)
        value = record_value(current, column);
    return value;
}

/* SELECT 1 FROM table WHERE a = ? AND …: is there such a record? Null finds none. */
static bool exists(struct refusal *refusal, const char *table, char *const *columns,
                   const struct value *values, size_t count)
{
    struct error ignored = {0};
    struct text sql = {0};
    sqlite3_stmt *statement;
    bool found;

    text_append_string(&sql, "SELECT 1 FROM ");
    local_quote(&sql, table);
    for (size_t i = 0; i < count; i++) {
        text_append_string(&sql, i ? " AND " : " WHERE ");
        local_quote(&sql, columns[i]);
        text_append_string(&sql, " = ?");
    }
    text_append_string(&sql, " LIMIT 1");
    statement = local_prepare(refusal->local, text_string(&sql), &ignored);
    for (size_t i = 0; statement && i < count; i++)
        value_bind(statement, (int)i + 1, &values[i]);
    found = statement && local_step(refusal->local, statement, &ignored) == 1;
    sqlite3_finalize(statement);
    text_free(&sql);
    error_clear(&ignored);
    return found;
}

static void add_missing_parent(struct refusal *refusal, const struct foreign_key *key,
                               const struct value *values)
{
    struct text message = {0};

    text_format(&message, "%s has no record ", key->parent);
    record_join_id(&message, values, key->count);
    for (size_t i = 0; i < key->count; i++)
        error_add_field(refusal->error, key->columns[i], "foreign_key", text_string(&message));
    text_free(&message);
}

static void check_parent(struct refusal *refusal, const struct record *current,
                         const struct foreign_key *key)
{
    struct value *values = memory_zeroed(key->count, sizeof *values);
    bool complete = true;

    for (size_t i = 0; i < key->count; i++) {
        values[i] = written_value(refusal, current, key->columns[i]);
        complete = complete && !value_is_nothing(&values[i]);
    }
    if (complete && !exists(refusal, key->parent, key->parent_columns, values, key->count))
        add_missing_parent(refusal, key, values);
    free(values);
}

static void check_children(struct refusal *refusal, const struct record *current)
{
    const struct catalog *catalog = &refusal->local->catalog;

    for (size_t i = 0; current && i < catalog->foreign_key_count; i++) {
        const struct foreign_key *key = &catalog->foreign_keys[i];
        struct value *values;

        if (strcmp(key->parent, refusal->table->name) != 0)
            continue;
        values = memory_zeroed(key->count, sizeof *values);
        for (size_t j = 0; j < key->count; j++)
            values[j] = record_value(current, key->parent_columns[j]);
        if (exists(refusal, key->child, key->columns, values, key->count)) {
            struct text message = {0};

            text_format(&message, "records of %s refer to it by %s", key->child, key->columns[0]);
            error_add_field(refusal->error, key->parent_columns[0], "foreign_key",
                            text_string(&message));
            text_free(&message);
        }
        free(values);
    }
}

static void explain_foreign_key(struct refusal *refusal)
{
    struct error ignored = {0};
    struct record *current =
        refusal->id ? read_record(refusal->local, refusal->table, refusal->id, &ignored) : NULL;

    error_set(refusal->error, ERROR_VALIDATION, "%s: a reference leads to no record",
              refusal->table->name);
    for (size_t i = 0; refusal->values && i < refusal->table->reference_count; i++)
        check_parent(refusal, current, refusal->table->references[i]);
    if (refusal->error->field_count == 0) {
        error_set(refusal->error, ERROR_VALIDATION,
                  "%s: other records refer to this one, and would lead nowhere",
                  refusal->table->name);
        check_children(refusal, current);
    }
    record_free(current);
    error_clear(&ignored);
}

/* --- triggers --- */

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* Does the column's name stand in the sentence as a word of its own? */
static bool names_column(const char *sentence, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = sentence; *at; at++) {
        bool starts = at == sentence || !is_word_byte(at[-1]);

        if (starts && sqlite3_strnicmp(at, name, (int)length) == 0 && !is_word_byte(at[length]))
            return true;
    }
    return false;
}

static void explain_trigger(struct refusal *refusal)
{
    const struct local_table *table = refusal->table;

    error_set(refusal->error, ERROR_VALIDATION, "%s: %s", table->name, refusal->words);
    for (size_t i = 0; i < table->column_count; i++) {
        if (names_column(refusal->words, table->columns[i].name))
            error_add_field(refusal->error, table->columns[i].name, "trigger", refusal->words);
    }
}

static void explain_other(struct refusal *refusal)
{
    error_set(refusal->error, ERROR_VALIDATION, "%s: the database refused the record",
              refusal->table->name);
}

static const struct explanation {
    int code;
    void (*explain)(struct refusal *refusal);
} explanations[] = {
    {SQLITE_CONSTRAINT_NOTNULL, explain_not_null},
    {SQLITE_CONSTRAINT_UNIQUE, explain_unique},
    {SQLITE_CONSTRAINT_PRIMARYKEY, explain_unique},
    {SQLITE_CONSTRAINT_ROWID, explain_unique},
    {SQLITE_CONSTRAINT_DATATYPE, explain_type},
    {SQLITE_CONSTRAINT_CHECK, explain_check},
    {SQLITE_CONSTRAINT_FOREIGNKEY, explain_foreign_key},
    {SQLITE_CONSTRAINT_TRIGGER, explain_trigger},
    {SQLITE_MISMATCH, explain_mismatch},
};

void constraint_explain(struct local *local, const struct local_table *table, const char *id,
                        const struct record *values, struct error *error)
{
    int code = sqlite3_extended_errcode(local->database);
    struct refusal refusal = {local, table, id, values, NULL, error};
    void (*explain)(struct refusal *) = explain_other;

    if ((code & 0xff) != SQLITE_CONSTRAINT && code != SQLITE_MISMATCH) {
        local_fail(local, "write the record", error);
        return;
    }
    refusal.words = memory_copy_string(sqlite3_errmsg(local->database));
    for (size_t i = 0; i < sizeof explanations / sizeof explanations[0]; i++) {
        if (explanations[i].code == code)
            explain = explanations[i].explain;
    }
    explain(&refusal);
    error_set_server(error, refusal.words, strlen(refusal.words));
    free(refusal.words);
}
