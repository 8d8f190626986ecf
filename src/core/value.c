/*
 * value: see value.h. Pure; any thread. Numbers are read and printed in the C locale whatever the
 * process's locale is.
 */
#include "core/value.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

struct value value_absent(void)
{
    return (struct value){.kind = VALUE_ABSENT};
}

struct value value_null(void)
{
    return (struct value){.kind = VALUE_NULL};
}

struct value value_boolean(bool boolean)
{
    return (struct value){.kind = VALUE_BOOLEAN, .as.boolean = boolean};
}

struct value value_integer(int64_t integer)
{
    return (struct value){.kind = VALUE_INTEGER, .as.integer = integer};
}

struct value value_real(double real)
{
    return (struct value){.kind = VALUE_REAL, .as.real = real};
}

struct value value_text(const char *bytes, size_t length)
{
    return (struct value){.kind = VALUE_TEXT, .as.text = {bytes, length}};
}

struct value value_string(const char *string)
{
    return string == NULL ? value_null() : value_text(string, strlen(string));
}

struct value value_bytes(const char *bytes, size_t length)
{
    return (struct value){.kind = VALUE_BYTES, .as.text = {bytes, length}};
}

static bool has_bytes(const struct value *value)
{
    return value->kind == VALUE_TEXT || value->kind == VALUE_BYTES;
}

struct value value_copy(const struct value *value)
{
    struct value copy = *value;
    if (has_bytes(value)) {
        copy.as.text.bytes = memory_copy(value->as.text.bytes, value->as.text.length);
    }
    return copy;
}

void value_free(struct value *value)
{
    if (has_bytes(value)) {
        free((char *)value->as.text.bytes);
    }
    *value = value_absent();
}

void value_wipe(struct value *value)
{
    if (has_bytes(value)) {
        memory_wipe((char *)value->as.text.bytes, value->as.text.length);
    }
    value_free(value);
}

bool value_is_nothing(const struct value *value)
{
    return value->kind == VALUE_ABSENT || value->kind == VALUE_NULL;
}

static bool same_bytes(const struct value *a, const struct value *b)
{
    size_t length = a->as.text.length;
    return length == b->as.text.length &&
           (length == 0 || memcmp(a->as.text.bytes, b->as.text.bytes, length) == 0);
}

bool value_identical(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case VALUE_BOOLEAN:
        return a->as.boolean == b->as.boolean;
    case VALUE_INTEGER:
        return a->as.integer == b->as.integer;
    case VALUE_REAL:
        return memcmp(&a->as.real, &b->as.real, sizeof a->as.real) == 0;
    case VALUE_TEXT:
    case VALUE_BYTES:
        return same_bytes(a, b);
    default:
        return true;
    }
}

/* The value as an integer or a real, when it stands for a number. */
static bool as_number(const struct value *value, struct value *number)
{
    switch (value->kind) {
    case VALUE_BOOLEAN:
        *number = value_integer(value->as.boolean ? 1 : 0);
        return true;
    case VALUE_INTEGER:
    case VALUE_REAL:
        *number = *value;
        return true;
    case VALUE_TEXT:
        return value_parse_number(value->as.text.bytes, value->as.text.length, number);
    default:
        return false;
    }
}

static const double two_to_63 = 9223372036854775808.0;

/* Compared exactly: an integer beyond 2^53 is not rounded to the nearest real. */
static bool integer_equals_real(int64_t integer, double real)
{
    return real >= -two_to_63 && real < two_to_63 && (int64_t)real == integer &&
           (double)(int64_t)real == real;
}

static bool same_number(const struct value *a, const struct value *b)
{
    if (a->kind == VALUE_INTEGER && b->kind == VALUE_INTEGER) {
        return a->as.integer == b->as.integer;
    }
    if (a->kind == VALUE_INTEGER) {
        return integer_equals_real(a->as.integer, b->as.real);
    }
    if (b->kind == VALUE_INTEGER) {
        return integer_equals_real(b->as.integer, a->as.real);
    }
    return !(a->as.real < b->as.real) && !(a->as.real > b->as.real);
}

bool value_same(const struct value *a, const struct value *b)
{
    if (value_is_nothing(a) || value_is_nothing(b)) {
        return value_is_nothing(a) && value_is_nothing(b);
    }
    if (has_bytes(a) && has_bytes(b)) {
        return a->kind == b->kind && same_bytes(a, b);
    }
    struct value left, right;
    return as_number(a, &left) && as_number(b, &right) && same_number(&left, &right);
}

/* --- numbers --- */

/* Makes this thread speak the C locale until `leave_locale`. */
struct locale_guard {
    locale_t c, before;
};

static struct locale_guard enter_c_locale(void)
{
    struct locale_guard guard;
    guard.c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    guard.before = uselocale(guard.c);
    return guard;
}

static void leave_locale(struct locale_guard guard)
{
    uselocale(guard.before);
    freelocale(guard.c);
}

enum { REAL_LENGTH = 32 };

/* 15 digits always suffice where a shorter spelling exists and 17 always read back; numbers close
 * to 0 have fewer digits in them, so there all lengths are tried. */
static void spell_real(double real, char spelling[REAL_LENGTH])
{
    struct locale_guard guard = enter_c_locale();
    for (int digits = fabs(real) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        snprintf(spelling, REAL_LENGTH, "%.*g", digits, real);
        double again = strtod(spelling, NULL);
        if (memcmp(&again, &real, sizeof real) == 0) {
            break;
        }
    }
    leave_locale(guard);
}

void value_print_real(double real, struct text *out)
{
    if (isnan(real)) {
        text_append_string(out, "NaN");
        return;
    }
    if (isinf(real)) {
        text_append_string(out, real < 0 ? "-Infinity" : "Infinity");
        return;
    }
    char spelling[REAL_LENGTH];
    spell_real(real, spelling);
    text_append_string(out, spelling);
    if (strpbrk(spelling, ".e") == NULL) {
        text_append_string(out, ".0");
    }
}

void value_print_real_rounded(double real, int digits, struct text *out)
{
    struct locale_guard guard = enter_c_locale();
    text_format(out, "%.*g", digits, real);
    leave_locale(guard);
}

void value_print(const struct value *value, struct text *out)
{
    switch (value->kind) {
    case VALUE_BOOLEAN:
        text_append_string(out, value->as.boolean ? "true" : "false");
        break;
    case VALUE_INTEGER:
        text_format(out, "%lld", (long long)value->as.integer);
        break;
    case VALUE_REAL:
        value_print_real(value->as.real, out);
        break;
    case VALUE_TEXT:
        text_append(out, value->as.text.bytes, value->as.text.length);
        break;
    case VALUE_BYTES:
        value_encode_base64(value->as.text.bytes, value->as.text.length, out);
        break;
    default:
        break;
    }
}

char *value_to_string(const struct value *value)
{
    if (value_is_nothing(value)) {
        return NULL;
    }
    struct text text = {0};
    value_print(value, &text);
    return text_take(&text);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t skip_digits(const char *bytes, size_t length, size_t at)
{
    while (at < length && bytes[at] >= '0' && bytes[at] <= '9') {
        at++;
    }
    return at;
}

/* Is it [+-] digits [. digits] [e [+-] digits], with a digit before or after the point? */
static bool is_number(const char *bytes, size_t length, bool *is_integer)
{
    size_t at = length > 0 && (bytes[0] == '-' || bytes[0] == '+') ? 1 : 0;
    size_t end = skip_digits(bytes, length, at);
    size_t digits = end - at;
    *is_integer = true;
    if (end < length && bytes[end] == '.') {
        at = end + 1;
        end = skip_digits(bytes, length, at);
        digits += end - at;
        *is_integer = false;
    }
    if (digits == 0) {
        return false;
    }
    if (end < length && (bytes[end] == 'e' || bytes[end] == 'E')) {
        at = end + 1;
        if (at < length && (bytes[at] == '-' || bytes[at] == '+')) {
            at++;
        }
        end = skip_digits(bytes, length, at);
        *is_integer = false;
        if (end == at) {
            return false;
        }
    }
    return end == length;
}

/* The spelling is known to be a number. Too big for a real is no number. */
static bool read_number(const char *spelling, bool is_integer, struct value *out)
{
    if (is_integer) {
        errno = 0;
        long long integer = strtoll(spelling, NULL, 10);
        if (errno == 0) {
            *out = value_integer(integer);
            return true;
        }
    }
    struct locale_guard guard = enter_c_locale();
    double real = strtod(spelling, NULL);
    leave_locale(guard);
    *out = value_real(real);
    return isfinite(real);
}

bool value_parse_number(const char *bytes, size_t length, struct value *out)
{
    while (length > 0 && is_space(bytes[0])) {
        bytes++;
        length--;
    }
    while (length > 0 && is_space(bytes[length - 1])) {
        length--;
    }
    bool is_integer;
    if (!is_number(bytes, length, &is_integer)) {
        return false;
    }
    char short_spelling[64];
    if (length < sizeof short_spelling) {
        memcpy(short_spelling, bytes, length);
        short_spelling[length] = '\0';
        return read_number(short_spelling, is_integer, out);
    }
    char *spelling = memory_copy(bytes, length);
    bool read = read_number(spelling, is_integer, out);
    free(spelling);
    return read;
}

bool value_to_real(const struct value *value, double *out)
{
    struct value number;
    if (!as_number(value, &number)) {
        return false;
    }
    *out = number.kind == VALUE_INTEGER ? (double)number.as.integer : number.as.real;
    return true;
}

/* --- base64 --- */

static const char base64_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void value_encode_base64(const char *bytes, size_t length, struct text *out)
{
    const unsigned char *source = (const unsigned char *)bytes;
    for (size_t at = 0; at < length; at += 3) {
        size_t left = length - at;
        uint32_t group = (uint32_t)source[at] << 16;
        group |= left > 1 ? (uint32_t)source[at + 1] << 8 : 0;
        group |= left > 2 ? source[at + 2] : 0;
        char letters[4] = {
            base64_letters[group >> 18],
            base64_letters[(group >> 12) & 63],
            left > 1 ? base64_letters[(group >> 6) & 63] : '=',
            left > 2 ? base64_letters[group & 63] : '=',
        };
        text_append(out, letters, 4);
    }
}

static int base64_value(char letter)
{
    return letter >= 'A' && letter <= 'Z'   ? letter - 'A'
           : letter >= 'a' && letter <= 'z' ? letter - 'a' + 26
           : letter >= '0' && letter <= '9' ? letter - '0' + 52
           : letter == '+'                  ? 62
           : letter == '/'                  ? 63
                                            : -1;
}

/* Four letters to `wanted` bytes. The bits that no byte uses must be 0. */
static bool decode_group(const char *letters, size_t wanted, struct text *out)
{
    uint32_t group = 0;
    for (size_t i = 0; i < 4; i++) {
        int six = i <= wanted ? base64_value(letters[i]) : 0;
        if (six < 0) {
            return false;
        }
        group = (group << 6) | (uint32_t)six;
    }
    char bytes[3] = {(char)(group >> 16), (char)(group >> 8), (char)group};
    if ((group & (0xffffffu >> (8 * wanted))) != 0) {
        return false;
    }
    text_append(out, bytes, wanted);
    return true;
}

bool value_decode_base64(const char *text, size_t length, struct text *out)
{
    if (length % 4 != 0) {
        return false;
    }
    size_t start = out->length;
    for (size_t at = 0; at < length; at += 4) {
        size_t wanted = 3;
        if (at + 4 == length && text[at + 3] == '=') {
            wanted = text[at + 2] == '=' ? 1 : 2;
        }
        if (!decode_group(text + at, wanted, out)) {
            text_truncate(out, start);
            return false;
        }
    }
    return true;
}

bool value_base64_size(const char *text, size_t length, size_t *size)
{
    size_t padding = 0;
    while (padding < 2 && padding < length && text[length - 1 - padding] == '=') {
        padding++;
    }
    if (length % 4 != 0) {
        return false;
    }
    for (size_t i = 0; i < length - padding; i++) {
        if (base64_value(text[i]) < 0) {
            return false;
        }
    }
    *size = length / 4 * 3 - padding;
    return true;
}
