/*
 * http_easy: one request as a libcurl handle, and what comes in through it. Fetch thread.
 *
 * Always: certificates are verified, only http and https are spoken, libcurl follows nothing by
 * itself, and the path goes out as it is. A write gets a connection of its own, because libcurl
 * quietly sends again what it sent over a kept connection that turns out to be dead.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/memory.h"
#include "net/http_internal.h"

int64_t http_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- what comes in --- */

size_t http_most_bytes(const struct http_request *request)
{
    bool own = request->most_bytes > 0 && request->most_bytes < HTTP_MOST_BYTES;
    return own ? request->most_bytes : HTTP_MOST_BYTES;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_exchange *exchange = context;
    size_t length = size * count;
    exchange->last_byte = http_now();
    if (length > http_most_bytes(&exchange->request) - exchange->body.length) {
        exchange->stop = STOP_TOO_LARGE;
        return 0;
    }
    text_append(&exchange->body, bytes, length);
    return length;
}

static void forget_headers(struct http_exchange *exchange)
{
    for (size_t i = 0; i < exchange->received_count; i++) {
        free(exchange->received[i].name);
        free(exchange->received[i].value);
    }
    exchange->received_count = 0;
}

static void keep_header(struct http_exchange *exchange, const char *bytes, size_t length)
{
    const char *colon = memchr(bytes, ':', length);
    if (colon == NULL || colon == bytes) {
        return;
    }
    const char *value = colon + 1, *end = bytes + length;
    while (value < end && (*value == ' ' || *value == '\t')) {
        value++;
    }
    while (end > value && strchr(" \t\r\n", end[-1]) != NULL) {
        end--;
    }
    exchange->received =
        memory_resize(exchange->received, exchange->received_count + 1, sizeof *exchange->received);
    exchange->received[exchange->received_count++] =
        (struct http_header){.name = memory_copy(bytes, (size_t)(colon - bytes)),
                             .value = memory_copy(value, (size_t)(end - value))};
}

/* A status line begins the headers anew: a 100 before a 200, or a proxy's before the server's. */
static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct http_exchange *exchange = context;
    size_t length = size * count;
    exchange->last_byte = http_now();
    exchange->header_bytes += length;
    if (exchange->header_bytes > HTTP_MOST_HEADER_BYTES) {
        exchange->stop = STOP_HEADERS;
        return 0;
    }
    if (length > 5 && strncasecmp(bytes, "HTTP/", 5) == 0) {
        forget_headers(exchange);
        exchange->head_ended = false;
    } else if (length <= 2) {
        exchange->head_ended = true;
    } else {
        keep_header(exchange, bytes, length);
    }
    return length;
}

static int note_progress(void *context, curl_off_t to_download, curl_off_t downloaded,
                         curl_off_t to_upload, curl_off_t uploaded)
{
    struct http_exchange *exchange = context;
    (void)to_download;
    (void)downloaded;
    (void)to_upload;
    if (uploaded != exchange->uploaded) {
        exchange->uploaded = uploaded;
        exchange->last_byte = http_now();
    }
    return 0;
}

/* --- what goes out --- */

static bool has_header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_line(struct http_exchange *exchange, const char *line)
{
    struct curl_slist *longer = curl_slist_append(exchange->headers, line);
    exchange->headers = longer == NULL ? exchange->headers : longer;
}

/* Secrets are left out once a redirect led to another host. */
static void set_headers(struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *header = &request->headers[i];
        if (header->secret && exchange->left_origin) {
            continue;
        }
        struct text line = {0};
        text_format(&line, header->value[0] == '\0' ? "%s;" : "%s: %s", header->name,
                    header->value);
        add_line(exchange, text_string(&line));
        config_wipe(&line);
    }
    add_line(exchange, "Expect:"); /* no waiting for a 100 before a large body */
    if (request->part_count == 0 && !has_header(request, "Content-Type")) {
        add_line(exchange, "Content-Type:");
    }
    curl_easy_setopt(exchange->easy, CURLOPT_HTTPHEADER, exchange->headers);
}

static void set_parts(struct http_exchange *exchange)
{
    exchange->mime = curl_mime_init(exchange->easy);
    for (size_t i = 0; i < exchange->request.part_count; i++) {
        const struct http_part *part = &exchange->request.parts[i];
        curl_mimepart *added = curl_mime_addpart(exchange->mime);
        curl_mime_name(added, part->name);
        curl_mime_data(added, text_string(&part->body), part->body.length);
        if (part->file_name != NULL) {
            curl_mime_filename(added, part->file_name);
        }
        if (part->type != NULL) {
            curl_mime_type(added, part->type);
        }
    }
    curl_easy_setopt(exchange->easy, CURLOPT_MIMEPOST, exchange->mime);
}

static void set_method(struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    const char *method = request->method;
    bool without_body = strcmp(method, "GET") == 0 || strcmp(method, "DELETE") == 0 ||
                        strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
    if (request->part_count > 0) {
        set_parts(exchange);
    } else if (request->has_body || !without_body) {
        curl_easy_setopt(exchange->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)request->body.length);
        curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDS, text_string(&request->body));
    } else if (strcmp(method, "HEAD") == 0) {
        curl_easy_setopt(exchange->easy, CURLOPT_NOBODY, 1L);
        return;
    }
    curl_easy_setopt(exchange->easy, CURLOPT_CUSTOMREQUEST, method);
}

static void set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a cancel does not wait for the resolver */
#endif
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
}

static void set_limits(const struct http_client *client, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)client->timeout);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
    if (client->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, client->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    if (client->proxy != NULL) {
        curl_easy_setopt(easy, CURLOPT_PROXY, client->proxy);
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    }
}

static void set_callbacks(struct http_exchange *exchange)
{
    CURL *easy = exchange->easy;
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->words);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, note_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, exchange);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

void http_easy_prepare(struct http_exchange *exchange)
{
    http_easy_release(exchange);
    exchange->easy = curl_easy_init();
    exchange->status = 0;
    exchange->header_bytes = 0;
    exchange->head_ended = false;
    exchange->uploaded = 0;
    exchange->words[0] = '\0';
    text_truncate(&exchange->body, 0);
    forget_headers(exchange);
    curl_easy_setopt(exchange->easy, CURLOPT_URL, exchange->url);
    set_protocols(exchange->easy);
    set_limits(exchange->client, exchange->easy);
    set_callbacks(exchange);
    set_method(exchange);
    set_headers(exchange);
    if (!exchange->request.read) {
        curl_easy_setopt(exchange->easy, CURLOPT_FRESH_CONNECT, 1L);
    }
    exchange->started = http_now();
    exchange->last_byte = exchange->started;
}

/* The list's strings are libcurl's to free: they are overwritten where they stand. */
static void wipe_list(struct curl_slist *list)
{
    for (struct curl_slist *at = list; at != NULL; at = at->next) {
        config_overwrite(at->data, strlen(at->data));
    }
    curl_slist_free_all(list);
}

void http_easy_release(struct http_exchange *exchange)
{
    if (exchange->easy != NULL) {
        curl_easy_cleanup(exchange->easy);
    }
    curl_mime_free(exchange->mime);
    wipe_list(exchange->headers);
    exchange->easy = NULL;
    exchange->mime = NULL;
    exchange->headers = NULL;
}
