/*
 * detail: every field of the record under the list's cursor, and what is related to it. UI thread.
 *
 * It follows the list when the keys have rested. The old record stays on the screen until the new
 * one is there.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/panes/detail_private.h"
#include "ui/panes/panes.h"

struct detail_pane *detail_of(struct pane *pane)
{
    return (struct detail_pane *)pane;
}

static void recalculate(struct pane *pane)
{
    struct detail_pane *self = detail_of(pane);
    detail_follow(self);
    detail_arrange(self);
    scroller_set(&self->scroller, self->row_count, (size_t)pane->rows);
    if (self->job == 0 && self->row_count > 0 && self->returns) {
        self->returns = false;
        self->scroller.top = self->returning.top;
        scroller_go(&self->scroller, self->returning.row);
        self->side = self->returning.side;
    }
    detail_want_counts(self);
}

int64_t detail_pane_coming_since(const struct pane *pane)
{
    const struct detail_pane *self = (const struct detail_pane *)pane;
    return self->job == 0 ? 0 : self->asked_at;
}

const struct error *detail_pane_error(const struct pane *pane)
{
    const struct detail_pane *self = (const struct detail_pane *)pane;
    return error_is_set(&self->error) ? &self->error : NULL;
}

struct detail_place detail_pane_place(const struct pane *pane)
{
    const struct detail_pane *self = (const struct detail_pane *)pane;
    struct detail_place place = {self->scroller.cursor, self->scroller.top, self->side};
    return place;
}

void detail_pane_return_to(struct pane *pane, const struct detail_place *place)
{
    struct detail_pane *self = detail_of(pane);
    self->returning = *place;
    self->returns = true;
}

static unsigned event(struct pane *pane, unsigned events)
{
    struct app *app = pane->app;
    if ((events & (SESSION_EVENT_CHANGES | SESSION_EVENT_RECORDS)) != 0 && app->rest_at == 0) {
        return REACTION_RECALCULATE;
    }
    return 0;
}

static struct scroller *scroller(struct pane *pane)
{
    return &detail_of(pane)->scroller;
}

static unsigned moved(struct pane *pane)
{
    detail_want_counts(detail_of(pane));
    return REACTION_REDRAW;
}

static void close_pane(struct pane *pane)
{
    struct detail_pane *self = detail_of(pane);
    detail_clear(self);
    free(self->items);
    free(self->rows);
    free(self->editing_field);
    free(self);
}

const struct pane_ops detail_pane_ops = {
    .name = "detail",
    .about = "Every field of the record under the list's cursor, and what is related to it.",
    .commands = detail_commands,
    .close = close_pane,
    .recalculate = recalculate,
    .draw = detail_draw,
    .title = detail_title,
    .title_right = detail_title_right,
    .scroller = scroller,
    .moved = moved,
    .event = event,
};

struct pane *detail_pane_new(struct app *app)
{
    struct detail_pane *self = memory_zeroed(1, sizeof *self);
    self->pane.ops = &detail_pane_ops;
    self->pane.app = app;
    return &self->pane;
}
