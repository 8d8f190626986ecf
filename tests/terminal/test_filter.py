"""The filter and order builder: rows and text that edit each other, the count, saved views."""

import unittest

from harness import TerminalTest

OPEN = "Stage not in ('Closed Won', 'Closed Lost')"


class Builder(TerminalTest):
    def open_builder(self, text="", **options):
        screen = self.start("demo", **options)
        screen.run_command("open Opportunity").wait_for("Acme rollout")
        screen.press("f")
        if text:
            screen.press("Tab").type(text).press("Escape")
        return screen

    def add(self, screen, field, operator=None, keys=()):
        """a, the field by its name, the operator by its name, then the keys of its value."""
        screen.press("a").type(field).press("Enter")
        if operator:
            screen.type(operator)
        screen.press("Enter")
        for key in keys:
            screen.press(key) if len(key) == 1 or key[0].isupper() else screen.type(key)

    def count(self, condition):
        answer = self.run_headless("query", "-p", "demo", "Opportunity", condition, "--count")
        self.assertEqual(answer.stderr, "")
        return f"{int(answer.stdout):,} records match"

    def text(self, screen):
        """What stands below the rule "as text", in one line."""
        first = screen.row_with("as text") + 1
        lines = [screen.line(row)[1:-1] for row in range(first, screen.rows)]
        return "".join(line.rstrip() + " " for line in lines[:lines.index("─" * 78)]).strip()

    def test_a_filter_is_built_from_rows_counted_applied_and_saved(self):
        screen = self.open_builder(OPEN)
        self.add(screen, "amount", "at least", ["50,000", "Enter"])
        self.add(screen, "close date", "=", ["this quarter", "Enter"])
        whole = f"{OPEN} and Amount >= 50000 and CloseDate = this quarter"
        screen.wait_for(self.count(whole))
        self.assertEqual(self.text(screen), whole)
        self.assertIn("sent to the server: all of it", screen.text())
        screen.press("s").type("closing big").press("Enter").wait_for("'closing big' saved")
        screen.press("F2").wait_for(self.count(whole).split()[0] + " of 1,204")
        self.start("demo").run_command("view closing big").wait_for(
            self.count(whole).split()[0] + " of 1,204")

    def test_values_of_a_picklist_are_marked(self):
        screen = self.open_builder()
        self.add(screen, "stage", "is one of", ["Space", "Down", "Down", "Space", "Enter"])
        self.assertEqual(self.text(screen), "Stage in ('Prospecting', 'Develop')")
        row = screen.line(screen.row_with("is one of"))
        self.assertIn("Prospecting, Develop", row)

    def test_references_are_looked_up_one_after_the_other(self):
        screen = self.open_builder()
        self.add(screen, "accountid", "is one of")
        screen.type("southern").wait_for("Southern Railway").press("Enter", "Enter")
        screen.type("acme").wait_for("Acme Ltd").press("Enter")
        row = screen.line(screen.row_with("is one of"))
        self.assertIn("Southern Railway, Acme Ltd", row)

    def test_text_becomes_rows_as_it_is_typed(self):
        screen = self.open_builder("Stage = 'Develop' and (Amount > 1000 or not (Name like 'A%')) "
                                   "order by Amount desc, Name")
        for part in ("all of", "any of", "none of", "more than", "is like", "↓ descending",
                     "then by"):
            self.assertIn(part, screen.text())

    def test_rows_are_grouped_turned_moved_and_removed(self):
        screen = self.open_builder("Amount > 1 and Probability > 2 and Discount > 3")
        screen.press("j", "g", "j", "j", "g")
        self.assertEqual(self.text(screen), "Amount > 1 and Probability > 2 and Discount > 3")
        screen.press("J", "J", "Space")
        self.assertEqual(self.text(screen),
                         "Amount > 1 and Discount > 3 and not Probability > 2")
        self.assertIn("none of", screen.text())
        screen.press("G", "a").type("name").press("Enter")
        self.assertIn("order by Name", self.text(screen))
        screen.press("Space")
        self.assertIn("order by Name desc", self.text(screen))
        screen.press("x")
        self.assertNotIn("order by Name", self.text(screen))

    def test_a_mistake_shows_its_place_and_is_not_applied(self):
        screen = self.open_builder()
        screen.press("Tab").type("Amount > 1 and Stge = 'Develop'")
        place = screen.row_with("^")
        self.assertEqual(screen.line(place).index("^") - 1, len("Amount > 1 and "))
        self.assertIn("column 16", screen.text())
        self.assertIn("did you mean 'Stage'", screen.text())
        screen.press("Enter")
        self.assertIn("the text has a mistake", screen.text())
        self.assertIn("Stge = 'Develop'", screen.text())
        screen.press("Escape")
        self.assertIn("more than", screen.text())

    def test_what_may_stand_there_is_offered(self):
        screen = self.open_builder()
        screen.press("Tab").type("account.na").press("Tab")
        self.assertIn("Account.Name", screen.text())
        screen.type(" = 'Acme Ltd' and Stage in (").press("Tab")
        self.assertIn("'Negotiation'", screen.text())
        screen.type("neg").press("Enter").type(")")
        self.assertIn("Account.Name = 'Acme Ltd' and Stage in ('Negotiation')", screen.text())
        self.assertNotIn("column", screen.text())

    def test_leaving_changes_nothing(self):
        screen = self.open_builder("Amount > 1")
        screen.press("q")
        self.assertIn("┌ Opportunities ─ 1,204 ", screen.text())
        screen.press("f")
        self.assertIn("every record", screen.text())

    def test_a_row_without_a_value_is_kept_but_not_sent(self):
        screen = self.open_builder("Amount > 1")
        screen.press("a").type("discount").press("Enter").press("Escape")
        self.assertIn("(choose a value)", screen.text())
        self.assertEqual(self.text(screen), "Amount > 1")

    def test_a_name_of_a_view_in_use_asks_before_it_is_replaced(self):
        screen = self.open_builder("Amount > 1")
        screen.press("s").type("one").press("Enter")
        screen.press("s").type("one").press("Enter")
        self.assertIn("Replace the saved view?", screen.text())
        screen.press("k")
        self.assertNotIn("Replace", screen.text())

    def test_the_smallest_terminal_and_ascii(self):
        screen = self.start("demo", columns=40, rows=10, lang="C", term="vt100")
        screen.run_command("open Opportunity").wait_for("Acme roll")
        screen.press("f", "Tab").type("Amount > 1000").press("Escape")
        self.assertIn("more than", screen.text())
        self.assertIn("records match", screen.text())
        self.assertTrue(screen.text().isascii())

    def test_describe_finds_a_field_and_filters_by_it(self):
        screen = self.start("demo")
        screen.run_command("open Opportunity").wait_for("Acme rollout")
        screen.press("d", "/").type("close").press("Enter")
        self.assertIn("CloseDate", screen.text())
        self.assertNotIn("Probability", screen.text())
        screen.press("%").wait_for("filled in 100 % of 1,204 records")
        screen.press("f", "Enter").type("eom").press("Enter")
        self.assertIn("CloseDate = 2026-11-30", screen.text())

    def test_describe_follows_a_reference(self):
        screen = self.start("demo")
        screen.run_command("open Opportunity").wait_for("Acme rollout")
        screen.press("d", "/").type("accountid").press("Enter", "Enter")
        screen.wait_for("Describe: Account")
        screen.press("f")
        self.assertIn("not the object of the list", screen.text())
        screen.press("q").wait_for("Describe: Opportunity")


if __name__ == "__main__":
    unittest.main()
