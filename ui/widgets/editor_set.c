/*
 * editor_set: a multipicklist as a set: Space puts a value in or takes it out, Enter accepts. The
 * values keep the order of the list; one that the list does not know stays in the set until it is
 * taken out. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/widgets/choice_list.h"
#include "ui/widgets/editor_base.h"
#include "ui/widgets/keys.h"

struct set_editor {
    struct editor_base base;
    struct choice_list list;
    char **values; /* owned; one for each item */
    size_t value_count, value_capacity;
    bool touched;
};

enum { SET_ROWS_MOST = 14, NOTE_COLUMNS = 40 };

static void set_close(struct pane *pane)
{
    struct set_editor *editor = (struct set_editor *)pane;
    for (size_t i = 0; i < editor->value_count; i++) {
        free(editor->values[i]);
    }
    free(editor->values);
    choice_list_free(&editor->list);
    editor_base_free(&editor->base);
}

/* A filter may compare with values that the list does not offer any more. */
static unsigned accept_joined(struct set_editor *editor, const struct text *joined)
{
    struct value value = value_text(joined->bytes, joined->length);
    return editor->base.request.filter_value
               ? editor_accept(&editor->base, &value, NULL)
               : editor_accept_text(&editor->base, joined->bytes, joined->length);
}

static unsigned accept_none(struct set_editor *editor)
{
    return editor->base.request.filter_value
               ? editor_mistake(&editor->base, "mark one value or more with Space")
               : editor_accept_null(&editor->base);
}

static unsigned set_accept(struct set_editor *editor)
{
    if (!editor->touched && !editor->base.request.refused) {
        return editor_cancel(&editor->base);
    }
    struct text joined = {0};
    for (size_t i = 0; i < editor->value_count; i++) {
        if (editor->list.items[i].marked) {
            text_format(&joined, "%s%s", joined.length ? ";" : "", editor->values[i]);
        }
    }
    unsigned reaction = joined.length ? accept_joined(editor, &joined) : accept_none(editor);
    text_free(&joined);
    return reaction;
}

static unsigned toggle(struct set_editor *editor)
{
    int item = choice_list_current(&editor->list);
    if (item < 0) {
        return REACTION_HANDLED;
    }
    editor->list.items[item].marked = !editor->list.items[item].marked;
    editor->touched = true;
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned set_key(struct pane *pane, const struct key_press *key)
{
    struct set_editor *editor = (struct set_editor *)pane;
    if (key_is(key, PRESS_ENTER)) {
        return set_accept(editor);
    }
    if (key_is_character(key, ' ')) {
        return toggle(editor);
    }
    unsigned reaction = editor_common_key(&editor->base, key);
    if (reaction != REACTION_IGNORED) {
        return reaction;
    }
    choice_list_key(&editor->list, key, pane->rows);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned set_mouse(struct pane *pane, const struct mouse_event *event)
{
    struct set_editor *editor = (struct set_editor *)pane;
    bool used = false;
    if (choice_list_mouse(&editor->list, event, pane->rows, &used)) {
        return toggle(editor);
    }
    return used ? REACTION_HANDLED | REACTION_REDRAW : REACTION_IGNORED;
}

static void set_draw(struct pane *pane, struct canvas *canvas)
{
    struct set_editor *editor = (struct set_editor *)pane;
    int mistake = editor_mistake_rows(&editor->base, canvas_columns(canvas));
    int rows = canvas_rows(canvas) - mistake;
    choice_list_draw(&editor->list, canvas, 0, rows);
    editor_draw_mistake(&editor->base, canvas, rows);
}

static void set_title(const struct pane *pane, struct text *out)
{
    editor_title(pane, out);
    choice_list_title(&((const struct set_editor *)pane)->list, out);
}

static void set_title_right(const struct pane *pane, struct text *out)
{
    const struct set_editor *editor = (const struct set_editor *)pane;
    size_t marked = 0;
    for (size_t i = 0; i < editor->list.count; i++) {
        marked += editor->list.items[i].marked;
    }
    text_format(out, "%zu of %zu", marked, editor->list.count);
}

static void set_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                     int *columns)
{
    const struct set_editor *editor = (const struct set_editor *)pane;
    int wanted = choice_list_width(&editor->list);
    int title = (int)strlen(editor->base.field.label ? editor->base.field.label : "") + 16;
    title = editor->base.note.length && title < NOTE_COLUMNS ? NOTE_COLUMNS : title;
    wanted = wanted < title ? title : wanted;
    *columns = wanted < columns_most ? wanted : columns_most;
    *rows = choice_list_rows(&editor->list) + editor_mistake_rows(&editor->base, *columns);
    *rows = *rows > SET_ROWS_MOST ? SET_ROWS_MOST : *rows;
    *rows = *rows < rows_most ? *rows : rows_most;
}

static void set_hints(const struct pane *pane, struct text *out)
{
    editor_hints((const struct editor_base *)pane, "Space in or out", out);
}

static const struct pane_ops set_ops = {
    .name = "set editor",
    .about = "several of the values of a multipicklist",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = set_close,
    .draw = set_draw,
    .key = set_key,
    .mouse = set_mouse,
    .title = set_title,
    .title_right = set_title_right,
    .hints = set_hints,
    .size = set_size,
};

static void add_value(struct set_editor *editor, const char *value, size_t length,
                      const char *label, const char *note)
{
    editor->values = memory_grow(editor->values, editor->value_count, &editor->value_capacity,
                                 sizeof *editor->values);
    editor->values[editor->value_count++] = memory_copy(value, length);
    choice_list_add(&editor->list, label ? label : editor->values[editor->value_count - 1], note);
}

static struct choice *find_item(struct set_editor *editor, const char *value, size_t length)
{
    for (size_t i = 0; i < editor->value_count; i++) {
        if (strlen(editor->values[i]) == length && memcmp(editor->values[i], value, length) == 0) {
            return &editor->list.items[i];
        }
    }
    return NULL;
}

/* Marks the parts of the present value A;B. */
static void mark_present(struct set_editor *editor, const char *present)
{
    while (*present) {
        size_t length = strcspn(present, ";");
        struct choice *item = find_item(editor, present, length);
        if (item) {
            item->marked = true;
        } else if (length) {
            add_value(editor, present, length, NULL, "(not offered)");
            editor->list.items[editor->list.count - 1].marked = true;
        }
        present += length + (present[length] == ';');
    }
}

void set_editor_open(struct app *app, const struct editor_request *request)
{
    struct set_editor *editor = editor_base_new(sizeof *editor, app, &set_ops, request);
    editor->list.boxes = true;
    editor->list.nothing = editor->base.note.length ? "(no value)" : NULL;
    const struct field *field = request->field;
    char *present = value_to_string(&request->value);
    for (size_t i = 0; i < field->picklist_count; i++) {
        const struct picklist_value *choice = &field->picklist[i];
        if (editor_offers(&editor->base, choice)) {
            add_value(editor, choice->value, strlen(choice->value), choice->label, NULL);
        }
    }
    mark_present(editor, present ? present : "");
    free(present);
    choice_list_refind(&editor->list);
    app_push(app, &editor->base.pane);
}
