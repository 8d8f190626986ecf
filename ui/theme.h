/*
 * theme: colours and attributes as data (themes/NAME.theme, INI), by role. A role that a theme does
 * not set takes its parent role's. Meaning never rests on colour alone. UI thread.
 */
#ifndef DOSSIER_UI_THEME_H
#define DOSSIER_UI_THEME_H

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

#endif
