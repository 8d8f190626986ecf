/*
 * options: the [ui] section of the configuration, one row an option. UI thread.
 */
#ifndef DOSSIER_UI_OPTIONS_H
#define DOSSIER_UI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "store/config.h"

enum option_id {
    OPTION_THEME,
    OPTION_LAYOUT,
    OPTION_CURSOR_STYLE,
    OPTION_MOUSE,
    OPTION_ASCII,
    OPTION_ESCAPE_DELAY,
    OPTION_COLUMN_WIDTH,
    OPTION_FOLLOW_DELAY,
    OPTION_CLIPBOARD,
    OPTION_COUNT
};

enum option_type { OPTION_WORD, OPTION_CHOICE, OPTION_YES_NO, OPTION_NUMBER };

struct option {
    const char *name;
    enum option_type type;
    const char *default_value;
    const char *choices; /* OPTION_CHOICE: "auto wide stacked"; else NULL */
    int least, most;     /* OPTION_NUMBER */
    const char *help;
};

struct options {
    char *values[OPTION_COUNT];
};

/* The table, in order of the enum; for the manual too. */
const struct option *option_row(enum option_id id);
const char *option_type_name(enum option_type type);

/* Defaults, then the configuration's. NULL with an ERROR_USAGE with file and line. */
struct options *options_read(const struct config *config, struct error *error);
void options_free(struct options *options); /* NULL is allowed */
/* Sets one by name; false with an error that says what it takes, or the nearest name. */
bool options_set(struct options *options, const char *name, const char *value, struct error *error);

const char *options_text(const struct options *options, enum option_id id);
bool options_is(const struct options *options, enum option_id id, const char *value);
bool options_yes(const struct options *options, enum option_id id);
int options_number(const struct options *options, enum option_id id);

#endif
