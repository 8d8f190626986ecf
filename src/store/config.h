/*
 * config: the user's configuration file and the profiles in it.
 *
 * $XDG_CONFIG_HOME/dossier/config, INI (inih). [profile NAME] sections, [keys], [ui], and a head
 * section for `default` and the like. Every mistake is an ERROR_USAGE with file and line. A
 * secret's value is only fetched when it is asked for, and wiped afterwards. Read on the UI thread
 * at start; not changed afterwards, so readable from any thread.
 */
#ifndef DOSSIER_STORE_CONFIG_H
#define DOSSIER_STORE_CONFIG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/text.h"

/* One `name = value` line with its place. */
struct config_entry {
    char *name;
    char *value;
    int line;
};

enum { PROFILE_PARALLEL = 4 }; /* exchanges under way at once where the profile does not say */

struct profile {
    char *name;
    char *backend; /* "local" */
    bool read_only;
    bool protected_; /* every headless write wants --confirm NAME; the screen asks for the name */
    bool insecure;
    int timeout;   /* seconds; 0: the backend's default */
    int page_size; /* 0: chosen by the engine */
    int parallel;  /* 0: the default of 4 */
    char *ca_file, *proxy;
    struct config_entry *settings; /* what is the backend's own: file, url, token … */
    size_t setting_count;
    char *source; /* the file it is from, for errors; NULL for one made from an argument */
    int line;
};

struct config {
    char *path;
    char *default_profile; /* NULL when none */
    struct profile *profiles;
    size_t profile_count;
    struct config_entry *keys; /* [keys]: command = key key … ; pane-specific as pane.command */
    size_t key_count;
    struct config_entry *options; /* [ui]: checked by ui against its own table */
    size_t option_count;
    int week_start; /* 1 Monday … 7 Sunday */
};

/* Reads the file, or gives an empty configuration where there is none. NULL with an error. */
struct config *config_read(const char *path, struct error *error);
void config_free(struct config *config);
/* $XDG_CONFIG_HOME/dossier/config and the like. what is "config", "data" or "state"; the directory
 * (…/dossier) is made with mode 0700 if make is set. The caller frees. NULL with an error. */
char *config_directory(const char *what, bool make, struct error *error);
char *config_default_path(void);

/* $XDG_DATA_HOME/dossier/demo.db, which may not be there yet. The caller frees; NULL without HOME.
 */
char *config_demo_path(void);
/* A path as written in a file: `~/` is the home directory, a relative one begins where the file
 * `beside` is (NULL: where the program was started). The caller frees. */
char *config_expand_path(const char *path, const char *beside);

/* Sets an option of [ui] for one run, by --set ui.NAME=VALUE. The screen checks it. */
bool config_set_option(struct config *config, const char *name, const char *value);
void config_free_entries(struct config_entry *entries, size_t count);
/* yes, no, true, false, on, off, 1, 0. */
bool config_parse_boolean(const char *text, bool *out);

/* The settings every profile may have, for the manual. */
struct config_setting {
    const char *name;
    const char *help;
    const char *default_value; /* NULL when there is none */
};
size_t config_common_count(void);
struct config_setting config_common_setting(size_t index);

/* A profile by name, NULL when there is none. */
const struct profile *config_profile(const struct config *config, const char *name);
/* Profile from -p's argument, by commands.md: the name of one, else "demo", else a file that exists
 * or whose name ends in .db, .sqlite, .sqlite3. name NULL: DOSSIER_PROFILE, then `default`. The
 * caller frees with profile_free. NULL with an error that suggests the nearest profile. */
struct profile *config_choose(const struct config *config, const char *name, struct error *error);
struct profile *profile_copy(const struct profile *profile);
void profile_free(struct profile *profile);  /* NULL is allowed */
void profile_clear(struct profile *profile); /* frees what it holds, zeroes it */
/* The built-in demonstration, and not a profile of that name in the file. */
bool profile_is_demo(const struct profile *profile);
const char *profile_setting(const struct profile *profile,
                            const char *name); /* NULL when not set */
/* --set profile.key=value for one run, by the same rules as a line of the file. */
bool profile_set(struct profile *profile, const char *name, const char *value, struct error *error);

/* Does the profile say where the secret `name` comes from? */
bool profile_has_secret(const struct profile *profile, const char *name);
/* A secret by NAME_command, NAME_env, or NAME (file readable by its owner alone). What out held is
 * wiped; it is the caller's to wipe again with config_wipe. ERROR_USAGE when the command fails, the
 * variable is unset, or the file is readable by others. */
bool profile_secret(const struct profile *profile, const char *name, struct text *out,
                    struct error *error);

/* How long a secret's command may take. */
struct secret_limits {
    int timeout;                  /* seconds; 0: as long as it likes */
    const atomic_bool *cancelled; /* the command is ended when it is set; NULL: never */
};
/* The same within limits. A command that goes beyond them is ended: ERROR_TIMEOUT, or
 * ERROR_CANCELLED. */
bool profile_secret_within(const struct profile *profile, const char *name,
                           struct secret_limits limits, struct text *out, struct error *error);
void config_wipe(struct text *secret); /* overwrites, then frees */
void config_overwrite(void *bytes, size_t length);

/* A command's words, split as a shell would split them, nothing expanded. NULL-terminated; freed
 * with config_free_words. NULL with ERROR_USAGE for a quote without its end, or no word at all. */
char **config_split_words(const char *line, struct error *error);
void config_free_words(char **words); /* NULL is allowed */

#endif
