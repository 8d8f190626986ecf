/*
 * date: calendar dates, moments, and the relative words of the filter language.
 *
 * Dates are proleptic Gregorian; moments are seconds since 1970-01-01 UTC with nanoseconds cut.
 * The user's zone is TZ's. What "now" is comes from a struct date_clock, made once per query, so
 * that every backend gives the same answer and tests can stand still (DOSSIER_NOW). Any thread.
 */
#ifndef DOSSIER_CORE_DATE_H
#define DOSSIER_CORE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/schema.h"
#include "core/text.h"

struct date {
    int year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
};

struct date_time {
    struct date date;
    int hour, minute, second;
    int fraction; /* nanoseconds */
    bool has_zone;
    int offset_minutes; /* east of UTC; 0 for Z */
};

enum relative_kind {
    RELATIVE_TODAY,
    RELATIVE_YESTERDAY,
    RELATIVE_TOMORROW,
    RELATIVE_THIS, /* unit */
    RELATIVE_LAST, /* unit, count (1 when not written) */
    RELATIVE_NEXT,
    RELATIVE_AGO, /* count units ago: that day */
    RELATIVE_IN   /* in count units: that day */
};

enum relative_unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR };

struct relative_date {
    enum relative_kind kind;
    enum relative_unit unit;
    int count; /* 0 when no number was written: "last week" against "last 1 weeks" */
};

struct date_clock {
    int64_t now;    /* seconds since 1970 UTC */
    int week_start; /* 1 Monday … 7 Sunday */
};

/* The clock now: DOSSIER_NOW (2026-11-21T12:00:00Z) if set and valid, else the system's. */
struct date_clock date_clock_now(int week_start);
struct date date_today(const struct date_clock *clock); /* in the user's zone */

int64_t date_to_days(struct date date); /* days since 1970-01-01 */
struct date date_from_days(int64_t days);
bool date_is_valid(struct date date);
int date_weekday(struct date date); /* 1 Monday … 7 Sunday */
int date_days_in_month(int year, int month);
/* Adds units; a day past the month's end becomes its last day. */
struct date date_add(struct date date, enum relative_unit unit, int count);

/* Reads YYYY-MM-DD exactly (whole text). */
bool date_parse(const char *bytes, size_t length, struct date *out);
/* Reads YYYY-MM-DD, optionally with T or space, HH:MM[:SS[.fff]] and Z, ±HH:MM or ±HHMM. */
bool date_time_parse(const char *bytes, size_t length, struct date_time *out);
/* Reads HH:MM[:SS[.fff]][Z]. */
bool date_parse_time(const char *bytes, size_t length, struct date_time *out);
/* The moment, in seconds since 1970 UTC; without a zone, in the user's. */
int64_t date_time_to_moment(const struct date_time *date_time);
/* Compares two moments: <0, 0, >0, to the second. Fast where they are more than two days apart. */
int date_time_compare(const struct date_time *a, const struct date_time *b);
/* The first moment of a day in the user's zone, also where the clocks change at midnight. */
int64_t date_start(struct date date);
/* Splits a moment in the user's zone. */
struct date_time date_time_from_moment(int64_t moment);
void date_print(struct date date, struct text *out);          /* 2026-11-21 */
void date_print_moment_utc(int64_t moment, struct text *out); /* 2026-11-21T13:30:00Z */

/* The words of the filter language: "today", "last 3 weeks", "3 days ago", "in 2 months".
 * Parsing takes the whole text; case does not matter. */
bool relative_date_parse(const char *text, size_t length, struct relative_date *out);
/* A unit's word, singular or plural, without regard to case. */
bool relative_unit_parse(const char *bytes, size_t length, enum relative_unit *out);
void relative_date_print(const struct relative_date *relative, struct text *out);
/* First and last day it covers, both included, kept within the years 1 to 9999. `last day` is
 * yesterday and `next day` tomorrow, while `last 1 days` is from yesterday to today. */
void relative_date_range(const struct relative_date *relative, const struct date_clock *clock,
                         struct date *first, struct date *last);

#endif
