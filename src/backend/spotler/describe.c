/*
 * describe: an object's fields from its data dictionary, in whatever shape that comes, or else from
 * a page of its records; then the values of its lookup lists. Fetch thread.
 *
 * Steps: 0 is the dictionary, 1 a page of records where that did not do, 2 and more the lookup list
 * of spotler->forms[step - 2]. A list that cannot be had leaves its field without values.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/memory.h"
#include "net/json.h"

enum { STEP_DICTIONARY, STEP_RECORDS, STEP_LOOKUP };

static const char order_note[] =
    "Spotler CRM orders records without a value in its own way: where they stand in a sorted list "
    "is not known.";

/* --- types --- */

static const struct {
    const char *word;
    enum field_type type;
} type_words[] = {
    {"id", FIELD_ID},
    {"primary", FIELD_ID},
    {"text", FIELD_STRING},
    {"string", FIELD_STRING},
    {"varchar", FIELD_STRING},
    {"char", FIELD_STRING},
    {"textarea", FIELD_TEXTAREA},
    {"longtext", FIELD_TEXTAREA},
    {"mediumtext", FIELD_TEXTAREA},
    {"memo", FIELD_TEXTAREA},
    {"notes", FIELD_TEXTAREA},
    {"html", FIELD_TEXTAREA},
    {"lookup", FIELD_PICKLIST},
    {"dropdown", FIELD_PICKLIST},
    {"select", FIELD_PICKLIST},
    {"list", FIELD_PICKLIST},
    {"enum", FIELD_PICKLIST},
    {"picklist", FIELD_PICKLIST},
    {"radio", FIELD_PICKLIST},
    {"combobox", FIELD_COMBOBOX},
    {"combo", FIELD_COMBOBOX},
    {"multiselect", FIELD_MULTIPICKLIST},
    {"multilookup", FIELD_MULTIPICKLIST},
    {"multipicklist", FIELD_MULTIPICKLIST},
    {"boolean", FIELD_BOOLEAN},
    {"bool", FIELD_BOOLEAN},
    {"checkbox", FIELD_BOOLEAN},
    {"flag", FIELD_BOOLEAN},
    {"yesno", FIELD_BOOLEAN},
    {"int", FIELD_INT},
    {"integer", FIELD_INT},
    {"bigint", FIELD_INT},
    {"smallint", FIELD_INT},
    {"tinyint", FIELD_INT},
    {"number", FIELD_DOUBLE},
    {"numeric", FIELD_DOUBLE},
    {"decimal", FIELD_DOUBLE},
    {"float", FIELD_DOUBLE},
    {"double", FIELD_DOUBLE},
    {"currency", FIELD_CURRENCY},
    {"money", FIELD_CURRENCY},
    {"percent", FIELD_PERCENT},
    {"percentage", FIELD_PERCENT},
    {"date", FIELD_DATE},
    {"datetime", FIELD_DATETIME},
    {"timestamp", FIELD_DATETIME},
    {"time", FIELD_TIME},
    {"email", FIELD_EMAIL},
    {"phone", FIELD_PHONE},
    {"telephone", FIELD_PHONE},
    {"tel", FIELD_PHONE},
    {"url", FIELD_URL},
    {"website", FIELD_URL},
    {"reference", FIELD_REFERENCE},
};

static enum field_type type_of_word(const char *word)
{
    for (size_t i = 0; word != NULL && i < sizeof type_words / sizeof type_words[0]; i++) {
        if (text_equal_folded(type_words[i].word, word)) {
            return type_words[i].type;
        }
    }
    return FIELD_ANY;
}

/* Words that say little; what is known of the field says more. */
static bool is_vague(enum field_type type)
{
    return type == FIELD_STRING || type == FIELD_INT || type == FIELD_DOUBLE || type == FIELD_ANY ||
           type == FIELD_ID || type == FIELD_REFERENCE;
}

static enum field_type merge_type(const char *object, const char *name, enum field_type said)
{
    const struct spotler_field *known = spotler_known_field(spotler_known_object(object), name);
    if (strcmp(name, "id") == 0) {
        return FIELD_ID;
    }
    if (spotler_reference(object, name) != NULL) {
        return FIELD_REFERENCE;
    }
    if (said == FIELD_ID || said == FIELD_REFERENCE) {
        said = FIELD_INT; /* of something that cannot be opened */
    }
    return known != NULL && is_vague(said) ? known->type : said;
}

/* --- one field --- */

static bool has_exactly(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        if (strcmp(schema->fields[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_read_only(const char *name)
{
    static const char *const names[] = {"id", "createdby", "modifiedby", "createddate",
                                        "modifieddate"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* "accountid" gives Account in Account.Name. */
static char *relation_of(const char *name)
{
    size_t length = strlen(name);
    return memory_copy(name, length > 2 ? length - 2 : length);
}

static struct field *add_field(struct spotler *spotler, struct schema *schema, const char *name,
                               enum field_type said)
{
    enum field_type type = merge_type(schema->name, name, said);
    struct field *field = schema_add_field(schema, name, type);
    free(field->label);
    field->label = spotler_label(name, type == FIELD_REFERENCE);
    field->nullable = type != FIELD_ID;
    field->create = field->update = !is_read_only(name);
    field->filter = field->sort = true;
    if (type == FIELD_ID) {
        field->key = 1;
        field->unique = true;
    }
    if (type == FIELD_REFERENCE) {
        field->references = memory_copy_string(spotler_reference(schema->name, name));
        field->relation = relation_of(name);
    }
    if (type == FIELD_PICKLIST || type == FIELD_COMBOBOX || type == FIELD_MULTIPICKLIST) {
        spotler_make_form(spotler, schema->name, name)->lookup = true;
    }
    return field;
}

/* The first member that is there, of several names. */
static const json_t *member_of(const json_t *object, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        const json_t *member = json_member(object, names[i]);
        if (member != NULL && !json_is_null(member)) {
            return member;
        }
    }
    return NULL;
}

static int length_of(const json_t *json)
{
    int64_t length = json_integer_value(json);
    if (json_is_string(json) && !spotler_is_integer(json_string_value(json), &length)) {
        return 0;
    }
    return length > 0 && length < INT32_MAX ? (int)length : 0;
}

static void add_choice(void *context, const char *value, const char *label)
{
    field_add_picklist(context, value, label, true);
}

static void read_details(struct spotler *spotler, const char *object, struct field *field,
                         const json_t *entry)
{
    static const char *const required[] = {"required", "mandatory", "is_required", NULL};
    static const char *const locked[] = {"readonly", "read_only", NULL};
    static const char *const label[] = {"label", "title", "caption", NULL};
    static const char *const length[] = {"length", "max_length", "maxlength", NULL};
    static const char *const values[] = {"options", "values", "items", "picklist", NULL};
    static const char *const list[] = {"list_name", "lookup_list", "lookup", "list", NULL};
    bool truth = false;
    const char *given = json_string_value(member_of(entry, label));
    if (given != NULL && given[0] != '\0') {
        free(field->label);
        field->label = memory_copy_string(given);
    }
    field->required =
        spotler_truth(member_of(entry, required), &truth) && truth && !is_read_only(field->name);
    if (spotler_truth(member_of(entry, locked), &truth) && truth) {
        field->create = field->update = field->required = false;
    }
    field->length = length_of(member_of(entry, length));
    spotler_items(member_of(entry, values), add_choice, field);
    const char *list_name = json_string_value(member_of(entry, list));
    if (list_name != NULL) {
        struct spotler_form *form = spotler_make_form(spotler, object, field->name);
        free(form->list);
        form->list = memory_copy_string(list_name);
    }
}

/* --- the dictionary --- */

struct reader {
    struct spotler *spotler;
    struct schema *schema;
};

static void read_entry(const struct reader *reader, const char *name, const json_t *entry)
{
    static const char *const types[] = {"type",     "field_type", "fieldtype",
                                        "datatype", "data_type",  NULL};
    const char *word = json_is_string(entry) ? json_string_value(entry)
                                             : json_string_value(member_of(entry, types));
    if (name == NULL || name[0] == '\0' || has_exactly(reader->schema, name)) {
        return;
    }
    struct field *field = add_field(reader->spotler, reader->schema, name, type_of_word(word));
    field->declared = memory_copy_string(word);
    if (json_is_object(entry)) {
        read_details(reader->spotler, reader->schema->name, field, entry);
    }
}

static void read_array(const struct reader *reader, const json_t *array)
{
    static const char *const names[] = {"name", "field", "field_name", "fieldname", "key", NULL};
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *entry = json_array_get(array, i);
        const json_t *record = json_member(entry, "record");
        entry = record != NULL ? record : entry;
        if (json_is_string(entry)) {
            read_entry(reader, json_string_value(entry), NULL);
        } else {
            read_entry(reader, json_string_value(member_of(entry, names)), entry);
        }
    }
}

static void read_keyed(const struct reader *reader, json_t *object)
{
    const char *name;
    json_t *entry;
    json_object_foreach(object, name, entry)
    {
        if (strcmp(name, "metadata") != 0 && (json_is_object(entry) || json_is_string(entry))) {
            read_entry(reader, name, entry);
        }
    }
}

/* What holds the fields: the answer itself or a member of it. */
static json_t *unwrap(json_t *json)
{
    static const char *const members[] = {"fields", "data", "list", "items", "datadictionary"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        json_t *member = json_member(json, members[i]);
        /* A field may be called so, and is then an object with a type. */
        if (json_is_array(member) ||
            (json_is_object(member) && !json_is_string(json_member(member, "type")))) {
            return unwrap(member);
        }
    }
    return json;
}

static void read_dictionary(const struct reader *reader, json_t *json)
{
    json_t *fields = unwrap(json);
    if (json_is_array(fields)) {
        read_array(reader, fields);
    } else if (json_is_object(fields)) {
        read_keyed(reader, fields);
    }
}

/* --- records instead --- */

static enum field_type infer_type(const json_t *value)
{
    struct date_time moment;
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    if (json_is_boolean(value)) {
        return FIELD_BOOLEAN;
    }
    if (json_is_integer(value)) {
        return FIELD_INT;
    }
    if (json_is_real(value)) {
        return FIELD_DOUBLE;
    }
    if (text != NULL && date_time_parse(text, length, &moment)) {
        return length == 10 ? FIELD_DATE : FIELD_DATETIME;
    }
    return text != NULL ? FIELD_STRING : FIELD_ANY;
}

/* The type that holds both: two kinds of number are the wider one, else text. */
static enum field_type join_types(enum field_type a, enum field_type b)
{
    if (a == b || b == FIELD_ANY) {
        return a;
    }
    if (a == FIELD_ANY) {
        return b;
    }
    return field_type_is_number(a) && field_type_is_number(b) ? FIELD_DOUBLE : FIELD_STRING;
}

static enum field_type infer_over(const json_t *list, const char *name)
{
    enum field_type type = FIELD_ANY;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *value = json_member(spotler_record(json_array_get(list, i)), name);
        /* The empty text says nothing about the type of what is filled in. */
        if (value != NULL && !(json_is_string(value) && json_string_length(value) == 0)) {
            type = join_types(type, infer_type(value));
        }
    }
    return type == FIELD_ANY ? FIELD_STRING : type;
}

static void read_records(const struct reader *reader, const json_t *list)
{
    const struct spotler_object *known = spotler_known_object(reader->schema->name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *record = spotler_record(json_array_get(list, i));
        const char *name;
        json_t *value;
        json_object_foreach(record, name, value)
        {
            if (!has_exactly(reader->schema, name) && name[0] != '\0' &&
                strcmp(name, "lines") != 0) {
                add_field(reader->spotler, reader->schema, name, infer_over(list, name));
            }
        }
    }
    for (size_t i = 0; known != NULL && json_array_size(list) == 0 && i < known->field_count; i++) {
        add_field(reader->spotler, reader->schema, known->fields[i].name, known->fields[i].type);
    }
}

/* --- the whole schema --- */

/* What relations go by must be there, whatever the dictionary says. */
static void add_missing(const struct reader *reader)
{
    struct schema *schema = reader->schema;
    const struct spotler_object *known = spotler_known_object(schema->name);
    if (!has_exactly(schema, "id")) {
        add_field(reader->spotler, schema, "id", FIELD_ID);
    }
    for (size_t i = 0; known != NULL && i < known->field_count; i++) {
        const char *name = known->fields[i].name;
        if (spotler_reference(schema->name, name) != NULL && !has_exactly(schema, name)) {
            add_field(reader->spotler, schema, name, FIELD_REFERENCE);
        }
    }
}

/* A nested collection goes by its parent, also where its records do not name it. */
static void add_nested_parent(const struct reader *reader)
{
    char *name;
    char *parent = spotler_nested_parent(reader->spotler, reader->schema->name, &name);
    if (parent != NULL && !has_exactly(reader->schema, name)) {
        struct field *field = add_field(reader->spotler, reader->schema, name, FIELD_ANY);
        field->type = FIELD_REFERENCE;
        field->create = field->update = field->sort = false;
        if (field->references == NULL) {
            field->references = memory_copy_string(parent);
            field->relation = relation_of(name);
        }
    }
    free(parent);
    free(name);
}

static void choose_name(struct schema *schema)
{
    static const char *const names[] = {"name",     "subject", "title",   "description",
                                        "filename", "last",    "product", "type"};
    const struct spotler_object *known = spotler_known_object(schema->name);
    const char *chosen = known != NULL ? known->name_field : NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (chosen != NULL && has_exactly(schema, chosen)) {
            break;
        }
        chosen = names[i];
    }
    for (size_t i = 0; chosen != NULL && i < schema->field_count; i++) {
        if (strcmp(schema->fields[i].name, chosen) == 0) {
            schema->fields[i].name_field = true;
            schema->name_field = memory_copy_string(chosen);
        }
    }
}

static void add_child(void *context, const char *relation, const char *object, const char *field)
{
    struct relation *child = schema_add_child(context, relation, object);
    const struct spotler_object *known = spotler_known_object(object);
    free(child->label);
    child->label =
        strcmp(relation, object) == 0 && known != NULL
            ? memory_copy_string(known->label)
            : text_label_from_name(strcmp(relation, "lines") == 0 ? "line_items" : relation);
    relation_add_field(child, field, "id");
}

static void add_parents(struct schema *schema)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        if (field->references != NULL) {
            struct relation *parent = schema_add_parent(schema, field->relation, field->references);
            relation_add_field(parent, field->name, "id");
        }
    }
}

/* "Opportunities" → "Opportunity". */
static char *singular_of(const char *label)
{
    struct text one = {0};
    size_t length = strlen(label);
    bool plural_y = length > 3 && strcmp(label + length - 3, "ies") == 0;
    bool plural = length > 1 && label[length - 1] == 's';
    text_append(&one, label, plural_y ? length - 3 : plural ? length - 1 : length);
    text_append_string(&one, plural_y ? "y" : "");
    return text_take(&one);
}

static struct schema *begin_schema(const char *object)
{
    const struct spotler_object *known = spotler_known_object(object);
    struct schema *schema = schema_new(object);
    free(schema->label);
    free(schema->kind);
    schema->label = known != NULL ? memory_copy_string(known->label) : text_label_from_name(object);
    free(schema->label_singular);
    schema->label_singular = singular_of(schema->label);
    schema->kind = memory_copy_string("object");
    schema->create = schema->update = schema->delete_ = schema->fetch_by_id = true;
    schema->note = memory_copy_string(order_note);
    return schema;
}

static void finish_schema(const struct reader *reader)
{
    struct schema *schema = reader->schema;
    add_missing(reader);
    add_nested_parent(reader);
    choose_name(schema);
    add_parents(schema);
    spotler_children(reader->spotler, schema->name, add_child, schema);
    if (has_exactly(schema, "modifieddate")) {
        schema->version_field = memory_copy_string("modifieddate");
    }
}

/* --- exchanges --- */

void spotler_encode_describe(const struct spotler *spotler, const struct operation *operation,
                             int step, struct http_request *request)
{
    struct text path = {0}, url = {0};
    if (step == STEP_RECORDS) {
        spotler_list_request(spotler, operation->object, SPOTLER_LARGEST_PAGE, 0, &url);
    } else if (step >= STEP_LOOKUP) {
        text_append_string(&path, "/lookup/");
        http_encode(&path, operation->object, strlen(operation->object));
        const char *field = spotler->forms[step - STEP_LOOKUP].field;
        text_append_character(&path, '/');
        http_encode(&path, field, strlen(field));
        spotler_url(spotler, text_string(&path), &url);
    } else {
        text_append_string(&path, "/datadictionary/");
        http_encode(&path, operation->object, strlen(operation->object));
        spotler_url(spotler, text_string(&path), &url);
    }
    spotler_request(spotler, "GET", &url, request);
    text_free(&path);
}

static struct field *field_at(const struct schema *schema, const char *name)
{
    for (size_t i = 0; schema != NULL && i < schema->field_count; i++) {
        if (strcmp(schema->fields[i].name, name) == 0) {
            return &schema->fields[i];
        }
    }
    return NULL;
}

static bool wants_values(const struct spotler_form *form, const struct schema *schema)
{
    const struct field *field = field_at(schema, form->field);
    return form->lookup && strcmp(form->object, schema->name) == 0 && field != NULL &&
           field->picklist_count == 0;
}

static int next_lookup(const struct spotler *spotler, const struct schema *schema, size_t from)
{
    for (size_t i = from; i < spotler->form_count; i++) {
        if (wants_values(&spotler->forms[i], schema)) {
            return STEP_LOOKUP + (int)i;
        }
    }
    return 0;
}

/* The lists of values do not depend on one another. */
int spotler_step_after_describe(const struct spotler *spotler, int step,
                                const struct result *result)
{
    return step < STEP_LOOKUP || result->schema == NULL
               ? 0
               : next_lookup(spotler, result->schema, (size_t)(step - STEP_LOOKUP) + 1);
}

static int take_lookup(struct spotler *spotler, const struct operation *operation, int step,
                       const struct http_response *response, struct result *result)
{
    struct error ignored = {0};
    json_t *json = spotler_read(operation, response, &ignored);
    size_t at = (size_t)(step - STEP_LOOKUP);
    struct field *field = field_at(result->schema, spotler->forms[at].field);
    if (json != NULL && field != NULL) {
        spotler_items(json, add_choice, field);
    }
    bool stop = ignored.kind == ERROR_RATE_LIMIT;
    json_decref(json);
    error_clear(&ignored);
    return stop ? 0 : next_lookup(spotler, result->schema, at + 1);
}

/* May a page of records tell what the dictionary did not? */
static bool may_infer(const struct error *error)
{
    return error->kind != ERROR_SIGN_IN && error->kind != ERROR_RATE_LIMIT;
}

int spotler_decode_describe(struct spotler *spotler, const struct operation *operation, int step,
                            const struct http_response *response, struct result *result)
{
    if (step >= STEP_LOOKUP) {
        return take_lookup(spotler, operation, step, response, result);
    }
    json_t *json = spotler_read(operation, response, &result->error);
    if (json == NULL) {
        if (step == STEP_DICTIONARY && may_infer(&result->error)) {
            error_clear(&result->error);
            return STEP_RECORDS;
        }
        return 0;
    }
    struct reader reader = {spotler, begin_schema(operation->object)};
    if (step == STEP_DICTIONARY) {
        read_dictionary(&reader, json);
    } else {
        read_records(&reader, json_member(json, "list"));
    }
    json_decref(json);
    if (step == STEP_DICTIONARY && reader.schema->field_count == 0) {
        schema_release(reader.schema);
        return STEP_RECORDS;
    }
    finish_schema(&reader);
    result->schema = reader.schema;
    return next_lookup(spotler, reader.schema, 0);
}
