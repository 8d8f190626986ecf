/*
 * export: the list's records into a file, page by page, with progress and cancel. UI thread.
 *
 * A path is asked for, its ending is the format; then this pane stands while the pages come. They
 * are written to a temporary file beside the target, which takes the target's name only when all is
 * there: a cancelled or failed export leaves nothing behind and overwrites nothing. Rows that are
 * here already, an action's result, go the same way in one step.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/format.h"
#include "core/memory.h"
#include "exchange/exchange.h"
#include "ui/app.h"
#include "ui/command.h"
#include "ui/panes/panes.h"
#include "ui/widgets/editor.h"

struct export_pane {
    struct pane pane;
    enum exchange_format format;
    struct query *query;
    struct schema *schema; /* held; NULL for rows that are here already */
    struct exchange_column *columns;
    char *path;
    char *temporary; /* NULL when there is none to remove */
    FILE *file;
    struct exchange_writer *writer;
    uint64_t job;
    int64_t written;
};

static void free_writer(struct export_pane *export)
{
    if (export->writer != NULL) {
        struct error ignored = {0};
        exchange_close(export->writer, NULL, &ignored);
        error_clear(&ignored);
        export->writer = NULL;
    }
    if (export->file != NULL) {
        fclose(export->file);
        export->file = NULL;
    }
}

static void export_close(struct pane *pane)
{
    struct export_pane *export = (struct export_pane *)pane;
    if (export->job != 0) {
        session_cancel(pane->app->session, export->job);
    }
    free_writer(export);
    if (export->temporary != NULL) {
        unlink(export->temporary);
    }
    free(export->temporary);
    free(export->path);
    free(export->columns);
    query_free(export->query);
    schema_release(export->schema);
    free(export);
}

static void export_draw(struct pane *pane, struct canvas *canvas)
{
    struct export_pane *export = (struct export_pane *)pane;
    struct text line = {0};
    format_count(export->written, &line);
    text_format(&line, " records written to %s", export->path);
    canvas_erase(canvas);
    canvas_string(canvas, 0, 1, canvas_columns(canvas) - 2, ROLE_TEXT, text_string(&line));
    canvas_string(canvas, 1, 1, canvas_columns(canvas) - 2, ROLE_DIM,
                  "Esc cancels and leaves no file.");
    text_free(&line);
}

static void export_title(const struct pane *pane, struct text *out)
{
    text_format(out, "Exporting %s", ((const struct export_pane *)pane)->schema->label);
}

static void export_size(const struct pane *pane, int rows_most, int columns_most, int *rows,
                        int *columns)
{
    (void)pane;
    *rows = rows_most < 2 ? rows_most : 2;
    *columns = columns_most < 64 ? columns_most : 64;
}

static void fail(struct export_pane *export, const struct error *error)
{
    app_error(export->pane.app, error);
    app_pop(export->pane.app, &export->pane);
}

static void say_done(const struct export_pane *export, size_t repaired)
{
    struct text words = {0};
    format_count(export->written, &words);
    text_format(&words, " records are in %s", export->path);
    if (repaired > 0) {
        text_format(&words, "; %zu bytes were not UTF-8", repaired);
    }
    app_message(export->pane.app, repaired > 0 ? ROLE_WARNING : ROLE_SUCCESS, "%s.",
                text_string(&words));
    text_free(&words);
}

static void finish(struct export_pane *export)
{
    struct app *app = export->pane.app;
    struct error error = {0};
    size_t repaired = 0;
    bool done = exchange_close(export->writer, &repaired, &error);
    export->writer = NULL;
    bool closed = fclose(export->file) == 0;
    export->file = NULL;
    if (done && !(closed && rename(export->temporary, export->path) == 0)) {
        done = error_set(&error, ERROR_USAGE, "The export could not be written to %s: %s.",
                         export->path, strerror(errno));
    }
    if (!done) {
        fail(export, &error);
    } else {
        say_done(export, repaired);
        app_pop(app, &export->pane);
    }
    error_clear(&error);
}

static void write_page(struct export_pane *export, const struct page *page)
{
    size_t count = page_column_count(page) - 1;
    struct value *values = memory_zeroed(count, sizeof(*values));
    for (size_t row = 0; row < page_row_count(page); row++) {
        for (size_t column = 0; column < count; column++) {
            values[column] = page_value(page, row, column + 1);
        }
        exchange_row(export->writer, values);
        export->written++;
    }
    free(values);
}

static void ask_page(struct export_pane *export, const char *cursor);

static void page_ready(void *context, const struct operation *operation, struct result *result)
{
    (void)operation;
    struct export_pane *export = context;
    export->job = 0;
    if (result->error.kind != ERROR_NONE) {
        fail(export, &result->error);
        return;
    }
    write_page(export, result->page);
    pane_mark(&export->pane);
    if (result->next != NULL) {
        ask_page(export, result->next);
    } else {
        finish(export);
    }
}

static void ask_page(struct export_pane *export, const char *cursor)
{
    struct operation *operation = operation_new(OPERATION_PAGE, export->schema->name);
    operation->schema = schema_hold(export->schema);
    operation->query = query_copy(export->query);
    operation->position.kind = cursor == NULL ? POSITION_START : POSITION_CURSOR;
    operation->position.cursor = memory_copy_string(cursor);
    struct error error = {0};
    export->job =
        session_submit(export->pane.app->session, operation, JOB_SOON, page_ready, export, &error);
    if (export->job == 0) {
        fail(export, &error);
    }
    error_clear(&error);
}

const struct pane_ops export_pane_ops = {
    .name = "export",
    .about = "The list's records into a file",
    .flags = PANE_POPUP,
    .close = export_close,
    .draw = export_draw,
    .title = export_title,
    .size = export_size,
};

/* --- before it starts: the path, whose ending is the format --- */

struct ending {
    const char *ending;
    enum exchange_format format;
};

static const struct ending endings[] = {
    {".csv", EXCHANGE_CSV},       {".tsv", EXCHANGE_TSV},     {".json", EXCHANGE_JSON},
    {".ndjson", EXCHANGE_NDJSON}, {".md", EXCHANGE_MARKDOWN}, {".txt", EXCHANGE_TABLE},
};

static bool format_of_path(const char *path, enum exchange_format *format, struct error *error)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (text_ends_folded(path, length, endings[i].ending, strlen(endings[i].ending))) {
            *format = endings[i].format;
            return true;
        }
    }
    return error_set(error, ERROR_USAGE,
                     "The file's ending chooses the format: .csv .tsv .json .ndjson .md or .txt.");
}

static bool open_temporary(struct export_pane *export, struct error *error)
{
    if (access(export->path, F_OK) == 0) {
        error_set(error, ERROR_USAGE, "%s exists already; nothing was written.", export->path);
        error_set_hint(error, "Give another name.");
        return false;
    }
    struct text name = {0};
    text_format(&name, "%s.XXXXXX", export->path);
    char *template = text_take(&name);
    int descriptor = mkstemp(template);
    export->file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (export->file == NULL) {
        error_set(error, ERROR_USAGE, "%s could not be made: %s.", export->path, strerror(errno));
        free(template);
        return false;
    }
    export->temporary = template;
    return true;
}

static struct export_pane *new_pane(struct app *app, const char *path)
{
    struct export_pane *export = memory_zeroed(1, sizeof(*export));
    export->pane.ops = &export_pane_ops;
    export->pane.app = app;
    export->pane.anchor_row = -1;
    export->path = memory_copy_string(path);
    return export;
}

static struct export_pane *new_export(struct app *app, const char *path)
{
    struct export_pane *export = new_pane(app, path);
    export->schema = schema_hold(app_list_schema(app));
    export->query = query_copy(app_list_query(app));
    export->columns = memory_zeroed(export->query->column_count, sizeof(*export->columns));
    for (size_t i = 0; i < export->query->column_count; i++) {
        export->columns[i].name = export->query->columns[i].path;
        export->columns[i].field = export->query->columns[i].field;
    }
    return export;
}

/* Opens the file and shows the pane; false, with the pane gone, where that cannot be. */
static bool begin(struct export_pane *export, size_t column_count)
{
    struct app *app = export->pane.app;
    struct error error = {0};
    if (!format_of_path(export->path, &export->format, &error) || !open_temporary(export, &error)) {
        app_error(app, &error);
        error_clear(&error);
        export_close(&export->pane);
        return false;
    }
    export->writer =
        exchange_open(export->file, export->format, export->columns, column_count, 0, 0);
    app_push(app, &export->pane);
    return true;
}

static bool path_given(void *context, const char *path)
{
    struct export_pane *export = new_export(context, path);
    if (!begin(export, export->query->column_count)) {
        return false;
    }
    ask_page(export, NULL);
    return true;
}

/* --- rows that are here already --- */

struct page_export {
    struct app *app;
    const struct page *page; /* of the pane that the prompt stands over */
    const char *const *columns;
    size_t column_count;
};

static bool page_path_given(void *context, const char *path)
{
    struct page_export *rows = context;
    struct export_pane *export = new_pane(rows->app, path);
    export->columns = memory_zeroed(rows->column_count, sizeof(*export->columns));
    for (size_t i = 0; i < rows->column_count; i++) {
        export->columns[i].name = rows->columns[i];
    }
    if (!begin(export, rows->column_count)) {
        return false;
    }
    write_page(export, rows->page);
    finish(export);
    free(rows);
    return true;
}

void export_page_open(struct app *app, const char *name, const struct page *page,
                      const char *const *columns, size_t column_count)
{
    struct page_export *rows = memory_zeroed(1, sizeof(*rows));
    *rows = (struct page_export){app, page, columns, column_count};
    struct text path = {0};
    text_format(&path, "%s.csv", name);
    prompt_open_owned(app, "Export to (.csv .tsv .json .ndjson .md .txt)", text_string(&path),
                      page_path_given, free, rows);
    text_free(&path);
}

unsigned export_pane_open(struct app *app)
{
    if (app_list_schema(app) == NULL || app_list_query(app) == NULL) {
        app_message(app, ROLE_WARNING, "Open a list first: its records are exported.");
        return REACTION_HANDLED;
    }
    struct text path = {0};
    text_format(&path, "%s.csv", app_list_schema(app)->name);
    prompt_open(app, "Export to (.csv .tsv .json .ndjson .md .txt)", text_string(&path), path_given,
                app);
    text_free(&path);
    return REACTION_REDRAW_ALL;
}
