/* What core/error must do: carry a whole story, print it clean, map kinds to exit statuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"

static struct error sample(void)
{
    struct error error = {0};
    error_set(&error, ERROR_VALIDATION, "%s did not accept the change to %s.", "Spotler", "Acme");
    error_add_field(&error, "Website", "INVALID_URL", "not a valid URL");
    error_add_field(&error, "Phone", NULL, "too \x1b[31mlong");
    error_set_server(&error, "HTTP 422\x07", 9);
    error_set_hint(&error, "It stays staged.");
    error.retry_after = 7;
    return error;
}

static void an_error_prints_its_whole_story_clean(void **state)
{
    (void)state;
    struct error error = sample();
    struct text out = {0};
    error_print(&error, &out);
    assert_string_equal(text_string(&out), "Spotler did not accept the change to Acme.\n"
                                           "  Website: not a valid URL (INVALID_URL)\n"
                                           "  Phone: too ␛[31mlong\n"
                                           "The server said: HTTP 422␇\n"
                                           "It stays staged.\n");
    text_free(&out);
    error_clear(&error);
    error_print(&error, &out);
    assert_int_equal(out.length, 0);
}

static void setting_replaces_everything(void **state)
{
    (void)state;
    struct error error = sample();
    assert_false(error_set(&error, ERROR_NETWORK, "again: %s", error.message));
    assert_string_equal(error.message, "again: Spotler did not accept the change to Acme.");
    assert_int_equal(error.field_count, 0);
    assert_null(error.server);
    assert_null(error.hint);
    assert_int_equal(error.retry_after, 0);
    error_clear(&error);
    assert_false(error_is_set(&error));
}

static void context_goes_in_front(void **state)
{
    (void)state;
    struct error error = {0};
    error_context(&error, "while reading page %d: ", 7);
    assert_null(error.message);
    error_set(&error, ERROR_TIMEOUT, "no answer");
    error_context(&error, "while reading page %d: ", 7);
    assert_string_equal(error.message, "while reading page 7: no answer");
    error_clear(&error);
}

static void copy_is_deep_and_move_empties(void **state)
{
    (void)state;
    struct error error = sample(), copy = sample(), moved = sample();
    error_copy(&copy, &error);
    error_move(&moved, &error);
    assert_int_equal(error.kind, ERROR_NONE);
    assert_null(error.fields);
    error_clear(&moved);
    assert_int_equal(copy.field_count, 2);
    assert_string_equal(copy.fields[0].code, "INVALID_URL");
    assert_null(copy.fields[1].code);
    assert_int_equal(copy.retry_after, 7);
    error_clear(&copy);
}

static void every_kind_has_its_exit_status_and_name(void **state)
{
    (void)state;
    assert_int_equal(error_exit_status(ERROR_NONE), 0);
    assert_int_equal(error_exit_status(ERROR_USAGE), 2);
    assert_int_equal(error_exit_status(ERROR_FORBIDDEN), 3);
    assert_int_equal(error_exit_status(ERROR_NOT_FOUND), 4);
    assert_int_equal(error_exit_status(ERROR_VALIDATION), 5);
    assert_int_equal(error_exit_status(ERROR_CONFLICT), 6);
    assert_int_equal(error_exit_status(ERROR_TIMEOUT), 7);
    assert_int_equal(error_exit_status(ERROR_RATE_LIMIT), 8);
    assert_int_equal(error_exit_status(ERROR_UNSUPPORTED), 9);
    assert_int_equal(error_exit_status(ERROR_PROTOCOL), 10);
    assert_int_equal(error_exit_status(ERROR_CANCELLED), 130);
    for (int kind = 0; kind < ERROR_KIND_COUNT; kind++) {
        assert_non_null(error_kind_name((enum error_kind)kind));
    }
    assert_string_equal(error_kind_name(ERROR_RATE_LIMIT), "rate_limit");
}

static void no_error_may_be_asked_for(void **state)
{
    (void)state;
    assert_false(error_set(NULL, ERROR_USAGE, "nobody listens"));
    error_set_hint(NULL, "nobody");
    error_add_field(NULL, "a", NULL, "b");
    error_clear(NULL);
    assert_false(error_is_set(NULL));
}

/* A page of the server's is no sentence: its beginning is enough, without half a character. */
static void long_words_of_the_server_are_cut(void **state)
{
    (void)state;
    struct error error = {0};
    char words[3001];
    memset(words, 'x', sizeof words);
    memcpy(words + 1999, "\xC3\xA9", 2);
    error_set(&error, ERROR_SERVER, "no");
    error_set_server(&error, words, 3000);
    assert_int_equal(strlen(error.server), 1999 + strlen("…"));
    assert_string_equal(error.server + 1998, "x…");
    error_set_server(&error, words, 1999);
    assert_int_equal(strlen(error.server), 1999);
    error_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_prints_its_whole_story_clean),
        cmocka_unit_test(setting_replaces_everything),
        cmocka_unit_test(context_goes_in_front),
        cmocka_unit_test(copy_is_deep_and_move_empties),
        cmocka_unit_test(every_kind_has_its_exit_status_and_name),
        cmocka_unit_test(long_words_of_the_server_are_cut),
        cmocka_unit_test(no_error_may_be_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
