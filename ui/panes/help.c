/*
 * help: keys and commands, made from the tables, with why a command cannot run now. UI thread.
 *
 * Everything about the pane that was open when help was asked for comes first, then what works
 * everywhere.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/keymap.h"
#include "ui/panes/panes.h"
#include "ui/widgets/scroller.h"

enum { KEYS_COLUMNS = 18, NAME_COLUMNS = 20 };

struct help_line {
    const char *heading; /* NULL: a command */
    char *keys;
    const struct command *command;
    const char *reason; /* why it cannot run now; NULL when it can */
};

struct help_pane {
    struct pane pane;
    struct scroller scroller;
    struct help_line *lines;
    size_t line_count, line_capacity;
};

static struct help_pane *of(struct pane *pane)
{
    return (struct help_pane *)pane;
}

static struct help_line *add_line(struct help_pane *self)
{
    self->lines =
        memory_grow(self->lines, self->line_count, &self->line_capacity, sizeof *self->lines);
    struct help_line *line = &self->lines[self->line_count++];
    memset(line, 0, sizeof *line);
    return line;
}

static void add_table(struct help_pane *self, struct pane *about, const char *pane,
                      const struct command *rows)
{
    struct app *app = about->app;
    for (; rows != NULL && rows->name != NULL; rows++) {
        struct text keys = {0};
        struct help_line *line = add_line(self);
        keymap_keys(app->keymap, pane, rows, 0, &keys);
        line->keys = text_take(&keys);
        line->command = rows;
        line->reason = command_why_not(app, about, rows);
    }
}

static void fill(struct help_pane *self, struct pane *about)
{
    add_line(self)->heading = about->ops->about;
    add_table(self, about, about->ops->name, about->ops->commands);
    add_line(self)->heading = "";
    add_line(self)->heading = "Everywhere";
    add_table(self, about, "", global_commands);
    add_line(self)->heading = "";
    add_line(self)->heading =
        "Keys are changed in [keys] of the configuration: command = key key, see "
        "dossier-config(5).";
}

static void draw_command(struct canvas *canvas, int y, const struct help_line *line)
{
    int columns = canvas_columns(canvas);
    int name_columns = columns >= 70 ? NAME_COLUMNS : 0;
    int x = 2 + KEYS_COLUMNS + name_columns;
    canvas_string(canvas, y, 2, KEYS_COLUMNS - 1, ROLE_HINT_KEY, line->keys);
    if (name_columns > 0) {
        canvas_string(canvas, y, 2 + KEYS_COLUMNS, name_columns - 1, ROLE_TEXT,
                      line->command->name);
    }
    if (line->reason == NULL) {
        canvas_string(canvas, y, x, columns - x, ROLE_TEXT, line->command->help);
    } else {
        canvas_printf(canvas, y, x, columns - x, ROLE_DIM, "%s (not now: %s)", line->command->help,
                      line->reason);
    }
}

static void draw(struct pane *pane, struct canvas *canvas)
{
    struct help_pane *self = of(pane);
    canvas_erase(canvas);
    for (size_t i = 0; i < self->scroller.rows; i++) {
        size_t at = self->scroller.top + i;
        if (at >= self->line_count) {
            break;
        }
        const struct help_line *line = &self->lines[at];
        if (line->heading != NULL) {
            canvas_string(canvas, (int)i, 1, canvas_columns(canvas) - 1, ROLE_HEADING,
                          line->heading);
        } else {
            draw_command(canvas, (int)i, line);
        }
        if (at == self->scroller.cursor) {
            canvas_string(canvas, (int)i, 0, 1, ROLE_TEXT, canvas_mark(canvas, MARK_CURSOR));
        }
    }
    canvas_set_cursor(canvas, (int)(self->scroller.cursor - self->scroller.top), 2);
}

static void recalculate(struct pane *pane)
{
    scroller_set(&of(pane)->scroller, of(pane)->line_count, (size_t)pane->rows);
}

static void title(const struct pane *pane, struct text *out)
{
    (void)pane;
    text_append_string(out, "Help");
}

static struct scroller *scroller(struct pane *pane)
{
    return &of(pane)->scroller;
}

static unsigned run_line(struct app *app, struct pane *pane, const char *argument)
{
    struct help_pane *self = of(pane);
    const struct help_line *line = &self->lines[self->scroller.cursor];
    const struct command *command = line->command;
    (void)argument;
    if (command == NULL) {
        return REACTION_HANDLED;
    }
    app_pop(app, pane);
    struct pane *top = app_top(app);
    app_react(app, top, command_perform(app, top, command, NULL));
    return REACTION_HANDLED;
}

static const struct command commands[] = {
    {"run", "Enter", "run the command under the cursor", "run", ARGUMENT_NONE, COMMAND_HINT, NULL,
     run_line},
    {.name = NULL},
};

static void close_pane(struct pane *pane)
{
    struct help_pane *self = of(pane);
    for (size_t i = 0; i < self->line_count; i++) {
        free(self->lines[i].keys);
    }
    free(self->lines);
    free(self);
}

const struct pane_ops help_pane_ops = {
    .name = "help",
    .about = "Keys and commands.",
    .flags = PANE_FULL,
    .commands = commands,
    .close = close_pane,
    .recalculate = recalculate,
    .draw = draw,
    .title = title,
    .scroller = scroller,
};

unsigned help_pane_open(struct app *app)
{
    if (app_find_pane(app, &help_pane_ops) != NULL) {
        return REACTION_HANDLED;
    }
    struct help_pane *self = memory_zeroed(1, sizeof *self);
    self->pane.ops = &help_pane_ops;
    fill(self, app_top(app));
    app_push(app, &self->pane);
    return REACTION_HANDLED;
}
