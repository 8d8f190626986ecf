/*
 * app: see app.h. This file: starting, the loop, the stack of panes, leaving. UI thread. The loop
 * never waits for anything but poll().
 */
#include "ui/app.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "ui/command.h"
#include "ui/keymap.h"
#include "ui/layout.h"
#include "ui/options.h"
#include "ui/panes/list.h"
#include "ui/panes/panes.h"
#include "ui/panes/result.h"
#include "ui/terminal.h"
#include "ui/widgets/editor.h"

enum { STACK_MOST = 16 };

/* --- the stack --- */

struct pane *app_top(const struct app *app)
{
    return app->stack_count > 0 ? app->stack[app->stack_count - 1] : app->focus;
}

struct pane *app_find_pane(const struct app *app, const struct pane_ops *ops)
{
    for (size_t i = 0; i < app->stack_count; i++) {
        if (app->stack[i]->ops == ops) {
            return app->stack[i];
        }
    }
    return NULL;
}

static void show_focus(struct app *app)
{
    struct pane *mains[] = {app->objects, app->list, app->detail};
    struct pane *top = app_top(app);
    for (size_t i = 0; i < 3; i++) {
        mains[i]->focused = mains[i] == top;
    }
    for (size_t i = 0; i < app->stack_count; i++) {
        app->stack[i]->focused = app->stack[i] == top;
    }
    app->redraw_all = true;
}

void app_push(struct app *app, struct pane *pane)
{
    if (app->stack_count == STACK_MOST) {
        pane->ops->close(pane);
        app_message(app, ROLE_ERROR, "Too many panes are open; close one first (q).");
        return;
    }
    pane->app = app;
    pane->dirty = true;
    pane->stale = true;
    app->stack[app->stack_count++] = pane;
    show_focus(app);
    app->relayout = true;
}

void app_pop(struct app *app, struct pane *pane)
{
    size_t at = app->stack_count;
    for (size_t i = 0; i < app->stack_count; i++) {
        at = app->stack[i] == pane ? i : at;
    }
    while (app->stack_count > at) {
        struct pane *top = app->stack[--app->stack_count];
        top->ops->close(top);
    }
    show_focus(app);
}

void pane_mark(struct pane *pane)
{
    pane->dirty = true;
}

void pane_mark_recalculate(struct pane *pane)
{
    pane->stale = true;
    pane->dirty = true;
}

void app_focus(struct app *app, struct pane *pane)
{
    if (app->focus != pane) {
        app->focus = pane;
        app->relayout = true;
    }
    show_focus(app);
}

/* --- messages --- */

void app_message(struct app *app, enum role role, const char *format, ...)
{
    va_list arguments;
    text_truncate(&app->message, 0);
    va_start(arguments, format);
    text_format_list(&app->message, format, arguments);
    va_end(arguments);
    app->message_role = role;
    error_clear(&app->error);
}

void app_copy(struct app *app, const struct text *text)
{
    if (!options_yes(app->options, OPTION_CLIPBOARD)) {
        app_message(app, ROLE_WARNING, "copy: the option clipboard says no.");
        return;
    }
    terminal_copy(app->terminal, text_string(text), text->length);
    app_message(app, ROLE_DIM, "Copied to the terminal's clipboard, where it takes that.");
}

/* Sentences that follow each other, each with its full stop. */
static void end_sentence(struct text *text)
{
    if (text->length > 0 && strchr(".!?:", text->bytes[text->length - 1]) == NULL) {
        text_append_character(text, '.');
    }
}

void app_error(struct app *app, const struct error *error)
{
    text_truncate(&app->message, 0);
    text_append_string(&app->message, error->message == NULL ? "It failed." : error->message);
    const char *words = error->field_count == 0 ? NULL : error->fields[0].message;
    if (words != NULL && (error->message == NULL || strstr(error->message, words) == NULL)) {
        text_format(&app->message, " %s: %s", error->fields[0].field, words);
    }
    end_sentence(&app->message);
    if (error->hint != NULL) {
        text_format(&app->message, " %s", error->hint);
        end_sentence(&app->message);
    }
    app->message_role = ROLE_ERROR;
    error_copy(&app->error, error);
}

/* --- leaving --- */

enum { QUIT_KEEP, QUIT_DROP };

static void quit_answered(void *context, int answer)
{
    struct app *app = context;
    struct error error = {0};
    if (answer == QUIT_DROP && !session_drop_all(app->session, &error)) {
        app_error(app, &error);
        error_clear(&error);
        return;
    }
    app->quit = answer == QUIT_KEEP || answer == QUIT_DROP;
}

void app_quit(struct app *app)
{
    size_t staged = session_change_count(app->session);
    if (staged == 0) {
        app->quit = true;
        return;
    }
    struct text title = {0};
    text_format(&title, "Leave with %zu staged %s?", staged, staged == 1 ? "change" : "changes");
    dialog_open(app, text_string(&title),
                "Kept changes are on disk and offered again at the next start. "
                "Dropped ones are gone.",
                "keep|drop|stay", quit_answered, app);
    text_free(&title);
}

/* --- starting --- */

static void observe(void *context, unsigned events)
{
    struct app *app = context;
    app->events |= events;
}

static bool wants_mouse(const struct options *options)
{
    const char *over_ssh = getenv("SSH_CONNECTION");
    return options_is(options, OPTION_MOUSE, "on") ||
           (options_is(options, OPTION_MOUSE, "auto") && over_ssh == NULL);
}

static struct keymap *make_keymap(const struct config *config, struct text *notices,
                                  struct error *error)
{
    struct keymap_table table;
    struct keymap_table *tables = NULL;
    size_t count = 0;
    while ((table.commands = command_table(count, &table.pane)) != NULL) {
        tables = memory_resize(tables, count + 1, sizeof *tables);
        tables[count++] = table;
    }
    struct keymap *keymap = keymap_new(tables, count, config, notices, error);
    free(tables);
    return keymap;
}

/* The theme the configuration names; a mistake has its place there. */
static struct theme *configured_theme(const struct app *app, struct error *error)
{
    const char *name = options_text(app->options, OPTION_THEME);
    struct theme *theme = strcmp(name, "default") == 0 ? theme_default() : theme_load(name, error);
    for (size_t i = 0; theme == NULL && i < app->config->option_count; i++) {
        const struct config_entry *entry = &app->config->options[i];
        if (strcmp(entry->name, "theme") == 0) {
            error_context(error, "%s:%d: ", app->config->path, entry->line);
        }
    }
    return theme;
}

/* Everything that can be refused before the terminal is touched. */
static bool prepare(struct app *app, struct error *error)
{
    app->options = options_read(app->config, error);
    if (app->options == NULL) {
        return false;
    }
    app->theme = configured_theme(app, error);
    app->keymap = app->theme == NULL ? NULL : make_keymap(app->config, &app->message, error);
    if (app->keymap == NULL) {
        return false;
    }
    app->message_role = ROLE_WARNING;
    app->layout = options_is(app->options, OPTION_LAYOUT, "wide")      ? LAYOUT_WIDE
                  : options_is(app->options, OPTION_LAYOUT, "stacked") ? LAYOUT_STACKED
                                                                       : LAYOUT_AUTO;
    const char *idle = getenv("DOSSIER_IDLE_FD");
    app->idle_descriptor = idle == NULL ? -1 : (int)strtol(idle, NULL, 10);
    return true;
}

static bool open_terminal(struct app *app, struct error *error)
{
    struct terminal_settings settings = {
        .ascii = options_yes(app->options, OPTION_ASCII),
        .mouse = wants_mouse(app->options),
        .escape_delay = options_number(app->options, OPTION_ESCAPE_DELAY),
    };
    app->terminal = terminal_open(&settings, error);
    if (app->terminal == NULL) {
        return false;
    }
    theme_apply(app->theme, terminal_colours(app->terminal));
    if (terminal_notice(app->terminal) != NULL) {
        app_message(app, ROLE_WARNING, "%s", terminal_notice(app->terminal));
    }
    return true;
}

static void open_panes(struct app *app)
{
    app->placed = memory_zeroed(1, sizeof *app->placed);
    app->objects = objects_pane_new(app);
    app->list = list_pane_new(app);
    app->detail = detail_pane_new(app);
    app->focus = app->objects;
    app->relayout = true;
    show_focus(app);
}

/* After the first frame: nothing is asked of the data before the user sees a screen. */
static void start(struct app *app)
{
    session_observe(app->session, observe, app);
    session_refresh_objects(app->session);
    if (app->start_object != NULL) {
        app_open_object(app, app->start_object, NULL);
    }
    const struct error *unread = session_journal_error(app->session);
    if (unread != NULL) {
        app_error(app, unread);
    }
    size_t recovered = session_recovered(app->session);
    if (recovered > 0 && app->message.length > 0) {
        text_format(&app->message, " %zu staged from earlier: w reviews.", recovered);
    } else if (recovered > 0) {
        app_message(app, ROLE_WARNING, "%zu %s from an earlier session %s staged. w reviews %s.",
                    recovered, recovered == 1 ? "change" : "changes", recovered == 1 ? "is" : "are",
                    recovered == 1 ? "it" : "them");
    }
}

/* --- the loop --- */

static void hand_out_events(struct app *app)
{
    unsigned events = app->events;
    app->events = 0;
    if (events == 0) {
        return;
    }
    if ((events & SESSION_EVENT_OBJECTS) != 0) {
        app_open_usual(app);
    }
    struct pane *mains[] = {app->objects, app->list, app->detail};
    for (size_t i = 0; i < 3; i++) {
        if (mains[i]->ops->event != NULL) {
            app_react(app, mains[i], mains[i]->ops->event(mains[i], events));
        }
    }
    for (size_t i = 0; i < app->stack_count; i++) {
        struct pane *pane = app->stack[i];
        if (pane->ops->event != NULL) {
            app_react(app, pane, pane->ops->event(pane, events));
        }
    }
}

static void drain_keys(struct app *app)
{
    struct terminal_input input;
    while (!app->quit && terminal_read(app->terminal, &input)) {
        if (input.kind == INPUT_MOUSE) {
            app_mouse(app, &input.mouse);
        } else if (input.kind == INPUT_KEY) {
            app_key(app, &input.key);
        }
        app_settle(app); /* the next key may be meant for what this one opened */
    }
}

static void log_stderr(struct app *app)
{
    struct text line = {0};
    while (terminal_read_stderr(app->terminal, &line)) {
        session_log_add(app->session, text_string(&line), true);
        text_truncate(&line, 0);
    }
    text_free(&line);
}

static void report_idle(struct app *app)
{
    if (app->idle_descriptor < 0 || app->rest_at != 0 || session_busy(app->session) != 0 ||
        terminal_key_waiting(app->terminal)) {
        return;
    }
    uint64_t keys = 0;
    uint64_t frames = 0;
    uint64_t bytes = 0;
    struct text line = {0};
    terminal_counters(app->terminal, &keys, &frames, &bytes);
    text_format(&line, "idle keys=%llu size=%dx%d frames=%llu bytes=%llu\n",
                (unsigned long long)keys, terminal_columns(app->terminal),
                terminal_rows(app->terminal), (unsigned long long)frames,
                (unsigned long long)bytes);
    if (write(app->idle_descriptor, line.bytes, line.length) < 0) {
        app->idle_descriptor = -1; /* nobody listens any more */
    }
    text_free(&line);
}

void app_rest_later(struct app *app)
{
    app->rest_at = terminal_now() + options_number(app->options, OPTION_FOLLOW_DELAY);
}

/* How long poll may sleep: until the keys have rested, or a loading second is over; for ever when
 * nothing is under way. */
static int time_to_sleep(const struct app *app)
{
    int64_t now = terminal_now();
    if (app->rest_at != 0) {
        return app->rest_at > now ? (int)(app->rest_at - now) : 0;
    }
    if (app->ahead_count > 0) {
        return app_ahead_timeout(app);
    }
    int64_t since = list_pane_loading_since(app->list);
    return since == 0 ? -1 : (int)(1000 - (now - since) % 1000);
}

static void take_time(struct app *app)
{
    if (app->rest_at != 0 && terminal_now() >= app->rest_at) {
        app->rest_at = 0;
        pane_mark_recalculate(app->detail);
    }
}

static void handle_wake(struct app *app, unsigned wake)
{
    if ((wake & WAKE_LEAVE) != 0) {
        app->quit = true;
        return;
    }
    if ((wake & WAKE_SUSPEND) != 0) {
        terminal_suspend(app->terminal);
    } else if ((wake & WAKE_RESUME) != 0) {
        terminal_return(app->terminal);
    }
    if ((wake & (WAKE_RESIZE | WAKE_SUSPEND | WAKE_RESUME)) != 0) {
        app->relayout = true;
    }
    if ((wake & WAKE_STDERR) != 0) {
        log_stderr(app);
    }
    if ((wake & WAKE_OTHER) != 0) {
        session_dispatch(app->session);
    }
    if ((wake & WAKE_KEYS) != 0) {
        drain_keys(app);
    }
    take_time(app);
    hand_out_events(app);
    app_catch_up(app);
}

static void loop(struct app *app)
{
    while (!app->quit) {
        hand_out_events(app);
        app_draw(app);
        report_idle(app);
        handle_wake(app, terminal_wait(app->terminal, session_descriptor(app->session),
                                       time_to_sleep(app)));
    }
}

static void close_panes(struct app *app)
{
    while (app->stack_count > 0) {
        app_pop(app, app->stack[0]);
    }
    app->objects->ops->close(app->objects);
    app->detail->ops->close(app->detail);
    app->list->ops->close(app->list);
}

struct app *app_open(const struct config *config, const struct profile *profile,
                     struct error *error)
{
    struct app *app = memory_zeroed(1, sizeof *app);
    app->config = config;
    app->profile = profile;
    if (!prepare(app, error) || !open_terminal(app, error)) {
        app_close(app);
        return NULL;
    }
    open_panes(app);
    app_draw(app);
    return app;
}

int app_run(struct app *app, struct session *session, const char *start_object)
{
    app->session = session;
    app->start_object = start_object;
    pane_mark_recalculate(app->objects);
    start(app);
    loop(app);
    session_observe(session, NULL, NULL);
    int signal = terminal_signal(app->terminal);
    return signal == 0 ? 0 : 128 + signal;
}

void app_close(struct app *app)
{
    if (app == NULL) {
        return;
    }
    if (app->list != NULL) {
        close_panes(app);
    }
    terminal_close(app->terminal);
    options_free(app->options);
    theme_free(app->theme);
    keymap_free(app->keymap);
    text_free(&app->message);
    error_clear(&app->error);
    free(app->placed);
    free(app->raw_query);
    free(app->action_order);
    record_free(app->submitted);
    record_free(app->unfinished);
    result_table_free(app->result);
    app_free_labels(app);
    free(app);
}
