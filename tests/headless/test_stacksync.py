"""The stacksync adapter against its test server: describe, SOQL, writes, upsert, actions, errors."""

import json
import pathlib
import sys
import urllib.request

from support import Headless

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

TOKEN = "sf-token-4711"
INSTANCE = "https://MyDomainName.my.salesforce.com"
DICKENSON = INSTANCE + "/services/data/v60.0/sobjects/Account/0017S00000GYoL3QAL"


class Stacksync(Headless):
    OPTIONS = ()

    def setUp(self):
        super().setUp()
        self.server = Running("stacksync_server.py", "--token", TOKEN, *self.OPTIONS)
        self.addCleanup(self.server.stop)
        self.environment["SF_TOKEN"] = TOKEN
        self.profile()

    def profile(self, **settings):
        settings = {"url": self.server.url, "token_env": "SF_TOKEN", **settings}
        self.configure("default = sf\n[profile sf]\nbackend = stacksync\n" +
                       "".join(f"{name} = {value}\n" for name, value in settings.items()))

    def sent(self, path="/v1/object/soql"):
        """The bodies' data of what was sent to a path."""
        return [json.loads(entry["body"])["data"] for entry in self.server.log()
                if entry["target"] == path]

    def count(self, filter_text, name="Opportunity"):
        return int(self.run_ok("query", name, filter_text, "--count"))


class Describing(Stacksync):
    def test_objects(self):
        rows = {row["name"]: row for row in self.json("objects", "--count")}
        self.assertEqual(list(rows), ["Account", "Contact", "Opportunity", "Lead", "User", "Group"])
        self.assertEqual(rows["Account"]["label"], "Accounts")
        self.assertEqual((rows["Contact"]["count"], rows["User"]["count"]), (80, 3))
        self.assertFalse(rows["User"]["create"])

    def test_fields(self):
        fields = {row["name"]: row for row in self.json("describe", "Account")["fields"]}
        self.assertTrue(fields["Name"]["required"])
        self.assertFalse(fields["OwnerId"]["required"])  # Salesforce gives it itself
        self.assertEqual(fields["ParentId"]["references"], "Account")
        self.assertEqual([value["value"] for value in fields["Rating"]["picklist"]],
                         ["Hot", "Warm", "Cold"])
        self.assertFalse(fields["Description"]["filter"])
        self.assertFalse(fields["SystemModstamp"]["update"])

    def test_values_of_a_picklist(self):
        self.assertEqual([row["value"] for row in self.json("lookup", "Account", "Rating")],
                         ["Hot", "Warm", "Cold"])
        self.run_bad(9, "lookup", "Account", "Name", says="no list of values")

    def test_an_object_that_is_not_there(self):
        self.run_bad(4, "describe", "Contacts", says="Contacts")

    def test_a_custom_field(self):
        out = self.run_ok("do", "add_custom_field", "object=Account", "name=field_name",
                          "type=Text", "label=list_field", "length=100")
        self.assertEqual(out, "custom field added successfully: 01N7R00000FlUGDUA3\n")
        fields = {row["name"]: row for row in self.json("describe", "Account")["fields"]}
        self.assertEqual(fields["field_name__c"]["length"], 100)
        self.run_ok("do", "add_custom_field", "object=Account", "name=colour", "type=Picklist",
                    "label=Colour", "values=red;blue")
        fields = {row["name"]: row for row in self.json("describe", "Account")["fields"]}
        self.assertEqual([value["value"] for value in fields["colour__c"]["picklist"]],
                         ["red", "blue"])
        self.run_bad(5, "do", "add_custom_field", "object=Account", "name=colour", "type=Text",
                     "label=x", says="length")
        self.run_bad(5, "do", "add_custom_field", "object=Account", "name=a colour", "type=Date",
                     "label=x", says="only letters, digits and _")


class Reading(Stacksync):
    def test_the_example_of_the_page(self):
        rows = self.json("get", "Account", "0010600002BpLWuAAN", "0010600002BpLWt",
                         "--columns", "Name")
        self.assertEqual([row["Name"] for row in rows], ["John Doe", "Jane Smith"])
        self.assertEqual(self.sent("/v1/object/get/Account"),
                         [{"ids": ["0010600002BpLWuAAN", "0010600002BpLWtAAN"],
                           "fields": ["Name"]}])

    def test_what_the_filter_becomes(self):
        self.run_ok("query", "Opportunity", "stagename in ('Closed Won', 'O''Neil') and "
                    "(amount >= 5000 or account.name starts with '100%') and closedate = today",
                    "--columns", "name", "--limit", "5")
        self.assertEqual(self.sent(), [
            "SELECT Id, Name FROM Opportunity WHERE StageName IN ('Closed Won', 'O\\'Neil') AND "
            "(Amount >= 5000 OR Account.Name LIKE '100\\%%') AND CloseDate = 2026-11-21 "
            "ORDER BY Id LIMIT 5"])

    def test_every_operator_as_it_is_here(self):
        """What Salesforce answers is what the filter language means, whatever SOQL makes of null:
        the same rows are counted here, from a file of everything."""
        everything = self.json("query", "Account")
        self.assertEqual(len(everything), 43)
        null, name = (lambda row: row["Industry"] is None), (lambda row: row["Name"].lower())
        cases = {
            "industry = 'energy'": lambda row: (row["Industry"] or "").lower() == "energy",
            "industry != 'Energy'": lambda row: row["Industry"] != "Energy",
            "industry not in ('Energy', 'Media')":
                lambda row: row["Industry"] not in ("Energy", "Media"),
            "not (industry in ('Energy'))": lambda row: row["Industry"] != "Energy",
            "industry is null": null, "industry is not null": lambda row: not null(row),
            "industry is empty": lambda row: False, "industry is blank": null,
            "not (industry is empty)": lambda row: True,
            "name contains '%'": lambda row: "%" in row["Name"],
            "name contains '_'": lambda row: "_" in row["Name"],
            "name contains '\\'": lambda row: "\\" in row["Name"],
            "name contains \"'\"": lambda row: "'" in row["Name"],
            "name starts with 'ÅNG'": lambda row: name(row).startswith("ång"),
            "name ends with '10'": lambda row: name(row).endswith("10"),
            "name like '_cme%'": lambda row: name(row)[1:].startswith("cme"),
            "name > 'm'": lambda row: name(row) > "m",
            "not (name contains 'a')": lambda row: "a" not in name(row),
            "annualrevenue < 20000": lambda row: (row["AnnualRevenue"] or 1e9) < 20000,
            "not (annualrevenue < 20000)": lambda row: not (row["AnnualRevenue"] or 1e9) < 20000,
            "annualrevenue between 1000.5 and 20000":
                lambda row: 1000.5 <= (row["AnnualRevenue"] or 0) <= 20000,
            "tags__c includes ('red;green', 'blue')": lambda row: row["Tags__c"] is not None and (
                {"red", "green"} <= set(row["Tags__c"].split(";")) or "blue" in row["Tags__c"]),
            "tags__c excludes ('red')": lambda row: "red" not in (row["Tags__c"] or ""),
            "active__c = true": lambda row: row["Active__c"],
            "active__c is null": lambda row: False,
            "slaexpirationdate__c <= today": lambda row: row["SLAExpirationDate__c"] ==
                "2026-11-21",
            "slaexpirationdate__c != 2026-11-21": lambda row: row["SLAExpirationDate__c"] !=
                "2026-11-21",
            "opens__c = 08:30": lambda row: row["Opens__c"] is not None,
            "description contains 'number 1'":
                lambda row: "number 1" in (row["Description"] or ""),
            "code__c = 'x'": lambda row: False,
            "id = '0010600002BpLWt'": lambda row: row["Id"] == "0010600002BpLWtAAN",
            "parentid is null": lambda row: True, "parent.name != 'x'": lambda row: True,
            "createddate >= 2026-11-01": lambda row: True,
        }
        for text, test in cases.items():
            with self.subTest(filter=text):
                wanted = sorted(row["Id"] for row in everything if test(row))
                found = self.json("query", "Account", text, "--columns", "Id")
                self.assertEqual(sorted(row["Id"] for row in found), wanted)
                self.assertEqual(self.count(text, "Account"), len(wanted))

    def test_pages_to_the_end(self):
        for order in ("", "id desc", "amount desc", "amount nulls first, closedate", "name",
                      "stagename desc, amount"):
            with self.subTest(order=order):
                self.profile(page_size=7)
                flags = ("--order", order) if order else ()
                rows = self.json("query", "Opportunity", "--columns", "Id,Amount", *flags)
                self.assertEqual(len({row["Id"] for row in rows}), 80)
                self.assertEqual(len(rows), 80)
                if order == "amount desc":
                    amounts = [row["Amount"] for row in rows]
                    filled = [amount for amount in amounts if amount is not None]
                    self.assertEqual(amounts, sorted(filled, reverse=True) +
                                     [None] * (80 - len(filled)))

    def test_groups_are_counted_there(self):
        rows = self.json("raw", "SELECT StageName, COUNT(Id) n FROM Opportunity GROUP BY StageName")
        self.assertEqual(sum(row["n"] for row in rows), 80)

    def test_raw(self):
        rows = self.json("raw", "SELECT Name, Account.Name FROM Contact "
                         "ORDER BY Account.Name NULLS FIRST, Name")
        self.assertEqual(len(rows), 80)
        self.assertEqual((rows[0]["Name"], rows[0]["Account.Name"]), ("Ann Person 017", None))
        self.assertEqual(rows[-1]["Account.Name"], "Łódź Works 38")
        self.assertEqual(self.json("raw", "SELECT COUNT() FROM Lead"), [{"count": 20}])
        self.run_bad(4, "raw", "SELECT Id, Name, Email FROM Contacts",
                     says=("line 1, column 29", "Contacts"))
        self.run_bad(2, "raw", "SELECT Bogus__c FROM Account", says="line 1, column 8")
        self.run_bad(2, "raw", "SELECT Id FROM Account WHERE Name = \"x\"", says="column 37")

    def test_parents_and_missing_records(self):
        rows = self.json("get", "Account", "0010600002BpLWuAAN", "--columns", "Name,Owner.Name")
        self.assertEqual(rows[0]["Owner.Name"], "Ada Admin")
        self.run_bad(4, "get", "Account", "0010600002XXXXX", says="0010600002XXXXX")
        self.run_bad(4, "get", "Account", "rubbish", says="rubbish")


class Shapes(Stacksync):
    """The other readings of what the page does not show."""

    def check_pages(self, **settings):
        self.profile(page_size=30, **settings)
        for order in ("name", "id"):
            rows = self.json("query", "Opportunity", "--order", order, "--columns", "Id")
            self.assertEqual(len({row["Id"] for row in rows}), 80)


class Bare(Shapes):
    OPTIONS = ("--shape", "bare")

    def test_pages(self):
        self.check_pages()
        self.assertEqual(self.count(""), 80)


class Array(Shapes):
    OPTIONS = ("--shape", "array")

    def test_pages(self):
        self.check_pages()
        self.assertEqual(self.count(""), 80)


class Cursors(Shapes):
    OPTIONS = ("--batch", "25")

    def test_answers_in_several_parts(self):
        self.check_pages()

    def test_the_cursor_is_followed(self):
        self.check_pages(instance_url=INSTANCE)
        targets = [entry["target"] for entry in self.server.log()
                   if entry["target"].startswith("/v1/proxy/")]
        self.assertEqual(len(targets), 3)
        self.assertTrue(targets[0].startswith(f"/v1/proxy/{INSTANCE}/services/data/v60.0/query/"))


class Writing(Stacksync):
    def test_the_examples_of_the_page(self):
        made = self.run_ok("create", "Account", "name=John Doe")
        self.assertEqual(made, "0010600002BpRZDAA3\n")
        self.assertEqual(self.sent("/v1/object/insert/Account"), [[{"Name": "John Doe"}]])
        self.run_ok("update", "Account", "0010600002BpLWtAAN", "name=John Doe")
        self.run_ok("delete", "Account", "0010600002BpLWtAAN", "0010600002BpLWuAAN")
        self.assertEqual(self.sent("/v1/object/delete"),
                         [{"ids": ["0010600002BpLWtAAN", "0010600002BpLWuAAN"]}])
        self.run_bad(4, "delete", "Account", "0010600002BpLWtAAN", says="entity is deleted")

    def test_values(self):
        made = self.run_ok("create", "Account", "name=a 'q' \"d\" \\ é", "active__c=true",
                           "numberofemployees=5", "slaexpirationdate__c=tomorrow",
                           "opens__c=09:15", "tags__c=red;blue").strip()
        row = self.json("get", "Account", made)[0]
        self.assertEqual((row["Name"], row["Active__c"], row["NumberOfEmployees"],
                          row["SLAExpirationDate__c"], row["Opens__c"], row["Tags__c"]),
                         ("a 'q' \"d\" \\ é", True, 5, "2026-11-22", "09:15:00.000Z", "red;blue"))
        self.run_ok("update", "Account", made, "--null", "NumberOfEmployees")
        self.assertIsNone(self.json("get", "Account", made)[0]["NumberOfEmployees"])

    def test_refusals_name_their_fields(self):
        self.run_ok("create", "Account", "name=one", "code__c=X")
        self.run_bad(5, "create", "Account", "name=two", "code__c=X",
                     says=("Code__c", "duplicate value"))
        self.run_bad(5, "create", "Contact", "lastname=x", "accountid=0010600002XXXXXXXX",
                     says="AccountId")

    def test_each_record_has_its_own_result(self):
        answer = self.run_it("delete", "Account", "0010600002BpLWtAAN", "0010600002XXXXX",
                             "0010600002BpLWuAAN")
        self.assertEqual(answer.status, 1, answer)
        self.assertIn("invalid cross reference id", answer.err)
        self.assertEqual(len(self.sent("/v1/object/delete")), 1)
        self.assertEqual(self.count("", "Account"), 41)

    def test_upsert(self):
        first = self.run_ok("upsert", "Account", "--match", "Name", "name=Fresh").split()
        self.assertEqual(first[1], "created")
        second = self.run_ok("upsert", "Account", "--match", "Name", "name=fresh", "site=x").split()
        self.assertEqual(second, [first[0], "updated"])
        self.run_bad(6, "upsert", "Account", "--match", "Industry", "name=x", "industry=Energy",
                     says="Several records")
        self.assertEqual(self.count("name = 'x'", "Account"), 0)

    def test_a_dry_run_sends_nothing(self):
        answer = self.run_it("create", "Account", "name=Dry", "--dry-run")
        self.assertEqual(answer.status, 0, answer)
        self.assertIn("/v1/object/insert/Account", answer.out + answer.err)
        self.assertNotIn(TOKEN, answer.out + answer.err)
        self.assertEqual(self.sent("/v1/object/insert/Account"), [])


class PassingThrough(Stacksync):
    def test_get(self):
        out = self.run_ok("do", "pass_through", "method=GET", f"url={DICKENSON}")
        self.assertEqual(json.loads(out)["AccountNumber"], "CD355118")
        self.assertEqual(self.server.log()[-1]["target"], f"/v1/proxy/{DICKENSON}")
        out = self.run_ok("raw", f"GET {INSTANCE}/services/data/v60.0/query?q=SELECT+Id+FROM+Lead")
        self.assertEqual(json.loads(out)["totalSize"], 20)

    def test_other_methods(self):
        self.run_ok("raw", f"PATCH {DICKENSON}\n{{\"Name\": \"Changed\"}}")
        self.assertEqual(self.json("get", "Account", "0017S00000GYoL3QAL")[0]["Name"], "Changed")
        self.run_bad(4, "raw", f"GET {INSTANCE}/nowhere", says="does not exist")

    def test_a_read_only_profile(self):
        self.profile(read_only="yes")
        self.run_ok("do", "pass_through", "method=GET", f"url={DICKENSON}")
        self.run_bad(3, "do", "pass_through", "method=DELETE", f"url={DICKENSON}")
        self.run_bad(3, "raw", f"DELETE {DICKENSON}")
        self.assertEqual([entry["method"] for entry in self.server.log()
                          if entry["target"].startswith("/v1/proxy")], ["GET"])


class Failing(Stacksync):
    def test_the_token(self):
        answer = self.run_bad(3, "query", "Account", SF_TOKEN="wrong-token", says="token")
        self.assertNotIn("wrong-token", answer.err)
        self.run_bad(2, "query", "Account", SF_TOKEN="", says="")

    def test_limits_and_errors(self):
        for fault, status in (({"status": 403}, 3), ({"status": 404}, 4), ({"garbage": True}, 10),
                              ({"deep": 5000}, 10), ({"truncate": 20}, 10)):
            with self.subTest(fault=fault):
                self.server.fault({**fault, "path": "/v1/object/soql"})
                self.run_bad(status, "query", "Account")

    def test_a_wait_is_kept(self):
        self.server.fault({"status": 429, "retry_after": 0, "times": 1,
                           "path": "/v1/object/soql"})
        self.assertEqual(self.count("", "Account"), 43)

    def test_a_lost_answer_is_not_sent_again(self):
        self.server.fault({"cut": 10, "path": "/v1/object/insert"})
        self.run_bad(7, "create", "Account", "name=Lost", says="not known whether")
        self.assertEqual(len(self.sent("/v1/object/insert/Account")), 1)

    def test_a_region_that_is_none(self):
        self.configure("default = sf\n[profile sf]\nbackend = stacksync\nregion = asia\n"
                       "token_env = SF_TOKEN\n")
        self.run_bad(2, "objects", says="eu or us")


class Strictness(Stacksync):
    """The server itself: what a client may not send."""

    def status(self, path, body, method="POST", token=TOKEN, kind="application/json"):
        request = urllib.request.Request(
            self.server.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": kind})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_requests_that_are_refused(self):
        record = {"Name": "x"}
        cases = (
            (("/v1/object/soql", {"data": "SELECT Id FROM Account"}), 200),
            (("/v1/object/soql", {"data": ["SELECT Id FROM Account"]}), 400),
            (("/v1/object/soql", {"query": "SELECT Id FROM Account"}), 400),
            (("/v1/object/soql", {"data": "x"}, "GET"), 405),
            (("/v1/object/soql", {"data": "x"}, "POST", "other"), 401),
            (("/v1/object/soql", {"data": "x"}, "POST", TOKEN, "text/plain"), 415),
            (("/v1/object/insert/Account", {"data": record}), 400),
            (("/v1/object/insert/Account", {"data": [record] * 10001}), 400),
            (("/v1/object/upsert/Account", {"data": [record] * 2, "match_key": "Name"}), 400),
            (("/v1/object/upsert/Account", {"data": [record]}), 400),
            (("/v1/object/insert/Nothing", {"data": [record]}), 400),
            (("/v1/describe/Account", {"data": 1}), 400),
            (("/v1/nothing", {}), 404),
        )
        for arguments, status in cases:
            with self.subTest(arguments=str(arguments)[:80]):
                self.assertEqual(self.status(*arguments), status)
