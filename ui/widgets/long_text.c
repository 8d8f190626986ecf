/*
 * long_text: a text of several lines, edited in $VISUAL or $EDITOR. There is no pane: the caller's
 * function has run when long_text_open returns, unless the text failed its check; then a question
 * keeps what was written until it is mended or given up. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/check.h"
#include "core/memory.h"
#include "ui/app.h"
#include "ui/terminal.h"
#include "ui/widgets/editor_base.h"
#include "ui/widgets/external_editor.h"

struct long_text {
    struct app *app;
    struct editor_request request; /* its value is owned here, its schema held */
    struct text written;           /* what the editor gave back */
};

static void long_text_free(struct long_text *edited)
{
    value_free(&edited->request.value);
    /* The hold is this editor's own, whatever the request's pointer promises. */
    schema_release((struct schema *)edited->request.schema);
    text_free(&edited->written);
    free(edited);
}

static void give_up(struct long_text *edited)
{
    editor_cancelled cancelled = edited->request.cancelled;
    void *context = edited->request.context;
    long_text_free(edited);
    if (cancelled) {
        cancelled(context);
    }
}

static void hand_over(struct long_text *edited, const struct value *value)
{
    edited->request.done(edited->request.context, value, NULL);
    long_text_free(edited);
}

static bool run(struct long_text *edited, struct error *error)
{
    struct text written = {0};
    struct app *app = edited->app;
    terminal_leave(app->terminal);
    bool done = external_editor_run(edited->request.field->name, text_string(&edited->written),
                                    edited->written.length, &written, error);
    terminal_return(app->terminal);
    app->redraw_all = true;
    if (done) {
        text_free(&edited->written);
        edited->written = written;
    } else {
        text_free(&written);
    }
    return done;
}

static void edit(struct long_text *edited);

static void answered(void *context, int answer)
{
    struct long_text *edited = context;
    if (answer == 0) {
        edit(edited);
    } else {
        give_up(edited);
    }
}

static bool is_unchanged(const struct long_text *edited)
{
    struct text present = {0};
    value_print(&edited->request.value, &present);
    bool same = present.length == edited->written.length &&
                memcmp(text_string(&present), text_string(&edited->written), present.length) == 0;
    text_free(&present);
    return same;
}

/* Checks what was written; a mistake asks rather than throws the text away. */
static void finish(struct long_text *edited)
{
    struct error error = {0};
    struct value value = value_absent();
    struct date_clock clock = session_clock(edited->app->session);
    if (is_unchanged(edited)) {
        app_message(edited->app, ROLE_DIM, "%s is unchanged", edited->request.field->label);
        give_up(edited);
    } else if (check_text(edited->request.field, text_string(&edited->written),
                          edited->written.length, &clock, &value, &error)) {
        hand_over(edited, &value);
        value_free(&value);
    } else {
        dialog_open(edited->app, edited->request.field->label, error.message, "edit again|drop",
                    answered, edited);
        error_clear(&error);
    }
}

static void edit(struct long_text *edited)
{
    struct error error = {0};
    if (run(edited, &error)) {
        finish(edited);
        return;
    }
    app_error(edited->app, &error);
    error_clear(&error);
    if (is_unchanged(edited)) {
        give_up(edited);
    } else {
        finish(edited); /* what was typed before is not lost with the editor */
    }
}

static struct long_text *long_text_new(struct app *app, const struct editor_request *request)
{
    struct long_text *edited = memory_zeroed(1, sizeof *edited);
    edited->app = app;
    edited->request = *request;
    edited->request.value = value_copy(&request->value);
    edited->request.schema = request->schema ? schema_hold(request->schema) : NULL;
    return edited;
}

void long_text_open(struct app *app, const struct editor_request *request)
{
    struct long_text *edited = long_text_new(app, request);
    value_print(&request->value, &edited->written);
    edit(edited);
}

void long_text_go_on(struct app *app, const struct editor_request *request, const char *begun)
{
    struct long_text *edited = long_text_new(app, request);
    text_append_string(&edited->written, begun);
    edit(edited);
}
