/*
 * The forcesoap adapter by bytes written after the facts of the partner API: requests to the byte,
 * answers with the default and with prefixed namespaces, elements in any order and of kinds that
 * are not known, and every fault of the cheat sheet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backend/forcesoap/forcesoap.h"
#include "core/memory.h"
#include "core/query.h"
#include "net/http.h"

static const struct date_clock noon = {1795262400, 1};

#define SESSION    "00D7S0000000001!a.session"
#define ACCOUNT    "0010600002BpRZDAA3"
#define SECOND     "0010600002BpRZEAA3"
#define SERVER_URL "https://eu1.salesforce.com/services/Soap/u/60.0/00D7S0000000001"

/* --- a rig: an instance, and one exchange at a time --- */

struct rig {
    struct backend *backend;
    struct operation *operation;
    struct http_request request;
    struct result result;
    struct error error;
};

static void add_setting(struct profile *profile, const char *name, const char *value)
{
    profile->settings =
        memory_resize(profile->settings, profile->setting_count + 1, sizeof *profile->settings);
    profile->settings[profile->setting_count++] =
        (struct config_entry){memory_copy_string(name), memory_copy_string(value), 1};
}

/* settings: name, value, … and NULL. */
static struct backend *open_backend(const char *const *settings, struct error *error)
{
    struct profile profile = {.name = memory_copy_string("work"),
                              .backend = memory_copy_string("forcesoap")};
    struct backend *backend;

    setenv("SOAP_PASSWORD", "pass<&>", 1);
    setenv("SOAP_TOKEN", "TOKEN", 1);
    setenv("SOAP_SESSION", SESSION, 1);
    for (; *settings; settings += 2)
        add_setting(&profile, settings[0], settings[1]);
    backend = forcesoap_backend.create(&profile, error);
    if (backend && !forcesoap_backend.prepare(backend, error))
        fail_msg("%s", error->message);
    profile_clear(&profile);
    return backend;
}

static const char *const with_session[] = {"session_id_env", "SOAP_SESSION", "server_url",
                                           "https://eu1.salesforce.com", NULL};
static const char *const with_password[] = {"username",
                                            "u@example.com",
                                            "password_env",
                                            "SOAP_PASSWORD",
                                            "security_token_env",
                                            "SOAP_TOKEN",
                                            NULL};

static struct schema *account_schema(void)
{
    struct schema *schema = schema_new("Account");
    struct field *owner;

    schema_add_field(schema, "Id", FIELD_ID)->nullable = false;
    schema_add_field(schema, "Name", FIELD_STRING)->nullable = false;
    schema_add_field(schema, "AnnualRevenue", FIELD_CURRENCY);
    schema_add_field(schema, "IsDeleted", FIELD_BOOLEAN);
    schema_add_field(schema, "LastModifiedDate", FIELD_DATETIME);
    schema_add_field(schema, "BillingAddress", FIELD_ADDRESS);
    schema_add_field(schema, "Body", FIELD_BASE64);
    owner = schema_add_field(schema, "OwnerId", FIELD_REFERENCE);
    owner->references = memory_copy_string("User");
    owner->relation = memory_copy_string("Owner");
    for (size_t i = 0; i < schema->field_count; i++)
        schema->fields[i].filter = schema->fields[i].sort = true;
    return schema;
}

static struct schema *user_schema(void)
{
    struct schema *schema = schema_new("User");

    schema_add_field(schema, "Id", FIELD_ID);
    schema_add_field(schema, "Name", FIELD_STRING);
    schema->fields[1].filter = schema->fields[1].sort = true;
    return schema;
}

static struct schema *find_user(void *context, const char *object, struct error *error)
{
    (void)error;
    return strcmp(object, "User") == 0 ? schema_hold(context) : NULL;
}

static void set_query(struct rig *rig, const char *text, const char *columns)
{
    struct schema *user = user_schema();
    struct query *query = query_new("Account");

    assert_true(query_parse(query, text, NULL, &rig->error));
    assert_true(!columns || query_parse_columns(query, columns, &rig->error));
    assert_true(query_resolve(query, rig->operation->schema, find_user, user, &noon, &rig->error));
    rig->operation->query = query;
    schema_release(user);
}

static struct rig start_with(const char *const *settings, enum operation_kind kind)
{
    struct rig rig = {0};

    rig.backend = open_backend(settings, &rig.error);
    rig.operation = operation_new(kind, "Account");
    rig.operation->schema = account_schema();
    rig.result.total = -1;
    return rig;
}

static struct rig start(enum operation_kind kind)
{
    return start_with(with_session, kind);
}

static void stop(struct rig *rig)
{
    http_request_clear(&rig->request);
    result_clear(&rig->result);
    error_clear(&rig->error);
    operation_free(rig->operation);
    forcesoap_backend.destroy(rig->backend);
}

static void send_step(struct rig *rig, int step)
{
    http_request_clear(&rig->request);
    assert_int_equal(
        forcesoap_backend.encode(rig->backend, rig->operation, step, &rig->request, &rig->error),
        WIRE_SEND);
    assert_string_equal(rig->request.method, "POST");
}

static int answer_step(struct rig *rig, int step, long status, const char *body)
{
    struct http_response response = {.status = status, .body = body, .length = strlen(body)};

    return forcesoap_backend.decode(rig->backend, rig->operation, step, &response, &rig->result);
}

/* The body of an answer in an envelope, the way recorded replies have it. */
#define IN_ENVELOPE(body)                                                                          \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope "                                 \
    "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "                                 \
    "xmlns=\"urn:partner.soap.sforce.com\" xmlns:sf=\"urn:sobject.partner.soap.sforce.com\" "      \
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Header><LimitInfoHeader>"    \
    "<limitInfo><current>5</current><limit>5000</limit><type>API REQUESTS</type></limitInfo>"      \
    "</LimitInfoHeader></soapenv:Header><soapenv:Body>" body "</soapenv:Body></soapenv:Envelope>"

/* What stands in the body of the request. */
static void assert_body(const struct rig *rig, const char *expected)
{
    const char *body = strstr(text_string(&rig->request.body), "<soapenv:Body>");
    const char *end = body ? strstr(body, "</soapenv:Body>") : NULL;
    char *found;

    assert_non_null(end);
    body += strlen("<soapenv:Body>");
    found = memory_copy(body, (size_t)(end - body));
    assert_string_equal(found, expected);
    free(found);
}

static void assert_in_request(const struct rig *rig, const char *part)
{
    if (!strstr(text_string(&rig->request.body), part))
        fail_msg("%s is not in %s", part, text_string(&rig->request.body));
}

static void assert_error(const struct error *error, enum error_kind kind, const char *words)
{
    assert_int_equal(error->kind, kind);
    if (!strstr(error->message, words))
        fail_msg("%s is not in %s", words, error->message);
}

static void assert_cell(const struct rig *rig, size_t row, size_t column, const char *expected)
{
    struct value value = page_value(rig->result.page, row, column);
    char *text = value_to_string(&value);

    if (expected)
        assert_string_equal(text ? text : "(null)", expected);
    else
        assert_null(text);
    free(text);
}

/* --- the profile --- */

static void refuses(const char *const *settings, const char *words)
{
    struct error error = {0};

    assert_null(open_backend(settings, &error));
    assert_error(&error, ERROR_USAGE, words);
    error_clear(&error);
}

static void test_a_profile_must_say_how_to_sign_in(void **state)
{
    static const char *const nothing[] = {"username", "u", NULL};
    static const char *const no_server[] = {"session_id_env", "SOAP_SESSION", NULL};
    static const char *const nobody[] = {"password_env", "SOAP_PASSWORD", NULL};
    static const char *const size[] = {
        "username", "u", "password_env", "SOAP_PASSWORD", "batch_size", "20", NULL};
    (void)state;

    refuses(nothing, "nothing says how to sign in");
    refuses(no_server, "server_url");
    refuses(nobody, "username");
    refuses(size, "200 to 2000");
}

/* --- the session --- */

static const char login_answer[] =
    IN_ENVELOPE("<loginResponse><result><metadataServerUrl>https://x/m</metadataServerUrl>"
                "<passwordExpired>false</passwordExpired><sandbox>false</sandbox>"
                "<serverUrl>" SERVER_URL "</serverUrl><sessionId>" SESSION "</sessionId>"
                "<userId>0057S000000WzYEQA0</userId></result></loginResponse>");

static void test_signing_in(void **state)
{
    struct rig rig = start_with(with_password, OPERATION_SIGN_IN);
    (void)state;

    assert_false(forcesoap_backend.is_signed_in(rig.backend));
    send_step(&rig, 0);
    assert_string_equal(rig.request.url, "https://login.salesforce.com/services/Soap/u/60.0");
    assert_body(&rig, "<login><username>u@example.com</username>"
                      "<password>pass&lt;&amp;&gt;TOKEN</password></login>");
    assert_null(strstr(text_string(&rig.request.body), "SessionHeader"));
    assert_true(rig.request.secret_body);
    assert_int_equal(answer_step(&rig, 0, 200, login_answer), 0);
    assert_int_equal(rig.result.error.kind, ERROR_NONE);
    assert_true(forcesoap_backend.is_signed_in(rig.backend));

    rig.operation->kind = OPERATION_SIGN_OUT;
    send_step(&rig, 0);
    assert_string_equal(rig.request.url, SERVER_URL);
    assert_body(&rig, "<logout/>");
    assert_in_request(&rig, "<SessionHeader><sessionId>" SESSION "</sessionId></SessionHeader>");
    stop(&rig);
}

static void sign_in_fails(const char *body, const char *words)
{
    struct rig rig = start_with(with_password, OPERATION_SIGN_IN);

    answer_step(&rig, 0, 200, body);
    assert_error(&rig.result.error, ERROR_SIGN_IN, words);
    assert_false(forcesoap_backend.is_signed_in(rig.backend));
    stop(&rig);
}

static void test_a_sign_in_that_is_none(void **state)
{
    (void)state;

    sign_in_fails(IN_ENVELOPE("<loginResponse><result><passwordExpired>false</passwordExpired>"
                              "<serverUrl>http://eu1.salesforce.com/</serverUrl>"
                              "<sessionId>x</sessionId></result></loginResponse>"),
                  "without encryption");
}

/* The session that login gives then takes a new password of the user's own, and nothing else. */
static void test_a_password_that_has_expired(void **state)
{
    struct rig rig = start_with(with_password, OPERATION_SIGN_IN);
    (void)state;

    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<loginResponse><result><passwordExpired>true</passwordExpired>"
                            "<serverUrl>" SERVER_URL "</serverUrl><sessionId>x</sessionId>"
                            "<userId>" ACCOUNT "</userId></result></loginResponse>"));
    assert_false(error_is_set(&rig.result.error));
    rig.operation->kind = OPERATION_LIST_OBJECTS;
    assert_int_equal(
        forcesoap_backend.encode(rig.backend, rig.operation, 0, &rig.request, &rig.error),
        WIRE_REFUSED);
    assert_error(&rig.error, ERROR_SIGN_IN, "the password of u@example.com has expired");
    assert_non_null(strstr(rig.error.hint, "set_password"));
    error_clear(&rig.error);
    rig.operation->kind = OPERATION_ACTION;
    rig.operation->name = memory_copy_string("set_password");
    operation_add_parameter(rig.operation, "password", "new");
    send_step(&rig, 0);
    assert_in_request(&rig, "<userId>" ACCOUNT "</userId><password>new</password>");
    answer_step(&rig, 0, 200, IN_ENVELOPE("<setPasswordResponse><result/></setPasswordResponse>"));
    rig.operation->kind = OPERATION_LIST_OBJECTS;
    send_step(&rig, 0);
    stop(&rig);
}

static void assert_nothing_shown(const char *body)
{
    struct rig rig = start_with(with_password, OPERATION_SIGN_IN);
    struct text words = {0};

    answer_step(&rig, 0, 200, body);
    assert_int_equal(rig.result.error.kind, ERROR_PROTOCOL);
    error_print(&rig.result.error, &words);
    assert_null(strstr(text_string(&words), "00Dsecret"));
    text_free(&words);
    stop(&rig);
}

/* An answer that makes no sense may still hold the session's id. */
static void test_nothing_of_a_sign_in_is_shown(void **state)
{
    (void)state;

    assert_nothing_shown("<r><sessionId>00Dsecret</sessionId></r>");
    assert_nothing_shown("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>"
                         "<loginResponse xmlns='urn:partner.soap.sforce.com'><result>"
                         "<sessionId>00Dsecret</sessionId></result></loginResponse></e:Body>"
                         "</e:Envelope>");
}

static void test_a_session_of_the_profile_is_left_as_it_is(void **state)
{
    struct rig rig = start(OPERATION_SIGN_OUT);
    (void)state;

    assert_true(forcesoap_backend.is_signed_in(rig.backend));
    assert_int_equal(
        forcesoap_backend.encode(rig.backend, rig.operation, 0, &rig.request, &rig.error),
        WIRE_NONE);
    rig.operation->kind = OPERATION_SIGN_IN;
    send_step(&rig, 0);
    assert_body(&rig, "<getServerTimestamp/>");
    assert_string_equal(rig.request.url, "https://eu1.salesforce.com/services/Soap/u/60.0");
    stop(&rig);
}

static void test_what_is_explained_shows_no_secret(void **state)
{
    struct rig rig = start(OPERATION_DELETE);
    (void)state;

    operation_add_write(rig.operation, ACCOUNT, NULL, NULL);
    rig.operation->explain = true;
    send_step(&rig, 0);
    assert_null(strstr(text_string(&rig.request.body), SESSION));
    assert_in_request(&rig, "<sessionId>***</sessionId>");
    stop(&rig);
}

/* --- pages --- */

static void test_a_page_is_asked_for(void **state)
{
    struct rig rig = start(OPERATION_PAGE);
    (void)state;

    set_query(&rig, "AnnualRevenue > 5 order by AnnualRevenue desc", "Name, Owner.Name");
    rig.operation->page_size = 30;
    send_step(&rig, 0);
    assert_true(rig.request.read);
    assert_string_equal(rig.request.label, "query");
    assert_body(&rig, "<query><queryString>SELECT Id, Name, Owner.Name, AnnualRevenue FROM Account "
                      "WHERE AnnualRevenue &gt; 5 ORDER BY AnnualRevenue DESC NULLS LAST, Id "
                      "LIMIT 30</queryString></query>");
    assert_in_request(&rig, "<QueryOptions><batchSize>200</batchSize></QueryOptions>");
    rig.operation->query->include_deleted = true;
    send_step(&rig, 0);
    assert_string_equal(rig.request.label, "queryAll");
    stop(&rig);
}

/* Id twice where it was selected, a parent nested with a type of its own, null by xsi:nil, an
 * address in parts, an element that nobody knows, and done behind the records. */
static const char page_answer[] = IN_ENVELOPE(
    "<queryResponse><result xsi:type=\"QueryResult\"><records xsi:type=\"sf:sObject\">"
    "<sf:type>Account</sf:type><sf:Id xsi:nil=\"true\"/><sf:Id>" ACCOUNT "</sf:Id>"
    "<sf:Name>Acme &amp; <![CDATA[<Sons>]]></sf:Name><sf:AnnualRevenue>1.05E7</sf:AnnualRevenue>"
    "<sf:Owner xsi:type=\"sf:sObject\"><sf:type>User</sf:type><sf:Id xsi:nil=\"true\"/>"
    "<sf:Name>J. Ruiz</sf:Name></sf:Owner>"
    "<sf:BillingAddress xsi:type=\"address\"><city>K\xc3\xb6ln</city><country>DE</country>"
    "<latitude xsi:nil=\"true\"/><street>Ring 1</street></sf:BillingAddress>"
    "<sf:Unknown__c><sf:Name>not this one</sf:Name></sf:Unknown__c>"
    "<sf:IsDeleted>true</sf:IsDeleted><sf:Body>AAEC</sf:Body></records>"
    "<records><sf:type>Account</sf:type><sf:Id>" SECOND "</sf:Id><sf:Id>" SECOND "</sf:Id>"
    "<sf:Name xsi:nil=\"true\"/><sf:Owner xsi:nil=\"true\"/><sf:AnnualRevenue xsi:nil=\"true\"/>"
    "<sf:IsDeleted>false</sf:IsDeleted><sf:BillingAddress xsi:nil=\"true\"/></records>"
    "<size>2</size><queryLocator xsi:nil=\"true\"/><done>true</done></result></queryResponse>");

static void check_page(struct rig *rig)
{
    struct value bytes;

    assert_int_equal(rig->result.error.kind, ERROR_NONE);
    assert_int_equal(page_row_count(rig->result.page), 2);
    assert_cell(rig, 0, 0, ACCOUNT);
    assert_cell(rig, 0, 1, "Acme & <Sons>");
    assert_cell(rig, 0, 2, "10500000.0");
    assert_cell(rig, 0, 3, "J. Ruiz");
    assert_cell(rig, 0, 4, "Ring 1, K\xc3\xb6ln, DE");
    assert_cell(rig, 0, 5, "true");
    bytes = page_value(rig->result.page, 0, 6);
    assert_int_equal(bytes.kind, VALUE_BYTES);
    assert_int_equal(bytes.as.text.length, 3);
    assert_cell(rig, 1, 0, SECOND);
    for (size_t column = 1; column <= 4; column++)
        assert_int_equal(page_value(rig->result.page, 1, column).kind, VALUE_NULL);
    assert_cell(rig, 1, 5, "false");
    assert_int_equal(rig->result.total, 2);
    assert_null(rig->result.next);
}

static const char page_columns[] =
    "Name, AnnualRevenue, Owner.Name, BillingAddress, IsDeleted, Body";

static void test_a_page_is_read(void **state)
{
    struct rig rig = start(OPERATION_PAGE);
    (void)state;

    set_query(&rig, "", page_columns);
    answer_step(&rig, 0, 200, page_answer);
    check_page(&rig);
    stop(&rig);
}

/* The same bytes with other prefixes mean the same. */
static void test_prefixes_mean_nothing(void **state)
{
    struct rig rig = start(OPERATION_PAGE);
    (void)state;

    set_query(&rig, "", "Name");
    answer_step(
        &rig, 0, 200,
        "<S:Envelope xmlns:S='http://schemas.xmlsoap.org/soap/envelope/' "
        "xmlns:sf='urn:partner.soap.sforce.com' xmlns:n='urn:sobject.partner.soap.sforce.com'>"
        "<S:Body><sf:queryResponse><sf:result><sf:done>1</sf:done><sf:records><n:Id>" ACCOUNT
        "</n:Id><n:Name>Acme</n:Name></sf:records><sf:size>1</sf:size></sf:result>"
        "</sf:queryResponse></S:Body></S:Envelope>");
    assert_int_equal(rig.result.error.kind, ERROR_NONE);
    assert_cell(&rig, 0, 1, "Acme");
    stop(&rig);
}

static void page_fails(long status, const char *body, enum error_kind kind, const char *words)
{
    struct rig rig = start(OPERATION_PAGE);

    set_query(&rig, "", "Name");
    answer_step(&rig, 0, status, body);
    assert_error(&rig.result.error, kind, words);
    assert_null(rig.result.page);
    stop(&rig);
}

static void test_what_is_no_page(void **state)
{
    (void)state;

    page_fails(200, "", ERROR_PROTOCOL, "page of Account");
    page_fails(200, IN_ENVELOPE("<queryResponse><result><records>"), ERROR_PROTOCOL, "line 1");
    page_fails(200, "<a/>", ERROR_PROTOCOL, "expected the result of a query");
    page_fails(200,
               "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>"
               "<queryResponse xmlns='urn:other'><result><done>true</done></result>"
               "</queryResponse></e:Body></e:Envelope>",
               ERROR_PROTOCOL, "expected the result of a query");
    page_fails(200,
               IN_ENVELOPE("<queryResponse><result><done>true</done><records><sf:Name>x</sf:Name>"
                           "</records></result></queryResponse>"),
               ERROR_PROTOCOL, "an Id in every record");
    page_fails(200, "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", ERROR_PROTOCOL, "document type");
    page_fails(503, "<html>busy</html>", ERROR_SERVER, "503");
    page_fails(429, "", ERROR_RATE_LIMIT, "429");
}

static void test_pages_after_the_first(void **state)
{
    struct rig rig = start(OPERATION_PAGE);
    (void)state;

    set_query(&rig, "order by Name", "Name");
    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<queryResponse><result><done>false</done><queryLocator>01g-2000"
                            "</queryLocator><records><sf:Id>" ACCOUNT "</sf:Id></records>"
                            "<size>4000</size></result></queryResponse>"));
    assert_string_equal(rig.result.next, "-1 u 01g-2000");
    assert_int_equal(rig.result.total, 4000);
    rig.operation->position.kind = POSITION_CURSOR;
    rig.operation->position.cursor = memory_copy_string(rig.result.next);
    send_step(&rig, 0);
    assert_body(&rig, "<queryMore><queryLocator>01g-2000</queryLocator></queryMore>");
    stop(&rig);
}

/* Terms of the order are read too, though they are no columns. */
static void test_pages_by_key(void **state)
{
    struct rig rig = start(OPERATION_PAGE);
    (void)state;

    set_query(&rig, "order by LastModifiedDate", "Name");
    rig.operation->page_size = 1;
    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<queryResponse><result><done>true</done><records><sf:Id>" ACCOUNT
                            "</sf:Id><sf:Name>a</sf:Name><sf:LastModifiedDate>"
                            "2026-11-01T09:00:00.000Z</sf:LastModifiedDate></records>"
                            "<size>1</size></result></queryResponse>"));
    assert_string_equal(rig.result.next, "-1 k [\"2026-11-01T09:00:00.000Z\",\"'" ACCOUNT "'\"]");
    stop(&rig);
}

/* --- counts, groups, records --- */

static void test_count_and_groups(void **state)
{
    struct rig rig = start(OPERATION_COUNT);
    (void)state;

    set_query(&rig, "", NULL);
    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<queryResponse><result><done>true</done><records>"
                            "<sf:type>AggregateResult</sf:type><sf:Id xsi:nil=\"true\"/>"
                            "<sf:records xsi:type=\"xsd:int\">1204</sf:records></records>"
                            "<size>1</size></result></queryResponse>"));
    assert_int_equal(rig.result.total, 1204);
    result_clear(&rig.result);
    rig.operation->kind = OPERATION_GROUP;
    rig.operation->group = (struct group_request){memory_copy_string("Name"),
                                                  memory_copy_string("AnnualRevenue"), GROUP_SUM};
    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<queryResponse><result><done>true</done><records>"
                            "<sf:type>AggregateResult</sf:type><sf:value>a</sf:value>"
                            "<sf:records xsi:type=\"xsd:int\">2</sf:records>"
                            "<sf:measure xsi:type=\"xsd:double\">3.5</sf:measure></records>"
                            "<size>1</size></result></queryResponse>"));
    assert_cell(&rig, 0, 1, "a");
    assert_cell(&rig, 0, 2, "2");
    assert_int_equal(page_value(rig.result.page, 0, 3).kind, VALUE_REAL);
    stop(&rig);
}

static void test_records_by_id(void **state)
{
    struct rig rig = start(OPERATION_GET);
    struct value name;
    (void)state;

    set_query(&rig, "", "Name, IsDeleted");
    operation_add_id(rig.operation, "0010600002BpRZD");
    operation_add_id(rig.operation, "no id");
    operation_add_id(rig.operation, SECOND);
    send_step(&rig, 0);
    assert_body(&rig, "<retrieve><fieldList>Id, Name, IsDeleted</fieldList>"
                      "<sObjectType>Account</sObjectType><ids>" ACCOUNT "</ids><ids>" SECOND
                      "</ids></retrieve>");
    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<retrieveResponse><result xsi:nil=\"true\"/><result>"
                            "<sf:type>Account</sf:type><sf:Id>" SECOND "</sf:Id>"
                            "<sf:Name>Acme</sf:Name><sf:IsDeleted>false</sf:IsDeleted></result>"
                            "</retrieveResponse>"));
    assert_int_equal(rig.result.record_count, 3);
    assert_null(rig.result.records[0]);
    assert_null(rig.result.records[1]);
    name = record_value(rig.result.records[2], "Name");
    assert_int_equal(name.as.text.length, 4);
    assert_int_equal(record_value(rig.result.records[2], "IsDeleted").kind, VALUE_BOOLEAN);
    stop(&rig);
}

static void test_raw_search(void **state)
{
    struct rig rig = start(OPERATION_RAW);
    (void)state;

    rig.operation->name = memory_copy_string("FIND {Acme} RETURNING Account(Name), Contact");
    send_step(&rig, 0);
    assert_body(&rig, "<search><searchString>FIND {Acme} RETURNING Account(Name), Contact"
                      "</searchString></search>");
    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<searchResponse><result><queryId>q</queryId><searchRecords><record>"
                            "<sf:type>Account</sf:type><sf:Id>" ACCOUNT "</sf:Id>"
                            "<sf:Name>Acme</sf:Name></record></searchRecords><searchRecords>"
                            "<record><sf:type>Contact</sf:type><sf:Id>003000000000001AAA</sf:Id>"
                            "</record></searchRecords></result></searchResponse>"));
    assert_string_equal(rig.result.columns[0], "type");
    assert_cell(&rig, 0, 1, "Account");
    assert_cell(&rig, 1, 1, "Contact");
    assert_int_equal(page_row_count(rig.result.page), 2);
    stop(&rig);
}

/* A parent that is null in the first row and not in the second is no column, and its name is not
 * looked at after it is gone. */
static void test_raw_rows_with_a_null_parent(void **state)
{
    struct rig rig = start(OPERATION_RAW);
    (void)state;

    rig.operation->name = memory_copy_string("SELECT Owner.Name, Name FROM Account");
    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<queryResponse><result><done>true</done><records>"
                            "<sf:type>Account</sf:type><sf:Id xsi:nil=\"true\"/>"
                            "<sf:Owner xsi:nil=\"true\"/><sf:Name>a</sf:Name></records><records>"
                            "<sf:type>Account</sf:type><sf:Id xsi:nil=\"true\"/>"
                            "<sf:Owner xsi:type=\"sf:sObject\"><sf:type>User</sf:type>"
                            "<sf:Name>me</sf:Name></sf:Owner><sf:Name>b</sf:Name></records>"
                            "<size>2</size></result></queryResponse>"));
    assert_int_equal(rig.result.column_count, 2);
    assert_string_equal(rig.result.columns[0], "Name");
    assert_string_equal(rig.result.columns[1], "Owner.Name");
    assert_cell(&rig, 1, 1, "b");
    assert_cell(&rig, 1, 2, "me");
    stop(&rig);
}

/* --- writing --- */

static struct record *values_of(const char *name, const char *text)
{
    struct record *values = record_new("Account", NULL);
    struct value value = value_string(text);

    record_set(values, name, &value);
    return values;
}

/* Nulls are named, and so is the empty text; nothing is sent empty. */
static void test_an_sobject_in_its_order(void **state)
{
    struct rig rig = start(OPERATION_UPDATE);
    struct record *values = values_of("Name", "Acme <&> Sons");
    struct value null = value_null(), empty = value_string("");
    struct value moment = value_string("2026-11-21T14:30:00+01:00");
    (void)state;

    record_set(values, "AnnualRevenue", &null);
    record_set(values, "BillingAddress", &empty);
    record_set(values, "LastModifiedDate", &moment);
    operation_add_write(rig.operation, "0010600002BpRZD", values, NULL);
    send_step(&rig, 0);
    assert_false(rig.request.read);
    assert_body(&rig, "<update><sObjects><sf:type>Account</sf:type>"
                      "<sf:fieldsToNull>AnnualRevenue</sf:fieldsToNull>"
                      "<sf:fieldsToNull>BillingAddress</sf:fieldsToNull><sf:Id>" ACCOUNT
                      "</sf:Id><sf:Name>Acme &lt;&amp;&gt; Sons</sf:Name>"
                      "<sf:LastModifiedDate>2026-11-21T13:30:00Z</sf:LastModifiedDate>"
                      "</sObjects></update>");
    stop(&rig);
}

static void test_a_new_sobject_has_no_id(void **state)
{
    static const char *const all_or_none[] = {
        "session_id_env", "SOAP_SESSION", "server_url", "https://eu1.salesforce.com",
        "all_or_none",    "yes",          NULL};
    struct rig rig = start_with(all_or_none, OPERATION_CREATE);
    (void)state;

    operation_add_write(rig.operation, NULL, values_of("Name", "Acme"), NULL);
    send_step(&rig, 0);
    assert_body(&rig, "<create><sObjects><sf:type>Account</sf:type><sf:Id xsi:nil=\"true\"/>"
                      "<sf:Name>Acme</sf:Name></sObjects></create>");
    assert_in_request(&rig, "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>");
    stop(&rig);
}

static void test_a_result_for_each_record(void **state)
{
    struct rig rig = start(OPERATION_UPDATE);
    const struct write_result *writes;
    (void)state;

    for (int i = 0; i < 5; i++)
        operation_add_write(rig.operation, i == 0 ? ACCOUNT : SECOND, values_of("Name", "x"), NULL);
    answer_step(
        &rig, 0, 200,
        IN_ENVELOPE("<updateResponse><result><id>" ACCOUNT "</id><success>true</success>"
                    "</result><result><errors><fields>Name</fields><fields>Site</fields>"
                    "<message>Required fields are missing: [Name]</message>"
                    "<statusCode>REQUIRED_FIELD_MISSING</statusCode></errors>"
                    "<id xsi:nil=\"true\"/><success>false</success></result><result><errors>"
                    "<message>invalid cross reference id</message>"
                    "<statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode></errors>"
                    "<success>false</success></result><result><id>" SECOND "</id></result>"
                    "</updateResponse>"));
    writes = rig.result.writes;
    assert_int_equal(rig.result.write_count, 5);
    assert_true(writes[0].success);
    assert_int_equal(writes[1].error.kind, ERROR_VALIDATION);
    assert_int_equal(writes[1].error.field_count, 2);
    assert_string_equal(writes[1].error.fields[0].field, "Name");
    assert_string_equal(writes[1].id, SECOND);
    assert_int_equal(writes[2].error.kind, ERROR_NOT_FOUND);
    assert_true(writes[3].lost); /* it does not say which */
    assert_true(writes[4].lost); /* it is not there */
    stop(&rig);
}

/* A record that XML cannot carry stays behind; with all or none, so do the others. */
static void test_a_record_that_cannot_be_sent(void **state)
{
    struct rig rig = start(OPERATION_CREATE);
    struct write_result *writes;
    (void)state;

    operation_add_write(rig.operation, NULL, values_of("Name", "bell\x07"), NULL);
    operation_add_write(rig.operation, NULL, values_of("Name", "good"), NULL);
    send_step(&rig, 0);
    assert_body(&rig, "<create><sObjects><sf:type>Account</sf:type><sf:Id xsi:nil=\"true\"/>"
                      "<sf:Name>good</sf:Name></sObjects></create>");
    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<createResponse><result><id>" SECOND "</id><success>true</success>"
                            "</result></createResponse>"));
    writes = rig.result.writes;
    assert_int_equal(rig.result.write_count, 2);
    assert_error(&writes[0].error, ERROR_VALIDATION, "Name: it holds a character that XML cannot");
    assert_string_equal(writes[0].error.fields[0].field, "Name");
    assert_false(writes[0].success || writes[0].lost);
    assert_true(writes[1].success);
    assert_string_equal(writes[1].id, SECOND);

    result_clear(&rig.result);
    rig.operation->all_or_none = true;
    http_request_clear(&rig.request);
    assert_int_equal(
        forcesoap_backend.encode(rig.backend, rig.operation, 0, &rig.request, &rig.error),
        WIRE_NONE);
    forcesoap_backend.decode(rig.backend, rig.operation, 0, NULL, &rig.result);
    assert_int_equal(rig.result.write_count, 2);
    assert_error(&rig.result.writes[0].error, ERROR_VALIDATION, "Name: ");
    assert_error(&rig.result.writes[1].error, ERROR_VALIDATION, "another record cannot be");
    stop(&rig);
}

static void test_upsert_says_what_it_did(void **state)
{
    struct rig rig = start(OPERATION_UPSERT);
    (void)state;

    rig.operation->field = memory_copy_string("Code__c");
    operation_add_write(rig.operation, NULL, values_of("Code__c", "a"), NULL);
    operation_add_write(rig.operation, NULL, values_of("Code__c", "b"), NULL);
    send_step(&rig, 0);
    assert_in_request(&rig, "<upsert><externalIDFieldName>Code__c</externalIDFieldName><sObjects>");
    answer_step(&rig, 0, 200,
                IN_ENVELOPE("<upsertResponse><result><created>true</created><id>" ACCOUNT
                            "</id><success>true</success></result><result><created>false</created>"
                            "<id>" SECOND
                            "</id><success>true</success></result></upsertResponse>"));
    assert_true(rig.result.writes[0].created);
    assert_false(rig.result.writes[1].created);
    assert_true(rig.result.writes[1].success);
    stop(&rig);
}

/* --- faults --- */

static void test_every_fault_of_the_page(void **state)
{
    static const struct {
        const char *name, *code;
        enum error_kind kind;
    } faults[] = {
        {"LoginFault", "INVALID_LOGIN", ERROR_SIGN_IN},
        {"InvalidSObjectFault", "INVALID_TYPE", ERROR_NOT_FOUND},
        {"InvalidFieldFault", "INVALID_FIELD", ERROR_USAGE},
        {"MalformedQueryFault", "MALFORMED_QUERY", ERROR_USAGE},
        {"InvalidQueryLocatorFault", "INVALID_QUERY_LOCATOR", ERROR_USAGE},
        {"MalformedSearchFault", "MALFORMED_SEARCH", ERROR_USAGE},
        {"InvalidIdFault", "INVALID_ID_FIELD", ERROR_VALIDATION},
        {"UnexpectedErrorFault", "UNKNOWN_EXCEPTION", ERROR_SERVER},
        {"UnexpectedErrorFault", "INVALID_SESSION_ID", ERROR_SIGN_IN},
        {"ApiQueryFault", "SOMETHING_NEW", ERROR_USAGE},
        {"SomethingNewFault", "SOMETHING_NEW", ERROR_SERVER},
    };
    (void)state;

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct rig rig = start(OPERATION_PAGE);
        char body[2048];

        set_query(&rig, "", "Name");
        snprintf(
            body, sizeof body,
            IN_ENVELOPE("<soapenv:Fault><faultcode>sf:%s</faultcode><faultstring>%s: some "
                        "words</faultstring><detail><sf:%s "
                        "xmlns:sf='urn:fault.partner.soap.sforce.com' xsi:type='sf:%s'>"
                        "<sf:exceptionCode>%s</sf:exceptionCode><sf:exceptionMessage>some words"
                        "</sf:exceptionMessage></sf:%s></detail></soapenv:Fault>"),
            faults[i].code, faults[i].code, faults[i].name, faults[i].name, faults[i].code,
            faults[i].name);
        answer_step(&rig, 0, 500, body);
        assert_error(&rig.result.error, faults[i].kind, "page of Account: some words (");
        assert_non_null(strstr(rig.result.error.message, faults[i].code));
        stop(&rig);
    }
}

static void test_a_fault_points_into_the_query(void **state)
{
    (void)state;

    page_fails(500,
               IN_ENVELOPE("<soapenv:Fault><faultcode>sf:INVALID_FIELD</faultcode>"
                           "<faultstring>INVALID_FIELD: \nSELECT Bogus FROM Account\n       ^\n"
                           "ERROR at Row:1:Column:8\nNo such column 'Bogus'</faultstring>"
                           "</soapenv:Fault>"),
               ERROR_USAGE, "line 1, column 8: No such column 'Bogus' (INVALID_FIELD)");
    page_fails(500,
               IN_ENVELOPE("<soapenv:Fault><faultcode>MALFORMED_QUERY</faultcode><faultstring>"
                           "MALFORMED_QUERY: unexpected token</faultstring><detail>"
                           "<f:MalformedQueryFault xmlns:f='urn:fault.partner.soap.sforce.com'>"
                           "<f:row>2</f:row><f:column>5</f:column></f:MalformedQueryFault></detail>"
                           "</soapenv:Fault>"),
               ERROR_USAGE, "line 2, column 5: unexpected token");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_profile_must_say_how_to_sign_in),
        cmocka_unit_test(test_signing_in),
        cmocka_unit_test(test_a_sign_in_that_is_none),
        cmocka_unit_test(test_a_password_that_has_expired),
        cmocka_unit_test(test_nothing_of_a_sign_in_is_shown),
        cmocka_unit_test(test_a_session_of_the_profile_is_left_as_it_is),
        cmocka_unit_test(test_what_is_explained_shows_no_secret),
        cmocka_unit_test(test_a_page_is_asked_for),
        cmocka_unit_test(test_a_page_is_read),
        cmocka_unit_test(test_prefixes_mean_nothing),
        cmocka_unit_test(test_what_is_no_page),
        cmocka_unit_test(test_pages_after_the_first),
        cmocka_unit_test(test_pages_by_key),
        cmocka_unit_test(test_count_and_groups),
        cmocka_unit_test(test_records_by_id),
        cmocka_unit_test(test_raw_search),
        cmocka_unit_test(test_raw_rows_with_a_null_parent),
        cmocka_unit_test(test_an_sobject_in_its_order),
        cmocka_unit_test(test_a_new_sobject_has_no_id),
        cmocka_unit_test(test_a_result_for_each_record),
        cmocka_unit_test(test_a_record_that_cannot_be_sent),
        cmocka_unit_test(test_upsert_says_what_it_did),
        cmocka_unit_test(test_every_fault_of_the_page),
        cmocka_unit_test(test_a_fault_points_into_the_query),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
