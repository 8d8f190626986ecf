/*
 * changes: staged changes: on disk first, then in memory, then told to the observer. UI thread.
 *
 * A step works on a copy; the copy takes the place of the change only when the journal has it, so
 * what is shown as staged always is on disk. Changes are kept in the order of their numbers.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/memory.h"
#include "session/session_internal.h"

/* --- opening --- */

/* A file's changes belong to the file, whatever name it is opened by. */
char *session_key(const struct session *session)
{
    const char *file = profile_setting(session->profile, "file");
    char *real = file == NULL ? NULL : realpath(file, NULL);
    struct text key = {0};
    if (real != NULL) {
        text_format(&key, "file:%s", real);
    } else {
        text_format(&key, "profile:%s", session->profile->name);
    }
    free(real);
    return text_take(&key);
}

static void recover(struct session *session)
{
    session->changes =
        journal_recover(session->journal, &session->change_count, &session->journal_error);
    session->change_capacity = session->change_count;
    session->recovered = session->change_count;
}

/* Without a journal one can browse; staging then says why it cannot be. */
void changes_open(struct session *session, bool use_journal)
{
    if (!use_journal) {
        error_set(&session->journal_error, ERROR_USAGE,
                  "This run keeps no journal, so nothing can be staged.");
        return;
    }
    char *directory = config_directory("state", true, &session->journal_error);
    if (directory != NULL) {
        char *key = session_key(session);
        session->journal = journal_open(directory, key, &session->journal_error);
        free(key);
    }
    free(directory);
    if (session->journal != NULL) {
        recover(session);
    }
    if (error_is_set(&session->journal_error)) {
        session_log_add(session, session->journal_error.message, true);
    }
}

void changes_close(struct session *session)
{
    undo_clear(session);
    for (size_t i = 0; i < session->change_count; i++) {
        change_free(session->changes[i]);
    }
    free(session->changes);
    journal_close(session->journal);
    error_clear(&session->journal_error);
}

/* --- looking --- */

size_t session_change_count(const struct session *session)
{
    return session->change_count;
}

const struct change *session_change(const struct session *session, size_t index)
{
    return session->changes[index];
}

size_t session_recovered(const struct session *session)
{
    return session->recovered;
}

const struct error *session_journal_error(const struct session *session)
{
    return error_is_set(&session->journal_error) ? &session->journal_error : NULL;
}

bool session_has_journal(const struct session *session)
{
    return session->journal != NULL;
}

/* Changes are in the order of their numbers. */
long changes_index(const struct session *session, int64_t id)
{
    size_t low = 0, high = session->change_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (session->changes[middle]->id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < session->change_count && session->changes[low]->id == id;
    return found ? (long)low : -1;
}

struct change *changes_get(const struct session *session, int64_t id)
{
    long index = changes_index(session, id);
    return index < 0 ? NULL : session->changes[index];
}

const struct change *session_change_by_id(const struct session *session, int64_t id)
{
    return changes_get(session, id);
}

/* The number of a staged create out of "+ID", or 0. */
static int64_t create_number(const char *record_id)
{
    char *end = NULL;
    if (record_id[0] != '+' || record_id[1] < '0' || record_id[1] > '9') {
        return 0;
    }
    int64_t number = strtoll(record_id + 1, &end, 10);
    return *end == '\0' ? number : 0;
}

const struct change *session_find_change(const struct session *session, const char *object,
                                         const char *record_id)
{
    int64_t number = create_number(record_id);
    for (size_t i = 0; i < session->change_count; i++) {
        const struct change *change = session->changes[i];
        bool same = change->record_id == NULL ? number != 0 && change->id == number
                                              : strcmp(change->record_id, record_id) == 0;
        if (same && strcmp(change->object, object) == 0) {
            return change;
        }
    }
    return NULL;
}

static const struct change_field *find_field(const struct change *change, const char *field)
{
    for (size_t i = 0; change != NULL && i < change->field_count; i++) {
        if (strcmp(change->fields[i].name, field) == 0) {
            return &change->fields[i];
        }
    }
    return NULL;
}

struct value session_staged_value(const struct session *session, const char *object,
                                  const char *record_id, const char *field,
                                  const struct value *value, bool *staged)
{
    const struct change *change =
        session->change_count == 0 ? NULL : session_find_change(session, object, record_id);
    const struct change_field *found = find_field(change, field);
    bool changed = found != NULL && found->new_value.kind != VALUE_ABSENT;
    if (staged != NULL) {
        *staged = changed;
    }
    return changed ? found->new_value : *value;
}

/* --- in memory --- */

void changes_put(struct session *session, struct change *change)
{
    long index = changes_index(session, change->id);
    if (index >= 0) {
        change_free(session->changes[index]);
        session->changes[index] = change;
        return;
    }
    session->changes = memory_grow(session->changes, session->change_count,
                                   &session->change_capacity, sizeof(struct change *));
    size_t at = session->change_count++;
    while (at > 0 && session->changes[at - 1]->id > change->id) {
        session->changes[at] = session->changes[at - 1];
        at--;
    }
    session->changes[at] = change;
}

void changes_remove(struct session *session, int64_t id)
{
    long index = changes_index(session, id);
    if (index < 0) {
        return;
    }
    change_free(session->changes[index]);
    session->change_count--;
    memmove(&session->changes[index], &session->changes[index + 1],
            (session->change_count - (size_t)index) * sizeof *session->changes);
}

/* --- one step --- */

bool changes_may_stage(const struct session *session, struct error *error)
{
    if (session->profile->read_only) {
        return error_set(error, ERROR_FORBIDDEN, "Nothing is staged: the profile %s is read-only.",
                         session->profile->name);
    }
    if (session->journal == NULL) {
        error_copy(error, &session->journal_error);
        error_context(error, "nothing was staged: ");
        return false;
    }
    return true;
}

static bool may_touch(const struct change *change, struct error *error)
{
    if (change != NULL && change->state == CHANGE_SENDING) {
        return error_set(error, ERROR_USAGE, "The change of %s is being sent just now.",
                         change->label == NULL ? change->object : change->label);
    }
    return true;
}

/* An edited change is a fresh one; a conflict stays until it is settled. */
static void make_fresh(struct change *change)
{
    if (change->state != CHANGE_CONFLICT) {
        change->state = CHANGE_STAGED;
        error_clear(&change->error);
    }
}

static void note_step(struct session *session, const char *what, int64_t id)
{
    if (what != NULL) {
        undo_add(undo_push(session, what), id, changes_get(session, id));
    }
}

bool changes_commit(struct session *session, struct change *change, const char *what,
                    struct error *error)
{
    if (!journal_write(session->journal, change, error)) {
        error_context(error, "nothing was staged: ");
        change_free(change);
        return false;
    }
    note_step(session, what, change->id);
    changes_put(session, change);
    session_notify(session, SESSION_EVENT_CHANGES);
    return true;
}

static bool commit_removal(struct session *session, int64_t id, const char *what,
                           struct error *error)
{
    if (!journal_remove(session->journal, id, error)) {
        return false;
    }
    note_step(session, what, id);
    changes_remove(session, id);
    session_notify(session, SESSION_EVENT_CHANGES);
    return true;
}

static struct change *new_change(enum change_kind kind, const struct schema *schema,
                                 const char *record_id, const char *label, const char *version)
{
    struct change *change = change_new(kind, schema->name, record_id);
    change->label = memory_copy_string(label);
    change->version = memory_copy_string(version);
    change->staged_at = (int64_t)time(NULL);
    return change;
}

/* "the change of amount in Acme rollout"; the caller frees. */
static char *step_words(const char *doing, const char *field, const struct change *change)
{
    struct text words = {0};
    text_append_string(&words, doing);
    if (field != NULL) {
        text_format(&words, " of %s in", field);
    } else {
        text_append_string(&words, " of");
    }
    text_format(&words, " %s",
                change->label != NULL       ? change->label
                : change->record_id != NULL ? change->record_id
                                            : change->object);
    return text_take(&words);
}

static bool commit_in_words(struct session *session, struct change *change, const char *doing,
                            const char *field, struct error *error)
{
    char *what = step_words(doing, field, change);
    bool done;
    if (change->kind == CHANGE_UPDATE && change->field_count == 0) {
        int64_t id = change->id;
        change_free(change);
        done = id == 0 || commit_removal(session, id, what, error);
    } else {
        done = changes_commit(session, change, what, error);
    }
    free(what);
    return done;
}

/* --- staging --- */

static bool is_staged_create(const struct change *change)
{
    return change != NULL && change->kind == CHANGE_CREATE;
}

bool session_stage_update(struct session *session, const struct schema *schema,
                          const char *record_id, const char *label, const char *version,
                          const char *field, const struct value *old_value,
                          const struct value *new_value, struct error *error)
{
    const struct change *staged = session_find_change(session, schema->name, record_id);
    if (!changes_may_stage(session, error) || !may_touch(staged, error)) {
        return false;
    }
    if (is_staged_create(staged)) {
        return session_stage_create_field(session, staged->id, field, new_value, error);
    }
    if (staged != NULL && staged->kind == CHANGE_DELETE) {
        error_set(error, ERROR_USAGE, "%s is staged to be deleted, so it cannot be changed.",
                  label == NULL ? record_id : label);
        error_set_hint(error, "drop the delete in the review, or undo it");
        return false;
    }
    struct change *change = staged != NULL
                                ? change_copy(staged)
                                : new_change(CHANGE_UPDATE, schema, record_id, label, version);
    change_set(change, field, old_value, new_value);
    make_fresh(change);
    return commit_in_words(session, change, "the change", field, error);
}

bool session_stage_create(struct session *session, const struct schema *schema, const char *label,
                          const struct record *values, int64_t *id, struct error *error)
{
    if (!changes_may_stage(session, error)) {
        return false;
    }
    struct value nothing = value_absent();
    struct change *change = new_change(CHANGE_CREATE, schema, NULL, label, NULL);
    for (size_t i = 0; i < values->field_count; i++) {
        change_set(change, values->fields[i].name, &nothing, &values->fields[i].value);
    }
    char *what = step_words("the new record", NULL, change);
    bool done = changes_commit(session, change, what, error);
    if (done && id != NULL) {
        *id = change->id;
    }
    free(what);
    return done;
}

static const struct change *find_create(const struct session *session, int64_t id,
                                        struct error *error)
{
    const struct change *change = changes_get(session, id);
    if (!is_staged_create(change)) {
        error_set(error, ERROR_NOT_FOUND, "There is no staged new record with the number %lld.",
                  (long long)id);
        return NULL;
    }
    return change;
}

/* A new record is called by its name, also where that came later. */
static void call_by_name(const struct session *session, struct change *change, const char *field,
                         const struct value *value)
{
    const struct schema *schema = session_schema(session, change->object);
    if (schema == NULL || schema->name_field == NULL || strcmp(schema->name_field, field) != 0 ||
        value == NULL || value_is_nothing(value)) {
        return;
    }
    free(change->label);
    change->label = value_to_string(value);
}

bool session_stage_create_field(struct session *session, int64_t id, const char *field,
                                const struct value *value, struct error *error)
{
    const struct change *staged = find_create(session, id, error);
    if (staged == NULL || !changes_may_stage(session, error) || !may_touch(staged, error)) {
        return false;
    }
    struct change *change = change_copy(staged);
    struct value nothing = value_absent();
    if (value == NULL || value->kind == VALUE_ABSENT) {
        change_drop_field(change, field);
    } else {
        change_set(change, field, &nothing, value);
    }
    call_by_name(session, change, field, value);
    make_fresh(change);
    return commit_in_words(session, change, "the change", field, error);
}

bool session_stage_delete(struct session *session, const struct schema *schema,
                          const char *record_id, const char *label, const char *version,
                          struct error *error)
{
    const struct change *staged = session_find_change(session, schema->name, record_id);
    if (!changes_may_stage(session, error) || !may_touch(staged, error)) {
        return false;
    }
    if (is_staged_create(staged)) {
        return session_drop_change(session, staged->id, error);
    }
    if (staged != NULL && staged->kind == CHANGE_DELETE) {
        return true;
    }
    struct change *change = new_change(CHANGE_DELETE, schema, record_id, label, version);
    change->id = staged == NULL ? 0 : staged->id; /* a delete takes the place of an update */
    return commit_in_words(session, change, "the delete", NULL, error);
}

/* --- dropping --- */

static const struct change *find_any(const struct session *session, int64_t id, struct error *error)
{
    const struct change *change = changes_get(session, id);
    if (change == NULL) {
        error_set(error, ERROR_NOT_FOUND, "There is no staged change with the number %lld.",
                  (long long)id);
    }
    return change;
}

bool session_drop_change(struct session *session, int64_t id, struct error *error)
{
    const struct change *change = find_any(session, id, error);
    if (change == NULL || !may_touch(change, error)) {
        return false;
    }
    char *what = step_words("the dropping", NULL, change);
    bool done = commit_removal(session, id, what, error);
    free(what);
    return done;
}

bool session_drop_field(struct session *session, int64_t id, const char *field, struct error *error)
{
    const struct change *staged = find_any(session, id, error);
    if (staged == NULL || !may_touch(staged, error)) {
        return false;
    }
    struct change *change = change_copy(staged);
    change_drop_field(change, field);
    make_fresh(change);
    return commit_in_words(session, change, "the dropping", field, error);
}

static bool drop_each(struct session *session, struct error *error)
{
    for (size_t i = 0; i < session->change_count; i++) {
        if (!may_touch(session->changes[i], error) ||
            !journal_remove(session->journal, session->changes[i]->id, error)) {
            return false;
        }
    }
    return true;
}

bool session_drop_all(struct session *session, struct error *error)
{
    if (session->change_count == 0) {
        return true;
    }
    if (!journal_begin(session->journal, error)) {
        return false;
    }
    if (!drop_each(session, error)) {
        journal_rollback(session->journal);
        return false;
    }
    if (!journal_commit(session->journal, error)) {
        return false;
    }
    struct undo_step *step = undo_push(session, "the dropping of all changes");
    while (session->change_count > 0) {
        const struct change *last = session->changes[session->change_count - 1];
        undo_add(step, last->id, last);
        changes_remove(session, last->id);
    }
    session_notify(session, SESSION_EVENT_CHANGES);
    return true;
}

/* --- conflicts --- */

static bool has_conflict(const struct change *change)
{
    for (size_t i = 0; i < change->field_count; i++) {
        if (change->fields[i].theirs.kind != VALUE_ABSENT) {
            return true;
        }
    }
    return false;
}

bool session_resolve_conflict(struct session *session, int64_t id, const char *field, bool mine,
                              struct error *error)
{
    const struct change *staged = find_any(session, id, error);
    if (staged == NULL || !may_touch(staged, error)) {
        return false;
    }
    struct change *change = change_copy(staged);
    struct change_field *found = change_find(change, field);
    if (found != NULL && mine && found->theirs.kind != VALUE_ABSENT) {
        value_free(&found->old_value);
        found->old_value = found->theirs;
        found->theirs = value_absent();
    } else if (found != NULL && !mine) {
        change_drop_field(change, field);
    }
    if (!has_conflict(change)) {
        change->state = CHANGE_STAGED;
        error_clear(&change->error);
    }
    return commit_in_words(session, change, "the settling", field, error);
}
