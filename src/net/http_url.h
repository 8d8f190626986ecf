/*
 * http_url: what a URL says about where it leads. libcurl's own parser reads it, so that what is
 * checked is what is asked. Pure; any thread.
 */
#ifndef DOSSIER_NET_HTTP_URL_H
#define DOSSIER_NET_HTTP_URL_H

#include <stdbool.h>

#include "core/error.h"

/* An http or https URL with a host, and not plain http to another machine unless that is allowed.
 * ERROR_USAGE. */
bool http_url_allowed(const char *url, bool allow_plain, struct error *error);
/* The same scheme, host and port: credentials may go there too. */
bool http_url_same_origin(const char *a, const char *b);
/* Where Location leads from a URL; the caller frees. NULL when it is no URL. */
char *http_url_resolve(const char *base, const char *location);
/* "host" or "host:port"; the caller frees. Never NULL. */
char *http_url_host(const char *url);
/* Does it lead from https to plain http? */
bool http_url_downgrades(const char *from, const char *to);

#endif
