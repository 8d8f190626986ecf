/*
 * wake: a descriptor by which one thread tells another, which sits in poll(), that something waits.
 *
 * An eventfd where there is one, else a pipe. Raising twice is the same as raising once. Any
 * thread.
 */
#ifndef DOSSIER_FETCH_WAKE_H
#define DOSSIER_FETCH_WAKE_H

#include <stdbool.h>

#include "core/error.h"

struct wake {
    int read_end;
    int write_end; /* the same as read_end for an eventfd */
};

/* ERROR_SERVER when the system has no descriptor left. */
bool wake_open(struct wake *wake, struct error *error);
void wake_close(struct wake *wake);
void wake_raise(struct wake *wake); /* read_end becomes readable */
void wake_lower(struct wake *wake); /* and is not any more */

#endif
