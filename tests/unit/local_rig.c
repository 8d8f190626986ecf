/*
 * local_rig: databases made of SQL in a directory of their own, and the adapter opened on them.
 */
#include "local_rig.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"

int rig_set_up(void **state)
{
    struct rig *rig = memory_zeroed(1, sizeof *rig);
    struct text path = {0};

    setenv("TZ", "UTC", 1);
    snprintf(rig->directory, sizeof rig->directory, "/tmp/local-test-XXXXXX");
    assert_non_null(mkdtemp(rig->directory));
    text_format(&path, "%s/data.db", rig->directory);
    rig->path = text_take(&path);
    *state = rig;
    return 0;
}

static void remove_files(const char *directory)
{
    DIR *files = opendir(directory);
    struct dirent *entry;

    while (files && (entry = readdir(files))) {
        struct text path = {0};

        text_format(&path, "%s/%s", directory, entry->d_name);
        if (unlink(text_string(&path)) != 0)
            rmdir(text_string(&path));
        text_free(&path);
    }
    if (files)
        closedir(files);
    rmdir(directory);
}

int rig_tear_down(void **state)
{
    struct rig *rig = *state;

    if (rig->backend)
        rig->backend->ops->destroy(rig->backend);
    result_clear(&rig->result);
    chmod(rig->directory, 0700);
    remove_files(rig->directory);
    free(rig->path);
    free(rig);
    return 0;
}

static sqlite3 *connect_to(struct rig *rig)
{
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(rig->path, &database), SQLITE_OK);
    return database;
}

void rig_sql(struct rig *rig, const char *sql)
{
    sqlite3 *database = connect_to(rig);
    char *message = NULL;

    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(database);
}

char *rig_value(struct rig *rig, const char *sql)
{
    sqlite3 *database = connect_to(rig);
    sqlite3_stmt *statement = NULL;
    char *value = NULL;

    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW)
        value = memory_copy_string((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return value;
}

void rig_open(struct rig *rig, bool read_only, int timeout)
{
    struct config_entry file = {"file", rig->path, 1};
    struct profile profile = {.name = "test",
                              .backend = "local",
                              .read_only = read_only,
                              .timeout = timeout,
                              .settings = &file,
                              .setting_count = 1};
    struct error error = {0};

    if (rig->backend)
        rig->backend->ops->destroy(rig->backend);
    rig->backend = backend_find("local")->create(&profile, &error);
    assert_non_null(rig->backend);
}

struct result *rig_run(struct rig *rig, struct operation *operation)
{
    if (!rig->backend)
        rig_open(rig, false, 0);
    result_clear(&rig->result);
    rig->backend->ops->execute(rig->backend, operation, &rig->token, &rig->result);
    operation_free(operation);
    return &rig->result;
}

struct result *rig_do(struct rig *rig, enum operation_kind kind, const char *object)
{
    return rig_run(rig, operation_new(kind, object));
}

static void fail_on(const struct error *error)
{
    struct text text = {0};

    if (!error_is_set(error))
        return;
    error_print(error, &text);
    fail_msg("%s", text_string(&text));
}

struct schema *rig_schema(struct rig *rig, const char *object)
{
    struct result *result = rig_do(rig, OPERATION_DESCRIBE, object);

    fail_on(&result->error);
    return schema_hold(result->schema);
}

static struct schema *look_up(void *context, const char *object, struct error *error)
{
    (void)error;
    return rig_schema(context, object);
}

struct query *rig_query(struct rig *rig, const char *object, const char *text)
{
    struct query *query = query_new(object);
    struct schema *schema = rig_schema(rig, object);
    struct date_clock clock = {.now = 1795262400, .week_start = 1};
    struct error error = {0};

    if (!query_parse(query, text, NULL, &error) ||
        !query_resolve(query, schema, look_up, rig, &clock, &error))
        fail_on(&error);
    schema_release(schema);
    return query;
}

struct operation *rig_operation(struct rig *rig, enum operation_kind kind, const char *object,
                                const char *text)
{
    struct operation *operation = operation_new(kind, object);

    operation->query = rig_query(rig, object, text);
    return operation;
}

struct result *rig_page(struct rig *rig, const char *object, const char *text, size_t size)
{
    struct operation *operation = rig_operation(rig, OPERATION_PAGE, object, text);
    struct result *result;

    operation->page_size = size;
    result = rig_run(rig, operation);
    fail_on(&result->error);
    return result;
}

int64_t rig_count(struct rig *rig, const char *object, const char *text)
{
    struct result *result = rig_run(rig, rig_operation(rig, OPERATION_COUNT, object, text));

    fail_on(&result->error);
    return result->total;
}

const char *rig_cell(const struct result *result, size_t row, size_t column)
{
    static struct text text;
    struct value value = page_value(result->page, row, column);

    text_truncate(&text, 0);
    if (value.kind == VALUE_NULL)
        text_append_string(&text, "(null)");
    value_print(&value, &text);
    return text_string(&text);
}

static void add_ids(const struct page *page, bool backwards, struct text *out)
{
    size_t count = page_row_count(page);

    for (size_t i = 0; i < count; i++) {
        struct value id = page_id(page, backwards ? count - 1 - i : i);

        text_append(out, id.as.text.bytes, id.as.text.length);
        text_append_string(out, "\n");
    }
}

char *rig_walk(struct rig *rig, const char *object, const char *text, size_t size, bool backwards)
{
    struct text ids = {0};
    char *cursor = NULL;
    struct query *query = rig_query(rig, object, text);

    for (int pages = 0; pages < 10000; pages++) {
        struct operation *operation = operation_new(OPERATION_PAGE, object);
        struct result *result;

        operation->query = query_copy(query);
        operation->page_size = size;
        operation->position.kind = cursor ? (backwards ? POSITION_BEFORE : POSITION_CURSOR)
                                          : (backwards ? POSITION_END : POSITION_START);
        operation->position.cursor = cursor;
        result = rig_run(rig, operation);
        fail_on(&result->error);
        add_ids(result->page, backwards, &ids);
        cursor = memory_copy_string(backwards ? result->previous : result->next);
        if (!cursor)
            break;
    }
    query_free(query);
    text_append_string(&ids, "");
    return ids.bytes ? text_take(&ids) : memory_copy_string("");
}

struct record *rig_record(const char *name, ...)
{
    struct record *record = record_new(NULL, NULL);
    va_list pairs;

    va_start(pairs, name);
    for (; name; name = va_arg(pairs, const char *)) {
        struct value value = value_string(va_arg(pairs, const char *));

        record_set(record, name, &value);
    }
    va_end(pairs);
    return record;
}

struct result *rig_write(struct rig *rig, enum operation_kind kind, const char *object,
                         const char *id, struct record *values, struct record *expected)
{
    struct operation *operation = operation_new(kind, object);

    operation_add_write(operation, id, values, expected);
    return rig_run(rig, operation);
}
