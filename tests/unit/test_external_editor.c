/* What handing a text to $EDITOR must do: the text comes back changed and nothing else does, the
 * file is private and gone afterwards, and a failing editor changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/widgets/external_editor.h"

static char directory[] = "/tmp/dossier-test-XXXXXX";

static size_t files_left(void)
{
    size_t count = 0;
    DIR *open = opendir(directory);
    for (struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
        count += entry->d_name[0] != '.';
    }
    closedir(open);
    return count;
}

/* Runs an editor on "one"; the text that comes back, or NULL with the error. */
static char *edit(const char *editor, const char *text, struct error *error)
{
    struct text out = {0};
    setenv("VISUAL", editor, 1);
    bool done = external_editor_run("Next step/notes", text, strlen(text), &out, error);
    assert_int_equal(files_left(), 0);
    if (!done) {
        text_free(&out);
        return NULL;
    }
    return out.length ? text_take(&out) : strdup("");
}

static void assert_edits(const char *editor, const char *text, const char *expected)
{
    struct error error = {0};
    char *out = edit(editor, text, &error);
    if (!out) {
        fail_msg("%s: %s", editor, error.message);
    }
    assert_string_equal(out, expected);
    free(out);
}

static void assert_fails(const char *editor, const char *part)
{
    struct error error = {0};
    assert_null(edit(editor, "one", &error));
    assert_non_null(strstr(error.message, part));
    error_clear(&error);
}

static void the_text_comes_back_as_the_editor_left_it(void **state)
{
    (void)state;
    assert_edits("true", "one\ntwo", "one\ntwo");
    assert_edits("sed -i s/one/zwei/", "one\ntwo\n", "zwei\ntwo\n");
    assert_edits("sh -c 'printf \"%s\" \"\" > \"$0\"'", "one", "");
}

static void a_line_end_that_the_editor_added_is_taken_off(void **state)
{
    (void)state;
    assert_edits("sh -c 'echo three > \"$0\"'", "one", "three");
    assert_edits("sh -c 'echo three > \"$0\"'", "one\n", "three\n");
}

static void words_are_split_without_a_shell(void **state)
{
    (void)state;
    assert_edits("sed -i 's/o n/o  n/'", "o ne", "o  ne");
    assert_edits("sed -i s/one/$HOME/", "one", "$HOME");
}

static void only_the_user_may_read_the_file(void **state)
{
    (void)state;
    assert_edits("sh -c 'stat -c %a \"$0\" > \"$0.mode\"; cat \"$0.mode\" > \"$0\"; "
                 "rm \"$0.mode\"'",
                 "one", "600");
    assert_edits("sh -c 'mode=$(stat -c %a \"$(dirname \"$0\")\"); echo $mode > \"$0\"'", "one",
                 "700");
}

static void a_failing_editor_is_named(void **state)
{
    (void)state;
    assert_fails("false", "status 1");
    assert_fails("/nowhere/editor", "could not be started");
    assert_fails("sh -c 'kill -9 $$'", "signal 9");
    assert_fails("vi 'unclosed", "VISUAL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_comes_back_as_the_editor_left_it),
        cmocka_unit_test(a_line_end_that_the_editor_added_is_taken_off),
        cmocka_unit_test(words_are_split_without_a_shell),
        cmocka_unit_test(only_the_user_may_read_the_file),
        cmocka_unit_test(a_failing_editor_is_named),
    };
    if (!mkdtemp(directory)) {
        return 1;
    }
    setenv("TMPDIR", directory, 1);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(directory);
    return failed;
}
