"""The filter language through the builder: every kind of condition, typed, counted, turned into
rows and back into the same text; views renamed and deleted."""

import unittest

from flows import Flow

# As the builder prints them, so that what comes back must be the same to the letter.
FILTERS = (
    "Stage in ('Prospecting', 'Proposal') and (Amount >= 10000 or Account.Name starts with 'A')",
    "not (Amount between 1000 and 50000 and Probability < 50) and Type is not null",
    "Stage = 'Proposal' or Amount > 100000 and (Name contains 'o''b' or Name like '%a_e%')",
    "CloseDate between last year and this quarter",
    "CloseDate >= 2026-11-21 and CloseDate <= next 3 months",
    "CreatedDate < 2026-01-01T00:00:00Z",
    "Competitors includes ('Hooli', 'Globex;Initech')",
    "Competitors excludes ('Hooli')",
    "NextStep is blank and Type is null",
    "Stage not in ('Closed Won', 'Closed Lost') and IsPrivate = false",
    "Account.Industry = 'Media' or Name ends with 'pilot'",
    "Name != 'Acme rollout 2027' and Discount <= 0.2",
)
ORDER = " order by Amount desc, Name"


class Builder(Flow):
    def text_of(self, screen):
        """The filter as the pane shows it as text, on a screen so wide that it is one line."""
        return screen.line(screen.row_with("as text") + 1).strip("│ ")

    def test_every_condition_is_counted_and_comes_back_as_it_was(self):
        screen = self.open_list("Opportunity", columns=200, rows=50)
        for text in FILTERS:
            with self.subTest(filter=text):
                count = int(self.verb("query", "-p", "demo", "Opportunity", text, "--count"))
                screen.press("f", "Tab", "Ctrl-U").type(text + ORDER)
                screen.wait_for(f"{count} record").press("Escape", "o", "Space")
                self.assertIn("order by Amount, Name", self.text_of(screen))
                screen.press("Space")  # back again: the text is now written from the rows
                self.assertEqual(self.text_of(screen), text + ORDER)
                screen.press("F2")
                self.assertIn(f"─ {count} of 60 ─" if count < 60 else "─ 60 ─", screen.text())

    def test_some_of_the_filters_match_and_some_do_not(self):
        counts = [int(self.verb("query", "-p", "demo", "Opportunity", text, "--count"))
                  for text in FILTERS]
        self.assertTrue(all(0 < count < 60 for count in counts), counts)

    def test_mistakes_have_their_place_and_keep_the_rows(self):
        screen = self.open_list("Opportunity", columns=200, rows=50)
        screen.press("f", "Tab").type("Amount > 50000").press("Escape")
        for text, column, words in (
                ("Amout > 5", 1, "did you mean 'Amount'"), ("Amount > ten", 10, "found 'ten'"),
                ("Amount >", 9, "expected"), ("Stage in ('Proposal'", 21, "expected"),
                ("Name = 'x' and (Amount > 1", 27, "expected"), ("CloseDate = 2026-02-30", 13, ""),
                ("Name = null", 8, "is null"), ("Account.Nam = 'x'", 9, "'Name'")):
            with self.subTest(filter=text):
                screen.press("Tab", "Ctrl-U", "Ctrl-E", "Ctrl-U").type(text)
                self.assertIn(f"column {column}: ", screen.text(), screen.dump())
                self.assertIn(words, screen.line(screen.row_with(f"column {column}: ")))
                caret = screen.line(screen.row_with("as text") + 2).strip("│ ")
                self.assertEqual(caret, "^")
                screen.press("Enter")  # is not applied
                self.assertIn("Filter: ", screen.text())
                screen.press("Escape")
        self.assertIn("─ 60 ─", screen.press("Escape").text())

    def test_a_view_is_renamed_and_deleted(self):
        screen = self.open_list("Opportunity").press("f", "Tab").type("Amount > 50000")
        screen.press("Escape", "s").wait_for("Save as view").type("large").press("Enter", "F2")
        screen.press("O").wait_for("large")
        row = screen.row_with("large")
        while screen.cursor()[1] != row:
            screen.press("Down")
        screen.press("R", "Ctrl-U").type("huge").press("Enter").wait_for("huge")
        self.assertNotIn("large", screen.text())
        screen.press("Ctrl-Q", wait=False)
        screen.wait_exit()
        screen = self.start("demo").wait_for("huge").press("End", "D")
        screen.press("Escape").wait_for("▸huge")  # it asks first
        screen.press("D", "d").wait_gone("▸huge")
        screen.press("Ctrl-Q", wait=False)
        screen.wait_exit()
        self.assertNotIn("huge", self.start("demo").press("v").text())


if __name__ == "__main__":
    unittest.main()
