/*
 * set: the answer to fetchRecords, read as a stream into one block of bytes with a cell for each
 * field of each record, and what is learnt of the fields on the way.
 *
 * Any names are taken: the root's children are records, unless they are a list within an envelope;
 * a record's children are its fields; what is nested deeper gets a name with a dot, and what
 * comes twice is joined. Nothing is dropped but texts beside elements.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/snapforce/internal.h"
#include "core/memory.h"
#include "net/xml.h"

/* --- fields --- */

void snap_fields_clear(struct snap_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        free(fields->items[i].name);
    }
    free(fields->items);
    memset(fields, 0, sizeof *fields);
}

int snap_field_index(const struct snap_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (strcmp(fields->items[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* The field of this name, found or made; -1 when there are too many. */
static int need_field(struct snap_fields *fields, const char *name)
{
    size_t likely = fields->next;
    int index = likely < fields->count && strcmp(fields->items[likely].name, name) == 0
                    ? (int)likely
                    : snap_field_index(fields, name);
    if (index < 0 && fields->count < SNAP_MOST_FIELDS) {
        fields->items =
            memory_grow(fields->items, fields->count, &fields->capacity, sizeof *fields->items);
        index = (int)fields->count;
        fields->items[fields->count++] =
            (struct snap_field){.name = memory_copy_string(name), .fits = SNAP_FITS_ALL};
    }
    fields->next = (size_t)(index + 1);
    return index;
}

/* --- what a value may be --- */

/* In a shape, 0 stands for any digit. */
static bool has_shape(const char *bytes, size_t length, const char *shape)
{
    for (size_t i = 0; i < length; i++) {
        bool digit = bytes[i] >= '0' && bytes[i] <= '9';
        if (shape[i] == '\0' || (shape[i] == '0' ? !digit : bytes[i] != shape[i])) {
            return false;
        }
    }
    return shape[length] == '\0';
}

static bool is_shape_of(const char *bytes, size_t length, const char *const *shapes)
{
    for (size_t i = 0; shapes[i] != NULL; i++) {
        if (has_shape(bytes, length, shapes[i])) {
            return true;
        }
    }
    return false;
}

static int two_digits(const char *bytes)
{
    return (bytes[0] - '0') * 10 + bytes[1] - '0';
}

/* Of something in the shape of a date: a month and a day that there may be. */
static bool is_day(const char *bytes)
{
    int month = two_digits(bytes + 5), day = two_digits(bytes + 8);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* MySQL's way to have no date. */
static bool is_zero_date(const char *bytes, size_t length)
{
    return length >= 10 && memcmp(bytes, "0000-00-00", 10) == 0;
}

static unsigned date_fits(const char *bytes, size_t length)
{
    static const char *const dates[] = {"0000-00-00", NULL};
    static const char *const moments[] = {"0000-00-00 00:00:00", "0000-00-00T00:00:00",
                                          "0000-00-00T00:00:00Z", "0000-00-00 00:00", NULL};
    if (is_shape_of(bytes, length, dates)) {
        return is_day(bytes) || is_zero_date(bytes, length) ? SNAP_FITS_DATE | SNAP_FITS_DATETIME
                                                            : 0;
    }
    return is_shape_of(bytes, length, moments) && (is_day(bytes) || is_zero_date(bytes, length))
               ? SNAP_FITS_DATETIME
               : 0;
}

/* -12, 0.5; no 007, no +1, no 1,000: what prints as it was. */
static unsigned number_fits(const char *bytes, size_t length)
{
    enum { MOST_DIGITS = 18 };
    size_t at = length > 0 && bytes[0] == '-' ? 1 : 0, start = at;
    while (at < length && bytes[at] >= '0' && bytes[at] <= '9') {
        at++;
    }
    size_t digits = at - start;
    if (digits == 0 || digits > MOST_DIGITS || (digits > 1 && bytes[start] == '0')) {
        return 0;
    }
    if (at == length) {
        return SNAP_FITS_INTEGER | SNAP_FITS_NUMBER;
    }
    size_t point = at;
    for (at++; bytes[point] == '.' && at < length && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
    }
    return bytes[point] == '.' && at == length && length > point + 1 && length < 2 * MOST_DIGITS
               ? SNAP_FITS_NUMBER
               : 0;
}

static bool is_email(const char *bytes, size_t length)
{
    const char *at = memchr(bytes, '@', length);
    return at != NULL && at > bytes && at + 1 < bytes + length &&
           memchr(bytes, ' ', length) == NULL &&
           memchr(at + 1, '@', (size_t)(bytes + length - at - 1)) == NULL;
}

static bool is_phone(const char *bytes, size_t length)
{
    size_t digits = 0;
    for (size_t i = 0; i < length; i++) {
        bool digit = bytes[i] >= '0' && bytes[i] <= '9';
        digits += digit;
        if (!digit && (bytes[i] == '\0' || strchr(" +-().x/", bytes[i]) == NULL)) {
            return false;
        }
    }
    return digits >= 3;
}

/* Which of the bits that are still open the value fits: what is decided costs nothing more. */
static unsigned fits_of(unsigned open, const char *bytes, size_t length)
{
    unsigned fits = 0;
    if ((open & (SNAP_FITS_INTEGER | SNAP_FITS_NUMBER)) != 0) {
        fits |= number_fits(bytes, length);
    }
    if ((open & (SNAP_FITS_DATE | SNAP_FITS_DATETIME)) != 0) {
        fits |= date_fits(bytes, length);
    }
    if ((open & SNAP_FITS_EMAIL) != 0 && is_email(bytes, length)) {
        fits |= SNAP_FITS_EMAIL;
    }
    if ((open & SNAP_FITS_PHONE) != 0 && is_phone(bytes, length)) {
        fits |= SNAP_FITS_PHONE;
    }
    if ((open & SNAP_FITS_LINE) != 0 && memchr(bytes, '\n', length) == NULL) {
        fits |= SNAP_FITS_LINE;
    }
    return fits;
}

static void learn(struct snap_field *field, const char *bytes, size_t length)
{
    if (length > 0) {
        field->fits &= fits_of(field->fits, bytes, length);
        field->filled = field->filled || !is_zero_date(bytes, length);
    }
}

/* --- the stream --- */

struct reading {
    struct snap_set *set;
    struct snap_fields *fields;
    const struct snap_module *module;
    const char *id_field;
    enum snap_status status;
    struct error *error;
    int depth, record_depth;
    bool in_error; /* within an element that tells of an error */
    int error_depth;
    bool leaf;      /* the element that began last has not ended */
    bool has_field; /* of the record that is read */
    bool named;     /* it has an attribute for an id */
    struct text name, value, words;
    bool failed; /* <status>error</status> */
};

static bool is_envelope(const struct reading *reading, const char *name)
{
    static const char *const names[] = {"records", "result", "results", "data", "response", NULL};
    for (size_t i = 0; names[i] != NULL; i++) {
        if (text_equal_folded(name, names[i])) {
            return true;
        }
    }
    return text_equal_folded(name, reading->module->name);
}

static uint32_t keep_bytes(struct snap_set *set, const char *bytes, size_t length)
{
    size_t start = set->bytes.length;
    text_append(&set->bytes, bytes, length);
    return (uint32_t)start;
}

static bool begin_record(struct reading *reading, const char *name,
                         const struct xml_attributes *attributes)
{
    struct snap_set *set = reading->set;
    const char *bytes;
    size_t length;
    reading->named = xml_first_attribute(attributes, &bytes, &length);
    if (!reading->named && reading->record_depth == 2 && is_envelope(reading, name)) {
        reading->record_depth++;
        return true;
    }
    reading->has_field = false;
    text_truncate(&reading->name, 0);
    text_append_string(&reading->name, name);
    set->rows = memory_grow(set->rows, set->row_count, &set->row_capacity, sizeof *set->rows);
    struct snap_row *row = &set->rows[set->row_count];
    *row = (struct snap_row){.first = set->cell_count, .status = reading->status};
    if (reading->named) {
        row->id_length = (uint32_t)length;
        row->id = keep_bytes(set, bytes, length);
    }
    return true;
}

static bool begin_field(struct reading *reading, const char *name)
{
    if (reading->depth == reading->record_depth + 1) {
        text_truncate(&reading->name, 0);
    } else {
        text_append_character(&reading->name, '.');
    }
    text_append_string(&reading->name, name);
    return reading->name.length <= SNAP_LONGEST_NAME ||
           error_set(reading->error, ERROR_PROTOCOL,
                     "A field in the answer of Snapforce has a name of more than %d bytes.",
                     SNAP_LONGEST_NAME);
}

static bool on_start(void *context, const char *space, const char *name,
                     const struct xml_attributes *attributes)
{
    struct reading *reading = context;
    (void)space;
    reading->depth++;
    reading->leaf = !xml_is_nil(attributes);
    text_truncate(&reading->value, 0);
    if (!reading->in_error && reading->depth <= 2 && snap_is_error_name(name)) {
        reading->in_error = true;
        reading->error_depth = reading->depth;
    }
    if (reading->in_error || reading->depth < reading->record_depth) {
        return true;
    }
    return reading->depth == reading->record_depth ? begin_record(reading, name, attributes)
                                                   : begin_field(reading, name);
}

static bool on_text(void *context, const char *bytes, size_t length)
{
    struct reading *reading = context;
    enum { MOST_WORDS = 2000 };
    if (reading->in_error && reading->words.length + length < MOST_WORDS) {
        text_append(&reading->words, bytes, length);
    } else if (reading->leaf) {
        text_append(&reading->value, bytes, length);
    }
    return true;
}

/* Takes what came twice into one value, copied to the end of the bytes where it is not there. */
static void join(struct reading *reading, struct snap_field *field)
{
    struct snap_set *set = reading->set;
    struct snap_cell *cell = &set->cells[field->cell];
    if ((size_t)cell->start + cell->length != set->bytes.length) {
        char *copy = memory_copy(set->bytes.bytes + cell->start, cell->length);
        cell->start = keep_bytes(set, copy, cell->length);
        free(copy);
    }
    (void)keep_bytes(set, "; ", 2);
    (void)keep_bytes(set, text_string(&reading->value), reading->value.length);
    cell->length = (uint32_t)(set->bytes.length - cell->start);
    field->repeats = true;
    field->fits &= SNAP_FITS_LINE;
}

static void add_cell(struct reading *reading, int index)
{
    struct snap_set *set = reading->set;
    struct snap_row *row = &set->rows[set->row_count];
    struct snap_field *field = &reading->fields->items[index];
    if (field->row == set->row_count + 1) {
        join(reading, field);
        return;
    }
    set->cells = memory_grow(set->cells, set->cell_count, &set->cell_capacity, sizeof *set->cells);
    field->row = set->row_count + 1;
    field->cell = set->cell_count;
    set->cells[set->cell_count++] = (struct snap_cell){
        .field = (uint32_t)index,
        .start = keep_bytes(set, text_string(&reading->value), reading->value.length),
        .length = (uint32_t)reading->value.length};
    row->count++;
}

static bool end_field(struct reading *reading)
{
    struct snap_row *row = &reading->set->rows[reading->set->row_count];
    const char *name = text_string(&reading->name), *value = text_string(&reading->value);
    size_t length = reading->value.length;
    reading->has_field = true;
    if (strcmp(name, SNAP_STATUS) == 0 && snap_status_read(value, length, &row->status)) {
        return true;
    }
    bool other = strcmp(name, SNAP_STATUS) == 0; /* a status of its own */
    int index = need_field(reading->fields, other ? "record_status" : name);
    if (index < 0) {
        return error_set(reading->error, ERROR_PROTOCOL,
                         "The records in the answer of Snapforce have more than %d fields.",
                         SNAP_MOST_FIELDS);
    }
    if (reading->set->bytes.length > 2 * (size_t)XML_MOST_BYTES) {
        return error_set(reading->error, ERROR_PROTOCOL,
                         "The records in the answer of Snapforce are larger than they may be.");
    }
    learn(&reading->fields->items[index], value, length);
    reading->fields->items[index].nested |= reading->depth > reading->record_depth + 1;
    reading->fields->items[index].taken |= other;
    add_cell(reading, index);
    if (strcmp(name, reading->id_field) == 0 && length > 0) {
        const struct snap_cell *cell = &reading->set->cells[reading->fields->items[index].cell];
        row->id = cell->start;
        row->id_length = cell->length;
    }
    return true;
}

/* A record without an id gets a name of its own, by which it is shown and cannot be written. */
static void end_record(struct reading *reading)
{
    struct snap_set *set = reading->set;
    struct snap_row *row = &set->rows[set->row_count];
    if (!reading->has_field && !reading->named) {
        bool status = text_equal_folded(text_string(&reading->name), SNAP_STATUS);
        reading->failed =
            reading->failed || (status && snap_is_failure(text_string(&reading->value)));
        return; /* words beside the records, such as <status>success</status> */
    }
    if (row->id_length == 0) {
        struct text id = {0};
        text_format(&id, "#%c%zu", reading->status == SNAP_ACTIVE ? 'A' : 'I', set->row_count + 1);
        row->id_length = (uint32_t)id.length;
        row->id = keep_bytes(set, text_string(&id), id.length);
        text_free(&id);
    }
    set->row_count++;
}

static bool on_end(void *context, const char *space, const char *name)
{
    struct reading *reading = context;
    (void)space;
    (void)name;
    int depth = reading->depth;
    bool good = true;
    if (reading->in_error) {
        text_append_string(&reading->words, reading->words.length > 0 ? " " : "");
        reading->in_error = depth > reading->error_depth;
    } else if (depth > reading->record_depth && reading->leaf) {
        good = end_field(reading);
    } else if (depth == reading->record_depth) {
        end_record(reading);
    } else if (depth == 2) {
        reading->record_depth = 2; /* the envelope's end */
    }
    if (depth > reading->record_depth + 1) {
        const char *dot = strrchr(text_string(&reading->name), '.');
        text_truncate(&reading->name, dot == NULL ? 0 : (size_t)(dot - reading->name.bytes));
    }
    reading->leaf = false;
    reading->depth--;
    return good;
}

/* --- an answer --- */

void snap_set_clear(struct snap_set *set)
{
    text_free(&set->bytes);
    free(set->cells);
    free(set->rows);
    memset(set, 0, sizeof *set);
}

static void trim(struct text *words)
{
    while (words->length > 0 && strchr(" \t\r\n", words->bytes[words->length - 1]) != NULL) {
        text_truncate(words, words->length - 1);
    }
}

/* "No records found" is a list without records. */
static bool check_words(struct reading *reading)
{
    static const char *const empty[] = {"no record", "no data", "no result"};
    trim(&reading->words);
    const char *words = text_string(&reading->words);
    size_t length = reading->words.length;
    if (reading->set->row_count > 0 || (length == 0 && !reading->failed)) {
        return true;
    }
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        if (text_contains_folded(words, length, empty[i], strlen(empty[i]))) {
            return true;
        }
    }
    snap_fail_words(words, length, false, reading->error);
    return false;
}

static void forget_rows(struct snap_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        fields->items[i].row = 0;
    }
    fields->next = 0;
}

bool snap_set_read(struct snap_set *set, struct snap_fields *fields,
                   const struct snap_module *module, const char *id_field, enum snap_status status,
                   const struct http_response *response, struct error *error)
{
    static const struct xml_events events = {on_start, on_text, on_end};
    struct reading reading = {.set = set,
                              .fields = fields,
                              .module = module,
                              .id_field = id_field,
                              .status = status,
                              .error = error,
                              .record_depth = 2};
    snap_set_clear(set);
    if (!snap_check_status(response, error)) {
        return false;
    }
    forget_rows(fields);
    bool good = xml_read(response->body, response->length, &events, &reading, error);
    if (!good) {
        snap_explain_page(response, error);
    }
    good = good && check_words(&reading);
    if (!good) {
        snap_set_clear(set);
    }
    set->known = good;
    set->read_at = snap_now();
    text_free(&reading.name);
    text_free(&reading.value);
    text_free(&reading.words);
    return good;
}

const struct snap_cell *snap_row_cell(const struct snap_set *set, const struct snap_row *row,
                                      int field)
{
    for (size_t i = 0; field >= 0 && i < row->count; i++) {
        if (set->cells[row->first + i].field == (uint32_t)field) {
            return &set->cells[row->first + i];
        }
    }
    return NULL;
}

const struct snap_row *snap_set_find(const struct snap_set *set, const char *id)
{
    size_t length = strlen(id);
    for (size_t i = 0; i < set->row_count; i++) {
        const struct snap_row *row = &set->rows[i];
        if (row->id_length == length && memcmp(set->bytes.bytes + row->id, id, length) == 0) {
            return row;
        }
    }
    return NULL;
}
