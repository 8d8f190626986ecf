/*
 * describe: Salesforce's describe, in JSON, as objects and schemas. Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/soql/salesforce.h"
#include "backend/stacksync/internal.h"
#include "core/memory.h"
#include "net/json.h"

static const char note[] = "Salesforce orders text by its own language's rules.";

static bool flag(const json_t *object, const char *name, bool missing)
{
    const json_t *member = json_member(object, name);

    return json_is_boolean(member) ? json_is_true(member) : missing;
}

static int number(const json_t *object, const char *name)
{
    const json_t *member = json_member(object, name);
    json_int_t value = json_is_integer(member) ? json_integer_value(member) : 0;

    return value > 0 && value <= INT32_MAX ? (int)value : 0;
}

static void set_string(char **to, const char *string)
{
    if (!string)
        return;
    free(*to);
    *to = memory_copy_string(string);
}

/* --- the instance --- */

static void add_object(struct result *result, const json_t *description)
{
    const char *name = json_member_string(description, "name");
    const char *label = json_member_string(description, "labelPlural");
    struct object_info *object;

    if (!name || !flag(description, "queryable", true) ||
        flag(description, "deprecatedAndHidden", false))
        return;
    result->objects =
        memory_resize(result->objects, result->object_count + 1, sizeof *result->objects);
    object = &result->objects[result->object_count++];
    *object = (struct object_info){
        .name = memory_copy_string(name),
        .label = memory_copy_string(label ? label : name),
        .kind = memory_copy_string(flag(description, "custom", false) ? "custom object" : "object"),
        .create = flag(description, "createable", true),
        .update = flag(description, "updateable", true),
        .delete_ = flag(description, "deletable", true),
        .count = -1,
    };
}

static void take_objects(const struct answer *answer)
{
    json_t *document, *data = answer_data(answer, &document);
    const json_t *list = json_is_array(data) ? data : json_member(data, "sobjects");

    if (data && !json_is_array(list)) {
        if (find_problem(data))
            answer_fail(answer);
        else
            answer_nonsense(answer, "sobjects");
    }
    for (size_t i = 0; i < json_array_size(list); i++)
        add_object(answer->result, json_array_get(list, i));
    json_decref(document);
}

static enum wire_step count_object(const struct call *call, const char *object)
{
    struct text statement = {0};

    text_format(&statement, "SELECT COUNT(Id) records FROM %s", object);
    return send_soql(call, &statement);
}

/* The proxy counts nothing with its list: an object is counted when it alone is asked for. */
enum wire_step encode_objects(const struct call *call)
{
    const struct operation *operation = call->operation;

    if (operation->count_objects && operation->object)
        return count_object(call, operation->object);
    return send_post(call, "describe", NULL, true);
}

/* Objects that Salesforce lists but does not count are of no known number. */
static void take_count(const struct answer *answer)
{
    struct result *result = answer->result;
    int64_t count = counted(answer);
    enum error_kind kind = result->error.kind;

    if (kind != ERROR_NONE && kind != ERROR_USAGE && kind != ERROR_VALIDATION &&
        kind != ERROR_UNSUPPORTED && kind != ERROR_NOT_FOUND)
        return;
    error_clear(&result->error);
    result->objects = memory_zeroed(1, sizeof *result->objects);
    result->object_count = 1;
    result->objects[0].name = memory_copy_string(answer->operation->object);
    result->objects[0].label = memory_copy_string(answer->operation->object);
    result->objects[0].kind = memory_copy_string("object");
    result->objects[0].count = count;
}

int decode_objects(const struct answer *answer)
{
    if (answer->operation->count_objects && answer->operation->object)
        take_count(answer);
    else
        take_objects(answer);
    return 0;
}

/* --- an object --- */

static void add_picklist(struct field *field, const json_t *description)
{
    const json_t *values = json_member(description, "picklistValues");

    for (size_t i = 0; i < json_array_size(values); i++) {
        const json_t *entry = json_array_get(values, i);
        const char *value = json_member_string(entry, "value");

        if (!value)
            continue;
        field_add_picklist(field, value, json_member_string(entry, "label"),
                           flag(entry, "active", true));
        set_string(&field->picklist[field->picklist_count - 1].valid_for,
                   json_member_string(entry, "validFor"));
        if (flag(entry, "defaultValue", false))
            set_string(&field->default_value, value);
    }
    set_string(&field->controller, json_member_string(description, "controllerName"));
}

/* A reference may lead to several objects: the first is followed, and all are named in the help. */
static void add_references(struct field *field, const json_t *description)
{
    const json_t *targets = json_member(description, "referenceTo");
    struct text help = {0};

    if (json_array_size(targets) == 0)
        return;
    set_string(&field->references, json_string_value(json_array_get(targets, 0)));
    set_string(&field->relation, json_member_string(description, "relationshipName"));
    if (json_array_size(targets) == 1)
        return;
    text_append_string(&help, field->help);
    text_append_string(&help, help.length ? " Points at one of " : "Points at one of ");
    for (size_t i = 0; i < json_array_size(targets); i++) {
        text_append_string(&help, i ? ", " : "");
        text_append_string(&help, json_string_value(json_array_get(targets, i)));
    }
    text_append_string(&help, ".");
    free(field->help);
    field->help = text_take(&help);
}

static void set_default(struct field *field, const json_t *description)
{
    const json_t *default_value = json_member(description, "defaultValue");
    struct value value = json_to_value(default_value);

    if (!default_value || value_is_nothing(&value))
        return;
    free(field->default_value);
    field->default_value = value_to_string(&value);
}

static void set_size(struct field *field, const json_t *description)
{
    int digits = number(description, "digits");

    field->length = number(description, "length");
    field->precision = number(description, "precision");
    if (field->precision == 0)
        field->precision = digits;
    if (field_type_is_number(field->type))
        field->scale = number(description, "scale");
}

static void add_field(struct schema *schema, const json_t *description)
{
    const char *name = json_member_string(description, "name");
    const char *type = json_member_string(description, "type");
    bool createable = flag(description, "createable", true);
    struct field *field;

    if (!name)
        return;
    field = schema_add_field(schema, name, salesforce_field_type(type));
    set_string(&field->label, json_member_string(description, "label"));
    set_string(&field->declared, type);
    set_string(&field->help, json_member_string(description, "inlineHelpText"));
    set_size(field, description);
    field->key = strcmp(name, "Id") == 0;
    field->nullable = flag(description, "nillable", true);
    field->required = salesforce_is_required(createable, field->nullable,
                                             flag(description, "defaultedOnCreate", false));
    field->unique = flag(description, "unique", false) || field->key;
    field->create = createable;
    field->update = flag(description, "updateable", true);
    field->filter = flag(description, "filterable", true);
    field->sort = flag(description, "sortable", true) && field->type != FIELD_MULTIPICKLIST;
    field->case_sensitive = flag(description, "caseSensitive", false);
    field->name_field = flag(description, "nameField", false);
    set_default(field, description);
    add_picklist(field, description);
    add_references(field, description);
    if (field->name_field && !schema->name_field)
        set_string(&schema->name_field, name);
    if (strcmp(name, "SystemModstamp") == 0 ||
        (strcmp(name, "LastModifiedDate") == 0 && !schema->version_field))
        set_string(&schema->version_field, name);
}

static void add_parents(struct schema *schema)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        struct relation *relation;

        if (!field->references)
            continue;
        relation = schema_add_parent(schema, field->relation ? field->relation : field->name,
                                     field->references);
        set_string(&relation->label, field->label);
        relation_add_field(relation, field->name, "Id");
    }
}

static void add_child(struct schema *schema, const json_t *description)
{
    const char *object = json_member_string(description, "childSObject");
    const char *field = json_member_string(description, "field");
    const char *name = json_member_string(description, "relationshipName");
    struct relation *relation;

    /* What has no name is bookkeeping of Salesforce's: history, feeds, shares. */
    if (!object || !field || !name || flag(description, "deprecatedAndHidden", false))
        return;
    relation = schema_add_child(schema, name, object);
    relation_add_field(relation, field, "Id");
}

static struct schema *make_schema(const json_t *description, const char *asked)
{
    const char *name = json_member_string(description, "name");
    const json_t *fields = json_member(description, "fields");
    const json_t *children = json_member(description, "childRelationships");
    struct schema *schema = schema_new(name ? name : asked);

    set_string(&schema->label, json_member_string(description, "labelPlural"));
    set_string(&schema->label_singular, json_member_string(description, "label"));
    set_string(&schema->note, note);
    schema->kind =
        memory_copy_string(flag(description, "custom", false) ? "custom object" : "object");
    schema->create = flag(description, "createable", true);
    schema->update = flag(description, "updateable", true);
    schema->delete_ = flag(description, "deletable", true);
    schema->fetch_by_id = flag(description, "retrieveable", true);
    for (size_t i = 0; i < json_array_size(fields); i++)
        add_field(schema, json_array_get(fields, i));
    for (size_t i = 0; i < json_array_size(children); i++)
        add_child(schema, json_array_get(children, i));
    add_parents(schema);
    return schema;
}

enum wire_step encode_describe(const struct call *call)
{
    struct text path = {0};
    enum wire_step step;

    text_append_string(&path, "describe/");
    http_encode(&path, call->operation->object, strlen(call->operation->object));
    step = send_post(call, text_string(&path), NULL, true);
    text_free(&path);
    return step;
}

int decode_describe(const struct answer *answer)
{
    json_t *document, *data = answer_data(answer, &document);

    if (data && json_is_array(json_member(data, "fields")))
        answer->result->schema = make_schema(data, answer->operation->object);
    else if (data && find_problem(data))
        answer_fail(answer);
    else if (data)
        answer_nonsense(answer, "fields");
    json_decref(document);
    return 0;
}

/* --- a picklist --- */

enum wire_step encode_lookup(const struct call *call)
{
    return encode_describe(call);
}

static void take_values(struct result *result, const struct field *field)
{
    result->values = memory_zeroed(field->picklist_count + 1, sizeof *result->values);
    result->value_count = field->picklist_count;
    for (size_t i = 0; i < field->picklist_count; i++) {
        const struct picklist_value *from = &field->picklist[i];

        result->values[i] = (struct picklist_value){
            .value = memory_copy_string(from->value),
            .label = memory_copy_string(from->label),
            .active = from->active,
            .valid_for = memory_copy_string(from->valid_for),
        };
    }
}

int decode_lookup(const struct answer *answer)
{
    struct result *result = answer->result;
    const char *asked = answer->operation->field;
    const struct field *field;

    decode_describe(answer);
    if (!result->schema)
        return 0;
    field = schema_field(result->schema, asked);
    if (!field)
        error_set(&result->error, ERROR_USAGE, "%s has no field \"%s\"", answer->operation->object,
                  asked);
    else if (field->picklist_count == 0)
        error_set(&result->error, ERROR_UNSUPPORTED, "%s of %s has no list of values", field->name,
                  answer->operation->object);
    else
        take_values(result, field);
    schema_release(result->schema);
    result->schema = NULL;
    return 0;
}
