/* What the describe pane's words must say: what a value is, what is fixed, what depends on what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/memory.h"
#include "ui/panes/describe_words.h"

static void assert_sentence(const struct field *field, const char *expected)
{
    struct text out = {0};
    describe_sentence(field, "-", &out);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

static void what_a_value_is_and_whether_it_is_fixed(void **state)
{
    (void)state;
    struct field field = {.name = "F", .label = "F", .nullable = true, .filter = true};
    field.type = FIELD_ENCRYPTED;
    field.update = true;
    assert_sentence(&field,
                    "encryptedstring - masked as the server gives it - may be updated, filtered");
    field.type = FIELD_CALCULATED;
    field.update = false;
    assert_sentence(&field, "calculated - worked out by the server - read-only, may be filtered");
    field.type = FIELD_REFERENCE;
    field.declared = "masterrecord";
    field.filter = false;
    assert_sentence(&field, "reference - masterrecord - the record that this one was merged into - "
                            "read-only");
    field.declared = "reference"; /* once is enough */
    assert_sentence(&field, "reference - read-only");
}

static void values_name_those_they_depend_on(void **state)
{
    (void)state;
    struct schema *schema = schema_new("Account");
    struct text out = {0};
    schema_add_field(schema, "Active", FIELD_BOOLEAN);
    struct field *size = schema_add_field(schema, "Size", FIELD_PICKLIST);
    size->controller = memory_copy_string("Active");
    field_add_picklist(size, "small", NULL, true);
    field_add_picklist(size, "large", NULL, true);
    size->picklist[0].valid_for = memory_copy_string("wAAA");
    size->picklist[1].valid_for = memory_copy_string("AAAA");
    describe_whole(schema, size, &out);
    assert_non_null(strstr(out.bytes, "Depends on   Active\n"));
    assert_non_null(strstr(out.bytes, "  small  with Active = no, yes\n"));
    assert_non_null(strstr(out.bytes, "  large  with Active = none\n"));
    text_free(&out);
    schema_release(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_value_is_and_whether_it_is_fixed),
        cmocka_unit_test(values_name_those_they_depend_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
