/*
 * keys: short names for the key presses that widgets look at. UI thread.
 */
#ifndef DOSSIER_UI_WIDGETS_KEYS_H
#define DOSSIER_UI_WIDGETS_KEYS_H

#include "ui/pane.h"

/* PRESS_CONTROL('D') is Ctrl-D. */
#define PRESS_CONTROL(letter) ((enum key_code)(PRESS_CONTROL_A + ((letter) - 'A')))

/* Ctrl-_ has no code of its own: it comes as the character it is. */
enum { CHARACTER_CONTROL_UNDERSCORE = 0x1f };

static inline bool key_is(const struct key_press *key, enum key_code code)
{
    return key->kind == KEY_PRESS_FUNCTION && key->code == code;
}

static inline bool key_is_character(const struct key_press *key, uint32_t character)
{
    return key->kind == KEY_PRESS_CHARACTER && !key->alt && key->character == character;
}

#endif
