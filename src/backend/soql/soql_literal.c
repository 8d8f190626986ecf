/*
 * soql_literal: values as SOQL writes them. Pure; any thread.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/soql/internal.h"
#include "core/date.h"
#include "core/memory.h"

static const struct escape {
    char character, letter;
} escapes[] = {{'\\', '\\'}, {'\'', '\''}, {'\n', 'n'}, {'\r', 'r'},
               {'\t', 't'},  {'\b', 'b'},  {'\f', 'f'}};

void soql_escape(char character, struct text *out)
{
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        if (escapes[i].character == character) {
            text_append_character(out, '\\');
            text_append_character(out, escapes[i].letter);
            return;
        }
    }
    text_append_character(out, character);
}

void soql_string(const char *bytes, size_t length, struct text *out)
{
    text_append_character(out, '\'');
    for (size_t i = 0; i < length; i++)
        soql_escape(bytes[i], out);
    text_append_character(out, '\'');
}

void soql_escape_like(char character, struct text *out)
{
    if (character == '%' || character == '_')
        text_append_character(out, '\\');
    soql_escape(character, out);
}

/* Digits, a sign and a point: SOQL's numbers have no exponent. */
static bool is_plain_number(const char *text)
{
    const char *digits = text + (*text == '-' || *text == '+');
    const char *point = strchr(digits, '.');

    if (*digits < '0' || *digits > '9' || (point && !point[1]))
        return false;
    return strspn(digits, "0123456789.") == strlen(digits);
}

bool soql_number(const struct operand *operand, struct text *out)
{
    struct text spelling = {0};
    bool plain;

    if (operand->text && is_plain_number(operand->text))
        text_append_string(&spelling, operand->text);
    else
        value_print(&operand->number, &spelling);
    plain = is_plain_number(text_string(&spelling));
    if (plain)
        text_append_string(out, text_string(&spelling));
    text_free(&spelling);
    return plain;
}

void soql_time(const struct date_time *time, struct text *out)
{
    text_format(out, "%02d:%02d:%02d.%03dZ", time->hour, time->minute, time->second,
                time->fraction / 1000000);
}

/* 2026-11-21T10:00:00.000Z, to the millisecond: the row it is from must be found equal again. */
static void print_moment(const char *text, size_t length, struct text *out)
{
    struct date_time parts = {0};

    if (!date_time_parse(text, length, &parts)) {
        text_append(out, text, length);
        return;
    }
    date_print_moment_utc(date_time_to_moment(&parts), out);
    text_truncate(out, out->length - 1);
    text_format(out, ".%03dZ", parts.fraction / 1000000);
}

char *soql_literal(const struct field *field, const struct value *value)
{
    struct text spelling = {0}, literal = {0};

    if (value_is_nothing(value))
        return NULL;
    value_print(value, &spelling);
    if (field->type == FIELD_DATETIME)
        print_moment(text_string(&spelling), spelling.length, &literal);
    else if (field_type_is_number(field->type) || field->type == FIELD_BOOLEAN ||
             field_type_is_date(field->type))
        text_append_string(&literal, text_string(&spelling));
    else
        soql_string(text_string(&spelling), spelling.length, &literal);
    text_free(&spelling);
    return text_take(&literal);
}
