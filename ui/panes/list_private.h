/*
 * list_private: what the files of the record list share. UI thread. Nobody else includes it.
 */
#ifndef DOSSIER_UI_PANES_LIST_PRIVATE_H
#define DOSSIER_UI_PANES_LIST_PRIVATE_H

#include "core/query.h"
#include "session/session.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/panes/list.h"
#include "ui/panes/panes.h"
#include "ui/widgets/scroller.h"

enum { LIST_MARKER_COLUMNS = 2, LIST_GAP = 2, LIST_WIDTH_LEAST = 3 };

struct list_column {
    char *path;  /* as the filter language writes it */
    int width;   /* 0: by what is in it */
    int natural; /* the width by what is in it, once rows have been seen */
    char *label;
    const struct field *field; /* shown here; borrowed from the query's schemas */
    const struct field *own;   /* the object's own field that is edited here: the reference of
                                  Account.Name; NULL when there is none */
    size_t page_column;        /* in the record set's pages */
    size_t own_column;         /* where the own field's value is; 0: nowhere */
};

struct list_columns {
    struct list_column *items;
    size_t count, capacity;
    size_t frozen; /* the first so many always stay */
    bool measured;
    bool of_view; /* they came with a saved view: not remembered for the object */
};

/* A column where it stands on the screen. */
struct list_cell {
    size_t column;
    int x, width;
};

/* A place in the history: enough to show it again as it was. */
struct list_step {
    char *object;
    struct query *query; /* unresolved or resolved, columns ignored; NULL: all, as last sorted */
    char *view;          /* name of the saved view, or NULL */
    char *of;            /* the record whose related records these are, by its name; or NULL */
    char *columns;       /* of the view, or NULL */
    char *cursor_id;
    struct list_columns shown; /* as they were: for their natural widths */
    size_t cursor, top, cursor_column, first_column;
    struct detail_place detail; /* where the record pane stood */
    bool to_detail;             /* opened for the record, or left from it: it gets the keys */
    bool alone;                 /* the record of cursor_id and no other */
    bool returns; /* by the history: its place is worth having, whoever stands there */
};

/* The cell that is in an editor. */
struct list_edit {
    char *id; /* of the record; NULL for a staged create */
    int64_t create;
    char *field;
    struct value old; /* owned */
    char *label, *version;
};

struct list_pane {
    struct pane pane;
    struct schema *schema; /* held; NULL when nothing is open */
    struct query *query;   /* resolved, with the columns that are shown */
    struct query *asked;   /* the same with what the list needs besides */
    char *view;
    char *of;
    struct record_set *records;
    struct list_columns columns;
    size_t cursor_column, first_column;
    size_t seen_top;          /* the first row in sight when widths were looked at last */
    struct scroller scroller; /* over staged creates, then records */
    int64_t *creates;         /* the journal's numbers of this object's staged creates */
    size_t create_count;
    char **marks; /* ids, sorted */
    size_t mark_count, mark_capacity;
    struct text find;
    /* On its way: shown only when its first rows are there, so that nothing flickers. */
    struct record_set *coming;
    struct list_step coming_step;
    struct schema *coming_schema;
    struct query *coming_query;
    struct list_columns coming_columns;
    bool coming_located;
    int64_t coming_since; /* monotonic ms */
    size_t coming_place;  /* in the history, of a step that is returned to */
    bool coming_is_new;   /* becomes a new step of the history */
    uint64_t ticket;      /* of a schema that is being asked for */
    struct list_step *steps;
    size_t step_count, step_capacity, step; /* step: the present one */
    bool changed;    /* what the rows hold may have: longer text takes room when they are there */
    char *cursor_id; /* of the record under the cursor, to find it again; NULL: not loaded */
    struct list_edit edit;
};

struct list_pane *list_of(struct pane *pane);

/* --- list_columns.c --- */
void list_columns_free(struct list_columns *columns);
/* Those remembered for the object, else the ones it starts with. */
void list_columns_load(struct list_columns *columns, struct session *session,
                       const struct schema *schema);
bool list_columns_parse(struct list_columns *columns, const char *text, struct error *error);
/* How the whole list of an object was last sorted; what its fields no longer allow is left out. */
void list_order_load(struct session *session, const struct schema *schema, struct query *query);
void list_order_remember(struct session *session, const struct query *query);
/* The same for whether deleted records are shown too. */
void list_deleted_load(struct session *session, const struct schema *schema, struct query *query);
void list_deleted_remember(struct session *session, const struct query *query);
void list_columns_remember(struct session *session, const struct schema *schema,
                           const struct list_columns *columns);
/* As the filter language writes them: "Name, Account.Name". */
void list_columns_print(const struct list_columns *columns, struct text *out);
/* The columns a query names, with the widths they have at present; true when they differ. */
bool list_columns_choose(const struct list_columns *present, const struct query *query,
                         struct list_columns *chosen);
/* Makes the query ask for them and for what the list needs besides. */
bool list_columns_ask(const struct list_columns *columns, const struct schema *schema,
                      struct query *query, struct error *error);
/* Binds them to the resolved query's fields and page columns. */
void list_columns_bind(struct list_columns *columns, const struct schema *schema,
                       const struct query *query);
/* Works out natural widths from the rows that are there. */
void list_columns_measure(struct list_pane *self);
/* Asks for the names of what the rows in sight refer to, where they did not come along. */
void list_want_names(struct list_pane *self);
/* Widens columns until numbers and dates of the rows in sight are shown whole. seen_before: only
 * rows that were not in sight at the last call can matter. */
void list_columns_widen(struct list_pane *self, bool seen_before);
/* Other rows are in sight than were measured, after a sort or a filter: what is cut takes the room
 * that no column in sight needs. Not while scrolling, which would draw everything again. */
void list_columns_use_room(struct list_pane *self);
/* A copy of the columns: paths and widths, without labels and fields. */
void list_columns_copy(const struct list_columns *from, struct list_columns *to);
/* Takes the natural widths of the same columns in from, where those were measured. */
void list_columns_take_widths(struct list_columns *columns, const struct list_columns *from);
bool list_column_is_right(const struct list_column *column);
/* The term that the records are ordered by in this column; NULL when they are not. */
const struct order_term *list_column_order(const struct list_pane *self, size_t column);
int list_column_width(const struct list_pane *self, size_t column);
/* What stands where, in so many screen columns; returns how many cells. */
size_t list_columns_place(const struct list_pane *self, int columns, struct list_cell *cells,
                          size_t most);
/* Scrolls sideways until the cursor's column is shown. */
void list_columns_show_cursor(struct list_pane *self);
/* The page column of a field of the object, or 0. */
size_t list_page_column(const struct query *query, const char *field);

/* --- list_rows.c: what is in a row --- */
struct list_row {
    int64_t create; /* a staged create's number, else 0 */
    const struct change *change;
    const struct page *page; /* NULL when not loaded, and for a create */
    size_t row;
    char *id; /* owned; NULL for a create or when not loaded */
    bool marked;
};
/* False when there is no such row. Free with list_row_free. */
bool list_row_read(const struct list_pane *self, size_t at, struct list_row *row);
void list_row_free(struct list_row *row);
/* The value shown in a column, borrowed; *staged says that it is a staged one. */
struct value list_row_value(const struct list_pane *self, const struct list_row *row,
                            const struct list_column *column, bool *staged);
/* The value of the object's own field behind a column, borrowed. */
struct value list_row_own(const struct list_pane *self, const struct list_row *row,
                          const struct list_column *column, bool *staged);
/* The value of any field of the object that the list has asked for, staged ones included, borrowed;
 * absent when it is not known. */
struct value list_row_field(const struct list_pane *self, const struct list_row *row,
                            const struct field *field);
/* As a person reads it. */
void list_row_print(const struct list_pane *self, const struct list_row *row,
                    const struct list_column *column, struct text *out, bool *staged);
/* A record that is deleted there already, by the schema's deleted_field. */
bool list_row_is_deleted(const struct list_pane *self, const struct list_row *row);
char *list_row_label(const struct list_pane *self, const struct list_row *row);
char *list_row_version(const struct list_pane *self, const struct list_row *row);
void list_read_creates(struct list_pane *self);
bool list_is_marked(const struct list_pane *self, const char *id);
void list_toggle_mark(struct list_pane *self, const char *id);
void list_clear_marks(struct list_pane *self);

/* --- list_draw.c --- */
void list_draw(struct pane *pane, struct canvas *canvas);
void list_title(const struct pane *pane, struct text *out);
void list_title_right(const struct pane *pane, struct text *out);

/* --- list_open.c: opening, history --- */
void list_show(struct list_pane *self, struct list_step *step, bool is_new);
/* The same query with what changed in it (columns, order): the record under the cursor stays. */
void list_reopen(struct list_pane *self, struct query *query);
/* Takes what is coming when it is there; true when it did. */
bool list_take_coming(struct list_pane *self);
void list_cancel_coming(struct list_pane *self);
void list_step_free(struct list_step *step);

/* --- list.c --- */
/* The cursor is on another row: remembers its record and asks for what is around it. */
void list_note_cursor(struct list_pane *self);

/* --- list_edit.c --- */
unsigned list_run_edit(struct app *app, struct pane *pane, const char *argument);
unsigned list_run_delete(struct app *app, struct pane *pane, const char *argument);
unsigned list_run_add(struct app *app, struct pane *pane, const char *argument);
unsigned list_run_clone(struct app *app, struct pane *pane, const char *argument);
unsigned list_run_null(struct app *app, struct pane *pane, const char *argument);
const char *list_why_not_edit(struct app *app, struct pane *pane);
const char *list_why_not_create(struct app *app, struct pane *pane);
const char *list_why_not_delete(struct app *app, struct pane *pane);
void list_edit_free(struct list_edit *edit);

/* --- list_commands.c --- */
extern const struct command list_commands[];
unsigned list_mouse(struct pane *pane, const struct mouse_event *event);

#endif
