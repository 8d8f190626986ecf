/*
 * fetch: the background thread and the two queues in front of it and behind it.
 *
 * One mutex guards everything in struct fetch but the backend, which only the thread touches. A job
 * is in exactly one place: a queue of its urgency, `running`, or the queue of finished ones; who
 * takes it out owns it. A job that reads for nobody in particular (JOB_AHEAD, JOB_IDLE) is told to
 * stop when somebody waits for another, and goes back to the head of its queue.
 */
#include "fetch/fetch.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "fetch/execute.h"
#include "fetch/parents.h"
#include "fetch/residual.h"
#include "fetch/wake.h"
#include "fetch/wire.h"

enum { HISTORY_SIZE = 64, MOST_LINES = 256, URGENCY_COUNT = JOB_IDLE + 1 };

struct job {
    struct job *next;
    uint64_t id;
    struct operation *operation;
    enum job_urgency urgency;
    bool cancelled;   /* nobody wants its answer any more */
    bool interrupted; /* told to stop for a more urgent one: it will run again */
    bool ahead;       /* its first exchange was begun, or need not be, before its turn */
    struct cancel_token token;
    struct result result;
    int64_t started;
    int64_t milliseconds;
};

struct queue {
    struct job *first;
    struct job *last;
};

/* Exchanges that ended, for the log; what is not taken for long is dropped, oldest first. */
struct line_queue {
    struct fetch_line items[MOST_LINES];
    size_t first, count;
};

struct fetch {
    struct engine engine;
    bool read_only;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t submitted;
    struct wake wake;
    bool stopping;
    uint64_t last_id;
    struct queue waiting[URGENCY_COUNT];
    struct job *running;
    struct queue finished;
    struct line_queue lines;
    struct job_info history[HISTORY_SIZE]; /* a ring; newest at history_count - 1 */
    size_t history_count;
};

/* --- queues --- */

static void queue_push(struct queue *queue, struct job *job)
{
    job->next = NULL;
    if (queue->last == NULL) {
        queue->first = job;
    } else {
        queue->last->next = job;
    }
    queue->last = job;
}

static void queue_push_front(struct queue *queue, struct job *job)
{
    job->next = queue->first;
    queue->first = job;
    if (queue->last == NULL) {
        queue->last = job;
    }
}

static struct job *queue_pop(struct queue *queue)
{
    struct job *job = queue->first;
    if (job != NULL) {
        queue->first = job->next;
        if (queue->first == NULL) {
            queue->last = NULL;
        }
        job->next = NULL;
    }
    return job;
}

/* Takes the job with this number out, NULL when it is not there. */
static struct job *queue_take(struct queue *queue, uint64_t id)
{
    struct job *before = NULL;
    for (struct job *job = queue->first; job != NULL; before = job, job = job->next) {
        if (job->id != id) {
            continue;
        }
        if (before == NULL) {
            return queue_pop(queue);
        }
        before->next = job->next;
        if (queue->last == job) {
            queue->last = before;
        }
        job->next = NULL;
        return job;
    }
    return NULL;
}

static void job_free(struct job *job)
{
    if (job != NULL) {
        operation_free(job->operation);
        result_clear(&job->result);
        free(job);
    }
}

static void queue_free_all(struct queue *queue)
{
    for (struct job *job = queue_pop(queue); job != NULL; job = queue_pop(queue)) {
        job_free(job);
    }
}

/* --- what is known of jobs --- */

static struct job_info *history_find(struct fetch *fetch, uint64_t id)
{
    size_t kept = fetch->history_count < HISTORY_SIZE ? fetch->history_count : HISTORY_SIZE;
    for (size_t i = 0; i < kept; i++) {
        if (fetch->history[i].id == id) {
            return &fetch->history[i];
        }
    }
    return NULL;
}

static void put_title(struct job_info *info, const char *note)
{
    struct text title = {0};
    bool named = info->kind == OPERATION_ACTION && info->object[0] != '\0';
    text_append_string(&title, named ? info->object : operation_name(info->kind));
    if (!named && info->object[0] != '\0') {
        text_format(&title, " of %s", info->object);
    }
    if (note != NULL) {
        text_format(&title, " · %s", note);
    }
    (void)snprintf(info->title, sizeof info->title, "%s", text_string(&title));
    text_free(&title);
}

static void history_add(struct fetch *fetch, const struct job *job)
{
    struct job_info *info = &fetch->history[fetch->history_count % HISTORY_SIZE];
    const struct operation *operation = job->operation;
    const char *object = operation->kind == OPERATION_ACTION ? operation->name : operation->object;
    memset(info, 0, sizeof *info);
    info->id = job->id;
    info->kind = operation->kind;
    info->records_total = operation->write_count + operation->id_count;
    (void)snprintf(info->object, sizeof info->object, "%s", object == NULL ? "" : object);
    put_title(info, NULL);
    fetch->history_count++;
}

static void history_note(struct fetch *fetch, uint64_t id, enum job_state state)
{
    struct job_info *info = history_find(fetch, id);
    if (info == NULL) {
        return;
    }
    info->state = state;
    if (state == JOB_RUNNING) {
        info->started = now_milliseconds();
    } else if (state != JOB_WAITING) {
        info->finished = now_milliseconds();
    }
}

static void report_progress(void *context, size_t done, size_t total)
{
    struct fetch *fetch = context;
    pthread_mutex_lock(&fetch->lock);
    struct job_info *info = fetch->running == NULL ? NULL : history_find(fetch, fetch->running->id);
    if (info != NULL) {
        info->records = done;
        info->records_total = total;
    }
    pthread_mutex_unlock(&fetch->lock);
}

static void report_note(void *context, const char *words)
{
    struct fetch *fetch = context;
    pthread_mutex_lock(&fetch->lock);
    struct job_info *info = fetch->running == NULL ? NULL : history_find(fetch, fetch->running->id);
    if (info != NULL) {
        put_title(info, words);
    }
    pthread_mutex_unlock(&fetch->lock);
    wake_raise(&fetch->wake);
}

static size_t result_rows(const struct result *result)
{
    if (result->page != NULL) {
        return page_row_count(result->page);
    }
    return result->record_count + result->write_count + result->object_count;
}

/* --- what the wire asks and tells --- */

static void hear_exchange(void *context, struct http_line line)
{
    struct fetch *fetch = context;
    pthread_mutex_lock(&fetch->lock);
    struct line_queue *lines = &fetch->lines;
    if (lines->count == MOST_LINES) {
        free(lines->items[lines->first].text);
        lines->first = (lines->first + 1) % MOST_LINES;
        lines->count--;
    }
    lines->items[(lines->first + lines->count++) % MOST_LINES] =
        (struct fetch_line){line.text, line.milliseconds, line.failed};
    pthread_mutex_unlock(&fetch->lock);
    wake_raise(&fetch->wake);
}

/* Pages whose filter or order is partly done here are asked for by the job itself. */
static bool encode_ahead(struct fetch *fetch, struct job *job, struct http_request *request)
{
    struct backend *backend = fetch->engine.backend;
    struct error error = {0};
    if (job->ahead || job->operation->kind != OPERATION_PAGE || job->operation->explain ||
        residual_is_needed(backend->ops, job->operation->query)) {
        return false;
    }
    job->ahead = true;
    bool sends = backend->ops->encode(backend, job->operation, 0, request, &error) == WIRE_SEND &&
                 request->read;
    if (!sends) {
        http_request_clear(request);
    }
    error_clear(&error);
    return sends;
}

static bool next_ahead(void *context, struct http_request *request, uint64_t *id)
{
    struct fetch *fetch = context;
    bool found = false;
    pthread_mutex_lock(&fetch->lock);
    for (int urgency = 0; urgency < URGENCY_COUNT && !found && !fetch->stopping; urgency++) {
        struct job *job = fetch->waiting[urgency].first;
        while (job != NULL && !(found = encode_ahead(fetch, job, request))) {
            job = job->next;
        }
        *id = found ? job->id : 0;
    }
    pthread_mutex_unlock(&fetch->lock);
    return found;
}

static bool is_wanted(void *context, uint64_t id)
{
    struct fetch *fetch = context;
    pthread_mutex_lock(&fetch->lock);
    bool wanted = fetch->running != NULL && fetch->running->id == id;
    for (int urgency = 0; urgency < URGENCY_COUNT && !wanted; urgency++) {
        const struct job *job = fetch->waiting[urgency].first;
        while (job != NULL && job->id != id) {
            job = job->next;
        }
        wanted = job != NULL;
    }
    pthread_mutex_unlock(&fetch->lock);
    return wanted;
}

/* --- the thread --- */

static void run_job(struct fetch *fetch, struct job *job)
{
    struct progress progress = {report_progress, report_note, fetch};
    if (fetch->engine.wire != NULL) {
        wire_begin(fetch->engine.wire, job->id, &progress);
    }
    if (fetch->read_only && backend_writes(fetch->engine.backend->ops, job->operation)) {
        job->result.kind = job->operation->kind;
        error_set(&job->result.error, ERROR_FORBIDDEN,
                  "The %s was not sent: this profile is read-only.",
                  operation_name(job->operation->kind));
    } else {
        execute_operation(&fetch->engine, job->operation, &job->token, &progress, &job->result);
    }
    job->milliseconds = now_milliseconds() - job->started;
}

static struct job *take_most_urgent(struct fetch *fetch)
{
    for (int urgency = 0; urgency < URGENCY_COUNT; urgency++) {
        struct job *job = queue_pop(&fetch->waiting[urgency]);
        if (job != NULL) {
            return job;
        }
    }
    return NULL;
}

/* An interrupted job begins again from nothing, before others of its urgency. */
static void run_again(struct fetch *fetch, struct job *job)
{
    result_clear(&job->result);
    atomic_store(&job->token.cancelled, false);
    job->interrupted = false;
    history_note(fetch, job->id, JOB_WAITING);
    queue_push_front(&fetch->waiting[job->urgency], job);
}

static void settle_job(struct fetch *fetch, struct job *job)
{
    bool failed = error_is_set(&job->result.error);
    if (job->cancelled || fetch->stopping) {
        history_note(fetch, job->id, JOB_CANCELLED);
        job_free(job);
        wake_raise(&fetch->wake); /* no answer, but one job less */
        return;
    }
    if (job->interrupted && failed && job->result.error.kind == ERROR_CANCELLED) {
        run_again(fetch, job);
        return;
    }
    struct job_info *info = history_find(fetch, job->id);
    if (info != NULL) {
        info->records = result_rows(&job->result);
    }
    history_note(fetch, job->id, failed ? JOB_FAILED : JOB_DONE);
    queue_push(&fetch->finished, job);
    wake_raise(&fetch->wake);
}

/* Waits for a job; milliseconds -1: as long as it takes. */
static void wait_for_job(struct fetch *fetch, int milliseconds)
{
    if (milliseconds < 0) {
        pthread_cond_wait(&fetch->submitted, &fetch->lock);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&fetch->submitted, &fetch->lock, &until);
}

/* Nothing waits: what is still under way ahead is for nobody, or for a job that comes in a moment.
 * Called and left with the lock. */
static void rest(struct fetch *fetch)
{
    bool any = false;
    int keeps = -1;
    if (fetch->engine.wire != NULL) {
        pthread_mutex_unlock(&fetch->lock);
        any = wire_tidy(fetch->engine.wire);
        keeps = wire_keeps_for(fetch->engine.wire);
        pthread_mutex_lock(&fetch->lock);
    }
    for (int urgency = 0; urgency < URGENCY_COUNT; urgency++) {
        any = any || fetch->waiting[urgency].first != NULL;
    }
    if (!any && !fetch->stopping) {
        wait_for_job(fetch, keeps);
    }
}

static void *run_thread(void *context)
{
    struct fetch *fetch = context;
    pthread_mutex_lock(&fetch->lock);
    while (!fetch->stopping) {
        struct job *job = take_most_urgent(fetch);
        if (job == NULL) {
            rest(fetch);
            continue;
        }
        job->ahead = true;
        fetch->running = job;
        job->started = now_milliseconds();
        history_note(fetch, job->id, JOB_RUNNING);
        pthread_mutex_unlock(&fetch->lock);
        run_job(fetch, job);
        pthread_mutex_lock(&fetch->lock);
        fetch->running = NULL;
        settle_job(fetch, job);
    }
    pthread_mutex_unlock(&fetch->lock);
    if (fetch->engine.wire != NULL) {
        wire_sign_out(fetch->engine.wire);
    }
    return NULL;
}

/* Signals are the UI thread's: the new thread starts with all of them blocked. */
static int start_thread(struct fetch *fetch)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = pthread_create(&fetch->thread, NULL, run_thread, fetch);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}

/* --- public --- */

static void close_engine(struct fetch *fetch)
{
    parents_forget(&fetch->engine);
    wire_free(fetch->engine.wire);
    fetch->engine.backend->ops->destroy(fetch->engine.backend);
    while (fetch->lines.count > 0) {
        free(fetch->lines.items[fetch->lines.first].text);
        fetch->lines.first = (fetch->lines.first + 1) % MOST_LINES;
        fetch->lines.count--;
    }
    wake_close(&fetch->wake);
    pthread_cond_destroy(&fetch->submitted);
    pthread_mutex_destroy(&fetch->lock);
    free(fetch);
}

struct fetch *fetch_new(struct backend *backend, const struct profile *profile, struct error *error)
{
    struct fetch *fetch = memory_zeroed(1, sizeof *fetch);
    struct wire_host host = {next_ahead, is_wanted, {hear_exchange, fetch}, fetch};
    fetch->engine.backend = backend;
    fetch->read_only = profile->read_only;
    if (!wake_open(&fetch->wake, error)) {
        backend->ops->destroy(backend);
        free(fetch);
        return NULL;
    }
    pthread_mutex_init(&fetch->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&fetch->submitted, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (backend->ops->execute == NULL) {
        fetch->engine.wire = wire_new(backend, profile, host);
    }
    int status = start_thread(fetch);
    if (status != 0) {
        error_set(error, ERROR_SERVER, "The background thread could not be started: %s",
                  strerror(status));
        close_engine(fetch);
        return NULL;
    }
    return fetch;
}

/* Tells a running operation that its token is set. Called with the lock. */
static void stop_running(struct fetch *fetch)
{
    atomic_store(&fetch->running->token.cancelled, true);
    if (fetch->engine.wire != NULL) {
        wire_wake(fetch->engine.wire);
    }
}

void fetch_free(struct fetch *fetch)
{
    if (fetch == NULL) {
        return;
    }
    pthread_mutex_lock(&fetch->lock);
    fetch->stopping = true;
    if (fetch->running != NULL) {
        stop_running(fetch);
    }
    pthread_cond_signal(&fetch->submitted);
    pthread_mutex_unlock(&fetch->lock);
    pthread_join(fetch->thread, NULL);
    for (int urgency = 0; urgency < URGENCY_COUNT; urgency++) {
        queue_free_all(&fetch->waiting[urgency]);
    }
    queue_free_all(&fetch->finished);
    close_engine(fetch);
}

bool fetch_take_line(struct fetch *fetch, struct fetch_line *line)
{
    pthread_mutex_lock(&fetch->lock);
    struct line_queue *lines = &fetch->lines;
    bool any = lines->count > 0;
    if (any) {
        *line = lines->items[lines->first];
        lines->first = (lines->first + 1) % MOST_LINES;
        lines->count--;
    }
    pthread_mutex_unlock(&fetch->lock);
    return any;
}

int fetch_descriptor(const struct fetch *fetch)
{
    return fetch->wake.read_end;
}

/* Tells a running job to stop for one that somebody waits for, if it reads and nobody waits. */
static void interrupt_for(struct fetch *fetch, enum job_urgency urgency)
{
    struct job *running = fetch->running;
    if (urgency != JOB_NOW || running == NULL || running->urgency < JOB_AHEAD ||
        backend_writes(fetch->engine.backend->ops, running->operation)) {
        return;
    }
    running->interrupted = true;
    stop_running(fetch);
}

uint64_t fetch_submit(struct fetch *fetch, struct operation *operation, enum job_urgency urgency)
{
    struct job *job = memory_zeroed(1, sizeof *job);
    job->operation = operation;
    job->urgency = urgency;
    atomic_init(&job->token.cancelled, false);
    pthread_mutex_lock(&fetch->lock);
    uint64_t id = ++fetch->last_id;
    job->id = id;
    history_add(fetch, job);
    queue_push(&fetch->waiting[urgency], job);
    interrupt_for(fetch, urgency);
    if (fetch->engine.wire != NULL && fetch->running != NULL) {
        wire_wake(fetch->engine.wire); /* it may be begun while the running one waits */
    }
    pthread_cond_signal(&fetch->submitted);
    pthread_mutex_unlock(&fetch->lock);
    return id;
}

struct answer *fetch_receive(struct fetch *fetch)
{
    pthread_mutex_lock(&fetch->lock);
    struct job *job = queue_pop(&fetch->finished);
    if (fetch->finished.first == NULL) {
        wake_lower(&fetch->wake);
    }
    pthread_mutex_unlock(&fetch->lock);
    if (job == NULL) {
        return NULL;
    }
    struct answer *answer = memory_zeroed(1, sizeof *answer);
    answer->job = job->id;
    answer->kind = job->operation->kind;
    answer->operation = job->operation;
    answer->result = job->result;
    answer->milliseconds = job->milliseconds;
    free(job);
    return answer;
}

void answer_free(struct answer *answer)
{
    if (answer != NULL) {
        operation_free(answer->operation);
        result_clear(&answer->result);
        free(answer);
    }
}

static struct job *take_waiting(struct fetch *fetch, uint64_t id)
{
    for (int urgency = 0; urgency < URGENCY_COUNT; urgency++) {
        struct job *job = queue_take(&fetch->waiting[urgency], id);
        if (job != NULL) {
            return job;
        }
    }
    return NULL;
}

void fetch_cancel(struct fetch *fetch, uint64_t id)
{
    pthread_mutex_lock(&fetch->lock);
    struct job *job = take_waiting(fetch, id);
    if (job == NULL) {
        job = queue_take(&fetch->finished, id);
        if (fetch->finished.first == NULL) {
            wake_lower(&fetch->wake);
        }
    }
    if (job != NULL) {
        history_note(fetch, id, JOB_CANCELLED);
    } else if (fetch->running != NULL && fetch->running->id == id) {
        fetch->running->cancelled = true;
        stop_running(fetch);
    }
    pthread_mutex_unlock(&fetch->lock);
    job_free(job);
}

void fetch_urge(struct fetch *fetch, uint64_t id, enum job_urgency urgency)
{
    pthread_mutex_lock(&fetch->lock);
    struct job *job = take_waiting(fetch, id);
    if (job != NULL) {
        job->urgency = urgency;
        queue_push(&fetch->waiting[urgency], job);
        interrupt_for(fetch, urgency);
    } else if (fetch->running != NULL && fetch->running->id == id) {
        fetch->running->urgency = urgency;
    }
    pthread_mutex_unlock(&fetch->lock);
}

size_t fetch_jobs(struct fetch *fetch, struct job_info *jobs, size_t most)
{
    pthread_mutex_lock(&fetch->lock);
    size_t count = fetch->history_count < HISTORY_SIZE ? fetch->history_count : HISTORY_SIZE;
    if (count > most) {
        count = most;
    }
    for (size_t i = 0; i < count; i++) {
        jobs[i] = fetch->history[(fetch->history_count - 1 - i) % HISTORY_SIZE];
    }
    pthread_mutex_unlock(&fetch->lock);
    return count;
}

static size_t queue_length(const struct queue *queue)
{
    size_t length = 0;
    for (const struct job *job = queue->first; job != NULL; job = job->next) {
        length++;
    }
    return length;
}

size_t fetch_busy(struct fetch *fetch)
{
    pthread_mutex_lock(&fetch->lock);
    size_t count = queue_length(&fetch->finished) + (fetch->running == NULL ? 0 : 1);
    for (int urgency = 0; urgency < URGENCY_COUNT; urgency++) {
        count += queue_length(&fetch->waiting[urgency]);
    }
    pthread_mutex_unlock(&fetch->lock);
    return count;
}
