/*
 * undo: steps that can be taken back, newest last. UI thread.
 *
 * A staging step keeps what each change was before it; taking it back writes that to the journal
 * and then to memory. An apply keeps the inverse of what was done; taking it back stages that, to
 * be reviewed and applied like any other change, so that the conflict check guards it. When a
 * change has been applied, steps before no longer know it.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/session_internal.h"

static void clear_step(struct undo_step *step)
{
    for (size_t i = 0; i < step->item_count; i++) {
        change_free(step->items[i].before);
    }
    for (size_t i = 0; i < step->inverse_count; i++) {
        change_free(step->inverse[i]);
    }
    free(step->items);
    free(step->inverse);
    free(step->what);
    memset(step, 0, sizeof *step);
}

void undo_clear(struct session *session)
{
    for (size_t i = 0; i < session->undo_count; i++) {
        clear_step(&session->undo[i]);
    }
    free(session->undo);
    session->undo = NULL;
    session->undo_count = 0;
    session->undo_capacity = 0;
}

struct undo_step *undo_push(struct session *session, const char *what)
{
    session->undo = memory_grow(session->undo, session->undo_count, &session->undo_capacity,
                                sizeof *session->undo);
    struct undo_step *step = &session->undo[session->undo_count++];
    memset(step, 0, sizeof *step);
    step->what = memory_copy_string(what);
    return step;
}

void undo_add(struct undo_step *step, int64_t id, const struct change *before)
{
    step->items = memory_resize(step->items, step->item_count + 1, sizeof *step->items);
    step->items[step->item_count++] =
        (struct undo_item){id, before == NULL ? NULL : change_copy(before)};
}

void undo_add_inverse(struct undo_step *step, struct change *inverse)
{
    step->inverse = memory_grow(step->inverse, step->inverse_count, &step->inverse_capacity,
                                sizeof(struct change *));
    step->inverse[step->inverse_count++] = inverse;
}

static void forget_in_step(struct undo_step *step, int64_t id)
{
    for (size_t i = 0; i < step->item_count;) {
        if (step->items[i].id == id) {
            change_free(step->items[i].before);
            step->items[i] = step->items[--step->item_count];
        } else {
            i++;
        }
    }
}

void undo_forget(struct session *session, int64_t id)
{
    size_t kept = 0;
    for (size_t i = 0; i < session->undo_count; i++) {
        struct undo_step *step = &session->undo[i];
        forget_in_step(step, id);
        if (step->item_count == 0 && step->inverse_count == 0) {
            clear_step(step);
        } else {
            session->undo[kept++] = *step;
        }
    }
    session->undo_count = kept;
}

/* --- taking back --- */

static bool journal_items(struct session *session, const struct undo_step *step,
                          struct error *error)
{
    for (size_t i = 0; i < step->item_count; i++) {
        const struct undo_item *item = &step->items[i];
        bool written = item->before == NULL ? journal_remove(session->journal, item->id, error)
                                            : journal_write(session->journal, item->before, error);
        if (!written) {
            return false;
        }
    }
    return true;
}

/* Refused when a record has staged changes of its own: they would be mixed up. */
static bool journal_inverse(struct session *session, const struct undo_step *step,
                            struct error *error)
{
    for (size_t i = 0; i < step->inverse_count; i++) {
        struct change *inverse = step->inverse[i];
        if (inverse->record_id != NULL &&
            session_find_change(session, inverse->object, inverse->record_id) != NULL) {
            error_set(error, ERROR_USAGE,
                      "The apply cannot be undone: %s has staged changes again.",
                      inverse->label == NULL ? inverse->record_id : inverse->label);
            error_set_hint(error, "apply or drop them first");
            return false;
        }
        if (!journal_write(session->journal, inverse, error)) {
            return false;
        }
    }
    return true;
}

static void put_step(struct session *session, struct undo_step *step)
{
    for (size_t i = 0; i < step->item_count; i++) {
        struct undo_item *item = &step->items[i];
        if (item->before == NULL) {
            changes_remove(session, item->id);
        } else {
            changes_put(session, item->before);
            item->before = NULL;
        }
    }
    for (size_t i = 0; i < step->inverse_count; i++) {
        changes_put(session, step->inverse[i]);
    }
    step->inverse_count = 0;
}

/* Inverse changes got numbers while they were written; what was rolled back has none. */
static void forget_numbers(struct undo_step *step)
{
    for (size_t i = 0; i < step->inverse_count; i++) {
        step->inverse[i]->id = 0;
    }
}

static bool write_step(struct session *session, struct undo_step *step, struct error *error)
{
    if (!journal_begin(session->journal, error)) {
        return false;
    }
    bool written = journal_items(session, step, error) && journal_inverse(session, step, error);
    if (!written) {
        journal_rollback(session->journal);
    } else {
        written = journal_commit(session->journal, error);
    }
    if (!written) {
        forget_numbers(step);
    }
    return written;
}

bool session_undo(struct session *session, char **what, struct error *error)
{
    if (session->undo_count == 0) {
        return error_set(error, ERROR_USAGE, "There is nothing to undo.");
    }
    if (session->apply != NULL) {
        return error_set(error, ERROR_USAGE, "Changes are being applied: undo when that is done.");
    }
    struct undo_step *step = &session->undo[session->undo_count - 1];
    bool after_apply = step->inverse_count > 0;
    if (!changes_may_stage(session, error) || !write_step(session, step, error)) {
        return false;
    }
    put_step(session, step);
    if (what != NULL) {
        struct text words = {0};
        text_format(&words, after_apply ? "%s: its inverse is staged" : "%s", step->what);
        *what = text_take(&words);
    }
    clear_step(step);
    session->undo_count--;
    session_notify(session, SESSION_EVENT_CHANGES);
    return true;
}
