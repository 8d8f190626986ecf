/*
 * fuzz_record: ids of several columns split and join to the same; base64 decodes and encodes to the
 * same; a number that is read prints as that number.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "record: %s\n", what);
        abort();
    }
}

static void free_parts(char **parts, size_t count)
{
    for (size_t i = 0; parts != NULL && i < count; i++) {
        free(parts[i]);
    }
    free(parts);
}

/* The parts joined, and split again, are the parts. */
static void check_parts(char **parts, size_t count)
{
    struct error error = {0};
    struct text joined = {0};
    struct value *values = memory_zeroed(count, sizeof *values);
    size_t again_count = 0;
    for (size_t i = 0; i < count; i++) {
        values[i] = value_string(parts[i]);
    }
    record_join_id(&joined, values, count);
    char **again = record_split_id(text_string(&joined), &again_count, &error);
    /* An id of one column is the value as it is, and never split. */
    require(count == 1 || (again != NULL && again_count == count), "splits what it joined");
    for (size_t i = 0; count > 1 && i < count; i++) {
        require(strcmp(parts[i], again[i]) == 0, "changes what it joined");
    }
    error_clear(&error);
    free_parts(again, again_count);
    text_free(&joined);
    free(values);
}

static void check_id(const char *id)
{
    struct error error = {0};
    size_t count = 0;
    char **parts = record_split_id(id, &count, &error);
    if (parts == NULL) {
        require(error_is_set(&error), "splits nothing without a word");
        error_clear(&error);
        return;
    }
    require(count > 0, "splits into nothing");
    check_parts(parts, count);
    free_parts(parts, count);
}

static void check_base64(const char *bytes, size_t size)
{
    struct text encoded = {0}, decoded = {0}, again = {0};
    value_encode_base64(bytes, size, &encoded);
    require(value_decode_base64(text_string(&encoded), encoded.length, &decoded),
            "does not decode what it encoded");
    require(decoded.length == size && memcmp(text_string(&decoded), bytes, size) == 0,
            "decodes to something else");
    text_truncate(&decoded, 0);
    if (value_decode_base64(bytes, size, &decoded)) {
        value_encode_base64(text_string(&decoded), decoded.length, &again);
        require(again.length <= size + 3, "encodes to more than there was");
    }
    text_free(&encoded);
    text_free(&decoded);
    text_free(&again);
}

static void check_number(const char *bytes, size_t size)
{
    struct value number, again;
    if (!value_parse_number(bytes, size, &number)) {
        return;
    }
    char *printed = value_to_string(&number);
    require(value_parse_number(printed, strlen(printed), &again), "does not read its own number");
    require(value_same(&number, &again), "prints another number");
    free(printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = size == 0 ? "" : (const char *)data;
    char *id = memory_copy(bytes, size);
    check_id(id);
    check_base64(bytes, size);
    check_number(bytes, size);
    free(id);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_record";
static const char *const fuzz_pieces[] = {
    ",",
    "%",
    "%2C",
    "%25",
    "%2c",
    "%zz",
    "a",
    "1",
    "-",
    ".",
    "e",
    "5",
    "9223372036854775807",
    "aGVsbG8=",
    "=",
    "==",
    "\xff",
    " ",
    "1e308",
    "0.1",
    "inf",
    "nan",
    "0x1p3",
};
#include "standalone.h"
#endif
