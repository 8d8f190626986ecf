/*
 * write: create, update, upsert, delete and undelete, 200 records a call, with a result for each
 * record. Pure.
 *
 * Inside an sObject: type, then the names of fields to make null, then Id, then the fields. A field
 * without a value is named, never sent empty: Salesforce keeps no empty text.
 *
 * A record with a text that XML cannot carry stays behind, and fails alone; with all or none
 * nothing is sent then.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/forcesoap/internal.h"
#include "backend/soql/salesforce.h"
#include "core/memory.h"

/* --- requests --- */

static bool is_empty(const struct value *value)
{
    return value->kind == VALUE_NULL || (value->kind == VALUE_TEXT && value->as.text.length == 0);
}

/* Spelled as XML Schema has it: a moment with its zone, bytes in base64. */
static void print_value(const struct field *field, const struct value *value, struct text *out)
{
    if (salesforce_moment(field, value, out))
        return;
    if (value->kind == VALUE_BYTES)
        value_encode_base64(value->as.text.bytes, value->as.text.length, out);
    else
        value_print(value, out);
}

static void put_field(struct soap_message *message, const struct schema *schema,
                      const struct record_field *given)
{
    const struct field *field = schema ? schema_field(schema, given->name) : NULL;
    struct text name = {0}, spelling = {0};

    text_format(&name, "sf:%s", field ? field->name : given->name);
    print_value(field, &given->value, &spelling);
    xml_open(message->writer, text_string(&name));
    xml_put_text(message->writer, text_string(&spelling), spelling.length);
    xml_close(message->writer);
    text_free(&name);
    text_free(&spelling);
}

void soap_put_sobject(struct soap_message *message, const char *name, const char *object,
                      const struct schema *schema, const char *id, const struct record *values)
{
    struct xml_writer *writer = message->writer;
    size_t count = values ? values->field_count : 0;

    xml_open(writer, name);
    xml_put(writer, "sf:type", object);
    for (size_t i = 0; i < count; i++) {
        if (is_empty(&values->fields[i].value))
            xml_put(writer, "sf:fieldsToNull", values->fields[i].name);
    }
    if (id)
        soap_put_id(message, "sf:Id", id);
    else
        xml_put(writer, "sf:Id", NULL);
    for (size_t i = 0; i < count; i++) {
        const struct record_field *given = &values->fields[i];

        if (given->value.kind != VALUE_ABSENT && !is_empty(&given->value))
            put_field(message, schema, given);
    }
    xml_close(writer);
}

/* The field whose text XML cannot carry; NULL: the record can be sent. bad: the character. */
static const struct record_field *unsendable(const struct operation *operation, size_t number,
                                             unsigned *bad)
{
    const struct record *values =
        number < operation->write_count ? operation->writes[number].values : NULL;

    for (size_t i = 0; values && i < values->field_count; i++) {
        const struct value *value = &values->fields[i].value;

        if (value->kind == VALUE_TEXT &&
            !xml_can_carry(value->as.text.bytes, value->as.text.length, bad))
            return &values->fields[i];
    }
    return NULL;
}

static size_t count_unsendable(const struct operation *operation)
{
    size_t count = 0;
    unsigned bad;

    for (size_t i = 0; i < operation->write_count; i++)
        count += unsendable(operation, i, &bad) ? 1 : 0;
    return count;
}

static bool none_goes(const struct call *call)
{
    const struct operation *operation = call->operation;
    size_t unsent = operation->explain ? 0 : count_unsendable(operation);

    return unsent > 0 && (unsent == operation->write_count || operation->all_or_none ||
                          call->forcesoap->all_or_none);
}

static enum wire_step send_records(const struct call *call, const char *name)
{
    const struct operation *operation = call->operation;
    struct soap_message message;
    unsigned bad;

    if (none_goes(call))
        return WIRE_NONE;
    message = soap_begin(call, name, SOAP_ALL_OR_NONE);

    if (operation->kind == OPERATION_UPSERT)
        xml_put(message.writer, "externalIDFieldName", operation->field);
    for (size_t i = 0; i < operation->write_count; i++) {
        if (operation->explain || !unsendable(operation, i, &bad))
            soap_put_sobject(&message, "sObjects", operation->object, operation->schema,
                             operation->writes[i].id, operation->writes[i].values);
    }
    return soap_send(&message);
}

enum wire_step soap_encode_create(const struct call *call)
{
    return send_records(call, "create");
}

enum wire_step soap_encode_update(const struct call *call)
{
    return send_records(call, "update");
}

enum wire_step soap_encode_upsert(const struct call *call)
{
    return send_records(call, "upsert");
}

enum wire_step soap_encode_delete(const struct call *call)
{
    struct soap_message message = soap_begin(call, "delete", SOAP_ALL_OR_NONE);

    for (size_t i = 0; i < call->operation->write_count; i++)
        soap_put_id(&message, "ids", call->operation->writes[i].id);
    return soap_send(&message);
}

enum wire_step soap_encode_undelete(const struct call *call)
{
    struct soap_message message = soap_begin(call, "undelete", SOAP_ALL_OR_NONE);

    for (size_t i = 0; i < call->operation->id_count; i++)
        soap_put_id(&message, "ids", call->operation->ids[i]);
    return soap_send(&message);
}

/* --- results --- */

/* Salesforce says the same of a record that is not there and of a reference to one, which it names.
 */
static bool is_record_missing(const struct answer *answer, const xmlNode *errors)
{
    const char *code = soap_text(errors, "statusCode");
    bool by_id =
        answer->operation->kind != OPERATION_CREATE && answer->operation->kind != OPERATION_UPSERT;

    return by_id && code && !xml_child(errors, SOAP_PARTNER, "fields") &&
           (strcmp(code, "INVALID_CROSS_REFERENCE_KEY") == 0 || strcmp(code, "MALFORMED_ID") == 0);
}

static void take_errors(const struct answer *answer, const xmlNode *entry, struct error *error)
{
    const xmlNode *errors = xml_child(entry, SOAP_PARTNER, "errors");

    if (!errors)
        error_set(error, ERROR_VALIDATION, "it was refused without a reason");
    for (const xmlNode *each = errors; each; each = xml_next(each, SOAP_PARTNER, "errors"))
        soap_take_error(each, error);
    if (is_record_missing(answer, errors))
        error->kind = ERROR_NOT_FOUND;
    soap_say_what(answer, error);
}

struct write_result *soap_take_write_result(const struct answer *answer, const xmlNode *entry,
                                            const char *id)
{
    const char *own = soap_text(entry, "id");
    struct write_result *write = result_add_write(answer->result, own && *own ? own : id);

    if (!soap_text(entry, "success")) {
        write->lost = true;
        error_set(&write->error, ERROR_PROTOCOL,
                  "It is unknown whether this record was written: the answer has no result for it");
        return write;
    }
    write->success = soap_flag(entry, "success", false);
    write->created = write->success && (answer->operation->kind == OPERATION_CREATE ||
                                        soap_flag(entry, "created", false));
    if (!write->success)
        take_errors(answer, entry, &write->error);
    return write;
}

static const char *asked_id(const struct operation *operation, size_t number)
{
    return operation->write_count > 0 ? operation->writes[number].id : operation->ids[number];
}

/* It was not sent: by its own fault, or with all or none by another's. */
static void take_unsent(const struct answer *answer, size_t number,
                        const struct record_field *field, unsigned bad)
{
    struct write_result *write =
        result_add_write(answer->result, asked_id(answer->operation, number));
    struct text words = {0};

    if (field) {
        text_format(&words, "it holds a character that XML cannot carry: U+%04X", bad);
        error_set(&write->error, ERROR_VALIDATION, "%s: %s", field->name, text_string(&words));
        error_add_field(&write->error, field->name, NULL, text_string(&words));
        error_set_hint(&write->error, "take the character out; nothing was sent of this record");
    } else {
        error_set(&write->error, ERROR_VALIDATION,
                  "it was not sent, for another record cannot be, and all or none was asked for");
    }
    soap_say_what(answer, &write->error);
    text_free(&words);
}

static void take_writes(const struct answer *answer, size_t count, const xmlNode *entry)
{
    for (size_t i = 0; i < count; i++) {
        unsigned bad = 0;
        const struct record_field *field = unsendable(answer->operation, i, &bad);

        if (field || !answer->response) {
            take_unsent(answer, i, field, bad);
            continue;
        }
        soap_take_write_result(answer, entry, asked_id(answer->operation, i));
        entry = entry ? xml_next(entry, SOAP_PARTNER, "result") : NULL;
    }
}

int soap_decode_writes(const struct answer *answer)
{
    const struct operation *operation = answer->operation;
    size_t count = operation->write_count > 0 ? operation->write_count : operation->id_count;
    xmlDoc *document = NULL;
    const xmlNode *response = answer->response ? soap_response(answer, &document) : NULL;
    const xmlNode *entry = xml_child(response, SOAP_PARTNER, "result");

    if (response && !entry && count > 0)
        soap_nonsense(answer, "a result for each record");
    else if (entry || !answer->response)
        take_writes(answer, count, entry);
    xmlFreeDoc(document);
    return 0;
}
