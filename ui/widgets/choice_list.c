/* choice_list: see choice_list.h. What is shown always holds each matching item once. */
#include "ui/widgets/choice_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/widgets/keys.h"

void choice_list_add(struct choice_list *list, const char *text, const char *note)
{
    list->items = memory_grow(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] =
        (struct choice){memory_copy_string(text), memory_copy_string(note), false};
}

void choice_list_free(struct choice_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].text);
        free(list->items[i].note);
    }
    free(list->items);
    free(list->shown);
    line_editor_free(&list->find);
    *list = (struct choice_list){0};
}

/* --- finding --- */

enum { PART_BONUS = 1 << 24 }; /* more than any fuzzy score */

struct scored {
    size_t item;
    int score;
};

static int by_score(const void *a, const void *b)
{
    const struct scored *first = a, *second = b;
    if (first->score != second->score) {
        return first->score < second->score ? 1 : -1;
    }
    return first->item < second->item ? -1 : first->item > second->item;
}

static int part_score(const struct text *pattern, const struct choice *item)
{
    size_t length = strlen(item->text);
    if (text_starts_folded(item->text, length, text_string(pattern), pattern->length)) {
        return 2;
    }
    return text_contains_folded(item->text, length, text_string(pattern), pattern->length);
}

/* A start is meant before a part in the middle, and that before letters here and there. */
static int fuzzy_score(const struct text *pattern, const struct choice *item)
{
    int text = text_fuzzy_score(text_string(pattern), item->text);
    int note = item->note ? text_fuzzy_score(text_string(pattern), item->note) : 0;
    return part_score(pattern, item) * PART_BONUS + (text > note ? text : note);
}

static int item_score(const struct choice_list *list, size_t item)
{
    const struct text *pattern = &list->find.text;
    if (!pattern->length) {
        return 1;
    }
    if (list->fuzzy) {
        return fuzzy_score(pattern, &list->items[item]);
    }
    return part_score(pattern, &list->items[item]);
}

void choice_list_refind(struct choice_list *list)
{
    struct scored *scores = memory_zeroed(list->count + 1, sizeof *scores);
    list->shown = memory_resize(list->shown, list->count + 1, sizeof *list->shown);
    list->shown_count = 0;
    for (size_t i = 0; i < list->count; i++) {
        int score = item_score(list, i);
        if (score > 0) {
            scores[list->shown_count++] = (struct scored){i, score};
        }
    }
    qsort(scores, list->shown_count, sizeof *scores, by_score);
    for (size_t i = 0; i < list->shown_count; i++) {
        list->shown[i] = scores[i].item;
    }
    free(scores);
    list->cursor = 0;
    list->top = 0;
}

void choice_list_select(struct choice_list *list, int item)
{
    for (size_t i = 0; i < list->shown_count; i++) {
        if ((int)list->shown[i] == item) {
            list->cursor = i;
        }
    }
}

static bool typed_is_offered(const struct choice_list *list)
{
    if (!list->offer_typed || !list->find.text.length) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].text, text_string(&list->find.text)) == 0) {
            return false;
        }
    }
    return true;
}

static size_t row_count(const struct choice_list *list)
{
    return list->shown_count + typed_is_offered(list);
}

int choice_list_current(const struct choice_list *list)
{
    if (list->cursor < list->shown_count) {
        return (int)list->shown[list->cursor];
    }
    return typed_is_offered(list) ? CHOICE_TYPED : CHOICE_NONE;
}

/* --- keys --- */

static void move(struct choice_list *list, long by)
{
    long last = (long)row_count(list) - 1;
    long to = (long)list->cursor + by;
    list->cursor = (size_t)(to < 0 || last < 0 ? 0 : to > last ? last : to);
}

bool choice_list_key(struct choice_list *list, const struct key_press *key, int rows)
{
    const long end = (long)list->count + 1;
    const struct {
        enum key_code code;
        long by;
    } moves[] = {{PRESS_UP, -1},          {PRESS_DOWN, 1},    {PRESS_PAGE_UP, -rows},
                 {PRESS_PAGE_DOWN, rows}, {PRESS_HOME, -end}, {PRESS_END, end},
                 {PRESS_BACK_TAB, -1},    {PRESS_TAB, 1},     {PRESS_CONTROL('P'), -1},
                 {PRESS_CONTROL('N'), 1}};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (key_is(key, moves[i].code)) {
            move(list, moves[i].by);
            return true;
        }
    }
    if (!line_editor_key(&list->find, key)) {
        return false;
    }
    choice_list_refind(list);
    return true;
}

bool choice_list_mouse(struct choice_list *list, const struct mouse_event *event, int rows,
                       bool *used)
{
    *used = event->pressed;
    if (!event->pressed) {
        return false;
    }
    if (event->button >= 4) {
        move(list, event->button == 4 ? -1 : 1);
        return false;
    }
    size_t at = list->top + (size_t)(event->row < 0 ? 0 : event->row);
    if (event->button != 1 || event->row < 0 || event->row >= rows || at >= row_count(list)) {
        return false;
    }
    bool chosen = at == list->cursor || event->double_click;
    list->cursor = at;
    return chosen;
}

/* --- drawing --- */

static void keep_cursor_visible(struct choice_list *list, size_t rows)
{
    if (list->cursor < list->top) {
        list->top = list->cursor;
    }
    if (list->cursor >= list->top + rows) {
        list->top = list->cursor - rows + 1;
    }
}

static void draw_item(const struct choice_list *list, struct canvas *canvas, int row, size_t at)
{
    bool typed = at >= list->shown_count;
    const struct choice *item = typed ? NULL : &list->items[list->shown[at]];
    const char *text = typed ? text_string(&list->find.text) : item->text;
    const char *note = typed ? "(new)" : item->note;
    bool here = at == list->cursor;
    enum role role = here ? ROLE_CURSOR : ROLE_TEXT;
    int columns = canvas_columns(canvas), at_column = 2;
    canvas_fill(canvas, row, 0, columns, role);
    canvas_string(canvas, row, 0, 2, role, here ? canvas_mark(canvas, MARK_CURSOR) : " ");
    if (list->boxes) {
        canvas_string(canvas, row, at_column, 4, role, item && item->marked ? "[x] " : "[ ] ");
        at_column += 4;
    }
    int used = canvas_string(canvas, row, at_column, columns - at_column, role, text);
    int left = columns - at_column - used - 2;
    if (note && left > 2) {
        canvas_text(canvas, row, columns - left, left, here ? ROLE_CURSOR : ROLE_DIM, ALIGN_RIGHT,
                    note, strlen(note));
    }
}

void choice_list_draw(struct choice_list *list, struct canvas *canvas, int row, int rows)
{
    if (rows <= 0) {
        return;
    }
    keep_cursor_visible(list, (size_t)rows);
    size_t count = row_count(list);
    for (int i = 0; i < rows; i++) {
        size_t at = list->top + (size_t)i;
        if (at < count) {
            draw_item(list, canvas, row + i, at);
        } else {
            canvas_fill(canvas, row + i, 0, canvas_columns(canvas), ROLE_TEXT);
        }
    }
    if (!count) {
        const char *words = list->count || !list->nothing ? "nothing matches" : list->nothing;
        canvas_string(canvas, row, 2, canvas_columns(canvas) - 2, ROLE_DIM, words);
    }
    canvas_set_cursor(canvas, row + (int)(list->cursor - list->top), 0);
}

int choice_list_width(const struct choice_list *list)
{
    size_t widest = 16;
    for (size_t i = 0; i < list->count; i++) {
        const struct choice *item = &list->items[i];
        size_t width = text_width(item->text, strlen(item->text)) +
                       (item->note ? text_width(item->note, strlen(item->note)) + 2 : 0);
        widest = width > widest ? width : widest;
    }
    return (int)(widest > 120 ? 120 : widest) + (list->boxes ? 8 : 4);
}

int choice_list_rows(const struct choice_list *list)
{
    int rows = (int)list->count + list->offer_typed;
    return rows > 0 ? rows : 1;
}

void choice_list_title(const struct choice_list *list, struct text *out)
{
    if (list->find.text.length) {
        text_format(out, ": %s", text_string(&list->find.text));
    }
}

void choice_list_title_right(const struct choice_list *list, struct text *out)
{
    text_append_string(out, list->find.text.length ? "" : "type to find");
}
