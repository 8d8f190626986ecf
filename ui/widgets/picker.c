/*
 * picker: a list of names to choose one from, narrowed by typing. UI thread.
 *
 * The pane is freed before the caller's function runs, so that it may open the next one.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/widgets/choice_list.h"
#include "ui/widgets/keys.h"

struct picker {
    struct pane pane;
    struct choice_list list;
    char *title;
    void (*done)(void *context, int index);
    void *context;
};

enum { PICKER_ROWS_MOST = 16 };

static void picker_close(struct pane *pane)
{
    struct picker *picker = (struct picker *)pane;
    choice_list_free(&picker->list);
    free(picker->title);
    free(picker);
}

static unsigned picker_choose(struct picker *picker)
{
    int item = choice_list_current(&picker->list);
    if (item < 0) {
        return REACTION_HANDLED;
    }
    void (*done)(void *, int) = picker->done;
    void *context = picker->context;
    app_pop(picker->pane.app, &picker->pane);
    done(context, item);
    return REACTION_HANDLED | REACTION_REDRAW_ALL;
}

static unsigned picker_key(struct pane *pane, const struct key_press *key)
{
    struct picker *picker = (struct picker *)pane;
    if (key_is(key, PRESS_ENTER)) {
        return picker_choose(picker);
    }
    if (key_is(key, PRESS_ESCAPE) || key_is(key, PRESS_CONTROL('C'))) {
        return REACTION_HANDLED | REACTION_CLOSE;
    }
    choice_list_key(&picker->list, key, pane->rows);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned picker_mouse(struct pane *pane, const struct mouse_event *event)
{
    struct picker *picker = (struct picker *)pane;
    bool used = false;
    if (choice_list_mouse(&picker->list, event, pane->rows, &used)) {
        return picker_choose(picker);
    }
    return used ? REACTION_HANDLED | REACTION_REDRAW : REACTION_IGNORED;
}

static void picker_draw(struct pane *pane, struct canvas *canvas)
{
    choice_list_draw(&((struct picker *)pane)->list, canvas, 0, canvas_rows(canvas));
}

static void picker_title(const struct pane *pane, struct text *out)
{
    const struct picker *picker = (const struct picker *)pane;
    text_append_string(out, picker->title);
    choice_list_title(&picker->list, out);
}

static void picker_title_right(const struct pane *pane, struct text *out)
{
    choice_list_title_right(&((const struct picker *)pane)->list, out);
}

static void picker_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                        int *columns)
{
    const struct picker *picker = (const struct picker *)pane;
    int wanted = choice_list_width(&picker->list);
    int title = (int)text_width(picker->title, strlen(picker->title)) + 16;
    wanted = wanted < title ? title : wanted;
    *rows = choice_list_rows(&picker->list);
    *rows = *rows > PICKER_ROWS_MOST ? PICKER_ROWS_MOST : *rows < 1 ? 1 : *rows;
    *rows = *rows < rows_most ? *rows : rows_most;
    *columns = wanted < columns_most ? wanted : columns_most;
}

static void picker_hints(const struct pane *pane, struct text *out)
{
    (void)pane;
    text_append_string(out, "type to find  Enter choose  Esc cancel");
}

static const struct pane_ops picker_ops = {
    .name = "picker",
    .about = "a list to choose from",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = picker_close,
    .draw = picker_draw,
    .key = picker_key,
    .mouse = picker_mouse,
    .title = picker_title,
    .title_right = picker_title_right,
    .hints = picker_hints,
    .size = picker_size,
};

void picker_open(struct app *app, const char *title, const char *const *items,
                 const char *const *notes, size_t count, int chosen, int row, int column,
                 void (*done)(void *context, int index), void *context)
{
    struct picker *picker = memory_zeroed(1, sizeof *picker);
    picker->pane.ops = &picker_ops;
    picker->pane.app = app;
    picker->pane.anchor_row = row;
    picker->pane.anchor_column = row < 0 ? -1 : column;
    picker->title = memory_copy_string(title);
    picker->done = done;
    picker->context = context;
    picker->list.fuzzy = true;
    for (size_t i = 0; i < count; i++) {
        choice_list_add(&picker->list, items[i], notes ? notes[i] : NULL);
    }
    choice_list_refind(&picker->list);
    choice_list_select(&picker->list, chosen);
    app_push(app, &picker->pane);
}
