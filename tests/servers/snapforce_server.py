"""Snapforce CRM's old API, as its samples have it: one address, forms in, XML out.

Strict where the vendor's samples are clear: POST, application/x-www-form-urlencoded, every common
parameter exactly once and with a value that there is, the user and the key. Where they are silent
the answers can be had in several shapes, so that no test rests on one of them: see add_arguments.
An update without its id, or with one that is not there, is an error and changes nothing.
"""

import re
import xml.etree.ElementTree
from xml.sax.saxutils import escape

from common import Answer, Refusal, Service, main, unique_pairs

USER, KEY = "sf-user@example.com", "sf-test-key-4711"
PATH = "/vintage/sf_receive_request.inc.php"
COMMON = ("format", "api_user", "api_key", "module", "status", "method")
SINGULAR = {"Leads": "lead", "Accounts": "account", "Contacts": "contact",
            "Opportunities": "opportunity", "Events": "event"}
STATUSES = ("Active", "Inactive")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# The lead of the samples.
EXAMPLE = {"lead_id": "12345", "type": "Web", "website": "http://www.example.com",
           "contact_first": "Michael", "contact_last": "Stefonson", "lead_status": "Open"}


def lead(i):
    return {"type": ("Web", "Phone", "")[i % 3], "website": f"http://l{i}.example",
            "contact_first": f"First {i}", "contact_last": f"Last {i:03}",
            "lead_status": ("Open", "Contacted", "Closed", None)[i % 4],
            "email": f"lead{i}@example.com", "phone": f"+44 20 {i:04}"}


def account(i):
    return {"account_name": f"Account {i:03}", "description": (None, "", f"note {i}")[i % 3],
            "employees": None if i % 10 == 9 else str(i * 3), "zip": f"{i * 37 % 100000:05}",
            "annual_revenue": f"{i * 1000}.50", "founded": f"19{i % 90 + 10}-0{i % 9 + 1}-11"}


def contact(i):
    return {"contact_first": "Ann", "contact_last": f"Contact {i:03}",
            "account_id": str(1000 + i % 6) if i % 6 else None,
            "email": f"c{i}@example.com"}


def opportunity(i):
    return {"opportunity_name": f"Deal {i:03}", "account_id": str(1000 + i % 5),
            "amount": None if i % 10 == 9 else f"{i * 12.5:g}",
            "close_date": f"2026-{i * 7 % 12 + 1:02}-{i * 11 % 28 + 1:02}" if i % 8 else "",
            "stage": ("New", "Proposal", "Won")[i % 3]}


def event(i):
    return {"subject": f"Event {i:03}",
            "start_date": f"2026-11-{i % 28 + 1:02} {i % 24:02}:30:00" if i % 9 else None,
            "status": ("Held", "Planned")[i % 2]}


MAKERS = {"Leads": lead, "Accounts": account, "Contacts": contact, "Opportunities": opportunity,
          "Events": event}


class Snapforce(Service):
    """A test server for Snapforce CRM."""

    def __init__(self, options):
        super().__init__(options)
        self.records = {name: {} for name in SINGULAR}  # id: (status, {field: text or None})
        self.next_id = 1001
        self.methods = {"fetchRecords": self.fetch, "insertRecords": self.insert,
                        "updateRecords": self.update}
        for name, make in MAKERS.items():
            for i in range(1, options.rows + 1):
                identity = str(1000 + i)
                status = "Inactive" if i % 7 == 0 and not options.all_active else "Active"
                self.records[name][identity] = [status, make(i)]
        if options.rows:
            fields = dict(EXAMPLE)
            self.records["Leads"][fields.pop("lead_id")] = ["Active", fields]
        if options.odd:
            self.records["Accounts"]["1001"][1].update(employees="007", founded="2026-02",
                                                       annual_revenue="1,000")
        self.next_id += options.rows

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--rows", type=int, default=24)
        parser.add_argument("--all-active", action="store_true")
        parser.add_argument("--ids", choices=("both", "element", "attribute"), default="both")
        parser.add_argument("--names", choices=("samples", "others", "envelope"),
                            default="samples")
        parser.add_argument("--errors", choices=("child", "root", "list", "message", "status",
                                                 "http"), default="child")
        parser.add_argument("--reply", choices=("id", "empty", "ok", "message", "record"),
                            default="id")
        parser.add_argument("--none", choices=("empty", "message"), default="empty",
                            help="how a list without records looks")
        parser.add_argument("--cdata", action="store_true")
        parser.add_argument("--odd", action="store_true",
                            help="an account whose values fit no type but text")
        parser.add_argument("--latin1", action="store_true")
        parser.add_argument("--sparse", action="store_true", help="no elements for empty texts")
        parser.add_argument("--no-status", action="store_true",
                            help="every record whatever the status, with an element for it")

    def fault_answer(self, status):
        return self.xml("<response><error>asked for it</error></response>", status)

    # --- XML ---

    def xml(self, body, status=200):
        encoding = "ISO-8859-1" if self.options.latin1 else "UTF-8"
        text = f'<?xml version="1.0" encoding="{encoding}"?>\n{body}\n'
        return Answer(status, text.encode(encoding, "xmlcharrefreplace"), "text/xml")

    def text(self, text):
        text = NOT_XML.sub("", text)
        if self.options.cdata:
            return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
        return escape(text)

    def error(self, words):
        shapes = {"child": "<response><error>{}</error></response>", "root": "<error>{}</error>",
                  "list": "<errors>\n <error><code>17</code><text>{}</text></error>\n</errors>",
                  "message": "<response><message>{}</message></response>",
                  "status": "<response><status>error</status><message>{}</message></response>"}
        if self.options.errors == "http":
            return Refusal(Answer(400, words.encode(), "text/plain"))
        return Refusal(self.xml(shapes[self.options.errors].format(self.text(words))))

    def record(self, module, identity, status, fields):
        singular = SINGULAR[module]
        name = "row" if self.options.names == "others" else singular
        lines = [f"<{name}>"]
        if self.options.ids != "element":
            label = "no" if self.options.names == "others" else "id"
            lines = [f'<{name} {label}="{escape(identity)}">']
        if self.options.ids != "attribute":
            lines.append(f"<{singular}_id>{self.text(identity)}</{singular}_id>")
        if self.options.no_status:
            lines.append(f"<status>{status}</status>")
        lines += [f"<{field}>{self.text(value)}</{field}>" for field, value in fields.items()
                  if value is not None and (value or not self.options.sparse)]
        return "\n    ".join(lines) + f"\n  </{name}>"

    def list(self, module, rows):
        name = "result" if self.options.names == "others" else module.lower()
        body = "".join(f"\n  {self.record(module, *row)}" for row in rows)
        if not rows and self.options.none == "message":
            return self.xml("<response><message>No records found</message></response>")
        if self.options.names == "envelope":
            return self.xml(f"<response><status>success</status><{name}>{body}</{name}>"
                            "</response>")
        return self.xml(f"<{name}>{body}\n</{name}>")

    # --- requests ---

    def answer(self, request):
        if request.raw_path != PATH:
            raise Refusal(Answer(404, b"<html>Not Found</html>", "text/html"))
        if request.method != "POST" or request.raw_query:
            raise Refusal(Answer(405, b"POST only", "text/plain"))
        try:
            form = request.form()
        except ValueError as mistake:
            raise self.error(f"bad request: {mistake}") from mistake
        self.check(form)
        more = {name: value for name, value in form.items() if name not in COMMON}
        with self.lock:
            return self.methods[form["method"]](form["module"], form["status"], more)

    def check(self, form):
        missing = [name for name in COMMON if name not in form]
        if missing:
            raise self.error(f"missing {missing[0]}")
        if (form["api_user"], form["api_key"]) != (USER, KEY):
            raise self.error(f"Invalid API user or key: {form['api_key']}")
        for name, known in (("format", ("xml",)), ("module", SINGULAR), ("status", STATUSES),
                            ("method", self.methods)):
            if form[name] not in known:
                raise self.error(f"unknown {name} {form[name]}")

    def fetch(self, module, status, more):
        key = f"{SINGULAR[module]}_id"

        def fits(identity, fields):
            return all((identity if name == key else fields.get(name) or "").casefold() ==
                       value.casefold() for name, value in more.items())

        return self.list(module, [(identity, now, fields) for identity, (now, fields)
                                  in self.records[module].items()
                                  if (self.options.no_status or now == status) and
                                  fits(identity, fields)])

    def insert(self, module, status, more):
        singular = SINGULAR[module]
        if f"{singular}_id" in more:
            raise self.error(f"{singular}_id cannot be given")
        if "xml" in more:
            more = self.read_document(module, more)
        identity = str(self.next_id)
        self.next_id += 1
        self.records[module][identity] = [status, more]
        return self.reply(module, identity, "inserted")

    def read_document(self, module, more):
        root = xml.etree.ElementTree.fromstring(more.pop("xml"))
        if root.tag != module.lower() or [row.tag for row in root] != [SINGULAR[module]] or more:
            raise self.error("expected one record of the module and nothing beside it")
        return unique_pairs([(field.tag, field.text or "") for field in root[0]])

    def update(self, module, status, more):
        singular = SINGULAR[module]
        identity = more.pop(f"{singular}_id", None)
        if identity is None:
            raise self.error(f"missing {singular}_id")
        if identity not in self.records[module]:
            raise self.error(f"{singular} {identity} does not exist")
        row = self.records[module][identity]
        row[0] = status
        row[1].update(more)
        return self.reply(module, identity, "updated")

    def reply(self, module, identity, done):
        singular = SINGULAR[module]
        if self.options.reply == "empty":
            return Answer(200, b"", "text/xml")
        shapes = {"id": f"<response><status>success</status><{singular}_id>{identity}"
                        f"</{singular}_id></response>",
                  "ok": "<response>OK</response>",
                  "message": f"<response><message>Record {done} successfully</message></response>",
                  "record": f'<{module.lower()}><{singular} id="{identity}"/></{module.lower()}>'}
        return self.xml(shapes[self.options.reply])


SERVICE = Snapforce

if __name__ == "__main__":
    main(SERVICE)
