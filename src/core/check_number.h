/*
 * check_number: numbers as people type them, for check; nobody else includes it. Pure; any thread.
 */
#ifndef DOSSIER_CORE_CHECK_NUMBER_H
#define DOSSIER_CORE_CHECK_NUMBER_H

#include "core/schema.h"
#include "core/text.h"

/* Reads a number typed for a field: thousands separators, a plus sign and a percent sign (of a
 * percentage) are taken out, the digits kept as typed. false: problem says what was expected. */
bool check_number_read(const struct field *field, const char *bytes, size_t length,
                       struct text *number, struct text *problem);

#endif
