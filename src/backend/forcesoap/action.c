/*
 * action: the calls beyond reading and writing, dispatched by name, and what their files share:
 * parameters that are lists, elements in the schema's order, results as tables. Pure.
 */
#include "backend/forcesoap/action.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

/* --- parameters --- */

static void add_item(struct soap_list *list, const char *bytes, size_t length)
{
    while (length > 0 && strchr(" \t\r", *bytes)) {
        bytes++;
        length--;
    }
    while (length > 0 && strchr(" \t\r", bytes[length - 1]))
        length--;
    if (length == 0)
        return;
    list->items = memory_resize(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = memory_copy(bytes, length);
}

/* Account(Id, Name) is one thing. */
static size_t item_length(const char *text, const char *separators)
{
    size_t length = 0;
    int depth = 0;

    while (text[length] && !(depth == 0 && strchr(separators, text[length]))) {
        if (text[length] == '\n')
            break;
        depth += text[length] == '(' ? 1 : text[length] == ')' && depth > 0 ? -1 : 0;
        length++;
    }
    return length;
}

static struct soap_list split(const char *text, const char *separators)
{
    struct soap_list list = {0};

    while (text && *text) {
        size_t length = item_length(text, separators);

        add_item(&list, text, length);
        text += length + (text[length] != '\0');
    }
    return list;
}

struct soap_list soap_list_of(const char *text)
{
    return split(text, "\n,");
}

struct soap_list soap_list(const struct operation *operation, const char *name)
{
    return soap_list_of(soap_parameter(operation, name));
}

struct soap_list soap_lines(const struct operation *operation, const char *name)
{
    return split(soap_parameter(operation, name), "\n");
}

void soap_list_free(struct soap_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct soap_list){0};
}

bool soap_says_yes(const struct operation *operation, const char *name)
{
    const char *text = soap_parameter(operation, name);
    bool truth = false;

    return text && config_parse_boolean(text, &truth) && truth;
}

enum wire_step soap_refuse(const struct call *call, const char *parameter, const char *why)
{
    error_set(call->error, ERROR_VALIDATION, "%s: %s: %s", call->operation->name, parameter, why);
    error_add_field(call->error, parameter, NULL, why);
    return WIRE_REFUSED;
}

struct soap_range soap_part(size_t count, int part, size_t most)
{
    struct soap_range range = {(size_t)part * most, count};

    if (range.first > count)
        range.first = count;
    if (range.end - range.first > most)
        range.end = range.first + most;
    return range;
}

int soap_next_part(const struct answer *answer, size_t count, struct soap_range done)
{
    if (error_is_set(&answer->result->error))
        return 0;
    answer->result->done = done.end;
    answer->result->expected = count;
    return done.end < count ? answer->step + 1 : 0;
}

const char *soap_found(const struct call *call, const char *words)
{
    const struct result *so_far = call->operation->so_far;

    if (call->operation->explain)
        return words;
    return so_far ? so_far->next : NULL;
}

void soap_keep(const struct answer *answer, char *found)
{
    if (!found && error_is_set(&answer->result->error))
        return;
    free(answer->result->next);
    answer->result->next = found;
}

/* --- elements of a request --- */

void soap_put_type(struct soap_message *message, const char *type)
{
    xml_put_attribute(message->writer, "xsi:type", type);
}

static void put_list(struct soap_message *message, const struct soap_element *element)
{
    struct soap_list list = soap_list(message->call->operation, element->name);

    for (size_t i = 0; i < list.count; i++) {
        if (element->kind == ELEMENT_IDS)
            soap_put_id(message, element->name, list.items[i]);
        else
            xml_put(message->writer, element->name, list.items[i]);
    }
    soap_list_free(&list);
}

static const char *line_value(const char *line, size_t *name_length)
{
    const char *equals = strchr(line, '=');

    if (!equals)
        return NULL;
    *name_length = (size_t)(equals - line);
    while (*name_length > 0 && strchr(" \t", line[*name_length - 1]))
        --*name_length;
    return equals + 1 + strspn(equals + 1, " \t");
}

static void put_pairs(struct soap_message *message, const struct soap_element *element)
{
    struct soap_list lines = soap_lines(message->call->operation, element->name);

    for (size_t i = 0; i < lines.count; i++) {
        size_t length = 0;
        const char *value = line_value(lines.items[i], &length);
        char *name = memory_copy(lines.items[i], value ? length : strlen(lines.items[i]));

        xml_open(message->writer, element->name);
        xml_put(message->writer, "name", name);
        xml_put(message->writer, "value", value ? value : "");
        xml_close(message->writer);
        free(name);
    }
    soap_list_free(&lines);
}

/* It becomes the name of an element: letters, digits and _, as Salesforce has it. */
static bool is_field_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    return *name && !strchr("0123456789", *name) && name[strspn(name, allowed)] == '\0';
}

struct record *soap_read_fields(const struct call *call, const char *object, const char *parameter)
{
    struct soap_list lines = soap_lines(call->operation, parameter);
    struct record *record = record_new(object, NULL);
    bool ok = true;

    for (size_t i = 0; ok && i < lines.count; i++) {
        size_t length = 0;
        const char *text = line_value(lines.items[i], &length);
        struct value value = text && *text ? value_string(text) : value_null();
        char *name = memory_copy(lines.items[i], text ? length : 0);

        ok = is_field_name(name);
        if (ok)
            record_set(record, name, &value);
        else
            soap_refuse(call, parameter, "each line is the name of a field, = and its value");
        free(name);
    }
    soap_list_free(&lines);
    if (ok)
        return record;
    record_free(record);
    return NULL;
}

/* A line that is no field leaves its error in the call: see soap_send_elements. */
static void put_fields(struct soap_message *message, const struct soap_element *element)
{
    struct record *record = soap_read_fields(message->call, element->object, element->name);

    if (record)
        soap_put_sobject(message, element->name, element->object, NULL, NULL, record);
    record_free(record);
}

static void put_given(struct soap_message *message, const struct soap_element *element,
                      const char *text)
{
    switch (element->kind) {
    case ELEMENT_TEXT:
        xml_put(message->writer, element->name, text);
        break;
    case ELEMENT_ID:
        soap_put_id(message, element->name, text);
        break;
    case ELEMENT_FLAG:
        xml_put(message->writer, element->name,
                soap_says_yes(message->call->operation, element->name) ? "true" : "false");
        break;
    case ELEMENT_TEXTS:
    case ELEMENT_IDS:
        put_list(message, element);
        break;
    case ELEMENT_FIELDS:
        put_fields(message, element);
        break;
    case ELEMENT_PAIRS:
        put_pairs(message, element);
        break;
    }
}

static bool has_element(const struct forcesoap *forcesoap, int since)
{
    return strtol(forcesoap->version, NULL, 10) >= since;
}

void soap_put_element(struct soap_message *message, const struct soap_element *element)
{
    const char *text = soap_parameter(message->call->operation, element->name);

    if (text)
        put_given(message, element, text);
    else if (element->otherwise)
        xml_put(message->writer, element->name, element->otherwise);
    else if (!element->optional && has_element(message->call->forcesoap, element->since))
        xml_put(message->writer, element->name, NULL);
}

void soap_put_elements(struct soap_message *message, const struct soap_element *elements,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        soap_put_element(message, &elements[i]);
}

enum wire_step soap_send_elements(struct soap_message *message)
{
    const struct error *error = message->call->error;
    enum wire_step step = soap_send(message);

    return error_is_set(error) ? WIRE_REFUSED : step;
}

/* --- tables in results --- */

static void copy_rows(struct soap_table *table, const struct page *page)
{
    for (size_t row = 0; row < page_row_count(page); row++) {
        for (size_t column = 0; column < page_column_count(page); column++) {
            struct value value = page_value(page, row, column);

            page_builder_add(table->builder, &value);
        }
        page_builder_end_row(table->builder);
        table->rows++;
    }
}

static void name_columns(struct result *result, const char *const *columns, size_t count)
{
    result->columns = memory_zeroed(count, sizeof *result->columns);
    for (size_t i = 0; i < count; i++)
        result->columns[result->column_count++] = memory_copy_string(columns[i]);
}

struct soap_table soap_table_begin(struct result *result, const char *const *columns, size_t count)
{
    struct soap_table table = {result, page_builder_new(count + 1), 0};

    if (result->page)
        copy_rows(&table, result->page);
    else
        name_columns(result, columns, count);
    return table;
}

void soap_table_row(struct soap_table *table, const char *id)
{
    struct text number = {0};
    struct value value;

    text_format(&number, "%zu", ++table->rows);
    value = value_string(id && *id ? id : text_string(&number));
    page_builder_add(table->builder, &value);
    text_free(&number);
}

void soap_table_text(struct soap_table *table, const char *text)
{
    struct value value = value_string(text);

    page_builder_add(table->builder, &value);
}

void soap_table_flag(struct soap_table *table, bool flag)
{
    struct value value = value_boolean(flag);

    page_builder_add(table->builder, &value);
}

void soap_table_end_row(struct soap_table *table)
{
    page_builder_end_row(table->builder);
}

void soap_table_finish(struct soap_table *table)
{
    page_free(table->result->page);
    table->result->page = page_builder_finish(table->builder);
    table->builder = NULL;
}

/* --- results --- */

void soap_join(const xmlNode *node, const char *name, struct text *out)
{
    for (const xmlNode *each = xml_child(node, SOAP_PARTNER, name); each;
         each = xml_next(each, SOAP_PARTNER, name)) {
        const char *text = xml_text(each);

        if (text && *text)
            text_format(out, "%s%s", out->length > 0 ? ", " : "", text);
    }
}

static bool is_named(const char *name, const char *wanted)
{
    return strcmp(name, wanted) == 0;
}

static void join_messages(const xmlNode *entry, struct text *out)
{
    for (const xmlNode *each = xml_child(entry, SOAP_PARTNER, "errors"); each;
         each = xml_next(each, SOAP_PARTNER, "errors")) {
        const char *message = soap_text(each, "message");

        text_format(out, "%s%s", out->length > 0 ? "; " : "",
                    message ? message : "it was refused without a reason");
    }
}

static void add_cell(struct soap_table *table, const struct answer *answer, const xmlNode *entry,
                     const char *name)
{
    struct text text = {0};

    if (is_named(name, "success") || is_named(name, "created")) {
        soap_table_flag(table, soap_flag(entry, name, false));
        return;
    }
    if (is_named(name, "message"))
        join_messages(entry, &text);
    else if (is_named(name, "object"))
        text_append_string(&text, soap_parameter(answer->operation, name));
    else
        soap_join(entry, name, &text);
    soap_table_text(table, text.length > 0 ? text_string(&text) : NULL);
    text_free(&text);
}

static void add_result(struct soap_table *table, const struct answer *answer, const xmlNode *entry,
                       const struct soap_columns *columns, const char *asked)
{
    soap_table_row(table, asked);
    soap_table_text(table, asked);
    for (size_t i = 1; i < columns->count; i++)
        add_cell(table, answer, entry, columns->names[i]);
    soap_table_end_row(table);
}

void soap_take_results(const struct answer *answer, const xmlNode *response,
                       const struct soap_columns *columns, const struct soap_list *asked,
                       struct soap_range range)
{
    const xmlNode *entry = xml_child(response, SOAP_PARTNER, "result");
    struct soap_table table;

    if (!response)
        return;
    if (!entry && range.end > range.first) {
        soap_nonsense(answer, "a result for each record");
        return;
    }
    if (columns->count > 0)
        table = soap_table_begin(answer->result, columns->names, columns->count);
    for (size_t i = range.first; i < range.end; i++) {
        soap_take_write_result(answer, entry, asked->items[i]);
        if (columns->count > 0 && entry)
            add_result(&table, answer, entry, columns, asked->items[i]);
        entry = xml_next(entry, SOAP_PARTNER, "result");
    }
    if (columns->count > 0)
        soap_table_finish(&table);
}

void soap_add_failure(const struct answer *answer, const struct soap_columns *columns,
                      const char *as, const char *id, struct error *error)
{
    struct write_result *write = result_add_write(answer->result, id);
    struct soap_table table = soap_table_begin(answer->result, columns->names, columns->count);

    soap_table_row(&table, id);
    for (size_t i = 0; i < columns->count; i++) {
        const char *name = columns->names[i];

        if (is_named(name, "success"))
            soap_table_flag(&table, false);
        else
            soap_table_text(&table, is_named(name, as)          ? id
                                    : is_named(name, "message") ? error->message
                                                                : NULL);
    }
    soap_table_end_row(&table);
    soap_table_finish(&table);
    error_move(&write->error, error);
    soap_say_what(answer, &write->error);
}

/* --- dispatch --- */

_Static_assert((int)ACTION_COUNT == (int)FORCESOAP_ACTION_COUNT, "each action has a row");

static const struct action_row {
    forcesoap_encoder encode;
    forcesoap_decoder decode;
} rows[ACTION_COUNT] = {
    [ACTION_CONVERT_LEAD] = {soap_encode_convert_lead, soap_decode_convert_lead},
    [ACTION_MERGE] = {soap_encode_merge, soap_decode_merge},
    [ACTION_UPSERT] = {soap_encode_upsert_action, soap_decode_upsert_action},
    [ACTION_SUBMIT] = {soap_encode_submit, soap_decode_submit},
    [ACTION_APPROVE] = {soap_encode_workitem, soap_decode_workitem},
    [ACTION_REJECT] = {soap_encode_workitem, soap_decode_workitem},
    [ACTION_REMOVE_APPROVAL] = {soap_encode_workitem, soap_decode_workitem},
    [ACTION_APPROVALS] = {soap_encode_approvals, soap_decode_approvals},
    [ACTION_UNDELETE] = {soap_encode_bin, soap_decode_bin},
    [ACTION_EMPTY_RECYCLE_BIN] = {soap_encode_bin, soap_decode_bin},
    [ACTION_GET_DELETED] = {soap_encode_changes, soap_decode_changes},
    [ACTION_GET_UPDATED] = {soap_encode_changes, soap_decode_changes},
    [ACTION_SEARCH] = {soap_encode_search, soap_decode_search},
    [ACTION_SEND_EMAIL] = {soap_encode_send_email, soap_decode_send_email},
    [ACTION_DESCRIBE_LAYOUT] = {soap_encode_describe_layout, soap_decode_describe_layout},
    [ACTION_DESCRIBE_SOFTPHONE] = {soap_encode_softphone, soap_decode_softphone},
    [ACTION_DESCRIBE_SOBJECTS] = {soap_encode_sobjects, soap_decode_sobjects},
    [ACTION_DESCRIBE_TABS] = {soap_encode_tabs, soap_decode_tabs},
    [ACTION_USER_INFO] = {soap_encode_user_info, soap_decode_user_info},
    [ACTION_SERVER_TIMESTAMP] = {soap_encode_timestamp, soap_decode_timestamp},
    [ACTION_SET_PASSWORD] = {soap_encode_set_password, soap_decode_set_password},
    [ACTION_RESET_PASSWORD] = {soap_encode_reset_password, soap_decode_reset_password},
    [ACTION_INVALIDATE_SESSIONS] = {soap_encode_invalidate, soap_decode_invalidate},
    [ACTION_LOGOUT] = {soap_encode_logout, soap_decode_logout},
};

bool soap_is_action(const struct operation *operation, enum forcesoap_action action)
{
    return operation->name && strcmp(operation->name, forcesoap_actions[action].name) == 0;
}

static const struct action_row *find_row(const struct operation *operation)
{
    for (int i = 0; i < ACTION_COUNT; i++) {
        if (soap_is_action(operation, (enum forcesoap_action)i))
            return &rows[i];
    }
    return NULL;
}

enum wire_step soap_encode_action(const struct call *call)
{
    const struct action_row *row = find_row(call->operation);

    if (row)
        return row->encode(call);
    error_set(call->error, ERROR_UNSUPPORTED, "the Force.com SOAP API has no action \"%s\"",
              call->operation->name ? call->operation->name : "");
    return WIRE_REFUSED;
}

int soap_decode_action(const struct answer *answer)
{
    const struct action_row *row = find_row(answer->operation);

    return row ? row->decode(answer) : 0;
}
