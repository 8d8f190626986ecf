/*
 * editor_choice: picklist, combobox and boolean. The present value stays among the choices, marked
 * "(now)", even when it is inactive, unknown or does not go with the field it depends on; others
 * like that are not offered. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/widgets/choice_list.h"
#include "ui/widgets/editor_base.h"
#include "ui/widgets/keys.h"

struct choice_editor {
    struct editor_base base;
    struct choice_list list;
    struct value *values; /* owned; one for each item of the list */
    size_t value_count, value_capacity;
    int present; /* the item that is the present value, or -1 */
};

enum { ROWS_MOST = 14, MISTAKE_COLUMNS = 40 };

static void choice_close(struct pane *pane)
{
    struct choice_editor *editor = (struct choice_editor *)pane;
    for (size_t i = 0; i < editor->value_count; i++) {
        value_free(&editor->values[i]);
    }
    free(editor->values);
    choice_list_free(&editor->list);
    editor_base_free(&editor->base);
}

static unsigned choose(struct choice_editor *editor)
{
    int item = choice_list_current(&editor->list);
    if (item == CHOICE_TYPED) {
        return editor_accept_text(&editor->base, text_string(&editor->list.find.text),
                                  editor->list.find.text.length);
    }
    if (item == CHOICE_NONE) {
        return editor_mistake(&editor->base, editor->list.count
                                                 ? "not one of the values: Backspace shows them all"
                                                 : text_string(&editor->base.note));
    }
    if (item == editor->present) {
        return editor_cancel(&editor->base);
    }
    struct value chosen = value_copy(&editor->values[item]);
    char *label = memory_copy_string(editor->list.items[item].text);
    unsigned reaction = editor_accept(&editor->base, &chosen, label);
    value_free(&chosen);
    free(label);
    return reaction;
}

static int list_rows(const struct choice_editor *editor)
{
    return editor->base.pane.rows - editor_mistake_rows(&editor->base, editor->base.pane.columns);
}

/* With nothing typed a blank can find nothing: Space goes to the next value, round and round. */
static bool goes_round(struct choice_list *list, const struct key_press *key)
{
    if (key->kind != KEY_PRESS_CHARACTER || key->character != ' ' || list->find.text.length > 0 ||
        list->shown_count == 0) {
        return false;
    }
    size_t next = (list->cursor + 1) % list->shown_count;
    choice_list_select(list, (int)list->shown[next]);
    return true;
}

static unsigned choice_key(struct pane *pane, const struct key_press *key)
{
    struct choice_editor *editor = (struct choice_editor *)pane;
    if (key_is(key, PRESS_ENTER)) {
        return choose(editor);
    }
    unsigned reaction = editor_common_key(&editor->base, key);
    if (reaction != REACTION_IGNORED) {
        return reaction;
    }
    if (!goes_round(&editor->list, key) &&
        !choice_list_key(&editor->list, key, list_rows(editor))) {
        return REACTION_HANDLED;
    }
    return editor->base.mistake.length ? editor_mistake(&editor->base, "")
                                       : REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned choice_mouse(struct pane *pane, const struct mouse_event *event)
{
    struct choice_editor *editor = (struct choice_editor *)pane;
    bool used = false;
    if (choice_list_mouse(&editor->list, event, list_rows(editor), &used)) {
        return choose(editor);
    }
    return used ? REACTION_HANDLED | REACTION_REDRAW : REACTION_IGNORED;
}

static void choice_draw(struct pane *pane, struct canvas *canvas)
{
    struct choice_editor *editor = (struct choice_editor *)pane;
    choice_list_draw(&editor->list, canvas, 0, list_rows(editor));
    editor_draw_mistake(&editor->base, canvas, list_rows(editor));
}

static void choice_title(const struct pane *pane, struct text *out)
{
    editor_title(pane, out);
    choice_list_title(&((const struct choice_editor *)pane)->list, out);
}

static void choice_title_right(const struct pane *pane, struct text *out)
{
    choice_list_title_right(&((const struct choice_editor *)pane)->list, out);
}

static void choice_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                        int *columns)
{
    const struct choice_editor *editor = (const struct choice_editor *)pane;
    int title = (int)strlen(editor->base.field.label ? editor->base.field.label : "") + 18;
    int wanted = choice_list_width(&editor->list);
    wanted = wanted < title ? title : wanted;
    bool words = editor->base.mistake.length || editor->base.note.length;
    wanted = words && wanted < MISTAKE_COLUMNS ? MISTAKE_COLUMNS : wanted;
    *columns = wanted < columns_most ? wanted : columns_most;
    *rows = choice_list_rows(&editor->list) + editor_mistake_rows(&editor->base, *columns);
    *rows = *rows > ROWS_MOST ? ROWS_MOST : *rows;
    *rows = *rows < rows_most ? *rows : rows_most;
}

static void choice_hints(const struct pane *pane, struct text *out)
{
    editor_hints((const struct editor_base *)pane, "type to find", out);
}

static const struct pane_ops choice_ops = {
    .name = "choice editor",
    .about = "one of the values of a picklist",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = choice_close,
    .draw = choice_draw,
    .key = choice_key,
    .mouse = choice_mouse,
    .title = choice_title,
    .title_right = choice_title_right,
    .hints = choice_hints,
    .size = choice_size,
};

static void add_choice(struct choice_editor *editor, const struct value *value, const char *label,
                       const char *note)
{
    editor->values = memory_grow(editor->values, editor->value_count, &editor->value_capacity,
                                 sizeof *editor->values);
    editor->values[editor->value_count++] = value_copy(value);
    if (value_same(value, &editor->base.request.value)) {
        editor->present = (int)editor->list.count;
        note = "(now)";
    }
    choice_list_add(&editor->list, *label != '\0' ? label : "(empty)", note);
}

/* A value that the list does not offer any more is kept, not lost by looking at it. */
static void add_present(struct choice_editor *editor)
{
    const struct value *present = &editor->base.request.value;
    if (editor->present >= 0 || value_is_nothing(present)) {
        return;
    }
    char *label = value_to_string(present);
    add_choice(editor, present, label, NULL);
    free(label);
}

static void show(struct choice_editor *editor)
{
    editor->list.nothing = editor->base.note.length ? "(no value)" : NULL;
    add_present(editor);
    choice_list_refind(&editor->list);
    choice_list_select(&editor->list, editor->present);
    app_push(editor->base.pane.app, &editor->base.pane);
}

static struct choice_editor *choice_new(struct app *app, const struct editor_request *request)
{
    struct choice_editor *editor = editor_base_new(sizeof *editor, app, &choice_ops, request);
    editor->present = -1;
    return editor;
}

void choice_editor_open(struct app *app, const struct editor_request *request)
{
    struct choice_editor *editor = choice_new(app, request);
    const struct field *field = request->field;
    editor->list.offer_typed = editor->base.field.type == FIELD_COMBOBOX;
    for (size_t i = 0; i < field->picklist_count; i++) {
        const struct picklist_value *choice = &field->picklist[i];
        struct value value = value_string(choice->value);
        bool differs = strcmp(choice->value, choice->label) != 0;
        if (editor_offers(&editor->base, choice)) {
            add_choice(editor, &value, choice->label, differs ? choice->value : NULL);
        }
    }
    show(editor);
}

void boolean_editor_open(struct app *app, const struct editor_request *request)
{
    struct choice_editor *editor = choice_new(app, request);
    struct value yes = value_boolean(true), no = value_boolean(false);
    add_choice(editor, &yes, "yes", "true");
    add_choice(editor, &no, "no", "false");
    show(editor);
}
