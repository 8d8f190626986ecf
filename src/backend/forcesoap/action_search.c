/*
 * action_search: search: a SOSL search as it is given, or made of words and where to look for them
 * (forcecom-soap.txt, Core Calls). Pure.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backend/forcesoap/action.h"
#include "core/memory.h"

/* Objects whose records are named by another field than Name. */
static const struct {
    const char *object;
    const char *field;
} named[] = {
    {"Case", "CaseNumber"},   {"Contract", "ContractNumber"}, {"Event", "Subject"},
    {"Order", "OrderNumber"}, {"Solution", "SolutionName"},   {"Task", "Subject"},
};

static const char *name_field(const char *object)
{
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        if (strcasecmp(named[i].object, object) == 0)
            return named[i].field;
    }
    return "Name";
}

static bool is_operator(const char *word, size_t length)
{
    static const char *const operators[] = {"AND", "OR", "NOT"};

    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (strlen(operators[i]) == length && strncasecmp(operators[i], word, length) == 0)
            return true;
    }
    return false;
}

static const char reserved[] = "&|!(){}[]^\"~:\\'+-"; /* by SOSL, its wildcards aside */

/* A sign that stands alone is no word: nothing is found by it. */
static bool is_word(const char *word, size_t length)
{
    return strspn(word, reserved) < length;
}

/* All that SOSL reserves is escaped but the wildcards; a word that is an operator is quoted. */
static void print_word(const char *word, size_t length, struct text *out)
{
    const char *quote = is_operator(word, length) ? "\"" : "";

    text_append_string(out, quote);
    for (size_t i = 0; i < length; i++) {
        if (strchr(reserved, word[i]))
            text_append_character(out, '\\');
        text_append_character(out, word[i]);
    }
    text_append_string(out, quote);
}

static void print_words(const char *words, struct text *out)
{
    static const char spaces[] = " \t\r\n";
    bool first = true;

    while (*(words += strspn(words, spaces))) {
        size_t length = strcspn(words, spaces);

        if (is_word(words, length)) {
            text_append_string(out, first ? "" : " ");
            print_word(words, length, out);
            first = false;
        }
        words += length;
    }
}

/* Account(Id, Name); one that says its fields itself stays as it is. */
static void print_objects(const struct operation *operation, struct text *out)
{
    struct soap_list objects = soap_list(operation, "objects");

    for (size_t i = 0; i < objects.count; i++) {
        const char *object = objects.items[i];

        text_append_string(out, i > 0 ? ", " : " RETURNING ");
        text_append_string(out, object);
        if (!strchr(object, '('))
            text_format(out, "(Id, %s)", name_field(object));
    }
    soap_list_free(&objects);
}

static void print_search(const struct operation *operation, struct text *out)
{
    const char *in = soap_parameter(operation, "in");
    const char *limit = soap_parameter(operation, "limit");

    text_append_string(out, "FIND {");
    print_words(soap_parameter(operation, "words"), out);
    text_append_character(out, '}');
    if (in)
        text_format(out, " IN %s FIELDS", in);
    print_objects(operation, out);
    if (limit)
        text_format(out, " LIMIT %s", limit);
}

enum wire_step soap_encode_search(const struct call *call)
{
    const char *given = soap_parameter(call->operation, "searchString");
    struct text search = {0};
    enum wire_step step;

    if (!given && !soap_parameter(call->operation, "words"))
        return soap_refuse(call, "words", "give words to look for, or a whole searchString");
    if (given)
        text_append_string(&search, given);
    else
        print_search(call->operation, &search);
    step = soap_send_search(call, text_string(&search));
    text_free(&search);
    return step;
}

int soap_decode_search(const struct answer *answer)
{
    xmlDoc *document;
    const xmlNode *found = soap_result(answer, &document);

    if (found)
        soap_take_search(found, answer->result);
    xmlFreeDoc(document);
    return 0;
}
