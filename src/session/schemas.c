/*
 * schemas: the list of objects and what is known of each. UI thread.
 *
 * Whoever wants a schema gets a ticket. After every answer all tickets are looked at again: each
 * step that is missing (the list, the schema, its parents' schemas) is asked for once, and a ticket
 * whose steps are all there is taken out and answered. A schema once known is never changed, and
 * one that was replaced is kept, so what was borrowed stays good as long as the session.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/session_internal.h"

static void advance_tickets(struct session *session);

/* --- the list --- */

const struct object_info *session_objects(const struct session *session, size_t *count)
{
    *count = session->object_count;
    return session->objects_known ? session->objects : NULL;
}

static long object_index(const struct session *session, const char *name)
{
    for (size_t i = 0; i < session->object_count; i++) {
        if (strcmp(session->objects[i].name, name) == 0) {
            return (long)i;
        }
    }
    return -1;
}

static int64_t known_count(const struct session *session, const char *object)
{
    long at = object_index(session, object);
    return at < 0 ? -1 : session->objects[at].count;
}

/* A list without counts keeps the counts that were known. */
static void take_objects(struct session *session, struct result *result)
{
    for (size_t i = 0; i < result->object_count; i++) {
        if (result->objects[i].count < 0) {
            result->objects[i].count = known_count(session, result->objects[i].name);
        }
    }
    object_info_free(session->objects, session->object_count);
    free(session->counted);
    session->counted = memory_zeroed(result->object_count, sizeof *session->counted);
    session->objects = result->objects;
    session->object_count = result->object_count;
    result->objects = NULL;
    result->object_count = 0;
    session->objects_known = true;
    session_notify(session, SESSION_EVENT_OBJECTS);
}

/* --- counts: one object at a time, so that a count nobody waits for never holds up a page --- */

static void ask_next_count(struct session *session);

/* An adapter that cannot count one alone has counted them all. */
static void take_counts(struct session *session, const struct result *result)
{
    for (size_t i = 0; i < result->object_count; i++) {
        long at = object_index(session, result->objects[i].name);
        if (at >= 0) {
            session->objects[at].count = result->objects[i].count;
            session->counted[at] = true;
        }
    }
    session_notify(session, SESSION_EVENT_OBJECTS);
}

static void want_none(struct session *session)
{
    for (size_t i = 0; i < session->count_name_count; i++) {
        free(session->count_names[i]);
    }
    free(session->count_names);
    session->count_names = NULL;
    session->count_name_count = 0;
}

/* What fails for one object so fails for all: none is asked for again before a refresh. A password
 * that is refused once for each object may lock its user out. */
static bool ends_counting(const struct error *error)
{
    return error->kind == ERROR_SIGN_IN || error->kind == ERROR_NETWORK;
}

static void counts_arrived(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct session *session = context;
    session->counts_job = 0;
    if (ends_counting(&result->error)) {
        error_copy(&session->objects_error, &result->error);
        memset(session->counted, true, session->object_count * sizeof *session->counted);
        session_notify(session, SESSION_EVENT_OBJECTS);
        return;
    }
    if (!error_is_set(&result->error)) {
        take_counts(session, result);
    }
    ask_next_count(session);
}

/* The next object that is wanted and was not asked for; -1 when there is none. */
static long next_to_count(const struct session *session)
{
    for (size_t i = 0; i < session->count_name_count; i++) {
        long at = object_index(session, session->count_names[i]);
        if (at >= 0 && !session->counted[at]) {
            return at;
        }
    }
    return -1;
}

static void ask_next_count(struct session *session)
{
    long next = session->counts_job != 0 || !session->objects_known ? -1 : next_to_count(session);
    if (next < 0) {
        return;
    }
    struct error error = {0};
    struct operation *counts = operation_new(OPERATION_LIST_OBJECTS, session->objects[next].name);
    session->counted[next] = true;
    counts->count_objects = true;
    session->counts_job =
        session_submit_own(session, counts, JOB_IDLE, counts_arrived, session, &error);
    error_clear(&error);
}

void session_want_counts(struct session *session, const char *const *names, size_t count)
{
    want_none(session);
    session->count_names = memory_zeroed(count + 1, sizeof *session->count_names);
    session->count_name_count = count;
    for (size_t i = 0; i < count; i++) {
        session->count_names[i] = memory_copy_string(names[i]);
    }
    ask_next_count(session);
}

static void objects_arrived(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct session *session = context;
    session->objects_job = 0;
    if (error_is_set(&result->error)) {
        error_copy(&session->objects_error, &result->error);
        session_notify(session, SESSION_EVENT_OBJECTS);
    } else {
        error_clear(&session->objects_error);
        take_objects(session, result);
        ask_next_count(session);
    }
    advance_tickets(session);
}

static void ask_for_objects(struct session *session)
{
    if (session->objects_job == 0) {
        struct error error = {0};
        error_clear(&session->objects_error);
        session->objects_job =
            session_submit_own(session, operation_new(OPERATION_LIST_OBJECTS, NULL), JOB_NOW,
                               objects_arrived, session, &error);
        error_clear(&error);
    }
}

void session_refresh_objects(struct session *session)
{
    session_withdraw(session, session->counts_job);
    session->counts_job = 0;
    ask_for_objects(session);
}

const struct error *session_objects_error(const struct session *session)
{
    return &session->objects_error;
}

/* The name as the list spells it: exactly, or without regard to case where that is one. */
static const char *object_spelling(const struct session *session, const char *object)
{
    const char *found = NULL;
    for (size_t i = 0; i < session->object_count; i++) {
        const char *name = session->objects[i].name;
        if (strcmp(name, object) == 0) {
            return name;
        }
        if (text_equal_folded(name, object)) {
            if (found != NULL) {
                return NULL;
            }
            found = name;
        }
    }
    return found;
}

static void set_no_such_object(const struct session *session, const char *object,
                               struct error *error)
{
    const char **names = memory_zeroed(session->object_count, sizeof *names);
    for (size_t i = 0; i < session->object_count; i++) {
        names[i] = session->objects[i].name;
    }
    const char *nearest = text_nearest(object, names, session->object_count);
    error_set(error, ERROR_NOT_FOUND, "There is no object called '%s' in %s.", object,
              session->profile->name);
    if (nearest != NULL) {
        error_set_hint(error, "did you mean %s?", nearest);
    }
    free(names);
}

/* --- schemas --- */

static struct schema_entry *find_entry(const struct session *session, const char *name)
{
    for (size_t i = 0; i < session->schema_count; i++) {
        if (strcmp(session->schemas[i]->name, name) == 0) {
            return session->schemas[i];
        }
    }
    return NULL;
}

const struct schema *session_schema(const struct session *session, const char *object)
{
    const struct schema_entry *entry = find_entry(session, object);
    if (entry == NULL) {
        const char *name = object_spelling(session, object);
        entry = name == NULL ? NULL : find_entry(session, name);
    }
    return entry == NULL ? NULL : entry->schema;
}

static struct schema_entry *add_entry(struct session *session, const char *name)
{
    struct schema_entry *entry = memory_zeroed(1, sizeof *entry);
    entry->name = memory_copy_string(name);
    session->schemas = memory_grow(session->schemas, session->schema_count,
                                   &session->schema_capacity, sizeof *session->schemas);
    session->schemas[session->schema_count++] = entry;
    return entry;
}

static struct schema_entry *entry_of_running(const struct session *session)
{
    for (size_t i = 0; i < session->schema_count; i++) {
        if (session->schemas[i]->job != 0) {
            return session->schemas[i];
        }
    }
    return NULL;
}

/* A cancelled job comes without its operation: then whatever is being fetched is given up. */
static void give_up_running(struct session *session, const struct error *error)
{
    for (struct schema_entry *entry = entry_of_running(session); entry != NULL;
         entry = entry_of_running(session)) {
        session_withdraw(session, entry->job);
        entry->job = 0;
        error_copy(&entry->error, error);
    }
}

static void replace_schema(struct session *session, struct schema_entry *entry,
                           struct schema *schema)
{
    if (entry->schema != NULL) {
        session->replaced = memory_grow(session->replaced, session->replaced_count,
                                        &session->replaced_capacity, sizeof *session->replaced);
        session->replaced[session->replaced_count++] = entry->schema;
    }
    entry->schema = schema;
    entry->doubted = false;
}

static void take_schema_of(struct session *session, const char *name, struct schema **schema,
                           const struct error *error)
{
    struct schema_entry *entry = find_entry(session, name);
    entry->job = 0;
    if (error_is_set(error)) {
        error_copy(&entry->error, error);
    } else if (*schema == NULL) {
        error_set(&entry->error, ERROR_PROTOCOL, "The describe of %s came back empty.", name);
    } else {
        replace_schema(session, entry, *schema);
        *schema = NULL;
    }
}

/* Of several, one that there is not may have kept the others from being told. */
static bool may_come_alone(const struct operation *operation, const struct error *error)
{
    return operation->id_count > 0 && error_is_set(error) && error->kind != ERROR_CANCELLED &&
           error->kind != ERROR_SIGN_IN && error->kind != ERROR_NETWORK &&
           error->kind != ERROR_TIMEOUT;
}

static void ask_alone(struct session *session, const char *name)
{
    struct schema_entry *entry = find_entry(session, name);
    entry->job = 0;
    entry->alone = true;
}

static void schema_arrived(void *context, const struct operation *operation, struct result *result)
{
    struct session *session = context;
    if (operation == NULL) {
        give_up_running(session, &result->error);
        advance_tickets(session);
        return;
    }
    bool alone = may_come_alone(operation, &result->error);
    struct schema *none = NULL;
    for (size_t i = 0; i <= operation->id_count; i++) {
        const char *name = i == 0 ? operation->object : operation->ids[i - 1];
        bool given = i == 0 || i <= result->further_count;
        struct schema **schema = i == 0 ? &result->schema : given ? &result->further[i - 1] : &none;
        if (alone) {
            ask_alone(session, name);
        } else {
            take_schema_of(session, name, schema, &result->error);
        }
    }
    advance_tickets(session);
}

static struct schema_entry *entry_of(struct session *session, const char *name)
{
    struct schema_entry *entry = find_entry(session, name);
    return entry == NULL ? add_entry(session, name) : entry;
}

static bool is_missing(const struct schema_entry *entry)
{
    return (entry->schema == NULL || entry->doubted) && entry->job == 0 &&
           !error_is_set(&entry->error);
}

static void submit_describe(struct session *session, struct operation *operation,
                            struct schema_entry *const *entries, size_t count)
{
    struct error error = {0};
    uint64_t job = session_submit_own(session, operation, JOB_NOW, schema_arrived, session, &error);
    for (size_t i = 0; i < count; i++) {
        entries[i]->job = job;
        if (job == 0) {
            error_copy(&entries[i]->error, &error);
        }
    }
    error_clear(&error);
}

/* The entry of an object, asked for if it is not known; its job is 0 when it is settled. */
static struct schema_entry *ask_for_schema(struct session *session, const char *name)
{
    struct schema_entry *entry = entry_of(session, name);
    if (is_missing(entry)) {
        submit_describe(session, operation_new(OPERATION_DESCRIBE, name), &entry, 1);
    }
    return entry;
}

/* Entries that are missing, asked for as many at a time as the backend tells of. */
static void ask_for_several(struct session *session, struct schema_entry **entries, size_t count)
{
    size_t most = session->ops->batch[OPERATION_DESCRIBE];
    for (size_t start = 0, asked; start < count; start += asked) {
        struct operation *operation = operation_new(OPERATION_DESCRIBE, entries[start]->name);
        for (asked = 1; start + asked < count && asked < most && !entries[start]->alone &&
                        !entries[start + asked]->alone;
             asked++) {
            operation_add_id(operation, entries[start + asked]->name);
        }
        submit_describe(session, operation, entries + start, asked);
    }
}

static bool holds(struct schema_entry *const *entries, size_t count,
                  const struct schema_entry *entry)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i] == entry) {
            return true;
        }
    }
    return false;
}

/* Are all parents one step away settled? Asks for those that are not. */
static bool parents_settled(struct session *session, const struct schema *schema)
{
    struct schema_entry **missing = memory_zeroed(schema->field_count, sizeof *missing);
    size_t count = 0;
    bool settled = true;
    for (size_t i = 0; i < schema->field_count; i++) {
        const char *parent = schema->fields[i].references;
        const char *name = parent == NULL ? NULL : object_spelling(session, parent);
        struct schema_entry *entry = name == NULL ? NULL : entry_of(session, name);
        if (entry != NULL && is_missing(entry) && !holds(missing, count, entry)) {
            missing[count++] = entry;
        }
        settled = settled && (entry == NULL || entry->job == 0);
    }
    ask_for_several(session, missing, count);
    for (size_t i = 0; i < count; i++) {
        settled = settled && missing[i]->job == 0; /* else it was refused at once */
    }
    free(missing);
    return settled;
}

/* What a ticket leads to: false when it has to wait. */
static bool ticket_settled(struct session *session, const char *object,
                           const struct schema **schema, struct error *error)
{
    *schema = NULL;
    if (!session->objects_known) {
        if (error_is_set(&session->objects_error)) {
            error_copy(error, &session->objects_error);
            return true;
        }
        ask_for_objects(session);
        return false;
    }
    const char *name = object_spelling(session, object);
    if (name == NULL) {
        set_no_such_object(session, object, error);
        return true;
    }
    struct schema_entry *entry = ask_for_schema(session, name);
    if (entry->job != 0) {
        return false;
    }
    if (entry->schema == NULL) {
        error_move(error, &entry->error); /* so that the next one who asks tries again */
        return true;
    }
    *schema = entry->schema;
    return parents_settled(session, entry->schema);
}

static void answer_ticket(struct schema_ticket *ticket, const struct schema *schema,
                          const struct error *error)
{
    ticket->handler(ticket->context, schema, error);
    free(ticket->object);
}

/* A handler may ask for more: the list is looked at from the start after each answer. */
static void advance_tickets(struct session *session)
{
    for (size_t i = 0; i < session->ticket_count;) {
        struct error error = {0};
        const struct schema *schema;
        if (!ticket_settled(session, session->tickets[i].object, &schema, &error)) {
            i++;
            continue;
        }
        struct schema_ticket ticket = session->tickets[i];
        session->ticket_count--;
        memmove(&session->tickets[i], &session->tickets[i + 1],
                (session->ticket_count - i) * sizeof *session->tickets);
        answer_ticket(&ticket, schema, &error);
        error_clear(&error);
        i = 0;
    }
}

/* Who asks anew, tries anew. */
static void forget_failure(struct session *session, const char *object)
{
    if (session->objects_job == 0) {
        error_clear(&session->objects_error);
    }
    const char *name = object_spelling(session, object);
    struct schema_entry *entry = name == NULL ? NULL : find_entry(session, name);
    if (entry != NULL) {
        error_clear(&entry->error);
    }
}

void session_doubt_schemas(struct session *session)
{
    for (size_t i = 0; i < session->schema_count; i++) {
        session->schemas[i]->doubted = session->schemas[i]->schema != NULL;
    }
}

uint64_t session_want_schema(struct session *session, const char *object, schema_handler handler,
                             void *context)
{
    struct error error = {0};
    const struct schema *schema;
    forget_failure(session, object);
    if (ticket_settled(session, object, &schema, &error)) {
        handler(context, schema, &error);
        error_clear(&error);
        return 0;
    }
    session->tickets = memory_grow(session->tickets, session->ticket_count,
                                   &session->ticket_capacity, sizeof *session->tickets);
    struct schema_ticket *ticket = &session->tickets[session->ticket_count++];
    *ticket = (struct schema_ticket){++session->last_ticket, memory_copy_string(object), handler,
                                     context};
    return ticket->id;
}

void session_forget(struct session *session, uint64_t id)
{
    for (size_t i = 0; i < session->ticket_count; i++) {
        if (session->tickets[i].id == id) {
            free(session->tickets[i].object);
            session->ticket_count--;
            memmove(&session->tickets[i], &session->tickets[i + 1],
                    (session->ticket_count - i) * sizeof *session->tickets);
            return;
        }
    }
}

/* --- headless --- */

struct waiting_schema {
    bool done;
    struct schema *schema; /* held */
    struct error *error;
};

static void take_schema(void *context, const struct schema *schema, const struct error *error)
{
    struct waiting_schema *waiting = context;
    waiting->done = true;
    if (schema != NULL) {
        waiting->schema = schema_hold(schema);
    } else {
        error_copy(waiting->error, error);
    }
}

struct schema *session_run_schema(struct session *session, const char *object, int stop,
                                  struct error *error)
{
    struct waiting_schema waiting = {false, NULL, error};
    uint64_t ticket = session_want_schema(session, object, take_schema, &waiting);
    while (!waiting.done) {
        if (!session_wait(session, stop)) {
            session_forget(session, ticket);
            error_set(error, ERROR_CANCELLED, "Interrupted.");
            return NULL;
        }
        session_dispatch(session);
    }
    return waiting.schema;
}

/* --- resolving --- */

struct resolver {
    struct session *session;
    int stop;
};

enum { KNOWN_ALONE = -2 }; /* as stop: do not wait */

static struct schema *look_up(void *context, const char *object, struct error *error)
{
    struct resolver *resolver = context;
    const struct schema *schema = session_schema(resolver->session, object);
    if (schema != NULL) {
        return schema_hold(schema);
    }
    if (resolver->stop != KNOWN_ALONE) {
        return session_run_schema(resolver->session, object, resolver->stop, error);
    }
    error_set(error, ERROR_NOT_FOUND, "The fields of %s are not known yet.", object);
    return NULL;
}

bool session_resolve(struct session *session, struct query *query, int stop, struct error *error)
{
    struct resolver resolver = {session, stop};
    struct schema *schema = look_up(&resolver, query->object, error);
    if (schema == NULL) {
        return false;
    }
    if (strcmp(query->object, schema->name) != 0) {
        free(query->object);
        query->object = memory_copy_string(schema->name);
    }
    struct date_clock clock = session_clock(session);
    bool resolved = query_resolve(query, schema, look_up, &resolver, &clock, error);
    schema_release(schema);
    return resolved;
}

static bool id_is_of(const struct session *session, const char *id, const char *object)
{
    for (size_t i = 0; i < session->object_count; i++) {
        const char *prefix = session->objects[i].id_prefix;
        if (strcmp(session->objects[i].name, object) == 0) {
            return prefix != NULL && *prefix != '\0' && strncmp(id, prefix, strlen(prefix)) == 0;
        }
    }
    return false;
}

const char *session_reference_object(const struct session *session, const struct field *field,
                                     const char *id)
{
    for (size_t i = 0; id != NULL && i < field->also_reference_count; i++) {
        if (id_is_of(session, id, field->also_references[i])) {
            return field->also_references[i];
        }
    }
    return field->references;
}

void schemas_close(struct session *session)
{
    for (size_t i = 0; i < session->schema_count; i++) {
        schema_release(session->schemas[i]->schema);
        error_clear(&session->schemas[i]->error);
        free(session->schemas[i]->name);
        free(session->schemas[i]);
    }
    free(session->schemas);
    for (size_t i = 0; i < session->replaced_count; i++) {
        schema_release(session->replaced[i]);
    }
    free(session->replaced);
    for (size_t i = 0; i < session->ticket_count; i++) {
        free(session->tickets[i].object);
    }
    free(session->tickets);
    object_info_free(session->objects, session->object_count);
    want_none(session);
    free(session->counted);
    error_clear(&session->objects_error);
}
