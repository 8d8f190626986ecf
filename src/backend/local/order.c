/*
 * order: order terms, cursors, and the conditions by which a page begins after a record.
 *
 * A page is found by the values of its order terms and key, never by counting. Where an index
 * serves the first term, what comes after a record is read in segments, each a plain range of that
 * index: the same values and a greater key, then greater values, then nulls. Elsewhere it is one
 * condition. Fetch thread.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

static struct sort_term *add_term(struct sort *sort)
{
    sort->terms = memory_resize(sort->terms, sort->count + 1, sizeof *sort->terms);
    memset(&sort->terms[sort->count], 0, sizeof *sort->terms);
    return &sort->terms[sort->count++];
}

static bool is_folded(const struct local_column *column)
{
    if (column->type == FIELD_BOOLEAN)
        return column->true_word != NULL;
    return !field_type_is_number(column->type) && !field_type_is_date(column->type) &&
           !field_type_is_exact(column->type) && column->type != FIELD_BASE64;
}

static void describe_term(struct sort_term *term, const struct path_target *target)
{
    const struct local_column *column = target->column;
    bool by_moment = column->type == FIELD_DATETIME && !column->form.uniform;
    struct text expression = {0};

    text_append_string(&expression, by_moment ? "dossier_moment(" : "");
    compile_target(target, &expression);
    text_append_string(&expression, by_moment ? ")" : "");
    term->expression = text_take(&expression);
    term->collation = is_folded(column) ? " COLLATE " FOLD_COLLATION : "";
    term->nullable = by_moment || target->alias > 0 || !column->not_null;
    term->indexed = target->alias == 0 && column->indexed && !by_moment && !*term->collation;
}

/* Adds a term for every key column, unless the order already tells records apart. */
static void add_key_terms(const struct local_table *table, struct sort *sort)
{
    for (size_t i = 0; i < table->key_count; i++) {
        struct path_target target = {.table = table, .column = &table->columns[table->key[i]]};
        struct sort_term *term = add_term(sort);

        describe_term(term, &target);
        /* The key is unique by its own collation. */
        term->collation = "";
        term->nullable = false;
    }
    if (table->key_count == 0 && table->rowid) {
        struct text expression = {0};
        struct sort_term *term = add_term(sort);

        text_append_string(&expression, "t0.");
        local_quote(&expression, table->rowid);
        term->expression = text_take(&expression);
        term->collation = "";
    }
}

bool sort_build(struct compiler *compiler, const struct query *query, struct sort *sort,
                struct error *error)
{
    const struct local_table *table = compiler->table;

    memset(sort, 0, sizeof *sort);
    for (size_t i = 0; query && i < query->order_count; i++) {
        const struct order_term *order = &query->order[i];
        struct path_target target;
        struct sort_term *term;

        if (!compile_path(compiler, order->parts, order->part_count, &target, error))
            return false;
        term = add_term(sort);
        describe_term(term, &target);
        term->descending = order->descending;
        term->nulls_first = order->nulls_first;
        sort->order_count = sort->count;
        if (target.alias == 0 && table->key_count == 1 && target.column->key == 1 &&
            !term->nullable && !*term->collation)
            return true;
    }
    add_key_terms(table, sort);
    return true;
}

void sort_free(struct sort *sort)
{
    for (size_t i = 0; i < sort->count; i++)
        free(sort->terms[i].expression);
    free(sort->terms);
    memset(sort, 0, sizeof *sort);
}

void sort_reverse(struct sort *sort)
{
    for (size_t i = 0; i < sort->count; i++) {
        sort->terms[i].descending = !sort->terms[i].descending;
        sort->terms[i].nulls_first = !sort->terms[i].nulls_first;
    }
}

void sort_print(const struct sort *sort, size_t from, bool no_nulls, struct text *out)
{
    for (size_t i = from; i < sort->count; i++) {
        const struct sort_term *term = &sort->terms[i];

        text_append_string(out, i == from ? " ORDER BY " : ", ");
        text_append_string(out, term->expression);
        text_append_string(out, term->collation);
        text_append_string(out, term->descending ? " DESC" : "");
        /* Said only where it matters, for it keeps SQLite from using an index. */
        if (term->nullable && !(no_nulls && i == from))
            text_append_string(out, term->nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
}

static void print_comparison(struct compiler *compiler, const struct sort_term *term,
                             const char *operator_, const struct value *value, struct text *out)
{
    text_append_string(out, term->expression);
    text_append_string(out, term->collation);
    if (value->kind == VALUE_NULL) {
        text_append_string(out, " IS NULL");
        return;
    }
    text_append_string(out, operator_);
    compile_value(compiler, value, out);
}

/* e > v, with the nulls where they belong. Appends "0" when nothing can come after. */
static void print_strictly_after(struct compiler *compiler, const struct sort_term *term,
                                 const struct value *value, bool with_nulls, struct text *out)
{
    bool nulls = with_nulls && term->nullable && !term->nulls_first;

    if (value->kind == VALUE_NULL) {
        text_append_string(out, term->nulls_first ? term->expression : "0");
        text_append_string(out, term->nulls_first ? " IS NOT NULL" : "");
        return;
    }
    print_comparison(compiler, term, term->descending ? " < " : " > ", value, out);
    if (nulls) {
        text_append_string(out, " OR ");
        text_append_string(out, term->expression);
        text_append_string(out, " IS NULL");
    }
}

/* Can the terms from `from` on be compared as one row value? SQLite then seeks in their index. */
static bool is_row_value(const struct sort *sort, const struct value *values, size_t from)
{
    for (size_t i = from; i < sort->count; i++) {
        if (sort->terms[i].nullable || values[i].kind == VALUE_NULL ||
            sort->terms[i].descending != sort->terms[from].descending)
            return false;
    }
    return from < sort->count;
}

static void print_row_value(struct compiler *compiler, const struct sort *sort,
                            const struct value *values, size_t from, struct text *out)
{
    text_append_character(out, '(');
    for (size_t i = from; i < sort->count; i++) {
        text_append_string(out, i > from ? ", " : "");
        text_append_string(out, sort->terms[i].expression);
        text_append_string(out, sort->terms[i].collation);
    }
    text_append_string(out, sort->terms[from].descending ? ") <" : ") >");
    text_append_string(out, sort->inclusive ? "= (" : " (");
    for (size_t i = from; i < sort->count; i++) {
        text_append_string(out, i > from ? ", " : "");
        compile_value(compiler, &values[i], out);
    }
    text_append_character(out, ')');
}

static void print_after(struct compiler *compiler, const struct sort *sort,
                        const struct value *values, size_t from, struct text *out)
{
    const struct sort_term *term = &sort->terms[from];

    if (from == sort->count) {
        text_append_string(out, sort->inclusive ? "1" : "0");
        return;
    }
    if (is_row_value(sort, values, from)) {
        print_row_value(compiler, sort, values, from, out);
        return;
    }
    text_append_string(out, "(");
    print_strictly_after(compiler, term, &values[from], true, out);
    text_append_string(out, " OR ");
    print_comparison(compiler, term, " = ", &values[from], out);
    text_append_string(out, " AND ");
    print_after(compiler, sort, values, from + 1, out);
    text_append_string(out, ")");
}

void sort_after(struct compiler *compiler, const struct sort *sort, const struct value *values,
                struct text *out)
{
    print_after(compiler, sort, values, 0, out);
}

static bool is_segmented(const struct sort *sort)
{
    return sort->order_count > 0 && sort->terms[0].indexed;
}

size_t sort_segment_count(const struct sort *sort, const struct value *values)
{
    if (!is_segmented(sort))
        return 1;
    if (!values)
        return sort->terms[0].nullable ? 2 : 1;
    return 1 + 2 * sort->order_count;
}

/* From the start: what is null, what is not, in the order the first term wants. */
static void print_start_segment(const struct sort *sort, size_t number, struct segment *segment)
{
    const struct sort_term *term = &sort->terms[0];
    bool nulls = (number == 0) == term->nulls_first;

    if (!is_segmented(sort) || !term->nullable)
        return;
    text_append_string(&segment->condition, term->expression);
    text_append_string(&segment->condition, nulls ? " IS NULL" : " IS NOT NULL");
    segment->from = nulls ? 1 : 0;
    segment->no_nulls = !nulls;
}

static void print_equal_terms(struct compiler *compiler, const struct sort *sort,
                              const struct value *values, size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++) {
        print_comparison(compiler, &sort->terms[i], " = ", &values[i], out);
        text_append_string(out, " AND ");
    }
}

/* The same values up to a term, and greater (or null) there. */
static void print_range_segment(struct compiler *compiler, const struct sort *sort,
                                const struct value *values, size_t level, bool nulls,
                                struct segment *segment)
{
    const struct sort_term *term = &sort->terms[level];
    bool is_null = values[level].kind == VALUE_NULL;

    segment->nothing =
        nulls ? !term->nullable || term->nulls_first || is_null : is_null && !term->nulls_first;
    if (segment->nothing)
        return;
    print_equal_terms(compiler, sort, values, level, &segment->condition);
    segment->from = nulls ? level + 1 : level;
    segment->no_nulls = !nulls;
    if (nulls)
        print_comparison(compiler, term, "", &(struct value){.kind = VALUE_NULL},
                         &segment->condition);
    else
        print_strictly_after(compiler, term, &values[level], false, &segment->condition);
}

void sort_segment(struct compiler *compiler, const struct sort *sort, const struct value *values,
                  size_t number, struct segment *segment)
{
    memset(segment, 0, sizeof *segment);
    if (!values) {
        print_start_segment(sort, number, segment);
    } else if (!is_segmented(sort)) {
        sort_after(compiler, sort, values, &segment->condition);
    } else if (number == 0) {
        segment->from = sort->order_count;
        segment->nothing = sort->count == sort->order_count && !sort->inclusive;
        print_equal_terms(compiler, sort, values, sort->order_count, &segment->condition);
        print_after(compiler, sort, values, sort->order_count, &segment->condition);
    } else {
        size_t level = sort->order_count - 1 - (number - 1) / 2;

        print_range_segment(compiler, sort, values, level, (number - 1) % 2 == 1, segment);
    }
}

/* --- cursors: one letter and the bytes of each value, exact --- */

static void print_cursor_value(const struct value *value, struct text *out)
{
    uint64_t bits;

    if (value->kind == VALUE_INTEGER) {
        text_format(out, "i%" PRId64, value->as.integer);
    } else if (value->kind == VALUE_REAL) {
        memcpy(&bits, &value->as.real, sizeof bits);
        text_format(out, "r%" PRIx64, bits);
    } else if (value->kind == VALUE_TEXT || value->kind == VALUE_BYTES) {
        text_append_character(out, value->kind == VALUE_TEXT ? 't' : 'b');
        value_encode_base64(value->as.text.bytes, value->as.text.length, out);
    } else {
        text_append_character(out, 'n');
    }
}

void cursor_print(const struct value *values, size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++) {
        text_append_string(out, i ? "." : "");
        print_cursor_value(&values[i], out);
    }
}

static bool parse_text_value(char kind, const char *part, struct value *out)
{
    struct text bytes = {0};
    struct value borrowed;

    if (!value_decode_base64(part, strlen(part), &bytes)) {
        text_free(&bytes);
        return false;
    }
    borrowed = kind == 't' ? value_text(text_string(&bytes), bytes.length)
                           : value_bytes(text_string(&bytes), bytes.length);
    *out = value_copy(&borrowed);
    text_free(&bytes);
    return true;
}

static bool parse_cursor_value(const char *part, struct value *out)
{
    char *end = NULL;
    uint64_t bits;

    if (part[0] == 'n' && !part[1]) {
        *out = value_null();
        return true;
    }
    if (part[0] == 't' || part[0] == 'b')
        return parse_text_value(part[0], part + 1, out);
    if (part[0] == 'i' && part[1]) {
        *out = value_integer((int64_t)strtoll(part + 1, &end, 10));
    } else if (part[0] == 'r' && part[1]) {
        bits = (uint64_t)strtoull(part + 1, &end, 16);
        *out = value_real(0);
        memcpy(&out->as.real, &bits, sizeof bits);
    }
    return end && !*end;
}

bool cursor_parse(const char *cursor, struct value *values, size_t count, struct error *error)
{
    bool good = cursor != NULL;

    for (size_t i = 0; good && i < count; i++) {
        size_t length = strcspn(cursor, ".");
        char *part = memory_copy(cursor, length);

        good = parse_cursor_value(part, &values[i]) && (cursor[length] == '.') == (i + 1 < count);
        cursor += length + (cursor[length] == '.');
        free(part);
    }
    if (!good)
        return error_set(error, ERROR_USAGE, "The cursor is not one of this query's");
    return true;
}
