/* fake_actions: see fake_actions.h. */
#include "fake_actions.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/memory.h"

static const char *const of_accounts[] = {"Account", NULL};
static const char *const of_opportunities[] = {"Opportunity", NULL};

static const struct action_parameter password_parameters[] = {
    {"userId", FIELD_STRING, true, "whose password", NULL, FROM_CURRENT},
    {"password", FIELD_ENCRYPTED, true, "the new one", NULL, FROM_NOTHING},
};

static const struct action_parameter merge_parameters[] = {
    {"master", FIELD_STRING, true, "the record that stays", NULL, FROM_CURRENT},
    {"others", FIELD_TEXTAREA, true, "those that go into it, a line each", NULL, FROM_OTHERS},
};

static const struct action_parameter submit_parameters[] = {
    {"ids", FIELD_TEXTAREA, true, "records, a line each", NULL, FROM_MARKED},
    {"comment", FIELD_STRING, false, "for the approver", NULL, FROM_NOTHING},
};

static const struct action_parameter updated_parameters[] = {
    {"object", FIELD_STRING, true, "whose records", NULL, FROM_OBJECT},
    {"start", FIELD_DATE, false, "since when", NULL, FROM_NOTHING},
};

static const struct action_parameter search_parameters[] = {
    {"text", FIELD_STRING, true, "what to look for", NULL, FROM_NOTHING},
};

#define PARAMETERS(rows) rows, sizeof rows / sizeof *rows

const struct backend_action fake_actions[FAKE_ACTION_COUNT] = {
    {"set_password", "set a user's password", PARAMETERS(password_parameters), true, of_accounts,
     NULL},
    {"search", "search all objects", PARAMETERS(search_parameters), false, NULL, NULL},
    {"get_updated", "ids of records updated in a span", PARAMETERS(updated_parameters), false, NULL,
     NULL},
    {"user_info", "who is signed in", NULL, 0, false, NULL, NULL},
    {"merge", "merge records into one", PARAMETERS(merge_parameters), true, of_opportunities, NULL},
    {"submit", "submit for approval", PARAMETERS(submit_parameters), true, of_opportunities, NULL},
};

/* --- results --- */

static const char *parameter(const struct operation *operation, const char *name)
{
    for (size_t i = 0; i < operation->parameter_count; i++) {
        if (strcmp(operation->parameters[i].name, name) == 0) {
            return operation->parameters[i].value;
        }
    }
    return "";
}

static void add_columns(struct result *result, const char *const *names, size_t count)
{
    result->columns = memory_zeroed(count, sizeof *result->columns);
    for (size_t i = 0; i < count; i++) {
        result->columns[result->column_count++] = memory_copy_string(names[i]);
    }
}

static void add_row(struct page_builder *builder, const char *const *cells, size_t count)
{
    struct value number = value_string("1"); /* column 0 need not be an id here */
    page_builder_add(builder, &number);
    for (size_t i = 0; i < count; i++) {
        struct value value = value_string(cells[i]);
        page_builder_add(builder, &value);
    }
    page_builder_end_row(builder);
}

static void set_password(const struct operation *operation, struct result *result)
{
    struct text words = {0};
    text_format(&words, "the password of %s has %zu characters now", parameter(operation, "userId"),
                strlen(parameter(operation, "password")));
    result->text = text_take(&words);
}

static void search(const struct operation *operation, struct result *result)
{
    static const char *const names[] = {"object", "id", "name"};
    static const char *const rows[][3] = {
        {"Account", "1", "Acme"},
        {"Opportunity", "7", "Opportunity 0007"},
        {"Opportunity", "12", "Opportunity \x1b[31m0012, with a name longer than any column"},
    };
    struct page_builder *builder = page_builder_new(4);
    bool none = strcmp(parameter(operation, "text"), "nothing") == 0;
    for (size_t i = 0; !none && i < 3; i++) {
        add_row(builder, rows[i], 3);
    }
    add_columns(result, names, 3);
    result->page = page_builder_finish(builder);
}

static void get_updated(const struct operation *operation, struct result *result)
{
    static const char *const names[] = {"id"};
    struct page_builder *builder = page_builder_new(2);
    struct text words = {0};
    for (int i = 1; i <= 30; i++) {
        struct text id = {0};
        text_format(&id, "%d", i);
        const char *cells[] = {text_string(&id)};
        add_row(builder, cells, 1);
        text_free(&id);
    }
    text_format(&words, "covered until 2026-11-21 of %s", parameter(operation, "object"));
    result->text = text_take(&words);
    add_columns(result, names, 1);
    result->page = page_builder_finish(builder);
}

static void user_info(const struct operation *operation, struct result *result)
{
    static const char *const names[] = {"userName", "language"};
    static const char *const row[] = {"ada@example.com", "en_GB"};
    (void)operation;
    struct page_builder *builder = page_builder_new(3);
    add_row(builder, row, 2);
    add_columns(result, names, 2);
    result->page = page_builder_finish(builder);
}

/* A result for each line of ids; record 3 is refused. */
static void write_lines(const char *lines, struct result *result)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        char *id = memory_copy(lines, length);
        struct write_result *write = result_add_write(result, id);
        write->success = strcmp(id, "3") != 0;
        if (!write->success) {
            error_set(&write->error, ERROR_VALIDATION, "Record 3 was refused.");
            error_set_server(&write->error, "ENTITY_IS_LOCKED: in approval", 29);
        }
        memory_wipe_string(id);
        lines += length + (lines[length] == '\n' ? 1 : 0);
    }
}

static void merge(const struct operation *operation, struct result *result)
{
    write_lines(parameter(operation, "others"), result);
}

static void submit(const struct operation *operation, struct result *result)
{
    write_lines(parameter(operation, "ids"), result);
}

static void (*const runners[FAKE_ACTION_COUNT])(const struct operation *operation,
                                                struct result *result) = {
    set_password, search, get_updated, user_info, merge, submit,
};

static void explain(const struct operation *operation, struct result *result)
{
    struct text words = {0};
    text_format(&words, "%s", operation->name);
    for (size_t i = 0; i < operation->parameter_count; i++) {
        text_format(&words, " %s=%s", operation->parameters[i].name,
                    operation->parameters[i].value);
    }
    result->text = text_take(&words);
}

void fake_run_action(const struct operation *operation, struct result *result)
{
    for (size_t i = 0; i < FAKE_ACTION_COUNT; i++) {
        if (strcmp(fake_actions[i].name, operation->name) == 0) {
            (operation->explain ? explain : runners[i])(operation, result);
        }
    }
}

/* --- raw --- */

static bool begins(const char *query, const char *word)
{
    return strncmp(query, word, strlen(word)) == 0;
}

bool fake_raw_writes(const char *query)
{
    return begins(query, "delete");
}

/* Until the file is there, ten seconds at most: an answer that comes when a test wants it. */
static void wait_for_file(const char *path)
{
    struct timespec moment = {.tv_nsec = 5000000};
    for (int i = 0; i < 2000 && access(path, F_OK) != 0; i++) {
        nanosleep(&moment, NULL);
    }
}

void fake_run_raw(const struct operation *operation, struct result *result)
{
    static const char *const names[] = {"Id", "Name", "Notes"};
    static const char *const rows[][3] = {
        {"5", "Opportunity 0005", "a note that is longer than forty columns are wide, and more"},
        {"6", "Opportunity 0006", ""},
    };
    bool waits = begins(operation->name, "wait ");
    if (waits) {
        wait_for_file(operation->name + 5);
    }
    if (fake_raw_writes(operation->name)) {
        result->text = memory_copy_string("3 records deleted");
    } else if (!waits && !begins(operation->name, "select")) {
        error_set(&result->error, ERROR_USAGE, "The query cannot be read.");
        error_set_server(&result->error, "MALFORMED_QUERY at row 1, column 1", 34);
    } else {
        struct page_builder *builder = page_builder_new(4);
        add_row(builder, rows[0], 3);
        add_row(builder, rows[1], 3);
        add_columns(result, names, 3);
        result->page = page_builder_finish(builder);
    }
}
