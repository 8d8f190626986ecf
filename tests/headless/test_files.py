"""SQLite files this project did not make: odd names and keys, damage, locks, permissions."""

import os
import sqlite3
import unittest

from support import Headless


class Shapes(Headless):
    def test_names_with_spaces_and_composite_keys(self):
        self.make("north.db",
                  'create table "Order Details" ("Order ID" int, "Product ID" int, '
                  '"Unit Price" money, primary key ("Order ID", "Product ID"))',
                  'insert into "Order Details" values (1, 2, 9.5), (1, 3, 4)')
        self.assertEqual(self.run_ok("query", "-p", "north.db", "order details",
                                     "`unit price` > 5", "--columns",
                                     "`Product ID`,`Unit Price`"), "Product ID,Unit Price\n2,9.5\n")
        self.assertEqual(self.run_ok("get", "-p", "north.db", "Order Details", "1,3", "--columns",
                                     "`Unit Price`"), "Unit Price\n4\n")
        self.run_ok("update", "-p", "north.db", "Order Details", "1,3", "Unit Price=7")
        self.assertEqual(self.run_ok("create", "-p", "north.db", "Order Details", "Order ID=2",
                                     "Product ID=2", "Unit Price=1"), "2,2\n")
        self.assertEqual(self.rows("north.db", 'select sum("Unit Price") from "Order Details"'),
                         [(17.5,)])

    def test_ids_with_commas(self):
        self.make("c.db", "create table C (a text, b text, n int, primary key (a, b))",
                  "insert into C values ('x,y', '50%', 1)")
        self.assertEqual(self.run_ok("get", "-p", "c.db", "C", "x%2Cy,50%25", "--columns", "n"),
                         "n\n1\n")
        self.run_ok("delete", "-p", "c.db", "C", "x%2Cy,50%25")
        self.assertEqual(self.rows("c.db", "select * from C"), [])

    def test_no_key_goes_by_rowid(self):
        self.make("r.db", "create table R (v text)", "insert into R values ('a'), ('b')")
        self.assertEqual(self.run_ok("get", "-p", "r.db", "R", "2", "--columns", "v"), "v\nb\n")
        self.assertEqual(self.run_ok("create", "-p", "r.db", "R", "v=c"), "3\n")

    def test_text_keys_are_exact(self):
        self.make("k.db", "create table K (code text primary key, v int) without rowid",
                  "insert into K values ('a', 1), ('A', 2)")
        self.assertEqual(self.run_ok("get", "-p", "k.db", "K", "A", "--columns", "v"), "v\n2\n")

    def test_a_view_is_listed_but_not_fetched(self):
        self.make("v.db", "create table T (k)", "insert into T values (1), (2)",
                  "create view V as select k, k * 2 as twice from T")
        self.assertEqual(self.run_ok("query", "-p", "v.db", "V", "twice > 2"), "k,twice\n2,4\n")
        self.assertEqual(self.run_ok("query", "-p", "v.db", "V", "order by k desc", "--columns",
                                     "k"), "k\n2\n1\n")
        self.run_bad(9, "get", "-p", "v.db", "V", "1", says="query V")
        self.run_bad(9, "create", "-p", "v.db", "V", "k=1", says="view")

    def test_names_that_differ_by_case_alone(self):
        self.make("q.db", 'create table Q (k int, "É" text, "é" text)',
                  "insert into Q values (1, 'big', 'small')")
        self.assertEqual(self.run_ok("query", "-p", "q.db", "Q", "`É` = 'big'", "--columns", "`é`"),
                         "é\nsmall\n")

    def test_an_empty_file_is_an_empty_database(self):
        (self.home / "empty.db").touch()
        self.assertEqual(self.run_ok("objects", "-p", "empty.db"),
                         "name,label,kind,create,update,delete\n")
        self.run_bad(4, "query", "-p", "empty.db", "T")


class Trouble(Headless):
    def test_no_such_file(self):
        self.run_bad(4, "objects", "-p", "nothere.db", says="nothere.db")
        self.assertFalse((self.home / "nothere.db").exists())

    def test_not_a_database(self):
        (self.home / "notes.db").write_text("just some words, and not few of them" * 40,
                                            encoding="utf-8")
        self.run_bad(10, "objects", "-p", "notes.db", says="notes.db")

    def test_a_directory(self):
        (self.home / "folder.db").mkdir()
        answer = self.run_it("objects", "-p", "folder.db")
        self.assertIn(answer.status, (3, 4, 10), answer)

    def test_a_damaged_file(self):
        path = self.make("d.db", "create table T (k integer primary key, v text)",
                         """insert into T with recursive
                              n(i) as (select 1 union all select i + 1 from n where i < 5000)
                            select i, 'words ' || i from n""")
        content = bytearray(path.read_bytes())
        content[8192:40960] = b"\xa5" * 32768
        path.write_bytes(content)
        answer = self.run_it("query", "-p", "d.db", "T", "v contains 'words'")
        self.assertEqual(answer.status, 10, answer.err)
        self.assertIn("d.db", answer.err)

    @unittest.skipIf(os.geteuid() == 0, "root may read anything")
    def test_permissions(self):
        path = self.make("p.db", "create table T (k)")
        path.chmod(0)
        self.run_bad(3, "objects", "-p", "p.db", says="p.db")
        path.chmod(0o444)
        self.run_bad(3, "create", "-p", "p.db", "T", "k=1")

    def test_a_locked_file(self):
        self.make("l.db", "create table T (k integer primary key)", "insert into T values (1)")
        holder = sqlite3.connect(self.home / "l.db", isolation_level=None)
        try:
            holder.execute("begin exclusive")
            self.run_bad(7, "update", "-p", "l.db", "T", "1", "k=2", "--set",
                         "profile.timeout=1", says="l.db")
        finally:
            holder.close()
        self.assertEqual(self.rows("l.db", "select k from T"), [(1,)])

    def test_foreign_keys_are_enforced(self):
        self.small()
        self.run_bad(5, "update", "-p", "small.db", "Deal", "1", "AccountId=99",
                     says="AccountId")
