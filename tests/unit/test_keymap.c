/* Keys: their names, the defaults, changes from the configuration, conflicts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/keymap.h"

static const struct command everywhere[] = {
    {.name = "quit", .keys = "q Ctrl-Q", .help = "leave"},
    {.name = "help", .keys = "? F1", .help = "help"},
    {.name = NULL},
};

static const struct command of_list[] = {
    {.name = "edit", .keys = "e F2", .help = "edit"},
    {.name = "sort", .keys = "s", .help = "sort"},
    {.name = "quiet", .keys = "?", .help = "its own meaning of ?"},
    {.name = NULL},
};

static const struct keymap_table tables[] = {{"", everywhere}, {"list", of_list}};

static struct keymap *build(struct config_entry *entries, size_t count, struct text *notices,
                            struct error *error)
{
    struct config config = {.path = (char *)"config", .keys = entries, .key_count = count};
    return keymap_new(tables, 2, &config, notices, error);
}

static const struct command *find(const struct keymap *keymap, const char *pane, const char *key)
{
    struct key_press press;
    assert_true(key_parse(key, &press));
    return keymap_find(keymap, pane, &press);
}

static void assert_round_trip(const char *name)
{
    struct key_press press;
    struct text text = {0};
    assert_true(key_parse(name, &press));
    key_print(&press, &text);
    assert_string_equal(text_string(&text), name);
    text_free(&text);
}

static void names_of_keys_read_back(void **state)
{
    (void)state;
    const char *const names[] = {"a",   "?",         "Space",  "é",    "北",       "F1",
                                 "F12", "Ctrl-A",    "Ctrl-Z", "PgUp", "Alt-Left", "Alt-x",
                                 "Esc", "Shift-Tab", "Enter",  "Del",  "Backspace"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_round_trip(names[i]);
    }
}

static void other_names_are_understood(void **state)
{
    (void)state;
    struct key_press press;
    assert_true(key_parse("Delete", &press));
    assert_int_equal(press.code, PRESS_DELETE);
    assert_true(key_parse("pagedown", &press));
    assert_int_equal(press.code, PRESS_PAGE_DOWN);
}

static void nonsense_is_no_key(void **state)
{
    (void)state;
    const char *const names[] = {"", "F0", "F13", "Ctrl-", "Ctrl-1", "ab", "Alt-", "Meta-x"};
    struct key_press press;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_false(key_parse(names[i], &press));
    }
}

static void a_pane_goes_before_everywhere(void **state)
{
    (void)state;
    struct error error = {0};
    struct keymap *keymap = build(NULL, 0, NULL, &error);
    assert_string_equal(find(keymap, "list", "e")->name, "edit");
    assert_string_equal(find(keymap, "list", "?")->name, "quiet");
    assert_string_equal(find(keymap, "detail", "?")->name, "help");
    assert_string_equal(find(keymap, "list", "q")->name, "quit");
    assert_null(find(keymap, "detail", "e"));
    keymap_free(keymap);
}

static void configured_keys_replace_the_defaults(void **state)
{
    (void)state;
    struct error error = {0};
    struct config_entry entries[] = {{(char *)"edit", (char *)"x F5", 3}};
    struct keymap *keymap = build(entries, 1, NULL, &error);
    assert_string_equal(find(keymap, "list", "F5")->name, "edit");
    assert_null(find(keymap, "list", "e"));
    struct text keys = {0};
    keymap_keys(keymap, "list", &of_list[0], 0, &keys);
    assert_string_equal(text_string(&keys), "x F5");
    text_free(&keys);
    keymap_free(keymap);
}

static void a_key_taken_from_a_default_is_reported(void **state)
{
    (void)state;
    struct error error = {0};
    struct text notices = {0};
    struct config_entry entries[] = {{(char *)"list.edit", (char *)"s", 3}};
    struct keymap *keymap = build(entries, 1, &notices, &error);
    assert_string_equal(find(keymap, "list", "s")->name, "edit");
    assert_non_null(strstr(text_string(&notices), "sort has lost it"));
    text_free(&notices);
    keymap_free(keymap);
}

static void assert_refused(struct config_entry *entries, size_t count, const char *const *words)
{
    struct error error = {0};
    assert_null(build(entries, count, NULL, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    for (; *words != NULL; words++) {
        assert_non_null(strstr(error.message, *words));
    }
    error_clear(&error);
}

static void mistakes_have_their_place(void **state)
{
    (void)state;
    struct config_entry unknown[] = {{(char *)"edti", (char *)"x", 7}};
    assert_refused(unknown, 1, (const char *const[]){"config:7: ", "edti", "'edit'", NULL});
    struct config_entry no_key[] = {{(char *)"edit", (char *)"Hyper-x", 8}};
    assert_refused(no_key, 1, (const char *const[]){"config:8: ", "Hyper-x", NULL});
    struct config_entry twice[] = {{(char *)"edit", (char *)"x", 4},
                                   {(char *)"sort", (char *)"x", 5}};
    assert_refused(twice, 2, (const char *const[]){"config:5: ", "edit", "line 4", NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_keys_read_back),
        cmocka_unit_test(other_names_are_understood),
        cmocka_unit_test(nonsense_is_no_key),
        cmocka_unit_test(a_pane_goes_before_everywhere),
        cmocka_unit_test(configured_keys_replace_the_defaults),
        cmocka_unit_test(a_key_taken_from_a_default_is_reported),
        cmocka_unit_test(mistakes_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
