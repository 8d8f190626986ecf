"""The binary against a test server for Spotler CRM: what is sent, what comes of the answers."""

import json
import pathlib
import sys
import unittest
import urllib.parse

import support

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

TOKEN = "s3cret.spotler-token"
FIRST = 95920978


class Spotler(support.Headless):
    ARGUMENTS = ()
    SETTINGS = ""

    def setUp(self):
        super().setUp()
        self.server = Running("spotler_server.py", "--token", TOKEN, *self.ARGUMENTS)
        self.addCleanup(self.server.stop)
        self.set_profile(self.SETTINGS)

    def set_profile(self, more="", token=TOKEN):
        self.configure(f"[profile w]\nbackend = spotler\nurl = {self.server.url}\n"
                       f"token = {token}\n{more}\n")
        self.environment["DOSSIER_PROFILE"] = "w"

    def asked(self, method=None, path=""):
        """Requests so far, as (method, path, query) with the JSON of q and order read."""
        found = []
        for entry in self.server.log():
            raw, _, query = entry["target"].partition("?")
            pairs = dict(urllib.parse.parse_qsl(query))
            for name in ("q", "order"):
                if name in pairs:
                    pairs[name] = json.loads(pairs[name])
            if (method is None or entry["method"] == method) and raw.startswith(path):
                found.append((entry["method"], raw, pairs, entry["body"]))
        return found

    def column(self, name, object_name, *words):
        return [row[name] for row in self.json("query", object_name, *words, "--columns", name)]


class Reading(Spotler):
    SETTINGS = "objects = policies, accounts/policies, accounts/claims"

    def test_objects(self):
        rows = self.json("objects", "--count")
        self.assertEqual(len(rows), 13)
        counts = {row["name"]: row["count"] for row in rows}
        self.assertEqual((counts["accounts"], counts["policies"]), (100, 30))

    def test_describe(self):
        described = self.json("describe", "contacts")
        fields = {field["name"]: field for field in described["fields"]}
        self.assertEqual(fields["accountid"]["references"], "accounts")
        self.assertEqual(fields["decisionmaker"]["type"], "boolean")
        self.assertTrue(fields["last"]["required"])
        self.assertEqual([value["value"] for value in fields["salutation"]["picklist"]],
                         ["Ms", "Mr", "Dr"])

    def test_all_pages(self):
        ids = self.column("id", "contacts")
        self.assertEqual(ids, list(range(2001, 2201)))
        pages = [query["page"] for _, _, query, _ in self.asked("GET", "/contacts")]
        self.assertIn("1", pages)
        self.assertIn("2", pages)

    def test_unknown_object(self):
        self.run_bad(4, "query", "accountss", says="accounts")

    def test_get(self):
        record = self.json("get", "accounts", FIRST)[0]
        self.assertEqual((record["name"], record["notes"], record["addresscounty/state"]),
                         ("test", None, ""))
        self.run_bad(4, "get", "accounts", "1", says="no record 1")

    def test_get_several(self):
        rows = self.json("get", "accounts", FIRST + 2, FIRST)
        self.assertEqual([row["id"] for row in rows], [FIRST + 2, FIRST])
        self.assertEqual(self.asked("GET", "/accounts")[-1][2]["q"],
                         {"id": {"$in": [FIRST + 2, FIRST]}})

    def test_order(self):
        names = self.column("name", "accounts", "order by type desc, id desc limit 3")
        self.assertEqual(names, ["Company 00097", "Company 00092", "Company 00087"])
        self.assertEqual(list(self.asked("GET", "/accounts")[-1][2]["order"].items()),
                         [("type", "desc"), ("id", "desc")])

    def test_count(self):
        self.assertEqual(self.run_ok("query", "accounts", "type = 'Client'", "--count"), "19\n")
        self.assertEqual(self.asked("GET", "/accounts")[-1][2]["limit"], "1")

    def test_related(self):
        rows = self.json("query", "contacts", "--of", "accounts", FIRST, "--columns", "id")
        self.assertEqual([row["id"] for row in rows], [2001, 2101])
        self.assertEqual(self.asked("GET", f"/accounts/{FIRST}/contacts")[0][2],
                         {"limit": self.asked()[-1][2]["limit"], "page": "1"})

    def test_related_of_custom_objects(self):
        rows = self.json("query", "policies", "--of", "accounts", FIRST, "--columns", "id")
        self.assertEqual([row["id"] for row in rows], [701, 711, 721])
        rows = self.json("query", "claims", "--of", "accounts", FIRST)
        self.assertEqual([(row["id"], row["accountid"]) for row in rows],
                         [(801, FIRST), (803, FIRST), (805, FIRST)])

    def test_lines(self):
        rows = self.json("query", "opportunities", "id = 1", "--columns", "name",
                         "--with", "lines")
        self.assertEqual([(line["product"], line["quantity"], line["unitprice"])
                          for line in rows[0]["lines"]], [("User Subscription", 30, 420)])
        rows = self.json("query", "opportunity_lines", "--of", "opportunities", 1,
                         "--columns", "product")
        self.assertEqual(rows, [{"product": "User Subscription"}])
        self.assertEqual(self.asked("GET", "/opportunities/1")[-1][2], {"lines": "true"})

    def test_fields_of_parents(self):
        accounts = {row["id"]: row for row in self.json("query", "accounts")}
        contacts = self.json("query", "contacts")
        wanted = [row["id"] for row in contacts if accounts[row["accountid"]]["name"] == "test"]
        self.server.forget()
        rows = self.json("query", "contacts", "accountid.name = 'test'",
                         "--columns", "id, account.name, accountid.ownerid")
        self.assertEqual([row["id"] for row in rows], wanted)
        self.assertEqual({row["accountid.ownerid"] for row in rows}, {accounts[FIRST]["ownerid"]})
        got = [ids for _, _, query, _ in self.asked("GET", "/accounts")
               for ids in query["q"]["id"]["$in"]]
        self.assertEqual(sorted(got), sorted(accounts))  # each once

    def test_check(self):
        self.assertIn("100 accounts", self.run_ok("check"))


class Filters(Spotler):
    """Every filter gives what the same one gives on records that were all fetched."""

    CASES = (
        ("type = 'client'", lambda r: (r["type"] or "").lower() == "client"),
        ("type != 'Client'", lambda r: r["type"] != "Client"),
        ("type in ('Client', 'Supplier')", lambda r: r["type"] in ("Client", "Supplier")),
        ("type not in ('Client', 'Supplier')", lambda r: r["type"] not in ("Client", "Supplier")),
        ("type is null", lambda r: r["type"] is None),
        ("type is not null", lambda r: r["type"] is not None),
        ("addresscity is empty", lambda r: r["addresscity"] == ""),
        ("addresscity is blank", lambda r: not r["addresscity"]),
        ("addresscity is not blank", lambda r: bool(r["addresscity"])),
        ("`addresscounty/state` = 'Kent'", lambda r: r["addresscounty/state"] == "Kent"),
        ("name starts with 'COMPANY 0001'", lambda r: r["name"].startswith("Company 0001")),
        ("name ends with '7'", lambda r: r["name"].endswith("7")),
        ("name contains 'any 0'", lambda r: "any 0" in r["name"]),
        ("not (name contains 'any 0')", lambda r: "any 0" not in r["name"]),
        ("name contains '%'", lambda r: "%" in r["name"]),
        ("name contains 'ström'", lambda r: "ström" in r["name"]),
        ("campaignid = 2", lambda r: r.get("campaignid") == 2),
        ("ownerid > 90505", lambda r: r["ownerid"] > 90505),
        ("ownerid between 90506 and 90507", lambda r: 90506 <= r["ownerid"] <= 90507),
        ("not (ownerid <= 90505)", lambda r: r["ownerid"] > 90505),
        ("createddate < 2019-06-01", lambda r: r["createddate"] < "2019-06-01"),
        ("createddate = 2018-09-17", lambda r: r["createddate"].startswith("2018-09-17")),
        ("type = 'Client' and (sector = 'Design' or sector = 'Retail') and ownerid != 90506",
         lambda r: r["type"] == "Client" and r["sector"] in ("Design", "Retail")
         and r["ownerid"] != 90506),
        ("(type = 'Client' or sector = 'Retail') and (phone is null or website is null)",
         lambda r: (r["type"] == "Client" or r["sector"] == "Retail")
         and (r["phone"] is None or r["website"] is None)),
        ("not (type = 'Client' or sector = 'Retail')",
         lambda r: r["type"] != "Client" and r["sector"] != "Retail"),
    )

    def test_filters(self):
        everything = self.json("query", "accounts")
        self.assertEqual(len(everything), 100)
        for text, expected in self.CASES:
            with self.subTest(text):
                wanted = [row["id"] for row in everything if expected(row)]
                self.assertEqual(self.column("id", "accounts", text), wanted)
                self.assertEqual(self.run_ok("query", "accounts", text, "--count"),
                                 f"{len(wanted)}\n")


class Writing(Spotler):
    def test_create_update_delete(self):
        self.assertEqual(self.run_ok("create", "accounts", "name=testing API"), "95950731\n")
        self.assertEqual(self.asked("POST")[0][3], '{"name":"testing API"}')
        self.run_ok("update", "accounts", "95950731", "name=testing API Updated")
        self.assertEqual(self.asked("PATCH")[0][3], '{"name":"testing API Updated"}')
        record = self.json("get", "accounts", "95950731")[0]
        self.assertEqual((record["name"], record["modifieddate"], record["addresscountry"]),
                         ("testing API Updated", "2018-09-27 08:55:38", "United Kingdom"))
        self.run_ok("delete", "accounts", "95950731")
        self.run_bad(4, "get", "accounts", "95950731")

    def test_null_and_empty(self):
        self.run_ok("update", "accounts", FIRST + 12, "addresscity=", "--null", "phone")
        self.assertEqual(json.loads(self.asked("PATCH")[0][3]), {"addresscity": "", "phone": None})
        record = self.json("get", "accounts", FIRST + 12)[0]
        self.assertEqual((record["addresscity"], record["phone"]), ("", None))

    def test_types(self):
        self.run_ok("update", "contacts", "2001", "decisionmaker=true", "leadscore=12")
        self.assertEqual(json.loads(self.asked("PATCH")[0][3]),
                         {"decisionmaker": 1, "leadscore": 12})
        self.run_ok("update", "opportunities", "1", "closedate=2026-12-24")
        self.assertEqual(json.loads(self.asked("PATCH")[1][3]), {"closedate": "2026-12-24"})

    def test_refused(self):
        answer = self.run_bad(5, "update", "opportunities", "1", "accountid=7",
                              says="The given data was invalid.\n")
        self.assertIn("accountid: is not there", answer.err)
        self.run_bad(4, "update", "accounts", "7", "name=x", says="Record or page not found")

    def test_several(self):
        answer = self.run_it("delete", "campaigns", "1", "77", "2")
        self.assertEqual(answer.status, 1, answer)
        self.assertEqual(self.column("id", "campaigns"), [3, 4])

    def test_changed_since(self):
        self.run_bad(6, "update", "accounts", FIRST, "name=x", "--unless-changed-since",
                     "2018-01-01 00:00:00")
        self.assertEqual(self.asked("PATCH"), [])
        self.run_ok("update", "accounts", FIRST, "name=x", "--unless-changed-since",
                    "2018-09-17 11:29:59")

    def test_dry_run_of_several(self):
        out = self.run_ok("delete", "accounts", FIRST, FIRST + 1, "--dry-run")
        self.assertIn(f"DELETE {self.server.url}/accounts/{FIRST}\n", out)
        self.assertIn(f"DELETE {self.server.url}/accounts/{FIRST + 1}\n", out)
        self.assertEqual(self.asked("DELETE"), [])

    def test_dry_run(self):
        out = self.run_ok("update", "accounts", FIRST, "name=x", "--dry-run")
        self.assertIn(f"PATCH {self.server.url}/accounts/{FIRST}", out)
        self.assertIn('{"name":"x"}', out)
        self.assertNotIn(TOKEN, out)
        self.assertEqual(self.asked("PATCH"), [])

    def test_lookup(self):
        self.run_ok("lookup", "accounts", "type", "--append", "Partner", "Reseller")
        self.assertEqual(self.asked("PATCH", "/lookup/type")[0][3],
                         '{"items":["Partner","Reseller"]}')
        self.run_ok("do", "append_lookup", "list_name=sector", "items=Item 1\nItem 2")
        self.assertEqual(self.asked("PATCH", "/lookup/sector")[0][3],
                         '{"items":["Item 1","Item 2"]}')
        self.assertEqual([row["value"] for row in self.json("lookup", "accounts", "type")][-2:],
                         ["Partner", "Reseller"])

    def test_read_only(self):
        self.set_profile("read_only = yes")
        self.run_bad(3, "create", "accounts", "name=x")
        self.run_bad(3, "do", "append_lookup", "list_name=type", "items=x")
        self.assertEqual(self.asked("POST") + self.asked("PATCH"), [])


class OtherForms(Spotler):
    """A server that writes yes and no as text, dates with a time, and has no has_more."""

    ARGUMENTS = ("--booleans", "text", "--dates", "stamp", "--no-has-more", "--no-nested",
                 "--dictionary", "keyed")

    def test_written_back(self):
        record = self.json("get", "contacts", "2002")[0]
        self.assertIs(record["decisionmaker"], True)
        self.run_ok("update", "contacts", "2002", "decisionmaker=false",
                    "--if", "decisionmaker=true")
        self.assertEqual(self.asked("PATCH")[0][3], '{"decisionmaker":"0"}')
        self.run_ok("update", "opportunities", "1", "closedate=2026-12-24", "--if", "name=name 0")
        self.assertEqual(self.asked("PATCH")[1][3], '{"closedate":"2026-12-24 00:00:00"}')

    def test_to_the_empty_page(self):
        self.assertEqual(len(self.column("id", "contacts")), 200)

    def test_related_without_nested(self):
        rows = self.json("query", "contacts", "--of", "accounts", FIRST, "--columns", "id")
        self.assertEqual([row["id"] for row in rows], [2001, 2101])
        self.assertEqual(self.asked("GET", "/contacts")[-1][2]["q"], {"accountid": FIRST})


class NoDictionary(Spotler):
    ARGUMENTS = ("--dictionary", "none")

    def test_inferred(self):
        fields = {field["name"]: field for field in self.json("describe", "contacts")["fields"]}
        self.assertEqual(fields["decisionmaker"]["type"], "boolean")
        self.assertEqual(fields["accountid"]["type"], "reference")
        self.assertEqual(fields["createddate"]["type"], "datetime")
        self.run_bad(4, "describe", "nothing", says="nothing")


class PageBase(Spotler):
    ARGUMENTS = ("--page-base", "0")

    def test_base(self):
        self.run_bad(10, "query", "contacts", says="set page_base = 0")
        self.set_profile("page_base = 0")
        self.assertEqual(self.column("id", "contacts"), list(range(2001, 2201)))


class CountedFromOne(Spotler):
    def test_base(self):
        self.set_profile("page_base = 0")
        self.run_bad(10, "query", "contacts", "--columns", "id", says="set page_base = 1")


class Refusals(Spotler):
    def test_token(self):
        self.set_profile(token="wrong-token-7")
        answer = self.run_bad(3, "query", "accounts", says="Unauthenticated")
        self.assertNotIn("wrong-token-7", answer.err)
        self.run_bad(3, "check")

    def test_statuses(self):
        for status, exit_status in ((400, 2), (401, 3), (402, 3), (403, 3), (404, 4), (405, 9),
                                    (500, 10)):
            with self.subTest(status):
                self.server.fault(path="/accounts", status=status)
                self.run_bad(exit_status, "query", "accounts", "--columns", "name")

    def test_login_page(self):
        self.server.fault(path="/accounts", redirect="/login", status=301)
        self.run_bad(3, "query", "accounts", "--columns", "name")

    def test_rate_limit_ends(self):
        self.server.fault(path="/accounts", status=429, retry_after=0, times=1)
        self.assertEqual(self.run_ok("query", "accounts", "--count"), "100\n")

    def test_validation(self):
        self.server.fault(method="PATCH", status=422)
        self.run_bad(5, "update", "contacts", "2001", "first=x",
                     says=("The given data was invalid.", "accountid: is required"))

    def test_garbage(self):
        for fault in ({"garbage": True}, {"truncate": 40}, {"deep": 5000}):
            with self.subTest(fault):
                self.server.fault(path="/accounts", **fault)
                self.run_bad(10, "query", "accounts", "--columns", "name")

    def test_lost_write(self):
        self.server.fault(method="POST", cut=20)
        self.run_bad(7, "create", "accounts", "name=x", says="not known whether the create was done")
        self.assertEqual(len(self.asked("POST")), 1)


if __name__ == "__main__":
    unittest.main()
