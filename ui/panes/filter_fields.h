/*
 * filter_fields: the fields a filter, an order or a list may name: an object's own and its
 * parents'. UI thread.
 */
#ifndef DOSSIER_UI_PANES_FILTER_FIELDS_H
#define DOSSIER_UI_PANES_FILTER_FIELDS_H

#include "core/schema.h"
#include "core/text.h"
#include "session/session.h"

enum field_purpose { FIELDS_TO_FILTER, FIELDS_TO_SORT };

struct field_choices {
    char **paths;  /* owned, in the spelling of the filter language: Account.Name */
    char **labels; /* owned, for a person */
    size_t count, path_capacity, label_capacity;
};

/* Fields that the purpose allows, own ones first. */
void field_choices_make(struct field_choices *choices, struct session *session,
                        const struct schema *schema, enum field_purpose purpose);
void field_choices_free(struct field_choices *choices);
/* Which choice has a path, or -1. */
int field_choices_find(const struct field_choices *choices, const char *path);

/* The field that a path's parts name, borrowed from the session's schemas; NULL when there is none.
 * *holder, which may be NULL, gets the schema it belongs to, borrowed. */
const struct field *field_by_parts(struct session *session, const struct schema *schema,
                                   char *const *parts, size_t count, const struct schema **holder);
/* Appends what a person calls it: the label, or Account.Name for a parent's field. */
void field_label_by_parts(struct session *session, const struct schema *schema, char *const *parts,
                          size_t count, struct text *out);

#endif
