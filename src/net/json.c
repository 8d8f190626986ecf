/*
 * json: see json.h. Nesting is measured before jansson sees a byte, because its own limit is far
 * deeper than any answer of a CRM. Writing goes through jansson too, except reals: jansson would
 * give 17 digits where fewer read back to the same number.
 */
#include "net/json.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

/* --- reading --- */

/* Where the scan is, for an error's place. Columns count bytes, as jansson's do. */
struct scan {
    const char *bytes;
    size_t length;
    size_t at;
};

static bool refuse(const struct scan *scan, struct error *error, const char *why)
{
    size_t line = 1, start = 0;
    for (size_t i = 0; i < scan->at && i < scan->length; i++) {
        if (scan->bytes[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    return error_set(error, ERROR_PROTOCOL,
                     "The answer is not JSON that can be taken: line %zu, column %zu: %s.", line,
                     scan->at - start + 1, why);
}

/* Leaves the scan behind the string's closing quote, or at the end. */
static void skip_string(struct scan *scan)
{
    for (scan->at++; scan->at < scan->length; scan->at++) {
        char byte = scan->bytes[scan->at];
        if (byte == '\\') {
            scan->at++;
        } else if (byte == '"') {
            return;
        }
    }
}

static bool check_depth(struct scan *scan, struct error *error)
{
    int depth = 0;
    for (; scan->at < scan->length; scan->at++) {
        switch (scan->bytes[scan->at]) {
        case '"':
            skip_string(scan);
            break;
        case '[':
        case '{':
            if (++depth > JSON_MOST_DEPTH) {
                return refuse(scan, error, "it is nested deeper than 64 levels");
            }
            break;
        case ']':
        case '}':
            depth--;
            break;
        default:
            break;
        }
    }
    return true;
}

/* A byte order mark is not JSON, but some servers send one. */
static void skip_mark(struct scan *scan)
{
    if (scan->length >= 3 && memcmp(scan->bytes, "\xef\xbb\xbf", 3) == 0) {
        scan->bytes += 3;
        scan->length -= 3;
    }
}

static bool is_blank(const struct scan *scan)
{
    for (size_t i = 0; i < scan->length; i++) {
        if (strchr(" \t\r\n", scan->bytes[i]) == NULL || scan->bytes[i] == '\0') {
            return false;
        }
    }
    return true;
}

json_t *json_read(const char *bytes, size_t length, struct error *error)
{
    struct scan scan = {bytes, length, 0};
    json_error_t problem;
    if (length > JSON_MOST_BYTES) {
        error_set(error, ERROR_PROTOCOL, "The answer is larger than 256 MB.");
        return NULL;
    }
    skip_mark(&scan);
    if (is_blank(&scan)) {
        error_set(error, ERROR_PROTOCOL, "The answer is empty where JSON was expected.");
        return NULL;
    }
    if (!check_depth(&scan, error)) {
        return NULL;
    }
    json_t *json = json_loadb(scan.bytes, scan.length,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &problem);
    if (json == NULL) {
        error_set(error, ERROR_PROTOCOL,
                  "The answer is not JSON that can be taken: line %d, column %d: %s.", problem.line,
                  problem.column, problem.text);
    }
    return json;
}

/* --- values --- */

struct value json_to_value(const json_t *json)
{
    if (json == NULL) {
        return value_absent();
    }
    switch (json_typeof(json)) {
    case JSON_NULL:
        return value_null();
    case JSON_TRUE:
    case JSON_FALSE:
        return value_boolean(json_is_true(json));
    case JSON_INTEGER:
        return value_integer(json_integer_value(json));
    case JSON_REAL:
        return value_real(json_real_value(json));
    case JSON_STRING:
        return value_text(json_string_value(json), json_string_length(json));
    default:
        return value_absent();
    }
}

static json_t *string_of(const char *bytes, size_t length)
{
    json_t *json = json_stringn(bytes, length);
    if (json == NULL) {
        struct text repaired = {0};
        text_repair(&repaired, bytes, length);
        json = json_stringn(text_string(&repaired), repaired.length);
        text_free(&repaired);
    }
    return json;
}

static bool is_word(const struct value *value, const char *word)
{
    return value->as.text.length == strlen(word) &&
           memcmp(value->as.text.bytes, word, value->as.text.length) == 0;
}

static json_t *text_of_field(const struct field *field, const struct value *value)
{
    struct value number;
    bool numeric = field != NULL && field_type_is_number(field->type);
    if (numeric && value_parse_number(value->as.text.bytes, value->as.text.length, &number)) {
        return json_from_value(NULL, &number);
    }
    if (field != NULL && field->type == FIELD_BOOLEAN) {
        if (is_word(value, "true") || is_word(value, "1")) {
            return json_true();
        }
        if (is_word(value, "false") || is_word(value, "0")) {
            return json_false();
        }
    }
    return string_of(value->as.text.bytes, value->as.text.length);
}

static json_t *base64_of(const struct value *value)
{
    struct text encoded = {0};
    value_encode_base64(value->as.text.bytes, value->as.text.length, &encoded);
    json_t *json = json_stringn(text_string(&encoded), encoded.length);
    text_free(&encoded);
    return json;
}

json_t *json_from_value(const struct field *field, const struct value *value)
{
    switch (value->kind) {
    case VALUE_BOOLEAN:
        return json_boolean(value->as.boolean);
    case VALUE_INTEGER:
        return json_integer(value->as.integer);
    case VALUE_REAL: {
        json_t *real = json_real(value->as.real);
        return real == NULL ? json_null() : real; /* JSON has no infinity */
    }
    case VALUE_TEXT:
        return text_of_field(field, value);
    case VALUE_BYTES:
        return base64_of(value);
    default:
        return json_null();
    }
}

/* --- members --- */

json_t *json_member(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

const char *json_member_string(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* --- writing --- */

static int append_bytes(const char *bytes, size_t length, void *out)
{
    text_append(out, bytes, length);
    return 0;
}

static void print_array(const json_t *array, struct text *out)
{
    text_append_character(out, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i > 0) {
            text_append_character(out, ',');
        }
        json_print(json_array_get(array, i), out);
    }
    text_append_character(out, ']');
}

static void print_object(const json_t *object, struct text *out)
{
    /* jansson's iterators take objects that may be changed, though they change nothing. */
    json_t *iterated = (json_t *)object;
    text_append_character(out, '{');
    for (void *at = json_object_iter(iterated); at != NULL;
         at = json_object_iter_next(iterated, at)) {
        if (out->bytes[out->length - 1] != '{') {
            text_append_character(out, ',');
        }
        json_t *key = json_string(json_object_iter_key(at));
        json_print(key, out);
        json_decref(key);
        text_append_character(out, ':');
        json_print(json_object_iter_value(at), out);
    }
    text_append_character(out, '}');
}

void json_print(const json_t *json, struct text *out)
{
    if (json_is_object(json)) {
        print_object(json, out);
    } else if (json_is_array(json)) {
        print_array(json, out);
    } else if (json_is_real(json)) {
        value_print_real(json_real_value(json), out);
    } else if (json == NULL) {
        text_append_string(out, "null");
    } else {
        (void)json_dump_callback(json, append_bytes, out, JSON_ENCODE_ANY | JSON_COMPACT);
    }
}
