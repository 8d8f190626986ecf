"""The harness itself: what the other terminal tests stand on."""

import os
import sys
import unittest

from harness import Cells, Decoder, Ended, Screen, key_bytes

# A program that speaks as dossier does: echoes keys in words, and stops on Ctrl-Z.
ECHO = r"""
import fcntl, os, signal, struct, sys, termios, tty
tty.setraw(0)
idle, keys, frames, written = int(os.environ["DOSSIER_IDLE_FD"]), 0, 0, 0
def put(data):
    global frames, written
    frames, written = frames + 1, written + len(data)
    os.write(1, data)
put(b"\033[2Jready")
while True:
    rows, columns = struct.unpack("HHHH", fcntl.ioctl(0, termios.TIOCGWINSZ, b" " * 8))[:2]
    os.write(idle, b"idle keys=%d size=%dx%d frames=%d bytes=%d\n"
             % (keys, columns, rows, frames, written))
    data = os.read(0, 1)
    keys += 1
    if data == b"q":
        sys.exit(3)
    if data == b"\x1a":
        os.kill(os.getpid(), signal.SIGTSTP)
        data = b"back"
    put(b"\r\n" + data)
"""


def echo_program():
    return Screen([sys.executable, "-c", ECHO],
                  {"TERM": "xterm", "PATH": os.environ["PATH"]}, 20, 5)


class Echo(unittest.TestCase):
    def setUp(self):
        self.screen = echo_program().wait_idle()
        self.addCleanup(self.screen.close)

    def test_keys_in_and_cells_out(self):
        self.screen.press("a", "b").type("c")
        self.assertEqual([line.strip() for line in self.screen.cells.display],
                         ["ready", "a", "b", "c", ""])
        self.assertEqual(self.screen.row_with("b"), 2)
        self.assertEqual(self.screen.cursor(), (1, 3))

    def test_bytes_and_frames_are_counted(self):
        with self.screen.measure() as cost:
            self.screen.press("x", "y")
        self.assertEqual((cost.bytes, cost.frames), (6, 2))
        self.assertEqual(cost.raw, b"\r\nx\r\ny")

    def test_an_exit_is_noticed(self):
        self.screen.press("q", wait=False)
        self.assertEqual(self.screen.wait_exit(), 3)

    def test_an_unexpected_exit_fails_the_test(self):
        with self.assertRaises(Ended):
            self.screen.press("q").wait_for("never")

    def test_stopping_and_going_on(self):
        self.screen.suspend()
        self.screen.resume()
        self.assertIn("back", self.screen.text())


class Sequences(unittest.TestCase):
    def show(self, data):
        cells = Cells(10, 4)
        Decoder(cells).feed(data)
        return [line.rstrip() for line in cells.display]

    def test_repeat(self):
        self.assertEqual(self.show(b"a-\033[4b|")[0], "a-----|")

    def test_scrolling_within_margins(self):
        lines = b"1\r\n2\r\n3\r\n4\033[2;3r"
        self.assertEqual(self.show(lines + b"\033[S"), ["1", "3", "", "4"])
        self.assertEqual(self.show(lines + b"\033[T"), ["1", "", "2", "4"])

    def test_keys_follow_the_terminal(self):
        self.assertEqual(key_bytes("xterm-256color", "Up"), b"\033OA")
        self.assertEqual(key_bytes("linux", "Up"), b"\033[A")
        self.assertEqual(key_bytes("vt100", "PgDn"), b"\033[6~")
        self.assertEqual(key_bytes("xterm", "Ctrl-C"), b"\003")
        with self.assertRaises(ValueError):
            key_bytes("xterm", "Hyper")


if __name__ == "__main__":
    unittest.main()
