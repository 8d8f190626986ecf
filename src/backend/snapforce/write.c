/*
 * write: records created, changed, and made inactive, one request each.
 *
 * Before a change the active records are read, unless that was a moment ago: a record that is not
 * there is not written, what is expected of it is compared, and the request says of it the status
 * that it has. After a create whose answer names no id the records are read to find it.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/snapforce/internal.h"
#include "core/memory.h"
#include "net/xml.h"

enum { MOMENT = 2000 };

/* Steps of a change. Of a create there are the request and the look for its id. */
enum { READ_ACTIVE, READ_INACTIVE, SEND_CHANGE };
enum { SEND_CREATE, LOOK_FOR_ID };

void snap_mark_written(struct snapforce *instance, int module, const char *id)
{
    struct snap_state *state = &instance->states[module];
    for (int i = 0; i < SNAP_STATUSES; i++) {
        state->sets[i].changed = true;
    }
    if (id != NULL) {
        state->written =
            memory_resize(state->written, state->written_count + 1, sizeof *state->written);
        state->written[state->written_count++] = memory_copy_string(id);
    }
}

/* --- the request --- */

/* What cannot stand in an XML answer could be sent and never be read again. */
static bool check_text(const char *name, const char *text, struct error *error)
{
    unsigned bad = 0;
    if (xml_can_carry(text, strlen(text), &bad)) {
        return true;
    }
    error_set(error, ERROR_VALIDATION,
              "%s: the text holds a character that Snapforce's XML cannot carry: U+%04X.", name,
              bad);
    error_add_field(error, name, NULL, "holds a character that XML cannot carry");
    return false;
}

static char *text_of(const struct value *value)
{
    char *text = value_to_string(value);
    return text == NULL ? memory_copy_string("") : text;
}

static bool is_sent(const struct snapforce *instance, int module, const char *name)
{
    return strcmp(name, SNAP_STATUS) != 0 && strcmp(name, instance->states[module].id_field) != 0;
}

static bool put_fields(const struct snapforce *instance, int module, const struct record *values,
                       struct http_request *request, struct error *error)
{
    bool good = true;
    for (size_t i = 0; values != NULL && good && i < values->field_count; i++) {
        const struct record_field *field = &values->fields[i];
        if (is_sent(instance, module, field->name)) {
            char *text = text_of(&field->value);
            good = check_text(field->name, text, error);
            http_request_form(request, field->name, text, strlen(text), false);
            free(text);
        }
    }
    return good;
}

/* insert_xml: the fields as <leads><lead>…</lead></leads> in one parameter. */
static bool put_document(const struct snapforce *instance, int index, const struct record *values,
                         struct http_request *request, struct error *error)
{
    const struct snap_module *module = &snap_modules[index];
    struct xml_writer *writer = xml_writer_new();
    struct text document = {0}, list = {0};
    text_fold(&list, module->name, strlen(module->name));
    xml_open(writer, text_string(&list));
    xml_open(writer, module->singular);
    for (size_t i = 0; i < values->field_count; i++) {
        if (is_sent(instance, index, values->fields[i].name)) {
            char *text = text_of(&values->fields[i].value);
            xml_put(writer, values->fields[i].name, text);
            free(text);
        }
    }
    xml_close(writer);
    xml_close(writer);
    bool good = xml_writer_finish(writer, &document, error);
    http_request_form(request, "xml", text_string(&document), document.length, false);
    xml_writer_free(writer);
    text_free(&document);
    text_free(&list);
    return good;
}

/* The status that the record is to have: the one that is written, or the one it has. */
static bool status_of(const struct record *values, enum snap_status now, enum snap_status *status,
                      struct error *error)
{
    struct value value = values == NULL ? value_absent() : record_value(values, SNAP_STATUS);
    *status = now;
    return value.kind == VALUE_ABSENT ||
           (value.kind == VALUE_TEXT &&
            snap_status_read(value.as.text.bytes, value.as.text.length, status)) ||
           error_set(error, ERROR_VALIDATION, "status: expected Active or Inactive");
}

static enum wire_step encode_create(struct snapforce *instance, const struct operation *operation,
                                    struct http_request *request, struct error *error)
{
    int module = snap_module_index(operation->object);
    const struct record *values = operation->writes[0].values;
    enum snap_status status;
    if (!status_of(values, SNAP_ACTIVE, &status, error)) {
        return WIRE_REFUSED;
    }
    snap_request(instance, module, status, "insertRecords", request);
    bool good = instance->insert_xml ? put_document(instance, module, values, request, error)
                                     : put_fields(instance, module, values, request, error);
    return good ? WIRE_SEND : WIRE_REFUSED;
}

static enum wire_step encode_change(struct snapforce *instance, const struct operation *operation,
                                    struct http_request *request, struct error *error)
{
    int module = snap_module_index(operation->object);
    const struct write_request *write = &operation->writes[0];
    struct snap_found found = snap_find(instance, module, write->id);
    enum snap_status status = found.row == NULL ? SNAP_ACTIVE : found.row->status;
    if (operation->kind == OPERATION_DELETE) {
        status = SNAP_INACTIVE;
    } else if (!status_of(write->values, status, &status, error)) {
        return WIRE_REFUSED;
    }
    snap_request(instance, module, status, "updateRecords", request);
    http_request_form(request, instance->states[module].id_field, write->id, strlen(write->id),
                      false);
    return put_fields(instance, module, write->values, request, error) ? WIRE_SEND : WIRE_REFUSED;
}

/* --- before a change --- */

static bool was_written(const struct snap_state *state, const char *id)
{
    for (size_t i = 0; i < state->written_count; i++) {
        if (strcmp(state->written[i], id) == 0) {
            return true;
        }
    }
    return false;
}

/* The set may be a moment old, and others may have been written since, but not this record. */
static bool may_rely(const struct snap_state *state, enum snap_status status, const char *id)
{
    const struct snap_set *set = &state->sets[status];
    return set->known && snap_now() - set->read_at < MOMENT && !was_written(state, id);
}

static enum wire_step encode_read(struct snapforce *instance, const struct operation *operation,
                                  int step, struct http_request *request)
{
    int module = snap_module_index(operation->object);
    enum snap_status status = step == READ_ACTIVE ? SNAP_ACTIVE : SNAP_INACTIVE;
    if (may_rely(&instance->states[module], status, operation->writes[0].id)) {
        return WIRE_NONE;
    }
    snap_fetch(instance, module, status, request);
    return WIRE_SEND;
}

static void fail_missing(const struct operation *operation, struct write_result *result)
{
    const struct write_request *write = &operation->writes[0];
    const char *what = snap_modules[snap_module_index(operation->object)].singular;
    bool deletes = operation->kind == OPERATION_DELETE;
    error_set(&result->error, write->expected != NULL ? ERROR_CONFLICT : ERROR_NOT_FOUND,
              deletes ? "there is no active %s %s" : "there is no %s %s", what, write->id);
}

static bool check_change(const struct snapforce *instance, const struct operation *operation,
                         struct snap_found found, struct write_result *result)
{
    int module = snap_module_index(operation->object);
    const struct write_request *write = &operation->writes[0];
    if (found.row == NULL ||
        (operation->kind == OPERATION_DELETE && found.row->status == SNAP_INACTIVE)) {
        fail_missing(operation, result);
        return false;
    }
    if (write->id[0] == '#') {
        return error_set(&result->error, ERROR_UNSUPPORTED,
                         "this record came without an id, so that it cannot be named in a request");
    }
    struct record *current = snap_record(instance, module, found);
    for (size_t i = 0; write->expected != NULL && i < write->expected->field_count; i++) {
        struct value value = record_value(current, write->expected->fields[i].name);
        if (!value_same(&value, &write->expected->fields[i].value)) {
            error_set(&result->error, ERROR_CONFLICT, "the %s was changed by someone else",
                      snap_modules[module].singular);
            result->current = current;
            return false;
        }
    }
    record_free(current);
    return true;
}

static int after_read(struct snapforce *instance, const struct operation *operation, int step,
                      const struct http_response *response, struct result *result)
{
    int module = snap_module_index(operation->object);
    enum snap_status status = step == READ_ACTIVE ? SNAP_ACTIVE : SNAP_INACTIVE;
    const struct snap_set *active = &instance->states[module].sets[SNAP_ACTIVE];
    const char *id = operation->writes[0].id;
    if (response != NULL && !snap_take(instance, module, status, response, &result->error)) {
        return 0;
    }
    struct snap_found found = {active, snap_set_find(active, id)};
    if (step == READ_INACTIVE) {
        found = snap_find(instance, module, id);
    } else if (found.row == NULL && operation->kind == OPERATION_UPDATE) {
        return READ_INACTIVE;
    }
    struct write_result *write = result_add_write(result, id);
    return check_change(instance, operation, found, write) ? SEND_CHANGE : 0;
}

/* --- after the request --- */

/* Does the row hold everything that was sent? */
static bool holds(const struct snapforce *instance, int module, struct snap_found found,
                  const struct record *values)
{
    for (size_t i = 0; i < values->field_count; i++) {
        const struct record_field *field = &values->fields[i];
        struct value now = snap_value(instance, module, found, field->name);
        char *sent = text_of(&field->value), *there = text_of(&now);
        struct value text = value_string(sent);
        bool same = strcmp(sent, there) == 0 || value_same(&now, &text);
        free(sent);
        free(there);
        if (!same) {
            return false;
        }
    }
    return true;
}

static char *id_of(struct snap_found found)
{
    return memory_copy(found.set->bytes.bytes + found.row->id, found.row->id_length);
}

/* Ids are numbers that grow, as far as is known: the newest of those that fit. */
static bool is_newer(const char *id, const char *than)
{
    size_t length = strlen(id), other = strlen(than);
    return length != other ? length > other : strcmp(id, than) > 0;
}

/* The new record among those of the set: it holds what was sent, and was not there before. */
static char *find_created(const struct snapforce *instance, int module, const struct snap_set *set,
                          const struct snap_set *before, const struct record *values)
{
    char *best = NULL;
    for (size_t i = 0; i < set->row_count; i++) {
        struct snap_found found = {set, &set->rows[i]};
        if (!holds(instance, module, found, values)) {
            continue;
        }
        char *id = id_of(found);
        bool old = before->known && snap_set_find(before, id) != NULL;
        if (!old && (best == NULL || is_newer(id, best))) {
            free(best);
            best = id;
        } else {
            free(id);
        }
    }
    return best;
}

static enum snap_status created_status(const struct operation *operation)
{
    enum snap_status status = SNAP_ACTIVE;
    struct error unused = {0};
    (void)status_of(operation->writes[0].values, SNAP_ACTIVE, &status, &unused);
    error_clear(&unused);
    return status;
}

static int look_for_id(struct snapforce *instance, const struct operation *operation,
                       const struct http_response *response, struct result *result)
{
    int module = snap_module_index(operation->object);
    enum snap_status status = created_status(operation);
    struct snap_state *state = &instance->states[module];
    struct write_result *write = &result->writes[0];
    struct snap_set before = state->sets[status];
    memset(&state->sets[status], 0, sizeof before);
    struct error error = {0};
    if (response != NULL && snap_take(instance, module, status, response, &error)) {
        free(write->id);
        write->id = find_created(instance, module, &state->sets[status], &before,
                                 operation->writes[0].values);
    }
    error_clear(&write->error);
    write->success = write->created = write->id != NULL;
    write->lost = !write->success;
    if (!write->success) {
        error_set(&write->error, ERROR_PROTOCOL,
                  "Snapforce took the new %s without an error, but it is not among the records "
                  "that were read after that.",
                  snap_modules[module].singular);
        error_set_hint(&write->error, "look for it before creating it again");
    }
    snap_set_clear(&before);
    error_clear(&error);
    return 0;
}

static int after_create(struct snapforce *instance, const struct operation *operation,
                        const struct http_response *response, struct result *result)
{
    int module = snap_module_index(operation->object);
    char *id = NULL;
    struct write_result *write = result_add_write(result, NULL);
    bool taken = snap_take_reply(&snap_modules[module], instance->states[module].id_field, response,
                                 &id, &write->error);
    snap_mark_written(instance, module, id);
    write->success = write->created = taken && id != NULL;
    write->id = id;
    if (taken && id == NULL) {
        /* Until it is found nobody can say how it is called. */
        error_set(&write->error, ERROR_PROTOCOL, "Snapforce did not say which record it made.");
        return LOOK_FOR_ID;
    }
    return 0;
}

static int after_change(struct snapforce *instance, const struct operation *operation,
                        const struct http_response *response, struct result *result)
{
    int module = snap_module_index(operation->object);
    struct write_result *write = &result->writes[0];
    char *id = NULL;
    write->success = snap_take_reply(&snap_modules[module], instance->states[module].id_field,
                                     response, &id, &write->error);
    snap_mark_written(instance, module, write->id);
    free(id);
    return 0;
}

/* --- exchanges --- */

enum wire_step snap_encode_write(struct snapforce *instance, const struct operation *operation,
                                 int step, struct http_request *request, struct error *error)
{
    int module = snap_module_index(operation->object);
    if (module < 0) {
        error_set(error, ERROR_NOT_FOUND, "Snapforce has no module %s", operation->object);
        return WIRE_REFUSED;
    }
    if (operation->write_count == 0) {
        return WIRE_NONE;
    }
    if (operation->kind == OPERATION_CREATE) {
        if (step == SEND_CREATE) {
            return encode_create(instance, operation, request, error);
        }
        snap_fetch(instance, module, created_status(operation), request);
        return WIRE_SEND;
    }
    return step == SEND_CHANGE || operation->explain
               ? encode_change(instance, operation, request, error)
               : encode_read(instance, operation, step, request);
}

int snap_decode_write(struct snapforce *instance, const struct operation *operation, int step,
                      const struct http_response *response, struct result *result)
{
    if (operation->write_count == 0) {
        return 0;
    }
    if (operation->kind == OPERATION_CREATE) {
        return step == SEND_CREATE ? after_create(instance, operation, response, result)
                                   : look_for_id(instance, operation, response, result);
    }
    return step == SEND_CHANGE ? after_change(instance, operation, response, result)
                               : after_read(instance, operation, step, response, result);
}
