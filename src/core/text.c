/*
 * text: the growable string, and UTF-8. See text.h; its other parts are text_clean.c (what a
 * terminal is shown), text_width.c (graphemes, words, columns), text_fold.c (comparing without
 * regard to case) and text_name.c (names of things).
 *
 * Pure; any thread. bytes is NUL-terminated whenever it is not NULL.
 */
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* The capacity that has room for `extra` more bytes and the NUL. */
static size_t capacity_for(const struct text *text, size_t extra)
{
    size_t needed = text->length + extra + 1;
    size_t capacity = text->capacity < 32 ? 32 : text->capacity;
    while (capacity < needed) {
        capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    }
    return text->capacity >= needed ? text->capacity : capacity;
}

static void text_reserve(struct text *text, size_t extra)
{
    size_t capacity = capacity_for(text, extra);
    if (capacity > text->capacity) {
        text->bytes = memory_resize(text->bytes, capacity, 1);
        text->capacity = capacity;
    }
}

void text_reserve_wiping(struct text *text, size_t extra)
{
    size_t capacity = capacity_for(text, extra);
    if (capacity > text->capacity) {
        char *bytes = memory_allocate(capacity);
        memcpy(bytes, text_string(text), text->length + 1);
        memory_wipe(text->bytes, text->capacity);
        free(text->bytes);
        text->bytes = bytes;
        text->capacity = capacity;
    }
}

void text_append(struct text *text, const char *bytes, size_t length)
{
    text_reserve(text, length);
    if (length > 0) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_append_string(struct text *text, const char *string)
{
    if (string != NULL) {
        text_append(text, string, strlen(string));
    }
}

void text_append_character(struct text *text, char character)
{
    text_append(text, &character, 1);
}

void text_append_code_point(struct text *text, uint32_t code_point)
{
    char bytes[4];
    size_t length = 0;
    if (code_point < 0x80) {
        bytes[length++] = (char)code_point;
    } else if (code_point < 0x800) {
        bytes[length++] = (char)(0xc0 | (code_point >> 6));
        bytes[length++] = (char)(0x80 | (code_point & 0x3f));
    } else if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) {
        text_append(text, replacement, 3);
        return;
    } else if (code_point < 0x10000) {
        bytes[length++] = (char)(0xe0 | (code_point >> 12));
        bytes[length++] = (char)(0x80 | ((code_point >> 6) & 0x3f));
        bytes[length++] = (char)(0x80 | (code_point & 0x3f));
    } else {
        bytes[length++] = (char)(0xf0 | (code_point >> 18));
        bytes[length++] = (char)(0x80 | ((code_point >> 12) & 0x3f));
        bytes[length++] = (char)(0x80 | ((code_point >> 6) & 0x3f));
        bytes[length++] = (char)(0x80 | (code_point & 0x3f));
    }
    text_append(text, bytes, length);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_format_list(text, format, arguments);
    va_end(arguments);
}

void text_format_list(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0) {
        text_reserve(text, (size_t)length);
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_truncate(struct text *text, size_t length)
{
    if (text->bytes != NULL && length < text->length) {
        text->length = length;
        text->bytes[length] = '\0';
    }
}

const char *text_string(const struct text *text)
{
    return text->bytes == NULL ? "" : text->bytes;
}

char *text_take(struct text *text)
{
    char *bytes = text->bytes == NULL ? memory_copy("", 0) : text->bytes;
    *text = (struct text){0};
    return bytes;
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}

/* How many bytes a sequence has by its first byte, with the smallest and largest allowed second
 * byte (which keeps out overlong forms, surrogates and what is beyond U+10FFFF); 0 for a byte that
 * begins none. */
static size_t sequence_length(unsigned char first, unsigned char *smallest, unsigned char *largest)
{
    *smallest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    *largest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        return 2;
    }
    if (first >= 0xe0 && first <= 0xef) {
        return 3;
    }
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

size_t text_decode(const char *bytes, size_t length, size_t at, uint32_t *code_point)
{
    const unsigned char *start = (const unsigned char *)bytes + at;
    if (start[0] < 0x80) {
        *code_point = start[0];
        return 1;
    }
    unsigned char smallest, largest;
    size_t size = sequence_length(start[0], &smallest, &largest);
    *code_point = UINT32_MAX;
    if (size == 0 || size > length - at || start[1] < smallest || start[1] > largest) {
        return 1;
    }
    uint32_t result = start[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((start[i] & 0xc0) != 0x80) {
            return 1;
        }
        result = (result << 6) | (start[i] & 0x3fu);
    }
    *code_point = result;
    return size;
}

bool text_is_utf8(const char *bytes, size_t length)
{
    uint32_t code_point;
    for (size_t at = 0; at < length;) {
        at += text_decode(bytes, length, at, &code_point);
        if (code_point == UINT32_MAX) {
            return false;
        }
    }
    return true;
}

size_t text_repair(struct text *out, const char *bytes, size_t length)
{
    size_t repaired = 0;
    size_t good = 0; /* where the run of good bytes not yet copied begins */
    uint32_t code_point;
    for (size_t at = 0; at < length;) {
        size_t size = text_decode(bytes, length, at, &code_point);
        if (code_point == UINT32_MAX) {
            text_append(out, bytes + good, at - good);
            text_append(out, replacement, 3);
            good = at + 1;
            repaired++;
        }
        at += size;
    }
    text_append(out, bytes + good, length - good);
    return repaired;
}
