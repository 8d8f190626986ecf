/*
 * editor_file: bytes, which are taken from a file whose path is typed. UI thread.
 */
#include <stdlib.h>

#include "core/format.h"
#include "store/config.h"
#include "store/file.h"
#include "ui/app.h"
#include "ui/widgets/editor_base.h"
#include "ui/widgets/keys.h"

struct file_editor {
    struct editor_base base;
    struct line_editor line;
};

enum { FILE_COLUMNS = 50 };
static const size_t most_bytes = 100000000; /* what the journal keeps without harm */

static void file_close(struct pane *pane)
{
    struct file_editor *editor = (struct file_editor *)pane;
    line_editor_free(&editor->line);
    editor_base_free(&editor->base);
}

static unsigned file_refuse(struct file_editor *editor, struct error *error)
{
    unsigned reaction = editor_mistake(&editor->base, error->message);
    error_clear(error);
    return reaction;
}

static unsigned file_accept(struct file_editor *editor)
{
    struct error error = {0};
    struct text bytes = {0};
    if (!editor->line.text.length) {
        return editor_cancel(&editor->base);
    }
    char *path = config_expand_path(text_string(&editor->line.text), NULL);
    bool read = file_is_fit(path, most_bytes, &error) && file_read(path, false, &bytes, &error);
    free(path);
    if (!read) {
        text_free(&bytes);
        return file_refuse(editor, &error);
    }
    struct value value = value_bytes(text_string(&bytes), bytes.length);
    unsigned reaction = editor_accept(&editor->base, &value, NULL);
    text_free(&bytes);
    return reaction;
}

static unsigned file_key(struct pane *pane, const struct key_press *key)
{
    struct file_editor *editor = (struct file_editor *)pane;
    if (key_is(key, PRESS_ENTER) || key_is(key, PRESS_TAB)) {
        return file_accept(editor);
    }
    unsigned reaction = editor_common_key(&editor->base, key);
    if (reaction != REACTION_IGNORED) {
        return reaction;
    }
    if (!line_editor_key(&editor->line, key)) {
        return REACTION_HANDLED;
    }
    return editor->base.mistake.length ? editor_mistake(&editor->base, "")
                                       : REACTION_HANDLED | REACTION_REDRAW;
}

static void file_draw(struct pane *pane, struct canvas *canvas)
{
    struct file_editor *editor = (struct file_editor *)pane;
    line_editor_draw(&editor->line, canvas, 0, 0, canvas_columns(canvas), ROLE_INPUT, true);
    editor_draw_mistake(&editor->base, canvas, 1);
}

static void file_title(const struct pane *pane, struct text *out)
{
    editor_title(pane, out);
    text_append_string(out, " from the file");
}

static void file_hints(const struct pane *pane, struct text *out)
{
    editor_hints((const struct editor_base *)pane, "type a path, ~/ is your home", out);
}

static void file_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                      int *columns)
{
    const struct file_editor *editor = (const struct file_editor *)pane;
    *columns = columns_most < FILE_COLUMNS ? columns_most : FILE_COLUMNS;
    *rows = 1 + editor_mistake_rows(&editor->base, *columns);
    *rows = *rows < rows_most ? *rows : rows_most;
}

static const struct pane_ops file_ops = {
    .name = "file editor",
    .about = "bytes out of a file",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = file_close,
    .draw = file_draw,
    .key = file_key,
    .title = file_title,
    .hints = file_hints,
    .size = file_size,
};

void file_editor_open(struct app *app, const struct editor_request *request)
{
    struct file_editor *editor = editor_base_new(sizeof *editor, app, &file_ops, request);
    line_editor_set(&editor->line, "");
    format_value(request->field, &request->value, FORMAT_DETAIL, &editor->base.note);
    text_append_string(&editor->base.note, editor->base.note.length ? " now" : "nothing now");
    app_push(app, &editor->base.pane);
}
