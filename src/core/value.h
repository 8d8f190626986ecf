/*
 * value: one cell. null, empty and absent are three different values.
 *
 * A struct value is a view: copying the struct copies no bytes. Who owns the bytes is said where a
 * value is kept; value_copy makes an owned one, value_free frees it. Dates and times are text in
 * the spelling of their source; numbers typed by the user are text until an adapter sends them.
 * Pure; any thread.
 */
#ifndef DOSSIER_CORE_VALUE_H
#define DOSSIER_CORE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

enum value_kind {
    VALUE_ABSENT, /* not asked for, or not sent */
    VALUE_NULL,
    VALUE_BOOLEAN,
    VALUE_INTEGER,
    VALUE_REAL,
    VALUE_TEXT, /* UTF-8 as a rule, but a server's bytes are kept as they came */
    VALUE_BYTES
};

struct value {
    enum value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct {
            const char *bytes;
            size_t length;
        } text; /* VALUE_TEXT and VALUE_BYTES; NUL-terminated only when owned */
    } as;
};

struct value value_absent(void);
struct value value_null(void);
struct value value_boolean(bool boolean);
struct value value_integer(int64_t integer);
struct value value_real(double real);
struct value value_text(const char *bytes, size_t length);  /* borrows */
struct value value_string(const char *string);              /* borrows; NULL gives null */
struct value value_bytes(const char *bytes, size_t length); /* borrows */

/* A deep copy, to be freed with value_free. */
struct value value_copy(const struct value *value);
void value_free(struct value *value); /* of an owned value only; makes it absent */
void value_wipe(struct value *value); /* overwrites its bytes, then frees: for secrets */

bool value_is_nothing(const struct value *value); /* null or absent */

/* The same kind and the same bytes; 1 and 1.0 and "1" are three values. */
bool value_identical(const struct value *a, const struct value *b);

/* The same to a person: numbers by their number whatever their kind (also text that is a number
 * when the other side is one), text by its bytes, null only with null or absent. */
bool value_same(const struct value *a, const struct value *b);

/* The plain spelling: integers exact, reals with the fewest digits that read back to the same
 * number (never in a locale's manner), true and false, text as it is, bytes as base64, nothing for
 * null. */
void value_print(const struct value *value, struct text *out);
char *value_to_string(const struct value *value); /* the caller frees; NULL for null and absent */

/* Appends the shortest spelling of a real that reads back to it: 0.1, 84000.0, 1e+300. */
void value_print_real(double real, struct text *out);

/* Appends a real rounded to so many significant digits, never in a locale's manner: for eyes. */
void value_print_real_rounded(double real, int digits, struct text *out);

/* Reads a number: integer when it fits 64 bits and has no point or exponent, else real. The whole
 * text must be one number, spaces around it aside. */
bool value_parse_number(const char *bytes, size_t length, struct value *out);

/* The number a value stands for: integers, reals, booleans as 0/1, numeric text. */
bool value_to_real(const struct value *value, double *out);

/* base64 of RFC 4648; decode returns false on a bad character or length. */
void value_encode_base64(const char *bytes, size_t length, struct text *out);
bool value_decode_base64(const char *text, size_t length, struct text *out);
/* How many bytes the base64 stands for, without decoding it; false when it is none. */
bool value_base64_size(const char *text, size_t length, size_t *size);

#endif
