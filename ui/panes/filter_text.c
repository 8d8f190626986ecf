/* filter_text: see filter_text.h. The cursor and the mistake are byte offsets of the one text;
 * lines exist only for drawing. */
#include "ui/panes/filter_text.h"

#include <string.h>

void filter_text_free(struct filter_text *text)
{
    line_editor_free(&text->line);
    wrap_free(&text->wrap);
    error_clear(&text->error);
    *text = (struct filter_text){0};
}

void filter_text_set(struct filter_text *text, const struct query *query)
{
    struct text printed = {0};
    query_print(query, &printed);
    line_editor_set(&text->line, text_string(&printed));
    error_clear(&text->error);
    text->error_column = 0;
    text_free(&printed);
}

/* Resolving says "column N: …" too, but hands the number over only in the words. */
static size_t column_in_words(const char *message)
{
    const char *found = message ? strstr(message, "column ") : NULL;
    size_t column = 0;
    for (found = found ? found + 7 : ""; *found >= '0' && *found <= '9' && column < 100000;
         found++) {
        column = column * 10 + (size_t)(*found - '0');
    }
    return column;
}

struct query *filter_text_read(struct filter_text *text, struct session *session,
                               const char *object)
{
    struct query *query = query_new(object);
    error_clear(&text->error);
    text->error_column = 0;
    if (!query_parse_for(query, text_string(&text->line.text), session_schema(session, object),
                         &text->error_column, &text->error) ||
        !session_resolve(session, query, -2, &text->error)) {
        if (!text->error_column) {
            text->error_column = column_in_words(text->error.message);
        }
        query_free(query);
        return NULL;
    }
    return query;
}

/* --- lines --- */

size_t filter_text_wrap(struct filter_text *text, int columns)
{
    wrap_text(&text->wrap, text_string(&text->line.text), text->line.text.length,
              columns > 2 ? (size_t)columns - 1 : 1);
    return text->wrap.count;
}

/* The line that an offset is drawn in: the last that begins at or before it. */
static size_t line_of(const struct filter_text *text, size_t offset)
{
    size_t line = 0;
    while (line + 1 < text->wrap.count && text->wrap.lines[line + 1].start <= offset) {
        line++;
    }
    return line;
}

static size_t column_of(const struct filter_text *text, size_t line, size_t offset, unsigned flags)
{
    struct text clean = {0};
    size_t start = text->wrap.lines[line].start;
    text_clean(&clean, text_string(&text->line.text) + start, offset > start ? offset - start : 0,
               flags);
    size_t column = text_width(text_string(&clean), clean.length);
    text_free(&clean);
    return column;
}

bool filter_text_move(struct filter_text *text, bool down)
{
    size_t line = line_of(text, text->line.cursor);
    if (down ? line + 1 >= text->wrap.count : line == 0) {
        return false;
    }
    size_t column = column_of(text, line, text->line.cursor, TEXT_CLEAN_LINE);
    const struct wrap_line *to = &text->wrap.lines[down ? line + 1 : line - 1];
    text->line.cursor =
        to->start + text_fit(text_string(&text->line.text) + to->start, to->length, column, NULL);
    return true;
}

static void draw_caret(const struct filter_text *text, struct canvas *canvas, int row, size_t line)
{
    size_t column = column_of(text, line, text->error_column - 1, canvas_clean_flags(canvas));
    int most = canvas_columns(canvas) - 1;
    canvas_fill(canvas, row, 0, canvas_columns(canvas), ROLE_TEXT);
    canvas_string(canvas, row, (int)column < most ? (int)column : most, 1, ROLE_ERROR, "^");
}

static void draw_line(const struct filter_text *text, struct canvas *canvas, int row, size_t line)
{
    const struct wrap_line *shown = &text->wrap.lines[line];
    canvas_text(canvas, row, 0, canvas_columns(canvas), ROLE_INPUT, ALIGN_LEFT,
                text_string(&text->line.text) + shown->start, shown->length);
}

static void park_cursor(const struct filter_text *text, struct canvas *canvas, int row, size_t line)
{
    size_t column = column_of(text, line, text->line.cursor, canvas_clean_flags(canvas));
    int most = canvas_columns(canvas) - 1;
    canvas_set_cursor(canvas, row, (int)column < most ? (int)column : most);
}

int filter_text_draw(struct filter_text *text, struct canvas *canvas, int row, int rows,
                     bool cursor)
{
    bool caret = text->error_column > 0 && rows > 1;
    size_t cursor_line = line_of(text, text->line.cursor);
    size_t error_line = caret ? line_of(text, text->error_column - 1) : 0;
    size_t kept = cursor ? cursor_line : error_line, lines = (size_t)(rows - caret);
    size_t first = kept >= lines ? kept - lines + 1 : 0;
    int at = row;
    for (size_t line = first; line < text->wrap.count && at < row + rows; line++) {
        draw_line(text, canvas, at, line);
        if (cursor && line == cursor_line) {
            park_cursor(text, canvas, at, line);
        }
        at++;
        if (caret && line == error_line && at < row + rows) {
            draw_caret(text, canvas, at++, line);
        }
    }
    return at - row;
}
