/* values: see values.h. */
#include "cli/values.h"

#include <stdlib.h>
#include <string.h>

#include "core/check.h"
#include "core/memory.h"
#include "store/file.h"

struct valuing {
    struct command *command;
    const struct schema *schema;
    bool creating;
    struct record *record;
    struct error *error; /* a mistake that stops at once */
    struct error wrong;  /* values that will not do: all of them are told */
};

/* --- names --- */

/* A name in back-quotes, a back-quote inside doubled. Gives where it ends, NULL when it does not.
 */
static const char *unquote(const char *argument, struct text *name)
{
    for (const char *at = argument + 1; *at != '\0'; at++) {
        if (at[0] != '`') {
            text_append_character(name, *at);
        } else if (at[1] == '`') {
            text_append_character(name, *at++);
        } else {
            return at + 1;
        }
    }
    return NULL;
}

/* Parts NAME=VALUE; the name is the caller's, the value borrowed. */
bool values_split(const char *argument, struct text *name, const char **value, struct error *error)
{
    const char *end = argument[0] == '`' ? unquote(argument, name) : strchr(argument, '=');
    if (end == NULL || *end != '=' || end == argument) {
        error_set(error, ERROR_USAGE, "expected FIELD=VALUE, found %s", argument);
        text_free(name);
        return false;
    }
    if (argument[0] != '`') {
        text_append(name, argument, (size_t)(end - argument));
    }
    *value = end + 1;
    return true;
}

/* --- values --- */

/* Keeps what is wrong with a value, and goes on: the user is told of all at once, and by the names
 * that a command line takes, where check.h has labels for the screen. */
static void note_wrong(struct valuing *valuing, struct error *wrong)
{
    struct error *all = &valuing->wrong;
    for (size_t i = 0; i < wrong->field_count; i++) {
        const struct field_error *field = &wrong->fields[i];
        if (!error_is_set(all)) {
            error_set(all, wrong->kind, "%s: %s", field->field, field->message);
        }
        error_add_field(all, field->field, field->code, field->message);
    }
    if (wrong->hint != NULL && all->hint == NULL) {
        error_set_hint(all, "%s", wrong->hint);
    }
    error_clear(wrong);
}

/* The field, if it is there, was not given before, and may be written. */
static const struct field *writable_field(struct valuing *valuing, const char *name)
{
    const struct field *field = command_field(valuing->schema, name, valuing->error);
    struct error wrong = {0};
    if (field == NULL) {
        return NULL;
    }
    if (record_value(valuing->record, field->name).kind != VALUE_ABSENT) {
        error_set(valuing->error, ERROR_USAGE, "the field %s was given twice", field->name);
        return NULL;
    }
    if (!check_writable(field, valuing->creating, &wrong)) {
        note_wrong(valuing, &wrong);
    }
    return field;
}

static void set_text(struct valuing *valuing, const struct field *field, const char *bytes,
                     size_t length)
{
    struct date_clock clock = session_clock(valuing->command->session);
    struct value value = value_absent();
    struct error wrong = {0};
    if (check_text(field, bytes, length, &clock, &value, &wrong)) {
        record_set(valuing->record, field->name, &value);
        value_free(&value);
    } else {
        note_wrong(valuing, &wrong);
    }
}

static bool take_assignment(struct valuing *valuing, const char *argument)
{
    struct text name = {0};
    const char *value;
    if (!values_split(argument, &name, &value, valuing->error)) {
        return false;
    }
    const struct field *field = writable_field(valuing, text_string(&name));
    text_free(&name);
    if (field != NULL) {
        set_text(valuing, field, value, strlen(value));
    }
    return field != NULL;
}

static bool take_null(struct valuing *valuing, const char *name)
{
    const struct field *field = writable_field(valuing, name);
    struct value null = value_null();
    struct error wrong = {0};
    if (field == NULL) {
        return false;
    }
    if (check_null(field, &wrong)) {
        record_set(valuing->record, field->name, &null);
    } else {
        note_wrong(valuing, &wrong);
    }
    return true;
}

/* --- files --- */

static bool take_file(struct valuing *valuing, const char *argument)
{
    struct text name = {0}, content = {0};
    const char *path;
    if (!values_split(argument, &name, &path, valuing->error)) {
        return false;
    }
    const struct field *field = writable_field(valuing, text_string(&name));
    bool ok = field != NULL && file_read(path, true, &content, valuing->error);
    if (ok && field->type == FIELD_BASE64) {
        struct value bytes = value_bytes(text_string(&content), content.length);
        record_set(valuing->record, field->name, &bytes);
    } else if (ok) {
        set_text(valuing, field, text_string(&content), content.length);
    }
    text_free(&name);
    text_free(&content);
    return ok;
}

/* --- the whole record --- */

static bool take_all(struct valuing *valuing, size_t first)
{
    const struct arguments *arguments = valuing->command->arguments;
    bool ok = true;
    for (size_t i = first; ok && i < arguments->word_count; i++) {
        ok = take_assignment(valuing, arguments->words[i]);
    }
    for (size_t i = 0; ok && i < arguments->given_count; i++) {
        const struct given *given = &arguments->given[i];
        if (given->id == FLAG_NULL) {
            ok = take_null(valuing, given->values[0]);
        } else if (given->id == FLAG_FILE) {
            ok = take_file(valuing, given->values[0]);
        }
    }
    return ok;
}

struct record *values_read(struct command *command, const struct schema *schema, size_t first,
                           bool creating, struct error *error)
{
    struct valuing valuing = {.command = command,
                              .schema = schema,
                              .creating = creating,
                              .record = record_new(schema->name, NULL),
                              .error = error};
    bool ok = take_all(&valuing, first);
    if (ok && error_is_set(&valuing.wrong)) {
        error_move(error, &valuing.wrong);
        ok = false;
    }
    error_clear(&valuing.wrong);
    if (!ok) {
        record_free(valuing.record);
        return NULL;
    }
    return valuing.record;
}

bool values_check_required(const struct schema *schema, const struct record *record,
                           struct error *error)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        if (!field->required || !field->create ||
            record_value(record, field->name).kind != VALUE_ABSENT) {
            continue;
        }
        if (!error_is_set(error)) {
            error_set(error, ERROR_VALIDATION, "a new record of %s needs more", schema->name);
        }
        error_add_field(error, field->name, "required", "must be given");
    }
    return !error_is_set(error);
}

/* --- the conflict check --- */

static bool expect_value(struct valuing *valuing, const char *argument)
{
    struct text name = {0};
    const char *value;
    if (!values_split(argument, &name, &value, valuing->error)) {
        return false;
    }
    const struct field *field = command_field(valuing->schema, text_string(&name), valuing->error);
    text_free(&name);
    if (field != NULL) {
        set_text(valuing, field, value, strlen(value));
    }
    return field != NULL;
}

static bool expect_stamp(struct valuing *valuing, const char *stamp)
{
    const struct schema *schema = valuing->schema;
    if (schema->version_field == NULL) {
        error_set(valuing->error, ERROR_UNSUPPORTED, "%s has no field that stamps a version",
                  schema->name);
        error_set_hint(valuing->error, "compare fields instead: --if FIELD=VALUE");
        return false;
    }
    struct value value = value_string(stamp);
    record_set(valuing->record, schema->version_field, &value);
    return true;
}

bool values_read_expected(struct command *command, const struct schema *schema, struct record **out,
                          struct error *error)
{
    struct valuing valuing = {.command = command,
                              .schema = schema,
                              .record = record_new(schema->name, NULL),
                              .error = error};
    const struct arguments *arguments = command->arguments;
    bool ok = true;
    for (size_t i = 0; ok && i < arguments->given_count; i++) {
        const struct given *given = &arguments->given[i];
        if (given->id == FLAG_IF) {
            ok = expect_value(&valuing, given->values[0]);
        } else if (given->id == FLAG_UNLESS_CHANGED_SINCE) {
            ok = expect_stamp(&valuing, given->values[0]);
        }
    }
    if (ok && error_is_set(&valuing.wrong)) {
        error_move(error, &valuing.wrong);
        ok = false;
    }
    error_clear(&valuing.wrong);
    *out = NULL;
    if (ok && valuing.record->field_count > 0) {
        *out = valuing.record;
    } else {
        record_free(valuing.record);
    }
    return ok;
}
