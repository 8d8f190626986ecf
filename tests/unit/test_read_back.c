/*
 * Writes whose answer was lost: what reading the record back tells, and what it does not. No write
 * is ever sent twice.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fake_backend.h"

struct rig {
    struct fake *fake;
    struct fetch *fetch;
    struct schema *schema;
};

static struct answer *run(struct rig *rig, struct operation *operation)
{
    (void)fetch_submit(rig->fetch, operation, JOB_NOW);
    struct answer *answer = fetch_receive(rig->fetch);
    while (answer == NULL) {
        struct pollfd descriptor = {.fd = fetch_descriptor(rig->fetch), .events = POLLIN};
        assert_int_equal(poll(&descriptor, 1, 10000), 1);
        answer = fetch_receive(rig->fetch);
    }
    return answer;
}

static struct rig rig_open(const struct backend_ops *ops)
{
    struct rig rig = {.fake = fake_new(20)};
    struct error error = {0};
    char *name = memory_copy_string(ops->name);
    struct profile profile = {.name = name, .backend = name};
    rig.fetch = fetch_new(ops->create(&profile, &error), &profile, &error);
    struct answer *answer = run(&rig, operation_new(OPERATION_DESCRIBE, "Opportunity"));
    rig.schema = schema_hold(answer->result.schema);
    answer_free(answer);
    free(name);
    return rig;
}

static void rig_close(struct rig *rig)
{
    fetch_free(rig->fetch);
    schema_release(rig->schema);
    fake_free(rig->fake);
}

static struct operation *write_of(const struct rig *rig, enum operation_kind kind)
{
    struct operation *operation = operation_new(kind, "Opportunity");
    operation->schema = schema_hold(rig->schema);
    return operation;
}

static struct record *record_with(const char *field, struct value value)
{
    struct record *record = record_new("Opportunity", NULL);
    record_set(record, field, &value);
    return record;
}

static struct operation *update(const struct rig *rig, const char *field, struct value value)
{
    struct operation *operation = write_of(rig, OPERATION_UPDATE);
    operation_add_write(operation, "1", record_with(field, value), NULL);
    return operation;
}

static void assert_done(struct answer *answer)
{
    assert_false(error_is_set(&answer->result.error));
    assert_true(answer->result.writes[0].success);
    assert_true(answer->result.writes[0].read_back);
    assert_false(answer->result.writes[0].lost);
    answer_free(answer);
}

static void assert_not_done(struct answer *answer, const char *words)
{
    assert_false(error_is_set(&answer->result.error));
    const struct write_result *write = &answer->result.writes[0];
    assert_false(write->success || write->lost);
    assert_non_null(strstr(write->error.message, "was not done"));
    assert_non_null(strstr(write->error.message, words));
    answer_free(answer);
}

/* One record that stays unknown leaves the operation as it was: failed and lost as a whole. */
static void assert_unknown(struct answer *answer, const char *words)
{
    assert_true(answer->result.lost);
    assert_int_equal(answer->result.error.kind, ERROR_NETWORK);
    assert_non_null(strstr(answer->result.error.message, words));
    answer_free(answer);
}

static void an_update_that_was_done(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    fake_lose(rig.fake, OPERATION_UPDATE, true, 100);
    assert_done(run(&rig, update(&rig, "name", value_string("Renamed"))));
    /* Typed text is a number by its value. */
    assert_done(run(&rig, update(&rig, "amount", value_string("84000.50"))));
    assert_done(run(&rig, update(&rig, "closedate", value_string("2027-01-31"))));
    assert_done(run(&rig, update(&rig, "stage", value_null())));
    assert_int_equal(fake_executed(rig.fake, OPERATION_UPDATE), 4);
    assert_int_equal(fake_executed(rig.fake, OPERATION_GET), 4);
    rig_close(&rig);
}

static void an_update_that_was_not_done(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    fake_lose(rig.fake, OPERATION_UPDATE, false, 100);
    assert_not_done(run(&rig, update(&rig, "amount", value_integer(84000))), "amount is '37'");
    assert_not_done(run(&rig, update(&rig, "closedate", value_string("2027-01-31"))), "closedate");
    assert_not_done(run(&rig, update(&rig, "stage", value_string("Won"))), "stage is 'Proposal'");
    assert_not_done(run(&rig, update(&rig, "stage", value_null())), "stage is 'Proposal'");
    assert_int_equal(fake_executed(rig.fake, OPERATION_UPDATE), 4);
    rig_close(&rig);
}

/* What a server may have made of what was sent does not tell, unless it is what was there before.
 */
static void a_value_spelt_otherwise_does_not_tell(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    fake_lose(rig.fake, OPERATION_UPDATE, false, 100);
    assert_unknown(run(&rig, update(&rig, "stage", value_string("  proposal!"))), "did not tell");
    assert_unknown(run(&rig, update(&rig, "amount", value_real(37.4))), "amount is '37'");
    struct operation *operation = update(&rig, "stage", value_string("  proposal!"));
    operation->writes[0].expected = record_with("stage", value_string("Proposal"));
    assert_not_done(run(&rig, operation), "stage is 'Proposal'");
    rig_close(&rig);
}

/* Null and empty count as one, but not where one was sent in the place of the other. */
static void null_in_the_place_of_the_empty_text(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    struct value empty = value_string(""), nothing = value_null();
    fake_put(rig.fake, "Opportunity", "1", "stage", &empty);
    fake_lose(rig.fake, OPERATION_UPDATE, false, 100);
    assert_done(run(&rig, update(&rig, "stage", value_null())));
    struct operation *operation = update(&rig, "stage", value_null());
    operation->writes[0].expected = record_with("stage", empty);
    assert_not_done(run(&rig, operation), "stage is ''");
    fake_put(rig.fake, "Opportunity", "1", "stage", &nothing);
    operation = update(&rig, "stage", value_null());
    operation->writes[0].expected = record_with("stage", empty);
    assert_done(run(&rig, operation));
    rig_close(&rig);
}

static void what_somebody_else_changed_is_unknown(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    struct value two = value_integer(2);
    fake_lose(rig.fake, OPERATION_UPDATE, false, 100);
    struct operation *operation = update(&rig, "amount", value_integer(84000));
    operation->writes[0].expected = record_with("amount", value_integer(5));
    assert_unknown(run(&rig, operation), "amount is '37'");
    operation = update(&rig, "amount", value_integer(84000));
    struct value name = value_string("Opportunity 0001");
    record_set(operation->writes[0].values, "name", &name); /* as it is: half of what was sent */
    assert_unknown(run(&rig, operation), "amount is '37'");
    fake_put(rig.fake, "Opportunity", "1", "amount", &two);
    fake_fail(rig.fake, OPERATION_GET, ERROR_SERVER, false, 1);
    assert_unknown(run(&rig, update(&rig, "amount", value_integer(2))), "could not be read back");
    fake_remove(rig.fake, "Opportunity", "1");
    assert_unknown(run(&rig, update(&rig, "amount", value_integer(2))), "not there any more");
    rig_close(&rig);
}

static void deletes_are_told_by_what_is_left(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    struct operation *operation = write_of(&rig, OPERATION_DELETE);
    operation_add_write(operation, "3", NULL, NULL);
    fake_lose(rig.fake, OPERATION_DELETE, true, 1);
    assert_done(run(&rig, operation));
    operation = write_of(&rig, OPERATION_DELETE);
    operation_add_write(operation, "4", NULL, NULL);
    fake_lose(rig.fake, OPERATION_DELETE, false, 1);
    assert_not_done(run(&rig, operation), "still there");
    assert_int_equal(fake_executed(rig.fake, OPERATION_DELETE), 2);
    rig_close(&rig);
}

static struct operation *create(const struct rig *rig, int64_t id)
{
    struct operation *operation = write_of(rig, OPERATION_CREATE);
    struct record *values = record_with("name", value_string("New"));
    struct value number = value_integer(id);
    if (id > 0) {
        record_set(values, "id", &number);
    }
    operation_add_write(operation, NULL, values, NULL);
    return operation;
}

/* By its key, where we gave it; on a backend that filters, and on one that does not. */
static void creates_are_told_by_a_unique_field_alone(void **state)
{
    (void)state;
    static const struct backend_ops *const backends[] = {&fake_full, &fake_plain};
    for (size_t i = 0; i < 2; i++) {
        struct rig rig = rig_open(backends[i]);
        fake_lose(rig.fake, OPERATION_CREATE, true, 2);
        assert_unknown(run(&rig, create(&rig, 0)), "nothing that was sent would tell");
        struct answer *answer = run(&rig, create(&rig, 77));
        assert_string_equal(answer->result.writes[0].id, "77");
        assert_done(answer);
        fake_lose(rig.fake, OPERATION_CREATE, false, 2);
        assert_not_done(run(&rig, create(&rig, 78)), "no record has this id");
        assert_unknown(run(&rig, create(&rig, 5)), "name is"); /* there before, and another */
        assert_int_equal(fake_executed(rig.fake, OPERATION_CREATE), 4);
        rig_close(&rig);
    }
}

static struct operation *create_named(const struct rig *rig, const char *name)
{
    struct operation *operation = write_of(rig, OPERATION_CREATE);
    operation_add_write(operation, NULL, record_with("name", value_string(name)), NULL);
    return operation;
}

/* That no record has the text does not tell where the source may have kept another. */
static void a_key_spelt_otherwise_does_not_tell(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    struct field *name = NULL;
    for (size_t i = 0; i < rig.schema->field_count; i++) {
        name = strcmp(rig.schema->fields[i].name, "name") == 0 ? &rig.schema->fields[i] : name;
    }
    assert_non_null(name);
    name->unique = true;
    fake_lose(rig.fake, OPERATION_CREATE, false, 100);
    assert_not_done(run(&rig, create_named(&rig, "Newest")), "no record has this name");
    assert_unknown(run(&rig, create_named(&rig, " Newest")), "no record has this name");
    name->type = FIELD_EMAIL;
    assert_unknown(run(&rig, create_named(&rig, "New@Example.COM")), "no record has this name");
    assert_int_equal(fake_executed(rig.fake, OPERATION_CREATE), 3);
    rig_close(&rig);
}

/* Of several each is told by itself; those of batches after it were not sent at all. */
static void records_of_a_batch_are_told_apart(void **state)
{
    (void)state;
    struct rig rig = rig_open(&fake_full);
    struct operation *operation = write_of(&rig, OPERATION_UPDATE);
    for (int i = 1; i <= 12; i++) {
        struct text id = {0};
        text_format(&id, "%d", i);
        operation_add_write(operation, text_string(&id),
                            record_with("amount", value_integer(500000)), NULL);
        text_free(&id);
    }
    struct value wanted = value_integer(500000);
    fake_put(rig.fake, "Opportunity", "2", "amount", &wanted);
    fake_lose(rig.fake, OPERATION_UPDATE, false, 1);
    struct answer *answer = run(&rig, operation);
    assert_int_equal(answer->result.write_count, 12);
    assert_non_null(strstr(answer->result.writes[0].error.message, "was not done"));
    assert_true(answer->result.writes[1].read_back);
    assert_non_null(strstr(answer->result.writes[11].error.message, "not sent"));
    assert_int_equal(fake_executed(rig.fake, OPERATION_UPDATE), 1);
    answer_free(answer);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_update_that_was_done),
        cmocka_unit_test(an_update_that_was_not_done),
        cmocka_unit_test(a_value_spelt_otherwise_does_not_tell),
        cmocka_unit_test(null_in_the_place_of_the_empty_text),
        cmocka_unit_test(what_somebody_else_changed_is_unknown),
        cmocka_unit_test(deletes_are_told_by_what_is_left),
        cmocka_unit_test(creates_are_told_by_a_unique_field_alone),
        cmocka_unit_test(a_key_spelt_otherwise_does_not_tell),
        cmocka_unit_test(records_of_a_batch_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
