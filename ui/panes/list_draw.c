/* list: see list.h. This file: drawing. UI thread; changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "ui/command.h"
#include "ui/keymap.h"
#include "ui/options.h"
#include "ui/panes/list_private.h"
#include "ui/terminal.h"
#include "ui/widgets/failure.h"

enum { CELLS_MOST = 256, JOBS_LOOKED_AT = 16, LONG_WAIT = 3 };

struct drawing {
    struct list_pane *self;
    struct canvas *canvas;
    struct list_cell cells[CELLS_MOST];
    size_t cell_count;
    bool row_style, cell_style;
};

/* --- headings --- */

static void draw_headings(struct drawing *drawing)
{
    struct list_pane *self = drawing->self;
    canvas_fill(drawing->canvas, 0, 0, canvas_columns(drawing->canvas), ROLE_HEADING);
    for (size_t i = 0; i < drawing->cell_count; i++) {
        const struct list_cell *cell = &drawing->cells[i];
        const struct list_column *column = &self->columns.items[cell->column];
        struct text label = {0};
        const struct order_term *term = list_column_order(self, cell->column);
        bool ordered = term != NULL;
        enum mark mark = ordered && term->descending ? MARK_DOWN : MARK_UP;
        const char *arrow = ordered ? canvas_mark(drawing->canvas, mark) : "";
        int room = cell->width - (ordered ? 2 : 0);
        /* The arrow stays when the label is cut. */
        size_t length = text_fit(column->label, strlen(column->label), (size_t)room, NULL);
        text_append(&label, column->label, length);
        text_append_string(&label, ordered ? " " : "");
        text_append_string(&label, arrow);
        canvas_text(drawing->canvas, 0, cell->x, cell->width, ROLE_HEADING,
                    list_column_is_right(column) ? ALIGN_RIGHT : ALIGN_LEFT, text_string(&label),
                    label.length);
        text_free(&label);
    }
}

/* --- rows --- */

static bool has_failed(const struct change *change)
{
    return change->state == CHANGE_FAILED || change->state == CHANGE_CONFLICT ||
           change->state == CHANGE_UNKNOWN;
}

static bool state_mark(const struct list_row *row, enum mark *mark, enum role *role)
{
    const struct change *change = row->change;
    if (change == NULL) {
        return false;
    }
    if (has_failed(change)) {
        *mark = MARK_FAILED;
        *role = ROLE_FAILED;
    } else if (change->kind == CHANGE_DELETE) {
        *mark = MARK_DELETED;
        *role = ROLE_DELETED;
    } else if (change->kind == CHANGE_CREATE) {
        *mark = MARK_NEW;
        *role = ROLE_NEW;
    } else {
        *mark = MARK_CHANGED;
        *role = ROLE_CHANGED;
    }
    return true;
}

static void draw_marks(struct drawing *drawing, int y, const struct list_row *row, bool cursor)
{
    enum mark mark = MARK_MARKED;
    enum role role = ROLE_MARKED;
    bool state = state_mark(row, &mark, &role);
    if (!state && list_row_is_deleted(drawing->self, row)) {
        mark = MARK_GONE;
        role = ROLE_DELETED;
        state = true;
    }
    if (state || row->marked) {
        canvas_string(drawing->canvas, y, 1, 1, role, canvas_mark(drawing->canvas, mark));
    }
    if (cursor) {
        canvas_string(drawing->canvas, y, 0, 1, ROLE_TEXT,
                      canvas_mark(drawing->canvas, MARK_CURSOR));
    } else if (state && row->marked) {
        canvas_string(drawing->canvas, y, 0, 1, ROLE_MARKED,
                      canvas_mark(drawing->canvas, MARK_MARKED));
    }
}

static bool is_found(const struct list_pane *self, const struct text *shown)
{
    return self->find.length > 0 && text_contains_folded(text_string(shown), shown->length,
                                                         self->find.bytes, self->find.length);
}

static enum role base_role(const struct list_pane *self, const struct list_row *row)
{
    enum mark mark = MARK_MARKED;
    enum role role = ROLE_TEXT;
    if (row->change != NULL && row->change->kind != CHANGE_UPDATE &&
        state_mark(row, &mark, &role)) {
        return role;
    }
    return row->marked ? ROLE_MARKED : list_row_is_deleted(self, row) ? ROLE_DELETED : ROLE_TEXT;
}

static void draw_cell(struct drawing *drawing, int y, const struct list_row *row,
                      const struct list_cell *cell, bool cursor_row)
{
    struct list_pane *self = drawing->self;
    const struct list_column *column = &self->columns.items[cell->column];
    struct text out = {0};
    bool staged = false;
    bool cursor_cell = cursor_row && cell->column == self->cursor_column;
    list_row_print(self, row, column, &out, &staged);
    enum role role = base_role(self, row);
    if (staged) {
        role = ROLE_CHANGED;
    }
    if (is_found(self, &out)) {
        role = ROLE_MATCH;
    }
    if ((cursor_cell && drawing->cell_style) || (cursor_row && drawing->row_style)) {
        role = ROLE_CURSOR;
    }
    bool right =
        list_column_is_right(column) || (column->own == column->field && column->own != NULL &&
                                         format_is_right_aligned(column->own->type));
    canvas_text(drawing->canvas, y, cell->x, cell->width, role, right ? ALIGN_RIGHT : ALIGN_LEFT,
                text_string(&out), out.length);
    text_free(&out);
}

static void draw_row(struct drawing *drawing, size_t at, int y)
{
    struct list_pane *self = drawing->self;
    bool cursor = at == self->scroller.cursor;
    struct list_row row;
    if (!list_row_read(self, at, &row)) {
        list_row_free(&row);
        return;
    }
    if (cursor && drawing->row_style) {
        canvas_fill(drawing->canvas, y, LIST_MARKER_COLUMNS,
                    canvas_columns(drawing->canvas) - LIST_MARKER_COLUMNS, ROLE_CURSOR);
    }
    draw_marks(drawing, y, &row, cursor);
    if (row.page == NULL && row.create == 0) {
        canvas_string(drawing->canvas, y, LIST_MARKER_COLUMNS, 2, ROLE_DIM,
                      canvas_mark(drawing->canvas, MARK_ELLIPSIS));
    }
    for (size_t i = 0; (row.page != NULL || row.create != 0) && i < drawing->cell_count; i++) {
        draw_cell(drawing, y, &row, &drawing->cells[i], cursor);
    }
    list_row_free(&row);
}

static void draw_error(struct drawing *drawing)
{
    struct list_pane *self = drawing->self;
    const struct error *error = record_set_error(self->records);
    int rows = canvas_rows(drawing->canvas);
    if (error == NULL || error->kind == ERROR_NONE || rows < 2) {
        return;
    }
    int y = self->scroller.count + 1 < (size_t)rows ? (int)self->scroller.count + 1 : rows - 1;
    failure_draw(drawing->canvas, y, error);
}

static void draw_empty(struct drawing *drawing)
{
    struct list_pane *self = drawing->self;
    const char *words =
        self->schema == NULL ? "No object is open. Tab or O shows them."
        : record_set_is_loading(self->records) || !record_set_total_known(self->records) ? ""
        : self->query->filter != NULL ? "No record matches the filter. f changes it."
        : self->schema->create        ? "There are no records. a adds one."
                                      : "There are no records.";
    canvas_string(drawing->canvas, 1, LIST_MARKER_COLUMNS,
                  canvas_columns(drawing->canvas) - LIST_MARKER_COLUMNS, ROLE_DIM, words);
}

static void park(struct drawing *drawing)
{
    struct list_pane *self = drawing->self;
    int y = (int)(self->scroller.cursor - self->scroller.top) + 1;
    int x = LIST_MARKER_COLUMNS;
    for (size_t i = 0; i < drawing->cell_count; i++) {
        if (drawing->cells[i].column == self->cursor_column) {
            x = drawing->cells[i].x;
        }
    }
    canvas_set_cursor(drawing->canvas, y < canvas_rows(drawing->canvas) ? y : 0, x);
}

/* Nothing is shown yet, and the first list is on its way. */
static void draw_coming(const struct list_pane *self, struct canvas *canvas)
{
    struct text words = {0};
    text_format(&words, "asking for %s%s", self->coming_step.object,
                canvas_mark(canvas, MARK_ELLIPSIS));
    canvas_string(canvas, 1, LIST_MARKER_COLUMNS, canvas_columns(canvas) - LIST_MARKER_COLUMNS,
                  ROLE_DIM, text_string(&words));
    text_free(&words);
}

void list_draw(struct pane *pane, struct canvas *canvas)
{
    struct list_pane *self = list_of(pane);
    struct drawing drawing = {.self = self, .canvas = canvas};
    const struct options *options = pane->app->options;
    drawing.row_style = options_is(options, OPTION_CURSOR_STYLE, "row") && pane->focused;
    drawing.cell_style = options_is(options, OPTION_CURSOR_STYLE, "cell") && pane->focused;
    canvas_erase(canvas);
    if (self->schema == NULL) {
        if (self->ticket == 0 && self->coming == NULL) {
            draw_empty(&drawing);
        } else {
            draw_coming(self, canvas);
        }
        return;
    }
    drawing.cell_count =
        list_columns_place(self, canvas_columns(canvas), drawing.cells, CELLS_MOST);
    draw_headings(&drawing);
    for (size_t i = 0; i < self->scroller.rows && self->scroller.top + i < self->scroller.count;
         i++) {
        draw_row(&drawing, self->scroller.top + i, (int)i + 1);
    }
    if (self->scroller.count == 0) {
        draw_empty(&drawing);
    }
    draw_error(&drawing);
    park(&drawing);
}

/* --- titles --- */

static int64_t object_count(const struct list_pane *self)
{
    size_t count = 0;
    const struct object_info *objects = session_objects(self->pane.app->session, &count);
    for (size_t i = 0; objects != NULL && i < count; i++) {
        if (strcmp(objects[i].name, self->schema->name) == 0) {
            return objects[i].count;
        }
    }
    return -1;
}

static void print_total(const struct list_pane *self, struct text *out)
{
    size_t count = record_set_count(self->records);
    int64_t all = self->query->filter == NULL ? -1 : object_count(self);
    format_count((int64_t)count, out);
    if (!record_set_total_known(self->records) && record_set_has_more(self->records)) {
        text_append_string(out, "+");
    }
    if (all >= 0) {
        text_append_string(out, " of ");
        format_count(all, out);
    }
}

void list_title(const struct pane *pane, struct text *out)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    if (self->schema == NULL) {
        text_append_string(out, "Records");
        return;
    }
    text_append_string(out, self->schema->label);
    text_append_string(out, " ─ ");
    print_total(self, out);
    for (size_t i = 0; i < self->query->order_count; i++) {
        const struct order_term *term = &self->query->order[i];
        const struct query_column as_column = {
            .parts = term->parts, .part_count = term->part_count, .field = term->field};
        struct text label = {0};
        app_column_label(self->schema, &as_column, &label);
        text_append_string(out, i == 0 ? " ─ " : ", ");
        text_append_string(out, label.length == 0 ? term->path : text_string(&label));
        text_free(&label);
        text_append_string(out, term->descending ? " ↓" : " ↑");
    }
    if (self->query->include_deleted) {
        text_append_string(out, " ─ deleted ones too");
    }
    if (self->mark_count > 0) {
        text_format(out, " ─ %zu marked", self->mark_count);
    }
    const char *residual = record_set_residual(self->records);
    if (residual != NULL) {
        text_format(out, " ─ %s", residual);
    }
}

void list_title_right(const struct pane *pane, struct text *out)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    if (self->schema != NULL && self->view == NULL && self->query->filter != NULL) {
        if (self->of != NULL) {
            text_format(out, "of %s", self->of);
        } else {
            filter_print(self->query->filter, out);
        }
        size_t length = text_fit(text_string(out), out->length, (size_t)pane->columns / 2, NULL);
        if (length < out->length) {
            text_truncate(out, length);
            text_append_string(out, "…");
        }
    }
}

void list_pane_heading(const struct pane *pane, struct text *out)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    if (self->schema != NULL) {
        text_append_string(out, self->schema->label);
        if (self->view != NULL) {
            text_format(out, ": %s", self->view);
        } else if (self->of != NULL) {
            text_format(out, " of %s", self->of);
        }
    }
}

/* What a job under way waits for is behind the first dot of its title; NULL: for nothing. */
static const char *waits_for(const struct job_info *job)
{
    const char *note = job->state == JOB_RUNNING ? strstr(job->title, " · ") : NULL;
    return note;
}

/* The old list stays on the screen until another is there: that one is named. */
static void print_what_comes(const struct list_pane *self, struct text *out)
{
    const char *object = self->coming_step.object;
    bool other = list_pane_coming_since(&self->pane) != 0 && object != NULL &&
                 (self->schema == NULL || strcmp(object, self->schema->name) != 0);
    if (other) {
        const struct schema *schema = session_schema(self->pane.app->session, object);
        text_format(out, "opening %s", schema == NULL ? object : schema->label);
    } else {
        text_append_string(out, "loading");
    }
}

static void print_way_out(const struct app *app, struct text *out)
{
    struct text key = {0};
    keymap_keys(app->keymap, "", command_find(NULL, "cancel"), 1, &key);
    if (key.length > 0) {
        text_format(out, ", %s cancels", text_string(&key));
    }
    text_free(&key);
}

static void print_loading(const struct list_pane *self, struct text *out)
{
    struct job_info jobs[JOBS_LOOKED_AT];
    int64_t since = list_pane_loading_since(&self->pane);
    int64_t seconds = since == 0 ? 0 : (terminal_now() - since) / 1000;
    if (seconds <= 0) {
        return;
    }
    text_append_string(out, out->length > 0 ? " · " : "");
    print_what_comes(self, out);
    text_format(out, " %lld s", (long long)seconds);
    size_t count = session_jobs(self->pane.app->session, jobs, JOBS_LOOKED_AT);
    for (size_t i = 0; i < count; i++) {
        const char *note = waits_for(&jobs[i]);
        if (note != NULL) {
            text_append_string(out, note);
            return;
        }
    }
    if (seconds >= LONG_WAIT) {
        print_way_out(self->pane.app, out);
    }
}

void list_pane_position(const struct pane *pane, struct text *out)
{
    const struct list_pane *self = (const struct list_pane *)pane;
    if (self->schema == NULL || self->records == NULL) {
        print_loading(self, out);
        return;
    }
    size_t cursor = self->scroller.cursor;
    if (cursor < self->create_count) {
        text_format(out, "new %zu of %zu", cursor + 1, self->create_count);
    } else if (self->scroller.count > 0) {
        format_count((int64_t)(cursor - self->create_count) + 1, out);
        text_append_string(out, " of ");
        format_count((int64_t)record_set_count(self->records), out);
        text_append_string(out, list_pane_is_deleted(pane) ? " · deleted" : "");
    }
    print_loading(self, out);
}
