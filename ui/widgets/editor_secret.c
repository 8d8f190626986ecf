/*
 * editor_secret: a password, typed unseen: a star for each character and nothing else of it. There
 * is no history, no undo and no cutting, and what was typed is overwritten when the editor closes.
 * UI thread.
 */
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/widgets/editor_base.h"
#include "ui/widgets/keys.h"

enum { SECRET_BYTES_MOST = 1024, COLUMNS_LEAST = 24, BOX_COLUMNS = 50 };

struct secret_editor {
    struct editor_base base;
    char typed[SECRET_BYTES_MOST + 1];
    size_t length;
};

static void secret_close(struct pane *pane)
{
    struct secret_editor *editor = (struct secret_editor *)pane;
    memory_wipe(editor->typed, sizeof editor->typed);
    editor_base_free(&editor->base);
}

static unsigned add(struct secret_editor *editor, const char *bytes, size_t length)
{
    if (length > SECRET_BYTES_MOST - editor->length) {
        return editor_mistake(&editor->base, "that is too long for a password");
    }
    memcpy(editor->typed + editor->length, bytes, length);
    editor->length += length;
    return editor_mistake(&editor->base, "");
}

/* What is pasted ends at its first line end: a password copied with its line is meant without. */
static unsigned add_key(struct secret_editor *editor, const struct key_press *key)
{
    if (key->kind == KEY_PRESS_PASTE) {
        const char *end = memchr(key->paste, '\n', key->paste_length);
        return add(editor, key->paste, end ? (size_t)(end - key->paste) : key->paste_length);
    }
    if (key->kind != KEY_PRESS_CHARACTER || key->alt || key->character < ' ') {
        return REACTION_HANDLED;
    }
    struct text bytes = {0};
    text_append_code_point(&bytes, key->character);
    unsigned reaction = add(editor, text_string(&bytes), bytes.length);
    memory_wipe(bytes.bytes, bytes.length);
    text_free(&bytes);
    return reaction;
}

static unsigned rub(struct secret_editor *editor)
{
    while (editor->length > 0 && (editor->typed[--editor->length] & 0xc0) == 0x80) {
    }
    return editor_mistake(&editor->base, "");
}

static unsigned secret_accept(struct secret_editor *editor)
{
    if (editor->length == 0) {
        return editor_mistake(&editor->base, "nothing was typed; Esc leaves it as it was");
    }
    struct value value = value_text(editor->typed, editor->length);
    return editor_accept(&editor->base, &value, NULL);
}

static unsigned secret_key(struct pane *pane, const struct key_press *key)
{
    struct secret_editor *editor = (struct secret_editor *)pane;
    if (key_is(key, PRESS_ENTER) || key_is(key, PRESS_TAB)) {
        return secret_accept(editor);
    }
    if (key_is(key, PRESS_BACKSPACE)) {
        return rub(editor);
    }
    if (key_is(key, PRESS_CONTROL('U'))) {
        editor->length = 0;
        return editor_mistake(&editor->base, "");
    }
    unsigned reaction = editor_common_key(&editor->base, key);
    return reaction != REACTION_IGNORED ? reaction : add_key(editor, key);
}

static void secret_draw(struct pane *pane, struct canvas *canvas)
{
    const struct secret_editor *editor = (const struct secret_editor *)pane;
    int columns = canvas_columns(canvas), stars = 0;
    canvas_fill(canvas, 0, 0, columns, ROLE_INPUT);
    for (size_t i = 0; i < editor->length && stars + 1 < columns; i++) {
        if ((editor->typed[i] & 0xc0) != 0x80) {
            canvas_string(canvas, 0, stars++, 1, ROLE_INPUT, "*");
        }
    }
    if (editor->length == 0) {
        canvas_string(canvas, 0, 0, columns, ROLE_DIM, "(typed unseen)");
    }
    editor_draw_mistake(&editor->base, canvas, 1);
    canvas_set_cursor(canvas, 0, stars);
}

static void secret_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                        int *columns)
{
    const struct secret_editor *editor = (const struct secret_editor *)pane;
    int wanted = pane->anchor_row < 0 ? BOX_COLUMNS : pane->anchor_columns;
    wanted = wanted < COLUMNS_LEAST ? COLUMNS_LEAST : wanted;
    *columns = wanted < columns_most ? wanted : columns_most;
    *rows = 1 + editor_mistake_rows(&editor->base, *columns);
    *rows = *rows < rows_most ? *rows : rows_most;
}

static void secret_hints(const struct pane *pane, struct text *out)
{
    (void)pane;
    text_append_string(out, "Enter accept  Ctrl-U begin again  Esc cancel");
}

static const struct pane_ops secret_ops = {
    .name = "secret editor",
    .about = "a password, typed unseen",
    .flags = PANE_POPUP | PANE_TYPING | PANE_BORDERLESS,
    .close = secret_close,
    .draw = secret_draw,
    .key = secret_key,
    .title = editor_title,
    .hints = secret_hints,
    .size = secret_size,
};

void secret_editor_open(struct app *app, const struct editor_request *request)
{
    struct editor_request unseen = *request;
    unseen.value = value_absent();
    struct secret_editor *editor = editor_base_new(sizeof *editor, app, &secret_ops, &unseen);
    app_push(app, &editor->base.pane);
}
