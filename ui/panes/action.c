/*
 * action: a form made of an action's parameters, and what comes back when it was run. Whatever a
 * backend can do beyond records is done here, by its table of actions alone. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/actions.h"
#include "ui/command.h"
#include "ui/panes/action_private.h"
#include "ui/panes/list.h"
#include "ui/panes/panes.h"
#include "ui/panes/result.h"
#include "ui/widgets/editor.h"

static struct action_pane *open_form(struct app *app, const struct backend_action *action,
                                     bool again);

/* --- what comes back --- */

/* Whose records come back where the rows do not say so: those it is for, or those it was told. */
static const char *object_of(const struct backend_action *action, const struct operation *operation)
{
    if (action->objects != NULL && action->objects[0] != NULL && action->objects[1] == NULL) {
        return action->objects[0];
    }
    for (size_t i = 0; i < action->parameter_count; i++) {
        for (size_t j = 0; j < operation->parameter_count; j++) {
            if (action->parameters[i].source == FROM_OBJECT &&
                strcmp(action->parameters[i].name, operation->parameters[j].name) == 0) {
                return operation->parameters[j].value;
            }
        }
    }
    return NULL;
}

static bool takes_marks(const struct backend_action *action)
{
    for (size_t i = 0; i < action->parameter_count; i++) {
        enum parameter_source source = action->parameters[i].source;
        if (source == FROM_MARKED || source == FROM_OTHERS) {
            return true;
        }
    }
    return false;
}

static bool did_something(const struct result *result)
{
    bool any = result->write_count == 0 && !error_is_set(&result->error);
    for (size_t i = 0; i < result->write_count; i++) {
        any = any || result->writes[i].success || result->writes[i].lost;
    }
    return any;
}

/* What was typed outlives a failure, but for secrets. The operation has files in place of their
 * paths, so it cannot be asked. */
static void keep_typed(struct app *app, const struct backend_action *action)
{
    if (app->submitted != NULL && strcmp(app->submitted->object, action->name) == 0) {
        record_free(app->unfinished);
        app->unfinished = app->submitted;
        app->submitted = NULL;
    }
}

static void remember_submitted(const struct action_pane *self)
{
    struct app *app = self->form.pane.app;
    record_free(app->submitted);
    app->submitted = record_new(self->action->name, NULL);
    for (size_t i = 0; i < self->action->parameter_count; i++) {
        const struct action_parameter *parameter = &self->action->parameters[i];
        struct value typed = record_value(self->form.values, parameter->name);
        if (!action_is_secret(parameter) && !value_is_nothing(&typed)) {
            record_set(app->submitted, parameter->name, &typed);
        }
    }
}

static void forget_typed(struct app *app)
{
    record_free(app->unfinished);
    app->unfinished = NULL;
}

/* Was it refused, so that the same again with something changed is the next step? Else nobody
 * knows whether it was done, or it was the user's will. */
static bool can_be_mended(const struct error *error)
{
    static const bool mendable[ERROR_KIND_COUNT] = {
        [ERROR_USAGE] = true,      [ERROR_FORBIDDEN] = true, [ERROR_NOT_FOUND] = true,
        [ERROR_VALIDATION] = true, [ERROR_CONFLICT] = true,
    };
    return mendable[error->kind];
}

static void action_failed(struct app *app, const struct backend_action *action,
                          const struct error *error)
{
    if (app->stack_count == 0 && can_be_mended(error)) {
        struct action_pane *again = open_form(app, action, true);
        if (again != NULL) {
            again->form.touched = true;
            form_go_to_mistake(&again->form, error);
        }
    }
    app_error(app, error);
}

static bool was_begun(const struct app *app)
{
    enum { MOST = 64 };
    struct job_info jobs[MOST];
    size_t count = session_jobs(app->session, jobs, MOST);
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].id == app->submitted_job) {
            return jobs[i].started > 0;
        }
    }
    return true;
}

/* The answer will not be looked at any more, and the request may be out. */
static void action_cancelled(struct app *app)
{
    const char *name = app->submitted == NULL ? NULL : app->submitted->object;
    const struct backend_action *action =
        name == NULL ? NULL : backend_action_find(session_backend(app->session), name);
    if (action != NULL && action->writes && was_begun(app)) {
        app_message(app, ROLE_WARNING, "%s was cancelled, perhaps half done. Look, then try again.",
                    name);
        app_records_written(app);
    } else {
        app_message(app, ROLE_WARNING, "%s was cancelled%s.", name == NULL ? "The action" : name,
                    action != NULL && action->writes ? "; nothing was sent" : "");
    }
    if (action != NULL) {
        keep_typed(app, action);
    }
}

static void action_ended(void *context, const struct operation *operation, struct result *result)
{
    struct app *app = context;
    const struct backend_ops *ops = session_backend(app->session);
    if (operation == NULL) {
        action_cancelled(app);
        return;
    }
    const struct backend_action *action = backend_action_find(ops, operation->name);
    struct result_origin origin = {operation->name, object_of(action, operation)};
    bool failed = error_is_set(&result->error), lost = result->lost;
    bool some = result->write_count > 0; /* were done before the rest failed, or with it */
    bool done = did_something(result);
    bool alone = !done && result->write_count == 1 && result->page == NULL; /* and it failed */
    if (done) {
        forget_typed(app);
    } else {
        keep_typed(app, action);
    }
    if (!failed || some) {
        result_show(app, &origin, result);
    }
    if (backend_writes(ops, operation) && (!failed || some || lost)) {
        if (!failed && done && takes_marks(action)) {
            list_pane_clear_marks(app->list); /* what was merged is not there any more */
        }
        app_fields_written(app);
    }
    if (failed) {
        action_failed(app, action, &result->error);
    } else if (alone) {
        action_failed(app, action, &result->writes[0].error);
    }
}

/* --- running --- */

static char *typed_value(const struct action_pane *self, size_t at, const struct value *value)
{
    char *typed = value_to_string(value);
    char *lines = typed == NULL ? NULL : action_ids_in_lines(&self->action->parameters[at], typed);
    if (lines != NULL) {
        free(typed);
        return lines;
    }
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
        memory_wipe_string(given[i].value);
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
                                     : session_submit_own(app->session, operation, JOB_NOW,
                                                          action_ended, app, &error);
    if (job == 0) {
        app_error(app, &error);
        form_go_to_mistake(&self->form, &error);
        pane_mark(&self->form.pane);
    } else {
        remember_submitted(self);
        app->submitted_job = job;
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

static void submit_or_ask_for_name(struct action_pane *self)
{
    struct app *app = self->form.pane.app;
    const struct profile *profile = session_profile(app->session);
    if (!self->action->writes || !profile->protected_) {
        submit(self);
        return;
    }
    struct text title = {0};
    text_format(&title, "%s is protected: type its name to run this", profile->name);
    prompt_open(app, text_string(&title), "", name_was_typed, self);
    text_free(&title);
}

static void question_answered(void *context, int answer)
{
    if (answer == 0) {
        submit_or_ask_for_name(context);
    }
}

/* What cannot be taken back is asked once, with the names of what it is done to. */
static void ask_or_submit(struct action_pane *self)
{
    if (self->action->warning == NULL) {
        submit_or_ask_for_name(self);
        return;
    }
    struct text title = {0};
    struct text body = {0};
    text_format(&title, "Run %s?", self->action->name);
    action_print_question(self, &body);
    dialog_open(self->form.pane.app, text_string(&title), text_string(&body), "run|back",
                question_answered, self);
    text_free(&title);
    text_free(&body);
}

static unsigned run_action(struct app *app, struct pane *pane, const char *argument)
{
    struct action_pane *self = (struct action_pane *)pane;
    (void)app;
    (void)argument;
    if (!form_has_required(&self->form)) {
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    ask_or_submit(self);
    return REACTION_HANDLED;
}

/* --- the pane --- */

static void action_close(struct pane *pane)
{
    struct action_pane *self = (struct action_pane *)pane;
    for (size_t i = 0; i < self->action->parameter_count; i++) {
        record_wipe(self->form.values, self->action->parameters[i].name);
    }
    action_free_marked(self);
    form_close(pane);
}

static unsigned run_edit(struct app *app, struct pane *pane, const char *argument)
{
    struct action_pane *self = (struct action_pane *)pane;
    const struct field *field = form_cursor_field(&self->form);
    if (field != NULL && action_choose_record(self, field)) {
        return REACTION_HANDLED;
    }
    return form_run_edit(app, pane, argument);
}

static const struct command action_commands[] = {
    {"action-edit", "Enter e", "edit the parameter", "edit", ARGUMENT_NONE, COMMAND_HINT, NULL,
     run_edit},
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
    .close = action_close,
    .recalculate = form_recalculate,
    .draw = form_draw,
    .title = action_title,
    .title_right = form_title_right,
    .scroller = form_scroller,
};

/* --- opening it --- */

/* What was typed before it failed. Asked for anew, what the screen gives itself is of now: the
 * records that are marked, not those that were. */
static void fill_in_typed(struct action_pane *self, bool again)
{
    const struct record *typed = self->form.pane.app->unfinished;
    if (typed == NULL || strcmp(typed->object, self->action->name) != 0) {
        return;
    }
    for (size_t i = 0; i < self->action->parameter_count; i++) {
        const struct action_parameter *parameter = &self->action->parameters[i];
        struct value value = record_value(typed, parameter->name);
        if ((again || parameter->source == FROM_NOTHING) && !value_is_nothing(&value)) {
            record_set(self->form.values, parameter->name, &value);
        }
    }
}

/* NULL where it is refused. */
static struct action_pane *open_form(struct app *app, const struct backend_action *action,
                                     bool again)
{
    static const struct form_words words = {"Not run", "Leave without running it?"};
    if (action->writes && session_profile(app->session)->read_only) {
        app_message(app, ROLE_WARNING, "%s: the profile is read-only.", action->name);
        return NULL;
    }
    struct action_pane *self = memory_zeroed(1, sizeof *self);
    self->action = action;
    self->form.pane.ops = &action_pane_ops;
    self->form.pane.app = app;
    self->form.words = &words;
    self->form.schema = action_schema(action);
    self->form.values = record_new(action->name, NULL);
    self->form.hides = true;
    self->form.lines = true;
    self->form.named = action_named_records;
    form_make_rows(&self->form);
    action_prefill(self);
    fill_in_typed(self, again);
    app_push(app, &self->form.pane);
    action_want_names(self);
    return self;
}

/* --- choosing --- */

static void action_chosen(void *context, int index)
{
    struct app *app = context;
    if (index >= 0) {
        open_form(app, &session_backend(app->session)->actions[app->action_order[index]], false);
    }
}

void action_print_note(const struct backend_action *action, struct text *out)
{
    text_append_string(out, action->help);
    for (size_t i = 0; action->objects != NULL && action->objects[i] != NULL; i++) {
        text_format(out, "%s%s", i == 0 ? " (for " : ", ", action->objects[i]);
    }
    text_append_string(out, action->objects != NULL && action->objects[0] != NULL ? ")" : "");
}

static void choose_action(struct app *app)
{
    const struct backend_ops *ops = session_backend(app->session);
    const char **names = memory_zeroed(ops->action_count, sizeof *names);
    const char **notes = memory_zeroed(ops->action_count, sizeof *notes);
    struct text *words = memory_zeroed(ops->action_count, sizeof *words);
    free(app->action_order);
    app->action_order = actions_in_order(ops, action_shown_object(app));
    for (size_t i = 0; i < ops->action_count; i++) {
        const struct backend_action *action = &ops->actions[app->action_order[i]];
        action_print_note(action, &words[i]);
        names[i] = action->name;
        notes[i] = text_string(&words[i]);
    }
    picker_open(app, "Run an action", names, notes, ops->action_count, -1, -1, -1, action_chosen,
                app);
    for (size_t i = 0; i < ops->action_count; i++) {
        text_free(&words[i]);
    }
    free(words);
    free(names);
    free(notes);
}

/* Parameters belong into the form: one of them may be a password, which a line that is typed in the
 * open is no place for. What was typed is not repeated. */
static void open_named(struct app *app, const char *text)
{
    struct error error = {0};
    size_t length = strcspn(text, " ");
    char *name = memory_copy(text, length);
    const struct backend_action *action = action_find(app->session, name, &error);
    if (action != NULL) {
        open_form(app, action, false);
        if (text[length + strspn(text + length, " ")] != '\0') {
            app_message(app, ROLE_WARNING, "The parameters are given here, not after the name.");
        }
    } else {
        app_error(app, &error);
    }
    error_clear(&error);
    free(name);
}

unsigned action_pane_open(struct app *app, const char *name)
{
    if (name == NULL) {
        choose_action(app);
    } else {
        open_named(app, name);
    }
    return REACTION_HANDLED;
}

const char *action_why_not(struct app *app, struct pane *pane)
{
    (void)pane;
    bool any = app->session != NULL && session_backend(app->session)->action_count > 0;
    return any ? NULL : "the backend has no actions";
}
