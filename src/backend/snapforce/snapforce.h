/* snapforce: Snapforce CRM, its form-encoded requests and XML replies (doc/adapters.md). */
#ifndef DOSSIER_BACKEND_SNAPFORCE_SNAPFORCE_H
#define DOSSIER_BACKEND_SNAPFORCE_SNAPFORCE_H

#include "backend/backend.h"

extern const struct backend_ops snapforce_backend;

#endif
