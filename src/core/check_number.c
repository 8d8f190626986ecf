/*
 * check_number: see check_number.h. The decimal sign is a point whatever the locale; a comma, a
 * space, an apostrophe or a no-break space may part the thousands.
 */
#include "core/check_number.h"

#include <string.h>

#include "core/value.h"

/* A number taken apart; the digits point into what was typed, cleaned of separators. */
struct number_parts {
    bool negative;
    struct text whole;
    struct text fraction;
    bool has_point;
    struct text exponent; /* with its sign; empty when there is none */
};

struct scanner {
    const char *bytes;
    size_t length;
    size_t at;
};

static bool at_digit(const struct scanner *scanner)
{
    return scanner->at < scanner->length && scanner->bytes[scanner->at] >= '0' &&
           scanner->bytes[scanner->at] <= '9';
}

static size_t take_digits(struct scanner *scanner, struct text *out)
{
    size_t start = scanner->at;
    while (at_digit(scanner)) {
        text_append_character(out, scanner->bytes[scanner->at++]);
    }
    return scanner->at - start;
}

static bool take(struct scanner *scanner, const char *string)
{
    size_t length = strlen(string);
    if (scanner->length - scanner->at < length ||
        memcmp(scanner->bytes + scanner->at, string, length) != 0) {
        return false;
    }
    scanner->at += length;
    return true;
}

/* A separator with a digit after it. */
static bool take_separator(struct scanner *scanner, const char *separator)
{
    size_t before = scanner->at;
    if (take(scanner, separator) && at_digit(scanner)) {
        return true;
    }
    scanner->at = before;
    return false;
}

/* One to three digits, then groups of three with the same sign between them: 1,204,500. Another
 * number of digits after a separator is a mistake, so that 84,5 is not read as 845. */
static bool take_whole(struct scanner *scanner, struct text *whole)
{
    static const char *const separators[] = {
        ",", " ", "'", "_", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x99"};
    size_t first = take_digits(scanner, whole);
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        while (take_separator(scanner, separators[i])) {
            if (first == 0 || first > 3 || take_digits(scanner, whole) != 3) {
                return false;
            }
        }
        if (whole->length > first) {
            break;
        }
    }
    return true;
}

static bool take_parts(struct scanner *scanner, struct number_parts *parts)
{
    parts->negative = take(scanner, "-") || take(scanner, "\xE2\x88\x92");
    if (!parts->negative) {
        take(scanner, "+");
    }
    if (!take_whole(scanner, &parts->whole)) {
        return false;
    }
    parts->has_point = take(scanner, ".");
    if (parts->has_point) {
        take_digits(scanner, &parts->fraction);
    }
    if (parts->whole.length + parts->fraction.length == 0) {
        return false;
    }
    if (take(scanner, "e") || take(scanner, "E")) {
        text_append_string(&parts->exponent, take(scanner, "-") ? "-" : "");
        take(scanner, "+");
        if (take_digits(scanner, &parts->exponent) == 0) {
            return false;
        }
    }
    return true;
}

static size_t leading_zeros(const struct text *digits)
{
    size_t count = 0;
    while (count + 1 < digits->length && digits->bytes[count] == '0') {
        count++;
    }
    return count;
}

static void write_number(const struct number_parts *parts, struct text *out)
{
    text_append_string(out, parts->negative ? "-" : "");
    size_t zeros = leading_zeros(&parts->whole);
    if (parts->whole.length == 0) {
        text_append_character(out, '0');
    } else {
        text_append(out, parts->whole.bytes + zeros, parts->whole.length - zeros);
    }
    if (parts->fraction.length > 0) {
        text_append_character(out, '.');
        text_append(out, parts->fraction.bytes, parts->fraction.length);
    }
    if (parts->exponent.length > 0) {
        text_format(out, "e%s", text_string(&parts->exponent));
    }
}

/* Digits before the point that count. */
static size_t whole_digits(const struct number_parts *parts)
{
    size_t length = parts->whole.length - leading_zeros(&parts->whole);
    return length == 1 && parts->whole.bytes[parts->whole.length - 1] == '0' ? 0 : length;
}

static bool fits_whole(const struct number_parts *parts, const struct text *number,
                       struct text *problem)
{
    struct value value;
    if (parts->fraction.length > 0 || parts->exponent.length > 0) {
        text_append_string(problem, "a whole number, such as 42");
        return false;
    }
    if (!value_parse_number(text_string(number), number->length, &value) ||
        value.kind != VALUE_INTEGER) {
        text_append_string(problem, "a whole number of at most 64 bits");
        return false;
    }
    return true;
}

static bool fits_scale(const struct field *field, const struct number_parts *parts,
                       struct text *problem)
{
    if (field->scale < 0 || parts->fraction.length <= (size_t)field->scale) {
        return true;
    }
    if (field->scale == 0) {
        text_append_string(problem, "a number without decimals, such as 84000");
    } else {
        text_format(problem, "a number with at most %d decimal%s, such as 84000.%.*s", field->scale,
                    field->scale == 1 ? "" : "s", field->scale > 9 ? 9 : field->scale, "500000000");
    }
    return false;
}

static bool fits_precision(const struct field *field, const struct number_parts *parts,
                           struct text *problem)
{
    size_t scale = field->scale > 0 ? (size_t)field->scale : 0;
    size_t most = (size_t)field->precision > scale ? (size_t)field->precision - scale : 0;
    if (field->precision <= 0 || parts->exponent.length > 0) {
        return true;
    }
    if (field->scale < 0) {
        if (whole_digits(parts) + parts->fraction.length > (size_t)field->precision) {
            text_format(problem, "a number of at most %d digits", field->precision);
            return false;
        }
        return true;
    }
    if (whole_digits(parts) > most) {
        text_format(problem, "a number with at most %zu digit%s before the point", most,
                    most == 1 ? "" : "s");
        return false;
    }
    return true;
}

static bool fits(const struct field *field, const struct number_parts *parts,
                 const struct text *number, struct text *problem)
{
    struct value value;
    if (field->type == FIELD_INT && !fits_whole(parts, number, problem)) {
        return false;
    }
    if (!value_parse_number(text_string(number), number->length, &value)) {
        text_append_string(problem, "a number that a computer can hold, up to about 1e308");
        return false;
    }
    if (field->scale >= 0 && parts->exponent.length > 0) {
        text_append_string(problem, "a number without an exponent, such as 84000.50");
        return false;
    }
    return fits_scale(field, parts, problem) && fits_precision(field, parts, problem);
}

static const char *plain_expectation(enum field_type type)
{
    switch (type) {
    case FIELD_INT:
        return "a whole number, such as 42";
    case FIELD_PERCENT:
        return "a percentage, such as 12.5";
    default:
        return "a number, such as 84000.50 or 84,000.50";
    }
}

bool check_number_read(const struct field *field, const char *bytes, size_t length,
                       struct text *number, struct text *problem)
{
    struct scanner scanner = {bytes, length, 0};
    struct number_parts parts = {0};
    bool read = take_parts(&scanner, &parts);
    if (read && field->type == FIELD_PERCENT) {
        take(&scanner, " ");
        take(&scanner, "%");
    }
    if (!read || scanner.at != length) {
        text_append_string(problem, plain_expectation(field->type));
        read = false;
    } else {
        write_number(&parts, number);
        read = fits(field, &parts, number, problem);
    }
    text_free(&parts.whole);
    text_free(&parts.fraction);
    text_free(&parts.exponent);
    return read;
}
