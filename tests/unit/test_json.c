/* JSON: what is refused and where, values exact, order kept both ways. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "net/json.h"

static void assert_refused(const char *bytes, size_t length, const char *words)
{
    struct error error = {0};
    assert_null(json_read(bytes, length, &error));
    assert_int_equal(error.kind, ERROR_PROTOCOL);
    if (strstr(error.message, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, error.message);
    }
    error_clear(&error);
}

static void what_is_not_json_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_refused("", 0, "empty");
    assert_refused(" \n", 2, "empty");
    assert_refused("{\"a\":1,\"a\":2}", 13, "duplicate");
    assert_refused("{\n \"a\": tru }", 13, "line 2");
    assert_refused("[1] x", 5, "line 1, column 5");
    assert_refused("\"\xff\"", 3, "line 1");
    assert_refused("[1", 2, "line 1");
    assert_refused("[99999999999999999999]", 22, "integer");
    assert_refused("\0", 1, "line 1");
}

static void nesting_is_limited(void **state)
{
    (void)state;
    struct error error = {0};
    char bytes[2 * (JSON_MOST_DEPTH + 1)];
    for (size_t depth = JSON_MOST_DEPTH; depth <= JSON_MOST_DEPTH + 1; depth++) {
        memset(bytes, '[', depth);
        memset(bytes + depth, ']', depth);
        json_t *json = json_read(bytes, 2 * depth, &error);
        assert_int_equal(json != NULL, depth == JSON_MOST_DEPTH);
        json_decref(json);
    }
    assert_non_null(strstr(error.message, "column 65"));
    error_clear(&error);
    const char *text =
        "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\"]";
    json_t *json = json_read(text, strlen(text), &error);
    assert_non_null(json);
    json_decref(json);
}

/* Reading and printing again gives these bytes. */
static void assert_kept(const char *bytes)
{
    struct error error = {0};
    struct text out = {0};
    json_t *json = json_read(bytes, strlen(bytes), &error);
    assert_non_null(json);
    json_print(json, &out);
    assert_string_equal(text_string(&out), bytes);
    text_free(&out);
    json_decref(json);
}

static void printing_gives_the_same_bytes(void **state)
{
    (void)state;
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    assert_kept("{\"z\":1,\"a\":[true,false,null,\"é\\n\\\"\"],\"m\":{}}");
    assert_kept("[9223372036854775807,-9223372036854775808,0.1,1e+300,84000.5,12.0]");
    assert_kept("\"a\\u0000b\"");
    assert_kept("[]");
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    (void)state;
    struct error error = {0};
    json_t *json = json_read("\xef\xbb\xbf{}", 5, &error);
    assert_true(json_is_object(json));
    json_decref(json);
}

static void assert_value(const char *json, const char *spelling, enum value_kind kind)
{
    struct error error = {0};
    struct text out = {0};
    json_t *read = json_read(json, strlen(json), &error);
    struct value value = json_to_value(read);
    assert_int_equal(value.kind, kind);
    value_print(&value, &out);
    assert_string_equal(text_string(&out), spelling);
    text_free(&out);
    json_decref(read);
}

static void values_come_out_exact(void **state)
{
    (void)state;
    assert_value("9007199254740993", "9007199254740993", VALUE_INTEGER);
    assert_value("0.1", "0.1", VALUE_REAL);
    assert_value("true", "true", VALUE_BOOLEAN);
    assert_value("null", "", VALUE_NULL);
    assert_value("\"\"", "", VALUE_TEXT);
    assert_value("[1]", "", VALUE_ABSENT);
    assert_int_equal(json_to_value(NULL).kind, VALUE_ABSENT);
}

static void assert_sent(enum field_type type, struct value value, const char *expected)
{
    struct field field = {.type = type};
    struct text out = {0};
    json_t *json = json_from_value(&field, &value);
    json_print(json, &out);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
    json_decref(json);
}

static void typed_text_becomes_what_the_field_holds(void **state)
{
    (void)state;
    assert_sent(FIELD_CURRENCY, value_string("0.1"), "0.1");
    assert_sent(FIELD_INT, value_string("9007199254740993"), "9007199254740993");
    assert_sent(FIELD_STRING, value_string("12"), "\"12\"");
    assert_sent(FIELD_DOUBLE, value_string("twelve"), "\"twelve\"");
    assert_sent(FIELD_BOOLEAN, value_string("true"), "true");
    assert_sent(FIELD_BOOLEAN, value_boolean(false), "false");
    assert_sent(FIELD_STRING, value_string(""), "\"\"");
    assert_sent(FIELD_STRING, value_null(), "null");
    assert_sent(FIELD_STRING, value_text("a\xff", 2), "\"a\xef\xbf\xbd\"");
    assert_sent(FIELD_BASE64, value_bytes("ab", 2), "\"YWI=\"");
}

static void members_are_found_or_null(void **state)
{
    (void)state;
    json_t *json = json_pack("{s:s, s:i}", "name", "Acme", "id", 7);
    assert_string_equal(json_member_string(json, "name"), "Acme");
    assert_null(json_member_string(json, "id"));
    assert_null(json_member_string(NULL, "id"));
    assert_null(json_member(json, "none"));
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
        cmocka_unit_test(nesting_is_limited),
        cmocka_unit_test(printing_gives_the_same_bytes),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(values_come_out_exact),
        cmocka_unit_test(typed_text_becomes_what_the_field_holds),
        cmocka_unit_test(members_are_found_or_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
