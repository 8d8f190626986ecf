/*
 * app: see app.h. This file: which object is open after the start. UI thread.
 *
 * The one that was open last; else the one a CRM is about; else the first table that has records.
 * Where the objects stand beside the list it opens by itself, unless the user came first; where
 * they have a screen of their own the cursor is put on it.
 */
#include <string.h>

#include "ui/app.h"
#include "ui/layout.h"
#include "ui/panes/panes.h"
#include "ui/terminal.h"

static const char key_of_last[] = "last-object";

void app_remember_object(struct app *app, const char *object)
{
    const char *last = session_remembered(app->session, key_of_last);
    if (last == NULL || strcmp(last, object) != 0) {
        session_remember(app->session, key_of_last, object);
    }
}

static const struct object_info *find_named(const struct object_info *objects, size_t count,
                                            const char *name)
{
    for (size_t i = 0; name != NULL && i < count; i++) {
        if (text_equal_folded(objects[i].name, name)) {
            return &objects[i];
        }
    }
    return NULL;
}

/* Counts arrive one after the other: nothing is chosen past one that is not known yet. */
static const struct object_info *first_with_records(const struct object_info *objects, size_t count)
{
    for (size_t i = 0; i < count && objects[i].count >= 0; i++) {
        bool is_view = objects[i].kind != NULL && strcmp(objects[i].kind, "view") == 0;
        if (objects[i].count > 0 && !is_view) {
            return &objects[i];
        }
    }
    return NULL;
}

static const struct object_info *usual_object(struct app *app)
{
    static const char *const telling[] = {"Opportunity", "Opportunities", "Deal", "Deals"};
    size_t count = 0;
    const struct object_info *objects = session_objects(app->session, &count);
    if (objects == NULL) {
        return NULL;
    }
    const struct object_info *found =
        find_named(objects, count, session_remembered(app->session, key_of_last));
    for (size_t i = 0; found == NULL && i < sizeof telling / sizeof *telling; i++) {
        found = find_named(objects, count, telling[i]);
    }
    return found != NULL ? found : first_with_records(objects, count);
}

static bool user_came_first(const struct app *app)
{
    uint64_t keys = 0;
    uint64_t frames = 0;
    uint64_t bytes = 0;
    terminal_counters(app->terminal, &keys, &frames, &bytes);
    return keys > 0 || app->stack_count > 0 || app->focus != app->objects;
}

void app_open_usual(struct app *app)
{
    app->started = app->started || user_came_first(app);
    const struct object_info *object = app->started ? NULL : usual_object(app);
    if (object == NULL) {
        return;
    }
    app->started = true;
    objects_pane_point(app->objects, object->name);
    if (app->placed->list.rows > 0) {
        app_open_object(app, object->name, NULL);
    }
}
