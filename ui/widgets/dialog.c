/*
 * dialog: a question with named answers; the first letter of an answer chooses it, as do the arrows
 * and Enter. Esc answers -1, and so does being closed from outside. The pane is freed before the
 * caller's function runs. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/keys.h"
#include "ui/widgets/wrap.h"

enum { ANSWERS_MOST = 6, DIALOG_COLUMNS = 60 };

struct dialog {
    struct pane pane;
    char *title;
    struct text body; /* clean */
    char *answers;    /* owned; each answer NUL-terminated */
    const char *answer[ANSWERS_MOST];
    int answer_count;
    int chosen;
    void (*done)(void *context, int answer);
    void *context;
};

static void dialog_close(struct pane *pane)
{
    struct dialog *dialog = (struct dialog *)pane;
    if (dialog->done) {
        dialog->done(dialog->context, -1);
    }
    free(dialog->title);
    free(dialog->answers);
    text_free(&dialog->body);
    free(dialog);
}

static unsigned dialog_answer(struct dialog *dialog, int answer)
{
    void (*done)(void *, int) = dialog->done;
    void *context = dialog->context;
    dialog->done = NULL;
    app_pop(dialog->pane.app, &dialog->pane);
    if (done) {
        done(context, answer);
    }
    return REACTION_HANDLED | REACTION_REDRAW_ALL;
}

static unsigned move_choice(struct dialog *dialog, int by)
{
    dialog->chosen = (dialog->chosen + by + dialog->answer_count) % dialog->answer_count;
    return REACTION_HANDLED | REACTION_REDRAW;
}

static int answer_by_letter(const struct dialog *dialog, uint32_t character)
{
    for (int i = 0; i < dialog->answer_count; i++) {
        uint32_t letter = (unsigned char)dialog->answer[i][0];
        if (character == letter || (character < 0x80 && (character | 0x20) == (letter | 0x20))) {
            return i;
        }
    }
    return -1;
}

static unsigned dialog_key(struct pane *pane, const struct key_press *key)
{
    struct dialog *dialog = (struct dialog *)pane;
    if (key_is(key, PRESS_ESCAPE) || key_is(key, PRESS_CONTROL('C'))) {
        return dialog_answer(dialog, -1);
    }
    if (key_is(key, PRESS_ENTER)) {
        return dialog_answer(dialog, dialog->chosen);
    }
    if (key_is(key, PRESS_LEFT) || key_is(key, PRESS_BACK_TAB)) {
        return move_choice(dialog, -1);
    }
    if (key_is(key, PRESS_RIGHT) || key_is(key, PRESS_TAB)) {
        return move_choice(dialog, 1);
    }
    int answer = key->kind == KEY_PRESS_CHARACTER ? answer_by_letter(dialog, key->character) : -1;
    return answer < 0 ? REACTION_HANDLED : dialog_answer(dialog, answer);
}

static int draw_body(const struct dialog *dialog, struct canvas *canvas, int rows)
{
    struct wrap wrap = {0};
    wrap_text(&wrap, text_string(&dialog->body), dialog->body.length,
              (size_t)canvas_columns(canvas));
    int shown = (int)wrap.count < rows ? (int)wrap.count : rows;
    for (int i = 0; i < shown; i++) {
        canvas_text(canvas, i, 0, canvas_columns(canvas), ROLE_TEXT, ALIGN_LEFT,
                    dialog->body.bytes + wrap.lines[i].start, wrap.lines[i].length);
    }
    wrap_free(&wrap);
    return shown;
}

/* Each answer shows its letter: "[s]tay". The chosen one has the cursor's role and the cursor. */
static void draw_answers(const struct dialog *dialog, struct canvas *canvas, int row)
{
    int column = 0;
    for (int i = 0; i < dialog->answer_count; i++) {
        const char *answer = dialog->answer[i];
        int columns = (int)strlen(answer) + 2;
        if (i == dialog->chosen) {
            canvas_set_cursor(canvas, row, column);
        }
        canvas_printf(canvas, row, column, columns,
                      i == dialog->chosen ? ROLE_CURSOR : ROLE_HINT_KEY, "[%c]%s", answer[0],
                      answer + 1);
        column += columns + 2;
    }
}

static void dialog_draw(struct pane *pane, struct canvas *canvas)
{
    struct dialog *dialog = (struct dialog *)pane;
    canvas_erase(canvas);
    int last = canvas_rows(canvas) - 1;
    draw_body(dialog, canvas, last);
    draw_answers(dialog, canvas, last);
}

static void dialog_title(const struct pane *pane, struct text *out)
{
    text_append_string(out, ((const struct dialog *)pane)->title);
}

static void dialog_hints(const struct pane *pane, struct text *out)
{
    const struct dialog *dialog = (const struct dialog *)pane;
    for (int i = 0; i < dialog->answer_count; i++) {
        text_format(out, "%c %s  ", dialog->answer[i][0], dialog->answer[i]);
    }
    text_append_string(out, "Esc cancel");
}

static int answers_columns(const struct dialog *dialog)
{
    int columns = 0;
    for (int i = 0; i < dialog->answer_count; i++) {
        columns += (int)strlen(dialog->answer[i]) + 4;
    }
    return columns;
}

static void dialog_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                        int *columns)
{
    const struct dialog *dialog = (const struct dialog *)pane;
    int wanted = answers_columns(dialog);
    int title = (int)text_width(dialog->title, strlen(dialog->title)) + 4;
    wanted = wanted < title ? title : wanted;
    wanted = wanted < DIALOG_COLUMNS ? DIALOG_COLUMNS : wanted;
    *columns = wanted < columns_most ? wanted : columns_most;
    struct wrap wrap = {0};
    wrap_text(&wrap, text_string(&dialog->body), dialog->body.length, (size_t)*columns);
    *rows = (dialog->body.length ? (int)wrap.count + 1 : 0) + 1;
    *rows = *rows < rows_most ? *rows : rows_most;
    wrap_free(&wrap);
}

static const struct pane_ops dialog_ops = {
    .name = "dialog",
    .about = "a question",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = dialog_close,
    .draw = dialog_draw,
    .key = dialog_key,
    .title = dialog_title,
    .hints = dialog_hints,
    .size = dialog_size,
};

static void split_answers(struct dialog *dialog, const char *answers)
{
    dialog->answers = memory_copy_string(answers);
    char *at = dialog->answers;
    while (at && dialog->answer_count < ANSWERS_MOST) {
        dialog->answer[dialog->answer_count++] = at;
        at = strchr(at, '|');
        if (at) {
            *at++ = '\0';
        }
    }
}

void dialog_open(struct app *app, const char *title, const char *body, const char *answers,
                 void (*done)(void *context, int answer), void *context)
{
    struct dialog *dialog = memory_zeroed(1, sizeof *dialog);
    dialog->pane.ops = &dialog_ops;
    dialog->pane.app = app;
    dialog->pane.anchor_row = -1;
    dialog->pane.anchor_column = -1;
    dialog->title = memory_copy_string(title);
    text_clean_string(&dialog->body, body, TEXT_CLEAN_KEEP_NEWLINE);
    split_answers(dialog, answers);
    dialog->done = done;
    dialog->context = context;
    app_push(app, &dialog->pane);
}
