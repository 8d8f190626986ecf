/*
 * fuzz_query: whatever text comes in as a filter, what parses prints to text that parses to the
 * same tree, and completing, resolving, matching and checking it come to an end.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/check.h"
#include "core/memory.h"
#include "core/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct date_clock noon = {1795262400, 1};

static void require(bool holds, const char *what, const char *text)
{
    if (!holds) {
        fprintf(stderr, "filter: %s: %s\n", what, text);
        abort();
    }
}

/* One field of each type, named as its type; Account leads to another object like it. */
static struct schema *make_schema(const char *name)
{
    struct schema *schema = schema_new(name);
    for (int type = 0; type < FIELD_TYPE_COUNT; type++) {
        schema_add_field(schema, field_type_name((enum field_type)type), (enum field_type)type);
    }
    schema_add_field(schema, "name", FIELD_STRING);
    schema_add_field(schema, "amount", FIELD_CURRENCY);
    schema_add_field(schema, "closedate", FIELD_DATE);
    schema_add_field(schema, "created", FIELD_DATETIME);
    struct field *account = schema_add_field(schema, "account", FIELD_REFERENCE);
    account->references = memory_copy_string("Account");
    return schema;
}

static struct schema *look_up(void *context, const char *object, struct error *error)
{
    (void)context;
    (void)error;
    return make_schema(object);
}

static void ignore(void *context, const char *candidate, const char *note)
{
    (void)context;
    require(candidate[0] != '\0' && note != NULL, "an empty candidate", candidate);
}

static struct value give(void *context, const char *path)
{
    (void)path;
    return *(const struct value *)context;
}

static void check_round_trip(const struct query *query)
{
    struct query *again = query_new("x");
    struct text first = {0}, second = {0};
    struct error error = {0};
    query_print(query, &first);
    require(query_parse(again, text_string(&first), NULL, &error), "does not parse again",
            text_string(&first));
    require(filter_equal(query->filter, again->filter), "parses differently", text_string(&first));
    query_print(again, &second);
    require(strcmp(text_string(&first), text_string(&second)) == 0, "prints differently",
            text_string(&first));
    text_free(&first);
    text_free(&second);
    query_free(again);
}

static void check_matching(struct query *query, const struct schema *schema, const char *text)
{
    struct error error = {0};
    struct value values[] = {value_null(),        value_integer(5),   value_real(0.5),
                             value_boolean(true), value_string(text), value_string("2026-11-21"),
                             value_string(""),    value_bytes("x", 1)};
    if (query_resolve(query, schema, look_up, NULL, &noon, &error)) {
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            bool matches = filter_matches(query->filter, give, &values[i]);
            struct query *copy = query_copy(query);
            require(filter_matches(copy->filter, give, &values[i]) == matches, "copies differ",
                    text);
            query_free(copy);
        }
    }
    require(query->resolved || error.kind == ERROR_USAGE, "no reason given", text);
    error_clear(&error);
}

static void check_typed(const struct schema *schema, const char *text, size_t length)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        struct value value;
        struct error error = {0};
        bool good = check_text(&schema->fields[i], text, length, &noon, &value, &error);
        require(good == (value.kind != VALUE_ABSENT) && good == !error_is_set(&error),
                "half checked", text);
        value_free(&value);
        error_clear(&error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = memory_copy((const char *)data, size);
    struct schema *schema = make_schema("Thing");
    struct query *query = query_new("Thing");
    struct error error = {0};
    size_t length = strlen(text);
    size_t column;
    if (query_parse(query, text, &column, &error)) {
        check_round_trip(query);
        check_matching(query, schema, text);
    } else {
        require(column > 0 && column <= length + 1 && error.kind == ERROR_USAGE, "no column", text);
    }
    error_clear(&error);
    query_parse_order(query, text, &error);
    query_parse_columns(query, text, &error);
    error_clear(&error);
    for (size_t at = 0; at <= length; at += 1 + length / 4) {
        size_t start = query_complete_in(text, at, schema, look_up, NULL, ignore, NULL);
        require(start <= at, "completes past the cursor", text);
    }
    check_typed(schema, text, length);
    query_free(query);
    schema_release(schema);
    free(text);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_query";
static const char *const fuzz_pieces[] = {"and ",
                                          "or ",
                                          "not ",
                                          "in ",
                                          "between ",
                                          "contains ",
                                          "starts with ",
                                          "ends with ",
                                          "like ",
                                          "is null ",
                                          "is not empty ",
                                          "is blank ",
                                          "includes ",
                                          "excludes ",
                                          "order by ",
                                          "limit ",
                                          "asc ",
                                          "desc ",
                                          "nulls first ",
                                          "nulls last ",
                                          "today ",
                                          "yesterday ",
                                          "tomorrow ",
                                          "this ",
                                          "last ",
                                          "next ",
                                          "ago ",
                                          "days ",
                                          "weeks ",
                                          "months ",
                                          "quarters ",
                                          "years ",
                                          "true ",
                                          "false ",
                                          "null ",
                                          "=",
                                          "!= ",
                                          "<> ",
                                          "<= ",
                                          ">= ",
                                          "== ",
                                          "(",
                                          ")",
                                          ",",
                                          ".",
                                          "`",
                                          "'",
                                          "\"",
                                          "name ",
                                          "amount ",
                                          "closedate ",
                                          "created ",
                                          "account ",
                                          "2026-11-21 ",
                                          "2026-11-21T14:30:00Z ",
                                          "14:30 ",
                                          "1e6 ",
                                          "-0.5 ",
                                          "% ",
                                          "_ ",
                                          "\xc2\xa0 ",
                                          "\xe2\x80\x98 ",
                                          "\xc3\x9f "};
#include "standalone.h"
#endif
