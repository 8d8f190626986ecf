/*
 * standalone: a main for fuzz targets where the compiler has no libFuzzer. Included at the end of a
 * target that has defined fuzz_name and fuzz_pieces; runs the files it is given, and then as many
 * pseudo-random inputs, put together from the pieces, as -runs=N says.
 */
#ifndef DOSSIER_TESTS_FUZZ_STANDALONE_H
#define DOSSIER_TESTS_FUZZ_STANDALONE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_INPUT = 256, LONGEST_PIECE = 32, DEFAULT_RUNS = 20000 };

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Pieces in any order, and raw bytes between them. */
static size_t make_input(uint64_t *seed, uint8_t *bytes)
{
    static const size_t count = sizeof fuzz_pieces / sizeof *fuzz_pieces;
    size_t wanted = next_random(seed) % 16;
    size_t length = 0;
    for (size_t i = 0; i < wanted && length + LONGEST_PIECE < LONGEST_INPUT; i++) {
        size_t choice = next_random(seed) % (count + 4);
        if (choice >= count) {
            bytes[length++] = (uint8_t)next_random(seed);
            continue;
        }
        memcpy(bytes + length, fuzz_pieces[choice], strlen(fuzz_pieces[choice]));
        length += strlen(fuzz_pieces[choice]);
    }
    return length;
}

static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    static const size_t largest = 1 << 20;
    uint8_t *bytes = malloc(largest);
    if (bytes == NULL) {
        fputs("no memory\n", stderr);
        exit(2);
    }
    size_t length = fread(bytes, 1, largest, file);
    LLVMFuzzerTestOneInput(bytes, length);
    free(bytes);
    fclose(file);
}

int main(int argc, char **argv)
{
    unsigned long runs = DEFAULT_RUNS;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-runs=", 6) == 0) {
            runs = strtoul(argv[i] + 6, NULL, 10);
        } else if (argv[i][0] != '-') {
            run_file(argv[i]);
        }
    }
    uint64_t seed = 88172645463325252u;
    for (unsigned long i = 0; i < runs; i++) {
        uint8_t bytes[LONGEST_INPUT];
        LLVMFuzzerTestOneInput(bytes, make_input(&seed, bytes));
    }
    printf("%s: %lu inputs, all well\n", fuzz_name, runs);
    return 0;
}

#endif
