/*
 * salesforce: see salesforce.h. Tables, and the checksum of ids.
 */
#include "backend/soql/salesforce.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "core/date.h"
#include "core/text.h"

enum { CHECKED_BLOCK = 5 };

static bool is_letter_or_digit(char character)
{
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z');
}

/* Each block of five gives one character: bit j is set where character j is a capital. */
static char check_character(const char *block)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    unsigned bits = 0;

    for (unsigned i = 0; i < CHECKED_BLOCK; i++) {
        if (block[i] >= 'A' && block[i] <= 'Z')
            bits |= 1u << i;
    }
    return alphabet[bits];
}

bool salesforce_widen_id(const char *id, char widened[SALESFORCE_ID_LENGTH + 1])
{
    size_t length = strlen(id);

    if (length != SALESFORCE_SHORT_ID_LENGTH && length != SALESFORCE_ID_LENGTH)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_letter_or_digit(id[i]))
            return false;
    }
    memcpy(widened, id, length);
    if (length == SALESFORCE_SHORT_ID_LENGTH) {
        for (size_t i = 0; i < SALESFORCE_ID_LENGTH - SALESFORCE_SHORT_ID_LENGTH; i++)
            widened[SALESFORCE_SHORT_ID_LENGTH + i] = check_character(id + i * CHECKED_BLOCK);
    }
    widened[SALESFORCE_ID_LENGTH] = '\0';
    return true;
}

enum field_type salesforce_field_type(const char *name)
{
    static const struct {
        const char *name;
        enum field_type type;
    } types[] = {
        {"id", FIELD_ID},
        {"string", FIELD_STRING},
        {"textarea", FIELD_TEXTAREA},
        {"boolean", FIELD_BOOLEAN},
        {"int", FIELD_INT},
        {"long", FIELD_INT},
        {"double", FIELD_DOUBLE},
        {"currency", FIELD_CURRENCY},
        {"percent", FIELD_PERCENT},
        {"date", FIELD_DATE},
        {"datetime", FIELD_DATETIME},
        {"time", FIELD_TIME},
        {"email", FIELD_EMAIL},
        {"phone", FIELD_PHONE},
        {"url", FIELD_URL},
        {"picklist", FIELD_PICKLIST},
        {"multipicklist", FIELD_MULTIPICKLIST},
        {"combobox", FIELD_COMBOBOX},
        {"reference", FIELD_REFERENCE},
        {"base64", FIELD_BASE64},
        {"encryptedstring", FIELD_ENCRYPTED},
        {"location", FIELD_LOCATION},
        {"address", FIELD_ADDRESS},
    };

    for (size_t i = 0; name && i < sizeof types / sizeof types[0]; i++) {
        if (strcasecmp(types[i].name, name) == 0)
            return types[i].type;
    }
    return FIELD_ANY;
}

bool salesforce_is_required(bool createable, bool nillable, bool defaulted_on_create)
{
    return createable && !nillable && !defaulted_on_create;
}

bool salesforce_moment(const struct field *field, const struct value *value, struct text *out)
{
    struct date_time parts = {0};
    const char *bytes = value->as.text.bytes;
    size_t length = value->as.text.length;

    if (!field || value->kind != VALUE_TEXT)
        return false;
    if (field->type == FIELD_DATETIME && date_time_parse(bytes, length, &parts)) {
        date_print_moment_utc(date_time_to_moment(&parts), out);
        return true;
    }
    if (field->type == FIELD_TIME && date_parse_time(bytes, length, &parts)) {
        text_format(out, "%02d:%02d:%02d.%03dZ", parts.hour, parts.minute, parts.second,
                    parts.fraction / 1000000);
        return true;
    }
    return false;
}

const char *const salesforce_place_parts[SALESFORCE_PLACE_PARTS] = {
    "street", "city", "state", "postalCode", "country", "latitude", "longitude"};

void salesforce_join_place(const char *const parts[SALESFORCE_PLACE_PARTS], struct text *out)
{
    size_t start = out->length;

    for (size_t i = PLACE_STREET; i <= PLACE_COUNTRY; i++) {
        if (parts[i] && *parts[i])
            text_format(out, "%s%s", out->length > start ? ", " : "", parts[i]);
    }
    if (out->length == start && parts[PLACE_LATITUDE] && parts[PLACE_LONGITUDE])
        text_format(out, "%s, %s", parts[PLACE_LATITUDE], parts[PLACE_LONGITUDE]);
}

static const struct code {
    const char *code;
    enum error_kind kind;
} codes[] = {
    {"INVALID_SESSION_ID", ERROR_SIGN_IN},
    {"INVALID_SESSION", ERROR_SIGN_IN},
    {"INVALID_LOGIN", ERROR_SIGN_IN},
    {"INVALID_AUTH_HEADER", ERROR_SIGN_IN},
    {"LOGIN_MUST_USE_SECURITY_TOKEN", ERROR_SIGN_IN},
    {"PASSWORD_LOCKOUT", ERROR_SIGN_IN},
    {"API_DISABLED_FOR_ORG", ERROR_FORBIDDEN},
    {"API_CURRENTLY_DISABLED", ERROR_FORBIDDEN},
    {"FUNCTIONALITY_NOT_ENABLED", ERROR_FORBIDDEN},
    {"INSUFFICIENT_ACCESS", ERROR_FORBIDDEN},
    {"INSUFFICIENT_ACCESS_OR_READONLY", ERROR_FORBIDDEN},
    {"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", ERROR_FORBIDDEN},
    {"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", ERROR_VALIDATION},
    {"REQUEST_LIMIT_EXCEEDED", ERROR_RATE_LIMIT},
    {"CONCURRENT_REQUEST_LIMIT_EXCEEDED", ERROR_RATE_LIMIT},
    {"MALFORMED_QUERY", ERROR_USAGE},
    {"MALFORMED_SEARCH", ERROR_USAGE},
    {"INVALID_FIELD", ERROR_USAGE},
    {"INVALID_QUERY_FILTER_OPERATOR", ERROR_USAGE},
    {"INVALID_QUERY_LOCATOR", ERROR_USAGE},
    {"QUERY_TOO_COMPLICATED", ERROR_USAGE},
    {"NUMBER_OUTSIDE_VALID_RANGE", ERROR_VALIDATION},
    {"INVALID_REPLICATION_DATE", ERROR_VALIDATION},
    {"JSON_PARSER_ERROR", ERROR_USAGE},
    {"METHOD_NOT_ALLOWED", ERROR_USAGE},
    {"EXCEEDED_ID_LIMIT", ERROR_USAGE},
    {"INVALID_TYPE", ERROR_NOT_FOUND},
    {"NOT_FOUND", ERROR_NOT_FOUND},
    {"ENTITY_IS_DELETED", ERROR_NOT_FOUND},
    {"MALFORMED_ID", ERROR_VALIDATION},
    {"INVALID_CROSS_REFERENCE_KEY", ERROR_VALIDATION},
    {"REQUIRED_FIELD_MISSING", ERROR_VALIDATION},
    {"STRING_TOO_LONG", ERROR_VALIDATION},
    {"INVALID_EMAIL_ADDRESS", ERROR_VALIDATION},
    {"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ERROR_VALIDATION},
    {"INVALID_FIELD_FOR_INSERT_UPDATE", ERROR_VALIDATION},
    {"INVALID_TYPE_ON_FIELD_IN_RECORD", ERROR_VALIDATION},
    {"FIELD_CUSTOM_VALIDATION_EXCEPTION", ERROR_VALIDATION},
    {"FIELD_INTEGRITY_EXCEPTION", ERROR_VALIDATION},
    {"FIELD_FILTER_VALIDATION_EXCEPTION", ERROR_VALIDATION},
    {"DUPLICATE_VALUE", ERROR_VALIDATION},
    {"DUPLICATES_DETECTED", ERROR_VALIDATION},
    {"DUPLICATE_DEVELOPER_NAME", ERROR_VALIDATION},
    {"DELETE_FAILED", ERROR_VALIDATION},
    {"MISSING_ARGUMENT", ERROR_VALIDATION},
    {"DUPLICATE_EXTERNAL_ID", ERROR_CONFLICT},
    {"ENTITY_IS_LOCKED", ERROR_CONFLICT},
    {"UNABLE_TO_LOCK_ROW", ERROR_CONFLICT},
    {"QUERY_TIMEOUT", ERROR_TIMEOUT},
    {"SERVER_UNAVAILABLE", ERROR_SERVER},
    {"UNKNOWN_EXCEPTION", ERROR_SERVER},
};

enum error_kind salesforce_error_kind(const char *code, enum error_kind otherwise)
{
    for (size_t i = 0; code && i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(codes[i].code, code) == 0)
            return codes[i].kind;
    }
    return otherwise;
}

const char *const salesforce_custom_types[] = {
    "AutoNumber",
    "Lookup",
    "MasterDetail",
    "Checkbox",
    "Currency",
    "Date",
    "DateTime",
    "Email",
    "Number",
    "Percent",
    "Phone",
    "Picklist",
    "MultiselectPicklist",
    "Text",
    "TextArea",
    "LongTextArea",
    "Html",
    "Url",
    "EncryptedText",
    "Summary",
    "Hierarchy",
    "File",
    "MetadataRelationship",
    "Location",
    "ExternalLookup",
    "IndirectLookup",
    "CustomDataType",
    "Time",
    NULL,
};
