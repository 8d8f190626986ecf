/* detail: see detail.c. This file: drawing. UI thread; changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "ui/dependents.h"
#include "ui/panes/detail_private.h"
#include "ui/widgets/failure.h"

enum { REFERENCE_MARK = 2 }; /* " ↗" after the name of what is pointed at */

static const char *reference_name(const struct detail_pane *self, const struct field *field,
                                  const struct value *value, bool staged)
{
    if (!staged && self->reference_names != NULL && self->record != NULL) {
        int index = schema_field_index(self->schema, field->name);
        if (index >= 0 && self->reference_names[index] != NULL) {
            return self->reference_names[index];
        }
    }
    char *id = value_to_string(value);
    const char *label =
        id == NULL ? NULL : app_remembered_label(self->pane.app, field->references, id);
    free(id);
    return label;
}

/* One value as a person reads it; null and empty are told apart in words. */
static void print_value(const struct detail_pane *self, const struct field *field,
                        const struct value *value, bool staged, struct text *out)
{
    if (value->kind == VALUE_NULL) {
        text_append_string(out, "(none)");
        return;
    }
    if (value->kind == VALUE_TEXT && value->as.text.length == 0) {
        text_append_string(out, "(empty)");
        return;
    }
    const char *name =
        field->references == NULL ? NULL : reference_name(self, field, value, staged);
    if (name != NULL) {
        text_append_string(out, name);
    } else {
        format_value(field, value, FORMAT_DETAIL, out);
    }
}

int detail_value_width(const struct detail_pane *self, const struct field *field,
                       const struct value *value)
{
    struct text out = {0};
    print_value(self, field, value, self->create != 0, &out);
    int width = (int)text_width(text_string(&out), out.length);
    text_free(&out);
    bool marked = field->references != NULL && !value_is_nothing(value);
    return width + (marked ? REFERENCE_MARK : 0);
}

static const char *field_failure(const struct change *change, const char *field)
{
    for (size_t i = 0; change != NULL && i < change->error.field_count; i++) {
        if (text_equal_folded(change->error.fields[i].field, field)) {
            return change->error.fields[i].message;
        }
    }
    return NULL;
}

/* What was found like that is not the user's doing; what is staged is. */
static void print_misfit(const struct detail_pane *self, const struct field *field,
                         struct text *out)
{
    struct text words = {0};
    const struct change *change = detail_change(self);
    if (change != NULL && change->kind != CHANGE_DELETE &&
        dependents_misfit(self->schema, field, detail_look_up, self, &words)) {
        text_format(out, "  (%s)", text_string(&words));
    }
    text_free(&words);
}

static enum role print_field(const struct detail_pane *self, struct canvas *canvas,
                             const struct field *field, struct text *out, enum mark *mark)
{
    bool staged = false;
    struct value stored;
    struct value value = detail_value(self, field, &stored, &staged);
    const char *failure = field_failure(detail_change(self), field->name);
    *mark = MARK_COUNT;
    if (staged) {
        print_value(self, field, &stored, false, out);
        text_format(out, " %s ", canvas_mark(canvas, MARK_ARROW));
        *mark = MARK_CHANGED;
    }
    print_value(self, field, &value, staged || self->create != 0, out);
    if (field->references != NULL && !value_is_nothing(&value)) {
        text_format(out, " %s", canvas_mark(canvas, MARK_REFERENCE));
    }
    print_misfit(self, field, out);
    if (failure != NULL) {
        text_format(out, "  ! %s", failure);
        *mark = MARK_FAILED;
    }
    return failure != NULL             ? ROLE_FAILED
           : staged                    ? ROLE_CHANGED
           : self->create != 0         ? ROLE_NEW
           : value_is_nothing(&value)  ? ROLE_DIM
           : field->references != NULL ? ROLE_REFERENCE
                                       : ROLE_TEXT;
}

/* The label, and right behind it what the layout says of the field. */
static void draw_label(const struct detail_pane *self, struct canvas *canvas, int y, int x,
                       const struct detail_item *item)
{
    struct text label = {0};
    app_field_label(&self->schema->fields[item->index], &label);
    bool marked = item->required || item->read_only;
    int used = canvas_string(canvas, y, x, self->label_columns - marked, ROLE_HEADING,
                             text_string(&label));
    if (marked) {
        enum mark mark = item->read_only ? MARK_READ_ONLY : MARK_REQUIRED;
        canvas_string(canvas, y, x + used, 1, ROLE_HEADING, canvas_mark(canvas, mark));
    }
    text_free(&label);
}

static void draw_field(const struct detail_pane *self, struct canvas *canvas, int y,
                       const struct detail_item *item, int side, bool cursor)
{
    const struct field *field = &self->schema->fields[item->index];
    struct text out = {0};
    enum mark mark = MARK_COUNT;
    int x = 0;
    int columns = 0;
    enum role role = print_field(self, canvas, field, &out, &mark);
    detail_value_place(self, item, side, &x, &columns);
    int label_x = x - self->label_columns - 2;
    if (mark != MARK_COUNT) {
        canvas_string(canvas, y, label_x - 1, 1, role, canvas_mark(canvas, mark));
    }
    draw_label(self, canvas, y, label_x, item);
    canvas_text(canvas, y, x, columns, cursor ? ROLE_CURSOR : role, ALIGN_LEFT, text_string(&out),
                out.length);
    text_free(&out);
}

static void draw_relation(const struct detail_pane *self, struct canvas *canvas, int y,
                          const struct detail_item *item, int side, bool cursor)
{
    const struct relation *relation = &self->schema->children[item->index];
    int64_t count = self->counts[item->index].count;
    struct text out = {0};
    int x = 0;
    int columns = 0;
    detail_value_place(self, item, side, &x, &columns);
    int label_x = x - self->label_columns - 2;
    text_append_string(&out, relation->label == NULL ? relation->name : relation->label);
    if (count >= 0) {
        text_append_string(&out, " (");
        format_count(count, &out);
        text_append_string(&out, ")");
    }
    canvas_text(canvas, y, label_x, columns + self->label_columns + 2,
                cursor       ? ROLE_CURSOR
                : count == 0 ? ROLE_DIM
                             : ROLE_REFERENCE,
                ALIGN_LEFT, text_string(&out), out.length);
    text_free(&out);
}

static void draw_heading(const struct detail_pane *self, struct canvas *canvas, int y,
                         const struct detail_item *item, bool cursor)
{
    struct text words = {0};
    text_append_string(&words, item->heading);
    if (item->kind == DETAIL_OTHERS) {
        text_format(&words, "Other fields (%zu): m %s them", item->index,
                    self->others_shown ? "hides" : "shows");
    }
    int columns = canvas_columns(canvas) - 2;
    int used = (int)text_width(text_string(&words), words.length) + 2;
    for (text_append_character(&words, ' '); self->marks && used < columns; used++) {
        text_append_string(&words, canvas_mark(canvas, MARK_LINE));
    }
    canvas_text(canvas, y, 2, columns, cursor ? ROLE_CURSOR : ROLE_HEADING, ALIGN_LEFT,
                text_string(&words), words.length);
    text_free(&words);
}

static void draw_item(const struct detail_pane *self, struct canvas *canvas, int y, int index,
                      int side, bool cursor)
{
    const struct detail_item *item = &self->items[index];
    bool shown = cursor && self->pane.focused;
    if (item->kind == DETAIL_HEADING || item->kind == DETAIL_OTHERS) {
        draw_heading(self, canvas, y, item, shown);
    } else if (item->kind == DETAIL_FIELD) {
        draw_field(self, canvas, y, item, side, shown);
    } else {
        draw_relation(self, canvas, y, item, side, shown);
    }
    if (shown) {
        int x = 0;
        int columns = 0;
        detail_value_place(self, item, side, &x, &columns);
        int label_x = x - self->label_columns - 2;
        canvas_string(canvas, y, label_x - 2, 1, ROLE_TEXT, canvas_mark(canvas, MARK_CURSOR));
        canvas_set_cursor(canvas, y, item->kind == DETAIL_FIELD ? x : label_x);
    }
}

void detail_draw(struct pane *pane, struct canvas *canvas)
{
    struct detail_pane *self = detail_of(pane);
    const struct detail_item *cursor = detail_cursor_item(self);
    canvas_erase(canvas);
    canvas_set_cursor(canvas, 0, 0);
    if (error_is_set(&self->error)) {
        failure_draw(canvas, 0, &self->error);
    }
    for (size_t i = 0; i < self->scroller.rows && self->scroller.top + i < self->row_count; i++) {
        const struct detail_row *row = &self->rows[self->scroller.top + i];
        for (int side = 0; side < 2; side++) {
            if (row->items[side] >= 0) {
                draw_item(self, canvas, (int)i, row->items[side], side,
                          &self->items[row->items[side]] == cursor);
            }
        }
    }
}

void detail_title(const struct pane *pane, struct text *out)
{
    const struct detail_pane *self = (const struct detail_pane *)pane;
    char *label = self->schema == NULL ? NULL : detail_label(self);
    text_append_string(out, "Record");
    if (label != NULL) {
        text_format(out, " ─ %s", label);
    }
    const struct change *change = self->schema == NULL ? NULL : detail_change(self);
    if (change != NULL && change->kind == CHANGE_DELETE) {
        const char *kept = session_backend(pane->app->session)->delete_words;
        text_append_string(out, " ─ to be deleted");
        text_format(out, kept == NULL ? "%s" : " (%s)", kept == NULL ? "" : kept);
    } else if (change != NULL && change->kind == CHANGE_CREATE) {
        text_append_string(out, " ─ new");
    }
    free(label);
}

void detail_title_right(const struct pane *pane, struct text *out)
{
    const struct detail_pane *self = (const struct detail_pane *)pane;
    const struct detail_item *item = detail_cursor_item(self);
    if (pane->focused && item != NULL && (item->required || item->read_only)) {
        text_append_string(out, item->read_only ? "read-only" : "required");
    }
    if (pane->focused && detail_has_bytes(self)) {
        text_append_string(out, out->length > 0 ? ", s saves it" : "s saves it to a file");
    }
    if (pane->focused && self->row_count > self->scroller.rows) {
        text_append_string(out, out->length > 0 ? "  " : "");
        text_format(out, "%zu of %zu", self->scroller.cursor + 1, self->row_count);
    }
}
