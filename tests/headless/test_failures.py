"""When the machine fails: full disks, closed and full outputs, homes that are missing or cannot be
written. Each is a sentence and a documented status, and what was there before still is."""

import os
import resource
import signal
import subprocess
import unittest

from support import DOSSIER, SECONDS, Answer, Headless

PRINTING = (
    ("query", "Deal"), ("query", "Deal", "--count"), ("get", "Deal", "1"), ("describe", "Deal"),
    ("objects",), ("create", "Deal", "Name=New"), ("query", "Account", "--with", "Deal"),
)
FORMATS = ("table", "csv", "tsv", "json", "ndjson", "markdown")


class Failing(Headless):
    def run_with(self, *arguments, file_size=None, **streams):
        """Runs it with a most size for each file it writes, or with other standard streams."""
        def limit():
            if file_size is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                   "stdin": subprocess.DEVNULL, **streams}
        # A limit needs a function in the child before the program; nothing here has threads.
        done = subprocess.run([DOSSIER, *map(str, arguments)], cwd=self.home, check=False,
                              timeout=SECONDS, env=self.environment, preexec_fn=limit, **streams)
        return Answer(done.returncode, (done.stdout or b"").decode(), (done.stderr or b"").decode())

    def assert_says(self, answer, status, *words):
        self.assertEqual(answer.status, status, answer)
        self.assertTrue(answer.err.startswith("dossier: "), answer)
        for word in words:
            self.assertIn(word, answer.err)


class Outputs(Failing):
    def test_a_full_output_is_noticed_by_every_verb_and_format(self):
        self.small()
        for verb, *words in PRINTING:
            for shape in FORMATS:
                if "--count" in words and shape != "table":
                    continue
                if "--with" in words and shape not in ("json", "ndjson"):
                    continue
                arguments = (verb, "-p", "small.db", *words)
                if "--count" not in words:
                    arguments += ("--format", shape)
                with self.subTest(arguments), open("/dev/full", "wb") as full:
                    answer = self.run_with(*arguments, stdout=full)
                    self.assert_says(answer, 10, "No space left")

    def test_help_and_profiles_into_a_full_output(self):
        for arguments in (("--help",), ("--version",), ("profiles",), ("query", "--help")):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                self.assert_says(self.run_with(*arguments, stdout=full), 10, "No space left")

    def test_a_reader_that_has_gone(self):
        self.small()
        for words in (("query", "-p", "small.db", "Deal"), ("--help",), ("objects", "-p", "small.db")):
            with self.subTest(words):
                reading, writing = os.pipe()
                os.close(reading)
                answer = self.run_with(*words, stdout=writing)
                os.close(writing)
                self.assertNotIn("Sanitizer", answer.err)
                self.assertIn(answer.status, (0, 10, -signal.SIGPIPE), answer)

    def test_nothing_to_say_it_on(self):
        self.small()
        with open("/dev/full", "wb") as full:
            answer = self.run_with("query", "-p", "small.db", "Nowhere", stdout=full, stderr=full)
        self.assertEqual(answer.status, 4)

    def test_a_create_that_cannot_be_printed_is_done_all_the_same(self):
        self.small()
        with open("/dev/full", "wb") as full:
            answer = self.run_with("create", "-p", "small.db", "Deal", "Name=New", stdout=full)
        self.assert_says(answer, 10, "No space left")
        self.assertEqual(self.rows("small.db", "select count(*) from Deal where Name = 'New'"),
                         [(1,)])


class FullDisk(Failing):
    def test_a_write_into_the_data(self):
        path = self.small()
        size = path.stat().st_size
        answer = self.run_with("update", "-p", "small.db", "Deal", "1", "Note=" + "n" * 90000,
                               file_size=size)
        self.assert_says(answer, 10, "small.db")
        self.assertEqual(self.rows("small.db", "select Note from Deal where Id = 1"), [("plain",)])
        self.assertEqual(self.rows("small.db", "pragma integrity_check"), [("ok",)])

    def test_a_demonstration_that_does_not_fit(self):
        answer = self.run_with("demo", "--rows", "500", file_size=100000)
        self.assert_says(answer, 10, "demonstration")
        folder = self.home / "data" / "dossier"
        self.assertEqual([path.name for path in folder.glob("*")], [])
        self.run_ok("demo", "--rows", "20")

    def test_a_demonstration_in_the_place_of_one_that_is_there(self):
        self.run_ok("demo", "--rows", "20")
        demo = self.home / "data" / "dossier" / "demo.db"
        before = demo.read_bytes()
        self.assert_says(self.run_with("demo", "--reset", "--rows", "5000", file_size=500000), 10)
        self.assertEqual(demo.read_bytes(), before)
        self.assertEqual([path.name for path in demo.parent.glob("*")], ["demo.db"])


class Homes(Failing):
    DIRECTORIES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")

    def without_home(self):
        for name in ("HOME", *self.DIRECTORIES):
            self.environment.pop(name, None)

    def test_no_home_at_all(self):
        self.small()
        self.without_home()
        self.assertEqual(self.run_ok("query", "-p", "small.db", "Deal", "--count"), "5\n")
        self.run_ok("update", "-p", "small.db", "Deal", "1", "Name=Other")
        self.run_bad(2, "demo", says="HOME")
        self.run_bad(2, "objects", "-p", "demo", says="HOME")
        self.run_bad(2, "objects")
        self.assertEqual(self.run_it("profiles").status in (0, 2), True)

    def test_homes_that_are_relative_or_empty_are_none(self):
        self.small()
        for value in ("", "relative/path", "."):
            self.without_home()
            self.environment.update(dict.fromkeys(("HOME", *self.DIRECTORIES), value))
            self.run_ok("query", "-p", "small.db", "Deal", "--count")
            self.run_bad(2, "demo", says="HOME")
            self.assertEqual([path.name for path in self.home.iterdir()], ["small.db"])

    def test_homes_that_are_files(self):
        self.small()
        blocked = self.home / "blocked"
        blocked.write_text("")
        self.environment.update(dict.fromkeys(self.DIRECTORIES, str(blocked)))
        self.assertEqual(self.run_ok("query", "-p", "small.db", "Deal", "--count"), "5\n")
        answer = self.run_it("demo")
        self.assertIn(answer.status, (3, 10), answer)
        self.assertIn("blocked", answer.err)

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_homes_that_cannot_be_written(self):
        closed = self.home / "closed"
        closed.mkdir(mode=0o500)
        self.environment.update(dict.fromkeys(self.DIRECTORIES, str(closed)))
        self.small()
        self.assertEqual(self.run_ok("query", "-p", "small.db", "Deal", "--count"), "5\n")
        self.run_bad(3, "demo", says="closed")

    def test_a_configuration_that_is_no_file(self):
        self.small()
        (self.home / "config" / "dossier" / "config").mkdir(parents=True)
        answer = self.run_it("query", "-p", "small.db", "Deal", "--count")
        self.assertIn(answer.status, (2, 3), answer)
        self.assertIn("config", answer.err)

    def test_a_state_that_is_garbage_does_not_hold_up_the_verbs(self):
        self.small()
        state = self.home / "state" / "dossier"
        state.mkdir(parents=True)
        for name in ("journal.db", "views", "last-profile"):
            (state / name).write_bytes(os.urandom(4096))
        self.assertEqual(self.run_ok("query", "-p", "small.db", "Deal", "--count"), "5\n")
        self.run_ok("update", "-p", "small.db", "Deal", "1", "Name=Other")


class Data(Failing):
    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_file_that_may_not_be_written(self):
        path = self.small()
        path.chmod(0o400)
        self.home.chmod(0o500)
        self.addCleanup(self.home.chmod, 0o700)
        self.run_ok("query", "-p", "small.db", "Deal", "--count")
        self.run_bad(3, "update", "-p", "small.db", "Deal", "1", "Name=Other", says="small.db")

    def test_what_is_no_regular_file(self):
        os.mkfifo(self.home / "pipe.db")
        for name in ("pipe.db", "/dev/null", "/dev/zero", ".", "/proc/self/mem"):
            with self.subTest(name):
                answer = self.run_it("objects", "-p", name)
                self.assertIn(answer.status, (2, 3, 4, 10), answer)
                self.assertTrue(answer.err.startswith("dossier: "), answer)

    def test_a_file_that_goes_while_a_value_is_read(self):
        self.small()
        for value in ("nowhere", "/dev/full/x", ".", "/proc/self/mem"):
            with self.subTest(value):
                answer = self.run_it("update", "-p", "small.db", "Deal", "1", "--file",
                                     f"Note={value}")
                self.assertIn(answer.status, (2, 4), answer)
                self.assertTrue(answer.err.startswith("dossier: "), answer)
        self.assertEqual(self.rows("small.db", "select Note from Deal where Id = 1"), [("plain",)])
