/*
 * local: the adapter for SQLite files. Any file works: tables and views are objects, columns are
 * fields. Only this declaration is seen from outside its directory.
 */
#ifndef DOSSIER_BACKEND_LOCAL_LOCAL_H
#define DOSSIER_BACKEND_LOCAL_LOCAL_H

#include "backend/backend.h"

extern const struct backend_ops local_backend;

#endif
