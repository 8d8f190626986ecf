"""Actions of a backend on the screen, and the usual screens on a set that comes over HTTP whole."""

import pathlib
import sys

from harness import TerminalTest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402


class Actions(TerminalTest):
    def setUp(self):
        super().setUp()
        self.server = Running("salesdirector_server.py", "--rows", "40")
        self.addCleanup(self.server.stop)
        self.profile()

    def profile(self, extra=""):
        self.write_config(f"[profile sd]\nbackend = salesdirector\nurl = {self.server.url}\n"
                          f"api_key_command = echo sd-admin-key-4711\n{extra}")

    def open(self):
        screen = self.start("sd").wait_for("40 object")
        return screen.press("Enter").wait_for("Phone Install for Southern")

    def file(self, text):
        with open(self.path("up.csv"), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path("up.csv")

    def posts(self):
        return [entry for entry in self.server.log() if entry["method"] == "POST"]

    def fill_in(self, screen, path):
        """Gives the first parameter, the file."""
        screen.press("Enter").type(path).press("Enter")

    def test_a_form_is_made_of_the_parameters(self):
        screen = self.open().press("A").wait_for("Run an action")
        self.assertIn("upload_contacts", screen.text())
        screen.type("contacts").press("Enter").wait_for("upload_contacts: ")
        self.assertIn("File", screen.text())
        self.assertIn("Send error email", screen.text())
        screen.press("F2").wait_for("Not run; still needed: File.")
        self.fill_in(screen, self.file("Email,Phone\na@b.example,1\n"))
        screen.press("F2").wait_for("1 of 1 rows imported, 0 refused")
        self.assertIn("total_imported_rows: 1", screen.text())
        self.assertEqual(len(self.posts()), 1)
        screen.press("q").wait_for("Phone Install for Southern")

    def test_a_mistake_keeps_the_form(self):
        screen = self.open().run_command("action upload_opportunities")
        self.fill_in(screen, self.path("nowhere.csv"))
        screen.press("F2").wait_for("cannot read the file")
        screen.press("g")
        screen.press("Enter", "Ctrl-U").type(self.file("Opportunity ID,Nam\n1,2\n"))
        screen.press("Enter", "F2").wait_for("unknown columns")
        screen.wait_for("File  ").press("Enter").wait_for(".csv")  # the path, not what is in it
        self.assertEqual(self.posts(), [])

    def test_a_cancelled_one_says_so(self):
        screen = self.open().run_command("action upload_contacts")
        self.fill_in(screen, self.file("Email,Phone\na@b.example,1\n"))
        self.server.fault(method="POST", delay_ms=2000)
        screen.press("F2", "J", "x", wait=False)
        screen.wait_for("upload_contacts was cancelled")

    def test_refused_rows_are_shown(self):
        screen = self.open().run_command("action upload_contacts")
        self.fill_in(screen, self.file("Email\nnobody\na@b\n"))
        screen.press("F2").wait_for("refused 1 of 2 rows")
        self.assertIn("errors/1.csv", screen.text())

    def test_what_was_uploaded_is_listed(self):
        screen = self.open().run_command("action upload_opportunities")
        self.fill_in(screen, self.file("Opportunity ID,Opportunity Name\n334j0HHBF,Renamed\n"))
        screen.press("F2").wait_for("1 of 1 rows imported").press("q").wait_for("Renamed")

    def test_read_only_and_protected(self):
        self.profile("read_only = yes\n")
        screen = self.open().run_command("action upload_contacts")
        self.assertIn("read-only", screen.text())
        self.profile("protected = yes\n")
        screen = self.open().run_command("action upload_contacts")
        self.fill_in(screen, self.file("Email\na@b\n"))
        screen.press("F2").wait_for("sd is protected: type its name")
        screen.type("other").press("Enter").wait_for("nothing was sent")
        self.assertEqual(self.posts(), [])
        screen.press("Ctrl-U").type("sd").press("Enter").wait_for("1 of 1 rows imported")
        self.assertEqual(len(self.posts()), 1)

    def test_a_file_has_no_actions(self):
        screen = self.start("demo").wait_for("Opportunities").press("A")
        self.assertIn("the backend has no actions", screen.text())

    def test_the_usual_screens(self):
        """List, filter, describe, edit, review, apply, chart: over HTTP at 100 ms of delay."""
        self.server.fault(delay_ms=100)
        screen = self.open().press("d").wait_for("Opportunity ID")
        screen.press("q").run_command("filter")
        screen.press("q").wait_for("Phone Install")
        screen.run_command("chart stage").wait_for("Proposal")
        screen.press("q").wait_for("Phone Install")
        while "Stage" not in screen.line(2)[screen.cursor()[0]:][:6]:
            screen.press("l")
        screen.press("e", "Ctrl-U").type("Closed, won").press("Enter").wait_for("1 staged")
        screen.press("w").wait_for("Closed, won").press("a").wait_gone("1 staged")
        self.assertEqual(len(self.posts()), 1)
        self.assertIn("334j0HHBF,Phone Install for Southern Railway,\"Closed, won\"",
                      self.posts()[0]["body"])


class Salesforce(TerminalTest):
    """Raw queries and an action, against the server that speaks as Stacksync does."""

    def setUp(self):
        super().setUp()
        self.server = Running("stacksync_server.py", "--rows", "40", "--token", "sf-token-4711")
        self.addCleanup(self.server.stop)

    def open(self, extra=""):
        self.write_config(f"[profile sf]\nbackend = stacksync\nurl = {self.server.url}\n"
                          f"token_command = echo sf-token-4711\n{extra}")
        screen = self.start("sf").wait_for("Accounts")
        return screen.run_command("open Account").wait_for("Record ─ ")

    def test_soql_and_its_records(self):
        screen = self.open().run_command("raw SELECT Id, Name FROM Contact ORDER BY Name LIMIT 4")
        screen.wait_for("raw ─ 4 rows").press("j", "Enter").wait_for("Contacts")
        screen.wait_for("Record ─ ").run_command("result").wait_for("raw ─ 4 rows").press("q")
        screen.run_command("raw SELECT COUNT(Id) n FROM Contact").wait_for("n: 40")
        screen.press("q").run_command("raw SELECT Nope FROM Account").wait_for("! ")
        self.assertNotIn("under way", screen.line(23))
        screen.run_command("raw").wait_for("SELECT Nope FROM Account")

    def test_a_request_that_writes_is_refused(self):
        screen = self.open("read_only = yes\n")
        self.server.forget()
        screen.run_command("raw DELETE https://MyDomainName.my.salesforce.com/services/data/v60.0/x")
        screen.wait_for("read-only")
        self.assertEqual(self.server.log(), [])

    def test_the_action_knows_the_object(self):
        screen = self.open().run_command("add_custom_field").wait_for("add_custom_field: ")
        self.assertIn("Account", screen.line(screen.row_with("Object")))
        screen.press("F2").wait_for("still needed: ")
