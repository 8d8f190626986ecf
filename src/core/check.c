/*
 * check: what a person typed, against the field it is meant for. See check.h.
 *
 * Pure; any thread. One function for each kind of field, found by table; a mistake is said once,
 * in one form: "Amount: expected a number, such as 84000.50, found 'ten'".
 */
#include "core/check.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/check_number.h"
#include "core/memory.h"

enum { MOST_SHOWN = 40, MOST_CHOICES = 12 };

struct check {
    const struct field *field;
    const char *bytes; /* as typed */
    size_t length;
    const struct date_clock *clock;
    struct value *out;
    struct error *error;
};

typedef bool (*checker)(const struct check *check);

/* --- answers --- */

static bool give_text(const struct check *check, const char *bytes, size_t length)
{
    struct value text = value_text(bytes, length);
    *check->out = value_copy(&text);
    return true;
}

static bool give(const struct check *check, struct text *text)
{
    give_text(check, text_string(text), text->length);
    text_free(text);
    return true;
}

static bool refuse_field(const struct field *field, struct error *error, const char *message)
{
    error_set(error, ERROR_VALIDATION, "%s: %s", field->label, message);
    error_add_field(error, field->name, NULL, message);
    return false;
}

/* What was typed, in quotes, shortened at a character's edge. */
static void print_found(const struct check *check, struct text *out)
{
    size_t length = check->length;
    if (length > MOST_SHOWN) {
        length = MOST_SHOWN;
        while (length > 0 && ((unsigned char)check->bytes[length] & 0xC0) == 0x80) {
            length--;
        }
    }
    text_append_character(out, '\'');
    text_append(out, check->bytes, length);
    text_append_string(out, length < check->length ? "…'" : "'");
}

static bool expected(const struct check *check, const char *what)
{
    struct text message = {0};
    text_format(&message, "expected %s, found ", what);
    print_found(check, &message);
    refuse_field(check->field, check->error, text_string(&message));
    text_free(&message);
    return false;
}

/* The same without the spaces around it. */
static struct check trimmed(const struct check *check)
{
    struct check inner = *check;
    while (inner.length > 0 && (inner.bytes[0] == ' ' || inner.bytes[0] == '\t')) {
        inner.bytes++;
        inner.length--;
    }
    while (inner.length > 0 &&
           (inner.bytes[inner.length - 1] == ' ' || inner.bytes[inner.length - 1] == '\t')) {
        inner.length--;
    }
    return inner;
}

static bool same_word(const struct check *check, const char *word)
{
    return text_compare_folded(check->bytes, check->length, word, strlen(word)) == 0;
}

/* --- text --- */

static size_t count_characters(const char *bytes, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    }
    return count;
}

static bool check_plain(const struct check *check)
{
    const struct field *field = check->field;
    if (!text_is_utf8(check->bytes, check->length)) {
        return expected(check, "text in UTF-8");
    }
    size_t count = count_characters(check->bytes, check->length);
    if (field->length > 0 && count > (size_t)field->length) {
        struct text message = {0};
        text_format(&message, "expected at most %d characters, found %zu", field->length, count);
        refuse_field(field, check->error, text_string(&message));
        text_free(&message);
        return false;
    }
    return give_text(check, check->bytes, check->length);
}

static bool has_space(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)bytes[i] <= ' ') {
            return true;
        }
    }
    return false;
}

static bool check_email(const struct check *check)
{
    const char *at = memchr(check->bytes, '@', check->length);
    size_t before = at == NULL ? 0 : (size_t)(at - check->bytes);
    bool shaped = at != NULL && before > 0 && before + 1 < check->length &&
                  memchr(at + 1, '@', check->length - before - 1) == NULL &&
                  !has_space(check->bytes, check->length);
    return shaped || check->length == 0
               ? check_plain(check)
               : expected(check, "an e-mail address, such as ada@example.org");
}

static bool check_url(const struct check *check)
{
    bool shaped = !has_space(check->bytes, check->length) &&
                  (memchr(check->bytes, '.', check->length) != NULL ||
                   memchr(check->bytes, ':', check->length) != NULL);
    return shaped || check->length == 0
               ? check_plain(check)
               : expected(check, "a web address, such as https://example.org");
}

/* --- choices --- */

/* The value by its own spelling, then without regard to case, then by its label. */
static const struct picklist_value *find_choice(const struct check *check)
{
    const struct field *field = check->field;
    const struct picklist_value *found = NULL;
    for (size_t i = 0; i < field->picklist_count; i++) {
        const struct picklist_value *choice = &field->picklist[i];
        if (strlen(choice->value) == check->length &&
            memcmp(choice->value, check->bytes, check->length) == 0) {
            return choice;
        }
        if (found == NULL && same_word(check, choice->value)) {
            found = choice;
        }
    }
    for (size_t i = 0; i < field->picklist_count && found == NULL; i++) {
        if (same_word(check, field->picklist[i].label)) {
            found = &field->picklist[i];
        }
    }
    return found;
}

static bool refuse_choice(const struct check *check)
{
    struct text list = {0};
    size_t shown = 0;
    for (size_t i = 0; i < check->field->picklist_count; i++) {
        const struct picklist_value *choice = &check->field->picklist[i];
        if (!choice->active) {
            continue;
        }
        if (shown++ == MOST_CHOICES) {
            text_append_string(&list, ", …");
            break;
        }
        text_append_string(&list, list.length == 0 ? "one of " : ", ");
        text_append_string(&list, choice->value);
    }
    expected(check,
             list.length == 0 ? "one of its values, none of which is active" : text_string(&list));
    text_free(&list);
    return false;
}

static bool check_picklist(const struct check *check)
{
    struct check inner = trimmed(check);
    if (check->field->picklist_count == 0) {
        return check_plain(check);
    }
    const struct picklist_value *choice = find_choice(&inner);
    if (choice == NULL) {
        return refuse_choice(check);
    }
    if (!choice->active) {
        return expected(check, "a value that is still in use");
    }
    return give_text(check, choice->value, strlen(choice->value));
}

static bool check_combobox(const struct check *check)
{
    struct check inner = trimmed(check);
    const struct picklist_value *choice = find_choice(&inner);
    return choice != NULL && choice->active ? give_text(check, choice->value, strlen(choice->value))
                                            : check_plain(check);
}

/* A;B;C: each is checked alone, and put together without the spaces around it. */
static bool check_multipicklist(const struct check *check)
{
    struct text joined = {0};
    size_t at = 0;
    while (at < check->length) {
        const char *stop = memchr(check->bytes + at, ';', check->length - at);
        struct check one = *check;
        struct value value = value_absent();
        one.bytes = check->bytes + at;
        one.length = stop == NULL ? check->length - at : (size_t)(stop - one.bytes);
        one.out = &value;
        at += one.length + 1;
        one = trimmed(&one);
        if (one.length == 0) {
            continue;
        }
        if (!check_picklist(&one)) {
            text_free(&joined);
            return false;
        }
        text_append_string(&joined, joined.length > 0 ? ";" : "");
        text_append(&joined, value.as.text.bytes, value.as.text.length);
        value_free(&value);
    }
    return give(check, &joined);
}

static bool check_boolean(const struct check *check)
{
    static const struct {
        const char *word;
        bool truth;
    } words[] = {{"true", true}, {"false", false}, {"yes", true}, {"no", false},
                 {"1", true},    {"0", false},     {"y", true},   {"n", false},
                 {"t", true},    {"f", false},     {"on", true},  {"off", false}};
    struct check inner = trimmed(check);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (same_word(&inner, words[i].word)) {
            *check->out = value_boolean(words[i].truth);
            return true;
        }
    }
    return expected(check, "yes or no");
}

/* --- numbers --- */

static bool check_number(const struct check *check)
{
    struct check inner = trimmed(check);
    struct text number = {0};
    struct text problem = {0};
    if (check_number_read(check->field, inner.bytes, inner.length, &number, &problem)) {
        return give(check, &number);
    }
    text_free(&number);
    expected(check, text_string(&problem));
    text_free(&problem);
    return false;
}

/* --- dates --- */

static const char date_expected[] = "a date, such as 2026-11-21, today or in 3 days";
static const char datetime_expected[] =
    "a date and time, such as 2026-11-21 14:30, 2026-11-21T14:30:00Z, today or now";

/* A relative word that means one day; a whole week or month is none. */
static bool relative_day(const struct check *check, struct date *day)
{
    struct relative_date relative;
    struct date last;
    if (!relative_date_parse(check->bytes, check->length, &relative)) {
        return false;
    }
    relative_date_range(&relative, check->clock, day, &last);
    return date_to_days(*day) == date_to_days(last);
}

static bool check_date(const struct check *check)
{
    struct check inner = trimmed(check);
    struct date date;
    struct text text = {0};
    if (!date_parse(inner.bytes, inner.length, &date) && !relative_day(&inner, &date)) {
        return expected(check, date_expected);
    }
    date_print(date, &text);
    return give(check, &text);
}

static bool give_now(const struct check *check)
{
    struct date_time now = date_time_from_moment(check->clock->now);
    struct text text = {0};
    date_print(now.date, &text);
    text_format(&text, "T%02d:%02d:%02d", now.hour, now.minute, now.second);
    return give(check, &text);
}

static bool check_datetime(const struct check *check)
{
    struct check inner = trimmed(check);
    struct date date;
    struct date_time date_time;
    struct text text = {0};
    if (same_word(&inner, "now")) {
        return give_now(check);
    }
    if (date_parse(inner.bytes, inner.length, &date) || relative_day(&inner, &date)) {
        date_print(date, &text);
        text_append_string(&text, "T00:00:00");
        return give(check, &text);
    }
    if (!date_time_parse(inner.bytes, inner.length, &date_time)) {
        return expected(check, datetime_expected);
    }
    text_append(&text, inner.bytes, inner.length);
    text.bytes[strlen("2026-11-21")] = 'T';
    return give(check, &text);
}

static bool check_time(const struct check *check)
{
    struct check inner = trimmed(check);
    struct date_time time;
    struct text text = {0};
    bool one_digit = inner.length >= 2 && inner.bytes[1] == ':';
    text_append_string(&text, one_digit ? "0" : "");
    text_append(&text, inner.bytes, inner.length);
    if (!date_parse_time(text_string(&text), text.length, &time)) {
        text_free(&text);
        return expected(check, "a time, such as 14:30 or 14:30:00");
    }
    return give(check, &text);
}

/* --- bytes --- */

static bool check_base64(const struct check *check)
{
    struct text decoded = {0};
    if (!value_decode_base64(check->bytes, check->length, &decoded)) {
        text_free(&decoded);
        return expected(check, "base64, such as aGVsbG8=");
    }
    struct value bytes = value_bytes(text_string(&decoded), decoded.length);
    *check->out = value_copy(&bytes);
    text_free(&decoded);
    return true;
}

/* An id is taken as it is typed, but where its source keeps whole numbers it must be one. */
static bool check_id(const struct check *check)
{
    const char *declared = check->field->declared;
    if (declared == NULL || !text_equal_folded(declared, "integer")) {
        return check_plain(check);
    }
    struct field number = *check->field;
    number.type = FIELD_INT;
    struct check whole = *check;
    whole.field = &number;
    return check_number(&whole);
}

static const struct {
    checker check;
    const char *expected; /* for the empty text; NULL: the empty text is one of its values */
} checkers[FIELD_TYPE_COUNT] = {
    [FIELD_ID] = {check_id, "an id"},
    [FIELD_STRING] = {check_plain, NULL},
    [FIELD_TEXTAREA] = {check_plain, NULL},
    [FIELD_BOOLEAN] = {check_boolean, "yes or no"},
    [FIELD_INT] = {check_number, "a whole number, such as 42"},
    [FIELD_DOUBLE] = {check_number, "a number, such as 84000.50"},
    [FIELD_CURRENCY] = {check_number, "an amount, such as 84000.50"},
    [FIELD_PERCENT] = {check_number, "a percentage, such as 12.5"},
    [FIELD_DATE] = {check_date, date_expected},
    [FIELD_DATETIME] = {check_datetime, datetime_expected},
    [FIELD_TIME] = {check_time, "a time, such as 14:30"},
    [FIELD_EMAIL] = {check_email, NULL},
    [FIELD_PHONE] = {check_plain, NULL},
    [FIELD_URL] = {check_url, NULL},
    [FIELD_PICKLIST] = {check_picklist, NULL},
    [FIELD_MULTIPICKLIST] = {check_multipicklist, NULL},
    [FIELD_COMBOBOX] = {check_combobox, NULL},
    [FIELD_REFERENCE] = {check_plain, "the id of a record"},
    [FIELD_BASE64] = {check_base64, NULL},
    [FIELD_ENCRYPTED] = {check_plain, NULL},
    [FIELD_LOCATION] = {check_plain, NULL},
    [FIELD_ADDRESS] = {check_plain, NULL},
    [FIELD_CALCULATED] = {check_plain, NULL},
    [FIELD_ANY] = {check_plain, NULL},
};

static bool refuse_empty(const struct check *check, const char *what)
{
    struct text message = {0};
    text_format(&message, "expected %s, found nothing", what);
    refuse_field(check->field, check->error, text_string(&message));
    if (check->field->nullable) {
        error_set_hint(check->error,
                       "to clear %s set it to null: --null %s on the command line, Ctrl-D in the "
                       "editor",
                       check->field->label, check->field->name);
    }
    text_free(&message);
    return false;
}

bool check_text(const struct field *field, const char *bytes, size_t length,
                const struct date_clock *clock, struct value *out, struct error *error)
{
    unsigned type = (unsigned)field->type < FIELD_TYPE_COUNT ? field->type : FIELD_ANY;
    struct check check = {field, length == 0 ? "" : bytes, length, clock, out, error};
    *out = value_absent();
    if (length == 0 && checkers[type].expected != NULL) {
        return refuse_empty(&check, checkers[type].expected);
    }
    return checkers[type].check(&check);
}

bool check_null(const struct field *field, struct error *error)
{
    return field->nullable || refuse_field(field, error, "expected a value: it cannot be null");
}

bool check_writable(const struct field *field, bool creating, struct error *error)
{
    if (creating ? field->create : field->update) {
        return true;
    }
    if (!field->create && !field->update) {
        return refuse_field(field, error,
                            field->type == FIELD_CALCULATED
                                ? "it is worked out from other fields and cannot be written"
                                : "it is read-only");
    }
    return refuse_field(field, error,
                        creating ? "it cannot be given for a new record"
                                 : "it cannot be changed once the record exists");
}
