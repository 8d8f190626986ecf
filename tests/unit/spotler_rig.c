/*
 * spotler_rig: see spotler_rig.h. The token is taken from a variable, as a profile may.
 */
#include "spotler_rig.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static const char accounts[] =
    "{\"fields\":[{\"name\":\"id\",\"type\":\"id\"},"
    "{\"name\":\"name\",\"type\":\"text\",\"required\":true},"
    "{\"name\":\"addresscounty\\/state\",\"type\":\"text\"},"
    "{\"name\":\"type\",\"type\":\"text\"},{\"name\":\"sector\",\"type\":\"text\"},"
    "{\"name\":\"ownerid\",\"type\":\"number\"},{\"name\":\"turnover\",\"type\":\"currency\"},"
    "{\"name\":\"2yearpolicy\",\"type\":\"boolean\"},"
    "{\"name\":\"inceptiondate\",\"type\":\"date\"},{\"name\":\"mystery\",\"type\":\"blob\"},"
    "{\"name\":\"createddate\",\"type\":\"datetime\"},"
    "{\"name\":\"modifieddate\",\"type\":\"datetime\"}]}";
static const char contacts[] =
    "[{\"name\":\"id\",\"type\":\"number\"},{\"name\":\"accountid\",\"type\":\"number\"},"
    "{\"name\":\"last\",\"type\":\"text\"},{\"name\":\"decisionmaker\",\"type\":\"number\"}]";
static const char opportunities[] =
    "{\"name\":{\"type\":\"text\",\"required\":true},\"accountid\":{\"type\":\"number\"},"
    "\"closedate\":{\"type\":\"text\"}}";
static const char lines[] =
    "{\"fields\":[{\"name\":\"id\",\"type\":\"number\"},"
    "{\"name\":\"opportunityid\",\"type\":\"number\"},{\"name\":\"product\",\"type\":\"text\"},"
    "{\"name\":\"quantity\",\"type\":\"number\"},{\"name\":\"unitprice\",\"type\":\"number\"},"
    "{\"name\":\"createdby\",\"type\":\"number\"}]}";

static void add_setting(struct profile *profile, const char *name, const char *value)
{
    profile->settings =
        memory_resize(profile->settings, profile->setting_count + 1, sizeof *profile->settings);
    profile->settings[profile->setting_count++] =
        (struct config_entry){memory_copy_string(name), memory_copy_string(value), 1};
}

static void open_adapter(struct rig *rig)
{
    if (rig->backend != NULL) {
        spotler_backend.destroy(rig->backend);
    }
    rig->backend = spotler_backend.create(&rig->profile, &rig->error);
    assert_non_null(rig->backend);
    assert_true(spotler_backend.prepare(rig->backend, &rig->error));
}

void rig_reopen(struct rig *rig, const char *setting, const char *value)
{
    add_setting(&rig->profile, setting, value);
    open_adapter(rig);
}

int rig_set_up(void **state)
{
    struct rig *rig = memory_zeroed(1, sizeof *rig);
    setenv("TZ", "Europe/London", 1);
    setenv("SPOTLER_TEST_TOKEN", "s3cret.token", 1);
    rig->profile.name = memory_copy_string("test");
    rig->profile.backend = memory_copy_string("spotler");
    add_setting(&rig->profile, "url", "https://crm.test/");
    add_setting(&rig->profile, "token_env", "SPOTLER_TEST_TOKEN");
    open_adapter(rig);
    rig->accounts = rig_describe(rig, "accounts", accounts);
    rig->contacts = rig_describe(rig, "contacts", contacts);
    rig->opportunities = rig_describe(rig, "opportunities", opportunities);
    rig->lines = rig_describe(rig, "opportunity_lines", lines);
    *state = rig;
    return 0;
}

int rig_tear_down(void **state)
{
    struct rig *rig = *state;
    operation_free(rig->operation);
    result_clear(&rig->result);
    http_request_clear(&rig->request);
    error_clear(&rig->error);
    schema_release(rig->accounts);
    schema_release(rig->contacts);
    schema_release(rig->opportunities);
    schema_release(rig->lines);
    spotler_backend.destroy(rig->backend);
    profile_clear(&rig->profile);
    free(rig->url);
    free(rig);
    return 0;
}

static struct schema *find_schema(const struct rig *rig, const char *object)
{
    struct schema *schemas[] = {rig->accounts, rig->contacts, rig->opportunities, rig->lines};
    for (size_t i = 0; object != NULL && i < sizeof schemas / sizeof schemas[0]; i++) {
        if (schemas[i] != NULL && strcmp(schemas[i]->name, object) == 0) {
            return schemas[i];
        }
    }
    return NULL;
}

struct operation *rig_operation(struct rig *rig, enum operation_kind kind, const char *object)
{
    operation_free(rig->operation);
    rig->operation = operation_new(kind, object);
    rig->operation->schema = schema_hold(find_schema(rig, object));
    result_clear(&rig->result);
    rig->result.total = -1;
    return rig->operation;
}

static struct schema *look_up(void *context, const char *object, struct error *error)
{
    (void)error;
    return schema_hold(find_schema(context, object));
}

struct operation *rig_query(struct rig *rig, enum operation_kind kind, const char *object,
                            const char *filter, const char *columns)
{
    struct operation *operation = rig_operation(rig, kind, object);
    struct date_clock clock = {.now = 1795262400, .week_start = 1}; /* 2026-11-21 */
    operation->query = query_new(object);
    if (filter != NULL && !query_parse(operation->query, filter, NULL, &rig->error)) {
        fail_msg("%s", rig->error.message);
    }
    if (columns != NULL) {
        assert_true(query_parse_columns(operation->query, columns, &rig->error));
    }
    if (!query_resolve(operation->query, operation->schema, look_up, rig, &clock, &rig->error)) {
        fail_msg("%s", rig->error.message);
    }
    return operation;
}

static int digit(char character)
{
    const char *digits = "0123456789ABCDEF";
    const char *found = strchr(digits, character);
    return found == NULL ? 0 : (int)(found - digits);
}

static char *decode_url(const char *url)
{
    struct text text = {0};
    for (; *url != '\0'; url++) {
        if (*url == '%') {
            text_append_character(&text, (char)(digit(url[1]) * 16 + digit(url[2])));
            url += 2;
        } else {
            text_append_character(&text, *url);
        }
    }
    return text_take(&text);
}

void rig_encode(struct rig *rig, int step)
{
    http_request_clear(&rig->request);
    free(rig->url);
    rig->url = NULL;
    enum wire_step sent =
        spotler_backend.encode(rig->backend, rig->operation, step, &rig->request, &rig->error);
    assert_int_equal(sent, WIRE_SEND);
    rig->url = decode_url(rig->request.url);
}

int rig_answer_typed(struct rig *rig, int step, long status, const char *type, const char *body)
{
    struct http_header header = {(char *)(uintptr_t) "Content-Type", (char *)(uintptr_t)type,
                                 false};
    struct http_response response = {.status = status,
                                     .headers = &header,
                                     .header_count = 1,
                                     .body = body,
                                     .length = strlen(body),
                                     .url = rig->request.url};
    return spotler_backend.decode(rig->backend, rig->operation, step, &response, &rig->result);
}

int rig_answer(struct rig *rig, int step, long status, const char *body)
{
    return rig_answer_typed(rig, step, status, "application/json", body);
}

void rig_assert_request(struct rig *rig, int step, const char *method, const char *path)
{
    struct text expected = {0};
    rig_encode(rig, step);
    text_format(&expected, "https://crm.test%s", path);
    assert_string_equal(rig->url, text_string(&expected));
    assert_string_equal(rig->request.method, method);
    text_free(&expected);
}

void rig_assert_body(const struct rig *rig, const char *body)
{
    assert_true(rig->request.has_body);
    assert_string_equal(text_string(&rig->request.body), body);
}

void rig_assert_cell(const struct rig *rig, size_t row, size_t column, const char *text)
{
    assert_non_null(rig->result.page);
    struct value value = page_value(rig->result.page, row, column);
    char *found = value_to_string(&value);
    if (text == NULL) {
        assert_null(found);
    } else {
        assert_non_null(found);
        assert_string_equal(found, text);
    }
    free(found);
}

struct schema *rig_describe(struct rig *rig, const char *object, const char *dictionary)
{
    rig_operation(rig, OPERATION_DESCRIBE, object);
    int step = rig_answer(rig, 0, 200, dictionary);
    while (step > 0) {
        step = rig_answer(rig, step, 404, "{\"message\":\"no list\"}");
    }
    struct schema *schema = rig->result.schema;
    assert_non_null(schema);
    rig->result.schema = NULL;
    return schema;
}
