"""The command line itself: help, version, unknown words, and what needs a terminal."""

from support import Headless

VERBS = ("demo", "objects", "describe", "query", "get", "create", "update", "upsert", "delete",
         "profiles", "check")


class Usage(Headless):
    def test_help(self):
        out = self.run_ok("--help")
        for verb in VERBS:
            self.assertIn(f"dossier {verb}", out)
        self.assertIn("130", out)
        self.assertEqual(self.run_ok("-h"), out)
        self.assertLessEqual(max(map(len, out.splitlines())), 80)

    def test_help_of_each_verb(self):
        for verb in VERBS:
            with self.subTest(verb=verb):
                out = self.run_ok(verb, "--help")
                self.assertTrue(out.startswith(f"dossier {verb}"), out)
                self.assertIn("--help", out)
                self.assertLessEqual(max(map(len, out.splitlines())), 80)

    def test_version(self):
        self.assertRegex(self.run_ok("--version"), r"\Adossier \d+\.\d+\.\d+\n\Z")

    def test_unknown_words(self):
        self.run_bad(2, "qeury", "Account", says="query")
        self.run_bad(2, "qeury", says="query")
        self.run_bad(2, "query", "-p", "demo", "Account", "--colums", "Name", says="--columns")
        self.run_bad(2, "query", "-p", "demo", "Account", "-q", says="-q")
        self.run_bad(2, "objects", "--limit", "3", says="--limit")
        self.run_bad(2, "query", "-p", "demo", "Account", "--limit", says="--limit")
        self.run_bad(2, "describe", "-p", "demo", says="describe OBJECT")
        self.run_bad(2, "query", "-p", "demo", "Account", "a", "= 1", says="quotes")

    def test_flags_anywhere_and_the_end_of_them(self):
        self.make("t.db", "create table T (k text primary key)", "insert into T values ('-1')")
        for arguments in (("get", "-p", "t.db", "T", "--", "-1"), ("-p", "t.db", "get", "T", "--",
                                                                   "-1"),
                          ("get", "T", "--profile=t.db", "--", "-1")):
            self.assertEqual(self.run_ok(*arguments), "k\n-1\n")

    def test_the_screen_needs_a_terminal(self):
        self.make("t.db", "create table T (k)")
        for arguments in ((), ("t.db",), ("-p", "t.db"), ("demo.db",)):
            self.run_bad(2, *arguments, says="terminal")
        self.assertFalse((self.home / "data").exists())

    def test_no_profile(self):
        self.run_bad(2, "query", "Account", says="-p")
        self.run_bad(2, "query", "-p", "nothere", "Account", says="nothere")
        self.run_bad(2, "nothere", says="nothere")
        self.run_bad(2, "query", "T", DOSSIER_PROFILE="", says="-p")
        self.run_bad(2, "query", "-p", "", "T")

    def test_profile_by_environment_and_default(self):
        self.make("t.db", "create table T (k)")
        self.assertEqual(self.run_ok("query", "T", DOSSIER_PROFILE="t.db"), "k\n")
        self.configure("default = work\n[profile work]\nbackend = local\nfile = %s\n"
                       % (self.home / "t.db"))
        self.assertEqual(self.run_ok("query", "T"), "k\n")
