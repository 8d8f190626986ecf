/* What core/record must do: pages that give back what was put in, records, ids of several columns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/record.h"

static void a_page_gives_back_every_kind_of_value(void **state)
{
    (void)state;
    char long_text[5000];
    memset(long_text, 'x', sizeof long_text);
    const struct value values[] = {
        value_string("id1"),
        value_null(),
        value_absent(),
        value_boolean(true),
        value_boolean(false),
        value_integer(0),
        value_integer(-1),
        value_integer(127),
        value_integer(INT64_MAX),
        value_integer(INT64_MIN),
        value_real(0.0),
        value_real(-0.0),
        value_real(84000.0),
        value_real(0.1),
        value_real(DBL_MAX),
        value_real(DBL_TRUE_MIN),
        value_text("", 0),
        value_text("a\0b", 3),
        value_text(long_text, 30),
        value_text(long_text, 31),
        value_text(long_text, 127),
        value_text(long_text, 128),
        value_text(long_text, sizeof long_text),
        value_bytes("\xff\x00", 2),
    };
    size_t count = sizeof values / sizeof *values;
    struct page_builder *builder = page_builder_new(count);
    for (size_t row = 0; row < 3; row++) {
        for (size_t i = 0; i < count; i++) {
            page_builder_add(builder, &values[i]);
        }
        page_builder_end_row(builder);
    }
    struct page *page = page_builder_finish(builder);
    assert_int_equal(page_row_count(page), 3);
    assert_int_equal(page_column_count(page), count);
    for (size_t i = 0; i < count; i++) {
        struct value value = page_value(page, 2, i);
        assert_true(value_identical(&value, &values[i]));
    }
    page_free(page);
}

static struct page *page_of_ids(const char *const *ids, size_t count)
{
    struct page_builder *builder = page_builder_new(2);
    for (size_t i = 0; i < count; i++) {
        struct value id = value_string(ids[i]);
        page_builder_add(builder, &id);
        page_builder_end_row(builder);
    }
    return page_builder_finish(builder);
}

static void missing_cells_are_absent_and_ids_are_found(void **state)
{
    (void)state;
    const char *const ids[] = {"12", "1", "123"};
    struct page *page = page_of_ids(ids, 3);
    assert_int_equal(page_value(page, 1, 1).kind, VALUE_ABSENT);
    assert_int_equal(page_find(page, "1"), 1);
    assert_int_equal(page_find(page, "123"), 2);
    assert_int_equal(page_find(page, "2"), -1);
    assert_int_equal(page_id(page, 0).as.text.length, 2);
    page_free(page);
    page = page_of_ids(ids, 0);
    assert_int_equal(page_row_count(page), 0);
    assert_int_equal(page_find(page, "1"), -1);
    page_free(page);
}

static void a_page_stays_near_the_bytes_of_its_records(void **state)
{
    (void)state;
    struct page_builder *builder = page_builder_new(7);
    size_t own = 0;
    for (int row = 0; row < 1000; row++) {
        char id[16], name[48];
        snprintf(id, sizeof id, "%d", row + 100000);
        snprintf(name, sizeof name, "Southern Railway phones %d", row);
        const struct value values[] = {
            value_string(id),         value_string(name),      value_string("Southern Railway"),
            value_string("Proposal"), value_real(500.0 * row), value_string("2026-12-01"),
            value_integer(50),
        };
        for (size_t i = 0; i < 7; i++) {
            struct text spelling = {0};
            value_print(&values[i], &spelling);
            own += spelling.length;
            text_free(&spelling);
            page_builder_add(builder, &values[i]);
        }
        page_builder_end_row(builder);
    }
    struct page *page = page_builder_finish(builder);
    assert_true(page_memory(page) * 10 <= own * 13);
    page_free(page);
}

static void a_record_keeps_named_values(void **state)
{
    (void)state;
    struct record *record = record_new("Account", "7");
    struct value name = value_string("Acme");
    struct value empty = value_text("", 0);
    struct value null = value_null();
    record_set(record, "Name", &name);
    record_set(record, "Site", &empty);
    record_set(record, "Phone", &null);
    record_set(record, "Name", &empty);
    struct record *copy = record_copy(record);
    record_unset(record, "Name");
    record_unset(record, "Name");
    assert_int_equal(record_value(record, "Name").kind, VALUE_ABSENT);
    assert_int_equal(record_value(record, "Site").kind, VALUE_TEXT);
    assert_int_equal(record_value(record, "Phone").kind, VALUE_NULL);
    record_free(record);
    assert_int_equal(copy->field_count, 3);
    assert_int_equal(record_value(copy, "Name").as.text.length, 0);
    assert_string_equal(copy->id, "7");
    record_free(copy);
}

static void ids_of_several_columns_can_be_split_again(void **state)
{
    (void)state;
    const struct value values[] = {value_string("a,b"), value_integer(7), value_string("50%"),
                                   value_string("")};
    struct text id = {0};
    record_join_id(&id, values, 4);
    assert_string_equal(text_string(&id), "a%2Cb,7,50%25,");
    struct error error = {0};
    size_t count;
    char **parts = record_split_id(text_string(&id), &count, &error);
    assert_non_null(parts);
    assert_int_equal(count, 4);
    assert_string_equal(parts[0], "a,b");
    assert_string_equal(parts[1], "7");
    assert_string_equal(parts[2], "50%");
    assert_string_equal(parts[3], "");
    for (size_t i = 0; i < count; i++) {
        free(parts[i]);
    }
    free(parts);
    text_truncate(&id, 0);
    record_join_id(&id, values, 1);
    assert_string_equal(text_string(&id), "a,b"); /* one column: as it is */
    text_free(&id);
}

static void an_id_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    struct error error = {0};
    size_t count = 9;
    assert_null(record_split_id("a,b%2", &count, &error));
    assert_int_equal(count, 0);
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_non_null(strstr(error.message, "column 4"));
    error_clear(&error);
    assert_null(record_split_id("%", &count, &error));
    error_clear(&error);
}

static void what_is_wiped_is_gone(void **state)
{
    char secret[] = "correct horse";
    char zeros[sizeof secret] = {0};
    struct record *record = record_new(NULL, NULL);
    struct value value = value_string(secret), copy = value_copy(&value);
    (void)state;
    record_set(record, "password", &value);
    record_set(record, "user", &value);
    record_wipe(record, "password");
    record_wipe(record, "password");
    assert_int_equal(record->field_count, 1);
    assert_int_equal(record_value(record, "password").kind, VALUE_ABSENT);
    assert_int_equal(record_value(record, "user").as.text.length, strlen(secret));
    record_free(record);
    value_wipe(&copy);
    assert_int_equal(copy.kind, VALUE_ABSENT);
    memory_wipe(secret, sizeof secret);
    assert_memory_equal(secret, zeros, sizeof zeros);
    memory_wipe_string(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wiped_is_gone),
        cmocka_unit_test(a_page_gives_back_every_kind_of_value),
        cmocka_unit_test(missing_cells_are_absent_and_ids_are_found),
        cmocka_unit_test(a_page_stays_near_the_bytes_of_its_records),
        cmocka_unit_test(a_record_keeps_named_values),
        cmocka_unit_test(ids_of_several_columns_can_be_split_again),
        cmocka_unit_test(an_id_that_cannot_be_read_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
