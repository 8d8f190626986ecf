/*
 * text_name: names of things (fields, commands, objects): finding them by a few letters, guessing
 * the one that was meant, and making labels out of them. See text.h.
 *
 * Pure; any thread. For names, never for data.
 */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/memory.h"
#include "core/text.h"

enum { LONGEST_NAME = 128 /* code points of a name that are looked at */ };

struct name {
    utf8proc_int32_t original[LONGEST_NAME];
    utf8proc_int32_t lower[LONGEST_NAME];
    size_t length;
};

static void name_read(struct name *name, const char *bytes)
{
    size_t length = strlen(bytes);
    name->length = 0;
    for (size_t at = 0; at < length && name->length < LONGEST_NAME;) {
        uint32_t code_point;
        at += text_decode(bytes, length, at, &code_point);
        utf8proc_int32_t point = code_point == UINT32_MAX ? 0xfffd : (utf8proc_int32_t)code_point;
        name->original[name->length] = point;
        name->lower[name->length] = utf8proc_tolower(point);
        name->length++;
    }
}

static bool is_separator(utf8proc_int32_t point)
{
    return point < 0x80 && point > 0 && strchr(" _-./:", (int)point) != NULL;
}

/* Does a word begin here: at the start, after a separator, at a capital after a small letter? */
static bool is_word_start(const struct name *name, size_t at)
{
    if (at == 0 || is_separator(name->original[at - 1])) {
        return true;
    }
    return name->original[at] != name->lower[at] && name->original[at - 1] == name->lower[at - 1];
}

enum { SCORE_LETTER = 1, SCORE_ADJACENT = 5, SCORE_WORD = 8, SCORE_START = 6, SCORE_PREFIX = 8 };

/* The score when the first letter of the pattern is taken at `start`; 0 when it does not match. */
static int score_from(const struct name *pattern, const struct name *name, size_t start)
{
    int score = start == 0 ? SCORE_START : 0;
    size_t at = start;
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < pattern->length; i++) {
        while (at < name->length && name->lower[at] != pattern->lower[i]) {
            at++;
        }
        if (at == name->length) {
            return 0;
        }
        score += SCORE_LETTER;
        score += is_word_start(name, at) ? SCORE_WORD : 0;
        score += last != SIZE_MAX && last + 1 == at ? SCORE_ADJACENT : 0;
        last = at++;
    }
    score += start == 0 && last + 1 == pattern->length ? SCORE_PREFIX : 0;
    return score;
}

int text_fuzzy_score(const char *pattern, const char *name)
{
    struct name wanted, candidate;
    name_read(&wanted, pattern);
    name_read(&candidate, name);
    if (wanted.length == 0) {
        return 1;
    }
    int best = 0;
    for (size_t start = 0; start + wanted.length <= candidate.length; start++) {
        if (candidate.lower[start] == wanted.lower[0]) {
            int score = score_from(&wanted, &candidate, start);
            best = score > best ? score : best;
        }
    }
    /* Of two that match alike the shorter name is meant; a match never falls to 0. */
    return best == 0 ? 0 : best * LONGEST_NAME + LONGEST_NAME - (int)candidate.length;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edits (a letter more, less, other, or two swapped) that turn one name into the other. */
static size_t edit_distance(const struct name *a, const struct name *b)
{
    size_t rows[3][LONGEST_NAME + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b->length; j++) {
        above[j] = j;
    }
    for (size_t i = 1; i <= a->length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b->length; j++) {
            size_t changed = a->lower[i - 1] == b->lower[j - 1] ? 0 : 1;
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + changed);
            bool swapped = i > 1 && j > 1 && a->lower[i - 1] == b->lower[j - 2] &&
                           a->lower[i - 2] == b->lower[j - 1];
            if (swapped && before[j - 2] + 1 < row[j]) {
                row[j] = before[j - 2] + 1;
            }
        }
        size_t *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[b->length];
}

static bool name_starts_with(const struct name *name, const struct name *start)
{
    return start->length <= name->length &&
           memcmp(name->lower, start->lower, start->length * sizeof *start->lower) == 0;
}

const char *text_nearest(const char *mistyped, const char *const *names, size_t count)
{
    struct name wanted, candidate;
    name_read(&wanted, mistyped);
    const char *nearest = NULL, *completed = NULL;
    size_t least = wanted.length / 3 + 1; /* worth suggesting up to here */
    size_t shortest = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        name_read(&candidate, names[i]);
        size_t distance = edit_distance(&wanted, &candidate);
        if (distance <= least && distance < wanted.length &&
            (nearest == NULL || distance < least)) {
            nearest = names[i];
            least = distance;
        }
        if (wanted.length >= 3 && candidate.length < shortest &&
            name_starts_with(&candidate, &wanted)) {
            completed = names[i];
            shortest = candidate.length;
        }
    }
    return nearest != NULL ? nearest : completed;
}

/* --- labels --- */

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool has_lower(const char *name)
{
    for (; *name != '\0'; name++) {
        if (is_lower(*name)) {
            return true;
        }
    }
    return false;
}

/* Where the word at name[at] ends: at '_', where small letters give way to a capital, or before the
 * last of several capitals when a small letter follows (HTTPServer). */
static size_t word_end(const char *name, size_t length, size_t at)
{
    size_t end = at + 1;
    while (end < length && name[end] != '_') {
        bool after_small = is_upper(name[end]) && !is_upper(name[end - 1]);
        bool last_capital = is_upper(name[end]) && end + 1 < length && is_lower(name[end + 1]);
        if (after_small || last_capital) {
            break;
        }
        end++;
    }
    return end;
}

static bool is_initials(const char *word, size_t length)
{
    static const char *const initials[] = {"id", "url", "vat"};
    for (size_t i = 0; i < sizeof initials / sizeof *initials; i++) {
        if (text_compare_folded(word, length, initials[i], strlen(initials[i])) == 0) {
            return true;
        }
    }
    return false;
}

static char to_upper(char c)
{
    return is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

static char to_lower(char c)
{
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static void append_word(struct text *label, const char *word, size_t length, bool keep_capitals)
{
    bool all_capitals = length > 1;
    for (size_t i = 0; i < length; i++) {
        all_capitals = all_capitals && !is_lower(word[i]);
    }
    bool upper = is_initials(word, length);
    bool as_is = keep_capitals && all_capitals;
    bool first = label->length == 0;
    if (!first) {
        text_append_character(label, ' ');
    }
    for (size_t i = 0; i < length; i++) {
        char c = upper || (first && i == 0) ? to_upper(word[i])
                 : as_is                    ? word[i]
                                            : to_lower(word[i]);
        text_append_character(label, c);
    }
}

char *text_label_from_name(const char *name)
{
    size_t length = strlen(name);
    if (strchr(name, ' ') != NULL) { /* made by a person: it is a label already */
        return memory_copy(name, length);
    }
    if (length > 3 && strcmp(name + length - 3, "__c") == 0) { /* Salesforce: a custom field */
        length -= 3;
    }
    bool mixed = has_lower(name);
    struct text label = {0};
    for (size_t at = 0; at < length;) {
        if (name[at] == '_') {
            at++;
            continue;
        }
        size_t end = mixed ? word_end(name, length, at) : at + strcspn(name + at, "_");
        end = end > length ? length : end;
        append_word(&label, name + at, end - at, mixed);
        at = end;
    }
    if (label.length == 0) {
        text_append_string(&label, name);
    }
    return text_take(&label);
}
