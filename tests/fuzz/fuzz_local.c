/*
 * fuzz_local: what the adapter for SQLite files reads out of text it did not write: cursors, and
 * the SQL of tables. Each is taken or not, and what is taken reads back.
 *
 * The first byte chooses. A libFuzzer target; with FUZZ_STANDALONE it has a main of its own
 * (standalone.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_TERMS = 4 };

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "local: %s\n", what);
        abort();
    }
}

static void check_round(const struct value *values, size_t count)
{
    struct error error = {0};
    struct value again[MOST_TERMS] = {0};
    struct text printed = {0};
    cursor_print(values, count, &printed);
    require(cursor_parse(text_string(&printed), again, count, &error), "refuses its own cursor");
    for (size_t i = 0; i < count; i++) {
        bool same = values[i].kind == VALUE_REAL
                        ? again[i].kind == VALUE_REAL &&
                              memcmp(&values[i].as.real, &again[i].as.real, sizeof(double)) == 0
                        : value_identical(&values[i], &again[i]);
        require(same, "reads its own cursor as another");
        value_free(&again[i]);
    }
    text_free(&printed);
}

static void check_cursor(const char *text, size_t count)
{
    struct error error = {0};
    struct value values[MOST_TERMS] = {0};
    if (cursor_parse(text, values, count, &error)) {
        check_round(values, count);
    } else {
        require(error.kind == ERROR_USAGE, "refuses a cursor with another kind");
        error_clear(&error);
    }
    for (size_t i = 0; i < count; i++) {
        value_free(&values[i]);
    }
}

static void check_ddl(const char *sql)
{
    struct ddl *ddl = ddl_parse(sql);
    require(ddl != NULL, "gives no constraints at all");
    for (size_t i = 0; i < ddl->check_count; i++) {
        require(ddl->checks[i].source != NULL, "a constraint has no text");
        require(strstr(sql, ddl->checks[i].source) != NULL, "a constraint is not in the text");
    }
    for (size_t i = 0; i < ddl->list_count; i++) {
        const struct ddl_list *list = &ddl->lists[i];
        require(list->column != NULL, "a list has no column");
        require(ddl_list(ddl, list->column) != NULL, "a list is not found by its column");
    }
    for (size_t i = 0; i < ddl->length_count; i++) {
        require(ddl->lengths[i].most >= 0, "a length is negative");
        (void)ddl_length(ddl, ddl->lengths[i].column);
    }
    ddl_free(ddl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    char *text = memory_copy((const char *)data + 1, size - 1);
    if (data[0] % 8 < MOST_TERMS) {
        check_cursor(text, 1 + data[0] % 8);
    } else {
        check_ddl(text);
    }
    free(text);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_local";
static const char *const fuzz_pieces[] = {
    "\x01",
    "\x07",
    "CREATE TABLE T (",
    "a ",
    "\"b\" ",
    "[c] ",
    "`d`",
    "CHECK (",
    ")",
    "(",
    ",",
    "a IN ('x', 'y')",
    "length(a) <= 10",
    " AND ",
    " OR ",
    " IS NULL",
    "CONSTRAINT k ",
    "-- ",
    "/*",
    "*/",
    "'",
    "\"",
    "\n",
    "BETWEEN 1 AND 9",
    "DEFAULT ",
    "n",
    ".",
    "i5",
    "r3ff0000000000000",
    "tYQ==",
    "b",
    "-9223372036854775808",
    "=",
    "x'00'",
    "1e5",
    "GENERATED ALWAYS AS (",
};
#include "standalone.h"
#endif
