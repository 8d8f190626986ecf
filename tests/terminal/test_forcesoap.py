"""Salesforce by SOAP on the screen, at 100 ms of delay: its actions, and following references where
a backend cannot say where in a list a record stands."""

import pathlib
import sys

from harness import TerminalTest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

PROFILE = ("[profile sales]\nbackend = forcesoap\nurl = {url}\nusername = user0@example.com\n"
           "password_command = echo force-pass-1\nsecurity_token_command = echo TOKEN4711\n")


class ForceSoap(TerminalTest):
    def setUp(self):
        super().setUp()
        self.server = Running("forcesoap_server.py", "--rows", "40")
        self.addCleanup(self.server.stop)
        self.server.fault(delay_ms=100)
        self.write_config(PROFILE.format(url=self.server.url))

    def open(self, name):
        screen = self.start("sales").wait_for("Accounts")
        return screen.run_command(f"open {name}").wait_for("Record ─ ")

    def calls(self, name):
        """The bodies of the requests of one call."""
        return [entry["body"] for entry in self.server.log() if f"<{name}" in entry["body"]]

    def row(self, screen, text):
        return screen.line(screen.row_with(text))

    def give(self, screen, label, text):
        """Types a value into the form's row with a label."""
        screen.press("Home")
        while label not in screen.line(screen.cursor()[1]):
            screen.press("Down")
        screen.press("Enter").type(text).press("Enter")

    def record_name(self, screen):
        return self.row(screen, "Record ─ ").split("─ ")[1].strip(" ─┤")


class Records(ForceSoap):
    def test_a_reference_leads_to_its_record(self):
        screen = self.open("Opportunity").press("j", "j", "j").wait_for("4 of 40")
        name = self.row(screen, "Name*").split("Account")[1].split("↗")[0].strip()
        screen.press("Tab", "Right", "Enter").wait_for("Accounts ─ 1")
        self.assertEqual(self.record_name(screen), name)
        self.assertNotIn("not there any more", screen.text())
        self.assertIn("Id = '", screen.line(1))
        screen.press("[").wait_for("Opportunities ─ 40").wait_for("4 of 40")

    def test_an_owner_may_be_a_user_or_a_queue(self):
        screen = self.open("Lead").press("Right", "e").wait_for("look up in User").press("Tab")
        screen.wait_for("look up in Group").wait_for("▸ Queue").press("Enter").wait_for("1 staged")
        screen.press("w", "a").wait_for("done").press("q").wait_for("Queue").press("Enter")
        screen.wait_for("Groups ─ 1")
        self.assertEqual(self.record_name(screen), "Queue")

    def test_the_way_back_keeps_the_place(self):
        screen = self.open("Contact").press("G").wait_for("40 of 40").press("k", "k")
        name = self.record_name(screen.wait_for("38 of 40"))
        screen.run_command("open Lead").wait_for("Leads ─ ").press("[").wait_for("Contacts ─ 40")
        screen.wait_for("38 of 40")
        self.assertEqual(self.record_name(screen), name)

    def test_a_deleted_record_opens_from_a_result(self):
        screen = self.open("Contact").press("j", "D").wait_for("1 staged").press("w", "a")
        screen.wait_for("done").press("q").run_command("get_deleted").wait_for("get_deleted: ")
        self.give(screen, "Start date", "2026-11-20")
        screen.press("F2").wait_for("get_deleted ─ 1 row").press("Enter")
        screen.wait_for("─ deleted ones too").wait_for("1 of 1 · deleted")

    def test_a_record_that_is_gone_opens_nothing(self):
        screen = self.open("Contact").run_command("raw SELECT Id FROM Contact LIMIT 2")
        screen.wait_for("raw ─ 2 rows")
        gone = self.row(screen, "▸").split()[1]
        self.assertEqual(self.run_headless("delete", "-p", "sales", "Contact", gone).returncode, 0)
        self.run_headless("do", "-p", "sales", "empty_recycle_bin", f"ids={gone}")
        screen.press("Enter").wait_for(f"the record {gone} is not there any more")
        self.assertIn("Contacts ─ 40", screen.line(1))


class Actions(ForceSoap):
    def marked(self, name, count):
        """A list with its first records marked, the cursor on the last of them."""
        screen = self.open(name).press(*["Space"] * count, "k")
        return screen.wait_for(f"{count} marked")

    def test_a_lead_is_converted(self):
        screen = self.marked("Lead", 1).press("A").wait_for("convert_lead").type("convert")
        screen.press("Enter").wait_for("convert_lead: Make")
        self.assertIn("00Q", self.row(screen, "Lead ID"))
        self.give(screen, "Opportunity name", "Big deal")
        self.run_asked(screen).wait_for("opportunityId: 006").press("q")
        screen.wait_for("Closed - Converted").wait_gone("marked")
        screen.run_command("open Opportunity").press("G").wait_for("Record ─ Big deal")

    def test_what_was_typed_outlives_a_failure(self):
        screen = self.marked("Lead", 2).run_command("convert_lead").wait_for("convert_lead: Make")
        self.give(screen, "Converted status", "Nope")
        self.give(screen, "Opportunity name", "Big deal")
        self.run_asked(screen).wait_for("convert_lead ─ 2 rows")
        screen.wait_for("statuses of a converted lead: Closed - Converted")
        screen.press("q").wait_for("2 marked").run_command("convert_lead")
        self.assertIn("Nope", self.row(screen.wait_for("convert_lead: Make"), "Converted status"))
        self.assertIn("Big deal", self.row(screen, "Opportunity name"))
        self.give(screen, "Converted status", "\x15Closed - Converted")
        self.run_asked(screen).wait_for("0060").press("q").wait_gone("marked")
        screen.run_command("convert_lead").wait_for("convert_lead: Make")
        self.assertNotIn("Big deal", screen.text())

    def test_a_refused_form_comes_back(self):
        screen = self.open("Account").run_command("get_deleted").wait_for("get_deleted: ")
        self.give(screen, "Start date", "2026-01-01")
        screen.press("F2").wait_for("15 days ago").wait_for("get_deleted: Records that")
        self.assertIn("2026-01-01", self.row(screen, "Start date"))
        self.give(screen, "Start date", "\x152026-11-20")
        screen.press("F2").wait_for("get_deleted ─ 0 rows")

    def test_labels_are_told_apart(self):
        screen = self.open("Lead").run_command("convert_lead").wait_for("convert_lead: Make")
        self.assertEqual(len(screen.rows_with("Related person account ID")), 1)
        self.assertEqual(len(screen.rows_with("Related person account record")), 1)

    def run_asked(self, screen):
        """Runs an action that asks before it does what cannot be taken back."""
        return screen.press("F2").wait_for("[r]un").press("r")

    def test_marked_records_are_merged(self):
        screen = self.marked("Account", 3)
        kept = self.record_name(screen.wait_for("3 of 23"))
        screen.press("j", "j").wait_for("5 of 23").run_command("merge").wait_for("2 of 5 given")
        screen.press("Down", "Enter").wait_for("type to find").type(kept).press("Enter")
        self.assertIn(f"{kept} (001", self.row(screen.wait_for("3 of 5 given"), "Master record"))
        screen.press("F2").wait_for(f"Master record: {kept} (001").wait_for("What goes into")
        self.assertEqual(self.calls("merge>"), [])
        screen.press("r").wait_for("merge ─ 1 row").press("Enter").wait_for("Accounts ─ 1")
        self.assertEqual(self.record_name(screen), kept)
        screen.press("[").wait_for("Accounts ─ 21").wait_gone("marked")
        self.assertEqual(self.calls("merge>")[0].count("<recordToMergeIds>"), 2)

    def test_an_approval_is_asked_for_and_rejected(self):
        editor = self.path("editor")
        with open(editor, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nprintf 'no budget' > \"$1\"\n")
        pathlib.Path(editor).chmod(0o700)
        screen = self.start("sales", EDITOR=editor).wait_for("Accounts").run_command("open Account")
        screen.wait_for("Record ─ ").run_command("submit_for_approval").wait_for("1 of 6 given")
        screen.press("F2").wait_for("instanceStatus: Pending").press("q")
        screen.run_command("approvals").wait_for("approvals: ").press("F2").wait_for("1 row")
        screen.press("q").run_command("reject").wait_for("reject: ")
        screen.press("Down", "Down", "Enter").type("wait").press("Ctrl-O")
        self.assertIn("no budget", self.row(screen.wait_for("2 of 4 given"), "Comments"))
        screen.press("F2").wait_for("instanceStatus: Rejected")
        self.assertIn("<comments>no budget</comments>", self.calls("process>")[1])
        screen.press("q").run_command("approve").wait_for("approve: ").press("F2")
        screen.wait_for("waits for approval")

    def test_words_are_searched_for(self):
        screen = self.open("Lead").run_command("search").wait_for("search: ")
        self.give(screen, "Words", "Person 00*")
        screen.press("F2").wait_for("search ─ ").press("j").wait_for("2 of ").press("Enter")
        screen.wait_for("Contacts ─ 1")
        self.assertIn("Person 00", self.record_name(screen))
