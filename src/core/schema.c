/*
 * schema: see schema.h. Built by an adapter on the fetch thread, not changed once handed on; only
 * the reference count is touched from several threads.
 */
#include "core/schema.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"

enum type_traits { TRAIT_NUMBER = 1, TRAIT_TEXT = 2, TRAIT_DATE = 4, TRAIT_EXACT = 8 };

struct type_row {
    const char *name;
    unsigned traits;
};

static const struct type_row types[FIELD_TYPE_COUNT] = {
    [FIELD_ID] = {"id", TRAIT_EXACT},
    [FIELD_STRING] = {"string", TRAIT_TEXT},
    [FIELD_TEXTAREA] = {"textarea", TRAIT_TEXT},
    [FIELD_BOOLEAN] = {"boolean", 0},
    [FIELD_INT] = {"int", TRAIT_NUMBER},
    [FIELD_DOUBLE] = {"double", TRAIT_NUMBER},
    [FIELD_CURRENCY] = {"currency", TRAIT_NUMBER},
    [FIELD_PERCENT] = {"percent", TRAIT_NUMBER},
    [FIELD_DATE] = {"date", TRAIT_DATE},
    [FIELD_DATETIME] = {"datetime", TRAIT_DATE},
    [FIELD_TIME] = {"time", TRAIT_DATE},
    [FIELD_EMAIL] = {"email", TRAIT_TEXT},
    [FIELD_PHONE] = {"phone", TRAIT_TEXT},
    [FIELD_URL] = {"url", TRAIT_TEXT},
    [FIELD_PICKLIST] = {"picklist", TRAIT_TEXT},
    [FIELD_MULTIPICKLIST] = {"multipicklist", TRAIT_TEXT},
    [FIELD_COMBOBOX] = {"combobox", TRAIT_TEXT},
    [FIELD_REFERENCE] = {"reference", TRAIT_EXACT},
    [FIELD_BASE64] = {"base64", 0},
    [FIELD_ENCRYPTED] = {"encryptedstring", TRAIT_TEXT},
    [FIELD_LOCATION] = {"location", TRAIT_TEXT},
    [FIELD_ADDRESS] = {"address", TRAIT_TEXT},
    [FIELD_CALCULATED] = {"calculated", TRAIT_TEXT},
    [FIELD_ANY] = {"anyType", TRAIT_TEXT},
};

static const struct type_row *type_row(enum field_type type)
{
    bool known = type >= FIELD_ID && type < FIELD_TYPE_COUNT;
    return &types[known ? type : FIELD_ANY];
}

const char *field_type_name(enum field_type type)
{
    return type_row(type)->name;
}

bool field_type_is_number(enum field_type type)
{
    return (type_row(type)->traits & TRAIT_NUMBER) != 0;
}

bool field_type_is_text(enum field_type type)
{
    return (type_row(type)->traits & TRAIT_TEXT) != 0;
}

bool field_type_is_date(enum field_type type)
{
    return (type_row(type)->traits & TRAIT_DATE) != 0;
}

bool field_type_is_exact(enum field_type type)
{
    return (type_row(type)->traits & TRAIT_EXACT) != 0;
}

struct schema *schema_new(const char *name)
{
    struct schema *schema = memory_zeroed(1, sizeof *schema);
    schema->name = memory_copy_string(name);
    schema->label = text_label_from_name(name);
    schema->label_singular = memory_copy_string(schema->label);
    schema->references_ = 1;
    return schema;
}

struct schema *schema_hold(const struct schema *schema)
{
    /* The count is the one thing in a schema that may change after it was handed on. */
    struct schema *held = (struct schema *)schema;
    if (held != NULL) {
        __atomic_add_fetch(&held->references_, 1, __ATOMIC_RELAXED);
    }
    return held;
}

static void field_clear(struct field *field)
{
    for (size_t i = 0; i < field->picklist_count; i++) {
        free(field->picklist[i].value);
        free(field->picklist[i].label);
        free(field->picklist[i].valid_for);
    }
    free(field->picklist);
    free(field->controller);
    free(field->name);
    free(field->label);
    free(field->declared);
    free(field->default_value);
    free(field->references);
    free(field->references_field);
    for (size_t i = 0; i < field->also_reference_count; i++) {
        free(field->also_references[i]);
    }
    free(field->also_references);
    free(field->relation);
    free(field->help);
}

static void relations_free(struct relation *relations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct relation *relation = &relations[i];
        for (size_t j = 0; j < relation->field_count; j++) {
            free(relation->fields[j]);
            free(relation->parent_fields[j]);
        }
        free(relation->fields);
        free(relation->parent_fields);
        free(relation->name);
        free(relation->label);
        free(relation->object);
    }
    free(relations);
}

static void layouts_free(struct record_layout *layouts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < layouts[i].section_count; j++) {
            struct layout_section *section = &layouts[i].sections[j];
            for (size_t k = 0; k < section->item_count; k++) {
                free(section->items[k].field);
            }
            free(section->items);
            free(section->heading);
        }
        free(layouts[i].sections);
        free(layouts[i].record_type);
    }
    free(layouts);
}

static void schema_free(struct schema *schema)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        field_clear(&schema->fields[i]);
    }
    free(schema->fields);
    layouts_free(schema->layouts, schema->layout_count);
    free(schema->record_type_field);
    relations_free(schema->children, schema->child_count);
    relations_free(schema->parents, schema->parent_count);
    free(schema->name);
    free(schema->label);
    free(schema->label_singular);
    free(schema->kind);
    free(schema->name_field);
    free(schema->version_field);
    free(schema->deleted_field);
    free(schema->note);
    free(schema);
}

void schema_release(struct schema *schema)
{
    if (schema != NULL && __atomic_sub_fetch(&schema->references_, 1, __ATOMIC_ACQ_REL) == 0) {
        schema_free(schema);
    }
}

struct field *schema_add_field(struct schema *schema, const char *name, enum field_type type)
{
    schema->fields = memory_resize(schema->fields, schema->field_count + 1, sizeof *schema->fields);
    struct field *field = &schema->fields[schema->field_count++];
    *field = (struct field){
        .name = memory_copy_string(name),
        .label = text_label_from_name(name),
        .type = type,
        .scale = -1,
        .nullable = true,
        .create = true,
        .update = true,
        .filter = true,
        .sort = true,
    };
    return field;
}

void field_add_picklist(struct field *field, const char *value, const char *label, bool active)
{
    field->picklist =
        memory_resize(field->picklist, field->picklist_count + 1, sizeof *field->picklist);
    field->picklist[field->picklist_count++] = (struct picklist_value){
        .value = memory_copy_string(value),
        .label = memory_copy_string(label == NULL ? value : label),
        .active = active,
    };
}

void field_add_reference(struct field *field, const char *object)
{
    if (field->references == NULL) {
        field->references = memory_copy_string(object);
        return;
    }
    field->also_references = memory_resize(field->also_references, field->also_reference_count + 1,
                                           sizeof *field->also_references);
    field->also_references[field->also_reference_count++] = memory_copy_string(object);
}

static struct relation *add_relation(struct relation **relations, size_t *count, const char *name,
                                     const char *object)
{
    *relations = memory_resize(*relations, *count + 1, sizeof **relations);
    struct relation *relation = &(*relations)[(*count)++];
    *relation = (struct relation){
        .name = memory_copy_string(name),
        .label = text_label_from_name(name),
        .object = memory_copy_string(object),
    };
    return relation;
}

struct relation *schema_add_child(struct schema *schema, const char *name, const char *object)
{
    return add_relation(&schema->children, &schema->child_count, name, object);
}

struct relation *schema_add_parent(struct schema *schema, const char *name, const char *object)
{
    return add_relation(&schema->parents, &schema->parent_count, name, object);
}

struct record_layout *schema_add_layout(struct schema *schema, const char *record_type)
{
    schema->layouts =
        memory_resize(schema->layouts, schema->layout_count + 1, sizeof *schema->layouts);
    struct record_layout *layout = &schema->layouts[schema->layout_count++];
    *layout = (struct record_layout){.record_type = memory_copy_string(record_type)};
    return layout;
}

struct layout_section *layout_add_section(struct record_layout *layout, const char *heading,
                                          int columns)
{
    layout->sections =
        memory_resize(layout->sections, layout->section_count + 1, sizeof *layout->sections);
    struct layout_section *section = &layout->sections[layout->section_count++];
    *section = (struct layout_section){.heading = memory_copy_string(heading),
                                       .columns = columns > 0 ? columns : 1};
    return section;
}

void layout_add_item(struct layout_section *section, const char *field, bool required,
                     bool read_only)
{
    section->items = memory_resize(section->items, section->item_count + 1, sizeof *section->items);
    section->items[section->item_count++] =
        (struct layout_item){memory_copy_string(field), required, read_only};
}

const struct record_layout *schema_layout(const struct schema *schema, const char *record_type)
{
    const struct record_layout *otherwise = schema->layout_count > 0 ? &schema->layouts[0] : NULL;
    for (size_t i = 0; i < schema->layout_count; i++) {
        const char *own = schema->layouts[i].record_type;
        if (own == NULL) {
            otherwise = &schema->layouts[i];
        } else if (record_type != NULL && strcmp(own, record_type) == 0) {
            return &schema->layouts[i];
        }
    }
    return otherwise;
}

void relation_add_field(struct relation *relation, const char *field, const char *parent_field)
{
    size_t count = relation->field_count + 1;
    relation->fields = memory_resize(relation->fields, count, sizeof *relation->fields);
    relation->parent_fields =
        memory_resize(relation->parent_fields, count, sizeof *relation->parent_fields);
    relation->fields[count - 1] = memory_copy_string(field);
    relation->parent_fields[count - 1] = memory_copy_string(parent_field);
    relation->field_count = count;
}

/* --- finding --- */

/* The name of item number `index` of a list; NULL when this item takes no part. */
typedef const char *(*name_of)(const struct schema *schema, size_t index);

/* By the rule of commands.md: exactly, else without regard to case if only one is so named. */
static int find_name(const struct schema *schema, size_t count, name_of name_at, const char *name)
{
    int found = -1;
    size_t matches = 0;
    for (size_t i = 0; i < count && name != NULL; i++) {
        const char *candidate = name_at(schema, i);
        if (candidate == NULL) {
            continue;
        }
        if (strcmp(candidate, name) == 0) {
            return (int)i;
        }
        if (text_equal_folded(candidate, name)) {
            found = (int)i;
            matches++;
        }
    }
    return matches == 1 ? found : -1;
}

static const char *field_name_at(const struct schema *schema, size_t index)
{
    return schema->fields[index].name;
}

static const char *reference_name_at(const struct schema *schema, size_t index)
{
    const struct field *field = &schema->fields[index];
    return field->references == NULL ? NULL : field->name;
}

static const char *relation_name_at(const struct schema *schema, size_t index)
{
    const struct field *field = &schema->fields[index];
    return field->references == NULL ? NULL : field->relation;
}

static const char *child_name_at(const struct schema *schema, size_t index)
{
    return schema->children[index].name;
}

int schema_field_index(const struct schema *schema, const char *name)
{
    return find_name(schema, schema->field_count, field_name_at, name);
}

const struct field *schema_field(const struct schema *schema, const char *name)
{
    int index = schema_field_index(schema, name);
    return index < 0 ? NULL : &schema->fields[index];
}

const struct field *schema_reference(const struct schema *schema, const char *name)
{
    int index = find_name(schema, schema->field_count, reference_name_at, name);
    if (index < 0) {
        index = find_name(schema, schema->field_count, relation_name_at, name);
    }
    return index < 0 ? NULL : &schema->fields[index];
}

const struct relation *schema_child(const struct schema *schema, const char *name)
{
    int index = find_name(schema, schema->child_count, child_name_at, name);
    return index < 0 ? NULL : &schema->children[index];
}

const char *schema_nearest_field(const struct schema *schema, const char *mistyped)
{
    const char **names = memory_zeroed(schema->field_count, sizeof *names);
    for (size_t i = 0; i < schema->field_count; i++) {
        names[i] = schema->fields[i].name;
    }
    const char *nearest = text_nearest(mistyped, names, schema->field_count);
    free(names);
    return nearest;
}

void object_info_free(struct object_info *objects, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(objects[i].name);
        free(objects[i].label);
        free(objects[i].kind);
        free(objects[i].id_prefix);
    }
    free(objects);
}
