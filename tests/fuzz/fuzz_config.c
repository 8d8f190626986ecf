/*
 * fuzz_config: whatever bytes the configuration file holds, it is read or refused in words that
 * name a line, and what was read may be asked for, checked and set.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <config.h>

#include <string.h>

#include "backend/backend.h"
#include "core/memory.h"
#include "memory_file.h"
#include "store/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "config: %s\n", what);
        abort();
    }
}

/* A refusal has a kind, a sentence, and prints as clean lines. */
static void check_refusal(struct error *error)
{
    struct text words = {0};
    require(error_is_set(error) && error->message != NULL, "refuses without a word");
    error_print(error, &words);
    require(text_is_utf8(text_string(&words), words.length), "prints what is not UTF-8");
    require(memchr(text_string(&words), '\033', words.length) == NULL, "prints an escape");
    text_free(&words);
    error_clear(error);
}

static void check_profile(const struct config *config, const struct profile *profile)
{
    struct error error = {0};
    const struct backend_ops *ops = backend_find(profile->backend);
    require(profile->name != NULL, "a profile without a name");
    require(config_profile(config, profile->name) != NULL, "a profile is not found by its name");
    if (ops != NULL && !backend_check_profile(ops, profile, &error)) {
        check_refusal(&error);
    }
    struct profile *copy = profile_copy(profile);
    for (size_t i = 0; i < profile->setting_count; i++) {
        const struct config_entry *setting = &profile->settings[i];
        if (!profile_set(copy, setting->name, setting->value, &error)) {
            check_refusal(&error);
        }
        require(profile_setting(profile, setting->name) != NULL, "a setting is lost");
    }
    profile_free(copy);
}

static void check_words(const uint8_t *data, size_t size)
{
    struct error error = {0};
    char *line = memory_copy(size == 0 ? "" : (const char *)data, size);
    char **words = config_split_words(line, &error);
    if (words == NULL) {
        check_refusal(&error);
    }
    config_free_words(words);
    free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct memory_file file;
    struct error error = {0};
    struct config *config = config_read(memory_file_write(&file, data, size), &error);
    if (config == NULL) {
        check_refusal(&error);
    }
    for (size_t i = 0; config != NULL && i < config->profile_count; i++) {
        check_profile(config, &config->profiles[i]);
    }
    config_free(config);
    check_words(data, size);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_config";
static const char *const fuzz_pieces[] = {
    "\n",
    "[profile ",
    "]",
    "work]\n",
    "backend = local\n",
    "file = ~/crm.db\n",
    "default",
    " = ",
    "[keys]\n",
    "[ui]\n",
    "week_start = 7\n",
    "read_only = yes\n",
    "timeout = ",
    "99999999999999999999",
    "-1",
    "token",
    "_command = ",
    "_env = ",
    "'",
    "\"",
    "\\",
    ";",
    "#",
    "\r\n",
    "  ",
    "\xef\xbb\xbf",
    "\xff",
    "\x1b[31m",
    "list.edit = e F2\n",
    "demo",
};
#include "standalone.h"
#endif
