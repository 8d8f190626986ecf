/*
 * fake_actions: the actions and the raw language of fake_rich: one of each shape that an action and
 * its result may have. Fetch thread; they touch no store.
 */
#ifndef DOSSIER_TESTS_FAKE_ACTIONS_H
#define DOSSIER_TESTS_FAKE_ACTIONS_H

#include "backend/backend.h"

enum { FAKE_ACTION_COUNT = 6 };

extern const struct backend_action fake_actions[FAKE_ACTION_COUNT];

void fake_run_action(const struct operation *operation, struct result *result);

/* "select …" gives rows, "wait PATH" the same once that file is there, "delete …" writes and gives
 * words, all else is a mistake. */
void fake_run_raw(const struct operation *operation, struct result *result);
bool fake_raw_writes(const char *query);

#endif
