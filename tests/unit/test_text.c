/* What core/text must do: what a terminal is shown, widths, graphemes, comparing, names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define LITERAL(text) text, sizeof text - 1

static void assert_clean(const char *bytes, size_t length, unsigned flags, const char *expected)
{
    struct text out = {0};
    text_clean(&out, bytes, length, flags);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

static void clean_shows_what_a_terminal_would_obey(void **state)
{
    (void)state;
    assert_clean(LITERAL("plain é 北京"), TEXT_CLEAN_LINE, "plain é 北京");
    assert_clean(LITERAL("\x1b[31mred\x07"), TEXT_CLEAN_LINE, "␛[31mred␇");
    assert_clean(LITERAL("a\0b\x7f"), TEXT_CLEAN_LINE, "a␀b␡");
    assert_clean(LITERAL("\xc2\x9b"
                         "31m"),
                 TEXT_CLEAN_LINE, "\\u{9b}31m");
    assert_clean(LITERAL("abc\u202Etxt.exe"), TEXT_CLEAN_LINE, "abc\\u{202e}txt.exe");
    assert_clean(LITERAL("\u2028\u2029\u061c\u2066\ufeff\u200b"), TEXT_CLEAN_LINE,
                 "\\u{2028}\\u{2029}\\u{61c}\\u{2066}\\u{feff}\\u{200b}");
}

static void clean_repairs_bytes_that_are_not_utf8(void **state)
{
    (void)state;
    assert_clean(LITERAL("a\xff"
                         "b"),
                 TEXT_CLEAN_LINE, "a\uFFFDb");
    assert_clean(LITERAL("\xe5\x8c"), TEXT_CLEAN_LINE, "\uFFFD\uFFFD");
    assert_clean(LITERAL("\xed\xa0\x80"), TEXT_CLEAN_LINE, "\uFFFD\uFFFD\uFFFD"); /* surrogate */
    assert_clean(LITERAL("\xc0\x9b"), TEXT_CLEAN_LINE, "\uFFFD\uFFFD");           /* overlong */
    assert_clean(LITERAL("a\xff"), TEXT_CLEAN_ASCII, "a\\xff");
}

static void clean_treats_line_ends_by_its_flags(void **state)
{
    (void)state;
    assert_clean(LITERAL("one\ntwo\tx\r\n"), TEXT_CLEAN_LINE, "one↵two⇥x↵");
    assert_clean(LITERAL("one\ntwo\tx\r\n"), TEXT_CLEAN_KEEP_NEWLINE, "one\ntwo    x\n");
    assert_clean(LITERAL("one\rtwo"), TEXT_CLEAN_KEEP_NEWLINE, "one␍two");
    assert_clean(LITERAL("one\ntwo\t\x1b"), TEXT_CLEAN_ASCII, "one\\ntwo\\t\\x1b");
}

static void clean_keeps_joiners_only_within_graphemes(void **state)
{
    (void)state;
    assert_clean(LITERAL("👩‍💻 ❤️‍🔥"), TEXT_CLEAN_LINE,
                 "👩‍💻 ❤️‍🔥");
    assert_clean(LITERAL("می‌خواهم"), TEXT_CLEAN_LINE, "می‌خواهم");
    assert_clean(LITERAL("\u200d"), TEXT_CLEAN_LINE, "\\u{200d}");
    assert_clean(LITERAL("a\u200d\u200d"), TEXT_CLEAN_LINE, "a\u200d\\u{200d}");
    assert_clean(LITERAL("a \ufe0f"), TEXT_CLEAN_LINE, "a \\u{fe0f}");
    assert_clean(LITERAL("a\U000E0101\U000E0102"), TEXT_CLEAN_LINE, "a\U000E0101\\u{e0102}");
}

static void clean_in_ascii_gives_base_letters(void **state)
{
    (void)state;
    assert_clean(LITERAL("Kjærgaard Ångström ﬁ ½ €5…"), TEXT_CLEAN_ASCII,
                 "Kjaergaard Angstrom fi \\u{bd} EUR5...");
    assert_clean(LITERAL("北"), TEXT_CLEAN_ASCII, "\\u{5317}");
    assert_clean(LITERAL("e\u0301\u202e"), TEXT_CLEAN_ASCII, "e\\u{202e}");
}

static void widths_are_a_terminals(void **state)
{
    (void)state;
    assert_int_equal(text_width(LITERAL("abc")), 3);
    assert_int_equal(text_width(LITERAL("北京")), 4);
    assert_int_equal(text_width(LITERAL("e\u0301te\u0301")), 3);
    assert_int_equal(text_width(LITERAL("👩‍💻")), 2);
    assert_int_equal(text_width(LITERAL("🇩🇪🇫🇷")), 4);
    assert_int_equal(text_width(LITERAL("👍🏽")), 2);
    assert_int_equal(text_width(LITERAL("␛…→")), 3);
    assert_int_equal(text_width(LITERAL("")), 0);
}

static void fit_never_cuts_a_grapheme(void **state)
{
    (void)state;
    size_t used;
    assert_int_equal(text_fit(LITERAL("北京"), 3, &used), 3);
    assert_int_equal(used, 2);
    assert_int_equal(text_fit(LITERAL("ae\u0301"), 2, &used), 4);
    assert_int_equal(used, 2);
    assert_int_equal(text_fit(LITERAL("👩‍💻x"), 1, NULL), 0);
    assert_int_equal(text_fit(LITERAL("abc"), 10, &used), 3);
    assert_int_equal(used, 3);
}

static int order(const char *a, const char *b)
{
    int result = text_compare_folded(a, strlen(a), b, strlen(b));
    return (result > 0) - (result < 0);
}

static void comparing_folds_case(void **state)
{
    (void)state;
    assert_int_equal(order("ACME", "acme"), 0);
    assert_int_equal(order("acme", "acmf"), -1);
    assert_int_equal(order("acme", "acm"), 1);
    assert_int_equal(order("STRASSE", "straße"), 0);
    assert_int_equal(order("\u00c9t\u00e9", "e\u0301te\u0301"), 0); /* composed or not */
    assert_int_equal(order("f", "e\u0301"), -1);                    /* the order of é, not of e */
    assert_int_equal(order("ΣΟΦΟΣ", "σοφος"), 0);
    assert_true(text_equal_folded(NULL, NULL));
    assert_false(text_equal_folded(NULL, ""));
}

static bool like(const char *text, const char *pattern)
{
    return text_like_folded(text, strlen(text), pattern, strlen(pattern));
}

static void like_knows_its_wildcards(void **state)
{
    (void)state;
    assert_true(like("Acme Ltd", "acme%"));
    assert_true(like("Acme Ltd", "%LTD"));
    assert_true(like("Acme Ltd", "a_me%"));
    assert_false(like("Acme", "acm"));
    assert_false(like("Acme", "acme_"));
    assert_true(like("", "%"));
    assert_false(like("", "_"));
    assert_true(like("100%", "100\\%"));
    assert_false(like("1000", "100\\%"));
    assert_true(like("a_b", "a\\_b"));
    assert_false(like("axb", "a\\_b"));
    assert_true(like("a\\b", "a\\\\b"));
    assert_true(like("straße", "STRA_E"));
    assert_true(like("straße", "strasse"));
    assert_true(like("北京科技", "北_科%"));
    assert_true(like("mississippi", "%iss%ip%i"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_shows_what_a_terminal_would_obey),
        cmocka_unit_test(clean_repairs_bytes_that_are_not_utf8),
        cmocka_unit_test(clean_treats_line_ends_by_its_flags),
        cmocka_unit_test(clean_keeps_joiners_only_within_graphemes),
        cmocka_unit_test(clean_in_ascii_gives_base_letters),
        cmocka_unit_test(widths_are_a_terminals),
        cmocka_unit_test(fit_never_cuts_a_grapheme),
        cmocka_unit_test(comparing_folds_case),
        cmocka_unit_test(like_knows_its_wildcards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
