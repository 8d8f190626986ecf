/* describe_words: see describe_words.h. */
#include "ui/panes/describe_words.h"

#include <string.h>

#include "core/dependent.h"
#include "core/format.h"

void describe_type(const struct field *field, struct text *out)
{
    text_append_string(out, field_type_name(field->type));
    if (field->precision > 0 && field->scale > 0) {
        text_format(out, "(%d,%d)", field->precision, field->scale);
    } else if (field->precision > 0) {
        text_format(out, "(%d)", field->precision);
    } else if (field->length > 0) {
        text_format(out, "(%d)", field->length);
    }
}

void describe_can(const struct field *field, struct text *out)
{
    text_format(out, "%c %c %c %c", field->create ? 'c' : '.', field->update ? 'u' : '.',
                field->filter ? 'f' : '.', field->sort ? 's' : '.');
}

static void add_part(struct text *out, const char *separator, const char *words)
{
    text_format(out, "%s%s", out->length ? separator : "", words);
}

void describe_more(const struct field *field, const char *arrow, struct text *out)
{
    struct text part = {0};
    if (field->references) {
        text_format(&part, "%s %s", arrow, field->references);
        for (size_t i = 0; i < field->also_reference_count; i++) {
            text_format(&part, ", %s", field->also_references[i]);
        }
        add_part(out, ", ", part.bytes);
    }
    text_truncate(&part, 0);
    if (field->picklist_count) {
        text_format(&part, "%zu values", field->picklist_count);
        add_part(out, ", ", part.bytes);
    }
    if (field->key) {
        add_part(out, ", ", "key");
    }
    if (field->unique && !field->key) {
        add_part(out, ", ", "unique");
    }
    if (field->name_field) {
        add_part(out, ", ", "the name");
    }
    text_free(&part);
}

/* --- the sentence --- */

/* What a value of the field is, where its type does not say so to everybody; NULL else. */
static const char *nature(const struct field *field)
{
    if (field->declared && strcmp(field->declared, "masterrecord") == 0) {
        return "the record that this one was merged into";
    }
    if (field->calculated) {
        return "worked out by the server";
    }
    switch (field->type) {
    case FIELD_ENCRYPTED:
        return "masked as the server gives it";
    case FIELD_CALCULATED:
        return "worked out by the server";
    case FIELD_BASE64:
        return "bytes, shown by their size";
    default:
        return NULL;
    }
}

static void add_abilities(const struct field *field, const char *separator, struct text *out)
{
    const struct {
        bool can;
        const char *words;
    } abilities[] = {{field->create, "created"},
                     {field->update, "updated"},
                     {field->filter, "filtered"},
                     {field->sort, "sorted"}};
    struct text list = {0};
    for (size_t i = 0; i < sizeof abilities / sizeof *abilities; i++) {
        if (abilities[i].can) {
            add_part(&list, ", ", abilities[i].words);
        }
    }
    bool fixed = !field->create && !field->update;
    text_format(out, "%s%s%s%s", separator, fixed ? "read-only" : "",
                !list.length ? ""
                : fixed      ? ", may be "
                             : "may be ",
                text_string(&list));
    text_free(&list);
}

void describe_sentence(const struct field *field, const char *bullet, struct text *out)
{
    struct text separator = {0};
    text_format(&separator, " %s ", bullet);
    describe_type(field, out);
    if (field->declared && !text_equal_folded(field->declared, field_type_name(field->type))) {
        add_part(out, separator.bytes, field->declared);
    }
    if (nature(field)) {
        add_part(out, separator.bytes, nature(field));
    }
    if (field->required) {
        add_part(out, separator.bytes, "required on create");
    } else if (!field->nullable) {
        add_part(out, separator.bytes, "never null");
    }
    if (field->default_value) {
        add_part(out, separator.bytes, "default ");
        text_append_string(out, field->default_value);
    }
    add_abilities(field, separator.bytes, out);
    text_free(&separator);
}

static void add_line(struct text *out, const char *name, const char *words)
{
    text_format(out, "%-12s %s\n", name, words);
}

/* "  with Type = Prospect, Partner" */
static void add_controlling(const struct field *controller, const struct picklist_value *value,
                            struct text *out)
{
    size_t shown = 0;
    if (!controller || !value->valid_for) {
        return;
    }
    text_format(out, "  with %s = ", controller->label);
    for (int place = 0; place < 2 && controller->type == FIELD_BOOLEAN; place++) {
        if (dependent_allows(value, place)) {
            text_format(out, "%s%s", shown++ ? ", " : "", place ? "yes" : "no");
        }
    }
    for (size_t i = 0; i < controller->picklist_count; i++) {
        if (dependent_allows(value, (int)i)) {
            text_format(out, "%s%s", shown++ ? ", " : "", controller->picklist[i].label);
        }
    }
    text_append_string(out, shown ? "" : "none");
}

static void add_values(const struct schema *schema, const struct field *field, struct text *out)
{
    const struct field *controller = dependent_controller(schema, field);
    if (!field->picklist_count) {
        return;
    }
    text_format(out, "\nValues (%zu)\n", field->picklist_count);
    for (size_t i = 0; i < field->picklist_count; i++) {
        const struct picklist_value *value = &field->picklist[i];
        bool differs = !text_equal_folded(value->value, value->label);
        text_format(out, "  %s%s%s%s%s", value->label, differs ? " (" : "",
                    differs ? value->value : "", differs ? ")" : "",
                    value->active ? "" : "  no longer offered");
        add_controlling(controller, value, out);
        text_append_character(out, '\n');
    }
}

void describe_whole(const struct schema *schema, const struct field *field, struct text *out)
{
    struct text words = {0};
    add_line(out, "Name", field->name);
    add_line(out, "Label", field->label);
    describe_type(field, &words);
    add_line(out, "Type", words.bytes);
    if (field->declared) {
        add_line(out, "Declared", field->declared);
    }
    text_truncate(&words, 0);
    add_abilities(field, "", &words);
    add_line(out, "Use", words.bytes);
    if (nature(field)) {
        add_line(out, "Holds", nature(field));
    }
    add_line(out, "Required", field->required ? "yes, on create" : "no");
    add_line(out, "Null", field->nullable ? "allowed" : "not allowed");
    if (field->key) {
        add_line(out, "Key", "part of the primary key");
    }
    if (field->unique) {
        add_line(out, "Unique", "yes");
    }
    if (field->default_value) {
        add_line(out, "Default", field->default_value);
    }
    if (field->references) {
        text_truncate(&words, 0);
        text_format(&words, "%s.%s", field->references,
                    field->references_field ? field->references_field : "id");
        for (size_t i = 0; i < field->also_reference_count; i++) {
            text_format(&words, ", %s.id", field->also_references[i]);
        }
        add_line(out, "Points at", words.bytes);
    }
    if (field->help) {
        add_line(out, "Help", field->help);
    }
    if (dependent_controller(schema, field)) {
        add_line(out, "Depends on", dependent_controller(schema, field)->label);
    }
    add_values(schema, field, out);
    text_free(&words);
}

void describe_relation(const struct relation *relation, struct text *out)
{
    text_format(out, "%s: %s (", relation->label ? relation->label : relation->name,
                relation->object);
    for (size_t i = 0; i < relation->field_count; i++) {
        text_format(out, "%s%s = %s", i ? ", " : "", relation->fields[i],
                    relation->parent_fields[i]);
    }
    text_append_character(out, ')');
}

void describe_usage(const struct field *field, const struct page *page, const char *bullet,
                    struct text *out)
{
    if (!page || !page_row_count(page) || page_column_count(page) < 6) {
        return;
    }
    struct value records = page_value(page, 0, 2), filled = page_value(page, 0, 3);
    struct value smallest = page_value(page, 0, 4), largest = page_value(page, 0, 5);
    double all = 0, some = 0;
    if (value_is_nothing(&filled)) {
        return; /* the backend does not count this field */
    }
    value_to_real(&records, &all);
    value_to_real(&filled, &some);
    double share = all > 0 ? some * 100 / all : 0;
    bool rounded_up = some < all && share > 99;
    text_format(out, "filled in %d %% of ", rounded_up ? 99 : (int)(share + 0.5));
    format_count((int64_t)all, out);
    text_append_string(out, all == 1 ? " record" : " records");
    if (value_is_nothing(&smallest)) {
        return;
    }
    text_format(out, " %s ", bullet);
    format_value(field, &smallest, FORMAT_LIST, out);
    text_append_string(out, " to ");
    format_value(field, &largest, FORMAT_LIST, out);
}
