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
