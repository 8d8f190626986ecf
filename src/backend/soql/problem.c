/*
 * problem: see problem.h. Pure.
 */
#include "backend/soql/problem.h"

#include <stdlib.h>
#include <string.h>

#include "backend/soql/salesforce.h"
#include "core/text.h"

/* "ERROR at Row:1:Column:8\nNo such column" after a copy of the query: the place and the words. */
static void describe_problem(const char *message, struct text *out)
{
    static const char place[] = "ERROR at Row:";
    const char *at = strstr(message, place);
    char *end = NULL;
    long row, column;

    if (!at) {
        text_append_string(out, message);
        return;
    }
    row = strtol(at + strlen(place), &end, 10);
    if (strncmp(end, ":Column:", 8) != 0) {
        text_append_string(out, message);
        return;
    }
    column = strtol(end + 8, &end, 10);
    text_format(out, "line %ld, column %ld: %s", row, column, end + strspn(end, "\r\n "));
}

static void add_fields(const struct salesforce_problem *problem, const char *words,
                       struct error *error)
{
    for (size_t i = 0; i < problem->field_count; i++)
        error_add_field(error, problem->fields[i], problem->code, words);
}

/* "AccountId: " where the words do not name the field themselves. */
static void name_fields(const struct salesforce_problem *problem, const char *words,
                        struct error *error)
{
    for (size_t i = problem->field_count; i-- > 0;) {
        if (!strstr(words, problem->fields[i]))
            error_context(error, "%s: ", problem->fields[i]);
    }
}

void salesforce_problem_set(const struct salesforce_problem *problem, enum error_kind otherwise,
                            struct error *error)
{
    const char *message = problem->message, *code = problem->code;
    struct text words = {0};

    describe_problem(message ? message : "no reason given", &words);
    error_set(error, salesforce_error_kind(code, otherwise), "%s%s%s%s", text_string(&words),
              code ? " (" : "", code ? code : "", code ? ")" : "");
    add_fields(problem, text_string(&words), error);
    name_fields(problem, text_string(&words), error);
    if (message && strcmp(message, text_string(&words)) != 0)
        error_set_server(error, message, strlen(message));
    text_free(&words);
}

void salesforce_problem_add(const struct salesforce_problem *problem, struct error *error)
{
    struct text words = {0};

    describe_problem(problem->message ? problem->message : "no reason given", &words);
    add_fields(problem, text_string(&words), error);
    text_free(&words);
}
