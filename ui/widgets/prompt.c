/*
 * prompt: one line of text with a title. The pane is popped before the caller's function runs, and
 * pushed again with the same text when that refuses it. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/keys.h"

struct prompt {
    struct pane pane;
    struct line_editor line;
    char *title;
    bool (*done)(void *context, const char *text);
    void (*release)(void *context); /* when it ends without an answer; NULL: nothing to do */
    void *context;
};

enum { PROMPT_COLUMNS = 56 };

static void prompt_close(struct pane *pane)
{
    struct prompt *prompt = (struct prompt *)pane;
    if (prompt->release) {
        prompt->release(prompt->context);
    }
    line_editor_free(&prompt->line);
    free(prompt->title);
    free(prompt);
}

static unsigned prompt_accept(struct prompt *prompt)
{
    struct app *app = prompt->pane.app;
    bool (*done)(void *, const char *) = prompt->done;
    void (*release)(void *) = prompt->release;
    void *context = prompt->context;
    prompt->release = NULL;
    char *title = memory_copy_string(prompt->title);
    char *text = memory_copy_string(text_string(&prompt->line.text));
    app_pop(app, &prompt->pane);
    if (!done(context, text)) {
        prompt_open_owned(app, title, text, done, release, context);
    }
    free(title);
    free(text);
    return REACTION_HANDLED | REACTION_REDRAW_ALL;
}

static unsigned prompt_key(struct pane *pane, const struct key_press *key)
{
    struct prompt *prompt = (struct prompt *)pane;
    if (key_is(key, PRESS_ENTER)) {
        return prompt_accept(prompt);
    }
    if (key_is(key, PRESS_ESCAPE) || key_is(key, PRESS_CONTROL('C'))) {
        return REACTION_HANDLED | REACTION_CLOSE;
    }
    line_editor_key(&prompt->line, key);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static void prompt_draw(struct pane *pane, struct canvas *canvas)
{
    line_editor_draw(&((struct prompt *)pane)->line, canvas, 0, 0, canvas_columns(canvas),
                     ROLE_INPUT, true);
}

static void prompt_title(const struct pane *pane, struct text *out)
{
    text_append_string(out, ((const struct prompt *)pane)->title);
}

static void prompt_hints(const struct pane *pane, struct text *out)
{
    (void)pane;
    text_append_string(out, "Enter accept  Esc cancel");
}

static void prompt_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                        int *columns)
{
    const char *title = ((const struct prompt *)pane)->title;
    int wanted = (int)text_width(title, strlen(title)) + 4;
    wanted = wanted < PROMPT_COLUMNS ? PROMPT_COLUMNS : wanted;
    *rows = rows_most < 1 ? rows_most : 1;
    *columns = wanted < columns_most ? wanted : columns_most;
}

static const struct pane_ops prompt_ops = {
    .name = "prompt",
    .about = "a line of text that is asked for",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = prompt_close,
    .draw = prompt_draw,
    .key = prompt_key,
    .title = prompt_title,
    .hints = prompt_hints,
    .size = prompt_size,
};

void prompt_open_owned(struct app *app, const char *title, const char *text,
                       bool (*done)(void *context, const char *text),
                       void (*release)(void *context), void *context)
{
    struct prompt *prompt = memory_zeroed(1, sizeof *prompt);
    prompt->pane.ops = &prompt_ops;
    prompt->pane.app = app;
    prompt->pane.anchor_row = -1;
    prompt->pane.anchor_column = -1;
    prompt->title = memory_copy_string(title);
    prompt->done = done;
    prompt->release = release;
    prompt->context = context;
    line_editor_set(&prompt->line, text ? text : "");
    app_push(app, &prompt->pane);
}

void prompt_open(struct app *app, const char *title, const char *text,
                 bool (*done)(void *context, const char *text), void *context)
{
    prompt_open_owned(app, title, text, done, NULL, context);
}
