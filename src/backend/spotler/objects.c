/*
 * objects: what the vendor's page and its users tell of the objects and their fields. Pure; any
 * thread.
 *
 * The data dictionary has the last word; this says what it cannot: what a number points at, which
 * text is a date, which number is a yes or no.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/memory.h"

#define FIELDS(list) (list), sizeof(list) / sizeof(list)[0]

static const struct spotler_field account_fields[] = {
    {"id", FIELD_ID},
    {"name", FIELD_STRING},
    {"type", FIELD_PICKLIST},
    {"sector", FIELD_PICKLIST},
    {"source", FIELD_PICKLIST},
    {"phone", FIELD_PHONE},
    {"website", FIELD_URL},
    {"notes", FIELD_TEXTAREA},
    {"addressline", FIELD_TEXTAREA},
    {"addresscity", FIELD_STRING},
    {"addresscounty/state", FIELD_STRING},
    {"addresspostcode/zip", FIELD_STRING},
    {"addresscountry", FIELD_STRING},
    {"ownerid", FIELD_INT},
    {"campaignid", FIELD_REFERENCE},
    {"slaid", FIELD_INT},
    {"leadscore", FIELD_INT},
    {"createdby", FIELD_INT},
    {"modifiedby", FIELD_INT},
    {"createddate", FIELD_DATETIME},
    {"modifieddate", FIELD_DATETIME},
};

static const struct spotler_field contact_fields[] = {
    {"id", FIELD_ID},
    {"accountid", FIELD_REFERENCE},
    {"salutation", FIELD_PICKLIST},
    {"first", FIELD_STRING},
    {"middle", FIELD_STRING},
    {"last", FIELD_STRING},
    {"jobtitle", FIELD_STRING},
    {"department", FIELD_STRING},
    {"email", FIELD_EMAIL},
    {"phone", FIELD_PHONE},
    {"mobile", FIELD_PHONE},
    {"direct", FIELD_PHONE},
    {"addresscity", FIELD_STRING},
    {"addresscounty/state", FIELD_STRING},
    {"addresspostcode/zip", FIELD_STRING},
    {"addresscountry", FIELD_STRING},
    {"decisionmaker", FIELD_BOOLEAN},
    {"hold", FIELD_BOOLEAN},
    {"leftcompany", FIELD_BOOLEAN},
    {"leadscore", FIELD_INT},
    {"createdby", FIELD_INT},
    {"modifiedby", FIELD_INT},
    {"createddate", FIELD_DATETIME},
    {"modifieddate", FIELD_DATETIME},
};

static const struct spotler_field opportunity_fields[] = {
    {"id", FIELD_ID},
    {"accountid", FIELD_REFERENCE},
    {"name", FIELD_STRING},
    {"status", FIELD_PICKLIST},
    {"forecast", FIELD_STRING},
    {"probability", FIELD_INT},
    {"closedate", FIELD_DATE},
    {"nextstep", FIELD_STRING},
    {"repeat", FIELD_STRING},
    {"source", FIELD_PICKLIST},
    {"createdby", FIELD_INT},
    {"modifiedby", FIELD_INT},
    {"createddate", FIELD_DATETIME},
    {"modifieddate", FIELD_DATETIME},
};

static const struct spotler_field line_fields[] = {
    {"id", FIELD_ID},           {"opportunityid", FIELD_REFERENCE}, {"product", FIELD_STRING},
    {"quantity", FIELD_DOUBLE}, {"unitprice", FIELD_CURRENCY},      {"createdby", FIELD_INT},
    {"modifiedby", FIELD_INT},
};

static const struct spotler_field history_fields[] = {
    {"id", FIELD_ID},           {"opportunitystatus", FIELD_STRING}, {"probability", FIELD_INT},
    {"forecast", FIELD_STRING}, {"value", FIELD_CURRENCY},           {"closedate", FIELD_DATE},
    {"modifiedby", FIELD_INT},  {"modifieddate", FIELD_DATETIME},
};

static const struct spotler_field activity_fields[] = {
    {"id", FIELD_ID},
    {"accountid", FIELD_REFERENCE},
    {"contactid", FIELD_REFERENCE},
    {"caseid", FIELD_REFERENCE},
    {"type", FIELD_PICKLIST},
    {"status", FIELD_PICKLIST},
    {"priority", FIELD_INT},
    {"date", FIELD_DATE},
    {"allday", FIELD_BOOLEAN},
    {"description", FIELD_TEXTAREA},
    {"emailsubject", FIELD_STRING},
    {"emailfrom", FIELD_STRING},
    {"emailto", FIELD_STRING},
    {"emailcc", FIELD_STRING},
    {"createddate", FIELD_DATETIME},
    {"modifieddate", FIELD_DATETIME},
};

static const struct spotler_field case_fields[] = {
    {"id", FIELD_ID},          {"accountid", FIELD_REFERENCE},  {"caselevelid", FIELD_INT},
    {"ownerid", FIELD_INT},    {"type", FIELD_PICKLIST},        {"status", FIELD_PICKLIST},
    {"subject", FIELD_STRING}, {"opened", FIELD_DATE},          {"createdby", FIELD_INT},
    {"modifiedby", FIELD_INT}, {"createddate", FIELD_DATETIME}, {"modifieddate", FIELD_DATETIME},
};

static const struct spotler_field campaign_fields[] = {
    {"id", FIELD_ID},           {"name", FIELD_STRING},       {"type", FIELD_PICKLIST},
    {"status", FIELD_PICKLIST}, {"active", FIELD_BOOLEAN},    {"dripfeed", FIELD_BOOLEAN},
    {"members", FIELD_INT},     {"opportunities", FIELD_INT}, {"sales", FIELD_INT},
    {"ownerid", FIELD_INT},
};

static const struct spotler_field other_fields[] = {{"id", FIELD_ID}};

static const struct spotler_object objects[] = {
    {"accounts", "Accounts", "name", FIELDS(account_fields)},
    {"activities", "Activities", NULL, FIELDS(activity_fields)},
    {"contacts", "Contacts", "last", FIELDS(contact_fields)},
    {"campaigns", "Campaigns", "name", FIELDS(campaign_fields)},
    {"campaigndetails", "Campaign details", NULL, FIELDS(other_fields)},
    {"campaignstages", "Campaign stages", NULL, FIELDS(other_fields)},
    {"cases", "Cases", "subject", FIELDS(case_fields)},
    {"documents", "Documents", NULL, FIELDS(other_fields)},
    {"opportunities", "Opportunities", "name", FIELDS(opportunity_fields)},
    {"opportunityhistories", "Opportunity histories", "opportunitystatus", FIELDS(history_fields)},
    {"opportunity_lines", "Opportunity lines", "product", FIELDS(line_fields)},
};

static const struct {
    const char *field, *object;
} references[] = {
    {"accountid", "accounts"}, {"contactid", "contacts"},          {"campaignid", "campaigns"},
    {"caseid", "cases"},       {"opportunityid", "opportunities"},
};

enum { OBJECT_COUNT = sizeof objects / sizeof objects[0] };

/* --- names --- */

/* "policies" of "accounts/policies". */
static const char *own_name(const char *extra)
{
    const char *slash = strchr(extra, '/');
    return slash == NULL ? extra : slash + 1;
}

size_t spotler_object_count(const struct spotler *spotler)
{
    return OBJECT_COUNT + spotler->name_count;
}

const char *spotler_object_name(const struct spotler *spotler, size_t index)
{
    return index < OBJECT_COUNT ? objects[index].name : spotler->names[index - OBJECT_COUNT];
}

void spotler_name_objects(struct spotler *spotler)
{
    spotler->names = memory_zeroed(spotler->extra_count, sizeof *spotler->names);
    for (size_t i = 0; i < spotler->extra_count; i++) {
        const char *name = own_name(spotler->extra[i]);
        bool found = false;
        for (size_t j = 0; !found && j < spotler_object_count(spotler); j++) {
            found = strcmp(spotler_object_name(spotler, j), name) == 0;
        }
        if (!found) {
            spotler->names[spotler->name_count++] = name;
        }
    }
}

const struct spotler_object *spotler_known_object(const char *name)
{
    for (size_t i = 0; i < OBJECT_COUNT; i++) {
        if (strcmp(objects[i].name, name) == 0) {
            return &objects[i];
        }
    }
    return NULL;
}

const struct spotler_field *spotler_known_field(const struct spotler_object *object,
                                                const char *name)
{
    for (size_t i = 0; object != NULL && i < object->field_count; i++) {
        if (strcmp(object->fields[i].name, name) == 0) {
            return &object->fields[i];
        }
    }
    return NULL;
}

/* --- relations --- */

const char *spotler_reference(const char *object, const char *field)
{
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        if (strcmp(references[i].field, field) == 0) {
            return strcmp(references[i].object, object) == 0 ? NULL : references[i].object;
        }
    }
    return NULL;
}

/* "accountid" for accounts; for others the name without its plural s. */
static char *reference_field(const char *object)
{
    struct text name = {0};
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        if (strcmp(references[i].object, object) == 0) {
            return memory_copy_string(references[i].field);
        }
    }
    size_t length = strlen(object);
    text_append(&name, object, length > 0 && object[length - 1] == 's' ? length - 1 : length);
    text_append_string(&name, "id");
    return text_take(&name);
}

static void extra_children(const struct spotler *spotler, const char *object, spotler_child add,
                           void *context)
{
    for (size_t i = 0; i < spotler->extra_count; i++) {
        const char *slash = strchr(spotler->extra[i], '/');
        size_t length = slash == NULL ? 0 : (size_t)(slash - spotler->extra[i]);
        if (slash != NULL && strlen(object) == length &&
            strncmp(object, spotler->extra[i], length) == 0) {
            char *field = reference_field(object);
            add(context, slash + 1, slash + 1, field);
            free(field);
        }
    }
}

void spotler_children(const struct spotler *spotler, const char *object, spotler_child add,
                      void *context)
{
    for (size_t i = 0; i < OBJECT_COUNT; i++) {
        for (size_t j = 0; j < objects[i].field_count; j++) {
            const char *field = objects[i].fields[j].name;
            const char *target = spotler_reference(objects[i].name, field);
            if (target != NULL && strcmp(target, object) == 0) {
                bool lines = strcmp(objects[i].name, "opportunity_lines") == 0;
                add(context, lines ? "lines" : objects[i].name, objects[i].name, field);
            }
        }
    }
    extra_children(spotler, object, add, context);
}

char *spotler_nested_parent(const struct spotler *spotler, const char *object, char **field)
{
    for (size_t i = 0; i < spotler->extra_count; i++) {
        const char *slash = strchr(spotler->extra[i], '/');
        if (slash != NULL && strcmp(slash + 1, object) == 0) {
            char *parent = memory_copy(spotler->extra[i], (size_t)(slash - spotler->extra[i]));
            *field = reference_field(parent);
            return parent;
        }
    }
    *field = NULL;
    return NULL;
}
