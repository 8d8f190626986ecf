/* file: see file.h. */
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_at(const char *doing, const char *path, int failure, struct error *error)
{
    enum error_kind kind = failure == ENOENT || failure == ENOTDIR ? ERROR_NOT_FOUND
                           : failure == EACCES || failure == EPERM ? ERROR_FORBIDDEN
                                                                   : ERROR_USAGE;
    return error_set(error, kind, "cannot %s the file %s: %s", doing, path, strerror(failure));
}

static bool fail(const char *path, int failure, struct error *error)
{
    return fail_at("read", path, failure, error);
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

bool file_is_fit(const char *path, size_t most, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return fail(path, errno, error);
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(error, ERROR_USAGE, "%s is %s", path,
                         S_ISDIR(status.st_mode) ? "a directory, not a file" : "no plain file");
    }
    if ((uintmax_t)status.st_size > most) {
        return error_set(error, ERROR_USAGE, "%s has more than %zu MB", path, most / 1000000);
    }
    return true;
}

/* --- writing --- */

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        bytes += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* A file that was begun and could not be ended is taken away again. */
static bool fill_file(int descriptor, const char *path, const char *bytes, size_t length)
{
    bool done = write_all(descriptor, bytes, length);
    int failure = done ? 0 : errno;
    done = close(descriptor) == 0 && done;
    failure = failure != 0 ? failure : errno;
    if (!done) {
        unlink(path);
    }
    errno = failure;
    return done;
}

static int open_new(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

/* What is there stays until its successor is whole. */
static bool replace_file(const char *path, const char *bytes, size_t length, struct error *error)
{
    struct stat status;
    struct text name = {0};
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return error_set(error, ERROR_USAGE, "%s is no plain file; nothing was written", path);
    }
    text_format(&name, "%s.%ld.part", path, (long)getpid());
    char *temporary = text_take(&name);
    int descriptor = open_new(temporary);
    bool done = descriptor >= 0 && fill_file(descriptor, temporary, bytes, length);
    if (done && rename(temporary, path) != 0) {
        int failure = errno;
        unlink(temporary);
        errno = failure;
        done = false;
    }
    free(temporary);
    return done || fail_at("write", path, errno, error);
}

bool file_write(const char *path, const char *bytes, size_t length, bool replace, bool *exists,
                struct error *error)
{
    *exists = false;
    int descriptor = open_new(path);
    if (descriptor < 0 && errno == EEXIST) {
        if (replace) {
            return replace_file(path, bytes, length, error);
        }
        *exists = true;
        return error_set(error, ERROR_USAGE, "%s is there already; nothing was written", path);
    }
    if (descriptor < 0 || !fill_file(descriptor, path, bytes, length)) {
        return fail_at("write", path, errno, error);
    }
    return true;
}
