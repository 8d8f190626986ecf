/*
 * session: a profile opened. What ui/ and cli/ both call.
 *
 * Backend + fetch thread + schemas + record sets + staged changes + saved views. Everything here is
 * called on the UI thread; answers arrive through session_dispatch, which calls back on that
 * thread. The read-only rule is enforced here and again in fetch.
 */
#ifndef DOSSIER_SESSION_SESSION_H
#define DOSSIER_SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/backend.h"
#include "core/change.h"
#include "core/date.h"
#include "core/query.h"
#include "fetch/fetch.h"
#include "store/config.h"
#include "store/views.h"

struct session;

/* --- opening --- */

enum session_flags {
    SESSION_JOURNAL = 1 /* open the journal: staged changes are kept and offered again */
};

/* Opens a profile (copied): cheap, no input or output on the data yet; the first operation opens
 * the file. config must outlive the session. NULL with an error. */
struct session *session_open(const struct config *config, const struct profile *profile,
                             unsigned flags, struct error *error);
/* The same on a backend given by its table instead of the profile's word for it: for tests. */
struct session *session_open_on(const struct backend_ops *ops, const struct config *config,
                                const struct profile *profile, unsigned flags, struct error *error);
/* NULL is allowed. Its record sets are closed before. Staged changes stay in the journal. */
void session_close(struct session *session);

const struct profile *session_profile(const struct session *session);
const struct backend_ops *session_backend(const struct session *session);
/* How many pages of one query may be on their way at once; 1 where they come one after another. */
size_t session_parallel(const struct session *session);
/* The cursor of a page by its number (from 0), and the page size it goes with when 0 or more than
 * the backend's largest is asked for. The caller frees; NULL where pages have no numbers. */
char *session_page_cursor(const struct session *session, size_t page, size_t *page_size);
struct date_clock session_clock(const struct session *session);
bool session_can(const struct session *session,
                 uint32_t ability); /* all bits, read_only considered */
char *session_source(
    const struct session *session); /* "crm.db, 12 MB" for the status; caller frees */

/* --- running operations --- */

/* Called on the UI thread when the job is done. The result is the session's; a handler may take
 * parts of it by moving the pointer out and leaving NULL. */
typedef void (*session_handler)(void *context, const struct operation *operation,
                                struct result *result);

/* Readable when session_dispatch has something to do. */
int session_descriptor(const struct session *session);
/* Delivers what has arrived; returns how many answers there were. */
size_t session_dispatch(struct session *session);

/* Takes the operation; 0 with an error when it is refused here (read-only, unsupported), and then
 * the operation is freed and the handler never called. A cancelled job's handler is never called.
 */
uint64_t session_submit(struct session *session, struct operation *operation,
                        enum job_urgency urgency, session_handler handler, void *context,
                        struct error *error);
/* As session_submit, for those who must hear of it: when the user cancels the job, the handler is
 * called with ERROR_CANCELLED and operation NULL, so that nothing waits for ever. */
uint64_t session_submit_own(struct session *session, struct operation *operation,
                            enum job_urgency urgency, session_handler handler, void *context,
                            struct error *error);
void session_cancel(struct session *session, uint64_t job);
void session_cancel_all(struct session *session);

/* Waits until something is to be dispatched; false when `stop` (-1: none) became readable. */
bool session_wait(const struct session *session, int stop);
/* Headless: submits and waits. The result is the caller's, cleared with result_clear; false when
 * the operation failed as a whole (result->error says why). stop, when not NULL, is a descriptor
 * that becomes readable on SIGINT: the job is cancelled and the error is ERROR_CANCELLED. */
bool session_run(struct session *session, struct operation *operation, int stop,
                 struct result *result);

/* --- objects and schemas --- */

/* The objects as far as known (NULL before the first list arrives). Borrowed until the next
 * dispatch. */
const struct object_info *session_objects(const struct session *session, size_t *count);
/* Asks for the list (again), and then anew for the counts that are wanted; observers hear
 * SESSION_EVENT_OBJECTS. */
void session_refresh_objects(struct session *session);
/* The records of these objects (copied) are to be counted, in this order, when nothing is waited
 * for: each once after a refresh. Replaces what was wanted before. A CRM may have a thousand
 * objects and count each by a request of its own: only what is looked at is worth one. */
void session_want_counts(struct session *session, const char *const *names, size_t count);
/* Why the list, or every count, could not be had; kind NONE when it was, or is on its way. */
const struct error *session_objects_error(const struct session *session);
/* The object that a reference to a record of this id leads to, where the field may lead to several:
 * by the id, else the first. Borrowed from the field. */
const char *session_reference_object(const struct session *session, const struct field *field,
                                     const char *id);
/* The schema if it is known, borrowed; NULL when not. Case as session_find_object. */
const struct schema *session_schema(const struct session *session, const char *object);
/* Makes sure the schema is fetched, then calls handler once (at once if it is known). Returns a
 * ticket for session_forget, 0 when it was called at once. The schema is borrowed; error is set
 * when it failed. Parents' schemas one step away are fetched too before the handler is called. */
typedef void (*schema_handler)(void *context, const struct schema *schema,
                               const struct error *error);
uint64_t session_want_schema(struct session *session, const char *object, schema_handler handler,
                             void *context);
void session_forget(struct session *session, uint64_t ticket);
/* The fields of any object may be others now: who wants a schema from here on gets a new one. Until
 * it is there, and where it cannot be had, the old one does. */
void session_doubt_schemas(struct session *session);
/* Headless: waits for it. Held for the caller. */
struct schema *session_run_schema(struct session *session, const char *object, int stop,
                                  struct error *error);
/* Resolves a query by the known schemas. Fetches what is missing when stop >= -1 is given as a
 * waiting call (headless); on the screen use session_want_schema first and pass -2: ERROR_NOT_FOUND
 * with kind kept internal never reaches the user. */
bool session_resolve(struct session *session, struct query *query, int stop, struct error *error);

/* --- observing --- */

enum session_event {
    SESSION_EVENT_OBJECTS = 1,  /* list of objects, or a count of one, changed */
    SESSION_EVENT_CHANGES = 2,  /* staged changes changed */
    SESSION_EVENT_VIEWS = 4,    /* saved views changed */
    SESSION_EVENT_JOBS = 8,     /* a job started or ended */
    SESSION_EVENT_RECORDS = 16, /* a record set changed */
    SESSION_EVENT_LOG = 32
};
/* One observer, the UI; events is a set of bits. */
void session_observe(struct session *session, void (*observer)(void *context, unsigned events),
                     void *context);

/* --- record sets: the pages of one query --- */

struct record_set;

/* The query is taken and must be resolved; its columns are what rows hold (column i of the query is
 * page column i + 1). Nothing is fetched until record_set_want. What the backend cannot filter or
 * order is done here on the fetch thread. */
struct record_set *record_set_open(struct session *session, struct query *query);
void record_set_close(struct record_set *set); /* cancels its jobs; NULL is allowed */
const struct query *record_set_query(const struct record_set *set);
/* Rows known so far: the total when it is known, else what has been seen (more may follow). */
size_t record_set_count(const struct record_set *set);
bool record_set_total_known(const struct record_set *set);
/* More rows may be had after the last one seen. */
bool record_set_has_more(const struct record_set *set);
bool record_set_is_loading(const struct record_set *set);
int64_t record_set_loading_since(
    const struct record_set *set); /* ms monotonic, 0 when not loading */
const struct error *record_set_error(
    const struct record_set *set); /* of the last page; kind NONE when fine */
/* The row at an index: its page and row within; false when it is not loaded (yet). */
bool record_set_row(const struct record_set *set, size_t index, const struct page **page,
                    size_t *row);
/* The index of a loaded record, or -1. */
long record_set_find(const struct record_set *set, const char *id);
/* Says which rows are looked at: fetches them, then ahead of them in the direction of travel. rows
 * is the height of the list, which sets the size of the first page. */
void record_set_want(struct record_set *set, size_t first, size_t rows);
/* Fetches all again around the row whose id is given (NULL: from the start), keeping what is shown
 * until the new rows are there. */
void record_set_refresh(struct record_set *set, const char *id);
/* After a refresh, sort or filter: where the record now is, in the new order (asks the backend
 * where it can seek). handler gets the index, or -1 when it is no longer among them. False when it
 * was called at once (the row is loaded, or the backend cannot seek). Closing the set forgets it.
 */
bool record_set_locate(struct record_set *set, const char *id,
                       void (*handler)(void *context, long index), void *context);
/* Does -1 of record_set_locate mean that the record is not among them? Else only that it is not
 * loaded. */
bool record_set_can_locate(const struct record_set *set);
/* Changes one loaded cell's record: after an apply, fetch this record's row again. */
void record_set_refresh_record(struct record_set *set, const char *id);
/* What is filtered here and not by the backend, in words; NULL when nothing is. Borrowed. */
const char *record_set_residual(const struct record_set *set);
size_t record_set_memory(const struct record_set *set);
/* Changes whenever rows changed: for drawing only what is new. */
uint64_t record_set_generation(const struct record_set *set);

/* --- staged changes: each call is on disk before it returns --- */

size_t session_change_count(const struct session *session);
const struct change *session_change(const struct session *session, size_t index); /* oldest first */
const struct change *session_find_change(const struct session *session, const char *object,
                                         const char *record_id);
const struct change *session_change_by_id(const struct session *session, int64_t id);
/* The value to show for a field: the staged one if there is one (*staged set), else `value`. */
struct value session_staged_value(const struct session *session, const char *object,
                                  const char *record_id, const char *field,
                                  const struct value *value, bool *staged);
/* Stages one field of an existing record. label and version may be NULL. */
bool session_stage_update(struct session *session, const struct schema *schema,
                          const char *record_id, const char *label, const char *version,
                          const char *field, const struct value *old_value,
                          const struct value *new_value, struct error *error);
/* Stages a new record (values copied); its number goes to *id (may be NULL). */
bool session_stage_create(struct session *session, const struct schema *schema, const char *label,
                          const struct record *values, int64_t *id, struct error *error);
/* Changes a field of a staged create; a NULL value takes the field out. */
bool session_stage_create_field(struct session *session, int64_t id, const char *field,
                                const struct value *value, struct error *error);
bool session_stage_delete(struct session *session, const struct schema *schema,
                          const char *record_id, const char *label, const char *version,
                          struct error *error);
bool session_drop_change(struct session *session, int64_t id, struct error *error);
bool session_drop_field(struct session *session, int64_t id, const char *field,
                        struct error *error);
bool session_drop_all(struct session *session, struct error *error);
/* Takes back the last staging step (of this run), or after an apply stages the inverse of what was
 * done. *what says in words what was undone (the caller frees). ERROR_USAGE when there is nothing.
 */
bool session_undo(struct session *session, char **what, struct error *error);
/* How many changes were found in the journal at the start (left by an earlier run). */
size_t session_recovered(const struct session *session);
/* Why the journal cannot be used, or what an earlier run staged could not be read; NULL when all is
 * well. Borrowed. */
const struct error *session_journal_error(const struct session *session);
/* Is there a journal? Without one nothing can be staged. */
bool session_has_journal(const struct session *session);

/* How the user settled a conflict: which side each field takes. */
bool session_resolve_conflict(struct session *session, int64_t id, const char *field, bool mine,
                              struct error *error);

struct apply_report {
    size_t sent, succeeded, failed, conflicts, unknown;
};
/* Sends staged changes (all, or those whose ids are given), in batches: creates, updates, deletes
 * in an order that respects references between staged creates. What succeeds leaves the journal,
 * what fails stays with its error. handler is called after each batch and once at the end
 * (finished). */
typedef void (*apply_handler)(void *context, const struct apply_report *report, bool finished,
                              const struct error *error);
bool session_apply(struct session *session, const int64_t *ids, size_t count, apply_handler handler,
                   void *context, struct error *error);
bool session_applying(const struct session *session);
/* From now on, is nothing of a call written where one of its records fails? A choice of this run;
 * ERROR_UNSUPPORTED where the backend cannot promise it. */
bool session_set_all_or_none(struct session *session, bool all_or_none, struct error *error);
bool session_all_or_none(const struct session *session);
/* What would be sent for a change, as text (SQL, or method, URL and body). handler as
 * session_submit. */
uint64_t session_explain_change(struct session *session, int64_t id, session_handler handler,
                                void *context, struct error *error);

/* --- saved views and what is remembered for each object --- */

size_t session_view_count(const struct session *session);
const struct view *session_view(const struct session *session, size_t index); /* by object, name */
const struct view *session_find_view(const struct session *session, const char *name);
bool session_save_view(struct session *session, const struct view *view, struct error *error);
bool session_rename_view(struct session *session, const char *name, const char *new_name,
                         struct error *error);
bool session_delete_view(struct session *session, const char *name, struct error *error);

/* Remembered settings: one text per (key), such as "columns:Opportunity". NULL when never set. The
 * text is borrowed until the next call. Kept in the state directory, per profile. */
const char *session_remembered(struct session *session, const char *key);
void session_remember(struct session *session, const char *key, const char *text);

/* --- log --- */

struct log_entry {
    int64_t at; /* seconds since 1970 */
    int64_t milliseconds;
    bool failed;
    char *text; /* one line, secrets out, not yet clean */
};
size_t session_log_count(const struct session *session);
uint64_t session_log_added(const struct session *session); /* since the start, those gone too */
const struct log_entry *session_log(const struct session *session, size_t index); /* oldest first */
void session_log_add(struct session *session, const char *text, bool failed);
size_t session_jobs(struct session *session, struct job_info *jobs, size_t most);
size_t session_busy(const struct session *session);

#endif
