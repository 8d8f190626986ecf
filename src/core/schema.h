/*
 * schema: what a backend says of its objects and fields (describe).
 *
 * A schema is built by an adapter on the fetch thread, never changed once handed on, and shared by
 * reference count; schema_hold and schema_release may be called from any thread.
 */
#ifndef DOSSIER_CORE_SCHEMA_H
#define DOSSIER_CORE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
    FIELD_ID,
    FIELD_STRING,
    FIELD_TEXTAREA,
    FIELD_BOOLEAN,
    FIELD_INT,
    FIELD_DOUBLE,
    FIELD_CURRENCY,
    FIELD_PERCENT,
    FIELD_DATE,
    FIELD_DATETIME,
    FIELD_TIME,
    FIELD_EMAIL,
    FIELD_PHONE,
    FIELD_URL,
    FIELD_PICKLIST,
    FIELD_MULTIPICKLIST,
    FIELD_COMBOBOX, /* a picklist that takes other values too */
    FIELD_REFERENCE,
    FIELD_BASE64,
    FIELD_ENCRYPTED,
    FIELD_LOCATION,
    FIELD_ADDRESS,
    FIELD_CALCULATED,
    FIELD_ANY, /* a type that is not known: shown and edited as text, never dropped */
    FIELD_TYPE_COUNT
};

struct picklist_value {
    char *value;
    char *label; /* never NULL; the value itself where there is no other */
    bool active;
    char *valid_for; /* base64: bit i, most significant first, is set where the value may be chosen
                        with value i of the field's controller; NULL: with every one */
};

struct field {
    char *name;
    char *label;
    enum field_type type;
    char *declared; /* the source's own word for the type, such as DECIMAL(10,2); may be NULL */
    int length;     /* most characters, 0 when not known */
    int precision;  /* digits in all, 0 when not known */
    int scale;      /* digits after the point, -1 when not known */
    int key;        /* 1-based position in the primary key, 0 outside it */
    bool required;  /* a create must give it: not nullable, no default, not generated */
    bool nullable;
    bool unique;
    bool create; /* may be given on create */
    bool update; /* may be changed */
    bool filter;
    bool sort;
    bool name_field;     /* the field that names the record for a person */
    char *default_value; /* spelling for a person; NULL when there is none */
    struct picklist_value *picklist;
    size_t picklist_count;
    char *controller;    /* field whose value says which of the picklist may be chosen; or NULL */
    bool calculated;     /* worked out by the source, whatever its type */
    bool case_sensitive; /* text that the source compares exactly */
    char *references;    /* object this field points at; NULL when it points at none */
    char *references_field; /* the field of that object it holds; NULL means its id */
    char **also_references; /* further objects it may point at instead: the id tells which */
    size_t also_reference_count;
    char *relation; /* name for parent paths (Account in Account.Name); NULL when no reference */
    char *help;     /* a sentence about the field; may be NULL */
};

/* A way from this object to another one. For a child relation, each record of `object` whose
 * `fields` equal this record's `parent_fields` belongs to it; for a parent relation, `fields` are
 * of this object and `parent_fields` of `object`. Most have one field on each side. */
struct relation {
    char *name;
    char *label;
    char *object;
    char **fields;
    char **parent_fields;
    size_t field_count;
};

/* A field's place in a layout, and what the layout says of it beyond the field itself. */
struct layout_item {
    char *field;
    bool required;
    bool read_only;
};

struct layout_section {
    char *heading; /* NULL: none is shown */
    int columns;   /* beside each other, at least 1 */
    struct layout_item *items;
    size_t item_count;
};

/* How the source itself arranges a record for people. */
struct record_layout {
    char *record_type; /* of records whose record_type_field holds this; NULL: of all others */
    struct layout_section *sections;
    size_t section_count;
};

struct object_info {
    char *name;
    char *label;     /* plural, for a person: "Opportunities" */
    char *kind;      /* "table", "view", "object", … */
    char *id_prefix; /* how the ids of its records, and of no other, begin; NULL: ids do not tell */
    bool create, update, delete_;
    int64_t count; /* -1 when not known */
};

struct schema {
    char *name;
    char *label; /* plural */
    char *label_singular;
    char *kind;
    bool create, update, delete_;
    bool fetch_by_id; /* false for a view without a key: listed, not fetched */
    struct field *fields;
    size_t field_count;
    struct relation *children;
    size_t child_count;
    struct relation *parents;
    size_t parent_count;
    struct record_layout *layouts; /* none: the source arranges nothing */
    size_t layout_count;
    bool has_layout;         /* the source arranges it, whether the layouts are here or not */
    char *record_type_field; /* field whose value chooses the layout; NULL when there is none */
    char *name_field;        /* name of the field that names a record; NULL when there is none */
    char *version_field;     /* name of the field that stamps a version; NULL when there is none */
    char *deleted_field;     /* boolean field that is set on deleted records; NULL: there is none */
    char *note;              /* what a user should know (how nulls are ordered …); may be NULL */
    int references_;         /* reference count; touch only through hold and release */
};

struct schema *schema_new(const char *name); /* one reference, owned by the caller */
struct schema *schema_hold(const struct schema *schema);
void schema_release(struct schema *schema); /* NULL is allowed */

/* Adapter side, before the schema is handed on. The returned pointer is good until the next add. */
struct field *schema_add_field(struct schema *schema, const char *name, enum field_type type);
void field_add_picklist(struct field *field, const char *value, const char *label, bool active);
/* The first becomes `references`, the rest are further objects. */
void field_add_reference(struct field *field, const char *object);
struct relation *schema_add_child(struct schema *schema, const char *name, const char *object);
struct relation *schema_add_parent(struct schema *schema, const char *name, const char *object);
struct record_layout *schema_add_layout(struct schema *schema, const char *record_type);
struct layout_section *layout_add_section(struct record_layout *layout, const char *heading,
                                          int columns);
void layout_add_item(struct layout_section *section, const char *field, bool required,
                     bool read_only);
void relation_add_field(struct relation *relation, const char *field, const char *parent_field);

/* Finding by name: exactly if that exists, else without regard to case unless two differ only by
 * case. NULL when there is none. */
const struct field *schema_field(const struct schema *schema, const char *name);
/* Index into fields, or -1. */
int schema_field_index(const struct schema *schema, const char *name);
/* A parent reference by the field's name or its relation name. */
const struct field *schema_reference(const struct schema *schema, const char *name);
const struct relation *schema_child(const struct schema *schema, const char *name);
/* The layout of records of this record type (NULL: not known), else the one for all others, else
 * the first; NULL when there is none. */
const struct record_layout *schema_layout(const struct schema *schema, const char *record_type);
/* The field name nearest to a mistyped one, or NULL. */
const char *schema_nearest_field(const struct schema *schema, const char *mistyped);

const char *field_type_name(enum field_type type); /* "currency" */
bool field_type_is_number(enum field_type type);
bool field_type_is_text(enum field_type type);  /* takes the empty text and text operators */
bool field_type_is_date(enum field_type type);  /* date, datetime, time */
bool field_type_is_exact(enum field_type type); /* compared exactly: id, reference */

void object_info_free(struct object_info *objects, size_t count); /* frees the array too */

#endif
