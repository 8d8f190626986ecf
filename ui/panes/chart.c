/*
 * chart: the list's records grouped by a field, counts or sums as bars. UI thread.
 *
 * The groups come from one OPERATION_GROUP on the list's own query; changing the field or the
 * measure cancels the one on its way. Enter opens the list of a group's records.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/memory.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/panes/chart_svg.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"
#include "ui/widgets/scroller.h"

struct chart_pane {
    struct pane pane;
    struct scroller scroller;
    struct query *query;   /* the list's, resolved */
    struct schema *schema; /* held */
    char *by;              /* the field to group by */
    struct schema *target; /* held: what a reference points at, whose name then makes the groups */
    char *path;            /* by itself, or the name of what it points at: Account.Name */
    char *measure;         /* NULL: counts only */
    enum group_function function;
    uint64_t job;
    struct page *groups; /* NULL until the answer is here */
    struct error error;
};

static const char *function_word(enum group_function function)
{
    static const char *const words[] = {
        [GROUP_COUNT] = "count",  [GROUP_SUM] = "sum",     [GROUP_AVERAGE] = "average",
        [GROUP_MIN] = "smallest", [GROUP_MAX] = "largest", [GROUP_FILLED] = "filled",
    };
    return words[function];
}

static struct value group_name(const struct chart_pane *chart, size_t row)
{
    return page_value(chart->groups, row, 1);
}

/* What the bar shows: the measure, or the count where nothing is measured. */
static struct value group_measure(const struct chart_pane *chart, size_t row)
{
    return page_value(chart->groups, row, chart->measure == NULL ? 2 : 3);
}

static size_t group_count(const struct chart_pane *chart)
{
    return chart->groups == NULL ? 0 : page_row_count(chart->groups);
}

static double largest_measure(const struct chart_pane *chart)
{
    double largest = 0;
    for (size_t i = 0; i < group_count(chart); i++) {
        struct value value = group_measure(chart, i);
        double number = 0;
        if (value_to_real(&value, &number) && number > largest) {
            largest = number;
        }
    }
    return largest;
}

/* The field whose values make the groups. */
static const struct field *grouped_field(const struct chart_pane *chart)
{
    return chart->target != NULL ? schema_field(chart->target, chart->target->name_field)
                                 : schema_field(chart->schema, chart->by);
}

static void print_group(const struct chart_pane *chart, size_t row, struct text *out)
{
    struct value name = group_name(chart, row);
    if (value_is_nothing(&name)) {
        text_append_string(out, "(null)");
        return;
    }
    format_value(grouped_field(chart), &name, FORMAT_LIST, out);
}

static void groups_ready(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct chart_pane *chart = context;
    chart->job = 0;
    page_free(chart->groups);
    chart->groups = result->page;
    result->page = NULL;
    error_move(&chart->error, &result->error);
    pane_mark_recalculate(&chart->pane);
}

static void ask_groups(struct chart_pane *chart)
{
    struct session *session = chart->pane.app->session;
    if (chart->job != 0) {
        session_cancel(session, chart->job);
    }
    struct operation *operation = operation_new(OPERATION_GROUP, chart->schema->name);
    operation->schema = schema_hold(chart->schema);
    operation->query = query_copy(chart->query);
    operation->group.by = memory_copy_string(chart->path);
    operation->group.measure = memory_copy_string(chart->measure);
    operation->group.function = chart->function;
    error_clear(&chart->error);
    page_free(chart->groups); /* they have other columns: nothing stands under a wrong title */
    chart->groups = NULL;
    chart->job = session_submit(session, operation, JOB_NOW, groups_ready, chart, &chart->error);
    pane_mark_recalculate(&chart->pane);
}

static void chart_close(struct pane *pane)
{
    struct chart_pane *chart = (struct chart_pane *)pane;
    if (chart->job != 0) {
        session_cancel(pane->app->session, chart->job);
    }
    page_free(chart->groups);
    query_free(chart->query);
    schema_release(chart->schema);
    error_clear(&chart->error);
    free(chart->by);
    free(chart->path);
    schema_release(chart->target);
    free(chart->measure);
    free(chart);
}

static void chart_recalculate(struct pane *pane)
{
    struct chart_pane *chart = (struct chart_pane *)pane;
    scroller_set(&chart->scroller, group_count(chart), pane->rows > 0 ? (size_t)pane->rows : 0);
}

/* --- drawing --- */

static void draw_group(struct chart_pane *chart, struct canvas *canvas, int row, size_t group,
                       double largest)
{
    int columns = canvas_columns(canvas);
    int name = columns / 4;
    int numbers = chart->measure == NULL ? 11 : 27;
    int bar = columns - name - numbers - 4;
    struct value measure = group_measure(chart, group);
    struct value count = page_value(chart->groups, group, 2);
    double number = 0;
    value_to_real(&measure, &number);
    struct text label = {0};
    struct text measured = {0};
    struct text counted = {0};
    print_group(chart, group, &label);
    format_value(NULL, &count, FORMAT_LIST, &counted);
    canvas_string(canvas, row, 0, 1, ROLE_CURSOR,
                  group == chart->scroller.cursor ? canvas_mark(canvas, MARK_CURSOR) : " ");
    canvas_string(canvas, row, 2, name, ROLE_TEXT, text_string(&label));
    int eighths = largest > 0 && number > 0 ? (int)(number / largest * bar * 8 + 0.5) : 0;
    canvas_bar(canvas, row, name + 3, bar, eighths, ROLE_BAR);
    if (chart->measure != NULL) {
        format_value(schema_field(chart->schema, chart->measure), &measure, FORMAT_LIST, &measured);
        canvas_text(canvas, row, columns - numbers, 17, ROLE_NUMBER, ALIGN_RIGHT,
                    text_string(&measured), measured.length);
    }
    canvas_text(canvas, row, columns - 9, 8, ROLE_NUMBER, ALIGN_RIGHT, text_string(&counted),
                counted.length);
    text_free(&label);
    text_free(&measured);
    text_free(&counted);
}

static void chart_draw(struct pane *pane, struct canvas *canvas)
{
    struct chart_pane *chart = (struct chart_pane *)pane;
    const struct scroller *scroller = &chart->scroller;
    int columns = canvas_columns(canvas);
    canvas_erase(canvas);
    if (chart->error.kind != ERROR_NONE) {
        canvas_string(canvas, 0, 2, columns - 2, ROLE_ERROR, chart->error.message);
    } else if (chart->groups == NULL) {
        canvas_string(canvas, 0, 2, columns - 2, ROLE_DIM, "Counting…");
    } else if (scroller->count == 0) {
        canvas_string(canvas, 0, 2, columns - 2, ROLE_DIM, "No records to group.");
    }
    double largest = largest_measure(chart);
    for (size_t i = 0; i < scroller->rows && scroller->top + i < scroller->count; i++) {
        draw_group(chart, canvas, (int)i, scroller->top + i, largest);
    }
    canvas_set_cursor(canvas, (int)(scroller->cursor - scroller->top), 2);
}

static void print_title(const struct chart_pane *chart, struct text *out)
{
    const struct field *by = schema_field(chart->schema, chart->by);
    const struct field *measure =
        chart->measure == NULL ? NULL : schema_field(chart->schema, chart->measure);
    text_format(out, "%s by ", chart->schema->label);
    if (by != NULL) {
        app_field_label(by, out);
    }
    text_format(out, ", %s", function_word(chart->function));
    if (chart->measure != NULL) {
        text_format(out, " of %s", measure != NULL ? measure->label : chart->measure);
    }
}

static void chart_title(const struct pane *pane, struct text *out)
{
    print_title((const struct chart_pane *)pane, out);
}

static struct scroller *chart_scroller(struct pane *pane)
{
    return &((struct chart_pane *)pane)->scroller;
}

/* --- commands --- */

/* Groups by a field; by a reference through the name of what it points at, where that is known. */
static void set_field(struct chart_pane *chart, const struct field *field)
{
    struct session *session = chart->pane.app->session;
    const struct schema *target = field->references == NULL || field->relation == NULL ||
                                          !session_can(session, CAN_PARENT_PATHS)
                                      ? NULL
                                      : session_schema(session, field->references);
    bool named = target != NULL && target->name_field != NULL;
    const char *parts[] = {named ? field->relation : field->name,
                           named ? target->name_field : NULL};
    struct text path = {0};
    query_print_path(parts, named ? 2 : 1, &path);
    schema_release(chart->target);
    chart->target = named ? schema_hold(target) : NULL;
    free(chart->path);
    chart->path = text_take(&path);
    free(chart->by);
    chart->by = memory_copy_string(field->name);
}

/* The fields a picker offers, by the index it answers with. */
static size_t list_fields(const struct schema *schema, bool numbers_only, const char **labels,
                          const char **names)
{
    size_t count = 0;
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        if (!numbers_only || field_type_is_number(field->type)) {
            labels[count] = field->label;
            names[count++] = field->name;
        }
    }
    return count;
}

static void field_chosen(void *context, int index)
{
    struct chart_pane *chart = context;
    const char **labels = memory_zeroed(chart->schema->field_count, sizeof(*labels));
    const char **names = memory_zeroed(chart->schema->field_count, sizeof(*names));
    list_fields(chart->schema, false, labels, names);
    set_field(chart, schema_field(chart->schema, names[index]));
    free(labels);
    free(names);
    ask_groups(chart);
}

static unsigned choose_field(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct chart_pane *chart = (struct chart_pane *)pane;
    const char **labels = memory_zeroed(chart->schema->field_count, sizeof(*labels));
    const char **names = memory_zeroed(chart->schema->field_count, sizeof(*names));
    size_t count = list_fields(chart->schema, false, labels, names);
    picker_open(app, "Group by", labels, names, count, schema_field_index(chart->schema, chart->by),
                -1, -1, field_chosen, chart);
    free(labels);
    free(names);
    return REACTION_REDRAW_ALL;
}

/* Item 0 is the count; then sum, average, smallest and largest of each numeric field. */
enum { FUNCTIONS_EACH = 4 };

static void measure_chosen(void *context, int index)
{
    static const enum group_function functions[FUNCTIONS_EACH] = {GROUP_SUM, GROUP_AVERAGE,
                                                                  GROUP_MIN, GROUP_MAX};
    struct chart_pane *chart = context;
    free(chart->measure);
    chart->measure = NULL;
    chart->function = GROUP_COUNT;
    if (index > 0) {
        const char **labels = memory_zeroed(chart->schema->field_count, sizeof(*labels));
        const char **names = memory_zeroed(chart->schema->field_count, sizeof(*names));
        list_fields(chart->schema, true, labels, names);
        chart->measure = memory_copy_string(names[(index - 1) / FUNCTIONS_EACH]);
        chart->function = functions[(index - 1) % FUNCTIONS_EACH];
        free(labels);
        free(names);
    }
    ask_groups(chart);
}

static unsigned choose_measure(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct chart_pane *chart = (struct chart_pane *)pane;
    static const char *const words[FUNCTIONS_EACH] = {"sum of", "average of", "smallest",
                                                      "largest"};
    const char **labels = memory_zeroed(chart->schema->field_count, sizeof(*labels));
    const char **names = memory_zeroed(chart->schema->field_count, sizeof(*names));
    size_t fields = list_fields(chart->schema, true, labels, names);
    size_t count = fields * FUNCTIONS_EACH + 1;
    char **items = memory_zeroed(count, sizeof(*items));
    items[0] = memory_copy_string("count of records");
    for (size_t i = 1; i < count; i++) {
        struct text item = {0};
        text_format(&item, "%s %s", words[(i - 1) % FUNCTIONS_EACH],
                    labels[(i - 1) / FUNCTIONS_EACH]);
        items[i] = text_take(&item);
    }
    picker_open(app, "Measure", (const char *const *)items, NULL, count, -1, -1, -1, measure_chosen,
                chart);
    for (size_t i = 0; i < count; i++) {
        free(items[i]);
    }
    free(items);
    free(labels);
    free(names);
    return REACTION_REDRAW_ALL;
}

static const char *no_groups(struct app *app, struct pane *pane)
{
    (void)app;
    return group_count((const struct chart_pane *)pane) > 0 ? NULL : "there are no groups";
}

static unsigned open_group(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct chart_pane *chart = (struct chart_pane *)pane;
    struct value name = group_name(chart, chart->scroller.cursor);
    struct filter *condition = value_is_nothing(&name)
                                   ? filter_condition(chart->path, OPERATOR_IS_NULL)
                                   : filter_equals(chart->path, grouped_field(chart), &name);
    struct query *query = query_copy(chart->query);
    query->filter = filter_and(query->filter, condition);
    query->resolved = false;
    app_apply_query(app, query);
    return REACTION_CLOSE;
}

static bool save_as(void *context, const char *path)
{
    struct chart_pane *chart = context;
    struct text title = {0};
    print_title(chart, &title);
    size_t count = group_count(chart);
    struct chart_bar *bars = memory_zeroed(count, sizeof(*bars));
    for (size_t i = 0; i < count; i++) {
        struct text label = {0};
        struct value measure = group_measure(chart, i);
        print_group(chart, i, &label);
        bars[i].label = text_take(&label);
        bars[i].number = value_to_string(&measure);
        value_to_real(&measure, &bars[i].size);
    }
    struct error error = {0};
    bool done = chart_svg_write(path, text_string(&title), bars, count, &error);
    if (done) {
        app_message(chart->pane.app, ROLE_SUCCESS, "The chart is in %s.", path);
    } else {
        app_error(chart->pane.app, &error);
    }
    for (size_t i = 0; i < count; i++) {
        free(bars[i].label);
        free(bars[i].number);
    }
    free(bars);
    text_free(&title);
    error_clear(&error);
    return done;
}

static unsigned save_svg(struct app *app, struct pane *pane, const char *argument)
{
    (void)argument;
    struct chart_pane *chart = (struct chart_pane *)pane;
    struct text path = {0};
    text_format(&path, "%s-by-%s.svg", chart->schema->name, chart->by);
    prompt_open(app, "Save the chart as SVG", text_string(&path), save_as, chart);
    text_free(&path);
    return REACTION_REDRAW_ALL;
}

static const struct command chart_commands[] = {
    {.name = "open-group",
     .keys = "Enter",
     .help = "list the records of the group under the cursor",
     .hint = "open these",
     .flags = COMMAND_HINT,
     .why_not = no_groups,
     .run = open_group},
    {.name = "group-by",
     .keys = "g b",
     .help = "choose the field to group by",
     .hint = "group by",
     .flags = COMMAND_HINT,
     .run = choose_field},
    {.name = "measure",
     .keys = "m",
     .help = "choose what the bars show: count, sum, average, smallest, largest",
     .hint = "measure",
     .flags = COMMAND_HINT,
     .run = choose_measure},
    {.name = "save-chart",
     .keys = "s",
     .help = "save the chart as an SVG file",
     .hint = "save SVG",
     .flags = COMMAND_HINT,
     .why_not = no_groups,
     .run = save_svg},
    {.name = NULL},
};

const struct pane_ops chart_pane_ops = {
    .name = "chart",
    .about = "The list's records in groups, as bars",
    .flags = PANE_FULL,
    .commands = chart_commands,
    .close = chart_close,
    .recalculate = chart_recalculate,
    .draw = chart_draw,
    .title = chart_title,
    .scroller = chart_scroller,
};

/* The field to begin with: the one asked for, else the first picklist, reference or boolean. */
static const struct field *first_field(const struct schema *schema, const char *name)
{
    const struct field *asked = name == NULL ? NULL : schema_field(schema, name);
    if (asked != NULL) {
        return asked;
    }
    static const enum field_type liked[] = {FIELD_PICKLIST, FIELD_REFERENCE, FIELD_BOOLEAN};
    for (size_t type = 0; type < sizeof(liked) / sizeof(liked[0]); type++) {
        for (size_t i = 0; i < schema->field_count; i++) {
            if (schema->fields[i].type == liked[type]) {
                return &schema->fields[i];
            }
        }
    }
    return schema->field_count > 0 ? &schema->fields[0] : NULL;
}

unsigned chart_pane_open(struct app *app, const char *name)
{
    const struct schema *schema = app_list_schema(app);
    const struct query *query = app_list_query(app);
    const struct field *field = schema == NULL ? NULL : first_field(schema, name);
    if (field == NULL || query == NULL) {
        app_message(app, ROLE_WARNING, "Open a list first: the chart groups its records.");
        return REACTION_HANDLED;
    }
    struct chart_pane *chart = memory_zeroed(1, sizeof(*chart));
    chart->pane.ops = &chart_pane_ops;
    chart->schema = schema_hold(schema);
    chart->query = query_copy(query);
    chart->function = GROUP_COUNT;
    size_t below = app->stack_count;
    app_push(app, &chart->pane);
    if (app->stack_count == below) {
        return REACTION_HANDLED; /* too many panes: it is closed again */
    }
    set_field(chart, field);
    ask_groups(chart);
    return REACTION_REDRAW_ALL;
}
