/*
 * editor: chooses the editor for a field's type. One row for each type that has an editor of its
 * own; every other type is edited as a line of text. UI thread.
 */
#include "ui/widgets/editor.h"

#include <string.h>

#include "ui/widgets/editor_base.h"

typedef void (*editor_opener)(struct app *app, const struct editor_request *request);

static const editor_opener openers[FIELD_TYPE_COUNT] = {
    [FIELD_TEXTAREA] = long_text_open,       [FIELD_BOOLEAN] = boolean_editor_open,
    [FIELD_DATE] = date_editor_open,         [FIELD_DATETIME] = date_editor_open,
    [FIELD_PICKLIST] = choice_editor_open,   [FIELD_COMBOBOX] = choice_editor_open,
    [FIELD_MULTIPICKLIST] = set_editor_open, [FIELD_REFERENCE] = reference_editor_open,
};

static bool has_line_ends(const struct value *value)
{
    return value->kind == VALUE_TEXT &&
           memchr(value->as.text.bytes ? value->as.text.bytes : "", '\n', value->as.text.length);
}

static editor_opener choose(const struct editor_request *request)
{
    enum field_type type = request->field->type;
    if (request->secret) {
        return secret_editor_open;
    }
    if ((type == FIELD_BASE64 || request->value.kind == VALUE_BYTES) && !request->filter_value) {
        return file_editor_open;
    }
    if (has_line_ends(&request->value) && !request->filter_value) {
        return long_text_open;
    }
    if (type == FIELD_TEXTAREA && (request->filter_value || request->begins_on_line)) {
        return text_editor_open;
    }
    if ((type == FIELD_PICKLIST || type == FIELD_MULTIPICKLIST) &&
        !request->field->picklist_count) {
        return text_editor_open;
    }
    if (type == FIELD_REFERENCE && !request->field->references) {
        return text_editor_open;
    }
    return openers[type] ? openers[type] : text_editor_open;
}

void editor_open(struct app *app, const struct editor_request *request)
{
    choose(request)(app, request);
}
