"""Formats, hostile text, terminals, and what happens when output cannot be written."""

import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import time

from support import DOSSIER, SECONDS, Demo, Headless

HOSTILE = "a\x1b[31m\tb\nc\u202ed\u2028e"
VALUES = """insert into T values
    (1, 'plain', 1.5, 1, x'00ff'), (2, '', null, 0, null),
    (3, 'comma, "quote" | bar \\ back', -0.1, null, x''),
    (4, 'a' || char(27) || '[31m' || char(9) || 'b' || char(10) || 'c' || char(8238) || 'd'
        || char(8232) || 'e', 1e300, 1, null)"""


class Formats(Headless):
    def setUp(self):
        super().setUp()
        self.make("t.db", "create table T (k integer primary key, v text, r real, b boolean, "
                          "p blob)", VALUES)

    def query(self, form, *arguments):
        return self.run_ok("query", "-p", "t.db", "T", *arguments, "--format", form)

    def test_csv(self):
        self.assertEqual(self.query("csv"),
                         'k,v,r,b,p\n1,plain,1.5,true,AP8=\n2,"",,false,\n'
                         '3,"comma, ""quote"" | bar \\ back",-0.1,,""\n'
                         f'4,"{HOSTILE}",1e+300,true,\n')

    def test_tsv(self):
        lines = self.query("tsv").split("\n")
        self.assertEqual(lines[0], "k\tv\tr\tb\tp")
        self.assertEqual(lines[2], "2\t\t\\N\tfalse\t\\N")
        self.assertEqual(lines[3].split("\t")[1], 'comma, "quote" | bar \\\\ back')
        self.assertEqual(lines[4].split("\t")[1],
                         HOSTILE.replace("\t", "\\t").replace("\n", "\\n"))

    def test_json(self):
        rows = json.loads(self.query("json"))
        self.assertEqual(rows[0], {"k": 1, "v": "plain", "r": 1.5, "b": True, "p": "AP8="})
        self.assertEqual(rows[1], {"k": 2, "v": "", "r": None, "b": False, "p": None})
        self.assertEqual(rows[3]["v"], HOSTILE)
        self.assertEqual(list(rows[0]), ["k", "v", "r", "b", "p"])
        self.assertEqual(json.loads(self.query("json", "k = 99")), [])

    def test_json_integers_are_exact_and_reals_short(self):
        self.make("n.db", "create table N (i integer, r real)",
                  "insert into N values (9223372036854775807, 0.1), (-9223372036854775808, 84000)")
        out = self.run_ok("query", "-p", "n.db", "N", "--format", "ndjson")
        self.assertEqual([line.replace(" ", "") for line in out.splitlines()],
                         ['{"i":9223372036854775807,"r":0.1}',
                          '{"i":-9223372036854775808,"r":84000.0}'])

    def test_ndjson(self):
        lines = self.query("ndjson").rstrip("\n").split("\n")
        self.assertEqual([json.loads(line)["k"] for line in lines], [1, 2, 3, 4])

    def test_markdown(self):
        lines = self.query("markdown").splitlines()
        self.assertEqual(len(lines), 6)
        self.assertTrue(all(line.startswith("|") for line in lines))
        self.assertIn("\\|", lines[4])
        self.assertIn("<br>", lines[5])
        for control in "\x1b\u202e\u2028":
            self.assertNotIn(control, lines[5])

    def test_table_is_aligned_and_clean(self):
        out = self.query("table", "--columns", "k,v,r")
        lines = [line for line in out.split("\n") if line]
        self.assertIn("k", lines[0])
        for control in "\x1b\t\u202e\u2028":
            self.assertNotIn(control, out)

    def test_an_empty_answer_still_has_its_names(self):
        self.assertEqual(self.query("csv", "k = 99", "--columns", "k,v"), "k,v\n")

    def test_bytes_that_are_not_utf8(self):
        self.make("b.db", "create table B (v text)",
                  "insert into B values (cast(x'61ff62fe' as text))")
        answer = self.run_it("query", "-p", "b.db", "B")
        self.assertEqual((answer.status, answer.out), (0, "v\na\ufffdb\ufffd\n"))
        self.assertIn("2 bytes", answer.err)

    def test_numbers_do_not_follow_the_locale(self):
        for language in ("de_DE.UTF-8", "C", "C.UTF-8"):
            out = self.run_ok("query", "-p", "t.db", "T", "r < 2 and r > 1.25", "--columns", "r",
                              LANG=language, LC_ALL=language)
            self.assertEqual(out, "r\n1.5\n")

    def test_messages_are_clean(self):
        answer = self.run_bad(2, "query", "-p", "t.db", "T", "--order", "\x1b[31m\u202e")
        self.assertNotIn("\x1b", answer.err)
        self.assertNotIn("\u202e", answer.err)
        answer = self.run_bad(4, "get", "-p", "t.db", "T", "\x1b]0;x\x07")
        self.assertNotIn("\x1b", answer.err)


def read_terminal(arguments, environment, directory):
    """Runs it with standard output on a terminal; gives the status and what came."""
    master, slave = pty.openpty()
    process = subprocess.Popen([DOSSIER, *arguments], stdin=subprocess.DEVNULL, stdout=slave,
                               stderr=subprocess.PIPE, env=environment, cwd=directory)
    os.close(slave)
    out = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    os.close(master)
    process.stderr.close()
    return process.wait(SECONDS), out.decode("utf-8")


class Terminals(Headless):
    def test_every_format_is_clean_on_a_terminal(self):
        self.make("t.db", "create table T (k integer primary key, v text, r real, b boolean, "
                          "p blob)", VALUES)
        for form in (None, "csv", "tsv", "json", "ndjson", "markdown", "table"):
            flags = [] if form is None else ["--format", form]
            with self.subTest(format=form):
                status, out = read_terminal(["query", "-p", "t.db", "T", *flags],
                                            self.environment, self.home)
                self.assertEqual(status, 0)
                self.assertIn("plain", out)
                for control in "\x1b\u202e\u2028":
                    self.assertNotIn(control, out)

    def test_a_table_is_the_usual_format_there(self):
        self.make("t.db", "create table T (name text, n int)", "insert into T values ('x', 1)")
        _, out = read_terminal(["query", "-p", "t.db", "T"], self.environment, self.home)
        self.assertNotIn("name,n", out)
        self.assertIn("name", out)

    def test_objects_with_hostile_names(self):
        self.make("t.db", 'create table "a\x1b[31mb" (k)')
        for verb in (["objects"], ["describe", "a\x1b[31mb"]):
            for form in ("table", "json", "csv"):
                status, out = read_terminal([*verb, "-p", "t.db", "--format", form],
                                            self.environment, self.home)
                self.assertEqual(status, 0, out)
                self.assertNotIn("\x1b", out)


class Failures(Demo):
    def test_a_full_disk(self):
        for arguments in (["query", "-p", "demo", "Opportunity"], ["objects", "-p", "demo"],
                          ["describe", "-p", "demo", "Account", "--format", "json"], ["--help"],
                          ["query", "-p", "demo", "Account", "--format", "json"]):
            with self.subTest(arguments=arguments), open("/dev/full", "wb") as full:
                done = subprocess.run([DOSSIER, *arguments], stdout=full, stderr=subprocess.PIPE,
                                      env=self.environment, check=False, timeout=SECONDS)
                self.assertEqual(done.returncode, 10, done.stderr)
                self.assertIn(b"standard output", done.stderr)

    def big_query(self, **more):
        self.make("big.db", "create table T (k integer primary key, v text)",
                  """insert into T with recursive
                       n(i) as (select 1 union all select i + 1 from n where i < 200000)
                     select i, 'some words to fill the line ' || i from n""")
        return subprocess.Popen([DOSSIER, "query", "-p", "big.db", "T"], cwd=self.home,
                                env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **more)

    def test_a_closed_pipe_ends_it_quietly(self):
        process = self.big_query()
        self.assertEqual(process.stdout.readline(), b"k,v\n")
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.wait(SECONDS), 0)

    def test_interrupted_while_nobody_reads(self):
        process = self.big_query()
        select.select([process.stdout], [], [], SECONDS)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(SECONDS), 130)
        process.stdout.close()
        process.stderr.close()

    def test_interrupted_while_the_file_is_read(self):
        self.make("endless.db", "create table T (k)",
                  """create view V as with recursive
                       n(i) as (select 1 union all select i + 1 from n)
                     select i from n where i < 0""")
        for arguments in (["query", "V"], ["query", "V", "--count"], ["check"],
                          ["objects", "--count"]):
            with self.subTest(arguments=arguments):
                process = subprocess.Popen([DOSSIER, *arguments, "-p", "endless.db"],
                                           cwd=self.home, env=self.environment,
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                self.wait_until_it_reads(process.pid)
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=SECONDS)
                self.assertEqual((process.returncode, out), (130, b""))
                self.assertTrue(err.startswith(b"dossier: "), err)

    def wait_until_it_reads(self, process):
        """Until its second thread has used some time of a processor."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for task in pathlib.Path(f"/proc/{process}/task").iterdir():
                if task.name != str(process):
                    fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
                    if int(fields[11]) + int(fields[12]) > 2:
                        return
            select.select([], [], [], 0.005)
        self.fail("it never began to read")

    def test_closed_standard_output(self):
        done = subprocess.run(["/bin/sh", "-c", 'exec "$0" "$@" >&-', DOSSIER, "query", "-p",
                               "demo", "Account"], env=self.environment, check=False,
                              stderr=subprocess.PIPE, timeout=SECONDS)
        self.assertEqual(done.returncode, 10, done.stderr)
