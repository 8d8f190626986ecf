/* filter_fields: see filter_fields.h. Parents are one step away, as far as their schema is known.
 */
#include "ui/panes/filter_fields.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/query.h"

static void add(struct field_choices *choices, const char *const *parts, size_t count,
                const char *label)
{
    struct text path = {0};
    query_print_path(parts, count, &path);
    choices->paths = memory_grow(choices->paths, choices->count, &choices->path_capacity,
                                 sizeof *choices->paths);
    choices->labels = memory_grow(choices->labels, choices->count, &choices->label_capacity,
                                  sizeof *choices->labels);
    choices->paths[choices->count] = text_take(&path);
    choices->labels[choices->count++] = memory_copy_string(label);
}

static bool serves(const struct field *field, enum field_purpose purpose)
{
    return purpose == FIELDS_TO_FILTER ? field->filter : field->sort;
}

static void add_parent(struct field_choices *choices, const struct field *reference,
                       const struct schema *parent, enum field_purpose purpose)
{
    for (size_t i = 0; i < parent->field_count; i++) {
        const struct field *field = &parent->fields[i];
        if (!serves(field, purpose)) {
            continue;
        }
        const char *parts[] = {reference->relation, field->name};
        struct text label = {0};
        text_format(&label, "%s: %s", reference->relation, field->label);
        add(choices, parts, 2, label.bytes);
        text_free(&label);
    }
}

void field_choices_make(struct field_choices *choices, struct session *session,
                        const struct schema *schema, enum field_purpose purpose)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        if (serves(&schema->fields[i], purpose)) {
            const char *part = schema->fields[i].name;
            add(choices, &part, 1, schema->fields[i].label);
        }
    }
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        const struct schema *parent = field->references && field->relation
                                          ? session_schema(session, field->references)
                                          : NULL;
        if (parent) {
            add_parent(choices, field, parent, purpose);
        }
    }
}

void field_choices_free(struct field_choices *choices)
{
    for (size_t i = 0; i < choices->count; i++) {
        free(choices->paths[i]);
        free(choices->labels[i]);
    }
    free(choices->paths);
    free(choices->labels);
    *choices = (struct field_choices){0};
}

int field_choices_find(const struct field_choices *choices, const char *path)
{
    for (size_t i = 0; i < choices->count; i++) {
        if (strcmp(choices->paths[i], path) == 0) {
            return (int)i;
        }
    }
    return -1;
}

const struct field *field_by_parts(struct session *session, const struct schema *schema,
                                   char *const *parts, size_t count, const struct schema **holder)
{
    for (size_t i = 0; schema && i < count; i++) {
        if (i + 1 == count) {
            if (holder) {
                *holder = schema;
            }
            return schema_field(schema, parts[i]);
        }
        const struct field *reference = schema_reference(schema, parts[i]);
        schema = reference && reference->references ? session_schema(session, reference->references)
                                                    : NULL;
    }
    return NULL;
}

void field_label_by_parts(struct session *session, const struct schema *schema, char *const *parts,
                          size_t count, struct text *out)
{
    const struct field *field = field_by_parts(session, schema, parts, count, NULL);
    if (count == 1 && field) {
        text_append_string(out, field->label);
    } else {
        for (size_t i = 0; i < count; i++) {
            text_format(out, "%s%s", i ? "." : "", parts[i]);
        }
    }
}
