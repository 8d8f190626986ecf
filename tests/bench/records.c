/*
 * records: what a million records cost in memory, to filter, to sort and to page through.
 *
 *     records FILE.db      the demonstration CRM; prints Markdown
 *
 * Reads pages as the program does, through the adapter, and compares with the same work over plain
 * arrays of C structures; reads XML as a stream, and compares with libxml2's own. Single-threaded;
 * measures, asserts nothing.
 */
#include "config.h"

#include <inttypes.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/backend.h"
#include "core/memory.h"
#include "core/query.h"
#include "net/http.h"
#include "net/xml.h"

static const char filter_text[] = "Amount >= 100000 and Name contains 'network'";

struct bench {
    struct backend *backend;
    struct schema *schema;
    struct query *query;
    struct cancel_token token;
    struct page **pages;
    size_t page_count;
    size_t records;
    size_t own_bytes;
};

/* The same record in a plain structure: what "the arena" in the ratios is. */
struct plain {
    const char *name;
    size_t length;
    double amount;
    size_t number;
};

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void stop(const char *what, const struct error *error)
{
    fprintf(stderr, "bench: %s: %s\n", what, error->message == NULL ? "failed" : error->message);
    exit(1);
}

static void row(const char *what, double ours, double theirs, const char *unit, const char *goal)
{
    printf("| %s | %.4g %s | ", what, ours, unit);
    if (theirs > 0) {
        printf("%.4g | %.2f | %s |\n", theirs, ours / theirs, goal);
    } else {
        printf("| | %s |\n", goal);
    }
}

/* --- the adapter --- */

static void execute(struct bench *bench, struct operation *operation, struct result *result)
{
    memset(result, 0, sizeof *result);
    bench->backend->ops->execute(bench->backend, operation, &bench->token, result);
    if (error_is_set(&result->error)) {
        stop(operation_name(operation->kind), &result->error);
    }
    operation_free(operation);
}

static void open_file(struct bench *bench, const char *path)
{
    struct error error = {0};
    struct profile profile = {.name = memory_copy_string("bench"),
                              .backend = memory_copy_string("local")};
    if (!profile_set(&profile, "file", path, &error)) {
        stop(path, &error);
    }
    bench->backend = backend_find("local")->create(&profile, &error);
    if (bench->backend == NULL) {
        stop(path, &error);
    }
    struct result result;
    execute(bench, operation_new(OPERATION_DESCRIBE, "Opportunity"), &result);
    bench->schema = schema_hold(result.schema);
    result_clear(&result);
}

static struct query *make_query(struct bench *bench, const char *order, const char *filter)
{
    struct error error = {0};
    struct date_clock clock = date_clock_now(1);
    struct query *query = query_new("Opportunity");
    if (!query_parse_columns(query, "Id, Name, Stage, Amount, CloseDate, Probability", &error) ||
        !query_parse(query, filter, NULL, &error) || !query_parse_order(query, order, &error) ||
        !query_resolve(query, bench->schema, NULL, NULL, &clock, &error)) {
        stop("query", &error);
    }
    return query;
}

/* One page; takes cursor. */
static void fetch(struct bench *bench, const struct query *query, enum position_kind kind,
                  char *cursor, size_t size, struct result *result)
{
    struct operation *operation = operation_new(OPERATION_PAGE, "Opportunity");
    operation->schema = schema_hold(bench->schema);
    operation->query = query_copy(query);
    operation->position = (struct position){kind, cursor};
    operation->page_size = size;
    execute(bench, operation, result);
}

/* --- memory --- */

static size_t own_bytes_of(const struct value *value)
{
    switch (value->kind) {
    case VALUE_TEXT:
    case VALUE_BYTES:
        return value->as.text.length;
    case VALUE_INTEGER:
    case VALUE_REAL:
        return 8;
    default:
        return 0;
    }
}

static void keep_page(struct bench *bench, struct page *page)
{
    bench->pages = memory_resize(bench->pages, bench->page_count + 1, sizeof(struct page *));
    bench->pages[bench->page_count++] = page;
    bench->records += page_row_count(page);
    for (size_t i = 0; i < page_row_count(page); i++) {
        for (size_t column = 0; column < page_column_count(page); column++) {
            struct value value = page_value(page, i, column);
            bench->own_bytes += own_bytes_of(&value);
        }
    }
}

static void load_all(struct bench *bench)
{
    struct result result;
    char *cursor = NULL;
    do {
        fetch(bench, bench->query, cursor == NULL ? POSITION_START : POSITION_CURSOR, cursor, 1000,
              &result);
        keep_page(bench, result.page);
        result.page = NULL;
        cursor = result.next;
        result.next = NULL;
        result_clear(&result);
    } while (cursor != NULL);
}

static void bench_memory(const struct bench *bench)
{
    size_t memory = 0;
    for (size_t i = 0; i < bench->page_count; i++) {
        memory += page_memory(bench->pages[i]);
    }
    double count = (double)bench->records;
    row("memory, six columns and the id", (double)memory / 1e6, (double)bench->own_bytes / 1e6,
        "MB", "≤ 1.3, ≤ 200 MB a million");
    row("bytes for each record", (double)memory / count, (double)bench->own_bytes / count, "B", "");
}

/* --- filter and sort --- */

enum { COLUMN_NAME = 2, COLUMN_AMOUNT = 4 };

struct at {
    const struct page *page;
    size_t row;
};

static struct value value_of(void *context, const char *path)
{
    const struct at *at = context;
    return page_value(at->page, at->row, path[0] == 'N' ? COLUMN_NAME : COLUMN_AMOUNT);
}

static struct plain *make_plain(const struct bench *bench)
{
    struct plain *plain = memory_zeroed(bench->records, sizeof *plain);
    size_t number = 0;
    for (size_t i = 0; i < bench->page_count; i++) {
        for (size_t j = 0; j < page_row_count(bench->pages[i]); j++, number++) {
            struct value name = page_value(bench->pages[i], j, COLUMN_NAME);
            struct value amount = page_value(bench->pages[i], j, COLUMN_AMOUNT);
            plain[number].name = memory_copy(name.as.text.bytes, name.as.text.length);
            plain[number].length = name.as.text.length;
            plain[number].number = number;
            if (!value_to_real(&amount, &plain[number].amount)) {
                plain[number].amount = -1;
            }
        }
    }
    return plain;
}

static void bench_filter(struct bench *bench, const struct plain *plain)
{
    struct query *query = make_query(bench, "Id", filter_text);
    size_t found = 0;
    size_t expected = 0;
    double start = now_ms();
    for (size_t i = 0; i < bench->page_count; i++) {
        for (size_t j = 0; j < page_row_count(bench->pages[i]); j++) {
            struct at at = {bench->pages[i], j};
            found += filter_matches(query->filter, value_of, &at);
        }
    }
    double ours = now_ms() - start;
    start = now_ms();
    for (size_t i = 0; i < bench->records; i++) {
        expected += plain[i].amount >= 100000 && strcasestr(plain[i].name, "network") != NULL;
    }
    double theirs = now_ms() - start;
    if (found != expected) {
        fprintf(stderr, "bench: filter found %zu, expected %zu\n", found, expected);
        exit(1);
    }
    row("filter in memory", ours, theirs, "ms", "≤ 2");
    query_free(query);
}

struct sorted {
    struct value amount;
    size_t number;
};

static int compare_sorted(const void *left, const void *right, void *term)
{
    const struct sorted *a = left;
    const struct sorted *b = right;
    int order = query_compare_values(term, &a->amount, &b->amount);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static int compare_plain(const void *left, const void *right)
{
    const struct plain *a = left;
    const struct plain *b = right;
    int order = (a->amount < b->amount) - (a->amount > b->amount);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static void bench_sort(struct bench *bench, struct plain *plain)
{
    struct query *query = make_query(bench, "Amount desc", "");
    struct sorted *sorted = memory_zeroed(bench->records, sizeof *sorted);
    double start = now_ms();
    size_t number = 0;
    for (size_t i = 0; i < bench->page_count; i++) {
        for (size_t j = 0; j < page_row_count(bench->pages[i]); j++, number++) {
            sorted[number].amount = page_value(bench->pages[i], j, COLUMN_AMOUNT);
            sorted[number].number = number;
        }
    }
    qsort_r(sorted, bench->records, sizeof *sorted, compare_sorted, &query->order[0]);
    double ours = now_ms() - start;
    start = now_ms();
    qsort(plain, bench->records, sizeof *plain, compare_plain);
    double theirs = now_ms() - start;
    row("sort in memory", ours, theirs, "ms", "≤ 2");
    free(sorted);
    query_free(query);
}

/* --- paging --- */

/* The best of five: what the page costs, not what the machine did meanwhile. */
static double time_page(struct bench *bench, const struct query *query, enum position_kind kind,
                        const char *cursor)
{
    double best = 0;
    for (int turn = 0; turn < 5; turn++) {
        struct result result;
        double start = now_ms();
        fetch(bench, query, kind, memory_copy_string(cursor), 100, &result);
        double took = now_ms() - start;
        best = turn == 0 || took < best ? took : best;
        result_clear(&result);
    }
    return best;
}

static void bench_order(struct bench *bench, const char *order, const char *filter)
{
    char id[32];
    char what[120];
    struct query *query = make_query(bench, order, filter);
    double first = time_page(bench, query, POSITION_START, NULL);
    snprintf(what, sizeof what, "last page by %s%s%s, to the first", order,
             filter[0] == '\0' ? "" : " of ", filter);
    row(what, time_page(bench, query, POSITION_END, NULL), first, "ms", "≤ 1.5");
    if (filter[0] == '\0') {
        snprintf(id, sizeof id, "%zu", bench->records * 99 / 100);
        snprintf(what, sizeof what, "page at record %s by %s", id, order);
        row(what, time_page(bench, query, POSITION_ID, id), first, "ms", "≤ 1.5");
    }
    query_free(query);
}

/* --- XML --- */

enum { XML_RECORDS = 100000, XML_TURNS = 5 };

static void make_xml(struct text *out)
{
    text_append_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<leads>\n");
    for (int i = 0; i < XML_RECORDS; i++) {
        text_format(out,
                    "  <lead id=\"%d\">\n    <lead_id>%d</lead_id>\n    <type>Web</type>\n"
                    "    <website>http://www.example.com/%d</website>\n"
                    "    <contact_first>Michael</contact_first>\n"
                    "    <contact_last>Müller &amp; Söhne %d</contact_last>\n"
                    "    <amount>%d.50</amount>\n    <close_date>2026-11-%02d</close_date>\n"
                    "    <lead_status>Open</lead_status>\n  </lead>\n",
                    i, i, i, i, i, i % 28 + 1);
    }
    text_append_string(out, "</leads>\n");
}

static void hear_start(void *context, const xmlChar *name, const xmlChar *prefix,
                       const xmlChar *space, int space_count, const xmlChar **spaces,
                       int attribute_count, int defaulted, const xmlChar **attributes)
{
    (void)context, (void)name, (void)prefix, (void)space, (void)space_count, (void)spaces;
    (void)attribute_count, (void)defaulted, (void)attributes;
}

static void hear_end(void *context, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *space)
{
    (void)context, (void)name, (void)prefix, (void)space;
}

static void hear_text(void *context, const xmlChar *bytes, int length)
{
    (void)context, (void)bytes, (void)length;
}

static void read_with_libxml(const struct text *bytes)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = hear_start,
                             .endElementNs = hear_end,
                             .characters = hear_text,
                             .ignorableWhitespace = hear_text};
    if (xmlSAXUserParseMemory(&handler, NULL, bytes->bytes, (int)bytes->length) != 0) {
        stop("libxml2", &(struct error){0});
    }
}

static bool take_start(void *context, const char *space, const char *name,
                       const struct xml_attributes *attributes)
{
    (void)context, (void)space, (void)name, (void)attributes;
    return true;
}

static bool take_text(void *context, const char *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    return true;
}

static bool take_end(void *context, const char *space, const char *name)
{
    (void)context, (void)space, (void)name;
    return true;
}

static void read_with_ours(const struct text *bytes)
{
    static const struct xml_events events = {take_start, take_text, take_end};
    struct error error = {0};
    if (!xml_read(bytes->bytes, bytes->length, &events, NULL, &error)) {
        stop("xml", &error);
    }
}

/* An answer taken by an adapter that learns its fields from it: a describe. */
static void read_with_adapter(const struct text *bytes)
{
    struct error error = {0};
    struct profile profile = {.name = memory_copy_string("bench"),
                              .backend = memory_copy_string("snapforce")};
    (void)profile_set(&profile, "url", "https://crm.example/", &error);
    (void)profile_set(&profile, "api_user", "u", &error);
    (void)profile_set(&profile, "api_key_env", "HOME", &error);
    struct backend *backend = backend_find("snapforce")->create(&profile, &error);
    struct operation *operation = operation_new(OPERATION_DESCRIBE, "Leads");
    struct http_response response = {200, NULL, 0, bytes->bytes, bytes->length, ""};
    struct result result = {.total = -1};
    if (backend == NULL) {
        stop("snapforce", &error);
    }
    backend->ops->decode(backend, operation, 0, &response, &result);
    if (result.schema == NULL) {
        stop("snapforce", &result.error);
    }
    result_clear(&result);
    operation_free(operation);
    backend->ops->destroy(backend);
}

/* Of this thread alone: nothing is waited for here. */
static double processor_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* The best of some turns. */
static double time_xml(void (*read)(const struct text *bytes), const struct text *bytes)
{
    double best = 0;
    for (int turn = 0; turn < XML_TURNS; turn++) {
        double start = processor_ms();
        read(bytes);
        double took = processor_ms() - start;
        best = turn == 0 || took < best ? took : best;
    }
    return best;
}

static void bench_xml(void)
{
    char what[80];
    struct text bytes = {0};
    make_xml(&bytes);
    double theirs = time_xml(read_with_libxml, &bytes);
    snprintf(what, sizeof what, "XML of %.0f MB as a stream", (double)bytes.length / 1e6);
    row(what, time_xml(read_with_ours, &bytes), theirs, "ms", "≤ 1.15");
    row("… as records, with their types learnt", time_xml(read_with_adapter, &bytes), theirs, "ms",
        "");
    text_free(&bytes);
}

int main(int count, char **words)
{
    if (count != 2) {
        fputs("usage: records FILE.db\n", stderr);
        return 2;
    }
    struct bench bench = {0};
    open_file(&bench, words[1]);
    bench.query = make_query(&bench, "Id", "");
    double start = now_ms();
    load_all(&bench);
    double loading = now_ms() - start;
    struct plain *plain = make_plain(&bench);
    printf("\n## Records: %zu opportunities\n\n", bench.records);
    printf("| what | dossier | compared with | ratio | goal |\n| --- | --- | --- | --- | --- |\n");
    bench_memory(&bench);
    row("loading all, page by page", loading, 0, "ms", "");
    bench_filter(&bench, plain);
    bench_sort(&bench, plain);
    bench_order(&bench, "Id", "");
    bench_order(&bench, "Amount desc", "");
    bench_order(&bench, "CloseDate", "");
    bench_order(&bench, "CloseDate", "Stage = 'Proposal'");
    bench_xml();
    return 0;
}
