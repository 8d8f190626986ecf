/*
 * raw: a query in the backend's own language, asked for in a line, and what it gives as rows or
 * words. What was sent last is offered again, for this run of the program. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/panes/result.h"
#include "ui/widgets/editor.h"

const char *raw_why_not(struct app *app, struct pane *pane)
{
    (void)pane;
    bool can = app->session != NULL && session_can(app->session, CAN_RAW);
    return can ? NULL : "the backend has no language of its own";
}

/* --- whose records the rows are --- */

static bool is_word(char character)
{
    return character == '_' || (character >= '0' && character <= '9') ||
           (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

/* The object by this name, as the backend spells it; NULL where there is none. */
static const char *object_named(const struct app *app, const char *name, size_t length)
{
    size_t count = 0;
    const struct object_info *objects = session_objects(app->session, &count);
    for (size_t i = 0; i < count; i++) {
        const char *present = objects[i].name;
        if (text_compare_folded(present, strlen(present), name, length) == 0) {
            return objects[i].name;
        }
    }
    return NULL;
}

/* The languages of backends put the object behind the word FROM. A guess: where it names nothing,
 * no record is opened from the rows. */
static const char *guess_object(const struct app *app, const char *query)
{
    for (const char *at = query; *at != '\0'; at++) {
        bool begins = at == query || !is_word(at[-1]);
        if (begins && text_starts_folded(at, strlen(at), "from", 4) &&
            (at[4] == ' ' || at[4] == '\t' || at[4] == '\n')) {
            const char *name = at + 4 + strspn(at + 4, " \t\n\"`[");
            size_t length = 0;
            while (is_word(name[length])) {
                length++;
            }
            return object_named(app, name, length);
        }
    }
    return NULL;
}

/* --- sending --- */

static void raw_ended(void *context, const struct operation *operation, struct result *result)
{
    struct app *app = context;
    if (error_is_set(&result->error)) {
        app_error(app, &result->error);
        return;
    }
    struct result_origin origin = {"raw", guess_object(app, operation->name)};
    result_show(app, &origin, result);
    if (backend_writes(session_backend(app->session), operation)) {
        app_records_written(app);
    }
}

static bool send(struct app *app, struct operation *operation)
{
    struct error error = {0};
    uint64_t job = session_submit(app->session, operation, JOB_NOW, raw_ended, app, &error);
    if (job == 0) {
        app_error(app, &error);
    } else {
        app_message(app, ROLE_DIM, "The query is under way. J shows it.");
    }
    error_clear(&error);
    return job != 0;
}

static struct operation *make_operation(const struct app *app)
{
    struct operation *operation = operation_new(OPERATION_RAW, NULL);
    operation->name = memory_copy_string(app->raw_query);
    return operation;
}

static bool name_was_typed(void *context, const char *text)
{
    struct app *app = context;
    if (strcmp(text, session_profile(app->session)->name) != 0) {
        app_message(app, ROLE_WARNING, "That is not the profile's name; nothing was sent.");
        return false;
    }
    return send(app, make_operation(app));
}

static bool query_given(void *context, const char *text)
{
    struct app *app = context;
    const struct profile *profile = session_profile(app->session);
    if (text[strspn(text, " \t\n")] == '\0') {
        app_message(app, ROLE_WARNING, "There is nothing to send.");
        return false;
    }
    char *query = memory_copy_string(text);
    free(app->raw_query);
    app->raw_query = query;
    struct operation *operation = make_operation(app);
    bool writes = backend_writes(session_backend(app->session), operation);
    if (!writes || profile->read_only || !profile->protected_) {
        return send(app, operation);
    }
    operation_free(operation);
    struct text title = {0};
    text_format(&title, "%s is protected: type its name to send this", profile->name);
    prompt_open(app, text_string(&title), "", name_was_typed, app);
    text_free(&title);
    return true;
}

unsigned raw_pane_open(struct app *app, const char *query)
{
    if (query != NULL) {
        (void)query_given(app, query);
        return REACTION_HANDLED;
    }
    struct text title = {0};
    text_format(&title, "A query in the language of %s", session_backend(app->session)->label);
    prompt_open(app, text_string(&title), app->raw_query, query_given, app);
    text_free(&title);
    return REACTION_HANDLED;
}
