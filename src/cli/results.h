/*
 * results: what became of each of several records, printed and reported the same by every verb that
 * writes. Main thread.
 */
#ifndef DOSSIER_CLI_RESULTS_H
#define DOSSIER_CLI_RESULTS_H

#include "cli/command.h"

/* id, success, created and errors of each record. */
void results_print(const struct result *result, enum exchange_format format, struct output *output);

/* Tells of the error and clears it, and gives its status; one of a write whose answer was lost has
 * that of a lost connection, whatever it was lost by. */
int results_fail(struct error *error, bool lost);

/* Tells of every record that failed on standard error, by its object (may be NULL) and id; the
 * status is theirs where all failed in one way. Clears the errors. */
int results_report(struct result *result, const char *object);

#endif
