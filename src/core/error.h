/*
 * error: the one type in which anything that went wrong travels.
 *
 * The caller owns a struct error (zero-initialised), passes it down, and clears it. Messages are
 * sentences for a person: what was tried, on what, what the server said, what to do next. A message
 * may hold server text as it came: whoever prints it cleans it (text_clean). Secrets are never put
 * in. Any thread; one struct error is used by one thread at a time.
 */
#ifndef DOSSIER_CORE_ERROR_H
#define DOSSIER_CORE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

struct text;

enum error_kind {
    ERROR_NONE,
    ERROR_USAGE,       /* exit 2: a mistake in what was asked */
    ERROR_SIGN_IN,     /* exit 3 */
    ERROR_FORBIDDEN,   /* exit 3: permission, read-only */
    ERROR_NOT_FOUND,   /* exit 4 */
    ERROR_VALIDATION,  /* exit 5: names its fields */
    ERROR_CONFLICT,    /* exit 6 */
    ERROR_RATE_LIMIT,  /* exit 8 */
    ERROR_NETWORK,     /* exit 7 */
    ERROR_TIMEOUT,     /* exit 7: a locked file too */
    ERROR_PROTOCOL,    /* exit 10: an answer that cannot be understood, a damaged file */
    ERROR_UNSUPPORTED, /* exit 9 */
    ERROR_CANCELLED,   /* exit 130 */
    ERROR_SERVER,      /* exit 10 */
    ERROR_KIND_COUNT
};

/* What is wrong with one field of a record. All three are owned; code may be NULL. */
struct field_error {
    char *field;
    char *code;
    char *message;
};

struct error {
    enum error_kind kind;
    char *message; /* the sentence; NULL when kind is ERROR_NONE */
    char *server;  /* the server's own words, as they came; NULL where there were none */
    char *hint;    /* what the user can do next; NULL where there is nothing to add */
    struct field_error *fields;
    size_t field_count;
    int retry_after; /* seconds the server asked to wait, 0 when it did not */
};

/* Replaces what the error holds. Returns false, so that `return error_set(...)` reads well. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts words in front of the message: "while reading page 7: " + message. */
void error_context(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void error_set_hint(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* What the server said; of very long words the beginning. */
void error_set_server(struct error *error, const char *bytes, size_t length);

/* Adds a line about one field. field and message are copied; code may be NULL. */
void error_add_field(struct error *error, const char *field, const char *code, const char *message);

bool error_is_set(const struct error *error);
void error_clear(struct error *error);                       /* frees and zeroes */
void error_copy(struct error *to, const struct error *from); /* clears to first */
void error_move(struct error *to, struct error *from);       /* clears to first, zeroes from */

/* The exit status of design section 8 for a kind. */
int error_exit_status(enum error_kind kind);

/* One word for a kind, such as "validation"; for logs, JSON and tests. */
const char *error_kind_name(enum error_kind kind);

/* The whole error as lines of text, cleaned for a terminal: message, fields, server's words, hint.
 * Every line ends in a newline; nothing when no error is set. */
void error_print(const struct error *error, struct text *out);

#endif
