/*
 * page: pages of records, read as a stream straight into the page: no tree, and no allocation for a
 * record (query, queryAll, queryMore). Pure.
 *
 * A slot is a path that some column or the order asks for. Elements come in the order in which the
 * fields were selected, so the slot after the last one found is nearly always the one.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/internal.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

enum { NOWHERE = -1 };

/* How deep the elements stand that lead to the records. */
enum place { AT_ENVELOPE = 1, AT_BODY, AT_RESPONSE, AT_RESULT, AT_ROW };

struct slot {
    char *path; /* owned */
    enum field_type type;
    struct text text;
    bool seen, nil;
};

struct page_reader {
    struct page_builder *builder;
    struct slot *slots;
    size_t slot_count;
    size_t *columns; /* slot of each column of the page */
    size_t column_count;
    size_t guess; /* the slot that probably comes next */

    int depth;                          /* of the element that is open */
    int matched;                        /* how many of those leading to the records are open */
    bool in_row;                        /* inside of a record */
    struct text path;                   /* of the element that is open, within the record */
    size_t lengths[XML_MOST_DEPTH + 1]; /* of the path outside the element at each depth */
    int open_slot, open_depth;          /* whose text is being read */
    int open_part;                      /* of an address; NOWHERE outside of one */
    struct text parts[SALESFORCE_PLACE_PARTS];
    bool part_seen[SALESFORCE_PLACE_PARTS];

    struct text done, locator, size; /* of the result */
    struct text *open_word;          /* which of them is open; NULL: none */
    struct text bytes;               /* of base64 */
    bool is_fault, lacks_id;
    size_t row_count;
};

/* --- slots --- */

static int find_slot(const struct page_reader *reader, const char *path)
{
    for (size_t i = 0; i < reader->slot_count; i++) {
        size_t at = (reader->guess + i) % reader->slot_count;

        if (strcmp(reader->slots[at].path, path) == 0)
            return (int)at;
    }
    return NOWHERE;
}

static size_t add_slot(struct page_reader *reader, const char *path, enum field_type type)
{
    int known = reader->slot_count ? find_slot(reader, path) : NOWHERE;

    if (known != NOWHERE)
        return (size_t)known;
    reader->slots = memory_resize(reader->slots, reader->slot_count + 1, sizeof *reader->slots);
    reader->slots[reader->slot_count] =
        (struct slot){.path = memory_copy_string(path), .type = type};
    return reader->slot_count++;
}

static enum field_type column_type(const struct soql_source *source, size_t column)
{
    const struct query *query = source->query;
    const struct field *field = &source->schema->fields[0];

    if (query && query->column_count > 0)
        field = query->columns[column].field;
    else
        field += column;
    return field ? field->type : FIELD_ANY;
}

static void add_order_slots(struct page_reader *reader, const struct soql_source *source)
{
    for (size_t i = 0; source->query && i < source->query->order_count; i++) {
        const struct order_term *term = &source->query->order[i];
        struct text path = {0};

        soql_path(source, term->parts, term->part_count, &path);
        add_slot(reader, text_string(&path), term->field ? term->field->type : FIELD_ANY);
        text_free(&path);
    }
}

static void open_reader(struct page_reader *reader, const struct soql_source *source)
{
    char **paths = soql_column_paths(source, &reader->column_count);

    *reader = (struct page_reader){
        .column_count = reader->column_count, .open_slot = NOWHERE, .open_part = NOWHERE};
    reader->columns = memory_zeroed(reader->column_count + 1, sizeof *reader->columns);
    add_slot(reader, "Id", FIELD_ID);
    for (size_t i = 0; i < reader->column_count; i++)
        reader->columns[i] = add_slot(reader, paths[i], column_type(source, i));
    add_order_slots(reader, source);
    reader->builder = page_builder_new(reader->column_count + 1);
    soql_free_paths(paths, reader->column_count);
}

static void close_reader(struct page_reader *reader)
{
    for (size_t i = 0; i < reader->slot_count; i++) {
        free(reader->slots[i].path);
        text_free(&reader->slots[i].text);
    }
    for (size_t i = 0; i < SALESFORCE_PLACE_PARTS; i++)
        text_free(&reader->parts[i]);
    free(reader->slots);
    free(reader->columns);
    text_free(&reader->path);
    text_free(&reader->done);
    text_free(&reader->locator);
    text_free(&reader->size);
    text_free(&reader->bytes);
    page_builder_free(reader->builder);
}

/* --- cells --- */

static struct value slot_value(struct page_reader *reader, size_t at, struct text *bytes)
{
    const struct slot *slot = &reader->slots[at];

    if (!slot->seen)
        return strchr(slot->path, '.') ? value_null() : value_absent();
    if (slot->nil)
        return value_null();
    return soap_value(slot->type, text_string(&slot->text), slot->text.length, bytes);
}

static void begin_row(struct page_reader *reader)
{
    reader->in_row = true;
    reader->guess = 0;
    text_truncate(&reader->path, 0);
    for (size_t i = 0; i < reader->slot_count; i++) {
        reader->slots[i].seen = false;
        reader->slots[i].nil = false;
        text_truncate(&reader->slots[i].text, 0);
    }
}

static void end_row(struct page_reader *reader)
{
    struct value id = slot_value(reader, 0, &reader->bytes);

    reader->in_row = false;
    if (value_is_nothing(&id)) {
        reader->lacks_id = true;
        return;
    }
    page_builder_add(reader->builder, &id);
    for (size_t i = 0; i < reader->column_count; i++) {
        struct value value = slot_value(reader, reader->columns[i], &reader->bytes);

        page_builder_add(reader->builder, &value);
    }
    page_builder_end_row(reader->builder);
    reader->row_count++;
}

/* An Id comes twice, the type's own and then the field: the one that is not null is kept. */
static void open_cell(struct page_reader *reader, int at, bool nil)
{
    struct slot *slot = &reader->slots[at];

    reader->guess = (size_t)at + 1 == reader->slot_count ? 0 : (size_t)at + 1;
    if (slot->seen && !slot->nil)
        return;
    slot->seen = true;
    slot->nil = nil;
    reader->open_slot = at;
    reader->open_depth = reader->depth;
    memset(reader->part_seen, 0, sizeof reader->part_seen);
}

static void open_part(struct page_reader *reader, const char *name, bool nil)
{
    for (size_t i = 0; i < SALESFORCE_PLACE_PARTS; i++) {
        if (!nil && strcmp(salesforce_place_parts[i], name) == 0) {
            reader->open_part = (int)i;
            reader->part_seen[i] = true;
            text_truncate(&reader->parts[i], 0);
        }
    }
}

static void close_cell(struct page_reader *reader)
{
    struct slot *slot = &reader->slots[reader->open_slot];
    const char *parts[SALESFORCE_PLACE_PARTS];
    bool any = false;

    for (size_t i = 0; i < SALESFORCE_PLACE_PARTS; i++) {
        parts[i] = reader->part_seen[i] ? text_string(&reader->parts[i]) : NULL;
        any = any || parts[i];
    }
    if (any) {
        text_truncate(&slot->text, 0);
        salesforce_join_place(parts, &slot->text);
    }
    reader->open_slot = NOWHERE;
}

/* --- events --- */

static void start_member(struct page_reader *reader, const char *name, bool nil)
{
    int at;

    reader->lengths[reader->depth] = reader->path.length;
    if (reader->open_slot != NOWHERE) {
        if (reader->depth == reader->open_depth + 1)
            open_part(reader, name, nil);
        return;
    }
    if (reader->path.length)
        text_append_character(&reader->path, '.');
    text_append_string(&reader->path, name);
    at = find_slot(reader, text_string(&reader->path));
    if (at != NOWHERE)
        open_cell(reader, at, nil);
}

static void end_member(struct page_reader *reader)
{
    if (reader->open_slot != NOWHERE && reader->depth == reader->open_depth)
        close_cell(reader);
    else if (reader->depth == reader->open_depth + 1)
        reader->open_part = NOWHERE;
    text_truncate(&reader->path, reader->lengths[reader->depth]);
}

static struct text *word_of(struct page_reader *reader, const char *name)
{
    if (strcmp(name, "done") == 0)
        return &reader->done;
    if (strcmp(name, "queryLocator") == 0)
        return &reader->locator;
    return strcmp(name, "size") == 0 ? &reader->size : NULL;
}

static bool leads_on(const struct page_reader *reader, const char *space, const char *name)
{
    static const struct {
        const char *space, *name;
    } way[] = {
        [AT_ENVELOPE] = {SOAP_ENVELOPE, "Envelope"},
        [AT_BODY] = {SOAP_ENVELOPE, "Body"},
        [AT_RESPONSE] = {SOAP_PARTNER, NULL},
        [AT_RESULT] = {SOAP_PARTNER, "result"},
    };
    int next = reader->matched + 1;

    return reader->depth == next && next <= AT_RESULT && strcmp(way[next].space, space) == 0 &&
           (!way[next].name || strcmp(way[next].name, name) == 0);
}

static bool start(void *context, const char *space, const char *name,
                  const struct xml_attributes *attributes)
{
    struct page_reader *reader = context;

    reader->depth++;
    if (reader->in_row) {
        start_member(reader, name, xml_is_nil(attributes));
    } else if (leads_on(reader, space, name)) {
        reader->matched++;
    } else if (reader->matched == AT_BODY && reader->depth == AT_RESPONSE) {
        reader->is_fault = strcmp(name, "Fault") == 0;
        return !reader->is_fault;
    } else if (reader->matched == AT_RESULT && reader->depth == AT_ROW &&
               strcmp(space, SOAP_PARTNER) == 0) {
        if (strcmp(name, "records") == 0)
            begin_row(reader);
        else
            reader->open_word = word_of(reader, name);
    }
    return true;
}

static bool text(void *context, const char *bytes, size_t length)
{
    struct page_reader *reader = context;

    if (reader->open_part != NOWHERE)
        text_append(&reader->parts[reader->open_part], bytes, length);
    else if (reader->open_slot != NOWHERE && reader->depth == reader->open_depth)
        text_append(&reader->slots[reader->open_slot].text, bytes, length);
    else if (reader->open_word)
        text_append(reader->open_word, bytes, length);
    return true;
}

static bool end(void *context, const char *space, const char *name)
{
    struct page_reader *reader = context;

    (void)space;
    (void)name;
    if (reader->in_row && reader->depth > AT_ROW)
        end_member(reader);
    else if (reader->in_row)
        end_row(reader);
    reader->open_word = NULL;
    if (reader->depth == reader->matched)
        reader->matched--;
    reader->depth--;
    return !reader->lacks_id;
}

static const struct xml_events events = {.start = start, .text = text, .end = end};

/* --- the last row, for the key of the next page --- */

static struct value last_cell(const void *row, const char *path, enum field_type type,
                              struct text *spelling)
{
    struct page_reader *reader = (struct page_reader *)row;
    int at = find_slot(reader, path);

    (void)type;
    return at == NOWHERE ? value_absent() : slot_value(reader, (size_t)at, spelling);
}

static const char *last_id(const void *row)
{
    return text_string(&((const struct page_reader *)row)->slots[0].text);
}

static const struct soql_row_reader last_row = {.cell = last_cell, .id = last_id};

/* --- the operation --- */

enum wire_step soap_encode_page(const struct call *call)
{
    struct soql_paging paging;
    struct text statement = {0};
    enum wire_step step = WIRE_REFUSED;

    if (soql_paging_make(call->operation, true, &paging, call->error)) {
        if (paging.way == SOQL_BY_CURSOR && paging.cursor)
            step = soap_send_query_more(call, paging.cursor);
        else if (soql_paging_statement(&paging, &statement, call->error))
            step = soap_send_query(call, &statement);
    }
    text_free(&statement);
    soql_paging_free(&paging);
    return step;
}

static bool is_true(const struct text *word)
{
    return strcmp(text_string(word), "true") == 0 || strcmp(text_string(word), "1") == 0;
}

static void end_page(const struct answer *answer, const struct soql_paging *paging,
                     struct page_reader *reader)
{
    struct value size = value_null();
    struct soql_page_end end = {
        .count = reader->row_count,
        .last = reader,
        .cut = !is_true(&reader->done),
        .cursor = reader->locator.length ? text_string(&reader->locator) : NULL,
        .total = -1,
    };

    if (value_parse_number(text_string(&reader->size), reader->size.length, &size) &&
        size.kind == VALUE_INTEGER)
        end.total = size.as.integer;
    answer->result->page = page_builder_finish(reader->builder);
    reader->builder = NULL;
    soql_paging_end(paging, answer->operation, &last_row, &end, answer->result);
}

static void read_page(const struct answer *answer, const struct soql_paging *paging)
{
    struct page_reader reader;
    struct error *error = &answer->result->error;
    bool read;

    open_reader(&reader, &paging->source);
    read = xml_read(answer->response->body, answer->response->length, &events, &reader, error);
    if (reader.is_fault)
        soap_fail(answer);
    else if (reader.lacks_id)
        soap_nonsense(answer, "an Id in every record");
    else if (!read)
        soap_say_what(answer, error);
    else if (reader.done.length == 0)
        soap_nonsense(answer, "the result of a query");
    else
        end_page(answer, paging, &reader);
    close_reader(&reader);
}

int soap_decode_page(const struct answer *answer)
{
    struct soql_paging paging;
    bool ok = answer->response->status >= 200 && answer->response->status <= 299;

    if (!ok)
        soap_fail(answer);
    else if (soql_paging_make(answer->operation, true, &paging, &answer->result->error)) {
        read_page(answer, &paging);
        soql_paging_free(&paging);
    }
    return 0;
}
