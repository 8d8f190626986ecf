/*
 * query_class: how the values of a field type are compared. For query_resolve, query_match
 * and query_parse; nobody else includes it. Pure; any thread.
 */
#ifndef DOSSIER_CORE_QUERY_CLASS_H
#define DOSSIER_CORE_QUERY_CLASS_H

#include "core/schema.h"

enum query_class {
    CLASS_NUMBER,
    CLASS_BOOLEAN,
    CLASS_DATE,
    CLASS_DATETIME,
    CLASS_TIME,
    CLASS_TEXT,
    CLASS_CHOICE, /* text, but its values may be numbers in the source */
    CLASS_ID,     /* compared exactly */
    CLASS_ANY     /* by what the value is */
};

enum query_class query_class_of(enum field_type type);
/* What is compared with a field of the class, in words: "a number". For query_parse too. */
const char *query_class_expected(enum query_class class_);

#endif
