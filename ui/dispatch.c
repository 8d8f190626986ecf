/* app: see app.h. This file: keys, clicks and what they lead to. UI thread. */
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/keymap.h"
#include "ui/layout.h"
#include "ui/panes/list.h"
#include "ui/panes/panes.h"
#include "ui/terminal.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/keys.h"
#include "ui/widgets/scroller.h"

enum { AHEAD_MILLISECONDS = 1000 };

static bool is_alive(const struct app *app, const struct pane *pane)
{
    if (pane == app->objects || pane == app->list || pane == app->detail) {
        return true;
    }
    for (size_t i = 0; i < app->stack_count; i++) {
        if (app->stack[i] == pane) {
            return true;
        }
    }
    return false;
}

void app_react(struct app *app, struct pane *pane, unsigned reaction)
{
    if ((reaction & REACTION_REDRAW_ALL) != 0) {
        app->redraw_all = true;
    }
    if ((reaction & REACTION_RESIZE) != 0) {
        app->relayout = true;
    }
    if ((reaction & REACTION_QUIT) != 0) {
        app_quit(app);
    }
    if (pane == NULL || !is_alive(app, pane)) {
        return;
    }
    if ((reaction & REACTION_RECALCULATE) != 0) {
        pane_mark_recalculate(pane);
    } else if ((reaction & REACTION_REDRAW) != 0) {
        pane_mark(pane);
    }
    if ((reaction & REACTION_CLOSE) != 0) {
        app_pop(app, pane);
    }
}

/* Text entry takes every character before the key map sees it. */
static bool is_for_typing(const struct pane *pane, const struct key_press *key)
{
    return (pane->ops->flags & PANE_TYPING) != 0 && key->kind == KEY_PRESS_CHARACTER && !key->alt;
}

static const struct command *find_command(const struct app *app, const struct pane *pane,
                                          const struct key_press *key)
{
    if (key->kind == KEY_PRESS_PASTE || is_for_typing(pane, key)) {
        return NULL;
    }
    const struct command *command = keymap_find(app->keymap, pane->ops->name, key);
    bool popup = (pane->ops->flags & PANE_POPUP) != 0;
    bool form = (pane->ops->flags & PANE_FORM) != 0;
    bool own = command != NULL && command_find(pane, command->name) == command &&
               !command_is_global(command);
    unsigned works = popup ? COMMAND_ANYWHERE : COMMAND_ANYWHERE | COMMAND_OVER_FORM;
    bool shut_out = command != NULL && (popup || form) && !own && (command->flags & works) == 0;
    return shut_out ? NULL : command;
}

/* Keys come faster than frames: one must not meet rows that the key before it has changed. */
static void catch_up(const struct app *app, struct pane *pane)
{
    if (app->stack_count > 0 && pane->stale && pane->ops->recalculate != NULL) {
        pane->ops->recalculate(pane);
        pane->stale = false;
    }
}

/* One key to the pane, then to the key map. False when nobody wanted it. */
static bool give_key(struct app *app, const struct key_press *key)
{
    struct pane *pane = app_top(app);
    catch_up(app, pane);
    unsigned reaction = pane->ops->key == NULL ? 0 : pane->ops->key(pane, key);
    if (reaction != REACTION_IGNORED) {
        app_react(app, pane, reaction);
        return true;
    }
    const struct command *command = find_command(app, pane, key);
    if (command == NULL) {
        return false;
    }
    app_react(app, pane, command_perform(app, pane, command, NULL));
    return true;
}

/* Esc and a character that came together mean Alt only to those who know it so. */
static void give_alt(struct app *app, const struct key_press *key)
{
    struct key_press escape = {.kind = KEY_PRESS_FUNCTION, .code = PRESS_ESCAPE};
    struct key_press plain = *key;
    plain.alt = false;
    if (!give_key(app, key)) {
        give_key(app, &escape);
        give_key(app, &plain);
    }
}

static bool opens_details(const struct app *app, const struct key_press *key)
{
    return key->kind == KEY_PRESS_FUNCTION && key->code == PRESS_ENTER &&
           error_is_set(&app->error) && app->message.length > 0 && app->stack_count == 0;
}

/* Who presses a key of the list while another pane has the keys is told which pane it is for. */
static void say_unbound(struct app *app, const struct key_press *key)
{
    const struct pane *pane = app_top(app);
    const struct command *of_list = keymap_find(app->keymap, app->list->ops->name, key);
    struct text name = {0};
    if ((pane->ops->flags & (PANE_TYPING | PANE_POPUP)) != 0) {
        return;
    }
    key_print(key, &name);
    if (of_list != NULL && !command_is_global(of_list)) {
        app_message(app, ROLE_DIM, "%s is a key of the list: %s.", text_string(&name),
                    of_list->help);
    } else {
        app_message(app, ROLE_DIM, "%s does nothing here; ? shows what does.", text_string(&name));
    }
    text_free(&name);
}

static void act_on_key(struct app *app, const struct key_press *key)
{
    if (app->placed->too_small) {
        return; /* nothing is shown, so nothing may be changed */
    }
    if (opens_details(app, key)) {
        struct text words = {0};
        error_print(&app->error, &words);
        reader_open(app, "What went wrong", text_string(&words));
        text_free(&words);
        return;
    }
    text_truncate(&app->message, 0);
    if (key->alt && key->kind == KEY_PRESS_CHARACTER) {
        give_alt(app, key);
    } else if (give_key(app, key)) {
        return;
    } else if (key->kind == KEY_PRESS_PASTE) {
        app_message(app, ROLE_WARNING, "There is nothing here to paste into.");
    } else {
        say_unbound(app, key);
    }
}

/* Since when what the keys are meant for is on its way; 0 when it is there. */
static int64_t coming_since(const struct app *app)
{
    int64_t list = list_pane_coming_since(app->list);
    if (app->stack_count > 0 || app->focus == app->objects) {
        return 0;
    }
    return list != 0 || app->focus == app->list ? list : detail_pane_coming_since(app->detail);
}

/* Enter and G at once: G is meant for the list that Enter asked for. It waits for it, as long as
 * one types without looking; whoever sees that nothing comes has the keys for what is shown. */
static bool waits(const struct app *app)
{
    int64_t since = coming_since(app);
    return since != 0 && terminal_now() - since < AHEAD_MILLISECONDS;
}

/* A key for the record pane is for the record under the list's cursor, not for the one before. */
static void follow_now(struct app *app)
{
    if (app->stack_count == 0 && app->focus == app->detail && app->rest_at != 0) {
        app->rest_at = 0;
        pane_mark_recalculate(app->detail);
        app_settle(app);
    }
}

/* Nothing that is kept opens what takes text. */
static bool only_moves_are_kept(const struct app *app)
{
    const unsigned moves = COMMAND_HIDDEN | COMMAND_ANYWHERE;
    for (size_t i = 0; i < app->ahead_count; i++) {
        const struct command *command = find_command(app, app_top(app), &app->ahead[i]);
        if (command == NULL || (command->flags & moves) != moves) {
            return false;
        }
    }
    return true;
}

/* Help, the palette, cancelling or leaving are not about what is on its way. A character behind
 * keys that are kept may be text for what they open: the q of "quartz" after an e. */
static bool is_for_now(const struct app *app, const struct key_press *key)
{
    const struct command *command = find_command(app, app_top(app), key);
    bool may_be_text = key->kind == KEY_PRESS_CHARACTER || key_is(key, PRESS_BACKSPACE);
    return command != NULL && (command->flags & COMMAND_AT_ONCE) != 0 &&
           !(may_be_text && !only_moves_are_kept(app));
}

static bool keep_for_later(struct app *app, const struct key_press *key)
{
    bool escape = key->kind == KEY_PRESS_FUNCTION && key->code == PRESS_ESCAPE;
    bool now = escape || is_for_now(app, key);
    app->ahead_count = now ? 0 : app->ahead_count;
    if (now || key->kind == KEY_PRESS_PASTE || !waits(app)) {
        return false;
    }
    if (app->ahead_count < APP_AHEAD_MOST) {
        app->ahead[app->ahead_count++] = *key;
    }
    return true;
}

void app_catch_up(struct app *app)
{
    while (app->ahead_count > 0 && !waits(app)) {
        struct key_press key = app->ahead[0];
        memmove(&app->ahead[0], &app->ahead[1], --app->ahead_count * sizeof *app->ahead);
        app_settle(app);
        act_on_key(app, &key);
        app_settle(app);
        follow_now(app);
    }
}

int app_ahead_timeout(const struct app *app)
{
    int64_t waited = terminal_now() - coming_since(app);
    return app->ahead_count == 0          ? -1
           : waited >= AHEAD_MILLISECONDS ? 0
                                          : (int)(AHEAD_MILLISECONDS - waited);
}

void app_key(struct app *app, const struct key_press *key)
{
    app_catch_up(app);
    follow_now(app);
    if (!keep_for_later(app, key)) {
        act_on_key(app, key);
    }
}

/* --- the mouse --- */

static bool is_inside(const struct pane *pane, const struct mouse_event *event)
{
    return pane->rows > 0 && event->row >= pane->origin_row &&
           event->row < pane->origin_row + pane->rows && event->column >= pane->origin_column &&
           event->column < pane->origin_column + pane->columns;
}

static struct pane *pane_at(const struct app *app, const struct mouse_event *event)
{
    if (app->stack_count > 0) {
        struct pane *top = app_top(app);
        return is_inside(top, event) ? top : NULL;
    }
    struct pane *mains[] = {app->objects, app->list, app->detail};
    for (size_t i = 0; i < 3; i++) {
        if (is_inside(mains[i], event)) {
            return mains[i];
        }
    }
    return NULL;
}

/* Panes that are plain lists need no mouse code of their own: the wheel moves, a click chooses, a
 * double click is Enter. */
static unsigned click_list(struct app *app, struct pane *pane, const struct mouse_event *event)
{
    struct scroller *scroller = pane->ops->scroller == NULL ? NULL : pane->ops->scroller(pane);
    bool changed = false;
    if (scroller == NULL) {
        return REACTION_IGNORED;
    }
    if (event->button >= 4) {
        for (int i = 0; i < 3; i++) {
            changed |= scroller_move(scroller, event->button == 4 ? SCROLLER_UP : SCROLLER_DOWN);
        }
    } else {
        long row = scroller_row_at(scroller, event->row);
        changed = row >= 0 && scroller_go(scroller, (size_t)row);
    }
    unsigned reaction = REACTION_HANDLED;
    if (changed) {
        reaction |= REACTION_REDRAW;
        reaction |= pane->ops->moved == NULL ? 0 : pane->ops->moved(pane);
    }
    if (event->double_click) {
        struct key_press enter = {.kind = KEY_PRESS_FUNCTION, .code = PRESS_ENTER};
        app_react(app, pane, reaction);
        give_key(app, &enter);
        return REACTION_IGNORED;
    }
    return reaction;
}

void app_mouse(struct app *app, const struct mouse_event *event)
{
    struct pane *pane = app->placed->too_small ? NULL : pane_at(app, event);
    if (pane == NULL || !event->pressed) {
        return;
    }
    text_truncate(&app->message, 0);
    if (app->stack_count == 0 && event->button < 4) {
        app_focus(app, pane);
    }
    struct mouse_event local = *event;
    local.row -= pane->origin_row;
    local.column -= pane->origin_column;
    unsigned reaction = pane->ops->mouse == NULL ? 0 : pane->ops->mouse(pane, &local);
    if (reaction == REACTION_IGNORED) {
        reaction = click_list(app, pane, &local);
    }
    app_react(app, pane, reaction);
}
