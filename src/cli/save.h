/*
 * save: the values of a record's fields into files, for get --save. Main thread.
 */
#ifndef DOSSIER_CLI_SAVE_H
#define DOSSIER_CLI_SAVE_H

#include "cli/command.h"

/* Fetches the one record that is asked for and writes each field that --save names to its file.
 * *found is 0 where there is no such record. ERROR_USAGE for several ids, an unknown field, a file
 * that is there already or cannot be written. */
bool save_fields(struct command *command, const struct schema *schema, size_t *found,
                 struct error *error);

#endif
