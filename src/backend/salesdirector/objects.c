/*
 * objects: the fields of opportunities, contacts and sales targets, their columns in an upload, and
 * the headings that are understood for them. The page's names, and those of the vendor's own upload
 * script.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "backend/salesdirector/internal.h"
#include "core/memory.h"

enum {
    READ = MEMBER_READ,
    SENT = MEMBER_CREATE | MEMBER_UPDATE,
    BOTH = READ | SENT,
    GIVEN = MEMBER_CREATE, /* of what can only be uploaded */
    NEEDED = MEMBER_REQUIRED
};

static const struct member opportunity_members[] = {
    {"external_opp_id",
     "Opportunity ID",
     FIELD_ID,
     READ | MEMBER_CREATE | NEEDED,
     1,
     "Opportunity ID",
     {"oppid"}},
    {"name",
     "Opportunity name",
     FIELD_STRING,
     BOTH | NEEDED | MEMBER_NAME,
     0,
     "Opportunity Name",
     {"oppname"}},
    {"account", "Account", FIELD_STRING, BOTH, 0, "Account Name", {NULL}},
    {"amount", "Amount", FIELD_CURRENCY, BOTH, 0, "Amount", {NULL}},
    {"stage", "Stage", FIELD_COMBOBOX, BOTH, 0, "Stage", {NULL}},
    {"close_date", "Close date", FIELD_DATE, BOTH, 0, "Close Date", {NULL}},
    {"type", "Opportunity type", FIELD_COMBOBOX, BOTH, 0, "Opportunity Type", {NULL}},
    {"forecast", "Forecast", FIELD_STRING, READ, 0, NULL, {NULL}},
    {"activity_index", "Activity index", FIELD_INT, READ, 0, NULL, {NULL}},
    {"relationship_index", "Relationship index", FIELD_INT, READ, 0, NULL, {NULL}},
    {"website",
     "Website",
     FIELD_URL,
     BOTH,
     0,
     "Account URL/Website",
     {"website", "accounturl", "accountwebsite"}},
    {"external_account_id", "Account ID", FIELD_STRING, BOTH, 0, "Account ID", {NULL}},
    {"owner", "Owner", FIELD_STRING, SENT, 0, "Opportunity Owner", {"owner"}},
    {"owner_email",
     "Owner's e-mail",
     FIELD_EMAIL,
     SENT,
     0,
     "Opportunity Owner Email",
     {"owneremail"}},
    {"next_step", "Next step", FIELD_STRING, SENT, 0, "Next Step", {NULL}},
    {"stage_system", "Stage (system)", FIELD_STRING, READ, 0, NULL, {NULL}},
    {"forecast_system", "Forecast (system)", FIELD_STRING, READ, 0, NULL, {NULL}},
    {"active", "Active", FIELD_BOOLEAN, READ, 0, NULL, {NULL}},
    {"id", "SalesDirector ID", FIELD_STRING, READ, 0, NULL, {NULL}},
};

static const struct member contact_members[] = {
    {"email", "E-mail", FIELD_EMAIL, GIVEN | NEEDED | MEMBER_NAME, 1, "Email", {NULL}},
    {"opp_id", "Opportunity ID", FIELD_STRING, GIVEN, 0, "Opportunity ID", {"oppid"}},
    {"fullname", "Full name", FIELD_STRING, GIVEN, 0, "Fullname", {NULL}},
    {"first_name", "First name", FIELD_STRING, GIVEN, 0, "First Name", {NULL}},
    {"last_name", "Last name", FIELD_STRING, GIVEN, 0, "Last Name", {NULL}},
    {"title", "Title", FIELD_STRING, GIVEN, 0, "Title", {NULL}},
    {"company_name", "Company name", FIELD_STRING, GIVEN, 0, "Company Name", {NULL}},
    {"phone", "Phone", FIELD_PHONE, GIVEN, 0, "Phone", {NULL}},
    {"mobile_phone", "Mobile phone", FIELD_PHONE, GIVEN, 0, "Mobile Phone", {NULL}},
    {"account_id", "Account ID", FIELD_STRING, GIVEN, 0, "account_id", {NULL}},
};

static const struct member target_members[] = {
    {"email",
     "E-mail of the sales rep",
     FIELD_EMAIL,
     GIVEN | NEEDED | MEMBER_NAME,
     1,
     "Email",
     {"emailaddressofsalesrep", "emailaddress"}},
    {"month", "Month", FIELD_DATE, GIVEN | NEEDED, 2, "Month", {"month(date)"}},
    {"amount", "Amount", FIELD_CURRENCY, GIVEN | NEEDED, 0, "Amount", {NULL}},
};

#define MEMBERS(table) table, sizeof table / sizeof *(table)

static const struct object objects[] = {
    {"Opportunity", "Opportunities", "Opportunity", true, true,
     "/api/v1/admin/opportunities/upload", "upload_opportunities", MEMBERS(opportunity_members)},
    {"Contact", "Contacts", "Contact", false, false, "/api/v1/admin/contacts/upload",
     "upload_contacts", MEMBERS(contact_members)},
    {"SalesTarget", "Sales targets", "Sales target", false, false, NULL, "upload_targets",
     MEMBERS(target_members)},
};

const struct object *director_objects(size_t *count)
{
    *count = sizeof objects / sizeof *objects;
    return objects;
}

const struct object *director_object(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof objects / sizeof *objects; i++) {
        if (text_equal_folded(objects[i].name, name)) {
            return &objects[i];
        }
    }
    return NULL;
}

const struct object *director_object_of_action(const char *action)
{
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        if (strcmp(objects[i].action, action) == 0) {
            return &objects[i];
        }
    }
    return NULL;
}

const struct member *director_member(const struct object *object, const char *name)
{
    for (size_t i = 0; i < object->member_count; i++) {
        if (strcmp(object->members[i].name, name) == 0) {
            return &object->members[i];
        }
    }
    return NULL;
}

/* --- headings --- */

static void squeeze(const char *bytes, size_t length, struct text *out)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte != ' ' && byte != '_' && byte != '\t') {
            text_append_character(out, (char)(byte < 0x80 ? tolower(byte) : byte));
        }
    }
}

static bool means(const struct member *member, const char *squeezed)
{
    struct text header = {0};
    if (member->header == NULL) {
        return false;
    }
    squeeze(member->header, strlen(member->header), &header);
    bool same = strcmp(text_string(&header), squeezed) == 0;
    text_free(&header);
    for (size_t i = 0; !same && member->aliases[i] != NULL; i++) {
        same = strcmp(member->aliases[i], squeezed) == 0;
    }
    return same;
}

const struct member *director_heading(const struct object *object, const char *bytes, size_t length)
{
    struct text squeezed = {0};
    const struct member *found = NULL;
    squeeze(bytes, length, &squeezed);
    for (size_t i = 0; found == NULL && i < object->member_count; i++) {
        if (means(&object->members[i], text_string(&squeezed))) {
            found = &object->members[i];
        }
    }
    text_free(&squeezed);
    return found;
}

/* --- describe --- */

static void set_string(char **string, const char *value)
{
    free(*string);
    *string = memory_copy_string(value);
}

static void add_member(struct schema *schema, const struct member *member)
{
    struct field *field = schema_add_field(schema, member->name, member->type);
    set_string(&field->label, member->label);
    field->key = member->key;
    field->unique = member->key == 1;
    field->required = (member->flags & MEMBER_REQUIRED) != 0;
    field->nullable = !field->required;
    field->create = (member->flags & MEMBER_CREATE) != 0;
    field->update = (member->flags & MEMBER_UPDATE) != 0;
    field->filter = field->sort = (member->flags & MEMBER_READ) != 0;
    field->name_field = (member->flags & MEMBER_NAME) != 0;
    if (field->name_field) {
        set_string(&schema->name_field, member->name);
    }
    if (!field->filter && field->update) {
        set_string(&field->help, "can be uploaded, but is not among what can be read");
    }
}

/* What a server gives beyond its page is shown as text, never dropped. */
static void add_others(struct schema *schema, const struct object *object, const json_t *records)
{
    size_t i;
    const json_t *record;
    json_array_foreach(records, i, record)
    {
        const char *key;
        json_t *value;
        json_object_foreach((json_t *)record, key, value)
        {
            if (director_member(object, key) == NULL && schema_field_index(schema, key) < 0) {
                struct field *field = schema_add_field(schema, key, FIELD_ANY);
                char *label = text_label_from_name(key);
                set_string(&field->label, label);
                free(label);
                field->nullable = field->filter = field->sort = true;
                field->create = field->update = false;
            }
        }
    }
}

struct schema *director_schema(const struct object *object, const json_t *records)
{
    struct schema *schema = schema_new(object->name);
    set_string(&schema->label, object->label);
    set_string(&schema->label_singular, object->singular);
    set_string(&schema->kind, object->readable ? "object" : "upload");
    schema->create = true;
    schema->update = object->update;
    schema->fetch_by_id = object->readable;
    for (size_t i = 0; i < object->member_count; i++) {
        add_member(schema, &object->members[i]);
    }
    if (object->readable) {
        add_others(schema, object, records);
        set_string(&schema->note, "Changes are uploaded as CSV, with the Opportunity ID as the key "
                                  "and the name beside it; null and the empty text are the same "
                                  "there.");
    } else {
        set_string(&schema->note, "These can be uploaded, not read.");
    }
    return schema;
}
