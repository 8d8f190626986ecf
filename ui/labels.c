/* app: see app.h. This file: names of records that others refer to, kept sorted by object and id;
 * those that the server does not send along with a list are asked for, a page's worth at a time,
 * behind all that is waited for; and what fields and columns are called. UI thread. */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/pane.h"

static int compare(const struct app_label *label, const char *object, const char *id)
{
    int order = strcmp(label->object, object);
    return order != 0 ? order : strcmp(label->id, id);
}

/* Where it is, or where it would be. */
static size_t place_of(const struct app *app, const char *object, const char *id)
{
    size_t low = 0;
    size_t high = app->label_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(&app->labels[middle], object, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct app_label *find(const struct app *app, const char *object, const char *id)
{
    size_t at = place_of(app, object, id);
    bool found = at < app->label_count && compare(&app->labels[at], object, id) == 0;
    return found ? &app->labels[at] : NULL;
}

static struct app_label *add(struct app *app, const char *object, const char *id)
{
    size_t at = place_of(app, object, id);
    app->labels =
        memory_grow(app->labels, app->label_count, &app->label_capacity, sizeof *app->labels);
    memmove(&app->labels[at + 1], &app->labels[at], (app->label_count - at) * sizeof *app->labels);
    app->label_count++;
    app->labels[at] =
        (struct app_label){.object = memory_copy_string(object), .id = memory_copy_string(id)};
    return &app->labels[at];
}

void app_remember_label(struct app *app, const char *object, const char *id, const char *label)
{
    struct app_label *known = find(app, object, id);
    known = known != NULL ? known : add(app, object, id);
    free(known->label);
    known->label = memory_copy_string(label);
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

/* --- asking for them --- */

/* What a record of the object is called by; NULL where no record of it can be asked for. */
static const char *name_field(const struct app *app, const char *object)
{
    const struct schema *schema = session_schema(app->session, object);
    return schema == NULL || !schema->fetch_by_id ? NULL : schema->name_field;
}

void app_want_name(struct app *app, const char *object, const char *id)
{
    if (name_field(app, object) == NULL) {
        return;
    }
    struct app_label *known = find(app, object, id);
    known = known != NULL ? known : add(app, object, id);
    bool unknown = known->state == LABEL_UNASKED && known->label == NULL;
    if (unknown || known->state == LABEL_DOUBTED) {
        known->state = LABEL_WANTED;
    }
}

void app_want_label(struct app *app, const struct field *field, const struct value *id)
{
    if (field->references == NULL || value_is_nothing(id) ||
        session_can(app->session, CAN_PARENT_PATHS) || name_field(app, field->references) == NULL) {
        return;
    }
    char *text = value_to_string(id);
    app_want_name(app, field->references, text);
    free(text);
}

static void have_names(void *context, const struct operation *operation, struct result *result)
{
    struct app *app = context;
    const char *name = name_field(app, operation->object);
    for (size_t i = 0; name != NULL && i < result->record_count; i++) {
        struct value value =
            result->records[i] == NULL ? value_absent() : record_value(result->records[i], name);
        char *label = value_is_nothing(&value) ? NULL : value_to_string(&value);
        if (label != NULL) {
            app_remember_label(app, operation->object, operation->ids[i], label);
        }
        free(label);
    }
    pane_mark_recalculate(app->list);
    pane_mark(app->detail);
    pane_mark(app_top(app));
}

/* One question for as many records of one object as fit; false when there are none. */
static bool ask_some(struct app *app)
{
    struct operation *operation = NULL;
    size_t batch = session_backend(app->session)->batch[OPERATION_GET];
    size_t most = batch > 0 ? batch : 1;
    struct error ignored = {0};
    for (size_t i = 0; i < app->label_count; i++) {
        struct app_label *label = &app->labels[i];
        if (label->state != LABEL_WANTED) {
            continue;
        }
        if (operation == NULL) {
            operation = operation_new(OPERATION_GET, label->object);
            operation->schema = schema_hold(session_schema(app->session, label->object));
        }
        if (strcmp(operation->object, label->object) != 0 || operation->id_count >= most) {
            break;
        }
        label->state = LABEL_ASKED;
        operation_add_id(operation, label->id);
    }
    if (operation != NULL) {
        session_submit(app->session, operation, JOB_AHEAD, have_names, app, &ignored);
        error_clear(&ignored);
    }
    return operation != NULL;
}

void app_ask_labels(struct app *app)
{
    while (ask_some(app)) {
    }
}

void app_doubt_labels(struct app *app)
{
    for (size_t i = 0; i < app->label_count; i++) {
        if (app->labels[i].state == LABEL_ASKED) {
            app->labels[i].state = LABEL_DOUBTED;
        }
    }
}

/* --- what fields and columns are called --- */

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
