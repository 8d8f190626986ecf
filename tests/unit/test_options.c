/* Options: defaults that pass their own check, values of each type, mistakes with their place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/options.h"

static void defaults_are_valid(void **state)
{
    (void)state;
    struct error error = {0};
    struct options *options = options_read(NULL, &error);
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option *row = option_row((enum option_id)id);
        assert_non_null(row->help);
        assert_true(options_set(options, row->name, row->default_value, &error));
    }
    options_free(options);
}

static void values_are_taken(void **state)
{
    (void)state;
    struct error error = {0};
    struct config_entry entries[] = {{(char *)"layout", (char *)"wide", 2},
                                     {(char *)"ascii", (char *)"yes", 3},
                                     {(char *)"escape_delay", (char *)"100", 4}};
    struct config config = {.path = (char *)"config", .options = entries, .option_count = 3};
    struct options *options = options_read(&config, &error);
    assert_true(options_is(options, OPTION_LAYOUT, "wide"));
    assert_true(options_yes(options, OPTION_ASCII));
    assert_int_equal(options_number(options, OPTION_ESCAPE_DELAY), 100);
    options_free(options);
}

static void assert_refused(const char *name, const char *value, const char *words)
{
    struct error error = {0};
    struct config_entry entry = {(char *)name, (char *)value, 9};
    struct config config = {.path = (char *)"config", .options = &entry, .option_count = 1};
    assert_null(options_read(&config, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_non_null(strstr(error.message, "config:9: "));
    assert_non_null(strstr(error.message, words));
    error_clear(&error);
}

static void mistakes_have_their_place(void **state)
{
    (void)state;
    assert_refused("themes", "x", "'theme'");
    assert_refused("layout", "side", "auto wide stacked");
    assert_refused("ascii", "maybe", "yes no");
    assert_refused("escape_delay", "soon", "from 1 to 2000");
    assert_refused("escape_delay", "0", "from 1 to 2000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_valid),
        cmocka_unit_test(values_are_taken),
        cmocka_unit_test(mistakes_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
