/*
 * date_relative: the relative words of the filter language, read, printed and worked out.
 *
 * Pure; any thread. A range always lies within the years 1 to 9999.
 */
#include "core/date.h"

#include <string.h>
#include <strings.h>

enum { MOST_WORDS = 3, MOST_DIGITS = 6 };

struct word {
    const char *bytes;
    size_t length;
};

static const char *const unit_names[] = {
    [UNIT_DAY] = "day",         [UNIT_WEEK] = "week", [UNIT_MONTH] = "month",
    [UNIT_QUARTER] = "quarter", [UNIT_YEAR] = "year",
};
static const size_t unit_count = sizeof unit_names / sizeof unit_names[0];

static const struct {
    const char *word;
    enum relative_kind kind;
    bool counted; /* a number may stand between the word and the unit */
} span_words[] = {
    {"this", RELATIVE_THIS, false},
    {"last", RELATIVE_LAST, true},
    {"next", RELATIVE_NEXT, true},
};

static const struct {
    const char *word;
    enum relative_kind kind;
} day_words[] = {
    {"today", RELATIVE_TODAY},
    {"yesterday", RELATIVE_YESTERDAY},
    {"tomorrow", RELATIVE_TOMORROW},
};

static bool word_is(const struct word *word, const char *wanted)
{
    return word->length == strlen(wanted) && strncasecmp(word->bytes, wanted, word->length) == 0;
}

bool relative_unit_parse(const char *bytes, size_t length, enum relative_unit *out)
{
    for (size_t i = 0; i < unit_count; i++) {
        size_t name_length = strlen(unit_names[i]);
        bool plural = length == name_length + 1 && (bytes[name_length] | 0x20) == 's';
        if ((length == name_length || plural) &&
            strncasecmp(bytes, unit_names[i], name_length) == 0) {
            *out = (enum relative_unit)i;
            return true;
        }
    }
    return false;
}

static bool word_is_unit(const struct word *word, enum relative_unit *unit)
{
    return relative_unit_parse(word->bytes, word->length, unit);
}

static bool word_is_count(const struct word *word, int *count)
{
    int number = 0;
    if (word->length == 0 || word->length > MOST_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < word->length; i++) {
        if (word->bytes[i] < '0' || word->bytes[i] > '9') {
            return false;
        }
        number = number * 10 + (word->bytes[i] - '0');
    }
    *count = number;
    return true;
}

static bool is_space(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

/* Splits at white space; MOST_WORDS + 1 when there are more words than a relative date has. */
static size_t split_words(const char *text, size_t length, struct word *words)
{
    size_t count = 0;
    size_t at = 0;
    for (;;) {
        while (at < length && is_space(text[at])) {
            at++;
        }
        if (at == length) {
            return count;
        }
        if (count == MOST_WORDS) {
            return MOST_WORDS + 1;
        }
        size_t start = at;
        while (at < length && !is_space(text[at])) {
            at++;
        }
        words[count].bytes = text + start;
        words[count].length = at - start;
        count++;
    }
}

static bool parse_day(const struct word *word, struct relative_date *out)
{
    for (size_t i = 0; i < sizeof day_words / sizeof day_words[0]; i++) {
        if (word_is(word, day_words[i].word)) {
            out->kind = day_words[i].kind;
            return true;
        }
    }
    return false;
}

/* this week, last month, next 3 years */
static bool parse_span(const struct word *words, size_t count, struct relative_date *out)
{
    for (size_t i = 0; i < sizeof span_words / sizeof span_words[0]; i++) {
        if (!word_is(&words[0], span_words[i].word)) {
            continue;
        }
        out->kind = span_words[i].kind;
        if (count == 2) {
            return word_is_unit(&words[1], &out->unit);
        }
        return count == 3 && span_words[i].counted && word_is_count(&words[1], &out->count) &&
               out->count > 0 && word_is_unit(&words[2], &out->unit);
    }
    return false;
}

bool relative_date_parse(const char *text, size_t length, struct relative_date *out)
{
    struct word words[MOST_WORDS];
    struct relative_date relative = {0};
    size_t count = split_words(text, length, words);
    bool read = false;
    if (count == 0 || count > MOST_WORDS) {
        return false;
    }
    if (count == 1) {
        read = parse_day(&words[0], &relative);
    } else if (count == 3 && word_is(&words[2], "ago")) {
        relative.kind = RELATIVE_AGO;
        read = word_is_count(&words[0], &relative.count) && word_is_unit(&words[1], &relative.unit);
    } else if (count == 3 && word_is(&words[0], "in")) {
        relative.kind = RELATIVE_IN;
        read = word_is_count(&words[1], &relative.count) && word_is_unit(&words[2], &relative.unit);
    } else {
        read = parse_span(words, count, &relative);
    }
    if (read) {
        *out = relative;
    }
    return read;
}

static void print_counted(const struct relative_date *relative, struct text *out)
{
    text_format(out, "%d %s%s", relative->count, unit_names[relative->unit],
                relative->count == 1 ? "" : "s");
}

void relative_date_print(const struct relative_date *relative, struct text *out)
{
    switch (relative->kind) {
    case RELATIVE_TODAY:
    case RELATIVE_YESTERDAY:
    case RELATIVE_TOMORROW:
        text_append_string(out, day_words[relative->kind].word);
        break;
    case RELATIVE_THIS:
    case RELATIVE_LAST:
    case RELATIVE_NEXT:
        text_format(out, "%s ", span_words[relative->kind - RELATIVE_THIS].word);
        if (relative->count > 0 && relative->kind != RELATIVE_THIS) {
            print_counted(relative, out);
        } else {
            text_append_string(out, unit_names[relative->unit]);
        }
        break;
    case RELATIVE_AGO:
        print_counted(relative, out);
        text_append_string(out, " ago");
        break;
    case RELATIVE_IN:
        text_append_string(out, "in ");
        print_counted(relative, out);
        break;
    }
}

/* The first day of the whole week, month, quarter or year a day lies in. */
static struct date unit_start(struct date date, enum relative_unit unit, int week_start)
{
    switch (unit) {
    case UNIT_DAY:
        break;
    case UNIT_WEEK:
        return date_from_days(date_to_days(date) - (date_weekday(date) - week_start + 7) % 7);
    case UNIT_MONTH:
        date.day = 1;
        break;
    case UNIT_QUARTER:
        date.day = 1;
        date.month = (date.month - 1) / 3 * 3 + 1;
        break;
    case UNIT_YEAR:
        date.day = 1;
        date.month = 1;
        break;
    }
    return date;
}

/* Spans of days are counted from today; `last N days` has today in it, so that "the last 7 days"
 * does not leave out what happened this morning. */
static void day_span(const struct relative_date *relative, struct date today, struct date *first,
                     struct date *last)
{
    int count = relative->count;
    *first = today;
    *last = today;
    if (relative->kind == RELATIVE_LAST) {
        *first = date_add(today, UNIT_DAY, count == 0 ? -1 : -count);
        *last = count == 0 ? *first : today;
    } else if (relative->kind == RELATIVE_NEXT) {
        *first = date_add(today, UNIT_DAY, 1);
        *last = date_add(today, UNIT_DAY, count == 0 ? 1 : count);
    }
}

static void whole_span(const struct relative_date *relative, struct date today, int week_start,
                       struct date *first, struct date *last)
{
    struct date start = unit_start(today, relative->unit, week_start);
    int count = relative->count == 0 ? 1 : relative->count;
    int from = 0;
    int to = 1;
    if (relative->kind == RELATIVE_LAST) {
        from = -count;
        to = 0;
    } else if (relative->kind == RELATIVE_NEXT) {
        from = 1;
        to = count + 1;
    }
    *first = date_add(start, relative->unit, from);
    *last = date_add(date_add(start, relative->unit, to), UNIT_DAY, -1);
}

static struct date within_calendar(struct date date)
{
    static const struct date earliest = {1, 1, 1};
    static const struct date latest = {9999, 12, 31};
    if (date.year < earliest.year) {
        return earliest;
    }
    return date.year > latest.year ? latest : date;
}

void relative_date_range(const struct relative_date *relative, const struct date_clock *clock,
                         struct date *first, struct date *last)
{
    struct date today = date_today(clock);
    int week_start = clock->week_start >= 1 && clock->week_start <= 7 ? clock->week_start : 1;
    *first = today;
    switch (relative->kind) {
    case RELATIVE_TODAY:
        break;
    case RELATIVE_YESTERDAY:
        *first = date_add(today, UNIT_DAY, -1);
        break;
    case RELATIVE_TOMORROW:
        *first = date_add(today, UNIT_DAY, 1);
        break;
    case RELATIVE_AGO:
        *first = date_add(today, relative->unit, -relative->count);
        break;
    case RELATIVE_IN:
        *first = date_add(today, relative->unit, relative->count);
        break;
    case RELATIVE_THIS:
    case RELATIVE_LAST:
    case RELATIVE_NEXT:
        if (relative->unit == UNIT_DAY) {
            day_span(relative, today, first, last);
        } else {
            whole_span(relative, today, week_start, first, last);
        }
        *first = within_calendar(*first);
        *last = within_calendar(*last);
        return;
    }
    *first = within_calendar(*first);
    *last = *first;
}
