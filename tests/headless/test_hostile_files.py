"""Files that somebody damaged or made to do harm: every verb ends with a documented status, never
by a signal, says why in clean words, and prints nothing a terminal would obey. The mutations are
seeded: a failure names its case, and comes again."""

import random
import re
import sqlite3

from share import share
from support import Headless

DOCUMENTED = set(range(11))
# Controls, lone surrogates (bytes that are not UTF-8), line separators, bidi controls.
OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069"
                    "\u061c\u200e\u200f]")
PAGE = 512
HEADER = 100

BASE = (
    "create table Account (Id integer primary key, Name text not null unique, City text)",
    """create table Deal (
         Id integer primary key, Name varchar(40), AccountId integer references Account (Id),
         Stage text check (Stage in ('New', 'Won')), Amount decimal(10,2), CloseDate date,
         Note text, Twice real generated always as (Amount * 2))""",
    "create table Team (Name text, Season text, primary key (Name, Season)) without rowid",
    "create index DealAmount on Deal (Amount, Name)",
    "create view Won as select Id, Name, Amount from Deal where Stage = 'Won'",
    """create trigger Stamp after update on Deal begin
         update Account set City = City where Id = new.AccountId; end""",
    """insert into Account select value, 'Account ' || value, 'City ' || (value % 7)
         from generate_series(1, 40)""",
    """insert into Deal (Id, Name, AccountId, Stage, Amount, CloseDate, Note)
         select value, 'Deal ' || value, value % 40 + 1, iif(value % 3, 'New', 'Won'), value * 1.5,
                date('2026-01-01', value || ' days'), hex(randomblob(value % 6 * 20))
         from generate_series(1, 120)""",
    "insert into Team select 'Team ' || value, value % 5 from generate_series(1, 30)",
)

# Two verbs that read the schema, two that read rows in two orders, one that writes.
COMMANDS = (
    ("objects", "--count"),
    ("describe", "Deal"),
    ("query", "Deal", "Amount > 10 order by Amount desc"),
    ("query", "Won", "--limit", "5"),
    ("get", "Deal", "7", "60"),
    ("update", "Deal", "7", "Note=changed"),
    ("query", "Team"),
)


def series(count):
    return f"""(with recursive c (value) as (select 1 union all select value + 1 from c
                where value < {count}) select value from c)"""


def base_bytes(path):
    """The file that the mutations start from: several levels of small pages."""
    database = sqlite3.connect(path)
    database.execute(f"pragma page_size = {PAGE}")
    for statement in BASE:
        for count in (30, 40, 120):
            statement = statement.replace(f"generate_series(1, {count})", series(count))
        statement = statement.replace("randomblob(", "zeroblob(")
        database.execute(statement)
    database.commit()
    database.close()
    return path.read_bytes()


class Hostile(Headless):
    """A run on a hostile file, and what must hold after it."""

    def check_clean(self, text, what):
        found = OBEYED.search(text)
        if found is not None:
            around = text[max(0, found.start() - 60):found.end() + 60]
            self.fail(f"{what} holds {found[0]!r}: {around!r}")

    def attack(self, *arguments, allowed=DOCUMENTED):
        answer = self.run_it(*arguments)
        what = f"dossier {' '.join(map(str, arguments))}"
        self.assertIn(answer.status, allowed, f"{what}: {answer}")
        self.assertNotIn("Sanitizer", answer.err, what)
        self.check_clean(answer.err, f"{what}: standard error")
        self.check_clean(answer.out, f"{what}: standard output")
        if answer.status:
            self.assertTrue(answer.err.startswith("dossier: "), f"{what}: {answer}")
        return answer

    def attack_file(self, path, commands=COMMANDS):
        for verb, *words in commands:
            table = () if verb == "update" else ("--format", "table")
            self.attack(verb, "-p", path, *words, *table)


class Damage(Hostile):
    """Bits and bytes of a sound file changed at random."""

    SEED = 20261121
    EACH = 16

    def setUp(self):
        super().setUp()
        self.sound = base_bytes(self.home / "sound.db")

    def cases(self, kind, mutate):
        for number in share(range(self.EACH)):
            chooser = random.Random(f"{self.SEED} {kind} {number}")
            data = mutate(chooser, bytearray(self.sound))
            path = self.home / f"{kind}-{number}.db"
            path.write_bytes(data)
            with self.subTest(kind=kind, number=number):
                self.attack_file(path, chooser.sample(COMMANDS, 3))
            path.unlink()

    def test_the_sound_file_is_read(self):
        for verb, *words in COMMANDS:
            self.attack(verb, "-p", "sound.db", *words, allowed={0})

    def test_bits_of_the_header(self):
        def flip(chooser, data):
            for _ in range(chooser.randint(1, 3)):
                data[chooser.randrange(HEADER)] ^= 1 << chooser.randrange(8)
            return data
        self.cases("header", flip)

    def test_bits_of_the_schema(self):
        def flip(chooser, data):
            for _ in range(chooser.randint(1, 8)):
                data[chooser.randrange(HEADER, 8 * PAGE)] ^= 1 << chooser.randrange(8)
            return data
        self.cases("schema", flip)

    def test_bytes_of_any_page(self):
        def scatter(chooser, data):
            for _ in range(chooser.randint(5, 60)):
                data[chooser.randrange(HEADER, len(data))] = chooser.randrange(256)
            return data
        self.cases("scatter", scatter)

    def test_heads_of_pages(self):
        def heads(chooser, data):
            for _ in range(chooser.randint(1, 6)):
                page = chooser.randrange(1, len(data) // PAGE)
                data[page * PAGE + chooser.randrange(12)] = chooser.choice((0, 2, 5, 10, 13, 255))
            return data
        self.cases("heads", heads)

    def test_cut_short(self):
        def cut(chooser, data):
            return data[:chooser.randrange(len(data))]
        self.cases("cut", cut)

    def test_pages_in_each_others_place(self):
        def swap(chooser, data):
            one, two = (chooser.randrange(1, len(data) // PAGE) * PAGE for _ in range(2))
            data[one:one + PAGE], data[two:two + PAGE] = data[two:two + PAGE], data[one:one + PAGE]
            return data
        self.cases("swap", swap)


class OddSchema(Hostile):
    """Schemas that SQLite takes, or is made to take, and nobody would write."""

    def make_odd(self, *statements, schema=()):
        """Makes a file; (name, sql) pairs of `schema` replace what sqlite_master says of a name."""
        path = self.home / "odd.db"
        path.unlink(missing_ok=True)
        database = sqlite3.connect(path)
        database.text_factory = bytes
        for statement in statements:
            database.execute(statement)
        database.commit()
        if schema:
            database.execute("pragma writable_schema = on")
            for name, sql in schema:
                database.execute("update sqlite_master set sql = ? where name = ?", (sql, name))
            database.commit()
        database.close()
        return path

    def attack_objects(self, path, *names):
        self.attack("objects", "-p", path, "--count", "--format", "table")
        for name in names:
            self.attack("describe", "-p", path, name, "--format", "table")
            self.attack("query", "-p", path, name, "--format", "table")
            self.attack("query", "-p", path, name, "--format", "markdown", "--limit", "3")

    def test_views_that_cannot_be_read(self):
        views = {
            "of itself": "create view V as select * from V",
            "of nothing": "create view V as select * from Nowhere",
            "with no column": "create view V as select Missing from T",
            "in a circle": "create view V as select * from W",
            "that fails when read": "create view V as select abs(-9223372036854775808) as a from T",
            "of too many": "create view V as select " + ", ".join(["a"] * 2001) + " from T",
            "deep": "create view V as select " + "(" * 300 + "a" + ")" * 300 + " as a from T",
            "of a function that is not there": "create view V as select no_function(a) from T",
            "of its own state": "create view V as select readfile('/etc/passwd') as a from T",
        }
        for name, sql in share([*views.items()]):
            with self.subTest(name):
                path = self.make_odd(
                    "create table T (a)", "insert into T values (1)",
                    "create view V as select 1 as a", "create view W as select * from V",
                    schema=[("V", sql)])
                self.attack_objects(path, "V", "W", "T")

    def test_sql_that_is_not_what_it_seems(self):
        tables = {
            "cut short": "create table T (a, b",
            "empty": "",
            "null": None,
            "other words": "drop table T",
            "another kind": "create view T as select 1 as a",
            "another name": "create table U (a, b)",
            "more columns than cells": "create table T (a, b, c, d not null, e default (1 / 0))",
            "a broken check": "create table T (a check (a in ('x', 'y), b)",
            "a check of nothing": "create table T (a check (), b)",
            "a type like a bracket": 'create table T (a ")", b "(" )',
            "a type like a sentence": "create table T (a varchar(99999999999999999999), b \"\u202e\")",
            "a type of huge scale": "create table T (a decimal(-5,999999999999), b int(0))",
            "comments": "create table T (a /* check (a in ('x')) */, b -- in\n)",
            "an endless comment": "create table T (a, b /* )",
            "two of one name": "create table T (a, a)",
            "bytes": b"create table T (\xff\xfe, b)",
            "a nul": "create table T (a, b)\0 and more",
            "invalid default": "create table T (a default \"\x1b[31m\", b)",
        }
        for name, sql in share([*tables.items()]):
            with self.subTest(name):
                path = self.make_odd("create table T (a, b)", "insert into T values (1, 'x')",
                                     schema=[("T", sql)])
                self.attack_objects(path, "T")

    def test_types_named_oddly(self):
        path = self.make_odd(
            'create table T (a ")", b "", c "varchar(", d "decimal(10", e "int)", f "(5,2)",'
            ' g "date\u202e", h "picklist\n", i "x\x1b[2J", j "varchar(4 0)", k "\U0001f4a9")',
            "insert into T values (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)")
        self.attack_objects(path, "T")
        self.assertEqual(self.attack("query", "-p", path, "T", allowed={0}).out.count("\n"), 2)

    def test_names_that_a_terminal_would_obey(self):
        names = ("line\nend", "red\x1b[31m", "\u202eback", 'qu"ote', "it''s", "back`tick", "[b]",
                 "tab\there", "bell\a", "\x9b2J", "semi;colon", "per%cent", "--", "-p", "a b",
                 "\u2028", "null", "order", "Deal", "deal ", "e\u0301", "\u00e9", "\U0001f4a9", " ")
        for name in share(names):
            with self.subTest(name):
                quoted = '"' + name.replace('"', '""') + '"'
                path = self.make_odd(
                    f"create table {quoted} ({quoted} integer primary key, v text)",
                    f"insert into {quoted} values (1, 'x')")
                self.attack("objects", "-p", path, "--count", "--format", "table", allowed={0})
                asked = "`" + name.replace("`", "``") + "`"
                for words in (["query", "-p", path, "--format", "table", "--", name],
                              ["query", "-p", path, "--format", "table", "--", name,
                               f"{asked} = 1 order by {asked} desc"],
                              ["describe", "-p", path, "--format", "table", "--", name],
                              ["get", "-p", path, "--format", "table", "--", name, "1"],
                              ["update", "-p", path, "--", name, "1", "v=y"]):
                    self.attack(*words, allowed={0})
                self.attack("query", "-p", path, "--columns", "no such", "--", name, allowed={2})

    def test_names_alike(self):
        path = self.make_odd('create table "Deal" (a, "A " , "a  ")', 'create table "Deal " (a)',
                             'create table "D\u00e9al" (a)', 'create table "De\u0301al" (a)',
                             'create table "sqlite-x" (a)', 'create table "SQLITEX" (a)')
        self.attack_objects(path, "Deal", "deal", "DEAL ", "D\u00e9al", "De\u0301al", "sqlite_master",
                            "sqlite_schema", "sqlite-x")

    def test_very_many(self):
        columns = ", ".join(f"c{number}" for number in range(2000))
        path = self.make_odd(f"create table T ({columns})", "insert into T (c0, c1999) values (1, 2)",
                             *(f"create table X{number} (a)" for number in range(300)))
        self.attack("objects", "-p", path, allowed={0})
        for words in (("describe", "T"), ("query", "T"), ("get", "T", "1", "--columns", "c1999"),
                      ("query", "T", "c1999 = 2 order by c1998 desc, c1997")):
            self.attack(words[0], "-p", path, *words[1:], "--format", "table", allowed={0})
        # With the id that is one more than SQLite gives at once.
        for words in (("get", "T", "1"), ("query", "T", "--format", "csv")):
            self.assertIn("--columns", self.attack(words[0], "-p", path, *words[1:],
                                                   allowed={9}).err)

    def test_long_names_and_checks(self):
        name = "n" * 60000
        values = ", ".join(f"'{number}'" for number in range(5000))
        path = self.make_odd(f'create table "{name}" (a check (a in ({values})), "{name}" text)',
                             f'insert into "{name}" values (\'7\', \'x\')')
        self.attack_objects(path, name)
        self.attack("query", "-p", path, name[:-1], allowed={4})

    def test_columns_that_cannot_be_computed(self):
        path = self.make_odd(
            """create table T (Id integer primary key, a text,
                 g generated always as (abs(a)) virtual, h as (json_extract(a, '$.x')))""",
            "insert into T (Id, a) values (2, '{\"x\": \"\\u001b[0m\"}')")
        self.attack_objects(path, "T")
        database = sqlite3.connect(path)
        database.execute("pragma writable_schema = on")
        database.execute("update sqlite_master set sql = replace(sql, 'abs(a)', 'json(Id || a)')")
        database.commit()
        database.close()
        self.attack_objects(path, "T")
        path = self.make_odd("create table T (Id integer primary key, a)", "insert into T values (1, 2)",
                             schema=[("T", "create table T (Id integer primary key, a as (1 / 0),"
                                           " b as (abs(-9223372036854775808)))")])
        self.attack_objects(path, "T")

    def test_triggers_that_refuse(self):
        path = self.make_odd(
            "create table T (Id integer primary key, a)", "insert into T values (1, 2)",
            "create trigger R before update on T begin select raise(abort, 'no\x1b[31m\u202e\n'); end",
            "create trigger S before delete on T begin select raise(rollback, ''); end",
            "create trigger U before insert on T begin select raise(ignore); end",
            "create trigger W after insert on T begin insert into Nowhere values (1); end")
        self.attack("update", "-p", path, "T", "1", "a=3", allowed={5})
        self.attack("delete", "-p", path, "T", "1", allowed={5})
        self.attack("create", "-p", path, "T", "a=3", allowed=DOCUMENTED - {0})
        self.assertEqual(self.rows("odd.db", "select * from T"), [(1, 2)])

    def test_virtual_tables(self):
        path = self.make_odd("create table T (a)", "create virtual table F using fts5 (body)",
                             "insert into F values ('hello')", "create table G (a)",
                             schema=[("G", "create virtual table G using no_module (a, b)")])
        self.attack_objects(path, "T", "F", "G")
        self.attack("objects", "-p", path, allowed={0})

    def test_partial_and_odd_indexes(self):
        path = self.make_odd(
            "create table T (Id integer primary key, a text collate nocase)",
            "insert into T values (1, 'x')",
            "create unique index I on T (lower(a)) where a is not null",
            "create index J on T (a)", schema=[("J", "create index J on T (no_such)")])
        self.attack_objects(path, "T")
        path = self.make_odd("create table T (a text)", "insert into T values ('x')",
                             schema=[("T", "create table T (a text collate unknown_order)")])
        self.attack_objects(path, "T")

    def test_foreign_keys_to_nowhere(self):
        path = self.make_odd(
            """create table T (Id integer primary key, a references Nowhere, b references T,
                 c references T (no_such), d references U (x))""",
            "create table U (x, y)", "insert into T values (1, 2, 1, 3, 4)")
        self.attack_objects(path, "T", "U")
        self.attack("query", "-p", path, "T", "b.b.b.b.b.Id = 1", "--format", "table")

    def test_endless_views_do_not_hold_up_what_does_not_read_them(self):
        path = self.make_odd(
            "create table T (a)", "insert into T values (1)",
            """create view V as with recursive c (a) as (select 1 union all select a + 1 from c)
                 select a from c""")
        self.attack("objects", "-p", path, allowed={0})
        self.attack("describe", "-p", path, "V", allowed={0})
        self.attack("query", "-p", path, "T", allowed={0})
        answer = self.attack("query", "-p", path, "V", "--limit", "3", allowed={0})
        self.assertEqual(answer.out, "a\n1\n2\n3\n")


class OddCells(Hostile):
    """Values that are not what the column says."""

    def test_bytes_that_are_not_text(self):
        path = self.make(
            "cells.db", "create table T (Id integer primary key, Name text, Day date, N integer)",
            "insert into T values (1, cast(x'ff00fe41' as text), cast(x'323032' as text), 'x')",
            "insert into T values (2, cast(x'1b5b324a' as text), x'00', 9e999)",
            "insert into T values (3, cast(x'610062' as text), '9999-99-99', x'')",
            "insert into T values (4, cast(x'e280ae' as text), -9e999, -0.0)",
            "insert into T values (5, cast(x'c29b' as text), '2026-02-30', '0x10')",
            "insert into T values (6, cast(x'f8888080' as text), 1e308, ' 5 ')",
            "insert into T values (7, cast(x'eda080' as text), '', 9223372036854775807)")
        for words in (("query", "T"), ("query", "T", "order by Name, Day, N"),
                      ("query", "T", "Name contains 'a' or Day > 2026-01-01 or N > 5"),
                      ("query", "T", "order by N desc nulls first"),
                      ("get", "T", *map(str, range(1, 8))), ("describe", "T"),
                      ("query", "T", "N = 9223372036854775807", "--count")):
            for shape in ("table", "markdown"):
                self.attack(words[0], "-p", path, *words[1:],
                            *(() if "--count" in words else ("--format", shape)), allowed={0})
        for shape in ("csv", "tsv", "json", "ndjson"):
            self.assertEqual(self.run_it("query", "-p", path, "T", "--format", shape).status, 0)

    def test_huge_cells(self):
        path = self.make("huge.db", "create table T (Id integer primary key, Name text, Body blob)",
                         "insert into T values (1, replace(hex(zeroblob(3000000)), '0', 'é'), "
                         "zeroblob(9000000))",
                         "insert into T values (2, replace(hex(zeroblob(100000)), '0', x'1b'), null)",
                         "insert into T values (3, replace(hex(zeroblob(50000)), '00', char(769)), 1)")
        for words in (("query", "T"), ("query", "T", "Name contains 'z' order by Name"),
                      ("describe", "T"), ("get", "T", "2")):
            self.attack(words[0], "-p", path, *words[1:], "--format", "table", allowed={0})

    def test_ids_that_are_not_what_the_key_says(self):
        path = self.make(
            "keys.db", "create table T (k text primary key, v) without rowid",
            "insert into T values ('', 1), ('a,b', 2), ('%2C', 3), (cast(x'ff' as text), 4)",
            "create table Pair (a, b, v, primary key (a, b))",
            "insert into Pair values (null, null, 1), ('x,', '%', 2), (x'00', 1.5, 3), (1, '1', 4)")
        for name in ("T", "Pair"):
            rows = self.attack("query", "-p", path, name, "--format", "table", allowed={0})
            self.assertEqual(rows.out.count("\n") >= 4, True, rows)
        for identifier in ("", "a%2Cb", "a,b", "%", "%2", "%zz", ",", ",,", "x%2C,%25", "\x1b[2J",
                           "a\nb", "1,1", "%00", "\u202e"):
            self.attack("get", "-p", path, "T", identifier, "--format", "table")
            self.attack("get", "-p", path, "Pair", identifier, "--format", "table")
            self.attack("update", "-p", path, "Pair", identifier, "v=9")


class NotADatabase(Hostile):
    def test_other_files(self):
        header = b"SQLite format 3\0"
        files = {"empty": b"", "text": b"hello\n", "header only": header,
                 "header and zeros": header + bytes(4096), "zeros": bytes(8192),
                 "page size of nothing": header + b"\0\0" + bytes(82),
                 "ones": b"\xff" * 8192, "elf": b"\x7fELF" + bytes(200)}
        for name, data in share([*files.items()]):
            with self.subTest(name):
                path = self.home / "other.db"
                path.write_bytes(data)
                self.attack_file(path)

    def test_companions(self):
        sound = base_bytes(self.home / "sound.db")
        for suffix in ("-journal", "-wal", "-shm"):
            for number, data in enumerate((b"", b"x" * 5000, bytes(5000), sound)):
                with self.subTest(suffix=suffix, number=number):
                    path = self.home / f"with{suffix}{number}.db"
                    path.write_bytes(sound)
                    (self.home / (path.name + suffix)).write_bytes(data)
                    self.attack_file(path, COMMANDS[2:3] + COMMANDS[5:6])
