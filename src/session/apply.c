/*
 * apply: staged changes are sent, batch by batch. UI thread.
 *
 * The items are put in order once (apply_order.c). Each batch goes through steps: read what is
 * there (for the before-image of a delete, and for the conflict check where the backend has none of
 * its own); write SENDING to the journal; send; take the results, each into the journal before it
 * is shown. A crash between leaves SENDING on disk, which the next run reads as "unknown". One
 * apply at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/apply_internal.h"
#include "session/record_set_internal.h"

static void next_batch(struct apply *apply);

static struct apply_item *batch_item(const struct apply *apply, size_t at)
{
    return &apply->items[apply->batch[at]];
}

/* --- the end --- */

static void apply_free(struct apply *apply)
{
    for (size_t i = 0; i < apply->item_count; i++) {
        free(apply->items[i].object);
        free(apply->items[i].created);
        record_free(apply->items[i].before);
    }
    for (size_t i = 0; i < apply->inverse_count; i++) {
        change_free(apply->inverse[i]);
    }
    free(apply->inverse);
    free(apply->items);
    free(apply->batch);
    error_clear(&apply->stopped);
    free(apply);
}

void apply_close(struct session *session)
{
    if (session->apply != NULL) {
        apply_free(session->apply);
        session->apply = NULL;
    }
}

static void report(struct apply *apply, bool finished)
{
    session_notify(apply->session, SESSION_EVENT_CHANGES);
    if (apply->handler != NULL) {
        apply->handler(apply->context, &apply->report, finished, &apply->stopped);
    }
}

/* With very many changed rows the sets read themselves anew around what is shown. */
static void refresh_sets(struct session *session)
{
    for (size_t i = 0; i < session->set_count; i++) {
        const struct page *page;
        size_t row;
        char *id = NULL;
        if (record_set_row(session->sets[i], session->sets[i]->first, &page, &row)) {
            struct value value = page_id(page, row);
            id = memory_copy(value.as.text.bytes, value.as.text.length);
        }
        record_set_refresh(session->sets[i], id);
        free(id);
    }
}

static void finish(struct apply *apply)
{
    struct session *session = apply->session;
    bool many = apply->report.succeeded > MOST_SINGLE_ROWS;
    apply_keep_for_undo(apply);
    session->apply = NULL;
    if (many) {
        refresh_sets(session);
    }
    session_notify(session, SESSION_EVENT_RECORDS);
    report(apply, true);
    apply_free(apply);
}

/* --- sending --- */

/* What the record must still hold for the change to be sent. */
static struct record *expected_of(const struct schema *schema, const struct change *change)
{
    struct record *expected = record_new(change->object, change->record_id);
    for (size_t i = 0; change->kind == CHANGE_UPDATE && i < change->field_count; i++) {
        if (change->fields[i].old_value.kind != VALUE_ABSENT) {
            record_set(expected, change->fields[i].name, &change->fields[i].old_value);
        }
    }
    if (schema != NULL && schema->version_field != NULL && change->version != NULL) {
        struct value version = value_string(change->version);
        record_set(expected, schema->version_field, &version);
    }
    if (expected->field_count == 0) {
        record_free(expected);
        return NULL;
    }
    return expected;
}

/* The values to send; a reference to a staged create is the id it got. */
static struct record *values_of(const struct apply *apply, const struct session *session,
                                const struct change *change)
{
    struct record *values = record_new(change->object, change->record_id);
    for (size_t i = 0; i < change->field_count; i++) {
        const struct change_field *field = &change->fields[i];
        int64_t number = apply_referred_create(&field->new_value);
        const struct apply_item *other =
            number == 0 || apply == NULL ||
                    !apply_is_reference(session, change->object, field->name)
                ? NULL
                : apply_find_create(apply, number);
        if (other != NULL && other->created != NULL) {
            struct value id = value_string(other->created);
            record_set(values, field->name, &id);
        } else if (field->new_value.kind != VALUE_ABSENT) {
            record_set(values, field->name, &field->new_value);
        }
    }
    return values;
}

static const enum operation_kind operation_of[] = {[CHANGE_UPDATE] = OPERATION_UPDATE,
                                                   [CHANGE_CREATE] = OPERATION_CREATE,
                                                   [CHANGE_DELETE] = OPERATION_DELETE};

static void add_write(struct operation *operation, const struct apply *apply,
                      const struct session *session, const struct change *change)
{
    const struct schema *schema = session_schema(session, change->object);
    struct record *values =
        change->kind == CHANGE_DELETE ? NULL : values_of(apply, session, change);
    struct record *expected = change->kind == CHANGE_CREATE ? NULL : expected_of(schema, change);
    operation_add_write(operation, change->record_id, values, expected);
}

/* Why nothing more is sent: a server that cannot be reached now cannot be reached for the rest. */
static bool stops_apply(enum error_kind kind)
{
    return kind == ERROR_NETWORK || kind == ERROR_TIMEOUT || kind == ERROR_SIGN_IN ||
           kind == ERROR_CANCELLED || kind == ERROR_RATE_LIMIT || kind == ERROR_SERVER;
}

static void take_write(struct apply *apply, struct apply_item *item, struct write_result *write)
{
    if (write->success && write->read_back) {
        struct text line = {0};
        text_format(&line, "%s %s: the answer was lost, but it was read back and was done",
                    operation_name(operation_of[item->kind]), item->object);
        session_log_add(apply->session, text_string(&line), false);
        text_free(&line);
    }
    if (write->success) {
        apply_mark_done(apply, item, write->id);
    } else if (write->error.kind == ERROR_CONFLICT) {
        apply_mark_conflict(apply, item, &write->error, write->current);
    } else {
        apply_mark_failed(apply, item, &write->error, write->lost);
    }
}

/* A batch that failed as a whole. lost: nobody knows what was done of it. */
static void take_failure(struct apply *apply, const struct error *error, bool lost)
{
    for (size_t i = 0; i < apply->batch_count; i++) {
        struct apply_item *item = batch_item(apply, i);
        if (!item->done) {
            apply_mark_failed(apply, item, error, lost);
        }
    }
    if (stops_apply(error->kind)) {
        error_copy(&apply->stopped, error);
    }
}

static void batch_arrived(void *context, const struct operation *operation, struct result *result)
{
    struct apply *apply = context;
    apply->job = 0;
    if (error_is_set(&result->error)) {
        take_failure(apply, &result->error, result->lost || operation == NULL);
    }
    size_t at = 0;
    for (size_t i = 0; i < apply->batch_count && !error_is_set(&result->error); i++) {
        struct apply_item *item = batch_item(apply, i);
        if (item->done) {
            continue;
        }
        if (at < result->write_count) {
            take_write(apply, item, &result->writes[at++]);
        } else {
            struct error missing = {0};
            error_set(&missing, ERROR_PROTOCOL, "No result came for this record.");
            apply_mark_failed(apply, item, &missing, true);
            error_clear(&missing);
        }
    }
    report(apply, false);
    next_batch(apply);
}

/* On disk as SENDING first, all of the batch in one step. */
static bool journal_sending(struct apply *apply, struct error *error)
{
    struct journal *journal = apply->session->journal;
    if (!journal_begin(journal, error)) {
        return false;
    }
    for (size_t i = 0; i < apply->batch_count; i++) {
        struct apply_item *item = batch_item(apply, i);
        if (item->done) {
            continue;
        }
        struct change *copy = change_copy(apply_change(apply, item));
        copy->state = CHANGE_SENDING;
        bool written = journal_write(journal, copy, error);
        change_free(copy);
        if (!written) {
            journal_rollback(journal);
            return false;
        }
    }
    return journal_commit(journal, error);
}

/* All or none of a call: where one of its records cannot go, the others do not go either. */
static bool keep_back(struct apply *apply)
{
    bool lost_one = false;
    for (size_t i = 0; i < apply->batch_count; i++) {
        lost_one = lost_one || batch_item(apply, i)->done;
    }
    if (!apply->session->all_or_none || !lost_one) {
        return false;
    }
    struct error error = {0};
    error_set(&error, ERROR_VALIDATION,
              "Not sent: another record of the same call was changed by someone else, and all or "
              "none of them are written.");
    take_failure(apply, &error, false);
    error_clear(&error);
    report(apply, false);
    next_batch(apply);
    return true;
}

static void send_batch(struct apply *apply)
{
    struct session *session = apply->session;
    struct error error = {0};
    if (keep_back(apply)) {
        return;
    }
    const struct apply_item *first = batch_item(apply, 0);
    struct operation *operation = operation_new(operation_of[first->kind], first->object);
    operation->all_or_none = session->all_or_none;
    for (size_t i = 0; i < apply->batch_count; i++) {
        if (!batch_item(apply, i)->done) {
            add_write(operation, apply, session, apply_change(apply, batch_item(apply, i)));
        }
    }
    if (operation->write_count == 0 || !journal_sending(apply, &error)) {
        operation_free(operation);
        error_move(&apply->stopped, &error);
        next_batch(apply);
        return;
    }
    apply->report.sent += operation->write_count;
    for (size_t i = 0; i < apply->batch_count; i++) {
        if (!batch_item(apply, i)->done) {
            apply_change(apply, batch_item(apply, i))->state = CHANGE_SENDING;
        }
    }
    session_notify(session, SESSION_EVENT_CHANGES);
    apply->job = session_submit_own(session, operation, JOB_NOW, batch_arrived, apply, &error);
    if (apply->job == 0) {
        take_failure(apply, &error, false);
        error_clear(&error);
        next_batch(apply);
    }
}

/* --- reading before sending --- */

static bool must_read(const struct apply *apply, enum change_kind kind)
{
    bool checks = (apply->session->ops->abilities & CAN_CHECK) != 0;
    return kind == CHANGE_DELETE || (kind == CHANGE_UPDATE && !checks);
}

/* Does the record still hold what the change expects? */
static bool holds(const struct record *expected, const struct record *current)
{
    for (size_t i = 0; expected != NULL && i < expected->field_count; i++) {
        struct value now = record_value(current, expected->fields[i].name);
        if (!value_same(&expected->fields[i].value, &now)) {
            return false;
        }
    }
    return true;
}

static void check_item(struct apply *apply, struct apply_item *item, struct record **current)
{
    struct error error = {0};
    const struct change *change = apply_change(apply, item);
    const char *name = change->label == NULL ? change->record_id : change->label;
    struct record *expected = expected_of(session_schema(apply->session, change->object), change);
    if (*current == NULL) {
        error_set(&error, ERROR_CONFLICT, "%s is not there any more: someone else deleted it.",
                  name);
        apply_mark_conflict(apply, item, &error, NULL);
    } else if (!holds(expected, *current)) {
        error_set(&error, ERROR_CONFLICT, "%s was changed by someone else since it was read.",
                  name);
        apply_mark_conflict(apply, item, &error, *current);
    } else if (item->kind == CHANGE_DELETE) {
        item->before = *current;
        *current = NULL;
    }
    record_free(expected);
    error_clear(&error);
}

static void before_arrived(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct apply *apply = context;
    apply->job = 0;
    if (error_is_set(&result->error)) {
        take_failure(apply, &result->error, false);
        report(apply, false);
        next_batch(apply);
        return;
    }
    for (size_t i = 0; i < apply->batch_count && i < result->record_count; i++) {
        check_item(apply, batch_item(apply, i), &result->records[i]);
    }
    send_batch(apply);
}

static void read_batch(struct apply *apply)
{
    struct error error = {0};
    struct operation *get = operation_new(OPERATION_GET, batch_item(apply, 0)->object);
    for (size_t i = 0; i < apply->batch_count; i++) {
        operation_add_id(get, apply_change(apply, batch_item(apply, i))->record_id);
    }
    apply->job = session_submit_own(apply->session, get, JOB_NOW, before_arrived, apply, &error);
    if (apply->job == 0) {
        take_failure(apply, &error, false);
        error_clear(&error);
        next_batch(apply);
    }
}

/* --- batches --- */

/* A create that refers to one that failed is not sent. */
static bool lacks_parent(struct apply *apply, struct apply_item *item)
{
    const struct change *change = apply_change(apply, item);
    for (size_t i = 0; i < change->field_count; i++) {
        int64_t number = apply_referred_create(&change->fields[i].new_value);
        if (number == 0 ||
            !apply_is_reference(apply->session, change->object, change->fields[i].name)) {
            continue;
        }
        const struct apply_item *other = apply_find_create(apply, number);
        if (other == NULL || (other->done && other->created == NULL)) {
            struct error error = {0};
            error_set(&error, ERROR_VALIDATION,
                      "Not sent: it refers to the new record +%lld, which was not created.",
                      (long long)number);
            error_add_field(&error, change->fields[i].name, NULL, "refers to a record not created");
            apply_mark_failed(apply, item, &error, false);
            error_clear(&error);
            return true;
        }
    }
    return false;
}

static bool waits_for_batch(const struct apply *apply, const struct apply_item *item)
{
    const struct change *change = apply_change(apply, item);
    for (size_t i = 0; i < change->field_count; i++) {
        int64_t number = apply_referred_create(&change->fields[i].new_value);
        const struct apply_item *other = number == 0 ? NULL : apply_find_create(apply, number);
        if (other != NULL && !other->done) {
            return true;
        }
    }
    return false;
}

static size_t most_in_batch(const struct apply *apply, enum change_kind kind)
{
    size_t most = apply->session->ops->batch[operation_of[kind]];
    return most == 0 ? 1 : most;
}

/* The next items of one kind and object that can go together. */
static void fill_batch(struct apply *apply)
{
    const struct apply_item *first = NULL;
    apply->batch_count = 0;
    for (size_t i = 0; i < apply->item_count; i++) {
        struct apply_item *item = &apply->items[i];
        if (item->done || apply_change(apply, item) == NULL || lacks_parent(apply, item)) {
            continue;
        }
        if (first == NULL) {
            first = item;
        } else if (item->kind != first->kind || strcmp(item->object, first->object) != 0 ||
                   waits_for_batch(apply, item) ||
                   apply->batch_count == most_in_batch(apply, first->kind)) {
            return;
        }
        apply->batch[apply->batch_count++] = i;
    }
}

static void next_batch(struct apply *apply)
{
    apply->batch_count = 0;
    if (!error_is_set(&apply->stopped)) {
        fill_batch(apply);
    }
    if (apply->batch_count == 0) {
        finish(apply);
    } else if (must_read(apply, batch_item(apply, 0)->kind)) {
        read_batch(apply);
    } else {
        send_batch(apply);
    }
}

/* --- beginning --- */

/* The schemas of what is sent are needed: changes left by an earlier run come without. */
static void schema_came(void *context, const struct schema *schema, const struct error *error);

static void want_schemas(struct apply *apply)
{
    struct session *session = apply->session;
    for (size_t i = 0; i < apply->item_count; i++) {
        if (session_schema(session, apply->items[i].object) == NULL) {
            apply->ticket =
                session_want_schema(session, apply->items[i].object, schema_came, apply);
            return;
        }
    }
    apply_order_items(apply);
    next_batch(apply);
}

static void schema_came(void *context, const struct schema *schema, const struct error *error)
{
    struct apply *apply = context;
    if (schema == NULL) {
        error_copy(&apply->stopped, error);
        finish(apply);
        return;
    }
    want_schemas(apply);
}

static bool is_wanted(const struct change *change, const int64_t *ids, size_t count)
{
    bool uncertain_create = change->kind == CHANGE_CREATE && change->state == CHANGE_UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        if (ids[i] == change->id) {
            return true;
        }
    }
    return ids == NULL && !uncertain_create;
}

static void add_items(struct apply *apply, const int64_t *ids, size_t count)
{
    const struct session *session = apply->session;
    apply->items = memory_zeroed(session->change_count, sizeof *apply->items);
    apply->batch = memory_zeroed(session->change_count, sizeof *apply->batch);
    for (size_t i = 0; i < session->change_count; i++) {
        const struct change *change = session->changes[i];
        if (is_wanted(change, ids, count)) {
            apply->items[apply->item_count++] =
                (struct apply_item){.id = change->id,
                                    .kind = change->kind,
                                    .object = memory_copy_string(change->object)};
        }
    }
}

bool session_apply(struct session *session, const int64_t *ids, size_t count, apply_handler handler,
                   void *context, struct error *error)
{
    if (!changes_may_stage(session, error)) {
        return false;
    }
    if (session->apply != NULL) {
        return error_set(error, ERROR_USAGE, "Changes are already being applied.");
    }
    struct apply *apply = memory_zeroed(1, sizeof *apply);
    apply->session = session;
    apply->handler = handler;
    apply->context = context;
    add_items(apply, ids, count);
    if (apply->item_count == 0) {
        apply_free(apply);
        return error_set(
            error, ERROR_USAGE,
            session->change_count == 0
                ? "There is nothing to apply."
                : "Not sent again, for it may have been done: Space, then a, sends it.");
    }
    session->apply = apply;
    want_schemas(apply);
    return true;
}

bool session_applying(const struct session *session)
{
    return session->apply != NULL;
}

bool session_set_all_or_none(struct session *session, bool all_or_none, struct error *error)
{
    if (all_or_none && !session_can(session, CAN_ALL_OR_NONE)) {
        return error_set(error, ERROR_UNSUPPORTED, "%s writes each record for itself.",
                         session->ops->label);
    }
    session->all_or_none = all_or_none;
    return true;
}

bool session_all_or_none(const struct session *session)
{
    return session->all_or_none;
}

uint64_t session_explain_change(struct session *session, int64_t id, session_handler handler,
                                void *context, struct error *error)
{
    const struct change *change = changes_get(session, id);
    if (change == NULL) {
        error_set(error, ERROR_NOT_FOUND, "There is no staged change with the number %lld.",
                  (long long)id);
        return 0;
    }
    if ((session->ops->abilities & CAN_EXPLAIN) == 0) {
        error_set(error, ERROR_UNSUPPORTED, "%s cannot say what would be sent.",
                  session->ops->label);
        return 0;
    }
    struct operation *operation = operation_new(operation_of[change->kind], change->object);
    operation->explain = true;
    add_write(operation, NULL, session, change);
    return session_submit(session, operation, JOB_NOW, handler, context, error);
}
