/*
 * result: see result.h. This file: the pane. UI thread.
 *
 * A table has one owner: the pane while it is open, and the app (app->result) after that, so that
 * :result can show it again.
 */
#include "ui/panes/result.h"

#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/memory.h"
#include "ui/command.h"
#include "ui/panes/panes.h"
#include "ui/terminal.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/scroller.h"
#include "ui/widgets/wrap.h"

enum {
    MARKER_COLUMNS = 2,
    GAP = 2,
    WIDTH_LEAST = 3,
    WIDTH_MOST = 40, /* where not all columns fit as wide as they would like to be */
    MEASURED_ROWS = 500,
    WORD_ROWS_MOST = 3
};

struct result_pane {
    struct pane pane;
    struct result_table *table; /* owned */
    struct scroller scroller;
    int *widths; /* natural ones, a page column each from 1 on */
    bool *numbers;
    size_t column, first_column; /* from 0 */
};

static struct result_pane *of(struct pane *pane)
{
    return (struct result_pane *)pane;
}

/* --- columns --- */

static void measure_cell(struct result_pane *self, size_t row, size_t column, struct text *out)
{
    struct value value = page_value(self->table->page, row, column + 1);
    if (value_is_nothing(&value)) {
        return;
    }
    struct text clean = {0};
    text_truncate(out, 0);
    result_print_value(&value, out);
    text_clean(&clean, text_string(out), out->length, TEXT_CLEAN_LINE);
    int width = (int)text_width(text_string(&clean), clean.length);
    text_free(&clean);
    self->widths[column] = width > self->widths[column] ? width : self->widths[column];
    self->numbers[column] =
        self->numbers[column] && (value.kind == VALUE_INTEGER || value.kind == VALUE_REAL);
}

static void measure(struct result_pane *self)
{
    const struct result_table *table = self->table;
    size_t rows = result_table_rows(table);
    struct text out = {0};
    self->widths = memory_zeroed(table->column_count, sizeof *self->widths);
    self->numbers = memory_zeroed(table->column_count, sizeof *self->numbers);
    for (size_t column = 0; column < table->column_count; column++) {
        int label = (int)text_width(table->columns[column], strlen(table->columns[column]));
        self->widths[column] = label < WIDTH_LEAST ? WIDTH_LEAST : label;
        self->numbers[column] = rows > 0;
        for (size_t row = 0; row < rows && row < MEASURED_ROWS; row++) {
            measure_cell(self, row, column, &out);
        }
    }
    text_free(&out);
}

static bool all_fit(const struct result_pane *self)
{
    int x = MARKER_COLUMNS;
    for (size_t i = 0; i < self->table->column_count; i++) {
        x += self->widths[i] + (i > 0 ? GAP : 0);
    }
    return x <= self->pane.columns;
}

/* The last column may have all the room that is left. */
static int column_width(const struct result_pane *self, size_t column)
{
    int width = self->widths[column];
    if (column + 1 == self->table->column_count) {
        return width;
    }
    return width > WIDTH_MOST && !all_fit(self) ? WIDTH_MOST : width;
}

/* Is the column under the cursor seen whole, or as far as the pane is wide? */
static bool shows_cursor(const struct result_pane *self)
{
    int x = MARKER_COLUMNS;
    for (size_t i = self->first_column; i <= self->column; i++) {
        x += column_width(self, i) + (i > self->first_column ? GAP : 0);
    }
    return x <= self->pane.columns || self->first_column == self->column;
}

static void show_cursor(struct result_pane *self)
{
    if (self->column < self->first_column) {
        self->first_column = self->column;
    }
    while (!shows_cursor(self)) {
        self->first_column++;
    }
}

/* --- drawing --- */

static int word_rows(const struct result_pane *self)
{
    int most = self->pane.rows / 3 < WORD_ROWS_MOST ? self->pane.rows / 3 : WORD_ROWS_MOST;
    int rows = 0;
    for (const char *at = self->table->words; at != NULL && *at != '\0' && rows < most; rows++) {
        at = strchr(at, '\n');
        at = at == NULL ? NULL : at + 1;
    }
    return rows;
}

static void draw_words(const struct result_pane *self, struct canvas *canvas, int rows)
{
    const char *at = self->table->words;
    for (int row = 0; row < rows; row++) {
        size_t length = strcspn(at, "\n");
        canvas_text(canvas, row, 0, canvas_columns(canvas), ROLE_TEXT, ALIGN_LEFT, at, length);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
}

/* The place of a column from the first one shown; its width, or 0 where it is out of sight. */
static int place(const struct result_pane *self, size_t column, int *x)
{
    *x = MARKER_COLUMNS;
    for (size_t i = self->first_column; i < column; i++) {
        *x += column_width(self, i) + GAP;
    }
    int width = column_width(self, column), room = self->pane.columns - *x;
    return room < WIDTH_LEAST ? 0 : width < room ? width : room;
}

static void draw_cell(const struct result_pane *self, struct canvas *canvas, int y, size_t row,
                      size_t column)
{
    int x = 0, width = place(self, column, &x);
    bool here = row == self->scroller.cursor && column == self->column;
    struct value value = page_value(self->table->page, row, column + 1);
    struct text out = {0};
    if (!value_is_nothing(&value)) {
        result_print_value(&value, &out);
    }
    canvas_text(canvas, y, x, width, here ? ROLE_CURSOR : ROLE_TEXT,
                self->numbers[column] ? ALIGN_RIGHT : ALIGN_LEFT, text_string(&out), out.length);
    text_free(&out);
}

static void draw_headings(const struct result_pane *self, struct canvas *canvas, int y)
{
    canvas_fill(canvas, y, 0, canvas_columns(canvas), ROLE_HEADING);
    for (size_t i = self->first_column; i < self->table->column_count; i++) {
        int x = 0, width = place(self, i, &x);
        const char *name = self->table->columns[i];
        canvas_text(canvas, y, x, width, ROLE_HEADING, self->numbers[i] ? ALIGN_RIGHT : ALIGN_LEFT,
                    name, strlen(name));
    }
}

static void draw_row(const struct result_pane *self, struct canvas *canvas, int y, size_t row)
{
    bool here = row == self->scroller.cursor;
    canvas_string(canvas, y, 0, 1, ROLE_TEXT, here ? canvas_mark(canvas, MARK_CURSOR) : " ");
    for (size_t i = self->first_column; i < self->table->column_count; i++) {
        draw_cell(self, canvas, y, row, i);
    }
}

static void draw(struct pane *pane, struct canvas *canvas)
{
    struct result_pane *self = of(pane);
    int top = word_rows(self) + 1, x = 0;
    canvas_erase(canvas);
    draw_words(self, canvas, top - 1);
    draw_headings(self, canvas, top - 1);
    for (size_t i = 0; i < self->scroller.rows && self->scroller.top + i < self->scroller.count;
         i++) {
        draw_row(self, canvas, top + (int)i, self->scroller.top + i);
    }
    if (self->scroller.count == 0) {
        canvas_string(canvas, top, MARKER_COLUMNS, canvas_columns(canvas) - MARKER_COLUMNS,
                      ROLE_DIM, "Nothing was found.");
    }
    if (self->table->column_count > 0) {
        (void)place(self, self->column, &x);
    }
    canvas_set_cursor(canvas, top + (int)(self->scroller.cursor - self->scroller.top), x);
}

static void recalculate(struct pane *pane)
{
    struct result_pane *self = of(pane);
    int rows = pane->rows - 1 - word_rows(self);
    scroller_set(&self->scroller, result_table_rows(self->table), rows > 0 ? (size_t)rows : 1);
    show_cursor(self);
}

static void title(const struct pane *pane, struct text *out)
{
    const struct result_pane *self = (const struct result_pane *)pane;
    size_t rows = result_table_rows(self->table);
    text_format(out, "%s ─ ", self->table->title);
    format_count((int64_t)rows, out);
    text_append_string(out, rows == 1 ? " row" : " rows");
}

static void title_right(const struct pane *pane, struct text *out)
{
    const struct result_pane *self = (const struct result_pane *)pane;
    if (self->scroller.count > 0) {
        format_count((int64_t)self->scroller.cursor + 1, out);
        text_append_string(out, " of ");
        format_count((int64_t)self->scroller.count, out);
    }
}

/* --- commands --- */

static unsigned go_to_column(struct result_pane *self, size_t column)
{
    if (column < self->table->column_count) {
        self->column = column;
        show_cursor(self);
    }
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned run_left(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return go_to_column(of(pane), of(pane)->column - (of(pane)->column > 0 ? 1 : 0));
}

static unsigned run_right(struct app *app, struct pane *pane, const char *argument)
{
    (void)app;
    (void)argument;
    return go_to_column(of(pane), of(pane)->column + 1);
}

static unsigned run_words(struct app *app, struct pane *pane, const char *argument)
{
    struct result_pane *self = of(pane);
    struct text words = {0};
    (void)argument;
    if (self->table->words != NULL && self->table->words[0] != '\0') {
        text_format(&words, "%s\n\n", self->table->words);
    }
    if (self->scroller.count > 0) {
        result_table_print_row(self->table, self->scroller.cursor, &words);
    }
    if (words.length > 0) {
        reader_open(app, self->table->title, text_string(&words));
    }
    text_free(&words);
    return REACTION_HANDLED;
}

/* Opening the record closes this pane, and with it the table that object and id come from. */
static unsigned run_open(struct app *app, struct pane *pane, const char *argument)
{
    struct result_pane *self = of(pane);
    char *object = NULL, *id = NULL;
    if (self->scroller.count == 0) {
        return REACTION_HANDLED;
    }
    if (!result_table_record(self->table, self->scroller.cursor, &object, &id)) {
        return run_words(app, pane, argument);
    }
    app_open_record(app, object, id);
    free(object);
    free(id);
    return REACTION_HANDLED;
}

static unsigned run_export(struct app *app, struct pane *pane, const char *argument)
{
    const struct result_table *table = of(pane)->table;
    (void)argument;
    export_page_open(app, table->title, table->page, (const char *const *)table->columns,
                     table->column_count);
    return REACTION_HANDLED;
}

static unsigned run_copy(struct app *app, struct pane *pane, const char *argument)
{
    struct result_pane *self = of(pane);
    struct text out = {0};
    (void)argument;
    if (self->scroller.count > 0 && self->table->column_count > 0) {
        struct value value = page_value(self->table->page, self->scroller.cursor, self->column + 1);
        value_print(&value, &out);
        app_copy(app, &out);
    }
    text_free(&out);
    return REACTION_HANDLED;
}

static const struct command result_commands[] = {
    {"result-open", "Enter", "open the record of the row, or show all of the row", "open",
     ARGUMENT_NONE, COMMAND_HINT, NULL, run_open},
    {"result-words", "t", "show all that the row says, line by line", "whole row", ARGUMENT_NONE,
     COMMAND_HINT, NULL, run_words},
    {"result-export", "x", "write the rows to a file", "export", ARGUMENT_NONE, COMMAND_HINT, NULL,
     run_export},
    {"result-copy", "y", "copy the cell to the clipboard (OSC 52)", NULL, ARGUMENT_NONE, 0, NULL,
     run_copy},
    {"result-left", "Left h", "go to the column at the left", NULL, ARGUMENT_NONE, COMMAND_HIDDEN,
     NULL, run_left},
    {"result-right", "Right l", "go to the column at the right", NULL, ARGUMENT_NONE,
     COMMAND_HIDDEN, NULL, run_right},
    {.name = NULL},
};

/* --- the pane --- */

static void keep(struct app *app, struct result_table *table)
{
    result_table_free(app->result);
    app->result = table;
}

static void close_pane(struct pane *pane)
{
    struct result_pane *self = of(pane);
    keep(pane->app, self->table);
    free(self->widths);
    free(self->numbers);
    free(self);
}

static struct scroller *scroller(struct pane *pane)
{
    return &of(pane)->scroller;
}

const struct pane_ops result_pane_ops = {
    .name = "result",
    .about = "The rows that an action or a raw query gave.",
    .flags = PANE_FULL,
    .commands = result_commands,
    .close = close_pane,
    .recalculate = recalculate,
    .draw = draw,
    .title = title,
    .title_right = title_right,
    .scroller = scroller,
};

static void open_table(struct app *app, struct result_table *table)
{
    struct result_pane *self = memory_zeroed(1, sizeof *self);
    self->pane.ops = &result_pane_ops;
    self->pane.app = app;
    self->table = table;
    measure(self);
    app_push(app, &self->pane);
}

/* Words are read and stay the app's: the reader has a copy. */
static void open_words(struct app *app, struct result_table *table)
{
    struct text words = {0};
    text_append_string(&words, table->words);
    if (result_table_rows(table) > 0) {
        text_append_string(&words, words.length > 0 ? "\n\n" : "");
        result_table_print_row(table, 0, &words);
    }
    reader_open(app, table->title, text_string(&words));
    text_free(&words);
    keep(app, table);
}

/* The hints are worth more now than that something was under way. */
static void open_any(struct app *app, struct result_table *table)
{
    app_message(app, ROLE_DIM, "%s", "");
    if (result_table_is_words(table)) {
        open_words(app, table);
    } else {
        open_table(app, table);
    }
}

/* Over something that the user is looking at or filling in, it would be in the way. */
static void say_it_came(struct app *app, struct result_table *table)
{
    size_t rows = result_table_rows(table);
    if (rows > 1) {
        app_message(app, ROLE_SUCCESS, "%s: %zu rows. :result shows them.", table->title, rows);
    } else {
        app_message(app, ROLE_SUCCESS, "%s: %s (:result shows it)", table->title,
                    table->words == NULL ? "done." : table->words);
    }
    keep(app, table);
}

/* One record that failed, and nothing besides: an error like any other. */
static bool is_failure(const struct result *result)
{
    return result->text == NULL && result->page == NULL && result->write_count == 1 &&
           !result->writes[0].success;
}

static bool has_nothing(const struct result *result)
{
    bool text = result->text != NULL && result->text[0] != '\0';
    bool one = result->write_count == 1 && result->writes[0].success;
    return !text && result->page == NULL && (result->write_count == 0 || one);
}

void result_show(struct app *app, const struct result_origin *origin, struct result *result)
{
    struct pane *shown = app_find_pane(app, &result_pane_ops);
    if (is_failure(result)) {
        if (result->writes[0].lost) {
            error_set_hint(&result->writes[0].error, "unknown whether it was done");
        }
        app_error(app, &result->writes[0].error);
        return;
    }
    if (has_nothing(result)) {
        app_message(app, ROLE_SUCCESS, "%s: done.", origin->title);
        return;
    }
    struct result_table *table = result_table_new(origin, result);
    if (shown != NULL && app_top(app) == shown) {
        app_pop(app, shown);
    }
    if (app->stack_count == 0) {
        open_any(app, table);
    } else {
        say_it_came(app, table);
    }
}

unsigned result_pane_open(struct app *app)
{
    struct result_table *table = app->result;
    app->result = NULL;
    open_any(app, table);
    return REACTION_HANDLED;
}

const char *result_why_not(struct app *app, struct pane *pane)
{
    (void)pane;
    if (app_find_pane(app, &result_pane_ops) != NULL) {
        return "it is shown already";
    }
    return app->result == NULL ? "no action or raw query has given anything yet" : NULL;
}
