/*
 * describe: the verbs that say what there is: objects, and the fields of one. Main thread.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/verbs.h"

/* --- objects --- */

static void add_object(struct sheet *sheet, const struct object_info *object)
{
    struct value values[] = {
        value_string(object->name),    value_string(object->label),
        value_string(object->kind),    value_boolean(object->create),
        value_boolean(object->update), value_boolean(object->delete_),
        value_integer(object->count),
    };
    if (object->count < 0) {
        values[6] = value_null();
    }
    sheet_add(sheet, values);
}

/* A backend that does not count with its list counts an object that is asked for alone. */
static void count_alone(struct command *command, struct object_info *object)
{
    struct operation *operation = operation_new(OPERATION_LIST_OBJECTS, object->name);
    struct error error = {0};
    struct result result;
    operation->count_objects = true;
    if (!command_run(command, operation, &result, &error)) {
        error_clear(&error);
        return;
    }
    for (size_t i = 0; i < result.object_count; i++) {
        if (strcmp(result.objects[i].name, object->name) == 0) {
            object->count = result.objects[i].count;
        }
    }
    result_clear(&result);
}

int verb_objects(struct command *command)
{
    static const char *const names[] = {"name",   "label",  "kind", "create",
                                        "update", "delete", "count"};
    bool count = argument_given(command->arguments, FLAG_COUNT);
    struct sheet sheet = {names, count ? 7 : 6, NULL, 0};
    struct error error = {0};
    enum exchange_format format;
    if (!command_format(command, &format, &error) || !command_open(command, &error)) {
        return command_fail(&error);
    }
    struct operation *operation = operation_new(OPERATION_LIST_OBJECTS, NULL);
    operation->count_objects = count;
    struct result result;
    if (!command_run(command, operation, &result, &error)) {
        return command_fail(&error);
    }
    for (size_t i = 0; i < result.object_count; i++) {
        if (count && result.objects[i].count < 0 && session_can(command->session, CAN_COUNT)) {
            count_alone(command, &result.objects[i]);
        }
        add_object(&sheet, &result.objects[i]);
    }
    sheet_print(&sheet, &command->output, format);
    sheet_free(&sheet);
    result_clear(&result);
    return 0;
}

/* --- describe, as JSON --- */

static json_t *json_picklist(const struct field *field)
{
    json_t *list = json_array();
    for (size_t i = 0; i < field->picklist_count; i++) {
        json_t *value = json_object();
        json_object_set_new(value, "value", json_words(field->picklist[i].value));
        json_object_set_new(value, "label", json_words(field->picklist[i].label));
        json_object_set_new(value, "active", json_boolean(field->picklist[i].active));
        json_array_append_new(list, value);
    }
    return list;
}

static json_t *json_known(int number, int unknown)
{
    return number == unknown ? json_null() : json_integer(number);
}

static json_t *json_field(const struct field *field)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", json_words(field->name));
    json_object_set_new(object, "label", json_words(field->label));
    json_object_set_new(object, "type", json_words(field_type_name(field->type)));
    json_object_set_new(object, "length", json_known(field->length, 0));
    json_object_set_new(object, "precision", json_known(field->precision, 0));
    json_object_set_new(object, "scale", json_known(field->scale, -1));
    json_object_set_new(object, "required", json_boolean(field->required));
    json_object_set_new(object, "nullable", json_boolean(field->nullable));
    json_object_set_new(object, "default", json_words(field->default_value));
    json_object_set_new(object, "key", json_integer(field->key));
    json_object_set_new(object, "unique", json_boolean(field->unique));
    json_object_set_new(object, "create", json_boolean(field->create));
    json_object_set_new(object, "update", json_boolean(field->update));
    json_object_set_new(object, "filter", json_boolean(field->filter));
    json_object_set_new(object, "sort", json_boolean(field->sort));
    json_object_set_new(object, "picklist", json_picklist(field));
    json_object_set_new(object, "references", json_words(field->references));
    json_object_set_new(object, "relation", json_words(field->relation));
    return object;
}

static void print_json(const struct schema *schema, struct output *output)
{
    json_t *document = json_object();
    json_t *fields = json_array();
    json_object_set_new(document, "name", json_words(schema->name));
    json_object_set_new(document, "label", json_words(schema->label));
    if (schema->note != NULL) {
        json_object_set_new(document, "note", json_words(schema->note));
    }
    for (size_t i = 0; i < schema->field_count; i++) {
        json_array_append_new(fields, json_field(&schema->fields[i]));
    }
    json_object_set_new(document, "fields", fields);
    json_show(document, output, JSON_INDENT(2));
    json_decref(document);
}

static void print_json_lines(const struct schema *schema, struct output *output)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        json_t *field = json_field(&schema->fields[i]);
        json_show(field, output, JSON_COMPACT);
        json_decref(field);
    }
}

/* --- describe, as rows --- */

static void print_picklist(const struct field *field, struct text *out)
{
    for (size_t i = 0; i < field->picklist_count; i++) {
        text_format(out, "%s%s", i > 0 ? ";" : "", field->picklist[i].value);
    }
}

static struct value known(int number, int unknown)
{
    return number == unknown ? value_null() : value_integer(number);
}

enum { DESCRIBE_ALL = 18, DESCRIBE_TABLE = 9 };

static const char *const all_names[DESCRIBE_ALL] = {
    "name",     "label",    "type",    "length",   "precision",  "scale",
    "required", "nullable", "default", "key",      "unique",     "create",
    "update",   "filter",   "sort",    "picklist", "references", "relation"};

/* What a terminal is wide enough for. */
static const size_t table_columns[DESCRIBE_TABLE] = {0, 1, 2, 3, 6, 9, 12, 16, 15};

static void field_values(const struct field *field, const char *picklist, struct value *values)
{
    const struct value all[DESCRIBE_ALL] = {
        value_string(field->name),
        value_string(field->label),
        value_string(field_type_name(field->type)),
        known(field->length, 0),
        known(field->precision, 0),
        known(field->scale, -1),
        value_boolean(field->required),
        value_boolean(field->nullable),
        value_string(field->default_value),
        value_integer(field->key),
        value_boolean(field->unique),
        value_boolean(field->create),
        value_boolean(field->update),
        value_boolean(field->filter),
        value_boolean(field->sort),
        value_string(picklist),
        value_string(field->references),
        value_string(field->relation),
    };
    memcpy(values, all, sizeof all);
}

static void add_field(struct sheet *sheet, const struct field *field, bool table)
{
    struct value values[DESCRIBE_ALL], chosen[DESCRIBE_TABLE];
    struct text picklist = {0};
    print_picklist(field, &picklist);
    field_values(field, field->picklist_count > 0 ? text_string(&picklist) : NULL, values);
    for (size_t i = 0; i < DESCRIBE_TABLE; i++) {
        chosen[i] = values[table_columns[i]];
    }
    sheet_add(sheet, table ? chosen : values);
    text_free(&picklist);
}

static void print_fields(const struct schema *schema, struct output *output,
                         enum exchange_format format)
{
    const char *table_names[DESCRIBE_TABLE];
    for (size_t i = 0; i < DESCRIBE_TABLE; i++) {
        table_names[i] = all_names[table_columns[i]];
    }
    bool table = format == EXCHANGE_TABLE;
    struct sheet sheet = {table ? table_names : all_names, table ? DESCRIBE_TABLE : DESCRIBE_ALL,
                          NULL, 0};
    for (size_t i = 0; i < schema->field_count; i++) {
        add_field(&sheet, &schema->fields[i], table);
    }
    sheet_print(&sheet, output, format);
    sheet_free(&sheet);
}

int verb_describe(struct command *command)
{
    struct error error = {0};
    enum exchange_format format;
    if (!command_format(command, &format, &error) || !command_open(command, &error)) {
        return command_fail(&error);
    }
    struct schema *schema = command_schema(command, command->arguments->words[0], &error);
    if (schema == NULL) {
        return command_fail(&error);
    }
    if (format == EXCHANGE_JSON) {
        print_json(schema, &command->output);
    } else if (format == EXCHANGE_NDJSON) {
        print_json_lines(schema, &command->output);
    } else {
        print_fields(schema, &command->output, format);
    }
    if (format == EXCHANGE_TABLE && schema->note != NULL) {
        output_line(&command->output, schema->note);
    }
    schema_release(schema);
    return 0;
}
