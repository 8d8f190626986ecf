/*
 * action: a form made of an action's parameters, and what comes back when it was run. Whatever a
 * backend can do beyond records is done here, by its table of actions alone. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/actions.h"
#include "ui/command.h"
#include "ui/panes/form_private.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"

struct action_pane {
    struct form_pane form;
    const struct backend_action *action;
};

/* --- what comes back --- */

static void print_row(const struct result *result, size_t row, struct text *out)
{
    for (size_t i = 0; i < result->column_count; i++) {
        struct value value = page_value(result->page, row, i + 1);
        text_format(out, "%s: ", result->columns[i]);
        value_print(&value, out);
        text_append_character(out, '\n');
    }
}

static void print_result(const struct result *result, struct text *out)
{
    if (result->text != NULL) {
        text_format(out, "%s\n", result->text);
    }
    for (size_t row = 0; result->page != NULL && row < page_row_count(result->page); row++) {
        text_append_string(out, out->length > 0 ? "\n" : "");
        print_row(result, row, out);
    }
    for (size_t i = 0; i < result->write_count; i++) {
        if (!result->writes[i].success) {
            text_append_character(out, '\n');
            error_print(&result->writes[i].error, out);
        }
    }
}

/* A reader would stand over whatever the user is typing into by now; then the status line has it.
 */
static void show_result(struct app *app, const char *name, const struct text *words)
{
    if (words->length == 0) {
        app_message(app, ROLE_SUCCESS, "%s: done.", name);
    } else if (app->stack_count == 0) {
        reader_open(app, name, words->bytes);
    } else {
        app_message(app, ROLE_SUCCESS, "%s: %s", name, words->bytes);
    }
}

static void action_ended(void *context, const struct operation *operation, struct result *result)
{
    struct app *app = context;
    struct text words = {0};
    if (error_is_set(&result->error)) {
        app_error(app, &result->error);
        return;
    }
    print_result(result, &words);
    show_result(app, operation->name, &words);
    text_free(&words);
    if (backend_writes(session_backend(app->session), operation)) {
        app_records_written(app);
    }
}

/* --- running --- */

static char *typed_value(const struct action_pane *self, size_t at, const struct value *value)
{
    char *typed = value_to_string(value);
    if (typed != NULL && action_takes_path(&self->action->parameters[at])) {
        char *path = config_expand_path(typed, NULL);
        free(typed);
        typed = path;
    }
    return typed;
}

static struct operation *make_operation(const struct action_pane *self, struct error *error)
{
    const struct backend_action *action = self->action;
    struct parameter *given = memory_zeroed(action->parameter_count, sizeof *given);
    size_t count = 0;
    for (size_t i = 0; i < action->parameter_count; i++) {
        struct value value = record_value(self->form.values, action->parameters[i].name);
        char *typed = typed_value(self, i, &value);
        if (typed != NULL) {
            given[count].name = memory_copy_string(action->parameters[i].name);
            given[count++].value = typed;
        }
    }
    struct operation *operation =
        action_operation(self->form.pane.app->session, action, given, count, false, error);
    for (size_t i = 0; i < count; i++) {
        free(given[i].name);
        free(given[i].value);
    }
    free(given);
    return operation;
}

static void submit(struct action_pane *self)
{
    struct app *app = self->form.pane.app;
    struct error error = {0};
    struct operation *operation = make_operation(self, &error);
    uint64_t job = operation == NULL ? 0
                                     : session_submit(app->session, operation, JOB_NOW,
                                                      action_ended, app, &error);
    if (job == 0) {
        app_error(app, &error);
        form_go_to_mistake(&self->form, &error);
        pane_mark(&self->form.pane);
    } else {
        app_message(app, ROLE_DIM, "%s is under way. J shows it.", self->action->name);
        app_pop(app, &self->form.pane);
    }
    error_clear(&error);
}

static bool name_was_typed(void *context, const char *text)
{
    struct action_pane *self = context;
    struct app *app = self->form.pane.app;
    if (strcmp(text, session_profile(app->session)->name) != 0) {
        app_message(app, ROLE_WARNING, "That is not the profile's name; nothing was sent.");
        return false;
    }
    submit(self);
    return true;
}

static unsigned run_action(struct app *app, struct pane *pane, const char *argument)
{
    struct action_pane *self = (struct action_pane *)pane;
    const struct profile *profile = session_profile(app->session);
    (void)argument;
    if (!form_has_required(&self->form)) {
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    if (!self->action->writes || !profile->protected_) {
        submit(self);
        return REACTION_HANDLED;
    }
    struct text title = {0};
    text_format(&title, "%s is protected: type its name to run this", profile->name);
    prompt_open(app, text_string(&title), "", name_was_typed, self);
    text_free(&title);
    return REACTION_HANDLED;
}

/* --- the pane --- */

static const struct command action_commands[] = {
    {"action-edit", "Enter e", "edit the parameter", "edit", ARGUMENT_NONE, COMMAND_HINT, NULL,
     form_run_edit},
    {"action-run", "F2 Ctrl-S", "run the action", "run", ARGUMENT_NONE, COMMAND_HINT, NULL,
     run_action},
    {"action-clear", "x Del", "take the value out again", "clear", ARGUMENT_NONE, COMMAND_HINT,
     NULL, form_run_clear},
    {"action-leave", "q Esc", "leave without running it", "cancel", ARGUMENT_NONE, COMMAND_HINT,
     NULL, form_run_leave},
    {.name = NULL},
};

static void action_title(const struct pane *pane, struct text *out)
{
    const struct action_pane *self = (const struct action_pane *)pane;
    text_format(out, "%s: %s", self->action->name, self->action->help);
}

const struct pane_ops action_pane_ops = {
    .name = "action",
    .about = "an action of the backend before it is run",
    .flags = PANE_FULL | PANE_FORM,
    .commands = action_commands,
    .close = form_close,
    .recalculate = form_recalculate,
    .draw = form_draw,
    .title = action_title,
    .title_right = form_title_right,
    .scroller = form_scroller,
};

static void open_form(struct app *app, const struct backend_action *action)
{
    static const struct form_words words = {"Not run", "Leave without running it?"};
    if (action->writes && session_profile(app->session)->read_only) {
        app_message(app, ROLE_WARNING, "%s: the profile is read-only.", action->name);
        return;
    }
    struct action_pane *self = memory_zeroed(1, sizeof *self);
    self->action = action;
    self->form.pane.ops = &action_pane_ops;
    self->form.pane.app = app;
    self->form.words = &words;
    self->form.schema = action_schema(action);
    self->form.values = record_new(action->name, NULL);
    form_make_rows(&self->form);
    app_push(app, &self->form.pane);
}

static void action_chosen(void *context, int index)
{
    struct app *app = context;
    if (index >= 0) {
        open_form(app, &session_backend(app->session)->actions[index]);
    }
}

static void choose_action(struct app *app)
{
    const struct backend_ops *ops = session_backend(app->session);
    const char **names = memory_zeroed(ops->action_count, sizeof *names);
    const char **notes = memory_zeroed(ops->action_count, sizeof *notes);
    for (size_t i = 0; i < ops->action_count; i++) {
        names[i] = ops->actions[i].name;
        notes[i] = ops->actions[i].help;
    }
    picker_open(app, "Run an action", names, notes, ops->action_count, -1, -1, -1, action_chosen,
                app);
    free(names);
    free(notes);
}

unsigned action_pane_open(struct app *app, const char *name)
{
    struct error error = {0};
    const struct backend_action *action =
        name == NULL ? NULL : action_find(app->session, name, &error);
    if (action != NULL) {
        open_form(app, action);
    } else if (error_is_set(&error)) {
        app_error(app, &error);
    } else {
        choose_action(app);
    }
    error_clear(&error);
    return REACTION_HANDLED;
}

const char *action_why_not(struct app *app, struct pane *pane)
{
    (void)pane;
    bool any = app->session != NULL && session_backend(app->session)->action_count > 0;
    return any ? NULL : "the backend has no actions";
}
