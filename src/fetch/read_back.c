/*
 * read_back: see read_back.h. An update and a delete are looked for by id, an upsert by its match
 * key, a create by a field whose values are unique, for nothing else tells it from another record.
 *
 * A record that holds all that was sent: done. One that holds none of it: not done. Whatever lies
 * between (some fields, a value that the server may have spelt its own way, a record that cannot be
 * read) stays unknown: a wrong "not done" would have somebody send it twice.
 */
#include "fetch/read_back.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "fetch/residual.h"

enum {
    MOST_SHOWN = 40, /* bytes of a value in words */
    MOST_PAGES = 100 /* that are looked through where a key can only be looked for here */
};

enum finding { FOUND_DONE, FOUND_NOT_DONE, FOUND_NOTHING };

/* What is known of one lost write, and in words what was found. */
struct look {
    struct engine *engine;
    const struct operation *operation;
    const struct write_request *request;
    struct cancel_token *token;
    const struct progress *progress;
    char *id; /* owned: of the record, where it was found without one; or NULL */
    struct text words;
};

/* --- comparing --- */

enum likeness {
    LIKE_SENT,
    LIKE_BEFORE, /* as `expected` had it, which is not what was sent */
    LIKE_NEITHER,
    LIKE_PERHAPS /* it cannot be told from what the server may have made of what was sent */
};

static bool is_blank(const struct value *value)
{
    return value_is_nothing(value) || (value->kind == VALUE_TEXT && value->as.text.length == 0);
}

/* Numbers by value, dates by their moment; null and the empty text are one, since some sources keep
 * one for the other. */
static bool is_same(const struct field *field, const struct value *a, const struct value *b)
{
    if (is_blank(a) || is_blank(b)) {
        return is_blank(a) && is_blank(b);
    }
    bool by_type = field_type_is_number(field->type) || field_type_is_date(field->type) ||
                   field->type == FIELD_BOOLEAN;
    return value_same(a, b) || (by_type && query_compare(field, a, b) == 0);
}

/* Letters and digits without regard to case: what is left when a source spells a text its own way.
 */
static void reduce(const struct value *value, struct text *out)
{
    struct text plain = {0};
    value_print(value, &plain);
    for (size_t i = 0; i < plain.length; i++) {
        unsigned char byte = (unsigned char)plain.bytes[i];
        bool upper = byte >= 'A' && byte <= 'Z';
        if (upper || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 128) {
            text_append_character(out, (char)(upper ? byte - 'A' + 'a' : byte));
        }
    }
    text_free(&plain);
}

static bool holds_other(const struct text *a, const struct text *b)
{
    return a->length == 0 || strstr(text_string(b), text_string(a)) != NULL;
}

/* May the one be what a server made of the other: rounded, cut, trimmed, put into its form? */
static bool may_be(const struct field *field, const struct value *sent, const struct value *now)
{
    double a, b;
    if (is_blank(sent) || is_blank(now)) {
        return !field->nullable; /* a default in the place of nothing */
    }
    if (field_type_is_number(field->type)) {
        return !value_to_real(sent, &a) || !value_to_real(now, &b) || fabs(a - b) < 1;
    }
    if (field_type_is_date(field->type) || field->type == FIELD_BOOLEAN) {
        return false;
    }
    if (!field_type_is_exact(field->type) && field->type != FIELD_STRING &&
        field->type != FIELD_TEXTAREA && field->type != FIELD_PICKLIST) {
        return true;
    }
    struct text left = {0}, right = {0};
    reduce(sent, &left);
    reduce(now, &right);
    bool may = holds_other(&left, &right) || holds_other(&right, &left);
    text_free(&left);
    text_free(&right);
    return may;
}

/* Is the value kept as it was sent, so that a record which does not turn up by it was not written?
 * A text may come to be trimmed, cut, or put into another form. */
static bool keeps_spelling(const struct field *field, const struct value *value)
{
    if (value->kind != VALUE_TEXT || field_type_is_number(field->type) ||
        field_type_is_date(field->type) || field_type_is_exact(field->type)) {
        return true;
    }
    const char *bytes = value->as.text.bytes;
    size_t length = value->as.text.length;
    bool plain = field->type == FIELD_STRING || field->type == FIELD_PICKLIST;
    bool fits = field->length <= 0 || length <= (size_t)field->length;
    return plain && fits && bytes[0] != ' ' && bytes[length - 1] != ' ' &&
           memchr(bytes, '\n', length) == NULL;
}

/* before is absent where it is not known. */
static enum likeness likeness_of(const struct field *field, const struct value *sent,
                                 const struct value *before, const struct value *now)
{
    bool knows = before->kind != VALUE_ABSENT;
    if (now->kind == VALUE_ABSENT) {
        return LIKE_PERHAPS;
    }
    /* Null was sent where the empty text stood, or the other way round. */
    bool only_blank = knows && is_blank(sent) && is_blank(before) && sent->kind != before->kind;
    if (only_blank && now->kind == before->kind) {
        return LIKE_BEFORE;
    }
    if (is_same(field, sent, now)) {
        return LIKE_SENT;
    }
    if (knows) {
        return is_same(field, before, now) ? LIKE_BEFORE : LIKE_NEITHER;
    }
    return may_be(field, sent, now) ? LIKE_PERHAPS : LIKE_NEITHER;
}

static void add_value(struct text *words, const struct field *field, const struct value *value)
{
    struct text plain = {0};
    value_print(value, &plain);
    if (value->kind == VALUE_ABSENT) {
        text_append_string(words, "not shown");
    } else if (value_is_nothing(value)) {
        text_append_string(words, "null");
    } else if (field->type == FIELD_ENCRYPTED || field->type == FIELD_BASE64) {
        text_append_string(words, "another");
    } else if (plain.length > MOST_SHOWN) {
        text_append_string(words, "another text");
    } else {
        text_format(words, "'%s'", text_string(&plain));
    }
    text_free(&plain);
}

static void add_found(struct look *look, const struct field *field, const struct value *now)
{
    text_format(&look->words, "%s%s is ", look->words.length > 0 ? ", " : "", field->name);
    add_value(&look->words, field, now);
}

/* Is the record as the write would have left it? */
static enum finding compare_record(struct look *look, const struct record *now)
{
    const struct record *values = look->request->values;
    size_t counts[LIKE_PERHAPS + 1] = {0};
    for (size_t i = 0; i < values->field_count; i++) {
        const struct record_field *sent = &values->fields[i];
        const struct field *field = schema_field(look->operation->schema, sent->name);
        struct value found = record_value(now, sent->name), before = value_absent();
        if (look->request->expected != NULL) {
            before = record_value(look->request->expected, sent->name);
        }
        if (field == NULL || sent->value.kind == VALUE_ABSENT ||
            (look->operation->field != NULL && strcmp(field->name, look->operation->field) == 0)) {
            continue;
        }
        enum likeness likeness = likeness_of(field, &sent->value, &before, &found);
        bool unsettled =
            likeness == LIKE_PERHAPS || (likeness == LIKE_NEITHER && before.kind != VALUE_ABSENT);
        counts[unsettled ? LIKE_PERHAPS : likeness]++;
        if (likeness != LIKE_SENT) {
            add_found(look, field, &found);
        }
    }
    size_t others = counts[LIKE_BEFORE] + counts[LIKE_NEITHER];
    if (others + counts[LIKE_PERHAPS] == 0) {
        return FOUND_DONE;
    }
    return counts[LIKE_SENT] + counts[LIKE_PERHAPS] == 0 ? FOUND_NOT_DONE : FOUND_NOTHING;
}

/* --- reading --- */

static void say(struct look *look, const char *words)
{
    text_truncate(&look->words, 0);
    text_append_string(&look->words, words);
}

static enum finding say_unreadable(struct look *look, const struct error *error)
{
    size_t length = strlen(error->message);
    bool stop = length > 0 && error->message[length - 1] == '.'; /* the sentence goes on */
    text_truncate(&look->words, 0);
    text_append_string(&look->words, "it could not be read back: ");
    text_append(&look->words, error->message, length - (stop ? 1 : 0));
    return FOUND_NOTHING;
}

/* A backend that keeps what it deletes says which field then holds what. */
static enum finding judge_delete(struct look *look, const struct record *now)
{
    const struct backend_ops *ops = look->engine->backend->ops;
    if (now == NULL) {
        return FOUND_DONE;
    }
    if (ops->delete_field == NULL) {
        say(look, "it is still there");
        return FOUND_NOT_DONE;
    }
    const struct field *field = schema_field(look->operation->schema, ops->delete_field);
    struct value found = record_value(now, ops->delete_field);
    struct value wanted = value_string(ops->delete_value);
    if (value_same(&found, &wanted)) {
        return FOUND_DONE;
    }
    if (field == NULL || value_is_nothing(&found)) {
        say(look, "whether it was deleted is not to be seen");
        return FOUND_NOTHING;
    }
    add_found(look, field, &found);
    return FOUND_NOT_DONE;
}

static enum finding look_by_id(struct look *look)
{
    struct operation get = {.kind = OPERATION_GET,
                            .object = look->operation->object,
                            .schema = look->operation->schema,
                            .fresh = true,
                            .ids = (char **)(uintptr_t)&look->request->id,
                            .id_count = 1};
    struct result result = {0};
    enum finding finding = FOUND_NOTHING;
    execute_operation(look->engine, &get, look->token, look->progress, &result);
    const struct record *now = result.record_count == 1 ? result.records[0] : NULL;
    if (error_is_set(&result.error)) {
        finding = say_unreadable(look, &result.error);
    } else if (look->operation->kind == OPERATION_DELETE) {
        finding = judge_delete(look, now);
    } else if (now == NULL) {
        say(look, "it is not there any more");
    } else {
        finding = compare_record(look, now);
    }
    result_clear(&result);
    return finding;
}

static void add_column(struct query *query, const char *name)
{
    struct text path = {0};
    query_print_path(&name, 1, &path);
    query_add_column(query, text_string(&path));
    text_free(&path);
}

/* The records with this value in a field, and of them the fields that were sent. NULL where that
 * cannot be asked. */
static struct query *query_by(const struct look *look, const struct field *field)
{
    const struct record *values = look->request->values;
    struct query *query = query_new(look->operation->object);
    struct value value = record_value(values, field->name);
    struct date_clock clock = date_clock_now(1);
    struct error ignored = {0};
    struct text path = {0};
    const char *name = field->name;
    query_print_path(&name, 1, &path);
    query->filter = filter_equals(text_string(&path), field, &value);
    query->limit = 2;
    for (size_t i = 0; i < values->field_count; i++) {
        add_column(query, values->fields[i].name);
    }
    if (!query_resolve(query, look->operation->schema, NULL, NULL, &clock, &ignored)) {
        query_free(query);
        query = NULL;
    }
    error_clear(&ignored);
    text_free(&path);
    return query;
}

static struct record *record_of_row(const struct look *look, const struct query *query,
                                    const struct page *page)
{
    struct value id = page_id(page, 0);
    char *spelling = value_to_string(&id);
    struct record *record = record_new(look->operation->object, spelling);
    for (size_t i = 0; i < query->column_count; i++) {
        struct value value = page_value(page, 0, i + 1);
        record_set(record, query->columns[i].path, &value);
    }
    free(spelling);
    return record;
}

/* Adds the rows of one page to how many there are; of the first the record. True: look on. */
static bool take_rows(const struct look *look, const struct query *query, struct result *result,
                      struct position *position, size_t *rows, struct record **record)
{
    size_t found = result->page == NULL ? 0 : page_row_count(result->page);
    if (*rows == 0 && found > 0) {
        *record = record_of_row(look, query, result->page);
    }
    *rows += found;
    free(position->cursor);
    *position = (struct position){POSITION_CURSOR, result->next};
    result->next = NULL;
    return position->cursor != NULL && *rows < 2;
}

/* How many records have the value (2: several), and the first of them. */
static size_t find_by(struct look *look, const struct field *field, struct record **record,
                      struct error *error)
{
    struct query *query = query_by(look, field);
    struct operation page = {.kind = OPERATION_PAGE,
                             .object = look->operation->object,
                             .schema = look->operation->schema,
                             .query = query,
                             .fresh = true};
    size_t rows = 0;
    bool more = query != NULL;
    if (query == NULL) {
        error_set(error, ERROR_UNSUPPORTED, "records cannot be looked for by %s", field->name);
    }
    for (size_t i = 0; more && i < MOST_PAGES; i++) {
        struct result result = {0};
        execute_operation(look->engine, &page, look->token, look->progress, &result);
        error_move(error, &result.error);
        more =
            !error_is_set(error) && take_rows(look, query, &result, &page.position, &rows, record);
        result_clear(&result);
    }
    if (more) {
        error_set(error, ERROR_UNSUPPORTED, "there are too many records to look through");
    }
    free(page.position.cursor);
    query_free(query);
    return rows;
}

/* An upsert, or a create, by a field of which no two records have the same value. */
static enum finding look_by_field(struct look *look, const struct field *field)
{
    struct error error = {0};
    struct record *record = NULL;
    enum finding finding = FOUND_NOTHING;
    size_t rows = find_by(look, field, &record, &error);
    if (error_is_set(&error)) {
        finding = say_unreadable(look, &error);
    } else if (rows == 0) {
        struct value key = record_value(look->request->values, field->name);
        text_format(&look->words, "no record has this %s", field->name);
        finding = keeps_spelling(field, &key) ? FOUND_NOT_DONE : FOUND_NOTHING;
    } else if (rows > 1) {
        text_format(&look->words, "several records have this %s", field->name);
    } else {
        finding = compare_record(look, record);
        look->id = memory_copy_string(record->id);
    }
    /* That a create was not done cannot be told from a record that was there before. */
    if (look->operation->kind == OPERATION_CREATE && rows == 1 && finding == FOUND_NOT_DONE) {
        finding = FOUND_NOTHING;
    }
    record_free(record);
    error_clear(&error);
    return finding;
}

static const struct field *unique_field(const struct look *look)
{
    const struct record *values = look->request->values;
    for (size_t i = 0; i < values->field_count; i++) {
        const struct field *field = schema_field(look->operation->schema, values->fields[i].name);
        if (field != NULL && (field->unique || field->key == 1) && field->filter &&
            !is_blank(&values->fields[i].value)) {
            return field;
        }
    }
    return NULL;
}

static enum finding look_at(struct look *look)
{
    const struct operation *operation = look->operation;
    bool by_id = operation->kind == OPERATION_UPDATE || operation->kind == OPERATION_DELETE;
    const struct field *field = NULL;
    if (by_id && operation->schema->fetch_by_id && look->request->id != NULL) {
        return look_by_id(look);
    }
    if (operation->kind == OPERATION_UPSERT && operation->field != NULL) {
        field = schema_field(operation->schema, operation->field);
    } else if (operation->kind == OPERATION_CREATE) {
        field = unique_field(look);
    }
    if (field != NULL) {
        return look_by_field(look, field);
    }
    say(look, operation->kind == OPERATION_CREATE
                  ? "nothing that was sent would tell the new record from others"
                  : "records of this object cannot be read by their id");
    return FOUND_NOTHING;
}

/* --- settling --- */

static const char *what_is_left(const struct operation *operation, const char *message)
{
    struct text prefix = {0};
    text_format(&prefix, LOST_WORDS, operation_name(operation->kind));
    size_t length = strncmp(message, text_string(&prefix), prefix.length) == 0 ? prefix.length : 0;
    text_free(&prefix);
    return message + length;
}

/* A server that was slow may still be at work on it. */
static void say_not_done(const struct look *look, struct write_result *write)
{
    const struct operation *operation = look->operation;
    bool slow = write->error.kind == ERROR_TIMEOUT || write->error.kind == ERROR_SERVER;
    char *cause = memory_copy_string(what_is_left(operation, write->error.message));
    error_set(&write->error, write->error.kind,
              "The %s was not done: its answer was lost, and the record was read back (%s). %s",
              operation_name(operation->kind), text_string(&look->words), cause);
    error_set_hint(&write->error, slow ? "it can be sent again, unless the server is still at "
                                         "work on it: look once more"
                                       : "it can be sent again");
    write->lost = false;
    free(cause);
}

static void say_unknown(const struct look *look, struct error *error)
{
    char *cause = memory_copy_string(what_is_left(look->operation, error->message));
    const char *hint =
        error->hint == NULL ? "look at the record as it is now, before trying again" : error->hint;
    char *kept = memory_copy_string(hint);
    error_set(error, error->kind, LOST_WORDS "%s Looking for it did not tell: %s.",
              operation_name(look->operation->kind), cause, text_string(&look->words));
    error_set_hint(error, "%s", kept);
    free(kept);
    free(cause);
}

static bool settle(struct look *look, struct write_result *write)
{
    enum finding finding = look_at(look);
    if (finding == FOUND_DONE) {
        error_clear(&write->error);
        write->success = write->read_back = true;
        write->lost = false;
        if (write->id == NULL && look->id != NULL) {
            write->id = memory_copy_string(look->id);
        }
        write->created = look->operation->kind == OPERATION_CREATE;
    } else if (finding == FOUND_NOT_DONE) {
        say_not_done(look, write);
    } else {
        say_unknown(look, &write->error);
    }
    return finding != FOUND_NOTHING;
}

/* Whether any was settled. */
static bool settle_all(struct engine *engine, const struct operation *operation,
                       struct cancel_token *token, const struct progress *progress,
                       struct result *result)
{
    bool any = false;
    for (size_t i = 0; i < result->write_count && i < operation->write_count; i++) {
        struct write_result *write = &result->writes[i];
        if (write->success || !write->lost || atomic_load(&token->cancelled)) {
            continue;
        }
        struct look look = {.engine = engine,
                            .operation = operation,
                            .request = &operation->writes[i],
                            .token = token,
                            .progress = progress};
        any = settle(&look, write) || any;
        text_free(&look.words);
        free(look.id);
    }
    return any;
}

/* What was lost as a whole: each of its records that has no result yet was. An adapter may have
 * made room for results that did not come. */
static void spread(const struct operation *operation, const struct error *error,
                   struct result *result)
{
    while (result->write_count < operation->write_count) {
        (void)result_add_write(result, operation->writes[result->write_count].id);
    }
    for (size_t i = 0; i < result->write_count; i++) {
        struct write_result *write = &result->writes[i];
        if (!write->success && !error_is_set(&write->error)) {
            write->lost = true;
            error_copy(&write->error, error);
        }
    }
}

/* Nothing was settled: it stays what it was, with what was found where it was one record. */
static void gather(const struct operation *operation, struct error *whole, struct result *result)
{
    if (operation->write_count == 1 && result->writes[0].lost) {
        error_copy(whole, &result->writes[0].error);
    }
    while (result->write_count > 0) {
        struct write_result *write = &result->writes[--result->write_count];
        free(write->id);
        error_clear(&write->error);
        record_free(write->current);
    }
    error_move(&result->error, whole);
    result->lost = true;
}

static bool any_done(const struct result *result)
{
    for (size_t i = 0; i < result->write_count; i++) {
        if (result->writes[i].success) {
            return true;
        }
    }
    return false;
}

static bool has_lost(const struct result *result)
{
    for (size_t i = 0; i < result->write_count; i++) {
        if (!result->writes[i].success && result->writes[i].lost) {
            return true;
        }
    }
    return result->lost && error_is_set(&result->error);
}

static void note(const struct progress *progress, const char *words)
{
    if (progress != NULL && progress->note != NULL) {
        progress->note(progress->context, words);
    }
}

void read_back(struct engine *engine, const struct operation *operation, struct cancel_token *token,
               const struct progress *progress, struct result *result)
{
    struct error whole = {0};
    if (operation->explain || operation->schema == NULL || !has_lost(result) ||
        atomic_load(&token->cancelled)) {
        return;
    }
    note(progress, "the answer was lost, reading the record back");
    if (error_is_set(&result->error)) {
        error_move(&whole, &result->error);
        result->lost = false;
        spread(operation, &whole, result);
    }
    bool any = settle_all(engine, operation, token, progress, result);
    if (error_is_set(&whole) && !any && !any_done(result)) {
        gather(operation, &whole, result);
    }
    note(progress, NULL);
    error_clear(&whole);
}
