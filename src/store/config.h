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

/* A profile by name, NULL when there is none. */
const struct profile *config_profile(const struct config *config, const char *name);
/* Profile from -p's argument, by commands.md: the name of one, else "demo", else a file that exists
 * or whose name ends in .db, .sqlite, .sqlite3. The caller frees with profile_free. NULL with an
 * error that suggests the nearest profile. */
struct profile *config_choose(const struct config *config, const char *name, struct error *error);
struct profile *profile_copy(const struct profile *profile);
void profile_free(struct profile *profile);
const char *profile_setting(const struct profile *profile,
                            const char *name); /* NULL when not set */
/* --set profile.key=value for one run, by the same rules as a line of the file. */
bool profile_set(struct profile *profile, const char *name, const char *value, struct error *error);

/* A secret by NAME_command, NAME_env, or NAME (file readable by its owner alone). The text is the
 * caller's to wipe with config_wipe. ERROR_USAGE when the command fails, the variable is unset, or
 * the file is readable by others. */
bool profile_secret(const struct profile *profile, const char *name, struct text *out,
                    struct error *error);
void config_wipe(struct text *secret); /* overwrites, then frees */

#endif
