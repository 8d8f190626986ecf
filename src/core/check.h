/*
 * check: what a person typed, against the field it is meant for.
 *
 * Pure; any thread. What passes is kept as typed (numbers without their thousands separators, dates
 * with relative words worked out); what does not pass gets an ERROR_VALIDATION that names the
 * field, says what was expected and leaves *out absent.
 */
#ifndef DOSSIER_CORE_CHECK_H
#define DOSSIER_CORE_CHECK_H

#include "core/date.h"
#include "core/error.h"
#include "core/schema.h"
#include "core/value.h"

/* Checks text typed for a field; *out is owned by the caller. The empty text is the empty text for
 * text fields and refused for others, with a hint at null. Checks type, length, precision, scale,
 * picklist values (restricted types only), e-mail and URL shape loosely. Not: uniqueness,
 * references. */
bool check_text(const struct field *field, const char *bytes, size_t length,
                const struct date_clock *clock, struct value *out, struct error *error);

/* Is null allowed? Error otherwise. */
bool check_null(const struct field *field, struct error *error);

/* May the field be given on a create (creating) or changed? Error says why not. */
bool check_writable(const struct field *field, bool creating, struct error *error);

#endif
