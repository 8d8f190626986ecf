/* actions: parameters, secrets, their order, and undelete in batches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fake_actions.h"
#include "fake_backend.h"
#include "session/actions.h"

struct rig {
    char *home;
    struct fake *fake;
    struct session *session;
};

static int set_up(void **state)
{
    struct rig *rig = memory_zeroed(1, sizeof *rig);
    rig->home = fake_home_make();
    rig->fake = fake_new(40);
    fake_keep_deleted(rig->fake);
    rig->session = fake_session(&fake_rich, 0, false);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    session_close(rig->session);
    fake_free(rig->fake);
    fake_home_remove(rig->home);
    free(rig);
    return 0;
}

static struct operation *make(const struct rig *rig, const char *action,
                              const struct parameter *given, size_t count, struct error *error)
{
    const struct backend_action *row = action_find(rig->session, action, error);
    assert_non_null(row);
    return action_operation(rig->session, row, given, count, false, error);
}

static void secrets_are_taken_as_they_are_and_may_be_added_later(void **state)
{
    struct rig *rig = *state;
    struct error error = {0};
    char user[] = "userId", one[] = "1", password[] = "password", typed[] = " two  words\t";
    struct parameter given[] = {{user, one}, {password, typed}};
    struct operation *operation = make(rig, "set_password", given, 2, &error);
    assert_non_null(operation);
    assert_string_equal(operation->parameters[1].value, typed);
    operation_free(operation);
    operation = make(rig, "set_password", given, 1, &error);
    assert_non_null(operation); /* the one who asks for the password adds it */
    assert_int_equal(operation->parameter_count, 1);
    operation_free(operation);
    assert_null(make(rig, "set_password", given + 1, 1, &error));
    assert_non_null(strstr(error.message, "needs userId"));
    assert_null(strstr(error.message, "two"));
    error_clear(&error);
}

static void actions_for_the_shown_records_come_first(void **state)
{
    static const size_t of_account[] = {0, 1, 2, 3, 4, 5}, of_opportunity[] = {4, 5, 0, 1, 2, 3};
    (void)state;
    size_t *order = actions_in_order(&fake_rich, "Opportunity");
    assert_memory_equal(order, of_opportunity, sizeof of_opportunity);
    free(order);
    order = actions_in_order(&fake_rich, "Account");
    assert_memory_equal(order, of_account, sizeof of_account);
    free(order);
    order = actions_in_order(&fake_rich, NULL);
    assert_memory_equal(order, of_account, sizeof of_account);
    free(order);
    assert_true(action_is_for(&fake_actions[4], "Opportunity"));
    assert_false(action_is_for(&fake_actions[1], "Opportunity"));
}

/* --- undelete --- */

static struct operation *undelete_of(size_t first, size_t count)
{
    struct operation *operation = operation_new(OPERATION_UNDELETE, "Opportunity");
    for (size_t i = 0; i < count; i++) {
        struct text id = {0};
        text_format(&id, "%zu", first + i);
        operation_add_id(operation, text_string(&id));
        text_free(&id);
    }
    return operation;
}

static void delete_up_to(const struct rig *rig, size_t last)
{
    struct value deleted = value_boolean(true);
    for (size_t i = 1; i <= last; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "%zu", i);
        fake_put(rig->fake, "Opportunity", id, "deleted", &deleted);
    }
}

static void undelete_goes_in_batches_with_a_result_for_each(void **state)
{
    struct rig *rig = *state;
    struct result result = {0};
    delete_up_to(rig, 24);
    assert_true(session_run(rig->session, undelete_of(1, 25), -1, &result));
    assert_int_equal(fake_executed(rig->fake, OPERATION_UNDELETE), 3);
    assert_int_equal(fake_largest_batch(rig->fake), 10);
    assert_int_equal(result.write_count, 25);
    assert_true(result.writes[0].success);
    assert_true(result.writes[23].success);
    assert_false(result.writes[24].success); /* was not deleted */
    assert_string_equal(result.writes[24].id, "25");
    assert_string_equal(result.writes[24].error.server, "UNDELETE_FAILED");
    result_clear(&result);
    char *text = fake_text(rig->fake, "Opportunity", "17", "deleted");
    assert_string_equal(text, "false");
    free(text);
}

static void a_batch_that_fails_is_told_of_each_of_its_records(void **state)
{
    struct rig *rig = *state;
    struct result result = {0};
    delete_up_to(rig, 20);
    fake_fail(rig->fake, OPERATION_UNDELETE, ERROR_NETWORK, true, 1);
    assert_true(session_run(rig->session, undelete_of(1, 20), -1, &result));
    assert_int_equal(fake_executed(rig->fake, OPERATION_UNDELETE), 1);
    assert_int_equal(result.write_count, 20);
    assert_true(result.writes[0].lost);
    assert_string_equal(result.writes[0].id, "1");
    assert_false(result.writes[10].lost); /* was not sent */
    assert_string_equal(result.writes[19].id, "20");
    assert_non_null(strstr(result.writes[19].error.message, "not sent"));
    result_clear(&result);
}

static void all_or_none_is_not_promised_over_two_batches(void **state)
{
    struct rig *rig = *state;
    struct result result = {0};
    struct operation *operation = undelete_of(1, 11);
    operation->all_or_none = true;
    assert_false(session_run(rig->session, operation, -1, &result));
    assert_non_null(strstr(result.error.message, "11 records"));
    assert_int_equal(fake_executed(rig->fake, OPERATION_UNDELETE), 0);
    result_clear(&result);
}

static void deleted_records_come_when_they_are_asked_for(void **state)
{
    struct rig *rig = *state;
    struct result result = {0};
    delete_up_to(rig, 3);
    for (int include = 0; include < 2; include++) {
        struct operation *operation = operation_new(OPERATION_COUNT, "Opportunity");
        operation->query = fake_query(rig->session, "Opportunity", "", NULL);
        operation->query->include_deleted = include == 1;
        assert_true(session_run(rig->session, operation, -1, &result));
        assert_int_equal(result.total, include == 1 ? 40 : 37);
        result_clear(&result);
    }
}

/* --- all or none of what is staged --- */

static void note_finished(void *context, const struct apply_report *report, bool finished,
                          const struct error *error)
{
    (void)error;
    if (finished) {
        *(struct apply_report *)context = *report;
    }
}

static void stage_name(const struct rig *rig, const struct schema *schema, const char *id,
                       const char *old_name)
{
    struct error error = {0};
    struct value old = value_string(old_name), new = value_string("Renamed");
    assert_true(
        session_stage_update(rig->session, schema, id, NULL, NULL, "name", &old, &new, &error));
}

static void one_that_was_changed_keeps_its_whole_call_back(void **state)
{
    struct rig *rig = *state;
    struct error error = {0};
    struct apply_report report = {0};
    session_close(rig->session);
    rig->session = fake_session(&fake_rich, SESSION_JOURNAL, false);
    struct schema *schema = session_run_schema(rig->session, "Opportunity", -1, &error);
    stage_name(rig, schema, "1", "Opportunity 0001");
    stage_name(rig, schema, "2", "not what is there");
    assert_true(session_set_all_or_none(rig->session, true, &error));
    assert_true(session_apply(rig->session, NULL, 0, note_finished, &report, &error));
    fake_settle(rig->session);
    assert_int_equal(report.succeeded, 0);
    assert_int_equal(report.conflicts, 1);
    assert_int_equal(report.failed, 1);
    assert_int_equal(fake_executed(rig->fake, OPERATION_UPDATE), 0);
    assert_true(session_set_all_or_none(rig->session, false, &error));
    assert_true(session_apply(rig->session, NULL, 0, note_finished, &report, &error));
    fake_settle(rig->session);
    assert_int_equal(report.succeeded, 1);
    schema_release(schema);
}

static void all_or_none_is_refused_where_it_cannot_be_had(void **state)
{
    struct rig *rig = *state;
    struct error error = {0};
    session_close(rig->session);
    rig->session = fake_session(&fake_full, 0, false);
    assert_false(session_set_all_or_none(rig->session, true, &error));
    assert_int_equal(error.kind, ERROR_UNSUPPORTED);
    assert_false(session_all_or_none(rig->session));
    error_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(secrets_are_taken_as_they_are_and_may_be_added_later,
                                        set_up, tear_down),
        cmocka_unit_test(actions_for_the_shown_records_come_first),
        cmocka_unit_test_setup_teardown(undelete_goes_in_batches_with_a_result_for_each, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_batch_that_fails_is_told_of_each_of_its_records, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(all_or_none_is_not_promised_over_two_batches, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(deleted_records_come_when_they_are_asked_for, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_that_was_changed_keeps_its_whole_call_back, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(all_or_none_is_refused_where_it_cannot_be_had, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
