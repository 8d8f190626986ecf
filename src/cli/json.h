/* json: small JSON documents, built with jansson, to the output. Main thread. */
#ifndef DOSSIER_CLI_JSON_H
#define DOSSIER_CLI_JSON_H

#include <jansson.h>

#include "cli/output.h"

/* A string, repaired where it is not UTF-8; NULL gives null. A new reference. */
json_t *json_words(const char *words);

/* Prints a document and a line end; cleaned where standard output is a terminal. flags: jansson's.
 */
void json_show(const json_t *document, struct output *output, size_t flags);

#endif
