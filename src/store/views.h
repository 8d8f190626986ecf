/*
 * views: saved views as a text file of one section for each, which people read, edit and share.
 *
 *     [closing soon]
 *     object = Opportunity
 *     filter = closedate = this month and stage != 'Closed'
 *     order = amount desc
 *     columns = name, amount, closedate
 *     deleted = yes
 *
 * The file is read again before it is changed and replaced in one step, so that two programs do not
 * lose each other's views. Comments and lines that are not understood stay where they are; only the
 * section that is saved is written anew. A line that begins with four spaces continues the value of
 * the line before it. A value that would not read back so (with spaces at its ends, blank lines or
 * carriage returns) stands in double quotes, with \n, \r, \t, \" and \\ inside. Not read by inih:
 * that cuts lines at 200 bytes and takes what follows " ;" for a comment, and filters are longer
 * and may hold it. UI thread.
 */
#ifndef DOSSIER_STORE_VIEWS_H
#define DOSSIER_STORE_VIEWS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

struct view {
    char *name;
    char *object;
    char *filter;  /* text of the filter, "" for none */
    char *order;   /* text, "" for none */
    char *columns; /* text, "" for the object's own */
    char *deleted; /* "yes": deleted records are shown too; "" for not */
};

struct views;

/* Reads the file; none is no views. Never NULL: where it could not be read, error says why, and
 * nothing will be written over it. path is copied. */
struct views *views_open(const char *path, struct error *error);
void views_close(struct views *views); /* NULL is allowed */
size_t views_count(const struct views *views);
const struct view *views_at(const struct views *views, size_t index); /* by object, then name */
const struct view *views_find(const struct views *views, const char *name);

/* Adds a view, or replaces the one of that name. Each of these is on disk when it returns true;
 * ERROR_USAGE for a name that cannot be, ERROR_NOT_FOUND, ERROR_SERVER when it was not written. */
bool views_save(struct views *views, const struct view *view, struct error *error);
bool views_rename(struct views *views, const char *name, const char *new_name, struct error *error);
bool views_delete(struct views *views, const char *name, struct error *error);

#endif
