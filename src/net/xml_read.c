/*
 * xml_read: one run of libxml2's SAX2 parser with our limits, and the streaming reader on top of
 * it; see xml.h and xml_internal.h. Fetch thread (and tests).
 *
 * A document type is refused where it begins, before libxml2 reads what it declares: so there are
 * no entities but XML's own, nothing to load, and nothing to expand. Errors go to the parser's own
 * handler; for the few that libxml2 before 2.13 raises without a parser (bytes that are not of the
 * encoding), the calling thread's handler is set while the parser runs and put back after it.
 */
#include <libxml/SAX2.h>
#include <libxml/encoding.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "net/xml.h"
#include "net/xml_internal.h"

enum { MOST_WORDS = 300 };

#if LIBXML_VERSION >= 21200
typedef const xmlError parser_error;
#else
typedef xmlError parser_error;
#endif

/* --- errors --- */

static void refuse(struct xml_parse *parse, int line, int column, const char *why)
{
    if (!parse->over) {
        error_set(parse->error, ERROR_PROTOCOL,
                  "The answer is not XML that can be taken: line %d, column %d: %s.", line, column,
                  why);
    }
    parse->over = true;
}

static void refuse_here(struct xml_parse *parse, const char *why)
{
    refuse(parse, xmlSAX2GetLineNumber(parse->parser), xmlSAX2GetColumnNumber(parse->parser), why);
    xml_stop(parse);
}

/* libxml2's sentence as part of ours: one line, no full stop, and not the whole of a long name. */
static char *words_of(parser_error *problem)
{
    const char *message = problem->message == NULL ? "an error" : problem->message;
    size_t length = strnlen(message, MOST_WORDS);
    char *words = memory_copy(message, length);
    while (length > 0 && strchr("\n .", words[length - 1]) != NULL) {
        words[--length] = '\0';
    }
    for (size_t i = 0; i < length; i++) {
        words[i] = words[i] == '\n' ? ' ' : words[i];
    }
    return words;
}

/* Warnings are let pass, and so is a namespace that is not a URI: it is only compared. The parser
 * is not stopped here, in the midst of whatever it does, but where it next has something to say. */
static void on_error(void *context, parser_error *problem)
{
    struct xml_parse *parse = context;
    if (problem->level < XML_ERR_ERROR || problem->code == XML_WAR_NS_URI) {
        return;
    }
    char *words = words_of(problem);
    bool placed = problem->line > 0;
    refuse(parse, placed ? problem->line : xmlSAX2GetLineNumber(parse->parser),
           placed ? problem->int2 : xmlSAX2GetColumnNumber(parse->parser), words);
    free(words);
}

static void on_document_type(void *context, const xmlChar *name, const xmlChar *public_id,
                             const xmlChar *system_id)
{
    (void)name;
    (void)public_id;
    (void)system_id;
    refuse_here(context, "a document type is not allowed");
}

/* --- a run --- */

xmlSAXHandler xml_handler(void)
{
    return (xmlSAXHandler){
        .initialized = XML_SAX2_MAGIC, .serror = on_error, .internalSubset = on_document_type};
}

bool xml_goes_on(struct xml_parse *parse)
{
    if (parse->over) {
        xml_stop(parse);
    }
    return !parse->over;
}

void xml_stop(struct xml_parse *parse)
{
    parse->over = true;
    xmlStopParser(parse->parser);
}

bool xml_enter(struct xml_parse *parse)
{
    if (parse->depth == XML_MOST_DEPTH) {
        refuse_here(parse, "it is nested deeper than 64 levels");
        return false;
    }
    parse->depth++;
    return true;
}

void xml_leave(struct xml_parse *parse)
{
    parse->depth--;
}

/* How many bytes make a character's unit: libxml2 takes a zero unit for the end, so that what
 * follows one would go unread. */
static size_t unit_of(const char *bytes, size_t length)
{
    xmlCharEncoding encoding =
        xmlDetectCharEncoding((const unsigned char *)bytes, length < 4 ? (int)length : 4);
    switch (encoding) {
    case XML_CHAR_ENCODING_UTF16LE:
    case XML_CHAR_ENCODING_UTF16BE:
    case XML_CHAR_ENCODING_UCS2:
        return 2;
    case XML_CHAR_ENCODING_UCS4LE:
    case XML_CHAR_ENCODING_UCS4BE:
    case XML_CHAR_ENCODING_UCS4_2143:
    case XML_CHAR_ENCODING_UCS4_3412:
        return 4;
    default:
        return 1;
    }
}

static void place_of(const char *bytes, size_t at, int *line, int *column)
{
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < at; i++) {
        *column = bytes[i] == '\n' ? 1 : *column + 1;
        *line += bytes[i] == '\n';
    }
}

static bool check_zeros(struct xml_parse *parse, const char *bytes, size_t length)
{
    static const char zero[4] = {0};
    size_t unit = unit_of(bytes, length);
    const char *at = memchr(bytes, '\0', length);
    size_t i = at == NULL ? length : (size_t)(at - bytes) / unit * unit;
    for (; i + unit <= length; i += unit) {
        if (memcmp(bytes + i, zero, unit) == 0) {
            int line, column;
            place_of(bytes, i, &line, &column);
            refuse(parse, line, column, "a zero byte is not allowed");
            return false;
        }
    }
    return true;
}

static bool is_blank(const char *bytes, size_t length)
{
    size_t mark = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (size_t i = mark; i < length; i++) {
        if (strchr(" \t\r\n", bytes[i]) == NULL || bytes[i] == '\0') {
            return false;
        }
    }
    return true;
}

static bool check_bytes(struct xml_parse *parse, const char *bytes, size_t length)
{
    if (length > XML_MOST_BYTES) {
        return error_set(parse->error, ERROR_PROTOCOL, "The answer is larger than %d MB.",
                         XML_MOST_BYTES / 1024 / 1024);
    }
    if (is_blank(bytes, length)) {
        return error_set(parse->error, ERROR_PROTOCOL,
                         "The answer is empty where XML was expected.");
    }
    return check_zeros(parse, bytes, length);
}

/* userData is what the handler's functions get. */
static xmlParserCtxt *make_parser(struct xml_parse *parse, const xmlSAXHandler *handler)
{
#if LIBXML_VERSION >= 21100
    xmlParserCtxt *parser = xmlNewSAXParserCtxt(handler, parse);
#else
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (parser != NULL) {
        *parser->sax = *handler;
        parser->userData = parse;
    }
#endif
    if (parser == NULL) {
        abort(); /* memory has run out; see core/memory.h */
    }
    /* What libxml2's own tree builder has to say of ids it says to this one's error function, not
     * to the parser's, but through the parser's handler: whose context it then is must be the same.
     */
    parser->vctxt.userData = parse;
    return parser;
}

static xmlDoc *run(struct xml_parse *parse, const char *bytes, size_t length)
{
    const int options = XML_PARSE_NONET | XML_PARSE_HUGE;
#if LIBXML_VERSION < 21300
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;
    xmlSetStructuredErrorFunc(parse, on_error);
#endif
    xmlDoc *document = xmlCtxtReadMemory(parse->parser, bytes, (int)length, NULL, NULL, options);
#if LIBXML_VERSION < 21300
    xmlSetStructuredErrorFunc(context, handler);
#endif
    return document;
}

bool xml_parse(struct xml_parse *parse, const xmlSAXHandler *handler, const char *bytes,
               size_t length, xmlDoc **document)
{
    *document = NULL;
    if (!check_bytes(parse, bytes, length)) {
        return false;
    }
    parse->parser = make_parser(parse, handler);
    *document = run(parse, bytes, length);
    if (!parse->over && !parse->parser->wellFormed) {
        refuse(parse, xmlSAX2GetLineNumber(parse->parser), xmlSAX2GetColumnNumber(parse->parser),
               "it is not well-formed");
    }
    xmlFreeParserCtxt(parse->parser);
    parse->parser = NULL;
    return !parse->over;
}

/* --- the stream --- */

struct stream {
    struct xml_parse parse; /* first: the handler's functions get its address */
    const struct xml_events *events;
    void *context;
};

/* libxml2's array: local name, prefix, namespace, first byte, end; five for each attribute. */
struct xml_attributes {
    const xmlChar **parts;
    size_t count;
    char **kept; /* values that had to be written anew; gone with the element's beginning */
    size_t kept_count;
};

static const char *bytes_of(const xmlChar *text)
{
    return text == NULL ? "" : (const char *)text;
}

static struct xml_attributes *writable(const struct xml_attributes *attributes)
{
    return (struct xml_attributes *)(uintptr_t)attributes;
}

/* An ampersand reaches a SAX handler as "&#38;" when entities are not replaced, and nothing else
 * begins with one. */
static const char *without_references(const struct xml_attributes *attributes, const char *bytes,
                                      size_t *length)
{
    static const char ampersand[] = "&#38;";
    struct xml_attributes *own = writable(attributes);
    char *copy = memory_allocate(*length + 1);
    size_t written = 0;
    for (size_t i = 0; i < *length; i++) {
        copy[written++] = bytes[i];
        if (*length - i >= 5 && memcmp(bytes + i, ampersand, 5) == 0) {
            i += 4;
        }
    }
    copy[written] = '\0';
    own->kept = memory_resize(own->kept, own->kept_count + 1, sizeof *own->kept);
    own->kept[own->kept_count++] = copy;
    *length = written;
    return copy;
}

static void give(const struct xml_attributes *attributes, size_t i, const char **bytes,
                 size_t *length)
{
    const xmlChar **part = attributes->parts + 5 * i;
    *bytes = (const char *)part[3];
    *length = (size_t)(part[4] - part[3]);
    if (memchr(*bytes, '&', *length) != NULL) {
        *bytes = without_references(attributes, *bytes, length);
    }
}

bool xml_attribute(const struct xml_attributes *attributes, const char *space, const char *name,
                   const char **bytes, size_t *length)
{
    for (size_t i = 0; i < attributes->count; i++) {
        const xmlChar **part = attributes->parts + 5 * i;
        if (strcmp((const char *)part[0], name) == 0 && strcmp(bytes_of(part[2]), space) == 0) {
            give(attributes, i, bytes, length);
            return true;
        }
    }
    return false;
}

bool xml_first_attribute(const struct xml_attributes *attributes, const char **bytes,
                         size_t *length)
{
    if (attributes->count == 0) {
        return false;
    }
    give(attributes, 0, bytes, length);
    return true;
}

bool xml_is_nil(const struct xml_attributes *attributes)
{
    const char *bytes;
    size_t length;
    return attributes->count > 0 &&
           xml_attribute(attributes, XML_INSTANCE, "nil", &bytes, &length) &&
           ((length == 4 && memcmp(bytes, "true", 4) == 0) || (length == 1 && bytes[0] == '1'));
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *space, int space_count, const xmlChar **spaces,
                     int attribute_count, int defaulted, const xmlChar **parts)
{
    struct stream *stream = context;
    (void)prefix;
    (void)space_count;
    (void)spaces;
    (void)defaulted;
    if (!xml_goes_on(&stream->parse) || !xml_enter(&stream->parse) ||
        stream->events->start == NULL) {
        return;
    }
    struct xml_attributes attributes = {.parts = parts, .count = (size_t)attribute_count};
    if (!stream->events->start(stream->context, bytes_of(space), (const char *)name, &attributes)) {
        xml_stop(&stream->parse);
    }
    for (size_t i = 0; i < attributes.kept_count; i++) {
        free(attributes.kept[i]);
    }
    free(attributes.kept);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    struct stream *stream = context;
    (void)prefix;
    if (!xml_goes_on(&stream->parse)) {
        return;
    }
    xml_leave(&stream->parse);
    if (stream->events->end != NULL &&
        !stream->events->end(stream->context, bytes_of(space), (const char *)name)) {
        xml_stop(&stream->parse);
    }
}

static void on_text(void *context, const xmlChar *bytes, int length)
{
    struct stream *stream = context;
    if (xml_goes_on(&stream->parse) && stream->events->text != NULL &&
        !stream->events->text(stream->context, (const char *)bytes, (size_t)length)) {
        xml_stop(&stream->parse);
    }
}

bool xml_read(const char *bytes, size_t length, const struct xml_events *events, void *context,
              struct error *error)
{
    xmlDoc *none;
    struct stream stream = {.parse = {.error = error}, .events = events, .context = context};
    xmlSAXHandler handler = xml_handler();
    handler.startElementNs = on_start;
    handler.endElementNs = on_end;
    handler.characters = on_text;
    handler.ignorableWhitespace = on_text;
    handler.cdataBlock = on_text;
    return xml_parse(&stream.parse, &handler, bytes, length, &none);
}
