"""Stacksync's Salesforce API proxy, as its page describes it.

Strict about what clients send: POST, Bearer token, application/json, one `data` member, the page's
limits (10,000 records, one for upsert), names of fields and objects as Salesforce knows them. Where
the page shows no answer, Salesforce's own shapes stand in `data`; --shape gives the other readings.
"""

import json
import re
import urllib.parse

import soql
from common import Answer, Refusal, Service, main
from salesforce_store import VERSION, SalesforceError, Store, widen

TOKEN = "your_api_proxy_service_token"
MOST_RECORDS = 10000
GET_VERSION = "v57.0"  # as the page's own answer has it
INSTANCE = "https://MyDomainName.my.salesforce.com"

# The page's example, which no data of its other examples would give.
UPSERT = ({"data": [{"name": "Jon Doe"}], "match_key": "name"},
          {"data": [{"errors": [], "id": "0010600002BpLWtAAN", "success": True}]})
DICKENSON = {
    "AccountNumber": "CD355118", "AccountSource": None, "Active__c": "Yes",
    "AnnualRevenue": 5600000000.0,
    "BillingAddress": {"city": "New York", "country": "test", "geocodeAccuracy": None,
                       "latitude": 12.699999997, "longitude": 12.8, "postalCode": "123",
                       "state": "NY",
                       "street": "1301 Avenue of the Americas \nNew York, NY 10019\nUSA"},
    "CreatedDate": "2022-10-28T08:44:59.000+0000", "Id": "0017S00000GYoL3QAL",
    "Name": "Dickenson plc 2", "NumberOfEmployees": 145000, "NumberofLocations__c": 34.0,
    "SLAExpirationDate__c": "2023-05-24", "multipick_list__c": "string;string;12.541",
    "time_test__c": "00:15:00.000Z",
    "attributes": {"type": "Account",
                   "url": "/services/data/v60.0/sobjects/Account/0017S00000GYoL3QAL"}}


def refuse(status, words):
    """The proxy's own refusals."""
    raise Refusal(Answer.json({"msg": words}, status))


class Stacksync(Service):
    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--token", default=TOKEN)
        parser.add_argument("--rows", type=int, default=80, help="contacts and opportunities")
        parser.add_argument("--batch", type=int, default=2000, help="rows of one answer to SOQL")
        parser.add_argument("--shape", choices=("wrapped", "bare", "array"), default="wrapped")

    def __init__(self, options):
        super().__init__(options)
        self.store = Store(options.rows)
        self.locators = {}

    def fault_answer(self, status):
        if status == 401:
            return Answer.json([{"message": "Session expired or invalid",
                                 "errorCode": "INVALID_SESSION_ID"}], 401)
        return Answer.json({"msg": f"fault {status}"}, status)

    # --- the way in ---

    ROUTES = (
        (r"/v1/object/insert/([^/]+)", "insert"), (r"/v1/object/update/([^/]+)", "update"),
        (r"/v1/object/upsert/([^/]+)", "upsert"), (r"/v1/object/delete", "delete"),
        (r"/v1/object/get/([^/]+)", "get"), (r"/v1/object/soql", "soql"),
        (r"/v1/object/add_custom_field/([^/]+)", "add_custom_field"),
        (r"/v1/describe/([^/]+)", "describe"), (r"/v1/describe", "describe_instance"),
    )

    def answer(self, request):
        if request.bearer() != self.options.token:
            refuse(401, "invalid api proxy service token")
        try:
            if request.raw_path.startswith("/v1/proxy/"):
                return self.pass_through(request)
            return self.route(request)
        except SalesforceError as error:
            return Answer.json(error.of_request(), error.status)

    def route(self, request):
        for pattern, name in self.ROUTES:
            match = re.fullmatch(pattern, request.raw_path)
            if not match:
                continue
            if request.method != "POST":
                refuse(405, "method not allowed")
            if request.raw_query:
                refuse(400, "no query string is known here")
            names = [urllib.parse.unquote(group) for group in match.groups()]
            with self.lock:
                return getattr(self, name)(*names, **self.body(request, name))
        return Answer.json({"msg": "not found"}, 404)

    def body(self, request, name):
        if request.content_type != "application/json":
            refuse(415, "the content type must be application/json")
        if name in ("describe", "describe_instance"):
            if request.body:
                refuse(400, "describe takes no body")
            return {}
        try:
            body = request.json()
        except ValueError as error:
            refuse(400, f"invalid JSON: {error}")
        known = {"data", "match_key"} if name == "upsert" else {"data"}
        if not isinstance(body, dict) or set(body) != known:
            refuse(400, f"the body must be an object of {', '.join(sorted(known))}")
        return {"body": body}

    def records(self, body, most=MOST_RECORDS):
        data = body["data"]
        if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
            refuse(400, "data must be a list of objects")
        if not data:
            refuse(400, "data must not be empty")
        if len(data) > most:
            refuse(400, f"at most {most} records per request")
        return data

    def ids(self, body, also=()):
        data = body["data"]
        if not isinstance(data, dict) or not isinstance(data.get("ids"), list) or \
                set(data) - {"ids", *also}:
            refuse(400, "data must be an object with ids")
        if len(data["ids"]) > MOST_RECORDS:
            refuse(400, f"at most {MOST_RECORDS} records per request")
        return data["ids"]

    # --- writing ---

    def results(self, items, write):
        found = []
        for item in items:
            try:
                found.append({"errors": [], "id": write(item), "success": True})
            except SalesforceError as error:
                found.append({"errors": [error.of_record()], "id": None, "success": False})
        return Answer.json({"data": found})

    def insert(self, name, body):
        name = self.store.find(name)
        return self.results(self.records(body), lambda values: self.store.insert(name, values))

    def update(self, name, body):
        name = self.store.find(name)
        return self.results(self.records(body), lambda values: self.store.update(name, values))

    def delete(self, body):
        return self.results(self.ids(body), self.store.delete)

    def upsert(self, name, body):
        if body == UPSERT[0]:
            return Answer.json(UPSERT[1])
        name = self.store.find(name)
        if not isinstance(body["match_key"], str):
            refuse(400, "match_key must be a text")
        return self.results(self.records(body, 1),
                            lambda values: self.upsert_one(name, values, body["match_key"]))

    def upsert_one(self, name, values, key):
        given = next((value for each, value in values.items() if each.lower() == key.lower()), None)
        matching = self.store.matching(name, key, given) if given is not None else []
        if len(matching) > 1:
            raise SalesforceError("DUPLICATE_EXTERNAL_ID", f"{key}: more than one record found for "
                                  f"the value {given}", [key])
        if matching:
            rest = {each: value for each, value in values.items() if each.lower() != "id"}
            return self.store.update(name, {**rest, "Id": matching[0]["Id"]})
        if key.lower() == "id":
            raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        return self.store.insert(name, values)

    def add_custom_field(self, name, body):
        if not isinstance(body["data"], dict):
            refuse(400, "data must be an object")
        with self.store.lock:
            made = self.store.add_field(name, body["data"])
        return Answer.json({"data": {"errors": [], "id": made, "infos": [], "success": True,
                                     "warnings": []}, "msg": "custom field added successfully"})

    # --- reading ---

    def get(self, name, body):
        name = self.store.find(name)
        wanted = body["data"].get("fields") if isinstance(body["data"], dict) else None
        fields = [self.known_field(name, each) for each in wanted or ()]
        rows = []
        for record_id in self.ids(body, ("fields",)):
            if widen(record_id) is None:
                raise SalesforceError("MALFORMED_ID", f"bad id {record_id}")
            rows.append(self.got(name, self.store.record(name, record_id), fields))
        return Answer.json({"data": rows})

    def known_field(self, name, asked):
        found = self.store.find_field(name, asked) if isinstance(asked, str) else None
        if found is None:
            raise SalesforceError("INVALID_FIELD", f"No such column '{asked}' on sobject of type "
                                  f"{name}")
        return found["name"]

    def got(self, name, record, fields):
        if record is None:
            return None
        names = ["Id"] + [each for each in fields if each != "Id"] if fields else list(record)
        return {**{each: record[each] for each in names},
                "attributes": {"type": name,
                               "url": self.store.url(name, record["Id"], GET_VERSION)}}

    def describe_instance(self):
        return Answer.json({"data": self.store.describe_global()})

    def describe(self, name):
        return Answer.json({"data": self.store.describe(name)})

    def soql(self, body):
        if not isinstance(body["data"], str):
            refuse(400, "data must be a text")
        rows, total = soql.run(self.store, body["data"])
        if self.options.shape == "array":
            return Answer.json({"data": rows[:self.options.batch]})
        answer = self.page(rows, total, 0)
        return Answer.json(answer if self.options.shape == "bare" else {"data": answer})

    def page(self, rows, total, start):
        """One answer of a query, and the locator of the rest."""
        end = start + self.options.batch
        answer = {"totalSize": total, "done": end >= len(rows)}
        if end < len(rows):
            locator = f"01gRO{len(self.locators):010}AA2"
            self.locators[locator] = rows
            answer["nextRecordsUrl"] = f"/services/data/{VERSION}/query/{locator}-{end}"
        answer["records"] = rows[start:end]
        return answer

    # --- pass-through ---

    def pass_through(self, request):
        target = request.target[len("/v1/proxy/"):]
        if not target.startswith("https://"):
            refuse(400, "the URL must be whole, beginning with https://, and not encoded")
        if not target.startswith(INSTANCE + "/"):
            refuse(502, "no such instance")
        path, _, query = target[len(INSTANCE):].partition("?")
        with self.lock:
            return self.rest(request, path, dict(urllib.parse.parse_qsl(query)))

    def rest(self, request, path, query):
        base = f"/services/data/{VERSION}"
        if path == f"{base}/query" and request.method == "GET":
            rows, total = soql.run(self.store, query.get("q", ""))
            return Answer.json(self.page(rows, total, 0))
        if match := re.fullmatch(rf"{base}/query/(\w+)-(\d+)", path):
            if match[1] not in self.locators:
                raise SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")
            rows = self.locators[match[1]]
            return Answer.json(self.page(rows, len(rows), int(match[2])))
        if match := re.fullmatch(rf"{base}/sobjects/(\w+)(?:/(\w+))?", path):
            return self.rest_record(request, *match.groups())
        raise SalesforceError("NOT_FOUND", "The requested resource does not exist", status=404)

    def rest_record(self, request, name, record_id):
        name = self.store.find(name)
        if request.method == "POST" and record_id is None:
            made = self.store.insert(name, json.loads(request.body))
            return Answer.json({"id": made, "success": True, "errors": []}, 201)
        record = self.store.record(name, record_id or "")
        if record is None:
            raise SalesforceError("NOT_FOUND", "The requested resource does not exist", status=404)
        if request.method == "PATCH":
            self.store.update(name, {**json.loads(request.body), "Id": record_id})
            return Answer(204)
        if request.method == "DELETE":
            self.store.delete(record_id)
            return Answer(204)
        if record["Id"] == DICKENSON["Id"]:
            return Answer.json({**DICKENSON, "Name": record["Name"]})
        return Answer.json({**self.got(name, record, ()),
                            "attributes": {"type": name,
                                           "url": self.store.url(name, record["Id"])}})


SERVICE = Stacksync

if __name__ == "__main__":
    main(SERVICE)
