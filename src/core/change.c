/* change: see change.h. Pure data; the UI thread's. */
#include "core/change.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

struct change *change_new(enum change_kind kind, const char *object, const char *record_id)
{
    struct change *change = memory_zeroed(1, sizeof *change);
    change->kind = kind;
    change->object = memory_copy_string(object);
    change->record_id = memory_copy_string(record_id);
    return change;
}

static void field_clear(struct change_field *field)
{
    free(field->name);
    value_free(&field->old_value);
    value_free(&field->new_value);
    value_free(&field->theirs);
}

void change_free(struct change *change)
{
    if (change == NULL) {
        return;
    }
    for (size_t i = 0; i < change->field_count; i++) {
        field_clear(&change->fields[i]);
    }
    free(change->fields);
    free(change->object);
    free(change->record_id);
    free(change->label);
    free(change->version);
    error_clear(&change->error);
    free(change);
}

/* A new last field with all three values absent. */
static struct change_field *add_field(struct change *change, const char *name)
{
    change->fields = memory_resize(change->fields, change->field_count + 1, sizeof *change->fields);
    struct change_field *field = &change->fields[change->field_count++];
    *field = (struct change_field){.name = memory_copy_string(name)};
    return field;
}

struct change *change_copy(const struct change *change)
{
    struct change *copy = change_new(change->kind, change->object, change->record_id);
    copy->id = change->id;
    copy->state = change->state;
    copy->label = memory_copy_string(change->label);
    copy->version = memory_copy_string(change->version);
    copy->staged_at = change->staged_at;
    error_copy(&copy->error, &change->error);
    for (size_t i = 0; i < change->field_count; i++) {
        const struct change_field *from = &change->fields[i];
        struct change_field *to = add_field(copy, from->name);
        to->old_value = value_copy(&from->old_value);
        to->new_value = value_copy(&from->new_value);
        to->theirs = value_copy(&from->theirs);
    }
    return copy;
}

struct change_field *change_find(struct change *change, const char *field)
{
    for (size_t i = 0; i < change->field_count; i++) {
        if (strcmp(change->fields[i].name, field) == 0) {
            return &change->fields[i];
        }
    }
    return NULL;
}

/* Is there nothing left to change? An old value that was never read counts as different. */
static bool is_unchanged(const struct change *change, const struct change_field *field)
{
    return change->kind == CHANGE_UPDATE && field->old_value.kind != VALUE_ABSENT &&
           value_same(&field->old_value, &field->new_value);
}

void change_set(struct change *change, const char *field, const struct value *old_value,
                const struct value *new_value)
{
    struct value copy = value_copy(new_value);
    struct change_field *found = change_find(change, field);
    if (found == NULL) {
        found = add_field(change, field);
        found->old_value = old_value == NULL ? value_absent() : value_copy(old_value);
    }
    value_free(&found->new_value);
    found->new_value = copy;
    if (is_unchanged(change, found)) {
        change_drop_field(change, field);
    }
}

void change_drop_field(struct change *change, const char *field)
{
    struct change_field *found = change_find(change, field);
    if (found == NULL) {
        return;
    }
    size_t at = (size_t)(found - change->fields);
    field_clear(found);
    change->field_count--;
    memmove(found, found + 1, (change->field_count - at) * sizeof *found);
}

const char *change_kind_name(enum change_kind kind)
{
    switch (kind) {
    case CHANGE_CREATE:
        return "create";
    case CHANGE_DELETE:
        return "delete";
    default:
        return "update";
    }
}
