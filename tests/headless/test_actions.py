"""lookup, actions, do, raw, -v: what they print, and what an SQLite file refuses."""

import json

from support import Headless


class Lookups(Headless):
    def setUp(self):
        super().setUp()
        self.small()

    def test_the_values_a_field_may_hold(self):
        rows = self.json("lookup", "-p", "small.db", "Deal", "stage")
        self.assertIn("Proposal", [row["value"] for row in rows])
        self.assertEqual(set(rows[0]), {"value", "label", "active"})

    def test_the_values_a_field_does_hold(self):
        out = self.run_ok("lookup", "-p", "small.db", "Deal", "name")
        self.assertEqual(out.splitlines()[0], "value,label,active")
        self.assertIn("delta,delta,true", out)

    def test_mistakes(self):
        self.run_bad(2, "lookup", "-p", "small.db", "Deal", "stge", says=("stge", "Stage"))
        self.run_bad(4, "lookup", "-p", "small.db", "Dela", "Stage", says="Dela")
        self.run_bad(2, "lookup", "-p", "small.db", "Deal", says="needs more")
        self.run_bad(2, "lookup", "-p", "small.db", "Deal", "Stage", "Lost", says="--append Lost")

    def test_a_file_has_no_lists_to_append_to(self):
        self.run_bad(9, "lookup", "-p", "small.db", "Deal", "Stage", "--append", "Lost", "Other")

    def test_append_is_a_write(self):
        self.configure("[profile x]\nbackend = local\nfile = %s\nread_only = yes\n"
                       "[profile y]\nbackend = local\nfile = %s\nprotected = yes\n"
                       % (self.home / "small.db", self.home / "small.db"))
        self.run_bad(3, "lookup", "-p", "x", "Deal", "Stage", "--append", "L", says="read-only")
        self.run_bad(2, "lookup", "-p", "y", "Deal", "Stage", "--append", "L", says="--confirm y")
        self.run_bad(9, "lookup", "-p", "y", "Deal", "Stage", "--append", "L", "--confirm", "y")
        self.run_ok("lookup", "-p", "y", "Deal", "Stage")


class Actions(Headless):
    def setUp(self):
        super().setUp()
        self.small()

    def test_a_file_has_no_actions(self):
        self.assertEqual(self.json("actions", "-p", "small.db"), [])
        self.assertEqual(self.run_ok("actions", "-p", "small.db"), "name,help,writes,objects,parameters\n")
        self.run_bad(9, "do", "-p", "small.db", "merge", says="no actions")


class Raw(Headless):
    def setUp(self):
        super().setUp()
        self.small()

    def raw(self, *arguments):
        return self.run_ok("raw", "-p", "small.db", *arguments)

    def test_rows_with_their_names(self):
        self.assertEqual(self.raw("select 1 as one, 'a,b' as two, null as three, '' as four"),
                         'one,two,three,four\n1,"a,b",,""\n')
        self.assertEqual(
            json.loads(self.raw("select Id, Amount from Deal where Id = 5", "--format", "json")),
            [{"Id": 5, "Amount": 9007199254740993}])
        self.assertEqual(self.raw("with recursive n(i) as (values(1) union all select i + 1 from n "
                                  "where i < 3) select sum(i) from n;  "), "sum(i)\n6\n")

    def test_a_mistake_in_the_query(self):
        for query, says in (("selec 1", "selec"), ("select x", "x"), ("", "empty"),
                            ("select 1; select 2", "one statement"),
                            ("select * from Nothing", "Nothing")):
            with self.subTest(query=query):
                self.run_bad(2, "raw", "-p", "small.db", query, says=says)

    def test_it_reads_alone(self):
        before = self.rows("small.db", "select * from Deal")
        for query in ("delete from Deal", "update Deal set Name = 'x'", "drop table Deal",
                      "create table t (x)", "pragma user_version = 7", "vacuum", "begin",
                      f"attach '{self.home}/other.db' as other"):
            with self.subTest(query=query):
                self.run_bad(9, "raw", "-p", "small.db", query, says="SELECT")
        self.assertEqual(self.rows("small.db", "select * from Deal"), before)
        self.assertFalse((self.home / "other.db").exists())


class Verbose(Headless):
    def test_every_exchange_is_told(self):
        self.small()
        answer = self.run_it("query", "-p", "small.db", "Deal", "--count", "-v")
        self.assertEqual((answer.status, answer.out), (0, "5\n"), answer)
        lines = answer.err.splitlines()
        self.assertTrue(any(line.startswith("dossier: describe Deal: ok") for line in lines), lines)
        self.assertTrue(any(line.startswith("dossier: count Deal: ok, 5") for line in lines), lines)
        self.run_bad(2, "-v", says="screen")
