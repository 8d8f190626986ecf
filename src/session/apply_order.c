/*
 * apply_order: which of the staged changes is sent before which. UI thread.
 *
 * Creates come after those they refer to, then updates, then deletes, children before parents. What
 * refers in a circle keeps the order in which it was staged.
 */
#include <string.h>

#include "session/apply_internal.h"

int64_t apply_referred_create(const struct value *value)
{
    if (value->kind != VALUE_TEXT || value->as.text.length < 2 || value->as.text.bytes[0] != '+') {
        return 0;
    }
    int64_t number = 0;
    for (size_t i = 1; i < value->as.text.length; i++) {
        char digit = value->as.text.bytes[i];
        if (digit < '0' || digit > '9' || number > INT64_MAX / 10 - 1) {
            return 0;
        }
        number = number * 10 + (digit - '0');
    }
    return number;
}

bool apply_is_reference(const struct session *session, const char *object, const char *field)
{
    const struct schema *schema = session_schema(session, object);
    const struct field *found = schema == NULL ? NULL : schema_field(schema, field);
    return found != NULL && found->references != NULL;
}

struct apply_item *apply_find_create(const struct apply *apply, int64_t id)
{
    for (size_t i = 0; i < apply->item_count; i++) {
        if (apply->items[i].id == id && apply->items[i].kind == CHANGE_CREATE) {
            return &apply->items[i];
        }
    }
    return NULL;
}

/* Does a create refer to one among items[from … count)? */
static bool refers_to_later(const struct apply *apply, const struct apply_item *item, size_t from)
{
    const struct change *change = apply_change(apply, item);
    for (size_t i = 0; i < change->field_count; i++) {
        int64_t number = apply_referred_create(&change->fields[i].new_value);
        if (number == 0 || number == item->id ||
            !apply_is_reference(apply->session, change->object, change->fields[i].name)) {
            continue;
        }
        const struct apply_item *other = apply_find_create(apply, number);
        if (other != NULL && (size_t)(other - apply->items) >= from) {
            return true;
        }
    }
    return false;
}

static bool field_refers(const struct field *field, const char *object)
{
    bool refers = field->references != NULL && text_equal_folded(field->references, object);
    for (size_t i = 0; !refers && i < field->also_reference_count; i++) {
        refers = text_equal_folded(field->also_references[i], object);
    }
    return refers;
}

/* Do records of object a point at those of object b? */
static bool object_refers(const struct session *session, const char *a, const char *b)
{
    const struct schema *schema = strcmp(a, b) == 0 ? NULL : session_schema(session, a);
    for (size_t i = 0; schema != NULL && i < schema->field_count; i++) {
        if (field_refers(&schema->fields[i], b)) {
            return true;
        }
    }
    return false;
}

/* Must items[at] wait for one of the others that are not placed yet? */
static bool must_wait(const struct apply *apply, size_t at, size_t placed, size_t end)
{
    const struct apply_item *item = &apply->items[at];
    if (item->kind == CHANGE_CREATE) {
        return refers_to_later(apply, item, placed);
    }
    for (size_t i = placed; item->kind == CHANGE_DELETE && i < end; i++) {
        if (object_refers(apply->session, apply->items[i].object, item->object)) {
            return true;
        }
    }
    return false;
}

static void move_item(struct apply *apply, size_t from, size_t to)
{
    struct apply_item item = apply->items[from];
    memmove(&apply->items[to + 1], &apply->items[to], (from - to) * sizeof item);
    apply->items[to] = item;
}

/* Places items[start … end) one by one, each when it waits for none; a circle keeps its order. */
static void order_range(struct apply *apply, size_t start, size_t end)
{
    for (size_t placed = start; placed < end; placed++) {
        for (size_t at = placed; at < end; at++) {
            if (!must_wait(apply, at, placed, end)) {
                move_item(apply, at, placed);
                break;
            }
        }
    }
}

void apply_order_items(struct apply *apply)
{
    static const enum change_kind phases[] = {CHANGE_CREATE, CHANGE_UPDATE, CHANGE_DELETE};
    size_t placed = 0;
    for (size_t phase = 0; phase < sizeof phases / sizeof phases[0]; phase++) {
        size_t start = placed;
        for (size_t at = placed; at < apply->item_count; at++) {
            if (apply->items[at].kind == phases[phase]) {
                move_item(apply, at, placed++);
            }
        }
        order_range(apply, start, placed);
    }
}
