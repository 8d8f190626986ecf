/*
 * xml_write: documents that are sent, over libxml2's xmlTextWriter; see xml.h. Fetch thread (and
 * tests).
 *
 * What goes wrong is kept until xml_writer_finish: the first text that XML cannot carry, with the
 * element it stands in. A document may hold a password: no copy of a text stays behind. Texts are
 * escaped here, for libxml2 frees what it escapes as it is; what it holds is handed over after each
 * text, and wiped there; and what is gathered grows without leaving copies.
 */
#include <libxml/tree.h>
#include <libxml/xmlwriter.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "net/xml.h"
#include "store/config.h"

struct xml_writer {
    xmlTextWriter *library;
    struct text out;
    char **open; /* the elements that are open */
    size_t open_count, open_capacity;
    struct error error; /* the first thing that went wrong */
};

/* --- what can be carried --- */

/* Char of XML 1.0, section 2.2. */
static bool is_character(uint32_t code)
{
    return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code <= 0xD7FF) ||
           (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

bool xml_can_carry(const char *bytes, size_t length, unsigned *bad)
{
    for (size_t i = 0; i < length;) {
        uint32_t code = (unsigned char)bytes[i];
        size_t taken = code < 0x80 ? 1 : text_decode(bytes, length, i, &code);
        if (!is_character(code)) {
            if (bad != NULL) {
                *bad = code == UINT32_MAX ? 0xFFFD : code;
            }
            return false;
        }
        i += taken;
    }
    return true;
}

/* --- the library's end of it --- */

static int take_bytes(void *context, const char *bytes, int length)
{
    struct xml_writer *writer = context;
    text_reserve_wiping(&writer->out, (size_t)length);
    text_append(&writer->out, bytes, (size_t)length);
    config_overwrite((char *)(uintptr_t)bytes, (size_t)length); /* libxml2's own buffer */
    return length;
}

struct xml_writer *xml_writer_new(void)
{
    static const char declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    struct xml_writer *writer = memory_zeroed(1, sizeof *writer);
    xmlOutputBuffer *buffer = xmlOutputBufferCreateIO(take_bytes, NULL, writer, NULL);
    writer->library = buffer == NULL ? NULL : xmlNewTextWriter(buffer);
    if (writer->library == NULL) {
        abort(); /* memory has run out; see core/memory.h */
    }
    text_append_string(&writer->out, declaration);
    return writer;
}

void xml_writer_free(struct xml_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    xmlFreeTextWriter(writer->library); /* hands over what it still holds */
    for (size_t i = 0; i < writer->open_count; i++) {
        free(writer->open[i]);
    }
    free(writer->open);
    config_wipe(&writer->out);
    error_clear(&writer->error);
    free(writer);
}

static void fail_unless(struct xml_writer *writer, bool holds)
{
    if (!holds && !error_is_set(&writer->error)) {
        error_set(&writer->error, ERROR_VALIDATION, "The request cannot be written as XML.");
    }
}

/* For people: without the prefix, which is of the document's own making. */
static const char *local_name(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon == NULL ? name : colon + 1;
}

static const char *current(const struct xml_writer *writer)
{
    return writer->open_count == 0 ? "" : writer->open[writer->open_count - 1];
}

/* --- writing --- */

/* False with the error when XML cannot carry the text. */
static bool check_text(struct xml_writer *writer, const char *name, const char *bytes,
                       size_t length)
{
    unsigned bad = 0;
    if (xml_can_carry(bytes, length, &bad)) {
        return true;
    }
    if (!error_is_set(&writer->error)) {
        error_set(&writer->error, ERROR_VALIDATION,
                  bad == 0xFFFD ? "%s: the text holds bytes that are not UTF-8, and XML cannot "
                                  "carry them (U+%04X)."
                                : "%s: the text holds a character that XML cannot carry: U+%04X.",
                  local_name(name), bad);
    }
    return false;
}

/* What stands for a character in a text; NULL: itself. */
static const char *escape_of(char character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

static void escape(const char *bytes, size_t length, struct text *out)
{
    size_t start = 0, longer = 0;
    for (size_t i = 0; i < length; i++) {
        const char *escaped = escape_of(bytes[i]);
        longer += escaped == NULL ? 0 : strlen(escaped);
    }
    text_reserve_wiping(out, length + longer);
    for (size_t i = 0; i < length; i++) {
        const char *escaped = escape_of(bytes[i]);
        if (escaped != NULL) {
            text_append(out, bytes + start, i - start);
            text_append_string(out, escaped);
            start = i + 1;
        }
    }
    text_append(out, bytes + start, length - start);
}

void xml_open(struct xml_writer *writer, const char *name)
{
    if (xmlValidateQName((const xmlChar *)name, 0) != 0) {
        if (!error_is_set(&writer->error)) {
            error_set(&writer->error, ERROR_VALIDATION,
                      "“%s” cannot be the name of an XML element.", name);
        }
        name = "_";
    }
    fail_unless(writer, xmlTextWriterStartElement(writer->library, (const xmlChar *)name) >= 0);
    writer->open =
        memory_grow(writer->open, writer->open_count, &writer->open_capacity, sizeof *writer->open);
    writer->open[writer->open_count++] = memory_copy_string(name);
}

void xml_put_attribute(struct xml_writer *writer, const char *name, const char *value)
{
    if (check_text(writer, name, value, strlen(value))) {
        fail_unless(writer, xmlTextWriterWriteAttribute(writer->library, (const xmlChar *)name,
                                                        (const xmlChar *)value) >= 0);
    }
}

void xml_put_text(struct xml_writer *writer, const char *bytes, size_t length)
{
    if (check_text(writer, current(writer), bytes, length)) {
        struct text escaped = {0};
        escape(bytes, length, &escaped);
        fail_unless(writer, xmlTextWriterWriteRaw(writer->library,
                                                  (const xmlChar *)text_string(&escaped)) >= 0 &&
                                xmlTextWriterFlush(writer->library) >= 0);
        config_wipe(&escaped);
    }
}

void xml_close(struct xml_writer *writer)
{
    fail_unless(writer, writer->open_count > 0 && xmlTextWriterEndElement(writer->library) >= 0);
    if (writer->open_count > 0) {
        free(writer->open[--writer->open_count]);
    }
}

void xml_put(struct xml_writer *writer, const char *name, const char *text)
{
    xml_open(writer, name);
    if (text == NULL) {
        xml_put_attribute(writer, "xsi:nil", "true");
    } else {
        xml_put_text(writer, text, strlen(text));
    }
    xml_close(writer);
}

bool xml_writer_finish(struct xml_writer *writer, struct text *out, struct error *error)
{
    fail_unless(writer, writer->open_count == 0 && xmlTextWriterFlush(writer->library) >= 0);
    if (error_is_set(&writer->error)) {
        error_copy(error, &writer->error);
        return false;
    }
    text_reserve_wiping(out, writer->out.length);
    text_append(out, writer->out.bytes, writer->out.length);
    return true;
}
