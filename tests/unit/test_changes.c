/*
 * Staged changes: staging, dropping, undo; apply with its results, conflicts and lost answers; undo
 * after apply; what a restart finds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fake_backend.h"

/* A store, a session on it, and the schemas; opened for each test in a home of its own. */
struct stage {
    char *home;
    struct fake *fake;
    struct session *session;
    const struct schema *opportunity;
    const struct schema *account;
    struct apply_report report;
    bool finished;
    struct error error;
};

static void open_session(struct stage *stage, const struct backend_ops *ops)
{
    struct error error = {0};
    stage->session = fake_session(ops, SESSION_JOURNAL, false);
    schema_release(session_run_schema(stage->session, "Opportunity", -1, &error));
    schema_release(session_run_schema(stage->session, "Account", -1, &error));
    stage->opportunity = session_schema(stage->session, "Opportunity");
    stage->account = session_schema(stage->session, "Account");
    assert_non_null(stage->opportunity);
}

static void reopen(struct stage *stage, const struct backend_ops *ops)
{
    session_close(stage->session);
    open_session(stage, ops);
}

static int set_up(void **state)
{
    struct stage *stage = memory_zeroed(1, sizeof *stage);
    stage->home = fake_home_make();
    stage->fake = fake_new(40);
    open_session(stage, &fake_full);
    *state = stage;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *stage = *state;
    session_close(stage->session);
    fake_free(stage->fake);
    fake_home_remove(stage->home);
    error_clear(&stage->error);
    free(stage);
    return 0;
}

static bool try_update(struct stage *stage, const char *id, const char *field, const char *text,
                       struct error *error)
{
    char *old = fake_text(stage->fake, "Opportunity", id, field);
    struct value old_value = value_string(old), new_value = value_string(text);
    bool staged = session_stage_update(stage->session, stage->opportunity, id, NULL, NULL, field,
                                       &old_value, &new_value, error);
    free(old);
    return staged;
}

static void update(struct stage *stage, const char *id, const char *field, const char *text)
{
    struct error error = {0};
    if (!try_update(stage, id, field, text, &error)) {
        fail_msg("%s", error.message);
    }
}

static int64_t create(struct stage *stage, const struct schema *schema, const char *name,
                      const char *account)
{
    struct error error = {0};
    int64_t id = 0;
    struct record *values = record_new(schema->name, NULL);
    struct value text = value_string(name), reference = value_string(account);
    record_set(values, "name", &text);
    if (account != NULL) {
        record_set(values, "account_id", &reference);
    }
    assert_true(session_stage_create(stage->session, schema, name, values, &id, &error));
    record_free(values);
    return id;
}

static void delete_record(struct stage *stage, const char *id)
{
    struct error error = {0};
    assert_true(session_stage_delete(stage->session, stage->opportunity, id, NULL, NULL, &error));
}

static void undo(struct stage *stage)
{
    struct error error = {0};
    char *what = NULL;
    if (!session_undo(stage->session, &what, &error)) {
        fail_msg("%s", error.message);
    }
    assert_non_null(what);
    free(what);
}

static void note_apply(void *context, const struct apply_report *report, bool finished,
                       const struct error *error)
{
    struct stage *stage = context;
    stage->report = *report;
    stage->finished = finished;
    error_copy(&stage->error, error);
}

static bool is_finished(void *context)
{
    return ((struct stage *)context)->finished;
}

static void apply(struct stage *stage)
{
    struct error error = {0};
    stage->finished = false;
    assert_true(session_apply(stage->session, NULL, 0, note_apply, stage, &error));
    assert_true(fake_wait(stage->session, is_finished, stage));
    assert_false(session_applying(stage->session));
    fake_settle(stage->session);
}

static void assert_store(struct stage *stage, const char *id, const char *field,
                         const char *expected)
{
    char *text = fake_text(stage->fake, "Opportunity", id, field);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

/* --- staging --- */

static void a_staged_value_is_shown(void **state)
{
    struct stage *stage = *state;
    struct value shown = value_string("Opportunity 0001");
    bool staged = true;
    struct value value =
        session_staged_value(stage->session, "Opportunity", "1", "name", &shown, &staged);
    assert_false(staged);
    assert_true(value_same(&value, &shown));
    update(stage, "1", "name", "new name");
    update(stage, "1", "stage", "Won");
    value = session_staged_value(stage->session, "Opportunity", "1", "name", &shown, &staged);
    assert_true(staged);
    assert_string_equal(value.as.text.bytes, "new name");
    assert_int_equal(session_change_count(stage->session), 1);
    assert_int_equal(session_change(stage->session, 0)->field_count, 2);
    assert_store(stage, "1", "name", "Opportunity 0001"); /* nothing is sent */
}

static void setting_the_old_value_again_unstages(void **state)
{
    struct stage *stage = *state;
    update(stage, "1", "name", "new name");
    update(stage, "1", "name", "Opportunity 0001");
    assert_int_equal(session_change_count(stage->session), 0);
    undo(stage);
    assert_int_equal(session_change_count(stage->session), 1);
    undo(stage);
    assert_int_equal(session_change_count(stage->session), 0);
}

static void undo_takes_back_step_by_step(void **state)
{
    struct stage *stage = *state;
    struct error error = {0};
    update(stage, "1", "name", "first");
    update(stage, "1", "name", "second");
    delete_record(stage, "2");
    int64_t new_record = create(stage, stage->opportunity, "created", NULL);
    struct value value = value_string("Lost");
    assert_true(session_stage_create_field(stage->session, new_record, "stage", &value, &error));
    assert_true(session_drop_all(stage->session, &error));
    assert_int_equal(session_change_count(stage->session), 0);
    undo(stage);
    assert_int_equal(session_change_count(stage->session), 3);
    assert_int_equal(session_change(stage->session, 2)->field_count, 2);
    undo(stage);
    assert_int_equal(session_change(stage->session, 2)->field_count, 1);
    undo(stage);
    undo(stage);
    assert_int_equal(session_change_count(stage->session), 1);
    assert_string_equal(session_change(stage->session, 0)->fields[0].new_value.as.text.bytes,
                        "second");
    undo(stage);
    assert_string_equal(session_change(stage->session, 0)->fields[0].new_value.as.text.bytes,
                        "first");
    undo(stage);
    assert_int_equal(session_change_count(stage->session), 0);
    assert_false(session_undo(stage->session, NULL, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    error_clear(&error);
    reopen(stage, &fake_full);
    assert_int_equal(session_recovered(stage->session), 0); /* the journal went along */
}

static void a_restart_offers_what_was_staged(void **state)
{
    struct stage *stage = *state;
    update(stage, "1", "name", "kept");
    int64_t id = create(stage, stage->opportunity, "new one", NULL);
    reopen(stage, &fake_full);
    assert_int_equal(session_recovered(stage->session), 2);
    assert_int_equal(session_change_count(stage->session), 2);
    assert_non_null(session_find_change(stage->session, "Opportunity", "1"));
    char number[32];
    (void)snprintf(number, sizeof number, "+%lld", (long long)id);
    assert_non_null(session_find_change(stage->session, "Opportunity", number));
    apply(stage);
    assert_store(stage, "1", "name", "kept");
    assert_int_equal(fake_count(stage->fake, "Opportunity"), 41);
}

static void a_delete_takes_the_place_of_an_update(void **state)
{
    struct stage *stage = *state;
    struct error error = {0};
    update(stage, "1", "name", "x");
    delete_record(stage, "1");
    assert_int_equal(session_change_count(stage->session), 1);
    assert_int_equal(session_change(stage->session, 0)->kind, CHANGE_DELETE);
    assert_false(try_update(stage, "1", "name", "y", &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    error_clear(&error);
    undo(stage);
    assert_int_equal(session_change(stage->session, 0)->kind, CHANGE_UPDATE);
}

static void a_read_only_profile_stages_nothing(void **state)
{
    struct stage *stage = *state;
    struct error error = {0};
    session_close(stage->session);
    stage->session = fake_session(&fake_full, SESSION_JOURNAL, true);
    struct schema *schema = session_run_schema(stage->session, "Opportunity", -1, &error);
    struct value old_value = value_string("a"), new_value = value_string("b");
    assert_false(session_stage_update(stage->session, schema, "1", NULL, NULL, "name", &old_value,
                                      &new_value, &error));
    assert_int_equal(error.kind, ERROR_FORBIDDEN);
    assert_non_null(strstr(error.message, "read-only"));
    assert_int_equal(session_change_count(stage->session), 0);
    struct operation *operation = operation_new(OPERATION_DELETE, "Opportunity");
    operation_add_write(operation, "1", NULL, NULL);
    assert_int_equal(session_submit(stage->session, operation, JOB_NOW, NULL, NULL, &error), 0);
    assert_int_equal(error.kind, ERROR_FORBIDDEN);
    schema_release(schema);
    error_clear(&error);
}

/* --- apply --- */

static void apply_sends_all_kinds_in_batches(void **state)
{
    struct stage *stage = *state;
    for (int i = 1; i <= 25; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", i);
        update(stage, id, "stage", "Applied");
    }
    create(stage, stage->opportunity, "created", NULL);
    delete_record(stage, "30");
    apply(stage);
    assert_int_equal(stage->report.succeeded, 27);
    assert_int_equal(stage->report.sent, 27);
    assert_int_equal(session_change_count(stage->session), 0);
    assert_int_equal(fake_executed(stage->fake, OPERATION_UPDATE), 3);
    assert_int_equal(fake_largest_batch(stage->fake), 10);
    assert_int_equal(fake_count(stage->fake, "Opportunity"), 40);
    assert_store(stage, "25", "stage", "Applied");
    assert_store(stage, "25", "name", "Opportunity 0025"); /* only what changed is sent */
    reopen(stage, &fake_full);
    assert_int_equal(session_recovered(stage->session), 0);
}

/* Three of fifty fail: three remain, with the server's words at the field, also after a restart. */
static void what_fails_stays_with_its_words(void **state)
{
    struct stage *stage = *state;
    for (int i = 1; i <= 30; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", i);
        update(stage, id, "name", i % 10 == 0 ? "bad" : "good");
    }
    apply(stage);
    assert_int_equal(stage->report.succeeded, 27);
    assert_int_equal(stage->report.failed, 3);
    reopen(stage, &fake_full);
    assert_int_equal(session_change_count(stage->session), 3);
    const struct change *change = session_find_change(stage->session, "Opportunity", "20");
    assert_int_equal(change->state, CHANGE_FAILED);
    assert_int_equal(change->error.kind, ERROR_VALIDATION);
    assert_string_equal(change->error.fields[0].field, "name");
    assert_string_equal(change->error.fields[0].message, "bad is no name");
    update(stage, "20", "name", "better");
    assert_int_equal(session_find_change(stage->session, "Opportunity", "20")->state,
                     CHANGE_STAGED);
    apply(stage);
    assert_store(stage, "20", "name", "better");
    assert_int_equal(session_change_count(stage->session), 2);
}

static void change_by_another(struct stage *stage, const char *id, const char *field,
                              const char *text)
{
    struct value value = value_string(text);
    fake_put(stage->fake, "Opportunity", id, field, &value);
}

/* On a backend that checks, and on one for which the record is read first. */
static void check_conflict(struct stage *stage, bool mine)
{
    struct error error = {0};
    update(stage, "5", "stage", "mine");
    update(stage, "5", "name", "untouched by others");
    change_by_another(stage, "5", "stage", "theirs");
    apply(stage);
    assert_int_equal(stage->report.conflicts, 1);
    assert_store(stage, "5", "stage", "theirs");
    const struct change *change = session_find_change(stage->session, "Opportunity", "5");
    assert_int_equal(change->state, CHANGE_CONFLICT);
    assert_int_equal(change->field_count, 2);
    assert_string_equal(change->fields[0].theirs.as.text.bytes, "theirs");
    assert_int_equal(change->fields[1].theirs.kind, VALUE_ABSENT);
    assert_true(session_resolve_conflict(stage->session, change->id, "stage", mine, &error));
    change = session_find_change(stage->session, "Opportunity", "5");
    assert_int_equal(change->state, CHANGE_STAGED);
    if (mine) {
        assert_string_equal(change->fields[0].old_value.as.text.bytes, "theirs");
    }
    apply(stage);
    assert_int_equal(stage->report.succeeded, 1);
    assert_store(stage, "5", "stage", mine ? "mine" : "theirs");
    assert_store(stage, "5", "name", "untouched by others");
}

static void a_conflict_is_shown_and_settled(void **state)
{
    check_conflict(*state, true);
}

static void theirs_can_be_taken(void **state)
{
    check_conflict(*state, false);
}

static void a_backend_without_a_check_is_read_first(void **state)
{
    struct stage *stage = *state;
    reopen(stage, &fake_plain);
    check_conflict(stage, true);
    assert_true(fake_executed(stage->fake, OPERATION_GET) > 0);
}

static void a_deleted_record_is_a_conflict(void **state)
{
    struct stage *stage = *state;
    update(stage, "5", "stage", "mine");
    delete_record(stage, "6");
    fake_remove(stage->fake, "Opportunity", "5");
    fake_remove(stage->fake, "Opportunity", "6");
    apply(stage);
    assert_int_equal(stage->report.conflicts, 2);
    assert_int_equal(session_change_count(stage->session), 2);
}

static void a_newer_version_stamp_is_a_conflict(void **state)
{
    struct stage *stage = *state;
    struct error error = {0};
    struct value old_value = value_string("Proposal"), new_value = value_string("mine");
    struct value stamp = value_integer(9);
    assert_true(session_stage_update(stage->session, stage->opportunity, "5", NULL, "1", "stage",
                                     &old_value, &new_value, &error));
    fake_put(stage->fake, "Opportunity", "5", "stamp", &stamp);
    apply(stage);
    assert_int_equal(stage->report.conflicts, 1);
    assert_store(stage, "5", "stage", "Proposal");
    assert_string_equal(session_change(stage->session, 0)->version, "9");
    apply(stage); /* no field differs: once it has been shown, it may be sent */
    assert_int_equal(stage->report.succeeded, 1);
}

static void a_lost_answer_is_unknown(void **state)
{
    struct stage *stage = *state;
    update(stage, "1", "name", "x");
    int64_t id = create(stage, stage->opportunity, "created", NULL);
    fake_fail(stage->fake, OPERATION_CREATE, ERROR_NETWORK, true, 1);
    apply(stage);
    assert_int_equal(stage->report.unknown, 1);
    assert_int_equal(stage->error.kind, ERROR_NETWORK);
    assert_int_equal(fake_executed(stage->fake, OPERATION_UPDATE), 0); /* the rest is not sent */
    reopen(stage, &fake_full);
    assert_int_equal(session_change_by_id(stage->session, id)->state, CHANGE_UNKNOWN);
    apply(stage);
    assert_int_equal(stage->report.succeeded, 1); /* a create is not sent twice unasked */
    assert_int_equal(session_change_count(stage->session), 1);
}

/* What was done is done, what was not stays staged as failed and may be sent again. */
static void a_lost_answer_is_read_back(void **state)
{
    struct stage *stage = *state;
    update(stage, "1", "name", "x");
    fake_lose(stage->fake, OPERATION_UPDATE, true, 1);
    apply(stage);
    assert_int_equal(stage->report.succeeded, 1);
    assert_int_equal(stage->report.unknown, 0);
    assert_int_equal(session_change_count(stage->session), 0);
    assert_store(stage, "1", "name", "x");
    update(stage, "2", "name", "y");
    fake_lose(stage->fake, OPERATION_UPDATE, false, 1);
    apply(stage);
    assert_int_equal(stage->report.failed, 1);
    const struct change *change = session_change(stage->session, 0);
    assert_int_equal(change->state, CHANGE_FAILED);
    assert_non_null(strstr(change->error.message, "was not done"));
    apply(stage);
    assert_int_equal(stage->report.succeeded, 1);
    assert_store(stage, "2", "name", "y");
    assert_int_equal(fake_executed(stage->fake, OPERATION_UPDATE), 3);
}

static void a_cancelled_apply_is_unknown(void **state)
{
    struct stage *stage = *state;
    struct error error = {0};
    update(stage, "1", "name", "x");
    fake_block(stage->fake, OPERATION_UPDATE);
    stage->finished = false;
    assert_true(session_apply(stage->session, NULL, 0, note_apply, stage, &error));
    fake_wait_blocked(stage->fake, OPERATION_UPDATE);
    assert_true(session_applying(stage->session));
    assert_int_equal(session_change(stage->session, 0)->state, CHANGE_SENDING);
    assert_false(try_update(stage, "1", "name", "y", &error));
    session_cancel_all(stage->session);
    assert_true(stage->finished);
    assert_int_equal(session_change(stage->session, 0)->state, CHANGE_UNKNOWN);
    fake_unblock(stage->fake, OPERATION_UPDATE);
    error_clear(&error);
}

/* The program ends while a change is on its way: the next one says that it is not known. */
static void an_end_while_sending_is_unknown(void **state)
{
    struct stage *stage = *state;
    struct error error = {0};
    update(stage, "1", "name", "x");
    fake_block(stage->fake, OPERATION_UPDATE);
    assert_true(session_apply(stage->session, NULL, 0, NULL, NULL, &error));
    fake_wait_blocked(stage->fake, OPERATION_UPDATE);
    reopen(stage, &fake_full);
    assert_int_equal(session_change_count(stage->session), 1);
    assert_int_equal(session_change(stage->session, 0)->state, CHANGE_UNKNOWN);
    fake_unblock(stage->fake, OPERATION_UPDATE);
}

static void a_new_record_may_refer_to_a_new_one(void **state)
{
    struct stage *stage = *state;
    struct error error = {0};
    int64_t child = create(stage, stage->opportunity, "child", "+0");
    int64_t parent = create(stage, stage->account, "parent", NULL);
    char number[32];
    (void)snprintf(number, sizeof number, "+%lld", (long long)parent);
    struct value reference = value_string(number);
    assert_true(
        session_stage_create_field(stage->session, child, "account_id", &reference, &error));
    apply(stage);
    assert_int_equal(stage->report.succeeded, 2);
    assert_store(stage, "41", "account_id", "2");
}

static void a_child_of_a_failed_record_is_not_sent(void **state)
{
    struct stage *stage = *state;
    int64_t parent = create(stage, stage->account, "bad", NULL);
    char number[32];
    (void)snprintf(number, sizeof number, "+%lld", (long long)parent);
    create(stage, stage->opportunity, "child", number);
    apply(stage);
    assert_int_equal(stage->report.failed, 2);
    assert_int_equal(fake_count(stage->fake, "Opportunity"), 40);
    assert_int_equal(session_change_count(stage->session), 2);
}

/* --- undo after apply --- */

static void an_apply_can_be_undone(void **state)
{
    struct stage *stage = *state;
    update(stage, "1", "name", "changed");
    create(stage, stage->opportunity, "created", NULL);
    delete_record(stage, "2");
    apply(stage);
    assert_int_equal(fake_count(stage->fake, "Opportunity"), 40);
    struct error error = {0};
    undo(stage);
    assert_false(session_undo(stage->session, NULL, &error)); /* steps before it are gone */
    error_clear(&error);
    assert_int_equal(session_change_count(stage->session), 3); /* staged, not sent */
    assert_store(stage, "1", "name", "changed");
    apply(stage);
    assert_int_equal(stage->report.succeeded, 3);
    assert_store(stage, "1", "name", "Opportunity 0001");
    assert_store(stage, "2", "name", "Opportunity 0002");
    assert_store(stage, "2", "stage", "Won");
    assert_null(fake_text(stage->fake, "Opportunity", "41", "name"));
    assert_int_equal(fake_count(stage->fake, "Opportunity"), 40);
}

static void undo_after_apply_does_not_overwrite_others(void **state)
{
    struct stage *stage = *state;
    update(stage, "1", "name", "changed");
    apply(stage);
    change_by_another(stage, "1", "name", "by another");
    undo(stage);
    apply(stage);
    assert_int_equal(stage->report.conflicts, 1);
    assert_store(stage, "1", "name", "by another");
}

static void an_open_list_shows_what_was_applied(void **state)
{
    struct stage *stage = *state;
    struct record_set *set =
        record_set_open(stage->session, fake_query(stage->session, "Opportunity", "", "name"));
    record_set_want(set, 0, 40);
    fake_settle(stage->session);
    update(stage, "3", "name", "changed");
    delete_record(stage, "1");
    apply(stage);
    const struct page *page;
    size_t row;
    assert_int_equal(record_set_count(set), 39);
    assert_true(record_set_row(set, 1, &page, &row));
    struct value name = page_value(page, row, 1), expected = value_string("changed");
    assert_true(value_same(&name, &expected));
    record_set_close(set);
}

#define STAGED_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED_TEST(a_staged_value_is_shown),
        STAGED_TEST(setting_the_old_value_again_unstages),
        STAGED_TEST(undo_takes_back_step_by_step),
        STAGED_TEST(a_restart_offers_what_was_staged),
        STAGED_TEST(a_delete_takes_the_place_of_an_update),
        STAGED_TEST(a_read_only_profile_stages_nothing),
        STAGED_TEST(apply_sends_all_kinds_in_batches),
        STAGED_TEST(what_fails_stays_with_its_words),
        STAGED_TEST(a_conflict_is_shown_and_settled),
        STAGED_TEST(theirs_can_be_taken),
        STAGED_TEST(a_backend_without_a_check_is_read_first),
        STAGED_TEST(a_deleted_record_is_a_conflict),
        STAGED_TEST(a_newer_version_stamp_is_a_conflict),
        STAGED_TEST(a_lost_answer_is_unknown),
        STAGED_TEST(a_lost_answer_is_read_back),
        STAGED_TEST(a_cancelled_apply_is_unknown),
        STAGED_TEST(an_end_while_sending_is_unknown),
        STAGED_TEST(a_new_record_may_refer_to_a_new_one),
        STAGED_TEST(a_child_of_a_failed_record_is_not_sent),
        STAGED_TEST(an_apply_can_be_undone),
        STAGED_TEST(undo_after_apply_does_not_overwrite_others),
        STAGED_TEST(an_open_list_shows_what_was_applied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
