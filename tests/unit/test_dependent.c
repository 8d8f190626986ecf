/* What core/dependent must do: bitmaps as Salesforce writes them, for picklists and for yes or no.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/dependent.h"
#include "core/memory.h"

static void add(struct field *field, const char *value, const char *valid_for)
{
    field_add_picklist(field, value, value, true);
    field->picklist[field->picklist_count - 1].valid_for = memory_copy_string(valid_for);
}

/* Type has ten values t0 … t9; Rating and Tags depend on it, Size depends on Active. */
static struct schema *sample(void)
{
    struct schema *schema = schema_new("Account");
    struct field *field = schema_add_field(schema, "Type", FIELD_PICKLIST);
    for (char name[] = "t0"; name[1] <= '9'; name[1]++) {
        field_add_picklist(field, name, name, true);
    }
    schema_add_field(schema, "Active", FIELD_BOOLEAN);
    field = schema_add_field(schema, "Rating", FIELD_PICKLIST);
    field->controller = memory_copy_string("Type");
    add(field, "first", "gAAA");  /* 1000 0000 … */
    add(field, "second", "QAAA"); /* 0100 0000 … */
    add(field, "ninth", "AIAA");  /* 0000 0000 1000 … */
    add(field, "none", "AAAA");
    add(field, "short", "/w=="); /* eight bits, all set */
    add(field, "any", NULL);
    add(field, "odd", "not base64");
    field = schema_add_field(schema, "Tags", FIELD_MULTIPICKLIST);
    field->controller = memory_copy_string("Type");
    add(field, "red", "wAAA"); /* 1100 … */
    add(field, "blue", "gAAA");
    field = schema_add_field(schema, "Size", FIELD_PICKLIST);
    field->controller = memory_copy_string("Active");
    add(field, "small", "gAAA");
    add(field, "large", "QAAA");
    field = schema_add_field(schema, "Plain", FIELD_PICKLIST);
    field->controller = memory_copy_string("Type");
    add(field, "x", NULL);
    return schema;
}

static bool allows(const struct schema *schema, const char *name, const char *choice,
                   struct value controlling)
{
    const struct field *field = schema_field(schema, name);
    const struct field *controller = dependent_controller(schema, field);
    for (size_t i = 0; i < field->picklist_count; i++) {
        if (strcmp(field->picklist[i].value, choice) == 0) {
            return dependent_allows(&field->picklist[i], dependent_place(controller, &controlling));
        }
    }
    fail_msg("no %s", choice);
    return false;
}

static void a_bit_for_each_value_of_the_controller(void **state)
{
    (void)state;
    struct schema *schema = sample();
    struct value t0 = value_string("t0"), t1 = value_string("t1"), t8 = value_string("t8");
    assert_true(allows(schema, "Rating", "first", t0));
    assert_false(allows(schema, "Rating", "first", t1));
    assert_true(allows(schema, "Rating", "second", t1));
    assert_false(allows(schema, "Rating", "second", t0));
    assert_true(allows(schema, "Rating", "ninth", t8));
    assert_false(allows(schema, "Rating", "ninth", t0));
    assert_false(allows(schema, "Rating", "none", t0));
    assert_true(allows(schema, "Rating", "short", t1));
    assert_false(allows(schema, "Rating", "short", t8)); /* beyond the bits there are */
    assert_true(allows(schema, "Rating", "any", t8));
    assert_true(allows(schema, "Rating", "odd", t0));
    schema_release(schema);
}

static void without_a_known_value_only_what_is_always_allowed(void **state)
{
    (void)state;
    struct schema *schema = sample();
    struct value strange = value_string("T0");
    assert_false(allows(schema, "Rating", "first", value_null()));
    assert_false(allows(schema, "Rating", "first", strange));
    assert_true(allows(schema, "Rating", "any", value_null()));
    schema_release(schema);
}

static void yes_and_no_are_one_and_nought(void **state)
{
    (void)state;
    struct schema *schema = sample();
    const struct value yes[] = {value_boolean(true), value_integer(1), value_string("true")};
    const struct value no[] = {value_boolean(false), value_integer(0), value_string("False")};
    for (size_t i = 0; i < 3; i++) {
        assert_true(allows(schema, "Size", "large", yes[i]));
        assert_false(allows(schema, "Size", "small", yes[i]));
        assert_true(allows(schema, "Size", "small", no[i]));
        assert_false(allows(schema, "Size", "large", no[i]));
    }
    assert_false(allows(schema, "Size", "small", value_null()));
    schema_release(schema);
}

static void only_fields_with_bitmaps_have_a_controller(void **state)
{
    (void)state;
    struct schema *schema = sample();
    struct field *rating = &schema->fields[schema_field_index(schema, "Rating")];
    assert_ptr_equal(dependent_controller(schema, rating), schema_field(schema, "Type"));
    assert_null(dependent_controller(schema, schema_field(schema, "Plain")));
    assert_null(dependent_controller(schema, schema_field(schema, "Type")));
    assert_null(dependent_controller(NULL, rating));
    free(rating->controller);
    rating->controller = memory_copy_string("Missing");
    assert_null(dependent_controller(schema, rating));
    schema_release(schema);
}

static void assert_fits(const struct schema *schema, const char *name, struct value controlling,
                        struct value value, const char *misfit)
{
    const struct field *field = schema_field(schema, name);
    struct text wrong = {0};
    bool fits =
        dependent_fits(field, dependent_controller(schema, field), &controlling, &value, &wrong);
    assert_int_equal(fits, misfit == NULL);
    assert_string_equal(text_string(&wrong), misfit == NULL ? "" : misfit);
    text_free(&wrong);
}

static void what_does_not_fit_is_named(void **state)
{
    (void)state;
    struct schema *schema = sample();
    struct value t1 = value_string("t1");
    assert_fits(schema, "Rating", t1, value_string("second"), NULL);
    assert_fits(schema, "Rating", t1, value_string("first"), "first");
    assert_fits(schema, "Rating", t1, value_null(), NULL);
    assert_fits(schema, "Rating", t1, value_string(""), NULL);
    assert_fits(schema, "Rating", t1, value_string("of old"), NULL);
    assert_fits(schema, "Rating", value_absent(), value_string("first"), NULL);
    assert_fits(schema, "Rating", value_null(), value_string("first"), "first");
    assert_fits(schema, "Tags", t1, value_string("red;blue"), "blue");
    assert_fits(schema, "Tags", value_string("t0"), value_string("red;blue"), NULL);
    schema_release(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bit_for_each_value_of_the_controller),
        cmocka_unit_test(without_a_known_value_only_what_is_always_allowed),
        cmocka_unit_test(yes_and_no_are_one_and_nought),
        cmocka_unit_test(only_fields_with_bitmaps_have_a_controller),
        cmocka_unit_test(what_does_not_fit_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
