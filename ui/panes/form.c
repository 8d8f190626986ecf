/*
 * form: a new record (a), a clone, or a staged create that is changed again. Fields come in the
 * order of the source's layout, where it has one, then required ones first; nothing is staged
 * before it is asked for, and a required field without a value is named. UI thread.
 */
#include "ui/panes/form_private.h"

#include <stdlib.h>
#include <string.h>

#include "core/arrangement.h"
#include "core/check.h"
#include "core/format.h"
#include "core/memory.h"
#include "store/config.h"
#include "ui/command.h"
#include "ui/dependents.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/keys.h"
#include "ui/widgets/scroller.h"

enum { MARK_COLUMNS = 2, LABEL_COLUMNS_MOST = 32 };

static struct form_pane *of(struct pane *pane)
{
    return (struct form_pane *)pane;
}

bool form_is_secret(const struct form_pane *form, const struct field *field)
{
    return form->hides && field->type == FIELD_ENCRYPTED;
}

static struct form_row *cursor_row(struct form_pane *form)
{
    return form->row_count ? &form->rows[form->scroller.cursor] : NULL;
}

const struct field *form_cursor_field(struct form_pane *form)
{
    const struct form_row *row = cursor_row(form);
    return row == NULL ? NULL : row->field;
}

void form_forget_missing(struct form_pane *form)
{
    for (size_t i = 0; i < form->row_count; i++) {
        form->rows[i].missing = false;
    }
}

/* --- rows --- */

static const struct record_layout *form_layout(const struct form_pane *form)
{
    struct value type = form->schema->record_type_field == NULL
                            ? value_absent()
                            : record_value(form->values, form->schema->record_type_field);
    return layout_of_record(form->schema, &type);
}

/* What the source fills by itself (never null, yet not required) nobody needs to give. */
static bool is_required(const struct record_layout *layout, const struct field *field)
{
    struct value nothing = value_null();
    return field->required || (field->nullable && field->default_value == NULL &&
                               layout_why_not_value(layout, field, &nothing) != NULL);
}

static void add_row(struct form_pane *form, const struct record_layout *layout,
                    const struct field *field)
{
    form->rows[form->row_count++] =
        (struct form_row){.field = field, .required = is_required(layout, field)};
}

static void add_in_layout(struct form_pane *form, const struct record_layout *layout,
                          const struct arrangement *arrangement)
{
    for (size_t i = 0; i < arrangement->count; i++) {
        const struct arranged_item *item = &arrangement->items[i];
        const struct field *field = &form->schema->fields[item->field];
        if (item->heading == NULL && !item->outside && field->create) {
            add_row(form, layout, field);
        }
    }
}

static void add_others(struct form_pane *form, const struct record_layout *layout, bool required)
{
    for (size_t i = 0; i < form->schema->field_count; i++) {
        const struct field *field = &form->schema->fields[i];
        if (field->create && field->required == required &&
            layout_item_of(layout, field->name) == NULL) {
            add_row(form, layout, field);
        }
    }
}

/* The name of a reference stays with its field; false when the field has no row any more. */
static void keep_label(struct form_pane *form, const struct form_row *old)
{
    for (size_t i = 0; i < form->row_count; i++) {
        if (form->rows[i].field == old->field) {
            form->rows[i].label = old->label;
            form->rows[i].missing = old->missing;
            return;
        }
    }
    free(old->label);
}

/* What the source says of its fields has the last line. */
static bool has_help(const struct form_pane *form)
{
    for (size_t i = 0; i < form->row_count; i++) {
        if (form->rows[i].field->help != NULL) {
            return true;
        }
    }
    return false;
}

static int row_room(const struct form_pane *form, int rows)
{
    return has_help(form) && rows > 2 ? rows - 1 : rows;
}

void form_make_rows(struct form_pane *form)
{
    struct form_row *before = form->rows;
    size_t count = form->row_count;
    struct arrangement arrangement = {0};
    const struct record_layout *layout = form_layout(form);
    form->rows = memory_zeroed(form->schema->field_count + 1, sizeof *form->rows);
    form->row_count = 0;
    if (layout != NULL) {
        arrangement_fill(&arrangement, form->schema, layout);
        add_in_layout(form, layout, &arrangement);
        arrangement_free(&arrangement);
    }
    add_others(form, layout, true);
    add_others(form, layout, false);
    for (size_t i = 0; i < count; i++) {
        keep_label(form, &before[i]);
    }
    free(before);
    scroller_set(&form->scroller, form->row_count, (size_t)row_room(form, form->pane.rows));
}

/* What a copy may take over: not what names the one record, nor what cannot be given. */
static bool is_cloned(const struct field *field, const struct schema *schema)
{
    bool version = schema->version_field && strcmp(field->name, schema->version_field) == 0;
    return field->create && !field->key && !field->unique && !version;
}

/* A default such as now() is not a value: a copy gets its own. */
static bool has_worked_out_default(const struct field *field)
{
    return field->default_value && strchr(field->default_value, '(');
}

static void take_clone(struct form_pane *form, const struct record *from)
{
    for (size_t i = 0; i < form->schema->field_count; i++) {
        const struct field *field = &form->schema->fields[i];
        struct value value = record_value(from, field->name);
        if (is_cloned(field, form->schema) && !has_worked_out_default(field) &&
            !value_is_nothing(&value)) {
            record_set(form->values, field->name, &value);
        }
    }
}

static void take_change(struct form_pane *form, const struct change *change)
{
    for (size_t i = 0; i < change->field_count; i++) {
        record_set(form->values, change->fields[i].name, &change->fields[i].new_value);
    }
}

/* --- editing a field --- */

/* What was not given is null. */
static struct value look_up(const void *context, const struct field *field)
{
    const struct form_pane *form = context;
    struct value value = record_value(form->values, field->name);
    return value.kind == VALUE_ABSENT ? value_null() : value;
}

/* Another record type may have another layout: the cursor stays on its field. */
static void arrange_again(struct form_pane *form, const struct field *changed)
{
    const char *type = form->schema->record_type_field;
    if (form->schema->layout_count == 0 || type == NULL || strcmp(changed->name, type) != 0) {
        return;
    }
    form_make_rows(form);
    for (size_t i = 0; i < form->row_count; i++) {
        if (form->rows[i].field == changed) {
            scroller_go(&form->scroller, i);
        }
    }
}

static void value_done(void *context, const struct value *value, const char *label)
{
    struct form_pane *form = context;
    struct form_row *row = cursor_row(form);
    if (form_is_secret(form, row->field)) {
        record_wipe(form->values, row->field->name);
    }
    record_set(form->values, row->field->name, value);
    free(row->label);
    row->label = row->field->type == FIELD_REFERENCE ? memory_copy_string(label) : NULL;
    if (row->label) {
        char *id = value_to_string(value);
        app_remember_label(form->pane.app, row->field->references, id, row->label);
        free(id);
    }
    row->missing = false;
    form->touched = true;
    dependents_warn(form->pane.app, form->schema, row->field, look_up, form);
    arrange_again(form, row->field);
    scroller_move(&form->scroller, SCROLLER_DOWN);
    pane_mark(&form->pane);
}

static int label_columns(const struct form_pane *form)
{
    size_t widest = 8;
    for (size_t i = 0; i < form->row_count; i++) {
        struct text label = {0};
        app_field_label(form->rows[i].field, &label);
        size_t width = text_width(text_string(&label), label.length);
        text_free(&label);
        widest = width > widest ? width : widest;
    }
    int most = form->pane.columns * 2 / 5;
    most = most < LABEL_COLUMNS_MOST ? most : LABEL_COLUMNS_MOST;
    return (int)widest < most ? (int)widest : most;
}

unsigned form_run_edit(struct app *app, struct pane *pane, const char *argument)
{
    struct form_pane *form = of(pane);
    struct form_row *row = cursor_row(form);
    (void)argument;
    if (!row) {
        return REACTION_HANDLED;
    }
    const char *refusal = layout_why_not_edit(form_layout(form), row->field);
    if (refusal) {
        app_message(app, ROLE_WARNING, "%s: %s.", row->field->label, refusal);
        return REACTION_HANDLED;
    }
    int column = MARK_COLUMNS + label_columns(form) + 2;
    int canvas_row = (int)(form->scroller.cursor - form->scroller.top);
    struct editor_request request = {
        .field = row->field,
        .schema = form->schema,
        .value = record_value(form->values, row->field->name),
        .controlling = dependents_controlling(form->schema, row->field, look_up, form),
        .row = pane->origin_row + canvas_row,
        .column = pane->origin_column + column,
        .columns = pane->columns - column,
        .secret = form_is_secret(form, row->field),
        .begins_on_line = form->lines,
        .done = value_done,
        .context = form};
    editor_open(app, &request);
    return REACTION_HANDLED;
}

unsigned form_run_clear(struct app *app, struct pane *pane, const char *argument)
{
    struct form_pane *form = of(pane);
    struct form_row *row = cursor_row(form);
    (void)app;
    (void)argument;
    if (!row) {
        return REACTION_HANDLED;
    }
    record_wipe(form->values, row->field->name);
    free(row->label);
    row->label = NULL;
    form->touched = true;
    arrange_again(form, row->field);
    return REACTION_HANDLED | REACTION_REDRAW;
}

/* --- staging --- */

/* Marks and names required fields without a value; false when there are any. */
bool form_has_required(struct form_pane *form)
{
    struct text names = {0};
    size_t first = form->row_count;
    for (size_t i = 0; i < form->row_count; i++) {
        struct value value = record_value(form->values, form->rows[i].field->name);
        bool given =
            !value_is_nothing(&value) && !(value.kind == VALUE_TEXT && value.as.text.length == 0);
        form->rows[i].missing = form->rows[i].required && !given;
        if (!form->rows[i].missing) {
            continue;
        }
        text_append_string(&names, names.length ? ", " : "");
        app_field_label(form->rows[i].field, &names);
        first = first == form->row_count ? i : first;
    }
    if (names.length) {
        app_message(form->pane.app, ROLE_ERROR, "%s; still needed: %s.", form->words->refused,
                    names.bytes);
        scroller_go(&form->scroller, first);
    }
    text_free(&names);
    return first == form->row_count;
}

/* What the record will be called: its name, or where the file makes that, the first text given. */
static char *record_label(const struct form_pane *form)
{
    const char *name = form->schema->name_field;
    struct value value = name ? record_value(form->values, name) : value_absent();
    for (size_t i = 0; value_is_nothing(&value) && i < form->row_count; i++) {
        const struct field *field = form->rows[i].field;
        struct value given = record_value(form->values, field->name);
        value = field->type == FIELD_STRING ? given : value;
    }
    return value_is_nothing(&value) ? NULL : value_to_string(&value);
}

static struct value staged_value(const struct form_pane *form, const char *field)
{
    const struct change *change = session_change_by_id(form->pane.app->session, form->change);
    for (size_t i = 0; change && i < change->field_count; i++) {
        if (strcmp(change->fields[i].name, field) == 0) {
            return change->fields[i].new_value;
        }
    }
    return value_absent();
}

/* A staged create takes over each field that differs, and loses those that were cleared. */
static bool stage_changed(struct form_pane *form, struct error *error)
{
    struct session *session = form->pane.app->session;
    bool done = true;
    for (size_t i = 0; done && i < form->row_count; i++) {
        const char *name = form->rows[i].field->name;
        struct value value = record_value(form->values, name);
        struct value staged = staged_value(form, name);
        if (!value_identical(&value, &staged)) {
            done = session_stage_create_field(session, form->change, name,
                                              value.kind == VALUE_ABSENT ? NULL : &value, error);
        }
    }
    return done;
}

/* Puts the cursor on the field that an error is about. */
void form_go_to_mistake(struct form_pane *form, const struct error *error)
{
    for (size_t i = 0; error->field_count && i < form->row_count; i++) {
        if (strcmp(form->rows[i].field->name, error->fields[0].field) == 0) {
            form->rows[i].missing = true;
            scroller_go(&form->scroller, i);
        }
    }
}

static unsigned run_stage(struct app *app, struct pane *pane, const char *argument)
{
    struct form_pane *form = of(pane);
    struct error error = {0};
    (void)argument;
    if (!form->schema || !form_has_required(form)) {
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    char *label = record_label(form);
    bool done = form->change ? stage_changed(form, &error)
                             : session_stage_create(app->session, form->schema, label, form->values,
                                                    NULL, &error);
    if (done) {
        app_message(app, ROLE_SUCCESS, "Staged: %s%s%s. w reviews it.",
                    form->schema->label_singular, label ? " " : "", label ? label : "");
        app_pop(app, pane);
    } else {
        app_error(app, &error);
        form_go_to_mistake(form, &error);
    }
    error_clear(&error);
    free(label);
    return done ? REACTION_HANDLED : REACTION_HANDLED | REACTION_REDRAW;
}

/* --- leaving --- */

static void drop_answered(void *context, int answer)
{
    struct form_pane *form = context;
    if (answer == 0) {
        app_pop(form->pane.app, &form->pane);
    }
}

unsigned form_run_leave(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    if (of(pane)->touched) {
        dialog_open(app, of(pane)->words->leave, "What you typed here would be gone.", "drop|stay",
                    drop_answered, pane);
    } else {
        app_pop(app, pane);
    }
    return REACTION_HANDLED;
}

static const struct command form_commands[] = {
    {"form-edit", "Enter e", "edit the field", "edit", ARGUMENT_NONE, COMMAND_HINT, NULL,
     form_run_edit},
    {"form-stage", "F2 Ctrl-S", "stage the record", "stage", ARGUMENT_NONE,
     COMMAND_HINT | COMMAND_WRITES, NULL, run_stage},
    {"form-clear", "x Del", "take the value out again", "clear", ARGUMENT_NONE, COMMAND_HINT, NULL,
     form_run_clear},
    {"form-leave", "q Esc", "leave without staging", "cancel", ARGUMENT_NONE, COMMAND_HINT, NULL,
     form_run_leave},
    {.name = NULL},
};

/* --- drawing --- */

static const char *row_mark(const struct form_row *row, struct canvas *canvas)
{
    if (row->missing) {
        return canvas_mark(canvas, MARK_FAILED);
    }
    return row->required ? "*" : " ";
}

/* A yes or no as the values are shown. */
static const char *default_words(const struct field *field)
{
    bool flag = false;
    return field->type == FIELD_BOOLEAN && config_parse_boolean(field->default_value, &flag)
               ? (flag ? "yes" : "no")
               : field->default_value;
}

/* What is known of a field without a value: a form of an action has few, and they need it most. */
static void absent_words(const struct form_pane *form, const struct form_row *row, bool here,
                         struct text *out)
{
    const struct field *field = row->field;
    if (has_worked_out_default(field)) {
        text_append_string(out, "(worked out when it is created)");
    } else if (field->default_value) {
        text_format(out, "(default: %s)", default_words(field));
    } else if (row->required) {
        text_append_string(out, "(required)");
    }
    if (field->help && (here || form->hides)) {
        text_format(out, "%s%s", out->length ? " " : "", field->help);
    }
}

/* What stands in the value's place: the value, or why there is none. */
static enum role value_words(const struct form_pane *form, const struct form_row *row, bool here,
                             struct text *out)
{
    struct value value = record_value(form->values, row->field->name);
    if (value.kind == VALUE_NULL) {
        text_append_string(out, "(null)");
        return ROLE_DIM;
    }
    if (value.kind == VALUE_ABSENT) {
        absent_words(form, row, here, out);
        return row->missing ? ROLE_FAILED : ROLE_DIM;
    }
    if (form_is_secret(form, row->field)) {
        text_append_string(out, "(given, not shown)");
        return ROLE_TEXT;
    }
    char *named = form->named == NULL ? NULL : form->named(form, row->field, &value);
    char *id = row->field->references ? value_to_string(&value) : NULL;
    const char *name = named        ? named
                       : row->label ? row->label
                       : id ? app_remembered_label(form->pane.app, row->field->references, id)
                            : NULL;
    if (name) {
        text_append_string(out, name);
    } else {
        format_value(row->field, &value, FORMAT_DETAIL, out);
    }
    free(id);
    free(named);
    if (!out->length) {
        text_append_string(out, "(empty)");
    }
    return ROLE_TEXT;
}

static void draw_row(const struct form_pane *form, struct canvas *canvas, int canvas_row, size_t at)
{
    const struct form_row *row = &form->rows[at];
    bool here = at == form->scroller.cursor;
    int labels = label_columns(form), column = MARK_COLUMNS + labels + 2;
    struct text words = {0};
    enum role role = value_words(form, row, here, &words);
    canvas_string(canvas, canvas_row, 0, 1, row->missing ? ROLE_FAILED : ROLE_TEXT,
                  row_mark(row, canvas));
    canvas_string(canvas, canvas_row, 1, 1, ROLE_TEXT,
                  here ? canvas_mark(canvas, MARK_CURSOR) : " ");
    struct text label = {0};
    app_field_label(row->field, &label);
    canvas_string(canvas, canvas_row, MARK_COLUMNS, labels, ROLE_HEADING, text_string(&label));
    text_free(&label);
    canvas_string(canvas, canvas_row, column, canvas_columns(canvas) - column,
                  here ? ROLE_CURSOR : role, text_string(&words));
    if (here) {
        canvas_set_cursor(canvas, canvas_row, column);
    }
    text_free(&words);
}

static void draw_help(const struct form_pane *form, struct canvas *canvas)
{
    const struct form_row *row = &form->rows[form->scroller.cursor];
    if (row->field->help != NULL) {
        canvas_string(canvas, canvas_rows(canvas) - 1, MARK_COLUMNS,
                      canvas_columns(canvas) - MARK_COLUMNS, ROLE_DIM, row->field->help);
    }
}

void form_draw(struct pane *pane, struct canvas *canvas)
{
    struct form_pane *form = of(pane);
    int rows = row_room(form, canvas_rows(canvas));
    canvas_erase(canvas);
    if (rows < canvas_rows(canvas)) {
        draw_help(form, canvas);
    }
    for (int i = 0; i < rows; i++) {
        size_t at = form->scroller.top + (size_t)i;
        if (at < form->row_count) {
            draw_row(form, canvas, i, at);
        }
    }
    if (!form->row_count) {
        canvas_string(canvas, 0, 0, canvas_columns(canvas), ROLE_DIM,
                      form->schema ? "no field can be given" : "asking...");
    }
}

/* --- the pane --- */

void form_close(struct pane *pane)
{
    struct form_pane *form = of(pane);
    if (form->ticket) {
        session_forget(pane->app->session, form->ticket);
    }
    for (size_t i = 0; i < form->row_count; i++) {
        free(form->rows[i].label);
    }
    free(form->rows);
    record_free(form->values);
    schema_release(form->schema);
    free(form);
}

void form_recalculate(struct pane *pane)
{
    struct form_pane *form = of(pane);
    scroller_set(&form->scroller, form->row_count, (size_t)row_room(form, pane->rows));
}

struct scroller *form_scroller(struct pane *pane)
{
    return &of(pane)->scroller;
}

static void form_title(const struct pane *pane, struct text *out)
{
    const struct form_pane *form = (const struct form_pane *)pane;
    const char *singular = form->schema ? form->schema->label_singular : NULL;
    text_format(out, form->change ? "Staged: %s" : "New: %s", singular ? singular : "record");
}

void form_title_right(const struct pane *pane, struct text *out)
{
    const struct form_pane *form = (const struct form_pane *)pane;
    text_format(out, "%zu of %zu given", form->values->field_count, form->row_count);
}

const struct pane_ops form_pane_ops = {
    .name = "form",
    .about = "a new record before it is staged",
    .flags = PANE_FULL | PANE_FORM,
    .commands = form_commands,
    .close = form_close,
    .recalculate = form_recalculate,
    .draw = form_draw,
    .title = form_title,
    .title_right = form_title_right,
    .scroller = form_scroller,
};

static const struct form_words record_words = {"Not staged", "Leave without staging?"};

static struct form_pane *form_new(struct app *app, const char *object)
{
    struct form_pane *form = memory_zeroed(1, sizeof *form);
    form->pane.ops = &form_pane_ops;
    form->pane.app = app;
    form->words = &record_words;
    form->values = record_new(object, NULL);
    return form;
}

unsigned form_pane_open(struct app *app, const struct schema *schema, const struct record *from)
{
    if (!schema || !schema->create) {
        app_message(app, ROLE_WARNING, "%s takes no new records.",
                    schema ? schema->label : "Nothing is open: this");
        return REACTION_HANDLED;
    }
    struct form_pane *form = form_new(app, schema->name);
    form->schema = schema_hold(schema);
    form_make_rows(form);
    if (from) {
        take_clone(form, from);
    }
    form->touched = from != NULL;
    app_push(app, &form->pane);
    return REACTION_HANDLED;
}

static void schema_arrived(void *context, const struct schema *schema, const struct error *error)
{
    struct form_pane *form = context;
    form->ticket = 0;
    if (!schema) {
        app_error(form->pane.app, error);
        return;
    }
    form->schema = schema_hold(schema);
    form_make_rows(form);
    pane_mark(&form->pane);
}

unsigned form_pane_edit(struct app *app, int64_t change_id)
{
    const struct change *change = session_change_by_id(app->session, change_id);
    if (!change || change->kind != CHANGE_CREATE) {
        app_message(app, ROLE_WARNING, "That new record is not staged any more.");
        return REACTION_HANDLED;
    }
    struct form_pane *form = form_new(app, change->object);
    form->change = change_id;
    take_change(form, change);
    form->ticket = session_want_schema(app->session, change->object, schema_arrived, form);
    app_push(app, &form->pane);
    return REACTION_HANDLED;
}
