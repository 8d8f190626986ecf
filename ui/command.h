/*
 * command: one row for everything a key, the palette or the help can name.
 *
 * A row feeds keys, `:` with completion, help, hints and the manual page. Global rows are in
 * ui/commands.c; each pane has its own table (pane_ops.commands). Adding a command is one row and
 * its function. UI thread; the tables are const and readable from anywhere.
 */
#ifndef DOSSIER_UI_COMMAND_H
#define DOSSIER_UI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct app;
struct pane;

enum command_flags {
    COMMAND_WRITES = 1,     /* refused, with the reason, on a read-only profile: one choke point */
    COMMAND_NEEDS_ROW = 2,  /* refused when the list has no record under the cursor */
    COMMAND_HINT = 4,       /* shown in the line of hints */
    COMMAND_HIDDEN = 8,     /* not in palette: plain movement */
    COMMAND_ANYWHERE = 16,  /* a global one that works over a popup too */
    COMMAND_OVER_FORM = 32, /* a global one that works over a PANE_FORM too, as ANYWHERE does */
    COMMAND_AT_ONCE = 64    /* not about the list or record that is on its way: no need to wait */
};

enum argument_kind {
    ARGUMENT_NONE,
    ARGUMENT_TEXT,
    ARGUMENT_OBJECT,
    ARGUMENT_FIELD,
    ARGUMENT_VIEW,
    ARGUMENT_THEME,
    ARGUMENT_FILE,
    ARGUMENT_COMMAND,
    ARGUMENT_ACTION,
    ARGUMENT_NUMBER
};

struct command {
    const char *name; /* "sort-descending"; what the palette and the key map call it */
    const char *keys; /* default keys, separated by spaces: "e F2"; NULL for none */
    const char *help; /* one line, starting with a verb */
    const char *hint; /* one or two words for the line of hints; NULL: name */
    enum argument_kind argument;
    unsigned flags;
    /* NULL when it can run now, else the reason in words. May itself be NULL. */
    const char *(*why_not)(struct app *app, struct pane *pane);
    /* argument is NULL when none was given. Returns reaction bits. */
    unsigned (*run)(struct app *app, struct pane *pane, const char *argument);
};

/* Runs a command by its row, checking its flags and why_not; a refusal becomes the status message.
 */
unsigned command_perform(struct app *app, struct pane *pane, const struct command *command,
                         const char *argument);
/* Finds by name: the pane's table first, then the global one. NULL when there is none. */
const struct command *command_find(const struct pane *pane, const char *name);
/* Is it a row of the global table? */
bool command_is_global(const struct command *command);
/* Why it cannot run now, in words; NULL when it can. */
const char *command_why_not(struct app *app, struct pane *pane, const struct command *command);
/* The global table, ended by a row with a NULL name. */
extern const struct command global_commands[];
/* The table at an index, with the name of its pane: first the global one, under "", then one for
 * each pane. NULL past the last. */
const struct command *command_table(size_t index, const char **pane_name);

#endif
