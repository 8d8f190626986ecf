/*
 * views: see views.h. UI thread.
 *
 * The file is held as it stands: each section with the comments before it (lead) and its own lines
 * (raw), and what follows the last one (tail). Writing a view makes its raw text anew, with the
 * lines that are not ours (other) kept after our keys. Every change: read again, change, write to a
 * file beside it, sync, rename.
 */
#include "store/views.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"
#include "core/text.h"

struct section {
    struct view view;
    struct text lead;
    struct text raw;
    struct text other;
};

struct views {
    char *path;
    struct section **sections; /* in the file's order */
    size_t count, capacity;
    struct section **sorted;
    struct text tail;
    bool unreadable;
};

/* The keys of a section, and where each is kept. */
static const struct {
    const char *name;
    size_t offset;
} keys[] = {
    {"object", offsetof(struct view, object)},   {"filter", offsetof(struct view, filter)},
    {"order", offsetof(struct view, order)},     {"columns", offsetof(struct view, columns)},
    {"deleted", offsetof(struct view, deleted)},
};

enum { KEY_COUNT = sizeof keys / sizeof keys[0], CONTINUATION_INDENT = 4 };

static char **key_place(struct view *view, size_t key)
{
    return (char **)((char *)view + keys[key].offset);
}

static const char *key_text(const struct view *view, size_t key)
{
    const char *text = *(char *const *)((const char *)view + keys[key].offset);
    return text == NULL ? "" : text;
}

/* --- memory --- */

static void section_free(struct section *section)
{
    free(section->view.name);
    for (size_t key = 0; key < KEY_COUNT; key++) {
        free(*key_place(&section->view, key));
    }
    text_free(&section->lead);
    text_free(&section->raw);
    text_free(&section->other);
    free(section);
}

static void clear(struct views *views)
{
    for (size_t i = 0; i < views->count; i++) {
        section_free(views->sections[i]);
    }
    views->count = 0;
    text_free(&views->tail);
}

static struct section *add_section(struct views *views, const char *name, size_t length)
{
    struct section *section = memory_zeroed(1, sizeof *section);
    section->view.name = memory_copy(name, length);
    for (size_t key = 0; key < KEY_COUNT; key++) {
        *key_place(&section->view, key) = memory_copy_string("");
    }
    views->sections =
        memory_grow(views->sections, views->count, &views->capacity, sizeof *views->sections);
    views->sections[views->count++] = section;
    return section;
}

static int compare_sections(const void *a, const void *b)
{
    const struct view *left = &(*(struct section *const *)a)->view;
    const struct view *right = &(*(struct section *const *)b)->view;
    int order = text_compare_folded(left->object, strlen(left->object), right->object,
                                    strlen(right->object));
    if (order == 0) {
        order =
            text_compare_folded(left->name, strlen(left->name), right->name, strlen(right->name));
    }
    return order != 0 ? order : strcmp(left->name, right->name);
}

static void sort(struct views *views)
{
    views->sorted = memory_resize(views->sorted, views->count, sizeof *views->sorted);
    if (views->count > 0) {
        memcpy(views->sorted, views->sections, views->count * sizeof *views->sorted);
        qsort(views->sorted, views->count, sizeof *views->sorted, compare_sections);
    }
}

/* --- reading --- */

struct reader {
    struct views *views;
    struct section *section; /* NULL before the first */
    struct text pending;     /* comments and blank lines whose section is not yet known */
    char **last_value;       /* that a continuation adds to; NULL when none can */
};

static bool is_space(char character)
{
    return character == ' ' || character == '\t' || character == '\r';
}

static void trim(const char **bytes, size_t *length)
{
    while (*length > 0 && is_space(**bytes)) {
        (*bytes)++;
        (*length)--;
    }
    while (*length > 0 && is_space((*bytes)[*length - 1])) {
        (*length)--;
    }
}

static void append_line(struct text *text, const char *line, size_t length)
{
    text_append(text, line, length);
    text_append_character(text, '\n');
}

static void begin_section(struct reader *reader, const char *name, size_t length, const char *line,
                          size_t line_length)
{
    trim(&name, &length);
    reader->section = add_section(reader->views, name, length);
    text_append(&reader->section->lead, text_string(&reader->pending), reader->pending.length);
    text_truncate(&reader->pending, 0);
    append_line(&reader->section->raw, line, line_length);
    reader->last_value = NULL;
}

static char unescaped(char letter)
{
    return letter == 'n' ? '\n' : letter == 'r' ? '\r' : letter == 't' ? '\t' : letter;
}

static bool is_quoted(const char *value, size_t length)
{
    return length >= 2 && value[0] == '"' && value[length - 1] == '"';
}

/* The text between double quotes; the caller frees. */
static char *unquote(const char *value, size_t length)
{
    struct text text = {0};
    for (size_t at = 1; at + 1 < length; at++) {
        bool escape = value[at] == '\\' && at + 2 < length;
        text_append_character(&text, escape ? unescaped(value[++at]) : value[at]);
    }
    return text.bytes == NULL ? memory_copy_string("") : text_take(&text);
}

/* The value's place when the line is `key = …` with a key of ours; NULL otherwise. */
static char **find_key(struct reader *reader, const char *line, size_t length, const char **value,
                       size_t *value_length)
{
    const char *equals = memchr(line, '=', length);
    if (equals == NULL || reader->section == NULL) {
        return NULL;
    }
    const char *name = line;
    size_t name_length = (size_t)(equals - line);
    trim(&name, &name_length);
    *value = equals + 1;
    *value_length = length - (size_t)(equals + 1 - line);
    trim(value, value_length);
    for (size_t key = 0; key < KEY_COUNT; key++) {
        if (strlen(keys[key].name) == name_length &&
            memcmp(keys[key].name, name, name_length) == 0) {
            return key_place(&reader->section->view, key);
        }
    }
    return NULL;
}

static void flush_pending(struct reader *reader)
{
    struct section *section = reader->section;
    text_append(&section->raw, text_string(&reader->pending), reader->pending.length);
    text_append(&section->other, text_string(&reader->pending), reader->pending.length);
    text_truncate(&reader->pending, 0);
}

static bool continues(const struct reader *reader, const char *line, size_t length)
{
    return reader->last_value != NULL && length > CONTINUATION_INDENT &&
           strncmp(line, "    ", CONTINUATION_INDENT) == 0;
}

static void continue_value(struct reader *reader, const char *line, size_t length)
{
    struct text value = {0};
    text_append_string(&value, *reader->last_value);
    text_append_character(&value, '\n');
    text_append(&value, line + CONTINUATION_INDENT, length - CONTINUATION_INDENT);
    free(*reader->last_value);
    *reader->last_value = text_take(&value);
    append_line(&reader->section->raw, line, length);
}

static void read_line(struct reader *reader, const char *line, size_t length)
{
    const char *content = line, *value;
    size_t content_length = length, value_length;
    trim(&content, &content_length);
    if (content_length == 0 || content[0] == '#' || content[0] == ';') {
        append_line(&reader->pending, line, length);
        reader->last_value = NULL;
    } else if (continues(reader, line, length)) {
        continue_value(reader, line, length);
    } else if (content[0] == '[' && content[content_length - 1] == ']') {
        begin_section(reader, content + 1, content_length - 2, line, length);
    } else if (reader->section == NULL) {
        append_line(&reader->pending, line, length);
    } else {
        flush_pending(reader);
        append_line(&reader->section->raw, line, length);
        reader->last_value = find_key(reader, content, content_length, &value, &value_length);
        if (reader->last_value != NULL) {
            bool quoted = is_quoted(value, value_length);
            free(*reader->last_value);
            *reader->last_value =
                quoted ? unquote(value, value_length) : memory_copy(value, value_length);
            reader->last_value = quoted ? NULL : reader->last_value;
        } else {
            /* Without its indent, lest it continue a value when it is written after one. */
            append_line(&reader->section->other, content, content_length);
        }
    }
}

static void parse(struct views *views, const char *bytes, size_t length)
{
    struct reader reader = {.views = views};
    for (size_t at = 0; at < length;) {
        const char *end = memchr(bytes + at, '\n', length - at);
        size_t line = end == NULL ? length - at : (size_t)(end - bytes) - at;
        read_line(&reader, bytes + at, line);
        at += line + 1;
    }
    views->tail = reader.pending;
}

static bool read_bytes(int descriptor, struct text *out)
{
    char block[8192];
    ssize_t count;
    while ((count = read(descriptor, block, sizeof block)) != 0) {
        if (count > 0) {
            text_append(out, block, (size_t)count);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool load(struct views *views, struct error *error)
{
    struct text bytes = {0};
    clear(views);
    int descriptor = open(views->path, O_RDONLY | O_CLOEXEC);
    bool missing = descriptor < 0 && errno == ENOENT;
    bool loaded = missing || (descriptor >= 0 && read_bytes(descriptor, &bytes));
    if (!loaded) {
        error_set(error, ERROR_FORBIDDEN, "The saved views in %s could not be read: %s.",
                  views->path, strerror(errno));
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    views->unreadable = !loaded;
    parse(views, text_string(&bytes), bytes.length);
    sort(views);
    text_free(&bytes);
    return loaded;
}

struct views *views_open(const char *path, struct error *error)
{
    struct views *views = memory_zeroed(1, sizeof *views);
    views->path = memory_copy_string(path);
    (void)load(views, error);
    return views;
}

void views_close(struct views *views)
{
    if (views != NULL) {
        clear(views);
        free(views->sections);
        free(views->sorted);
        free(views->path);
        free(views);
    }
}

/* --- looking --- */

size_t views_count(const struct views *views)
{
    return views->count;
}

const struct view *views_at(const struct views *views, size_t index)
{
    return &views->sorted[index]->view;
}

static long section_index(const struct views *views, const char *name)
{
    for (size_t i = 0; i < views->count; i++) {
        if (strcmp(views->sections[i]->view.name, name) == 0) {
            return (long)i;
        }
    }
    return -1;
}

const struct view *views_find(const struct views *views, const char *name)
{
    long index = section_index(views, name);
    return index < 0 ? NULL : &views->sections[index]->view;
}

/* --- writing --- */

/* Would the lines of the value, as they are, be read as the value? */
static bool is_plain(const char *value)
{
    size_t length = strlen(value);
    if (value[0] == '"' || strchr(value, '\r') != NULL || is_space(value[0])) {
        return false;
    }
    size_t first = strcspn(value, "\n");
    if (is_space(value[first - (first > 0)]) || is_space(value[length - 1])) {
        return false;
    }
    for (const char *at = strchr(value, '\n'); at != NULL; at = strchr(at + 1, '\n')) {
        if (strchr("\n#;", at[1 + strspn(at + 1, " \t")]) != NULL) { /* blank, or a comment */
            return false;
        }
    }
    return true;
}

/* The letter after a backslash for the character; NUL where it stands for itself. */
static char escaped(char character)
{
    return character == '\n'                       ? 'n'
           : character == '\r'                     ? 'r'
           : character == '\t'                     ? 't'
           : character == '"' || character == '\\' ? character
                                                   : '\0';
}

static void print_quoted(const char *value, struct text *out)
{
    text_append_character(out, '"');
    for (const char *at = value; *at != '\0'; at++) {
        char letter = escaped(*at);
        text_append_string(out, letter == '\0' ? "" : "\\");
        text_append_character(out, letter == '\0' ? *at : letter);
    }
    text_append_character(out, '"');
}

/* A value's line ends are continued. */
static void print_lines(const char *value, struct text *out)
{
    for (const char *at = value; *at != '\0'; at++) {
        text_append_character(out, *at);
        text_append_string(out, *at == '\n' ? "    " : "");
    }
}

/* The section's own lines from its view. */
static void print_section(struct section *section)
{
    text_truncate(&section->raw, 0);
    text_format(&section->raw, "[%s]\n", section->view.name);
    for (size_t key = 0; key < KEY_COUNT; key++) {
        const char *value = key_text(&section->view, key);
        if (value[0] == '\0') {
            continue;
        }
        text_format(&section->raw, "%s = ", keys[key].name);
        if (is_plain(value)) {
            print_lines(value, &section->raw);
        } else {
            print_quoted(value, &section->raw);
        }
        text_append_character(&section->raw, '\n');
    }
    text_append(&section->raw, text_string(&section->other), section->other.length);
}

static bool write_bytes(int descriptor, const struct text *text)
{
    for (size_t at = 0; at < text->length;) {
        ssize_t count = write(descriptor, text->bytes + at, text->length - at);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        at += count > 0 ? (size_t)count : 0;
    }
    return fsync(descriptor) == 0;
}

static void make_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash != NULL && slash != path) {
        char *directory = memory_copy(path, (size_t)(slash - path));
        (void)mkdir(directory, 0700);
        free(directory);
    }
}

static bool replace_file(const char *path, const struct text *text)
{
    struct text beside = {0};
    text_format(&beside, "%s.XXXXXX", path);
    int descriptor = mkstemp(beside.bytes);
    bool written = descriptor >= 0 && write_bytes(descriptor, text);
    if (descriptor >= 0 && close(descriptor) != 0) {
        written = false;
    }
    written = written && rename(beside.bytes, path) == 0;
    if (!written && descriptor >= 0) {
        int saved = errno;
        (void)unlink(beside.bytes);
        errno = saved;
    }
    text_free(&beside);
    return written;
}

static bool store(struct views *views, struct error *error)
{
    struct text text = {0};
    for (size_t i = 0; i < views->count; i++) {
        const struct section *section = views->sections[i];
        text_append(&text, text_string(&section->lead), section->lead.length);
        if (i > 0 && section->lead.length == 0) {
            text_append_character(&text, '\n');
        }
        text_append(&text, text_string(&section->raw), section->raw.length);
    }
    text_append(&text, text_string(&views->tail), views->tail.length);
    make_parent(views->path);
    char *real = realpath(views->path, NULL); /* a link stays a link */
    bool written = replace_file(real == NULL ? views->path : real, &text);
    if (!written) {
        error_set(error, ERROR_SERVER, "The saved views were not written to %s: %s.", views->path,
                  strerror(errno));
        struct error ignored = {0};
        (void)load(views, &ignored);
        error_clear(&ignored);
    }
    free(real);
    text_free(&text);
    sort(views);
    return written;
}

static bool check_name(const char *name, struct error *error)
{
    const char *trimmed = name;
    size_t length = strlen(name);
    trim(&trimmed, &length);
    if (length == 0 || length != strlen(name)) {
        return error_set(error, ERROR_USAGE, "A saved view needs a name without spaces around it.");
    }
    if (strpbrk(name, "\n\r") != NULL) {
        return error_set(error, ERROR_USAGE, "The name of a saved view is one line.");
    }
    return true;
}

static void copy_keys(struct view *to, const struct view *from)
{
    for (size_t key = 0; key < KEY_COUNT; key++) {
        free(*key_place(to, key));
        *key_place(to, key) = memory_copy_string(key_text(from, key));
    }
}

/* What stands in a file without sections stays before the first, and does not become part of it. */
static struct section *append_section(struct views *views, const char *name)
{
    struct section *section = add_section(views, name, strlen(name));
    if (views->count == 1) {
        section->lead = views->tail;
        views->tail = (struct text){0};
    }
    return section;
}

/* The view may be one of ours, which is read anew: it is copied first. */
bool views_save(struct views *views, const struct view *view, struct error *error)
{
    struct view copy = {.name = memory_copy_string(view->name)};
    copy_keys(&copy, view);
    bool saved = check_name(copy.name, error) && load(views, error);
    if (saved) {
        long index = section_index(views, copy.name);
        struct section *section =
            index >= 0 ? views->sections[index] : append_section(views, copy.name);
        copy_keys(&section->view, &copy);
        print_section(section);
        saved = store(views, error);
    }
    free(copy.name);
    for (size_t key = 0; key < KEY_COUNT; key++) {
        free(*key_place(&copy, key));
    }
    return saved;
}

static bool find_section(struct views *views, const char *name, long *index, struct error *error)
{
    if (!load(views, error)) {
        return false;
    }
    *index = section_index(views, name);
    if (*index < 0) {
        return error_set(error, ERROR_NOT_FOUND, "There is no saved view called '%s'.", name);
    }
    return true;
}

bool views_rename(struct views *views, const char *name, const char *new_name, struct error *error)
{
    long index;
    char *old = memory_copy_string(name); /* name may be the view's own, which is read anew */
    bool found = check_name(new_name, error) && find_section(views, old, &index, error);
    bool same = strcmp(old, new_name) == 0;
    free(old);
    if (!found || same) {
        return found;
    }
    if (section_index(views, new_name) >= 0) {
        return error_set(error, ERROR_USAGE, "There is already a saved view called '%s'.",
                         new_name);
    }
    struct section *section = views->sections[index];
    free(section->view.name);
    section->view.name = memory_copy_string(new_name);
    print_section(section);
    return store(views, error);
}

bool views_delete(struct views *views, const char *name, struct error *error)
{
    long index;
    char *old = memory_copy_string(name);
    bool found = find_section(views, old, &index, error);
    free(old);
    if (!found) {
        return false;
    }
    section_free(views->sections[index]);
    views->count--;
    memmove(&views->sections[index], &views->sections[index + 1],
            (views->count - (size_t)index) * sizeof *views->sections);
    return store(views, error);
}
