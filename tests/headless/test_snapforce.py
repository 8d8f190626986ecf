"""The Snapforce adapter against its test server: the samples' shapes, other shapes, writes, errors."""

import json
import pathlib
import sys
import urllib.parse

from support import Headless

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

USER, KEY = "sf-user@example.com", "sf-test-key-4711"
PATH = "/vintage/sf_receive_request.inc.php"
SECRETS = (USER, KEY)
COMMON = {"format": "xml", "api_user": USER, "api_key": KEY}


class Snapforce(Headless):
    ROWS, OPTIONS = 24, ()

    def setUp(self):
        super().setUp()
        self.serve()

    def serve(self, *options):
        self.server = Running("snapforce_server.py", "--rows", str(self.ROWS),
                              *(options or self.OPTIONS))
        self.addCleanup(self.server.stop)
        self.environment["SF_KEY"] = KEY
        self.profile()

    def profile(self, **settings):
        settings = {"url": self.server.url + PATH, "api_user": USER, "api_key_env": "SF_KEY",
                    **settings}
        self.configure("default = sf\n[profile sf]\nbackend = snapforce\n" +
                       "".join(f"{name} = {value}\n" for name, value in settings.items()))

    def forms(self):
        """What was sent so far, but for what every request has."""
        found = []
        for entry in self.server.log():
            form = dict(urllib.parse.parse_qsl(entry["body"], keep_blank_values=True,
                                               strict_parsing=True))
            self.assertEqual({name: form.pop(name) for name in COMMON}, COMMON)
            self.assertEqual((entry["method"], entry["target"]), ("POST", PATH))
            found.append(form)
        return found

    def fields(self, module):
        return {row["name"]: row for row in self.json("describe", module)["fields"]}

    def lead(self, number="12345"):
        return self.json("get", "Leads", number)[0]


class Samples(Snapforce):
    def test_the_requests_of_the_samples(self):
        self.server.forget()
        self.json("query", "Leads")
        self.assertEqual(self.forms()[-1],
                         {"module": "Leads", "status": "Active", "method": "fetchRecords"})
        body = self.server.log()[-1]["body"]
        self.assertEqual(body, "format=xml&api_user=sf-user%40example.com&api_key=" + KEY +
                         "&module=Leads&status=Active&method=fetchRecords")
        self.server.forget()
        self.run_ok("create", "Leads", "contact_first=Michael", "contact_last=Stefonson",
                    "lead_status=Open")
        self.assertIn({"module": "Leads", "status": "Active", "method": "insertRecords",
                       "contact_first": "Michael", "contact_last": "Stefonson",
                       "lead_status": "Open"}, self.forms())
        self.server.forget()
        self.run_ok("update", "Leads", "12345", "lead_status=Closed")
        self.assertEqual(self.forms()[-1], {
            "module": "Leads", "status": "Active", "method": "updateRecords", "lead_id": "12345",
            "lead_status": "Closed"})

    def test_the_lead_of_the_samples(self):
        self.assertEqual({name: value for name, value in self.lead().items()
                          if value is not None}, {
            "lead_id": "12345", "type": "Web", "website": "http://www.example.com",
            "contact_first": "Michael", "contact_last": "Stefonson", "lead_status": "Open",
            "status": "Active"})

    def test_objects(self):
        rows = self.json("objects", "--count")
        self.assertEqual([(row["name"], row["count"]) for row in rows],
                         [("Leads", 22), ("Accounts", 21), ("Contacts", 21),
                          ("Opportunities", 21), ("Events", 21)])

    def test_check(self):
        row = self.json("check")[0]
        self.assertEqual((row["version"], row["source"]),
                         ("form requests, XML answers", self.server.url + PATH))


class Learning(Snapforce):
    def test_types_are_given_where_every_value_fits(self):
        fields = self.fields("Accounts")
        wanted = {"account_id": "id", "account_name": "string", "employees": "int",
                  "zip": "string", "annual_revenue": "currency", "founded": "date",
                  "status": "picklist"}
        self.assertEqual({name: fields[name]["type"] for name in wanted}, wanted)
        self.assertEqual(self.fields("Opportunities")["amount"]["type"], "currency")
        self.assertEqual(self.fields("Events")["start_date"]["type"], "datetime")
        leads = self.fields("Leads")
        wanted = {"email": "email", "website": "string", "phone": "phone", "lead_status": "combobox"}
        self.assertEqual({name: leads[name]["type"] for name in wanted}, wanted)

    def test_one_value_that_does_not_fit_makes_text(self):
        self.assertEqual(self.fields("Contacts")["email"]["type"], "email")
        self.server.stop()
        self.serve("--odd")
        self.assertEqual({name: self.fields("Accounts")[name]["type"]
                          for name in ("employees", "annual_revenue", "founded")},
                         {"employees": "string", "annual_revenue": "string",
                          "founded": "string"})

    def test_numbers_keep_their_spelling(self):
        row = self.json("get", "Accounts", "1004")[0]
        self.assertEqual((row["annual_revenue"], row["zip"], row["employees"]),
                         ("4000.50", "00148", 12))

    def test_a_status_of_its_own_is_shown_and_not_sent(self):
        fields = self.fields("Events")
        self.assertFalse(fields["record_status"]["update"])
        self.assertEqual({row["record_status"] for row in self.json("query", "Events")},
                         {"Held", "Planned"})

    def test_an_empty_module_has_the_fields_of_the_samples(self):
        self.server.stop()
        self.ROWS = 0
        for none in ("empty", "message"):
            with self.subTest(none=none):
                self.serve("--none", none)
                self.assertIn("contact_last", self.fields("Leads"))
                self.assertEqual(self.run_ok("query", "Leads", "--count"), "0\n")
                self.assertEqual(self.run_ok("create", "Leads", "contact_last=First"), "1001\n")
                self.assertEqual(self.lead("1001")["contact_last"], "First")

    def test_references_lead_both_ways(self):
        self.assertEqual(self.fields("Contacts")["account_id"]["references"], "Accounts")
        self.assertNotIn("account_id", self.fields("Leads"))
        row, = self.json("query", "Accounts", "account_id = '1002'", "--with", "Contacts")
        self.assertEqual({contact["account_id"] for contact in row["Contacts"]}, {"1002"})
        self.run_bad(2, "query", "Accounts", "--with", "Leads")
        rows = self.json("query", "Contacts", "account_id = '1002'")
        self.assertTrue(rows)
        self.assertEqual({row["account_id"] for row in rows}, {"1002"})


class Status(Snapforce):
    def asked(self, *arguments):
        """The statuses that a query asked for, and the ids it gave."""
        self.json("describe", "Accounts")
        self.server.forget()
        ids = {row["account_id"] for row in
               self.json("query", "Accounts", *arguments, "--columns", "account_id,status")}
        # the first request learns the fields
        return {form["status"] for form in self.forms()[1:]} or {self.forms()[0]["status"]}, ids

    def test_status_is_asked_for(self):
        inactive = {"1007", "1014", "1021"}
        everyone = {str(1000 + i) for i in range(1, 25)}
        self.assertEqual(self.asked(), ({"Active"}, everyone - inactive))
        self.assertEqual(self.asked("status = 'Inactive'"), ({"Inactive"}, inactive))
        self.assertEqual(self.asked("not status = 'active'"), ({"Inactive"}, inactive))
        self.assertEqual(self.asked("status in ('Active', 'Inactive')")[1], everyone)
        self.assertEqual(self.asked("status is not null and account_id >= '1'")[1], everyone)
        self.assertEqual(self.asked("status = 'Inactive' and employees > 40"),
                         ({"Inactive"}, {"1014", "1021"}))
        self.assertEqual(self.asked("status = 'Inactive' or account_id = '1001'")[1],
                         inactive | {"1001"})
        self.assertEqual(self.asked("status is null")[1], set())

    def test_only_what_is_asked_for_is_fetched(self):
        self.server.forget()
        self.json("query", "Accounts")
        self.assertEqual([form["status"] for form in self.forms()], ["Active"])

    def test_the_profile_chooses(self):
        self.profile(status="both")
        self.assertEqual(self.run_ok("query", "Accounts", "--count"), "24\n")
        self.profile(status="inactive")
        self.assertEqual(self.run_ok("query", "Accounts", "--count"), "3\n")
        self.profile(status="neither")
        self.run_bad(2, "query", "Accounts", says=("status = neither", "both"))

    def test_a_server_that_does_not_look_at_status(self):
        self.server.stop()
        self.serve("--no-status")
        self.assertEqual(self.run_ok("query", "Accounts", "--count"), "21\n")
        self.assertEqual(self.run_ok("query", "Accounts", "status = 'Inactive'", "--count"), "3\n")
        self.assertEqual(self.run_ok("query", "Accounts", "status is not null", "--count"), "24\n")

    def test_equality_is_sent_where_the_profile_says_so(self):
        query = ("query", "Accounts", "account_name = 'ACCOUNT 005' and employees > 1",
                 "--columns", "account_id")
        self.assertEqual(self.run_ok(*query), "account_id\n1005\n")
        self.assertFalse([form for form in self.forms() if "account_name" in form])
        self.profile(push_equality="yes")
        self.assertEqual(self.run_ok(*query), "account_id\n1005\n")
        self.assertEqual(self.forms()[-1], {"module": "Accounts", "status": "Active",
                                            "method": "fetchRecords",
                                            "account_name": "ACCOUNT 005"})
        for other in ("account_name = 'Account 005' or employees = 3", "founded = 1911-02-11",
                      "account_name != 'x'", "account_name = 'ä'"):
            self.json("query", "Accounts", other)
            self.assertEqual(set(self.forms()[-1]), {"module", "status", "method"}, other)


class Writing(Snapforce):
    def test_a_delete_makes_inactive(self):
        out = self.run_ok("delete", "Leads", "12345", "--dry-run")
        self.assertIn("Leads: made inactive, not deleted\n", out)
        self.assertIn("status=Inactive", out)
        watched = self.run_watched("delete", "Leads", "1001", "1002")
        self.assertEqual((watched.status, watched.out), (0, ""))
        self.assertEqual(watched.err, "dossier: 2 of Leads: made inactive, not deleted\r\n")
        self.run_ok("delete", "Leads", "12345")
        self.assertEqual(self.forms()[-1], {"module": "Leads", "status": "Inactive",
                                            "method": "updateRecords", "lead_id": "12345"})
        self.assertEqual(self.lead()["status"], "Inactive")
        self.run_bad(4, "delete", "Leads", "12345", says="no active lead 12345")
        self.run_ok("update", "Leads", "12345", "status=Active")
        self.assertEqual(self.lead()["status"], "Active")

    def test_an_inactive_record_stays_so_when_it_is_changed(self):
        self.run_ok("update", "Accounts", "1007", "description=kept")
        row = self.json("get", "Accounts", "1007")[0]
        self.assertEqual((row["status"], row["description"]), ("Inactive", "kept"))
        self.run_bad(5, "update", "Accounts", "1007", "status=Sleeping")

    def test_each_request_of_an_action_is_explained(self):
        out = self.run_ok("do", "deactivate", "module=Leads", "ids=1001,1002,1003", "--dry-run")
        for record in ("1001", "1002", "1003"):
            self.assertEqual(out.count(f"lead_id={record}"), 1, out)

    def test_no_secret_is_explained(self):
        for arguments in (("create", "Leads", "contact_last=x"),
                          ("update", "Leads", "12345", "contact_last=x"),
                          ("delete", "Leads", "12345"),
                          ("do", "deactivate", "module=Leads", "ids=12345")):
            out = self.run_ok(*arguments, "--dry-run")
            self.assertIn("api_user=***&api_key=***&module=Leads", out)
            for secret in SECRETS:
                self.assertNotIn(secret.replace("@", "%40"), out)
                self.assertNotIn(secret, out)

    def test_replies_without_an_id(self):
        for reply in ("empty", "ok", "message", "record"):
            with self.subTest(reply=reply):
                self.server.stop()
                self.serve("--reply", reply)
                self.run_ok("create", "Accounts", "account_name=Twin")
                self.assertEqual(self.run_ok("create", "Accounts", "account_name=Twin",
                                             "employees=0"), "1026\n")
                self.run_ok("update", "Accounts", "1026", "employees=5")
                self.assertEqual(self.json("get", "Accounts", "1026")[0]["employees"], 5)
                self.run_ok("delete", "Accounts", "1026")

    def test_a_create_that_cannot_be_found_again_is_unknown(self):
        self.server.stop()
        self.serve("--reply", "empty")
        self.server.fault({"contains": "method=fetchRecords", "status": 500, "skip": 1})
        answer = self.run_bad(7, "create", "Accounts", "account_name=Lost")
        self.assertIn("unknown whether", answer.err)
        inserts = [form for form in self.forms() if form["method"] == "insertRecords"]
        self.assertEqual(len(inserts), 1)

    def test_a_look_for_the_id_that_breaks_off_leaves_it_unknown(self):
        self.server.stop()
        self.serve("--reply", "empty")
        self.server.fault({"contains": "method=fetchRecords", "drop": True, "skip": 1})
        answer = self.run_bad(7, "create", "Accounts", "account_name=Lost")
        self.assertRegex(answer.err, "(?i)not known whether|unknown whether")
        inserts = [form for form in self.forms() if form["method"] == "insertRecords"]
        self.assertEqual(len(inserts), 1)

    def test_inserts_as_xml(self):
        self.profile(insert_xml="yes")
        self.run_ok("create", "Leads", "contact_last=A & <b>", "lead_status=")
        sent = [form for form in self.forms() if form["method"] == "insertRecords"][0]
        self.assertEqual(sent["xml"], '<?xml version="1.0" encoding="UTF-8"?><leads><lead>'
                                      "<contact_last>A &amp; &lt;b&gt;</contact_last>"
                                      "<lead_status></lead_status></lead></leads>")
        self.assertEqual(self.lead("1025")["contact_last"], "A & <b>")
        self.run_bad(5, "create", "Leads", "contact_last=a\x01", says=("contact_last", "U+0001"))

    def test_names_of_ids_are_settings(self):
        self.profile(id_fields="Leads:lead_number, accounts:account_id")
        self.assertEqual(self.fields("Leads")["lead_number"]["type"], "id")
        self.run_bad(5, "update", "Leads", "12345", "contact_last=x",
                     says="missing lead_id")
        self.assertEqual(self.forms()[-1]["lead_number"], "12345")
        self.profile(id_fields="Deals:deal_id")
        self.run_bad(2, "query", "Leads", says="Deals:deal_id")

    def test_deactivate(self):
        row, = self.json("actions")
        self.assertEqual((row["name"], row["writes"]), ("deactivate", True))
        out = self.run_ok("do", "deactivate", "module=Accounts", "ids=1001, 1002\n1003")
        self.assertEqual(out, "3 Accounts made inactive\n")
        self.assertEqual(self.run_ok("query", "Accounts", "status = 'Inactive'", "--count"), "6\n")
        answer = self.run_bad(1, "do", "deactivate", "module=Accounts", "ids=1007 1004",
                              says="no active account 1007")
        self.assertIn("1 account made inactive", answer.out)
        self.run_bad(2, "do", "deactivate", "module=Deals", "ids=1")
        self.run_bad(2, "do", "deactivate", "module=Leads", "ids= ,")

    def test_what_stops_an_action_stops_all_of_it(self):
        self.server.fault({"contains": "method=updateRecords", "status": 403, "skip": 1})
        answer = self.run_bad(1, "do", "deactivate", "module=Accounts", "ids=1001 1002 1003",
                              says="not sent, because of the record before it")
        self.assertIn("1 account made inactive", answer.out)
        self.assertEqual(len([form for form in self.forms()
                              if form["method"] == "updateRecords"]), 2)

    def test_many_are_written_one_after_the_other(self):
        for i in range(3):
            self.run_ok("create", "Leads", f"contact_last=Row {i}")
        self.server.forget()
        self.run_ok("delete", "Leads", "1025", "1026", "1027")
        changes = [form["lead_id"] for form in self.forms() if form["method"] == "updateRecords"]
        self.assertEqual(changes, ["1025", "1026", "1027"])


class Shapes(Snapforce):
    def test_every_shape_of_a_list_is_the_same_list(self):
        wanted = self.json("query", "Accounts", "--columns", "account_id,account_name,employees")
        for options in (("--ids", "element"), ("--ids", "attribute"), ("--names", "others"),
                        ("--names", "envelope"), ("--cdata",), ("--latin1",), ("--sparse",),
                        ("--names", "others", "--ids", "attribute", "--cdata", "--sparse")):
            with self.subTest(options=options):
                self.server.stop()
                self.serve(*options)
                self.assertEqual(self.json("query", "Accounts", "--columns",
                                           "account_id,account_name,employees"), wanted)
                self.run_ok("update", "Accounts", "1002", "account_name=Łódź <&> ]]> ä")
                self.assertEqual(self.json("get", "Accounts", "1002")[0]["account_name"],
                                 "Łódź <&> ]]> ä")

    def test_every_shape_of_an_error_is_an_error(self):
        for errors in ("child", "root", "list", "message", "status", "http"):
            with self.subTest(errors=errors):
                self.server.stop()
                self.serve("--errors", errors)
                self.environment["SF_KEY"] = "wrong-key-0815"
                answer = self.run_bad(3 if errors != "http" else 5, "query", "Accounts",
                                      says="Invalid API user or key")
                self.assertNotIn("wrong-key", answer.out + answer.err)
                self.environment["SF_KEY"] = KEY
                self.profile(id_fields="Accounts:other_id")
                self.run_bad(5, "update", "Accounts", "1001", "employees=5",
                             says="missing account_id")

    def test_what_is_not_xml(self):
        for body, says in (("<!DOCTYPE html><html><p>Sign in</html>", "web page"),
                           ("<leads><lead></leads>", "line 1"), ("", "empty"),
                           ("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
                            "document type")):
            with self.subTest(body=body):
                self.server.fault({"status": 200, "body": body})
                answer = self.run_bad(10, "query", "Leads", says=says)
                self.assertNotIn("root:", answer.out + answer.err)

    def test_a_redirect(self):
        self.server.fault({"redirect": PATH, "status": 307, "times": 1})
        self.assertEqual(self.run_ok("query", "Accounts", "--count"), "21\n")
        self.server.fault({"redirect": "https://crm2.example/api?api_key=1", "status": 301})
        answer = self.run_bad(10, "query", "Accounts", says=("crm2.example", "set url"))
        self.assertNotIn("api_key=1", answer.err)

    def test_a_reply_without_an_end_ends_in_words(self):
        self.server.fault({"huge": 140_000_000})
        self.run_bad(10, "query", "Leads", says="larger than 128 MB")


class Settings(Snapforce):
    def test_mistakes_are_told(self):
        for name, value in (("insert_xml", "perhaps"), ("push_equality", "2"), ("refresh", "-1"),
                            ("id_fields", "Leads")):
            with self.subTest(name=name):
                self.profile(**{name: value})
                self.run_bad(2, "query", "Leads", says=name)
        self.configure("default = sf\n[profile sf]\nbackend = snapforce\napi_user = x\n"
                       "api_key_env = SF_KEY\n")
        self.run_bad(2, "query", "Leads", says="url")

    def test_what_it_cannot_do_is_refused(self):
        self.run_bad(9, "raw", "select 1")
        self.run_bad(4, "query", "Quotes")
        self.run_bad(9, "upsert", "Leads", "--match", "email", "email=a@b.test")
        self.run_bad(9, "lookup", "Leads", "lead_status", "--append", "x")

    def test_lists_are_the_values_in_use(self):
        self.assertEqual(sorted(row["value"] for row in self.json("lookup", "Leads",
                                                                  "lead_status")),
                         ["Closed", "Contacted", "Open"])
