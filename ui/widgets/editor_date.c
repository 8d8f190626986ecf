/*
 * editor_date: a date or a moment, typed or chosen from a month. Typing starts afresh, like typing
 * over a selection; the arrows move the day. Relative words are shown as the date they mean, and
 * kept as words only for a filter. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "ui/app.h"
#include "ui/widgets/calendar.h"
#include "ui/widgets/editor_base.h"
#include "ui/widgets/keys.h"

struct date_editor {
    struct editor_base base;
    struct line_editor line;
    struct calendar calendar;
    struct date_clock clock;
    char separator; /* between date and time, as the present value has it */
    bool fresh;     /* nothing typed yet: the first character replaces the text */
};

enum { LINE_ROW, CALENDAR_ROW, DATE_COLUMNS = 34, FILTER_COLUMNS = 46 };

static void date_close(struct pane *pane)
{
    struct date_editor *editor = (struct date_editor *)pane;
    line_editor_free(&editor->line);
    editor_base_free(&editor->base);
}

static bool has_time(const struct date_editor *editor)
{
    return editor->base.field.type == FIELD_DATETIME;
}

/* --- text and calendar follow each other --- */

static bool typed_day(const struct date_editor *editor, struct date *day)
{
    const struct text *text = &editor->line.text;
    struct date_time moment;
    if (calendar_read(text_string(text), text->length, &editor->clock, day)) {
        return true;
    }
    if (has_time(editor) && date_time_parse(text_string(text), text->length, &moment)) {
        *day = moment.date;
        return true;
    }
    struct text words = {0};
    bool found = has_time(editor) &&
                 calendar_read_moment(text_string(text), text->length, &editor->clock, ' ', &words);
    found = found && date_parse(words.bytes, 10, day);
    text_free(&words);
    return found;
}

static void follow_text(struct date_editor *editor)
{
    struct date day;
    if (typed_day(editor, &day)) {
        editor->calendar.day = day;
    }
}

/* Puts the calendar's day into the text; a time behind the date stays. */
static void follow_calendar(struct date_editor *editor)
{
    struct text written = {0};
    struct date old;
    const struct text *text = &editor->line.text;
    date_print(editor->calendar.day, &written);
    if (text->length > 10 && date_parse(text->bytes, 10, &old)) {
        text_append(&written, text->bytes + 10, text->length - 10);
    } else if (has_time(editor)) {
        text_format(&written, "%c00:00:00", editor->separator);
    }
    line_editor_replace(&editor->line, 0, editor->line.text.length, written.bytes, written.length);
    text_free(&written);
    editor->fresh = true;
}

/* --- keys --- */

static const struct {
    enum key_code code;
    enum relative_unit unit;
    int count;
} steps[] = {
    {PRESS_LEFT, UNIT_DAY, -1},          {PRESS_RIGHT, UNIT_DAY, 1},
    {PRESS_UP, UNIT_WEEK, -1},           {PRESS_DOWN, UNIT_WEEK, 1},
    {PRESS_PAGE_UP, UNIT_MONTH, -1},     {PRESS_PAGE_DOWN, UNIT_MONTH, 1},
    {PRESS_CONTROL_LEFT, UNIT_YEAR, -1}, {PRESS_CONTROL_RIGHT, UNIT_YEAR, 1},
};

static bool step_key(struct date_editor *editor, const struct key_press *key)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (key_is(key, steps[i].code)) {
            struct date moved = date_add(editor->calendar.day, steps[i].unit, steps[i].count);
            if (date_is_valid(moved) && moved.year > 0 && moved.year < 10000) {
                editor->calendar.day = moved;
            }
            follow_calendar(editor);
            return true;
        }
    }
    return false;
}

static unsigned accept_day(struct date_editor *editor, const struct text *text)
{
    struct text written = {0};
    struct date day;
    if (calendar_read(text_string(text), text->length, &editor->clock, &day)) {
        date_print(day, &written);
    } else {
        text_append(&written, text_string(text), text->length);
    }
    unsigned reaction = editor_accept_text(&editor->base, text_string(&written), written.length);
    text_free(&written);
    return reaction;
}

static unsigned accept_moment(struct date_editor *editor, const struct text *text)
{
    struct text written = {0};
    if (!calendar_read_moment(text_string(text), text->length, &editor->clock, editor->separator,
                              &written)) {
        text_append(&written, text_string(text), text->length);
    }
    unsigned reaction = editor_accept_text(&editor->base, text_string(&written), written.length);
    text_free(&written);
    return reaction;
}

/* A filter compares with a day, or keeps the words; a record needs what the words mean. */
static unsigned date_accept(struct date_editor *editor)
{
    bool empty_filter = editor->base.request.filter_value && !editor->line.text.length;
    if (!editor->line.touched && !editor->base.request.refused && !empty_filter) {
        return editor_cancel(&editor->base);
    }
    if (empty_filter) {
        follow_calendar(editor);
    }
    const struct text *text = &editor->line.text;
    struct relative_date relative;
    if (editor->base.request.filter_value &&
        relative_date_parse(text_string(text), text->length, &relative)) {
        return editor_accept_text(&editor->base, text->bytes, text->length);
    }
    struct date day;
    bool full = date_time_parse(text_string(text), text->length, &(struct date_time){0}) &&
                !date_parse(text_string(text), text->length, &day);
    if (full && has_time(editor)) {
        return editor_accept_text(&editor->base, text->bytes, text->length);
    }
    return has_time(editor) ? accept_moment(editor, text) : accept_day(editor, text);
}

static unsigned date_type(struct date_editor *editor, const struct key_press *key)
{
    bool types = key->kind != KEY_PRESS_FUNCTION && !key->alt;
    if (types && editor->fresh) {
        line_editor_replace(&editor->line, 0, editor->line.text.length, "", 0);
    }
    editor->fresh = false;
    if (!line_editor_key(&editor->line, key)) {
        return REACTION_HANDLED;
    }
    follow_text(editor);
    if (editor->base.mistake.length) {
        return editor_mistake(&editor->base, "");
    }
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned date_key(struct pane *pane, const struct key_press *key)
{
    struct date_editor *editor = (struct date_editor *)pane;
    if (key_is(key, PRESS_ENTER) || key_is(key, PRESS_TAB)) {
        return date_accept(editor);
    }
    unsigned reaction = editor_common_key(&editor->base, key);
    if (reaction != REACTION_IGNORED) {
        return reaction;
    }
    if (step_key(editor, key)) {
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    return date_type(editor, key);
}

static unsigned date_mouse(struct pane *pane, const struct mouse_event *event)
{
    struct date_editor *editor = (struct date_editor *)pane;
    if (!event->pressed || event->button != 1 || event->row <= CALENDAR_ROW) {
        return REACTION_IGNORED;
    }
    int week = event->row - CALENDAR_ROW - 1, weekday = event->column / 3;
    if (week >= CALENDAR_WEEKS || weekday > 6) {
        return REACTION_IGNORED;
    }
    editor->calendar.day = calendar_cell(&editor->calendar, week, weekday);
    follow_calendar(editor);
    return event->double_click ? date_accept(editor) : REACTION_HANDLED | REACTION_REDRAW;
}

/* --- showing --- */

/* A filter's words may mean many days. */
static bool meant_range(const struct date_editor *editor, struct text *out)
{
    const struct text *text = &editor->line.text;
    struct relative_date relative;
    struct date first, last;
    if (!editor->base.request.filter_value ||
        !relative_date_parse(text_string(text), text->length, &relative)) {
        return false;
    }
    relative_date_range(&relative, &editor->clock, &first, &last);
    if (date_to_days(first) == date_to_days(last)) {
        return false;
    }
    date_print(first, out);
    text_append_string(out, " to ");
    date_print(last, out);
    return true;
}

/* What the typed words mean, where they are not the date itself. */
static void meaning(const struct date_editor *editor, struct text *out)
{
    struct date day;
    const struct text *text = &editor->line.text;
    if (meant_range(editor, out)) {
        return;
    }
    if (!text->length) {
        text_append_string(out, editor->base.request.value.kind == VALUE_NULL &&
                                        !editor->base.request.filter_value
                                    ? "(null)"
                                    : "");
    } else if (!typed_day(editor, &day)) {
        text_append_string(out, "?");
    } else {
        text_append_string(out, "= ");
        date_print(day, out);
        text_format(out, " %s", calendar_weekday_name(date_weekday(day)));
    }
}

static void draw_line(struct date_editor *editor, struct canvas *canvas)
{
    struct text means = {0};
    meaning(editor, &means);
    int columns = canvas_columns(canvas);
    int means_columns = (int)text_width(text_string(&means), means.length);
    int line_columns = columns - means_columns - 1;
    if (line_columns < 12) {
        line_columns = columns;
        means_columns = 0;
    }
    line_editor_draw(&editor->line, canvas, LINE_ROW, 0, line_columns, ROLE_INPUT, true);
    if (means_columns) {
        canvas_string(canvas, LINE_ROW, line_columns + 1, means_columns, ROLE_DIM, means.bytes);
    }
    text_free(&means);
}

static void date_draw(struct pane *pane, struct canvas *canvas)
{
    struct date_editor *editor = (struct date_editor *)pane;
    int mistake = editor_mistake_rows(&editor->base, canvas_columns(canvas));
    int rows = canvas_rows(canvas) - mistake;
    canvas_erase(canvas);
    calendar_draw(&editor->calendar, date_today(&editor->clock), canvas, CALENDAR_ROW,
                  rows - CALENDAR_ROW);
    draw_line(editor, canvas);
    if (mistake) {
        editor_draw_mistake(&editor->base, canvas, rows);
    }
}

static void date_title_right(const struct pane *pane, struct text *out)
{
    calendar_title(&((const struct date_editor *)pane)->calendar, out);
}

static void date_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                      int *columns)
{
    const struct date_editor *editor = (const struct date_editor *)pane;
    int wanted = editor->base.request.filter_value ? FILTER_COLUMNS : DATE_COLUMNS;
    *columns = wanted < columns_most ? wanted : columns_most;
    *rows = CALENDAR_ROW + 1 + CALENDAR_WEEKS + editor_mistake_rows(&editor->base, *columns);
    *rows = *rows < rows_most ? *rows : rows_most;
}

static void date_hints(const struct pane *pane, struct text *out)
{
    const struct editor_base *base = (const struct editor_base *)pane;
    editor_hints(
        base, base->request.filter_value ? "today  this quarter  last 30 days" : "today  +1w  eom",
        out);
}

static const struct pane_ops date_ops = {
    .name = "date editor",
    .about = "a date, typed, in words, or chosen from a month",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = date_close,
    .draw = date_draw,
    .key = date_key,
    .mouse = date_mouse,
    .title = editor_title,
    .title_right = date_title_right,
    .hints = date_hints,
    .size = date_size,
};

void date_editor_open(struct app *app, const struct editor_request *request)
{
    struct date_editor *editor = editor_base_new(sizeof *editor, app, &date_ops, request);
    char *present = value_to_string(&request->value);
    editor->clock = editor_clock(&editor->base);
    editor->calendar = (struct calendar){date_today(&editor->clock), editor->clock.week_start};
    editor->fresh = true;
    bool space = present && strlen(present) > 10 && present[10] == ' ' && !request->filter_value;
    editor->separator = space ? ' ' : 'T';
    line_editor_set(&editor->line, present ? present : "");
    follow_text(editor);
    free(present);
    app_push(app, &editor->base.pane);
}
