"""profiles, check, demo, objects, describe, and the configuration as the verbs see it."""

import os
import pathlib
import unittest

from support import Demo, Headless

DESCRIBE_KEYS = ["name", "label", "type", "length", "precision", "scale", "required", "nullable",
                 "default", "key", "unique", "create", "update", "filter", "sort", "picklist",
                 "references", "relation"]


class Profiles(Headless):
    def test_listed_with_the_demonstration(self):
        self.configure("[profile work]\nbackend = local\nfile = /x/w.db\nread_only = yes\n")
        rows = self.json("profiles")
        self.assertEqual(rows[0], {"name": "work", "backend": "local", "source": "/x/w.db",
                                   "read_only": True})
        self.assertEqual(rows[1]["name"], "demo")
        self.assertEqual(self.run_ok("profiles").splitlines()[0], "name,backend,source,read_only")
        self.assertFalse((self.home / "data").exists())
        self.assertEqual([row["name"] for row in self.json("profiles", "-p", "work")], ["work"])
        self.run_bad(2, "profiles", "-p", "wrok", says="work")

    def test_a_mistake_gives_file_and_line(self):
        path = self.configure("[profile x]\nbackend = local\nfile = a.db\nreadonly = yes\n")
        for arguments in (("objects", "-p", "x"), ("check", "-p", "x")):
            self.run_bad(2, *arguments, says=(f"{path}:4:", "read_only"))
        path = self.configure("[profil x]\n")
        self.run_bad(2, "profiles", says=(f"{path}:1:", "profile"))

    def test_unknown_backend_and_missing_setting(self):
        self.configure("[profile x]\nbackend = locl\nfile = a.db\n")
        self.run_bad(2, "objects", "-p", "x", says=("locl", "local"))
        self.configure("[profile x]\nbackend = local\n")
        self.run_bad(2, "objects", "-p", "x", says="file")

    def test_a_path_begins_where_the_configuration_is(self):
        self.make("t.db", "create table T (k)")
        self.configure("[profile a]\nbackend = local\nfile = ~/t.db\n"
                       "[profile b]\nbackend = local\nfile = ../../t.db\n")
        self.assertEqual(self.run_ok("query", "T", "-p", "a"), "k\n")
        self.assertEqual(self.run_ok("query", "T", "-p", "b"), "k\n")

    def test_set_for_one_run(self):
        self.make("t.db", "create table T (k)")
        self.configure("[profile a]\nbackend = local\nfile = nothere.db\n")
        self.assertEqual(self.run_ok("query", "T", "-p", "a", "--set",
                                     f"profile.file={self.home}/t.db"), "k\n")
        self.assertEqual(self.run_ok("query", "T", "-p", "a", "--set",
                                     f"a.file={self.home}/t.db"), "k\n")
        self.run_bad(2, "query", "T", "-p", "a", "--set", "b.file=x", says="--set")
        self.run_bad(2, "query", "T", "-p", "a", "--set", "file", says="--set")
        self.run_bad(2, "query", "T", "-p", "a", "--set", "profile.timeout=soon", says="timeout")

    def test_check(self):
        self.make("t.db", "create table T (k)", "create table U (k)",
                  "insert into T values (1), (2)")
        row, = self.json("check", "-p", "t.db")
        self.assertEqual((row["profile"], row["backend"], row["objects"], row["records"],
                          row["read_only"]), ("t.db", "local", 2, 2, False))
        self.assertIn("t.db", row["source"])
        self.assertRegex(row["version"], r"^SQLite 3\.")
        self.assertEqual(row["paging"], "key")
        self.assertLessEqual({"count", "order", "update"}, set(row["capabilities"].split()))
        row, = self.json("check", "-p", "t.db", "--set", "profile.read_only=yes")
        self.assertEqual(row["read_only"], True)
        self.assertNotIn("update", row["capabilities"].split())
        self.run_bad(4, "check", "-p", "nothere.db", says="nothere.db")


class Demonstration(Headless):
    def test_made_once_and_printed(self):
        path = self.run_ok("demo", "--rows", "50").strip()
        self.assertEqual(path, str(self.home / "data" / "dossier" / "demo.db"))
        before = pathlib.Path(path).read_bytes()
        self.assertEqual(self.run_ok("demo").strip(), path)
        self.assertEqual(pathlib.Path(path).read_bytes(), before)
        self.assertEqual(self.run_ok("demo", "--rows", "60").strip(), path)
        self.assertEqual(pathlib.Path(path).read_bytes(), before)
        self.run_ok("demo", "--rows", "60", "--reset")
        self.assertEqual(self.run_ok("query", "-p", "demo", "Opportunity", "--count"), "60\n")

    def test_made_when_a_verb_first_wants_it(self):
        self.assertGreater(int(self.run_ok("query", "-p", "demo", "Opportunity", "--count")), 100)

    def test_bad_numbers(self):
        for rows in ("0", "-5", "x", "1.5", ""):
            self.run_bad(2, "demo", "--rows", rows, says="--rows")

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_where_nothing_can_be_written(self):
        locked = self.home / "locked"
        locked.mkdir(mode=0o500)
        self.run_bad(3, "demo", XDG_DATA_HOME=str(locked))


class Objects(Demo):
    def test_objects(self):
        rows = self.json("objects", "-p", "demo")
        self.assertEqual(list(rows[0]), ["name", "label", "kind", "create", "update", "delete"])
        kinds = {row["name"]: row["kind"] for row in rows}
        self.assertEqual(kinds["Opportunity"], "table")
        self.assertEqual(kinds["OpenPipeline"], "view")
        view = next(row for row in rows if row["name"] == "OpenPipeline")
        self.assertEqual((view["create"], view["update"], view["delete"]), (False, False, False))

    def test_counts(self):
        rows = self.json("objects", "-p", "demo", "--count")
        counts = {row["name"]: row["count"] for row in rows}
        self.assertEqual(counts["Opportunity"], self.ROWS)
        self.assertEqual(list(rows[0])[-1], "count")

    def test_describe(self):
        document = self.json("describe", "-p", "demo", "opportunity")
        self.assertEqual(list(document), ["name", "label", "fields"])
        self.assertEqual(document["name"], "Opportunity")
        fields = {field["name"]: field for field in document["fields"]}
        for field in document["fields"]:
            self.assertEqual(list(field), DESCRIBE_KEYS)
        stage = fields["Stage"]
        self.assertEqual(stage["type"], "picklist")
        self.assertEqual(stage["default"].strip("'"), "Prospecting")
        self.assertIn("Closed Won", [value["value"] for value in stage["picklist"]])
        self.assertEqual(list(stage["picklist"][0]), ["value", "label", "active"])
        self.assertEqual((fields["AccountId"]["type"], fields["AccountId"]["references"]),
                         ("reference", "Account"))
        self.assertEqual((fields["Id"]["key"], fields["Name"]["key"]), (1, 0))
        self.assertEqual((fields["Name"]["length"], fields["Name"]["required"]), (120, True))
        self.assertEqual((fields["Amount"]["type"], fields["Amount"]["precision"],
                          fields["Amount"]["scale"]), ("currency", 12, 2))
        self.assertEqual((fields["IsClosed"]["create"], fields["IsClosed"]["update"]),
                         (False, False))

    def test_describe_in_other_formats(self):
        lines = self.run_ok("describe", "-p", "demo", "Account").splitlines()
        self.assertEqual(lines[0].split(","), DESCRIBE_KEYS)
        self.assertGreater(len(lines), 10)
        self.assertIn("Rating", self.run_ok("describe", "-p", "demo", "Account", "--format",
                                            "table"))
        self.run_bad(4, "describe", "-p", "demo", "Acount", says="Account")
