/*
 * exchange_json: JSON as one array with an object on each line, and NDJSON. See exchange.h.
 *
 * Any one thread per writer. Written member by member, so the order of the columns is kept and
 * nothing but the current object is held. An object stays open until the next row, for the nested
 * array that may follow. On a terminal whatever it could obey or hide is written as \uXXXX, so the
 * output stays JSON.
 */
#include <math.h>
#include <string.h>

#include "exchange/writer.h"

static void append_unicode_escape(struct text *out, uint32_t code_point)
{
    if (code_point > 0xffff) {
        uint32_t rest = code_point - 0x10000;
        text_format(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + (rest >> 10)),
                    (unsigned)(0xdc00 + (rest & 0x3ff)));
    } else {
        text_format(out, "\\u%04x", (unsigned)code_point);
    }
}

/* The letter of a two-character escape such as \n; 0 where there is none. */
static char short_escape(uint32_t code_point)
{
    static const char specials[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *found =
        code_point == 0 || code_point > 0x7f ? NULL : strchr(specials, (int)code_point);
    return found == NULL ? '\0' : letters[found - specials];
}

/* Must the character be written by number? */
static bool needs_number(const struct exchange_writer *writer, uint32_t previous,
                         uint32_t code_point)
{
    if (code_point < 0x20) {
        return true;
    }
    if ((writer->flags & EXCHANGE_TO_TERMINAL) == 0) {
        return false;
    }
    return (code_point > 0x7e && (writer->flags & EXCHANGE_ASCII) != 0) ||
           !text_is_shown_as_is(previous, code_point);
}

/* Appends a JSON string. The bytes are UTF-8. */
static void append_json_string(struct exchange_writer *writer, const char *bytes, size_t length)
{
    struct text *out = &writer->buffer;
    uint32_t previous = 0;
    text_append_character(out, '"');
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        size_t size = text_decode(bytes, length, at, &code_point);
        char letter = short_escape(code_point);
        if (letter != '\0') {
            text_append_character(out, '\\');
            text_append_character(out, letter);
        } else if (needs_number(writer, previous, code_point)) {
            append_unicode_escape(out, code_point);
        } else {
            text_append(out, bytes + at, size);
        }
        previous = code_point;
        at += size;
    }
    text_append_character(out, '"');
}

static void append_json_text(struct exchange_writer *writer, const struct value *value)
{
    struct text spelling = {0};
    writer_spell(writer, value, &spelling);
    append_json_string(writer, text_string(&spelling), spelling.length);
    text_free(&spelling);
}

/* JSON has no infinities; a number too large reads back as one. */
static void append_json_real(struct text *out, double real)
{
    if (isnan(real)) {
        text_append_string(out, "null");
    } else if (isinf(real)) {
        text_append_string(out, real < 0 ? "-9.0e+999" : "9.0e+999");
    } else {
        value_print_real(real, out);
    }
}

static void append_json_value(struct exchange_writer *writer, const struct value *value)
{
    switch (value->kind) {
    case VALUE_ABSENT:
    case VALUE_NULL:
        text_append_string(&writer->buffer, "null");
        break;
    case VALUE_BOOLEAN:
    case VALUE_INTEGER:
        value_print(value, &writer->buffer);
        break;
    case VALUE_REAL:
        append_json_real(&writer->buffer, value->as.real);
        break;
    case VALUE_TEXT:
    case VALUE_BYTES:
        append_json_text(writer, value);
        break;
    }
}

static void append_member_name(struct exchange_writer *writer, const char *name, size_t position)
{
    if (position > 0) {
        text_append_string(&writer->buffer, ", ");
    }
    struct value value = value_string(name == NULL ? "" : name);
    append_json_text(writer, &value);
    text_append_string(&writer->buffer, ": ");
}

/* Appends the members of an object; what is absent is left out. Returns how many there were. */
static size_t append_members(struct exchange_writer *writer, const struct exchange_column *columns,
                             size_t count, const struct value *values)
{
    size_t members = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind != VALUE_ABSENT) {
            append_member_name(writer, columns[i].name, members++);
            append_json_value(writer, &values[i]);
        }
    }
    return members;
}

static void close_row(struct exchange_writer *writer)
{
    if (writer->row_open) {
        text_append_character(&writer->buffer, '}');
        writer->row_open = false;
    }
}

static void open_row(struct exchange_writer *writer, const struct value *values)
{
    text_append_character(&writer->buffer, '{');
    writer->member_count = append_members(writer, writer->columns, writer->column_count, values);
    writer->row_open = true;
}

static void json_begin(struct exchange_writer *writer)
{
    text_append_character(&writer->buffer, '[');
}

static void json_row(struct exchange_writer *writer, const struct value *values)
{
    close_row(writer);
    text_append_string(&writer->buffer, writer->row_count == 0 ? "\n" : ",\n");
    open_row(writer, values);
}

static void json_end(struct exchange_writer *writer)
{
    close_row(writer);
    text_append_string(&writer->buffer, writer->row_count == 0 ? "]\n" : "\n]\n");
}

static void ndjson_begin(struct exchange_writer *writer)
{
    writer->row_open = false;
}

static void ndjson_end(struct exchange_writer *writer)
{
    if (writer->row_open) {
        close_row(writer);
        text_append_character(&writer->buffer, '\n');
    }
}

static void ndjson_row(struct exchange_writer *writer, const struct value *values)
{
    ndjson_end(writer);
    open_row(writer, values);
}

static void json_begin_nested(struct exchange_writer *writer, const char *name)
{
    append_member_name(writer, name, writer->member_count++);
    text_append_character(&writer->buffer, '[');
}

static void json_nested_row(struct exchange_writer *writer, const struct value *values)
{
    text_append_string(&writer->buffer, writer->nested_row_count == 0 ? "{" : ", {");
    append_members(writer, writer->nested_columns, writer->nested_column_count, values);
    text_append_character(&writer->buffer, '}');
}

static void json_end_nested(struct exchange_writer *writer)
{
    text_append_character(&writer->buffer, ']');
}

const struct exchange_ops exchange_json_ops = {
    .name = "json",
    .begin = json_begin,
    .row = json_row,
    .begin_nested = json_begin_nested,
    .nested_row = json_nested_row,
    .end_nested = json_end_nested,
    .end = json_end,
};

const struct exchange_ops exchange_ndjson_ops = {
    .name = "ndjson",
    .begin = ndjson_begin,
    .row = ndjson_row,
    .begin_nested = json_begin_nested,
    .nested_row = json_nested_row,
    .end_nested = json_end_nested,
    .end = ndjson_end,
};
