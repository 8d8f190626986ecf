"""The whole job on SQLite files that this project did not make."""

import json
import unittest

import fixtures
from flows import Flow


class OtherFile(Flow):
    SCRIPT = ""

    def setUp(self):
        super().setUp()
        self.file = fixtures.make(self.path("other.db"), self.SCRIPT)

    def open_object(self, name, **options):
        return self.start(self.file, **options).run_command(f"open {name}")

    def fill(self, screen, **values):
        """Fills a form: label (with _ for a blank) and value; stages it."""
        for label, value in values.items():
            row = screen.row_with(label.replace("_", " "))
            screen.press("Home")
            for _ in range(row - 2):
                screen.press("Down")
            screen.press("Enter").type(value).press("Enter")
        return screen.press("F2")


class Northwind(OtherFile):
    SCRIPT = fixtures.NORTHWIND

    def test_a_composite_key_a_name_with_a_space_and_a_generated_column(self):
        screen = self.open_object("Order Details").press("f")
        screen.press("a").wait_for("Filter by").type("line total").press("Enter")
        screen.type("at least").press("Enter").type("100").press("Enter")
        screen.wait_for("3 records match")
        self.assertIn("`Line Total` >= 100", screen.text())
        screen.press("F2").wait_for("3 of 6")
        self.edit_cell(screen, "Quantity", "15")
        screen.press("a").wait_for("New:")
        self.fill(screen, Order_ID="10251", Product_ID="2", Quantity="3").wait_for("2 staged")
        screen.press("End", "D").wait_for("3 staged")
        self.apply(screen)
        self.assertEqual(self.sql('select Quantity, "Line Total" from "Order Details"'
                                  " where OrderID = 10248 and ProductID = 1"), [(15, 210.0)])
        self.assertEqual(self.sql('select OrderID, ProductID from "Order Details"'
                                  " where OrderID > 10249 order by 1, 2"),
                         [(10250, 3), (10251, 1), (10251, 2)])
        found = json.loads(self.verb("get", "-p", self.file, "Order Details", "10248,1",
                                     "--format", "json"))
        self.assertEqual(found[0]["Line Total"], 210)

    def test_what_cannot_be_written_says_so(self):
        screen = self.open_object("Order Details").press("Tab")
        self.go_to_field(screen, "Line Total").press("e")
        self.assertIn("cannot be changed", screen.line(23))
        screen.run_command("open Sales by")
        self.assertIn("Sales by", screen.line(0))
        for key, words in (("e", "cannot be changed"), ("a", "cannot be added"),
                           ("D", "cannot be deleted")):
            self.assertIn(words, screen.press(key).line(23))
        self.assertNotIn("staged", screen.line(0))

    def test_a_key_that_is_taken_stays_staged_with_words_beside_the_field(self):
        screen = self.open_object("Order Details").press("a").wait_for("New:")
        self.fill(screen, Order_ID="10248", Product_ID="2", Quantity="7").wait_for("1 staged")
        screen.press("w").wait_for("Review:").press("a").wait_for("failed")
        self.assertIn("1 staged", screen.line(0))
        self.assertEqual(self.sql('select Quantity from "Order Details" where OrderID = 10248'
                                  " and ProductID = 2"), [(10,)])

    def test_text_keys(self):
        screen = self.open_object("Customers")
        self.edit_cell(screen, "City", "Köln")
        screen.press("a").wait_for("New:")
        self.fill(screen, Customer_ID="NEWCU", Company_name="Neue Kundin").wait_for("2 staged")
        self.apply(screen)
        self.assertEqual(self.sql("select City from Customers where CustomerID = 'ALFKI'"),
                         [("Köln",)])
        self.assertEqual(self.sql("select CompanyName from Customers where CustomerID = 'NEWCU'"),
                         [("Neue Kundin",)])

    def test_a_table_without_a_key(self):
        screen = self.open_object("Import Log")
        self.edit_cell(screen, "what happened", "read 4 orders, twice")
        self.edit_cell(screen, "Select", "8")
        screen.press("Down", "D").wait_for("2 staged")
        self.apply(screen)
        self.assertEqual(self.sql('select * from "Import Log"'),
                         [("2026-11-01", "read 4 orders, twice", 8)])

    def test_a_table_without_rowid(self):
        screen = self.open_object("Employee Territories").press("D").wait_for("1 staged")
        screen.press("a").wait_for("New:")
        self.fill(screen, Employee_ID="3", Territory_ID="a,b%").wait_for("2 staged")
        self.apply(screen)
        self.assertEqual(self.sql('select * from "Employee Territories" order by 1, 2'),
                         [(1, "19713"), (2, "01581"), (3, "a,b%")])
        screen.press("End").press("D").wait_for("1 staged")
        self.apply(screen)
        self.assertEqual(len(self.sql('select * from "Employee Territories"')), 2)

    def test_the_main_job_and_the_view_kept_for_this_file(self):
        query = "OrderDate = this quarter and Freight > 20"
        expected = self.query("Orders", query, profile=self.file)
        self.assertEqual(len(expected), 2)
        screen = self.open_object("Orders").press("f", "Tab").type(query)
        screen.wait_for("2 records match").press("Escape", "s").wait_for("Save as view")
        screen.type("heavy").press("Enter").press("F2").wait_for("2 of 4")
        self.edit_cell(screen, "Freight", "33.50")
        self.apply(screen)
        screen.press("Ctrl-Q", wait=False)
        screen.wait_exit()
        screen = self.start(self.file).press("v", "Enter").wait_for("heavy")
        self.assertIn("33.5", screen.text())
        self.assertEqual(self.query("Orders", query + " and Freight = 33.5", "--columns", "OrderID",
                                    profile=self.file), [{"OrderID": 10248}])
        self.assertNotIn("heavy", self.start("demo").press("v").text())


class Chinook(OtherFile):
    SCRIPT = fixtures.CHINOOK

    def test_references_are_followed_both_ways_and_edited_by_name(self):
        screen = self.open_object("Track").wait_for("For Those About")
        self.go_to_column(screen, "Album").press("Down", "Enter")
        self.assertIn("Record ─ Balls to the Wall", screen.text())
        self.go_to_field(screen, "Artist").press("Enter").wait_for("Record ─ Accept")
        self.go_to_field(screen, "Albums (2)").press("Enter").wait_for("2 of 4")
        screen.press("[", "[", "[").wait_for("Fast As a Shark")
        self.go_to_column(screen, "Album").press("e").wait_for("look up")
        screen.type("let there").wait_for("Let There Be Rock").press("Enter").wait_for("1 staged")
        self.assertIn("Let There", screen.line(screen.cursor()[1]))
        self.apply(screen)
        self.assertEqual(self.sql("select AlbumId from Track where TrackId = 2"), [(4,)])

    def test_a_delete_that_others_refer_to_stays_staged(self):
        screen = self.open_object("Artist").press("D", "Down", "Down", "D").wait_for("2 staged")
        screen.press("w").wait_for("Review:").press("a").wait_for("failed")
        self.assertIn("1 staged", screen.line(0), screen.dump())
        self.assertEqual(self.sql("select Name from Artist order by 1"), [("AC/DC",), ("Accept",)])
        screen.press("Home", "x").wait_gone("1 staged")

    def test_a_table_of_two_keys(self):
        screen = self.open_object("PlaylistTrack").press("D").wait_for("1 staged")
        screen.press("a").wait_for("New:").press("Enter").wait_for("look up")
        screen.type("heavy").wait_for("Heavy Metal").press("Enter")
        screen.press("Enter").wait_for("look up").type("balls").wait_for("Balls to").press("Enter")
        screen.press("F2").wait_for("2 staged")
        self.apply(screen)
        self.assertEqual(self.sql("select * from PlaylistTrack order by 1, 2"),
                         [(1, 2), (1, 3), (2, 2), (2, 3), (2, 5)])


del OtherFile  # so that it is not taken for tests


if __name__ == "__main__":
    unittest.main()
