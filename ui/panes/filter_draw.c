/* filter_draw: the builder's rows, the text under them and the count, in whatever height there is.
 * UI thread. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "ui/panes/filter_pane.h"

enum {
    FIELD_COLUMNS = 18,
    OPERATOR_COLUMNS = 16,
    RULES_FROM_ROWS = 11,
    TEXT_ROWS_MOST = 6,
    STATUS_ROWS_MOST = 3
};

struct heights {
    int list, text, rules, status;
};

/* The mistake, or the count. */
static void status_words(const struct filter_pane *filter, const char *bullet, struct text *out)
{
    const struct error *mistake = &filter->text.error;
    if (!error_is_set(mistake)) {
        filter_count_words(&filter->count, bullet, out);
        return;
    }
    text_clean_string(out, mistake->message, TEXT_CLEAN_LINE);
    if (mistake->hint) {
        text_format(out, " (%s)", mistake->hint);
    }
}

static int status_rows(const struct filter_pane *filter)
{
    struct wrap wrap = {0};
    struct text words = {0};
    int most = filter->pane.rows >= RULES_FROM_ROWS ? STATUS_ROWS_MOST : 1;
    status_words(filter, "-", &words);
    wrap_text(&wrap, text_string(&words), words.length, (size_t)filter->pane.columns);
    int rows = (int)wrap.count < most ? (int)wrap.count : most;
    wrap_free(&wrap);
    text_free(&words);
    return rows;
}

/* The text gets what it needs up to a third; the count one row; rules only where there is room. */
static struct heights share_out(struct filter_pane *filter)
{
    struct heights heights = {0};
    int rows = filter->pane.rows;
    int wanted = (int)filter_text_wrap(&filter->text, filter->pane.columns) +
                 (filter->text.error_column > 0);
    int most = rows / 3 < 1 ? 1 : rows / 3;
    most = filter->in_text && most < 2 ? 2 : most;
    heights.text = wanted < most ? wanted : most;
    heights.text = heights.text < TEXT_ROWS_MOST ? heights.text : TEXT_ROWS_MOST;
    heights.rules = rows >= RULES_FROM_ROWS ? 2 : 0;
    heights.status = status_rows(filter);
    heights.list = rows - heights.text - heights.rules - heights.status;
    heights.list = heights.list < 1 ? 1 : heights.list;
    return heights;
}

int filter_list_rows(struct filter_pane *filter)
{
    return share_out(filter).list;
}

/* --- words of a row --- */

void filter_free_labels(struct filter_pane *filter)
{
    for (size_t i = 0; i < filter->label_count; i++) {
        free(filter->labels[i].value);
        free(filter->labels[i].label);
    }
    free(filter->labels);
}

static const char *known_label(const struct filter_pane *filter, const struct field *field,
                               const char *value)
{
    for (size_t i = 0; i < filter->label_count; i++) {
        if (field->type == FIELD_REFERENCE && strcmp(filter->labels[i].value, value) == 0) {
            return filter->labels[i].label;
        }
    }
    for (size_t i = 0; i < field->picklist_count; i++) {
        if (strcmp(field->picklist[i].value, value) == 0) {
            return field->picklist[i].label;
        }
    }
    return NULL;
}

void filter_operand_words(const struct filter_pane *filter, const struct filter *condition,
                          const struct operand *operand, struct text *out)
{
    const struct field *field = filter_pane_field(filter, condition);
    if (operand->kind == OPERAND_RELATIVE) {
        relative_date_print(&operand->relative, out);
    } else if (operand->kind == OPERAND_BOOLEAN) {
        text_append_string(out, operand->boolean ? "yes" : "no");
    } else if (operand->kind == OPERAND_NUMBER && field && field_type_is_number(field->type)) {
        struct value number = value_text(operand->text, strlen(operand->text));
        format_value(field, &number, FORMAT_LIST, out);
    } else if (!*operand->text) {
        text_append_string(out, "(empty)");
    } else {
        const char *label = field ? known_label(filter, field, operand->text) : NULL;
        text_append_string(out, label ? label : operand->text);
    }
}

static void value_words(const struct filter_pane *filter, const struct filter *condition,
                        struct text *out)
{
    bool between = condition->operator_ == OPERATOR_BETWEEN;
    for (size_t i = 0; i < condition->operand_count; i++) {
        text_append_string(out, !i ? "" : between ? " and " : ", ");
        filter_operand_words(filter, condition, &condition->operands[i], out);
    }
    if (condition->disabled) {
        text_append_string(out,
                           condition->operand_count ? " and (choose a value)" : "(choose a value)");
    }
}

/* --- rows --- */

struct row_place {
    const struct filter_pane *filter;
    struct canvas *canvas;
    int row;
    bool here; /* the cursor's row, while the rows have the keys */
};

/* One cell; the one under the cursor stands out and has the hardware cursor. */
static void draw_cell(const struct row_place *place, int column, int columns, enum filter_cell cell,
                      enum role role, const char *words)
{
    bool here = place->here && place->filter->cell == cell;
    canvas_string(place->canvas, place->row, column, columns, here ? ROLE_CURSOR : role, words);
    if (here) {
        canvas_set_cursor(place->canvas, place->row, column);
    }
}

static int value_column(int indent, int columns)
{
    int column = indent + FIELD_COLUMNS + OPERATOR_COLUMNS + 2;
    return column + 8 < columns ? column : indent + (columns - indent) * 2 / 3;
}

static void draw_values(const struct row_place *place, const struct filter *condition, int column,
                        int columns)
{
    struct text words = {0};
    enum role role = condition->disabled ? ROLE_DIM : ROLE_TEXT;
    bool two = filter_operator_operands(condition->operator_) == 2 && condition->operand_count == 2;
    if (!two) {
        value_words(place->filter, condition, &words);
        draw_cell(place, column, columns,
                  place->filter->cell == CELL_SECOND_VALUE && place->here ? CELL_SECOND_VALUE
                                                                          : CELL_VALUE,
                  role, text_string(&words));
        text_free(&words);
        return;
    }
    filter_operand_words(place->filter, condition, &condition->operands[0], &words);
    int width = (int)text_width(text_string(&words), words.length);
    width = width < columns / 2 ? width : columns / 2;
    draw_cell(place, column, width, CELL_VALUE, role, text_string(&words));
    canvas_string(place->canvas, place->row, column + width, 5, role, " and ");
    text_truncate(&words, 0);
    filter_operand_words(place->filter, condition, &condition->operands[1], &words);
    draw_cell(place, column + width + 5, columns - width - 5, CELL_SECOND_VALUE, role,
              text_string(&words));
    text_free(&words);
}

static void draw_condition(const struct row_place *place, const struct filter *condition,
                           int indent)
{
    const struct filter_pane *filter = place->filter;
    const struct field *field = filter_pane_field(filter, condition);
    int columns = canvas_columns(place->canvas);
    int value = value_column(indent, columns), both = value - indent - 2;
    int field_columns = both * FIELD_COLUMNS / (FIELD_COLUMNS + OPERATOR_COLUMNS);
    struct text name = {0};
    field_label_by_parts(filter->pane.app->session, filter->schema, condition->parts,
                         condition->part_count, &name);
    if (!field) {
        canvas_string(place->canvas, place->row, indent - 1, 1, ROLE_FAILED,
                      canvas_mark(place->canvas, MARK_FAILED));
    }
    draw_cell(place, indent, field_columns, CELL_FIELD, field ? ROLE_TEXT : ROLE_FAILED,
              text_string(&name));
    draw_cell(place, indent + field_columns + 1, both - field_columns, CELL_OPERATOR, ROLE_DIM,
              filter_operator_label(condition->operator_, field ? field->type : FIELD_STRING));
    if (filter_operator_operands(condition->operator_) != 0) {
        draw_values(place, condition, value, columns - value);
    } else if (place->here && filter->cell >= CELL_VALUE) {
        draw_cell(place, value, 1, filter->cell, ROLE_TEXT, " ");
    }
    text_free(&name);
}

static void draw_order(const struct row_place *place, size_t at)
{
    const struct query *query = place->filter->rows.query;
    int columns = canvas_columns(place->canvas);
    canvas_string(place->canvas, place->row, 2, 10, ROLE_HEADING, at ? "then by" : "order by");
    if (!query->order_count) {
        draw_cell(place, 12, columns - 12, place->filter->cell, ROLE_DIM,
                  "(nothing: as the object comes)");
        return;
    }
    const struct order_term *term = &query->order[at];
    struct text name = {0}, direction = {0};
    field_label_by_parts(place->filter->pane.app->session, place->filter->schema, term->parts,
                         term->part_count, &name);
    text_format(
        &direction, "%s %s%s", canvas_mark(place->canvas, term->descending ? MARK_DOWN : MARK_UP),
        term->descending ? "descending" : "ascending", term->nulls_first ? ", nulls first" : "");
    int width = columns - 12 < 22 ? (columns - 12) / 2 : 22;
    draw_cell(place, 12, width, CELL_FIELD, ROLE_TEXT, text_string(&name));
    draw_cell(place, 13 + width, columns - 13 - width,
              place->filter->cell == CELL_FIELD ? CELL_OPERATOR : place->filter->cell, ROLE_TEXT,
              direction.bytes);
    text_free(&name);
    text_free(&direction);
}

static void draw_group(const struct row_place *place, const struct filter_row *row, int indent)
{
    struct text words = {0};
    const struct filter *node = row->node;
    const struct filter *holder = node->kind == FILTER_NOT ? node->children[0] : node;
    text_append_string(&words, filter_rows_group_name(node));
    if (!holder->child_count) {
        text_append_string(&words, row->depth ? " (empty: a adds)" : " (every record: a adds)");
    }
    draw_cell(place, indent, canvas_columns(place->canvas) - indent, place->filter->cell,
              ROLE_HEADING, words.bytes);
    text_free(&words);
}

static void draw_row(const struct row_place *place, const struct filter_row *row)
{
    int indent = 2 + row->depth * 2, most = canvas_columns(place->canvas) / 3;
    indent = indent < most ? indent : most;
    if (row->kind == FILTER_ROW_GROUP) {
        draw_group(place, row, indent);
    } else if (row->kind == FILTER_ROW_CONDITION) {
        draw_condition(place, row->node, indent);
    } else if (row->kind == FILTER_ROW_ORDER) {
        draw_order(place, row->at);
    } else {
        struct text words = {0};
        canvas_string(place->canvas, place->row, 2, 10, ROLE_HEADING, "at most");
        format_count(place->filter->rows.query->limit, &words);
        text_append_string(&words, " records");
        draw_cell(place, 12, canvas_columns(place->canvas) - 12, place->filter->cell, ROLE_TEXT,
                  words.bytes);
        text_free(&words);
    }
}

static void draw_rows(struct filter_pane *filter, struct canvas *canvas, int rows)
{
    for (int i = 0; i < rows; i++) {
        size_t at = filter->scroller.top + (size_t)i;
        bool cursor = at == filter->scroller.cursor;
        struct row_place place = {filter, canvas, i, cursor && !filter->in_text};
        canvas_fill(canvas, i, 0, canvas_columns(canvas), ROLE_TEXT);
        if (at >= filter->rows.count) {
            continue;
        }
        if (cursor) {
            canvas_string(canvas, i, 0, 1, ROLE_TEXT, canvas_mark(canvas, MARK_CURSOR));
        }
        draw_row(&place, &filter->rows.rows[at]);
    }
}

/* --- the whole pane --- */

static void draw_status(const struct filter_pane *filter, struct canvas *canvas, int row)
{
    struct text words = {0};
    struct wrap wrap = {0};
    int columns = canvas_columns(canvas), last = canvas_rows(canvas) - 1;
    enum role role = error_is_set(&filter->text.error) ? ROLE_ERROR : ROLE_DIM;
    status_words(filter, canvas_mark(canvas, MARK_BULLET), &words);
    wrap_text(&wrap, text_string(&words), words.length, (size_t)columns);
    for (size_t i = 0; i < wrap.count && row <= last; i++, row++) {
        const struct wrap_line *line = &wrap.lines[i];
        size_t length = row == last ? words.length - line->start : line->length;
        canvas_text(canvas, row, 0, columns, role, ALIGN_LEFT, text_string(&words) + line->start,
                    length);
    }
    wrap_free(&wrap);
    text_free(&words);
}

void filter_draw(struct pane *pane, struct canvas *canvas)
{
    struct filter_pane *filter = (struct filter_pane *)pane;
    struct heights heights = share_out(filter);
    int row = heights.list;
    canvas_erase(canvas);
    draw_rows(filter, canvas, heights.list);
    if (heights.rules) {
        canvas_rule(canvas, row++, "as text");
    }
    filter_text_draw(&filter->text, canvas, row, heights.text, filter->in_text);
    row += heights.text;
    if (heights.rules) {
        canvas_rule(canvas, row++, NULL);
    }
    draw_status(filter, canvas, row);
}
