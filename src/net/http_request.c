/*
 * http_request: requests and responses as plain data, and their words. Pure; any thread. All that
 * a request held is wiped when it is cleared, for a password may be anywhere in it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "net/http.h"

static void wipe_string(char *string)
{
    if (string != NULL) {
        config_overwrite(string, strlen(string));
        free(string);
    }
}

static void clear_headers(struct http_header *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(headers[i].name);
        wipe_string(headers[i].value);
    }
    free(headers);
}

void http_request_clear(struct http_request *request)
{
    free(request->method);
    wipe_string(request->url);
    clear_headers(request->headers, request->header_count);
    config_wipe(&request->body);
    for (size_t i = 0; i < request->part_count; i++) {
        free(request->parts[i].name);
        free(request->parts[i].file_name);
        free(request->parts[i].type);
        config_wipe(&request->parts[i].body);
    }
    free(request->parts);
    free(request->secrets);
    memset(request, 0, sizeof *request);
}

void http_request_header(struct http_request *request, const char *name, const char *value,
                         bool secret)
{
    request->headers =
        memory_resize(request->headers, request->header_count + 1, sizeof *request->headers);
    request->headers[request->header_count++] = (struct http_header){
        memory_copy_string(name), memory_copy_string(value == NULL ? "" : value), secret};
}

void http_request_part(struct http_request *request, const char *name, const char *file_name,
                       const char *type, const char *bytes, size_t length)
{
    request->parts = memory_resize(request->parts, request->part_count + 1, sizeof *request->parts);
    struct http_part *part = &request->parts[request->part_count++];
    *part = (struct http_part){.name = memory_copy_string(name),
                               .file_name = memory_copy_string(file_name),
                               .type = memory_copy_string(type)};
    text_append(&part->body, bytes, length);
}

void http_request_form(struct http_request *request, const char *name, const char *value,
                       size_t length, bool secret)
{
    if (!request->has_body) {
        request->has_body = true;
        http_request_header(request, "Content-Type", "application/x-www-form-urlencoded", false);
    }
    text_reserve_wiping(&request->body, 3 * (strlen(name) + length) + 2); /* the most it may take */
    text_append_string(&request->body, request->body.length > 0 ? "&" : "");
    http_encode(&request->body, name, strlen(name));
    text_append_character(&request->body, '=');
    size_t start = request->body.length;
    http_encode(&request->body, value, length);
    if (secret) {
        request->secrets =
            memory_resize(request->secrets, request->secret_count + 1, sizeof *request->secrets);
        request->secrets[request->secret_count++] =
            (struct http_span){start, request->body.length - start};
    }
}

const char *http_response_header(const struct http_response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (strcasecmp(response->headers[i].name, name) == 0) {
            return response->headers[i].value;
        }
    }
    return NULL;
}

/* --- URLs --- */

static bool is_unreserved(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

void http_encode(struct text *out, const char *bytes, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (is_unreserved(bytes[i])) {
            text_append_character(out, bytes[i]);
        } else {
            text_append_character(out, '%');
            text_append_character(out, digits[byte >> 4]);
            text_append_character(out, digits[byte & 15]);
        }
    }
}

void http_query(struct text *url, const char *name, const char *value)
{
    bool first = strchr(text_string(url), '?') == NULL;
    text_append_character(url, first ? '?' : '&');
    http_encode(url, name, strlen(name));
    text_append_character(url, '=');
    if (value != NULL) {
        http_encode(url, value, strlen(value));
    }
}

/* --- words --- */

/* The body with *** in the place of its secrets. */
static void mask_body(const struct http_request *request, struct text *out)
{
    size_t at = 0;
    for (size_t i = 0; i < request->secret_count; i++) {
        const struct http_span *secret = &request->secrets[i];
        text_append(out, request->body.bytes + at, secret->start - at);
        text_append_string(out, "***");
        at = secret->start + secret->length;
    }
    text_append(out, text_string(&request->body) + at, request->body.length - at);
}

static void print_body(const struct text *body, bool secret, struct text *out)
{
    if (secret) {
        text_append_string(out, "***\n");
    } else if (!text_is_utf8(text_string(body), body->length)) {
        text_format(out, "(%zu bytes)\n", body->length);
    } else if (body->length > 0) {
        text_append(out, body->bytes, body->length);
        text_append_character(out, '\n');
    }
}

static void print_part(const struct http_part *part, bool secret, struct text *out)
{
    text_format(out, "-- part %s", part->name);
    if (part->file_name != NULL) {
        text_format(out, ", file %s", part->file_name);
    }
    if (part->type != NULL) {
        text_format(out, ", %s", part->type);
    }
    text_append_character(out, '\n');
    print_body(&part->body, secret, out);
}

void http_print_request(const struct http_request *request, struct text *out)
{
    text_format(out, "%s ", request->method);
    http_print_url(request->url, out);
    text_append_character(out, '\n');
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *header = &request->headers[i];
        text_format(out, "%s: %s\n", header->name, header->secret ? "***" : header->value);
    }
    if (request->part_count > 0 || request->has_body) {
        text_append_character(out, '\n');
    }
    for (size_t i = 0; i < request->part_count; i++) {
        print_part(&request->parts[i], request->secret_body, out);
    }
    if (request->part_count == 0 && request->has_body) {
        struct text shown = {0};
        mask_body(request, &shown);
        print_body(&shown, request->secret_body, out);
        config_wipe(&shown);
    }
}
