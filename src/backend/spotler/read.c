/*
 * read: pages, counts, and records by id. Fetch thread.
 *
 * A list is read by page and limit; its cursor is both, as "3:100" (pages from 0). Step 0 of a page
 * takes the short way to related records where there is one (an account's contacts, an
 * opportunity's lines), step 1 the plain list with a filter, should that way be closed. What of the
 * filter could not be sent is looked at here: such a page has fewer rows, such a count reads pages.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/memory.h"
#include "net/json.h"

enum list_way {
    WAY_PLAIN,  /* /contacts?q=… */
    WAY_NESTED, /* /accounts/5/contacts */
    WAY_LINES   /* /opportunities/5?lines=true */
};

struct place {
    size_t page, limit;
};

struct listing {
    const struct operation *operation;
    enum list_way way;
    struct place place;
    const struct filter *parent; /* accountid = 5, where the way is not the plain one */
    struct spotler_filter filter;
};

json_t *spotler_record(const json_t *item)
{
    json_t *record = json_member(item, "record");
    if (json_is_object(record)) {
        return record;
    }
    return json_member(item, "id") != NULL ? (json_t *)(uintptr_t)item : NULL;
}

int64_t spotler_total(const json_t *list)
{
    int64_t total;
    json_t *json = json_member(json_member(list, "metadata"), "total_count");
    if (json_is_string(json) && spotler_is_integer(json_string_value(json), &total)) {
        return total;
    }
    return json_is_integer(json) ? (int64_t)json_integer_value(json) : -1;
}

/* --- where a page begins --- */

static struct place place_of(const struct operation *operation)
{
    size_t limit = operation->page_size;
    if (limit == 0 || limit > SPOTLER_LARGEST_PAGE) {
        limit = SPOTLER_LARGEST_PAGE;
    }
    struct place place = {0, limit};
    if (operation->position.kind == POSITION_CURSOR && operation->position.cursor != NULL) {
        char *rest;
        place.page = strtoul(operation->position.cursor, &rest, 10);
        limit = *rest == ':' ? strtoul(rest + 1, NULL, 10) : 0;
        place.limit = limit > 0 && limit <= SPOTLER_LARGEST_PAGE ? limit : place.limit;
    }
    return place;
}

static char *print_place(size_t page, size_t limit)
{
    struct text text = {0};
    text_format(&text, "%zu:%zu", page, limit);
    return text_take(&text);
}

char *spotler_cursor_at(const struct backend *backend, size_t page, size_t page_size)
{
    (void)backend;
    return print_place(page, page_size == 0 || page_size > SPOTLER_LARGEST_PAGE
                                 ? SPOTLER_LARGEST_PAGE
                                 : page_size);
}

/* --- which way --- */

/* The one condition of a query that says whose records are wanted, NULL when there is more. */
static const struct filter *parent_condition(const struct query *query)
{
    int64_t id;
    const struct filter *filter = query == NULL ? NULL : query->filter;
    while (filter != NULL && filter->kind == FILTER_AND && filter->child_count == 1) {
        filter = filter->children[0];
    }
    bool found = filter != NULL && filter->kind == FILTER_CONDITION && !filter->disabled &&
                 filter->operator_ == OPERATOR_EQUAL && filter->part_count == 1 &&
                 filter->field != NULL && filter->field->references != NULL &&
                 filter->operands[0].text != NULL &&
                 spotler_is_integer(filter->operands[0].text, &id);
    return found ? filter : NULL;
}

/* Are records of the object to be had below their parent alone? */
static bool is_only_nested(const struct spotler *spotler, const char *object,
                           const struct filter *parent)
{
    char *field;
    char *above = spotler_nested_parent(spotler, object, &field);
    bool only = above != NULL && strcmp(parent->field->name, field) == 0 &&
                strcmp(parent->field->references, above) == 0 && !parent->field->sort;
    free(above);
    free(field);
    return only;
}

static enum list_way way_of(const struct spotler *spotler, const struct operation *operation,
                            int step, const struct filter *parent)
{
    if (parent == NULL) {
        return WAY_PLAIN;
    }
    if (is_only_nested(spotler, operation->object, parent)) {
        return WAY_NESTED;
    }
    if (step > 0 || operation->kind != OPERATION_PAGE || operation->query->order_count > 0) {
        return WAY_PLAIN;
    }
    if (strcmp(operation->object, "opportunity_lines") != 0) {
        return WAY_NESTED;
    }
    bool begins = operation->position.kind == POSITION_START;
    return begins && !spotler->lines_are_short ? WAY_LINES : WAY_PLAIN;
}

static struct listing listing_of(const struct spotler *spotler, const struct operation *operation,
                                 int step)
{
    struct listing listing = {.operation = operation, .place = place_of(operation)};
    const struct filter *parent = parent_condition(operation->query);
    listing.way = way_of(spotler, operation, step, parent);
    if (listing.way == WAY_PLAIN) {
        listing.filter =
            spotler_compile(operation->query == NULL ? NULL : operation->query->filter);
    } else {
        listing.parent = parent;
    }
    return listing;
}

/* --- asking --- */

void spotler_list_request(const struct spotler *spotler, const char *path, size_t limit,
                          size_t page, struct text *url)
{
    struct text whole = {0}, number = {0};
    text_append_character(&whole, '/');
    http_encode(&whole, path, strlen(path));
    spotler_url(spotler, text_string(&whole), url);
    text_format(&number, "%zu", limit);
    http_query(url, "limit", text_string(&number));
    text_truncate(&number, 0);
    text_format(&number, "%zu", page + (size_t)spotler->page_base);
    http_query(url, "page", text_string(&number));
    text_free(&number);
    text_free(&whole);
}

static void add_json(struct text *url, const char *name, const json_t *json)
{
    struct text text = {0};
    json_print(json, &text);
    http_query(url, name, text_string(&text));
    text_free(&text);
}

static void nested_url(const struct spotler *spotler, const struct listing *listing,
                       struct text *url)
{
    const struct field *field = listing->parent->field;
    const char *id = listing->parent->operands[0].text;
    struct text path = {0}, number = {0};
    text_append_character(&path, '/');
    http_encode(&path, field->references, strlen(field->references));
    text_format(&path, "/%s", id);
    if (listing->way == WAY_LINES) {
        spotler_url(spotler, text_string(&path), url);
        http_query(url, "lines", "true");
    } else {
        text_append_character(&path, '/');
        http_encode(&path, listing->operation->object, strlen(listing->operation->object));
        spotler_url(spotler, text_string(&path), url);
        text_format(&number, "%zu", listing->place.limit);
        http_query(url, "limit", text_string(&number));
        text_truncate(&number, 0);
        text_format(&number, "%zu", listing->place.page + (size_t)spotler->page_base);
        http_query(url, "page", text_string(&number));
    }
    text_free(&number);
    text_free(&path);
}

static void listing_url(const struct spotler *spotler, const struct listing *listing,
                        struct text *url)
{
    const struct query *query = listing->operation->query;
    if (listing->way == WAY_PLAIN) {
        spotler_list_request(spotler, listing->operation->object, listing->place.limit,
                             listing->place.page, url);
    } else {
        nested_url(spotler, listing, url);
    }
    if (listing->filter.sent != NULL) {
        add_json(url, "q", listing->filter.sent);
    }
    if (listing->way == WAY_PLAIN || (query->order_count > 0 && listing->way == WAY_NESTED)) {
        json_t *order = spotler_order(query);
        add_json(url, "order", order);
        json_decref(order);
    }
}

/* A list holds the fields of its own records: those of others would be wrong or missing. */
static bool has_own_paths(const struct query *query, struct error *error)
{
    const char *path = NULL;
    for (size_t i = 0; query != NULL && i < query->column_count; i++) {
        path = query->columns[i].part_count > 1 ? query->columns[i].path : path;
    }
    for (size_t i = 0; query != NULL && i < query->order_count; i++) {
        path = query->order[i].part_count > 1 ? query->order[i].path : path;
    }
    if (path == NULL) {
        return true;
    }
    error_set(error, ERROR_UNSUPPORTED,
              "Spotler CRM gives a record without those it refers to, so %s cannot be had.", path);
    error_set_hint(error, "filter by the reference itself, or list the other object");
    return false;
}

enum wire_step spotler_encode_page(const struct spotler *spotler, const struct operation *operation,
                                   int step, struct http_request *request, struct error *error)
{
    struct text url = {0};
    if (!has_own_paths(operation->query, error)) {
        return WIRE_REFUSED;
    }
    struct listing listing = listing_of(spotler, operation, step);
    listing_url(spotler, &listing, &url);
    spotler_request(spotler, "GET", &url, request);
    spotler_filter_clear(&listing.filter);
    return WIRE_SEND;
}

/* --- rows --- */

struct row {
    const struct listing *listing;
    json_t *record;
    struct text scratch;
};

static struct value row_field(struct row *row, const struct field *field, const char *name)
{
    const struct filter *parent = row->listing->parent;
    const json_t *json = json_member(row->record, field != NULL ? field->name : name);
    int64_t id;
    if (json == NULL && parent != NULL && field != NULL &&
        strcmp(parent->field->name, field->name) == 0 &&
        spotler_is_integer(parent->operands[0].text, &id)) {
        return value_integer(id);
    }
    return spotler_value(field, json, &row->scratch);
}

static struct value row_value(void *context, const char *path)
{
    struct row *row = context;
    const struct schema *schema = row->listing->operation->schema;
    return row_field(row, schema == NULL ? NULL : schema_field(schema, path), path);
}

static size_t column_count(const struct operation *operation)
{
    const struct query *query = operation->query;
    if (query != NULL && query->column_count > 0) {
        return query->column_count;
    }
    return operation->schema == NULL ? 0 : operation->schema->field_count;
}

static const struct field *column_field(const struct operation *operation, size_t column,
                                        const char **name)
{
    const struct query *query = operation->query;
    if (query != NULL && query->column_count > 0) {
        *name = query->columns[column].parts[0];
        return query->columns[column].field;
    }
    *name = operation->schema->fields[column].name;
    return &operation->schema->fields[column];
}

static bool add_row(struct spotler *spotler, struct row *row, struct page_builder *builder,
                    struct error *error)
{
    const struct operation *operation = row->listing->operation;
    struct text id = {0};
    struct value value = json_to_value(json_member(row->record, "id"));
    if (value_is_nothing(&value)) {
        return error_set(error, ERROR_PROTOCOL, "Spotler CRM sent a record of %s without an id.",
                         operation->object);
    }
    value_print(&value, &id);
    value = value_text(text_string(&id), id.length);
    page_builder_add(builder, &value);
    for (size_t i = 0; i < column_count(operation); i++) {
        const char *name;
        const struct field *field = column_field(operation, i, &name);
        if (field != NULL) {
            spotler_observe(spotler, operation->object, field, json_member(row->record, name));
        }
        value = row_field(row, field, name);
        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
    text_free(&id);
    return true;
}

static bool row_matches(struct row *row)
{
    const struct filter *left = row->listing->filter.left;
    return left == NULL || filter_matches(left, row_value, row);
}

static struct page *read_rows(struct spotler *spotler, const struct listing *listing,
                              const json_t *items, struct error *error)
{
    struct page_builder *builder = page_builder_new(column_count(listing->operation) + 1);
    struct row row = {.listing = listing};
    bool ok = true;
    for (size_t i = 0; ok && i < json_array_size(items); i++) {
        row.record = spotler_record(json_array_get(items, i));
        if (row.record == NULL || row_matches(&row)) {
            ok = add_row(spotler, &row, builder, error);
        }
    }
    text_free(&row.scratch);
    if (!ok) {
        page_builder_free(builder);
        return NULL;
    }
    return page_builder_finish(builder);
}

/* --- is this the page that was asked for? --- */

static uint64_t hash(uint64_t seed, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        seed = (seed ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    }
    return seed;
}

static uint64_t hash_ids(const json_t *items)
{
    uint64_t ids = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < json_array_size(items); i++) {
        struct value id =
            json_to_value(json_member(spotler_record(json_array_get(items, i)), "id"));
        char *text = value_to_string(&id);
        ids = text == NULL ? ids : hash(ids, text, strlen(text) + 1);
        free(text);
    }
    return ids;
}

static uint64_t hash_list(const struct spotler *spotler, const struct listing *listing)
{
    struct text url = {0};
    struct listing first = *listing;
    first.place.page = 0;
    listing_url(spotler, &first, &url);
    uint64_t list = hash(UINT64_C(14695981039346656037), text_string(&url), url.length);
    text_free(&url);
    return list;
}

/* The same records on two pages side by side: the server does not count as the profile says. */
static bool overlaps(struct spotler *spotler, const struct listing *listing, const json_t *items)
{
    struct spotler_mark mark = {.list = hash_list(spotler, listing),
                                .ids = hash_ids(items),
                                .page = listing->place.page,
                                .rows = json_array_size(items)};
    bool found = false;
    for (size_t i = 0; i < SPOTLER_MOST_MARKS; i++) {
        struct spotler_mark *other = &spotler->marks[i];
        bool beside = other->page + 1 == mark.page || mark.page + 1 == other->page;
        if (other->list != mark.list) {
            continue;
        }
        if (mark.page == 0 || other->page == mark.page) {
            other->rows = 0; /* read anew */
        }
        found = found || (other->rows > 1 && beside && other->ids == mark.ids);
    }
    spotler->marks[spotler->next_mark] = mark;
    spotler->next_mark = (spotler->next_mark + 1) % SPOTLER_MOST_MARKS;
    return found;
}

/* Does the end come exactly a page too early? */
static bool lacks_page(const struct listing *listing, size_t rows, bool more, int64_t total)
{
    size_t seen = listing->place.page * listing->place.limit + rows;
    size_t least = seen + 1, most = seen + listing->place.limit;
    if (more || total < 0) {
        return false;
    }
    bool begins = listing->place.page == 0 && rows == 0;
    return begins ? (uint64_t)total >= least && (uint64_t)total <= most : (uint64_t)total == most;
}

static bool check_place(struct spotler *spotler, const struct listing *listing, const json_t *items,
                        bool more, int64_t total, struct error *error)
{
    size_t rows = json_array_size(items);
    int other = spotler->page_base == 0 ? 1 : 0;
    bool twice = rows > 1 && overlaps(spotler, listing, items);
    if (!twice && !lacks_page(listing, rows, more, total)) {
        return true;
    }
    error_set(error, ERROR_PROTOCOL,
              twice ? "Two pages of %s hold the same records: the server counts its pages from %d."
                    : "A page of %s is missing: the server counts its pages from %d.",
              listing->operation->object, other);
    error_set_hint(error, "set page_base = %d in the profile", other);
    return false;
}

/* --- taking a page --- */

static bool has_more(const json_t *list, size_t rows)
{
    bool more = true;
    spotler_truth(json_member(json_member(list, "metadata"), "has_more"), &more);
    return more && rows > 0;
}

static void take_list(struct spotler *spotler, const struct listing *listing, const json_t *json,
                      struct result *result)
{
    const json_t *items = json_member(json, "list");
    bool more = has_more(json, json_array_size(items));
    int64_t total = spotler_total(json);
    if (!check_place(spotler, listing, items, more, total, &result->error)) {
        return;
    }
    result->page = read_rows(spotler, listing, items, &result->error);
    result->total = listing->filter.left == NULL ? total : -1;
    if (more && result->page != NULL) {
        result->next = print_place(listing->place.page + 1, listing->place.limit);
    }
}

/* Do the lines hold every column that was asked for? */
static bool lines_are_whole(const struct operation *operation, const json_t *lines)
{
    for (size_t i = 0; json_array_size(lines) > 0 && i < column_count(operation); i++) {
        const char *name;
        bool found = false;
        column_field(operation, i, &name);
        for (size_t j = 0; !found && j < json_array_size(lines); j++) {
            found = json_member(spotler_record(json_array_get(lines, j)), name) != NULL ||
                    strcmp(name, "opportunityid") == 0;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static int take_lines(struct spotler *spotler, const struct listing *listing, const json_t *json,
                      struct result *result)
{
    const json_t *lines = json_member(spotler_record(json), "lines");
    lines = lines != NULL ? lines : json_member(json, "lines");
    if (!json_is_array(lines)) {
        return 1;
    }
    if (!lines_are_whole(listing->operation, lines)) {
        spotler->lines_are_short = true;
        return 1;
    }
    result->page = read_rows(spotler, listing, lines, &result->error);
    result->total = (int64_t)json_array_size(lines);
    return 0;
}

/* Is the short way closed, and worth another try the plain way? */
static bool may_go_plain(const struct error *error)
{
    return error->kind != ERROR_SIGN_IN && error->kind != ERROR_RATE_LIMIT;
}

static bool refuse_shape(const struct operation *operation, const struct http_response *response,
                         struct error *error)
{
    error_set(error, ERROR_PROTOCOL, "Spotler CRM answered for %s with something that is no list.",
              operation->object);
    error_set_server(error, response->body, response->length);
    return false;
}

int spotler_decode_page(struct spotler *spotler, const struct operation *operation, int step,
                        const struct http_response *response, struct result *result)
{
    struct listing listing = listing_of(spotler, operation, step);
    bool can_go_plain = listing.way != WAY_PLAIN && step == 0 &&
                        !is_only_nested(spotler, operation->object, listing.parent);
    int next = 0;
    json_t *json = spotler_read(operation, response, &result->error);
    if (json != NULL && listing.way == WAY_LINES) {
        next = take_lines(spotler, &listing, json, result);
    } else if (json != NULL && json_is_array(json_member(json, "list"))) {
        take_list(spotler, &listing, json, result);
        can_go_plain = false;
    } else if (json != NULL) {
        refuse_shape(operation, response, &result->error);
    }
    if (can_go_plain && error_is_set(&result->error) && may_go_plain(&result->error)) {
        error_clear(&result->error);
        next = 1;
    }
    json_decref(json);
    spotler_filter_clear(&listing.filter);
    return next;
}

/* --- counting --- */

/* Step 0 asks for one record and the total; where that is not enough, step n reads page n - 1. */
static struct listing counting_of(const struct spotler *spotler, const struct operation *operation,
                                  int step)
{
    struct listing listing = listing_of(spotler, operation, step);
    bool reads = step > 0 || listing.filter.left != NULL;
    listing.place.limit = reads ? SPOTLER_LARGEST_PAGE : 1;
    listing.place.page = step > 0 ? (size_t)step - 1 : 0;
    return listing;
}

enum wire_step spotler_encode_count(const struct spotler *spotler,
                                    const struct operation *operation, int step,
                                    struct http_request *request, struct error *error)
{
    struct text url = {0};
    if (!has_own_paths(operation->query, error)) {
        return WIRE_REFUSED;
    }
    struct listing listing = counting_of(spotler, operation, step);
    listing_url(spotler, &listing, &url);
    spotler_request(spotler, "GET", &url, request);
    spotler_filter_clear(&listing.filter);
    return WIRE_SEND;
}

static int count_rows(const struct listing *listing, const json_t *json, int step,
                      struct result *result)
{
    const json_t *items = json_member(json, "list");
    struct row row = {.listing = listing};
    result->total = step <= 1 ? 0 : result->total;
    for (size_t i = 0; i < json_array_size(items); i++) {
        row.record = spotler_record(json_array_get(items, i));
        result->total += row_matches(&row) ? 1 : 0;
    }
    text_free(&row.scratch);
    return has_more(json, json_array_size(items)) ? (step == 0 ? 2 : step + 1) : 0;
}

int spotler_decode_count(struct spotler *spotler, const struct operation *operation, int step,
                         const struct http_response *response, struct result *result)
{
    struct listing listing = counting_of(spotler, operation, step);
    int next = 0;
    json_t *json = spotler_read(operation, response, &result->error);
    int64_t total = spotler_total(json);
    if (json != NULL && !json_is_array(json_member(json, "list"))) {
        refuse_shape(operation, response, &result->error);
    } else if (json != NULL && step == 0 && listing.filter.left == NULL) {
        result->total = total;
        next = total < 0 ? 1 : 0;
    } else if (json != NULL) {
        next = count_rows(&listing, json, step, result);
    }
    int64_t limit = operation->query == NULL ? -1 : operation->query->limit;
    if (next == 0 && limit >= 0 && result->total > limit) {
        result->total = limit;
    }
    json_decref(json);
    spotler_filter_clear(&listing.filter);
    return next;
}

/* --- by id --- */

static json_t *integer_ids(const struct operation *operation)
{
    json_t *ids = json_array();
    int64_t id;
    for (size_t i = 0; i < operation->id_count; i++) {
        if (spotler_is_integer(operation->ids[i], &id)) {
            json_array_append_new(ids, json_integer((json_int_t)id));
        }
    }
    return ids;
}

/* One record has its own URL; several come as a list. */
enum wire_step spotler_encode_get(const struct spotler *spotler, const struct operation *operation,
                                  int step, struct http_request *request, struct error *error)
{
    struct text path = {0}, url = {0};
    json_t *ids = integer_ids(operation);
    (void)step;
    (void)error;
    if (json_array_size(ids) == 0) {
        json_decref(ids); /* nothing goes by such an id */
        return WIRE_NONE;
    }
    if (operation->id_count == 1) {
        text_append_character(&path, '/');
        http_encode(&path, operation->object, strlen(operation->object));
        text_format(&path, "/%s", operation->ids[0]);
        spotler_url(spotler, text_string(&path), &url);
        json_decref(ids);
    } else {
        json_t *q = json_pack("{s:{s:o}}", "id", "$in", ids);
        spotler_list_request(spotler, operation->object, SPOTLER_LARGEST_PAGE, 0, &url);
        add_json(&url, "q", q);
        json_decref(q);
    }
    spotler_request(spotler, "GET", &url, request);
    text_free(&path);
    return WIRE_SEND;
}

struct record *spotler_take_record(struct spotler *spotler, const struct operation *operation,
                                   const char *id, json_t *json)
{
    struct record *record = record_new(operation->object, id);
    struct text scratch = {0};
    const char *name;
    json_t *member;
    json_object_foreach(json, name, member)
    {
        const struct field *field =
            operation->schema == NULL ? NULL : schema_field(operation->schema, name);
        struct value value = spotler_value(field, member, &scratch);
        if (field != NULL) {
            spotler_observe(spotler, operation->object, field, member);
        }
        record_set(record, name, &value);
    }
    text_free(&scratch);
    return record;
}

/* The record of an id among those of a list, or the one record. */
static json_t *find_record(json_t *json, const char *id)
{
    json_t *items = json_member(json, "list");
    if (!json_is_array(items)) {
        return spotler_record(json);
    }
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *record = spotler_record(json_array_get(items, i));
        struct value value = json_to_value(json_member(record, "id"));
        char *text = value_to_string(&value);
        bool found = text != NULL && strcmp(text, id) == 0;
        free(text);
        if (found) {
            return record;
        }
    }
    return NULL;
}

int spotler_decode_get(struct spotler *spotler, const struct operation *operation, int step,
                       const struct http_response *response, struct result *result)
{
    (void)step;
    json_t *json = response == NULL ? NULL : spotler_read(operation, response, &result->error);
    if (result->error.kind == ERROR_NOT_FOUND && response->status == 404 &&
        operation->id_count == 1) {
        error_clear(&result->error);
    }
    if (error_is_set(&result->error)) {
        return 0;
    }
    result->records = memory_zeroed(operation->id_count + 1, sizeof(struct record *));
    for (size_t i = 0; i < operation->id_count; i++) {
        json_t *record = find_record(json, operation->ids[i]);
        if (record != NULL) {
            result->records[i] = spotler_take_record(spotler, operation, operation->ids[i], record);
        }
    }
    result->record_count = operation->id_count;
    json_decref(json);
    return 0;
}
