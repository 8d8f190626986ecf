/* file: reading and writing a file that a person named, whole. Any thread. */
#ifndef DOSSIER_STORE_FILE_H
#define DOSSIER_STORE_FILE_H

#include <stdbool.h>

#include "core/error.h"
#include "core/text.h"

/* Appends the bytes of a file; "-" is standard input where that is allowed. ERROR_NOT_FOUND,
 * ERROR_FORBIDDEN or ERROR_USAGE with the path and the reason. */
bool file_read(const char *path, bool standard_input, struct text *out, struct error *error);

/* Is there a file to be read whole: none too large, no directory, no device? Errors as above. */
bool file_is_fit(const char *path, size_t most, struct error *error);

/* Writes a new file, with the mode that the umask gives. Where there is one already nothing is
 * written and *exists is set, unless replace says otherwise: then it keeps what it holds until all
 * is written. ERROR_FORBIDDEN, ERROR_NOT_FOUND or ERROR_USAGE with the path and the reason. */
bool file_write(const char *path, const char *bytes, size_t length, bool replace, bool *exists,
                struct error *error);

#endif
