/*
 * xml_internal: what the two readers share: one run of libxml2's parser over bytes in memory, its
 * limits, and its words as our error. Fetch thread (and tests).
 *
 * The handler's functions get the struct xml_parse they were started with. Each asks xml_goes_on
 * first: after an error libxml2 may have more to say, and nobody is to hear of it.
 */
#ifndef DOSSIER_NET_XML_INTERNAL_H
#define DOSSIER_NET_XML_INTERNAL_H

#include <libxml/parser.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

struct xml_parse {
    xmlParserCtxt *parser; /* while xml_parse runs */
    struct error *error;
    int depth;
    bool over; /* something was wrong, or enough was heard */
};

/* A handler that hears of nothing but errors and refuses a document type. */
xmlSAXHandler xml_handler(void);

/* Runs the parser. False with *parse->error set, or when xml_stop was called. The document that the
 * handler had libxml2 build, if any, goes to *document, well-formed or not. */
bool xml_parse(struct xml_parse *parse, const xmlSAXHandler *handler, const char *bytes,
               size_t length, xmlDoc **document);

bool xml_goes_on(struct xml_parse *parse);
void xml_stop(struct xml_parse *parse);
/* An element begins: false, with the error, when it is nested too deep. */
bool xml_enter(struct xml_parse *parse);
void xml_leave(struct xml_parse *parse);

#endif
