/*
 * app: the one structure that holds the program on the screen, and its loop.
 *
 * The loop sits in one poll() over the terminal, the session's descriptor and the signal pipe;
 * drains every waiting key before it draws; draws once; writes once. Nothing here waits for the
 * network.
 */
#ifndef DOSSIER_UI_APP_H
#define DOSSIER_UI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "session/session.h"
#include "store/config.h"
#include "ui/pane.h"

struct terminal; /* ui/terminal.h: curses set-up, the frame buffer, modes, signals */
struct layout;
struct keymap;
struct theme;

enum layout_kind { LAYOUT_AUTO, LAYOUT_WIDE, LAYOUT_STACKED };

enum { APP_AHEAD_MOST = 64 };

enum label_state { LABEL_UNASKED, LABEL_WANTED, LABEL_ASKED, LABEL_DOUBTED };

struct app_label {
    char *object, *id, *label; /* label NULL: not known (yet) */
    enum label_state state;
};

struct app {
    const struct config *config;
    const struct profile *profile;
    struct session *session; /* NULL while the first frame is drawn */
    struct terminal *terminal;
    struct theme *theme;
    struct keymap *keymap;
    struct options *options; /* ui/options.h: the [ui] section, one row an option */

    struct pane *objects; /* the main layout's panes */
    struct pane *list;
    struct pane *detail;
    struct pane *focus; /* which of the three has the keys when the stack is empty */
    enum layout_kind layout;
    bool zoomed;

    struct pane *stack[16];
    size_t stack_count;

    struct text message; /* the status message; empty when there is none */
    enum role message_role;
    struct error error; /* of the message, for `details` */
    bool quit;
    bool redraw_all;
    bool relayout;

    struct layout *placed; /* where the main panes stand */
    size_t drawn_top;      /* the list's first row when it was drawn last */
    unsigned events;       /* SESSION_EVENT_ bits not yet handed to the panes */
    int64_t rest_at;       /* when the keys will have rested (monotonic ms); 0: they have */
    const char *start_object;
    bool started;                           /* an object was opened, by the user or by itself */
    struct key_press ahead[APP_AHEAD_MOST]; /* typed for a list that is on its way */
    size_t ahead_count;
    int idle_descriptor;      /* DOSSIER_IDLE_FD, or -1 */
    struct app_label *labels; /* names of references, sorted by object and id */
    size_t label_count, label_capacity;
    struct result_table *result; /* what an action or a raw query gave last; NULL: nothing yet */
    char *raw_query;             /* what was sent last by `raw`; NULL: nothing yet */
    struct record *submitted;    /* what was typed for the last action that was run, or NULL */
    uint64_t submitted_job;      /* 0: none was run */
    struct record *unfinished;   /* what was typed for an action that failed; NULL: nothing */
    size_t *action_order;        /* of the actions in the picker that is open */
};

/* Takes the terminal and draws the first frame, before any file of the profile is touched: what the
 * user waits for at the start is this alone. config and profile must outlive it. NULL with an
 * error. */
struct app *app_open(const struct config *config, const struct profile *profile,
                     struct error *error);
/* Runs until the user leaves; returns an exit status. The session stays the caller's and must stay
 * open until app_close. start_object may be NULL. */
int app_run(struct app *app, struct session *session, const char *start_object);
/* Gives the terminal back. NULL is allowed. */
void app_close(struct app *app);

/* What reaction bits ask for; pane may have been closed by its own handler. */
void app_react(struct app *app, struct pane *pane, unsigned reaction);
/* A key or mouse event to whoever has the focus (ui/dispatch.c). */
void app_key(struct app *app, const struct key_press *key);
void app_mouse(struct app *app, const struct mouse_event *event);
/* Gives out the keys that were typed for a list on its way, once it is there (ui/dispatch.c). */
void app_catch_up(struct app *app);
/* Milliseconds until they are given out though the list is not there; -1 when there are none. */
int app_ahead_timeout(const struct app *app);
/* Draws what is marked and sends it as one frame (ui/draw.c). */
void app_draw(struct app *app);
/* Places the panes and recalculates what is stale, without drawing: what is typed ahead of a frame
 * meets the panes as they will be drawn. */
void app_settle(struct app *app);
/* Opens the object that is looked at first, once it is known which (ui/start.c). */
void app_open_usual(struct app *app);
/* What is open now is what the next start opens. */
void app_remember_object(struct app *app, const char *object);
/* Gives the keys to one of the three main panes, laying out again where it was not shown. */
void app_focus(struct app *app, struct pane *pane);
/* Leaves; asks first when changes are staged. */
void app_quit(struct app *app);
/* The key rested: what follows the cursor may follow now. */
void app_rest_later(struct app *app);

/* The message in the status line, until the next key. Cleaned when drawn. */
void app_message(struct app *app, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Copies to the terminal's clipboard, where the options allow that. */
void app_copy(struct app *app, const struct text *text);
/* An error as a message; Enter (`details` command) opens the whole of it. Copies the error. */
void app_error(struct app *app, const struct error *error);

/* --- what panes ask of the main layout (implemented by the panes of ui/panes) --- */

/* Shows an object's list with a query text (NULL for all) as a new step in the history. */
void app_open_object(struct app *app, const char *object, const char *query_text);
/* The same for the records related to one, whose name it is then called by. */
void app_open_related(struct app *app, const char *object, const char *query_text, const char *of);
void app_open_view(struct app *app, const struct view *view);
/* Opens a record of another object in the list + detail, as a new step. */
void app_open_record(struct app *app, const char *object, const char *record_id);
/* Replaces the query of the present list (a new history step), keeping the cursor's record. Takes
 * the query. */
void app_apply_query(struct app *app, struct query *query);

/* Records were created, changed or deleted by an apply: the list and the detail fetch theirs again.
 */
void app_records_written(struct app *app);
/* The same after an action, which may have changed what fields there are and what they may hold. */
void app_fields_written(struct app *app);

/* The list's present state. Borrowed; NULL when nothing is open. */
const struct schema *app_list_schema(const struct app *app);
const struct query *app_list_query(const struct app *app);
struct record_set *app_list_records(const struct app *app);
/* The record under the list's cursor: its id (borrowed until the next dispatch), NULL when none. */
const char *app_cursor_id(const struct app *app);

/* The name of a record that was chosen as a reference, so that its id need not be shown. */
void app_remember_label(struct app *app, const char *object, const char *id, const char *label);
void app_free_labels(struct app *app);
const char *app_remembered_label(const struct app *app, const char *object, const char *id);
/* Notes that a reference's name is to be shown, where the backend cannot send it along with the
 * record; app_ask_labels then asks for all that were noted, once each. What comes is redrawn. */
void app_want_label(struct app *app, const struct field *field, const struct value *id);
/* The same for a record by its id, which the backend does not send along with anything. */
void app_want_name(struct app *app, const char *object, const char *id);
void app_ask_labels(struct app *app);
/* The names that were asked for may have changed: they are asked for again when next wanted, and
 * shown as they were until then. */
void app_doubt_labels(struct app *app);

/* A field's label as headings show it: a reference by the name of what it points at. */
void app_field_label(const struct field *field, struct text *out);
/* A resolved column's label: "Account" for Account.Name, "Account Phone" for Account.Phone. */
void app_column_label(const struct schema *schema, const struct query_column *column,
                      struct text *out);

/* --- opening the other panes --- */
unsigned filter_pane_open(struct app *app);                      /* f, o */
unsigned describe_pane_open(struct app *app, const char *field); /* d; field may be NULL */
unsigned review_pane_open(struct app *app);                      /* w */
unsigned jobs_pane_open(struct app *app);
unsigned log_pane_open(struct app *app);
/* A form for an action of the backend; name NULL: the user chooses one. */
unsigned action_pane_open(struct app *app, const char *name);
const char *action_why_not(struct app *app, struct pane *pane);
/* What it does and whose records it is for, in a line. */
void action_print_note(const struct backend_action *action, struct text *out);
unsigned chart_pane_open(struct app *app, const char *field);
unsigned columns_pane_open(struct app *app);                 /* c */
unsigned help_pane_open(struct app *app);                    /* ? */
unsigned palette_open(struct app *app, const char *prefill); /* : */
unsigned export_pane_open(struct app *app);                  /* x */
/* Asks for a path and writes the page's columns 1 … into it, by these names. The page and the names
 * are borrowed from the pane on top, which stays open under the prompt. */
void export_page_open(struct app *app, const char *name, const struct page *page,
                      const char *const *columns, size_t column_count);
unsigned raw_pane_open(struct app *app, const char *query); /* query NULL: it is asked for */
const char *raw_why_not(struct app *app, struct pane *pane);
/* Asks, then undeletes the marked records of the list, or the one under the cursor. */
unsigned undelete_open(struct app *app);
const char *undelete_why_not(struct app *app, struct pane *pane);
/* A form for a new record of the list's object; from is a record to clone, or NULL. */
unsigned form_pane_open(struct app *app, const struct schema *schema, const struct record *from);

#endif
