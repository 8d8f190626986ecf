/* What the line editor must do: graphemes, words, undo, paste. Drawing is tested on the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "ui/widgets/editor.h"
#include "ui/widgets/keys.h"

static void press(struct line_editor *editor, enum key_code code)
{
    struct key_press key = {.kind = KEY_PRESS_FUNCTION, .code = code};
    assert_true(line_editor_key(editor, &key));
}

static void type(struct line_editor *editor, const char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        struct key_press key = {.kind = KEY_PRESS_CHARACTER};
        at += text_decode(text, length, at, &key.character);
        assert_true(line_editor_key(editor, &key));
    }
}

static void paste(struct line_editor *editor, const char *text)
{
    struct key_press key = {.kind = KEY_PRESS_PASTE, .paste = text, .paste_length = strlen(text)};
    assert_true(line_editor_key(editor, &key));
}

static void assert_text(const struct line_editor *editor, const char *text, size_t cursor)
{
    assert_string_equal(text_string(&editor->text), text);
    assert_int_equal(editor->cursor, cursor);
}

static void the_cursor_moves_by_graphemes(void **state)
{
    (void)state;
    struct line_editor editor = {0};
    line_editor_set(&editor, "ae\xcc\x81北👩‍👩‍👧");
    assert_int_equal(editor.cursor, editor.text.length);
    press(&editor, PRESS_LEFT);
    assert_int_equal(editor.cursor, 7);
    press(&editor, PRESS_LEFT);
    press(&editor, PRESS_LEFT);
    assert_int_equal(editor.cursor, 1);
    press(&editor, PRESS_DELETE);
    assert_text(&editor, "a北👩‍👩‍👧", 1);
    press(&editor, PRESS_END);
    press(&editor, PRESS_BACKSPACE);
    assert_text(&editor, "a北", 4);
    line_editor_free(&editor);
}

static void keys_at_the_ends_change_nothing(void **state)
{
    (void)state;
    struct line_editor editor = {0};
    line_editor_set(&editor, "ab");
    press(&editor, PRESS_RIGHT);
    press(&editor, PRESS_DELETE);
    assert_text(&editor, "ab", 2);
    press(&editor, PRESS_CONTROL('A'));
    press(&editor, PRESS_BACKSPACE);
    press(&editor, PRESS_CONTROL('W'));
    press(&editor, PRESS_LEFT);
    assert_text(&editor, "ab", 0);
    assert_false(editor.touched);
    line_editor_free(&editor);
}

static void words_and_line_ends_are_killed_and_put_back(void **state)
{
    (void)state;
    struct line_editor editor = {0};
    line_editor_set(&editor, "send the quote");
    press(&editor, PRESS_CONTROL('W'));
    assert_text(&editor, "send the ", 9);
    press(&editor, PRESS_CONTROL('A'));
    press(&editor, PRESS_CONTROL('Y'));
    assert_text(&editor, "quotesend the ", 5);
    press(&editor, PRESS_CONTROL('K'));
    assert_text(&editor, "quote", 5);
    press(&editor, PRESS_CONTROL('U'));
    assert_text(&editor, "", 0);
    line_editor_free(&editor);
}

static void undo_takes_back_a_run_of_typing_at_once(void **state)
{
    (void)state;
    struct line_editor editor = {0};
    line_editor_set(&editor, "x");
    type(&editor, "abc");
    press(&editor, PRESS_CONTROL('U'));
    assert_text(&editor, "", 0);
    press(&editor, PRESS_CONTROL('Z'));
    assert_text(&editor, "xabc", 4);
    press(&editor, PRESS_CONTROL('Z'));
    assert_text(&editor, "x", 1);
    press(&editor, PRESS_CONTROL('Z'));
    assert_text(&editor, "x", 1);
    line_editor_free(&editor);
}

static void a_paste_is_one_line_without_controls(void **state)
{
    (void)state;
    struct line_editor editor = {0};
    line_editor_set(&editor, "");
    paste(&editor, "one\ntwo\tthree\x1b[31m\x07\n\n");
    assert_text(&editor, "one two three[31m", 17);
    line_editor_free(&editor);
}

static void control_characters_are_not_typed(void **state)
{
    (void)state;
    struct line_editor editor = {0};
    struct key_press key = {.kind = KEY_PRESS_CHARACTER, .character = 0x9b};
    assert_false(line_editor_key(&editor, &key));
    key.character = 7;
    assert_false(line_editor_key(&editor, &key));
    assert_text(&editor, "", 0);
    line_editor_free(&editor);
}

static void no_more_than_the_bound_is_taken(void **state)
{
    (void)state;
    struct line_editor editor = {.most = 4};
    line_editor_set(&editor, "ab");
    paste(&editor, "cde");
    assert_text(&editor, "ab", 2);
    type(&editor, "北c");
    assert_text(&editor, "abc", 3);
    line_editor_free(&editor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cursor_moves_by_graphemes),
        cmocka_unit_test(keys_at_the_ends_change_nothing),
        cmocka_unit_test(words_and_line_ends_are_killed_and_put_back),
        cmocka_unit_test(undo_takes_back_a_run_of_typing_at_once),
        cmocka_unit_test(a_paste_is_one_line_without_controls),
        cmocka_unit_test(control_characters_are_not_typed),
        cmocka_unit_test(no_more_than_the_bound_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
