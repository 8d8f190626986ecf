/*
 * fuzz_ui: what the screen reads of the configuration: names of keys, key maps, styles and theme
 * files. What is taken prints and reads back as the same; what is not is refused in words.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <config.h>

#include <string.h>

#include "core/memory.h"
#include "memory_file.h"
#include "ui/keymap.h"
#include "ui/options.h"
#include "ui/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "ui: %s\n", what);
        abort();
    }
}

static void check_key(const char *name)
{
    struct key_press key = {0}, again = {0};
    struct text printed = {0};
    if (!key_parse(name, &key)) {
        return;
    }
    key_print(&key, &printed);
    require(key_parse(text_string(&printed), &again), "does not read its own name of a key");
    require(key.kind == again.kind && key.character == again.character && key.code == again.code &&
                key.alt == again.alt,
            "prints the name of another key");
    text_free(&printed);
}

static void check_style(const char *words)
{
    struct error error = {0};
    struct style style = {0};
    if (!style_parse(words, &style, &error)) {
        require(error_is_set(&error), "refuses a style without a word");
        error_clear(&error);
        return;
    }
    for (int colours = 8; colours <= 256; colours *= colours == 8 ? 2 : 16) {
        int nearest = colour_nearest(style.foreground, colours);
        require(nearest >= COLOUR_DEFAULT && nearest < colours, "a colour that there is not");
    }
}

static void check_theme(const uint8_t *data, size_t size)
{
    static struct memory_file file;
    struct error error = {0};
    struct theme *theme = theme_read(memory_file_write(&file, data, size), "fuzz", &error);
    require((theme == NULL) == error_is_set(&error), "a theme, or why not");
    for (int role = 0; theme != NULL && role < ROLE_COUNT; role++) {
        (void)theme_style(theme, (enum role)role);
    }
    theme_free(theme);
    error_clear(&error);
}

/* The text as [keys] and as [ui], a line an entry. */
static void check_configured(char *text)
{
    static const struct command none[] = {{0}};
    static const struct keymap_table tables[] = {{"", none}};
    struct error error = {0};
    struct text notices = {0};
    char *equals = strchr(text, '=');
    if (equals == NULL) {
        return;
    }
    *equals = '\0';
    struct config_entry entry = {text, equals + 1, 1};
    struct config config = {.path = "config", .keys = &entry, .key_count = 1};
    keymap_free(keymap_new(tables, 1, &config, &notices, &error));
    error_clear(&error);
    config = (struct config){.path = "config", .options = &entry, .option_count = 1};
    options_free(options_read(&config, &error));
    error_clear(&error);
    text_free(&notices);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = memory_copy(size == 0 ? "" : (const char *)data, size);
    check_key(text);
    check_style(text);
    check_theme(data, size);
    check_configured(text);
    free(text);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_ui";
static const char *const fuzz_pieces[] = {
    "Ctrl-",    "Alt-", "Shift-", "F1",  "F99",       "PgUp",      "Space",  "Left",     "a",
    "\xc3\xa9", " on ", "bold",   "red", "bright-",   "#ff8800",   "#",      "default",  "255",
    "256",      "-1",   "\n",     " = ", "[theme]\n", "[roles]\n", "cursor", "hint-key", "text",
    "about",    ";",    "mouse",  "no",  "-",         "\x1b",      "\xff",
};
#include "standalone.h"
#endif
