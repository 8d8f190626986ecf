"""Every call of the partner API over a FullStore: arguments in, the content of the reply out.

A call is a method of the call's own name that takes the arguments (soap_xml.check_envelope) and a
Context. What fails as a whole raises SalesforceError or Fault; what fails by record is in the
results.
"""

import datetime
import re

import soap_describe
import soql
import sosl
from salesforce_store import SalesforceError, short_id, widen
from soap_store import MERGED, ORGANIZATION
from soap_values import RECORD, moment_text, parse, record_content
from soap_xml import NIL, PARTNER, Out, SObject, optional, plain, several

MOST_RECORDS, MOST_NAMES, MOST_MAILS, MOST_LEADS, MOST_RETRIEVED = 200, 100, 10, 100, 2000
LEAST_BATCH, MOST_BATCH = 200, 2000
ROLLED_BACK = ("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back because not all records "
               "were valid and the request was using AllOrNone header")
QUERY_RESULT = (PARTNER, "QueryResult")
DELETED_DAYS, UPDATED_DAYS = 15, 30
# exception code → kind of fault; the others are unexpected errors
KINDS = {
    "INVALID_FIELD": "InvalidFieldFault", "INVALID_QUERY_FILTER_OPERATOR": "InvalidFieldFault",
    "INVALID_TYPE": "InvalidSObjectFault", "MALFORMED_QUERY": "MalformedQueryFault",
    "MALFORMED_SEARCH": "MalformedSearchFault", "INVALID_QUERY_LOCATOR": "InvalidQueryLocatorFault",
    "MALFORMED_ID": "InvalidIdFault", "INVALID_ID_FIELD": "InvalidIdFault",
    "INVALID_NEW_PASSWORD": "InvalidNewPasswordFault", "INVALID_LOGIN": "LoginFault",
    "LOGIN_MUST_USE_SECURITY_TOKEN": "LoginFault",
}
OF_QUERIES = ("InvalidFieldFault", "InvalidSObjectFault", "MalformedQueryFault",
              "MalformedSearchFault")


class Session:
    def __init__(self, identity, ready=False, expired=False):
        self.id, self.ready, self.expired, self.calls = identity, ready, expired, 0


class Context:
    """What a call knows beside its arguments."""

    def __init__(self, session, headers, url, version):
        self.session, self.headers, self.url, self.version = session, headers, url, version

    def header(self, name, element):
        return self.headers.get(name, {}).get(element)


# --- results ---

def error_out(error):
    return Out("errors", several("fields", error.fields) + [
        Out("message", error.message.lstrip("\n")), Out("statusCode", error.code)])


def result_out(identity, error, created=None):
    """SaveResult and its like; UpsertResult has `created` besides."""
    content = [] if created is None else [Out("created", plain(created))]
    content += [error_out(error)] if error else []
    return Out("result", content + [optional("id", identity), Out("success", plain(not error))])


class Done:
    """What became of one record."""

    def __init__(self, identity=None, error=None, created=False):
        self.id, self.error, self.created = identity, error, created


class Calls:
    def __init__(self, store, options):
        self.store, self.options = store, options
        self.sessions, self.locators, self.count = {}, {}, 0
        self.password, self.expired = options.password, options.password_expired

    # --- sessions ---

    def open_session(self, identity=None, ready=False, expired=False):
        if identity is None:
            identity = f"{ORGANIZATION[:15]}!AQ4AQ{len(self.sessions):04}.dossier_Test_session"
        self.sessions[identity] = Session(identity, ready, expired)
        return self.sessions[identity]

    def login(self, asked, context):
        if self.options.no_login:
            raise SalesforceError("INVALID_OPERATION", "SOAP API login() is disabled by default in "
                                  "this org. Contact the org administrator to enable SOAP API "
                                  "login().")
        scope = context.header("LoginScopeHeader", "organizationId")
        right = asked["username"].lower() == self.options.user.lower() and \
            (scope is None or widen(scope) == ORGANIZATION)
        if right and asked["password"] == self.password and self.options.token:
            raise SalesforceError(
                "LOGIN_MUST_USE_SECURITY_TOKEN", "Invalid username, password, security token; or "
                "user locked out. Are you at a new location? When accessing Salesforce--either via "
                "a desktop client or the API--from outside of your company's trusted networks, you "
                "must add a security token to your password to log in.")
        if not right or asked["password"] != self.password + self.options.token:
            raise SalesforceError("INVALID_LOGIN", "Invalid username, password, security token; "
                                  "or user locked out.")
        session = self.open_session(expired=self.expired)
        soap = f"{context.url}/services/Soap"
        tail = f"/{context.version}/{ORGANIZATION[:15]}"
        return [Out("result", [
            Out("metadataServerUrl", f"{soap}/m{tail}"),
            Out("passwordExpired", plain(self.expired)),
            Out("sandbox", "false"), Out("serverUrl", f"{soap}/u{tail}"),
            Out("sessionId", session.id), Out("userId", self.user()["Id"]),
            Out("userInfo", self.user_info())])]

    def logout(self, asked, context):
        del self.sessions[context.session.id]
        return []

    def invalidateSessions(self, asked, context):
        found = []
        for identity in asked["sessionIds"]:
            error = None if identity in self.sessions else SalesforceError(
                "INVALID_SESSION_ID", "Invalid session id")
            self.sessions.pop(identity, None)
            found.append(Out("result", ([error_out(error)] if error else []) +
                             [Out("success", plain(not error))]))
        return found

    def user(self):
        return next(iter(self.store.records["User"].values()))

    def user_info(self):
        user = self.user()
        return [
            Out("accessibilityMode", "false"), Out("chatterExternal", "false"),
            Out("currencySymbol", "€"), Out("orgAttachmentFileSizeLimit", "26214400"),
            Out("orgDefaultCurrencyIsoCode", "EUR"), Out("orgDefaultCurrencyLocale", NIL),
            Out("orgDisallowHtmlAttachments", "false"), Out("orgHasPersonAccounts", "false"),
            Out("organizationId", ORGANIZATION), Out("organizationMultiCurrency", "false"),
            Out("organizationName", "Dossier Test & Sons"),
            Out("profileId", widen("00e7S0000000001")), Out("roleId", NIL),
            Out("sessionSecondsValid", "7200"), Out("userDefaultCurrencyIsoCode", NIL),
            Out("userEmail", user["Email"]), Out("userFullName", user["Name"]),
            Out("userId", user["Id"]), Out("userLanguage", "en_US"), Out("userLocale", "en_GB"),
            Out("userName", user["Username"]), Out("userTimeZone", "Europe/Berlin"),
            Out("userType", "Standard"), Out("userUiSkin", "Theme3")]

    def getUserInfo(self, asked, context):
        return [Out("result", self.user_info())]

    def getServerTimestamp(self, asked, context):
        return [Out("result", [Out("timestamp", moment_text(self.store.clock))])]

    def someone(self, identity):
        full = widen(identity)
        if full is None or full not in self.store.records["User"]:
            raise SalesforceError("INVALID_ID_FIELD" if full else "MALFORMED_ID",
                                  f"invalid user id: {identity}" if full else f"bad id {identity}")
        return self.store.records["User"][full]

    def changed_password(self, user, password, context):
        if user is self.user():
            self.password = password
            self.expired = False
            context.session.expired = False

    def setPassword(self, asked, context):
        user, password = self.someone(asked["userId"]), asked["password"]
        if len(password) < 8 or not re.search(r"\d", password) or \
                not re.search(r"[A-Za-z]", password):
            raise SalesforceError("INVALID_NEW_PASSWORD", "Your password must be at least 8 "
                                  "characters long. Your password must have a mix of letters and "
                                  "numbers.")
        if user is self.user() and password == self.password:
            raise SalesforceError("INVALID_NEW_PASSWORD", "invalid repeated password")
        self.changed_password(user, password, context)
        return [Out("result")]

    def resetPassword(self, asked, context):
        user = self.someone(asked["userId"])
        self.count += 1
        password = f"Fresh{self.count:04}word"
        self.changed_password(user, password, context)
        return [Out("result", [Out("password", password)])]

    # --- describe ---

    def describeGlobal(self, asked, context):
        return [Out("result", soap_describe.describe_global(self.store))]

    def describeSObject(self, asked, context):
        return [Out("result", soap_describe.describe_object(self.store, asked["sObjectType"],
                                                            context.url))]

    def describeSObjects(self, asked, context):
        names = asked["sObjectType"]
        if len(names) > MOST_NAMES:
            raise SalesforceError("EXCEEDED_MAX_TYPES_LIMIT",
                                  f"exceeded max number of types: {MOST_NAMES}")
        return [Out("result", soap_describe.describe_object(self.store, name, context.url))
                for name in names]

    def describeLayout(self, asked, context):
        return [Out("result", soap_describe.describe_layout(self.store, asked))]

    def describeSoftphoneLayout(self, asked, context):
        return [Out("result", soap_describe.describe_softphone())]

    def describeTabs(self, asked, context):
        return soap_describe.describe_tabs(self.store, context.url)

    # --- reading ---

    def batch(self, context):
        """How many rows a page has: what was asked for, as far as the server likes."""
        asked = context.header("QueryOptions", "batchSize")
        if asked is not None and not LEAST_BATCH <= asked <= MOST_BATCH:
            raise SalesforceError("INVALID_BATCH_SIZE", f"batchSize must be from {LEAST_BATCH} to "
                                  f"{MOST_BATCH}: {asked}")
        return min(asked or MOST_BATCH, self.options.batch or MOST_BATCH)

    def page(self, rows, total, start, batch, locator=None):
        """The content of a QueryResult."""
        end = start + batch
        place = None
        if end < len(rows):
            if locator is None:
                locator = widen(short_id("01g7S000", len(self.locators) + 1))
                self.locators[locator] = rows
            place = f"{locator}-{end}"
        records = [Out("records", record_content(
            self.store, row, lambda children: self.page(children, len(children), 0, batch)),
            type_=RECORD) for row in rows[start:end]]
        return [Out("done", plain(place is None)), optional("queryLocator", place), *records,
                Out("size", str(total))]

    def run_query(self, asked, context, deleted):
        batch = self.batch(context)
        rows, total = soql.run(self.store, asked["queryString"], deleted)
        return [Out("result", self.page(rows, total, 0, batch), type_=QUERY_RESULT)]

    def query(self, asked, context):
        return self.run_query(asked, context, False)

    def queryAll(self, asked, context):
        return self.run_query(asked, context, True)

    def queryMore(self, asked, context):
        batch = self.batch(context)
        found = re.fullmatch(r"(\w{18})-(\d+)", asked["queryLocator"])
        rows = self.locators.get(found[1]) if found else None
        if rows is None or not 0 < int(found[2]) < len(rows):
            raise SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return [Out("result", self.page(rows, len(rows), int(found[2]), batch, found[1]),
                    type_=QUERY_RESULT)]

    def retrieve(self, asked, context):
        self.batch(context)
        name = self.store.find(asked["sObjectType"])
        if len(asked["ids"]) > MOST_RETRIEVED:
            self.too_many(MOST_RETRIEVED)
        fields = []
        for each in asked["fieldList"].split(","):
            described = self.store.find_field(name, each.strip())
            if described is None:
                raise SalesforceError("INVALID_FIELD", f"No such column '{each.strip()}' on entity "
                                      f"'{name}'. If you are attempting to use a custom field, be "
                                      "sure to append the '__c' after the custom field name. "
                                      "Please reference your WSDL or the describe call for the "
                                      "appropriate names.")
            fields.append(described["name"])
        for identity in asked["ids"]:
            if widen(identity) is None:
                raise SalesforceError("MALFORMED_ID", f"bad id {identity}")
        return [self.retrieved(name, fields, identity) for identity in asked["ids"]]

    def retrieved(self, name, fields, identity):
        record = self.store.record(name, identity)
        if record is None:
            return Out("result", NIL)
        row = {"attributes": {"type": name}, **{key: record[key] for key in fields}}
        return Out("result", record_content(self.store, row, None), type_=RECORD)

    def search(self, asked, context):
        rows = sosl.run(self.store, asked["searchString"])
        return [Out("result", [Out("queryId", "dossier-search"), *(
            Out("searchRecords", [Out("record", record_content(self.store, row, None),
                                      type_=RECORD)]) for row in rows)])]

    def span(self, asked, days):
        start, end = asked["startDate"], asked["endDate"]
        if end - start < datetime.timedelta(minutes=1):
            raise SalesforceError("INVALID_REPLICATION_DATE", "startDate must be more than a "
                                  "minute before endDate")
        if self.store.clock - start > datetime.timedelta(days=days):
            raise SalesforceError("INVALID_REPLICATION_DATE",
                                  f"startDate cannot be more than {days} days ago")
        name = self.store.find(asked["sObjectType"])
        if not self.store.head(name)["replicateable"]:
            raise SalesforceError("INVALID_TYPE", f"entity {name} is not replicateable")
        # Whole minutes count: one that has begun is looked at to its end.
        return name, start.replace(second=0), end.replace(second=59 if end.second else 0)

    def covered(self, end):
        return Out("latestDateCovered", moment_text(min(end, self.store.clock)))

    def getDeleted(self, asked, context):
        name, start, end = self.span(asked, DELETED_DAYS)
        rows = self.store.replicated(name, start, end, True)
        earliest = self.store.clock - datetime.timedelta(days=DELETED_DAYS)
        return [Out("result", [*(Out("deletedRecords", [Out("deletedDate", moment_text(stamp)),
                                                        Out("id", identity)])
                                 for identity, stamp in rows),
                               Out("earliestDateAvailable", moment_text(earliest)),
                               self.covered(end)])]

    def getUpdated(self, asked, context):
        name, start, end = self.span(asked, UPDATED_DAYS)
        rows = self.store.replicated(name, start, end, False)
        return [Out("result", several("ids", [identity for identity, _ in rows]) +
                    [self.covered(end)])]

    # --- writing ---

    def too_many(self, most):
        raise SalesforceError("EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than "
                              f"{most} records into this call")

    def each(self, items, write, context):
        """write() on each item, which fail one by one, or all of them with AllOrNone."""
        if len(items) > MOST_RECORDS:
            self.too_many(MOST_RECORDS)
        together = context.header("AllOrNoneHeader", "allOrNone")
        saved = self.store.save_point() if together else None
        done = []
        for item in items:
            try:
                result = write(item)
                done.append(result if isinstance(result, Done) else Done(result))
            except SalesforceError as error:
                done.append(Done(None, error))
        if together and any(each.error for each in done):
            self.store.roll_back(saved)
            for each in done:
                if each.error is None:
                    each.error, each.created = SalesforceError(*ROLLED_BACK), False
        return done

    def object_of(self, sobject):
        """The object's name; a request that names none fails as a whole."""
        if sobject.type is None:
            raise SalesforceError("INVALID_TYPE", "Missing entity type information. sObject "
                                  "requires a separate 'type' field be sent.")
        if sobject.type.lower() in ("sobject", "name"):
            raise SalesforceError("INVALID_TYPE", "Must send a concrete entity type.")
        return self.store.find(sobject.type)

    def check_names(self, sobject):
        """Fields that are not there, or are set and nulled at once, fail the whole call."""
        name = self.object_of(sobject)
        for key, value in sobject.fields.items():
            known = self.relation(name, key) if isinstance(value, SObject) else \
                self.store.find_field(name, key)
            if known is None:
                self.no_column(name, key)
            if value is None:
                raise SalesforceError("INVALID_FIELD", f"{key}: a field is set to null by "
                                      "fieldsToNull, not by an element that is nil")
        given = {key.lower() for key in sobject.fields}
        for key in sobject.null:
            if self.store.find_field(name, key) is None:
                self.no_column(name, key)
            if key.lower() in given or sobject.null.count(key) > 1:
                raise SalesforceError("INVALID_FIELD", f"Duplicate field: {key} is given a value "
                                      "and is in fieldsToNull")
        return name

    def no_column(self, name, key):
        raise SalesforceError("INVALID_FIELD", f"No such column '{key}' on entity '{name}'. If you "
                              "are attempting to use a custom field, be sure to append the '__c' "
                              "after the custom field name. Please reference your WSDL or the "
                              "describe call for the appropriate names.")

    def relation(self, name, key):
        return next((described for described in self.store.objects[name]["fields"]
                     if (described["relationshipName"] or "").lower() == key.lower()), None)

    def values(self, name, sobject, context):
        """A record of a request as the store takes it."""
        found = {}
        for key, value in sobject.fields.items():
            if isinstance(value, SObject):
                described = self.relation(name, key)
                found[described["name"]] = self.by_another(value)
                continue
            described = self.store.find_field(name, key)
            parsed = parse(described, value)
            if context.header("AllowFieldTruncationHeader", "allowFieldTruncation") and \
                    described["length"] and isinstance(parsed, str):
                parsed = parsed[:described["length"]]
            found[described["name"]] = parsed
        for key in sobject.null:
            found[self.store.find_field(name, key)["name"]] = None
        return found

    def by_another(self, sobject):
        """The id of a record that is named by an external id."""
        name = self.object_of(sobject)
        if len(sobject.fields) != 1:
            raise SalesforceError("INVALID_FIELD", "a record is named by one field alone")
        (key, text), = sobject.fields.items()
        described = self.store.find_field(name, key)
        if described is None or not described["externalId"]:
            raise SalesforceError("INVALID_FIELD", f"{key} is no external id of {name}")
        found = self.store.matching(name, key, text)
        if len(found) != 1:
            raise SalesforceError("INVALID_FIELD", f"Foreign key external ID: {text} not found for "
                                  f"field {described['name']} in entity {name}")
        return found[0]["Id"]

    def checked_objects(self, asked):
        if len(asked["sObjects"]) > MOST_RECORDS:
            self.too_many(MOST_RECORDS)
        for sobject in asked["sObjects"]:
            self.check_names(sobject)
        return asked["sObjects"]

    def create(self, asked, context):
        def write(sobject):
            name = self.object_of(sobject)
            self.store.writable(name, "create")
            if sobject.id:
                raise SalesforceError("INVALID_FIELD_FOR_INSERT_UPDATE",
                                      "cannot specify Id in an insert call", ["Id"])
            return self.store.insert(name, self.values(name, sobject, context))
        return [result_out(each.id, each.error)
                for each in self.each(self.checked_objects(asked), write, context)]

    def changed(self, sobject, identity, context):
        name = self.object_of(sobject)
        self.store.writable(name, "update")
        return self.store.update(name, {**self.values(name, sobject, context), "Id": identity})

    def update(self, asked, context):
        seen = set()

        def write(sobject):
            if not sobject.id:
                raise SalesforceError("MISSING_ARGUMENT", "Id not specified in an update call",
                                      ["Id"])
            full = widen(sobject.id)
            if full in seen:
                raise SalesforceError("DUPLICATE_VALUE", f"duplicate id specified: {full}", ["Id"])
            seen.add(full)
            return self.changed(sobject, sobject.id, context)
        return [result_out(each.id, each.error)
                for each in self.each(self.checked_objects(asked), write, context)]

    def upsert(self, asked, context):
        key = asked["externalIDFieldName"]
        for sobject in self.checked_objects(asked):
            name = self.object_of(sobject)
            described = self.store.find_field(name, key)
            if described is None or not (described["externalId"] or described["idLookup"]):
                raise SalesforceError("INVALID_FIELD", f"Field name provided, {key} does not match "
                                      f"an External ID, Salesforce Id, or indexed field for {name}")
        return [result_out(each.id, each.error, each.created) for each in
                self.each(asked["sObjects"], lambda sobject: self.upsert_one(sobject, key, context),
                          context)]

    def upsert_one(self, sobject, key, context):
        name = self.object_of(sobject)
        if key.lower() == "id":
            if sobject.id:
                return Done(self.changed(sobject, sobject.id, context))
            self.store.writable(name, "create")
            return Done(self.store.insert(name, self.values(name, sobject, context)), created=True)
        if sobject.id:
            raise SalesforceError("INVALID_FIELD", "cannot specify both an external ID reference "
                                  f"{key} and a salesforce id, Id", ["Id"])
        values = self.values(name, sobject, context)
        value = values.get(self.store.find_field(name, key)["name"])
        if value is None:
            raise SalesforceError("MISSING_ARGUMENT", f"{key} not specified", [key])
        found = self.store.matching(name, key, value)
        if len(found) > 1:
            ids = ", ".join(record["Id"] for record in found)
            raise SalesforceError("DUPLICATE_EXTERNAL_ID", f"{key}: more than one record found for "
                                  f"external id field: [{ids}]", [key])
        self.store.writable(name, "upsert")
        if found:
            return Done(self.store.update(name, {**values, "Id": found[0]["Id"]}))
        return Done(self.store.insert(name, values), created=True)

    def by_id(self, asked, write, context):
        return [result_out(each.id, each.error) for each in self.each(asked["ids"], write, context)]

    def delete(self, asked, context):
        return self.by_id(asked, self.store.delete, context)

    def undelete(self, asked, context):
        return self.by_id(asked, self.store.undelete, context)

    def emptyRecycleBin(self, asked, context):
        return self.by_id(asked, self.store.purge, context)

    # --- the larger changes ---

    def merge(self, asked, context):
        if len(asked["request"]) > MOST_RECORDS:
            self.too_many(MOST_RECORDS)
        for request in asked["request"]:
            self.check_names(request["masterRecord"])
        return [self.merge_one(request, context) for request in asked["request"]]

    def merge_one(self, request, context):
        master = request["masterRecord"]
        try:
            name = self.object_of(master)
            if name not in MERGED:
                raise SalesforceError("INVALID_TYPE_FOR_OPERATION",
                                      f"entity type {name} does not support merge")
            if not master.id:
                raise SalesforceError("MISSING_ARGUMENT", "Id not specified in a merge call",
                                      ["Id"])
            if len(request["recordToMergeIds"]) > 2:
                raise SalesforceError("MERGE_FAILED", "no more than three records can be merged")
            ids, related = self.store.merge(name, master.id, request["recordToMergeIds"],
                                            self.values(name, master, context))
        except SalesforceError as error:
            return Out("result", [error_out(error), optional("id", widen(master.id)),
                                  Out("success", "false")])
        return Out("result", [Out("id", widen(master.id)), *several("mergedRecordIds", ids),
                              Out("success", "true"), *several("updatedRelatedIds", related)])

    def convertLead(self, asked, context):
        if len(asked["leadConverts"]) > MOST_LEADS:
            self.too_many(MOST_LEADS)
        return [self.convert_one(each) for each in asked["leadConverts"]]

    def convert_one(self, asked):
        made, error, saved = (None, None, None), None, self.store.save_point()
        try:
            made = self.store.convert(asked)
        except SalesforceError as refused:
            self.store.roll_back(saved)
            error = refused
        account, contact, opportunity = made
        return Out("result", [
            optional("accountId", account), optional("contactId", contact),
            *([error_out(error)] if error else []), optional("leadId", widen(asked["leadId"])),
            optional("opportunityId", opportunity), Out("success", plain(not error))])

    def process(self, asked, context):
        if len(asked["actions"]) > MOST_RECORDS:
            self.too_many(MOST_RECORDS)
        return [self.process_one(action) for action in asked["actions"]]

    def process_one(self, action):
        submits = action["xsi:type"] == "ProcessSubmitRequest"
        try:
            instance, items = self.store.submit(action) if submits else self.store.work(action)
        except SalesforceError as error:
            entity = widen(action["objectId"]) if submits else None
            return Out("result", [optional("entityId", entity), error_out(error),
                                  Out("instanceId", NIL), Out("instanceStatus", NIL),
                                  Out("success", "false")])
        actors = [self.store.records["ProcessInstanceWorkitem"][each]["ActorId"] for each in items]
        return Out("result", [
            *several("actorIds", actors), Out("entityId", instance["TargetObjectId"]),
            Out("instanceId", instance["Id"]), Out("instanceStatus", instance["Status"]),
            *several("newWorkitemIds", items), Out("success", "true")])

    def sendEmail(self, asked, context):
        if len(asked["messages"]) > MOST_MAILS:
            raise SalesforceError("EMAIL_BATCH_SIZE_LIMIT_EXCEEDED",
                                  f"no more than {MOST_MAILS} messages can be sent at once")
        return [self.mail_one(message) for message in asked["messages"]]

    def mail_one(self, message):
        error, target = None, None
        try:
            if message["xsi:type"] == "SingleEmailMessage":
                target = message["targetObjectId"]
                self.check_single(message)
            else:
                self.check_mass(message)
        except SalesforceError as refused:
            error = Out("errors", several("fields", refused.fields) + [
                Out("message", refused.message), Out("statusCode", refused.code),
                optional("targetObjectId", widen(target or ""))])
        return Out("result", [*([error] if error else []), Out("success", plain(error is None))])

    def check_single(self, message):
        if not message["toAddresses"] and not message["targetObjectId"]:
            raise SalesforceError("REQUIRED_FIELD_MISSING", "Missing recipients: toAddresses or "
                                  "targetObjectId", ["toAddresses", "targetObjectId"])
        for kind in ("toAddresses", "ccAddresses", "bccAddresses"):
            for address in message[kind]:
                if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
                    raise SalesforceError("INVALID_EMAIL_ADDRESS",
                                          f"Email address is invalid: {address}", [kind])
        if message["targetObjectId"]:
            self.person(message["targetObjectId"])
        if message["templateId"]:
            self.store.existing("EmailTemplate", message["templateId"])
        elif not (message["plainTextBody"] or message["htmlBody"]):
            raise SalesforceError("REQUIRED_FIELD_MISSING", "Missing body: plainTextBody, htmlBody "
                                  "or a template", ["plainTextBody", "htmlBody", "templateId"])
        elif not message["subject"]:
            raise SalesforceError("REQUIRED_FIELD_MISSING", "Missing subject", ["subject"])

    def check_mass(self, message):
        self.store.existing("EmailTemplate", message["templateId"])
        if not message["targetObjectIds"]:
            raise SalesforceError("REQUIRED_FIELD_MISSING", "Missing targetObjectIds",
                                  ["targetObjectIds"])
        for identity in message["targetObjectIds"]:
            self.person(identity)

    def person(self, identity):
        full = widen(identity)
        if full is None or not full.startswith(("003", "005", "00Q")):
            raise SalesforceError("INVALID_ID_FIELD", f"Invalid ID: {identity}",
                                  ["targetObjectId"])
        self.store.existing(None, full)
