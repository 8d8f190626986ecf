/*
 * apply_internal: what apply.c, apply_order.c and apply_results.c share: the apply that is under
 * way. UI thread.
 */
#ifndef DOSSIER_SESSION_APPLY_INTERNAL_H
#define DOSSIER_SESSION_APPLY_INTERNAL_H

#include "session/session_internal.h"

enum { MOST_SINGLE_ROWS = 50 }; /* more changed records than this: the list is read anew */

struct apply_item {
    int64_t id; /* of the change */
    enum change_kind kind;
    char *object;          /* owned */
    char *created;         /* owned: id of the record a create made; NULL before */
    bool done;             /* sent, or will not be */
    struct record *before; /* owned: of a delete */
};

struct apply {
    struct session *session;
    apply_handler handler;
    void *context;
    struct apply_report report;
    struct apply_item *items; /* in the order of sending */
    size_t item_count;
    size_t *batch; /* indexes of the items on their way */
    size_t batch_count;
    struct change **inverse; /* owned, oldest first */
    size_t inverse_count, inverse_capacity;
    uint64_t ticket, job;
    struct error stopped; /* why the rest was not sent */
};

/* --- apply_order.c --- */

/* The number of a staged create that a reference's value names as "+ID", or 0. */
int64_t apply_referred_create(const struct value *value);

/* Is the field a reference? false where the object's schema is not there. */
bool apply_is_reference(const struct session *session, const char *object, const char *field);

/* The item of a staged create (the change's id), or NULL; borrowed. */
struct apply_item *apply_find_create(const struct apply *apply, int64_t id);

/* Puts the items in the order of sending. The schemas of their objects must be there. */
void apply_order_items(struct apply *apply);

/* --- apply_results.c --- */

/* The staged change of an item; borrowed, NULL when it is gone. */
struct change *apply_change(const struct apply *apply, const struct apply_item *item);

/* The item was refused, or with lost nobody knows. error is copied. */
void apply_mark_failed(struct apply *apply, struct apply_item *item, const struct error *error,
                       bool lost);

/* Somebody else changed the record to `current`, or with NULL deleted it. Both are copied. */
void apply_mark_conflict(struct apply *apply, struct apply_item *item, const struct error *error,
                         const struct record *current);

/* The item was written: it leaves the journal, and its inverse is kept. written_id (copied) is
   what the server says of the record; NULL where it says nothing. */
void apply_mark_done(struct apply *apply, struct apply_item *item, const char *written_id);

/* Makes one undo step of the inverses that were kept; they are the step's then. */
void apply_keep_for_undo(struct apply *apply);

#endif
