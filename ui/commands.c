/*
 * commands: the global rows, and the one place that runs a row. Each pane's own rows stand beside
 * the pane. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "ui/app.h"
#include "ui/command.h"
#include "ui/options.h"
#include "ui/panes/filter.h"
#include "ui/panes/list.h"
#include "ui/panes/panes.h"
#include "ui/panes/result.h"
#include "ui/panes/views.h"
#include "ui/terminal.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/scroller.h"

/* Every pane, for the key map, the palette, the help and the manual: a new pane is a row here. */
static const struct pane_ops *const all_panes[] = {
    &objects_pane_ops, &list_pane_ops,     &detail_pane_ops, &help_pane_ops,    &palette_pane_ops,
    &filter_pane_ops,  &describe_pane_ops, &form_pane_ops,   &review_pane_ops,  &conflict_pane_ops,
    &jobs_pane_ops,    &log_pane_ops,      &chart_pane_ops,  &columns_pane_ops, &export_pane_ops,
    &action_pane_ops,  &result_pane_ops,
};

enum { PANE_TOTAL = sizeof all_panes / sizeof all_panes[0] };

/* --- running --- */

bool command_is_global(const struct command *command)
{
    for (const struct command *row = global_commands; row->name != NULL; row++) {
        if (row == command) {
            return true;
        }
    }
    return false;
}

static bool has_row(const struct app *app)
{
    return app_cursor_id(app) != NULL || list_pane_staged_create(app->list) != 0;
}

const char *command_why_not(struct app *app, struct pane *pane, const struct command *command)
{
    const struct profile *profile = session_profile(app->session);
    if ((command->flags & COMMAND_WRITES) != 0 && profile != NULL && profile->read_only) {
        return "the profile is read-only";
    }
    if ((command->flags & COMMAND_WRITES) != 0 && !session_has_journal(app->session)) {
        return "the journal cannot be used, so nothing can be staged (:log says why)";
    }
    if ((command->flags & COMMAND_NEEDS_ROW) != 0 && !has_row(app)) {
        return "no record is under the cursor";
    }
    return command->why_not == NULL ? NULL : command->why_not(app, pane);
}

unsigned command_perform(struct app *app, struct pane *pane, const struct command *command,
                         const char *argument)
{
    const char *reason = command_why_not(app, pane, command);
    if (reason != NULL) {
        app_message(app, ROLE_WARNING, "%s: %s.", command->name, reason);
        return REACTION_HANDLED;
    }
    return command->run(app, pane, argument);
}

static const struct command *find_row(const struct command *rows, const char *name)
{
    for (; rows != NULL && rows->name != NULL; rows++) {
        if (strcmp(rows->name, name) == 0) {
            return rows;
        }
    }
    return NULL;
}

const struct command *command_find(const struct pane *pane, const char *name)
{
    const struct command *row = pane == NULL ? NULL : find_row(pane->ops->commands, name);
    return row != NULL ? row : find_row(global_commands, name);
}

const struct command *command_table(size_t index, const char **pane_name)
{
    static const struct command none[] = {{.name = NULL}};
    if (index > PANE_TOTAL) {
        return NULL;
    }
    *pane_name = index == 0 ? "" : all_panes[index - 1]->name;
    const struct command *rows = index == 0 ? global_commands : all_panes[index - 1]->commands;
    return rows == NULL ? none : rows;
}

/* --- moving in whatever list has the keys --- */

static unsigned move_in(struct pane *pane, enum scroller_move move)
{
    struct scroller *scroller = pane->ops->scroller == NULL ? NULL : pane->ops->scroller(pane);
    if (scroller == NULL || !scroller_move(scroller, move)) {
        return REACTION_HANDLED;
    }
    return REACTION_REDRAW | (pane->ops->moved == NULL ? 0 : pane->ops->moved(pane));
}

static unsigned run_down(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return move_in(pane, SCROLLER_DOWN);
}

static unsigned run_up(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return move_in(pane, SCROLLER_UP);
}

static unsigned run_page_down(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return move_in(pane, SCROLLER_PAGE_DOWN);
}

static unsigned run_page_up(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return move_in(pane, SCROLLER_PAGE_UP);
}

static unsigned run_first(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return move_in(pane, SCROLLER_FIRST);
}

static unsigned run_last(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return move_in(pane, SCROLLER_LAST);
}

/* --- leaving --- */

static unsigned run_quit(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)pane;
    (void)argument;
    return REACTION_QUIT;
}

/* One step out of where the user is; false when there is nothing to leave but the program. */
static bool go_back(struct app *app)
{
    if (app->stack_count > 0) {
        app_pop(app, app_top(app));
    } else if (app->zoomed) {
        app->zoomed = false;
        app->relayout = true;
    } else if (app->focus == app->detail) {
        app_focus(app, app->list);
    } else if (app->focus == app->objects && app_list_schema(app) != NULL) {
        app_focus(app, app->list);
    } else if (app->focus == app->list && list_pane_forget_new(app->list)) {
        app_focus(app, app_list_schema(app) == NULL ? app->objects : app->list);
    } else {
        return list_pane_back(app->list);
    }
    return true;
}

static unsigned run_back(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    if (!go_back(app)) {
        app_message(app, ROLE_DIM, "This is where you started. q leaves.");
    }
    return REACTION_HANDLED;
}

static unsigned run_close(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return go_back(app) ? REACTION_HANDLED : REACTION_QUIT;
}

static unsigned run_suspend(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    terminal_suspend(app->terminal);
    return REACTION_RESIZE;
}

static unsigned run_redraw(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    terminal_repaint(app->terminal);
    return REACTION_RESIZE;
}

/* --- layout and looks --- */

static unsigned focus_next(struct app *app, int step)
{
    struct pane *mains[] = {app->objects, app->list, app->detail};
    int at = app->focus == app->objects ? 0 : app->focus == app->list ? 1 : 2;
    if (app_list_schema(app) == NULL) {
        app_message(app, ROLE_DIM, "Open an object first (Enter).");
        return REACTION_HANDLED;
    }
    app_focus(app, mains[(at + step + 3) % 3]);
    return REACTION_HANDLED;
}

static unsigned run_next_pane(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return app->stack_count > 0 ? REACTION_HANDLED : focus_next(app, 1);
}

static unsigned run_previous_pane(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return app->stack_count > 0 ? REACTION_HANDLED : focus_next(app, -1);
}

static unsigned run_objects(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    while (app->stack_count > 0) {
        app_pop(app, app->stack[0]);
    }
    app_focus(app, app->objects);
    return REACTION_HANDLED;
}

static unsigned run_zoom(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    app->zoomed = !app->zoomed;
    return REACTION_RESIZE;
}

static unsigned run_layout(struct app *app, struct pane *pane, const char *argument)
{
    static const char *const names[] = {"auto", "wide", "stacked"};
    (void)pane;
    int wanted = -1;
    for (int i = 0; i < 3; i++) {
        wanted = argument != NULL && strcmp(argument, names[i]) == 0 ? i : wanted;
    }
    if (argument == NULL) {
        wanted = ((int)app->layout + 1) % 3;
    }
    if (wanted < 0) {
        app_message(app, ROLE_ERROR, "A layout is one of: auto, wide, stacked; not '%s'.",
                    argument);
        return REACTION_HANDLED;
    }
    app->layout = (enum layout_kind)wanted;
    app_message(app, ROLE_DIM, "Layout: %s.", names[wanted]);
    return REACTION_RESIZE;
}

static unsigned run_theme(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    if (argument == NULL) {
        return palette_open(app, "theme ");
    }
    struct error error = {0};
    struct theme *theme = theme_load(argument, &error);
    if (theme == NULL) {
        app_error(app, &error);
        error_clear(&error);
        return REACTION_HANDLED;
    }
    theme_free(app->theme);
    app->theme = theme;
    theme_apply(theme, terminal_colours(app->terminal));
    return REACTION_REDRAW_ALL;
}

static unsigned run_mouse(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    bool on = !terminal_mouse(app->terminal);
    terminal_set_mouse(app->terminal, on);
    app_message(app, ROLE_DIM,
                on ? "The mouse is taken; Shift still selects text."
                   : "The mouse is the terminal's again.");
    return REACTION_HANDLED;
}

static unsigned run_set(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    if (argument == NULL) {
        return palette_open(app, "set ");
    }
    const char *equals = strchr(argument, '=');
    if (equals == NULL) {
        app_message(app, ROLE_ERROR, "set wants option=value, such as cursor_style=row.");
        return REACTION_HANDLED;
    }
    struct text name = {0};
    struct error error = {0};
    text_append(&name, argument, (size_t)(equals - argument));
    if (!options_set(app->options, text_string(&name), equals + 1, &error)) {
        app_error(app, &error);
        error_clear(&error);
    }
    text_free(&name);
    return REACTION_REDRAW_ALL | REACTION_RESIZE;
}

/* --- what is open --- */

static unsigned run_open(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    if (argument == NULL) {
        return palette_open(app, "open ");
    }
    app_open_object(app, argument, NULL);
    return REACTION_HANDLED;
}

static const char *no_views(struct app *app, struct pane *pane)
{
    (void)pane;
    bool any = app->session != NULL && session_view_count(app->session) > 0;
    return any ? NULL : "there are no saved views; f, then s, saves one";
}

static unsigned run_view(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    const struct view *view = argument == NULL ? NULL : session_find_view(app->session, argument);
    if (argument == NULL) {
        return palette_open(app, "view ");
    }
    if (view == NULL) {
        app_message(app, ROLE_ERROR, "There is no saved view '%s'.", argument);
        return REACTION_HANDLED;
    }
    app_open_view(app, view);
    return REACTION_HANDLED;
}

static unsigned run_cancel(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    if (session_busy(app->session) == 0) {
        app_message(app, ROLE_DIM, "Nothing is under way. q leaves, Ctrl-Q leaves at once.");
        return REACTION_HANDLED;
    }
    app_message(app, ROLE_WARNING, "Cancelled. r asks again.");
    session_cancel_all(app->session); /* whoever hears of it may have more to say */
    return REACTION_REDRAW_ALL;
}

static unsigned run_undo(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    struct error error = {0};
    char *what = NULL;
    if (session_undo(app->session, &what, &error)) {
        app_message(app, ROLE_SUCCESS, "Undone: %s", what == NULL ? "" : what);
    } else {
        app_error(app, &error);
    }
    free(what);
    error_clear(&error);
    return REACTION_HANDLED;
}

/* The last message's, or that of what could not be read. */
static const struct error *last_error(const struct app *app)
{
    const struct error *of_list = list_pane_error(app->list);
    return error_is_set(&app->error) ? &app->error
           : of_list != NULL         ? of_list
                                     : detail_pane_error(app->detail);
}

static unsigned run_details(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    struct text words = {0};
    error_print(last_error(app), &words);
    reader_open(app, "What went wrong", text_string(&words));
    text_free(&words);
    return REACTION_HANDLED;
}

static const char *no_error(struct app *app, struct pane *pane)
{
    (void)pane;
    return last_error(app) != NULL ? NULL : "nothing has gone wrong";
}

static unsigned run_palette(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    return palette_open(app, argument == NULL ? "" : argument);
}

static unsigned run_help(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return help_pane_open(app);
}

static unsigned run_filter(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    return argument == NULL ? filter_pane_open(app) : filter_pane_open_field(app, argument);
}

static unsigned run_order(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return filter_pane_open_order(app);
}

static unsigned run_describe(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    return describe_pane_open(app, argument);
}

static const char *no_list(struct app *app, struct pane *pane)
{
    (void)pane;
    return app_list_query(app) == NULL ? "no object is open" : NULL;
}

/* --- panes that stand above the main layout --- */

static unsigned run_review(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return review_pane_open(app);
}

static unsigned run_jobs(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return jobs_pane_open(app);
}

static unsigned run_log(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return log_pane_open(app);
}

static unsigned run_chart(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    return chart_pane_open(app, argument);
}

static unsigned run_columns(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return columns_pane_open(app);
}

static unsigned run_export(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return export_pane_open(app);
}

static unsigned run_action(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    return action_pane_open(app, argument);
}

static unsigned run_do(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    return argument == NULL ? palette_open(app, "do ") : action_pane_open(app, argument);
}

static unsigned run_raw(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    return raw_pane_open(app, argument);
}

static unsigned run_result(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return result_pane_open(app);
}

static unsigned run_undelete(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    return undelete_open(app);
}

/* A movement key is hidden from the palette: it would only repeat what a key does. */
#define MOVES (COMMAND_HIDDEN | COMMAND_ANYWHERE)

const struct command global_commands[] = {
    {"down", "Down j", "move down", NULL, ARGUMENT_NONE, MOVES, NULL, run_down},
    {"up", "Up k", "move up", NULL, ARGUMENT_NONE, MOVES, NULL, run_up},
    {"page-down", "PgDn Ctrl-F", "move down a page", NULL, ARGUMENT_NONE, MOVES, NULL,
     run_page_down},
    {"page-up", "PgUp Ctrl-B", "move up a page", NULL, ARGUMENT_NONE, MOVES, NULL, run_page_up},
    {"first", "g Home", "go to the first", NULL, ARGUMENT_NONE, MOVES, NULL, run_first},
    {"last", "G End", "go to the last", NULL, ARGUMENT_NONE, MOVES, NULL, run_last},
    {"next-pane", "Tab", "go to the next pane", NULL, ARGUMENT_NONE, 0, NULL, run_next_pane},
    {"previous-pane", "Shift-Tab", "go to the previous pane", NULL, ARGUMENT_NONE, 0, NULL,
     run_previous_pane},
    {"objects", "O", "show the objects and saved views", NULL, ARGUMENT_NONE, COMMAND_AT_ONCE, NULL,
     run_objects},
    {"open", NULL, "open an object's list", NULL, ARGUMENT_OBJECT, 0, NULL, run_open},
    {"view", "v", "open a saved view", NULL, ARGUMENT_VIEW, 0, no_views, run_view},
    {"filter", "f", "filter the list, in rows or as text", NULL, ARGUMENT_FIELD, COMMAND_HINT,
     no_list, run_filter},
    {"order", "o", "order the list", NULL, ARGUMENT_NONE, 0, no_list, run_order},
    {"describe", "d", "describe the fields of the object", NULL, ARGUMENT_FIELD, COMMAND_HINT,
     no_list, run_describe},
    {"view-save", NULL, "save filter, order and columns as a view", NULL, ARGUMENT_NONE, 0, no_list,
     view_save_run},
    {"view-rename", NULL, "rename a saved view", NULL, ARGUMENT_VIEW, 0, NULL, view_rename_run},
    {"view-delete", NULL, "delete a saved view", NULL, ARGUMENT_VIEW, 0, NULL, view_delete_run},
    {"review", "w", "review what is staged, and apply it", NULL, ARGUMENT_NONE, COMMAND_HINT, NULL,
     run_review},
    {"columns", "c", "choose the columns of the list", NULL, ARGUMENT_NONE, 0, no_list,
     run_columns},
    {"chart", "B", "show the list's records in groups, as bars", NULL, ARGUMENT_FIELD, 0, no_list,
     run_chart},
    {"export", "x", "write the list's records to a file", NULL, ARGUMENT_NONE, 0, no_list,
     run_export},
    {"action", "A", "run an action of the backend: upload, merge, convert ...", NULL,
     ARGUMENT_ACTION, 0, action_why_not, run_action},
    {"do", NULL, "run an action by its name", NULL, ARGUMENT_ACTION, 0, action_why_not, run_do},
    {"raw", NULL, "send a query in the backend's own language", NULL, ARGUMENT_TEXT, 0, raw_why_not,
     run_raw},
    {"result", NULL, "show again what an action or a raw query gave", NULL, ARGUMENT_NONE, 0,
     result_why_not, run_result},
    {"undelete", "U", "undelete the marked records, or the one under the cursor", NULL,
     ARGUMENT_NONE, COMMAND_NEEDS_ROW, undelete_why_not, run_undelete},
    {"jobs", "J", "show what is under way, and cancel it", NULL, ARGUMENT_NONE, COMMAND_AT_ONCE,
     NULL, run_jobs},
    {"log", "L", "show every exchange with the backend", NULL, ARGUMENT_NONE, COMMAND_AT_ONCE, NULL,
     run_log},
    {"undo", "u", "take back the last staged change", NULL, ARGUMENT_NONE, COMMAND_WRITES, NULL,
     run_undo},
    {"cancel", "Ctrl-C", "cancel what is under way", NULL, ARGUMENT_NONE,
     COMMAND_ANYWHERE | COMMAND_AT_ONCE, NULL, run_cancel},
    {"zoom", "z", "give the pane all the room, or take it back", NULL, ARGUMENT_NONE,
     COMMAND_AT_ONCE, NULL, run_zoom},
    {"layout", NULL, "place the panes: auto, wide or stacked", NULL, ARGUMENT_TEXT, COMMAND_AT_ONCE,
     NULL, run_layout},
    {"theme", NULL, "change the colours", NULL, ARGUMENT_THEME, 0, NULL, run_theme},
    {"mouse", NULL, "take mouse clicks, or leave them to the terminal", NULL, ARGUMENT_NONE, 0,
     NULL, run_mouse},
    {"set", NULL, "set an option for this run: option=value", NULL, ARGUMENT_TEXT, 0, NULL,
     run_set},
    {"details", "!", "show the whole of the last error", NULL, ARGUMENT_NONE,
     COMMAND_OVER_FORM | COMMAND_AT_ONCE, no_error, run_details},
    {"redraw", "Ctrl-L", "draw the screen afresh", NULL, ARGUMENT_NONE,
     COMMAND_ANYWHERE | COMMAND_AT_ONCE, NULL, run_redraw},
    {"suspend", "Ctrl-Z", "stop the program; fg goes on", NULL, ARGUMENT_NONE,
     COMMAND_ANYWHERE | COMMAND_AT_ONCE, NULL, run_suspend},
    {"back", "Esc Backspace", "go back a step", NULL, ARGUMENT_NONE,
     COMMAND_ANYWHERE | COMMAND_AT_ONCE, NULL, run_back},
    {"close", "q", "leave this pane, at the outermost the program", "quit", ARGUMENT_NONE,
     COMMAND_ANYWHERE | COMMAND_AT_ONCE, NULL, run_close},
    {"quit", "Ctrl-Q", "leave the program", NULL, ARGUMENT_NONE, COMMAND_ANYWHERE | COMMAND_AT_ONCE,
     NULL, run_quit},
    {"palette", ":", "run a command by its name", "commands", ARGUMENT_COMMAND,
     COMMAND_HINT | COMMAND_OVER_FORM | COMMAND_AT_ONCE, NULL, run_palette},
    {"help", "? F1", "show keys and commands", NULL, ARGUMENT_NONE,
     COMMAND_OVER_FORM | COMMAND_AT_ONCE, NULL, run_help},
    {.name = NULL},
};
