/* http_retry: when a server wants to be asked again. Pure but for the clock; any thread. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/http.h"

enum { MOST_DIGITS = 9 };

/* By the server's own clock, where it says what that shows. */
static int64_t seconds_until(const struct http_response *response, const char *date)
{
    const char *shown = http_response_header(response, "Date");
    time_t then = curl_getdate(date, NULL), now = -1;
    if (shown != NULL) {
        now = curl_getdate(shown, NULL);
    }
    if (now < 0) {
        now = time(NULL);
    }
    if (then < 0) {
        return -1;
    }
    return then > now ? (int64_t)(then - now) : 0;
}

int64_t http_retry_after(const struct http_response *response)
{
    const char *value = http_response_header(response, "Retry-After");
    if (value == NULL || value[0] == '\0') {
        return -1;
    }
    size_t digits = strspn(value, "0123456789");
    if (value[digits] != '\0') {
        return seconds_until(response, value);
    }
    return digits > MOST_DIGITS ? INT32_MAX : strtoll(value, NULL, 10);
}

int http_retry_seconds(const struct http_response *response)
{
    int64_t asked = http_retry_after(response);
    return asked <= 0 ? 0 : asked > INT32_MAX ? INT32_MAX : (int)asked;
}
