/* http_url: see http_url.h. */
#include "net/http_url.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "core/text.h"

static CURLU *parse(const char *url)
{
    CURLU *parsed = curl_url();
    if (parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, CURLU_PATH_AS_IS) != CURLUE_OK) {
        curl_url_cleanup(parsed);
        return NULL;
    }
    return parsed;
}

/* A part of the URL, freed with curl_free; NULL when it has none. */
static char *part_of(CURLU *parsed, CURLUPart what)
{
    char *part = NULL;
    return parsed != NULL && curl_url_get(parsed, what, &part, CURLU_DEFAULT_PORT) == CURLUE_OK
               ? part
               : NULL;
}

static bool is_loopback(const char *host)
{
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host));
}

static bool refuse_plain(const char *host, struct error *error)
{
    error_set(error, ERROR_USAGE,
              "Nothing was sent to %s: the profile's URL is plain http, which anybody on the way "
              "can read.",
              host);
    error_set_hint(error, "use https, or set insecure = yes in the profile if that is meant");
    return false;
}

static bool check_parts(const char *scheme, const char *host, bool allow_plain, struct error *error)
{
    if (scheme == NULL || host == NULL || host[0] == '\0') {
        return error_set(error, ERROR_USAGE,
                         "The profile's URL is not one: it needs the form https://host/….");
    }
    if (strcasecmp(scheme, "https") == 0) {
        return true;
    }
    if (strcasecmp(scheme, "http") != 0) {
        return error_set(error, ERROR_USAGE, "Only https and http can be spoken, and not %s.",
                         scheme);
    }
    return allow_plain || is_loopback(host) || refuse_plain(host, error);
}

bool http_url_allowed(const char *url, bool allow_plain, struct error *error)
{
    CURLU *parsed = parse(url);
    char *scheme = part_of(parsed, CURLUPART_SCHEME);
    char *host = part_of(parsed, CURLUPART_HOST);
    bool allowed = check_parts(scheme, host, allow_plain, error);
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(parsed);
    return allowed;
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart what)
{
    char *left = part_of(a, what), *right = part_of(b, what);
    bool same = left != NULL && right != NULL && strcasecmp(left, right) == 0;
    curl_free(left);
    curl_free(right);
    return same;
}

bool http_url_same_origin(const char *a, const char *b)
{
    CURLU *left = parse(a), *right = parse(b);
    bool same = same_part(left, right, CURLUPART_SCHEME) &&
                same_part(left, right, CURLUPART_HOST) && same_part(left, right, CURLUPART_PORT);
    curl_url_cleanup(left);
    curl_url_cleanup(right);
    return same;
}

char *http_url_resolve(const char *base, const char *location)
{
    CURLU *parsed = parse(base);
    char *resolved = NULL, *copy = NULL;
    if (parsed != NULL &&
        curl_url_set(parsed, CURLUPART_URL, location, CURLU_PATH_AS_IS | CURLU_URLENCODE) ==
            CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_URL, &resolved, 0) == CURLUE_OK) {
        copy = memory_copy_string(resolved);
    }
    curl_free(resolved);
    curl_url_cleanup(parsed);
    return copy;
}

char *http_url_host(const char *url)
{
    struct text words = {0};
    CURLU *parsed = parse(url);
    char *host = part_of(parsed, CURLUPART_HOST), *port = NULL;
    text_append_string(&words, host == NULL ? "the server" : host);
    if (parsed != NULL && curl_url_get(parsed, CURLUPART_PORT, &port, 0) == CURLUE_OK) {
        text_format(&words, ":%s", port);
    }
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parsed);
    return text_take(&words);
}

bool http_url_downgrades(const char *from, const char *to)
{
    return strncasecmp(from, "https:", 6) == 0 && strncasecmp(to, "http:", 5) == 0;
}
