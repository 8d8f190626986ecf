/* options: see options.h. */
#include "ui/options.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"

static const struct option option_table[OPTION_COUNT] = {
    [OPTION_THEME] = {"theme", OPTION_WORD, "default", NULL, 0, 0,
                      "Colours: a theme's name (default, light, monochrome, high-contrast, "
                      "colour-blind, or a file of yours in themes/)."},
    [OPTION_LAYOUT] = {"layout", OPTION_CHOICE, "auto", "auto wide stacked", 0, 0,
                       "Where panes stand: wide has the objects at the left, stacked has the list "
                       "over the record; auto chooses by the width."},
    [OPTION_CURSOR_STYLE] = {"cursor_style", OPTION_CHOICE, "mark", "mark cell row", 0, 0,
                             "How the cursor is shown besides the terminal's own: a mark, the mark "
                             "and the cell reversed, or the mark and the whole row reversed."},
    [OPTION_MOUSE] = {"mouse", OPTION_CHOICE, "auto", "auto on off", 0, 0,
                      "Whether to take mouse clicks; auto: not over SSH."},
    [OPTION_ASCII] = {"ascii", OPTION_YES_NO, "no", NULL, 0, 0,
                      "Borders, marks and text in ASCII, whatever the locale says."},
    [OPTION_ESCAPE_DELAY] = {"escape_delay", OPTION_NUMBER, "25", NULL, 1, 2000,
                             "Milliseconds to wait after Esc for the rest of a key; $ESCDELAY "
                             "wins."},
    [OPTION_COLUMN_WIDTH] = {"column_width", OPTION_NUMBER, "40", NULL, 8, 500,
                             "The widest a list column is made by itself."},
    [OPTION_FOLLOW_DELAY] = {"follow_delay", OPTION_NUMBER, "60", NULL, 0, 2000,
                             "Milliseconds the keys rest before the record pane follows the list."},
    [OPTION_CLIPBOARD] = {"clipboard", OPTION_YES_NO, "yes", NULL, 0, 0,
                          "Whether y may copy a cell to the terminal's clipboard (OSC 52)."},
};

static const char *const type_names[] = {
    [OPTION_WORD] = "word",
    [OPTION_CHOICE] = "one of",
    [OPTION_YES_NO] = "yes or no",
    [OPTION_NUMBER] = "number",
};

const struct option *option_row(enum option_id id)
{
    return &option_table[id];
}

const char *option_type_name(enum option_type type)
{
    return type_names[type];
}

static bool is_one_of(const char *choices, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = choices; *at != '\0';) {
        size_t word = strcspn(at, " ");
        if (word == length && strncmp(at, value, length) == 0) {
            return true;
        }
        at += word;
        at += strspn(at, " ");
    }
    return false;
}

static bool check_number(const struct option *row, const char *value, struct error *error)
{
    char *end = NULL;
    long number = strtol(value, &end, 10);
    if (end == value || *end != '\0' || number < row->least || number > row->most) {
        return error_set(error, ERROR_USAGE, "%s is a number from %d to %d, not '%s'", row->name,
                         row->least, row->most, value);
    }
    return true;
}

static bool check_value(const struct option *row, const char *value, struct error *error)
{
    const char *choices = row->type == OPTION_YES_NO ? "yes no" : row->choices;
    if (row->type == OPTION_NUMBER) {
        return check_number(row, value, error);
    }
    if (choices != NULL && !is_one_of(choices, value)) {
        return error_set(error, ERROR_USAGE, "%s is one of: %s; not '%s'", row->name, choices,
                         value);
    }
    return true;
}

bool options_set(struct options *options, const char *name, const char *value, struct error *error)
{
    const char *names[OPTION_COUNT];
    for (int id = 0; id < OPTION_COUNT; id++) {
        names[id] = option_table[id].name;
        if (strcmp(names[id], name) != 0) {
            continue;
        }
        if (!check_value(&option_table[id], value, error)) {
            return false;
        }
        free(options->values[id]);
        options->values[id] = memory_copy_string(value);
        return true;
    }
    const char *nearest = text_nearest(name, names, OPTION_COUNT);
    return error_set(error, ERROR_USAGE, "there is no option '%s'%s%s%s", name,
                     nearest == NULL ? "" : "; did you mean '", nearest == NULL ? "" : nearest,
                     nearest == NULL ? "" : "'?");
}

struct options *options_read(const struct config *config, struct error *error)
{
    struct options *options = memory_zeroed(1, sizeof *options);
    for (int id = 0; id < OPTION_COUNT; id++) {
        options->values[id] = memory_copy_string(option_table[id].default_value);
    }
    for (size_t i = 0; config != NULL && i < config->option_count; i++) {
        const struct config_entry *entry = &config->options[i];
        if (!options_set(options, entry->name, entry->value, error)) {
            error_context(error, "%s:%d: ", config->path, entry->line);
            options_free(options);
            return NULL;
        }
    }
    return options;
}

void options_free(struct options *options)
{
    for (int id = 0; options != NULL && id < OPTION_COUNT; id++) {
        free(options->values[id]);
    }
    free(options);
}

const char *options_text(const struct options *options, enum option_id id)
{
    return options->values[id];
}

bool options_is(const struct options *options, enum option_id id, const char *value)
{
    return strcmp(options->values[id], value) == 0;
}

bool options_yes(const struct options *options, enum option_id id)
{
    return options_is(options, id, "yes");
}

int options_number(const struct options *options, enum option_id id)
{
    return (int)strtol(options->values[id], NULL, 10);
}
