/*
 * config: reads the configuration file. See config.h.
 *
 * INI, line by line, up to the first mistake. Not by inih, which holds a line to 200 bytes and
 * takes what follows " ;" for a comment: a token is longer, and a command may have a semicolon. UI
 * thread, at start.
 */
#include "store/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "core/memory.h"
#include "core/value.h"

/* Longer lines are a mistake, not a setting. */
enum { LINE_MOST = 64 * 1024 };

enum section_kind { SECTION_HEAD, SECTION_PROFILE, SECTION_KEYS, SECTION_UI };

struct reading {
    FILE *file;
    struct config *config;
    struct error *error;
    int line;
    enum section_kind section;
    struct config_entry *seen; /* names of this section, and the sections begun, with their lines */
    size_t seen_count;
};

/* --- mistakes --- */

static bool fail_line(struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail_line(struct reading *reading, const char *format, ...)
{
    struct text message = {0};
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&message, format, arguments);
    va_end(arguments);
    error_set(reading->error, ERROR_USAGE, "%s:%d: %s", reading->config->path, reading->line,
              text_string(&message));
    text_free(&message);
    return false;
}

static void hint_nearest(struct reading *reading, const char *name, const char *const *names,
                         size_t count)
{
    const char *nearest = text_nearest(name, names, count);
    if (nearest != NULL) {
        error_set_hint(reading->error, "did you mean %s?", nearest);
    }
}

/* Remembers a name with its line; refuses one that was seen before. */
static bool see(struct reading *reading, const char *what, const char *name)
{
    for (size_t i = 0; i < reading->seen_count; i++) {
        if (strcmp(reading->seen[i].name, name) == 0 && strcmp(reading->seen[i].value, what) == 0) {
            return fail_line(reading, "%s %s is already there on line %d", what, name,
                             reading->seen[i].line);
        }
    }
    reading->seen = memory_resize(reading->seen, reading->seen_count + 1, sizeof *reading->seen);
    reading->seen[reading->seen_count++] =
        (struct config_entry){memory_copy_string(name), memory_copy_string(what), reading->line};
    return true;
}

/* Names are unique within a section, sections within the file. */
static void forget_names(struct reading *reading)
{
    size_t kept = 0;
    for (size_t i = 0; i < reading->seen_count; i++) {
        if (strcmp(reading->seen[i].value, "section") == 0) {
            reading->seen[kept++] = reading->seen[i];
        } else {
            free(reading->seen[i].name);
            free(reading->seen[i].value);
        }
    }
    reading->seen_count = kept;
}

/* --- sections --- */

static void begin_profile(struct reading *reading, const char *name)
{
    struct config *config = reading->config;
    config->profiles =
        memory_resize(config->profiles, config->profile_count + 1, sizeof *config->profiles);
    config->profiles[config->profile_count++] = (struct profile){
        .name = memory_copy_string(name),
        .source = memory_copy_string(config->path),
        .line = reading->line,
    };
    reading->section = SECTION_PROFILE;
}

static bool choose_section(struct reading *reading, const char *name)
{
    static const char *const names[] = {"profile", "keys", "ui"};
    if (strncmp(name, "profile", 7) == 0 && isspace((unsigned char)name[7])) {
        const char *profile = name + 8;
        while (isspace((unsigned char)*profile)) {
            profile++;
        }
        begin_profile(reading, profile);
        return true;
    }
    if (strcmp(name, "keys") == 0 || strcmp(name, "ui") == 0) {
        reading->section = name[0] == 'k' ? SECTION_KEYS : SECTION_UI;
        return true;
    }
    if (strcmp(name, "profile") == 0) {
        return fail_line(reading, "a profile needs a name: [profile NAME]");
    }
    fail_line(reading, "unknown section [%s]; expected [profile NAME], [keys] or [ui]", name);
    hint_nearest(reading, name, names, sizeof names / sizeof *names);
    return false;
}

static bool begin_section(struct reading *reading, const char *line)
{
    const char *end = strchr(line, ']');
    if (end == NULL) {
        return fail_line(reading, "a section's name ends in ]");
    }
    const char *rest = end + 1;
    while (isspace((unsigned char)*rest)) {
        rest++;
    }
    if (*rest != '\0' && *rest != ';' && *rest != '#') {
        return fail_line(reading, "nothing may follow a section's name on its line");
    }
    const char *start = line + 1;
    while (start < end && isspace((unsigned char)*start)) {
        start++;
    }
    while (end > start && isspace((unsigned char)end[-1])) {
        end--;
    }
    char *name = memory_copy(start, (size_t)(end - start));
    forget_names(reading);
    bool ok = see(reading, "section", name) && choose_section(reading, name);
    free(name);
    return ok;
}

/* --- lines --- */

static bool set_week_start(struct config *config, const char *value)
{
    static const char *const days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};
    for (int i = 0; i < 7; i++) {
        if (text_equal_folded(value, days[i])) {
            config->week_start = i + 1;
            return true;
        }
    }
    return false;
}

static bool set_head(struct reading *reading, const char *name, const char *value)
{
    static const char *const names[] = {"default", "week_start"};
    if (strcmp(name, "default") == 0) {
        reading->config->default_profile = memory_copy_string(value);
        return true;
    }
    if (strcmp(name, "week_start") == 0) {
        return set_week_start(reading->config, value) ||
               fail_line(reading, "week_start = %s: expected a day's name, such as monday", value);
    }
    fail_line(reading, "unknown setting %s before the first section", name);
    hint_nearest(reading, name, names, sizeof names / sizeof *names);
    return false;
}

static void add_entry(struct config_entry **entries, size_t *count, const char *name,
                      const char *value, int line)
{
    *entries = memory_resize(*entries, *count + 1, sizeof **entries);
    (*entries)[(*count)++] =
        (struct config_entry){memory_copy_string(name), memory_copy_string(value), line};
}

static bool set_profile_line(struct reading *reading, const char *name, const char *value)
{
    struct profile *profile = &reading->config->profiles[reading->config->profile_count - 1];
    struct error mistake = {0};
    size_t before = profile->setting_count;
    if (!profile_set(profile, name, value, &mistake)) {
        fail_line(reading, "%s", mistake.message);
        error_clear(&mistake);
        return false;
    }
    if (profile->setting_count > before) {
        profile->settings[before].line = reading->line;
    }
    return true;
}

static bool take_setting(struct reading *reading, const char *name, const char *value)
{
    struct config *config = reading->config;
    if (!see(reading, "setting", name)) {
        return false;
    }
    switch (reading->section) {
    case SECTION_HEAD:
        return set_head(reading, name, value);
    case SECTION_PROFILE:
        return set_profile_line(reading, name, value);
    case SECTION_KEYS:
        add_entry(&config->keys, &config->key_count, name, value, reading->line);
        return true;
    case SECTION_UI:
        break;
    }
    add_entry(&config->options, &config->option_count, name, value, reading->line);
    return true;
}

/* The text without blanks around it, cut in place. */
static char *trim(char *text)
{
    while (isspace((unsigned char)*text)) {
        text++;
    }
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        length--;
    }
    text[length] = '\0';
    return text;
}

/* One line, which may be cut up: blank, a comment, a section or a setting. */
static bool take_line(struct reading *reading, char *line)
{
    char *text = trim(line);
    if (text[0] == '\0' || text[0] == '#' || text[0] == ';') {
        return true;
    }
    if (text[0] == '[') {
        return begin_section(reading, text);
    }
    char *equals = strchr(text, '=');
    if (equals == NULL) {
        return fail_line(reading, "expected NAME = VALUE or a [section]");
    }
    *equals = '\0';
    return take_setting(reading, trim(text), trim(equals + 1));
}

static bool take_bytes(struct reading *reading, char *line, size_t length)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* some editors begin a file with it */
    reading->line++;
    if (length > LINE_MOST) {
        return fail_line(reading, "the line is too long: %d bytes at most", LINE_MOST);
    }
    if (memchr(line, '\0', length) != NULL) {
        return fail_line(reading, "the line has a NUL byte: this is no text file");
    }
    bool marked = reading->line == 1 && strncmp(line, mark, strlen(mark)) == 0;
    return take_line(reading, marked ? line + strlen(mark) : line);
}

/* --- the whole file --- */

static bool check_profiles(struct reading *reading)
{
    for (size_t i = 0; i < reading->config->profile_count; i++) {
        const struct profile *profile = &reading->config->profiles[i];
        if (profile->backend == NULL) {
            reading->line = profile->line;
            return fail_line(reading,
                             "the profile %s has no backend; write backend = local for an "
                             "SQLite file",
                             profile->name);
        }
    }
    return true;
}

/* What held a line may have held a secret. */
static void forget_line(char *line, size_t size)
{
    struct text held = {.bytes = line, .length = size, .capacity = size};
    config_wipe(&held);
}

static bool read_all(struct reading *reading)
{
    char *line = NULL;
    size_t size = 0;
    bool ok = true;
    for (ssize_t length; ok && (length = getline(&line, &size, reading->file)) >= 0;) {
        ok = take_bytes(reading, line, (size_t)length);
    }
    forget_line(line, size);
    if (ok && ferror(reading->file)) {
        ok = fail_line(reading, "cannot be read further");
    }
    return ok && check_profiles(reading);
}

static bool read_file(struct config *config, struct error *error)
{
    FILE *file = fopen(config->path, "re");
    if (file == NULL) {
        return errno == ENOENT || errno == ENOTDIR ||
               error_set(error, ERROR_USAGE, "cannot read the configuration %s: %s", config->path,
                         strerror(errno));
    }
    struct reading reading = {.file = file, .config = config, .error = error};
    bool ok = read_all(&reading);
    config_free_entries(reading.seen, reading.seen_count);
    fclose(file);
    return ok;
}

struct config *config_read(const char *path, struct error *error)
{
    struct config *config = memory_zeroed(1, sizeof *config);
    config->path = memory_copy_string(path);
    config->week_start = 1;
    if (path != NULL && !read_file(config, error)) {
        config_free(config);
        return NULL;
    }
    return config;
}

bool config_set_option(struct config *config, const char *name, const char *value)
{
    for (size_t i = 0; i < config->option_count; i++) {
        if (strcmp(config->options[i].name, name) == 0) {
            free(config->options[i].value);
            config->options[i].value = memory_copy_string(value);
            return true;
        }
    }
    add_entry(&config->options, &config->option_count, name, value, 0);
    return true;
}

const struct profile *config_profile(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->profile_count; i++) {
        if (strcmp(config->profiles[i].name, name) == 0) {
            return &config->profiles[i];
        }
    }
    return NULL;
}

void config_free_entries(struct config_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(entries[i].name);
        free(entries[i].value);
    }
    free(entries);
}

void config_free(struct config *config)
{
    if (config == NULL) {
        return;
    }
    for (size_t i = 0; i < config->profile_count; i++) {
        profile_clear(&config->profiles[i]);
    }
    free(config->profiles);
    free(config->path);
    free(config->default_profile);
    config_free_entries(config->keys, config->key_count);
    config_free_entries(config->options, config->option_count);
    free(config);
}
