/*
 * describe: a schema out of what is known of a table: types, picklists, references both ways, the
 * field that names a record. Fetch thread; the schema may be read from any thread afterwards.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

enum { SMALL_TABLE = 64, VALUE_SAMPLE = 2000, MOST_VALUES = 200 };

/* Names that name a record, best first; then anything that ends in "name". */
static const char *const name_words[] = {"name",      "title",    "label",        "subject",
                                         "full_name", "fullname", "display_name", "displayname",
                                         "caption",   "headline", "summary"};
static const char *const version_words[] = {
    "systemmodstamp", "lastmodified", "lastmodifieddate", "modifieddate", "modified",
    "modifiedat",     "updatedat",    "updated",          "updateddate",  "lastupdate",
    "lastupdated",    "version",      "rowversion"};

static bool is_boolean_list(const struct ddl_list *list)
{
    if (!list->numbers || list->value_count != 2)
        return false;
    return (strcmp(list->values[0], "0") == 0 && strcmp(list->values[1], "1") == 0) ||
           (strcmp(list->values[0], "1") == 0 && strcmp(list->values[1], "0") == 0);
}

static bool takes_list(enum field_type type)
{
    return type == FIELD_STRING || type == FIELD_TEXTAREA || type == FIELD_ANY ||
           type == FIELD_COMBOBOX;
}

static void settle_list(struct local_column *column, const struct ddl_list *list)
{
    if (!list)
        return;
    if (is_boolean_list(list) &&
        (column->type == FIELD_INT || column->type == FIELD_ANY || column->type == FIELD_DOUBLE))
        column->type = FIELD_BOOLEAN;
    else if (!list->numbers && takes_list(column->type))
        column->type = FIELD_PICKLIST;
}

/* A default as a person would write it: the text of a literal, an expression as it is. */
static char *spell_default(const struct local_column *column)
{
    const char *sql = column->default_value;
    size_t length = sql ? strlen(sql) : 0;
    struct text text = {0};

    if (!sql || sqlite3_stricmp(sql, "NULL") == 0)
        return NULL;
    if (column->type == FIELD_BOOLEAN && strcmp(sql, "0") == 0)
        return memory_copy_string("false");
    if (column->type == FIELD_BOOLEAN && strcmp(sql, "1") == 0)
        return memory_copy_string("true");
    if (length < 2 || (sql[0] != '\'' && sql[0] != '"') || sql[length - 1] != sql[0])
        return memory_copy_string(sql);
    for (size_t i = 1; i + 1 < length; i++) {
        text_append_character(&text, sql[i]);
        if (sql[i] == sql[0])
            i++;
    }
    text_append_string(&text, "");
    return text.bytes ? text_take(&text) : memory_copy_string("");
}

static void describe_rights(const struct local_table *table, const struct local_column *column,
                            struct field *field)
{
    bool keyless_default = !column->default_value && !column->generated && !column->rowid_alias;

    field->key = column->key;
    field->nullable = !column->not_null && !column->generated;
    field->required =
        keyless_default && (column->not_null || (column->key > 0 && table->key_count > 0));
    field->unique = column->unique;
    field->create = !column->generated && !table->view;
    field->update = field->create && !column->rowid_alias;
    field->filter = true;
    field->sort = true;
    field->default_value = spell_default(column);
}

static void describe_size(const struct local_table *table, const struct local_column *column,
                          struct field *field)
{
    struct declared_type declared = type_of_declaration(column->declared);

    field->length = declared.length ? declared.length : ddl_length(table->ddl, column->name);
    field->precision = declared.precision;
    field->scale = field_type_is_number(field->type) ? declared.scale : -1;
    if (field->type == FIELD_INT)
        field->scale = 0;
}

static int compare_values(const void *a, const void *b)
{
    const struct picklist_value *left = a, *right = b;

    return text_compare_folded(left->value, strlen(left->value), right->value,
                               strlen(right->value));
}

static void add_value(struct field *field, const char *bytes, size_t length)
{
    char *value;

    while (length > 0 && bytes[0] == ' ') {
        bytes++;
        length--;
    }
    while (length > 0 && bytes[length - 1] == ' ')
        length--;
    if (length == 0 || field->picklist_count >= MOST_VALUES)
        return;
    for (size_t i = 0; i < field->picklist_count; i++) {
        if (strlen(field->picklist[i].value) == length &&
            memcmp(field->picklist[i].value, bytes, length) == 0)
            return;
    }
    value = memory_copy(bytes, length);
    field_add_picklist(field, value, value, true);
    free(value);
}

static void add_split_values(struct field *field, const char *list)
{
    while (list) {
        const char *end = strchr(list, ';');
        size_t length = end ? (size_t)(end - list) : strlen(list);

        add_value(field, list, length);
        list = end ? end + 1 : NULL;
    }
}

static void print_values_query(const struct local_table *table, const char *column,
                               struct text *sql)
{
    text_append_string(sql, "SELECT DISTINCT v FROM (SELECT ");
    local_quote(sql, column);
    text_append_string(sql, " AS v FROM ");
    local_quote(sql, table->name);
    text_format(sql, " LIMIT %d) WHERE typeof(v) = 'text'", VALUE_SAMPLE);
}

/* A picklist that is declared as one, but whose values nobody lists: those that are in use. */
static bool describe_used_values(struct local *local, const struct local_table *table,
                                 struct field *field, struct error *error)
{
    struct text sql = {0};
    sqlite3_stmt *statement;
    int state = -1;

    print_values_query(table, field->name, &sql);
    statement = local_prepare(local, text_string(&sql), error);
    text_free(&sql);
    while (statement && (state = local_step(local, statement, error)) == 1) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);

        if (text && field->type == FIELD_MULTIPICKLIST)
            add_split_values(field, text);
        else if (text)
            add_value(field, text, strlen(text));
    }
    sqlite3_finalize(statement);
    if (field->picklist_count > 1)
        qsort(field->picklist, field->picklist_count, sizeof *field->picklist, compare_values);
    return state == 0;
}

static bool describe_picklist(struct local *local, struct local_table *table,
                              struct local_column *column, struct field *field, struct error *error)
{
    const struct ddl_list *list = ddl_list(table->ddl, column->name);

    if (list && field->type != FIELD_BOOLEAN) {
        for (size_t i = 0; i < list->value_count; i++)
            field_add_picklist(field, list->values[i], list->values[i], true);
        column->closed =
            column->affinity == AFFINITY_TEXT && sqlite3_stricmp(column->collation, "BINARY") == 0;
        return true;
    }
    if (field->picklist_count > 0)
        return true;
    if (field->type == FIELD_PICKLIST)
        column->type = field->type = FIELD_COMBOBOX;
    if (field->type == FIELD_COMBOBOX || field->type == FIELD_MULTIPICKLIST)
        return describe_used_values(local, table, field, error);
    return true;
}

static bool is_small(struct local *local, const char *table, struct error *error)
{
    struct text sql = {0};
    sqlite3_stmt *statement;
    bool small;

    text_append_string(&sql, "SELECT count(*) FROM (SELECT 1 FROM ");
    local_quote(&sql, table);
    text_format(&sql, " LIMIT %d)", SMALL_TABLE + 1);
    statement = local_prepare(local, text_string(&sql), error);
    text_free(&sql);
    small = statement && local_step(local, statement, error) == 1 &&
            sqlite3_column_int(statement, 0) <= SMALL_TABLE;
    sqlite3_finalize(statement);
    return small;
}

/* Is the table no more than a list of words: a text that is pointed at, perhaps one more text for
 * its label, and nothing else but numbers? */
static bool is_word_list(struct local *local, const struct foreign_key *key, struct text *label,
                         struct error *error)
{
    sqlite3_stmt *statement =
        local_prepare(local, "SELECT name, type FROM pragma_table_xinfo(?)", error);
    size_t texts = 0;
    bool words = false;

    if (statement)
        sqlite3_bind_text(statement, 1, key->parent, -1, SQLITE_TRANSIENT);
    while (statement && local_step(local, statement, error) == 1) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        const char *type = (const char *)sqlite3_column_text(statement, 1);

        if (type_affinity(type ? type : "") != AFFINITY_TEXT)
            continue;
        texts++;
        if (sqlite3_stricmp(name, key->parent_columns[0]) == 0)
            words = true;
        else if (label->length == 0)
            text_append_string(label, name);
    }
    sqlite3_finalize(statement);
    return words && texts <= 2 && is_small(local, key->parent, error);
}

static bool add_words(struct local *local, const struct foreign_key *key, const char *label,
                      struct field *field, struct error *error)
{
    struct text sql = {0};
    sqlite3_stmt *statement;
    int state = -1;

    text_append_string(&sql, "SELECT ");
    local_quote(&sql, key->parent_columns[0]);
    text_append_string(&sql, ", ");
    local_quote(&sql, label);
    text_append_string(&sql, " FROM ");
    local_quote(&sql, key->parent);
    text_append_string(&sql, " ORDER BY 2 COLLATE " FOLD_COLLATION);
    statement = local_prepare(local, text_string(&sql), error);
    text_free(&sql);
    while (statement && (state = local_step(local, statement, error)) == 1) {
        const char *value = (const char *)sqlite3_column_text(statement, 0);
        const char *shown = (const char *)sqlite3_column_text(statement, 1);

        if (value)
            field_add_picklist(field, value, shown ? shown : value, true);
    }
    sqlite3_finalize(statement);
    return state == 0;
}

/* A column that holds the text of a small list of words is a picklist of them. */
static bool describe_lookup_table(struct local *local, const struct foreign_key *key,
                                  struct local_column *column, struct field *field,
                                  struct error *error)
{
    struct text label = {0};
    bool done = true;

    if (column->affinity == AFFINITY_TEXT && is_word_list(local, key, &label, error)) {
        const char *shown = label.length ? text_string(&label) : key->parent_columns[0];

        column->type = field->type = FIELD_PICKLIST;
        done = add_words(local, key, shown, field, error);
    }
    text_free(&label);
    return done && !error_is_set(error);
}

/* The parent's primary key is its id; anything else a key points at is named. */
static bool points_at_id(struct local *local, const struct foreign_key *key, struct error *error)
{
    sqlite3_stmt *statement = local_prepare(
        local, "SELECT count(*), max(name) FROM pragma_table_info(?) WHERE pk > 0", error);
    const char *name;
    bool is_id;

    if (!statement)
        return false;
    sqlite3_bind_text(statement, 1, key->parent, -1, SQLITE_TRANSIENT);
    local_step(local, statement, error);
    name = (const char *)sqlite3_column_text(statement, 1);
    is_id = sqlite3_column_int(statement, 0) == 1 && name &&
            sqlite3_stricmp(name, key->parent_columns[0]) == 0;
    sqlite3_finalize(statement);
    return is_id;
}

static bool describe_reference(struct local *local, struct local_table *table,
                               struct local_column *column, struct field *field,
                               struct error *error)
{
    for (size_t i = 0; i < table->reference_count; i++) {
        const struct foreign_key *key = table->references[i];

        if (key->count != 1 || !key->parent_unique ||
            sqlite3_stricmp(key->columns[0], column->name) != 0)
            continue;
        column->type = field->type = FIELD_REFERENCE;
        field->references = memory_copy_string(key->parent);
        field->relation = memory_copy_string(key->relation);
        if (!points_at_id(local, key, error))
            field->references_field = memory_copy_string(key->parent_columns[0]);
        return !error_is_set(error) && describe_lookup_table(local, key, column, field, error);
    }
    return true;
}

static bool describe_column(struct local *local, struct local_table *table,
                            struct local_column *column, struct error *error)
{
    struct field *field;

    settle_list(column, ddl_list(table->ddl, column->name));
    if (column->key > 0 && table->key_count == 1 && !column->generated)
        column->type = FIELD_ID;
    field = schema_add_field(table->schema, column->name, column->type);
    free(field->label);
    field->label = text_label_from_name(column->name);
    field->declared = *column->declared ? memory_copy_string(column->declared) : NULL;
    if (!describe_reference(local, table, column, field, error) ||
        !describe_picklist(local, table, column, field, error))
        return false;
    describe_size(table, column, field);
    describe_rights(table, column, field);
    return true;
}

static void add_pairs(struct relation *relation, const struct foreign_key *key)
{
    for (size_t i = 0; i < key->count; i++)
        relation_add_field(relation, key->columns[i], key->parent_columns[i]);
}

static void describe_parents(struct local_table *table)
{
    for (size_t i = 0; i < table->reference_count; i++) {
        const struct foreign_key *key = table->references[i];
        struct relation *relation = schema_add_parent(table->schema, key->relation, key->parent);

        free(relation->label);
        relation->label = text_label_from_name(key->relation);
        add_pairs(relation, key);
    }
}

/* How many foreign keys lead from one table to another? */
static size_t count_ways(const struct catalog *catalog, const char *child, const char *parent)
{
    size_t count = 0;

    for (size_t i = 0; i < catalog->foreign_key_count; i++) {
        count += strcmp(catalog->foreign_keys[i].child, child) == 0 &&
                 strcmp(catalog->foreign_keys[i].parent, parent) == 0;
    }
    return count;
}

static void describe_child(const struct catalog *catalog, struct local_table *table,
                           const struct foreign_key *key)
{
    bool several = count_ways(catalog, key->child, table->name) > 1;
    struct text name = {0}, label = {0};
    char *child = label_of_many(key->child);
    char *way = text_label_from_name(key->relation);
    struct relation *relation;

    text_append_string(&name, key->child);
    text_append_string(&label, child);
    if (several) {
        text_format(&name, "_%s", key->relation);
        text_format(&label, " (%s)", way);
    }
    relation = schema_add_child(table->schema, text_string(&name), key->child);
    free(relation->label);
    relation->label = text_take(&label);
    add_pairs(relation, key);
    text_free(&name);
    free(child);
    free(way);
}

static void describe_children(const struct catalog *catalog, struct local_table *table)
{
    for (size_t i = 0; i < catalog->foreign_key_count; i++) {
        if (strcmp(catalog->foreign_keys[i].parent, table->name) == 0)
            describe_child(catalog, table, &catalog->foreign_keys[i]);
    }
}

static bool ends_with_name(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && sqlite3_stricmp(name + length - 4, "name") == 0;
}

static bool is_first_name(const char *name)
{
    return text_starts_folded(name, strlen(name), "first", 5) ||
           text_starts_folded(name, strlen(name), "given", 5) ||
           text_starts_folded(name, strlen(name), "middle", 6) ||
           text_starts_folded(name, strlen(name), "user", 4);
}

static bool can_name(const struct field *field)
{
    return field->type == FIELD_STRING || field->type == FIELD_EMAIL ||
           field->type == FIELD_COMBOBOX || field->type == FIELD_TEXTAREA;
}

static struct field *find_name_field(struct schema *schema)
{
    for (size_t i = 0; i < sizeof name_words / sizeof name_words[0]; i++) {
        for (size_t j = 0; j < schema->field_count; j++) {
            if (sqlite3_stricmp(schema->fields[j].name, name_words[i]) == 0 &&
                !schema->fields[j].references)
                return &schema->fields[j];
        }
    }
    for (size_t j = 0; j < schema->field_count; j++) {
        struct field *field = &schema->fields[j];

        if (can_name(field) && ends_with_name(field->name) && !is_first_name(field->name))
            return field;
    }
    for (size_t j = 0; j < schema->field_count; j++) {
        if (can_name(&schema->fields[j]))
            return &schema->fields[j];
    }
    return NULL;
}

/* "last_modified" and "LastModified" are one word here. */
static bool is_same_word(const char *name, const char *word)
{
    for (; *name; name++) {
        if (*name == '_' || *name == ' ')
            continue;
        if (!*word || sqlite3_strnicmp(name, word, 1) != 0)
            return false;
        word++;
    }
    return !*word;
}

static const struct field *find_version_field(const struct schema *schema)
{
    for (size_t i = 0; i < sizeof version_words / sizeof version_words[0]; i++) {
        for (size_t j = 0; j < schema->field_count; j++) {
            if (is_same_word(schema->fields[j].name, version_words[i]))
                return &schema->fields[j];
        }
    }
    return NULL;
}

static void describe_special_fields(struct schema *schema)
{
    struct field *name_field = find_name_field(schema);
    const struct field *version_field = find_version_field(schema);

    if (name_field) {
        name_field->name_field = true;
        schema->name_field = memory_copy_string(name_field->name);
    }
    if (version_field)
        schema->version_field = memory_copy_string(version_field->name);
}

static void describe_object(const struct local_table *table, struct schema *schema)
{
    bool keyed = table->key_count > 0 || table->rowid;

    free(schema->label);
    free(schema->label_singular);
    free(schema->kind);
    schema->label = label_of_many(table->name);
    schema->label_singular = label_of_one(table->name);
    schema->kind = memory_copy_string(table->view ? "view" : "table");
    schema->create = schema->update = schema->delete_ = !table->view && keyed;
    schema->fetch_by_id = keyed;
    if (!keyed)
        schema->note = memory_copy_string(
            "This view has no key: its records can be listed, but not opened by id, and far pages "
            "are found by counting from the start.");
    else if (table->key_count == 0)
        schema->note = memory_copy_string("This table has no key: its records go by their rowid.");
}

bool describe_table(struct local *local, struct local_table *table, struct error *error)
{
    table->schema = schema_new(table->name);
    describe_object(table, table->schema);
    for (size_t i = 0; i < table->column_count; i++) {
        if (!describe_column(local, table, &table->columns[i], error))
            return false;
    }
    describe_parents(table);
    describe_children(&local->catalog, table);
    describe_special_fields(table->schema);
    return true;
}
