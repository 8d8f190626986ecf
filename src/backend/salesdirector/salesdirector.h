/*
 * salesdirector: the adapter for SalesDirector.ai, API v1: my opportunities are read as one set,
 * opportunities, contacts and sales targets are uploaded as CSV. Only this declaration is seen from
 * outside its directory.
 */
#ifndef DOSSIER_BACKEND_SALESDIRECTOR_SALESDIRECTOR_H
#define DOSSIER_BACKEND_SALESDIRECTOR_SALESDIRECTOR_H

#include "backend/backend.h"

extern const struct backend_ops salesdirector_backend;

#endif
