/* spotler: the adapter for Spotler CRM (Really Simple Systems), API version 4. See spotler.c. */
#ifndef DOSSIER_BACKEND_SPOTLER_SPOTLER_H
#define DOSSIER_BACKEND_SPOTLER_SPOTLER_H

#include "backend/backend.h"

extern const struct backend_ops spotler_backend;

#endif
