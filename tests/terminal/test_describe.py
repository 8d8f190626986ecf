"""Describe, in words: the object's note, what a field holds, what it depends on, what is fixed."""

import pathlib
import sys
import unittest

from harness import TerminalTest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

PASSWORD = "force-pass-9"


class Describe(TerminalTest):
    def setUp(self):
        super().setUp()
        self.server = Running("forcesoap_server.py", "--password", PASSWORD)
        self.addCleanup(self.server.stop)
        self.write_config(f"[profile sf]\nbackend = forcesoap\nurl = {self.server.url}\n"
                          f"username = user0@example.com\npassword_command = echo {PASSWORD}\n"
                          "security_token_command = echo TOKEN4711\n")

    def describe(self, field, **options):
        screen = self.start("sf", **options).run_command("open Account").wait_for("Jane Smith")
        screen.press("d").wait_for("Describe: Account")
        return screen.press("/").type(field).press("Enter")

    def test_the_note_of_the_object_is_shown(self):
        screen = self.describe("name", rows=30)
        note = self.run_headless("describe", "-p", "sf", "Account", "--format", "json").stdout
        note = note.split('"note": "')[1].split('"')[0]
        shown = " ".join(line.strip("│ ") for line in screen.cells.display[-5:-2])
        self.assertIn(note[:60], shown, screen.dump())

    def test_on_a_small_screen_in_the_place_of_help(self):
        screen = self.describe("phone", columns=60, rows=12)
        self.assertIn("Salesforce orders text", screen.text())

    def test_an_encrypted_field_is_masked(self):
        self.assertIn("masked as the server gives it", self.describe("secret", columns=120).text())

    def test_what_cannot_be_changed_is_read_only(self):
        self.assertIn("read-only", self.describe("created date", columns=120).text())

    def test_values_say_what_they_depend_on(self):
        screen = self.describe("rating").press("Enter")
        self.assertIn("Depends on   Type", screen.text())
        self.assertRegex(screen.text(), r"Cold +with Type = Prospect *│")
        self.assertIn("Warm  with Type = Prospect, Customer - Direct, Partner", screen.text())


if __name__ == "__main__":
    unittest.main()
