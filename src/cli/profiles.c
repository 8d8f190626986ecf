/*
 * profiles: the verbs about connections: profiles, check, demo. Main thread.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/verbs.h"

/* --- profiles --- */

static const char *source_of(const struct profile *profile)
{
    static const char *const names[] = {"file", "url", "server_url", "region"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *source = profile_setting(profile, names[i]);
        if (source != NULL) {
            return source;
        }
    }
    return NULL;
}

static void add_profile(struct sheet *sheet, const struct profile *profile)
{
    struct value values[] = {value_string(profile->name), value_string(profile->backend),
                             value_string(source_of(profile)), value_boolean(profile->read_only)};
    sheet_add(sheet, values);
}

static bool add_named(struct command *command, struct sheet *sheet, const char *name,
                      struct error *error)
{
    struct profile *profile = config_choose(command->config, name, error);
    if (profile != NULL) {
        add_profile(sheet, profile);
    }
    profile_free(profile);
    return profile != NULL;
}

/* Every profile of the configuration, and the demonstration where none of them has its name. */
static bool add_all(struct command *command, struct sheet *sheet, struct error *error)
{
    for (size_t i = 0; i < command->config->profile_count; i++) {
        add_profile(sheet, &command->config->profiles[i]);
    }
    return config_profile(command->config, "demo") != NULL ||
           add_named(command, sheet, "demo", error);
}

int verb_profiles(struct command *command)
{
    static const char *const names[] = {"name", "backend", "source", "read_only"};
    struct sheet sheet = {names, 4, NULL, 0};
    struct error error = {0};
    enum exchange_format format;
    const char *name = argument_value(command->arguments, FLAG_PROFILE);
    bool ok = command_format(command, &format, &error) &&
              (name != NULL ? add_named(command, &sheet, name, &error)
                            : add_all(command, &sheet, &error));
    if (ok) {
        sheet_print(&sheet, &command->output, format);
    }
    sheet_free(&sheet);
    return ok ? 0 : command_fail(&error);
}

/* --- check --- */

static const struct {
    uint32_t ability;
    const char *word;
} ability_words[] = {
    {CAN_COUNT, "count"},
    {CAN_GROUP, "group"},
    {CAN_ORDER, "order"},
    {CAN_PAGE_BACK, "back"},
    {CAN_SEEK, "seek"},
    {CAN_PARALLEL, "parallel"},
    {CAN_PARENT_PATHS, "path"},
    {CAN_CHECK, "compare"},
    {CAN_CREATE, "create"},
    {CAN_UPDATE, "update"},
    {CAN_UPSERT, "upsert"},
    {CAN_DELETE, "delete"},
    {CAN_UNDELETE, "undelete"},
    {CAN_UPLOAD, "upload"},
    {CAN_RAW, "raw"},
    {CAN_LOOKUP, "lookup"},
    {CAN_EXPLAIN, "explain"},
    {CAN_INCLUDE_DELETED, "deleted"},
    {CAN_ALL_OR_NONE, "all-or-none"},
};

static const char *const paging_words[] = {
    [PAGING_KEY] = "key",       [PAGING_CURSOR] = "cursor", [PAGING_NUMBER] = "number",
    [PAGING_OFFSET] = "offset", [PAGING_WHOLE] = "whole",
};

/* What the backend declares, less what the profile forbids: words with spaces between. */
static void put_capabilities(const struct session *session, struct text *words)
{
    for (size_t i = 0; i < sizeof ability_words / sizeof ability_words[0]; i++) {
        if (session_can(session, ability_words[i].ability)) {
            text_format(words, "%s%s", words->length == 0 ? "" : " ", ability_words[i].word);
        }
    }
}

struct found {
    char *version;            /* what the source said of itself; NULL where it said nothing */
    int64_t objects, records; /* records: -1 where none were counted */
};

static bool sign_in(struct command *command, struct found *found, struct error *error)
{
    struct result result;
    if (!command_run(command, operation_new(OPERATION_SIGN_IN, NULL), &result, error)) {
        return false;
    }
    found->version = result.text;
    result.text = NULL;
    result_clear(&result);
    return true;
}

static bool count_objects(struct command *command, struct found *found, struct error *error)
{
    struct operation *operation = operation_new(OPERATION_LIST_OBJECTS, NULL);
    struct result result;
    operation->count_objects = true;
    if (!command_run(command, operation, &result, error)) {
        return false;
    }
    found->objects = (int64_t)result.object_count;
    found->records = result.object_count == 0 ? 0 : -1;
    for (size_t i = 0; i < result.object_count; i++) {
        if (result.objects[i].count >= 0) {
            found->records = result.objects[i].count + (found->records < 0 ? 0 : found->records);
        }
    }
    result_clear(&result);
    return true;
}

int verb_check(struct command *command)
{
    static const char *const names[] = {"profile", "backend", "source", "version",     "read_only",
                                        "objects", "records", "paging", "capabilities"};
    struct sheet sheet = {names, sizeof names / sizeof names[0], NULL, 0};
    struct text capabilities = {0};
    struct found found = {0};
    struct error error = {0};
    enum exchange_format format;
    if (!command_format(command, &format, &error) || !command_open(command, &error) ||
        !sign_in(command, &found, &error) || !count_objects(command, &found, &error)) {
        free(found.version);
        return command_fail(&error);
    }
    char *source = session_source(command->session);
    put_capabilities(command->session, &capabilities);
    struct value values[] = {
        value_string(command->profile->name),
        value_string(command->profile->backend),
        value_string(source),
        value_string(found.version),
        value_boolean(!session_can(command->session, CAN_UPDATE)),
        value_integer(found.objects),
        found.records < 0 ? value_null() : value_integer(found.records),
        value_string(paging_words[session_backend(command->session)->paging]),
        value_string(text_string(&capabilities)),
    };
    sheet_add(&sheet, values);
    sheet_print(&sheet, &command->output, format);
    sheet_free(&sheet);
    text_free(&capabilities);
    free(source);
    free(found.version);
    return 0;
}

/* --- demo --- */

int verb_demo(struct command *command)
{
    struct error error = {0};
    int64_t rows = 0;
    bool reset = argument_given(command->arguments, FLAG_RESET);
    if (!command_number(command->arguments, FLAG_ROWS, 1, &rows, &error) ||
        !command_make_demo(command->config, reset, rows, &error)) {
        return command_fail(&error);
    }
    char *path = config_demo_path();
    output_line(&command->output, path);
    free(path);
    return 0;
}
