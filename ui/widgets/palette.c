/*
 * palette: a command by its name, an object or a saved view to open, with completion. UI thread.
 *
 * The first word is a command; what follows is its argument, completed by its kind. Actions,
 * objects and views may be named right away.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/actions.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/keymap.h"
#include "ui/options.h"
#include "ui/panes/panes.h"
#include "ui/terminal.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/scroller.h"

enum { SHOWN_MOST = 12, COLUMNS_WANTED = 72, TOP_ROW = 3 };

enum candidate_kind {
    CANDIDATE_COMMAND,
    CANDIDATE_ARGUMENT,
    CANDIDATE_ACTION,
    CANDIDATE_OBJECT,
    CANDIDATE_VIEW
};

struct candidate {
    enum candidate_kind kind;
    char *name;
    char *note;
    const struct command *command; /* of a command, and of an argument's command */
    int score;
};

struct palette {
    struct pane pane;
    struct line_editor line;
    struct scroller scroller;
    struct candidate *candidates;
    size_t count, capacity;
    struct pane *below; /* who had the keys: its commands are offered first */
};

static struct palette *of(struct pane *pane)
{
    return (struct palette *)pane;
}

static void clear_candidates(struct palette *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free(self->candidates[i].name);
        free(self->candidates[i].note);
    }
    self->count = 0;
}

static void add(struct palette *self, enum candidate_kind kind, const char *name, const char *note,
                const struct command *command, const char *pattern)
{
    int score = pattern[0] == '\0' ? 1 : text_fuzzy_score(pattern, name);
    if (score <= 0) {
        return;
    }
    self->candidates =
        memory_grow(self->candidates, self->count, &self->capacity, sizeof *self->candidates);
    self->candidates[self->count++] = (struct candidate){kind, memory_copy_string(name),
                                                         memory_copy_string(note), command, score};
}

/* The best first; the order in which they were added otherwise. An insertion sort is stable, and
 * there are a few hundred at most. */
static void sort_candidates(struct palette *self)
{
    for (size_t i = 1; i < self->count; i++) {
        struct candidate moving = self->candidates[i];
        size_t at = i;
        while (at > 0 && self->candidates[at - 1].score < moving.score) {
            self->candidates[at] = self->candidates[at - 1];
            at--;
        }
        self->candidates[at] = moving;
    }
}

/* --- what can be chosen --- */

static void add_commands(struct palette *self, const char *pane, const struct command *rows,
                         const char *pattern)
{
    struct app *app = self->below->app;
    for (; rows != NULL && rows->name != NULL; rows++) {
        struct text note = {0};
        if ((rows->flags & COMMAND_HIDDEN) != 0) {
            continue;
        }
        const char *reason = command_why_not(app, self->below, rows);
        text_append_string(&note, rows->help);
        if (reason != NULL) {
            text_format(&note, " (not now: %s)", reason);
        }
        struct text keys = {0};
        keymap_keys(app->keymap, pane, rows, 1, &keys);
        if (keys.length > 0) {
            text_format(&note, "  [%s]", text_string(&keys));
        }
        add(self, CANDIDATE_COMMAND, rows->name, text_string(&note), rows, pattern);
        text_free(&keys);
        text_free(&note);
    }
}

static void add_objects(struct palette *self, enum candidate_kind kind,
                        const struct command *command, const char *pattern)
{
    size_t count = 0;
    const struct object_info *objects = session_objects(self->below->app->session, &count);
    for (size_t i = 0; objects != NULL && i < count; i++) {
        struct text note = {0};
        text_format(&note, "open %s", objects[i].label);
        add(self, kind, objects[i].name, text_string(&note), command, pattern);
        text_free(&note);
    }
}

static void add_views(struct palette *self, enum candidate_kind kind, const struct command *command,
                      const char *pattern)
{
    struct session *session = self->below->app->session;
    for (size_t i = 0; i < session_view_count(session); i++) {
        const struct view *view = session_view(session, i);
        struct text note = {0};
        text_format(&note, "saved view of %s", view->object);
        add(self, kind, view->name, text_string(&note), command, pattern);
        text_free(&note);
    }
}

static void add_fields(struct palette *self, const struct command *command, const char *pattern)
{
    const struct schema *schema = app_list_schema(self->below->app);
    for (size_t i = 0; schema != NULL && i < schema->field_count; i++) {
        add(self, CANDIDATE_ARGUMENT, schema->fields[i].name, schema->fields[i].label, command,
            pattern);
    }
}

/* Those first that are for the records that are shown. */
static void add_actions(struct palette *self, enum candidate_kind kind,
                        const struct command *command, const char *pattern)
{
    const struct backend_ops *ops = session_backend(self->below->app->session);
    const struct schema *schema = app_list_schema(self->below->app);
    size_t *order = actions_in_order(ops, schema == NULL ? NULL : schema->name);
    for (size_t i = 0; i < ops->action_count; i++) {
        const struct backend_action *action = &ops->actions[order[i]];
        struct text note = {0};
        text_append_string(&note, kind == CANDIDATE_ACTION ? "action: " : "");
        action_print_note(action, &note);
        add(self, kind, action->name, text_string(&note), command, pattern);
        text_free(&note);
    }
    free(order);
}

struct adding_themes {
    struct palette *palette;
    const struct command *command;
    const char *pattern;
};

static void add_theme(void *context, const char *name)
{
    struct adding_themes *adding = context;
    for (size_t i = 0; i < adding->palette->count; i++) {
        if (strcmp(adding->palette->candidates[i].name, name) == 0) {
            return;
        }
    }
    add(adding->palette, CANDIDATE_ARGUMENT, name, "theme", adding->command, adding->pattern);
}

static void add_arguments(struct palette *self, const struct command *command, const char *pattern)
{
    struct adding_themes themes = {self, command, pattern};
    switch (command->argument) {
    case ARGUMENT_OBJECT:
        add_objects(self, CANDIDATE_ARGUMENT, command, pattern);
        break;
    case ARGUMENT_VIEW:
        add_views(self, CANDIDATE_ARGUMENT, command, pattern);
        break;
    case ARGUMENT_FIELD:
        add_fields(self, command, pattern);
        break;
    case ARGUMENT_ACTION:
        add_actions(self, CANDIDATE_ARGUMENT, command, pattern);
        break;
    case ARGUMENT_THEME:
        theme_list(add_theme, &themes);
        break;
    default:
        break;
    }
}

/* The command that the line begins with, once a space follows it. */
static const struct command *typed_command(const struct palette *self, const char **argument)
{
    const char *line = text_string(&self->line.text);
    size_t length = strcspn(line, " ");
    *argument = NULL;
    if (line[length] != ' ') {
        return NULL;
    }
    char *name = memory_copy(line, length);
    const struct command *command = command_find(self->below, name);
    free(name);
    *argument = line + length + strspn(line + length, " ");
    return command;
}

static void recalculate(struct pane *pane)
{
    struct palette *self = of(pane);
    const char *line = text_string(&self->line.text);
    const char *argument = NULL;
    const struct command *command = typed_command(self, &argument);
    clear_candidates(self);
    if (command != NULL && command->argument != ARGUMENT_NONE) {
        add_arguments(self, command, argument);
    } else {
        add_commands(self, self->below->ops->name, self->below->ops->commands, line);
        add_commands(self, "", global_commands, line);
        add_actions(self, CANDIDATE_ACTION, NULL, line);
        add_objects(self, CANDIDATE_OBJECT, NULL, line);
        add_views(self, CANDIDATE_VIEW, NULL, line);
    }
    sort_candidates(self);
    scroller_set(&self->scroller, self->count, pane->rows > 1 ? (size_t)pane->rows - 1 : 1);
}

/* --- drawing --- */

static void draw(struct pane *pane, struct canvas *canvas)
{
    struct palette *self = of(pane);
    int columns = canvas_columns(canvas);
    canvas_erase(canvas);
    canvas_string(canvas, 0, 0, 1, ROLE_HINT_KEY, ":");
    for (size_t i = 0; i < self->scroller.rows; i++) {
        size_t at = self->scroller.top + i;
        if (at >= self->count) {
            break;
        }
        int y = (int)i + 1;
        int name_columns = columns / 3 > 24 ? 24 : columns / 3;
        bool cursor = at == self->scroller.cursor;
        canvas_string(canvas, y, 0, 1, ROLE_TEXT, cursor ? canvas_mark(canvas, MARK_CURSOR) : " ");
        canvas_string(canvas, y, 2, name_columns, cursor ? ROLE_CURSOR : ROLE_TEXT,
                      self->candidates[at].name);
        canvas_string(canvas, y, name_columns + 4, columns - name_columns - 4, ROLE_DIM,
                      self->candidates[at].note);
    }
    line_editor_draw(&self->line, canvas, 0, 1, columns - 1, ROLE_INPUT, true);
}

static void size(const struct pane *pane, int rows_most, int columns_most, int *rows, int *columns)
{
    const struct palette *self = (const struct palette *)pane;
    int shown = self->count < SHOWN_MOST ? (int)self->count : SHOWN_MOST;
    *rows = shown + 1 < rows_most ? shown + 1 : rows_most;
    *columns = COLUMNS_WANTED < columns_most ? COLUMNS_WANTED : columns_most;
}

static void title(const struct pane *pane, struct text *out)
{
    (void)pane;
    text_append_string(out, "Command, object or view");
}

static void hints(const struct pane *pane, struct text *out)
{
    (void)pane;
    text_append_string(out, "Enter run  Tab complete  Esc leave");
}

/* --- choosing --- */

static void set_line(struct palette *self, const struct candidate *candidate)
{
    struct text line = {0};
    if (candidate->kind == CANDIDATE_ARGUMENT) {
        text_format(&line, "%s ", candidate->command->name);
    }
    text_append_string(&line, candidate->name);
    if (candidate->kind == CANDIDATE_COMMAND && candidate->command->argument != ARGUMENT_NONE) {
        text_append_character(&line, ' ');
    }
    line_editor_set(&self->line, text_string(&line));
    text_free(&line);
}

static unsigned run_named(struct app *app, struct pane *below, const struct command *command,
                          const char *argument)
{
    unsigned reaction = command_perform(app, below, command,
                                        argument == NULL || argument[0] == '\0' ? NULL : argument);
    app_react(app, below, reaction);
    return REACTION_HANDLED;
}

static unsigned run_candidate(struct app *app, struct pane *below,
                              const struct candidate *candidate)
{
    const struct view *view = NULL;
    switch (candidate->kind) {
    case CANDIDATE_COMMAND:
        return run_named(app, below, candidate->command, NULL);
    case CANDIDATE_ARGUMENT:
        return run_named(app, below, candidate->command, candidate->name);
    case CANDIDATE_ACTION:
        return action_pane_open(app, candidate->name);
    case CANDIDATE_OBJECT:
        app_open_object(app, candidate->name, NULL);
        return REACTION_HANDLED;
    case CANDIDATE_VIEW:
        view = session_find_view(app->session, candidate->name);
        if (view != NULL) {
            app_open_view(app, view);
        }
        return REACTION_HANDLED;
    }
    return REACTION_HANDLED;
}

static void report_unknown(struct app *app, const struct palette *self)
{
    const char *names[512];
    size_t count = 0;
    const struct command *tables[] = {self->below->ops->commands, global_commands};
    for (size_t i = 0; i < 2; i++) {
        for (const struct command *row = tables[i]; row != NULL && row->name != NULL && count < 512;
             row++) {
            names[count++] = row->name;
        }
    }
    const char *nearest = text_nearest(text_string(&self->line.text), names, count);
    app_message(app, ROLE_ERROR, "There is no command, action, object or view '%s'%s%s%s.",
                text_string(&self->line.text), nearest == NULL ? "" : "; did you mean '",
                nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
}

static unsigned accept(struct palette *self)
{
    recalculate(&self->pane); /* the keys may have come faster than the candidates were drawn */
    struct app *app = self->pane.app;
    struct pane *below = self->below;
    const char *argument = NULL;
    const struct command *command = typed_command(self, &argument);
    struct candidate chosen = {0};
    bool found = self->scroller.cursor < self->count;
    if (found) {
        chosen = self->candidates[self->scroller.cursor];
        chosen.name = memory_copy_string(chosen.name);
    } else if (command != NULL) {
        found = true;
        chosen =
            (struct candidate){CANDIDATE_ARGUMENT, memory_copy_string(argument), NULL, command, 0};
    } else {
        report_unknown(app, self);
    }
    app_pop(app, &self->pane);
    if (found) {
        run_candidate(app, below, &chosen);
    }
    free(chosen.name);
    return REACTION_HANDLED;
}

static unsigned complete(struct palette *self)
{
    recalculate(&self->pane);
    if (self->scroller.cursor < self->count) {
        set_line(self, &self->candidates[self->scroller.cursor]);
    }
    return REACTION_RECALCULATE;
}

static unsigned key(struct pane *pane, const struct key_press *press)
{
    struct palette *self = of(pane);
    if (press->kind == KEY_PRESS_FUNCTION) {
        switch (press->code) {
        case PRESS_ENTER:
            return accept(self);
        case PRESS_TAB:
            return complete(self);
        case PRESS_ESCAPE:
            return REACTION_CLOSE;
        case PRESS_BACKSPACE:
            if (self->line.text.length == 0) {
                return REACTION_CLOSE;
            }
            break;
        case PRESS_UP:
        case PRESS_DOWN:
            scroller_move(&self->scroller, press->code == PRESS_UP ? SCROLLER_UP : SCROLLER_DOWN);
            return REACTION_REDRAW;
        default:
            break;
        }
    }
    if (!line_editor_key(&self->line, press)) {
        return REACTION_IGNORED;
    }
    self->scroller.cursor = 0;
    return REACTION_RECALCULATE;
}

static struct scroller *scroller(struct pane *pane)
{
    return &of(pane)->scroller;
}

static void close_pane(struct pane *pane)
{
    struct palette *self = of(pane);
    clear_candidates(self);
    free(self->candidates);
    line_editor_free(&self->line);
    free(self);
}

const struct pane_ops palette_pane_ops = {
    .name = "palette",
    .about = "A command by its name, an object or a saved view.",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = close_pane,
    .recalculate = recalculate,
    .draw = draw,
    .key = key,
    .title = title,
    .hints = hints,
    .size = size,
    .scroller = scroller,
};

unsigned palette_open(struct app *app, const char *prefill)
{
    struct palette *self = memory_zeroed(1, sizeof *self);
    self->pane.ops = &palette_pane_ops;
    self->pane.anchor_row = TOP_ROW; /* the line typed into stays where it is */
    self->pane.anchor_column = (terminal_columns(app->terminal) - COLUMNS_WANTED) / 2 - 1;
    self->below = app_top(app);
    line_editor_set(&self->line, prefill == NULL ? "" : prefill);
    app_push(app, &self->pane);
    return REACTION_HANDLED;
}
