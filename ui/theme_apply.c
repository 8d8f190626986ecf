/* theme: see theme.h. This file: curses' attributes out of styles. UI thread. */
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "ui/theme.h"

static attr_t attributes_of(unsigned attributes)
{
    attr_t result = 0;
    result |= (attributes & ATTRIBUTE_BOLD) != 0 ? A_BOLD : 0;
    result |= (attributes & ATTRIBUTE_DIM) != 0 ? A_DIM : 0;
    result |= (attributes & ATTRIBUTE_UNDERLINE) != 0 ? A_UNDERLINE : 0;
    result |= (attributes & ATTRIBUTE_REVERSE) != 0 ? A_REVERSE : 0;
    result |= (attributes & ATTRIBUTE_ITALIC) != 0 ? A_ITALIC : 0;
    return result;
}

void theme_apply(struct theme *theme, int colours)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct style style = theme_style(theme, (enum role)role);
        attr_t attributes = attributes_of(style.attributes);
        int foreground = colour_nearest(style.foreground, colours);
        int background = colour_nearest(style.background, colours);
        if (colours > 0 && (foreground != COLOUR_DEFAULT || background != COLOUR_DEFAULT)) {
            init_pair((short)(role + 1), (short)foreground, (short)background);
            attributes |= (attr_t)COLOR_PAIR(role + 1);
        }
        theme->curses[role] = (int)attributes;
    }
}
