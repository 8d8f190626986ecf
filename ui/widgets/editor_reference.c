/*
 * editor_reference: a record of another object, found by name as one types. Names that start with
 * what was typed come first, then those that contain it; a newer question cancels the older one,
 * and no key waits for an answer. UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/app.h"
#include "ui/widgets/choice_list.h"
#include "ui/widgets/editor_base.h"
#include "ui/widgets/keys.h"

enum { FOUND_MOST = 50, LOOKUP_ROWS = 10, LOOKUP_COLUMNS = 52 };

struct reference_editor {
    struct editor_base base;
    struct choice_list list; /* what was found: name and second column */
    struct value *values;    /* owned; what the field would hold, one for each item */
    size_t value_count, value_capacity;
    struct line_editor find;
    size_t at;                  /* which of the objects that the field may lead to */
    struct schema *target;      /* held; of the referenced object */
    const struct field *name;   /* what is searched and shown; of target */
    const struct field *second; /* may be NULL */
    const struct field *key;    /* what the field holds; NULL: the id */
    uint64_t ticket, search, count;
    bool moved;    /* a key chose or typed something: else Enter keeps the present value */
    bool contains; /* the second question: names that contain what was typed */
    int64_t total; /* -1: not known */
};

static void cancel_search(struct reference_editor *editor)
{
    struct session *session = editor->base.pane.app->session;
    if (editor->search) {
        session_cancel(session, editor->search);
    }
    if (editor->count) {
        session_cancel(session, editor->count);
    }
    editor->search = editor->count = 0;
}

static void forget_found(struct reference_editor *editor)
{
    for (size_t i = 0; i < editor->value_count; i++) {
        value_free(&editor->values[i]);
    }
    editor->value_count = 0;
    choice_list_free(&editor->list);
    choice_list_refind(&editor->list);
}

static void reference_close(struct pane *pane)
{
    struct reference_editor *editor = (struct reference_editor *)pane;
    cancel_search(editor);
    if (editor->ticket) {
        session_forget(pane->app->session, editor->ticket);
    }
    forget_found(editor);
    free(editor->values);
    choice_list_free(&editor->list);
    line_editor_free(&editor->find);
    schema_release(editor->target);
    editor_base_free(&editor->base);
}

/* --- asking --- */

static struct filter *name_filter(const struct reference_editor *editor, bool contains)
{
    const struct text *typed = &editor->find.text;
    if (!typed->length) {
        return NULL;
    }
    bool text = field_type_is_text(editor->name->type);
    enum filter_operator operator_ = !text      ? OPERATOR_EQUAL
                                     : contains ? OPERATOR_CONTAINS
                                                : OPERATOR_STARTS_WITH;
    struct filter *filter = filter_condition(editor->name->name, operator_);
    enum operand_kind kind =
        field_type_is_number(editor->name->type) ? OPERAND_NUMBER : OPERAND_TEXT;
    filter_add_operand(filter, kind, text_string(typed));
    return filter;
}

/* Field names are taken as they are: a path in back-quotes needs no further care. */
static char *quoted_path(const struct field *field)
{
    const char *part = field->name;
    struct text path = {0};
    query_print_path(&part, 1, &path);
    return text_take(&path);
}

static void add_column(struct query *query, const struct field *field)
{
    if (!field) {
        return;
    }
    char *path = quoted_path(field);
    query_add_column(query, path);
    free(path);
}

static struct operation *make_operation(struct reference_editor *editor, enum operation_kind kind,
                                        bool contains, struct error *error)
{
    struct query *query = query_new(editor->target->name);
    query->filter = name_filter(editor, contains);
    add_column(query, editor->name);
    add_column(query, editor->second ? editor->second : editor->name);
    add_column(query, editor->key);
    if (kind == OPERATION_PAGE && editor->name->sort) {
        char *path = quoted_path(editor->name);
        query_add_order(query, path, false, false);
        free(path);
    }
    if (!session_resolve(editor->base.pane.app->session, query, -2, error)) {
        query_free(query);
        return NULL;
    }
    struct operation *operation = operation_new(kind, editor->target->name);
    operation->schema = schema_hold(editor->target);
    operation->query = query;
    operation->page_size = FOUND_MOST;
    return operation;
}

static void counted(void *context, const struct operation *operation, struct result *result)
{
    struct reference_editor *editor = context;
    (void)operation;
    editor->count = 0;
    if (!error_is_set(&result->error)) {
        editor->total = result->total;
    }
    pane_mark(&editor->base.pane);
}

static void found(void *context, const struct operation *operation, struct result *result);

static void ask_count(struct reference_editor *editor)
{
    struct session *session = editor->base.pane.app->session;
    struct error error = {0};
    if (!session_can(session, CAN_COUNT)) {
        return;
    }
    struct operation *operation = make_operation(editor, OPERATION_COUNT, true, &error);
    if (operation) {
        editor->count = session_submit(session, operation, JOB_SOON, counted, editor, &error);
    }
    error_clear(&error);
}

static void ask_page(struct reference_editor *editor, bool contains)
{
    struct session *session = editor->base.pane.app->session;
    struct error error = {0};
    editor->contains = contains;
    struct operation *operation = make_operation(editor, OPERATION_PAGE, contains, &error);
    if (operation) {
        editor->search = session_submit(session, operation, JOB_NOW, found, editor, &error);
    }
    if (error_is_set(&error)) {
        editor_mistake(&editor->base, error.message);
    }
    error_clear(&error);
}

static void ask(struct reference_editor *editor)
{
    if (!editor->target) {
        return;
    }
    cancel_search(editor);
    editor->total = -1;
    ask_page(editor, false);
    ask_count(editor);
}

/* --- answers --- */

static bool is_found(const struct reference_editor *editor, const struct value *value)
{
    for (size_t i = 0; i < editor->value_count; i++) {
        if (value_identical(&editor->values[i], value)) {
            return true;
        }
    }
    return false;
}

static char *cell_text(const struct value *value)
{
    char *text = value_to_string(value);
    return text ? text : memory_copy_string("");
}

static void add_found(struct reference_editor *editor, const struct page *page, size_t row)
{
    struct value value = editor->key ? page_value(page, row, 3) : page_id(page, row);
    if (value_is_nothing(&value) || is_found(editor, &value)) {
        return;
    }
    editor->values = memory_grow(editor->values, editor->value_count, &editor->value_capacity,
                                 sizeof *editor->values);
    editor->values[editor->value_count++] = value_copy(&value);
    struct value name = page_value(page, row, 1), second = page_value(page, row, 2);
    char *name_text = cell_text(&name), *second_text = cell_text(&second);
    bool now = value_same(&value, &editor->base.request.value);
    const char *note = now ? "(now)" : editor->second ? second_text : NULL;
    choice_list_add(&editor->list, *name_text ? name_text : "(no name)", note);
    free(name_text);
    free(second_text);
}

static void select_present(struct reference_editor *editor)
{
    for (size_t i = 0; i < editor->value_count; i++) {
        if (value_same(&editor->values[i], &editor->base.request.value)) {
            choice_list_select(&editor->list, (int)i);
        }
    }
}

/* The first answer of a question replaces what an older question had found. */
static void found(void *context, const struct operation *operation, struct result *result)
{
    struct reference_editor *editor = context;
    (void)operation;
    editor->search = 0;
    if (error_is_set(&result->error)) {
        editor_mistake(&editor->base, result->error.message);
        pane_mark(&editor->base.pane);
        return;
    }
    if (!editor->contains) {
        forget_found(editor);
    }
    size_t cursor = editor->list.cursor, rows = result->page ? page_row_count(result->page) : 0;
    for (size_t row = 0; row < rows; row++) {
        add_found(editor, result->page, row);
    }
    choice_list_refind(&editor->list);
    editor->list.cursor = cursor < editor->list.shown_count ? cursor : 0;
    if (!editor->moved) {
        select_present(editor);
    }
    bool text = field_type_is_text(editor->name->type);
    if (!editor->contains && rows < FOUND_MOST && editor->find.text.length && text) {
        ask_page(editor, true);
    }
    pane_mark(&editor->base.pane);
}

/* --- choosing the fields that are shown --- */

static const struct field *key_field(const struct schema *target, const char *name)
{
    if (name) {
        return schema_field(target, name);
    }
    const struct field *key = NULL;
    for (size_t i = 0; i < target->field_count; i++) {
        if (target->fields[i].key) {
            if (key) {
                return NULL;
            }
            key = &target->fields[i];
        }
    }
    return key;
}

/* Something short that tells two records of one name apart. */
static const struct field *second_field(const struct reference_editor *editor)
{
    for (size_t i = 0; i < editor->target->field_count; i++) {
        const struct field *field = &editor->target->fields[i];
        bool shows = field->type == FIELD_STRING || field->type == FIELD_EMAIL ||
                     field->type == FIELD_PICKLIST || field->type == FIELD_PHONE;
        if (shows && field != editor->name && !field->key) {
            return field;
        }
    }
    return NULL;
}

static void schema_arrived(void *context, const struct schema *schema, const struct error *error)
{
    struct reference_editor *editor = context;
    editor->ticket = 0;
    if (!schema) {
        editor_mistake(&editor->base, error && error->message ? error->message : "not described");
        pane_mark(&editor->base.pane);
        return;
    }
    editor->target = schema_hold(schema);
    editor->key = key_field(schema, editor->base.request.field->references_field);
    editor->name = schema->name_field ? schema_field(schema, schema->name_field) : NULL;
    if (!editor->name) {
        editor->name = editor->key ? editor->key : &schema->fields[0];
    }
    editor->second = second_field(editor);
    ask(editor);
}

/* --- the objects it may lead to --- */

static const char *object_at(const struct reference_editor *editor, size_t at)
{
    const struct field *field = editor->base.request.field;
    return at == 0 ? field->references : field->also_references[at - 1];
}

static size_t object_count(const struct reference_editor *editor)
{
    return editor->base.request.field->also_reference_count + 1;
}

/* What was typed is looked for among its records. */
static void look_in(struct reference_editor *editor, size_t at)
{
    struct session *session = editor->base.pane.app->session;
    cancel_search(editor);
    if (editor->ticket) {
        session_forget(session, editor->ticket);
        editor->ticket = 0;
    }
    schema_release(editor->target);
    editor->target = NULL;
    editor->total = -1;
    forget_found(editor);
    editor->at = at;
    editor->ticket = session_want_schema(session, object_at(editor, at), schema_arrived, editor);
}

/* Where the present record is, else the first. */
static size_t object_of_present(const struct reference_editor *editor)
{
    const struct editor_request *request = &editor->base.request;
    char *id = value_is_nothing(&request->value) ? NULL : value_to_string(&request->value);
    const char *object =
        session_reference_object(editor->base.pane.app->session, request->field, id);
    size_t at = 0;
    while (at + 1 < object_count(editor) && strcmp(object_at(editor, at), object) != 0) {
        at++;
    }
    free(id);
    return at;
}

/* --- keys --- */

/* Nothing found, or no name to search by: what was typed may be the id itself. */
static unsigned accept_typed(struct reference_editor *editor)
{
    if (!editor->find.text.length) {
        return editor_cancel(&editor->base);
    }
    if (editor->search || editor->ticket) {
        return editor_mistake(&editor->base, "still asking: choose when the names are there");
    }
    if (editor->target && field_type_is_text(editor->name->type)) {
        return editor_mistake(&editor->base, "no record of that name: change the text, or Esc");
    }
    return editor_accept_text(&editor->base, text_string(&editor->find.text),
                              editor->find.text.length);
}

static unsigned reference_choose(struct reference_editor *editor)
{
    int item = choice_list_current(&editor->list);
    if (!editor->moved && !value_is_nothing(&editor->base.request.value)) {
        return editor_cancel(&editor->base);
    }
    if (item < 0) {
        return accept_typed(editor);
    }
    if (value_same(&editor->values[item], &editor->base.request.value)) {
        return editor_cancel(&editor->base);
    }
    struct value chosen = value_copy(&editor->values[item]);
    char *label = memory_copy_string(editor->list.items[item].text);
    unsigned reaction = editor_accept(&editor->base, &chosen, label);
    value_free(&chosen);
    free(label);
    return reaction;
}

static bool types(const struct key_press *key)
{
    static const enum key_code list_keys[] = {PRESS_UP,        PRESS_DOWN, PRESS_PAGE_UP,
                                              PRESS_PAGE_DOWN, PRESS_TAB,  PRESS_BACK_TAB};
    for (size_t i = 0; i < sizeof list_keys / sizeof *list_keys; i++) {
        if (key_is(key, list_keys[i])) {
            return false;
        }
    }
    return true;
}

static unsigned reference_key(struct pane *pane, const struct key_press *key)
{
    struct reference_editor *editor = (struct reference_editor *)pane;
    if (key_is(key, PRESS_ENTER)) {
        return reference_choose(editor);
    }
    unsigned reaction = editor_common_key(&editor->base, key);
    if (reaction != REACTION_IGNORED) {
        return reaction;
    }
    editor->moved = true;
    if (object_count(editor) > 1 && (key_is(key, PRESS_TAB) || key_is(key, PRESS_BACK_TAB))) {
        size_t step = key_is(key, PRESS_TAB) ? 1 : object_count(editor) - 1;
        text_truncate(&editor->base.mistake, 0);
        look_in(editor, (editor->at + step) % object_count(editor));
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    if (!types(key)) {
        choice_list_key(&editor->list, key, pane->rows - 2);
        return REACTION_HANDLED | REACTION_REDRAW;
    }
    char *before = memory_copy_string(text_string(&editor->find.text));
    line_editor_key(&editor->find, key);
    text_truncate(&editor->base.mistake, 0);
    if (strcmp(before, text_string(&editor->find.text)) != 0) {
        ask(editor);
    }
    free(before);
    return REACTION_HANDLED | REACTION_REDRAW;
}

static unsigned reference_mouse(struct pane *pane, const struct mouse_event *event)
{
    struct reference_editor *editor = (struct reference_editor *)pane;
    struct mouse_event inside = *event;
    bool used = false;
    inside.row--;
    editor->moved = true;
    if (choice_list_mouse(&editor->list, &inside, pane->rows - 2, &used)) {
        return reference_choose(editor);
    }
    return used ? REACTION_HANDLED | REACTION_REDRAW : REACTION_IGNORED;
}

/* --- showing --- */

static void status(const struct reference_editor *editor, const struct canvas *canvas,
                   struct text *out)
{
    bool asking = editor->search || editor->count || editor->ticket;
    if (editor->total >= 0 && editor->list.count < (size_t)editor->total) {
        text_format(out, "%zu of %lld", editor->list.count, (long long)editor->total);
    } else {
        text_format(out, "%zu found", editor->list.count);
    }
    if (asking) {
        text_format(out, " %s asking%s", canvas_mark(canvas, MARK_BULLET),
                    canvas_mark(canvas, MARK_ELLIPSIS));
    }
}

static void draw_status(const struct reference_editor *editor, struct canvas *canvas, int row)
{
    if (editor->base.mistake.length) {
        editor_draw_mistake(&editor->base, canvas, row);
        return;
    }
    struct text line = {0};
    status(editor, canvas, &line);
    canvas_string(canvas, row, 0, canvas_columns(canvas), ROLE_DIM, line.bytes);
    text_free(&line);
}

static void reference_draw(struct pane *pane, struct canvas *canvas)
{
    struct reference_editor *editor = (struct reference_editor *)pane;
    int last = canvas_rows(canvas) - 1;
    choice_list_draw(&editor->list, canvas, 1, last - 1);
    line_editor_draw(&editor->find, canvas, 0, 0, canvas_columns(canvas), ROLE_INPUT, true);
    if (last > 1) {
        draw_status(editor, canvas, last);
    }
}

static void reference_title(const struct pane *pane, struct text *out)
{
    const struct reference_editor *editor = (const struct reference_editor *)pane;
    editor_title(pane, out);
    text_append_string(out, ": look up");
    if (object_count(editor) > 1) {
        text_format(out, " in %s", object_at(editor, editor->at));
    }
}

static void reference_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                           int *columns)
{
    (void)pane;
    *rows = LOOKUP_ROWS + 2 < rows_most ? LOOKUP_ROWS + 2 : rows_most;
    *columns = LOOKUP_COLUMNS < columns_most ? LOOKUP_COLUMNS : columns_most;
}

static void reference_hints(const struct pane *pane, struct text *out)
{
    const struct reference_editor *editor = (const struct reference_editor *)pane;
    struct text words = {0};
    text_append_string(&words, "type a name");
    if (object_count(editor) > 1) {
        text_format(&words, "  Tab %s", object_at(editor, (editor->at + 1) % object_count(editor)));
    }
    editor_hints(&editor->base, text_string(&words), out);
    text_free(&words);
}

static const struct pane_ops reference_ops = {
    .name = "reference editor",
    .about = "a record of another object, found by its name",
    .flags = PANE_POPUP | PANE_TYPING,
    .close = reference_close,
    .draw = reference_draw,
    .key = reference_key,
    .mouse = reference_mouse,
    .title = reference_title,
    .hints = reference_hints,
    .size = reference_size,
};

void reference_editor_open(struct app *app, const struct editor_request *request)
{
    struct reference_editor *editor = editor_base_new(sizeof *editor, app, &reference_ops, request);
    editor->total = -1;
    choice_list_refind(&editor->list);
    look_in(editor, object_of_present(editor));
    app_push(app, &editor->base.pane);
}
