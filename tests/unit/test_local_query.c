/*
 * The local adapter answers queries as the language says: generated filters and orders give what
 * filter_matches and query_compare_values give over all records, forwards and backwards.
 */
#include "local_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { ROWS = 300, FILTERS = 400, ORDERS = 40 };

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static const char *pick(uint64_t *seed, const char *const *words, size_t count)
{
    return words[next_random(seed) % count];
}

#define PICK(seed, words) pick(seed, words, sizeof words / sizeof words[0])

static const char *const texts[] = {"NULL",    "''",    "'Acme'", "'acme'",   "'ÄRGER'",
                                    "'ärger'", "'a%b'", "'a_b'",  "'Straße'", "'STRASSE'",
                                    "'日本'",  "'12'",  "'9'",    "'Zoë;b'",  "'O''Neil'"};
static const char *const numbers[] = {"NULL", "0", "1", "-5", "10", "2.5", "100000", "10.0"};
static const char *const dates[] = {"NULL",         "'2026-11-21'", "'2026-11-20'",
                                    "'2026-01-01'", "'2025-12-31'", "'2026-11-30'"};
static const char *const moments[] = {"NULL", "'2026-11-21 00:00:00'", "'2026-11-21 12:30:00'",
                                      "'2026-11-20 23:59:59'", "'2026-10-01 08:00:00'"};
static const char *const mixed[] = {"NULL",
                                    "'2026-11-21T00:00:00Z'",
                                    "'2026-11-21 12:30'",
                                    "'2026-11-21T12:30:00+02:00'",
                                    "'2026-11-21T10:30:00.250Z'",
                                    "'2026-11-20'"};
static const char *const universal[] = {"NULL",
                                        "'2026-11-21T00:00:00Z'",
                                        "'2026-11-21T10:30:00.250Z'",
                                        "'2026-11-21T10:30:00Z'",
                                        "'2026-11-20T23:59:59.999Z'",
                                        "'2026-01-01T00:00:00Z'"};
static const char *const switches[] = {"NULL", "0", "1"};
static const char *const stages[] = {"NULL", "'Open'", "'Won'", "'Lost'"};
static const char *const sets[] = {"NULL", "''", "'A'", "'A;B'", "'b; C'", "'A;B;C'"};
static const char *const anything[] = {"NULL", "5", "'5'", "2.5", "'x'", "'2026-11-21'", "x'00ff'"};

/* Beyond what a double holds, at the ends of the range, and rounded to the same double. */
static const char *const large[] = {"NULL",
                                    "0",
                                    "9007199254740992",
                                    "9007199254740993",
                                    "9007199254740994",
                                    "-9007199254740993",
                                    "9223372036854775807",
                                    "-9223372036854775807 - 1"};
static const char *const reals[] = {"NULL",  "0.1",  "0.3",    "0.1 + 0.2", "9007199254740992.0",
                                    "1e308", "-0.0", "-1e308", "9e999",     "-9e999",
                                    "2.5",   "10"};
/* Marks apart and together, letters whose case is not simple, bytes that are not UTF-8. */
static const char *const unicode[] = {"NULL",
                                      "'\u00e9'",
                                      "'e\u0301'",
                                      "'\u00c9'",
                                      "'i'",
                                      "'I'",
                                      "'\u0131'",
                                      "'\u0130'",
                                      "'\u00df'",
                                      "'SS'",
                                      "'\ufb01'",
                                      "'Fi'",
                                      "CAST(x'ff41' AS TEXT)",
                                      "'\U0001f469\u200d\U0001f4bb'",
                                      "'\u03a3\u03c2\u03c3'",
                                      "'z'"};
static const char *const clock_times[] = {"NULL", "'09:30'", "'14:00:00'", "'09:30:00'", "'23:59'"};
/* Values of other kinds than their column's. */
static const char *const strays[] = {"NULL", "5", "'5'", "'abc'", "2.5", "'2.5x'", "x'3130'", "''"};

static const char *const stray_dates[] = {"NULL",    "'2026-11-21'",          "'20261121'", "'x'",
                                          "2460000", "'2026-11-21T05:00:00'", "''"};
static const char *const stray_switches[] = {"NULL", "0", "1", "2", "'true'", "'No'", "'x'", "''"};

static void add_odd_values(uint64_t *seed, int id, struct text *sql)
{
    text_format(sql, "INSERT INTO odd VALUES (%d, %s, %s,", id, PICK(seed, large),
                PICK(seed, reals));
    text_format(sql, " %s, %s, %s,", PICK(seed, unicode), PICK(seed, unicode),
                PICK(seed, clock_times));
    text_format(sql, " %s, %s, %s,", PICK(seed, strays), PICK(seed, strays), PICK(seed, large));
    text_format(sql, " %s, %s, %s);", PICK(seed, stray_dates), PICK(seed, stray_dates),
                PICK(seed, stray_switches));
}

static void add_rows(struct text *sql)
{
    uint64_t seed = 88172645463325252u;

    for (int i = 1; i <= ROWS; i++) {
        text_format(sql, "INSERT INTO thing VALUES (%d, %s, %s,", i * 7 % 1009, PICK(&seed, texts),
                    PICK(&seed, numbers));
        text_format(sql, " %s, %s, %s,", PICK(&seed, dates), PICK(&seed, moments),
                    PICK(&seed, mixed));
        text_format(sql, " %s, %s, %s,", PICK(&seed, switches), PICK(&seed, stages),
                    PICK(&seed, sets));
        text_format(sql, " %s, %s, %d);", PICK(&seed, anything), PICK(&seed, universal),
                    (int)(next_random(&seed) % 12) - 1);
        add_odd_values(&seed, i * 7 % 1009, sql);
    }
    /* No parent has these numbers: such references lead nowhere. */
    text_append_string(sql, "UPDATE thing SET owner_id = NULL WHERE owner_id < 0;");
}

static int set_up(void **state)
{
    struct rig *rig;
    struct text sql = {0};

    rig_set_up(state);
    rig = *state;
    text_append_string(
        &sql,
        "BEGIN; CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT, boss_id INTEGER"
        " REFERENCES owner (id));"
        "INSERT INTO owner VALUES (0, 'Zed', NULL), (1, 'ann', 0), (2, NULL, 1), (3, 'Ann', 2),"
        " (4, 'Bob', 3), (5, '', NULL), (6, 'Émile', 5), (7, 'emile', 5);"
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, t TEXT, n NUMERIC, d DATE, m DATETIME,"
        " x DATETIME, b BOOLEAN, s VARCHAR(10) CHECK (s IN ('Open', 'Won', 'Lost')),"
        " p MULTIPICKLIST, a, z DATETIME, owner_id INTEGER REFERENCES owner (id));"
        "CREATE TABLE odd (id INTEGER PRIMARY KEY, i BIGINT, r REAL, u TEXT, v TEXT COLLATE NOCASE,"
        " tm TIME, st VARCHAR(10), si INTEGER, ni NUMERIC, sd DATE, sm DATETIME, sb BOOLEAN);"
        "CREATE INDEX odd_i ON odd (i); CREATE INDEX odd_v ON odd (v);"
        "CREATE INDEX thing_n ON thing (n); CREATE INDEX thing_d ON thing (d);");
    add_rows(&sql);
    text_append_string(&sql, "COMMIT;");
    rig_sql(rig, text_string(&sql));
    text_free(&sql);
    return 0;
}

/* --- what the language says, over all records --- */

struct table {
    const char *object;
    struct page *page;
    char **names;
    size_t count;
    size_t row;
};

static const char all_columns[] =
    "id, t, n, d, m, x, b, s, p, a, z, owner_id, owner.name, owner.boss.name, owner.boss_id";

static const char odd_columns[] = "id, i, r, u, v, tm, st, si, ni, sd, sm, sb";

static void load(struct rig *rig, const char *object, const char *columns, struct table *table)
{
    struct operation *operation = rig_operation(rig, OPERATION_PAGE, object, "");
    struct error error = {0};
    struct result *result;
    struct schema *schema;
    struct query *query = query_new(object);

    query_free(operation->query);
    assert_true(query_parse_columns(query, columns, &error));
    schema = rig_schema(rig, object);
    operation->query = query;
    operation->page_size = ROWS + 1;
    result = rig_run(rig, operation);
    assert_false(error_is_set(&result->error));
    assert_int_equal(page_row_count(result->page), ROWS);
    table->object = object;
    table->page = result->page;
    table->names = result->columns;
    table->count = result->column_count;
    result->page = NULL;
    result->columns = NULL;
    result->column_count = 0;
    schema_release(schema);
}

static void unload(struct table *table)
{
    page_free(table->page);
    for (size_t i = 0; i < table->count; i++)
        free(table->names[i]);
    free(table->names);
}

static struct value value_at(void *context, const char *path)
{
    const struct table *table = context;

    for (size_t i = 0; i < table->count; i++) {
        if (text_equal_folded(table->names[i], path))
            return page_value(table->page, table->row, i + 1);
    }
    fail_msg("no column %s", path);
    return value_absent();
}

static int compare_rows(const struct query *query, struct table *table, size_t a, size_t b)
{
    for (size_t i = 0; i < query->order_count; i++) {
        struct value left, right;
        int order;

        table->row = a;
        left = value_at(table, query->order[i].path);
        table->row = b;
        right = value_at(table, query->order[i].path);
        order = query_compare_values(&query->order[i], &left, &right);
        if (order != 0)
            return order;
    }
    table->row = a;
    {
        struct value left = page_value(table->page, a, 1), right = page_value(table->page, b, 1);

        return (left.as.integer > right.as.integer) - (left.as.integer < right.as.integer);
    }
}

/* The ids that match, in order, each with a newline. */
static char *expect(const struct query *query, struct table *table)
{
    size_t rows[ROWS];
    size_t count = 0;
    struct text ids = {0};

    for (size_t row = 0; row < page_row_count(table->page); row++) {
        size_t at = count;

        table->row = row;
        if (!filter_matches(query->filter, value_at, table))
            continue;
        while (at > 0 && compare_rows(query, table, rows[at - 1], row) > 0) {
            rows[at] = rows[at - 1];
            at--;
        }
        rows[at] = row;
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        struct value id = page_id(table->page, rows[i]);

        text_append(&ids, id.as.text.bytes, id.as.text.length);
        text_append_string(&ids, "\n");
    }
    return ids.bytes ? text_take(&ids) : memory_copy_string("");
}

/* --- generated questions --- */

static const char *const compares[] = {"=", "!=", "<", "<=", ">", ">="};
static const char *const nothings[] = {"is null",      "is not null", "is empty",
                                       "is not empty", "is blank",    "is not blank"};
static const char *const words[] = {"'Acme'", "'ärger'", "'a'", "'%'", "'_'", "''", "'STRASSE'"};
static const char *const patterns[] = {"'a%'", "'%e%'", "'a\\%b'", "'_b'", "'%'", "'___'"};
static const char *const text_operators[] = {"contains", "starts with", "ends with"};
static const char *const amounts[] = {"0", "1", "-5", "10", "2.5", "99"};
static const char *const days[] = {"2026-11-21", "today",        "this month", "last 30 days",
                                   "this year",  "last quarter", "2025-12-31"};
static const char *const times[] = {"2026-11-21T12:30:00", "2026-11-21T10:30:00Z"};
static const char *const text_fields[] = {"t", "owner.name", "owner.boss.name"};

static void add_text_condition(uint64_t *seed, struct text *out)
{
    const char *field = PICK(seed, text_fields);

    switch (next_random(seed) % 6) {
    case 0:
        text_format(out, "%s %s %s", field, PICK(seed, text_operators), PICK(seed, words));
        break;
    case 1:
        text_format(out, "%s like %s", field, PICK(seed, patterns));
        break;
    case 2:
        text_format(out, "%s in (%s, %s)", field, PICK(seed, words), PICK(seed, words));
        break;
    case 3:
        text_format(out, "%s between %s and %s", field, PICK(seed, words), PICK(seed, words));
        break;
    case 4:
        text_format(out, "%s %s", field, PICK(seed, nothings));
        break;
    default:
        text_format(out, "%s %s %s", field, PICK(seed, compares), PICK(seed, words));
    }
}

static void add_date_condition(uint64_t *seed, struct text *out)
{
    static const char *const fields[] = {"d", "m", "x", "z"};
    const char *field = PICK(seed, fields);

    switch (next_random(seed) % 4) {
    case 0:
        text_format(out, "%s not in (%s, %s)", field, PICK(seed, days), PICK(seed, days));
        break;
    case 1:
        text_format(out, "%s between %s and %s", field, PICK(seed, days), PICK(seed, days));
        break;
    case 2:
        text_format(out, "%s %s %s", next_random(seed) % 2 ? "x" : "z", PICK(seed, compares),
                    PICK(seed, times));
        break;
    default:
        text_format(out, "%s %s %s", field, PICK(seed, compares), PICK(seed, days));
    }
}

static void add_number_condition(uint64_t *seed, struct text *out)
{
    static const char *const fields[] = {"n", "id", "owner_id", "owner.boss_id"};
    const char *field = PICK(seed, fields);

    switch (next_random(seed) % 3) {
    case 0:
        text_format(out, "%s not in (%s, 3, 7)", field, PICK(seed, amounts));
        break;
    case 1:
        text_format(out, "n between %s and %s", PICK(seed, amounts), PICK(seed, amounts));
        break;
    default:
        text_format(out, "%s %s %s", field,
                    next_random(seed) % 2 ? "=" : "!=", PICK(seed, amounts));
    }
}

static void add_other_condition(uint64_t *seed, struct text *out)
{
    static const char *const conditions[] = {"b = true",
                                             "b != true",
                                             "b = false",
                                             "s in ('won')",
                                             "s != 'OPEN'",
                                             "s not in ('Open', 'Won')",
                                             "p includes ('a;b')",
                                             "p excludes ('A')",
                                             "p includes ('C', 'A;b')",
                                             "p includes ('')",
                                             "a = 5",
                                             "a > 3",
                                             "a = '5'",
                                             "a != 'x'",
                                             "a < 2.6",
                                             "a is null",
                                             "a = 2026-11-21",
                                             "a contains 'x'",
                                             "n > 0",
                                             "n <= 2.5",
                                             "n is not null"};

    text_append_string(out, PICK(seed, conditions));
}

typedef void (*add_condition)(uint64_t *seed, struct text *out);

static void add_filter(uint64_t *seed, int depth, struct text *out)
{
    static const add_condition kinds[] = {add_text_condition, add_date_condition,
                                          add_number_condition, add_other_condition};
    uint64_t shape = next_random(seed) % 6;

    if (depth == 0 || shape < 3) {
        kinds[next_random(seed) % 4](seed, out);
    } else if (shape == 3) {
        text_append_string(out, "not (");
        add_filter(seed, depth - 1, out);
        text_append_string(out, ")");
    } else {
        text_append_string(out, "(");
        add_filter(seed, depth - 1, out);
        text_append_string(out, shape == 4 ? " and " : " or ");
        add_filter(seed, depth - 1, out);
        text_append_string(out, ")");
    }
}

static void add_order(uint64_t *seed, struct text *out)
{
    static const char *const fields[] = {"t", "n",          "d",        "m",  "b",
                                         "s", "owner.name", "owner_id", "id", "owner.boss.name"};
    static const char *const ways[] = {"", " desc", " nulls first", " desc nulls first"};
    size_t count = 1 + next_random(seed) % 3;

    for (size_t i = 0; i < count; i++)
        text_format(out, "%s%s%s", i ? ", " : " order by ", PICK(seed, fields), PICK(seed, ways));
}

/* --- tests --- */

static void check_walk(struct rig *rig, struct table *table, const char *text, size_t size)
{
    struct query *query = rig_query(rig, table->object, text);
    char *expected = expect(query, table);
    char *forwards = rig_walk(rig, table->object, text, size, false);

    query_free(query);
    if (strcmp(expected, forwards) != 0)
        fail_msg("%s\nexpected:\n%s\ngiven:\n%s", text, expected, forwards);
    free(expected);
    free(forwards);
}

/* Backwards is forwards the other way round. */
static void check_backwards(struct rig *rig, const char *object, const char *text, size_t size)
{
    char *forwards = rig_walk(rig, object, text, size, false);
    char *backwards = rig_walk(rig, object, text, size, true);
    struct text turned = {0};
    size_t end = strlen(backwards);

    for (size_t at = end; at > 0;) {
        size_t line = at - 1;

        while (line > 0 && backwards[line - 1] != '\n')
            line--;
        text_append(&turned, backwards + line, at - line);
        at = line;
    }
    if (strcmp(text_string(&turned), forwards) != 0)
        fail_msg("%s: backwards differs", text);
    text_free(&turned);
    free(forwards);
    free(backwards);
}

static void test_filters(void **state)
{
    struct rig *rig = *state;
    struct table table = {0};
    uint64_t seed = 20261121;

    load(rig, "thing", all_columns, &table);
    for (int i = 0; i < FILTERS; i++) {
        struct text text = {0};

        add_filter(&seed, 3, &text);
        check_walk(rig, &table, text_string(&text), ROWS);
        text_free(&text);
    }
    unload(&table);
}

static void test_orders(void **state)
{
    struct rig *rig = *state;
    struct table table = {0};
    uint64_t seed = 77;

    load(rig, "thing", all_columns, &table);
    for (int i = 0; i < ORDERS; i++) {
        struct text text = {0};

        text_append_string(&text, i % 2 ? "n is not null or t > 'b'" : "");
        add_order(&seed, &text);
        check_walk(rig, &table, text_string(&text), 11);
        check_backwards(rig, "thing", text_string(&text), 13);
        text_free(&text);
    }
    unload(&table);
}

/* --- values that are hard to compare --- */

static void add_odd_condition(uint64_t *seed, struct text *out)
{
    static const char *const fields[] = {"i",  "r",  "u",  "v",  "tm", "st",
                                         "si", "ni", "sd", "sm", "sb"};
    static const char *const integers[] = {"9007199254740993",    "9007199254740992", "0", "5",
                                           "9223372036854775807", "-9007199254740993"};
    static const char *const fractions[] = {"0.3", "0.1", "2.5", "9007199254740993", "1e308", "10"};
    static const char *const letters[] = {"'\u00e9'", "'e'",  "'I'",      "'ss'",  "'\ufb01'",
                                          "'\u03c3'", "'fi'", "'\u0131'", "'abc'", "'5'"};
    static const char *const hours[] = {"09:30", "14:00", "09:30:00"};
    static const char *const masks[] = {"'%s%'", "'_'", "'%\u00e9'", "'f%'", "'5_'"};
    bool number = next_random(seed) % 2 == 0;
    const char *text_field = PICK(seed, ((const char *const[]){"u", "v", "st"}));
    const char *number_field = PICK(seed, ((const char *const[]){"i", "r", "ni"}));

    switch (next_random(seed) % 9) {
    case 7:
        text_format(out, "%s %s %s", number ? "sd" : "sm", PICK(seed, compares), PICK(seed, days));
        break;
    case 8:
        text_format(out, "sb %s %s", number ? "=" : "!=", next_random(seed) % 2 ? "true" : "false");
        break;
    case 0:
        text_format(out, "%s %s", PICK(seed, fields), number ? "is null" : "is not null");
        break;
    case 1:
        text_format(out, "tm %s %s", PICK(seed, compares), PICK(seed, hours));
        break;
    case 2:
        text_format(out, "%s %s %s", text_field, number ? "like" : PICK(seed, text_operators),
                    number ? PICK(seed, masks) : PICK(seed, letters));
        break;
    case 3:
        text_format(out, "%s %s %s", text_field, PICK(seed, compares), PICK(seed, letters));
        break;
    case 4:
        text_format(out, "%s not in (%s, %s)", number_field, PICK(seed, integers),
                    PICK(seed, fractions));
        break;
    case 5:
        text_format(out, "si %s %s", PICK(seed, compares), PICK(seed, integers));
        break;
    default:
        text_format(out, "%s %s %s", number_field, PICK(seed, compares),
                    number ? PICK(seed, integers) : PICK(seed, fractions));
    }
}

static void add_odd_filter(uint64_t *seed, struct text *out)
{
    static const char *const joints[] = {" and ", " or ", " and not ", " or not "};

    text_append_string(out, next_random(seed) % 4 ? "" : "not ");
    add_odd_condition(seed, out);
    for (uint64_t more = next_random(seed) % 3; more > 0; more--) {
        text_append_string(out, PICK(seed, joints));
        add_odd_condition(seed, out);
    }
}

static void test_hard_values(void **state)
{
    static const char *const fields[] = {"i",  "r",  "u",  "v",  "tm", "st",
                                         "si", "ni", "sd", "sm", "sb"};
    static const char *const ways[] = {"", " desc", " nulls first", " desc nulls first"};
    struct rig *rig = *state;
    struct table table = {0};
    uint64_t seed = 53;

    load(rig, "odd", odd_columns, &table);
    for (int i = 0; i < FILTERS; i++) {
        struct text text = {0};

        add_odd_filter(&seed, &text);
        text_format(&text, " order by %s%s, %s", PICK(&seed, fields), PICK(&seed, ways),
                    PICK(&seed, fields));
        check_walk(rig, &table, text_string(&text), i % 2 ? ROWS : 17);
        if (i % 10 == 0)
            check_backwards(rig, "odd", text_string(&text), 13);
        text_free(&text);
    }
    unload(&table);
}

/* A page that begins with a record, and the count of those before it, agree with the walk. */
static void test_seek(void **state)
{
    struct rig *rig = *state;
    static const char *const orders[] = {"order by n desc, t", "order by owner.name nulls first",
                                         "order by d", "t != 'x' order by b, d desc"};

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        char *walked = rig_walk(rig, "thing", orders[i], 50, false);
        struct operation *operation = rig_operation(rig, OPERATION_PAGE, "thing", orders[i]);
        struct result *result;
        char *at = walked;
        size_t length;
        char id[16];

        for (int line = 0; line < 123; line++)
            at = strchr(at, '\n') + 1;
        length = strcspn(at, "\n");
        snprintf(id, sizeof id, "%.*s", (int)length, at);
        operation->position.kind = POSITION_ID;
        operation->position.cursor = memory_copy_string(id);
        result = rig_run(rig, operation);
        assert_false(error_is_set(&result->error));
        assert_string_equal(rig_cell(result, 0, 0), id);
        operation = rig_operation(rig, OPERATION_COUNT, "thing", orders[i]);
        operation->position.kind = POSITION_ID;
        operation->position.cursor = memory_copy_string(id);
        result = rig_run(rig, operation);
        assert_int_equal(result->total, 123);
        free(walked);
    }
}

static void test_group(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = rig_operation(rig, OPERATION_GROUP, "thing", "n is not null");
    struct result *result;
    struct text all = {0};
    char *expected;

    operation->group.by = memory_copy_string("s");
    operation->group.measure = memory_copy_string("n");
    operation->group.function = GROUP_SUM;
    result = rig_run(rig, operation);
    assert_false(error_is_set(&result->error));
    assert_int_equal(result->column_count, 3);
    for (size_t i = 0; i < page_row_count(result->page); i++) {
        text_format(&all, "%s ", rig_cell(result, i, 1));
        text_format(&all, "%s\n", rig_cell(result, i, 2));
    }
    expected = rig_value(rig, "SELECT group_concat(ifnull(s, '(null)') || ' ' || c, char(10)) ||"
                              " char(10) FROM (SELECT s, count(*) c FROM thing WHERE n IS NOT NULL"
                              " GROUP BY s ORDER BY s NULLS LAST)");
    assert_string_equal(text_string(&all), expected);
    free(expected);
    text_free(&all);
}

static void test_filled(void **state)
{
    struct rig *rig = *state;
    struct operation *operation = operation_new(OPERATION_GROUP, "thing");
    struct result *result;
    char *expected = rig_value(rig, "SELECT count(t) FROM thing");

    operation->group.function = GROUP_FILLED;
    result = rig_run(rig, operation);
    assert_false(error_is_set(&result->error));
    assert_int_equal(page_row_count(result->page), 12);
    assert_string_equal(rig_cell(result, 1, 1), "t");
    assert_string_equal(rig_cell(result, 1, 3), expected);
    assert_string_equal(rig_cell(result, 0, 3), "300");
    free(expected);
}

static void test_bad_cursor(void **state)
{
    struct rig *rig = *state;
    static const char *const cursors[] = {"", "x", "i1.i2", "i", "t!!", "i1."};

    for (size_t i = 0; i < sizeof cursors / sizeof cursors[0]; i++) {
        struct operation *operation = rig_operation(rig, OPERATION_PAGE, "thing", "");

        operation->position.kind = POSITION_CURSOR;
        operation->position.cursor = memory_copy_string(cursors[i]);
        assert_int_equal(rig_run(rig, operation)->error.kind, ERROR_USAGE);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_filters), TEST(test_orders), TEST(test_hard_values), TEST(test_seek),
        TEST(test_group),   TEST(test_filled), TEST(test_bad_cursor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
