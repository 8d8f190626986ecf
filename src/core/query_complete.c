/*
 * query_complete: what may stand at a place in a half-typed filter.
 *
 * Pure but for the look-up of a parent's schema; any thread. The parser reads the text up to the
 * word at hand and says what it expected there; this file turns that into candidates. Those that
 * begin with what is typed come before those that only contain it.
 */
#include "core/query_parse.h"

#include <string.h>

struct completion {
    const char *text;
    size_t at;
    size_t start; /* of the word that is replaced */
    const struct schema *schema;
    schema_lookup lookup;
    void *lookup_context;
    void (*add)(void *context, const char *candidate, const char *note);
    void *context;
    bool containing; /* the second pass: candidates that contain what is typed */
};

/* --- candidates --- */

/* What is typed of the word, without the quote it begins with. */
static void typed_part(const struct completion *completion, const char **bytes, size_t *length)
{
    *bytes = completion->text + completion->start;
    *length = completion->at - completion->start;
    if (*length > 0 && strchr("'\"`", **bytes) != NULL) {
        (*bytes)++;
        (*length)--;
    }
}

/* Adds the candidate if its name or label goes with what is typed, in the pass it belongs to. */
static void offer(const struct completion *completion, const char *candidate, const char *name,
                  const char *note)
{
    const char *typed;
    size_t length;
    typed_part(completion, &typed, &length);
    bool begins = text_starts_folded(name, strlen(name), typed, length);
    bool contains = text_contains_folded(name, strlen(name), typed, length) ||
                    (note != NULL && text_contains_folded(note, strlen(note), typed, length));
    if (completion->containing ? !begins && contains : begins) {
        completion->add(completion->context, candidate, note == NULL ? "" : note);
    }
}

static void offer_word(const struct completion *completion, const char *word)
{
    offer(completion, word, word, NULL);
}

static void offer_field(const struct completion *completion, const struct field *field)
{
    struct text name = {0};
    const char *part = field->name;
    query_print_path(&part, 1, &name);
    offer(completion, text_string(&name), field->name, field->label);
    if (field->references != NULL) {
        part = field->relation != NULL ? field->relation : field->name;
        text_truncate(&name, 0);
        query_print_path(&part, 1, &name);
        text_append_character(&name, '.');
        offer(completion, text_string(&name), part, field->references);
    }
    text_free(&name);
}

/* The schema that the references at the start of a path lead to, held; NULL when it is not known.
 */
static struct schema *follow(const struct completion *completion, char *const *parts, size_t count)
{
    struct schema *schema = schema_hold(completion->schema);
    for (size_t i = 0; i < count && schema != NULL; i++) {
        const struct field *field = schema_reference(schema, parts[i]);
        struct error error = {0};
        struct schema *parent =
            field == NULL || completion->lookup == NULL
                ? NULL
                : completion->lookup(completion->lookup_context, field->references, &error);
        error_clear(&error);
        schema_release(schema);
        schema = parent;
    }
    return schema;
}

static void offer_fields(const struct completion *completion, const struct query_path *path)
{
    struct schema *schema = follow(completion, path->parts, path->count);
    for (size_t i = 0; schema != NULL && i < schema->field_count; i++) {
        offer_field(completion, &schema->fields[i]);
    }
    schema_release(schema);
}

static void offer_operators(const struct completion *completion, enum field_type type)
{
    uint32_t allowed = filter_operators_for(type);
    for (unsigned i = 0; i < OPERATOR_COUNT; i++) {
        enum filter_operator operator_ = (enum filter_operator)i;
        if ((allowed & (1u << i)) != 0) {
            const char *text = filter_operator_text(operator_);
            const char *label = filter_operator_label(operator_, type);
            offer(completion, text, text, strcmp(text, label) == 0 ? NULL : label);
        }
    }
}

/* The number within what is typed, for last N days; a week's days when there is none. */
static int typed_count(const struct completion *completion)
{
    enum { USUAL = 7, MOST = 100000 };
    int count = 0;
    for (size_t i = completion->start; i < completion->at && count < MOST; i++) {
        char character = completion->text[i];
        if (character >= '0' && character <= '9') {
            count = count * 10 + (character - '0');
        }
    }
    return count > 0 ? count : USUAL;
}

static void offer_relative(const struct completion *completion, enum relative_kind kind,
                           enum relative_unit unit, int count)
{
    struct relative_date relative = {kind, unit, count};
    struct text text = {0};
    relative_date_print(&relative, &text);
    offer_word(completion, text_string(&text));
    text_free(&text);
}

static void offer_dates(const struct completion *completion)
{
    int count = typed_count(completion);
    for (int kind = RELATIVE_TODAY; kind <= RELATIVE_TOMORROW; kind++) {
        offer_relative(completion, (enum relative_kind)kind, UNIT_DAY, 0);
    }
    for (int kind = RELATIVE_THIS; kind <= RELATIVE_NEXT; kind++) {
        for (int unit = UNIT_WEEK; unit <= UNIT_YEAR; unit++) {
            offer_relative(completion, (enum relative_kind)kind, (enum relative_unit)unit, 0);
        }
    }
    for (int kind = RELATIVE_LAST; kind <= RELATIVE_IN; kind++) {
        for (int unit = UNIT_DAY; unit <= UNIT_YEAR; unit++) {
            offer_relative(completion, (enum relative_kind)kind, (enum relative_unit)unit, count);
        }
    }
}

static void offer_picklist(const struct completion *completion, const struct field *field)
{
    for (size_t i = 0; i < field->picklist_count; i++) {
        const struct picklist_value *choice = &field->picklist[i];
        struct text quoted = {0};
        query_print_text(choice->value, &quoted);
        offer(completion, text_string(&quoted), choice->value,
              strcmp(choice->value, choice->label) == 0 ? NULL : choice->label);
        text_free(&quoted);
    }
}

static void offer_values(const struct completion *completion, const struct field *field)
{
    if (field->type == FIELD_BOOLEAN) {
        offer_word(completion, "true");
        offer_word(completion, "false");
    } else if (field->type == FIELD_DATE || field->type == FIELD_DATETIME) {
        offer_dates(completion);
    } else {
        offer_picklist(completion, field);
    }
}

/* The field a whole path leads to, in *schema, which is held; NULL when it is not known. */
static const struct field *path_field(const struct completion *completion,
                                      const struct query_path *path, struct schema **schema)
{
    *schema = path->count == 0 ? NULL : follow(completion, path->parts, path->count - 1);
    return *schema == NULL ? NULL : schema_field(*schema, path->parts[path->count - 1]);
}

static void offer_for_field(const struct completion *completion, const struct query_parser *parser)
{
    struct schema *schema;
    const struct field *field = path_field(completion, &parser->path, &schema);
    if (parser->expecting == EXPECT_OPERATOR) {
        offer_operators(completion, field == NULL ? FIELD_ANY : field->type);
    } else if (field != NULL) {
        offer_values(completion, field);
    }
    schema_release(schema);
}

static const char *const words_for[][5] = {
    [EXPECT_FIRST] = {"not", "(", "order by", "limit", NULL},
    [EXPECT_CONDITION] = {"not", "(", NULL},
    [EXPECT_FIELD] = {NULL},
    [EXPECT_OPERATOR] = {NULL},
    [EXPECT_VALUE] = {NULL},
    [EXPECT_AND] = {"and", NULL},
    [EXPECT_LIST] = {"(", NULL},
    [EXPECT_LIST_END] = {",", ")", NULL},
    [EXPECT_NEXT] = {"and", "or", "order by", "limit", NULL},
    [EXPECT_NEXT_GROUP] = {"and", "or", ")", NULL},
    [EXPECT_BY] = {"by", NULL},
    [EXPECT_ORDER_NEXT] = {"desc", "nulls first", ",", "limit", NULL},
    [EXPECT_LIMIT] = {NULL},
    [EXPECT_NOTHING] = {NULL},
};

static void offer_all(const struct completion *completion, const struct query_parser *parser)
{
    enum expectation expecting = parser->expecting;
    if (expecting <= EXPECT_FIELD) {
        offer_fields(completion, &parser->path);
    } else if (expecting == EXPECT_OPERATOR || expecting == EXPECT_VALUE) {
        offer_for_field(completion, parser);
    }
    for (size_t i = 0; words_for[expecting][i] != NULL; i++) {
        offer_word(completion, words_for[expecting][i]);
    }
}

/* --- the place --- */

/* Where the word at hand begins: the last token that touches the cursor, or the cursor itself. */
static size_t word_start(const char *text, size_t at)
{
    struct lexer lexer = lexer_start(text, at);
    size_t start = at;
    for (;;) {
        struct token token = lexer_next(&lexer);
        if (token.kind == TOKEN_END) {
            return start;
        }
        bool open = token.kind == TOKEN_WORD || token.kind == TOKEN_NUMBER || token.unterminated;
        start = open && token.end == at ? token.start : at;
    }
}

/* Words of one thing are replaced together: starts wi, last 3 we. */
static size_t whole_start(const struct query_parser *parser, const char *text, size_t start)
{
    bool several = parser->expecting == EXPECT_OPERATOR || parser->expecting == EXPECT_VALUE;
    if (!several || parser->expected_at >= start) {
        return start;
    }
    struct lexer lexer = lexer_start(text + parser->expected_at, start - parser->expected_at);
    struct token first = lexer_next(&lexer);
    struct token second = lexer_next(&lexer);
    bool negated = parser->expecting == EXPECT_OPERATOR && token_is(&lexer, &first, "not");
    if (!negated) {
        return parser->expected_at;
    }
    return second.kind == TOKEN_END ? start : parser->expected_at + second.start;
}

size_t query_complete_in(const char *text, size_t at, const struct schema *schema,
                         schema_lookup lookup, void *lookup_context,
                         void (*add)(void *context, const char *candidate, const char *note),
                         void *context)
{
    struct completion completion = {text,           at,  at,      schema, lookup,
                                    lookup_context, add, context, false};
    struct query_parser parser;
    struct parsed_query parsed;
    struct error error = {0};
    size_t start = word_start(text, at);
    query_parser_run(&parser, text, start, NULL, &parsed, &error);
    if (parser.token.kind == TOKEN_END) {
        completion.start = whole_start(&parser, text, start);
        offer_all(&completion, &parser);
        completion.containing = completion.at > completion.start;
        if (completion.containing) {
            offer_all(&completion, &parser);
        }
    }
    error_clear(&error);
    parsed_query_clear(&parsed);
    query_parser_clear(&parser);
    return completion.start;
}

size_t query_complete(const char *text, size_t at, const struct schema *schema,
                      void (*add)(void *context, const char *candidate, const char *note),
                      void *context)
{
    return query_complete_in(text, at, schema, NULL, NULL, add, context);
}
