/* What core/schema must do: finding fields by the rule of names, and sharing by count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/memory.h"
#include "core/schema.h"

static struct schema *sample(void)
{
    struct schema *schema = schema_new("Opportunity");
    schema_add_field(schema, "Id", FIELD_ID);
    schema_add_field(schema, "CloseDate", FIELD_DATE);
    schema_add_field(schema, "Total", FIELD_CURRENCY);
    schema_add_field(schema, "total", FIELD_CURRENCY);
    struct field *account = schema_add_field(schema, "AccountId", FIELD_REFERENCE);
    account->references = memory_copy_string("Account");
    account->relation = memory_copy_string("Account");
    relation_add_field(schema_add_child(schema, "Lines", "OpportunityLine"), "OpportunityId", "Id");
    relation_add_field(schema_add_parent(schema, "Account", "Account"), "AccountId", "Id");
    return schema;
}

static void fields_are_found_exactly_then_without_case(void **state)
{
    (void)state;
    struct schema *schema = sample();
    assert_int_equal(schema_field_index(schema, "closedate"), 1);
    assert_int_equal(schema_field_index(schema, "total"), 3);
    assert_int_equal(schema_field_index(schema, "Total"), 2);
    assert_int_equal(schema_field_index(schema, "TOTAL"), -1); /* two differ only by case */
    assert_null(schema_field(schema, "missing"));
    assert_null(schema_field(schema, NULL));
    schema_release(schema);
}

static void references_go_by_field_or_relation(void **state)
{
    (void)state;
    struct schema *schema = sample();
    assert_ptr_equal(schema_reference(schema, "accountid"), &schema->fields[4]);
    assert_ptr_equal(schema_reference(schema, "ACCOUNT"), &schema->fields[4]);
    assert_null(schema_reference(schema, "CloseDate"));
    assert_string_equal(schema_child(schema, "lines")->parent_fields[0], "Id");
    assert_null(schema_child(schema, "Account"));
    schema_release(schema);
}

static void the_nearest_field_is_suggested(void **state)
{
    (void)state;
    struct schema *schema = sample();
    assert_string_equal(schema_nearest_field(schema, "closdate"), "CloseDate");
    assert_string_equal(schema_nearest_field(schema, "clsoedate"), "CloseDate");
    assert_string_equal(schema_nearest_field(schema, "close"), "CloseDate");
    assert_null(schema_nearest_field(schema, "elephant"));
    schema_release(schema);
}

static void a_held_schema_outlives_its_maker(void **state)
{
    (void)state;
    struct schema *schema = sample();
    struct schema *held = schema_hold(schema);
    schema_release(schema);
    assert_string_equal(held->name, "Opportunity");
    assert_string_equal(held->fields[1].label, "Close date");
    assert_int_equal(held->fields[1].scale, -1);
    schema_release(held);
    schema_release(NULL);
}

static void every_type_has_a_name_and_one_nature(void **state)
{
    (void)state;
    for (int i = 0; i < FIELD_TYPE_COUNT; i++) {
        enum field_type type = (enum field_type)i;
        assert_non_null(field_type_name(type));
        assert_true(field_type_is_number(type) + field_type_is_text(type) +
                        field_type_is_date(type) + field_type_is_exact(type) <=
                    1);
    }
    assert_string_equal(field_type_name(FIELD_ENCRYPTED), "encryptedstring");
    assert_true(field_type_is_number(FIELD_PERCENT));
    assert_true(field_type_is_text(FIELD_ANY));
    assert_true(field_type_is_date(FIELD_TIME));
    assert_true(field_type_is_exact(FIELD_REFERENCE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_found_exactly_then_without_case),
        cmocka_unit_test(references_go_by_field_or_relation),
        cmocka_unit_test(the_nearest_field_is_suggested),
        cmocka_unit_test(a_held_schema_outlives_its_maker),
        cmocka_unit_test(every_type_has_a_name_and_one_nature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
