"""Values of the store as SOAP spells them, and texts of a request as the store keeps them."""

import math
import re

from salesforce_store import SalesforceError
from soap_xml import NIL, PARTNER, SOBJECT, ClientError, Out, optional, simple_value

NUMBERS = ("double", "currency", "percent")
ADDRESS = ("latitude", "longitude", "city", "country", "countryCode", "geocodeAccuracy",
           "postalCode", "state", "stateCode", "street")
RECORD = (SOBJECT, "sObject")


def java_double(value):
    """A double as Java prints it: 50000.0, 5.6E9, 1.0E-4."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(float(value))
    for precision in range(17):
        digits, _, exponent = f"{value:.{precision}e}".partition("e")
        if float(f"{digits}e{exponent}") == value:
            break
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def spell_moment(text):
    """The store's 2026-11-01T09:00:00.000+0000 with a Z."""
    return re.sub(r"\+0000$", "Z", text)


def moment_text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def spell(described, value):
    """The content of a field's element."""
    kind = described["type"]
    if value is None:
        return NIL
    if kind == "boolean":
        return "true" if value else "false"
    if kind in NUMBERS:
        return java_double(value)
    if kind == "datetime":
        return spell_moment(value)
    if kind == "encryptedstring":
        return "*" * (len(value) - 4) + value[-4:]
    if kind in ("address", "location"):
        names = ADDRESS if kind == "address" else ADDRESS[:2]
        return [Out(name, NIL if value.get(name) is None else java_double(value[name])
                    if isinstance(value[name], float) else value[name]) for name in names]
    return str(value)


def field_out(described, value):
    kind = described["type"] if described["type"] in ("address", "location") else None
    content = spell(described, value)
    return Out(described["name"], content, SOBJECT,
               (PARTNER, kind) if kind and content is not NIL else None)


def aggregate_out(name, value):
    """A value without a describe of its own: its type stands in the reply."""
    if value is None:
        return Out(name, NIL, SOBJECT)
    if isinstance(value, bool):
        return Out(name, "true" if value else "false", SOBJECT)
    if isinstance(value, float):
        return Out(name, java_double(value), SOBJECT)
    text = spell_moment(value) if isinstance(value, str) and "T" in value and "+0000" in value \
        else str(value)
    return Out(name, text, SOBJECT)


def record_content(store, row, child_result):
    """type, Id, and what was selected: Id comes twice where it was, nil where it was not."""
    name = row["attributes"]["type"]
    found = [Out("type", name, SOBJECT), optional("Id", row.get("Id"), SOBJECT)]
    fields = store.field_index(name) if name in store.objects else {}  # not: Name
    for key, value in row.items():
        if key == "attributes":
            continue
        if key in fields:
            found.append(field_out(fields[key], value))
        elif isinstance(value, dict) and "attributes" in value:
            found.append(Out(key, record_content(store, value, child_result), SOBJECT, RECORD))
        elif isinstance(value, dict):
            found.append(Out(key, child_result(value["records"]), SOBJECT,
                             (PARTNER, "QueryResult")))
        else:
            found.append(aggregate_out(key, value))
    return found


# --- what was sent ---

def wrong_type(described, text):
    raise SalesforceError("INVALID_TYPE_ON_FIELD_IN_RECORD",
                          f"{described['label']}: value not of required type: {text}",
                          [described["name"]])


def parse(described, text):
    """The text of a field as the store keeps it."""
    kind = described["type"]
    if text == "":
        return None
    try:
        if kind == "boolean":
            return simple_value(text, "boolean")
        if kind == "int":
            number = simple_value(text, "int")
            return number if -2 ** 31 <= number < 2 ** 31 else wrong_type(described, text)
        if kind == "datetime":
            return simple_value(text, "dateTime").strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        if kind == "base64":
            simple_value(text, "base64Binary")
            return "".join(text.split())
    except ClientError:
        wrong_type(described, text)
    if kind in NUMBERS:
        if not re.fullmatch(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", text) or \
                math.isinf(float(text)):
            wrong_type(described, text)
        return float(text)
    if kind == "date":
        found = re.fullmatch(r"\s*(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?\s*", text)
        return found[1] if found else wrong_type(described, text)
    if kind == "time":
        found = re.fullmatch(r"\s*(\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?Z?\s*", text)
        return f"{found[1]}.{found[2] or '':<03}Z" if found else wrong_type(described, text)
    return text
