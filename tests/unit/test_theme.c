/* Themes: words to styles, files with mistakes, the themes that come with the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/theme.h"

static void words_become_styles(void **state)
{
    (void)state;
    struct error error = {0};
    struct style style;
    assert_true(style_parse("bright-blue on default bold underline", &style, &error));
    assert_int_equal(style.foreground, 12);
    assert_int_equal(style.background, COLOUR_DEFAULT);
    assert_int_equal(style.attributes, ATTRIBUTE_BOLD | ATTRIBUTE_UNDERLINE);
    assert_true(style.set);
    assert_true(style_parse("#ff8000 on 17", &style, &error));
    assert_int_equal(style.foreground, COLOUR_RGB | 0xff8000);
    assert_int_equal(style.background, 17);
}

static void wrong_words_are_named(void **state)
{
    (void)state;
    const char *const wrong[] = {"purpel", "256", "#12", "#gggggg", "red on", "on", "-1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct error error = {0};
        struct style style;
        assert_false(style_parse(wrong[i], &style, &error));
        assert_int_equal(error.kind, ERROR_USAGE);
        error_clear(&error);
    }
}

static void colours_are_brought_down_to_what_there_is(void **state)
{
    (void)state;
    assert_int_equal(colour_nearest(COLOUR_DEFAULT, 8), COLOUR_DEFAULT);
    assert_int_equal(colour_nearest(12, 8), 4);
    assert_int_equal(colour_nearest(12, 16), 12);
    assert_int_equal(colour_nearest(200, 8), COLOUR_DEFAULT);
    assert_int_equal(colour_nearest(COLOUR_RGB | 0xff0000, 256), 196);
    assert_int_equal(colour_nearest(COLOUR_RGB | 0xff0000, 8), 1);
}

static void an_unset_role_takes_its_parents_look(void **state)
{
    (void)state;
    struct error error = {0};
    struct theme *theme = theme_default();
    assert_true(style_parse("blue bold", &theme->styles[ROLE_BORDER], &error));
    theme->styles[ROLE_TITLE].set = false;
    struct style style = theme_style(theme, ROLE_TITLE);
    assert_int_equal(style.foreground, 4);
    theme_free(theme);
}

static void the_file_of_the_default_theme_says_the_same(void **state)
{
    (void)state;
    struct error error = {0};
    struct theme *file = theme_read(THEMES "/default.theme", "default", &error);
    struct theme *compiled = theme_default();
    assert_non_null(file);
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct style a = theme_style(file, (enum role)role);
        struct style b = theme_style(compiled, (enum role)role);
        if (a.foreground != b.foreground || a.background != b.background ||
            a.attributes != b.attributes) {
            fail_msg("%s differs", role_name((enum role)role));
        }
    }
    theme_free(file);
    theme_free(compiled);
}

static void check_one(void *context, const char *name)
{
    struct error error = {0};
    struct theme *theme = theme_load(name, &error);
    if (theme == NULL) {
        fail_msg("%s", error.message);
    }
    theme_free(theme);
    ++*(int *)context;
}

static void all_themes_load(void **state)
{
    int count = 0;
    (void)state;
    setenv("DOSSIER_THEMES", THEMES, 1);
    theme_list(check_one, &count);
    assert_true(count >= 6);
}

static void an_unknown_theme_has_a_suggestion(void **state)
{
    (void)state;
    struct error error = {0};
    setenv("DOSSIER_THEMES", THEMES, 1);
    assert_null(theme_load("monocrome", &error));
    assert_non_null(strstr(error.message, "'monochrome'"));
    error_clear(&error);
    assert_null(theme_load("../themes/light", &error));
    error_clear(&error);
}

static void assert_refused(const char *text, const char *place, const char *words)
{
    char path[] = "/tmp/dossier-theme-XXXXXX";
    int descriptor = mkstemp(path);
    struct error error = {0};
    assert_true(write(descriptor, text, strlen(text)) == (ssize_t)strlen(text));
    close(descriptor);
    assert_null(theme_read(path, "x", &error));
    assert_non_null(strstr(error.message, place));
    assert_non_null(strstr(error.message, words));
    error_clear(&error);
    unlink(path);
}

static void mistakes_in_a_file_have_their_line(void **state)
{
    (void)state;
    assert_refused("[roles]\ntext = default\ncursr = red\n", ":3: ", "'cursor'");
    assert_refused("[roles]\ntext = reddish\n", ":2: ", "reddish");
    assert_refused("[theme]\ncolour = red\n", ":2: ", "colour");
    assert_refused("[roles]\nno equals here\n", ":2: ", "expected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_styles),
        cmocka_unit_test(wrong_words_are_named),
        cmocka_unit_test(colours_are_brought_down_to_what_there_is),
        cmocka_unit_test(an_unset_role_takes_its_parents_look),
        cmocka_unit_test(the_file_of_the_default_theme_says_the_same),
        cmocka_unit_test(all_themes_load),
        cmocka_unit_test(an_unknown_theme_has_a_suggestion),
        cmocka_unit_test(mistakes_in_a_file_have_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
