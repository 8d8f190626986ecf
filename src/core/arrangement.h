/*
 * arrangement: the order in which the fields of a record are shown: as the source's layout has
 * them, or, where there is none, the record's name and then the fields in the schema's order.
 *
 * Pure; any thread. An arrangement borrows from its schema and owns its array alone.
 */
#ifndef DOSSIER_CORE_ARRANGEMENT_H
#define DOSSIER_CORE_ARRANGEMENT_H

#include "core/schema.h"
#include "core/value.h"

struct arranged_item {
    const char *heading; /* of a section, borrowed; NULL: the item is a field */
    size_t field;        /* index into the schema's fields */
    bool alone;          /* nothing stands beside it: a section of one column */
    bool required;       /* by the layout */
    bool read_only;      /* by the layout */
    bool outside;        /* in no section of the layout */
};

struct arrangement {
    struct arranged_item *items; /* each field once; those outside the layout at the end */
    size_t count, capacity;
    size_t outside; /* how many are outside the layout */
};

/* Fills a zeroed arrangement; layout may be NULL. What the layout names and the schema does not
 * have is left out, and so is the heading of a section without fields. */
void arrangement_fill(struct arrangement *arrangement, const struct schema *schema,
                      const struct record_layout *layout);
void arrangement_free(struct arrangement *arrangement);

/* The layout of a record by the value of its record_type_field; NULL when there is none. */
const struct record_layout *layout_of_record(const struct schema *schema,
                                             const struct value *record_type);
/* What a layout says of a field; NULL when it does not have it, or there is none. */
const struct layout_item *layout_item_of(const struct record_layout *layout, const char *field);

/* Why a layout keeps a field from being changed, or from being given this value, in words; NULL
 * when it does not. layout may be NULL. */
const char *layout_why_not_edit(const struct record_layout *layout, const struct field *field);
const char *layout_why_not_value(const struct record_layout *layout, const struct field *field,
                                 const struct value *value);

#endif
