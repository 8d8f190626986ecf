/*
 * calendar_draw: a month on a canvas. The chosen day stands in brackets and today has a dot before
 * it, so that neither needs a colour to be seen. UI thread.
 */
#include "ui/widgets/calendar.h"

static enum role cell_role(const struct calendar *calendar, struct date day, struct date today)
{
    if (date_to_days(day) == date_to_days(calendar->day)) {
        return ROLE_CURSOR;
    }
    if (date_to_days(day) == date_to_days(today)) {
        return ROLE_MATCH;
    }
    return day.month == calendar->day.month ? ROLE_TEXT : ROLE_DIM;
}

static void draw_week(const struct calendar *calendar, struct date today, struct canvas *canvas,
                      int row, int week)
{
    for (int weekday = 0; weekday < 7; weekday++) {
        struct date day = calendar_cell(calendar, week, weekday);
        enum role role = cell_role(calendar, day, today);
        int column = weekday * 3;
        const char *before = role == ROLE_CURSOR ? "[" : role == ROLE_MATCH ? "." : " ";
        canvas_printf(canvas, row, column, 3, role, "%s%2d", before, day.day);
    }
}

static void draw_heading(const struct calendar *calendar, struct canvas *canvas, int row)
{
    for (int weekday = 0; weekday < 7; weekday++) {
        canvas_printf(canvas, row, weekday * 3, 3, ROLE_HEADING, " %.2s",
                      calendar_weekday_name(calendar->week_start + weekday));
    }
}

/* The bracket behind the chosen day stands in its neighbour's first cell, and is drawn after it. */
static void close_bracket(const struct calendar *calendar, struct canvas *canvas, int row)
{
    int weekday = (date_weekday(calendar->day) - calendar->week_start + 7) % 7;
    canvas_string(canvas, row, weekday * 3 + 3, 1, ROLE_CURSOR, "]");
}

void calendar_draw(const struct calendar *calendar, struct date today, struct canvas *canvas,
                   int row, int rows)
{
    if (rows < 2) {
        return;
    }
    draw_heading(calendar, canvas, row);
    int shown = rows - 1 < CALENDAR_WEEKS ? rows - 1 : CALENDAR_WEEKS;
    int chosen = calendar_week(calendar);
    int first = chosen >= shown ? chosen - shown + 1 : 0;
    for (int i = 0; i < shown; i++) {
        draw_week(calendar, today, canvas, row + 1 + i, first + i);
    }
    close_bracket(calendar, canvas, row + 1 + chosen - first);
}
