/* verbs: the functions behind the table of verbs. Each returns an exit status. Main thread. */
#ifndef DOSSIER_CLI_VERBS_H
#define DOSSIER_CLI_VERBS_H

#include "cli/command.h"

int verb_objects(struct command *command);
int verb_describe(struct command *command);
int verb_lookup(struct command *command);
int verb_query(struct command *command);
int verb_get(struct command *command);
int verb_create(struct command *command);
int verb_update(struct command *command);
int verb_upsert(struct command *command);
int verb_delete(struct command *command);
int verb_undelete(struct command *command);
int verb_actions(struct command *command);
int verb_do(struct command *command);
int verb_raw(struct command *command);
int verb_demo(struct command *command);
int verb_profiles(struct command *command);
int verb_check(struct command *command);

#endif
