"""What one works with beside the records: describe, columns, find, chart, export, palette, help,
keys, themes, and profiles that are guarded."""

import re
import unittest

from flows import Flow

COLOURS = re.compile(rb"\033\[[0-9;]*\b(?:3[0-7]|4[0-7]|38;5;\d+|48;5;\d+)m")


class Fields(Flow):
    def test_from_a_field_to_a_filter(self):
        screen = self.open_list("Opportunity").press("d").wait_for("Describe: ")
        screen.press("/").type("clo").press("Enter")
        self.assertIn("CloseDate", screen.text())
        self.assertIn("IsClosed", screen.text())
        self.assertNotIn("LeadSource", screen.text())
        screen.press("f").wait_for("Filter: ")
        self.assertIn("Close date", screen.text())

    def test_how_often_a_field_is_filled(self):
        filled, least, most = self.sql("select count(CloseDate), min(CloseDate), max(CloseDate)"
                                       " from Opportunity")[0]
        screen = self.open_list("Opportunity").press("d", "/").type("closed").press("Enter", "%")
        screen.wait_for("filled in 100 %")
        self.assertEqual(filled, 60)
        self.assertIn(f"{least} to {most}", screen.text())

    def test_a_field_becomes_a_column_and_stays_one(self):
        screen = self.open_list("Opportunity").press("d", "/").type("leads").press("Enter", "c")
        while "Describe: " in screen.text():
            screen.press("Escape")
        self.go_to_column(screen, "Lead source")
        screen.press("Ctrl-Q", wait=False)
        screen.wait_exit()
        self.go_to_column(self.open_list("Opportunity"), "Lead source")

    def test_columns_are_moved_resized_frozen_and_sorted_and_stay_so(self):
        screen = self.open_list("Account")
        self.go_to_column(screen, "Type").press("{", "{", "{")  # before the name
        self.assertTrue(screen.line(2).strip("│ ").startswith("Type"), screen.dump())
        screen.press("<", "<", "<", "S", "Right", "F", "g")
        heading = screen.line(2)
        names = [record["Name"] for record in
                 self.query("Account", "order by Type desc", "--limit", "3")]
        self.assertIn(names[0], screen.line(3))
        screen.press("Ctrl-Q", wait=False)
        screen.wait_exit()
        screen = self.open_list("Account")
        # Natural widths go by the rows that were loaded: the last name may touch the frame.
        self.assertEqual(screen.line(2).replace("│", " ").split(),
                         heading.replace("│", " ").split())
        self.assertEqual(screen.line(2).find("Name"), heading.find("Name"))
        self.assertIn(names[0], screen.line(3))
        screen.press("$")
        self.assertNotIn("Owner", screen.line(2))
        self.assertRegex(screen.line(2), "Type.*Name")  # these two are frozen

    def test_columns_are_chosen(self):
        screen = self.open_list("Account").press("c").wait_for("Columns of")
        row = screen.row_with("Rating")
        while screen.cursor()[1] != row:
            screen.press("Down")
        screen.press("Space", *["K"] * 20).press("Enter")
        self.assertTrue(screen.line(2).strip("│ ").startswith("Rating"), screen.dump())

    def test_find_goes_round(self):
        screen = self.open_list("Opportunity", columns=120)
        screen.press("/").type("phones").press("Enter")
        rows = [screen.line(screen.cursor()[1]).split("││")[1]]
        for key in ("n", "n", "N", "N"):
            rows.append(screen.press(key).line(screen.cursor()[1]).split("││")[1])
        self.assertTrue(all("phones" in row for row in rows), rows)
        self.assertEqual((rows[3], rows[4]), (rows[1], rows[0]))
        self.assertNotEqual(rows[0], rows[1])
        place = screen.cursor()
        screen.press("/").type("no such words").press("Enter")
        self.assertEqual(screen.cursor(), place)
        self.assertIn("no such words", screen.line(23))


class Output(Flow):
    def test_a_chart_counts_and_sums_as_the_file_does(self):
        screen = self.open_list("Opportunity").run_command("chart Stage").wait_for("by Stage")
        for stage, count in self.sql("select Stage, count(*) from Opportunity group by 1"):
            self.assertTrue(screen.line(screen.row_with(f" {stage}  ")).strip("│ ")
                            .endswith(f" {count}"), stage)
        screen.press("m").wait_for("Measure").type("sum of am").press("Enter").wait_for("sum of")
        total, = self.sql("select sum(Amount) from Opportunity where Stage = 'Proposal'")[0]
        self.assertIn(f"{total:,.2f}".rstrip("0").rstrip("."),
                      screen.line(screen.row_with(" Proposal  ")))
        row = screen.row_with(" Proposal  ")
        while screen.cursor()[1] != row:
            screen.press("Down")
        count, = self.sql("select count(*) from Opportunity where Stage = 'Proposal'")[0]
        screen.press("Enter").wait_for(f"{count} of 60")

    def test_a_chart_by_a_reference_has_names(self):
        name, count = self.sql("select u.Name, count(*) from Opportunity o join User u"
                               " on u.Id = o.OwnerId group by 1 order by 1")[0]
        screen = self.open_list("Opportunity").run_command("chart OwnerId").wait_for("by Owner")
        self.assertRegex(screen.line(screen.row_with("▸")), f"{name} .* {count} │")
        screen.press("Enter").wait_for(f"{count} of 60")
        self.assertIn("Owner.Name = ", screen.line(1))

    def test_an_export_is_what_the_verb_gives(self):
        filters = "Amount > 20000 order by CloseDate"
        screen = self.open_list("Opportunity").press("f", "Tab").type(filters).press("F2")
        screen.wait_for(" of 60").press("x").wait_for("Export")
        path = self.path("out.csv")
        screen.press("Ctrl-U").type(path).press("Enter").wait_for("records are in")
        with open(path, encoding="utf-8", newline="") as file:
            written = file.read()
        columns = written.split("\n", maxsplit=1)[0]
        self.assertEqual(written, self.verb("query", "-p", "demo", "Opportunity", filters,
                                            "--columns", columns, "--format", "csv"))
        self.assertGreater(written.count("\n"), 10)


class Commands(Flow):
    def test_the_palette_completes(self):
        screen = self.open_list("Account").press(":").type("the")
        self.assertIn("theme", screen.text())
        screen.press("Tab").type("mono").press("Tab")
        self.assertIn("theme monochrome", screen.text())
        screen.press("Enter")
        start = len(screen.raw)
        screen.press("Down", "?", "Escape", "Ctrl-L")
        self.assertIsNone(COLOURS.search(bytes(screen.raw[start:])))
        screen.run_command("theme default").press("Ctrl-L")
        self.assertIsNotNone(COLOURS.search(bytes(screen.raw[start:])))

    def test_an_unknown_command_is_told(self):
        screen = self.open_list("Account").run_command("zzz")
        self.assertIn("no command, action, object or view 'zzz'", screen.line(23))
        screen.run_command("theme nosuch")
        self.assertIn("nosuch", screen.line(23))

    def test_help_says_why_a_command_cannot_run(self):
        screen = self.start("demo").run_command("open OpenPipeline").press("e")
        self.assertIn("cannot be changed", screen.line(23))
        screen.run_command("open Account").press("n")
        self.assertIn("find", screen.line(23))
        self.assertIn("!", screen.line(23))


class Settings(Flow):
    def test_keys_are_given_to_other_commands(self):
        self.write_config("[keys]\nreview = Ctrl-R\nlist.sort = Z\n")
        screen = self.open_list("Account").press("Right", "Z").wait_for("↑")
        screen.press("Ctrl-R").wait_for("Review: ")
        screen.press("Escape", "w")
        self.assertNotIn("Review: ", screen.text())

    def refused(self, config, *words):
        self.write_config(config)
        screen = self.start("demo", wait=False)
        self.assertEqual(screen.wait_exit(), 2)
        for word in words:
            self.assertIn(word, " ".join(screen.text().split("\n")).replace("  ", ""))

    def test_mistakes_in_the_configuration_have_their_line(self):
        self.refused("[keys]\nlist.sort = e\nlist.edit = e\n", "config:3", "sort", "edit")
        self.refused("[ui]\n\ncursor_stile = row\n", "config:3", "cursor_style")
        self.refused("[ui]\nlayout = round\n", "config:2", "stacked")
        self.refused("[keys]\nnosuch = x\n", "config:2", "nosuch")

    def test_no_colour(self):
        screen = self.open_list("Account", NO_COLOR="1").press("d", "Escape", "?")
        self.assertIsNone(COLOURS.search(bytes(screen.raw)))

    def guarded(self, setting):
        self.write_config(f"[profile guarded]\nbackend = local\nfile = {self.file}\n{setting}\n")
        return self.start("guarded").run_command("open Opportunity")

    def test_a_read_only_profile_refuses_every_write(self):
        screen = self.guarded("read_only = yes").wait_for(self.FIRST)
        for key in ("e", "a", "C", "D", "Ctrl-D"):
            self.assertIn("read-only", screen.press(key).line(23), key)
        screen.press("Tab").press("e")
        self.assertIn("read-only", screen.line(23))
        self.assertNotIn("staged", screen.line(0))

    def test_a_protected_profile_asks_for_its_name(self):
        screen = self.guarded("protected = yes").wait_for(self.FIRST)
        self.edit_cell(screen, "Amount", "5")
        screen.press("w").wait_for("Review: ").press("a").wait_for("type its name")
        screen.type("wrong").press("Enter")
        self.assertEqual(self.stored("Amount"), 84000)
        while "type its name" in screen.text():
            screen.press("Escape")
        self.assertIn("1 staged", screen.line(0))
        screen.press("a").wait_for("type its name").type("guarded").press("Enter")
        screen.wait_gone("1 staged")
        self.assertEqual(self.stored("Amount"), 5)


if __name__ == "__main__":
    unittest.main()
