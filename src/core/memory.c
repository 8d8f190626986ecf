/* memory: see memory.h.  */
#include "core/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(void)
{
    fputs("dossier: out of memory; staged changes are safe in the journal\n", stderr);
    abort();
}

void *memory_allocate(size_t size)
{
    void *block = malloc(size == 0 ? 1 : size);
    if (block == NULL) {
        out_of_memory();
    }
    return block;
}

void *memory_zeroed(size_t count, size_t size)
{
    void *block = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
    if (block == NULL) {
        out_of_memory();
    }
    return block;
}

void *memory_resize(void *block, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        out_of_memory();
    }
    size_t bytes = count * size;
    void *resized = realloc(block, bytes == 0 ? 1 : bytes);
    if (resized == NULL) {
        out_of_memory();
    }
    return resized;
}

char *memory_copy(const char *bytes, size_t length)
{
    if (length == SIZE_MAX) {
        out_of_memory();
    }
    char *copy = memory_allocate(length + 1);
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    copy[length] = '\0';
    return copy;
}

char *memory_copy_string(const char *string)
{
    return string == NULL ? NULL : memory_copy(string, strlen(string));
}

void *memory_grow(void *block, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return block;
    }
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    block = memory_resize(block, wanted, size);
    *capacity = wanted;
    return block;
}

void memory_wipe(void *bytes, size_t length)
{
    /* Through a volatile pointer, so that the stores are made although nobody reads them. */
    volatile unsigned char *at = bytes;
    while (length-- > 0) {
        *at++ = 0;
    }
}

void memory_wipe_string(char *string)
{
    memory_wipe(string, string == NULL ? 0 : strlen(string));
    free(string);
}
