/*
 * fuzz_text: whatever bytes come in, text_clean lets nothing out that a terminal obeys or hides.
 *
 * A libFuzzer target. With FUZZ_STANDALONE it has a main of its own, for compilers without
 * libFuzzer: it runs the files it is given, and then as many pseudo-random inputs as -runs=N says.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "text_clean: %s\n", what);
        abort();
    }
}

static bool is_forbidden(uint32_t code_point, unsigned flags)
{
    if (code_point == '\n') {
        return (flags & TEXT_CLEAN_KEEP_NEWLINE) == 0;
    }
    return code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f) ||
           code_point == 0x061c || code_point == 0x200b || code_point == 0x200e ||
           code_point == 0x200f || (code_point >= 0x2028 && code_point <= 0x202e) ||
           (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0xfeff ||
           (code_point > 0x7f && (flags & TEXT_CLEAN_ASCII) != 0);
}

static void check_clean(const char *bytes, size_t length, unsigned flags)
{
    struct text once = {0}, twice = {0};
    text_clean(&once, bytes, length, flags);
    const char *clean = text_string(&once);
    require(text_is_utf8(clean, once.length), "lets bytes out that are not UTF-8");
    for (size_t at = 0; at < once.length;) {
        uint32_t code_point;
        at += text_decode(clean, once.length, at, &code_point);
        require(!is_forbidden(code_point, flags), "lets out what a terminal obeys or hides");
    }
    text_clean(&twice, clean, once.length, flags);
    require(twice.length == once.length && memcmp(text_string(&twice), clean, once.length) == 0,
            "changes what is clean already");
    text_free(&once);
    text_free(&twice);
}

/* Widths and graphemes of clean text add up, and stepping ends. */
static void check_graphemes(const char *bytes, size_t length)
{
    struct text clean = {0};
    text_clean(&clean, bytes, length, TEXT_CLEAN_LINE);
    const char *text = text_string(&clean);
    size_t width = 0;
    for (size_t at = 0; at < clean.length;) {
        size_t next = text_next_grapheme(text, clean.length, at);
        require(next > at && next <= clean.length, "a grapheme has no end");
        require(text_previous_grapheme(text, clean.length, next) == at,
                "graphemes differ backwards");
        width += text_width(text + at, next - at);
        at = next;
    }
    require(width == text_width(text, clean.length), "widths do not add up");
    size_t used;
    size_t fits = text_fit(text, clean.length, width / 2, &used);
    require(used <= width / 2 && text_width(text, fits) == used, "what fits is too wide");
    text_free(&clean);
}

/* The first half against the second, in every way text is compared. */
static void check_comparing(const char *bytes, size_t length)
{
    size_t half = length / 2;
    const char *rest = bytes + half;
    int forth = text_compare_folded(bytes, half, rest, length - half);
    int back = text_compare_folded(rest, length - half, bytes, half);
    require((forth > 0) == (back < 0) && (forth < 0) == (back > 0), "order depends on direction");
    require(text_compare_folded(bytes, length, bytes, length) == 0, "text differs from itself");
    require(text_contains_folded(bytes, length, "", 0), "the empty part is not found");
    (void)text_like_folded(bytes, half, rest, length - half);
    require(text_like_folded(bytes, length, "%", 1), "%% does not match");
    struct text one = {0}, two = {0};
    text_fold(&one, bytes, half);
    text_fold(&two, rest, length - half);
    bool same =
        one.length == two.length && memcmp(text_string(&one), text_string(&two), one.length) == 0;
    require(same == (forth == 0), "folding and comparing do not agree");
    text_free(&one);
    text_free(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = size == 0 ? "" : (const char *)data;
    for (unsigned flags = 0; flags < 4; flags++) {
        check_clean(bytes, size, flags);
    }
    check_graphemes(bytes, size);
    check_comparing(bytes, size);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_text";
/* ASCII, marks, joiners, controls, and broken sequences. */
static const char *const fuzz_pieces[] = {
    "a",
    "Z ",
    "e\xcc\x81",
    "\xc3\x9f",
    "\xe2\x80\x8d",
    "\xef\xb8\x8f",
    "\x1b[",
    "\n",
    "\xc2\x9b",
    "\xe2\x80\xae",
    "\xe2\x80\xa8",
    "\xe5\x8c\x97",
    "\xe5",
    "\xf4\x8f",
    "\xf0\x9f\x91\xa9",
    "\xf0\x9f\x87\xa9",
    "\r\n",
    "%_\\",
    "\xd8\x80",
    "\xe1\x84\x80",
    "\xe1\x85\xa1",
};
#include "standalone.h"
#endif
