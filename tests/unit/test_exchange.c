/* What exchange must do: every format of commands.md, "Output", byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/exchange.h"

/* A writer into memory. */
struct sink {
    char *bytes;
    size_t length;
    FILE *file;
    struct exchange_writer *writer;
    size_t repaired;
};

static void open_sink(struct sink *sink, enum exchange_format format,
                      const struct exchange_column *columns, size_t count, unsigned flags,
                      size_t width)
{
    *sink = (struct sink){0};
    sink->file = open_memstream(&sink->bytes, &sink->length);
    assert_non_null(sink->file);
    sink->writer = exchange_open(sink->file, format, columns, count, flags, width);
}

static void close_sink(struct sink *sink)
{
    struct error error = {0};
    assert_true(exchange_close(sink->writer, &sink->repaired, &error));
    fclose(sink->file);
}

static void expect(struct sink *sink, const char *expected)
{
    close_sink(sink);
    assert_string_equal(sink->bytes, expected);
    free(sink->bytes);
}

static const struct exchange_column two[] = {{"a", NULL}, {"b,c", NULL}};

/* Writes one row of two values in a format. */
static void expect_row(enum exchange_format format, unsigned flags, struct value a, struct value b,
                       const char *expected)
{
    struct sink sink;
    open_sink(&sink, format, two, 2, flags, 0);
    const struct value row[] = {a, b};
    exchange_row(sink.writer, row);
    expect(&sink, expected);
}

static void csv_quotes_only_where_it_must(void **state)
{
    (void)state;
    expect_row(EXCHANGE_CSV, 0, value_string("plain"), value_string("x,y"),
               "a,\"b,c\"\nplain,\"x,y\"\n");
    expect_row(EXCHANGE_CSV, 0, value_string("say \"hi\""), value_string("two\nlines"),
               "a,\"b,c\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n");
    expect_row(EXCHANGE_CSV, 0, value_integer(-5), value_real(84000), "a,\"b,c\"\n-5,84000.0\n");
    expect_row(EXCHANGE_CSV, 0, value_boolean(true), value_bytes("\xff", 1),
               "a,\"b,c\"\ntrue,/w==\n");
}

static void csv_tells_null_from_empty(void **state)
{
    (void)state;
    expect_row(EXCHANGE_CSV, 0, value_null(), value_text("", 0), "a,\"b,c\"\n,\"\"\n");
    expect_row(EXCHANGE_CSV, 0, value_text("", 0), value_absent(), "a,\"b,c\"\n\"\",\n");
}

static void csv_guards_formulas_when_asked(void **state)
{
    (void)state;
    expect_row(EXCHANGE_CSV, EXCHANGE_GUARD, value_string("=1+1"), value_integer(-5),
               "a,\"b,c\"\n'=1+1,-5\n");
    expect_row(EXCHANGE_CSV, 0, value_string("=1+1"), value_string("@x"), "a,\"b,c\"\n=1+1,@x\n");
}

static void controls_are_kept_in_files_and_shown_on_terminals(void **state)
{
    (void)state;
    expect_row(EXCHANGE_CSV, 0, value_string("\x1b[31m"), value_string("x"),
               "a,\"b,c\"\n\x1b[31m,x\n");
    expect_row(EXCHANGE_CSV, EXCHANGE_TO_TERMINAL, value_string("\x1b[31m"), value_string("x"),
               "a,\"b,c\"\n␛[31m,x\n");
    expect_row(EXCHANGE_TSV, EXCHANGE_TO_TERMINAL, value_string("\x1b"), value_string("1\n2"),
               "a\tb,c\n␛\t1\\n2\n");
    expect_row(EXCHANGE_NDJSON, EXCHANGE_TO_TERMINAL, value_string("\xc2\x9b\u202e"),
               value_string("é"), "{\"a\": \"\\u009b\\u202e\", \"b,c\": \"é\"}\n");
    expect_row(EXCHANGE_NDJSON, EXCHANGE_TO_TERMINAL | EXCHANGE_ASCII, value_string("é"),
               value_string("😀"), "{\"a\": \"\\u00e9\", \"b,c\": \"\\ud83d\\ude00\"}\n");
}

static void tsv_escapes_and_marks_null(void **state)
{
    (void)state;
    expect_row(EXCHANGE_TSV, 0, value_string("a\tb\\c"), value_string("1\r\n2"),
               "a\tb,c\na\\tb\\\\c\t1\\r\\n2\n");
    expect_row(EXCHANGE_TSV, 0, value_null(), value_text("", 0), "a\tb,c\n\\N\t\n");
}

static void markdown_escapes_bars_and_line_ends(void **state)
{
    (void)state;
    struct field amount = {.type = FIELD_CURRENCY, .scale = 2};
    const struct exchange_column columns[] = {{"name", NULL}, {"amount", &amount}};
    struct sink sink;
    open_sink(&sink, EXCHANGE_MARKDOWN, columns, 2, 0, 0);
    const struct value row[] = {value_string("a|b\r\nc\nd\x1b"), value_integer(5)};
    exchange_row(sink.writer, row);
    expect(&sink, "| name | amount |\n| --- | ---: |\n| a\\|b<br>c<br>d␛ | 5 |\n");
}

static void json_is_one_array_in_order(void **state)
{
    (void)state;
    struct sink sink;
    open_sink(&sink, EXCHANGE_JSON, two, 2, 0, 0);
    const struct value first[] = {value_integer(INT64_MAX), value_string("q\"\\\n\x01é\x7f")};
    const struct value second[] = {value_real(84000), value_null()};
    const struct value third[] = {value_boolean(false), value_absent()};
    exchange_row(sink.writer, first);
    exchange_row(sink.writer, second);
    exchange_row(sink.writer, third);
    expect(&sink, "[\n{\"a\": 9223372036854775807, \"b,c\": \"q\\\"\\\\\\n\\u0001é\x7f\"},\n"
                  "{\"a\": 84000.0, \"b,c\": null},\n{\"a\": false}\n]\n");
    open_sink(&sink, EXCHANGE_JSON, two, 2, 0, 0);
    expect(&sink, "[]\n");
    open_sink(&sink, EXCHANGE_NDJSON, two, 2, 0, 0);
    expect(&sink, "");
}

static void json_has_no_infinities(void **state)
{
    (void)state;
    expect_row(EXCHANGE_NDJSON, 0, value_real((double)INFINITY), value_real((double)NAN),
               "{\"a\": 9.0e+999, \"b,c\": null}\n");
}

static void json_nests_rows(void **state)
{
    (void)state;
    const struct exchange_column inner[] = {{"x", NULL}};
    const struct value row[] = {value_integer(1), value_integer(2)};
    const struct value line[] = {value_string("l")};
    for (int format = EXCHANGE_JSON; format <= EXCHANGE_NDJSON; format++) {
        struct sink sink;
        open_sink(&sink, (enum exchange_format)format, two, 2, 0, 0);
        for (size_t lines = 0; lines < 3; lines += 2) {
            exchange_row(sink.writer, row);
            exchange_begin_nested(sink.writer, "lines", inner, 1);
            for (size_t i = 0; i < lines; i++) {
                exchange_nested_row(sink.writer, line);
            }
            exchange_end_nested(sink.writer);
        }
        expect(&sink,
               format == EXCHANGE_JSON
                   ? "[\n{\"a\": 1, \"b,c\": 2, \"lines\": []},\n"
                     "{\"a\": 1, \"b,c\": 2, \"lines\": [{\"x\": \"l\"}, {\"x\": \"l\"}]}\n]\n"
                   : "{\"a\": 1, \"b,c\": 2, \"lines\": []}\n"
                     "{\"a\": 1, \"b,c\": 2, \"lines\": [{\"x\": \"l\"}, {\"x\": \"l\"}]}\n");
    }
}

static void every_byte_reads_back_from_json(void **state)
{
    (void)state;
    char bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)i;
    }
    struct sink sink;
    open_sink(&sink, EXCHANGE_JSON, two, 2, EXCHANGE_TO_TERMINAL, 0);
    const struct value row[] = {value_text(bytes, sizeof bytes), value_null()};
    exchange_row(sink.writer, row);
    close_sink(&sink);
    assert_int_equal(sink.repaired, 128);
    json_t *array = json_loadb(sink.bytes, sink.length, JSON_ALLOW_NUL, NULL);
    assert_non_null(array);
    json_t *text = json_object_get(json_array_get(array, 0), "a");
    assert_int_equal(json_string_length(text), 128 + 128 * 3);
    assert_memory_equal(json_string_value(text), bytes, 128);
    json_decref(array);
    free(sink.bytes);
}

static void bytes_that_are_not_utf8_are_counted(void **state)
{
    (void)state;
    for (int format = 0; format < EXCHANGE_FORMAT_COUNT; format++) {
        struct sink sink;
        open_sink(&sink, (enum exchange_format)format, two, 2, 0, 0);
        const struct value row[] = {value_string("a\xff"), value_string("\xfe\xfe")};
        exchange_row(sink.writer, row);
        close_sink(&sink);
        assert_int_equal(sink.repaired, 3);
        assert_true(text_is_utf8(sink.bytes, sink.length));
        free(sink.bytes);
    }
}

static void a_table_is_aligned_by_terminal_columns(void **state)
{
    (void)state;
    struct field amount = {.type = FIELD_CURRENCY, .scale = 2};
    struct field name = {.type = FIELD_STRING};
    const struct exchange_column columns[] = {{"name", &name}, {"amount", &amount}, {"x", NULL}};
    struct sink sink;
    open_sink(&sink, EXCHANGE_TABLE, columns, 3, 0, 0);
    const struct value first[] = {value_string("北京"), value_integer(84000), value_null()};
    const struct value second[] = {value_string("a\nb"), value_integer(5), value_string("y")};
    exchange_row(sink.writer, first);
    exchange_row(sink.writer, second);
    expect(&sink, "name  amount  x\n"
                  "────  ──────  ─\n"
                  "北京  84,000\n"
                  "a↵b        5  y\n");
    open_sink(&sink, EXCHANGE_TABLE, columns, 3, EXCHANGE_ASCII, 0);
    expect(&sink, "name  amount  x\n----  ------  -\n");
}

static void a_table_fits_its_terminal(void **state)
{
    (void)state;
    struct field amount = {.type = FIELD_INT, .scale = 0};
    const struct exchange_column columns[] = {{"name", NULL}, {"note", NULL}, {"n", &amount}};
    struct sink sink;
    open_sink(&sink, EXCHANGE_TABLE, columns, 3, EXCHANGE_TO_TERMINAL, 30);
    const struct value row[] = {value_string("Acme"), value_string("a note that is far too long"),
                                value_integer(1234567)};
    exchange_row(sink.writer, row);
    expect(&sink, "name  note                   n\n"
                  "────  ─────────────  ─────────\n"
                  "Acme  a note that …  1,234,567\n");
}

static void a_table_shrinks_text_before_numbers(void **state)
{
    (void)state;
    struct field amount = {.type = FIELD_INT, .scale = 0};
    const struct exchange_column columns[] = {{"name", NULL}, {"n", &amount}};
    struct sink sink;
    open_sink(&sink, EXCHANGE_TABLE, columns, 2, EXCHANGE_ASCII, 25);
    const struct value row[] = {value_string("Southern Railway phones"),
                                value_integer(123456789012)};
    exchange_row(sink.writer, row);
    expect(&sink, "name                    n\n"
                  "--------  ---------------\n"
                  "South...  123,456,789,012\n");
}

static void a_long_table_streams_with_fixed_widths(void **state)
{
    (void)state;
    const struct exchange_column columns[] = {{"n", NULL}, {"t", NULL}};
    struct sink sink;
    open_sink(&sink, EXCHANGE_TABLE, columns, 2, 0, 0);
    for (int i = 0; i < 2500; i++) {
        const struct value row[] = {value_integer(i), value_string(i == 2400 ? "longer" : "x")};
        exchange_row(sink.writer, row);
    }
    close_sink(&sink);
    assert_non_null(strstr(sink.bytes, "\n  0  x\n"));
    assert_non_null(strstr(sink.bytes, "\n999  x\n1,000  x\n")); /* not cut where there is no end */
    assert_non_null(strstr(sink.bytes, "\n2,400  longer\n"));
    size_t lines = 0;
    for (const char *at = sink.bytes; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    assert_int_equal(lines, 2502);
    free(sink.bytes);
}

static void a_later_wider_cell_takes_the_room_there_is(void **state)
{
    (void)state;
    const struct exchange_column columns[] = {{"t", NULL}, {"n", NULL}};
    struct sink sink;
    open_sink(&sink, EXCHANGE_TABLE, columns, 2, EXCHANGE_TO_TERMINAL, 12);
    for (int i = 0; i < 1002; i++) {
        const struct value row[] = {
            value_string(i == 1000 ? "1234567890" : "x"),
            value_integer(i),
        };
        exchange_row(sink.writer, row);
    }
    close_sink(&sink);
    assert_non_null(strstr(sink.bytes, "\nx  999\n123456…  1,…\nx        1,…\n"));
    free(sink.bytes);
}

static void a_full_disk_is_reported(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    if (full == NULL) {
        skip();
    }
    struct exchange_writer *writer = exchange_open(full, EXCHANGE_CSV, two, 2, 0, 0);
    const struct value row[] = {value_integer(1), value_integer(2)};
    exchange_row(writer, row);
    struct error error = {0};
    assert_false(exchange_close(writer, NULL, &error));
    assert_int_equal(error.kind, ERROR_SERVER);
    assert_non_null(strstr(error.message, "No space left"));
    error_clear(&error);
    fclose(full);
}

static void formats_are_found_by_name(void **state)
{
    (void)state;
    enum exchange_format format;
    assert_true(exchange_format_find("NDJSON", &format));
    assert_int_equal(format, EXCHANGE_NDJSON);
    assert_false(exchange_format_find("xml", &format));
    assert_string_equal(exchange_format_name(EXCHANGE_MARKDOWN), "markdown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_quotes_only_where_it_must),
        cmocka_unit_test(csv_tells_null_from_empty),
        cmocka_unit_test(csv_guards_formulas_when_asked),
        cmocka_unit_test(controls_are_kept_in_files_and_shown_on_terminals),
        cmocka_unit_test(tsv_escapes_and_marks_null),
        cmocka_unit_test(markdown_escapes_bars_and_line_ends),
        cmocka_unit_test(json_is_one_array_in_order),
        cmocka_unit_test(json_has_no_infinities),
        cmocka_unit_test(json_nests_rows),
        cmocka_unit_test(every_byte_reads_back_from_json),
        cmocka_unit_test(bytes_that_are_not_utf8_are_counted),
        cmocka_unit_test(a_table_is_aligned_by_terminal_columns),
        cmocka_unit_test(a_table_fits_its_terminal),
        cmocka_unit_test(a_table_shrinks_text_before_numbers),
        cmocka_unit_test(a_long_table_streams_with_fixed_widths),
        cmocka_unit_test(a_later_wider_cell_takes_the_room_there_is),
        cmocka_unit_test(a_full_disk_is_reported),
        cmocka_unit_test(formats_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
