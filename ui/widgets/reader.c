/*
 * reader: a text over several lines to read and scroll: an error's details, a payload. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/keys.h"
#include "ui/widgets/wrap.h"

struct reader {
    struct pane pane;
    char *title;
    struct text text; /* clean, with its line ends */
    struct wrap wrap;
    size_t columns; /* what wrap was made for */
    long top;
};

static void reader_close(struct pane *pane)
{
    struct reader *reader = (struct reader *)pane;
    free(reader->title);
    text_free(&reader->text);
    wrap_free(&reader->wrap);
    free(reader);
}

static void rewrap(struct reader *reader, size_t columns)
{
    if (columns == reader->columns) {
        return;
    }
    reader->columns = columns;
    wrap_text(&reader->wrap, text_string(&reader->text), reader->text.length, columns);
}

static void scroll(struct reader *reader, long by)
{
    long last = (long)reader->wrap.count - reader->pane.rows;
    long top = reader->top + by;
    reader->top = last < 0 || top < 0 ? 0 : top > last ? last : top;
}

static bool closes(const struct key_press *key)
{
    return key_is(key, PRESS_ESCAPE) || key_is(key, PRESS_ENTER) || key_is_character(key, 'q') ||
           key_is(key, PRESS_CONTROL('C'));
}

static unsigned reader_key(struct pane *pane, const struct key_press *key)
{
    struct reader *reader = (struct reader *)pane;
    if (closes(key)) {
        return REACTION_HANDLED | REACTION_CLOSE;
    }
    const long page = pane->rows > 1 ? pane->rows - 1 : 1, all = (long)reader->wrap.count;
    const struct {
        enum key_code code;
        uint32_t character;
        long by;
    } moves[] = {{PRESS_UP, 'k', -1},          {PRESS_DOWN, 'j', 1},    {PRESS_PAGE_UP, 'b', -page},
                 {PRESS_PAGE_DOWN, ' ', page}, {PRESS_HOME, 'g', -all}, {PRESS_END, 'G', all}};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (key_is(key, moves[i].code) || key_is_character(key, moves[i].character)) {
            scroll(reader, moves[i].by);
        }
    }
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned reader_mouse(struct pane *pane, const struct mouse_event *event)
{
    if (event->button < 4 || !event->pressed) {
        return REACTION_IGNORED;
    }
    scroll((struct reader *)pane, event->button == 4 ? -3 : 3);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static void reader_draw(struct pane *pane, struct canvas *canvas)
{
    struct reader *reader = (struct reader *)pane;
    rewrap(reader, (size_t)canvas_columns(canvas));
    for (int row = 0; row < canvas_rows(canvas); row++) {
        size_t at = (size_t)(reader->top + row);
        bool there = at < reader->wrap.count;
        const struct wrap_line line = there ? reader->wrap.lines[at] : (struct wrap_line){0, 0};
        canvas_text(canvas, row, 0, canvas_columns(canvas), ROLE_TEXT, ALIGN_LEFT,
                    text_string(&reader->text) + line.start, line.length);
    }
    canvas_set_cursor(canvas, 0, 0);
}

static void reader_title(const struct pane *pane, struct text *out)
{
    text_append_string(out, ((const struct reader *)pane)->title);
}

static void reader_title_right(const struct pane *pane, struct text *out)
{
    const struct reader *reader = (const struct reader *)pane;
    long shown = reader->top + pane->rows, count = (long)reader->wrap.count;
    if (count > pane->rows) {
        text_format(out, "%ld of %ld", shown < count ? shown : count, count);
    }
}

static void reader_hints(const struct pane *pane, struct text *out)
{
    (void)pane;
    text_append_string(out, "PgUp PgDn scroll  q back");
}

static void reader_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                        int *columns)
{
    const struct reader *reader = (const struct reader *)pane;
    struct wrap wrap = {0};
    *columns = columns_most > 76 ? 76 : columns_most;
    wrap_text(&wrap, text_string(&reader->text), reader->text.length, (size_t)*columns);
    *rows = (int)wrap.count < rows_most ? (int)wrap.count : rows_most;
    wrap_free(&wrap);
}

static const struct pane_ops reader_ops = {
    .name = "reader",
    .about = "a text to read",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = reader_close,
    .draw = reader_draw,
    .key = reader_key,
    .mouse = reader_mouse,
    .title = reader_title,
    .title_right = reader_title_right,
    .hints = reader_hints,
    .size = reader_size,
};

void reader_open(struct app *app, const char *title, const char *text)
{
    struct reader *reader = memory_zeroed(1, sizeof *reader);
    reader->pane.ops = &reader_ops;
    reader->pane.app = app;
    reader->pane.anchor_row = -1;
    reader->pane.anchor_column = -1;
    reader->title = memory_copy_string(title);
    text_clean_string(&reader->text, text, TEXT_CLEAN_KEEP_NEWLINE);
    app_push(app, &reader->pane);
}
