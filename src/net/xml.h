/*
 * xml: libxml2 with limits: a streaming reader for pages of records, a tree for short answers, and
 * a writer.
 *
 * Both readers refuse a document type (and with it every entity but the five of XML itself, every
 * external load and every expansion), more than XML_MOST_DEPTH levels, more than XML_MOST_BYTES,
 * and what is not well-formed. Names are namespace and local name: a prefix is never seen. Comments
 * and processing instructions are not there, CDATA is text, encodings are converted to UTF-8. Fetch
 * thread (and tests).
 */
#ifndef DOSSIER_NET_XML_H
#define DOSSIER_NET_XML_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/text.h"

enum { XML_MOST_DEPTH = 64, XML_MOST_BYTES = 128 * 1024 * 1024 };

/* xsi: of nil and type. */
#define XML_INSTANCE "http://www.w3.org/2001/XMLSchema-instance"

/* --- reading as a stream --- */

struct xml_attributes; /* of the element that begins; gone after the call */

/* The attribute's value, without its end marked by a zero; false when there is none of this name.
 * space: "" for an attribute without a prefix. */
bool xml_attribute(const struct xml_attributes *attributes, const char *space, const char *name,
                   const char **bytes, size_t *length);
/* The value of the first attribute there is, whatever its name. */
bool xml_first_attribute(const struct xml_attributes *attributes, const char **bytes,
                         size_t *length);
/* xsi:nil="true" or "1" */
bool xml_is_nil(const struct xml_attributes *attributes);

/* What hears of a document, in its order. space is "" where there is no namespace. Text comes in
 * pieces. Each may be NULL. False ends the reading: then `error` of xml_read is the caller's to
 * have set before. */
struct xml_events {
    bool (*start)(void *context, const char *space, const char *name,
                  const struct xml_attributes *attributes);
    bool (*text)(void *context, const char *bytes, size_t length);
    bool (*end)(void *context, const char *space, const char *name);
};

/* Reads the whole document. False with ERROR_PROTOCOL that gives line and column, or with what is
 * in *error when an event returned false. An empty body is an error. */
bool xml_read(const char *bytes, size_t length, const struct xml_events *events, void *context,
              struct error *error);

/* --- reading as a tree --- */

/* The document, the caller's to free with xmlFreeDoc; NULL as xml_read. An element that holds no
 * elements has at most one child, its text. */
xmlDoc *xml_read_tree(const char *bytes, size_t length, struct error *error);
const xmlNode *xml_root(const xmlDoc *document);
/* The first child element, the next element beside it, of this namespace and name; NULL stands for
 * any. NULL when there is none; NULL-safe. Borrowed. */
const xmlNode *xml_child(const xmlNode *node, const char *space, const char *name);
const xmlNode *xml_next(const xmlNode *node, const char *space, const char *name);
bool xml_is(const xmlNode *node, const char *space, const char *name);
/* The text directly in the element: "" when it is empty, NULL when it is nil, holds elements, or is
 * not there. Borrowed. */
const char *xml_text(const xmlNode *node);
/* xml_text of the child. */
const char *xml_child_text(const xmlNode *node, const char *space, const char *name);
bool xml_node_is_nil(const xmlNode *node);
/* The local part of xsi:type; NULL when there is none. Borrowed. */
const char *xml_node_type(const xmlNode *node);

/* --- writing --- */

struct xml_writer;

struct xml_writer *xml_writer_new(void);
void xml_writer_free(struct xml_writer *writer); /* wipes what was written; NULL is allowed */
/* name as it is to stand, with its prefix. The writer escapes; a text that XML cannot carry (a
 * control character, bytes that are not UTF-8) makes xml_writer_finish fail. */
void xml_open(struct xml_writer *writer, const char *name);
void xml_put_attribute(struct xml_writer *writer, const char *name, const char *value);
void xml_put_text(struct xml_writer *writer, const char *bytes, size_t length);
void xml_close(struct xml_writer *writer);
/* <name>text</name>; with NULL for text, <name xsi:nil="true"/>. */
void xml_put(struct xml_writer *writer, const char *name, const char *text);
/* Appends the document. False with ERROR_VALIDATION that names the element and the character. */
bool xml_writer_finish(struct xml_writer *writer, struct text *out, struct error *error);
/* Can XML carry this text? The code of the first character that it cannot goes to *bad (may be
 * NULL); 0xFFFD for bytes that are not UTF-8. */
bool xml_can_carry(const char *bytes, size_t length, unsigned *bad);

#endif
