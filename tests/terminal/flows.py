"""What the tests of whole jobs share: a copy of the demonstration, and ways to look at the file.

    class Selling(Flow):
        def test_a_stage(self):
            screen = self.open_list("Opportunity")
            self.edit_cell(screen, "Stage", "nego")
            self.apply(screen)
            self.assertEqual(self.stored("Stage"), "Negotiation")
"""

import json
import os
import sqlite3

from harness import TerminalTest


class Flow(TerminalTest):
    ROWS = 60
    FIRST = "Acme rollout 2027"  # the demonstration's first opportunity
    maxDiff = None
    demonstrations = {}  # the file's bytes, made once for each number of rows

    def setUp(self):
        super().setUp()
        self.file = self.path("data", "dossier", "demo.db")
        if self.ROWS not in Flow.demonstrations:
            self.verb("demo", "--rows", str(self.ROWS))
            with open(self.file, "rb") as file:
                Flow.demonstrations[self.ROWS] = file.read()
        else:
            os.makedirs(os.path.dirname(self.file))
            with open(self.file, "wb") as file:
                file.write(Flow.demonstrations[self.ROWS])

    # --- beside the screen ---

    def verb(self, *arguments, status=0):
        """Runs a headless verb; gives its standard output."""
        answer = self.run_headless(*arguments)
        self.assertEqual(answer.returncode, status, f"{arguments}\n{answer.stderr}")
        return answer.stdout

    def query(self, *arguments, profile="demo"):
        """The records of a headless query, each a dictionary."""
        return json.loads(self.verb("query", "-p", profile, *arguments, "--format", "json"))

    def sql(self, statement, *values, file=None):
        """Runs a statement on the file as another program would; gives its rows."""
        database = sqlite3.connect(file or self.file, isolation_level=None)
        try:
            return database.execute(statement, values).fetchall()
        finally:
            database.close()

    def stored(self, field, identifier=1, table="Opportunity"):
        """What the file holds."""
        return self.sql(f'select "{field}" from "{table}" where Id = ?', identifier)[0][0]

    # --- on the screen ---

    def open_list(self, name, **options):
        """Starts the program and opens an object's list."""
        return self.start("demo", **options).run_command(f"open {name}").wait_idle()

    def go_to_column(self, screen, label):
        """Moves the cursor of a list to the column with a heading."""
        screen.press("0")
        for _ in range(40):
            if screen.line(2)[screen.cursor()[0]:].lstrip().startswith(label):
                return screen
            screen.press("Right")
        raise AssertionError(f"no column {label!r}\n{screen.dump()}")

    def edit_cell(self, screen, label, text):
        """Types a value into the cell of the record under the cursor."""
        self.go_to_column(screen, label)
        screen.press("e", "Ctrl-U").type(text).press("Enter")
        return screen

    def apply(self, screen):
        """Reviews and applies everything; fails when something stays staged."""
        screen.press("w").wait_for("Review:").press("a").wait_for("done")
        self.assertNotIn("staged", screen.line(0), screen.dump())
        return screen.press("q")

    def record_line(self, screen, label):
        """The line of the record pane with a field."""
        return screen.line(self.record_row(screen, label))

    def record_row(self, screen, label):
        start = screen.row_with("Record ─")
        for row in screen.rows_with(label):
            if row > start:
                return row
        raise AssertionError(f"no field {label!r} in the record\n{screen.dump()}")

    def record_item(self, screen):
        """What the record pane's cursor is on, as shown: label and value."""
        start = screen.row_with("Record ─")
        for line in screen.cells.display[start + 1:]:
            if "▸" in line:
                return line.split("▸", 1)[1].strip("│ *!")
        return ""

    def go_to_field(self, screen, label):
        """Moves the cursor of the record pane to a field or a related list."""
        screen.press("Home")
        for _ in range(60):
            for key in ("Left", "Right"):
                if self.record_item(screen.press(key)).startswith(label):
                    return screen
            screen.press("Down")
        raise AssertionError(f"no {label!r} in the record\n{screen.dump()}")
