/*
 * action_records: the records that an action is for: what the form begins with, their names beside
 * their ids, and which of several marked ones is the one that the others go into. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/actions.h"
#include "ui/app.h"
#include "ui/panes/action_private.h"
#include "ui/panes/list.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"

static const struct action_parameter *parameter_of(const struct action_pane *self,
                                                   const struct field *field)
{
    return &self->action->parameters[field - self->form.schema->fields];
}

static const struct action_parameter *find_source(const struct action_pane *self,
                                                  enum parameter_source source)
{
    for (size_t i = 0; i < self->action->parameter_count; i++) {
        if (self->action->parameters[i].source == source) {
            return &self->action->parameters[i];
        }
    }
    return NULL;
}

static bool holds_records(const struct action_parameter *parameter)
{
    return parameter->source == FROM_CURRENT || parameter->source == FROM_MARKED ||
           parameter->source == FROM_OTHERS;
}

/* --- what the form begins with --- */

const char *action_shown_object(const struct app *app)
{
    const struct schema *schema = app_list_schema(app);
    return schema == NULL ? NULL : schema->name;
}

/* On one line, so that it can be read and mended on one. */
static void add_id(struct text *ids, const char *id)
{
    text_format(ids, "%s%s", ids->length > 0 ? ", " : "", id);
}

static bool is_marked(const struct action_pane *self, const char *id)
{
    for (size_t i = 0; i < self->marked_count; i++) {
        if (strcmp(self->marked[i], id) == 0) {
            return true;
        }
    }
    return false;
}

/* Each marked record; but: one to leave out, or NULL. */
static void add_marked(const struct action_pane *self, const char *but, struct text *ids)
{
    for (size_t i = 0; i < self->marked_count; i++) {
        if (but == NULL || strcmp(self->marked[i], but) != 0) {
            add_id(ids, self->marked[i]);
        }
    }
}

/* Several are marked, and the cursor stands on none of them: which one is meant must be said. */
static bool must_be_chosen(const struct action_pane *self, const char *current)
{
    return find_source(self, FROM_OTHERS) != NULL && self->marked_count > 1 &&
           (current == NULL || !is_marked(self, current));
}

static void add_source(const struct action_pane *self, enum parameter_source source,
                       struct text *out)
{
    const struct app *app = self->form.pane.app;
    const char *current = app_cursor_id(app);
    if (source == FROM_OBJECT) {
        text_append_string(out, action_shown_object(app));
    } else if (source == FROM_OTHERS || (source == FROM_MARKED && self->marked_count > 0)) {
        add_marked(self, source == FROM_OTHERS ? current : NULL, out);
    } else if (current != NULL && !(source == FROM_CURRENT && must_be_chosen(self, current))) {
        add_id(out, current);
    }
}

static void give(struct action_pane *self, const char *parameter, const struct text *text)
{
    struct value value = value_text(text->bytes, text->length);
    if (text->length > 0) {
        record_set(self->form.values, parameter, &value);
    }
}

static void keep_marked(struct action_pane *self)
{
    char *const *marks = list_pane_marks(self->form.pane.app->list, &self->marked_count);
    self->marked = memory_zeroed(self->marked_count + 1, sizeof *self->marked);
    for (size_t i = 0; i < self->marked_count; i++) {
        self->marked[i] = memory_copy_string(marks[i]);
    }
}

void action_prefill(struct action_pane *self)
{
    if (self->action->objects != NULL &&
        !action_is_for(self->action, action_shown_object(self->form.pane.app))) {
        return;
    }
    keep_marked(self);
    for (size_t i = 0; i < self->action->parameter_count; i++) {
        const struct action_parameter *parameter = &self->action->parameters[i];
        struct text words = {0};
        if (parameter->source != FROM_NOTHING) {
            add_source(self, parameter->source, &words);
        }
        give(self, parameter->name, &words);
        text_free(&words);
    }
}

void action_free_marked(struct action_pane *self)
{
    for (size_t i = 0; i < self->marked_count; i++) {
        free(self->marked[i]);
    }
    free(self->marked);
}

/* --- their names --- */

/* Whose records the ids are. Owned by the caller; NULL: not known. */
static char *object_of_ids(const struct action_pane *self)
{
    const struct action_parameter *object = find_source(self, FROM_OBJECT);
    if (object != NULL) {
        struct value value = record_value(self->form.values, object->name);
        return value_is_nothing(&value) ? NULL : value_to_string(&value);
    }
    return memory_copy_string(action_shown_object(self->form.pane.app));
}

/* The next id of a list, which has commas or line ends between them; NULL at its end. */
static const char *next_id(const char *at, size_t *length)
{
    at += strspn(at, ", \t\r\n");
    *length = strcspn(at, ",\r\n");
    const char *next = *length > 0 ? at : NULL;
    while (*length > 0 && (at[*length - 1] == ' ' || at[*length - 1] == '\t')) {
        --*length;
    }
    return next;
}

char *action_ids_in_lines(const struct action_parameter *parameter, const char *ids)
{
    if (parameter->source != FROM_MARKED && parameter->source != FROM_OTHERS) {
        return NULL;
    }
    struct text lines = {0};
    size_t length = 0;
    for (const char *at = ids; (at = next_id(at, &length)) != NULL; at += length) {
        text_append(&lines, "\n", lines.length > 0 ? 1 : 0);
        text_append(&lines, at, length);
    }
    return text_take(&lines);
}

void action_want_names(const struct action_pane *self)
{
    struct app *app = self->form.pane.app;
    char *object = object_of_ids(self);
    for (size_t i = 0; object != NULL && i < self->action->parameter_count; i++) {
        const struct action_parameter *parameter = &self->action->parameters[i];
        struct value value = record_value(self->form.values, parameter->name);
        char *ids =
            holds_records(parameter) && !value_is_nothing(&value) ? value_to_string(&value) : NULL;
        size_t length = 0;
        for (const char *at = ids; at != NULL && (at = next_id(at, &length)) != NULL;
             at += length) {
            char *id = memory_copy(at, length);
            app_want_name(app, object, id);
            free(id);
        }
        free(ids);
    }
    for (size_t i = 0; object != NULL && i < self->marked_count; i++) {
        app_want_name(app, object, self->marked[i]);
    }
    free(object);
    app_ask_labels(app);
}

/* "Acme Ltd (001…)", or the id alone where its name is not known. */
static void print_record(const struct app *app, const char *object, const char *id,
                         struct text *out)
{
    const char *name = object == NULL ? NULL : app_remembered_label(app, object, id);
    if (name == NULL) {
        text_append_string(out, id);
    } else {
        text_format(out, "%s (%s)", name, id);
    }
}

char *action_named_records(const struct form_pane *form, const struct field *field,
                           const struct value *value)
{
    const struct action_pane *self = (const struct action_pane *)form;
    if (!holds_records(parameter_of(self, field)) || value->kind != VALUE_TEXT) {
        return NULL;
    }
    char *object = object_of_ids(self);
    char *ids = value_to_string(value);
    struct text words = {0};
    size_t length = 0;
    for (const char *at = ids; (at = next_id(at, &length)) != NULL; at += length) {
        char *id = memory_copy(at, length);
        text_append_string(&words, words.length > 0 ? ", " : "");
        print_record(form->pane.app, object, id, &words);
        free(id);
    }
    free(ids);
    free(object);
    return text_take(&words);
}

/* The warning first: many names may not all have room. */
void action_print_question(const struct action_pane *self, struct text *out)
{
    text_append_string(out, self->action->warning);
    for (size_t i = 0; i < self->action->parameter_count; i++) {
        const struct field *field = &self->form.schema->fields[i];
        struct value value = record_value(self->form.values, field->name);
        char *named =
            value_is_nothing(&value) ? NULL : action_named_records(&self->form, field, &value);
        if (named != NULL) {
            text_format(out, "\n%s: %s", field->label, named);
        }
        free(named);
    }
}

/* --- which of them --- */

static void record_chosen(void *context, int index)
{
    struct action_pane *self = context;
    const struct action_parameter *one = find_source(self, FROM_CURRENT);
    const struct action_parameter *others = find_source(self, FROM_OTHERS);
    struct text chosen = {0};
    struct text rest = {0};
    if (index < 0) {
        return;
    }
    add_id(&chosen, self->marked[index]);
    add_marked(self, self->marked[index], &rest);
    give(self, one->name, &chosen);
    give(self, others->name, &rest);
    self->form.touched = true;
    form_forget_missing(&self->form);
    text_free(&chosen);
    text_free(&rest);
    pane_mark(&self->form.pane);
}

static int place_of_chosen(const struct action_pane *self, const char *parameter)
{
    struct value value = record_value(self->form.values, parameter);
    char *id = value_is_nothing(&value) ? NULL : value_to_string(&value);
    int place = -1;
    for (size_t i = 0; id != NULL && i < self->marked_count; i++) {
        place = strcmp(self->marked[i], id) == 0 ? (int)i : place;
    }
    free(id);
    return place;
}

bool action_choose_record(struct action_pane *self, const struct field *field)
{
    struct app *app = self->form.pane.app;
    const struct action_parameter *parameter = parameter_of(self, field);
    if (parameter->source != FROM_CURRENT || find_source(self, FROM_OTHERS) == NULL ||
        self->marked_count < 2) {
        return false;
    }
    char *object = object_of_ids(self);
    const char **names = memory_zeroed(self->marked_count, sizeof *names);
    for (size_t i = 0; i < self->marked_count; i++) {
        const char *name =
            object == NULL ? NULL : app_remembered_label(app, object, self->marked[i]);
        names[i] = name == NULL ? self->marked[i] : name;
    }
    picker_open(app, field->label, names, (const char *const *)self->marked, self->marked_count,
                place_of_chosen(self, parameter->name), -1, -1, record_chosen, self);
    free(names);
    free(object);
    return true;
}
