/* What core/arrangement must do: the order of a layout, its marks, and what it leaves out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/arrangement.h"
#include "core/memory.h"
#include "core/text.h"

static struct schema *sample(void)
{
    struct schema *schema = schema_new("Account");
    schema_add_field(schema, "Id", FIELD_ID);
    schema_add_field(schema, "Owner", FIELD_REFERENCE);
    schema_add_field(schema, "Name", FIELD_STRING);
    schema_add_field(schema, "Stamp", FIELD_DATETIME);
    schema_add_field(schema, "Phone", FIELD_PHONE);
    schema->name_field = memory_copy_string("Name");
    return schema;
}

static void add_layouts(struct schema *schema)
{
    struct record_layout *layout = schema_add_layout(schema, NULL);
    struct layout_section *section = layout_add_section(layout, "Account", 2);
    layout_add_item(section, "Name", true, false);
    layout_add_item(section, "Missing", true, true);
    layout_add_item(section, "Owner", false, false);
    section = layout_add_section(layout, "Nothing here", 2);
    layout_add_item(section, "AlsoMissing", false, false);
    section = layout_add_section(layout, "System", 1);
    layout_add_item(section, "Stamp", false, true);
    layout_add_item(section, "Name", false, true); /* once is enough */
    layout = schema_add_layout(schema, "partner");
    layout_add_item(layout_add_section(layout, NULL, 2), "Phone", false, false);
}

/* "[heading]", field names with *: required, .: read-only, !: alone; "|" before what is outside. */
static char *print(const struct schema *schema, const struct record_layout *layout)
{
    struct arrangement arrangement = {0};
    struct text out = {0};
    arrangement_fill(&arrangement, schema, layout);
    size_t outside = 0;
    for (size_t i = 0; i < arrangement.count; i++) {
        const struct arranged_item *item = &arrangement.items[i];
        text_append_string(&out, out.length > 0 ? " " : "");
        if (item->heading != NULL) {
            text_format(&out, "[%s]", item->heading);
            continue;
        }
        text_format(&out, "%s%s%s%s%s", item->outside ? "|" : "", schema->fields[item->field].name,
                    item->required ? "*" : "", item->read_only ? "." : "", item->alone ? "!" : "");
        outside += item->outside;
    }
    assert_int_equal(outside, arrangement.outside);
    arrangement_free(&arrangement);
    return text_take(&out);
}

static void assert_arranged(const struct schema *schema, const struct record_layout *layout,
                            const char *expected)
{
    char *found = print(schema, layout);
    assert_string_equal(found, expected);
    free(found);
}

static void without_a_layout_the_name_comes_first(void **state)
{
    (void)state;
    struct schema *schema = sample();
    assert_arranged(schema, NULL, "Name Id Owner Stamp Phone");
    free(schema->name_field);
    schema->name_field = NULL;
    assert_arranged(schema, NULL, "Id Owner Name Stamp Phone");
    schema_release(schema);
}

static void a_layout_has_its_own_order(void **state)
{
    (void)state;
    struct schema *schema = sample();
    add_layouts(schema);
    assert_arranged(schema, schema_layout(schema, "customer"),
                    "[Account] Name* Owner [System] Stamp.! |Id |Phone");
    assert_arranged(schema, schema_layout(schema, "partner"), "Phone |Id |Owner |Name |Stamp");
    schema_release(schema);
}

static void a_layout_of_nothing_that_is_known_is_none(void **state)
{
    (void)state;
    struct schema *schema = sample();
    struct record_layout *layout = schema_add_layout(schema, NULL);
    layout_add_item(layout_add_section(layout, "Old", 2), "Gone", false, false);
    assert_arranged(schema, layout, "Name Id Owner Stamp Phone");
    schema_release(schema);
}

static void a_field_is_found_in_a_layout(void **state)
{
    (void)state;
    struct schema *schema = sample();
    add_layouts(schema);
    const struct record_layout *layout = schema_layout(schema, NULL);
    assert_true(layout_item_of(layout, "Name")->required);
    assert_true(layout_item_of(layout, "Stamp")->read_only);
    assert_null(layout_item_of(layout, "Phone"));
    assert_null(layout_item_of(NULL, "Name"));
    schema_release(schema);
}

static void what_a_layout_refuses_is_said(void **state)
{
    (void)state;
    struct schema *schema = sample();
    add_layouts(schema);
    struct value partner = value_string("partner"), other = value_string("customer");
    struct value empty = value_string(""), null = value_null(), given = value_string("x");
    const struct field *name = schema_field(schema, "Name");
    const struct field *stamp = schema_field(schema, "Stamp");
    const struct record_layout *layout = layout_of_record(schema, &other);
    assert_non_null(layout_why_not_edit(layout, stamp));
    assert_null(layout_why_not_edit(layout, name));
    assert_non_null(layout_why_not_value(layout, name, &null));
    assert_non_null(layout_why_not_value(layout, name, &empty));
    assert_null(layout_why_not_value(layout, name, &given));
    assert_null(layout_why_not_value(layout, stamp, &null));
    layout = layout_of_record(schema, &partner);
    assert_null(layout_why_not_edit(layout, stamp));
    assert_null(layout_why_not_value(layout, name, &null));
    schema_release(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_layout_the_name_comes_first),
        cmocka_unit_test(a_layout_has_its_own_order),
        cmocka_unit_test(a_layout_of_nothing_that_is_known_is_none),
        cmocka_unit_test(a_field_is_found_in_a_layout),
        cmocka_unit_test(what_a_layout_refuses_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
