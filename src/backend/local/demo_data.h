/*
 * demo_data: the words the demonstration CRM is made of. Constant tables; any thread.
 */
#ifndef DOSSIER_BACKEND_LOCAL_DEMO_DATA_H
#define DOSSIER_BACKEND_LOCAL_DEMO_DATA_H

#include <stddef.h>

/* A word as it is written, and in plain letters for mail addresses. */
struct demo_word {
    const char *text;
    const char *plain;
};

enum { DEMO_NAMES = 8 };

/* Given and family names that go together. */
struct demo_people {
    struct demo_word given[DEMO_NAMES];
    struct demo_word family[DEMO_NAMES];
};

/* In postal and phone a # stands for a digit. */
struct demo_place {
    const char *city;
    const char *region; /* NULL where an address has none */
    const char *country;
    const char *street; /* the number is put after it */
    const char *postal;
    const char *phone;
    const char *company; /* the legal form behind a company's name */
    double latitude;
    double longitude;
    size_t people; /* index into demo_people */
};

/* The accounts that come first, with names a generator would not find. */
struct demo_company {
    const char *name;
    const char *project; /* what their opportunities are called by */
    const char *domain;
    size_t place; /* index into demo_places */
    size_t industry;
};

/* A list of strings with its length. */
struct demo_list {
    const char *const *items;
    size_t count;
};

extern const struct demo_people demo_people[];
extern const size_t demo_people_count;
extern const struct demo_place demo_places[];
extern const size_t demo_place_count;
extern const struct demo_company demo_companies[];
extern const size_t demo_company_count;

extern const struct demo_list demo_industries;
extern const struct demo_list demo_company_starts; /* "North" … plain letters */
extern const struct demo_list demo_company_ends;   /* "Rail" … */
extern const struct demo_list demo_products;       /* "office network" … */
extern const struct demo_list demo_next_steps;
extern const struct demo_list demo_lead_sources;
extern const struct demo_list demo_competitors;
extern const struct demo_list demo_segments;
extern const struct demo_list demo_job_titles;
extern const struct demo_list demo_subjects; /* of activities */
extern const struct demo_list demo_cases;    /* subjects of cases */
extern const struct demo_list demo_campaigns;
extern const struct demo_list demo_sentences; /* what long notes are made of */
extern const struct demo_list demo_hostile;   /* notes that try to write to the terminal */

#endif
