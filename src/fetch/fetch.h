/*
 * fetch: the engine's background thread.
 *
 * One thread per open backend runs operations one after another (more in flight where an adapter's
 * exchanges allow it), most urgent first. Jobs and answers are owned messages handed over a queue;
 * the descriptor becomes readable when an answer waits, or a cancelled job has ended. A cancelled
 * job's answer is dropped.
 * fetch_submit, fetch_receive, fetch_cancel and fetch_free are called from one thread, the UI's.
 */
#ifndef DOSSIER_FETCH_FETCH_H
#define DOSSIER_FETCH_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "backend/backend.h"

struct fetch;

enum job_urgency {
    JOB_NOW,
    JOB_SOON,
    JOB_AHEAD,
    JOB_IDLE
}; /* a key waits … a count nobody waits for */

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };

/* What the jobs pane and the log show. */
struct job_info {
    uint64_t id;
    enum operation_kind kind;
    char object[64]; /* of an action: its name */
    char title[128]; /* "page 7 of Opportunity" */
    enum job_state state;
    int64_t started; /* milliseconds, monotonic */
    int64_t finished;
    size_t records;       /* done so far */
    size_t records_total; /* 0 when not known */
};

struct answer {
    uint64_t job;
    enum operation_kind kind;
    struct operation *operation; /* given back */
    struct result result;
    int64_t milliseconds;
};

/* An exchange with a server that has ended: method, URL without secrets, status, bytes, time. */
struct fetch_line {
    char *text; /* owned */
    int64_t milliseconds;
    bool failed;
};

/* Starts the thread on a backend, which it then owns. read_only of the profile: the engine refuses
 * every operation that writes, whichever way it came. NULL with an error. */
struct fetch *fetch_new(struct backend *backend, const struct profile *profile,
                        struct error *error);
/* Cancels what runs, joins the thread, destroys the backend. NULL is allowed. */
void fetch_free(struct fetch *fetch);

int fetch_descriptor(const struct fetch *fetch);

/* Takes the operation; gives the job's number, never 0. */
uint64_t fetch_submit(struct fetch *fetch, struct operation *operation, enum job_urgency urgency);

/* The next answer, or NULL when none waits. The caller frees with answer_free. */
struct answer *fetch_receive(struct fetch *fetch);
void answer_free(struct answer *answer);

/* The next line for the log; an exchange's is there before the answer it was for. */
bool fetch_take_line(struct fetch *fetch, struct fetch_line *line);

/* The job will give no answer; if it runs, it is told to stop. Unknown numbers are ignored. */
void fetch_cancel(struct fetch *fetch, uint64_t job);

/* Makes a waiting job more urgent: what was fetched ahead is now waited for. */
void fetch_urge(struct fetch *fetch, uint64_t job, enum job_urgency urgency);

/* Copies what is known of the newest jobs (newest first) into jobs[0 … most); returns how many. */
size_t fetch_jobs(struct fetch *fetch, struct job_info *jobs, size_t most);
/* How many jobs wait, run, or have an answer that was not received yet. */
size_t fetch_busy(struct fetch *fetch);

#endif
