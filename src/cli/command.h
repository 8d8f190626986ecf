/*
 * command: what every verb works with: its arguments, the profile, the open session, the output.
 *
 * A verb's function returns an exit status and prints data to the output alone; what it has to say
 * goes to standard error through here, cleaned. Main thread.
 */
#ifndef DOSSIER_CLI_COMMAND_H
#define DOSSIER_CLI_COMMAND_H

#include "cli/arguments.h"
#include "cli/output.h"
#include "session/session.h"

struct command {
    const struct arguments *arguments;
    struct config *config;
    struct profile *profile; /* NULL until command_open */
    struct session *session; /* NULL until command_open */
    int stop;                /* readable once the user interrupts */
    struct output output;
    uint64_t logged; /* entries of the session's log that -v has told of */
};

/* Prints "dossier: …" on standard error, cleaned. */
void command_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Is standard error a terminal? Only then is there more to say where all went well. */
bool command_is_read_along(void);
/* Prints an error on standard error and gives its exit status; clears it. */
int command_fail(struct error *error);

/* A profile or file by name, with what --set changes; name NULL: what is implied. The demonstration
 * is made when it is chosen and not there. The caller frees. */
struct profile *command_profile(struct config *config, const struct arguments *arguments,
                                const char *name, struct error *error);
/* Makes the demonstration file unless it is there. rows 0: the usual number. */
bool command_make_demo(const struct config *config, bool reset, int64_t rows, struct error *error);

/* Opens the session. A verb that writes is refused here for want of --confirm. */
bool command_open(struct command *command, struct error *error);

/* A protected profile wants --confirm for a write: for a verb whose arguments say whether it is
 * one.
 */
bool command_check_confirm(const struct command *command, struct error *error);

/* --dry-run: prints what the operation, which is taken, would send. */
bool command_explain(struct command *command, struct operation *operation, struct error *error);

/* Prints the page with the names of its columns, without column 0, or else the words. Words beside
 * a page would spoil it: they go to standard error, where somebody reads along. */
void command_print_answer(struct command *command, const struct result *result,
                          enum exchange_format format);

/* The schema of the object named by a word of the arguments, held for the caller. */
struct schema *command_schema(struct command *command, const char *object, struct error *error);

/* Runs an operation, which is taken. False with the error moved out of the result. */
bool command_run(struct command *command, struct operation *operation, struct result *result,
                 struct error *error);

bool command_format(struct command *command, enum exchange_format *format, struct error *error);

/* Reads a whole number of at least `least`, for --limit and the like. */
bool command_number(const struct arguments *arguments, enum flag_id id, int64_t least,
                    int64_t *number, struct error *error);

/* --include-deleted: ERROR_UNSUPPORTED where the backend keeps no deleted records. */
bool command_include_deleted(const struct command *command, bool *include, struct error *error);

/* The field named, or ERROR_USAGE with the nearest name. */
const struct field *command_field(const struct schema *schema, const char *name,
                                  struct error *error);

#endif
