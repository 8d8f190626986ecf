"""The store as SOAP needs it: the recycle bin, leads that are converted, records that are merged,
approvals, attachments, record types, and an object that has a field of every kind.

The objects of salesforce_store come first and keep their fields; what is here follows them.
"""

import base64
import datetime

from salesforce_store import (STAGES, SalesforceError, Store, field, first_fields,
                              objects, owner, picklist, required, system_fields, widen)

NOW = datetime.datetime(2026, 11, 21, 11, tzinfo=datetime.timezone.utc)
ORGANIZATION = widen("00D7S0000000001")
PARTNER_TYPE, CUSTOMER_TYPE = widen("0127S0000000001"), widen("0127S0000000002")
MASTER_TYPE = "012000000000000AAA"
CONVERTED = "Closed - Converted"
STATUSES = ("Open", "Working", CONVERTED)
MERGED = ("Account", "Contact", "Lead")
READ_ONLY = ("User", "Group", "RecordType", "LeadStatus", "ProcessDefinition", "ProcessInstance",
             "ProcessInstanceWorkitem", "EmailTemplate")
# Objects with an approval process: its name, and the field that must not be null to enter it.
PROCESSES = {"Opportunity": ("Deal approval", "Amount"), "Account": ("Account approval", "Name")}
PARENTS = ("Account", "Contact", "Opportunity", "Lead")


def looks_at(name, target, label=None, relation=None, **more):
    """A reference that Salesforce sets."""
    return field(name, "reference", label, targets=(target,), relation=relation, system=True,
                 nillable=True, **more)


def dependent_region():
    """Kinds of a country's region: a picklist of two controllers' values, more than a byte's."""
    region = field("Region__c", "picklist", "Region", dependentPicklist=True,
                   controllerName="Country__c", restrictedPicklist=True)
    region["picklistValues"] = picklist(
        ("Bavaria", "Saxony", "Normandy", "Tuscany", "Anywhere"),
        ("gAAA", "gAAA", "QAAA", "AIAA", "wIAA"))
    for value in region["picklistValues"]:
        value["defaultValue"] = False
    return region


COUNTRIES = ("Germany", "France", "Spain", "Poland", "Norway", "Sweden", "Denmark", "Austria",
             "Italy")


def kinds():
    """An object with a field of every type."""
    return first_fields() + [
        field("Text__c", "string", "Text", length=40), field("Long__c", "textarea", "Long text",
                                                             length=32000),
        field("Area__c", "textarea", "Area"),
        field("Pick__c", "picklist", "Pick", values=("A", "B")),
        field("Country__c", "picklist", "Country", values=COUNTRIES), dependent_region(),
        field("Multi__c", "multipicklist", "Multi", values=("red", "green", "blue")),
        field("Combo__c", "combobox", "Combo", values=("Call", "Send letter"), length=80),
        field("Reference__c", "reference", "Account", targets=("Account",),
              relation="Reference__r"),
        field("Check__c", "boolean", "Check"), field("Currency__c", "currency", "Currency"),
        field("Integer__c", "int", "Integer"), field("Double__c", "double", "Double", scale=4),
        field("Whole__c", "double", "Whole", scale=0, precision=9),
        field("Percent__c", "percent", "Percent"), field("Phone__c", "phone", "Phone"),
        field("Date__c", "date", "Date"), field("Stamp__c", "datetime", "Stamp"),
        field("Time__c", "time", "Time"), field("Url__c", "url", "Url"),
        field("Email__c", "email", "Email"),
        field("Secret__c", "encryptedstring", "Secret", length=50, mask="*", maskType="lastFour"),
        field("Blob__c", "base64", "Blob"),
        field("Big__c", "long", "Big", soapType="xsd:long", createable=False, updateable=False),
        field("Place__c", "location", "Place", createable=False, updateable=False),
        field("Any__c", "anyType", "Any", createable=False, updateable=False),
        field("Formula__c", "double", "Formula", calculated=True, createable=False,
              updateable=False, calculatedFormula="Double__c * 2", precision=18, scale=4),
        field("Number__c", "string", "Number", autoNumber=True, createable=False,
              updateable=False, defaultedOnCreate=True, nillable=False, length=30),
        field("External__c", "string", "External", externalId=True, length=20),
        owner()] + system_fields()


def definitions():
    """name → (key prefix, plural, fields) of every object."""
    found = objects()
    fields = {name: list(rest[2]) for name, rest in found.items()}
    fields["Account"][-len(system_fields()):-len(system_fields())] = [
        field("RecordTypeId", "reference", "Record Type ID", targets=("RecordType",),
              relation="RecordType", defaultedOnCreate=True),
        looks_at("MasterRecordId", "Account", relation="MasterRecord")]
    fields["Contact"] += [
        field("ReportsToId", "reference", "Reports To ID", targets=("Contact",),
              relation="ReportsTo"),
        field("LeadSource", "picklist", values=("Web", "Phone", "Partner")),
        looks_at("MasterRecordId", "Contact", relation="MasterRecord")]
    fields["Opportunity"] += [field("LeadSource", "picklist", values=("Web", "Phone", "Partner"))]
    fields["Lead"] = [each for each in fields["Lead"] if each["name"] != "Status"] + [
        required("Status", "picklist", values=STATUSES, defaultedOnCreate=True),
        field("LeadSource", "picklist", values=("Web", "Phone", "Partner")),
        field("IsConverted", "boolean", "Converted", system=True),
        field("ConvertedDate", "date", system=True, nillable=True),
        looks_at("ConvertedAccountId", "Account", relation="ConvertedAccount"),
        looks_at("ConvertedContactId", "Contact", relation="ConvertedContact"),
        looks_at("ConvertedOpportunityId", "Opportunity", relation="ConvertedOpportunity"),
        looks_at("MasterRecordId", "Lead", relation="MasterRecord")]
    found = {name: (*rest[:2], fields[name]) for name, rest in found.items()}
    found.update({
        "Attachment": ("00P", "Attachments", first_fields(255) + [
            field("ParentId", "reference", "Parent ID", targets=PARENTS, relation="Parent",
                  nillable=False, updateable=False),
            field("ContentType", "string", length=120), field("Description", "string", length=500),
            field("IsPrivate", "boolean", "Private"),
            field("BodyLength", "int", "Body Length", system=True),
            required("Body", "base64"), owner()] + system_fields()),
        "Kind__c": ("a00", "Kinds", kinds()),
        "RecordType": ("012", "Record Types", first_fields() + [
            required("DeveloperName", "string"), required("SobjectType", "picklist"),
            field("IsActive", "boolean", "Active")]),
        "LeadStatus": ("01J", "Lead Statuses", [
            field("Id", "id", system=True, nillable=False),
            required("MasterLabel", "string", nameField=True), field("SortOrder", "int"),
            field("IsConverted", "boolean"), field("IsDefault", "boolean")]),
        "ProcessDefinition": ("04a", "Process Definitions", first_fields() + [
            required("DeveloperName", "string"), required("TableEnumOrId", "picklist"),
            field("State", "picklist", values=("Active", "Inactive"))]),
        "ProcessInstance": ("04g", "Process Instances", [
            field("Id", "id", system=True, nillable=False),
            looks_at("ProcessDefinitionId", "ProcessDefinition", relation="ProcessDefinition"),
            field("TargetObjectId", "reference", targets=tuple(PROCESSES),
                  relation="TargetObject", system=True),
            field("Status", "picklist", values=("Pending", "Approved", "Rejected", "Removed")),
            ] + system_fields()),
        "ProcessInstanceWorkitem": ("04i", "Approval Requests", [
            field("Id", "id", system=True, nillable=False),
            looks_at("ProcessInstanceId", "ProcessInstance", relation="ProcessInstance"),
            looks_at("ActorId", "User", relation="Actor"),
            looks_at("OriginalActorId", "User", relation="OriginalActor")] + system_fields()),
        "EmailTemplate": ("00X", "Email Templates", first_fields() + [
            required("DeveloperName", "string"), field("Subject", "string", length=230)]),
    })
    return found


class FullStore(Store):
    def __init__(self, rows=80, user="user0@example.com"):
        self.purged, self.serial = {}, 0
        super().__init__(rows, definitions())
        first = next(iter(self.records["User"].values()))
        first["Username"] = first["Email"] = user
        self.seed()
        self.clock = NOW

    def seed(self):
        for place, (name, developer, record_id) in enumerate((
                ("Partner account", "Partner", PARTNER_TYPE),
                ("Customer account", "Customer", CUSTOMER_TYPE))):
            self.put("RecordType", record_id, Name=name, DeveloperName=developer,
                     SobjectType="Account", IsActive=place == 0)
        for place, status in enumerate(STATUSES):
            self.put("LeadStatus", None, MasterLabel=status, SortOrder=place + 1,
                     IsConverted=status == CONVERTED, IsDefault=place == 0)
        for name, (label, _) in PROCESSES.items():
            self.put("ProcessDefinition", None, Name=label, DeveloperName=label.replace(" ", "_"),
                     TableEnumOrId=name, State="Active")
        self.put("EmailTemplate", None, Name="Welcome", DeveloperName="Welcome",
                 Subject="Welcome to us")
        accounts = list(self.records["Account"].values())
        for place, record in enumerate(accounts):
            record["RecordTypeId"] = PARTNER_TYPE if place % 2 == 0 else None
            record["Secret__c"] = "4000123412341234" if place % 3 == 0 else None
        for place, text in enumerate((b"hello", bytes(range(256)), b"")):
            self.insert("Attachment", {
                "Name": ("hello.txt", "bytes.bin", "empty.txt")[place],
                "ParentId": accounts[place]["Id"], "Body": base64.b64encode(text).decode(),
                "ContentType": "text/plain"})
        self.seed_kinds(accounts)

    def seed_kinds(self, accounts):
        self.insert("Kind__c", {
            "Name": "Full", "Text__c": "text", "Long__c": "line one\nline two & <more>",
            "Area__c": "area", "Pick__c": "A", "Country__c": "Germany", "Region__c": "Bavaria",
            "Multi__c": "red;green", "Combo__c": "Write a poem",
            "Reference__c": accounts[0]["Id"], "Check__c": True, "Currency__c": 5600000000.0,
            "Integer__c": -2147483648, "Double__c": 0.0001, "Whole__c": 50000,
            "Percent__c": 12.5, "Phone__c": "0800 CALL ME", "Date__c": "2024-02-29",
            "Stamp__c": "2024-02-29T23:59:59.000+0000", "Time__c": "23:59:59.000Z",
            "Url__c": "https://example.com/?a=1&b=2", "Email__c": "full@example.com",
            "Secret__c": "4000123412341234", "Blob__c": base64.b64encode(b"\x00\xff").decode(),
            "External__c": "K-1"})
        self.insert("Kind__c", {"Name": "Empty"})
        for place in range(2):  # two of one external id, so that an upsert cannot choose
            self.insert("Kind__c", {"Name": f"Twin {place}", "External__c": "TWIN"})
        full = next(iter(self.records["Kind__c"].values()))
        full.update({"Big__c": 9007199254740993, "Any__c": "anything",
                     "Place__c": {"latitude": 51.5, "longitude": -0.125}})

    def put(self, name, record_id, **values):
        """A record as it is, unchecked; its id."""
        stamp = self.stamp()
        record = {described["name"]: False if described["type"] == "boolean" else None
                  for described in self.objects[name]["fields"]}
        user = next(iter(self.records["User"]), None)
        made = {"Id": record_id or self.next_id(name), "CreatedDate": stamp,
                "LastModifiedDate": stamp, "SystemModstamp": stamp, "CreatedById": user,
                "LastModifiedById": user, "IsDeleted": False}
        record.update({key: value for key, value in made.items() if key in record or key in
                       ("IsDeleted", "SystemModstamp")})
        record.update(values)
        self.records[name][record["Id"]] = record
        return record["Id"]

    # --- describe ---

    def head(self, name):
        found = super().head(name)
        changes = name not in READ_ONLY
        found.update({key: changes for key in ("createable", "updateable", "deletable",
                                               "undeletable")})
        found.update({"mergeable": name in MERGED, "layoutable": changes or name == "User",
                      "searchable": name not in READ_ONLY[2:],
                      "label": name.removesuffix("__c"), "idEnabled": True, "mruEnabled": changes,
                      "replicateable": name != "LeadStatus", "searchLayoutable": changes,
                      "compactLayoutable": changes})
        return found

    def record_types(self, name):
        """The record types that may be used, the master last as Salesforce gives it."""
        rows = [{"name": record["Name"], "developerName": record["DeveloperName"],
                 "available": record["IsActive"], "active": record["IsActive"], "master": False,
                 "defaultRecordTypeMapping": place == 0, "recordTypeId": record["Id"]}
                for place, record in enumerate(self.records["RecordType"].values())
                if record["SobjectType"] == name]
        return rows + [{"name": "Master", "developerName": "Master", "available": True,
                        "active": True, "master": True, "defaultRecordTypeMapping": not rows,
                        "recordTypeId": MASTER_TYPE}]

    def describe(self, name):
        found = super().describe(name)
        for child in found["childRelationships"]:
            child["cascadeDelete"] = child["childSObject"] == "Attachment"
        return {**found, "recordTypeInfos": self.record_types(found["name"])}

    # --- writing ---

    def writable(self, name, words):
        if name in READ_ONLY:
            raise SalesforceError("INVALID_TYPE_FOR_OPERATION",
                                  f"entity type {name} does not support {words}")

    def refuse_type(self, described, value):
        raise SalesforceError("INVALID_TYPE_ON_FIELD_IN_RECORD",
                              f"{described['label']}: value not of required type: {value}",
                              [described["name"]])

    def checked_value(self, described, value):
        if described["type"] == "base64" and value is not None:
            return self.of_type(described, value, str)
        return super().checked_value(described, value)

    def derive(self, name, record):
        super().derive(name, record)
        if name == "Attachment":
            record["BodyLength"] = len(base64.b64decode(record["Body"] or ""))
        if name == "Kind__c":
            record["Formula__c"] = None if record["Double__c"] is None else record["Double__c"] * 2
            if record["Number__c"] is None:
                self.serial += 1
                record["Number__c"] = f"K-{self.serial:04}"

    def checked(self, name, values, creating):
        kept = super().checked(name, values, creating)
        if name == "Lead" and not creating:
            record = self.records[name].get(widen(next(
                value for key, value in values.items() if key.lower() == "id")))
            if record is not None and record["IsConverted"]:
                raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD",
                                      "cannot reference converted lead")
        return kept

    def children_of(self, record_id):
        """(record, field) of whatever points at a record and is not deleted."""
        for name, known in self.objects.items():
            keys = [described["name"] for described in known["fields"]
                    if described["type"] == "reference" and described["updateable"] or
                    described["name"] == "ParentId"]
            for record in self.live(name):
                for key in keys:
                    if record.get(key) == record_id:
                        yield name, record, key

    def delete(self, record_id):
        with self.lock:
            name = self.object_of_id(self.existing(None, record_id)["Id"])
            self.writable(name, "delete")
            full = super().delete(record_id)
            for attached in self.live("Attachment"):
                if attached["ParentId"] == full:
                    attached["IsDeleted"] = True
                    attached["SystemModstamp"] = self.records[name][full]["SystemModstamp"]
            return full

    def binned(self, record_id, code):
        """The record of the recycle bin. UNDELETE_FAILED or what is given for one not there."""
        full = widen(record_id)
        if full is None:
            raise SalesforceError("MALFORMED_ID", f"bad id {record_id}", ["Id"])
        record = self.records[self.object_of_id(full)].get(full)
        if record is None:
            raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if not record["IsDeleted"] or record.get("MasterRecordId"):
            raise SalesforceError(code, "Entity is not in the recycle bin")
        return record

    def undelete(self, record_id):
        with self.lock:
            record = self.binned(record_id, "UNDELETE_FAILED")
            stamp = record["SystemModstamp"]
            record["IsDeleted"] = False
            record["SystemModstamp"] = record["LastModifiedDate"] = self.stamp()
            for attached in self.records["Attachment"].values():
                if attached["ParentId"] == record["Id"] and attached["SystemModstamp"] == stamp:
                    attached["IsDeleted"] = False
            return record["Id"]

    def purge(self, record_id):
        with self.lock:
            record = self.binned(record_id, "DELETE_FAILED")
            name = self.object_of_id(record["Id"])
            self.purged.setdefault(name, []).append(self.records[name].pop(record["Id"]))
            return record["Id"]

    def replicated(self, name, start, end, deleted):
        """(id, stamp) of what was deleted or changed in a time, both ends within."""
        rows = list(self.records[name].values()) + (self.purged.get(name, []) if deleted else [])
        found = []
        for record in rows:
            if record["IsDeleted"] != deleted:
                continue
            stamp = datetime.datetime.strptime(record["SystemModstamp"], "%Y-%m-%dT%H:%M:%S.%f%z")
            if start <= stamp <= end:
                found.append((record["Id"], stamp))
        return sorted(found, key=lambda each: (each[1], each[0]))

    def save_point(self):
        """All records as they are now, for roll_back()."""
        return ({name: {key: dict(record) for key, record in rows.items()}
                 for name, rows in self.records.items()},
                {name: list(rows) for name, rows in self.purged.items()})

    def roll_back(self, saved):
        self.records, self.purged = saved

    # --- the larger changes ---

    def move_children(self, loser, winner):
        """Points whatever pointed at one record at another; the ids of what was changed."""
        moved = []
        for name, record, key in list(self.children_of(loser)):
            record[key] = winner
            record["SystemModstamp"] = self.stamp()
            moved.append(record["Id"])
        return moved

    def merge(self, name, master_id, losers, values):
        """(ids merged, ids of related records that were changed)."""
        with self.lock:
            master = self.existing(name, master_id)
            records = [self.existing(name, loser) for loser in losers]
            if any(record is master for record in records) or \
                    len({record["Id"] for record in records}) < len(records):
                raise SalesforceError("INVALID_ID_FIELD", "a record is merged with itself")
            if values:
                self.update(name, {**values, "Id": master["Id"]})
            moved = []
            for record in records:
                moved += self.move_children(record["Id"], master["Id"])
                self.delete(record["Id"])
                record["MasterRecordId"] = master["Id"]
            master["SystemModstamp"] = master["LastModifiedDate"] = self.stamp()
            return [record["Id"] for record in records], moved

    def convert(self, asked):
        """asked is a LeadConvert; the ids of account, contact and opportunity."""
        with self.lock:
            lead = self.existing("Lead", asked["leadId"])
            self.check_convert(asked, lead)
            account = self.account_of(asked, lead)
            contact = self.contact_of(asked, lead, account)
            opportunity = self.opportunity_of(asked, lead, account)
            if asked["ownerId"]:
                person = self.existing("User", asked["ownerId"])["Id"]
                for name, made in (("Account", account), ("Contact", contact),
                                   ("Opportunity", opportunity)):
                    if made is not None:
                        self.records[name][made]["OwnerId"] = person
            lead.update({"IsConverted": True, "Status": asked["convertedStatus"],
                         "ConvertedAccountId": account, "ConvertedContactId": contact,
                         "ConvertedOpportunityId": opportunity})
            lead["SystemModstamp"] = lead["LastModifiedDate"] = self.stamp()
            lead["ConvertedDate"] = lead["LastModifiedDate"][:10]
            return account, contact, opportunity

    def check_convert(self, asked, lead):
        if lead["IsConverted"]:
            raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD",
                                  "This lead has already been converted.")
        if asked["convertedStatus"] != CONVERTED:
            raise SalesforceError("INVALID_STATUS",
                                  f"invalid convertedStatus: {asked['convertedStatus']}")
        if asked["contactId"] and not asked["accountId"]:
            raise SalesforceError("REQUIRED_FIELD_MISSING",
                                  "accountId must be specified when contactId is", ["accountId"])
        if asked["overwriteLeadSource"] and not asked["contactId"]:
            raise SalesforceError("INVALID_OPERATION",
                                  "contactId must be specified when overwriteLeadSource is true")
        if asked["doNotCreateOpportunity"] and asked["opportunityId"]:
            raise SalesforceError("INVALID_OPERATION", "opportunityId and "
                                  "doNotCreateOpportunity must not be specified together")
        for each in ("accountRecord", "contactRecord", "opportunityRecord",
                     "relatedPersonAccountId", "relatedPersonAccountRecord"):
            if asked[each] is not None:
                raise SalesforceError("INVALID_OPERATION", f"{each} is not for this org")

    def account_of(self, asked, lead):
        if asked["accountId"]:
            return self.existing("Account", asked["accountId"])["Id"]
        return self.insert("Account", {"Name": lead["Company"], "Phone": lead["Phone"]})

    def contact_of(self, asked, lead, account):
        if asked["contactId"]:
            contact = self.existing("Contact", asked["contactId"])
            if contact["AccountId"] != account:
                raise SalesforceError("INVALID_CROSS_REFERENCE_KEY",
                                      "contact is not of the account", ["contactId"])
            if asked["overwriteLeadSource"]:
                contact["LeadSource"] = lead["LeadSource"]
                contact["SystemModstamp"] = self.stamp()
            return contact["Id"]
        return self.insert("Contact", {"AccountId": account, **{
            key: lead[key] for key in ("LastName", "FirstName", "Email", "Phone", "LeadSource")}})

    def opportunity_of(self, asked, lead, account):
        if asked["doNotCreateOpportunity"]:
            return None
        if asked["opportunityId"]:
            return self.existing("Opportunity", asked["opportunityId"])["Id"]
        return self.insert("Opportunity", {
            "Name": asked["opportunityName"] or f"{lead['Company']}-", "AccountId": account,
            "StageName": STAGES[0], "CloseDate": "2026-12-31", "LeadSource": lead["LeadSource"]})

    # --- approvals ---

    def submit(self, asked):
        """(instance, the new work items)."""
        with self.lock:
            full = widen(asked["objectId"])
            name = self.object_of_id(full) if full else None
            record = self.existing(name, asked["objectId"])
            label, needed = PROCESSES.get(name, (None, None))
            wanted = asked["processDefinitionNameOrId"]
            definition = next((each for each in self.records["ProcessDefinition"].values()
                               if each["Name"] == label), None)
            if definition is None or \
                    (wanted and wanted not in (definition["DeveloperName"], definition["Name"]) and
                     widen(wanted) != definition["Id"]) or \
                    (record[needed] is None and not asked["skipEntryCriteria"]):
                raise SalesforceError("NO_APPLICABLE_PROCESS",
                                      "No applicable approval process was found.")
            if any(each["TargetObjectId"] == record["Id"] and each["Status"] == "Pending"
                   for each in self.records["ProcessInstance"].values()):
                raise SalesforceError("ALREADY_IN_PROCESS", "This record is currently in an "
                                      "approval process. A record can be in only one approval "
                                      "process at a time.")
            if asked["submitterId"]:
                self.existing("User", asked["submitterId"])
            instance = self.put("ProcessInstance", None, ProcessDefinitionId=definition["Id"],
                                TargetObjectId=record["Id"], Status="Pending")
            return self.records["ProcessInstance"][instance], \
                self.assign(instance, asked["nextApproverIds"])

    def assign(self, instance, approvers):
        actors = approvers or [list(self.records["User"])[-1]]
        return [self.put("ProcessInstanceWorkitem", None, ProcessInstanceId=instance,
                         ActorId=self.existing("User", actor)["Id"],
                         OriginalActorId=self.existing("User", actor)["Id"]) for actor in actors]

    def work(self, asked):
        """(instance, the new work items) after an approval, a rejection or a removal."""
        with self.lock:
            status = {"Approve": "Approved", "Reject": "Rejected",
                      "Removed": "Removed"}.get(asked["action"])
            if status is None:
                raise SalesforceError("INVALID_OPERATION",
                                      f"invalid action: {asked['action']}")
            item = self.existing("ProcessInstanceWorkitem", asked["workitemId"])
            instance = self.records["ProcessInstance"][item["ProcessInstanceId"]]
            made = []
            if status == "Approved" and asked["nextApproverIds"]:
                made = self.assign(instance["Id"], asked["nextApproverIds"])
            else:
                instance["Status"] = status
            for each in list(self.records["ProcessInstanceWorkitem"].values()):
                if each["ProcessInstanceId"] == instance["Id"] and each["Id"] not in made:
                    each["IsDeleted"] = True
            instance["SystemModstamp"] = instance["LastModifiedDate"] = self.stamp()
            return instance, made


