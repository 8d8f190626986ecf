/*
 * spotler_rig: the Spotler adapter without a network: requests are looked at, answers are recorded
 * bytes.
 */
#ifndef DOSSIER_TESTS_SPOTLER_RIG_H
#define DOSSIER_TESTS_SPOTLER_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/backend.h"
#include "backend/spotler/spotler.h"
#include "net/http.h"

struct rig {
    struct profile profile;
    struct backend *backend;
    struct schema *accounts, *contacts, *opportunities, *lines;
    struct operation *operation;
    struct http_request request;
    struct result result;
    struct error error;
    char *url; /* of the request, decoded */
};

int rig_set_up(void **state);
int rig_tear_down(void **state);

/* A new operation, on one of the rig's schemas where it has one of that name. */
struct operation *rig_operation(struct rig *rig, enum operation_kind kind, const char *object);
/* The operation with a resolved query. */
struct operation *rig_query(struct rig *rig, enum operation_kind kind, const char *object,
                            const char *filter, const char *columns);
/* Encodes; what is asked for is in rig->request and rig->url. */
void rig_encode(struct rig *rig, int step);
/* Decodes an answer; the next step. */
int rig_answer(struct rig *rig, int step, long status, const char *body);
int rig_answer_typed(struct rig *rig, int step, long status, const char *type, const char *body);
void rig_assert_request(struct rig *rig, int step, const char *method, const char *path);
void rig_assert_body(const struct rig *rig, const char *body);
void rig_assert_cell(const struct rig *rig, size_t row, size_t column, const char *text);
/* Opens the adapter anew with one more setting. */
void rig_reopen(struct rig *rig, const char *setting, const char *value);
/* A schema by decoding a dictionary. */
struct schema *rig_describe(struct rig *rig, const char *object, const char *dictionary);

#endif
