/*
 * memory_file: an input as a file that never touches the disk, for code that reads paths. Used by
 * one thread; the file is kept from input to input.
 */
#ifndef DOSSIER_TESTS_FUZZ_MEMORY_FILE_H
#define DOSSIER_TESTS_FUZZ_MEMORY_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct memory_file {
    int descriptor;
    char path[64];
};

/* The path of a file that holds these bytes, until the next call. */
static const char *memory_file_write(struct memory_file *file, const uint8_t *data, size_t size)
{
    if (file->path[0] == '\0') {
        file->descriptor = memfd_create("input", MFD_CLOEXEC);
        if (file->descriptor < 0 || fchmod(file->descriptor, 0600) != 0) {
            perror("memfd_create");
            abort();
        }
        snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->descriptor);
    }
    if (ftruncate(file->descriptor, 0) != 0 ||
        pwrite(file->descriptor, data, size, 0) != (ssize_t)size) {
        perror("memory file");
        abort();
    }
    return file->path;
}

#endif
