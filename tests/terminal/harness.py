"""The real program in a pty: keys in, cells out, bytes counted.

A test never sleeps. The program writes a line to DOSSIER_IDLE_FD whenever it is about to wait with
nothing left to do: how many keys it has taken, its size, how many frames and bytes it has written.
The harness waits until every key it sent is taken and every byte of the answer is here.

    class Lists(TerminalTest):
        def test_down(self):
            screen = self.start("demo", columns=80, rows=24)
            screen.wait_for("Acme rollout")
            screen.press("j", "Enter")
            self.assertIn("Southern Railway", screen.text())
"""

import contextlib
import fcntl
import functools
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time
import unittest

import pyte
from wcwidth import wcwidth

SECONDS = float(os.environ.get("DOSSIER_TEST_SECONDS", "30"))
NOW = "2026-11-21T12:00:00Z"


class Cells(pyte.Screen):
    """pyte's screen, with the sequences it lacks and ncurses uses."""

    last_drawn = " "

    def draw(self, data):
        for character in data:
            if wcwidth(character) == 0:
                self._join(character)  # pyte drops some of these, and all that follows them
            else:
                super().draw(character)
        self.last_drawn = data[-1:] or self.last_drawn

    def _join(self, character):
        """Puts a character of no width into the cell before the cursor."""
        line, column = self.buffer[self.cursor.y], self.cursor.x - 1
        while column > 0 and line[column].data == "":
            column -= 1
        if column >= 0:
            line[column] = line[column]._replace(data=line[column].data + character)

    @property
    def display(self):
        """The lines; the half that a wide character leaves when the other is written over is a
        blank, as on a real terminal (pyte fails on it)."""
        return ["".join(self._shown(line)) for line in map(self.buffer.__getitem__,
                                                           range(self.lines))]

    def _shown(self, line):
        cells = [line[column].data for column in range(self.columns)] + ["x"]
        for column, data in enumerate(cells[:-1]):
            wide = bool(data) and wcwidth(data[0]) == 2
            if wide and cells[column + 1]:
                yield " "
            elif data or column == 0 or wcwidth((cells[column - 1] or " ")[0]) != 2:
                yield data or " "

    def repeat_character(self, count=1):
        self.draw(self.last_drawn * (count or 1))

    def _scroll(self, count, top, step):
        margins = self.margins or pyte.screens.Margins(0, self.lines - 1)
        column, row = self.cursor.x, self.cursor.y
        self.cursor.y = margins.top if top else margins.bottom
        for _ in range(count or 1):
            step()
        self.cursor.x, self.cursor.y = column, row

    def scroll_up(self, count=1):
        self._scroll(count, False, self.index)

    def scroll_down(self, count=1):
        self._scroll(count, True, self.reverse_index)


class Decoder(pyte.ByteStream):
    csi = dict(pyte.ByteStream.csi, b="repeat_character", S="scroll_up", T="scroll_down")
    events = pyte.ByteStream.events | {"repeat_character", "scroll_up", "scroll_down"}


# Logical key → terminfo capability, and what xterm sends where the terminal has no such key.
CAPABILITIES = {
    "Up": ("kcuu1", "\033OA"), "Down": ("kcud1", "\033OB"),
    "Right": ("kcuf1", "\033OC"), "Left": ("kcub1", "\033OD"),
    "Home": ("khome", "\033OH"), "End": ("kend", "\033OF"),
    "PageUp": ("kpp", "\033[5~"), "PageDown": ("knp", "\033[6~"),
    "Insert": ("kich1", "\033[2~"), "Delete": ("kdch1", "\033[3~"),
    "BackTab": ("kcbt", "\033[Z"), "Shift-Left": ("kLFT", "\033[1;2D"),
    "Shift-Right": ("kRIT", "\033[1;2C"), "Shift-Up": ("kri", "\033[1;2A"),
    "Shift-Down": ("kind", "\033[1;2B"),
    "F1": ("kf1", "\033OP"), "F2": ("kf2", "\033OQ"), "F3": ("kf3", "\033OR"),
    "F4": ("kf4", "\033OS"), "F5": ("kf5", "\033[15~"), "F6": ("kf6", "\033[17~"),
    "F7": ("kf7", "\033[18~"), "F8": ("kf8", "\033[19~"), "F9": ("kf9", "\033[20~"),
    "F10": ("kf10", "\033[21~"), "F11": ("kf11", "\033[23~"), "F12": ("kf12", "\033[24~"),
}
ALIASES = {"Esc": "Escape", "PgUp": "PageUp", "PgDn": "PageDown", "Shift-Tab": "BackTab"}
PLAIN = {"Enter": "\r", "Tab": "\t", "Escape": "\033", "Backspace": "\177", "Space": " ",
         "Ctrl-Left": "\033[1;5D", "Ctrl-Right": "\033[1;5C"}


@functools.lru_cache(maxsize=None)
def capability(term, name):
    """What a terminal sends for a key, by its terminfo entry; empty where it has none."""
    found = subprocess.run(["tput", "-T", term, name], capture_output=True, check=False)
    return found.stdout if found.returncode == 0 else b""


def key_bytes(term, key):
    """The bytes a terminal of this kind sends for a logical key."""
    key = ALIASES.get(key, key)
    if key in CAPABILITIES:
        name, usual = CAPABILITIES[key]
        return capability(term, name) or usual.encode()
    if key in PLAIN:
        return PLAIN[key].encode()
    if key.startswith("Alt-"):
        return b"\033" + key_bytes(term, key[4:])
    if re.fullmatch("Ctrl-[A-Z@\\[\\]\\\\^_]", key):
        return bytes([ord(key[5]) & 0x1F])
    if len(key) == 1:
        return key.encode()
    raise ValueError(f"no key is called {key!r}")


class Ended(AssertionError):
    """The program ended while something was expected of it."""


IDLE = re.compile(rb"idle keys=(\d+) size=(\d+)x(\d+) frames=(\d+) bytes=(\d+)")


class Screen:
    """A running program and what its terminal shows."""

    def __init__(self, command, environment, columns, rows, directory=None):
        self.columns, self.rows = columns, rows
        self.term = environment["TERM"]
        self.cells = Cells(columns, rows)
        self.decoder = Decoder(self.cells)
        self.raw = bytearray()
        self.keys_sent = 0
        self.keys_taken = self.frames = self.bytes = -1
        self.program_size = (0, 0)
        self.idle_lines = 0
        self.status = None
        self.stopped = False
        self._idle_text = b""
        self._reports = b""
        self._closed = set()
        self._start(command, environment, directory)

    # --- starting and ending ---

    def _start(self, command, environment, directory):
        idle_read, idle_write = os.pipe()
        ours, theirs = socket.socketpair()
        self.launcher, self.master = pty.fork()
        if self.launcher == 0:
            try:
                ours.close()
                os.close(idle_read)
                _launch(command, environment, directory, self.columns, self.rows, idle_write,
                        theirs)
            finally:
                os._exit(127)
        theirs.close()
        os.close(idle_write)
        self.idle, self.control = idle_read, ours
        self.pid = None
        self._until(lambda: self.pid is not None, "the program to start")

    def close(self):
        """Ends the program whatever it does, and frees everything."""
        for pid in (self.pid, self.launcher):
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.launcher, 0)
        for descriptor in (self.master, self.idle):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self.control.close()

    def hang_up(self):
        """The terminal goes away, as when a connection is lost."""
        os.close(self.master)
        self.master = os.open(os.devnull, os.O_RDONLY)
        self._until_gone()

    def kill(self, number=signal.SIGKILL):
        """Sends a signal; waits for the end."""
        os.kill(self.pid, number)
        return self.wait_exit()

    def _until_gone(self):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            readable, _, _ = select.select([self.idle], [], [], max(0, end - time.monotonic()))
            if readable and not os.read(self.idle, 65536):
                return
        self._fail("the program to end after the terminal went away")

    def wait_exit(self):
        """Waits for the end; gives the exit status, or minus the signal that ended it."""
        self._until(lambda: self.status is not None, "the program to end", ended_is_fine=True)
        self._drain()
        return self.status

    # --- reading ---

    def _take_report(self):
        data = self.control.recv(4096)
        self._reports += data
        *lines, self._reports = self._reports.split(b"\n")
        for line in lines:
            report = json.loads(line)
            self.pid = report.get("pid", self.pid)
            self.stopped = report.get("stopped", self.stopped)
            self.status = report.get("status", self.status)
        return bool(data)

    def _take_idle(self):
        data = os.read(self.idle, 65536)
        self._idle_text += data
        *lines, self._idle_text = self._idle_text.split(b"\n")
        for line in lines:
            found = IDLE.match(line)
            if found is None:
                raise AssertionError(f"not an idle line: {line!r}")
            self.keys_taken, columns, rows, self.frames, self.bytes = map(int, found.groups())
            self.program_size = (columns, rows)
            self.idle_lines += 1
        return bool(data)

    def _take_output(self):
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        self.raw += data
        self.decoder.feed(data)
        return bool(data)

    def _pump(self, seconds):
        """Takes what there is, waiting at most so long for something. False when all has ended."""
        takers = {self.control: self._take_report, self.idle: self._take_idle,
                  self.master: self._take_output}
        open_now = [source for source in takers if source not in self._closed]
        if not open_now:
            return False
        readable, _, _ = select.select(open_now, [], [], seconds)
        for source in readable:
            if not takers[source]():
                self._closed.add(source)
        return bool(readable)

    def _drain(self):
        while self._pump(0):
            pass

    def _until(self, condition, what, ended_is_fine=False):
        end = time.monotonic() + SECONDS
        while not condition():
            if self.status is not None and not ended_is_fine:
                self._drain()
                if condition():
                    return
                raise Ended(f"the program ended with {self.status} while the test waited for "
                            f"{what}\n{self.dump()}")
            left = end - time.monotonic()
            if left <= 0:
                self._fail(what)
            self._pump(left)

    def _fail(self, what):
        raise AssertionError(f"waited {SECONDS:.0f} s in vain for {what}\n"
                             f"keys {self.keys_taken} of {self.keys_sent} taken, "
                             f"{len(self.raw)} of {self.bytes} bytes here\n{self.dump()}")

    def wait_idle(self):
        """Waits until every key is taken, nothing loads and every byte is here."""
        self._until(lambda: self.keys_taken >= self.keys_sent and len(self.raw) >= self.bytes >= 0
                    and self.program_size == (self.columns, self.rows),
                    "the program to be idle")
        return self

    def wait_drawn(self):
        """Waits until the program has drawn something, whatever it still loads."""
        self._until(lambda: "dossier" in self.text(), "a first frame")
        return self

    def wait_for(self, text):
        """Waits until a text is on the screen."""
        self._until(lambda: text in self.text(), f"{text!r} on the screen")
        return self.wait_idle()

    def wait_gone(self, text):
        """Waits until a text is no longer on the screen."""
        self._until(lambda: text not in self.text(), f"{text!r} to leave the screen")
        return self.wait_idle()

    # --- keys ---

    def send(self, data, keys):
        """Sends bytes that the program takes as so many keys."""
        self.keys_sent += keys
        while data:
            _, writable, _ = select.select([], [self.master], [], SECONDS)
            if not writable:
                self._fail("room for more keys")
            data = data[os.write(self.master, data[:512]):]
            self._pump(0)

    def press(self, *keys, wait=True):
        """Sends logical keys: "j", "Enter", "Ctrl-A", "PgDn", "Alt-x", "F2" … and waits after each.
        Without waiting they are typed ahead, all at once."""
        if not wait:
            self.send(b"".join(key_bytes(self.term, key) for key in keys), len(keys))
            return self
        for key in keys:
            self.send(key_bytes(self.term, key), 1)
            self.wait_idle()
        return self

    def press_ahead(self, *keys):
        """Sends the keys at once, as someone does who types faster than the screen; waits then."""
        return self.press(*keys, wait=False).wait_idle()

    def type(self, text, wait=True):
        """Types text, a key for each character."""
        self.send(text.encode(), len(text))
        return self.wait_idle() if wait else self

    def paste(self, text):
        """Pastes text, as a terminal with bracketed paste does."""
        self.send(b"\033[200~" + text.encode() + b"\033[201~", 1)
        return self.wait_idle()

    def click(self, column, row, button=0):
        """Presses and releases a mouse button on a cell (from 0)."""
        for final in "Mm":
            self.send(f"\033[<{button};{column + 1};{row + 1}{final}".encode(), 1)
        return self.wait_idle()

    def resize(self, columns, rows):
        """Gives the terminal another size."""
        self.columns, self.rows = columns, rows
        self.cells.resize(rows, columns)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return self.wait_idle()

    def suspend(self):
        """Ctrl-Z: waits until the program has stopped."""
        self.send(key_bytes(self.term, "Ctrl-Z"), 1)
        self.wait_stopped()

    def wait_stopped(self):
        """Waits until the program has stopped of itself."""
        self._until(lambda: self.stopped, "the program to stop")
        self._drain()

    def resume(self):
        """fg: brings it back; waits until it has drawn again. What curses wrote as it left is not
        among the bytes the program counts, so the last of the frame may still be on its way."""
        lines = self.idle_lines
        self.control.sendall(b"fg\n")
        self._until(lambda: not self.stopped and self.idle_lines > lines, "the program to go on")
        return self.wait_idle()

    def run_command(self, text):
        """Runs a command by its name through the palette: "open Opportunity"."""
        return self.press(":").type(text).press("Enter")

    # --- looking ---

    def line(self, row):
        """One row of the screen as text."""
        return self.cells.display[row]

    def text(self):
        """The whole screen as text."""
        return "\n".join(self.cells.display)

    def cursor(self):
        """(column, row) of the hardware cursor, from 0."""
        return (self.cells.cursor.x, self.cells.cursor.y)

    def cursor_visible(self):
        return not self.cells.cursor.hidden

    def rows_with(self, text):
        """The numbers of the rows a text is in."""
        return [row for row, line in enumerate(self.cells.display) if text in line]

    def row_with(self, text):
        """The number of the one row a text is in first; fails when it is in none."""
        rows = self.rows_with(text)
        if not rows:
            raise AssertionError(f"{text!r} is not on the screen\n{self.dump()}")
        return rows[0]

    def cell(self, column, row):
        """A pyte cell: data, fg, bg, bold, reverse, underscore …"""
        return self.cells.buffer[row][column]

    def dump(self):
        """The screen in a frame, for messages."""
        edge = "+" + "-" * self.columns + "+"
        lines = [f"|{line}|" for line in self.cells.display]
        tail = bytes(self.raw[-160:])
        return "\n".join([edge, *lines, edge, f"cursor {self.cursor()}, last bytes {tail!r}"])

    @contextlib.contextmanager
    def measure(self):
        """Counts what the keys inside cost: cost.bytes, cost.frames, cost.wakeups."""
        self.wait_idle()
        cost = Cost(self.bytes, self.frames, self.idle_lines, len(self.raw))
        yield cost
        self.wait_idle()
        cost.finish(self)


class Cost:
    """Bytes and frames between two moments of idleness."""

    def __init__(self, byte_count, frames, wakeups, raw):
        self.bytes, self.frames, self.wakeups, self._raw = byte_count, frames, wakeups, raw
        self.raw = b""

    def finish(self, screen):
        self.bytes = screen.bytes - self.bytes
        self.frames = screen.frames - self.frames
        self.wakeups = screen.idle_lines - self.wakeups
        self.raw = bytes(screen.raw[self._raw:])


def _launch(command, environment, directory, columns, rows, idle, control):
    """In the child: a shell's part. Starts the program in the foreground, says when it stops or
    ends, and brings it back when asked."""
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    ready_read, ready_write = os.pipe()
    program = os.fork()
    if program == 0:
        try:
            os.setpgid(0, 0)
            os.read(ready_read, 1)  # until it is in the foreground
            for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP):
                signal.signal(number, signal.SIG_DFL)
            os.set_inheritable(idle, True)
            if directory:
                os.chdir(directory)
            os.execve(command[0], command, dict(environment, DOSSIER_IDLE_FD=str(idle)))
        finally:
            os._exit(127)
    os.close(idle)
    with contextlib.suppress(PermissionError):
        os.setpgid(program, program)
    os.tcsetpgrp(0, program)
    os.write(ready_write, b"x")
    _say(control, pid=program)
    while True:
        _, status = os.waitpid(program, os.WUNTRACED)
        os.tcsetpgrp(0, os.getpgrp())
        if not os.WIFSTOPPED(status):
            _say(control, status=os.waitstatus_to_exitcode(status))
            os._exit(0)
        modes = termios.tcgetattr(0)
        _say(control, stopped=True)
        if not control.recv(16):
            os._exit(0)
        termios.tcsetattr(0, termios.TCSADRAIN, modes)
        os.tcsetpgrp(0, program)
        os.kill(program, signal.SIGCONT)
        _say(control, stopped=False)


def _say(control, **report):
    control.sendall(json.dumps(report).encode() + b"\n")


class TerminalTest(unittest.TestCase):
    """A test with a home of its own. self.start() runs the program; self.run_headless() a verb."""

    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="dossier-test-")
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)

    def path(self, *names):
        """A path in the test's home."""
        return os.path.join(self.home, *names)

    def environment(self, term="xterm-256color", lang="C.UTF-8", **more):
        """What the program sees: nothing of the tester's own settings."""
        kept = {name: value for name, value in os.environ.items()
                if name in ("PATH", "LD_LIBRARY_PATH", "TERMINFO", "DOSSIER_THEMES")
                or name.endswith("SAN_OPTIONS")}
        return {**kept, "HOME": self.home, "TERM": term, "LANG": lang, "TZ": "UTC",
                "DOSSIER_NOW": NOW, "XDG_CONFIG_HOME": self.path("config"),
                "XDG_DATA_HOME": self.path("data"), "XDG_STATE_HOME": self.path("state"),
                "XDG_CACHE_HOME": self.path("cache"), **more}

    def write_config(self, text):
        """Writes the configuration file."""
        os.makedirs(self.path("config", "dossier"), mode=0o700, exist_ok=True)
        with open(self.path("config", "dossier", "config"), "w", encoding="utf-8") as file:
            file.write(text)

    def put_demonstration(self):
        """The demonstration CRM, which depends on DOSSIER_NOW alone: run.py names a file for it, and
        the first test that wants it makes it for all."""
        kept, target = os.environ.get("DOSSIER_TEST_DEMO"), self.path("data", "dossier", "demo.db")
        if kept is None or os.path.exists(target):
            return
        if os.path.exists(kept):
            os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
            shutil.copy(kept, target)
        else:
            self.run_headless("demo").check_returncode()
            shutil.copy(target, f"{kept}.{os.getpid()}")
            os.replace(f"{kept}.{os.getpid()}", kept)

    def start(self, *arguments, columns=80, rows=24, wait=True, **environment):
        """Runs the program in a terminal; waits until it is idle."""
        if arguments[:1] == ("demo",):
            self.put_demonstration()
        screen = Screen([os.environ["DOSSIER"], *arguments], self.environment(**environment),
                        columns, rows, directory=self.home)
        self.addCleanup(screen.close)
        return screen.wait_idle() if wait else screen

    def run_headless(self, *arguments, **options):
        """Runs a verb; gives subprocess's result, with text output."""
        return subprocess.run([os.environ["DOSSIER"], *arguments], env=self.environment(),
                              capture_output=True, encoding="utf-8", check=False,
                              stdin=subprocess.DEVNULL, timeout=SECONDS, **options)
