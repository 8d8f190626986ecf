/*
 * journal: staged changes on disk, before the screen shows them.
 *
 * One SQLite file in WAL mode with synchronous=FULL, $XDG_STATE_HOME/dossier/journal.db, mode 0600.
 * Every call that returns true is on disk. A run claims its rows with a lock file that the kernel
 * lets go when the process dies, so two running programs never offer or send the same change, and
 * what a dead one left is offered again. Also here: remembered settings. UI thread.
 */
#ifndef DOSSIER_STORE_JOURNAL_H
#define DOSSIER_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/change.h"
#include "core/error.h"

struct journal;

/* key names the profile's data: profile name and, for a file, its absolute path. */
struct journal *journal_open(const char *directory, const char *key, struct error *error);
void journal_close(struct journal *journal); /* NULL is allowed */

/* Changes left by runs that are no longer alive, now claimed by this one; oldest first. The array
 * and its changes are the caller's. Those that were CHANGE_SENDING come back as CHANGE_UNKNOWN. */
struct change **journal_recover(struct journal *journal, size_t *count, struct error *error);

/* Inserts (id 0: sets it) or replaces a change. */
bool journal_write(struct journal *journal, struct change *change, struct error *error);
bool journal_remove(struct journal *journal, int64_t id, struct error *error);
/* Several writes and removals as one step. */
bool journal_begin(struct journal *journal, struct error *error);
bool journal_commit(struct journal *journal, struct error *error);
void journal_rollback(struct journal *journal);

/* Remembered settings of this key. The text is the caller's; NULL when there is none. */
char *journal_remembered(struct journal *journal, const char *name);
bool journal_remember(struct journal *journal, const char *name, const char *text);

#endif
