/*
 * profile: one connection's settings, from the file, from an argument, or built in (the demo).
 * Declared in config.h.
 *
 * The settings that every backend has are one table, which the reader, `--set` and the manual
 * share. What is a backend's own is kept as text and checked by the backend. Any thread.
 */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/memory.h"
#include "core/value.h"
#include "store/config.h"

enum setting_shape { SHAPE_TEXT, SHAPE_PATH, SHAPE_BOOLEAN, SHAPE_NUMBER };

struct common_setting {
    struct config_setting shown;
    enum setting_shape shape;
    size_t offset;
    int least, most; /* numbers only */
};

static const struct common_setting common_settings[] = {
    {{"backend", "the kind of source: `local` is an SQLite file", NULL},
     SHAPE_TEXT,
     offsetof(struct profile, backend),
     0,
     0},
    {{"read_only", "refuse every write, whichever way it comes", "no"},
     SHAPE_BOOLEAN,
     offsetof(struct profile, read_only),
     0,
     0},
    {{"protected", "ask for the profile's name before a write; a verb wants --confirm NAME", "no"},
     SHAPE_BOOLEAN,
     offsetof(struct profile, protected_),
     0,
     0},
    {{"insecure",
      "accept plain http beyond this machine; the certificates of https are checked all the "
      "same",
      "no"},
     SHAPE_BOOLEAN,
     offsetof(struct profile, insecure),
     0,
     0},
    {{"timeout", "seconds to wait without an answer, or for a locked file; 0 is the backend's own",
      "0"},
     SHAPE_NUMBER,
     offsetof(struct profile, timeout),
     0,
     86400},
    {{"page_size", "records asked for at once; 0 lets the program choose", "0"},
     SHAPE_NUMBER,
     offsetof(struct profile, page_size),
     0,
     100000},
    {{"parallel", "pages fetched at the same time, where the backend allows it; 0 is 4", "0"},
     SHAPE_NUMBER,
     offsetof(struct profile, parallel),
     0,
     64},
    {{"ca_file", "certificates to trust, in PEM form", NULL},
     SHAPE_PATH,
     offsetof(struct profile, ca_file),
     0,
     0},
    {{"proxy", "the proxy to go through; wins over the environment", NULL},
     SHAPE_TEXT,
     offsetof(struct profile, proxy),
     0,
     0},
};

enum { COMMON_COUNT = sizeof common_settings / sizeof *common_settings };

size_t config_common_count(void)
{
    return COMMON_COUNT;
}

struct config_setting config_common_setting(size_t index)
{
    return common_settings[index].shown;
}

static const struct common_setting *find_common(const char *name)
{
    for (size_t i = 0; i < COMMON_COUNT; i++) {
        if (strcmp(common_settings[i].shown.name, name) == 0) {
            return &common_settings[i];
        }
    }
    return NULL;
}

bool config_parse_boolean(const char *text, bool *out)
{
    static const char *const spellings[][2] = {
        {"yes", "no"}, {"true", "false"}, {"on", "off"}, {"1", "0"}};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        if (text_equal_folded(text, spellings[i][0])) {
            *out = true;
            return true;
        }
        if (text_equal_folded(text, spellings[i][1])) {
            *out = false;
            return true;
        }
    }
    return false;
}

static bool set_number(const struct common_setting *setting, int *member, const char *value,
                       struct error *error)
{
    struct value number;
    if (!value_parse_number(value, strlen(value), &number) || number.kind != VALUE_INTEGER ||
        number.as.integer < setting->least || number.as.integer > setting->most) {
        return error_set(error, ERROR_USAGE, "%s = %s: expected a whole number from %d to %d",
                         setting->shown.name, value, setting->least, setting->most);
    }
    *member = (int)number.as.integer;
    return true;
}

static void set_string(char **member, char *value)
{
    free(*member);
    *member = value;
}

static bool set_common(struct profile *profile, const struct common_setting *setting,
                       const char *value, struct error *error)
{
    char *member = (char *)profile + setting->offset;
    switch (setting->shape) {
    case SHAPE_TEXT:
        set_string((char **)(void *)member, memory_copy_string(value));
        return true;
    case SHAPE_PATH:
        set_string((char **)(void *)member, config_expand_path(value, profile->source));
        return true;
    case SHAPE_NUMBER:
        return set_number(setting, (int *)(void *)member, value, error);
    case SHAPE_BOOLEAN:
        break;
    }
    if (!config_parse_boolean(value, (bool *)(void *)member)) {
        return error_set(error, ERROR_USAGE, "%s = %s: expected yes or no", setting->shown.name,
                         value);
    }
    return true;
}

static struct config_entry *find_setting(const struct profile *profile, const char *name)
{
    for (size_t i = 0; i < profile->setting_count; i++) {
        if (strcmp(profile->settings[i].name, name) == 0) {
            return &profile->settings[i];
        }
    }
    return NULL;
}

/* A setting of the backend's own. A path is taken from where the file is that names it. */
static void set_own(struct profile *profile, const char *name, const char *value)
{
    struct config_entry *entry = find_setting(profile, name);
    if (entry == NULL) {
        profile->settings =
            memory_resize(profile->settings, profile->setting_count + 1, sizeof *profile->settings);
        entry = &profile->settings[profile->setting_count++];
        *entry = (struct config_entry){.name = memory_copy_string(name)};
    }
    set_string(&entry->value, strcmp(name, "file") == 0 ? config_expand_path(value, profile->source)
                                                        : memory_copy_string(value));
}

bool profile_set(struct profile *profile, const char *name, const char *value, struct error *error)
{
    if (name[0] == '\0') {
        return error_set(error, ERROR_USAGE, "a setting needs a name before its =");
    }
    const struct common_setting *setting = find_common(name);
    if (setting != NULL) {
        return set_common(profile, setting, value, error);
    }
    set_own(profile, name, value);
    return true;
}

const char *profile_setting(const struct profile *profile, const char *name)
{
    const struct config_entry *entry = find_setting(profile, name);
    return entry == NULL ? NULL : entry->value;
}

struct profile *profile_copy(const struct profile *profile)
{
    struct profile *copy = memory_zeroed(1, sizeof *copy);
    *copy = *profile;
    copy->name = memory_copy_string(profile->name);
    copy->backend = memory_copy_string(profile->backend);
    copy->ca_file = memory_copy_string(profile->ca_file);
    copy->proxy = memory_copy_string(profile->proxy);
    copy->source = memory_copy_string(profile->source);
    copy->settings = memory_zeroed(profile->setting_count, sizeof *copy->settings);
    for (size_t i = 0; i < profile->setting_count; i++) {
        copy->settings[i].name = memory_copy_string(profile->settings[i].name);
        copy->settings[i].value = memory_copy_string(profile->settings[i].value);
        copy->settings[i].line = profile->settings[i].line;
    }
    return copy;
}

void profile_clear(struct profile *profile)
{
    free(profile->name);
    free(profile->backend);
    free(profile->ca_file);
    free(profile->proxy);
    free(profile->source);
    config_free_entries(profile->settings, profile->setting_count);
    *profile = (struct profile){0};
}

void profile_free(struct profile *profile)
{
    if (profile != NULL) {
        profile_clear(profile);
        free(profile);
    }
}

/* --- choosing one --- */

static struct profile *profile_of_file(const char *name, char *file)
{
    struct profile *profile = memory_zeroed(1, sizeof *profile);
    profile->name = memory_copy_string(name);
    profile->backend = memory_copy_string("local");
    set_own(profile, "file", file);
    free(file);
    return profile;
}

bool profile_is_demo(const struct profile *profile)
{
    return profile->source == NULL && strcmp(profile->name, "demo") == 0;
}

static bool looks_like_file(const char *name)
{
    static const char *const endings[] = {".db", ".sqlite", ".sqlite3", ".db3"};
    struct stat status;
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(name + length - ending, endings[i]) == 0) {
            return true;
        }
    }
    return name[0] != '\0' && stat(name, &status) == 0;
}

static struct profile *no_such_profile(const struct config *config, const char *name,
                                       struct error *error)
{
    const char **names = memory_zeroed(config->profile_count + 1, sizeof *names);
    for (size_t i = 0; i < config->profile_count; i++) {
        names[i] = config->profiles[i].name;
    }
    names[config->profile_count] = "demo";
    const char *nearest = text_nearest(name, names, config->profile_count + 1);
    error_set(error, ERROR_USAGE, "there is no profile and no file named %s", name);
    if (nearest != NULL) {
        error_set_hint(error, "did you mean %s?", nearest);
    } else {
        error_set_hint(error, "`dossier profiles` lists them; they are set up in %s",
                       config->path == NULL ? "the configuration file" : config->path);
    }
    free(names);
    return NULL;
}

/* What is used where no name is given: the environment's, then the configuration's. */
static const char *implied_name(const struct config *config)
{
    const char *name = getenv("DOSSIER_PROFILE");
    return name != NULL && name[0] != '\0' ? name : config->default_profile;
}

struct profile *config_choose(const struct config *config, const char *name, struct error *error)
{
    if (name == NULL) {
        name = implied_name(config);
    }
    if (name == NULL) {
        error_set(error, ERROR_USAGE, "no profile was given");
        error_set_hint(error, "give one with -p (-p demo is always there, -p FILE.db opens an "
                              "SQLite file), in DOSSIER_PROFILE, or as default = NAME in the "
                              "configuration");
        return NULL;
    }
    const struct profile *found = config_profile(config, name);
    if (found != NULL) {
        return profile_copy(found);
    }
    if (strcmp(name, "demo") != 0) {
        return looks_like_file(name) ? profile_of_file(name, memory_copy_string(name))
                                     : no_such_profile(config, name, error);
    }
    char *path = config_demo_path();
    if (path == NULL) {
        error_set(error, ERROR_USAGE, "cannot tell where the demonstration is: HOME is not set");
        return NULL;
    }
    return profile_of_file(name, path);
}
