/*
 * theme: colours and attributes as data (themes/NAME.theme, INI), by role. A role that a theme does
 * not set takes its parent role's. Meaning never rests on colour alone. UI thread.
 */
#ifndef DOSSIER_UI_THEME_H
#define DOSSIER_UI_THEME_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/text.h"

enum role {
    ROLE_TEXT,
    ROLE_DIM,    /* what matters less: nulls, hints, placeholders */
    ROLE_STATUS, /* the line on top */
    ROLE_HINTS,  /* the line at the bottom */
    ROLE_HINT_KEY,
    ROLE_BORDER,
    ROLE_BORDER_FOCUS,
    ROLE_TITLE,
    ROLE_TITLE_FOCUS,
    ROLE_HEADING,     /* column headings, section names */
    ROLE_CURSOR,      /* the row or cell under the cursor */
    ROLE_CURSOR_IDLE, /* the same in a pane without the focus */
    ROLE_MARKED,
    ROLE_CHANGED,
    ROLE_NEW,
    ROLE_DELETED,
    ROLE_FAILED,
    ROLE_REFERENCE,
    ROLE_NUMBER,
    ROLE_MATCH, /* what find has found */
    ROLE_INPUT, /* a text being edited */
    ROLE_ERROR,
    ROLE_WARNING,
    ROLE_SUCCESS,
    ROLE_PROTECTED, /* the banner of a protected profile */
    ROLE_BAR,
    ROLE_COUNT
};

enum attribute {
    ATTRIBUTE_BOLD = 1,
    ATTRIBUTE_DIM = 2,
    ATTRIBUTE_UNDERLINE = 4,
    ATTRIBUTE_REVERSE = 8,
    ATTRIBUTE_ITALIC = 16
};

enum { COLOUR_DEFAULT = -1, COLOUR_RGB = 1 << 24 /* | 0xrrggbb */ };

/* How a role looks: colours are COLOUR_DEFAULT, 0 to 255, or COLOUR_RGB | 0xrrggbb. */
struct style {
    int foreground, background;
    unsigned attributes; /* ATTRIBUTE_ bits */
    bool set;            /* false: its parent's */
};

struct theme {
    char *name;
    char *about; /* one line; NULL when it has none */
    struct style styles[ROLE_COUNT];
    int curses[ROLE_COUNT]; /* attributes with the colour pair, for canvas */
};

/* The theme compiled in; the caller frees. */
struct theme *theme_default(void);
/* Reads a theme by name from the user's, the installed or the source directory. NULL with an
 * ERROR_USAGE that has the file and line, or the nearest name. */
struct theme *theme_load(const char *name, struct error *error);
/* Reads one file. */
struct theme *theme_read(const char *path, const char *name, struct error *error);
void theme_free(struct theme *theme); /* NULL is allowed */
/* "bright-blue on default bold" as a style; false with an error. Pure. */
bool style_parse(const char *words, struct style *style, struct error *error);
const char *role_name(enum role role); /* "hint-key" */
/* Calls add for each theme that can be loaded, "default" first; a name may come twice. */
void theme_list(void (*add)(void *context, const char *name), void *context);
/* The style of a role, its parents' where it has none of its own. */
struct style theme_style(const struct theme *theme, enum role role);
/* Makes curses' attributes of the styles, for a terminal of so many colours (0: none). */
void theme_apply(struct theme *theme, int colours);
/* The nearest colour of a palette of 256, 16 or 8. Pure. */
int colour_nearest(int colour, int colours);

#endif
