/*
 * http_log: a URL as a log may show it. Which parameters are secrets is told by their names; an
 * adapter puts its secrets into headers marked so, and this is the second line of defence. Pure.
 */
#include <string.h>
#include <strings.h>

#include "net/http.h"

enum { LONGEST_VALUE = 200 };

static const char *const secret_words[] = {"token",  "password", "passwd", "secret",
                                           "apikey", "api_key",  "session"};

static bool contains_word(const char *name, size_t length, const char *word)
{
    size_t word_length = strlen(word);
    for (size_t at = 0; at + word_length <= length; at++) {
        if (strncasecmp(name + at, word, word_length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_secret(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof secret_words / sizeof secret_words[0]; i++) {
        if (contains_word(name, length, secret_words[i])) {
            return true;
        }
    }
    return false;
}

/* One name=value of the query, of so many bytes. */
static void print_parameter(const char *bytes, size_t length, struct text *out)
{
    const char *equals = memchr(bytes, '=', length);
    size_t name = equals == NULL ? length : (size_t)(equals - bytes);
    if (equals != NULL && is_secret(bytes, name)) {
        text_append(out, bytes, name);
        text_append_string(out, "=***");
    } else if (length > name + 1 + LONGEST_VALUE) {
        text_append(out, bytes, name + 1 + LONGEST_VALUE);
        text_append_string(out, "…");
    } else {
        text_append(out, bytes, length);
    }
}

/* Scheme, host and path, without what stands before an @ in the host. */
static void print_place(const char *url, size_t length, struct text *out)
{
    const char *slashes = strstr(url, "://");
    size_t host = slashes == NULL || slashes >= url + length ? 0 : (size_t)(slashes + 3 - url);
    size_t host_end = host + strcspn(url + host, "/?#");
    text_append(out, url, host);
    for (size_t at = host; at < host_end && at < length; at++) {
        if (url[at] == '@') {
            host = at + 1;
        }
    }
    text_append(out, url + host, length - host);
}

void http_print_url(const char *url, struct text *out)
{
    size_t place = strcspn(url, "?");
    print_place(url, place, out);
    const char *at = url + place;
    while (*at != '\0') {
        text_append_character(out, *at++);
        size_t length = strcspn(at, "&");
        print_parameter(at, length, out);
        at += length;
    }
}
