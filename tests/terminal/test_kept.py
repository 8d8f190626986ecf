"""A delete that keeps the record: what the list, the record, the review and undo make of it."""

import pathlib
import sys
import urllib.parse

from harness import TerminalTest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

WORDS = "made inactive, not deleted"


class Kept(TerminalTest):
    def setUp(self):
        super().setUp()
        self.server = Running("snapforce_server.py", "--rows", "12")
        self.addCleanup(self.server.stop)
        self.write_config(f"[profile sf]\nbackend = snapforce\n"
                          f"url = {self.server.url}/vintage/sf_receive_request.inc.php\n"
                          "api_user = sf-user@example.com\n"
                          "api_key_command = echo sf-test-key-4711\n")

    def open(self):
        screen = self.start("sf").wait_for("11 module")
        return screen.press("g", "j", "Enter").wait_for("Account 011")

    def changes(self):
        forms = [dict(urllib.parse.parse_qsl(entry["body"])) for entry in self.server.log()]
        return [(form["account_id"], form["status"]) for form in forms
                if form["method"] == "updateRecords"]

    def test_it_is_said_before_it_is_done(self):
        screen = self.open().press("D").wait_for(f"is to be deleted ({WORDS})")
        screen.press("w").wait_for(f"1 delete ({WORDS})")
        screen.press("p").wait_for(f"Accounts: {WORDS}")
        self.assertIn("api_key=***", screen.text())
        self.assertEqual(self.changes(), [])

    def test_it_is_said_of_several(self):
        screen = self.open().press("Space", "Space", "D").wait_for(f"2 records staged ({WORDS})")
        screen.press("w").wait_for(f"2 deletes ({WORDS})")

    def test_undo_makes_it_active_again(self):
        screen = self.open().press("D", "w").wait_for("1 delete")
        screen.press("a").wait_for("1 of 1 done")
        self.assertEqual(self.changes(), [("1001", "Inactive")])
        screen.press("u").wait_for("Inactive").wait_for("1 update")
        screen.press("a").wait_for("1 of 1 done")
        self.assertEqual(self.changes()[1:], [("1001", "Active")])
        screen.press("q").wait_for("Account 002")
