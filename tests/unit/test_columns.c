/* Tests of the columns a list opens with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "core/memory.h"
#include "session/columns.h"

static struct field *add(struct schema *schema, const char *name, enum field_type type)
{
    return schema_add_field(schema, name, type);
}

static void assert_columns(const struct schema *schema, const char *expected)
{
    struct query *query = query_new(schema->name);
    struct text names = {0};
    session_default_columns(schema, query);
    for (size_t i = 0; i < query->column_count; i++) {
        text_format(&names, "%s%s", i > 0 ? "," : "", query->columns[i].path);
    }
    assert_string_equal(text_string(&names), expected);
    text_free(&names);
    query_free(query);
}

static void test_the_name_then_what_tells_records_apart(void **state)
{
    (void)state;
    struct schema *schema = schema_new("Deal");
    add(schema, "Id", FIELD_ID)->key = 1;
    add(schema, "Note", FIELD_TEXTAREA);
    add(schema, "CloseDate", FIELD_DATE);
    add(schema, "Amount", FIELD_CURRENCY);
    add(schema, "Stage", FIELD_PICKLIST);
    add(schema, "Picture", FIELD_BASE64);
    add(schema, "AccountId", FIELD_REFERENCE);
    add(schema, "Name", FIELD_STRING);
    schema->name_field = memory_copy_string("Name");
    assert_columns(schema, "Name,AccountId,Stage,Amount,CloseDate,Note");
    schema_release(schema);
}

static void test_the_key_where_nothing_names_a_record(void **state)
{
    (void)state;
    struct schema *schema = schema_new("Line");
    add(schema, "Quantity", FIELD_INT);
    add(schema, "OrderId", FIELD_REFERENCE)->key = 1;
    add(schema, "ProductId", FIELD_REFERENCE)->key = 2;
    assert_columns(schema, "OrderId,ProductId,Quantity");
    schema_release(schema);
}

static void test_many_of_one_kind_leave_room_for_others(void **state)
{
    (void)state;
    struct schema *schema = schema_new("Wide");
    for (int i = 0; i < 9; i++) {
        struct text name = {0};
        text_format(&name, "Reference %d", i);
        add(schema, text_string(&name), FIELD_REFERENCE);
        text_free(&name);
    }
    add(schema, "Due", FIELD_DATE);
    add(schema, "Name", FIELD_STRING);
    schema->name_field = memory_copy_string("Name");
    assert_columns(schema, "Name,Reference 0,Due,Reference 1");
    schema_release(schema);
}

static void test_never_none_and_never_more_than_eight(void **state)
{
    (void)state;
    struct schema *bytes = schema_new("Bytes");
    add(bytes, "Content", FIELD_BASE64);
    assert_columns(bytes, "Content");
    schema_release(bytes);
    struct schema *all = schema_new("All");
    for (int type = 0; type < FIELD_TYPE_COUNT; type++) {
        add(all, field_type_name((enum field_type)type), (enum field_type)type);
        add(all, field_type_name((enum field_type)type), (enum field_type)type);
    }
    struct query *query = query_new("All");
    session_default_columns(all, query);
    assert_int_equal(query->column_count, 8);
    query_free(query);
    schema_release(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_name_then_what_tells_records_apart),
        cmocka_unit_test(test_the_key_where_nothing_names_a_record),
        cmocka_unit_test(test_many_of_one_kind_leave_room_for_others),
        cmocka_unit_test(test_never_none_and_never_more_than_eight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
