/*
 * description: Salesforce's describe as objects and schemas, however it came: as JSON or as XML.
 *
 * An adapter says by a table of functions how a member is read out of one element of its documents.
 * Pure; fetch thread.
 */
#ifndef DOSSIER_BACKEND_SOQL_DESCRIPTION_H
#define DOSSIER_BACKEND_SOQL_DESCRIPTION_H

#include <stdbool.h>

#include "backend/backend.h"
#include "core/schema.h"

/* An element of the document: borrowed, never NULL where it is handed on. */
typedef const void *description;

struct description_reader {
    /* The member's text, borrowed; NULL when it is missing, null, or no text. */
    const char *(*string)(description element, const char *name);
    /* A yes or no; `missing` when it is not there. */
    bool (*flag)(description element, const char *name, bool missing);
    /* A whole number; 0 when it is missing, negative or too large for an int. */
    int (*number)(description element, const char *name);
    /* Any plain value in its plain spelling, the caller's to free; NULL for none. */
    char *(*spelling)(description element, const char *name);
    /* Calls visit for each entry of a list, in order; none when it is not there. */
    void (*each)(description element, const char *name,
                 void (*visit)(void *context, description entry), void *context);
    /* An entry of a list of texts; NULL when it is none. Borrowed. */
    const char *(*text)(description entry);
};

/* Adds the object of one entry of describeGlobal's `sobjects`; one that cannot be queried is left
 * out. */
void description_add_object(const struct description_reader *reader, description entry,
                            struct result *result);
/* The schema of a describeSObject result; the caller's one reference. asked: the name to use when
 * the description has none. */
struct schema *description_schema(const struct description_reader *reader, description element,
                                  const char *asked);
/* The values of a field's picklist into a lookup's result, out of the schema; ERROR_USAGE when it
 * has no such field, ERROR_UNSUPPORTED when the field has no list. */
void description_take_values(const struct schema *schema, const struct operation *operation,
                             struct result *result);

#endif
