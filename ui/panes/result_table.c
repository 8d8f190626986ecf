/*
 * result_table: see result.h. This file: the rows of a result, and which record each is about. UI
 * thread; draws nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ui/panes/result.h"

/* --- results of writes, as rows --- */

static const char *write_outcome(const struct write_result *write)
{
    return write->lost       ? "unknown whether it was done"
           : !write->success ? "failed"
           : write->created  ? "created"
                             : "done";
}

/* "The name is refused. name: bad is no name. The server said: …", in one line. */
static void print_failure(const struct error *error, struct text *out)
{
    struct text lines = {0};
    error_print(error, &lines);
    for (size_t i = 0; i < lines.length; i++) {
        bool end = lines.bytes[i] == '\n';
        if (!end) {
            text_append_character(out, lines.bytes[i]);
        } else if (i + 1 < lines.length && out->length > 0) {
            text_append_string(out, out->bytes[out->length - 1] == '.' ? " " : ". ");
        }
    }
    text_free(&lines);
}

static void add_write(struct page_builder *builder, const struct write_result *write)
{
    struct text words = {0};
    if (!write->success) {
        print_failure(&write->error, &words);
    }
    struct value id = write->id == NULL ? value_null() : value_string(write->id);
    struct value values[] = {id, id, value_string(write_outcome(write)),
                             value_text(text_string(&words), words.length)};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        page_builder_add(builder, &values[i]);
    }
    page_builder_end_row(builder);
    text_free(&words);
}

static void take_writes(struct result_table *table, const struct result *result)
{
    static const char *const names[] = {"id", "result", "why"};
    struct page_builder *builder = page_builder_new(4);
    for (size_t i = 0; i < result->write_count; i++) {
        add_write(builder, &result->writes[i]);
    }
    table->page = page_builder_finish(builder);
    table->columns = memory_zeroed(3, sizeof *table->columns);
    for (size_t i = 0; i < 3; i++) {
        table->columns[table->column_count++] = memory_copy_string(names[i]);
    }
}

/* Beside rows of its own, only what failed is worth words. */
static void take_failures(struct result_table *table, const struct result *result)
{
    struct text words = {0};
    text_append_string(&words, table->words);
    for (size_t i = 0; i < result->write_count; i++) {
        if (!result->writes[i].success) {
            text_append_string(&words, words.length > 0 ? "\n" : "");
            error_print(&result->writes[i].error, &words);
        }
    }
    free(table->words);
    table->words = words.length == 0 ? NULL : text_take(&words);
    text_free(&words);
}

/* --- the table --- */

/* The page column of this name; 0 where there is none. */
static size_t column_named(const struct result_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (text_equal_folded(table->columns[i], name)) {
            return i + 1;
        }
    }
    return 0;
}

struct result_table *result_table_new(const struct result_origin *origin, struct result *result)
{
    struct result_table *table = memory_zeroed(1, sizeof *table);
    table->title = memory_copy_string(origin->title);
    table->object = memory_copy_string(origin->object);
    table->words = result->text;
    result->text = NULL;
    if (result->page != NULL) {
        take_failures(table, result);
        table->page = result->page;
        table->columns = result->columns;
        table->column_count = result->column_count;
        result->page = NULL;
        result->columns = NULL;
        result->column_count = 0;
    } else if (result->write_count > 0) {
        take_writes(table, result);
    }
    table->id_column = column_named(table, "id");
    table->object_column = column_named(table, "object");
    if (table->object_column == 0) {
        table->object_column = column_named(table, "type");
    }
    return table;
}

void result_table_free(struct result_table *table)
{
    if (table == NULL) {
        return;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        free(table->columns[i]);
    }
    free(table->columns);
    page_free(table->page);
    free(table->title);
    free(table->object);
    free(table->words);
    free(table);
}

size_t result_table_rows(const struct result_table *table)
{
    return table->page == NULL ? 0 : page_row_count(table->page);
}

static char *cell_text(const struct result_table *table, size_t row, size_t column)
{
    struct value value = column == 0 ? value_absent() : page_value(table->page, row, column);
    char *text = value_to_string(&value);
    if (text != NULL && text[0] == '\0') {
        free(text);
        text = NULL;
    }
    return text;
}

bool result_table_record(const struct result_table *table, size_t row, char **object, char **id)
{
    *id = cell_text(table, row, table->id_column);
    *object = cell_text(table, row, table->object_column);
    if (*object == NULL) {
        *object = memory_copy_string(table->object);
    }
    if (*id != NULL && *object != NULL) {
        return true;
    }
    free(*id);
    free(*object);
    return false;
}

void result_print_value(const struct value *value, struct text *out)
{
    if (value->kind == VALUE_BOOLEAN) {
        text_append_string(out, value->as.boolean ? "yes" : "no");
    } else {
        value_print(value, out);
    }
}

void result_table_print_row(const struct result_table *table, size_t row, struct text *out)
{
    for (size_t i = 0; i < table->column_count; i++) {
        struct value value = page_value(table->page, row, i + 1);
        text_format(out, "%s: ", table->columns[i]);
        result_print_value(&value, out);
        text_append_character(out, '\n');
    }
}

bool result_table_is_words(const struct result_table *table)
{
    char *object = NULL, *id = NULL;
    if (table->page == NULL) {
        return true;
    }
    if (result_table_rows(table) != 1) {
        return false;
    }
    bool leads = result_table_record(table, 0, &object, &id);
    if (leads) {
        free(object);
        free(id);
    }
    return !leads;
}
