/*
 * query_lex: the words of the filter language. For the parser, the printer (which names need
 * quotes) and completion; nobody else includes it.
 *
 * Pure; any thread. Tokens are places in the text, which must outlive them; columns count
 * characters from 1. No text is too long: each byte is looked at a bounded number of times.
 */
#ifndef DOSSIER_CORE_QUERY_LEX_H
#define DOSSIER_CORE_QUERY_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/query.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,     /* a keyword or a plain name */
    TOKEN_NAME,     /* in back-quotes */
    TOKEN_TEXT,     /* in quotes */
    TOKEN_NUMBER,   /* 10, -0.5, 1e6 */
    TOKEN_DATE,     /* 2026-11-21 */
    TOKEN_DATETIME, /* 2026-11-21T14:30 */
    TOKEN_TIME,     /* 14:30 */
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_DOT,
    TOKEN_OPERATOR, /* = != < <= > >= */
    TOKEN_BAD       /* problem says what is wrong with it */
};

struct token {
    enum token_kind kind;
    enum filter_operator operator_; /* of TOKEN_OPERATOR */
    size_t start, end;              /* byte offsets into the text */
    size_t column;                  /* of its first character, from 1 */
    const char *problem;            /* of TOKEN_BAD: what is wrong, as a hint; may be NULL */
    bool unterminated;              /* of TOKEN_BAD: a quote that is not closed */
};

struct lexer {
    const char *text;
    size_t length;
    size_t at;
    size_t column;
    size_t name_end; /* where the last name ended: a point right there joins names */
};

struct lexer lexer_start(const char *text, size_t length);
struct token lexer_next(struct lexer *lexer);

/* The content of a text or a back-quoted name, quotes undone; of others, as written. Owned. */
char *token_content(const struct lexer *lexer, const struct token *token);
/* Is it this keyword? Case does not matter. */
bool token_is(const struct lexer *lexer, const struct token *token, const char *keyword);

/* What a run of digits, letters, points, colons and signs is: NUMBER, DATE, DATETIME, TIME or BAD.
 */
enum token_kind lexer_classify(const char *bytes, size_t length);
/* Can the name stand without back-quotes where a field is expected? */
bool lexer_is_plain_name(const char *name);

#endif
