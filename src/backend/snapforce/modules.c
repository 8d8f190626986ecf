/*
 * modules: the five modules that the vendor names, and the fields that its samples name. What a
 * module really holds is learnt from its records. Constant; any thread.
 */
#include <string.h>

#include "backend/snapforce/internal.h"

static const char *const lead_fields[] = {"contact_first", "contact_last", "lead_status", "type",
                                          "website",       "email",        NULL};
static const char *const account_fields[] = {"account_name", NULL};
static const char *const person_fields[] = {"contact_first", "contact_last", "email", "account_id",
                                            NULL};
static const char *const opportunity_fields[] = {"opportunity_name", "account_id", NULL};
static const char *const event_fields[] = {"subject", NULL};

static const char *const person_names[] = {"lead_name", "contact_name", "contact_last",
                                           "last_name", "email",        NULL};
static const char *const account_names[] = {"account_name", "name", NULL};
static const char *const opportunity_names[] = {"opportunity_name", "name", "title", NULL};
static const char *const event_names[] = {"subject", "event_name", "name", "title", NULL};

const struct snap_module snap_modules[SNAP_MODULES] = {
    {"Leads", "lead", "Lead", lead_fields, NULL, person_names},
    {"Accounts", "account", "Account", account_fields, "account_name", account_names},
    {"Contacts", "contact", "Contact", person_fields, NULL, person_names},
    {"Opportunities", "opportunity", "Opportunity", opportunity_fields, NULL, opportunity_names},
    {"Events", "event", "Event", event_fields, NULL, event_names},
};

const char *const snap_module_names[SNAP_MODULES + 1] = {"Leads",         "Accounts", "Contacts",
                                                         "Opportunities", "Events",   NULL};
const char *const snap_status_names[SNAP_STATUSES + 1] = {"Active", "Inactive", NULL};

int snap_module_index(const char *name)
{
    for (int i = 0; name != NULL && i < SNAP_MODULES; i++) {
        if (text_equal_folded(snap_modules[i].name, name)) {
            return i;
        }
    }
    return -1;
}

bool snap_status_read(const char *bytes, size_t length, enum snap_status *status)
{
    for (int i = 0; i < SNAP_STATUSES; i++) {
        const char *name = snap_status_names[i];
        if (text_compare_folded(bytes, length, name, strlen(name)) == 0) {
            *status = (enum snap_status)i;
            return true;
        }
    }
    return false;
}
