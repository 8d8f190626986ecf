/*
 * query_parse: what the parser of the filter language shows to completion; nobody else includes it.
 *
 * The parser notes at every step what may stand there. Completion parses the text up to the word
 * that is being typed, and asks what was expected where the text ended. Pure; any thread.
 */
#ifndef DOSSIER_CORE_QUERY_PARSE_H
#define DOSSIER_CORE_QUERY_PARSE_H

#include "core/query.h"
#include "core/query_lex.h"
#include "core/query_path.h"

enum expectation {
    EXPECT_FIRST,     /* a condition, or the order or limit of a filter without one */
    EXPECT_CONDITION, /* a condition, `not` or `(` */
    EXPECT_FIELD,     /* after a point or in an order: only a name */
    EXPECT_OPERATOR,
    EXPECT_VALUE,
    EXPECT_AND,  /* between the two values of between */
    EXPECT_LIST, /* the ( of a list */
    EXPECT_LIST_END,
    EXPECT_NEXT,       /* after a condition: and, or, order by, limit */
    EXPECT_NEXT_GROUP, /* the same within ( ) */
    EXPECT_BY,
    EXPECT_ORDER_NEXT,
    EXPECT_LIMIT,
    EXPECT_NOTHING
};

struct query_parser {
    struct lexer lexer;
    struct token token; /* the one at hand */
    int depth;
    bool failed;
    struct error *error;
    size_t error_column;
    enum expectation expecting;
    size_t expected_at;     /* byte offset where what is expected begins */
    struct query_path path; /* of the condition or order term at hand, as far as it is read */
    enum filter_operator operator_;
    const struct schema *schema; /* says what a field takes; NULL: not known */
};

/* What a whole text gives. */
struct parsed_query {
    struct filter *filter;
    struct query *order; /* carries order and limit only */
    bool has_order;
    bool has_limit;
};

/* Parses (the parser's schema is set by it, and may be NULL); false with the parser's error set.
 * The parser is cleared with query_parser_clear. */
bool query_parser_run(struct query_parser *parser, const char *text, size_t length,
                      const struct schema *schema, struct parsed_query *out, struct error *error);
void query_parser_clear(struct query_parser *parser);
void parsed_query_clear(struct parsed_query *parsed);

#endif
