/*
 * The Snapforce adapter against recorded bytes: the requests of the vendor's samples byte for byte,
 * answers in every shape there may be, what is learnt of fields and kept, and what a write needs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/snapforce/internal.h"
#include "backend/snapforce/snapforce.h"
#include "core/memory.h"

#define COMMON "format=xml&api_user=U&api_key=K%26%20y&module=Leads&status="

/* As the facts about the API have it. */
static const char sample[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                             "<leads>\n  <lead id=\"12345\">\n    <lead_id>12345</lead_id>\n"
                             "    <type>Web</type>\n    <website>http://x.example</website>\n"
                             "    <contact_first>Michael</contact_first>\n"
                             "    <contact_last>Stefonson</contact_last>\n"
                             "    <lead_status>Open</lead_status>\n  </lead>\n</leads>\n";

struct rig {
    struct backend *backend;
    struct http_request request;
    struct result result;
    struct error error;
    struct schema *schema;
};

static struct backend *open_with(const char *setting, const char *value, struct error *error)
{
    const char *const settings[][2] = {{"url", "https://crm.example/api.php"},
                                       {"api_user", "U"},
                                       {"api_key_env", "TEST_SNAPFORCE_KEY"},
                                       {setting, value}};
    struct profile *profile = memory_zeroed(1, sizeof *profile);
    profile->name = memory_copy_string("sf");
    profile->backend = memory_copy_string("snapforce");
    for (size_t i = 0; i < 4 && settings[i][0] != NULL; i++) {
        assert_true(profile_set(profile, settings[i][0], settings[i][1], error));
    }
    struct backend *backend = snapforce_backend.create(profile, error);
    profile_free(profile);
    return backend;
}

static void open_rig(struct rig *rig, const char *setting, const char *value)
{
    setenv("TEST_SNAPFORCE_KEY", "K& y", 1);
    rig->backend = open_with(setting, value, &rig->error);
    assert_non_null(rig->backend);
    assert_true(rig->backend->ops->prepare(rig->backend, &rig->error));
}

static void close_rig(struct rig *rig)
{
    rig->backend->ops->destroy(rig->backend);
    http_request_clear(&rig->request);
    result_clear(&rig->result);
    error_clear(&rig->error);
    schema_release(rig->schema);
    memset(rig, 0, sizeof *rig);
}

static int set_up(void **state)
{
    struct rig *rig = memory_zeroed(1, sizeof *rig);
    open_rig(rig, NULL, NULL);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    close_rig(*state);
    free(*state);
    return 0;
}

static enum wire_step encode(struct rig *rig, const struct operation *operation, int step)
{
    http_request_clear(&rig->request);
    error_clear(&rig->error);
    return rig->backend->ops->encode(rig->backend, operation, step, &rig->request, &rig->error);
}

static int decode(struct rig *rig, const struct operation *operation, int step, long status,
                  const char *body)
{
    struct http_response response = {
        .status = status, .body = body, .length = strlen(body), .url = ""};
    return rig->backend->ops->decode(rig->backend, operation, step, &response, &rig->result);
}

/* One exchange; the next step. */
static int exchange(struct rig *rig, const struct operation *operation, int step, const char *body)
{
    assert_int_equal(encode(rig, operation, step), WIRE_SEND);
    return decode(rig, operation, step, 200, body);
}

/* A schema learnt from a body, kept in the rig. */
static void learn(struct rig *rig, const char *body)
{
    struct operation *operation = operation_new(OPERATION_DESCRIBE, "Leads");
    result_clear(&rig->result);
    int next = exchange(rig, operation, 0, body);
    if (next > 0 && encode(rig, operation, next) == WIRE_SEND) {
        next = decode(rig, operation, next, 200, "<leads/>");
    } else if (next > 0) {
        next = rig->backend->ops->decode(rig->backend, operation, next, NULL, &rig->result);
    }
    assert_int_equal(next, 0);
    assert_int_equal(rig->result.error.kind, ERROR_NONE);
    schema_release(rig->schema);
    rig->schema = schema_hold(rig->result.schema);
    operation_free(operation);
}

static void learn_again(struct rig *rig, const char *body)
{
    ((struct snapforce *)rig->backend)->states[0].sets[SNAP_ACTIVE].changed = true;
    learn(rig, body);
}

static struct operation *on_leads(const struct rig *rig, enum operation_kind kind)
{
    struct operation *operation = operation_new(kind, "Leads");
    operation->schema = schema_hold(rig->schema);
    return operation;
}

static void add_write(struct operation *operation, const char *id, const char *field,
                      const char *text, const char *expected)
{
    struct value value = value_string(text), before = value_string(expected);
    struct record *values = record_new("Leads", id), *old = record_new("Leads", id);
    record_set(values, field, &value);
    record_set(old, field, &before);
    if (expected == NULL) {
        record_free(old);
        old = NULL;
    }
    operation_add_write(operation, id, values, old);
}

/* A page of every column, out of a body. */
static void read_page(struct rig *rig, const char *body)
{
    learn_again(rig, body);
    struct operation *operation = on_leads(rig, OPERATION_PAGE);
    result_clear(&rig->result);
    assert_int_equal(encode(rig, operation, 0), WIRE_NONE); /* what was described is a moment old */
    assert_int_equal(rig->backend->ops->decode(rig->backend, operation, 0, NULL, &rig->result), 0);
    assert_non_null(rig->result.page);
    operation_free(operation);
}

static void assert_cell(const struct rig *rig, size_t row, const char *field, enum value_kind kind,
                        const char *spelling)
{
    int index = schema_field_index(rig->schema, field);
    assert_true(index >= 0);
    struct value value = page_value(rig->result.page, row, (size_t)index + 1);
    char *text = value_to_string(&value);
    assert_int_equal(value.kind, kind);
    assert_string_equal(text == NULL ? "(null)" : text, spelling);
    free(text);
}

static void assert_id(const struct rig *rig, size_t row, const char *id)
{
    struct value value = page_id(rig->result.page, row);
    assert_int_equal(value.as.text.length, strlen(id));
    assert_memory_equal(value.as.text.bytes, id, strlen(id));
}

/* --- requests --- */

static void the_requests_of_the_samples(void **state)
{
    struct rig *rig = *state;
    struct operation *page = on_leads(rig, OPERATION_PAGE);
    assert_int_equal(encode(rig, page, 0), WIRE_SEND);
    assert_string_equal(rig->request.url, "https://crm.example/api.php");
    assert_string_equal(rig->request.method, "POST");
    assert_string_equal(text_string(&rig->request.body), COMMON "Active&method=fetchRecords");
    assert_true(rig->request.read);
    assert_int_equal(rig->request.most_bytes, 128 * 1024 * 1024);
    operation_free(page);
    learn(rig, sample);
    struct operation *create = on_leads(rig, OPERATION_CREATE);
    add_write(create, NULL, "contact_first", "Michael", NULL);
    struct value last = value_string("Stefonson & Söhne");
    record_set(create->writes[0].values, "contact_last", &last);
    assert_int_equal(encode(rig, create, 0), WIRE_SEND);
    assert_string_equal(text_string(&rig->request.body),
                        COMMON "Active&method=insertRecords&contact_first=Michael&contact_last="
                               "Stefonson%20%26%20S%C3%B6hne");
    assert_false(rig->request.read);
    operation_free(create);
}

static void the_key_is_never_shown(void **state)
{
    struct rig *rig = *state;
    struct text shown = {0};
    struct operation *page = on_leads(rig, OPERATION_PAGE);
    assert_int_equal(encode(rig, page, 0), WIRE_SEND);
    http_print_request(&rig->request, &shown);
    assert_non_null(strstr(text_string(&shown), "api_user=***&api_key=***&module=Leads"));
    assert_null(strstr(text_string(&shown), "K%26"));
    text_free(&shown);
    (void)decode(rig, page, 0, 200, "<response><error>bad api_key: K&amp; y</error></response>");
    assert_int_equal(rig->result.error.kind, ERROR_SIGN_IN);
    assert_string_equal(rig->result.error.server, "bad api_key: ****");
    operation_free(page);
}

/* --- answers --- */

static void the_sample_is_one_lead(void **state)
{
    struct rig *rig = *state;
    read_page(rig, sample);
    assert_int_equal(page_row_count(rig->result.page), 1);
    assert_id(rig, 0, "12345");
    assert_cell(rig, 0, "contact_last", VALUE_TEXT, "Stefonson");
    assert_cell(rig, 0, "status", VALUE_TEXT, "Active");
}

static void any_names_will_do(void **state)
{
    static const char *const bodies[] = {
        "<x><y any='7'><a>1</a></y></x>",
        "<leads><lead><lead_id>7</lead_id><a>1</a></lead></leads>",
        "<leads><lead id='8'><lead_id>7</lead_id><a>1</a></lead></leads>",
        "<r><status>success</status><LEADS><lead id='7'><a>1</a></lead></LEADS></r>",
        "<r><result>ok</result><lead id='7'><a>1</a></lead></r>",
        "<r><data><row id='7'><a><![CDATA[1]]></a></row></data><took>3</took></r>",
        "<l:leads xmlns:l='urn:l'><l:lead l:id='7'><l:a>1</l:a></l:lead></l:leads>",
        "<leads><message>all well</message><lead id='7'><a>1<!-- c --></a></lead></leads>",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        read_page(*state, bodies[i]);
        assert_int_equal(page_row_count(((struct rig *)*state)->result.page), 1);
        assert_id(*state, 0, "7");
        assert_cell(*state, 0, "a", VALUE_INTEGER, "1");
    }
}

static void odd_records_lose_nothing(void **state)
{
    struct rig *rig = *state;
    read_page(rig, "<leads><lead id='1'><tag>a</tag><x>1</x><tag>b</tag><tag>c</tag></lead>"
                   "<lead id='2'><at><city>Bath</city><zip>x</zip></at><status>Held</status></lead>"
                   "<lead><x>none</x></lead><lead id='4'/>"
                   "<lead id='5'><status>inactive</status></lead></leads>");
    assert_int_equal(page_row_count(rig->result.page), 4); /* one says that it is inactive */
    assert_cell(rig, 0, "tag", VALUE_TEXT, "a; b; c");
    assert_cell(rig, 0, "x", VALUE_TEXT, "1");
    assert_cell(rig, 1, "at.city", VALUE_TEXT, "Bath");
    assert_cell(rig, 1, "at.zip", VALUE_TEXT, "x");
    assert_cell(rig, 1, "record_status", VALUE_TEXT, "Held");
    assert_cell(rig, 1, "status", VALUE_TEXT, "Active");
    assert_id(rig, 2, "#A3");
    assert_id(rig, 3, "4");
    assert_cell(rig, 3, "x", VALUE_NULL, "(null)");
    assert_false(schema_field(rig->schema, "tag")->update);
    assert_false(schema_field(rig->schema, "at.city")->update);
    assert_false(schema_field(rig->schema, "record_status")->update);
    assert_true(schema_field(rig->schema, "x")->update);
}

/* Of records by text, whether anything is there. */
static void no_records_are_no_error(void **state)
{
    static const char *const bodies[] = {"<leads/>", "<leads>\n</leads>",
                                         "<r><message>No records found</message></r>",
                                         "<r><status>success</status></r>"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        read_page(*state, bodies[i]);
        assert_int_equal(page_row_count(((struct rig *)*state)->result.page), 0);
    }
}

static void assert_refused(struct rig *rig, long status, const char *body, enum error_kind kind,
                           const char *words)
{
    struct text all = {0};
    struct operation *page = on_leads(rig, OPERATION_PAGE);
    result_clear(&rig->result);
    ((struct snapforce *)rig->backend)->states[0].sets[SNAP_ACTIVE].changed = true;
    assert_int_equal(encode(rig, page, 0), WIRE_SEND);
    assert_int_equal(decode(rig, page, 0, status, body), 0);
    error_print(&rig->result.error, &all);
    if (rig->result.error.kind != kind || strstr(text_string(&all), words) == NULL) {
        fail_msg("%s: %s", body, text_string(&all));
    }
    text_free(&all);
    operation_free(page);
}

static void errors_in_every_shape(void **state)
{
    struct rig *rig = *state;
    assert_refused(rig, 200, "<error>Unknown module</error>", ERROR_SERVER, "Unknown module");
    assert_refused(rig, 200, "<r><error>x</error></r>", ERROR_SERVER, "x");
    assert_refused(rig, 200, "<errors><error><code>7</code> <text>y</text></error></errors>",
                   ERROR_SERVER, "7  y");
    assert_refused(rig, 200, "<r><message>no permission</message></r>", ERROR_FORBIDDEN, "no perm");
    assert_refused(rig, 200, "<r><status>error</status></r>", ERROR_SERVER, "an error");
    assert_refused(rig, 200, "", ERROR_PROTOCOL, "empty");
    assert_refused(rig, 200, "<leads><lead>", ERROR_PROTOCOL, "line 1");
    assert_refused(rig, 200, "<!DOCTYPE html><html/>", ERROR_PROTOCOL, "web page");
    assert_refused(rig, 200, "\xff\xfe\x01", ERROR_PROTOCOL, "cannot be read");
    assert_refused(rig, 401, "<r><error>who?</error></r>", ERROR_SIGN_IN, "who?");
    assert_refused(rig, 302, "", ERROR_PROTOCOL, "another address");
    assert_refused(rig, 418, "tea", ERROR_USAGE, "418");
    assert_refused(rig, 503, "<html>", ERROR_SERVER, "503");
}

static void more_fields_than_there_can_be(void **state)
{
    struct text body = {0};
    text_append_string(&body, "<leads><lead id='1'>");
    for (int i = 0; i <= SNAP_MOST_FIELDS; i++) {
        text_format(&body, "<f%d/>", i);
    }
    text_append_string(&body, "</lead></leads>");
    assert_refused(*state, 200, text_string(&body), ERROR_PROTOCOL, "more than 1000 fields");
    text_free(&body);
}

/* --- what is learnt --- */

static enum field_type type_of(const struct rig *rig, const char *name)
{
    const struct field *field = schema_field(rig->schema, name);
    assert_non_null(field);
    return field->type;
}

static void types_are_what_every_value_fits(void **state)
{
    static const struct {
        const char *name, *first, *second;
        enum field_type type;
    } rows[] = {
        {"n", "1", "-20", FIELD_INT},
        {"n", "1", "2.50", FIELD_DOUBLE},
        {"n", "1", "007", FIELD_STRING},
        {"n", "1", "1,000", FIELD_STRING},
        {"n", "1", "1e5", FIELD_STRING},
        {"n", "1", "1.", FIELD_STRING},
        {"n", "1", "12345678901234567890", FIELD_STRING},
        {"deal_amount", "1", "2.5", FIELD_CURRENCY},
        {"zip", "12345", "20001", FIELD_STRING},
        {"owner_id", "1", "2", FIELD_STRING},
        {"d", "2026-11-30", "", FIELD_DATE},
        {"d", "2026-11-30", "0000-00-00", FIELD_DATE},
        {"d", "0000-00-00", "", FIELD_STRING},
        {"d", "2026-11-30", "2026-13-30", FIELD_STRING},
        {"d", "2026-11-30", "2026-11-30 10:20:30", FIELD_DATETIME},
        {"d", "2026-11-30T10:20:30Z", "2026-11-30 10:20", FIELD_DATETIME},
        {"d", "2026-11-30", "soon", FIELD_STRING},
        {"m", "a@b.example", "c@d", FIELD_EMAIL},
        {"m", "a@b.example", "none", FIELD_STRING},
        {"phone", "+44 (20) 123", "0123/45", FIELD_PHONE},
        {"phone", "+44 (20) 123", "ask Ann", FIELD_STRING},
        {"lead_stage", "a", "b", FIELD_COMBOBOX},
        {"note", "a", "b\nc", FIELD_TEXTAREA},
        {"e", "", "", FIELD_STRING},
        {"account_id", "1", "2", FIELD_REFERENCE},
        {"lead_id", "1", "x", FIELD_ID},
        {"status", "Active", "Active", FIELD_PICKLIST},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig rig = {0};
        struct text body = {0};
        (void)state;
        open_rig(&rig, NULL, NULL);
        text_format(&body, "<r><a i='1'><%s>%s</%s></a><a i='2'><%s>%s</%s></a></r>", rows[i].name,
                    rows[i].first, rows[i].name, rows[i].name, rows[i].second, rows[i].name);
        learn(&rig, text_string(&body));
        if (type_of(&rig, rows[i].name) != rows[i].type) {
            fail_msg("%s: %s", text_string(&body), field_type_name(type_of(&rig, rows[i].name)));
        }
        text_free(&body);
        close_rig(&rig);
    }
}

static void what_was_learnt_is_kept(void **state)
{
    struct rig *rig = *state;
    learn_again(rig, "<r/>");
    assert_non_null(schema_field(rig->schema, "contact_last")); /* of the samples */
    learn_again(rig, "<r><a i='1'><x>1</x><y>2026-01-01</y></a></r>");
    assert_null(schema_field(rig->schema, "contact_last"));
    assert_int_equal(type_of(rig, "x"), FIELD_INT);
    learn_again(rig, "<r><a i='1'><x>b</x><z/></a></r>");
    assert_int_equal(type_of(rig, "x"), FIELD_STRING);
    assert_int_equal(type_of(rig, "y"), FIELD_DATE);
    learn_again(rig, "<r/>");
    assert_int_equal(type_of(rig, "x"), FIELD_STRING);
    assert_non_null(schema_field(rig->schema, "z"));
}

static void empty_is_text_or_nothing(void **state)
{
    struct rig *rig = *state;
    read_page(rig, "<r><a i='1'><n>5</n><s>x</s></a><a i='2'><n/><s></s></a>"
                   "<a i='3'><n>2.50</n></a>"
                   "<a i='4' xmlns:x='http://www.w3.org/2001/XMLSchema-instance'>"
                   "<s x:nil='true'/></a></r>");
    assert_cell(rig, 0, "n", VALUE_INTEGER, "5");
    assert_cell(rig, 1, "n", VALUE_NULL, "(null)");
    assert_cell(rig, 1, "s", VALUE_TEXT, "");
    assert_cell(rig, 2, "n", VALUE_TEXT, "2.50"); /* the spelling would be lost */
    assert_cell(rig, 2, "s", VALUE_NULL, "(null)");
    assert_cell(rig, 3, "s", VALUE_NULL, "(null)");
}

/* --- writes --- */

static void an_update_reads_compares_and_sends_what_changed(void **state)
{
    struct rig *rig = *state;
    learn(rig, sample);
    ((struct snapforce *)rig->backend)->states[0].sets[SNAP_ACTIVE].read_at = 0;
    struct operation *update = on_leads(rig, OPERATION_UPDATE);
    add_write(update, "12345", "lead_status", "Closed", "Open");
    result_clear(&rig->result);
    int step = exchange(rig, update, 0, sample);
    assert_int_equal(rig->request.read, true);
    assert_int_equal(exchange(rig, update, step, "<response>OK</response>"), 0);
    assert_string_equal(text_string(&rig->request.body),
                        COMMON "Active&method=updateRecords&lead_id=12345&lead_status=Closed");
    assert_true(rig->result.writes[0].success);
    operation_free(update);
}

static void an_update_that_meets_another_value_sends_nothing(void **state)
{
    struct rig *rig = *state;
    learn(rig, sample);
    struct operation *update = on_leads(rig, OPERATION_UPDATE);
    add_write(update, "12345", "lead_status", "Closed", "Contacted");
    result_clear(&rig->result);
    assert_int_equal(encode(rig, update, 0), WIRE_NONE); /* read a moment ago */
    assert_int_equal(rig->backend->ops->decode(rig->backend, update, 0, NULL, &rig->result), 0);
    assert_int_equal(rig->result.writes[0].error.kind, ERROR_CONFLICT);
    struct value now = record_value(rig->result.writes[0].current, "lead_status");
    assert_memory_equal(now.as.text.bytes, "Open", 4);
    operation_free(update);
}

static void a_record_that_was_just_written_is_read_again(void **state)
{
    struct rig *rig = *state;
    learn(rig, sample);
    struct operation *update = on_leads(rig, OPERATION_UPDATE);
    add_write(update, "12345", "lead_status", "Closed", NULL);
    assert_int_equal(encode(rig, update, 0), WIRE_NONE);
    snap_mark_written((struct snapforce *)rig->backend, 0, "12345");
    assert_int_equal(encode(rig, update, 0), WIRE_SEND);
    operation_free(update);
}

static void what_is_not_among_the_active_is_looked_for_among_the_others(void **state)
{
    struct rig *rig = *state;
    learn(rig, sample);
    struct operation *update = on_leads(rig, OPERATION_UPDATE);
    add_write(update, "9", "lead_status", "Closed", NULL);
    result_clear(&rig->result);
    int step = rig->backend->ops->decode(rig->backend, update, 0, NULL, &rig->result);
    step = exchange(rig, update, step, "<leads><lead id='9'><lead_status/></lead></leads>");
    assert_non_null(strstr(text_string(&rig->request.body), "status=Inactive"));
    assert_int_equal(encode(rig, update, step), WIRE_SEND);
    assert_non_null(strstr(text_string(&rig->request.body), "status=Inactive&method=update"));
    operation_free(update);
}

static void a_delete_sets_the_status(void **state)
{
    struct rig *rig = *state;
    learn(rig, sample);
    struct operation *gone = on_leads(rig, OPERATION_DELETE);
    operation_add_write(gone, "12345", NULL, NULL);
    result_clear(&rig->result);
    int step = rig->backend->ops->decode(rig->backend, gone, 0, NULL, &rig->result);
    assert_int_equal(exchange(rig, gone, step, ""), 0);
    assert_string_equal(text_string(&rig->request.body),
                        COMMON "Inactive&method=updateRecords&lead_id=12345");
    assert_true(rig->result.writes[0].success);
    operation_free(gone);
}

static void assert_reply(struct rig *rig, const char *body, bool taken, const char *words)
{
    struct http_response response = {.status = 200, .body = body, .length = strlen(body)};
    char *id = NULL;
    struct text all = {0};
    error_clear(&rig->error);
    bool good = snap_take_reply(&snap_modules[0], "lead_id", &response, &id, &rig->error);
    error_print(&rig->error, &all);
    if (good != taken ||
        strstr(taken ? (id == NULL ? "" : id) : text_string(&all), words) == NULL) {
        fail_msg("%s: %d, id %s, %s", body, good, id == NULL ? "none" : id, text_string(&all));
    }
    free(id);
    text_free(&all);
}

static void replies_to_writes(void **state)
{
    struct rig *rig = *state;
    assert_reply(rig, "", true, "");
    assert_reply(rig, " \n", true, "");
    assert_reply(rig, "<response>OK</response>", true, "");
    assert_reply(rig, "<r><status>success</status><lead_id>77</lead_id></r>", true, "77");
    assert_reply(rig, "<r><status>success</status><message>m</message></r>", true, "");
    assert_reply(rig, "<r><message>Updated successfully</message></r>", true, "");
    assert_reply(rig, "<leads><lead no='78'/></leads>", true, "78");
    assert_reply(rig, "<r><x><id>79</id></x></r>", true, "79");
    assert_reply(rig, "<r><error>contact_last missing</error></r>", false, "contact_last missing");
    assert_reply(rig, "<r><message>nothing was done</message></r>", false, "nothing was done");
    assert_reply(rig, "<r><status>failed</status></r>", false, "refused");
    assert_reply(rig, "<r>", false, "line 1");
}

static void a_create_without_an_id_is_looked_for(void **state)
{
    struct rig *rig = *state;
    learn(rig, "<leads><lead id='3'><contact_last>X</contact_last></lead></leads>");
    struct operation *create = on_leads(rig, OPERATION_CREATE);
    add_write(create, NULL, "contact_last", "X", NULL);
    result_clear(&rig->result);
    int step = exchange(rig, create, 0, "");
    assert_int_equal(exchange(rig, create, step,
                              "<leads><lead id='3'><contact_last>X</contact_last></lead>"
                              "<lead id='9'><contact_last>X</contact_last></lead>"
                              "<lead id='10'><contact_last>X</contact_last></lead>"
                              "<lead id='11'><contact_last>Y</contact_last></lead></leads>"),
                     0);
    assert_true(rig->result.writes[0].success && rig->result.writes[0].created);
    assert_string_equal(rig->result.writes[0].id, "10");
    operation_free(create);
}

static void a_create_that_is_not_found_is_unknown(void **state)
{
    struct rig *rig = *state;
    learn(rig, sample);
    struct operation *create = on_leads(rig, OPERATION_CREATE);
    add_write(create, NULL, "contact_last", "X", NULL);
    result_clear(&rig->result);
    int step = exchange(rig, create, 0, "<response/>");
    assert_int_equal(exchange(rig, create, step, sample), 0);
    assert_true(rig->result.writes[0].lost && !rig->result.writes[0].success);
    assert_non_null(rig->result.writes[0].error.message);
    operation_free(create);
}

static void what_xml_cannot_carry_is_not_sent(void **state)
{
    struct rig *rig = *state;
    learn(rig, sample);
    struct operation *create = on_leads(rig, OPERATION_CREATE);
    add_write(create, NULL, "contact_last", "a\x01", NULL);
    assert_int_equal(encode(rig, create, 0), WIRE_REFUSED);
    assert_int_equal(rig->error.kind, ERROR_VALIDATION);
    assert_non_null(strstr(rig->error.message, "U+0001"));
    assert_string_equal(rig->error.fields[0].field, "contact_last");
    operation_free(create);
}

/* --- settings --- */

static void settings_are_checked(void **state)
{
    struct rig *rig = *state;
    static const char *const bad[][2] = {{"refresh", "x"},        {"status", "all"},
                                         {"id_fields", "Leads"},  {"id_fields", "Deals:id"},
                                         {"id_fields", "Leads:"}, {"insert_xml", "2"},
                                         {"colour", "red"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        error_clear(&rig->error);
        assert_null(open_with(bad[i][0], bad[i][1], &rig->error));
        assert_int_equal(rig->error.kind, ERROR_USAGE);
    }
    struct backend *backend = open_with("id_fields", "leads:no, Events:number", &rig->error);
    assert_non_null(backend);
    const struct snapforce *instance = (const struct snapforce *)backend;
    assert_string_equal(instance->states[0].id_field, "no");
    assert_string_equal(instance->states[1].id_field, "account_id");
    assert_string_equal(instance->states[4].id_field, "number");
    snapforce_backend.destroy(backend);
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RIG(the_requests_of_the_samples),
        WITH_RIG(the_key_is_never_shown),
        WITH_RIG(the_sample_is_one_lead),
        WITH_RIG(any_names_will_do),
        WITH_RIG(odd_records_lose_nothing),
        WITH_RIG(no_records_are_no_error),
        WITH_RIG(errors_in_every_shape),
        WITH_RIG(more_fields_than_there_can_be),
        WITH_RIG(types_are_what_every_value_fits),
        WITH_RIG(what_was_learnt_is_kept),
        WITH_RIG(empty_is_text_or_nothing),
        WITH_RIG(an_update_reads_compares_and_sends_what_changed),
        WITH_RIG(an_update_that_meets_another_value_sends_nothing),
        WITH_RIG(a_record_that_was_just_written_is_read_again),
        WITH_RIG(what_is_not_among_the_active_is_looked_for_among_the_others),
        WITH_RIG(a_delete_sets_the_status),
        WITH_RIG(replies_to_writes),
        WITH_RIG(a_create_without_an_id_is_looked_for),
        WITH_RIG(a_create_that_is_not_found_is_unknown),
        WITH_RIG(what_xml_cannot_carry_is_not_sent),
        WITH_RIG(settings_are_checked),
    };
    return cmocka_run_group_tests_name("snapforce", tests, NULL, NULL);
}
