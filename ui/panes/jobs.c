/*
 * jobs: what the fetch thread is doing and has done, newest first, with cancel. UI thread.
 *
 * The pane keeps a copy of the newest jobs and takes it anew when the session says that one
 * changed.
 */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/memory.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/panes/panes.h"
#include "ui/widgets/scroller.h"

enum { JOBS_MOST = 200 };

struct jobs_pane {
    struct pane pane;
    struct scroller scroller;
    struct job_info *jobs;
};

static const char *state_word(enum job_state state)
{
    static const char *const words[] = {
        [JOB_WAITING] = "waiting", [JOB_RUNNING] = "running",     [JOB_DONE] = "done",
        [JOB_FAILED] = "failed",   [JOB_CANCELLED] = "cancelled",
    };
    return words[state];
}

static bool job_is_live(const struct job_info *job)
{
    return job->state == JOB_WAITING || job->state == JOB_RUNNING;
}

static const struct job_info *job_at_cursor(const struct jobs_pane *jobs)
{
    return jobs->scroller.count == 0 ? NULL : &jobs->jobs[jobs->scroller.cursor];
}

static void jobs_close(struct pane *pane)
{
    struct jobs_pane *jobs = (struct jobs_pane *)pane;
    free(jobs->jobs);
    free(jobs);
}

/* What can still be cancelled comes first; otherwise the order stays. */
static void put_live_first(struct job_info *jobs, size_t count)
{
    size_t live = 0;
    for (size_t i = 0; i < count; i++) {
        if (job_is_live(&jobs[i])) {
            struct job_info job = jobs[i];
            memmove(&jobs[live + 1], &jobs[live], (i - live) * sizeof *jobs);
            jobs[live++] = job;
        }
    }
}

/* The cursor stays on its job: another may have come or ended between a look and a key. */
static void jobs_recalculate(struct pane *pane)
{
    struct jobs_pane *jobs = (struct jobs_pane *)pane;
    const struct job_info *at = job_at_cursor(jobs);
    uint64_t cursor = at == NULL ? 0 : at->id;
    size_t count = session_jobs(pane->app->session, jobs->jobs, JOBS_MOST);
    size_t rows = pane->rows > 1 ? (size_t)pane->rows - 1 : 0;
    put_live_first(jobs->jobs, count);
    scroller_set(&jobs->scroller, count, rows);
    for (size_t i = 0; i < count; i++) {
        if (jobs->jobs[i].id == cursor) {
            scroller_go(&jobs->scroller, i);
        }
    }
}

static void print_progress(const struct job_info *job, struct text *out)
{
    if (job->records > 0 || job->records_total > 0) {
        format_count((int64_t)job->records, out);
    }
    if (job->records_total > 0) {
        text_append_string(out, " of ");
        format_count((int64_t)job->records_total, out);
    }
}

static int title_columns(int columns)
{
    return columns > 60 ? columns - 40 : columns - 24;
}

static void draw_headings(struct canvas *canvas)
{
    int columns = canvas_columns(canvas);
    int title = title_columns(columns);
    canvas_fill(canvas, 0, 0, columns, ROLE_HEADING);
    canvas_string(canvas, 0, 2, title, ROLE_HEADING, "Job");
    canvas_string(canvas, 0, title + 3, 9, ROLE_HEADING, "State");
    canvas_text(canvas, 0, title + 13, 10, ROLE_HEADING, ALIGN_RIGHT, "Took", 4);
    if (columns > 60) {
        canvas_text(canvas, 0, title + 24, columns - title - 25, ROLE_HEADING, ALIGN_RIGHT,
                    "Records", 7);
    }
}

static void draw_job(struct canvas *canvas, int row, const struct job_info *job, bool cursor)
{
    int columns = canvas_columns(canvas);
    enum role role = job->state == JOB_FAILED ? ROLE_ERROR
                     : job_is_live(job)       ? ROLE_TEXT
                                              : ROLE_DIM;
    struct text progress = {0};
    struct text time = {0};
    print_progress(job, &progress);
    if (!job_is_live(job) && job->started > 0) { /* not when it was cancelled while it waited */
        text_format(&time, "%lld ms", (long long)(job->finished - job->started));
    }
    int title = title_columns(columns);
    canvas_fill(canvas, row, 0, columns, role);
    canvas_string(canvas, row, 0, 1, ROLE_CURSOR, cursor ? canvas_mark(canvas, MARK_CURSOR) : " ");
    canvas_string(canvas, row, 2, title, role, job->title);
    canvas_string(canvas, row, title + 3, 9, role, state_word(job->state));
    canvas_text(canvas, row, title + 13, 10, role, ALIGN_RIGHT, text_string(&time), time.length);
    if (columns > 60) {
        canvas_text(canvas, row, title + 24, columns - title - 25, role, ALIGN_RIGHT,
                    text_string(&progress), progress.length);
    }
    text_free(&progress);
    text_free(&time);
}

static void jobs_draw(struct pane *pane, struct canvas *canvas)
{
    struct jobs_pane *jobs = (struct jobs_pane *)pane;
    const struct scroller *scroller = &jobs->scroller;
    canvas_erase(canvas);
    if (scroller->count == 0) {
        canvas_string(canvas, 0, 2, canvas_columns(canvas) - 2, ROLE_HEADING, "No jobs yet");
    } else {
        draw_headings(canvas);
    }
    for (size_t i = 0; i < scroller->rows && scroller->top + i < scroller->count; i++) {
        size_t row = scroller->top + i;
        draw_job(canvas, (int)i + 1, &jobs->jobs[row], row == scroller->cursor);
    }
    canvas_set_cursor(canvas, (int)(scroller->cursor - scroller->top) + 1, 2);
}

static void jobs_title(const struct pane *pane, struct text *out)
{
    text_format(out, "Jobs: %zu running or waiting", session_busy(pane->app->session));
}

static unsigned jobs_event(struct pane *pane, unsigned events)
{
    (void)pane;
    return (events & SESSION_EVENT_JOBS) != 0 ? REACTION_RECALCULATE : REACTION_IGNORED;
}

static struct scroller *jobs_scroller(struct pane *pane)
{
    return &((struct jobs_pane *)pane)->scroller;
}

static const char *no_live_job(struct app *app, struct pane *pane)
{
    (void)app;
    const struct job_info *job = job_at_cursor((const struct jobs_pane *)pane);
    return job != NULL && job_is_live(job) ? NULL : "the job under the cursor has ended";
}

static unsigned cancel_job(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    const struct job_info *job = job_at_cursor((const struct jobs_pane *)pane);
    session_cancel(app->session, job->id);
    return REACTION_RECALCULATE;
}

static unsigned cancel_all(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    session_cancel_all(app->session);
    return REACTION_RECALCULATE;
}

static const struct command jobs_commands[] = {
    {.name = "cancel-job",
     .keys = "x",
     .help = "cancel the job under the cursor",
     .hint = "cancel",
     .flags = COMMAND_HINT,
     .why_not = no_live_job,
     .run = cancel_job},
    {.name = "cancel-all-jobs",
     .keys = "X",
     .help = "cancel every job that waits or runs",
     .hint = "cancel all",
     .flags = COMMAND_HINT,
     .run = cancel_all},
    {.name = NULL},
};

const struct pane_ops jobs_pane_ops = {
    .name = "jobs",
    .about = "What is being fetched or written, and what was: progress and cancel",
    .flags = PANE_FULL,
    .commands = jobs_commands,
    .close = jobs_close,
    .recalculate = jobs_recalculate,
    .draw = jobs_draw,
    .title = jobs_title,
    .scroller = jobs_scroller,
    .event = jobs_event,
};

unsigned jobs_pane_open(struct app *app)
{
    struct jobs_pane *jobs = memory_zeroed(1, sizeof(*jobs));
    jobs->pane.ops = &jobs_pane_ops;
    jobs->jobs = memory_zeroed(JOBS_MOST, sizeof(*jobs->jobs));
    app_push(app, &jobs->pane);
    return REACTION_REDRAW_ALL;
}
