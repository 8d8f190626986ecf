"""SalesDirector.ai, API v1, as its page has it: my opportunities, and three uploads of CSV.

The page's example is the first opportunity, as it stands there; --rows N adds others. Uploads need
the administrator's key. The answer of an upload stands under `data`, or at the top with --flat.
Strict: the raw key and no Bearer, exactly one part `file` with a file name and the type text/csv,
RFC 4180 with a first row of known names, 20 MB.
"""

import csv
import datetime
import io
import json
import uuid

from common import Answer, Refusal, Service, main

KEY, PLAIN_KEY = "sd-admin-key-4711", "sd-user-key-0815"
MOST_BYTES = 20 * 1000 * 1000
csv.field_size_limit(MOST_BYTES)

EXAMPLE = {
    "id": "a9799007-8ed2-4261-b5a8-1efbdc8bbc2b", "active": "1", "external_opp_id": "334j0HHBF",
    "name": "Phone Install for Southern Railway", "external_account_id": "333j055555",
    "account": "Southern Railway", "amount": 80000,
    "close_date": {"date": "2017-02-15 00:00:00.000000", "timezone_type": 2, "timezone": "PST"},
    "stage": "Develop", "forecast": "upside", "stage_system": "Develop",
    "forecast_system": "upside", "activity_index": 33, "relationship_index": 50,
    "type": "New Business", "website": "http://www.southernrailway.com"}

# Heading in lower case, without spaces and underscores: the member it sets.
OPPORTUNITY_COLUMNS = {
    "opportunityid": "external_opp_id", "oppid": "external_opp_id", "opportunityname": "name",
    "oppname": "name", "amount": "amount", "closedate": "close_date", "stage": "stage",
    "opportunityowner": "owner", "owner": "owner", "opportunityowneremail": "owner_email",
    "owneremail": "owner_email", "accountid": "external_account_id", "accountname": "account",
    "accounturl/website": "website", "opportunitytype": "type", "nextstep": "next_step"}
CONTACT_COLUMNS = {
    "opportunityid": "opp_id", "oppid": "opp_id", "email": "email", "fullname": "fullname",
    "firstname": "first_name", "lastname": "last_name", "title": "title",
    "companyname": "company_name", "phone": "phone", "mobilephone": "mobile_phone",
    "accountid": "account_id"}
TARGET_COLUMNS = {"email": "email", "month": "month", "amount": "amount"}
UNREAD = ("owner", "owner_email", "next_step")


def php_json(value, status=200):
    """As PHP writes JSON: "/" escaped, and everything beyond ASCII."""
    return Answer(status, json.dumps(value, separators=(",", ":")).replace("/", "\\/"),
                  "application/json")


def success(data):
    return php_json({"status": "success", "data": data})


def fail(reasons, status=400):
    return Refusal(php_json({"status": "fail", "data": reasons}, status))


def error(message, status):
    return Refusal(php_json({"status": "error", "message": message, "code": status}, status))


def php_date(day):
    return {"date": f"{day} 00:00:00.000000", "timezone_type": 3, "timezone": "UTC"}


def amount_of(text):
    if text == "":
        return None
    number = float(text)
    return int(number) if number == int(number) else number


def day_of(text):
    return None if text == "" else php_date(datetime.date.fromisoformat(text))


MEMBER_READERS = {"amount": amount_of, "close_date": day_of}


def seed(rows):
    stages = ("Develop", "Proposal", "Won", "Lost")
    accounts = ("Northern Mills", "Łódź & Söhne", "Quote \"Q\" Ltd", "Comma, Inc.", "")
    found = [dict(EXAMPLE)]
    for i in range(1, rows):
        day = datetime.date(2026, 1, 1) + datetime.timedelta(days=i * 11 % 720)
        dates = (php_date(day), f"{day} 00:00:00", None)
        found.append({
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, str(i))), "active": "1" if i % 7 else "0",
            "external_opp_id": f"OPP-{i:05}", "name": f"Deal {i:05}",
            "external_account_id": f"ACC-{i % 5}", "account": accounts[i % 5] or None,
            "amount": None if i % 10 == 9 else i * 1250 + (0.5 if i % 2 else 0),
            "close_date": dates[i % 3], "stage": stages[i % 4], "forecast": "commit",
            "stage_system": stages[i % 4], "forecast_system": "commit", "activity_index": i % 100,
            "relationship_index": i * 3 % 100, "type": "Renewal" if i % 2 else "New Business",
            "website": "" if i % 3 else None})
    return found


class SalesDirector(Service):
    """A test server for the API of SalesDirector.ai."""

    def __init__(self, options):
        super().__init__(options)
        self.opportunities = seed(options.rows)
        self.contacts, self.targets, self.error_files = {}, {}, []
        self.uploads = {
            "opportunities": (OPPORTUNITY_COLUMNS, ("external_opp_id", "name"),
                              self.put_opportunity),
            "contacts": (CONTACT_COLUMNS, ("email",), self.put_contact),
            options.targets: (TARGET_COLUMNS, ("email", "month", "amount"), self.put_target)}

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--rows", type=int, default=24)
        parser.add_argument("--flat", action="store_true", help="counts at the top, without JSend")
        parser.add_argument("--targets", default="salestargets")

    def fault_answer(self, status):
        return error(f"asked for {status}", status).answer

    # --- requests ---

    def answer(self, request):
        key = request.headers.get("Authorization")
        if key not in (KEY, PLAIN_KEY):
            raise error("Unauthorized", 401)
        with self.lock:
            if request.raw_path == "/api/v1/opportunities/my":
                return self.my_opportunities(request)
            for name, upload in self.uploads.items():
                if request.raw_path == f"/api/v1/admin/{name}/upload":
                    if key != KEY:
                        raise error("You must have Administrative permissions", 403)
                    return self.upload(request, *upload)
        raise error("Not Found", 404)

    def my_opportunities(self, request):
        if request.method != "GET" or request.raw_query or request.body:
            raise fail({"request": "expected GET without parameters or a body"})
        return success([{name: value for name, value in row.items() if name not in UNREAD}
                        for row in self.opportunities])

    def upload(self, request, columns, required, put):
        content = self.read_file(request)
        try:
            rows = list(csv.reader(io.StringIO(content, newline=""), strict=True))
        except csv.Error as mistake:
            raise fail({"file": str(mistake)}) from mistake
        if not rows:
            raise fail({"file": "A header line is required"})
        members = [columns.get(name.lower().replace(" ", "").replace("_", ""))
                   for name in rows[0]]
        if None in members:
            raise fail({"file": f"unknown column {rows[0][members.index(None)]}"})
        if len(set(members)) != len(members) or not set(required) <= set(members):
            raise fail({"file": "columns are missing or there twice"})
        refused = [row for row in rows[1:] if not self.take(members, required, row, put)]
        return self.counts(len(rows) - 1, refused)

    def take(self, members, required, row, put):
        values = dict(zip(members, row))
        if len(row) != len(members) or any(not values[name] for name in required):
            return False
        try:
            put({name: MEMBER_READERS.get(name, str)(text) for name, text in values.items()})
        except ValueError:
            return False
        return True

    def read_file(self, request):
        if request.method != "POST":
            raise error("Not Found", 404)
        if [name for name, _ in request.pairs] not in ([], ["send_error_email"]) or \
                any(value not in ("true", "false") for _, value in request.pairs):
            raise fail({"send_error_email": "expected true or false"})
        try:
            parts = request.multipart()
        except ValueError as mistake:
            raise fail({"file": str(mistake)}) from mistake
        if len(parts) != 1 or parts[0].name != "file" or not parts[0].filename:
            raise fail({"file": "A CSV file is required"})
        if parts[0].type != "text/csv" or len(parts[0].body) > MOST_BYTES:
            raise fail({"file": "expected text/csv of at most 20 MB"})
        content = parts[0].body.decode("utf-8")
        if content.startswith("\ufeff") or not content.endswith("\r\n"):
            raise fail({"file": "expected UTF-8 without a mark, each line with its end"})
        return content

    def counts(self, original, refused):
        counts = {"total_imported_rows": original - len(refused),
                  "total_error_rows": len(refused), "error_file": "",
                  "total_original_rows": original}
        if refused:
            self.error_files.append(refused)
            counts["error_file"] = f"https://files.example/errors/{len(self.error_files)}.csv"
        return php_json(counts) if self.options.flat else success(counts)

    # --- the store ---

    def put_opportunity(self, values):
        for row in self.opportunities:
            if row["external_opp_id"] == values["external_opp_id"]:
                row.update(values)
                return
        row = dict.fromkeys(EXAMPLE)
        row.update(id=str(uuid.uuid4()), active="1", activity_index=0, relationship_index=0)
        row.update(values)
        self.opportunities.append(row)

    def put_contact(self, values):
        if "@" not in values["email"]:
            raise ValueError("no address")
        self.contacts.setdefault(values["email"], {}).update(values)

    def put_target(self, values):
        datetime.date.fromisoformat(values["month"])
        self.targets[values["email"], values["month"]] = values["amount"]


SERVICE = SalesDirector

if __name__ == "__main__":
    main(SERVICE)
