/* The client against a server on this machine: what it sends, follows, refuses and gives up. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/memory.h"
#include "net/http.h"
#include "net/json.h"
#include "test_server.h"

/* A server, and a client of one profile, with the last answer. */
struct rig {
    struct test_server server;
    struct profile profile;
    struct http_client *client;
    struct http_exchange *exchange;
    struct http_response response;
    struct error error;
    atomic_bool cancelled;
    struct text log;
};

static void hear(void *context, struct http_line line)
{
    struct rig *rig = context;
    text_format(&rig->log, "%s\n", line.text);
    free(line.text);
}

static void rig_open(struct rig *rig, const char *argument)
{
    memset(rig, 0, sizeof *rig);
    rig->server = test_server_start("echo_server.py", argument);
    rig->client = http_client_new(&rig->profile, 60);
    http_client_listen(rig->client, (struct http_listener){hear, rig});
    atomic_init(&rig->cancelled, false);
}

static void rig_forget(struct rig *rig)
{
    if (rig->exchange != NULL) {
        http_finish(rig->client, rig->exchange);
    }
    rig->exchange = NULL;
    error_clear(&rig->error);
}

static void rig_close(struct rig *rig)
{
    rig_forget(rig);
    http_client_free(rig->client);
    test_server_stop(&rig->server);
    text_free(&rig->log);
}

static struct http_request request_for(const struct rig *rig, const char *method, const char *path)
{
    struct text url = {0};
    text_format(&url, "%s%s", path[0] == '/' ? rig->server.url : "", path);
    return (struct http_request){.method = memory_copy_string(method),
                                 .url = text_take(&url),
                                 .read = strcmp(method, "GET") == 0};
}

static bool send_request(struct rig *rig, struct http_request request)
{
    rig_forget(rig);
    rig->exchange = http_start(rig->client, &request);
    return http_wait(rig->client, rig->exchange, &rig->cancelled, &rig->response, &rig->error);
}

static bool get(struct rig *rig, const char *path)
{
    return send_request(rig, request_for(rig, "GET", path));
}

static json_t *echoed(const struct rig *rig)
{
    struct error error = {0};
    json_t *json = json_read(rig->response.body, rig->response.length, &error);
    assert_non_null(json);
    return json;
}

static const char *echoed_header(const json_t *echo, const char *name)
{
    return json_member_string(json_member(echo, "headers"), name);
}

static void a_path_goes_out_as_it_is(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    assert_true(get(&rig, "/a/../b%2Fc?x=%20"));
    json_t *echo = echoed(&rig);
    assert_string_equal(json_member_string(echo, "target"), "/a/../b%2Fc?x=%20");
    assert_non_null(strstr(echoed_header(echo, "User-Agent"), "dossier/"));
    assert_non_null(strstr(echoed_header(echo, "Accept-Encoding"), "gzip"));
    json_decref(echo);
    rig_close(&rig);
}

static void bodies_and_methods_arrive(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    struct http_request request = request_for(&rig, "PATCH", "/x");
    request.has_body = true;
    text_append_string(&request.body, "{\"a\":\"é\"}");
    http_request_header(&request, "Content-Type", "application/json", false);
    assert_true(send_request(&rig, request));
    json_t *echo = echoed(&rig);
    assert_string_equal(json_member_string(echo, "method"), "PATCH");
    assert_string_equal(json_member_string(echo, "body"), "{\"a\":\"é\"}");
    assert_string_equal(echoed_header(echo, "Content-Type"), "application/json");
    json_decref(echo);
    assert_true(send_request(&rig, request_for(&rig, "DELETE", "/x/1")));
    echo = echoed(&rig);
    assert_string_equal(json_member_string(echo, "method"), "DELETE");
    assert_null(echoed_header(echo, "Content-Length"));
    json_decref(echo);
    rig_close(&rig);
}

static void multipart_is_sent_in_parts(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    struct http_request request = request_for(&rig, "POST", "/up");
    http_request_part(&request, "file", "a\"b.csv", "text/csv", "Id\n", 3);
    assert_true(send_request(&rig, request));
    json_t *echo = echoed(&rig);
    assert_non_null(strstr(echoed_header(echo, "Content-Type"), "multipart/form-data"));
    assert_non_null(
        strstr(json_member_string(echo, "body"), "name=\"file\"; filename=\"a%22b.csv\""));
    json_decref(echo);
    rig_close(&rig);
}

static void a_kept_connection_serves_again(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    for (int i = 0; i < 5; i++) {
        assert_true(get(&rig, "/bytes/100000"));
        assert_int_equal(rig.response.length, 100000);
    }
    assert_true(get(&rig, "/__stats"));
    assert_non_null(strstr(rig.response.body, "\"connections\":1,"));
    rig_close(&rig);
}

static void secrets_do_not_follow_to_another_origin(void **state)
{
    (void)state;
    struct rig rig, other;
    rig_open(&rig, NULL);
    rig_open(&other, NULL);
    for (int leaves = 0; leaves < 2; leaves++) {
        struct text path = {0};
        text_append_string(&path, "/to");
        struct text target = {0};
        text_format(&target, "%s/there", leaves ? other.server.url : "");
        http_query(&path, "url", text_string(&target));
        struct http_request request = request_for(&rig, "GET", text_string(&path));
        http_request_header(&request, "Authorization", "Bearer s3cret", true);
        http_request_header(&request, "Accept", "text/plain", false);
        assert_true(send_request(&rig, request));
        json_t *echo = echoed(&rig);
        assert_string_equal(json_member_string(echo, "target"), "/there");
        assert_string_equal(echoed_header(echo, "Accept"), "text/plain");
        assert_int_equal(echoed_header(echo, "Authorization") == NULL, leaves);
        json_decref(echo);
        text_free(&target);
        text_free(&path);
    }
    assert_null(strstr(text_string(&rig.log), "s3cret"));
    rig_close(&other);
    rig_close(&rig);
}

static void a_write_is_not_redirected(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    assert_true(send_request(&rig, request_for(&rig, "POST", "/to?status=307&url=%2Fthere")));
    assert_int_equal(rig.response.status, 307);
    assert_int_equal(test_server_requests(&rig.server), 1);
    rig_close(&rig);
}

static void redirects_without_end_are_given_up(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    test_server_fault(&rig.server, "{\"redirect\":\"/again\"}");
    assert_false(get(&rig, "/again"));
    assert_int_equal(rig.error.kind, ERROR_PROTOCOL);
    assert_int_equal(test_server_requests(&rig.server), 6);
    rig_close(&rig);
}

static void a_redirect_to_plain_http_elsewhere_is_not_followed(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    assert_true(get(&rig, "/to?url=http%3A%2F%2Fcrm.invalid%2F"));
    assert_int_equal(rig.response.status, 302);
    assert_true(get(&rig, "/to?url=file%3A%2F%2F%2Fetc%2Fpasswd"));
    assert_int_equal(rig.response.status, 302);
    rig_close(&rig);
}

static void assert_failed(struct rig *rig, enum error_kind kind, const char *words)
{
    assert_string_equal(error_kind_name(rig->error.kind), error_kind_name(kind));
    if (strstr(rig->error.message, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, rig->error.message);
    }
}

static void what_fails_is_said_in_words(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    assert_false(get(&rig, "http://127.0.0.1:1/"));
    assert_failed(&rig, ERROR_NETWORK, "127.0.0.1:1 could not be connected to");
    assert_false(http_was_sent(rig.exchange));
    assert_non_null(rig.error.hint);
    assert_false(get(&rig, "https://no.such.name.invalid/"));
    assert_failed(&rig, ERROR_NETWORK, "no.such.name.invalid");
    assert_false(get(&rig, "http://crm.invalid/"));
    assert_failed(&rig, ERROR_USAGE, "plain http");
    assert_false(get(&rig, "gopher://127.0.0.1/"));
    assert_failed(&rig, ERROR_USAGE, "gopher");
    test_server_fault(&rig.server, "{\"drop\":true}");
    assert_false(get(&rig, "/x"));
    assert_failed(&rig, ERROR_NETWORK, "without an answer");
    assert_true(http_was_sent(rig.exchange));
    test_server_fault(&rig.server, "{\"cut\":120}");
    assert_false(get(&rig, "/bytes/300"));
    assert_failed(&rig, ERROR_NETWORK, "before its answer was whole");
    rig_close(&rig);
}

static void sizes_are_capped(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    assert_false(get(&rig, "/headers/4000"));
    assert_failed(&rig, ERROR_PROTOCOL, "headers");
    test_server_fault(&rig.server, "{\"huge\":268435457}");
    assert_false(get(&rig, "/x"));
    assert_failed(&rig, ERROR_PROTOCOL, "larger than 256 MB");
    rig_close(&rig);
}

static void a_request_may_allow_less(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    for (size_t most = 2097152; most <= 2097153; most++) {
        struct http_request request = request_for(&rig, "GET", "/bytes/2097153");
        request.most_bytes = most;
        assert_int_equal(send_request(&rig, request), most == 2097153);
        if (most < 2097153) {
            assert_failed(&rig, ERROR_PROTOCOL, "larger than 2 MB");
        }
    }
    rig_close(&rig);
}

static void a_header_with_a_line_end_is_refused(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    struct http_request request = request_for(&rig, "GET", "/x");
    http_request_header(&request, "X-A", "a\r\nX-B: b", false);
    assert_false(send_request(&rig, request));
    assert_failed(&rig, ERROR_USAGE, "X-A");
    assert_int_equal(test_server_requests(&rig.server), 0);
    rig_close(&rig);
}

/* libcurl would send it again by itself over a new connection. */
static void a_write_over_a_dead_connection_is_sent_once(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    assert_true(get(&rig, "/x"));
    test_server_fault(&rig.server, "{\"drop\":true}");
    assert_false(send_request(&rig, request_for(&rig, "POST", "/write")));
    assert_true(http_was_sent(rig.exchange));
    assert_int_equal(test_server_requests(&rig.server), 2);
    rig_close(&rig);
}

static void silence_is_a_time_out(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    http_client_free(rig.client);
    rig.profile.timeout = 1;
    rig.client = http_client_new(&rig.profile, 20);
    test_server_fault(&rig.server, "{\"stall\":3}");
    assert_false(get(&rig, "/bytes/200"));
    assert_failed(&rig, ERROR_TIMEOUT, "sent nothing for 1 second");
    rig_close(&rig);
}

static void *cancel_soon(void *context)
{
    struct rig *rig = context;
    struct timespec moment = {.tv_nsec = 50 * 1000 * 1000};
    (void)nanosleep(&moment, NULL);
    atomic_store(&rig->cancelled, true);
    http_wake(rig->client);
    return NULL;
}

static void a_stalled_server_does_not_hold_a_cancel(void **state)
{
    (void)state;
    struct rig rig;
    pthread_t thread;
    struct timespec before, after;
    rig_open(&rig, NULL);
    test_server_fault(&rig.server, "{\"stall\":10}");
    pthread_create(&thread, NULL, cancel_soon, &rig);
    clock_gettime(CLOCK_MONOTONIC, &before);
    assert_false(get(&rig, "/bytes/200"));
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_int_equal(rig.error.kind, ERROR_CANCELLED);
    assert_true(after.tv_sec - before.tv_sec < 5);
    pthread_join(thread, NULL);
    rig_close(&rig);
}

static void certificates_are_verified(void **state)
{
    (void)state;
    struct rig rig;
    char ca_file[] = TEST_SERVERS "/loopback.pem";
    rig_open(&rig, "--tls");
    struct text url = {0};
    text_format(&url, "https://%s/x", strstr(rig.server.url, "127.0.0.1"));
    rig.profile.insecure = true;
    http_client_free(rig.client);
    rig.client = http_client_new(&rig.profile, 20);
    assert_false(get(&rig, text_string(&url)));
    assert_failed(&rig, ERROR_NETWORK, "certificate");
    assert_false(http_was_sent(rig.exchange));
    rig_forget(&rig);
    http_client_free(rig.client);
    rig.profile.ca_file = ca_file;
    rig.client = http_client_new(&rig.profile, 20);
    assert_true(get(&rig, text_string(&url)));
    assert_int_equal(rig.response.status, 200);
    text_free(&url);
    rig_close(&rig);
}

static void the_log_has_what_it_needs(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, NULL);
    assert_true(get(&rig, "/status/404?api_key=s3cret"));
    assert_non_null(strstr(text_string(&rig.log), "/status/404?api_key=*** · 404 · 8 bytes"));
    assert_null(strstr(text_string(&rig.log), "s3cret"));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_goes_out_as_it_is),
        cmocka_unit_test(bodies_and_methods_arrive),
        cmocka_unit_test(multipart_is_sent_in_parts),
        cmocka_unit_test(a_kept_connection_serves_again),
        cmocka_unit_test(secrets_do_not_follow_to_another_origin),
        cmocka_unit_test(a_write_is_not_redirected),
        cmocka_unit_test(redirects_without_end_are_given_up),
        cmocka_unit_test(a_redirect_to_plain_http_elsewhere_is_not_followed),
        cmocka_unit_test(what_fails_is_said_in_words),
        cmocka_unit_test(sizes_are_capped),
        cmocka_unit_test(a_request_may_allow_less),
        cmocka_unit_test(a_header_with_a_line_end_is_refused),
        cmocka_unit_test(a_write_over_a_dead_connection_is_sent_once),
        cmocka_unit_test(silence_is_a_time_out),
        cmocka_unit_test(a_stalled_server_does_not_hold_a_cancel),
        cmocka_unit_test(certificates_are_verified),
        cmocka_unit_test(the_log_has_what_it_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
