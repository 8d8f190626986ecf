/* editor_base: see editor_base.h. Nothing here changes a record: callers stage what they get. */
#include "ui/widgets/editor_base.h"

#include <stdlib.h>
#include <string.h>

#include "core/check.h"
#include "core/dependent.h"
#include "core/format.h"
#include "core/memory.h"
#include "ui/app.h"
#include "ui/widgets/keys.h"
#include "ui/widgets/wrap.h"

/* A filter may compare with what the field itself could not hold: 100.555 with a scale of 2, a part
 * of a longer text, a value that is not in the list. */
static void ease_for_filter(struct field *field)
{
    field->length = 0;
    field->precision = 0;
    field->scale = -1;
    if (field->type == FIELD_PICKLIST) {
        field->type = FIELD_COMBOBOX;
    }
}

/* "values that go with Type = Prospect" */
static void print_note(const struct field *controller, const struct value *controlling, bool any,
                       struct text *out)
{
    struct text label = {0}, value = {0};
    app_field_label(controller, &label);
    format_value(controller, controlling, FORMAT_LIST, &value);
    if (value.length > 0) {
        text_format(out, "%s %s = %s", any ? "values that go with" : "no value goes with",
                    text_string(&label), text_string(&value));
    } else if (any) {
        text_format(out, "values that need no %s", text_string(&label));
    } else {
        text_format(out, "choose %s first", text_string(&label));
    }
    text_free(&label);
    text_free(&value);
}

/* In a filter every value may be asked for. */
static void take_controller(struct editor_base *base, const struct editor_request *request)
{
    base->controller = request->filter_value || request->controlling.kind == VALUE_ABSENT
                           ? NULL
                           : dependent_controller(request->schema, request->field);
    if (base->controller == NULL) {
        return;
    }
    base->place = dependent_place(base->controller, &request->controlling);
    bool any = false;
    for (size_t i = 0; !any && i < base->field.picklist_count; i++) {
        any = editor_offers(base, &base->field.picklist[i]);
    }
    struct text words = {0};
    print_note(base->controller, &request->controlling, any, &words);
    text_clean_string(&base->note, text_string(&words), TEXT_CLEAN_LINE);
    text_free(&words);
}

bool editor_offers(const struct editor_base *base, const struct picklist_value *choice)
{
    return choice->active && (base->controller == NULL || dependent_allows(choice, base->place));
}

void *editor_base_new(size_t size, struct app *app, const struct pane_ops *ops,
                      const struct editor_request *request)
{
    struct editor_base *base = memory_zeroed(1, size);
    base->pane.ops = ops;
    base->pane.app = app;
    base->pane.anchor_row = request->row;
    base->pane.anchor_column = request->row < 0 ? -1 : request->column;
    base->pane.anchor_columns = request->columns;
    base->request = *request;
    base->request.value = value_copy(&request->value);
    base->request.controlling = value_absent(); /* the caller's */
    base->request.schema = request->schema ? schema_hold(request->schema) : NULL;
    base->field = *request->field;
    if (request->filter_value) {
        ease_for_filter(&base->field);
    }
    take_controller(base, request);
    return base;
}

void editor_base_free(struct editor_base *base)
{
    if (base->request.cancelled) {
        base->request.cancelled(base->request.context); /* closed from outside */
    }
    value_free(&base->request.value);
    /* The hold is this editor's own, whatever the request's pointer promises. */
    schema_release((struct schema *)base->request.schema);
    text_free(&base->mistake);
    text_free(&base->note);
    free(base);
}

/* --- ending --- */

unsigned editor_accept(struct editor_base *base, const struct value *value, const char *label)
{
    editor_done done = base->request.done;
    void *context = base->request.context;
    base->request.cancelled = NULL;
    struct value owned = value_copy(value);
    char *owned_label = memory_copy_string(label);
    app_pop(base->pane.app, &base->pane);
    done(context, &owned, owned_label);
    value_wipe(&owned); /* it may be a password */
    free(owned_label);
    return REACTION_HANDLED | REACTION_REDRAW_ALL;
}

unsigned editor_cancel(struct editor_base *base)
{
    editor_cancelled cancelled = base->request.cancelled;
    void *context = base->request.context;
    base->request.cancelled = NULL;
    app_pop(base->pane.app, &base->pane);
    if (cancelled) {
        cancelled(context);
    }
    return REACTION_HANDLED | REACTION_REDRAW_ALL;
}

unsigned editor_mistake(struct editor_base *base, const char *message)
{
    text_truncate(&base->mistake, 0);
    text_clean_string(&base->mistake, message, TEXT_CLEAN_LINE);
    return REACTION_HANDLED | REACTION_REDRAW | REACTION_RESIZE;
}

/* The checks say "Amount: …" and more; what is wrong with this one field is enough here. */
static unsigned editor_error(struct editor_base *base, struct error *error)
{
    const char *message = error->field_count ? error->fields[0].message : error->message;
    struct text line = {0};
    text_append_string(&line, message);
    if (error->hint) {
        text_format(&line, " (%s)", error->hint);
    }
    unsigned reaction = editor_mistake(base, text_string(&line));
    text_free(&line);
    error_clear(error);
    return reaction;
}

/* In a filter the words of a relative date are the value. */
static bool keep_relative_words(const struct editor_base *base, const char *bytes, size_t length,
                                struct text *words)
{
    struct relative_date relative;
    if (!base->request.filter_value || !field_type_is_date(base->field.type) ||
        !relative_date_parse(bytes, length, &relative)) {
        return false;
    }
    relative_date_print(&relative, words);
    return true;
}

unsigned editor_accept_text(struct editor_base *base, const char *bytes, size_t length)
{
    struct error error = {0};
    struct text words = {0};
    struct value value = value_absent();
    if (keep_relative_words(base, bytes, length, &words)) {
        value = value_text(words.bytes, words.length);
        unsigned reaction = editor_accept(base, &value, NULL);
        text_free(&words);
        return reaction;
    }
    struct date_clock clock = editor_clock(base);
    if (!check_text(&base->field, bytes, length, &clock, &value, &error)) {
        return editor_error(base, &error);
    }
    unsigned reaction = editor_accept(base, &value, NULL);
    value_free(&value);
    return reaction;
}

unsigned editor_accept_null(struct editor_base *base)
{
    if (base->request.filter_value) {
        return editor_mistake(base, "use the operator \"is null\" to compare with null");
    }
    struct error error = {0};
    if (!check_null(&base->field, &error)) {
        return editor_error(base, &error);
    }
    struct value value = value_null();
    return editor_accept(base, &value, NULL);
}

unsigned editor_common_key(struct editor_base *base, const struct key_press *key)
{
    if (key_is(key, PRESS_ESCAPE) || key_is(key, PRESS_CONTROL('C'))) {
        return editor_cancel(base);
    }
    if (key_is(key, PRESS_CONTROL('D'))) {
        return editor_accept_null(base);
    }
    return REACTION_IGNORED;
}

/* --- showing --- */

enum { MISTAKE_ROWS_MOST = 3 };

static const struct text *shown_words(const struct editor_base *base)
{
    return base->mistake.length ? &base->mistake : &base->note;
}

int editor_mistake_rows(const struct editor_base *base, int columns)
{
    const struct text *words = shown_words(base);
    if (!words->length || columns < 1) {
        return 0;
    }
    struct wrap wrap = {0};
    wrap_text(&wrap, words->bytes, words->length, (size_t)columns);
    int rows = wrap.count < MISTAKE_ROWS_MOST ? (int)wrap.count : MISTAKE_ROWS_MOST;
    wrap_free(&wrap);
    return rows;
}

/* The last row there is takes all the rest, cut where it does not fit. */
void editor_draw_mistake(const struct editor_base *base, struct canvas *canvas, int row)
{
    const struct text *words = shown_words(base);
    enum role role = base->mistake.length ? ROLE_ERROR : ROLE_DIM;
    struct wrap wrap = {0};
    int columns = canvas_columns(canvas), last = canvas_rows(canvas) - 1;
    wrap_text(&wrap, text_string(words), words->length, (size_t)columns);
    for (size_t i = 0; i < wrap.count && row <= last; i++, row++) {
        const struct wrap_line *line = &wrap.lines[i];
        size_t length = row == last ? words->length - line->start : line->length;
        canvas_text(canvas, row, 0, columns, role, ALIGN_LEFT, text_string(words) + line->start,
                    length);
    }
    wrap_free(&wrap);
}

void editor_hints(const struct editor_base *base, const char *extra, struct text *out)
{
    if (extra) {
        text_format(out, "%s  ", extra);
    }
    text_append_string(out, "Enter accept  ");
    if (base->field.nullable && !base->request.filter_value) {
        text_append_string(out, "Ctrl-D null  ");
    }
    text_append_string(out, "Esc cancel");
}

struct date_clock editor_clock(const struct editor_base *base)
{
    return session_clock(base->pane.app->session);
}

void editor_title(const struct pane *pane, struct text *out)
{
    const struct editor_base *base = (const struct editor_base *)pane;
    if (base->field.label) {
        app_field_label(&base->field, out);
    } else {
        text_append_string(out, base->field.name);
    }
}
