/*
 * review: what the review pane and the conflict pane share. UI thread.
 */
#ifndef DOSSIER_UI_PANES_REVIEW_H
#define DOSSIER_UI_PANES_REVIEW_H

#include <stddef.h>
#include <stdint.h>

#include "core/schema.h"
#include "core/text.h"
#include "core/value.h"

struct app;
struct pane_ops;

/* Appends a value as review shows it: (null) and (empty) in words. field may be NULL. */
void review_print_value(const struct field *field, const struct value *value, struct text *out);

/* Sends the changes whose journal numbers are given (count 0: all); reports in the status line. */
unsigned review_apply(struct app *app, const int64_t *ids, size_t count);

/* Opens the three-way view of a change in conflict. */
unsigned conflict_pane_open(struct app *app, int64_t change);

#endif
