"""Staged changes on the screen: kept through a kill, reviewed, applied, undone."""

import signal
import unittest

from harness import TerminalTest


class Staging(TerminalTest):
    def open_list(self, *arguments, **options):
        screen = self.start(*(arguments or ("demo",)), **options)
        return screen.run_command("open Opportunity").wait_for("Acme rollout 2027")

    def to_column(self, screen, heading):
        """Moves the cell cursor to a column by its heading."""
        screen.press("0")
        for _ in range(20):
            if screen.line(2)[screen.cursor()[0]:].lstrip().startswith(heading):
                return screen
            screen.press("l")
        self.fail(f"no column is headed {heading}\n{screen.dump()}")

    def edit_amount(self, screen, amount):
        """Types a new amount into the cursor's row."""
        self.to_column(screen, "Amount").press("e", "Ctrl-U").type(amount).press("Enter")

    def apply(self, screen):
        """Reviews, applies all, and leaves the review."""
        screen.press("w", "a").wait_gone("1 staged")
        if "Review:" in screen.text():
            screen.press("q")

    def stored(self, field="Amount", record="1"):
        """What the file holds, asked of another process."""
        answer = self.run_headless("query", "-p", "demo", "Opportunity", f"Id = {record}",
                                   "--columns", field, "--format", "tsv")
        self.assertEqual(answer.stderr, "")
        return answer.stdout.splitlines()[1]

    def test_a_change_is_shown_marked_and_not_yet_written(self):
        screen = self.open_list()
        self.edit_amount(screen, "82500")
        row = screen.line(screen.row_with("Acme rollout"))
        self.assertIn("82,500", row)
        self.assertIn("*", row)
        self.assertIn("1 staged", screen.line(0))
        self.assertEqual(self.stored(), "84000")

    def test_a_column_is_as_wide_as_what_is_typed_into_it(self):
        screen = self.start("demo").run_command("open Opportunity").wait_for("Acme rollout 2027")
        screen.run_command("filter").wait_for("Filter:").press("Tab", "Ctrl-A", "Ctrl-K")
        screen.type("NextStep is null and Id < 40").press("Enter").wait_for("NextStep is null")
        self.to_column(screen, "Next step").press("e").type("Ask the board").press("Enter")
        self.assertIn("Ask the board", screen.line(screen.row_with("▸*")))

    def test_a_killed_program_loses_nothing(self):
        screen = self.open_list()
        self.edit_amount(screen, "82500")
        screen.press("j")
        self.edit_amount(screen, "1")
        self.assertEqual(screen.kill(signal.SIGKILL), -signal.SIGKILL)
        screen = self.open_list()
        self.assertIn("2 staged", screen.line(0))
        self.assertIn("*", screen.line(screen.row_with("Acme rollout")))
        screen.press("w")
        self.assertIn("82,500", screen.text())
        self.assertEqual(self.stored(), "84000")

    def test_a_lost_terminal_loses_nothing(self):
        screen = self.open_list()
        self.edit_amount(screen, "82500")
        screen.hang_up()
        self.assertIn("1 staged", self.start("demo").line(0))

    def test_two_programs_do_not_offer_the_same_change(self):
        first = self.open_list()
        self.edit_amount(first, "82500")
        second = self.open_list()
        self.assertNotIn("staged", second.line(0))
        first.kill(signal.SIGKILL)
        self.assertIn("1 staged", self.start("demo").line(0))

    def test_review_and_apply(self):
        screen = self.open_list()
        self.edit_amount(screen, "82500")
        screen.press("w").wait_for("84,000")
        self.assertIn("82,500", screen.text())
        screen.press("q")
        self.apply(screen)
        self.assertEqual(self.stored(), "82500")
        self.assertIn("82,500", screen.line(screen.row_with("Acme rollout")))

    def test_undo_before_and_after_apply(self):
        screen = self.open_list()
        self.edit_amount(screen, "1")
        screen.press("u")
        self.assertNotIn("staged", screen.line(0))
        self.edit_amount(screen, "82500")
        self.apply(screen)
        screen.press("u").wait_for("1 staged")
        self.assertIn("84,000", screen.line(screen.row_with("Acme rollout")))
        self.assertEqual(self.stored(), "82500")

    def test_keys_typed_ahead_wait_for_the_list_they_are_meant_for(self):
        screen = self.start("demo").press("O")
        screen.press_ahead(":", *"open Opportunity", "Enter", "G").wait_for("1,204 of 1,204")
        screen.press_ahead(":", *"open Account", "Enter", "j", "j").wait_for("3 of 520")
        screen.press_ahead(":", *"open Opportunity", "Enter", "Enter", "G", "Enter")
        screen.wait_for("Stage history of Acme rollout")

    def test_keys_typed_ahead_meet_what_the_ones_before_them_open(self):
        screen = self.open_list()
        self.to_column(screen, "Amount")
        screen.press_ahead("e", "Ctrl-U", *"82500", "Enter", "w")
        self.assertIn("82,500", screen.text())
        screen.press_ahead("x", "q", "e", "Ctrl-U", *"12", "Enter", "w", "x")
        self.assertNotIn("staged", screen.line(0))
        self.assertEqual(self.stored(), "84000")

    def test_drop_in_review(self):
        screen = self.open_list()
        self.edit_amount(screen, "82500")
        screen.press("w", "x")
        self.assertNotIn("staged", screen.line(0))
        self.assertEqual(self.stored(), "84000")

    def test_a_wrong_value_stays_in_the_editor_and_says_why(self):
        screen = self.open_list()
        self.edit_amount(screen, "ten")
        self.assertNotIn("staged", screen.line(0))
        self.assertIn("number", screen.text())
        screen.press("Escape")
        self.assertIn("84,000", screen.line(screen.row_with("Acme rollout")))

    def test_a_picklist_by_typing_to_find(self):
        screen = self.open_list()
        self.to_column(screen, "Stage").press("e").type("nego").press("Enter")
        self.assertIn("Negotiation", screen.line(screen.row_with("Acme rollout")))
        self.assertIn("1 staged", screen.line(0))

    def test_a_conflict_is_shown_and_not_overwritten(self):
        screen = self.open_list()
        self.edit_amount(screen, "82500")
        answer = self.run_headless("update", "-p", "demo", "Opportunity", "1", "Amount=77")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        screen.press("w", "a").wait_for("someone else")
        self.assertEqual(self.stored(), "77")
        screen.press("Enter").wait_for("theirs")
        for value in ("84,000", "77", "82,500"):
            self.assertIn(value, screen.text())
        self.assertIn("1 staged", screen.line(0))

    def test_leaving_asks(self):
        screen = self.open_list()
        self.edit_amount(screen, "82500")
        screen.press("Ctrl-Q")
        self.assertIn("staged", screen.text())
        screen.press("s")
        self.assertIn("Acme rollout", screen.text())
        screen.press("Ctrl-Q").press("k", wait=False)
        self.assertEqual(screen.wait_exit(), 0)
        self.assertIn("1 staged", self.start("demo").line(0))

    def test_a_read_only_profile_refuses(self):
        self.run_headless("demo")
        self.write_config("[profile safe]\nbackend = local\nread_only = yes\n"
                          f"file = {self.path('data', 'dossier', 'demo.db')}\n")
        screen = self.open_list("safe")
        self.to_column(screen, "Amount").press("e")
        self.assertIn("read-only", screen.text())
        screen.type("5").press("Enter")
        self.assertNotIn("staged", screen.line(0))


if __name__ == "__main__":
    unittest.main()
