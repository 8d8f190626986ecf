/*
 * filter_value: what Enter does on the cells of a row of the builder: pickers for fields and
 * operators, the typed editors for values. A condition is only ever changed whole: Esc leaves it.
 * UI thread.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/panes/filter_pane.h"

static void condition_changed(struct filter_pane *filter, struct filter *condition)
{
    filter_rows_check(condition);
    filter_rows_refresh(&filter->rows);
    filter_pane_changed(filter, filter_rows_find(&filter->rows, condition));
}

/* --- values --- */

/* An operand of the kind that the field and the operator want. */
static void add_operand(struct filter *condition, const struct field *field,
                        const struct value *value)
{
    struct relative_date relative;
    bool text = value->kind == VALUE_TEXT;
    if (text && field && field_type_is_date(field->type) &&
        relative_date_parse(value->as.text.bytes, value->as.text.length, &relative)) {
        filter_add_operand(condition, OPERAND_RELATIVE, NULL)->relative = relative;
        return;
    }
    struct filter *made = filter_equals("x", field, value);
    if (made->operand_count) {
        const struct operand *from = &made->operands[0];
        filter_add_operand(condition, from->kind, from->text)->boolean = from->boolean;
    }
    filter_free(made);
}

/* Puts a value in the place of the edited operand; those behind it stay. */
static void set_operand(struct filter *condition, size_t at, const struct field *field,
                        const struct value *value)
{
    add_operand(condition, field, value);
    size_t last = condition->operand_count - 1;
    if (at >= last) {
        return;
    }
    struct operand replaced = condition->operands[at];
    condition->operands[at] = condition->operands[last];
    condition->operands[last] = replaced;
    filter_rows_clear_operands(condition, last);
}

static void remember_label(struct filter_pane *filter, const struct value *value, const char *label)
{
    char *text = label ? value_to_string(value) : NULL;
    if (!text) {
        return;
    }
    filter->labels = memory_grow(filter->labels, filter->label_count, &filter->label_capacity,
                                 sizeof *filter->labels);
    filter->labels[filter->label_count++] = (struct filter_label){text, memory_copy_string(label)};
}

static void value_done(void *context, const struct value *value, const char *label)
{
    struct filter_pane *filter = context;
    struct filter *condition = filter->edited;
    size_t at = filter->edited_operand;
    if (filter->edited_field.type == FIELD_REFERENCE) {
        remember_label(filter, value, label);
    }
    set_operand(condition, at, filter_pane_field(filter, condition), value);
    bool more = filter->chain && filter_operator_operands(condition->operator_) == 2 && at == 0;
    condition_changed(filter, condition);
    if (more) {
        filter_edit_value(filter, condition, 1);
    } else {
        filter->chain = false;
    }
}

static void value_cancelled(void *context)
{
    ((struct filter_pane *)context)->chain = false;
}

/* --- lists of values --- */

static void trim(const char **start, const char **end)
{
    while (*start < *end && **start == ' ') {
        (*start)++;
    }
    while (*end > *start && (*end)[-1] == ' ') {
        (*end)--;
    }
}

/* One item of "a, 'b, c', d": the text without its quotes, and where the next begins. */
static const char *read_item(const char *at, struct text *item)
{
    while (*at == ' ') {
        at++;
    }
    char quote = *at == '\'' || *at == '"' ? *at++ : '\0';
    const char *start = at;
    while (*at && (quote ? *at != quote || at[1] == quote : *at != ',')) {
        at += quote && *at == quote;
        text_append_character(item, *at++);
    }
    if (quote) {
        at += *at == quote;
        return at + strcspn(at, ",");
    }
    const char *end = at;
    trim(&start, &end);
    text_truncate(item, 0);
    text_append(item, start, (size_t)(end - start));
    return at;
}

static void add_items(struct filter *condition, const struct field *field, const char *text)
{
    while (*text) {
        struct text item = {0};
        text = read_item(text, &item);
        text += *text == ',';
        struct value value = value_text(text_string(&item), item.length);
        if (item.length) {
            add_operand(condition, field, &value);
        }
        text_free(&item);
    }
}

static bool list_typed(void *context, const char *text)
{
    struct filter_pane *filter = context;
    struct filter *condition = filter->edited;
    const struct field *field = filter_pane_field(filter, condition);
    size_t before = condition->operand_count;
    add_items(condition, field, text);
    for (size_t i = before; field && i < condition->operand_count; i++) {
        if (field_type_is_number(field->type) && condition->operands[i].kind != OPERAND_NUMBER) {
            app_message(filter->pane.app, ROLE_ERROR, "'%s' is not a number.",
                        condition->operands[i].text);
            filter_rows_clear_operands(condition, before);
            return false;
        }
    }
    size_t added = condition->operand_count - before;
    for (size_t i = 0; i < added; i++) {
        struct operand moved = condition->operands[i];
        condition->operands[i] = condition->operands[before + i];
        condition->operands[before + i] = moved;
    }
    if (added) {
        filter_rows_clear_operands(condition, added);
    }
    filter->chain = false;
    condition_changed(filter, condition);
    return true;
}

static void print_item(const struct operand *operand, struct text *out)
{
    bool quoted = operand->kind == OPERAND_TEXT && strpbrk(operand->text, ",'\"");
    if (out->length) {
        text_append_string(out, ", ");
    }
    if (operand->kind == OPERAND_RELATIVE) {
        relative_date_print(&operand->relative, out);
    } else if (operand->kind == OPERAND_BOOLEAN) {
        text_append_string(out, operand->boolean ? "true" : "false");
    } else if (!quoted) {
        text_append_string(out, operand->text);
    }
    if (!quoted) {
        return;
    }
    text_append_character(out, '\'');
    for (const char *at = operand->text; *at; at++) {
        if (*at == '\'') {
            text_append_character(out, *at);
        }
        text_append_character(out, *at);
    }
    text_append_character(out, '\'');
}

static void type_list(struct filter_pane *filter, struct filter *condition)
{
    struct text present = {0}, title = {0};
    for (size_t i = 0; i < condition->operand_count; i++) {
        print_item(&condition->operands[i], &present);
    }
    text_format(&title, "%s: values, with commas between", filter->edited_field.label);
    prompt_open(filter->pane.app, title.bytes, text_string(&present), list_typed, filter);
    text_free(&present);
    text_free(&title);
}

/* Several values of a picklist, marked in a list: A;B. */
static void set_done(void *context, const struct value *value, const char *label)
{
    struct filter_pane *filter = context;
    struct filter *condition = filter->edited;
    char *joined = value_to_string(value);
    (void)label;
    filter_rows_clear_operands(condition, 0);
    for (char *at = joined; at && *at;) {
        size_t length = strcspn(at, ";");
        struct value part = value_text(at, length);
        add_operand(condition, NULL, &part);
        at += length + (at[length] == ';');
    }
    free(joined);
    filter->chain = false;
    condition_changed(filter, condition);
}

static bool can_be_marked(const struct field *field, const struct filter *condition)
{
    for (size_t i = 0; i < field->picklist_count; i++) {
        if (strchr(field->picklist[i].value, ';')) {
            return false;
        }
    }
    for (size_t i = 0; i < condition->operand_count; i++) {
        if (!condition->operands[i].text || strchr(condition->operands[i].text, ';')) {
            return false;
        }
    }
    return field->picklist_count > 0;
}

static void mark_list(struct filter_pane *filter, struct filter *condition)
{
    struct text joined = {0};
    for (size_t i = 0; i < condition->operand_count; i++) {
        text_format(&joined, "%s%s", i ? ";" : "", condition->operands[i].text);
    }
    filter->edited_field.type = FIELD_MULTIPICKLIST;
    struct editor_request request = {.field = &filter->edited_field,
                                     .value = value_text(text_string(&joined), joined.length),
                                     .row = -1,
                                     .filter_value = true,
                                     .done = set_done,
                                     .cancelled = value_cancelled,
                                     .context = filter};
    editor_open(filter->pane.app, &request);
    text_free(&joined);
}

static bool can_be_looked_up(const struct field *field, const struct filter *condition)
{
    for (size_t i = 0; i < condition->operand_count; i++) {
        if (!condition->operands[i].text) {
            return false;
        }
    }
    return field->type == FIELD_REFERENCE && field->references;
}

/* --- one value --- */

/* Parts of texts are typed, whatever the field's own editor is. */
static bool wants_plain_text(enum filter_operator operator_)
{
    return operator_ == OPERATOR_CONTAINS || operator_ == OPERATOR_STARTS_WITH ||
           operator_ == OPERATOR_ENDS_WITH || operator_ == OPERATOR_LIKE;
}

static void take_field(struct filter_pane *filter, const struct filter *condition)
{
    const struct schema *holder = NULL;
    const struct field *field = field_by_parts(filter->pane.app->session, filter->schema,
                                               condition->parts, condition->part_count, &holder);
    schema_release(filter->edited_schema);
    filter->edited_schema = holder ? schema_hold(holder) : NULL;
    if (field) {
        filter->edited_field = *field;
    } else {
        filter->edited_field =
            (struct field){.name = condition->path, .label = condition->path, .type = FIELD_STRING};
    }
    if (wants_plain_text(condition->operator_)) {
        filter->edited_field.type = FIELD_STRING;
    }
}

static void present_value(const struct filter *condition, size_t at, struct text *out)
{
    struct operand *operand = at < condition->operand_count ? &condition->operands[at] : NULL;
    if (operand && operand->kind == OPERAND_RELATIVE) {
        relative_date_print(&operand->relative, out);
    } else if (operand && operand->kind == OPERAND_BOOLEAN) {
        text_append_string(out, operand->boolean ? "true" : "false");
    } else if (operand) {
        text_append_string(out, operand->text);
    }
}

/* One of several references: chosen anew it comes in, chosen again it goes out. */
static void reference_toggled(void *context, const struct value *value, const char *label)
{
    struct filter_pane *filter = context;
    struct filter *condition = filter->edited;
    char *chosen = value_to_string(value);
    size_t at = 0;
    while (at < condition->operand_count && strcmp(condition->operands[at].text, chosen) != 0) {
        at++;
    }
    if (at < condition->operand_count) {
        struct operand last = condition->operands[condition->operand_count - 1];
        condition->operands[condition->operand_count - 1] = condition->operands[at];
        condition->operands[at] = last;
        filter_rows_clear_operands(condition, condition->operand_count - 1);
    } else {
        remember_label(filter, value, label);
        add_operand(condition, filter_pane_field(filter, condition), value);
    }
    free(chosen);
    filter->chain = false;
    condition_changed(filter, condition);
}

static void toggle_reference(struct filter_pane *filter)
{
    struct editor_request request = {.field = &filter->edited_field,
                                     .schema = filter->edited_schema,
                                     .value = value_null(),
                                     .row = -1,
                                     .filter_value = true,
                                     .done = reference_toggled,
                                     .cancelled = value_cancelled,
                                     .context = filter};
    editor_open(filter->pane.app, &request);
}

static void edit_one(struct filter_pane *filter, struct filter *condition, size_t at)
{
    struct text present = {0};
    present_value(condition, at, &present);
    struct editor_request request = {.field = &filter->edited_field,
                                     .schema = filter->edited_schema,
                                     .row = -1,
                                     .filter_value = true,
                                     .done = value_done,
                                     .cancelled = value_cancelled,
                                     .context = filter};
    request.value = at < condition->operand_count
                        ? value_text(text_string(&present), present.length)
                        : value_null();
    if (filter->edited_field.type == FIELD_BOOLEAN && at < condition->operand_count) {
        request.value = value_boolean(condition->operands[at].boolean);
    }
    editor_open(filter->pane.app, &request);
    text_free(&present);
}

void filter_edit_value(struct filter_pane *filter, struct filter *condition, size_t operand)
{
    int needed = filter_operator_operands(condition->operator_);
    filter->edited = condition;
    filter->edited_operand = operand;
    take_field(filter, condition);
    if (needed == 0) {
        app_message(filter->pane.app, ROLE_DIM, "%s takes no value.",
                    filter_operator_text(condition->operator_));
    } else if (needed < 0 && can_be_marked(&filter->edited_field, condition)) {
        mark_list(filter, condition);
    } else if (needed < 0 && can_be_looked_up(&filter->edited_field, condition)) {
        toggle_reference(filter);
    } else if (needed < 0) {
        type_list(filter, condition);
    } else {
        edit_one(filter, condition,
                 operand < condition->operand_count ? operand : condition->operand_count);
    }
}

/* --- operators --- */

static void operator_chosen(void *context, int item)
{
    struct filter_pane *filter = context;
    struct filter *condition = filter->edited;
    condition->operator_ = (enum filter_operator)filter->operators[item];
    int needed = filter_operator_operands(condition->operator_);
    if (needed >= 0) {
        filter_rows_clear_operands(condition, (size_t)needed);
    }
    condition_changed(filter, condition);
    if (condition->disabled) {
        filter_edit_value(filter, condition, condition->operand_count);
    } else {
        filter->chain = false;
    }
}

void filter_edit_operator(struct filter_pane *filter, struct filter *condition)
{
    const struct field *field = filter_pane_field(filter, condition);
    enum field_type type = field ? field->type : FIELD_STRING;
    uint32_t fitting = filter_operators_for(type);
    const char *labels[OPERATOR_COUNT], *texts[OPERATOR_COUNT];
    size_t count = 0;
    int chosen = -1;
    for (uint32_t i = 0; i < OPERATOR_COUNT; i++) {
        if (!(fitting & (1u << i))) {
            continue;
        }
        if (i == (uint32_t)condition->operator_) {
            chosen = (int)count;
        }
        filter->operators[count] = i;
        labels[count] = filter_operator_label((enum filter_operator)i, type);
        texts[count++] = filter_operator_text((enum filter_operator)i);
    }
    filter->edited = condition;
    picker_open(filter->pane.app, field ? field->label : condition->path, labels, texts, count,
                chosen, -1, -1, operator_chosen, filter);
}

/* --- fields --- */

/* What one asks most often of a field of the type. */
static enum filter_operator first_operator(const struct field *field)
{
    enum filter_operator wanted = OPERATOR_EQUAL;
    if (!field) {
        return wanted;
    }
    if (field->type == FIELD_MULTIPICKLIST) {
        wanted = OPERATOR_INCLUDES;
    } else if (field->picklist_count) {
        wanted = OPERATOR_IN;
    } else if (field_type_is_number(field->type)) {
        wanted = OPERATOR_GREATER_EQUAL;
    } else if (field_type_is_text(field->type)) {
        wanted = OPERATOR_CONTAINS;
    }
    return filter_operators_for(field->type) & (1u << wanted) ? wanted : OPERATOR_EQUAL;
}

static void pick(struct filter_pane *filter, const char *title, enum field_purpose purpose,
                 const char *present, void (*done)(void *, int))
{
    field_choices_free(&filter->choices);
    field_choices_make(&filter->choices, filter->pane.app->session, filter->schema, purpose);
    int chosen = present ? field_choices_find(&filter->choices, present) : -1;
    picker_open(filter->pane.app, title, (const char *const *)filter->choices.labels,
                (const char *const *)filter->choices.paths, filter->choices.count, chosen, -1, -1,
                done, filter);
}

static void field_chosen(void *context, int item)
{
    struct filter_pane *filter = context;
    struct filter *condition = filter->edited;
    const struct field *before = filter_pane_field(filter, condition);
    enum field_type old_type = before ? before->type : FIELD_TYPE_COUNT;
    filter_set_path(condition, filter->choices.paths[item]);
    const struct field *field = filter_pane_field(filter, condition);
    if (field && field->type != old_type) {
        condition->operator_ = first_operator(field);
        filter_rows_clear_operands(condition, 0);
    }
    condition_changed(filter, condition);
    if (condition->disabled) {
        filter_edit_operator(filter, condition);
    }
}

void filter_edit_field(struct filter_pane *filter, struct filter *condition)
{
    struct text path = {0};
    query_print_path((const char *const *)condition->parts, condition->part_count, &path);
    filter->edited = condition;
    pick(filter, "Field", FIELDS_TO_FILTER, text_string(&path), field_chosen);
    text_free(&path);
}

void filter_add_field(struct filter_pane *filter, const char *path)
{
    struct filter *condition = filter_condition(path, OPERATOR_EQUAL);
    condition->operator_ = first_operator(filter_pane_field(filter, condition));
    condition->disabled = true;
    size_t behind = filter->scroller.cursor;
    filter_rows_add(&filter->rows, behind < filter->rows.count ? behind : 0, condition);
    filter->chain = true;
    filter->cell = CELL_VALUE;
    condition_changed(filter, condition);
    filter_edit_operator(filter, condition);
}

static void new_field_chosen(void *context, int item)
{
    struct filter_pane *filter = context;
    filter_add_field(filter, filter->choices.paths[item]);
}

void filter_add_row(struct filter_pane *filter)
{
    pick(filter, "Filter by", FIELDS_TO_FILTER, NULL, new_field_chosen);
}

/* --- order and limit --- */

static void new_order_chosen(void *context, int item)
{
    struct filter_pane *filter = context;
    long row = filter_rows_add_order(&filter->rows, filter->scroller.cursor,
                                     filter->choices.paths[item], false);
    filter_pane_changed(filter, row);
}

static void order_chosen(void *context, int item)
{
    struct filter_pane *filter = context;
    size_t cursor = filter->scroller.cursor, at = filter_pane_row(filter)->at;
    bool descending = filter->rows.query->order[at].descending;
    filter_rows_add_order(&filter->rows, cursor, filter->choices.paths[item], descending);
    filter_rows_remove(&filter->rows, cursor);
    filter_pane_changed(filter, (long)cursor);
}

void filter_pick_order(struct filter_pane *filter, bool new_term)
{
    pick(filter, "Order by", FIELDS_TO_SORT, NULL, new_term ? new_order_chosen : order_chosen);
}

static bool limit_typed(void *context, const char *text)
{
    struct filter_pane *filter = context;
    struct value number;
    bool whole = value_parse_number(text, strlen(text), &number) && number.kind == VALUE_INTEGER &&
                 number.as.integer >= 0;
    if (!whole) {
        app_message(filter->pane.app, ROLE_ERROR, "A limit is a whole number, not '%s'.", text);
        return false;
    }
    filter->rows.query->limit = number.as.integer;
    filter_pane_changed(filter, NO_ROW);
    return true;
}

void filter_edit_limit(struct filter_pane *filter)
{
    struct text present = {0};
    text_format(&present, "%lld", (long long)filter->rows.query->limit);
    prompt_open(filter->pane.app, "Most records", present.bytes, limit_typed, filter);
    text_free(&present);
}
