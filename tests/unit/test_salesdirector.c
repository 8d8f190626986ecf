/*
 * The SalesDirector.ai adapter against recorded bytes: each example of the vendor's page, JSend in
 * all its forms, and what is sent for an upload.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backend/salesdirector/internal.h"
#include "backend/salesdirector/salesdirector.h"
#include "core/memory.h"
#include "core/record.h"

/* The page's example, with the braces that it lost. */
static const char page_example[] =
    "{\"status\":\"success\",\"data\":[{\"id\":\"a9799007-8ed2-4261-b5a8-1efbdc8bbc2b\","
    "\"active\":\"1\",\"external_opp_id\":\"334j0HHBF\","
    "\"name\":\"Phone Install for Southern Railway\",\"external_account_id\":\"333j055555\","
    "\"account\":\"Southern Railway\",\"amount\":80000,"
    "\"close_date\":{\"date\":\"2017-02-15 00:00:00.000000\",\"timezone_type\":2,"
    "\"timezone\":\"PST\"},\"stage\":\"Develop\",\"forecast\":\"upside\","
    "\"stage_system\":\"Develop\",\"forecast_system\":\"upside\",\"activity_index\":33,"
    "\"relationship_index\":50,\"type\":\"New Business\","
    "\"website\":\"http://www.southernrailway.com\"}]}";

static const char counts_example[] =
    "{\"total_imported_rows\":12,\"total_error_rows\":2,"
    "\"error_file\":\"https://x.salesdirector.ai/errors/7.csv\",\"total_original_rows\":12}";

struct rig {
    struct backend *backend;
    struct http_request request;
    struct result result;
    struct error error;
    struct schema *schema;
};

static void add_setting(struct profile *profile, const char *name, const char *value)
{
    struct error error = {0};
    assert_true(profile_set(profile, name, value, &error));
}

static struct backend *open_with(const char *setting, const char *value, struct error *error)
{
    struct profile *profile = memory_zeroed(1, sizeof *profile);
    profile->name = memory_copy_string("sd");
    profile->backend = memory_copy_string("salesdirector");
    add_setting(profile, "url", "https://acme.salesdirector.ai/");
    add_setting(profile, "api_key_env", "TEST_SALESDIRECTOR_KEY");
    if (setting != NULL) {
        add_setting(profile, setting, value);
    }
    struct backend *backend = salesdirector_backend.create(profile, error);
    profile_free(profile);
    return backend;
}

static int set_up(void **state)
{
    struct rig *rig = memory_zeroed(1, sizeof *rig);
    setenv("TEST_SALESDIRECTOR_KEY", "secret-key", 1);
    rig->backend = open_with(NULL, NULL, &rig->error);
    assert_non_null(rig->backend);
    assert_true(rig->backend->ops->prepare(rig->backend, &rig->error));
    rig->schema = director_schema(director_object("Opportunity"), NULL);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    rig->backend->ops->destroy(rig->backend);
    http_request_clear(&rig->request);
    result_clear(&rig->result);
    error_clear(&rig->error);
    schema_release(rig->schema);
    free(rig);
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

/* Sends the first exchange and answers it. */
static int exchange(struct rig *rig, const struct operation *operation, long status,
                    const char *body)
{
    result_clear(&rig->result);
    assert_int_equal(encode(rig, operation, 0), WIRE_SEND);
    return decode(rig, operation, 0, status, body);
}

static struct operation *on_opportunities(struct rig *rig, enum operation_kind kind)
{
    struct operation *operation = operation_new(kind, "Opportunity");
    operation->schema = schema_hold(rig->schema);
    return operation;
}

static void assert_cell(const struct rig *rig, size_t row, const char *field, enum value_kind kind,
                        const char *spelling)
{
    int index = schema_field_index(rig->schema, field);
    assert_true(index >= 0);
    struct value value = page_value(rig->result.page, row, (size_t)index + 1);
    char *text = value_to_string(&value);
    assert_int_equal(value.kind, kind);
    if (spelling == NULL) {
        assert_null(text);
    } else {
        assert_string_equal(text, spelling);
    }
    free(text);
}

static const char *header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcmp(request->headers[i].name, name) == 0) {
            return request->headers[i].value;
        }
    }
    return NULL;
}

/* --- reading --- */

static void test_page_example(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = on_opportunities(rig, OPERATION_PAGE);
    assert_int_equal(exchange(rig, operation, 200, page_example), 0);
    assert_string_equal(rig->request.method, "GET");
    assert_string_equal(rig->request.url, "https://acme.salesdirector.ai/api/v1/opportunities/my");
    assert_string_equal(header(&rig->request, "Authorization"), "secret-key");
    assert_true(rig->request.headers[0].secret && rig->request.read);
    assert_int_equal(page_row_count(rig->result.page), 1);
    struct value id = page_id(rig->result.page, 0);
    assert_memory_equal(id.as.text.bytes, "334j0HHBF", id.as.text.length);
    assert_cell(rig, 0, "amount", VALUE_INTEGER, "80000");
    assert_cell(rig, 0, "close_date", VALUE_TEXT, "2017-02-15");
    assert_cell(rig, 0, "active", VALUE_BOOLEAN, "true");
    assert_cell(rig, 0, "activity_index", VALUE_INTEGER, "33");
    assert_cell(rig, 0, "website", VALUE_TEXT, "http://www.southernrailway.com");
    assert_cell(rig, 0, "owner", VALUE_NULL, NULL);
    assert_int_equal(rig->result.total, 1);
    assert_null(rig->result.next);
    operation_free(operation);
}

static void test_lenient_values(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = on_opportunities(rig, OPERATION_PAGE);
    exchange(rig, operation, 200,
             "{\"status\":\"success\",\"data\":["
             "{\"id\":\"u1\",\"active\":\"0\",\"external_opp_id\":null,\"amount\":\"1234.50\","
             "\"close_date\":\"2017-02-15\",\"name\":\"\"},"
             "{\"id\":\"u2\",\"active\":true,\"external_opp_id\":\"B\",\"amount\":null,"
             "\"close_date\":null,\"name\":null},"
             "{\"id\":\"u3\",\"external_opp_id\":\"C\",\"amount\":0.1,"
             "\"close_date\":{\"date\":\"2018-01-02 10:11:12.000000\",\"timezone_type\":3,"
             "\"timezone\":\"UTC\"}}]}");
    assert_cell(rig, 0, "active", VALUE_BOOLEAN, "false");
    assert_cell(rig, 0, "amount", VALUE_REAL, "1234.5");
    assert_cell(rig, 0, "close_date", VALUE_TEXT, "2017-02-15");
    assert_cell(rig, 0, "name", VALUE_TEXT, "");
    assert_cell(rig, 1, "active", VALUE_BOOLEAN, "true");
    assert_cell(rig, 1, "amount", VALUE_NULL, NULL);
    assert_cell(rig, 1, "close_date", VALUE_NULL, NULL);
    assert_cell(rig, 1, "name", VALUE_NULL, NULL);
    assert_cell(rig, 2, "amount", VALUE_REAL, "0.1");
    assert_cell(rig, 2, "close_date", VALUE_TEXT, "2018-01-02");
    struct value id = page_id(rig->result.page, 0);
    assert_memory_equal(id.as.text.bytes, "u1", id.as.text.length);
    operation_free(operation);
}

static void test_the_set_is_kept_for_a_while(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = on_opportunities(rig, OPERATION_PAGE);
    exchange(rig, operation, 200, page_example);
    operation->kind = OPERATION_GET;
    operation_add_id(operation, "334j0HHBF");
    operation_add_id(operation, "none");
    result_clear(&rig->result);
    assert_int_equal(encode(rig, operation, 0), WIRE_NONE);
    rig->backend->ops->decode(rig->backend, operation, 0, NULL, &rig->result);
    assert_int_equal(rig->result.record_count, 2);
    struct value account = record_value(rig->result.records[0], "account");
    assert_memory_equal(account.as.text.bytes, "Southern Railway", account.as.text.length);
    assert_null(rig->result.records[1]);
    ((struct salesdirector *)rig->backend)->read_at -= 120 * 1000;
    assert_int_equal(encode(rig, operation, 0), WIRE_SEND);
    operation_free(operation);
}

static void test_what_the_page_does_not_name_is_shown(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_DESCRIBE, "opportunity");
    exchange(
        rig, operation, 200,
        "{\"status\":\"success\",\"data\":[{\"id\":\"1\",\"score\":7,\"next_step\":\"call\"}]}");
    const struct schema *schema = rig->result.schema;
    assert_int_equal(schema_field(schema, "score")->type, FIELD_ANY);
    assert_false(schema_field(schema, "score")->update);
    assert_int_equal(schema->field_count, rig->schema->field_count + 1);
    assert_true(schema_field(schema, "external_opp_id")->required);
    assert_false(schema_field(schema, "external_opp_id")->update);
    assert_false(schema_field(schema, "owner")->filter);
    operation_free(operation);
}

static void test_what_is_only_uploaded_is_not_read(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_PAGE, "Contact");
    assert_int_equal(encode(rig, operation, 0), WIRE_REFUSED);
    assert_int_equal(rig->error.kind, ERROR_UNSUPPORTED);
    operation_free(operation);
    operation = operation_new(OPERATION_DESCRIBE, "SalesTarget");
    assert_int_equal(encode(rig, operation, 0), WIRE_NONE);
    rig->backend->ops->decode(rig->backend, operation, 0, NULL, &rig->result);
    assert_string_equal(rig->result.schema->kind, "upload");
    assert_false(rig->result.schema->fetch_by_id);
    operation_free(operation);
}

/* --- JSend and statuses --- */

static void test_errors(void **state)
{
    static const struct {
        long status;
        const char *body;
        enum error_kind kind;
        const char *server;
    } cases[] = {
        {200, "{\"status\":\"error\",\"message\":\"Unauthorized\",\"code\":401}", ERROR_SIGN_IN,
         "Unauthorized"},
        {200, "{\"status\":\"error\",\"message\":\"broken\"}", ERROR_SERVER, "broken"},
        {400, "{\"status\":\"fail\",\"data\":null}", ERROR_VALIDATION, NULL},
        {401, "{\"status\":\"error\",\"message\":\"Unauthorized\",\"code\":401}", ERROR_SIGN_IN,
         "Unauthorized"},
        {401, "", ERROR_SIGN_IN, NULL},
        {403, "<html>no</html>", ERROR_FORBIDDEN, NULL},
        {404, "nothing here", ERROR_NOT_FOUND, "nothing here"},
        {500, "{\"status\":\"error\",\"message\":\"oops\"}", ERROR_SERVER, "oops"},
        {503, "", ERROR_SERVER, NULL},
        {418, "", ERROR_USAGE, NULL},
        {200, "", ERROR_PROTOCOL, NULL},
        {200, "{\"status\":\"success\",\"data\":{", ERROR_PROTOCOL, NULL},
        {200, "{\"status\":\"success\",\"data\":{\"a\":1}}", ERROR_PROTOCOL, NULL},
    };
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_SIGN_IN, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        exchange(rig, operation, cases[i].status, cases[i].body);
        assert_int_equal(rig->result.error.kind, cases[i].kind);
        if (cases[i].server == NULL) {
            assert_null(rig->result.error.server);
        } else {
            assert_string_equal(rig->result.error.server, cases[i].server);
        }
    }
    exchange(rig, operation, 200, "{\"status\":\"success\",\"data\":null}");
    assert_false(error_is_set(&rig->result.error));
    operation_free(operation);
}

static void test_fail_names_its_fields(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_SIGN_IN, NULL);
    exchange(rig, operation, 400,
             "{\"status\":\"fail\",\"data\":{\"file\":\"A CSV file is required\"}}");
    assert_int_equal(rig->result.error.kind, ERROR_VALIDATION);
    assert_int_equal(rig->result.error.field_count, 1);
    assert_string_equal(rig->result.error.fields[0].field, "file");
    assert_string_equal(rig->result.error.fields[0].message, "A CSV file is required");
    operation_free(operation);
}

/* --- files --- */

static struct operation *upload(const char *action, const char *file)
{
    struct operation *operation = operation_new(OPERATION_ACTION, NULL);
    operation->name = memory_copy_string(action);
    operation_add_parameter(operation, "file", file);
    return operation;
}

static void assert_csv(const struct rig *rig, const char *csv)
{
    assert_int_equal(rig->request.part_count, 1);
    assert_string_equal(text_string(&rig->request.parts[0].body), csv);
}

static void test_upload_examples(void **state)
{
    static const struct {
        const char *action, *file, *url, *csv;
    } cases[] = {
        {"upload_opportunities", "Opportunity ID,Opportunity Name,Amount\nA-1,\"One, two\",5\n",
         "https://acme.salesdirector.ai/api/v1/admin/opportunities/upload?send_error_email=false",
         "Opportunity ID,Opportunity Name,Amount\r\nA-1,\"One, two\",5\r\n"},
        {"upload_contacts",
         "\xef\xbb\xbf"
         "account_id,opp_id,EMAIL,Mobile Phone\r\nX,A-1, a@b ,\r\n",
         "https://acme.salesdirector.ai/api/v1/admin/contacts/upload?send_error_email=false",
         "account_id,Opportunity ID,Email,Mobile Phone\r\nX,A-1, a@b ,\r\n"},
        {"upload_targets", "Email Address of Salesrep,Month (date),Amount\na@b,2026-11-01,7",
         "https://acme.salesdirector.ai/api/v1/admin/salestargets/upload?send_error_email=false",
         "Email,Month,Amount\r\na@b,2026-11-01,7\r\n"},
    };
    struct rig *rig = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct operation *operation = upload(cases[i].action, cases[i].file);
        assert_int_equal(exchange(rig, operation, 200, counts_example), 0);
        assert_string_equal(rig->request.method, "POST");
        assert_string_equal(rig->request.url, cases[i].url);
        assert_false(rig->request.read);
        assert_string_equal(rig->request.parts[0].name, "file");
        assert_string_equal(rig->request.parts[0].type, "text/csv");
        assert_csv(rig, cases[i].csv);
        struct value imported = page_value(rig->result.page, 0, 2);
        struct value refused = page_value(rig->result.page, 0, 3);
        struct value file = page_value(rig->result.page, 0, 5);
        assert_int_equal(imported.as.integer, 12);
        assert_int_equal(refused.as.integer, 2);
        assert_memory_equal(file.as.text.bytes, "https://x.salesdirector.ai/errors/7.csv",
                            file.as.text.length);
        assert_int_equal(rig->result.write_count, 2);
        assert_int_equal(rig->result.writes[1].error.kind, ERROR_VALIDATION);
        operation_free(operation);
    }
}

static void test_counts_under_data(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = upload("upload_targets", "Email,Month,Amount\na,b,c\n");
    operation_add_parameter(operation, "send_error_email", "true");
    exchange(rig, operation, 200,
             "{\"status\":\"success\",\"data\":{\"total_imported_rows\":\"1\","
             "\"total_error_rows\":0,\"error_file\":\"\",\"total_original_rows\":1}}");
    assert_non_null(strstr(rig->request.url, "?send_error_email=true"));
    assert_int_equal(rig->result.write_count, 1);
    assert_true(rig->result.writes[0].success);
    exchange(rig, operation, 200, "{\"status\":\"success\",\"data\":{}}");
    assert_int_equal(rig->result.error.kind, ERROR_PROTOCOL);
    operation_free(operation);
}

static void test_headings_are_checked(void **state)
{
    static const struct {
        const char *action, *file, *says;
    } cases[] = {
        {"upload_opportunities", "Opportunity ID,Amout\nA,1\n", "\"Amout\""},
        {"upload_opportunities", "Opportunity ID,Amout\nA,1\n", "lacks columns: Opportunity Name"},
        {"upload_contacts", "Fullname\nA\n", "lacks columns: Email"},
        {"upload_targets", "Email,Amount\na,1\n", "lacks columns: Month"},
        {"upload_contacts", "email,E_Mail\na,b\n", "two columns"},
        {"upload_contacts", "email;phone\na;b\n", "\"email;phone\""},
        {"upload_contacts", "email\n", "no records"},
        {"upload_contacts", "", "no records"},
        {"upload_contacts", "email,phone\na,b,c\n", "row 2 has 3 values"},
        {"upload_contacts", "email,phone\na,\"b\n", "row 2"},
    };
    struct rig *rig = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct operation *operation = upload(cases[i].action, cases[i].file);
        assert_int_equal(encode(rig, operation, 0), WIRE_REFUSED);
        assert_int_equal(rig->error.kind, ERROR_USAGE);
        assert_non_null(strstr(rig->error.message, cases[i].says));
        operation_free(operation);
    }
}

static void test_a_large_file_is_parted_where_records_end(void **state)
{
    (void)state;
    struct upload parts = {0};
    struct error error = {0};
    const struct object *object = director_object("Contact");
    const char *file = "Email,Title\na,\"x\ny\"\nb,2\nc,\"\"\"3\"\"\"\n";
    assert_true(upload_read(object, file, false, 26, &parts, &error));
    assert_int_equal(parts.part_count, 3);
    assert_string_equal(text_string(&parts.parts[0].csv), "Email,Title\r\na,\"x\ny\"\r\n");
    assert_string_equal(text_string(&parts.parts[1].csv), "Email,Title\r\nb,2\r\n");
    assert_string_equal(text_string(&parts.parts[2].csv), "Email,Title\r\nc,\"\"\"3\"\"\"\r\n");
    assert_true(upload_read(object, file, false, 1000, &parts, &error));
    assert_int_equal(parts.part_count, 1);
    assert_int_equal(parts.parts[0].rows, 3);
    assert_false(upload_read(object, file, false, 15, &parts, &error));
    assert_non_null(strstr(error.message, "row 2 alone"));
    assert_int_equal(parts.part_count, 0);
    upload_parts_clear(&parts);
    error_clear(&error);
}

static void test_a_lone_empty_value_is_a_record(void **state)
{
    (void)state;
    struct upload parts = {0};
    struct error error = {0};
    assert_true(
        upload_read(director_object("Contact"), "email\n\"\"\na\n\n", false, 1000, &parts, &error));
    assert_string_equal(text_string(&parts.parts[0].csv), "Email\r\n\"\"\r\na\r\n");
    upload_parts_clear(&parts);
}

static void test_commas_can_be_taken_out(void **state)
{
    (void)state;
    struct upload parts = {0};
    struct error error = {0};
    assert_true(upload_read(director_object("Contact"), "email,title\na,\"x, y\"\n", true, 1000,
                            &parts, &error));
    assert_string_equal(text_string(&parts.parts[0].csv), "Email,Title\r\na,x y\r\n");
    upload_parts_clear(&parts);
}

static void test_parts_are_sent_one_after_the_other(void **state)
{
    struct rig *rig = *state;
    struct text file = {0};
    text_append_string(&file, "email,title\n");
    for (int i = 0; i < 3; i++) {
        text_format(&file, "p%d,%0*d\n", i, 9 * 1000 * 1000, i);
    }
    struct operation *operation = upload("upload_contacts", text_string(&file));
    assert_int_equal(exchange(rig, operation, 200, counts_example), 1);
    assert_true(rig->request.parts[0].body.length <= UPLOAD_MOST_BYTES);
    assert_int_equal(rig->result.done, 2);
    assert_int_equal(rig->result.expected, 3);
    assert_int_equal(encode(rig, operation, 1), WIRE_SEND);
    assert_memory_equal(text_string(&rig->request.parts[0].body), "Email,Title\r\np2,", 16);
    assert_int_equal(decode(rig, operation, 1, 200, counts_example), 0);
    assert_int_equal(page_row_count(rig->result.page), 2);
    operation_free(operation);
    text_free(&file);
}

/* --- records --- */

static struct record *values(const char *const *pairs)
{
    struct record *record = record_new("Opportunity", NULL);
    for (size_t i = 0; pairs[i] != NULL; i += 2) {
        struct value value = value_string(pairs[i + 1]);
        record_set(record, pairs[i], &value);
    }
    return record;
}

static const char good_counts[] = "{\"total_imported_rows\":1,\"total_error_rows\":0,"
                                  "\"error_file\":\"\",\"total_original_rows\":1}";

static void test_update_sends_the_key_the_name_and_what_changed(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = on_opportunities(rig, OPERATION_UPDATE);
    operation_add_write(operation, "334j0HHBF",
                        values((const char *[]){"stage", "Closed, won", NULL}), NULL);
    operation_add_write(operation, "nobody", values((const char *[]){"stage", "x", NULL}), NULL);
    assert_int_equal(exchange(rig, operation, 200, page_example), 1);
    assert_true(rig->request.read);
    assert_int_equal(encode(rig, operation, 1), WIRE_SEND);
    assert_false(rig->request.read);
    assert_csv(rig, "Opportunity ID,Opportunity Name,Stage\r\n"
                    "334j0HHBF,Phone Install for Southern Railway,\"Closed, won\"\r\n");
    assert_int_equal(decode(rig, operation, 1, 200, good_counts), 0);
    assert_true(rig->result.writes[0].success);
    assert_int_equal(rig->result.writes[1].error.kind, ERROR_NOT_FOUND);
    operation->kind = OPERATION_GET;
    assert_int_equal(encode(rig, operation, 0), WIRE_SEND);
    operation_free(operation);
}

static void test_records_of_other_fields_go_apart(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = on_opportunities(rig, OPERATION_CREATE);
    struct record *third = values((const char *[]){"external_opp_id", "3", "name", "c", NULL});
    struct value null = value_null();
    record_set(third, "amount", &null);
    operation_add_write(
        operation, NULL,
        values((const char *[]){"external_opp_id", "1", "name", "a", "amount", "5", NULL}), NULL);
    operation_add_write(
        operation, NULL,
        values((const char *[]){"external_opp_id", "2", "name", "b", "owner", "Ann", NULL}), NULL);
    operation_add_write(operation, NULL, third, NULL);
    operation_add_write(operation, NULL,
                        values((const char *[]){"external_opp_id", "334j0HHBF", "name", "d", NULL}),
                        NULL);
    assert_int_equal(exchange(rig, operation, 200, page_example), 1);
    assert_int_equal(encode(rig, operation, 1), WIRE_SEND);
    assert_csv(rig, "Opportunity ID,Opportunity Name,Amount\r\n1,a,5\r\n3,c,\r\n");
    assert_int_equal(decode(rig, operation, 1, 200, counts_example), 2);
    assert_int_equal(encode(rig, operation, 2), WIRE_SEND);
    assert_csv(rig, "Opportunity ID,Opportunity Name,Opportunity Owner\r\n2,b,Ann\r\n");
    assert_int_equal(decode(rig, operation, 2, 200, good_counts), 0);
    assert_int_equal(rig->result.writes[0].error.kind, ERROR_VALIDATION);
    assert_non_null(strstr(rig->result.writes[0].error.hint, "errors/7.csv"));
    assert_false(rig->result.writes[0].lost);
    assert_true(rig->result.writes[1].success);
    assert_string_equal(rig->result.writes[1].id, "2");
    assert_int_equal(rig->result.writes[3].error.kind, ERROR_VALIDATION);
    assert_string_equal(rig->result.writes[3].error.fields[0].field, "external_opp_id");
    operation_free(operation);
}

static const char one_of_two[] = "{\"total_imported_rows\":1,\"total_error_rows\":1,"
                                 "\"error_file\":\"f\",\"total_original_rows\":2}";

static void test_some_rows_refused_is_looked_up(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = on_opportunities(rig, OPERATION_CREATE);
    operation_add_write(
        operation, NULL,
        values((const char *[]){"external_opp_id", "1", "name", "a", "amount", "5.0", NULL}), NULL);
    operation_add_write(
        operation, NULL,
        values((const char *[]){"external_opp_id", "2", "name", "b", "amount", "6", NULL}), NULL);
    exchange(rig, operation, 200, page_example);
    assert_int_equal(encode(rig, operation, 1), WIRE_SEND);
    assert_int_equal(decode(rig, operation, 1, 200, one_of_two), 2);
    assert_true(rig->result.writes[0].lost && rig->result.writes[1].lost);
    assert_int_equal(encode(rig, operation, 2), WIRE_SEND);
    assert_string_equal(rig->request.method, "GET");
    assert_int_equal(decode(rig, operation, 2, 200,
                            "{\"status\":\"success\",\"data\":[{\"id\":\"u\","
                            "\"external_opp_id\":\"1\",\"name\":\"a\",\"amount\":5}]}"),
                     0);
    assert_true(rig->result.writes[0].success && rig->result.writes[0].created);
    assert_false(error_is_set(&rig->result.writes[0].error));
    assert_false(rig->result.writes[1].success || rig->result.writes[1].lost);
    assert_int_equal(rig->result.writes[1].error.kind, ERROR_VALIDATION);
    operation_free(operation);
}

static void test_what_cannot_be_looked_up_is_unknown(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = on_opportunities(rig, OPERATION_UPDATE);
    operation_add_write(operation, "334j0HHBF", values((const char *[]){"owner", "Ann", NULL}),
                        NULL);
    operation_add_write(operation, "B", values((const char *[]){"owner", "Ann", NULL}), NULL);
    static const char two[] = "{\"status\":\"success\",\"data\":["
                              "{\"external_opp_id\":\"334j0HHBF\",\"name\":\"a\"},"
                              "{\"external_opp_id\":\"B\",\"name\":\"b\"}]}";
    exchange(rig, operation, 200, two);
    assert_int_equal(encode(rig, operation, 1), WIRE_SEND);
    assert_int_equal(decode(rig, operation, 1, 200, one_of_two), 2);
    assert_int_equal(encode(rig, operation, 2), WIRE_SEND);
    assert_int_equal(decode(rig, operation, 2, 200, two), 0);
    assert_true(rig->result.writes[0].lost && rig->result.writes[1].lost);
    assert_int_equal(rig->result.writes[0].error.kind, ERROR_VALIDATION);
    operation_free(operation);
}

static void test_conflict_is_found_before_anything_is_sent(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = on_opportunities(rig, OPERATION_UPDATE);
    operation_add_write(operation, "334j0HHBF", values((const char *[]){"stage", "Won", NULL}),
                        values((const char *[]){"stage", "Prospect", NULL}));
    assert_int_equal(exchange(rig, operation, 200, page_example), 0);
    assert_int_equal(rig->result.writes[0].error.kind, ERROR_CONFLICT);
    assert_non_null(rig->result.writes[0].current);
    operation_free(operation);
}

static void test_contacts_are_uploaded_at_once(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_CREATE, "Contact");
    operation_add_write(operation, NULL,
                        values((const char *[]){"email", "a@b.c", "opp_id", "1", NULL}), NULL);
    assert_int_equal(exchange(rig, operation, 200, good_counts), 0);
    assert_csv(rig, "Email,Opportunity ID\r\na@b.c,1\r\n");
    assert_true(rig->result.writes[0].success);
    assert_string_equal(rig->result.writes[0].id, "a@b.c");
    operation_free(operation);
}

/* --- settings --- */

static void test_settings_are_checked(void **state)
{
    struct rig *rig = *state;
    assert_null(open_with("refresh", "soon", &rig->error));
    assert_int_equal(rig->error.kind, ERROR_USAGE);
    assert_null(open_with("strip_commas", "perhaps", &rig->error));
    assert_null(open_with("targets_path", "targets", &rig->error));
    error_clear(&rig->error);
    struct backend *backend = open_with("targets_path", "/api/v1/targets", &rig->error);
    struct operation *operation = upload("upload_targets", "Email,Month,Amount\na,b,c\n");
    http_request_clear(&rig->request);
    assert_int_equal(backend->ops->encode(backend, operation, 0, &rig->request, &rig->error),
                     WIRE_SEND);
    assert_string_equal(rig->request.url,
                        "https://acme.salesdirector.ai/api/v1/targets?send_error_email=false");
    operation_free(operation);
    backend->ops->destroy(backend);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_page_example),
        TEST(test_lenient_values),
        TEST(test_the_set_is_kept_for_a_while),
        TEST(test_what_the_page_does_not_name_is_shown),
        TEST(test_what_is_only_uploaded_is_not_read),
        TEST(test_errors),
        TEST(test_fail_names_its_fields),
        TEST(test_upload_examples),
        TEST(test_counts_under_data),
        TEST(test_headings_are_checked),
        TEST(test_a_large_file_is_parted_where_records_end),
        TEST(test_a_lone_empty_value_is_a_record),
        TEST(test_commas_can_be_taken_out),
        TEST(test_parts_are_sent_one_after_the_other),
        TEST(test_update_sends_the_key_the_name_and_what_changed),
        TEST(test_records_of_other_fields_go_apart),
        TEST(test_some_rows_refused_is_looked_up),
        TEST(test_what_cannot_be_looked_up_is_unknown),
        TEST(test_conflict_is_found_before_anything_is_sent),
        TEST(test_contacts_are_uploaded_at_once),
        TEST(test_settings_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
