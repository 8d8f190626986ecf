/*
 * schema: what was learnt of a module's fields, as a schema. The API describes nothing: a type is
 * given only where every value that was ever read fits it, and the rest is text.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/snapforce/internal.h"
#include "core/memory.h"

/* --- types --- */

static bool has_part(const char *name, const char *const *parts)
{
    for (size_t i = 0; parts[i] != NULL; i++) {
        if (text_contains_folded(name, strlen(name), parts[i], strlen(parts[i]))) {
            return true;
        }
    }
    return false;
}

/* Digits that are no amount: nobody adds them up, and they are not written with separators. */
static bool is_label(const char *name)
{
    static const char *const parts[] = {"zip",  "post", "phone", "fax", "mobile", "number",
                                        "code", "year", "_id",   "ext", NULL};
    return has_part(name, parts);
}

static bool is_money(const char *name)
{
    static const char *const parts[] = {"amount", "revenue", "price", "cost", "budget", NULL};
    return has_part(name, parts);
}

static bool is_choice(const char *name)
{
    static const char *const parts[] = {"status", "type",     "stage",    "source",
                                        "rating", "industry", "priority", NULL};
    return has_part(name, parts);
}

static bool is_phone(const char *name)
{
    static const char *const parts[] = {"phone", "fax", "mobile", NULL};
    return has_part(name, parts);
}

static enum field_type text_type(const struct snap_field *field)
{
    if ((field->fits & SNAP_FITS_LINE) == 0) {
        return FIELD_TEXTAREA;
    }
    if (field->filled && (field->fits & SNAP_FITS_EMAIL) != 0) {
        return FIELD_EMAIL;
    }
    if (field->filled && (field->fits & SNAP_FITS_PHONE) != 0 && is_phone(field->name)) {
        return FIELD_PHONE;
    }
    return is_choice(field->name) ? FIELD_COMBOBOX : FIELD_STRING;
}

static enum field_type type_of(const struct snap_field *field)
{
    if (field->filled && (field->fits & SNAP_FITS_DATE) != 0) {
        return FIELD_DATE;
    }
    if (field->filled && (field->fits & SNAP_FITS_DATETIME) != 0) {
        return FIELD_DATETIME;
    }
    if (field->filled && (field->fits & SNAP_FITS_NUMBER) != 0 && !is_label(field->name)) {
        return is_money(field->name)                    ? FIELD_CURRENCY
               : (field->fits & SNAP_FITS_INTEGER) != 0 ? FIELD_INT
                                                        : FIELD_DOUBLE;
    }
    return text_type(field);
}

static const char *account_field(const struct snapforce *instance)
{
    return instance->states[SNAP_ACCOUNTS].id_field;
}

enum field_type snap_type(const struct snapforce *instance, int module, const char *name)
{
    const struct snap_state *state = &instance->states[module];
    if (strcmp(name, state->id_field) == 0) {
        return FIELD_ID;
    }
    if (strcmp(name, SNAP_STATUS) == 0) {
        return FIELD_PICKLIST;
    }
    if (module != SNAP_ACCOUNTS && strcmp(name, account_field(instance)) == 0) {
        return FIELD_REFERENCE;
    }
    int index = snap_field_index(&state->fields, name);
    return index < 0 ? FIELD_STRING : type_of(&state->fields.items[index]);
}

/* --- fields --- */

static void set_string(char **string, const char *value)
{
    free(*string);
    *string = memory_copy_string(value);
}

static void set_label(struct field *field, const char *name)
{
    free(field->label);
    field->label = text_label_from_name(name);
}

/* What every request has: a field of that name would be taken for it. */
static bool is_parameter(const char *name)
{
    static const char *const names[] = {"format", "api_user", "api_key",   "module",
                                        "method", "xml",      SNAP_STATUS, NULL};
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void make_reference(struct field *field)
{
    set_label(field, "account");
    set_string(&field->references, snap_modules[SNAP_ACCOUNTS].name);
    set_string(&field->relation, "account");
}

static struct field *add_field(const struct snapforce *instance, struct schema *schema, int module,
                               const char *name)
{
    struct field *field = schema_add_field(schema, name, snap_type(instance, module, name));
    set_label(field, name);
    field->nullable = field->filter = field->sort = true;
    field->create = field->update = true;
    if (field->type == FIELD_REFERENCE) {
        make_reference(field);
    }
    return field;
}

static void add_id(const struct snapforce *instance, struct schema *schema, int module)
{
    struct field *field = add_field(instance, schema, module, instance->states[module].id_field);
    field->key = 1;
    field->unique = true;
    field->nullable = field->create = field->update = false;
}

static void add_status(const struct snapforce *instance, struct schema *schema, int module)
{
    struct field *field = add_field(instance, schema, module, SNAP_STATUS);
    for (int i = 0; i < SNAP_STATUSES; i++) {
        field_add_picklist(field, snap_status_names[i], snap_status_names[i], true);
    }
    field->nullable = false;
    field->create = field->update = true;
    set_string(&field->default_value, snap_status_names[SNAP_ACTIVE]);
    set_string(&field->help, "Active or Inactive: which of the two lists the record is in");
}

/* Why the field can only be read; NULL when it can be written. */
static const char *read_only_words(const struct snap_field *learnt)
{
    return learnt->nested    ? "lies within another field: it cannot be sent"
           : learnt->repeats ? "comes several times in a record: it cannot be sent"
           : learnt->taken || is_parameter(learnt->name)
               ? "is called like a parameter of the requests: it cannot be sent"
               : NULL;
}

static void add_learnt(const struct snapforce *instance, struct schema *schema, int module,
                       const struct snap_field *learnt)
{
    if (schema_field_index(schema, learnt->name) >= 0) {
        return;
    }
    struct field *field = add_field(instance, schema, module, learnt->name);
    field->create = field->update = read_only_words(learnt) == NULL;
    set_string(&field->help, read_only_words(learnt));
}

static void require(const struct snap_module *module, struct schema *schema)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        struct field *field = &schema->fields[i];
        if (module->required != NULL && strcmp(field->name, module->required) == 0) {
            field->required = true;
            field->nullable = false;
        }
    }
}

static void choose_name(const struct snap_module *module, struct schema *schema)
{
    for (size_t i = 0; module->name_choices[i] != NULL; i++) {
        int index = schema_field_index(schema, module->name_choices[i]);
        if (index >= 0) {
            schema->fields[index].name_field = true;
            set_string(&schema->name_field, schema->fields[index].name);
            return;
        }
    }
}

/* --- relations --- */

/* Is the field there? While nothing was read, those of the vendor's samples are taken to be. */
static bool has_field(const struct snapforce *instance, int module, const char *name)
{
    const struct snap_state *state = &instance->states[module];
    if (state->fields.count > 0) {
        return snap_field_index(&state->fields, name) >= 0;
    }
    for (size_t i = 0; snap_modules[module].known[i] != NULL; i++) {
        if (strcmp(snap_modules[module].known[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_relations(const struct snapforce *instance, struct schema *schema, int module)
{
    const char *name = account_field(instance);
    const char *key = instance->states[SNAP_ACCOUNTS].id_field;
    if (module != SNAP_ACCOUNTS && has_field(instance, module, name)) {
        struct relation *parent =
            schema_add_parent(schema, "account", snap_modules[SNAP_ACCOUNTS].name);
        relation_add_field(parent, name, key);
    }
    for (int i = 0; module == SNAP_ACCOUNTS && i < SNAP_MODULES; i++) {
        if (i != SNAP_ACCOUNTS && has_field(instance, i, name)) {
            const char *label = snap_modules[i].name;
            struct relation *child = schema_add_child(schema, label, label);
            set_string(&child->label, label);
            relation_add_field(child, name, key);
        }
    }
}

struct schema *snap_schema(const struct snapforce *instance, int index)
{
    const struct snap_module *module = &snap_modules[index];
    const struct snap_state *state = &instance->states[index];
    struct schema *schema = schema_new(module->name);
    set_string(&schema->label, module->name);
    set_string(&schema->label_singular, module->label_singular);
    set_string(&schema->kind, "module");
    schema->create = schema->update = schema->delete_ = schema->fetch_by_id = true;
    add_id(instance, schema, index);
    for (size_t i = 0; i < state->fields.count; i++) {
        add_learnt(instance, schema, index, &state->fields.items[i]);
    }
    for (size_t i = 0; state->fields.count == 0 && module->known[i] != NULL; i++) {
        add_field(instance, schema, index, module->known[i]);
    }
    add_status(instance, schema, index);
    require(module, schema);
    choose_name(module, schema);
    add_relations(instance, schema, index);
    set_string(&schema->note,
               "The API describes no fields: these were learnt from the records. A query that "
               "says nothing of status is of the active records, unless the profile says "
               "otherwise; null and the empty text are the same in what is sent. A delete makes a "
               "record inactive.");
    return schema;
}
