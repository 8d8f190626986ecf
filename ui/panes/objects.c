/*
 * objects: the objects of the profile with their counts, saved views beneath. UI thread.
 *
 * Rows are the objects that the find text lets through, a rule, and the views; the cursor never
 * stands on the rule.
 */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/memory.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/panes/describe.h"
#include "ui/panes/panes.h"
#include "ui/panes/views.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/scroller.h"
#include "ui/widgets/wrap.h"

enum { LABEL_MARGIN = 3, COUNT_COLUMNS = 6 }; /* the marker and a blank; "2.5k" */

struct objects_row {
    const struct object_info *object; /* borrowed until the next dispatch */
    const struct view *view;          /* both NULL: the rule */
};

struct objects_pane {
    struct pane pane;
    struct scroller scroller;
    struct objects_row *rows;
    size_t row_count, row_capacity;
    size_t last;   /* where the cursor was, to know which way it moves */
    char *pointed; /* the object whose row the cursor goes to, once it is there; or NULL */
    int wanted;    /* see objects_pane_columns */
    bool finding;
    struct line_editor find;
};

static struct objects_pane *of(struct pane *pane)
{
    return (struct objects_pane *)pane;
}

static const struct objects_row *row_at(const struct objects_pane *self)
{
    return self->scroller.cursor < self->row_count ? &self->rows[self->scroller.cursor] : NULL;
}

/* --- the rows --- */

static bool lets_through(const struct objects_pane *self, const char *label, const char *name)
{
    const struct text *find = &self->find.text;
    return find->length == 0 ||
           text_contains_folded(label, strlen(label), find->bytes, find->length) ||
           text_contains_folded(name, strlen(name), find->bytes, find->length);
}

static void add_row(struct objects_pane *self, const struct object_info *object,
                    const struct view *view)
{
    self->rows = memory_grow(self->rows, self->row_count, &self->row_capacity, sizeof *self->rows);
    self->rows[self->row_count++] = (struct objects_row){object, view};
}

static void add_views(struct objects_pane *self)
{
    struct session *session = self->pane.app->session;
    size_t objects = self->row_count;
    for (size_t i = 0; i < session_view_count(session); i++) {
        const struct view *view = session_view(session, i);
        if (lets_through(self, view->name, view->object)) {
            if (self->row_count == objects) {
                add_row(self, NULL, NULL);
            }
            add_row(self, NULL, view);
        }
    }
}

static void off_the_rule(struct objects_pane *self)
{
    const struct objects_row *row = row_at(self);
    if (row != NULL && row->object == NULL && row->view == NULL) {
        bool up =
            self->scroller.cursor < self->last || self->scroller.cursor + 1 == self->row_count;
        scroller_go(&self->scroller, self->scroller.cursor + (up ? (size_t)-1 : 1));
    }
    self->last = self->scroller.cursor;
}

/* The cursor goes with the object that was opened, unless it is on one of that object's views. */
static void follow_pointed(struct objects_pane *self)
{
    const struct objects_row *row = row_at(self);
    const struct view *view = row == NULL ? NULL : row->view;
    bool on_view = view != NULL && strcmp(view->object, self->pointed) == 0;
    for (size_t i = 0; i < self->row_count && !on_view; i++) {
        const struct object_info *object = self->rows[i].object;
        if (object != NULL && strcmp(object->name, self->pointed) == 0) {
            scroller_go(&self->scroller, i);
        }
    }
    free(self->pointed);
    self->pointed = NULL;
}

void objects_pane_point(struct pane *pane, const char *object)
{
    struct objects_pane *self = of(pane);
    free(self->pointed);
    self->pointed = memory_copy_string(object);
    pane_mark_recalculate(pane);
}

static void recalculate(struct pane *pane)
{
    struct objects_pane *self = of(pane);
    size_t count = 0;
    if (pane->app->session == NULL) {
        return;
    }
    const struct object_info *objects = session_objects(pane->app->session, &count);
    self->row_count = 0;
    for (size_t i = 0; objects != NULL && i < count; i++) {
        if (lets_through(self, objects[i].label, objects[i].name)) {
            add_row(self, &objects[i], NULL);
        }
    }
    add_views(self);
    scroller_set(&self->scroller, self->row_count, (size_t)pane->rows);
    if (self->pointed != NULL && self->row_count > 0) {
        follow_pointed(self);
    }
    off_the_rule(self);
}

static bool has_failed(const struct session *session)
{
    const struct error *error = session == NULL ? NULL : session_objects_error(session);
    return error != NULL && error_is_set(error);
}

/* How wide the labels are; true when that has changed. */
static bool measure(struct objects_pane *self)
{
    size_t count = 0;
    int widest = 0;
    const struct object_info *objects = session_objects(self->pane.app->session, &count);
    for (size_t i = 0; objects != NULL && i < count; i++) {
        int width = (int)text_width(objects[i].label, strlen(objects[i].label));
        widest = width > widest ? width : widest;
    }
    bool changed = self->wanted != widest + LABEL_MARGIN + COUNT_COLUMNS;
    self->wanted = widest + LABEL_MARGIN + COUNT_COLUMNS;
    return changed;
}

int objects_pane_columns(const struct pane *pane)
{
    return ((const struct objects_pane *)pane)->wanted;
}

static unsigned event(struct pane *pane, unsigned events)
{
    const struct session *session = pane->app->session;
    if ((events & SESSION_EVENT_OBJECTS) != 0 && has_failed(session)) {
        app_error(pane->app, session_objects_error(session));
    }
    if ((events & (SESSION_EVENT_OBJECTS | SESSION_EVENT_VIEWS)) == 0) {
        return 0;
    }
    return REACTION_RECALCULATE | (measure(of(pane)) ? REACTION_RESIZE : 0);
}

/* --- drawing --- */

static void draw_object(const struct objects_pane *self, struct canvas *canvas, int row,
                        const struct object_info *object, enum role role)
{
    int columns = canvas_columns(canvas);
    struct text count = {0};
    if (object->count >= 0 && columns >= 40) {
        format_count(object->count, &count);
    } else if (object->count >= 0) {
        format_count_short(object->count, &count);
    }
    int count_columns = columns >= 40 ? 12 : COUNT_COLUMNS;
    int label_columns = columns - LABEL_MARGIN - count_columns;
    if (columns >= 40) {
        label_columns = label_columns > 40 ? 40 : label_columns;
        canvas_string(
            canvas, row, 3 + label_columns + count_columns, 12, ROLE_DIM,
            strcmp(object->kind == NULL ? "" : object->kind, "table") == 0 ? "" : object->kind);
    }
    canvas_string(canvas, row, 2, label_columns, role, object->label);
    canvas_text(canvas, row, 2 + label_columns, count_columns, ROLE_DIM, ALIGN_RIGHT,
                text_string(&count), count.length);
    text_free(&count);
    (void)self;
}

static void draw_row(const struct objects_pane *self, struct canvas *canvas, int row,
                     const struct objects_row *item, bool cursor)
{
    bool full_row = cursor && self->pane.focused;
    enum role role = full_row ? ROLE_CURSOR : ROLE_TEXT;
    if (item->object == NULL && item->view == NULL) {
        canvas_rule(canvas, row, "Saved views");
        return;
    }
    if (cursor) {
        canvas_string(canvas, row, 1, 1, ROLE_TEXT, canvas_mark(canvas, MARK_CURSOR));
    }
    if (item->object != NULL) {
        draw_object(self, canvas, row, item->object, role);
    } else {
        canvas_string(canvas, row, 2, canvas_columns(canvas) - 3, role, item->view->name);
    }
}

/* The whole of what went wrong stays readable: the message below is gone with the next key. */
static void draw_failure(const struct error *error, struct canvas *canvas)
{
    struct text words = {0};
    struct text clean = {0};
    struct wrap wrap = {0};
    error_print(error, &words);
    text_clean(&clean, text_string(&words), words.length, TEXT_CLEAN_KEEP_NEWLINE);
    wrap_text(&wrap, text_string(&clean), clean.length, (size_t)canvas_columns(canvas) - 4);
    for (size_t i = 0; i < wrap.count && (int)i < canvas_rows(canvas); i++) {
        canvas_text(canvas, (int)i, 2, canvas_columns(canvas) - 3, ROLE_FAILED, ALIGN_LEFT,
                    text_string(&clean) + wrap.lines[i].start, wrap.lines[i].length);
    }
    wrap_free(&wrap);
    text_free(&clean);
    text_free(&words);
}

static void draw_empty(const struct objects_pane *self, struct canvas *canvas)
{
    size_t count = 0;
    const struct session *session = self->pane.app->session;
    if (has_failed(session)) {
        draw_failure(session_objects_error(session), canvas);
        return;
    }
    bool known = session != NULL && session_objects(session, &count) != NULL;
    const char *words = !known                       ? "Reading the objects…"
                        : self->find.text.length > 0 ? "Nothing is called so."
                                                     : "There are no objects here.";
    canvas_string(canvas, 0, 2, canvas_columns(canvas) - 3, ROLE_DIM, words);
}

/* What is looked at is counted. */
static void want_counts(const struct objects_pane *self)
{
    const char **names = memory_zeroed(self->scroller.rows, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < self->scroller.rows; i++) {
        size_t at = self->scroller.top + i;
        if (at < self->row_count && self->rows[at].object != NULL) {
            names[count++] = self->rows[at].object->name;
        }
    }
    session_want_counts(self->pane.app->session, names, count);
    free(names);
}

static void draw(struct pane *pane, struct canvas *canvas)
{
    struct objects_pane *self = of(pane);
    if (pane->app->session != NULL) {
        want_counts(self);
    }
    canvas_erase(canvas);
    if (self->row_count == 0) {
        draw_empty(self, canvas);
    }
    for (size_t i = 0; i < self->scroller.rows; i++) {
        size_t at = self->scroller.top + i;
        if (at < self->row_count) {
            draw_row(self, canvas, (int)i, &self->rows[at], at == self->scroller.cursor);
        }
    }
    canvas_set_cursor(canvas, (int)(self->scroller.cursor - self->scroller.top), 2);
}

static void title(const struct pane *pane, struct text *out)
{
    const struct objects_pane *self = (const struct objects_pane *)pane;
    text_append_string(out, "Objects");
    if (self->finding || self->find.text.length > 0) {
        text_format(out, " ─ find: %s", text_string(&self->find.text));
    }
}

/* --- finding by name --- */

static void end_find(struct objects_pane *self, bool clear)
{
    self->finding = false;
    if (clear) {
        line_editor_set(&self->find, "");
    }
    pane_mark_recalculate(&self->pane);
}

static unsigned key(struct pane *pane, const struct key_press *press)
{
    struct objects_pane *self = of(pane);
    if (!self->finding) {
        return REACTION_IGNORED;
    }
    if (press->kind == KEY_PRESS_FUNCTION && press->code == PRESS_ESCAPE) {
        end_find(self, true);
        return REACTION_REDRAW;
    }
    if (press->kind == KEY_PRESS_FUNCTION && press->code == PRESS_ENTER) {
        end_find(self, false);
        return REACTION_IGNORED; /* and Enter opens what was found */
    }
    return line_editor_key(&self->find, press) ? REACTION_RECALCULATE : REACTION_IGNORED;
}

static unsigned run_find(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    of(pane)->finding = true;
    line_editor_set(&of(pane)->find, "");
    return REACTION_RECALCULATE;
}

/* --- commands --- */

static unsigned run_open(struct app *app, struct pane *pane, const char *argument)
{
    const struct objects_row *row = row_at(of(pane));
    (void)argument;
    if (row == NULL) {
        return REACTION_HANDLED;
    }
    char *object = row->object == NULL ? NULL : memory_copy_string(row->object->name);
    end_find(of(pane), true);
    if (object != NULL) {
        app_open_object(app, object, NULL);
    } else {
        app_open_view(app, row->view);
    }
    free(object);
    return REACTION_HANDLED;
}

static unsigned run_describe(struct app *app, struct pane *pane, const char *argument)
{
    const struct objects_row *row = row_at(of(pane));
    (void)argument;
    return describe_pane_open_object(app, row->object->name, NULL);
}

static const char *no_object(struct app *app, struct pane *pane)
{
    const struct objects_row *row = row_at(of(pane));
    (void)app;
    return row == NULL || row->object == NULL ? "the cursor is not on an object" : NULL;
}

static unsigned run_refresh(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    session_refresh_objects(app->session);
    return REACTION_REDRAW;
}

static const char *no_view(struct app *app, struct pane *pane)
{
    const struct objects_row *row = row_at(of(pane));
    (void)app;
    return row == NULL || row->view == NULL ? "the cursor is not on a saved view" : NULL;
}

static unsigned run_rename(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    view_rename(app, row_at(of(pane))->view->name);
    return REACTION_HANDLED;
}

static unsigned run_delete(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    view_delete(app, row_at(of(pane))->view->name);
    return REACTION_HANDLED;
}

static const struct command commands[] = {
    {"open-row", "Enter Right l", "open the object or view under the cursor", "open", ARGUMENT_NONE,
     COMMAND_HINT | COMMAND_HIDDEN, NULL, run_open},
    {"find-name", "/", "find an object or view by its name", "find", ARGUMENT_NONE, COMMAND_HINT,
     NULL, run_find},
    {"describe-object", "d", "describe the fields of the object under the cursor", "describe",
     ARGUMENT_NONE, COMMAND_HINT, no_object, run_describe},
    {"refresh-objects", "r", "read the objects and their counts again", "refresh", ARGUMENT_NONE,
     COMMAND_HINT, NULL, run_refresh},
    {"rename-view", "R", "rename the saved view under the cursor", NULL, ARGUMENT_NONE, 0, no_view,
     run_rename},
    {"delete-view", "D", "delete the saved view under the cursor", NULL, ARGUMENT_NONE, 0, no_view,
     run_delete},
    {.name = NULL},
};

static struct scroller *scroller(struct pane *pane)
{
    return &of(pane)->scroller;
}

static unsigned moved(struct pane *pane)
{
    off_the_rule(of(pane));
    return REACTION_REDRAW;
}

static void close_pane(struct pane *pane)
{
    struct objects_pane *self = of(pane);
    line_editor_free(&self->find);
    free(self->pointed);
    free(self->rows);
    free(self);
}

const struct pane_ops objects_pane_ops = {
    .name = "objects",
    .about = "The objects of the profile with their counts, and the saved views.",
    .commands = commands,
    .close = close_pane,
    .recalculate = recalculate,
    .draw = draw,
    .key = key,
    .title = title,
    .scroller = scroller,
    .moved = moved,
    .event = event,
};

struct pane *objects_pane_new(struct app *app)
{
    struct objects_pane *self = memory_zeroed(1, sizeof *self);
    self->pane.ops = &objects_pane_ops;
    self->pane.app = app;
    return &self->pane;
}
