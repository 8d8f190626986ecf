/*
 * external_editor: a text handed to $VISUAL or $EDITOR and taken back. UI thread; it waits for the
 * editor, which has the terminal meanwhile.
 */
#ifndef DOSSIER_UI_WIDGETS_EXTERNAL_EDITOR_H
#define DOSSIER_UI_WIDGETS_EXTERNAL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/text.h"

/* Runs the editor on the text; its command is split into words without a shell. In a private
 * directory, in a file that only the user may read; both are removed afterwards. True with the new
 * text in *out when the editor ended well (the line end that editors add is taken off again when
 * the text had none); false with an error otherwise. name is what the file is called, for the
 * editor's title. The terminal must have been left. */
bool external_editor_run(const char *name, const char *bytes, size_t length, struct text *out,
                         struct error *error);

#endif
