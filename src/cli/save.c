/* save: see save.h. */
#include "cli/save.h"

#include <string.h>

#include "cli/values.h"
#include "store/file.h"

/* Bytes as they are, base64 where a server sends that instead, all else as it is spelled. */
static void print_content(const struct field *field, const struct value *value, struct text *out)
{
    bool encoded = field->type == FIELD_BASE64 && value->kind == VALUE_TEXT;
    if (value->kind == VALUE_BYTES) {
        text_append(out, value->as.text.bytes, value->as.text.length);
    } else if (!encoded || !value_decode_base64(value->as.text.bytes, value->as.text.length, out)) {
        value_print(value, out);
    }
}

static bool write_content(struct command *command, const char *path, const struct text *content,
                          struct error *error)
{
    bool exists = false;
    if (strcmp(path, "-") == 0) {
        return fwrite(text_string(content), 1, content->length, command->output.file) ==
                   content->length ||
               error_set(error, ERROR_USAGE, "standard output takes no more");
    }
    return file_write(path, text_string(content), content->length, false, &exists, error);
}

static bool save_field(struct command *command, const struct schema *schema,
                       const struct record *record, const char *argument, struct error *error)
{
    struct text name = {0}, content = {0};
    const char *path = NULL;
    if (!values_split(argument, &name, &path, error)) {
        return false;
    }
    const struct field *field = command_field(schema, text_string(&name), error);
    struct value value = field == NULL ? value_absent() : record_value(record, field->name);
    bool done = field != NULL;
    if (done && value_is_nothing(&value)) {
        done = error_set(error, ERROR_NOT_FOUND, "%s of %s %s is null: no file was written",
                         field->name, schema->name, record->id);
    } else if (done) {
        print_content(field, &value, &content);
        done = write_content(command, path, &content, error);
    }
    text_free(&name);
    text_free(&content);
    return done;
}

static bool save_all(struct command *command, const struct schema *schema,
                     const struct record *record, struct error *error)
{
    const struct arguments *arguments = command->arguments;
    bool done = true;
    for (size_t i = 0; done && i < arguments->given_count; i++) {
        if (arguments->given[i].id == FLAG_SAVE) {
            done = save_field(command, schema, record, arguments->given[i].values[0], error);
        }
    }
    return done;
}

bool save_fields(struct command *command, const struct schema *schema, size_t *found,
                 struct error *error)
{
    const struct arguments *arguments = command->arguments;
    struct result result;
    if (arguments->word_count != 2) {
        return error_set(error, ERROR_USAGE, "--save takes the values of one record: give one id");
    }
    struct operation *operation = operation_new(OPERATION_GET, schema->name);
    operation->schema = schema_hold(schema);
    operation_add_id(operation, arguments->words[1]);
    if (!command_run(command, operation, &result, error)) {
        return false;
    }
    const struct record *record = result.record_count > 0 ? result.records[0] : NULL;
    *found = record != NULL;
    if (record == NULL) {
        command_say("%s has no record %s", schema->name, arguments->words[1]);
    }
    bool done = record == NULL || save_all(command, schema, record, error);
    result_clear(&result);
    return done;
}
