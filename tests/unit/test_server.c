/* test_server: see test_server.h. */
#include "test_server.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/text.h"

static void become_server(const char *name, const char *argument, int input, int output)
{
    struct text path = {0};
    text_format(&path, "%s/%s", TEST_SERVERS, name);
    (void)dup2(input, 0);
    (void)dup2(output, 1);
    execl(TEST_PYTHON, TEST_PYTHON, text_string(&path), argument, (char *)NULL);
    _exit(127);
}

static void read_port(int output, struct test_server *server)
{
    char line[16] = "";
    size_t length = 0;
    while (length + 1 < sizeof line && read(output, &line[length], 1) == 1 &&
           line[length] != '\n') {
        length++;
    }
    line[length] = '\0';
    assert_int_not_equal(length, 0);
    (void)snprintf(server->url, sizeof server->url, "http://127.0.0.1:%s", line);
}

struct test_server test_server_start(const char *name, const char *argument)
{
    struct test_server server = {0};
    int input[2], output[2];
    if (TEST_PYTHON[0] == '\0') {
        skip();
    }
    (void)signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(input) + pipe(output), 0);
    (void)fcntl(input[1], F_SETFD, FD_CLOEXEC);
    server.process = fork();
    if (server.process == 0) {
        become_server(name, argument, input[0], output[1]);
    }
    close(input[0]);
    close(output[1]);
    server.input = input[1];
    read_port(output[0], &server);
    close(output[0]);
    return server;
}

void test_server_stop(struct test_server *server)
{
    close(server->input);
    (void)waitpid(server->process, NULL, 0);
}

static size_t take(char *bytes, size_t size, size_t count, void *text)
{
    text_append(text, bytes, size * count);
    return size * count;
}

/* By libcurl's easy interface, so that what is tested is not what tests. */
static void control(const struct test_server *server, const char *path, const char *body,
                    struct text *answer)
{
    struct text url = {0};
    CURL *easy = curl_easy_init();
    text_format(&url, "%s%s", server->url, path);
    curl_easy_setopt(easy, CURLOPT_URL, text_string(&url));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer);
    if (body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    }
    assert_int_equal(curl_easy_perform(easy), CURLE_OK);
    curl_easy_cleanup(easy);
    text_free(&url);
}

void test_server_fault(const struct test_server *server, const char *json)
{
    struct text answer = {0};
    control(server, "/__fault", json, &answer);
    text_free(&answer);
}

json_t *test_server_log(const struct test_server *server)
{
    struct text answer = {0};
    control(server, "/__log", NULL, &answer);
    json_t *log = json_loads(text_string(&answer), 0, NULL);
    assert_true(json_is_array(log));
    text_free(&answer);
    return log;
}

size_t test_server_requests(const struct test_server *server)
{
    json_t *log = test_server_log(server);
    size_t count = json_array_size(log);
    json_decref(log);
    return count;
}
