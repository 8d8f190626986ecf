/*
 * http_error: what libcurl reports, as a sentence with the host in it and what to do next. A table
 * by libcurl's code; its own words come last. Fetch thread.
 */
#include <stdlib.h>
#include <string.h>

#include "net/http_internal.h"
#include "net/http_url.h"

struct explanation {
    CURLcode code;
    enum error_kind kind;
    const char *words; /* %s is the host */
    const char *hint;
};

static const char see_url[] = "check `url` in the profile, and that this machine is on the network";
static const char see_certificate[] =
    "if the server's certificate is by an authority of your own, name its file in `ca_file`";
static const char see_proxy[] = "check `proxy` in the profile, or the proxy of the environment";
static const char try_again[] = "try again; if it stays so, ask whoever runs the server";

static const struct explanation explanations[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERROR_NETWORK, "The name of %s was not found", see_url},
    {CURLE_COULDNT_RESOLVE_PROXY, ERROR_NETWORK, "The proxy on the way to %s was not found",
     see_proxy},
    {CURLE_PROXY, ERROR_NETWORK, "The proxy does not lead to %s", see_proxy},
    {CURLE_COULDNT_CONNECT, ERROR_NETWORK, "%s could not be connected to", see_url},
    {CURLE_PEER_FAILED_VERIFICATION, ERROR_NETWORK,
     "The certificate of %s is not one that can be trusted", see_certificate},
    {CURLE_SSL_ISSUER_ERROR, ERROR_NETWORK, "The certificate of %s is not one that can be trusted",
     see_certificate},
    {CURLE_SSL_CACERT_BADFILE, ERROR_USAGE, "The file of certificates for %s could not be read",
     "check `ca_file` in the profile: it is a file in PEM form"},
    {CURLE_SSL_CONNECT_ERROR, ERROR_NETWORK, "No encrypted connection to %s came about",
     "check that `url` begins with https and names the right port"},
    {CURLE_OPERATION_TIMEDOUT, ERROR_TIMEOUT, "%s did not answer in time",
     "try again, or allow more seconds with `timeout` in the profile"},
    {CURLE_GOT_NOTHING, ERROR_NETWORK, "%s closed the connection without an answer", try_again},
    {CURLE_SEND_ERROR, ERROR_NETWORK, "The connection to %s broke while sending", try_again},
    {CURLE_RECV_ERROR, ERROR_NETWORK, "The connection to %s broke before its answer was whole",
     try_again},
    {CURLE_PARTIAL_FILE, ERROR_NETWORK, "The connection to %s broke before its answer was whole",
     try_again},
    {CURLE_HTTP2, ERROR_NETWORK, "The connection to %s broke", try_again},
    {CURLE_HTTP2_STREAM, ERROR_NETWORK, "The connection to %s broke", try_again},
    {CURLE_BAD_CONTENT_ENCODING, ERROR_PROTOCOL, "The answer of %s could not be unpacked",
     try_again},
    {CURLE_WEIRD_SERVER_REPLY, ERROR_PROTOCOL, "What %s answered is not HTTP",
     "check that `url` names the right port"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERROR_PROTOCOL, "What %s answered is not HTTP",
     "check that `url` names the right port"},
    {CURLE_URL_MALFORMAT, ERROR_USAGE, "The URL for %s is not one", see_url},
};

static const struct explanation otherwise = {CURLE_OK, ERROR_NETWORK, "The exchange with %s failed",
                                             try_again};

static const struct explanation *find_explanation(CURLcode code)
{
    for (size_t i = 0; i < sizeof explanations / sizeof explanations[0]; i++) {
        if (explanations[i].code == code) {
            return &explanations[i];
        }
    }
    return &otherwise;
}

static bool explain_stop(struct http_exchange *exchange, const char *host)
{
    struct error *error = &exchange->error;
    switch (exchange->stop) {
    case STOP_TOO_LARGE:
        error_set(error, ERROR_PROTOCOL, "The answer of %s is larger than %zu MB.", host,
                  http_most_bytes(&exchange->request) / 1024 / 1024);
        error_set_hint(error, "ask for fewer records at once, with `page_size` in the profile");
        return true;
    case STOP_HEADERS:
        error_set(error, ERROR_PROTOCOL, "The headers of the answer of %s are larger than 256 kB.",
                  host);
        return true;
    case STOP_SILENT:
        error_set(error, ERROR_TIMEOUT, "%s sent nothing for %d seconds.", host,
                  exchange->client->timeout);
        error_set_hint(error, "%s", find_explanation(CURLE_OPERATION_TIMEDOUT)->hint);
        return true;
    default:
        return false;
    }
}

/* "The name of %s was not found" with the host in its place. */
static void put_host(struct text *out, const char *words, const char *host)
{
    const char *place = strstr(words, "%s");
    text_append(out, words, (size_t)(place - words));
    text_append_string(out, host);
    text_append_string(out, place + 2);
}

void http_explain(struct http_exchange *exchange, CURLcode code)
{
    char *host = http_url_host(exchange->url);
    if (!explain_stop(exchange, host)) {
        const struct explanation *explanation = find_explanation(code);
        const char *words = exchange->words[0] == '\0' ? curl_easy_strerror(code) : exchange->words;
        struct text sentence = {0};
        put_host(&sentence, explanation->words, host);
        error_set(&exchange->error, explanation->kind, "%s: %s.", text_string(&sentence), words);
        error_set_hint(&exchange->error, "%s", explanation->hint);
        exchange->passing = explanation->hint == try_again || code == CURLE_COULDNT_CONNECT;
        text_free(&sentence);
    }
    free(host);
}
