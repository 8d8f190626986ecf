"""A test server for Spotler CRM's API version 4, after the vendor's page.

Its examples are answered literally: the first of 100 accounts is 95920978, the first that is
created 95950731. It is strict about what a client sends: the token, JSON bodies with their media
type, limits of at most 100, known parameters and fields, values in the form it gives them. Filters
and orders are worked out here, without regard to case, as SQL does it: a comparison with null is
false, and so is its denial.
"""

import datetime
import itertools
import json
import re

from common import Answer, Refusal, Service, main, unique_pairs

READ_ONLY = {"id", "createdby", "modifiedby", "createddate", "modifieddate"}
USER, FIRST_CREATED = 90505, 95950731
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

# name: (type, required); text, number, boolean, date, datetime, lookup, email, or an object's name
STAMPED = {"createdby": "number", "modifiedby": "number", "createddate": "datetime",
           "modifieddate": "datetime"}
ADDRESS = {"addresscity": "text", "addresscounty/state": "text", "addresspostcode/zip": "text",
           "addresscountry": "text"}
FIELDS = {
    "accounts": {"id": "number", "name": "text!", "addressline": "text", **ADDRESS,
                 "ownerid": "number", "campaignid": "number", "source": "lookup", "notes": "text",
                 "slaid": "number", "phone": "text", "website": "text", "type": "lookup",
                 "sector": "lookup", "createddate": "datetime", "modifieddate": "datetime"},
    "activities": {"id": "number", "accountid": "accounts", "contactid": "contacts",
                   "caseid": "cases", "type": "lookup", "status": "lookup", "priority": "number",
                   "date": "date", "allday": "boolean", "description": "text", **STAMPED},
    "contacts": {"id": "number", "accountid": "accounts!", "salutation": "lookup", "first": "text",
                 "middle": "text", "last": "text!", "jobtitle": "text", "email": "email",
                 "phone": "text", **ADDRESS, "decisionmaker": "boolean", "hold": "boolean",
                 "leftcompany": "boolean", "leadscore": "number", **STAMPED},
    "campaigns": {"id": "number", "name": "text!", "type": "lookup", "status": "lookup",
                  "active": "boolean", "dripfeed": "boolean", "members": "number",
                  "opportunities": "number", "sales": "number", "ownerid": "number"},
    "campaigndetails": {"id": "number", "campaignid": "campaigns", "name": "text"},
    "campaignstages": {"id": "number", "campaignid": "campaigns", "name": "text"},
    "cases": {"id": "number", "accountid": "accounts", "caselevelid": "number",
              "ownerid": "number", "type": "lookup", "status": "lookup", "subject": "text!",
              "opened": "date", **STAMPED},
    "documents": {"id": "number", "filename": "text", "accountid": "accounts", **STAMPED},
    "opportunities": {"id": "number", "accountid": "accounts!", "name": "text!",
                      "status": "lookup", "forecast": "text", "value": "number",
                      "probability": "number", "closedate": "date", "nextstep": "text",
                      "repeat": "text", "source": "lookup", **STAMPED},
    "opportunityhistories": {"id": "number", "opportunitystatus": "text", "probability": "number",
                             "forecast": "text", "value": "number", "closedate": "date",
                             "modifiedby": "number", "modifieddate": "datetime"},
    "opportunity_lines": {"id": "number", "opportunityid": "opportunities!", "product": "text!",
                          "quantity": "number", "unitprice": "number", "createdby": "number",
                          "modifiedby": "number"},
    # Custom objects: one with a list of its own, one below its account alone.
    "policies": {"id": "number", "accountid": "accounts!", "abn": "text", "inceptiondate": "date",
                 "2yearpolicy": "boolean", "premium": "number"},
    "claims": {"id": "number", "reference": "text"},
}
SINGULAR = {"activities": "activity", "opportunities": "opportunity", "policies": "policy",
            "opportunityhistories": "opportunityhistory"}
LOOKUPS = {"type": ["Client", "Prospect", "Supplier", "Competitor"],
           "sector": ["Design", "Transport", "Finance", "Retail"],
           "source": ["", "Web", "Referral", "Event"], "salutation": ["Ms", "Mr", "Dr"],
           "status": ["Open", "Won", "Lost", "On hold"]}
HOSTILE = ["O'Neill \"& Sons\"", "a\\b/c", "100% _sure_", "\x1b[31mred\x1b[0m", "\u202edesrever",
           "Ångström Æther", "", "straße", "日本 株式会社", "line\nend", "tab\there"]


class Problem(Exception):
    """What the client did wrong: a status and words."""

    def __init__(self, status, message, kind="Invalid Request error", **more):
        super().__init__(message)
        self.status = status
        self.body = {"type": kind, "code": status, "message": message, **more}


def php(value):
    """JSON as PHP writes it: no spaces, slashes escaped."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")


def answer_json(value, status=200):
    return Answer(status, php(value), "application/json")


# --- seeding ---

def example_account():
    """The account of the page's first example, with its keys and no others."""
    return {"id": 95920978, "name": "test", "addressline": None, "addresscity": "",
            "addresscounty/state": "", "addresspostcode/zip": "", "addresscountry": "",
            "ownerid": USER, "source": "", "notes": None, "phone": None, "website": None,
            "type": None, "sector": None, "createddate": "2018-09-17 11:29:59",
            "modifieddate": "2018-09-17 11:29:59"}


def seed_account(number):
    if number == 0:
        return example_account()
    stamp = f"2019-{number % 12 + 1:02}-{number % 28 + 1:02} {number % 24:02}:30:00"
    name = HOSTILE[number] if number < len(HOSTILE) and HOSTILE[number] else f"Company {number:05}"
    return {"id": 95920978 + number, "name": name, "addressline": None,
            "addresscity": ("Leeds", "York", "", None)[number % 4],
            "addresscounty/state": ("Kent", "Essex", "", None)[number // 4 % 4],
            "addresspostcode/zip": f"LS{number % 20} 1AA", "addresscountry": "United Kingdom",
            "ownerid": USER + number % 3, "campaignid": number % 4, "source": LOOKUPS["source"][
                number % 4], "notes": None, "slaid": 125357,
            "phone": f"0113 496 {number % 10000:04}" if number % 5 else None,
            "website": f"https://c{number}.example" if number % 3 else None,
            "type": [*LOOKUPS["type"], None][number % 5],
            "sector": LOOKUPS["sector"][number % 4], "createddate": stamp, "modifieddate": stamp}


def seed_value(kind, name, number):
    """A value for a field of the smaller objects; every seventh is null."""
    if number % 7 == 3:
        return None
    if kind in FIELDS:
        return None
    return {"number": number * 10 % 97, "boolean": number % 2, "lookup": LOOKUPS.get(name, [
        "x"])[number % len(LOOKUPS.get(name, ["x"]))], "email": f"p{number}@example.com",
            "date": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "datetime": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02} 09:00:00",
            "text": f"{name} {number}"}[kind]


def seed_record(name, number, identity, parents):
    record = {"id": identity}
    for field, kind in FIELDS[name].items():
        plain = kind.rstrip("!")
        if field in parents:
            record[field] = parents[field]
        elif field != "id":
            record[field] = seed_value(plain, field, number)
            if kind.endswith("!") and record[field] is None:
                record[field] = f"{field} {number}"
    return record


def seed(accounts):
    store = {name: {} for name in FIELDS}
    for number in range(accounts):
        account = seed_account(number)
        store["accounts"][account["id"]] = account
    parents = list(store["accounts"])[:100]

    def add(name, first, count, **above):
        for number in range(count):
            up = {field: values[number % len(values)] for field, values in above.items() if values}
            store[name][first + number] = seed_record(name, number, first + number, up)

    add("contacts", 2001, 2 * len(parents), accountid=parents)
    add("campaigns", 1, 4)
    add("campaigndetails", 1, 4, campaignid=[1, 2])
    add("campaignstages", 1, 3, campaignid=[1])
    add("cases", 301, len(parents) // 2, accountid=parents)
    add("documents", 401, 5, accountid=parents)
    add("opportunities", 1, 3 * len(parents) // 2, accountid=parents)
    add("opportunityhistories", 501, 20)
    add("activities", 601, len(parents), accountid=parents, contactid=list(store["contacts"]))
    add("opportunity_lines", 2, 120, opportunityid=list(store["opportunities"])[1:61])
    add("policies", 701, 30, accountid=parents[:10])
    add("claims", 801, 6)
    for number, claim in enumerate(store["claims"].values()):
        claim["_accountid"] = parents[number % 2] if parents else 0
    if store["opportunities"]:  # the line of the page's example
        store["opportunity_lines"][1] = {
            "id": 1, "opportunityid": 1, "product": "User Subscription", "quantity": 30,
            "unitprice": 420, "createdby": USER, "modifiedby": USER}
    return store


# --- filters ---

def comparable(value):
    """Numbers by their size, everything else as text without regard to case."""
    if isinstance(value, bool) or value is None:
        raise Problem(400, f"Invalid value ({json.dumps(value)})")
    return value if isinstance(value, (int, float)) else str(value).casefold()


def compare(have, want):
    a, b = comparable(have), comparable(want)
    if type(a) is not type(b) and isinstance(a, str) != isinstance(b, str):
        a, b = str(a).casefold(), str(b).casefold()
    return (a > b) - (a < b)


def part(test):
    return lambda have, want: test(str(have).casefold(), str(want).casefold())


def is_one_of(have, wanted):
    if not isinstance(wanted, list):
        raise Problem(400, "$in and $nin take an array")
    return any(compare(have, want) == 0 for want in wanted)


def is_between(have, wanted):
    if not isinstance(wanted, list) or len(wanted) != 2:
        raise Problem(400, "$bt takes an array of two values")
    return compare(have, wanted[0]) >= 0 and compare(have, wanted[1]) <= 0


OPERATORS = {
    "$gt": lambda have, want: compare(have, want) > 0,
    "$gte": lambda have, want: compare(have, want) >= 0,
    "$lt": lambda have, want: compare(have, want) < 0,
    "$lte": lambda have, want: compare(have, want) <= 0,
    "$bt": is_between,
    "$in": is_one_of,
    "$nin": lambda have, wanted: not is_one_of(have, wanted),
    "$sw": part(str.startswith),
    "$ew": part(str.endswith),
    "$con": part(str.__contains__),
}


def test_field(have, test):
    """{"field": value} or {"field": {"$op": value}}."""
    if test is None:
        return have is None
    if not isinstance(test, dict):
        return have is not None and compare(have, test) == 0
    if len(test) != 1:
        raise Problem(400, "One operator was expected for each field")
    (operator, want), = test.items()
    if operator == "$not":
        return have is not None and (want is None or compare(have, want) != 0)
    if operator not in OPERATORS:
        raise Problem(400, f"Unknown operator ({operator})")
    if have is None:
        OPERATORS[operator]("", want)  # the value's form is looked at all the same
        return False
    return OPERATORS[operator](have, want)


def matches(record, query, fields):
    if not isinstance(query, dict) or not query:
        raise Problem(400, "The query is no object")
    found = True
    for key, test in query.items():
        if key == "$or":
            if not isinstance(test, list) or not test:
                raise Problem(400, "$or takes an array")
            found = any([matches(record, one, fields) for one in test]) and found
        elif key not in fields:
            raise Problem(400, f"Unknown field ({key})")
        else:
            found = test_field(record.get(key), test) and found
    return found


def sort(records, order, fields):
    if not isinstance(order, dict) or not order:
        raise Problem(400, "The order is no object")
    for field, direction in reversed(order.items()):
        if field not in fields or direction not in ("asc", "desc"):
            raise Problem(400, f"Unknown order ({field} {direction})")
        records.sort(reverse=direction == "desc", key=lambda record: (
            record.get(field) is not None, isinstance(record.get(field), str),
            0 if record.get(field) is None else comparable(record[field])))
    return records


class Spotler(Service):
    """Spotler CRM API v4"""

    def __init__(self, options):
        super().__init__(options)
        self.store = seed(options.accounts)
        self.lookups = {name: list(values) for name, values in LOOKUPS.items()}
        self.ids = itertools.count(FIRST_CREATED)
        self.now = datetime.datetime(2018, 9, 27, 8, 48, 22)
        self.version = 0
        self.sorted = {}

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--token", default="spotler-test-token")
        parser.add_argument("--page-base", type=int, choices=(0, 1), default=1)
        parser.add_argument("--accounts", type=int, default=100, help="how many")
        parser.add_argument("--dictionary", default="fields",
                            choices=("fields", "array", "keyed", "none"), help="its shape")
        parser.add_argument("--booleans", choices=("number", "text"), default="number")
        parser.add_argument("--dates", choices=("date", "stamp"), default="date")
        parser.add_argument("--no-has-more", action="store_true")
        parser.add_argument("--no-nested", action="store_true")
        parser.add_argument("--denied-status", type=int, choices=(401, 402, 403, 301), default=403)
        parser.add_argument("--lacks", default="", help="objects the plan lacks, by commas")

    # --- answers ---

    def fault_answer(self, status):
        kinds = {429: ("Rate limit error", "Too many requests"),
                 422: ("Validation error", "The given data was invalid."),
                 403: ("Authentication error", "Unauthenticated")}
        kind, message = kinds.get(status, ("Server error", "Something has gone wrong at our end"))
        body = {"type": kind, "code": status, "message": message}
        if status == 422:
            body["validation"] = {"accountid": [{"Required": []}]}
        return answer_json(body, status)

    def answer(self, request):
        with self.lock:
            try:
                return self.dispatch(request)
            except Problem as problem:
                return answer_json(problem.body, problem.status)
            except ValueError as error:
                return answer_json(Problem(400, f"Bad request: {error}").body, 400)

    def dispatch(self, request):
        if request.raw_path == "/login":
            return Answer(200, "<html><body>Log in</body></html>", "text/html")
        if request.bearer() != self.options.token:
            self.refuse_token()
        if request.method in ("GET", "DELETE") and request.body:
            raise Problem(400, "A body was not expected")
        first = request.segments[0]
        if first in ("datadictionary", "lookup"):
            return getattr(self, f"answer_{first}")(request)
        if first not in FIELDS:
            raise Problem(500, f"Invalid record type ({first})")
        if first in self.options.lacks.split(","):
            raise Problem(403, "Your plan does not include this", "Authentication error")
        row = {("GET", 1): self.list_records, ("GET", 2): self.get_record,
               ("GET", 3): self.list_nested, ("POST", 1): self.create,
               ("PATCH", 2): self.update, ("DELETE", 2): self.delete}
        function = row.get((request.method, len(request.segments)))
        if function is None and request.method in ("PATCH", "DELETE"):
            raise Problem(400, "The id of a record was expected")
        if function is None:
            raise Problem(405, "Not Allowed, please check the request type")
        return function(request, *request.segments)

    def refuse_token(self):
        if self.options.denied_status == 301:
            raise Refusal(Answer(301, headers=[("Location", "/login")]))
        raise Problem(self.options.denied_status, "Unauthenticated", "Authentication error")

    # --- records out ---

    def shown(self, name, record, with_lines=False):
        """A record in the forms this server was told to use."""
        out = {key: value for key, value in record.items() if not key.startswith("_")}
        for field, kind in FIELDS[name].items():
            if kind == "boolean" and self.options.booleans == "text" and out.get(field) is not None:
                out[field] = str(out[field])
            if kind == "date" and self.options.dates == "stamp" and out.get(field):
                out[field] += " 00:00:00"
        if with_lines:
            keys = ("id", "opportunityid", "product", "quantity", "unitprice")
            out["lines"] = [{key: line[key] for key in keys}
                            for line in self.store["opportunity_lines"].values()
                            if line["opportunityid"] == record["id"]]
        return out

    def item(self, name, record, parent, with_lines=False):
        return {"metadata": {"url": f"/{name}/{record['id']}", "list_url": f"/{name}",
                             "parent": parent, "object_type": "record",
                             "record_type": SINGULAR.get(name, name.rstrip("s"))},
                "record": self.shown(name, record, with_lines)}

    def parameters(self, request, *allowed):
        query = request.query
        unknown = set(query) - set(allowed)
        if unknown:
            raise Problem(400, f"Unknown parameter ({sorted(unknown)[0]})")
        return query

    def whole_number(self, query, name, default, most):
        text = query.get(name, str(default))
        if not re.fullmatch(r"0|[1-9]\d{0,8}", text) or int(text) > most:
            raise Problem(400, f"Invalid {name} ({text})")
        return int(text)

    def envelope(self, name, records, query):
        limit = self.whole_number(query, "limit", 10, 100)
        if limit == 0:
            raise Problem(400, "Invalid limit (0)")
        base = self.options.page_base
        page = max(self.whole_number(query, "page", base, 10**8) - base, 0)
        chosen = records[page * limit:(page + 1) * limit]
        with_lines = query.get("lines") == "true" and name == "opportunities"
        metadata = {"url": f"/{SINGULAR.get(name, name.rstrip('s'))}", "object_type": "list",
                    "total_count": len(records)}
        if not self.options.no_has_more:
            metadata["has_more"] = (page + 1) * limit < len(records)
        return answer_json({"metadata": metadata, "list": [
            self.item(name, record, "/", with_lines) for record in chosen]})

    def chosen(self, name, query):
        """The records of a filter in their order, kept until something is written."""
        key = (self.version, name, query.get("q"), query.get("order"))
        if key not in self.sorted:
            records = list(self.store[name].values())
            if "q" in query:
                wanted = json.loads(query["q"], object_pairs_hook=unique_pairs)
                matches({}, wanted, FIELDS[name])  # a mistake is one with no records too
                records = [record for record in records if matches(
                    self.shown(name, record), wanted, FIELDS[name])]
            if "order" in query:
                order = json.loads(query["order"], object_pairs_hook=unique_pairs)
                records = sort(records, order, FIELDS[name])
            if len(self.sorted) > 64:
                self.sorted.clear()
            self.sorted[key] = records
        return self.sorted[key]

    def list_records(self, request, name):
        if name == "claims":
            raise Problem(404, "Record or page not found", "Not found")
        more = ("lines",) if name == "opportunities" else ()
        query = self.parameters(request, "limit", "page", "q", "order", *more)
        return self.envelope(name, self.chosen(name, query), query)

    def find(self, name, identity):
        record = self.store[name].get(int(identity)) if identity.isdecimal() else None
        if record is None:
            raise Problem(404, "Record or page not found", "Not found")
        return record

    def get_record(self, request, name, identity):
        query = self.parameters(request, *(("lines",) if name == "opportunities" else ()))
        return answer_json(self.item(name, self.find(name, identity), "/",
                                     query.get("lines") == "true"))

    def list_nested(self, request, name, identity, child):
        record = self.find(name, identity)
        field = {"accounts": "accountid", "contacts": "contactid", "campaigns": "campaignid",
                 "cases": "caseid", "opportunities": "opportunityid"}.get(name, "")
        field = "_accountid" if child == "claims" else field
        if child not in FIELDS or (field not in FIELDS[child] and child != "claims") or \
                (self.options.no_nested and child != "claims"):
            raise Problem(404, "Record or page not found", "Not found")
        query = self.parameters(request, "limit", "page")
        below = [one for one in self.store[child].values() if one.get(field) == record["id"]]
        return self.envelope(child, below, query)

    # --- records in ---

    def problem_of(self, name, field, kind, value):
        """The rule a value breaks, or None."""
        if value is None:
            return None
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if kind in FIELDS:
            known = value in self.store[kind] if number else False
            return None if known else {"Exists": [kind, "id"]}
        boolean = (0, 1) if self.options.booleans == "number" else ("0", "1")
        date = STAMP if self.options.dates == "stamp" else DATE
        text = isinstance(value, str)
        good = {"number": number, "text": text, "boolean": value in boolean and (
            number == (self.options.booleans == "number")),
                "date": text and date.fullmatch(value),
                "datetime": text and STAMP.fullmatch(value),
                "email": text and (value == "" or EMAIL.fullmatch(value)),
                "lookup": text and value in self.lookups.get(field, [value])}[kind]
        rule = {"number": "Numeric", "text": "String", "boolean": "Boolean", "date": "Date",
                "datetime": "Date", "email": "Email", "lookup": "In"}[kind]
        return None if good else {rule: []}

    def check(self, name, values, creating):
        if not isinstance(values, dict) or (not values and not creating):
            raise Problem(400, "The body is no record")
        failures = {}
        for field, value in values.items():
            if field not in FIELDS[name] or field in READ_ONLY:
                raise Problem(400, f"Unknown field ({field})")
            failure = self.problem_of(name, field, FIELDS[name][field].rstrip("!"), value)
            if failure:
                failures[field] = [failure]
        for field, kind in FIELDS[name].items():
            given = values.get(field) if creating else values.get(field, "given")
            if kind.endswith("!") and given in (None, ""):
                failures[field] = [{"Required": []}]
        if failures:
            raise Problem(422, "The given data was invalid.", "Validation error",
                          validation=failures)

    def stored(self, name, values):
        """In the form of the store, whatever form is shown."""
        out = dict(values)
        for field, kind in FIELDS[name].items():
            if out.get(field) is not None and kind == "boolean":
                out[field] = int(out[field])
            if out.get(field) and kind == "date":
                out[field] = out[field][:10]
        return out

    def stamp(self):
        """The time of a write; the page's example of an update comes 436 seconds later."""
        now = self.now.strftime("%Y-%m-%d %H:%M:%S")
        first = self.version == 0
        self.now += datetime.timedelta(seconds=436 if first else 1)
        self.version += 1
        return now

    def create(self, request, name):
        self.parameters(request)
        values = request.json()
        self.check(name, values, True)
        stamp = self.stamp()
        record = {"id": next(self.ids)}
        for field in FIELDS[name]:
            if field != "id":
                empty = field in ADDRESS or (name == "accounts" and field == "source")
                record[field] = "" if empty else None
        record.update(self.stored(name, values))
        defaults = {"ownerid": USER, "createdby": USER, "modifiedby": USER, "createddate": stamp,
                    "modifieddate": stamp}
        record.update((key, value) for key, value in defaults.items() if key in FIELDS[name])
        if name == "accounts":
            record["addresscountry"] = values.get("addresscountry", "United Kingdom")
            record["slaid"] = values.get("slaid", 125357)
            record["campaignid"] = values.get("campaignid", 0)
        self.store[name][record["id"]] = record
        return answer_json(self.item(name, record, None), 201)

    def update(self, request, name, identity):
        self.parameters(request)
        record = self.find(name, identity)
        values = request.json()
        self.check(name, values, False)
        record.update(self.stored(name, values))
        stamp = self.stamp()
        if "modifieddate" in FIELDS[name]:
            record["modifieddate"] = stamp
        return answer_json(self.item(name, record, None))

    def delete(self, request, name, identity):
        self.parameters(request)
        record = self.find(name, identity)
        del self.store[name][record["id"]]
        self.stamp()
        return answer_json({})

    # --- data dictionary, lookup lists ---

    def answer_datadictionary(self, request):
        if request.method != "GET" or len(request.segments) != 2:
            raise Problem(405, "Not Allowed, please check the request type")
        self.parameters(request)
        name = request.segments[1]
        if name not in FIELDS:
            raise Problem(500, f"Invalid record type ({name})")
        if self.options.dictionary == "none":
            raise Problem(404, "Record or page not found", "Not found")
        rows = []
        for field, kind in FIELDS[name].items():
            plain = kind.rstrip("!")
            plain = "number" if plain in FIELDS else "text" if plain == "email" else plain
            rows.append({"name": field, "type": plain, "required": kind.endswith("!")})
        if self.options.dictionary == "array":
            return answer_json(rows)
        if self.options.dictionary == "keyed":
            return answer_json({row.pop("name"): row for row in rows})
        return answer_json({"metadata": {"url": f"/datadictionary/{name}",
                                         "object_type": "datadictionary"}, "fields": rows})

    def answer_lookup(self, request):
        self.parameters(request)
        if request.method == "GET" and len(request.segments) == 3:
            name, field = request.segments[1:]
            if name not in FIELDS:
                raise Problem(500, f"Invalid record type ({name})")
            if FIELDS[name].get(field, "").rstrip("!") != "lookup":
                raise Problem(404, "Record or page not found", "Not found")
            return answer_json({"items": [{"value": value, "id": value}
                                          for value in self.lookups.get(field, [])]})
        if request.method != "PATCH" or len(request.segments) != 2:
            raise Problem(405, "Not Allowed, please check the request type")
        return self.append(request, request.segments[1])

    def append(self, request, name):
        body = request.json()
        items = body.get("items") if isinstance(body, dict) and set(body) == {"items"} else None
        if not isinstance(items, list) or not items or \
                not all(isinstance(item, str) and item for item in items):
            raise Problem(400, "The body is no list of items")
        if name not in self.lookups:
            raise Problem(404, "Record or page not found", "Not found")
        for item in items:
            if item not in self.lookups[name]:
                self.lookups[name].append(item)
        return answer_json({"message": "Lookup values added",
                            "items": [{"value": item, "id": item} for item in items]})


SERVICE = Spotler

if __name__ == "__main__":
    main(SERVICE)
