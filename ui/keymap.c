/* keymap: see keymap.h. */
#include "ui/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

struct binding {
    const char *pane; /* of the tables: lives as long as they */
    const struct command *command;
    struct key_press key;
    bool configured;
    int line;
};

struct keymap {
    struct binding *bindings;
    size_t count, capacity;
};

static const struct {
    const char *name;
    enum key_code code;
} code_names[] = {
    {"Up", PRESS_UP},
    {"Down", PRESS_DOWN},
    {"Left", PRESS_LEFT},
    {"Right", PRESS_RIGHT},
    {"Home", PRESS_HOME},
    {"End", PRESS_END},
    {"PgUp", PRESS_PAGE_UP},
    {"PgDn", PRESS_PAGE_DOWN},
    {"Enter", PRESS_ENTER},
    {"Esc", PRESS_ESCAPE},
    {"Tab", PRESS_TAB},
    {"Shift-Tab", PRESS_BACK_TAB},
    {"Backspace", PRESS_BACKSPACE},
    {"Del", PRESS_DELETE},
    {"Ins", PRESS_INSERT},
    {"Ctrl-Left", PRESS_CONTROL_LEFT},
    {"Ctrl-Right", PRESS_CONTROL_RIGHT},
    {"Shift-Left", PRESS_SHIFT_LEFT},
    {"Shift-Right", PRESS_SHIFT_RIGHT},
    {"Shift-Up", PRESS_SHIFT_UP},
    {"Shift-Down", PRESS_SHIFT_DOWN},
    /* Other names that are understood, but not printed: the first of a code is. */
    {"Delete", PRESS_DELETE},
    {"Insert", PRESS_INSERT},
    {"PageUp", PRESS_PAGE_UP},
    {"PageDown", PRESS_PAGE_DOWN},
    {"Escape", PRESS_ESCAPE},
    {"Return", PRESS_ENTER},
};

enum { CODE_NAMES = sizeof code_names / sizeof code_names[0] };

/* --- names of keys --- */

static bool parse_function(const char *name, struct key_press *key)
{
    key->kind = KEY_PRESS_FUNCTION;
    for (size_t i = 0; i < CODE_NAMES; i++) {
        if (text_equal_folded(code_names[i].name, name)) {
            key->code = code_names[i].code;
            return true;
        }
    }
    if ((name[0] == 'F' || name[0] == 'f') && name[1] >= '1' && name[1] <= '9') {
        long number = strtol(name + 1, NULL, 10);
        key->code = (enum key_code)(PRESS_F1 + (int)number - 1);
        return number >= 1 && number <= 12;
    }
    if (strncmp(name, "Ctrl-", 5) == 0 && name[5] != '\0' && name[6] == '\0') {
        char letter = (char)(name[5] & ~0x20);
        key->code = (enum key_code)(PRESS_CONTROL_A + letter - 'A');
        return letter >= 'A' && letter <= 'Z';
    }
    return false;
}

bool key_parse(const char *name, struct key_press *key)
{
    memset(key, 0, sizeof *key);
    if (strncmp(name, "Alt-", 4) == 0 && name[4] != '\0') {
        bool known = key_parse(name + 4, key);
        key->alt = true;
        return known;
    }
    if (text_equal_folded(name, "Space")) {
        key->kind = KEY_PRESS_CHARACTER;
        key->character = ' ';
        return true;
    }
    size_t length = strlen(name);
    uint32_t character = 0;
    if (length > 0 && text_decode(name, length, 0, &character) == length &&
        character != UINT32_MAX && character > ' ') {
        key->kind = KEY_PRESS_CHARACTER;
        key->character = character;
        return true;
    }
    return parse_function(name, key);
}

static void print_code(enum key_code code, struct text *out)
{
    for (size_t i = 0; i < CODE_NAMES; i++) {
        if (code_names[i].code == code) {
            text_append_string(out, code_names[i].name);
            return;
        }
    }
    if (code >= PRESS_F1 && code <= PRESS_F12) {
        text_format(out, "F%d", (int)(code - PRESS_F1) + 1);
    } else if (code >= PRESS_CONTROL_A && code <= PRESS_CONTROL_Z) {
        text_format(out, "Ctrl-%c", 'A' + (int)(code - PRESS_CONTROL_A));
    }
}

void key_print(const struct key_press *key, struct text *out)
{
    if (key->alt) {
        text_append_string(out, "Alt-");
    }
    if (key->kind == KEY_PRESS_FUNCTION) {
        print_code(key->code, out);
    } else if (key->character == ' ') {
        text_append_string(out, "Space");
    } else {
        text_append_code_point(out, key->character);
    }
}

static bool same_key(const struct key_press *a, const struct key_press *b)
{
    return a->kind == b->kind && a->alt == b->alt &&
           (a->kind == KEY_PRESS_FUNCTION ? a->code == b->code : a->character == b->character);
}

/* --- building --- */

static void add_binding(struct keymap *keymap, const struct keymap_table *table,
                        const struct command *command, const struct key_press *key, int line)
{
    keymap->bindings =
        memory_grow(keymap->bindings, keymap->count, &keymap->capacity, sizeof *keymap->bindings);
    struct binding binding = {table->pane, command, *key, line > 0, line};
    keymap->bindings[keymap->count++] = binding;
}

/* Calls take for each word; stops when it returns false. */
static bool each_key(const char *keys, bool (*take)(void *context, const char *word), void *context)
{
    bool going = true;
    const char *at = keys == NULL ? "" : keys;
    while (going && *(at += strspn(at, " \t,")) != '\0') {
        size_t length = strcspn(at, " \t");
        char *word = memory_copy(at, length);
        going = take(context, word);
        free(word);
        at += length;
    }
    return going;
}

struct adding {
    struct keymap *keymap;
    const struct keymap_table *table;
    const struct command *command;
    const struct config_entry *entry; /* NULL for a default */
    struct text *notices;
    struct error *error;
};

static bool take_default(void *context, const char *word)
{
    struct adding *adding = context;
    struct key_press key;
    if (key_parse(word, &key)) {
        add_binding(adding->keymap, adding->table, adding->command, &key, 0);
    }
    return true;
}

static void remove_binding(struct keymap *keymap, size_t at)
{
    keymap->count--;
    memmove(&keymap->bindings[at], &keymap->bindings[at + 1],
            (keymap->count - at) * sizeof *keymap->bindings);
}

static void note_taken(struct adding *adding, const struct binding *loser)
{
    if (adding->notices == NULL) {
        return;
    }
    struct text key = {0};
    key_print(&loser->key, &key);
    text_format(adding->notices, "%s%s now runs %s, and %s has lost it.",
                adding->notices->length > 0 ? " " : "", text_string(&key), adding->command->name,
                loser->command->name);
    text_free(&key);
}

static bool take_configured(void *context, const char *word)
{
    struct adding *adding = context;
    struct key_press key;
    if (!key_parse(word, &key)) {
        return error_set(adding->error, ERROR_USAGE,
                         "'%s' is no key: expected a character, F1 to F12, Ctrl-A, Alt-x, Space, "
                         "Enter, Tab, Esc, Up, Down, Left, Right, Home, End, PgUp, PgDn, Ins, Del "
                         "or Backspace",
                         word);
    }
    struct keymap *keymap = adding->keymap;
    for (size_t i = keymap->count; i > 0; i--) {
        const struct binding *other = &keymap->bindings[i - 1];
        if (strcmp(other->pane, adding->table->pane) != 0 || !same_key(&other->key, &key)) {
            continue;
        }
        if (other->configured && other->command != adding->command) {
            return error_set(adding->error, ERROR_USAGE,
                             "the key %s is given to %s here and to %s in line %d", word,
                             adding->command->name, other->command->name, other->line);
        }
        note_taken(adding, other);
        remove_binding(keymap, i - 1);
    }
    add_binding(keymap, adding->table, adding->command, &key, adding->entry->line);
    return true;
}

static void remove_defaults(struct keymap *keymap, const struct command *command)
{
    for (size_t i = keymap->count; i > 0; i--) {
        if (keymap->bindings[i - 1].command == command && !keymap->bindings[i - 1].configured) {
            remove_binding(keymap, i - 1);
        }
    }
}

static const struct command *find_in(const struct command *commands, const char *name)
{
    for (const struct command *row = commands; row != NULL && row->name != NULL; row++) {
        if (strcmp(row->name, name) == 0) {
            return row;
        }
    }
    return NULL;
}

static bool unknown_command(const struct keymap_table *tables, size_t count, const char *name,
                            struct error *error)
{
    const char *names[512];
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        for (const struct command *row = tables[i].commands; row->name != NULL && total < 512;
             row++) {
            names[total++] = row->name;
        }
    }
    const char *nearest = text_nearest(name, names, total);
    return error_set(error, ERROR_USAGE, "there is no command '%s'%s%s%s", name,
                     nearest == NULL ? "" : "; did you mean '", nearest == NULL ? "" : nearest,
                     nearest == NULL ? "" : "'?");
}

/* `pane.command` means that pane's; a bare name means every table that has it. */
static bool configure(struct keymap *keymap, const struct keymap_table *tables, size_t count,
                      struct adding *adding)
{
    const char *dot = strchr(adding->entry->name, '.');
    const char *name = dot == NULL ? adding->entry->name : dot + 1;
    size_t pane_length = dot == NULL ? 0 : (size_t)(dot - adding->entry->name);
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        bool other_pane =
            dot != NULL && (strlen(tables[i].pane) != pane_length ||
                            strncmp(tables[i].pane, adding->entry->name, pane_length) != 0);
        const struct command *command = other_pane ? NULL : find_in(tables[i].commands, name);
        if (command == NULL) {
            continue;
        }
        found = true;
        adding->table = &tables[i];
        adding->command = command;
        remove_defaults(keymap, command);
        if (!each_key(adding->entry->value, take_configured, adding)) {
            return false;
        }
    }
    return found ? true : unknown_command(tables, count, name, adding->error);
}

struct keymap *keymap_new(const struct keymap_table *tables, size_t count,
                          const struct config *config, struct text *notices, struct error *error)
{
    struct keymap *keymap = memory_zeroed(1, sizeof *keymap);
    for (size_t i = 0; i < count; i++) {
        for (const struct command *row = tables[i].commands; row->name != NULL; row++) {
            struct adding adding = {keymap, &tables[i], row, NULL, NULL, NULL};
            each_key(row->keys, take_default, &adding);
        }
    }
    for (size_t i = 0; config != NULL && i < config->key_count; i++) {
        struct adding adding = {keymap, NULL, NULL, &config->keys[i], notices, error};
        if (!configure(keymap, tables, count, &adding)) {
            error_context(error, "%s:%d: ", config->path, config->keys[i].line);
            keymap_free(keymap);
            return NULL;
        }
    }
    return keymap;
}

void keymap_free(struct keymap *keymap)
{
    if (keymap != NULL) {
        free(keymap->bindings);
        free(keymap);
    }
}

/* --- finding --- */

static const struct command *find_binding(const struct keymap *keymap, const char *pane,
                                          const struct key_press *key)
{
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (strcmp(binding->pane, pane) == 0 && same_key(&binding->key, key)) {
            return binding->command;
        }
    }
    return NULL;
}

const struct command *keymap_find(const struct keymap *keymap, const char *pane,
                                  const struct key_press *key)
{
    const struct command *command = find_binding(keymap, pane, key);
    return command != NULL ? command : find_binding(keymap, "", key);
}

void keymap_keys(const struct keymap *keymap, const char *pane, const struct command *command,
                 size_t most, struct text *out)
{
    size_t printed = 0;
    for (size_t i = 0; i < keymap->count && (most == 0 || printed < most); i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->command == command && strcmp(binding->pane, pane) == 0) {
            text_append_string(out, printed > 0 ? " " : "");
            key_print(&binding->key, out);
            printed++;
        }
    }
}
