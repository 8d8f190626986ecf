/*
 * text_fold: comparing without regard to case (Unicode full case folding, NFC). See text.h.
 *
 * Pure; any thread. ASCII is compared byte by byte and nothing is allocated; other text is folded
 * into code points, on the stack when it is short. Bytes that are not UTF-8 count as U+FFFD.
 */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/memory.h"
#include "core/text.h"

enum { FOLDED_ON_STACK = 256 };

/* Code points; `points` is `stack` or a block of its own. */
struct folded {
    utf8proc_int32_t *points;
    size_t count;
    utf8proc_int32_t stack[FOLDED_ON_STACK];
};

static void folded_free(struct folded *folded)
{
    if (folded->points != folded->stack) {
        free(folded->points);
    }
}

static bool is_ascii(char byte)
{
    return (unsigned char)byte < 0x80;
}

static bool all_ascii(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!is_ascii(bytes[i])) {
            return false;
        }
    }
    return true;
}

static int lower_ascii(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

/* utf8proc_decompose with as much room as it asks for; the answer is below 0 on bytes that are not
 * UTF-8. */
static utf8proc_ssize_t decompose(struct folded *folded, const char *bytes, size_t length,
                                  utf8proc_option_t options)
{
    const utf8proc_uint8_t *source = (const utf8proc_uint8_t *)bytes;
    folded->points = folded->stack;
    utf8proc_ssize_t count = utf8proc_decompose(source, (utf8proc_ssize_t)length, folded->points,
                                                FOLDED_ON_STACK, options);
    if (count > FOLDED_ON_STACK) {
        folded->points = memory_zeroed((size_t)count, sizeof *folded->points);
        count =
            utf8proc_decompose(source, (utf8proc_ssize_t)length, folded->points, count, options);
    }
    return count;
}

/* ASCII is normalised as it is. */
static void fold_ascii(struct folded *folded, const char *bytes, size_t length, bool lower)
{
    folded->count = length;
    folded->points =
        length <= FOLDED_ON_STACK ? folded->stack : memory_zeroed(length, sizeof *folded->points);
    for (size_t i = 0; i < length; i++) {
        folded->points[i] = lower ? lower_ascii(bytes[i]) : bytes[i];
    }
}

/* Fills `folded` with the text's code points, normalised (NFC) after the options. */
static void fold_with(struct folded *folded, const char *bytes, size_t length,
                      utf8proc_option_t options)
{
    if (all_ascii(bytes, length)) {
        fold_ascii(folded, bytes, length, (options & UTF8PROC_CASEFOLD) != 0);
        return;
    }
    options |= UTF8PROC_COMPOSE | UTF8PROC_STABLE;
    utf8proc_ssize_t count = decompose(folded, bytes, length, options);
    if (count < 0) {
        struct text repaired = {0};
        text_repair(&repaired, bytes, length);
        folded_free(folded);
        count = decompose(folded, repaired.bytes, repaired.length, options);
        text_free(&repaired);
    }
    count = count <= 0 ? 0 : utf8proc_normalize_utf32(folded->points, count, options);
    folded->count = count < 0 ? 0 : (size_t)count;
}

static void fold_points(struct folded *folded, const char *bytes, size_t length)
{
    fold_with(folded, bytes, length, UTF8PROC_CASEFOLD);
}

void text_fold(struct text *out, const char *bytes, size_t length)
{
    if (all_ascii(bytes, length)) {
        size_t start = out->length;
        text_append(out, bytes, length);
        for (size_t i = start; i < out->length; i++) {
            out->bytes[i] = (char)lower_ascii(out->bytes[i]);
        }
        return;
    }
    struct folded folded;
    fold_points(&folded, bytes, length);
    for (size_t i = 0; i < folded.count; i++) {
        text_append_code_point(out, (uint32_t)folded.points[i]);
    }
    folded_free(&folded);
}

static int compare_points(const char *a, size_t a_length, const char *b, size_t b_length)
{
    struct folded left, right;
    fold_points(&left, a, a_length);
    fold_points(&right, b, b_length);
    size_t shared = left.count < right.count ? left.count : right.count;
    int order = 0;
    for (size_t i = 0; i < shared && order == 0; i++) {
        order = (left.points[i] > right.points[i]) - (left.points[i] < right.points[i]);
    }
    if (order == 0) {
        order = (left.count > right.count) - (left.count < right.count);
    }
    folded_free(&left);
    folded_free(&right);
    return order;
}

/* Is the character at `at` ASCII and stands alone, that is, no mark can follow and join it? */
static bool stands_alone(const char *bytes, size_t length, size_t at)
{
    return is_ascii(bytes[at]) && (at + 1 >= length || is_ascii(bytes[at + 1]));
}

int text_compare_folded(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t shared = a_length < b_length ? a_length : b_length;
    for (size_t at = 0; at < shared; at++) {
        if (!stands_alone(a, a_length, at) || !stands_alone(b, b_length, at)) {
            return compare_points(a + at, a_length - at, b + at, b_length - at);
        }
        int difference = lower_ascii(a[at]) - lower_ascii(b[at]);
        if (difference != 0) {
            return difference;
        }
    }
    return (a_length > b_length) - (a_length < b_length);
}

bool text_equal_folded(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return text_compare_folded(a, strlen(a), b, strlen(b)) == 0;
}

static bool starts_with_ascii(const char *text, const char *part, size_t part_length)
{
    for (size_t i = 0; i < part_length; i++) {
        if (lower_ascii(text[i]) != lower_ascii(part[i])) {
            return false;
        }
    }
    return true;
}

/* Where in a text its part is looked for. */
enum place { PLACE_ANYWHERE, PLACE_START, PLACE_END };

static bool search_ascii(const char *text, size_t length, const char *part, size_t part_length,
                         enum place place)
{
    size_t last = place == PLACE_START ? 0 : length - part_length;
    for (size_t at = place == PLACE_END ? last : 0; at <= last; at++) {
        if (starts_with_ascii(text + at, part, part_length)) {
            return true;
        }
    }
    return false;
}

static bool search_points(const char *text, size_t length, const char *part, size_t part_length,
                          enum place place)
{
    struct folded whole, wanted;
    fold_points(&whole, text, length);
    fold_points(&wanted, part, part_length);
    bool found = false;
    if (wanted.count <= whole.count) {
        size_t last = place == PLACE_START ? 0 : whole.count - wanted.count;
        for (size_t at = place == PLACE_END ? last : 0; at <= last && !found; at++) {
            found =
                memcmp(whole.points + at, wanted.points, wanted.count * sizeof *wanted.points) == 0;
        }
    }
    folded_free(&whole);
    folded_free(&wanted);
    return found;
}

static bool search(const char *text, size_t length, const char *part, size_t part_length,
                   enum place place)
{
    if (part_length == 0) {
        return true;
    }
    if (all_ascii(text, length) && all_ascii(part, part_length)) {
        return part_length <= length && search_ascii(text, length, part, part_length, place);
    }
    return search_points(text, length, part, part_length, place);
}

bool text_contains_folded(const char *text, size_t length, const char *part, size_t part_length)
{
    return search(text, length, part, part_length, PLACE_ANYWHERE);
}

bool text_starts_folded(const char *text, size_t length, const char *part, size_t part_length)
{
    return search(text, length, part, part_length, PLACE_START);
}

bool text_ends_folded(const char *text, size_t length, const char *part, size_t part_length)
{
    return search(text, length, part, part_length, PLACE_END);
}

/* --- like --- */

enum { MOST_FOLDED = 8 /* code points that one folds to, at most */ };

/* The wildcards among the code points of a pattern. */
enum { PATTERN_RUN = -1, PATTERN_ONE = -2 };

/* The text as folded code points, where the first of each original code point is marked by
 * `begins`; in a pattern, the wildcards stand among them as negative numbers. */
struct like_text {
    utf8proc_int32_t *points;
    bool *begins;
    size_t count;
    size_t capacity;
    utf8proc_int32_t stack_points[FOLDED_ON_STACK];
    bool stack_begins[FOLDED_ON_STACK];
};

static void like_start(struct like_text *like)
{
    like->points = like->stack_points;
    like->begins = like->stack_begins;
    like->count = 0;
    like->capacity = FOLDED_ON_STACK;
}

static void like_grow(struct like_text *like)
{
    bool on_stack = like->points == like->stack_points;
    like->capacity *= 2;
    like->points =
        memory_resize(on_stack ? NULL : like->points, like->capacity, sizeof *like->points);
    like->begins =
        memory_resize(on_stack ? NULL : like->begins, like->capacity, sizeof *like->begins);
    if (on_stack) {
        memcpy(like->points, like->stack_points, sizeof like->stack_points);
        memcpy(like->begins, like->stack_begins, sizeof like->stack_begins);
    }
}

static void like_append(struct like_text *like, utf8proc_int32_t point, bool begins)
{
    if (like->count == like->capacity) {
        like_grow(like);
    }
    like->points[like->count] = point;
    like->begins[like->count] = begins;
    like->count++;
}

static void like_append_folded(struct like_text *like, utf8proc_int32_t point)
{
    if (point < 0x80) {
        like_append(like, lower_ascii((char)point), true);
        return;
    }
    utf8proc_int32_t parts[MOST_FOLDED];
    int boundary_class = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t count =
        utf8proc_decompose_char(point, parts, MOST_FOLDED, UTF8PROC_CASEFOLD, &boundary_class);
    if (count < 1 || count > MOST_FOLDED) {
        like_append(like, point, true);
        return;
    }
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        like_append(like, parts[i], i == 0);
    }
}

static bool is_pattern_character(utf8proc_int32_t point)
{
    return point == '%' || point == '_' || point == '\\';
}

/* Appends the element of a pattern at `at`; returns how many code points it took. */
static size_t like_append_element(struct like_text *like, const utf8proc_int32_t *points,
                                  size_t count, size_t at)
{
    utf8proc_int32_t point = points[at];
    if (point == '\\' && at + 1 < count && is_pattern_character(points[at + 1])) {
        like_append_folded(like, points[at + 1]);
        return 2;
    }
    if (point == '%' || point == '_') {
        like_append(like, point == '%' ? PATTERN_RUN : PATTERN_ONE, true);
    } else {
        like_append_folded(like, point);
    }
    return 1;
}

static void like_read_pattern(struct like_text *like, const char *bytes, size_t length)
{
    struct folded plain;
    fold_with(&plain, bytes, length, 0);
    like_start(like);
    for (size_t at = 0; at < plain.count;) {
        at += like_append_element(like, plain.points, plain.count, at);
    }
    folded_free(&plain);
}

static void like_read_text(struct like_text *like, const char *bytes, size_t length)
{
    struct folded plain;
    fold_with(&plain, bytes, length, 0);
    like_start(like);
    for (size_t i = 0; i < plain.count; i++) {
        like_append_folded(like, plain.points[i]);
    }
    folded_free(&plain);
}

static void like_free(struct like_text *like)
{
    if (like->points != like->stack_points) {
        free(like->points);
        free(like->begins);
    }
}

/* Where the original code point that begins at `at` ends. */
static size_t like_next(const struct like_text *text, size_t at)
{
    do {
        at++;
    } while (at < text->count && !text->begins[at]);
    return at;
}

/* Matches one element of the pattern at *at and moves on; false when it does not match. */
static bool like_step(const struct like_text *text, size_t *at, utf8proc_int32_t element)
{
    if (*at >= text->count) {
        return false;
    }
    if (element == PATTERN_ONE) {
        bool begins = text->begins[*at];
        *at = like_next(text, *at);
        return begins;
    }
    return text->points[(*at)++] == element;
}

/* Goes on greedily, and back only to the last %: no pattern takes more than text × pattern steps.
 */
static bool like_match(const struct like_text *text, const struct like_text *pattern)
{
    size_t at = 0, element = 0;
    size_t retry_at = SIZE_MAX, retry_element = 0; /* after the last %, when there was one */
    while (at < text->count || element < pattern->count) {
        if (element < pattern->count && pattern->points[element] == PATTERN_RUN) {
            retry_at = at;
            retry_element = ++element;
            continue;
        }
        if (element < pattern->count && like_step(text, &at, pattern->points[element])) {
            element++;
            continue;
        }
        if (retry_at == SIZE_MAX || retry_at >= text->count) {
            return false;
        }
        retry_at = like_next(text, retry_at);
        at = retry_at;
        element = retry_element;
    }
    return true;
}

bool text_like_folded(const char *text, size_t length, const char *pattern, size_t pattern_length)
{
    struct like_text whole, wanted;
    like_read_text(&whole, text, length);
    like_read_pattern(&wanted, pattern, pattern_length);
    bool matches = like_match(&whole, &wanted);
    like_free(&whole);
    like_free(&wanted);
    return matches;
}
