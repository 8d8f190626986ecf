/*
 * text_clean: the one door through which text from outside reaches a terminal. See text.h.
 *
 * Pure; any thread. What comes out is valid UTF-8 with nothing in it that a terminal obeys or hides
 * (no controls, bidi controls, line separators, invisible characters outside a grapheme), and
 * cleaning it again changes nothing.
 */
#include <string.h>
#include <utf8proc.h>

#include "core/text.h"

struct range {
    uint32_t first, last;
};

/* What is never shown as it is beyond ASCII: controls, bidi controls, separators of lines, fillers,
 * and format characters without a shape of their own. Ordered, for the search by halves. */
static const struct range unsafe_ranges[] = {
    {0x0080, 0x009f},   {0x00ad, 0x00ad},   {0x034f, 0x034f},   {0x061c, 0x061c},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200b},
    {0x200e, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
    {0xd800, 0xdfff},   {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x13430, 0x13455}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe00ff}, {0xe01f0, 0xe0fff},
};

static bool is_unsafe(uint32_t code_point)
{
    size_t low = 0, high = sizeof unsafe_ranges / sizeof *unsafe_ranges;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code_point > unsafe_ranges[middle].last) {
            low = middle + 1;
        } else if (code_point < unsafe_ranges[middle].first) {
            high = middle;
        } else {
            return true;
        }
    }
    return code_point > 0xffff && (code_point & 0xfffe) == 0xfffe;
}

static bool is_joiner(uint32_t code_point)
{
    return code_point == 0x200c || code_point == 0x200d;
}

static bool is_variation_selector(uint32_t code_point)
{
    return (code_point >= 0xfe00 && code_point <= 0xfe0f) ||
           (code_point >= 0xe0100 && code_point <= 0xe01ef);
}

/* May an invisible character follow this one? Letters, marks, signs and emoji: yes. */
static bool can_be_extended(uint32_t code_point)
{
    return code_point > 0x20 && code_point != UINT32_MAX && code_point != 0x7f &&
           !is_unsafe(code_point) && !is_joiner(code_point) && !is_variation_selector(code_point) &&
           utf8proc_category((utf8proc_int32_t)code_point) != UTF8PROC_CATEGORY_ZS;
}

bool text_is_shown_as_is(uint32_t previous, uint32_t code_point)
{
    if (code_point < 0x80) {
        return code_point >= 0x20 && code_point != 0x7f;
    }
    if (is_variation_selector(code_point)) {
        return can_be_extended(previous);
    }
    if (is_joiner(code_point)) {
        return can_be_extended(previous) || is_variation_selector(previous);
    }
    return code_point <= 0x10ffff && !is_unsafe(code_point);
}

struct spelling {
    uint32_t code_point;
    const char *ascii;
};

/* What has an accepted spelling in ASCII but no decomposition that leads to it. Ordered. */
static const struct spelling ascii_spellings[] = {
    {0x00a0, " "},   {0x00a3, "GBP"}, {0x00ab, "<<"}, {0x00b7, "*"},   {0x00bb, ">>"},
    {0x00c6, "AE"},  {0x00d0, "D"},   {0x00d7, "x"},  {0x00d8, "O"},   {0x00de, "Th"},
    {0x00df, "ss"},  {0x00e6, "ae"},  {0x00f0, "d"},  {0x00f8, "o"},   {0x00fe, "th"},
    {0x0110, "D"},   {0x0111, "d"},   {0x0131, "i"},  {0x0141, "L"},   {0x0142, "l"},
    {0x0152, "OE"},  {0x0153, "oe"},  {0x2010, "-"},  {0x2011, "-"},   {0x2012, "-"},
    {0x2013, "-"},   {0x2014, "-"},   {0x2015, "-"},  {0x2018, "'"},   {0x2019, "'"},
    {0x201a, "'"},   {0x201c, "\""},  {0x201d, "\""}, {0x201e, "\""},  {0x2022, "*"},
    {0x2026, "..."}, {0x2039, "<"},   {0x203a, ">"},  {0x20ac, "EUR"}, {0x2122, "(TM)"},
    {0x2190, "<-"},  {0x2191, "^"},   {0x2192, "->"}, {0x2193, "v"},   {0x21b5, "\\n"},
    {0x21e5, "\\t"}, {0x2212, "-"},   {0x2264, "<="}, {0x2265, ">="},
};

static const char *ascii_spelling(uint32_t code_point)
{
    size_t low = 0, high = sizeof ascii_spellings / sizeof *ascii_spellings;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ascii_spellings[middle].code_point < code_point) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < sizeof ascii_spellings / sizeof *ascii_spellings &&
                 ascii_spellings[low].code_point == code_point;
    return found ? ascii_spellings[low].ascii : NULL;
}

static bool is_mark(utf8proc_int32_t code_point)
{
    utf8proc_category_t category = utf8proc_category(code_point);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

/* Appends the base letters of é or ﬁ when the whole of it can be said in ASCII. A mark that belongs
 * to the letter before it has none and is left out. */
static bool append_base_letters(struct text *out, uint32_t previous, utf8proc_int32_t code_point)
{
    if (is_mark(code_point)) {
        return can_be_extended(previous);
    }
    utf8proc_int32_t parts[32];
    int boundary_class = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        code_point, parts, 32, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary_class);
    if (count < 1 || count > 32) {
        return false;
    }
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if ((parts[i] < 0x20 || parts[i] > 0x7e) && !is_mark(parts[i])) {
            return false;
        }
    }
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (parts[i] < 0x7f) {
            text_append_character(out, (char)parts[i]);
        }
    }
    return true;
}

static void append_escape(struct text *out, uint32_t code_point)
{
    text_format(out, "\\u{%x}", (unsigned)code_point);
}

static void append_in_ascii(struct text *out, uint32_t previous, uint32_t code_point)
{
    if (code_point >= 0x2400 && code_point <= 0x2421) { /* the picture of a control */
        text_format(out, "\\x%02x", code_point == 0x2421 ? 0x7fu : (unsigned)code_point - 0x2400);
        return;
    }
    const char *spelling = ascii_spelling(code_point);
    if (spelling != NULL) {
        text_append_string(out, spelling);
        return;
    }
    if (!text_is_shown_as_is(previous, code_point) ||
        !append_base_letters(out, previous, (utf8proc_int32_t)code_point)) {
        append_escape(out, code_point);
    }
}

/* Newline and tab: kept or laid out in text of several lines, a sign in text of one line. */
static void append_layout(struct text *out, char character, unsigned flags)
{
    bool ascii = (flags & TEXT_CLEAN_ASCII) != 0;
    bool lines = (flags & TEXT_CLEAN_KEEP_NEWLINE) != 0;
    if (character == '\n') {
        text_append_string(out, lines ? "\n" : ascii ? "\\n" : "\xe2\x86\xb5");
    } else {
        text_append_string(out, lines ? "    " : ascii ? "\\t" : "\xe2\x87\xa5");
    }
}

/* A control character below 0x20, or 0x7f: its picture (U+2400 …), or its number in ASCII. */
static void append_control(struct text *out, uint32_t control, unsigned flags)
{
    if (control == '\n' || control == '\t') {
        append_layout(out, (char)control, flags);
    } else if ((flags & TEXT_CLEAN_ASCII) != 0) {
        text_format(out, "\\x%02x", (unsigned)control);
    } else {
        text_append_code_point(out, control == 0x7f ? 0x2421 : 0x2400 + control);
    }
}

static void append_clean(struct text *out, uint32_t previous, uint32_t code_point,
                         unsigned char byte, unsigned flags)
{
    bool ascii = (flags & TEXT_CLEAN_ASCII) != 0;
    if (code_point == UINT32_MAX) {
        if (ascii) {
            text_format(out, "\\x%02x", (unsigned)byte);
        } else {
            text_append_code_point(out, 0xfffd);
        }
    } else if (code_point < 0x80) {
        append_control(out, code_point, flags);
    } else if (ascii) {
        append_in_ascii(out, previous, code_point);
    } else if (text_is_shown_as_is(previous, code_point)) {
        text_append_code_point(out, code_point);
    } else {
        append_escape(out, code_point);
    }
}

/* How many bytes from here on are printable ASCII, which is copied as it is. */
static size_t plain_run(const char *bytes, size_t length, size_t at)
{
    size_t end = at;
    while (end < length && bytes[end] >= 0x20 && bytes[end] < 0x7f) {
        end++;
    }
    return end - at;
}

void text_clean(struct text *out, const char *bytes, size_t length, unsigned flags)
{
    uint32_t previous = 0;
    for (size_t at = 0; at < length;) {
        size_t run = plain_run(bytes, length, at);
        if (run > 0) {
            text_append(out, bytes + at, run);
            at += run;
            previous = (unsigned char)bytes[at - 1];
            continue;
        }
        /* A line's end of two bytes is one line's end. */
        if (bytes[at] == '\r' && at + 1 < length && bytes[at + 1] == '\n') {
            at++;
        }
        uint32_t code_point;
        size_t size = text_decode(bytes, length, at, &code_point);
        append_clean(out, previous, code_point, (unsigned char)bytes[at], flags);
        previous = code_point;
        at += size;
    }
}

void text_clean_string(struct text *out, const char *string, unsigned flags)
{
    if (string != NULL) {
        text_clean(out, string, strlen(string), flags);
    }
}
