/* Tests of the command line: flags and words, mistakes and what is suggested, help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "cli/arguments.h"

enum { WORDS_MOST = 16 };

/* Parses words that end with NULL. */
static bool parse(struct arguments *arguments, struct error *error, ...)
{
    char *words[WORDS_MOST] = {"dossier"};
    int count = 1;
    va_list list;
    va_start(list, error);
    for (char *word = va_arg(list, char *); word != NULL; word = va_arg(list, char *)) {
        words[count++] = word;
    }
    va_end(list);
    return arguments_parse(arguments, count, words, error);
}

static void test_flags_stand_anywhere(void **state)
{
    struct arguments arguments;
    struct error error = {0};
    (void)state;
    assert_true(parse(&arguments, &error, "--limit=3", "query", "-p", "demo", "Account", "--order",
                      "Name desc", "name = 'x'", "--count", NULL));
    assert_string_equal(arguments.verb->name, "query");
    assert_int_equal(arguments.word_count, 2);
    assert_string_equal(arguments.words[0], "Account");
    assert_string_equal(arguments.words[1], "name = 'x'");
    assert_string_equal(argument_value(&arguments, FLAG_LIMIT), "3");
    assert_string_equal(argument_value(&arguments, FLAG_PROFILE), "demo");
    assert_string_equal(argument_value(&arguments, FLAG_ORDER), "Name desc");
    assert_true(argument_given(&arguments, FLAG_COUNT));
    assert_null(argument_value(&arguments, FLAG_COLUMNS));
    arguments_free(&arguments);
}

static void test_two_dashes_end_the_flags(void **state)
{
    struct arguments arguments;
    struct error error = {0};
    (void)state;
    assert_true(parse(&arguments, &error, "get", "Account", "--", "-1", "--limit", "-", NULL));
    assert_int_equal(arguments.word_count, 4);
    assert_string_equal(arguments.words[2], "--limit");
    assert_string_equal(arguments.words[3], "-");
    arguments_free(&arguments);
}

static void test_flags_with_two_values_and_repeats(void **state)
{
    struct arguments arguments;
    struct error error = {0};
    (void)state;
    assert_true(parse(&arguments, &error, "query", "Contact", "--of=Account", "7", "--with", "a",
                      "--with", "b", "-pdemo", NULL));
    assert_int_equal(arguments.given_count, 4);
    assert_string_equal(arguments.given[0].values[0], "Account");
    assert_string_equal(arguments.given[0].values[1], "7");
    assert_string_equal(arguments.given[1].values[0], "a");
    assert_string_equal(arguments.given[2].values[0], "b");
    assert_string_equal(argument_value(&arguments, FLAG_PROFILE), "demo");
    arguments_free(&arguments);
}

static void assert_mistake(const char *words, const char *hint, const struct error *error)
{
    assert_int_equal(error->kind, ERROR_USAGE);
    if (strstr(error->message, words) == NULL) {
        fail_msg("expected \"%s\", found \"%s\"", words, error->message);
    }
    if (hint != NULL) {
        assert_non_null(error->hint);
        assert_non_null(strstr(error->hint, hint));
    }
}

static void test_mistakes(void **state)
{
    static char *const lines[][6] = {
        {"query", "Account", "--ordr", "x", NULL},
        {"qeury", "Account", NULL},
        {"query", "Account", "--limit", NULL},
        {"query", "Account", "--of", "Account", NULL},
        {"query", "Account", "--match", "x", NULL},
        {"query", NULL},
        {"query", "a", "b", "c", NULL},
        {"query", "a", "--count=1", NULL},
        {"query", "a", "--limit=1", "--limit=2", NULL},
        {"get", "Account", NULL},
        {"query", "a", "-x", NULL},
    };
    static const char *const expected[][2] = {
        {"--ordr", "--order"},        {"no verb qeury", "query"},  {"a value: N", NULL},
        {"one more value: ID", NULL}, {"--match", "query --help"}, {"query OBJECT", NULL},
        {"to do with c", "quotes"},   {"takes no value", NULL},    {"given twice", NULL},
        {"get OBJECT ID", NULL},      {"no flag -x", "--"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct arguments arguments;
        struct error error = {0};
        char *const *w = lines[i];
        assert_false(parse(&arguments, &error, w[0], w[1], w[1] ? w[2] : NULL,
                           w[1] && w[2] ? w[3] : NULL, w[1] && w[2] && w[3] ? w[4] : NULL, NULL));
        assert_mistake(expected[i][0], expected[i][1], &error);
        arguments_free(&arguments);
        error_clear(&error);
    }
}

static void test_the_screen_is_where_no_verb_is(void **state)
{
    struct arguments arguments;
    struct error error = {0};
    (void)state;
    assert_true(parse(&arguments, &error, NULL));
    assert_string_equal(arguments.verb->name, "");
    arguments_free(&arguments);
    assert_true(parse(&arguments, &error, "crm.db", NULL));
    assert_string_equal(arguments.verb->name, "");
    assert_string_equal(arguments.words[0], "crm.db");
    arguments_free(&arguments);
}

static void test_help_of_a_verb_wants_no_words(void **state)
{
    struct arguments arguments;
    struct error error = {0};
    struct text help = {0};
    (void)state;
    assert_true(parse(&arguments, &error, "get", "--help", NULL));
    arguments_help(arguments.verb, &help);
    assert_non_null(strstr(text_string(&help), "dossier get OBJECT ID... [FLAG...]"));
    assert_non_null(strstr(text_string(&help), "--columns FIELD,..."));
    assert_null(strstr(text_string(&help), "--match"));
    arguments_free(&arguments);
    text_free(&help);
}

static void test_help_of_all_names_every_verb_and_status(void **state)
{
    struct text help = {0};
    size_t count;
    const struct verb *rows = verb_rows(&count);
    (void)state;
    arguments_help(NULL, &help);
    for (size_t i = 0; i < count; i++) {
        struct text line = {0};
        text_format(&line, "  dossier%s%s", rows[i].name[0] == '\0' ? "" : " ", rows[i].name);
        assert_non_null(strstr(text_string(&help), text_string(&line)));
        text_free(&line);
    }
    assert_non_null(strstr(text_string(&help), "130  interrupted"));
    for (const char *line = text_string(&help); *line != '\0';) {
        size_t length = strcspn(line, "\n");
        assert_true(length <= 80);
        line += length + (line[length] == '\n');
    }
    text_free(&help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flags_stand_anywhere),
        cmocka_unit_test(test_two_dashes_end_the_flags),
        cmocka_unit_test(test_flags_with_two_values_and_repeats),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_the_screen_is_where_no_verb_is),
        cmocka_unit_test(test_help_of_a_verb_wants_no_words),
        cmocka_unit_test(test_help_of_all_names_every_verb_and_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
