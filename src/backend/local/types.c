/*
 * types: what a declared type such as VARCHAR(40) says. Pure; any thread.
 *
 * SQLite takes any words as a type. Whole words are looked up first; then SQLite's own rules of
 * affinity decide.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

static const struct type_word {
    const char *word;
    enum field_type type;
} type_words[] = {
    {"BOOL", FIELD_BOOLEAN},
    {"BOOLEAN", FIELD_BOOLEAN},
    {"BIT", FIELD_BOOLEAN},
    {"YESNO", FIELD_BOOLEAN},
    {"DATE", FIELD_DATE},
    {"DATETIME", FIELD_DATETIME},
    {"TIMESTAMP", FIELD_DATETIME},
    {"TIMESTAMPTZ", FIELD_DATETIME},
    {"DATETIME2", FIELD_DATETIME},
    {"SMALLDATETIME", FIELD_DATETIME},
    {"TIME", FIELD_TIME},
    {"DECIMAL", FIELD_DOUBLE},
    {"DEC", FIELD_DOUBLE},
    {"NUMERIC", FIELD_DOUBLE},
    {"NUMBER", FIELD_DOUBLE},
    {"MONEY", FIELD_CURRENCY},
    {"SMALLMONEY", FIELD_CURRENCY},
    {"CURRENCY", FIELD_CURRENCY},
    {"PERCENT", FIELD_PERCENT},
    {"PERCENTAGE", FIELD_PERCENT},
    {"REAL", FIELD_DOUBLE},
    {"DOUBLE", FIELD_DOUBLE},
    {"FLOAT", FIELD_DOUBLE},
    {"CLOB", FIELD_TEXTAREA},
    {"LONGTEXT", FIELD_TEXTAREA},
    {"MEDIUMTEXT", FIELD_TEXTAREA},
    {"NTEXT", FIELD_TEXTAREA},
    {"NCLOB", FIELD_TEXTAREA},
    {"TEXTAREA", FIELD_TEXTAREA},
    {"MEMO", FIELD_TEXTAREA},
    {"EMAIL", FIELD_EMAIL},
    {"PHONE", FIELD_PHONE},
    {"URL", FIELD_URL},
    {"URI", FIELD_URL},
    {"PICKLIST", FIELD_PICKLIST},
    {"MULTIPICKLIST", FIELD_MULTIPICKLIST},
    {"COMBOBOX", FIELD_COMBOBOX},
    {"BLOB", FIELD_BASE64},
    {"BINARY", FIELD_BASE64},
    {"VARBINARY", FIELD_BASE64},
    {"IMAGE", FIELD_BASE64},
    {"BYTEA", FIELD_BASE64},
    {"BASE64", FIELD_BASE64},
    {"ANY", FIELD_ANY},
    {"LOCATION", FIELD_LOCATION},
    {"ADDRESS", FIELD_ADDRESS},
    {"REFERENCE", FIELD_REFERENCE},
    {"ENCRYPTEDSTRING", FIELD_ENCRYPTED},
};

/* Does the word stand in the declaration, without regard to case? */
static bool has_part(const char *declared, const char *part)
{
    size_t length = strlen(part);

    for (; *declared; declared++) {
        if (sqlite3_strnicmp(declared, part, (int)length) == 0)
            return true;
    }
    return false;
}

enum affinity type_affinity(const char *declared)
{
    if (has_part(declared, "INT"))
        return AFFINITY_INTEGER;
    if (has_part(declared, "CHAR") || has_part(declared, "CLOB") || has_part(declared, "TEXT"))
        return AFFINITY_TEXT;
    if (!*declared || has_part(declared, "BLOB") || sqlite3_stricmp(declared, "ANY") == 0)
        return AFFINITY_NONE;
    if (has_part(declared, "REAL") || has_part(declared, "FLOA") || has_part(declared, "DOUB"))
        return AFFINITY_REAL;
    return AFFINITY_NUMERIC;
}

/* The numbers in (p, s); 0 and -1 where there are none. */
static void read_arguments(const char *declared, int *first, int *second)
{
    const char *at = strchr(declared, '(');
    char *end;
    long number;

    *first = 0;
    *second = -1;
    if (!at)
        return;
    number = strtol(at + 1, &end, 10);
    if (end != at + 1 && number > 0 && number < 1000000000)
        *first = (int)number;
    at = strchr(end, ',');
    if (!at)
        return;
    number = strtol(at + 1, &end, 10);
    if (end != at + 1 && number >= 0 && number < 1000)
        *second = (int)number;
}

static enum field_type type_of_affinity(const char *declared)
{
    static const enum field_type types[] = {
        [AFFINITY_NONE] = FIELD_ANY,    [AFFINITY_TEXT] = FIELD_STRING,
        [AFFINITY_NUMERIC] = FIELD_ANY, [AFFINITY_INTEGER] = FIELD_INT,
        [AFFINITY_REAL] = FIELD_DOUBLE,
    };

    return types[type_affinity(declared)];
}

struct declared_type type_of_declaration(const char *declared)
{
    struct declared_type result = {.scale = -1};
    size_t length = strcspn(declared, " (");
    int first, second;

    result.type = type_of_affinity(declared);
    for (size_t i = 0; i < sizeof type_words / sizeof type_words[0]; i++) {
        if (strlen(type_words[i].word) == length &&
            sqlite3_strnicmp(type_words[i].word, declared, (int)length) == 0)
            result.type = type_words[i].type;
    }
    read_arguments(declared, &first, &second);
    if (result.type == FIELD_INT) {
        result.scale = 0;
    } else if (field_type_is_number(result.type)) {
        result.precision = first;
        result.scale = second >= 0 ? second : first > 0 ? 0 : -1;
    } else if (type_affinity(declared) == AFFINITY_TEXT || field_type_is_text(result.type)) {
        result.length = first;
    }
    return result;
}
