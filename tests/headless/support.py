"""What the tests of the verbs share: a home of their own for each, and databases made by hand.

    class Counting(Headless):
        def test_all(self):
            self.make("crm.db", "create table T (a)", "insert into T values (1)")
            self.assertEqual(self.run_ok("query", "-p", "crm.db", "T", "--count"), "1\n")
"""

import contextlib
import json
import os
import pathlib
import pty
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

from share import leaks

DOSSIER = os.environ["DOSSIER"]
NOW = "2026-11-21T12:00:00Z"  # a Saturday
SECONDS = float(os.environ.get("DOSSIER_TEST_SECONDS", "60"))

SMALL = (
    """create table Account (
         Id integer primary key, Name varchar(40) not null, City text, Website url)""",
    """create table Deal (
         Id integer primary key, Name varchar(40) not null check (Name <> ''),
         AccountId integer references Account (Id),
         Stage varchar(10) not null default 'New' check (Stage in ('New', 'Proposal', 'Won')),
         Amount decimal(10,2), CloseDate date, Active boolean, Code text unique, Note text,
         Tags multipicklist, Picture blob, Stamp datetime, Starts time, Number integer)""",
    """insert into Account values
         (1, 'Acme Ltd', 'Leeds', 'https://acme.example'), (2, 'ÅNGSTRÖM', null, null),
         (3, 'Zebra', '', null)""",
    """insert into Deal
         (Id, Name, AccountId, Stage, Amount, CloseDate, Active, Code, Note, Tags, Stamp, Starts,
          Number) values
         (1, 'Alpha',  1, 'New',      100.5, '2026-11-21', 1, 'A-1', 'plain', 'red;blue',
          '2026-11-21T10:00:00Z', '09:30', 1),
         (2, 'beta',   1, 'Proposal', 2000,  '2026-12-24', 0, 'B%1', 'with, comma', 'red',
          '2026-11-20T23:30:00Z', '14:00', 2),
         (3, 'Gamma',  2, 'Proposal', null,  '2026-01-05', null, 'C_1', '', 'green',
          '2026-01-05T00:00:00Z', null, 3),
         (4, 'delta',  3, 'Won',      50,    null,         1, 'D', 'a "quote"', null, null, null,
          null),
         (5, 'Épsilon', null, 'Won',  9007199254740993, '2027-02-15', 0, 'E', null, '', null, null,
          9007199254740993)""",
)


class Answer:
    """What a run of the program gave."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return f"status {self.status}\n--- out\n{self.out}\n--- err\n{self.err}"


class Headless(unittest.TestCase):
    maxDiff = None
    databases = {}  # the demonstration, made once for each number of rows

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="dossier-headless-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.environment = {
            "HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC",
            "XDG_CONFIG_HOME": str(self.home / "config"), "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "state"), "DOSSIER_NOW": NOW,
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    # --- what to run it on ---

    def make(self, name, *statements):
        """Makes an SQLite file in the home."""
        path = self.home / name
        with sqlite3.connect(path) as database:
            for statement in statements:
                database.execute(statement)
        database.close()
        return path

    def small(self):
        """The few deals and accounts that most tests ask about."""
        return self.make("small.db", *SMALL)

    def rows(self, name, statement):
        database = sqlite3.connect(self.home / name)
        try:
            return database.execute(statement).fetchall()
        finally:
            database.close()

    def configure(self, text, mode=0o600):
        path = self.home / "config" / "dossier" / "config"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    # --- running it ---

    def run_it(self, *arguments, stdin=None, **environment):
        done = subprocess.run(
            [DOSSIER, *(word if isinstance(word, bytes) else str(word) for word in arguments)],
            cwd=self.home, check=False, timeout=SECONDS,
            env={**self.environment, **leaks(), **environment}, capture_output=True,
            input=stdin if stdin is not None else b"")
        return Answer(done.returncode, done.stdout.decode("utf-8", "surrogateescape"),
                      done.stderr.decode("utf-8", "surrogateescape"))

    def run_watched(self, *arguments):
        """Runs it with standard error on a terminal, as where somebody reads along."""
        ours, theirs = pty.openpty()
        try:
            done = subprocess.run([DOSSIER, *arguments], cwd=self.home, check=False,
                                  timeout=SECONDS, env=self.environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=theirs)
            os.set_blocking(ours, False)
            with contextlib.suppress(BlockingIOError):
                return Answer(done.returncode, done.stdout.decode(), os.read(ours, 65536).decode())
            return Answer(done.returncode, done.stdout.decode(), "")
        finally:
            os.close(ours)
            os.close(theirs)

    def run_ok(self, *arguments, **more):
        """Runs it; it must end well and say nothing on standard error."""
        answer = self.run_it(*arguments, **more)
        self.assertEqual((answer.status, answer.err), (0, ""), answer)
        return answer.out

    def run_bad(self, status, *arguments, says=(), **more):
        """Runs it; it must fail with the status, saying these things, and print no data."""
        answer = self.run_it(*arguments, **more)
        self.assertEqual(answer.status, status, answer)
        self.assertTrue(answer.err.startswith("dossier: "), answer)
        for words in (says,) if isinstance(says, str) else says:
            self.assertIn(words, answer.err)
        return answer

    def json(self, *arguments):
        return json.loads(self.run_ok(*arguments, "--format", "json"))

    def names(self, *arguments, column="Name"):
        """One column of a query, as a list."""
        rows = self.json("query", "-p", "small.db", *arguments, "--columns", column)
        return [row[column.replace("`", "")] for row in rows]


class Demo(Headless):
    """Tests on a demonstration of a few hundred rows."""

    ROWS = 200

    def setUp(self):
        super().setUp()
        target = self.home / "data" / "dossier" / "demo.db"
        target.parent.mkdir(parents=True)
        if self.ROWS not in Headless.databases:
            self.run_ok("demo", "--rows", self.ROWS)
            Headless.databases[self.ROWS] = target.read_bytes()
        else:
            target.write_bytes(Headless.databases[self.ROWS])
        self.demo = target
