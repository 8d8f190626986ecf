"""Keys while jobs run: scrolling, cancelling, changing one's mind and leaving never wait, and end
well. Under the thread and address sanitizers a race or a leak ends the program with another
status."""

import shutil
import tempfile
import unittest

from harness import TerminalTest

ROWS = "20000"
LARGE = {}


class Large(TerminalTest):
    """Tests on a demonstration of many rows, made once."""

    def setUp(self):
        super().setUp()
        if "path" not in LARGE:
            folder = tempfile.mkdtemp(prefix="dossier-large-")
            unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
            done = self.run_headless("demo", "--rows", ROWS)
            self.assertEqual(done.returncode, 0, done.stderr)
            LARGE["path"] = shutil.copy(self.path("data", "dossier", "demo.db"), folder)
        self.large = shutil.copy(LARGE["path"], self.path("large.db"))

    def open_list(self, **how):
        screen = self.start(self.large, **how)
        screen.run_command("open Opportunity").wait_for("Acme")
        return screen

    def leave(self, screen):
        """Leaves at once; whatever ran is stopped, and nothing is wrong at the end."""
        screen.press("Ctrl-Q", wait=False)
        self.assertEqual(screen.wait_exit(), 0, screen.dump())


class Keys(Large):
    def test_scrolling_far_and_back(self):
        screen = self.open_list()
        screen.press(*["PgDn"] * 40, wait=False)
        screen.press("G", *["PgUp"] * 20, "g", "j", wait=False)
        screen.wait_idle()
        self.assertIn("▸", screen.text())
        self.leave(screen)

    def test_cancelling_between_pages(self):
        screen = self.open_list()
        for _ in range(15):
            screen.press("PgDn", "Ctrl-C", "G", "Ctrl-C", "g", wait=False)
        screen.press("r")
        self.assertIn("▸", screen.text())
        self.leave(screen)

    def test_walking_through_records_while_they_load(self):
        screen = self.open_list(columns=120, rows=40)
        for _ in range(10):
            screen.press("j", "Enter", "Esc", "PgDn", wait=False)
        screen.wait_idle()
        self.leave(screen)

    def test_another_order_and_filter_before_the_first_has_come(self):
        screen = self.open_list()
        for words in ("filter", "describe Amount", "chart StageName", "jobs", "log"):
            screen.press(":", wait=False)
            screen.type(words, wait=False)
            screen.press("Enter", wait=False)
            screen.wait_idle()
            screen.press("Esc")
        self.leave(screen)

    def test_resizing_while_pages_load(self):
        screen = self.open_list()
        for columns, rows in ((120, 40), (40, 10), (200, 50), (80, 24)):
            screen.press("PgDn", "G", wait=False)
            screen.resize(columns, rows)
        self.leave(screen)


class Leaving(Large):
    def test_before_the_first_page(self):
        for _ in range(5):
            screen = self.start(self.large, wait=False).wait_drawn()
            screen.press("Ctrl-Q", wait=False)
            self.assertEqual(screen.wait_exit(), 0, screen.dump())

    def test_while_everything_is_counted(self):
        screen = self.open_list(columns=120, rows=40)
        screen.press("G", "PgUp", "r", "d", wait=False)
        self.leave(screen)

    def test_while_a_chart_is_drawn(self):
        screen = self.open_list()
        screen.press("C", wait=False)
        self.leave(screen)


if __name__ == "__main__":
    unittest.main()
