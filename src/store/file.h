/* file: reading a file that a person named, whole. Any thread. */
#ifndef DOSSIER_STORE_FILE_H
#define DOSSIER_STORE_FILE_H

#include <stdbool.h>

#include "core/error.h"
#include "core/text.h"

/* Appends the bytes of a file; "-" is standard input where that is allowed. ERROR_NOT_FOUND,
 * ERROR_FORBIDDEN or ERROR_USAGE with the path and the reason. */
bool file_read(const char *path, bool standard_input, struct text *out, struct error *error);

#endif
