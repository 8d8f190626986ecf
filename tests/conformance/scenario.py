"""What the modules of the scenario share: a class for each backend, and the program run on it.

    class Reading(Scenario):
        def test_something(self): …

    for_each_backend(globals(), Reading)

The server and the home are the class's: made once, used by all its tests.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from backends import BACKENDS
from share import leaks, share

DOSSIER = os.environ["DOSSIER"]
NOW = "2026-11-21T12:00:00Z"  # a Saturday
SECONDS = float(os.environ.get("DOSSIER_TEST_SECONDS", "60"))
SANITIZERS = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS")
PAGE_SIZE = 7


class Answer:
    """What a run of the program gave."""

    def __init__(self, arguments, status, out, err):
        self.arguments, self.status, self.out, self.err = arguments, status, out, err

    def __repr__(self):
        return (f"{self.arguments}\nstatus {self.status}\n--- out\n{self.out[:2000]}\n"
                f"--- err\n{self.err[:2000]}")


class Scenario(unittest.TestCase):
    maxDiff = None
    backend_class = None

    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="dossier-conformance-"))
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.backend = cls.backend_class()
        cls.addClassCleanup(cls.backend.stop)
        cls.backend.start(cls.home)
        cls.environment = {
            "HOME": str(cls.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC",
            "XDG_CONFIG_HOME": str(cls.home / "config"), "XDG_DATA_HOME": str(cls.home / "data"),
            "XDG_STATE_HOME": str(cls.home / "state"), "DOSSIER_NOW": NOW,
            "CONFORMANCE_SECRET": cls.backend.secret, "DOSSIER_PROFILE": "p",
            **{name: os.environ[name] for name in SANITIZERS if name in os.environ}}
        settings = {"backend": cls.backend.name, "page_size": PAGE_SIZE, "timeout": 20,
                    **cls.backend.settings()}
        plain = "".join(f"{name} = {value}\n" for name, value in settings.items())
        path = cls.home / "config" / "dossier" / "config"
        path.parent.mkdir(parents=True)
        path.write_text(f"[profile p]\n{plain}[profile reader]\n{plain}read_only = yes\n"
                        f"[profile guarded]\n{plain}protected = yes\n", encoding="utf-8")
        path.chmod(0o600)
        row, = json.loads(cls.launch("check", "--format", "json").stdout)
        cls.paging, cls.can = row["paging"], set(row["capabilities"].split())
        cls.rows = {}

    def setUp(self):
        if self.backend.server is not None:
            self.backend.server.fault()
            self.backend.server.forget()

    def need(self, ability):
        if ability not in self.can:
            self.skipTest(f"{self.backend.name} does not declare {ability}")

    # --- running it ---

    @classmethod
    def command(cls, arguments):
        return [DOSSIER, *(str(word) for word in arguments)]

    @classmethod
    def launch(cls, *arguments):
        return subprocess.run(cls.command(arguments), cwd=cls.home, check=False, timeout=SECONDS,
                              env={**cls.environment, **leaks()}, capture_output=True,
                              input=b"")

    def take(self, arguments, status, out, err):
        """An answer, in which no secret may stand, and no text that acts on a terminal."""
        answer = Answer(arguments, status, out.decode("utf-8", "surrogateescape"),
                        err.decode("utf-8", "surrogateescape"))
        self.assertNotIn(self.backend.secret, answer.out + answer.err)
        self.assert_harmless(answer.err)
        return answer

    def run_it(self, *arguments):
        done = self.launch(*arguments)
        return self.take(arguments, done.returncode, done.stdout, done.stderr)

    def run_ok(self, *arguments):
        answer = self.run_it(*arguments)
        self.assertEqual((answer.status, answer.err), (0, ""), answer)
        return answer.out

    def run_bad(self, status, *arguments, says=()):
        """It must fail with the status (or one of them) and a sentence."""
        answer = self.run_it(*arguments)
        wanted = (status,) if isinstance(status, int) else status
        self.assertIn(answer.status, wanted, answer)
        self.assert_sentence(answer)
        for words in (says,) if isinstance(says, str) else says:
            self.assertIn(words, answer.err)
        return answer

    def json(self, *arguments):
        return json.loads(self.run_ok(*arguments, "--format", "json"))

    def assert_sentence(self, answer):
        lines = [line for line in answer.err.splitlines() if line.startswith("dossier: ")]
        self.assertTrue(lines, answer)
        words = lines[0][len("dossier: "):]
        self.assertGreater(len(words.split()), 2, answer)
        self.assertNotIn("(null)", answer.err)
        self.assertLess(len(answer.err), 4000)

    def assert_harmless(self, text):
        bad = [c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or
               c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"]
        self.assertEqual(bad, [], repr(text[:500]))

    def share(self, rows):
        """The rows of a long table that this run takes: all, or this backend's share."""
        return share(rows, BACKENDS.index(self.backend_class))

    # --- records ---

    def key(self, name):
        """The field that holds the id."""
        if name not in self.__class__.keys:
            fields = self.json("describe", name)
            fields = (fields[0] if isinstance(fields, list) else fields)["fields"]
            self.__class__.keys[name] = next(field["name"] for field in fields if field["key"])
        return self.__class__.keys[name]

    def everything(self, name):
        """All records of an object as the program has them."""
        if name not in self.rows:
            self.rows[name] = self.json("query", name)
        return self.rows[name]

    def get(self, identity):
        return self.json("get", self.backend.object, identity)[0]

    def new(self, text, *more):
        """Makes a record; gives its id."""
        return self.run_ok("create", self.backend.object, *self.backend.extra,
                           f"{self.backend.texts[0]}={text}", *more).strip()


def for_each_backend(names, scenario, servers_only=False):
    """A class of the scenario's tests for every backend, in the module's names. The environment
    may choose one: CONFORMANCE_BACKEND."""
    chosen = os.environ.get("CONFORMANCE_BACKEND")
    for backend in BACKENDS:
        if (servers_only and not backend.write_targets) or chosen not in (None, backend.name):
            continue
        name = f"{backend.__name__}{scenario.__name__}"
        names[name] = type(name, (scenario,), {
            "backend_class": backend, "keys": {}, "__module__": scenario.__module__})
    del names[scenario.__name__]
    names.pop("Scenario", None)
