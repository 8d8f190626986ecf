/*
 * query_print: a filter tree as text that parses back to the same tree.
 *
 * Pure; any thread. Groups of one and groups whose rows are all half edited have no text of their
 * own: a group of one prints as what is in it.
 */
#include "core/query.h"
#include "core/query_lex.h"

#include <string.h>

void query_print_path(const char *const *parts, size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++) {
        text_append_string(out, i > 0 ? "." : "");
        if (lexer_is_plain_name(parts[i])) {
            text_append_string(out, parts[i]);
            continue;
        }
        text_append_character(out, '`');
        for (const char *at = parts[i]; *at != '\0'; at++) {
            text_append_string(out, *at == '`' ? "`" : "");
            text_append_character(out, *at);
        }
        text_append_character(out, '`');
    }
}

static void print_path(char *const *parts, size_t count, struct text *out)
{
    query_print_path((const char *const *)parts, count, out);
}

void query_print_text(const char *string, struct text *out)
{
    text_append_character(out, '\'');
    for (const char *at = string; *at != '\0'; at++) {
        text_append_string(out, *at == '\'' ? "'" : "");
        text_append_character(out, *at);
    }
    text_append_character(out, '\'');
}

/* Is the operand's text what its kind says? One that was built out of something else is quoted, so
 * that no value can become syntax. */
static bool prints_bare(const struct operand *operand)
{
    static const int kinds[] = {
        [OPERAND_TEXT] = TOKEN_BAD,          [OPERAND_NUMBER] = TOKEN_NUMBER,
        [OPERAND_BOOLEAN] = TOKEN_BAD,       [OPERAND_DATE] = TOKEN_DATE,
        [OPERAND_DATETIME] = TOKEN_DATETIME, [OPERAND_TIME] = TOKEN_TIME,
        [OPERAND_RELATIVE] = TOKEN_BAD};
    int wanted = kinds[operand->kind];
    return wanted != TOKEN_BAD &&
           (int)lexer_classify(operand->text, strlen(operand->text)) == wanted;
}

void query_print_operand(const struct operand *operand, struct text *out)
{
    if (operand->kind == OPERAND_BOOLEAN) {
        text_append_string(out, operand->boolean ? "true" : "false");
    } else if (operand->kind == OPERAND_RELATIVE) {
        relative_date_print(&operand->relative, out);
    } else if (operand->text != NULL && prints_bare(operand)) {
        text_append_string(out, operand->text);
    } else {
        query_print_text(operand->text != NULL ? operand->text : "", out);
    }
}

static void print_condition(const struct filter *filter, struct text *out)
{
    int operands = filter_operator_operands(filter->operator_);
    print_path(filter->parts, filter->part_count, out);
    text_format(out, " %s", filter_operator_text(filter->operator_));
    text_append_string(out, operands < 0 ? " (" : "");
    for (size_t i = 0; i < filter->operand_count; i++) {
        bool list_first = operands < 0 && i == 0;
        const char *separator = operands < 0 ? ", " : " and ";
        text_append_string(out, list_first ? "" : i == 0 ? " " : separator);
        query_print_operand(&filter->operands[i], out);
    }
    text_append_string(out, operands < 0 ? ")" : "");
}

/* Passes through groups of one: what they print as. */
static const struct filter *printed_as(const struct filter *filter)
{
    while (filter->kind == FILTER_AND || filter->kind == FILTER_OR) {
        const struct filter *only = NULL;
        for (size_t i = 0; i < filter->child_count; i++) {
            if (!filter_is_active(filter->children[i])) {
                continue;
            }
            if (only != NULL) {
                return filter;
            }
            only = filter->children[i];
        }
        filter = only;
    }
    return filter;
}

static void print_tree(const struct filter *filter, struct text *out);

static void print_inner(const struct filter *filter, bool parentheses, struct text *out)
{
    text_append_string(out, parentheses ? "(" : "");
    print_tree(filter, out);
    text_append_string(out, parentheses ? ")" : "");
}

static void print_group(const struct filter *filter, struct text *out)
{
    const char *word = filter->kind == FILTER_AND ? " and " : " or ";
    bool first = true;
    for (size_t i = 0; i < filter->child_count; i++) {
        if (!filter_is_active(filter->children[i])) {
            continue;
        }
        const struct filter *child = printed_as(filter->children[i]);
        bool parentheses =
            child->kind == FILTER_OR || (child->kind == FILTER_AND && filter->kind == FILTER_AND);
        text_append_string(out, first ? "" : word);
        print_inner(child, parentheses, out);
        first = false;
    }
}

/* The filter is one that prints, and no group of one. */
static void print_tree(const struct filter *filter, struct text *out)
{
    if (filter->kind == FILTER_CONDITION) {
        print_condition(filter, out);
    } else if (filter->kind == FILTER_NOT) {
        const struct filter *child = printed_as(filter->children[0]);
        text_append_string(out, "not ");
        print_inner(child, child->kind == FILTER_AND || child->kind == FILTER_OR, out);
    } else {
        print_group(filter, out);
    }
}

void filter_print(const struct filter *filter, struct text *out)
{
    if (filter_is_active(filter)) {
        print_tree(printed_as(filter), out);
    }
}

void query_print_order(const struct query *query, struct text *out)
{
    for (size_t i = 0; i < query->order_count; i++) {
        const struct order_term *term = &query->order[i];
        text_append_string(out, i > 0 ? ", " : "");
        print_path(term->parts, term->part_count, out);
        text_append_string(out, term->descending ? " desc" : "");
        text_append_string(out, term->nulls_first ? " nulls first" : "");
    }
}

void query_print(const struct query *query, struct text *out)
{
    size_t before = out->length;
    filter_print(query->filter, out);
    if (query->order_count > 0) {
        text_append_string(out, out->length > before ? " order by " : "order by ");
        query_print_order(query, out);
    }
    if (query->limit >= 0) {
        text_append_string(out, out->length > before ? " limit " : "limit ");
        text_format(out, "%lld", (long long)query->limit);
    }
}
