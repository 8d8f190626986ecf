/* arguments: see arguments.h. */
#include "cli/arguments.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static const struct flag flags[FLAG_ID_COUNT] = {
    [FLAG_PROFILE] = {"profile",
                      'p',
                      {"PROFILE|FILE", NULL},
                      false,
                      "the profile to use, or an SQLite file; else $DOSSIER_PROFILE, else the "
                      "configuration's default"},
    [FLAG_SET] = {"set",
                  '\0',
                  {"profile.NAME=VALUE", NULL},
                  true,
                  "change a setting of the profile (or of the screen: ui.NAME=VALUE) for this run"},
    [FLAG_FORMAT] = {"format",
                     '\0',
                     {"FORMAT", NULL},
                     false,
                     "table, csv, tsv, json, ndjson or markdown; table on a terminal, csv "
                     "elsewhere"},
    [FLAG_COLUMNS] = {"columns",
                      '\0',
                      {"FIELD,...", NULL},
                      false,
                      "the fields to print; Reference.Field for a field of a referenced record"},
    [FLAG_ORDER] = {"order",
                    '\0',
                    {"'FIELD [desc] [nulls first], ...'", NULL},
                    false,
                    "the order; wins over the filter's"},
    [FLAG_LIMIT] = {"limit", '\0', {"N", NULL}, false, "at most N records; wins over the filter's"},
    [FLAG_OF] = {"of",
                 '\0',
                 {"PARENT", "ID"},
                 false,
                 "only the records that belong to this record of the object PARENT"},
    [FLAG_WITH] = {"with",
                   '\0',
                   {"RELATION", NULL},
                   true,
                   "nest each record's related records (json and ndjson)"},
    [FLAG_COUNT] = {"count", '\0', {NULL, NULL}, false, "count the records"},
    [FLAG_INCLUDE_DELETED] = {"include-deleted",
                              '\0',
                              {NULL, NULL},
                              false,
                              "deleted records too, where the backend keeps them"},
    [FLAG_ALL_OR_NONE] = {"all-or-none",
                          '\0',
                          {NULL, NULL},
                          false,
                          "write none of the records where one of them fails, where the backend "
                          "can promise that"},
    [FLAG_APPEND] = {"append",
                     '\0',
                     {"VALUE", NULL},
                     true,
                     "add a value to the list; the words behind it are values too"},
    [FLAG_MATCH] =
        {"match", '\0', {"FIELD", NULL}, false, "the field by which an existing record is found"},
    [FLAG_NULL] = {"null", '\0', {"FIELD", NULL}, true, "set the field to null"},
    [FLAG_FILE] = {"file",
                   '\0',
                   {"FIELD=PATH", NULL},
                   true,
                   "read the field's value from a file; - is standard input"},
    [FLAG_SAVE] = {"save",
                   '\0',
                   {"FIELD=PATH", NULL},
                   true,
                   "write the field's value to a new file; - is standard output"},
    [FLAG_IF] =
        {"if", '\0', {"FIELD=VALUE", NULL}, true, "write only if the field still holds this value"},
    [FLAG_UNLESS_CHANGED_SINCE] = {"unless-changed-since",
                                   '\0',
                                   {"STAMP", NULL},
                                   false,
                                   "write only if the record's version stamp is still this one"},
    [FLAG_CONFIRM] = {"confirm",
                      '\0',
                      {"PROFILE", NULL},
                      false,
                      "repeat the profile's name, for a write to a protected one"},
    [FLAG_DRY_RUN] =
        {"dry-run", '\0', {NULL, NULL}, false, "check, print what would be sent, and send nothing"},
    [FLAG_ROWS] =
        {"rows", '\0', {"N", NULL}, false, "how many opportunities the demonstration has"},
    [FLAG_RESET] = {"reset",
                    '\0',
                    {NULL, NULL},
                    false,
                    "make the demonstration anew; what was changed in it is lost"},
    [FLAG_VERBOSE] = {"verbose",
                      'v',
                      {NULL, NULL},
                      false,
                      "tell of every exchange on standard error, without secrets"},
    [FLAG_HELP] = {"help", 'h', {NULL, NULL}, false, "say what this is, and end"},
    [FLAG_VERSION] = {"version", '\0', {NULL, NULL}, false, "print the version, and end"},
};

static const struct exit_status statuses[] = {
    {0, "all done"},
    {1, "some of several records failed or were not found"},
    {2, "a mistake in what was asked: verb, flag, profile, field, filter, configuration"},
    {3, "the server or the file refuses this user, or the profile is read-only"},
    {4, "no such object, record or file"},
    {5, "a value its field cannot hold; the field is named"},
    {6, "changed or deleted by someone else, or a match that fits several records"},
    {7, "no connection, a time-out, or a locked file"},
    {8, "the server asks to come back later"},
    {9, "the backend, or this object, cannot do that"},
    {10, "an answer that cannot be understood, a damaged file, output that cannot be written"},
    {130, "interrupted"},
};

const struct exit_status *exit_statuses(size_t *count)
{
    *count = sizeof statuses / sizeof *statuses;
    return statuses;
}

const struct flag *flag_row(enum flag_id id)
{
    return &flags[id];
}

const struct verb *verb_find(const char *name)
{
    size_t count;
    const struct verb *rows = verb_rows(&count);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

/* --- reading --- */

struct parsing {
    struct arguments *arguments;
    int count;
    char **words;
    int at;
    struct error *error;
};

static bool unknown_flag(struct parsing *parsing, const char *word)
{
    const char *names[FLAG_ID_COUNT];
    for (size_t i = 0; i < FLAG_ID_COUNT; i++) {
        names[i] = flags[i].name;
    }
    size_t length = strcspn(word, "=");
    error_set(parsing->error, ERROR_USAGE, "there is no flag %.*s", (int)length, word);
    char *name = memory_copy(word, length);
    const char *nearest = text_nearest(name + strspn(name, "-"), names, FLAG_ID_COUNT);
    free(name);
    if (nearest != NULL) {
        error_set_hint(parsing->error, "did you mean --%s?", nearest);
    } else {
        error_set_hint(parsing->error, "where %s is meant as a value, put -- before it", word);
    }
    return false;
}

static int find_long(const char *name, size_t length)
{
    for (int i = 0; i < FLAG_ID_COUNT; i++) {
        if (strlen(flags[i].name) == length && strncmp(flags[i].name, name, length) == 0) {
            return i;
        }
    }
    return -1;
}

static int find_letter(char letter)
{
    for (int i = 0; i < FLAG_ID_COUNT; i++) {
        if (flags[i].letter == letter && letter != '\0') {
            return i;
        }
    }
    return -1;
}

static bool add_given(struct parsing *parsing, const struct given *given)
{
    struct arguments *arguments = parsing->arguments;
    if (!flags[given->id].repeats && argument_given(arguments, given->id)) {
        return error_set(parsing->error, ERROR_USAGE, "--%s was given twice",
                         flags[given->id].name);
    }
    arguments->given =
        memory_resize(arguments->given, arguments->given_count + 1, sizeof *arguments->given);
    arguments->given[arguments->given_count++] = *given;
    return true;
}

/* Takes a flag's values; attached is what stood behind its `=`, or right behind its letter. */
static bool take_values(struct parsing *parsing, enum flag_id id, const char *attached)
{
    struct given given = {.id = id};
    for (size_t i = 0; i < 2 && flags[id].values[i] != NULL; i++) {
        if (i == 0 && attached != NULL) {
            given.values[i] = attached;
        } else if (parsing->at < parsing->count) {
            given.values[i] = parsing->words[parsing->at++];
        } else {
            return error_set(parsing->error, ERROR_USAGE, "--%s needs %s %s", flags[id].name,
                             i == 0 ? "a value:" : "one more value:", flags[id].values[i]);
        }
    }
    if (attached != NULL && flags[id].values[0] == NULL) {
        return error_set(parsing->error, ERROR_USAGE, "--%s takes no value", flags[id].name);
    }
    return add_given(parsing, &given);
}

static bool take_flag(struct parsing *parsing, const char *word)
{
    if (word[1] == '-') {
        size_t length = strcspn(word + 2, "=");
        int id = find_long(word + 2, length);
        const char *attached = word[2 + length] == '=' ? word + 3 + length : NULL;
        return id < 0 ? unknown_flag(parsing, word)
                      : take_values(parsing, (enum flag_id)id, attached);
    }
    int id = find_letter(word[1]);
    const char *attached = word[2] == '\0' ? NULL : word + 2;
    return id < 0 ? unknown_flag(parsing, word) : take_values(parsing, (enum flag_id)id, attached);
}

/* Parts the words from the flags. */
static bool take_all(struct parsing *parsing)
{
    struct arguments *arguments = parsing->arguments;
    bool flags_ended = false;
    while (parsing->at < parsing->count) {
        const char *word = parsing->words[parsing->at++];
        if (!flags_ended && strcmp(word, "--") == 0) {
            flags_ended = true;
        } else if (!flags_ended && word[0] == '-' && word[1] != '\0') {
            if (!take_flag(parsing, word)) {
                return false;
            }
        } else {
            arguments->words[arguments->word_count++] = word;
        }
    }
    return true;
}

static void choose_verb(struct arguments *arguments)
{
    size_t count;
    arguments->verb = &verb_rows(&count)[0];
    const struct verb *found = arguments->word_count == 0 ? NULL : verb_find(arguments->words[0]);
    if (found == NULL) {
        return;
    }
    arguments->verb = found;
    arguments->word_count--;
    memmove(arguments->words, arguments->words + 1,
            arguments->word_count * sizeof *arguments->words);
}

static bool check_flags(const struct arguments *arguments, struct error *error)
{
    const struct verb *verb = arguments->verb;
    for (size_t i = 0; i < arguments->given_count; i++) {
        enum flag_id id = arguments->given[i].id;
        if ((verb->flags & (1u << id)) != 0) {
            continue;
        }
        error_set(error, ERROR_USAGE, "%s does not take --%s",
                  verb->name[0] == '\0' ? "the screen" : verb->name, flags[id].name);
        error_set_hint(error, "see dossier %s%s--help", verb->name,
                       verb->name[0] == '\0' ? "" : " ");
        return false;
    }
    return true;
}

void arguments_hint_verb(const char *word, struct error *error)
{
    size_t count;
    const struct verb *rows = verb_rows(&count);
    const char **names = memory_zeroed(count, sizeof *names);
    for (size_t i = 1; i < count; i++) {
        names[i - 1] = rows[i].name;
    }
    const char *nearest = text_nearest(word, names, count - 1);
    free(names);
    if (nearest != NULL) {
        error_set_hint(error, "did you mean %s?", nearest);
    }
}

/* More than one word and none of them a verb: the first was meant as one. */
static bool unknown_verb(const char *word, struct error *error)
{
    error_set(error, ERROR_USAGE, "there is no verb %s", word);
    error_set_hint(error, "dossier --help lists them");
    arguments_hint_verb(word, error);
    return false;
}

static bool check_words(const struct arguments *arguments, struct error *error)
{
    const struct verb *verb = arguments->verb;
    if (verb->name[0] == '\0' && arguments->word_count > verb->most) {
        return unknown_verb(arguments->words[0], error);
    }
    if (arguments->word_count < verb->least) {
        error_set(error, ERROR_USAGE, "%s needs more: dossier %s %s", verb->name, verb->name,
                  verb->words);
    } else if (arguments->word_count > verb->most) {
        error_set(error, ERROR_USAGE, "%s does not know what to do with %s", verb->name,
                  arguments->words[verb->most]);
        error_set_hint(error, "dossier %s %s; what holds spaces wants quotes around it", verb->name,
                       verb->words);
    } else {
        return true;
    }
    return false;
}

bool arguments_parse(struct arguments *arguments, int count, char **words, struct error *error)
{
    *arguments = (struct arguments){0};
    arguments->words = memory_zeroed(count > 0 ? (size_t)count : 1, sizeof *arguments->words);
    struct parsing parsing = {arguments, count, words, 1, error};
    bool ok = take_all(&parsing);
    choose_verb(arguments);
    if (!ok) {
        return false;
    }
    if (argument_given(arguments, FLAG_HELP) || argument_given(arguments, FLAG_VERSION)) {
        return arguments->verb->name[0] != '\0' || arguments->word_count == 0 ||
               unknown_verb(arguments->words[0], error);
    }
    if (arguments->verb->name[0] == '\0' && arguments->word_count > 0 &&
        !check_words(arguments, error)) {
        return false;
    }
    return check_flags(arguments, error) && check_words(arguments, error);
}

void arguments_free(struct arguments *arguments)
{
    free(arguments->words);
    free(arguments->given);
    *arguments = (struct arguments){0};
}

const char *argument_value(const struct arguments *arguments, enum flag_id id)
{
    const char *value = NULL;
    for (size_t i = 0; i < arguments->given_count; i++) {
        if (arguments->given[i].id == id) {
            value = arguments->given[i].values[0];
        }
    }
    return value;
}

bool argument_given(const struct arguments *arguments, enum flag_id id)
{
    for (size_t i = 0; i < arguments->given_count; i++) {
        if (arguments->given[i].id == id) {
            return true;
        }
    }
    return false;
}

/* --- help --- */

enum { HELP_WIDTH = 80 };

/* Appends paragraphs, their words filled into lines that begin at `indent` columns. */
static void fill(const char *words, size_t indent, struct text *out)
{
    size_t column = indent;
    while (*words != '\0') {
        size_t length = strcspn(words, " \n");
        if (column > indent && column + 1 + length > HELP_WIDTH) {
            text_format(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent && length > 0) {
            text_append_character(out, ' ');
            column++;
        }
        text_append(out, words, length);
        column += length;
        words += length;
        if (words[0] == '\n' && words[1] == '\n') {
            text_format(out, "\n\n%*s", (int)indent, "");
            column = indent;
        }
        words += strspn(words, " \n");
    }
    text_append_character(out, '\n');
}

void flag_spelling(enum flag_id id, struct text *out)
{
    const struct flag *flag = &flags[id];
    if (flag->letter != '\0') {
        text_format(out, "-%c, ", flag->letter);
    }
    text_format(out, "--%s", flag->name);
    for (size_t i = 0; i < 2 && flag->values[i] != NULL; i++) {
        text_format(out, " %s", flag->values[i]);
    }
}

static void help_flags(uint32_t which, struct text *out)
{
    text_append_string(out, "\nFlags:\n");
    for (int id = 0; id < FLAG_ID_COUNT; id++) {
        if ((which & (1u << id)) == 0) {
            continue;
        }
        text_append_string(out, "  ");
        flag_spelling((enum flag_id)id, out);
        text_append_string(out, "\n        ");
        fill(flags[id].help, 8, out);
    }
}

static void help_verb(const struct verb *verb, struct text *out)
{
    text_format(out, "dossier %s%s%s [FLAG...]\n\n", verb->name, verb->words[0] == '\0' ? "" : " ",
                verb->words);
    fill(verb->detail, 0, out);
    help_flags(verb->flags, out);
}

static void help_all(struct text *out)
{
    size_t count;
    const struct verb *rows = verb_rows(&count);
    text_append_string(out, "dossier: a CRM on the terminal\n\n");
    for (size_t i = 0; i < count; i++) {
        text_format(out, "  dossier%s%s%s%s\n        ", rows[i].name[0] == '\0' ? "" : " ",
                    rows[i].name, rows[i].words[0] == '\0' ? "" : " ", rows[i].words);
        fill(rows[i].summary, 8, out);
    }
    help_flags(rows[0].flags, out);
    text_append_string(out, "\nExit status:\n");
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        text_format(out, "  %3d  ", statuses[i].status);
        fill(statuses[i].meaning, 7, out);
    }
    text_append_character(out, '\n');
    fill("`dossier VERB --help` says more of each. The manual: dossier(1), dossier-config(5), "
         "dossier-filter(7).",
         0, out);
}

void arguments_help(const struct verb *verb, struct text *out)
{
    if (verb == NULL || verb->name[0] == '\0') {
        help_all(out);
    } else {
        help_verb(verb, out);
    }
}
