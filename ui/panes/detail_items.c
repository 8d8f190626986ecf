/* detail: see detail.c. This file: which items, in which rows, with which values. UI thread. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arrangement.h"
#include "core/memory.h"
#include "ui/panes/detail_private.h"

enum { TWO_COLUMNS_LEAST = 70, NARROW_COLUMNS = 60, LABEL_MOST = 20, MARKERS = 2 };

const struct change *detail_change(const struct detail_pane *self)
{
    struct session *session = self->pane.app->session;
    if (self->create != 0) {
        return session_change_by_id(session, self->create);
    }
    return self->record == NULL
               ? NULL
               : session_find_change(session, self->schema->name, self->record->id);
}

struct value detail_value(const struct detail_pane *self, const struct field *field,
                          struct value *stored, bool *staged)
{
    *staged = false;
    *stored = self->record == NULL ? value_absent() : record_value(self->record, field->name);
    const struct change *change = detail_change(self);
    if (change == NULL) {
        return *stored;
    }
    if (self->create == 0) {
        return session_staged_value(self->pane.app->session, self->schema->name, self->record->id,
                                    field->name, stored, staged);
    }
    for (size_t i = 0; i < change->field_count; i++) {
        if (strcmp(change->fields[i].name, field->name) == 0) {
            return change->fields[i].new_value;
        }
    }
    return value_absent();
}

char *detail_label(const struct detail_pane *self)
{
    if (self->create != 0) {
        const struct change *change = detail_change(self);
        return memory_copy_string(change == NULL || change->label == NULL ? "new record"
                                                                          : change->label);
    }
    if (self->record == NULL) {
        return NULL;
    }
    struct value name = self->schema->name_field == NULL
                            ? value_absent()
                            : record_value(self->record, self->schema->name_field);
    char *label = value_to_string(&name);
    if (label == NULL || label[0] == '\0') {
        free(label);
        label = memory_copy_string(self->record->id);
    }
    return label;
}

struct value detail_look_up(const void *context, const struct field *field)
{
    const struct detail_pane *self = context;
    bool staged = false;
    struct value stored;
    struct value value = detail_value(self, field, &stored, &staged);
    return self->create != 0 && value.kind == VALUE_ABSENT ? value_null() : value;
}

const struct record_layout *detail_layout(const struct detail_pane *self)
{
    const struct field *type = schema_field(self->schema, self->schema->record_type_field);
    struct value value = type == NULL ? value_absent() : detail_look_up(self, type);
    return layout_of_record(self->schema, &value);
}

/* --- items --- */

static void add_item(struct detail_pane *self, struct detail_item item)
{
    self->items =
        memory_grow(self->items, self->item_count, &self->item_capacity, sizeof *self->items);
    self->items[self->item_count++] = item;
}

static int value_room(const struct detail_pane *self)
{
    return self->pane.columns / 2 - MARKERS - self->label_columns - 3;
}

static bool is_staged(const struct detail_pane *self, const struct field *field)
{
    bool staged = false;
    struct value stored;
    detail_value(self, field, &stored, &staged);
    return staged;
}

/* A value that would be cut in half the width, and one with something staged, get the whole row. */
static bool wants_whole_row(const struct detail_pane *self, const struct field *field)
{
    bool staged = false;
    struct value stored;
    struct value value = detail_value(self, field, &stored, &staged);
    return staged || (field->name_field && !self->marks) ||
           detail_value_width(self, field, &value) > value_room(self);
}

static void add_arranged(struct detail_pane *self, const struct arranged_item *from)
{
    const struct field *field = &self->schema->fields[from->field];
    bool writable = self->create != 0 ? field->create : field->update;
    add_item(self, (struct detail_item){
                       .kind = DETAIL_FIELD,
                       .index = from->field,
                       .wide = from->alone || wants_whole_row(self, field),
                       .required = self->marks && (from->required || field->required),
                       .read_only = self->marks && (from->read_only || !writable),
                   });
}

/* Those outside the layout are folded away, but for bytes, which no layout of a web page has and
 * which may be what the record is for; and what is staged is always in sight. */
static bool is_in_sight(const struct detail_pane *self, const struct field *field)
{
    return self->others_shown || field->type == FIELD_BASE64 || is_staged(self, field);
}

static void add_others(struct detail_pane *self, const struct arrangement *arrangement)
{
    add_item(self, (struct detail_item){
                       .kind = DETAIL_OTHERS, .index = arrangement->outside, .wide = true});
    for (size_t i = 0; i < arrangement->count; i++) {
        const struct arranged_item *item = &arrangement->items[i];
        if (item->outside && is_in_sight(self, &self->schema->fields[item->field])) {
            add_arranged(self, item);
        }
    }
}

static void add_fields(struct detail_pane *self)
{
    struct arrangement arrangement = {0};
    const struct record_layout *layout = detail_layout(self);
    arrangement_fill(&arrangement, self->schema, layout);
    self->marks = layout != NULL;
    for (size_t i = 0; i < arrangement.count; i++) {
        const struct arranged_item *item = &arrangement.items[i];
        if (item->heading != NULL) {
            add_item(self, (struct detail_item){.kind = DETAIL_HEADING,
                                                .index = i,
                                                .wide = true,
                                                .heading = item->heading});
        } else if (!item->outside) {
            add_arranged(self, item);
        }
    }
    if (arrangement.outside > 0) {
        add_others(self, &arrangement);
    }
    arrangement_free(&arrangement);
}

static void add_relations(struct detail_pane *self)
{
    if (self->record == NULL || self->schema->child_count == 0) {
        return;
    }
    add_item(self,
             (struct detail_item){
                 .kind = DETAIL_HEADING, .index = SIZE_MAX, .wide = true, .heading = "Related"});
    for (size_t i = 0; i < self->schema->child_count; i++) {
        add_item(self, (struct detail_item){.kind = DETAIL_RELATION, .index = i});
    }
}

static void measure_labels(struct detail_pane *self)
{
    int widest = 8;
    int share = self->pane.columns / (self->pane.columns < NARROW_COLUMNS ? 3 : 4);
    int most = share < LABEL_MOST ? share : LABEL_MOST;
    for (size_t i = 0; i < self->schema->field_count; i++) {
        struct text label = {0};
        app_field_label(&self->schema->fields[i], &label);
        int width = (int)text_width(text_string(&label), label.length);
        text_free(&label);
        widest = width > widest ? width : widest;
    }
    widest += self->schema->layout_count > 0; /* for the mark behind it */
    self->label_columns = widest > most ? most : widest;
    self->two_columns = self->pane.columns >= TWO_COLUMNS_LEAST;
}

static void add_row(struct detail_pane *self, int left, int right)
{
    self->rows = memory_grow(self->rows, self->row_count, &self->row_capacity, sizeof *self->rows);
    self->rows[self->row_count++] = (struct detail_row){{left, right}};
}

static void fill_rows(struct detail_pane *self)
{
    size_t at = 0;
    while (at < self->item_count) {
        bool pair = self->two_columns && !self->items[at].wide && at + 1 < self->item_count &&
                    !self->items[at + 1].wide;
        add_row(self, (int)at, pair ? (int)at + 1 : -1);
        at += pair ? 2 : 1;
    }
}

static bool is_same_item(const struct detail_item *a, const struct detail_item *b)
{
    return a->kind == b->kind && (a->index == b->index || a->kind == DETAIL_OTHERS);
}

/* A value that was made wide, or is so in the next record, moves those around it: the cursor stays
 * on its field. */
static void return_cursor(struct detail_pane *self, const struct detail_item *before)
{
    for (size_t row = 0; row < self->row_count; row++) {
        for (int side = 0; side < 2; side++) {
            int at = self->rows[row].items[side];
            if (at >= 0 && is_same_item(&self->items[at], before)) {
                self->scroller.cursor = row;
                self->side = self->rows[row].items[1] < 0 ? self->side : side;
                return;
            }
        }
    }
}

void detail_arrange(struct detail_pane *self)
{
    const struct detail_item *cursor = detail_cursor_item(self);
    struct detail_item before = cursor == NULL ? (struct detail_item){0} : *cursor;
    self->item_count = 0;
    self->row_count = 0;
    if (self->schema == NULL || (self->record == NULL && self->create == 0)) {
        return;
    }
    measure_labels(self);
    add_fields(self);
    add_relations(self);
    fill_rows(self);
    if (cursor != NULL) {
        return_cursor(self, &before);
    } else if (self->row_count > 1 && self->items[0].kind == DETAIL_HEADING) {
        self->scroller.cursor = 1; /* there is nothing to do on a heading */
    }
}

const struct detail_item *detail_cursor_item(const struct detail_pane *self)
{
    if (self->scroller.cursor >= self->row_count) {
        return NULL;
    }
    const struct detail_row *row = &self->rows[self->scroller.cursor];
    int item = row->items[self->side] >= 0 ? row->items[self->side] : row->items[0];
    return &self->items[item];
}

const struct field *detail_cursor_field(const struct detail_pane *self)
{
    const struct detail_item *item = detail_cursor_item(self);
    return item == NULL || item->kind != DETAIL_FIELD ? NULL : &self->schema->fields[item->index];
}

void detail_value_place(const struct detail_pane *self, const struct detail_item *item, int side,
                        int *x, int *columns)
{
    int half = self->pane.columns / 2;
    bool narrow = self->two_columns && !item->wide;
    int start = side == 1 ? half : 0;
    *x = start + MARKERS + self->label_columns + 2;
    *columns = (narrow && side == 0 ? half : self->pane.columns) - *x - (narrow ? 1 : 0);
}
