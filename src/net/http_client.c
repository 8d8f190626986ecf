/*
 * http_client: the exchanges under way, on one libcurl multi handle. Fetch thread, but for
 * http_wake.
 *
 * Every exchange is in the client's list from http_start to http_finish. pump() is the one place
 * that lets libcurl work; whoever waits, waits there, and all other exchanges go on meanwhile.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "net/http_internal.h"
#include "net/http_url.h"

enum { FALLBACK_TIMEOUT = 30, LONGEST_POLL = 1000 };

static pthread_once_t libcurl_once = PTHREAD_ONCE_INIT;

static void start_libcurl(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* --- the client --- */

struct http_client *http_client_new(const struct profile *profile, int default_timeout)
{
    struct http_client *client = memory_zeroed(1, sizeof *client);
    atomic_init(&client->multi, NULL);
    client->timeout = profile->timeout > 0  ? profile->timeout
                      : default_timeout > 0 ? default_timeout
                                            : FALLBACK_TIMEOUT;
    client->insecure = profile->insecure;
    client->ca_file = memory_copy_string(profile->ca_file);
    client->proxy = memory_copy_string(profile->proxy);
    return client;
}

void http_client_listen(struct http_client *client, struct http_listener listener)
{
    client->listener = listener;
}

void http_client_free(struct http_client *client)
{
    if (client == NULL) {
        return;
    }
    while (client->exchanges != NULL) {
        http_finish(client, client->exchanges);
    }
    CURLM *multi = atomic_load(&client->multi);
    if (multi != NULL) {
        curl_multi_cleanup(multi);
    }
    free(client->ca_file);
    free(client->proxy);
    free(client);
}

static CURLM *multi_of(struct http_client *client)
{
    CURLM *multi = atomic_load(&client->multi);
    if (multi == NULL) {
        pthread_once(&libcurl_once, start_libcurl);
        multi = curl_multi_init();
        if (multi == NULL) {
            abort(); /* out of memory, as everywhere */
        }
        atomic_store(&client->multi, multi);
    }
    return multi;
}

void http_wake(struct http_client *client)
{
    CURLM *multi = atomic_load(&client->multi);
    if (multi != NULL) {
        curl_multi_wakeup(multi);
    }
}

/* --- the end of a hop, and of an exchange --- */

void http_tell(struct http_exchange *exchange)
{
    struct http_client *client = exchange->client;
    if (client->listener.hear == NULL) {
        return;
    }
    struct text words = {0};
    struct http_line line = {.milliseconds = http_now() - exchange->started,
                             .failed = exchange->status == 0 || exchange->status >= 400};
    curl_off_t bytes = 0;
    curl_easy_getinfo(exchange->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    text_format(&words, "%s ", exchange->request.method);
    http_print_url(exchange->url, &words);
    if (exchange->request.label != NULL) {
        text_format(&words, " %s", exchange->request.label);
    }
    if (error_is_set(&exchange->error)) {
        line.failed = true;
        text_format(&words, " · %s", error_kind_name(exchange->error.kind));
    } else {
        text_format(&words, " · %ld · %lld bytes", exchange->status, (long long)bytes);
    }
    text_format(&words, " · %lld ms", (long long)line.milliseconds);
    line.text = text_take(&words);
    client->listener.hear(client->listener.context, line);
}

static void detach(struct http_exchange *exchange)
{
    if (exchange->running) {
        long request_size = 0;
        curl_easy_getinfo(exchange->easy, CURLINFO_REQUEST_SIZE, &request_size);
        exchange->sent = exchange->sent || request_size > 0;
        curl_multi_remove_handle(atomic_load(&exchange->client->multi), exchange->easy);
        exchange->running = false;
    }
}

static void attach(struct http_exchange *exchange)
{
    CURLM *multi = multi_of(exchange->client);
    http_easy_prepare(exchange);
    curl_multi_add_handle(multi, exchange->easy);
    exchange->running = true;
}

static void end_exchange(struct http_exchange *exchange)
{
    http_tell(exchange);
    exchange->ended = true;
}

static void follow(struct http_exchange *exchange, char *target)
{
    http_tell(exchange);
    exchange->redirects++;
    exchange->left_origin =
        exchange->left_origin || !http_url_same_origin(exchange->request.url, target);
    free(exchange->url);
    exchange->url = target;
    attach(exchange);
}

static void take_end(struct http_exchange *exchange, CURLcode code)
{
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &exchange->status);
    detach(exchange);
    if (code == CURLE_OK && !exchange->head_ended) {
        code = CURLE_PARTIAL_FILE; /* libcurl takes headers without their end for an answer */
    }
    if (code != CURLE_OK) {
        http_explain(exchange, code);
        end_exchange(exchange);
        return;
    }
    char *target = http_redirect_target(exchange);
    if (target != NULL && exchange->redirects < HTTP_MOST_REDIRECTS) {
        follow(exchange, target);
        return;
    }
    if (target != NULL) {
        error_set(&exchange->error, ERROR_PROTOCOL,
                  "The server redirects from one address to the next without an end.");
        free(target);
    }
    end_exchange(exchange);
}

/* Ends what was silent for too long; returns milliseconds until the next may be. */
static int end_silent(struct http_client *client)
{
    int64_t now = http_now(), soonest = LONGEST_POLL;
    for (struct http_exchange *at = client->exchanges; at != NULL; at = at->next) {
        if (!at->running) {
            continue;
        }
        int64_t left = at->last_byte + (int64_t)client->timeout * 1000 - now;
        if (left <= 0) {
            at->stop = STOP_SILENT;
            take_end(at, CURLE_OPERATION_TIMEDOUT);
        } else if (left < soonest) {
            soonest = left;
        }
    }
    return (int)soonest;
}

/* Lets libcurl work once; whether anything ended. */
static bool work(struct http_client *client)
{
    CURLM *multi = multi_of(client);
    int running = 0, left = 0;
    bool any = false;
    curl_multi_perform(multi, &running);
    for (CURLMsg *message = curl_multi_info_read(multi, &left); message != NULL;
         message = curl_multi_info_read(multi, &left)) {
        if (message->msg == CURLMSG_DONE) {
            char *context = NULL;
            CURLcode code = message->data.result;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
            take_end((struct http_exchange *)(void *)context, code);
            any = true;
        }
    }
    return any;
}

/* Works, and when nothing ended waits for the network, a wake-up, or so many milliseconds. */
static void pump(struct http_client *client, int64_t most)
{
    bool any = work(client);
    int soonest = end_silent(client);
    if (!any) {
        int wait = most < soonest ? (int)most : soonest;
        curl_multi_poll(multi_of(client), NULL, 0, wait, NULL);
    }
}

/* --- exchanges --- */

static bool is_token(const char *name)
{
    return name[0] != '\0' && strpbrk(name, " \t\r\n:") == NULL;
}

/* A line end in a header would begin another header: that is refused, not repaired. */
static bool check_request(const struct http_exchange *exchange, struct error *error)
{
    const struct http_request *request = &exchange->request;
    if (request->url == NULL || strpbrk(request->url, " \t\r\n") != NULL ||
        request->method == NULL || !is_token(request->method)) {
        return error_set(error, ERROR_USAGE,
                         "The request was not sent: its method or URL has a blank in it.");
    }
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *header = &request->headers[i];
        if (!is_token(header->name) || strpbrk(header->value, "\r\n") != NULL) {
            return error_set(error, ERROR_USAGE,
                             "The request was not sent: its header %s has a line end in it.",
                             header->name);
        }
    }
    return http_url_allowed(request->url, exchange->client->insecure, error);
}

struct http_exchange *http_start(struct http_client *client, struct http_request *request)
{
    struct http_exchange *exchange = memory_zeroed(1, sizeof *exchange);
    exchange->client = client;
    exchange->request = *request;
    memset(request, 0, sizeof *request);
    exchange->url = memory_copy_string(exchange->request.url);
    exchange->next = client->exchanges;
    client->exchanges = exchange;
    if (!check_request(exchange, &exchange->error)) {
        exchange->ended = true;
        return exchange;
    }
    attach(exchange);
    (void)work(client); /* so that it is on its way while the caller does something else */
    return exchange;
}

static bool give(struct http_exchange *exchange, struct http_response *response,
                 struct error *error)
{
    memset(response, 0, sizeof *response);
    if (error_is_set(&exchange->error)) {
        error_copy(error, &exchange->error);
        return false;
    }
    *response = (struct http_response){.status = exchange->status,
                                       .headers = exchange->received,
                                       .header_count = exchange->received_count,
                                       .body = text_string(&exchange->body),
                                       .length = exchange->body.length,
                                       .url = exchange->url};
    return true;
}

bool http_wait(struct http_client *client, struct http_exchange *exchange,
               const atomic_bool *cancelled, struct http_response *response, struct error *error)
{
    while (!exchange->ended) {
        if (atomic_load(cancelled)) {
            return error_set(error, ERROR_CANCELLED, "Cancelled while waiting for the server.");
        }
        pump(client, LONGEST_POLL);
    }
    return give(exchange, response, error);
}

bool http_was_sent(const struct http_exchange *exchange)
{
    long request_size = 0;
    if (exchange->running) {
        curl_easy_getinfo(exchange->easy, CURLINFO_REQUEST_SIZE, &request_size);
    }
    return exchange->sent || request_size > 0;
}

bool http_has_ended(struct http_client *client, struct http_exchange *exchange)
{
    if (!exchange->ended) {
        (void)work(client);
    }
    return exchange->ended;
}

void http_work(struct http_client *client, int milliseconds)
{
    pump(client, milliseconds);
}

size_t http_in_flight(const struct http_client *client)
{
    size_t count = 0;
    for (const struct http_exchange *at = client->exchanges; at != NULL; at = at->next) {
        count += at->running ? 1 : 0;
    }
    return count;
}

bool http_may_pass(const struct http_exchange *exchange)
{
    return exchange->passing;
}

bool http_is_for(const struct http_exchange *exchange, const struct http_request *request)
{
    const struct http_request *own = &exchange->request;
    return strcmp(own->method, request->method) == 0 && strcmp(own->url, request->url) == 0 &&
           own->part_count == 0 && request->part_count == 0 &&
           own->body.length == request->body.length &&
           memcmp(text_string(&own->body), text_string(&request->body), own->body.length) == 0;
}

void http_finish(struct http_client *client, struct http_exchange *exchange)
{
    struct http_exchange **at = &client->exchanges;
    while (*at != exchange) {
        at = &(*at)->next;
    }
    *at = exchange->next;
    if (exchange->running) {
        detach(exchange);
        error_set(&exchange->error, ERROR_CANCELLED, "Cancelled.");
        http_tell(exchange);
    }
    http_easy_release(exchange);
    for (size_t i = 0; i < exchange->received_count; i++) {
        free(exchange->received[i].name);
        free(exchange->received[i].value);
    }
    free(exchange->received);
    http_request_clear(&exchange->request);
    config_wipe(&exchange->body); /* a sign-in's answer is a secret */
    error_clear(&exchange->error);
    free(exchange->url);
    free(exchange);
}

void http_pause(struct http_client *client, int milliseconds, const atomic_bool *cancelled)
{
    int64_t until = http_now() + milliseconds;
    for (int64_t left = milliseconds; left > 0 && !atomic_load(cancelled);
         left = until - http_now()) {
        pump(client, left);
    }
}
