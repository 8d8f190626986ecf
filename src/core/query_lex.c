/*
 * query_lex: cuts the text of a filter into tokens. See query_lex.h.
 */
#include "core/query_lex.h"

#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "core/memory.h"

/* Words that mean something where a field name may stand: a field of that name is quoted. */
static const char *const reserved_words[] = {
    "and",  "or",      "not",      "order",    "by",       "limit", "in",    "is",
    "like", "between", "contains", "includes", "excludes", "true",  "false", "null",
};

static const struct {
    const char *spelling;
    enum filter_operator operator_;
    const char *problem; /* not NULL: it is refused */
} symbols[] = {
    {"==", OPERATOR_COUNT, "write a single ="},
    {"=<", OPERATOR_COUNT, "write <="},
    {"=>", OPERATOR_COUNT, "write >="},
    {"&&", OPERATOR_COUNT, "write and"},
    {"||", OPERATOR_COUNT, "write or"},
    {"!=", OPERATOR_NOT_EQUAL, NULL},
    {"<>", OPERATOR_NOT_EQUAL, NULL},
    {"<=", OPERATOR_LESS_EQUAL, NULL},
    {">=", OPERATOR_GREATER_EQUAL, NULL},
    {"=", OPERATOR_EQUAL, NULL},
    {"<", OPERATOR_LESS, NULL},
    {">", OPERATOR_GREATER, NULL},
    {"&", OPERATOR_COUNT, "write and"},
    {"|", OPERATOR_COUNT, "write or"},
    {"!", OPERATOR_COUNT, "write not"},
    {";", OPERATOR_COUNT, "a filter is one line of conditions joined by and, or"},
    {"*", OPERATOR_COUNT, "in like, % stands for any text"},
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

/* Length in bytes of the word character at an offset, 0 when it is none. */
static size_t word_character(const char *text, size_t length, size_t at, bool first)
{
    char character = text[at];
    if (is_letter(character) || character == '_' || (!first && is_digit(character))) {
        return 1;
    }
    if ((unsigned char)character < 0x80) {
        return 0;
    }
    utf8proc_int32_t code_point;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                             (utf8proc_ssize_t)(length - at), &code_point);
    if (size <= 0) {
        return 0;
    }
    utf8proc_category_t category = utf8proc_category(code_point);
    bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    bool inner = category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_NO;
    return letter || (inner && !first) ? (size_t)size : 0;
}

static size_t word_length(const char *text, size_t length, size_t at)
{
    size_t end = at;
    while (end < length) {
        size_t size = word_character(text, length, end, end == at);
        if (size == 0) {
            break;
        }
        end += size;
    }
    return end - at;
}

/* Length in bytes of the white space at an offset: the no-break space of pasted text too. */
static size_t space_length(const char *text, size_t length, size_t at)
{
    static const char no_break_space[] = "\xC2\xA0";
    static const char ideographic_space[] = "\xE3\x80\x80";
    if (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r')) {
        return 1;
    }
    if (length - at >= 2 && memcmp(text + at, no_break_space, 2) == 0) {
        return 2;
    }
    return length - at >= 3 && memcmp(text + at, ideographic_space, 3) == 0 ? 3 : 0;
}

struct lexer lexer_start(const char *text, size_t length)
{
    struct lexer lexer = {text, length, 0, 1, SIZE_MAX};
    return lexer;
}

/* Columns count characters: a byte that goes on with a character is not one. */
static void advance(struct lexer *lexer, size_t to)
{
    while (lexer->at < to) {
        if (((unsigned char)lexer->text[lexer->at] & 0xC0) != 0x80) {
            lexer->column++;
        }
        lexer->at++;
    }
}

static void skip_space(struct lexer *lexer)
{
    while (lexer->at < lexer->length) {
        size_t size = space_length(lexer->text, lexer->length, lexer->at);
        if (size == 0) {
            return;
        }
        advance(lexer, lexer->at + size);
    }
}

/* The offset just after the closing quote, or SIZE_MAX. A doubled quote is part of the content. */
static size_t quoted_end(const struct lexer *lexer, char quote)
{
    size_t at = lexer->at + 1;
    while (at < lexer->length) {
        if (lexer->text[at] != quote) {
            at++;
        } else if (at + 1 < lexer->length && lexer->text[at + 1] == quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    return SIZE_MAX;
}

static void lex_quoted(struct lexer *lexer, struct token *token, char quote)
{
    size_t end = quoted_end(lexer, quote);
    token->kind = quote == '`' ? TOKEN_NAME : TOKEN_TEXT;
    if (end == SIZE_MAX) {
        token->kind = TOKEN_BAD;
        token->unterminated = true;
        token->problem = "the quote is not closed; a quote inside is written twice";
        end = lexer->length;
    }
    token->end = end;
}

static bool all_digits(const char *bytes, size_t length, size_t *at)
{
    size_t start = *at;
    while (*at < length && is_digit(bytes[*at])) {
        (*at)++;
    }
    return *at > start;
}

static bool is_number(const char *bytes, size_t length)
{
    size_t at = 0;
    if (length > 0 && (bytes[0] == '+' || bytes[0] == '-')) {
        at++;
    }
    bool whole = all_digits(bytes, length, &at);
    if (at < length && bytes[at] == '.') {
        at++;
        bool fraction = all_digits(bytes, length, &at);
        if (!fraction) {
            return false;
        }
    } else if (!whole) {
        return false;
    }
    if (at < length && (bytes[at] == 'e' || bytes[at] == 'E')) {
        at++;
        if (at < length && (bytes[at] == '+' || bytes[at] == '-')) {
            at++;
        }
        if (!all_digits(bytes, length, &at)) {
            return false;
        }
    }
    return at == length;
}

enum token_kind lexer_classify(const char *bytes, size_t length)
{
    struct date date;
    struct date_time date_time;
    if (is_number(bytes, length)) {
        return TOKEN_NUMBER;
    }
    if (date_parse(bytes, length, &date)) {
        return TOKEN_DATE;
    }
    if (memchr(bytes, ' ', length) == NULL && date_time_parse(bytes, length, &date_time)) {
        return TOKEN_DATETIME;
    }
    return date_parse_time(bytes, length, &date_time) ? TOKEN_TIME : TOKEN_BAD;
}

static const char *literal_problem(const char *bytes, size_t length)
{
    if (length >= 8 && is_digit(bytes[0]) && bytes[4] == '-') {
        return "there is no such date; dates are written 2026-11-21, with a time "
               "2026-11-21T14:30:00";
    }
    if (memchr(bytes, ':', length) != NULL) {
        return "there is no such time; times are written 14:30";
    }
    return "a name that starts with a digit stands in back-quotes, text in quotes";
}

static void lex_literal(struct lexer *lexer, struct token *token)
{
    size_t end = lexer->at + 1;
    while (end < lexer->length) {
        char character = lexer->text[end];
        size_t size = word_character(lexer->text, lexer->length, end, false);
        bool sign = character == '-' || character == '+' || character == ':' || character == '.';
        if (size == 0 && !sign) {
            break;
        }
        end += size > 0 ? size : 1;
    }
    const char *bytes = lexer->text + lexer->at;
    token->end = end;
    token->kind = lexer_classify(bytes, end - lexer->at);
    if (token->kind == TOKEN_BAD) {
        token->problem = literal_problem(bytes, end - lexer->at);
    }
}

static bool lex_symbol(struct lexer *lexer, struct token *token)
{
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        size_t size = strlen(symbols[i].spelling);
        if (lexer->length - lexer->at >= size &&
            memcmp(lexer->text + lexer->at, symbols[i].spelling, size) == 0) {
            token->kind = symbols[i].problem == NULL ? TOKEN_OPERATOR : TOKEN_BAD;
            token->operator_ = symbols[i].operator_;
            token->problem = symbols[i].problem;
            token->end = lexer->at + size;
            return true;
        }
    }
    return false;
}

static bool lex_punctuation(struct lexer *lexer, struct token *token)
{
    static const char characters[] = "(),.";
    static const enum token_kind kinds[] = {TOKEN_OPEN, TOKEN_CLOSE, TOKEN_COMMA, TOKEN_DOT};
    const char *found = strchr(characters, lexer->text[lexer->at]);
    if (lexer->text[lexer->at] == '\0' || found == NULL) {
        return false;
    }
    token->kind = kinds[found - characters];
    token->end = lexer->at + 1;
    return true;
}

static void lex_unknown(struct lexer *lexer, struct token *token)
{
    static const char *const curly[] = {"\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9C",
                                        "\xE2\x80\x9D"};
    size_t end = lexer->at + 1;
    while (end < lexer->length && ((unsigned char)lexer->text[end] & 0xC0) == 0x80) {
        end++;
    }
    token->kind = TOKEN_BAD;
    token->end = end;
    token->problem = "a name with other characters than letters, digits and _ stands in "
                     "back-quotes, text in quotes";
    for (size_t i = 0; i < sizeof curly / sizeof curly[0]; i++) {
        if (end - lexer->at == 3 && memcmp(lexer->text + lexer->at, curly[i], 3) == 0) {
            token->problem = "text stands in straight quotes: ' or \"";
        }
    }
}

/* Does a number begin here? A sign or a point needs a digit after it. */
static bool starts_literal(const struct lexer *lexer)
{
    const char *bytes = lexer->text + lexer->at;
    size_t left = lexer->length - lexer->at;
    if (is_digit(bytes[0])) {
        return true;
    }
    if (bytes[0] == '.' && lexer->at == lexer->name_end) {
        return false;
    }
    bool sign = bytes[0] == '-' || bytes[0] == '+';
    if (left >= 2 && (sign || bytes[0] == '.') && is_digit(bytes[1])) {
        return true;
    }
    return left >= 3 && sign && bytes[1] == '.' && is_digit(bytes[2]);
}

static void lex_token(struct lexer *lexer, struct token *token)
{
    char character = lexer->text[lexer->at];
    size_t word = word_length(lexer->text, lexer->length, lexer->at);
    if (word > 0) {
        token->kind = TOKEN_WORD;
        token->end = lexer->at + word;
    } else if (character == '\'' || character == '"' || character == '`') {
        lex_quoted(lexer, token, character);
    } else if (starts_literal(lexer)) {
        lex_literal(lexer, token);
    } else if (!lex_punctuation(lexer, token) && !lex_symbol(lexer, token)) {
        lex_unknown(lexer, token);
    }
}

struct token lexer_next(struct lexer *lexer)
{
    struct token token = {.kind = TOKEN_END};
    skip_space(lexer);
    token.start = lexer->at;
    token.end = lexer->at;
    token.column = lexer->column;
    if (lexer->at < lexer->length) {
        lex_token(lexer, &token);
        advance(lexer, token.end);
    }
    if (token.kind == TOKEN_WORD || token.kind == TOKEN_NAME) {
        lexer->name_end = token.end;
    }
    return token;
}

char *token_content(const struct lexer *lexer, const struct token *token)
{
    const char *bytes = lexer->text + token->start;
    size_t length = token->end - token->start;
    if (token->kind != TOKEN_TEXT && token->kind != TOKEN_NAME) {
        return memory_copy(bytes, length);
    }
    char *content = memory_allocate(length);
    size_t written = 0;
    for (size_t i = 1; i + 1 < length; i++) {
        content[written++] = bytes[i];
        if (bytes[i] == bytes[0]) {
            i++; /* the second of a doubled quote */
        }
    }
    content[written] = '\0';
    return content;
}

bool token_is(const struct lexer *lexer, const struct token *token, const char *keyword)
{
    size_t length = token->end - token->start;
    return token->kind == TOKEN_WORD && length == strlen(keyword) &&
           strncasecmp(lexer->text + token->start, keyword, length) == 0;
}

bool lexer_is_plain_name(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || word_length(name, length, 0) != length) {
        return false;
    }
    for (size_t i = 0; i < sizeof reserved_words / sizeof reserved_words[0]; i++) {
        if (strcasecmp(name, reserved_words[i]) == 0) {
            return false;
        }
    }
    return true;
}
