/*
 * actions: the named operations of a backend, and their parameters checked before anything is sent.
 *
 * A parameter is checked and edited as a field is, so that a form and a command line follow the
 * same rules. UI thread.
 */
#ifndef DOSSIER_SESSION_ACTIONS_H
#define DOSSIER_SESSION_ACTIONS_H

#include "session/session.h"

/* The row of an action. NULL with ERROR_UNSUPPORTED where the backend has no actions, ERROR_USAGE
 * with the nearest name where it has others. Without regard to case. */
const struct backend_action *action_find(const struct session *session, const char *name,
                                         struct error *error);

/* The parameters as the fields of a form: one reference, the caller's. */
struct schema *action_schema(const struct backend_action *action);

/* Does a person give a path for this parameter? What is sent is then the file's content: as it is
 * for one named `file`, in base64 for one of that type. */
bool action_takes_path(const struct action_parameter *parameter);

/* Is it a secret: never shown, never taken from an argument? */
bool action_is_secret(const struct action_parameter *parameter);
/* Does the action name the object (NULL: none is shown) among those whose records it is for? */
bool action_is_for(const struct backend_action *action, const char *object);
/* The indices of a backend's actions, those first that are for the object's records; otherwise in
 * the backend's order. The caller frees. */
size_t *actions_in_order(const struct backend_ops *ops, const char *object);

/* The operation, from parameters as they were typed; paths are read, "-" as standard input where
 * that may be read. ERROR_USAGE names what is unknown, missing, given twice or of the wrong kind.
 * Secrets are taken as they are; those that are not given are the caller's to ask for and to add
 * (operation_add_parameter). NULL with an error. */
struct operation *action_operation(const struct session *session,
                                   const struct backend_action *action,
                                   const struct parameter *given, size_t count, bool standard_input,
                                   struct error *error);

#endif
