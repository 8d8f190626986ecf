/* calendar: see calendar.h. The chosen day is always a valid date. */
#include "ui/widgets/calendar.h"

#include <string.h>

static const char *const weekday_names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

const char *calendar_weekday_name(int weekday)
{
    return weekday_names[(weekday + 6) % 7];
}

/* --- the grid --- */

static struct date days_after(struct date day, int days)
{
    return date_from_days(date_to_days(day) + days);
}

static struct date start_of_week(struct date day, int week_start)
{
    return days_after(day, -((date_weekday(day) - week_start + 7) % 7));
}

static struct date first_cell(const struct calendar *calendar)
{
    struct date first = {calendar->day.year, calendar->day.month, 1};
    return start_of_week(first, calendar->week_start);
}

struct date calendar_cell(const struct calendar *calendar, int week, int weekday)
{
    return days_after(first_cell(calendar), week * 7 + weekday);
}

static int week_of(const struct calendar *calendar, struct date day)
{
    return (int)((date_to_days(day) - date_to_days(first_cell(calendar))) / 7);
}

int calendar_week(const struct calendar *calendar)
{
    return week_of(calendar, calendar->day);
}

int calendar_weeks(const struct calendar *calendar)
{
    struct date last = calendar->day;
    last.day = date_days_in_month(last.year, last.month);
    return week_of(calendar, last) + 1;
}

/* --- words --- */

static struct date end_of_month(struct date day)
{
    day.day = date_days_in_month(day.year, day.month);
    return day;
}

static struct date start_of_month(struct date day)
{
    day.day = 1;
    return day;
}

static struct date start_of_quarter(struct date day)
{
    return (struct date){day.year, (day.month - 1) / 3 * 3 + 1, 1};
}

static struct date end_of_quarter(struct date day)
{
    return end_of_month((struct date){day.year, (day.month - 1) / 3 * 3 + 3, 1});
}

static struct date start_of_year(struct date day)
{
    return (struct date){day.year, 1, 1};
}

static struct date end_of_year(struct date day)
{
    return (struct date){day.year, 12, 31};
}

static const struct {
    const char *word;
    struct date (*of)(struct date today);
} day_words[] = {
    {"som", start_of_month}, {"eom", end_of_month},  {"soq", start_of_quarter},
    {"eoq", end_of_quarter}, {"soy", start_of_year}, {"eoy", end_of_year},
};

static bool word_is(const char *text, size_t length, const char *word)
{
    return text_compare_folded(text, length, word, strlen(word)) == 0;
}

static bool read_word(const char *text, size_t length, const struct date_clock *clock,
                      struct date *day)
{
    struct date today = date_today(clock);
    for (size_t i = 0; i < sizeof day_words / sizeof *day_words; i++) {
        if (word_is(text, length, day_words[i].word)) {
            *day = day_words[i].of(today);
            return true;
        }
    }
    struct date week = start_of_week(today, clock->week_start);
    if (word_is(text, length, "sow")) {
        *day = week;
    } else if (word_is(text, length, "eow")) {
        *day = days_after(week, 6);
    } else {
        return false;
    }
    return true;
}

/* The unit of a step by its letter; a step without a letter is in days. */
static bool step_unit(const char *text, size_t length, enum relative_unit *unit)
{
    static const char letters[] = "dwmqy";
    static const enum relative_unit units[] = {UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER,
                                               UNIT_YEAR};
    *unit = UNIT_DAY;
    if (!length) {
        return true;
    }
    const char *found = length == 1 && *text ? strchr(letters, *text | 0x20) : NULL;
    if (found) {
        *unit = units[found - letters];
    }
    return found != NULL;
}

/* +1w, -3d: at most four digits, which keeps every date within reason. */
static bool read_step(const char *text, size_t length, const struct date_clock *clock,
                      struct date *day)
{
    if (length < 2 || (text[0] != '+' && text[0] != '-')) {
        return false;
    }
    int count = 0;
    size_t at = 1;
    for (; at < length && at <= 4 && text[at] >= '0' && text[at] <= '9'; at++) {
        count = count * 10 + (text[at] - '0');
    }
    enum relative_unit unit;
    if (at == 1 || !step_unit(text + at, length - at, &unit)) {
        return false;
    }
    struct date moved = date_add(date_today(clock), unit, text[0] == '-' ? -count : count);
    if (!date_is_valid(moved)) {
        return false;
    }
    *day = moved;
    return true;
}

static void trim(const char **text, size_t *length)
{
    while (*length && **text == ' ') {
        (*text)++;
        (*length)--;
    }
    while (*length && (*text)[*length - 1] == ' ') {
        (*length)--;
    }
}

bool calendar_read(const char *text, size_t length, const struct date_clock *clock,
                   struct date *day)
{
    trim(&text, &length);
    struct relative_date relative;
    struct date last;
    if (date_parse(text, length, day)) {
        return true;
    }
    if (relative_date_parse(text, length, &relative)) {
        relative_date_range(&relative, clock, day, &last);
        return true;
    }
    return read_word(text, length, clock, day) || read_step(text, length, clock, day);
}

static void print_moment(const struct date_time *moment, char separator, struct text *out)
{
    date_print(moment->date, out);
    text_format(out, "%c%02d:%02d:%02d", separator, moment->hour, moment->minute, moment->second);
}

bool calendar_read_moment(const char *text, size_t length, const struct date_clock *clock,
                          char separator, struct text *out)
{
    trim(&text, &length);
    struct date_time moment = {0};
    if (word_is(text, length, "now")) {
        moment = date_time_from_moment(clock->now);
        print_moment(&moment, separator, out);
        return true;
    }
    size_t day_length = length;
    for (size_t i = length; i > 0; i--) {
        if (text[i - 1] == ' ' && date_parse_time(text + i, length - i, &moment)) {
            day_length = i - 1;
            break;
        }
    }
    if (!calendar_read(text, day_length, clock, &moment.date)) {
        return false;
    }
    print_moment(&moment, separator, out);
    return true;
}

void calendar_title(const struct calendar *calendar, struct text *out)
{
    text_format(out, "%s %d", month_names[calendar->day.month - 1], calendar->day.year);
}
