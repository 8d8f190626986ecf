/*
 * format: see format.h. Pure; any thread. The spelling never depends on the locale: a comma between
 * thousands, a point before the fraction, years first.
 */
#include "core/format.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- numbers --- */

/* Appends digits with a comma before every group of three. */
static void append_grouped(struct text *out, const char *digits, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text_append_character(out, ',');
        }
        text_append_character(out, digits[i]);
    }
}

/* Is the fraction nothing but zeros? */
static bool is_zeros(const char *digits, size_t length)
{
    return strspn(digits, "0") >= length;
}

/* Appends a plain spelling ([-]digits[.digits]) with separators. In a detail the fraction is filled
 * up to the scale; in a list a fraction of zero is left out. No digit is ever cut. */
static void append_decimal(struct text *out, const char *spelling, int scale,
                           enum format_style style)
{
    if (*spelling == '-') {
        text_append_character(out, *spelling++);
    } else if (*spelling == '+') {
        spelling++;
    }
    size_t whole = strcspn(spelling, ".");
    const char *fraction = spelling[whole] == '.' ? spelling + whole + 1 : "";
    size_t length = strlen(fraction);
    append_grouped(out, whole == 0 ? "0" : spelling, whole == 0 ? 1 : whole);
    size_t wanted = scale > 0 ? (size_t)scale : 0;
    if (is_zeros(fraction, length)) {
        length = 0;
        if (style == FORMAT_LIST) {
            return;
        }
    }
    if (length == 0 && wanted == 0) {
        return;
    }
    text_append_character(out, '.');
    text_append(out, fraction, length);
    for (size_t i = length; i < wanted; i++) {
        text_append_character(out, '0');
    }
}

/* The plain spelling of a number, or false when the value is none or needs an exponent. */
static bool spell_number(const struct value *value, struct text *spelling)
{
    struct value number = *value;
    if (value->kind == VALUE_TEXT) {
        if (!value_parse_number(value->as.text.bytes, value->as.text.length, &number)) {
            return false;
        }
        text_append(spelling, value->as.text.bytes, value->as.text.length);
    } else if (value->kind == VALUE_INTEGER) {
        value_print(value, spelling);
    } else if (value->kind == VALUE_REAL) {
        /* What is past 15 digits is the noise of binary fractions. */
        value_print_real_rounded(value->as.real, 15, spelling);
    } else {
        return false;
    }
    return strspn(text_string(spelling), "+-0123456789.") == spelling->length;
}

/* Is the last word of a name this one: "Fiscal year", "order_id", "CustomerId", but not "GRID"? */
static bool last_word_is(const char *name, const char *word)
{
    size_t length = strlen(name);
    size_t wanted = strlen(word);
    if (length < wanted || !text_equal_folded(name + length - wanted, word)) {
        return false;
    }
    const char *start = name + length - wanted;
    return start == name || strchr("_ -./", start[-1]) != NULL ||
           (*start >= 'A' && *start <= 'Z' && start[-1] >= 'a' && start[-1] <= 'z');
}

static bool names_no_amount(const char *name)
{
    return name != NULL &&
           (last_word_is(name, "year") || last_word_is(name, "id") || last_word_is(name, "by"));
}

/* A year is no amount, and nor is a number that names a record or somebody: they are not grouped.
 * The words are told apart better in a label ("Owner ID") than in a name (ownerid). */
static bool is_plain(const struct field *field)
{
    return field->type == FIELD_INT &&
           (names_no_amount(field->name) || names_no_amount(field->label));
}

static void format_number(const struct field *field, const struct value *value,
                          enum format_style style, struct text *out)
{
    struct text spelling = {0};
    bool plain = field != NULL && is_plain(field);
    if (plain || !spell_number(value, &spelling)) {
        value_print(value, out);
    } else {
        append_decimal(out, text_string(&spelling), field == NULL ? -1 : field->scale, style);
        if (field != NULL && field->type == FIELD_PERCENT && style == FORMAT_DETAIL) {
            text_append_string(out, " %");
        }
    }
    text_free(&spelling);
}

/* --- other types --- */

static void format_boolean(const struct field *field, const struct value *value,
                           enum format_style style, struct text *out)
{
    (void)field;
    (void)style;
    double number;
    if (value->kind == VALUE_TEXT) {
        bool is_true =
            text_compare_folded(value->as.text.bytes, value->as.text.length, "true", 4) == 0;
        bool is_false =
            text_compare_folded(value->as.text.bytes, value->as.text.length, "false", 5) == 0;
        if (is_true || is_false) {
            text_append_string(out, is_true ? "yes" : "no");
            return;
        }
    }
    if (value_to_real(value, &number) && (number == 0 || number == 1)) {
        text_append_string(out, number == 1 ? "yes" : "no");
    } else {
        value_print(value, out);
    }
}

/* Where a fraction of nothing ends that begins at the point; `at` when it is one of something. */
static size_t after_fraction(const char *bytes, size_t length, size_t at)
{
    size_t end = at + 1;
    while (end < length && bytes[end] == '0') {
        end++;
    }
    bool nothing = end > at + 1 && !(end < length && bytes[end] >= '1' && bytes[end] <= '9');
    return nothing ? end : at;
}

/* 2026-12-01T14:30:00 → 2026-12-01 14:30, T14:30:05.000 → 14:30:05; whatever follows (a zone) kept.
 */
static void format_datetime(const struct field *field, const struct value *value,
                            enum format_style style, struct text *out)
{
    (void)field;
    (void)style;
    const char *bytes = value->as.text.bytes;
    size_t length = value->as.text.length;
    if (value->kind != VALUE_TEXT || length < 16 || bytes[4] != '-' || bytes[13] != ':' ||
        (bytes[10] != 'T' && bytes[10] != ' ')) {
        value_print(value, out);
        return;
    }
    text_append(out, bytes, 10);
    text_append_character(out, ' ');
    text_append(out, bytes + 11, 5);
    size_t rest = length > 19 && bytes[19] == '.' ? after_fraction(bytes, length, 19)
                  : length < 19                   ? length
                                                  : 19;
    bool no_seconds =
        length >= 19 && memcmp(bytes + 16, ":00", 3) == 0 && (rest == length || bytes[rest] != '.');
    if (!no_seconds) {
        text_append(out, bytes + 16, (length < 19 ? length : 19) - 16);
    }
    text_append(out, bytes + rest, length - rest);
}

/* Appends the label of one picklist value, or the value where it is not in the list. */
static void append_label(const struct field *field, const char *bytes, size_t length,
                         struct text *out)
{
    for (size_t i = 0; i < field->picklist_count; i++) {
        const struct picklist_value *entry = &field->picklist[i];
        if (strlen(entry->value) == length && memcmp(entry->value, bytes, length) == 0) {
            text_append_string(out, entry->label);
            return;
        }
    }
    text_append(out, bytes, length);
}

static void format_picklist(const struct field *field, const struct value *value,
                            enum format_style style, struct text *out)
{
    (void)style;
    struct text spelling = {0};
    value_print(value, &spelling);
    append_label(field, text_string(&spelling), spelling.length, out);
    text_free(&spelling);
}

/* A;B → label of A; label of B */
static void format_multipicklist(const struct field *field, const struct value *value,
                                 enum format_style style, struct text *out)
{
    (void)style;
    struct text spelling = {0};
    value_print(value, &spelling);
    const char *at = text_string(&spelling);
    for (;;) {
        size_t length = strcspn(at, ";");
        append_label(field, at, length, out);
        if (at[length] == '\0') {
            break;
        }
        text_append_string(out, "; ");
        at += length + 1;
    }
    text_free(&spelling);
}

static void format_as_kind(const struct field *field, const struct value *value,
                           enum format_style style, struct text *out)
{
    if (value->kind == VALUE_INTEGER || value->kind == VALUE_REAL) {
        format_number(field, value, style, out);
    } else if (value->kind == VALUE_BOOLEAN) {
        format_boolean(field, value, style, out);
    } else {
        value_print(value, out);
    }
}

typedef void (*formatter)(const struct field *field, const struct value *value,
                          enum format_style style, struct text *out);

/* Types that are not here (ids and references among them) are shown as they are spelled. */
static const formatter formatters[FIELD_TYPE_COUNT] = {
    [FIELD_BOOLEAN] = format_boolean,   [FIELD_INT] = format_number,
    [FIELD_DOUBLE] = format_number,     [FIELD_CURRENCY] = format_number,
    [FIELD_PERCENT] = format_number,    [FIELD_DATETIME] = format_datetime,
    [FIELD_PICKLIST] = format_picklist, [FIELD_MULTIPICKLIST] = format_multipicklist,
    [FIELD_COMBOBOX] = format_picklist, [FIELD_CALCULATED] = format_as_kind,
};

static void format_size(size_t size, struct text *out)
{
    format_count((int64_t)size, out);
    text_append_string(out, size == 1 ? " byte" : " bytes");
}

void format_value(const struct field *field, const struct value *value, enum format_style style,
                  struct text *out)
{
    if (value_is_nothing(value)) {
        return;
    }
    if (value->kind == VALUE_BYTES && style != FORMAT_PLAIN) {
        format_size(value->as.text.length, out);
        return;
    }
    size_t size = 0;
    if (style != FORMAT_PLAIN && field != NULL && field->type == FIELD_BASE64 &&
        value->kind == VALUE_TEXT &&
        value_base64_size(value->as.text.bytes, value->as.text.length, &size)) {
        format_size(size, out);
        return;
    }
    bool known = field != NULL && field->type >= FIELD_ID && field->type < FIELD_TYPE_COUNT;
    formatter format = field == NULL ? format_as_kind : known ? formatters[field->type] : NULL;
    if (style == FORMAT_PLAIN || format == NULL) {
        value_print(value, out);
    } else {
        format(field, value, style, out);
    }
}

bool format_is_right_aligned(enum field_type type)
{
    return field_type_is_number(type);
}

void format_count(int64_t count, struct text *out)
{
    struct value value = value_integer(count);
    format_number(NULL, &value, FORMAT_LIST, out);
}

void format_count_short(int64_t count, struct text *out)
{
    static const char units[] = "kMGT";
    if (count < 1000) {
        text_format(out, "%" PRId64, count);
        return;
    }
    size_t unit = 0;
    int64_t tenths = count / 100;
    while (tenths >= 10000 && units[unit + 1] != '\0') {
        tenths /= 1000;
        unit++;
    }
    text_format(out, "%" PRId64, tenths / 10);
    if (tenths < 1000 && tenths % 10 != 0) {
        text_format(out, ".%" PRId64, tenths % 10);
    }
    text_append_character(out, units[unit]);
}
