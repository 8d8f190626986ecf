/* dependent: see dependent.h. */
#include "core/dependent.h"

#include <stdlib.h>
#include <string.h>

static bool has_bitmaps(const struct field *field)
{
    for (size_t i = 0; i < field->picklist_count; i++) {
        if (field->picklist[i].valid_for != NULL) {
            return true;
        }
    }
    return false;
}

const struct field *dependent_controller(const struct schema *schema, const struct field *field)
{
    if (schema == NULL || field->controller == NULL || !has_bitmaps(field)) {
        return NULL;
    }
    const struct field *controller = schema_field(schema, field->controller);
    bool chooses =
        controller != NULL && (controller->type == FIELD_BOOLEAN || controller->picklist_count > 0);
    return chooses ? controller : NULL;
}

static int place_of_text(const struct field *controller, const char *text)
{
    if (controller->type == FIELD_BOOLEAN) {
        return text_equal_folded(text, "false") ? 0 : text_equal_folded(text, "true") ? 1 : -1;
    }
    for (size_t i = 0; i < controller->picklist_count; i++) {
        if (strcmp(controller->picklist[i].value, text) == 0) {
            return (int)i;
        }
    }
    return -1;
}

int dependent_place(const struct field *controller, const struct value *value)
{
    double number = 0;
    if (value_is_nothing(value)) {
        return -1;
    }
    if (controller->type == FIELD_BOOLEAN && value_to_real(value, &number)) {
        return number != 0;
    }
    char *text = value_to_string(value);
    int place = text == NULL ? -1 : place_of_text(controller, text);
    free(text);
    return place;
}

bool dependent_allows(const struct picklist_value *choice, int place)
{
    struct text bits = {0};
    if (choice->valid_for == NULL ||
        !value_decode_base64(choice->valid_for, strlen(choice->valid_for), &bits)) {
        return true;
    }
    size_t byte = (size_t)place / 8;
    bool allows = place >= 0 && byte < bits.length &&
                  ((unsigned char)bits.bytes[byte] & (0x80u >> (place % 8))) != 0;
    text_free(&bits);
    return allows;
}

static bool part_fits(const struct field *field, int place, const char *part, size_t length)
{
    for (size_t i = 0; i < field->picklist_count; i++) {
        const struct picklist_value *choice = &field->picklist[i];
        if (strlen(choice->value) == length && memcmp(choice->value, part, length) == 0) {
            return dependent_allows(choice, place);
        }
    }
    return true;
}

bool dependent_fits(const struct field *field, const struct field *controller,
                    const struct value *controlling, const struct value *value, struct text *misfit)
{
    if (controlling->kind == VALUE_ABSENT || value_is_nothing(value)) {
        return true;
    }
    char *text = value_to_string(value);
    const char *separator = field->type == FIELD_MULTIPICKLIST ? ";" : "";
    int place = dependent_place(controller, controlling);
    bool fits = true;
    for (const char *at = text; fits && at != NULL && *at != '\0';) {
        size_t length = strcspn(at, separator);
        fits = part_fits(field, place, at, length);
        if (!fits && misfit != NULL) {
            text_append(misfit, at, length);
        }
        at += length + (at[length] != '\0');
    }
    free(text);
    return fits;
}
