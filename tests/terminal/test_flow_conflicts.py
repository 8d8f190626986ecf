"""Others write to the same file, the file goes away or is damaged, the program is killed: what was
staged is neither lost nor written over what others did."""

import os
import shutil
import signal
import sqlite3
import unittest

from flows import Flow


class Conflicts(Flow):
    def stage_two_fields(self):
        """The first opportunity: an amount and a stage; then another program changes the amount."""
        screen = self.open_list("Opportunity")
        self.edit_cell(screen, "Amount", "82500")
        self.edit_cell(screen, "Stage", "nego")
        self.sql("update Opportunity set Amount = 77, NextStep = 'theirs' where Id = 1")
        screen.press("w").wait_for("Review: ").press("a").wait_for("changed by someone else")
        self.assertIn("1 staged", screen.line(0))
        self.assertEqual(self.stored("Amount"), 77)
        screen.press("Enter").wait_for("theirs now")
        line = screen.line(screen.row_with("▸ Amount"))
        self.assertRegex(line, r"84,000.00 +77.00 +82,500.00 +\[y\]")
        return screen

    def record(self):
        return self.sql("select Amount, Stage, NextStep from Opportunity where Id = 1")[0]

    def test_mine(self):
        screen = self.stage_two_fields().press("y", "a")
        screen.wait_gone("1 staged")
        self.assertEqual(self.record(), (82500, "Negotiation", "theirs"))

    def test_theirs_for_one_field_mine_for_the_other(self):
        screen = self.stage_two_fields().press("t", "a")
        screen.wait_gone("1 staged")
        self.assertEqual(self.record(), (77, "Negotiation", "theirs"))

    def test_left_as_it_is(self):
        screen = self.stage_two_fields().press("Escape")
        self.assertIn("1 staged", screen.line(0))
        self.assertEqual(self.record(), (77, "Proposal", "theirs"))
        screen.kill(signal.SIGKILL)
        self.assertIn("1 staged", self.start("demo").line(0))

    def test_a_record_deleted_meanwhile(self):
        screen = self.open_list("Activity")
        self.edit_cell(screen, "Subject", "too late")
        self.sql("delete from Activity where Id = 1")
        screen.press("w").wait_for("Review: ").press("a").wait_for("failed: ")
        screen.press("Enter").wait_for("deleted by someone else").press("Escape")
        screen.press("x").wait_gone("1 staged")
        self.assertEqual(self.sql("select count(*) from Activity where Subject = 'too late'"),
                         [(0,)])

    def test_deleting_what_others_changed(self):
        screen = self.open_list("Activity").press("D").wait_for("1 staged")
        self.sql("update Activity set Subject = 'kept' where Id = 1")
        screen.press("w").wait_for("Review: ").press("a").wait_for("changed by someone else")
        self.assertEqual(self.stored("Subject", table="Activity"), "kept")
        screen.press("Enter").wait_for("Conflict: ").press("t").wait_gone("1 staged")
        self.assertEqual(self.stored("Subject", table="Activity"), "kept")

    def test_what_the_file_refuses_is_mended_in_the_review(self):
        screen = self.open_list("Opportunity")
        self.edit_cell(screen, "Amount", "-5")
        screen.press("w").wait_for("Review: ").press("a").wait_for("failed: ")
        self.assertIn("must satisfy: Am", screen.line(screen.row_with("→ -5.00")))
        self.assertEqual(self.stored("Amount"), 84000)
        screen.press("Down", "e", "Ctrl-U").type("500").press("Enter").wait_for("→ 500.00")
        screen.press("a").wait_gone("1 staged")
        self.assertEqual(self.stored("Amount"), 500)

    def test_one_failure_does_not_hold_up_the_others(self):
        screen = self.open_list("Opportunity")
        for amount in ("11", "-5", "33"):
            self.edit_cell(screen, "Amount", amount).press("Down")
        screen.press("w").wait_for("Review: 3").press("a").wait_for("2 of 3 done")
        self.assertIn("1 staged", screen.line(0))
        self.assertEqual([self.stored("Amount", number) for number in (1, 2, 3)], [11, 80000, 33])


class Files(Flow):
    def staged(self, *arguments):
        screen = self.start(*(arguments or ("demo",))).run_command("open Opportunity")
        return self.edit_cell(screen, "Amount", "5")

    def refuse(self, screen, words):
        """Applying fails, saying so; the change stays."""
        screen.press("w").wait_for("Review: ").press("a").wait_for("failed: ")
        screen.press("Enter").wait_for("What went wrong")
        self.assertIn(words, screen.text().replace("│\n│", ""))
        screen.press("Escape")
        self.assertIn("1 staged", screen.line(0))

    def test_a_locked_file_is_waited_for_then_reported_then_written(self):
        self.write_config(f"[profile quick]\nbackend = local\nfile = {self.file}\ntimeout = 1\n")
        screen = self.staged("quick")
        other = sqlite3.connect(self.file, isolation_level=None)
        self.addCleanup(other.close)
        other.execute("begin exclusive")
        self.refuse(screen, "locked by another program")
        other.execute("rollback")
        screen.press("a").wait_gone("1 staged")
        self.assertEqual(self.stored("Amount"), 5)

    def test_a_file_that_is_gone(self):
        screen = self.staged()
        kept = self.path("kept.db")
        os.rename(self.file, kept)
        self.refuse(screen, "demo.db")
        self.assertFalse(os.path.exists(self.file))
        self.assertEqual(self.sql("select Amount from Opportunity where Id = 1", file=kept),
                         [(84000,)])

    def test_a_file_that_was_replaced_is_not_taken_for_the_one_that_was_read(self):
        screen = self.staged()
        other = shutil.copy(self.file, self.path("other.db"))
        self.sql("update Opportunity set Amount = 1 where Id = 1", file=other)
        os.replace(other, self.file)
        screen.press("w").wait_for("Review: ").press("a").wait_for("The rest stays staged")
        self.assertIn("1 staged", screen.line(0))
        self.assertEqual(self.stored("Amount"), 1)

    def test_a_file_that_was_replaced_is_read_anew(self):
        screen = self.start("demo").run_command("open Industry").wait_for("Agriculture")
        other = shutil.copy(self.file, self.path("other.db"))
        self.sql("insert into Industry (Name) values ('Aardvarks')", file=other)
        os.replace(other, self.file)
        screen.press("r").wait_for("─ 14 ─").press("g").wait_for("Aardvarks")
        os.remove(self.file)
        screen.press("r").wait_for("There is no file")

    def test_a_file_that_is_damaged(self):
        screen = self.staged()
        with open(self.file, "r+b") as file:
            file.write(b"garbage " * 2000)
        screen.press("r").wait_for("is not an SQLite database")
        screen.run_command("open Account").wait_for("is not an SQLite database")
        self.assertIn("1 staged", screen.line(0))
        screen.press("Ctrl-Q", "k", wait=False)
        self.assertEqual(screen.wait_exit(), 0)


class Recovery(Flow):
    def test_every_kind_of_change_is_offered_again_after_a_kill(self):
        screen = self.open_list("Contact").press("D", "Down").wait_for("1 staged")
        self.edit_cell(screen, "First name", "Åsa")
        screen.press("C").wait_for("New: ").press("F2").wait_for("3 staged")
        screen.kill(signal.SIGKILL)
        before = self.sql("select count(*) from Contact")[0][0]
        screen = self.open_list("Contact")
        self.assertIn("3 staged", screen.line(0))
        screen.press("w").wait_for("Review: 3")
        for words in ("update", "create", "delete", "Åsa"):
            self.assertIn(words, screen.text())
        screen.press("a").wait_for("3 of 3 done")
        self.assertEqual(self.sql("select count(*) from Contact")[0][0], before)
        self.assertEqual(self.stored("FirstName", 2, "Contact"), "Åsa")
        screen.kill(signal.SIGKILL)
        self.assertNotIn("staged", self.start("demo").line(0))

    def test_leaving_offers_to_drop_what_is_staged(self):
        screen = self.open_list("Opportunity")
        self.edit_cell(screen, "Amount", "5").press("Ctrl-Q").wait_for("staged")
        screen.press("d", wait=False)
        self.assertEqual(screen.wait_exit(), 0)
        self.assertNotIn("staged", self.start("demo").line(0))
        self.assertEqual(self.stored("Amount"), 84000)

    def test_two_programs_apply_one_after_the_other(self):
        first, second = self.open_list("Opportunity"), self.open_list("Opportunity")
        self.edit_cell(first, "Amount", "5")
        self.edit_cell(second, "Stage", "nego")
        self.apply(first)
        second.press("w").wait_for("Review: 1").press("a").wait_idle()
        if "1 staged" in second.line(0):  # the whole record has a stamp: it is shown, not lost
            second.press("Enter").wait_for("Conflict: ").press("a").wait_gone("1 staged")
        self.assertEqual(self.sql("select Amount, Stage from Opportunity where Id = 1"),
                         [(5, "Negotiation")])
        second.press("q", "r")
        self.assertIn(" 5 ", second.line(3))


if __name__ == "__main__":
    unittest.main()
