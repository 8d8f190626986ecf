/*
 * fuzz_json: the JSON reader takes a document or gives an error with a place, and what it took and
 * printed reads back as the same.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "json: %s\n", what);
        abort();
    }
}

static void check_values(const json_t *json)
{
    const json_t *member = json_array_get(json, 0);
    struct value value = json_to_value(member);
    char *text = value_to_string(&value);
    free(text);
    (void)json_member_string(json, "a");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    struct text printed = {0};
    char *bytes = malloc(size + 1); /* an own copy, so that the sanitizer sees its end */
    require(bytes != NULL, "no memory");
    memcpy(bytes, data, size);
    json_t *json = json_read(bytes, size, &error);
    if (json == NULL) {
        require(error.kind == ERROR_PROTOCOL && error.message != NULL, "refuses without a word");
    } else {
        check_values(json);
        json_print(json, &printed);
        json_t *again = json_read(text_string(&printed), printed.length, &error);
        require(again != NULL, "refuses what it printed");
        require(json_equal(json, again), "reads what it printed as another");
        json_decref(again);
    }
    json_decref(json);
    text_free(&printed);
    error_clear(&error);
    free(bytes);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_json";
static const char *const fuzz_pieces[] = {
    "{",           "}",
    "[",           "]",
    ",",           ":",
    "\"a\":",      "\"\\u0000\"",
    "\"\\ud800\"", "\"\xc3\xa4\"",
    "1",           "-0",
    "1e9",         "1E-9",
    "0.1",         "9223372036854775807",
    "true",        "false",
    "null",        " ",
    "\n",          "\"",
    "[[[[[[[[",
};
#include "standalone.h"
#endif
