"""The house as designed: who may include whom, what may not be called, how long a function is."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["DOSSIER_SRC"])
BUILD = pathlib.Path(os.environ["DOSSIER_BUILD"])

# What each room may include, besides itself.
ALLOWED = {
    "core": set(),
    "net": {"core", "store"},
    "store": {"core"},
    "exchange": {"core"},
    "backend": {"core", "store", "net", "exchange"},
    "fetch": {"core", "store", "net", "exchange", "backend"},
    "session": {"core", "store", "exchange", "backend", "fetch"},
    "cli": {"core", "store", "exchange", "backend", "fetch", "session"},
    "ui": {"core", "store", "exchange", "backend", "fetch", "session"},
    "main.c": {"core", "store", "exchange", "backend", "fetch", "session", "cli", "ui"},
}
CURSES = re.compile(r"(n?cursesw?|panelw?|term)(/.*)?\.h")
WIRE = re.compile(r"(curl/.*|jansson|libxml/.*|libxml2/.*|sqlite3)(\.h)?")
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|system|popen|strtok|atoi|atof)\s*\(")
LONGEST_FUNCTION = 80

# What a signal handler needs, and a pthread_once_t or two. The program on the screen is struct app, which
# app_run makes and hands down.
WRITABLE_GLOBALS = {("terminal_signals.o", "state"), ("date.o", "zone_once"),
                    ("http_client.o", "libcurl_once")}


def sources(*folders, suffixes=(".c", ".h")):
    """(path relative to the source, text) of the C files."""
    for folder in folders:
        for path in sorted((SOURCE / folder).rglob("*")):
            if path.suffix in suffixes:
                yield path.relative_to(SOURCE).as_posix(), path.read_text(encoding="utf-8")


def room_of(name):
    parts = name.split("/")
    return parts[0] if parts[0] == "ui" else parts[1]


def includes(text):
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE)


def without_comments_and_strings(text):
    """The same text with comments and literals blanked out, line for line."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)


def functions(text):
    """(first line, length) of every function: their braces stand in the first column."""
    lines = text.split("\n")
    start = None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
            while start > 0 and lines[start - 1].strip() and lines[start - 1][-1] not in ";}/":
                start -= 1
        elif line == "}" and start is not None:
            yield start + 1, number - start + 1
            start = None


class Includes(unittest.TestCase):
    def test_rooms_include_only_what_they_may(self):
        for name, text in sources("src", "ui"):
            room = room_of(name)
            for header in includes(text):
                target = header.split("/")[0]
                if target in ALLOWED and target != room:
                    with self.subTest(file=name, header=header):
                        self.assertIn(target, ALLOWED[room])

    def test_curses_stays_in_ui(self):
        wrong = [(name, header) for name, text in sources("src") for header in includes(text)
                 if CURSES.fullmatch(header)]
        self.assertEqual(wrong, [])

    def test_the_wire_stays_out_of_ui(self):
        wrong = [(name, header) for name, text in sources("ui") for header in includes(text)
                 if WIRE.fullmatch(header)]
        self.assertEqual(wrong, [])

    def test_every_room_is_known(self):
        rooms = {room_of(name) for name, _ in sources("src", "ui")}
        self.assertLessEqual(rooms, set(ALLOWED))

    def test_no_adapter_is_known_above_the_adapters(self):
        names = {path.name for path in (SOURCE / "src/backend").iterdir() if path.is_dir()}
        wrong = [(name, header) for name, text in sources("src", "ui") for header in includes(text)
                 for adapter in names
                 if header.startswith(f"backend/{adapter}/") and not header.endswith("/demo.h")
                 and not name.startswith("src/backend/")]
        self.assertEqual(wrong, [])


class Sources(unittest.TestCase):
    def test_banned_calls(self):
        wrong = [(name, call) for name, text in sources("src", "ui", "tests", "doc")
                 for call in BANNED.findall(without_comments_and_strings(text))]
        self.assertEqual(wrong, [])

    def test_every_file_opens_with_what_it_owns(self):
        wrong = [name for name, text in sources("src", "ui", "tests", "doc")
                 if not text.startswith("/*")]
        self.assertEqual(wrong, [])

    def test_function_length(self):
        long = [(name, line, length) for name, text in sources("src", "ui", "tests", "doc")
                for line, length in functions(text) if length > LONGEST_FUNCTION]
        self.assertEqual(long, [])

    def test_nothing_is_left_to_do(self):
        wrong = [name for name, text in sources("src", "ui", "tests", "doc")
                 if re.search(r"\b(TODO|FIXME|XXX)\b", text)]
        self.assertEqual(wrong, [])

    def test_headers_are_guarded_by_their_path(self):
        for name, text in sources("src", "ui", suffixes=(".h",)):
            guard = re.sub(r"\W", "_", "DOSSIER_" + name.removeprefix("src/").upper())
            with self.subTest(header=name):
                self.assertIn(f"#ifndef {guard}\n#define {guard}\n", text)

    def test_format(self):
        tool = shutil.which("clang-format")
        version = tool and subprocess.run([tool, "--version"], capture_output=True, text=True,
                                          check=True).stdout
        if not version or "version 14." not in version:
            self.skipTest("clang-format 14 is not installed")
        files = [str(SOURCE / name) for name, _ in sources("src", "ui", "tests", "doc")]
        done = subprocess.run([tool, "--dry-run", "--Werror", *files], capture_output=True,
                              text=True, check=False)
        wrong = sorted(set(re.findall(r"^(\S+?):\d+:", done.stderr, re.MULTILINE)))
        self.assertEqual(wrong, [], "run clang-format -i on these")


class Objects(unittest.TestCase):
    def test_no_writable_globals(self):
        """Symbols in the writable sections of the libraries."""
        tool = shutil.which("objdump")
        if tool is None:
            self.skipTest("objdump is not installed")
        found, file = set(), None
        for library in ("libdossier.a", "libdossierui.a"):
            table = subprocess.run([tool, "-t", str(BUILD / library)], capture_output=True,
                                   text=True, check=True).stdout
            for line in table.splitlines():
                member = re.match(r"(\S+\.o):\s", line)
                file = member[1] if member else file
                words = line.split()
                if " O " in line and re.match(r"\.(t?data|t?bss)(?!\.rel\.ro)", words[-3]):
                    found.add((file, re.sub(r"\.\d+$", "", words[-1])))
        self.assertEqual(found - WRITABLE_GLOBALS, set())


if __name__ == "__main__":
    unittest.main()
