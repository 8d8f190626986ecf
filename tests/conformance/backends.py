"""The backends that the scenario runs over: how each is started, and what stands for what there.

A Backend says which objects and fields stand for the kinds of field, how the store is looked at
without the program, and what a write said on the wire. What it can do is not here: the program
says that itself (dossier check).
"""

import csv
import http.client
import io
import json
import sqlite3
import urllib.parse
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from common import Running

TEXTS = ("Alpha", "alpha beta", "ÅNGSTRÖM", "straße", "100% _sure_", "O'Neill \"& Sons\"",
         "a\\b/c", "日本 株式会社", "😀 four bytes", "zulu", "Zebra", "line\nend", "tab\there",
         "\x1b[31mred\x1b[0m", "\u202edesrever", "null", "=1+1", "comma, semicolon; pipe |")


class Backend:
    name = ""
    secret = "no-secret"
    object = ""  # records are written here
    parent_name = "name"  # the field that names what `reference` points at, in lower case
    texts = ()  # two fields of it that hold text, the first of them required
    number = ""
    unknown_id = ""
    # kind of field: (object, field); text, number, date, datetime, boolean, picklist, reference
    kinds = {}
    match = None  # the field that an upsert matches
    match_values = ()
    null_as, empty_as = None, ""  # what becomes of a null and of an empty text that it is sent
    orders_nulls = True  # puts them where the order says; where it does not, describe says so
    write_targets = ()  # method and path of what writes to `object`; none without a server
    write_words = ()  # texts of which one stands in the body of a write; none: the target tells
    deleting, upserting = {}, {}  # a fault's method and path: of deletes and of upserts
    deleted_words = "not there any more", "still there"  # of one read back: done, not done
    reading = {"method": "GET"}  # of what reads
    secret_setting = "token_env"
    raw_write = None  # a raw query that would change something
    extra = ()  # what a new record needs besides its first text
    deleted_as = None  # field and value of a record that a delete keeps
    server = None

    def start(self, home):
        raise NotImplementedError

    def stop(self):
        if self.server is not None:
            self.server.stop()
            self.server = None

    def settings(self):
        """Of the profile, but for `backend`."""
        raise NotImplementedError

    def environment(self):
        return {}

    def stored(self, name):
        """The records of an object as the store has them: id to a dictionary."""
        raise NotImplementedError

    def plain(self, value, kind):
        """A value of the store as the program prints it in JSON."""
        return value

    # --- the wire; backends without a server have none ---

    def can_hold(self, text):
        """Can a record there have this text at all?"""
        return True

    def carries_secret(self, entry):
        return self.secret in entry["headers"]["Authorization"]

    def shows_secret(self, entry):
        """Does it stand where it should not?"""
        return self.secret in entry["target"] + entry["body"]

    def requests(self):
        return self.server.log() if self.server is not None else []

    def is_write(self, entry):
        return entry["method"] != "GET"

    def writes(self):
        return [entry for entry in self.requests() if self.is_write(entry)]

    def sent_fields(self, entry):
        """Names of the fields that a write sent, but for those that say which record."""
        raise NotImplementedError

    def ask(self, method, target, body=None, headers=()):
        """Asks the server without the program."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 400:
            raise AssertionError(f"{method} {target}: {answer.status} {content[:500]}")
        return json.loads(content)


class Local(Backend):
    name = "local"
    object, texts, number = "Deal", ("Name", "Note"), "Amount"
    unknown_id = "999999"
    kinds = {"text": ("Deal", "Name"), "number": ("Deal", "Amount"), "date": ("Deal", "CloseDate"),
             "datetime": ("Deal", "Stamp"), "boolean": ("Deal", "Active"),
             "picklist": ("Deal", "Stage"), "reference": ("Deal", "AccountId")}
    match, match_values = "Code", ("code-new-1", "code-new-2")
    raw_write = "update Deal set Name = 'x'"
    keys = {"Deal": "Id", "Account": "Id"}

    def start(self, home):
        self.path = home / "store.db"
        with sqlite3.connect(self.path) as database:
            database.execute("create table Account (Id integer primary key, Name text not null)")
            database.execute("""create table Deal (
                Id integer primary key, Name varchar(80) not null, Note text,
                AccountId integer references Account (Id),
                Stage varchar(10) check (Stage in ('New', 'Proposal', 'Won')),
                Amount decimal(12,2), CloseDate date, Active boolean, Stamp datetime,
                Code text unique)""")
            database.executemany("insert into Account values (?, ?)",
                                 [(i, f"Account {i}") for i in range(1, 6)])
            database.executemany("insert into Deal values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                 [self.row(i) for i in range(1, 61)])
        database.close()

    @staticmethod
    def row(i):
        name = TEXTS[i - 1] if i <= len(TEXTS) else f"Deal {i:03}"
        return (i, name, (None, "", f"note {i}")[i % 3], i % 6 or None,
                ("New", "Proposal", "Won", None)[i % 4], None if i % 10 == 9 else i * 12.5,
                f"2026-{i * 7 % 12 + 1:02}-{i * 11 % 28 + 1:02}" if i % 8 else None,
                (0, 1, None)[i % 3],
                f"2026-11-{i % 28 + 1:02}T{i % 24:02}:30:00Z" if i % 9 else None, f"code-{i}")

    def settings(self):
        return {"file": self.path}

    def stored(self, name):
        database = sqlite3.connect(self.path)
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute(f"select * from {name}")]
        database.close()
        return {str(row[self.keys[name]]): row for row in rows}

    def plain(self, value, kind):
        return bool(value) if kind == "boolean" and value is not None else value


class Spotler(Backend):
    name, secret = "spotler", "spotler-test-token"
    object, texts, number = "accounts", ("name", "notes"), "campaignid"
    orders_nulls = False
    write_targets = (("PATCH", "/accounts"), ("POST", "/accounts"))
    deleting = {"method": "DELETE", "path": "/accounts"}
    unknown_id = "4711"
    kinds = {"text": ("accounts", "name"), "number": ("opportunities", "value"),
             "date": ("opportunities", "closedate"), "datetime": ("accounts", "createddate"),
             "boolean": ("contacts", "hold"), "picklist": ("accounts", "type"),
             "reference": ("opportunities", "accountid")}

    def start(self, home):
        self.server = Running("spotler_server.py", "--accounts", "40", "--token", self.secret)
        for text in TEXTS:
            self.ask("POST", "/accounts", json.dumps({"name": text, "notes": ""}),
                     {"Content-Type": "application/json", **self.headers()})
        self.server.forget()

    def headers(self):
        return {"Authorization": f"Bearer {self.secret}"}

    def settings(self):
        return {"url": self.server.url, "token_env": "CONFORMANCE_SECRET"}

    def stored(self, name):
        rows, page = [], 1
        while True:
            answer = self.ask("GET", f"/{name}?limit=100&page={page}", headers=self.headers())
            rows += [item["record"] for item in answer["list"]]
            if not answer["metadata"]["has_more"]:
                return {str(row["id"]): row for row in rows}
            page += 1

    def plain(self, value, kind):
        return bool(value) if kind == "boolean" and value is not None else value

    def sent_fields(self, entry):
        return set(json.loads(entry["body"]))


class Salesdirector(Backend):
    name, secret = "salesdirector", "sd-admin-key-4711"
    object, texts, number = "Opportunity", ("name", "type"), "amount"
    unknown_id = "nobody"
    kinds = {"text": ("Opportunity", "name"), "number": ("Opportunity", "amount"),
             "date": ("Opportunity", "close_date"), "boolean": ("Opportunity", "active"),
             "picklist": ("Opportunity", "stage")}
    match, match_values = "external_opp_id", ("NEW-1", "NEW-2")
    null_as = ""  # CSV has no null
    upload = "/api/v1/admin/opportunities/upload"
    write_targets = (("POST", upload),)
    upserting = {"method": "POST", "path": upload}
    secret_setting = "api_key_env"

    def start(self, home):
        self.server = Running("salesdirector_server.py", "--rows", "60")
        lines = io.StringIO(newline="")
        writer = csv.writer(lines)
        writer.writerow(("Opportunity ID", "Opportunity Name"))
        writer.writerows((f"T-{i}", text) for i, text in enumerate(TEXTS))
        body = (b'--x\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n'
                b"Content-Type: text/csv\r\n\r\n" + lines.getvalue().encode() + b"\r\n--x--\r\n")
        self.ask("POST", self.upload, body, {
            "Authorization": self.secret, "Content-Type": "multipart/form-data; boundary=x"})
        self.server.forget()

    @property
    def extra(self):
        self.serial = getattr(self, "serial", 0) + 1
        return (f"external_opp_id=C-{self.serial}",)

    def settings(self):
        return {"url": self.server.url, "api_key_env": "CONFORMANCE_SECRET"}

    def stored(self, name):
        answer = self.ask("GET", "/api/v1/opportunities/my",
                          headers={"Authorization": self.secret})
        return {row["external_opp_id"]: row for row in answer["data"]}

    def plain(self, value, kind):
        if kind == "boolean":
            return {"1": True, "0": False}.get(value)
        if kind == "date" and value is not None:
            return (value["date"] if isinstance(value, dict) else value)[:10]
        return value

    def sent_fields(self, entry):
        body = entry["body"].split("\r\n\r\n", 1)[1].rpartition("\r\n--")[0]
        names = {"Opportunity Name": "name", "Opportunity Type": "type", "Amount": "amount",
                 "Stage": "stage"}
        header = next(csv.reader(io.StringIO(body, newline="")))
        return {names.get(name, name) for name in header} - {"Opportunity ID", "name"}


class Stacksync(Backend):
    name, secret = "stacksync", "your_api_proxy_service_token"
    object, texts, number = "Account", ("Name", "Description"), "AnnualRevenue"
    unknown_id = "001000000000000AAA"
    kinds = {"text": ("Account", "Name"), "number": ("Account", "AnnualRevenue"),
             "date": ("Opportunity", "CloseDate"), "datetime": ("Account", "CreatedDate"),
             "boolean": ("Account", "Active__c"), "picklist": ("Account", "Industry"),
             "reference": ("Contact", "AccountId")}
    match, match_values = "Code__c", ("code-new-1", "code-new-2")
    write_targets = (("POST", "/v1/object/update"), ("POST", "/v1/object/insert"))
    deleting = {"method": "POST", "path": "/v1/object/delete"}
    upserting = {"method": "POST", "path": "/v1/object/upsert"}
    reading = {"method": "POST", "path": "/v1/object/get"}
    raw_write = ("POST https://MyDomainName.my.salesforce.com/services/data/v60.0/sobjects/Account"
                 '\n{"Name":"x"}')
    empty_as = None  # Salesforce keeps an empty text as null

    def start(self, home):
        self.server = Running("stacksync_server.py", "--rows", "40", "--token", self.secret)
        self.post("object/insert/Account", {"data": [{"Name": text} for text in TEXTS]})
        self.server.forget()

    def post(self, path, body):
        return self.ask("POST", f"/v1/{path}", json.dumps(body), {
            "Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"})

    def settings(self):
        return {"url": self.server.url, "token_env": "CONFORMANCE_SECRET"}

    def stored(self, name):
        fields = {"Id"} | {field for other, field in self.kinds.values() if other == name}
        if name == self.object:
            fields |= {*self.texts, self.number, self.match}
        answer = self.post("object/soql", {"data": f"SELECT {', '.join(fields)} FROM {name}"})
        return {row["Id"]: row for row in answer["data"]["records"]}

    def is_write(self, entry):
        return any(word in entry["target"] for word in (
            "/insert/", "/update/", "/upsert/", "/delete", "/add_custom_field/")) or \
            ("/proxy/" in entry["target"] and entry["method"] != "GET")

    def sent_fields(self, entry):
        return set(json.loads(entry["body"])["data"][0]) - {"id"}


class Forcesoap(Backend):
    name, secret = "forcesoap", "force-pass-1"
    object, texts, number = "Account", ("Name", "Description"), "AnnualRevenue"
    unknown_id = "001000000000000AAA"
    kinds = Stacksync.kinds
    match, match_values = "Code__c", ("code-new-1", "code-new-2")
    write_targets = (("POST", "/services/Soap/u/"),)
    write_words = ("<update>", "<create>")
    deleting = {"path": "/services/Soap/u/", "contains": "<delete>"}
    upserting = {"path": "/services/Soap/u/", "contains": "<upsert>"}
    reading = {"method": "POST", "path": "/services/Soap/u/", "contains": "<retrieve>"}
    secret_setting = "password_env"
    empty_as = None  # Salesforce keeps an empty text as null
    spaces = {"p": "urn:partner.soap.sforce.com", "s": "urn:sobject.partner.soap.sforce.com"}
    nil = "{http://www.w3.org/2001/XMLSchema-instance}nil"
    session = "00D7S0000000001!ready.session.4711"

    def start(self, home):
        self.server = Running("forcesoap_server.py", "--rows", "40")
        self.call("<create>" + "".join(
            "<sObjects><s:type>Account</s:type><s:Id xsi:nil='true'/>"
            f"<s:Name>{escape(text)}</s:Name></sObjects>" for text in TEXTS if self.can_hold(text))
            + "</create>")
        self.server.forget()

    @staticmethod
    def can_hold(text):
        """XML has no way to write a control character."""
        return not any(ord(character) < 32 and character not in "\t\n\r" for character in text)

    def call(self, body):
        """The answer's root; the ready session's call, in a spelling of its own."""
        message = (
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' "
            "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
            f"xmlns='{self.spaces['p']}' xmlns:s='{self.spaces['s']}'><e:Header><SessionHeader>"
            f"<sessionId>{self.session}</sessionId></SessionHeader></e:Header>"
            f"<e:Body>{body}</e:Body></e:Envelope>")
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        connection.request("POST", "/services/Soap/u/60.0", message.encode(),
                           {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'})
        answer = connection.getresponse().read()
        connection.close()
        return ElementTree.fromstring(answer)

    def settings(self):
        return {"url": self.server.url, "username": "user0@example.com",
                "password_env": "CONFORMANCE_SECRET", "security_token": "TOKEN4711"}

    def carries_secret(self, entry):
        """The sign-in has the password, and what follows the session."""
        return f"<password>{self.secret}TOKEN4711</password>" in entry["body"] or \
            "<SessionHeader>" in entry["body"]

    def shows_secret(self, entry):
        return self.secret in entry["target"]

    def value(self, name, element):
        if element is None or element.get(self.nil) == "true":
            return None
        text = element.text or ""
        if name in (self.number,):
            return float(text)
        return text == "true" if name == "Active__c" else text

    def stored(self, name):
        fields = {field for other, field in self.kinds.values() if other == name}
        if name == self.object:
            fields |= {*self.texts, self.number, self.match}
        root = self.call(f"<query><queryString>SELECT Id, {', '.join(fields)} FROM {name}"
                         "</queryString></query>")
        rows = {}
        for record in root.iter(f"{{{self.spaces['p']}}}records"):
            identity = record.findall("s:Id", self.spaces)[-1].text
            rows[identity] = {field: self.value(field, record.find(f"s:{field}", self.spaces))
                              for field in fields}
            rows[identity]["Id"] = identity
        return rows

    def is_write(self, entry):
        return any(f"<{call}>" in entry["body"]
                   for call in ("create", "update", "upsert", "delete", "undelete"))

    def sent_fields(self, entry):
        root = ElementTree.fromstring(entry["body"])
        record = next(root.iter(f"{{{self.spaces['p']}}}sObjects"))
        return {child.tag.partition("}")[2] for child in record} - {"type", "Id"}


class Snapforce(Backend):
    name, secret = "snapforce", "sf-test-key-4711"
    object, texts, number = "Accounts", ("account_name", "description"), "employees"
    unknown_id = "999999"
    kinds = {"text": ("Accounts", "account_name"), "number": ("Opportunities", "amount"),
             "date": ("Opportunities", "close_date"), "datetime": ("Events", "start_date"),
             "picklist": ("Leads", "lead_status"), "reference": ("Contacts", "account_id")}
    null_as = ""  # a form has no null
    path = "/vintage/sf_receive_request.inc.php"
    write_targets = (("POST", path),)
    secret_setting = "api_key_env"
    deleted_as = ("status", "Inactive")
    parent_name = "account_name"
    write_words = ("method=insertRecords", "method=updateRecords")
    can_hold = staticmethod(Forcesoap.can_hold)

    deleting = {"method": "POST", "contains": "method=updateRecords"}
    reading = {"method": "POST", "contains": "method=fetchRecords"}
    deleted_words = "made inactive", "status is 'Active'"

    def start(self, home):
        self.server = Running("snapforce_server.py", "--rows", "40")
        for text in TEXTS:
            self.post("insertRecords", "Accounts", account_name=text, description="")
        self.server.forget()

    def settings(self):
        return {"url": self.server.url + self.path, "api_user": "sf-user@example.com",
                "api_key_env": "CONFORMANCE_SECRET"}

    def post(self, method, module, **fields):
        form = {"format": "xml", "api_user": "sf-user@example.com", "api_key": self.secret,
                "module": module, "status": "Active", "method": method, **fields}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        connection.request("POST", self.path, urllib.parse.urlencode(form),
                           {"Content-Type": "application/x-www-form-urlencoded"})
        root = ElementTree.fromstring(connection.getresponse().read())
        connection.close()
        return root

    def stored(self, name):
        return {row.attrib["id"]: {field.tag: self.typed(field) for field in row}
                for row in self.post("fetchRecords", name)}

    @staticmethod
    def typed(field):
        if field.tag in ("employees", "amount"):
            return json.loads(field.text) if field.text else None
        return field.text or (None if field.tag == "close_date" else "")

    @staticmethod
    def form(entry):
        return dict(urllib.parse.parse_qsl(entry["body"], keep_blank_values=True))

    def is_write(self, entry):
        return self.form(entry)["method"] != "fetchRecords"

    def sent_fields(self, entry):
        return set(self.form(entry)) - {"format", "api_user", "api_key", "module", "status",
                                        "method", "account_id"}

    def carries_secret(self, entry):
        return self.form(entry)["api_key"] == self.secret

    def shows_secret(self, entry):
        return self.secret in entry["target"] + str(entry["headers"])


BACKENDS = (Local, Spotler, Stacksync, Salesdirector, Forcesoap, Snapforce)
