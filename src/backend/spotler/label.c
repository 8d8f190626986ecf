/*
 * label: names written in one word and small letters as people write them. Pure; any thread.
 *
 * A name that is made of known words alone is parted into them ("closedate", "Close date"); any
 * other stays whole, but for the "id" of a reference.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/memory.h"

static const struct {
    const char *name, *label;
} whole[] = {{"first", "First name"}, {"middle", "Middle name"}, {"last", "Last name"}};

/* "ID" and the like are written as they stand here. */
static const char *const words[] = {
    "account",     "active",    "activity", "address",     "all",      "annual",    "assigned",
    "balance",     "birth",     "by",       "campaign",    "case",     "cc",        "city",
    "claim",       "close",     "closed",   "code",        "company",  "contact",   "cost",
    "country",     "county",    "created",  "credit",      "currency", "customer",  "date",
    "day",         "decision",  "delivery", "description", "detail",   "discount",  "document",
    "drip",        "due",       "email",    "employees",   "end",      "expiry",    "expiry",
    "feed",        "file",      "first",    "forecast",    "from",     "group",     "history",
    "ID",          "inception", "industry", "invoice",     "job",      "last",      "lead",
    "left",        "level",     "line",     "list",        "maker",    "manager",   "method",
    "mobile",      "modified",  "name",     "net",         "next",     "note",      "notes",
    "number",      "of",        "opened",   "opportunity", "order",    "owner",     "parent",
    "payment",     "percent",   "phone",    "policy",      "postcode", "premium",   "price",
    "probability", "product",   "quantity", "rate",        "reason",   "reference", "renewal",
    "revenue",     "sales",     "score",    "sector",      "SLA",      "source",    "stage",
    "start",       "state",     "status",   "step",        "subject",  "tax",       "time",
    "title",       "to",        "total",    "turnover",    "type",     "unit",      "user",
    "value",       "VAT",       "website",  "year",        "zip",
};

enum { WORD_COUNT = sizeof words / sizeof words[0], LENGTH_MOST = 64 };

/* A name's ways of being parted: where the piece that ends at each place begins; -1: nowhere. */
struct parting {
    int start[LENGTH_MOST + 1];
    const char *word[LENGTH_MOST + 1]; /* of the piece; NULL: as it stands in the name */
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static void take_words(const char *name, size_t end, struct parting *parting)
{
    size_t longest = 0;
    for (int i = 0; i < WORD_COUNT; i++) {
        size_t length = strlen(words[i]);
        if (length > longest && length <= end && parting->start[end - length] >= 0 &&
            text_starts_folded(name + end - length, length, words[i], length)) {
            longest = length;
            parting->start[end] = (int)(end - length);
            parting->word[end] = words[i];
        }
    }
}

/* A slash, or a run of digits. */
static void take_other(const char *name, size_t end, struct parting *parting)
{
    size_t start = end - 1;
    if (parting->start[end] >= 0 || (name[start] != '/' && !is_digit(name[start]))) {
        return;
    }
    while (start > 0 && is_digit(name[start]) && is_digit(name[start - 1])) {
        start--;
    }
    parting->start[end] = parting->start[start] >= 0 ? (int)start : -1;
}

static void print_pieces(const char *name, size_t end, const struct parting *parting,
                         struct text *out)
{
    if (end == 0) {
        return;
    }
    size_t start = (size_t)parting->start[end];
    print_pieces(name, start, parting, out);
    bool joined = out->length == 0 || name[start] == '/' || name[start - 1] == '/';
    text_append_string(out, joined ? "" : " ");
    if (parting->word[end] != NULL) {
        text_append_string(out, parting->word[end]);
    } else {
        text_append(out, name + start, end - start);
    }
}

/* False: it is not made of known words. */
static bool print_parted(const char *name, size_t length, struct text *out)
{
    struct parting parting = {0};
    if (length == 0 || length > LENGTH_MOST) {
        return false;
    }
    for (size_t end = 1; end <= length; end++) {
        parting.start[end] = -1;
        take_words(name, end, &parting);
        take_other(name, end, &parting);
    }
    if (parting.start[length] < 0) {
        return false;
    }
    print_pieces(name, length, &parting, out);
    if (out->bytes[0] >= 'a' && out->bytes[0] <= 'z') {
        out->bytes[0] = (char)(out->bytes[0] - 'a' + 'A');
    }
    return true;
}

char *spotler_label(const char *name, bool reference)
{
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        if (strcmp(whole[i].name, name) == 0) {
            return memory_copy_string(whole[i].label);
        }
    }
    size_t length = strlen(name);
    length -= reference && length > 2 && strcmp(name + length - 2, "id") == 0 ? 2 : 0;
    struct text label = {0};
    if (print_parted(name, length, &label)) {
        return text_take(&label);
    }
    char *stem = memory_copy(name, length);
    char *plain = text_label_from_name(stem);
    free(stem);
    return plain;
}
