"""Every typed editor: what is right is staged, applied and read back; what is wrong says why and
keeps the text; Esc changes nothing; null is a value of its own."""

import os
import unittest

from flows import Flow

FAMILY = "\U0001F468\u200d\U0001F469\u200d\U0001F467"  # one grapheme of five characters
NOEL = "Noe\u0308l"


class Editors(Flow):
    def open_record(self, name, **options):
        return self.open_list(name, **options).press("Tab")

    def edit_field(self, screen, label, *keys, clear=True):
        """Opens the editor of a field of the record pane and gives it keys, then Enter."""
        self.go_to_field(screen, label).press("e")
        if clear:
            screen.press("Ctrl-U")
        self.give(screen, *keys)
        return screen.press("Enter")

    def give(self, screen, *keys):
        """Keys by name, or text after a colon."""
        for key in keys:
            if key.startswith(":"):
                screen.type(key[1:])
            else:
                screen.press(key)

    def check(self, name, edits, expected, **options):
        """Edits the first record's fields, applies, and compares with what the file holds."""
        screen = self.open_record(name, **options)
        for label, *keys in edits:
            self.edit_field(screen, label, *keys, clear=keys[:1] != ["keep"])
            self.assertIn("staged", screen.line(0), f"{label}\n{screen.dump()}")
        self.assertTrue(self.sql(f'select count(*) from "{name}" where Id = 1'))
        self.apply(screen)
        for field, value in expected.items():
            self.assertEqual(self.stored(field, table=name), value, field)

    def test_valid_values_of_an_opportunity(self):
        self.check("Opportunity", (
            ("Name", f":Acme & Søn {NOEL}"), ("Amount", ":1,234.5"), ("Probability", ":75"),
            ("Close date", ":eom"), ("Type", ":renew"), ("Competitors", "Space"),
            ("Discount", ":0.25"), ("Is private", ":yes"), ("Lead source", ":referral"),
        ), {"Name": f"Acme & Søn {NOEL}", "Amount": 1234.5, "Probability": 75,
            "CloseDate": "2026-11-30", "Type": "Renewal", "Competitors": "Globex;Hooli",
            "Discount": 0.25, "IsPrivate": 1, "LeadSource": "Referral"})

    def test_valid_values_of_an_activity(self):
        self.check("Activity", (("Due date", ":tomorrow"), ("Start time", ":14:30"),
                                ("Minutes", ":45"), ("Is done", ":no")),
                   {"DueDate": "2026-11-22", "StartTime": "14:30", "Minutes": 45, "IsDone": 0})

    def test_a_reference_is_searched_by_name(self):
        screen = self.open_record("Opportunity")
        self.go_to_field(screen, "Account").press("e").wait_for("look up")
        screen.type("south shore").wait_for("1 found").press("Enter").wait_for("1 staged")
        self.assertIn("Acme Ltd → South Shore Clinics", self.record_line(screen, "Account"))
        self.apply(screen)
        self.assertEqual(self.sql("select a.Name from Opportunity o join Account a"
                                  " on a.Id = o.AccountId where o.Id = 1"),
                         [("South Shore Clinics",)])

    def test_a_date_by_the_calendar(self):
        screen = self.open_record("Opportunity")  # closes on Tuesday 2026-12-01
        self.go_to_field(screen, "Close date").press("e").wait_for("December 2026")
        screen.press("Down", "Down", "Right")
        self.assertIn("[16]", screen.text())
        screen.press("Enter").wait_for("1 staged")
        self.apply(screen)
        self.assertEqual(self.stored("CloseDate"), "2026-12-16")

    def test_relative_days(self):
        screen = self.open_record("Opportunity")
        for words, day in ((":today", "2026-11-21"), (":+1w", "2026-11-28"),
                           (":in 3 days", "2026-11-24"), (":eoq", "2026-12-31")):
            self.edit_field(screen, "Close date", words)
            self.assertIn(f"2026-12-01 → {day}", self.record_line(screen, "Close date"))

    def test_wrong_values_stay_in_the_editor(self):
        cases = {"Opportunity": (
            ("Amount", "1.234", "with at most 2"), ("Amount", "1e", "expected a number"),
            ("Close date", "2026-02-30", "found '2026-02-30'"),
            ("Close date", "soonish", "expected a date"), ("Type", "zzz", "nothing matches")),
            "Account": (("Website", "not a url", "expected a web address"),
                        ("Employees", "1.5", "expected a whole number")),
            "Contact": (("Email", "nobody", "expected an e-mail address"),),
            "Activity": (("Start time", "25:00", "expected a time"),)}
        for name, edits in cases.items():
            screen = self.open_record(name)
            for label, text, message in edits:
                with self.subTest(field=label, text=text):
                    before = screen.text()
                    self.edit_field(screen, label, f":{text}")
                    self.assertIn(message, screen.text())
                    self.assertIn(text, screen.text())  # to be mended, not typed again
                    while "Esc cancel" in screen.line(23):
                        screen.press("Escape")
                    self.assertEqual(screen.line(0), before.split("\n", maxsplit=1)[0])
                    self.assertNotIn("→", self.record_line(screen, label), screen.dump())
            screen.close()

    def test_escape_changes_nothing(self):
        screen = self.open_record("Opportunity")
        for label in ("Name", "Amount", "Close date", "Stage", "Competitors", "Account",
                      "Is private"):
            self.go_to_field(screen, label).press("e", "Down", "x", "Escape")
            while "Esc cancel" in screen.line(23):
                screen.press("Escape")
            self.assertNotIn("staged", screen.line(0), label)

    def test_null_is_not_empty(self):
        screen = self.open_record("Opportunity")
        for label, key in (("Next step", ""), ("Contact", "e"), ("Type", "e"), ("Discount", "e"),
                           ("Competitors", "e")):
            self.go_to_field(screen, label)
            screen.press(*filter(None, [key]), "Ctrl-D")
            if "Esc cancel" in screen.line(23):
                screen.press("Enter")
        self.edit_field(screen, "Lead source", "Backspace")
        self.apply(screen)
        self.assertEqual(self.sql("select NextStep, ContactId, Type, Discount, Competitors"
                                  " from Opportunity where Id = 1"), [(None,) * 5])

    def test_what_must_not_be_null_is_refused(self):
        screen = self.open_record("Opportunity")
        self.go_to_field(screen, "Close date").press("Ctrl-D")
        self.assertNotIn("staged", screen.line(0), screen.dump())
        self.assertIn("null", screen.line(23))

    def test_the_cursor_knows_graphemes(self):
        screen = self.open_list("Opportunity")
        self.edit_cell(screen, "Name", f"a{FAMILY}{NOEL}z")
        self.go_to_column(screen, "Name").press("e", "End")
        screen.press("Left", "Left", "Backspace")  # before l: takes the e with its dots
        screen.press("Home", "Right", "Delete")  # the whole family
        screen.type("-").press("Enter")
        self.apply(screen)
        self.assertEqual(self.stored("Name"), "a-Nolz")

    def test_undo_and_words_in_the_line(self):
        screen = self.open_list("Opportunity")
        self.go_to_column(screen, "Name").press("e", "End", "Ctrl-W", "Ctrl-W")
        screen.type("pilot").press("Enter")
        self.assertIn("Acme pilot", screen.line(3))
        self.apply(screen)
        self.assertEqual(self.stored("Name"), "Acme pilot")

    def test_pasted_text_is_one_value_and_no_commands(self):
        screen = self.open_list("Opportunity")
        self.go_to_column(screen, "Name").press("e", "Ctrl-U").paste("two\nlines\033[31m; D w q")
        screen.press("Enter").wait_for("1 staged")
        self.apply(screen)
        self.assertNotIn("\033", self.stored("Name"))
        self.assertTrue(self.stored("Name").startswith("two"))

    def editor(self, script):
        """A small program to edit with; gives its path."""
        path = self.path("edit text")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{script}\n")
        os.chmod(path, 0o700)
        return path

    def test_long_text_in_the_editor(self):
        command = self.editor('printf "first\\nsecond é\\n" > "$1"')
        self.sql("update Account set Description = 'old words' where Id = 1")
        screen = self.open_record("Account", VISUAL=f"'{command}'")
        self.go_to_field(screen, "Description").press("e").wait_for("1 staged")
        self.assertIn("first", screen.text())
        self.apply(screen)
        self.assertEqual(self.stored("Description", table="Account"), "first\nsecond é")

    def test_an_editor_that_fails_changes_nothing(self):
        command = self.editor('echo gone > "$1"; exit 3')
        screen = self.open_record("Account", EDITOR=f"'{command}'")
        self.go_to_field(screen, "Description").press("e").wait_idle()
        self.assertNotIn("staged", screen.line(0))
        self.assertIn("3", screen.line(23))


if __name__ == "__main__":
    unittest.main()
