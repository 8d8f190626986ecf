/* list: see list.h. This file: which columns, how wide, and where they stand. UI thread. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/dependent.h"
#include "core/format.h"
#include "core/memory.h"
#include "session/columns.h"
#include "ui/options.h"
#include "ui/panes/list_private.h"

/* TOGETHER: so many columns should be seen without scrolling, text in TEXT_LEAST cells if need be.
 */
enum { MEASURED_ROWS = 100, TOGETHER = 5, TEXT_LEAST = 12 };

void list_columns_free(struct list_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        free(columns->items[i].path);
        free(columns->items[i].label);
    }
    free(columns->items);
    memset(columns, 0, sizeof *columns);
}

void list_columns_copy(const struct list_columns *from, struct list_columns *to)
{
    *to = *from;
    to->items = NULL;
    to->capacity = 0;
    for (size_t i = 0; i < from->count; i++) {
        to->items = memory_grow(to->items, i, &to->capacity, sizeof *to->items);
        to->items[i] = from->items[i];
        to->items[i].path = memory_copy_string(from->items[i].path);
        to->items[i].label = NULL;
    }
}

static const struct list_column *find(const struct list_columns *columns, const char *path)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->items[i].path, path) == 0) {
            return &columns->items[i];
        }
    }
    return NULL;
}

void list_columns_take_widths(struct list_columns *columns, const struct list_columns *from)
{
    if (!from->measured || from->count != columns->count) {
        return;
    }
    bool all = true;
    for (size_t i = 0; i < columns->count; i++) {
        const struct list_column *same = find(from, columns->items[i].path);
        columns->items[i].natural = same == NULL ? 0 : same->natural;
        all = all && same != NULL;
    }
    columns->measured = all;
}

static struct list_column *add(struct list_columns *columns, const char *path, int width)
{
    columns->items =
        memory_grow(columns->items, columns->count, &columns->capacity, sizeof *columns->items);
    struct list_column *column = &columns->items[columns->count++];
    memset(column, 0, sizeof *column);
    column->path = memory_copy_string(path);
    column->width = width;
    return column;
}

/* --- the ones an object starts with --- */

static void add_of_query(struct list_columns *columns, const struct query *query)
{
    for (size_t i = 0; i < query->column_count; i++) {
        struct text path = {0};
        query_print_path((const char *const *)query->columns[i].parts, query->columns[i].part_count,
                         &path);
        add(columns, text_string(&path), 0);
        text_free(&path);
    }
    columns->frozen = columns->count > 0 ? 1 : 0;
}

/* References are shown by the name of what they point at, where that can be asked for. */
static void add_defaults(struct list_columns *columns, struct session *session,
                         const struct schema *schema)
{
    struct query *query = query_new(schema->name);
    session_default_columns(schema, query);
    if (session_can(session, CAN_PARENT_PATHS)) {
        session_name_columns(session, schema, query);
    }
    add_of_query(columns, query);
    query_free(query);
}

/* --- remembered: "frozen 1", then a line "WIDTH PATH" for each --- */

static void remembered_key(const struct schema *schema, struct text *key)
{
    text_format(key, "columns:%s", schema->name);
}

static void read_line(struct list_columns *columns, const char *line)
{
    char *rest = NULL;
    if (strncmp(line, "frozen ", 7) == 0) {
        columns->frozen = (size_t)strtoul(line + 7, NULL, 10);
        return;
    }
    long width = strtol(line, &rest, 10);
    if (rest != line && *rest == ' ' && rest[1] != '\0') {
        add(columns, rest + 1, width < 0 || width > 1000 ? 0 : (int)width);
    }
}

static void read_remembered(struct list_columns *columns, const char *text)
{
    for (const char *at = text; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, "\n");
        char *line = memory_copy(at, length);
        read_line(columns, line);
        free(line);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
}

static bool still_there(const struct list_columns *columns, const struct schema *schema)
{
    struct query *query = query_new(schema->name);
    struct error error = {0};
    bool fine = columns->count > 0 && list_columns_ask(columns, schema, query, &error);
    for (size_t i = 0; fine && i < query->column_count; i++) {
        fine = schema_field(schema, query->columns[i].parts[0]) != NULL ||
               schema_reference(schema, query->columns[i].parts[0]) != NULL;
    }
    query_free(query);
    error_clear(&error);
    return fine;
}

void list_columns_load(struct list_columns *columns, struct session *session,
                       const struct schema *schema)
{
    struct text key = {0};
    remembered_key(schema, &key);
    read_remembered(columns, session_remembered(session, text_string(&key)));
    text_free(&key);
    if (!still_there(columns, schema)) {
        list_columns_free(columns);
        add_defaults(columns, session, schema);
    }
}

void list_columns_remember(struct session *session, const struct schema *schema,
                           const struct list_columns *columns)
{
    struct text key = {0};
    struct text out = {0};
    if (columns->of_view) {
        return;
    }
    remembered_key(schema, &key);
    text_format(&out, "frozen %zu\n", columns->frozen);
    for (size_t i = 0; i < columns->count; i++) {
        text_format(&out, "%d %s\n", columns->items[i].width, columns->items[i].path);
    }
    session_remember(session, text_string(&key), text_string(&out));
    text_free(&key);
    text_free(&out);
}

void list_deleted_remember(struct session *session, const struct query *query)
{
    struct text key = {0};
    text_format(&key, "deleted:%s", query->object);
    session_remember(session, text_string(&key), query->include_deleted ? "yes" : "no");
    text_free(&key);
}

void list_deleted_load(struct session *session, const struct schema *schema, struct query *query)
{
    struct text key = {0};
    text_format(&key, "deleted:%s", schema->name);
    const char *remembered = session_remembered(session, text_string(&key));
    query->include_deleted = remembered != NULL && strcmp(remembered, "yes") == 0 &&
                             session_can(session, CAN_INCLUDE_DELETED);
    text_free(&key);
}

void list_order_remember(struct session *session, const struct query *query)
{
    struct text key = {0};
    struct text order = {0};
    text_format(&key, "order:%s", query->object);
    query_print_order(query, &order);
    session_remember(session, text_string(&key), text_string(&order));
    text_free(&key);
    text_free(&order);
}

void list_order_load(struct session *session, const struct schema *schema, struct query *query)
{
    struct text key = {0};
    struct error error = {0};
    text_format(&key, "order:%s", schema->name);
    const char *order = session_remembered(session, text_string(&key));
    bool fine = order != NULL && query_parse_order(query, order, &error);
    for (size_t i = 0; fine && i < query->order_count; i++) {
        const char *name = query->order[i].parts[0];
        fine = schema_field(schema, name) != NULL || schema_reference(schema, name) != NULL;
    }
    if (!fine) {
        query_clear_order(query);
    }
    error_clear(&error);
    text_free(&key);
}

/* --- to and from the query --- */

bool list_columns_parse(struct list_columns *columns, const char *text, struct error *error)
{
    struct query *query = query_new("");
    bool parsed = query_parse_columns(query, text, error);
    add_of_query(columns, query);
    query_free(query);
    return parsed;
}

void list_columns_print(const struct list_columns *columns, struct text *out)
{
    for (size_t i = 0; i < columns->count; i++) {
        text_format(out, "%s%s", i > 0 ? ", " : "", columns->items[i].path);
    }
}

static int width_of(const struct list_columns *columns, const char *path)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->items[i].path, path) == 0) {
            return columns->items[i].width;
        }
    }
    return 0;
}

bool list_columns_choose(const struct list_columns *present, const struct query *query,
                         struct list_columns *chosen)
{
    add_of_query(chosen, query);
    chosen->frozen = present->frozen < chosen->count ? present->frozen : chosen->count;
    chosen->of_view = present->of_view;
    bool same = present->count == chosen->count;
    for (size_t i = 0; i < chosen->count; i++) {
        chosen->items[i].width = width_of(present, chosen->items[i].path);
        same = same && strcmp(present->items[i].path, chosen->items[i].path) == 0;
    }
    return !same;
}

static bool asks_for(const struct query *query, const char *field)
{
    return list_page_column(query, field) != 0;
}

size_t list_page_column(const struct query *query, const char *field)
{
    for (size_t i = 0; field != NULL && i < query->column_count; i++) {
        if (query->columns[i].part_count == 1 && strcmp(query->columns[i].parts[0], field) == 0) {
            return i + 1;
        }
    }
    return 0;
}

static void ask_for_field(struct query *query, const char *field)
{
    if (field != NULL && !asks_for(query, field)) {
        struct text path = {0};
        query_print_path(&field, 1, &path);
        query_add_column(query, text_string(&path));
        text_free(&path);
    }
}

/* Fields of picklists that depend on one another come together: an editor must know both. */
static void ask_for_dependents(struct query *query, size_t visible, const struct schema *schema)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        const struct field *controller = dependent_controller(schema, field);
        for (size_t j = 0; controller != NULL && j < visible; j++) {
            const struct query_column *column = &query->columns[j];
            const struct field *shown =
                column->part_count == 1 ? schema_field(schema, column->parts[0]) : NULL;
            if (shown == field || shown == controller) {
                ask_for_field(query, controller->name);
                ask_for_field(query, field->name);
                break;
            }
        }
    }
}

bool list_columns_ask(const struct list_columns *columns, const struct schema *schema,
                      struct query *query, struct error *error)
{
    struct text text = {0};
    list_columns_print(columns, &text);
    query_clear_columns(query);
    bool parsed = query_parse_columns(query, text_string(&text), error);
    text_free(&text);
    size_t visible = query->column_count;
    for (size_t i = 0; parsed && i < visible; i++) {
        const struct field *reference = query->columns[i].part_count < 2
                                            ? NULL
                                            : schema_reference(schema, query->columns[i].parts[0]);
        ask_for_field(query, reference == NULL ? NULL : reference->name);
    }
    for (size_t i = 0; parsed && !schema->fetch_by_id && i < schema->field_count; i++) {
        ask_for_field(query, schema->fields[i].name); /* the record pane can ask for no row alone */
    }
    if (parsed) {
        ask_for_field(query, schema->name_field);
        ask_for_field(query, schema->version_field);
        ask_for_field(query, schema->layout_count > 0 ? schema->record_type_field : NULL);
        ask_for_dependents(query, visible, schema);
        ask_for_field(query, query->include_deleted ? schema->deleted_field : NULL);
    }
    return parsed;
}

static void bind_label(struct list_column *column, const struct schema *schema,
                       const struct query_column *asked)
{
    struct text label = {0};
    app_column_label(schema, asked, &label);
    free(column->label);
    column->label = text_take(&label);
    column->label = column->label == NULL ? memory_copy_string(column->path) : column->label;
}

void list_columns_bind(struct list_columns *columns, const struct schema *schema,
                       const struct query *query)
{
    for (size_t i = 0; i < columns->count && i < query->column_count; i++) {
        struct list_column *column = &columns->items[i];
        const struct query_column *asked = &query->columns[i];
        column->field = asked->field;
        column->page_column = i + 1;
        column->own = asked->part_count == 1   ? schema_field(schema, asked->parts[0])
                      : asked->part_count == 2 ? schema_reference(schema, asked->parts[0])
                                               : NULL;
        column->own_column = column->own == NULL ? 0 : list_page_column(query, column->own->name);
        bind_label(column, schema, asked);
    }
}

/* --- widths and places --- */

static int estimate(const struct list_column *column)
{
    static const int by_type[FIELD_TYPE_COUNT] = {
        [FIELD_ID] = 18,    [FIELD_STRING] = 24,   [FIELD_TEXTAREA] = 30, [FIELD_BOOLEAN] = 5,
        [FIELD_INT] = 8,    [FIELD_DOUBLE] = 10,   [FIELD_CURRENCY] = 12, [FIELD_PERCENT] = 6,
        [FIELD_DATE] = 10,  [FIELD_DATETIME] = 16, [FIELD_TIME] = 8,      [FIELD_EMAIL] = 24,
        [FIELD_PHONE] = 16, [FIELD_URL] = 24,      [FIELD_PICKLIST] = 14,
    };
    int width = column->field == NULL ? 0 : by_type[column->field->type];
    int label = (int)text_width(column->label, strlen(column->label)) + 2; /* room for the arrow */
    width = width == 0 ? 16 : width;
    return width < label ? label : width;
}

static int label_width(const struct list_column *column)
{
    return (int)text_width(column->label, strlen(column->label));
}

static void measure_cell(const struct list_pane *self, const struct list_row *row,
                         struct list_column *column, int most)
{
    struct text out = {0};
    bool staged = false;
    list_row_print(self, row, column, &out, &staged);
    int width = (int)text_width(text_string(&out), out.length);
    width = width > most ? most : width;
    column->natural = width > column->natural ? width : column->natural;
    text_free(&out);
}

static void measure_row(const struct list_pane *self, const struct list_row *row, int most)
{
    for (size_t i = 0; i < self->columns.count; i++) {
        measure_cell(self, row, &self->columns.items[i], most);
    }
}

/* The rows on the screen count first; with some more below them where those are there too. The
 * widths stay as they are once all that is shown has been seen. */
void list_columns_measure(struct list_pane *self)
{
    const struct scroller *scroller = &self->scroller;
    int most = options_number(self->pane.app->options, OPTION_COLUMN_WIDTH);
    if (self->columns.measured || self->records == NULL) {
        return;
    }
    for (size_t i = 0; i < self->columns.count; i++) {
        self->columns.items[i].natural = label_width(&self->columns.items[i]);
    }
    bool all = scroller->count > 0;
    for (size_t i = 0; i < MEASURED_ROWS && scroller->top + i < scroller->count; i++) {
        struct list_row row;
        bool there =
            list_row_read(self, scroller->top + i, &row) && (row.page != NULL || row.create != 0);
        if (there) {
            measure_row(self, &row, most);
        }
        all = all && (there || i >= scroller->rows);
        list_row_free(&row);
    }
    self->columns.measured = all;
}

static void want_names_of(struct list_pane *self, const struct list_row *row)
{
    for (size_t i = 0; i < self->columns.count; i++) {
        const struct list_column *column = &self->columns.items[i];
        if (column->own != NULL && column->own == column->field) {
            bool staged = false;
            struct value value = list_row_own(self, row, column, &staged);
            app_want_label(self->pane.app, column->own, &value);
        }
    }
}

void list_want_names(struct list_pane *self)
{
    const struct scroller *scroller = &self->scroller;
    for (size_t i = 0; i < scroller->rows && scroller->top + i < scroller->count; i++) {
        struct list_row row;
        if (list_row_read(self, scroller->top + i, &row)) {
            want_names_of(self, &row);
        }
        list_row_free(&row);
    }
    app_ask_labels(self->pane.app);
}

static bool is_shown_whole(const struct list_column *column)
{
    return column->field != NULL && !field_type_is_text(column->field->type);
}

/* Text that comes into sight widens nothing, or the columns would jump while one scrolls; what was
 * typed here does. */
static void widen_by_row(struct list_pane *self, size_t at, bool scrolled)
{
    int most = options_number(self->pane.app->options, OPTION_COLUMN_WIDTH);
    struct list_row row;
    bool there = list_row_read(self, at, &row) && (row.page != NULL || row.create != 0);
    bool changed = !scrolled && there && row.change != NULL;
    for (size_t i = 0; there && i < self->columns.count; i++) {
        if (changed) {
            measure_cell(self, &row, &self->columns.items[i], most);
        }
        if (is_shown_whole(&self->columns.items[i]) && row.page != NULL) {
            bool named = self->columns.items[i].field->references != NULL;
            measure_cell(self, &row, &self->columns.items[i], named ? most : INT_MAX);
        }
    }
    list_row_free(&row);
}

/* A number or a date further down may be wider than all that was measured, and so may a reference
 * whose name came later. */
void list_columns_widen(struct list_pane *self, bool seen_before)
{
    const struct scroller *scroller = &self->scroller;
    size_t seen = seen_before ? self->seen_top : 0;
    size_t seen_end = seen_before ? self->seen_top + scroller->rows : 0;
    for (size_t at = scroller->top; self->columns.measured && at < scroller->top + scroller->rows;
         at++) {
        if (at < seen || at >= seen_end) {
            widen_by_row(self, at, seen_before);
        }
    }
    self->seen_top = scroller->top;
}

/* What is left over beside the columns in sight. */
static int spare_room(const struct list_pane *self)
{
    struct list_cell cells[256];
    size_t count = list_columns_place(self, self->pane.columns, cells, 256);
    return count == 0 ? 0 : self->pane.columns - cells[count - 1].x - cells[count - 1].width;
}

void list_columns_use_room(struct list_pane *self)
{
    const struct scroller *scroller = &self->scroller;
    int most = options_number(self->pane.app->options, OPTION_COLUMN_WIDTH);
    for (size_t at = 0; self->columns.measured && at < scroller->rows; at++) {
        struct list_row row;
        bool there =
            list_row_read(self, scroller->top + at, &row) && (row.page != NULL || row.create != 0);
        for (size_t i = 0; there && i < self->columns.count; i++) {
            int widest = self->columns.items[i].natural + spare_room(self);
            measure_cell(self, &row, &self->columns.items[i], widest < most ? widest : most);
        }
        list_row_free(&row);
    }
}

bool list_column_is_right(const struct list_column *column)
{
    return column->field != NULL && format_is_right_aligned(column->field->type);
}

const struct order_term *list_column_order(const struct list_pane *self, size_t column)
{
    const struct query *query = self->query;
    for (size_t i = 0; column < query->column_count && i < query->order_count; i++) {
        const struct query_column *shown = &query->columns[column];
        const struct order_term *term = &query->order[i];
        bool same = term->part_count == shown->part_count;
        for (size_t part = 0; same && part < term->part_count; part++) {
            same = text_equal_folded(term->parts[part], shown->parts[part]);
        }
        if (same) {
            return term;
        }
    }
    return NULL;
}

/* The arrow of an ordered column stands beside its whole label. */
static int natural_width(const struct list_pane *self, size_t column)
{
    const struct list_column *item = &self->columns.items[column];
    int label = list_column_order(self, column) == NULL ? 0 : label_width(item) + 2;
    return item->natural < label ? label : item->natural;
}

static bool gives_way(const struct list_column *column)
{
    return column->width == 0 && (column->field == NULL || column->field->references != NULL ||
                                  field_type_is_text(column->field->type));
}

/* The first column names the record: it keeps a quarter more than other text. */
static int width_within(const struct list_pane *self, size_t column, int most)
{
    const struct list_column *item = &self->columns.items[column];
    int width = item->width > 0          ? item->width
                : self->columns.measured ? natural_width(self, column)
                                         : estimate(item);
    int limit = column == 0 ? most * 5 / 4 : most;
    width = gives_way(item) && width > limit ? limit : width;
    return width < LIST_WIDTH_LEAST ? LIST_WIDTH_LEAST : width;
}

static bool fit(const struct list_pane *self, size_t columns, int most)
{
    int x = LIST_MARKER_COLUMNS;
    for (size_t i = 0; i < columns; i++) {
        x += width_within(self, i, most) + (i > 0 ? LIST_GAP : 0);
    }
    return x <= self->pane.columns;
}

/* How wide text may be: it gives way until the first columns are all seen, or as many of them as
 * can be. Numbers and dates are never cut. */
static int text_most(const struct list_pane *self)
{
    int least = TEXT_LEAST;
    if (fit(self, self->columns.count, self->pane.columns)) {
        return self->pane.columns;
    }
    int most = self->pane.columns / 4;
    size_t together = self->columns.count < TOGETHER ? self->columns.count : TOGETHER;
    while (together > 1 && !fit(self, together, least)) {
        together--;
    }
    while (most > least && !fit(self, together, most)) {
        most--;
    }
    return most;
}

int list_column_width(const struct list_pane *self, size_t column)
{
    return width_within(self, column, text_most(self));
}

/* A column that does not fit whole: text is still worth showing, a part of a number is not. */
static bool may_be_cut(const struct list_column *column, int room)
{
    bool text = column->field == NULL || field_type_is_text(column->field->type);
    return text && !list_column_is_right(column) && room >= 6;
}

/* Text that gave way takes back what no further column needs. */
static void use_what_is_left(const struct list_pane *self, int columns, struct list_cell *last)
{
    const struct list_column *column = &self->columns.items[last->column];
    int most = columns - last->x;
    if (self->columns.measured && gives_way(column) && column->natural > last->width) {
        last->width = column->natural < most ? column->natural : most;
    }
}

size_t list_columns_place(const struct list_pane *self, int columns, struct list_cell *cells,
                          size_t most)
{
    size_t count = 0;
    int x = LIST_MARKER_COLUMNS;
    for (size_t i = 0; i < self->columns.count && count < most && x + 3 <= columns; i++) {
        if (i >= self->columns.frozen && i < self->first_column) {
            continue;
        }
        int width = list_column_width(self, i);
        if (x + width > columns && count > 0 && !may_be_cut(&self->columns.items[i], columns - x)) {
            break;
        }
        width = x + width > columns ? columns - x : width;
        cells[count++] = (struct list_cell){i, x, width};
        x += width + LIST_GAP;
    }
    if (count > 0) {
        use_what_is_left(self, columns, &cells[count - 1]);
    }
    return count;
}

static bool shows_whole(const struct list_pane *self, size_t column)
{
    struct list_cell cells[256];
    size_t count = list_columns_place(self, self->pane.columns, cells, 256);
    for (size_t i = 0; i < count; i++) {
        if (cells[i].column == column) {
            return cells[i].width >= list_column_width(self, column) || i == 0 ||
                   cells[i].width >= self->pane.columns / 2;
        }
    }
    return false;
}

void list_columns_show_cursor(struct list_pane *self)
{
    size_t frozen = self->columns.frozen;
    size_t cursor = self->cursor_column;
    if (self->first_column < frozen) {
        self->first_column = frozen;
    }
    if (cursor < frozen) {
        return;
    }
    if (cursor < self->first_column) {
        self->first_column = cursor;
    }
    while (self->first_column < cursor && !shows_whole(self, cursor)) {
        self->first_column++;
    }
}
