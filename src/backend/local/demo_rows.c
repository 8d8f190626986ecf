/*
 * demo_rows: makes the rows of the demonstration CRM.
 *
 * Each row seeds its own generator from its table and number, so that rows can be worked out again
 * without being looked up: see demo_tables.h.
 */
#include "backend/local/demo_tables.h"

#include <string.h>

#include "backend/local/demo_data.h"
#include "core/date.h"
#include "core/text.h"

/* Seeds of what can be worked out again; a row's own seed is its table's place. */
enum demo_seed { SEED_ACCOUNT = 1000, SEED_OPPORTUNITY };

static const struct {
    const char *name;
    int probability;
} stages[] = {{"Prospecting", 10}, {"Qualification", 25}, {"Develop", 40},   {"Proposal", 55},
              {"Negotiation", 80}, {"Closed Won", 100},   {"Closed Lost", 0}};

enum { STAGE_OPEN_COUNT = 5, STAGE_WON = 5, STAGE_LOST = 6 };

/* Everything is full up to here; of what comes after, every tenth has lines, notes and the like,
 * so that a million opportunities fit into a few hundred megabytes. */
static const int64_t full_rows = 10000;

/* --- chance --- */

/* SplitMix64. */
static uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint64_t random_seed(size_t seed, int64_t number)
{
    uint64_t state = (uint64_t)number * 0xD6E8FEB86659FD93u + (uint64_t)seed;
    return random_next(&state);
}

/* 0 to below - 1. */
static int64_t random_below(uint64_t *state, int64_t below)
{
    return (int64_t)(random_next(state) % (uint64_t)below);
}

static int64_t random_between(uint64_t *state, int64_t least, int64_t most)
{
    return least + random_below(state, most - least + 1);
}

static bool random_chance(uint64_t *state, int percent)
{
    return random_below(state, 100) < percent;
}

static const char *random_item(uint64_t *state, const struct demo_list *list)
{
    return list->items[random_below(state, (int64_t)list->count)];
}

/* --- binding --- */

static void bind_null(struct demo_row *row)
{
    sqlite3_bind_null(row->statement, ++row->parameter);
}

static void bind_integer(struct demo_row *row, int64_t integer)
{
    sqlite3_bind_int64(row->statement, ++row->parameter, integer);
}

static void bind_real(struct demo_row *row, double real)
{
    sqlite3_bind_double(row->statement, ++row->parameter, real);
}

/* For constant strings; NULL binds null. */
static void bind_constant(struct demo_row *row, const char *string)
{
    sqlite3_bind_text(row->statement, ++row->parameter, string, -1, SQLITE_STATIC);
}

/* Binds the text and empties it, for the next one. */
static void bind_text(struct demo_row *row, struct text *text)
{
    sqlite3_bind_text(row->statement, ++row->parameter, text_string(text), (int)text->length,
                      SQLITE_TRANSIENT);
    text_truncate(text, 0);
}

static void bind_day(struct demo_row *row, struct text *scratch, int64_t day)
{
    date_print(date_from_days(day), scratch);
    bind_text(row, scratch);
}

/* A moment in working hours of that day. */
static void bind_moment(struct demo_row *row, struct text *scratch, int64_t day)
{
    int64_t second = random_between(&row->random, 7 * 3600, 19 * 3600);
    date_print_moment_utc(day * 86400 + second, scratch);
    bind_text(row, scratch);
}

static void bind_moment_at(struct demo_row *row, struct text *scratch, int64_t moment)
{
    date_print_moment_utc(moment, scratch);
    bind_text(row, scratch);
}

static void bind_item(struct demo_row *row, const struct demo_list *list, int percent)
{
    bool given = random_chance(&row->random, percent);
    bind_constant(row, given ? random_item(&row->random, list) : NULL);
}

/* A row of the referenced table, or null in the rest of the cases. */
static void bind_reference(struct demo_row *row, int64_t count, int percent)
{
    if (count > 0 && random_chance(&row->random, percent)) {
        bind_integer(row, random_between(&row->random, 1, count));
    } else {
        bind_null(row);
    }
}

/* A set of values separated by ';', null when none is drawn. */
static void bind_set(struct demo_row *row, struct text *scratch, const struct demo_list *list,
                     int percent)
{
    for (size_t i = 0; i < list->count; i++) {
        if (random_chance(&row->random, percent)) {
            text_append_string(scratch, scratch->length > 0 ? ";" : "");
            text_append_string(scratch, list->items[i]);
        }
    }
    if (scratch->length > 0) {
        bind_text(row, scratch);
    } else {
        bind_null(row);
    }
}

/* Fills the digits in a pattern such as "+44 20 7946 0###". */
static void bind_pattern(struct demo_row *row, struct text *scratch, const char *pattern)
{
    for (const char *at = pattern; *at != '\0'; at++) {
        char digit = (char)('0' + random_below(&row->random, 10));
        text_append_character(scratch, *at == '#' ? digit : *at);
    }
    bind_text(row, scratch);
}

static void insert_row(struct demo_row *row)
{
    if (row->status == SQLITE_OK) {
        sqlite3_step(row->statement);
        row->status = sqlite3_reset(row->statement);
    }
    row->parameter = 0;
}

/* --- notes --- */

/* Sentences in paragraphs; now and then a note that tries to write to the terminal. */
static void bind_note(struct demo_row *row, struct text *scratch, int64_t number, int percent)
{
    if (number % 97 == 11) {
        size_t which = (size_t)(number / 97) % demo_hostile.count;
        bind_constant(row, demo_hostile.items[which]);
        return;
    }
    if (number > full_rows && number % 10 != 0) {
        bind_null(row);
        return;
    }
    if (!random_chance(&row->random, percent)) {
        bind_constant(row, random_chance(&row->random, 10) ? "" : NULL);
        return;
    }
    size_t sentence = (size_t)random_below(&row->random, (int64_t)demo_sentences.count);
    int64_t sentences = random_chance(&row->random, 8) ? 40 : random_between(&row->random, 1, 6);
    for (int64_t i = 0; i < sentences; i++) {
        text_append_string(scratch, i == 0 ? "" : i % 4 == 3 ? "\n\n" : i % 2 == 1 ? " " : "\n");
        text_append_string(scratch, demo_sentences.items[sentence]);
        /* A step that meets every sentence before it meets one again. */
        sentence = (sentence + 7) % demo_sentences.count;
    }
    bind_text(row, scratch);
}

/* --- what a row can be worked out from --- */

struct demo_account {
    const struct demo_company *company; /* NULL for a made-up one */
    const struct demo_place *place;
    const char *start, *end; /* of a made-up one's name */
    size_t industry;
};

static struct demo_account account_at(int64_t number)
{
    uint64_t random = random_seed(SEED_ACCOUNT, number);
    struct demo_account account = {0};
    if (number <= (int64_t)demo_company_count) {
        account.company = &demo_companies[number - 1];
        account.place = &demo_places[account.company->place];
        account.industry = account.company->industry;
        return account;
    }
    account.place = &demo_places[random_below(&random, (int64_t)demo_place_count)];
    account.start = random_item(&random, &demo_company_starts);
    account.end = random_item(&random, &demo_company_ends);
    account.industry = (size_t)random_below(&random, (int64_t)demo_industries.count);
    return account;
}

static void append_lower(struct text *out, const char *plain)
{
    for (const char *at = plain; *at != '\0'; at++) {
        text_append_character(out, *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at);
    }
}

static void append_domain(struct text *out, int64_t number)
{
    struct demo_account account = account_at(number);
    if (account.company != NULL) {
        text_append_string(out, account.company->domain);
        return;
    }
    append_lower(out, account.start);
    text_append_character(out, '-');
    append_lower(out, account.end);
    text_append_string(out, ".example");
}

struct demo_opportunity {
    int64_t account; /* 0: none */
    int stage;
    int64_t close, created, modified; /* days */
    int64_t cents;                    /* -1: no amount */
    int64_t owner;
};

/* The last day of the quarter a day is in. */
static int64_t quarter_end(int64_t day)
{
    struct date date = date_from_days(day);
    date.month = (date.month - 1) / 3 * 3 + 3;
    date.day = date_days_in_month(date.year, date.month);
    return date_to_days(date);
}

/* Closed ones lie behind, most open ones ahead. Every eighth open one closes in what is left of
 * this quarter, and a few are overdue. */
static int64_t close_day(const struct demo *demo, int stage, int64_t number, uint64_t *random)
{
    if (stage >= STAGE_OPEN_COUNT) {
        int64_t back = random_between(random, 1, 900);
        return demo->today - (random_chance(random, 50) ? back / 3 + 1 : back);
    }
    if (number % 8 == 0) {
        return random_between(random, demo->today, quarter_end(demo->today));
    }
    if (random_chance(random, 6)) {
        return demo->today - random_between(random, 1, 60);
    }
    int64_t ahead = random_between(random, 0, 420);
    return demo->today + (random_chance(random, 50) ? ahead / 3 : ahead);
}

/* Between 500 and 400,000, small ones more often, in steps of 250, a few to the cent. */
static int64_t amount_cents(uint64_t *random)
{
    if (random_chance(random, 4)) {
        return -1;
    }
    static const int64_t scales[] = {2000, 10000, 10000, 40000, 40000, 100000, 400000};
    int64_t scale = scales[random_below(random, (int64_t)(sizeof scales / sizeof scales[0]))];
    int64_t units = random_between(random, scale / 1000, scale / 250);
    int64_t cents = units * 25000;
    return random_chance(random, 10) ? cents + random_below(random, 25000) : cents;
}

/* The first few are always the same, open and near: what people see first. */
static const struct {
    int stage;
    int64_t cents;
    int64_t days_ahead;
} first_opportunities[] = {{3, 8400000, 10}, {2, 8000000, 86},  {0, 7950000, 50},
                           {4, 7125000, 29}, {0, 7500000, 130}, {1, 1250050, 5}};

static void make_first(const struct demo *demo, int64_t number,
                       struct demo_opportunity *opportunity)
{
    if (number <= (int64_t)(sizeof first_opportunities / sizeof first_opportunities[0])) {
        opportunity->stage = first_opportunities[number - 1].stage;
        opportunity->cents = first_opportunities[number - 1].cents;
        opportunity->close = demo->today + first_opportunities[number - 1].days_ahead;
    }
}

static struct demo_opportunity opportunity_at(const struct demo *demo, int64_t number)
{
    uint64_t random = random_seed(SEED_OPPORTUNITY, number);
    struct demo_opportunity opportunity = {0};
    int drawn = (int)random_below(&random, 100);
    opportunity.stage = drawn < 28 ? STAGE_WON : drawn < 44 ? STAGE_LOST : drawn % STAGE_OPEN_COUNT;
    opportunity.close = close_day(demo, opportunity.stage, number, &random);
    opportunity.cents = amount_cents(&random);
    make_first(demo, number, &opportunity);
    int64_t last = (opportunity.close < demo->today ? opportunity.close : demo->today) - 1;
    opportunity.created = last - random_between(&random, 1, 300);
    opportunity.modified = random_between(&random, opportunity.created, last);
    opportunity.owner = random_between(&random, 1, demo->users);
    /* The first ones belong to the companies with names of their own. */
    opportunity.account = number <= 2 * (int64_t)demo_company_count
                              ? (number - 1) % (int64_t)demo_company_count + 1
                              : random_between(&random, 1, demo->accounts);
    if (opportunity.account > demo->accounts) {
        opportunity.account = demo->accounts;
    }
    if (number > 20 && random_chance(&random, 3)) {
        opportunity.account = 0;
    }
    return opportunity;
}

static void bind_cents(struct demo_row *row, int64_t cents)
{
    if (cents < 0) {
        bind_null(row);
    } else if (cents % 100 == 0) {
        bind_integer(row, cents / 100);
    } else {
        bind_real(row, (double)cents / 100.0);
    }
}

/* --- the tables, in an order in which references point back --- */

static void make_industry(struct demo_row *row, int64_t number)
{
    if (number <= (int64_t)demo_industries.count) {
        bind_constant(row, demo_industries.items[number - 1]);
        insert_row(row);
    }
}

static void make_user(struct demo_row *row, int64_t number)
{
    static const char *const roles[] = {"Sales", "Sales", "Sales", "Support", "Marketing"};
    struct text text = {0};
    uint64_t *random = &row->random;
    const struct demo_people *people = &demo_people[(size_t)(number - 1) % demo_people_count];
    const struct demo_word *given = &people->given[random_below(random, DEMO_NAMES)];
    const struct demo_word *family = &people->family[random_below(random, DEMO_NAMES)];
    bind_integer(row, number);
    text_format(&text, "%s %s", given->text, family->text);
    bind_text(row, &text);
    text_format(&text, "%s%lld", given->plain, (long long)number);
    bind_text(row, &text);
    text_format(&text, "%s.%s@dossier.example", given->plain, family->plain);
    bind_text(row, &text);
    bind_pattern(row, &text, "+44 20 7946 1###");
    bind_constant(row, number <= 4 ? "Head of Sales" : "Account Executive");
    bind_constant(row, number <= 4 ? "Manager" : roles[number % 5]);
    if (number == 1) {
        bind_null(row);
    } else {
        bind_integer(row, number <= 4 ? 1 : 2 + number % 3);
    }
    bind_integer(row, number % 9 != 8);
    bind_constant(row, number % 3 == 0 ? "08:30" : number % 7 == 0 ? NULL : "09:00");
    bind_null(row);
    insert_row(row);
    text_free(&text);
}

static void bind_address(struct demo_row *row, struct text *text, const struct demo_place *place)
{
    text_format(text, "%s %d\n%s\n%s", place->street, (int)random_between(&row->random, 1, 199),
                place->city, place->country);
    bind_text(row, text);
    bind_pattern(row, text, place->postal);
    bind_constant(row, place->region);
    text_format(text, "%.4f,%.4f", place->latitude, place->longitude);
    bind_text(row, text);
}

static void bind_extra(struct demo_row *row, int64_t number)
{
    switch (number % 5) { /* a column of any type holds any type */
    case 0:
        bind_integer(row, number);
        break;
    case 1:
        bind_constant(row, "see the paper file");
        break;
    case 2:
        bind_real(row, (double)number / 8.0);
        break;
    default:
        bind_null(row);
    }
}

/* Who and where: up to the number that makes an account unique. */
static void bind_account_head(struct demo_row *row, struct text *text, int64_t number)
{
    static const char *const types[] = {"Prospect", "Customer", "Customer",       "Customer",
                                        "Partner",  NULL,       "Former customer"};
    struct demo_account account = account_at(number);
    bind_integer(row, number);
    if (account.company != NULL) {
        bind_constant(row, account.company->name);
    } else {
        text_format(text, "%s %s %s", account.start, account.end, account.place->company);
        bind_text(row, text);
    }
    bind_constant(row, types[random_below(&row->random, 7)]);
    bind_constant(row, demo_industries.items[account.industry]);
    bind_pattern(row, text, account.place->phone);
    text_append_string(text, "https://www.");
    append_domain(text, number);
    bind_text(row, text);
    bind_constant(row, account.place->city);
    bind_constant(row, account.place->country);
    bind_integer(row, random_between(&row->random, 1, row->demo->users));
    bind_reference(row, number / 4, 12);
}

static void make_account(struct demo_row *row, int64_t number)
{
    static const char *const ratings[] = {"Hot", "Warm", "Cold", NULL};
    struct text text = {0};
    uint64_t *random = &row->random;
    int64_t today = row->demo->today;
    bind_account_head(row, &text, number);
    text_format(&text, "A-%06lld", (long long)number);
    bind_text(row, &text);
    bind_constant(row, ratings[random_below(random, 4)]);
    int64_t employees = random_between(random, 1, 40) * random_between(random, 1, 300);
    bind_integer(row, employees);
    bind_integer(row, employees * random_between(random, 40, 160) * 1000);
    bind_set(row, &text, &demo_segments, 22);
    bind_day(row, &text, today - random_between(random, 30, 9000));
    bind_address(row, &text, account_at(number).place);
    bind_extra(row, number);
    bind_note(row, &text, number, 40);
    int64_t created = today - random_between(random, 300, 2000);
    bind_moment(row, &text, created);
    bind_moment(row, &text, random_between(random, created + 1, today - 1));
    insert_row(row);
    text_free(&text);
}

/* A picture of one grey point: small, but a picture. */
static void bind_photo(struct demo_row *row, int64_t number)
{
    static const unsigned char png[] = {
        0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,    0,    0,    13,   'I',  'H',
        'D',  'R',  0,    0,    0,    1,    0,    0,    0,    1,    8,    0,    0,    0,
        0,    0x3a, 0x7e, 0x9b, 0x55, 0,    0,    0,    10,   'I',  'D',  'A',  'T',  0x78,
        0x9c, 0x63, 0x68, 0,    0,    0,    0x82, 0,    0x81, 0x77, 0xcd, 0x72, 0xb6, 0,
        0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 'B',  0x60, 0x82};
    if (number % 12 == 1) {
        sqlite3_bind_blob(row->statement, ++row->parameter, png, (int)sizeof png, SQLITE_STATIC);
    } else {
        bind_null(row);
    }
}

/* Name, company, and the ways to reach them. */
static void bind_contact_head(struct demo_row *row, struct text *text, int64_t number)
{
    uint64_t *random = &row->random;
    int64_t account =
        number <= row->demo->accounts ? number : random_between(random, 1, row->demo->accounts);
    const struct demo_place *place = account_at(account).place;
    size_t group = random_chance(random, 85)
                       ? place->people
                       : (size_t)random_below(random, (int64_t)demo_people_count);
    const struct demo_word *given = &demo_people[group].given[random_below(random, DEMO_NAMES)];
    const struct demo_word *family = &demo_people[group].family[random_below(random, DEMO_NAMES)];
    bind_integer(row, number);
    bind_constant(row, random_chance(random, 3) ? NULL : given->text);
    bind_constant(row, family->text);
    bind_integer(row, account);
    bind_item(row, &demo_job_titles, 90);
    if (random_chance(random, 92)) {
        text_format(text, "%s.%s@", given->plain, family->plain);
        append_domain(text, account);
        bind_text(row, text);
    } else {
        bind_null(row);
    }
    bind_pattern(row, text, place->phone);
    if (random_chance(random, 60)) {
        bind_pattern(row, text, place->phone);
    } else {
        bind_null(row);
    }
}

static void make_contact(struct demo_row *row, int64_t number)
{
    static const char *const languages[] = {"en", "de", "da", "fr", "es", "ja", NULL};
    struct text text = {0};
    uint64_t *random = &row->random;
    int64_t today = row->demo->today;
    bind_contact_head(row, &text, number);
    bind_integer(row, random_between(random, 1, row->demo->users));
    bind_reference(row, number / 3, 20);
    if (random_chance(random, 30)) {
        bind_day(row, &text, today - random_between(random, 20 * 365, 65 * 365));
    } else {
        bind_null(row);
    }
    bind_integer(row, random_chance(random, 7));
    bind_constant(row, languages[random_below(random, 7)]);
    bind_photo(row, number);
    bind_note(row, &text, number, 12);
    int64_t created = today - random_between(random, 100, 1500);
    bind_moment(row, &text, created);
    bind_moment(row, &text, random_between(random, created + 1, today - 1));
    insert_row(row);
    text_free(&text);
}

static void make_campaign(struct demo_row *row, int64_t number)
{
    static const char *const statuses[] = {"Completed", "Running", "Planned"};
    struct text text = {0};
    uint64_t *random = &row->random;
    int64_t today = row->demo->today;
    int64_t start = today - 720 + number * 900 / (row->demo->campaigns + 1);
    int64_t end = start + random_between(random, 1, 60);
    const char *status = statuses[end < today ? 0 : start <= today ? 1 : 2];
    bind_integer(row, number);
    text_format(&text, "%s %d", demo_campaigns.items[(size_t)number % demo_campaigns.count],
                date_from_days(start).year);
    bind_text(row, &text);
    bind_constant(row, random_chance(random, 4) ? "Aborted" : status);
    bind_day(row, &text, start);
    if (random_chance(random, 90)) {
        bind_day(row, &text, end);
    } else {
        bind_null(row);
    }
    bind_integer(row, random_between(random, 2, 90) * 500);
    bind_real(row, (double)random_between(random, 1, 400) / 10.0);
    bind_integer(row, random_between(random, 1, row->demo->users));
    bind_reference(row, number - 1, 15);
    bind_note(row, &text, number, 30);
    insert_row(row);
    text_free(&text);
}

static void append_opportunity_name(struct text *text, int64_t number,
                                    const struct demo_opportunity *opportunity, uint64_t *random)
{
    struct demo_account account = {0};
    if (opportunity->account > 0) {
        account = account_at(opportunity->account);
    }
    const char *product = random_item(random, &demo_products);
    if (number == 1) {
        text_format(text, "Acme rollout %d", date_from_days(opportunity->close).year + 1);
    } else if (number == 2) {
        text_append_string(text, "Southern Railway phones");
    } else if (account.company != NULL) {
        text_format(text, "%s %s", account.company->project, product);
    } else if (account.start != NULL) {
        text_format(text, "%s %s %s", account.start, account.end, product);
    } else {
        text_format(text, "Enquiry: %s", product);
    }
}

static void make_opportunity(struct demo_row *row, int64_t number)
{
    static const char *const types[] = {"New business", "Existing business", "Renewal", NULL};
    struct demo_opportunity opportunity = opportunity_at(row->demo, number);
    struct text text = {0};
    uint64_t *random = &row->random;
    bool open = opportunity.stage < STAGE_OPEN_COUNT;
    bind_integer(row, number);
    append_opportunity_name(&text, number, &opportunity, random);
    bind_text(row, &text);
    if (opportunity.account > 0) {
        bind_integer(row, opportunity.account);
    } else {
        bind_null(row);
    }
    bind_constant(row, stages[opportunity.stage].name);
    bind_cents(row, opportunity.cents);
    bind_day(row, &text, opportunity.close);
    bind_integer(row, stages[opportunity.stage].probability);
    bind_integer(row, opportunity.owner);
    bind_item(row, &demo_next_steps, open ? 70 : 0);
    bind_constant(row, types[random_below(random, 4)]);
    bind_item(row, &demo_lead_sources, 85);
    bind_reference(row, row->demo->contacts, 75);
    bind_reference(row, row->demo->campaigns, 30);
    bind_set(row, &text, &demo_competitors, 15);
    if (random_chance(random, 40)) {
        bind_real(row, (double)random_between(random, 0, 250) / 1000.0);
    } else {
        bind_null(row);
    }
    bind_integer(row, random_chance(random, 5));
    bind_note(row, &text, number, 35);
    bind_moment(row, &text, opportunity.created);
    bind_moment(row, &text, opportunity.modified);
    insert_row(row);
    text_free(&text);
}

/* Has it lines and a history? Beyond the first ones only every tenth. */
static bool has_children(int64_t number)
{
    return number <= full_rows || number % 10 == 0;
}

static void make_lines(struct demo_row *row, int64_t number)
{
    if (!has_children(number)) {
        return;
    }
    struct text text = {0};
    uint64_t *random = &row->random;
    struct demo_opportunity opportunity = opportunity_at(row->demo, number);
    int64_t lines = random_between(random, number == 2 ? 3 : 0, number == 2 ? 3 : 5);
    for (int64_t line = 1; line <= lines; line++) {
        bind_integer(row, number);
        bind_integer(row, line);
        bind_item(row, &demo_products, 100);
        if (random_chance(random, 15)) {
            bind_real(row, (double)random_between(random, 1, 400) / 4.0);
        } else {
            bind_integer(row, random_between(random, 1, 40));
        }
        bind_cents(row, random_between(random, 4, 4000) * 495);
        bind_integer(row, random_chance(random, 25) ? random_between(random, 1, 30) : 0);
        if (random_chance(random, 50)) {
            bind_day(row, &text, opportunity.close + random_between(random, 7, 120));
        } else {
            bind_null(row);
        }
        insert_row(row);
    }
    text_free(&text);
}

static void make_history(struct demo_row *row, int64_t number)
{
    if (!has_children(number)) {
        return;
    }
    struct text text = {0};
    struct demo_opportunity opportunity = opportunity_at(row->demo, number);
    bool open = opportunity.stage < STAGE_OPEN_COUNT;
    int steps = open ? opportunity.stage : (int)random_between(&row->random, 1, STAGE_OPEN_COUNT);
    int64_t from = opportunity.created * 86400 + 8 * 3600;
    int64_t span = (opportunity.modified - opportunity.created) * 86400 + 8 * 3600;
    for (int step = 0; step <= steps; step++) {
        bool last = step == steps;
        bind_integer(row, number);
        bind_constant(row, stages[last ? opportunity.stage : step].name);
        bind_cents(row, last ? opportunity.cents : opportunity.cents / 100 * 90);
        bind_moment_at(row, &text, from + span * step / (steps + 1));
        bind_integer(row, opportunity.owner);
        insert_row(row);
    }
    text_free(&text);
}

static void bind_activity_head(struct demo_row *row, struct text *text, int64_t number, int64_t due)
{
    static const char *const types[] = {"Call", "E-mail", "Meeting", "Task"};
    uint64_t *random = &row->random;
    bool done = due < row->demo->today && random_chance(random, 88);
    const char *type = types[random_below(random, 4)];
    bool timed = strcmp(type, "Task") != 0 && random_chance(random, 80);
    bind_integer(row, number);
    bind_item(row, &demo_subjects, 100);
    bind_constant(row, type);
    if (random_chance(random, 95)) {
        bind_day(row, text, due);
    } else {
        bind_null(row);
    }
    if (timed) {
        text_format(text, "%02d:%02d", (int)random_between(random, 8, 17),
                    (int)random_below(random, 4) * 15);
        bind_text(row, text);
        bind_integer(row, random_between(random, 1, 12) * 15);
    } else {
        bind_null(row);
        bind_null(row);
    }
    bind_integer(row, done);
}

static void make_activity(struct demo_row *row, int64_t number)
{
    struct text text = {0};
    uint64_t *random = &row->random;
    int64_t today = row->demo->today;
    int64_t due = today + random_between(random, -400, 40);
    bind_activity_head(row, &text, number, due);
    if (random_chance(random, 70)) {
        int64_t subject = random_between(random, 1, row->demo->opportunities);
        struct demo_opportunity opportunity = opportunity_at(row->demo, subject);
        if (opportunity.account > 0) {
            bind_integer(row, opportunity.account);
        } else {
            bind_null(row);
        }
        bind_integer(row, subject);
    } else {
        bind_integer(row, random_between(random, 1, row->demo->accounts));
        bind_null(row);
    }
    bind_reference(row, row->demo->contacts, 60);
    bind_integer(row, random_between(random, 1, row->demo->users));
    bind_note(row, &text, number, 25);
    int64_t last = due < today ? due : today;
    int64_t created = last - random_between(random, 1, 30);
    bind_moment(row, &text, created);
    bind_moment(row, &text, random_between(random, created, last - 1));
    insert_row(row);
    text_free(&text);
}

/* From when it was opened to what the customer thought of it. */
static void bind_case_course(struct demo_row *row, struct text *text, bool closed)
{
    uint64_t *random = &row->random;
    int64_t opened = row->demo->today - random_between(random, 2, 500);
    bind_moment(row, text, opened);
    if (closed) {
        bind_moment(row, text, random_between(random, opened + 1, row->demo->today - 1));
    } else {
        bind_null(row);
    }
    if (closed && random_chance(random, 50)) {
        bind_integer(row, random_between(random, 1, 5));
    } else {
        bind_null(row);
    }
}

static void make_case(struct demo_row *row, int64_t number)
{
    static const char *const statuses[] = {"New", "Working", "Waiting", "Escalated"};
    static const char *const priorities[] = {"Low", "Medium", "Medium", "High"};
    static const char *const origins[] = {"Phone", "E-mail", "Web", NULL};
    struct text text = {0};
    uint64_t *random = &row->random;
    bool closed = random_chance(random, 70);
    bind_integer(row, number);
    text_format(&text, "C%07lld", (long long)number);
    bind_text(row, &text);
    bind_item(row, &demo_cases, 100);
    bind_constant(row, closed ? "Closed" : statuses[random_below(random, 4)]);
    bind_constant(row, priorities[random_below(random, 4)]);
    bind_reference(row, row->demo->accounts, 97);
    bind_reference(row, row->demo->contacts, 80);
    bind_integer(row, random_between(random, 1, row->demo->users));
    bind_constant(row, origins[random_below(random, 4)]);
    bind_case_course(row, &text, closed);
    bind_note(row, &text, number, 60);
    insert_row(row);
    text_free(&text);
}

/* Members are spread so that no contact is twice in one campaign. */
static void make_member(struct demo_row *row, int64_t number)
{
    static const char *const statuses[] = {"Sent", "Opened", "Responded", "Bounced"};
    struct text text = {0};
    uint64_t *random = &row->random;
    int64_t drawn = random_below(random, 100);
    int status = drawn < 50 ? 0 : drawn < 80 ? 1 : drawn < 95 ? 2 : 3;
    int64_t round = (number - 1) / row->demo->contacts;
    bind_integer(row, (number + round) % row->demo->campaigns + 1);
    bind_integer(row, (number - 1) % row->demo->contacts + 1);
    bind_constant(row, statuses[status]);
    if (status == 2) {
        bind_moment(row, &text, row->demo->today - random_between(random, 1, 700));
    } else {
        bind_null(row);
    }
    insert_row(row);
    text_free(&text);
}

/* --- the plan --- */

/* `per_thousand` of the first rows, a tenth of that for those after. At least one. */
static int64_t scaled(int64_t rows, int64_t per_thousand)
{
    int64_t full = rows < full_rows ? rows : full_rows;
    int64_t count = (full * per_thousand + (rows - full) * per_thousand / 10) / 1000;
    return count < 1 ? 1 : count;
}

struct demo demo_plan(int64_t opportunities, int64_t today)
{
    struct demo demo = {
        .opportunities = opportunities,
        .users = 24,
        .accounts = scaled(opportunities, 432),
        .contacts = scaled(opportunities, 1745),
        .campaigns = 36,
        .activities = scaled(opportunities, 2100),
        .cases = scaled(opportunities, 390),
        .members = scaled(opportunities, 900),
        .today = today,
    };
    return demo;
}

#define COUNT_OF(member) offsetof(struct demo, member)

const struct demo_table demo_tables[] = {
    {"Industry", "INSERT INTO Industry VALUES (?)", COUNT_OF(users), make_industry},
    {"User", "INSERT INTO User VALUES (?,?,?,?,?,?,?,?,?,?,?)", COUNT_OF(users), make_user},
    {"Account", "INSERT INTO Account VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
     COUNT_OF(accounts), make_account},
    {"Contact", "INSERT INTO Contact VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
     COUNT_OF(contacts), make_contact},
    {"Campaign", "INSERT INTO Campaign VALUES (?,?,?,?,?,?,?,?,?,?)", COUNT_OF(campaigns),
     make_campaign},
    {"Opportunity", "INSERT INTO Opportunity VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
     COUNT_OF(opportunities), make_opportunity},
    {"OpportunityLine",
     "INSERT INTO OpportunityLine"
     " (OpportunityId, LineNumber, Product, Quantity, UnitPrice, Discount, ServiceDate)"
     " VALUES (?,?,?,?,?,?,?)",
     COUNT_OF(opportunities), make_lines},
    {"StageHistory",
     "INSERT INTO StageHistory (OpportunityId, Stage, Amount, ChangedAt, UserId)"
     " VALUES (?,?,?,?,?)",
     COUNT_OF(opportunities), make_history},
    {"Activity", "INSERT INTO Activity VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", COUNT_OF(activities),
     make_activity},
    {"Case", "INSERT INTO \"Case\" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", COUNT_OF(cases), make_case},
    {"CampaignMember", "INSERT INTO CampaignMember VALUES (?,?,?,?)", COUNT_OF(members),
     make_member},
};
const size_t demo_table_count = sizeof demo_tables / sizeof demo_tables[0];

void demo_make_row(struct demo_row *row, size_t table, int64_t number)
{
    row->random = random_seed(table, number);
    demo_tables[table].make(row, number);
}
