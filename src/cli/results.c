/* results: see results.h. */
#include "cli/results.h"

#include <jansson.h>

#include "cli/json.h"
#include "core/memory.h"

static json_t *json_errors(const struct error *error)
{
    json_t *list = json_array();
    for (size_t i = 0; i < error->field_count; i++) {
        const struct field_error *field = &error->fields[i];
        json_t *object = json_object();
        json_object_set_new(object, "field", json_words(field->field));
        json_object_set_new(object, "code", json_words(field->code));
        json_object_set_new(object, "message", json_words(field->message));
        json_array_append_new(list, object);
    }
    if (error->field_count == 0 && error_is_set(error)) {
        json_t *object = json_object();
        json_object_set_new(object, "field", json_null());
        json_object_set_new(object, "code", json_words(error_kind_name(error->kind)));
        json_object_set_new(object, "message", json_words(error->message));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_result(const struct write_result *write)
{
    json_t *object = json_object();
    json_object_set_new(object, "id", json_words(write->id));
    json_object_set_new(object, "success", json_boolean(write->success));
    json_object_set_new(object, "created", json_boolean(write->created));
    json_object_set_new(object, "errors", json_errors(&write->error));
    return object;
}

static void print_json(const struct result *result, enum exchange_format format,
                       struct output *output)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->write_count; i++) {
        json_array_append_new(list, json_result(&result->writes[i]));
    }
    if (format == EXCHANGE_JSON) {
        json_show(list, output, JSON_INDENT(2));
    } else {
        size_t i;
        json_t *row;
        json_array_foreach(list, i, row)
        {
            json_show(row, output, JSON_COMPACT);
        }
    }
    json_decref(list);
}

static void print_sheet(const struct result *result, enum exchange_format format,
                        struct output *output)
{
    static const char *const names[] = {"id", "success", "created", "errors"};
    struct sheet sheet = {names, 4, NULL, 0};
    for (size_t i = 0; i < result->write_count; i++) {
        const struct write_result *write = &result->writes[i];
        struct text errors = {0};
        for (size_t j = 0; j < write->error.field_count; j++) {
            text_format(&errors, "%s%s: %s", j > 0 ? "; " : "", write->error.fields[j].field,
                        write->error.fields[j].message);
        }
        if (write->error.field_count == 0) {
            text_append_string(&errors, write->error.message);
        }
        struct value values[] = {
            value_string(write->id), value_boolean(write->success), value_boolean(write->created),
            write->success ? value_null() : value_string(text_string(&errors))};
        sheet_add(&sheet, values);
        text_free(&errors);
    }
    sheet_print(&sheet, output, format);
    sheet_free(&sheet);
}

void results_print(const struct result *result, enum exchange_format format, struct output *output)
{
    if (format == EXCHANGE_JSON || format == EXCHANGE_NDJSON) {
        print_json(result, format, output);
    } else {
        print_sheet(result, format, output);
    }
}

int results_fail(struct error *error, bool lost)
{
    if (!lost) {
        return command_fail(error);
    }
    bool interrupted = error->kind == ERROR_CANCELLED;
    error_set_hint(error, "unknown whether it was done: look at the record as it is now, before "
                          "trying again");
    int status = command_fail(error);
    return interrupted ? status : error_exit_status(ERROR_NETWORK);
}

int results_report(struct result *result, const char *object)
{
    int status = 0;
    size_t failed = 0;
    for (size_t i = 0; i < result->write_count; i++) {
        struct write_result *write = &result->writes[i];
        if (write->success) {
            continue;
        }
        if (write->id != NULL && result->write_count > 1) {
            error_context(&write->error, "%s%s%s: ", object == NULL ? "" : object,
                          object == NULL ? "" : " ", write->id);
        }
        int own = results_fail(&write->error, write->lost);
        status = failed == 0 || status == own ? own : 1;
        failed++;
    }
    return failed > 0 && failed < result->write_count ? 1 : status;
}
