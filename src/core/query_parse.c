/*
 * query_parse: the filter language, read by recursive descent. See query.h and query_parse.h.
 *
 *   text      = [or] ["order by" order] ["limit" number]
 *   or        = and {"or" and}
 *   and       = unary {"and" unary}
 *   unary     = "not" unary | "(" or ")" | condition
 *   condition = path operator values
 *
 * Pure; any thread. Nesting is bounded, so that no text overflows the stack. After a failure the
 * parser makes no further step.
 */
#include "core/query_parse.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/query_class.h"

enum { MOST_SHOWN = 40 };

/* --- steps --- */

static void next(struct query_parser *parser)
{
    parser->token = lexer_next(&parser->lexer);
}

static struct token peek(const struct query_parser *parser)
{
    struct lexer ahead = parser->lexer;
    return lexer_next(&ahead);
}

static bool at_word(const struct query_parser *parser, const char *keyword)
{
    return token_is(&parser->lexer, &parser->token, keyword);
}

static void expect(struct query_parser *parser, enum expectation expecting)
{
    parser->expecting = expecting;
    parser->expected_at = parser->token.start;
}

/* The token at hand as an error shows it: "'ten'", shortened at a character's edge. */
static void print_found(const struct query_parser *parser, struct text *out)
{
    const struct token *token = &parser->token;
    const char *bytes = parser->lexer.text + token->start;
    size_t length = token->end - token->start;
    if (token->kind == TOKEN_END) {
        text_append_string(out, "the end");
        return;
    }
    bool quoted = length >= 2 && (bytes[0] == '\'' || bytes[0] == '"' || bytes[0] == '`');
    bool cut = length > MOST_SHOWN;
    if (cut) {
        length = MOST_SHOWN;
        while (length > 0 && ((unsigned char)bytes[length] & 0xC0) == 0x80) {
            length--;
        }
    }
    text_append_string(out, quoted ? "" : "'");
    text_append(out, bytes, length);
    text_append_string(out, cut ? "…" : "");
    text_append_string(out, quoted ? "" : "'");
}

/* "column 31: expected …, found …" */
static bool fail(struct query_parser *parser, const char *expected)
{
    struct text found = {0};
    parser->failed = true;
    parser->error_column = parser->token.column;
    print_found(parser, &found);
    error_set(parser->error, ERROR_USAGE, "column %zu: expected %s, found %s", parser->token.column,
              expected, text_string(&found));
    if (parser->token.kind == TOKEN_BAD && parser->token.problem != NULL) {
        error_set_hint(parser->error, "%s", parser->token.problem);
    }
    text_free(&found);
    return false;
}

/* A hint after a failure that has none of its own. */
static void hint(struct query_parser *parser, const char *sentence)
{
    if (parser->error != NULL && parser->error->hint == NULL) {
        error_set_hint(parser->error, "%s", sentence);
    }
}

static bool refuse(struct query_parser *parser, const char *sentence)
{
    parser->failed = true;
    parser->error_column = parser->token.column;
    return error_set(parser->error, ERROR_USAGE, "column %zu: %s", parser->token.column, sentence);
}

static bool enter(struct query_parser *parser)
{
    if (parser->depth >= QUERY_MOST_LEVELS) {
        return refuse(parser, "the filter nests too deeply: at most 200 levels of ( ) and not");
    }
    parser->depth++;
    return true;
}

/* --- names --- */

static bool at_name(const struct query_parser *parser)
{
    return parser->token.kind == TOKEN_WORD || parser->token.kind == TOKEN_NAME;
}

/* Reads A.b.c; the parser keeps a copy of it, for completion. */
static bool parse_path(struct query_parser *parser, struct query_path *out)
{
    struct query_path path = {0};
    path_free(&parser->path);
    for (;;) {
        if (!at_name(parser)) {
            path_free(&path);
            return fail(parser, "a field name");
        }
        char *part = token_content(&parser->lexer, &parser->token);
        path_add(&path, part);
        path_add(&parser->path, memory_copy_string(part));
        next(parser);
        if (parser->token.kind != TOKEN_DOT) {
            break;
        }
        next(parser);
        expect(parser, EXPECT_FIELD);
    }
    path_join(&path);
    *out = path;
    return true;
}

/* --- operators --- */

/* Does the operator's text begin with these words, at a word's edge? */
static bool begins_with(const char *text, const char *words)
{
    size_t length = strlen(words);
    return strncmp(text, words, length) == 0 && (text[length] == ' ' || text[length] == '\0');
}

static bool any_operator_begins(const char *words, bool *whole, enum filter_operator *operator_)
{
    bool found = false;
    *whole = false;
    for (int i = OPERATOR_IN; i < OPERATOR_COUNT; i++) {
        const char *text = filter_operator_text((enum filter_operator)i);
        if (!begins_with(text, words)) {
            continue;
        }
        found = true;
        if (strcmp(text, words) == 0) {
            *whole = true;
            *operator_ = (enum filter_operator)i;
        }
    }
    return found;
}

static void append_lower(struct text *out, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool upper = bytes[i] >= 'A' && bytes[i] <= 'Z';
        text_append_character(out, upper ? (char)(bytes[i] + 32) : bytes[i]);
    }
}

/* Adds words as long as some operator begins with them all. */
static bool take_operator_words(struct query_parser *parser, struct text *words,
                                enum filter_operator *operator_)
{
    bool whole = false;
    while (parser->token.kind == TOKEN_WORD) {
        size_t before = words->length;
        bool longer_whole;
        text_append_string(words, before > 0 ? " " : "");
        append_lower(words, parser->lexer.text + parser->token.start,
                     parser->token.end - parser->token.start);
        if (!any_operator_begins(text_string(words), &longer_whole, operator_)) {
            text_truncate(words, before);
            break;
        }
        whole = longer_whole;
        next(parser);
    }
    return whole;
}

static bool fail_operator(struct query_parser *parser, const char *words)
{
    if (strcmp(words, "is") == 0 || strcmp(words, "is not") == 0) {
        fail(parser, "null, empty or blank");
        hint(parser, "to compare with a value write = or !=");
        return false;
    }
    if (words[0] == 's' || words[0] == 'e') {
        return fail(parser, "'with'");
    }
    return fail(parser, "a comparison (=, !=, <, <=, >, >=, in, between, contains, starts with, "
                        "ends with, like, is null, is empty, is blank, includes, excludes)");
}

/* An operator; `not` before one that has no text of its own with it goes to *negated. */
static bool parse_operator(struct query_parser *parser, enum filter_operator *operator_,
                           bool *negated)
{
    struct text words = {0};
    expect(parser, EXPECT_OPERATOR);
    *negated = false;
    if (at_word(parser, "not")) {
        struct token after = peek(parser);
        *negated = !token_is(&parser->lexer, &after, "in");
        if (*negated) {
            next(parser);
        }
    }
    if (parser->token.kind == TOKEN_OPERATOR) {
        *operator_ = parser->token.operator_;
        next(parser);
        return true;
    }
    bool whole = take_operator_words(parser, &words, operator_);
    bool done = whole || fail_operator(parser, text_string(&words));
    text_free(&words);
    return done;
}

/* --- values --- */

static bool token_is_unit(const struct query_parser *parser, const struct token *token)
{
    enum relative_unit unit;
    return token->kind == TOKEN_WORD &&
           relative_unit_parse(parser->lexer.text + token->start, token->end - token->start, &unit);
}

/* How many words the relative date at hand has; 0 when there is none. */
static size_t relative_words(const struct query_parser *parser)
{
    static const char *const days[] = {"today", "yesterday", "tomorrow"};
    static const char *const spans[] = {"this", "last", "next"};
    struct token after = peek(parser);
    for (size_t i = 0; i < 3; i++) {
        if (at_word(parser, days[i])) {
            return 1;
        }
        if (at_word(parser, spans[i])) {
            return after.kind == TOKEN_NUMBER ? 3 : 2;
        }
    }
    bool counted = parser->token.kind == TOKEN_NUMBER && token_is_unit(parser, &after);
    return counted || at_word(parser, "in") ? 3 : 0;
}

static bool parse_relative(struct query_parser *parser, size_t words, struct filter *condition)
{
    struct relative_date relative;
    struct token first = parser->token;
    size_t end = first.end;
    for (size_t i = 0; i < words; i++) {
        if (parser->token.kind == TOKEN_END) {
            return fail(parser, "the rest of a relative date, such as last 3 weeks");
        }
        end = parser->token.end;
        next(parser);
    }
    if (!relative_date_parse(parser->lexer.text + first.start, end - first.start, &relative)) {
        parser->token = first;
        parser->token.end = end;
        return fail(parser, "a relative date (today, this month, last 3 weeks, 2 days ago, in 5 "
                            "days)");
    }
    struct operand *operand = filter_add_operand(condition, OPERAND_RELATIVE, NULL);
    operand->relative = relative;
    operand->column = first.column;
    return true;
}

static bool refuse_null(struct query_parser *parser, enum filter_operator operator_)
{
    bool unequal = operator_ == OPERATOR_NOT_EQUAL || operator_ == OPERATOR_NOT_IN;
    return refuse(parser, unequal ? "null is not a value to compare with: use is not null"
                                  : "null is not a value to compare with: use is null");
}

/* Of fields of the object itself the schema says what they take. */
static bool fail_value(struct query_parser *parser)
{
    const struct field *field = parser->schema == NULL || parser->path.count != 1
                                    ? NULL
                                    : schema_field(parser->schema, parser->path.parts[0]);
    enum query_class class_ = field == NULL ? CLASS_ANY : query_class_of(field->type);
    bool takes_text = class_ != CLASS_NUMBER && class_ != CLASS_BOOLEAN;
    char *word =
        parser->token.kind == TOKEN_WORD ? token_content(&parser->lexer, &parser->token) : NULL;
    fail(parser, query_class_expected(class_));
    if (takes_text && word != NULL && strlen(word) <= MOST_SHOWN) {
        error_set_hint(parser->error, "text stands in quotes: '%s'", word);
    }
    free(word);
    return false;
}

static bool add_literal(struct query_parser *parser, struct filter *condition,
                        enum operand_kind kind)
{
    char *content = token_content(&parser->lexer, &parser->token);
    filter_add_operand(condition, kind, content)->column = parser->token.column;
    free(content);
    next(parser);
    return true;
}

static bool parse_value(struct query_parser *parser, struct filter *condition)
{
    static const int literals[] = {[TOKEN_TEXT] = OPERAND_TEXT,
                                   [TOKEN_NUMBER] = OPERAND_NUMBER,
                                   [TOKEN_DATE] = OPERAND_DATE,
                                   [TOKEN_DATETIME] = OPERAND_DATETIME,
                                   [TOKEN_TIME] = OPERAND_TIME};
    expect(parser, EXPECT_VALUE);
    size_t words = relative_words(parser);
    if (words > 0) {
        return parse_relative(parser, words, condition);
    }
    if (at_word(parser, "null")) {
        return refuse_null(parser, condition->operator_);
    }
    if (at_word(parser, "true") || at_word(parser, "false")) {
        struct operand *operand = filter_add_operand(condition, OPERAND_BOOLEAN, NULL);
        operand->boolean = at_word(parser, "true");
        operand->column = parser->token.column;
        next(parser);
        return true;
    }
    if (parser->token.kind >= TOKEN_TEXT && parser->token.kind <= TOKEN_TIME) {
        return add_literal(parser, condition, (enum operand_kind)literals[parser->token.kind]);
    }
    return fail_value(parser);
}

static bool parse_list(struct query_parser *parser, struct filter *condition)
{
    expect(parser, EXPECT_LIST);
    if (parser->token.kind != TOKEN_OPEN) {
        return fail(parser, "( and a list of values");
    }
    do {
        next(parser);
        if (!parse_value(parser, condition)) {
            return false;
        }
        expect(parser, EXPECT_LIST_END);
    } while (parser->token.kind == TOKEN_COMMA);
    if (parser->token.kind != TOKEN_CLOSE) {
        return fail(parser, "',' or ')'");
    }
    next(parser);
    return true;
}

static bool parse_between(struct query_parser *parser, struct filter *condition)
{
    if (!parse_value(parser, condition)) {
        return false;
    }
    expect(parser, EXPECT_AND);
    if (!at_word(parser, "and")) {
        return fail(parser, "'and' and the upper end of between");
    }
    next(parser);
    return parse_value(parser, condition);
}

static bool parse_values(struct query_parser *parser, struct filter *condition)
{
    switch (filter_operator_operands(condition->operator_)) {
    case 0:
        return true;
    case 1:
        return parse_value(parser, condition);
    case 2:
        return parse_between(parser, condition);
    default:
        return parse_list(parser, condition);
    }
}

/* --- conditions and groups --- */

static struct filter *negate(struct filter *filter, size_t column)
{
    struct filter *negation = filter_new(FILTER_NOT);
    negation->column = column;
    filter_add(negation, filter);
    return negation;
}

static struct filter *parse_condition(struct query_parser *parser)
{
    struct query_path path;
    size_t column = parser->token.column;
    bool negated;
    if (!parse_path(parser, &path)) {
        return NULL;
    }
    struct filter *condition = filter_new(FILTER_CONDITION);
    condition->column = column;
    condition->path = path.path;
    condition->parts = path.parts;
    condition->part_count = path.count;
    if (!parse_operator(parser, &condition->operator_, &negated)) {
        filter_free(condition);
        return NULL;
    }
    parser->operator_ = condition->operator_;
    if (!parse_values(parser, condition)) {
        filter_free(condition);
        return NULL;
    }
    return negated ? negate(condition, column) : condition;
}

static struct filter *parse_or(struct query_parser *parser);

static struct filter *parse_group(struct query_parser *parser)
{
    struct filter *group = NULL;
    if (!enter(parser)) {
        return NULL;
    }
    next(parser);
    expect(parser, EXPECT_CONDITION);
    group = parse_or(parser);
    if (group != NULL && parser->token.kind != TOKEN_CLOSE) {
        fail(parser, "'and', 'or' or ')'");
        filter_free(group);
        return NULL;
    }
    if (group != NULL) {
        next(parser);
        parser->depth--;
    }
    return group;
}

static struct filter *parse_unary(struct query_parser *parser)
{
    if (parser->token.kind == TOKEN_OPEN) {
        return parse_group(parser);
    }
    if (!at_word(parser, "not")) {
        return parse_condition(parser);
    }
    size_t column = parser->token.column;
    if (!enter(parser)) {
        return NULL;
    }
    next(parser);
    expect(parser, EXPECT_CONDITION);
    struct filter *inner = parse_unary(parser);
    parser->depth--;
    return inner == NULL ? NULL : negate(inner, column);
}

typedef struct filter *(*parse_part)(struct query_parser *parser);

/* part {word part}: one alone stands for itself, several make a group. */
static struct filter *parse_joined(struct query_parser *parser, parse_part part, const char *word,
                                   enum filter_kind kind)
{
    size_t column = parser->token.column;
    struct filter *first = part(parser);
    struct filter *group = NULL;
    while (first != NULL) {
        expect(parser, parser->depth > 0 ? EXPECT_NEXT_GROUP : EXPECT_NEXT);
        if (!at_word(parser, word)) {
            break;
        }
        next(parser);
        expect(parser, EXPECT_CONDITION);
        struct filter *other = part(parser);
        if (other == NULL) {
            filter_free(group != NULL ? group : first);
            return NULL;
        }
        if (group == NULL) {
            group = filter_new(kind);
            group->column = column;
            filter_add(group, first);
        }
        filter_add(group, other);
    }
    return group != NULL ? group : first;
}

static struct filter *parse_and(struct query_parser *parser)
{
    return parse_joined(parser, parse_unary, "and", FILTER_AND);
}

static struct filter *parse_or(struct query_parser *parser)
{
    return parse_joined(parser, parse_and, "or", FILTER_OR);
}

/* --- order and limit --- */

static bool parse_nulls(struct query_parser *parser, bool *nulls_first)
{
    next(parser);
    if (!at_word(parser, "first") && !at_word(parser, "last")) {
        return fail(parser, "'first' or 'last' after nulls");
    }
    *nulls_first = at_word(parser, "first");
    next(parser);
    return true;
}

static bool parse_order_term(struct query_parser *parser, struct query *order)
{
    struct query_path path;
    size_t column = parser->token.column;
    bool descending = false;
    bool nulls_first = false;
    expect(parser, EXPECT_FIELD);
    if (!parse_path(parser, &path)) {
        return false;
    }
    expect(parser, EXPECT_ORDER_NEXT);
    if (at_word(parser, "asc") || at_word(parser, "desc")) {
        descending = at_word(parser, "desc");
        next(parser);
        expect(parser, EXPECT_ORDER_NEXT);
    }
    if (at_word(parser, "nulls") && !parse_nulls(parser, &nulls_first)) {
        path_free(&path);
        return false;
    }
    query_add_order_path(order, path, descending, nulls_first);
    order->order[order->order_count - 1].column = column;
    return true;
}

static bool parse_order_terms(struct query_parser *parser, struct query *order)
{
    for (;;) {
        if (!parse_order_term(parser, order)) {
            return false;
        }
        if (parser->token.kind != TOKEN_COMMA) {
            return true;
        }
        next(parser);
    }
}

static bool at_order(const struct query_parser *parser)
{
    struct token after = peek(parser);
    return at_word(parser, "order") &&
           (token_is(&parser->lexer, &after, "by") || after.kind == TOKEN_END);
}

static bool at_limit(const struct query_parser *parser)
{
    struct token after = peek(parser);
    return at_word(parser, "limit") && (after.kind == TOKEN_NUMBER || after.kind == TOKEN_END);
}

static bool parse_order_clause(struct query_parser *parser, struct parsed_query *out)
{
    next(parser);
    expect(parser, EXPECT_BY);
    if (!at_word(parser, "by")) {
        return fail(parser, "'by'");
    }
    next(parser);
    out->has_order = true;
    return parse_order_terms(parser, out->order);
}

static bool parse_limit(struct query_parser *parser, struct parsed_query *out)
{
    next(parser);
    expect(parser, EXPECT_LIMIT);
    char *content = token_content(&parser->lexer, &parser->token);
    struct value number;
    bool whole = parser->token.kind == TOKEN_NUMBER &&
                 value_parse_number(content, strlen(content), &number) &&
                 number.kind == VALUE_INTEGER && number.as.integer >= 0;
    free(content);
    if (!whole) {
        return fail(parser, "a whole number of records");
    }
    out->has_limit = true;
    out->order->limit = number.as.integer;
    next(parser);
    expect(parser, EXPECT_NOTHING);
    return true;
}

static const char *expected_at_end(const struct parsed_query *out)
{
    if (out->has_limit) {
        return "the end";
    }
    return out->has_order ? "',', 'limit' or the end"
                          : "'and', 'or', 'order by', 'limit' or the "
                            "end";
}

static bool fail_at_end(struct query_parser *parser, const struct parsed_query *out)
{
    fail(parser, expected_at_end(out));
    if (parser->token.kind == TOKEN_COMMA && !out->has_order && !out->has_limit) {
        hint(parser, "numbers are written without thousands separators; "
                     "conditions are joined by and, or");
    } else if (parser->token.kind == TOKEN_TIME) {
        hint(parser, "a date and its time are joined by T: 2026-11-21T14:30");
    }
    return false;
}

static bool parse_all(struct query_parser *parser, struct parsed_query *out)
{
    expect(parser, EXPECT_FIRST);
    if (parser->token.kind != TOKEN_END && !at_order(parser) && !at_limit(parser)) {
        out->filter = parse_or(parser);
        if (out->filter == NULL) {
            return false;
        }
    }
    if (at_word(parser, "order") && !parse_order_clause(parser, out)) {
        return false;
    }
    if (at_word(parser, "limit") && !parse_limit(parser, out)) {
        return false;
    }
    return parser->token.kind == TOKEN_END || fail_at_end(parser, out);
}

/* --- entries --- */

static void start(struct query_parser *parser, const char *text, size_t length, struct error *error)
{
    *parser = (struct query_parser){.lexer = lexer_start(text, length), .error = error};
    next(parser);
}

void query_parser_clear(struct query_parser *parser)
{
    path_free(&parser->path);
}

void parsed_query_clear(struct parsed_query *parsed)
{
    filter_free(parsed->filter);
    query_free(parsed->order);
    *parsed = (struct parsed_query){0};
}

bool query_parser_run(struct query_parser *parser, const char *text, size_t length,
                      const struct schema *schema, struct parsed_query *out, struct error *error)
{
    *out = (struct parsed_query){.order = query_new(NULL)};
    start(parser, text, length, error);
    parser->schema = schema;
    return parse_all(parser, out);
}

/* Gives the order terms of `from` to the query in place of its own. */
static void take_order(struct query *query, struct query *from)
{
    query_clear_order(query);
    query->order = from->order;
    query->order_count = from->order_count;
    from->order = NULL;
    from->order_count = 0;
    query->resolved = false;
}

bool query_parse(struct query *query, const char *text, size_t *error_column, struct error *error)
{
    return query_parse_for(query, text, NULL, error_column, error);
}

bool query_parse_for(struct query *query, const char *text, const struct schema *schema,
                     size_t *error_column, struct error *error)
{
    struct query_parser parser;
    struct parsed_query parsed;
    bool done = query_parser_run(&parser, text, strlen(text), schema, &parsed, error);
    if (done) {
        filter_free(query->filter);
        query->filter = parsed.filter;
        parsed.filter = NULL;
        query->resolved = false;
        if (parsed.has_order) {
            take_order(query, parsed.order);
        }
        if (parsed.has_limit) {
            query->limit = parsed.order->limit;
        }
    }
    if (error_column != NULL) {
        *error_column = done ? 0 : parser.error_column;
    }
    parsed_query_clear(&parsed);
    query_parser_clear(&parser);
    return done;
}

bool query_parse_order(struct query *query, const char *text, struct error *error)
{
    struct query_parser parser;
    struct query *order = query_new(NULL);
    start(&parser, text, strlen(text), error);
    bool done = parser.token.kind == TOKEN_END || parse_order_terms(&parser, order);
    if (done && parser.token.kind != TOKEN_END) {
        done = fail(&parser, "'asc', 'desc', 'nulls first', ',' or the end");
    }
    if (done) {
        take_order(query, order);
    }
    query_free(order);
    query_parser_clear(&parser);
    return done;
}

static bool parse_column_list(struct query_parser *parser, struct query *columns)
{
    for (;;) {
        struct query_path path;
        if (!parse_path(parser, &path)) {
            return false;
        }
        query_add_column_path(columns, path);
        if (parser->token.kind == TOKEN_END) {
            return true;
        }
        if (parser->token.kind != TOKEN_COMMA) {
            fail(parser, "',' or the end");
            hint(parser, "a name with spaces stands in back-quotes");
            return false;
        }
        next(parser);
    }
}

bool query_parse_columns(struct query *query, const char *text, struct error *error)
{
    struct query_parser parser;
    struct query *columns = query_new(NULL);
    start(&parser, text, strlen(text), error);
    bool done = parser.token.kind == TOKEN_END || parse_column_list(&parser, columns);
    if (done) {
        query_clear_columns(query);
        query->columns = columns->columns;
        query->column_count = columns->column_count;
        columns->columns = NULL;
        columns->column_count = 0;
        query->resolved = false;
    }
    query_free(columns);
    query_parser_clear(&parser);
    return done;
}
