/*
 * json: jansson with limits, and values out of it.
 *
 * Reading refuses duplicate keys, more than JSON_MOST_DEPTH levels, more than JSON_MOST_BYTES, and
 * bytes that are not UTF-8. Order is kept in both directions. Fetch thread (and tests).
 */
#ifndef DOSSIER_NET_JSON_H
#define DOSSIER_NET_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/schema.h"
#include "core/text.h"
#include "core/value.h"

enum { JSON_MOST_DEPTH = 64, JSON_MOST_BYTES = 256 * 1024 * 1024 };

/* The document, with one reference for the caller (json_decref), or NULL with ERROR_PROTOCOL that
 * gives line and column. An empty body is an error. */
json_t *json_read(const char *bytes, size_t length, struct error *error);

/* A cell from a JSON value, borrowed from it: null, booleans, integers exact, reals, strings.
 * Objects and arrays give absent: flatten them first. */
struct value json_to_value(const json_t *json);

/* A JSON value for a typed text value of a field (numbers as numbers, booleans, null). New
 * reference. */
json_t *json_from_value(const struct field *field, const struct value *value);

/* Member as string, NULL when missing or of another type; borrowed. */
const char *json_member_string(const json_t *object, const char *name);
json_t *json_member(const json_t *object, const char *name); /* borrowed; NULL-safe */

/* Appends compact JSON, order kept. */
void json_print(const json_t *json, struct text *out);

#endif
