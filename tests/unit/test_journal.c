/*
 * The journal: what is confirmed is on disk, whatever happens next; what a living run staged is
 * never another's. One test kills a child while it stages.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fake_backend.h"
#include "store/journal.h"

enum { KILLS = 50 };

static struct journal *open_journal(const char *home, const char *key)
{
    struct error error = {0};
    struct journal *journal = journal_open(home, key, &error);
    if (journal == NULL) {
        fail_msg("%s", error.message);
    }
    return journal;
}

static struct change *make_update(const char *id, const char *text)
{
    struct change *change = change_new(CHANGE_UPDATE, "Opportunity", id);
    struct value old_value = value_null(), new_value = value_string(text);
    change_set(change, "name", &old_value, &new_value);
    return change;
}

static void free_changes(struct change **changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        change_free(changes[i]);
    }
    free(changes);
}

static struct change **recover(struct journal *journal, size_t *count)
{
    struct error error = {0};
    struct change **changes = journal_recover(journal, count, &error);
    assert_false(error_is_set(&error));
    return changes;
}

/* How many changes the journal takes over. */
static size_t recovered_count(struct journal *journal)
{
    size_t count;
    struct change **changes = recover(journal, &count);
    free_changes(changes, count);
    return count;
}

static void set_error(struct change *change)
{
    change->state = CHANGE_FAILED;
    error_set(&change->error, ERROR_VALIDATION, "refused");
    error_set_server(&change->error, "NO", 2);
    error_set_hint(&change->error, "try another");
    error_add_field(&change->error, "name", "CODE", "is bad");
}

/* Every kind of value, every state and the error come back as they were. */
static void a_change_comes_back_whole(void **state)
{
    const char *home = *state;
    struct error error = {0};
    struct journal *journal = open_journal(home, "whole");
    struct change *change = make_update("1,a%2Cb", "");
    struct value absent = value_absent(), null = value_null(), yes = value_boolean(true);
    struct value integer = value_integer(INT64_MIN), real = value_real(0.1);
    struct value text = value_text("a\xff\0b", 4), bytes = value_bytes("\0\1", 2);
    change_set(change, "absent", &absent, &null);
    change_set(change, "boolean", &null, &yes);
    change_set(change, "integer", &integer, &real);
    change_set(change, "text", &text, &bytes);
    change_find(change, "text")->theirs = value_copy(&yes);
    change->label = memory_copy_string("Acme");
    change->version = memory_copy_string("7");
    change->staged_at = 12345;
    set_error(change);
    assert_true(journal_write(journal, change, &error));
    assert_true(change->id > 0);
    journal_close(journal);

    size_t count;
    journal = open_journal(home, "whole");
    struct change **changes = recover(journal, &count);
    assert_int_equal(count, 1);
    struct change *back = changes[0];
    assert_int_equal(back->id, change->id);
    assert_int_equal(back->state, CHANGE_FAILED);
    assert_string_equal(back->record_id, "1,a%2Cb");
    assert_string_equal(back->label, "Acme");
    assert_string_equal(back->version, "7");
    assert_int_equal(back->staged_at, 12345);
    assert_int_equal(back->field_count, change->field_count);
    for (size_t i = 0; i < back->field_count; i++) {
        assert_string_equal(back->fields[i].name, change->fields[i].name);
        assert_true(value_identical(&back->fields[i].old_value, &change->fields[i].old_value));
        assert_true(value_identical(&back->fields[i].new_value, &change->fields[i].new_value));
        assert_true(value_identical(&back->fields[i].theirs, &change->fields[i].theirs));
    }
    assert_int_equal(back->error.kind, ERROR_VALIDATION);
    assert_string_equal(back->error.message, "refused");
    assert_string_equal(back->error.server, "NO");
    assert_string_equal(back->error.hint, "try another");
    assert_int_equal(back->error.field_count, 1);
    assert_string_equal(back->error.fields[0].message, "is bad");
    free_changes(changes, count);
    change_free(change);
    journal_close(journal);
}

static void only_the_owner_may_read_it(void **state)
{
    const char *home = *state;
    struct stat status;
    char path[200];
    mode_t before = umask(0);
    struct journal *journal = open_journal(home, "mode");
    (void)snprintf(path, sizeof path, "%s/journal.db", home);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    (void)snprintf(path, sizeof path, "%s/journal.db-wal", home);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    umask(before);
    journal_close(journal);
}

static void a_living_run_keeps_its_changes(void **state)
{
    const char *home = *state;
    struct error error = {0};
    struct journal *first = open_journal(home, "living");
    struct change *change = make_update("1", "mine");
    assert_true(journal_write(first, change, &error));
    struct journal *second = open_journal(home, "living");
    assert_int_equal(recovered_count(second), 0);
    journal_close(second);
    journal_close(first);
    struct journal *other = open_journal(home, "another profile");
    assert_int_equal(recovered_count(other), 0);
    journal_close(other);
    struct journal *third = open_journal(home, "living");
    struct journal *fourth = open_journal(home, "living");
    assert_int_equal(recovered_count(third), 1);
    assert_int_equal(recovered_count(fourth), 0); /* claimed by the third, which lives */
    assert_true(journal_remove(third, change->id, &error));
    change_free(change);
    journal_close(fourth);
    journal_close(third);
}

static void what_was_being_sent_is_unknown(void **state)
{
    const char *home = *state;
    struct error error = {0};
    size_t count;
    struct journal *journal = open_journal(home, "sending");
    struct change *change = make_update("1", "x");
    change->state = CHANGE_SENDING;
    assert_true(journal_write(journal, change, &error));
    journal_close(journal);
    change_free(change);
    journal = open_journal(home, "sending");
    struct change **changes = recover(journal, &count);
    assert_int_equal(count, 1);
    assert_int_equal(changes[0]->state, CHANGE_UNKNOWN);
    free_changes(changes, count);
    journal_close(journal);
}

static void a_step_is_all_or_nothing(void **state)
{
    const char *home = *state;
    struct error error = {0};
    size_t count;
    struct journal *journal = open_journal(home, "step");
    struct change *kept = make_update("1", "kept"), *lost = make_update("2", "lost");
    assert_true(journal_write(journal, kept, &error));
    assert_true(journal_begin(journal, &error));
    assert_true(journal_write(journal, lost, &error));
    assert_true(journal_remove(journal, kept->id, &error));
    journal_rollback(journal);
    journal_close(journal);
    journal = open_journal(home, "step");
    struct change **changes = recover(journal, &count);
    assert_int_equal(count, 1);
    assert_string_equal(changes[0]->record_id, "1");
    free_changes(changes, count);
    change_free(kept);
    change_free(lost);
    journal_close(journal);
}

static void settings_are_remembered_by_profile(void **state)
{
    const char *home = *state;
    struct journal *journal = open_journal(home, "one");
    assert_null(journal_remembered(journal, "columns:Account"));
    assert_true(journal_remember(journal, "columns:Account", "name"));
    assert_true(journal_remember(journal, "columns:Account", "name, city"));
    journal_close(journal);
    journal = open_journal(home, "two");
    assert_null(journal_remembered(journal, "columns:Account"));
    journal_close(journal);
    journal = open_journal(home, "one");
    char *text = journal_remembered(journal, "columns:Account");
    assert_string_equal(text, "name, city");
    free(text);
    journal_close(journal);
}

static void no_journal_is_said_in_words(void **state)
{
    (void)state;
    struct error error = {0};
    assert_null(journal_open("/proc/no/such/place", "key", &error));
    assert_non_null(strstr(error.message, "/proc/no/such/place/journal.db"));
    error_clear(&error);
}

/* --- a full disk: the child may not let any file grow --- */

static int stage_without_room(const char *home)
{
    struct error error = {0};
    struct rlimit limit = {0, 0};
    struct journal *journal = open_journal(home, "full");
    struct change *first = make_update("1", "fits");
    bool fits = journal_write(journal, first, &error);
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)setrlimit(RLIMIT_FSIZE, &limit);
    char *large = memory_zeroed(1, 100001);
    memset(large, 'x', 100000);
    struct change *second = make_update("2", large);
    bool refused = !journal_write(journal, second, &error) && error_is_set(&error) &&
                   strstr(error.message, "journal.db") != NULL && second->id == 0;
    _exit(fits && refused ? 0 : 1);
}

static void a_full_disk_is_reported_and_loses_nothing(void **state)
{
    char *home = *state;
    int status;
    size_t count;
    pid_t child = fork();
    if (child == 0) {
        (void)stage_without_room(home);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    struct journal *journal = open_journal(home, "full");
    struct change **changes = recover(journal, &count);
    assert_int_equal(count, 1);
    assert_string_equal(changes[0]->record_id, "1");
    free_changes(changes, count);
    journal_close(journal);
}

/* --- kill -9 --- */

/* Stages for ever; each confirmed change's number goes into the pipe after the journal has it. */
static void stage_for_ever(const char *home, int out)
{
    struct error error = {0};
    struct journal *journal = journal_open(home, "kill", &error);
    for (int i = 0; journal != NULL; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", i);
        struct change *change = make_update(id, "staged");
        if (!journal_write(journal, change, &error) ||
            write(out, &change->id, sizeof change->id) != (ssize_t)sizeof change->id) {
            break;
        }
        change_free(change);
    }
    _exit(1);
}

static bool is_among(int64_t id, struct change *const *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (changes[i]->id == id) {
            return changes[i]->field_count == 1 &&
                   changes[i]->fields[0].new_value.kind == VALUE_TEXT;
        }
    }
    return false;
}

/* Runs a child, kills it after some confirmed changes and a random moment; gives those numbers. */
static size_t run_and_kill(const char *home, unsigned *seed, int64_t *confirmed, size_t most)
{
    int ends[2], status;
    size_t count = 0, kill_at = (size_t)(rand_r(seed) % 12);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        stage_for_ever(home, ends[1]);
    }
    close(ends[1]);
    while (count < kill_at && count < most &&
           read(ends[0], &confirmed[count], sizeof *confirmed) == (ssize_t)sizeof *confirmed) {
        count++;
    }
    usleep((useconds_t)(rand_r(seed) % 3000));
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    while (count < most &&
           read(ends[0], &confirmed[count], sizeof *confirmed) == (ssize_t)sizeof *confirmed) {
        count++;
    }
    close(ends[0]);
    return count;
}

static void kill_loses_no_confirmed_change(void **state)
{
    char *home = *state;
    enum { MOST = 20000 };
    int64_t *confirmed = memory_zeroed(MOST, sizeof *confirmed);
    size_t in_all = 0;
    unsigned seed = 20261121;
    for (int round = 0; round < KILLS; round++) {
        size_t staged = run_and_kill(home, &seed, confirmed, MOST), count;
        struct error error = {0};
        struct journal *journal = open_journal(home, "kill");
        struct change **changes = recover(journal, &count);
        assert_true(count >= staged && count <= staged + 1);
        assert_true(journal_begin(journal, &error));
        for (size_t i = 0; i < staged; i++) {
            assert_true(is_among(confirmed[i], changes, count));
        }
        for (size_t i = 0; i < count; i++) {
            assert_true(journal_remove(journal, changes[i]->id, &error));
        }
        assert_true(journal_commit(journal, &error));
        free_changes(changes, count);
        journal_close(journal);
        in_all += staged;
    }
    print_message("%d kills, %zu confirmed changes, none lost\n", KILLS, in_all);
    assert_true(in_all > KILLS);
    free(confirmed);
}

static int make_home(void **state)
{
    *state = fake_home_make();
    return 0;
}

static int remove_home(void **state)
{
    fake_home_remove(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_comes_back_whole),
        cmocka_unit_test(only_the_owner_may_read_it),
        cmocka_unit_test(a_living_run_keeps_its_changes),
        cmocka_unit_test(what_was_being_sent_is_unknown),
        cmocka_unit_test(a_step_is_all_or_nothing),
        cmocka_unit_test(settings_are_remembered_by_profile),
        cmocka_unit_test(no_journal_is_said_in_words),
        cmocka_unit_test(a_full_disk_is_reported_and_loses_nothing),
        cmocka_unit_test(kill_loses_no_confirmed_change),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
