/* What core/change must do: keep the first old value, forget a change that changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/change.h"
#include "core/memory.h"

static void setting_twice_keeps_the_first_old_value(void **state)
{
    (void)state;
    struct change *change = change_new(CHANGE_UPDATE, "Opportunity", "7");
    struct value first = value_integer(80000), second = value_integer(81000);
    struct value typed = value_string("82500");
    change_set(change, "Amount", &first, &second);
    change_set(change, "Amount", &second, &typed);
    struct change_field *field = change_find(change, "Amount");
    assert_non_null(field);
    assert_int_equal(field->old_value.as.integer, 80000);
    assert_memory_equal(field->new_value.as.text.bytes, "82500", 5);
    assert_int_equal(change->field_count, 1);
    change_free(change);
}

static void setting_the_old_value_again_drops_the_field(void **state)
{
    (void)state;
    struct change *change = change_new(CHANGE_UPDATE, "Opportunity", "7");
    struct value old_value = value_integer(80000), new_value = value_string("1");
    struct value again = value_string("80000");
    struct value old_name = value_string("a"), new_name = value_string("b");
    change_set(change, "Amount", &old_value, &new_value);
    change_set(change, "Name", &old_name, &new_name);
    change_set(change, "Amount", &old_value, &again);
    assert_null(change_find(change, "Amount"));
    assert_non_null(change_find(change, "Name"));
    change_free(change);
}

static void null_and_empty_are_changes_of_each_other(void **state)
{
    (void)state;
    struct change *change = change_new(CHANGE_UPDATE, "Account", "7");
    struct value null = value_null(), empty = value_text("", 0), absent = value_absent();
    change_set(change, "Site", &null, &empty);
    assert_non_null(change_find(change, "Site"));
    change_set(change, "Fax", &absent, &null); /* what it was is not known */
    assert_non_null(change_find(change, "Fax"));
    change_free(change);
}

static void a_create_keeps_every_field(void **state)
{
    (void)state;
    struct change *change = change_new(CHANGE_CREATE, "Account", NULL);
    struct value null = value_null(), name = value_string("Acme");
    change_set(change, "Name", NULL, &name);
    change_set(change, "Fax", &null, &null);
    assert_int_equal(change->field_count, 2);
    change_drop_field(change, "Name");
    change_drop_field(change, "Name");
    assert_int_equal(change->field_count, 1);
    assert_string_equal(change_kind_name(change->kind), "create");
    change_free(change);
}

static void a_copy_is_deep(void **state)
{
    (void)state;
    struct change *change = change_new(CHANGE_UPDATE, "Account", "7");
    struct value old_value = value_string("a"), new_value = value_string("b");
    change_set(change, "Name", &old_value, &new_value);
    change->fields[0].theirs = value_copy(&old_value);
    change->label = memory_copy_string("Acme");
    change->state = CHANGE_CONFLICT;
    error_set(&change->error, ERROR_CONFLICT, "Acme was changed.");
    struct change *copy = change_copy(change);
    change_free(change);
    assert_string_equal(copy->label, "Acme");
    assert_int_equal(copy->state, CHANGE_CONFLICT);
    assert_string_equal(copy->error.message, "Acme was changed.");
    assert_memory_equal(copy->fields[0].theirs.as.text.bytes, "a", 1);
    change_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_twice_keeps_the_first_old_value),
        cmocka_unit_test(setting_the_old_value_again_drops_the_field),
        cmocka_unit_test(null_and_empty_are_changes_of_each_other),
        cmocka_unit_test(a_create_keeps_every_field),
        cmocka_unit_test(a_copy_is_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
