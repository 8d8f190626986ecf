/*
 * action: what the calls beyond reading and writing share (action_*.c). Nobody outside the
 * directory includes it. Pure; fetch thread.
 *
 * An action's parameters are texts. Those of a request's elements have the elements' names, and a
 * table says in which order and how they are sent. Several things in one parameter stand a line
 * each, or with commas between them.
 */
#ifndef DOSSIER_BACKEND_FORCESOAP_ACTION_H
#define DOSSIER_BACKEND_FORCESOAP_ACTION_H

#include "backend/forcesoap/internal.h"

/* In the order of forcesoap_actions. */
enum forcesoap_action {
    ACTION_CONVERT_LEAD,
    ACTION_MERGE,
    ACTION_UPSERT,
    ACTION_SUBMIT,
    ACTION_APPROVE,
    ACTION_REJECT,
    ACTION_REMOVE_APPROVAL,
    ACTION_APPROVALS,
    ACTION_UNDELETE,
    ACTION_EMPTY_RECYCLE_BIN,
    ACTION_GET_DELETED,
    ACTION_GET_UPDATED,
    ACTION_SEARCH,
    ACTION_SEND_EMAIL,
    ACTION_DESCRIBE_LAYOUT,
    ACTION_DESCRIBE_SOFTPHONE,
    ACTION_DESCRIBE_SOBJECTS,
    ACTION_DESCRIBE_TABS,
    ACTION_USER_INFO,
    ACTION_SERVER_TIMESTAMP,
    ACTION_SET_PASSWORD,
    ACTION_RESET_PASSWORD,
    ACTION_INVALIDATE_SESSIONS,
    ACTION_LOGOUT,
    ACTION_COUNT
};

/* --- parameters --- */

struct soap_list {
    char **items; /* owned */
    size_t count;
};

/* The things of a parameter: by lines and commas (those in parentheses aside), without the spaces
 * around them, empty ones left out. To be freed. */
struct soap_list soap_list_of(const char *text);
struct soap_list soap_list(const struct operation *operation, const char *name);
/* By lines alone: for what may hold commas. */
struct soap_list soap_lines(const struct operation *operation, const char *name);
void soap_list_free(struct soap_list *list);
/* Yes, as a parameter says it; false where it is not given. */
bool soap_says_yes(const struct operation *operation, const char *name);
/* Refuses the operation for one parameter, before anything is sent. */
enum wire_step soap_refuse(const struct call *call, const char *parameter, const char *why);
bool soap_is_action(const struct operation *operation, enum forcesoap_action action);

/* What one of several exchanges is about: entries [first, end) of a list. */
struct soap_range {
    size_t first, end;
};

/* The part with this number (from 0) of `count` things, at most `most` in each. */
struct soap_range soap_part(size_t count, int part, size_t most);
/* After the range was done: its share of the work is told, and the next step given, or 0. */
int soap_next_part(const struct answer *answer, size_t count, struct soap_range done);

/* What an earlier exchange of the operation found and left in result.next; where the call is only
 * explained, these words instead; NULL when there is nothing. */
const char *soap_found(const struct call *call, const char *words);
/* Leaves it there: taken. NULL clears it, but not after a failure: where that was the session's
 * end, this exchange comes again. */
void soap_keep(const struct answer *answer, char *found);

/* --- elements of a request --- */

enum soap_element_kind {
    ELEMENT_TEXT,
    ELEMENT_ID,
    ELEMENT_FLAG,   /* true or false */
    ELEMENT_TEXTS,  /* one element for each thing of the list */
    ELEMENT_IDS,    /* the same with ids */
    ELEMENT_FIELDS, /* an sObject out of "Name=value" lines; `object` says of what type */
    ELEMENT_PAIRS   /* name and value out of "Name=value" lines */
};

struct soap_element {
    const char *name; /* of the element, and of the parameter it comes from */
    enum soap_element_kind kind;
    bool optional;         /* left out where it is not given; otherwise nil */
    const char *otherwise; /* sent where it is not given; NULL: as `optional` says */
    int since; /* a version that has it; before, it is sent only where it is given; 0: all have */
    const char *object; /* of ELEMENT_FIELDS */
};

/* Writes one element, or a table of them in its order. */
void soap_put_element(struct soap_message *message, const struct soap_element *element);
void soap_put_elements(struct soap_message *message, const struct soap_element *elements,
                       size_t count);
/* Sends the message, or refuses it where one of its elements could not be made. */
enum wire_step soap_send_elements(struct soap_message *message);
/* xsi:type on the element that is open. */
void soap_put_type(struct soap_message *message, const char *type);
/* The record of "Name=value" lines: no value makes null. NULL with an error for a line without a
 * name that can be one. The caller frees. */
struct record *soap_read_fields(const struct call *call, const char *object, const char *parameter);

/* --- tables in results --- */

struct soap_table {
    struct result *result;
    struct page_builder *builder;
    size_t rows;
};

/* Rows of these columns, behind those that the result has from an earlier exchange. */
struct soap_table soap_table_begin(struct result *result, const char *const *columns, size_t count);
/* id: of the row; NULL: its number. */
void soap_table_row(struct soap_table *table, const char *id);
void soap_table_text(struct soap_table *table, const char *text); /* NULL: null */
void soap_table_flag(struct soap_table *table, bool flag);
void soap_table_end_row(struct soap_table *table);
void soap_table_finish(struct soap_table *table); /* hands the page to the result */

/* The texts of all elements of this name, ", " between them. */
void soap_join(const xmlNode *node, const char *name, struct text *out);

/* How the results of a call are shown, one row each. The first column is what was asked for; the
 * others are elements of the result by their names, but for `success` and `created`, `message`
 * (the errors') and `object` (the parameter). */
struct soap_columns {
    const char *const *names;
    size_t count; /* 0: no rows are shown */
};

/* Takes a `result` for each of these things: as a row, and as a write_result. */
void soap_take_results(const struct answer *answer, const xmlNode *response,
                       const struct soap_columns *columns, const struct soap_list *asked,
                       struct soap_range range);
/* The same for a record that was never sent, in a row that has its id in the column `as`; error is
 * taken. */
void soap_add_failure(const struct answer *answer, const struct soap_columns *columns,
                      const char *as, const char *id, struct error *error);

/* --- the calls --- */

enum wire_step soap_encode_convert_lead(const struct call *call);
int soap_decode_convert_lead(const struct answer *answer);
enum wire_step soap_encode_merge(const struct call *call);
int soap_decode_merge(const struct answer *answer);
enum wire_step soap_encode_upsert_action(const struct call *call);
int soap_decode_upsert_action(const struct answer *answer);
enum wire_step soap_encode_submit(const struct call *call);
int soap_decode_submit(const struct answer *answer);
enum wire_step soap_encode_workitem(const struct call *call);
int soap_decode_workitem(const struct answer *answer);
enum wire_step soap_encode_approvals(const struct call *call);
int soap_decode_approvals(const struct answer *answer);
enum wire_step soap_encode_bin(const struct call *call);
int soap_decode_bin(const struct answer *answer);
enum wire_step soap_encode_changes(const struct call *call);
int soap_decode_changes(const struct answer *answer);
enum wire_step soap_encode_search(const struct call *call);
int soap_decode_search(const struct answer *answer);
enum wire_step soap_encode_send_email(const struct call *call);
int soap_decode_send_email(const struct answer *answer);
enum wire_step soap_encode_describe_layout(const struct call *call);
int soap_decode_describe_layout(const struct answer *answer);
enum wire_step soap_encode_softphone(const struct call *call);
int soap_decode_softphone(const struct answer *answer);
enum wire_step soap_encode_sobjects(const struct call *call);
int soap_decode_sobjects(const struct answer *answer);
enum wire_step soap_encode_tabs(const struct call *call);
int soap_decode_tabs(const struct answer *answer);
enum wire_step soap_encode_user_info(const struct call *call);
int soap_decode_user_info(const struct answer *answer);
enum wire_step soap_encode_timestamp(const struct call *call);
int soap_decode_timestamp(const struct answer *answer);
enum wire_step soap_encode_set_password(const struct call *call);
int soap_decode_set_password(const struct answer *answer);
enum wire_step soap_encode_reset_password(const struct call *call);
int soap_decode_reset_password(const struct answer *answer);
enum wire_step soap_encode_invalidate(const struct call *call);
int soap_decode_invalidate(const struct answer *answer);
enum wire_step soap_encode_logout(const struct call *call);
int soap_decode_logout(const struct answer *answer);

#endif
