/*
 * dependents: what is said when a record's values no longer go together: a dependent picklist and
 * the field that it depends on. Nothing is changed or refused: that is the user's to decide. UI
 * thread.
 */
#ifndef DOSSIER_UI_DEPENDENTS_H
#define DOSSIER_UI_DEPENDENTS_H

#include "core/schema.h"
#include "core/text.h"
#include "core/value.h"

struct app;

/* The record's present value of a field, staged ones included, borrowed; absent: not known. */
typedef struct value (*value_lookup)(const void *context, const struct field *field);

/* What an editor of the field is to be told of its controller: its value; absent where nothing is
 * known, or the field depends on none. */
struct value dependents_controlling(const struct schema *schema, const struct field *field,
                                    value_lookup lookup, const void *context);

/* Appends "Cold does not go with Type = Partner" where the field's value and its controller's do
 * not go together; false when they do. */
bool dependents_misfit(const struct schema *schema, const struct field *field, value_lookup lookup,
                       const void *context, struct text *out);

/* Warns when a field was changed and a value no longer goes with it, or it with its own
 * controller. */
void dependents_warn(struct app *app, const struct schema *schema, const struct field *changed,
                     value_lookup lookup, const void *context);

#endif
