/*
 * text_width: graphemes, words, and the columns a terminal gives them. See text.h.
 *
 * Pure; any thread. Offsets handed in and out are always at code point boundaries when the text is
 * UTF-8; a byte that is not UTF-8 counts as a grapheme of one column.
 */
#include <utf8proc.h>

#include "core/text.h"

static utf8proc_int32_t code_point_at(const char *bytes, size_t length, size_t at, size_t *size)
{
    uint32_t code_point;
    *size = text_decode(bytes, length, at, &code_point);
    return code_point == UINT32_MAX ? 0xfffd : (utf8proc_int32_t)code_point;
}

static bool is_printable_ascii(char byte)
{
    return byte >= 0x20 && byte < 0x7f;
}

/* The end of the grapheme at `at` (at < length), and its columns. A grapheme is as wide as its code
 * points together, but never more than two columns: so an emoji made of several joined ones, or a
 * flag of two letters, takes two. */
static size_t grapheme_end(const char *bytes, size_t length, size_t at, size_t *width)
{
    if (is_printable_ascii(bytes[at]) &&
        (at + 1 == length || (unsigned char)bytes[at + 1] < 0x80)) {
        *width = 1;
        return at + 1;
    }
    size_t size;
    utf8proc_int32_t previous = code_point_at(bytes, length, at, &size);
    utf8proc_int32_t state = 0;
    int columns = utf8proc_charwidth(previous);
    size_t end = at + size;
    while (end < length) {
        utf8proc_int32_t next = code_point_at(bytes, length, end, &size);
        if (utf8proc_grapheme_break_stateful(previous, next, &state)) {
            break;
        }
        columns += utf8proc_charwidth(next);
        previous = next;
        end += size;
    }
    *width = columns > 2 ? 2 : (size_t)columns;
    return end;
}

size_t text_width(const char *bytes, size_t length)
{
    size_t width = 0;
    for (size_t at = 0; at < length;) {
        size_t columns;
        at = grapheme_end(bytes, length, at, &columns);
        width += columns;
    }
    return width;
}

size_t text_fit(const char *bytes, size_t length, size_t columns, size_t *used)
{
    size_t at = 0, taken = 0;
    while (at < length) {
        size_t width;
        size_t end = grapheme_end(bytes, length, at, &width);
        if (taken + width > columns) {
            break;
        }
        taken += width;
        at = end;
    }
    if (used != NULL) {
        *used = taken;
    }
    return at;
}

size_t text_next_grapheme(const char *bytes, size_t length, size_t at)
{
    size_t width;
    return at >= length ? length : grapheme_end(bytes, length, at, &width);
}

/* A place at or before `at` where a grapheme surely begins: between two printable ASCII characters,
 * or the start. */
static size_t safe_start(const char *bytes, size_t at)
{
    while (at >= 2 && !(is_printable_ascii(bytes[at - 2]) && is_printable_ascii(bytes[at - 1]))) {
        at--;
    }
    return at >= 2 ? at - 1 : 0;
}

size_t text_previous_grapheme(const char *bytes, size_t length, size_t at)
{
    if (at == 0) {
        return 0;
    }
    if (at > length) {
        at = length;
    }
    size_t start = safe_start(bytes, at);
    for (;;) {
        size_t end = text_next_grapheme(bytes, length, start);
        if (end >= at) {
            return start;
        }
        start = end;
    }
}

static bool is_word_at(const char *bytes, size_t length, size_t at)
{
    size_t size;
    switch (utf8proc_category(code_point_at(bytes, length, at, &size))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        return false;
    }
}

size_t text_next_word(const char *bytes, size_t length, size_t at)
{
    while (at < length && !is_word_at(bytes, length, at)) {
        at = text_next_grapheme(bytes, length, at);
    }
    while (at < length && is_word_at(bytes, length, at)) {
        at = text_next_grapheme(bytes, length, at);
    }
    return at;
}

size_t text_previous_word(const char *bytes, size_t length, size_t at)
{
    bool in_word = false;
    while (at > 0) {
        size_t before = text_previous_grapheme(bytes, length, at);
        bool word = is_word_at(bytes, length, before);
        if (in_word && !word) {
            break;
        }
        in_word = word;
        at = before;
    }
    return at;
}
