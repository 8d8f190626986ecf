/*
 * Operations over HTTP through the fetch thread: what is tried again and what never is, pages under
 * way together, cancel, and the log. The adapter here asks the echo server; "/page/N" is page N.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/memory.h"
#include "fetch/fetch.h"
#include "net/http.h"
#include "net/json.h"
#include "test_server.h"

enum { LOOK = 1 }; /* the second exchange of a create: a read */

struct echo_backend {
    struct backend base;
    char *url;
    int prepared;
};

static struct backend *echo_create(const struct profile *profile, struct error *error);
static void echo_destroy(struct backend *backend);

static bool echo_prepare(struct backend *backend, struct error *error)
{
    (void)error;
    ((struct echo_backend *)backend)->prepared++;
    return true;
}

static enum wire_step echo_encode(struct backend *backend, const struct operation *operation,
                                  int step, struct http_request *request, struct error *error)
{
    const struct echo_backend *echo = (const struct echo_backend *)backend;
    struct text url = {0}, token = {0};
    (void)error;
    request->read =
        operation->kind == OPERATION_PAGE || operation->kind == OPERATION_GET || step == LOOK;
    request->method = memory_copy_string(request->read ? "GET" : "POST");
    text_format(&url, "%s/%s", echo->url, request->read ? "page/" : "write");
    if (request->read) {
        text_append_string(&url, operation->position.cursor);
    }
    request->url = text_take(&url);
    text_format(&token, "token-%d", echo->prepared);
    http_request_header(request, "Authorization", text_string(&token), true);
    text_free(&token);
    return WIRE_SEND;
}

static int echo_decode(struct backend *backend, const struct operation *operation, int step,
                       const struct http_response *response, struct result *result)
{
    (void)backend;
    static const struct {
        long status;
        enum error_kind kind;
    } kinds[] = {{401, ERROR_SIGN_IN}, {429, ERROR_RATE_LIMIT}};
    enum error_kind kind = ERROR_SERVER;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        kind = kinds[i].status == response->status ? kinds[i].kind : kind;
    }
    json_t *json = NULL;
    if (response->status != 200) {
        error_set(&result->error, kind, "Status %ld.", response->status);
    } else if ((json = json_read(response->body, response->length, &result->error)) != NULL) {
        free(result->text);
        result->text = memory_copy_string(json_member_string(json, "target"));
    }
    json_decref(json);
    if (operation->kind ==
        OPERATION_GET) { /* an adapter may have begun on what it then cannot end */
        result->records =
            memory_resize(result->records, result->record_count + 1, sizeof *result->records);
        result->records[result->record_count++] = NULL;
    }
    return operation->kind == OPERATION_CREATE && step == 0 ? LOOK : 0;
}

static const struct backend_ops echo_ops = {.name = "echo",
                                            .label = "Echo",
                                            .abilities = CAN_PARALLEL,
                                            .paging = PAGING_NUMBER,
                                            .default_timeout = 20,
                                            .create = echo_create,
                                            .destroy = echo_destroy,
                                            .prepare = echo_prepare,
                                            .encode = echo_encode,
                                            .decode = echo_decode};

static struct backend *echo_create(const struct profile *profile, struct error *error)
{
    (void)error;
    struct echo_backend *echo = memory_zeroed(1, sizeof *echo);
    echo->base.ops = &echo_ops;
    echo->url = memory_copy_string(profile_setting(profile, "url"));
    return &echo->base;
}

static void echo_destroy(struct backend *backend)
{
    free(((struct echo_backend *)backend)->url);
    free(backend);
}

/* --- a rig --- */

struct rig {
    struct test_server server;
    struct fetch *fetch;
};

static struct rig rig_open(int timeout)
{
    struct rig rig = {.server = test_server_start("echo_server.py", NULL)};
    struct config_entry url = {"url", rig.server.url, 0};
    struct profile profile = {
        .name = url.name, .settings = &url, .setting_count = 1, .timeout = timeout};
    struct error error = {0};
    rig.fetch = fetch_new(echo_create(&profile, &error), &profile, &error);
    assert_non_null(rig.fetch);
    return rig;
}

static void rig_close(struct rig *rig)
{
    fetch_free(rig->fetch);
    test_server_stop(&rig->server);
}

static struct operation *page(const char *cursor)
{
    struct operation *operation = operation_new(OPERATION_PAGE, "Thing");
    operation->position.kind = POSITION_CURSOR;
    operation->position.cursor = memory_copy_string(cursor);
    operation->query = query_new("Thing");
    return operation;
}

static struct operation *write_one(void)
{
    struct operation *operation = operation_new(OPERATION_UPDATE, "Thing");
    operation_add_write(operation, "1", record_new("Thing", NULL), NULL);
    return operation;
}

static struct answer *receive(struct rig *rig)
{
    for (;;) {
        struct answer *answer = fetch_receive(rig->fetch);
        if (answer != NULL) {
            return answer;
        }
        struct pollfd descriptor = {.fd = fetch_descriptor(rig->fetch), .events = POLLIN};
        assert_int_equal(poll(&descriptor, 1, 20000), 1);
    }
}

static struct answer *run(struct rig *rig, struct operation *operation)
{
    (void)fetch_submit(rig->fetch, operation, JOB_NOW);
    return receive(rig);
}

static void assert_answer(struct answer *answer, enum error_kind kind, bool lost)
{
    assert_string_equal(error_kind_name(answer->result.error.kind), error_kind_name(kind));
    assert_int_equal(answer->result.lost, lost);
    answer_free(answer);
}

static int64_t now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (int64_t)moment.tv_sec * 1000 + moment.tv_nsec / 1000000;
}

/* --- tests --- */

static void reads_are_tried_again(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    test_server_fault(&rig.server, "[{\"drop\":true,\"times\":1},"
                                   "{\"skip\":1,\"status\":503,\"times\":1},"
                                   "{\"skip\":2,\"status\":429,\"retry_after\":0,\"times\":1}]");
    assert_answer(run(&rig, page("1")), ERROR_NONE, false);
    assert_int_equal(test_server_requests(&rig.server), 4);
    rig_close(&rig);
}

static void four_tries_are_all(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    test_server_fault(&rig.server, "{\"drop\":true}");
    assert_answer(run(&rig, page("1")), ERROR_NETWORK, false);
    assert_int_equal(test_server_requests(&rig.server), 4);
    rig_close(&rig);
}

static void the_wait_is_as_long_as_the_server_asks(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    int64_t before = now();
    test_server_fault(&rig.server, "{\"status\":429,\"retry_after\":1,\"times\":1}");
    assert_answer(run(&rig, page("1")), ERROR_NONE, false);
    assert_true(now() - before >= 1000);
    test_server_fault(&rig.server, "{\"status\":429,\"retry_after\":3600}");
    before = now();
    struct answer *answer = run(&rig, page("2"));
    assert_int_equal(answer->result.error.retry_after, 3600);
    assert_answer(answer, ERROR_RATE_LIMIT, false);
    assert_true(now() - before < 5000);
    rig_close(&rig);
}

static void a_write_is_sent_again_only_when_it_was_refused(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    test_server_fault(&rig.server, "[{\"status\":429,\"times\":1},"
                                   "{\"skip\":1,\"status\":503,\"retry_after\":0,\"times\":1}]");
    assert_answer(run(&rig, write_one()), ERROR_NONE, false);
    assert_int_equal(test_server_requests(&rig.server), 3);
    test_server_fault(&rig.server, "{\"status\":503}");
    assert_answer(run(&rig, write_one()), ERROR_SERVER, false);
    assert_int_equal(test_server_requests(&rig.server), 4);
    rig_close(&rig);
}

static void a_write_without_its_answer_is_unknown(void **state)
{
    (void)state;
    static const char *const faults[] = {"{\"drop\":true}",  "{\"cut\":0}",
                                         "{\"cut\":60}",     "{\"garbage\":true}",
                                         "{\"status\":502}", "{\"status\":504}"};
    static const enum error_kind kinds[] = {ERROR_NETWORK,  ERROR_NETWORK, ERROR_NETWORK,
                                            ERROR_PROTOCOL, ERROR_SERVER,  ERROR_SERVER};
    struct rig rig = rig_open(0);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        test_server_fault(&rig.server, faults[i]);
        struct answer *answer = run(&rig, write_one());
        assert_non_null(strstr(answer->result.error.message, "not known"));
        assert_answer(answer, kinds[i], true);
        assert_int_equal(test_server_requests(&rig.server), i + 1);
    }
    rig_close(&rig);
}

static void a_write_that_never_left_has_failed(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    test_server_stop(&rig.server);
    assert_answer(run(&rig, write_one()), ERROR_NETWORK, false);
    fetch_free(rig.fetch);
}

static void a_write_that_timed_out_is_unknown(void **state)
{
    (void)state;
    struct rig rig = rig_open(1);
    test_server_fault(&rig.server, "{\"delay_ms\":3000}");
    assert_answer(run(&rig, write_one()), ERROR_TIMEOUT, true);
    assert_int_equal(test_server_requests(&rig.server), 1);
    rig_close(&rig);
}

static void signing_in_is_renewed_once(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    assert_answer(run(&rig, page("1")), ERROR_NONE, false);
    test_server_fault(&rig.server, "{\"status\":401,\"times\":1}");
    assert_answer(run(&rig, write_one()), ERROR_NONE, false);
    json_t *log = test_server_log(&rig.server);
    const json_t *last = json_member(json_array_get(log, 2), "headers");
    assert_string_equal(json_member_string(last, "Authorization"), "token-2");
    json_decref(log);
    test_server_fault(&rig.server, "{\"status\":401}");
    assert_answer(run(&rig, page("2")), ERROR_SIGN_IN, false);
    assert_int_equal(test_server_requests(&rig.server), 5);
    rig_close(&rig);
}

static void what_was_begun_before_a_renewal_is_left(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    struct operation *get = operation_new(OPERATION_GET, "Thing");
    operation_add_id(get, "1");
    assert_answer(run(&rig, page("1")), ERROR_NONE, false);
    test_server_fault(&rig.server, "{\"status\":401,\"times\":1}");
    struct answer *answer = run(&rig, get);
    assert_int_equal(answer->result.record_count, 1);
    assert_answer(answer, ERROR_NONE, false);
    rig_close(&rig);
}

/* The page that was asked for together with the refused one has the old secret too. */
static void a_renewal_is_for_what_is_under_way_too(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    assert_answer(run(&rig, page("1")), ERROR_NONE, false);
    test_server_fault(&rig.server, "{\"status\":401,\"delay_ms\":200,\"times\":2}");
    (void)fetch_submit(rig.fetch, page("2"), JOB_NOW);
    (void)fetch_submit(rig.fetch, page("3"), JOB_NOW);
    assert_answer(receive(&rig), ERROR_NONE, false);
    assert_answer(receive(&rig), ERROR_NONE, false);
    json_t *log = test_server_log(&rig.server);
    for (size_t i = 3; i < json_array_size(log); i++) {
        const json_t *headers = json_member(json_array_get(log, i), "headers");
        assert_string_equal(json_member_string(headers, "Authorization"), "token-2");
    }
    assert_int_equal(json_array_size(log), 5);
    json_decref(log);
    rig_close(&rig);
}

/* The first exchange was done: that the renewal came between does not make it undone. */
static void a_write_stays_unknown_after_a_renewal(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    struct operation *create = operation_new(OPERATION_CREATE, "Thing");
    operation_add_write(create, NULL, record_new("Thing", NULL), NULL);
    assert_answer(run(&rig, page("1")), ERROR_NONE, false);
    test_server_fault(&rig.server, "[{\"skip\":1,\"status\":401,\"times\":1},"
                                   "{\"skip\":2,\"drop\":true}]");
    assert_answer(run(&rig, create), ERROR_NETWORK, true);
    rig_close(&rig);
}

static void pages_are_under_way_together_and_come_in_order(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    test_server_fault(&rig.server, "{\"delay_ms\":100}");
    int64_t before = now();
    for (int i = 0; i < 12; i++) {
        char cursor[12];
        (void)snprintf(cursor, sizeof cursor, "%d", i);
        (void)fetch_submit(rig.fetch, page(cursor), JOB_NOW);
    }
    for (int i = 0; i < 12; i++) {
        char target[16];
        struct answer *answer = receive(&rig);
        (void)snprintf(target, sizeof target, "/page/%d", i);
        assert_string_equal(answer->result.text, target);
        assert_answer(answer, ERROR_NONE, false);
    }
    assert_true(now() - before < 900); /* one after the other: over 1200 */
    assert_int_equal(test_server_requests(&rig.server), 12);
    rig_close(&rig);
}

static void an_interrupted_page_keeps_its_exchange(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    test_server_fault(&rig.server, "{\"path\":\"/page/slow\",\"delay_ms\":300}");
    (void)fetch_submit(rig.fetch, page("slow"), JOB_AHEAD);
    while (test_server_requests(&rig.server) == 0) {
    }
    (void)fetch_submit(rig.fetch, page("quick"), JOB_NOW);
    struct answer *answer = receive(&rig);
    assert_string_equal(answer->result.text, "/page/quick");
    answer_free(answer);
    assert_answer(receive(&rig), ERROR_NONE, false);
    assert_int_equal(test_server_requests(&rig.server), 2);
    rig_close(&rig);
}

static void cancel_and_end_do_not_wait_for_a_stalled_server(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    test_server_fault(&rig.server, "{\"path\":\"/page/s\",\"delay_ms\":15000}");
    int64_t before = now();
    uint64_t first = fetch_submit(rig.fetch, page("s1"), JOB_NOW);
    while (test_server_requests(&rig.server) == 0) {
    }
    fetch_cancel(rig.fetch, first);
    assert_answer(run(&rig, page("quick")), ERROR_NONE, false);
    (void)fetch_submit(rig.fetch, page("s2"), JOB_NOW);
    (void)fetch_submit(rig.fetch, page("s3"), JOB_NOW);
    while (test_server_requests(&rig.server) < 4) {
    }
    fetch_free(rig.fetch);
    assert_true(now() - before < 8000);
    test_server_stop(&rig.server);
}

static void a_back_off_ends_with_a_cancel(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    test_server_fault(&rig.server, "{\"status\":503,\"retry_after\":50,\"times\":1}");
    int64_t before = now();
    uint64_t job = fetch_submit(rig.fetch, page("1"), JOB_NOW);
    struct job_info info = {0};
    while (strstr(info.title, "trying again") == NULL) {
        (void)fetch_jobs(rig.fetch, &info, 1);
        assert_true(now() - before < 20000);
    }
    fetch_cancel(rig.fetch, job);
    assert_answer(run(&rig, page("2")), ERROR_NONE, false);
    assert_true(now() - before < 20000);
    rig_close(&rig);
}

static void every_exchange_is_in_the_log_without_secrets(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    struct fetch_line line;
    test_server_fault(&rig.server, "{\"status\":503,\"times\":1}");
    assert_answer(run(&rig, page("1?token=s3cret")), ERROR_NONE, false);
    for (int i = 0; i < 2; i++) {
        assert_true(fetch_take_line(rig.fetch, &line));
        assert_non_null(strstr(line.text, "/page/1?token=*** · "));
        assert_int_equal(line.failed, i == 0);
        free(line.text);
    }
    assert_false(fetch_take_line(rig.fetch, &line));
    rig_close(&rig);
}

static void explaining_sends_nothing(void **state)
{
    (void)state;
    struct rig rig = rig_open(0);
    struct operation *operation = write_one();
    operation_add_write(operation, "2", record_new("Thing", NULL), NULL);
    operation->explain = true;
    struct answer *answer = run(&rig, operation);
    const char *first = strstr(answer->result.text, "POST ");
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "POST "));
    assert_null(strstr(answer->result.text, "token-"));
    assert_answer(answer, ERROR_NONE, false);
    assert_int_equal(test_server_requests(&rig.server), 0);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_are_tried_again),
        cmocka_unit_test(four_tries_are_all),
        cmocka_unit_test(the_wait_is_as_long_as_the_server_asks),
        cmocka_unit_test(a_write_is_sent_again_only_when_it_was_refused),
        cmocka_unit_test(a_write_without_its_answer_is_unknown),
        cmocka_unit_test(a_write_that_never_left_has_failed),
        cmocka_unit_test(a_write_that_timed_out_is_unknown),
        cmocka_unit_test(signing_in_is_renewed_once),
        cmocka_unit_test(what_was_begun_before_a_renewal_is_left),
        cmocka_unit_test(a_renewal_is_for_what_is_under_way_too),
        cmocka_unit_test(a_write_stays_unknown_after_a_renewal),
        cmocka_unit_test(pages_are_under_way_together_and_come_in_order),
        cmocka_unit_test(an_interrupted_page_keeps_its_exchange),
        cmocka_unit_test(cancel_and_end_do_not_wait_for_a_stalled_server),
        cmocka_unit_test(a_back_off_ends_with_a_cancel),
        cmocka_unit_test(every_exchange_is_in_the_log_without_secrets),
        cmocka_unit_test(explaining_sends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
