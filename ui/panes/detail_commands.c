/* detail: see detail.c. This file: its commands. UI thread. */
#include <stdlib.h>
#include <string.h>

#include "core/arrangement.h"
#include "core/check.h"
#include "core/memory.h"
#include "ui/dependents.h"
#include "ui/panes/detail_private.h"
#include "ui/panes/list.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"

static const char *why_not_edit(struct app *app, struct pane *pane)
{
    const struct detail_pane *self = detail_of(pane);
    const struct field *field = detail_cursor_field(self);
    if (field == NULL) {
        return "the cursor is not on a field";
    }
    if (list_pane_is_deleted(app->list)) {
        return "the record is deleted; undelete brings it back";
    }
    if (self->create == 0 && !self->schema->update) {
        return "records of this object cannot be changed (a view, or no key)";
    }
    return (self->create != 0 ? field->create : field->update)
               ? layout_why_not_edit(detail_layout(self), field)
               : "the field cannot be changed (a key, or calculated)";
}

static void stage(struct detail_pane *self, const struct value *value, struct error *error)
{
    struct session *session = self->pane.app->session;
    const struct field *field = schema_field(self->schema, self->editing_field);
    const char *refusal =
        field == NULL ? NULL : layout_why_not_value(detail_layout(self), field, value);
    if (refusal != NULL) {
        error_set(error, ERROR_VALIDATION, "%s: %s", field->label, refusal);
        return;
    }
    if (self->create != 0) {
        session_stage_create_field(session, self->create, self->editing_field, value, error);
        return;
    }
    struct value stored = record_value(self->record, self->editing_field);
    struct value version = self->schema->version_field == NULL
                               ? value_absent()
                               : record_value(self->record, self->schema->version_field);
    char *label = detail_label(self);
    char *stamp = value_to_string(&version);
    session_stage_update(session, self->schema, self->record->id, label, stamp, self->editing_field,
                         &stored, value, error);
    free(label);
    free(stamp);
}

static void open_editor(struct detail_pane *self, const struct field *field,
                        const struct value *value, bool refused);

/* What cannot be staged is put back into an editor: nothing typed is lost. */
static void edited(void *context, const struct value *value, const char *label)
{
    struct detail_pane *self = context;
    struct error error = {0};
    const struct field *field = schema_field(self->schema, self->editing_field);
    char *id = value_to_string(value);
    if (label != NULL && id != NULL && field != NULL && field->references != NULL) {
        app_remember_label(self->pane.app, field->references, id, label);
    }
    free(id);
    stage(self, value, &error);
    if (error_is_set(&error)) {
        app_error(self->pane.app, &error);
        error_clear(&error);
        if (field != NULL && field == detail_cursor_field(self) && value->kind != VALUE_NULL) {
            open_editor(self, field, value, true);
        }
    } else if (field != NULL) {
        dependents_warn(self->pane.app, self->schema, field, detail_look_up, self);
    }
    pane_mark_recalculate(&self->pane);
    pane_mark_recalculate(self->pane.app->list);
}

static void open_editor(struct detail_pane *self, const struct field *field,
                        const struct value *value, bool refused)
{
    const struct pane *pane = &self->pane;
    int x = 0;
    int columns = 0;
    const struct detail_item *item = detail_cursor_item(self);
    bool right = self->rows[self->scroller.cursor].items[1] >= 0 && self->side == 1;
    struct value controlling = dependents_controlling(self->schema, field, detail_look_up, self);
    detail_value_place(self, item, right ? 1 : 0, &x, &columns);
    struct editor_request request = {
        .field = field,
        .schema = self->schema,
        .value = *value,
        .refused = refused,
        .controlling = controlling,
        .row = pane->origin_row + (int)(self->scroller.cursor - self->scroller.top),
        .column = pane->origin_column + x,
        .columns = columns,
        .done = edited,
        .context = self,
    };
    editor_open(self->pane.app, &request);
}

static unsigned run_edit(struct app *app, struct pane *pane, const char *argument)
{
    struct detail_pane *self = detail_of(pane);
    const struct field *field = detail_cursor_field(self);
    struct value stored;
    bool staged = false;
    (void)app;
    (void)argument;
    struct value value = detail_value(self, field, &stored, &staged);
    if (self->record != NULL) {
        detail_pane_remember_references(pane, self->record); /* for the review */
    }
    free(self->editing_field);
    self->editing_field = memory_copy_string(field->name);
    open_editor(self, field, &value, false);
    return REACTION_HANDLED;
}

static unsigned run_null(struct app *app, struct pane *pane, const char *argument)
{
    struct detail_pane *self = detail_of(pane);
    const struct field *field = detail_cursor_field(self);
    struct error error = {0};
    struct value null = value_null();
    (void)argument;
    if (!check_null(field, &error)) {
        app_error(app, &error);
        error_clear(&error);
        return REACTION_HANDLED;
    }
    free(self->editing_field);
    self->editing_field = memory_copy_string(field->name);
    edited(self, &null, NULL);
    return REACTION_RECALCULATE;
}

static unsigned run_revert(struct app *app, struct pane *pane, const char *argument)
{
    struct detail_pane *self = detail_of(pane);
    const struct field *field = detail_cursor_field(self);
    const struct change *change = detail_change(self);
    struct error error = {0};
    (void)argument;
    if (!session_drop_field(app->session, change->id, field->name, &error)) {
        app_error(app, &error);
        error_clear(&error);
    }
    return REACTION_RECALCULATE;
}

static const char *why_not_revert(struct app *app, struct pane *pane)
{
    const struct detail_pane *self = detail_of(pane);
    const struct field *field = detail_cursor_field(self);
    bool staged = false;
    struct value stored;
    (void)app;
    if (field != NULL && self->create == 0) {
        detail_value(self, field, &stored, &staged);
    }
    return staged ? NULL : "nothing is staged for this field";
}

/* --- following relations --- */

static unsigned open_relation(struct app *app, struct detail_pane *self, size_t index)
{
    const struct relation *relation = &self->schema->children[index];
    char *filter = detail_relation_filter(self, relation);
    if (filter == NULL) {
        app_message(app, ROLE_WARNING, "The record holds no value that others could refer to.");
        return REACTION_HANDLED;
    }
    char *object = memory_copy_string(relation->object);
    char *of = detail_label(self);
    app_open_related(app, object, filter, of);
    free(of);
    free(object);
    free(filter);
    return REACTION_HANDLED;
}

/* A reference that holds something else than the id of its target is followed by a filter. */
static void open_by_field(struct app *app, const struct field *field, const struct value *value)
{
    struct query *query = query_new(field->references);
    struct text path = {0};
    struct text filter = {0};
    const char *name = field->references_field;
    query_print_path(&name, 1, &path);
    query->filter = filter_equals(text_string(&path), field, value);
    filter_print(query->filter, &filter);
    app_open_object(app, query->object, text_string(&filter));
    query_free(query);
    text_free(&path);
    text_free(&filter);
}

static unsigned open_reference(struct app *app, const struct field *field,
                               const struct value *value)
{
    char *id = value_to_string(value);
    char *object = memory_copy_string(session_reference_object(app->session, field, id));
    if (field->references_field != NULL) {
        open_by_field(app, field, value);
    } else {
        app_open_record(app, object, id);
    }
    free(object);
    free(id);
    return REACTION_HANDLED;
}

/* --- the fields that the layout does not have --- */

static const struct detail_item *others_item(const struct detail_pane *self, size_t *row)
{
    for (*row = 0; *row < self->row_count; (*row)++) {
        int at = self->rows[*row].items[0];
        if (at >= 0 && self->items[at].kind == DETAIL_OTHERS) {
            return &self->items[at];
        }
    }
    return NULL;
}

static const char *why_not_others(struct app *app, struct pane *pane)
{
    size_t row = 0;
    (void)app;
    return others_item(detail_of(pane), &row) == NULL ? "every field there is is shown" : NULL;
}

static unsigned run_others(struct app *app, struct pane *pane, const char *argument)
{
    struct detail_pane *self = detail_of(pane);
    size_t row = 0;
    (void)app;
    (void)argument;
    self->others_shown = !self->others_shown;
    detail_arrange(self);
    scroller_set(&self->scroller, self->row_count, (size_t)pane->rows);
    if (others_item(self, &row) != NULL) {
        size_t last = row + self->scroller.rows;
        scroller_go(&self->scroller, last < self->row_count ? last - 1 : self->row_count - 1);
        scroller_go(&self->scroller, row); /* with as many of them in sight as there is room for */
    }
    return REACTION_RECALCULATE;
}

static unsigned run_enter(struct app *app, struct pane *pane, const char *argument)
{
    struct detail_pane *self = detail_of(pane);
    const struct detail_item *item = detail_cursor_item(self);
    const struct field *field = detail_cursor_field(self);
    struct value stored;
    bool staged = false;
    (void)argument;
    if (item != NULL && item->kind == DETAIL_RELATION) {
        return open_relation(app, self, item->index);
    }
    if (item != NULL && item->kind == DETAIL_OTHERS) {
        return run_others(app, pane, NULL);
    }
    if (field == NULL) {
        return REACTION_HANDLED;
    }
    struct value value = detail_value(self, field, &stored, &staged);
    if (field->references != NULL && !value_is_nothing(&value)) {
        return open_reference(app, field, &value);
    }
    if (detail_has_bytes(self)) {
        return detail_run_save(app, pane, NULL);
    }
    if (field->type == FIELD_TEXTAREA && value.kind == VALUE_TEXT && value.as.text.length > 0) {
        char *text = value_to_string(&value);
        reader_open(app, field->label, text);
        free(text);
        return REACTION_HANDLED;
    }
    return command_perform(app, pane, command_find(pane, "edit-field"), NULL);
}

/* --- moving --- */

static unsigned run_left(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    detail_of(pane)->side = 0;
    return REACTION_REDRAW;
}

static unsigned run_right(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    detail_of(pane)->side = 1;
    return REACTION_REDRAW;
}

static unsigned step_record(struct app *app, bool forward)
{
    struct scroller *scroller = app->list->ops->scroller(app->list);
    if (scroller_move(scroller, forward ? SCROLLER_DOWN : SCROLLER_UP)) {
        app->list->ops->moved(app->list);
        pane_mark(app->list);
    }
    return REACTION_HANDLED;
}

static unsigned run_next_record(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return step_record(app, true);
}

static unsigned run_previous_record(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return step_record(app, false);
}

/* --- finding a field --- */

static bool item_is_called(const struct detail_pane *self, int at, const char *text)
{
    if (at < 0 || self->items[at].kind != DETAIL_FIELD) {
        return false;
    }
    const struct field *field = &self->schema->fields[self->items[at].index];
    struct text label = {0};
    app_field_label(field, &label);
    bool called = text_contains_folded(text_string(&label), label.length, text, strlen(text)) ||
                  text_contains_folded(field->name, strlen(field->name), text, strlen(text));
    text_free(&label);
    return called;
}

/* From behind the cursor on, around to it. */
static bool go_to_field(struct detail_pane *self, const char *text)
{
    size_t places = self->row_count * 2;
    size_t from = self->scroller.cursor * 2 + (size_t)self->side;
    for (size_t i = 1; i <= places; i++) {
        size_t place = (from + i) % places;
        if (item_is_called(self, self->rows[place / 2].items[place % 2], text)) {
            scroller_go(&self->scroller, place / 2);
            self->side = (int)(place % 2);
            return true;
        }
    }
    return false;
}

static bool field_typed(void *context, const char *text)
{
    struct detail_pane *self = context;
    size_t row = 0, cursor = self->scroller.cursor;
    if (*text == '\0') {
        return true;
    }
    bool found = go_to_field(self, text);
    if (!found && !self->others_shown && others_item(self, &row) != NULL) {
        run_others(self->pane.app, &self->pane, NULL);
        found = go_to_field(self, text);
        if (!found) { /* all stays as it was */
            run_others(self->pane.app, &self->pane, NULL);
            scroller_go(&self->scroller, cursor);
        }
    }
    if (!found) {
        app_message(self->pane.app, ROLE_WARNING, "No field is called so: %s", text);
    }
    pane_mark_recalculate(&self->pane);
    return true;
}

static unsigned run_find(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    prompt_open(app, "Find a field", "", field_typed, pane);
    return REACTION_HANDLED;
}

static const char *why_not_find(struct app *app, struct pane *pane)
{
    (void)app;
    return detail_of(pane)->row_count == 0 ? "no record is shown" : NULL;
}

/* The list's own commands work from here too. */
static unsigned run_in_list(struct app *app, const char *name)
{
    const struct command *command = command_find(app->list, name);
    unsigned reaction = command_perform(app, app->list, command, NULL);
    app_react(app, app->list, reaction);
    return REACTION_HANDLED;
}

static unsigned run_delete(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return run_in_list(app, "delete");
}

static unsigned run_add(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return run_in_list(app, "add");
}

static unsigned run_clone(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return run_in_list(app, "clone");
}

static unsigned run_refresh(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct detail_place place = detail_pane_place(pane);
    detail_clear(detail_of(pane));
    detail_pane_return_to(pane, &place);
    run_in_list(app, "refresh");
    return REACTION_RECALCULATE;
}

static unsigned run_back(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return run_in_list(app, "history-back");
}

static unsigned run_forward(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return run_in_list(app, "history-forward");
}

const struct command detail_commands[] = {
    {"enter-field", "Enter",
     "open the reference or related list, read long text, save bytes, or edit", "open",
     ARGUMENT_NONE, COMMAND_HINT | COMMAND_HIDDEN, NULL, run_enter},
    {"edit-field", "e F2", "edit the field", "edit", ARGUMENT_NONE, COMMAND_WRITES | COMMAND_HINT,
     why_not_edit, run_edit},
    {"set-field-null", "Ctrl-D", "stage null for the field", NULL, ARGUMENT_NONE, COMMAND_WRITES,
     why_not_edit, run_null},
    {"revert-field", "Del", "take back what is staged for the field", NULL, ARGUMENT_NONE,
     COMMAND_WRITES, why_not_revert, run_revert},
    {"left-side", "Left h", "go to the left column", NULL, ARGUMENT_NONE, COMMAND_HIDDEN, NULL,
     run_left},
    {"right-side", "Right l", "go to the right column", NULL, ARGUMENT_NONE, COMMAND_HIDDEN, NULL,
     run_right},
    {"find-field", "/", "find a field of the record by its name", "find", ARGUMENT_NONE,
     COMMAND_HINT, why_not_find, run_find},
    {"other-fields", "m", "show the fields that the page layout does not have, or hide them", NULL,
     ARGUMENT_NONE, 0, why_not_others, run_others},
    {"save-file", "s", "save the bytes of the field to a file", NULL, ARGUMENT_FILE, 0,
     detail_why_not_save, detail_run_save},
    {"next-record", "n Ctrl-N", "go to the next record of the list", "next", ARGUMENT_NONE,
     COMMAND_HINT, NULL, run_next_record},
    {"previous-record", "N Ctrl-P", "go to the record before", NULL, ARGUMENT_NONE, 0, NULL,
     run_previous_record},
    {"add-record", "a", "add a record", NULL, ARGUMENT_NONE, COMMAND_WRITES, NULL, run_add},
    {"clone-record", "C", "add a copy of the record", NULL, ARGUMENT_NONE, COMMAND_WRITES, NULL,
     run_clone},
    {"delete-record", "D", "stage the delete of the record, or take it back", NULL, ARGUMENT_NONE,
     COMMAND_WRITES, NULL, run_delete},
    {"refresh-record", "r", "read the record again", NULL, ARGUMENT_NONE, 0, NULL, run_refresh},
    {"detail-back", "[ Alt-Left", "go back in the history", NULL, ARGUMENT_NONE, 0, NULL, run_back},
    {"detail-forward", "] Alt-Right", "go forward in the history", NULL, ARGUMENT_NONE, 0, NULL,
     run_forward},
    {.name = NULL},
};
