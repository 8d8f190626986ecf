/*
 * sample: settles the types of a table's columns by some of its values. Fetch thread.
 *
 * Up to a hundred records from each end of the table are looked at. A declared type holds as long
 * as no sample speaks against it; text is only taken for something narrower (a date, an e-mail
 * address) when every sample agrees, and nothing is guessed out of no samples.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backend/local/internal.h"
#include "core/date.h"
#include "core/memory.h"

enum { SAMPLE_ROWS = 100, LONG_TEXT = 255 };

/* What was seen in one column. */
struct seen {
    size_t integers, reals, texts, blobs;
    size_t switches; /* integers that are 0 or 1 */
    size_t dates, moments, times;
    size_t emails, urls, phones;
    size_t lines; /* texts of several lines, or long ones */
    size_t words[4];
    struct date_form form;
    bool mixed_forms;
};

/* Pairs of words for true and false. */
static const char *const word_pairs[][2] = {
    {"true", "false"}, {"yes", "no"}, {"t", "f"}, {"y", "n"}};

enum { PAIR_COUNT = sizeof word_pairs / sizeof word_pairs[0] };

static size_t seen_count(const struct seen *seen)
{
    return seen->integers + seen->reals + seen->texts + seen->blobs;
}

static bool is_word(const char *bytes, size_t length, const char *word)
{
    return length == strlen(word) && sqlite3_strnicmp(bytes, word, (int)length) == 0;
}

static void see_form(struct seen *seen, const char *bytes, size_t length,
                     const struct date_time *parts)
{
    struct date_form form = {.uniform = true, .separator = bytes[10]};

    form.zone = bytes[length - 1] == 'Z';
    form.seconds = length > 16 && bytes[16] == ':';
    if (parts->has_zone && !form.zone)
        seen->mixed_forms = true; /* +01:00: only the moment itself can be compared */
    if (seen->moments == 0)
        seen->form = form;
    else if (form.separator != seen->form.separator || form.zone != seen->form.zone ||
             form.seconds != seen->form.seconds)
        seen->mixed_forms = true;
    seen->moments++;
}

static void see_date(struct seen *seen, const char *bytes, size_t length)
{
    struct date_time parts = {0};
    struct date date;

    if (date_parse(bytes, length, &date))
        seen->dates++;
    else if (length > 10 && date_time_parse(bytes, length, &parts))
        see_form(seen, bytes, length, &parts);
    else if (date_parse_time(bytes, length, &parts))
        seen->times++;
}

static bool looks_like_phone(const char *bytes, size_t length)
{
    size_t digits = 0;

    for (size_t i = 0; i < length; i++) {
        if (bytes[i] >= '0' && bytes[i] <= '9')
            digits++;
        else if (!strchr("+-(). /extEXT#", bytes[i]))
            return false;
    }
    return digits >= 5 && digits <= 20;
}

/* By its first bytes alone: a cell can be megabytes long. */
static bool looks_like_url(const char *bytes, size_t length)
{
    static const char *const starts[] = {"http://", "https://", "www."};

    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        size_t start = strlen(starts[i]);
        if (length >= start && strncasecmp(bytes, starts[i], start) == 0)
            return true;
    }
    return false;
}

static void see_text(struct seen *seen, const char *bytes, size_t length)
{
    seen->texts++;
    for (size_t i = 0; i < PAIR_COUNT; i++) {
        if (is_word(bytes, length, word_pairs[i][0]) || is_word(bytes, length, word_pairs[i][1]))
            seen->words[i]++;
    }
    if (memchr(bytes, '\n', length) || length > LONG_TEXT)
        seen->lines++;
    see_date(seen, bytes, length);
    if (memchr(bytes, '@', length) && !memchr(bytes, ' ', length))
        seen->emails++;
    if (looks_like_url(bytes, length))
        seen->urls++;
    if (looks_like_phone(bytes, length))
        seen->phones++;
}

static void see_value(struct seen *seen, sqlite3_stmt *statement, int at)
{
    struct value value = value_of_column(statement, at);

    if (value.kind == VALUE_INTEGER) {
        seen->integers++;
        seen->switches += value.as.integer == 0 || value.as.integer == 1;
    } else if (value.kind == VALUE_REAL) {
        seen->reals++;
    } else if (value.kind == VALUE_BYTES) {
        seen->blobs++;
    } else if (value.kind == VALUE_TEXT && value.as.text.length > 0) {
        see_text(seen, value.as.text.bytes, value.as.text.length);
    }
}

static bool name_has(const char *name, const char *part)
{
    return text_contains_folded(name, strlen(name), part, strlen(part));
}

/* The type of something with no declared type, or one that its values contradict. */
static enum field_type type_of_storage(const struct seen *seen, enum field_type otherwise)
{
    size_t count = seen_count(seen);

    if (count == 0)
        return otherwise;
    if (seen->integers == count)
        return FIELD_INT;
    if (seen->integers + seen->reals == count)
        return FIELD_DOUBLE;
    if (seen->texts == count)
        return FIELD_STRING;
    return seen->blobs == count ? FIELD_BASE64 : FIELD_ANY;
}

/* Dates, if every value is one: FIELD_ANY when not. */
static enum field_type type_of_dates(const struct seen *seen)
{
    size_t count = seen_count(seen);

    if (count == 0 || seen->texts != count)
        return FIELD_ANY;
    if (seen->dates == count)
        return FIELD_DATE;
    if (seen->dates + seen->moments == count)
        return FIELD_DATETIME;
    return seen->times == count ? FIELD_TIME : FIELD_ANY;
}

static enum field_type refine_string(const struct local_column *column, const struct seen *seen)
{
    size_t count = seen_count(seen);
    enum field_type date = type_of_dates(seen);

    if (date == FIELD_DATE || date == FIELD_DATETIME ||
        (date == FIELD_TIME && name_has(column->name, "time")))
        return date;
    if (count == 0 || seen->texts != count)
        return count && seen->blobs == count ? FIELD_BASE64 : FIELD_STRING;
    if (seen->emails == count && name_has(column->name, "mail"))
        return FIELD_EMAIL;
    if (seen->urls == count)
        return FIELD_URL;
    if (seen->phones == count &&
        (name_has(column->name, "phone") || name_has(column->name, "fax") ||
         name_has(column->name, "mobile")))
        return FIELD_PHONE;
    return seen->lines > 0 ? FIELD_TEXTAREA : FIELD_STRING;
}

static enum field_type refine_date(const struct local_column *column, const struct seen *seen)
{
    enum field_type type = type_of_dates(seen);
    enum field_type storage = type_of_storage(seen, column->type);

    if (seen_count(seen) == 0)
        return column->type;
    return type != FIELD_ANY ? type : storage;
}

static enum field_type refine_boolean(struct local_column *column, const struct seen *seen)
{
    size_t count = seen_count(seen);

    if (seen->switches == count)
        return FIELD_BOOLEAN;
    for (size_t i = 0; i < PAIR_COUNT; i++) {
        if (seen->words[i] != count)
            continue;
        column->true_word = word_pairs[i][0];
        column->false_word = word_pairs[i][1];
        return FIELD_BOOLEAN;
    }
    return type_of_storage(seen, FIELD_BOOLEAN);
}

static enum field_type refine_number(const struct local_column *column, const struct seen *seen)
{
    if (seen->texts + seen->blobs > 0)
        return type_of_storage(seen, column->type);
    if (column->type == FIELD_INT && seen->reals > 0)
        return FIELD_DOUBLE;
    return column->type;
}

static enum field_type refine_any(const struct local_column *column, const struct seen *seen)
{
    enum field_type type = type_of_storage(seen, FIELD_ANY);

    return type == FIELD_STRING ? refine_string(column, seen) : type;
}

static enum field_type refine(struct local_column *column, const struct seen *seen)
{
    enum field_type type = column->type;

    if (type == FIELD_BOOLEAN)
        return refine_boolean(column, seen);
    if (field_type_is_date(type))
        return refine_date(column, seen);
    if (field_type_is_number(type))
        return refine_number(column, seen);
    if (type == FIELD_STRING)
        return refine_string(column, seen);
    if (type == FIELD_ANY)
        return refine_any(column, seen);
    if (type == FIELD_BASE64 && seen->texts > 0)
        return type_of_storage(seen, type);
    return type;
}

static void settle(struct local_column *column, const struct seen *seen)
{
    column->type = refine(column, seen);
    column->form = seen->form;
    column->form.uniform = seen->moments > 0 && !seen->mixed_forms;
    /* Without samples new values go in as our own spelling has it. */
    if (column->type == FIELD_DATETIME && seen_count(seen) == 0)
        column->form = (struct date_form){.uniform = false, .separator = 'T', .seconds = true};
}

static void print_sample(const struct local_table *table, bool last, struct text *sql)
{
    text_append_string(sql, "SELECT ");
    for (size_t i = 0; i < table->column_count; i++) {
        text_append_string(sql, i ? ", " : "");
        local_quote(sql, table->columns[i].name);
    }
    text_append_string(sql, " FROM ");
    local_quote(sql, table->name);
    if (last) {
        text_append_string(sql, " ORDER BY ");
        local_quote(sql, table->rowid);
        text_append_string(sql, " DESC");
    }
    text_format(sql, " LIMIT %d", SAMPLE_ROWS);
}

static bool see_rows(struct local *local, const struct local_table *table, bool last,
                     struct seen *seen, struct error *error)
{
    struct text sql = {0};
    sqlite3_stmt *statement;
    int state;

    print_sample(table, last, &sql);
    statement = local_prepare(local, text_string(&sql), error);
    text_free(&sql);
    if (!statement)
        return false;
    while ((state = local_step(local, statement, error)) == 1) {
        for (size_t i = 0; i < table->column_count; i++)
            see_value(&seen[i], statement, (int)i);
    }
    sqlite3_finalize(statement);
    return state == 0;
}

bool sample_columns(struct local *local, struct local_table *table, struct error *error)
{
    struct seen *seen = memory_zeroed(table->column_count + 1, sizeof *seen);
    bool done = see_rows(local, table, false, seen, error);

    if (done && table->rowid && !table->is_virtual)
        done = see_rows(local, table, true, seen, error);
    for (size_t i = 0; done && i < table->column_count; i++)
        settle(&table->columns[i], &seen[i]);
    free(seen);
    return done;
}
