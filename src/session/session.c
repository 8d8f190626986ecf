/*
 * session: opening, running operations, observing, the log. UI thread.
 *
 * A pending entry lives from submit until its answer is delivered or it is cancelled; it is taken
 * out before its handler runs, so a handler may submit, cancel and close what it likes.
 */
#include "session/session_internal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"

enum { LOG_SIZE = 1000 };

/* --- opening --- */

struct session *session_open_on(const struct backend_ops *ops, const struct config *config,
                                const struct profile *profile, unsigned flags, struct error *error)
{
    struct backend *backend = ops->create(profile, error);
    if (backend == NULL) {
        return NULL;
    }
    struct fetch *fetch = fetch_new(backend, profile, error);
    if (fetch == NULL) {
        return NULL;
    }
    struct session *session = memory_zeroed(1, sizeof *session);
    session->config = config;
    session->profile = profile_copy(profile);
    session->ops = ops;
    session->backend = backend;
    session->fetch = fetch;
    changes_open(session, (flags & SESSION_JOURNAL) != 0);
    views_and_remembered_open(session);
    return session;
}

/* Says where the profile is, what it names, and which backends there are. */
static void refuse_backend(const struct profile *profile, struct error *error)
{
    size_t count;
    const struct backend_ops *const *all = backend_all(&count);
    const char *wanted = profile->backend == NULL ? "" : profile->backend;
    const char **names = memory_zeroed(count, sizeof *names);
    struct text known = {0};
    for (size_t i = 0; i < count; i++) {
        names[i] = all[i]->name;
        text_format(&known, "%s%s", i > 0 ? ", " : "", all[i]->name);
    }
    error_set(error, ERROR_USAGE, "The profile %s names the backend '%s', which there is not.",
              profile->name, wanted);
    if (profile->source != NULL) {
        error_context(error, "%s:%d: ", profile->source, profile->line);
    }
    const char *nearest = text_nearest(wanted, names, count);
    if (nearest != NULL) {
        error_set_hint(error, "did you mean %s?", nearest);
    } else {
        error_set_hint(error, "there are: %s", text_string(&known));
    }
    text_free(&known);
    free(names);
}

struct session *session_open(const struct config *config, const struct profile *profile,
                             unsigned flags, struct error *error)
{
    const struct backend_ops *ops = backend_find(profile->backend);
    if (ops == NULL) {
        refuse_backend(profile, error);
        return NULL;
    }
    return session_open_on(ops, config, profile, flags, error);
}

void session_close(struct session *session)
{
    if (session == NULL) {
        return;
    }
    fetch_free(session->fetch);
    apply_close(session);
    changes_close(session);
    views_and_remembered_close(session);
    schemas_close(session);
    for (size_t i = 0; i < session->log_count; i++) {
        free(session->log[i].text);
    }
    free(session->log);
    free(session->pending);
    free(session->sets);
    profile_free(session->profile);
    free(session);
}

const struct profile *session_profile(const struct session *session)
{
    return session->profile;
}

const struct backend_ops *session_backend(const struct session *session)
{
    return session->ops;
}

struct date_clock session_clock(const struct session *session)
{
    return date_clock_now(session->config == NULL ? 1 : session->config->week_start);
}

static const uint32_t write_abilities =
    CAN_CREATE | CAN_UPDATE | CAN_UPSERT | CAN_DELETE | CAN_UNDELETE | CAN_UPLOAD;

bool session_can(const struct session *session, uint32_t ability)
{
    if (session->profile->read_only && (ability & write_abilities) != 0) {
        return false;
    }
    return (session->ops->abilities & ability) == ability;
}

char *session_source(const struct session *session)
{
    if (session->ops->describe_instance == NULL) {
        return memory_copy_string(session->ops->label);
    }
    return session->ops->describe_instance(session->backend);
}

/* --- observing --- */

void session_observe(struct session *session, void (*observer)(void *context, unsigned events),
                     void *context)
{
    session->observer = observer;
    session->observer_context = context;
}

void session_notify(struct session *session, unsigned events)
{
    if (session->dispatching) {
        session->events |= events;
    } else if (session->observer != NULL) {
        session->observer(session->observer_context, events);
    }
}

/* --- running operations --- */

/* What a backend must be able to do for a kind of operation; 0: every one can. */
static const uint32_t ability_of[OPERATION_KIND_COUNT] = {
    [OPERATION_LOOKUP] = CAN_LOOKUP, [OPERATION_LOOKUP_APPEND] = CAN_LOOKUP,
    [OPERATION_GROUP] = CAN_GROUP,   [OPERATION_CREATE] = CAN_CREATE,
    [OPERATION_UPDATE] = CAN_UPDATE, [OPERATION_UPSERT] = CAN_UPSERT,
    [OPERATION_DELETE] = CAN_DELETE, [OPERATION_UNDELETE] = CAN_UNDELETE,
    [OPERATION_UPLOAD] = CAN_UPLOAD, [OPERATION_RAW] = CAN_RAW,
};

static bool may_submit(const struct session *session, const struct operation *operation,
                       struct error *error)
{
    if (session->profile->read_only && backend_writes(session->ops, operation)) {
        error_set(error, ERROR_FORBIDDEN, "The %s was refused: the profile %s is read-only.",
                  operation_name(operation->kind), session->profile->name);
        error_set_hint(error, "take read_only out of the profile to write with it");
        return false;
    }
    uint32_t ability = ability_of[operation->kind];
    if ((session->ops->abilities & ability) != ability) {
        return error_set(error, ERROR_UNSUPPORTED, "%s cannot do that: %s.", session->ops->label,
                         operation_name(operation->kind));
    }
    return true;
}

static void add_pending(struct session *session, struct pending pending)
{
    session->pending = memory_grow(session->pending, session->pending_count,
                                   &session->pending_capacity, sizeof *session->pending);
    session->pending[session->pending_count++] = pending;
}

static bool take_pending(struct session *session, uint64_t job, struct pending *out)
{
    for (size_t i = 0; i < session->pending_count; i++) {
        if (session->pending[i].job == job) {
            *out = session->pending[i];
            session->pending[i] = session->pending[--session->pending_count];
            return true;
        }
    }
    return false;
}

static void hold_schema(const struct session *session, struct operation *operation)
{
    if (operation->schema == NULL && operation->object != NULL &&
        operation->kind != OPERATION_DESCRIBE) {
        const struct schema *schema = session_schema(session, operation->object);
        operation->schema = schema == NULL ? NULL : schema_hold(schema);
    }
}

static uint64_t submit(struct session *session, struct operation *operation,
                       enum job_urgency urgency, struct pending pending, struct error *error)
{
    if (!may_submit(session, operation, error)) {
        operation_free(operation);
        return 0;
    }
    hold_schema(session, operation);
    pending.job = fetch_submit(session->fetch, operation, urgency);
    add_pending(session, pending);
    session_notify(session, SESSION_EVENT_JOBS);
    return pending.job;
}

uint64_t session_submit(struct session *session, struct operation *operation,
                        enum job_urgency urgency, session_handler handler, void *context,
                        struct error *error)
{
    struct pending pending = {.handler = handler, .context = context};
    return submit(session, operation, urgency, pending, error);
}

uint64_t session_submit_own(struct session *session, struct operation *operation,
                            enum job_urgency urgency, session_handler handler, void *context,
                            struct error *error)
{
    struct pending pending = {.handler = handler, .context = context, .hears_cancel = true};
    return submit(session, operation, urgency, pending, error);
}

void session_withdraw(struct session *session, uint64_t job)
{
    struct pending pending;
    if (job != 0 && take_pending(session, job, &pending)) {
        fetch_cancel(session->fetch, job);
        session_notify(session, SESSION_EVENT_JOBS);
    }
}

/* The jobs that are remembered say what it was. */
static void log_cancel(struct session *session, uint64_t job)
{
    enum { MOST = 32 };
    struct job_info jobs[MOST];
    size_t count = fetch_jobs(session->fetch, jobs, MOST);
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].id == job) {
            struct text line = {0};
            text_format(&line, "%s: cancelled", jobs[i].title);
            session_log_add(session, text_string(&line), false);
            text_free(&line);
        }
    }
}

void session_cancel(struct session *session, uint64_t job)
{
    struct pending pending;
    if (!take_pending(session, job, &pending)) {
        return;
    }
    fetch_cancel(session->fetch, job);
    log_cancel(session, job);
    if (pending.hears_cancel) {
        struct result result = {.total = -1};
        error_set(&result.error, ERROR_CANCELLED, "Cancelled.");
        pending.handler(pending.context, NULL, &result);
        result_clear(&result);
    }
    session_notify(session, SESSION_EVENT_JOBS);
}

/* Those that wait now: a handler that hears of it may submit others, which stay. */
void session_cancel_all(struct session *session)
{
    size_t count = session->pending_count;
    uint64_t *jobs = memory_zeroed(count, sizeof *jobs);
    for (size_t i = 0; i < count; i++) {
        jobs[i] = session->pending[i].job;
    }
    for (size_t i = 0; i < count; i++) {
        session_cancel(session, jobs[i]);
    }
    free(jobs);
}

size_t session_parallel(const struct session *session)
{
    int set = session->profile->parallel;
    if ((session->ops->abilities & CAN_PARALLEL) == 0) {
        return 1;
    }
    return set > 0 ? (size_t)set : PROFILE_PARALLEL;
}

char *session_page_cursor(const struct session *session, size_t page, size_t *page_size)
{
    const struct backend_ops *ops = session->ops;
    if (ops->cursor_at == NULL) {
        return NULL;
    }
    if (*page_size == 0 || (ops->largest_page > 0 && *page_size > ops->largest_page)) {
        *page_size = ops->largest_page;
    }
    return ops->cursor_at(session->backend, page, *page_size);
}

int session_descriptor(const struct session *session)
{
    return fetch_descriptor(session->fetch);
}

/* Exchanges with the server, as they ended. */
static void log_exchanges(struct session *session)
{
    struct fetch_line line;
    while (fetch_take_line(session->fetch, &line)) {
        session_log_add(session, line.text, line.failed);
        session->log[(session->log_start + session->log_count - 1) % LOG_SIZE].milliseconds =
            line.milliseconds;
        free(line.text);
        session->events |= SESSION_EVENT_JOBS;
    }
}

static void log_answer(struct session *session, const struct answer *answer)
{
    const struct operation *operation = answer->operation;
    const struct result *result = &answer->result;
    struct text line = {0};
    size_t rows = result->page != NULL
                      ? page_row_count(result->page)
                      : result->record_count + result->write_count + result->object_count;
    bool named = operation->kind == OPERATION_ACTION && operation->name != NULL;
    text_append_string(&line, operation_name(operation->kind));
    if (named || operation->object != NULL) {
        text_format(&line, " %s", named ? operation->name : operation->object);
    }
    if (error_is_set(&result->error)) {
        text_format(&line, ": failed (%s): %s", error_kind_name(result->error.kind),
                    result->error.message);
    } else if (operation->kind == OPERATION_COUNT) {
        text_format(&line, ": ok, %lld", (long long)result->total);
    } else if (result->schema != NULL) {
        text_append_string(&line, ": ok");
    } else {
        text_format(&line, ": ok, %zu %s", rows, rows == 1 ? "row" : "rows");
    }
    session_log_add(session, text_string(&line), error_is_set(&result->error));
    session->log[(session->log_start + session->log_count - 1) % LOG_SIZE].milliseconds =
        answer->milliseconds;
    text_free(&line);
}

size_t session_dispatch(struct session *session)
{
    size_t count = 0;
    bool outer = !session->dispatching;
    session->dispatching = true;
    for (struct answer *answer = fetch_receive(session->fetch); answer != NULL;
         answer = fetch_receive(session->fetch)) {
        struct pending pending = {0};
        log_exchanges(session);
        log_answer(session, answer);
        if (take_pending(session, answer->job, &pending) && pending.handler != NULL) {
            pending.handler(pending.context, answer->operation, &answer->result);
        }
        answer_free(answer);
        session->events |= SESSION_EVENT_JOBS;
        count++;
    }
    log_exchanges(session);
    size_t busy = fetch_busy(session->fetch);
    if (busy != session->busy) {
        session->busy = busy;
        session->events |= SESSION_EVENT_JOBS;
    }
    if (outer) {
        unsigned events = session->events;
        session->dispatching = false;
        session->events = 0;
        if (events != 0) {
            session_notify(session, events);
        }
    }
    return count;
}

/* --- headless: submit and wait --- */

struct waiting {
    bool done;
    struct result *result;
};

static void take_result(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct waiting *waiting = context;
    *waiting->result = *result;
    memset(result, 0, sizeof *result);
    waiting->done = true;
}

bool session_wait(const struct session *session, int stop)
{
    struct pollfd descriptors[2] = {{.fd = session_descriptor(session), .events = POLLIN},
                                    {.fd = stop, .events = POLLIN}};
    int ready;
    do {
        ready = poll(descriptors, stop >= 0 ? 2 : 1, -1);
    } while (ready < 0 && errno == EINTR && stop < 0);
    return descriptors[1].revents == 0;
}

/* A write that is under way somewhere else cannot be called back. */
static bool refuse_interrupted(const char *sent, struct result *result)
{
    if (sent == NULL) {
        return error_set(&result->error, ERROR_CANCELLED, "Interrupted.");
    }
    result->lost = true;
    error_set(&result->error, ERROR_CANCELLED,
              "Interrupted: it is unknown whether the %s was done.", sent);
    error_set_hint(&result->error, "look at the record as it is now, before trying again");
    return false;
}

bool session_run(struct session *session, struct operation *operation, int stop,
                 struct result *result)
{
    struct waiting waiting = {false, result};
    bool sends = session->ops->execute == NULL && !operation->explain &&
                 backend_writes(session->ops, operation);
    const char *sent = sends ? operation_name(operation->kind) : NULL;
    memset(result, 0, sizeof *result);
    result->total = -1;
    uint64_t job =
        session_submit(session, operation, JOB_NOW, take_result, &waiting, &result->error);
    if (job == 0) {
        return false;
    }
    while (!waiting.done) {
        if (!session_wait(session, stop)) {
            session_cancel(session, job);
            return refuse_interrupted(sent, result);
        }
        session_dispatch(session);
    }
    return !error_is_set(&result->error);
}

/* --- log --- */

size_t session_log_count(const struct session *session)
{
    return session->log_count;
}

uint64_t session_log_added(const struct session *session)
{
    return session->log_added;
}

const struct log_entry *session_log(const struct session *session, size_t index)
{
    return &session->log[(session->log_start + index) % LOG_SIZE];
}

void session_log_add(struct session *session, const char *text, bool failed)
{
    if (session->log == NULL) {
        session->log = memory_zeroed(LOG_SIZE, sizeof *session->log);
    }
    if (session->log_count == LOG_SIZE) {
        free(session->log[session->log_start].text);
        session->log_start = (session->log_start + 1) % LOG_SIZE;
        session->log_count--;
    }
    size_t at = (session->log_start + session->log_count) % LOG_SIZE;
    session->log[at] = (struct log_entry){(int64_t)time(NULL), 0, failed, memory_copy_string(text)};
    session->log_count++;
    session->log_added++;
    session_notify(session, SESSION_EVENT_LOG);
}

size_t session_jobs(struct session *session, struct job_info *jobs, size_t most)
{
    return fetch_jobs(session->fetch, jobs, most);
}

size_t session_busy(const struct session *session)
{
    return fetch_busy(session->fetch);
}
