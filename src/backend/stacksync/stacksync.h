/*
 * stacksync: Salesforce through Stacksync's API proxy, JSON over HTTP.
 */
#ifndef DOSSIER_BACKEND_STACKSYNC_STACKSYNC_H
#define DOSSIER_BACKEND_STACKSYNC_STACKSYNC_H

#include "backend/backend.h"

extern const struct backend_ops stacksync_backend;

#endif
