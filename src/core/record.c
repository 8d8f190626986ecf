/*
 * record: see record.h. A finished page is read from any thread and never changed.
 *
 * A page is one block: its head, where each row begins, and the cells one after the other. A cell
 * is one byte of kind and length (lengths from 31 on follow as a varint) and its bytes. Integers
 * and reals lose the bytes that are zero, so small numbers take one or two.
 */
#include "core/record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum {
    LENGTH_BITS = 5,
    LENGTH_LONG = 31, /* in the length bits: the length follows */
    LENGTH_MASK = 31
};

struct page {
    size_t column_count;
    size_t row_count;
    size_t size;       /* of the block */
    const char *cells; /* in the block, after the rows */
    uint64_t *wide;    /* where each row begins in cells, in a page of more than 4 GB; else NULL */
    uint32_t *narrow;  /* the same in any other page */
    uint64_t rows[];   /* the room of either */
};

struct page_builder {
    size_t column_count;
    size_t column; /* cells the current row has */
    struct text cells;
    size_t *rows;
    size_t row_count, row_capacity;
};

/* --- building --- */

struct page_builder *page_builder_new(size_t column_count)
{
    struct page_builder *builder = memory_zeroed(1, sizeof *builder);
    builder->column_count = column_count;
    return builder;
}

void page_builder_free(struct page_builder *builder)
{
    if (builder != NULL) {
        text_free(&builder->cells);
        free(builder->rows);
        free(builder);
    }
}

static void append_cell(struct text *cells, enum value_kind kind, const char *bytes, size_t length)
{
    char head[1 + 10];
    size_t size = 1;
    size_t in_head = length < LENGTH_LONG ? length : LENGTH_LONG;
    head[0] = (char)(((unsigned)kind << LENGTH_BITS) | in_head);
    if (in_head == LENGTH_LONG) {
        size_t rest = length;
        for (; rest >= 0x80; rest >>= 7) {
            head[size++] = (char)((rest & 0x7f) | 0x80);
        }
        head[size++] = (char)rest;
    }
    text_append(cells, head, size);
    text_append(cells, bytes, length);
}

/* The low bytes of a number first, without the high ones that are zero. */
static void append_number(struct text *cells, enum value_kind kind, uint64_t number)
{
    char bytes[8];
    size_t length = 0;
    for (; number != 0; number >>= 8) {
        bytes[length++] = (char)(number & 0xff);
    }
    append_cell(cells, kind, bytes, length);
}

/* Small negative numbers become small positive ones. */
static uint64_t zigzag(int64_t integer)
{
    uint64_t doubled = (uint64_t)integer << 1;
    return integer < 0 ? ~doubled : doubled;
}

static int64_t unzigzag(uint64_t number)
{
    uint64_t half = number >> 1;
    return (int64_t)((number & 1) != 0 ? ~half : half);
}

/* A real's bytes in the other order: round numbers end in bytes of zero, which then are high. */
static uint64_t swap_bytes(uint64_t number)
{
    uint64_t swapped = 0;
    for (int i = 0; i < 8; i++) {
        swapped = (swapped << 8) | (number & 0xff);
        number >>= 8;
    }
    return swapped;
}

static uint64_t real_bits(double real)
{
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return swap_bytes(bits);
}

static double real_from_bits(uint64_t number)
{
    double real;
    uint64_t bits = swap_bytes(number);
    memcpy(&real, &bits, sizeof real);
    return real;
}

static void begin_row(struct page_builder *builder)
{
    builder->rows = memory_grow(builder->rows, builder->row_count, &builder->row_capacity,
                                sizeof *builder->rows);
    builder->rows[builder->row_count++] = builder->cells.length;
}

void page_builder_add(struct page_builder *builder, const struct value *value)
{
    if (builder->column == builder->column_count) {
        return;
    }
    if (builder->column++ == 0) {
        begin_row(builder);
    }
    switch (value->kind) {
    case VALUE_BOOLEAN:
        append_number(&builder->cells, VALUE_BOOLEAN, value->as.boolean ? 1 : 0);
        break;
    case VALUE_INTEGER:
        append_number(&builder->cells, VALUE_INTEGER, zigzag(value->as.integer));
        break;
    case VALUE_REAL:
        append_number(&builder->cells, VALUE_REAL, real_bits(value->as.real));
        break;
    case VALUE_TEXT:
    case VALUE_BYTES:
        append_cell(&builder->cells, value->kind, value->as.text.bytes, value->as.text.length);
        break;
    default:
        append_cell(&builder->cells, value->kind, "", 0);
    }
}

void page_builder_end_row(struct page_builder *builder)
{
    struct value absent = value_absent();
    while (builder->column < builder->column_count) {
        page_builder_add(builder, &absent);
    }
    builder->column = 0;
}

static void set_rows(struct page *page, const struct page_builder *builder, bool is_wide)
{
    page->wide = is_wide ? page->rows : NULL;
    page->narrow = is_wide ? NULL : (uint32_t *)page->rows;
    for (size_t i = 0; i < builder->row_count; i++) {
        if (is_wide) {
            page->wide[i] = builder->rows[i];
        } else {
            page->narrow[i] = (uint32_t)builder->rows[i];
        }
    }
}

struct page *page_builder_finish(struct page_builder *builder)
{
    if (builder->column > 0) {
        page_builder_end_row(builder);
    }
    bool is_wide = builder->cells.length > UINT32_MAX;
    size_t rows_size = builder->row_count * (is_wide ? sizeof(uint64_t) : sizeof(uint32_t));
    size_t size = sizeof(struct page) + rows_size + builder->cells.length;
    struct page *page = memory_allocate(size);
    page->column_count = builder->column_count;
    page->row_count = builder->row_count;
    page->size = size;
    set_rows(page, builder, is_wide);
    char *cells = (char *)page->rows + rows_size;
    if (builder->cells.length > 0) {
        memcpy(cells, builder->cells.bytes, builder->cells.length);
    }
    page->cells = cells;
    page_builder_free(builder);
    return page;
}

/* --- reading --- */

void page_free(struct page *page)
{
    free(page);
}

size_t page_row_count(const struct page *page)
{
    return page->row_count;
}

size_t page_column_count(const struct page *page)
{
    return page->column_count;
}

size_t page_memory(const struct page *page)
{
    return page->size;
}

struct cell {
    enum value_kind kind;
    const char *bytes;
    size_t length;
};

static struct cell read_cell(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    struct cell cell = {
        .kind = (enum value_kind)(*byte >> LENGTH_BITS),
        .length = *byte & LENGTH_MASK,
    };
    byte++;
    if (cell.length == LENGTH_LONG) {
        cell.length = 0;
        for (unsigned shift = 0;; shift += 7) {
            cell.length |= (size_t)(*byte & 0x7f) << shift;
            if ((*byte++ & 0x80) == 0) {
                break;
            }
        }
    }
    cell.bytes = (const char *)byte;
    return cell;
}

static struct cell first_cell(const struct page *page, size_t row)
{
    size_t start = page->wide != NULL ? page->wide[row] : page->narrow[row];
    return read_cell(page->cells + start);
}

static uint64_t read_number(const struct cell *cell)
{
    uint64_t number = 0;
    for (size_t i = cell->length; i > 0; i--) {
        number = (number << 8) | (unsigned char)cell->bytes[i - 1];
    }
    return number;
}

static struct value cell_value(const struct cell *cell)
{
    switch (cell->kind) {
    case VALUE_BOOLEAN:
        return value_boolean(cell->length > 0);
    case VALUE_INTEGER:
        return value_integer(unzigzag(read_number(cell)));
    case VALUE_REAL:
        return value_real(real_from_bits(read_number(cell)));
    case VALUE_TEXT:
        return value_text(cell->bytes, cell->length);
    case VALUE_BYTES:
        return value_bytes(cell->bytes, cell->length);
    case VALUE_NULL:
        return value_null();
    default:
        return value_absent();
    }
}

struct value page_value(const struct page *page, size_t row, size_t column)
{
    struct cell cell = first_cell(page, row);
    for (size_t i = 0; i < column; i++) {
        cell = read_cell(cell.bytes + cell.length);
    }
    return cell_value(&cell);
}

struct value page_id(const struct page *page, size_t row)
{
    return page_value(page, row, 0);
}

long page_find(const struct page *page, const char *id)
{
    size_t length = strlen(id);
    for (size_t row = 0; row < page->row_count; row++) {
        struct cell cell = first_cell(page, row);
        if (cell.kind == VALUE_TEXT && cell.length == length &&
            memcmp(cell.bytes, id, length) == 0) {
            return (long)row;
        }
    }
    return -1;
}

/* --- one record --- */

struct record *record_new(const char *object, const char *id)
{
    struct record *record = memory_zeroed(1, sizeof *record);
    record->object = memory_copy_string(object);
    record->id = memory_copy_string(id);
    return record;
}

void record_free(struct record *record)
{
    if (record == NULL) {
        return;
    }
    for (size_t i = 0; i < record->field_count; i++) {
        free(record->fields[i].name);
        value_free(&record->fields[i].value);
    }
    free(record->fields);
    free(record->object);
    free(record->id);
    free(record);
}

struct record *record_copy(const struct record *record)
{
    struct record *copy = record_new(record->object, record->id);
    for (size_t i = 0; i < record->field_count; i++) {
        record_set(copy, record->fields[i].name, &record->fields[i].value);
    }
    return copy;
}

/* The position of a field, or field_count. */
static size_t find_field(const struct record *record, const char *field)
{
    size_t at = 0;
    while (at < record->field_count && strcmp(record->fields[at].name, field) != 0) {
        at++;
    }
    return at;
}

void record_set(struct record *record, const char *field, const struct value *value)
{
    struct value copy = value_copy(value);
    size_t at = find_field(record, field);
    if (at < record->field_count) {
        value_free(&record->fields[at].value);
        record->fields[at].value = copy;
        return;
    }
    record->fields = memory_resize(record->fields, at + 1, sizeof *record->fields);
    record->fields[at] = (struct record_field){memory_copy_string(field), copy};
    record->field_count = at + 1;
}

void record_unset(struct record *record, const char *field)
{
    size_t at = find_field(record, field);
    if (at == record->field_count) {
        return;
    }
    free(record->fields[at].name);
    value_free(&record->fields[at].value);
    record->field_count--;
    memmove(&record->fields[at], &record->fields[at + 1],
            (record->field_count - at) * sizeof *record->fields);
}

void record_wipe(struct record *record, const char *field)
{
    size_t at = find_field(record, field);
    if (at < record->field_count) {
        value_wipe(&record->fields[at].value);
        record_unset(record, field);
    }
}

struct value record_value(const struct record *record, const char *field)
{
    size_t at = find_field(record, field);
    return at < record->field_count ? record->fields[at].value : value_absent();
}

/* --- ids --- */

static void append_id_part(struct text *out, const struct value *value)
{
    struct text part = {0};
    value_print(value, &part);
    for (size_t i = 0; i < part.length; i++) {
        if (part.bytes[i] == ',') {
            text_append_string(out, "%2C");
        } else if (part.bytes[i] == '%') {
            text_append_string(out, "%25");
        } else {
            text_append_character(out, part.bytes[i]);
        }
    }
    text_free(&part);
}

void record_join_id(struct text *out, const struct value *values, size_t count)
{
    if (count == 1) {
        value_print(&values[0], out);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            text_append_character(out, ',');
        }
        append_id_part(out, &values[i]);
    }
}

/* The character that "%2C" or "%25" stands for; 0 for anything else after a '%'. */
static char unescape(const char *at)
{
    if (at[1] != '2') {
        return '\0';
    }
    return at[2] == 'C' || at[2] == 'c' ? ',' : at[2] == '5' ? '%' : '\0';
}

static void add_part(char ***parts, size_t *count, struct text *part)
{
    *parts = memory_resize(*parts, *count + 1, sizeof **parts);
    (*parts)[(*count)++] = text_take(part);
}

static void free_parts(char **parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(parts[i]);
    }
    free(parts);
}

char **record_split_id(const char *id, size_t *count, struct error *error)
{
    char **parts = NULL;
    struct text part = {0};
    *count = 0;
    for (const char *at = id; *at != '\0'; at++) {
        if (*at == ',') {
            add_part(&parts, count, &part);
        } else if (*at != '%') {
            text_append_character(&part, *at);
        } else if (unescape(at) != '\0') {
            text_append_character(&part, unescape(at));
            at += 2;
        } else {
            error_set(error, ERROR_USAGE,
                      "The id %s cannot be read: the %% at column %zu is neither %%2C nor %%25.",
                      id, (size_t)(at - id) + 1);
            error_set_hint(error, "In an id of several columns write %%25 for a %%.");
            free_parts(parts, *count);
            text_free(&part);
            *count = 0;
            return NULL;
        }
    }
    add_part(&parts, count, &part);
    return parts;
}
