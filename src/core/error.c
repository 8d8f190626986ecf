/* error: see error.h. Any thread; one struct error is used by one thread at a time. */
#include "core/error.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"

enum { MOST_SERVER_BYTES = 2000 };

struct kind_row {
    const char *name;
    int exit_status;
};

static const struct kind_row kinds[ERROR_KIND_COUNT] = {
    [ERROR_NONE] = {"none", 0},
    [ERROR_USAGE] = {"usage", 2},
    [ERROR_SIGN_IN] = {"sign_in", 3},
    [ERROR_FORBIDDEN] = {"forbidden", 3},
    [ERROR_NOT_FOUND] = {"not_found", 4},
    [ERROR_VALIDATION] = {"validation", 5},
    [ERROR_CONFLICT] = {"conflict", 6},
    [ERROR_RATE_LIMIT] = {"rate_limit", 8},
    [ERROR_NETWORK] = {"network", 7},
    [ERROR_TIMEOUT] = {"timeout", 7},
    [ERROR_PROTOCOL] = {"protocol", 10},
    [ERROR_UNSUPPORTED] = {"unsupported", 9},
    [ERROR_CANCELLED] = {"cancelled", 130},
    [ERROR_SERVER] = {"server", 10},
};

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    if (error == NULL) {
        return false;
    }
    /* Formatted before the old content goes: the arguments may be part of it. */
    struct text message = {0};
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&message, format, arguments);
    va_end(arguments);
    error_clear(error);
    error->kind = kind;
    error->message = text_take(&message);
    return false;
}

void error_context(struct error *error, const char *format, ...)
{
    if (error == NULL || error->kind == ERROR_NONE) {
        return;
    }
    struct text message = {0};
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&message, format, arguments);
    va_end(arguments);
    text_append_string(&message, error->message);
    free(error->message);
    error->message = text_take(&message);
}

void error_set_hint(struct error *error, const char *format, ...)
{
    if (error == NULL) {
        return;
    }
    struct text hint = {0};
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&hint, format, arguments);
    va_end(arguments);
    free(error->hint);
    error->hint = text_take(&hint);
}

void error_set_server(struct error *error, const char *bytes, size_t length)
{
    if (error == NULL) {
        return;
    }
    size_t kept = length < MOST_SERVER_BYTES ? length : MOST_SERVER_BYTES;
    while (kept > 0 && kept < length && ((unsigned char)bytes[kept] & 0xC0) == 0x80) {
        kept--; /* no half character */
    }
    struct text words = {0};
    text_append(&words, bytes, kept);
    text_append_string(&words, kept < length ? "…" : "");
    free(error->server);
    error->server = text_take(&words);
}

void error_add_field(struct error *error, const char *field, const char *code, const char *message)
{
    if (error == NULL) {
        return;
    }
    error->fields = memory_resize(error->fields, error->field_count + 1, sizeof *error->fields);
    error->fields[error->field_count++] = (struct field_error){
        .field = memory_copy_string(field),
        .code = memory_copy_string(code),
        .message = memory_copy_string(message),
    };
}

bool error_is_set(const struct error *error)
{
    return error != NULL && error->kind != ERROR_NONE;
}

void error_clear(struct error *error)
{
    if (error == NULL) {
        return;
    }
    for (size_t i = 0; i < error->field_count; i++) {
        free(error->fields[i].field);
        free(error->fields[i].code);
        free(error->fields[i].message);
    }
    free(error->fields);
    free(error->message);
    free(error->server);
    free(error->hint);
    *error = (struct error){0};
}

void error_copy(struct error *to, const struct error *from)
{
    if (to == NULL || to == from) {
        return;
    }
    error_clear(to);
    to->kind = from->kind;
    to->message = memory_copy_string(from->message);
    to->server = memory_copy_string(from->server);
    to->hint = memory_copy_string(from->hint);
    to->retry_after = from->retry_after;
    for (size_t i = 0; i < from->field_count; i++) {
        const struct field_error *field = &from->fields[i];
        error_add_field(to, field->field, field->code, field->message);
    }
}

void error_move(struct error *to, struct error *from)
{
    if (to == from) {
        return;
    }
    error_clear(to);
    if (to != NULL) {
        *to = *from;
        *from = (struct error){0};
    } else {
        error_clear(from);
    }
}

static bool is_kind(enum error_kind kind)
{
    return kind >= ERROR_NONE && kind < ERROR_KIND_COUNT;
}

int error_exit_status(enum error_kind kind)
{
    return is_kind(kind) ? kinds[kind].exit_status : kinds[ERROR_SERVER].exit_status;
}

const char *error_kind_name(enum error_kind kind)
{
    return is_kind(kind) ? kinds[kind].name : kinds[ERROR_SERVER].name;
}

/* Appends a cleaned text and the end of its line. */
static void print_line(struct text *out, const char *before, const char *text)
{
    text_append_string(out, before);
    text_clean_string(out, text, TEXT_CLEAN_KEEP_NEWLINE);
    if (out->length == 0 || out->bytes[out->length - 1] != '\n') {
        text_append_character(out, '\n');
    }
}

static void print_field(struct text *out, const struct field_error *field)
{
    text_append_string(out, "  ");
    text_clean_string(out, field->field, TEXT_CLEAN_LINE);
    text_append_string(out, ": ");
    text_clean_string(out, field->message, TEXT_CLEAN_LINE);
    if (field->code != NULL) {
        text_append_string(out, " (");
        text_clean_string(out, field->code, TEXT_CLEAN_LINE);
        text_append_string(out, ")");
    }
    text_append_character(out, '\n');
}

void error_print(const struct error *error, struct text *out)
{
    if (!error_is_set(error)) {
        return;
    }
    print_line(out, "", error->message == NULL ? error_kind_name(error->kind) : error->message);
    for (size_t i = 0; i < error->field_count; i++) {
        /* A message about one field has that field's words in it already. */
        if (error->message == NULL || strstr(error->message, error->fields[i].message) == NULL) {
            print_field(out, &error->fields[i]);
        }
    }
    if (error->server != NULL && error->server[0] != '\0') {
        print_line(out, "The server said: ", error->server);
    }
    if (error->hint != NULL && error->hint[0] != '\0') {
        print_line(out, "", error->hint);
    }
}
