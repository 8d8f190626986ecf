"""Dependent picklists: Rating of an account offers what goes with its Type, in the list, in the
record and in the form; what no longer goes together is said, and changed by nobody but the user."""

import pathlib
import sys

from flows import Flow
from harness import TerminalTest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

TOKEN = "s3cret.stacksync-token"


class Dependent(TerminalTest):
    record_item = Flow.record_item
    go_to_field = Flow.go_to_field
    go_to_column = Flow.go_to_column

    def setUp(self):
        super().setUp()
        self.server = Running("stacksync_server.py", "--token", TOKEN)
        self.addCleanup(self.server.stop)
        self.write_config(f"[profile sf]\nbackend = stacksync\nurl = {self.server.url}\n"
                          f"token_command = echo {TOKEN}\n")

    def open_record(self, **options):
        screen = self.start("sf", **options).run_command("open Account").wait_for("Record ─")
        return screen.press("Tab").wait_idle()

    def choose(self, screen, label, text):
        self.go_to_field(screen, label)
        screen.press("e").type(text).press("Enter")
        return screen

    def go_to_row(self, screen, key, row):
        for _ in range(60):
            if row in screen.text():
                return
            screen.press(key)
        self.fail(f"no {row!r}\n{screen.dump()}")

    def box(self, screen, title):
        """The lines of an editor's box, without its frame."""
        top = screen.row_with(f"┌ {title}")
        left = screen.line(top).index(f"┌ {title}")
        lines = []
        for line in screen.cells.display[top + 1:]:
            if line[left] != "│":
                break
            lines.append(line[left + 1:].split("│")[0].strip("▸ "))
        return lines

    def test_only_what_goes_with_the_controller_is_offered(self):
        screen = self.open_record()
        self.choose(screen, "Type", "partner")
        self.go_to_field(screen, "Rating")
        lines = self.box(screen.press("e"), "Rating")
        self.assertEqual(lines[-1], "values that go with Type = Partner", screen.dump())
        self.assertIn("Hot", lines)
        self.assertIn("Warm", lines)
        self.assertNotIn("Cold", lines)
        screen.press("Escape")
        self.choose(screen, "Type", "prospect")
        self.go_to_field(screen, "Rating")
        lines = self.box(screen.press("e"), "Rating")
        self.assertEqual(lines[-1], "values that go with Type = Prospect")
        self.assertIn("Cold", lines)

    def test_without_a_value_of_the_controller_it_comes_first(self):
        screen = self.open_record()
        self.go_to_field(screen, "Type")
        screen.press("Ctrl-D")
        self.go_to_field(screen, "Rating")
        screen.press("Ctrl-D", "e")
        lines = self.box(screen, "Rating")
        self.assertEqual(lines[-1], "choose Type first", screen.dump())
        screen.press("Enter")
        self.assertIn("choose Type first", screen.text())

    def test_a_value_that_no_longer_goes_is_said_and_kept(self):
        screen = self.open_record()
        self.choose(screen, "Type", "prospect")
        self.choose(screen, "Rating", "cold")
        self.assertNotIn("does not go", screen.text())
        self.choose(screen, "Type", "partner")
        self.assertIn("Rating: Cold does not go with Type = Partner", screen.text())
        self.go_to_field(screen, "Rating")
        self.assertIn("Cold", self.record_item(screen))
        self.assertIn("does not go with Type = Partner", self.record_item(screen))
        screen.press("e")
        self.assertIn("Cold", self.box(screen, "Rating")[-2])  # the present one can be kept
        screen.press("Home", "Enter")
        self.assertNotIn("does not go", screen.text())

    def test_in_the_list_too_though_the_controller_is_no_column(self):
        screen = self.open_record(columns=120)
        self.choose(screen, "Type", "partner")
        screen.press("d").wait_for("Describe").press("/").type("rating").press("Enter", "c")
        screen.wait_for("is a column of the list now").press("q").wait_idle().press("BackTab")
        self.go_to_column(screen, "Rating").press("e")
        self.assertEqual(self.box(screen, "Rating")[-1], "values that go with Type = Partner",
                         screen.dump())

    def test_a_new_record_asks_for_the_controller_first(self):
        screen = self.open_record()
        screen.press("a").wait_for("New: Account")
        self.go_to_row(screen, "j", "▸Rating")
        screen.press("Enter")
        self.assertEqual(self.box(screen, "Rating")[-1], "choose Type first", screen.dump())
        screen.press("Escape")
        self.go_to_row(screen, "k", "▸Type")
        screen.press("Enter").type("partner").press("Enter")
        self.assertIn("▸Rating", screen.text())
        screen.press("Enter")
        self.assertNotIn("Cold", self.box(screen, "Rating"))


if __name__ == "__main__":
    import unittest
    unittest.main()
