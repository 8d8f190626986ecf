"""A day's work from start to end: find, keep as a view, edit, add, review, apply, find again."""

import unittest

from flows import Flow

FILTER = "IsClosed = false and Amount > 50000 and CloseDate = this quarter"


class Selling(Flow):
    def build_filter(self, screen):
        """The same as FILTER, in rows: field, operator and value follow each other."""
        screen.press("f").wait_for("Filter: Opportunit")
        for field, operator, value in (("is closed", "", "no"), ("amount", "more than", "50,000"),
                                       ("close date", "", "this quarter")):
            screen.press("a").wait_for("Filter by")
            screen.type(field).press("Enter").type(operator).press("Enter")
            screen.type(value).press("Enter")
        return screen

    def save_view(self, screen, name):
        screen.press("s").wait_for("Save as view").type(name).press("Enter")
        return screen.wait_for(f"View '{name}' saved")

    def shown_names(self, screen, names):
        return [name for name in names if screen.rows_with(name[:14])]  # a long one is cut

    def expected(self):
        names = [record["Name"] for record in self.query("Opportunity", FILTER)]
        self.assertGreater(len(names), 1)
        return names

    def test_the_builder_gives_what_the_text_gives(self):
        names = self.expected()
        screen = self.open_list("Opportunity")
        self.build_filter(screen).wait_for(f"{len(names)} records match")
        self.assertIn(FILTER, screen.text())
        rows = screen.text()
        screen.press("Escape", "f", "Tab").type(FILTER)
        screen.wait_for(f"{len(names)} records match").press("Escape")
        for words in ("Is closed", "more than", "50,000", "this quarter"):
            self.assertIn(words, screen.text(), rows)
        screen.press("F2").wait_for(f"{len(names)} of 60")
        self.assertEqual(self.shown_names(screen, names), names, screen.dump())

    def test_a_view_opens_with_two_keys_and_after_a_restart(self):
        names = self.expected()
        screen = self.open_list("Opportunity")
        self.save_view(self.build_filter(screen), "closing soon").press("F2")
        self.assertEqual(self.shown_names(screen, names), names)
        screen.run_command("open Account").wait_for("Acme Ltd").press("v", "Enter")
        self.assertIn(": closing soon", screen.line(0))
        self.assertEqual(self.shown_names(screen, names), names, screen.dump())
        screen.press("Ctrl-Q", wait=False)
        self.assertEqual(screen.wait_exit(), 0)
        screen = self.start("demo").press("v", "Enter")
        self.assertIn(": closing soon", screen.line(0))
        self.assertEqual(self.shown_names(screen, names), names, screen.dump())

    def add_contact(self, screen, first, last):
        """Staging it too early names what is missing; then it is staged."""
        screen.run_command("open Contact").press("a").wait_for("New: Contact")
        self.assertEqual([screen.row_with(label) for label in ("Last name", "Owner")], [2, 3])
        screen.press("F2")
        self.assertIn("Last name, Owner", screen.line(23))
        screen.press("Enter").type(last).press("Enter", "F2")
        self.assertIn("still needed: Owner.", screen.line(23))
        screen.press("Enter").wait_for("look up").type("emil").wait_for("Emil Groß")
        screen.press("Enter")
        while not screen.line(screen.cursor()[1]).strip("│▸ ").startswith("First name"):
            screen.press("Down")
        screen.press("Enter").type(first).press("Enter", "F2")
        return screen.wait_for(f"Staged: Contact {last}.")

    def test_new_records_are_shown_with_names(self):
        owner, created = self.sql("select u.Name, c.CreatedDate from Contact c join User u"
                                  " on u.Id = c.OwnerId where c.Id = 1")[0]
        screen = self.add_contact(self.open_list("Contact"), "Åsa", "Månsson")
        screen.press("G", "g", "Down", "C").wait_for("New: ")
        self.assertIn(owner, screen.line(screen.row_with("Owner")))
        self.assertNotIn(created[:10], screen.text())  # a copy has its own
        screen.press("F2", "w").wait_for("Review: 2").press("Enter")
        self.assertIn("Månsson", screen.line(2))
        self.assertIn("Emil Groß", screen.line(screen.row_with("Owner")))

    def test_the_whole_job(self):
        names = self.expected()
        screen = self.open_list("Opportunity")
        self.save_view(self.build_filter(screen), "closing soon").press("F2")
        self.edit_cell(screen, "Stage", "nego")
        self.edit_cell(screen, "Amount", "82,500.50")
        self.assertIn("Proposal → Negotiation", self.record_line(screen, "Stage"))
        self.assertIn("84,000.00 → 82,500.50", self.record_line(screen, "Amount"))
        self.assertIn("1 staged", screen.line(0))
        screen.press("Down")
        self.edit_cell(screen, "Amount", "99000")
        self.add_contact(screen, "Åsa", "Månsson")
        screen.press("Down", "C").wait_for("New: Contact").press("F2").wait_for("4 staged")
        screen.press("End", "D").wait_for("5 staged")
        self.review_and_apply(screen)
        self.assertEqual(self.query("Opportunity", FILTER + " and Id = 1",
                                    "--columns", "Name,Stage,Amount"),
                         [{"Name": self.FIRST, "Stage": "Negotiation", "Amount": 82500.5}])
        self.assertEqual(len(self.query("Opportunity", FILTER)), len(names))
        self.assertEqual(self.sql("select FirstName, OwnerId is not null from Contact"
                                  " where LastName = 'Månsson'"), [("Åsa", 1)])

    def review_and_apply(self, screen):
        screen.press("w").wait_for("Review: 5 staged")
        before = self.sql("select count(*) from Contact")
        row = screen.row_with("99,000")
        while screen.cursor()[1] != row:
            screen.press("Down")
        screen.press("x").wait_for("4 staged")
        self.assertNotIn("99,000", screen.text())
        screen.press("g", "p").wait_for("What would be sent")
        self.assertIn("82500.5", screen.text())
        screen.press("q").press("Space", "a").wait_for("3 staged")
        self.assertEqual(self.stored("Amount"), 82500.5)
        self.assertEqual(self.sql("select count(*) from Contact"), before)
        screen.press("a").wait_for("3 of 3 done")
        self.assertEqual(self.sql("select count(*) from Contact"), [(before[0][0] + 1,)])
        screen.press("q")


if __name__ == "__main__":
    unittest.main()
