/*
 * http_redirect: whether an answer's Location is followed. Only reads are; a body goes to nobody
 * but who it was meant for; https is never left for http. What is not followed is an answer like
 * any other, with its 3xx status. Pure.
 */
#include <stdlib.h>
#include <string.h>

#include "net/http_internal.h"
#include "net/http_url.h"

static bool keeps_method(long status)
{
    return status == 307 || status == 308;
}

static bool is_redirect(long status)
{
    return status == 301 || status == 302 || status == 303 || keeps_method(status);
}

static bool may_follow(const struct http_exchange *exchange, const char *target)
{
    const struct http_request *request = &exchange->request;
    bool bare = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    bare = bare && !request->has_body && request->part_count == 0;
    if (http_url_downgrades(exchange->url, target)) {
        return false;
    }
    return bare || (keeps_method(exchange->status) && http_url_same_origin(exchange->url, target));
}

char *http_redirect_target(const struct http_exchange *exchange)
{
    struct http_response response = {.headers = exchange->received,
                                     .header_count = exchange->received_count};
    const char *location = http_response_header(&response, "Location");
    if (!exchange->request.read || !is_redirect(exchange->status) || location == NULL) {
        return NULL;
    }
    char *target = http_url_resolve(exchange->url, location);
    struct error refused = {0};
    bool allowed = target != NULL && may_follow(exchange, target) &&
                   http_url_allowed(target, exchange->client->insecure, &refused);
    error_clear(&refused);
    if (!allowed) {
        free(target);
        return NULL;
    }
    return target;
}
