/*
 * review: every staged create, update and delete, field by field: drop, undo, apply. UI thread.
 *
 * The rows are made anew from the session's changes whenever they change: a heading for each
 * change, and under updates, and creates that are opened, one row for each field. The cursor stays
 * on its change and field by name. Nothing is sent but through session_apply.
 */
#include "ui/panes/review.h"

#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/memory.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/keymap.h"
#include "ui/panes/form.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/scroller.h"

enum { NO_FIELD = -1 };

struct review_row {
    int64_t change; /* its number in the journal */
    long field;     /* index into the change's fields, or NO_FIELD for the heading */
};

/* A change that was sent: when an apply took it out of the journal it is done, and its row says so
 * from then on. */
struct sent_change {
    int64_t id;
    enum change_kind kind;
    char *object;
    char *label;
    bool done;
};

struct review_pane {
    struct pane pane;
    struct scroller scroller;
    struct review_row *rows;
    size_t row_capacity;
    int64_t *chosen; /* changes marked with Space: apply takes only these */
    size_t chosen_count, chosen_capacity;
    int64_t *opened; /* creates and deletes whose fields are shown */
    size_t opened_count, opened_capacity;
    struct sent_change *sent;
    size_t sent_count, sent_capacity;
};

/* --- small sets of change numbers --- */

static long find_number(const int64_t *numbers, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == number) {
            return (long)i;
        }
    }
    return -1;
}

static void toggle_number(int64_t **numbers, size_t *count, size_t *capacity, int64_t number)
{
    long at = find_number(*numbers, *count, number);
    if (at >= 0) {
        (*numbers)[at] = (*numbers)[--*count];
        return;
    }
    *numbers = memory_grow(*numbers, *count, capacity, sizeof(**numbers));
    (*numbers)[(*count)++] = number;
}

/* Forgets the numbers of changes that are no longer staged. */
static void keep_staged(const struct session *session, int64_t *numbers, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        if (session_change_by_id(session, numbers[i]) != NULL) {
            numbers[kept++] = numbers[i];
        }
    }
    *count = kept;
}

/* --- what was sent --- */

static void free_sent(struct review_pane *review)
{
    for (size_t i = 0; i < review->sent_count; i++) {
        free(review->sent[i].object);
        free(review->sent[i].label);
    }
    review->sent_count = 0;
}

/* Remembers what an apply is about to send: the changes of these numbers, or all where ids is NULL.
 */
static void remember_sent(struct review_pane *review, const int64_t *ids, size_t count)
{
    const struct session *session = review->pane.app->session;
    free_sent(review);
    for (size_t i = 0; i < session_change_count(session); i++) {
        const struct change *change = session_change(session, i);
        if (ids != NULL && find_number(ids, count, change->id) < 0) {
            continue;
        }
        review->sent = memory_grow(review->sent, review->sent_count, &review->sent_capacity,
                                   sizeof(*review->sent));
        review->sent[review->sent_count++] = (struct sent_change){
            .id = change->id,
            .kind = change->kind,
            .object = memory_copy_string(change->object),
            .label = memory_copy_string(change->label != NULL ? change->label : change->record_id),
        };
    }
}

/* As an apply reports, and only then: afterwards a change may leave the journal by being dropped,
 * undone or given up for somebody else's value, and was not done. */
static void note_done(struct review_pane *review)
{
    for (size_t i = 0; i < review->sent_count; i++) {
        struct sent_change *sent = &review->sent[i];
        sent->done = session_change_by_id(review->pane.app->session, sent->id) == NULL;
    }
}

/* What was dropped while an apply was under way was not done. */
static void forget_sent(struct review_pane *review, int64_t id)
{
    for (size_t i = 0; i < review->sent_count; i++) {
        if (review->sent[i].id == id) {
            free(review->sent[i].object);
            free(review->sent[i].label);
            review->sent_count--;
            memmove(&review->sent[i], &review->sent[i + 1],
                    (review->sent_count - i) * sizeof *review->sent);
            return;
        }
    }
}

static const struct sent_change *find_done(const struct review_pane *review, int64_t id)
{
    for (size_t i = 0; i < review->sent_count; i++) {
        if (review->sent[i].id == id && review->sent[i].done) {
            return &review->sent[i];
        }
    }
    return NULL;
}

/* --- rows --- */

static void add_row(struct review_pane *review, size_t *count, int64_t change, long field)
{
    review->rows = memory_grow(review->rows, *count, &review->row_capacity, sizeof(*review->rows));
    review->rows[(*count)++] = (struct review_row){.change = change, .field = field};
}

static bool fields_are_shown(const struct review_pane *review, const struct change *change)
{
    bool opened = find_number(review->opened, review->opened_count, change->id) >= 0;
    return (change->kind == CHANGE_UPDATE) != opened;
}

static size_t make_rows(struct review_pane *review)
{
    struct session *session = review->pane.app->session;
    size_t count = 0;
    for (size_t i = 0; i < session_change_count(session); i++) {
        const struct change *change = session_change(session, i);
        add_row(review, &count, change->id, NO_FIELD);
        for (size_t f = 0; fields_are_shown(review, change) && f < change->field_count; f++) {
            add_row(review, &count, change->id, (long)f);
        }
    }
    for (size_t i = 0; i < review->sent_count; i++) {
        if (review->sent[i].done) {
            add_row(review, &count, review->sent[i].id, NO_FIELD);
        }
    }
    return count;
}

/* Where the cursor should be after the rows were made anew: on the same change and field. */
static size_t row_like(const struct review_pane *review, size_t count, struct review_row wanted)
{
    size_t best = review->scroller.cursor;
    for (size_t i = 0; i < count; i++) {
        if (review->rows[i].change == wanted.change) {
            if (review->rows[i].field == wanted.field) {
                return i;
            }
            if (review->rows[i].field == NO_FIELD) {
                best = i;
            }
        }
    }
    return best;
}

static void review_recalculate(struct pane *pane)
{
    struct review_pane *review = (struct review_pane *)pane;
    struct review_row wanted = {0};
    if (review->scroller.count > 0) {
        wanted = review->rows[review->scroller.cursor];
    }
    keep_staged(pane->app->session, review->chosen, &review->chosen_count);
    keep_staged(pane->app->session, review->opened, &review->opened_count);
    size_t count = make_rows(review);
    scroller_set(&review->scroller, count, pane->rows > 2 ? (size_t)pane->rows - 2 : 0);
    scroller_go(&review->scroller, row_like(review, count, wanted));
}

static const struct review_row *row_at_cursor(const struct review_pane *review)
{
    return review->scroller.count == 0 ? NULL : &review->rows[review->scroller.cursor];
}

static const struct change *change_at_cursor(const struct review_pane *review)
{
    const struct review_row *row = row_at_cursor(review);
    return row == NULL ? NULL : session_change_by_id(review->pane.app->session, row->change);
}

static void review_close(struct pane *pane)
{
    struct review_pane *review = (struct review_pane *)pane;
    free(review->rows);
    free(review->chosen);
    free(review->opened);
    free_sent(review);
    free(review->sent);
    free(review);
}

/* --- drawing --- */

void review_print_value(const struct field *field, const struct value *value, struct text *out)
{
    if (value->kind == VALUE_NULL) {
        text_append_string(out, "(null)");
    } else if (value->kind == VALUE_TEXT && value->as.text.length == 0) {
        text_append_string(out, "(empty)");
    } else {
        format_value(field, value, FORMAT_DETAIL, out);
    }
}

/* A reference by the name of what it points at, where that is known. */
static void print_named(const struct app *app, const struct field *field, const struct value *value,
                        struct text *out)
{
    const char *name = NULL;
    if (field != NULL && field->references != NULL && !value_is_nothing(value)) {
        char *id = value_to_string(value);
        name = app_remembered_label(app, field->references, id);
        free(id);
    }
    if (name != NULL) {
        text_append_string(out, name);
    } else {
        review_print_value(field, value, out);
    }
}

static enum mark change_mark(const struct change *change)
{
    static const enum mark kinds[] = {
        [CHANGE_UPDATE] = MARK_CHANGED, [CHANGE_CREATE] = MARK_NEW, [CHANGE_DELETE] = MARK_DELETED};
    return change->error.kind != ERROR_NONE || change->state == CHANGE_CONFLICT ||
                   change->state == CHANGE_UNKNOWN
               ? MARK_FAILED
               : kinds[change->kind];
}

static enum role change_role(const struct change *change)
{
    static const enum role kinds[] = {
        [CHANGE_UPDATE] = ROLE_CHANGED, [CHANGE_CREATE] = ROLE_NEW, [CHANGE_DELETE] = ROLE_DELETED};
    return change_mark(change) == MARK_FAILED ? ROLE_FAILED : kinds[change->kind];
}

/* The first field that was refused, by its name, for it need not be one that was changed. */
static void print_failure(const struct session *session, const struct change *change,
                          struct text *out)
{
    const struct error *error = &change->error;
    const struct schema *schema = session_schema(session, change->object);
    text_append_string(out, "failed: ");
    if (error->field_count == 0) {
        text_append_string(out, error->message);
        return;
    }
    const struct field *field =
        schema == NULL ? NULL : schema_field(schema, error->fields[0].field);
    if (field != NULL) {
        app_field_label(field, out);
    } else {
        text_append_string(out, error->fields[0].field);
    }
    text_format(out, ": %s", error->fields[0].message);
}

/* What stands at the right of a change's heading: how it stands with it. */
static void print_state(const struct session *session, const struct change *change,
                        bool fields_shown, struct text *out)
{
    const char *kept = session_backend(session)->delete_words;
    if (change->state == CHANGE_CONFLICT) {
        text_append_string(out, "changed by someone else: Enter to settle");
    } else if (change->state == CHANGE_UNKNOWN) {
        text_append_string(out, "unknown whether it was done: look before sending it again");
    } else if (change->state == CHANGE_SENDING) {
        text_append_string(out, "being sent");
    } else if (change->error.kind != ERROR_NONE) {
        print_failure(session, change, out);
    } else if (change->kind == CHANGE_DELETE && kept != NULL) {
        text_append_string(out, kept);
    } else if (!fields_shown && change->field_count > 0) {
        text_format(out, "%zu field%s", change->field_count, change->field_count == 1 ? "" : "s");
    }
}

static const char *object_label(const struct session *session, const char *object)
{
    const struct schema *schema = session_schema(session, object);
    return schema != NULL && schema->label_singular != NULL ? schema->label_singular : object;
}

static void draw_heading(struct review_pane *review, struct canvas *canvas, int row,
                         const struct change *change)
{
    int columns = canvas_columns(canvas);
    enum role role = change_role(change);
    bool chosen = find_number(review->chosen, review->chosen_count, change->id) >= 0;
    struct text state = {0};
    print_state(review->pane.app->session, change, fields_are_shown(review, change), &state);
    int object = columns > 100 ? 22 : 14;
    int label = columns > 70 ? columns * 2 / 5 : columns / 3;
    const char *name = change->label != NULL ? change->label : change->record_id;
    canvas_string(canvas, row, 1, 1, role,
                  chosen ? canvas_mark(canvas, MARK_MARKED)
                         : canvas_mark(canvas, change_mark(change)));
    canvas_string(canvas, row, 2, 7, role, change_kind_name(change->kind));
    canvas_string(canvas, row, 10, object, ROLE_TEXT,
                  object_label(review->pane.app->session, change->object));
    int named = canvas_string(canvas, row, 11 + object, label, ROLE_TEXT, name);
    int used = role == ROLE_FAILED ? named + 1 : label; /* why it failed gets what room there is */
    int at = 12 + object + used;
    canvas_string(canvas, row, at, columns - at, role == ROLE_FAILED ? ROLE_FAILED : ROLE_DIM,
                  text_string(&state));
    text_free(&state);
}

static const char *field_problem(const struct change *change, const char *name)
{
    for (size_t i = 0; i < change->error.field_count; i++) {
        if (strcmp(change->error.fields[i].field, name) == 0) {
            return change->error.fields[i].message;
        }
    }
    return NULL;
}

static void draw_label(struct canvas *canvas, int row, int columns, const struct field *field,
                       const struct change_field *item)
{
    struct text label = {0};
    if (field != NULL) {
        app_field_label(field, &label);
    } else {
        text_append_string(&label, item->name);
    }
    canvas_string(canvas, row, 10, columns, ROLE_DIM, text_string(&label));
    text_free(&label);
}

static void draw_field(struct review_pane *review, struct canvas *canvas, int row,
                       const struct change *change, size_t index)
{
    const struct change_field *item = &change->fields[index];
    const struct schema *schema = session_schema(review->pane.app->session, change->object);
    const struct field *field = schema == NULL ? NULL : schema_field(schema, item->name);
    const char *problem = field_problem(change, item->name);
    int columns = canvas_columns(canvas);
    int name = columns > 70 ? 18 : 12;
    int half = (columns - 12 - name - 4) / 2;
    struct text old_text = {0};
    struct text new_text = {0};
    print_named(review->pane.app, field, &item->old_value, &old_text);
    print_named(review->pane.app, field, &item->new_value, &new_text);
    draw_label(canvas, row, name, field, item);
    if (change->kind == CHANGE_UPDATE) {
        int used = canvas_string(canvas, row, 11 + name, half, ROLE_TEXT, text_string(&old_text));
        half = problem != NULL ? used : half; /* what is wrong gets what room there is */
        canvas_string(canvas, row, 12 + name + half, 1, ROLE_DIM, canvas_mark(canvas, MARK_ARROW));
    }
    int at = change->kind == CHANGE_UPDATE ? 14 + name + half : 11 + name;
    const char *shown =
        change->kind == CHANGE_DELETE ? text_string(&old_text) : text_string(&new_text);
    if (problem != NULL) {
        text_format(&new_text, "  %s", problem);
        shown = text_string(&new_text);
    }
    canvas_string(canvas, row, at, columns - at, problem != NULL ? ROLE_FAILED : ROLE_CHANGED,
                  shown);
    text_free(&old_text);
    text_free(&new_text);
}

static void draw_done(const struct review_pane *review, struct canvas *canvas, int row,
                      const struct sent_change *sent)
{
    int columns = canvas_columns(canvas);
    int object = columns > 100 ? 22 : 14;
    canvas_string(canvas, row, 1, 1, ROLE_SUCCESS, canvas_mark(canvas, MARK_MARKED));
    canvas_string(canvas, row, 2, 7, ROLE_SUCCESS, change_kind_name(sent->kind));
    canvas_string(canvas, row, 10, object, ROLE_TEXT,
                  object_label(review->pane.app->session, sent->object));
    canvas_string(canvas, row, 11 + object, columns - object - 18, ROLE_TEXT, sent->label);
    canvas_string(canvas, row, columns - 5, 4, ROLE_SUCCESS, "done");
}

static void draw_row(struct review_pane *review, struct canvas *canvas, int row, size_t index)
{
    const struct review_row *item = &review->rows[index];
    const struct change *change = session_change_by_id(review->pane.app->session, item->change);
    bool cursor = index == review->scroller.cursor;
    canvas_string(canvas, row, 0, 1, ROLE_CURSOR, cursor ? canvas_mark(canvas, MARK_CURSOR) : " ");
    if (change == NULL) {
        const struct sent_change *done = find_done(review, item->change);
        if (done != NULL) {
            draw_done(review, canvas, row, done);
        }
        return;
    }
    if (item->field == NO_FIELD) {
        draw_heading(review, canvas, row, change);
    } else if ((size_t)item->field < change->field_count) {
        draw_field(review, canvas, row, change, (size_t)item->field);
    }
}

/* "2 updates, 1 create, 1 delete · 4 calls" */
static void print_summary(const struct review_pane *review, struct text *out)
{
    struct session *session = review->pane.app->session;
    size_t kinds[3] = {0};
    for (size_t i = 0; i < session_change_count(session); i++) {
        kinds[session_change(session, i)->kind]++;
    }
    static const enum change_kind order[] = {CHANGE_UPDATE, CHANGE_CREATE, CHANGE_DELETE};
    for (size_t i = 0; i < 3; i++) {
        size_t many = kinds[order[i]];
        if (many > 0) {
            text_format(out, "%s%zu %s%s", out->length > 0 ? ", " : "", many,
                        change_kind_name(order[i]), many == 1 ? "" : "s");
            const char *kept = session_backend(session)->delete_words;
            if (order[i] == CHANGE_DELETE && kept != NULL) {
                text_format(out, " (%s)", kept);
            }
        }
    }
    if (review->chosen_count > 0) {
        text_format(out, " (%zu chosen)", review->chosen_count);
    }
    if (out->length == 0) {
        text_append_string(out, "Nothing is staged.");
    }
    if (session_applying(session)) {
        struct text key = {0};
        keymap_keys(review->pane.app->keymap, "", command_find(NULL, "cancel"), 1, &key);
        text_format(out, " · being applied%s%s%s", key.length > 0 ? ", " : "", text_string(&key),
                    key.length > 0 ? " cancels" : "");
        text_free(&key);
    }
}

static void review_draw(struct pane *pane, struct canvas *canvas)
{
    struct review_pane *review = (struct review_pane *)pane;
    const struct scroller *scroller = &review->scroller;
    int rows = canvas_rows(canvas);
    canvas_erase(canvas);
    for (size_t i = 0; i < scroller->rows && scroller->top + i < scroller->count; i++) {
        draw_row(review, canvas, (int)i, scroller->top + i);
    }
    struct text summary = {0};
    print_summary(review, &summary);
    canvas_rule(canvas, rows - 2, NULL);
    canvas_string(canvas, rows - 1, 2, canvas_columns(canvas) - 2, ROLE_TEXT,
                  text_string(&summary));
    text_free(&summary);
    canvas_set_cursor(canvas, (int)(scroller->cursor - scroller->top), 2);
}

static void review_title(const struct pane *pane, struct text *out)
{
    size_t count = session_change_count(pane->app->session);
    text_format(out, "Review: %zu staged change%s in %s%s", count, count == 1 ? "" : "s",
                session_profile(pane->app->session)->name,
                session_all_or_none(pane->app->session) ? " ─ all or none" : "");
}

static unsigned review_event(struct pane *pane, unsigned events)
{
    (void)pane;
    return (events & SESSION_EVENT_CHANGES) != 0 ? REACTION_RECALCULATE : REACTION_IGNORED;
}

static struct scroller *review_scroller(struct pane *pane)
{
    return &((struct review_pane *)pane)->scroller;
}

/* --- commands --- */

static const char *nothing_staged(struct app *app, struct pane *pane)
{
    (void)pane;
    return session_change_count(app->session) > 0 ? NULL : "nothing is staged";
}

static const char *not_on_a_change(struct app *app, struct pane *pane)
{
    const char *reason = nothing_staged(app, pane);
    if (reason == NULL && change_at_cursor((const struct review_pane *)pane) == NULL) {
        reason = "this change is done: u undoes it";
    }
    return reason;
}

static const char *cannot_apply(struct app *app, struct pane *pane)
{
    if (session_applying(app->session)) {
        return "changes are being sent already";
    }
    return nothing_staged(app, pane);
}

static unsigned choose(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    struct review_pane *review = (struct review_pane *)pane;
    toggle_number(&review->chosen, &review->chosen_count, &review->chosen_capacity,
                  row_at_cursor(review)->change);
    scroller_move(&review->scroller, SCROLLER_DOWN);
    return REACTION_REDRAW;
}

static unsigned drop(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct review_pane *review = (struct review_pane *)pane;
    const struct review_row *row = row_at_cursor(review);
    const struct change *change = change_at_cursor(review);
    struct error error = {0};
    int64_t dropped = row->change;
    bool done;
    if (row->field != NO_FIELD && change->kind != CHANGE_DELETE) {
        done =
            session_drop_field(app->session, row->change, change->fields[row->field].name, &error);
    } else {
        done = session_drop_change(app->session, row->change, &error);
    }
    if (!done) {
        app_error(app, &error);
    } else {
        if (session_change_by_id(app->session, dropped) == NULL) {
            forget_sent(review, dropped);
        }
        app_message(app, ROLE_TEXT, "Dropped. Undo with u.");
    }
    error_clear(&error);
    return REACTION_RECALCULATE;
}

static unsigned show_more(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct review_pane *review = (struct review_pane *)pane;
    const struct change *change = change_at_cursor(review);
    if (change->state == CHANGE_CONFLICT) {
        return conflict_pane_open(app, change->id);
    }
    if (change->error.kind != ERROR_NONE) {
        struct text words = {0};
        error_print(&change->error, &words);
        reader_open(app, "What went wrong", text_string(&words));
        text_free(&words);
        return REACTION_REDRAW_ALL;
    }
    toggle_number(&review->opened, &review->opened_count, &review->opened_capacity, change->id);
    return REACTION_RECALCULATE;
}

static void payload_ready(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct app *app = context;
    if (result->error.kind != ERROR_NONE) {
        app_error(app, &result->error);
    } else {
        reader_open(app, "What would be sent", result->text != NULL ? result->text : "");
    }
}

static unsigned show_payload(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    const struct change *change = change_at_cursor((struct review_pane *)pane);
    struct error error = {0};
    if (session_explain_change(app->session, change->id, payload_ready, app, &error) == 0) {
        app_error(app, &error);
    }
    error_clear(&error);
    return REACTION_HANDLED;
}

/* --- editing a staged value again --- */

struct again {
    struct app *app;
    int64_t change;
    char *field;
    struct schema *schema;
};

static void free_again(void *context)
{
    struct again *again = context;
    schema_release(again->schema);
    free(again->field);
    free(again);
}

static void staged_again(void *context, const struct value *value, const char *label)
{
    (void)label;
    struct again *again = context;
    struct session *session = again->app->session;
    const struct change *change = session_change_by_id(session, again->change);
    struct error error = {0};
    bool done = true;
    if (change != NULL && change->kind == CHANGE_CREATE) {
        done = session_stage_create_field(session, change->id, again->field, value, &error);
    } else if (change != NULL) {
        const struct change_field *item = change_find((struct change *)change, again->field);
        struct value old_value = item == NULL ? value_null() : value_copy(&item->old_value);
        done = session_stage_update(session, again->schema, change->record_id, change->label,
                                    change->version, again->field, &old_value, value, &error);
        value_free(&old_value);
    }
    if (!done) {
        app_error(again->app, &error);
    }
    error_clear(&error);
    free_again(again);
}

static const char *not_a_field(struct app *app, struct pane *pane)
{
    struct review_pane *review = (struct review_pane *)pane;
    const struct change *change = change_at_cursor(review);
    if (change == NULL) {
        return not_on_a_change(app, pane);
    }
    if (change->kind == CHANGE_DELETE) {
        return "a staged delete has nothing to edit";
    }
    return row_at_cursor(review)->field == NO_FIELD && change->kind != CHANGE_CREATE
               ? "the cursor is on a whole change: move to one of its fields (Enter opens them)"
               : NULL;
}

static unsigned edit_again(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct review_pane *review = (struct review_pane *)pane;
    const struct change *change = change_at_cursor(review);
    if (row_at_cursor(review)->field == NO_FIELD) {
        return form_pane_edit(app, change->id);
    }
    const struct change_field *item = &change->fields[row_at_cursor(review)->field];
    const struct schema *schema = session_schema(app->session, change->object);
    const struct field *field = schema == NULL ? NULL : schema_field(schema, item->name);
    if (field == NULL) {
        app_message(app, ROLE_WARNING, "The fields of %s are not known yet: open its list first.",
                    change->object);
        return REACTION_HANDLED;
    }
    struct again *again = memory_zeroed(1, sizeof(*again));
    again->app = app;
    again->change = change->id;
    again->field = memory_copy_string(item->name);
    again->schema = schema_hold(schema);
    struct editor_request request = {
        .field = field,
        .schema = schema,
        .value = item->new_value,
        .row = -1,
        .done = staged_again,
        .cancelled = free_again,
        .context = again,
    };
    editor_open(app, &request);
    return REACTION_REDRAW_ALL;
}

/* --- applying --- */

/* Those found changed before anything was sent count too. */
static size_t reported(const struct apply_report *report)
{
    return report->succeeded + report->failed + report->conflicts + report->unknown;
}

static void print_report(const struct apply_report *report, struct text *out)
{
    size_t all = reported(report);
    text_format(out, "%zu of %zu done", report->succeeded, all > report->sent ? all : report->sent);
    if (report->failed > 0) {
        text_format(out, " · %zu failed", report->failed);
    }
    if (report->conflicts > 0) {
        text_format(out, " · %zu changed by someone else", report->conflicts);
    }
    if (report->unknown > 0) {
        text_format(out, " · %zu unknown", report->unknown);
    }
}

static void applied(void *context, const struct apply_report *report, bool finished,
                    const struct error *error)
{
    struct app *app = context;
    struct text words = {0};
    print_report(report, &words);
    bool all = report->succeeded == reported(report);
    if (!finished) {
        app_message(app, ROLE_TEXT, "Applying: %s", text_string(&words));
    } else if (error != NULL && error->kind != ERROR_NONE) {
        app_error(app, error);
    } else {
        app_message(app, all ? ROLE_SUCCESS : ROLE_WARNING, "%s.%s", text_string(&words),
                    all ? " u undoes it." : " The rest stays staged: Enter shows why.");
    }
    text_free(&words);
    if (finished && report->succeeded > 0) {
        app_doubt_labels(app);
        app_records_written(app);
    }
    struct pane *review = app_find_pane(app, &review_pane_ops);
    if (review != NULL) {
        note_done((struct review_pane *)review);
        pane_mark_recalculate(review);
    }
}

unsigned review_apply(struct app *app, const int64_t *ids, size_t count)
{
    struct error error = {0};
    struct pane *pane = app_find_pane(app, &review_pane_ops);
    if (pane != NULL) {
        remember_sent((struct review_pane *)pane, ids, count);
    }
    if (!session_apply(app->session, ids, count, applied, app, &error)) {
        app_error(app, &error);
    }
    error_clear(&error);
    return REACTION_RECALCULATE;
}

static unsigned apply_chosen(struct app *app)
{
    struct review_pane *review = (struct review_pane *)app_find_pane(app, &review_pane_ops);
    const int64_t *chosen = review->chosen_count > 0 ? review->chosen : NULL; /* NULL: all */
    unsigned reaction = review_apply(app, chosen, review->chosen_count);
    review->chosen_count = 0;
    return reaction;
}

static bool name_was_typed(void *context, const char *text)
{
    struct app *app = context;
    if (strcmp(text, session_profile(app->session)->name) != 0) {
        app_message(app, ROLE_WARNING, "That is not the profile's name; nothing was sent.");
        return false;
    }
    apply_chosen(app);
    return true;
}

static unsigned apply(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    const struct profile *profile = session_profile(app->session);
    if (profile->protected_) {
        struct text title = {0};
        text_format(&title, "%s is protected: type its name to apply", profile->name);
        prompt_open(app, text_string(&title), "", name_was_typed, app);
        text_free(&title);
        return REACTION_REDRAW_ALL;
    }
    return apply_chosen(app);
}

static const char *no_all_or_none(struct app *app, struct pane *pane)
{
    (void)pane;
    return session_can(app->session, CAN_ALL_OR_NONE) ? NULL
                                                      : "the backend writes each record for itself";
}

static unsigned all_or_none(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    struct error error = {0};
    bool wanted = !session_all_or_none(app->session);
    if (!session_set_all_or_none(app->session, wanted, &error)) {
        app_error(app, &error);
    } else {
        app_message(app, ROLE_TEXT,
                    wanted ? "Where one record fails, none of its call is written."
                           : "Each record is written for itself, whatever becomes of the others.");
    }
    error_clear(&error);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static void drop_all_answered(void *context, int answer)
{
    struct app *app = context;
    struct error error = {0};
    if (answer == 0 && !session_drop_all(app->session, &error)) {
        app_error(app, &error);
    }
    error_clear(&error);
}

static unsigned drop_all(struct app *app, struct pane *pane, const char *argument)
{
    (void)pane;
    (void)argument;
    dialog_open(app, "Drop everything that is staged?",
                "Nothing was sent of it. Undo (u) brings it back while the program runs.",
                "drop all|keep", drop_all_answered, app);
    return REACTION_REDRAW_ALL;
}

static const struct command review_commands[] = {
    {.name = "apply",
     .keys = "a",
     .help = "send the chosen changes, or all of them",
     .hint = "apply all",
     .flags = COMMAND_HINT | COMMAND_WRITES,
     .why_not = cannot_apply,
     .run = apply},
    {.name = "choose",
     .keys = "Space",
     .help = "choose the change, so that apply takes only the chosen ones",
     .hint = "choose",
     .flags = COMMAND_HINT,
     .why_not = not_on_a_change,
     .run = choose},
    {.name = "drop",
     .keys = "x Delete",
     .help = "drop the field, or on a heading the whole change",
     .hint = "drop",
     .flags = COMMAND_HINT,
     .why_not = not_on_a_change,
     .run = drop},
    {.name = "edit-staged",
     .keys = "e",
     .help = "edit the staged value again",
     .hint = "edit",
     .flags = COMMAND_HINT,
     .why_not = not_a_field,
     .run = edit_again},
    {.name = "show-more",
     .keys = "Enter",
     .help = "open the change's fields, what went wrong with it, or its conflict",
     .hint = "details",
     .why_not = not_on_a_change,
     .run = show_more},
    {.name = "payload",
     .keys = "p",
     .help = "show what would be sent for the change",
     .hint = "payload",
     .flags = COMMAND_HINT,
     .why_not = not_on_a_change,
     .run = show_payload},
    {.name = "all-or-none",
     .keys = "N",
     .help = "write all records of a call or none of them, or each for itself",
     .why_not = no_all_or_none,
     .run = all_or_none},
    {.name = "drop-all",
     .keys = "X",
     .help = "drop everything that is staged",
     .why_not = nothing_staged,
     .run = drop_all},
    {.name = NULL},
};

const struct pane_ops review_pane_ops = {
    .name = "review",
    .about = "Every staged change, field by field: drop, edit, apply",
    .flags = PANE_FULL,
    .commands = review_commands,
    .close = review_close,
    .recalculate = review_recalculate,
    .draw = review_draw,
    .title = review_title,
    .scroller = review_scroller,
    .event = review_event,
};

unsigned review_pane_open(struct app *app)
{
    struct review_pane *review = memory_zeroed(1, sizeof(*review));
    review->pane.ops = &review_pane_ops;
    app_push(app, &review->pane);
    return REACTION_REDRAW_ALL;
}
