"""What only the fake backend declares, on the screen: secrets in forms, results as tables, raw,
undelete, deleted records in lists, all or none. The program is tests/unit/fake_dossier."""

import os
import pathlib
import unittest

from harness import Screen, TerminalTest

PROGRAM = pathlib.Path(os.environ["DOSSIER"]).parent / "tests/unit/fake_dossier"
SECRET = "Tr0ub4dor&3"


@unittest.skipUnless(PROGRAM.exists(), "tests/unit/fake_dossier is not built (no cmocka)")
class Rich(TerminalTest):
    def setUp(self):
        super().setUp()
        self.write_config("[profile rich]\nbackend = rich\n"
                          "[profile still]\nbackend = rich\nread_only = yes\n"
                          "[profile safe]\nbackend = rich\nprotected = yes\n")

    def start(self, *arguments, columns=80, rows=24, wait=True, **environment):
        screen = Screen([str(PROGRAM), *arguments], self.environment(**environment), columns, rows,
                        directory=self.home)
        self.addCleanup(screen.close)
        return screen.wait_idle() if wait else screen

    def open(self, name="Opportunity", profile="rich", **options):
        screen = self.start(profile, **options).wait_for("Objects")
        return screen.run_command(f"open {name}").wait_for("Acme")

    def row(self, screen, text):
        """The line that has the text."""
        return screen.line(screen.row_with(text))

    def give(self, screen, text):
        """Types a value into the form's field under the cursor."""
        screen.press("Enter").type(text).press("Enter")


class Secrets(Rich):
    def test_a_password_is_typed_unseen(self):
        screen = self.open("Account").run_command("set_password")
        screen.wait_for("set_password: ").press("F2").wait_for("still needed: Password")
        screen.press("Enter").type(SECRET)
        self.assertIn("*" * len(SECRET), self.row(screen, "Password"))
        self.assertNotIn(SECRET[:3], screen.text())
        screen.press("Backspace", "Enter")
        self.assertIn("(given, not shown)", self.row(screen, "Password"))
        screen.press("F2").wait_for(f"the password of 1 has {len(SECRET) - 1} characters")
        screen.press("q").run_command("jobs").wait_for("set_password")
        self.assertNotIn(SECRET[:3], screen.text())
        screen.press("q").run_command("log")
        self.assertNotIn(SECRET[:3], screen.text())
        self.assertEqual(self.found_on_disk(), [])

    def found_on_disk(self):
        """Files of the home that hold a part of the password."""
        return [path for path in pathlib.Path(self.home).rglob("*")
                if path.is_file() and SECRET[:6].encode() in path.read_bytes()]

    def test_it_can_be_begun_again_pasted_and_taken_out(self):
        screen = self.open("Account").run_command("do set_password").wait_for("set_password: ")
        screen.press("G", "Enter").type("wrong").press("Ctrl-U")
        screen.paste("päss\nword")
        self.assertIn("****", self.row(screen, "Password"))
        self.assertNotIn("*****", self.row(screen, "Password"))
        screen.press("Enter", "Enter")
        self.assertIn("(typed unseen)", self.row(screen, "Password"))
        screen.press("Enter").wait_for("nothing was typed").press("Escape")
        self.assertIn("(given, not shown)", self.row(screen, "Password"))
        screen.press("x")
        self.assertIn("(required)", self.row(screen, "Password"))
        screen.press("q").wait_for("Leave without running it?").press("d").wait_for("Account ─ 1")

    def test_what_follows_the_name_is_not_repeated(self):
        screen = self.open("Account").run_command(f"do set_password password={SECRET}")
        screen.wait_for("The parameters are given here")
        self.assertNotIn(SECRET, screen.text())
        self.assertIn("(required)", self.row(screen, "Password"))

    def test_read_only_and_protected(self):
        screen = self.open("Account", "still").run_command("set_password")
        screen.wait_for("set_password: the profile is read-only")
        screen = self.open("Account", "safe").run_command("set_password")
        screen.press("G")
        self.give(screen, SECRET)
        screen.press("F2").wait_for("safe is protected").type("safe").press("Enter")
        screen.wait_for("characters now")


class Forms(Rich):
    def test_what_is_for_the_records_shown_comes_first(self):
        screen = self.open().press("A").wait_for("Run an action")
        self.assertLess(screen.text().index("merge"), screen.text().index("set_password"))
        self.assertIn("(for Opportunity)", self.row(screen, "submit"))
        screen.press("Escape")
        screen = self.open("Account").press("A").wait_for("Run an action")
        self.assertLess(screen.text().index("set_password"), screen.text().index("merge"))

    def test_the_form_begins_with_cursor_and_marks(self):
        screen = self.open().press("Space", "Space", "Space", "k").run_command("merge")
        screen.wait_for("2 of 2 given")
        self.assertIn("3", self.row(screen, "Master"))
        self.assertIn("Opportunity 0001 (1), Opportunity 0002 (2)", self.row(screen, "Others"))
        screen.press("q").run_command("submit").wait_for("1 of 2 given")
        self.assertIn("(1), Opportunity 0002 (2), Opp", self.row(screen, "Ids"))
        screen.press("q").run_command("get_updated").wait_for("1 of 2 given")
        self.assertIn("Opportunity", self.row(screen, "Object"))
        screen.press("q").run_command("set_password").wait_for("0 of 2 given")  # of accounts

    def test_without_marks_the_current_record_is_meant(self):
        screen = self.open().press("j").run_command("submit").wait_for("1 of 2 given")
        self.assertRegex(self.row(screen, "Ids"), r"Ids +Opportunity 0002 \(2\) ")
        screen.press("q").run_command("merge").wait_for("1 of 2 given")
        self.assertIn("(required)", self.row(screen, "Others"))

    def test_the_palette_completes_actions(self):
        screen = self.open().press(":").type("sear").wait_for("action: search all objects")
        screen.press("Escape", ":").type("do me").press("Tab").wait_for(":do merge")
        screen.press("Escape", ":").type("do").press("Enter").wait_for("merge records into one")
        screen.press("Escape", "Escape").run_command("do nosuch").wait_for("no action nosuch")
        screen.run_command("xyzzy").wait_for("There is no command, action, object or view")


class Results(Rich):
    def search(self, screen, text="x"):
        screen.run_command("search").wait_for("search: ")
        self.give(screen, text)
        return screen.press("F2")

    def test_rows_are_a_table_whose_records_open(self):
        screen = self.search(self.open()).wait_for("search ─ 3 rows")
        self.assertIn("Enter open", screen.line(23))
        self.assertIn("Opportunity ␛[31m0012", screen.text())
        screen.press("j", "Enter").wait_for("Record ─ Opportunity 0007")
        screen.run_command("result").wait_for("search ─ 3 rows").press("Enter")
        screen.wait_for("Record ─ Acme")
        self.search(screen.press("q"), "nothing").wait_for("search ─ 0 rows")
        screen.press("Enter", "t", "l", "j").wait_for("Nothing was found.")

    def test_the_object_of_the_rows_is_the_one_given(self):
        screen = self.open().run_command("get_updated").press("F2").wait_for("30 rows")
        self.assertIn("covered until 2026-11-21 of Opportunity", screen.line(2))
        screen.press("G").wait_for("30 of 30").press("Enter").wait_for("Opportunity 0030")

    def test_one_row_is_read_line_by_line(self):
        screen = self.open().run_command("user_info").press("F2").wait_for("userName: ada")
        screen.press("q").run_command("result").wait_for("language: en_GB")

    def test_a_result_for_each_record(self):
        screen = self.open().press("Space", "Space", "Space").run_command("submit").press("F2")
        screen.wait_for("submit ─ 3 rows")
        self.assertIn("done", screen.line(3))
        self.assertIn("failed  Record 3 was refused. The server said: ENTITY_IS_LOCKED",
                      screen.line(5))
        screen.press("G", "t").wait_for("why: Record 3 was refused.")
        screen.press("q", "Enter").wait_for("Record ─ Opportunity 0003")
        self.assertNotIn("marked", screen.line(1))
        screen.run_command("submit").press("F2").wait_for("! Record 3 was refused.")
        screen.press("!").wait_for("ENTITY_IS_LOCKED")

    def test_rows_are_exported(self):
        screen = self.search(self.open()).wait_for("3 rows").press("x").wait_for("Export to")
        screen.press("Ctrl-U").type("found.nothing").press("Enter").wait_for("The file's ending")
        screen.press("Ctrl-U").type("found.csv").press("Enter").wait_for("3 records are in found.csv")
        with open(self.path("found.csv"), encoding="utf-8") as file:
            self.assertEqual(file.readlines()[:2], ["object,id,name\n", "Account,1,Acme\n"])
        screen.press("x").press("Ctrl-U").type("found.csv").press("Enter").wait_for("exists already")

    def test_it_is_not_put_over_what_is_being_filled_in(self):
        screen = self.open().press(":").type(f"raw wait {self.path('go')}")
        screen.press("Enter", "f", "a", wait=False)
        # It is not idle while the query is under way.
        screen._until(lambda: "type to find" in screen.text(), "the fields to filter by")
        with open(self.path("go"), "w", encoding="utf-8"):
            pass
        screen.wait_for("raw: 2 rows. :result shows them")
        screen.type("Amount").wait_for("Amount").press("Escape", "q").wait_for("28 ─")
        screen.run_command("result").wait_for("raw ─ 2 rows")

    def test_on_the_smallest_terminal(self):
        screen = self.search(self.open(columns=40, rows=10)).wait_for("search ─ 3 rows")
        screen.press("l", "l").wait_for("name").press("t").wait_for("object: Account")
        screen.press("q", "h", "h", "h").wait_for("object")


class Raw(Rich):
    def test_a_query_and_its_rows(self):
        screen = self.open().run_command("raw").wait_for("A query in the language of Rich fake")
        screen.press("Enter").wait_for("There is nothing to send")
        screen.type("no such thing").press("Enter").wait_for("The query cannot be read.")
        screen.press("!").wait_for("MALFORMED_QUERY at row 1").press("q")
        screen.run_command("raw").wait_for("no such thing")  # what was typed is not lost
        screen.press("Ctrl-U").type("select x From opportunity").press("Enter")
        screen.wait_for("raw ─ 2 rows").press("j", "Enter").wait_for("Record ─ Opportunity 0006")
        screen.run_command("raw select x from nowhere").wait_for("raw ─ 2 rows").press("Enter")
        screen.wait_for("Notes: a note that is longer than forty")  # no object: the row is shown

    def test_writing(self):
        screen = self.open(profile="still").run_command("raw delete all")
        screen.wait_for("read-only")
        screen = self.open(profile="safe").run_command("raw delete all").wait_for("safe is protected")
        screen.type("no").press("Enter").wait_for("nothing was sent")
        screen.press("Ctrl-U").type("safe").press("Enter").wait_for("3 records deleted")

    def test_a_file_has_no_result_yet(self):
        screen = self.open().run_command("result")
        self.assertIn("has given anything yet", screen.text())


class Deleted(Rich):
    def test_they_are_shown_on_demand_and_marked(self):
        screen = self.open()
        self.assertNotIn("Opportunity 0004", screen.text())
        screen.press("T").wait_for("Opportunity ─ 30 ─ deleted ones too")
        self.assertIn("×Opportunity 0004", screen.text())
        screen.press("j", "j", "j").wait_for("4 of 30 · deleted")
        screen.wait_for("Record ─ Opportunity 0004")
        screen.press("e").wait_for("edit: the record is deleted")
        screen.press("D").wait_for("the record is deleted already")
        screen.press("Tab", "e").wait_for("edit-field: the record is deleted").press("Escape")
        screen.press("f", "F2").wait_for("deleted ones too")  # the filter keeps it
        screen.press("s").wait_for("deleted ones too")
        screen.press("T").wait_gone("deleted ones too")
        self.assertNotIn("Opportunity 0004", screen.text())

    def test_it_is_kept_with_the_object_and_with_a_view(self):
        screen = self.open().press("T").wait_for("deleted ones too")
        screen.run_command("view-save").type("with deleted").press("Enter").wait_for("saved")
        screen.press("T").wait_gone("deleted ones too")
        screen.run_command("view with deleted").wait_for("Opportunity: with deleted")
        screen.wait_for("deleted ones too")
        with open(self.path("config", "dossier", "views", "rich.views"), encoding="utf-8") as file:
            self.assertIn("deleted = yes\n", file.read())
        screen.run_command("open Opportunity").wait_gone("with deleted")
        screen.press("T").wait_for("deleted ones too").press("Ctrl-Q", wait=False).wait_exit()
        self.open().wait_for("deleted ones too")

    def test_undelete(self):
        screen = self.open().press("U").wait_for("undelete: the record is not deleted")
        screen.press("T").wait_for("deleted ones too").press("j", "j", "j", "U")
        screen.wait_for("Undelete 1 record of Opportunity?").press("Escape", "w", "U")
        screen.wait_for("leave this first").press("q", ":").type("undelete")
        self.assertNotIn("(not now", screen.text())
        screen.press("Enter").wait_for("Undelete 1 record of Opportunity?").press("u")
        screen.wait_gone("×Opportunity 0004").wait_for("undelete: done")
        screen.press("j", "j", "j", "Space", "Space", "U").wait_for("Undelete 2 records")
        screen.press("u").wait_for("undelete ─ 2 rows")
        self.assertIn("UNDELETE_FAILED", screen.line(3))
        self.assertIn("done", screen.line(4))
        screen.press("q").wait_gone("×").wait_gone("marked")

    def test_undelete_is_refused(self):
        screen = self.open(profile="still").press("U").wait_for("undelete: the profile is read-only")
        screen = self.open(profile="safe").press("T").wait_for("deleted ones too")
        screen.press("j", "j", "j", "U").wait_for("safe is protected: type its name to undelete 1")
        screen.type("no").press("Enter").wait_for("nothing was sent")
        screen.press("Ctrl-U").type("safe").press("Enter").wait_gone("×Opportunity 0004")


class AllOrNone(Rich):
    def test_a_choice_before_what_is_staged_is_sent(self):
        screen = self.open().press("e").type("x").press("Enter").wait_for("1 staged").press("w")
        screen.wait_for("Review: 1 staged change").press("N").wait_for("─ all or none")
        screen.wait_for("none of its call is written").press("N").wait_gone("─ all or none")
        screen.press("a").wait_gone("1 staged")


class Elsewhere(TerminalTest):
    def test_a_file_says_why_not(self):
        screen = self.start("demo").wait_for("Opportunities").run_command("open Account")
        screen.wait_for("Record ─ ").press("T").wait_for("keeps no deleted records")
        screen.press("U").wait_for("undelete: the backend cannot undelete")
        screen.run_command("raw select count(*) as n, 'x' as y from Account").wait_for("y: x")
        screen.press("q").run_command("raw select Id, Name from Account where Id < 4")
        screen.wait_for("raw ─ 3 rows").press("j", "Enter").wait_for("2 of")
        screen.press("w").press("N").wait_for("writes each record for itself")


del Rich  # its subclasses run; it has no tests of its own
