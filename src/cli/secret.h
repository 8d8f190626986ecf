/*
 * secret: a secret that an action wants, from the terminal or from standard input, and never from
 * an argument, which other users can read. Main thread.
 */
#ifndef DOSSIER_CLI_SECRET_H
#define DOSSIER_CLI_SECRET_H

#include "cli/command.h"

/* Where standard input is a terminal, asks there without showing what is typed; else takes the next
 * line of standard input. ERROR_USAGE where there is none or it is empty, ERROR_CANCELLED when the
 * user interrupts. Wipe *out with config_wipe. */
bool secret_read(const struct command *command, const char *action, const char *name,
                 struct text *out, struct error *error);

#endif
