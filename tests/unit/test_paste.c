/* What is pasted: line ends in one form, no controls, text as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/terminal_private.h"

static void assert_pasted(const char *bytes, const char *expected)
{
    struct text text = {0};
    keys_sanitize_paste(&text, bytes, strlen(bytes));
    assert_string_equal(text_string(&text), expected);
    text_free(&text);
}

static void line_ends_become_newlines(void **state)
{
    (void)state;
    assert_pasted("a\rb\r\nc\nd", "a\nb\nc\nd");
    assert_pasted("\r\r\n", "\n\n");
}

static void controls_are_dropped(void **state)
{
    (void)state;
    assert_pasted("a\033[31mb\a\177\tc", "a[31mb\tc");
}

static void text_is_kept(void **state)
{
    (void)state;
    assert_pasted("Kjærgaard 北京", "Kjærgaard 北京");
    assert_pasted("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_ends_become_newlines),
        cmocka_unit_test(controls_are_dropped),
        cmocka_unit_test(text_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
