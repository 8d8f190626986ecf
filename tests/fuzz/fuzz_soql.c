/*
 * fuzz_soql: what a filter that can be typed becomes in SOQL. No text of it gets out of its quotes:
 * outside of strings a statement holds only what SOQL is written with.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/soql/soql.h"
#include "core/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what, const char *statement)
{
    if (!holds) {
        fprintf(stderr, "soql: %s: %s\n", what, statement);
        abort();
    }
}

static struct schema *make_schema(void)
{
    static const struct {
        const char *name;
        enum field_type type;
    } fields[] = {{"Id", FIELD_ID},           {"Name", FIELD_STRING},
                  {"Amount", FIELD_CURRENCY}, {"Day", FIELD_DATE},
                  {"Moment", FIELD_DATETIME}, {"Open", FIELD_BOOLEAN},
                  {"Choice", FIELD_PICKLIST}, {"Several", FIELD_MULTIPICKLIST}};
    struct schema *schema = schema_new("Account");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct field *field = schema_add_field(schema, fields[i].name, fields[i].type);
        field->filter = field->sort = true;
    }
    return schema;
}

static void check_statement(const char *statement)
{
    bool quoted = false;
    for (const char *at = statement; *at != '\0'; at++) {
        if (quoted && *at == '\\') {
            at++;
            require(*at != '\0', "ends in a backslash", statement);
        } else if (*at == '\'') {
            quoted = !quoted;
        } else if (!quoted) {
            require(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:,"
                           "()=<>!+- ",
                           *at) != NULL,
                    "holds a character that is no SOQL", statement);
        }
    }
    require(!quoted, "a string has no end", statement);
}

static void compile(const struct schema *schema, const struct query *query)
{
    struct error error = {0};
    struct text statement = {0};
    struct soql_source source = {schema, query};
    struct soql_window window = {.offset = 3, .limit = 10};
    if (query->filter != NULL && !soql_can_filter(NULL, query->filter)) {
        return;
    }
    if (soql_select(&source, &window, &statement, &error)) {
        check_statement(text_string(&statement));
    } else {
        require(error_is_set(&error), "refuses without a word", "");
    }
    text_free(&statement);
    if (soql_count(&source, &statement, &error)) {
        check_statement(text_string(&statement));
    }
    text_free(&statement);
    error_clear(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct schema *schema;
    struct date_clock clock = {.now = 1795262400, .week_start = 1};
    struct error error = {0};
    if (schema == NULL) {
        schema = make_schema();
    }
    char *text = memory_copy((const char *)data, size);
    struct query *query = query_new("Account");
    if (query_parse(query, text, NULL, &error) &&
        query_resolve(query, schema, NULL, NULL, &clock, &error)) {
        compile(schema, query);
    }
    error_clear(&error);
    query_free(query);
    free(text);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_soql";
static const char *const fuzz_pieces[] = {
    "Name ",        "Amount ",  "Day ",     "Moment ",   "Open ",       "Choice ",
    "Several ",     "Id ",      "= ",       "!= ",       "< ",          ">= ",
    "in (",         ")",        ", ",       "'a'",       "'\\'",        "'\xc3\xa4'",
    "not ",         "(",        "and ",     "or ",       "between ",    "contains ",
    "starts with ", "like ",    "is null ", "is blank ", "2026-01-02 ", "today ",
    "last 5 days ", "5 ",       "-1.5 ",    "true ",     "order by ",   "desc ",
    "nulls first ", "limit 3 ", "matches ", "includes ",
};
#include "standalone.h"
#endif
