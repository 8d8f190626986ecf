"""Staging when the disk or the journal fails: nothing is shown as staged that is not on disk, and
what was staged before is not lost."""

import os
import re
import sqlite3
import sys
import unittest

from harness import Screen, TerminalTest

# Runs a program that may make no file larger than so many bytes.
LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
os.execv(sys.argv[2], sys.argv[2:])
"""


class Journal(TerminalTest):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.run_headless("demo").returncode, 0)
        os.makedirs(self.path("state", "dossier"), mode=0o700, exist_ok=True)
        self.journal = self.path("state", "dossier", "journal.db")

    def open_list(self, screen):
        return screen.run_command("open Opportunity").wait_for("Acme rollout 2027")

    def start_limited(self, most):
        screen = Screen([sys.executable, "-c", LIMITED, str(most), os.environ["DOSSIER"], "demo"],
                        self.environment(), 80, 24, directory=self.home)
        self.addCleanup(screen.close)
        return screen.wait_idle()

    def edit_name(self, screen, name):
        """Types a new name into the cursor's row, whatever comes of it."""
        screen.press("0", "e", "Ctrl-U").type(name).press("Enter")

    def shown(self, screen):
        """How many changes the status line says are staged."""
        found = re.search(r"(\d+) staged", screen.line(0))
        return int(found[1]) if found else 0

    def kept(self):
        """How many changes the journal has."""
        database = sqlite3.connect(self.journal)
        try:
            return database.execute("select count(*) from change").fetchone()[0]
        finally:
            database.close()

    def check_refusal(self, screen):
        """Editing, adding and deleting say why they cannot be, before anything is typed."""
        for key in ("e", "a", "D"):
            before = screen.text().splitlines()[:-1]
            screen.press(key)
            self.assertIn("journal", screen.line(screen.rows - 1), screen.dump())
            self.assertEqual(screen.text().splitlines()[:-1], before)
        self.assertEqual(self.shown(screen), 0)

    def test_a_full_disk(self):
        screen = self.open_list(self.start())
        self.edit_name(screen, "The first")
        screen.press("Ctrl-Q").press("k", wait=False)
        self.assertEqual(screen.wait_exit(), 0)
        size = os.path.getsize(self.journal)
        screen = self.open_list(self.start_limited(size + 60000))
        self.assertEqual(self.shown(screen), 1, screen.dump())
        for number in range(30):
            screen.press("j")
            self.edit_name(screen, f"Number {number}")
            if "journal" in screen.text():
                break
        else:
            self.fail(f"thirty changes were staged\n{screen.dump()}")
        self.assertIn("could not be written", screen.text())
        screen.press("Escape", "Escape")
        self.assertEqual(self.shown(screen), self.kept(), screen.dump())
        screen.kill()
        screen = self.open_list(self.start())
        self.assertEqual(self.shown(screen), self.kept(), screen.dump())
        self.assertIn("The first", screen.text())

    def test_an_export_that_does_not_fit(self):
        screen = self.start_limited(120000)
        screen.run_command("open Activity").wait_for("of")
        before = set(os.listdir(self.home))
        screen.press("x", "Ctrl-U").type("out.json").press("Enter")
        screen.wait_for("failed")
        self.assertEqual(set(os.listdir(self.home)), before, screen.dump())

    def test_a_journal_that_is_garbage(self):
        garbage = os.urandom(10000)
        with open(self.journal, "wb") as file:
            file.write(garbage)
        screen = self.start("demo")
        self.assertIn("journal", screen.text(), screen.dump())
        self.open_list(screen)
        self.check_refusal(screen)
        screen.press("Ctrl-Q", wait=False)
        self.assertEqual(screen.wait_exit(), 0)
        with open(self.journal, "rb") as file:
            self.assertEqual(file.read(), garbage)

    def test_a_journal_with_changes_of_no_known_kind(self):
        screen = self.open_list(self.start())
        self.edit_name(screen, "The first")
        screen.kill()
        for column, value in (("kind", 77), ("kind", -1), ("state", 99), ("error_kind", 1000)):
            database = sqlite3.connect(self.journal)
            before = database.execute(f"select {column} from change").fetchone()[0]
            database.execute(f"update change set {column} = ?", (value,))
            database.commit()
            screen = self.start("demo")
            self.assertEqual(self.shown(screen), 0, screen.dump())
            self.assertIn("journal", screen.text(), screen.dump())
            screen.kill()
            database.execute(f"update change set {column} = ?", (before,))
            database.commit()
            database.close()
        self.assertEqual(self.shown(self.start("demo")), 1)

    def test_a_journal_that_another_program_holds(self):
        screen = self.open_list(self.start())
        self.edit_name(screen, "The first")
        holder = sqlite3.connect(self.journal, isolation_level=None)
        holder.execute("begin immediate")
        screen.press("j")
        self.edit_name(screen, "The second")
        self.assertIn("journal", screen.text(), screen.dump())
        self.assertIn("locked", screen.text(), screen.dump())
        self.assertEqual(self.shown(screen), 1)
        holder.execute("rollback")
        holder.close()
        screen.press("Enter")  # the editor still has what was typed
        self.assertEqual((self.shown(screen), self.kept()), (2, 2), screen.dump())

    def test_nowhere_to_keep_a_journal(self):
        with open(self.path("blocked"), "w", encoding="utf-8"):
            pass
        for state in (self.path("blocked"), "/proc/nowhere"):
            screen = self.start("demo", XDG_STATE_HOME=state)
            self.assertIn(state, screen.text(), screen.dump())
            self.open_list(screen)
            self.check_refusal(screen)
            screen.press("Ctrl-Q", wait=False)
            self.assertEqual(screen.wait_exit(), 0)

    def test_no_home(self):
        demo = self.path("data", "dossier", "demo.db")
        screen = self.start(demo, HOME="", XDG_STATE_HOME="", XDG_CONFIG_HOME="", XDG_DATA_HOME="")
        self.assertIn("HOME", screen.text(), screen.dump())
        self.open_list(screen)
        screen.press("Ctrl-Q", wait=False)
        self.assertEqual(screen.wait_exit(), 0)


if __name__ == "__main__":
    unittest.main()
