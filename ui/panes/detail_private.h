/*
 * detail_private: what the files of the record pane share. UI thread. Nobody else includes it.
 */
#ifndef DOSSIER_UI_PANES_DETAIL_PRIVATE_H
#define DOSSIER_UI_PANES_DETAIL_PRIVATE_H

#include "core/query.h"
#include "session/session.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/panes/panes.h"
#include "ui/widgets/scroller.h"

struct detail_pane;

/* How many records a child relation has: asked for when it is in sight. */
struct detail_count {
    struct detail_pane *owner;
    size_t relation;
    int64_t count; /* -1: not known */
    bool asked;
    uint64_t ticket, job;
};

/* DETAIL_OTHERS: the heading over the fields that the layout does not have. */
enum detail_item_kind { DETAIL_FIELD, DETAIL_HEADING, DETAIL_RELATION, DETAIL_OTHERS };

struct detail_item {
    enum detail_item_kind kind;
    size_t index; /* of the field or the child relation; a number of its own for a heading; of the
                     others, how many */
    bool wide;    /* takes the whole row */
    bool required, read_only; /* marked so where the record has a layout */
    const char *heading;      /* borrowed of the schema or a literal */
};

struct detail_row {
    int items[2]; /* into items; -1: none */
};

struct detail_pane {
    struct pane pane;
    /* What is asked for. */
    char *wanted_object, *wanted_id;
    uint64_t generation; /* of the record set when it was asked for */
    uint64_t job;
    int64_t asked_at;             /* monotonic ms */
    struct schema *wanted_schema; /* held */
    /* What is shown. */
    struct schema *schema;  /* held; NULL: nothing */
    struct record *record;  /* NULL for a staged create */
    char **reference_names; /* one for each field; NULL where there is none */
    int64_t create;
    struct error error;
    struct detail_count *counts; /* one for each child relation */
    struct detail_item *items;
    size_t item_count, item_capacity;
    struct detail_row *rows;
    size_t row_count, row_capacity;
    struct scroller scroller;
    int side;                      /* 0 or 1: which column the cursor is in */
    struct detail_place returning; /* where the cursor goes when the next record is there */
    bool returns;
    int label_columns;
    bool two_columns;
    bool marks;        /* the record has a layout: required and read-only are marked */
    bool others_shown; /* the fields that the layout does not have */
    char *editing_field;
};

struct detail_pane *detail_of(struct pane *pane);

/* --- detail_load.c --- */
/* Asks for the record under the list's cursor where it is another one, or may have changed. */
void detail_follow(struct detail_pane *self);
void detail_clear(struct detail_pane *self);
/* Asks for the counts of the child relations that are in sight. */
void detail_want_counts(struct detail_pane *self);
void detail_free_counts(struct detail_pane *self);
/* The filter that gives a child relation's records, as text; the caller frees. NULL when a value
 * it needs is null. */
char *detail_relation_filter(const struct detail_pane *self, const struct relation *relation);

/* --- detail_items.c --- */
void detail_arrange(struct detail_pane *self);
const struct detail_item *detail_cursor_item(const struct detail_pane *self);
/* The field under the cursor; NULL on anything else. */
const struct field *detail_cursor_field(const struct detail_pane *self);
/* The value before and after staging, borrowed; *staged says whether they differ. */
struct value detail_value(const struct detail_pane *self, const struct field *field,
                          struct value *stored, bool *staged);
const struct change *detail_change(const struct detail_pane *self);
/* The same for what depends on other values of the record (context: the pane); null for what was
 * not given for a new record. */
struct value detail_look_up(const void *context, const struct field *field);
/* How the source arranges this record; NULL when it does not. */
const struct record_layout *detail_layout(const struct detail_pane *self);
/* The record's name for a person; the caller frees. */
char *detail_label(const struct detail_pane *self);
/* The screen columns that a field's value takes when it is not cut. */
int detail_value_width(const struct detail_pane *self, const struct field *field,
                       const struct value *value);
/* Where an item's value stands in the canvas. */
void detail_value_place(const struct detail_pane *self, const struct detail_item *item, int side,
                        int *x, int *columns);

/* --- detail_draw.c --- */
void detail_draw(struct pane *pane, struct canvas *canvas);
void detail_title(const struct pane *pane, struct text *out);
void detail_title_right(const struct pane *pane, struct text *out);

/* --- detail_file.c --- */
/* Does the field under the cursor hold bytes? */
bool detail_has_bytes(const struct detail_pane *self);
const char *detail_why_not_save(struct app *app, struct pane *pane);
unsigned detail_run_save(struct app *app, struct pane *pane, const char *argument);

/* --- detail_commands.c --- */
extern const struct command detail_commands[];

#endif
