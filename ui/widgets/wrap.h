/*
 * wrap: a text broken into lines of a width, at spaces where it can, never inside a grapheme. Pure.
 */
#ifndef DOSSIER_UI_WIDGETS_WRAP_H
#define DOSSIER_UI_WIDGETS_WRAP_H

#include <stddef.h>

struct wrap_line {
    size_t start, length; /* bytes of the wrapped text */
};

struct wrap {
    struct wrap_line *lines; /* owned */
    size_t count, capacity;
};

/* Breaks a clean text; always at least one line. Line ends in the text break too. */
void wrap_text(struct wrap *wrap, const char *bytes, size_t length, size_t columns);
void wrap_free(struct wrap *wrap);

#endif
