/*
 * session_internal: what the files of session/ share. Not for anyone else. UI thread.
 */
#ifndef DOSSIER_SESSION_SESSION_INTERNAL_H
#define DOSSIER_SESSION_SESSION_INTERNAL_H

#include "session/session.h"
#include "store/journal.h"

/* A job whose answer somebody waits for. */
struct pending {
    uint64_t job;
    session_handler handler; /* NULL when nobody listens */
    void *context;
    bool hears_cancel; /* the session's own job: its handler hears of a cancel too */
};

/* A schema that is known, being fetched (job is not 0), or could not be had (error is set). */
struct schema_entry {
    char *name;
    struct schema *schema; /* held */
    struct error error;
    uint64_t job;
    bool alone;   /* asked for together with others it did not come: one of them may be to blame */
    bool doubted; /* it may have changed: whoever wants it has it asked for again */
};

/* Somebody who wants a schema with its parents' schemas. */
struct schema_ticket {
    uint64_t id;
    char *object;
    schema_handler handler;
    void *context;
};

/* What one step did to one change, so that it can be taken back. */
struct undo_item {
    int64_t id;
    struct change *before; /* owned; NULL: there was no such change */
};

/* A step that can be taken back: staging, or with `inverse` set an apply. */
struct undo_step {
    char *what; /* in words */
    struct undo_item *items;
    size_t item_count;
    struct change **inverse; /* owned; changes that would bring back what was before the apply */
    size_t inverse_count, inverse_capacity;
};

struct apply;

struct session {
    const struct config *config;
    struct profile *profile;
    const struct backend_ops *ops;
    struct backend *backend; /* fetch owns it; for describe_instance alone */
    struct fetch *fetch;
    void (*observer)(void *context, unsigned events);
    void *observer_context;
    bool dispatching;
    unsigned events; /* gathered while dispatching */
    size_t busy;     /* jobs that waited or ran when last looked at */

    struct pending *pending;
    size_t pending_count, pending_capacity;

    struct object_info *objects;
    size_t object_count;
    bool objects_known;
    struct error objects_error;
    uint64_t objects_job, counts_job;
    char **count_names; /* objects whose records somebody wants counted */
    size_t count_name_count;
    bool *counted; /* for each object: its count was asked for since the list was refreshed */
    struct schema_entry **schemas;
    size_t schema_count, schema_capacity;
    struct schema **replaced; /* held as long as the session, for those who borrowed them */
    size_t replaced_count, replaced_capacity;
    struct schema_ticket *tickets;
    size_t ticket_count, ticket_capacity;
    uint64_t last_ticket;

    struct record_set **sets; /* open ones, borrowed */
    size_t set_count, set_capacity;

    struct journal *journal;    /* NULL when there is none */
    struct error journal_error; /* why not */
    struct change **changes;    /* owned; oldest first */
    size_t change_count, change_capacity;
    size_t recovered;
    struct undo_step *undo;
    size_t undo_count, undo_capacity;
    struct apply *apply; /* NULL when nothing is being applied */
    bool all_or_none;    /* how the next apply is sent */

    struct views *views;
    char *remembered; /* the text last given by session_remembered */

    struct log_entry *log; /* a ring of LOG_SIZE once full */
    size_t log_count, log_start;
    uint64_t log_added;
};

/* Tells the observer now, or after the answers at hand have been delivered. */
void session_notify(struct session *session, unsigned events);
/* Cancels a job without its handler being called. 0 is ignored. */
void session_withdraw(struct session *session, uint64_t job);
/* The hooks of each file, called by session_open_on and session_close. */
void schemas_close(struct session *session);
void changes_open(struct session *session, bool use_journal);
void changes_close(struct session *session);
void views_and_remembered_open(struct session *session);
void views_and_remembered_close(struct session *session);
void apply_close(struct session *session);
/* The name of this profile's data in the state directory: profile, and the file's absolute path. */
char *session_key(const struct session *session);

/* --- changes.c, for undo.c and apply.c --- */

long changes_index(const struct session *session, int64_t id);
struct change *changes_get(const struct session *session, int64_t id); /* NULL: there is none */
/* Puts a change (taken) in place of the one with its id, or at the end; in memory alone. */
void changes_put(struct session *session, struct change *change);
void changes_remove(struct session *session, int64_t id); /* in memory alone */
/* Writes a change (taken) to the journal, then puts it in place and records the step for undo
 * unless what is NULL. On failure the change is freed and nothing has changed. */
bool changes_commit(struct session *session, struct change *change, const char *what,
                    struct error *error);
/* Is there a journal, and is no apply running? ERROR_* otherwise. */
bool changes_may_stage(const struct session *session, struct error *error);

/* --- undo.c --- */

/* A new step at the top; what is copied. */
struct undo_step *undo_push(struct session *session, const char *what);
/* Adds what a change was before the step (copied; NULL: it was not there). */
void undo_add(struct undo_step *step, int64_t id, const struct change *before);
/* Forgets what steps know of a change that has been applied. */
void undo_forget(struct session *session, int64_t id);
void undo_add_inverse(struct undo_step *step, struct change *inverse); /* takes it */
void undo_clear(struct session *session);

/* --- record_set.c --- */

/* After an apply: the rows of a record are read again, or go, in every open set of the object. */
void record_sets_refresh_record(struct session *session, const char *object, const char *id);
void record_sets_remove_record(struct session *session, const char *object, const char *id);

#endif
