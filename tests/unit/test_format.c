/* What core/format must do: values as a person reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/format.h"

struct sample {
    enum field_type type;
    int scale;
    struct value value;
    const char *list;
    const char *detail;
};

static void assert_format(const struct field *field, const struct value *value,
                          enum format_style style, const char *expected)
{
    struct text out = {0};
    format_value(field, value, style, &out);
    assert_string_equal(text_string(&out), expected);
    text_free(&out);
}

static void check(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct field field = {.type = samples[i].type, .scale = samples[i].scale};
        assert_format(&field, &samples[i].value, FORMAT_LIST, samples[i].list);
        assert_format(&field, &samples[i].value, FORMAT_DETAIL, samples[i].detail);
    }
}

static void numbers_have_separators_and_scale(void **state)
{
    (void)state;
    const struct sample samples[] = {
        {FIELD_CURRENCY, 2, value_integer(84000), "84,000", "84,000.00"},
        {FIELD_CURRENCY, 2, value_real(84000.5), "84,000.50", "84,000.50"},
        {FIELD_CURRENCY, 2, value_real(-1234567.891), "-1,234,567.891", "-1,234,567.891"},
        {FIELD_CURRENCY, 2, value_string("82500"), "82,500", "82,500.00"},
        {FIELD_CURRENCY, 2, value_string("ten"), "ten", "ten"},
        {FIELD_CURRENCY, -1, value_real(84000), "84,000", "84,000"},
        {FIELD_DOUBLE, -1, value_real(0.1 + 0.2), "0.3", "0.3"},
        {FIELD_DOUBLE, -1, value_real(1e300), "1e+300", "1e+300"},
        {FIELD_DOUBLE, -1, value_real(-0.5), "-0.5", "-0.5"},
        {FIELD_DOUBLE, -1, value_string("100"), "100", "100"},
        {FIELD_DOUBLE, -1, value_string("1000.10"), "1,000.10", "1,000.10"},
        {FIELD_INT, 0, value_integer(999), "999", "999"},
        {FIELD_INT, 0, value_integer(INT64_MIN), "-9,223,372,036,854,775,808",
         "-9,223,372,036,854,775,808"},
        {FIELD_PERCENT, 0, value_integer(50), "50", "50 %"},
    };
    check(samples, sizeof samples / sizeof *samples);
}

static void ids_and_references_never_have_separators(void **state)
{
    (void)state;
    const struct sample samples[] = {
        {FIELD_ID, -1, value_integer(123456), "123456", "123456"},
        {FIELD_REFERENCE, -1, value_integer(123456), "123456", "123456"},
        {FIELD_STRING, -1, value_integer(123456), "123456", "123456"},
    };
    check(samples, sizeof samples / sizeof *samples);
}

static void years_and_numbers_that_name_records_never_have_separators(void **state)
{
    (void)state;
    static const char *const plain[] = {"year", "FiscalYear", "BIRTH_YEAR", "Id", "order_id"};
    static const char *const grouped[] = {"GRID", "paid", "Employees", "years"};
    struct value value = value_integer(2026);
    for (size_t i = 0; i < 5; i++) {
        struct field field = {.name = (char *)(uintptr_t)plain[i], .type = FIELD_INT};
        assert_format(&field, &value, FORMAT_LIST, "2026");
    }
    for (size_t i = 0; i < 4; i++) {
        struct field field = {.name = (char *)(uintptr_t)grouped[i], .type = FIELD_INT};
        assert_format(&field, &value, FORMAT_LIST, "2,026");
    }
    struct field labelled = {.name = "ownerid", .label = "Owner ID", .type = FIELD_INT};
    assert_format(&labelled, &value, FORMAT_LIST, "2026");
}

static void other_types_are_put_in_words(void **state)
{
    (void)state;
    const struct sample samples[] = {
        {FIELD_BOOLEAN, -1, value_boolean(true), "yes", "yes"},
        {FIELD_BOOLEAN, -1, value_integer(0), "no", "no"},
        {FIELD_BOOLEAN, -1, value_integer(7), "7", "7"},
        {FIELD_BOOLEAN, -1, value_string("False"), "no", "no"},
        {FIELD_DATE, -1, value_string("2026-12-01"), "2026-12-01", "2026-12-01"},
        {FIELD_DATETIME, -1, value_string("2026-12-01T14:30:00"), "2026-12-01 14:30",
         "2026-12-01 14:30"},
        {FIELD_DATETIME, -1, value_string("2026-12-01 14:30:05"), "2026-12-01 14:30:05",
         "2026-12-01 14:30:05"},
        {FIELD_DATETIME, -1, value_string("2026-12-01T14:30:00Z"), "2026-12-01 14:30Z",
         "2026-12-01 14:30Z"},
        {FIELD_DATETIME, -1, value_string("2026-12-01T14:30:00.5Z"), "2026-12-01 14:30:00.5Z",
         "2026-12-01 14:30:00.5Z"},
        {FIELD_DATETIME, -1, value_string("2026-12-01T14:30:00.000Z"), "2026-12-01 14:30Z",
         "2026-12-01 14:30Z"},
        {FIELD_DATETIME, -1, value_string("2026-12-01T14:30:05.000+0000"),
         "2026-12-01 14:30:05+0000", "2026-12-01 14:30:05+0000"},
        {FIELD_DATETIME, -1, value_string("2026-12-01T14:30:05.0001Z"), "2026-12-01 14:30:05.0001Z",
         "2026-12-01 14:30:05.0001Z"},
        {FIELD_DATETIME, -1, value_string("soon"), "soon", "soon"},
        {FIELD_DATETIME, -1, value_integer(1790000000), "1790000000", "1790000000"},
        {FIELD_BASE64, -1, value_bytes("12345", 5), "5 bytes", "5 bytes"},
        {FIELD_STRING, -1, value_null(), "", ""},
        {FIELD_STRING, -1, value_absent(), "", ""},
    };
    check(samples, sizeof samples / sizeof *samples);
}

static void bytes_are_shown_as_their_size(void **state)
{
    (void)state;
    struct field field = {.type = FIELD_BASE64};
    char bytes[1] = "";
    struct value value = value_bytes(bytes, 12345);
    assert_format(&field, &value, FORMAT_LIST, "12,345 bytes");
    value = value_bytes(bytes, 1);
    assert_format(&field, &value, FORMAT_DETAIL, "1 byte");
    value = value_string("AP8="); /* as a server sends it */
    assert_format(&field, &value, FORMAT_DETAIL, "2 bytes");
    value = value_string("/services/data/v57.0/Body");
    assert_format(&field, &value, FORMAT_DETAIL, "/services/data/v57.0/Body");
    value = value_bytes("\x00\xff", 2);
    assert_format(&field, &value, FORMAT_PLAIN, "AP8=");
}

static void picklists_show_labels(void **state)
{
    (void)state;
    struct schema *schema = schema_new("Opportunity");
    struct field *field = schema_add_field(schema, "Stage", FIELD_PICKLIST);
    field_add_picklist(field, "won", "Closed Won", true);
    field_add_picklist(field, "lost", NULL, true);
    struct value won = value_string("won"), lost = value_string("lost"), other = value_string("x");
    assert_format(field, &won, FORMAT_LIST, "Closed Won");
    assert_format(field, &won, FORMAT_PLAIN, "won");
    assert_format(field, &lost, FORMAT_DETAIL, "lost");
    assert_format(field, &other, FORMAT_LIST, "x");
    field->type = FIELD_MULTIPICKLIST;
    struct value both = value_string("won;lost");
    assert_format(field, &both, FORMAT_LIST, "Closed Won; lost");
    schema_release(schema);
}

static void assert_counts(int64_t count, const char *full, const char *shortened)
{
    struct text out = {0};
    format_count(count, &out);
    assert_string_equal(text_string(&out), full);
    text_truncate(&out, 0);
    format_count_short(count, &out);
    assert_string_equal(text_string(&out), shortened);
    text_free(&out);
}

static void counts_have_a_long_and_a_short_form(void **state)
{
    (void)state;
    assert_counts(0, "0", "0");
    assert_counts(520, "520", "520");
    assert_counts(1000, "1,000", "1k");
    assert_counts(1204, "1,204", "1.2k");
    assert_counts(99999, "99,999", "99.9k");
    assert_counts(999999, "999,999", "999k");
    assert_counts(3400000, "3,400,000", "3.4M");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_separators_and_scale),
        cmocka_unit_test(ids_and_references_never_have_separators),
        cmocka_unit_test(years_and_numbers_that_name_records_never_have_separators),
        cmocka_unit_test(other_types_are_put_in_words),
        cmocka_unit_test(bytes_are_shown_as_their_size),
        cmocka_unit_test(picklists_show_labels),
        cmocka_unit_test(counts_have_a_long_and_a_short_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
