/*
 * views: see views.h. A prompt and the question it may lead to hand one struct view_task on;
 * whoever ends the talk frees it.
 */
#include "ui/panes/views.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/widgets/editor.h"

struct view_task {
    struct app *app;
    struct view view; /* owned texts */
    char *old_name;   /* renaming: the view's present name */
};

static void free_task(void *context)
{
    struct view_task *task = context;
    free(task->view.name);
    free(task->view.object);
    free(task->view.filter);
    free(task->view.order);
    free(task->view.columns);
    free(task->view.deleted);
    free(task->old_name);
    free(task);
}

static struct view_task *new_task(struct app *app, const char *old_name)
{
    struct view_task *task = memory_zeroed(1, sizeof *task);
    task->app = app;
    task->old_name = memory_copy_string(old_name);
    return task;
}

static void report(struct app *app, bool done, struct error *error, const char *what,
                   const char *name)
{
    if (done) {
        app_message(app, ROLE_SUCCESS, "View '%s' %s.", name, what);
    } else {
        app_error(app, error);
    }
    error_clear(error);
}

/* Spaces at the ends of a name would be seen by nobody. */
static char *trimmed(const char *text)
{
    size_t start = strspn(text, " "), length = strlen(text);
    while (length > start && text[length - 1] == ' ') {
        length--;
    }
    return memory_copy(text + start, length - start);
}

/* --- saving --- */

char *view_columns_text(const struct query *query)
{
    struct text columns = {0};
    for (size_t i = 0; i < query->column_count; i++) {
        const struct query_column *column = &query->columns[i];
        text_append_string(&columns, i ? ", " : "");
        query_print_path((const char *const *)column->parts, column->part_count, &columns);
    }
    return columns.length ? text_take(&columns) : memory_copy_string("");
}

static char *filter_text_of(const struct query *query)
{
    struct text filter = {0};
    filter_print(query->filter, &filter);
    return filter.length ? text_take(&filter) : memory_copy_string("");
}

static char *order_text_of(const struct query *query)
{
    struct text order = {0};
    query_print_order(query, &order);
    return order.length ? text_take(&order) : memory_copy_string("");
}

static void save(struct view_task *task)
{
    struct error error = {0};
    bool done = session_save_view(task->app->session, &task->view, &error);
    report(task->app, done, &error, "saved", task->view.name);
    free_task(task);
}

static void overwrite_answered(void *context, int answer)
{
    if (answer == 0) {
        save(context);
    } else {
        free_task(context);
    }
}

static bool save_named(void *context, const char *text)
{
    struct view_task *task = context;
    free(task->view.name);
    task->view.name = trimmed(text);
    if (!*task->view.name) {
        app_message(task->app, ROLE_WARNING, "A view needs a name.");
        return false;
    }
    const struct view *present = session_find_view(task->app->session, task->view.name);
    if (!present) {
        save(task);
        return true;
    }
    struct text body = {0};
    text_format(&body, "There is a view '%s' of %s already.", present->name, present->object);
    dialog_open(task->app, "Replace the saved view?", body.bytes, "replace|keep",
                overwrite_answered, task);
    text_free(&body);
    return true;
}

void view_save_as(struct app *app, const struct query *query)
{
    struct view_task *task = new_task(app, NULL);
    task->view.object = memory_copy_string(query->object);
    task->view.filter = filter_text_of(query);
    task->view.order = order_text_of(query);
    task->view.columns = view_columns_text(query);
    task->view.deleted = memory_copy_string(query->include_deleted ? "yes" : "");
    prompt_open_owned(app, "Save as view", "", save_named, free_task, task);
}

unsigned view_save_run(struct app *app, struct pane *pane, const char *argument)
{
    const struct query *query = app_list_query(app);
    (void)pane;
    (void)argument;
    if (query) {
        view_save_as(app, query);
    } else {
        app_message(app, ROLE_WARNING, "Open an object first: there is nothing to save.");
    }
    return REACTION_HANDLED;
}

/* --- renaming and deleting --- */

static bool rename_named(void *context, const char *text)
{
    struct view_task *task = context;
    struct error error = {0};
    char *name = trimmed(text);
    bool done = *name && session_rename_view(task->app->session, task->old_name, name, &error);
    if (!*name) {
        app_message(task->app, ROLE_WARNING, "A view needs a name.");
    } else {
        report(task->app, done, &error, "renamed", name);
    }
    free(name);
    if (done) {
        free_task(task);
    }
    return done;
}

void view_rename(struct app *app, const char *name)
{
    prompt_open_owned(app, "Rename the view", name, rename_named, free_task, new_task(app, name));
}

static void delete_answered(void *context, int answer)
{
    struct view_task *task = context;
    struct error error = {0};
    if (answer == 0) {
        bool done = session_delete_view(task->app->session, task->old_name, &error);
        report(task->app, done, &error, "deleted", task->old_name);
    }
    free_task(task);
}

void view_delete(struct app *app, const char *name)
{
    struct text body = {0};
    text_format(&body, "The view '%s' goes; no record does.", name);
    dialog_open(app, "Delete the saved view?", body.bytes, "delete|keep", delete_answered,
                new_task(app, name));
    text_free(&body);
}

/* --- choosing which --- */

static void rename_chosen(void *context, int item)
{
    struct app *app = context;
    view_rename(app, session_view(app->session, (size_t)item)->name);
}

static void delete_chosen(void *context, int item)
{
    struct app *app = context;
    view_delete(app, session_view(app->session, (size_t)item)->name);
}

static void choose(struct app *app, const char *title, void (*chosen)(void *, int))
{
    size_t count = session_view_count(app->session);
    const char **names = memory_zeroed(count + 1, sizeof *names);
    const char **objects = memory_zeroed(count + 1, sizeof *objects);
    for (size_t i = 0; i < count; i++) {
        names[i] = session_view(app->session, i)->name;
        objects[i] = session_view(app->session, i)->object;
    }
    if (count) {
        picker_open(app, title, names, objects, count, -1, -1, -1, chosen, app);
    } else {
        app_message(app, ROLE_DIM, "No view is saved yet: s in the filter builder saves one.");
    }
    free(names);
    free(objects);
}

static const char *known_name(struct app *app, const char *argument)
{
    const struct view *view = session_find_view(app->session, argument);
    if (!view) {
        app_message(app, ROLE_ERROR, "There is no saved view '%s'.", argument);
    }
    return view ? view->name : NULL;
}

unsigned view_rename_run(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    if (!argument) {
        choose(app, "Rename which view?", rename_chosen);
    } else if (known_name(app, argument)) {
        view_rename(app, argument);
    }
    return REACTION_HANDLED;
}

unsigned view_delete_run(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    if (!argument) {
        choose(app, "Delete which view?", delete_chosen);
    } else if (known_name(app, argument)) {
        view_delete(app, argument);
    }
    return REACTION_HANDLED;
}
