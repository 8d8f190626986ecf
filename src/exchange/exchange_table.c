/*
 * exchange_table: the aligned table, for eyes. See exchange.h.
 *
 * Any one thread per writer. The first rows are kept to measure the columns (in columns of a
 * terminal, not bytes); then the widths are fixed, what was kept is written and the rest streams.
 * For a terminal, columns shrink until a line fits, and a text that is too long ends in "…".
 */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/memory.h"
#include "exchange/writer.h"

enum {
    ROWS_MEASURED = 1000,
    GAP = 2,            /* columns of a terminal between two columns of the table */
    NARROWEST_TEXT = 8, /* text columns shrink to this before any other does */
    NARROWEST = 4
};

struct table_cell {
    size_t start, length; /* in bytes */
    size_t width;
};

struct table_column {
    size_t width;
    bool right;
    bool has_number, has_other; /* kinds seen: they align a column that has no field */
};

struct exchange_table {
    struct text bytes; /* of the kept cells, cleaned */
    struct table_cell *cells;
    size_t cell_count, cell_capacity;
    struct table_column *columns;
    size_t row_count; /* kept rows */
    bool fixed;
};

static const char *ellipsis(const struct exchange_writer *writer)
{
    return (writer->flags & EXCHANGE_ASCII) != 0 ? "..." : "\xe2\x80\xa6";
}

/* --- measuring --- */

static void spell_cell(struct exchange_writer *writer, size_t column, const struct value *value,
                       struct text *out)
{
    struct text spelling = {0}, formatted = {0};
    if (value->kind == VALUE_TEXT) {
        writer_spell(writer, value, &spelling);
        struct value repaired = value_text(text_string(&spelling), spelling.length);
        format_value(writer->columns[column].field, &repaired, FORMAT_LIST, &formatted);
    } else {
        format_value(writer->columns[column].field, value, FORMAT_LIST, &formatted);
    }
    writer_clean(writer, &formatted, out);
    text_free(&spelling);
    text_free(&formatted);
}

static void keep_cell(struct exchange_writer *writer, size_t column, const struct value *value)
{
    struct exchange_table *table = writer->table;
    table->cells =
        memory_grow(table->cells, table->cell_count, &table->cell_capacity, sizeof *table->cells);
    struct table_cell *cell = &table->cells[table->cell_count++];
    cell->start = table->bytes.length;
    spell_cell(writer, column, value, &table->bytes);
    cell->length = table->bytes.length - cell->start;
    cell->width = text_width(text_string(&table->bytes) + cell->start, cell->length);
    struct table_column *measured = &table->columns[column];
    measured->width = cell->width > measured->width ? cell->width : measured->width;
    bool number = value->kind == VALUE_INTEGER || value->kind == VALUE_REAL;
    measured->has_number = measured->has_number || number;
    measured->has_other = measured->has_other || (!number && !value_is_nothing(value));
}

static size_t total_width(const struct exchange_writer *writer)
{
    size_t total = writer->column_count > 0 ? GAP * (writer->column_count - 1) : 0;
    for (size_t i = 0; i < writer->column_count; i++) {
        total += writer->table->columns[i].width;
    }
    return total;
}

/* The widest column above a width, or NULL. */
static struct table_column *widest(struct exchange_writer *writer, bool text_only, size_t above)
{
    struct table_column *found = NULL;
    for (size_t i = 0; i < writer->column_count; i++) {
        struct table_column *column = &writer->table->columns[i];
        if (column->width > above && !(text_only && column->right) &&
            (found == NULL || column->width > found->width)) {
            found = column;
        }
    }
    return found;
}

/* Shrinks the widest columns, text before numbers, until a line fits the terminal or none can. */
static void shrink(struct exchange_writer *writer)
{
    for (size_t total = total_width(writer); total > writer->width; total--) {
        struct table_column *column = widest(writer, true, NARROWEST_TEXT);
        if (column == NULL) {
            column = widest(writer, false, NARROWEST);
        }
        if (column == NULL) {
            return;
        }
        column->width--;
    }
}

/* Widens a column for a cell that came after the widths were fixed, as far as the terminal has room
 * to spare. Where there is no terminal the cell may stand out, and the column stays. */
static void widen(struct exchange_writer *writer, size_t column, size_t width)
{
    size_t total = total_width(writer);
    size_t spare = writer->width > total ? writer->width - total : 0;
    struct table_column *place = &writer->table->columns[column];
    if (width > place->width) {
        size_t wanted = width - place->width;
        place->width += wanted < spare ? wanted : spare;
    }
}

/* --- writing --- */

static void append_spaces(struct text *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_append_character(out, ' ');
    }
}

/* Appends a text that is too wide for its column, cut; returns the columns it takes. */
static size_t append_cut(const struct exchange_writer *writer, struct text *out, const char *bytes,
                         size_t length, size_t width)
{
    const char *mark = ellipsis(writer);
    size_t mark_width = text_width(mark, strlen(mark));
    size_t used;
    if (width <= mark_width) {
        text_append(out, bytes, text_fit(bytes, length, width, &used));
        return used;
    }
    text_append(out, bytes, text_fit(bytes, length, width - mark_width, &used));
    text_append_string(out, mark);
    return used + mark_width;
}

static void write_cell(struct exchange_writer *writer, size_t column, const char *bytes,
                       size_t length, size_t width)
{
    struct text *out = &writer->buffer;
    const struct table_column *place = &writer->table->columns[column];
    bool last = column + 1 == writer->column_count;
    if (place->right && width < place->width) {
        append_spaces(out, place->width - width);
        width = place->width;
        text_append(out, bytes, length);
    } else if (width > place->width && writer->width > 0) {
        width = append_cut(writer, out, bytes, length, place->width);
    } else {
        text_append(out, bytes, length);
    }
    if (!last) {
        append_spaces(out, GAP + (width < place->width ? place->width - width : 0));
    }
}

/* Ends the line without the spaces that an empty last cell leaves. */
static void end_line(struct exchange_writer *writer)
{
    struct text *out = &writer->buffer;
    size_t length = out->length;
    while (length > 0 && out->bytes[length - 1] == ' ') {
        length--;
    }
    text_truncate(out, length);
    text_append_character(out, '\n');
}

static void write_heading(struct exchange_writer *writer)
{
    for (size_t i = 0; i < writer->column_count; i++) {
        struct text name = {0}, clean = {0};
        text_append_string(&name, writer->columns[i].name);
        writer_clean(writer, &name, &clean);
        write_cell(writer, i, text_string(&clean), clean.length,
                   text_width(text_string(&clean), clean.length));
        text_free(&name);
        text_free(&clean);
    }
    end_line(writer);
    const char *line = (writer->flags & EXCHANGE_ASCII) != 0 ? "-" : "\xe2\x94\x80"; /* ─ */
    for (size_t i = 0; i < writer->column_count; i++) {
        append_spaces(&writer->buffer, i > 0 ? GAP : 0);
        for (size_t j = 0; j < writer->table->columns[i].width; j++) {
            text_append_string(&writer->buffer, line);
        }
    }
    end_line(writer);
}

static void write_kept_rows(struct exchange_writer *writer)
{
    struct exchange_table *table = writer->table;
    const struct table_cell *cell = table->cells;
    for (size_t row = 0; row < table->row_count; row++) {
        for (size_t i = 0; i < writer->column_count; i++, cell++) {
            write_cell(writer, i, text_string(&table->bytes) + cell->start, cell->length,
                       cell->width);
        }
        end_line(writer);
        writer_flush_some(writer);
    }
}

/* Fixes the widths and writes what was kept. */
static void fix(struct exchange_writer *writer)
{
    struct exchange_table *table = writer->table;
    for (size_t i = 0; i < writer->column_count; i++) {
        struct table_column *column = &table->columns[i];
        const struct field *field = writer->columns[i].field;
        column->right = field != NULL ? format_is_right_aligned(field->type)
                                      : column->has_number && !column->has_other;
    }
    if (writer->width > 0) {
        shrink(writer);
    }
    table->fixed = true;
    write_heading(writer);
    write_kept_rows(writer);
    text_free(&table->bytes);
    free(table->cells);
    table->cells = NULL;
}

static void table_begin(struct exchange_writer *writer)
{
    struct exchange_table *table = memory_zeroed(1, sizeof *table);
    table->columns = memory_zeroed(writer->column_count, sizeof *table->columns);
    writer->table = table;
    for (size_t i = 0; i < writer->column_count; i++) {
        struct text name = {0}, clean = {0};
        text_append_string(&name, writer->columns[i].name);
        writer_clean(writer, &name, &clean);
        table->columns[i].width = text_width(text_string(&clean), clean.length);
        text_free(&name);
        text_free(&clean);
    }
}

static void table_row(struct exchange_writer *writer, const struct value *values)
{
    struct exchange_table *table = writer->table;
    if (!table->fixed) {
        for (size_t i = 0; i < writer->column_count; i++) {
            keep_cell(writer, i, &values[i]);
        }
        if (++table->row_count == ROWS_MEASURED) {
            fix(writer);
        }
        return;
    }
    for (size_t i = 0; i < writer->column_count; i++) {
        struct text cell = {0};
        spell_cell(writer, i, &values[i], &cell);
        size_t width = text_width(text_string(&cell), cell.length);
        widen(writer, i, width);
        write_cell(writer, i, text_string(&cell), cell.length, width);
        text_free(&cell);
    }
    end_line(writer);
}

static void table_end(struct exchange_writer *writer)
{
    if (!writer->table->fixed) {
        fix(writer);
    }
    free(writer->table->columns);
    free(writer->table);
    writer->table = NULL;
}

const struct exchange_ops exchange_table_ops = {
    .name = "table",
    .begin = table_begin,
    .row = table_row,
    .end = table_end,
};
