/*
 * description: see description.h. Pure; fetch thread.
 */
#include "backend/soql/description.h"

#include <stdlib.h>
#include <string.h>

#include "backend/soql/salesforce.h"
#include "core/memory.h"
#include "core/text.h"

static const char note[] = "Salesforce orders text by its own language's rules.";

/* What is being read, and into what. */
struct reading {
    const struct description_reader *reader;
    struct schema *schema;
    struct field *field;
    struct text *words; /* names of objects, with commas between */
    size_t count;
};

static void set_string(char **to, const char *string)
{
    if (!string)
        return;
    free(*to);
    *to = memory_copy_string(string);
}

/* --- the instance --- */

void description_add_object(const struct description_reader *reader, description entry,
                            struct result *result)
{
    const char *name = reader->string(entry, "name");
    const char *label = reader->string(entry, "labelPlural");
    struct object_info *object;

    if (!name || !reader->flag(entry, "queryable", true) ||
        reader->flag(entry, "deprecatedAndHidden", false))
        return;
    result->objects =
        memory_resize(result->objects, result->object_count + 1, sizeof *result->objects);
    object = &result->objects[result->object_count++];
    *object = (struct object_info){
        .name = memory_copy_string(name),
        .label = memory_copy_string(label ? label : name),
        .kind =
            memory_copy_string(reader->flag(entry, "custom", false) ? "custom object" : "object"),
        .id_prefix = memory_copy_string(reader->string(entry, "keyPrefix")),
        .create = reader->flag(entry, "createable", true),
        .update = reader->flag(entry, "updateable", true),
        .delete_ = reader->flag(entry, "deletable", true),
        .count = -1,
    };
}

/* --- an object --- */

static void add_value(void *context, description entry)
{
    const struct reading *reading = context;
    const struct description_reader *reader = reading->reader;
    struct field *field = reading->field;
    const char *value = reader->string(entry, "value");

    if (!value)
        return;
    field_add_picklist(field, value, reader->string(entry, "label"),
                       reader->flag(entry, "active", true));
    set_string(&field->picklist[field->picklist_count - 1].valid_for,
               reader->string(entry, "validFor"));
    if (reader->flag(entry, "defaultValue", false))
        set_string(&field->default_value, value);
}

static void add_target(void *context, description entry)
{
    struct reading *reading = context;
    const char *name = reading->reader->text(entry);

    if (!name)
        return;
    field_add_reference(reading->field, name);
    text_format(reading->words, "%s%s", reading->count++ > 0 ? ", " : "", name);
}

/* A reference may lead to several objects: a record's id tells which, and all are named in the
 * help. Fields of its parent are those of the first. */
static void add_references(struct reading *reading, description element)
{
    struct field *field = reading->field;
    struct text names = {0}, help = {0};

    reading->words = &names;
    reading->count = 0;
    reading->reader->each(element, "referenceTo", add_target, reading);
    if (reading->count > 0)
        set_string(&field->relation, reading->reader->string(element, "relationshipName"));
    if (reading->count > 1) {
        text_format(&help, "%s%sPoints at one of %s.", field->help ? field->help : "",
                    field->help ? " " : "", text_string(&names));
        free(field->help);
        field->help = text_take(&help);
    }
    text_free(&names);
}

static void set_default(struct reading *reading, description element)
{
    char *spelling = reading->reader->spelling(element, "defaultValue");

    if (!spelling)
        return;
    free(reading->field->default_value);
    reading->field->default_value = spelling;
}

static void set_size(struct reading *reading, description element)
{
    const struct description_reader *reader = reading->reader;
    struct field *field = reading->field;

    field->length = reader->number(element, "length");
    field->precision = reader->number(element, "precision");
    if (field->precision == 0)
        field->precision = reader->number(element, "digits");
    if (field_type_is_number(field->type))
        field->scale = reader->number(element, "scale");
}

/* SystemModstamp changes with every change, of Salesforce's own too. */
static void choose_marks(struct schema *schema, const char *name)
{
    if (strcmp(name, "IsDeleted") == 0)
        set_string(&schema->deleted_field, name);
    if (strcmp(name, "SystemModstamp") == 0 ||
        (strcmp(name, "LastModifiedDate") == 0 && !schema->version_field))
        set_string(&schema->version_field, name);
}

static void set_abilities(struct reading *reading, description element)
{
    const struct description_reader *reader = reading->reader;
    struct field *field = reading->field;

    field->nullable = reader->flag(element, "nillable", true);
    field->create = reader->flag(element, "createable", true);
    field->update = reader->flag(element, "updateable", true);
    field->required = salesforce_is_required(field->create, field->nullable,
                                             reader->flag(element, "defaultedOnCreate", false));
    field->unique = reader->flag(element, "unique", false) || field->key;
    field->filter = reader->flag(element, "filterable", true);
    field->sort = reader->flag(element, "sortable", true) && field->type != FIELD_MULTIPICKLIST;
    field->calculated =
        reader->flag(element, "calculated", false) || reader->flag(element, "autoNumber", false);
    field->case_sensitive = reader->flag(element, "caseSensitive", false);
    field->name_field = reader->flag(element, "nameField", false);
}

static void add_field(void *context, description element)
{
    struct reading *reading = context;
    const struct description_reader *reader = reading->reader;
    struct schema *schema = reading->schema;
    const char *name = reader->string(element, "name");
    const char *type = reader->string(element, "type");
    struct field *field;

    if (!name)
        return;
    field = reading->field = schema_add_field(schema, name, salesforce_field_type(type));
    set_string(&field->label, reader->string(element, "label"));
    /* The describe calls it a reference; masterrecord is the older pages' word for its type. */
    set_string(&field->declared, strcmp(name, "MasterRecordId") == 0 ? "masterrecord" : type);
    set_string(&field->help, reader->string(element, "inlineHelpText"));
    field->key = strcmp(name, "Id") == 0;
    set_size(reading, element);
    set_abilities(reading, element);
    set_default(reading, element);
    reader->each(element, "picklistValues", add_value, reading);
    set_string(&field->controller, reader->string(element, "controllerName"));
    add_references(reading, element);
    if (field->name_field && !schema->name_field)
        set_string(&schema->name_field, name);
    choose_marks(schema, name);
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

/* What has no name is bookkeeping of Salesforce's: history, feeds, shares. */
static void add_child(void *context, description element)
{
    const struct reading *reading = context;
    const struct description_reader *reader = reading->reader;
    const char *object = reader->string(element, "childSObject");
    const char *field = reader->string(element, "field");
    const char *name = reader->string(element, "relationshipName");

    if (!object || !field || !name || reader->flag(element, "deprecatedAndHidden", false))
        return;
    relation_add_field(schema_add_child(reading->schema, name, object), field, "Id");
}

struct schema *description_schema(const struct description_reader *reader, description element,
                                  const char *asked)
{
    const char *name = reader->string(element, "name");
    struct schema *schema = schema_new(name ? name : asked);
    struct reading reading = {.reader = reader, .schema = schema};

    set_string(&schema->label, reader->string(element, "labelPlural"));
    set_string(&schema->label_singular, reader->string(element, "label"));
    set_string(&schema->note, note);
    schema->kind =
        memory_copy_string(reader->flag(element, "custom", false) ? "custom object" : "object");
    schema->create = reader->flag(element, "createable", true);
    schema->update = reader->flag(element, "updateable", true);
    schema->delete_ = reader->flag(element, "deletable", true);
    schema->fetch_by_id = reader->flag(element, "retrieveable", true);
    reader->each(element, "fields", add_field, &reading);
    reader->each(element, "childRelationships", add_child, &reading);
    add_parents(schema);
    return schema;
}

/* --- a picklist --- */

static void copy_values(const struct field *field, struct result *result)
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

void description_take_values(const struct schema *schema, const struct operation *operation,
                             struct result *result)
{
    const struct field *field = schema_field(schema, operation->field);

    if (!field)
        error_set(&result->error, ERROR_USAGE, "%s has no field \"%s\"", operation->object,
                  operation->field);
    else if (field->picklist_count == 0)
        error_set(&result->error, ERROR_UNSUPPORTED, "%s of %s has no list of values", field->name,
                  operation->object);
    else
        copy_values(field, result);
}
