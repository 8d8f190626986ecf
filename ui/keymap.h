/*
 * keymap: which key runs which command, in which pane.
 *
 * Defaults come from the command tables, changes from [keys] of the configuration: `command = key
 * key`, or `pane.command = key` where several panes know the command. UI thread; pure but for
 * allocation.
 */
#ifndef DOSSIER_UI_KEYMAP_H
#define DOSSIER_UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/text.h"
#include "store/config.h"
#include "ui/command.h"
#include "ui/pane.h"

struct keymap;

/* A command table with the pane it belongs to; "" for the global one. */
struct keymap_table {
    const char *pane;
    const struct command *commands;
};

/* Builds the map. notices (may be NULL) gets a sentence for each default key that a configured one
 * took. NULL with an ERROR_USAGE with file and line for an unknown command or key, and for two
 * configured commands on one key. */
struct keymap *keymap_new(const struct keymap_table *tables, size_t count,
                          const struct config *config, struct text *notices, struct error *error);
void keymap_free(struct keymap *keymap); /* NULL is allowed */

/* The command a key runs in a pane: the pane's own first, then the global one; NULL for none. */
const struct command *keymap_find(const struct keymap *keymap, const char *pane,
                                  const struct key_press *key);
/* The keys of a command as a person reads them, "e F2", at most `most` of them (0: all). */
void keymap_keys(const struct keymap *keymap, const char *pane, const struct command *command,
                 size_t most, struct text *out);

/* "Ctrl-A", "F2", "PgUp", "Space", "é", "Alt-Left" to a key press and back. */
bool key_parse(const char *name, struct key_press *key);
void key_print(const struct key_press *key, struct text *out);

#endif
