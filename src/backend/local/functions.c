/*
 * functions: the filter language's comparisons, made known to SQLite.
 *
 * Called by SQLite on the fetch thread. All are deterministic, and usable only from our own
 * statements (SQLITE_DIRECTONLY): no trigger or view of a file can call them. A null argument
 * gives null.
 */
#include <string.h>

#include "backend/local/internal.h"
#include "core/date.h"
#include "core/memory.h"

typedef bool (*text_test)(const char *text, size_t length, const char *part, size_t part_length);

static int compare_folded(void *unused, int a_length, const void *a, int b_length, const void *b)
{
    (void)unused;
    return text_compare_folded(a, (size_t)a_length, b, (size_t)b_length);
}

/* The bytes of an argument; numbers become text as SQLite spells them. */
static const char *argument(sqlite3_value *value, size_t *length)
{
    const char *bytes = sqlite3_value_type(value) == SQLITE_BLOB
                            ? sqlite3_value_blob(value)
                            : (const char *)sqlite3_value_text(value);

    *length = (size_t)sqlite3_value_bytes(value);
    return bytes ? bytes : "";
}

static bool has_null(int count, sqlite3_value **values)
{
    for (int i = 0; i < count; i++) {
        if (sqlite3_value_type(values[i]) == SQLITE_NULL)
            return true;
    }
    return false;
}

/* The test is the function's user data: one entry for contains, starts, ends and like. */
struct text_function {
    const char *name;
    text_test test;
};

static void test_text(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct text_function *function = sqlite3_user_data(context);
    size_t length, part_length;
    const char *text, *part;

    if (has_null(count, values))
        return;
    text = argument(values[0], &length);
    part = argument(values[1], &part_length);
    sqlite3_result_int(context, function->test(text, length, part, part_length));
}

/* A run of bytes between semicolons, spaces around it aside. */
struct member {
    const char *bytes;
    size_t length;
};

/* The next member of A;B;C that is not empty; false after the last. */
static bool next_member(const char **at, const char *end, struct member *member)
{
    while (*at < end) {
        const char *stop = memchr(*at, ';', (size_t)(end - *at));
        const char *first = *at, *last = stop ? stop : end;

        *at = stop ? stop + 1 : end;
        while (first < last && *first == ' ')
            first++;
        while (last > first && last[-1] == ' ')
            last--;
        *member = (struct member){first, (size_t)(last - first)};
        if (last > first)
            return true;
    }
    return false;
}

static bool list_has(const char *list, size_t length, const struct member *wanted)
{
    const char *end = list + length;
    struct member member;

    while (next_member(&list, end, &member)) {
        if (text_compare_folded(member.bytes, member.length, wanted->bytes, wanted->length) == 0)
            return true;
    }
    return false;
}

/* includes('A;B;C', 'A;C'): every member of the set, and there is one, is in the list. */
static bool list_includes(const char *list, size_t length, const char *set, size_t set_length)
{
    const char *end = set + set_length;
    struct member wanted;
    bool any = false;

    while (next_member(&set, end, &wanted)) {
        any = true;
        if (!list_has(list, length, &wanted))
            return false;
    }
    return any;
}

/* The moment a date or date and time stands for, in seconds since 1970; null when it is neither. */
static void moment_of(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct date_time date_time = {0};
    size_t length;
    const char *text;

    if (has_null(count, values))
        return;
    text = argument(values[0], &length);
    if (date_time_parse(text, length, &date_time))
        sqlite3_result_int64(context, date_time_to_moment(&date_time));
}

/* The day of a date or date and time as it is written; null when it is neither. */
static void day_of(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct date_time date_time = {0};
    struct text day = {0};
    size_t length;
    const char *text;

    if (has_null(count, values))
        return;
    text = argument(values[0], &length);
    if (!date_time_parse(text, length, &date_time))
        return;
    date_print(date_time.date, &day);
    sqlite3_result_text(context, text_string(&day), (int)day.length, SQLITE_TRANSIENT);
    text_free(&day);
}

/* The number a value stands for; null when it stands for none. */
static void number_of(sqlite3_context *context, int count, sqlite3_value **values)
{
    int type = sqlite3_value_type(values[0]);
    struct value number = {0};
    size_t length;
    const char *text;

    (void)count;
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    if (type != SQLITE_TEXT)
        return;
    text = argument(values[0], &length);
    if (!value_parse_number(text, length, &number))
        return;
    if (number.kind == VALUE_INTEGER)
        sqlite3_result_int64(context, number.as.integer);
    else
        sqlite3_result_double(context, number.as.real);
}

/* 1 or 0 for what can be read as true or false; null for anything else. */
static void truth_of(sqlite3_context *context, int count, sqlite3_value **values)
{
    static const char *const words[] = {"false", "true", "0", "1", "no", "yes", "f", "t", "n", "y"};
    size_t length;
    const char *text;

    if (has_null(count, values) || sqlite3_value_type(values[0]) == SQLITE_BLOB)
        return;
    if (sqlite3_value_type(values[0]) != SQLITE_TEXT) {
        sqlite3_result_int(context, sqlite3_value_double(values[0]) != 0);
        return;
    }
    text = argument(values[0], &length);
    for (int i = 0; i < (int)(sizeof words / sizeof words[0]); i++) {
        if (length == strlen(words[i]) && sqlite3_strnicmp(text, words[i], (int)length) == 0)
            sqlite3_result_int(context, i % 2);
    }
}

static const struct value_function {
    const char *name;
    void (*function)(sqlite3_context *context, int count, sqlite3_value **values);
} value_functions[] = {
    {"dossier_moment", moment_of},
    {"dossier_day", day_of},
    {"dossier_number", number_of},
    {"dossier_truth", truth_of},
};

static const struct text_function text_functions[] = {
    {"dossier_contains", text_contains_folded}, {"dossier_starts", text_starts_folded},
    {"dossier_ends", text_ends_folded},         {"dossier_like", text_like_folded},
    {"dossier_includes", list_includes},
};

bool functions_register(sqlite3 *database)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

    if (sqlite3_create_collation(database, FOLD_COLLATION, SQLITE_UTF8, NULL, compare_folded) !=
        SQLITE_OK)
        return false;
    for (size_t i = 0; i < sizeof text_functions / sizeof text_functions[0]; i++) {
        /* SQLite's user data is not const; the table is only read. */
        void *data = (void *)&text_functions[i];

        if (sqlite3_create_function(database, text_functions[i].name, 2, flags, data, test_text,
                                    NULL, NULL) != SQLITE_OK)
            return false;
    }
    for (size_t i = 0; i < sizeof value_functions / sizeof value_functions[0]; i++) {
        if (sqlite3_create_function(database, value_functions[i].name, 1, flags, NULL,
                                    value_functions[i].function, NULL, NULL) != SQLITE_OK)
            return false;
    }
    return true;
}
