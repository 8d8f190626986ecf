/*
 * line_editor: one line of text being edited. The cursor always stands at a grapheme boundary of
 * the text, and the text is kept byte for byte: only what is drawn is cleaned. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/keys.h"

enum { UNDO_MOST = 200 };

void line_editor_set(struct line_editor *editor, const char *text)
{
    size_t most = editor->most;
    line_editor_free(editor);
    editor->most = most;
    text_append_string(&editor->text, text);
    editor->cursor = editor->text.length;
}

void line_editor_free(struct line_editor *editor)
{
    for (size_t i = 0; i < editor->undo_count; i++) {
        free(editor->undo[i].text);
    }
    free(editor->undo);
    text_free(&editor->text);
    text_free(&editor->killed);
    *editor = (struct line_editor){0};
}

/* --- changing --- */

static void forget_oldest(struct line_editor *editor)
{
    free(editor->undo[0].text);
    editor->undo_count--;
    memmove(editor->undo, editor->undo + 1, editor->undo_count * sizeof *editor->undo);
}

/* Keeps the present state, unless the same kind of typing simply goes on. */
static void remember(struct line_editor *editor, enum line_edit edit)
{
    editor->touched = true;
    if (edit == editor->last_edit && edit != LINE_EDIT_OTHER) {
        return;
    }
    editor->last_edit = edit;
    if (editor->undo_count == UNDO_MOST) {
        forget_oldest(editor);
    }
    editor->undo =
        memory_grow(editor->undo, editor->undo_count, &editor->undo_capacity, sizeof *editor->undo);
    editor->undo[editor->undo_count++] = (struct line_snapshot){
        memory_copy(text_string(&editor->text), editor->text.length), editor->cursor};
}

static void undo(struct line_editor *editor)
{
    if (!editor->undo_count) {
        return;
    }
    struct line_snapshot *last = &editor->undo[--editor->undo_count];
    text_truncate(&editor->text, 0);
    text_append_string(&editor->text, last->text);
    editor->cursor = last->cursor;
    editor->scroll = 0;
    editor->last_edit = LINE_EDIT_NONE;
    free(last->text);
}

static void splice(struct line_editor *editor, size_t from, size_t to, const char *bytes,
                   size_t length)
{
    struct text spliced = {0};
    text_append(&spliced, text_string(&editor->text), from);
    text_append(&spliced, bytes, length);
    text_append(&spliced, text_string(&editor->text) + to, editor->text.length - to);
    text_free(&editor->text);
    editor->text = spliced;
    editor->cursor = from + length;
    if (editor->scroll > editor->cursor) {
        editor->scroll = editor->cursor;
    }
}

void line_editor_replace(struct line_editor *editor, size_t from, size_t to, const char *bytes,
                         size_t length)
{
    remember(editor, LINE_EDIT_OTHER);
    splice(editor, from, to, bytes, length);
}

static void insert(struct line_editor *editor, const char *bytes, size_t length,
                   enum line_edit edit)
{
    if (!length || (editor->most && editor->text.length + length > editor->most)) {
        return;
    }
    remember(editor, edit);
    splice(editor, editor->cursor, editor->cursor, bytes, length);
}

static void insert_character(struct line_editor *editor, uint32_t character)
{
    struct text bytes = {0};
    text_append_code_point(&bytes, character);
    insert(editor, bytes.bytes, bytes.length, LINE_EDIT_TYPED);
    if (character == ' ') {
        editor->last_edit = LINE_EDIT_NONE;
    }
    text_free(&bytes);
}

/* A line takes no line ends: those at the end go, those inside and tabs become spaces. */
static void insert_paste(struct line_editor *editor, const char *bytes, size_t length)
{
    while (length && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
        length--;
    }
    struct text line = {0};
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == '\n' || byte == '\t') {
            text_append_character(&line, ' ');
        } else if (byte >= ' ' && byte != 0x7f) {
            text_append_character(&line, bytes[i]);
        }
    }
    insert(editor, text_string(&line), line.length, LINE_EDIT_OTHER);
    text_free(&line);
}

/* --- what keys do --- */

static size_t before(const struct line_editor *editor)
{
    return text_previous_grapheme(text_string(&editor->text), editor->text.length, editor->cursor);
}

static size_t after(const struct line_editor *editor)
{
    return text_next_grapheme(text_string(&editor->text), editor->text.length, editor->cursor);
}

static size_t word_before(const struct line_editor *editor)
{
    return text_previous_word(text_string(&editor->text), editor->text.length, editor->cursor);
}

static size_t word_after(const struct line_editor *editor)
{
    return text_next_word(text_string(&editor->text), editor->text.length, editor->cursor);
}

static void move_to(struct line_editor *editor, size_t at)
{
    editor->cursor = at;
    editor->last_edit = LINE_EDIT_NONE;
}

static void move_left(struct line_editor *editor)
{
    move_to(editor, before(editor));
}

static void move_right(struct line_editor *editor)
{
    move_to(editor, after(editor));
}

static void move_word_left(struct line_editor *editor)
{
    move_to(editor, word_before(editor));
}

static void move_word_right(struct line_editor *editor)
{
    move_to(editor, word_after(editor));
}

static void move_start(struct line_editor *editor)
{
    move_to(editor, 0);
}

static void move_end(struct line_editor *editor)
{
    move_to(editor, editor->text.length);
}

static void rub(struct line_editor *editor, size_t from, size_t to)
{
    if (from == to) {
        return;
    }
    remember(editor, LINE_EDIT_RUBBED);
    splice(editor, from, to, "", 0);
}

static void rub_left(struct line_editor *editor)
{
    rub(editor, before(editor), editor->cursor);
}

static void rub_right(struct line_editor *editor)
{
    rub(editor, editor->cursor, after(editor));
}

static void kill(struct line_editor *editor, size_t from, size_t to)
{
    if (from == to) {
        return;
    }
    text_truncate(&editor->killed, 0);
    text_append(&editor->killed, editor->text.bytes + from, to - from);
    line_editor_replace(editor, from, to, "", 0);
}

static void kill_to_start(struct line_editor *editor)
{
    kill(editor, 0, editor->cursor);
}

static void kill_to_end(struct line_editor *editor)
{
    kill(editor, editor->cursor, editor->text.length);
}

static void kill_word_left(struct line_editor *editor)
{
    kill(editor, word_before(editor), editor->cursor);
}

static void kill_word_right(struct line_editor *editor)
{
    kill(editor, editor->cursor, word_after(editor));
}

static void put_back(struct line_editor *editor)
{
    insert(editor, text_string(&editor->killed), editor->killed.length, LINE_EDIT_OTHER);
}

static const struct {
    enum key_code code;
    void (*run)(struct line_editor *editor);
} function_keys[] = {
    {PRESS_LEFT, move_left},
    {PRESS_RIGHT, move_right},
    {PRESS_HOME, move_start},
    {PRESS_END, move_end},
    {PRESS_CONTROL_LEFT, move_word_left},
    {PRESS_CONTROL_RIGHT, move_word_right},
    {PRESS_BACKSPACE, rub_left},
    {PRESS_DELETE, rub_right},
    {PRESS_CONTROL('A'), move_start},
    {PRESS_CONTROL('E'), move_end},
    {PRESS_CONTROL('B'), move_left},
    {PRESS_CONTROL('F'), move_right},
    {PRESS_CONTROL('U'), kill_to_start},
    {PRESS_CONTROL('K'), kill_to_end},
    {PRESS_CONTROL('W'), kill_word_left},
    {PRESS_CONTROL('Y'), put_back},
    {PRESS_CONTROL('Z'), undo},
};

static const struct {
    uint32_t character;
    void (*run)(struct line_editor *editor);
} alt_keys[] = {
    {'b', move_word_left},
    {'f', move_word_right},
    {'d', kill_word_right},
};

static bool function_key(struct line_editor *editor, const struct key_press *key)
{
    if (key->alt && key->code == PRESS_BACKSPACE) {
        kill_word_left(editor);
        return true;
    }
    for (size_t i = 0; i < sizeof function_keys / sizeof *function_keys; i++) {
        if (function_keys[i].code == key->code) {
            function_keys[i].run(editor);
            return true;
        }
    }
    return false;
}

static bool alt_key(struct line_editor *editor, const struct key_press *key)
{
    for (size_t i = 0; i < sizeof alt_keys / sizeof *alt_keys; i++) {
        if (alt_keys[i].character == key->character) {
            alt_keys[i].run(editor);
            return true;
        }
    }
    return false;
}

static bool character_key(struct line_editor *editor, const struct key_press *key)
{
    if (key->alt) {
        return alt_key(editor, key);
    }
    if (key->character == CHARACTER_CONTROL_UNDERSCORE) {
        undo(editor);
        return true;
    }
    if (key->character < ' ' || (key->character >= 0x7f && key->character < 0xa0)) {
        return false;
    }
    insert_character(editor, key->character);
    return true;
}

bool line_editor_key(struct line_editor *editor, const struct key_press *key)
{
    if (key->kind == KEY_PRESS_FUNCTION) {
        return function_key(editor, key);
    }
    if (key->kind == KEY_PRESS_CHARACTER) {
        return character_key(editor, key);
    }
    insert_paste(editor, key->paste, key->paste_length);
    return true;
}
