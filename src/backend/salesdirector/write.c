/*
 * write: records and files, uploaded as CSV.
 *
 * A write of opportunities reads the set first: an upload with an unknown Opportunity ID would make
 * a new one, with a known one change it, so each record's own check comes before anything is sent.
 * An upload takes whole columns, so records of one upload are those whose fields are the same: a
 * field that was not changed is not sent, but for the name, without which no row is taken.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/salesdirector/internal.h"
#include "core/memory.h"

/* --- what is sent of a record --- */

static bool is_sent(const struct member *member, const struct write_request *write)
{
    struct value value = record_value(write->values, member->name);
    return member->header != NULL &&
           (value.kind != VALUE_ABSENT || (member->flags & MEMBER_REQUIRED) != 0);
}

static bool same_columns(const struct object *object, const struct write_request *a,
                         const struct write_request *b)
{
    for (size_t i = 0; i < object->member_count; i++) {
        if (is_sent(&object->members[i], a) != is_sent(&object->members[i], b)) {
            return false;
        }
    }
    return true;
}

/* The value sent for a member: the one given, else the key, else what the record holds now. */
static char *sent_text(const struct salesdirector *instance, const struct member *member,
                       const struct write_request *write)
{
    struct value value = record_value(write->values, member->name);
    if (value.kind == VALUE_ABSENT && member->key == 1) {
        return memory_copy_string(write->id);
    }
    if (value.kind == VALUE_ABSENT && write->id != NULL) {
        const json_t *record = director_find(instance->records, write->id);
        value = record == NULL ? value_null() : director_cell(record, member->name, member->type);
    }
    return value_to_string(&value);
}

static void add_row(const struct salesdirector *instance, const struct object *object,
                    const struct write_request *write, struct text *csv)
{
    bool first = true;
    for (size_t i = 0; i < object->member_count; i++) {
        const struct member *member = &object->members[i];
        if (is_sent(member, write)) {
            char *text = sent_text(instance, member, write);
            upload_cell(csv, first, text == NULL ? "" : text, text == NULL ? 0 : strlen(text),
                        instance->strip_commas);
            free(text);
            first = false;
        }
    }
    upload_end_row(csv);
}

static void add_header(const struct object *object, const struct write_request *write,
                       struct text *csv)
{
    bool first = true;
    for (size_t i = 0; i < object->member_count; i++) {
        const struct member *member = &object->members[i];
        if (is_sent(member, write)) {
            upload_cell(csv, first, member->header, strlen(member->header), false);
            first = false;
        }
    }
    upload_end_row(csv);
}

static void place(struct salesdirector *instance, const struct object *object,
                  const struct operation *operation, size_t index)
{
    const struct write_request *write = &operation->writes[index];
    struct upload_part *part = NULL;
    for (size_t i = 0; part == NULL && i < instance->upload.part_count; i++) {
        struct upload_part *other = &instance->upload.parts[i];
        if (same_columns(object, &operation->writes[other->writes[0]], write)) {
            part = other;
        }
    }
    if (part == NULL) {
        part = upload_add_part(&instance->upload);
        add_header(object, write, &part->csv);
    }
    add_row(instance, object, write, &part->csv);
    part->writes = memory_resize(part->writes, part->rows + 1, sizeof *part->writes);
    part->writes[part->rows++] = index;
}

/* --- each record's own check --- */

static char *key_of(const struct object *object, const struct write_request *write)
{
    struct value values[2];
    struct text id = {0};
    size_t count = 0;
    if (write->id != NULL) {
        return memory_copy_string(write->id);
    }
    for (int key = 1; key <= 2; key++) {
        for (size_t i = 0; i < object->member_count; i++) {
            if (object->members[i].key == key) {
                values[count++] = record_value(write->values, object->members[i].name);
            }
        }
    }
    record_join_id(&id, values, count);
    return text_take(&id);
}

static void check_expected(const json_t *now, const struct record *expected,
                           struct write_result *result)
{
    struct record *current = director_record(now);
    for (size_t i = 0; expected != NULL && i < expected->field_count; i++) {
        struct value value = record_value(current, expected->fields[i].name);
        if (!value_same(&value, &expected->fields[i].value)) {
            error_set(&result->error, ERROR_CONFLICT,
                      "the opportunity was changed by someone else");
        }
    }
    if (error_is_set(&result->error)) {
        result->current = current;
    } else {
        record_free(current);
    }
}

static void check_update(const json_t *now, const struct write_request *write,
                         struct write_result *result)
{
    struct value key = director_cell(now, "external_opp_id", FIELD_ID);
    if (now == NULL && write->expected != NULL) {
        error_set(&result->error, ERROR_CONFLICT, "the opportunity is no longer among yours");
    } else if (now == NULL) {
        error_set(&result->error, ERROR_NOT_FOUND, "you have no opportunity %s", write->id);
        error_set_hint(&result->error, "upsert --match external_opp_id uploads it all the same");
    } else if (value_is_nothing(&key)) {
        error_set(&result->error, ERROR_UNSUPPORTED,
                  "this opportunity has no Opportunity ID of yours, and an upload finds it by no "
                  "other key");
    } else {
        check_expected(now, write->expected, result);
    }
}

static void check_create(const json_t *now, const char *id, struct write_result *result)
{
    if (now != NULL) {
        error_set(&result->error, ERROR_VALIDATION, "there is an opportunity %s already", id);
        error_add_field(&result->error, "external_opp_id", "unique", "is another opportunity's");
    }
}

static void check_upsert(const struct operation *operation, const json_t *now,
                         struct write_result *result)
{
    if (strcmp(operation->field, "external_opp_id") != 0) {
        error_set(&result->error, ERROR_UNSUPPORTED,
                  "SalesDirector.ai matches by external_opp_id alone, not by %s", operation->field);
    }
    result->created = now == NULL;
}

/* A result for each write, in order; those that pass are placed into parts. */
static void prepare_writes(struct salesdirector *instance, const struct object *object,
                           const struct operation *operation, struct result *result)
{
    upload_parts_clear(&instance->upload);
    for (size_t i = 0; i < operation->write_count; i++) {
        const struct write_request *write = &operation->writes[i];
        char *id = key_of(object, write);
        struct write_result *each = result_add_write(result, id);
        const json_t *now = object->readable ? director_find(instance->records, id) : NULL;
        if (operation->kind == OPERATION_UPDATE) {
            check_update(now, write, each);
        } else if (operation->kind == OPERATION_UPSERT) {
            check_upsert(operation, now, each);
        } else if (object->readable) {
            check_create(now, id, each);
        }
        if (operation->kind == OPERATION_CREATE) {
            each->created = true;
        }
        if (!error_is_set(&each->error)) {
            place(instance, object, operation, i);
        }
        free(id);
    }
}

/* --- the exchanges of a write --- */

/* Without the set to read first, the first exchange is the first part. */
static size_t part_of(const struct object *object, int step)
{
    return object->readable ? (size_t)step - 1 : (size_t)step;
}

static enum wire_step explain_write(struct salesdirector *instance, const struct object *object,
                                    const struct operation *operation, struct http_request *request)
{
    upload_parts_clear(&instance->upload);
    for (size_t i = 0; i < operation->write_count; i++) {
        place(instance, object, operation, i);
    }
    director_upload(instance, object, &instance->upload.parts[0], NULL, request);
    return WIRE_SEND;
}

enum wire_step director_encode_write(struct salesdirector *instance,
                                     const struct operation *operation, int step,
                                     struct http_request *request, struct error *error)
{
    const struct object *object = director_object(operation->object);
    (void)error;
    if (operation->explain && operation->write_count > 0) {
        return explain_write(instance, object, operation, request);
    }
    if (object->readable && step == 0) {
        director_request(instance, "GET", "/api/v1/opportunities/my", true, request);
        return WIRE_SEND;
    }
    if (step == 0) {
        struct result unused = {0};
        prepare_writes(instance, object, operation, &unused);
        result_clear(&unused);
    }
    if (part_of(object, step) == instance->upload.part_count) {
        director_request(instance, "GET", "/api/v1/opportunities/my", true, request);
        return WIRE_SEND;
    }
    director_upload(instance, object, &instance->upload.parts[part_of(object, step)], NULL,
                    request);
    return WIRE_SEND;
}

/* Which rows were refused, the counts do not say: of several records nobody knows which, until the
 * list is looked at. */
static void settle_part(const struct upload_part *part, const struct upload_counts *counts,
                        const struct error *error, struct result *result)
{
    bool some = counts->errors > 0 && counts->errors < (int64_t)part->rows;
    for (size_t i = 0; i < part->rows; i++) {
        struct write_result *each = &result->writes[part->writes[i]];
        each->success = !error_is_set(error);
        if (!each->success) {
            error_copy(&each->error, error);
            each->lost = some;
            each->created = each->created && some;
        }
    }
}

static void take_part(const struct upload_part *part, const struct http_response *response,
                      struct result *result)
{
    struct upload_counts counts = {0};
    struct error error = {0};
    if (upload_counts_read(response, &counts, &error)) {
        upload_counts_fail(&counts, &error);
    }
    settle_part(part, &counts, &error, result);
    free(counts.error_file);
    error_clear(&error);
}

/* --- looking at what was done, where the counts leave it open --- */

static bool is_any_lost(const struct result *result)
{
    for (size_t i = 0; i < result->write_count; i++) {
        if (result->writes[i].lost) {
            return true;
        }
    }
    return false;
}

static bool is_blank(const struct value *value)
{
    return value_is_nothing(value) || (value->kind == VALUE_TEXT && value->as.text.length == 0);
}

/* Does the record hold what was sent? *open is set where that cannot be read. */
static bool holds(const struct object *object, const json_t *record, const struct record *sent,
                  bool *open)
{
    bool same = record != NULL;
    for (size_t i = 0; i < sent->field_count; i++) {
        const struct value *value = &sent->fields[i].value;
        const struct member *member = director_member(object, sent->fields[i].name);
        if (member == NULL || (member->flags & MEMBER_READ) == 0) {
            *open = true;
            continue;
        }
        struct value now = director_cell(record, member->name, member->type);
        same = same && (value_same(&now, value) || (is_blank(&now) && is_blank(value)));
    }
    return same;
}

/* A record that is as it was sent was taken, and one that is not was refused. */
static void settle_lost(const struct salesdirector *instance, const struct object *object,
                        const struct operation *operation, struct result *result)
{
    for (size_t i = 0; i < operation->write_count; i++) {
        struct write_result *each = &result->writes[i];
        bool open = false;
        if (!each->lost) {
            continue;
        }
        const json_t *record = director_find(instance->records, each->id);
        bool same = holds(object, record, operation->writes[i].values, &open);
        each->success = same && !open;
        each->lost = same && open;
        if (each->success) {
            error_clear(&each->error);
        }
        each->created = each->created && each->success;
    }
}

static int finish_write(struct salesdirector *instance)
{
    upload_parts_clear(&instance->upload);
    instance->read_at = 0; /* the set is another one now */
    return 0;
}

static int look_back(struct salesdirector *instance, const struct object *object,
                     const struct operation *operation, const struct http_response *response,
                     struct result *result)
{
    struct error error = {0};
    if (director_take_records(instance, response, &error)) {
        settle_lost(instance, object, operation, result);
    }
    error_clear(&error);
    return finish_write(instance);
}

/* After the last part comes a look at the list, where it is needed and there is one. */
static int next_step(struct salesdirector *instance, const struct object *object, int step,
                     const struct result *result)
{
    size_t next = part_of(object, step + 1);
    bool more = next < instance->upload.part_count ||
                (next == instance->upload.part_count && object->readable && is_any_lost(result));
    return more ? step + 1 : finish_write(instance);
}

int director_decode_write(struct salesdirector *instance, const struct operation *operation,
                          int step, const struct http_response *response, struct result *result)
{
    const struct object *object = director_object(operation->object);
    if (object->readable && step == 0) {
        if (!director_take_records(instance, response, &result->error)) {
            return 0;
        }
        prepare_writes(instance, object, operation, result);
        return instance->upload.part_count > 0 ? 1 : 0;
    }
    if (step == 0) {
        prepare_writes(instance, object, operation, result);
    }
    if (part_of(object, step) == instance->upload.part_count) {
        return look_back(instance, object, operation, response, result);
    }
    take_part(&instance->upload.parts[part_of(object, step)], response, result);
    return next_step(instance, object, step, result);
}

/* --- files --- */

static const char *parameter(const struct operation *operation, const char *name)
{
    for (size_t i = 0; i < operation->parameter_count; i++) {
        if (strcmp(operation->parameters[i].name, name) == 0) {
            return operation->parameters[i].value;
        }
    }
    return NULL;
}

enum wire_step director_encode_file(struct salesdirector *instance,
                                    const struct operation *operation, int step,
                                    struct http_request *request, struct error *error)
{
    const struct object *object = director_object_of_action(operation->name);
    const char *file = parameter(operation, "file");
    if (object == NULL || file == NULL) {
        error_set(error, ERROR_USAGE, "%s: there is no such action, or no file for it",
                  operation->name);
        return WIRE_REFUSED;
    }
    if (step == 0 && !upload_read(object, file, instance->strip_commas, UPLOAD_MOST_BYTES,
                                  &instance->upload, error)) {
        return WIRE_REFUSED;
    }
    director_upload(instance, object, &instance->upload.parts[step],
                    parameter(operation, "send_error_email"), request);
    return WIRE_SEND;
}

static void add_counts_row(struct page_builder *builder, int64_t part,
                           const struct upload_counts *counts)
{
    struct text number = {0};
    text_format(&number, "%lld", (long long)part);
    struct value values[] = {value_text(text_string(&number), number.length),
                             value_integer(part),
                             value_integer(counts->imported),
                             value_integer(counts->errors),
                             value_integer(counts->original),
                             value_string(counts->error_file)};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        page_builder_add(builder, &values[i]);
    }
    page_builder_end_row(builder);
    text_free(&number);
}

static void name_columns(struct result *result)
{
    static const char *const names[] = {"part", "total_imported_rows", "total_error_rows",
                                        "total_original_rows", "error_file"};
    size_t count = sizeof names / sizeof *names;
    if (result->column_count > 0) {
        return;
    }
    result->columns = memory_zeroed(count, sizeof *result->columns);
    for (size_t i = 0; i < count; i++) {
        result->columns[result->column_count++] = memory_copy_string(names[i]);
    }
}

/* A page cannot grow: the rows of the parts before are copied into one with the new row. */
static void add_counts(struct result *result, const struct upload_counts *counts)
{
    size_t before = result->page == NULL ? 0 : page_row_count(result->page);
    struct page_builder *builder = page_builder_new(6);
    for (size_t row = 0; row < before; row++) {
        for (size_t column = 0; column < 6; column++) {
            struct value value = page_value(result->page, row, column);
            page_builder_add(builder, &value);
        }
        page_builder_end_row(builder);
    }
    add_counts_row(builder, (int64_t)before + 1, counts);
    page_free(result->page);
    result->page = page_builder_finish(builder);
    name_columns(result);
}

static void add_words(struct result *result, const struct upload_counts *counts)
{
    struct text words = {0};
    if (result->text != NULL) {
        text_format(&words, "%s\n", result->text);
    }
    text_format(&words, "%lld of %lld rows imported, %lld refused", (long long)counts->imported,
                (long long)counts->original, (long long)counts->errors);
    if (counts->error_file != NULL) {
        text_format(&words, "; the refused ones: %s", counts->error_file);
    }
    free(result->text);
    result->text = text_take(&words);
}

static void tell_progress(const struct salesdirector *instance, int step, struct result *result)
{
    result->done = result->expected = 0;
    for (size_t i = 0; i < instance->upload.part_count; i++) {
        size_t rows = instance->upload.parts[i].rows;
        result->expected += rows;
        result->done += i <= (size_t)step ? rows : 0;
    }
}

int director_decode_file(struct salesdirector *instance, const struct operation *operation,
                         int step, const struct http_response *response, struct result *result)
{
    struct upload_counts counts;
    size_t parts = instance->upload.part_count;
    (void)operation;
    instance->read_at = 0;
    if (!upload_counts_read(response, &counts, &result->error)) {
        if (step > 0) {
            error_context(&result->error, "part %d of %zu (those before it were taken): ", step + 1,
                          parts);
        }
        upload_parts_clear(&instance->upload);
        return 0;
    }
    add_counts(result, &counts);
    add_words(result, &counts);
    if (counts.imported > 0) {
        result_add_write(result, NULL)->success = true;
    }
    if (counts.errors > 0) {
        upload_counts_fail(&counts, &result_add_write(result, NULL)->error);
    }
    free(counts.error_file);
    tell_progress(instance, step, result);
    if ((size_t)step + 1 < parts) {
        return step + 1;
    }
    upload_parts_clear(&instance->upload);
    return 0;
}
