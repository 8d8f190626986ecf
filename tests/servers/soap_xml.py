"""SOAP's XML: requests read into trees and held against the partner schema, replies written.

read() parses, with namespaces, and knows no DOCTYPE. Schema values come out of check(): a complex
type is a dictionary, an sObject an SObject, a repeated element a list, nil and absent are None.
Replies are made of Out and written by write() in one of the spellings of STYLES; what they mean
is the same, the prefixes are not.
"""

import base64
import binascii
import datetime
import functools
import re
import xml.parsers.expat

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
PARTNER = "urn:partner.soap.sforce.com"
SOBJECT = "urn:sobject.partner.soap.sforce.com"
FAULT = "urn:fault.partner.soap.sforce.com"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"
DEEPEST = 40
OLDEST, NEWEST = 31, 66  # versions of the API

# Elements in their order: name:type, ~ nillable, ? optional, * any number, *N at most N, + one or
# more, @N from version N on. Types with a capital initial are below, ID and sObject aside.
SCHEMA = {
    "login": "username:string password:string",
    "logout": "",
    "invalidateSessions": "sessionIds:string*",
    "create": "sObjects:sObject*",
    "update": "sObjects:sObject*",
    "upsert": "externalIDFieldName:string sObjects:sObject*",
    "delete": "ids:ID*",
    "undelete": "ids:ID+",
    "emptyRecycleBin": "ids:ID+",
    "getDeleted": "sObjectType:string startDate:dateTime endDate:dateTime",
    "getUpdated": "sObjectType:string startDate:dateTime endDate:dateTime",
    "convertLead": "leadConverts:LeadConvert*",
    "merge": "request:MergeRequest*",
    "process": "actions:ProcessRequest*",
    "query": "queryString:string",
    "queryAll": "queryString:string",
    "queryMore": "queryLocator:string",
    "retrieve": "fieldList:string sObjectType:string ids:ID*",
    "search": "searchString:string",
    "describeGlobal": "",
    "describeLayout": "sObjectType:string layoutName:string~ recordTypeIds:ID*",
    "describeSObject": "sObjectType:string",
    "describeSObjects": "sObjectType:string*",
    "describeSoftphoneLayout": "",
    "describeTabs": "",
    "getServerTimestamp": "",
    "getUserInfo": "",
    "sendEmail": "messages:Email*",
    "setPassword": "userId:ID password:string",
    "resetPassword": "userId:ID",
}
TYPES = {
    "LeadConvert": "accountId:ID~ accountRecord:sObject~@47 bypassAccountDedupeCheck:boolean~@47 "
                   "bypassContactDedupeCheck:boolean~@47 contactId:ID~ contactRecord:sObject~@47 "
                   "convertedStatus:string doNotCreateOpportunity:boolean leadId:ID "
                   "opportunityId:ID~@47 opportunityName:string~ opportunityRecord:sObject~@47 "
                   "overwriteLeadSource:boolean ownerId:ID~ relatedPersonAccountId:ID~@51 "
                   "relatedPersonAccountRecord:sObject~@51 sendNotificationEmail:boolean",
    "MergeRequest": "additionalInformationMap:AdditionalInformationMap*@47 masterRecord:sObject "
                    "recordToMergeIds:ID+",
    "AdditionalInformationMap": "name:string value:string",
    "ProcessSubmitRequest": "comments:string~ nextApproverIds:ID~* objectId:ID submitterId:ID~ "
                            "processDefinitionNameOrId:string~ skipEntryCriteria:boolean~",
    "ProcessWorkitemRequest": "comments:string~ nextApproverIds:ID~* action:string workitemId:ID",
    "SingleEmailMessage": "bccSender:boolean~ emailPriority:EmailPriority~ replyTo:string~ "
                          "saveAsActivity:boolean~ senderDisplayName:string~ subject:string~ "
                          "useSignature:boolean~ bccAddresses:string~*25 ccAddresses:string~*25 "
                          "charset:string~ documentAttachments:ID* entityAttachments:ID* "
                          "fileAttachments:EmailFileAttachment* htmlBody:string~ "
                          "inReplyTo:string~? optOutPolicy:OptOutPolicy~ "
                          "orgWideEmailAddressId:ID~? plainTextBody:string~ references:string~? "
                          "targetObjectId:ID~ templateId:ID~ templateName:string~?@47 "
                          "toAddresses:string~*100 treatBodiesAsTemplate:boolean~ "
                          "treatTargetObjectAsRecipient:boolean~ whatId:ID~",
    "MassEmailMessage": "bccSender:boolean~ emailPriority:EmailPriority~ replyTo:string~ "
                        "saveAsActivity:boolean~ senderDisplayName:string~ subject:string~ "
                        "useSignature:boolean~ description:string~ targetObjectIds:ID*250 "
                        "templateId:ID whatIds:ID*250",
    "EmailFileAttachment": "body:base64Binary~? contentType:string~? fileName:string id:ID~? "
                           "inline:boolean?",
    "PackageVersion": "majorNumber:int minorNumber:int namespace:string",
    "OwnerChangeOption": "type:string execute:boolean",
    "LogInfo": "category:string level:string",
}
# Types that stand for others: the request says which by xsi:type.
ABSTRACT = {"ProcessRequest": ("ProcessSubmitRequest", "ProcessWorkitemRequest"),
            "Email": ("SingleEmailMessage", "MassEmailMessage")}
ENUMERATIONS = {"EmailPriority": ("Highest", "High", "Normal", "Low", "Lowest"),
                "OptOutPolicy": ("SEND", "FILTER", "REJECT")}
HEADERS = {
    "SessionHeader": "sessionId:string",
    "LoginScopeHeader": "organizationId:ID portalId:ID?",
    "CallOptions": "client:string~ defaultNamespace:string~",
    "QueryOptions": "batchSize:int?",
    "AllOrNoneHeader": "allOrNone:boolean",
    "MruHeader": "updateMru:boolean",
    "EmailHeader": "triggerAutoResponseEmail:boolean triggerOtherEmail:boolean "
                   "triggerUserEmail:boolean",
    "AssignmentRuleHeader": "assignmentRuleId:ID~ useDefaultRule:boolean~",
    "AllowFieldTruncationHeader": "allowFieldTruncation:boolean",
    "DuplicateRuleHeader": "allowSave:boolean includeRecordDetails:boolean "
                           "runAsCurrentUser:boolean",
    "LocaleOptions": "language:string? localizeErrors:boolean?",
    "PackageVersionHeader": "packageVersions:PackageVersion*",
    "DisableFeedTrackingHeader": "disableFeedTracking:boolean",
    "StreamingEnabledHeader": "streamingEnabled:boolean",
    "UserTerritoryDeleteHeader": "transferToUserId:ID~",
    "OwnerChangeOptions": "options:OwnerChangeOption~*",
    "DebuggingHeader": "categories:LogInfo* debugLevel:string",
}
OF_READING = "SessionHeader CallOptions QueryOptions"
OF_DESCRIBING = "SessionHeader CallOptions PackageVersionHeader"
OF_RULES = OF_DESCRIBING + (" AllowFieldTruncationHeader DisableFeedTrackingHeader "
                            "StreamingEnabledHeader DuplicateRuleHeader LocaleOptions "
                            "DebuggingHeader")
OF_WRITING = OF_RULES + " AssignmentRuleHeader MruHeader AllOrNoneHeader EmailHeader"
# The headers that the WSDL binds to a call; SessionHeader and CallOptions to every other.
BOUND = {
    "login": "LoginScopeHeader CallOptions",
    "create": OF_WRITING, "update": OF_WRITING + " OwnerChangeOptions",
    "upsert": OF_WRITING + " OwnerChangeOptions",
    "merge": OF_RULES + " AssignmentRuleHeader MruHeader EmailHeader",
    "delete": OF_RULES + " UserTerritoryDeleteHeader EmailHeader AllOrNoneHeader",
    "undelete": OF_RULES + " AllOrNoneHeader", "process": OF_RULES, "convertLead": OF_RULES,
    "query": OF_READING + " MruHeader PackageVersionHeader", "queryAll": OF_READING,
    "queryMore": OF_READING, "retrieve": OF_READING + " MruHeader PackageVersionHeader",
    "search": OF_DESCRIBING, "describeGlobal": OF_DESCRIBING, "describeLayout": OF_DESCRIBING,
    "describeSObject": OF_DESCRIBING + " LocaleOptions",
    "describeSObjects": OF_DESCRIBING + " LocaleOptions",
    "describeSoftphoneLayout": OF_DESCRIBING, "describeTabs": OF_DESCRIBING,
    "resetPassword": "SessionHeader CallOptions EmailHeader",
}


class ClientError(Exception):
    """The request is not what the schema or SOAP says; a fault without a kind."""

    def __init__(self, message, code="soapenv:Client"):
        super().__init__(message)
        self.message, self.code = message, code


class NotWellFormed(Exception):
    """No XML; the text is the parser's."""


class Node:
    """An element of a request."""

    __slots__ = ("space", "name", "attributes", "children", "pieces", "prefixes")

    def __init__(self, space, name, attributes, prefixes):
        self.space, self.name, self.attributes = space, name, attributes
        self.children, self.pieces, self.prefixes = [], [], prefixes

    @property
    def text(self):
        return "".join(self.pieces)

    def spelt(self):
        return f"{{{self.space}}}{self.name}"

    def qualified(self, text):
        """A QName in an attribute: (namespace, local name)."""
        prefix, colon, local = text.strip().partition(":")
        if not colon:
            prefix, local = "", prefix
        if prefix not in self.prefixes and prefix:
            raise ClientError(f"prefix '{prefix}' of '{text}' is not declared")
        return self.prefixes.get(prefix, ""), local


class Reader:
    def __init__(self):
        self.root, self.open, self.scopes, self.declared = None, [], [{}], {}
        self.parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartNamespaceDeclHandler = self.declare
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.StartDoctypeDeclHandler = self.doctype

    def doctype(self, *unused):
        raise ClientError("a DOCTYPE is not allowed in a SOAP message")

    def declare(self, prefix, uri):
        self.declared[prefix or ""] = uri or ""

    @staticmethod
    def split(name):
        space, blank, local = name.rpartition(" ")
        return (space, local) if blank else ("", name)

    def start(self, name, attributes):
        scope = {**self.scopes[-1], **self.declared} if self.declared else self.scopes[-1]
        self.declared = {}
        self.scopes.append(scope)
        node = Node(*self.split(name), {self.split(key): value for key, value
                                        in attributes.items()}, scope)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)
        if len(self.open) > DEEPEST:
            raise ClientError("the message is nested too deeply")

    def end(self, name):
        self.open.pop()
        self.scopes.pop()

    def data(self, text):
        self.open[-1].pieces.append(text)


def read(body):
    """The root Node of a message. NotWellFormed or ClientError else."""
    reader = Reader()
    try:
        reader.parser.Parse(body, True)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError) as error:
        raise NotWellFormed(str(error)) from None
    return reader.root


# --- the schema ---

class SObject:
    """A record of a request: fields as texts, as None for nil, or as an SObject that names a
    record by another of its fields."""

    def __init__(self, type_, null, record_id, fields):
        self.type, self.null, self.id, self.fields = type_, null, record_id, fields


class Particle:
    def __init__(self, text):
        found = re.fullmatch(r"(\w+):(\w+)(~?)(\?|\+|\*\d*)?(?:@(\d+))?", text)
        self.name, self.type, nillable, times, since = found.groups()
        self.since = int(since or 0)
        self.nillable, self.repeated = bool(nillable), (times or "?")[0] in "*+"
        self.least = 0 if (times or "1")[0] in "?*" else 1
        self.most = int(times[1:]) if times and times[1:] else None if self.repeated else 1


def particles(text):
    return [Particle(word) for word in text.split()]


PARSED = {name: particles(text) for name, text in {**SCHEMA, **TYPES}.items()}


@functools.lru_cache(maxsize=None)
def schema_of(version):
    """What a version of the API knows of the schema: type to particles."""
    return {name: [each for each in parts if each.since <= version]
            for name, parts in PARSED.items()}


PARSED_HEADERS = {name: particles(text) for name, text in HEADERS.items()}
TIME_ZONE = r"(Z|[+-]\d\d:\d\d)"
SIMPLE = {
    "string": r"(?s).*", "int": r"\s*[+-]?\d{1,10}\s*", "boolean": r"\s*(true|false|1|0)\s*",
    "ID": r"(?s).*", "base64Binary": r"[A-Za-z0-9+/=\s]*",
    "dateTime": r"\s*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?" + TIME_ZONE + r"?\s*",
    "date": r"\s*\d{4}-\d\d-\d\d" + TIME_ZONE + r"?\s*",
    "time": r"\s*\d\d:\d\d:\d\d(\.\d+)?" + TIME_ZONE + r"?\s*",
    "double": r"\s*([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN)\s*",
    "long": r"\s*[+-]?\d{1,19}\s*",
}


def misplaced(node, where):
    raise ClientError(f"Element {node.spelt()} invalid at this location in type {where}")


def is_nil(node):
    """Whether xsi:nil says so; its attributes are looked at on the way."""
    for space, name in node.attributes:
        if (space, name) not in ((XSI, "nil"), (XSI, "type")):
            raise ClientError(f"Attribute {{{space}}}{name} invalid on element {node.spelt()}")
    nil = node.attributes.get((XSI, "nil"), "false")
    if nil not in ("true", "false", "1", "0"):
        raise ClientError(f"'{nil}' is not a valid value for xsi:nil")
    if nil in ("false", "0"):
        return False
    if node.children or node.text:
        raise ClientError(f"Element {node.spelt()} is nil and has content")
    return True


def check_type_attribute(node, space, name):
    given = node.attributes.get((XSI, "type"))
    if given is not None and node.qualified(given) != (space, name):
        raise ClientError(f"xsi:type '{given}' is not {{{space}}}{name} on {node.spelt()}")


def no_text(node):
    if node.text.strip():
        raise ClientError(f"Element {node.spelt()} must not contain text")


def moment(text):
    """xsd:dateTime as an aware datetime in UTC, to the second."""
    text = re.sub(r"Z$", "+00:00", text.strip())
    text = re.sub(r"\.(\d+)", lambda match: f".{match[1][:6]:<06}", text)
    found = datetime.datetime.fromisoformat(text)
    if found.tzinfo is None:
        found = found.replace(tzinfo=datetime.timezone.utc)
    return found.astimezone(datetime.timezone.utc).replace(microsecond=0)


def simple_value(text, type_):
    """A text as its xsd type. ClientError for what is none."""
    refused = ClientError(f"'{text}' is not a valid value for the type xsd:{type_}")
    if not re.fullmatch(SIMPLE[type_], text):
        raise refused
    try:
        if type_ == "int":
            return int(text)
        if type_ == "boolean":
            return text.strip() in ("true", "1")
        if type_ == "dateTime":
            return moment(text)
        if type_ == "base64Binary":
            return base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, OverflowError, binascii.Error):
        raise refused from None
    return text


def check_simple(node, type_):
    if node.children:
        misplaced(node.children[0], f"xsd:{type_}")
    if type_ in ENUMERATIONS:
        if node.text not in ENUMERATIONS[type_]:
            raise ClientError(f"'{node.text}' is not a valid value for the type {type_}")
        return node.text
    check_type_attribute(node, *((PARTNER, "ID") if type_ == "ID" else (XSD, type_)))
    return simple_value(node.text, type_)


def check_sobject(node):
    """type, fieldsToNull, Id, then fields, all in the namespace of sObjects."""
    check_type_attribute(node, SOBJECT, "sObject")
    no_text(node)
    stage, type_, null, record_id, fields = 0, None, [], None, {}
    stages = {"type": 1, "fieldsToNull": 2, "Id": 3}
    for child in node.children:
        next_stage = stages.get(child.name, 4)
        if child.space != SOBJECT or next_stage < stage or \
                (next_stage == stage and stage in (1, 3)):
            misplaced(child, "{" + SOBJECT + "}sObject")
        stage = next_stage
        if stage == 4:
            if child.name in fields:
                raise ClientError(f"Duplicate field value specified: {child.name}")
            fields[child.name] = check_field(child)
        elif stage == 1:
            type_ = check_simple(child, "string")
        elif not is_nil(child):
            if stage == 2:
                null.append(check_simple(child, "string"))
            else:
                record_id = check_simple(child, "ID")
    return SObject(type_, null, record_id, fields)


def check_field(node):
    if node.children:
        return check_sobject(node)
    if is_nil(node):
        return None
    given = node.attributes.get((XSI, "type"))
    if given is None:
        return node.text
    space, name = node.qualified(given)
    if space == XSD and name in SIMPLE and name != "ID":
        simple_value(node.text, name)
    elif (space, name) not in ((PARTNER, "ID"), (XSD, "anyType")):
        raise ClientError(f"xsi:type '{given}' is not known on {node.spelt()}")
    return node.text


def check_typed(node, type_, schema):
    """The value of an element, by its type."""
    if type_ == "sObject":
        return check_sobject(node)
    if type_ in SIMPLE or type_ in ENUMERATIONS:
        return check_simple(node, type_)
    if type_ not in ABSTRACT:
        check_type_attribute(node, PARTNER, type_)
        return check_sequence(node, schema[type_], type_, schema)
    given = node.attributes.get((XSI, "type"))
    space, name = node.qualified(given) if given is not None else (None, None)
    if space != PARTNER or name not in ABSTRACT[type_]:
        raise ClientError(f"Must send a concrete type of {{{PARTNER}}}{type_} by xsi:type on "
                          f"element {node.spelt()}")
    return {**check_sequence(node, schema[name], name, schema), "xsi:type": name}


def check_sequence(node, wanted, where, schema):
    """The children of an element, which must be those, in that order."""
    no_text(node)
    found = {each.name: [] if each.repeated else None for each in PARSED.get(where, wanted)}
    at, times = 0, 0
    for child in node.children:
        while at < len(wanted) and (child.space != PARTNER or child.name != wanted[at].name):
            if times < wanted[at].least:
                break
            at, times = at + 1, 0
        if at == len(wanted) or child.space != PARTNER or child.name != wanted[at].name or \
                (wanted[at].most is not None and times >= wanted[at].most):
            misplaced(child, f"{{{PARTNER}}}{where}")
        times += 1
        take(child, wanted[at], found, schema)
    for each in wanted[at:]:
        if times < each.least:
            raise ClientError(f"Required element {{{PARTNER}}}{each.name} is missing in type "
                              f"{{{PARTNER}}}{where}")
        times = 0
    return found


def take(child, particle, found, schema):
    if is_nil(child):
        if not particle.nillable:
            raise ClientError(f"Element {child.spelt()} must not be nil")
        return
    value = check_typed(child, particle.type, schema)
    if particle.repeated:
        found[particle.name].append(value)
    else:
        found[particle.name] = value


def no_attributes(node):
    for space, name in node.attributes:
        if space not in (XSI, SOAP):
            raise ClientError(f"Attribute {{{space}}}{name} invalid on element {node.spelt()}")


def check_headers(node, call, schema):
    found = {}
    for child in node.children:
        if child.space != PARTNER:
            if child.attributes.get((SOAP, "mustUnderstand"), "0") == "1":
                raise ClientError(f"Header {child.spelt()} is not understood",
                                  "soapenv:MustUnderstand")
            continue
        no_attributes(child)
        if child.name not in HEADERS:
            raise ClientError(f"Header {child.spelt()} is not known")
        if child.name not in BOUND.get(call, "SessionHeader CallOptions").split():
            raise ClientError(f"Header {child.name} is not for the call {call}")
        if child.name in found:
            raise ClientError(f"Header {child.name} comes twice")
        found[child.name] = check_sequence(child, PARSED_HEADERS[child.name], child.name, schema)
    return found


def check_envelope(root, version=NEWEST):
    """(call, its arguments, headers) of a message, by the schema of a version."""
    schema = schema_of(version)
    if root.name != "Envelope" or root.space != SOAP:
        if root.name == "Envelope":
            raise ClientError(f"Envelope of namespace {root.space}", "soapenv:VersionMismatch")
        misplaced(root, "a SOAP message")
    header = None
    parts = list(root.children)
    no_text(root)
    no_attributes(root)
    if parts and (parts[0].space, parts[0].name) == (SOAP, "Header"):
        header = parts.pop(0)
        no_text(header)
    if not parts or (parts[0].space, parts[0].name) != (SOAP, "Body"):
        raise ClientError("SOAP-ENV:Body missing")
    if len(parts) > 1:
        misplaced(parts[1], "Envelope")
    no_text(parts[0])
    no_attributes(parts[0])
    if len(parts[0].children) != 1:
        raise ClientError("Body must contain one element")
    call = parts[0].children[0]
    if call.space != PARTNER or call.name not in SCHEMA:
        raise ClientError(f"No operation available for request {call.spelt()}")
    if is_nil(call) or call.attributes:
        raise ClientError(f"Attributes invalid on element {call.spelt()}")
    headers = check_headers(header, call.name, schema) if header is not None else {}
    return call.name, check_sequence(call, schema[call.name], call.name, schema), headers


def check_exact(root):
    """Refuses what the schema does not allow though the service does: ids that are not of 18
    characters, and records without an Id. The message has passed check_envelope."""
    header, body = root.children if len(root.children) == 2 else (None, root.children[0])
    for block in header.children if header is not None else ():
        if block.name in PARSED_HEADERS and block.space == PARTNER:
            check_exact_parts(block, PARSED_HEADERS[block.name])
    check_exact_parts(body.children[0], PARSED[body.children[0].name])


def check_exact_parts(node, wanted):
    types = {each.name: each.type for each in wanted}
    for child in node.children:
        type_ = types[child.name]
        if type_ in ABSTRACT:
            type_ = child.qualified(child.attributes[(XSI, "type")])[1]
        if is_nil(child):
            continue
        if type_ == "ID":
            check_exact_id(child)
        elif type_ == "sObject":
            check_exact_record(child)
        elif type_ in PARSED:
            check_exact_parts(child, PARSED[type_])


def check_exact_id(node):
    if not re.fullmatch(r"[A-Za-z0-9]{18}", node.text):
        raise ClientError(f"'{node.text}' is not a valid value for the type {{{PARTNER}}}ID")


def check_exact_record(node):
    """type and Id must be there; a record within, that is named by a field of its own, has them
    as well."""
    own = {child.name: child for child in node.children}
    for name in ("type", "Id"):
        if name not in own:
            raise ClientError(f"Required element {{{SOBJECT}}}{name} is missing")
    if not is_nil(own["Id"]):
        check_exact_id(own["Id"])
    for child in node.children:
        if child.children:
            check_exact_record(child)


# --- writing ---

NIL = object()


class Out:
    """An element of a reply: its content is a text, a list of Out, or NIL."""

    __slots__ = ("name", "content", "space", "type")

    def __init__(self, name, content="", space=PARTNER, type_=None):
        self.name, self.content, self.space, self.type = name, content, space, type_


def optional(name, value, space=PARTNER):
    """An element that is nil where there is nothing."""
    return Out(name, NIL if value is None else plain(value), space)


def plain(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, (str, list)) else str(value)


def several(name, values):
    return [Out(name, plain(value)) for value in values]


# namespace → prefix; the sObjects' is declared where it begins to be used in "prefixed".
STYLES = {
    "default": {SOAP: "soapenv", PARTNER: "", SOBJECT: "sf", FAULT: "sf", XSI: "xsi", XSD: "xsd"},
    "prefixed": {SOAP: "SOAP-ENV", PARTNER: "ns1", SOBJECT: "ns2", FAULT: "ns3", XSI: "i",
                 XSD: "x"},
}
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text):
    """Text content; what XML cannot say becomes U+FFFD."""
    if FORBIDDEN.search(text):
        text = FORBIDDEN.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(
        "\r", "&#xD;")


def qualify(prefix, name):
    return f"{prefix}:{name}" if prefix else name


def write_element(element, style, pieces):
    name = qualify(style[element.space], element.name) if element.space else element.name
    pieces.append(f"<{name}")
    if element.type is not None:
        space, type_ = element.type
        pieces.append(f' {style[XSI]}:type="{qualify(style[space], type_)}"')
    if element.content is NIL:
        pieces.append(f' {style[XSI]}:nil="true"/>')
        return
    if not element.content:
        pieces.append("/>")
        return
    pieces.append(">")
    if isinstance(element.content, str):
        pieces.append(escape(element.content))
    else:
        for child in element.content:
            write_element(child, style, pieces)
    pieces.append(f"</{name}>")


def write(header, body, style_name="default"):
    """A whole reply, as bytes."""
    style = STYLES[style_name]
    spaces = (SOAP, FAULT, XSI) if body.space == SOAP else (SOAP, PARTNER, XSI, XSD, SOBJECT)
    declared = "".join(
        f' xmlns{":" + style[space] if style[space] else ""}="{space}"' for space in spaces)
    envelope = qualify(style[SOAP], "Envelope")
    pieces = [f'<?xml version="1.0" encoding="UTF-8"?><{envelope}{declared}>']
    if header:
        write_element(Out("Header", header, SOAP), style, pieces)
    write_element(Out("Body", [body], SOAP), style, pieces)
    pieces.append(f"</{envelope}>")
    return "".join(pieces).encode()
