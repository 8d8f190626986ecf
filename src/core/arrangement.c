/* arrangement: see arrangement.h. */
#include "core/arrangement.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static struct arranged_item *add(struct arrangement *arrangement)
{
    arrangement->items = memory_grow(arrangement->items, arrangement->count, &arrangement->capacity,
                                     sizeof *arrangement->items);
    struct arranged_item *item = &arrangement->items[arrangement->count++];
    *item = (struct arranged_item){0};
    return item;
}

static void add_section(struct arrangement *arrangement, const struct schema *schema,
                        const struct layout_section *section, bool *placed)
{
    bool headed = section->heading == NULL || section->heading[0] == '\0';
    for (size_t i = 0; i < section->item_count; i++) {
        const struct layout_item *from = &section->items[i];
        int field = schema_field_index(schema, from->field);
        if (field < 0 || placed[field]) {
            continue;
        }
        if (!headed) {
            add(arrangement)->heading = section->heading;
            headed = true;
        }
        placed[field] = true;
        *add(arrangement) = (struct arranged_item){.field = (size_t)field,
                                                   .alone = section->columns < 2,
                                                   .required = from->required,
                                                   .read_only = from->read_only};
    }
}

static void add_name(struct arrangement *arrangement, const struct schema *schema, bool *placed)
{
    int name = schema->name_field == NULL ? -1 : schema_field_index(schema, schema->name_field);
    if (name >= 0) {
        add(arrangement)->field = (size_t)name;
        placed[name] = true;
    }
}

void arrangement_fill(struct arrangement *arrangement, const struct schema *schema,
                      const struct record_layout *layout)
{
    bool *placed = memory_zeroed(schema->field_count + 1, sizeof *placed);
    for (size_t i = 0; layout != NULL && i < layout->section_count; i++) {
        add_section(arrangement, schema, &layout->sections[i], placed);
    }
    bool arranged = arrangement->count > 0;
    if (!arranged) {
        add_name(arrangement, schema, placed);
    }
    for (size_t i = 0; i < schema->field_count; i++) {
        if (!placed[i]) {
            *add(arrangement) = (struct arranged_item){.field = i, .outside = arranged};
            arrangement->outside += arranged;
        }
    }
    free(placed);
}

void arrangement_free(struct arrangement *arrangement)
{
    free(arrangement->items);
    *arrangement = (struct arrangement){0};
}

const struct layout_item *layout_item_of(const struct record_layout *layout, const char *field)
{
    for (size_t i = 0; layout != NULL && i < layout->section_count; i++) {
        const struct layout_section *section = &layout->sections[i];
        for (size_t j = 0; j < section->item_count; j++) {
            if (strcmp(section->items[j].field, field) == 0) {
                return &section->items[j];
            }
        }
    }
    return NULL;
}

const struct record_layout *layout_of_record(const struct schema *schema,
                                             const struct value *record_type)
{
    char *type = value_to_string(record_type);
    const struct record_layout *layout = schema_layout(schema, type);
    free(type);
    return layout;
}

const char *layout_why_not_edit(const struct record_layout *layout, const struct field *field)
{
    const struct layout_item *item = layout_item_of(layout, field->name);
    return item != NULL && item->read_only
               ? "the page layout makes it read-only here; \"dossier update\" asks the server alone"
               : NULL;
}

/* A yes or no is never without a value. */
const char *layout_why_not_value(const struct record_layout *layout, const struct field *field,
                                 const struct value *value)
{
    const struct layout_item *item = layout_item_of(layout, field->name);
    bool empty =
        value_is_nothing(value) || (value->kind == VALUE_TEXT && value->as.text.length == 0);
    return item != NULL && item->required && empty && field->type != FIELD_BOOLEAN
               ? "the page layout requires a value"
               : NULL;
}
