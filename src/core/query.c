/*
 * query: building, copying and comparing queries and filter trees. See query.h; the language itself
 * is in query_lex, query_parse, query_print, query_resolve, query_match and query_complete.
 *
 * Pure; any thread. Arrays grow by doubling when their count is a power of two, so that they need
 * no capacity of their own.
 */
#include "core/query.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/query_path.h"

static void *grow(void *block, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0) {
        return block;
    }
    return memory_resize(block, count == 0 ? 1 : count * 2, size);
}

struct query *query_new(const char *object)
{
    struct query *query = memory_zeroed(1, sizeof *query);
    query->object = memory_copy_string(object);
    query->limit = -1;
    return query;
}

void query_free(struct query *query)
{
    if (query == NULL) {
        return;
    }
    filter_free(query->filter);
    query_clear_order(query);
    query_clear_columns(query);
    for (size_t i = 0; i < query->schema_count; i++) {
        schema_release(query->schemas[i]);
    }
    free(query->schemas);
    free(query->object);
    free(query);
}

static void copy_order(struct query *copy, const struct query *query)
{
    for (size_t i = 0; i < query->order_count; i++) {
        const struct order_term *term = &query->order[i];
        query_add_order_path(copy, path_copy(term->parts, term->part_count), term->descending,
                             term->nulls_first);
        copy->order[i].field = term->field;
        copy->order[i].column = term->column;
    }
}

static void copy_columns(struct query *copy, const struct query *query)
{
    for (size_t i = 0; i < query->column_count; i++) {
        const struct query_column *column = &query->columns[i];
        query_add_column_path(copy, path_copy(column->parts, column->part_count));
        copy->columns[i].field = column->field;
    }
}

struct query *query_copy(const struct query *query)
{
    struct query *copy = query_new(query->object);
    copy->filter = filter_copy(query->filter);
    copy->limit = query->limit;
    copy->include_deleted = query->include_deleted;
    copy_order(copy, query);
    copy_columns(copy, query);
    copy->resolved = query->resolved;
    if (query->schema_count > 0) {
        copy->schemas = memory_zeroed(query->schema_count, sizeof *copy->schemas);
        for (size_t i = 0; i < query->schema_count; i++) {
            copy->schemas[i] = schema_hold(query->schemas[i]);
        }
        copy->schema_count = query->schema_count;
    }
    return copy;
}

/* --- filters --- */

struct filter *filter_new(enum filter_kind kind)
{
    struct filter *filter = memory_zeroed(1, sizeof *filter);
    filter->kind = kind;
    return filter;
}

static void set_path(struct filter *filter, struct query_path path)
{
    struct query_path old = {filter->path, filter->parts, filter->part_count};
    path_free(&old);
    filter->path = path.path;
    filter->parts = path.parts;
    filter->part_count = path.count;
    filter->field = NULL;
}

struct filter *filter_condition(const char *path, enum filter_operator operator_)
{
    struct filter *filter = filter_new(FILTER_CONDITION);
    filter->operator_ = operator_;
    set_path(filter, path_from(path));
    return filter;
}

bool filter_set_path(struct filter *condition, const char *path_text)
{
    struct query_path path;
    if (!path_parse(path_text, &path)) {
        return false;
    }
    set_path(condition, path);
    return true;
}

void filter_clear_operands(struct filter *condition)
{
    for (size_t i = 0; i < condition->operand_count; i++) {
        free(condition->operands[i].text);
        free(condition->operands[i].start);
        free(condition->operands[i].end);
    }
    free(condition->operands);
    condition->operands = NULL;
    condition->operand_count = 0;
}

void filter_free(struct filter *filter)
{
    if (filter == NULL) {
        return;
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        filter_free(filter->children[i]);
    }
    free(filter->children);
    struct query_path path = {filter->path, filter->parts, filter->part_count};
    path_free(&path);
    filter_clear_operands(filter);
    free(filter);
}

static void copy_operands(struct filter *copy, const struct filter *filter)
{
    for (size_t i = 0; i < filter->operand_count; i++) {
        const struct operand *from = &filter->operands[i];
        struct operand *to = filter_add_operand(copy, from->kind, from->text);
        char *text = to->text;
        *to = *from;
        to->text = text;
        to->start = memory_copy_string(from->start);
        to->end = memory_copy_string(from->end);
    }
}

struct filter *filter_copy(const struct filter *filter)
{
    if (filter == NULL) {
        return NULL;
    }
    struct filter *copy = filter_new(filter->kind);
    copy->operator_ = filter->operator_;
    copy->column = filter->column;
    copy->disabled = filter->disabled;
    if (filter->kind == FILTER_CONDITION) {
        set_path(copy, path_copy(filter->parts, filter->part_count));
        copy->field = filter->field;
        copy_operands(copy, filter);
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        filter_add(copy, filter_copy(filter->children[i]));
    }
    return copy;
}

static bool relative_equal(const struct relative_date *a, const struct relative_date *b)
{
    bool has_unit = a->kind >= RELATIVE_THIS;
    return a->kind == b->kind && (!has_unit || a->unit == b->unit) && a->count == b->count;
}

static bool operand_equal(const struct operand *a, const struct operand *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind == OPERAND_BOOLEAN) {
        return a->boolean == b->boolean;
    }
    if (a->kind == OPERAND_RELATIVE) {
        return relative_equal(&a->relative, &b->relative);
    }
    return a->text != NULL && b->text != NULL && strcmp(a->text, b->text) == 0;
}

static bool condition_equal(const struct filter *a, const struct filter *b)
{
    if (a->operator_ != b->operator_ || a->part_count != b->part_count ||
        a->operand_count != b->operand_count) {
        return false;
    }
    for (size_t i = 0; i < a->part_count; i++) {
        if (strcmp(a->parts[i], b->parts[i]) != 0) {
            return false;
        }
    }
    for (size_t i = 0; i < a->operand_count; i++) {
        if (!operand_equal(&a->operands[i], &b->operands[i])) {
            return false;
        }
    }
    return true;
}

bool filter_equal(const struct filter *a, const struct filter *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    if (a->kind != b->kind || a->child_count != b->child_count || a->disabled != b->disabled) {
        return false;
    }
    if (a->kind == FILTER_CONDITION) {
        return condition_equal(a, b);
    }
    for (size_t i = 0; i < a->child_count; i++) {
        if (!filter_equal(a->children[i], b->children[i])) {
            return false;
        }
    }
    return true;
}

bool filter_is_active(const struct filter *filter)
{
    if (filter == NULL || filter->disabled) {
        return false;
    }
    if (filter->kind == FILTER_CONDITION) {
        return true;
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        if (filter_is_active(filter->children[i])) {
            return true;
        }
    }
    return false;
}

void filter_add(struct filter *parent, struct filter *child)
{
    filter_insert(parent, parent->child_count, child);
}

void filter_insert(struct filter *parent, size_t at, struct filter *child)
{
    parent->children = grow(parent->children, parent->child_count, sizeof *parent->children);
    memmove(&parent->children[at + 1], &parent->children[at],
            (parent->child_count - at) * sizeof *parent->children);
    parent->children[at] = child;
    parent->child_count++;
}

struct filter *filter_remove(struct filter *parent, size_t at)
{
    struct filter *child = parent->children[at];
    parent->child_count--;
    memmove(&parent->children[at], &parent->children[at + 1],
            (parent->child_count - at) * sizeof *parent->children);
    return child;
}

struct filter *filter_and(struct filter *a, struct filter *b)
{
    if (a == NULL || b == NULL) {
        return a == NULL ? b : a;
    }
    struct filter *both = filter_new(FILTER_AND);
    filter_add(both, a);
    filter_add(both, b);
    return both;
}

struct operand *filter_add_operand(struct filter *condition, enum operand_kind kind,
                                   const char *text)
{
    condition->operands =
        grow(condition->operands, condition->operand_count, sizeof *condition->operands);
    struct operand *operand = &condition->operands[condition->operand_count++];
    *operand = (struct operand){.kind = kind, .text = memory_copy_string(text)};
    return operand;
}

/* --- filters out of values --- */

static enum operand_kind operand_kind_for(const struct field *field, const struct value *value)
{
    struct date date;
    struct date_time date_time;
    bool text = value->kind == VALUE_TEXT;
    if (value->kind == VALUE_INTEGER || value->kind == VALUE_REAL) {
        return OPERAND_NUMBER;
    }
    if (text && field != NULL && field_type_is_number(field->type)) {
        struct value number;
        if (value_parse_number(value->as.text.bytes, value->as.text.length, &number)) {
            return OPERAND_NUMBER;
        }
    }
    if (text && field != NULL && field_type_is_date(field->type)) {
        const char *bytes = value->as.text.bytes;
        size_t length = value->as.text.length;
        if (date_parse(bytes, length, &date)) {
            return OPERAND_DATE;
        }
        if (date_time_parse(bytes, length, &date_time) && memchr(bytes, ' ', length) == NULL) {
            return OPERAND_DATETIME;
        }
        if (date_parse_time(bytes, length, &date_time)) {
            return OPERAND_TIME;
        }
    }
    return OPERAND_TEXT;
}

struct filter *filter_equals(const char *path, const struct field *field, const struct value *value)
{
    struct filter *condition = filter_condition(path, OPERATOR_EQUAL);
    if (value_is_nothing(value)) {
        condition->operator_ = OPERATOR_IS_NULL;
        return condition;
    }
    if (value->kind == VALUE_BOOLEAN) {
        filter_add_operand(condition, OPERAND_BOOLEAN, NULL)->boolean = value->as.boolean;
        return condition;
    }
    if (field != NULL && field->type == FIELD_BOOLEAN && value->kind == VALUE_INTEGER) {
        filter_add_operand(condition, OPERAND_BOOLEAN, NULL)->boolean = value->as.integer != 0;
        return condition;
    }
    char *text = value_to_string(value);
    bool exact = field != NULL && !field_type_is_number(field->type);
    enum operand_kind kind = operand_kind_for(field, value);
    if (kind == OPERAND_NUMBER && exact && field_type_is_text(field->type)) {
        kind = OPERAND_TEXT; /* a number kept in a text field is compared by its spelling */
    }
    filter_add_operand(condition, kind, text);
    free(text);
    return condition;
}

/* --- order and columns --- */

void query_add_order_path(struct query *query, struct query_path path, bool descending,
                          bool nulls_first)
{
    query->order = grow(query->order, query->order_count, sizeof *query->order);
    query->order[query->order_count++] = (struct order_term){.path = path.path,
                                                             .parts = path.parts,
                                                             .part_count = path.count,
                                                             .descending = descending,
                                                             .nulls_first = nulls_first};
    query->resolved = false;
}

void query_add_order(struct query *query, const char *path, bool descending, bool nulls_first)
{
    query_add_order_path(query, path_from(path), descending, nulls_first);
}

void query_clear_order(struct query *query)
{
    for (size_t i = 0; i < query->order_count; i++) {
        struct order_term *term = &query->order[i];
        struct query_path path = {term->path, term->parts, term->part_count};
        path_free(&path);
    }
    free(query->order);
    query->order = NULL;
    query->order_count = 0;
}

void query_add_column_path(struct query *query, struct query_path path)
{
    query->columns = grow(query->columns, query->column_count, sizeof *query->columns);
    query->columns[query->column_count++] =
        (struct query_column){.path = path.path, .parts = path.parts, .part_count = path.count};
    query->resolved = false;
}

void query_add_column(struct query *query, const char *path)
{
    query_add_column_path(query, path_from(path));
}

void query_clear_columns(struct query *query)
{
    for (size_t i = 0; i < query->column_count; i++) {
        struct query_column *column = &query->columns[i];
        struct query_path path = {column->path, column->parts, column->part_count};
        path_free(&path);
    }
    free(query->columns);
    query->columns = NULL;
    query->column_count = 0;
}
