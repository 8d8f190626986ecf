/*
 * line_editor_draw: the part of a line editor's text that fits, with the cursor in it. UI thread.
 */
#include "ui/widgets/editor.h"

/* Cells of the grapheme that ends at `to`, as it will be shown. */
static size_t cells(const struct text *text, size_t from, size_t to, unsigned flags)
{
    struct text clean = {0};
    text_clean(&clean, text->bytes + from, to - from, flags);
    size_t width = text_width(text_string(&clean), clean.length);
    text_free(&clean);
    return width;
}

/* Cells from one offset to another, counted no further than `most`. */
static size_t cells_between(const struct text *text, size_t from, size_t to, size_t most,
                            unsigned flags)
{
    size_t width = 0;
    while (from < to && width <= most) {
        size_t next = text_next_grapheme(text->bytes, text->length, from);
        width += cells(text, from, next, flags);
        from = next;
    }
    return width;
}

/* The scroll jumps by half the width: a line that moved with every key would be sent again with
 * every key. */
static void keep_cursor_visible(struct line_editor *editor, size_t columns, unsigned flags)
{
    const struct text *text = &editor->text;
    bool visible = editor->cursor >= editor->scroll &&
                   cells_between(text, editor->scroll, editor->cursor, columns, flags) < columns;
    if (visible) {
        return;
    }
    size_t width = 0;
    editor->scroll = editor->cursor;
    while (editor->scroll > 0) {
        size_t previous = text_previous_grapheme(text->bytes, text->length, editor->scroll);
        width += cells(text, previous, editor->scroll, flags);
        if (width > columns / 2) {
            return;
        }
        editor->scroll = previous;
    }
}

void line_editor_draw(struct line_editor *editor, struct canvas *canvas, int row, int column,
                      int columns, enum role role, bool cursor)
{
    if (columns <= 0) {
        return;
    }
    unsigned flags = canvas_clean_flags(canvas);
    const struct text *text = &editor->text;
    keep_cursor_visible(editor, (size_t)columns, flags);
    size_t end = editor->scroll, width = 0;
    while (end < text->length) {
        size_t next = text_next_grapheme(text->bytes, text->length, end);
        width += cells(text, end, next, flags);
        if (width > (size_t)columns) {
            break;
        }
        end = next;
    }
    canvas_text(canvas, row, column, columns, role, ALIGN_LEFT, text_string(text) + editor->scroll,
                end - editor->scroll);
    if (cursor) {
        canvas_set_cursor(canvas, row,
                          column + (int)cells_between(text, editor->scroll, editor->cursor,
                                                      (size_t)columns, flags));
    }
}
