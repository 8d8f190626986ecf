/* app: see app.h. This file: names of records that were chosen as references,
 * and what fields and columns are called. UI thread. */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"

static struct app_label *find(const struct app *app, const char *object, const char *id)
{
    for (size_t i = 0; i < app->label_count; i++) {
        if (strcmp(app->labels[i].id, id) == 0 && strcmp(app->labels[i].object, object) == 0) {
            return &app->labels[i];
        }
    }
    return NULL;
}

void app_remember_label(struct app *app, const char *object, const char *id, const char *label)
{
    struct app_label *known = find(app, object, id);
    if (known != NULL) {
        free(known->label);
        known->label = memory_copy_string(label);
        return;
    }
    app->labels =
        memory_grow(app->labels, app->label_count, &app->label_capacity, sizeof *app->labels);
    app->labels[app->label_count++] = (struct app_label){
        memory_copy_string(object), memory_copy_string(id), memory_copy_string(label)};
}

const char *app_remembered_label(const struct app *app, const char *object, const char *id)
{
    const struct app_label *known = find(app, object, id);
    return known == NULL ? NULL : known->label;
}

void app_free_labels(struct app *app)
{
    for (size_t i = 0; i < app->label_count; i++) {
        free(app->labels[i].object);
        free(app->labels[i].id);
        free(app->labels[i].label);
    }
    free(app->labels);
}

/* "Account" says more than "Account ID" where the account's name is shown. */
void app_field_label(const struct field *field, struct text *out)
{
    size_t length = strlen(field->label);
    bool of_id = field->references != NULL && field->relation != NULL && length > 3 &&
                 text_equal_folded(field->label + length - 3, " id");
    text_append(out, field->label, of_id ? length - 3 : length);
}

void app_column_label(const struct schema *schema, const struct query_column *column,
                      struct text *out)
{
    const struct field *reference =
        column->part_count < 2 ? NULL : schema_reference(schema, column->parts[0]);
    if (reference != NULL) {
        app_field_label(reference, out);
    }
    bool is_name = reference != NULL && column->field != NULL && column->field->name_field;
    if (!is_name && column->field != NULL) {
        text_append_string(out, out->length > 0 ? " " : "");
        app_field_label(column->field, out);
    }
}
