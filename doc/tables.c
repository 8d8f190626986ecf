/*
 * tables: fills the tables of the manual from the tables in the code.
 *
 *     tables FILE.in     prints the file with each line @NAME@ replaced by that table (man macros)
 *     tables --list      prints every row as KIND <tab> NAME <tab> MORE, for the test of the
 * manual; a command in the line of hints has a second row of the kind "hint"
 *
 * Runs while the documents are built; single-threaded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/backend.h"
#include "cli/arguments.h"
#include "core/query.h"
#include "core/text.h"
#include "store/config.h"
#include "ui/command.h"
#include "ui/options.h"

/* Prints text so that roff takes no character of it for its own. */
static void print_roff(const char *text)
{
    bool line_start = true;
    for (const char *at = text; at != NULL && *at != '\0'; at++) {
        if (line_start && (*at == '.' || *at == '\'')) {
            fputs("\\&", stdout);
        }
        switch (*at) {
        case '\\':
            fputs("\\e", stdout);
            break;
        case '-':
            fputs("\\-", stdout);
            break;
        case '^':
            fputs("\\(ha", stdout);
            break;
        case '~':
            fputs("\\(ti", stdout);
            break;
        case '`':
            fputs("\\(ga", stdout);
            break;
        case '\'':
            fputs("\\(aq", stdout);
            break;
        default:
            putchar(*at);
        }
        line_start = *at == '\n';
    }
}

/* .TP, the tag in bold with what follows it in roman, then the text under it. */
static void print_item(const char *tag, const char *after, const char *text)
{
    fputs(".TP\n\\fB", stdout);
    print_roff(tag);
    fputs("\\fR", stdout);
    print_roff(after);
    putchar('\n');
    print_roff(text);
    putchar('\n');
}

/* --- one function for each table: prints it, as roff or as a list --- */

typedef void (*print_row)(const char *kind, const char *name, const char *more, const char *text);

static void print_list_row(const char *kind, const char *name, const char *more, const char *text)
{
    (void)text;
    printf("%s\t%s\t%s\n", kind, name, more);
}

static void print_roff_row(const char *kind, const char *name, const char *more, const char *text)
{
    (void)kind;
    print_item(name, more, text);
}

static void print_commands(print_row print)
{
    const char *pane;
    const struct command *rows;
    for (size_t i = 0; (rows = command_table(i, &pane)) != NULL; i++) {
        if (print == print_roff_row && rows->name != NULL) {
            printf(".SS %s\n", pane[0] == '\0' ? "Everywhere" : pane);
        }
        for (const struct command *row = rows; row->name != NULL; row++) {
            struct text keys = {0};
            if (row->keys != NULL) {
                text_format(&keys, "   %s", row->keys);
            }
            print("command", row->name, text_string(&keys), row->help);
            if (print == print_list_row && (row->flags & COMMAND_HINT) != 0) {
                print("hint", row->name, pane, "");
            }
            text_free(&keys);
        }
    }
}

static void print_options(print_row print)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option *row = option_row((enum option_id)id);
        struct text more = {0};
        text_format(&more, " = %s", row->default_value);
        if (row->type == OPTION_CHOICE) {
            text_format(&more, "   (one of: %s)", row->choices);
        } else if (row->type == OPTION_NUMBER) {
            text_format(&more, "   (%d to %d)", row->least, row->most);
        } else {
            text_format(&more, "   (%s)", option_type_name(row->type));
        }
        print("option", row->name, text_string(&more), row->help);
        text_free(&more);
    }
}

static void print_verbs(print_row print)
{
    size_t count;
    const struct verb *rows = verb_rows(&count);
    for (size_t i = 0; i < count; i++) {
        struct text more = {0};
        struct text body = {0};
        text_format(&more, "%s%s", rows[i].words[0] == '\0' ? "" : " ", rows[i].words);
        text_append_string(&body, rows[i].summary);
        for (int id = 0; id < FLAG_ID_COUNT; id++) {
            bool first = strstr(text_string(&body), "Flags: ") == NULL;
            if ((rows[i].flags & 1u << id) != 0) {
                text_append_string(&body, first ? "\nFlags: --" : ", --");
                text_append_string(&body, flag_row((enum flag_id)id)->name);
            }
        }
        print("verb", rows[i].name[0] == '\0' ? "dossier" : rows[i].name, text_string(&more),
              text_string(&body));
        text_free(&more);
        text_free(&body);
    }
}

static void print_flags(print_row print)
{
    for (int id = 0; id < FLAG_ID_COUNT; id++) {
        struct text spelling = {0};
        flag_spelling((enum flag_id)id, &spelling);
        print("flag", text_string(&spelling), "", flag_row((enum flag_id)id)->help);
        text_free(&spelling);
    }
}

static void print_exit_statuses(print_row print)
{
    size_t count;
    const struct exit_status *rows = exit_statuses(&count);
    for (size_t i = 0; i < count; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", rows[i].status);
        print("exit status", number, "", rows[i].meaning);
    }
}

static void print_operators(print_row print)
{
    for (int i = 0; i < OPERATOR_COUNT; i++) {
        enum filter_operator operator_ = (enum filter_operator)i;
        struct text types = {0};
        for (int type = 0; type < FIELD_TYPE_COUNT; type++) {
            if ((filter_operators_for((enum field_type)type) & 1u << i) != 0) {
                text_append_string(&types, types.length > 0 ? ", " : "For ");
                text_append_string(&types, field_type_name((enum field_type)type));
            }
        }
        text_append_string(&types, ".");
        int operands = filter_operator_operands(operator_);
        print("operator", filter_operator_text(operator_),
              operands < 0    ? " (value, ...)"
              : operands == 2 ? " value and value"
              : operands == 1 ? " value"
                              : "",
              text_string(&types));
        text_free(&types);
    }
}

static void print_setting(print_row print, const char *name, const char *default_value,
                          const char *help)
{
    struct text more = {0};
    if (default_value != NULL) {
        text_format(&more, " = %s", default_value);
    }
    print("setting", name, text_string(&more), help);
    text_free(&more);
}

static void print_settings(print_row print)
{
    for (size_t i = 0; i < config_common_count(); i++) {
        struct config_setting row = config_common_setting(i);
        print_setting(print, row.name, row.default_value, row.help);
    }
    size_t count;
    const struct backend_ops *const *adapters = backend_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (print == print_roff_row) {
            printf(".SS backend = %s (%s)\n", adapters[i]->name, adapters[i]->label);
        }
        for (size_t j = 0; j < adapters[i]->setting_count; j++) {
            const struct backend_setting *row = &adapters[i]->settings[j];
            print_setting(print, row->name, row->default_value, row->help);
        }
    }
}

static const struct {
    const char *name; /* the line it replaces */
    void (*print)(print_row print);
} tables[] = {
    {"@COMMANDS@", print_commands},   {"@KEYS@", print_commands},
    {"@OPTIONS@", print_options},     {"@VERBS@", print_verbs},
    {"@FLAGS@", print_flags},         {"@EXIT_STATUSES@", print_exit_statuses},
    {"@OPERATORS@", print_operators}, {"@SETTINGS@", print_settings},
};

enum { TABLE_COUNT = sizeof tables / sizeof tables[0] };

static void print_all(void)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (i == 0 || tables[i].print != tables[i - 1].print) {
            tables[i].print(print_list_row);
        }
    }
}

/* Is the line a placeholder? Then prints its table. */
static bool print_placeholder(const char *line)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        size_t length = strlen(tables[i].name);
        if (strncmp(line, tables[i].name, length) == 0 && line[length] == '\n') {
            tables[i].print(print_roff_row);
            return true;
        }
    }
    return false;
}

static int fill(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, file) >= 0) {
        if (!print_placeholder(line)) {
            fputs(line, stdout);
        }
    }
    free(line);
    fclose(file);
    return ferror(stdout) ? 1 : 0;
}

int main(int count, char **words)
{
    if (count != 2) {
        fputs("usage: tables FILE.in | --list\n", stderr);
        return 2;
    }
    if (strcmp(words[1], "--list") == 0) {
        print_all();
        return 0;
    }
    return fill(words[1]);
}
