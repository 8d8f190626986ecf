/*
 * calendar: a month to choose a day from, and the short words that name a day. The model is pure;
 * drawing is UI thread.
 */
#ifndef DOSSIER_UI_WIDGETS_CALENDAR_H
#define DOSSIER_UI_WIDGETS_CALENDAR_H

#include "core/date.h"
#include "ui/canvas.h"

enum { CALENDAR_COLUMNS = 21, CALENDAR_WEEKS = 6 };

struct calendar {
    struct date day; /* the chosen one */
    int week_start;  /* 1 Monday … 7 Sunday */
};

/* The day in a cell of the month's grid: week 0 to 5, weekday 0 to 6 from the start of the week.
 * The first and last cells belong to the months before and after. */
struct date calendar_cell(const struct calendar *calendar, int week, int weekday);
/* The week of the grid that the chosen day is in. */
int calendar_week(const struct calendar *calendar);
/* Weeks the month touches: 4 to 6. */
int calendar_weeks(const struct calendar *calendar);

/* Reads a day: 2026-12-01; relative words (their first day: "next month"); +1w, -3d, +2m, +1q, +1y
 * from today; som, eom, soq, eoq, soy, eoy, sow, eow (start and end of this month, quarter, year,
 * week). False, and *day as it was, for anything else. */
bool calendar_read(const char *text, size_t length, const struct date_clock *clock,
                   struct date *day);
/* Reads "DAY", "DAY HH:MM[:SS]" and "now" into a moment's text in the manner YYYY-MM-DD?HH:MM:SS,
 * where ? is the separator. False when the text is none of these. */
bool calendar_read_moment(const char *text, size_t length, const struct date_clock *clock,
                          char separator, struct text *out);

/* "February 2027", and "Mon". */
void calendar_title(const struct calendar *calendar, struct text *out);
const char *calendar_weekday_name(int weekday); /* 1 Monday … 7 Sunday */

/* Draws weekday names and as many weeks as there are rows, the chosen one among them. */
void calendar_draw(const struct calendar *calendar, struct date today, struct canvas *canvas,
                   int row, int rows);

#endif
