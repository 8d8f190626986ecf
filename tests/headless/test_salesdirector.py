"""The SalesDirector.ai adapter against its test server: reading, uploads, errors, secrets."""

import csv
import io
import json
import pathlib
import sys

from support import Headless

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

KEY, PLAIN_KEY = "sd-admin-key-4711", "sd-user-key-0815"


class Salesdirector(Headless):
    ROWS, OPTIONS = 24, ()

    def setUp(self):
        super().setUp()
        self.server = Running("salesdirector_server.py", "--rows", str(self.ROWS), *self.OPTIONS)
        self.addCleanup(self.server.stop)
        self.environment["SD_KEY"] = KEY
        self.profile()

    def profile(self, **settings):
        settings = {"url": self.server.url, "api_key_env": "SD_KEY", **settings}
        self.configure("default = sd\n[profile sd]\nbackend = salesdirector\n" +
                       "".join(f"{name} = {value}\n" for name, value in settings.items()))

    def opportunity(self, number):
        return self.json("get", "Opportunity", number)[0]

    def uploads(self):
        """What was uploaded so far: (target, CSV rows)."""
        found = []
        for entry in self.server.log():
            if entry["method"] == "POST":
                body = entry["body"].split("\r\n\r\n", 1)[1].rpartition("\r\n--")[0]
                found.append((entry["target"],
                              list(csv.reader(io.StringIO(body, newline="")))))
        return found


class Reading(Salesdirector):
    def test_the_example_of_the_page(self):
        self.assertEqual(self.opportunity("334j0HHBF"), {
            "external_opp_id": "334j0HHBF", "name": "Phone Install for Southern Railway",
            "account": "Southern Railway", "amount": 80000, "stage": "Develop",
            "close_date": "2017-02-15", "type": "New Business", "forecast": "upside",
            "activity_index": 33, "relationship_index": 50,
            "website": "http://www.southernrailway.com", "external_account_id": "333j055555",
            "owner": None, "owner_email": None, "next_step": None, "stage_system": "Develop",
            "forecast_system": "upside", "active": True,
            "id": "a9799007-8ed2-4261-b5a8-1efbdc8bbc2b"})

    def test_objects_and_describe(self):
        rows = {row["name"]: row for row in self.json("objects", "--count")}
        self.assertEqual({name: (row["kind"], row["count"]) for name, row in rows.items()},
                         {"Opportunity": ("object", self.ROWS), "Contact": ("upload", None),
                          "SalesTarget": ("upload", None)})
        fields = {row["name"]: row for row in self.json("describe", "Opportunity")["fields"]}
        self.assertTrue(fields["external_opp_id"]["required"])
        self.assertFalse(fields["forecast"]["update"])
        self.assertTrue(fields["owner"]["update"] and not fields["owner"]["filter"])

    def test_filtered_and_ordered_here(self):
        rows = self.json("query", "Opportunity",
                         "stage = 'won' and amount > 5000 order by amount desc limit 3",
                         "--columns", "name,amount")
        self.assertEqual([row["name"] for row in rows], ["Deal 00022", "Deal 00018", "Deal 00014"])
        self.assertEqual(self.run_ok("query", "Opportunity", "amount is null", "--count"), "2\n")
        self.assertEqual(self.run_ok("query", "Opportunity", "close_date is null", "--count"),
                         "8\n")
        self.assertEqual(self.run_ok("query", "Opportunity", "close_date = 2017-02-15",
                                     "--columns", "external_opp_id"),
                         "external_opp_id\n334j0HHBF\n")
        self.assertEqual(len(self.json("query", "Opportunity")), self.ROWS)
        self.assertEqual(len(self.json("query", "Opportunity", "--limit", "5")), 5)

    def test_the_set_is_fetched_once(self):
        self.json("query", "Opportunity", "stage = 'Won' order by name")
        self.assertEqual(len(self.server.log()), 1)

    def test_lookup_gives_the_values_in_use(self):
        rows = self.json("lookup", "Opportunity", "stage")
        self.assertEqual(sorted(row["value"] for row in rows),
                         ["Develop", "Lost", "Proposal", "Won"])
        self.run_bad(9, "lookup", "Opportunity", "stage", "--append", "X")

    def test_what_is_uploaded_only_is_not_read(self):
        self.run_bad(9, "query", "Contact", says=("can be uploaded", "upload_contacts"))
        self.run_bad(9, "get", "SalesTarget", "x")
        self.run_bad(4, "query", "Lead")
        self.run_bad(9, "delete", "Opportunity", "334j0HHBF")
        self.run_bad(9, "raw", "select 1")

    def test_check(self):
        row = self.json("check")[0]
        self.assertEqual((row["version"], row["records"], row["source"]),
                         ("API v1", self.ROWS, self.server.url))


class Uploads(Salesdirector):
    def file(self, text):
        path = self.home / "up.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return f"file={path}"

    def test_actions_are_listed(self):
        rows = self.json("actions")
        self.assertEqual([row["name"] for row in rows],
                         ["upload_opportunities", "upload_contacts", "upload_targets"])
        self.assertEqual([(p["name"], p["type"], p["required"]) for p in rows[0]["parameters"]],
                         [("file", "string", True), ("send_error_email", "boolean", False)])

    def test_opportunities_out_of_a_file(self):
        out = self.run_ok("do", "upload_opportunities", self.file(
            "opp_id,OPP NAME,amount,close_date\nOPP-00001,\"Say \"\"hi\"\", now\",7,2027-01-02\n"
            "N-1,Zoë,,\n"))
        self.assertEqual(out, "part,total_imported_rows,total_error_rows,total_original_rows,"
                              "error_file\n1,2,0,2,\n")
        self.assertEqual(self.uploads()[0][0],
                         "/api/v1/admin/opportunities/upload?send_error_email=false")
        row = self.opportunity("OPP-00001")
        self.assertEqual((row["name"], row["amount"], row["close_date"]),
                         ('Say "hi", now', 7, "2027-01-02"))
        self.assertEqual(self.opportunity("N-1")["name"], "Zoë")

    def test_contacts_and_targets(self):
        self.run_ok("do", "upload_contacts", self.file("Email,Phone\na@b.example,1\n"),
                    "send_error_email=true")
        self.run_ok("do", "upload_targets", self.file("Email,Month,Amount\na@b,2026-11-01,5\n"))
        self.assertEqual([target for target, _ in self.uploads()], [
            "/api/v1/admin/contacts/upload?send_error_email=true",
            "/api/v1/admin/salestargets/upload?send_error_email=false"])

    def test_refused_rows_are_told(self):
        answer = self.run_bad(1, "do", "upload_contacts",
                              self.file("Email,Phone\na@b.example,1\nnobody,2\n"),
                              says=("refused 1 of 2", "files.example/errors/1.csv"))
        self.assertIn("1,1,1,2,https://files.example/errors/1.csv", answer.out)
        self.run_bad(5, "do", "upload_contacts", self.file("Email\nnobody\n"), says="errors/2.csv")

    def test_a_bad_file_is_not_sent(self):
        for text, says in (("Opportunity ID,Amout\n1,2\n", ("Amout", "Opportunity Name")),
                           ("Opportunity ID,Opportunity Name\n1,a,b\n", "row 2"),
                           ("", "no records"), (b"a\0b", "NUL")):
            with self.subTest(text=text):
                self.run_bad(2, "do", "upload_opportunities", self.file(text), says=says)
        self.run_bad(4, "do", "upload_opportunities", "file=nowhere.csv", says="nowhere.csv")
        self.run_bad(2, "do", "upload_opportunities", says="file")
        self.run_bad(2, "do", "upload_opportunities", "fil=x", says="file")
        self.run_bad(2, "do", "upload_oportunities", says="upload_opportunities")
        self.run_bad(2, "do", "upload_opportunities", self.file("a"), "send_error_email=perhaps")
        self.assertEqual(self.server.log(), [])

    def test_read_only_and_protected(self):
        self.profile(read_only="yes")
        self.run_bad(3, "do", "upload_contacts", self.file("Email\na@b\n"), says="read-only")
        self.run_bad(3, "update", "Opportunity", "334j0HHBF", "stage=x")
        self.profile(protected="yes")
        self.run_bad(2, "do", "upload_contacts", self.file("Email\na@b\n"), says="--confirm sd")
        self.assertEqual(self.uploads(), [])
        self.run_ok("do", "upload_contacts", self.file("Email\na@b\n"), "--confirm", "sd")

    def test_dry_run_sends_nothing(self):
        out = self.run_ok("do", "upload_contacts", self.file("Email\na@b\n"), "--dry-run")
        self.assertIn("POST", out)
        self.assertIn("a@b", out)
        self.assertNotIn(KEY, out)
        self.assertEqual(self.server.log(), [])

    def test_a_large_file_goes_in_parts(self):
        rows = "".join(f"p{i}@x.example,\"{'y' * 4000000}\n{i}\"\n" for i in range(7))
        out = self.run_ok("do", "upload_contacts", self.file("Email,Title\n" + rows))
        self.assertEqual(out.splitlines()[1:], ["1,4,0,4,", "2,3,0,3,"])

    def test_an_upload_that_was_lost_is_not_sent_twice(self):
        self.server.fault(method="POST", cut=0)
        self.run_bad(7, "do", "upload_contacts", self.file("Email\na@b\n"), says="not known")
        self.assertEqual(len(self.uploads()), 1)


class Flat(Uploads):
    """The counts at the top of the answer, as the page shows them."""

    OPTIONS = ("--flat",)


class Writing(Salesdirector):
    def test_update(self):
        self.run_ok("update", "Opportunity", "334j0HHBF", "stage=Closed, won", "amount=81000")
        row = self.opportunity("334j0HHBF")
        self.assertEqual((row["stage"], row["amount"], row["close_date"]),
                         ("Closed, won", 81000, "2017-02-15"))
        self.assertEqual(self.uploads(), [(
            "/api/v1/admin/opportunities/upload?send_error_email=false",
            [["Opportunity ID", "Opportunity Name", "Amount", "Stage"],
             ["334j0HHBF", "Phone Install for Southern Railway", "81000", "Closed, won"]])])

    def test_update_of_what_is_not_there(self):
        self.run_bad(4, "update", "Opportunity", "nobody", "stage=x", says="upsert")
        self.assertEqual(self.uploads(), [])

    def test_create_and_upsert(self):
        self.assertEqual(self.run_ok("create", "Opportunity", "external_opp_id=N-1", "name=New",
                                     "close_date=in 3 days"), "N-1\n")
        self.assertEqual(self.opportunity("N-1")["close_date"], "2026-11-24")
        self.run_bad(5, "create", "Opportunity", "external_opp_id=N-1", "name=Again",
                     says="external_opp_id")
        self.run_bad(5, "create", "Opportunity", "name=x", says="external_opp_id")
        self.run_bad(5, "update", "Opportunity", "N-1", "forecast=x", says="forecast")
        for number, what in (("N-1", "updated"), ("N-2", "created")):
            self.assertEqual(self.run_ok("upsert", "Opportunity", "--match", "external_opp_id",
                                         f"external_opp_id={number}", "name=Mine"),
                             f"{number} {what}\n")
        self.run_bad(9, "upsert", "Opportunity", "--match", "name", "external_opp_id=1", "name=x")
        self.assertEqual(self.run_ok("create", "Contact", "email=a@b.example", "opp_id=N-1"),
                         "a@b.example\n")

    def test_commas_stripped_where_the_profile_says(self):
        self.profile(strip_commas="yes", send_error_email="yes")
        self.run_ok("update", "Opportunity", "334j0HHBF", "stage=Closed, won")
        target, rows = self.uploads()[0]
        self.assertIn("send_error_email=true", target)
        self.assertEqual(rows[1][2], "Closed won")

    def test_conflict(self):
        self.run_bad(6, "update", "Opportunity", "334j0HHBF", "stage=x", "--if", "stage=Prospect")
        self.run_ok("update", "Opportunity", "334j0HHBF", "stage=x", "--if", "stage=Develop")

    def test_refused_by_the_server(self):
        self.server.fault(method="POST", status=400, body=json.dumps(
            {"status": "fail", "data": {"file": "A CSV file is required"}}))
        self.run_bad(5, "update", "Opportunity", "334j0HHBF", "stage=x",
                     says=("file", "A CSV file is required"))

    def test_dry_run(self):
        out = self.run_ok("update", "Opportunity", "334j0HHBF", "stage=x", "--dry-run")
        self.assertIn("/api/v1/admin/opportunities/upload", out)
        self.assertEqual(self.uploads(), [])


class Faults(Salesdirector):
    def test_keys(self):
        self.environment["SD_KEY"] = "wrong-key-123"
        answer = self.run_bad(3, "query", "Opportunity", "-v", says="API key")
        self.assertNotIn("wrong-key-123", answer.err + answer.out)
        self.environment["SD_KEY"] = PLAIN_KEY
        self.run_ok("query", "Opportunity", "--limit", "1")
        self.run_bad(3, "update", "Opportunity", "334j0HHBF", "stage=x", says="administrator")

    def test_statuses(self):
        for status, exit_status in ((400, 5), (401, 3), (403, 3), (404, 4), (500, 10), (418, 2)):
            with self.subTest(status=status):
                self.server.fault(status=status)
                self.run_bad(exit_status, "query", "Opportunity", says=f"asked for {status}")

    def test_what_is_no_answer(self):
        for fault in ({"garbage": True}, {"truncate": 100}, {"deep": 5000}):
            with self.subTest(fault=fault):
                self.server.fault(**fault)
                self.run_bad(10, "query", "Opportunity")
        self.server.fault(cut=300)
        self.run_bad(7, "query", "Opportunity")

    def test_reads_are_tried_again(self):
        self.server.fault(status=503, times=1, retry_after=0)
        self.assertEqual(self.run_ok("query", "Opportunity", "--count"), f"{self.ROWS}\n")

    def test_verbose_without_the_key(self):
        answer = self.run_it("query", "Opportunity", "--count", "-v")
        self.assertEqual((answer.status, answer.out), (0, f"{self.ROWS}\n"))
        self.assertIn("/api/v1/opportunities/my", answer.err)
        self.assertNotIn(KEY, answer.err)

    def test_another_targets_path(self):
        self.profile(targets_path="/api/v1/admin/quotas/upload")
        path = self.home / "t.csv"
        path.write_text("Email,Month,Amount\na,2026-11-01,1\n", encoding="utf-8")
        self.run_bad(4, "do", "upload_targets", f"file={path}", says="targets_path")

    def test_settings(self):
        self.profile(refresh="soon")
        self.run_bad(2, "query", "Opportunity", says="refresh")
        self.profile(api_key_env="SD_NOT_SET")
        self.run_bad(2, "query", "Opportunity", says="SD_NOT_SET")
