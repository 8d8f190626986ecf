/*
 * execute: see execute.h. A table says for each kind of operation how it is split. A batch is a
 * shallow view of the operation: it owns nothing.
 */
#include "fetch/execute.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "fetch/parents.h"
#include "fetch/read_back.h"
#include "fetch/residual.h"
#include "fetch/wire.h"

typedef void (*operation_executor)(struct engine *engine, const struct operation *operation,
                                   struct cancel_token *token, const struct progress *progress,
                                   struct result *result);

int64_t now_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_report(const struct progress *progress, size_t done, size_t total)
{
    if (progress != NULL && progress->report != NULL) {
        progress->report(progress->context, done, total);
    }
}

void execute_directly(struct engine *engine, const struct operation *operation,
                      struct cancel_token *token, struct result *result)
{
    result->kind = operation->kind;
    result->total = -1;
    if (atomic_load(&token->cancelled)) {
        error_set(&result->error, ERROR_CANCELLED, "Cancelled before it was sent.");
        return;
    }
    if (engine->wire != NULL) {
        wire_execute(engine->wire, operation, token, result);
    } else {
        engine->backend->ops->execute(engine->backend, operation, token, result);
    }
}

static void execute_whole(struct engine *engine, const struct operation *operation,
                          struct cancel_token *token, const struct progress *progress,
                          struct result *result)
{
    (void)progress;
    execute_directly(engine, operation, token, result);
}

static size_t batch_size(const struct engine *engine, enum operation_kind kind)
{
    size_t most = engine->backend->ops->batch[kind];
    return most == 0 ? 1 : most;
}

/* --- get: batches of ids --- */

static void take_records(struct result *result, struct result *part)
{
    size_t count = result->record_count + part->record_count;
    result->records = memory_resize(result->records, count, sizeof *result->records);
    for (size_t i = 0; i < part->record_count; i++) {
        result->records[result->record_count + i] = part->records[i];
    }
    result->record_count = count;
    part->record_count = 0;
}

static void execute_ids(struct engine *engine, const struct operation *operation,
                        struct cancel_token *token, const struct progress *progress,
                        struct result *result)
{
    size_t most = batch_size(engine, operation->kind);
    if (operation->id_count <= most) {
        execute_directly(engine, operation, token, result);
        return;
    }
    result->kind = operation->kind;
    result->total = -1;
    for (size_t start = 0; start < operation->id_count; start += most) {
        struct operation batch = *operation;
        size_t left = operation->id_count - start;
        batch.ids = operation->ids + start;
        batch.id_count = left < most ? left : most;
        struct result part = {0};
        execute_directly(engine, &batch, token, &part);
        if (error_is_set(&part.error)) {
            error_move(&result->error, &part.error);
            result_clear(&part);
            return;
        }
        take_records(result, &part);
        result_clear(&part);
        progress_report(progress, start + batch.id_count, operation->id_count);
    }
}

/* --- writes: batches of records, each record with its own result --- */

static void take_writes(struct result *result, struct result *part)
{
    size_t count = result->write_count + part->write_count;
    result->writes = memory_resize(result->writes, count, sizeof *result->writes);
    memcpy(result->writes + result->write_count, part->writes,
           part->write_count * sizeof *part->writes);
    result->write_count = count;
    part->write_count = 0;
}

/* What is written stands in the writes, but for undelete, which has ids alone. */
static size_t writes_of(const struct operation *operation)
{
    return operation->kind == OPERATION_UNDELETE ? operation->id_count : operation->write_count;
}

static const char *written_id(const struct operation *operation, size_t at)
{
    return operation->kind == OPERATION_UNDELETE ? operation->ids[at] : operation->writes[at].id;
}

/* The part of the operation from `start` on, at most so many records: a view that owns nothing. */
static struct operation batch_of(const struct operation *operation, size_t start, size_t most)
{
    struct operation batch = *operation;
    size_t left = writes_of(operation) - start;
    size_t count = left < most ? left : most;
    if (operation->kind == OPERATION_UNDELETE) {
        batch.ids = operation->ids + start;
        batch.id_count = count;
    } else {
        batch.writes = operation->writes + start;
        batch.write_count = count;
    }
    return batch;
}

/* Records of a batch that failed as a whole, or was not sent: each gets the batch's error. */
static void fail_writes(struct result *result, const struct operation *batch,
                        const struct error *error, bool lost)
{
    for (size_t i = 0; i < writes_of(batch); i++) {
        struct write_result *write = result_add_write(result, written_id(batch, i));
        write->lost = lost;
        error_copy(&write->error, error);
    }
}

/* May later batches be sent when this happened to one? */
static bool stops_batches(enum error_kind kind)
{
    return kind != ERROR_VALIDATION && kind != ERROR_CONFLICT && kind != ERROR_NOT_FOUND;
}

/* A direct backend explains them all; a wire shows each request there would be. */
static void explain_writes(struct engine *engine, const struct operation *operation,
                           struct cancel_token *token, struct result *result)
{
    size_t count = writes_of(operation);
    size_t most = engine->wire == NULL ? count : batch_size(engine, operation->kind);
    struct text words = {0};
    for (size_t start = 0; start < count; start += most) {
        struct operation batch = batch_of(operation, start, most);
        result_clear(result);
        execute_directly(engine, &batch, token, result);
        if (error_is_set(&result->error)) {
            break;
        }
        text_append_string(&words, start > 0 ? "\n" : "");
        text_append_string(&words, result->text);
    }
    free(result->text);
    result->text = words.length == 0 ? NULL : text_take(&words);
    text_free(&words);
}

/* What goes in two requests cannot be taken back together. */
static void refuse_parting(const struct engine *engine, const struct operation *operation,
                           size_t most, struct result *result)
{
    result->kind = operation->kind;
    error_set(&result->error, ERROR_USAGE,
              "All or none of %zu records cannot be promised: %s takes %zu at once. Nothing was "
              "sent.",
              writes_of(operation), engine->backend->ops->label, most);
    error_set_hint(&result->error, "write fewer of them at a time");
}

static void send_writes(struct engine *engine, const struct operation *operation,
                        struct cancel_token *token, const struct progress *progress,
                        struct result *result)
{
    size_t most = batch_size(engine, operation->kind), count = writes_of(operation);
    if (operation->all_or_none && count > most && !operation->explain) {
        refuse_parting(engine, operation, most, result);
        return;
    }
    if (operation->explain && count > most) {
        explain_writes(engine, operation, token, result);
        return;
    }
    if (count <= most) {
        execute_directly(engine, operation, token, result);
        return;
    }
    result->kind = operation->kind;
    result->total = -1;
    struct error stopped = {0};
    for (size_t start = 0; start < count; start += most) {
        struct operation batch = batch_of(operation, start, most);
        if (error_is_set(&stopped)) {
            fail_writes(result, &batch, &stopped, false);
            continue;
        }
        struct result part = {0};
        execute_directly(engine, &batch, token, &part);
        if (error_is_set(&part.error)) {
            fail_writes(result, &batch, &part.error, part.lost);
            if (stops_batches(part.error.kind)) {
                error_copy(&stopped, &part.error);
                error_context(&stopped, "not sent, because of the records before it: ");
            }
        } else {
            take_writes(result, &part);
        }
        result_clear(&part);
        progress_report(progress, start + writes_of(&batch), count);
    }
    error_clear(&stopped);
}

static void execute_writes(struct engine *engine, const struct operation *operation,
                           struct cancel_token *token, const struct progress *progress,
                           struct result *result)
{
    send_writes(engine, operation, token, progress, result);
    read_back(engine, operation, token, progress, result);
}

/* --- the rest --- */

static void execute_page(struct engine *engine, const struct operation *operation,
                         struct cancel_token *token, const struct progress *progress,
                         struct result *result)
{
    if (residual_is_needed(engine->backend->ops, operation->query)) {
        residual_page(engine, operation, token, progress, result);
    } else {
        execute_directly(engine, operation, token, result);
    }
}

/* Neither columns nor order matter to a count, and the backend may be unable to give them. */
static void count_directly(struct engine *engine, const struct operation *operation,
                           struct cancel_token *token, struct result *result)
{
    struct operation count = *operation;
    struct query *query = query_copy(operation->query);
    if (operation->position.kind != POSITION_ID) {
        bool resolved = query->resolved;
        query_clear_columns(query);
        query_clear_order(query);
        query->resolved = resolved;
    }
    count.query = query;
    execute_directly(engine, &count, token, result);
    query_free(query);
}

static void execute_count(struct engine *engine, const struct operation *operation,
                          struct cancel_token *token, const struct progress *progress,
                          struct result *result)
{
    bool can_count = (engine->backend->ops->abilities & CAN_COUNT) != 0;
    if (!can_count || residual_filters(engine->backend->ops, operation->query)) {
        residual_count(engine, operation, token, progress, result);
    } else {
        count_directly(engine, operation, token, result);
    }
}

static void execute_group(struct engine *engine, const struct operation *operation,
                          struct cancel_token *token, const struct progress *progress,
                          struct result *result)
{
    if (engine->backend->ops->paging == PAGING_WHOLE) {
        residual_group(engine, operation, token, progress, result);
        return;
    }
    if (residual_filters(engine->backend->ops, operation->query)) {
        result->kind = operation->kind;
        error_set(&result->error, ERROR_UNSUPPORTED,
                  "%s cannot be grouped with this filter: %s cannot filter by all of it.",
                  operation->object, engine->backend->ops->label);
        error_set_hint(&result->error, "take the conditions out that are filtered here");
        return;
    }
    execute_directly(engine, operation, token, result);
}

static const operation_executor executors[OPERATION_KIND_COUNT] = {
    [OPERATION_PAGE] = execute_page,       [OPERATION_COUNT] = execute_count,
    [OPERATION_GROUP] = execute_group,     [OPERATION_GET] = execute_ids,
    [OPERATION_CREATE] = execute_writes,   [OPERATION_UPDATE] = execute_writes,
    [OPERATION_UPSERT] = execute_writes,   [OPERATION_DELETE] = execute_writes,
    [OPERATION_UNDELETE] = execute_writes,
};

void execute_operation(struct engine *engine, const struct operation *operation,
                       struct cancel_token *token, const struct progress *progress,
                       struct result *result)
{
    operation_executor executor = executors[operation->kind];
    if (executor == NULL) {
        executor = execute_whole;
    }
    if (backend_writes(engine->backend->ops, operation)) {
        parents_forget(engine);
    }
    executor(engine, operation, token, progress, result);
}
