/*
 * conflict: a record that someone else changed: as read, theirs, yours; which one each field takes.
 *
 * Nothing is decided before `a`: the choices are kept here, then given to the session one by one,
 * and the change is sent again. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/panes/panes.h"
#include "ui/panes/review.h"
#include "ui/widgets/scroller.h"

struct conflict_pane {
    struct pane pane;
    struct scroller scroller;
    int64_t change;
    bool *mine; /* one for each field of the change */
};

static const struct change *shown_change(const struct conflict_pane *conflict)
{
    return session_change_by_id(conflict->pane.app->session, conflict->change);
}

static void conflict_close(struct pane *pane)
{
    struct conflict_pane *conflict = (struct conflict_pane *)pane;
    free(conflict->mine);
    free(conflict);
}

static void conflict_recalculate(struct pane *pane)
{
    struct conflict_pane *conflict = (struct conflict_pane *)pane;
    const struct change *change = shown_change(conflict);
    size_t count = change == NULL ? 0 : change->field_count;
    scroller_set(&conflict->scroller, count, pane->rows > 2 ? (size_t)pane->rows - 2 : 0);
}

static void conflict_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                          int *columns)
{
    const struct change *change = shown_change((const struct conflict_pane *)pane);
    int wanted = change == NULL ? 2 : (int)change->field_count + 2;
    *rows = wanted < rows_most ? wanted : rows_most;
    *columns = columns_most < 96 ? columns_most : 96;
}

static void draw_cells(struct canvas *canvas, int row, enum role role, const char *name,
                       const char *const cells[3])
{
    int columns = canvas_columns(canvas);
    int head = columns > 70 ? 16 : 10;
    int each = (columns - head - 2 - 4) / 3;
    canvas_string(canvas, row, 2, head - 1, role, name);
    for (int i = 0; i < 3; i++) {
        canvas_string(canvas, row, 2 + head + i * each, each - 1, role, cells[i]);
    }
}

static void draw_field(struct conflict_pane *conflict, struct canvas *canvas, int row,
                       const struct change *change, size_t index)
{
    const struct schema *schema = session_schema(conflict->pane.app->session, change->object);
    const struct change_field *item = &change->fields[index];
    const struct field *field = schema == NULL ? NULL : schema_field(schema, item->name);
    const struct value *theirs =
        item->theirs.kind == VALUE_ABSENT ? &item->old_value : &item->theirs;
    struct text texts[3] = {{0}, {0}, {0}};
    review_print_value(field, &item->old_value, &texts[0]);
    review_print_value(field, theirs, &texts[1]);
    review_print_value(field, &item->new_value, &texts[2]);
    const char *cells[3] = {text_string(&texts[0]), text_string(&texts[1]), text_string(&texts[2])};
    bool cursor = index == conflict->scroller.cursor;
    canvas_string(canvas, row, 0, 1, ROLE_CURSOR, cursor ? canvas_mark(canvas, MARK_CURSOR) : " ");
    draw_cells(canvas, row, ROLE_TEXT, field != NULL ? field->label : item->name, cells);
    canvas_string(canvas, row, canvas_columns(canvas) - 3, 3, ROLE_CHANGED,
                  conflict->mine[index] ? "[y]" : "[t]");
    for (size_t i = 0; i < 3; i++) {
        text_free(&texts[i]);
    }
}

static void conflict_draw(struct pane *pane, struct canvas *canvas)
{
    struct conflict_pane *conflict = (struct conflict_pane *)pane;
    const struct change *change = shown_change(conflict);
    const struct scroller *scroller = &conflict->scroller;
    canvas_erase(canvas);
    if (change == NULL) {
        canvas_string(canvas, 0, 2, canvas_columns(canvas) - 2, ROLE_DIM, "It is settled.");
        return;
    }
    /* A delete has no fields to compare, and a record that is gone has no values: words then. */
    canvas_string(canvas, 0, 2, canvas_columns(canvas) - 2, ROLE_WARNING, change->error.message);
    if (scroller->count == 0) {
        canvas_string(canvas, 1, 2, canvas_columns(canvas) - 2, ROLE_TEXT,
                      "a sends it all the same; t drops it and leaves theirs.");
        return;
    }
    const char *const headings[3] = {"as you read it", "theirs now", "yours"};
    draw_cells(canvas, 1, ROLE_HEADING, "Field", headings);
    for (size_t i = 0; i < scroller->rows && scroller->top + i < scroller->count; i++) {
        draw_field(conflict, canvas, (int)i + 2, change, scroller->top + i);
    }
    canvas_set_cursor(canvas, (int)(scroller->cursor - scroller->top) + 2, 2);
}

static void conflict_title(const struct pane *pane, struct text *out)
{
    const struct change *change = shown_change((const struct conflict_pane *)pane);
    if (change != NULL) {
        text_format(out, "Conflict: %s", change->label != NULL ? change->label : change->record_id);
    }
}

static struct scroller *conflict_scroller(struct pane *pane)
{
    return &((struct conflict_pane *)pane)->scroller;
}

static unsigned take(struct conflict_pane *conflict, bool mine)
{
    if (conflict->scroller.count > 0) {
        conflict->mine[conflict->scroller.cursor] = mine;
        scroller_move(&conflict->scroller, SCROLLER_DOWN);
    }
    return REACTION_REDRAW;
}

static unsigned take_mine(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return take((struct conflict_pane *)pane, true);
}

static unsigned take_theirs(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct conflict_pane *conflict = (struct conflict_pane *)pane;
    if (conflict->scroller.count > 0) {
        return take(conflict, false);
    }
    struct error error = {0};
    if (!session_drop_change(app->session, conflict->change, &error)) {
        app_error(app, &error);
    }
    error_clear(&error);
    app_records_written(app);
    return REACTION_CLOSE;
}

static unsigned leave(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)pane;
    (void)argument;
    return REACTION_CLOSE;
}

/* Gives the session every choice. The names are copied first: settling a field may drop it from the
 * change, and the change with its last field. */
static bool settle(struct conflict_pane *conflict, struct error *error)
{
    const struct change *change = shown_change(conflict);
    size_t count = change == NULL ? 0 : change->field_count;
    char **names = memory_zeroed(count, sizeof(*names));
    for (size_t i = 0; i < count; i++) {
        names[i] = memory_copy_string(change->fields[i].name);
    }
    bool done = true;
    for (size_t i = 0; i < count; i++) {
        done = done && session_resolve_conflict(conflict->pane.app->session, conflict->change,
                                                names[i], conflict->mine[i], error);
        free(names[i]);
    }
    free(names);
    return done;
}

static unsigned apply_these(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct conflict_pane *conflict = (struct conflict_pane *)pane;
    struct error error = {0};
    if (!settle(conflict, &error)) {
        app_error(app, &error);
        error_clear(&error);
        return REACTION_RECALCULATE;
    }
    if (shown_change(conflict) != NULL) {
        review_apply(app, &conflict->change, 1);
    } else {
        app_message(app, ROLE_TEXT, "Theirs is kept; nothing is left to send.");
        app_records_written(app); /* what is shown is what was there before them */
    }
    return REACTION_CLOSE;
}

static const struct command conflict_commands[] = {
    {.name = "take-mine",
     .keys = "y",
     .help = "keep your value for the field",
     .hint = "mine",
     .flags = COMMAND_HINT,
     .run = take_mine},
    {.name = "take-theirs",
     .keys = "t",
     .help = "take their value for the field",
     .hint = "theirs",
     .flags = COMMAND_HINT,
     .run = take_theirs},
    {.name = "apply-these",
     .keys = "a",
     .help = "apply the change with these choices",
     .hint = "apply with these",
     .flags = COMMAND_HINT | COMMAND_WRITES,
     .run = apply_these},
    {.name = "conflict-leave",
     .keys = "q Esc",
     .help = "leave the change staged as it is",
     .hint = "leave it staged",
     .flags = COMMAND_HINT,
     .run = leave},
    {.name = NULL},
};

const struct pane_ops conflict_pane_ops = {
    .name = "conflict",
    .about = "A record that someone else changed: which value each field takes",
    .flags = PANE_POPUP,
    .commands = conflict_commands,
    .close = conflict_close,
    .recalculate = conflict_recalculate,
    .draw = conflict_draw,
    .title = conflict_title,
    .size = conflict_size,
    .scroller = conflict_scroller,
};

unsigned conflict_pane_open(struct app *app, int64_t id)
{
    const struct change *change = session_change_by_id(app->session, id);
    if (change == NULL) {
        return REACTION_IGNORED;
    }
    struct conflict_pane *conflict = memory_zeroed(1, sizeof(*conflict));
    conflict->pane.ops = &conflict_pane_ops;
    conflict->pane.anchor_row = -1;
    conflict->change = id;
    conflict->mine = memory_zeroed(change->field_count, sizeof(*conflict->mine));
    for (size_t i = 0; i < change->field_count; i++) {
        conflict->mine[i] = true;
    }
    app_push(app, &conflict->pane);
    return REACTION_REDRAW_ALL;
}
