/* cli: runs one headless verb from start to end. Main thread. */
#ifndef DOSSIER_CLI_CLI_H
#define DOSSIER_CLI_CLI_H

#include "cli/arguments.h"
#include "store/config.h"

/* Runs the verb of the arguments and returns the exit status. config stays the caller's. */
int cli_run(const struct arguments *arguments, struct config *config);

/* --help or --version, on standard output. */
int cli_print_help(const struct arguments *arguments);

#endif
