/*
 * detail: see detail.c. This file: saving the bytes of a field to a file. UI thread.
 *
 * The bytes are copied when they are asked for: what the list does while a path is typed does not
 * matter. No file is written over unasked.
 */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/memory.h"
#include "store/config.h"
#include "store/file.h"
#include "ui/panes/detail_private.h"
#include "ui/widgets/editor.h"

struct saving {
    struct app *app;
    struct text bytes;
    char *path; /* NULL until one was typed */
};

static void saving_free(void *context)
{
    struct saving *saving = context;
    text_free(&saving->bytes);
    free(saving->path);
    free(saving);
}

static void say_saved(const struct saving *saving)
{
    struct text size = {0};
    struct value value = value_bytes(text_string(&saving->bytes), saving->bytes.length);
    format_value(NULL, &value, FORMAT_DETAIL, &size);
    app_message(saving->app, ROLE_SUCCESS, "%s saved to %s.", text_string(&size), saving->path);
    text_free(&size);
}

static bool write_file(struct saving *saving, bool replace, bool *exists)
{
    struct error error = {0};
    bool done = file_write(saving->path, text_string(&saving->bytes), saving->bytes.length, replace,
                           exists, &error);
    if (done) {
        say_saved(saving);
    } else if (!*exists) {
        app_error(saving->app, &error);
    }
    error_clear(&error);
    return done;
}

static bool path_given(void *context, const char *path);

static void ask_path(struct saving *saving, const char *path)
{
    prompt_open_owned(saving->app, "Save to the file", path, path_given, saving_free, saving);
}

static void replace_answered(void *context, int answer)
{
    struct saving *saving = context;
    bool exists = false;
    if (answer == 0 && write_file(saving, true, &exists)) {
        saving_free(saving);
    } else if (answer == 2 || answer < 0) {
        app_message(saving->app, ROLE_DIM, "Nothing was written.");
        saving_free(saving);
    } else {
        ask_path(saving, saving->path);
    }
}

static bool path_given(void *context, const char *path)
{
    struct saving *saving = context;
    bool exists = false;
    if (path[0] == '\0') {
        app_message(saving->app, ROLE_ERROR, "A path is needed, such as ~/photo.png.");
        return false;
    }
    free(saving->path);
    saving->path = config_expand_path(path, NULL);
    if (write_file(saving, false, &exists)) {
        saving_free(saving);
        return true;
    }
    if (exists) {
        struct text title = {0};
        text_format(&title, "%s is there already", saving->path);
        dialog_open(saving->app, text_string(&title), "What it holds would be gone.",
                    "replace it|another name|cancel", replace_answered, saving);
        text_free(&title);
    }
    return exists;
}

static bool is_plain(char letter)
{
    return letter != '/' && (unsigned char)letter >= ' ' && letter != 0x7f;
}

/* The record's name, which often is that of a file; else with the field's behind it. */
static char *usual_name(const struct detail_pane *self, const struct field *field)
{
    struct text name = {0};
    char *label = detail_label(self);
    for (const char *at = label == NULL ? "" : label; *at != '\0'; at++) {
        text_append_character(&name, is_plain(*at) ? *at : '_');
    }
    if (name.length == 0 || strchr(text_string(&name), '.') == NULL) {
        text_format(&name, "%s%s", name.length > 0 ? "-" : "", field->name);
    }
    free(label);
    char *out = text_take(&name);
    out[0] = out[0] == '.' ? '_' : out[0];
    return out;
}

bool detail_has_bytes(const struct detail_pane *self)
{
    const struct field *field = detail_cursor_field(self);
    struct value stored;
    bool staged = false;
    size_t size = 0;
    if (field == NULL) {
        return false;
    }
    struct value value = detail_value(self, field, &stored, &staged);
    return value.kind == VALUE_BYTES ||
           (field->type == FIELD_BASE64 && value.kind == VALUE_TEXT &&
            value_base64_size(value.as.text.bytes, value.as.text.length, &size));
}

/* Those under the cursor, decoded where the server sends them as base64. */
static bool take_bytes(const struct detail_pane *self, struct text *out)
{
    struct value stored;
    bool staged = false;
    struct value value = detail_value(self, detail_cursor_field(self), &stored, &staged);
    if (value.kind == VALUE_BYTES) {
        text_append(out, value.as.text.bytes, value.as.text.length);
        return true;
    }
    return value_decode_base64(value.as.text.bytes, value.as.text.length, out);
}

const char *detail_why_not_save(struct app *app, struct pane *pane)
{
    (void)app;
    return detail_has_bytes(detail_of(pane)) ? NULL
                                             : "the cursor is not on a field that holds bytes";
}

unsigned detail_run_save(struct app *app, struct pane *pane, const char *argument)
{
    struct detail_pane *self = detail_of(pane);
    const struct field *field = detail_cursor_field(self);
    struct saving *saving = memory_zeroed(1, sizeof *saving);
    saving->app = app;
    if (!take_bytes(self, &saving->bytes)) {
        app_message(app, ROLE_ERROR, "%s: what the server sent is no base64.", field->label);
        saving_free(saving);
        return REACTION_HANDLED;
    }
    if (argument != NULL) {
        if (!path_given(saving, argument)) {
            saving_free(saving);
        }
        return REACTION_HANDLED;
    }
    char *name = usual_name(self, field);
    ask_path(saving, name);
    free(name);
    return REACTION_HANDLED;
}
