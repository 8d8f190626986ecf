/*
 * filter_text: the filter as text: typed over several lines, checked at every key, with the place
 * of a mistake and what may be typed next. UI thread.
 */
#ifndef DOSSIER_UI_PANES_FILTER_TEXT_H
#define DOSSIER_UI_PANES_FILTER_TEXT_H

#include "core/query.h"
#include "session/session.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/wrap.h"

struct filter_text {
    struct line_editor line;
    struct wrap wrap; /* of the line, for `columns` */
    struct error error;
    size_t error_column; /* 1-based byte column; 0 when the error has no place */
};

void filter_text_free(struct filter_text *text);
/* Writes the query out, without a mistake. */
void filter_text_set(struct filter_text *text, const struct query *query);
/* Reads what is typed: a new query (without columns, resolved as far as schemas are known), or NULL
 * with text->error and its column. */
struct query *filter_text_read(struct filter_text *text, struct session *session,
                               const char *object);
/* Breaks the text into lines for a width; returns how many. */
size_t filter_text_wrap(struct filter_text *text, int columns);
/* Moves the cursor a shown line up or down; false when there is none. */
bool filter_text_move(struct filter_text *text, bool down);
/* Draws up to `rows` lines, those round the cursor, and under the mistaken one a caret. Returns the
 * rows it took. */
int filter_text_draw(struct filter_text *text, struct canvas *canvas, int row, int rows,
                     bool cursor);

#endif
