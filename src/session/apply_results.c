/*
 * apply_results: what became of each change that was sent, and what would take it back. UI thread.
 *
 * A result is in the journal before it is shown; where the journal cannot be written the apply
 * stops, and the change is shown as unknown, which is what the disk says.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/apply_internal.h"

struct change *apply_change(const struct apply *apply, const struct apply_item *item)
{
    return changes_get(apply->session, item->id);
}

/* Writes what a change has become. Where even that fails the change is shown as it is on disk. */
static void settle_change(struct apply *apply, struct change *change)
{
    struct error error = {0};
    int64_t id = change->id;
    if (!changes_commit(apply->session, change, NULL, &error)) {
        session_log_add(apply->session, error.message, true);
        error_move(&apply->stopped, &error);
        struct change *shown = changes_get(apply->session, id);
        if (shown != NULL) {
            shown->state = CHANGE_UNKNOWN;
        }
    }
    error_clear(&error);
}

void apply_mark_failed(struct apply *apply, struct apply_item *item, const struct error *error,
                       bool lost)
{
    struct change *change = change_copy(apply_change(apply, item));
    change->state = lost ? CHANGE_UNKNOWN : CHANGE_FAILED;
    error_copy(&change->error, error);
    if (lost) {
        bool says_so = change->error.message != NULL &&
                       strstr(change->error.message, "not known whether") != NULL;
        if (!says_so) {
            error_context(&change->error, "it is not known whether this was done: ");
        }
        apply->report.unknown++;
    } else {
        apply->report.failed++;
    }
    item->done = true;
    settle_change(apply, change);
}

/* Fields that others changed get their value; the version is the one that was just seen. */
static void take_theirs(const struct session *session, struct change *change,
                        const struct record *current)
{
    const struct schema *schema = session_schema(session, change->object);
    for (size_t i = 0; i < change->field_count; i++) {
        struct change_field *field = &change->fields[i];
        struct value now = record_value(current, field->name);
        value_free(&field->theirs);
        if (now.kind != VALUE_ABSENT && !value_same(&now, &field->old_value)) {
            field->theirs = value_copy(&now);
        }
    }
    if (schema != NULL && schema->version_field != NULL) {
        struct value version = record_value(current, schema->version_field);
        if (!value_is_nothing(&version)) {
            free(change->version);
            change->version = value_to_string(&version);
        }
    }
}

/* A record that is gone leaves nothing to choose between: its change has failed, in words. */
void apply_mark_conflict(struct apply *apply, struct apply_item *item, const struct error *error,
                         const struct record *current)
{
    struct change *change = change_copy(apply_change(apply, item));
    change->state = current != NULL ? CHANGE_CONFLICT : CHANGE_FAILED;
    error_copy(&change->error, error);
    if (current != NULL) {
        take_theirs(apply->session, change, current);
    }
    apply->report.conflicts++;
    item->done = true;
    settle_change(apply, change);
}

/* --- the inverses --- */

static void invert_update(struct change *inverse, const struct change *change)
{
    for (size_t i = 0; i < change->field_count; i++) {
        const struct change_field *field = &change->fields[i];
        change_set(inverse, field->name, &field->new_value, &field->old_value);
    }
}

/* A deleted record comes back with every field that may be given. */
static void invert_delete(const struct session *session, struct change *inverse,
                          const struct record *before)
{
    const struct schema *schema = session_schema(session, inverse->object);
    struct value nothing = value_absent();
    for (size_t i = 0; i < before->field_count; i++) {
        const struct record_field *field = &before->fields[i];
        const struct field *described = schema == NULL ? NULL : schema_field(schema, field->name);
        if (described != NULL && described->create && !value_is_nothing(&field->value)) {
            change_set(inverse, field->name, &nothing, &field->value);
        }
    }
}

/* A record that was kept gets back what its field held before. */
static void invert_kept(const struct backend_ops *ops, struct change *inverse,
                        const struct record *before)
{
    struct value now = value_string(ops->delete_value);
    struct value old = record_value(before, ops->delete_field);
    change_set(inverse, ops->delete_field, &now, &old);
}

static const enum change_kind inverse_kind[] = {[CHANGE_UPDATE] = CHANGE_UPDATE,
                                                [CHANGE_CREATE] = CHANGE_DELETE,
                                                [CHANGE_DELETE] = CHANGE_CREATE};

static void add_inverse(struct apply *apply, const struct apply_item *item,
                        const struct change *change, const char *id)
{
    if (change->kind == CHANGE_DELETE && item->before == NULL) {
        return;
    }
    const struct backend_ops *ops = apply->session->ops;
    bool kept = change->kind == CHANGE_DELETE && ops->delete_field != NULL;
    struct change *inverse =
        change_new(kept ? CHANGE_UPDATE : inverse_kind[change->kind], change->object,
                   change->kind == CHANGE_DELETE && !kept ? NULL : id);
    inverse->label = memory_copy_string(change->label);
    inverse->staged_at = change->staged_at;
    if (change->kind == CHANGE_UPDATE) {
        invert_update(inverse, change);
    } else if (kept) {
        invert_kept(ops, inverse, item->before);
    } else if (change->kind == CHANGE_DELETE) {
        invert_delete(apply->session, inverse, item->before);
    }
    apply->inverse = memory_grow(apply->inverse, apply->inverse_count, &apply->inverse_capacity,
                                 sizeof(struct change *));
    apply->inverse[apply->inverse_count++] = inverse;
}

static void refresh_rows(struct apply *apply, enum change_kind kind, const char *object,
                         const char *id)
{
    if (apply->report.succeeded > MOST_SINGLE_ROWS || id == NULL) {
        return;
    }
    if (kind == CHANGE_DELETE) {
        record_sets_remove_record(apply->session, object, id);
    } else if (kind == CHANGE_UPDATE) {
        record_sets_refresh_record(apply->session, object, id);
    }
}

void apply_mark_done(struct apply *apply, struct apply_item *item, const char *written_id)
{
    struct session *session = apply->session;
    struct error error = {0};
    struct change *change = apply_change(apply, item);
    const char *id = written_id != NULL ? written_id : change->record_id;
    item->done = true;
    item->created = change->kind == CHANGE_CREATE ? memory_copy_string(id) : NULL;
    apply->report.succeeded++;
    add_inverse(apply, item, change, id);
    refresh_rows(apply, change->kind, change->object, change->record_id);
    if (!journal_remove(session->journal, item->id, &error)) {
        session_log_add(session, error.message, true);
        error_move(&apply->stopped, &error);
    }
    error_clear(&error);
    undo_forget(session, item->id);
    changes_remove(session, item->id);
}

/* Newest first: what was created last is taken back first, parents are restored before children. */
void apply_keep_for_undo(struct apply *apply)
{
    struct text what = {0};
    if (apply->inverse_count == 0) {
        return;
    }
    text_format(&what, "the apply of %zu %s", apply->inverse_count,
                apply->inverse_count == 1 ? "change" : "changes");
    struct undo_step *step = undo_push(apply->session, text_string(&what));
    while (apply->inverse_count > 0) {
        undo_add_inverse(step, apply->inverse[--apply->inverse_count]);
    }
    text_free(&what);
}
