/* dependents: see dependents.h. */
#include "ui/dependents.h"

#include "core/dependent.h"
#include "core/format.h"
#include "ui/app.h"

struct value dependents_controlling(const struct schema *schema, const struct field *field,
                                    value_lookup lookup, const void *context)
{
    const struct field *controller = dependent_controller(schema, field);
    return controller == NULL ? value_absent() : lookup(context, controller);
}

/* In a new record a field that was not given has no value. */
static void print_misfit(const struct field *field, const struct text *part,
                         const struct field *controller, const struct value *controlling,
                         struct text *out)
{
    struct value value = value_text(text_string(part), part->length);
    struct text label = {0}, of = {0};
    app_field_label(controller, &label);
    format_value(controller, controlling, FORMAT_LIST, &of);
    format_value(field, &value, FORMAT_LIST, out);
    if (of.length > 0) {
        text_format(out, " does not go with %s = %s", text_string(&label), text_string(&of));
    } else {
        text_format(out, " needs a %s", text_string(&label));
    }
    text_free(&label);
    text_free(&of);
}

bool dependents_misfit(const struct schema *schema, const struct field *field, value_lookup lookup,
                       const void *context, struct text *out)
{
    const struct field *controller = dependent_controller(schema, field);
    struct text part = {0};
    if (controller == NULL) {
        return false;
    }
    struct value controlling = lookup(context, controller);
    struct value value = lookup(context, field);
    bool misfit = !dependent_fits(field, controller, &controlling, &value, &part);
    if (misfit) {
        print_misfit(field, &part, controller, &controlling, out);
    }
    text_free(&part);
    return misfit;
}

void dependents_warn(struct app *app, const struct schema *schema, const struct field *changed,
                     value_lookup lookup, const void *context)
{
    struct text words = {0};
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        struct text misfit = {0};
        if ((field == changed || dependent_controller(schema, field) == changed) &&
            dependents_misfit(schema, field, lookup, context, &misfit)) {
            text_append_string(&words, words.length > 0 ? "; " : "");
            app_field_label(field, &words);
            text_format(&words, ": %s", text_string(&misfit));
        }
        text_free(&misfit);
    }
    if (words.length > 0) {
        app_message(app, ROLE_WARNING, "%s. It stays until you change it.", text_string(&words));
    }
    text_free(&words);
}
