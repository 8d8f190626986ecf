/*
 * log: one line for every exchange with the backend, newest at the end. UI thread.
 *
 * The lines are the session's, with secrets already out; the pane only points into them. It follows
 * the end until the cursor leaves it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/scroller.h"

#define SEPARATOR " · "

enum { LINE_COLUMN = 11, WHOLE_COLUMNS = 100 };

struct log_pane {
    struct pane pane;
    struct scroller scroller;
};

static void log_close(struct pane *pane)
{
    free(pane);
}

static void log_recalculate(struct pane *pane)
{
    struct log_pane *log = (struct log_pane *)pane;
    size_t count = session_log_count(pane->app->session);
    bool at_end = log->scroller.cursor + 1 >= log->scroller.count;
    scroller_set(&log->scroller, count, pane->rows > 0 ? (size_t)pane->rows : 0);
    if (at_end) {
        scroller_go(&log->scroller, count == 0 ? 0 : count - 1);
    }
}

static void print_clock(int64_t at, struct text *out)
{
    time_t seconds = (time_t)at;
    struct tm parts;
    if (localtime_r(&seconds, &parts) != NULL) {
        text_format(out, "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec);
    }
}

/* Where the host of an exchange's URL ends; NULL when the line is none of an exchange. */
static const char *after_host(const char *line)
{
    const char *url = line + strcspn(line, " ");
    if (strncmp(url, " http://", 8) != 0 && strncmp(url, " https://", 9) != 0) {
        return NULL;
    }
    const char *host = strstr(url, "://") + 3;
    return host + strcspn(host, "/? ");
}

/* An exchange as "POST URL query · 200 · 250 bytes · 104 ms". Its time stands in a column of its
 * own; what was called and how it ended is never cut off: the host is left out where room is
 * scarce, and the end of the URL gives way. */
static void draw_line(struct canvas *canvas, int row, int columns, const struct log_entry *entry)
{
    enum role role = entry->failed ? ROLE_ERROR : ROLE_TEXT;
    const char *path = after_host(entry->text);
    const char *end = path == NULL ? NULL : path + strcspn(path, " ");
    const char *time = NULL;
    for (const char *at = end; at != NULL; at = strstr(at + 1, SEPARATOR)) {
        time = at;
    }
    if (end == NULL || time == end) {
        canvas_string(canvas, row, LINE_COLUMN, columns, role, entry->text);
        return;
    }
    int end_width = (int)text_width(end, (size_t)(time - end));
    struct text head = {0};
    text_append(&head, entry->text, (size_t)(end - entry->text));
    if (columns < WHOLE_COLUMNS) {
        text_truncate(&head, 0);
        text_append(&head, entry->text, strcspn(entry->text, " ") + 1);
        text_append(&head, path, (size_t)(end - path));
    }
    int room = columns - end_width > 0 ? columns - end_width : 0;
    int width = canvas_string(canvas, row, LINE_COLUMN, room, role, text_string(&head));
    canvas_text(canvas, row, LINE_COLUMN + width, columns - width, role, ALIGN_LEFT, end,
                (size_t)(time - end));
    text_free(&head);
}

static void draw_entry(struct canvas *canvas, int row, const struct log_entry *entry, bool cursor)
{
    int columns = canvas_columns(canvas);
    struct text clock = {0};
    struct text time = {0};
    print_clock(entry->at, &clock);
    if (entry->milliseconds >= 0) {
        text_format(&time, "%lld ms", (long long)entry->milliseconds);
    }
    canvas_string(canvas, row, 0, 1, ROLE_CURSOR, cursor ? canvas_mark(canvas, MARK_CURSOR) : " ");
    canvas_string(canvas, row, 1, 1, ROLE_FAILED,
                  entry->failed ? canvas_mark(canvas, MARK_FAILED) : " ");
    canvas_string(canvas, row, 2, 9, ROLE_DIM, text_string(&clock));
    draw_line(canvas, row, columns - LINE_COLUMN - 10, entry);
    canvas_text(canvas, row, columns - 10, 10, ROLE_DIM, ALIGN_RIGHT, text_string(&time),
                time.length);
    text_free(&clock);
    text_free(&time);
}

static void log_draw(struct pane *pane, struct canvas *canvas)
{
    struct log_pane *log = (struct log_pane *)pane;
    const struct scroller *scroller = &log->scroller;
    canvas_erase(canvas);
    if (scroller->count == 0) {
        canvas_string(canvas, 0, 2, canvas_columns(canvas) - 2, ROLE_DIM, "Nothing was asked yet.");
    }
    for (size_t i = 0; i < scroller->rows && scroller->top + i < scroller->count; i++) {
        size_t row = scroller->top + i;
        draw_entry(canvas, (int)i, session_log(pane->app->session, row), row == scroller->cursor);
    }
    canvas_set_cursor(canvas, (int)(scroller->cursor - scroller->top), 2);
}

static void log_title(const struct pane *pane, struct text *out)
{
    text_format(out, "Log: %zu lines", session_log_count(pane->app->session));
}

static unsigned log_event(struct pane *pane, unsigned events)
{
    (void)pane;
    return (events & SESSION_EVENT_LOG) != 0 ? REACTION_RECALCULATE : REACTION_IGNORED;
}

static struct scroller *log_scroller(struct pane *pane)
{
    return &((struct log_pane *)pane)->scroller;
}

static const char *log_is_empty(struct app *app, struct pane *pane)
{
    (void)pane;
    return session_log_count(app->session) > 0 ? NULL : "the log has no lines yet";
}

static unsigned read_entry(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    const struct log_pane *log = (const struct log_pane *)pane;
    reader_open(app, "Log line", session_log(app->session, log->scroller.cursor)->text);
    return REACTION_REDRAW_ALL;
}

static const struct command log_commands[] = {
    {.name = "read-log-line",
     .keys = "Enter",
     .help = "show the whole line under the cursor",
     .hint = "whole line",
     .flags = COMMAND_HINT,
     .why_not = log_is_empty,
     .run = read_entry},
    {.name = NULL},
};

const struct pane_ops log_pane_ops = {
    .name = "log",
    .about = "Every exchange with the backend: what, how long, how it ended",
    .flags = PANE_FULL,
    .commands = log_commands,
    .close = log_close,
    .recalculate = log_recalculate,
    .draw = log_draw,
    .title = log_title,
    .scroller = log_scroller,
    .event = log_event,
};

unsigned log_pane_open(struct app *app)
{
    struct log_pane *log = memory_zeroed(1, sizeof(*log));
    log->pane.ops = &log_pane_ops;
    app_push(app, &log->pane);
    return REACTION_REDRAW_ALL;
}
