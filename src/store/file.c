/* file: see file.h. */
#include "store/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool fail(const char *path, int failure, struct error *error)
{
    enum error_kind kind = failure == ENOENT || failure == ENOTDIR ? ERROR_NOT_FOUND
                           : failure == EACCES || failure == EPERM ? ERROR_FORBIDDEN
                                                                   : ERROR_USAGE;
    return error_set(error, kind, "cannot read the file %s: %s", path, strerror(failure));
}

bool file_read(const char *path, bool standard_input, struct text *out, struct error *error)
{
    char bytes[65536];
    size_t got;
    bool standard = standard_input && strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "re");
    if (file == NULL) {
        return fail(path, errno, error);
    }
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0) {
        text_append(out, bytes, got);
    }
    int failure = ferror(file) ? errno : 0;
    if (!standard) {
        fclose(file);
    }
    return failure == 0 || fail(path, failure, error);
}
