/*
 * compile: paths, joins and bound values, the ground the compiled filters and orders stand on.
 *
 * A query's own table is t0; each reference a path goes through is joined once, as t1, t2 …. Values
 * are numbered parameters, so that the pieces of a statement can be put together in any order.
 * Fetch thread.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

void compiler_start(struct compiler *compiler, struct local *local, const struct local_table *table)
{
    memset(compiler, 0, sizeof *compiler);
    compiler->local = local;
    compiler->table = table;
}

void compiler_free(struct compiler *compiler)
{
    for (size_t i = 0; i < compiler->join_count; i++)
        free(compiler->joins[i].prefix);
    for (size_t i = 0; i < compiler->value_count; i++)
        value_free(&compiler->values[i]);
    free(compiler->joins);
    free(compiler->values);
    memset(compiler, 0, sizeof *compiler);
}

void compile_value(struct compiler *compiler, const struct value *value, struct text *out)
{
    compiler->values =
        memory_resize(compiler->values, compiler->value_count + 1, sizeof *compiler->values);
    compiler->values[compiler->value_count++] = value_copy(value);
    text_format(out, "?%zu", compiler->value_count);
}

static size_t find_join(const struct compiler *compiler, const char *prefix)
{
    for (size_t i = 0; i < compiler->join_count; i++) {
        if (strcmp(compiler->joins[i].prefix, prefix) == 0)
            return i + 1;
    }
    return 0;
}

static bool fail_path(const struct local_table *table, const char *part, bool reference,
                      struct error *error)
{
    const char *nearest = schema_nearest_field(table->schema, part);

    error_set(error, ERROR_USAGE, "%s has no %s \"%s\"", table->name,
              reference ? "reference" : "field", part);
    if (nearest)
        error_set_hint(error, "Did you mean \"%s\"?", nearest);
    return false;
}

/* The join for one more step of a path; adds it when it is new. 0 with an error. */
static size_t step_join(struct compiler *compiler, const struct local_table *from, size_t alias,
                        const char *part, struct text *prefix, struct error *error)
{
    const struct foreign_key *key = table_reference(from, part);
    const struct local_table *parent;
    struct join *join;
    size_t found;

    if (!key || !key->parent_unique) {
        fail_path(from, part, true, error);
        return 0;
    }
    text_append_string(prefix, key->relation);
    text_append_character(prefix, '\n');
    found = find_join(compiler, text_string(prefix));
    if (found)
        return found;
    parent = catalog_table(compiler->local, key->parent, error);
    if (!parent)
        return 0;
    compiler->joins =
        memory_resize(compiler->joins, compiler->join_count + 1, sizeof *compiler->joins);
    join = &compiler->joins[compiler->join_count++];
    *join = (struct join){memory_copy_string(text_string(prefix)), key, parent, alias};
    return compiler->join_count;
}

bool compile_path(struct compiler *compiler, char *const *parts, size_t count,
                  struct path_target *target, struct error *error)
{
    const struct local_table *table = compiler->table;
    struct text prefix = {0};
    size_t alias = 0;

    for (size_t i = 0; i + 1 < count; i++) {
        alias = step_join(compiler, table, alias, parts[i], &prefix, error);
        if (alias == 0)
            break;
        table = compiler->joins[alias - 1].table;
    }
    text_free(&prefix);
    if (count > 1 && alias == 0)
        return false;
    target->alias = alias;
    target->table = table;
    target->column = count ? table_column(table, parts[count - 1]) : NULL;
    if (!target->column)
        return fail_path(table, count ? parts[count - 1] : "", false, error);
    target->field = &table->schema->fields[target->column - table->columns];
    return true;
}

void compile_target(const struct path_target *target, struct text *out)
{
    text_format(out, "t%zu.", target->alias);
    local_quote(out, target->column->name);
}

void compile_from(const struct compiler *compiler, struct text *out)
{
    text_append_string(out, " FROM ");
    local_quote(out, compiler->table->name);
    text_append_string(out, " AS t0");
    for (size_t i = 0; i < compiler->join_count; i++) {
        const struct join *join = &compiler->joins[i];

        text_append_string(out, " LEFT JOIN ");
        local_quote(out, join->table->name);
        text_format(out, " AS t%zu ON ", i + 1);
        for (size_t j = 0; j < join->key->count; j++) {
            text_append_string(out, j ? " AND " : "");
            text_format(out, "t%zu.", i + 1);
            local_quote(out, join->key->parent_columns[j]);
            text_format(out, " = t%zu.", join->from);
            local_quote(out, join->key->columns[j]);
        }
    }
}

size_t compile_key(const struct local_table *table, struct text *out)
{
    for (size_t i = 0; i < table->key_count; i++) {
        text_append_string(out, i ? ", t0." : "t0.");
        local_quote(out, table->columns[table->key[i]].name);
    }
    if (table->key_count > 0)
        return table->key_count;
    if (!table->rowid)
        return 0;
    text_append_string(out, "t0.");
    local_quote(out, table->rowid);
    return 1;
}

/* The kinds of value a key's text may stand for, where the column itself does not settle it. */
static void compile_id_part(struct compiler *compiler, const struct local_column *column,
                            const char *part, struct text *out)
{
    struct value number = {0};
    struct value text = value_text(part, strlen(part));
    struct text bytes = {0};

    text_append_string(out, " IN (");
    compile_value(compiler, &text, out);
    if (column->affinity == AFFINITY_NONE && value_parse_number(part, strlen(part), &number)) {
        text_append_string(out, ", ");
        compile_value(compiler, &number, out);
    }
    if (column->type == FIELD_BASE64 || column->affinity == AFFINITY_NONE) {
        if (value_decode_base64(part, strlen(part), &bytes)) {
            struct value blob = value_bytes(text_string(&bytes), bytes.length);

            text_append_string(out, ", ");
            compile_value(compiler, &blob, out);
        }
        text_free(&bytes);
    }
    text_append_string(out, ")");
}

static void compile_key_part(struct compiler *compiler, const struct local_column *column,
                             const char *part, struct text *out)
{
    text_append_string(out, "t0.");
    local_quote(out, column->name);
    compile_id_part(compiler, column, part, out);
    /* A key of another collation finds its index by that, and is still compared exactly. */
    if (sqlite3_stricmp(column->collation, "BINARY") != 0) {
        text_append_string(out, " AND t0.");
        local_quote(out, column->name);
        text_append_string(out, " COLLATE BINARY");
        compile_id_part(compiler, column, part, out);
    }
}

static bool compile_rowid(struct compiler *compiler, const char *id, struct text *out,
                          struct error *error)
{
    const struct local_table *table = compiler->table;
    struct value number;

    if (!table->rowid)
        return error_set(error, ERROR_UNSUPPORTED,
                         "%s has no key, so its records cannot be had by id", table->name);
    if (!value_parse_number(id, strlen(id), &number) || number.kind != VALUE_INTEGER)
        number = value_null(); /* no record has it */
    text_append_string(out, "t0.");
    local_quote(out, table->rowid);
    text_append_string(out, " = ");
    compile_value(compiler, &number, out);
    return true;
}

/* A key of one column also takes its value as it is, commas and all. */
static char **split_id(const struct local_table *table, const char *id, size_t *count,
                       struct error *error)
{
    char **parts;

    if (table->key_count == 1 && strchr(id, ',')) {
        parts = memory_zeroed(1, sizeof *parts);
        parts[0] = memory_copy_string(id);
        *count = 1;
        return parts;
    }
    return record_split_id(id, count, error);
}

bool compile_id(struct compiler *compiler, const char *id, struct text *out, struct error *error)
{
    const struct local_table *table = compiler->table;
    size_t count = 0;
    char **parts;

    if (table->key_count == 0)
        return compile_rowid(compiler, id, out, error);
    parts = split_id(table, id, &count, error);
    if (!parts)
        return false;
    if (count == table->key_count) {
        for (size_t i = 0; i < count; i++) {
            text_append_string(out, i ? " AND " : "");
            compile_key_part(compiler, &table->columns[table->key[i]], parts[i], out);
        }
    } else {
        error_set(error, ERROR_USAGE, "An id of %s has %zu parts, \"%s\" has %zu", table->name,
                  table->key_count, id, count);
    }
    for (size_t i = 0; i < count; i++)
        free(parts[i]);
    free(parts);
    return !error_is_set(error);
}

sqlite3_stmt *compiler_prepare(struct compiler *compiler, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = local_prepare(compiler->local, sql, error);

    for (size_t i = 0; statement && i < compiler->value_count; i++) {
        /* A statement that left a piece out has fewer parameters. */
        if ((int)(i + 1) > sqlite3_bind_parameter_count(statement))
            break;
        value_bind(statement, (int)i + 1, &compiler->values[i]);
    }
    return statement;
}
