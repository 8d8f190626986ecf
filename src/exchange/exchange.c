/*
 * exchange: the writer, and the formats of lines: csv, tsv, markdown. See exchange.h; JSON is in
 * exchange_json.c, the aligned table in exchange_table.c.
 *
 * Any one thread per writer. What goes out is always valid UTF-8.
 */
#include "exchange/exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/memory.h"
#include "exchange/writer.h"

enum { FLUSH_SIZE = 1 << 16 };

/* --- what the formats share --- */

void writer_spell(struct exchange_writer *writer, const struct value *value, struct text *out)
{
    if (value->kind == VALUE_TEXT) {
        writer->repaired += text_repair(out, value->as.text.bytes, value->as.text.length);
    } else {
        value_print(value, out);
    }
}

void writer_clean(const struct exchange_writer *writer, const struct text *text, struct text *out)
{
    unsigned both = EXCHANGE_TO_TERMINAL | EXCHANGE_ASCII;
    unsigned flags = (writer->flags & both) == both ? TEXT_CLEAN_ASCII : TEXT_CLEAN_LINE;
    text_clean(out, text_string(text), text->length, flags);
}

static void writer_flush(struct exchange_writer *writer)
{
    if (writer->failure == 0 && writer->buffer.length > 0) {
        errno = 0;
        size_t written = fwrite(writer->buffer.bytes, 1, writer->buffer.length, writer->out);
        if (written < writer->buffer.length) {
            writer->failure = errno == 0 ? EIO : errno;
        }
    }
    text_truncate(&writer->buffer, 0);
}

void writer_flush_some(struct exchange_writer *writer)
{
    if (writer->buffer.length >= FLUSH_SIZE) {
        writer_flush(writer);
    }
}

/* --- csv --- */

static bool is_formula(const struct text *cell)
{
    return cell->length > 0 && strchr("=+-@\t\r", cell->bytes[0]) != NULL;
}

/* Appends the spelling of a cell of csv or tsv, guarded where that is asked for. Numbers are what
 * they look like and need no guard. */
static void spell_delimited(struct exchange_writer *writer, const struct value *value,
                            struct text *cell)
{
    struct text spelling = {0};
    writer_spell(writer, value, &spelling);
    if ((writer->flags & EXCHANGE_GUARD) != 0 && value->kind == VALUE_TEXT &&
        is_formula(&spelling)) {
        text_append_character(cell, '\'');
    }
    text_append(cell, text_string(&spelling), spelling.length);
    text_free(&spelling);
}

/* Replaces a cell by what a terminal may be shown, when the output is one. */
static void clean_for_terminal(const struct exchange_writer *writer, struct text *cell)
{
    if ((writer->flags & EXCHANGE_TO_TERMINAL) != 0) {
        struct text clean = {0};
        writer_clean(writer, cell, &clean);
        text_free(cell);
        *cell = clean;
    }
}

static void append_quoted(struct text *out, const struct text *cell)
{
    text_append_character(out, '"');
    for (size_t i = 0; i < cell->length; i++) {
        if (cell->bytes[i] == '"') {
            text_append_character(out, '"');
        }
        text_append_character(out, cell->bytes[i]);
    }
    text_append_character(out, '"');
}

static void csv_cell(struct exchange_writer *writer, const struct value *value)
{
    if (value_is_nothing(value)) {
        return;
    }
    struct text cell = {0};
    spell_delimited(writer, value, &cell);
    clean_for_terminal(writer, &cell);
    if (cell.length == 0 || strcspn(text_string(&cell), ",\"\r\n") < cell.length) {
        append_quoted(&writer->buffer, &cell);
    } else {
        text_append(&writer->buffer, cell.bytes, cell.length);
    }
    text_free(&cell);
}

/* --- tsv --- */

static void tsv_escape(struct text *out, const struct text *cell)
{
    static const char specials[] = "\t\n\r\\";
    static const char letters[] = "tnr\\";
    for (size_t i = 0; i < cell->length; i++) {
        char c = cell->bytes[i];
        const char *special = c == '\0' ? NULL : strchr(specials, c);
        if (special == NULL) {
            text_append_character(out, c);
        } else {
            text_append_character(out, '\\');
            text_append_character(out, letters[special - specials]);
        }
    }
}

static void tsv_cell(struct exchange_writer *writer, const struct value *value)
{
    if (value_is_nothing(value)) {
        text_append_string(&writer->buffer, "\\N");
        return;
    }
    struct text cell = {0};
    struct text escaped = {0};
    spell_delimited(writer, value, &cell);
    tsv_escape(&escaped, &cell);
    clean_for_terminal(writer, &escaped);
    text_append(&writer->buffer, text_string(&escaped), escaped.length);
    text_free(&cell);
    text_free(&escaped);
}

/* --- markdown --- */

static void markdown_escape(struct text *out, const struct text *line)
{
    for (size_t i = 0; i < line->length; i++) {
        if (line->bytes[i] == '|') {
            text_append_character(out, '\\');
        }
        text_append_character(out, line->bytes[i]);
    }
}

/* One line of a cell, without its end. */
static void markdown_line(struct exchange_writer *writer, const char *bytes, size_t length)
{
    struct text line = {0}, clean = {0};
    text_append(&line, bytes, length);
    writer_clean(writer, &line, &clean);
    markdown_escape(&writer->buffer, &clean);
    text_free(&line);
    text_free(&clean);
}

static void markdown_cell(struct exchange_writer *writer, const struct value *value)
{
    struct text cell = {0};
    writer_spell(writer, value, &cell);
    const char *bytes = text_string(&cell);
    size_t at = 0;
    for (size_t i = 0; i < cell.length; i++) {
        if (bytes[i] == '\n') {
            size_t end = i > at && bytes[i - 1] == '\r' ? i - 1 : i;
            markdown_line(writer, bytes + at, end - at);
            text_append_string(&writer->buffer, "<br>");
            at = i + 1;
        }
    }
    markdown_line(writer, bytes + at, cell.length - at);
    text_free(&cell);
}

/* --- rows of lines --- */

typedef void (*cell_function)(struct exchange_writer *writer, const struct value *value);

static void write_line(struct exchange_writer *writer, const struct value *values,
                       cell_function cell, const char *before, const char *between,
                       const char *after)
{
    text_append_string(&writer->buffer, before);
    for (size_t i = 0; i < writer->column_count; i++) {
        if (i > 0) {
            text_append_string(&writer->buffer, between);
        }
        cell(writer, &values[i]);
    }
    text_append_string(&writer->buffer, after);
}

static void csv_row(struct exchange_writer *writer, const struct value *values)
{
    write_line(writer, values, csv_cell, "", ",", "\n");
}

static void tsv_row(struct exchange_writer *writer, const struct value *values)
{
    write_line(writer, values, tsv_cell, "", "\t", "\n");
}

static void markdown_row(struct exchange_writer *writer, const struct value *values)
{
    write_line(writer, values, markdown_cell, "| ", " | ", " |\n");
}

/* The first row of names. */
static void write_names(struct exchange_writer *writer)
{
    struct value *names = memory_zeroed(writer->column_count, sizeof *names);
    for (size_t i = 0; i < writer->column_count; i++) {
        names[i] = value_string(writer->columns[i].name);
    }
    writer->ops->row(writer, names);
    free(names);
}

static void markdown_begin(struct exchange_writer *writer)
{
    write_names(writer);
    text_append_character(&writer->buffer, '|');
    for (size_t i = 0; i < writer->column_count; i++) {
        const struct field *field = writer->columns[i].field;
        bool right = field != NULL && format_is_right_aligned(field->type);
        text_append_string(&writer->buffer, right ? " ---: |" : " --- |");
    }
    text_append_character(&writer->buffer, '\n');
}

/* --- the public functions --- */

static const struct exchange_ops csv_ops = {.name = "csv", .begin = write_names, .row = csv_row};
static const struct exchange_ops tsv_ops = {.name = "tsv", .begin = write_names, .row = tsv_row};
static const struct exchange_ops markdown_ops = {
    .name = "markdown", .begin = markdown_begin, .row = markdown_row};

static const struct exchange_ops *const formats[EXCHANGE_FORMAT_COUNT] = {
    [EXCHANGE_TABLE] = &exchange_table_ops,
    [EXCHANGE_CSV] = &csv_ops,
    [EXCHANGE_TSV] = &tsv_ops,
    [EXCHANGE_JSON] = &exchange_json_ops,
    [EXCHANGE_NDJSON] = &exchange_ndjson_ops,
    [EXCHANGE_MARKDOWN] = &markdown_ops,
};

const char *exchange_format_name(enum exchange_format format)
{
    return formats[format]->name;
}

bool exchange_format_find(const char *name, enum exchange_format *out)
{
    for (int i = 0; i < EXCHANGE_FORMAT_COUNT; i++) {
        if (text_equal_folded(formats[i]->name, name)) {
            *out = (enum exchange_format)i;
            return true;
        }
    }
    return false;
}

struct exchange_writer *exchange_open(FILE *out, enum exchange_format format,
                                      const struct exchange_column *columns, size_t count,
                                      unsigned flags, size_t width)
{
    struct exchange_writer *writer = memory_zeroed(1, sizeof *writer);
    struct exchange_column *copies = memory_zeroed(count, sizeof *copies);
    for (size_t i = 0; i < count; i++) {
        copies[i] = columns[i];
    }
    writer->out = out;
    writer->ops = formats[format];
    writer->columns = copies;
    writer->column_count = count;
    writer->flags = flags;
    writer->width = width;
    writer->ops->begin(writer);
    return writer;
}

void exchange_row(struct exchange_writer *writer, const struct value *values)
{
    writer->ops->row(writer, values);
    writer->row_count++;
    writer_flush_some(writer);
}

void exchange_begin_nested(struct exchange_writer *writer, const char *name,
                           const struct exchange_column *columns, size_t count)
{
    writer->nested_columns = columns;
    writer->nested_column_count = count;
    writer->nested_row_count = 0;
    if (writer->ops->begin_nested != NULL) {
        writer->ops->begin_nested(writer, name);
    }
}

void exchange_nested_row(struct exchange_writer *writer, const struct value *values)
{
    if (writer->ops->nested_row != NULL) {
        writer->ops->nested_row(writer, values);
        writer->nested_row_count++;
        writer_flush_some(writer);
    }
}

void exchange_end_nested(struct exchange_writer *writer)
{
    if (writer->ops->end_nested != NULL) {
        writer->ops->end_nested(writer);
    }
}

bool exchange_close(struct exchange_writer *writer, size_t *repaired, struct error *error)
{
    if (writer->ops->end != NULL) {
        writer->ops->end(writer);
    }
    writer_flush(writer);
    errno = 0;
    if (fflush(writer->out) != 0 && writer->failure == 0) {
        writer->failure = errno == 0 ? EIO : errno;
    }
    if (repaired != NULL) {
        *repaired = writer->repaired;
    }
    int failure = writer->failure;
    size_t rows = writer->row_count;
    text_free(&writer->buffer);
    free((void *)writer->columns);
    free(writer);
    if (failure == 0) {
        return true;
    }
    error_set(error, ERROR_SERVER, "Writing %zu rows as output failed: %s.", rows,
              strerror(failure));
    error_set_hint(error, "The output is not whole. Make room or choose another file, and repeat.");
    return false;
}
