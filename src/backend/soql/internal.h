/*
 * internal: what the parts of the SOQL compiler share. Nobody outside the directory includes it.
 */
#ifndef DOSSIER_BACKEND_SOQL_INTERNAL_H
#define DOSSIER_BACKEND_SOQL_INTERNAL_H

#include "backend/soql/soql.h"

/* A character inside quotes, and inside the pattern of LIKE where it stands for itself. */
void soql_escape(char character, struct text *out);
void soql_escape_like(char character, struct text *out);
/* False, and nothing appended, when SOQL has no spelling for the number. */
bool soql_number(const struct operand *operand, struct text *out);
void soql_time(const struct date_time *time, struct text *out);

/* How a field type is compared in SOQL. */
enum soql_class {
    SOQL_NONE, /* not at all */
    SOQL_NUMBER,
    SOQL_BOOLEAN,
    SOQL_DATE, /* date, datetime */
    SOQL_TIME,
    SOQL_TEXT,
    SOQL_SET, /* multipicklist */
    SOQL_ID
};
enum soql_class soql_class_of(enum field_type type);

#endif
