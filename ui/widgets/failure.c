/* failure: see failure.h. */
#include "ui/widgets/failure.h"

#include "core/text.h"
#include "ui/widgets/wrap.h"

static const char retry[] = "  r try again";
enum { RETRY_COLUMNS = sizeof retry - 1 };

static void print_words(const struct error *error, struct text *out)
{
    text_append_string(out, "! ");
    text_clean_string(out, error->message == NULL ? "It failed." : error->message, TEXT_CLEAN_LINE);
    if (error->hint != NULL) {
        text_append_string(out, out->bytes[out->length - 1] == '.' ? " " : ". ");
        text_clean_string(out, error->hint, TEXT_CLEAN_LINE);
        text_append_string(out, ".");
    }
}

static void draw_short(struct canvas *canvas, int row, const struct text *words)
{
    int columns = canvas_columns(canvas);
    int x = canvas_text(canvas, row, 0, columns - RETRY_COLUMNS, ROLE_FAILED, ALIGN_LEFT,
                        words->bytes, words->length);
    canvas_string(canvas, row, x, columns - x, ROLE_FAILED, retry);
}

static void draw_lines(struct canvas *canvas, int row, const struct text *words,
                       const struct wrap *wrap, bool own_row)
{
    int columns = canvas_columns(canvas);
    int x = 0;
    for (size_t i = 0; i < wrap->count; i++) {
        const struct wrap_line *line = &wrap->lines[i];
        x = canvas_text(canvas, row + (int)i, 0, columns, ROLE_FAILED, ALIGN_LEFT,
                        words->bytes + line->start, line->length);
    }
    row += (int)wrap->count - (own_row ? 0 : 1);
    x = own_row ? 0 : x;
    canvas_string(canvas, row, x, columns - x, ROLE_FAILED, retry);
}

void failure_draw(struct canvas *canvas, int row, const struct error *error)
{
    struct text words = {0};
    struct wrap wrap = {0};
    int columns = canvas_columns(canvas);
    print_words(error, &words);
    wrap_text(&wrap, words.bytes, words.length, columns > 1 ? (size_t)columns : 1);
    const struct wrap_line *last = &wrap.lines[wrap.count - 1];
    bool own_row =
        (int)text_width(words.bytes + last->start, last->length) + RETRY_COLUMNS > columns;
    if (row + (int)wrap.count + (own_row ? 1 : 0) > canvas_rows(canvas)) {
        draw_short(canvas, row, &words);
    } else {
        draw_lines(canvas, row, &words, &wrap, own_row);
    }
    wrap_free(&wrap);
    text_free(&words);
}
