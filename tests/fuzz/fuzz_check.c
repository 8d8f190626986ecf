/*
 * fuzz_check: whatever is typed for a field of any type, it is taken or refused by the field's
 * name, and what was taken is taken again and stays the same.
 *
 * The first four bytes choose the field: type, length, precision and scale, picklist. A libFuzzer
 * target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 4 };

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "check_text: %s\n", what);
        abort();
    }
}

static struct field choose_field(const uint8_t *head)
{
    static struct picklist_value values[] = {
        {"New", "New", true}, {"Old", "Old", false}, {"\xc3\xa9t\xc3\xa9", "Summer", true}};
    struct field field = {
        .name = "Field",
        .label = "Field",
        .type = (enum field_type)(head[0] % FIELD_TYPE_COUNT),
        .length = head[1] % 40,
        .precision = head[2] % 20,
        .scale = head[2] / 20 - 1,
        .nullable = true,
    };
    if (head[3] % 2 == 1) {
        field.picklist = values;
        field.picklist_count = sizeof values / sizeof *values;
    }
    return field;
}

static void check_refused(const struct value *value, struct error *error)
{
    require(value->kind == VALUE_ABSENT, "leaves a value behind a refusal");
    require(error->kind == ERROR_VALIDATION, "refuses with another kind");
    require(error->field_count == 1 && strcmp(error->fields[0].field, "Field") == 0,
            "does not name the field");
    error_clear(error);
}

/* What an editor would show of the value is the same value when it is accepted again. */
static void check_again(const struct field *field, const struct date_clock *clock,
                        struct value *value)
{
    struct error error = {0};
    struct value again = value_absent();
    struct text shown = {0};
    value_print(value, &shown);
    bool taken = check_text(field, text_string(&shown), shown.length, clock, &again, &error);
    require(taken, "refuses what it gave");
    require(value_identical(value, &again), "changes what it gave");
    value_free(&again);
    value_free(value);
    text_free(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct date_clock clock = {.now = 1795262400, .week_start = 1};
    if (size < HEAD) {
        return 0;
    }
    struct field field = choose_field(data);
    struct error error = {0};
    struct value value = value_absent();
    const char *bytes = (const char *)data + HEAD;
    if (check_text(&field, bytes, size - HEAD, &clock, &value, &error)) {
        require(!error_is_set(&error), "takes with an error");
        check_again(&field, &clock, &value);
    } else {
        check_refused(&value, &error);
    }
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_check";
static const char *const fuzz_pieces[] = {
    "1",
    "-",
    ".",
    ",",
    "1,234,567.80",
    "e5",
    "9223372036854775808",
    "today",
    "in 3 days",
    "2026-11-21",
    "T14:30:00",
    "Z",
    "+01:00",
    "14:30",
    "yes",
    "true",
    "New",
    "Old;New",
    "a@b.example",
    "https://x.example/",
    "aGVsbG8=",
    " ",
    "\n",
    "\xc3\xa9",
    "\xff",
    "+44 20",
    "eom",
    "next monday",
    "now",
    "02-30",
    "\x01\x02\x03",
    "\x06",
    "inf",
    "0x10",
};
#include "standalone.h"
#endif
