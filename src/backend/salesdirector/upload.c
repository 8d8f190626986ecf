/*
 * upload: CSV files made ready to send. A file is read with libcsv and written again, record by
 * record, so that what is sent is RFC 4180 whatever was given, and a part ends where a record ends.
 */
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "backend/salesdirector/internal.h"
#include "core/memory.h"
#include "net/json.h"

void upload_parts_clear(struct upload *upload)
{
    for (size_t i = 0; i < upload->part_count; i++) {
        text_free(&upload->parts[i].csv);
        free(upload->parts[i].writes);
    }
    free(upload->parts);
    *upload = (struct upload){0};
}

struct upload_part *upload_add_part(struct upload *upload)
{
    upload->parts = memory_resize(upload->parts, upload->part_count + 1, sizeof *upload->parts);
    struct upload_part *part = &upload->parts[upload->part_count++];
    *part = (struct upload_part){0};
    return part;
}

/* --- writing --- */

void upload_cell(struct text *csv, bool first, const char *bytes, size_t length, bool strip_commas)
{
    bool quoted = false;
    if (!first) {
        text_append_character(csv, ',');
    }
    for (size_t i = 0; i < length; i++) {
        quoted = quoted || bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r' ||
                 (bytes[i] == ',' && !strip_commas);
    }
    if (quoted) {
        text_append_character(csv, '"');
    }
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == ',' && strip_commas) {
            continue;
        }
        if (bytes[i] == '"') {
            text_append_character(csv, '"');
        }
        text_append_character(csv, bytes[i]);
    }
    if (quoted) {
        text_append_character(csv, '"');
    }
}

void upload_end_row(struct text *csv)
{
    text_append_string(csv, "\r\n");
}

/* --- reading a file --- */

struct reading {
    const struct object *object;
    bool strip_commas;
    size_t most;
    struct upload *upload;
    struct error *error;
    struct text header; /* the first row, as it is sent */
    struct text row;    /* the one that is being read */
    size_t cells;       /* of it, so far */
    size_t row_number;  /* 1 is the header */
    const struct member **columns;
    size_t column_count;
    struct text unknown; /* headings */
};

static bool is_taken(const struct reading *reading, const struct member *member)
{
    for (size_t i = 0; i < reading->column_count; i++) {
        if (reading->columns[i] == member) {
            return true;
        }
    }
    return false;
}

static void take_heading(struct reading *reading, const char *bytes, size_t length)
{
    const struct member *member = director_heading(reading->object, bytes, length);
    if (member == NULL) {
        text_format(&reading->unknown, "%s\"%.*s\"", reading->unknown.length > 0 ? ", " : "",
                    (int)(length < 60 ? length : 60), bytes);
        return;
    }
    if (is_taken(reading, member)) {
        error_set(reading->error, ERROR_USAGE, "two columns of the file mean %s", member->header);
        return;
    }
    reading->columns = memory_resize((void *)reading->columns, reading->column_count + 1,
                                     sizeof *reading->columns);
    reading->columns[reading->column_count++] = member;
    upload_cell(&reading->header, reading->column_count == 1, member->header,
                strlen(member->header), false);
}

static void take_cell(void *bytes, size_t length, void *context)
{
    struct reading *reading = context;
    if (error_is_set(reading->error)) {
        return;
    }
    if (reading->row_number == 1) {
        take_heading(reading, bytes == NULL ? "" : bytes, length);
    } else {
        upload_cell(&reading->row, reading->cells == 0, bytes == NULL ? "" : bytes, length,
                    reading->strip_commas);
    }
    reading->cells++;
}

/* The columns as the page names them; required: those an upload must have. */
static void list_headings(const struct object *object, bool required, const struct reading *but,
                          struct text *out)
{
    for (size_t i = 0; i < object->member_count; i++) {
        const struct member *member = &object->members[i];
        bool listed = member->header != NULL &&
                      (!required || (member->flags & MEMBER_REQUIRED) != 0) &&
                      (but == NULL || !is_taken(but, member));
        if (listed) {
            text_format(out, "%s%s", out->length > 0 ? ", " : "", member->header);
        }
    }
}

static void check_header(struct reading *reading)
{
    struct text missing = {0}, known = {0};
    list_headings(reading->object, true, reading, &missing);
    list_headings(reading->object, false, NULL, &known);
    if (error_is_set(reading->error)) {
        error_context(reading->error, "the file was not sent: ");
    } else if (reading->unknown.length > 0 || missing.length > 0) {
        error_set(reading->error, ERROR_USAGE, "the file was not sent: its first row %s%s%s%s%s",
                  reading->unknown.length > 0 ? "has unknown columns: " : "",
                  text_string(&reading->unknown),
                  reading->unknown.length > 0 && missing.length > 0 ? "; it " : "",
                  missing.length > 0 ? "lacks columns: " : "", text_string(&missing));
        error_set_hint(reading->error, "columns of %s are: %s", reading->object->label,
                       text_string(&known));
    }
    text_free(&missing);
    text_free(&known);
    upload_end_row(&reading->header);
}

/* Puts the row into the last part, or into a new one where it would be too large. */
static void place_row(struct reading *reading)
{
    struct upload *upload = reading->upload;
    struct upload_part *part =
        upload->part_count == 0 ? NULL : &upload->parts[upload->part_count - 1];
    if (reading->row.length == 0) {
        text_append_string(&reading->row, "\"\""); /* an empty line would be no record */
    }
    upload_end_row(&reading->row);
    if (reading->header.length + reading->row.length > reading->most) {
        error_set(reading->error, ERROR_USAGE,
                  "the file was not sent: row %zu alone is larger than an upload may be",
                  reading->row_number);
        return;
    }
    if (part == NULL || part->csv.length + reading->row.length > reading->most) {
        part = upload_add_part(upload);
        text_append(&part->csv, text_string(&reading->header), reading->header.length);
    }
    text_append(&part->csv, text_string(&reading->row), reading->row.length);
    part->rows++;
}

static void take_row(int terminator, void *context)
{
    struct reading *reading = context;
    (void)terminator;
    if (error_is_set(reading->error) && reading->row_number > 1) {
        return;
    }
    if (reading->row_number == 1) {
        check_header(reading);
    } else if (reading->cells > reading->column_count) {
        error_set(reading->error, ERROR_USAGE,
                  "the file was not sent: row %zu has %zu values for %zu columns",
                  reading->row_number, reading->cells, reading->column_count);
        error_set_hint(reading->error, "a value that holds a comma wants quotes around it");
    } else {
        place_row(reading);
    }
    text_truncate(&reading->row, 0);
    reading->cells = 0;
    reading->row_number++;
}

/* Spaces belong to the value. */
static int no_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static bool parse(struct reading *reading, const char *csv)
{
    /* By default a cell grows by 128 bytes, and a long one is copied again and again. */
    enum { CELL_GROWTH = 1 << 16 };
    struct csv_parser parser;
    size_t length = strlen(csv);
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        abort();
    }
    csv_set_blk_size(&parser, CELL_GROWTH);
    csv_set_space_func(&parser, no_space);
    bool ok = csv_parse(&parser, csv, length, take_cell, take_row, reading) == length &&
              csv_fini(&parser, take_cell, take_row, reading) == 0;
    if (!ok && !error_is_set(reading->error)) {
        error_set(reading->error, ERROR_USAGE,
                  "the file was not sent: row %zu is not CSV: a quote stands where none may, or "
                  "does not end",
                  reading->row_number);
    }
    csv_free(&parser);
    return !error_is_set(reading->error);
}

bool upload_read(const struct object *object, const char *csv, bool strip_commas, size_t most,
                 struct upload *upload, struct error *error)
{
    struct reading reading = {.object = object,
                              .strip_commas = strip_commas,
                              .most = most,
                              .upload = upload,
                              .error = error,
                              .row_number = 1};
    static const char mark[] = "\xef\xbb\xbf"; /* what some programs put before UTF-8 */
    upload_parts_clear(upload);
    if (strncmp(csv, mark, sizeof mark - 1) == 0) {
        csv += sizeof mark - 1;
    }
    bool ok = parse(&reading, csv);
    if (ok && upload->part_count == 0) {
        ok = error_set(error, ERROR_USAGE,
                       "the file was not sent: it holds no records below a first row of names");
    }
    text_free(&reading.header);
    text_free(&reading.row);
    text_free(&reading.unknown);
    free((void *)reading.columns);
    if (!ok) {
        upload_parts_clear(upload);
    }
    return ok;
}

/* --- what the server made of it --- */

static bool read_count(const json_t *data, const char *name, int64_t *out)
{
    const json_t *json = json_member(data, name);
    struct value value = value_null();
    if (json_is_string(json)) {
        (void)value_parse_number(json_string_value(json), json_string_length(json), &value);
    } else if (json_is_integer(json)) {
        value = value_integer(json_integer_value(json));
    }
    *out = value.kind == VALUE_INTEGER ? value.as.integer : 0;
    return value.kind == VALUE_INTEGER;
}

bool upload_counts_read(const struct http_response *response, struct upload_counts *counts,
                        struct error *error)
{
    json_t *data = director_reply(response, error);
    *counts = (struct upload_counts){0};
    if (data == NULL) {
        return false;
    }
    bool imported = read_count(data, "total_imported_rows", &counts->imported);
    bool errors = read_count(data, "total_error_rows", &counts->errors);
    (void)read_count(data, "total_original_rows", &counts->original);
    const char *file = json_member_string(data, "error_file");
    if (file != NULL && file[0] != '\0') {
        counts->error_file = memory_copy_string(file);
    }
    json_decref(data);
    if (!imported && !errors) {
        free(counts->error_file);
        *counts = (struct upload_counts){0};
        error_set(
            error, ERROR_PROTOCOL,
            "SalesDirector.ai took the upload, but its answer does not say how many rows were "
            "imported");
        error_set_hint(error, "look there before sending it again");
        return false;
    }
    return true;
}

void upload_counts_fail(const struct upload_counts *counts, struct error *error)
{
    if (counts->errors <= 0) {
        return;
    }
    error_set(error, ERROR_VALIDATION, "SalesDirector.ai refused %lld of %lld rows",
              (long long)counts->errors, (long long)counts->original);
    if (counts->error_file != NULL) {
        error_set_hint(error, "the rows and the reasons are in %s", counts->error_file);
    } else {
        error_set_hint(error, "send_error_email=true has the reasons sent by e-mail");
    }
}
