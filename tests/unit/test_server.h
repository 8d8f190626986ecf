/*
 * test_server: a server of tests/servers as a child process, for the tests of the client.
 *
 * It ends with the test, because its standard input does. One thread.
 */
#ifndef DOSSIER_TESTS_TEST_SERVER_H
#define DOSSIER_TESTS_TEST_SERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct test_server {
    pid_t process;
    int input; /* closing it ends the server */
    char url[64];
};

/* Starts tests/servers/NAME, with an argument or NULL; skips the test where there is no Python. */
struct test_server test_server_start(const char *name, const char *argument);
void test_server_stop(struct test_server *server);
/* What goes wrong from now on, as JSON for POST /__fault. */
void test_server_fault(const struct test_server *server, const char *json);
/* The requests so far; a new reference. */
json_t *test_server_log(const struct test_server *server);
size_t test_server_requests(const struct test_server *server);

#endif
