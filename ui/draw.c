/*
 * app: see app.h. This file: what is marked is drawn, and one frame goes out. UI thread. Nothing
 * here changes the model.
 */
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include <string.h>

#include "ui/app.h"
#include "ui/canvas_private.h"
#include "ui/command.h"
#include "ui/keymap.h"
#include "ui/layout.h"
#include "ui/panes/list.h"
#include "ui/panes/panes.h"
#include "ui/terminal.h"
#include "ui/widgets/scroller.h"

static struct canvas screen_canvas(const struct app *app)
{
    struct canvas canvas = {.theme = app->theme,
                            .ascii = terminal_is_ascii(app->terminal),
                            .rows = terminal_rows(app->terminal),
                            .columns = terminal_columns(app->terminal)};
    return canvas;
}

/* --- placing --- */

static void place(struct pane *pane, const struct rectangle *inside)
{
    pane->rows = inside->rows;
    pane->columns = inside->columns;
    pane->origin_row = inside->row;
    pane->origin_column = inside->column;
    pane_mark_recalculate(pane);
}

static struct rectangle shrink(struct rectangle frame)
{
    struct rectangle inner = {frame.row + 1, frame.column + 1, frame.rows - 2, frame.columns - 2};
    return inner;
}

static void place_popup(struct app *app, struct pane *pane)
{
    int screen_rows = terminal_rows(app->terminal);
    int screen_columns = terminal_columns(app->terminal);
    int border = (pane->ops->flags & PANE_BORDERLESS) != 0 ? 0 : 2;
    int rows = screen_rows / 2;
    int columns = screen_columns / 2;
    if (pane->ops->size != NULL) {
        pane->ops->size(pane, screen_rows - 2 - border, screen_columns - border, &rows, &columns);
    }
    /* What has no frame of its own leaves the one it stands in. */
    int within = border == 0 ? screen_columns - 1 : screen_columns;
    struct rectangle box = layout_popup(screen_rows, within, rows + border, columns + border,
                                        pane->anchor_row, pane->anchor_column);
    struct rectangle inner = border == 0 ? box : shrink(box);
    if (inner.row != pane->origin_row || inner.column != pane->origin_column ||
        inner.rows != pane->rows || inner.columns != pane->columns) {
        place(pane, &inner);
        app->redraw_all = true;
    }
}

static void place_stack(struct app *app)
{
    for (size_t i = 0; i < app->stack_count; i++) {
        struct pane *pane = app->stack[i];
        if ((pane->ops->flags & PANE_FULL) == 0) {
            place_popup(app, pane);
        } else if (app->relayout) {
            struct rectangle inner = shrink(app->placed->main);
            place(pane, &inner);
        }
    }
}

static enum layout_focus focus_of(const struct app *app)
{
    return app->focus == app->objects ? LAYOUT_FOCUS_OBJECTS
           : app->focus == app->list  ? LAYOUT_FOCUS_LIST
                                      : LAYOUT_FOCUS_DETAIL;
}

static void place_all(struct app *app)
{
    if (app->relayout) {
        struct layout_request request = {terminal_rows(app->terminal),
                                         terminal_columns(app->terminal),
                                         app->layout,
                                         focus_of(app),
                                         app->zoomed,
                                         objects_pane_columns(app->objects)};
        layout_compute(&request, app->placed);
        place(app->objects, &app->placed->objects);
        place(app->list, &app->placed->list);
        place(app->detail, &app->placed->detail);
        app->redraw_all = true;
    }
    if (!app->placed->too_small) {
        place_stack(app);
    }
    app->relayout = false;
}

/* --- panes --- */

static void recalculate(struct pane *pane)
{
    if (pane->stale && pane->ops->recalculate != NULL && pane->rows > 0) {
        pane->ops->recalculate(pane);
    }
    pane->stale = false;
}

static void draw_pane(const struct app *app, struct pane *pane)
{
    struct canvas canvas = screen_canvas(app);
    canvas.framed = (pane->ops->flags & PANE_BORDERLESS) == 0;
    canvas.focused = pane->focused;
    canvas.origin_row = pane->origin_row;
    canvas.origin_column = pane->origin_column;
    canvas.rows = pane->rows;
    canvas.columns = pane->columns;
    pane->ops->draw(pane, &canvas);
    pane->cursor_row = canvas.cursor_row;
    pane->cursor_column = canvas.cursor_column;
    pane->dirty = false;
}

static void titles(const struct pane *pane, struct text *left, struct text *right)
{
    if (pane->ops->title != NULL) {
        pane->ops->title(pane, left);
    }
    if (pane->ops->title_right != NULL) {
        pane->ops->title_right(pane, right);
    }
}

static void draw_frame(const struct app *app, const struct pane *pane, struct rectangle box,
                       bool focused)
{
    struct canvas screen = screen_canvas(app);
    struct frame frame = {box.row, box.column, box.rows, box.columns, focused};
    struct text left = {0};
    struct text right = {0};
    titles(pane, &left, &right);
    canvas_frame(&screen, &frame, text_string(&left), text_string(&right));
    text_free(&left);
    text_free(&right);
}

static void draw_rule(const struct app *app, const struct pane *pane, struct rectangle box, int row)
{
    struct canvas screen = screen_canvas(app);
    struct frame frame = {box.row, box.column, box.rows, box.columns, false};
    struct text left = {0};
    struct text right = {0};
    titles(pane, &left, &right);
    canvas_frame_rule(&screen, &frame, row, text_string(&left), text_string(&right), pane->focused);
    text_free(&left);
    text_free(&right);
}

/* The list's first row when it was drawn last, to see by how much it has scrolled since. */
static size_t list_top(const struct app *app)
{
    return app->list->ops->scroller(app->list)->top;
}

/* Beside the objects the list cannot be scrolled by the terminal alone: both are, and the objects
 * are drawn again. */
static void scroll_beside(struct app *app)
{
    const struct layout *placed = app->placed;
    long by = (long)list_top(app) - (long)app->drawn_top;
    int rows = placed->list.rows - 1; /* the headings stay */
    bool beside = placed->list.rows > 0 && placed->side.rows > 0;
    if (beside && !app->redraw_all && app->stack_count == 0 && app->list->dirty && by != 0 &&
        by < rows / 2 && by > -rows / 2) {
        terminal_scroll(app->terminal, placed->list.row + 1, placed->list.row + rows, (int)by);
        app->objects->dirty = true;
    }
}

/* Draws what is shown and marked of the main layout; true when anything was drawn. */
static bool draw_main(struct app *app, bool all)
{
    const struct layout *placed = app->placed;
    bool objects = placed->objects.rows > 0 && (all || app->objects->dirty);
    bool list = placed->list.rows > 0 && (all || app->list->dirty);
    bool detail = placed->detail.rows > 0 && (all || app->detail->dirty);
    if (objects) {
        draw_frame(app, app->objects, placed->side, app->objects->focused);
        draw_pane(app, app->objects);
    }
    if (list || (detail && placed->list.rows == 0)) {
        struct pane *first = placed->list.rows > 0 ? app->list : app->detail;
        draw_frame(app, first, placed->content, first->focused);
    }
    if ((list || detail) && placed->rule_row > 0) {
        draw_rule(app, app->detail, placed->content, placed->rule_row);
    }
    if (list) {
        draw_pane(app, app->list);
        app->drawn_top = list_top(app);
    }
    if (detail) {
        draw_pane(app, app->detail);
    }
    return objects || list || detail;
}

static struct rectangle frame_round(const struct pane *pane)
{
    struct rectangle box = {pane->origin_row - 1, pane->origin_column - 1, pane->rows + 2,
                            pane->columns + 2};
    return box;
}

static void draw_stacked(struct app *app, struct pane *pane)
{
    if ((pane->ops->flags & PANE_BORDERLESS) == 0) {
        draw_frame(app, pane, frame_round(pane), pane->focused);
    }
    draw_pane(app, pane);
}

/* From the bottom up; what lies over something drawn is drawn again. */
static void draw_panes(struct app *app)
{
    bool over = app->redraw_all;
    size_t first = 0;
    for (size_t i = 0; i < app->stack_count; i++) {
        first = (app->stack[i]->ops->flags & PANE_FULL) != 0 ? i + 1 : first;
    }
    if (first == 0) {
        over |= draw_main(app, app->redraw_all);
    }
    for (size_t i = first == 0 ? 0 : first - 1; i < app->stack_count; i++) {
        if (over || app->stack[i]->dirty) {
            draw_stacked(app, app->stack[i]);
            over = true;
        }
    }
}

static void recalculate_all(struct app *app)
{
    recalculate(app->objects);
    recalculate(app->list);
    recalculate(app->detail);
    for (size_t i = 0; i < app->stack_count; i++) {
        recalculate(app->stack[i]);
    }
}

/* --- the first and the last line --- */

static void status_right(const struct app *app, struct text *out)
{
    const struct profile *profile = app->profile;
    size_t staged = app->session == NULL ? 0 : session_change_count(app->session);
    if (staged > 0) {
        text_format(out, "  %zu staged", staged);
    }
    if (profile->read_only) {
        text_append_string(out, "  read-only");
    }
    if (profile->protected_) {
        text_format(out, "  protected: %s", profile->name);
    }
    text_append_string(out, " ");
}

static void draw_status(const struct app *app)
{
    struct canvas screen = screen_canvas(app);
    const struct profile *profile = app->profile;
    const struct backend_ops *backend = backend_find(profile->backend);
    struct text right = {0};
    struct text left = {0};
    struct text heading = {0};
    text_format(&left, " dossier  %s", profile->name);
    if (screen.columns >= 100 && backend != NULL) {
        text_format(&left, " · %s", backend->label);
    }
    list_pane_heading(app->list, &heading);
    status_right(app, &right);
    int right_width = (int)text_width(text_string(&right), right.length);
    bool protected_ = profile->protected_;
    int used = canvas_string(&screen, 0, 0, screen.columns, ROLE_STATUS, text_string(&left));
    int room = screen.columns - used - right_width - 2;
    if (room > 4) {
        canvas_text(&screen, 0, used + 2, room, ROLE_STATUS, ALIGN_RIGHT, text_string(&heading),
                    heading.length);
    }
    canvas_text(&screen, 0, screen.columns - right_width, right_width,
                protected_ ? ROLE_PROTECTED : ROLE_STATUS, ALIGN_RIGHT, text_string(&right),
                right.length);
    text_free(&left);
    text_free(&heading);
    text_free(&right);
}

struct hint_line {
    struct app *app;
    struct pane *pane;
    struct canvas *screen;
    int column;
    int most;
};

/* "e edit": false when it does not fit any more. */
static bool add_hint(struct hint_line *line, const char *key, const char *words)
{
    int width = (int)(text_width(key, strlen(key)) + 1 + text_width(words, strlen(words)));
    if (line->column + width > line->most) {
        return false;
    }
    int row = line->screen->rows - 1;
    line->column += canvas_string(line->screen, row, line->column, width, ROLE_HINT_KEY, key) + 1;
    line->column += canvas_string(line->screen, row, line->column, line->most - line->column,
                                  ROLE_HINTS, words);
    line->column += 2;
    return true;
}

/* A key of the pane's own hides the global one of the same key. */
static bool is_hidden(const struct hint_line *line, const char *pane, const char *key)
{
    struct key_press press;
    const struct command *command =
        key_parse(key, &press) ? keymap_find(line->app->keymap, line->pane->ops->name, &press)
                               : NULL;
    return pane[0] == '\0' && command != NULL && !command_is_global(command);
}

static void add_table_hints(struct hint_line *line, const char *pane, const struct command *rows)
{
    for (; rows != NULL && rows->name != NULL; rows++) {
        struct text key = {0};
        if ((rows->flags & COMMAND_HINT) != 0) {
            keymap_keys(line->app->keymap, pane, rows, 1, &key);
        }
        if (key.length > 0 && !is_hidden(line, pane, text_string(&key))) {
            add_hint(line, text_string(&key), rows->hint == NULL ? rows->name : rows->hint);
        }
        text_free(&key);
    }
}

/* Help is the one that always finds room. */
static void add_all_hints(struct hint_line *line)
{
    const struct command *help = command_find(NULL, "help");
    struct text key = {0};
    keymap_keys(line->app->keymap, "", help, 1, &key);
    int reserved = (int)key.length + (int)strlen(help->name) + 3;
    bool popup = (line->pane->ops->flags & PANE_POPUP) != 0;
    line->most -= popup ? 0 : reserved;
    add_table_hints(line, line->pane->ops->name, line->pane->ops->commands);
    if (!popup) {
        if (line->app->stack_count == 0) {
            add_table_hints(line, "", global_commands);
        }
        line->most += reserved;
        add_hint(line, text_string(&key), help->name);
    }
    text_free(&key);
}

/* What does not fit can be had whole: the key for that stands behind what does. */
static void draw_message(struct app *app, struct canvas *screen, int row)
{
    bool failed = app->message_role == ROLE_ERROR || app->message_role == ROLE_WARNING;
    struct text words = {0};
    struct text key = {0};
    int columns = screen->columns;
    text_format(&words, " %s%s", failed ? "! " : "", text_string(&app->message));
    bool cut = (int)text_width(text_string(&words), words.length) > columns;
    if (cut && app->message_role == ROLE_ERROR && error_is_set(&app->error) &&
        (app_top(app)->ops->flags & PANE_TYPING) == 0) {
        keymap_keys(app->keymap, "", command_find(NULL, "details"), 1, &key);
    }
    if (key.length > 0) {
        static const char whole[] = "more";
        int width = (int)(text_width(text_string(&key), key.length) + sizeof whole + 1);
        struct hint_line line = {app, app_top(app), screen, columns - width, columns};
        columns -= width + 1;
        add_hint(&line, text_string(&key), whole);
    }
    canvas_string(screen, row, 0, columns, app->message_role, text_string(&words));
    text_free(&words);
    text_free(&key);
}

static void draw_hints(struct app *app)
{
    struct canvas screen = screen_canvas(app);
    int row = screen.rows - 1;
    struct pane *top = app_top(app);
    canvas_fill(&screen, row, 0, screen.columns, ROLE_HINTS);
    if (app->message.length > 0) {
        draw_message(app, &screen, row);
        return;
    }
    struct text position = {0};
    struct hint_line line = {app, top, &screen, 1, screen.columns};
    if (app->stack_count == 0 && app->focus != app->objects) {
        list_pane_position(app->list, &position);
        int used =
            canvas_string(&screen, row, 1, screen.columns - 1, ROLE_HINTS, text_string(&position));
        /* A place that does not move with the digits: a moving cursor costs bytes otherwise. */
        line.column = used == 0 ? 1 : 1 + (used + 3 + 7) / 8 * 8;
    }
    struct text words = {0};
    if (top->ops->hints != NULL) {
        top->ops->hints(top, &words);
    }
    if (words.length > 0) {
        canvas_string(&screen, row, line.column, screen.columns - line.column, ROLE_HINTS,
                      text_string(&words));
    } else {
        add_all_hints(&line);
    }
    text_free(&words);
    text_free(&position);
}

static void draw_too_small(const struct app *app)
{
    struct canvas screen = screen_canvas(app);
    struct text words = {0};
    text_format(&words, "The terminal is %d×%d; dossier needs %d×%d.", screen.columns, screen.rows,
                LAYOUT_COLUMNS_LEAST, LAYOUT_ROWS_LEAST);
    /* Broken over the lines there are, at any character: the window may be a few cells wide. */
    size_t at = 0;
    for (int row = 0; row < screen.rows && at < words.length; row++) {
        size_t length = text_fit(words.bytes + at, words.length - at, (size_t)screen.columns, NULL);
        if (length == 0) {
            break;
        }
        canvas_text(&screen, row, 0, screen.columns, ROLE_TEXT, ALIGN_LEFT, words.bytes + at,
                    length);
        at += length;
    }
    text_free(&words);
}

static void park_cursor(const struct app *app, int *row, int *column)
{
    const struct pane *top = app_top(app);
    *row = top->origin_row + top->cursor_row;
    *column = top->origin_column + top->cursor_column;
    if (*row >= terminal_rows(app->terminal) || *column >= terminal_columns(app->terminal)) {
        *row = *column = 0;
    }
}

void app_settle(struct app *app)
{
    if (app->relayout || app_top(app)->stale) {
        place_all(app);
        if (!app->placed->too_small) {
            recalculate_all(app);
        }
    }
}

void app_draw(struct app *app)
{
    int cursor_row = 0;
    int cursor_column = 0;
    place_all(app);
    if (app->placed->too_small) {
        werase(stdscr);
        draw_too_small(app);
    } else {
        recalculate_all(app);
        if (app->redraw_all) {
            werase(stdscr);
        } else {
            scroll_beside(app);
        }
        draw_panes(app);
        draw_status(app);
        draw_hints(app);
        park_cursor(app, &cursor_row, &cursor_column);
    }
    app->redraw_all = false;
    terminal_update(app->terminal, cursor_row, cursor_column);
}
