/*
 * problem: Salesforce's own errors, however they came, as the house's. Pure.
 */
#ifndef DOSSIER_BACKEND_SOQL_PROBLEM_H
#define DOSSIER_BACKEND_SOQL_PROBLEM_H

#include <stddef.h>

#include "core/error.h"

/* All borrowed; code, message and fields may be NULL. */
struct salesforce_problem {
    const char *code;
    const char *message;
    const char *const *fields;
    size_t field_count;
};

/* An error with the code's kind (`otherwise` for a code that is not known), the words without the
 * copy of the query before them but with its line and column, and a line for each field. */
void salesforce_problem_set(const struct salesforce_problem *problem, enum error_kind otherwise,
                            struct error *error);
/* Adds what a further problem of the same record says of its fields. */
void salesforce_problem_add(const struct salesforce_problem *problem, struct error *error);

#endif
