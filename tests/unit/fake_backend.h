/*
 * fake_backend: a CRM in memory, for tests of the engine without a file or a network.
 *
 * Two tables share one store: fake_plain can do as little as a backend may (whole-set paging, no
 * filter, no order, no count, no check, one record at a time), fake_full all that the engine asks
 * about. Switches make it delay, block until told, fail, or lose an answer. Everything is guarded
 * by one mutex; tests reach into the store through these functions alone.
 */
#ifndef DOSSIER_TESTS_FAKE_BACKEND_H
#define DOSSIER_TESTS_FAKE_BACKEND_H

#include "backend/backend.h"
#include "session/session.h"

/* Objects: Account (id, name), Opportunity (id, name, amount, stage, closedate, account_id, stamp),
 * and Big (id, name, amount): as many computed rows as fake_set_big says. */
struct fake;

extern const struct backend_ops fake_plain;
extern const struct backend_ops fake_full;
/* As fake_full, and what no adapter before SOAP declares: undelete, deleted records among the rest,
 * raw, all or none, and actions of every shape (fake_actions.c). */
extern const struct backend_ops fake_rich;

/* A new store, which backends created from now on use. Opportunities get ids "1" … "count". */
struct fake *fake_new(size_t opportunities);
void fake_free(struct fake *fake);
void fake_set_big(struct fake *fake, size_t rows);
/* Deleted records stay, with their field `deleted` set, and come with include_deleted. */
void fake_keep_deleted(struct fake *fake);

/* --- switches --- */
void fake_block(struct fake *fake, enum operation_kind kind); /* wait until unblocked, cancelled */
void fake_unblock(struct fake *fake, enum operation_kind kind);
void fake_wait_blocked(struct fake *fake, enum operation_kind kind); /* until one waits there */
void fake_fail(struct fake *fake, enum operation_kind kind, enum error_kind error, bool lost,
               int times);
/* The next operations of the kind lose their answer: after they were done, or before. */
void fake_lose(struct fake *fake, enum operation_kind kind, bool done, int times);
size_t fake_executed(struct fake *fake, enum operation_kind kind);
/* Names of the operations in the order they were begun, separated by spaces; the caller frees. */
char *fake_history(struct fake *fake);
/* Most writes or ids any one operation carried. */
size_t fake_largest_batch(struct fake *fake);

/* --- the store, as another user of it --- */
void fake_put(struct fake *fake, const char *object, const char *id, const char *field,
              const struct value *value);
void fake_remove(struct fake *fake, const char *object, const char *id);
/* As text; NULL when the record or the value is not there. The caller frees. */
char *fake_text(struct fake *fake, const char *object, const char *id, const char *field);
size_t fake_count(struct fake *fake, const char *object);

/* --- a session on it --- */

/* A temporary home: XDG_*_HOME point into it. The caller frees with fake_home_remove. */
char *fake_home_make(void);
void fake_home_remove(char *home);
struct session *fake_session(const struct backend_ops *ops, unsigned flags, bool read_only);
/* Dispatches until done(context) or ten seconds are over; false then. */
bool fake_wait(struct session *session, bool (*done)(void *context), void *context);
/* Dispatches until no job waits or runs. */
void fake_settle(struct session *session);
/* A resolved query; text as for query_parse, columns may be NULL. Fails the test on a mistake. */
struct query *fake_query(struct session *session, const char *object, const char *text,
                         const char *columns);

#endif
