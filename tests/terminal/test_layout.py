"""The record pane and the form by the page layout of the source: sections, marks, what is folded
away, and what a layout keeps from being changed."""

import pathlib
import sys

from flows import Flow
from harness import TerminalTest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "servers"))
from common import Running  # noqa: E402

PASSWORD = "force-pass-9"


class Layout(TerminalTest):
    record_item = Flow.record_item
    go_to_field = Flow.go_to_field

    def setUp(self):
        super().setUp()
        self.server = Running("forcesoap_server.py", "--password", PASSWORD)
        self.addCleanup(self.server.stop)
        self.write_config(f"[profile sf]\nbackend = forcesoap\nurl = {self.server.url}\n"
                          f"username = user0@example.com\npassword_command = echo {PASSWORD}\n"
                          "security_token_command = echo TOKEN4711\n")

    def open_record(self, **options):
        screen = self.start("sf", **{"rows": 60, **options})
        screen.run_command("open Account").wait_for("Record ─")
        return screen.press("Tab").wait_for("Account Information").press("z").wait_idle()

    def headings(self, screen):
        start = screen.row_with("Record ─")
        return [line.strip("│▸ ─") for line in screen.cells.display[start + 1:]
                if "Information" in line or "Other fields" in line or "Related" in line]

    def test_sections_stand_in_the_layouts_order(self):
        screen = self.open_record()
        found = self.headings(screen)
        self.assertEqual(found[:3], ["Account Information", "Address Information",
                                     "Description Information"], screen.dump())
        self.assertEqual(found[3], "System Information")
        self.assertRegex(found[4], r"Other fields \(\d+\): m shows them")
        self.assertEqual(found[5], "Related")

    def test_the_cursor_begins_on_a_field(self):
        self.assertTrue(self.record_item(self.open_record()).startswith("Name"))

    def test_marks_stand_behind_the_label(self):
        screen = self.open_record()
        self.go_to_field(screen, "Name")
        self.assertTrue(self.record_item(screen).startswith("Name*"))
        self.assertIn("required", screen.line(screen.row_with("Record ─")))
        self.go_to_field(screen, "Created By")
        self.assertIn("·", self.record_item(screen))
        screen.press("e")
        self.assertIn("cannot be changed", screen.text())

    def test_what_the_layout_leaves_out_is_one_key_away(self):
        screen = self.open_record()
        self.assertNotIn("System Modstamp", screen.text())
        screen.press("m")
        self.assertIn("m hides them", screen.text())
        self.assertIn("System Modstamp", screen.text())
        self.go_to_field(screen, "Other fields")
        screen.press("Enter")
        self.assertNotIn("System Modstamp", screen.text())

    def test_a_required_value_is_not_taken_away(self):
        screen = self.open_record()
        self.go_to_field(screen, "Name")
        screen.press("e", "Ctrl-U", "Enter")
        self.assertIn("the page layout requires a value", screen.text())
        self.assertNotIn("staged", screen.line(0))

    def test_a_narrow_screen_has_one_column_and_every_section(self):
        screen = self.open_record(columns=40, rows=40)
        self.assertEqual(self.headings(screen)[:2], ["Account Information", "Address Information"])
        self.assertTrue(screen.line(screen.row_with("Type")).strip("│▸ ").startswith("Type"))

    def test_the_form_follows_the_layout(self):
        screen = self.open_record()
        screen.press("a").wait_for("New: Account")
        labels = [line.strip("│▸* ").split("  ")[0] for line in screen.cells.display[2:8]]
        self.assertEqual(labels[0], "Name", screen.dump())
        self.assertEqual(labels[1], "Type", screen.dump())

    def test_of_several_fields_in_one_place_the_field_says_what_is_required(self):
        screen = self.start("sf").run_command("open Contact").wait_for("Record ─")
        screen.press("a", "F2")
        self.assertIn("still needed: Last Name.", screen.text())

    def test_bytes_are_in_sight_though_no_layout_has_them(self):
        screen = self.start("sf").run_command("open Attachment").wait_for("hello.txt").press("Tab")
        screen.wait_for("Record ─")
        self.go_to_field(screen, "Body*")
        self.assertRegex(self.record_item(screen), r"^Body\* +5 bytes$")
        screen.press("Enter")  # the record's name is that of the file
        self.assertIn("hello.txt", screen.line(screen.row_with("Save to the file") + 1))


if __name__ == "__main__":
    import unittest
    unittest.main()
