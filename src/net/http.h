/*
 * http: requests, responses, and the client that carries them over libcurl's multi interface.
 *
 * Requests and responses are plain data, so that adapters' encode and decode are pure and tested
 * with recorded bytes. The client belongs to the fetch thread; only http_wake may be called from
 * another. Secrets: a header or part marked secret is never logged; everything that held one is
 * wiped.
 */
#ifndef DOSSIER_NET_HTTP_H
#define DOSSIER_NET_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/text.h"
#include "store/config.h"

struct http_header {
    char *name;
    char *value;
    bool secret;
};

/* A part of a multipart/form-data body. */
struct http_part {
    char *name;
    char *file_name; /* NULL: an ordinary field */
    char *type;      /* media type; NULL: none given */
    struct text body;
};

/* Bytes of a body that are a secret. */
struct http_span {
    size_t start, length;
};

struct http_request {
    char *method; /* "GET", "POST", "PATCH", "DELETE" … */
    char *url;    /* whole, already encoded; sent as it is (no dot segments removed) */
    struct http_header *headers;
    size_t header_count;
    struct text body;
    bool has_body;
    struct http_part *parts; /* multipart when there are any; body is then unused */
    size_t part_count;
    const char *label; /* a constant: what the log calls it, where URLs are all the same; or NULL */
    bool secret_body;  /* holds a password or key: never printed */
    struct http_span *secrets; /* of the body, in order: printed as *** */
    size_t secret_count;
    size_t most_bytes; /* of the answer's body, unpacked; 0: as many as any answer may have */
    bool read;         /* changes nothing there: may be retried, and redirects are followed */
};

struct http_response {
    long status; /* 0 when there was no answer */
    struct http_header *headers;
    size_t header_count;
    const char *body; /* owned by whoever filled it */
    size_t length;
    const char *url; /* the last one, after redirects */
};

void http_request_clear(struct http_request *request); /* wipes secrets, frees, zeroes */
void http_request_header(struct http_request *request, const char *name, const char *value,
                         bool secret);
void http_request_part(struct http_request *request, const char *name, const char *file_name,
                       const char *type, const char *bytes, size_t length);
/* Appends name=value to a body of application/x-www-form-urlencoded, and gives it its headers when
 * it is the first. A secret one is printed as ***. */
void http_request_form(struct http_request *request, const char *name, const char *value,
                       size_t length, bool secret);
/* The first header of this name, without regard to case; NULL when there is none. */
const char *http_response_header(const struct http_response *response, const char *name);
/* Seconds the server asks to wait, by its Retry-After (a number or a date); -1 when it does not. */
int64_t http_retry_after(const struct http_response *response);
/* The same for struct error: 0 when it asks for nothing, and never more than an int holds. */
int http_retry_seconds(const struct http_response *response);
/* Appends text percent-encoded for a query value or path segment (unreserved characters kept). */
void http_encode(struct text *out, const char *bytes, size_t length);
/* Appends ?name=value or &name=value to a URL, both encoded. */
void http_query(struct text *url, const char *name, const char *value);
/* Appends the URL as a log may show it: no user name or password, values of parameters that are
 * secrets as ***, long values cut. */
void http_print_url(const char *url, struct text *out);
/* The request in words, for explain and --dry-run: method, URL, headers (secrets as ***), body. */
void http_print_request(const struct http_request *request, struct text *out);

/* --- the client --- */

struct http_client;
struct http_exchange; /* one request under way */

/* Limits and TLS as the profile says: timeout, insecure, ca_file, proxy. Cheap: libcurl is
 * initialised at the first exchange, on the fetch thread. */
struct http_client *http_client_new(const struct profile *profile, int default_timeout);
void http_client_free(struct http_client *client);

/* One line for the log and its numbers: method, URL without secrets, status, bytes, milliseconds.
 */
struct http_line {
    char *text;
    int64_t milliseconds;
    bool failed;
};

/* Who hears of every exchange when it has ended; the line becomes theirs. Called on the fetch
 * thread, before http_wait returns. */
struct http_listener {
    void (*hear)(void *context, struct http_line line);
    void *context;
};
void http_client_listen(struct http_client *client, struct http_listener listener);

/* Starts a request (taken over). Errors (plain http to another host, bad URL) come out of
 * http_wait. */
struct http_exchange *http_start(struct http_client *client, struct http_request *request);
/* Waits until the exchange has ended or *cancelled is set; other exchanges go on meanwhile. The
 * response is the exchange's until http_finish. False with ERROR_NETWORK, _TIMEOUT, _CANCELLED,
 * _PROTOCOL (too large, bad encoding), _USAGE (refused URL). */
bool http_wait(struct http_client *client, struct http_exchange *exchange,
               const atomic_bool *cancelled, struct http_response *response, struct error *error);
/* Had any of the request gone out? Where it had not, nothing was done there. */
bool http_was_sent(const struct http_exchange *exchange);
bool http_has_ended(struct http_client *client, struct http_exchange *exchange); /* does not wait */
/* Waits until something happens on the network, http_wake is called, or the time is over. */
void http_work(struct http_client *client, int milliseconds);
size_t http_in_flight(const struct http_client *client);
/* The failure may pass: the same request may fare better in a moment. Of one that ended. */
bool http_may_pass(const struct http_exchange *exchange);
/* Would the exchange be the answer to this request? The same method, URL and body. */
bool http_is_for(const struct http_exchange *exchange, const struct http_request *request);
void http_finish(struct http_client *client,
                 struct http_exchange *exchange); /* aborts if under way */
/* Makes a waiting http_wait look at its cancel flag. Any thread. */
void http_wake(struct http_client *client);
/* Waits milliseconds, pumping what is under way; ends early when *cancelled. For back-off. */
void http_pause(struct http_client *client, int milliseconds, const atomic_bool *cancelled);

#endif
