/*
 * labels: what a person calls a table's records, many of them and one. Pure; any thread.
 *
 * Only English nouns that CRMs are made of are put into the plural: a name in another language, or
 * one this list does not know, stays as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/local/internal.h"
#include "core/memory.h"

static const struct noun {
    const char *one, *many;
} nouns[] = {
    {"account", "accounts"},
    {"activity", "activities"},
    {"address", "addresses"},
    {"album", "albums"},
    {"appointment", "appointments"},
    {"artist", "artists"},
    {"asset", "assets"},
    {"call", "calls"},
    {"campaign", "campaigns"},
    {"case", "cases"},
    {"category", "categories"},
    {"comment", "comments"},
    {"company", "companies"},
    {"contact", "contacts"},
    {"contract", "contracts"},
    {"customer", "customers"},
    {"deal", "deals"},
    {"department", "departments"},
    {"document", "documents"},
    {"email", "emails"},
    {"employee", "employees"},
    {"event", "events"},
    {"file", "files"},
    {"genre", "genres"},
    {"group", "groups"},
    {"industry", "industries"},
    {"invoice", "invoices"},
    {"item", "items"},
    {"lead", "leads"},
    {"line", "lines"},
    {"list", "lists"},
    {"location", "locations"},
    {"meeting", "meetings"},
    {"member", "members"},
    {"note", "notes"},
    {"opportunity", "opportunities"},
    {"order", "orders"},
    {"organization", "organizations"},
    {"organisation", "organisations"},
    {"owner", "owners"},
    {"partner", "partners"},
    {"payment", "payments"},
    {"person", "people"},
    {"playlist", "playlists"},
    {"product", "products"},
    {"project", "projects"},
    {"quote", "quotes"},
    {"region", "regions"},
    {"role", "roles"},
    {"shipper", "shippers"},
    {"stage", "stages"},
    {"supplier", "suppliers"},
    {"tag", "tags"},
    {"target", "targets"},
    {"task", "tasks"},
    {"team", "teams"},
    {"territory", "territories"},
    {"ticket", "tickets"},
    {"track", "tracks"},
    {"user", "users"},
};

/* The label with its last word, `from`, turned into `to`; a capital stays one. */
static char *turn_last_word(const char *label, const char *last, const char *to)
{
    struct text text = {0};
    bool capital = last[0] >= 'A' && last[0] <= 'Z';

    text_append(&text, label, (size_t)(last - label));
    text_append_character(&text, capital ? (char)(to[0] - 'a' + 'A') : to[0]);
    text_append_string(&text, to + 1);
    return text_take(&text);
}

static char *turn(const char *name, bool plural)
{
    char *label = text_label_from_name(name);
    const char *space = strrchr(label, ' ');
    const char *last = space ? space + 1 : label;

    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++) {
        const char *from = plural ? nouns[i].one : nouns[i].many;
        char *turned;

        if (sqlite3_stricmp(last, from) != 0)
            continue;
        turned = turn_last_word(label, last, plural ? nouns[i].many : nouns[i].one);
        free(label);
        return turned;
    }
    return label;
}

char *label_of_many(const char *name)
{
    return turn(name, true);
}

char *label_of_one(const char *name)
{
    return turn(name, false);
}
