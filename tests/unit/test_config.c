/* Tests of the configuration: reading, mistakes with their line, choosing a profile, secrets. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"
#include "store/config.h"

/* A directory for one test, with a configuration in it. */
struct place {
    char directory[64];
    char path[96];
    struct error error;
};

static int make_place(void **state)
{
    struct place *place = memory_zeroed(1, sizeof *place);
    snprintf(place->directory, sizeof place->directory, "/tmp/dossier-config-XXXXXX");
    assert_non_null(mkdtemp(place->directory));
    snprintf(place->path, sizeof place->path, "%s/config", place->directory);
    unsetenv("DOSSIER_PROFILE");
    setenv("HOME", place->directory, 1);
    setenv("XDG_DATA_HOME", place->directory, 1);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    unlink(place->path);
    rmdir(place->directory);
    error_clear(&place->error);
    free(place);
    return 0;
}

static struct config *read_text(struct place *place, const char *text)
{
    FILE *file = fopen(place->path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(place->path, 0600);
    error_clear(&place->error);
    return config_read(place->path, &place->error);
}

static void assert_mistake(struct place *place, const char *text, int line, const char *words)
{
    char where[128];
    struct config *config = read_text(place, text);
    assert_null(config);
    assert_int_equal(place->error.kind, ERROR_USAGE);
    snprintf(where, sizeof where, "%s:%d: ", place->path, line);
    if (strncmp(place->error.message, where, strlen(where)) != 0 ||
        strstr(place->error.message, words) == NULL) {
        fail_msg("expected \"%s\" and \"%s\", found \"%s\"", where, words, place->error.message);
    }
}

static void test_everything_is_read(void **state)
{
    struct place *place = *state;
    struct config *config = read_text(place, "\xEF\xBB\xBF"
                                             "; a remark\n"
                                             "default = work\n"
                                             "week_start = Sunday\n"
                                             "[profile work]\n"
                                             "  backend = local\n"
                                             "  file = crm.db\n"
                                             "  read_only = yes\n"
                                             "  timeout = 7\n"
                                             "[profile other one]\n"
                                             "backend = spotler\n"
                                             "token_env = TOKEN\n"
                                             "[keys]\n"
                                             "quit = q Q\n"
                                             "[ui]\n"
                                             "theme = light\n");
    assert_non_null(config);
    assert_string_equal(config->default_profile, "work");
    assert_int_equal(config->week_start, 7);
    assert_int_equal(config->profile_count, 2);
    const struct profile *work = config_profile(config, "work");
    assert_string_equal(work->backend, "local");
    assert_true(work->read_only);
    assert_int_equal(work->timeout, 7);
    assert_int_equal(work->line, 4);
    assert_int_equal(work->settings[0].line, 6);
    char *file = config_expand_path("crm.db", place->path);
    assert_string_equal(profile_setting(work, "file"), file);
    free(file);
    assert_string_equal(profile_setting(config_profile(config, "other one"), "token_env"), "TOKEN");
    assert_string_equal(config->keys[0].value, "q Q");
    assert_string_equal(config->options[0].name, "theme");
    assert_int_equal(config->options[0].line, 15);
    config_free(config);
}

static void test_no_file_is_an_empty_configuration(void **state)
{
    struct place *place = *state;
    struct config *config = config_read(place->path, &place->error);
    assert_non_null(config);
    assert_int_equal(config->profile_count, 0);
    assert_int_equal(config->week_start, 1);
    config_free(config);
}

static void test_mistakes_name_their_line(void **state)
{
    struct place *place = *state;
    assert_mistake(place, "\n[profil x]\n", 2, "unknown section [profil x]");
    assert_mistake(place, "[profile x]\nbackend = local\n[profile x]\n", 3, "line 1");
    assert_mistake(place, "[profile]\n", 1, "needs a name");
    assert_mistake(place, "[profile x\n", 1, "ends in ]");
    assert_mistake(place, "[keys] more\n", 1, "nothing may follow");
    assert_mistake(place, "defalt = x\n", 1, "unknown setting defalt");
    assert_string_equal(place->error.hint, "did you mean default?");
    assert_mistake(place, "default = x\njust words\n", 2, "NAME = VALUE");
    assert_mistake(place, "[profile x]\nbackend = local\nread_only = maybe\n", 3, "yes or no");
    assert_mistake(place, "[profile x]\nbackend = local\ntimeout = -1\n", 3, "whole number");
    assert_mistake(place, "[profile x]\nbackend = local\ntimeout = ten\n", 3, "whole number");
    assert_mistake(place, "[profile x]\nfile = a\nfile = b\n", 3, "already there on line 2");
    assert_mistake(place, "\n[profile x]\nfile = a.db\n", 2, "no backend");
    assert_mistake(place, "week_start = noday\n", 1, "a day's name");
}

static void test_a_line_too_long_is_refused_and_not_cut(void **state)
{
    struct place *place = *state;
    struct text text = {0};
    text_append_string(&text, "[profile x]\nbackend = local\nfile = ");
    for (int i = 0; i < 100000; i++) {
        text_append_character(&text, 'a');
    }
    text_append_character(&text, '\n');
    assert_mistake(place, text_string(&text), 3, "too long");
    text_free(&text);
}

/* A web token has many hundred characters, and a command may have a semicolon. */
static void test_long_values_and_semicolons_are_kept(void **state)
{
    struct place *place = *state;
    char token[901];
    memset(token, 't', sizeof token - 1);
    token[sizeof token - 1] = '\0';
    struct text text = {0};
    text_format(&text, "[profile x]\nbackend = local\ntoken = %s\nother = a ; b # c\n", token);
    struct config *config = read_text(place, text_string(&text));
    assert_non_null(config);
    assert_string_equal(profile_setting(config_profile(config, "x"), "token"), token);
    assert_string_equal(profile_setting(config_profile(config, "x"), "other"), "a ; b # c");
    config_free(config);
    text_free(&text);
}

static void test_names_in_two_sections_do_not_clash(void **state)
{
    struct place *place = *state;
    struct config *config = read_text(
        place, "[profile a]\nbackend = local\nfile = a\n[profile b]\nbackend = local\nfile = b\n");
    assert_non_null(config);
    config_free(config);
}

static void test_choosing(void **state)
{
    struct place *place = *state;
    struct config *config = read_text(place, "default = work\n[profile work]\nbackend = local\n");
    struct profile *profile = config_choose(config, NULL, &place->error);
    assert_string_equal(profile->name, "work");
    profile_free(profile);
    setenv("DOSSIER_PROFILE", "demo", 1);
    profile = config_choose(config, NULL, &place->error);
    assert_true(profile_is_demo(profile));
    assert_non_null(strstr(profile_setting(profile, "file"), "/dossier/demo.db"));
    profile_free(profile);
    profile = config_choose(config, "new.sqlite3", &place->error);
    assert_string_equal(profile->backend, "local");
    assert_string_equal(profile_setting(profile, "file"), "new.sqlite3");
    profile_free(profile);
    profile = config_choose(config, place->path, &place->error);
    assert_string_equal(profile_setting(profile, "file"), place->path);
    profile_free(profile);
    assert_null(config_choose(config, "wrok", &place->error));
    assert_int_equal(place->error.kind, ERROR_USAGE);
    assert_string_equal(place->error.hint, "did you mean work?");
    config_free(config);
}

static void test_no_profile_at_all(void **state)
{
    struct place *place = *state;
    struct config *config = read_text(place, "");
    assert_null(config_choose(config, NULL, &place->error));
    assert_int_equal(place->error.kind, ERROR_USAGE);
    config_free(config);
}

static void test_a_profile_named_demo_wins(void **state)
{
    struct place *place = *state;
    struct config *config = read_text(place, "[profile demo]\nbackend = local\nfile = /a/b.db\n");
    struct profile *profile = config_choose(config, "demo", &place->error);
    assert_false(profile_is_demo(profile));
    assert_string_equal(profile_setting(profile, "file"), "/a/b.db");
    profile_free(profile);
    config_free(config);
}

static void test_setting_for_one_run(void **state)
{
    struct place *place = *state;
    struct config *config = read_text(place, "[profile a]\nbackend = local\nfile = a.db\n");
    struct profile *profile = config_choose(config, "a", &place->error);
    assert_true(profile_set(profile, "read_only", "on", &place->error));
    assert_true(profile->read_only);
    assert_true(profile_set(profile, "file", "/x/y.db", &place->error));
    assert_string_equal(profile_setting(profile, "file"), "/x/y.db");
    assert_false(profile_set(profile, "page_size", "many", &place->error));
    assert_false(config_profile(config, "a")->read_only);
    profile_free(profile);
    config_free(config);
}

/* --- secrets --- */

static bool secret_of(struct place *place, const char *line, struct text *out)
{
    struct text text = {0};
    text_format(&text, "[profile a]\nbackend = local\n%s\n", line);
    struct config *config = read_text(place, text_string(&text));
    assert_non_null(config);
    bool ok = profile_secret(config_profile(config, "a"), "token", out, &place->error);
    config_free(config);
    text_free(&text);
    return ok;
}

static void assert_secret(struct place *place, const char *line, const char *expected)
{
    struct text secret = {0};
    assert_true(secret_of(place, line, &secret));
    assert_string_equal(text_string(&secret), expected);
    config_wipe(&secret);
    assert_null(secret.bytes);
}

static void assert_no_secret(struct place *place, const char *line, const char *words)
{
    struct text secret = {0};
    assert_false(secret_of(place, line, &secret));
    assert_int_equal(place->error.kind, ERROR_USAGE);
    assert_non_null(strstr(place->error.message, words));
    assert_int_equal(secret.length, 0);
}

static void test_secrets(void **state)
{
    struct place *place = *state;
    setenv("CONFIG_TEST_TOKEN", "from the environment", 1);
    unsetenv("CONFIG_TEST_UNSET");
    assert_secret(place, "token_command = printf 'first line\\nsecond'", "first line");
    assert_secret(place, "token_command = printf %s \"$HOME `id`\"", "$HOME `id`");
    assert_secret(place, "token_env = CONFIG_TEST_TOKEN", "from the environment");
    assert_secret(place, "token = in the file", "in the file");
    assert_no_secret(place, "token_command = false", ":3: token_command: ");
    assert_no_secret(place, "token_command = true", "printed nothing");
    assert_no_secret(place, "token_command = no-such-command-here", "cannot be run");
    assert_no_secret(place, "token_command = printf 'open", "without its end");
    assert_no_secret(place, "token_env = CONFIG_TEST_UNSET", "is not set");
    assert_no_secret(place, "", "has no token");
}

/* What ignores being asked to end is made to. */
static void test_a_command_is_ended(void **state)
{
    struct place *place = *state;
    struct text secret = {0};
    atomic_bool cancelled;
    atomic_init(&cancelled, true);
    struct config *config = read_text(place, "[profile a]\nbackend = local\n"
                                             "token_command = sh -c 'trap \"\" TERM; sleep 60'\n"
                                             "[profile b]\nbackend = local\n"
                                             "token_command = sh -c 'exec >&-; sleep 60'\n");
    struct secret_limits cancel = {0, &cancelled}, second = {1, NULL};
    const struct profile *profile = config_profile(config, "a");
    assert_false(profile_secret_within(profile, "token", cancel, &secret, &place->error));
    assert_int_equal(place->error.kind, ERROR_CANCELLED);
    assert_false(profile_secret_within(profile, "token", second, &secret, &place->error));
    assert_int_equal(place->error.kind, ERROR_TIMEOUT);
    assert_non_null(strstr(place->error.message, "within 1 second"));
    profile = config_profile(config, "b");
    assert_false(profile_secret_within(profile, "token", second, &secret, &place->error));
    assert_int_equal(place->error.kind, ERROR_TIMEOUT);
    assert_int_equal(secret.length, 0);
    config_free(config);
}

static void test_a_secret_others_can_read_is_refused(void **state)
{
    struct place *place = *state;
    struct text secret = {0};
    struct config *config = read_text(place, "[profile a]\nbackend = local\ntoken = hush\n");
    chmod(place->path, 0640);
    assert_false(profile_secret(config_profile(config, "a"), "token", &secret, &place->error));
    assert_int_equal(place->error.kind, ERROR_USAGE);
    assert_null(strstr(place->error.message, "hush"));
    config_free(config);
}

static void test_words_are_split_as_a_shell_does(void **state)
{
    struct place *place = *state;
    char **words = config_split_words(" pass  show 'a b'\"c\\\"d\" e\\ f '' $X ", &place->error);
    static const char *const expected[] = {"pass", "show", "a bc\"d", "e f", "", "$X"};
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(words[i], expected[i]);
    }
    assert_null(words[6]);
    config_free_words(words);
    assert_null(config_split_words("   ", &place->error));
    assert_null(config_split_words("a \\", &place->error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_everything_is_read, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_no_file_is_an_empty_configuration, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(test_mistakes_name_their_line, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_a_line_too_long_is_refused_and_not_cut, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(test_long_values_and_semicolons_are_kept, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(test_names_in_two_sections_do_not_clash, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(test_choosing, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_no_profile_at_all, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_a_profile_named_demo_wins, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_setting_for_one_run, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_secrets, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_a_command_is_ended, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_a_secret_others_can_read_is_refused, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(test_words_are_split_as_a_shell_does, make_place,
                                        remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
