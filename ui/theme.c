/* theme: see theme.h. Reading and resolving; ui/theme_apply.c makes curses' attributes. */
#include "ui/theme.h"

#include <dirent.h>
#include <ini.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "store/config.h"

struct role_row {
    const char *name;
    enum role parent; /* itself: none */
    struct style style;
};

#define UNSET                                                                                      \
    {                                                                                              \
        COLOUR_DEFAULT, COLOUR_DEFAULT, 0, false                                                   \
    }
#define STYLE(foreground, background, attributes)                                                  \
    {                                                                                              \
        foreground, background, attributes, true                                                   \
    }
#define PLAIN(attributes) STYLE(COLOUR_DEFAULT, COLOUR_DEFAULT, attributes)

/* One row a role: its name, whose look it takes when a theme says nothing, and the default theme
 * (themes/default.theme says the same; a test compares them). */
static const struct role_row role_rows[ROLE_COUNT] = {
    [ROLE_TEXT] = {"text", ROLE_TEXT, PLAIN(0)},
    [ROLE_DIM] = {"dim", ROLE_TEXT, PLAIN(ATTRIBUTE_DIM)},
    [ROLE_STATUS] = {"status", ROLE_TEXT, PLAIN(ATTRIBUTE_REVERSE)},
    [ROLE_HINTS] = {"hints", ROLE_TEXT, PLAIN(0)},
    [ROLE_HINT_KEY] = {"hint-key", ROLE_HINTS, STYLE(6, COLOUR_DEFAULT, ATTRIBUTE_BOLD)},
    [ROLE_BORDER] = {"border", ROLE_TEXT, PLAIN(0)},
    [ROLE_BORDER_FOCUS] = {"border-focus", ROLE_BORDER, UNSET},
    [ROLE_TITLE] = {"title", ROLE_BORDER, UNSET},
    [ROLE_TITLE_FOCUS] = {"title-focus", ROLE_TITLE, STYLE(6, COLOUR_DEFAULT, ATTRIBUTE_BOLD)},
    [ROLE_HEADING] = {"heading", ROLE_TEXT, PLAIN(ATTRIBUTE_BOLD)},
    [ROLE_CURSOR] = {"cursor", ROLE_TEXT, PLAIN(ATTRIBUTE_REVERSE)},
    [ROLE_CURSOR_IDLE] = {"cursor-idle", ROLE_TEXT, PLAIN(ATTRIBUTE_UNDERLINE)},
    [ROLE_MARKED] = {"marked", ROLE_TEXT, STYLE(3, COLOUR_DEFAULT, ATTRIBUTE_BOLD)},
    [ROLE_CHANGED] = {"changed", ROLE_TEXT, STYLE(3, COLOUR_DEFAULT, 0)},
    [ROLE_NEW] = {"new", ROLE_CHANGED, STYLE(2, COLOUR_DEFAULT, 0)},
    [ROLE_DELETED] = {"deleted", ROLE_CHANGED, STYLE(1, COLOUR_DEFAULT, 0)},
    [ROLE_FAILED] = {"failed", ROLE_ERROR, UNSET},
    [ROLE_REFERENCE] = {"reference", ROLE_TEXT, PLAIN(0)},
    [ROLE_NUMBER] = {"number", ROLE_TEXT, UNSET},
    [ROLE_MATCH] = {"match", ROLE_TEXT, PLAIN(ATTRIBUTE_UNDERLINE | ATTRIBUTE_BOLD)},
    [ROLE_INPUT] = {"input", ROLE_TEXT, PLAIN(ATTRIBUTE_UNDERLINE)},
    [ROLE_ERROR] = {"error", ROLE_TEXT, STYLE(1, COLOUR_DEFAULT, ATTRIBUTE_BOLD)},
    [ROLE_WARNING] = {"warning", ROLE_TEXT, STYLE(3, COLOUR_DEFAULT, ATTRIBUTE_BOLD)},
    [ROLE_SUCCESS] = {"success", ROLE_TEXT, STYLE(2, COLOUR_DEFAULT, 0)},
    [ROLE_PROTECTED] = {"protected", ROLE_WARNING, STYLE(7, 1, ATTRIBUTE_BOLD)},
    [ROLE_BAR] = {"bar", ROLE_TEXT, STYLE(6, COLOUR_DEFAULT, 0)},
};

static const char *const colour_names[] = {"black", "red",     "green", "yellow",
                                           "blue",  "magenta", "cyan",  "white"};

static const struct {
    const char *name;
    unsigned bit;
} attribute_names[] = {{"bold", ATTRIBUTE_BOLD},
                       {"dim", ATTRIBUTE_DIM},
                       {"underline", ATTRIBUTE_UNDERLINE},
                       {"reverse", ATTRIBUTE_REVERSE},
                       {"italic", ATTRIBUTE_ITALIC}};

const char *role_name(enum role role)
{
    return role_rows[role].name;
}

static struct theme *new_theme(const char *name)
{
    struct theme *theme = memory_zeroed(1, sizeof *theme);
    theme->name = memory_copy_string(name);
    for (int role = 0; role < ROLE_COUNT; role++) {
        theme->styles[role] = (struct style)UNSET;
    }
    return theme;
}

struct theme *theme_default(void)
{
    struct theme *theme = new_theme("default");
    for (int role = 0; role < ROLE_COUNT; role++) {
        theme->styles[role] = role_rows[role].style;
    }
    return theme;
}

void theme_free(struct theme *theme)
{
    if (theme != NULL) {
        free(theme->name);
        free(theme->about);
        free(theme);
    }
}

struct style theme_style(const struct theme *theme, enum role role)
{
    while (!theme->styles[role].set && role_rows[role].parent != role) {
        role = role_rows[role].parent;
    }
    struct style style = theme->styles[role];
    return style;
}

/* --- reading --- */

static bool parse_hexadecimal(const char *word, int *colour)
{
    char *end = NULL;
    long rgb = strlen(word) == 7 ? strtol(word + 1, &end, 16) : -1;
    if (rgb < 0 || end == NULL || *end != '\0') {
        return false;
    }
    *colour = (int)(COLOUR_RGB | rgb);
    return true;
}

static bool parse_colour(const char *word, int *colour)
{
    char *end = NULL;
    int bright = strncmp(word, "bright-", 7) == 0 ? 8 : 0;
    if (strcmp(word, "default") == 0) {
        *colour = COLOUR_DEFAULT;
        return true;
    }
    if (word[0] == '#') {
        return parse_hexadecimal(word, colour);
    }
    for (int i = 0; i < 8; i++) {
        if (strcmp(word + (bright != 0 ? 7 : 0), colour_names[i]) == 0) {
            *colour = i + bright;
            return true;
        }
    }
    long number = strtol(word, &end, 10);
    *colour = (int)number;
    return end != word && *end == '\0' && number >= 0 && number <= 255;
}

static unsigned parse_attribute(const char *word)
{
    for (size_t i = 0; i < sizeof attribute_names / sizeof attribute_names[0]; i++) {
        if (strcmp(word, attribute_names[i].name) == 0) {
            return attribute_names[i].bit;
        }
    }
    return 0;
}

static bool parse_word(const char *word, bool *background, struct style *style)
{
    unsigned attribute = parse_attribute(word);
    if (attribute != 0) {
        style->attributes |= attribute;
        return true;
    }
    if (strcmp(word, "on") == 0) {
        *background = true;
        return true;
    }
    bool known = parse_colour(word, *background ? &style->background : &style->foreground);
    *background = false;
    return known;
}

bool style_parse(const char *words, struct style *style, struct error *error)
{
    bool background = false;
    *style = (struct style)PLAIN(0);
    const char *at = words;
    while (*(at += strspn(at, " \t")) != '\0') {
        char word[32];
        size_t length = strcspn(at, " \t");
        snprintf(word, sizeof word, "%.*s", (int)(length < 31 ? length : 31), at);
        at += length;
        if (!parse_word(word, &background, style)) {
            return error_set(error, ERROR_USAGE,
                             "'%s' is no colour or attribute: expected default, a name such as red "
                             "or bright-blue, 0 to 255, #rrggbb, or bold, dim, underline, reverse, "
                             "italic",
                             word);
        }
    }
    return background ? error_set(error, ERROR_USAGE, "'on' wants a colour after it") : true;
}

struct reading {
    struct theme *theme;
    struct error *error;
    const char *path;
};

static bool unknown_role(struct reading *reading, const char *name)
{
    const char *names[ROLE_COUNT];
    for (int role = 0; role < ROLE_COUNT; role++) {
        names[role] = role_rows[role].name;
    }
    const char *nearest = text_nearest(name, names, ROLE_COUNT);
    return error_set(reading->error, ERROR_USAGE, "there is no role '%s'%s%s%s", name,
                     nearest == NULL ? "" : "; did you mean '", nearest == NULL ? "" : nearest,
                     nearest == NULL ? "" : "'?");
}

static bool read_role(struct reading *reading, const char *name, const char *value)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (strcmp(role_rows[role].name, name) == 0) {
            return style_parse(value, &reading->theme->styles[role], reading->error);
        }
    }
    return unknown_role(reading, name);
}

static int read_line(void *context, const char *section, const char *name, const char *value)
{
    struct reading *reading = context;
    if (error_is_set(reading->error)) {
        return 0;
    }
    if (strcmp(section, "roles") == 0) {
        return read_role(reading, name, value);
    }
    if (strcmp(section, "theme") == 0 && strcmp(name, "about") == 0) {
        free(reading->theme->about);
        reading->theme->about = memory_copy_string(value);
        return 1;
    }
    error_set(reading->error, ERROR_USAGE,
              "'%s' in [%s] is not known: a theme has about in [theme], and roles in [roles]", name,
              section);
    return 0;
}

struct theme *theme_read(const char *path, const char *name, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        error_set(error, ERROR_USAGE, "The theme file %s cannot be read.", path);
        return NULL;
    }
    struct reading reading = {new_theme(name), error, path};
    int line = ini_parse_file(file, read_line, &reading);
    fclose(file);
    if (line == 0) {
        return reading.theme;
    }
    theme_free(reading.theme);
    if (!error_is_set(error)) {
        error_set(error, ERROR_USAGE, "expected 'role = colour on colour attributes'");
    }
    error_context(error, "%s:%d: ", path, line);
    return NULL;
}

/* --- finding --- */

enum { DIRECTORY_COUNT = 3 };

/* Where themes are looked for, first the user's. Entries may be NULL; the caller frees them. */
static void theme_directories(char *directories[DIRECTORY_COUNT])
{
    struct error ignored = {0};
    struct text user = {0};
    char *config = config_directory("config", false, &ignored);
    if (config != NULL) {
        text_format(&user, "%s/themes", config);
    }
    free(config);
    error_clear(&ignored);
    directories[0] = user.length > 0 ? text_take(&user) : NULL;
    directories[1] = memory_copy_string(getenv("DOSSIER_THEMES"));
    directories[2] = memory_copy_string(DOSSIER_DATADIR "/themes");
}

static void free_directories(char *directories[DIRECTORY_COUNT])
{
    for (int i = 0; i < DIRECTORY_COUNT; i++) {
        free(directories[i]);
    }
}

static void list_directory(const char *path, void (*add)(void *, const char *), void *context)
{
    DIR *directory = opendir(path);
    struct dirent *entry = NULL;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        size_t length = strlen(entry->d_name);
        if (length > 6 && strcmp(entry->d_name + length - 6, ".theme") == 0) {
            char *name = memory_copy(entry->d_name, length - 6);
            add(context, name);
            free(name);
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
}

void theme_list(void (*add)(void *context, const char *name), void *context)
{
    char *directories[DIRECTORY_COUNT];
    theme_directories(directories);
    add(context, "default");
    for (int i = 0; i < DIRECTORY_COUNT; i++) {
        if (directories[i] != NULL) {
            list_directory(directories[i], add, context);
        }
    }
    free_directories(directories);
}

struct name_list {
    char **names;
    size_t count, capacity;
};

static void add_name(void *context, const char *name)
{
    struct name_list *list = context;
    list->names = memory_grow(list->names, list->count, &list->capacity, sizeof *list->names);
    list->names[list->count++] = memory_copy_string(name);
}

static void no_such_theme(const char *name, struct error *error)
{
    struct name_list list = {0};
    theme_list(add_name, &list);
    const char *nearest = text_nearest(name, (const char *const *)list.names, list.count);
    error_set(error, ERROR_USAGE, "there is no theme '%s'%s%s%s", name,
              nearest == NULL ? "" : "; did you mean '", nearest == NULL ? "" : nearest,
              nearest == NULL ? "" : "'?");
    for (size_t i = 0; i < list.count; i++) {
        free(list.names[i]);
    }
    free(list.names);
}

struct theme *theme_load(const char *name, struct error *error)
{
    char *directories[DIRECTORY_COUNT];
    struct theme *theme = NULL;
    bool found = false;
    theme_directories(directories);
    for (int i = 0; i < DIRECTORY_COUNT && !found && strchr(name, '/') == NULL; i++) {
        struct text path = {0};
        text_format(&path, "%s/%s.theme", directories[i] == NULL ? "" : directories[i], name);
        FILE *file = directories[i] == NULL ? NULL : fopen(text_string(&path), "re");
        if (file != NULL) {
            fclose(file);
            found = true;
            theme = theme_read(text_string(&path), name, error);
        }
        text_free(&path);
    }
    free_directories(directories);
    if (!found && strcmp(name, "default") == 0) {
        return theme_default();
    }
    if (!found) {
        no_such_theme(name, error);
    }
    return theme;
}

/* --- colours --- */

static int channel(int rgb, int shift)
{
    return (rgb >> shift) & 0xff;
}

/* The level of the 6×6×6 cube nearest to a channel of 0 to 255. */
static int cube_level(int value)
{
    return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
}

int colour_nearest(int colour, int colours)
{
    if (colour == COLOUR_DEFAULT || colour < COLOUR_RGB) {
        return colour >= 8 && colour < 16 && colours < 16 ? colour - 8
               : colour >= colours                        ? COLOUR_DEFAULT
                                                          : colour;
    }
    int red = channel(colour, 16);
    int green = channel(colour, 8);
    int blue = channel(colour, 0);
    if (colours >= 256) {
        return 16 + 36 * cube_level(red) + 6 * cube_level(green) + cube_level(blue);
    }
    int bits = (red > 127 ? 1 : 0) | (green > 127 ? 2 : 0) | (blue > 127 ? 4 : 0);
    return bits;
}
