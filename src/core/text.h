/*
 * text: growable strings, UTF-8, what a terminal may be shown, and how wide it is.
 *
 * All text inside is UTF-8, held with its length. Whatever came from a server, a file or a person
 * is passed through text_clean before it reaches a terminal: controls, escapes, bidi controls, line
 * separators and bytes that are not UTF-8 become visible. Pure functions; any thread.
 */
#ifndef DOSSIER_CORE_TEXT_H
#define DOSSIER_CORE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growable string. Zero-initialise it; bytes is NUL-terminated whenever it is not NULL. */
struct text {
    char *bytes;
    size_t length;
    size_t capacity;
};

void text_append(struct text *text, const char *bytes, size_t length);
void text_append_string(struct text *text, const char *string); /* NULL appends nothing */
void text_append_character(struct text *text, char character);
void text_append_code_point(struct text *text, uint32_t code_point);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_format_list(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0), nonnull));
/* Makes room for `extra` more bytes. What was there is overwritten where it moves from: a text that
 * holds a secret leaves copies of it behind when it grows in any other way. */
void text_reserve_wiping(struct text *text, size_t extra);
void text_truncate(struct text *text, size_t length);
const char *text_string(const struct text *text); /* never NULL; valid until the next change */
char *text_take(struct text *text);               /* the caller frees; text is empty afterwards */
void text_free(struct text *text);                /* frees and zeroes */

/* --- UTF-8 --- */

bool text_is_utf8(const char *bytes, size_t length);

/* The code point at bytes[at] and how many bytes it takes (1 for a byte that is not UTF-8, with
 * code_point set to UINT32_MAX). at < length. */
size_t text_decode(const char *bytes, size_t length, size_t at, uint32_t *code_point);

/* Copies to out with every byte that is not UTF-8 replaced by U+FFFD; returns how many were. */
size_t text_repair(struct text *out, const char *bytes, size_t length);

/* --- what a terminal is shown --- */

enum text_clean_flags {
    TEXT_CLEAN_LINE = 0, /* for one line: newline and tab are made visible too (↵ and ⇥ or \n \t) */
    TEXT_CLEAN_KEEP_NEWLINE = 1, /* newline is kept, a tab is four spaces: for text that is shown
                                    over several lines */
    TEXT_CLEAN_ASCII =
        2 /* the terminal is not UTF-8: everything beyond ASCII as a base letter or \u{…} */
};

/* Appends a copy fit for a terminal. Never emits a byte below 0x20 (but newline where kept), 0x7f,
 * C1 controls, bidi controls, line or paragraph separators, or bytes that are not UTF-8. */
void text_clean(struct text *out, const char *bytes, size_t length, unsigned flags);
void text_clean_string(struct text *out, const char *string, unsigned flags);

/* Would text_clean leave the code point as it is, after the one before it (0 at the start)? For
 * writers that have an escape of their own, such as JSON. */
bool text_is_shown_as_is(uint32_t previous, uint32_t code_point);

/* --- width and graphemes: the text must already be clean --- */

/* Columns a terminal gives to the text. Ambiguous-width characters count as one. */
size_t text_width(const char *bytes, size_t length);

/* Length in bytes of the longest start of the text that fits into columns, whole graphemes only;
 * the columns it takes go to *used (may be NULL). */
size_t text_fit(const char *bytes, size_t length, size_t columns, size_t *used);

/* The grapheme boundary after and before a byte offset (length or 0 at the ends). */
size_t text_next_grapheme(const char *bytes, size_t length, size_t at);
size_t text_previous_grapheme(const char *bytes, size_t length, size_t at);
/* The same for word boundaries, for Ctrl-Left, Ctrl-W and the like. */
size_t text_next_word(const char *bytes, size_t length, size_t at);
size_t text_previous_word(const char *bytes, size_t length, size_t at);

/* --- comparing --- */

/* Appends the Unicode case folding (full, NFC) of the text. Fast for ASCII. */
void text_fold(struct text *out, const char *bytes, size_t length);

/* Compares without regard to case (Unicode case folding): <0, 0, >0. Ordered by folded code points.
 * ASCII takes a fast path that allocates nothing. */
int text_compare_folded(const char *a, size_t a_length, const char *b, size_t b_length);
bool text_equal_folded(const char *a, const char *b); /* NUL-terminated; NULL equals only NULL */

/* Does the text contain, start with, end with the part, without regard to case? The empty part:
 * yes. */
bool text_contains_folded(const char *text, size_t length, const char *part, size_t part_length);
bool text_starts_folded(const char *text, size_t length, const char *part, size_t part_length);
bool text_ends_folded(const char *text, size_t length, const char *part, size_t part_length);

/* LIKE: % any run, _ one code point, backslash before either (or itself) takes it as it is. Without
 * regard to case. Linear or near it: no exponential patterns. */
bool text_like_folded(const char *text, size_t length, const char *pattern, size_t pattern_length);

/* Fuzzy match of a typed pattern against a name (subsequence with bonuses): 0 is no match, higher
 * is better. For names of things (palette, fields), never for data. */
int text_fuzzy_score(const char *pattern, const char *name);

/* The name nearest to a mistyped one by edit distance without regard to case, or NULL when none is
 * near enough to be worth suggesting. names is an array of count borrowed strings. */
const char *text_nearest(const char *mistyped, const char *const *names, size_t count);

/* "stage_history" or "StageHistory" → "Stage history": a label out of a name. The caller frees. */
char *text_label_from_name(const char *name);

#endif
