/*
 * xml_tree: short answers as libxml2's tree, and what is looked up in it; see xml.h. The tree is
 * built by libxml2's own SAX2 functions, behind the same limits as the stream. Comments and
 * processing instructions never get there, so that the texts around them are one. Fetch thread (and
 * tests).
 */
#include <libxml/SAX2.h>
#include <string.h>

#include "net/xml.h"
#include "net/xml_internal.h"

/* --- building --- */

static void on_document(void *context)
{
    struct xml_parse *parse = context;
    parse->parser->loadsubset |= XML_SKIP_IDS; /* nobody asks for xml:id: no table is kept of it */
    xmlSAX2StartDocument(parse->parser);
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *space, int space_count, const xmlChar **spaces,
                     int attribute_count, int defaulted, const xmlChar **parts)
{
    struct xml_parse *parse = context;
    if (xml_goes_on(parse) && xml_enter(parse)) {
        xmlSAX2StartElementNs(parse->parser, name, prefix, space, space_count, spaces,
                              attribute_count, defaulted, parts);
    }
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    struct xml_parse *parse = context;
    if (xml_goes_on(parse)) {
        xml_leave(parse);
        xmlSAX2EndElementNs(parse->parser, name, prefix, space);
    }
}

static void on_text(void *context, const xmlChar *bytes, int length)
{
    struct xml_parse *parse = context;
    if (xml_goes_on(parse)) {
        xmlSAX2Characters(parse->parser, bytes, length);
    }
}

xmlDoc *xml_read_tree(const char *bytes, size_t length, struct error *error)
{
    xmlDoc *document = NULL;
    struct xml_parse parse = {.error = error};
    xmlSAXHandler handler = xml_handler();
    handler.startDocument = on_document;
    handler.startElementNs = on_start;
    handler.endElementNs = on_end;
    handler.characters = on_text;
    handler.ignorableWhitespace = on_text;
    handler.cdataBlock = on_text;
    if (!xml_parse(&parse, &handler, bytes, length, &document)) {
        xmlFreeDoc(document);
        return NULL;
    }
    return document;
}

/* --- looking up --- */

const xmlNode *xml_root(const xmlDoc *document)
{
    return document == NULL ? NULL : xmlDocGetRootElement((xmlDoc *)(uintptr_t)document);
}

static bool equal(const xmlChar *text, const char *wanted)
{
    return wanted == NULL || strcmp(text == NULL ? "" : (const char *)text, wanted) == 0;
}

bool xml_is(const xmlNode *node, const char *space, const char *name)
{
    return node != NULL && node->type == XML_ELEMENT_NODE && equal(node->name, name) &&
           equal(node->ns == NULL ? NULL : node->ns->href, space);
}

static const xmlNode *from(const xmlNode *node, const char *space, const char *name)
{
    while (node != NULL && !xml_is(node, space, name)) {
        node = node->next;
    }
    return node;
}

const xmlNode *xml_child(const xmlNode *node, const char *space, const char *name)
{
    return node == NULL ? NULL : from(node->children, space, name);
}

const xmlNode *xml_next(const xmlNode *node, const char *space, const char *name)
{
    return node == NULL ? NULL : from(node->next, space, name);
}

/* Borrowed; NULL when the element has no such attribute. */
static const char *attribute_of(const xmlNode *node, const char *space, const char *name)
{
    if (node == NULL || node->type != XML_ELEMENT_NODE) {
        return NULL;
    }
    for (const xmlAttr *at = node->properties; at != NULL; at = at->next) {
        if (equal(at->name, name) && equal(at->ns == NULL ? NULL : at->ns->href, space)) {
            return at->children == NULL ? "" : (const char *)at->children->content;
        }
    }
    return NULL;
}

bool xml_node_is_nil(const xmlNode *node)
{
    const char *nil = attribute_of(node, XML_INSTANCE, "nil");
    return nil != NULL && (strcmp(nil, "true") == 0 || strcmp(nil, "1") == 0);
}

const char *xml_node_type(const xmlNode *node)
{
    const char *type = attribute_of(node, XML_INSTANCE, "type");
    const char *colon = type == NULL ? NULL : strchr(type, ':');
    return colon == NULL ? type : colon + 1;
}

const char *xml_text(const xmlNode *node)
{
    if (node == NULL || xml_node_is_nil(node) || xml_child(node, NULL, NULL) != NULL) {
        return NULL;
    }
    return node->children == NULL ? "" : (const char *)node->children->content;
}

const char *xml_child_text(const xmlNode *node, const char *space, const char *name)
{
    return xml_text(xml_child(node, space, name));
}
