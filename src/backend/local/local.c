/*
 * local: the adapter for SQLite files: its declaration, its instance, and which operation goes
 * where.
 *
 * create() may be called on any thread; everything else on the fetch thread, which opens the file
 * at the first operation.
 */
#include "backend/local/local.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/local/internal.h"
#include "core/memory.h"

enum { DEFAULT_TIMEOUT = 5, LARGEST_PAGE = 10000, BATCH = 500, VIEW_PATIENCE = 3000 };

typedef void (*execute_operation)(struct local *local, const struct operation *operation,
                                  struct result *result);

static const struct backend_setting settings[] = {
    {"file", "the SQLite file", NULL, SETTING_REQUIRED},
};

/* Signing in is opening the file, which has been done by then. */
static void sign_in(struct local *local, const struct operation *operation, struct result *result)
{
    struct text version = {0};

    (void)local;
    (void)operation;
    text_format(&version, "SQLite %s", sqlite3_libversion());
    result->text = text_take(&version);
}

/* -1 where it cannot be counted: a view of a table that is gone, or one that never ends. */
static int64_t count_records(struct local *local, const char *name, bool view)
{
    struct error ignored = {0};
    struct text sql = {0};
    sqlite3_stmt *statement;
    int64_t count = -1;

    text_append_string(&sql, "SELECT count(*) FROM ");
    local_quote(&sql, name);
    statement = local_prepare(local, text_string(&sql), &ignored);
    text_free(&sql);
    local_limit(local, view ? VIEW_PATIENCE : 0);
    if (statement && local_step(local, statement, &ignored) == 1)
        count = sqlite3_column_int64(statement, 0);
    local_limit(local, 0);
    sqlite3_finalize(statement);
    error_clear(&ignored);
    return count;
}

static void list_objects(struct local *local, const struct operation *operation,
                         struct result *result)
{
    const struct catalog *catalog = &local->catalog;

    result->objects = memory_zeroed(catalog->count + 1, sizeof *result->objects);
    for (size_t i = 0; i < catalog->count && !local_cancelled(local); i++) {
        const struct table_entry *entry = &catalog->entries[i];

        if (operation->object && strcmp(operation->object, entry->name) != 0)
            continue;
        struct object_info *object = &result->objects[result->object_count++];

        object->name = memory_copy_string(entry->name);
        object->label = label_of_many(entry->name);
        object->kind = memory_copy_string(entry->view ? "view" : "table");
        object->create = object->update = object->delete_ = !entry->view;
        object->count = -1;
        if (operation->count_objects)
            object->count = count_records(local, entry->name, entry->view);
    }
    if (local_cancelled(local))
        error_set(&result->error, ERROR_CANCELLED, "Cancelled");
}

static void describe(struct local *local, const struct operation *operation, struct result *result)
{
    const struct local_table *table = catalog_table(local, operation->object, &result->error);

    if (table)
        result->schema = schema_hold(table->schema);
}

static const execute_operation executions[OPERATION_KIND_COUNT] = {
    [OPERATION_SIGN_IN] = sign_in,      [OPERATION_LIST_OBJECTS] = list_objects,
    [OPERATION_DESCRIBE] = describe,    [OPERATION_LOOKUP] = read_lookup,
    [OPERATION_PAGE] = read_page,       [OPERATION_COUNT] = read_count,
    [OPERATION_GROUP] = read_group,     [OPERATION_GET] = read_get,
    [OPERATION_CREATE] = write_records, [OPERATION_UPDATE] = write_records,
    [OPERATION_UPSERT] = write_records, [OPERATION_DELETE] = write_records,
    [OPERATION_RAW] = read_raw,
};

/* A read sees the file at one moment, however many statements it takes. A write begins its own
 * transaction, so that what it waits for is the right to write. */
static void run_operation(struct local *local, const struct operation *operation,
                          execute_operation run, struct result *result)
{
    bool reads = run != write_records;
    struct error ignored = {0};

    if (!local_open(local, &result->error) || (reads && !local_run(local, "BEGIN", &result->error)))
        return;
    if (catalog_refresh(local, &result->error))
        run(local, operation, result);
    if (reads && !sqlite3_get_autocommit(local->database))
        local_run(local, "ROLLBACK", &ignored);
    error_clear(&ignored);
}

static void execute(struct backend *backend, const struct operation *operation,
                    struct cancel_token *token, struct result *result)
{
    struct local *local = (struct local *)backend;
    execute_operation run = executions[operation->kind];

    result->kind = operation->kind;
    local->token = token;
    if (run)
        run_operation(local, operation, run, result);
    else
        error_set(&result->error, ERROR_UNSUPPORTED, "An SQLite file cannot do \"%s\"",
                  operation_name(operation->kind));
    local->token = NULL;
}

static struct backend *create(const struct profile *profile, struct error *error)
{
    struct local *local;

    if (!backend_check_profile(&local_backend, profile, error))
        return NULL;
    local = memory_zeroed(1, sizeof *local);
    local->backend.ops = &local_backend;
    local->path = memory_copy_string(profile_setting(profile, "file"));
    local->read_only = profile->read_only;
    local->timeout = (profile->timeout > 0 ? profile->timeout : DEFAULT_TIMEOUT) * 1000;
    return &local->backend;
}

static void destroy(struct backend *backend)
{
    struct local *local = (struct local *)backend;

    if (!local)
        return;
    local_close(local);
    free(local->path);
    free(local);
}

static void print_size(int64_t bytes, struct text *out)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    size_t unit = 0;
    int64_t tenths = bytes * 10;

    while (tenths >= 10000 && unit + 1 < sizeof units / sizeof units[0]) {
        tenths = (tenths + 500) / 1000;
        unit++;
    }
    if (unit > 0 && tenths < 100)
        text_format(out, ", %lld.%lld %s", (long long)(tenths / 10), (long long)(tenths % 10),
                    units[unit]);
    else
        text_format(out, ", %lld %s", (long long)((tenths + 5) / 10), units[unit]);
}

static char *describe_instance(const struct backend *backend)
{
    const struct local *local = (const struct local *)backend;
    struct text text = {0};
    struct stat status;

    text_append_string(&text, local->path);
    if (stat(local->path, &status) == 0)
        print_size((int64_t)status.st_size, &text);
    return text_take(&text);
}

const struct backend_ops local_backend = {
    .name = "local",
    .label = "SQLite file",
    .settings = settings,
    .setting_count = sizeof settings / sizeof settings[0],
    .abilities = CAN_COUNT | CAN_GROUP | CAN_PAGE_BACK | CAN_SEEK | CAN_ORDER | CAN_CHECK |
                 CAN_CREATE | CAN_UPDATE | CAN_UPSERT | CAN_DELETE | CAN_LOOKUP | CAN_EXPLAIN |
                 CAN_PARENT_PATHS | CAN_RAW,
    .paging = PAGING_KEY,
    .largest_page = LARGEST_PAGE,
    .batch = {[OPERATION_GET] = BATCH,
              [OPERATION_CREATE] = BATCH,
              [OPERATION_UPDATE] = BATCH,
              [OPERATION_UPSERT] = BATCH,
              [OPERATION_DELETE] = BATCH},
    .default_timeout = DEFAULT_TIMEOUT,
    .create = create,
    .destroy = destroy,
    .execute = execute,
    .describe_instance = describe_instance,
};
