/*
 * memory: allocation that does not fail quietly.
 *
 * Every function aborts the program when memory runs out (the SIGABRT handler of ui/ gives the
 * terminal back): what is staged is in the journal by then, so nothing is lost, and no caller has a
 * half-built object to care for. Callable from any thread.
 */
#ifndef DOSSIER_CORE_MEMORY_H
#define DOSSIER_CORE_MEMORY_H

#include <stddef.h>

/* size bytes, not initialised; never NULL, also for size 0. The caller frees with free(). */
void *memory_allocate(size_t size);

/* count × size bytes of zero; aborts on overflow. The caller frees with free(). */
void *memory_zeroed(size_t count, size_t size);

/* Like realloc(block, count × size), checked for overflow. */
void *memory_resize(void *block, size_t count, size_t size);

/* A copy of length bytes, plus one NUL after them. */
char *memory_copy(const char *bytes, size_t length);

/* A copy of a NUL-terminated string; NULL gives NULL. */
char *memory_copy_string(const char *string);

/* Overwrites bytes that were a secret; the compiler may not leave it out. NULL is allowed. */
void memory_wipe(void *bytes, size_t length);

/* The same with a whole string, which is then freed. NULL is allowed. */
void memory_wipe_string(char *string);

/* Makes room for one more item: when count == *capacity, doubles it and resizes. Returns the block.
 */
void *memory_grow(void *block, size_t count, size_t *capacity, size_t size);

#endif
