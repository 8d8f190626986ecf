/* What core/value must do: three kinds of nothing, exact numbers in any locale, base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/value.h"

#define LITERAL(text) text, sizeof text - 1

static void assert_real(double real, const char *expected)
{
    struct text out = {0};
    value_print_real(real, &out);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

static void reals_have_the_fewest_digits(void **state)
{
    (void)state;
    assert_real(0.1, "0.1");
    assert_real(84000.0, "84000.0");
    assert_real(0.1 + 0.2, "0.30000000000000004");
    assert_real(1e300, "1e+300");
    assert_real(1e15, "1e+15");
    assert_real(123456789012345.0, "123456789012345.0");
    assert_real(-0.0, "-0.0");
    assert_real(0.0, "0.0");
    assert_real(DBL_TRUE_MIN, "5e-324");
    assert_real(DBL_MAX, "1.7976931348623157e+308");
    assert_real((double)-INFINITY, "-Infinity");
}

static void reals_read_back_to_themselves(void **state)
{
    (void)state;
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double real;
        memcpy(&real, &bits, sizeof real);
        if (!isfinite(real)) {
            continue;
        }
        struct text out = {0};
        value_print_real(real, &out);
        struct value again;
        assert_true(value_parse_number(out.bytes, out.length, &again));
        assert_memory_equal(&again.as.real, &real, sizeof real);
        text_free(&out);
    }
}

/* A locale with a comma, where one is installed; without one this still tests the C locale. */
static void numbers_do_not_depend_on_the_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (setlocale(LC_NUMERIC, names[i]) != NULL) {
            break;
        }
    }
    assert_real(0.5, "0.5");
    struct value value;
    assert_true(value_parse_number(LITERAL("1.5"), &value));
    assert_float_equal(value.as.real, 1.5, 0);
    assert_false(value_parse_number(LITERAL("1,5"), &value));
    setlocale(LC_NUMERIC, "C");
}

static void only_whole_numbers_are_read(void **state)
{
    (void)state;
    struct value value;
    assert_true(value_parse_number(LITERAL(" 9223372036854775807\n"), &value));
    assert_int_equal(value.kind, VALUE_INTEGER);
    assert_true(value.as.integer == INT64_MAX);
    assert_true(value_parse_number(LITERAL("-9223372036854775808"), &value));
    assert_true(value.as.integer == INT64_MIN);
    assert_true(value_parse_number(LITERAL("9223372036854775808"), &value));
    assert_int_equal(value.kind, VALUE_REAL);
    assert_true(value_parse_number(LITERAL("+1e3"), &value));
    assert_int_equal(value.kind, VALUE_REAL);
    assert_true(value_parse_number(LITERAL(".5"), &value));
    assert_true(value_parse_number(LITERAL("5."), &value));
    static const char *const wrong[] = {"",    " ",   "-",   ".",     "1e",    "1e+", "0x10", "inf",
                                        "nan", "1 2", "1-2", "1,000", "1e999", "--1", "1.2.3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(value_parse_number(wrong[i], strlen(wrong[i]), &value));
    }
    char many[200];
    memset(many, '1', sizeof many);
    assert_true(value_parse_number(many, sizeof many, &value));
    assert_int_equal(value.kind, VALUE_REAL);
}

static bool same(struct value a, struct value b)
{
    bool forth = value_same(&a, &b);
    assert_int_equal(forth, value_same(&b, &a));
    return forth;
}

static void same_is_what_a_person_calls_the_same(void **state)
{
    (void)state;
    assert_true(same(value_integer(1), value_real(1.0)));
    assert_true(same(value_integer(80000), value_string("80000.00")));
    assert_true(same(value_boolean(true), value_integer(1)));
    assert_false(same(value_string("1"), value_string("1.0")));
    assert_false(same(value_integer(1), value_string("one")));
    assert_true(same(value_null(), value_absent()));
    assert_false(same(value_null(), value_text("", 0)));
    assert_false(same(value_null(), value_integer(0)));
    assert_false(same(value_string("a"), value_bytes("a", 1)));
    /* 2^53 + 1 has no real of its own. */
    assert_false(same(value_integer(9007199254740993), value_real(9007199254740992.0)));
    assert_false(same(value_integer(INT64_MAX), value_real(9223372036854775808.0)));
}

static void identical_is_the_same_kind_and_bytes(void **state)
{
    (void)state;
    struct value one = value_integer(1), real = value_real(1), text = value_string("1");
    struct value again = value_text("1x", 1), null = value_null(), absent = value_absent();
    assert_false(value_identical(&one, &real));
    assert_false(value_identical(&one, &text));
    assert_true(value_identical(&text, &again));
    assert_false(value_identical(&null, &absent));
    assert_true(value_identical(&null, &null));
}

static void values_print_plainly(void **state)
{
    (void)state;
    struct value value = value_bytes("\x00\xff", 2);
    char *string = value_to_string(&value);
    assert_string_equal(string, "AP8=");
    free(string);
    value = value_boolean(false);
    string = value_to_string(&value);
    assert_string_equal(string, "false");
    free(string);
    value = value_null();
    assert_null(value_to_string(&value));
    assert_int_equal(value_string(NULL).kind, VALUE_NULL);
}

static void copies_are_owned(void **state)
{
    (void)state;
    char bytes[] = "abc";
    struct value view = value_text(bytes, 2);
    struct value copy = value_copy(&view);
    bytes[0] = 'x';
    assert_string_equal(copy.as.text.bytes, "ab"); /* with a NUL after it */
    value_free(&copy);
    assert_int_equal(copy.kind, VALUE_ABSENT);
}

static void assert_base64(const char *bytes, size_t length, const char *letters)
{
    struct text out = {0};
    value_encode_base64(bytes, length, &out);
    assert_string_equal(text_string(&out), letters);
    text_truncate(&out, 0);
    size_t size = 99;
    assert_true(value_base64_size(letters, strlen(letters), &size));
    assert_int_equal(size, length);
    assert_true(value_decode_base64(letters, strlen(letters), &out));
    assert_int_equal(out.length, length);
    if (length > 0) {
        assert_memory_equal(out.bytes, bytes, length);
    }
    text_free(&out);
}

static void base64_is_rfc_4648s(void **state)
{
    (void)state;
    assert_base64(LITERAL(""), "");
    assert_base64(LITERAL("f"), "Zg==");
    assert_base64(LITERAL("fo"), "Zm8=");
    assert_base64(LITERAL("foo"), "Zm9v");
    assert_base64(LITERAL("foobar"), "Zm9vYmFy");
    assert_base64(LITERAL("\xfb\xff\xbf"), "+/+/");
    struct text out = {0};
    static const char *const wrong[] = {
        "Zg=", "Zg", "Z===", "Zg==Zg==", "Zm9-", "Zh==", "====", "Zm 9"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(value_decode_base64(wrong[i], strlen(wrong[i]), &out));
        assert_int_equal(out.length, 0);
    }
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reals_have_the_fewest_digits),
        cmocka_unit_test(reals_read_back_to_themselves),
        cmocka_unit_test(numbers_do_not_depend_on_the_locale),
        cmocka_unit_test(only_whole_numbers_are_read),
        cmocka_unit_test(same_is_what_a_person_calls_the_same),
        cmocka_unit_test(identical_is_the_same_kind_and_bytes),
        cmocka_unit_test(values_print_plainly),
        cmocka_unit_test(copies_are_owned),
        cmocka_unit_test(base64_is_rfc_4648s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
