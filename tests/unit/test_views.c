/*
 * Saved views: what is written is read back, what a person wrote stays, two programs do not lose
 * each other's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fake_backend.h"

static char *path_in(const char *home)
{
    char *path = memory_zeroed(1, 200);
    (void)snprintf(path, 200, "%s/views/test.views", home);
    return path;
}

static struct views *open_views(const char *path)
{
    struct error error = {0};
    struct views *views = views_open(path, &error);
    assert_false(error_is_set(&error));
    return views;
}

static void save(struct views *views, const char *name, const char *object, const char *filter)
{
    struct error error = {0};
    char *texts[] = {memory_copy_string(name), memory_copy_string(object),
                     memory_copy_string(filter)};
    struct view view = {.name = texts[0], .object = texts[1], .filter = texts[2]};
    assert_true(views_save(views, &view, &error));
    for (size_t i = 0; i < 3; i++) {
        free(texts[i]);
    }
}

static char *read_file(const char *path)
{
    char *text = memory_zeroed(1, 10000);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    (void)fread(text, 1, 9999, file);
    fclose(file);
    return text;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void a_view_comes_back(void **state)
{
    char *path = path_in(*state);
    const char *filter = "name contains ' ; # [x] = ' or note = 'two\nlines\n  indented' or "
                         "stage in ('a', 'b')";
    struct views *views = open_views(path);
    char *long_filter = memory_zeroed(1, 2001);
    memset(long_filter, 'x', 2000);
    assert_int_equal(views_count(views), 0);
    save(views, "Zebra", "Account", "");
    save(views, "closing soon", "Opportunity", filter);
    save(views, "apple", "Opportunity", long_filter);
    views_close(views);
    views = open_views(path);
    assert_int_equal(views_count(views), 3);
    assert_string_equal(views_at(views, 0)->name, "Zebra"); /* by object, then name */
    assert_string_equal(views_at(views, 1)->name, "apple");
    assert_string_equal(views_at(views, 1)->filter, long_filter);
    assert_string_equal(views_find(views, "closing soon")->filter, filter);
    assert_string_equal(views_find(views, "closing soon")->order, "");
    views_close(views);
    free(long_filter);
    free(path);
}

static void what_a_person_wrote_stays(void **state)
{
    char *path = path_in(*state);
    struct error error = {0};
    write_file(path, "# my views\n\n# the first\n[one]\nobject = Account\n; inside\ncolour = red\n"
                     "filter = name = 'x'\n\n# the second\n[two]\nobject=Account\n# at the end\n");
    struct views *views = open_views(path);
    assert_string_equal(views_find(views, "two")->object, "Account");
    save(views, "one", "Account", "name = 'y'");
    assert_true(views_rename(views, "two", "zwei", &error));
    save(views, "one", "Account", "name = 'z'");
    views_close(views);
    char *text = read_file(path);
    assert_non_null(strstr(text, "# the second\n[zwei]\nobject = Account\n"));
    assert_non_null(strstr(text, "# at the end\n"));
    free(text);
    write_file(path,
               "# my views\n\n# the first\n[one]\nobject = Account\n; inside\ncolour = red\n");
    views = open_views(path);
    save(views, "one", "Account", "name = 'y'");
    text = read_file(path);
    assert_string_equal(text, "# my views\n\n# the first\n[one]\nobject = Account\n"
                              "filter = name = 'y'\n; inside\ncolour = red\n");
    free(text);
    views_close(views);
    free(path);
}

/* Found by fuzzing: what would not read back as it is stands in quotes, and lines that are not
 * understood become no part of a value. */
static void any_text_is_kept(void **state)
{
    static const char *const filters[] = {
        " name = 'x' ",
        "name = 'a\n\nb'",
        "name = 'a\n   \nb'",
        "name = 'a \nb'",
        "name = 'a\n# no b'",
        "name = 'a\n  ;b'",
        "name = 'a\r\nb'",
        "\"name\" = 'x'",
        "name = 'a\\n\tb'\n",
        "\n",
        "\"",
        "\\",
        "name = 'a\n    b\n c'",
        "name = 'x ; y # z'",
        "[one]",
        "name\n[two]\nb",
    };
    char *path = path_in(*state);
    write_file(path, "object = junk\n[one]\n    junk\nobject = Account\n");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct views *views = open_views(path);
        save(views, "one", "Account", filters[i]);
        save(views, "other", "Deal", "");
        views_close(views);
        views = open_views(path);
        assert_int_equal(views_count(views), 2);
        assert_string_equal(views_find(views, "one")->filter, filters[i]);
        assert_string_equal(views_find(views, "one")->object, "Account");
        assert_string_equal(views_find(views, "other")->object, "Deal");
        views_close(views);
    }
    write_file(path, "object = junk\n");
    struct views *views = open_views(path);
    save(views, "one", "Account", "");
    views_close(views);
    views = open_views(path);
    assert_string_equal(views_find(views, "one")->object, "Account");
    views_close(views);
    free(path);
}

static void two_programs_keep_each_others_views(void **state)
{
    char *path = path_in(*state);
    (void)unlink(path);
    struct views *first = open_views(path), *second = open_views(path);
    save(first, "mine", "Account", "");
    save(second, "theirs", "Account", "");
    assert_int_equal(views_count(second), 2);
    save(first, "mine", "Account", "name = 'x'");
    assert_non_null(views_find(first, "theirs"));
    views_close(first);
    views_close(second);
    free(path);
}

static void mistakes_change_nothing(void **state)
{
    char *path = path_in(*state);
    struct error error = {0};
    (void)unlink(path);
    struct views *views = open_views(path);
    save(views, "one", "Account", "");
    save(views, "two", "Account", "");
    assert_false(views_rename(views, "one", "two", &error));
    assert_non_null(strstr(error.message, "already"));
    assert_false(views_rename(views, "none", "three", &error));
    assert_int_equal(error.kind, ERROR_NOT_FOUND);
    assert_false(views_delete(views, "none", &error));
    assert_false(views_rename(views, "one", " ", &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_false(views_rename(views, "one", "a\nb", &error));
    assert_true(views_delete(views, "one", &error));
    assert_int_equal(views_count(views), 1);
    error_clear(&error);
    views_close(views);
    free(path);
}

static void the_session_tells_of_its_views(void **state)
{
    (void)state;
    struct error error = {0};
    struct fake *fake = fake_new(1);
    struct session *session = fake_session(&fake_full, SESSION_JOURNAL, false);
    char name[] = "mine", object[] = "Account";
    size_t before = session_view_count(session);
    struct view view = {.name = name, .object = object};
    assert_true(session_save_view(session, &view, &error));
    assert_true(
        session_rename_view(session, session_find_view(session, "mine")->name, "ours", &error));
    session_remember(session, "layout", "wide");
    session_close(session);
    session = fake_session(&fake_full, SESSION_JOURNAL, false);
    assert_non_null(session_find_view(session, "ours"));
    assert_int_equal(session_view_count(session), before + 1);
    assert_string_equal(session_remembered(session, "layout"), "wide");
    assert_null(session_remembered(session, "never"));
    session_close(session);
    fake_free(fake);
}

static int make_home(void **state)
{
    char path[200];
    *state = fake_home_make();
    (void)snprintf(path, sizeof path, "%s/views", (char *)*state);
    return mkdir(path, 0700);
}

static int remove_home(void **state)
{
    fake_home_remove(*state);
    return 0;
}

/* The line is optional: a file from before reads as it did, and is written as it was. */
static void deleted_records_are_a_line_of_their_own(void **state)
{
    char *path = path_in(*state);
    struct error error = {0};
    char name[] = "with", object[] = "Account", yes[] = "yes", *written = NULL;
    write_file(path, "[old]\nobject = Account\n\n[gone]\nobject = Account\ndeleted = yes\n");
    struct views *views = open_views(path);
    assert_string_equal(views_find(views, "old")->deleted, "");
    assert_string_equal(views_find(views, "gone")->deleted, "yes");
    struct view view = {.name = name, .object = object, .deleted = yes};
    assert_true(views_save(views, &view, &error));
    assert_true(views_save(views, views_find(views, "old"), &error));
    views_close(views);
    written = read_file(path);
    assert_non_null(strstr(written, "[old]\nobject = Account\n\n"));
    assert_non_null(strstr(written, "[with]\nobject = Account\ndeleted = yes\n"));
    free(written);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_comes_back),
        cmocka_unit_test(what_a_person_wrote_stays),
        cmocka_unit_test(any_text_is_kept),
        cmocka_unit_test(two_programs_keep_each_others_views),
        cmocka_unit_test(mistakes_change_nothing),
        cmocka_unit_test(the_session_tells_of_its_views),
        cmocka_unit_test(deleted_records_are_a_line_of_their_own),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
