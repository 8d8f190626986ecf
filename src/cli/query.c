/*
 * query: the verb that lists or counts the records of an object. Main thread; streams page by page.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/records.h"
#include "cli/related.h"
#include "cli/verbs.h"
#include "core/memory.h"

/* One listing on its way out. */
struct listing {
    struct command *command;
    struct schema *schema;
    struct query *query;
    struct related *related; /* NULL without --with */
    struct exchange_writer *writer;
    struct value *values;
    size_t shown; /* columns printed; the query may have more */
};

static bool check_flags(const struct command *command, enum exchange_format format,
                        struct error *error)
{
    const struct arguments *arguments = command->arguments;
    if (!argument_given(arguments, FLAG_WITH)) {
        return true;
    }
    if (argument_given(arguments, FLAG_COUNT)) {
        return error_set(error, ERROR_USAGE, "--with and --count do not go together");
    }
    if (format != EXCHANGE_JSON && format != EXCHANGE_NDJSON) {
        error_set(error, ERROR_USAGE, "--with nests records, which the format %s cannot show",
                  exchange_format_name(format));
        error_set_hint(error, "add --format json or --format ndjson");
        return false;
    }
    return true;
}

/* The filter, then the flags, which win over what the filter says. */
static bool read_question(const struct listing *listing, struct error *error)
{
    const struct arguments *arguments = listing->command->arguments;
    struct query *query = listing->query;
    const char *filter = arguments->word_count > 1 ? arguments->words[1] : NULL;
    const char *order = argument_value(arguments, FLAG_ORDER);
    if (filter != NULL && !query_parse_for(query, filter, listing->schema, NULL, error)) {
        return false;
    }
    if (order != NULL) {
        query_clear_order(query);
        if (!query_parse_order(query, order, error)) {
            error_context(error, "--order: ");
            return false;
        }
    }
    return command_number(arguments, FLAG_LIMIT, 0, &query->limit, error);
}

static bool restrict_to_parent(struct listing *listing, struct error *error)
{
    const struct arguments *arguments = listing->command->arguments;
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct given *given = &arguments->given[i];
        if (given->id == FLAG_OF) {
            return related_restrict(listing->command, listing->schema, listing->query,
                                    given->values[0], given->values[1], error);
        }
    }
    return true;
}

static bool print_count(struct listing *listing, struct error *error)
{
    struct command *command = listing->command;
    if (!session_resolve(command->session, listing->query, command->stop, error)) {
        return false;
    }
    struct operation *operation = operation_new(OPERATION_COUNT, listing->schema->name);
    operation->schema = schema_hold(listing->schema);
    operation->query = query_copy(listing->query);
    struct result result;
    if (!command_run(command, operation, &result, error)) {
        return false;
    }
    int64_t count = result.total;
    if (listing->query->limit >= 0 && count > listing->query->limit) {
        count = listing->query->limit;
    }
    fprintf(command->output.file, "%lld\n", (long long)count);
    result_clear(&result);
    return true;
}

static bool print_row(void *context, const struct page *page, size_t row, struct error *error)
{
    struct listing *listing = context;
    for (size_t i = 0; i < listing->shown; i++) {
        listing->values[i] = page_value(page, row, i + 1);
    }
    exchange_row(listing->writer, listing->values);
    return (listing->related == NULL ||
            related_print(listing->related, listing->writer, page, row, error)) &&
           !output_is_dead(&listing->command->output);
}

static bool print_records(struct listing *listing, enum exchange_format format, struct error *error)
{
    struct command *command = listing->command;
    struct output *output = &command->output;
    if (!records_choose_columns(command, listing->schema, format, listing->query, error)) {
        return false;
    }
    listing->shown = listing->query->column_count;
    if (argument_given(command->arguments, FLAG_WITH)) {
        listing->related = related_open(command, listing->schema, listing->query, error);
        if (listing->related == NULL) {
            return false;
        }
    }
    if (!session_resolve(command->session, listing->query, command->stop, error)) {
        return false;
    }
    struct exchange_column *columns = records_columns(listing->query, listing->shown);
    listing->values = memory_zeroed(listing->shown, sizeof *listing->values);
    listing->writer =
        exchange_open(output->file, format, columns, listing->shown, output->flags, output->width);
    bool ok = records_read(command, listing->schema, listing->query, print_row, listing, error);
    records_close(listing->writer);
    free(columns);
    /* A row that could not be written is output_close's to report. */
    return ok || !error_is_set(error);
}

static bool run_listing(struct listing *listing, enum exchange_format format, struct error *error)
{
    struct command *command = listing->command;
    if (!command_open(command, error)) {
        return false;
    }
    listing->schema = command_schema(command, command->arguments->words[0], error);
    if (listing->schema == NULL) {
        return false;
    }
    listing->query = query_new(listing->schema->name);
    if (!command_include_deleted(command, &listing->query->include_deleted, error)) {
        return false;
    }
    if (!read_question(listing, error) || !restrict_to_parent(listing, error)) {
        return false;
    }
    return argument_given(command->arguments, FLAG_COUNT) ? print_count(listing, error)
                                                          : print_records(listing, format, error);
}

int verb_query(struct command *command)
{
    struct listing listing = {.command = command};
    struct error error = {0};
    enum exchange_format format;
    bool ok = command_format(command, &format, &error) && check_flags(command, format, &error) &&
              run_listing(&listing, format, &error);
    related_free(listing.related);
    query_free(listing.query);
    schema_release(listing.schema);
    free(listing.values);
    return ok ? 0 : command_fail(&error);
}
