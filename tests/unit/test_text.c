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
    assert_clean(LITERAL("␛␡↵"), TEXT_CLEAN_ASCII, "\\x1b\\x7f\\n"); /* cleaned before */
    assert_clean(LITERAL("北"), TEXT_CLEAN_ASCII, "\\u{5317}");
    assert_clean(LITERAL("e\u0301\u202e"), TEXT_CLEAN_ASCII, "e\\u{202e}");
    assert_clean(LITERAL("\u0301"), TEXT_CLEAN_ASCII, "\\u{301}"); /* no letter to belong to */
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

static void folding_keeps_composed_letters_whole(void **state)
{
    (void)state;
    struct text out = {0};
    text_fold(&out, LITERAL("E\u0301Tß"));
    assert_string_equal(text_string(&out), "étss");
    text_truncate(&out, 0);
    text_fold(&out, LITERAL("A\xff\u0130"));
    assert_string_equal(text_string(&out), "a\uFFFDi\u0307");
    text_free(&out);
}

static void parts_are_found_without_case(void **state)
{
    (void)state;
    assert_true(text_contains_folded(LITERAL("Acme Ltd"), LITERAL("ME L")));
    assert_true(text_contains_folded(LITERAL("Kjærgaard"), LITERAL("JÆR")));
    assert_false(text_contains_folded(LITERAL("Acme"), LITERAL("acme ltd")));
    assert_true(text_contains_folded(LITERAL(""), LITERAL("")));
    assert_false(text_contains_folded(LITERAL("caf\u00e9"), LITERAL("cafe")));
    assert_true(text_starts_folded(LITERAL("Straße"), LITERAL("STRASS")));
    assert_false(text_starts_folded(LITERAL("x acme"), LITERAL("acme")));
    assert_true(text_ends_folded(LITERAL("Acme GmbH"), LITERAL("GMBH")));
    assert_true(text_ends_folded(LITERAL("北京"), LITERAL("京")));
    assert_false(text_ends_folded(LITERAL("Acme Ltd."), LITERAL("ltd")));
    assert_true(text_contains_folded(LITERAL("100% a_b"), LITERAL("% A_")));
}

static void long_text_is_compared_whole(void **state)
{
    (void)state;
    char a[2000], b[2000];
    for (size_t i = 0; i + 1 < sizeof a; i += 2) { /* 1000 times é and É */
        a[i] = b[i] = '\xc3';
        a[i + 1] = '\xa9';
        b[i + 1] = '\x89';
    }
    assert_int_equal(text_compare_folded(a, sizeof a, b, sizeof b), 0);
    assert_true(text_compare_folded(a, sizeof a, b, sizeof b - 2) > 0);
}

static void like_is_not_exponential(void **state)
{
    (void)state;
    char text[5001];
    memset(text, 'a', 5000);
    text[5000] = '\0';
    assert_false(like(text, "%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%ab"));
}

static void graphemes_are_stepped_over_whole(void **state)
{
    (void)state;
    static const char text[] = "ae\u0301👩‍💻🇩🇪x";
    static const size_t ends[] = {1, 4, 15, 23, 24};
    size_t length = sizeof text - 1, at = 0;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(text_previous_grapheme(text, length, ends[i]), at);
        at = text_next_grapheme(text, length, at);
        assert_int_equal(at, ends[i]);
    }
    assert_int_equal(text_next_grapheme(text, length, length), length);
    assert_int_equal(text_previous_grapheme(text, length, 0), 0);
}

static void words_are_stepped_over_whole(void **state)
{
    (void)state;
    static const char text[] = "  Acme-Ltd, Köln";
    size_t length = sizeof text - 1;
    assert_int_equal(text_next_word(text, length, 0), 6);
    assert_int_equal(text_next_word(text, length, 6), 10);
    assert_int_equal(text_next_word(text, length, 10), length);
    assert_int_equal(text_next_word(text, length, length), length);
    assert_int_equal(text_previous_word(text, length, length), 12);
    assert_int_equal(text_previous_word(text, length, 12), 7);
    assert_int_equal(text_previous_word(text, length, 2), 0);
}

static void fuzzy_prefers_starts_of_words(void **state)
{
    (void)state;
    assert_int_equal(text_fuzzy_score("xyz", "close date"), 0);
    assert_int_equal(text_fuzzy_score("edate", "date"), 0);
    assert_true(text_fuzzy_score("", "anything") > 0);
    assert_true(text_fuzzy_score("cd", "CloseDate") > text_fuzzy_score("cd", "recorded"));
    assert_true(text_fuzzy_score("sta", "stage") > text_fuzzy_score("sta", "last activity"));
    assert_true(text_fuzzy_score("opp", "Opportunity") > text_fuzzy_score("opp", "OpenPipeline"));
    assert_true(text_fuzzy_score("name", "name") > text_fuzzy_score("name", "name of account"));
}

static void the_nearest_name_is_near(void **state)
{
    (void)state;
    static const char *const names[] = {"amount", "account", "stage"};
    assert_string_equal(text_nearest("amuont", names, 3), "amount");
    assert_string_equal(text_nearest("ACCUNT", names, 3), "account");
    assert_string_equal(text_nearest("stag", names, 3), "stage");
    assert_null(text_nearest("zebra", names, 3));
    assert_null(text_nearest("x", names, 3));
    assert_null(text_nearest("amount", names, 0));
}

static void assert_label(const char *name, const char *expected)
{
    char *label = text_label_from_name(name);
    assert_string_equal(label, expected);
    free(label);
}

static void labels_are_made_from_names(void **state)
{
    (void)state;
    assert_label("stage_history", "Stage history");
    assert_label("StageHistory", "Stage history");
    assert_label("CLOSED_BY", "Closed by");
    assert_label("account_id", "Account ID");
    assert_label("HTTPServer", "HTTP server");
    assert_label("Closed_By__c", "Closed by");
    assert_label("Order Details", "Order Details");
    assert_label("name", "Name");
    assert_label("北京", "北京");
    assert_label("_", "_");
    assert_label("", "");
}

static void text_grows_and_is_taken(void **state)
{
    (void)state;
    struct text text = {0};
    assert_string_equal(text_string(&text), "");
    for (int i = 0; i < 100; i++) {
        text_format(&text, "%d,", i);
    }
    assert_int_equal(text.length, 10 * 2 + 90 * 3);
    assert_int_equal(strlen(text.bytes), text.length);
    text_truncate(&text, 4);
    text_append_code_point(&text, 0x1f600);
    text_append_code_point(&text, 0xd800);
    char *bytes = text_take(&text);
    assert_string_equal(bytes, "0,1,😀\uFFFD");
    free(bytes);
    assert_null(text.bytes);
    bytes = text_take(&text);
    assert_string_equal(bytes, "");
    free(bytes);
}

static void repair_counts_the_bytes_it_replaced(void **state)
{
    (void)state;
    struct text out = {0};
    assert_int_equal(text_repair(&out, LITERAL("a\xff\xc3(é")), 2);
    assert_string_equal(text_string(&out), "a\uFFFD\uFFFD(é");
    assert_true(text_is_utf8(out.bytes, out.length));
    assert_false(text_is_utf8(LITERAL("\xf4\x90\x80\x80"))); /* beyond U+10FFFF */
    text_free(&out);
}

/* The property that fuzz_text looks for, over every code point once. */
static void cleaning_every_code_point_twice_changes_nothing(void **state)
{
    (void)state;
    for (unsigned flags = 0; flags < 4; flags++) {
        for (uint32_t code_point = 0; code_point <= 0x10ffff; code_point += flags == 0 ? 1 : 7) {
            struct text raw = {0}, once = {0}, twice = {0};
            text_append_code_point(&raw, code_point);
            text_clean(&once, raw.bytes, raw.length, flags);
            text_clean(&twice, once.bytes, once.length, flags);
            assert_string_equal(twice.bytes, once.bytes);
            text_free(&raw);
            text_free(&once);
            text_free(&twice);
        }
    }
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
        cmocka_unit_test(folding_keeps_composed_letters_whole),
        cmocka_unit_test(parts_are_found_without_case),
        cmocka_unit_test(long_text_is_compared_whole),
        cmocka_unit_test(like_is_not_exponential),
        cmocka_unit_test(graphemes_are_stepped_over_whole),
        cmocka_unit_test(words_are_stepped_over_whole),
        cmocka_unit_test(fuzzy_prefers_starts_of_words),
        cmocka_unit_test(the_nearest_name_is_near),
        cmocka_unit_test(labels_are_made_from_names),
        cmocka_unit_test(text_grows_and_is_taken),
        cmocka_unit_test(repair_counts_the_bytes_it_replaced),
        cmocka_unit_test(cleaning_every_code_point_twice_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
