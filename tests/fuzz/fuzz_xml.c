/*
 * fuzz_xml: both XML readers take a document or give an error with words, and are of one mind; the
 * stream keeps the order and the depth it promises; a text that was read and can be carried is
 * written so that it reads back as the same.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
    size_t depth, elements;
    struct text text; /* of the root and all below */
};

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "xml: %s\n", what);
        abort();
    }
}

static bool on_start(void *context, const char *space, const char *name,
                     const struct xml_attributes *attributes)
{
    struct heard *heard = context;
    const char *bytes;
    size_t length;
    require(space != NULL && name[0] != '\0', "an element has no name");
    require(++heard->depth <= XML_MOST_DEPTH, "deeper than allowed");
    heard->elements++;
    if (xml_first_attribute(attributes, &bytes, &length)) {
        require(text_is_utf8(bytes, length), "an attribute is not UTF-8");
    }
    (void)xml_is_nil(attributes);
    (void)xml_attribute(attributes, "", "b", &bytes, &length);
    return true;
}

static bool on_text(void *context, const char *bytes, size_t length)
{
    struct heard *heard = context;
    require(heard->depth > 0, "text outside the root");
    text_append(&heard->text, bytes, length);
    return true;
}

static bool on_end(void *context, const char *space, const char *name)
{
    struct heard *heard = context;
    (void)space;
    (void)name;
    require(heard->depth-- > 0, "more ends than beginnings");
    return true;
}

static size_t walk(const xmlNode *node, struct text *text)
{
    size_t elements = 1;
    const char *own = xml_text(node);
    (void)xml_node_type(node);
    require(own == NULL || node->children == NULL || node->children->next == NULL,
            "a text in pieces");
    for (const xmlNode *at = node->children; at != NULL; at = at->next) {
        if (at->type == XML_ELEMENT_NODE) {
            elements += walk(at, text);
        } else {
            require(at->type == XML_TEXT_NODE, "more in the tree than elements and text");
            text_append_string(text, (const char *)at->content);
        }
    }
    return elements;
}

static void check_writer(const char *bytes, size_t length)
{
    struct text out = {0};
    struct error error = {0};
    struct xml_writer *writer = xml_writer_new();
    xml_open(writer, "r");
    xml_put_text(writer, bytes, length);
    xml_close(writer);
    bool carried = xml_can_carry(bytes, length, NULL);
    require(xml_writer_finish(writer, &out, &error) == carried, "writes what it cannot carry");
    if (carried) {
        xmlDoc *document = xml_read_tree(out.bytes, out.length, &error);
        const char *again = xml_text(xml_root(document));
        require(again != NULL && strlen(again) == length && memcmp(again, bytes, length) == 0,
                "reads back as another");
        xmlFreeDoc(document);
    } else {
        require(error.message != NULL, "refuses to write without a word");
    }
    xml_writer_free(writer);
    error_clear(&error);
    text_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct xml_events events = {on_start, on_text, on_end};
    struct error error = {0}, other = {0};
    struct heard heard = {0};
    char *bytes = malloc(size + 1); /* an own copy, so that the sanitizer sees its end */
    require(bytes != NULL, "no memory");
    memcpy(bytes, data, size);
    bool taken = xml_read(bytes, size, &events, &heard, &error);
    xmlDoc *document = xml_read_tree(bytes, size, &other);
    require(taken == (document != NULL), "one reader takes it, the other does not");
    if (taken) {
        struct text text = {0};
        require(heard.depth == 0, "the end was not heard");
        require(walk(xml_root(document), &text) == heard.elements, "not the same elements");
        require(text.length == heard.text.length &&
                    strcmp(text_string(&text), text_string(&heard.text)) == 0,
                "not the same text");
        check_writer(text_string(&text), text.length);
        text_free(&text);
    } else {
        require(error.kind == ERROR_PROTOCOL && error.message != NULL, "refuses without a word");
        require(strcmp(error.message, other.message) == 0, "two opinions of what is wrong");
    }
    check_writer((const char *)data, size);
    xmlFreeDoc(document);
    text_free(&heard.text);
    error_clear(&error);
    error_clear(&other);
    free(bytes);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_xml";
static const char *const fuzz_pieces[] = {
    "<a>",
    "</a>",
    "<b/>",
    "<a b='1'>",
    "<a xmlns='urn:x'>",
    "<p:a xmlns:p='urn:x'>",
    "</p:a>",
    "&amp;",
    "&#x20AC;",
    "&#38;",
    "&lt;",
    "&x;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?p ",
    "?>",
    "<!DOCTYPE a [",
    "<?xml version='1.0' ",
    "encoding='UTF-16'?>",
    "encoding='ISO-8859-1'?>",
    "\xef\xbb\xbf",
    "\xff\xfe",
    "\xc3\xa4",
    " ",
    "\n",
    "<a><a><a><a>",
};
#include "standalone.h"
#endif
