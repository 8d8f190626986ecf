/*
 * undelete: deleted records are brought back, those that are marked or the one under the cursor. It
 * is done at once, with a result for each: there is nothing of it to stage. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/panes/list.h"
#include "ui/panes/result.h"
#include "ui/widgets/editor.h"

/* The question that is open, and what it is about. */
struct undeleting {
    struct app *app;
    struct operation *operation; /* owned; NULL once it is sent */
};

const char *undelete_why_not(struct app *app, struct pane *pane)
{
    if (app_list_schema(app) == NULL) {
        return "no object is open";
    }
    if (pane != app->list && pane != app->detail) {
        return "it is for the records of the list; leave this first";
    }
    if (session_profile(app->session)->read_only) {
        return "the profile is read-only";
    }
    return session_can(app->session, CAN_UNDELETE) ? NULL : "the backend cannot undelete";
}

static void free_undeleting(void *context)
{
    struct undeleting *self = context;
    operation_free(self->operation);
    free(self);
}

static void undelete_ended(void *context, const struct operation *operation, struct result *result)
{
    struct app *app = context;
    struct result_origin origin = {"undelete", operation->object};
    bool failed = error_is_set(&result->error), lost = result->lost;
    if (!failed) {
        result_show(app, &origin, result);
        list_pane_clear_marks(app->list);
    }
    if (!failed || lost) {
        app_records_written(app);
    }
    if (failed) {
        app_error(app, &result->error);
    }
}

static void send(struct undeleting *self)
{
    struct error error = {0};
    struct operation *operation = self->operation;
    self->operation = NULL;
    if (session_submit(self->app->session, operation, JOB_NOW, undelete_ended, self->app, &error) ==
        0) {
        app_error(self->app, &error);
    } else {
        app_message(self->app, ROLE_DIM, "undelete is under way. J shows it.");
    }
    error_clear(&error);
}

static bool name_was_typed(void *context, const char *text)
{
    struct undeleting *self = context;
    if (strcmp(text, session_profile(self->app->session)->name) != 0) {
        app_message(self->app, ROLE_WARNING, "That is not the profile's name; nothing was sent.");
        return false;
    }
    send(self);
    free_undeleting(self);
    return true;
}

static void answered(void *context, int answer)
{
    struct undeleting *self = context;
    if (answer == 0) {
        send(self);
    }
    free_undeleting(self);
}

static void ask(struct undeleting *self)
{
    struct app *app = self->app;
    const struct profile *profile = session_profile(app->session);
    const struct schema *schema = app_list_schema(app);
    size_t count = self->operation->id_count;
    struct text title = {0};
    if (profile->protected_) {
        text_format(&title, "%s is protected: type its name to undelete %zu record%s",
                    profile->name, count, count == 1 ? "" : "s");
        prompt_open_owned(app, text_string(&title), "", name_was_typed, free_undeleting, self);
    } else {
        text_format(&title, "Undelete %zu record%s of %s?", count, count == 1 ? "" : "s",
                    schema->label);
        dialog_open(app, text_string(&title), "It is done at once, and is not staged.",
                    "undelete|leave", answered, self);
    }
    text_free(&title);
}

unsigned undelete_open(struct app *app)
{
    size_t count = 0;
    char *const *marks = list_pane_marks(app->list, &count);
    const char *current = app_cursor_id(app);
    const struct schema *schema = app_list_schema(app);
    if (count == 0 &&
        (current == NULL || (schema->deleted_field != NULL && !list_pane_is_deleted(app->list)))) {
        app_message(app, ROLE_WARNING, "undelete: the record is not deleted.");
        return REACTION_HANDLED;
    }
    struct undeleting *self = memory_zeroed(1, sizeof *self);
    self->app = app;
    self->operation = operation_new(OPERATION_UNDELETE, schema->name);
    self->operation->schema = schema_hold(schema);
    for (size_t i = 0; i < count; i++) {
        operation_add_id(self->operation, marks[i]);
    }
    if (count == 0) {
        operation_add_id(self->operation, current);
    }
    ask(self);
    return REACTION_HANDLED;
}
