/*
 * editor_text: a line of text or a number, in its cell or in a box. Whatever is typed stays until
 * it passes the check of the field's type, which names what is wrong, or Esc. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
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

static unsigned text_accept(struct text_editor *editor)
{
    if (!editor->line.touched && !editor->base.request.refused) {
        return editor_cancel(&editor->base);
    }
    return editor_accept_text(&editor->base, text_string(&editor->line.text),
                              editor->line.text.length);
}

static bool can_have_lines(const struct text_editor *editor)
{
    const struct editor_request *request = &editor->base.request;
    return request->begins_on_line && request->field->type == FIELD_TEXTAREA;
}

/* Goes on in $EDITOR with what was typed. This editor is gone before that begins. */
static unsigned go_on_in_lines(struct text_editor *editor)
{
    struct app *app = editor->base.pane.app;
    struct editor_request request = editor->base.request;
    struct schema *schema = request.schema ? schema_hold(request.schema) : NULL;
    char *typed = memory_copy_string(text_string(&editor->line.text));
    request.value = value_copy(&request.value);
    editor->base.request.cancelled = NULL; /* it goes on */
    app_pop(app, &editor->base.pane);
    long_text_go_on(app, &request, typed);
    value_free(&request.value);
    schema_release(schema);
    free(typed);
    return REACTION_HANDLED;
}

static unsigned text_key(struct pane *pane, const struct key_press *key)
{
    struct text_editor *editor = (struct text_editor *)pane;
    if (can_have_lines(editor) && key_is(key, PRESS_CONTROL('O'))) {
        return go_on_in_lines(editor);
    }
    if (key_is(key, PRESS_ENTER) || key_is(key, PRESS_TAB)) {
        return text_accept(editor);
    }
    unsigned reaction = editor_common_key(&editor->base, key);
    if (reaction != REACTION_IGNORED) {
        return reaction;
    }
    if (!line_editor_key(&editor->line, key)) {
        return REACTION_HANDLED;
    }
    if (!editor->base.mistake.length) {
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    return editor_mistake(&editor->base, "");
}

/* What is shown of an encrypted value is a mask: nobody means to edit that. */
static bool is_masked(const struct text_editor *editor)
{
    const struct editor_request *request = &editor->base.request;
    return editor->base.field.type == FIELD_ENCRYPTED && !request->refused &&
           request->value.kind == VALUE_TEXT && request->value.as.text.length > 0;
}

static void draw_placeholder(const struct text_editor *editor, struct canvas *canvas)
{
    if (editor->line.text.length || editor->base.request.filter_value) {
        return;
    }
    enum value_kind kind = editor->base.request.value.kind;
    const char *word = editor->line.touched   ? "(empty)"
                       : is_masked(editor)    ? "(masked: type all of it)"
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
    const struct text_editor *editor = (const struct text_editor *)pane;
    editor_hints(&editor->base, can_have_lines(editor) ? "Ctrl-O more lines in $EDITOR" : NULL,
                 out);
}

#define TEXT_EDITOR_OPS(frame)                                                                     \
    {                                                                                              \
        .name = "text editor", .about = "a line of text or a number",                              \
        .flags = PANE_POPUP | PANE_TYPING | (frame), .close = text_close, .draw = text_draw,       \
        .key = text_key, .title = editor_title, .hints = text_hints, .size = text_size             \
    }

static const struct pane_ops cell_ops = TEXT_EDITOR_OPS(PANE_BORDERLESS);
static const struct pane_ops box_ops = TEXT_EDITOR_OPS(0);

/* What is offered to be edited. A whole number kept as a real is typed, and so offered, without
 * its ".0". */
static char *offered(const struct value *value)
{
    char *present = value_to_string(value);
    size_t length = present == NULL ? 0 : strlen(present);
    if (value->kind == VALUE_REAL && length > 2 && strcmp(present + length - 2, ".0") == 0) {
        present[length - 2] = '\0';
    }
    return present;
}

void text_editor_open(struct app *app, const struct editor_request *request)
{
    const struct pane_ops *ops = request->row < 0 ? &box_ops : &cell_ops;
    struct text_editor *editor = editor_base_new(sizeof *editor, app, ops, request);
    char *present = is_masked(editor) ? NULL : offered(&request->value);
    line_editor_set(&editor->line, present ? present : "");
    free(present);
    app_push(app, &editor->base.pane);
}
