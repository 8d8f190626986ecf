"""A small Salesforce in memory: objects with their describe, records, and the rules of writing.

Shared by the servers that stand for Salesforce. Values are kept as Salesforce's JSON gives them;
the empty text is kept as null, as there. The clock goes on a second with every write, so that
every write has a stamp of its own.
"""

import datetime
import random
import re
import threading

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
VERSION = "v60.0"
FIRST_ACCOUNTS = ("0010600002BpRZDAA3", "0010600002BpRZEAA3")  # as the page has them

CUSTOM_TYPES = {
    "AutoNumber": "string", "Lookup": "reference", "MasterDetail": "reference",
    "Checkbox": "boolean", "Currency": "currency", "Date": "date", "DateTime": "datetime",
    "Email": "email", "Number": "double", "Percent": "percent", "Phone": "phone",
    "Picklist": "picklist", "MultiselectPicklist": "multipicklist", "Text": "string",
    "TextArea": "textarea", "LongTextArea": "textarea", "Html": "textarea", "Url": "url",
    "EncryptedText": "encryptedstring", "Summary": "double", "Hierarchy": "reference",
    "File": "base64", "MetadataRelationship": "reference", "Location": "location",
    "ExternalLookup": "reference", "IndirectLookup": "reference", "CustomDataType": "anyType",
    "Time": "time",
}


class SalesforceError(Exception):
    """One of Salesforce's errors: {message, errorCode, fields}."""

    def __init__(self, code, message, fields=(), status=400):
        super().__init__(message)
        self.code, self.message, self.fields, self.status = code, message, list(fields), status
        self.row = self.column = None  # of a query that is wrong

    def of_request(self):
        entry = {"message": self.message, "errorCode": self.code}
        return [{**entry, "fields": self.fields} if self.fields else entry]

    def of_record(self):
        return {"statusCode": self.code, "message": self.message, "fields": self.fields}


def widen(record_id):
    """The id of 18 characters, or None for what is no id."""
    if not isinstance(record_id, str) or not re.fullmatch(r"[A-Za-z0-9]{15}([A-Z0-5]{3})?",
                                                         record_id):
        return None
    short = record_id[:15]
    for start in (0, 5, 10):
        record_id = record_id[:15 + start // 5] + ALPHABET[
            sum(1 << i for i in range(5) if short[start + i].isupper())]
    return record_id


def short_id(prefix, number):
    digits = ""
    for _ in range(15 - len(prefix)):
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return prefix + digits


# --- describe ---

LENGTHS = {"id": 18, "reference": 18, "string": 80, "email": 80, "phone": 40, "picklist": 255,
           "url": 255, "textarea": 255, "multipicklist": 4099, "encryptedstring": 175}
SOAP_TYPES = {"id": "tns:ID", "reference": "tns:ID", "boolean": "xsd:boolean", "int": "xsd:int",
              "double": "xsd:double", "currency": "xsd:double", "percent": "xsd:double",
              "date": "xsd:date", "datetime": "xsd:dateTime", "time": "xsd:time",
              "base64": "xsd:base64Binary", "location": "urn:location", "address": "urn:address",
              "anyType": "xsd:anyType"}
NOT_GROUPED = ("double", "currency", "percent", "datetime", "textarea", "multipicklist", "time",
               "encryptedstring", "base64", "location", "address", "anyType", "id")
NOT_SORTED = ("multipicklist", "encryptedstring", "base64", "location", "address", "anyType")
NOT_FILTERED = ("encryptedstring", "base64", "anyType")
NOT_AGGREGATED = ("boolean", "textarea", "encryptedstring", "base64", "location", "address",
                  "anyType")


def picklist(values, controllers=None):
    return [{"value": value, "label": value, "active": True, "defaultValue": i == 0,
             "validFor": controllers[i] if controllers else None}
            for i, value in enumerate(values)]


def field(name, type_, label=None, values=(), targets=(), relation=None, system=False, **more):
    """A field's describe; system fields are made by Salesforce alone."""
    number = type_ in ("double", "currency", "percent")
    long_text = type_ == "textarea" and more.get("length", 255) > 255
    described = {
        "name": name, "label": label or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name), "type": type_,
        "soapType": SOAP_TYPES.get(type_, "xsd:string"), "length": LENGTHS.get(type_, 0),
        "byteLength": 3 * LENGTHS.get(type_, 0), "precision": 18 if number else 0,
        "scale": 2 if number else 0, "digits": 8 if type_ == "int" else 0,
        "nillable": type_ != "boolean" and not system, "createable": not system,
        "updateable": not system, "defaultedOnCreate": type_ == "boolean" or system,
        "calculated": False, "autoNumber": False, "custom": name.endswith("__c"), "unique": False,
        "externalId": False, "idLookup": type_ == "id", "caseSensitive": False, "nameField": False,
        "encrypted": type_ == "encryptedstring", "htmlFormatted": False,
        "filterable": type_ not in NOT_FILTERED and not long_text,
        "sortable": type_ not in NOT_SORTED and not long_text,
        "groupable": type_ not in NOT_GROUPED, "aggregatable": type_ not in NOT_AGGREGATED,
        "picklistValues": picklist(values), "restrictedPicklist": False,
        "dependentPicklist": False, "controllerName": None, "referenceTo": list(targets),
        "relationshipName": relation, "compoundFieldName": None, "extraTypeInfo": None,
        "inlineHelpText": None, "defaultValue": False if type_ == "boolean" else None,
        "defaultValueFormula": None, "calculatedFormula": None, "permissionable": not system,
        "polymorphicForeignKey": len(targets) > 1, "queryByDistance": False,
        "searchPrefilterable": False, "deprecatedAndHidden": False, "aiPredictionField": False,
    }
    described.update(more)
    return described


def required(name, type_, *rest, **more):
    return field(name, type_, *rest, **{"nillable": False, **more})


def owner(*targets):
    return required("OwnerId", "reference", "Owner ID", targets=targets or ("User",),
                    relation="Owner", defaultedOnCreate=True)


def system_fields():
    user = {"targets": ("User",), "system": True}
    return [field("IsDeleted", "boolean", "Deleted", system=True),
            field("CreatedDate", "datetime", system=True),
            field("CreatedById", "reference", "Created By ID", relation="CreatedBy", **user),
            field("LastModifiedDate", "datetime", system=True),
            field("LastModifiedById", "reference", "Last Modified By ID",
                  relation="LastModifiedBy", **user),
            field("SystemModstamp", "datetime", system=True)]


def first_fields(name_length=80, **more):
    return [field("Id", "id", "Record ID", system=True, nillable=False),
            required("Name", "string", length=name_length, nameField=True, **more)]


def dependent_rating():
    """Hot and Warm with every kind of account, Cold with none but prospects."""
    rating = field("Rating", "picklist", dependentPicklist=True, controllerName="Type")
    rating["picklistValues"] = picklist(("Hot", "Warm", "Cold"), ("4AAA", "4AAA", "gAAA"))
    for value in rating["picklistValues"]:
        value["defaultValue"] = False
    return rating


STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost")


def objects():
    """name → (key prefix, plural, fields)."""
    person = [field("Email", "email"), field("Phone", "phone")]
    return {
        "Account": ("001", "Accounts", first_fields(255) + [
            field("Type", "picklist", values=("Prospect", "Customer - Direct", "Partner")),
            dependent_rating(),
            field("ParentId", "reference", "Parent Account ID", targets=("Account",),
                  relation="Parent"),
            field("Industry", "picklist", values=("Energy", "Banking", "Media", "Retail")),
            field("AnnualRevenue", "currency", precision=18, scale=0),
            field("NumberOfEmployees", "int", "Employees"), field("Phone", "phone"),
            field("Website", "url"), field("Site", "string"),
            field("Description", "textarea", length=32000), field("BillingCity", "string"),
            field("BillingCountry", "string"),
            field("BillingAddress", "address", createable=False, updateable=False),
            field("SLA__c", "picklist", "SLA", values=("Gold", "Platinum", "Bronze"),
                  restrictedPicklist=True),
            field("SLAExpirationDate__c", "date", "SLA expiration"),
            field("Active__c", "boolean", "Active"),
            field("Tags__c", "multipicklist", "Tags", values=("red", "green", "blue")),
            field("Opens__c", "time", "Opens"), field("Code__c", "string", "Code", unique=True,
                                                      caseSensitive=True, externalId=True),
            field("Secret__c", "encryptedstring", "Secret"), owner()] + system_fields()),
        "Contact": ("003", "Contacts", [
            field("Id", "id", "Contact ID", system=True, nillable=False),
            field("AccountId", "reference", "Account ID", targets=("Account",),
                  relation="Account"),
            required("LastName", "string"), field("FirstName", "string", length=40),
            field("Name", "string", "Full Name", system=True, length=121, nameField=True),
            field("Title", "string", length=128), *person, field("Birthdate", "date"),
            owner()] + system_fields()),
        "Opportunity": ("006", "Opportunities", first_fields(120) + [
            field("AccountId", "reference", "Account ID", targets=("Account",),
                  relation="Account"),
            required("StageName", "picklist", "Stage", values=STAGES),
            field("Amount", "currency"), field("Probability", "percent", "Probability (%)"),
            required("CloseDate", "date"), field("Type", "picklist", values=("New", "Existing")),
            field("NextStep", "string", length=255),
            field("Description", "textarea", length=32000),
            field("IsClosed", "boolean", "Closed", system=True),
            field("IsWon", "boolean", "Won", system=True), owner()] + system_fields()),
        "Lead": ("00Q", "Leads", [
            field("Id", "id", "Lead ID", system=True, nillable=False),
            required("LastName", "string"), field("FirstName", "string", length=40),
            field("Name", "string", "Full Name", system=True, length=121, nameField=True),
            required("Company", "string", length=255), *person,
            required("Status", "picklist", values=("Open", "Working", "Closed"),
                     defaultedOnCreate=True),
            owner("Group", "User")] + system_fields()),
        "User": ("005", "Users", first_fields(121) + [
            required("Username", "string"), field("Email", "email"),
            field("IsActive", "boolean", "Active")] + system_fields()[1:]),
        "Group": ("00G", "Groups", first_fields(40) + system_fields()[1:]),
    }


class Store:
    """All objects and records; every method takes the lock."""

    def __init__(self, rows=80, definitions=None):
        self.lock = threading.RLock()
        self.clock = datetime.datetime(2026, 11, 1, 9, tzinfo=datetime.timezone.utc)
        self.objects = {}
        self.records = {}
        self.counters = {}
        self.field_count = 0
        for name, (prefix, plural, fields) in (definitions or objects()).items():
            self.objects[name] = {"prefix": prefix, "plural": plural, "fields": fields}
            self.records[name] = {}
            self.counters[name] = 0
        Seed(self, rows)

    # --- describe ---

    def find(self, name):
        for known in self.objects:
            if known.lower() == name.lower():
                return known
        raise SalesforceError(
            "INVALID_TYPE", f"sObject type '{name}' is not supported. If you are attempting to use "
            "a custom object, be sure to append the '__c' after the entity name. Please reference "
            "your WSDL or the describe call for the appropriate names.")

    def object_of_id(self, record_id):
        for name, known in self.objects.items():
            if record_id.startswith(known["prefix"]):
                return name
        raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")

    def fields(self, name):
        return {described["name"]: described for described in self.objects[name]["fields"]}

    def field_index(self, name):
        """As fields(), kept until a field is added."""
        known = self.objects[name]
        if len(known.get("index", ())) != len(known["fields"]):
            known["index"] = self.fields(name)
        return known["index"]

    def find_field(self, name, field_name):
        for described in self.objects[name]["fields"]:
            if described["name"].lower() == field_name.lower():
                return described
        return None

    def head(self, name):
        known = self.objects[name]
        url = f"/services/data/{VERSION}/sobjects/{name}"
        writable = name not in ("User", "Group")
        return {"name": name, "label": name, "labelPlural": known["plural"],
                "keyPrefix": known["prefix"], "custom": name.endswith("__c"),
                "customSetting": False, "createable": writable, "updateable": writable,
                "deletable": writable, "undeletable": writable, "queryable": True,
                "retrieveable": True, "searchable": True, "layoutable": True, "mergeable": writable,
                "replicateable": True, "triggerable": True, "activateable": False,
                "deprecatedAndHidden": False, "feedEnabled": True,
                "urls": {"sobject": url, "describe": url + "/describe",
                         "rowTemplate": url + "/{ID}"}}

    def describe_global(self):
        return {"encoding": "UTF-8", "maxBatchSize": 200,
                "sobjects": [self.head(name) for name in self.objects]}

    def children(self, parent):
        """(object, field, relationship name) of what points at an object."""
        rows = []
        for name, known in self.objects.items():
            for described in known["fields"]:
                if parent in described["referenceTo"]:
                    named = described["relationshipName"] in ("Account", "Parent")
                    rows.append((name, described["name"],
                                 ("ChildAccounts" if name == parent else known["plural"])
                                 if named else None))
        return rows

    def describe(self, name):
        name = self.find(name)
        return {**self.head(name), "fields": self.objects[name]["fields"],
                "childRelationships": [
                    {"childSObject": child, "field": field_name, "relationshipName": relation,
                     "cascadeDelete": False, "deprecatedAndHidden": False,
                     "restrictedDelete": False}
                    for child, field_name, relation in self.children(name)],
                "recordTypeInfos": [
                    {"name": "Master", "developerName": "Master", "available": True,
                     "active": True, "master": True, "defaultRecordTypeMapping": True,
                     "recordTypeId": "012000000000000AAA"}]}

    def add_field(self, name, values):
        """A custom field as the Metadata API makes it; its id."""
        name = self.find(name)
        for needed in ("type", "name", "label"):
            if not values.get(needed):
                raise SalesforceError("REQUIRED_FIELD_MISSING",
                                      f"Required fields are missing: [{needed}]", [needed])
        kind = CUSTOM_TYPES.get(values["type"])
        if kind is None:
            raise SalesforceError("INVALID_TYPE", f"'{values['type']}' is not a valid value for "
                                  "the enum 'FieldType'", ["type"])
        if values["type"] == "Text" and not isinstance(values.get("length"), int):
            raise SalesforceError("FIELD_INTEGRITY_EXCEPTION",
                                  "Must specify 'length' for a CustomField of type Text", ["length"])
        if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", values["name"]):
            raise SalesforceError("INVALID_FIELD", "The Field Name can only contain alphanumeric "
                                  "characters and must begin with a letter.", ["name"])
        own = values["name"].removesuffix("__c") + "__c"
        if self.find_field(name, own):
            raise SalesforceError("DUPLICATE_DEVELOPER_NAME",
                                  f"There is already a field named {own} on {name}.", ["name"])
        definition = values.get("valueSet", {}).get("valueSetDefinition", {})
        if kind in ("picklist", "multipicklist") and not definition.get("value"):
            raise SalesforceError("FIELD_INTEGRITY_EXCEPTION",
                                  "Must specify 'valueSet' for a picklist", ["valueSet"])
        described = field(own, kind, values["label"],
                          values=[value["fullName"] for value in definition.get("value", ())])
        described["length"] = values.get("length", described["length"])
        self.objects[name]["fields"].append(described)
        for record in self.records[name].values():
            record[own] = False if kind == "boolean" else None
        self.field_count += 1
        if self.field_count == 1:
            return "01N7R00000FlUGDUA3"
        return widen(short_id("01N7R00000", self.field_count))

    # --- reading ---

    def live(self, name):
        return [record for record in self.records[name].values() if not record["IsDeleted"]]

    def rows(self, name, deleted=False):
        """Records to be queried; with those in the recycle bin where asked for."""
        return list(self.records[name].values()) if deleted else self.live(name)

    def record(self, name, record_id):
        """None for one that is not there or was deleted."""
        found = self.records[name].get(widen(record_id) or "")
        return None if found is None or found["IsDeleted"] else found

    def url(self, name, record_id, version=VERSION):
        return f"/services/data/{version}/sobjects/{name}/{record_id}"

    # --- writing ---

    def stamp(self):
        self.clock += datetime.timedelta(seconds=1)
        return self.clock.strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def checked(self, name, values, creating):
        """Field → value, as they are kept. A SalesforceError for what Salesforce would refuse."""
        kept = {}
        for given, value in values.items():
            if given.lower() in ("id", "attributes"):
                continue
            described = self.find_field(name, given)
            if described is None:
                raise SalesforceError("INVALID_FIELD",
                                      f"No such column '{given}' on sobject of type {name}")
            if not described["createable" if creating else "updateable"]:
                raise SalesforceError(
                    "INVALID_FIELD_FOR_INSERT_UPDATE",
                    f"Unable to create/update fields: {described['name']}. Please check the "
                    "security settings of this field and verify that it is read/write for your "
                    "profile or permission set.", [described["name"]])
            kept[described["name"]] = self.checked_value(described, value)
        missing = [described["name"] for described in self.objects[name]["fields"]
                   if described["createable"] and not described["nillable"] and
                   not described["defaultedOnCreate"] and
                   (kept.get(described["name"]) is None if creating else
                    kept.get(described["name"], 1) is None)]
        if missing:
            raise SalesforceError("REQUIRED_FIELD_MISSING",
                                  f"Required fields are missing: [{', '.join(missing)}]", missing)
        return kept

    def checked_value(self, described, value):
        kind = described["type"]
        if value is None or value == "":
            return False if kind == "boolean" else None
        if kind == "boolean":
            return self.of_type(described, value, bool)
        if kind in ("int", "double", "currency", "percent"):
            if isinstance(value, bool):
                self.refuse_type(described, value)
            number = self.of_type(described, value, (int, float))
            return int(number) if kind == "int" else float(number)
        text = self.of_type(described, value, str)
        if kind in PATTERNS and not re.fullmatch(PATTERNS[kind], text):
            self.refuse_type(described, value)
        if kind in ("date", "datetime"):
            return self.calendar(described, text)
        if kind == "reference":
            return self.reference(described, text)
        return self.text(described, text)

    def of_type(self, described, value, types):
        if not isinstance(value, types):
            self.refuse_type(described, value)
        return value

    def refuse_type(self, described, value):
        raise SalesforceError(
            "JSON_PARSER_ERROR", f"Cannot deserialize instance of {described['type']} from value "
            f"{value} or request may be missing a required field", [described["name"]])

    def calendar(self, described, text):
        try:
            if described["type"] == "date":
                return datetime.date.fromisoformat(text[:10]).isoformat()
            moment = datetime.datetime.fromisoformat(re.sub(r"Z$", "+00:00", re.sub(
                r"([+-]\d\d)(\d\d)$", r"\1:\2", text)))
        except ValueError:
            self.refuse_type(described, text)
        return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def reference(self, described, text):
        full = widen(text)
        if full is None:
            raise SalesforceError("MALFORMED_ID", f"{described['label']}: id value of incorrect "
                                  f"type: {text}", [described["name"]])
        if not any(full in self.records.get(target, {}) for target in described["referenceTo"]):
            raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id",
                                  [described["name"]])
        return full

    def text(self, described, text):
        if described["length"] and len(text) > described["length"]:
            raise SalesforceError(
                "STRING_TOO_LONG", f"{described['label']}: data value too large: {text} "
                f"(max length={described['length']})", [described["name"]])
        if described["type"] == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
            raise SalesforceError("INVALID_EMAIL_ADDRESS", f"{described['label']}: invalid email "
                                  f"address: {text}", [described["name"]])
        known = [value["value"] for value in described["picklistValues"]]
        if described["restrictedPicklist"] and text not in known:
            raise SalesforceError(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", f"{described['label']}: bad value for "
                f"restricted picklist field: {text}", [described["name"]])
        return text

    def check_unique(self, name, kept, own_id):
        for described in self.objects[name]["fields"]:
            value = kept.get(described["name"])
            if not described["unique"] or value is None:
                continue
            for other in self.live(name):
                if other["Id"] != own_id and other[described["name"]] == value:
                    raise SalesforceError("DUPLICATE_VALUE", "duplicate value found: "
                                          f"{described['name']} duplicates value on record with "
                                          f"id: {other['Id']}", [described["name"]])

    def derive(self, name, record):
        if "LastName" in record:
            record["Name"] = " ".join(filter(None, (record["FirstName"], record["LastName"])))
        if name == "Opportunity":
            record["IsWon"] = record["StageName"] == "Closed Won"
            record["IsClosed"] = str(record["StageName"]).startswith("Closed")
        if "BillingAddress" in record:
            city, country = record["BillingCity"], record["BillingCountry"]
            record["BillingAddress"] = {
                "city": city, "country": country, "geocodeAccuracy": None, "latitude": None,
                "longitude": None, "postalCode": None, "state": None, "street": None,
            } if city or country else None

    def next_id(self, name):
        self.counters[name] += 1
        if name == "Account" and self.counters[name] <= len(FIRST_ACCOUNTS):
            return FIRST_ACCOUNTS[self.counters[name] - 1]
        return widen(short_id(self.objects[name]["prefix"] + "0600003", self.counters[name]))

    def insert(self, name, values, record_id=None):
        with self.lock:
            name = self.find(name)
            kept = self.checked(name, values, True)
            self.check_unique(name, kept, None)
            stamp = self.stamp()
            record = {described["name"]: False if described["type"] == "boolean" else None
                      for described in self.objects[name]["fields"]}
            user = next(iter(self.records["User"]), None)
            record.update({"Id": record_id or self.next_id(name), "CreatedDate": stamp,
                           "LastModifiedDate": stamp, "SystemModstamp": stamp, "IsDeleted": False,
                           "CreatedById": user, "LastModifiedById": user})
            if "OwnerId" in record:
                record["OwnerId"] = user
            if name == "Lead":
                record["Status"] = "Open"
            record.update(kept)
            self.derive(name, record)
            self.records[name][record["Id"]] = record
            return record["Id"]

    def existing(self, name, record_id):
        full = widen(record_id)
        if full is None:
            raise SalesforceError("MALFORMED_ID", f"bad id {record_id}", ["Id"])
        if name is not None and not full.startswith(self.objects[name]["prefix"]):
            raise SalesforceError("MALFORMED_ID", f"{name} ID: id value of incorrect type: {full}",
                                  ["Id"])
        record = self.records[name or self.object_of_id(full)].get(full)
        if record is None:
            raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if record["IsDeleted"]:
            raise SalesforceError("ENTITY_IS_DELETED", "entity is deleted")
        return record

    def update(self, name, values):
        with self.lock:
            name = self.find(name)
            given = next((value for key, value in values.items() if key.lower() == "id"), None)
            if given is None:
                raise SalesforceError("MISSING_ARGUMENT", "Id not specified in an update call")
            record = self.existing(name, given)
            kept = self.checked(name, values, False)
            self.check_unique(name, kept, record["Id"])
            record.update(kept)
            record["SystemModstamp"] = record["LastModifiedDate"] = self.stamp()
            self.derive(name, record)
            return record["Id"]

    def delete(self, record_id):
        with self.lock:
            record = self.existing(None, record_id)
            record["IsDeleted"] = True
            record["SystemModstamp"] = self.stamp()
            return record["Id"]

    def matching(self, name, key, value):
        """Records whose field has a value, texts without regard to case."""
        described = self.find_field(name, key)
        if described is None:
            raise SalesforceError("NOT_FOUND", "Provided external ID field does not exist or is "
                                  f"not accessible: {key}", status=404)
        if described["type"] in ("id", "reference"):
            value = widen(value)
        if isinstance(value, str) and not described["caseSensitive"]:
            return [record for record in self.live(name)
                    if str(record[described["name"]]).lower() == value.lower()]
        return [record for record in self.live(name) if record[described["name"]] == value]


PATTERNS = {"date": r"\d{4}-\d\d-\d\d(T.*)?",
            "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:?\d\d)",
            "time": r"\d\d:\d\d:\d\d(\.\d{1,3})?Z?"}


class Seed:
    """The same records in every run; hostile texts among them."""

    NAMES = ("Acme", "Southern Railway", "Ångström", "O'Neil & Sons", "100% Organic", "under_score",
             "back\\slash", "Zebra", "Łódź Works", "Red \x1b[31m Flag")

    def __init__(self, store, rows):
        self.store, self.random = store, random.Random(11)
        self.rows = rows
        for i, name in enumerate(("Ada Admin", "Bob Seller", "Eve Manager")):
            store.insert("User", {"Name": name, "Username": f"user{i}@example.com",
                                  "IsActive": True},
                         "0057S000000WzYEQA0" if i == 0 else None)
        store.insert("Group", {"Name": "Queue"})
        store.counters["Account"] = 2
        self.accounts()
        store.counters["Account"] = 0
        self.contacts()
        self.opportunities()
        for i in range(rows // 4):
            store.insert("Lead", {"LastName": f"Lead {i:03}", "Company": f"Company {i % 7}"})

    def accounts(self):
        fixed = (("0010600002BpLWtAAN", "Jane Smith"), ("0010600002BpLWuAAN", "John Doe"),
                 ("0017S00000GYoL3QAL", "Dickenson plc 2"))
        for record_id, name in fixed:
            self.store.insert("Account", {"Name": name}, record_id)
        for i in range(self.rows // 2):
            base = self.NAMES[i % len(self.NAMES)]
            self.store.insert("Account", {
                "Name": base if i < len(self.NAMES) else f"{base} {i}",
                "Industry": self.random.choice(("Energy", "Banking", "Media", None)),
                "AnnualRevenue": self.random.choice((None, 1000.5, 20000, 84000, 84000)),
                "NumberOfEmployees": self.random.choice((None, 5, 50, 5000)),
                "BillingCity": self.random.choice(("Leeds", "Paris", None)),
                "SLA__c": self.random.choice(("Gold", "Platinum", None)),
                "SLAExpirationDate__c": self.random.choice(("2026-11-21", "2027-01-05", None)),
                "Active__c": i % 2 == 0, "Tags__c": self.random.choice(
                    ("red", "red;green", "blue;red", None)),
                "Opens__c": self.random.choice(("08:30:00.000Z", None)),
                "Description": f"Account number {i}"}, widen(short_id("0010600003", 500000 + i)))

    def contacts(self):
        ids = list(self.store.records["Account"])
        for i in range(self.rows):
            self.store.insert("Contact", {
                "LastName": f"Person {i:03}", "FirstName": self.random.choice(("Ann", "Bo", None)),
                "AccountId": None if i % 9 == 8 else self.random.choice(ids),
                "Email": f"person{i}@example.com"})

    def opportunities(self):
        ids = list(self.store.records["Account"])
        for i in range(self.rows):
            day = datetime.date(2026, 1, 1) + datetime.timedelta(days=self.random.randrange(700))
            self.store.insert("Opportunity", {
                "Name": f"Deal {i:04}", "AccountId": None if i % 9 == 8 else self.random.choice(ids),
                "StageName": self.random.choice(STAGES), "CloseDate": day.isoformat(),
                "Amount": self.random.choice((None, 100.25, 5000, 5000, 75000.5)),
                "Probability": self.random.choice((None, 10, 50))})
