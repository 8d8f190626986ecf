/*
 * date: calendar arithmetic, reading and printing of dates, and moments in the user's zone.
 *
 * Any thread: the C library's own locks guard the zone. Days are counted with the proleptic
 * Gregorian calendar, so no table of months is ever out of range.
 */
#include "core/date.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SECONDS_IN_DAY = 86400, DAYS_IN_ERA = 146097, LAST_YEAR = 9999 };

int64_t date_to_days(struct date date)
{
    int64_t year = date.month <= 2 ? (int64_t)date.year - 1 : date.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t shifted_month = (date.month + 9) % 12; /* March is 0, so that leap days come last */
    int64_t day_of_year = (153 * shifted_month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_IN_ERA + day_of_era - 719468;
}

struct date date_from_days(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - (DAYS_IN_ERA - 1)) / DAYS_IN_ERA;
    int64_t day_of_era = days - era * DAYS_IN_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    struct date date;
    date.day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    date.month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    date.year = (int)(year_of_era + era * 400 + (date.month <= 2 ? 1 : 0));
    return date;
}

int date_days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) {
        return 0;
    }
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

bool date_is_valid(struct date date)
{
    return date.year >= 0 && date.year <= LAST_YEAR && date.month >= 1 && date.month <= 12 &&
           date.day >= 1 && date.day <= date_days_in_month(date.year, date.month);
}

int date_weekday(struct date date)
{
    int64_t since_monday = (date_to_days(date) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(since_monday < 0 ? since_monday + 7 : since_monday) + 1;
}

static struct date add_months(struct date date, int64_t count)
{
    int64_t months = (int64_t)date.year * 12 + (date.month - 1) + count;
    int64_t year = (months >= 0 ? months : months - 11) / 12;
    struct date moved = {(int)year, (int)(months - year * 12) + 1, date.day};
    int last = date_days_in_month(moved.year, moved.month);
    if (moved.day > last) {
        moved.day = last;
    }
    return moved;
}

struct date date_add(struct date date, enum relative_unit unit, int count)
{
    switch (unit) {
    case UNIT_DAY:
        return date_from_days(date_to_days(date) + count);
    case UNIT_WEEK:
        return date_from_days(date_to_days(date) + (int64_t)count * 7);
    case UNIT_MONTH:
        return add_months(date, count);
    case UNIT_QUARTER:
        return add_months(date, (int64_t)count * 3);
    case UNIT_YEAR:
        return add_months(date, (int64_t)count * 12);
    }
    return date;
}

/* --- reading --- */

struct reader {
    const char *bytes;
    size_t length;
    size_t at;
};

static bool read_digits(struct reader *reader, size_t count, int *out)
{
    int number = 0;
    if (reader->length - reader->at < count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        char digit = reader->bytes[reader->at + i];
        if (digit < '0' || digit > '9') {
            return false;
        }
        number = number * 10 + (digit - '0');
    }
    reader->at += count;
    *out = number;
    return true;
}

static bool read_one_of(struct reader *reader, const char *characters, char *found)
{
    if (reader->at >= reader->length || reader->bytes[reader->at] == '\0' ||
        strchr(characters, reader->bytes[reader->at]) == NULL) {
        return false;
    }
    *found = reader->bytes[reader->at++];
    return true;
}

static bool read_character(struct reader *reader, char character)
{
    if (reader->at >= reader->length || reader->bytes[reader->at] != character) {
        return false;
    }
    reader->at++;
    return true;
}

static bool read_date(struct reader *reader, struct date *date)
{
    return read_digits(reader, 4, &date->year) && read_character(reader, '-') &&
           read_digits(reader, 2, &date->month) && read_character(reader, '-') &&
           read_digits(reader, 2, &date->day) && date_is_valid(*date);
}

/* The digits after the point, to nanoseconds; more are cut. */
static bool read_fraction(struct reader *reader, int *fraction)
{
    int scale = 100000000;
    size_t start = reader->at;
    *fraction = 0;
    while (reader->at < reader->length && reader->bytes[reader->at] >= '0' &&
           reader->bytes[reader->at] <= '9') {
        *fraction += (reader->bytes[reader->at] - '0') * scale;
        scale /= 10;
        reader->at++;
    }
    return reader->at > start;
}

static bool read_clock(struct reader *reader, struct date_time *out)
{
    if (!read_digits(reader, 2, &out->hour) || !read_character(reader, ':') ||
        !read_digits(reader, 2, &out->minute) || out->hour > 23 || out->minute > 59) {
        return false;
    }
    if (!read_character(reader, ':')) {
        return true;
    }
    if (!read_digits(reader, 2, &out->second) || out->second > 59) {
        return false;
    }
    return !read_character(reader, '.') || read_fraction(reader, &out->fraction);
}

/* Z, ±HH:MM or ±HHMM, or nothing. */
static bool read_zone_offset(struct reader *reader, struct date_time *out)
{
    char sign;
    if (reader->at == reader->length) {
        return true;
    }
    out->has_zone = true;
    if (read_one_of(reader, "Zz", &sign)) {
        return true;
    }
    int hours;
    int minutes;
    if (!read_one_of(reader, "+-", &sign) || !read_digits(reader, 2, &hours)) {
        return false;
    }
    read_character(reader, ':');
    if (!read_digits(reader, 2, &minutes) || hours > 15 || minutes > 59) {
        return false;
    }
    out->offset_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    return true;
}

bool date_parse(const char *bytes, size_t length, struct date *out)
{
    struct reader reader = {bytes, length, 0};
    struct date date;
    if (!read_date(&reader, &date) || reader.at != length) {
        return false;
    }
    *out = date;
    return true;
}

bool date_time_parse(const char *bytes, size_t length, struct date_time *out)
{
    struct reader reader = {bytes, length, 0};
    struct date_time date_time = {0};
    char separator;
    if (!read_date(&reader, &date_time.date)) {
        return false;
    }
    if (reader.at < length) {
        if (!read_one_of(&reader, "Tt ", &separator) || !read_clock(&reader, &date_time) ||
            !read_zone_offset(&reader, &date_time) || reader.at != length) {
            return false;
        }
    }
    *out = date_time;
    return true;
}

bool date_parse_time(const char *bytes, size_t length, struct date_time *out)
{
    struct reader reader = {bytes, length, 0};
    struct date_time date_time = {0};
    char zone;
    date_time.date = date_from_days(0);
    if (!read_clock(&reader, &date_time)) {
        return false;
    }
    date_time.has_zone = read_one_of(&reader, "Zz", &zone);
    if (reader.at != length) {
        return false;
    }
    *out = date_time;
    return true;
}

/* --- moments --- */

/* Seconds since 1970 as if the clock on the wall were UTC's. */
static int64_t wall_seconds(const struct date_time *date_time)
{
    return date_to_days(date_time->date) * SECONDS_IN_DAY + (int64_t)date_time->hour * 3600 +
           (int64_t)date_time->minute * 60 + date_time->second -
           (int64_t)date_time->offset_minutes * 60;
}

/* Seconds by which the user's zone is ahead of UTC at a moment. */
static int64_t zone_offset(int64_t moment)
{
    struct date_time local = date_time_from_moment(moment);
    return wall_seconds(&local) - moment;
}

/* With the offset of the day before or the day after, whichever gives back this time on the clock:
 * the first of the two moments where clocks go back, and as much later as they go forward. mktime
 * would do, but looks at the zone's file each time. */
static int64_t local_to_moment(const struct date_time *date_time)
{
    int64_t wall = wall_seconds(date_time);
    int64_t before = zone_offset(wall - SECONDS_IN_DAY);
    int64_t after = zone_offset(wall + SECONDS_IN_DAY);
    bool holds_before = before == after || zone_offset(wall - before) == before;
    bool holds_after = !holds_before && zone_offset(wall - after) == after;
    return wall - (holds_after ? after : before);
}

int64_t date_time_to_moment(const struct date_time *date_time)
{
    return date_time->has_zone ? wall_seconds(date_time) : local_to_moment(date_time);
}

int date_time_compare(const struct date_time *a, const struct date_time *b)
{
    int64_t a_seconds = wall_seconds(a);
    int64_t b_seconds = wall_seconds(b);
    int64_t apart = a_seconds - b_seconds;
    bool near = apart <= 2 * SECONDS_IN_DAY && apart >= -2 * SECONDS_IN_DAY;
    /* No zone is two days from UTC, and two times on one clock need no zone: only the rest needs
     * the zone's rules, which are slow. */
    if (near && a->has_zone != b->has_zone) {
        a_seconds = date_time_to_moment(a);
        b_seconds = date_time_to_moment(b);
    }
    return (a_seconds > b_seconds) - (a_seconds < b_seconds);
}

struct date_time date_time_from_moment(int64_t moment)
{
    struct date_time date_time = {0};
    struct tm parts = {0};
    time_t seconds = (time_t)moment;
    if (localtime_r(&seconds, &parts) == NULL) {
        date_time.date = date_from_days(0);
        return date_time;
    }
    date_time.date.year = parts.tm_year + 1900;
    date_time.date.month = parts.tm_mon + 1;
    date_time.date.day = parts.tm_mday;
    date_time.hour = parts.tm_hour;
    date_time.minute = parts.tm_min;
    date_time.second = parts.tm_sec;
    return date_time;
}

int64_t date_start(struct date date)
{
    struct date_time midnight = {.date = date};
    return local_to_moment(&midnight);
}

struct date_clock date_clock_now(int week_start)
{
    struct date_clock clock = {(int64_t)time(NULL), week_start};
    const char *fixed = getenv("DOSSIER_NOW");
    struct date_time date_time;
    tzset(); /* localtime_r need not look at TZ by itself, and every query begins here */
    if (fixed != NULL && date_time_parse(fixed, strlen(fixed), &date_time)) {
        clock.now = date_time_to_moment(&date_time);
    }
    return clock;
}

struct date date_today(const struct date_clock *clock)
{
    return date_time_from_moment(clock->now).date;
}

void date_print(struct date date, struct text *out)
{
    text_format(out, "%04d-%02d-%02d", date.year, date.month, date.day);
}

void date_print_moment_utc(int64_t moment, struct text *out)
{
    int64_t days = moment / SECONDS_IN_DAY;
    int64_t rest = moment % SECONDS_IN_DAY;
    if (rest < 0) {
        rest += SECONDS_IN_DAY;
        days--;
    }
    date_print(date_from_days(days), out);
    text_format(out, "T%02d:%02d:%02dZ", (int)(rest / 3600), (int)(rest / 60 % 60),
                (int)(rest % 60));
}
