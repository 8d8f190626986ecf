"""Typed editors: in the cell, in the form; what is refused, what is kept, what Esc leaves alone."""

import os
import unittest

from harness import TerminalTest


class Editors(TerminalTest):
    def open_list(self, **options):
        screen = self.start("demo", **options)
        return screen.run_command("open Opportunity").wait_for("Acme rollout 2027")

    def columns(self):
        """The list's own columns, in order."""
        answer = self.run_headless("query", "-p", "demo", "Opportunity", "--limit", "1",
                                   "--format", "table")
        return answer.stdout.splitlines()[0].split()

    def edit(self, screen, column):
        """e on the cell of a column of the cursor's row."""
        screen.press("0", *["l"] * self.columns().index(column), "e")

    def row(self, screen):
        return screen.line(screen.row_with("Acme rollout"))

    def staged(self, screen):
        return "staged" in screen.line(0)

    def test_escape_leaves_every_kind_of_cell_alone(self):
        screen = self.open_list(columns=120, rows=40)
        for column in self.columns():
            self.edit(screen, column)
            screen.type("1").press("Escape")
        self.assertFalse(self.staged(screen))

    def test_accepting_what_was_not_touched_stages_nothing(self):
        screen = self.open_list(columns=120, rows=40)
        for column in self.columns():
            self.edit(screen, column)
            screen.wait_idle().press("Enter")
        self.assertFalse(self.staged(screen))

    def test_text_is_edited_by_graphemes(self):
        screen = self.open_list()
        self.edit(screen, "Name")
        screen.type(" e\u0301北").press("Backspace", "Backspace").type("Z").press("Enter")
        self.assertIn("Acme rollout 2027 Z", self.row(screen))

    def test_a_key_typed_costs_little(self):
        screen = self.open_list()
        self.edit(screen, "Name")
        for character in "abc":
            with screen.measure() as cost:
                screen.type(character)
            self.assertLessEqual(cost.bytes, 16)

    def test_a_wrong_number_stays_with_the_reason(self):
        screen = self.open_list()
        self.edit(screen, "Amount")
        screen.press("Ctrl-U").type("1x2").press("Enter")
        self.assertIn("found '1x2'", screen.text())
        screen.press("Ctrl-U").type("12.345").press("Enter")
        self.assertIn("12.345", screen.text())
        self.assertIn("with at most 2", screen.text())
        self.assertFalse(self.staged(screen))
        screen.press("Backspace", "Enter")
        self.assertIn("12.34 ", self.row(screen))

    def test_a_picklist_shows_the_present_value_and_is_narrowed(self):
        screen = self.open_list()
        self.edit(screen, "Stage")
        self.assertIn("(now)", screen.line(screen.row_with("▸ Proposal")))
        screen.type("won").press("Enter")
        self.assertIn("Closed Won", self.row(screen))

    def test_what_is_no_picklist_value_is_refused(self):
        screen = self.open_list()
        self.edit(screen, "Stage")
        screen.type("zzz").press("Enter")
        self.assertIn("not one of the values", screen.text())
        self.assertFalse(self.staged(screen))

    def test_a_date_takes_words_arrows_and_refuses_nonsense(self):
        screen = self.open_list(columns=120, rows=40)
        self.edit(screen, "CloseDate")
        self.assertIn("[ 1]", screen.text())
        screen.type("+1w")
        self.assertIn("= 2026-11-28 Sat", screen.text())
        screen.press("Ctrl-U").type("31.12.2026").press("Enter")
        self.assertIn("expected a date", screen.text())
        screen.press("Ctrl-U").type("eom").press("Right", "PageDown", "Enter")
        self.assertIn("2027-01-01", self.row(screen))

    def test_a_reference_is_found_by_name(self):
        screen = self.open_list()
        self.edit(screen, "Account.Name")
        screen.type("south").wait_for("South Shore Clinics")
        screen.press("Down", "Enter")
        self.assertIn("Southern Rail", self.row(screen))

    def test_null_is_set_where_it_is_allowed(self):
        screen = self.open_list()
        self.edit(screen, "Amount")
        screen.press("Ctrl-D")
        self.assertTrue(self.staged(screen))
        self.edit(screen, "Name")
        screen.press("Ctrl-D")
        self.assertIn("Esc cancel", screen.line(23))

    def editor_script(self, body):
        path = self.path("editor")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{body}\n")
        os.chmod(path, 0o700)
        return path

    def open_form_at_description(self, **options):
        screen = self.open_list(**options)
        screen.press("a")
        while "▸Description" not in screen.text():
            screen.press("j")
        return screen

    def test_long_text_goes_through_the_editor(self):
        editor = self.editor_script('printf "one\\ntwo\\n" > "$1"')
        screen = self.open_form_at_description(VISUAL=editor)
        screen.press("Enter").wait_for("one")
        self.assertIn("1 of 19 given", screen.text())

    def test_an_editor_that_fails_changes_nothing(self):
        screen = self.open_form_at_description(VISUAL=self.editor_script("exit 3"))
        screen.press("Enter").wait_for("ended with status 3")
        self.assertIn("0 of 19 given", screen.text())

    def test_an_editor_may_be_stopped_and_brought_back(self):
        editor = self.editor_script('kill -TSTP $$; echo after > "$1"')
        screen = self.open_form_at_description(VISUAL=editor)
        screen.press("Enter", wait=False)
        screen.wait_stopped()
        screen.resume().wait_for("after")

    def test_a_form_names_what_is_missing_and_stages_what_is_whole(self):
        screen = self.open_list()
        screen.press("a", "F2")
        self.assertIn("still needed: Name, Close date, Owner", screen.text())
        screen.press("Enter").type("New one").press("Enter")
        screen.press("Enter").type("tomorrow").press("Enter")
        screen.press("Enter").type("grace").wait_for("Grace").press("Enter", "F2")
        self.assertIn("1 staged", screen.line(0))
        screen.press("w", "e")
        self.assertIn("Staged: Opportunity", screen.text())
        self.assertIn("2026-11-22", screen.text())

    def test_leaving_a_form_that_was_typed_in_asks(self):
        screen = self.open_list()
        screen.press("a", "Enter").type("x").press("Enter", "q")
        self.assertIn("Leave without staging?", screen.text())
        screen.press("s")
        self.assertIn("1 of 19 given", screen.text())
        screen.press("q", "d")
        self.assertFalse(self.staged(screen))


if __name__ == "__main__":
    unittest.main()
