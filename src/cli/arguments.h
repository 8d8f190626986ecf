/*
 * arguments: the words and flags of a command line, against one table of verbs and one of flags.
 *
 * The same tables give `--help` and the manual's tables. A flag may stand anywhere, with its value
 * after a space or an `=`; `--` ends the flags. Everything parsed is borrowed from argv. Pure; main
 * thread.
 */
#ifndef DOSSIER_CLI_ARGUMENTS_H
#define DOSSIER_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/text.h"

enum flag_id {
    FLAG_PROFILE,
    FLAG_SET,
    FLAG_FORMAT,
    FLAG_COLUMNS,
    FLAG_ORDER,
    FLAG_LIMIT,
    FLAG_OF,
    FLAG_WITH,
    FLAG_COUNT,
    FLAG_INCLUDE_DELETED,
    FLAG_ALL_OR_NONE,
    FLAG_APPEND,
    FLAG_MATCH,
    FLAG_NULL,
    FLAG_FILE,
    FLAG_SAVE,
    FLAG_IF,
    FLAG_UNLESS_CHANGED_SINCE,
    FLAG_CONFIRM,
    FLAG_DRY_RUN,
    FLAG_ROWS,
    FLAG_RESET,
    FLAG_VERBOSE,
    FLAG_HELP,
    FLAG_VERSION,
    FLAG_ID_COUNT
};

struct flag {
    const char *name;      /* without the dashes */
    char letter;           /* '\0' where there is none */
    const char *values[2]; /* what stands for its values; NULL where it takes none, or one */
    bool repeats;
    const char *help;
};

struct command;

struct verb {
    const char *name; /* "" is the screen */
    const char *words;
    size_t least, most; /* words after the verb */
    uint32_t flags;     /* bits 1u << enum flag_id */
    bool writes;
    const char *summary; /* one line */
    const char *detail;  /* paragraphs parted by an empty line */
    int (*run)(struct command *command);
};

/* One flag as it was given. */
struct given {
    enum flag_id id;
    const char *values[2];
};

struct arguments {
    const struct verb *verb;
    const char **words; /* after the verb */
    size_t word_count;
    struct given *given;
    size_t given_count;
};

const struct flag *flag_row(enum flag_id id);
/* The table of verbs (verbs.c). Row 0 is the screen. */
const struct verb *verb_rows(size_t *count);
const struct verb *verb_find(const char *name); /* NULL when there is none */

/* Reads a command line. Freed with arguments_free, also after an error. ERROR_USAGE names the word
 * and the nearest that would have been right. The word for a profile or a file to open on the
 * screen is not looked up here. */
bool arguments_parse(struct arguments *arguments, int count, char **words, struct error *error);
void arguments_free(struct arguments *arguments);

/* The value of a flag, NULL when it was not given; with several, the last. */
const char *argument_value(const struct arguments *arguments, enum flag_id id);
bool argument_given(const struct arguments *arguments, enum flag_id id);

/* Sets the error's hint to the verb a mistyped word is nearest to, where there is one near. */
void arguments_hint_verb(const char *word, struct error *error);

/* --help: of one verb, or of all (NULL). */
void arguments_help(const struct verb *verb, struct text *out);
/* "-p, --profile PROFILE|FILE" */
void flag_spelling(enum flag_id id, struct text *out);

/* The exit statuses of design section 8, for --help and the manual. */
struct exit_status {
    int status;
    const char *meaning;
};
const struct exit_status *exit_statuses(size_t *count);

#endif
