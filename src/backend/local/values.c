/*
 * values: between SQLite's values and ours, and into the form a column keeps. Fetch thread.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/date.h"
#include "core/memory.h"

struct value value_of_column(sqlite3_stmt *statement, int column)
{
    const char *bytes;

    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return value_integer(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
        return value_real(sqlite3_column_double(statement, column));
    case SQLITE_TEXT:
        bytes = (const char *)sqlite3_column_text(statement, column);
        return value_text(bytes, (size_t)sqlite3_column_bytes(statement, column));
    case SQLITE_BLOB:
        bytes = sqlite3_column_blob(statement, column);
        return value_bytes(bytes ? bytes : "", (size_t)sqlite3_column_bytes(statement, column));
    default:
        return value_null();
    }
}

static bool is_word(const struct value *value, const char *word)
{
    return word && value->kind == VALUE_TEXT && value->as.text.length == strlen(word) &&
           sqlite3_strnicmp(value->as.text.bytes, word, (int)value->as.text.length) == 0;
}

struct value value_of_field(const struct local_column *column, sqlite3_stmt *statement, int at)
{
    struct value value = value_of_column(statement, at);

    if (!column || column->type != FIELD_BOOLEAN)
        return value;
    if (value.kind == VALUE_INTEGER && (value.as.integer == 0 || value.as.integer == 1))
        return value_boolean(value.as.integer == 1);
    if (is_word(&value, column->true_word))
        return value_boolean(true);
    if (is_word(&value, column->false_word))
        return value_boolean(false);
    return value;
}

bool value_bind(sqlite3_stmt *statement, int at, const struct value *value)
{
    int code = SQLITE_OK;

    if (value->kind == VALUE_BOOLEAN)
        code = sqlite3_bind_int(statement, at, value->as.boolean);
    else if (value->kind == VALUE_INTEGER)
        code = sqlite3_bind_int64(statement, at, value->as.integer);
    else if (value->kind == VALUE_REAL)
        code = sqlite3_bind_double(statement, at, value->as.real);
    else if (value->kind == VALUE_TEXT)
        code = sqlite3_bind_text64(statement, at, value->as.text.bytes, value->as.text.length,
                                   SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (value->kind == VALUE_BYTES)
        code = sqlite3_bind_blob64(statement, at, value->as.text.bytes, value->as.text.length,
                                   SQLITE_TRANSIENT);
    else
        code = sqlite3_bind_null(statement, at);
    return code == SQLITE_OK;
}

void value_print_moment(const struct date_form *form, int64_t moment, struct text *out)
{
    struct date_time parts;

    if (form->zone) {
        struct text utc = {0};

        date_print_moment_utc(moment, &utc);
        if (form->separator == ' ' && utc.length > 10)
            utc.bytes[10] = ' ';
        text_append(out, text_string(&utc), utc.length);
        text_free(&utc);
        return;
    }
    parts = date_time_from_moment(moment);
    date_print(parts.date, out);
    if (!form->separator)
        return;
    text_format(out, "%c%02d:%02d", form->separator, parts.hour, parts.minute);
    if (form->seconds)
        text_format(out, ":%02d", parts.second);
}

static bool refuse(const struct local_column *column, const struct value *value,
                   const char *expected, struct error *error)
{
    struct text message = {0};

    text_append_string(&message, "expected ");
    text_append_string(&message, expected);
    text_append_string(&message, ", not \"");
    value_print(value, &message);
    text_append_string(&message, "\"");
    error_set(error, ERROR_VALIDATION, "%s cannot hold this value", column->name);
    error_add_field(error, column->name, "type", text_string(&message));
    text_free(&message);
    return false;
}

static const char *const true_words[] = {"1", "true", "yes", "t", "y", "on"};
static const char *const false_words[] = {"0", "false", "no", "f", "n", "off"};

static bool is_one_of(const struct value *value, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_word(value, words[i]))
            return true;
    }
    return false;
}

static bool boolean_to_column(const struct local_column *column, const struct value *value,
                              struct value *out, struct error *error)
{
    bool boolean;

    if (value->kind == VALUE_BOOLEAN)
        boolean = value->as.boolean;
    else if (value->kind == VALUE_INTEGER && (value->as.integer == 0 || value->as.integer == 1))
        boolean = value->as.integer == 1;
    else if (is_one_of(value, true_words, sizeof true_words / sizeof true_words[0]))
        boolean = true;
    else if (is_one_of(value, false_words, sizeof false_words / sizeof false_words[0]))
        boolean = false;
    else if (value->kind == VALUE_INTEGER) {
        /* A number that was there before, such as -1 for true, is kept as it is. */
        *out = value_copy(value);
        return true;
    } else
        return refuse(column, value, "true or false", error);
    *out = column->true_word ? value_string(boolean ? column->true_word : column->false_word)
                             : value_integer(boolean);
    *out = value_copy(out);
    return true;
}

/* Text that is a number goes in as text where the column's affinity makes it a number without
 * losing digits, and as a number elsewhere. */
static bool number_to_column(const struct local_column *column, const struct value *value,
                             struct value *out, struct error *error)
{
    struct value number;

    if (value->kind != VALUE_TEXT) {
        *out = value_copy(value);
        return true;
    }
    if (!value_parse_number(value->as.text.bytes, value->as.text.length, &number))
        return refuse(column, value, "a number", error);
    if (column->type == FIELD_INT && number.kind != VALUE_INTEGER)
        return refuse(column, value, "a whole number", error);
    *out = value_copy(column->affinity == AFFINITY_TEXT ? value : &number);
    return true;
}

/* Is the text spelled as the column's are? Then it is kept to the last digit of its fraction. */
static bool has_form(const struct date_form *form, const char *bytes, size_t length,
                     const struct date_time *parts)
{
    bool utc = length > 0 && bytes[length - 1] == 'Z';
    bool seconds = length > 16 && bytes[16] == ':';

    return length > 10 && bytes[10] == form->separator && utc == form->zone &&
           parts->has_zone == form->zone && seconds == form->seconds;
}

static bool datetime_to_column(const struct local_column *column, const struct value *value,
                               struct value *out, struct error *error)
{
    const char *bytes = value->as.text.bytes;
    size_t length = value->as.text.length;
    struct date_time parts = {0};
    struct text text = {0};

    if (value->kind != VALUE_TEXT || !date_time_parse(bytes, length, &parts)) {
        *out = value_copy(value);
        return value->kind != VALUE_TEXT ||
               refuse(column, value, "a date and time such as 2026-11-21 14:30", error);
    }
    /* As typed where the form is the column's, or the column has none. */
    if (!column->form.uniform || !column->form.separator ||
        has_form(&column->form, bytes, length, &parts)) {
        *out = value_copy(value);
        return true;
    }
    value_print_moment(&column->form, date_time_to_moment(&parts), &text);
    *out = value_copy(&(struct value){VALUE_TEXT, {.text = {text_string(&text), text.length}}});
    text_free(&text);
    return true;
}

static bool date_to_column(const struct local_column *column, const struct value *value,
                           struct value *out, struct error *error)
{
    struct date_time parts = {0};

    if (value->kind == VALUE_TEXT &&
        !date_time_parse(value->as.text.bytes, value->as.text.length, &parts))
        return refuse(column, value, "a date such as 2026-11-21", error);
    *out = value_copy(value);
    return true;
}

static bool bytes_to_column(const struct local_column *column, const struct value *value,
                            struct value *out, struct error *error)
{
    struct text bytes = {0};

    if (value->kind != VALUE_TEXT) {
        *out = value_copy(value);
        return true;
    }
    if (!value_decode_base64(value->as.text.bytes, value->as.text.length, &bytes)) {
        text_free(&bytes);
        return refuse(column, value, "base64", error);
    }
    *out = value_bytes(text_string(&bytes), bytes.length);
    *out = value_copy(out);
    text_free(&bytes);
    return true;
}

bool value_to_column(const struct local_column *column, const struct value *value,
                     struct value *out, struct error *error)
{
    *out = value_absent();
    if (value_is_nothing(value)) {
        *out = value_null();
        return true;
    }
    if (column->type == FIELD_BOOLEAN)
        return boolean_to_column(column, value, out, error);
    if (field_type_is_number(column->type))
        return number_to_column(column, value, out, error);
    if (column->type == FIELD_DATETIME)
        return datetime_to_column(column, value, out, error);
    if (column->type == FIELD_DATE)
        return date_to_column(column, value, out, error);
    if (column->type == FIELD_BASE64)
        return bytes_to_column(column, value, out, error);
    *out = value_copy(value);
    return true;
}
