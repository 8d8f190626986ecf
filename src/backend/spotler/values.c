/*
 * values: cells out of JSON, and JSON for what is written, in the form the API gave. Fetch thread.
 *
 * Yes and no are 0 and 1 there, as numbers or as text; dates have no zone and mean the user's.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/spotler/internal.h"
#include "core/date.h"
#include "core/memory.h"
#include "net/json.h"

bool spotler_is_integer(const char *text, int64_t *out)
{
    struct value number = {0};
    struct text spelling = {0};
    if (!value_parse_number(text, strlen(text), &number) || number.kind != VALUE_INTEGER) {
        return false;
    }
    value_print(&number, &spelling);
    bool same = strcmp(text_string(&spelling), text) == 0;
    text_free(&spelling);
    *out = number.as.integer;
    return same;
}

bool spotler_truth(const json_t *json, bool *out)
{
    static const struct {
        const char *word;
        bool truth;
    } words[] = {{"1", true},   {"0", false},  {"true", true}, {"false", false},
                 {"yes", true}, {"no", false}, {"y", true},    {"n", false}};
    if (json_is_boolean(json)) {
        *out = json_is_true(json);
        return true;
    }
    if (json_is_integer(json) && (json_integer_value(json) == 0 || json_integer_value(json) == 1)) {
        *out = json_integer_value(json) == 1;
        return true;
    }
    for (size_t i = 0; json_is_string(json) && i < sizeof words / sizeof words[0]; i++) {
        if (text_equal_folded(json_string_value(json), words[i].word)) {
            *out = words[i].truth;
            return true;
        }
    }
    return false;
}

struct value spotler_value(const struct field *field, const json_t *json, struct text *scratch)
{
    bool truth;
    if (json_is_object(json) || json_is_array(json)) {
        text_truncate(scratch, 0);
        json_print(json, scratch);
        return value_text(text_string(scratch), scratch->length);
    }
    if (field != NULL && field->type == FIELD_BOOLEAN && spotler_truth(json, &truth)) {
        return value_boolean(truth);
    }
    return json_to_value(json);
}

/* --- forms --- */

const struct spotler_form *spotler_find_form(const struct spotler *spotler, const char *object,
                                             const char *field)
{
    for (size_t i = 0; i < spotler->form_count; i++) {
        if (strcmp(spotler->forms[i].object, object) == 0 &&
            strcmp(spotler->forms[i].field, field) == 0) {
            return &spotler->forms[i];
        }
    }
    return NULL;
}

struct spotler_form *spotler_make_form(struct spotler *spotler, const char *object,
                                       const char *field)
{
    const struct spotler_form *found = spotler_find_form(spotler, object, field);
    if (found != NULL) {
        return &spotler->forms[found - spotler->forms];
    }
    spotler->forms = memory_resize(spotler->forms, spotler->form_count + 1, sizeof *spotler->forms);
    struct spotler_form *form = &spotler->forms[spotler->form_count++];
    *form = (struct spotler_form){.object = memory_copy_string(object),
                                  .field = memory_copy_string(field)};
    return form;
}

void spotler_observe(struct spotler *spotler, const char *object, const struct field *field,
                     const json_t *json)
{
    bool truth;
    if (field->type == FIELD_BOOLEAN && spotler_truth(json, &truth)) {
        struct spotler_form *form = spotler_make_form(spotler, object, field->name);
        form->quoted_boolean = json_is_string(json);
        form->word_boolean = json_is_boolean(json);
    } else if (field->type == FIELD_DATE && json_string_length(json) >= 10) {
        struct spotler_form *form = spotler_make_form(spotler, object, field->name);
        form->dated_time = json_string_length(json) > 10;
    }
}

/* --- writing --- */

static json_t *write_boolean(const struct spotler_form *form, const struct value *value)
{
    json_t *plain = json_from_value(NULL, value);
    bool truth;
    if (!spotler_truth(plain, &truth)) {
        return plain;
    }
    json_decref(plain);
    if (form != NULL && form->word_boolean) {
        return json_boolean(truth);
    }
    return form != NULL && form->quoted_boolean ? json_string(truth ? "1" : "0")
                                                : json_integer(truth ? 1 : 0);
}

static void print_moment(struct date_time moment, struct text *out)
{
    if (moment.has_zone) {
        moment = date_time_from_moment(date_time_to_moment(&moment));
    }
    date_print(moment.date, out);
    text_format(out, " %02d:%02d:%02d", moment.hour, moment.minute, moment.second);
}

static json_t *write_calendar(const struct spotler_form *form, const struct field *field,
                              const struct value *value)
{
    struct date_time moment;
    struct text text = {0};
    if (value->kind != VALUE_TEXT ||
        !date_time_parse(value->as.text.bytes, value->as.text.length, &moment)) {
        return json_from_value(NULL, value);
    }
    if (field->type == FIELD_DATETIME || (form != NULL && form->dated_time)) {
        print_moment(moment, &text);
    } else {
        date_print(moment.date, &text);
    }
    json_t *json = json_string(text_string(&text));
    text_free(&text);
    return json;
}

static json_t *write_id(const struct value *value)
{
    int64_t id;
    char *text = value_to_string(value);
    json_t *json = text != NULL && spotler_is_integer(text, &id) ? json_integer((json_int_t)id)
                                                                 : json_from_value(NULL, value);
    free(text);
    return json;
}

json_t *spotler_json(const struct spotler *spotler, const char *object, const struct field *field,
                     const struct value *value)
{
    if (value_is_nothing(value) || field == NULL) {
        return json_from_value(field, value);
    }
    const struct spotler_form *form = spotler_find_form(spotler, object, field->name);
    switch (field->type) {
    case FIELD_BOOLEAN:
        return write_boolean(form, value);
    case FIELD_DATE:
    case FIELD_DATETIME:
        return write_calendar(form, field, value);
    case FIELD_ID:
    case FIELD_REFERENCE:
        return write_id(value);
    default:
        return json_from_value(field, value);
    }
}
