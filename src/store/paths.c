/*
 * paths: where the program keeps its files, by the XDG base directory rules. Declared in config.h.
 *
 * Any thread. Directories are made for their owner alone, since what goes into them is private.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"
#include "store/config.h"

struct base_directory {
    const char *what;
    const char *variable;
    const char *fallback; /* under the home directory */
};

static const struct base_directory base_directories[] = {
    {"config", "XDG_CONFIG_HOME", ".config"},
    {"data", "XDG_DATA_HOME", ".local/share"},
    {"state", "XDG_STATE_HOME", ".local/state"},
};

static const struct base_directory *find_base(const char *what)
{
    for (size_t i = 0; i < sizeof base_directories / sizeof *base_directories; i++) {
        if (strcmp(base_directories[i].what, what) == 0) {
            return &base_directories[i];
        }
    }
    return NULL;
}

/* The directory the variable names, when it is absolute: the standard says to ignore others. */
static bool append_base(const struct base_directory *base, struct text *path, struct error *error)
{
    const char *set = getenv(base->variable);
    if (set != NULL && set[0] == '/') {
        text_append_string(path, set);
        return true;
    }
    const char *home = getenv("HOME");
    if (home == NULL || home[0] != '/') {
        error_set(error, ERROR_USAGE, "cannot tell where to keep files: HOME is not set");
        error_set_hint(error, "set HOME or %s to an absolute path", base->variable);
        return false;
    }
    text_format(path, "%s/%s", home, base->fallback);
    return true;
}

/* Like mkdir -p, each new directory with mode 0700. */
static bool make_directories(char *path, struct error *error)
{
    for (char *at = path + 1;; at++) {
        char kept = *at;
        if (kept != '/' && kept != '\0') {
            continue;
        }
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            return error_set(error, errno == EACCES ? ERROR_FORBIDDEN : ERROR_SERVER,
                             "cannot make the directory %s: %s", path, strerror(errno));
        }
        *at = kept;
        if (kept == '\0') {
            return true;
        }
    }
}

char *config_directory(const char *what, bool make, struct error *error)
{
    const struct base_directory *base = find_base(what);
    struct text path = {0};
    if (base == NULL) {
        error_set(error, ERROR_USAGE, "there is no directory for %s", what);
        return NULL;
    }
    if (!append_base(base, &path, error)) {
        text_free(&path);
        return NULL;
    }
    text_append_string(&path, "/dossier");
    char *directory = text_take(&path);
    if (make && !make_directories(directory, error)) {
        free(directory);
        return NULL;
    }
    return directory;
}

static char *path_in(const char *what, const char *file)
{
    struct error error = {0};
    char *directory = config_directory(what, false, &error);
    error_clear(&error);
    if (directory == NULL) {
        return NULL;
    }
    struct text path = {0};
    text_format(&path, "%s/%s", directory, file);
    free(directory);
    return text_take(&path);
}

char *config_default_path(void)
{
    return path_in("config", "config");
}

char *config_demo_path(void)
{
    return path_in("data", "demo.db");
}

char *config_expand_path(const char *path, const char *beside)
{
    const char *home = getenv("HOME");
    struct text out = {0};
    if (path[0] == '~' && path[1] == '/' && home != NULL) {
        text_format(&out, "%s%s", home, path + 1);
    } else if (path[0] != '/' && beside != NULL && strrchr(beside, '/') != NULL) {
        text_append(&out, beside, (size_t)(strrchr(beside, '/') - beside) + 1);
        text_append_string(&out, path);
    } else {
        text_append_string(&out, path);
    }
    return text_take(&out);
}
