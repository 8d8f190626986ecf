/*
 * demo: makes the demonstration CRM, an SQLite file with a bit of everything.
 *
 * What is in it depends on the number of rows and the day alone: the same day and the same rows
 * give the same records. Dates lie around the clock's today, so that "this quarter" is never empty.
 */
#ifndef DOSSIER_BACKEND_LOCAL_DEMO_H
#define DOSSIER_BACKEND_LOCAL_DEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/date.h"
#include "core/error.h"

/* Creates the file, replacing one that is there. It is written under a temporary name beside it
 * and renamed when it is whole: nobody ever sees half of it. rows is the number of opportunities
 * (0: about 1,200); the other tables follow. Error: ERROR_USAGE for a number out of range,
 * ERROR_SERVER when the file cannot be written. Any thread. */
bool demo_create(const char *path, int64_t rows, const struct date_clock *clock,
                 struct error *error);

#endif
