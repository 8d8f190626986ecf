/* Requests as plain data: encoding, what is printed and what never is, when to ask again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "net/http.h"
#include "net/http_url.h"

static void assert_text(struct text *text, const char *expected)
{
    assert_string_equal(text_string(text), expected);
    text_free(text);
}

static void only_unreserved_bytes_stay(void **state)
{
    (void)state;
    struct text out = {0};
    http_encode(&out, "aZ09-._~ /?&=+%\"é", strlen("aZ09-._~ /?&=+%\"é"));
    assert_text(&out, "aZ09-._~%20%2F%3F%26%3D%2B%25%22%C3%A9");
}

static void parameters_are_joined(void **state)
{
    (void)state;
    struct text url = {0};
    text_append_string(&url, "https://h/accounts");
    http_query(&url, "q", "{\"a\":1}");
    http_query(&url, "page", "2");
    assert_text(&url, "https://h/accounts?q=%7B%22a%22%3A1%7D&page=2");
}

static void secrets_are_not_printed(void **state)
{
    (void)state;
    struct http_request request = {
        .method = memory_copy_string("POST"),
        .url = memory_copy_string("https://ada:pw@h/a?api_key=k1&x=1&access_token=k2#t"),
        .has_body = true};
    struct text out = {0};
    http_request_header(&request, "Authorization", "Bearer s3cret", true);
    http_request_header(&request, "Accept", "application/json", false);
    text_append_string(&request.body, "{\"a\":1}");
    http_print_request(&request, &out);
    assert_text(&out, "POST https://h/a?api_key=***&x=1&access_token=***\n"
                      "Authorization: ***\nAccept: application/json\n\n{\"a\":1}\n");
    request.secret_body = true;
    http_print_request(&request, &out);
    assert_null(strstr(text_string(&out), "\"a\""));
    text_free(&out);
    http_request_clear(&request);
    assert_null(request.headers);
}

static void a_form_hides_its_secrets_by_their_place(void **state)
{
    (void)state;
    struct http_request request = {.method = memory_copy_string("POST"),
                                   .url = memory_copy_string("https://h/")};
    struct text out = {0};
    http_request_form(&request, "user", "a&b", 3, true);
    http_request_form(&request, "note", "key k=ä ", 9, false);
    http_request_form(&request, "key", "k", 1, true);
    assert_string_equal(text_string(&request.body), "user=a%26b&note=key%20k%3D%C3%A4%20&key=k");
    http_print_request(&request, &out);
    assert_text(&out, "POST https://h/\nContent-Type: application/x-www-form-urlencoded\n\n"
                      "user=***&note=key%20k%3D%C3%A4%20&key=***\n");
    http_request_clear(&request);
    assert_null(request.secrets);
}

static void parts_are_printed(void **state)
{
    (void)state;
    struct http_request request = {.method = memory_copy_string("POST"),
                                   .url = memory_copy_string("https://h/up")};
    struct text out = {0};
    http_request_part(&request, "file", "a.csv", "text/csv", "Id\n1\n", 5);
    http_request_part(&request, "raw", NULL, NULL, "\xff\xfe", 2);
    http_print_request(&request, &out);
    assert_text(&out, "POST https://h/up\n\n-- part file, file a.csv, text/csv\nId\n1\n\n"
                      "-- part raw\n(2 bytes)\n");
    http_request_clear(&request);
}

static struct http_response response_with(struct http_header *headers, size_t count)
{
    return (struct http_response){.status = 429, .headers = headers, .header_count = count};
}

static int64_t retry_after(char *value, char *date)
{
    struct http_header headers[] = {{"RETRY-AFTER", value, false}, {"date", date, false}};
    struct http_response response = response_with(headers, date == NULL ? 1 : 2);
    return http_retry_after(&response);
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    (void)state;
    struct http_response none = response_with(NULL, 0);
    assert_int_equal(http_retry_after(&none), -1);
    assert_int_equal(retry_after("7", NULL), 7);
    assert_int_equal(retry_after("0", NULL), 0);
    assert_int_equal(retry_after("99999999999999999999", NULL), INT32_MAX);
    assert_int_equal(retry_after("soon", NULL), -1);
    assert_int_equal(retry_after("", NULL), -1);
    assert_int_equal(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:25 GMT"),
                     12);
    assert_int_equal(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", NULL), 0);
}

/* A date in the far future is more seconds than an int holds. */
static void retry_seconds_fit(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int seconds;
    } rows[] = {{"7", 7},
                {"-7", 0},
                {"soon", 0},
                {"99999999999", INT32_MAX},
                {"Sun, 06 Nov 2994 08:49:37 GMT", INT32_MAX}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char value[64];
        (void)snprintf(value, sizeof value, "%s", rows[i].value);
        struct http_header header = {"Retry-After", value, false};
        struct http_response response = response_with(&header, 1);
        assert_int_equal(http_retry_seconds(&response), rows[i].seconds);
    }
    assert_int_equal(http_retry_seconds(&(struct http_response){.status = 429}), 0);
}

static bool allowed(const char *url, bool plain)
{
    struct error error = {0};
    bool ok = http_url_allowed(url, plain, &error);
    assert_int_equal(error.kind, ok ? ERROR_NONE : ERROR_USAGE);
    error_clear(&error);
    return ok;
}

static void plain_http_stays_on_this_machine(void **state)
{
    (void)state;
    assert_true(allowed("https://crm.example/x", false));
    assert_true(allowed("http://127.0.0.1:8080/", false));
    assert_true(allowed("http://localhost/", false));
    assert_true(allowed("http://[::1]:9/", false));
    assert_false(allowed("http://crm.example/", false));
    assert_false(allowed("http://127.0.0.1.example/", false));
    assert_false(allowed("http://127.0.0.1@crm.example/", false));
    assert_true(allowed("http://crm.example/", true));
    assert_false(allowed("ftp://127.0.0.1/", true));
    assert_false(allowed("file:///etc/passwd", true));
    assert_false(allowed("crm", false) && allowed("", true));
}

static void origins_are_scheme_host_and_port(void **state)
{
    (void)state;
    assert_true(http_url_same_origin("https://H.example/a", "https://h.example:443/b"));
    assert_false(http_url_same_origin("https://h.example/", "http://h.example/"));
    assert_false(http_url_same_origin("https://h.example/", "https://h.example:444/"));
    assert_false(http_url_same_origin("https://h.example/", "https://h.example.evil/"));
    assert_false(http_url_same_origin("https://h/", "https://h@evil/"));
    assert_true(http_url_downgrades("https://h/", "http://h/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_unreserved_bytes_stay),
        cmocka_unit_test(parameters_are_joined),
        cmocka_unit_test(secrets_are_not_printed),
        cmocka_unit_test(a_form_hides_its_secrets_by_their_place),
        cmocka_unit_test(parts_are_printed),
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
        cmocka_unit_test(retry_seconds_fit),
        cmocka_unit_test(plain_http_stays_on_this_machine),
        cmocka_unit_test(origins_are_scheme_host_and_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
