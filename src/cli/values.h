/*
 * values: field=value, --null, --file, --if and --unless-changed-since, checked against the
 * describe. Main thread.
 */
#ifndef DOSSIER_CLI_VALUES_H
#define DOSSIER_CLI_VALUES_H

#include "cli/command.h"
#include "core/record.h"

/* The record to write, from the words from `first` on and the flags. NULL with ERROR_USAGE for an
 * unknown field or one given twice, or ERROR_VALIDATION that names every field whose value will not
 * do. creating: a create or an upsert. The caller frees. */
struct record *values_read(struct command *command, const struct schema *schema, size_t first,
                           bool creating, struct error *error);

/* Parts FIELD=VALUE at its first '=', or behind a name in back-quotes; appends the name.
 * ERROR_USAGE where it is not of that form. */
bool values_split(const char *argument, struct text *name, const char **value, struct error *error);

/* Every field that a create must give is there. */
bool values_check_required(const struct schema *schema, const struct record *record,
                           struct error *error);

/* What the record must still hold. *out is NULL where nothing is asked; else the caller's. */
bool values_read_expected(struct command *command, const struct schema *schema, struct record **out,
                          struct error *error);

#endif
