"""The program on every kind and size of terminal: what is drawn fits, and the terminal is given
back as it was."""

import contextlib
import os
import re
import signal
import sqlite3
import unittest

from harness import TerminalTest, capability

SIZES = ((80, 24), (120, 40), (200, 50), (40, 10))
TERMS = ("xterm-256color", "screen-256color", "linux", "vt100")
COLOUR = re.compile(rb"\033\[[0-9;]*\b(3[0-9]|4[0-9]|9[0-7]|10[0-7])\b[0-9;]*m")


class Drawing(TerminalTest):
    def walk(self, screen):
        """Objects, a list, a record, describe, help: each whole, status on top, hints below."""
        self.assertIn("Opportunit", screen.text(), screen.dump())
        screen.run_command("open Opportunity").wait_for("Acme")
        self.check_frame(screen)
        for key in ("j", "PgDn", "G", "Enter", "d", "?"):
            screen.press(key)
            self.check_frame(screen)

    def check_frame(self, screen):
        self.assertIn("dossier", screen.line(0), screen.dump())
        self.assertNotEqual(screen.line(screen.rows - 1).strip(), "", screen.dump())

    def test_every_size_and_terminal(self):
        for term in TERMS:
            for columns, rows in SIZES:
                with self.subTest(term=term, size=f"{columns}x{rows}"):
                    screen = self.start("demo", columns=columns, rows=rows, term=term)
                    self.walk(screen)
                    screen.close()

    def test_ascii_locale(self):
        for columns, rows in SIZES:
            with self.subTest(size=f"{columns}x{rows}"):
                screen = self.start("demo", columns=columns, rows=rows, lang="C")
                self.walk(screen)
                beyond = [byte for byte in screen.raw if byte > 0x7E]
                self.assertEqual(beyond, [], screen.dump())
                screen.close()

    def test_no_color(self):
        screen = self.start("demo", NO_COLOR="1")
        self.walk(screen)
        self.assertIsNone(COLOUR.search(bytes(screen.raw)))

    def test_colour_where_there_is_some(self):
        screen = self.start("demo")
        screen.press("j", "d")
        self.assertIsNotNone(COLOUR.search(bytes(screen.raw)))

    def test_unknown_terminal(self):
        screen = self.start("demo", term="no-such-terminal", wait=False)
        # pyte reads what an ANSI terminal understands: either it works there, or it says why not.
        screen.wait_for("no-such-terminal")

    def test_a_terminal_that_cannot_move_the_cursor(self):
        screen = self.start("demo", term="dumb", wait=False)
        self.assertEqual(screen.wait_exit(), 2, screen.dump())
        self.assertIn("dumb", screen.text())


class Size(TerminalTest):
    def test_too_small_says_so_and_comes_back(self):
        screen = self.start("demo", columns=20, rows=5)
        self.assertIn("20", screen.text(), screen.dump())
        self.assertIn("40", screen.text(), screen.dump())
        screen.resize(80, 24)
        self.assertIn("Opportunit", screen.text(), screen.dump())

    def test_resizing_draws_what_a_start_at_that_size_draws(self):
        resized = self.start("demo").run_command("open Industry")
        for columns, rows in ((200, 50), (40, 10), (120, 40)):
            resized.resize(columns, rows)
            fresh = self.start("demo", columns=columns, rows=rows)
            fresh.run_command("open Industry")
            self.assertEqual(resized.text(), fresh.text())
            fresh.close()

    def test_a_storm_of_sizes(self):
        screen = self.start("demo")
        for columns in range(30, 130, 7):
            screen.resize(columns, columns // 4)
        screen.resize(80, 24)
        self.assertEqual(screen.text(), self.start("demo").text())

    def test_redraw_mends_a_garbled_screen(self):
        screen = self.start("demo")
        before = screen.text()
        screen.decoder.feed(b"\033[3;3Hsome other program wrote this")
        self.assertNotEqual(screen.text(), before)
        screen.press("Ctrl-L")
        self.assertEqual(screen.text(), before)


class GivingBack(TerminalTest):
    def assert_given_back(self, screen):
        tail = bytes(screen.raw[-2000:])
        self.assertIn(capability("xterm-256color", "rmcup").split(b"$")[0], tail)
        self.assertFalse(screen.cells.cursor.hidden)

    def test_leaving(self):
        screen = self.start("demo")
        screen.press("Ctrl-Q", wait=False)
        self.assertEqual(screen.wait_exit(), 0)
        self.assert_given_back(screen)

    def test_stopping_and_going_on(self):
        screen = self.start("demo")
        before = screen.text()
        screen.suspend()
        self.assert_given_back(screen)
        screen.decoder.feed(b"\033[2J")
        screen.resume()
        screen.wait_for(before)

    def test_termination_by_signal(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                screen = self.start("demo")
                self.assertIn(screen.kill(number), (0, 128 + number, 130, -number))
                self.assert_given_back(screen)

    def test_a_crash_gives_the_terminal_back(self):
        screen = self.start("demo")
        screen.kill(signal.SIGABRT)
        self.assert_given_back(screen)

    def test_the_terminal_goes_away(self):
        self.start("demo").hang_up()


class Cost(TerminalTest):
    """The byte budgets of the design, exact: they do not depend on the machine."""

    def list_screen(self, columns, rows):
        """A list of plain records over the full width: what is counted is the program's, not that
        of names in many scripts."""
        path = self.path("plain.db")
        if not os.path.exists(path):
            with contextlib.closing(sqlite3.connect(path)) as connection:
                connection.execute("CREATE TABLE Deal (Id INTEGER PRIMARY KEY, Name VARCHAR(34),"
                                   " Account VARCHAR(28), Stage VARCHAR(14), Amount INTEGER,"
                                   " CloseDate DATE)")
                connection.executemany("INSERT INTO Deal VALUES (?, ?, ?, ?, ?, ?)", self.records())
                connection.commit()
        screen = self.start(path, columns=columns, rows=rows)
        return screen.run_command("open Deal").wait_for("Northgate 1 ").press("z")

    def records(self):
        for number in range(1, 2001):
            yield (number, f"Northgate {number} office network", f"Bluefield {number % 97} Systems",
                   ("Proposal", "Develop", "Closed Won")[number % 3], number * 250,
                   f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}")

    def cost(self, screen, *keys):
        with screen.measure() as cost:
            screen.press(*keys)
        return cost

    def test_nothing_is_written_when_idle(self):
        screen = self.start("demo")
        with screen.measure() as cost:
            pass
        self.assertEqual((cost.bytes, cost.raw), (0, b""))

    def test_moving_the_cursor(self):
        for columns, rows in ((80, 24), (200, 50)):
            screen = self.list_screen(columns, rows)
            screen.press("j")
            costs = [self.cost(screen, key) for key in "jkjkjj"]
            self.assertLessEqual(max(cost.bytes for cost in costs), 32, [c.raw for c in costs])
            self.assertEqual({cost.frames for cost in costs}, {1})

    def test_scrolling_a_line(self):
        for (columns, rows), budget in (((80, 24), 240), ((200, 50), 425)):
            screen = self.list_screen(columns, rows)
            screen.press_ahead(*["j"] * rows)
            costs = [self.cost(screen, "j") for _ in range(20)]
            mean = sum(cost.bytes for cost in costs) / len(costs)
            self.assertLessEqual(mean, budget, costs[-1].raw)

    def test_a_page(self):
        for (columns, rows), budget in (((80, 24), 1950), ((200, 50), 6800)):
            screen = self.list_screen(columns, rows)
            costs = [self.cost(screen, "PgDn") for _ in range(10)]
            mean = sum(cost.bytes for cost in costs) / len(costs)
            self.assertLessEqual(mean, budget)

    def test_many_keys_are_drawn_once(self):
        screen = self.list_screen(80, 24)
        with screen.measure() as cost:
            screen.press_ahead(*["j"] * 200)
        self.assertLess(cost.frames, 20)


class Data(TerminalTest):
    def test_no_text_in_the_data_reaches_the_terminal_as_it_is(self):
        hostile = self.path("hostile.db")
        with contextlib.closing(sqlite3.connect(hostile)) as connection, connection:
            connection.execute("CREATE TABLE \"\033[31mTable\" (Id INTEGER PRIMARY KEY, Note TEXT,"
                               " \"\033]0;owned\007\" TEXT)")
            for number in range(60):
                connection.execute("INSERT INTO \"\033[31mTable\" VALUES (?, ?, ?)",
                                   (number, f"\033]0;owned{number}\007\033[2J\u202e\u009b31m",
                                    "\033]52;c;b3duZWQ=\007"))
        screen = self.start(hostile)
        for key in ("Enter", "j", "PgDn", "Enter", "Tab", "d", "q", "f", "q"):
            screen.press(key)
        raw = bytes(screen.raw)
        for bad in (b"]0;owned", b"]52;", b"\xe2\x80\xae", b"\xc2\x9b", b"\033[31mTable"):
            self.assertNotIn(b"\033" + bad if bad.startswith(b"]") else bad, raw)


if __name__ == "__main__":
    unittest.main()
