/*
 * editor_text: a line of text or a number, in its cell or in a box. What may be typed is narrowed
 * by the field's type; what was typed stays until it passes the check or Esc. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "ui/app.h"
#include "ui/widgets/editor_base.h"
#include "ui/widgets/keys.h"

struct text_editor {
    struct editor_base base;
    struct line_editor line;
};

/* A narrow cell still needs room to type in. */
enum { COLUMNS_LEAST = 24, COLUMNS_TO_STAY = 8, MISTAKE_COLUMNS = 40, BOX_COLUMNS = 50 };

static void text_close(struct pane *pane)
{
    struct text_editor *editor = (struct text_editor *)pane;
    line_editor_free(&editor->line);
    editor_base_free(&editor->base);
}

/* Characters a number may be typed with: digits, signs, point, exponent, and separators that the
 * check takes out again. */
static bool belongs_to_number(uint32_t character)
{
    return character < 0x80 && character && strchr("0123456789+-.,'_ eE", (int)character);
}

static bool refuses(const struct text_editor *editor, const struct key_press *key)
{
    return field_type_is_number(editor->base.field.type) && key->kind == KEY_PRESS_CHARACTER &&
           !key->alt && key->character >= ' ' && !belongs_to_number(key->character);
}

static unsigned text_accept(struct text_editor *editor)
{
    if (!editor->line.touched && !editor->base.request.refused) {
        return editor_cancel(&editor->base);
    }
    return editor_accept_text(&editor->base, text_string(&editor->line.text),
                              editor->line.text.length);
}

static unsigned text_key(struct pane *pane, const struct key_press *key)
{
    struct text_editor *editor = (struct text_editor *)pane;
    if (key_is(key, PRESS_ENTER) || key_is(key, PRESS_TAB)) {
        return text_accept(editor);
    }
    unsigned reaction = editor_common_key(&editor->base, key);
    if (reaction != REACTION_IGNORED) {
        return reaction;
    }
    if (refuses(editor, key)) {
        return editor_mistake(&editor->base, "a number: digits, sign and point only");
    }
    if (!line_editor_key(&editor->line, key)) {
        return REACTION_HANDLED;
    }
    if (!editor->base.mistake.length) {
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    return editor_mistake(&editor->base, "");
}

static void draw_placeholder(const struct text_editor *editor, struct canvas *canvas)
{
    if (editor->line.text.length || editor->base.request.filter_value) {
        return;
    }
    enum value_kind kind = editor->base.request.value.kind;
    const char *word = editor->line.touched   ? "(empty)"
                       : kind == VALUE_NULL   ? "(null)"
                       : kind == VALUE_ABSENT ? ""
                                              : "(empty)";
    canvas_string(canvas, 0, 0, canvas_columns(canvas), ROLE_DIM, word);
}

static void text_draw(struct pane *pane, struct canvas *canvas)
{
    struct text_editor *editor = (struct text_editor *)pane;
    line_editor_draw(&editor->line, canvas, 0, 0, canvas_columns(canvas), ROLE_INPUT, true);
    draw_placeholder(editor, canvas);
    editor_draw_mistake(&editor->base, canvas, 1);
}

static void text_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                      int *columns)
{
    const struct text_editor *editor = (const struct text_editor *)pane;
    bool mistaken = editor->base.mistake.length > 0;
    int wanted = pane->anchor_row < 0 ? BOX_COLUMNS : pane->anchor_columns;
    int least = mistaken ? MISTAKE_COLUMNS : COLUMNS_LEAST;
    wanted = wanted < least ? least : wanted;
    int here = columns_most - pane->anchor_column;
    if (!mistaken && pane->anchor_row >= 0 && wanted > here && here >= COLUMNS_TO_STAY) {
        wanted = here; /* better narrow than somewhere else */
    }
    *columns = wanted < columns_most ? wanted : columns_most;
    *rows = 1 + editor_mistake_rows(&editor->base, *columns);
    *rows = *rows < rows_most ? *rows : rows_most;
}

static void text_hints(const struct pane *pane, struct text *out)
{
    editor_hints((const struct editor_base *)pane, NULL, out);
}

#define TEXT_EDITOR_OPS(frame)                                                                     \
    {                                                                                              \
        .name = "text editor", .about = "a line of text or a number",                              \
        .flags = PANE_POPUP | PANE_TYPING | (frame), .close = text_close, .draw = text_draw,       \
        .key = text_key, .title = editor_title, .hints = text_hints, .size = text_size             \
    }

static const struct pane_ops cell_ops = TEXT_EDITOR_OPS(PANE_BORDERLESS);
static const struct pane_ops box_ops = TEXT_EDITOR_OPS(0);

void text_editor_open(struct app *app, const struct editor_request *request)
{
    const struct pane_ops *ops = request->row < 0 ? &box_ops : &cell_ops;
    struct text_editor *editor = editor_base_new(sizeof *editor, app, ops, request);
    char *present = value_to_string(&request->value);
    line_editor_set(&editor->line, present ? present : "");
    free(present);
    app_push(app, &editor->base.pane);
}
