/*
 * What a person types, checked against its field: what is kept, what is refused and in which words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/check.h"
#include "core/text.h"

/* Saturday, 2026-11-21, 12:00 in UTC. */
static const struct date_clock noon = {1795262400, 1};

struct fixture {
    struct schema *schema;
    struct field *field;
};

static struct fixture make(enum field_type type, int length, int precision, int scale)
{
    struct fixture fixture = {schema_new("Thing"), NULL};
    fixture.field = schema_add_field(fixture.schema, "the_field", type);
    fixture.field->length = length;
    fixture.field->precision = precision;
    fixture.field->scale = scale;
    if (type == FIELD_PICKLIST || type == FIELD_MULTIPICKLIST || type == FIELD_COMBOBOX) {
        field_add_picklist(fixture.field, "new", "Brand new", true);
        field_add_picklist(fixture.field, "New", "Fresh", true);
        field_add_picklist(fixture.field, "won", "Closed Won", true);
        field_add_picklist(fixture.field, "old", "Old", false);
    }
    return fixture;
}

static const struct {
    enum field_type type;
    int length, precision, scale;
    const char *typed;
    const char *kept; /* as value_print has it */
} accepted[] = {
    {FIELD_STRING, 4, 0, -1, "größ", "größ"},
    {FIELD_STRING, 0, 0, -1, "", ""},
    {FIELD_STRING, 0, 0, -1, " kept ", " kept "},
    {FIELD_STRING, 0, 0, -1, "null", "null"},
    {FIELD_EMAIL, 0, 0, -1, "ada@example", "ada@example"},
    {FIELD_URL, 0, 0, -1, "www.acme.com", "www.acme.com"},
    {FIELD_CURRENCY, 0, 18, 2, "84,000.50", "84000.50"},
    {FIELD_CURRENCY, 0, 18, 2, " 1 204 500 ", "1204500"},
    {FIELD_CURRENCY, 0, 18, 2, "+5", "5"},
    {FIELD_CURRENCY, 0, 18, 2, "-.5", "-0.5"},
    {FIELD_CURRENCY, 0, 18, 2, "0084.10", "84.10"},
    {FIELD_CURRENCY, 0, 5, 2, "999.99", "999.99"},
    {FIELD_CURRENCY, 0, 2, 2, "0.99", "0.99"},
    {FIELD_DOUBLE, 0, 0, -1, "1e6", "1e6"},
    {FIELD_DOUBLE, 0, 0, -1, "0.1000", "0.1000"},
    {FIELD_INT, 0, 0, -1, "9223372036854775807", "9223372036854775807"},
    {FIELD_PERCENT, 0, 0, -1, "12.5 %", "12.5"},
    {FIELD_PERCENT, 0, 0, -1, "50%", "50"},
    {FIELD_BOOLEAN, 0, 0, -1, "Yes", "true"},
    {FIELD_BOOLEAN, 0, 0, -1, "0", "false"},
    {FIELD_DATE, 0, 0, -1, "2026-02-28", "2026-02-28"},
    {FIELD_DATE, 0, 0, -1, "Tomorrow", "2026-11-22"},
    {FIELD_DATE, 0, 0, -1, "in 3 days", "2026-11-24"},
    {FIELD_DATE, 0, 0, -1, "1 month ago", "2026-10-21"},
    {FIELD_DATETIME, 0, 0, -1, "2026-11-21 14:30", "2026-11-21T14:30"},
    {FIELD_DATETIME, 0, 0, -1, "2026-11-21T14:30:00+01:00", "2026-11-21T14:30:00+01:00"},
    {FIELD_DATETIME, 0, 0, -1, "2026-11-21", "2026-11-21T00:00:00"},
    {FIELD_DATETIME, 0, 0, -1, "now", "2026-11-21T12:00:00"},
    {FIELD_TIME, 0, 0, -1, "9:05", "09:05"},
    {FIELD_TIME, 0, 0, -1, "23:59:59", "23:59:59"},
    {FIELD_PICKLIST, 0, 0, -1, "new", "new"},
    {FIELD_PICKLIST, 0, 0, -1, "New", "New"},
    {FIELD_PICKLIST, 0, 0, -1, "closed won", "won"},
    {FIELD_PICKLIST, 0, 0, -1, " WON ", "won"},
    {FIELD_COMBOBOX, 0, 0, -1, "anything", "anything"},
    {FIELD_COMBOBOX, 0, 0, -1, "Fresh", "New"},
    {FIELD_MULTIPICKLIST, 0, 0, -1, "WON; Brand new;", "won;new"},
    {FIELD_MULTIPICKLIST, 0, 0, -1, "", ""},
    {FIELD_BASE64, 0, 0, -1, "aGVsbG8=", "aGVsbG8="},
    {FIELD_REFERENCE, 0, 0, -1, "17", "17"},
    {FIELD_ANY, 0, 0, -1, "what ever", "what ever"},
};

static void test_an_id_of_whole_numbers_is_one(void **state)
{
    (void)state;
    char declared[] = "INTEGER";
    struct field field = {.name = declared, .label = declared, .type = FIELD_ID, .scale = -1};
    struct error error = {0};
    struct value value;
    assert_true(check_text(&field, "emil", 4, &noon, &value, &error));
    value_free(&value);
    field.declared = declared;
    assert_false(check_text(&field, "emil", 4, &noon, &value, &error));
    assert_non_null(strstr(error.fields[0].message, "found 'emil'"));
    error_clear(&error);
    assert_true(check_text(&field, "17", 2, &noon, &value, &error));
    char *printed = value_to_string(&value);
    assert_string_equal(printed, "17");
    free(printed);
    value_free(&value);
}

static void test_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        struct fixture fixture =
            make(accepted[i].type, accepted[i].length, accepted[i].precision, accepted[i].scale);
        struct error error = {0};
        struct value value;
        struct text printed = {0};
        if (!check_text(fixture.field, accepted[i].typed, strlen(accepted[i].typed), &noon, &value,
                        &error)) {
            fail_msg("'%s': %s", accepted[i].typed, error.message);
        }
        value_print(&value, &printed);
        assert_string_equal(text_string(&printed), accepted[i].kept);
        text_free(&printed);
        value_free(&value);
        schema_release(fixture.schema);
    }
}

static const struct {
    enum field_type type;
    int length, precision, scale;
    const char *typed;
    const char *message;
} refused[] = {
    {FIELD_STRING, 3, 0, -1, "größ", "The field: expected at most 3 characters, found 4"},
    {FIELD_STRING, 0, 0, -1, "\xFF", "The field: expected text in UTF-8"},
    {FIELD_EMAIL, 0, 0, -1, "ada", "expected an e-mail address, such as"},
    {FIELD_EMAIL, 0, 0, -1, "a b@c", "expected an e-mail address"},
    {FIELD_URL, 0, 0, -1, "acme", "expected a web address, such as"},
    {FIELD_CURRENCY, 0, 18, 2, "ten",
     "The field: expected a number, such as 84000.50 or 84,000.50, found 'ten'"},
    {FIELD_CURRENCY, 0, 18, 2, "84,5", "expected a number, such as"},
    {FIELD_CURRENCY, 0, 18, 2, "84.000,50", "expected a number, such as"},
    {FIELD_CURRENCY, 0, 18, 2, "8.001", "at most 2 decimals, such as 84000.50"},
    {FIELD_CURRENCY, 0, 18, 0, "8.1", "a number without decimals"},
    {FIELD_CURRENCY, 0, 5, 2, "1000", "at most 3 digits before the point"},
    {FIELD_CURRENCY, 0, 18, 2, "1e3", "without an exponent"},
    {FIELD_DOUBLE, 0, 4, -1, "12.345", "at most 4 digits"},
    {FIELD_DOUBLE, 0, 0, -1, "nan", "expected a number"},
    {FIELD_DOUBLE, 0, 0, -1, "0x10", "expected a number"},
    {FIELD_DOUBLE, 0, 0, -1, ".", "expected a number"},
    {FIELD_INT, 0, 0, -1, "9223372036854775808", "at most 64 bits"},
    {FIELD_INT, 0, 0, -1, "1.5", "expected a whole number, such as 42, found '1.5'"},
    {FIELD_CURRENCY, 0, 0, 2, "50 %", "expected a number"},
    {FIELD_BOOLEAN, 0, 0, -1, "maybe", "expected yes or no, found 'maybe'"},
    {FIELD_DATE, 0, 0, -1, "2026-02-30",
     "expected a date, such as 2026-11-21, today or in 3 days, found '2026-02-30'"},
    {FIELD_DATE, 0, 0, -1, "this month", "expected a date"},
    {FIELD_DATETIME, 0, 0, -1, "2026-11-21 25:00", "expected a date and time"},
    {FIELD_TIME, 0, 0, -1, "24:00", "expected a time"},
    {FIELD_PICKLIST, 0, 0, -1, "lost", "expected one of new, New, won, found 'lost'"},
    {FIELD_PICKLIST, 0, 0, -1, "old", "expected a value that is still in use, found 'old'"},
    {FIELD_MULTIPICKLIST, 0, 0, -1, "won;lost", "expected one of new, New, won, found 'lost'"},
    {FIELD_BASE64, 0, 0, -1, "???", "expected base64"},
    {FIELD_INT, 0, 0, -1, "", "The field: expected a whole number, such as 42, found nothing"},
    {FIELD_REFERENCE, 0, 0, -1, "", "expected the id of a record"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct fixture fixture =
            make(refused[i].type, refused[i].length, refused[i].precision, refused[i].scale);
        struct error error = {0};
        struct value value;
        if (check_text(fixture.field, refused[i].typed, strlen(refused[i].typed), &noon, &value,
                       &error)) {
            fail_msg("'%s' was accepted", refused[i].typed);
        }
        assert_int_equal(value.kind, VALUE_ABSENT);
        assert_int_equal(error.kind, ERROR_VALIDATION);
        assert_int_equal(error.field_count, 1);
        assert_string_equal(error.fields[0].field, "the_field");
        if (strstr(error.message, refused[i].message) == NULL) {
            fail_msg("'%s': %s", refused[i].typed, error.message);
        }
        error_clear(&error);
        schema_release(fixture.schema);
    }
}

static void test_empty_hints_at_null(void **state)
{
    (void)state;
    struct fixture fixture = make(FIELD_INT, 0, 0, -1);
    struct error error = {0};
    struct value value;
    fixture.field->nullable = true;
    assert_false(check_text(fixture.field, "", 0, &noon, &value, &error));
    assert_non_null(strstr(error.hint, "--null the_field"));
    error_clear(&error);
    schema_release(fixture.schema);
}

static void test_null_and_writable(void **state)
{
    (void)state;
    struct fixture fixture = make(FIELD_INT, 0, 0, -1);
    struct error error = {0};
    fixture.field->nullable = false;
    assert_false(check_null(fixture.field, &error));
    assert_int_equal(error.kind, ERROR_VALIDATION);
    error_clear(&error);
    fixture.field->nullable = true;
    assert_true(check_null(fixture.field, &error));
    fixture.field->create = true;
    fixture.field->update = false;
    assert_true(check_writable(fixture.field, true, &error));
    assert_false(check_writable(fixture.field, false, &error));
    assert_non_null(strstr(error.message, "cannot be changed once the record exists"));
    error_clear(&error);
    schema_release(fixture.schema);
}

/* A message that has the field's words in it is printed once. */
static void test_printed_once(void **state)
{
    (void)state;
    struct fixture fixture = make(FIELD_INT, 0, 0, -1);
    struct error error = {0};
    struct value value;
    struct text printed = {0};
    assert_false(check_text(fixture.field, "ten", 3, &noon, &value, &error));
    error_print(&error, &printed);
    assert_string_equal(text_string(&printed),
                        "The field: expected a whole number, such as 42, found 'ten'\n");
    text_free(&printed);
    error_clear(&error);
    schema_release(fixture.schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_an_id_of_whole_numbers_is_one),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_empty_hints_at_null),
        cmocka_unit_test(test_null_and_writable),
        cmocka_unit_test(test_printed_once),
    };
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
