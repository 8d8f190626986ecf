/*
 * salesforce: facts of Salesforce that do not depend on the wire: ids, field types, what error
 * codes mean. Shared by the adapters that speak to it. Pure; any thread.
 */
#ifndef DOSSIER_BACKEND_SOQL_SALESFORCE_H
#define DOSSIER_BACKEND_SOQL_SALESFORCE_H

#include <stdbool.h>

#include "core/error.h"
#include "core/schema.h"
#include "core/text.h"
#include "core/value.h"

enum { SALESFORCE_ID_LENGTH = 18, SALESFORCE_SHORT_ID_LENGTH = 15 };

/* Writes the id of 18 characters for one of 15 or 18; false for text that is no id. */
bool salesforce_widen_id(const char *id, char widened[SALESFORCE_ID_LENGTH + 1]);

/* Salesforce's word for a type ("currency"); one that is not known is FIELD_ANY. */
enum field_type salesforce_field_type(const char *name);

/* The kind of error a code such as INVALID_FIELD stands for; otherwise for a code that is not
 * known. */
enum error_kind salesforce_error_kind(const char *code, enum error_kind otherwise);

/* A field's `required`: a create must give it. */
bool salesforce_is_required(bool createable, bool nillable, bool defaulted_on_create);

/* Appends the spelling that Salesforce wants of a date with time, or a time, typed by a person: a
 * zone with every time. False, and nothing appended, for any other field or value. */
bool salesforce_moment(const struct field *field, const struct value *value, struct text *out);

/* The parts of an address or a location, by their names. */
enum {
    PLACE_STREET,
    PLACE_CITY,
    PLACE_STATE,
    PLACE_POSTAL_CODE,
    PLACE_COUNTRY,
    PLACE_LATITUDE,
    PLACE_LONGITUDE,
    SALESFORCE_PLACE_PARTS
};
extern const char *const salesforce_place_parts[SALESFORCE_PLACE_PARTS];
/* Appends the parts (NULL for one that is null) in the order they are written on an envelope; the
 * two numbers where there is no address; nothing where there is neither. */
void salesforce_join_place(const char *const parts[SALESFORCE_PLACE_PARTS], struct text *out);

/* Types of a custom field, NULL-terminated: AutoNumber, Lookup …. */
extern const char *const salesforce_custom_types[];

#endif
