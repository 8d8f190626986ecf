/*
 * dependent: which values of a picklist may be chosen, where the value of another field of the
 * record says so (its controller: a picklist, or a yes or no).
 *
 * Pure; any thread. What a source says in a way that cannot be read restricts nothing.
 */
#ifndef DOSSIER_CORE_DEPENDENT_H
#define DOSSIER_CORE_DEPENDENT_H

#include "core/schema.h"
#include "core/text.h"
#include "core/value.h"

/* The field whose value says which of the field's picklist may be chosen; NULL when none does. */
const struct field *dependent_controller(const struct schema *schema, const struct field *field);

/* Which bit of valid_for stands for a value of the controller: its place in the picklist, of a yes
 * or no 0 and 1; -1 for no value, and for one that is not in the picklist. */
int dependent_place(const struct field *controller, const struct value *value);

/* May it be chosen when the controller's value has this place? */
bool dependent_allows(const struct picklist_value *choice, int place);

/* Does a value go with the controller's? False with the part of it that does not in *misfit (which
 * may be NULL). True for nothing, for what is not in the picklist, and where the controller's value
 * is absent: then it is not known. */
bool dependent_fits(const struct field *field, const struct field *controller,
                    const struct value *controlling, const struct value *value,
                    struct text *misfit);

#endif
