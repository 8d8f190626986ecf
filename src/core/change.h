/*
 * change: a staged change, and the list of them. Pure data; the journal keeps them, review shows
 * them.
 */
#ifndef DOSSIER_CORE_CHANGE_H
#define DOSSIER_CORE_CHANGE_H

#include <stdint.h>

#include "core/error.h"
#include "core/value.h"

enum change_kind { CHANGE_UPDATE, CHANGE_CREATE, CHANGE_DELETE };

enum change_state {
    CHANGE_STAGED,
    CHANGE_FAILED,   /* was sent and refused; error says why; still staged */
    CHANGE_CONFLICT, /* someone else changed the record; theirs is in `theirs` */
    CHANGE_SENDING,  /* on its way: written before it is sent, so that a crash leaves "unknown" */
    CHANGE_UNKNOWN   /* was on its way when the program ended or the answer was lost */
};

struct change_field {
    char *name;
    struct value old_value; /* owned; absent for a create */
    struct value new_value; /* owned; absent for a delete's before-image */
    struct value theirs;    /* owned; absent unless state is CHANGE_CONFLICT and it differs */
};

struct change {
    int64_t id; /* the journal's number; 0 before it is journalled */
    enum change_kind kind;
    enum change_state state;
    char *object;
    char *record_id; /* NULL for a create, which the list shows as "+ID" by its number */
    char *label;     /* the record's name for a person, at the time of staging */
    char *version;   /* value of the version field when read; NULL when the backend has none */
    struct change_field *fields;
    size_t field_count;
    struct error error; /* of the last apply */
    int64_t staged_at;  /* seconds since 1970 UTC */
};

struct change *change_new(enum change_kind kind, const char *object, const char *record_id);
void change_free(struct change *change);
struct change *change_copy(const struct change *change);
struct change_field *change_find(struct change *change, const char *field);
/* Sets a field's new value (copied); keeps the first old value. Removes the field again when new is
 * the same as old and the change is an update. */
void change_set(struct change *change, const char *field, const struct value *old_value,
                const struct value *new_value);
void change_drop_field(struct change *change, const char *field);
const char *change_kind_name(enum change_kind kind);

#endif
