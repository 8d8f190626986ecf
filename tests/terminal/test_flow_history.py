"""From record to record along references, in both directions, and back as it was."""

import unittest

from flows import Flow

LIST_ROWS = 13  # of the list pane at 80x24, with the status line


def looks(screen):
    """The list as it stands: title, filter, columns, scroll, cursor, marks."""
    return "\n".join(screen.cells.display[:LIST_ROWS])


class History(Flow):
    def start_scrolled(self):
        """A filtered and ordered list, scrolled, with the cursor in its middle."""
        screen = self.open_list("Opportunity")
        screen.press("f", "Tab").type("Amount > 1000 order by Name desc").press("F2")
        screen.wait_for("Amount > 1000").press("PageDown", "PageDown", "Up", "Up", "Up")
        return self.go_to_column(screen, "Account")

    def hops(self, screen):
        """Five steps away, by references and by related lists."""
        yield screen.press("Enter")  # the cell of the account
        yield self.go_to_field(screen, "Opportunities (").press("Enter")
        yield self.go_to_field(screen.press("Tab"), "Owner").press("Enter")
        yield self.go_to_field(screen, "Contacts (").press("Enter")
        yield self.go_to_field(screen.press("Tab"), "Account").press("Enter")

    def test_five_hops_out_and_back_and_out_again(self):
        screen = self.start_scrolled()
        seen, cursor = [looks(screen)], screen.cursor()
        for _ in self.hops(screen):
            self.assertNotEqual(looks(screen), seen[-1], screen.dump())
            seen.append(looks(screen))
        self.assertEqual(len(seen), 6)
        for expected in reversed(seen[:-1]):
            self.assertEqual(looks(screen.press("[")), expected)
            in_record = screen.cursor()[1] >= LIST_ROWS  # it was left from there, but for the first
            self.assertEqual(in_record, expected != seen[0], screen.dump())
        self.assertEqual(screen.cursor(), cursor)
        for expected in seen[1:]:
            self.assertEqual(looks(screen.press("]")), expected)

    def test_a_reference_leads_to_its_record(self):
        screen = self.start_scrolled()
        line = screen.line(screen.cursor()[1])
        screen.press("Enter")
        name = screen.line(screen.row_with("Record ─")).split(" ─")[1].strip()
        self.assertIn(name[:6], line)
        identifier, = self.sql("select Id from Account where Name = ?", name)[0]
        count, = self.sql("select count(*) from Opportunity where AccountId = ?", identifier)[0]
        self.go_to_field(screen, f"Opportunities ({count})").press("Enter")
        self.assertIn(f"{count} of 60", screen.line(1))

    def test_where_the_history_ends_it_says_so(self):
        screen = self.open_list("Account")
        before = looks(screen)
        self.assertEqual(looks(screen.press("]")), before)
        self.assertNotEqual(screen.line(23).strip(), "")

    def test_every_step_draws_what_a_fresh_drawing_would(self):
        screen = self.start_scrolled()
        for key in ("Down", "PageUp", "End", "PageUp", "Home", "Right", "Right", "s", "PageDown",
                    "Tab", "Down", "End", "Tab", "O", "Down", "Tab", "[", "d", "Down", "Escape"):
            drawn = screen.press(key).text()
            self.assertEqual(drawn, screen.press("Ctrl-L").text(), f"after {key}")


if __name__ == "__main__":
    unittest.main()
