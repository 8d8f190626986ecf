/*
 * ddl: a small reader of CREATE TABLE texts, for CHECK constraints. Pure; any thread.
 *
 * The text is split into tokens first (strings, names in every quoting SQLite knows, numbers,
 * punctuation; comments left out), then CHECK ( … ) groups are found by counting parentheses.
 */
#include "backend/local/ddl.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"
#include "core/value.h"

enum token_kind { TOKEN_NAME, TOKEN_QUOTED, TOKEN_STRING, TOKEN_NUMBER, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    char *text; /* quotes undone */
    size_t start, end;
};

struct tokens {
    struct token *items;
    size_t count, capacity;
};

/* A run of tokens [first, end). */
struct span {
    const struct token *first;
    size_t count;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The end of a comment that starts at `at`, or `at` when none does. */
static size_t skip_comment(const char *sql, size_t at)
{
    const char *end = NULL;

    if (sql[at] == '-' && sql[at + 1] == '-')
        end = strchr(sql + at, '\n');
    else if (sql[at] == '/' && sql[at + 1] == '*') {
        end = strstr(sql + at + 2, "*/");
        end = end ? end + 2 : NULL;
    } else
        return at;
    return end ? (size_t)(end - sql) : at + strlen(sql + at);
}

/* Reads a quoted piece; the closing quote doubled stands for itself (but not in brackets). */
static size_t read_quoted(const char *sql, size_t at, struct text *out)
{
    char close = sql[at] == '[' ? ']' : sql[at];

    for (at++; sql[at]; at++) {
        if (sql[at] == close && (close == ']' || sql[at + 1] != close))
            return at + 1;
        if (sql[at] == close)
            at++;
        text_append_character(out, sql[at]);
    }
    return at;
}

static size_t read_run(const char *sql, size_t at, bool number, struct text *out)
{
    while (is_word(sql[at]) || (number && sql[at] == '.'))
        text_append_character(out, sql[at++]);
    return at;
}

static size_t read_token(const char *sql, size_t at, struct token *token)
{
    struct text text = {0};

    token->start = at;
    if (strchr("'\"[`", sql[at])) {
        token->kind = sql[at] == '\'' ? TOKEN_STRING : TOKEN_QUOTED;
        at = read_quoted(sql, at, &text);
    } else if (is_digit(sql[at]) || (sql[at] == '.' && is_digit(sql[at + 1]))) {
        token->kind = TOKEN_NUMBER;
        at = read_run(sql, at, true, &text);
    } else if (is_word(sql[at])) {
        token->kind = TOKEN_NAME;
        at = read_run(sql, at, false, &text);
    } else {
        token->kind = TOKEN_SIGN;
        text_append_character(&text, sql[at++]);
    }
    token->end = at;
    token->text = memory_copy(text_string(&text), text.length);
    text_free(&text);
    return at;
}

static void tokenize(const char *sql, struct tokens *tokens)
{
    size_t at = 0;

    while (sql[at]) {
        size_t past = skip_comment(sql, at);

        if (past != at) {
            at = past;
        } else if (is_space(sql[at])) {
            at++;
        } else {
            tokens->items =
                memory_grow(tokens->items, tokens->count, &tokens->capacity, sizeof *tokens->items);
            at = read_token(sql, at, &tokens->items[tokens->count++]);
        }
    }
}

static void free_tokens(struct tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++)
        free(tokens->items[i].text);
    free(tokens->items);
}

static bool is_sign(const struct token *token, char sign)
{
    return token->kind == TOKEN_SIGN && token->text[0] == sign;
}

static bool is_keyword(const struct token *token, const char *word)
{
    return token->kind == TOKEN_NAME && sqlite3_stricmp(token->text, word) == 0;
}

static bool is_name(const struct token *token)
{
    return token->kind == TOKEN_NAME || token->kind == TOKEN_QUOTED;
}

/* How many tokens the group takes that opens at span.first[at], its parentheses included; 0 when
 * it is never closed. */
static size_t group_size(struct span span, size_t at)
{
    size_t depth = 0;

    for (size_t i = at; i < span.count; i++) {
        if (is_sign(&span.first[i], '('))
            depth++;
        else if (is_sign(&span.first[i], ')') && --depth == 0)
            return i - at + 1;
    }
    return 0;
}

static struct span strip_parentheses(struct span span)
{
    while (span.count >= 2 && is_sign(&span.first[0], '(') && group_size(span, 0) == span.count) {
        span.first++;
        span.count -= 2;
    }
    return span;
}

/* The first span up to the keyword at the outer level; *rest gets what follows (count 0: none). */
static struct span split_at(struct span span, const char *keyword, struct span *rest)
{
    size_t depth = 0;

    rest->first = span.first + span.count;
    rest->count = 0;
    for (size_t i = 0; i < span.count; i++) {
        if (is_sign(&span.first[i], '('))
            depth++;
        else if (is_sign(&span.first[i], ')') && depth > 0)
            depth--;
        else if (depth == 0 && is_keyword(&span.first[i], keyword)) {
            rest->first = span.first + i + 1;
            rest->count = span.count - i - 1;
            span.count = i;
            return span;
        }
    }
    return span;
}

static bool is_null_test(struct span span)
{
    return span.count == 3 && is_name(&span.first[0]) && is_keyword(&span.first[1], "is") &&
           is_keyword(&span.first[2], "null");
}

/* A BETWEEN has an AND of its own, which must not split the expression. */
static bool has_keyword(struct span span, const char *keyword)
{
    for (size_t i = 0; i < span.count; i++) {
        if (is_keyword(&span.first[i], keyword))
            return true;
    }
    return false;
}

static void add_list_value(struct ddl_list *list, const char *sign, const struct token *token)
{
    struct text value = {0};

    text_append_string(&value, sign);
    text_append_string(&value, token->text);
    list->values = memory_resize(list->values, list->value_count + 1, sizeof *list->values);
    list->values[list->value_count++] = text_take(&value);
    if (token->kind != TOKEN_NUMBER)
        list->numbers = false;
}

/* Reads 'a', 'b', -1 …; false when anything else stands there, such as a subquery. NULL among the
 * values allows null and is no value. */
static bool read_values(struct span span, struct ddl_list *list)
{
    size_t at = 0;

    while (at < span.count) {
        const char *sign = "";

        if (is_sign(&span.first[at], '-') && at + 1 < span.count) {
            sign = "-";
            at++;
        }
        if (span.first[at].kind == TOKEN_STRING || span.first[at].kind == TOKEN_NUMBER)
            add_list_value(list, sign, &span.first[at]);
        else if (!is_keyword(&span.first[at], "null"))
            return false;
        at++;
        if (at < span.count && !is_sign(&span.first[at++], ','))
            return false;
    }
    return list->value_count > 0;
}

static void clear_list(struct ddl_list *list)
{
    for (size_t i = 0; i < list->value_count; i++)
        free(list->values[i]);
    free(list->values);
    free(list->column);
    memset(list, 0, sizeof *list);
}

/* column IN ( … ) or column = 'a' */
static bool read_list_part(struct span span, struct ddl_list *list)
{
    span = strip_parentheses(span);
    if (span.count < 3 || !is_name(&span.first[0]))
        return false;
    if (list->column && sqlite3_stricmp(list->column, span.first[0].text) != 0)
        return false;
    if (!list->column)
        list->column = memory_copy_string(span.first[0].text);
    if (is_keyword(&span.first[1], "in")) {
        struct span values = {span.first + 2, span.count - 2};

        if (!is_sign(&values.first[0], '(') || group_size(values, 0) != values.count)
            return false;
        return read_values((struct span){values.first + 1, values.count - 2}, list);
    }
    if (is_sign(&span.first[1], '=') && span.count <= 4) {
        size_t equal = is_sign(&span.first[2], '=') ? 3 : 2;

        return read_values((struct span){span.first + equal, span.count - equal}, list);
    }
    return false;
}

/* column IN (…) OR column IS NULL OR column = 'x', in any order. */
static bool read_list(struct span span, struct ddl_list *list)
{
    struct span rest;

    list->numbers = true;
    do {
        struct span part = split_at(span, "or", &rest);

        if (!is_null_test(strip_parentheses(part)) && !read_list_part(part, list))
            return false;
        span = rest;
    } while (rest.count > 0);
    return list->value_count > 0;
}

/* length ( column ) <= N, or < N */
static bool read_length(struct span span, struct ddl_length *length)
{
    struct value number;
    size_t at = 4;
    bool included;

    if (span.count < 6 || !is_keyword(&span.first[0], "length") || !is_sign(&span.first[1], '(') ||
        !is_name(&span.first[2]) || !is_sign(&span.first[3], ')') || !is_sign(&span.first[at], '<'))
        return false;
    included = is_sign(&span.first[++at], '=');
    if (included)
        at++;
    if (at + 1 != span.count || span.first[at].kind != TOKEN_NUMBER)
        return false;
    if (!value_parse_number(span.first[at].text, strlen(span.first[at].text), &number) ||
        number.kind != VALUE_INTEGER || number.as.integer < 1 || number.as.integer > INT32_MAX)
        return false;
    length->column = memory_copy_string(span.first[2].text);
    length->most = (int)number.as.integer - (included ? 0 : 1);
    return true;
}

static void read_conjunct(struct ddl *ddl, struct span span)
{
    struct ddl_list list = {0};
    struct ddl_length length = {0};

    span = strip_parentheses(span);
    if (read_list(span, &list)) {
        ddl->lists = memory_resize(ddl->lists, ddl->list_count + 1, sizeof *ddl->lists);
        ddl->lists[ddl->list_count++] = list;
        return;
    }
    clear_list(&list);
    if (read_length(span, &length)) {
        ddl->lengths = memory_resize(ddl->lengths, ddl->length_count + 1, sizeof *ddl->lengths);
        ddl->lengths[ddl->length_count++] = length;
    }
}

static void read_expression(struct ddl *ddl, struct span span)
{
    struct span rest;

    span = strip_parentheses(span);
    if (has_keyword(span, "between") || has_keyword(span, "case")) {
        read_conjunct(ddl, span);
        return;
    }
    do {
        read_conjunct(ddl, split_at(span, "and", &rest));
        span = rest;
    } while (rest.count > 0);
}

static void add_words(struct ddl_check *check, struct span span)
{
    check->words = memory_zeroed(span.count + 1, sizeof *check->words);
    for (size_t i = 0; i < span.count; i++) {
        if (is_name(&span.first[i]))
            check->words[check->word_count++] = memory_copy_string(span.first[i].text);
    }
}

/* tokens.items[at] is the CHECK before a group of `size` tokens. */
static void add_check(struct ddl *ddl, const char *sql, const struct token *token, size_t size,
                      bool named)
{
    struct ddl_check *check;
    struct span span = {token + 2, size - 2};
    size_t start = token[1].end, end = token[size].start;

    ddl->checks = memory_resize(ddl->checks, ddl->check_count + 1, sizeof *ddl->checks);
    check = &ddl->checks[ddl->check_count++];
    memset(check, 0, sizeof *check);
    check->name = named ? memory_copy_string(token[-1].text) : NULL;
    while (start < end && is_space(sql[start]))
        start++;
    while (end > start && is_space(sql[end - 1]))
        end--;
    check->source = memory_copy(sql + start, end - start);
    add_words(check, span);
    read_expression(ddl, span);
}

struct ddl *ddl_parse(const char *sql)
{
    struct ddl *ddl = memory_zeroed(1, sizeof *ddl);
    struct tokens tokens = {0};

    tokenize(sql ? sql : "", &tokens);
    for (size_t i = 0; i + 1 < tokens.count; i++) {
        struct span all = {tokens.items, tokens.count};
        bool named = i >= 2 && is_keyword(&tokens.items[i - 2], "constraint");
        size_t size;

        if (!is_keyword(&tokens.items[i], "check") || !is_sign(&tokens.items[i + 1], '('))
            continue;
        size = group_size(all, i + 1);
        if (size >= 3)
            add_check(ddl, sql, &tokens.items[i], size, named);
    }
    free_tokens(&tokens);
    return ddl;
}

void ddl_free(struct ddl *ddl)
{
    if (!ddl)
        return;
    for (size_t i = 0; i < ddl->check_count; i++) {
        for (size_t j = 0; j < ddl->checks[i].word_count; j++)
            free(ddl->checks[i].words[j]);
        free(ddl->checks[i].words);
        free(ddl->checks[i].name);
        free(ddl->checks[i].source);
    }
    for (size_t i = 0; i < ddl->list_count; i++)
        clear_list(&ddl->lists[i]);
    for (size_t i = 0; i < ddl->length_count; i++)
        free(ddl->lengths[i].column);
    free(ddl->checks);
    free(ddl->lists);
    free(ddl->lengths);
    free(ddl);
}

const struct ddl_list *ddl_list(const struct ddl *ddl, const char *column)
{
    for (size_t i = 0; i < ddl->list_count; i++) {
        if (sqlite3_stricmp(ddl->lists[i].column, column) == 0)
            return &ddl->lists[i];
    }
    return NULL;
}

int ddl_length(const struct ddl *ddl, const char *column)
{
    for (size_t i = 0; i < ddl->length_count; i++) {
        if (sqlite3_stricmp(ddl->lengths[i].column, column) == 0)
            return ddl->lengths[i].most;
    }
    return 0;
}
