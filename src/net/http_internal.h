/*
 * http_internal: what the files of the client share. Fetch thread only, but for the multi handle,
 * which http_wake reads from other threads.
 */
#ifndef DOSSIER_NET_HTTP_INTERNAL_H
#define DOSSIER_NET_HTTP_INTERNAL_H

#include <curl/curl.h>

#include "net/http.h"

enum {
    HTTP_MOST_BYTES = 256 * 1024 * 1024,
    HTTP_MOST_HEADER_BYTES = 256 * 1024,
    HTTP_MOST_REDIRECTS = 5
};

/* Why we broke an exchange off, where libcurl would not know. */
enum http_stop { STOP_NONE, STOP_TOO_LARGE, STOP_HEADERS, STOP_SILENT };

struct http_client {
    _Atomic(CURLM *) multi; /* NULL until the first exchange */
    int timeout;            /* seconds without a byte */
    bool insecure;
    char *ca_file, *proxy;
    struct http_listener listener;
    struct http_exchange *exchanges; /* under way or ended, until http_finish */
};

struct http_exchange {
    struct http_exchange *next;
    struct http_client *client;
    struct http_request request; /* owned */
    char *url;                   /* the present one: changes with redirects */
    CURL *easy;                  /* NULL when it was refused before it began */
    struct curl_slist *headers;
    curl_mime *mime;
    char words[CURL_ERROR_SIZE];
    long status;
    struct http_header *received;
    size_t received_count;
    size_t header_bytes;
    bool head_ended; /* the blank line after the headers came */
    struct text body;
    enum http_stop stop;
    int redirects;
    bool left_origin; /* secrets stay behind from now on */
    bool running;     /* added to the multi handle */
    bool ended;
    bool sent;
    bool passing; /* with error: it may go away by itself */
    struct error error;
    int64_t started;   /* milliseconds, monotonic: of this hop */
    int64_t last_byte; /* when anything last moved, either way */
    curl_off_t uploaded;
};

int64_t http_now(void);
/* How long the answer's body may be. */
size_t http_most_bytes(const struct http_request *request);
/* Makes the easy handle ready for exchange->url. */
void http_easy_prepare(struct http_exchange *exchange);
void http_easy_release(struct http_exchange *exchange);
/* Puts what went wrong into exchange->error, in words. */
void http_explain(struct http_exchange *exchange, CURLcode code);
/* Where the answer redirects to, if it is followed: the caller frees. NULL else. */
char *http_redirect_target(const struct http_exchange *exchange);
/* Tells the listener about a hop that ended. */
void http_tell(struct http_exchange *exchange);

#endif
