/*
 * read: pages, records, lists of values and counts out of the sets. A module is read whole, the
 * active and the inactive records each with a request; filtering, ordering and grouping are the
 * engine's.
 *
 * The exchanges of an operation go through the sets in their order, which is what a step counts:
 * module × 2 + status. A set that is not needed, or fresh enough, costs no request.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "backend/snapforce/internal.h"
#include "core/memory.h"

enum { MOMENT = 2000, SETS = SNAP_MODULES * SNAP_STATUSES };

/* --- which records a query is about --- */

static struct value status_value(void *context, const char *path)
{
    (void)path;
    return value_string(context);
}

static bool mentions_status(const struct filter *filter)
{
    bool any = filter != NULL && filter->kind == FILTER_CONDITION && !filter->disabled &&
               strcmp(filter->path, SNAP_STATUS) == 0;
    for (size_t i = 0; filter != NULL && !any && i < filter->child_count; i++) {
        any = mentions_status(filter->children[i]);
    }
    return any;
}

/* What is sent of a filter is about status alone. A query that says nothing of it is about what
 * the profile shows; one in which it stands beside other things is about all. */
static bool query_wants(const struct snapforce *instance, const struct operation *operation,
                        enum snap_status status)
{
    const struct query *query = operation->query;
    if (query != NULL && query->filter != NULL) {
        char *name = (char *)(uintptr_t)snap_status_names[status];
        return filter_matches(query->filter, status_value, name);
    }
    return mentions_status(operation->rest) || instance->shown[status];
}

/* --- equality, sent along where the profile says so --- */

static bool is_plain(const char *text)
{
    for (size_t i = 0; text[i] != '\0'; i++) {
        if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7f) {
            return false;
        }
    }
    return text[0] != '\0';
}

static bool is_equality(const struct filter *filter)
{
    return filter->kind == FILTER_CONDITION && !filter->disabled && filter->part_count == 1 &&
           filter->operator_ == OPERATOR_EQUAL && filter->operand_count == 1 &&
           (filter->operands[0].kind == OPERAND_TEXT ||
            filter->operands[0].kind == OPERAND_NUMBER) &&
           filter->field != NULL && !field_type_is_date(filter->field->type) &&
           is_plain(filter->operands[0].text);
}

/* The equalities that every record must fulfil: each is given to the request, if there is one. */
static size_t send_equalities(const struct filter *filter, struct http_request *request)
{
    size_t count = 0;
    if (filter == NULL) {
        return 0;
    }
    if (is_equality(filter)) {
        const char *text = filter->operands[0].text;
        if (request != NULL) {
            http_request_form(request, filter->path, text, strlen(text), false);
        }
        return 1;
    }
    for (size_t i = 0; filter->kind == FILTER_AND && i < filter->child_count; i++) {
        count += send_equalities(filter->children[i], request);
    }
    return count;
}

static bool is_narrow(const struct snapforce *instance, const struct operation *operation)
{
    return instance->push_equality && operation->kind == OPERATION_PAGE &&
           send_equalities(operation->rest, NULL) > 0;
}

/* --- which sets an operation needs, and how old they may be --- */

static bool needs_schema(const struct snapforce *instance, int module, enum snap_status status)
{
    const struct snap_state *state = &instance->states[module];
    return status == SNAP_ACTIVE || state->fields.count == 0;
}

/* The inactive records are asked for where an id is not among the active ones. */
static bool needs_records(const struct snapforce *instance, const struct operation *operation,
                          int module, enum snap_status status)
{
    const struct snap_set *active = &instance->states[module].sets[SNAP_ACTIVE];
    for (size_t i = 0; status == SNAP_INACTIVE && i < operation->id_count; i++) {
        if (snap_set_find(active, operation->ids[i]) == NULL) {
            return true;
        }
    }
    return status == SNAP_ACTIVE;
}

static bool needs(const struct snapforce *instance, const struct operation *operation, int set)
{
    int module = set / SNAP_STATUSES, asked = snap_module_index(operation->object);
    enum snap_status status = (enum snap_status)(set % SNAP_STATUSES);
    switch (operation->kind) {
    case OPERATION_SIGN_IN:
        return module == SNAP_ACCOUNTS && status == SNAP_ACTIVE;
    case OPERATION_LIST_OBJECTS:
        return operation->count_objects && (asked < 0 || asked == module) &&
               instance->shown[status];
    case OPERATION_DESCRIBE:
        return module == asked && needs_schema(instance, module, status);
    case OPERATION_PAGE:
        return module == asked && query_wants(instance, operation, status);
    case OPERATION_GET:
        return module == asked && needs_records(instance, operation, module, status);
    default:
        return module == asked && instance->shown[status];
    }
}

static int64_t may_be_old(const struct snapforce *instance, const struct operation *operation)
{
    if (operation->fresh)
        return 0;
    return operation->kind == OPERATION_SIGN_IN ? 0
           : operation->kind == OPERATION_PAGE  ? MOMENT
                                                : (int64_t)instance->refresh * 1000;
}

static int next_needed(const struct snapforce *instance, const struct operation *operation,
                       int step)
{
    int set = step;
    while (set < SETS && !needs(instance, operation, set)) {
        set++;
    }
    return set;
}

/* --- values --- */

static bool is_canonical(const struct value *number, const char *bytes, size_t length)
{
    struct text printed = {0};
    value_print(number, &printed);
    bool same = printed.length == length && memcmp(text_string(&printed), bytes, length) == 0;
    text_free(&printed);
    return same;
}

/* A number whose spelling would be lost stays text, such as 12.50. */
static struct value typed_value(enum field_type type, const char *bytes, size_t length)
{
    struct value number;
    if (length == 0) {
        return field_type_is_text(type) ? value_text(bytes, 0) : value_null();
    }
    if (field_type_is_number(type) && value_parse_number(bytes, length, &number) &&
        is_canonical(&number, bytes, length)) {
        return number;
    }
    return value_text(bytes, length);
}

static struct value id_value(struct snap_found found)
{
    return value_text(found.set->bytes.bytes + found.row->id, found.row->id_length);
}

static struct value cell_value(enum field_type type, struct snap_found found,
                               const struct snap_cell *cell)
{
    return cell == NULL ? value_null()
                        : typed_value(type, found.set->bytes.bytes + cell->start, cell->length);
}

struct value snap_value(const struct snapforce *instance, int module, struct snap_found found,
                        const char *name)
{
    const struct snap_state *state = &instance->states[module];
    if (strcmp(name, state->id_field) == 0) {
        return id_value(found);
    }
    if (strcmp(name, SNAP_STATUS) == 0) {
        return value_string(snap_status_names[found.row->status]);
    }
    int index = snap_field_index(&state->fields, name);
    return cell_value(snap_type(instance, module, name), found,
                      snap_row_cell(found.set, found.row, index));
}

struct snap_found snap_find(const struct snapforce *instance, int module, const char *id)
{
    struct snap_found found = {0};
    for (int i = 0; i < SNAP_STATUSES && found.row == NULL; i++) {
        found.set = &instance->states[module].sets[i];
        found.row = snap_set_find(found.set, id);
    }
    return found;
}

struct record *snap_record(const struct snapforce *instance, int module, struct snap_found found)
{
    struct value id = id_value(found);
    char *spelling = value_to_string(&id);
    struct record *record = record_new(snap_modules[module].name, spelling);
    struct schema *schema = snap_schema(instance, module);
    for (size_t i = 0; i < schema->field_count; i++) {
        struct value value = snap_value(instance, module, found, schema->fields[i].name);
        record_set(record, schema->fields[i].name, &value);
    }
    schema_release(schema);
    free(spelling);
    return record;
}

/* --- a page --- */

enum special { COLUMN_FIELD, COLUMN_ID, COLUMN_STATUS };

struct column {
    const char *name;
    enum special special;
    enum field_type type;
    int field; /* -1: never seen */
};

struct columns {
    struct column *items;
    size_t count;
};

static struct columns make_columns(const struct snapforce *instance, int module,
                                   const struct operation *operation)
{
    const struct query *query = operation->query;
    const struct snap_state *state = &instance->states[module];
    bool named = query != NULL && query->column_count > 0;
    struct columns columns = {.count =
                                  named ? query->column_count : operation->schema->field_count};
    columns.items = memory_zeroed(columns.count + 1, sizeof *columns.items);
    for (size_t i = 0; i < columns.count; i++) {
        struct column *column = &columns.items[i];
        column->name = named ? query->columns[i].parts[0] : operation->schema->fields[i].name;
        column->type = snap_type(instance, module, column->name);
        column->field = snap_field_index(&state->fields, column->name);
        column->special = strcmp(column->name, state->id_field) == 0 ? COLUMN_ID
                          : strcmp(column->name, SNAP_STATUS) == 0   ? COLUMN_STATUS
                                                                     : COLUMN_FIELD;
    }
    return columns;
}

static struct value column_value(const struct column *column, struct snap_found found,
                                 const struct snap_cell *const *cells)
{
    switch (column->special) {
    case COLUMN_ID:
        return id_value(found);
    case COLUMN_STATUS:
        return value_string(snap_status_names[found.row->status]);
    default:
        return cell_value(column->type, found, column->field < 0 ? NULL : cells[column->field]);
    }
}

/* cells: one for each field that was ever seen, all NULL; they are so again afterwards. */
static void add_row(struct page_builder *builder, const struct columns *columns,
                    struct snap_found found, const struct snap_cell **cells)
{
    const struct snap_cell *first = found.set->cells + found.row->first;
    struct value id = id_value(found);
    for (size_t i = 0; i < found.row->count; i++) {
        cells[first[i].field] = &first[i];
    }
    page_builder_add(builder, &id);
    for (size_t i = 0; i < columns->count; i++) {
        struct value value = column_value(&columns->items[i], found, cells);
        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
    for (size_t i = 0; i < found.row->count; i++) {
        cells[first[i].field] = NULL;
    }
}

static const struct snap_set *set_of(const struct snapforce *instance,
                                     const struct operation *operation, int status)
{
    int module = snap_module_index(operation->object);
    return is_narrow(instance, operation) ? &instance->narrow[status]
                                          : &instance->states[module].sets[status];
}

static int compare_ids(const void *left, const void *right, void *set)
{
    const struct snap_row *const *a = left, *const *b = right;
    const char *bytes = ((const struct snap_set *)set)->bytes.bytes;
    if ((*a)->id_length != (*b)->id_length) {
        return (*a)->id_length < (*b)->id_length ? -1 : 1;
    }
    return memcmp(bytes + (*a)->id, bytes + (*b)->id, (*a)->id_length);
}

/* The rows of a set, ordered by id: a server that does not look at status gives every record
 * twice. */
struct id_index {
    const struct snap_set *set;
    const struct snap_row **rows;
};

static struct id_index make_index(const struct snap_set *set)
{
    struct id_index index = {set, memory_zeroed(set->row_count + 1, sizeof *index.rows)};
    for (size_t i = 0; i < set->row_count; i++) {
        index.rows[i] = &set->rows[i];
    }
    qsort_r(index.rows, set->row_count, sizeof *index.rows, compare_ids, (void *)(uintptr_t)set);
    return index;
}

static bool is_in_index(const struct id_index *index, struct snap_found found)
{
    const char *id = found.set->bytes.bytes + found.row->id;
    size_t low = 0, high = index->set->row_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct snap_row *row = index->rows[middle];
        int order = row->id_length != found.row->id_length
                        ? (row->id_length < found.row->id_length ? -1 : 1)
                        : memcmp(index->set->bytes.bytes + row->id, id, row->id_length);
        if (order == 0) {
            return true;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

static int64_t add_rows(const struct snapforce *instance, const struct operation *operation,
                        const struct columns *columns, struct page_builder *builder)
{
    int module = snap_module_index(operation->object);
    const struct snap_cell **cells =
        memory_zeroed(instance->states[module].fields.count + 1, sizeof *cells);
    int64_t limit = operation->query == NULL ? -1 : operation->query->limit, count = 0;
    struct id_index index = {0};
    for (int status = 0; status < SNAP_STATUSES; status++) {
        const struct snap_set *set = set_of(instance, operation, status);
        if (!query_wants(instance, operation, (enum snap_status)status)) {
            continue;
        }
        for (size_t i = 0; i < set->row_count && (limit < 0 || count < limit); i++) {
            struct snap_found found = {set, &set->rows[i]};
            bool again = index.rows != NULL && is_in_index(&index, found);
            if (!again && query_wants(instance, operation, found.row->status)) {
                add_row(builder, columns, found, cells);
                count++;
            }
        }
        if (status == SNAP_ACTIVE) {
            index = make_index(set);
        }
    }
    free((void *)index.rows);
    free((void *)cells);
    return count;
}

static void read_page(struct snapforce *instance, const struct operation *operation,
                      struct result *result)
{
    struct columns columns =
        make_columns(instance, snap_module_index(operation->object), operation);
    struct page_builder *builder = page_builder_new(columns.count + 1);
    result->total = add_rows(instance, operation, &columns, builder);
    result->page = page_builder_finish(builder);
    result->columns = memory_zeroed(columns.count + 1, sizeof *result->columns);
    for (size_t i = 0; i < columns.count; i++) {
        result->columns[result->column_count++] = memory_copy_string(columns.items[i].name);
    }
    free(columns.items);
    for (int i = 0; i < SNAP_STATUSES; i++) {
        snap_set_clear(&instance->narrow[i]);
    }
}

/* --- the rest --- */

static void read_sign_in(struct snapforce *instance, const struct operation *operation,
                         struct result *result)
{
    (void)instance;
    (void)operation;
    result->text = memory_copy_string("form requests, XML answers");
}

static int64_t count_of(const struct snapforce *instance, int module)
{
    int64_t count = 0;
    for (int i = 0; i < SNAP_STATUSES; i++) {
        const struct snap_set *set = &instance->states[module].sets[i];
        for (size_t row = 0; instance->shown[i] && row < set->row_count; row++) {
            count += instance->shown[set->rows[row].status];
        }
    }
    return count;
}

static void read_objects(struct snapforce *instance, const struct operation *operation,
                         struct result *result)
{
    int asked = snap_module_index(operation->object);
    result->objects = memory_zeroed(SNAP_MODULES, sizeof *result->objects);
    for (int i = 0; i < SNAP_MODULES; i++) {
        if (asked >= 0 && asked != i) {
            continue;
        }
        result->objects[result->object_count++] =
            (struct object_info){.name = memory_copy_string(snap_modules[i].name),
                                 .label = memory_copy_string(snap_modules[i].name),
                                 .kind = memory_copy_string("module"),
                                 .create = true,
                                 .update = true,
                                 .delete_ = true,
                                 .count = operation->count_objects ? count_of(instance, i) : -1};
    }
}

static void read_schema(struct snapforce *instance, const struct operation *operation,
                        struct result *result)
{
    result->schema = snap_schema(instance, snap_module_index(operation->object));
}

static void read_records(struct snapforce *instance, const struct operation *operation,
                         struct result *result)
{
    int module = snap_module_index(operation->object);
    result->records = memory_zeroed(operation->id_count + 1, sizeof *result->records);
    result->record_count = operation->id_count;
    for (size_t i = 0; i < operation->id_count; i++) {
        struct snap_found found = snap_find(instance, module, operation->ids[i]);
        result->records[i] = found.row == NULL ? NULL : snap_record(instance, module, found);
    }
}

static bool has_value(const struct result *result, const char *value)
{
    for (size_t i = 0; i < result->value_count; i++) {
        if (strcmp(result->values[i].value, value) == 0) {
            return true;
        }
    }
    return false;
}

static void add_value(struct result *result, const struct value *value)
{
    enum { MOST_VALUES = 1000 };
    char *spelling = value_to_string(value);
    if (spelling == NULL || spelling[0] == '\0' || result->value_count >= MOST_VALUES ||
        has_value(result, spelling)) {
        free(spelling);
        return;
    }
    result->values = memory_resize(result->values, result->value_count + 1, sizeof *result->values);
    result->values[result->value_count++] = (struct picklist_value){
        .value = spelling, .label = memory_copy_string(spelling), .active = true};
}

/* The API has no lists: the values in use stand in for them. */
static void read_lookup(struct snapforce *instance, const struct operation *operation,
                        struct result *result)
{
    int module = snap_module_index(operation->object);
    for (int i = 0; i < SNAP_STATUSES; i++) {
        const struct snap_set *set = &instance->states[module].sets[i];
        for (size_t row = 0; row < set->row_count; row++) {
            struct snap_found found = {set, &set->rows[row]};
            struct value value = snap_value(instance, module, found, operation->field);
            add_value(result, &value);
        }
    }
}

typedef void (*set_reader)(struct snapforce *instance, const struct operation *operation,
                           struct result *result);

static const set_reader readers[OPERATION_KIND_COUNT] = {
    [OPERATION_SIGN_IN] = read_sign_in, [OPERATION_LIST_OBJECTS] = read_objects,
    [OPERATION_DESCRIBE] = read_schema, [OPERATION_PAGE] = read_page,
    [OPERATION_GET] = read_records,     [OPERATION_LOOKUP] = read_lookup,
};

/* --- exchanges --- */

enum wire_step snap_encode_read(struct snapforce *instance, const struct operation *operation,
                                int step, struct http_request *request, struct error *error)
{
    int set = next_needed(instance, operation, step);
    if (readers[operation->kind] == NULL) {
        error_set(error, ERROR_UNSUPPORTED, "Snapforce cannot do \"%s\"",
                  operation_name(operation->kind));
        return WIRE_REFUSED;
    }
    if (operation->kind != OPERATION_SIGN_IN && operation->object != NULL &&
        snap_module_index(operation->object) < 0) {
        error_set(error, ERROR_NOT_FOUND, "Snapforce has no module %s", operation->object);
        return WIRE_REFUSED;
    }
    if (set == SETS) {
        return WIRE_NONE;
    }
    int module = set / SNAP_STATUSES;
    enum snap_status status = (enum snap_status)(set % SNAP_STATUSES);
    bool narrow = is_narrow(instance, operation);
    if (!narrow &&
        snap_is_fresh(&instance->states[module].sets[status], may_be_old(instance, operation))) {
        return WIRE_NONE;
    }
    snap_fetch(instance, module, status, request);
    if (narrow) {
        (void)send_equalities(operation->rest, request);
    }
    return WIRE_SEND;
}

static bool take_narrow(struct snapforce *instance, int module, enum snap_status status,
                        const struct http_response *response, struct error *error)
{
    struct snap_state *state = &instance->states[module];
    return snap_set_read(&instance->narrow[status], &state->fields, &snap_modules[module],
                         state->id_field, status, response, error);
}

int snap_decode_read(struct snapforce *instance, const struct operation *operation, int step,
                     const struct http_response *response, struct result *result)
{
    int set = next_needed(instance, operation, step);
    if (set < SETS && response != NULL) {
        int module = set / SNAP_STATUSES;
        enum snap_status status = (enum snap_status)(set % SNAP_STATUSES);
        bool taken = is_narrow(instance, operation)
                         ? take_narrow(instance, module, status, response, &result->error)
                         : snap_take(instance, module, status, response, &result->error);
        if (!taken) {
            return 0;
        }
    }
    int next = set == SETS ? SETS : next_needed(instance, operation, set + 1);
    if (next < SETS) {
        return next;
    }
    readers[operation->kind](instance, operation, result);
    return 0;
}
